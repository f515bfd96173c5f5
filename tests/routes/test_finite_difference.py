"""Finite differences: textbook slopes, steps, domains, and an error bound that always holds."""

from __future__ import annotations

import math
import random

import mpmath
import pytest
from flint import arb
from mpmath import mpf
from reference import random_graph

from gradcheck.arithmetic.balls import Balls
from gradcheck.build import build
from gradcheck.evaluation import evaluate
from gradcheck.forward import evaluate as run_forward
from gradcheck.point import numbers, read_point
from gradcheck.routes.finite_difference import referee
from gradcheck.syntax.plain import parse


def slope(text, at, wrt="x", method="central", step=None):
    """What the route alone says of one node."""
    result = evaluate(text, at=at, wrt=[wrt], routes=["fd"], method=method, step=step)
    return result.gradient[0].finite_difference


# -- the error bound is honest --------------------------------------------------------------------------------------

HARD = [
    # (text, x, the derivative by x)
    ("exp(100*x)", "7", lambda x: 100 * mpmath.exp(100 * x)),
    ("sin(1/x)", "0.01", lambda x: -mpmath.cos(1 / x) / x**2),
    ("-log(sigmoid(x))", "40", lambda x: -1 / (1 + mpmath.exp(x))),
    ("(1-cos(x))/x**2", "1e-8", lambda x: (x * mpmath.sin(x) - 2 * (1 - mpmath.cos(x))) / x**3),
    ("x**1000", "2", lambda x: 1000 * x**999),
    ("sin(x)", "1e6", mpmath.cos),
    ("sin(x)", "1e15", mpmath.cos),
    ("exp(exp(x))", "5", lambda x: mpmath.exp(x + mpmath.exp(x))),
    ("log(1+x)", "1e-18", lambda x: 1 / (1 + x)),
    ("(x + 1e15) - 1e15", "1", lambda x: 1),
    ("sqrt(x)", "1e-300", lambda x: 1 / (2 * mpmath.sqrt(x))),
    ("1/x", "1e-12", lambda x: -1 / x**2),
    ("tan(x)", "1.5707963", lambda x: 1 + mpmath.tan(x) ** 2),
    ("log(x)", "1e-9", lambda x: 1 / x),
    ("asin(x)", "0.9999999999", lambda x: 1 / mpmath.sqrt(1 - x**2)),
    ("gelu(x)", "-30", lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x)),
    ("erfc(x)", "25", lambda x: -2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(x**2))),
    ("x**0.1", "1e-6", lambda x: mpf("0.1") * x ** mpf("-0.9")),
    ("tanh(50*x)", "0.01", lambda x: 50 * mpmath.sech(50 * x) ** 2),
    ("1e-300*x**2", "1", lambda x: mpf("2e-300")),
    ("x**2", "1e200", lambda x: 2 * x),
    # a break beside the point, nearer than any step in sight
    ("relu(x - 1)", "1.000000000001", lambda x: 1),
    ("abs(x - 2)", "1.999999999999", lambda x: -1),
    ("floor(x)", "2.000000001", lambda x: 0),
    ("floor(x)", "1.9999999999", lambda x: 0),
    ("where(x > 1, x**2, x)", "1.00000001", lambda x: 2 * x),
    ("heaviside(x - 1)*x", "0.9999999", lambda x: 0),
    # smooth to the first order only
    ("x*abs(x)", "0", lambda x: 0),
    ("cbrt(x**4)", "0", lambda x: 0),
    ("x*cbrt(abs(x))", "0", lambda x: 0),
    ("x*abs(x)**0.1", "0", lambda x: 0),
    # oscillations that powers of two step over
    ("sin(2048*pi*x) + x", "0", lambda x: 2048 * mpmath.pi + 1),
    ("x + sin(65536*pi*x)/1000", "1/3", lambda x: 1 + 65.536 * mpmath.pi * mpmath.cos(65536 * mpmath.pi * x)),
    ("cos(1e5*x)", "1", lambda x: -(mpf(10) ** 5) * mpmath.sin(mpf(10) ** 5 * x)),
]


def is_honest(shown, truth) -> bool:
    """Whether the slope is as near to the truth as it says, or says nothing."""
    if shown.error is None or math.isnan(shown.value):
        return True
    with mpmath.workdps(60):
        return abs(mpf(shown.value) - truth) <= mpf(shown.error) + abs(truth) * mpf(10) ** -15


@pytest.mark.parametrize("method", ["central", "forward", "complex-step"])
@pytest.mark.parametrize(("text", "x", "derivative"), HARD, ids=[f"{text} at {x}" for text, x, _ in HARD])
def test_the_error_bound_holds_in_hard_cases(text, x, derivative, method):
    with mpmath.workdps(500):
        top, _, bottom = x.partition("/")
        truth = mpf(derivative(mpf(top) / mpf(bottom or 1)))
    found = evaluate(text, at={"x": x}, routes=("fd", "reverse"), method=method).gradient[0].finite_difference
    assert is_honest(found, truth), f"{found.value} ± {found.error}, but the derivative is {mpmath.nstr(truth, 17)}"


@pytest.mark.parametrize("rough", [False, True], ids=["generic points", "points on kinks and edges"])
def test_the_error_bound_holds_on_random_graphs(rough):
    tried = 0
    for seed in range(300):
        graph = random_graph(random.Random(seed), rough=rough)
        if not graph.at or graph.value() is None:
            continue
        try:
            found = evaluate(graph.text, at=dict(graph.at), routes=("fd", "reverse"))
        except Exception as problem:
            if type(problem).__module__ == "gradcheck.errors":
                continue
            raise AssertionError(f"{graph.text} at {graph.at}") from problem
        for node in found.gradient:
            truth = graph.derivative(node.name)
            if truth is not None:
                shown = node.finite_difference
                tried += shown.error is not None
                assert is_honest(shown, truth), f"{graph.text} at {graph.at}: ∂/∂{node.name} {shown}, truth {truth}"
    assert tried > 150


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("relu(x)", {"x": 0}),
        ("abs(x)", {"x": 0}),
        ("sqrt(x)", {"x": 0}),
        ("cbrt(x)", {"x": 0}),
        ("floor(x)", {"x": 2}),
        ("sign(x)", {"x": 0}),
        ("where(x == 0, 5, x)", {"x": 0}),
        ("where(x > 0, 1, 0)", {"x": 0}),
        ("(x > 0)*(x + 1)", {"x": 0}),
        ("x**x", {"x": -2}),
        ("hypot(x, y)", {"x": 0, "y": 0}),
    ],
)
def test_where_there_is_no_derivative_no_error_is_claimed(text, at):
    found = evaluate(text, at=at).gradient[0].finite_difference
    assert found.error is None


@pytest.mark.parametrize("exponent", ["1.5", "1.1", "1.01"])
def test_the_bound_of_a_one_sided_slope_at_an_edge_holds(exponent):
    """The slope of x**p at 0 from the right is 0 for p > 1."""
    shown = evaluate(f"x**{exponent}", at={"x": 0}).gradient[0].finite_difference
    assert shown.error is None or abs(shown.value) <= shown.error


# -- the bound is of use -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "x", "digits"),
    [
        ("sin(x)", "1", 8),
        ("exp(x)", "3", 8),
        ("x**1000", "2", 7),
        ("sqrt(x)", "0.001", 7),
        ("1/x", "1e-8", 7),
        ("sin(1/x)", "0.01", 5),
        ("x**2", "1e100", 7),
    ],
)
def test_the_adaptive_slope_is_good_to_many_digits(text, x, digits):
    found = slope(text, {"x": x})
    assert found.error <= abs(found.value) * 10.0**-digits


@pytest.mark.parametrize(
    ("text", "x"), [("sin(x)", 1), ("exp(x)", -3), ("x**5", 0.75), ("log(x)", 20), ("erf(x)", 0.375)]
)
def test_the_complex_step_is_good_to_the_last_digits(text, x):
    found = slope(text, {"x": x}, method="complex-step")
    assert found.method == "complex-step"
    derivative = {
        "sin(x)": mpmath.cos,
        "exp(x)": mpmath.exp,
        "x**5": lambda t: 5 * t**4,
        "log(x)": lambda t: 1 / t,
        "erf(x)": lambda t: 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(t**2)),
    }[text]
    with mpmath.workdps(40):
        truth = derivative(mpf(str(x)))
        assert abs(found.value - truth) <= 4e-16 * abs(truth)
        assert is_honest(found, truth)


# -- the textbook slope --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0.5, 0.1, 1e-3, 2.0**-20, 1e-9])
@pytest.mark.parametrize(
    ("text", "function", "x"),
    [
        ("x**2", lambda x: math.pow(x, 2.0), 3.0),
        ("sin(x)", math.sin, 1.25),
        ("exp(x)", math.exp, -0.5),
        ("1/x", lambda x: 1 / x, 4.0),
    ],
)
def test_forward_with_a_step_is_the_textbook_slope(text, function, x, step):
    found = slope(text, {"x": x}, method="forward", step=step)
    run = (x + step) - x
    assert found.value == (function(x + step) - function(x)) / run
    assert found.method == "forward"
    assert found.step == step


def test_central_with_a_step_is_the_symmetric_slope():
    found = slope("x**3", {"x": 2}, step=0.5)
    assert found.value == (2.5**3 - 1.5**3) / 1.0
    assert abs(found.value - 12) <= found.error


def test_a_fixed_step_out_of_the_domain_gives_no_slope():
    found = slope("log(x)", {"x": 0.25}, step=0.5)
    assert math.isnan(found.value)
    assert found.error is None


def test_the_error_of_a_coarse_step_tells_that_it_is_coarse():
    """(f(x+h) - f(x))/h of x² is 2x + h: off by h."""
    found = slope("x**2", {"x": 3}, method="forward", step=0.5)
    assert found.value == 6.5
    assert 0.5 <= found.error <= 1.0


# -- steps ---------------------------------------------------------------------------------------------------------

STEPS = [
    ("sin(x)", 1.0),
    ("exp(x)", 1e-5),
    ("x**2", 1e10),
    ("log(x)", 1e-7),
    ("sqrt(x)", 0.0),
    ("acos(x)", 1.0),
    ("asin(x)", 1 - 2.0**-40),
]


@pytest.mark.parametrize(("text", "x"), STEPS)
def test_steps_are_powers_of_two(text, x):
    assert math.frexp(slope(text, {"x": x}).step)[0] == 0.5


@pytest.mark.parametrize(
    ("text", "x", "low", "high"),
    [
        ("log(x)", 2.0**-30, 0, math.inf),
        ("sqrt(x)", 2.0**-60, 0, math.inf),
        ("asin(x)", 1 - 2.0**-30, -1, 1),
        ("atanh(x)", -1 + 2.0**-20, -1, 1),
        ("log(1 - x)", 1 - 2.0**-25, -math.inf, 1),
        ("acosh(x)", 1 + 2.0**-18, 1, math.inf),
    ],
)
def test_steps_stay_inside_the_domain(text, x, low, high):
    found = slope(text, {"x": x})
    assert math.isfinite(found.value)
    assert found.error is not None
    left = x if found.method == "forward" else x - found.step
    right = x if found.method == "backward" else x + found.step
    assert low <= left
    assert right <= high


@pytest.mark.parametrize(("text", "x", "method"), [("sqrt(x**3)", 0, "forward"), ("sqrt((1 - x)**3)", 1, "backward")])
def test_at_an_edge_the_slope_is_one_sided(text, x, method):
    found = slope(text, {"x": x})
    assert found.method == method
    assert found.value == pytest.approx(0, abs=1e-3)


def test_where_no_neighbour_has_a_value_there_is_no_slope():
    found = slope("x**x", {"x": -2})
    assert math.isnan(found.value)
    assert found.error is None


# -- nudging nodes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "truth"), [("d", 1), ("e", 1), ("c", 0.804549), ("b", 0.804549), ("a", 2.99154)])
def test_every_node_can_be_nudged(name, truth):
    found = slope("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", {"x": 1}, wrt=name)
    assert found.value == pytest.approx(truth, rel=1e-5)


def test_a_complex_step_through_a_kink_is_declined():
    found = slope("abs(x)*sin(x)", {"x": 2}, method="complex-step")
    assert found.method == "central"


# -- the referee ---------------------------------------------------------------------------------------------------


def refereed(text, at, wrt="x", precision=320):
    graph = build(parse(text, frozenset(at)), frozenset(at))
    arithmetic = Balls(precision)
    with arithmetic.working():
        values = run_forward(graph, arithmetic, numbers(read_point(at), arithmetic))
        node = graph.by_name[wrt]
        return referee(graph, arithmetic, values, node, graph.affected(node))


@pytest.mark.parametrize(("text", "x"), [("sin(x)", "1"), ("exp(100*x)", "7"), ("x**1000", "1/3"), ("1/x", "1e-12")])
def test_the_interval_of_the_secant_holds_the_point(text, x):
    secant = refereed(text, {"x": x})
    point = read_point({"x": x})["x"]
    arithmetic = Balls(320)
    with arithmetic.working():
        assert secant.interval.contains(point.number(arithmetic).mid())
        assert secant.interval.rad() > 0


@pytest.mark.parametrize("text", ["x**x", "where(x == -2, log(-x), sqrt(x))"])
def test_the_referee_is_silent_where_a_side_has_no_value(text):
    assert refereed(text, {"x": -2}) is None


def test_the_referee_is_silent_at_a_node_without_a_value():
    """The branch that is not taken has no value to nudge."""
    assert refereed("where(x > 1, log(x), x)", {"x": -1}, wrt="b") is None


def test_the_referee_sharpens_with_precision():
    truth = {}
    for precision in (160, 640):
        arithmetic = Balls(1000)
        secant = refereed("sin(x)", {"x": 1}, precision=precision)
        with arithmetic.working():
            truth[precision] = abs(secant.slope - arb(1).cos())
    assert truth[640] < truth[160] * arb(2) ** -200
