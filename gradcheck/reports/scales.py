"""Ticks of axes, linear and logarithmic, and how they are written."""

from __future__ import annotations

import math
from typing import Final

Point = tuple[float, float]
_MOST: Final = 9
_RAISED: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def nice_ticks(low: float, high: float, most: int = _MOST) -> list[float]:
    """Round numbers between two ends: steps of 1, 2 or 5 times a power of ten.

    >>> nice_ticks(0.9, 1.2, 5)
    [0.9, 1.0, 1.1, 1.2]
    """
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [low]
    unit = 10.0 ** math.floor(math.log10(span / most))
    step = next(unit * factor for factor in (1, 2, 5, 10, 20) if span / (unit * factor) <= most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step)))
    return [round(k * step, digits) + 0.0 for k in range(first, last + 1)]


def decades(low: float, high: float, most: int = _MOST) -> list[float]:
    """Whole exponents between two ends, every so many of them.

    >>> decades(-3.2, 0.4)
    [-3.0, -2.0, -1.0, 0.0]
    """
    first, last = math.ceil(low), math.floor(high)
    stride = next((one for one in (1, 2, 3, 5, 10, 20, 50, 100) if (last - first) // one < most), 200)
    return [float(k) for k in range(first, last + 1) if k % stride == 0]


def power_of_ten(exponent: float) -> str:
    """10 with a raised exponent.

    >>> power_of_ten(-16.0), power_of_ten(0.0)
    ('10⁻¹⁶', '1')
    """
    whole = round(exponent)
    return "1" if whole == 0 else f"10{str(whole).translate(_RAISED)}"


def laws(truncation: float | None, power: int, round_off: float | None, low: float, high: float) -> list[list[Point]]:
    """The V of C·hᵖ and D/h on logarithmic axes: the larger of the two, as straight lines from ``low`` to ``high``."""

    def up(x: float) -> Point:
        return x, math.log10(truncation or 1.0) + power * x

    def down(x: float) -> Point:
        return x, math.log10(round_off or 1.0) - x

    if not truncation or not round_off:
        return [[up(low), up(high)]] if truncation else [[down(low), down(high)]] if round_off else []
    turn = (math.log10(round_off) - math.log10(truncation)) / (power + 1)
    arms = [[down(low), down(min(turn, high))]] if turn > low else []
    return arms + ([[up(max(turn, low)), up(high)]] if turn < high else [])
