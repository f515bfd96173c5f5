"""Both sides of a kink must be seen by some entry, unless the signs prove that it is never crossed."""

import pytest
from claims.array_claim_cases import settings

from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays.compare import values_at
from gradcheck.arrays.point import ArrayValue
from gradcheck.claims.array_sides import Sides
from gradcheck.declarations import read_declarations


def unseen(f, declarations, *points):
    given, _, _ = settings(f, declarations)
    sides = Sides(read_declarations(declarations))
    arithmetic = shared_grids(64, hull=True)
    with arithmetic.working():
        for entries in points:
            point = {"x": ArrayValue((len(entries),), entries)}
            sides.see(given.graph, arithmetic, values_at(given.graph, point, arithmetic))
    return sides.unseen()


@pytest.mark.parametrize(
    ("f", "declarations", "points", "expected"),
    [
        ("sum(relu(x))", "x: 2", [(1, -1)], ""),
        ("sum(relu(x))", "x: 2", [(1, 2)], "relu(x)"),
        ("sum(relu(x))", "x: 2", [(1, 2), (-1, -2)], ""),
        ("sum(relu(x))", "x: 2; x > 0", [(1, 2)], ""),
        ("sum(relu(exp(x)))", "x: 2", [(1, 2)], ""),
        ("norm1(x)", "x: 2", [(1, 2)], "‖x‖₁"),
        ("norm(x)", "x: 2", [(1, 2)], ""),
        ("max(x)", "x: 2", [(1, 2)], "max(x)"),
        ("max(x)", "x: 2", [(1, 2), (2, 1)], ""),
        ("min(x)", "x: 2", [(1, 2), (0, 5)], "min(x)"),
        ("max(x)", "x: 1", [(1,)], ""),
        ("sum(where(x > 1, x, 0))", "x: 2", [(2, 3)], "x > 1"),
    ],
)
def test_sides(f, declarations, points, expected):
    assert unseen(f, declarations, *points) == expected
