"""What the LaTeX reader has open (a group, an argument, a bracket, an environment), and what becomes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gradcheck.errors import Span, SyntaxProblem
from gradcheck.primitives.table import SPELLINGS
from gradcheck.syntax.latex_names import Stem
from gradcheck.syntax.latex_words import ALIGNMENTS, FUNCTIONS
from gradcheck.syntax.translation import Chunk, bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

NO_STEM: Final = Stem("", 0)
_INDEX_LIKE: Final = re.compile(r"\[\s*(?:[-−]?[0-9]+|[0-9]*:[0-9]*)\s*(?:,\s*(?:[-−]?[0-9]+|[0-9]*:[0-9]*)\s*)?\]")
_CALLED: Final = {"floor": "floor", "ceil": "ceil", "lvert": "abs", "|": "abs", "lVert": "norm", "‖": "norm"}
"""The function that a bracket stands for."""


@dataclass(slots=True)
class Frame:
    """Something open. ``after`` tells whether an operand is complete, so that an operator or a product may follow."""

    kind: str
    start: int
    closer: str = ""
    owner: str = ""
    """The command whose argument this is."""
    single: bool = False
    """Whether the argument is one token, for want of braces."""
    data: tuple[Chunk, ...] = ()
    """The arguments that are read already."""
    bracket: str = ""
    right: bool = False
    """Whether only ``\\right`` closes it."""
    environment: str = ""
    opened: int = -1
    chunks: list[Chunk] = field(default_factory=list)
    after: bool = False
    function: str = ""
    """The function that waits for its argument, as it is written."""
    suffix: str = ""
    """What follows its argument: the base of a logarithm."""
    power: bool = False
    name: str = ""
    """The name that was read last, while nothing follows it."""
    commas: bool = False
    bars: list[Chunk] = field(default_factory=list)
    statement: int = 0
    """Where the current statement begins among the chunks."""
    cells: list[list[Chunk]] = field(default_factory=list)
    rows: list[list[list[Chunk]]] = field(default_factory=list)

    @property
    def place(self) -> int:
        """Where the opening sign stands."""
        return self.start if self.opened < 0 else self.opened

    @property
    def is_alignment(self) -> bool:
        """Whether its rows are statements, and ``&`` only aligns them."""
        return self.environment in ALIGNMENTS

    def add(self, chunk: Chunk, *, after: bool) -> None:
        """Append what is no operand."""
        self.chunks.append(chunk)
        self.after, self.function, self.power, self.name = after, "", False, ""

    def finish_cell(self, position: int) -> None:
        """Begin the next cell of an environment; a comma that ends a line of cases is none."""
        if self.environment == "cases" and self.chunks and self.chunks[-1].text == ",":
            self.chunks.pop()
            self.after = True
        if self.chunks and not self.after:
            raise unfinished(self, position)
        self.cells.append(bundled(self.chunks))
        self.chunks, self.after, self.function, self.power, self.name = [], False, "", False, ""

    def finish_row(self) -> None:
        """Begin the next row; an empty one at the end is none."""
        if any(self.cells):
            self.rows.append(self.cells)
        self.cells = []


def spelling(name: str, bound: AbstractSet[str]) -> str | None:
    """A function by a spelling that no variable has taken, or None."""
    if name not in bound:
        return name
    rows = SPELLINGS[name]
    for other, found in SPELLINGS.items():
        if other not in bound and set(found.values()) >= set(rows.values()):
            return other
    return None


# -- brackets -----------------------------------------------------------------------------------------------------


def bar(frame: Frame, chunk: Chunk) -> None:
    """A ``|`` or ``‖``: it closes the innermost open one behind an operand, and opens one elsewhere."""
    if frame.after and frame.bars and frame.bars[-1].text == chunk.text:
        frame.bars.pop()
        frame.chunks.append(chunk)
        return
    frame.bars.append(chunk)
    frame.add(chunk, after=False)


def check_bars(frame: Frame, text: str, end: int) -> None:
    """Object to a bar that is open where its surroundings close, and to an operator without its operand."""
    if frame.bars:
        first = frame.bars[-1]
        shown = "|" if first.text == "|" else "\\|"
        raise SyntaxProblem(
            f"this '{shown}' is not closed before {text}",
            span=Span(first.start, first.end),
            hint=f"write \\left{shown} … \\right{shown}",
        )
    if frame.kind not in {"root", "environment", "group"} and frame.chunks and not frame.after:
        raise unfinished(frame, end)


def unfinished(frame: Frame, end: int) -> SyntaxProblem:
    """Something ends behind an operator or a function."""
    last = frame.chunks[-1]
    shown = last.text.strip()
    shown = frame.function or {"**": "^", "·": "\\cdot", "×": "\\times"}.get(shown, shown)
    return SyntaxProblem(
        f"a number, a name or '(' should follow after '{shown}'", span=Span(last.start, max(end, last.end))
    )


def check_filled(frame: Frame, end: int, owner: str) -> None:
    """Object to empty braces."""
    if not frame.chunks:
        raise SyntaxProblem(f"{owner} needs an argument", span=Span(frame.start, end), hint="the braces are empty")
    if not frame.after:
        raise unfinished(frame, end)


def grouped(frame: Frame, start: int, end: int, *, required: bool = False) -> list[Chunk]:
    """What a frame holds, in parentheses."""
    if required:
        check_filled(frame, end, frame.owner)
    return [Chunk("(", start, start + 1), *frame.chunks, Chunk(")", end - 1, end)]


def rooted(frame: Frame, end: int, spelt: Callable[[str], str]) -> list[Chunk]:
    """A root: of the order that its brackets say, or the square root."""
    start = frame.start
    order = "".join(chunk.text for chunk in frame.data).strip()
    closing = Chunk(")", end - 1, end)
    if order in {"", "2", "3"}:
        name = spelt("cbrt" if order == "3" else "sqrt")
        return [Chunk(f"{name}(", start, start + 1), *frame.chunks, closing]
    name = spelt("root")
    return [Chunk(f"{name}((", start, start + 1), *frame.chunks, Chunk("), ", end - 1, end), *frame.data, closing]


def bracketed(
    frame: Frame,
    end: int,
    source: str,
    *,
    called: bool,
    after: bool,
    suffix: str,
    order: str,
    spelt: Callable[[str], str],
) -> list[Chunk]:
    """What a bracket that closes becomes: a parenthesis, a list, or a call."""
    start = frame.start
    place = Span(start, end)
    opening, closing = Chunk("(", start, start + 1), Chunk(f"{suffix})", end - 1, end)
    if frame.bracket in _CALLED:
        name = spelt(_CALLED[frame.bracket])
        opening = Chunk(f"{name}(", start, start + 1)
        if order:
            closing = Chunk(f", {order})", end - 1, end)
        inner = [opening, *frame.chunks, closing]
        return [Chunk("(", start, start + 1), *inner, Chunk(f"{suffix})", end - 1, end)] if called else inner
    if frame.bracket == "[" and not called:
        if after and _INDEX_LIKE.fullmatch(source[start:end].replace("\\left", "").replace("\\right", "")):
            text = source[start:end]
            raise SyntaxProblem(
                f"{text} can mean two things here: an entry, or a product",
                span=place,
                hint=f"write _{{{text}}} for the entry, or parentheses for the product",
            )
        if frame.commas:
            inner = [Chunk("[", start, start + 1), *frame.chunks, Chunk("]", end - 1, end)]
            return [opening, *inner, Chunk(")", end - 1, end)] if after else inner
    return [opening, *frame.chunks, closing]


# -- environments -------------------------------------------------------------------------------------------------


def matrix(frame: Frame, place: Span, determinant: str) -> list[Chunk]:
    """A matrix as a list of rows; one column is a vector."""
    start, end = place
    rows = frame.rows
    if not rows:
        raise SyntaxProblem(
            "the matrix is empty", span=place, hint="as in \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}"
        )
    width = len(rows[0])
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise SyntaxProblem(
                f"row {number} of the matrix has {len(row)} cells, the first has {width}", span=place,
                hint="all rows must have the same length",
            )  # fmt: skip
        if not all(row):
            raise SyntaxProblem(f"a cell in row {number} of the matrix is empty", span=place, hint="write 0")
    chunks = [Chunk("[", start, start + 1)]
    for number, row in enumerate(rows):
        if number:
            chunks.append(Chunk(", ", row[0][0].start, row[0][0].start))
        if width > 1:
            chunks.append(Chunk("[", row[0][0].start, row[0][0].start))
        for position, cell in enumerate(row):
            if position:
                chunks.append(Chunk(", ", cell[0].start, cell[0].start))
            chunks += cell
        if width > 1:
            chunks.append(Chunk("]", row[-1][-1].end, row[-1][-1].end))
    chunks.append(Chunk("]", end - 1, end))
    if not determinant:
        return chunks
    return [Chunk(f"{determinant}(", start, start + 1), *chunks, Chunk(")", end - 1, end)]


def cases(frame: Frame, place: Span, where: str) -> tuple[list[Chunk], str]:
    """``where(condition, value, rest)``, and what is to be told of the last line."""
    start, end = place
    rows = frame.rows
    hint = "as in \\begin{cases} x & x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}"
    if len(rows) < 2:
        raise SyntaxProblem("cases need two lines", span=place, hint=hint)
    chunks: list[Chunk] = []
    for number, row in enumerate(rows, 1):
        last = number == len(rows)
        if len(row) > 2 or not row[0] or (not last and (len(row) < 2 or not row[1])):
            raise SyntaxProblem(f"line {number} of the cases is no value and a condition", span=place, hint=hint)
        value = [Chunk("(", row[0][0].start, row[0][0].start), *row[0], Chunk(")", row[0][-1].end, row[0][-1].end)]
        if last:
            chunks += value
        else:
            chunks += [Chunk(f"{where}(", start, start + 1), *row[1], Chunk(", ", start, start + 1)]
            chunks += [*value, Chunk(", ", start, start + 1)]
    chunks += [Chunk(")", end - 1, end)] * (len(rows) - 1)
    told = len(rows[-1]) > 1 and any(rows[-1][1])
    message = "the last line of the cases is taken for all that no other line covers" if told else ""
    return chunks, message


# -- statements and functions ---------------------------------------------------------------------------------------


def target_of(chunks: Sequence[Chunk]) -> Chunk | None:
    """The name that a statement assigns to: ``a``, or the f of ``f(x)`` and ``f(x, y)``."""
    if not chunks or not chunks[0].text.isidentifier():
        return None
    if len(chunks) > 1:
        inner = [chunk.text for chunk in chunks[1:]]
        names, commas = inner[1:-1:2], inner[2:-1:2]
        if inner[0] != "(" or inner[-1] != ")" or not all(name.isidentifier() for name in names):
            return None
        if not names or any(comma != "," for comma in commas):
            return None
    return Chunk(chunks[0].text, chunks[0].start, chunks[0].end)


def two_readings(function: str, span: Span) -> SyntaxProblem:
    """``\\sin^{-1} x``, which some read as the inverse function and some as the reciprocal."""
    found = re.fullmatch(r"\\?(?:[a-z]+\s*\{)?\s*([A-Za-z0-9\\_]+?)\s*\}?", function)
    name = found[1] if found is not None else function
    inverse = next((f"\\arc{name}" for one in (f"arc{name}", f"ar{name}", f"a{name}") if one in FUNCTIONS), None)
    if inverse is None:
        return SyntaxProblem(
            f"{function}^{{-1}} can mean two things: 1/{function}(x), or the inverse",
            span=span,
            hint=f"write \\frac{{1}}{{{function}(x)}}",
        )
    return SyntaxProblem(
        f"{function}^{{-1}} can mean two things: the inverse function {inverse}(x), or 1/{function}(x)",
        span=span,
        hint=f"write {inverse}(x) or \\frac{{1}}{{{function}(x)}}",
    )
