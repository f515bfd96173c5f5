"""Arb balls (python-flint): midpoint and radius that enclose the true value, at any precision; and complex ones.

F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic", IEEE Trans. Comput. 66 (2017).
"""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any, Final

from flint import acb, arb, ctx, fmpq

from gradcheck.arithmetic import Arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcheck.primitives import Primitive
    from gradcheck.syntax.tree import Exact

NAN: Final = arb("nan")
ZERO: Final = arb(0)
ONE: Final = arb(1)
HALF: Final = ONE / 2
UNIT: Final = ZERO.union(ONE)
"""[0, 1]: a truth value that nobody knows."""
_WORD: Final = 1 << 31
"""Degrees of roots from which on flint's own root, which takes a machine word, is not called."""


def exponent_of(value: arb) -> int:
    """The binary exponent of a ball's midpoint; 0 of 0."""
    if value.is_zero():
        return 0
    mantissa, exponent = value.man_exp()
    return int(mantissa.bit_length() + exponent)


class Balls(Arithmetic[arb]):
    """Real balls at one precision (in bits); use them inside ``with balls.working():``.

    With ``hull``, a discontinuous function of an argument that touches its jump is the hull of the one-sided
    values, which is what a local derivative at a kink means: sign(0) = [-1, 1]. Without, it is the value there.
    """

    column = "balls"
    undefined = NAN

    def __init__(self, precision: int, *, hull: bool = False) -> None:
        super().__init__()
        self.precision = precision
        self.hull = hull

    def working(self) -> _Working:
        """Set flint's precision for a ``with`` block."""
        return _Working(self.precision)

    def number(self, value: Exact) -> arb:
        return arb(value) if isinstance(value, int) else arb(fmpq(value.numerator, value.denominator))

    def constant(self, name: str) -> arb:
        value: arb = arb.pi() if name == "pi" else arb.const_e()
        return value

    def is_certain(self, truth: arb) -> bool:
        return bool(truth.is_exact())

    def touches(self, place: arb) -> bool:
        return self.hull and bool(not place.is_finite() or place.contains(0))

    def applied(self, primitive: Primitive, last: Exact | None) -> Callable[..., arb]:
        if last is not None and primitive.balls == "power":
            return _integer_powered if isinstance(last, int) else _powered
        return self.functions[primitive]

    def native(self, name: str) -> Callable[..., arb]:
        if self.hull and name in _HULLS:
            return _HULLS[name]
        return _FUNCTIONS.get(name) or getattr(arb, name)


class _Working:
    """A block at one precision."""

    __slots__ = ("_before", "_precision")

    def __init__(self, precision: int) -> None:
        self._precision = precision
        self._before = precision

    def __enter__(self) -> None:
        self._before = ctx.prec
        ctx.prec = self._precision

    def __exit__(self, *_: object) -> None:
        ctx.prec = self._before


class ComplexBalls(Arithmetic[acb]):
    """Complex balls, for the complex step; only analytic primitives are defined."""

    column = "balls"
    undefined = acb(NAN, NAN)

    def __init__(self, precision: int) -> None:
        super().__init__()
        self.precision = precision

    def number(self, value: Exact) -> acb:
        return acb(arb(value) if isinstance(value, int) else arb(fmpq(value.numerator, value.denominator)))

    def constant(self, name: str) -> acb:
        return acb(arb.pi() if name == "pi" else arb.const_e())

    def native(self, name: str) -> Callable[..., acb]:
        return _COMPLEX.get(name) or getattr(acb, name)


@functools.cache
def shared(precision: int, *, hull: bool = False) -> Balls:
    """The one arithmetic of a precision, so that the tables' rules are bound to it once."""
    return Balls(precision, hull=hull)


def as_integer(u: arb) -> Any:
    """The integer that a ball is (an fmpz), or None where it is not exactly one."""
    return u.unique_fmpz() if u.is_exact() and u.is_integer() else None


def power(u: arb, v: arb) -> arb:
    """u**v for real numbers: any base with an integer exponent, a base >= 0 with another."""
    exponent = as_integer(v)
    if exponent is not None:
        return _integer_power(u, exponent)
    if u > 0:
        return u**v
    if u.is_zero() and v > 0:
        return ZERO
    return NAN


def _integer_powered(u: arb, v: arb) -> arb:
    """``power`` for an exponent that is known to be an integer."""
    whole: arb = u**v
    return whole if whole.is_finite() else power(u, v)


def _powered(u: arb, v: arb) -> arb:
    """``power`` for an exponent that is known to be a fraction."""
    return u**v if u > 0 else power(u, v)


def _integer_power(u: arb, exponent: Any) -> arb:
    if u > 0 or u < 0 or u.is_zero() or exponent == 0:
        whole: arb = u**exponent
        return whole
    if exponent < 0 or not u.is_finite():
        return NAN
    low, high = u.lower() ** exponent, u.upper() ** exponent  # flint's own power of a ball around 0 is NaN
    return low.union(high) if exponent % 2 else ZERO.union(low).union(high)


def _cbrt(u: arb) -> arb:
    if u >= 0:
        return u.root(3)
    if u < 0:
        return -((-u).root(3))
    if not u.is_finite():
        return NAN
    return (-((-u.lower()).root(3))).union(u.upper().root(3))


def _root(u: arb, v: arb) -> arb:
    degree = as_integer(v)
    if degree is None or degree <= 0:
        return 1 / _root(u, -v) if degree is not None and degree < 0 else power(u, 1 / v) if u >= 0 else NAN
    if u >= 0:
        return _positive_root(u, degree)
    if degree % 2 == 0:
        return NAN
    if u < 0:
        return -_positive_root(-u, degree)
    if not u.is_finite():
        return NAN
    return (-_positive_root(-u.lower(), degree)).union(_positive_root(u.upper(), degree))


def _positive_root(u: arb, degree: Any) -> arb:
    """The root of a ball that is not negative, by a positive integer of any size."""
    whole: arb = u.root(int(degree)) if degree < _WORD else power(u, 1 / arb(degree))
    return whole


def _atan2(u: arb, v: arb) -> arb:
    return NAN if u.is_zero() and v.is_zero() else arb.atan2(u, v)


def _hypot(u: arb, v: arb) -> arb:
    square = u * u + v * v
    if square > 0 or not square.is_finite():
        return square.sqrt()
    return ZERO.union(
        square.upper().sqrt()
    )  # near the origin: the square is never negative, its ball may reach below 0


def _abs(u: arb) -> arb:
    return abs(u)


def _sign(u: arb) -> arb:
    return u.sgn() if u.is_finite() else ONE if u > 0 else -ONE if u < 0 else NAN


def _sign_hull(u: arb) -> arb:
    if u > 0 or u < 0:
        return _sign(u)
    return (-ONE).union(ONE) if u.is_finite() else NAN


def _heaviside(u: arb) -> arb:
    return ONE if u > 0 else ZERO if u < 0 else HALF if u.is_zero() else UNIT if u.is_finite() else NAN


def _heaviside_hull(u: arb) -> arb:
    return ONE if u > 0 else ZERO if u < 0 else UNIT if u.is_finite() else NAN


def _floor_hull(u: arb) -> arb:
    below = u.floor()
    return below.union(below - 1) if u.is_exact() and u.is_integer() else below


def _ceil_hull(u: arb) -> arb:
    above = u.ceil()
    return above.union(above + 1) if u.is_exact() and u.is_integer() else above


def _maximum(u: arb, v: arb) -> arb:
    return u.max(v) if not (u.is_nan() or v.is_nan()) else NAN


def _minimum(u: arb, v: arb) -> arb:
    return u.min(v) if not (u.is_nan() or v.is_nan()) else NAN


def _where(u: arb, v: arb, w: arb) -> arb:
    if u.is_nan():
        return NAN
    if u.is_exact():
        return w if u.is_zero() else v
    return v.union(w)


def _comparison(yes: Callable[[arb, arb], bool], no: Callable[[arb, arb], bool]) -> Callable[[arb, arb], arb]:
    """A truth value: 1 where ``yes`` is certain, 0 where ``no`` is, else [0, 1]."""

    def compare(u: arb, v: arb) -> arb:
        if u.is_nan() or v.is_nan():
            return NAN
        return ONE if yes(u, v) else ZERO if no(u, v) else UNIT

    return compare


def _same(u: arb, v: arb) -> bool:
    return bool(u.is_exact() and v.is_exact() and u == v)


def _apart(u: arb, v: arb) -> bool:
    return bool(u < v or u > v)


def _and(u: arb, v: arb) -> arb:
    if u.is_nan() or v.is_nan():
        return NAN
    return ZERO if u.is_zero() or v.is_zero() else ONE if u.is_exact() and v.is_exact() else UNIT


def _or(u: arb, v: arb) -> arb:
    if u.is_nan() or v.is_nan():
        return NAN
    certain = (u.is_exact() and not u.is_zero()) or (v.is_exact() and not v.is_zero())
    return ONE if certain else ZERO if u.is_zero() and v.is_zero() else UNIT


_FUNCTIONS: Final[Mapping[str, Callable[..., arb]]] = {
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "neg")},
    "power": power,
    "cbrt": _cbrt,
    "root": _root,
    "atan2": _atan2,
    "sinc": lambda u: u.sinc() if u.is_finite() else NAN,
    "ball_abs": _abs,
    "ball_hypot": _hypot,
    "sign": _sign,
    "heaviside": _heaviside,
    "maximum": _maximum,
    "minimum": _minimum,
    "where": _where,
    "ball_lt": _comparison(operator.lt, operator.ge),
    "ball_le": _comparison(operator.le, operator.gt),
    "ball_gt": _comparison(operator.gt, operator.le),
    "ball_ge": _comparison(operator.ge, operator.lt),
    "ball_eq": _comparison(_same, _apart),
    "ball_ne": _comparison(_apart, _same),
    "ball_logical_and": _and,
    "ball_logical_or": _or,
}
_HULLS: Final[Mapping[str, Callable[..., arb]]] = {
    "sign": _sign_hull,
    "heaviside": _heaviside_hull,
    "floor": _floor_hull,
    "ceil": _ceil_hull,
    "ball_lt": _comparison(operator.lt, operator.gt),
    "ball_le": _comparison(operator.lt, operator.gt),
    "ball_gt": _comparison(operator.gt, operator.lt),
    "ball_ge": _comparison(operator.gt, operator.lt),
}


def _complex_power(u: acb, v: acb) -> acb:
    exponent = as_integer(v.real) if v.imag.is_zero() else None
    return u**exponent if exponent is not None else u**v if u.real > 0 else acb(NAN, NAN)


def _complex_root(u: acb, v: acb) -> acb:
    degree = as_integer(v.real) if v.imag.is_zero() else None
    if u.real < 0 and degree is not None and degree % 2:
        return -((-u) ** (1 / v))
    return u ** (1 / v) if u.real > 0 else acb(NAN, NAN)


def _complex_cbrt(u: acb) -> acb:
    return -((-u).root(3)) if u.real < 0 else u.root(3)


_COMPLEX: Final[Mapping[str, Callable[..., acb]]] = {
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "neg")},
    "power": _complex_power,
    "root": _complex_root,
    "cbrt": _complex_cbrt,
    "ball_hypot": lambda u, v: (u * u + v * v).sqrt(),
}
