"""Matrix calculus by SymPy: the formulas that it gives, and that none of its wrong ones is believed."""

from __future__ import annotations

import pytest
from flint import arb

from gradcheck.arithmetic import matrix_formula
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays.compare import jacobians, values_at
from gradcheck.arrays.point import ArrayValue
from gradcheck.build import build
from gradcheck.deadline import Deadline
from gradcheck.evaluation import evaluate
from gradcheck.routes import symbolic_arrays, symbolic_matrices
from gradcheck.routes.found import SymbolicArray
from gradcheck.shapes import size
from gradcheck.syntax.plain import parse

SHAPES = {
    "A": (3, 3), "B": (3, 3), "R": (2, 3), "X": (3, 3), "x": (3,), "a": (3,), "b": (3,), "y": (2,), "s": ()
}  # fmt: skip
BALLS = shared_grids(256)


def built(text, shapes=SHAPES):
    return build(parse(text, frozenset(shapes)), frozenset(shapes), shapes)


def matrices(graph, seconds=30.0):
    """The formulas for whole arrays by input, entries given up on."""
    nodes = list(graph.inputs.values())
    found = symbolic_matrices.with_matrices(
        graph, dict.fromkeys(nodes, SymbolicArray(reason="gave up")), Deadline(seconds)
    )
    return {name: found[node] for name, node in graph.inputs.items()}


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("x @ a", {"x": "a", "a": "x"}),
        ("x.T @ A @ x", {"x": "A @ x + A.T @ x", "A": "x @ x.T"}),
        ("a.T @ X @ b", {"a": "X @ b", "X": "a @ b.T", "b": "X.T @ a"}),
        ("a @ inv(X) @ b", {"X": "-(inv(X.T) @ a @ b.T @ inv(X.T))"}),
        ("a @ solve(X, b)", {"a": "inv(X) @ b", "b": "inv(X.T) @ a"}),
        ("trace(A @ B)", {"A": "B.T", "B": "A.T"}),
        ("trace(A.T @ A)", {"A": "2*A"}),
        ("trace(A @ A @ A)", {"A": "3*(A.T @ A.T)"}),
        ("norm(y - R @ x)**2", {"y": "2*y - 2*R @ x", "x": "2*R.T @ (R @ x - y)", "R": "2*(R @ x - y) @ x.T"}),
        ("norm(A)**2/2", {"A": "A"}),
        ("sum(A)", {"A": "ones(3, 3)"}),
        ("trace(A) + x @ a", {"A": "eye(3)", "x": "a"}),
        ("trace(A - B)*s", {"A": "s*eye(3)", "B": "-s*eye(3)"}),
        ("trace(outer(x, a) @ A)", {"x": "A.T @ a", "a": "A @ x"}),
    ],
)
def test_formulas_for_whole_arrays(text, formulas):
    found = matrices(built(text))
    for name, wanted in formulas.items():
        assert found[name].matrix == wanted


TEXTS = (
    "x.T @ A @ x", "a @ inv(X) @ b", "norm(y - R @ x)**2", "trace(A @ B @ A.T)", "s*trace(A) - 3*x @ A @ a + sum(R)",
    "trace(inv(A))", "trace(A)*trace(B)", "(x @ a)**2", "(x - A @ a).T @ X @ (x - A @ a)", "trace(eye(3) @ A)/s",
)  # fmt: skip


def numbered(shape, start):
    """An array of different integers."""
    return ArrayValue(shape, tuple((7 * k * k + 3 * k + 2 * start) % 11 - 4 for k in range(size(shape))))


@pytest.mark.parametrize("text", TEXTS)
def test_formulas_are_what_reverse_mode_says_and_texts_compute_them(text):
    graph = built(text)
    point = {name: numbered(graph.shape(node), node) for name, node in graph.inputs.items()}
    with BALLS.working():
        values = values_at(graph, point, BALLS)
        reverse = jacobians(graph, BALLS, values, graph.inputs.values())
        by_name = matrices(graph)
        for name, node in graph.inputs.items():
            found = by_name[name]
            if not found.matrix:
                continue
            entries = found.enclosures([value.entries for value in values])
            assert len(entries) == len(reverse[node])
            for one, other in zip(entries, reverse[node], strict=True):
                assert one.overlaps(other)
            again = built(found.matrix)
            given = {key: value for key, value in point.items() if key in again.inputs}
            written = values_at(again, given, BALLS)[again.output].entries
            assert all(one.overlaps(other) for one, other in zip(written, entries, strict=True))


@pytest.mark.parametrize(
    "text", ["logdet(X)", "exp(trace(A))", "det(X)*trace(X)", "sqrt(x @ x)", "sum(sin(A))", "A @ x"]
)
def test_what_sympy_does_not_know_is_left_out(text):
    """Of log(det(X)) its derivative is 0: SymPy's own entries contradict it."""
    found = matrices(built(text))
    assert all(one.matrix == "" and one.reason == "gave up" for one in found.values())


def test_a_formula_that_the_entries_contradict_is_dropped(monkeypatch):
    graph = built("x.T @ A @ x")
    assert matrices(graph)["x"].matrix
    right = symbolic_arrays.derivatives

    def wrong(graph, nodes, deadline):
        from dataclasses import replace

        return {node: replace(one, formulas=one.formulas[::-1]) for node, one in right(graph, nodes, deadline).items()}

    monkeypatch.setattr(symbolic_arrays, "derivatives", wrong)
    assert matrices(graph)["x"].matrix == ""


def test_one_by_one_matrices_are_left_out():
    found = matrices(built("x.T @ A @ x", {"A": (1, 1), "x": (1,)}))
    assert all(one.matrix == "" for one in found.values())


def test_sizes_are_shrunk_alike():
    graph = built("norm(y - R @ x)**2", {"R": (40, 30), "x": (30,), "y": (40,)})
    small = symbolic_matrices._shrunk(graph)
    assert {small.shape(graph.inputs[name]) for name in "Rxy"} == {(3, 2), (2,), (3,)}


def test_without_time_there_is_no_formula():
    assert matrices(built("x.T @ A @ x"), seconds=0)["x"].matrix == ""


def test_the_formula_takes_part_where_entries_are_too_many():
    result = evaluate("trace(A @ B @ A)", declarations="A: 21x21; B: 21x21", routes=["symbolic", "fd"], nodes="inputs")
    assert result.verdict.name == "agree"
    assert {one.name: one.symbolic.matrix for one in result.gradient}["B"] == "A.T @ A.T"


def test_a_wrong_formula_for_a_large_array_would_be_seen(monkeypatch):
    def wrong(formula, symbols):
        return [2 * entry for entry in right(formula, symbols)]

    right = matrix_formula.enclose
    monkeypatch.setattr(matrix_formula, "enclose", wrong)
    monkeypatch.setattr(symbolic_matrices, "_is_confirmed", lambda *_: True)
    result = evaluate("trace(A @ B @ A)", declarations="A: 21x21; B: 21x21", nodes="inputs")
    assert result.verdict.name == "disagree"


def test_a_singular_inverse_has_no_enclosure():
    graph = built("a @ inv(X) @ b")
    formula = matrices(graph)["X"].matrix_formula
    with BALLS.working():
        ones = [arb(1)] * 9
        assert not any(
            one.is_finite() for one in matrix_formula.enclose(formula, {"X": ones, "a": ones[:3], "b": ones[:3]})
        )
