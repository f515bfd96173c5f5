"""Columns of balls: the same numbers as point by point, for every primitive and whole passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gradcheck.arithmetic.balls import shared
from gradcheck.arithmetic.columns import Column, FloatColumns, shared_columns
from gradcheck.arithmetic.floats import Floats
from gradcheck.build import build
from gradcheck.forward import Forward
from gradcheck.primitives.table import PRIMITIVES
from gradcheck.routes.reverse import Backward, Paths
from gradcheck.syntax.plain import parse

if TYPE_CHECKING:
    from flint import arb

POINTS = (-3, -1, 0, 1, 2, 5, 1000)
PRECISION = 160

SCALARS = [row for row in PRIMITIVES.values() if not row.shape and not row.parameters and 0 < row.arity < 4]


def same(one: arb, other: arb) -> bool:
    """Whether two balls are one and the same, also where they hold no number."""
    return str(one) == str(other)


@pytest.mark.parametrize("row", SCALARS, ids=lambda row: row.name)
def test_every_primitive_is_that_of_the_balls(row):
    balls, columns = shared(PRECISION, hull=True), shared_columns(PRECISION, len(POINTS))
    with balls.working():
        numbers = [balls.number(point) / 2 for point in POINTS]
        rows = [numbers[shift:] + numbers[:shift] for shift in range(row.arity)]
        found = columns.function(row)(*map(Column, rows))
        assert isinstance(found, Column)
        for place, value in enumerate(found):
            assert same(value, balls.function(row)(*[one[place] for one in rows]))


@pytest.mark.parametrize("row", SCALARS, ids=lambda row: row.name)
def test_every_primitive_is_that_of_the_floats(row):
    floats, columns = Floats(), FloatColumns(len(POINTS))
    numbers = [point / 2 for point in (*POINTS[:-1], 1e300)]
    rows = [numbers[shift:] + numbers[:shift] for shift in range(row.arity)]
    found = columns.function(row)(*map(Column, rows))
    for place, value in enumerate(found):
        try:
            alone = floats.function(row)(*[one[place] for one in rows])
        except floats.errors:
            alone = floats.undefined
        assert repr(float(value)) == repr(float(alone))


@pytest.mark.parametrize(
    "text",
    [
        "x**2*sin(3*x)/(1 + x**2)", "abs(x)**3 - x*abs(x)", "exp(-x)*x**(1/3) + pi*e", "x**x/log(x)",
        "sigmoid(x) + softplus(-x)*tanh(x)", "root(x, 3) + 2**x - x**(-2)",
    ],
)  # fmt: skip
def test_passes_are_those_of_the_balls(text):
    graph = build(parse(text))
    balls, columns = shared(PRECISION, hull=True), shared_columns(PRECISION, len(POINTS))
    paths = Paths(graph, graph.output, graph.inputs["x"])
    assert not paths.guarded
    with balls.working():
        numbers = Column(map(balls.number, POINTS))
        values = Forward(graph, columns).run({"x": numbers})
        derivative, magnitude = Backward(paths, columns).run(values)
        for place, number in enumerate(numbers):
            alone = Forward(graph, balls).run({"x": number})
            assert all(same(column[place], value) for column, value in zip(values, alone, strict=True))
            slope, weight = Backward(paths, balls).run(alone)
            assert same(derivative[place], slope)
            assert same(magnitude[place], weight)


@pytest.mark.parametrize("text", ["where(x > 0, x, 2*x)", "sign(x)*x", "floor(x) + x", "max(x, 1)*(x > 0)"])
def test_a_sweep_that_looks_at_its_point_says_so(text):
    graph = build(parse(text))
    assert Paths(graph, graph.output, graph.inputs["x"]).guarded
