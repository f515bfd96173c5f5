"""The tables: what gradcheck knows of each elementary function. Data only; nothing here computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VARIABLES: Final = ("u", "v", "w")
"""The names of a primitive's arguments in the texts of its row; ``y`` is its output."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Primitive:
    """One row: all that is known of one elementary function of real arguments.

    Texts are in gradcheck's own language: ``u``, ``v``, ``w`` are the arguments, ``y`` is the output.
    The columns ``floats``, ``balls`` and ``symbols`` name the function that computes the value in each
    arithmetic; where one is empty, that arithmetic computes ``definition``.
    """

    name: str
    derivatives: tuple[str, ...]
    """The local derivative by each argument."""
    samples: tuple[tuple[str, ...], ...]
    """Arguments on every sign and branch of the domain; every wrong column shows at one of them."""
    definition: str = ""
    floats: str = ""
    balls: str = ""
    symbols: str = ""
    spelling: str = ""
    """How it is written in a text; the name, unless two rows share a spelling and differ in arity."""
    aliases: tuple[str, ...] = ()
    infix: bool = False
    domain: str = ""
    """A condition on the arguments; empty where the function is defined everywhere."""
    kinks: tuple[str, ...] = ()
    """Continuous there but not differentiable where one of these texts is zero."""
    jumps: tuple[str, ...] = ()
    """Discontinuous where one of these texts is zero."""
    variadic: bool = False
    """More arguments than two are read as nested applications: max(a, b, c) = max(max(a, b), c)."""
    boolean: bool = False
    """The value is a truth value (0 or 1); no derivative flows through it."""
    selects: bool = False
    """The output is one of the arguments: a zero local derivative cuts the path, whatever lies behind it."""
    analytic: bool = True
    """A complex step may be taken through it."""
    intuition: str = ""

    @property
    def arity(self) -> int:
        """Number of arguments."""
        return len(self.derivatives)

    @property
    def written(self) -> str:
        """The name that a text uses."""
        return self.spelling or self.name

    def __repr__(self) -> str:
        return f"Primitive({self.name!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return _by_name, (self.name,)

    def __post_init__(self) -> None:
        if any(len(sample) != self.arity for sample in self.samples):
            raise ValueError(f"{self.name}: a sample has the wrong number of arguments")
        if not self.samples:
            raise ValueError(f"{self.name}: no samples")
        for column in ("floats", "balls", "symbols"):
            if not getattr(self, column) and not self.definition:
                raise ValueError(f"{self.name}: neither {column} nor a definition")


def _by_name(name: str) -> Primitive:
    from gradcheck.primitives.scalar import PRIMITIVES

    return PRIMITIVES[name]


def index_by_name(rows: Iterable[Primitive]) -> Mapping[str, Primitive]:
    """The rows of a table by their unique names."""
    found: dict[str, Primitive] = {}
    for row in rows:
        if row.name in found:
            raise ValueError(f"two rows are called {row.name}")
        found[row.name] = row
    return found


def index_by_spelling(rows: Iterable[Primitive]) -> Mapping[str, Mapping[int, Primitive]]:
    """The rows that a text can call, by spelling or alias and then by number of arguments."""
    found: dict[str, dict[int, Primitive]] = {}
    for row in rows:
        if row.infix:
            continue
        for spelling in (row.written, *row.aliases):
            arities = found.setdefault(spelling, {})
            if row.arity in arities:
                raise ValueError(f"{spelling} with {row.arity} arguments is claimed by two rows")
            arities[row.arity] = row
    return found
