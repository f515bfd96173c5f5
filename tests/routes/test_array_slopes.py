"""Finite differences over arrays: errors that hold, secants that lie in the derivative's enclosure, directions."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from gradcheck.arithmetic.arrays import Arrays
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays.compare import values_at
from gradcheck.arrays.point import exact_point
from gradcheck.build import build
from gradcheck.point import read_point
from gradcheck.routes.array_slopes import FloatNudger, rademacher, secant
from gradcheck.syntax.plain import parse

BALLS = shared_grids(320, hull=True)


def built(text, at):
    point = read_point(at)
    shapes = {name: value.graph.shape(value.graph.output) for name, value in point.items()}
    return build(parse(text), frozenset(point), shapes), exact_point(point)


def float_slopes(text, at, by, **options):
    graph, point = built(text, at)
    nudger = FloatNudger(graph, {name: value.number(Arrays()) for name, value in point.items()})
    node = graph.inputs[by]
    count = len(point[by].entries)
    directions = np.eye(count).reshape(count, *nudger.values[node].shape)
    return nudger.slopes(node, graph.affected(node), directions, **options)


def secant_of(text, at, by, direction):
    graph, point = built(text, at)
    with BALLS.working():
        values = values_at(graph, point, BALLS)
        node = graph.inputs[by]
        return secant(graph, BALLS, values, node, graph.affected(node), direction)


@pytest.mark.parametrize("method", ["central", "forward"])
@pytest.mark.parametrize(
    ("text", "at", "by", "true"),
    [
        ("x @ x", {"x": "[1, 2, -3]"}, "x", [[2], [4], [-6]]),
        ("sin(x)", {"x": "[0, 1]"}, "x", [[1, 0], [0, np.cos(1)]]),
        ("A @ x", {"A": "[[1, 2], [3, 4]]", "x": "[5, 6]"}, "A", [[5, 0], [6, 0], [0, 5], [0, 6]]),
        ("exp(s)*x", {"s": "2", "x": "[1, 3]"}, "s", [[np.exp(2), 3 * np.exp(2)]]),
        ("norm(x)", {"x": "[1e8, 1e-8]"}, "x", [[1], [1e-16]]),
        ("det(A)", {"A": "[[1, 2], [2, 4]]"}, "A", [[4], [-2], [-2], [1]]),
    ],
)
def test_float_slopes_are_right_within_their_errors(text, at, by, true, method):
    found = float_slopes(text, at, by, method=method)
    assert found.values.shape == found.errors.shape == np.array(true).shape
    assert (np.abs(found.values - true) <= found.errors + 1e-15 * np.abs(true)).all()


def test_a_step_that_is_given_is_used():
    found = float_slopes("sum(x**3)", {"x": "[1, 2]"}, "x", step=0.5)
    assert found.step == 0.5
    np.testing.assert_allclose(found.values, [[3.25], [12.25]])
    assert (np.abs(found.values - [[3], [12]]) <= found.errors).all()


def test_large_batches_are_taken_in_pieces(monkeypatch):
    from gradcheck.routes import array_slopes

    whole = float_slopes("tanh(A) @ x", {"A": "[[1, 2], [3, 4]]", "x": "[5, 6]"}, "A")
    monkeypatch.setattr(array_slopes, "_BATCH", 1)
    pieces = float_slopes("tanh(A) @ x", {"A": "[[1, 2], [3, 4]]", "x": "[5, 6]"}, "A")
    np.testing.assert_array_equal(whole.values, pieces.values)


def test_a_secant_lies_in_the_derivative_over_its_interval():
    found = secant_of("exp(x)", {"x": "[1, 2]"}, "x", [1, 0])
    with BALLS.working():
        assert found.slopes[0].overlaps(found.interval.entries[0].exp())
        assert abs(found.slopes[0] - arb(1).exp()) < arb(10) ** -50
        assert found.slopes[1].contains(0)
        assert found.interval.entries[1] == 2
        assert found.interval.entries[0].contains(1)


def test_the_step_is_measured_by_what_is_nudged():
    tiny = secant_of("sum(x)", {"x": "[1e-30, 1]"}, "x", [1, 0])
    assert tiny.interval.entries[0] > 0
    zero = secant_of("sum(x)", {"x": "[0, 1]"}, "x", [1, 0])
    assert zero.interval.entries[0].contains(0)
    assert zero.slopes[0] == 1


def test_where_a_side_has_no_value_there_is_no_secant():
    assert secant_of("sum(sqrt(x))", {"x": "[0, 1]"}, "x", [1, 0]) is None
    assert secant_of("sum(sqrt(x))", {"x": "[0, 1]"}, "x", [0, 1]) is not None
    assert secant_of("inv(A)", {"A": "[[1, 0], [0, 1]]"}, "A", [0, 1, 0, 0]) is not None


def test_a_value_that_is_0_up_to_rounding_is_not_nudged_by_its_rounding():
    graph, point = built("a = A @ x; sum(1.5 - a)", {"A": "[[0.1, 0.2]]", "x": "[0.2, -0.1]"})
    with BALLS.working():
        values = values_at(graph, point, BALLS)
        node = graph.by_name["a"]
        found = secant(graph, BALLS, values, node, graph.affected(node), [1])
        assert abs(found.slopes[0] + 1) < arb(10) ** -40


def test_directions_are_signs_and_repeat():
    found = rademacher(5, 7, 3)
    assert found == rademacher(5, 7, 3)
    assert found != rademacher(5, 7, 4)
    assert {sign for direction in found for sign in direction} == {-1, 1}
