"""A tiny difference needs a tiny number, a function next to its limit, or many digits."""

import pytest

from gradcheck.arithmetic.floats import Floats
from gradcheck.claims.magnitudes import is_moderate
from gradcheck.claims.verify import Task, verify
from gradcheck.forward import evaluate
from gradcheck.graph import build
from gradcheck.syntax.plain import parse


def moderate(text, x=0.5):
    graph = build(parse(text))
    return is_moderate(graph, evaluate(graph, Floats(), {"x": x}))


@pytest.mark.parametrize("text", ["2*x", "exp(x**2)*x", "12*x**10/1000", "tanh(8*x) + sqrt(99*x)", "log(x) - cos(x)"])
def test_textbook_formulas_are_moderate(text):
    assert moderate(text)


@pytest.mark.parametrize(
    "text",
    [
        "2*x + exp(-1000)",
        "2*x + exp(-(40 - x)**2)",
        "2*x*tanh(1000)",
        "2*x*erf(31)",
        "2*x*1.0000000000000000000000000000000000000001",
        "2*x + (1/10)**40",
        "2*x + x**200",
        "2*x*(pi - 3.14159265358979323846264338327950288)",
    ],
)
def test_what_may_hide_a_difference_is_not(text):
    assert not moderate(text)


@pytest.mark.parametrize(
    "claim",
    [
        "2*x + exp(-1000)",
        "2*x + exp(-(40 - x)**2)",
        "2*x*tanh(cosh(x)**2 + 300)",
        "2*x*1.0000000000000000000000000000000000000001",
        "2*x*(1 + exp(-exp(6 + sin(x))))",
        "2*x*erf(31 + x**2)",
    ],
)
def test_differences_beyond_30_digits_are_seen(claim):
    assert verify(Task("x**2", claim)).verdict == "wrong"
