"""Differences that 30 digits do not show: the last look finds them, whatever makes them small."""

import pytest

from gradcheck.claims.verify import Task, verify

H = "1/10000"
QUOTIENT = "+".join(
    f"({weight})*(sin(x + {steps}*{H}) - sin(x - {steps}*{H}))"
    for weight, steps in (("4/5", 1), ("-1/5", 2), ("4/105", 3), ("-1/280", 4))
)
"""The central difference of order 8: its error is h**8/630, about 1e-35, though every number in it is moderate."""


@pytest.mark.parametrize(
    ("function", "claim"),
    [
        ("x**2", "2*x + exp(-1000)"),
        ("x**2", "2*x + exp(-(40 - x)**2)"),
        ("x**2", "2*x*tanh(cosh(x)**2 + 300)"),
        ("x**2", "2*x*1.0000000000000000000000000000000000000001"),
        ("x**2", "2*x*(1 + exp(-exp(6 + sin(x))))"),
        ("x**2", "2*x*erf(31 + x**2)"),
        ("sin(x)", f"({QUOTIENT})/({H})"),
    ],
)
def test_differences_beyond_30_digits_are_seen(function, claim):
    assert verify(Task(function, claim)).verdict == "wrong"
