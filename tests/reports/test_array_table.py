"""The chain-rule table at matrix level: whole reports, and how they fit a terminal."""

from __future__ import annotations

import re

import pytest
from golden_files import matches

from gradcheck.errors import GradcheckError
from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style

ANSI = re.compile(r"\x1b\[[0-9;]*m")
LAYER = ("norm(sigmoid(W @ x + b) - y)**2", {"declarations": "W: 2x3; x: 3; b: 2; y: 2"})
GRAM = ("K = B.T @ B", {"declarations": "B: 3x2"})
REPORTS = {
    "array_layer.txt": (*LAYER, {}),
    "array_gram.txt": (*GRAM, {}),
    "array_product.txt": ("A @ x", {"at": "A=[[1,2,3],[4,5,6]],x=[1,-1,2]"}, {}),
    "array_flat.txt": (*GRAM, {"flat": True}),
    "array_slice.txt": (*GRAM, {"slices": ("K[0, 1]",)}),
    "array_verbose.txt": (*LAYER, {"verbose": True}),
    "array_kink.txt": ("sum(relu(x))", {"at": "x=[0,1,-2]"}, {}),
    "array_numerator.txt": (
        "x.T @ A @ x",
        {"at": "A=[[1,2],[3,4]],x=[1,2]", "layout": "numerator"},
        {},
    ),
    "array_large.txt": ("A @ B", {"declarations": "A: 12x13; B: 13x12", "wrt": ["A"]}, {}),
    "array_claims.txt": (
        "x.T @ A @ x",
        {"at": "A=[[1,2],[3,4]],x=[1,2]", "claims": ["df/dx = (A + A.T) @ x", "df/dx = 2*A @ x"], "nodes": "inputs"},
        {"nodes": "inputs"},
    ),
}


def table(result, **style):
    return FORMATS["table"](result, Style(**style))


@pytest.fixture(scope="module")
def layer():
    return evaluate(LAYER[0], **LAYER[1])


@pytest.fixture(scope="module")
def gram():
    return evaluate(GRAM[0], **GRAM[1])


@pytest.mark.parametrize("name", REPORTS)
def test_golden(name):
    text, options, style = REPORTS[name]
    shown = table(evaluate(text, timeout=60, **options), **style)
    assert max(map(len, shown.splitlines())) <= 80
    assert matches(name, shown)


@pytest.mark.parametrize("width", [40, 57, 80, 132, 200])
@pytest.mark.parametrize("style", [{}, {"verbose": True}, {"digits": 12}, {"flat": True}], ids=str)
def test_it_fits_the_width(layer, gram, width, style):
    for result in (layer, gram):
        assert max(map(len, table(result, width=width, **style).splitlines())) <= width


def test_no_line_ends_in_spaces_and_the_last_one_ends(layer):
    text = table(layer)
    assert text.endswith(")\n")
    assert all(line == line.rstrip() for line in text.splitlines())


def test_the_parts_stand_in_order(layer):
    text = table(layer)
    parts = [
        "f = norm(",
        "shapes W: 2x3",
        "at W = ",
        "FORWARD PASS",
        "BACKWARD PASS",
        "THREE ROUTES",
        "GRADIENT",
        "AGREE",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_colour_changes_nothing_but_colour(layer, gram):
    for result in (layer, gram):
        plain, coloured = table(result), table(result, color=True)
        assert "\x1b" not in plain
        assert [line.rstrip() for line in ANSI.sub("", coloured).splitlines()] == plain.splitlines()
    coloured = table(layer, color=True)
    assert "\x1b[35m∂f/∂W\x1b[0m = \x1b[35m∂f/∂a\x1b[0m\x1b[34m @ xᵀ\x1b[0m" in coloured  # upstream magenta, local blue


def test_quiet_is_the_verdict():
    result = evaluate("x @ x", at="x=[1,2]")
    assert (
        table(result, quiet=True)
        == "AGREE  the three routes agree at all 2 nodes and variables to 30 digits (exit 0)\n"
    )


def test_blocks_of_zeros_are_folded_into_one_line():
    result = evaluate("A.T", declarations="A: 2x2", routes=["reverse"])
    sliced = table(result, slices=("A[0, 0]",))
    assert "zero by" not in sliced  # a matrix: entries of f by one entry of A
    text = table(evaluate("vstack(A, B)", declarations="A: 1x2; B: 2x2", routes=["reverse"]))
    assert "zero by A: f[1,0], f[1,1], f[2,0], f[2,1]" in text
    assert "zero by B: f[0,0], f[0,1]" in text
    assert text.count("∂f[0,0]/∂A") == 1


def test_a_variable_without_influence_has_a_zero_gradient():
    text = table(evaluate("sum(x) + 0*t", at="x=[1,2],t=3"))
    assert "∂f/∂t = 0" in text


def test_a_derivative_of_an_array_by_a_number_is_an_array():
    text = table(evaluate("t*[[1,2],[3,4]]", at="t=2"))
    assert "∂f/∂t = ⎡1  2⎤" in text


def test_numerator_layout_transposes_gradients_only():
    vector = evaluate("x @ x", at="x=[1,2]", layout="numerator")
    assert "∂f/∂x = [2  4]" in table(vector)
    assert "(∂f/∂x)ᵀ = 2*x" in table(vector)
    tensor = evaluate("R @ x", at="R=[[1,2,3],[4,5,6]],x=[1,2,3]", layout="numerator")
    assert "numerator" not in table(tensor)


def test_more_blocks_are_counted():
    result = evaluate("A @ B", declarations="A: 9x9; B: 9x9", wrt=["A"], routes=["reverse"])
    assert re.search(r"… \d+ more blocks by A \(-v; --slice 0,1 shows one\)", table(result))
    assert "more blocks" not in table(result, verbose=True)


def test_a_wrong_slice_is_told():
    with pytest.raises(GradcheckError, match="no index 5"):
        table(evaluate("x*2", at="x=[1,2]"), slices=("5",))


def test_nodes_between_are_counted(layer):
    text = table(layer, nodes="inputs")
    assert "… 5 nodes between (--nodes all)" in text
    assert "… and 5 more nodes (--nodes all)" in text
