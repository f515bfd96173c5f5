"""One pair of brackets more, less or elsewhere: every such reading, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.arithmetic.balls import shared
from gradcheck.claims.brackets import regroupings
from gradcheck.claims.forest import Forest
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import write_program

NAMES = ("x", "y", "z")


def regrouped(text):
    arithmetic = shared(256, hull=True)
    with arithmetic.working():
        names = {name: arithmetic.number(number) for name, number in zip(NAMES, (3, 7, 11), strict=True)}
        forest = Forest(arithmetic, names)
        tree = forest.plant(parse(text))
        return [forest.text(one) for one in regroupings(forest, tree.node)]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("x", []),
        ("x + y", []),
        ("2*x", []),
        ("x + y*z", ["(x + y)*z"]),
        ("(x + y)*z", ["x + y*z", "x + y*z"]),
        ("1/2*x", ["1/(2*x)"]),
        ("1/(2*x)", ["1/2*x"]),
        ("x**2*y", ["x**(2*y)"]),
        ("-x**2", []),  # a minus squared away is no slip of the pen
        ("x - y - z", ["x - (y - z)"]),
        ("cos(x)**2", ["cos(x**2)"]),
        ("cos(x**2)", ["cos(x)**2"]),
        ("cos(x)*y", ["cos(x*y)"]),
        ("hypot(x, y)*z", ["hypot(x, y*z)"]),
        ("sin(x) + y", ["sin(x + y)"]),
        ("x + y + z", ["x + (y + z)"]),
    ],
)
def test_readings(text, readings):
    found = regrouped(text)
    assert len(found) == len(set(found))
    assert set(found) == set(readings)


def test_the_lecture_notes_bracket():
    found = regrouped("1*(1/(2*sqrt(x)) + 1)*(-sin(x))")
    assert "1*1/(2*sqrt(x)) + 1*(-sin(x))" in found
    assert "1*(1/(2*sqrt(x))) + 1*(-sin(x))" in found


LEAVES = st.sampled_from(["x", "y", "z", "2", "3"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        inner.map(lambda t: f"sin({t})"),
        inner.map(lambda t: f"-({t})"),
    ),
    max_leaves=6,
)


@given(TREES)
def test_every_reading_has_the_same_letters_and_is_another_tree(text):
    plain = write_program(parse(text))
    for reading in regrouped(text):
        assert reading != plain
        assert write_program(parse(reading)) == reading  # what is quoted is what was meant
        assert _bare(reading) == _bare(plain)


def _bare(text):
    return text.replace("(", "").replace(")", "").replace(" ", "")


def test_the_way_back_is_a_reading_too():
    for text in ("x + y*z", "1/2*x", "cos(x)**2", "sin(x) + y", "x**2*y"):
        for reading in regrouped(text):
            assert text in regrouped(reading)


def test_long_expressions_are_left_alone():
    assert regrouped(" + ".join(["x*y"] * 40)) == []
