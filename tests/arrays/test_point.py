"""Points with arrays: shapes that are given, declared and drawn; random arrays that keep what is declared."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.arithmetic.arrays import Arrays
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays.point import (
    ArrayValue,
    array_text,
    check_declared,
    check_names,
    draw,
    exact_point,
    random_value,
    rational_entries,
    resolved,
    shapes_of,
)
from gradcheck.build import build
from gradcheck.declarations import read_declarations
from gradcheck.errors import GradcheckError, NameProblem, UsageProblem
from gradcheck.evaluation import evaluate
from gradcheck.point import read_point
from gradcheck.syntax.plain import parse


def graph_of(text, shapes):
    return build(parse(text, frozenset(shapes)), frozenset(shapes), shapes)


def test_values_are_exact_and_written_as_they_are_read():
    value = ArrayValue((2, 2), (1, Fraction(1, 3), -2, Fraction(1, 10)))
    assert value.text == "[[1, 1/3], [-2, 0.1]]"
    assert ArrayValue((2,), (1, 2)).text == "[1, 2]"
    assert ArrayValue((), (7,)).text == "7"
    assert read_point({"A": value.text})["A"].graph.shape(read_point({"A": value.text})["A"].graph.output) == (2, 2)


def test_a_long_value_is_told_by_its_size():
    assert ArrayValue((100, 2), (0,) * 200).text == "(100x2, 200 entries)"
    assert array_text((41,), ["1"] * 41, 41) == "(41, 41 entries)"


def test_a_value_in_the_arithmetics():
    value = ArrayValue((2,), (1, Fraction(1, 3)))
    np.testing.assert_allclose(value.number(Arrays()), [[1], [1 / 3]])
    grid = value.number(shared_grids(128))
    assert (grid.rows, grid.columns) == (2, 1)


# -- shapes -------------------------------------------------------------------------------------------------------


def shapes(at, declared):
    return shapes_of(read_point(at), read_declarations(declared))


@pytest.mark.parametrize(
    ("at", "declared", "found", "sizes"),
    [
        (None, "A: 3x2; x: 2", {"A": (3, 2), "x": (2,)}, {}),
        ({"A": "[[1, 2]]"}, "x: 2", {"A": (1, 2), "x": (2,)}, {}),
        ({"x": "[1, 2]"}, "A: mxn; x: n", {"x": (2,), "A": (3, 2)}, {"n": 2, "m": 3}),
        (None, "A: mxn; B: nxm", {"A": (3, 2), "B": (2, 3)}, {"m": 3, "n": 2}),
        ({"s": "2"}, "s > 0; x: 3", {"s": (), "x": (3,)}, {}),
    ],
)
def test_shapes_are_given_or_declared(at, declared, found, sizes):
    assert shapes(at, declared) == (found, sizes)


@pytest.mark.parametrize(
    ("at", "declared", "message"),
    [
        ({"x": "[1, 2]"}, "x: 3", "x is declared as 3, but its value is a vector of 2"),
        ({"A": "[[1, 2]]"}, "A: 2x2", "A is declared as 2x2, but its value is a 1x2 matrix"),
        ({"x": "[1, 2]", "y": "[1, 2, 3]"}, "x: n; y: n", "n is 2, but y .*is given as a vector of 3"),
        ({"x": "1"}, "x: 3", "but its value is a scalar"),
        ({"c": "[1, 2]"}, "c: 2x1", "c is declared as 2x1, but its value is a vector of 2"),
    ],
)
def test_what_is_given_must_have_the_declared_shape(at, declared, message):
    with pytest.raises(UsageProblem, match=message):
        shapes(at, declared)


def test_names_of_sizes_stand_for_numbers():
    assert resolved(("m", 2), {"m": 5}) == (5, 2)
    assert resolved((), {}) == ()


def test_names_must_be_used_and_values_be_given():
    graph = graph_of("A @ x", {"A": (2, 2), "x": (2,)})
    with pytest.raises(NameProblem, match="'y' is given or declared"):
        check_names(graph, {"A": 0, "x": 0, "y": 0}, {})
    with pytest.raises(NameProblem, match="'x' has no value"):
        check_names(graph, {"A": 0}, {})
    check_names(graph, {}, {})


# -- exact values -------------------------------------------------------------------------------------------------


def test_entries_that_are_literal_numbers_are_exact():
    point = exact_point(read_point({"A": "[[1, 0.1], [-1/3, 2]]", "s": "5"}))
    assert point["A"] == ArrayValue((2, 2), (1, Fraction(1, 10), Fraction(-1, 3), 2))
    assert point["s"] == ArrayValue((), (5,))


def test_entries_that_are_not_rational_have_no_exact_point():
    assert exact_point(read_point({"x": "[pi, 1]"})) is None
    assert rational_entries(read_point({"x": "[sqrt(2), 1]"})["x"]) is None
    result = evaluate("x @ x", at={"x": "[pi, sqrt(2)]"})
    assert result.verdict.name == "agree"
    assert float(result.value.entries[0]) == pytest.approx(np.pi**2 + 2)


@pytest.mark.parametrize(
    ("at", "declared", "fits"),
    [
        ("[[1, 2], [2, 5]]", "S: 2x2 symmetric", True),
        ("[[1, 2], [3, 5]]", "S: 2x2 symmetric", False),
        ("[[1, 0], [0, 5]]", "S: 2x2 diagonal", True),
        ("[[1, 2], [2, 5]]", "S: 2x2 diagonal", False),
        ("[[1, 2], [3, 5]]", "S: 2x2; S > 0", True),
        ("[[1, 2], [3, -5]]", "S: 2x2; S > 0", False),
        ("[[1, 2], [3, 1/2]]", "S: 2x2 integer", False),
    ],
)
def test_a_given_array_keeps_what_is_declared(at, declared, fits):
    value, declaration = read_point({"S": at})["S"], read_declarations(declared)["S"]
    if fits:
        check_declared({"S": value}, {"S": declaration})
    else:
        with pytest.raises(UsageProblem, match="declared"):
            check_declared({"S": value}, {"S": declaration})


# -- drawn values -------------------------------------------------------------------------------------------------


DECLARED = st.sampled_from(
    ["S: 3x3", "S: 3x3 symmetric", "S: 3x3 diagonal", "S: 3x3 positive definite", "S: 2x3; S > 0", "S: 4; 0 < S < 1",
     "S: 3 integer", "S: 2x2 symmetric; S >= 1", "S: 3; S < -2"]
)  # fmt: skip


@given(DECLARED, st.integers(0, 1000), st.integers(0, 7))
def test_random_arrays_keep_what_is_declared(text, seed, turn):
    declaration = read_declarations(text)["S"]
    value = random_value(declaration.shape, declaration, random.Random(seed), turn)
    rows, columns = (*declaration.shape, 1)[:2]
    assert len(value.entries) == rows * columns
    assert declaration.allows_array(rows, columns, value.entries)
    assert value == random_value(declaration.shape, declaration, random.Random(seed), turn)
    if "positive definite" in text:
        matrix = np.array([float(one) for one in value.entries]).reshape(rows, columns)
        assert (np.linalg.eigvalsh(matrix) > 0).all()


def test_a_drawn_point_lies_in_the_domain_and_repeats():
    graph = graph_of("logdet(A) + sum(log(x))", {"A": (2, 2), "x": (2,)})

    def accepted(point):
        return all(entry > 0 for entry in point["x"].entries)

    point = draw(graph, {}, {}, 3, accepted)
    assert accepted(point)
    assert point == draw(graph, {}, {}, 3, accepted)
    assert draw(graph, {}, {}, 3, lambda _: False) is None


def test_an_expression_without_values_says_so():
    with pytest.raises(GradcheckError, match="no point was found"):
        evaluate("sum(log(-x**2 - 1))", declarations="x: 3")
