"""The tree that every dialect is read into: a flat list in which operands come before their operation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from gradcheck.errors import Note

Exact = int | Fraction
"""An exact literal: 0.1 is Fraction(1, 10)."""


Size = int | str
"""A literal integer, possibly negative, or a name bound to one later: a dimension, the letter of an index."""


class Slice(NamedTuple):
    """The part ``start:stop`` of an axis; None where an end is left out."""

    start: Size | None
    stop: Size | None


Parameter = int | str | Slice
"""What follows the arguments of a primitive: a size, an axis, an index, a slice."""


class Kind(Enum):
    """What an item of the tree is."""

    NUMBER = "number"
    NAME = "name"
    APPLY = "apply"


NUMBER: Final = Kind.NUMBER
NAME: Final = Kind.NAME
APPLY: Final = Kind.APPLY
"""The same without the 0.1 µs that Python 3.11 takes to look up a member."""


class Item(NamedTuple):
    """One item: an exact number, a name, or a primitive (by its unique name) applied to earlier items."""

    kind: Kind
    value: Exact
    name: str
    arguments: tuple[int, ...]
    start: int
    end: int
    parameters: tuple[Parameter, ...] = ()


class Statement(NamedTuple):
    """``name = expression``, or an expression alone (``name`` is then empty); ``root`` indexes the items."""

    name: str
    name_start: int
    root: int


@dataclass(frozen=True, slots=True)
class Program:
    """What a text was read as: its items, its statements in order, and what the reader should be told."""

    source: str
    items: list[Item]
    statements: list[Statement]
    notes: tuple[Note, ...] = ()


def normalised(numerator: int, denominator: int) -> Exact:
    """A fraction in lowest terms; an integer where the denominator divides.

    >>> normalised(6, 3), normalised(1, 10)
    (2, Fraction(1, 10))
    """
    if denominator == 1:
        return numerator
    value = Fraction(numerator, denominator)
    return value.numerator if value.denominator == 1 else value
