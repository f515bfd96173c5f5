"""The verdict over rows in balls: sums, rows apart, kinks, directions."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradcheck.arrays.point import ArrayValue
from gradcheck.arrays.row_judge import JudgedRow, judge_rows, work_of_a_row
from gradcheck.build import build
from gradcheck.deadline import Deadline
from gradcheck.results import ROUTES
from gradcheck.routes import worker
from gradcheck.syntax.plain import parse


def judged(text, shapes, parameters, rows, **options):
    graph = build(parse(text, frozenset(shapes)), frozenset(shapes), shapes)
    nodes = [graph.inputs[name] for name in parameters]
    point = {name: ArrayValue(shapes[name], tuple(map(Fraction, entries))) for name, entries in parameters.items()}
    found = [
        JudgedRow(
            number, {name: ArrayValue(shapes[name], tuple(map(Fraction, entries))) for name, entries in row.items()}
        )
        for number, row in enumerate(rows, 1)
    ]
    settings = {"routes": ROUTES, "together": True, "deadline": Deadline(60), **options}
    wanted = nodes if "symbolic" in settings["routes"] else []
    symbolic = worker.start(graph, wanted, 30, isolated=False).result()
    result = judge_rows(
        graph, point, found, nodes, settings["routes"], symbolic, settings["deadline"], 0, 320,
        together=settings["together"],
    )  # fmt: skip
    return result, nodes


SCALARS = {"w": (), "x": ()}


def test_sums_over_rows():
    result, (w,) = judged("w**2*x", SCALARS, {"w": [3]}, [{"x": [1]}, {"x": ["1/2"]}])
    assert result.verdicts[w].name == "agree"
    assert float(result.reverse[w][0]) == float(result.symbolic[w][0]) == 9
    assert abs(float(result.slopes[w][0]) - 9) < 1e-12
    assert [float(row[0]) for row in result.values] == [9, 4.5]


def test_rows_apart():
    result, (w,) = judged("relu(w*x)", SCALARS, {"w": [3]}, [{"x": [1]}, {"x": [0]}], together=False)
    assert result.verdicts[w].name == "agree"  # w moves nothing where x is 0
    result, (w,) = judged("relu(w + x)", SCALARS, {"w": [3]}, [{"x": [1]}, {"x": [-3]}], together=False)
    assert result.verdicts[w].name == "undecided"
    assert "row 2" in result.verdicts[w].reason


def test_a_true_zero_of_a_sum_agrees():
    result, (w,) = judged("exp(w)*x", SCALARS, {"w": [1]}, [{"x": [1]}, {"x": [-1]}])
    assert result.verdicts[w].name == "agree"


def test_large_parameters_move_along_directions():
    shapes = {"W": (6, 6), "x": (6,)}
    row = {"x": [1, -2, 3, "1/2", 0, 5]}
    result, (w,) = judged("norm(W @ x)**2", shapes, {"W": [Fraction(k, 7) for k in range(36)]}, [row, row])
    assert result.verdicts[w].name == "agree"
    assert w not in result.slopes


def test_a_parameter_that_does_nothing():
    result, (w, _) = judged("v*x", {**SCALARS, "v": ()} | {"v": ()}, {"v": [2], "x": [1]}, [{}])
    assert result.verdicts[w].name == "agree"


@pytest.mark.parametrize("routes", [("fd", "reverse"), ("fd", "symbolic"), ("symbolic", "reverse")])
def test_any_two_routes_are_compared(routes):
    result, (w,) = judged("sin(w*x)", SCALARS, {"w": [3]}, [{"x": [1]}], routes=routes)
    assert result.verdicts[w].name == "agree"


def test_a_passed_deadline_is_undecided():
    result, (w,) = judged("sin(w*x)", SCALARS, {"w": [3]}, [{"x": [1]}], deadline=Deadline(0))
    assert result.verdicts[w].name == "undecided"


def test_work_grows_with_parameters_and_entries():
    small = build(parse("w*x"), frozenset())
    large = build(parse("W @ x", frozenset("Wx")), frozenset("Wx"), {"W": (3, 2), "x": (2,)})
    assert work_of_a_row(small, [0]) < work_of_a_row(large, [0])
