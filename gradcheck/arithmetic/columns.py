"""Columns of balls or floats: one number at many points at once, so that a pass over a graph is made once for them."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any, TypeVar

from flint import arb

from gradcheck.arithmetic import Arithmetic
from gradcheck.arithmetic.balls import Balls, shared
from gradcheck.arithmetic.floats import Floats
from gradcheck.primitives.table import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcheck.primitives import Primitive
    from gradcheck.syntax.tree import Exact


N = TypeVar("N")


class Column(list[N]):
    """The values of one quantity, a number for each point."""

    __slots__ = ()

    def __add__(self, other: list[N]) -> Column[N]:  # type: ignore[override]  # a number, not a list to be lengthened
        return Column(map(operator.add, self, other))

    def __sub__(self, other: list[N]) -> Column[N]:
        return Column(map(operator.sub, self, other))

    def __mul__(self, other: list[N]) -> Column[N]:  # type: ignore[override]  # as above
        return Column(map(operator.mul, self, other))

    def __neg__(self) -> Column[N]:
        return Column([-value for value in self])  # type: ignore[operator]  # every arithmetic's numbers can

    def __abs__(self) -> Column[N]:
        return Column([abs(value) for value in self])  # type: ignore[arg-type]  # as above


class _ByPoint(Arithmetic[Column[N]]):
    """The numbers of another arithmetic at up to ``size`` points.

    A number has ``size`` entries, and what is computed as many as the shortest argument: a pass over fewer points has
    more entries where nothing varies.
    Nothing is decided for a column as a whole: a sweep that looks at its numbers (at a jump, a branch) goes by point.
    """

    def __init__(self, entry: Arithmetic[N], size: int) -> None:
        super().__init__()
        self.entry = entry
        self.size = size
        self.undefined = Column([entry.undefined] * size)

    def number(self, value: Exact) -> Column[N]:
        return Column([self.entry.number(value)] * self.size)

    def constant(self, name: str) -> Column[N]:
        return Column([self.entry.constant(name)] * self.size)

    def choose(self, truth: Column[N], one: Callable[[], Column[N]], other: Callable[[], Column[N]]) -> Column[N]:
        return self.function(PRIMITIVES["where"])(truth, one(), other())


class Columns(_ByPoint[arb]):
    """Balls of one precision, hulls at jumps; use them inside ``with columns.balls.working():``."""

    column = "balls"

    def __init__(self, balls: Balls, size: int) -> None:
        super().__init__(balls, size)
        self.balls = balls

    def native(self, name: str) -> Callable[..., Column[arb]]:
        return _by_entry(self.balls.native(name))

    def applied(self, primitive: Primitive, last: Exact | None) -> Callable[..., Column[arb]]:
        if last is not None and primitive.balls == "power":
            return _by_entry(self.balls.applied(primitive, last))
        return self.functions[primitive]


class FloatColumns(_ByPoint[float]):
    """Floats; undefined entries are NaN."""

    column = "floats"

    def __init__(self, size: int) -> None:
        super().__init__(Floats(), size)

    def native(self, name: str) -> Callable[..., Column[float]]:
        function, errors, undefined = self.entry.native(name), self.entry.errors, self.entry.undefined

        def of_entry(*arguments: float) -> float:
            try:
                return function(*arguments)
            except errors:
                return undefined

        def of_columns(*columns: Column[float]) -> Column[float]:
            try:
                return Column(map(function, *columns))
            except errors:
                return Column(map(of_entry, *columns))

        return of_columns


def _by_entry(function: Callable[..., arb]) -> Callable[..., Column[arb]]:
    def of_columns(*columns: Any) -> Column[arb]:
        return Column(map(function, *columns))

    return of_columns


@functools.cache
def shared_columns(precision: int, size: int) -> Columns:
    """The one arithmetic of a precision and a size."""
    return Columns(shared(precision, hull=True), size)
