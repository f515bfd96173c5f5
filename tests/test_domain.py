"""Where graphs are defined: the sub-expression that has no value, and why."""

import pytest

from gradcheck import limits
from gradcheck.arithmetic.balls import Balls
from gradcheck.build import build
from gradcheck.domain import ball_values, is_defined, live_nodes
from gradcheck.errors import DomainProblem, GradcheckError, LimitExceeded
from gradcheck.forward import evaluate
from gradcheck.point import numbers, read_point
from gradcheck.syntax.plain import parse

OUTSIDE = [
    # text, point, fragments of the message, the text that is underlined
    ("log(x-2)", "x=1", "log(x-2) has no value here: it needs x-2 > 0, but x-2 = -1", "log(x-2)"),
    ("3 + 2*log(x - 2)", "x=1", "it needs x - 2 > 0", "log(x - 2)"),
    ("log(x)", "x=0", "it needs x > 0, but x = 0", "log(x)"),
    ("ln x", "x=-1", "it needs x > 0, but x = -1", "ln x"),
    ("log(x, 2)", "x=-1", "it needs x > 0", "log(x, 2)"),
    ("log(2, x)", "x=1", "x != 1", "log(2, x)"),
    ("log10(x) + log2(x)", "x=0", "it needs x > 0", "log10(x)"),
    ("log1p(x)", "x=-1", "needs x >", "log1p(x)"),
    ("sqrt(x)", "x=-1", "it needs x >= 0, but x = -1", "sqrt(x)"),
    ("1 + √x", "x=-1", "it needs x >= 0", "√x"),
    ("1/x", "x=0", "it needs x != 0, but x = 0", "1/x"),
    ("1/(x-1)", "x=1", "it needs x-1 != 0, but x-1 = 0", "1/(x-1)"),
    ("x/(y-y)", "x=1,y=2", "y-y != 0", "x/(y-y)"),
    ("|x|/x", "x=0", "it needs x != 0", "|x|/x"),
    ("e^(1/x)", "x=0", "it needs x != 0", "1/x"),
    ("x/0", "x=1", "has no value here", "x/0"),
    ("1/floor(x)", "x=0.5", "floor(x) = 0", "1/floor(x)"),
    ("x**-1", "x=0", "it needs x != 0 for the negative exponent -1, but x = 0", "x**-1"),
    ("x**(-1/2)", "x=0", "it needs x != 0 for the negative exponent", "x**(-1/2)"),
    ("x**y", "x=0,y=-1", "it needs x != 0 for the negative exponent y", "x**y"),
    ("x**(1/2)", "x=-1", "it needs x >= 0, because the exponent 0.5 is not an integer", "x**(1/2)"),
    ("x**(1/3)", "x=-8", "it needs x >= 0, because the exponent 1/3 is not an integer", "x**(1/3)"),
    ("x**y", "x=-2,y=1/2", "because the exponent y is not an integer", "x**y"),
    ("x**x", "x=-pi", "because the exponent x is not an integer", "x**x"),
    ("asin(x)", "x=2", "needs -1 <= x and x <= 1, but x = 2", "asin(x)"),
    ("acos(2x)", "x=-1", "but 2x = -2", "acos(2x)"),
    ("acosh(x)", "x=0", "it needs x >= 1", "acosh(x)"),
    ("atanh(x)", "x=1", "but x = 1", "atanh(x)"),
    ("asec(x)", "x=0.5", "but x = 0.5", "asec(x)"),
    ("acsc(x)", "x=0", "but x = 0", "acsc(x)"),
    ("asech(x)", "x=2", "but x = 2", "asech(x)"),
    ("acoth(x)", "x=1/2", "but x = 0.5", "acoth(x)"),
    ("cot(x)", "x=0", "it needs sin(x) != 0", "cot(x)"),
    ("csch(x) + coth(x)", "x=0", "it needs x != 0", "csch(x)"),
    ("acsch(x)", "x=0", "it needs x != 0", "acsch(x)"),
    ("atan2(x, y)", "x=0,y=0", "it needs x != 0 or y != 0", "atan2(x, y)"),
    ("root(x, 2)", "x=-4", "has no value here", "root(x, 2)"),
    ("root(x, 0)", "x=1", "has no value here", "root(x, 0)"),
    ("sqrt(x + y*log(x - 5))", "x=1,y=2", "it needs x - 5 > 0, but x - 5 = -4", "log(x - 5)"),
    ("log(log(log(x)))", "x=2", "log(log(x)) = -0.366513", "log(log(log(x)))"),
    ("a = x - 2; log(a)", "x=1", "> 0", "log(a)"),
    ("log(\nx-2)", "x=1", "it needs x-2 > 0", "log(\nx-2)"),
    ("where(x > 0, 0, log(x))", "x=-1", "it needs x > 0", "log(x)"),
    ("where(x > 0, log(x), 0) + log(x)", "x=-1", "it needs x > 0", "log(x)"),
    ("log(-2) + x", "x=1", "log(-2) has no value here", "log(-2)"),
    ("log(pi - 4)*x", "x=1", "pi - 4 = -0.858407", "log(pi - 4)"),
]  # fmt: skip


def values_of(text, at):
    graph = build(parse(text))
    point = read_point(at or None)
    values = ball_values(graph, point)
    return values[graph.output]


@pytest.mark.parametrize(
    ("text", "at", "message", "marked"), OUTSIDE, ids=[f"{text} at {at}" for text, at, *_ in OUTSIDE]
)
def test_outside_the_domain(text, at, message, marked):
    with pytest.raises(DomainProblem) as caught:
        values_of(text, at)
    error = caught.value
    assert message in error.message
    assert error.source == text
    assert text[error.span.start : error.span.end] == marked
    graph = build(parse(text))
    assert not is_defined(graph, read_point(at))


UNDECIDABLE = [
    ("tan(x)", "x=pi/2", "tan(x) needs cos(x) != 0, and no precision tells", "tan(x)"),
    ("csc(x)", "x=pi", "no precision tells", "csc(x)"),
    ("log(sin(x))", "x=pi", "log(sin(x)) needs sin(x) > 0, and no precision tells", "log(sin(x))"),
    ("sqrt(x**2 - 2)", "x=sqrt(2)", "no precision tells whether that holds (x**2 - 2 = 0)", "sqrt(x**2 - 2)"),
    ("1 + 1/(x**2 - 2)", "x=sqrt(2)", "no precision tells", "1/(x**2 - 2)"),
    ("acos(sin(x)**2 + cos(x)**2)", "x=1", "no precision tells", "acos(sin(x)**2 + cos(x)**2)"),
]


@pytest.mark.parametrize(("text", "at", "message", "marked"), UNDECIDABLE, ids=[text for text, *_ in UNDECIDABLE])
def test_the_edge_itself_is_said_to_be_undecidable(text, at, message, marked):
    with pytest.raises(DomainProblem) as caught:
        values_of(text, at)
    assert message in caught.value.message
    assert text[caught.value.span.start : caught.value.span.end] == marked


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("x**(1/3)", "the real cube root is cbrt(x)"),
        ("x**(2/3)", "as a real number: cbrt(x)**2"),
        ("x**(1/5)", "the real root is root(x, 5)"),
        ("x**(3/7)", "as a real number: root(x, 7)**3"),
        ("x**(1/2)", None),
        ("x**(3/4)", None),
    ],
)
def test_powers_of_negative_numbers_name_the_real_root(text, hint):
    with pytest.raises(DomainProblem) as caught:
        values_of(text, "x=-8")
    assert caught.value.hint == hint


INSIDE = [
    ("sqrt(x)", "x=0", "0"),
    ("x**0", "x=0", "1"),
    ("x**y", "x=0,y=0", "1"),
    ("0**x", "x=0", "1"),
    ("x**3", "x=-2", "-8"),
    ("x**-3", "x=-2", "-0.125"),
    ("cbrt(x)", "x=-8", "-2"),
    ("root(x, 3)", "x=-8", "-2"),
    ("root(x, -3)", "x=-8", "-0.5"),
    ("asin(x)", "x=1", "1.57079632679489661923132169163975144"),
    ("acosh(x)", "x=1", "0"),
    ("where(x > 0, log(x), 0)", "x=-1", "0"),
    ("where(x == 0, 1, sin(x)/x)", "x=0", "1"),
    ("where(x > 0, where(x > 1, sqrt(x-1), 0), log(x))", "x=1", "0"),
    ("a = log(x); y", "x=-1,y=2", "2"),
    ("hypot(x, y)", "x=0,y=0", "0"),
    ("sinc(x)", "x=0", "1"),
    ("sqrt(cos(x) - 1)", "x=0", "0"),
    ("exp(-1/x**2)", "x=1/1000", "0"),  # to 30 digits
    (
        "log(1e40*(x - 1/3)*3)",
        "x=0.3333333333333333333333333333333333333334",
        "0.69314718055994530941",
    ),  # exact: log(2)
]


@pytest.mark.parametrize(("text", "at", "value"), INSIDE, ids=[f"{text} at {at}" for text, at, _ in INSIDE])
def test_inside_the_domain(text, at, value):
    found = values_of(text, at)
    assert found.is_finite()
    assert abs(float(found) - float(value)) < 1e-15
    assert is_defined(build(parse(text)), read_point(at))


def test_precision_grows_until_the_argument_is_known():
    """cos(10**-60) - 1 is -5e-121: at the first precision its sign is not known."""
    text = "sqrt(1 - cos(x))"
    found = values_of(text, "x=1e-60")
    assert found.is_finite()
    assert abs(found * 10**60 - 0.7071067811865476) < 1e-15
    with pytest.raises(DomainProblem, match="no value here"):
        values_of("sqrt(cos(x) - 1)", "x=1e-60")


@pytest.mark.parametrize("text", ["exp(exp(exp(exp(x))))", "1 + exp(exp(x**30))"])
def test_overflow_is_not_called_a_domain(text):
    with pytest.raises(LimitExceeded, match="too large to compute with") as caught:
        values_of(text, "x=10")
    start, end = caught.value.span
    assert text[start:end].startswith("exp(")


def test_only_the_branch_that_is_taken_is_live():
    graph = build(parse("p = log(x); q = sqrt(-x); r = exp(x); where(x > 0, p, q) + y"))
    arithmetic = Balls(limits.FIRST_PRECISION)
    for at, taken, dropped in (("x=1,y=2", "p", "q"), ("x=-1,y=2", "q", "p")):
        with arithmetic.working():
            values = evaluate(graph, arithmetic, numbers(read_point(at), arithmetic))
            live = live_nodes(graph, values)
        assert live[graph.by_name[taken]]
        assert not live[graph.by_name[dropped]]
        assert not live[graph.by_name["r"]]
        assert live[graph.by_name["x"]]
        assert live[graph.output]


def test_both_branches_are_live_where_the_condition_is_unknown():
    graph = build(parse("p = 2x; q = 3x; where(sin(x) > 0, p, q)"))
    arithmetic = Balls(limits.FIRST_PRECISION)
    with arithmetic.working():
        values = evaluate(graph, arithmetic, numbers(read_point("x=pi"), arithmetic))
        live = live_nodes(graph, values)
    assert live[graph.by_name["p"]]
    assert live[graph.by_name["q"]]


@pytest.mark.parametrize(
    ("text", "at"), [("root(x, 1/2)", "x=-3"), ("root(x, -1/2)", "x=-3"), ("root(x, y)", "x=-2,y=1/4")]
)
def test_a_root_of_a_negative_number_needs_an_odd_degree(text, at):
    """Though 1/(1/2) is 2, and the square of -3 is 9."""
    with pytest.raises(DomainProblem):
        values_of(text, at)


def test_every_error_of_the_domain_is_ours():
    for text, at, *_ in (*OUTSIDE, *UNDECIDABLE):
        with pytest.raises(GradcheckError):
            values_of(text, at)
