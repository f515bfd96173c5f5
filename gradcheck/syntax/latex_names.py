r"""Names in LaTeX: ``x_{1}``, ``\alpha``, ``\hat{y}``, ``y^*``, ``\mathrm{loss}``, and the plain names they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from gradcheck.errors import NameProblem, Span, SyntaxProblem, did_you_mean
from gradcheck.syntax.latex_words import (
    ACCENT_NAMES,
    ACCENTS,
    FONTS,
    FUNCTIONS,
    GREEK,
    GREEK_LETTERS,
    KNOWN,
    NOT_PART,
    SPACES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from gradcheck.shapes import Shape

TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n~\u00a0\u2009\u202f]+|%[^\n]*\n?)
    |(?P<command>\\(?:[A-Za-z]+|.|$))
    |(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<letters>[A-Za-z]+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_LETTERS_OF: Final = {name: letter for letter, name in GREEK_LETTERS.items()}
_MARKS: Final = re.compile(r"\s*(?P<primes>['’′]+)|\s*\^\s*(?:\{\s*)?(?P<star>\*|\\ast\b|\\star\b)\s*(?P<close>\})?")
_SIGNS: Final[Mapping[str, str]] = {",": "_", "-": "_minus_", "−": "_minus_", "+": "_plus_"}
_INDEX: Final = re.compile(r"\s*\{\s*\[(?P<inside>[\w:,\s+−-]*)\]\s*\}")


class Stem(NamedTuple):
    """The beginning of a name: what it is called, where it ends, and the other names that it may mean."""

    name: str
    end: int
    others: tuple[str, ...] = ()


class Names:
    """Reads names from a source; ``bound`` names win over the others that a text may mean."""

    def __init__(self, source: str, stop: int, bound: AbstractSet[str], shapes: Mapping[str, Shape]) -> None:
        self.source, self.stop, self.bound, self.shapes = source, stop, set(bound), shapes

    # -- tokens ---------------------------------------------------------------------------------------------------

    def token(self, position: int) -> tuple[str, str, int, int]:
        """The kind of the next token that is no space, its text and its place; ``end`` at the end."""
        while position < self.stop:
            found = TOKEN.match(self.source, position, self.stop)
            assert found is not None
            kind, text = found.lastgroup or "", found[0]
            if kind != "space" and not (kind == "command" and text[1:] in SPACES):
                return kind, text, position, found.end()
            position = found.end()
        return "end", "", self.stop, self.stop

    def group(self, position: int, command: str, *, most: int | None = None) -> tuple[int, int, int]:
        """The inside of the braces at a position, and where they end; of a single token, the token.

        Braces with more than ``most`` tokens are given up as if they were not closed: who looks ahead again and again
        must not look far.
        """
        kind, text, start, end = self.token(position)
        if kind == "end" or text in {"}", "&", "^", "_"}:
            place = Span(position, max(end, position))
            raise SyntaxProblem(f"{command} needs an argument in braces", span=place, hint=f"as in {command}{{x}}")
        if text != "{":
            return start, start + 1 if kind in {"number", "letters"} else end, start + 1 if kind != "command" else end
        depth, count = 1, 0
        while depth:
            kind, text, _, end = self.token(end)
            count += 1
            if kind == "end" or count == most:
                raise SyntaxProblem("this '{' is never closed", span=Span(start, start + 1), hint="add '}'")
            depth += (text == "{") - (text == "}")
        return start + 1, end - 1, end

    # -- parts of names -------------------------------------------------------------------------------------------

    def stem(self, position: int, *, single: bool = False) -> Stem | None:
        """The beginning of a name at a position, or None; a run of letters counts as its first one."""
        kind, text, start, end = self.token(position)
        if kind == "letters":
            return Stem(text[0], start + 1)
        if kind == "other" and text.isalpha():
            name = GREEK_LETTERS.get(text, text)
            return Stem(text, end, () if name == text else (name,))
        if kind != "command":
            return None
        word = text[1:]
        if word in GREEK:
            letter = _LETTERS_OF.get(word)
            return Stem(word, end, () if letter is None else (letter,))
        if word in FONTS:
            first, last, end = self.group(end, text)
            return Stem(self.plain(first, last, text), end)
        if word in ACCENTS and not single:
            first, last, end = self.group(end, text)
            inner = self.plain(first, last, text)
            return Stem(inner if word == "vec" else f"{inner}_{ACCENT_NAMES.get(word, word)}", end)
        return None

    def plain(self, start: int, stop: int, command: str, *, signs: bool = False) -> str:
        """The letters and digits between two places: ``in``, ``\\text{in}``, ``i,j``, ``leaky\\_relu``."""
        parts: list[str] = []
        position = start
        while True:
            kind, text, first, end = self.token(position)
            if kind == "end" or first >= stop:
                break
            position = end
            word = text[1:]
            if kind in {"letters", "number"} and "." not in text:
                parts.append(text)
            elif text in {"\\_", "_"}:
                parts.append("_")
            elif signs and text in _SIGNS:
                parts.append(_SIGNS[text])
            elif kind == "command" and (word in GREEK or word in FUNCTIONS):
                parts.append(word)
            elif (kind == "command" and word in FONTS) or text in {"{", "}"} or (kind == "command" and word in ACCENTS):
                continue
            elif kind == "other" and text.isalnum():
                parts.append(text)
            else:
                what = "a subscript" if command == "_" else command
                raise SyntaxProblem(
                    f"{what} holds letters and digits here, not '{text}'", span=Span(first, end),
                    hint="a name of several letters is written \\mathrm{loss}",
                )  # fmt: skip
        return "".join(parts)

    def script(self, position: int) -> tuple[str, int] | None:
        """The subscript behind a position, and where it ends; None where there is none, or an index: ``x_{[0]}``."""
        _, text, _, end = self.token(position)
        if text != "_" or _INDEX.match(self.source, end, self.stop):
            return None
        kind, text, start, after = self.token(end)
        if kind == "number" and len(text) > 1:
            raise SyntaxProblem(
                f"a subscript takes one character: _{text} shows as _{text[0]} and then {text[1:]}",
                span=Span(start, after),
                hint=f"write _{{{text}}}",
            )
        if kind == "command" and text[1:] in FONTS:
            first, last, after = self.group(after, text)
        else:
            first, last, after = self.group(end, "_")
        found = self.plain(first, last, "_", signs=True)
        if not found:
            raise SyntaxProblem("the subscript is empty", span=Span(start, after), hint="delete it")
        return found, after

    def index(self, position: int) -> tuple[str, int] | None:
        """``_{[0, :]}``: the index as it is written in plain notation, and where it ends."""
        _, text, _, end = self.token(position)
        found = _INDEX.match(self.source, end, self.stop) if text == "_" else None
        return None if found is None else (f"[{found['inside'].replace('−', '-')}]", found.end())

    def marks(self, position: int) -> tuple[str, int]:
        """Primes and stars behind a position, as the end of a name."""
        found = _MARKS.match(self.source, position, self.stop)
        if found is None:
            return "", position
        if found["star"] is not None:
            opened = "{" in found[0]
            if opened != bool(found["close"]):
                return "", position
            return "_star", found.end()
        return "_prime" * len(found["primes"]), found.end()

    # -- whole names ----------------------------------------------------------------------------------------------

    def name(self, position: int) -> tuple[str, int] | None:
        """The name at a position with its subscript and marks, in plain notation, and where it ends."""
        stem = self.stem(position)
        return None if stem is None else self.finished(stem)

    def finished(self, stem: Stem) -> tuple[str, int]:
        """A name from its beginning: the subscript and the marks are read, and what is bound decides."""
        found = self.script(stem.end)
        script, end = ("", stem.end) if found is None else found
        marks, end = self.marks(end)
        if marks and found is None:
            found = self.script(end)
            if found is not None:
                script, end = found
        return self.chosen(stem, script, marks), end

    def chosen(self, stem: Stem, script: str, marks: str = "") -> str:
        """Of the names that a text may mean the one that is bound, else the first."""
        candidates = list(self.candidates(stem, script, marks))
        known = next((name for name in candidates if name in self.bound), None)
        if known is None and script and not marks:
            rank = len(self.shapes.get(stem.name, ()))
            letters = script.replace("_", "")
            if rank and len(letters) == rank and letters.isalpha():
                return f"{stem.name}[{','.join(letters)}]"
        return candidates[0] if known is None else known

    def candidates(self, stem: Stem, script: str, marks: str) -> Iterator[str]:
        for name in (stem.name, *stem.others):
            if not script:
                yield name + marks
                continue
            yield f"{name}_{script}{marks}"
            if script.isdigit():
                yield f"{name}{script}{marks}"


def unknown_command(command: str, span: Span) -> NameProblem | SyntaxProblem:
    """What to say of a command that is not read."""
    word = command[1:]
    if word in NOT_PART:
        return SyntaxProblem(f"{command} is not part of the language", span=span, hint=NOT_PART[word])
    if word in KNOWN:
        return SyntaxProblem(f"{command} cannot stand here", span=span)
    near = did_you_mean(word, KNOWN)
    hint = None if near is None else near.replace("did you mean ", "did you mean \\").replace(" or ", " or \\")
    if not word.isalpha():
        return SyntaxProblem(f"'{command}' is not part of the language", span=span)
    return NameProblem(
        f"there is no command {command} here", span=span, hint=hint or f"a name is written \\mathrm{{{word}}}"
    )
