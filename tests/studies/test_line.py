"""Functions along a line, in every arithmetic."""

import pytest
from flint import arb

from gradcheck.arithmetic.balls import ZERO, shared
from gradcheck.point import read_point
from gradcheck.studies.line import Line, direction_to, drawn_direction, is_nothing
from gradcheck.studies.setting import read_setting


def setting(text, at, declarations=None):
    return read_setting(text, at, declarations, 0)


def line(text, at, to):
    start = setting(text, at)
    return Line(start, direction_to(start, read_point(to)))


@pytest.mark.parametrize(
    ("text", "at", "to"),
    [
        ("x**2 + y", "x=1,y=2", "x=3,y=0"),
        ("norm(x)**2 + trace(A)", ["x=[1,2]", "A=[[1,2],[3,4]]"], ["x=[3,2]", "A=[[1,2],[3,5]]"]),
    ],
)
def test_the_two_ends(text, at, to):
    way = line(text, at, to)
    with shared(128).working():
        assert way.at(128, arb(0)) == way.setting.value(128)
        assert way.at(128, arb(1)) == way.setting.value(128, read_point(to))
        coefficients = way.coefficients(128, 3, ZERO)
        assert abs(sum(coefficients, ZERO) - way.at(128, arb(1))) < 1e-30


def test_rational_steps_are_exact_and_others_are_formulas():
    start = setting("x*y", "x=0.1,y=1")
    found = direction_to(start, read_point("x=0.3,y=pi"))
    assert found["x"].text == "0.2"
    assert found["y"].text == "pi - (1)"
    assert is_nothing(direction_to(start, read_point("x=0.1")))
    assert not is_nothing(found)


def test_directions_are_drawn_from_the_seed():
    start = setting("norm(W @ x)", None, "W: 2x3; x: 3")
    one, other = drawn_direction(start, ["W", "x"], 1), drawn_direction(start, ["W", "x"], 2)
    assert one == drawn_direction(start, ["W", "x"], 1)
    assert one != other
    assert all(entry for value in one.values() for entry in value.entries)
