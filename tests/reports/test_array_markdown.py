"""Markdown of evaluations with arrays."""

from __future__ import annotations

import re

import pytest
from golden_files import matches

from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style


@pytest.fixture(scope="module")
def layer():
    return evaluate(
        "norm(sigmoid(W @ x + b) - y)**2",
        declarations="W: 2x3; x: 3; b: 2; y: 2",
        claims=["df/db = df/dy"],
    )


def test_golden(layer):
    assert matches("array_layer.md", FORMATS["markdown"](layer, Style()))


def test_tables_have_as_many_cells_in_every_row(layer):
    cells = 0
    for line in FORMATS["markdown"](layer, Style()).splitlines():
        if not line.startswith("|"):
            cells = 0
            continue
        found = len(re.split(r"(?<!\\)\|", line))
        assert cells in {0, found}
        cells = found


def test_quiet_is_the_verdict(layer):
    text = FORMATS["markdown"](layer, Style(quiet=True))
    assert text.startswith("**agree**: ")
    assert text.count("\n") == 1


def test_jacobians_stand_in_a_block_of_code():
    text = FORMATS["markdown"](evaluate("A @ x", at="A=[[1,2],[3,4]],x=[1,2]"), Style())
    assert "### Jacobians (a row or a block for each entry of f)\n\n```text\n" in text
    assert text.count("```") % 2 == 0
