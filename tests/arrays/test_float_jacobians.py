"""Large Jacobians: one batched sweep finds what single sweeps in balls find."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import limits
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays import float_jacobians as module
from gradcheck.arrays.compare import jacobians, values_at
from gradcheck.arrays.float_jacobians import float_jacobians
from gradcheck.build import build
from gradcheck.evaluation import evaluate
from gradcheck.point import read_point
from gradcheck.syntax.plain import parse

POINT = {"A": "[[1, 2], [3, -4]]", "B": "[[2, -3], [1/2, 5]]", "x": "[1, -2]"}


@pytest.mark.parametrize("numbers", [1 << 23, 4])
@pytest.mark.parametrize("text", ["sigmoid(A @ B)", "A @ x*sum(B)", "B.T @ A @ B", "inv(A) @ B", "x"])
def test_they_are_those_of_balls(text, numbers, monkeypatch):
    monkeypatch.setattr(module, "_NUMBERS", numbers)
    point = read_point({name: value for name, value in POINT.items() if name in text})
    shapes = {name: value.graph.shape(value.graph.output) for name, value in point.items()}
    graph = build(parse(text, frozenset(point)), frozenset(point), shapes)
    nodes = list(dict.fromkeys([*graph.inputs.values(), graph.output]))
    arithmetic = shared_grids(limits.FIRST_PRECISION)
    with arithmetic.working():
        true = jacobians(graph, arithmetic, values_at(graph, point, arithmetic), nodes)
    found = float_jacobians(graph, point, nodes)
    for node in nodes:
        assert np.allclose(found[node].reshape(-1), [float(entry.mid()) for entry in true[node]], rtol=1e-12)


def test_a_large_jacobian_is_shown_and_refereed(monkeypatch):
    small = evaluate("sigmoid(A @ B)", at={name: POINT[name] for name in "AB"}, routes=["fd", "reverse"])
    monkeypatch.setattr(limits, "BALL_JACOBIANS", 1)
    monkeypatch.setattr(limits, "NUDGED_WORK", 1)
    large = evaluate("sigmoid(A @ B)", at={name: POINT[name] for name in "AB"}, routes=["fd", "reverse"])
    assert large.verdict.name == "agree"
    assert "the large Jacobians (by A, B" in large.notes[0]
    for one, other in zip(small.gradient, large.gradient, strict=True):
        assert np.allclose(one.jacobian.entries, other.jacobian.entries, rtol=1e-13)
        assert other.reverse is other.jacobian
        assert one.norm == pytest.approx(other.norm)
