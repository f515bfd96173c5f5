"""The comparison of routes over arrays: precision that grows, true zeros, reasons, float64 that is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from gradcheck import limits
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arithmetic.formula import Term
from gradcheck.arrays.compare import compare_arrays, jacobians, values_at, wrong_floats
from gradcheck.arrays.point import exact_point
from gradcheck.build import build
from gradcheck.deadline import Deadline
from gradcheck.point import read_point
from gradcheck.results import ROUTES
from gradcheck.routes import symbolic_arrays
from gradcheck.routes.array_slopes import FloatNudger
from gradcheck.routes.found import SymbolicArray
from gradcheck.syntax.plain import parse


def built(text, at):
    point = read_point(at)
    shapes = {name: value.graph.shape(value.graph.output) for name, value in point.items()}
    return build(parse(text), frozenset(point), shapes), exact_point(point)


def compared(text, at, routes=ROUTES, seconds=20.0, symbolic=None, broken=None):
    graph, point = built(text, at)
    nodes = list(graph.inputs.values())
    if symbolic is None:
        symbolic = symbolic_arrays.derivatives(graph, nodes, Deadline(20)) if "symbolic" in routes else {}
    result = compare_arrays(graph, point, nodes, routes, symbolic, broken or {}, Deadline(seconds), 0)
    return {name: result.comparisons[node] for name, node in graph.inputs.items()}, result


def test_three_routes_agree_entry_by_entry():
    found, result = compared("A @ x", {"A": "[[1, 2], [3, 4]]", "x": "[5, 6]"})
    assert {one.verdict.name for one in found.values()} == {"agree"}
    assert result.precision == limits.FIRST_PRECISION
    assert [float(one.mid()) for one in found["x"].reverse] == [1, 2, 3, 4]
    assert [float(one.mid()) for one in found["x"].symbolic] == [1, 2, 3, 4]
    assert [float(one.mid()) for one in found["x"].slopes] == pytest.approx([1, 2, 3, 4])


def test_a_contradiction_names_both_entries():
    graph, _ = built("x @ x", {"x": "[1, 2]"})
    wrong = SymbolicArray(((Term("rational", (), (2, 1)),), (Term("rational", (), (7, 1)),)), ("2", "7"))
    found, _ = compared("x @ x", {"x": "[1, 2]"}, symbolic={graph.inputs["x"]: wrong})
    assert found["x"].verdict.name == "disagree"
    assert found["x"].verdict.reason == (
        "∂f/∂x[1]: reverse mode says 4.00000, SymPy says 7.00000;"
        " ∂f/∂x[1]: the difference quotient says 4.00000, SymPy says 7.00000"
    )


def test_at_a_kink_nothing_is_contradicted():
    found, _ = compared("sum(abs(x))", {"x": "[0, 1]"}, broken={0: "kink at node f"})
    assert found["x"].verdict.name == "undecided"
    assert found["x"].verdict.reason == "kink at node f"


def test_precision_grows_until_the_matter_is_settled():
    found, result = compared("sum(where(x > 1, x, 0))", {"x": "[1 + 1e-90, 3]"})
    assert found["x"].verdict.name == "agree"
    assert result.precision > limits.FIRST_PRECISION


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("norm(A @ x)**2", {"A": "[[0.1, 0.2], [0.3, 0.6]]", "x": "[0.2, -0.1]"}),
        ("sum(sin(x)**2 + cos(x)**2)", {"x": "[0.2, 7]"}),
        ("det(A)", {"A": "[[0, 0, 0], [0, 0, 0], [0.1, 0.2, 0.3]]"}),
        ("sum(softmax(x))", {"x": "[0.1, 0.2, 0.7]"}),
        ("logsumexp(x) - log(sum(exp(x)))", {"x": "[0.1, 3]"}),
    ],
)
def test_a_true_zero_is_agreed_on(text, at):
    found, _ = compared(text, at)
    assert {one.verdict.name for one in found.values()} == {"agree"}


def test_small_derivatives_are_told_apart():
    """1e-90 and twice that are not both 0."""
    found, _ = compared("sum(x)*t", {"x": "[1, 2]", "t": "1e-90"})
    assert found["x"].verdict.name == "agree"
    graph, _ = built("sum(x)*t", {"x": "[1, 2]", "t": "1e-90"})
    tiny = (Term("rational", (), (2, 10**90)),)
    wrong = {graph.inputs["x"]: SymbolicArray((tiny, tiny), ("", ""))}
    found, _ = compared("sum(x)*t", {"x": "[1, 2]", "t": "1e-90"}, symbolic=wrong)
    assert found["x"].verdict.name == "disagree"


@pytest.mark.parametrize("routes", [("fd",), ("reverse",), ("symbolic",)])
def test_one_route_alone_says_nothing(routes):
    found, _ = compared("sum(x*x)", {"x": "[1, 2]"}, routes=routes)
    assert found["x"].verdict.name is None


def test_large_arrays_are_compared_along_directions(monkeypatch):
    monkeypatch.setattr(limits, "NUDGED_WORK", 1)
    found, _ = compared("tanh(A) @ x", {"A": "[[1, 2], [3, 4]]", "x": "[5, 6]"})
    assert found["A"].verdict.name == "agree"
    assert found["A"].directions > 0
    assert found["A"].slopes is None
    found, _ = compared("tanh(A) @ x", {"A": "[[1, 2], [3, 4]]", "x": "[5, 6]"}, routes=("fd", "symbolic"))
    assert found["A"].verdict.name == "agree"
    found, _ = compared("sum(sqrt(x))", {"x": "[0, 4]"})
    assert found["x"].verdict.name == "undecided"


def test_a_direction_that_disagrees_is_traced_to_an_entry(monkeypatch):
    monkeypatch.setattr(limits, "NUDGED_WORK", 1)
    graph, _ = built("sum(x*x)", {"x": "[1, 2, 3, 4, 5]"})
    right = [(Term("rational", (), (2 * k, 1)),) for k in range(1, 6)]
    right[3] = (Term("rational", (), (9, 1)),)
    wrong = {graph.inputs["x"]: SymbolicArray(tuple(right), ("",) * 5)}
    found, _ = compared("sum(x*x)", {"x": "[1, 2, 3, 4, 5]"}, routes=("fd", "symbolic"), symbolic=wrong)
    assert found["x"].verdict.name == "disagree"
    assert found["x"].verdict.reason.startswith("by x[3]: the difference quotient says")


def test_out_of_time_is_undecided_and_never_agreement():
    found, _ = compared("sum(x*x)", {"x": "[1, 2]"}, seconds=0)
    assert found["x"].verdict.name == "undecided"
    assert "time limit" in found["x"].verdict.reason


def test_the_jacobian_of_what_is_not_reached_is_zero():
    graph, point = built("a = 2*y; sum(x)", {"x": "[1, 2]", "y": "[3, 4, 5]"})
    arithmetic = shared_grids(100)
    with arithmetic.working():
        found = jacobians(graph, arithmetic, values_at(graph, point, arithmetic), [graph.inputs["y"]])
    assert found[graph.inputs["y"]] == [arb(0)] * 3


# -- float64 ------------------------------------------------------------------------------------------------------


def floats_of(text, at):
    from gradcheck.arithmetic.arrays import Arrays

    graph, point = built(text, at)
    return graph, FloatNudger(graph, {name: value.number(Arrays()) for name, value in point.items()}).values


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("inv(A)", {"A": "[[1, 2], [2, 4.000000001]]"}),
        ("inv(A)", {"A": "[[1, 2], [2, 4.0000000000001]]"}),
        ("det(A)", {"A": "[[1e9, 2e9], [2e9, 4e9]]"}),
        ("sum(x)", {"x": "[1e15, -1e15, 1]"}),
        ("norm(x)", {"x": "[1e200, 1e200]"}),
        ("floor(x)", {"x": "[1, 2]"}),
        ("sum(log(x, 2))", {"x": "[4, 8]"}),
        ("softmax(x)", {"x": "[1000, -1000]"}),
        ("inv(A)", {"A": "[[1, 2], [2, 4]]"}),
    ],
)
def test_rounding_is_no_wrong_function(text, at):
    assert wrong_floats(*floats_of(text, at)) == ""


def test_a_wrong_float_is_told():
    graph, values = floats_of("sum(A @ x)", {"A": "[[1, 2], [3, 4]]", "x": "[5, 6]"})
    node = graph.arguments[graph.output][0]
    values[node] = values[node] * 1.01
    assert (
        wrong_floats(graph, values)
        == "float64 computes a as [17.17000000, 39.39000000], Arb as [17.00000000, 39.00000000]"
    )
    values[node] = np.ones((1, 1))
    assert "float64 computes a" in wrong_floats(graph, values)


def test_large_graphs_are_not_gone_through(monkeypatch):
    graph, values = floats_of("sum(2*x)", {"x": "[1, 2]"})
    values[graph.output] = values[graph.output] + 1
    assert wrong_floats(graph, values)
    monkeypatch.setattr(limits, "NUDGED_ENTRIES", 2)
    assert wrong_floats(graph, values) == ""
