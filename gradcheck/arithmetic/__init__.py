"""What a number is: each arithmetic computes the primitives by its own column of the table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from gradcheck import rules
from gradcheck.primitives.table import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcheck.primitives import Primitive
    from gradcheck.rules import Rule
    from gradcheck.syntax.tree import Exact

N = TypeVar("N")
_MOST_BOUND = 4_096
"""Rules kept bound: every literal exponent has one of its own, and a million claims bring many."""


class _Functions(dict[Any, Any]):
    """The functions of an arithmetic by primitive, found when they are first needed."""

    def __init__(self, arithmetic: Arithmetic[Any]) -> None:
        super().__init__()
        self._arithmetic = arithmetic

    def __missing__(self, primitive: Primitive) -> Callable[..., Any]:
        found = self[primitive] = self._arithmetic.resolved(primitive)
        return found


class Arithmetic(ABC, Generic[N]):
    """Numbers of one kind, and the primitives on them."""

    column: ClassVar[str]
    """The column of the table that names this arithmetic's functions."""
    errors: ClassVar[tuple[type[Exception], ...]] = ()
    """What its functions raise where they are undefined."""
    magnitude: ClassVar[Callable[[Any], Any]] = abs
    """The absolute value."""
    undefined: N
    """The result where a function is undefined."""

    def __init__(self) -> None:
        self.functions: dict[Primitive, Callable[..., N]] = _Functions(self)
        self._bound: dict[Rule, Callable[..., N]] = {}

    @abstractmethod
    def number(self, value: Exact) -> N:
        """An exact number, rounded as this arithmetic rounds."""

    @abstractmethod
    def constant(self, name: str) -> N:
        """A named constant: ``pi`` or ``e``."""

    @abstractmethod
    def native(self, name: str) -> Callable[..., N]:
        """The function that a cell of the column names."""

    def is_certain(self, truth: N) -> bool:
        """Whether a truth value is known; balls may not know."""
        return truth is not None

    def choose(self, truth: N, one: Callable[[], N], other: Callable[[], N]) -> N:
        """``where`` of which only the branches that may be taken are computed."""
        if self.is_certain(truth):
            return one() if truth != 0 else other()
        return self.function(PRIMITIVES["where"])(truth, one(), other())

    def touches(self, place: N) -> bool:
        """Whether a quantity that is zero at a jump is or may be zero, in an arithmetic that minds."""
        return place is None

    def function(self, primitive: Primitive) -> Callable[..., N]:
        """The function that computes a primitive's value."""
        return self.functions[primitive]

    def applied(self, primitive: Primitive, last: Exact | None) -> Callable[..., N]:  # noqa: ARG002 - balls use it
        """The same function for use where the last argument is a known number; it still takes every argument."""
        return self.functions[primitive]

    def resolved(self, primitive: Primitive) -> Callable[..., N]:
        """The function that a primitive's row names for this arithmetic, or the one that its definition makes."""
        cell: str = getattr(primitive, self.column)
        return self.native(cell) if cell else self._defined(primitive)

    def bind(self, rule: Rule) -> Callable[..., N]:
        """A rule as a function of (arguments…, output)."""
        found = self._bound.get(rule)
        if found is None:
            if len(self._bound) > _MOST_BOUND:
                self._bound.clear()
            found = self._bound[rule] = rule.bind(self)
        return found

    def _defined(self, primitive: Primitive) -> Callable[..., N]:
        body = self.bind(rules.definition(primitive))

        def defined(*arguments: Any) -> N:
            return body(*arguments, None)

        return defined
