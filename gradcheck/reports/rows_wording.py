"""The parts of a report on training rows that every format says in the same words."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from gradcheck import limits
from gradcheck.decimals import text
from gradcheck.shapes import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.arrays.results import Tensor
    from gradcheck.arrays.rows_results import Row, RowsEvaluation, RowsGradient
    from gradcheck.reports import Style
    from gradcheck.shapes import Shape

ENTRIES: Final = 12
"""Entries of a parameter that a table lists, one a line (unless -v)."""
_ROWS: Final = 20
"""Rows that a table lists where there is no average (unless -v)."""


def formulas(result: RowsEvaluation) -> Iterator[tuple[str, str]]:
    """SymPy's derivatives for one row: of a whole array where there is such a formula, else entry by entry."""
    for one in result.gradient:
        if one.matrix:
            yield f"∂{result.output}/∂{one.name} = ", one.matrix
            continue
        if one.formulas:
            for place, entry in places(one, result.shape):
                yield f"∂{result.output}/∂{place} = ", one.formulas[entry]


def route_cells(one: RowsGradient, entry: int, result: RowsEvaluation, style: Style) -> list[str]:
    """What each route says of one entry."""
    cells = {"symbolic": one.symbolic, "reverse": one.reverse}
    found = []
    for route in result.routes:
        if route == "fd":
            slope = None if one.finite_difference is None else one.finite_difference.entries[entry]
            error = None if one.error is None else one.error.entries[entry]
            off = "?" if error is None else text(_decimal(error), 2)
            found.append("in balls only" if slope is None else f"{number(slope, style.digits)} ± {off}")
            continue
        tensor = cells[route]
        gave_up = route == "symbolic" and one.reason
        found.append("gave up" if gave_up else "–" if tensor is None else number(tensor.entries[entry], style.digits))
    return found


def places(one: RowsGradient, output: Shape) -> Iterator[tuple[str, int]]:
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


def shown(result: RowsEvaluation, style: Style) -> Sequence[Row]:
    """The rows that a table lists."""
    if result.reduce == "none":
        return result.rows if style.verbose else result.rows[:_ROWS]
    return result.rows if style.verbose else ()


def titles(result: RowsEvaluation) -> list[str]:
    """The titles of the table of rows."""
    return ["row", *result.columns, result.output, *(f"∂{result.output}/∂{one.name}" for one in result.gradient)]


def cells(row: Row, result: RowsEvaluation, style: Style) -> list[str]:
    """One row of it."""
    return [
        f"{row.number:,}",
        *(row.inputs.get(name, "") for name in result.columns),
        tensor(row.value, style),
        *(tensor(one, style) for one in row.gradient),
    ]


def tensor(found: Tensor, style: Style) -> str:
    """A number or an array on one line; of a large one the shape."""
    entries = [number(entry, style.digits) for entry in found.entries[: ENTRIES + 1]]
    if not found.shape:
        return entries[0]
    if len(found.entries) > ENTRIES:
        return f"({shape_text(found.shape)}, {len(found.entries):,} entries)"
    if len(found.shape) == 2:
        width = found.shape[1]
        rows = [", ".join(entries[first : first + width]) for first in range(0, len(entries), width)]
        return f"[{', '.join(f'[{row}]' for row in rows)}]"
    return f"[{', '.join(entries)}]"


def number(value: float | Decimal | str, digits: int) -> str:
    """A number, or the interval that it may be in."""
    return value if isinstance(value, str) else text(_decimal(value), digits).replace("nan", "undefined")


def _decimal(value: float | Decimal | str) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def counted(result: RowsEvaluation) -> str:
    """How many rows there are."""
    return f"{result.count:,} row{'s' if result.count != 1 else ''}"


def columns(result: RowsEvaluation) -> str:
    """Which columns of the file are bound to which variables."""
    found = []
    for name, columns in result.columns.items():
        if len(columns) == 1:
            found.append(name if columns[0] == name else f"{name} = {columns[0]}")
        else:
            listed = ", ".join(columns) if len(columns) <= 6 else f"{columns[0]}, …, {columns[-1]}"
            found.append(f"{name} = [{listed}]")
    return ", ".join(found)


def point(result: RowsEvaluation) -> str:
    """The values of the parameters."""
    return ", ".join(f"{name} = {value}" for name, value in result.point.items())


def average(result: RowsEvaluation) -> str:
    """The average in symbols."""
    return f"{result.reduce}({result.output})"


def sentence(result: RowsEvaluation) -> str:
    """The closing sentence, without the exit code."""
    match result.verdict.name:
        case "agree" if not result.gradient:
            return result.verdict.reason
        case "agree":
            gave_up = any(one.reason for one in result.gradient)
            routes = {1: "", 2: "both routes", 3: "the three routes"}[len(result.routes)]
            routes = "the routes that answered" if gave_up else routes
            what = {"mean": "the average", "sum": "the sum", "none": "each row"}[result.reduce]
            where = f"a sample of {result.judged:,} of {counted(result)}" if result.sampled else counted(result)
            over = "of" if result.reduce == "none" else "over"
            return f"{routes} agree on the gradient of {what} {over} {where} to {limits.AGREEMENT_DIGITS} digits"
        case "disagree":
            return f"the routes exclude each other: {result.verdict.reason}"
        case _:
            return result.verdict.reason
