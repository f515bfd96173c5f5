"""Python floats (IEEE 754 binary64): for display, for the textbook slope and for large tapes."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Final

from gradcheck.arithmetic import Arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcheck.syntax.tree import Exact


_POLISHED: Final = 1_024
"""Degrees of roots up to which a second step is worth its time."""
_OVERFLOWS: Final = 700.0
"""exp of more has no float64."""
_TINY: Final = 1e-300
"""The reciprocal of less may have none."""


class Floats(Arithmetic[float]):
    """Undefined results are NaN."""

    column = "floats"
    errors = (ValueError, OverflowError, ZeroDivisionError)
    undefined = math.nan

    def number(self, value: Exact) -> float:
        return rounded(value)

    def constant(self, name: str) -> float:
        return {"pi": math.pi, "e": math.e}[name]

    def native(self, name: str) -> Callable[..., float]:
        return _FUNCTIONS.get(name) or getattr(math, name)


def _divide(u: float, v: float) -> float:
    if v:
        return u / v
    return math.nan if not u or math.isnan(u) else math.copysign(math.inf, u) * math.copysign(1.0, v)


def _power(u: float, v: float) -> float:
    return math.inf if u == 0 and v < 0 else math.pow(u, v)


def _sigmoid(u: float) -> float:
    if u >= 0:
        return 1.0 / (1.0 + math.exp(-u))
    tail = math.exp(u)
    return tail / (1.0 + tail)


def _softplus(u: float) -> float:
    return max(u, 0.0) + math.log1p(math.exp(-abs(u)))


def _logaddexp(u: float, v: float) -> float:
    return max(u, v) + math.log1p(math.exp(-abs(u - v)))


def _root(u: float, v: float) -> float:
    if u < 0:
        if v % 2 != 1:
            raise ValueError("a negative number has real roots of odd degree only")
        return -_positive_root(-u, v)
    return _positive_root(u, v)


def _positive_root(u: float, v: float) -> float:
    root = math.pow(u, 1.0 / v)
    if 2 <= v <= _POLISHED and v % 1 == 0:  # 1/v was rounded, which costs up to 700 ulps: one step of Newton's method
        slope = math.pow(root, v - 1)
        if 0 < slope < math.inf:
            root -= (root - u / slope) / v
    return root


# What the tables define by reciprocals loses digits near the edges of the domain, or overflows: these do not.


def _beyond_one(u: float) -> float:
    """√(u² - 1) without cancellation, or ValueError inside of (-1, 1)."""
    return math.sqrt((abs(u) - 1.0) * (abs(u) + 1.0))


def _asec(u: float) -> float:
    angle = math.atan(_beyond_one(u))
    return math.pi - angle if u < 0 else angle


def _acsc(u: float) -> float:
    return math.asin(1.0 / u) if abs(u) > 2 else math.copysign(math.atan2(1.0, _beyond_one(u)), u)


def _acot(u: float) -> float:
    return math.atan2(1.0, u)


def _sech(u: float) -> float:
    return 1.0 / math.cosh(u) if abs(u) < _OVERFLOWS else 2.0 * math.exp(-abs(u))


def _csch(u: float) -> float:
    return 1.0 / math.sinh(u) if abs(u) < _OVERFLOWS else math.copysign(2.0 * math.exp(-abs(u)), u)


def _asech(u: float) -> float:
    height = math.sqrt((1.0 - u) * (1.0 + u))
    return math.log1p(height) - math.log(u) if u < 0.5 else math.log1p((1.0 - u + height) / u)


def _acsch(u: float) -> float:
    if abs(u) > _TINY or u == 0:
        return math.asinh(1.0 / u)
    return math.copysign(math.log(2.0) - math.log(abs(u)), u)


def _acoth(u: float) -> float:
    if abs(u) <= 1:
        raise ValueError("acoth has no value within [-1, 1]")
    return math.copysign(0.5 * math.log1p(2.0 / (abs(u) - 1.0)), u)


def _gelu(u: float) -> float:
    return 0.5 * u * math.erfc(-u / math.sqrt(2.0))


def _coth(u: float) -> float:
    return 1.0 / math.tanh(u)


def _sinc(u: float) -> float:
    return math.sin(u) / u if u else 1.0


def _floor(u: float) -> float:
    return float(math.floor(u)) if math.isfinite(u) else u  # an infinite u is a number too large for a float


def _ceil(u: float) -> float:
    return float(math.ceil(u)) if math.isfinite(u) else u


def _sign(u: float) -> float:
    return math.nan if math.isnan(u) else (u > 0) - (u < 0)


def _heaviside(u: float) -> float:
    return 0.5 * (1.0 + _sign(u))


def _maximum(u: float, v: float) -> float:
    return u if u >= v else v if v > u else u + v


def _minimum(u: float, v: float) -> float:
    return u if u <= v else v if v < u else u + v


def _relu(u: float) -> float:
    return u if math.isnan(u) else max(u, 0.0)


def _where(u: float, v: float, w: float) -> float:
    return math.nan if math.isnan(u) else v if u else w


def rounded(value: Exact) -> float:
    """The nearest double of an exact number, infinite where it is too large."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _comparison(holds: Callable[[float, float], bool]) -> Callable[[float, float], float]:
    return lambda u, v: math.nan if math.isnan(u) or math.isnan(v) else float(holds(u, v))


def _and(u: float, v: float) -> float:
    return math.nan if math.isnan(u) or math.isnan(v) else float(u != 0 and v != 0)


def _or(u: float, v: float) -> float:
    return math.nan if math.isnan(u) or math.isnan(v) else float(u != 0 or v != 0)


def _atan2(u: float, v: float) -> float:
    if u == 0 and v == 0:
        raise ValueError("atan2 has no value at the origin")
    return math.atan2(u + 0.0, v + 0.0)  # a real number has no signed zero: -0.0 + 0.0 is 0.0


_FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "neg")},
    **{name: _comparison(getattr(operator, name)) for name in ("lt", "le", "gt", "ge", "eq", "ne")},
    "logical_and": _and,
    "logical_or": _or,
    "truediv": _divide,
    "power": _power,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "logaddexp": _logaddexp,
    "root": _root,
    "coth": _coth,
    "asec": _asec,
    "acsc": _acsc,
    "acot": _acot,
    "sech": _sech,
    "csch": _csch,
    "asech": _asech,
    "acsch": _acsch,
    "acoth": _acoth,
    "gelu": _gelu,
    "sinc": _sinc,
    "floor": _floor,
    "ceil": _ceil,
    "sign": _sign,
    "heaviside": _heaviside,
    "maximum": _maximum,
    "minimum": _minimum,
    "relu": _relu,
    "where": _where,
    "atan2": _atan2,
}
