"""The proof of the tables: every column of every row against the other columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.primitives.table import SECTIONS
from gradcheck.self_check import functions
from gradcheck.self_check.findings import RowCheck

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradcheck.primitives import Primitive

__all__ = ["RowCheck", "check_row", "check_table"]


def check_table(primitives: Iterable[Primitive] | None = None) -> list[RowCheck]:
    """Check every row of a table; without one, of all tables."""
    rows = [row for rows in SECTIONS.values() for row in rows] if primitives is None else primitives
    return [check_row(row) for row in rows]


def check_row(primitive: Primitive, *, stop_at_first: bool = False) -> RowCheck:
    """Check every column of a row against the others; with ``stop_at_first``, only until one is found wrong."""
    if primitive.is_matrix:
        from gradcheck.self_check import arrays

        return arrays.check_row(primitive, stop_at_first=stop_at_first)
    return functions.check_row(primitive, stop_at_first=stop_at_first)
