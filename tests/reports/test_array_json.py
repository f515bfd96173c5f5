"""JSON of evaluations with arrays: whole tensors, strict numbers, the schema."""

from __future__ import annotations

import json

import numpy as np
import pytest
from schemas import read_strictly

from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style


def document(text, digits=6, **options):
    return read_strictly(FORMATS["json"](evaluate(text, **options), Style(digits=digits)))


@pytest.fixture(scope="module")
def gram():
    return document("K = B.T @ B", at="B=[[1,2],[3,4],[5,6]]")


def test_the_jacobian_is_the_whole_tensor(gram):
    (gradient,) = gram["gradient"]
    found = np.array(gradient["value"])
    b = np.array([[1, 2], [3, 4], [5, 6]])
    expected = np.zeros((2, 2, 3, 2))
    for i in range(2):
        for j in range(2):
            expected[i, j, :, i] += b[:, j]
            expected[i, j, :, j] += b[:, i]
    assert np.array_equal(found, expected)
    assert gradient["shape"] == [2, 2, 3, 2]
    for route in ("finite_difference", "symbolic", "reverse"):
        assert np.allclose(np.array(gradient[route]["value"]), expected)
    assert np.array(gradient["symbolic"]["expression"]).shape == (2, 2, 3, 2)


def test_the_fields(gram):
    assert gram["shape"] == [2, 2]
    assert gram["shapes"] == {"B": [3, 2]}
    assert gram["layout"] == "denominator"
    assert gram["value"] == [[35.0, 44.0], [44.0, 56.0]]
    variable, transpose, output = gram["nodes"]
    assert variable["adjoint"] is None
    assert np.array(variable["jacobian"]).shape == (2, 2, 3, 2)
    assert transpose["pullbacks"] == [{"wrt": "B", "expression": "(∂K[i,j]/∂a).T", "shape": [3, 2]}]
    assert output["sources"] == []
    assert variable["sources"] == ["(∂K[i,j]/∂a)ᵀ", "aᵀ @ ∂K[i,j]/∂K"]


def test_of_a_scalar_the_adjoint_has_the_shape_of_the_node():
    found = document("norm(A @ x)**2", at="A=[[1,2],[3,4]],x=[1,1]")
    by_name = {node["name"]: node for node in found["nodes"]}
    assert by_name["A"]["adjoint"] == [[6.0, 6.0], [14.0, 14.0]]
    assert by_name["A"]["jacobian"] is None
    assert by_name["f"]["adjoint"] == 1.0
    assert found["shape"] == []


@pytest.mark.parametrize(("layout", "value"), [("denominator", [2.0, 4.0, 6.0]), ("numerator", [[2.0, 4.0, 6.0]])])
def test_the_layout(layout, value):
    found = document("x @ x", at="x=[1,2,3]", layout=layout)
    assert found["layout"] == layout
    assert found["gradient"][0]["value"] == value
    assert found["nodes"][0]["adjoint"] == [2.0, 4.0, 6.0]


def test_the_layout_of_a_matrix():
    found = document("sum(A*[[1,2,3],[4,5,6]])", at="A=[[1,1,1],[1,1,1]]", layout="numerator")
    assert found["gradient"][0]["value"] == [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]
    assert found["gradient"][0]["shape"] == [3, 2]


def test_at_a_kink_intervals_are_texts_and_errors_unknown():
    (gradient,) = document("sum(relu(x))", at="x=[0,1,-2]")["gradient"]
    assert gradient["value"] == ["[0, 1]", 1.0, 0.0]
    assert gradient["finite_difference"]["error"][0] is None
    assert gradient["verdict"] == "undecided"


def test_numbers_that_float64_cannot_hold_are_texts():
    found = document("exp(x)", at="x=[1000, 1]")
    assert found["value"][0].startswith("1.97")
    assert isinstance(found["value"][1], float)


def test_large_arrays_go_along_directions():
    (gradient,) = document("A @ B", declarations="A: 15x15; B: 15x15", wrt=["A"], timeout=60)["gradient"]
    slope = gradient["finite_difference"]
    assert (slope["value"], slope["error"]) == (None, None)
    assert slope["directions"] == 6
    assert np.array(gradient["value"]).shape == (15, 15, 15, 15)


def test_routes_that_were_not_run_are_null():
    (gradient,) = document("x @ x", at="x=[1,2]", routes=["reverse"])["gradient"]
    assert gradient["finite_difference"] is gradient["symbolic"] is None
    assert gradient["verdict"] is None


def test_claims_are_there():
    found = document("x @ x", at="x=[1,2]", claims=["df/dx = 2*x", "df/dx = x"])
    assert [claim["verdict"] for claim in found["claims"]] == ["correct", "wrong"]


def test_a_row_is_one_line():
    text = FORMATS["json"](evaluate("A*2", at="A=[[1,2],[3,4]]", routes=["reverse"]), Style())
    assert '  "value": [[2.0, 4.0], [6.0, 8.0]],\n' in text
    assert json.loads(text)["verdict"] is None
