"""Arrays of SymPy expressions: inverses and determinants with symbols in them."""

from __future__ import annotations

import sympy

from gradcheck.arithmetic.grids import Grid
from gradcheck.arithmetic.symbol_grids import SymbolGrids
from gradcheck.primitives.table import PRIMITIVES

SYMBOLS = SymbolGrids()
A, B, C, D, X, Y = sympy.symbols("a b c d x y", real=True)
MATRIX = Grid(2, 2, [A, B, C, D])


def test_products():
    assert SYMBOLS.matmul(MATRIX, Grid(2, 1, [X, Y])).entries == [A * X + B * Y, C * X + D * Y]


def test_determinants_and_inverses():
    assert sympy.expand(SYMBOLS.det(MATRIX)) == A * D - B * C
    inverse = SYMBOLS.matmul(SYMBOLS.inv(MATRIX), MATRIX).entries
    assert [sympy.simplify(entry) for entry in inverse] == [1, 0, 0, 1]


def test_solutions():
    solution = SYMBOLS.solve(MATRIX, Grid(2, 1, [X, Y]))
    assert [sympy.simplify(entry) for entry in SYMBOLS.matmul(MATRIX, solution).entries] == [X, Y]


def test_of_one_entry():
    assert SYMBOLS.inv(Grid(1, 1, [A])).entries == [1 / A]
    assert SYMBOLS.det(Grid(1, 1, [A])) == A


def test_rows_by_their_definition():
    norm = SYMBOLS.function(PRIMITIVES["norm"])(Grid(2, 1, [X, Y]))
    assert norm.entries == [sympy.sqrt(X**2 + Y**2)]
    mean = SYMBOLS.function(PRIMITIVES["mean"])(Grid(2, 1, [X, Y]))
    assert sympy.expand(mean.entries[0]) == X / 2 + Y / 2


def test_conditions_work_entry_by_entry():
    above = SYMBOLS.function(PRIMITIVES[">"])(Grid(2, 1, [X, Y]), SYMBOLS.number(0))
    chosen = SYMBOLS.function(PRIMITIVES["where"])(above, Grid(2, 1, [X, Y]), SYMBOLS.number(7))
    assert chosen.entries == [sympy.Piecewise((X, X > 0), (7, True)), sympy.Piecewise((Y, Y > 0), (7, True))]
