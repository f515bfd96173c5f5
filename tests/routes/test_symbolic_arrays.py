"""The symbolic route over arrays: each row's Jacobian against mpmath, budgets, and what it gives up on."""

from __future__ import annotations

import pytest
from array_cases import CASES, case_id

from gradcheck import limits
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays.compare import values_at
from gradcheck.build import build
from gradcheck.deadline import Deadline
from gradcheck.routes.symbolic_arrays import derivatives, entry_names
from gradcheck.shapes import size
from gradcheck.syntax.plain import parse

BALLS = shared_grids(256)


def found_in(text, shapes, *names, seconds=20):
    graph = build(parse(text), frozenset(shapes), shapes)
    nodes = [graph.by_name[name] for name in names]
    found = derivatives(graph, nodes, Deadline(seconds))
    return [found[node] for node in nodes]


@pytest.mark.parametrize("case", [case for case in CASES if case.arguments], ids=case_id)
def test_derivatives_are_the_slopes_of_mpmath(case):
    graph = case.graph()
    found = derivatives(graph, list(graph.inputs.values()), Deadline(20))
    point = dict(zip(graph.inputs, case.arguments, strict=True))
    outputs = size(graph.shapes[graph.output])
    with BALLS.working():
        values = [value.entries for value in values_at(graph, point, BALLS)]
        for node, columns in zip(graph.inputs.values(), case.true_jacobians(), strict=True):
            entries = [float(entry.mid()) for entry in found[node].enclosures(values)]
            wanted = [float(column[output]) for output in range(outputs) for column in columns]
            assert entries == pytest.approx(wanted, rel=1e-12, abs=1e-12)


def test_texts_name_the_entries():
    (by_x,) = found_in("x @ x", {"x": (2,)}, "x")
    assert by_x.texts == ("2*x[0]", "2*x[1]")
    (by_a,) = found_in("A @ x", {"A": (1, 2), "x": (2,)}, "A")
    assert by_a.texts == ("x[0]", "x[1]")
    assert set(by_a.symbols) == {"x[0]", "x[1]"}


def test_a_node_is_differentiated_by_with_its_surroundings_as_symbols():
    (by_a,) = found_in("a = A @ x; sum(a*x)", {"A": (2, 2), "x": (2,)}, "a")
    assert by_a.texts == ("x[0]", "x[1]")


def test_what_the_output_does_not_hold_has_zeros():
    (by_x,) = found_in("a = 2*x; sum(y)", {"x": (2,), "y": (3,)}, "x")
    assert by_x.texts == ("0", "0")


@pytest.mark.parametrize(
    ("text", "shapes", "reason"),
    [
        ("A @ A", {"A": (9, 9)}, "gave up: 6,561 derivatives, more than its 400"),
        ("sum(sin(A) @ B)", {"A": (2, 900), "B": (900, 1)}, "gave up: 1,800 derivatives"),
    ],
)
def test_large_arrays_are_given_up_on(text, shapes, reason):
    (found,) = found_in(text, shapes, "A")
    assert found.reason.startswith(reason)
    assert found.formulas == ()


def test_a_long_way_is_given_up_on(monkeypatch):
    monkeypatch.setattr(limits, "SYMBOLIC_OPERATIONS", 10)
    (found,) = found_in("sum(sin(cos(sin(cos(x)))))", {"x": (4,)}, "x")
    assert found.reason == "gave up: 21 entries to write out, more than its 10"


def test_the_time_limit_holds():
    found = found_in("inv(A)", {"A": (4, 4)}, "A", seconds=0.05)
    assert found[0].reason.startswith("gave up after")


@pytest.mark.parametrize(
    ("shape", "names"),
    [((), ["t"]), ((2,), ["t[0]", "t[1]"]), ((1, 2), ["t[0, 0]", "t[0, 1]"])],
)
def test_entries_have_names(shape, names):
    assert entry_names("t", shape) == names
