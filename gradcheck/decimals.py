"""Numbers for people: balls and floats to decimals, as many digits as asked for and no more than are known."""

from __future__ import annotations

import decimal
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flint import arb

WIDE = decimal.Context(prec=2_000, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
NAN = decimal.Decimal("NaN")


def from_ball(value: arb, digits: int = 40) -> decimal.Decimal:
    """The midpoint of a ball to so many significant digits; NaN where the ball is not finite."""
    if not value.is_finite():
        return NAN
    return decimal.Decimal(0) if value.contains(0) and not _is_wide(value) else _read(value.mid(), digits)


def from_float(value: float) -> decimal.Decimal:
    """A float as the shortest decimal that reads back as the same float."""
    return decimal.Decimal(repr(value)) if math.isfinite(value) else decimal.Decimal(value)


def text(value: decimal.Decimal | float, digits: int = 6) -> str:
    """A number to so many significant digits, without trailing zeros: 5.98308, 1.2e-07, 1e+1000.

    >>> text(decimal.Decimal("5.98308259590869")), text(1e-9), text(-4.0)
    ('5.98308', '1e-09', '-4')
    """
    number = value if isinstance(value, decimal.Decimal) else from_float(value)
    if number.is_nan():
        return "nan"
    if number.is_infinite():
        return "-inf" if number < 0 else "inf"
    if not number:
        return "0"
    rounded = WIDE.create_decimal(number)
    rounded = rounded.quantize(decimal.Decimal((0, (1,), rounded.adjusted() - digits + 1)), context=WIDE)
    sign, figures, _ = rounded.as_tuple()
    leading = rounded.adjusted()
    shown = "".join(map(str, figures)).rstrip("0") or "0"
    minus = "-" if sign else ""
    if -5 <= leading < max(digits, 6):
        if leading < 0:
            return f"{minus}0.{'0' * (-leading - 1)}{shown}"
        whole = shown[: leading + 1].ljust(leading + 1, "0")
        rest = shown[leading + 1 :]
        return f"{minus}{whole}.{rest}" if rest else f"{minus}{whole}"
    mantissa = f"{shown[0]}.{shown[1:]}" if len(shown) > 1 else shown
    return f"{minus}{mantissa}e{'-' if leading < 0 else '+'}{abs(leading):02d}"


def decimal_text(value: arb, digits: int = 6) -> str:
    """A ball as a short decimal."""
    return text(from_ball(value), digits) if value.is_finite() else "undefined"


def interval(value: arb, digits: int = 4) -> str:
    """A wide ball as an interval: [0, 1]. Ends are rounded to the digits that the width lets matter."""
    if not value.is_finite():
        return "undefined"
    low, high = _read(value.lower(), 30), _read(value.upper(), 30)
    unit = WIDE.scaleb(WIDE.subtract(high, low), -digits) if high != low else decimal.Decimal(0)
    ends = []
    for exact in (low, high):
        end = exact.quantize(decimal.Decimal((0, (1,), unit.adjusted())), context=WIDE) if unit else exact
        ends.append(text(end, max(1, end.adjusted() - unit.adjusted() + 1) if unit else digits + 2))
    return f"[{ends[0]}, {ends[1]}]"


def _is_wide(value: arb) -> bool:
    return bool(value.rad() > 1e-6)


def _read(value: arb, digits: int) -> decimal.Decimal:
    try:
        return WIDE.create_decimal(value.str(digits, radius=False))
    except decimal.DecimalException:  # an exponent beyond 10**18
        return (
            decimal.Decimal("Infinity")
            if value > 1
            else decimal.Decimal("-Infinity")
            if value < -1
            else decimal.Decimal(0)
        )
