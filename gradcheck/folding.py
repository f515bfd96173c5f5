"""Exact constants folded: rational arithmetic on literals, as far as it stays small."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradcheck import limits
from gradcheck.errors import DomainProblem
from gradcheck.syntax.tree import normalised

if TYPE_CHECKING:
    from gradcheck.errors import Span
    from gradcheck.syntax.tree import Exact


def folded(operation: str, first: Exact, second: Exact, span: Span) -> Exact | None:
    """The value of an operation on two exact numbers (one and the same for a sign), or None where it is too large.

    Raises DomainProblem for a division by zero.
    """
    if operation == "neg":
        return -first
    if operation == "**":
        return _power(first, second, span)
    if operation == "/" and second == 0:
        raise DomainProblem("division by zero", span=span, hint="the divisor is exactly 0")
    if _bits(first) + _bits(second) > limits.FOLDED_BITS:
        return None
    result: Exact
    match operation:
        case "+":
            result = first + second
        case "-":
            result = first - second
        case "*":
            result = first * second
        case _:
            result = Fraction(first) / second
    return result if isinstance(result, int) else normalised(result.numerator, result.denominator)


def _power(base: Exact, exponent: Exact, span: Span) -> Exact | None:
    if not base and exponent < 0:
        raise DomainProblem("0 has no negative power", span=span, hint="this divides by zero")
    if not isinstance(exponent, int) or _bits(base) * abs(exponent) > limits.FOLDED_BITS:
        return None
    power: Any = Fraction(base) ** exponent  # typeshed: a Fraction to an int may be a float or complex
    return normalised(power.numerator, power.denominator)


def _bits(value: Exact) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())
