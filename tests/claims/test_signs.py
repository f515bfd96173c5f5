"""The sign analysis only says what is true: every sign it gives is met by the referee at many points."""
# ruff: noqa: E501 - tables of cases read best in rows

from __future__ import annotations

import mpmath
import pytest
from corpora import referee
from mpmath import mp

from gradcheck.build import build
from gradcheck.claims.signs import signs
from gradcheck.syntax.plain import parse


def sign(text, **assumed):
    graph = build(parse(text))
    return signs(graph, assumed)[graph.output]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exp(x)", "+"), ("-exp(x)", "-"), ("x**2", "+"), ("x**4 + 1", "+"), ("x*x", "+"), ("-x**2", "-"), ("x", ""), ("x**3", ""), ("x**2 + exp(y)", "+"),
        ("-x**2 - 1", "-"), ("x**2*exp(x)", "+"), ("-abs(x)*sqrt(y)", "-"), ("exp(x)/(1 + x**2)", "+"), ("relu(x)", "+"), ("max(x, 0)", "+"),
        ("sigmoid(x)", "+"), ("cosh(x)", "+"), ("softplus(x)", "+"), ("sinh(x**2)", "+"), ("tanh(-x**2)", "-"), ("cbrt(-exp(x))", "-"), ("3", "+"), ("-3", "-"), ("pi", "+"),
        ("x - 1", ""), ("sin(x)", ""), ("log(x)", ""), ("where(x > 0, 1, 2)", "+"), ("where(x > 0, 1, -2)", ""), ("hypot(x, y)", "+"), ("acos(x)", "+"),
    ],
)  # fmt: skip
def test_signs_without_assumptions(text, expected):
    assert sign(text) == expected


@pytest.mark.parametrize(
    ("text", "assumed", "expected"),
    [
        ("x", {"x": "+"}, "+"), ("x", {"x": "-"}, "-"), ("x*y", {"x": "+", "y": "-"}, "-"), ("x + y", {"x": "+", "y": "+"}, "+"), ("x + y", {"x": "+"}, ""),
        ("x - y", {"x": "+", "y": "-"}, "+"), ("x/y", {"x": "-", "y": "-"}, "+"), ("x**y", {"x": "+"}, "+"), ("x**y", {"x": "-"}, ""), ("x**3", {"x": "+"}, "+"),
        ("sinh(x)", {"x": "-"}, "-"), ("max(x, y)", {"x": "-", "y": "-"}, "-"), ("min(x, y)", {"x": "-"}, "-"), ("sqrt(x)", {"x": "+"}, "+"),
    ],
)  # fmt: skip
def test_signs_with_assumptions(text, assumed, expected):
    assert sign(text, **assumed) == expected


ATOMS = (
    "x",
    "y",
    "exp(x)",
    "abs(y)",
    "x**2",
    "-x**2",
    "sin(x)",
    "-3",
    "2",
    "sqrt(x)",
    "relu(y)",
    "-cosh(y)",
    "x**3",
    "x**(1/2)",
    "x**(-2)",
    "x**(3/4)",
    "y**(-3)",
    "acos(x)",
    "log(y)",
)
SHAPES = ("{0} + {1}", "{0} - {1}", "({0})*({1})", "({0})/({1})", "max({0}, {1})", "min({0}, {1})", "where(x > 1, {0}, {1})", "tanh({0} + {1})", "abs({0}) - abs({1})", "({0})**2 + ({1})", "asinh({0})*({1})")  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_sign_that_is_said_is_true(shape):
    mp.dps = 30
    at = referee.points(["x", "y"], "", 5, 40)
    for one in ATOMS:
        for other in ATOMS:
            text = shape.format(one, other)
            said = sign(text)
            if said:
                code = referee.compiled(text)
                for point in at:
                    value = referee.value(code, point)
                    assert mpmath.isnan(value) or (value >= 0 if said == "+" else value <= 0), (text, point, said)


@pytest.mark.parametrize(
    "text",
    [
        "gelu(x**2)",
        "swish(-x**2)",
        "gelu(-x**2)",
        "swish(x**2)",
        "erf(x**2)",
        "asin(x**2)",
        "expm1(-x**2)",
        "atanh(-x**2)",
    ],
)
def test_functions_that_keep_the_sign(text):
    mp.dps = 30
    code = referee.compiled(text)
    said = sign(text)
    for point in referee.points(["x"], "", 5, 60):
        value = referee.value(code, point)
        assert not said or mpmath.isnan(value) or (value >= 0 if said == "+" else value <= 0)
