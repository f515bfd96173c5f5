"""Markdown: tables that every renderer reads, whatever the expression holds."""

from __future__ import annotations

import re

import pytest
from golden_files import matches

from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
EXPRESSIONS = [
    (RUNNING, "x=1"),
    ("abs(x)*y", "x=-1,y=2"),
    ("|x| + max(x, y)", "x=-1,y=2"),
    ("relu(x)", "x=0"),
    ("where(x > 0 or x < -1, x**2, abs(x))", "x=2"),
    ("e = a*b; d = c + e; L = d*f", "a=2,b=-3,c=10,f=-2"),
    ("x", "x=1"),
    ("2 + 3", None),
]


def markdown(text, at, **style):
    return FORMATS["markdown"](evaluate(text, at=at), Style(**style))


@pytest.mark.parametrize("format_", ["markdown", "latex", "table", "html"])
@pytest.mark.parametrize("at", ["x=1", "x=[1,2]"])
def test_what_is_not_compared_says_so_once(format_, at):
    said = FORMATS[format_](evaluate("sum(x*x)" if "[" in at else "x*x", at=at, routes=["reverse"]), Style())
    assert "not compared: not" not in said.lower().replace("**", "")
    assert "one route alone has nothing to be compared with" in " ".join(said.split())


def tables(text):
    """The tables as lists of rows of cells."""
    found, rows = [], []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif rows:
            found.append(rows)
            rows = []
    return found


def test_golden():
    assert matches("running_example.md", markdown(RUNNING, "x=1"))


@pytest.mark.parametrize(("text", "at"), EXPRESSIONS)
def test_every_row_has_as_many_cells_as_its_header(text, at):
    for table in tables(markdown(text, at)):
        assert len(table) > 2 or not table[2:]
        assert set(table[1]) == {"---"}
        assert {len(row) for row in table} == {len(table[0])}


@pytest.mark.parametrize(("text", "at"), EXPRESSIONS)
def test_code_spans_are_closed(text, at):
    for line in markdown(text, at).splitlines():
        assert line.count("`") % 2 == 0


def test_the_three_tables():
    forward, backward, routes = tables(markdown(RUNNING, "x=1"))
    assert [row[0] for row in forward[2:]] == [
        "`x`", "`a = x²`", "`b = exp(a)`", "`c = a + b`", "`d = √c`", "`e = cos(c)`", "`f = d + e`",
    ]  # fmt: skip
    assert [row[0] for row in backward[2:]] == [f"`∂f/∂{name}`" for name in "fedcbax"]
    assert routes[0] == ["by", "finite difference", "SymPy", "reverse mode", "SymPy's derivative", "verdict"]
    assert {row[-1] for row in routes[2:]} == {"agree"}


def test_the_closing_line():
    assert markdown(RUNNING, "x=1").splitlines()[-1].startswith("**agree**: the three routes agree")
    assert markdown("relu(x)", "x=0").splitlines()[-1].endswith("(exit 3)")


def test_quiet():
    text = markdown(RUNNING, "x=1", quiet=True)
    assert text.count("\n") == 1
    assert text.startswith("**agree**")


def test_control_characters_and_html_are_harmless():
    text = markdown("where(x < 1, x, 2)", "x=1/2")
    outside_code = re.sub(r"`[^`]*`", "", text).replace("<br>", "")
    assert "<" not in outside_code


def test_long_tables_are_elided():
    program = "; ".join(["a0 = x", *(f"a{n} = a{n - 1}/2 + x" for n in range(1, 60))])
    text = FORMATS["markdown"](evaluate(program, at="x=1", routes=["fd", "reverse"]), Style())
    assert "more nodes are not shown (`--nodes all`)" in text
    everything = FORMATS["markdown"](evaluate(program, at="x=1", routes=["fd", "reverse"]), Style(nodes="all"))
    assert "not shown" not in everything


@pytest.mark.parametrize("explain", [False, True])
@pytest.mark.parametrize("at", ["x=1", "x=[1,2]"])
def test_a_reading_note_is_a_paragraph_of_its_own(at, explain):
    lines = markdown("log(x)", at, explain=explain).splitlines()
    notes = [position for position, line in enumerate(lines) if line.startswith("> note: ")]
    assert notes
    assert not any(lines[position + 1] for position in notes)
