"""Arrays over any arithmetic of numbers: each matrix row against mpmath, broadcasting, cut paths, hulls at ties."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
import sympy
from array_cases import CASES, case_id
from flint import arb

from gradcheck.arithmetic.ball_grids import BallGrids
from gradcheck.arithmetic.balls import Balls
from gradcheck.arithmetic.grids import Grid, Grids
from gradcheck.arithmetic.rationals import Rationals
from gradcheck.arithmetic.symbol_grids import SymbolGrids
from gradcheck.primitives.table import PRIMITIVES

BALLS = BallGrids(Balls(256))
HULLS = BallGrids(Balls(256, hull=True))


def balls(rows, columns, *entries):
    return Grid(rows, columns, [arb(entry) for entry in entries])


def near(found, true):
    return found.is_finite() and abs(found - arb(mpmath.nstr(true, 60))) <= arb(10) ** -40 * (1 + abs(found))


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_values_in_balls_are_those_of_mpmath(case):
    with BALLS.working():
        found = case.value(BALLS)
        true = case.true_value()
        assert (found.rows, found.columns) == (len(true), len(true[0]))
        assert all(map(near, found.entries, [x for row in true for x in row]))


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_values_in_symbols_are_those_of_mpmath(case):
    found = case.value(SymbolGrids())
    true = case.true_value()
    assert (found.rows, found.columns) == (len(true), len(true[0]))
    for entry, wanted in zip(found.entries, [x for row in true for x in row], strict=True):
        assert abs(sympy.N(entry, 40) - sympy.Float(mpmath.nstr(wanted, 60), 40)) < 1e-30


def test_entries_are_row_by_row():
    grid = Grid(2, 3, [1, 2, 3, 4, 5, 6])
    assert grid.row(1) == [4, 5, 6]
    assert grid.transposed().entries == [1, 4, 2, 5, 3, 6]
    assert (grid.transposed().rows, grid.transposed().columns) == (3, 2)
    assert grid.transposed().transposed().entries == grid.entries


def test_a_single_entry_meets_every_entry():
    grid = Grid(2, 2, [1, 2, 3, 4])
    assert (grid * Grid(1, 1, [10])).entries == [10, 20, 30, 40]
    assert (Grid(1, 1, [10]) - grid).entries == [9, 8, 7, 6]
    assert (grid + grid).entries == [2, 4, 6, 8]
    assert (-grid).entries == [-1, -2, -3, -4]
    with pytest.raises(ValueError, match="2x2 meets 1x2"):
        grid + Grid(1, 2, [1, 2])


@pytest.mark.parametrize(
    ("flow", "like", "entries"),
    [
        (balls(2, 2, 1, 2, 3, 4), balls(2, 2, 0, 0, 0, 0), [1, 2, 3, 4]),
        (balls(2, 2, 1, 2, 3, 4), balls(1, 1, 0), [10]),
        (balls(1, 1, 7), balls(2, 1, 0, 0), [7, 7]),
    ],
)
def test_a_flow_fits_its_argument(flow, like, entries):
    fitted = BALLS.fit(flow, like)
    assert (fitted.rows, fitted.columns) == (like.rows, like.columns)
    assert fitted.entries == entries


def test_a_flow_that_does_not_fit_is_an_error():
    with pytest.raises(ValueError, match="2x1 flows into 1x2"):
        BALLS.fit(balls(2, 1, 1, 2), balls(1, 2, 1, 2))


def test_what_is_undefined_is_undefined_entry_by_entry():
    with BALLS.working():
        found = BALLS.function(PRIMITIVES["log"])(balls(3, 1, 1, -1, 2)).entries
        assert [entry.is_finite() for entry in found] == [True, False, True]
        quotient = BALLS.function(PRIMITIVES["/"])(balls(2, 1, 1, 1), balls(2, 1, 0, 2)).entries
        assert [entry.is_finite() for entry in quotient] == [False, True]


def test_the_branch_that_is_not_taken_does_not_count():
    where = BALLS.function(PRIMITIVES["where"])
    nothing = Grid(2, 1, [arb("nan"), arb(5)])
    assert where(balls(2, 1, 0, 1), nothing, balls(1, 1, 7)).entries == [7, 5]


def test_what_was_cut_stays_0_whatever_lies_behind_it():
    nothing = Grid(2, 1, [arb("nan"), arb("nan")])
    cut = BALLS.times(nothing, balls(2, 1, 0, 1), selects=True)
    assert cut.entries[0] == 0
    assert not cut.entries[1].is_finite()
    again = BALLS.times(cut, nothing, selects=False)
    assert again.entries[0] == 0
    assert not BALLS.times(balls(2, 1, 0, 0), nothing, selects=False).entries[0].is_finite()  # a true 0 is no cut
    seed = BALLS.unit(2, 1, 1)
    assert BALLS.times(seed, nothing, selects=False).entries[0] == 0


def test_what_an_index_leaves_out_is_cut():
    scatter = BALLS.function(PRIMITIVES["scatter"])
    flow = scatter(balls(1, 1, 3), balls(2, 1, 5, 6), (1, 2, 0, 1, 0))
    assert flow.entries == [0, 3]
    assert BALLS.times(flow, Grid(2, 1, [arb("nan"), arb(2)]), selects=False).entries == [0, 6]


def test_doubt_is_where_a_truth_value_is_not_known():
    assert BALLS.doubt(balls(2, 1, 0, 1)) is None
    doubt = BALLS.doubt(Grid(2, 1, [arb(0).union(arb(1)), arb(1)]))
    assert not doubt.entries[0].is_finite()
    assert doubt.entries[1] == 0


@pytest.mark.parametrize(
    ("entries", "peaks", "gap"),
    [([1, 3, 2], [(0, 0), (1, 1), (0, 0)], 1), ([3, 1, 3], [(0, 1), (0, 0), (0, 1)], 0), ([2, 2, 2], [(0, 1)] * 3, 0)],
)
def test_at_a_tie_each_largest_entry_may_take_all_or_nothing(entries, peaks, gap):
    with HULLS.working():
        u = balls(len(entries), 1, *entries)
        found = HULLS.function(PRIMITIVES["peak"])(u).entries
        assert [(int(not one.contains(0)), int(bool(one.contains(1)))) for one in found] == peaks
        assert all(abs(one) < arb(1.01) for one in found)
        assert HULLS.function(PRIMITIVES["gap"])(u).entries == [gap]


def test_of_one_entry_there_is_no_tie():
    assert BALLS.function(PRIMITIVES["gap"])(balls(1, 1, 4)).entries == [1]
    assert BALLS.function(PRIMITIVES["peak"])(balls(1, 1, 4)).entries == [1]


def test_the_general_determinant_and_product_are_those_of_the_library():
    """Any arithmetic can have arrays: rational numbers, of which nothing is special."""
    rational = Grids(Rationals())
    matrix = Grid(3, 3, [Rationals().number(k) for k in (2, -3, 1, 4, 0, 5, 1, 1, -2)])
    assert rational.det(matrix) == -45
    assert rational.matmul(matrix, Grid(3, 1, [1, 2, 0])).entries == [-4, 4, 3]


def test_cramers_rule_in_rationals():
    rational = Grids(Rationals())
    matrix = rational.exact((2, 2), [2, -3, Fraction(1, 2), 5])
    solved = rational.solve(matrix, rational.exact((2,), [1, 4]))
    assert rational.matmul(matrix, solved).entries == [1, 4]
    assert rational.matmul(matrix, rational.inv(matrix)).entries == [1, 0, 0, 1]
    singular = rational.exact((2, 2), [1, 2, 2, 4])
    assert rational.inv(singular).entries == [None] * 4
