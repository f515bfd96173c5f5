"""The pages of a class in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.files.submissions import Submission, read_submissions
from gradcheck.grading import grade
from gradcheck.reports import Style
from gradcheck.reports.class_page import INDEX, class_page, class_pages
from gradcheck.reports.gradebook import points

SAMPLES = Path(__file__).parents[2] / "samples"
PROBLEM = '[[problem]]\nid = "p"\nf = "x**2"\n'


@pytest.fixture(scope="module")
def sample():
    problems = (SAMPLES / "class-problems.toml").read_text(encoding="utf-8")
    with (SAMPLES / "class-submissions.csv").open("rb") as file:
        return grade(problems, read_submissions(file))


@pytest.fixture(scope="module")
def folder(sample, tmp_path_factory):
    found = tmp_path_factory.mktemp("class")
    for name, text in class_pages(sample, Style()):
        (found / name).write_text(text, encoding="utf-8")
    (found / "class.html").write_text(class_page(sample, Style()), encoding="utf-8")
    return found


@pytest.mark.parametrize("name", [INDEX, "02-ben-brandt.html", "class.html"])
def test_it_shows_nothing_but_itself(browser, folder, name):
    browser.open(folder / name)
    assert browser.messages() == []
    assert browser.requests() == []
    assert browser.all("script") == []


def test_marks_lead_to_the_pages_of_students(browser, folder, sample):
    browser.open(folder / INDEX)
    rows = browser.all(".marks tbody tr")
    assert len(rows) == len(sample.students)
    for row, student in zip(rows, sample.students, strict=True):
        assert row.text.split(student.name)[1].split()[:2] == [points(student.mark), points(student.out_of)]
    browser.one('a[href="02-ben-brandt.html"]:is(.marks a)').click()
    browser.until(lambda: browser.driver.title and browser.text("h1") == "BenBrandt")
    assert len(browser.visible(".answers li")) == 7


def test_in_one_file_a_name_leads_to_its_section(browser, folder):
    browser.open(folder / "class.html")
    place = "return document.getElementById('02-ben-brandt').getBoundingClientRect().top"
    assert browser.run(place) > 900
    browser.one('.marks a[href="#02-ben-brandt"]').click()
    browser.until(lambda: -2 <= browser.run(place) < 900)
    assert browser.run("return location.hash") == "#02-ben-brandt"


@pytest.mark.parametrize("name", [INDEX, "02-ben-brandt.html", "class.html"])
@pytest.mark.parametrize("width", [360, 800, 1400])
def test_no_window_scrolls_sideways(browser, folder, name, width):
    browser.open(folder / name, width=width)
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_a_long_name_does_not_widen_a_page(browser, tmp_path):
    names = ["x" * 300, "../../x", "<script>alert(1)</script>", "\u202egnp"]
    book = grade(PROBLEM, [Submission(line, name, "p", "", "x") for line, name in enumerate(names, 2)])
    (tmp_path / "class.html").write_text(class_page(book, Style()), encoding="utf-8")
    browser.open(tmp_path / "class.html", width=600)
    assert browser.run("return document.documentElement.scrollWidth") <= 600
    assert browser.messages() == []
    assert "<script>alert(1)</script>" in browser.one("main").text
    assert "\\u202e" in browser.one("main").text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_of_verdicts_stand_out(browser, folder, scheme):
    """Every kind of verdict has another colour than the paper, and is told by a word."""
    browser.open(folder / "class.html", scheme=scheme)
    for kind, word in {
        "correct": "correct", "wrong": "wrong", "carried": "carried forward", "unreadable": "unreadable",
        "missing": "not answered", "undecided": "for a human", "unknown": "no such problem",
    }.items():  # fmt: skip
        found = browser.all(f".answers .verdict.{kind}")[0]
        assert word in found.get_attribute("textContent")
        colors = browser.run(
            "return [getComputedStyle(arguments[0]).color, getComputedStyle(document.body).backgroundColor,"
            " getComputedStyle(document.body).color]",
            found,
        )
        assert len(set(colors)) == 3


def test_each_student_is_printed_on_a_page_of_their_own(browser, folder):
    browser.open(folder / "class.html", media="print", scheme="dark")
    breaks = browser.run("return [...document.querySelectorAll('.student')].map(e => getComputedStyle(e).breakBefore)")
    assert set(breaks) == {"page"}
    assert len(breaks) == 36
    assert browser.run("return getComputedStyle(document.body).backgroundColor") in {
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    }
    assert browser.printed().startswith(b"%PDF")
