"""Remainder bounds: they hold, they are sharp, and where there is none the reason is said."""

import mpmath
import pytest
from flint import arb

from gradcheck.arithmetic.balls import shared
from gradcheck.deadline import Deadline
from gradcheck.point import read_point
from gradcheck.studies.bounds import lagrange
from gradcheck.studies.line import Line, direction_to
from gradcheck.studies.results import Bound
from gradcheck.studies.setting import read_setting


def bound(text, at, to, order, seconds=10.0):
    setting = read_setting(text, at, None, 0)
    return lagrange(Line(setting, direction_to(setting, read_point(to))), order, 320, Deadline(seconds), "x")


@pytest.mark.parametrize(
    ("text", "function", "a", "b", "order"),
    [
        ("exp(x)", mpmath.exp, 0, 1, 3),
        ("sin(x)/x", lambda x: mpmath.sin(x) / x, 1, 2, 5),
        ("sqrt(x)*cos(x)", lambda x: mpmath.sqrt(x) * mpmath.cos(x), 2, 2.5, 5),
        ("log(x)", mpmath.log, 1, 3, 1),
        ("1/(1 + x**2)", lambda x: 1 / (1 + x**2), -1, 1, 2),
    ],
)
def test_bounds_enclose_the_next_coefficient_closely(text, function, a, b, order):
    found = bound(text, f"x={a}", f"x={b}", order)
    with mpmath.workdps(40):
        places = [a + mpmath.mpf(b - a) * k / 40 for k in range(41)]
        h = mpmath.mpf(b - a) ** (order + 1) / mpmath.factorial(order + 1)
        values = [mpmath.diff(function, place, order + 1) * h for place in places]
        low, high = float(min(values)), float(max(values))
    with shared(320).working():
        assert float(found.lower()) <= low + 1e-12
        assert float(found.upper()) >= high - 1e-12
        assert float(found.upper() - found.lower()) <= 1.3 * (high - low) + 1e-12


def test_a_polynomial_has_no_remainder():
    assert bound("x**3 - 2*x", "x=1/3", "x=7/5", 3).is_zero()


def test_without_time_there_is_no_bound():
    found = bound("exp(sin(x))", "x=0", "x=1", 3, seconds=1e-9)
    assert isinstance(found, Bound)
    assert found.reason == "the time for it was used up"
    assert not found.is_broken


def test_a_slope_that_grows_without_bound():
    found = bound("x*sqrt(x)", "x=1", "x=0", 1)
    assert isinstance(found, Bound)
    assert "near x = 0" in found.reason
    assert not isinstance(found, arb)
