"""Mermaid's language: as the golden file; what stands in quotes cannot leave them."""

import re

import pytest
from golden_files import matches

from gradcheck.evaluation import evaluate
from gradcheck.reports.drawing import scene_of
from gradcheck.reports.drawing.mermaid import mermaid
from gradcheck.reports.drawing.scene import Edge, Node, Scene

_NODE = r'n\d+(?:\(\["[^"]*"\]\)|\("[^"]*"\)|\["[^"]*"\])(?::::\w+)?'
_EDGE = r'n\d+ (?:-->|-\.->)(?:\|"[^"]*"\|)? n\d+'
LINE = re.compile(rf'%% .*|flowchart LR|  +(?:{_NODE}|{_EDGE}|subgraph s\d+\["[^"]*"\]|end|classDef .*|linkStyle .*)')


CASES = {
    "running": ("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", "x=1"),
    "kink": ("where(x<y, x*y, 1) + relu(x)", "x=0,y=2"),
    "neuron": ("z = w*a0 + b; a1 = sigmoid(z); C = (a1 - y)**2", None),
}


def written(name):
    text, at = CASES[name]
    return mermaid(scene_of(evaluate(text, at=at, routes=["fd", "reverse"])))


@pytest.mark.parametrize("name", CASES)
def test_every_line_is_a_statement(name):
    for line in written(name).splitlines():
        assert LINE.fullmatch(line), line


def test_golden():
    assert matches("drawing.mmd", written("running"))


def test_markup_is_written_by_number():
    bad = '"] --> evil; <script>`#&*_'
    text = mermaid(Scene("f", "", (Node(0, bad, "input", "", bad, bad), Node(1, "f", "output", bad, "", "")),
                         (Edge(0, 1, bad, bad, ""),)))  # fmt: skip
    assert "<script" not in text
    assert all(LINE.fullmatch(line) for line in text.splitlines())


def test_no_number_sign_in_a_style_within_a_label():
    """Mermaid takes the semicolon of a numbered character behind one."""
    assert not re.search(r"style='[^']*#", written("running"))
