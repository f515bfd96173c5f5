"""``--slice``: what is selected of a derivative, and what is no slice."""

from __future__ import annotations

import pytest

from gradcheck.errors import GradcheckError
from gradcheck.evaluation import evaluate
from gradcheck.reports import selection


@pytest.fixture(scope="module")
def product():
    return evaluate("K = B.T @ B", declarations="B: 3x2", routes=["reverse"])


@pytest.fixture(scope="module")
def square():
    return evaluate("x @ x", declarations="x: 3", routes=["reverse"])


def selected(result, *texts):
    return [(list(one.positions), one.text, one.kept) for one in selection.axes(result, result.gradient[0], texts)]


ALL = [([0, 1], ":", True), ([0, 1], ":", True), ([0, 1, 2], ":", True), ([0, 1], ":", True)]


@pytest.mark.parametrize(
    ("texts", "changed"),
    [
        ([], {}),
        (["0"], {0: ([0], "0", False)}),
        (["0,1"], {0: ([0], "0", False), 1: ([1], "1", False)}),
        (["[0, 1, :, :]"], {0: ([0], "0", False), 1: ([1], "1", False)}),
        (["K[:, -1]"], {1: ([1], "1", False)}),
        (["B[1:, 0]"], {2: ([1, 2], "1:3", True), 3: ([0], "0", False)}),
        (["B[:2]"], {2: ([0, 1], "0:2", True)}),
        (["B[-2:9]"], {2: ([1, 2], "1:3", True)}),
        (["K[0]", "B[2]"], {0: ([0], "0", False), 2: ([2], "2", False)}),
        ([" :, : ,2 , 1"], {2: ([2], "2", False), 3: ([1], "1", False)}),
    ],
)
def test_what_is_selected(product, texts, changed):
    assert selected(product, *texts) == [changed.get(axis, whole) for axis, whole in enumerate(ALL)]


def test_of_a_scalar_the_axes_are_those_of_the_variable(square):
    assert selected(square, "1") == selected(square, "x[1]") == [([1], "1", False)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is no slice"),
        ("[]", "'[]' is no slice"),
        ("K[0", "'K[0' is no slice"),
        ("0:1:2", "'0:1:2' in the slice 0:1:2 is no index"),
        ("K[i]", "'i' in the slice K[i] is no index"),
        ("0,,1", "'' in the slice 0,,1 is no index"),
        ("2", "there is no index 2 on axis 0 of ∂K/∂B"),
        ("B[0, -3]", "there is no index -3 on axis 1 of B"),
        ("K[1:1]", "the range 1:1 on axis 0 of K is empty"),
        ("0,0,0,0,0", "∂K/∂B (2x2x3x2) has 4 axes, not 5"),
        ("K[0,0,0]", "K (2x2) has 2 axes, not 3"),
        ("C[0]", "--slice names 'C', but the derivatives are of K by B"),
    ],
)
def test_what_is_no_slice(product, text, message):
    with pytest.raises(GradcheckError) as caught:
        selected(product, text)
    assert caught.value.message == message
    assert caught.value.hint


def test_a_scalar_output_has_no_entries(square):
    with pytest.raises(GradcheckError, match="f is a scalar"):
        selected(square, "f[0]")
