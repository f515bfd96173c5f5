"""Columns of Arb balls: one number at many points at once, so that a pass over a graph is made once for all of them."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any

from flint import arb

from gradcheck.arithmetic import Arithmetic
from gradcheck.arithmetic.balls import NAN, Balls, shared
from gradcheck.primitives.table import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcheck.primitives import Primitive
    from gradcheck.syntax.tree import Exact


class Column(list[arb]):
    """The values of one quantity, a ball for each point."""

    __slots__ = ()

    def __add__(self, other: list[arb]) -> Column:  # type: ignore[override]  # a number, not a list to be lengthened
        return Column(map(operator.add, self, other))

    def __sub__(self, other: list[arb]) -> Column:
        return Column(map(operator.sub, self, other))

    def __mul__(self, other: list[arb]) -> Column:  # type: ignore[override]  # as above
        return Column(map(operator.mul, self, other))

    def __neg__(self) -> Column:
        return Column(map(operator.neg, self))

    def __abs__(self) -> Column:
        return Column(map(abs, self))


class Columns(Arithmetic[Column]):
    """Balls of one precision at ``size`` points, hulls at jumps; use them inside ``with columns.balls.working():``.

    Nothing is decided for a column as a whole: a sweep that looks at its numbers (at a jump, a branch) goes by point.
    """

    column = "balls"

    def __init__(self, balls: Balls, size: int) -> None:
        super().__init__()
        self.balls = balls
        self.size = size
        self.undefined = Column([NAN] * size)

    def number(self, value: Exact) -> Column:
        return Column([self.balls.number(value)] * self.size)

    def constant(self, name: str) -> Column:
        return Column([self.balls.constant(name)] * self.size)

    def native(self, name: str) -> Callable[..., Column]:
        return _by_entry(self.balls.native(name))

    def applied(self, primitive: Primitive, last: Exact | None) -> Callable[..., Column]:
        if last is not None and primitive.balls == "power":
            return _by_entry(self.balls.applied(primitive, last))
        return self.functions[primitive]

    def choose(self, truth: Column, one: Callable[[], Column], other: Callable[[], Column]) -> Column:
        return self.function(PRIMITIVES["where"])(truth, one(), other())


def _by_entry(function: Callable[..., arb]) -> Callable[..., Column]:
    def of_columns(*columns: Any) -> Column:
        return Column(map(function, *columns))

    return of_columns


@functools.cache
def shared_columns(precision: int, size: int) -> Columns:
    """The one arithmetic of a precision and a size."""
    return Columns(shared(precision, hull=True), size)
