"""Which columns of a table give which variables: columns of a variable's name, and groups of columns for a vector."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gradcheck.errors import NameProblem, Span, SyntaxProblem, UsageProblem, did_you_mean, nearest, printable
from gradcheck.shapes import told

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from gradcheck.declarations import Declaration
    from gradcheck.shapes import Shape

_NAME: Final = r"[^\W\d]\w*"
_BIND: Final = re.compile(rf"\s*({_NAME})\s*=\s*(\[(?P<many>.*)\]|(?P<one>[^\[\]]*\S))\s*")
_LISTED: Final = 8
_LEAST: Final = 3
"""Letters from which a name that is nearly a column's is taken for a slip; w and w2 are different names."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The positions of a variable's columns; a vector's in the order of its entries."""

    positions: tuple[int, ...]
    is_vector: bool

    @property
    def shape(self) -> Shape:
        """The shape of the variable in one row."""
        return (len(self.positions),) if self.is_vector else ()


def read_binds(texts: Iterable[str]) -> dict[str, tuple[list[str], bool]]:
    """Read ``x=[c1, c2]`` or ``y=target``: the columns of each variable, and whether they make a vector."""
    found: dict[str, tuple[list[str], bool]] = {}
    for text in texts:
        parts = _BIND.fullmatch(text)
        if parts is None:
            raise SyntaxProblem(
                "this binding is not understood",
                span=Span(0, len(text)),
                hint='as in --bind "x=[c1, c2]" or --bind y=target',
                source=text,
                origin="--bind",
            )
        name, many = parts[1], parts["many"]
        if name in found:
            raise UsageProblem(f"--bind gives {name} twice", hint="keep one of them")
        columns = [parts["one"]] if many is None else [column.strip() for column in many.split(",")]
        if not all(columns):
            raise UsageProblem(f"--bind names no column for {name}", hint='as in --bind "x=[c1, c2]"')
        found[name] = columns, many is not None
    return found


def bind_columns(
    header: Sequence[str],
    used: Iterable[str],
    binds: Mapping[str, tuple[list[str], bool]],
    declared: Mapping[str, Declaration],
    file: str,
    given: Container[str] = (),
) -> dict[str, Columns]:
    """The columns of each of the ``used`` names that the table gives; ``given`` names have a value already."""
    names = list(used)
    for name in binds:
        if name not in names:
            raise NameProblem(
                f"--bind gives {name} columns, but the expression does not use it", hint=did_you_mean(name, names)
            )
    found = {name: _explicit(*bind, header, file) for name, bind in binds.items()}
    for name in names:
        declaration = declared.get(name)
        if name in found:
            continue
        if declaration is not None and declaration.shape:
            group = _group(name, header)
            size = declaration.shape[0]
            if len(declaration.shape) > 1 or not group:
                continue
            if isinstance(size, int) and size != len(group):
                listed = ", ".join(printable(header[position]) for position in group[:_LISTED])
                raise UsageProblem(
                    f"{name} is declared as {told((size,))}, but {printable(file)} has {len(group)} columns for it: "
                    f"{listed}"
                )
            found[name] = Columns(tuple(group), is_vector=True)
        elif name in header:
            found[name] = Columns((_one(name, header, file),), is_vector=False)
        elif declaration is None and name not in given and len(group := _group(name, header)) > 1:
            found[name] = Columns(tuple(group), is_vector=True)
    return found


def misspelled(
    used: Iterable[str], header: Sequence[str], bound: Mapping[str, Columns], known: Container[str]
) -> tuple[str, str] | None:
    """A name without column or value, and the unused column that it looks like."""
    idle = [column for column in unused(header, bound) if len(column) >= _LEAST]
    for name in used:
        if name not in bound and name not in known and len(name) >= _LEAST:
            near = nearest(name, idle, limit=1)
            if near:
                return name, near[0]
    return None


def unused(header: Sequence[str], bound: Mapping[str, Columns]) -> list[str]:
    """The columns that no variable takes."""
    taken = {position for columns in bound.values() for position in columns.positions}
    return [name for position, name in enumerate(header) if position not in taken]


def missing(name: str, header: Sequence[str], bound: Mapping[str, Columns]) -> str:
    """What would give a variable that has neither a value nor a column."""
    group = _group(name, header)
    if group:
        return f'for a vector of columns declare it: --var "{name}: {len(group)}"'
    near = did_you_mean(name, unused(header, bound))
    return f"{near[:-1]} (--bind {name}=…)?" if near else f"add --at {name}=…, or a column {name}"


def _explicit(columns: Sequence[str], is_vector: bool, header: Sequence[str], file: str) -> Columns:
    positions = []
    for column in columns:
        if column not in header:
            listed = ", ".join(printable(one) for one in header[:_LISTED])
            raise UsageProblem(
                f"{printable(file)} has no column {printable(column)}",
                hint=did_you_mean(column, header) or f"its columns are {listed}",
            )
        positions.append(_one(column, header, file))
    return Columns(tuple(positions), is_vector)


def _one(name: str, header: Sequence[str], file: str) -> int:
    if header.count(name) > 1:
        raise UsageProblem(f"{printable(file)} has {header.count(name)} columns {printable(name)}", hint="rename one")
    return header.index(name)


def _group(name: str, header: Sequence[str]) -> list[int]:
    """The positions of x1, x2, … (or x_1, x[0], …), which count from 0 or 1 without a gap."""
    pattern = re.compile(rf"{re.escape(name)}(?:_?(\d+)|\[(\d+)\])")
    numbered: dict[int, int] = {}
    for position, column in enumerate(header):
        parts = pattern.fullmatch(column)
        if parts is not None:
            numbered.setdefault(int(parts[1] or parts[2]), position)
    first = 0 if 0 in numbered else 1
    found = []
    while first in numbered:
        found.append(numbered[first])
        first += 1
    return found
