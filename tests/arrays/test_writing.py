"""Pullbacks as text: what a student reads at each node."""

from __future__ import annotations

import pytest

from gradcheck.arrays import writing
from gradcheck.build import build
from gradcheck.evaluation import evaluate
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import PLAIN, UNICODE


def flows(text, shapes, style=UNICODE):
    """What the output passes back to each of its arguments."""
    graph = build(parse(text, frozenset(shapes)), frozenset(shapes), shapes)
    node = graph.output
    return [
        writing.flow(graph, node, position, style)
        for position, argument in enumerate(graph.arguments[node])
        if graph.varies[argument]
    ]


A, B, R, x, y, t = (2, 2), (2, 2), (2, 3), (2,), (2,), ()
SHAPES = {"A": A, "B": B, "R": R, "x": x, "y": y, "t": t, "z": (3,)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A @ x", ["∂f[i]/∂f @ xᵀ", "Aᵀ @ ∂f[i]/∂f"]),
        ("A @ B", ["∂f[i,j]/∂f @ Bᵀ", "Aᵀ @ ∂f[i,j]/∂f"]),
        ("x @ R", ["R @ ∂f[i]/∂f", "x @ (∂f[i]/∂f)ᵀ"]),
        ("x @ y", ["∂f/∂f·y", "∂f/∂f·x"]),
        ("outer(x, z)", ["∂f[i,j]/∂f @ z", "(∂f[i,j]/∂f)ᵀ @ x"]),
        ("A.T", ["(∂f[i,j]/∂f)ᵀ"]),
        ("A*B", ["∂f[i,j]/∂f ∘ B", "∂f[i,j]/∂f ∘ A"]),
        ("A + B", ["∂f[i,j]/∂f", "∂f[i,j]/∂f"]),
        ("A - B", ["∂f[i,j]/∂f", "-∂f[i,j]/∂f"]),
        ("t*A", ["sum(∂f[i,j]/∂f ∘ A)", "∂f[i,j]/∂f·t"]),
        ("A/2", ["(∂f[i,j]/∂f)/2"]),
        ("A**3", ["∂f[i,j]/∂f ∘ 3A∘²"]),
        ("sigmoid(A)", ["∂f[i,j]/∂f ∘ σ(A) ∘ (1 - σ(A))"]),
        ("relu(x)", ["∂f[i]/∂f ∘ (1 if x > 0 else 0)"]),
        ("sum(R)", ["∂f/∂f·ones(2, 3)"]),
        ("mean(R)", ["∂f/∂f·ones(2, 3)/6"]),
        ("sum(R, 0)", ["ones(2) @ (∂f[i]/∂f)ᵀ"]),
        ("sum(R, 1)", ["∂f[i]/∂f @ ones(3)ᵀ"]),
        ("mean(R, 1)", ["∂f[i]/∂f @ ones(3)ᵀ/3"]),
        ("sum(x, 0)", ["∂f/∂f·ones(2)"]),
        ("norm(x)", ["∂f/∂f·x/f"]),
        ("norm(x)**2", ["2·∂f/∂f·x"]),
        ("max(x)", ["∂f/∂f·(x = max(x))"]),
        ("min(x)", ["∂f/∂f·(x = min(x))"]),
        ("softmax(x)", ["f ∘ (∂f[i]/∂f - sum(∂f[i]/∂f ∘ f))"]),
        ("trace(A)", ["∂f/∂f·I"]),
        ("inv(A)", ["-(fᵀ @ ∂f[i,j]/∂f @ fᵀ)"]),
        ("diag(x)", ["diagonal(∂f[i,j]/∂f)"]),
        ("x[0]", ["(∂f/∂f at [0], else 0)"]),
        ("A[0, :]", ["(∂f[i]/∂f at [0, :], else 0)"]),
        ("[t, t]", ["(∂f[i]/∂f)[0]", "(∂f[i]/∂f)[1]"]),
        ("[x, y]", ["(∂f[i,j]/∂f)[0, :]", "(∂f[i,j]/∂f)[1, :]"]),
        ("vstack(x, z)", ["(∂f[i]/∂f)[:2]", "(∂f[i]/∂f)[2:]"]),
        ("vstack(A, B)", ["(∂f[i,j]/∂f)[:2, :]", "(∂f[i,j]/∂f)[2:, :]"]),
        ("hstack(A, R)", ["(∂f[i,j]/∂f)[:, :2]", "(∂f[i,j]/∂f)[:, 2:]"]),
        ("hstack(x, y)", ["(∂f[i,j]/∂f)[:, 0]", "(∂f[i,j]/∂f)[:, 1]"]),
        ("reshape(A, 4)", ["reshape(∂f[i]/∂f, 2, 2)"]),
        ("vec(R)", ["reshape(∂f[i]/∂f, 3, 2)ᵀ"]),
        ("vec(x)", ["∂f[i]/∂f"]),
    ],
)
def test_what_is_passed_back(text, found):
    assert flows(text, SHAPES) == found


def test_plain_text_is_in_the_language():
    assert flows("A*B", SHAPES, PLAIN) == ["∂f[i,j]/∂f*B", "∂f[i,j]/∂f*A"]
    assert flows("trace(A)", SHAPES, PLAIN) == ["∂f/∂f*eye(2)"]
    assert flows("max(x)", SHAPES, PLAIN) == ["∂f/∂f*(x == max(x))"]


def test_a_product_of_arrays_is_told_from_a_multiple():
    result = evaluate(
        "c = A*A; d = 2*c; g = t*d; sum(g**2 + A @ A)", declarations="A: 2x2; t: scalar", routes=["reverse"]
    )
    pretty = {node.name: node.pretty for node in result.nodes}
    assert (pretty["c"], pretty["d"], pretty["g"]) == ("A ∘ A", "2c", "t·d")
    assert "g∘²" in pretty.values()
    assert "A @ A" in pretty.values()


def test_nothing_internal_is_printed():
    text = (
        "sum(A)*mean(A)*trace(A)*max(x) + sum(A, 0) @ x + sum(vec(A)) + x[0] + sum(reshape(A, 4)) + sum(vstack(x, x))"
    )
    result = evaluate(text, declarations="A: 2x2; x: 2", routes=["reverse"])
    words = " ".join(source for node in result.nodes for source in node.sources)
    for name in ("ones_like", "eye_like", "size(", "spread", "peak", "scatter", "item(", "_rows", "_like", "unvec"):
        assert name not in words
