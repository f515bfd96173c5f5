"""What all three routes must do alike: one table of functions, points and textbook derivatives, at 40 digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mpmath
import pytest
from flint import arb
from mpmath import mp, mpf

from gradcheck.arithmetic.balls import Balls
from gradcheck.build import build
from gradcheck.deadline import Deadline
from gradcheck.evaluation import evaluate as gradcheck_evaluate
from gradcheck.forward import evaluate
from gradcheck.point import numbers, read_point
from gradcheck.routes import finite_difference, reverse, symbolic
from gradcheck.syntax.plain import parse

if TYPE_CHECKING:
    from collections.abc import Callable

PRECISION = 320


@dataclass
class Problem:
    """A graph at a point, ready for any route."""

    text: str
    at: dict[str, str]

    def __post_init__(self):
        bound = frozenset(self.at)
        self.graph = build(parse(self.text, bound), bound)
        self.point = read_point(self.at)
        self.arithmetic = Balls(PRECISION)

    def values(self):
        with self.arithmetic.working():
            return evaluate(self.graph, self.arithmetic, numbers(self.point, self.arithmetic))


def by_difference(problem: Problem, node: int) -> arb:
    """The float64 slope with its error bound as the radius."""
    name = problem.graph.names[node]
    result = gradcheck_evaluate(problem.text, at=problem.at, wrt=[name], routes=["fd"])
    slope = result.gradient[0].finite_difference
    return arb(slope.value, slope.error)


def by_referee(problem: Problem, node: int) -> arb:
    """The slope in balls, with the truncation that its tiny step leaves."""
    with problem.arithmetic.working():
        secant = finite_difference.referee(
            problem.graph, problem.arithmetic, problem.values(), node, problem.graph.affected(node)
        )
        return secant.slope + arb(0, abs(secant.slope).upper() * 1e-26)


def by_sympy(problem: Problem, node: int) -> arb:
    found = symbolic.derivatives(problem.graph, [node], Deadline(20))[node]
    assert not found.reason
    with problem.arithmetic.working():
        return found.enclosure(problem.values())


def by_reverse(problem: Problem, node: int) -> arb:
    with problem.arithmetic.working():
        adjoint = reverse.sweep(problem.graph, problem.arithmetic, problem.values()).adjoints[node]
        return arb(0) if adjoint is None else adjoint


ROUTES: dict[str, tuple[Callable[[Problem, int], arb], float]] = {
    "finite difference": (by_difference, 1e-5),
    "referee": (by_referee, 1e-25),
    "symbolic": (by_sympy, 1e-60),
    "reverse": (by_reverse, 1e-60),
}
every_route = pytest.mark.parametrize(("route", "width"), ROUTES.values(), ids=ROUTES)


def case(text, derivative, wrt="x", **at):
    return pytest.param(text, at, wrt, derivative, id=f"{text} by {wrt} at {at}")


log, exp, sin, cos, sqrt, pi = mpmath.log, mpmath.exp, mpmath.sin, mpmath.cos, mpmath.sqrt, mp.pi
CASES = [
    # polynomials, products, quotients
    case("3*x", lambda x: 3, x="7"),
    case("b**2", lambda b: 2 * b, wrt="b", b="3"),
    case("x**3 - 2*x", lambda x: 3 * x**2 - 2, x="-5/3"),
    case("x**-2", lambda x: -2 * x**-3, x="-1/4"),
    case("(x+1)*(x-1)/(x**2+1)", lambda x: 4 * x / (x**2 + 1) ** 2, x="0.3"),
    case("x*y - y/x", lambda x, y: y + y / x**2, x="-2", y="5"),
    case("x*y - y/x", lambda x, y: x - 1 / x, wrt="y", x="-2", y="5"),
    case("x**1000", lambda x: 1000 * x**999, x="1.01"),
    # powers of every kind
    case("x**y", lambda x, y: y * x ** (y - 1), x="2.5", y="-1.5"),
    case("x**y", lambda x, y: x**y * log(x), wrt="y", x="2.5", y="-1.5"),
    case("x**x", lambda x: x**x * (log(x) + 1), x="1.7"),
    case("2**x", lambda x: 2**x * log(2), x="-3"),
    case("x**(7/3)", lambda x: mpf(7) / 3 * x ** (mpf(4) / 3), x="2"),
    case("root(x, 5)", lambda x: mpf(1) / 5 / 2**4, x="32"),
    case("root(x, 5)", lambda x: mpf(1) / 5 / 2**4, x="-32"),
    case("cbrt(x)", lambda x: mpf(1) / 12, x="-8"),
    case("sqrt(1 - x**2)", lambda x: -x / sqrt(1 - x**2), x="0.6"),
    # exponentials and logarithms
    case("exp(-x**2/2)", lambda x: -x * exp(-(x**2) / 2), x="1.5"),
    case("log(x)/x", lambda x: (1 - log(x)) / x**2, x="0.01"),
    case("log(x, 10)", lambda x: 1 / (x * log(10)), x="40"),
    case("log(5, x)", lambda x: -log(5) / (x * log(x) ** 2), x="3"),
    case("log1p(x) + expm1(x)", lambda x: 1 / (1 + x) + exp(x), x="-0.75"),
    case("logaddexp(x, 2*x)", lambda x: (exp(x) + 2 * exp(2 * x)) / (exp(x) + exp(2 * x)), x="-0.3"),
    # circular and hyperbolic
    case("sin(x)*cos(x)", lambda x: cos(2 * x), x="pi/7"),
    case("tan(x)", lambda x: 1 / cos(x) ** 2, x="2"),
    case("sec(x) + csc(x)", lambda x: mpmath.sec(x) * mpmath.tan(x) - mpmath.csc(x) * mpmath.cot(x), x="-1"),
    case("asin(x) + acos(x)*x", lambda x: 1 / sqrt(1 - x**2) + mpmath.acos(x) - x / sqrt(1 - x**2), x="-0.8"),
    case("atan2(x, y)", lambda x, y: y / (x**2 + y**2), x="-1/3", y="-2"),
    case("acot(x)", lambda x: -1 / (1 + x**2), x="-3"),
    case("asec(x)", lambda x: 1 / (abs(x) * sqrt(x**2 - 1)), x="-2"),
    case("sinc(x)", lambda x: (x * cos(x) - sin(x)) / x**2, x="3"),
    case("tanh(x)", lambda x: mpmath.sech(x) ** 2, x="-2"),
    case("acosh(x) - asinh(x)", lambda x: 1 / sqrt(x**2 - 1) - 1 / sqrt(x**2 + 1), x="1.25"),
    case("coth(x)", lambda x: -(mpmath.csch(x) ** 2), x="-0.4"),
    # neural
    case("sigmoid(x)", lambda x: mpf(1) / 4, x="0"),
    case("softplus(x)", lambda x: 1 / (1 + exp(-x)), x="-2"),
    case("gelu(x)", lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x), x="-0.7"),
    case("swish(x)", lambda x: mpmath.diff(lambda t: t / (1 + exp(-t)), x), x="1.5"),
    case("erf(x)", lambda x: 2 / sqrt(pi) * exp(-(x**2)), x="0.2"),
    case("leaky_relu(x)", lambda x: mpf(1) / 100, x="-3"),
    case("leaky_relu(x, y)", lambda x, y: x, wrt="y", x="-3", y="0.2"),
    case("relu(x)", lambda x: 0, x="-2"),
    case("relu(x)", lambda x: 1, x="2"),
    # piecewise, off its breaks
    case("abs(x)*x", lambda x: 2 * abs(x), x="-1.5"),
    case("floor(x)*x", lambda x: 2, x="2.25"),
    case("sign(x)*exp(x)", lambda x: -exp(x), x="-1"),
    case("max(x, y, x*y)", lambda x, y: y, x="2", y="3"),
    case("min(x, y, x*y)", lambda x, y: 1, x="2", y="3"),
    case("where(x > 1, x**2, x**3)", lambda x: 3 * x**2, x="0.5"),
    case("where(x > y and y < 1, x*y, 0)", lambda x, y: x, wrt="y", x="4", y="-1"),
    case("hypot(x, y)", lambda x, y: mpf(3) / 5, x="3", y="4"),
    # several paths, shared nodes, dead ends
    case("x*x*x*x", lambda x: 4 * x**3, x="1.1"),
    case("y1 = x**2; y2 = 3*x; z = y1*y2", lambda x: 9 * x**2, x="2"),
    case("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", lambda x: mpmath.diff(running_example, x), x="1"),
    case("x - x", lambda x: 0, x="3.3"),
    case("a = y**2; x**2", lambda x, y: 0, wrt="y", x="3", y="2"),
    # hard for floats
    case("(1-cos(x))/x**2", lambda x: sin(x) / x**2 - 2 * (1 - cos(x)) / x**3, x="0.001"),
    case("sin(1/x)", lambda x: -cos(1 / x) / x**2, x="0.01"),
    case("sin(x)", cos, x="1000000"),
    case("log(1 + x)", lambda x: 1 / (1 + x), x="1e-18"),
]


def running_example(x):
    c = x**2 + exp(x**2)
    return sqrt(c) + cos(c)


@every_route
@pytest.mark.parametrize(("text", "at", "wrt", "derivative"), CASES)
def test_the_route_encloses_the_textbook_derivative_tightly(route, width, text, at, wrt, derivative):
    problem = Problem(text, at)
    with mpmath.workdps(80):
        point = {name: pi / 7 if value == "pi/7" else mpf(0) + _fraction(value) for name, value in at.items()}
        decimal = mpmath.nstr(mpf(derivative(**point)), 70)
    found = route(problem, problem.graph.by_name[wrt])
    with problem.arithmetic.working():
        truth = arb(decimal)
        weight = 1 + abs(truth)
        assert abs(found.mid() - truth) <= found.rad() + arb("1e-40") * weight
        assert found.rad() <= width * weight


def _fraction(text: str):
    top, _, bottom = text.partition("/")
    return mpf(top) / mpf(bottom or 1)


@every_route
def test_the_output_by_itself_is_1(route, width):
    problem = Problem("sin(x*y)", {"x": "2", "y": "3"})
    found = route(problem, problem.graph.output)
    assert found.contains(1)
    assert found.rad() <= width


@every_route
def test_an_input_that_is_the_output_has_slope_1(route, width):
    problem = Problem("x", {"x": "5"})
    found = route(problem, problem.graph.output)
    assert found.contains(1)
    assert found.rad() <= width


@every_route
@pytest.mark.parametrize(
    ("name", "derivative"), [("a", 4), ("b", -2), ("c", -2), ("d", -2), ("e", -2), ("f", 4), ("L", 1)]
)
def test_every_node_of_the_lecture_chain(route, width, name, derivative):
    """L = d*f, so by hand: ∂L/∂d = f = -2, ∂L/∂f = d = 4, ∂L/∂e = ∂L/∂c = -2, ∂L/∂a = -2b = 6, ∂L/∂b = -2a = -4."""
    problem = Problem("e = a*b; d = c + e; L = d*f", {"a": "2", "b": "-3", "c": "10", "f": "-2"})
    expected = {"a": 6, "b": -4}.get(name, derivative)
    found = route(problem, problem.graph.by_name[name])
    assert found.contains(expected)
    assert found.rad() <= width * abs(expected)
