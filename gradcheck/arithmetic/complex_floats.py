"""Complex numbers of two float64, for the complex step as a program takes it.

Sums, products and quotients are Python's; other functions are Arb's, rounded, so that each part has all its digits:
what a careful complex library would give (Python's ``cmath`` has no erf, and its asin loses a tiny imaginary part).
"""

from __future__ import annotations

import cmath
import functools
import math
import operator
from typing import TYPE_CHECKING, Final

from flint import acb, arb

from gradcheck.arithmetic import Arithmetic
from gradcheck.arithmetic.balls import ComplexBalls, shared
from gradcheck.arithmetic.floats import rounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcheck.syntax.tree import Exact

_PRECISION: Final = 400
"""Bits in which a function is computed: an imaginary part of 2**-60 of the real one keeps its digits."""


class ComplexFloats(Arithmetic[complex]):
    """Only analytic primitives are defined; undefined results are NaN."""

    column = "balls"
    errors = (ValueError, OverflowError, ZeroDivisionError)
    undefined = complex(math.nan, math.nan)

    def __init__(self) -> None:
        super().__init__()
        self._balls = ComplexBalls(_PRECISION)

    def number(self, value: Exact) -> complex:
        return complex(rounded(value))

    def constant(self, name: str) -> complex:
        return complex({"pi": math.pi, "e": math.e}[name])

    def native(self, name: str) -> Callable[..., complex]:
        if name in _OPERATORS:
            found: Callable[..., complex] = getattr(operator, name)
            return found
        return functools.partial(_rounded, self._balls.native(name))


def _rounded(function: Callable[..., acb], *arguments: complex) -> complex:
    if not all(map(cmath.isfinite, arguments)):
        return ComplexFloats.undefined
    with shared(_PRECISION).working():
        found = function(*[acb(arb(one.real), arb(one.imag)) for one in arguments])
        return complex(float(found.real.mid()), float(found.imag.mid()))


_OPERATORS: Final = frozenset(("add", "sub", "mul", "truediv", "neg"))
