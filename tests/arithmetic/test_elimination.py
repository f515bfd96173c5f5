"""Determinants and inverses by elimination, over floats, complex numbers and series."""

import random

import numpy as np
import pytest
from flint import arb

from gradcheck.arithmetic.complex_floats import ComplexFloats
from gradcheck.arithmetic.elimination import EliminatedGrids
from gradcheck.arithmetic.floats import Floats
from gradcheck.arithmetic.grids import Grid
from gradcheck.arithmetic.series import PowerSeries
from gradcheck.primitives.table import PRIMITIVES


def matrix(n, seed):
    chance = random.Random(seed)
    return [chance.uniform(-2, 2) for _ in range(n * n)]


@pytest.mark.parametrize("n", [1, 2, 3, 9])
@pytest.mark.parametrize("entry", [Floats(), ComplexFloats()], ids=["floats", "complex"])
def test_numpy_finds_the_same(n, entry):
    grids = EliminatedGrids(entry, abs)
    entries = matrix(n, n)
    reference = np.array(entries).reshape(n, n)
    kind = complex if isinstance(entry, ComplexFloats) else float
    grid = Grid(n, n, [kind(one) for one in entries])
    assert grids.det(grid) == pytest.approx(np.linalg.det(reference))
    assert grids.inv(grid).entries == pytest.approx(list(np.linalg.inv(reference).ravel()))
    right = Grid(n, 2, [kind(k) for k in range(2 * n)])
    solved = np.linalg.solve(reference, np.arange(2.0 * n).reshape(n, 2))
    assert grids.solve(grid, right).entries == pytest.approx(list(solved.ravel()))


def test_a_zero_pivot_is_swapped_away():
    grids = EliminatedGrids(Floats(), abs)
    assert grids.det(Grid(2, 2, [0.0, 1.0, 1.0, 0.0])) == -1.0
    assert grids.inv(Grid(2, 2, [0.0, 2.0, 1.0, 0.0])).entries == [0.0, 1.0, 0.5, 0.0]


def test_a_singular_matrix_has_a_determinant_and_no_inverse():
    grids = EliminatedGrids(Floats(), abs)
    singular = Grid(2, 2, [1.0, 2.0, 2.0, 4.0])
    assert grids.det(singular) == 0.0
    assert all(entry != entry for entry in grids.inv(singular).entries)  # noqa: PLR0124 - NaN


def test_the_determinant_of_series_that_begins_with_0():
    series = PowerSeries(128)
    with series.working():
        grids = EliminatedGrids(series, lambda one: float(one[0].abs_lower()))
        moving = series.variable(arb(4), arb(1))
        grid = Grid(2, 2, [series.number(1), series.number(2), series.number(2), moving])
        found = grids.function(PRIMITIVES["det"])(grid).entries[0]
        assert [float(found[k]) for k in range(3)] == [0.0, 1.0, 0.0]
