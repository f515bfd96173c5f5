"""The page of an expression over arrays: pullbacks, small matrices in full, large ones by their norms."""

from __future__ import annotations

import json
import re

import pytest
from pages import read

from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style

LAYER = "L = sum((W@x + b)**2)"
AT = {"W": "[[1, 2, 3], [4, 5, 6]]", "x": "[1, 0, -1]", "b": "[1, 1]"}


def page(text, at, *, style=None, **options):
    return read(FORMATS["html"](evaluate(text, at=at, **options), style or Style()))


def texts(step):
    left, right = step.all(class_="left"), step.all(class_="sides")
    return [f"{one.text}{re.sub(' ', '', other.text)}" for one, other in zip(left, right, strict=True)]


def test_the_walk_of_a_layer():
    steps = page(LAYER, AT).all(class_="step")
    assert [texts(step) for step in steps] == [
        ["W=[123456]"],
        ["x=[10−1]"],
        ["b=[11]"],
        ["a=Wx=[123456][10−1]=[−2−2]"],
        ["c=a+b=[−2−2]+[11]=[−1−1]"],
        ["d=c∘2=[−1−1]∘2=[11]"],
        ["L=sum(d)=sum([11])=2"],
        ["∂L∂L=1"],
        ["∂L∂d=∂L∂L⋅ones(2)=[11]"],
        ["∂L∂c=∂L∂d∘2c=[−2−2]"],
        ["∂L∂a=∂L∂c=[−2−2]"],
        ["∂L∂b=∂L∂c=[−2−2]"],
        ["∂L∂x=WT∂L∂a=[−10−14−18]"],
        ["∂L∂W=∂L∂axT=[−202−202]"],
    ]
    assert "shape 2x3, norm 4" in steps[-1].text
    assert steps[-1]["data-told"] == "∂L/∂W = ∂L/∂a @ xᵀ, shape 2x3, norm 4"


def test_the_numbers_are_those_of_the_json():
    result = evaluate(LAYER, at=AT)
    document = json.loads(FORMATS["json"](result, Style()))
    steps = read(FORMATS["html"](result, Style())).all(class_="step")
    forward = [json.loads(step["data-value"]) for step in steps if step["data-pass"] == "forward"]
    assert forward == [node["value"] for node in document["nodes"]]
    gradient = {node["wrt"]: node["reverse"]["value"] for node in document["gradient"]}
    last = {step["data-told"].partition(" = ")[0][4:]: json.loads(step["data-value"]) for step in steps[7:]}
    assert {name: last[name] for name in gradient} == gradient


def test_the_gradient_and_the_routes():
    root = page(LAYER, AT, claims=["dL/dW = 2*(W@x + b) @ x.T"])
    headings = [heading.text for heading in root.all(tag="h2")]
    assert [one for one in headings if one.startswith(("Gradient", "Three", "Claims"))] == [
        "Gradient", "Three routesto ∂L/∂node; of an array its norm ± its worst entry", "Claims",
    ]  # fmt: skip
    assert "∂L∂W=[−202−202]" in re.sub(" ", "", root.one(class_="matrices").text)
    assert root.one(class_="claims").one(tag="li")["class"] == "correct"
    assert "shapes W: 2x3, x: 3, b: 2" in root.one(tag="header").text


def test_a_jacobian_has_a_block_for_each_entry():
    root = page("K = A @ B", {"A": "[[1, 2], [3, 4]]", "B": "[[1, 0], [2, 1]]"})
    blocks = [re.sub(" ", "", block.text) for block in root.one(class_="matrices").all(class_="equations")]
    assert len(blocks) == 8
    assert blocks[0] == "∂K[0,0]∂A=[1200]"
    assert "Jacobiansa block for each entry of K" in [heading.text for heading in root.all(tag="h2")]
    first = next(step for step in root.all(class_="step") if step["data-pass"] == "backward")
    assert "here the pass begins: 1 where both are the same entry, else 0" in first.text


def test_flat_and_slices():
    at = {"A": "[[1, 2], [3, 4]]", "B": "[[1, 0], [2, 1]]"}
    assert "A[0,0]  A[0,1]" in page("K = A @ B", at, style=Style(flat=True)).all(tag="pre")[0].text
    sliced = page("K = A @ B", at, style=Style(slices=("K[0, 0]",))).one(class_="matrices")
    assert len(sliced.all(class_="equations")) == 2


def test_large_arrays_are_cut():
    root = page("sum((W @ x)**2)", None, declarations="W: 30x40; x: 40", routes=["reverse"])
    step = root.all(class_="step")[0]
    assert len(step.all(tag="mtr")) == 8
    assert len(step.all(tag="mtr")[0].all(tag="mtd")) == 8
    assert "⋱" in step.text
    assert step["data-value"] == ""
    assert "[" not in texts(root.all(class_="step")[2])[0].partition("=[")[0]


def test_a_kink_and_a_column_that_is_not_reached():
    root = page("sum(relu(x))", {"x": "[0, 1]"})
    assert texts(root.all(class_="step")[-1]) == ["∂f∂x=∂f∂a∘({1if\u00a0x>00otherwise)=[[0,1]1]"]
    assert "undecided" in root.one(class_="banner").text


def test_formulas_of_sympy():
    root = page("log(det(A))", {"A": "[[2, 1], [1, 3]]"})
    (listed,) = root.all(class_="formulas")
    assert re.sub(" ", "", listed.all(tag="li")[0].text) == "∂f∂A[0,0]=A[1,1]A[0,0]⋅A[1,1]−A[0,1]⋅A[1,0]"


@pytest.mark.parametrize("layout", ["denominator", "numerator"])
def test_the_layout_is_told(layout):
    root = page(LAYER, AT, layout=layout)
    told = "numerator layout: transposed" in root.text
    assert told == (layout == "numerator")


def test_long_sums_are_elided():
    text = " + ".join(f"sin({k}*x) @ x" for k in range(2, 40))
    assert "… 64 more terms …" in page(text, "x=[1,2]", style=Style(nodes="inputs")).text


def test_a_graph_too_large_to_be_kept_says_so():
    text = "; ".join(["a1 = x", *(f"a{n} = sin(a{n - 1})" for n in range(2, 220)), "sum(a219)"])
    root = page(text, {"x": "[1, 2]"}, routes=["reverse"])
    assert "The nodes between are not shown (--nodes N)." in root.text
    assert "not shown" not in page(LAYER, AT).text


def test_quiet():
    root = page(LAYER, AT, style=Style(quiet=True))
    assert root.all(tag="section") == []
