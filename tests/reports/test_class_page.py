"""Pages of a class: what the teacher and each student read, and what no name or answer can do to them."""

from __future__ import annotations

import html
import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gradcheck.cli import run
from gradcheck.errors import printable
from gradcheck.files.submissions import Submission, read_submissions
from gradcheck.grading import grade
from gradcheck.reports import Style
from gradcheck.reports.class_page import INDEX, class_page, class_pages, formula, listed
from gradcheck.reports.gradebook import points

SAMPLES = Path(__file__).parents[2] / "samples"
PROBLEM = '[[problem]]\nid = "p"\ntitle = "The square"\nf = "x**2"\n'
HOSTILE = [
    "../../x", "..", "/etc/passwd", "C:\\nul", "con", "a/b\\c", "<script>alert(1)</script>", "</main></body>",
    "é" * 300,
    "x" * 300, "\u202egnp.exe", "\u2066x\u2069", "a\u200bb", "日本 太郎", "🙂", "index", "Robert'); DROP TABLE", "=1+1",
    '" onmouseover="alert(1)', "-->", "&lt;b&gt;", "javascript:alert(1)", " . ", "\x1b[31mred",
]  # fmt: skip


class Reader(HTMLParser):
    """Tags, attributes and text; fails on tags that are not closed in order, and on ids that are given twice."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(text)
        self.close()
        assert not self.open
        ids = [value for name, value in self.attributes if name == "id"]
        assert len(ids) == len(set(ids))
        self.ids = set(ids)
        self.links = [value for name, value in self.attributes if name == "href"]

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in {"meta", "br", "hr", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def graded(*answers, problems=PROBLEM):
    """The gradebook of (student, claim) pairs, taken as they are."""
    rows = [Submission(line, student, "p", "", claim) for line, (student, claim) in enumerate(answers, 2)]
    return grade(problems, rows)


@pytest.fixture(scope="module")
def sample():
    problems = (SAMPLES / "class-problems.toml").read_text(encoding="utf-8")
    with (SAMPLES / "class-submissions.csv").open("rb") as file:
        return grade(problems, read_submissions(file))


@pytest.fixture(scope="module")
def pages(sample):
    return dict(class_pages(sample, Style()))


# -- the class --------------------------------------------------------------------------------------------------------


def test_a_page_of_the_class_and_one_for_each_student(sample, pages):
    assert list(pages) == [INDEX, *(f"{entry.slug}.html" for entry in listed(sample.students))]
    assert len(pages) == 37
    assert "02-ben-brandt.html" in pages
    assert "07-greta-gross.html" in pages


def test_the_teacher_sees_every_mark(sample, pages):
    read = Reader(pages[INDEX])
    for student in sample.students:
        row = re.search(rf">{re.escape(student.name)}</a></th>(.*?)</tr>", html.unescape(pages[INDEX]))
        cells = re.findall(r'<td class="number">([^<]*)</td>', row[1])
        assert cells == [points(student.mark), points(student.out_of)]
    assert "251 marks given, 2 wait for a human" in read.text


def test_shared_mistakes_stand_in_their_order(sample, pages):
    text = Reader(pages[INDEX]).text
    places = [text.index(one.message) for one in sample.mistakes]
    assert places == sorted(places)
    assert "13 students  inner derivative missing" in text


def test_what_waits_for_a_human_is_listed(sample, pages):
    part = html.unescape(pages[INDEX].partition('id="human"')[2])
    waiting = [row for row in sample.rows if row.mark is None]
    assert len(waiting) == 2
    for row in waiting:
        assert row.student in part
        assert (
            row.feedback.removeprefix("For a human to mark: ")
            in Reader(f"<main><section><h2>{part.partition('</section>')[0]}</section></main>").text
        )


def test_every_link_leads_to_a_page_or_a_section(sample, pages):
    assert set(Reader(pages[INDEX]).links) == set(pages) - {INDEX}
    whole = Reader(class_page(sample, Style()))
    assert {f"#{one}" for one in whole.ids} >= set(whole.links)
    assert len(set(whole.links)) == 36


# -- a student --------------------------------------------------------------------------------------------------------


def test_a_student_sees_the_own_answers_and_no_one_else(sample, pages):
    for entry in listed(sample.students):
        text = Reader(pages[f"{entry.slug}.html"]).text
        others = {one.name for one in sample.students} - {entry.student.name}
        assert entry.student.name in text
        assert not any(other in text for other in others)
        for row in entry.student.rows:
            assert row.feedback in text or row.feedback in {"Correct.", "Not answered."}
            assert row.claim.strip() in text


def test_a_student_sees_verdict_mark_formula_and_diagnosis(pages):
    page = pages["02-ben-brandt.html"]
    text = Reader(page).text
    assert "9.5 of 17 points" in text
    assert "✗ wrong" in text
    assert "1 of 2" in text
    assert "the inner derivative ∂a/∂x = 2x is missing (chain rule)" in text
    assert "Known mistake: inner derivative missing" in text
    assert "as typed: cos(x^2)" in text
    assert "<mfrac><mrow><mo>&#8706;</mo><mi>f</mi></mrow>" in page
    assert "↪ carried forward" in text


def test_headings_leave_out_no_level(sample, pages):
    for page in (*pages.values(), class_page(sample, Style())):
        levels = [int(tag[1]) for tag in Reader(page).tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_everything_in_one_file(sample):
    text = Reader(class_page(sample, Style())).text
    for row in sample.rows:
        assert row.student in text
        assert row.claim.strip() in text


def test_quiet_is_the_head(sample):
    assert "Marks" not in Reader(class_page(sample, Style(quiet=True))).text
    assert "251 marks given" in class_page(sample, Style(quiet=True))


def test_derivatives_are_fractions():
    assert formula("dL/da") == formula("∂L/∂a")
    assert "<mfrac>" in formula("df/dx")
    assert "upstream" not in formula("dL/da * 2x")
    assert formula("1 +") == "<code>1 +</code>"
    assert formula("1 +", fallback=False) == ""


# -- what no name and no answer can do --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_and_makes_a_safe_file_name(name):
    pages = dict(class_pages(graded((name, "2x"), ("B", "x")), Style()))
    for file in pages:
        assert re.fullmatch(r"index\.html|[0-9]{2}-[a-z0-9][a-z0-9-]{0,39}\.html", file)
    shown = printable(name.strip())
    for text in (*pages.values(), class_page(graded((name, "2x")), Style())):
        read = Reader(text)
        assert "script" not in read.tags
        assert not any(attribute.startswith("on") for attribute, _ in read.attributes)
        assert text.isascii()
    assert any(shown[:200] in Reader(text).text for text in pages.values())


@pytest.mark.parametrize(
    "claim", ["<img src=x onerror=alert(1)>", "</code></li>", "2x\u202e", "$$$", "`", "a" * 5_000, "&amp;"]
)
def test_an_answer_is_text(claim):
    page = class_page(graded(("A", claim)), Style())
    read = Reader(page)
    assert "img" not in read.tags
    assert printable(claim.strip())[:300] in read.text


def test_names_that_give_the_same_letters_give_different_files():
    names = ["Zoë", "Zoe", "ZOE", "zoe!", "太郎", "次郎"]
    files = list(dict(class_pages(graded(*((name, "2x") for name in names)), Style())))
    assert files == [
        INDEX,
        "01-zoe.html",
        "02-zoe.html",
        "03-zoe.html",
        "04-zoe.html",
        "05-student.html",
        "06-student.html",
    ]


def test_nobody_and_nothing():
    read = Reader(class_page(graded(), Style()))
    assert "Nobody has handed in anything." in read.text
    assert "No mistake is shared" in read.text
    assert list(dict(class_pages(graded(), Style()))) == [INDEX]


def test_titles_are_text():
    problems = PROBLEM.replace("The square", "<b>bold</b>").replace(
        "[[problem]]", 'title = "</title><script>"\n[[problem]]', 1
    )
    read = Reader(class_page(graded(("A", "2x"), problems=problems), Style()))
    assert "<b>bold</b>" in read.text
    assert "script" not in read.tags


# -- the command ------------------------------------------------------------------------------------------------------

GRADE = ["grade", str(SAMPLES / "class-problems.toml"), str(SAMPLES / "class-submissions.csv"), "--format", "html"]


def test_a_directory_of_pages(tmp_path, pages):
    assert run([*GRADE, "-o", f"{tmp_path}/pages/"]) == 3
    found = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "pages").iterdir()}
    assert found == pages
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


def test_one_file_and_standard_output(tmp_path, sample, capsys):
    assert run([*GRADE, "-o", str(tmp_path / "class.html")]) == 3
    assert (tmp_path / "class.html").read_text(encoding="utf-8") == class_page(sample, Style())
    assert run(GRADE) == 3
    assert capsys.readouterr().out == class_page(sample, Style())
