"""Results to text: every format is a pure function of a result and of how it is to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.arrays.rows_results import RowsEvaluation
    from gradcheck.results import Evaluation

    Result = Evaluation | ArrayEvaluation | RowsEvaluation


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is shown."""

    width: int = 80
    color: bool = False
    digits: int = 6
    verbose: bool = False
    quiet: bool = False
    nodes: str | int | None = None
    """How many nodes the tables show: ``all``, ``inputs``, a number, or None for what reads well."""
    slices: tuple[str, ...] = ()
    """Which entries of the derivatives of arrays are shown: ``K[0, :]``; empty for all."""
    flat: bool = False
    """Whether a Jacobian of matrices is shown as one matrix, not in blocks."""
    explain: bool = False
    """Whether the derivation is told in words, step by step."""


def _table(result: Any, style: Style) -> str:
    if hasattr(result, "reduce"):
        from gradcheck.reports.rows import rows_table

        return rows_table(result, style)
    if hasattr(result, "shapes"):
        from gradcheck.reports.array_table import array_table

        return array_table(result, style)
    from gradcheck.reports.table import evaluation_table

    return evaluation_table(result, style)


def _json(result: Any, style: Style) -> str:
    if hasattr(result, "reduce"):
        from gradcheck.reports.rows import rows_json

        return rows_json(result, style)
    if hasattr(result, "shapes"):
        from gradcheck.reports.array_json import array_json

        return array_json(result, style)
    from gradcheck.reports.json import evaluation_json

    return evaluation_json(result, style)


def _markdown(result: Any, style: Style) -> str:
    if hasattr(result, "reduce"):
        from gradcheck.reports.rows import rows_markdown

        return rows_markdown(result, style)
    if hasattr(result, "shapes"):
        from gradcheck.reports.array_markdown import array_markdown

        return array_markdown(result, style)
    from gradcheck.reports.markdown import evaluation_markdown

    return evaluation_markdown(result, style)


def _html(result: Any, style: Style) -> str:
    if hasattr(result, "reduce"):
        from gradcheck.reports.rows_page import rows_page

        return rows_page(result, style)
    if hasattr(result, "shapes"):
        from gradcheck.reports.array_page import array_page

        return array_page(result, style)
    from gradcheck.reports.page import evaluation_page

    return evaluation_page(result, style)


def _latex(result: Any, style: Style) -> str:
    if hasattr(result, "reduce"):
        from gradcheck.reports.rows_latex import rows_latex

        return rows_latex(result, style)
    if hasattr(result, "shapes"):
        from gradcheck.reports.array_latex import array_latex

        return array_latex(result, style)
    from gradcheck.reports.latex import evaluation_latex

    return evaluation_latex(result, style)


FORMATS: Mapping[str, Callable[[Result, Style], str]] = {
    "table": _table,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
    "latex": _latex,
}
"""The formats of ``gradcheck eval``; each is imported when it is used."""


def prepare(format_: str) -> None:
    """Import what a format needs, so that writing it later does not wait."""
    import importlib

    importlib.import_module(f"gradcheck.reports.{'page' if format_ == 'html' else format_}")
