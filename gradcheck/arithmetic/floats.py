"""Python floats (IEEE 754 binary64): for display, for the textbook slope and for large tapes."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Final

from gradcheck.arithmetic import Arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcheck.syntax.tree import Exact


class Floats(Arithmetic[float]):
    """Undefined results are NaN."""

    column = "floats"
    errors = (ValueError, OverflowError, ZeroDivisionError)
    undefined = math.nan

    def number(self, value: Exact) -> float:
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf

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
        return -math.pow(-u, 1.0 / v)
    return math.pow(u, 1.0 / v)


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
    return v if u else w


def _atan2(u: float, v: float) -> float:
    if u == 0 and v == 0:
        raise ValueError("atan2 has no value at the origin")
    return math.atan2(u + 0.0, v + 0.0)  # a real number has no signed zero: -0.0 + 0.0 is 0.0


_FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "neg")},
    **{name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")},
    "logical_and": lambda u, v: u and v,
    "logical_or": lambda u, v: u or v,
    "truediv": _divide,
    "power": _power,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "logaddexp": _logaddexp,
    "root": _root,
    "coth": _coth,
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
