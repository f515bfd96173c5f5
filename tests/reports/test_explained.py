"""The explanation in a terminal, in Markdown and in JSON."""

from __future__ import annotations

import json
import re

import pytest
from golden_files import matches

import gradcheck
from gradcheck.errors import display_width
from gradcheck.reports import FORMATS, Style
from gradcheck.reports.explanation import explain

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
CLAIMS = ("df/dx = 2*x*cos(x**2)", "2x")


@pytest.fixture(scope="module")
def running():
    return gradcheck.evaluate(RUNNING, at="x=1", claims=CLAIMS)


@pytest.fixture(scope="module")
def layer():
    return gradcheck.evaluate(
        "norm(sigmoid(W @ x + b) - y)**2", declarations="W: 2x3; x: 3; b: 2; y: 2", claims=["df/db = 2*(b - y)"]
    )


def shown(result, format_="table", **style):
    return FORMATS[format_](result, Style(explain=True, **style))


@pytest.mark.parametrize(("format_", "name"), [("table", "explained.txt"), ("markdown", "explained.md")])
def test_goldens(running, format_, name):
    assert matches(name, shown(running, format_))


def test_golden_of_arrays(layer):
    assert matches("explained_layer.txt", shown(layer))


@pytest.mark.parametrize(
    ("which", "width"), [*(("running", width) for width in (40, 57, 80, 200)), ("layer", 60), ("layer", 80)]
)
def test_it_fits_the_width(which, width, request):
    text = shown(request.getfixturevalue(which), width=width)
    assert max(map(display_width, text.splitlines())) <= width
    assert all(line == line.rstrip() for line in text.splitlines())


def test_the_notes_colours(running):
    text = shown(running, color=True)
    assert "\x1b[35m∂f/∂c\x1b[0m" in text
    assert "\x1b[34m∂d/∂c\x1b[0m" in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == shown(running)


def test_every_step_is_in_every_format(running):
    steps = explain(running, Style()).steps
    table = " ".join(shown(running).split())
    markdown = shown(running, "markdown").replace("\\", "")
    document = json.loads(shown(running, "json"))
    assert len(document["explanation"]) == len(steps)
    for step, found in zip(steps, document["explanation"], strict=True):
        assert " ".join(step.sentence.split()) in table
        assert step.sentence in markdown
        assert found["sentence"] == step.sentence
        assert found["formulas"] == list(step.formulas)
        assert found["kind"] == step.kind


def test_json_has_the_field_only_where_it_is_asked_for(running, layer):
    for result in (running, layer):
        assert "explanation" not in json.loads(FORMATS["json"](result, Style()))
        assert json.loads(shown(result, "json"))["explanation"][0]["kind"] == "opening"


def test_claims_are_told_once(running):
    assert shown(running).count("2*x*cos(x**2)") == 1
    assert "CLAIMS" not in shown(running)
    assert "### Claims" not in shown(running, "markdown")


def test_quiet_is_the_closing_line(running):
    assert shown(running, quiet=True).count("\n") <= 2


def test_nothing_typed_is_markup():
    result = gradcheck.evaluate("x*y", at="x=1,y=2", claims=["df/dx = y * 2"])
    text = shown(result, "markdown")
    assert "`df/dx = y * 2`" in text
    assert "\\*" in text or "u*v" not in text
