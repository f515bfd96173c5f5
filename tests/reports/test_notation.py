"""The texts of a result as formulas; what is none stays text."""

from __future__ import annotations

import re

import pytest

from gradcheck.reports.notation import Notation, code, inline, lines
from gradcheck.syntax import mathml

NOTATION = Notation({"x": (3,), "W": (2, 3), "e": (2,), "L": (), "a": (), "K": (2, 2)})


def text(markup):
    return re.sub(r"<[^>]*>|[\u2061\u2062]", "", markup)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("∂L/∂e", "∂L∂e"),
        ("∂L/∂e @ x.T", "∂L∂exT"),
        ("W.T @ ∂L/∂e", "WT∂L∂e"),
        ("∂L/∂W * W", "∂L∂W∘W"),
        ("∂L/∂a*W", "∂L∂a⋅W"),
        ("∂K[i,j]/∂K @ W", "∂K[i,j]∂KW"),
        ("e", "e"),
    ],
)
def test_pullbacks(source, shown):
    assert text(NOTATION.formula(source).markup) == shown


def test_an_upstream_derivative_has_its_colour():
    assert '<mfrac class="upstream">' in NOTATION.formula("∂L/∂e @ x.T").markup


def test_values_take_the_place_of_names():
    assert text(NOTATION.formula("a**2 + a", {"a": mathml.number("-2")}).markup) == "(−2)2+(−2)"
    assert text(NOTATION.formula("∂L/∂a*a", {"a": mathml.number("3")}).markup) == "∂L∂a⋅3"


def test_the_letter_e_is_a_node_where_there_is_one():
    """Its shape is that of the node, not that of the constant."""
    assert text(NOTATION.formula("e*e").markup) == "e∘e"


def test_what_is_no_formula():
    assert NOTATION.formula("(∂L/∂a at [0], else 0)") is None
    assert text(code("<b>")) == "&lt;b&gt;"
    assert code("x" * 5_000).endswith("… (5,000 characters)</code>")


def test_programs():
    assert [name for name, _ in NOTATION.program("h = W @ x; sum(h)")] == ["h", ""]
    assert NOTATION.program("h = W @") is None


def test_lines_break_between_terms_and_sides():
    one, two = mathml.name("a"), mathml.name("b")
    markup = lines((one, [[one, two], [two]]), (None, [[one]]))
    assert text(markup) == "a=a +b =b=a"
    assert markup.count("<math") == 5
    assert markup.count('class="left"') == 2


def test_inline():
    assert inline(mathml.name("a"), mathml.sign("=")) == (
        '<math displaystyle="true"><mi>a</mi><mo form="infix">=</mo></math>'
    )
