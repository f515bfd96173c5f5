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
    derivatives: tuple[str, ...] = ()
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
    postfix: bool = False
    """Written behind or around its arguments, with signs of its own: x.T, x[0], [x, y]."""
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
    pullbacks: tuple[str, ...] = ()
    """For a row of arrays, instead of ``derivatives``: the adjoint of each argument, with ``g`` as that of the output."""
    shape: str = ""
    """The shape of the output, by its name in ``shapes.py``; empty for what works entry by entry."""
    parameters: tuple[int, ...] = ()
    """How many literal integers may follow the arguments: eye(3), sum(u, 0), u[0, :]."""
    nary: bool = False
    """Any number of arguments; the one pullback serves them all, with the argument's position as its parameter."""
    internal: bool = False
    """Part of the pullbacks' language only: no text can call it, and it has no pullback of its own."""
    intuition: str = ""

    @property
    def arity(self) -> int:
        """Number of arguments; of those of a pullback's own language it does not matter."""
        return len(self.derivatives) or len(self.pullbacks)

    @property
    def is_matrix(self) -> bool:
        """Whether the row works on whole arrays, not entry by entry."""
        return bool(self.shape)

    @property
    def written(self) -> str:
        """The name that a text uses."""
        return self.spelling or self.name

    def __repr__(self) -> str:
        return f"Primitive({self.name!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return _by_name, (self.name,)

    def __post_init__(self) -> None:
        if any(len(sample) != self.arity for sample in self.samples) and not self.nary:
            raise ValueError(f"{self.name}: a sample has the wrong number of arguments")
        if not self.samples and not self.internal:
            raise ValueError(f"{self.name}: no samples")
        for column in ("floats", "balls", "symbols"):
            if not getattr(self, column) and not self.definition:
                raise ValueError(f"{self.name}: neither {column} nor a definition")


def _by_name(name: str) -> Primitive:
    from gradcheck.primitives.table import PRIMITIVES

    return PRIMITIVES[name]


def index_by_name(rows: Iterable[Primitive]) -> Mapping[str, Primitive]:
    """The rows of a table by their unique names."""
    found: dict[str, Primitive] = {}
    for row in rows:
        if row.name in found:
            raise ValueError(f"two rows are called {row.name}")
        found[row.name] = row
    return found


def index_by_spelling(rows: Iterable[Primitive], *, internal: bool = False) -> Mapping[str, Mapping[int, Primitive]]:
    """The rows that a text (with ``internal``, a text of the tables) can call, by spelling and number of arguments."""
    found: dict[str, dict[int, Primitive]] = {}
    for row in rows:
        if row.infix or row.postfix or (row.internal and not internal):
            continue
        for spelling in (row.written, *row.aliases):
            arities = found.setdefault(spelling, {})
            for count in row.parameters or (0,):
                if row.arity + count in arities:
                    raise ValueError(f"{spelling} with {row.arity + count} arguments is claimed by two rows")
                arities[row.arity + count] = row
    return found
