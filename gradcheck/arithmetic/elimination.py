"""Arrays of numbers that can be divided: determinants and inverses by elimination, with the largest pivot.

A pivot that may be 0 is no reason to call a determinant 0: that of a series begins with 0 where the matrix is singular
at the point alone. It is then expanded by minors, as far as that is affordable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from gradcheck.arithmetic.grids import Grid, Grids
from gradcheck.primitives.table import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcheck.arithmetic import Arithmetic

N = TypeVar("N")
_BY_MINORS: Final = 7
"""Rows up to which a determinant is expanded: 5,040 products."""


class EliminatedGrids(Grids[N]):
    """Arrays whose entries have a ``weight``, a float, by which pivots are chosen; NaN where they are undefined."""

    def __init__(self, entry: Arithmetic[N], weight: Callable[[N], float]) -> None:
        super().__init__(entry)
        self.weight = weight

    def det(self, u: Grid[N]) -> N:
        _, found = self._eliminated(u, Grid(u.rows, 0, []))
        if found is not None:
            return found
        return super().det(u) if u.rows <= _BY_MINORS else self.entry.undefined

    def solve(self, u: Grid[N], v: Grid[N]) -> Grid[N]:
        found, _ = self._eliminated(u, v)
        return self.all_undefined(v.rows, v.columns) if found is None else found

    def _eliminated(self, u: Grid[N], v: Grid[N]) -> tuple[Grid[N] | None, N | None]:
        """u⁻¹v and the determinant of u; None where a pivot may be 0."""
        rows: list[list[Any]] = [[*u.row(k), *v.row(k)] for k in range(u.rows)]
        n, divide, errors = u.rows, self.entry.function(PRIMITIVES["/"]), self.entry.errors
        det: Any = self.entry.number(1)
        try:
            for k in range(n):
                best = max(range(k, n), key=lambda row: self.weight(rows[row][k]))
                if not self.weight(rows[best][k]) > 0:
                    return None, None
                if best != k:
                    rows[k], rows[best] = rows[best], rows[k]
                    det = -det
                pivot = rows[k][k]
                det = det * pivot
                for row in range(k + 1, n):
                    factor = divide(rows[row][k], pivot)
                    rows[row] = [
                        other if column <= k else other - factor * mine
                        for column, (other, mine) in enumerate(zip(rows[row], rows[k], strict=True))
                    ]
            for k in range(n - 1, -1, -1):
                for column in range(n, n + v.columns):
                    total = rows[k][column]
                    for other in range(k + 1, n):
                        total = total - rows[k][other] * rows[other][column]
                    rows[k][column] = divide(total, rows[k][k])
        except errors:
            return None, None
        return Grid(n, v.columns, [entry for row in rows for entry in row[n:]]), det
