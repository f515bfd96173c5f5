"""``gradcheck rules --format html``: the table of primitives typeset, and the outcome of its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck import rules as texts
from gradcheck.primitives import VARIABLES
from gradcheck.primitives.table import SECTIONS
from gradcheck.reports.html import Html, document, element, joined, section, table, verdict, web
from gradcheck.reports.matrix_rules import SUMS
from gradcheck.reports.notation import Notation, code, inline, lines
from gradcheck.reports.rules import PRIMITIVES, call, conditions, pretty_derivatives, rows_called, summary
from gradcheck.syntax import mathml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.primitives import Primitive
    from gradcheck.self_check import RowCheck
    from gradcheck.shapes import Shape

_NAMES: Final = (*VARIABLES, "y", "g", "i", "j", "m", "n", "axis")
_LEGEND: Final = (
    "y is the value; u, v, w are the arguments. Without a condition a function is defined everywhere, without kinks or "
    "jumps. Of functions of arrays it lists what they pass back to their arguments: g is the upstream derivative, ∘ "
    "the product entry by entry."
)


def rules_page(name: str | None = None) -> str:
    """One table for each section; with a name, the sections and rows that it is found in."""
    chosen = set(PRIMITIVES.values() if name is None else rows_called(name))
    parts = [element("header", element("h1", "Primitives and their derivatives"), element("p", _LEGEND))]
    for number, (title, rows) in enumerate(SECTIONS.items()):
        found = [row for row in rows if row in chosen]
        if found:
            second = "passes back" if found[0].is_matrix else "local derivatives"
            headers = ("function", "formula", second, "where", "intuition")
            whole = table(headers, map(_row, found), label=title, class_="rules")
            parts.append(section(title.capitalize(), whole, id_=f"section-{number}"))
    return _page("Primitives and their derivatives", parts)


def checks_page(checks: Sequence[RowCheck]) -> str:
    """The proof of the table."""
    rows = [
        (
            code(one.name),
            str(one.samples),
            verdict("wrong" if one.problems else "proved"),
            joined([element("p", problem) for problem in one.problems]),
        )
        for one in checks
    ]
    worst = "wrong" if any(one.problems for one in checks) else "proved"
    banner = element("p", verdict(worst), element("span", summary(checks)), class_=f"banner {worst}")
    whole = table(("row", "samples", "verdict", "finding"), rows, label="The proof of every row", numeric=[1])
    return _page("Proof of the table of primitives", [element("h1", "Proof of the table of primitives"), banner, whole])


def _page(title: str, parts: Sequence[Html]) -> str:
    return document(title, element("main", *parts), style=web("walk.css"))


def _row(row: Primitive) -> Sequence[str]:
    notation = Notation(dict.fromkeys(_NAMES, ()) | _shapes(row))
    typed = call(row)
    formula = notation.formula(typed)
    return (
        code(typed),
        "" if formula is None else inline(formula),
        joined(_derivatives(row, notation)),
        "; ".join(conditions(row)),
        row.intuition,
    )


def _shapes(row: Primitive) -> dict[str, Shape]:
    """Matrices for the arguments of a row of arrays: they decide which products are entry by entry."""
    if not row.is_matrix:
        return {}
    output: Shape = () if row.shape in SUMS else (2, 2)
    return {**dict.fromkeys(VARIABLES, (2, 2)), "y": output, "g": output}


def _derivatives(row: Primitive, notation: Notation) -> Iterator[Html]:
    """∂y/∂u, or what is passed back, ∂L/∂u."""
    for position, (wrt, pretty) in enumerate(zip(VARIABLES, pretty_derivatives(row), strict=False)):
        if row.is_matrix:
            plain = row.pullbacks[0 if row.nary else position]
        else:
            plain = texts.local_derivative(row, position).written({})[0]
        piece = notation.formula(plain) or mathml.Piece(mathml.words(pretty))
        yield lines((mathml.derivative("L" if row.is_matrix else "y", wrt, "local"), [[piece]]))
