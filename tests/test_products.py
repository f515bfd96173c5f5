"""Products that notation leaves open, settled by shapes in the plain text."""

import pytest

from gradcheck import products
from gradcheck.reading import read
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import write_program
from gradcheck.syntax.translation import Chunk, assembled

SHAPES = {"A": (2, 2), "B": (2, 2), "x": (2,), "y": (2,), "s": ()}

SETTLED = [
    ("A x", "A  @ x"),
    ("(A) (x)", "(A)  @ (x)"),
    ("s A x", "s A  @ x"),
    ("A·B", "A @ B"),
    ("A∗B", "A∗B"),
    ("A^(-1) x", "inv(A)  @ x"),
    ("A^2", "(A @ A)"),
    ("tr A B", "tr (A  @ B)"),
    ("sin(x) y", "sin(x)  @ y"),
    ("x/s y", "x/s  @ y"),
    ("z = A x; z·y", "z = A  @ x; z @ y"),
]


@pytest.mark.parametrize(("text", "settled"), SETTLED)
def test_settled(text, settled):
    translation = assembled(text, [Chunk(text, 0, len(text))], len(text))
    found = products.settled(translation, parse(text, frozenset(SHAPES)), SHAPES, {})
    assert found.text == settled
    assert len(found.starts) == len(found.ends) == len(found.text)
    parse(found.text, frozenset(SHAPES))


def test_shapes_of_items():
    program = parse("z = A @ x; z.T @ B + unknown[n]", frozenset(SHAPES))
    assert products.shapes_of(program, SHAPES)[:3] == [(2, 2), (2,), (2,)]
    assert products.shapes_of(program, SHAPES)[-2:] == [None, None]


def test_where_arrays_are():
    assert products.has_arrays(parse("x + y"), {"x": (2,)})
    assert products.has_arrays(parse("[1, 2]"), {})
    assert not products.has_arrays(parse("x + y"), {"x": ()})


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"$\operatorname{diag}(A) x$", "diag(A) @ x"),
        (r"$\operatorname{ones}(n) x$", "ones(n) @ x"),
        (r"$\operatorname{eye}(n) x$", "eye(n) @ x"),
        (r"$\operatorname{zeros}(n, n) x$", "zeros(n, n) @ x"),
    ],
)
def test_the_product_with_what_a_name_gives_the_size_of(latex, plain):
    program = read(latex, frozenset("Axn"), {"A": (2, 2), "x": (2,)}, {"n": 2})
    assert write_program(program) == plain
