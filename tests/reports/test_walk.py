"""The walk: a step for every node of both passes, the chain rule written out, the numbers of the result."""

from __future__ import annotations

import re

import pytest
from pages import read

from gradcheck.evaluation import evaluate
from gradcheck.reports import Style
from gradcheck.reports.html import Html
from gradcheck.reports.walk import MOST, MOST_EVER, scalar_walk, selected, walk_section

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"


def walk(text, at, nodes=None, digits=6, **options):
    return scalar_walk(evaluate(text, at=at, nodes=nodes, **options), Style(nodes=nodes, digits=digits))


def texts(step):
    """The lines of a step: what is left of = and what is right of it."""
    root = read(step.shown)
    left, right = root.all(class_="left"), root.all(class_="sides")
    return [f"{one.text}{re.sub(' ', '', other.text)}" for one, other in zip(left, right, strict=True)]


def test_the_running_example_step_by_step():
    steps = walk(RUNNING, "x=1").steps
    assert [texts(step) for step in steps] == [
        ["x=1"],
        ["a=x2=12=1", "∂a∂x=2x=2"],
        ["b=exp(a)=exp(1)=2.71828", "∂b∂a=exp(a)=2.71828"],
        ["c=a+b=1+2.71828=3.71828", "∂c∂a=1", "∂c∂b=1"],
        ["d=c=3.71828=1.92828", "∂d∂c=12c=0.259298"],
        ["e=cos(c)=cos(3.71828)=−0.838272", "∂e∂c=−sin(c)=0.545252"],
        ["f=d+e=1.92828+(−0.838272)=1.09001", "∂f∂d=1", "∂f∂e=1"],
        ["∂f∂f=1"],
        ["∂f∂e=∂f∂f⋅∂f∂e", "=1⋅1=1"],
        ["∂f∂d=∂f∂f⋅∂f∂d", "=1⋅1=1"],
        ["∂f∂c=∂f∂d⋅∂d∂c+∂f∂e⋅∂e∂c", "=1⋅0.259298+1⋅0.545252=0.804549"],
        ["∂f∂b=∂f∂c⋅∂c∂b", "=0.804549⋅1=0.804549"],
        ["∂f∂a=∂f∂b⋅∂b∂a+∂f∂c⋅∂c∂a", "=0.804549⋅2.71828+0.804549⋅1=2.99154"],
        ["∂f∂x=∂f∂a⋅∂a∂x", "=2.99154⋅2=5.98308"],
    ]
    assert [step.node for step in steps] == [0, 1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1, 0]
    assert [step.backward for step in steps] == [False] * 7 + [True] * 7
    assert steps[4].told == "d = √c = 1.92828; ∂d/∂c = 1/(2√c) = 0.259298"
    assert steps[12].told == "∂f/∂a = 0.804549·2.71828 + 0.804549·1 = 2.99154"


def test_negative_numbers_stand_in_brackets():
    steps = walk("e = a*b; d = c + e; L = d*f", "a=2,b=-3,c=10,f=-2").steps
    assert ["∂L∂a=∂L∂e⋅∂e∂a", "=(−2)⋅(−3)=6"] in [texts(step) for step in steps]
    assert ["e=a⋅b=2⋅(−3)=−6", "∂e∂a=b=−3", "∂e∂b=a=2"] in [texts(step) for step in steps]


@pytest.mark.parametrize(
    ("text", "at", "line"),
    [
        ("-x", "x=2", "f=−x=−2"),
        ("-x", "x=-2", "f=−x=−(−2)=2"),
        ("x + 1", "x=pi/4", "x=π4=0.785398"),
        ("x**2*1e-9", "x=1", "f=a⋅(1×10−9)=1⋅(1×10−9)=1×10−9"),
        ("x**2*1e-9", "x=1", "∂f∂a=1×10−9"),
        ("where(x > 0, x, -x)", "x=2", "a=(x>0)=(2>0)=1"),
        ("relu(x)", "x=0", "∂f∂x={1if\u00a0x>00otherwise=[0,1]"),
        ("e*x", "e=3,x=2", "f=e⋅x=3⋅2=6"),
        ("where(x > 0, x, -x)", "x=2", "∂b∂x=−1"),
        ("sqrt(x)", "x=0", "∂f∂x=12x=undefined"),
        ("x", "x=3", "x=3"),
        ("2 + 3", None, None),
    ],
)
def test_lines(text, at, line):
    found = [one for step in walk(text, at).steps for one in texts(step)]
    assert line in found or line is None


def test_what_no_derivative_reaches():
    steps = walk("where(x > 0, x, 2*y)", "x=2,y=1").steps
    backward = [step for step in steps if step.backward]
    assert any("does not depend on y here" in step.told for step in backward)
    assert not any(step.told.startswith("∂f/∂a ") for step in backward), "a truth value"


def test_a_long_sum_is_cut():
    text = " + ".join(f"sin({n}*x)" for n in range(1, 40))
    step = walk(text, "x=1").steps[-1]
    assert len(read(step.shown).all(class_="sides")[0].all(tag="math")) == 13
    assert "… 27 more terms …" in read(step.shown).text
    assert step.told.endswith("+ 27 more terms = " + step.told.rpartition(" = ")[2])


def test_digits_and_values():
    result = evaluate("sin(x)", at="x=1", digits=20)
    steps = scalar_walk(result, Style(digits=20)).steps
    assert steps[1].value == "0.84147098480789650665"
    assert steps[0].value == "1"
    assert walk("relu(x)", "x=0").steps[-1].value == "[0, 1]"


class Node:
    def __init__(self, *, is_input):
        self.is_input = is_input


def test_which_nodes_are_walked():
    nodes = [Node(is_input=place % 3 == 0) for place in range(9_000)]
    everything, hidden = selected(nodes, Style(nodes="all"))
    assert (len(everything), hidden) == (MOST_EVER, 9_000 - MOST_EVER)
    chosen, hidden = selected(nodes, Style())
    assert (len(chosen), hidden) == (MOST, 9_000 - MOST)
    assert chosen[:2] == [0, 3]
    few, hidden = selected(nodes[:12], Style(nodes="inputs"))
    assert (few, hidden) == ([0, 3, 6, 9], 8)
    some, _ = selected(nodes[:12], Style(nodes=3))
    assert some == [0, 3, 6, 9, 1, 2, 11]


def test_a_graph_too_large_to_be_kept_says_so():
    text = "; ".join(["a1 = x", *(f"a{n} = sin(a{n - 1})" for n in range(2, 300))])
    found = walk(text, "x=1", routes=["reverse"])
    assert found.hidden == 298
    assert "not kept on a graph as large" in found.steps[-1].told
    root = read(walk_section(found, Html(""), lead=""))
    assert "298 more nodes are not shown" in root.text


def test_the_section_lists_every_step_for_who_has_no_script():
    found = walk(RUNNING, "x=1")
    root = read(walk_section(found, Html("<svg></svg>"), lead="gradient = sum of upstream × local"))
    steps = root.all(class_="step")
    assert [step["id"] for step in steps] == [f"step-{n}" for n in range(1, 15)]
    assert [one["start"] for one in root.all(tag="ol")] == ["1", "8"]
    assert "hidden" in root.one(class_="controls").attributes
    labels = [button["aria-label"] for button in root.all(tag="button") if "aria-label" in button.attributes]
    assert labels == ["Whole graph", "Step back", "Play", "Next step", "Last step"]
    assert root.one(tag="input")["max"] == "14"
