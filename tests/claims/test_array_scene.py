"""Derivatives at one point, whole and by altered pullbacks; shapes and points in words."""

import pytest
from claims.array_claim_cases import read, settings
from flint import arb

from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays.compare import values_at
from gradcheck.arrays.point import ArrayValue
from gradcheck.claims.array_scene import Scene, call_text, is_sharp, magnitude_of, misfit_text, where

POINT = {"A": ArrayValue((2, 2), (1, 2, 3, 4)), "x": ArrayValue((2,), (5, 6))}


def entries(f, claim, altered=None):
    given, _, _ = settings(f, "A: 2x2; x: 2")
    target = read(f, "A: 2x2; x: 2", claim).target
    arithmetic = shared_grids(64, hull=True)
    with arithmetic.working():
        scene = Scene(given, arithmetic, values_at(given.graph, POINT, arithmetic), {})
        return [float(entry.mid()) for entry in scene.entries(target, given.cells(target), altered)]


def test_entries_in_the_order_of_the_cells():
    assert entries("A @ x", "df/dx = 0") == [1, 2, 3, 4]
    assert entries("A @ x", "df[i]/dx[j] = 0") == [1, 2, 3, 4]
    assert entries("A @ x", "df[1]/dA = 0") == [0, 0, 5, 6]
    assert entries("A @ x", "df/dz = 0") == [0, 0]


def test_altered_pullbacks_take_the_place_of_the_right_ones():
    given, _, _ = settings("A @ x", "A: 2x2; x: 2")
    node = given.graph.output

    def doubled(u, _v, _y, g, _sizes):
        arithmetic = shared_grids(64, hull=True)
        return arithmetic.matmul(u.transposed(), g) + arithmetic.matmul(u.transposed(), g)

    position = given.graph.arguments[node].index(given.graph.inputs["x"])
    assert entries("A @ x", "df/dx = 0", {(node, position): doubled}) == [2, 4, 6, 8]


@pytest.mark.parametrize(
    ("claimed", "wanted", "message", "hint"),
    [
        ((2, 3), (3, 2), "the derivative is 3x2, the claim 2x3", "its transpose would fit"),
        ((), (3,), "the derivative is a vector of 3, the claim a scalar", "write ones(3)"),
        ((3, 3), (3, 3, 3), "the derivative is 3x3x3, the claim 3x3", "by letters"),
        ((4,), (3,), "the derivative is a vector of 3, the claim a vector of 4", None),
    ],
)
def test_shapes_that_do_not_fit(claimed, wanted, message, hint):
    found = misfit_text(claimed, wanted)
    assert found[0] == message
    assert found[1] is None if hint is None else hint in found[1]


def test_words():
    assert where(POINT) == " at A = [[1, 2], [3, 4]], x = [5, 6]"
    assert where({}) == ""
    assert call_text("ones", (3, 2)) == "ones(3, 2)"


def test_sharp_entries():
    assert magnitude_of([arb(0), arb(-3)]) == 3
    assert magnitude_of([arb(0)]) == 1
    assert is_sharp([arb(1)], arb(1))
    assert not is_sharp([arb(0).union(arb(1))], arb(1))
    assert not is_sharp([arb("nan")], arb(1))
