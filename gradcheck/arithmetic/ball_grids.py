"""Arrays of Arb balls; products, determinants and inverses are flint's own."""

from __future__ import annotations

import contextlib
from functools import cache
from typing import TYPE_CHECKING, Any

from flint import arb, arb_mat

from gradcheck.arithmetic.balls import NAN, Balls, shared
from gradcheck.arithmetic.grids import Grid, Grids

if TYPE_CHECKING:
    from collections.abc import Iterator

BallGrid = Grid[arb]
_WORTH_KEEPING = 64
"""Entries from which flint's matrix of an array is kept for its next product."""


class BallGrids(Grids[arb]):
    """Arrays of balls of one precision; use them inside ``with grids.working():``."""

    entry: Balls

    def __init__(self, entry: Balls) -> None:
        super().__init__(entry)
        self.precision = entry.precision

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Set flint's precision for the block."""
        with self.entry.working():
            yield

    def matmul(self, u: BallGrid, v: BallGrid) -> BallGrid:
        return _grid(_matrix(u) * _matrix(v))

    def det(self, u: BallGrid) -> arb:
        if not _is_finite(u):
            return NAN
        value: arb = _matrix(u).det()
        return value

    def solve(self, u: BallGrid, v: BallGrid) -> BallGrid:
        if not _is_finite(u):
            return self.all_undefined(v.rows, v.columns)
        try:
            return _grid(_matrix(u).solve(_matrix(v)))
        except (ZeroDivisionError, ValueError):
            return self.all_undefined(v.rows, v.columns)

    def inv(self, u: BallGrid) -> BallGrid:
        if not _is_finite(u):
            return self.all_undefined(u.rows, u.columns)
        try:
            return _grid(_matrix(u).inv())
        except (ZeroDivisionError, ValueError):
            return self.all_undefined(u.rows, u.columns)


def _is_finite(grid: BallGrid) -> bool:
    return all(entry.is_finite() for entry in grid.entries)


def _matrix(grid: BallGrid) -> Any:
    if len(grid.entries) < _WORTH_KEEPING:
        return arb_mat(grid.rows, grid.columns, grid.entries)
    if grid.matrix is None:
        grid.matrix = arb_mat(grid.rows, grid.columns, grid.entries)
    return grid.matrix


def _grid(matrix: Any) -> BallGrid:
    return Grid(matrix.nrows(), matrix.ncols(), matrix.entries())


@cache
def shared_grids(precision: int, *, hull: bool = False) -> BallGrids:
    """The one arithmetic of a precision, so that the tables' rules are bound to it once."""
    return BallGrids(shared(precision, hull=hull))
