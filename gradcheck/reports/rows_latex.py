"""LaTeX of an evaluation over training rows: the function, the gradient of the average, the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.reports import rows_wording as words
from gradcheck.reports import wording
from gradcheck.reports.latex import function, value
from gradcheck.reports.latex_text import Notation, cell, code, heading, prose, table, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradcheck.arrays.rows_results import RowsEvaluation
    from gradcheck.reports import Style


def rows_latex(result: RowsEvaluation, style: Style) -> str:
    """The report of ``gradcheck eval --data``."""
    name = result.verdict.name or "not compared"
    closing = rf"\noindent\textbf{{{name}}}: {prose(words.sentence(result))} (exit {result.exit_code})"
    if style.quiet:
        return closing + "\n"
    notation = Notation((*result.shapes, *result.columns, *result.point), result.output, result.shapes)
    return whole([*_lines(result, style, notation), "", closing], style)


def _lines(result: RowsEvaluation, style: Style, notation: Notation) -> Iterator[str]:
    yield from function(notation, result.reading, result.output)
    yield f"{result.count:,} rows of {code(result.file)}: {prose(words.columns(result))}."
    where = [rf"${notation.name(name)} = {value(notation, text)}$" for name, text in result.point.items()]
    if where:
        drawn = f" (drawn from seed {result.seed})" if result.drawn else ""
        yield f"At {', '.join(where)}{drawn}."
    if result.value is not None:
        what = {"mean": "average", "sum": "sum", "none": ""}[result.reduce]
        yield rf"The {what} of ${notation.name(result.output)}$ is {cell(words.tensor(result.value, style))}."
        yield from heading(f"Gradient of the {what}")
        headers = ("by", "value", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict")
        yield from table(f"ll{'l' * len(result.routes)}l", headers, _gradient(result, style, notation))
    shown = words.shown(result, style)
    if shown:
        yield from heading("Rows")
        titles = [notation.name(name) for name in (*result.columns, result.output)]
        titles += [notation.partial(result.output, one.name) for one in result.gradient]
        cells = ([cell(one) for one in words.cells(row, result, style)] for row in shown)
        yield from table("l" * (len(titles) + 1), ("row", *(f"${title}$" for title in titles)), cells)
    formulas = [(head, formula) for head, formula in words.formulas(result) if len(formula) <= 1_000]
    if formulas:
        yield from heading("SymPy's derivatives at one row")
    for head, formula in formulas:
        shown_head = notation.derivative(head.removesuffix(" = "))
        yield rf"\par\noindent ${shown_head} =$ {notation.inline(formula)}"
    for letter, meaning in result.letters.items():
        yield rf"\par\noindent where ${notation.name(letter)} =$ {notation.inline(meaning)}"
    notes = (*(note.message for note in result.reading_notes), *result.notes)
    yield from (rf"\par\noindent Note: {prose(note)}." for note in notes)


def _gradient(result: RowsEvaluation, style: Style, notation: Notation) -> Iterator[list[str]]:
    for one in result.gradient:
        entries = list(words.places(one, result.shape))
        for place, position in entries if style.verbose else entries[: words.ENTRIES]:
            there = "--" if one.value is None else cell(words.number(one.value.entries[position], style.digits))
            routes = [cell(shown) for shown in words.route_cells(one, position, result, style)]
            yield [notation.inline(place), there, *routes, one.verdict.name or "--"]
