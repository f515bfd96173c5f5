"""Training rows: the average and its gradient as a table, as JSON and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcheck.reports import rows_wording as words
from gradcheck.reports import wording
from gradcheck.reports.array_json import nested, shapes_fields
from gradcheck.reports.json import closing_fields, reading_fields, routes_fields, verdict_fields, written
from gradcheck.reports.markdown import heading
from gradcheck.reports.markdown_text import code, plain, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcheck.arrays.results import Tensor
    from gradcheck.arrays.rows_results import RowsEvaluation
    from gradcheck.reports import Style

_FORMULA = 300


def rows_table(result: RowsEvaluation, style: Style) -> str:
    """The report of ``gradcheck eval --data`` for a terminal."""
    from gradcheck.reports.table import VERDICT_STYLES, Page

    page = Page(style)
    name = result.verdict.name or "not compared"
    if not style.quiet:
        page.line((f"{result.output} = ", "bold") if "=" not in result.reading else "", result.reading[:4_000], hang=4)
        if style.verbose:
            page.line(("in full: ", "dim"), result.full_reading[:4_000], hang=4)
        for note in result.reading_notes:
            page.line(("note: ", "yellow"), note.message, hang=6)
        page.line(("rows ", "bold"), f"{result.count:,} of {result.file}: {words.columns(result)}", hang=5)
        if result.point:
            drawn = f"   (drawn from seed {result.seed})" if result.drawn else ""
            page.line(("at ", "bold"), words.point(result), (drawn, "dim"), hang=3)
        if result.value is not None:
            page.line((f"{words.average(result)} = ", "bold"), words.tensor(result.value, style))
        page.blank()
        if result.value is not None:
            _gradient(page, result, style)
        else:
            _verdicts(page, result)
        shown = words.shown(result, style)
        if shown:
            page.line(("ROWS", "bold"), ("  each row's value and gradient", "dim"))
            page.columns(words.titles(result), [words.cells(row, result, style) for row in shown], indent=2)
            if result.reduce == "none" and len(shown) < result.count:
                page.line((f"… {result.count - len(shown):,} more rows (-v, --format json)", "dim"), indent=2)
            page.blank()
        for message in result.notes:
            page.line(("note: ", "yellow"), message, hang=6)
    page.line((name.upper(), VERDICT_STYLES[result.verdict.name]), f"  {words.sentence(result)} ",
              (f"(exit {result.exit_code})", "dim"), hang=2)  # fmt: skip
    return page.text()


def _gradient(page: Any, result: RowsEvaluation, style: Style) -> None:
    what = "average" if result.reduce == "mean" else "sum"
    behind = f"  of the {what} over {'all ' if result.sampled else ''}{words.counted(result)}"
    if not result.gradient:
        return
    page.line(("GRADIENT", "bold"), (behind, "dim"))
    lines: list[list[str]] = []
    for one in result.gradient:
        entries = list(words.places(one, result.shape))
        for place, entry in entries if style.verbose else entries[: words.ENTRIES]:
            value = words.number(one.value.entries[entry], style.digits) if one.value is not None else "–"
            lines.append([f"∂{words.average(result)}/∂{place}", f"= {value}"])
        if len(entries) > words.ENTRIES and not style.verbose:
            lines.append([f"  … {len(entries) - words.ENTRIES:,} more entries of {one.name} (-v)", ""])
    _grid(page, lines)
    page.blank()
    title = wording.ROUTES_TITLES[len(result.routes)]
    where = f"{result.judged:,} of the rows" if result.sampled else "the row"
    if 1 < result.count == result.judged:
        where = f"all {words.counted(result)}"
    page.line((title, "bold"), (f"  to the gradient over {where}", "dim"))
    titles = ["by", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict"]
    cells: list[list[str]] = []
    for one in result.gradient:
        entries = list(words.places(one, result.shape))
        cells += [
            [place, *words.route_cells(one, entry, result, style), one.verdict.name or "–"]
            for place, entry in (entries if style.verbose else entries[: words.ENTRIES])
        ]
    page.columns(titles, cells, indent=2)
    formulas = list(words.formulas(result))
    if formulas:
        page.line(("SymPy's derivatives at one row", "dim"))
        for head, formula in formulas if style.verbose else formulas[: words.ENTRIES]:
            cut = formula if style.verbose or len(formula) <= _FORMULA else f"{formula[:_FORMULA]}…"
            page.line(head, cut, indent=2, hang=len(head))
        if len(formulas) > words.ENTRIES and not style.verbose:
            page.line((f"… {len(formulas) - words.ENTRIES:,} more (-v)", "dim"), indent=2)
        for letter, meaning in result.letters.items():
            page.line(("where ", "dim"), f"{letter} = {meaning}", indent=2, hang=6)
    page.blank()


def _verdicts(page: Any, result: RowsEvaluation) -> None:
    if not result.gradient:
        return
    where = f"{result.judged:,} of the rows" if result.sampled else f"each of the {words.counted(result)}"
    page.line(("ROUTES", "bold"), (f"  compared at {where}", "dim"))
    _grid(page, [[one.name, one.verdict.name or "–"] for one in result.gradient])
    page.blank()


def _grid(page: Any, rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned on the left, as far as they fit."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        page.line(line, indent=2, hang=4)


# -- JSON -------------------------------------------------------------------------------------------------------------


def rows_json(result: RowsEvaluation, style: Style) -> str:
    """``gradcheck.eval/1`` with ``rows``."""
    digits = style.digits
    document = {
        "schema": "gradcheck.eval/1",
        **reading_fields(result),
        **shapes_fields(result),
        **routes_fields(result),
        "value": _nested(result.value, digits),
        **verdict_fields(result),
        "rows": {
            "file": result.file,
            "count": result.count,
            "reduce": result.reduce,
            "sampled": result.sampled,
            "judged": result.judged,
            "columns": {name: list(columns) for name, columns in result.columns.items()},
            "shown": [
                {
                    "row": row.number,
                    "line": row.line or None,
                    "inputs": row.inputs,
                    "value": _nested(row.value, digits),
                    "gradient": [
                        {"wrt": one.name, "value": _nested(found, digits)}
                        for one, found in zip(result.gradient, row.gradient, strict=True)
                    ],
                }
                for row in result.rows
            ],
        },
        "letters": result.letters,
        "nodes": [],
        "gradient": [
            {
                "wrt": one.name,
                "shape": list(one.shape),
                "value": _nested(one.value, digits),
                "finite_difference": None
                if one.finite_difference is None
                else {"value": _nested(one.finite_difference, digits), "error": _nested(one.error, digits),
                      "method": result.method, "step": result.step},
                "symbolic": None
                if "symbolic" not in result.routes
                else {"value": _nested(one.symbolic, digits), "expression": list(one.formulas) or None,
                      "matrix": one.matrix or None, "reason": one.reason},
                "reverse": None if one.reverse is None else {"value": _nested(one.reverse, digits)},
                "verdict": one.verdict.name,
                "reason": one.verdict.reason,
            }
            for one in result.gradient
        ],
        **closing_fields(result),
    }  # fmt: skip
    return written(document)


def _nested(found: Tensor | None, digits: int) -> Any:
    return None if found is None else nested(found, digits)


# -- Markdown ---------------------------------------------------------------------------------------------------------


def rows_markdown(result: RowsEvaluation, style: Style) -> str:
    """The same for notes, issues and pull requests."""
    name = result.verdict.name or "not compared"
    closing = f"**{name}**: {plain(words.sentence(result))} (exit {result.exit_code})\n"
    if style.quiet:
        return closing
    lines = heading(result)
    lines += [f"{result.count:,} rows of {code(result.file)}: {code(words.columns(result))}", ""]
    if result.point:
        drawn = f" (drawn from seed {result.seed})" if result.drawn else ""
        lines += [f"At {code(words.point(result))}{drawn}", ""]
    if result.value is not None:
        lines += [code(f"{words.average(result)} = {words.tensor(result.value, style)}"), ""]
        lines += ["### Gradient", ""]
        headers = ["by", "value", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict"]
        rows = []
        for one in result.gradient:
            entries = list(words.places(one, result.shape))
            for place, entry in entries if style.verbose else entries[: words.ENTRIES]:
                value = words.number(one.value.entries[entry], style.digits) if one.value is not None else "–"
                routes = words.route_cells(one, entry, result, style)
                rows.append([code(place), value, *routes, one.verdict.name or "–"])
        lines += [*table(headers, rows), ""]
    shown = words.shown(result, style)
    if shown:
        lines += ["### Rows", ""]
        lines += table([plain(title) for title in words.titles(result)],
                        ([plain(cell) for cell in words.cells(row, result, style)] for row in shown))  # fmt: skip
        lines.append("")
    lines += [f"- {plain(note)}" for note in (*(note.message for note in result.reading_notes), *result.notes)]
    lines += [""] * bool(result.notes or result.reading_notes)
    return "\n".join([*lines, closing])
