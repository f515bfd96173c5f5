"""Training rows: the average and its gradient as a table, as JSON and as Markdown."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gradcheck import limits
from gradcheck.decimals import text
from gradcheck.errors import printable
from gradcheck.reports import wording
from gradcheck.reports.json import visible
from gradcheck.shapes import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gradcheck.arrays.results import Tensor
    from gradcheck.arrays.rows_results import Row, RowsEvaluation, RowsGradient
    from gradcheck.reports import Style
    from gradcheck.shapes import Shape

_VERDICT = {"agree": "green", "disagree": "bold red", "undecided": "yellow", None: "dim"}
_ENTRIES = 12
"""Entries of a parameter that a table lists, one a line (unless -v)."""
_ROWS = 20
"""Rows that a table lists where there is no average (unless -v)."""
_FORMULA = 300


def rows_table(result: RowsEvaluation, style: Style) -> str:
    """The report of ``gradcheck eval --data`` for a terminal."""
    from gradcheck.reports.table import Page

    page = Page(style)
    name = result.verdict.name or "not compared"
    if not style.quiet:
        page.line((f"{result.output} = ", "bold") if "=" not in result.reading else "", result.reading[:4_000], hang=4)
        if style.verbose:
            page.line(("in full: ", "dim"), result.full_reading[:4_000], hang=4)
        for note in result.reading_notes:
            page.line(("note: ", "yellow"), note.message, hang=6)
        page.line(("rows ", "bold"), f"{result.count:,} of {result.file}: {_columns(result)}", hang=5)
        if result.point:
            drawn = f"   (drawn from seed {result.seed})" if result.drawn else ""
            page.line(("at ", "bold"), _point(result), (drawn, "dim"), hang=3)
        if result.value is not None:
            page.line((f"{_of(result)} = ", "bold"), _tensor(result.value, style))
        page.blank()
        if result.value is not None:
            _gradient(page, result, style)
        else:
            _verdicts(page, result)
        shown = _shown_rows(result, style)
        if shown:
            page.line(("ROWS", "bold"), ("  each row's value and gradient", "dim"))
            _grid(page, [_row_titles(result), *(_row_cells(row, result, style) for row in shown)])
            if result.reduce == "none" and len(shown) < result.count:
                page.line((f"… {result.count - len(shown):,} more rows (-v, --format json)", "dim"), indent=2)
            page.blank()
        for message in result.notes:
            page.line(("note: ", "yellow"), message, hang=6)
    page.line((name.upper(), _VERDICT[result.verdict.name]), f"  {_sentence(result)} ",
              (f"(exit {result.exit_code})", "dim"), hang=2)  # fmt: skip
    return page.text()


def _gradient(page: Any, result: RowsEvaluation, style: Style) -> None:
    what = {"mean": "average", "sum": "sum"}[result.reduce]
    behind = f"  of the {what} over {'all ' if result.sampled else ''}{_count(result)}"
    if not result.gradient:
        return
    page.line(("GRADIENT", "bold"), (behind, "dim"))
    lines: list[list[str]] = []
    for one in result.gradient:
        entries = list(_entries(one, result.shape))
        for place, entry in entries if style.verbose else entries[:_ENTRIES]:
            value = _number(one.value.entries[entry], style.digits) if one.value is not None else "–"
            lines.append([f"∂{_of(result)}/∂{place}", f"= {value}"])
        if len(entries) > _ENTRIES and not style.verbose:
            lines.append([f"  … {len(entries) - _ENTRIES:,} more entries of {one.name} (-v)", ""])
    _grid(page, lines)
    page.blank()
    title = {1: "ONE ROUTE", 2: "TWO ROUTES", 3: "THREE ROUTES"}[len(result.routes)]
    where = f"{result.judged:,} of the rows" if result.sampled else "the row"
    if 1 < result.count == result.judged:
        where = f"all {_count(result)}"
    page.line((title, "bold"), (f"  to the gradient over {where}", "dim"))
    titles = ["by", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict"]
    cells = [titles]
    for one in result.gradient:
        entries = list(_entries(one, result.shape))
        cells += [
            [place, *_route_cells(one, entry, result, style), one.verdict.name or "–"]
            for place, entry in (entries if style.verbose else entries[:_ENTRIES])
        ]
    _grid(page, cells)
    formulas = list(_formulas(result))
    if formulas:
        page.line(("SymPy's derivatives at one row", "dim"))
        for head, formula in formulas if style.verbose else formulas[:_ENTRIES]:
            cut = formula if style.verbose or len(formula) <= _FORMULA else f"{formula[:_FORMULA]}…"
            page.line(head, cut, indent=2, hang=len(head))
        if len(formulas) > _ENTRIES and not style.verbose:
            page.line((f"… {len(formulas) - _ENTRIES:,} more (-v)", "dim"), indent=2)
        for letter, meaning in result.letters.items():
            page.line(("where ", "dim"), f"{letter} = {meaning}", indent=2, hang=6)
    page.blank()


def _formulas(result: RowsEvaluation) -> Iterator[tuple[str, str]]:
    """SymPy's derivatives for one row: of a whole array where there is such a formula, else entry by entry."""
    for one in result.gradient:
        if one.matrix:
            yield f"∂{result.output}/∂{one.name} = ", one.matrix
            continue
        if one.formulas:
            for place, entry in _entries(one, result.shape):
                yield f"∂{result.output}/∂{place} = ", one.formulas[entry]


def _verdicts(page: Any, result: RowsEvaluation) -> None:
    if not result.gradient:
        return
    where = f"{result.judged:,} of the rows" if result.sampled else f"each of the {_count(result)}"
    page.line(("ROUTES", "bold"), (f"  compared at {where}", "dim"))
    _grid(page, [[one.name, one.verdict.name or "–"] for one in result.gradient])
    page.blank()


def _route_cells(one: RowsGradient, entry: int, result: RowsEvaluation, style: Style) -> list[str]:
    cells = {"symbolic": one.symbolic, "reverse": one.reverse}
    found = []
    for route in result.routes:
        if route == "fd":
            slope = None if one.finite_difference is None else one.finite_difference.entries[entry]
            error = None if one.error is None else one.error.entries[entry]
            off = "?" if error is None else text(_decimal(error), 2)
            found.append("in balls only" if slope is None else f"{_number(slope, style.digits)} ± {off}")
            continue
        tensor = cells[route]
        gave_up = route == "symbolic" and one.reason
        found.append("gave up" if gave_up else "–" if tensor is None else _number(tensor.entries[entry], style.digits))
    return found


def _entries(one: RowsGradient, output: Shape) -> Iterator[tuple[str, int]]:
    """Each entry of a derivative: its name, with that of the output's entry where there are several."""
    outputs = math.prod(output)
    count = math.prod(one.shape)
    for position in range(outputs * count):
        entry = _index(one.shape, position % count)
        which = _index(output, position // count)
        yield f"{one.name}{entry}" + (f" (of entry {which})" if output else ""), position


def _index(shape: Shape, position: int) -> str:
    match len(shape):
        case 0:
            return ""
        case 1:
            return f"[{position}]"
        case _:
            return f"[{position // shape[1]}, {position % shape[1]}]"


def _shown_rows(result: RowsEvaluation, style: Style) -> Sequence[Row]:
    if result.reduce == "none":
        return result.rows if style.verbose else result.rows[:_ROWS]
    return result.rows if style.verbose else ()


def _row_titles(result: RowsEvaluation) -> list[str]:
    return ["row", *result.columns, result.output, *(f"∂{result.output}/∂{one.name}" for one in result.gradient)]


def _row_cells(row: Row, result: RowsEvaluation, style: Style) -> list[str]:
    return [
        f"{row.number:,}",
        *(row.inputs.get(name, "") for name in result.columns),
        _tensor(row.value, style),
        *(_tensor(one, style) for one in row.gradient),
    ]


def _tensor(found: Tensor, style: Style) -> str:
    entries = [_number(entry, style.digits) for entry in found.entries[: _ENTRIES + 1]]
    if not found.shape:
        return entries[0]
    if len(found.entries) > _ENTRIES:
        return f"({shape_text(found.shape)}, {len(found.entries):,} entries)"
    if len(found.shape) == 2:
        width = found.shape[1]
        rows = [", ".join(entries[first : first + width]) for first in range(0, len(entries), width)]
        return f"[{', '.join(f'[{row}]' for row in rows)}]"
    return f"[{', '.join(entries)}]"


def _number(value: float | Decimal | str, digits: int) -> str:
    return value if isinstance(value, str) else text(_decimal(value), digits).replace("nan", "undefined")


def _decimal(value: float | Decimal | str) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def _grid(page: Any, rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned on the left, as far as they fit."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        page.line(line, indent=2, hang=4)


def _count(result: RowsEvaluation) -> str:
    return f"{result.count:,} row{'s' if result.count != 1 else ''}"


def _columns(result: RowsEvaluation) -> str:
    found = []
    for name, columns in result.columns.items():
        if len(columns) == 1:
            found.append(name if columns[0] == name else f"{name} = {columns[0]}")
        else:
            listed = ", ".join(columns) if len(columns) <= 6 else f"{columns[0]}, …, {columns[-1]}"
            found.append(f"{name} = [{listed}]")
    return ", ".join(found)


def _point(result: RowsEvaluation) -> str:
    return ", ".join(f"{name} = {value}" for name, value in result.point.items())


def _of(result: RowsEvaluation) -> str:
    """The average in symbols."""
    return {"mean": f"mean({result.output})", "sum": f"sum({result.output})"}[result.reduce]


def _sentence(result: RowsEvaluation) -> str:
    match result.verdict.name:
        case "agree" if not result.gradient:
            return result.verdict.reason
        case "agree":
            gave_up = any(one.reason for one in result.gradient)
            routes = {1: "", 2: "both routes", 3: "the three routes"}[len(result.routes)]
            routes = "the routes that answered" if gave_up else routes
            what = {"mean": "the average", "sum": "the sum", "none": "each row"}[result.reduce]
            where = f"a sample of {result.judged:,} of {_count(result)}" if result.sampled else _count(result)
            over = "of" if result.reduce == "none" else "over"
            return f"{routes} agree on the gradient of {what} {over} {where} to {limits.AGREEMENT_DIGITS} digits"
        case "disagree":
            return f"the routes exclude each other: {result.verdict.reason}"
        case _:
            return result.verdict.reason


# -- JSON -------------------------------------------------------------------------------------------------------------


def rows_json(result: RowsEvaluation, style: Style) -> str:
    """``gradcheck.eval/1`` with ``rows``."""
    digits = style.digits
    document = {
        "schema": "gradcheck.eval/1",
        "expression": result.expression,
        "reading": result.reading,
        "full_reading": result.full_reading,
        "output": result.output,
        "shape": list(result.shape),
        "point": result.point,
        "shapes": {name: list(shape) for name, shape in result.shapes.items()},
        "declarations": result.declared,
        "drawn": result.drawn,
        "seed": result.seed,
        "precision": result.precision,
        "routes": list(result.routes),
        "method": result.method,
        "step": result.step,
        "value": _nested(result.value, digits),
        "verdict": result.verdict.name,
        "reason": result.verdict.reason,
        "exit_code": result.exit_code,
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
        "claims": [],
        "notes": [*(note.message for note in result.reading_notes), *result.notes],
    }  # fmt: skip
    return visible(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def _nested(found: Tensor | None, digits: int) -> Any:
    """A tensor as nested lists; a scalar as its number."""
    if found is None:
        return None
    values: list[Any] = [_json_number(entry, digits) for entry in found.entries]
    for length in reversed(found.shape[1:]):
        values = [values[first : first + length] for first in range(0, len(values), length)]
    return values if found.shape else values[0]


def _json_number(value: float | Decimal | str, digits: int) -> float | str:
    if isinstance(value, str):
        return value
    near = float(value)
    if math.isnan(near):
        return "NaN"
    if math.isinf(near):
        return text(value, max(digits, 17)) if isinstance(value, Decimal) else f"{'-' if near < 0 else ''}Infinity"
    return text(value, max(digits, 17)) if isinstance(value, Decimal) and (digits > 17 or not near) else near


# -- Markdown ---------------------------------------------------------------------------------------------------------


def rows_markdown(result: RowsEvaluation, style: Style) -> str:
    """The same for notes, issues and pull requests."""
    name = result.verdict.name or "not compared"
    closing = f"**{name}**: {_plain(_sentence(result))} (exit {result.exit_code})\n"
    if style.quiet:
        return closing
    reading = result.reading[:4_000]
    lines = [f"## {_code(reading if '=' in reading else f'{result.output} = {reading}')}", ""]
    lines += [f"{result.count:,} rows of {_code(result.file)}: {_code(_columns(result))}", ""]
    if result.point:
        drawn = f" (drawn from seed {result.seed})" if result.drawn else ""
        lines += [f"At {_code(_point(result))}{drawn}", ""]
    if result.value is not None:
        lines += [_code(f"{_of(result)} = {_tensor(result.value, style)}"), ""]
        lines += ["### Gradient", ""]
        headers = ["by", "value", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict"]
        rows = []
        for one in result.gradient:
            entries = list(_entries(one, result.shape))
            for place, entry in entries if style.verbose else entries[:_ENTRIES]:
                value = _number(one.value.entries[entry], style.digits) if one.value is not None else "–"
                routes = _route_cells(one, entry, result, style)
                rows.append([_code(place), value, *routes, one.verdict.name or "–"])
        lines += [*_lines(headers, rows), ""]
    shown = _shown_rows(result, style)
    if shown:
        lines += ["### Rows", ""]
        lines += _lines([_plain(title) for title in _row_titles(result)],
                        ([_plain(cell) for cell in _row_cells(row, result, style)] for row in shown))  # fmt: skip
        lines.append("")
    lines += [f"- {_plain(note)}" for note in (*(note.message for note in result.reading_notes), *result.notes)]
    lines += [""] * bool(result.notes or result.reading_notes)
    return "\n".join([*lines, closing])


def _lines(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(headers)} |", f"|{'---|' * len(headers)}", *(f"| {' | '.join(row)} |" for row in rows)]


def _code(source: str) -> str:
    shown = printable(source.replace("\n", " ")).replace("|", "\\|")
    fence = "``" if "`" in shown else "`"
    return f"{fence}{shown}{fence}"


def _plain(source: str) -> str:
    return printable(source).replace("\\", "\\\\").replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
