"""Exact rational numbers, as far as they reach: what decides comparisons, floor and their kin at rational points.

Balls cannot: 0.1 is not dyadic, so that no precision tells whether 10*x is below, at or above 1 at x = 0.1.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from gradcheck.arithmetic import Arithmetic
from gradcheck.syntax.tree import Exact, normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Maybe = Exact | None
_BITS: Final = 4_096


class Rationals(Arithmetic[Maybe]):
    """Numbers that are exact or None; a function that leaves the rationals gives None."""

    column = "balls"
    errors = (ZeroDivisionError, OverflowError, TypeError)  # TypeError: None in a definition
    undefined = None

    def number(self, value: Exact) -> Maybe:
        return value

    def constant(self, name: str) -> Maybe:  # noqa: ARG002 - no named constant is rational
        return None

    def is_certain(self, truth: Maybe) -> bool:
        return truth is not None

    def native(self, name: str) -> Callable[..., Maybe]:
        function = _FUNCTIONS.get(name)

        def exact(*arguments: Maybe) -> Maybe:
            if function is None or any(argument is None for argument in arguments):
                return None
            return _small(function(*arguments))

        return _where if name == "where" else exact


def _small(value: Maybe) -> Maybe:
    if value is None:
        return None
    exact = normalised(value.numerator, value.denominator)
    return exact if max(exact.numerator.bit_length(), exact.denominator.bit_length()) <= _BITS else None


def _where(truth: Maybe, one: Maybe, other: Maybe) -> Maybe:
    return None if truth is None else one if truth else other


def _power(u: Exact, v: Exact) -> Maybe:
    if not isinstance(v, int) or abs(v) * max(u.numerator.bit_length(), u.denominator.bit_length()) > _BITS:
        return None
    result: Exact = Fraction(u) ** v
    return result


def _sign(u: Exact) -> Exact:
    return (u > 0) - (u < 0)


_FUNCTIONS: Final[Mapping[str, Callable[..., Maybe]]] = {
    "add": lambda u, v: u + v,
    "sub": lambda u, v: u - v,
    "mul": lambda u, v: u * v,
    "truediv": lambda u, v: Fraction(u) / v,
    "neg": lambda u: -u,
    "power": _power,
    "ball_abs": abs,
    "sign": _sign,
    "heaviside": lambda u: Fraction(_sign(u) + 1, 2),
    "floor": math.floor,
    "ceil": math.ceil,
    "maximum": max,
    "minimum": min,
    "ball_lt": lambda u, v: int(u < v),
    "ball_le": lambda u, v: int(u <= v),
    "ball_gt": lambda u, v: int(u > v),
    "ball_ge": lambda u, v: int(u >= v),
    "ball_eq": lambda u, v: int(u == v),
    "ball_ne": lambda u, v: int(u != v),
    "ball_logical_and": lambda u, v: int(bool(u) and bool(v)),
    "ball_logical_or": lambda u, v: int(bool(u) or bool(v)),
}
