"""MathML: well-formed, of the Core elements alone, and the formula that people would write."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import trees, write

from gradcheck.primitives.table import PRIMITIVES
from gradcheck.syntax import mathml
from gradcheck.syntax.mathml import bracketed, fenced, formula, number, statements

CORE = {
    "math": {1}, "mrow": set(range(200)), "mi": {0}, "mn": {0}, "mo": {0}, "mtext": {0}, "mspace": {0}, "mfrac": {2},
    "msqrt": {1}, "mroot": {2}, "msup": {2}, "msub": {2}, "mtable": set(range(1, 60)), "mtr": set(range(1, 60)),
    "mtd": set(range(1, 6)),
}  # fmt: skip
"""The elements that are used, with how many children each may have; what has no child has text."""
LETTERS = re.compile(r"[\u2061\u2062]")
SHAPES = {"A": (2, 3), "B": (3, 3), "W": (2, 3), "b": (2,), "v": (3,), "p": (3,), "s": ()}


def tree(markup):
    return ET.fromstring(mathml.math(markup))


def text(piece):
    """The characters of a formula, from left to right."""
    return LETTERS.sub("", "".join(tree(piece.markup).itertext()))


def check(markup):
    root = tree(markup)
    assert len(root) == 1, "a piece is one element"
    for element in root.iter():
        assert len(element) in CORE[element.tag], element.tag
        if element.tag in {"mi", "mn", "mo", "mtext"}:
            assert element.text


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("x**2 + exp(x**2)", "x2+exp(x2)"),
        ("2*x*cos(x)", "2x⋅cos(x)"),
        ("2*(x + 1)", "2(x+1)"),
        ("2*3*x", "2⋅3⋅x"),
        ("2*(-3)", "2⋅(−3)"),
        ("-2*x", "−2x"),
        ("x*2", "x⋅2"),
        ("2*(1/x)", "2⋅1x"),
        ("-(x*y)", "−x⋅y"),
        ("(-x)*y", "−x⋅y"),
        ("x*(-y)", "x⋅(−y)"),
        ("x - (y - z)", "x−(y−z)"),
        ("x - y - z", "x−y−z"),
        ("x - (-y)", "x−(−y)"),
        ("x*(y*z)", "x⋅(y⋅z)"),
        ("(x + y)*z", "(x+y)⋅z"),
        ("(x**2)**y", "(x2)y"),
        ("x**2**y", "x2y"),
        ("(x/y)**2", "(xy)2"),
        ("sin(x)**2", "sin2(x)"),
        ("sin(x)**-1", "sin(x)−1"),
        ("exp(x)**2", "exp(x)2"),
        ("abs(x) + floor(y)", "|x|+⌊y⌋"),
        ("log(x, 2) + log10(y)", "log2(x)+log10(y)"),
        ("sigmoid(theta1*x_max)", "σ(θ1⋅xmax)"),
        ("asin(x) + atanh(y)", "arcsin(x)+artanh(y)"),
        ("0.25 + 1e30", "0.25+1×1030"),
        ("where(x > 0, x, -x)", "{xif\u00a0x>0−xotherwise"),
        ("1 if x > 0 else 0", "{1if\u00a0x>00otherwise"),
        ("y*(1 if x > 0 else 0) + exp(2 if x < 0 else y)", None),
        ("x*(2*y)", "x⋅2y"),
        ("3*(2*y)", "3(2y)"),
        ("(2*y)**2", "(2y)2"),
        ("A @ (2*p)", "A(2p)"),
        ("A*(2*W)", "A∘2W"),
        ("x <= 1 and (y > 0 or y < -1)", None),
        ("Heaviside(x)*Max(0, x)", "heaviside(x)⋅max(0,x)"),
        ("A @ p", "Ap"),
        ("A * W", "A∘W"),
        ("s * A", "s⋅A"),
        ("(A * W) @ p", "(A∘W)p"),
        ("A + A * W", "A+A∘W"),
        ("A**2", "A∘2"),
        ("b @ b", "b⋅b"),
        ("b @ A", "bTA"),
        ("p @ B @ p", "pTB⋅p"),
        ("A.T @ inv(B) @ b", "ATB−1b"),
        ("norm(p)**2 + norm1(v)", "‖p‖2+‖v‖1"),
        ("p[0] + A[0, :]", "p[0]+A[0,:]"),
        ("[1, 2] + b", "[12]+b"),
        ("[[1, 2], [3, 4]]", "[1234]"),
        ("[1, 2, 3, 4, 5, 6, 7]", "[1,2,3,4,5,6,7]"),
        ("eye(3) @ B", "I3B"),
    ],
)
def test_formulas(source, shown):
    piece = formula(source, variables=SHAPES)
    check(piece.markup)
    if shown is not None:
        assert text(piece) == shown


@pytest.mark.parametrize("source", ["(x + y)/2", "sqrt(x + 1)", "x**(y + 1)", "cbrt(x + 1)", "1/(2*sqrt(x))"])
def test_what_the_layout_shows_needs_no_brackets(source):
    assert "(" not in text(formula(source))


def test_the_structure_of_the_running_example():
    root = tree(formula("sqrt(x**2 + exp(x**2)) + 1/(2*y)").markup)
    assert [child.tag for child in root[0]] == ["msqrt", "mo", "mfrac"]
    assert root.find(".//msqrt//msup") is not None


@pytest.mark.parametrize("name", PRIMITIVES)
def test_every_primitive_is_typeset(name):
    row = PRIMITIVES[name]
    operands = [mathml.name(one) for one in ("u", "v", "w")[: row.arity or 1]]
    parameters = (1, 2)[: max(row.parameters or (0,))] or ((1,) if name == "eye" else ())
    check(mathml.applied(row, operands, parameters).markup)


@given(trees())
def test_every_expression_is_typeset_with_balanced_brackets(made):
    piece = formula(write(made), bound=frozenset(("x", "y", "z")))
    if piece is not None:
        check(piece.markup)
        shown = text(piece)
        assert shown.count("(") == shown.count(")")


@given(st.text(max_size=40))
def test_any_text_is_a_formula_or_none(source):
    piece = formula(source)
    if piece is not None:
        check(piece.markup)


@given(st.text(min_size=1, max_size=20))
def test_names_and_words_are_escaped(source):
    for markup in (mathml.name(source).markup, mathml.words(source), number(source).markup):
        check(markup)
        assert not re.search(r"<(?!/?m)", markup)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("x", "x"), ("x1", "x1"), ("x_12", "x12"), ("alpha", "α"), ("Omega_max", "Ωmax"), ("loss", "loss"),
        ("a_b_c", "a_b_c"), ("π", "π"),
    ],
)  # fmt: skip
def test_names(source, shown):
    assert text(mathml.name(source)) == shown


def test_digits_behind_a_letter_are_a_subscript():
    assert mathml.name("x1").markup == "<msub><mi>x</mi><mn>1</mn></msub>"
    assert mathml.name("theta_2").markup == "<msub><mi>θ</mi><mn>2</mn></msub>"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("5.98308", "5.98308"), ("-0.25", "−0.25"), ("1e-08", "1×10−8"), ("-1.5e+16", "−1.5×1016"), ("inf", "∞"),
        ("-inf", "−∞"), ("undefined", "undefined"), ("[0, 1]", "[0,1]"), ("[-1e-05, 0]", "[−1×10−5,0]"), ("–", "–"),
    ],
)  # fmt: skip
def test_numbers(source, shown):
    piece = number(source)
    check(piece.markup)
    assert text(piece) == shown
    assert piece.number


def test_numbers_in_the_place_of_names():
    leaves = {"a": number("-2"), "b": number("1e-08"), "c": number("3")}
    assert text(formula("a**2*b + 2*c - a", leaves=leaves)) == "(−2)2⋅(1×10−8)+2⋅3−(−2)"


def test_brackets_grow_with_what_is_tall_only():
    assert 'stretchy="false"' in fenced("(", ")", mathml.name("x")).markup
    assert "stretchy" not in fenced("(", ")", mathml.fraction(number("1"), number("2"))).markup
    assert bracketed(mathml.name("x"), mathml.ATOM) == "<mi>x</mi>"


def test_programs():
    found = statements("e = a*b; d = c + e; d*f")
    assert [(name, text(piece)) for name, piece in found] == [("e", "a⋅b"), ("d", "c+e"), ("", "d⋅f")]
    assert formula("e = a*b; e") is None
    (_, first), (_, second) = statements("h = W @ p; h * h", variables=SHAPES)
    assert (text(first), text(second)) == ("Wp", "h∘h")


@pytest.mark.parametrize(
    "source", ["", "x +", "Piecewise((1, x > 0), (0, True))", "x" + "+1" * 5_000, "sin(" * 500 + "x" + ")" * 500]
)
def test_what_is_no_formula(source):
    assert formula(source) is None
