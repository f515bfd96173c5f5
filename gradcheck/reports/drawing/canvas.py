"""A sheet of characters: lines that join where they meet, boxes, texts in styles."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from rich.text import Text

from gradcheck.errors import display_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Styled = tuple[str, str]
    """A text and its role: name, value, local, adjoint, mark."""

_LINES: Final = " ╵╶╰╷│╭├╴╯─┴╮┤┬┼"
"""By the sum of the directions in which a line leaves a cell: north 1, east 2, south 4, west 8."""
NORTH, EAST, SOUTH, WEST = 1, 2, 4, 8


class Canvas:
    """Cells by row and column, as many as are drawn."""

    def __init__(self) -> None:
        self._lines: dict[tuple[int, int], int] = {}
        self._texts: dict[tuple[int, int], tuple[str, str]] = {}

    def line(self, row: int, column: int, directions: int) -> None:
        """A piece of line through a cell, joined to what is there."""
        self._lines[row, column] = self._lines.get((row, column), 0) | directions

    def arrow(self, row: int, column: int, sign: str) -> None:
        """The head of an arrow."""
        self._texts[row, column] = sign, ""

    def text(self, row: int, column: int, parts: Iterable[Styled], room: int = 0) -> None:
        """Texts one after the other, in the middle of ``room`` columns."""
        found = list(parts)
        column += max(0, room - sum(display_width(text) for text, _ in found)) // 2
        for text, style in found:
            for character in text:
                wide = display_width(character)
                if not wide:  # a combining mark belongs to the character before
                    before = self._texts.get((row, column - 1), ("", style))
                    self._texts[row, column - 1] = before[0] + character, before[1]
                    continue
                self._texts[row, column] = character, style
                if wide > 1:
                    self._texts[row, column + 1] = "", style
                column += wide

    def box(self, row: int, column: int, width: int, height: int, lines: Sequence[Sequence[Styled]]) -> None:
        """A frame around lines of text."""
        right, bottom = column + width - 1, row + height - 1
        for across in range(column + 1, right):
            self.line(row, across, EAST | WEST)
            self.line(bottom, across, EAST | WEST)
        for down in range(row + 1, bottom):
            self.line(down, column, NORTH | SOUTH)
            self.line(down, right, NORTH | SOUTH)
        for place, corner in (
            ((row, column), EAST | SOUTH), ((row, right), WEST | SOUTH),
            ((bottom, column), EAST | NORTH), ((bottom, right), WEST | NORTH),
        ):  # fmt: skip
            self.line(*place, corner)
        for number, line in enumerate(lines, row + 1):
            self.text(number, column + 2, line, width - 4)

    def rows(self, styles: Mapping[str, str]) -> Iterator[Text]:
        """The sheet line by line."""
        cells = {**{place: (_LINES[found], "") for place, found in self._lines.items()}, **self._texts}
        lengths: dict[int, int] = {}
        for row, column in cells:
            lengths[row] = max(lengths.get(row, 0), column + 1)
        for row in range(max(lengths, default=-1) + 1):
            text = Text()
            line = [cells.get((row, column), (" ", "")) for column in range(lengths.get(row, 0))]
            for role, signs in itertools.groupby(line, lambda cell: cell[1]):
                text.append("".join(sign for sign, _ in signs), styles.get(role, ""))
            text.rstrip()
            yield text
