"""Reverse mode over arrays: each row's pullbacks against mpmath's slopes, sums over paths, cuts, jumps, conditions."""

from __future__ import annotations

import numpy as np
import pytest
from array_cases import CASES, case_id
from flint import arb

from gradcheck.arithmetic.arrays import Arrays
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays.compare import jacobians, values_at
from gradcheck.arrays.point import exact_point
from gradcheck.build import build
from gradcheck.point import read_point
from gradcheck.routes import pullbacks
from gradcheck.shapes import grid, size
from gradcheck.syntax.plain import parse

BALLS = shared_grids(256, hull=True)


def built(text, at):
    point = read_point(at)
    shapes = {name: value.graph.shape(value.graph.output) for name, value in point.items()}
    return build(parse(text), frozenset(point), shapes), exact_point(point)


def gradient(text, at):
    """∂output/∂variable for each variable, in balls."""
    graph, point = built(text, at)
    with BALLS.working():
        values = values_at(graph, point, BALLS)
        found = jacobians(graph, BALLS, values, graph.inputs.values())
        return {name: found[node] for name, node in graph.inputs.items()}


def floats(entries):
    return [float(entry.mid()) if entry.is_finite() else None for entry in entries]


@pytest.mark.parametrize("case", [case for case in CASES if case.arguments], ids=case_id)
def test_pullbacks_are_the_slopes_of_mpmath(case):
    """The Jacobian whole, by each argument."""
    graph = case.graph()
    point = dict(zip(graph.inputs, case.arguments, strict=True))
    with BALLS.working():
        found = jacobians(graph, BALLS, values_at(graph, point, BALLS), graph.inputs.values())
    outputs = size(graph.shapes[graph.output])
    for node, columns in zip(graph.inputs.values(), case.true_jacobians(), strict=True):
        wanted = [float(column[output]) for output in range(outputs) for column in columns]
        assert floats(found[node]) == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "at", "wanted"),
    [
        ("x @ x", {"x": "[1, 2]"}, {"x": [2, 4]}),  # one node twice among the arguments
        ("a = A @ x; sum(a) + sum(a*a)", {"A": "[[1, 2], [3, 4]]", "x": "[1, 1]"},
         {"A": [7, 7, 15, 15], "x": [52, 74]}),
        ("s*sum(x) + sum(s*x)", {"s": "2", "x": "[1, 2]"}, {"s": [6], "x": [4, 4]}),
        ("sum(A*s)", {"A": "[[1, 2], [3, 4]]", "s": "5"}, {"A": [5] * 4, "s": [10]}),
        ("sum([x, x, 2*x])", {"x": "[1, 2]"}, {"x": [4, 4]}),
        ("x[0]*x[0]*x[1]", {"x": "[3, 5]"}, {"x": [30, 9]}),
        ("trace(A @ B)", {"A": "[[1, 2], [3, 4]]", "B": "[[5, 6], [7, 8]]"}, {"A": [5, 7, 6, 8], "B": [1, 3, 2, 4]}),
        ("sum(where(x > 0, log(x), x*x))", {"x": "[2, -3]"}, {"x": [0.5, -6]}),
        ("sum(where(x > 0, sqrt(x), 0))", {"x": "[4, -3]"}, {"x": [0.25, 0]}),
        ("sqrt(x)[1]", {"x": "[-1, 4]"}, {"x": [0, 0.25]}),
        ("sum(max(x, y))", {"x": "[1, 5]", "y": "[3, 2]"}, {"x": [0, 1], "y": [1, 0]}),
        ("A[0, 0]*c", {"A": "[[2, 3], [4, 5]]", "c": "[[7]]"}, {"A": [7, 0, 0, 0], "c": [2]}),
    ],
)  # fmt: skip
def test_gradients(text, at, wanted):
    found = {name: floats(entries) for name, entries in gradient(text, at).items()}
    assert found == {name: pytest.approx(entries) for name, entries in wanted.items()}


def test_at_a_tie_the_gradient_is_an_interval():
    (one, other) = gradient("max(x)", {"x": "[1, 1]"})["x"]
    for entry in (one, other):
        assert entry.contains(0)
        assert entry.contains(1)


def test_where_a_condition_is_not_known_there_is_no_derivative():
    assert floats(gradient("sum(where(x > 1, x, 0))", {"x": "[1, 3]"})["x"]) == [None, 1.0]
    assert floats(gradient("sum(x > 1)", {"x": "[1, 3]"})["x"]) == [None, 0.0]
    assert floats(gradient("sum(where(x > 1 and x > 0, x, 0))", {"x": "[1, 3]"})["x"]) == [None, 1.0]


def test_on_a_jump_there_is_no_derivative():
    assert floats(gradient("sum(floor(x))", {"x": "[1/2, 1/3]"})["x"]) == [0.0, 0.0]
    assert None in floats(gradient("sum(floor(x))", {"x": "[1/2, 1]"})["x"])


def test_only_what_lies_on_a_path_is_needed():
    graph, _ = built("a = sum(x); b = sum(y); a*2 + b*3", {"x": "[1, 2]", "y": "[3, 4]"})
    flags = pullbacks.needed(graph, [graph.output], [graph.inputs["x"]])
    named = {graph.names[node] for node in range(len(graph)) if flags[node] and node in graph.names}
    assert {"x", "a", "f"} <= named
    assert not {"y", "b"} & named


def test_what_does_not_reach_the_output_has_no_adjoint():
    graph, point = built("a = 2*x; sum(y)", {"x": "[1, 2]", "y": "[3, 4]"})
    with BALLS.working():
        values = values_at(graph, point, BALLS)
        assert pullbacks.pull(graph, BALLS, values, BALLS.unit(1, 1, 0))[graph.inputs["x"]] is None
        assert floats(jacobians(graph, BALLS, values, [graph.inputs["x"]])[graph.inputs["x"]]) == [0, 0]


def test_a_batch_of_seeds_in_floats_is_one_sweep_for_each():
    graph, point = built("softmax(A @ tanh(x))", {"A": "[[1, 2], [3, -4]]", "x": "[1/3, 1/2]"})
    arithmetic = Arrays()
    from gradcheck.forward import evaluate

    values = evaluate(graph, arithmetic, {name: value.number(arithmetic) for name, value in point.items()})
    seeds = np.eye(2).reshape(2, 2, 1)
    batch = pullbacks.pull(graph, arithmetic, values, seeds)
    for position in range(2):
        single = pullbacks.pull(graph, arithmetic, values, seeds[position])
        for node in graph.inputs.values():
            np.testing.assert_allclose(batch[node][position], single[node])


def test_a_wide_sum_of_many_terms_is_no_recursion():
    text = "+".join(["x[0]"] * 3_000)
    graph, point = built(text, {"x": "[1, 2]"})
    with BALLS.working():
        found = jacobians(graph, BALLS, values_at(graph, point, BALLS), graph.inputs.values())
    assert floats(found[graph.inputs["x"]]) == [3000, 0]
    assert grid(graph.shape(graph.output)) == (1, 1)
    assert found[graph.inputs["x"]][0] == arb(3000)
