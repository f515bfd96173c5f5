"""The table of primitives as a page."""

from __future__ import annotations

import re

import pytest
from pages import read

from gradcheck.errors import UsageProblem
from gradcheck.reports.rules import PRIMITIVES
from gradcheck.reports.rules_page import checks_page, rules_page
from gradcheck.self_check import RowCheck


def rows(source):
    return [row for body in read(source).all(tag="tbody") for row in body.children]


def test_every_primitive_has_a_row():
    assert len(rows(rules_page())) == len(PRIMITIVES)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("sqrt", ["sqrt(u)", "u", "∂y∂u=12y", "u ≥ 0"]),
        ("relu", ["relu(u)", "relu(u)", "∂y∂u={1ifu>00otherwise", "kink: u = 0"]),
        ("matmul", ["u @ v", "uv", "∂L∂u=gvT∂L∂v=uTg", ""]),
        ("hadamard", ["hadamard(u, v)", "u∘v", "∂L∂u=g∘v∂L∂v=g∘u", ""]),
    ],
)
def test_a_row(name, cells):
    (row,) = rows(rules_page(name))
    shown = [re.sub(r"\s+", "", cell.text) if at in {1, 2} else cell.text for at, cell in enumerate(row.children)]
    assert shown[:4] == cells


def test_no_primitive_of_that_name():
    with pytest.raises(UsageProblem):
        rules_page("<script>")


def test_the_proof():
    checks = [RowCheck("sin", 4, ()), RowCheck("cos", 4, ("the derivative <b> is wrong",))]
    root = read(checks_page(checks))
    assert root.one(class_="banner").text == "✗ wrong2 rows, 1 wrong"
    assert "the derivative <b> is wrong" in root.text
    assert read(checks_page(checks[:1])).one(class_="banner").text == "✓ proved1 row, all proved"
