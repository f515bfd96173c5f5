"""Plots for a terminal: marks that are letters, lines of braille dots, axes with round numbers; drawn by plotille."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from plotille import Canvas

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Point = tuple[float, float]
_BLANK: Final = "\u2800"
_ACROSS: Final = 2
_UP: Final = 4
"""Dots of a braille character; they are the canvas's coordinates, so that marks and ticks are placed alike."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A range, its ticks and how they are written."""

    low: float
    high: float
    ticks: Sequence[float]
    text: Callable[[float], str]
    title: str

    def holds(self, value: float) -> bool:
        """Whether a value lies in the range."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Marks:
    """Points that are shown by one letter."""

    letter: str
    points: Sequence[Point]


def chart(
    x: Axis, y: Axis, marks: Sequence[Marks], lines: Sequence[Sequence[Point]], width: int, height: int
) -> list[str]:
    """The rows of a plot of ``width`` columns: ``lines`` through points below, later ``marks`` above earlier ones."""
    labels = {value: y.text(value) for value in y.ticks}
    left = max(map(len, labels.values()), default=0)
    columns = max(20, width - left - 3)
    canvas = Canvas(columns, height, xmin=0, xmax=_ACROSS * columns, ymin=0, ymax=_UP * height)
    for points in lines:
        for (x0, y0), (x1, y1) in _clipped(points, y):
            ends = (_part(x0, x) * columns, _part(y0, y) * height), (_part(x1, x) * columns, _part(y1, y) * height)
            (left0, low0), (left1, low1) = ((_ACROSS * across - 0.5, _UP * up - 0.5) for across, up in ends)
            canvas.line(max(0, left0), max(0, low0), max(0, left1), max(0, low1))
    for one in marks:
        for across, up in one.points:
            if x.holds(across) and y.holds(up):
                canvas.point(_ACROSS * _place(across, x, columns), _UP * _place(up, y, height), marker=one.letter)
    rows = canvas.plot(linesep="\n").replace(_BLANK, " ").split("\n")
    placed = {_place(value, y, height): label for value, label in labels.items()}
    found = [
        f"{placed.get(height - 1 - k, '').rjust(left)} {'┤' if height - 1 - k in placed else '│'}{row}".rstrip()
        for k, row in enumerate(rows)
    ]
    rule, below = ["─"] * columns, [" "] * (columns + left + 2)
    for value in x.ticks:
        at = _place(value, x, columns)
        rule[at] = "┬"
        label = x.text(value)
        start = min(max(0, left + 2 + at - len(label) // 2), left + 2 + columns - len(label))
        if all(cell == " " for cell in below[max(0, start - 1) : start + len(label) + 1]):
            below[start : start + len(label)] = label
    return [
        f"{' ' * max(0, left + 1 - len(y.title) // 2)}{y.title}".rstrip(),
        *found,
        f"{' ' * (left + 1)}└{''.join(rule)}",
        "".join(below).rstrip(),
        f"{x.title.center(columns + 2 * left + 4)}".rstrip(),
    ]


def _part(value: float, axis: Axis) -> float:
    return (value - axis.low) / (axis.high - axis.low)


def _place(value: float, axis: Axis, count: int) -> int:
    """The column or row of a value."""
    return min(count - 1, max(0, int(_part(value, axis) * count)))


def _clipped(points: Sequence[Point], y: Axis) -> list[tuple[Point, Point]]:
    """The pieces of a line, cut off where they leave the range."""
    found = []
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        low, high = (0.0, 1.0)
        for edge, sign in ((y.low, 1.0), (y.high, -1.0)):
            before, after = sign * (y0 - edge), sign * (y1 - edge)
            if before < 0 and after < 0:
                low, high = 1.0, 0.0
            elif before < 0:
                low = max(low, before / (before - after))
            elif after < 0:
                high = min(high, before / (before - after))
        if low < high:
            found.append(((x0 + low * (x1 - x0), y0 + low * (y1 - y0)), (x0 + high * (x1 - x0), y0 + high * (y1 - y0))))
    return found
