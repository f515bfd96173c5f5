"""``gradcheck eval --data --format html``: the average over training rows, its gradient by each route, the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.reports import rows_wording as words
from gradcheck.reports import wording
from gradcheck.reports.html import Html, element, joined, section, table
from gradcheck.reports.notation import Notation, code, inline, lines
from gradcheck.reports.page import banner, folded, head, in_full, judged, notes, page, where
from gradcheck.syntax import mathml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.arrays.rows_results import RowsEvaluation
    from gradcheck.reports import Style

_ENTRIES: Final = 60
"""Entries of a parameter that a page lists (unless -v)."""


def rows_page(result: RowsEvaluation, style: Style) -> str:
    """The page of an average over training rows."""
    notation = Notation({**result.shapes, **dict.fromkeys(result.letters, ())})
    verdict = banner(result, words.sentence(result))
    if style.quiet:
        return page(result, [head(result, notation), verdict])
    return page(
        result,
        [
            head(result, notation, in_full(result, style), _facts(result, notation, style)),
            verdict,
            _gradient(result, style),
            _formulas(result, notation),
            _rows(result, style),
            notes(result.notes, "A single row is walked through node by node where its values are given with --at."),
        ],
    )


def _facts(result: RowsEvaluation, notation: Notation, style: Style) -> Html:
    average = None
    if result.value is not None:
        head = mathml.called(result.reduce, [mathml.name(result.output)])
        value = mathml.number(words.tensor(result.value, style))
        average = element("div", lines((head, [[value]])), class_="facts")
    return joined(
        [
            element("p", f"{words.counted(result)} of ", code(result.file), ": ", words.columns(result)),
            where(result, notation),
            average,
        ]
    )


def _gradient(result: RowsEvaluation, style: Style) -> Html | None:
    """The gradient of the average with what each route says of it; without an average, the verdicts."""
    if not result.gradient:
        return None
    if result.value is None:
        judgements = [(one.name, judged(one.verdict)) for one in result.gradient]
        return section("Routes", table(["by", "verdict"], judgements, label="Routes"), id_="routes")
    titles = ["by", "gradient", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict"]
    over = f"the routes over {result.judged:,} of the rows" if result.sampled else f"over {words.counted(result)}"
    whole = table(titles, _cells(result, style), label="Gradient", numeric=range(1, len(titles) - 1))
    return section("Gradient", whole, id_="gradient", lead=f"of {words.average(result)}, {over}")


def _cells(result: RowsEvaluation, style: Style) -> Iterator[Sequence[str]]:
    for one in result.gradient:
        entries = list(words.places(one, result.shape))
        shown = entries if style.verbose else entries[:_ENTRIES]
        for place, entry in shown:
            value = "–" if one.value is None else words.number(one.value.entries[entry], style.digits)
            yield place, value, *words.route_cells(one, entry, result, style), judged(one.verdict)
        if len(shown) < len(entries):
            yield f"… {len(entries) - len(shown):,} more entries of {one.name} (-v)", *[""] * (len(result.routes) + 2)


def _formulas(result: RowsEvaluation, notation: Notation) -> Html | None:
    """SymPy's derivatives for one row."""
    found = list(words.formulas(result))
    if not found:
        return None
    listed = [
        element("li", element("span", label.removesuffix(" = ")), " ", folded(formula, notation))
        for label, formula in found[:_ENTRIES]
    ]
    letters = [
        element("li", "where ", inline(mathml.name(letter)), folded(meaning, notation))
        for letter, meaning in result.letters.items()
    ]
    more = f"and {len(found) - _ENTRIES:,} more" if len(found) > _ENTRIES else ""
    return section(
        "SymPy’s derivatives",
        element("ul", *listed, *letters, class_="formulas"),
        element("p", more, class_="muted") if more else None,
        id_="formulas",
        lead="at one row",
    )


def _rows(result: RowsEvaluation, style: Style) -> Html | None:
    shown = words.shown(result, style)
    if not shown:
        return None
    titles = words.titles(result)
    whole = table(
        titles, (words.cells(row, result, style) for row in shown), label="Rows", numeric=range(1, len(titles))
    )
    more = result.count - len(shown)
    where = " (-v, --format json)" if result.reduce == "none" else ""  # of an average only the first are kept
    left_out = element("p", f"{more:,} more rows{where}", class_="muted") if more else None
    return section("Rows", whole, left_out, id_="rows", lead="each row’s value and gradient")
