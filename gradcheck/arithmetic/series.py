"""Power series in Arb balls, coefficients computed when they are asked for: Taylor arithmetic.

Sums, products and quotients are those of series. Everything else follows from the table's own derivatives: the rule
y' = ∂f/∂u(u, v, y)·u' + ∂f/∂v(u, v, y)·v', evaluated in series, gives each coefficient of y from earlier ones. As equal
applications are one series, the rules of sin and cos find each other, and the textbook's recurrences come out
(A. Griewank and A. Walther, "Evaluating Derivatives", 2nd ed. (SIAM 2008), section 13.2). For ball arguments the
coefficients are enclosures: with the first one wide, over a whole interval (R. E. Moore, "Methods and Applications of
Interval Analysis" (SIAM 1979), section 3.4).

Where a function jumps or may jump, only its value is known: coefficients beyond are NaN. At a kink the first
coefficient is the hull of the one-sided ones, and those beyond it are NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gradcheck import rules
from gradcheck.arithmetic import Arithmetic
from gradcheck.arithmetic.balls import NAN, ONE, ZERO, shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flint import arb

    from gradcheck.primitives import Primitive
    from gradcheck.syntax.tree import Exact


class Series:
    """y(t) = y[0] + y[1]·t + y[2]·t² + …; coefficients are computed once, in order."""

    __slots__ = ("_following", "_known", "_made", "exact", "is_constant", "is_steady")

    def __init__(
        self,
        made: list[Series],
        known: list[arb],
        following: Callable[[int], arb] | None = None,
        *,
        exact: Exact | None = None,
        is_steady: bool = True,
    ) -> None:
        """``following(k)`` gives coefficient k from earlier ones; without it they are 0.

        ``made`` lists the series of one expansion in the order in which they are made; this one is appended.
        """
        self._made = made
        self._known = known
        self._following = following
        self.exact = exact
        """The number that a constant series is, where it is a literal."""
        self.is_steady = is_steady
        """Whether the value is continuous at the point: a truth value that is not changes right there."""
        self.is_constant = following is None and len(known) == 1
        made.append(self)

    def __getitem__(self, k: int) -> arb:
        known = self._known
        while len(known) <= k:
            known.append(ZERO if self._following is None else self._following(len(known)))
        return known[k]

    def __add__(self, other: Series) -> Series:
        return _derived([self[0] + other[0]], (self, other), lambda k: self[k] + other[k])

    def __sub__(self, other: Series) -> Series:
        return _derived([self[0] - other[0]], (self, other), lambda k: self[k] - other[k])

    def __neg__(self) -> Series:
        return _derived([-self[0]], (self,), lambda k: -self[k])

    def __mul__(self, other: Series) -> Series:
        if self.is_constant:
            return _derived([self[0] * other[0]], (self, other), lambda k: self[0] * other[k])
        if other.is_constant:
            return _derived([self[0] * other[0]], (self, other), lambda k: self[k] * other[0])
        return _derived([self[0] * other[0]], (self, other), lambda k: _convolved(self, other, 0, k))

    def __truediv__(self, other: Series) -> Series:
        found = _derived(
            [self[0] / other[0]], (self, other), lambda k: (self[k] - _convolved(other, found, 1, k)) / other[0]
        )
        return found


def _derived(known: list[arb], parents: Sequence[Series], following: Callable[[int], arb]) -> Series:
    return Series(parents[0]._made, known, None if all([one.is_constant for one in parents]) else following)  # noqa: SLF001 - its own kind


def _convolved(one: Series, other: Series, first: int, k: int) -> arb:
    """The sum of one[j]·other[k-j] for j = first … k."""
    total = ZERO
    for j in range(first, k + 1):
        factor = one[j]
        if not factor.is_zero():
            total = total + factor * other[k - j]
    return total


class PowerSeries(Arithmetic[Series]):
    """Series at one precision (in bits); use them inside ``with series.working():``. One for each expansion."""

    column = "balls"

    def __init__(self, precision: int) -> None:
        super().__init__()
        self.entry = shared(precision, hull=True)
        self.precision = precision
        self.made: list[Series] = []
        self.undefined = self._series([NAN], lambda _: NAN)
        self.working = self.entry.working
        self._numbers: dict[Exact, Series] = {}
        self._applied: dict[tuple[Any, ...], Series] = {}

    def _series(self, known: list[arb], following: Callable[[int], arb] | None = None, **how: Any) -> Series:
        return Series(self.made, known, following, **how)

    def number(self, value: Exact) -> Series:
        found = self._numbers.get(value)
        if found is None:
            found = self._numbers[value] = self._series([self.entry.number(value)], exact=value)
        return found

    def constant(self, name: str) -> Series:
        return self._series([self.entry.constant(name)])

    def variable(self, value: arb, step: arb) -> Series:
        """The series of ``value`` + ``step``·t."""
        return self._series([value]) if step.is_zero() else self._series([value, step])

    def advance(self, order: int) -> None:
        """Compute the coefficients up to ``order`` of all series made so far, one order after the other.

        However deep the graph, no coefficient then waits for more than those of its own arguments.
        """
        listed = list(self.made)
        for k in range(1, order + 1):
            for one in listed:
                one[k]

    def is_certain(self, truth: Series) -> bool:
        return truth.is_steady and self.entry.is_certain(truth[0])

    def choose(self, truth: Series, one: Callable[[], Series], other: Callable[[], Series]) -> Series:
        if self.is_certain(truth):
            return one() if truth[0] != 0 else other()
        return self._series([self.entry.choose(truth[0], lambda: one()[0], lambda: other()[0])], lambda _: NAN)

    def native(self, name: str) -> Callable[..., Series]:
        raise KeyError(name)  # ``resolved`` asks for none

    def resolved(self, primitive: Primitive) -> Callable[..., Series]:
        match primitive.name:
            case "+" | "-" | "*" | "/" | "neg":
                return _OPERATORS[primitive.name]
            case "where":
                return lambda truth, one, other: self.choose(truth, lambda: one, lambda: other)
        value = self.entry.function(primitive)

        def applied(*arguments: Series) -> Series:
            key = (primitive, *arguments)
            found = self._applied.get(key)
            if found is None:
                if primitive.name == "sinc" and not (arguments[0][0] > 0 or arguments[0][0] < 0):
                    found = self._sinc(arguments[0], 0)
                else:
                    found = self._by_rule(primitive, arguments, value(*[one[0] for one in arguments]))
                self._applied[key] = found
            return found

        return applied

    def _by_rule(self, primitive: Primitive, arguments: Sequence[Series], value: arb) -> Series:
        """The solution of the table's differential equation that starts at ``value``."""
        if all([one.is_constant for one in arguments]):
            return self._series([value])
        if self._jumps(primitive, arguments, value):
            return self._series([value], lambda _: NAN, is_steady=False)
        if all(text == "0" for text in primitive.derivatives):
            return self._series([value], lambda _: ZERO)
        slopes: list[tuple[Series, Series]] = []

        def following(k: int) -> arb:
            if not slopes:
                slopes.extend(self._slopes(primitive, arguments, found))
            total = ZERO
            for argument, slope in slopes:
                for j in range(1, k + 1):
                    local = slope[k - j]
                    if not (primitive.selects and local.is_zero()):  # what is not selected may be undefined
                        total = total + j * argument[j] * local
            return total / k

        found = self._series([value], following)
        return found

    def _slopes(
        self, primitive: Primitive, arguments: Sequence[Series], output: Series
    ) -> Iterator[tuple[Series, Series]]:
        exponent = arguments[1].exact if primitive.name == "**" else None
        for position, argument in enumerate(arguments):
            if not argument.is_constant:
                rule = rules.local_derivative(primitive, position, exponent)
                yield argument, self.bind(rule)(*arguments, output)

    def _jumps(self, primitive: Primitive, arguments: Sequence[Series], value: arb) -> bool:
        if primitive.boolean and not all([one.is_steady for one in arguments]):
            return True
        tape = [one[0] for one in arguments]
        return any(
            [
                kind == "jump" and self.entry.touches(self.entry.bind(place)(*tape, value))
                for kind, place in rules.breaks(primitive)
            ]
        )

    def _sinc(self, u: Series, n: int) -> Series:
        """The n-th derivative of sin(u)/u around u = 0, where the table's rule divides by 0.

        It is the integral of tⁿ·cos(t·u + n·π/2) over [0, 1], hence at most 1/(n + 1).
        """
        key = ("sinc", n, u)
        found = self._applied.get(key)
        if found is not None:
            return found
        if u[0].is_zero():
            value = ZERO if n % 2 else ONE * (-1) ** (n // 2) / (n + 1)
        else:
            value = (-ONE).union(ONE) / (n + 1) if u[0].is_finite() else NAN

        def following(k: int) -> arb:
            slope = self._sinc(u, n + 1)
            total = ZERO
            for j in range(1, k + 1):
                total = total + j * u[j] * slope[k - j]
            return total / k

        found = self._applied[key] = self._series([value], following)
        return found


_OPERATORS: Final[dict[str, Callable[..., Series]]] = {
    "+": Series.__add__,
    "-": Series.__sub__,
    "*": Series.__mul__,
    "/": Series.__truediv__,
    "neg": Series.__neg__,
}
