"""Points keep what is declared, and begin with friendly numbers."""

import itertools

from claims.array_claim_cases import settings

from gradcheck.claims.array_points import spread
from gradcheck.declarations import read_declarations
from gradcheck.shapes import grid

TEXT = "A: 3x3 symmetric; D: 3x3 diagonal; P: 3x3 positive definite; x: 3; x > 0; 0 < t < 1; n: integer"
F = "x.T @ (A + D + P) @ x*t*n"


def points(count, seed=0):
    given, _, _ = settings(F, TEXT)
    return list(itertools.islice(spread(given, read_declarations(TEXT), seed), count))


def test_declarations_are_kept():
    declared = read_declarations(TEXT)
    for point in points(30):
        for name, value in point.items():
            assert declared[name].allows_array(*grid(value.shape), value.entries), name


def test_points_are_reproducible_and_depend_on_the_seed():
    assert points(3) == points(3)
    assert points(3) != points(3, seed=1)


def test_the_first_points_are_small_integers():
    given, _, _ = settings("sum(X)", "X: 2x2")
    point = next(spread(given, {}, 0))
    assert all(isinstance(entry, int) and abs(entry) <= 3 for entry in point["X"].entries)
