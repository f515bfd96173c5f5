"""The float64 sweep over blocks of rows: sums against each row's own, and what it finds doubtful."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.arrays.row_sweep import RowSweep, Total
from gradcheck.build import build
from gradcheck.syntax.plain import parse

PROGRAMS = {
    "(sigmoid(w*a0 + b) - y)**2": {"w": (), "a0": (), "b": (), "y": ()},
    "norm(sigmoid(W @ x + c) - y)**2": {"W": (3, 2), "x": (2,), "c": (3,), "y": ()},
    "x @ W @ c": {"W": (2, 3), "x": (2,), "c": (3,)},
    "sum(outer(c, x)*W) + w*w*y": {"W": (3, 2), "x": (2,), "c": (3,), "w": (), "y": ()},
    "dot(c, W @ (x*x))": {"W": (3, 2), "x": (2,), "c": (3,)},
    "relu(W @ x) + c": {"W": (3, 2), "x": (2,), "c": (3,)},
    "logsumexp(W @ x)*softmax(c)": {"W": (3, 2), "x": (2,), "c": (3,)},
    "w*w + b": {"w": (), "b": ()},
}
ROWS = ("a0", "x", "y")


def prepared(text, count, seed=0):
    shapes = PROGRAMS[text]
    graph = build(parse(text, frozenset(shapes)), frozenset(shapes), shapes)
    generator = np.random.default_rng(seed)

    def array(shape, *batch):
        return generator.normal(size=(*batch, *(*shape, 1, 1)[:2]))

    parameters = {name: array(shape) for name, shape in shapes.items() if name not in ROWS}
    inputs = {name: array(shape, count) for name, shape in shapes.items() if name in ROWS}
    nodes = [graph.inputs[name] for name in parameters]
    return RowSweep(graph, parameters, nodes), inputs


@pytest.mark.parametrize("text", PROGRAMS)
@pytest.mark.parametrize("count", [1, 2, 9])
def test_sums_are_those_of_single_rows(text, count):
    sweep, inputs = prepared(text, count)
    values = sweep.values(inputs)
    total, gradients = sweep.sums(values, count)
    output, each = sweep.each(values, count)
    assert output.shape[0] == count
    assert np.allclose(output.sum(axis=0), total.reshape(-1))
    for summed, by_row in zip(gradients, each, strict=True):
        assert np.allclose(by_row.sum(axis=0), summed.reshape(-1))
    for index in range(count):
        one = {name: value[index : index + 1] for name, value in inputs.items()}
        alone, own = sweep.each(sweep.values(one), 1)
        assert np.allclose(alone[0], output[index])
        assert all(np.allclose(mine[0], by_row[index]) for mine, by_row in zip(own, each, strict=True))


def test_doubtful_rows_are_found():
    graph = build(parse("sigmoid(-log(w*x))"), frozenset())
    sweep = RowSweep(graph, {"w": np.ones((1, 1))}, [graph.inputs["w"]])
    values = sweep.values({"x": np.array([1.0, 0.0, 2.0, -1.0]).reshape(-1, 1, 1)})
    assert sweep.suspects(values, 4).tolist() == [1, 3]
    assert sweep.suspects(values, 4, guarded=False).tolist() == [3]


def test_rows_on_kinks_are_found():
    graph = build(parse("relu(w*x) + abs(x - 2)"), frozenset())
    sweep = RowSweep(graph, {"w": np.ones((1, 1))}, [graph.inputs["w"]])
    values = sweep.values({"x": np.array([1.0, 0.0, 2.0, -1.0]).reshape(-1, 1, 1)})
    assert sweep.on_kinks(values) == [1, 2]


def test_a_wide_layer_needs_no_array_of_every_outer_product():
    shapes = {"W": (300, 200), "x": (200,), "c": (300,)}
    graph = build(parse("norm(W @ x + c)**2", frozenset(shapes)), frozenset(shapes), shapes)
    generator = np.random.default_rng(0)
    w, c, x = generator.normal(size=(300, 200)), generator.normal(size=(300, 1)), generator.normal(size=(500, 200, 1))
    sweep = RowSweep(graph, {"W": w, "c": c}, [graph.inputs["W"], graph.inputs["c"]])
    _, (by_w, by_c) = sweep.sums(sweep.values({"x": x}), 500)
    residual = x[..., 0] @ w.T + c.T
    assert np.allclose(by_w, 2 * residual.T @ x[..., 0])
    assert np.allclose(by_c, 2 * residual.sum(axis=0)[:, None])


@settings(max_examples=50)
@given(st.lists(st.floats(-1e300, 1e300), max_size=20))
def test_a_total_loses_little(numbers):
    total = Total()
    for number in numbers:
        total.add(np.array([number]))
    if numbers:
        exact, size = math.fsum(numbers), math.fsum(abs(number) for number in numbers)
        assert abs(float(total.value[0]) - exact) <= 2.0**-52 * abs(exact) + 2.0**-95 * size
