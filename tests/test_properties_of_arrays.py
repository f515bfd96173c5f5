"""What holds of every evaluation over arrays, on random well-shaped programs: mpmath is the referee."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from array_reference import ENTRYWISE, MATRIX, complaints, random_program
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.arithmetic.arrays import Arrays, silent
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays.compare import jacobians, values_at
from gradcheck.arrays.point import exact_point
from gradcheck.build import build
from gradcheck.errors import GradcheckError
from gradcheck.evaluation import evaluate
from gradcheck.forward import evaluate as run_forward
from gradcheck.point import read_point
from gradcheck.primitives.table import PRIMITIVES
from gradcheck.results import ROUTES
from gradcheck.routes import pullbacks
from gradcheck.shapes import grid, size
from gradcheck.syntax.plain import parse

PAIRS = list(itertools.combinations(ROUTES, 2))


def programs(**options):
    """Random programs; a seed is told and repeats the program."""
    return st.integers(0, 2**32).map(lambda seed: random_program(random.Random(seed), **options))


def evaluated(program, **options):
    """The evaluation, or None where it is of scalars or the point cannot be used; every other exception is a crash."""
    try:
        result = evaluate(program.text, at=dict(program.at), timeout=5, **options)
    except GradcheckError:
        return None
    return result if hasattr(result, "shape") else None


def built(program):
    point = read_point(dict(program.at))
    shapes = {name: value.graph.shape(value.graph.output) for name, value in point.items()}
    return build(parse(program.text), frozenset(point), shapes), exact_point(point)


def test_the_reference_knows_every_row():
    assert set(MATRIX) == {row.name for row in PRIMITIVES.values() if row.is_matrix and not row.internal}
    assert set(ENTRYWISE) <= set(PRIMITIVES)


def test_the_generator_reaches_every_row():
    seen = {node.primitive for seed in range(1500) for node in random_program(random.Random(seed)).nodes}
    assert {*MATRIX, *ENTRYWISE} <= seen


@settings(max_examples=60)
@given(programs())
def test_three_routes_on_random_programs(program):
    result = evaluated(program)
    if result is not None:
        assert complaints(program, result) == []


@pytest.mark.parametrize("routes", PAIRS, ids=[" and ".join(pair) for pair in PAIRS])
@settings(max_examples=15)
@given(program=programs(operations=5))
def test_any_two_routes_agree_or_say_why_not(routes, program):
    result = evaluated(program, routes=routes)
    if result is not None:
        assert complaints(program, result) == []


@settings(max_examples=20)
@given(programs(rough=False), st.sampled_from(["central", "forward"]))
def test_every_method_of_finite_differences(program, method):
    result = evaluated(program, method=method, routes=["fd", "reverse"])
    if result is not None:
        assert complaints(program, result) == []


@settings(max_examples=60)
@given(programs(rough=False))
def test_the_sweep_in_floats_is_that_in_balls(program):
    """All seeds as one batch against one sweep for each; at a tie or a kink within what the sides span."""
    graph, point = built(program)
    if not graph.has_arrays:
        return
    nodes = list(graph.inputs.values())
    balls = shared_grids(200, hull=True)
    with balls.working():
        values = values_at(graph, point, balls)
        exact = jacobians(graph, balls, values, nodes)
    floats = Arrays()
    rows, columns = grid(graph.shape(graph.output))
    with silent():
        tape = run_forward(graph, floats, {name: value.number(floats) for name, value in point.items()})
        seeds = np.eye(rows * columns).reshape(-1, rows, columns)
        adjoints = pullbacks.pull(graph, floats, tape, seeds)
    for node in nodes:
        found = np.zeros(1) if adjoints[node] is None else adjoints[node]
        wide = np.broadcast_to(found, (rows * columns, *grid(graph.shape(node)))).reshape(-1)
        true = np.array([float(entry.mid()) if entry.is_finite() else np.nan for entry in exact[node]])
        assert wide.size == size(graph.shape(node)) * rows * columns
        span = np.array([float(entry.rad()) if entry.is_finite() else np.nan for entry in exact[node]])
        scale = 1 + np.nanmax(np.abs(true), initial=0)
        both = np.isfinite(wide) & np.isfinite(true)
        assert np.all((np.abs(wide - true) - span)[both] <= 1e-6 * scale)


@settings(max_examples=40)
@given(programs(), st.integers(0, 99))
def test_precision_only_narrows(program, seed):
    """The enclosures at twice the precision lie where those before do."""
    graph, point = built(program)
    if not graph.has_arrays:
        return
    nodes = list(graph.inputs.values())
    found = []
    for precision in (120, 300):
        balls = shared_grids(precision, hull=True)
        with balls.working():
            found.append(jacobians(graph, balls, values_at(graph, point, balls), nodes))
    for node in nodes:
        for coarse, fine in zip(found[0][node], found[1][node], strict=True):
            assert not coarse.is_finite() or coarse.overlaps(fine)
            assert isinstance(coarse, arb)
