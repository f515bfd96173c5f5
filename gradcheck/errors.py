"""What can be wrong with the user's input, where it is wrong, and how to draw that place."""

from __future__ import annotations

import bisect
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 600
"""Characters of a message."""


class Span(NamedTuple):
    """A half-open range of characters in a source text; an empty one marks a gap (the end of input)."""

    start: int
    end: int


class Note(NamedTuple):
    """Something the user should know about how a text was read; it is not an error."""

    message: str
    span: Span


class GradcheckError(Exception):
    """An input that cannot be used: the reason, the place and the mend.

    ``span`` is a range in ``source``; ``origin`` says where the source came from (``--at``, a file name).
    """

    def __init__(
        self,
        message: str,
        *,
        span: Span | None = None,
        hint: str | None = None,
        source: str | None = None,
        origin: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = _cut(message)
        self.span = span
        self.hint = None if hint is None else _cut(hint)
        self.source = source
        self.origin = origin

    def within(self, source: str, origin: str | None = None) -> GradcheckError:
        """Return the same error, told where its source text came from (the innermost teller wins)."""
        if self.source is None:
            self.source = source
        if self.origin is None:
            self.origin = origin
        return self

    def location(self) -> tuple[int, int, int] | None:
        """Line, column (both from 1) and length of the span, or None where there is no place."""
        if self.span is None or self.source is None:
            return None
        line, column = line_and_column(self.source, self.span.start)
        return line, column, max(1, self.span.end - self.span.start)


def _cut(text: str) -> str:
    """A sentence of a length that can be read: a name in it may have a hundred thousand characters."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 :]}"


class SyntaxProblem(GradcheckError):
    """The text does not follow the language."""


class NameProblem(GradcheckError):
    """A name that nothing defines, that has no value, or that is defined twice."""


class DomainProblem(GradcheckError):
    """The point lies outside the domain of a sub-expression (or so near its edge that no precision tells)."""


class LimitExceeded(GradcheckError):
    """The text asks for more of a resource (length, digits, nodes, exponent) than is granted."""


class UsageProblem(GradcheckError):
    """Options or arguments that do not fit together."""


def line_and_column(source: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character offset."""
    starts = [0]
    position = source.find("\n", 0, offset)
    while position != -1:
        starts.append(position + 1)
        position = source.find("\n", position + 1, offset)
    line = bisect.bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def display_width(text: str) -> int:
    """Columns that a text takes in a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def printable(text: str) -> str:
    """Replace control, format and bidi characters, so that no text can steer a terminal or reorder a line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else " " if c in "\t\r" else f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}"
        for c in text
    )


def draw_place(source: str, span: Span, width: int = 80) -> str:
    """Draw the source line of a span with carets under it, cut to ``width`` columns around the place.

    >>> print(draw_place("sqrt(x", Span(6, 6)))
    sqrt(x
          ^
    """
    place = span.start
    if not source[place:].strip() and not source[source.rfind("\n", 0, place) + 1 : place].strip():
        place = len(source.rstrip())  # the end of input: behind the last thing that was said
    start = source.rfind("\n", 0, place) + 1
    stop = source.find("\n", place)
    stop = len(source) if stop == -1 else stop
    room = max(20, width - 2)
    before, left = _fitting(source, place, start, -1, room // 2)
    marked, right = _fitting(source, place, max(place, min(span.end, stop)), 1, room - display_width(before))
    after, far = _fitting(source, right, stop, 1, room - display_width(before) - display_width(marked))
    head = ("…" if left > start else "") + before
    tail = after + ("…" if far < stop else "")
    return f"{head}{marked}{tail}\n{' ' * display_width(head)}{'^' * max(1, display_width(marked))}"


def _fitting(source: str, place: int, end: int, direction: int, room: int) -> tuple[str, int]:
    """The printable text from ``place`` towards ``end`` that fits into ``room`` columns, and where it stops."""
    shown: list[str] = []
    while place != end:
        character = printable(source[place if direction > 0 else place - 1])
        room -= display_width(character)
        if room < 0:
            break
        shown.append(character)
        place += direction
    return "".join(shown if direction > 0 else reversed(shown)), place


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The known names that look most like a mistyped one, best first (possibly none)."""
    candidates = sorted(set(known))
    folded = [c for c in candidates if c.lower() == name.lower() and c != name]
    from difflib import get_close_matches

    close = get_close_matches(name, candidates, n=limit, cutoff=0.6)
    return (folded + [c for c in close if c not in folded])[:limit]


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A ready hint with the nearest known names, or None where nothing is near."""
    found = nearest(name, known)
    return f"did you mean {' or '.join(found)}?" if found else None
