"""The gradebook in its formats; GRADCHECK_UPDATE_GOLDEN=1 renews the goldens."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import pytest

from gradcheck.errors import display_width
from gradcheck.files.submissions import read_submissions
from gradcheck.grading import grade
from gradcheck.reports import Style
from gradcheck.reports.gradebook import (
    COLUMNS,
    GRADEBOOK_FORMATS,
    gradebook_csv,
    gradebook_json,
    gradebook_markdown,
    gradebook_table,
)

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
SAMPLES = ROOT / "samples"
PROBLEM = '[[problem]]\nid = "p"\nf = "x**2"\n'


def graded(*rows, problems=PROBLEM):
    return grade(problems, read_submissions("student,problem,of,claim\n" + "\n".join(rows)))


@pytest.fixture(scope="module")
def sample():
    problems = (SAMPLES / "class-problems.toml").read_text(encoding="utf-8")
    with (SAMPLES / "class-submissions.csv").open("rb") as file:
        return grade(problems, read_submissions(file))


@pytest.mark.parametrize("name", ["table", "verbose", "csv", "markdown", "json"])
def test_goldens(sample, name):
    style = Style(verbose=name == "verbose")
    text = GRADEBOOK_FORMATS["table" if name == "verbose" else name](sample, style)
    if name == "json":
        text = "\n".join(text.splitlines()[:420]) + "\n"
    path = GOLDEN / f"grade_{name}.txt"
    if os.environ.get("GRADCHECK_UPDATE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("verbose", [False, True])
def test_every_line_fits_and_everybody_is_there(sample, width, verbose):
    text = gradebook_table(sample, Style(width=width, verbose=verbose))
    assert max(map(display_width, text.splitlines())) <= width
    assert all(student.name in text for student in sample.students)


def test_color_only_where_it_is_wanted(sample):
    assert "\x1b" not in gradebook_table(sample, Style(verbose=True))
    colored = gradebook_table(sample, Style(verbose=True, color=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == gradebook_table(sample, Style(verbose=True))


def test_quiet_is_one_line():
    assert gradebook_table(graded("A,p,,2x"), Style(quiet=True)) == "GRADED  1 mark given (exit 0)\n"
    found = gradebook_table(graded("A,p,,log(-1)", ",p,,2x"), Style(quiet=True))
    assert found == "INCOMPLETE  0 marks given, 1 waits for a human, 1 row could not be read (exit 2)\n"


def test_nobody_handed_in_anything():
    book = graded()
    for write in GRADEBOOK_FORMATS.values():
        assert write(book, Style())


def test_csv_is_what_the_gradebook_holds(sample):
    rows = list(csv.reader(io.StringIO(gradebook_csv(sample))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) - 1 == len(list(sample.rows))
    for text, row in zip(rows[1:], sample.rows, strict=True):
        assert text[0] == row.student
        assert (float(text[4]) if text[4] else None) == (None if row.mark is None else float(row.mark))


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("2*x", "2*x"),
        ("-2*x", "'-2*x"),
        ("=2*x", "'=2*x"),
        ("'=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+1+1", "'+1+1"),
        ("-5.98", "-5.98"),
        ("5.98e-3", "5.98e-3"),
        ("−5", "'−5"),
        ('"=HYPERLINK(""http://x"";""y"")"', '\'=HYPERLINK("http://x";"y")'),
    ],
)
def test_no_cell_is_a_formula(typed, cell):
    rows = list(csv.reader(io.StringIO(gradebook_csv(graded(f"A,p,,{typed}")))))
    assert rows[1][3] == cell


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@x", "\t=x", "＝x", "|x", "%x"])
def test_no_name_is_a_formula(name):
    rows = list(csv.reader(io.StringIO(gradebook_csv(graded(f"{name},{name},,2x")))))
    for row in rows[1:]:
        assert not any(cell.startswith(("=", "+", "@", "\t", "\r", "＝", "|", "%")) for cell in row)


def test_json_is_strict_and_keeps_what_was_typed():
    claim = "2x\u202e\x1b\U000e0001"
    text = gradebook_json(graded(f"A\u200b,p,,{claim}", "B,p,,2x", "C,p,,log(-1)"))

    def fail(name):
        raise AssertionError(name)

    document = json.loads(text, parse_constant=fail)
    assert document["schema"] == "gradcheck.grade/1"
    assert text.replace("\n", "").isprintable()
    assert document["students"][0]["student"] == "A\u200b"
    assert document["students"][0]["rows"][0]["claim"] == claim
    assert [one["rows"][0]["mark"] for one in document["students"]] == [0, 1, None]
    assert document["students"][2]["pending"] == 1
    assert document["problems"][0]["counts"]["unreadable"] == 1
    assert document["seed"] == 0


def test_points_that_are_no_short_decimal():
    problems = '[[problem]]\nf = "x*y*z"\npoints = 1\n'
    book = graded("A,1,x,y*z", problems=problems)
    assert json.loads(gradebook_json(book))["students"][0]["mark"] == pytest.approx(1 / 3)
    assert ",0.333333,0.333333,correct" in gradebook_csv(book)


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("[x](http://evil.example)", "``a` | b"),
        ("<script>alert(1)</script>", "<img src=x>"),
        ("# head | cell", "`````"),
        ("@all www.evil.example", "|||"),
        ("**bold** _it_ ~s~ &lt;", "\\"),
    ],
)
def test_markdown_shows_what_was_typed(name, claim):
    text = gradebook_markdown(graded(f"{name},p,,{claim}"), Style())
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert not re.search(r"(?<!\\)<", outside)
    assert not re.search(r"(?<!\\)\[", outside)
    assert "://" not in outside
    assert "@" not in outside
    assert "www." not in outside
    widths = {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("| ")}
    assert widths <= {5, 10}


def test_feedback_is_what_a_teacher_would_send(sample):
    rows = {(row.student, row.problem, row.of): row.feedback for row in sample.rows}
    assert rows["Ben Brandt", "chain", "df/dx"] == (
        "Not correct. ∂f/∂x is -2.61457, not -0.653644 at x = 2. At node f = sin(a) the inner derivative ∂a/∂x = 2x"
        " is missing (chain rule). (Here a = x².) This gives 1 of 2 points."
    )
    assert rows["Ben Brandt", "graph", "dL/dx"] == (
        "It follows correctly from your own dL/da = 3*a, but that is wrong (error carried forward)."
        " ∂L/∂x is 108, not 36 at x = 2, y = -1. This gives 1.5 of 2 points."
    )
    assert rows["Noah Neumann", "chain", "df/dx"] == (
        "It could not be read: ')' expected: the '(' at character 7 is never closed. Add ')'."
    )
    assert rows["Uwe Ulrich", "chian", ""] == "There is no problem 'chian' (did you mean chain?)."


def test_quiet_markdown_is_the_outcome():
    book = graded("Ann,p,,2*x")
    quiet = gradebook_markdown(book, Style(quiet=True))
    assert quiet.startswith(("**graded**: ", "**incomplete**: "))
    assert quiet.count("\n") == 1
