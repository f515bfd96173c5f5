"""Columns and variables: by name, by groups, and explicitly."""

from __future__ import annotations

import pytest

from gradcheck.arrays.binding import bind_columns, missing, misspelled, read_binds, unused
from gradcheck.declarations import read_declarations
from gradcheck.errors import GradcheckError


def bound(header, used, binds=(), declared=""):
    found = bind_columns(header.split(), used.split(), read_binds(binds), read_declarations(declared), "t.csv")
    return {name: columns.positions for name, columns in found.items()}


def test_columns_of_a_variable_s_name():
    assert bound("y a0 t", "w a0 b y") == {"a0": (1,), "y": (0,)}


@pytest.mark.parametrize("header", ["x1 x2 x3", "x0 x1 x2", "x_1 x_2 x_3", "x[0] x[1] x[2]"])
def test_groups_of_columns(header):
    assert bound(f"y {header}", "W x", declared="x: 3") == {"x": (1, 2, 3)}
    assert bound(f"y {header}", "W x", declared="x: n") == {"x": (1, 2, 3)}


def test_a_group_is_ordered_by_its_numbers():
    assert bound("x3 x1 x2", "x", declared="x: 3") == {"x": (1, 2, 0)}


def test_a_group_is_a_vector():
    assert bound("x1 x2", "x") == {"x": (0, 1)}
    assert bound("x1 x2", "x x1") == {"x": (0, 1), "x1": (0,)}
    assert bound("x1 y", "x") == {}
    assert missing("x", ["x1"], {}) == 'for a vector of columns declare it: --var "x: 1"'


def test_a_name_that_has_a_value_takes_no_group():
    assert bind_columns(["x1", "x2"], ["x"], {}, {}, "t.csv", {"x"}) == {}


@pytest.mark.parametrize(
    ("used", "header", "known", "expected"),
    [
        (["wieght", "v"], ["weight", "y"], (), ("wieght", "weight")),
        (["wieght"], ["weight"], ("wieght",), None),
        (["w"], ["w2", "y"], (), None),
        (["speed"], ["weight"], (), None),
    ],
)
def test_a_misspelled_name(used, header, known, expected):
    assert misspelled(used, header, {}, known) == expected


def test_explicit_columns():
    assert bound("c1 c2 target", "W x y", ["x=[c2, c1]", "y=target"]) == {"x": (1, 0), "y": (2,)}


def test_columns_that_nothing_takes():
    binds = bind_columns(["a", "b", "c"], ["b"], {}, {}, "t.csv")
    assert unused(["a", "b", "c"], binds) == ["a", "c"]


@pytest.mark.parametrize(
    ("header", "used", "binds", "declared", "message"),
    [
        ("c1 c2", "x", ["x=[c1, c3]"], "", "t.csv has no column c3"),
        ("c1 c2", "x", ["z=[c1]"], "", "--bind gives z columns, but the expression does not use it"),
        ("c1 c2", "x", ["x"], "", "this binding is not understood"),
        ("c1 c2", "x", ["x=[]"], "", "--bind names no column for x"),
        ("c1 c2", "x", ["x=c1", "x=c2"], "", "--bind gives x twice"),
        ("x1 x2 x3", "x", [], "x: 4", "x is declared as a vector of 4, but t.csv has 3 columns for it: x1, x2, x3"),
        ("a a b", "a", [], "", "t.csv has 2 columns a"),
    ],
)
def test_bindings_that_do_not_fit(header, used, binds, declared, message):
    with pytest.raises(GradcheckError, match=message):
        bound(header, used, binds, declared)


def test_the_nearest_column_is_offered():
    with pytest.raises(GradcheckError) as caught:
        bound("height width", "x", ["x=[hight]"])
    assert caught.value.hint == "did you mean height?"
    assert missing("target", ["targett"], {}) == "did you mean targett (--bind target=…)?"
