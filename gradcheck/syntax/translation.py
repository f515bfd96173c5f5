"""A text of another dialect in plain notation, with the place in the original that each character stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from gradcheck.errors import GradcheckError, Note, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet


_SUPERSCRIPTS: Final = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")


class Chunk(NamedTuple):
    """Plain text, and the range of the original that it stands for; or many chunks that are handed on as one."""

    text: str
    start: int
    end: int
    inner: Sequence[Chunk] = ()


_FEW: Final = 16


def bundled(chunks: list[Chunk]) -> list[Chunk]:
    """Chunks to be put into others: many of them as one, so that nesting copies nothing again and again."""
    return chunks if len(chunks) <= _FEW else [Chunk("", chunks[0].start, chunks[-1].end, chunks)]


def is_latex(text: str) -> bool:
    r"""Whether a text says that it is LaTeX: ``$…$``, ``$$…$$``, ``\(…\)`` or ``\[…\]``."""
    beginning = text.lstrip()[:2]
    return beginning[:1] == "$" or beginning in {"\\(", "\\["}


@dataclass(frozen=True, slots=True)
class Translation:
    """Plain text with a place for each character; ``variables`` are names that no function and no constant is."""

    source: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    last: int
    """Where the original ends, for what is missing there."""
    variables: AbstractSet[str] = frozenset()
    notes: tuple[Note, ...] = ()

    def back(self, span: tuple[int, int]) -> Span:
        """The place in the original of a place in the plain text."""
        start, end = span
        if start >= len(self.text):
            return Span(self.last, self.last)
        if end <= start:
            return Span(self.starts[start], self.starts[start])
        first = self.starts[start]
        return Span(first, max(first, self.ends[min(end, len(self.ends)) - 1]))

    def note_back(self, note: Note) -> Note:
        """A note of the plain reader, about the original."""
        return Note(note.message, self.back(note.span))

    def error_back(self, error: GradcheckError) -> GradcheckError:
        """An error of the plain reader, about the original."""
        if error.source is None or error.source == self.text:
            error.source = self.source
            if error.span is not None:
                error.span = self.back(error.span)
        return error

    def edited(self, edits: Iterable[tuple[int, int, str]]) -> Translation:
        """The same with stretches (start, end) of the plain text replaced; none overlap, and they come in order."""
        texts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for start, end, text in edits:
            texts += [self.text[position:start], text]
            starts += [*self.starts[position:start]]
            ends += [*self.ends[position:start]]
            place = self.starts[start] if start < len(self.starts) else self.last
            stop = max(place, self.ends[end - 1]) if end > start else place
            starts += [place] * len(text)
            ends += [stop] * len(text)
            position = end
        texts.append(self.text[position:])
        starts += self.starts[position:]
        ends += self.ends[position:]
        return Translation(self.source, "".join(texts), starts, ends, self.last, self.variables, self.notes)


def assembled(
    source: str,
    chunks: Iterable[Chunk],
    last: int,
    variables: AbstractSet[str] = frozenset(),
    notes: Iterable[Note] = (),
) -> Translation:
    """Join chunks, with a space where two of them would become one token."""
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    before = ""
    waiting = [iter(chunks)]
    while waiting:
        chunk = next(waiting[-1], None)
        if chunk is None:
            waiting.pop()
            continue
        text, start, end, inner = chunk
        if not text:
            waiting.append(iter(inner))
            continue
        if before and _is_word(before) and _is_word(text[0]) and not text.startswith("_"):
            texts.append(" ")
            starts.append(start)
            ends.append(start)
        texts.append(text)
        if end - start == len(text) and source.startswith(text, start):
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        else:
            starts += [start] * len(text)
            ends += [end] * len(text)
        before = text[-1]
    return Translation(source, "".join(texts), starts, ends, last, variables, tuple(notes))


def joined(source: str, parts: Sequence[Translation]) -> Translation:
    """Translations of parts of one source, one after the other."""
    return Translation(
        source,
        "".join(part.text for part in parts),
        [start for part in parts for start in part.starts],
        [end for part in parts for end in part.ends],
        parts[-1].last if parts else len(source),
        frozenset().union(*(part.variables for part in parts)),
        tuple(note for part in parts for note in part.notes),
    )


def _is_word(character: str) -> bool:
    return character in "_." or (character.isalnum() and character not in _SUPERSCRIPTS)
