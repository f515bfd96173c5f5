"""Shapes: what fits, what comes of it, and the words for what does not."""

from __future__ import annotations

import pytest

from gradcheck.build import build
from gradcheck.errors import GradcheckError
from gradcheck.shapes import (
    SHAPES,
    ShapeProblem,
    elementwise,
    grid,
    known_size,
    product,
    same,
    selection,
    shape_text,
    size,
    told,
)
from gradcheck.syntax.plain import parse
from gradcheck.syntax.tree import Slice

VARIABLES = {
    "A": (2, 3),
    "B": (3, 2),
    "S": (3, 3),
    "x": (3,),
    "y": (2,),
    "c": (3, 1),
    "r": (1, 3),
    "o": (1, 1),
    "e": (1,),
}


def shape_of(text):
    graph = build(parse(text, frozenset(VARIABLES)), frozenset(VARIABLES), VARIABLES, {"n": 2})
    return graph.shape(graph.output)


@pytest.mark.parametrize(
    ("shape", "text", "words", "rows_columns", "count"),
    [
        ((), "scalar", "a scalar", (1, 1), 1),
        ((3,), "3", "a vector of 3", (3, 1), 3),
        ((3, 2), "3x2", "a 3x2 matrix", (3, 2), 6),
    ],
)
def test_shapes_in_words(shape, text, words, rows_columns, count):
    assert (shape_text(shape), told(shape), grid(shape), size(shape)) == (text, words, rows_columns, count)


def test_axes_of_length_one_at_the_end_do_not_matter():
    assert same((3,), (3, 1))
    assert same((), (1, 1))
    assert not same((3,), (1, 3))


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        # products
        ("A @ B", (2, 2)), ("A @ x", (2,)), ("x @ B", (2,)), ("x @ x", ()), ("r @ x", ()), ("r @ c", (1, 1)),
        ("c @ r", (3, 3)), ("x @ r", (3, 3)), ("x.T @ S @ x", ()), ("A.T", (3, 2)), ("x.T", (1, 3)), ("s.T", ()),
        ("dot(x, x)", ()), ("outer(x, y)", (3, 2)), ("hadamard(A, A)", (2, 3)),
        # entry by entry
        ("A + 1", (2, 3)), ("2*x", (3,)), ("x + c", (3,)), ("c + x", (3,)), ("o*A", (2, 3)), ("sin(A)", (2, 3)),
        ("e*2", (1,)), ("2*e", (1,)), ("o + e", (1,)), ("o*2", (1, 1)), ("x > 0", (3,)), ("where(A > 0, A, 0)", (2, 3)),
        ("max(x, c)", (3,)), ("x**2", (3,)), ("s*s", ()),
        # reductions
        ("sum(A)", ()), ("sum(A, 0)", (3,)), ("sum(A, 1)", (2,)), ("mean(x)", ()), ("mean(x, 0)", ()), ("norm(A)", ()),
        ("max(A)", ()), ("softmax(x)", (3,)), ("logsumexp(A)", ()), ("norm(x)**2", ()),
        # squares
        ("trace(S)", ()), ("det(S)", ()), ("logdet(S)", ()), ("inv(S)", (3, 3)), ("solve(S, x)", (3,)),
        ("solve(S, B)", (3, 2)), ("diag(x)", (3, 3)), ("diag(S)", (3,)), ("det(o)", ()),
        # parts
        ("A[0, 1]", ()), ("A[0]", (3,)), ("A[0, :]", (3,)), ("A[:, 0]", (2,)), ("A[:, 0:2]", (2, 2)),
        ("A[-1, -2:]", (2,)),
        ("A[0:1]", (1, 3)), ("x[1:]", (2,)), ("x[-1]", ()), ("[s, s]", (2,)), ("[x, x]", (2, 3)), ("[s]", (1,)),
        ("vstack(A, A)", (4, 3)), ("vstack(x, y)", (5,)), ("vstack(B, c.T[:, 0:2])", (4, 2)), ("hstack(A, y)", (2, 4)),
        ("hstack(x, x)", (3, 2)), ("reshape(A, 3, 2)", (3, 2)), ("reshape(A, 6)", (6,)), ("vec(A)", (6,)),
        # constants, and named sizes
        ("eye(3) + S", (3, 3)), ("ones(3) + x", (3,)), ("zeros(2, 3) + A", (2, 3)), ("eye(n) @ y", (2,)),
        ("A[:n, 0]", (2,)),
    ],
)  # fmt: skip
def test_what_fits(text, shape):
    assert shape_of(text) == shape


@pytest.mark.parametrize(
    ("text", "message", "hint", "at"),
    [
        ("A @ A", "@ of a 2x3 matrix and a 2x3 matrix", "transposing the left one would fit: 3x2 @ 2x3", "@"),
        ("x @ y", "@ of a vector of 3 and a vector of 2", "the outer product is outer(x, y)", "@"),
        ("2 @ x", "@ of a scalar and a vector of 3", "@ multiplies matrices; with a scalar write *", "@"),
        ("A*B", "* of a 2x3 matrix and a 3x2 matrix", "transpose one of them with .T", "*"),
        ("S*B", "* of a 3x3 matrix and a 3x2 matrix", "* works entry by entry; the matrix product is @", "*"),
        ("A + x", "+ of a 2x3 matrix and a vector of 3", "the same shape, or one be a scalar", "+"),
        ("x*r", "* of a vector of 3 and a 1x3 matrix", "transpose one of them", "*"),
        ("dot(x, y)", "dot of a vector of 3 and a vector of 2", "two vectors of one length", "dot(x, y)"),
        ("outer(A, x)", "outer of a 2x3 matrix", "outer takes two vectors", "outer(A, x)"),
        ("trace(A)", "a square matrix is needed here, not a 2x3 matrix", "", "trace(A)"),
        ("inv(x)", "a square matrix is needed here, not a vector of 3", "", "inv(x)"),
        ("solve(S, y)", "solve of a 3x3 matrix and a vector of 2", "the right side must have 3 rows", "solve(S, y)"),
        ("softmax(A)", "softmax takes a vector, not a 2x3 matrix", "", "softmax(A)"),
        ("diag(A)", "a square matrix is needed here", "", "diag(A)"),
        ("sum(x, 1)", "a vector of 3 has no axis 1", "axis 0 runs down a column", "sum(x, 1)"),
        ("A[2, 0]", "there is no index 2 here", "indices run from 0 to 1", "A[2, 0]"),
        ("x[0, 0]", "a vector of 3 has 1 axis, not 2", "", "x[0, 0]"),
        ("A[0, 0, 0]", "an array has at most 2 axes here", "", None),
        ("x[-4]", "there is no index -4 here", "", "x[-4]"),
        ("x[2:2]", "the range 2:2 is empty", "", "x[2:2]"),
        ("(x @ x)[0]", "a scalar has no entries to select", "", "(x @ x)[0]"),
        (
            "[x, y]",
            "the rows of this list have 3 and 2 entries (row 2)",
            "all rows must have the same length",
            "[x, y]",
        ),
        ("[x, 1]", "a list holds either numbers or rows, not both", "", "[x, 1]"),
        ("[A, A]", "a list holds numbers or rows of numbers", "join matrices by vstack and hstack", "[A, A]"),
        ("vstack(A, B)", "vstack of a 2x3 matrix and a 3x2 matrix", "the same number of columns", "vstack(A, B)"),
        ("hstack(A, B)", "hstack of a 2x3 matrix and a 3x2 matrix", "the same number of rows", "hstack(A, B)"),
        ("reshape(A, 4)", "a 2x3 matrix has 6 entries, 4 has 4", "", "reshape(A, 4)"),
        ("zeros(0)*s", "a size must be at least 1, not 0", "", "zeros(0)"),
        ("eye(k) @ x", "'k' is no known size or index", "the name of a declared dimension", "eye(k)"),
        ("S**-1", "a negative power of a 3x3 matrix would be taken entry by entry", "the inverse is inv(A)", None),
    ],
)
def test_what_does_not_fit(text, message, hint, at):
    with pytest.raises(GradcheckError) as caught:
        shape_of(text)
    problem = caught.value
    assert message in str(problem)
    assert hint in (problem.hint or "")
    if at is not None:
        assert text[problem.span.start : problem.span.end] == at


def test_products_name_the_row_that_computes_them():
    assert product((2, 3), (3, 2)) == ("matmul", (2, 2))
    assert product((3,), (3, 2)) == ("vecmat", (2,))
    assert product((3,), (3,)) == ("dot", ())
    assert product((1,), (1,)) == ("dot", ())
    assert product((3,), (1, 4)) == ("matmul", (3, 4))


def test_numbers_stand_for_every_entry():
    assert elementwise("+", [(), (2, 3), (1, 1)]) == (2, 3)
    assert elementwise("+", [(), ()]) == ()
    assert elementwise("*", [(1,), ()]) == (1,)
    with pytest.raises(ShapeProblem):
        elementwise("+", [(2, 3), (3, 2)])


@pytest.mark.parametrize(
    ("shape", "index", "bounds"),
    [
        ((3,), (0,), (0, 1, 0, 1, 0)),
        ((3,), (-1,), (2, 3, 0, 1, 0)),
        ((3,), (Slice(1, None),), (1, 3, 0, 1, 1)),
        ((3,), (Slice(None, 99),), (0, 3, 0, 1, 1)),
        ((2, 3), (1,), (1, 2, 0, 3, 2)),
        ((2, 3), (Slice(None, None), -1), (0, 2, 2, 3, 1)),
        ((2, 3), (Slice(0, 1), Slice(-2, None)), (0, 1, 1, 3, 3)),
        ((2, 3), ("k", 0), (1, 2, 0, 1, 0)),
    ],
)
def test_what_an_index_selects(shape, index, bounds):
    assert selection(shape, index, {"k": 1}) == bounds


def test_sizes_are_numbers_or_known_names():
    assert known_size(3, {}) == 3
    assert known_size("n", {"n": 4}) == 4
    with pytest.raises(ShapeProblem, match="'m' is no known size"):
        known_size("m", {"n": 4})


def test_every_rule_is_used_by_a_row():
    from gradcheck.primitives.table import PRIMITIVES

    assert {row.shape for row in PRIMITIVES.values() if row.shape} - {"internal"} == set(SHAPES)
