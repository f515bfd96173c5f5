"""NumPy arrays: each matrix row against mpmath, alone and in a batch; functions of numbers against the scalar ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from array_cases import CASES, case_id

from gradcheck.arithmetic.arrays import Arrays, silent
from gradcheck.arithmetic.floats import Floats
from gradcheck.primitives.table import PRIMITIVES

ARRAYS = Arrays()
SCALAR_ROWS = [row for row in PRIMITIVES.values() if not row.is_matrix and not row.internal]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_values_are_those_of_mpmath(case):
    found = case.value(ARRAYS)
    true = np.array([[float(x) for x in row] for row in case.true_value()])
    assert found.shape[-2:] == true.shape
    np.testing.assert_allclose(np.broadcast_to(found, true.shape), true, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("case", [case for case in CASES if case.arguments], ids=case_id)
def test_a_batch_is_its_members(case):
    """Two batch axes; and arguments of which only one has a batch."""
    given = [one.number(ARRAYS) for one in case.arguments]
    function = ARRAYS.function(case.row)
    sizes = (case.sizes,) if case.row.parameters else ()
    factors = np.array([[1.0, 1.5, 2.0], [0.5, 1.0, 3.0]])
    batches = [factors[..., None, None] * one for one in given]
    found = function(*batches, *sizes)
    for place in np.ndindex(2, 3):
        alone = function(*[batch[place] for batch in batches], *sizes)
        np.testing.assert_allclose(found[place], alone, rtol=1e-10)
    for position in range(len(given)):
        mixed = [batches[k] if k == position else one for k, one in enumerate(given)]
        found = function(*mixed, *sizes)
        one = function(*[batches[k][1, 2] if k == position else u for k, u in enumerate(given)], *sizes)
        np.testing.assert_allclose(found[1, 2], one, rtol=1e-10)


@pytest.mark.parametrize("row", SCALAR_ROWS, ids=lambda row: row.name)
def test_functions_of_numbers_are_those_of_floats(row):
    floats = Floats()
    columns = [[floats.number(_exact(text)) for text in texts] for texts in zip(*row.samples, strict=True)]
    with silent():
        found = ARRAYS.function(row)(*[np.array(column).reshape(-1, 1) for column in columns])
    wanted = [[floats.function(row)(*arguments)] for arguments in zip(*columns, strict=True)]
    np.testing.assert_allclose(np.broadcast_to(found, (len(wanted), 1)), wanted, rtol=1e-13)


def _exact(text):
    from fractions import Fraction

    return Fraction(text)


@pytest.mark.parametrize("size", [1e3, 1e300])
def test_large_entries_do_not_overflow(size):
    u = np.array([[size], [size], [-size]])
    with silent():
        assert ARRAYS.function(PRIMITIVES["logsumexp"])(u) == pytest.approx(size + math.log(2))
        np.testing.assert_allclose(ARRAYS.function(PRIMITIVES["softmax"])(u), [[0.5], [0.5], [0]])
        assert ARRAYS.function(PRIMITIVES["sigmoid"])(np.array([[-size]])) == 0
        assert ARRAYS.function(PRIMITIVES["softplus"])(np.array([[size]])) == size


def test_singular_matrices_have_no_inverse():
    singular = np.array([[1.0, 2], [2, 4]])
    with silent():
        assert np.isnan(ARRAYS.function(PRIMITIVES["inv"])(singular)).all()
        assert np.isnan(ARRAYS.function(PRIMITIVES["solve"])(singular, np.ones((2, 1)))).all()
        assert np.isnan(ARRAYS.function(PRIMITIVES["logdet"])(-singular + np.diag([0, 9.0]))).all()


def test_one_singular_member_does_not_spoil_the_batch():
    batch = np.array([[[1.0, 2], [2, 4]], [[1, 0], [0, 2]]])
    with silent():
        inverse = ARRAYS.function(PRIMITIVES["inv"])(batch)
        solution = ARRAYS.function(PRIMITIVES["solve"])(batch, np.ones((2, 2, 1)))
    assert np.isnan(inverse[0]).all()
    np.testing.assert_allclose(inverse[1], [[1, 0], [0, 0.5]])
    assert np.isnan(solution[0]).all()
    np.testing.assert_allclose(solution[1], [[1], [0.5]])


def test_cofactors_exist_where_no_inverse_does():
    cofactor = ARRAYS.function(PRIMITIVES["cofactor"])
    np.testing.assert_allclose(cofactor(np.array([[1.0, 2], [2, 4]])), [[4, -2], [-2, 1]])
    np.testing.assert_allclose(cofactor(np.array([[7.0]])), [[1]])
    large = np.random.default_rng(0).normal(size=(2, 10, 10))
    np.testing.assert_allclose(
        cofactor(large), np.linalg.det(large)[:, None, None] * np.linalg.inv(large).swapaxes(-1, -2)
    )


@pytest.mark.parametrize(
    ("flow", "like", "wanted"),
    [
        ((4, 2, 3), (2, 3), (4, 2, 3)),
        ((4, 2, 3), (1, 1), (4, 1, 1)),
        ((2, 3), (5, 1, 1), (1, 1)),
        ((4, 1, 1), (2, 3), (4, 2, 3)),
        ((2, 1), (2, 1), (2, 1)),
    ],
)
def test_a_flow_is_summed_over_entries_and_never_over_a_batch(flow, like, wanted):
    found = ARRAYS.fit(np.ones(flow), np.ones(like))
    assert found.shape == wanted
    if like[-2:] == (1, 1) != flow[-2:]:
        assert (found == flow[-1] * flow[-2]).all()


def test_a_local_zero_cuts_the_path():
    nothing = np.array([[math.nan], [1.0]])
    assert ARRAYS.times(nothing, np.array([[0.0], [2.0]]), selects=True).tolist() == [[0.0], [2.0]]
    assert np.isnan(ARRAYS.times(nothing, np.array([[0.0], [2.0]]), selects=False)[0, 0])


def test_the_branch_that_is_not_taken_does_not_count():
    where = ARRAYS.function(PRIMITIVES["where"])
    with silent():
        found = where(np.array([[1.0], [0.0]]), np.array([[2.0], [math.nan]]), np.array([[math.nan], [3.0]]))
    assert found.tolist() == [[2.0], [3.0]]


def test_exact_numbers_are_rounded():
    assert ARRAYS.exact((2,), [1, 2]).shape == (2, 1)
    assert ARRAYS.number(10**400) == math.inf
    assert ARRAYS.number(-(10**400)) == -math.inf


@pytest.mark.parametrize("name", ["asec", "acsc", "acot", "sech", "csch", "asech", "acsch", "acoth", "gelu"])
def test_what_is_written_twice_is_the_same_in_both_floats(name):
    """Near the edges of the domain and far out: the columns of floats and of arrays hold the same formulas."""
    numbers = (1e-310, 1e-8, 0.25, 0.5, 0.75, 1 - 1e-16, 1.0, 1 + 1e-15, 1.5, 3.0, 50.0, 690.0, 1e8, 1e200)
    floats, arrays = Floats(), Arrays()
    for u in (sign * number for number in numbers for sign in (1, -1)):
        try:
            wanted = floats.function(PRIMITIVES[name])(u)
        except floats.errors:
            wanted = math.nan
        with silent():
            found = float(arrays.function(PRIMITIVES[name])(np.full((1, 1), u))[0, 0])
        assert found == pytest.approx(wanted, rel=1e-14, abs=1e-300, nan_ok=True), u
