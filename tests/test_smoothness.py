"""Kinks, jumps, vertical tangents, edges: every case of the specification is told apart, with the right slopes."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from gradcheck.errors import DomainProblem, GradcheckError
from gradcheck.evaluation import evaluate

INFINITY = Decimal("Infinity")


def case(text, at, kind, differentiable, left, right, verdict, *words):
    return pytest.param(text, at, kind, differentiable, left, right, verdict, words, id=f"{text} at {at}")


CASES = [
    # kinks: continuous, two slopes
    case("relu(x)", "x=0", "kink", False, 0, 1, "undecided", "continuous", "slope 0 on the left, 1 on the right",
         "not differentiable", "autodiff libraries return 0"),
    case("leaky_relu(x)", "x=0", "kink", False, "0.01", 1, "undecided", "slope 0.01 on the left, 1 on the right"),
    case("abs(x)", "x=0", "kink", False, -1, 1, "undecided", "slope -1 on the left, 1 on the right"),
    case("abs(sin(x))", "x=pi", "kink", False, -1, 1, "undecided", "slope -1 on the left, 1 on the right"),
    case("abs(x - 1/3)", "x=1/3", "kink", False, -1, 1, "undecided", "slope -1 on the left, 1 on the right"),
    case("max(x, 3*x)", "x=0", "kink", False, 1, 3, "undecided", "slope 1 on the left, 3 on the right"),
    case("min(x, x**2)", "x=1", "kink", False, 2, 1, "undecided", "slope 2 on the left, 1 on the right"),
    case("where(x > 0, x, -x)", "x=0", "kink", False, -1, 1, "undecided", "slope -1 on the left, 1 on the right"),
    case("where(x < 1, x, x**2)", "x=1", "kink", False, 1, 2, "undecided", "slope 1 on the left, 2 on the right"),
    case("sqrt(x**2)", "x=0", "kink", False, -1, 1, "undecided"),
    case("hypot(x - 0.1, 2*x - 0.2)", "x=0.1", "kink", False, -(5 ** 0.5), 5 ** 0.5, "undecided"),
    case("hypot(sin(x), x - pi)", "x=pi", "kink", False, -(2 ** 0.5), 2 ** 0.5, "undecided"),
    case("1e-100*abs(x)", "x=0", "kink", False, "-1e-100", "1e-100", "undecided"),
    case("1e-100*abs(x)*sin(x)", "x=0", "smooth", True, 0, 0, "agree"),
    case("1e100*abs(x)**3 + 1e-60*x", "x=0", "smooth", True, "1e-60", "1e-60", None),
    case("relu(x)", "x=1e-30", "smooth", True, 1, 1, "agree"),
    # kinks that cancel, kinks that are flattened
    case("x*abs(x)", "x=0", "smooth", True, 0, 0, "agree", "smooth", "slope 0 on both sides"),
    case("abs(x)**3", "x=0", "smooth", True, 0, 0, "agree", "smooth", "slope 0 on both sides"),
    case("relu(x) - relu(-x)", "x=0", "smooth", True, 1, 1, None, "smooth", "slope 1 on both sides",
         "autodiff libraries return 0, which is wrong"),
    case("max(x, x)", "x=2", "smooth", True, 1, 1, None, "smooth", "slope 1 on both sides"),
    case("where(x > 0, x**2, -x**2)", "x=0", "smooth", True, 0, 0, None, "smooth"),
    case("abs(x) + abs(-x) - 2*abs(x) + x", "x=0", "smooth", True, 1, 1, None, "smooth", "slope 1 on both sides"),
    # vertical tangents and cusps
    case("cbrt(x)", "x=0", "vertical", False, INFINITY, INFINITY, "undecided", "continuous", "vertical tangent",
         "no finite derivative"),
    case("-cbrt(x)", "x=0", "vertical", False, -INFINITY, -INFINITY, "undecided", "vertical tangent"),
    case("root(x, 3)", "x=0", "vertical", False, INFINITY, INFINITY, "undecided", "vertical tangent"),
    case("sqrt(abs(x))", "x=0", "vertical", False, -INFINITY, INFINITY, "undecided", "cusp"),
    case("cbrt(x**2)", "x=0", "vertical", False, -INFINITY, INFINITY, "undecided", "cusp"),
    # jumps
    case("floor(x)", "x=2", "jump", False, None, 0, "undecided", "jumps", "not continuous", "seen from the left"),
    case("ceil(x)", "x=2", "jump", False, 0, None, "undecided", "jumps", "seen from the right"),
    case("sign(x)", "x=0", "jump", False, None, None, "undecided", "jumps"),
    case("heaviside(x)", "x=0", "jump", False, None, None, "undecided", "jumps"),
    case("where(x == 0, 5, x)", "x=0", "jump", False, None, None, "undecided", "jumps", "left and right"),
    case("(x > 0)*(x + 1)", "x=0", "jump", False, 0, None, "undecided", "jumps", "seen from the right"),
    case("where(x > 0, 1, 0)", "x=0", "jump", False, 0, None, "undecided", "jumps", "seen from the right"),
    case("where(x >= 1, x, 5)", "x=1", "jump", False, None, 1, "undecided", "jumps", "seen from the left"),
    case("floor(x)", "x=2.5", "smooth", True, 0, 0, "agree"),
    # edges of the domain
    case("sqrt(x)", "x=0", "edge", False, None, INFINITY, "undecided", "edge of the domain", "on the right",
         "vertical tangent"),
    case("x**1.5", "x=0", "edge", False, None, 0, "undecided", "edge of the domain", "on the right", "it is 0"),
    case("asin(x)", "x=1", "edge", False, INFINITY, None, "undecided", "edge of the domain", "on the left"),
    case("acosh(x)", "x=1", "edge", False, None, INFINITY, "undecided", "edge of the domain", "on the right"),
    case("sqrt(2 - x)", "x=2", "edge", False, -INFINITY, None, "undecided", "edge of the domain", "on the left"),
    case("sqrt((1 - x)**3)", "x=1", "edge", False, 0, None, "undecided", "on the left", "it is 0"),
    case("where(asin(x) != x or 2 > 1, 7, x)", "x=-1", "edge", False, None, 0, "undecided", "on the right"),
    case("x**x", "x=-2", "edge", False, None, None, "undecided", "not near it"),
    # ordinary points
    case("x**2", "x=3", "smooth", True, 6, 6, "agree"),
    case("sin(x)", "x=0", "smooth", True, 1, 1, "agree"),
]  # fmt: skip


def is_near(shown, expected):
    if expected is None or shown is None:
        return shown is None and expected is None
    if Decimal(expected).is_infinite():
        return shown == expected
    return abs(shown - Decimal(expected)) < Decimal("1e-12")


@pytest.mark.parametrize(("text", "at", "kind", "differentiable", "left", "right", "verdict", "words"), CASES)
def test_each_case_is_told_apart(text, at, kind, differentiable, left, right, verdict, words):
    result = evaluate(text, at=at)
    smooth = result.smooth
    assert smooth.kind == kind
    assert smooth.differentiable is differentiable
    assert is_near(smooth.left, left), smooth.left
    assert is_near(smooth.right, right), smooth.right
    for word in words:
        assert word in smooth.message
    if verdict is None:
        assert result.verdict.name in {"agree", "undecided"}
        assert result.verdict.name == "agree" or result.verdict.reason
    else:
        assert result.verdict.name == verdict


@pytest.mark.parametrize(
    ("text", "at", "blamed", "condition"),
    [
        ("1/x", "x=0", "1/x", "x != 0"),
        ("log(x)", "x=-1", "log(x)", "x > 0"),
        ("x/x", "x=0", "x/x", "x != 0"),
        ("log(x - 2)", "x=1", "log(x - 2)", "x - 2 > 0"),
        ("log(x)", "x=0", "log(x)", "x > 0"),
        ("sqrt(x)", "x=-1e-50", "sqrt(x)", "x >= 0"),
        ("asin(x)", "x=1.1", "asin(x)", "x <= 1"),
        ("2 + tan(x)*0", "x=pi/2", "tan(x)", "cos(x) != 0"),
        ("x**-1", "x=0", "x**-1", "x != 0"),
        ("x**0.5", "x=-1", "x**0.5", "x >= 0"),
        ("x**(1/3)", "x=-8", "x**(1/3)", "x >= 0"),
        ("sin(x)/(x - x)", "x=1", "sin(x)/(x - x)", "x - x != 0"),
        ("atan2(x, x)", "x=0", "atan2(x, x)", "x != 0"),
        ("acosh(x)", "x=0.5", "acosh(x)", "x >= 1"),
        ("where(x > 0, log(-x), 1)", "x=1", "log(-x)", "-x > 0"),
    ],
)
def test_outside_the_domain_is_an_input_that_cannot_be_used(text, at, blamed, condition):
    with pytest.raises(DomainProblem) as caught:
        evaluate(text, at=at)
    problem = caught.value
    assert problem.source[problem.span.start : problem.span.end] == blamed
    assert condition in problem.message


@pytest.mark.parametrize(
    ("text", "hint"), [("x**(1/3)", "cbrt(x)"), ("x**(2/3)", "cbrt(x)**2"), ("x**(1/5)", "root(x, 5)")]
)
def test_the_real_root_is_offered(text, hint):
    with pytest.raises(DomainProblem) as caught:
        evaluate(text, at={"x": -8})
    assert hint in caught.value.hint


def test_several_inputs_the_worst_is_told():
    """hypot at the origin is a cone: a kink along either variable."""
    smooth = evaluate("hypot(x, y)", at="x=0, y=0").smooth
    assert (smooth.kind, smooth.differentiable) == ("kink", False)
    assert (smooth.left, smooth.right) == (-1, 1)
    assert "slope -1 on the left, 1 on the right" in smooth.message


def test_the_variable_with_the_break_is_named():
    smooth = evaluate("sin(x)*y + floor(y)", at="x=1, y=2").smooth
    assert smooth.kind == "jump"
    assert smooth.wrt == "y"
    assert "y = 2" in smooth.message


def test_a_break_in_the_branch_that_is_not_taken_does_not_count():
    result = evaluate("where(x > -1, x**2, floor(x))", at="x=2")
    assert result.smooth.kind == "smooth"
    assert result.verdict.name == "agree"


def test_the_dead_branch_needs_no_value():
    result = evaluate("where(x > 1, log(x), x)", at="x=-1")
    assert result.value == -1
    assert result.gradient[0].verdict.name == "agree"
    assert result.gradient[0].reverse.value == 1


@pytest.mark.parametrize("text", ["abs(x)", "relu(x)", "max(x, 0)", "leaky_relu(x)", "where(x > 0, x, -x)"])
def test_no_kink_an_inch_from_it(text):
    for x in ("1e-300", "-1e-300"):
        result = evaluate(text, at={"x": x})
        assert result.smooth.kind == "smooth"
        assert result.verdict.name == "agree"


@pytest.mark.parametrize(
    ("text", "at", "value"),
    [
        ("where(x <= 0.1, x, 2*x)", "0.1", "0.1"),
        ("where(x == 0.1, 5, x)", "0.1", "5"),
        ("where(x == x, x, 0)", "1/3", "0.333333333333"),
        ("where(x < x, 1, 2)", "1/3", "2"),
        ("floor(10*x)", "0.1", "1"),
        ("ceil(3*x)", "1/3", "1"),
        ("sign(3*x - 1)", "1/3", "0"),
        ("heaviside(x - 0.7)", "0.7", "0.5"),
        ("where(x >= 1/3 and x <= 1/3, 7, 8)", "1/3", "7"),
        ("where(0.1 + 0.2 == 0.3, x, 0)", "4", "4"),
        ("where(exp(x) == exp(x), x, 0)", "1", "1"),
        ("where(sin(x) < sin(x), x, 7)", "1", "7"),
        ("floor(exp(log(3)))*x", "1", "3"),
        ("ceil(sqrt(2)*sqrt(2))*x", "1", "2"),
    ],
)
def test_at_a_break_no_wrong_value_is_shown(text, at, value):
    """Literals are exact: 0.1 <= 0.1. Where no precision tells, an error may say so, but never a number between."""
    try:
        result = evaluate(text, at={"x": at})
    except GradcheckError as problem:
        assert "no precision tells" in problem.message  # noqa: PT017 - either outcome is right
        return
    assert math.isnan(result.value) or abs(result.value - Decimal(value)) < Decimal("1e-9")
    assert result.value == result.value or result.verdict.name == "undecided"
