"""Results to text: every format is a pure function of a result and of how it is to be shown."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

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


_WRITERS: Final[Mapping[str, tuple[str, str, str]]] = {
    "table": ("table:evaluation_table", "array_table:array_table", "rows:rows_table"),
    "json": ("json:evaluation_json", "array_json:array_json", "rows:rows_json"),
    "markdown": ("markdown:evaluation_markdown", "array_markdown:array_markdown", "rows:rows_markdown"),
    "html": ("page:evaluation_page", "array_page:array_page", "rows_page:rows_page"),
    "latex": ("latex:evaluation_latex", "array_latex:array_latex", "rows_latex:rows_latex"),
}
"""Which function of which module writes a result of scalars, of arrays, and over training rows."""


def _format(writers: tuple[str, str, str]) -> Callable[[Result, Style], str]:
    of_scalars, of_arrays, over_rows = writers

    def write(result: Result, style: Style) -> str:
        writer = over_rows if hasattr(result, "reduce") else of_arrays if hasattr(result, "shapes") else of_scalars
        module, function = writer.split(":")
        text: str = getattr(_module(module), function)(result, style)
        return text

    return write


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"gradcheck.reports.{name}")


FORMATS: Mapping[str, Callable[[Result, Style], str]] = {name: _format(found) for name, found in _WRITERS.items()}
"""The formats of ``gradcheck eval``; each is imported when it is used."""


def prepare(format_: str) -> None:
    """Import what a format needs, so that writing it later does not wait."""
    _module(_WRITERS[format_][0].split(":")[0])
