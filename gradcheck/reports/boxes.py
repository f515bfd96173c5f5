"""Matrices in brackets, columns aligned at the decimal point, side by side where they fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Cells = list[list[str]]

_ROWS: Final = 12
"""Rows above which the middle of a matrix is left out, unless all of it is wanted."""
_COLUMNS: Final = 60
_GAP: Final = 2
_MIDDLE: Final = -1
"""Stands for the rows or columns that are left out."""


def matrix(rows: int, columns: int, entry: Callable[[int, int], str], room: int, *, whole: bool) -> list[Cells]:
    """The entries as text, as many columns as fit; the middle of a large one is left out, or it is cut into parts."""
    chosen = _ends(rows, _ROWS) if not whole else list(range(rows))
    wide = list(range(columns)) if whole else _ends(columns, _COLUMNS)
    texts = {
        column: _aligned([entry(row, column) if row != _MIDDLE else "⋮" for row in chosen])
        for column in wide
        if column != _MIDDLE
    }
    texts[_MIDDLE] = ["…" if row != _MIDDLE else "⋱" for row in chosen]
    widths = {column: max(map(len, found), default=0) for column, found in texts.items()}
    parts = _cut(wide, widths, room - 2) if whole else [_elided(wide, widths, room - 2)]
    return [[[texts[column][row] for column in part] for row in range(len(chosen))] for part in parts]


def box(cells: Cells) -> list[str]:
    """Rows in tall brackets."""
    lines = [(" " * _GAP).join(row) for row in cells]
    if len(lines) == 1:
        return [f"[{lines[0].strip()}]"]
    width = max(map(len, lines))
    left = "⎡" + "⎢" * (len(lines) - 2) + "⎣"
    right = "⎤" + "⎥" * (len(lines) - 2) + "⎦"
    return [f"{left[row]}{line.ljust(width)}{right[row]}" for row, line in enumerate(lines)]


def labelled(label: str, lines: Sequence[str]) -> list[str]:
    """A box behind ``label =``, which stands at its middle line."""
    middle = (len(lines) - 1) // 2
    head = f"{label} = "
    return [f"{head if row == middle else ' ' * len(head)}{line}" for row, line in enumerate(lines)]


def beside(boxes: Sequence[Sequence[str]], width: int, gap: int = 4) -> Iterator[str]:
    """Boxes side by side, as many in a band as fit; a blank line between bands of more than one line."""
    band: list[Sequence[str]] = []
    taken = 0
    for one in boxes:
        size = max(map(len, one), default=0)
        if band and (taken + gap + size > width or _heights_differ(band[0], one)):
            yield from _band(band, gap)
            if len(band[0]) > 1 or len(one) > 1:
                yield ""
            band, taken = [], 0
        taken += size + (gap if band else 0)
        band.append(one)
    yield from _band(band, gap)


def _heights_differ(one: Sequence[str], other: Sequence[str]) -> bool:
    return len(one) != len(other)


def _band(band: Sequence[Sequence[str]], gap: int) -> Iterator[str]:
    widths = [max(map(len, one), default=0) for one in band]
    for row in range(max(map(len, band), default=0)):
        parts = [one[row].ljust(width) for one, width in zip(band, widths, strict=True)]
        yield (" " * gap).join(parts).rstrip()


def _ends(count: int, most: int) -> list[int]:
    if count <= most:
        return list(range(count))
    half = most // 2
    return [*range(half), _MIDDLE, *range(count - half + 1, count)]


def _aligned(texts: Sequence[str]) -> list[str]:
    """A column of numbers, their decimal points below each other; those with an exponent end together."""
    plain = all(text.lstrip("-").replace(".", "", 1).isdigit() or text == "⋮" for text in texts)
    behind = [len(text) - text.find(".") if "." in text else 0 for text in texts]
    tail = max(behind, default=0) if plain else 0
    padded = [text + " " * (tail - own) if plain else text for text, own in zip(texts, behind, strict=True)]
    width = max(map(len, padded), default=0)
    return [text.rjust(width) for text in padded]


def _cut(columns: Sequence[int], widths: dict[int, int], room: int) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    for column in columns:
        if parts[-1] and _width([*parts[-1], column], widths) > room:
            parts.append([])
        parts[-1].append(column)
    return parts


def _elided(columns: Sequence[int], widths: dict[int, int], room: int) -> list[int]:
    if _width(columns, widths) <= room:
        return list(columns)
    kept = [column for column in columns if column != _MIDDLE]
    last = kept.pop()
    while kept and _width([*kept, _MIDDLE, last], widths) > room:
        kept.pop()
    return [*kept, _MIDDLE, last]


def _width(columns: Sequence[int], widths: dict[int, int]) -> int:
    return sum(widths[column] for column in columns) + _GAP * (len(columns) - 1)
