"""What the LaTeX reports are made of: expressions of the plain language as mathematics, numbers, prose, tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gradcheck import products
from gradcheck.errors import GradcheckError, printable
from gradcheck.primitives.table import SPELLINGS
from gradcheck.syntax.latex_printing import name_latex, scientific, write_latex
from gradcheck.syntax.latex_words import GREEK_LETTERS
from gradcheck.syntax.plain import parse
from gradcheck.syntax.tree import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gradcheck.reports import Style
    from gradcheck.shapes import Shape
    from gradcheck.syntax.tree import Program

_NAME: Final = r"[^\W\d]\w*"
_DERIVATIVE: Final = re.compile(
    rf"(?<!\w)[∂d](?P<of>{_NAME})(?P<of_index>\[[^\]]*\])?/[∂d](?P<wrt>{_NAME})(?P<wrt_index>\[[^\]]*\])?"
)
_STANDS_FOR: Final = "Ɖ"
"""Begins the names that stand for derivatives while an expression is read."""
_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:e[-+]?[0-9]+)?|[A-Za-zäöü][A-Za-zäöü ]*|±|–|∞|…")
_SYMPY: Final = {"Heaviside(": "heaviside(", "Abs(": "abs(", "Max(": "max(", "Min(": "min("}
_SPECIAL: Final = str.maketrans({
    **{sign: f"\\{sign}" for sign in "#$%&_{}"}, "\\": r"\textbackslash{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "<": "$<$", ">": "$>$", "|": "$|$", "*": "$*$", '"': "''", "∂": r"$\partial$",
    "·": r"$\cdot$", "×": r"$\times$", "±": r"$\pm$", "−": "$-$", "√": r"$\surd$", "∛": r"$\surd$", "≤": r"$\le$",
    "≥": r"$\ge$", "≠": r"$\ne$", "∞": r"$\infty$", "∘": r"$\circ$", "ᵀ": r"$^\top$", "‖": r"$\Vert$", "…": r"\dots{}",
    "–": "--", "⁻": "$^{-}$", "⊙": r"$\odot$", "ǀ": "/",
    **{sign: f"$^{digit}$" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{sign: f"$_{digit}$" for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **{letter: f"$\\{name}$" for letter, name in GREEK_LETTERS.items()},
})  # fmt: skip
_UNKNOWN: Final = re.compile("[^\0-\u017f‐‑–—‘’“”†‡•…]|[«»ÐÞðþĄąĐđĘęĦħĮįĸĿŀŉŊŋŦŧŲųſ]")
"""Letters and signs that the fonts of TeX have not."""
_COLUMNS: Final = 8
"""Columns and rows of a matrix above which its middle is left out."""
_READING: Final = 4_000
TERMS: Final = 3
"""Terms of a sum that stand on one line."""

PREAMBLE: Final = (
    "% needs \\usepackage{amsmath}; with color or xcolor, upstream gradients are magenta and local derivatives blue",
    r"\providecommand{\gradupstream}[1]{\ifcsname textcolor\endcsname\textcolor{magenta}{#1}\else#1\fi}",
    r"\providecommand{\gradlocal}[1]{\ifcsname textcolor\endcsname\textcolor{blue}{#1}\else#1\fi}",
)


def whole(lines: Iterable[str], style: Style) -> str:
    """A fragment for a document of one's own or, with ``-v``, a document."""
    body = [*PREAMBLE, *lines]
    if style.verbose:
        unknown = sorted(set(_UNKNOWN.findall("\n".join(body))))
        body = [
            r"\documentclass{article}",
            r"\usepackage[utf8]{inputenc}",
            r"\usepackage[margin=2cm]{geometry}",
            r"\usepackage{amsmath,color}",
            *(rf"\DeclareUnicodeCharacter{{{ord(sign):04X}}}{{U+{ord(sign):04X}}}" for sign in unknown),
            r"\begin{document}",
            *body,
            r"\end{document}",
        ]
    return "\n".join(body) + "\n"


class Notation:
    """Writes expressions in the names of one result."""

    def __init__(self, names: Iterable[str], output: str, shapes: Mapping[str, Shape] | None = None) -> None:
        self.names = frozenset((*names, output))
        self.output = output
        self.shapes = dict(shapes or {})
        self.is_usual = not self.names & SPELLINGS.keys()
        """Whether no name hides a function, so that plain text can be read again."""

    def name(self, name: str) -> str:
        """A variable or node."""
        return name_latex(name, self.names)[0]

    def entry(self, name: str, index: str | None) -> str:
        """A variable or node with what stands in brackets behind it."""
        if not index:
            return self.name(name)
        base = self.name(name)
        index = index[1:-1] if re.fullmatch(r"\[[a-z](?:, ?[a-z])*\]", index) else index  # letters are no entries
        return f"{{{base}}}_{{{index}}}" if "_" in base or "^" in base else f"{base}_{{{index}}}"

    def partial(self, of: str, wrt: str, of_index: str | None = None, wrt_index: str | None = None) -> str:
        """A partial derivative as a fraction."""
        above, below = self.entry(of, of_index), self.entry(wrt, wrt_index)
        return rf"\frac{{\partial {above}}}{{\partial {below}}}"

    def derivative(self, text: str) -> str:
        """``∂f/∂x`` or ``∂K[i,j]/∂B`` as a fraction; other text is prose."""
        found = _DERIVATIVE.fullmatch(text.removeprefix("(").removesuffix(")ᵀ"))
        if found is None:
            return rf"\text{{{prose(text)}}}"
        shown = self.partial(found["of"], found["wrt"], found["of_index"], found["wrt_index"])
        return rf"\left({shown}\right)^{{\top}}" if text.endswith("ᵀ") else shown

    def program(self, text: str) -> list[str]:
        """The statements of a plain program, each as mathematics; empty where it cannot be read again."""
        found = self._read(text) if len(text) <= _READING else None
        if found is None:
            return []
        program, named, known = found
        return [
            (f"{self.name(one.name)} = " if one.name else "") + self._written(program, one.root, named, known)
            for one in program.statements
        ]

    def math(self, text: str) -> str | None:
        """One expression of the plain language as mathematics, or None where it cannot be read again."""
        found = self.program(text)
        return found[0] if len(found) == 1 else None

    def displayed(self, text: str) -> str:
        """An expression in the cell of a table; what cannot be read is shown as it is."""
        found = self.math(text)
        return code(text) if found is None else display(found)

    def inline(self, text: str) -> str:
        """The same within a line of prose; what cannot be read is shown as it is."""
        found = self.math(text)
        return code(text) if found is None else f"${found}$"

    def _read(self, text: str) -> tuple[Program, dict[str, str], list[Shape | None]] | None:
        if not self.is_usual:
            return None
        for theirs, ours in _SYMPY.items():
            text = text.replace(theirs, ours)
        named: dict[str, str] = {}
        shapes = dict(self.shapes)

        def hide(found: re.Match[str]) -> str:
            of, wrt = found["of"], found["wrt"]
            if of not in self.names or wrt not in self.names:
                return found[0]
            name = f"{_STANDS_FOR}{len(named)}"
            named[name] = self.partial(of, wrt, found["of_index"], found["wrt_index"])
            shapes[name] = self.shapes.get(wrt, ())
            return name

        masked = _DERIVATIVE.sub(hide, text)
        try:
            program = parse(masked, self.names | named.keys(), internal=True)
        except GradcheckError:
            return None
        known = products.shapes_of(program, shapes) if self.shapes else []
        return program, named, known

    def _written(self, program: Program, root: int, named: Mapping[str, str], known: Sequence[Shape | None]) -> str:
        taken = {item.name for item in program.items if item.kind is Kind.NAME}
        return write_latex(program.items, root, taken=self.names | taken, known=known, named=named)


# -- text ---------------------------------------------------------------------------------------------------------


def prose(text: str) -> str:
    """Any text as text, with the signs of LaTeX escaped."""
    return printable(text.replace("\n", " ")).translate(_SPECIAL)


def code(text: str) -> str:
    """Any text as it was typed."""
    return rf"\texttt{{{prose(text)}}}"


def number(text: str) -> str:
    """A number, an interval or a word as a report shows it, in mathematics: 6e-10, ``[0, 1]``, ``1 ± 2e-9``."""

    def shown(found: re.Match[str]) -> str:
        text = found[0]
        if text[0].isdigit():
            return scientific(text)
        signs = {"±": r" \pm ", "–": r"\text{--}", "∞": r"\infty", "inf": r"\infty", "…": r"\dots"}
        return signs.get(text) or rf"\text{{{text}}}"

    return _NUMBER.sub(shown, text).replace("  ", " ")


def cell(text: str) -> str:
    """A number as the cell of a table."""
    return f"${number(text)}$"


def matrix(rows: int, columns: int, entry: Sequence[str]) -> str:
    """Numbers in brackets, row by row; of a large matrix the middle is left out."""

    def kept(count: int) -> list[int]:
        return [*range(count)] if count <= _COLUMNS else [*range(_COLUMNS - 3), -1, count - 2, count - 1]

    wide, lines = kept(columns), []
    for row in kept(rows):
        if row < 0:
            lines.append(" & ".join(r"\ddots" if column < 0 else r"\vdots" for column in wide))
            continue
        cells = (r"\cdots" if column < 0 else _braced(number(entry[row * columns + column])) for column in wide)
        lines.append(" & ".join(cells))
    inside = r" \\ ".join(lines)
    return rf"\begin{{bmatrix}} {inside} \end{{bmatrix}}"


def _braced(text: str) -> str:
    return f"{{{text}}}" if text.startswith("[") else text  # a bracket behind \\ would be its length


def display(found: str) -> str:
    """Mathematics in the cell of a table: fractions in full size, with room above and below."""
    return rf"\rule[-2.2ex]{{0pt}}{{6ex}}$\displaystyle {found}$" if r"\frac" in found else f"${found}$"


def heading(text: str) -> list[str]:
    """What stands over a part of the report."""
    return ["", rf"\paragraph{{{text}}}"]


def align(lines: Iterable[str]) -> list[str]:
    """Equations under each other, aligned at ``&``; nothing where there are none."""
    found = list(lines)
    if not found:
        return []
    return [r"\begin{align*}", *(f"  {line} \\\\" for line in found[:-1]), f"  {found[-1]}", r"\end{align*}"]


def table(columns: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table with lines above and below."""
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"  \hline", f"  {' & '.join(headers)} \\\\", r"  \hline"]
    lines += [f"  {' & '.join(row)} \\\\" for row in rows]
    return [
        "",
        r"\begin{center}",
        r"\small\renewcommand{\arraystretch}{1.3}",
        *lines,
        r"  \hline",
        r"\end{tabular}",
        r"\end{center}",
    ]


def sums(terms: Sequence[str]) -> Iterator[str]:
    """Terms with plus signs, a few on each line."""
    for first in range(0, len(terms), TERMS):
        yield " + ".join(terms[first : first + TERMS])
