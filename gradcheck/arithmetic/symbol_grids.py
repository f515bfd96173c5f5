"""Arrays of SymPy expressions; determinants and inverses are SymPy's own."""

from __future__ import annotations

from typing import Any

import sympy

from gradcheck.arithmetic.grids import Grid, Grids
from gradcheck.arithmetic.symbols import Symbols

SymbolGrid = Grid[Any]


class SymbolGrids(Grids[Any]):
    """Arrays of SymPy expressions in real symbols."""

    def __init__(self) -> None:
        super().__init__(Symbols())

    def matmul(self, u: SymbolGrid, v: SymbolGrid) -> SymbolGrid:
        return _grid(_matrix(u) * _matrix(v))

    def det(self, u: SymbolGrid) -> Any:
        return _matrix(u).det(method="berkowitz")

    def inv(self, u: SymbolGrid) -> SymbolGrid:
        matrix = _matrix(u)
        return _grid(matrix.adjugate() / matrix.det(method="berkowitz"))

    def solve(self, u: SymbolGrid, v: SymbolGrid) -> SymbolGrid:
        matrix = _matrix(u)
        return _grid(matrix.adjugate() * _matrix(v) / matrix.det(method="berkowitz"))


def _matrix(grid: SymbolGrid) -> Any:
    return sympy.Matrix(grid.rows, grid.columns, grid.entries)


def _grid(matrix: Any) -> SymbolGrid:
    return Grid(matrix.rows, matrix.cols, list(matrix))
