"""Arrays of balls: enclosures of products, determinants and inverses, and what is said of singular matrices."""

from __future__ import annotations

from flint import arb, ctx

from gradcheck.arithmetic.ball_grids import BallGrids, shared_grids
from gradcheck.arithmetic.balls import Balls
from gradcheck.arithmetic.grids import Grid


def grid(rows, columns, *entries):
    return Grid(rows, columns, [arb(entry) for entry in entries])


BALLS = BallGrids(Balls(256))


def test_singular_matrices_have_no_inverse():
    with BALLS.working():
        for entries in ((1, 2, 2, 4), (0, 0, 0, 0), ("nan", 1, 1, 1), ("inf", 1, 1, 2)):
            assert not any(entry.is_finite() for entry in BALLS.inv(grid(2, 2, *entries)).entries)
            assert not any(entry.is_finite() for entry in BALLS.solve(grid(2, 2, *entries), grid(2, 1, 1, 2)).entries)


def test_a_matrix_that_may_be_singular_has_no_inverse():
    with BALLS.working():
        doubtful = Grid(2, 2, [arb(1, 1), arb(2), arb(2), arb(4)])
        assert not any(entry.is_finite() for entry in BALLS.inv(doubtful).entries)
        assert BALLS.det(doubtful).contains(0)


def test_an_ill_conditioned_inverse_is_enclosed():
    with BALLS.working():
        tiny = arb(10) ** -40
        inverse = BALLS.inv(Grid(2, 2, [arb(1), arb(1), arb(1), 1 + tiny]))
        assert inverse.entries[0].contains(1 + arb(10) ** 40)
        assert abs(inverse.entries[3] - arb(10) ** 40) < arb(10) ** 6


def test_determinants():
    with BALLS.working():
        assert BALLS.det(grid(1, 1, 7)) == 7
        assert BALLS.det(grid(2, 2, 1, 2, 2, 4)) == 0
        assert not BALLS.det(grid(2, 2, "nan", 2, 2, 4)).is_finite()
        assert BALLS.det(grid(2, 2, "1e30", 2, 3, "1e30")).overlaps(arb("1e60") - 6)


def test_products_keep_what_is_undefined():
    with BALLS.working():
        found = BALLS.matmul(grid(2, 2, "nan", 1, 2, 3), grid(2, 1, 0, 1)).entries
        assert not found[0].is_finite()
        assert found[1] == 3


def test_precision_is_that_of_the_block():
    before = ctx.prec
    with shared_grids(777).working():
        assert ctx.prec == 777
    assert ctx.prec == before
    assert shared_grids(777) is shared_grids(777)
    assert shared_grids(777) is not shared_grids(777, hull=True)
