r"""The LaTeX dialect: the subset that homework uses, put into plain notation token by token, without recursion.

What the plain dialect documents holds here too: ``\ln x y``, ``\sin x^2`` and implicit products are read, and noted, by
its one reader. What is LaTeX's own is decided here: a letter is a name, ``\frac`` and braces group, ``x^10`` shows as
x¹0 and is asked about. Places are those of the LaTeX source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gradcheck import limits
from gradcheck.errors import LimitExceeded, Note, Span, SyntaxProblem, did_you_mean
from gradcheck.syntax import latex_frames as frames
from gradcheck.syntax.latex_frames import Frame
from gradcheck.syntax.latex_names import Names, unknown_command
from gradcheck.syntax.latex_words import (
    ACCENTS,
    CHARACTERS,
    CLOSING_SHOWN,
    DELIMITERS,
    ENTRYWISE,
    ENVIRONMENTS,
    FONTS,
    FRACTIONS,
    FUNCTIONS,
    GREEK,
    NOT_PART,
    OPENING,
    OPERATORS,
    SPACES,
    UPRIGHT,
    WITH_LENGTH,
)
from gradcheck.syntax.translation import Chunk, Translation, assembled, bundled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from gradcheck.shapes import Shape

_WRAPPED: Final = re.compile(r"\s*(\$\$?|\\\(|\\\[)(.*?)(\$\$?|\\\)|\\\])\s*", re.DOTALL)
_CLOSES: Final = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_TRANSPOSED: Final = re.compile(
    r"\s*(?:\{\s*(?:\\top|\\intercal|⊤|\\(?:mathsf|mathrm|text)\s*(?:\{\s*T\s*\}|T))\s*\}|\\top(?![A-Za-z])"
    r"|\\intercal(?![A-Za-z])|⊤|\\(?:mathsf|mathrm|text)\s*\{\s*T\s*\})"
)
_TEN: Final = re.compile(r"\s*\\times\s*10\s*\^\s*(?:\{\s*(?P<power>[-−]?\s*[0-9]+)\s*\}|(?P<digit>[0-9])(?![0-9]))")
_LIKE_EXPONENT: Final = re.compile(r"[eE][-+]?[0-9]")
_NEXT_ASSIGNS: Final = re.compile(r"[^\n=+*/<>]*[A-Za-z}_0-9'*)\s]&?\s*:?=(?!=)")
_CONTINUES: Final = re.compile(r"\s*(?:\[[^\]]*\])?\s*&\s*(?:[-+*/]|\\cdot|\\times)")
_ROW_END: Final = re.compile(r"\*?\s*(?:\[\s*-?[0-9.]+\s*[a-z]{2}\s*\])?")
_NAME: Final = re.compile(r"[^\W\d]\w*(?:\[[\w,]*\])?")
_PRIMES: Final = frozenset("'’′")
_MINUS_T: Final = re.compile(r"\s*\{\s*[-−]\s*(?:\\top|\\intercal|⊤|(?P<letter>T)|\\mathsf\s*\{?\s*T\s*\}?)\s*\}")
_LONGEST_WORD: Final = 40
_SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀ"


def is_latex(text: str) -> bool:
    r"""Whether a text says that it is LaTeX: ``$…$``, ``$$…$$``, ``\(…\)`` or ``\[…\]``."""
    return text.lstrip()[:1] == "$" or text.lstrip()[:2] in {"\\(", "\\["}


def inside(source: str) -> tuple[int, int]:
    """Where the LaTeX begins and ends between the signs that mark it; the whole text where there are none."""
    found = _WRAPPED.fullmatch(source)
    if found is not None and _CLOSES[found[1]] == found[3]:
        return found.start(2), found.end(2)
    if is_latex(source):
        start = len(source) - len(source.lstrip())
        sign = source[start : start + (2 if source[start] == "\\" or source.startswith("$$", start) else 1)]
        raise SyntaxProblem(
            f"this '{sign}' is never closed", span=Span(start, start + len(sign)), hint=f"add '{_CLOSES[sign]}'"
        )
    return 0, len(source)


def translate(
    source: str,
    bound: AbstractSet[str] = frozenset(),
    shapes: Mapping[str, Shape] | None = None,
    part: tuple[int, int] | None = None,
    *,
    derivatives: bool = False,
) -> Translation:
    r"""LaTeX in plain notation.

    ``bound`` are names that have a meaning already: they are looked up first (``x_{1}`` is x1 where that is bound).
    ``shapes`` tell which of them are arrays. ``part`` is the part of the source to read (else what ``inside`` says),
    ``derivatives`` whether ``\frac{df}{dx}`` is one, as in a claim.
    Raises SyntaxProblem, NameProblem or LimitExceeded, with the span in the source.
    """
    if len(source) > limits.SOURCE_CHARACTERS:
        raise LimitExceeded(f"the text is longer than {limits.SOURCE_CHARACTERS:,} characters")
    start, stop = inside(source) if part is None else part
    return _Reader(source, start, stop, bound, shapes or {}, derivatives=derivatives).read()


@dataclass(slots=True)
class _Reader:
    source: str
    position: int
    stop: int
    bound: AbstractSet[str]
    shapes: Mapping[str, Shape]
    derivatives: bool
    names: Names = field(init=False)
    stack: list[Frame] = field(init=False)
    variables: set[str] = field(default_factory=set)
    notes: dict[str, Note] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = Names(self.source, self.stop, self.bound, self.shapes)
        self.stack = [Frame("root", self.position)]

    # -- the loop -------------------------------------------------------------------------------------------------

    def read(self) -> Translation:
        while True:
            self.separate_lines()
            kind, text, start, end = self.names.token(self.position)
            if kind == "end":
                break
            self.position = end
            if kind == "number":
                self.number(text, start, end)
            elif kind == "letters":
                self.letters(text, start)
            elif kind == "command":
                self.command(text, start, end)
            else:
                self.sign(text, start, end)
        top = self.stack[-1]
        if len(self.stack) > 1:
            self.fail_unclosed(top)
        last = len(self.source[: self.stop].rstrip())
        frames.check_bars(top, "the end", last)
        if top.function or (top.chunks and not top.after and top.chunks[-1].text != ";"):
            raise frames.unfinished(top, last)
        return assembled(self.source, top.chunks, last, frozenset(self.variables), self.notes.values())

    def separate_lines(self) -> None:
        """A new line that begins with an assignment is a new statement; any other is a space."""
        if len(self.stack) > 1 or not self.stack[0].after:
            return
        gap = re.compile(r"[ \t\r]*(?:%[^\n]*)?\n\s*").match(self.source, self.position, self.stop)
        if gap is not None and _NEXT_ASSIGNS.match(self.source, gap.end(), self.stop):
            self.separate(self.position, self.position + 1)

    def separate(self, start: int, end: int) -> None:
        frame = self.stack[-1]
        frame.add(Chunk(";", start, end), after=False)
        frame.statement = len(frame.chunks)

    # -- what is emitted ------------------------------------------------------------------------------------------

    def operand(self, *chunks: Chunk, name: str = "") -> None:
        """An operand is complete; so is an argument that is one token."""
        frame = self.stack[-1]
        first = chunks[0].text if chunks else ""
        if first == "(" and frame.name and (frame.name not in self.variables):
            self.variables.add(frame.name)
        frame.chunks.extend(chunks)
        frame.after, frame.function, frame.power, frame.name = True, "", False, name
        self.finish_singles()

    def finish_singles(self) -> None:
        while self.stack[-1].single and self.stack[-1].after:
            self.complete(self.stack.pop(), self.position)

    def operator(self, text: str, start: int, end: int) -> None:
        if self.stack[-1].single:
            raise SyntaxProblem(
                f"what {self.stack[-1].owner} takes needs braces here", span=Span(start, end),
                hint=f"as in {self.stack[-1].owner}{{-1}}",
            )  # fmt: skip
        self.stack[-1].add(Chunk(text, start, end), after=False)

    def note(self, message: str, start: int, end: int) -> None:
        self.notes.setdefault(message, Note(message, Span(start, end)))

    # -- tokens ---------------------------------------------------------------------------------------------------

    def number(self, text: str, start: int, end: int) -> None:
        frame = self.stack[-1]
        if frame.single:
            if len(text) > 1 and frame.kind == "exponent":
                raise SyntaxProblem(
                    f"^ takes one character: ^{text} shows as ^{text[0]} and then {text[1:]}",
                    span=Span(start, end), hint=f"write ^{{{text}}}",
                )  # fmt: skip
            self.position = end = start + 1
            self.operand(Chunk(text[0], start, end))
            return
        like = _LIKE_EXPONENT.match(self.source, end, self.stop)
        if like is not None and "e" not in self.names.bound:
            raise SyntaxProblem(
                f"{self.source[start : like.end()]} can mean two things: a power of ten, or a product with e",
                span=Span(start, like.end()), hint="write 2 \\times 10^{-3}, or 2 \\cdot e - 3",
            )  # fmt: skip
        if self.source.startswith("{,}", end):
            raise SyntaxProblem(
                "a decimal comma is not part of the language", span=Span(start, end + 3), hint="write 0.5"
            )
        if text.endswith(".") and not self.source[end : self.stop].strip():
            text, end = text[:-1], end - 1  # the end of a sentence
        ten = _TEN.match(self.source, end, self.stop)
        if ten is not None and (not frame.chunks or frame.chunks[-1].text != "/"):
            power = (ten["power"] or ten["digit"]).replace("−", "-").replace(" ", "")
            text, end = f"{text}e{power}", ten.end()
            self.position = end
        self.operand(Chunk(text, start, end))

    def letters(self, text: str, start: int) -> None:
        """A run of letters: a bound name, a function whose backslash was forgotten, or its first letter."""
        if self.stack[-1].single:
            self.position = start + 1
            self.emit_name(self.names.chosen(self.names.stem(start) or frames.NO_STEM, ""), start, start + 1)
            return
        if len(text) > _LONGEST_WORD:  # no name and no function
            for place in range(start, start + len(text) - _LONGEST_WORD):
                self.operand(Chunk(self.source[place], place, place + 1), name=self.source[place])
            self.position = start + len(text) - _LONGEST_WORD
            return
        if len(text) > 1 and not all(letter in self.names.bound for letter in text):
            if self.bound_run(text, start):
                return
            if text in FUNCTIONS:
                self.note(f"{text} is read as the function \\{text}", start, start + len(text))
                self.position = start + len(text)
                self.function(text, start, self.position)
                return
            self.check_glued(text, start)
            if len(text) > 2:
                self.note(
                    f"{text} is read as the product {' '.join(text)}; one name is written \\mathrm{{{text}}}",
                    start, start + len(text),
                )  # fmt: skip
        elif len(text) > 1 and self.bound_run(text, start):
            return
        found = self.names.name(start)
        assert found is not None
        name, end = found
        self.position = end
        self.emit_name(name, start, end)

    def bound_run(self, text: str, start: int) -> bool:
        """Read a run of letters, with its subscript, that is a bound name as a whole."""
        end = start + len(text)
        name, after = self.names.finished(frames.stem_of(text, end))
        if name in self.names.bound and name != text[0]:
            self.position = after
            self.emit_name(name, start, after)
            return True
        return False

    def check_glued(self, text: str, start: int) -> None:
        """Ask about ``sinx``, which LaTeX shows as s·i·n·x."""
        for length in range(len(text) - 1, 1, -1):
            word = text[:length]
            if word in FUNCTIONS and (length > 2 or word == "ln"):
                raise SyntaxProblem(
                    f"'{text}' is a product of letters in LaTeX: is it \\{word} {text[length:]}?",
                    span=Span(start, start + len(text)), hint=f"write \\{word} {text[length:]}",
                )  # fmt: skip

    def emit_name(self, name: str, start: int, end: int) -> None:
        if not _NAME.fullmatch(name):
            raise SyntaxProblem(f"'{name}' is no name", span=Span(start, end), hint="a name begins with a letter")
        if name == "lambda":
            self.variables.add(name)
        frame = self.stack[-1]
        _, following, _, _ = self.names.token(self.position)
        if not frame.single and (following in _PRIMES or (name.endswith("_prime") and following in {"(", "\\left"})):
            raise self.no_prime(self.source.rfind("'", start, self.position))
        self.operand(Chunk(name, start, end), name=name)

    def no_prime(self, position: int) -> SyntaxProblem:
        position = max(position, self.position - 1) if position < 0 else position
        return SyntaxProblem(
            "a prime cannot stand here", span=Span(position, position + 1),
            hint="a derivative inside a claim is written \\frac{df}{dx}",
        )  # fmt: skip

    def command(self, text: str, start: int, end: int) -> None:
        word = text[1:]
        frame = self.stack[-1]
        if word in GREEK or word in ACCENTS:
            self.greek(word, start)
        elif word in FRACTIONS:
            if not self.derivative(start):
                self.argument("numerator", text, start, start)
        elif word in OPERATORS:
            self.operator(OPERATORS[word], start, end)
        elif word == "sqrt":
            self.root(start, end)
        elif word in FONTS:
            self.font(word, start)
        elif word in DELIMITERS:
            self.delimiter(DELIMITERS[word], text, start, end)
        elif word in {"left", "right"}:
            self.left_or_right(word, start)
        elif word in {"begin", "end"}:
            self.environment(word, start, end)
        elif word == "\\":
            self.end_row(start)
        elif word in FUNCTIONS:
            self.function(word, start, end)
        elif word in WITH_LENGTH:
            self.position = self.names.group(end, text)[2]
        elif word == "_" and not frame.single:
            raise SyntaxProblem("'\\_' belongs into a name", span=Span(start, end), hint="as in \\mathrm{a\\_b}")
        elif word not in SPACES:
            raise unknown_command(text, Span(start, end))

    def greek(self, word: str, start: int) -> None:
        single = self.stack[-1].single
        stem = self.names.stem(start, single=single)
        if stem is None:
            raise unknown_command(f"\\{word}", Span(start, self.position))
        if word == "sigma" and not single and "sigma" not in self.names.bound:
            _, after, _, end = self.names.token(stem.end)
            if after == "\\left":
                after = self.names.token(end)[1]
            if after in {"(", "\\lparen"}:
                self.function("sigmoid", start, stem.end)
                return
        name, end = (self.names.chosen(stem, ""), stem.end) if single else self.names.finished(stem)
        self.position = end
        self.emit_name(name, start, end)

    def font(self, word: str, start: int) -> None:
        stem = self.names.stem(start)
        assert stem is not None
        name = stem.name
        if word in UPRIGHT and name in FUNCTIONS and name not in self.names.bound:
            self.position = stem.end
            self.function(name, start, stem.end)
            return
        if name in {"and", "or"} and word in UPRIGHT:
            self.position = stem.end
            self.operator(f" {name} ", start, stem.end)
            return
        if not name or name in {"if", "for", "otherwise", "else"}:
            self.position = stem.end
            if self.stack[-1].environment != "cases":
                raise SyntaxProblem(
                    f"'{name}' cannot stand here",
                    span=Span(start, stem.end),
                    hint="cases are written in \\begin{cases}",
                )
            return
        single = self.stack[-1].single
        name, end = (self.names.chosen(stem, ""), stem.end) if single else self.names.finished(stem)
        self.position = end
        self.emit_name(name, start, end)

    def function(self, name: str, start: int, end: int) -> None:
        """A function: it takes what follows, as the plain reader says."""
        frame = self.stack[-1]
        if frame.single:
            raise SyntaxProblem(
                f"what {frame.owner} takes needs braces here", span=Span(start, end), hint=f"as in {frame.owner}{{…}}"
            )
        self.position = end
        suffix = ""
        _, following, _, after = self.names.token(end)
        if following == "_" and name in {"log", "norm"}:
            script = self.names.script(end)
            base, self.position = script if script is not None else ("", after)
            name, suffix = ("log10", "") if base == "10" else ("log2", "") if base == "2" else (name, f", {base}")
            if base == "e":
                suffix = ""
        elif following == "_" and name in NOT_PART:
            raise unknown_command(f"\\{name}", Span(start, end))
        elif following == "_":
            raise SyntaxProblem(
                f"a subscript of {self.source[start:end]} has no meaning here",
                span=Span(start, after),
                hint="delete it",
            )
        elif following in _PRIMES:
            raise self.no_prime(after - 1)
        shown = self.spelt(name, Span(start, end))
        frame.add(Chunk(shown, start, end), after=False)
        frame.function, frame.suffix = self.source[start:end], suffix
        if suffix and self.names.token(self.position)[1] not in {"(", "\\left", "\\bigl", "\\Bigl"}:
            raise SyntaxProblem(
                "a logarithm to another base takes its argument in parentheses",
                span=Span(start, self.position), hint="as in \\log_b(x)",
            )  # fmt: skip

    def spelt(self, name: str, span: Span) -> str:
        """A function by a spelling that no variable has taken."""
        found = frames.spelling(name, self.names.bound)
        if found is None:
            raise SyntaxProblem(f"{name} is a variable here, and no function", span=span, hint="rename the variable")
        return found

    # -- signs ----------------------------------------------------------------------------------------------------

    def sign(self, text: str, start: int, end: int) -> None:
        frame = self.stack[-1]
        if text == "{":
            self.open(Frame("group", start, "}"))
        elif text in {"(", "["} or text in {")", "]", "}", "|"}:
            self.delimiter(text, text, start, end)
        elif text in {"‖", "∥"}:
            self.delimiter("‖", text, start, end)
        elif text == "^":
            self.power(start)
        elif text == "_":
            self.subscript(start)
        elif text == "=":
            self.equals(start, end)
        elif text in CHARACTERS:
            self.operator(CHARACTERS[text], start, end)
        elif text == ",":
            frame.commas = True
            self.operator(",", start, end)
        elif text == ";":
            if len(self.stack) == 1:
                self.separate(start, end)
            else:
                self.operator(";", start, end)
        elif text == "&":
            self.align(start)
        elif text == ":" and self.source.startswith("=", end):
            return
        elif text in _PRIMES:
            raise self.no_prime(start)
        elif text in _SUPERSCRIPTS and frame.after:
            frame.chunks.append(Chunk(".T" if text == "ᵀ" else text, start, end))
        elif text == "√":
            self.operator(text, start, end)
        elif text.isalpha() and text not in _SUPERSCRIPTS:
            self.greek(text, start)
        elif text == "." and not self.source[end : self.stop].strip():
            return
        elif text == "$":
            raise SyntaxProblem("a '$' cannot stand inside", span=Span(start, end), hint="write one formula")
        elif text == "#":
            raise SyntaxProblem("'#' is not part of the language", span=Span(start, end), hint="a remark begins with %")
        else:
            frame.add(Chunk(text, start, end), after=True)  # the plain reader says what is wrong with it

    def equals(self, start: int, end: int) -> None:
        frame = self.stack[-1]
        if len(self.stack) > 1 and not frame.is_alignment:
            self.position = end + self.source.startswith("=", end)
            self.operator("==", start, self.position)  # what stands in brackets compares
            return
        if not self.source.startswith("=", end):
            target = frames.target_of(frame.chunks[frame.statement :])
            if target is not None:
                del frame.chunks[frame.statement :]
                frame.chunks.append(target)
                self.names.bound.add(target.text)
        else:
            self.position = end + 1
            self.operator("==", start, end + 1)
            return
        self.operator("=", start, end)

    def power(self, start: int) -> None:
        frame = self.stack[-1]
        if frame.single:
            raise SyntaxProblem(f"{frame.owner} needs braces here", span=Span(start, start + 1), hint="as in x^{2}")
        transposed = _TRANSPOSED.match(self.source, self.position, self.stop)
        if frame.power and transposed is None:
            raise SyntaxProblem(
                "two exponents stand on each other", span=Span(start, start + 1),
                hint="write (x^{2})^{3} or x^{2^{3}}",
            )  # fmt: skip
        if not frame.after and not frame.function:
            raise SyntaxProblem("an exponent needs a base", span=Span(start, start + 1), hint="as in x^{2}")
        if transposed is not None and frame.after:
            self.position = transposed.end()
            self.operand(Chunk(".T", start, self.position))
            return
        both = _MINUS_T.match(self.source, self.position, self.stop)
        if both is not None and not (both["letter"] and "T" in self.names.bound):
            raise SyntaxProblem(
                "an inverse and a transpose are two exponents", span=Span(start, both.end()),
                hint="write (A^{-1})^{\\top}",
            )  # fmt: skip
        self.argument("exponent", "^", start, start)

    def subscript(self, start: int) -> None:
        frame = self.stack[-1]
        found = self.names.index(start)
        if found is not None and frame.after:
            self.position = found[1]
            self.operand(Chunk(found[0], start, self.position))
            return
        if frame.after and frame.chunks and frame.chunks[-1].text == "‖":
            script, self.position = self.names.script(start) or ("", self.position)
            self.operand(Chunk(f"_{script}", start, self.position))
            return
        raise SyntaxProblem(
            "a subscript belongs to a name", span=Span(start, start + 1),
            hint="as in x_{1}; an entry of an array is x_{[0]}",
        )  # fmt: skip

    # -- brackets -------------------------------------------------------------------------------------------------

    def open(self, frame: Frame) -> None:
        below = self.stack[-1]
        if below.single and frame.kind != "group":
            raise SyntaxProblem(
                f"what {below.owner} takes needs braces here", span=Span(frame.start, frame.start + 1),
                hint=f"as in {below.owner}{{…}}",
            )  # fmt: skip
        if below.single:
            below.single, below.closer, below.opened = False, "}", frame.start
            return
        self.stack.append(frame)

    def argument(self, kind: str, owner: str, start: int, first: int, *, data: tuple[Chunk, ...] = ()) -> None:
        """Wait for an argument: in braces, or the next token."""
        _, following, _, end = self.names.token(self.position)
        if following in {"", "}", "&", ")", "]", "^", "_", "\\right", "\\end", "\\\\", "$"}:
            place = Span(first, max(self.position, first + 1))
            what = "two arguments" if owner[1:] in FRACTIONS else "an argument"
            example = f"{owner}{{a}}{{b}}" if owner[1:] in FRACTIONS else "x^{2}" if owner == "^" else f"{owner}{{x}}"
            raise SyntaxProblem(f"{owner} needs {what} in braces", span=place, hint=f"as in {example}")
        frame = Frame(kind, start, owner=owner, single=True, data=data)
        if following == "{":
            frame.single, frame.closer, frame.opened = False, "}", end - 1
            self.position = end
        self.stack.append(frame)

    def delimiter(self, name: str, text: str, start: int, end: int) -> None:
        """A bracket that no ``\\left`` or ``\\right`` precedes."""
        frame = self.stack[-1]
        if name in {"|", "‖"}:
            if frame.single:
                self.operator(name, start, end)
            frames.bar(frame, Chunk(name, start, end))
            if frame.after:
                self.operand()
        elif name in OPENING:
            self.open(Frame("bracket", start, OPENING[name], bracket=name))
        else:
            self.close(name, text, start, end)

    def close(self, closer: str, text: str, start: int, end: int, *, right: bool = False) -> None:
        frame = self.stack[-1]
        if closer == "}" and text == "}" and frame.bracket:
            closer = "brace"  # a brace never closes \{
        if frame.single or frame.closer != closer or frame.right != right or (text == "\\}" and not frame.bracket):
            if len(self.stack) == 1:
                raise SyntaxProblem(f"this '{text}' closes nothing", span=Span(start, end), hint="delete it")
            if frame.single:
                raise SyntaxProblem(f"{frame.owner} needs an argument", span=Span(frame.start, end))
            opening = self.opening(frame)
            if frame.right != right:
                said = f"'{opening}' is closed by \\right{self.shown_closer(frame)}"
            else:
                said = f"'{opening}' is not closed before this '{text}'"
            raise SyntaxProblem(said, span=Span(frame.place, end), hint=f"add '{self.shown_closer(frame, whole=True)}'")
        frames.check_bars(frame, text, end)
        self.stack.pop()
        self.complete(frame, end)

    def opening(self, frame: Frame) -> str:
        if frame.kind == "environment":
            return f"\\begin{{{frame.environment}}}"
        found = self.names.token(frame.place)
        return f"\\left{self.names.token(found[3])[1]}" if found[1] == "\\left" else found[1]

    @staticmethod
    def shown_closer(frame: Frame, *, whole: bool = False) -> str:
        if frame.kind == "environment":
            return f"\\end{{{frame.environment}}}"
        shown = CLOSING_SHOWN.get(frame.closer, frame.closer) if frame.bracket else frame.closer
        return f"\\right{shown}" if frame.right and whole else shown

    def fail_unclosed(self, frame: Frame) -> None:
        while frame.single:
            raise SyntaxProblem(f"{frame.owner} needs an argument", span=Span(frame.start, frame.start + 1))
        opening = self.opening(frame)
        raise SyntaxProblem(
            f"this '{opening}' is never closed", span=Span(frame.place, frame.place + len(opening)),
            hint=f"add '{self.shown_closer(frame, whole=True)}'",
        )  # fmt: skip

    def left_or_right(self, word: str, start: int) -> None:
        kind, text, first, end = self.names.token(self.position)
        name = DELIMITERS.get(text[1:], "") if kind == "command" else {"∥": "‖"}.get(text, text)
        self.position = end
        if name not in OPENING and name not in OPENING.values():
            hint = "leave the bracket out" if text == "." else "as in \\left( x \\right)"
            raise SyntaxProblem(f"\\{word} needs a bracket, not '{text}'", span=Span(start, max(end, first)), hint=hint)
        if word == "left":
            if name not in OPENING:
                raise SyntaxProblem(
                    f"\\left{text} opens nothing", span=Span(start, end), hint="as in \\left( x \\right)"
                )
            self.open(Frame("bracket", start, OPENING[name], bracket=name, right=True))
            return
        if len(self.stack) == 1:
            raise SyntaxProblem(f"this '\\right{text}' closes nothing", span=Span(start, end), hint="delete it")
        self.close(name, f"\\right{text}", start, end, right=True)

    def root(self, start: int, end: int) -> None:
        if self.names.token(end)[1] == "[":
            self.position = self.names.token(end)[3]
            self.stack.append(Frame("index", start, "]", opened=self.position - 1))
            return
        self.argument("radicand", "\\sqrt", start, start)

    # -- environments ---------------------------------------------------------------------------------------------

    def environment(self, word: str, start: int, end: int) -> None:
        first, last, after = self.names.group(end, f"\\{word}")
        name = self.source[first:last].strip()
        if word == "end":
            frame = self.stack[-1]
            if frame.kind != "environment" or frame.environment != name.replace("dcases", "cases"):
                if frame.kind == "root":
                    raise SyntaxProblem(f"\\end{{{name}}} closes nothing", span=Span(start, after), hint="delete it")
                raise SyntaxProblem(
                    f"'{self.opening(frame)}' is not closed before \\end{{{name}}}", span=Span(frame.place, after),
                    hint=f"add '{self.shown_closer(frame, whole=True)}'",
                )  # fmt: skip
            self.position = after
            frames.check_bars(frame, f"\\end{{{name}}}", after)
            self.stack.pop()
            self.complete(frame, after)
            return
        if name not in ENVIRONMENTS:
            near = did_you_mean(name, ENVIRONMENTS)
            raise SyntaxProblem(f"there is no environment {name} here", span=Span(start, after), hint=near)
        self.position = after
        if name in {"array", "alignat", "alignat*"} and self.names.token(after)[1] == "{":
            self.position = self.names.group(after, "\\begin")[2]
        self.open(Frame("environment", start, environment=name.replace("dcases", "cases")))

    def align(self, start: int) -> None:
        frame = self.stack[-1]
        if frame.is_alignment:
            return
        if frame.kind != "environment":
            raise SyntaxProblem(
                "'&' separates the cells of a matrix", span=Span(start, start + 1),
                hint="as in \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}",
            )  # fmt: skip
        frames.check_bars(frame, "&", start + 1)
        frame.finish_cell(start)

    def end_row(self, start: int) -> None:
        frame = self.stack[-1]
        if (frame.is_alignment or frame.kind == "root") and _CONTINUES.match(self.source, self.position, self.stop):
            return
        found = _ROW_END.match(self.source, self.position, self.stop)
        if found is not None:
            self.position = found.end()
        if frame.is_alignment or frame.kind == "root":
            self.separate(start, start + 2)
            return
        if frame.kind != "environment":
            raise SyntaxProblem(
                f"'{self.opening(frame)}' is not closed before this '\\\\'", span=Span(frame.place, start + 2),
                hint=f"add '{self.shown_closer(frame, whole=True)}'",
            )  # fmt: skip
        frames.check_bars(frame, "\\\\", start + 2)
        frame.finish_cell(start)
        frame.finish_row()

    # -- what is complete -----------------------------------------------------------------------------------------

    def complete(self, frame: Frame, end: int) -> None:
        """Put what a frame holds into the one below it."""
        below = self.stack[-1]
        frame.chunks = bundled(frame.chunks)
        match frame.kind:
            case "numerator":
                data = tuple(frames.grouped(frame, frame.start, end, required=True))
                self.argument("denominator", frame.owner, end, frame.start, data=data)
            case "denominator":
                bottom = frames.grouped(frame, frame.place, end, required=True)
                slash = Chunk("/", frame.data[-1].end, frame.place)
                if below.function:
                    self.note_taken(below, frame.data[0].start, end)
                self.operand(
                    Chunk("(", frame.data[0].start, frame.data[0].start + 1), *frame.data, slash, *bottom,
                    Chunk(")", end - 1, end),
                )  # fmt: skip
            case "exponent":
                self.complete_exponent(frame, end)
            case "index":
                data = tuple(frame.chunks)
                self.argument("radicand", "\\sqrt", frame.start, frame.start, data=data)
            case "radicand":
                frames.check_filled(frame, end, "\\sqrt")
                self.operand(*frames.rooted(frame, end, lambda name: self.spelt(name, Span(frame.start, end))))
            case "group":
                self.complete_group(frame, end)
            case "bracket":
                self.complete_bracket(frame, end)
            case _:
                self.complete_environment(frame, end)

    def note_taken(self, below: Frame, start: int, end: int) -> None:
        """Tell of ``\\sin\\frac{1}{2}x``."""
        kind, following, _, _ = self.names.token(end)
        if kind in {"letters", "number"} or following[1:] in GREEK:
            head = f"{below.function}{self.source[start:end]}"
            self.note(
                f"{head} {following}… is read as ({head})·{following}…; write {below.function}(…) to take more",
                start, end,
            )  # fmt: skip

    def complete_exponent(self, frame: Frame, end: int) -> None:
        below = self.stack[-1]
        text = "".join(chunk.text for chunk in frame.chunks)
        frames.check_filled(frame, end, "^")
        if below.function and text.replace(" ", "") == "-1":
            raise frames.two_readings(below.function, Span(below.chunks[-1].start, end))
        entrywise = frame.chunks[0].text == ENTRYWISE
        if entrywise:
            del frame.chunks[0]
            frames.check_filled(frame, end, "^")
        group = frame.chunks if text == "T" else frames.grouped(frame, frame.start + 1, end)
        function = below.function
        below.chunks += [Chunk("**" if entrywise else "^", frame.start, frame.start + 1), *group]
        if function:
            below.after, below.name = False, ""
            return
        self.operand()
        self.stack[-1].power = True

    def complete_group(self, frame: Frame, end: int) -> None:
        below = self.stack[-1]
        if not frame.chunks:
            return
        if not frame.after:
            if frame.chunks[0].text == ",":
                raise SyntaxProblem(
                    "a decimal comma is not part of the language", span=Span(frame.start, end), hint="write 0.5"
                )
            below.chunks += frame.chunks  # {+}: an operator, spaced as one
            below.after, below.function, below.name = False, "", ""
            return
        bare = len(frame.chunks) == 1 and bool(frame.chunks[0].text) and not below.function
        name = frame.name if bare else ""
        self.operand(*(frame.chunks if bare else frames.grouped(frame, frame.start, end)), name=name)

    def complete_bracket(self, frame: Frame, end: int) -> None:
        below = self.stack[-1]
        empty = Span(frame.start, end)
        if not frame.chunks:
            raise SyntaxProblem("there is nothing between the brackets", span=empty)
        called = bool(below.function)
        script = ""
        if frame.bracket == "lVert" or (frame.bracket == "‖" and frame.right):
            found = self.names.script(end)
            if found is not None:
                script, self.position = found
                end = self.position
        chunks = frames.bracketed(
            frame, end, self.source, called=called, after=below.after, suffix=below.suffix if called else "",
            order=script, spelt=lambda name: self.spelt(name, empty),
        )  # fmt: skip
        below.name = ""  # to a name that these brackets call, the plain reader objects
        self.operand(*chunks)

    def complete_environment(self, frame: Frame, end: int) -> None:
        below = self.stack[-1]
        if frame.is_alignment:
            below.chunks += frame.chunks
            below.after = frame.after
            below.statement = len(below.chunks) if below.kind == "root" else below.statement
            return
        frame.finish_cell(end)
        frame.finish_row()
        place = Span(frame.start, end)
        if frame.environment == "cases":
            chunks, message = frames.cases(frame, place, self.spelt("where", place))
            if message:
                self.note(message, *place)
        else:
            chunks = frames.matrix(frame, place, self.spelt("det", place) if frame.environment == "vmatrix" else "")
        if below.after or below.function:
            chunks = [Chunk("(", frame.start, end), *chunks, Chunk(")", frame.start, end)]
        self.operand(*chunks)

    # -- derivatives inside a claim -------------------------------------------------------------------------------

    def derivative(self, start: int) -> bool:
        """Read ``\\frac{df}{dx}`` as the derivative that it is, inside a claim; return whether it is one."""
        from gradcheck.syntax.latex_targets import quotient

        found = quotient(self.names, self.position, inner=self.derivatives)
        if found is None:
            return False
        if not self.derivatives:
            if "d" in self.names.bound:
                return False
            raise SyntaxProblem(
                "a derivative cannot stand in the function itself", span=Span(start, found[1]),
                hint="give the function alone; a derivative is claimed. As a variable d needs a value: --at d=2",
            )  # fmt: skip
        text, self.position = found
        self.operand(Chunk(text, start, self.position))
        return True
