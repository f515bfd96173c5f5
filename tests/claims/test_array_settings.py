"""Equal declared numbers are one dimension; the given shapes come first, others follow."""

import pytest
from claims.array_claim_cases import built, read, settings

from gradcheck.claims.array_settings import DoesNotFitError, each, entry_name, fits, square_setting
from gradcheck.errors import UsageProblem


def test_named_dimensions_vary_and_numbers_are_told_apart():
    given, named, others = settings("A @ x", "A: mxn; x: n")
    assert given.shapes == {"A": (3, 2), "x": (2,)}
    assert len(named) >= 5
    assert not others
    assert all(one.shapes["A"][1:] == one.shapes["x"] for one in named)
    given, named, others = settings("A @ x", "A: 3x2; x: 2")
    assert not named
    assert {"A": (1, 1), "x": (1,)} in [one.shapes for one in others]
    _, named, others = settings("A @ x + b", "A: mx2; x: 2; b: m")
    assert named
    assert all(one.shapes["x"] == (2,) for one in named)
    assert any(one.shapes["x"] != (2,) for one in others)


def test_literal_sizes_and_indices_allow_no_other_shapes():
    assert all(one.shapes["A"][1] == 2 for one in settings("A @ [1, 2]", "A: 3x2")[2])
    assert all(one.shapes["x"][0] > 2 for one in settings("x[2]", "x: 3")[2])


def test_a_square_setting_has_one_size():
    program, graph, bound, shapes, sizes, declared = built("A @ x", "A: 4x2; x: 2")
    assert square_setting(program, graph, bound, shapes, sizes, declared).shapes == {"A": (3, 3), "x": (3,)}


@pytest.mark.parametrize(
    ("claim", "count", "first"),
    [
        ("df/dA = 0", 12, (0, 0)),
        ("df[i]/dA[j,k] = 0", 12, (0, 0)),
        ("df[1]/dA[:,0] = 0", 2, (1, 0)),
        ("df[i]/dA[i,:] = 0", 6, (0, 0)),
        ("df[-1]/dA[1,2] = 0", 1, (1, 5)),
    ],
)
def test_cells(claim, count, first):
    given, _, _ = settings("A @ x", "A: 2x3; x: 3")
    pairs = list(each(given.cells(read("A @ x", "A: 2x3; x: 3", claim).target)))
    assert len(pairs) == count
    assert pairs[0] == first


def test_transposed_cells():
    given, _, _ = settings("sum(A)", "A: 2x3")
    target = read("sum(A)", "A: 2x3", "df/dA = 0").target
    assert list(each(given.cells(target, transposed=True))) == [(0, 0), (0, 3), (0, 1), (0, 4), (0, 2), (0, 5)]


def test_large_derivatives_are_sampled():
    given, _, _ = settings("A @ B", "A: 20x20; B: 20x20")
    assert len(list(each(given.cells(read("A @ B", "A: 20x20; B: 20x20", "df[p,q]/dA[i,j] = 0").target)))) < 500


def test_what_does_not_fit():
    given, _, _ = settings("A @ x", "A: 2x3; x: 3")
    with pytest.raises(DoesNotFitError, match="has no value in these shapes"):
        given.statement(read("A @ x", "A: 2x3; x: 3", "df/dx = A @ A"), {})
    with pytest.raises(DoesNotFitError, match="no entry"):
        given.cells(read("A @ x", "A: 2x3; x: 3", "df[2]/dx = x").target)
    with pytest.raises(UsageProblem, match="3 axes"):
        given.stated_shape(read("A @ x", "A: 2x3; x: 3", "df/dA = 0").target)


def test_axes_of_length_one_do_not_matter():
    assert fits((3, 1), (3,))
    assert fits((1, 1), ())
    assert not fits((2, 3), (3, 2))


def test_entry_names():
    part = read("A @ x", "A: 2x3; x: 3", "df/dA = 0").target.wrt
    assert entry_name(part, (2, 3), 4) == "A[1, 1]"
