"""The reports of gradcheck steps: a golden plot, JSON by its schema, every format for every kind of study."""

import pytest
from golden_files import matches
from schemas import read_strictly

from gradcheck.reports import Style
from gradcheck.reports.steps import STEPS_FORMATS, steps_json, steps_markdown, steps_table
from gradcheck.studies.steps import step_study

STUDIES = {
    "example": step_study("exp(x)*sin(x)", at="x=1"),
    "two variables": step_study("x*y**2", at="x=1,y=2"),
    "entry": step_study("log(det(A))", at="A=[[2,1],[1,3]]", wrt="A[0,1]"),
    "direction": step_study("sum(sigmoid(W@x))", declarations="W: 2x3; x: 3"),
    "kink": step_study("abs(x)", at="x=0"),
    "not analytic": step_study("x*abs(x)", at="x=2"),
    "line": step_study("2*x", at="x=3"),
    "no value": step_study("exp(x)", at="x=710"),
    "tiny": step_study("x**(1/3)", at="x=1e-200"),
}


def test_golden_plot():
    """Rounding may differ in the last bit from libm to libm: sin and exp at powers of two around 1 do not."""
    assert matches("steps_cube.txt", steps_table(step_study("x**3", at="x=1"), Style()))


def test_golden_markdown():
    assert matches("steps_cube.md", steps_markdown(step_study("x**3", at="x=1"), Style()))


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_too_wide(name, width):
    table = steps_table(STUDIES[name], Style(width=width, verbose=True))
    assert all(len(line) <= width for line in table.splitlines())


@pytest.mark.parametrize("name", STUDIES)
def test_json(name):
    document = read_strictly(steps_json(STUDIES[name], Style()))
    assert document["exit_code"] == STUDIES[name].exit_code
    assert len(document["curves"]) == (0 if name == "kink" else 3)


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("format_", STEPS_FORMATS)
@pytest.mark.parametrize("quiet", [False, True])
def test_every_format_of_every_study(name, format_, quiet):
    assert STEPS_FORMATS[format_](STUDIES[name], Style(quiet=quiet, verbose=True, color=True, digits=12)).endswith("\n")


def test_colours_only_where_they_are_wanted():
    assert "\x1b[" not in steps_table(STUDIES["example"], Style())
    assert "\x1b[" in steps_table(STUDIES["example"], Style(color=True))


def test_every_step_is_listed_on_request():
    table = steps_table(STUDIES["example"], Style(verbose=True))
    assert "EVERY STEP" in table
    assert len(table.splitlines()) > 80


def test_markdown_says_all_that_the_table_says():
    study = step_study("log(x)", seed=3)
    text = steps_markdown(study, Style())
    assert f"At `x = {study.point['x']}` (drawn from seed 3)\n" in text
    assert "\n> note: " in text
    assert steps_markdown(study, Style(quiet=True)) == text.splitlines()[-1] + "\n"
    longest = steps_markdown(step_study("+".join(["x"] * 3_000), at="x=1"), Style())
    assert len(longest.splitlines()[0]) <= 4_100


def test_the_titles_of_the_axes_have_no_marks():
    table = steps_table(STUDIES["example"], Style(color=True))
    title = next(line for line in table.splitlines() if "err" in line and "ERROR" not in line)
    assert "\x1b" not in title
