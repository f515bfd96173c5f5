"""The table of primitives in LaTeX: every function with its local derivatives, or what it passes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck import rules
from gradcheck.primitives import VARIABLES
from gradcheck.primitives.table import SECTIONS
from gradcheck.reports.latex_text import Notation, code, heading, prose, table
from gradcheck.reports.matrix_rules import SUMS
from gradcheck.reports.rules import PRIMITIVES, call, conditions, rows_called, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.primitives import Primitive
    from gradcheck.self_check import RowCheck

_NAMES: Final = (*VARIABLES, "y", "g", "L", "i", "j", "m", "n", "axis")
_LEGEND: Final = (
    r"$y$ is the value; $u$, $v$, $w$ are the arguments. Of functions of arrays it lists what they pass back to their"
    r" arguments: $g$ is the upstream derivative $\frac{\partial L}{\partial y}$, $\odot$ the product entry by entry."
)


def rules_latex(name: str | None = None) -> str:
    """One table for each section; with a name, the sections and rows that it is found in."""
    chosen = set(PRIMITIVES.values() if name is None else rows_called(name))
    lines = [r"% needs \usepackage{amsmath}", rf"\noindent {_LEGEND}"]
    for section, rows in SECTIONS.items():
        found = [row for row in rows if row in chosen]
        if found:
            second = "passes back" if found[0].is_matrix else "local derivatives"
            lines += heading(section.capitalize())
            cells = [_row(row) for row in found]
            lines += table(r"llp{0.3\linewidth}", ("function", second, "where"), cells)
    return "\n".join(lines) + "\n"


def checks_latex(checks: Sequence[RowCheck]) -> str:
    """The proof of the table."""
    rows = [(code(one.name), str(one.samples), "; ".join(map(prose, one.problems)) or "proved") for one in checks]
    lines = table(r"llp{0.6\linewidth}", ("row", "samples", "finding"), rows)
    return "\n".join([*lines, rf"\noindent {prose(summary(checks))}.", ""])


def _row(row: Primitive) -> Sequence[str]:
    return _notation(row).displayed(call(row)), ", ".join(_derivatives(row)), prose("; ".join(conditions(row)))


def _notation(row: Primitive) -> Notation:
    if not row.is_matrix:
        return Notation(_NAMES, "y")
    scalar = row.shape in SUMS
    shapes = {**dict.fromkeys(VARIABLES, (2, 2)), **dict.fromkeys(("y", "g"), () if scalar else (2, 2))}
    return Notation(_NAMES, "y", shapes)


def _derivatives(row: Primitive) -> Iterator[str]:
    notation = _notation(row)
    for position in range(row.arity):
        if row.is_matrix:
            yield notation.displayed(row.pullbacks[0 if row.nary else position])
        else:
            yield notation.displayed(rules.local_derivative(row, position).written({})[0])
