"""Results to text: every format is a pure function of a result and of how it is to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcheck.results import Evaluation


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


def _table(result: Evaluation, style: Style) -> str:
    from gradcheck.reports.table import evaluation_table

    return evaluation_table(result, style)


def _json(result: Evaluation, style: Style) -> str:
    from gradcheck.reports.json import evaluation_json

    return evaluation_json(result, style)


def _markdown(result: Evaluation, style: Style) -> str:
    from gradcheck.reports.markdown import evaluation_markdown

    return evaluation_markdown(result, style)


FORMATS: Mapping[str, Callable[[Evaluation, Style], str]] = {"table": _table, "json": _json, "markdown": _markdown}
"""The formats of ``gradcheck eval``; each is imported when it is used."""


def prepare(format_: str) -> None:
    """Import what a format needs, so that writing it later does not wait."""
    import importlib

    importlib.import_module(f"gradcheck.reports.{format_}")
