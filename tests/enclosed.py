"""mpmath's numbers as Arb balls that know how far they may be off: what enclosures are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mpmath
from flint import arb
from reference import REFERENCE, exact

if TYPE_CHECKING:
    from collections.abc import Sequence


def between(low: object, high: object) -> arb:
    """An interval."""
    return arb(low).union(arb(high))


def from_mpmath(value: mpmath.mpf) -> arb:
    """The very same number, if flint's precision has room for it."""
    with mpmath.workprec(4096):
        sign, mantissa, exponent, _ = mpmath.mpf(value)._mpf_
    return arb(-int(mantissa) if sign else int(mantissa)) * arb(2) ** exponent


def value_of(name: str, arguments: Sequence[object]) -> arb | None:
    """A primitive at rational arguments, at 50 digits of which 45 are trusted; None outside the domain."""
    with mpmath.workdps(50):
        value = REFERENCE[name](*map(exact, arguments))
    if value is None:
        return None
    middle = from_mpmath(value)
    return middle + arb(0, abs(middle) * arb("1e-45") + arb("1e-60"))


def slope_of(name: str, arguments: Sequence[object], position: int) -> arb:
    """The derivative by one argument: a central slope over 1e-40, at 120 digits of which 50 are trusted."""
    with mpmath.workdps(120):
        step, above, below = mpmath.mpf(10) ** -40, [*map(exact, arguments)], [*map(exact, arguments)]
        above[position] += step
        below[position] -= step
        slope = (REFERENCE[name](*above) - REFERENCE[name](*below)) / (2 * step)
    middle = from_mpmath(slope)
    return middle + arb(0, abs(middle) * arb("1e-50") + arb("1e-50"))
