"""The derivation in LaTeX: every sentence is there, and a real TeX compiles it."""

from __future__ import annotations

import re

import pytest
from tex import needs_tex, typeset

import gradcheck
from gradcheck.reports import FORMATS, Style
from gradcheck.reports.explanation import explain
from gradcheck.reports.latex_text import prose

CASES = {
    "running": ("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", {"at": "x=1", "claims": ["df/dx = 2*x*cos(x**2)"]}),
    "layer": ("norm(sigmoid(W @ x + b) - y)**2", {"declarations": "W: 2x3; x: 3; b: 2; y: 2"}),
    "kinks": ("relu(x) - relu(-x) + floor(x)*x + (x > 1)*x + e**2", {"at": "x=0"}),
    "jacobian": ("A @ x", {"at": "A=[[1, 2], [3, 4]], x=[5, 6]"}),
    "long": ("+".join(f"sin({k}*x_{k})" for k in range(1, 20)), {"seed": 1}),
}


@pytest.fixture(scope="module", params=CASES)
def result(request):
    text, options = CASES[request.param]
    return gradcheck.evaluate(text, **options)


def test_every_sentence_is_there_but_those_of_claims(result):
    text = FORMATS["latex"](result, Style(explain=True))
    for step in explain(result, Style()).steps:
        if step.kind != "claim":
            assert prose(step.sentence) in text


def test_it_stands_in_the_place_of_the_tables(result):
    assert "Backward pass: each gradient" not in FORMATS["latex"](result, Style(explain=True))
    assert r"\begin{enumerate}" not in FORMATS["latex"](result, Style())


def test_upstream_and_local_have_their_colours():
    text = FORMATS["latex"](gradcheck.evaluate(CASES["running"][0], at="x=1"), Style(explain=True))
    term = r"\gradupstream{\frac{\partial f}{\partial d}} \cdot \gradlocal{\frac{\partial d}{\partial c}}"
    assert term in text
    assert r"\gradlocal{\frac{\partial a}{\partial x}}" in text


def test_environments_are_closed(result):
    text = FORMATS["latex"](result, Style(explain=True, verbose=True))
    opened = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", text):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened


@needs_tex
def test_a_real_tex_typesets_it(result, tmp_path):
    assert "Undefined" not in typeset(FORMATS["latex"](result, Style(explain=True, verbose=True)), tmp_path)
