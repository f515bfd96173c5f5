r"""The LaTeX dialect: the subset that homework uses, put into plain notation token by token, without recursion.

What the plain dialect documents holds here too: ``\ln x y``, ``\sin x^2`` and implicit products are read, and noted, by
its one reader. What is LaTeX's own is decided here: a letter is a name, ``\frac`` and braces group, ``x^10`` shows as
x¹0 and is asked about. Places are those of the LaTeX source.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gradcheck import limits
from gradcheck.errors import LimitExceeded, Span, SyntaxProblem
from gradcheck.syntax import latex_frames as frames
from gradcheck.syntax.latex_brackets import Brackets
from gradcheck.syntax.latex_frames import Frame
from gradcheck.syntax.latex_names import Stem, unknown_command
from gradcheck.syntax.latex_words import (
    ACCENTS,
    CHARACTERS,
    DELIMITERS,
    FONTS,
    FRACTIONS,
    FUNCTIONS,
    GREEK,
    NOT_PART,
    OPERATORS,
    SPACES,
    UPRIGHT,
    WITH_LENGTH,
)
from gradcheck.syntax.translation import Chunk, Translation, assembled, is_latex

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
_NAME: Final = re.compile(r"[^\W\d]\w*(?:\[[\w,]*\])?")
_PRIMES: Final = frozenset("'’′")
_MINUS_T: Final = re.compile(r"\s*\{\s*[-−]\s*(?:\\top|\\intercal|⊤|(?P<letter>T)|\\mathsf\s*\{?\s*T\s*\}?)\s*\}")
_LONGEST_WORD: Final = 40
_SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀ"


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


class _Reader(Brackets):
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
        name, after = self.names.finished(Stem(text, end))
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
            if name == "log" and base in {"2", "10"}:
                name = f"log{base}"
            elif not (name == "log" and base == "e"):
                suffix = f", {base}"
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
        if suffix and self.names.token(self.position)[1] not in {"(", "\\left"}:
            what, hint = ("norm of an order", "\\operatorname{norm}_1(x)")
            if name == "log":
                what, hint = "logarithm to another base", "\\log_b(x)"
            raise SyntaxProblem(
                f"a {what} takes its argument in parentheses", span=Span(start, self.position), hint=f"as in {hint}"
            )

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
