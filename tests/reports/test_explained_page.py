"""The derivation on a page."""

from __future__ import annotations

import html
import re

import pytest

import gradcheck
from gradcheck.reports import FORMATS, Style
from gradcheck.reports.explained_page import explained_section
from gradcheck.reports.explanation import explain
from gradcheck.reports.notation import Notation

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"


@pytest.fixture(scope="module")
def running():
    return gradcheck.evaluate(RUNNING, at="x=1", claims=["df/dx = 2*x*cos(x**2)"])


@pytest.fixture(scope="module")
def layer():
    return gradcheck.evaluate("norm(sigmoid(W @ x + b) - y)**2", declarations="W: 2x3; x: 3; b: 2; y: 2")


def shown(result):
    shapes = {node.name: getattr(node, "shape", ()) for node in result.nodes}
    return explained_section(explain(result, Style()), Notation(shapes))


@pytest.mark.parametrize("which", ["running", "layer"])
def test_every_sentence_is_there_but_those_of_claims(which, request):
    result = request.getfixturevalue(which)
    text = html.unescape(re.sub(r"<[^>]+>", "", shown(result)))
    for step in explain(result, Style()).steps:
        if step.kind != "claim":
            assert step.sentence in text


def test_formulas_are_typeset_in_the_notes_colours(running):
    page = shown(running)
    assert '<mfrac class="local"><mrow><mo>∂</mo><mi>a</mi></mrow><mrow><mo>∂</mo><mi>x</mi></mrow></mfrac>' in page
    assert '<mfrac class="upstream"><mrow><mo>∂</mo><mi>f</mi></mrow><mrow><mo>∂</mo><mi>c</mi></mrow></mfrac>' in page
    assert "<msqrt>" in page


def test_products_of_arrays_are_typeset(layer):
    assert "∘" in re.sub(r"<p>.*?</p>", "", shown(layer))
    assert " ∘ " not in re.sub(r"<p>.*?</p>", "", shown(layer))


def test_it_is_on_the_page_where_it_is_asked_for(running, layer):
    for result in (running, layer):
        assert 'id="derivation"' in FORMATS["html"](result, Style(explain=True))
        assert 'id="derivation"' not in FORMATS["html"](result, Style())


def test_what_is_no_formula_stays_text():
    page = shown(gradcheck.evaluate("floor(x)*x + relu(x - 2)", at="x=2"))
    assert "[1, 2]" in html.unescape(re.sub(r"<[^>]+>", "", page)) or "<mn>1</mn>" in page
    assert "undefined" in page
