"""Claims about arrays are read: targets with letters, numbers and ':', stated derivatives, lists of numbers."""

from fractions import Fraction

import pytest
from claims.array_claim_cases import read

from gradcheck.errors import GradcheckError

GRAM = ("K = B.T @ B", "B: mxn")
LAYER = ("a = W @ x; L = norm(a)**2", "W: mxn; x: n")


@pytest.mark.parametrize(
    ("case", "claim", "shown", "letters"),
    [
        (GRAM, "dK[p,q]/dB[i,j] = 0", "∂K[p, q]/∂B[i, j]", ("p", "q", "i", "j")),
        (GRAM, "dK[0, 1]/dB[2,0] = 0", "∂K[0, 1]/∂B[2, 0]", ()),
        (GRAM, "dK[p,p]/dB[:,p] = 0", "∂K[p, p]/∂B[:, p]", ("p",)),
        (GRAM, "dK[0]/dB[1] = 0", "∂K[0, :]/∂B[1, :]", ()),
        (LAYER, "∂L/∂W = 0*W", "∂L/∂W", ()),
        (LAYER, "dL/da = 2*a", "∂L/∂a", ()),
        (LAYER, "d/dx L = 0", "∂L/∂x", ()),
        (LAYER, "L'(x) = 0", "∂L/∂x", ()),
        (LAYER, "df/dx = 0", "∂f/∂x", ()),
        (LAYER, "dL/dz = 0", "∂L/∂z", ()),
    ],
)
def test_targets(case, claim, shown, letters):
    found = read(*case, claim)
    assert found.shown == shown
    assert found.target.letters == letters


def test_the_variable_may_be_named_beside_the_claim():
    assert read(*LAYER, "W.T @ a", wrt="x").shown == "∂L/∂x"
    assert read(*LAYER, "a[i]*x[j]", wrt="W[i,j]").target.letters == ("i", "j")


def test_stated_derivatives_are_names_of_the_statement():
    found = read(*LAYER, "dL/dW = dL/da @ x.T")
    (target,) = found.derivatives.values()
    assert target.shown == "∂L/∂a"
    assert found.reading == "dL/da @ x.T"
    entry = read(*LAYER, "dL/dW[i,j] = dL/da[i]*x[j]")
    assert [one.shown for one in entry.derivatives.values()] == ["∂L/∂a[i]"]
    part = read(*LAYER, "dL/da[:] = dL/da[0:3]")
    assert [one.shown for one in part.derivatives.values()] == ["∂L/∂a"]


def test_numbers_and_their_digits():
    found = read("norm(x)", "x: 3", "df/dx = [1, -0.50, 2.5e-3]")
    assert found.is_number
    assert found.units == (None, Fraction(1, 100), Fraction(1, 10_000))
    assert not read("norm(x)", "x: 3", "df/dx = ones(3)").is_number
    assert read("norm(x)", "x: 3", "df/dx = 0").is_zero


@pytest.mark.parametrize(
    ("case", "claim", "words", "column"),
    [
        (LAYER, "dL/dW =", "nothing is claimed", 8),
        (LAYER, "W.T @ a", "by which of W, x", 1),
        (LAYER, "dL/dx[i,j] = 1", "x has 1 axis, not 2", 1),
        (LAYER, "dL[i]/dx = 1", "L is a scalar", 1),
        (LAYER, "dL/dx[0:2] = 1", "takes no entry", 1),
        (LAYER, "dL/dx[W] = 1", "'W' is a variable", 1),
        (LAYER, "dL/dx[m] = 1", "'m' is a dimension", 1),
        (LAYER, "dL/dx[i] = x[j]", "'j' is no known size or index", 12),
        (LAYER, "dL/dx = q*x", "'q' is neither a variable nor a node", 9),
        (LAYER, "dq/dx = x", "no node called 'q'", 1),
        (LAYER, "dL/dx = [[1, 2], [3]]", "rows of this list", 9),
        (LAYER, "dL/dx = da[i]/dx", "the index 'i'", 1),
        (LAYER, "L of x = 1", "does not say which derivative", 1),
    ],
)
def test_errors_have_a_place(case, claim, words, column):
    with pytest.raises(GradcheckError, match=words.replace("[", r"\[")) as found:
        read(*case, claim)
    assert found.value.source == claim
    assert found.value.location()[1] == column
