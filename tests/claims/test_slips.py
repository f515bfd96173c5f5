"""Slips of the pen: named where one change makes the claim right, never where none does."""

from __future__ import annotations

import pytest

from gradcheck.claims.verify import Task, verify
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.primitives.slips import CONFUSED, SLIPS


def diagnosis(expression, claim, **options):
    found = verify(Task(expression, claim, **options))
    assert found.verdict == "wrong"
    return found.diagnosis


@pytest.mark.parametrize(
    ("expression", "claim", "kind", "correction"),
    [
        ("sin(x**2)", "2*x*cos(x)**2", "bracket", "2*x*cos(x**2)"),
        ("x*sin(y) + x**2", "sin(y) - 2*x", "sign", "sin(y) + 2*x"),
        ("x**5", "5*x**3", "exponent", "5*x**4"),
        ("x**2*y", "2*x + y", "operation", "2*x*y"),
        ("x**2*exp(x)", "(3*x + x**2)*exp(x)", "number", "(2*x + x**2)*exp(x)"),
        ("sin(x)*cos(y)", "cos(x)*sin(y)", "function", "cos(x)*cos(y)"),
        ("x*log(y)/z", "z/log(y)", "order", "log(y)/z"),
        ("x**2*y + z", "2*x*z", "name", "2*x*y"),
        ("x*exp(x)", "exp(x) + x*exp(x) + x", "term", "exp(x) + x*exp(x)"),
        ("x*exp(x)", "x*exp(x) + x*exp(x)", "factor", "exp(x) + x*exp(x)"),
        ("x**2*exp(y)*sin(x)", "2*x*exp(y)*sin(x) + x**2*cos(x)", "missing factor", None),
    ],
)
def test_every_kind(expression, claim, kind, correction):
    found = diagnosis(expression, claim, wrt="x")
    assert found is not None
    assert found.misconception == SLIPS[kind][0]
    assert correction is None or found.correction == correction
    assert verify(Task(expression, found.correction, wrt="x")).verdict == "correct"


@pytest.mark.parametrize(
    ("expression", "claim"),
    [
        ("x**2*sin(x)", "x**3 + tan(x)"),
        ("exp(x)*x", "cos(x)/x"),
        ("x**3 - x", "x**4*exp(x) - 7"),
        ("sqrt(x**2 + 1)", "sin(x) + cos(x)"),
        ("x**2*y + z", "x + y + z"),
    ],
)
def test_nothing_is_said_where_nothing_fits(expression, claim):
    assert diagnosis(expression, claim, wrt="x") is None


def test_of_several_slips_all_are_said():
    found = diagnosis("x**8", "8/x**7")
    assert found.message.startswith("one operation is wrong: 8/x**7 should be 8*x**7")
    assert "(or: one exponent is wrong: x**7 should be x**(-7))" in found.message


def test_a_constant_factor_says_which_number_it_is():
    found = diagnosis("3*x**2*sin(x)", "5*(2*x*sin(x) + x**2*cos(x))")
    assert found.misconception == "constant factor"
    assert "by the constant factor 5/3 (one number is wrong: 5*(2*x*sin(x) + x**2*cos(x))" in found.message
    assert found.correction == "3*(2*x*sin(x) + x**2*cos(x))"


def test_where_a_misconception_and_a_bracket_fit_both_are_said():
    found = diagnosis("sqrt(x)", "1/2*sqrt(x)")
    assert found.misconception == "root: derivative √u/2"
    assert "(or: misplaced bracket: with other brackets it is right: 1/(2*sqrt(x)), not 1/2*sqrt(x))" in found.message


def test_a_number_at_a_point_has_no_slips():
    found = verify(Task("x**3 + x", "8.75", at="x=2"))
    assert found.verdict == "wrong"
    assert found.diagnosis is None


def test_a_slip_beyond_a_kink_is_none():
    """On the side that is far away the changed claim is wrong, so that nothing is said."""
    found = diagnosis("x**2 + relu(x - 5000)", "3*x + where(x > 5000, 1, 0)")
    assert found.correction == "2*x + where(x > 5000, 1, 0)"
    assert diagnosis("x**2 + relu(x - 5000)", "3*x") is None


def test_a_correct_claim_has_no_slip():
    found = verify(Task("sin(x**2)", "2*x*cos(x**2)"))
    assert found.verdict == "correct"
    assert found.diagnosis is None


def test_a_long_claim_is_left_alone_quickly():
    claim = " + ".join(["cos(x)"] * 3000)
    assert diagnosis("sin(x)", claim).misconception == "constant factor"


@pytest.mark.parametrize("family", CONFUSED)
def test_functions_that_are_confused_exist(family):
    assert set(family) <= set(PRIMITIVES)
