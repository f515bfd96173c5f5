"""``gradcheck grade --format html``: a page of the class for the teacher, and a page for each student."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from gradcheck.reports import gradebook as words
from gradcheck.reports.html import Html, document, element, joined, section, table, web
from gradcheck.reports.notation import Notation, code, inline
from gradcheck.syntax import mathml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gradcheck.grading import Asked, Gradebook, Row, SharedMistake, Student
    from gradcheck.marking import VerdictName
    from gradcheck.reports import Style

INDEX: Final = "index.html"
_SIGNS: Final[dict[VerdictName, str]] = {
    "correct": "✓", "carried": "↪", "wrong": "✗", "undecided": "?", "unreadable": "✗", "missing": "–", "unknown": "?",
}  # fmt: skip
_PLAIN: Final = re.compile(r"[^a-z0-9]+")
_SLUG: Final = 40
_DERIVATIVE: Final = re.compile(r"(?<![\w∂])d([^\W\d]\w*)((?:\[[\w, ]*\])?)/d(?=[^\W\d])")
"""dL/da in an answer, which reads as ∂L/∂a."""
_UPSTREAM: Final = ' class="upstream"'
_LONGEST: Final = 600
_BARE: Final = ("Correct.", "Not answered.")
"""Feedback that says no more than the verdict."""
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
"""Latin letters that are no other letter with a mark."""


class Entry(NamedTuple):
    """A student with the name of the page, which is the anchor in a single file, too."""

    student: Student
    slug: str


def class_page(book: Gradebook, style: Style) -> str:
    """All in one file: the class, then a section for each student."""
    entries = listed(book.students)
    parts: list[str | None] = [_head(book)]
    if not style.quiet:
        links = {entry.student.name: f"#{entry.slug}" for entry in entries}
        parts += [*_class(book, entries, links), *(_student(entry, book, whole=False) for entry in entries)]
    return _page(_title(book), parts)


def class_pages(book: Gradebook, style: Style) -> Iterator[tuple[str, str]]:
    """Name and text of each file: ``index.html`` for the teacher, and one for each student, who sees no one else."""
    entries = listed(book.students)
    links = {entry.student.name: f"{entry.slug}.html" for entry in entries}
    yield INDEX, _page(_title(book), [_head(book), *([] if style.quiet else _class(book, entries, links))])
    for entry in entries:
        yield f"{entry.slug}.html", _page(_title(book), [_student(entry, book, whole=True)])


def listed(students: Sequence[Student]) -> list[Entry]:
    """Each student with a file name that is safe everywhere, and different from all others by its number."""
    width = max(2, len(str(len(students))))
    return [Entry(student, f"{number:0{width}}-{_slug(student.name)}") for number, student in enumerate(students, 1)]


def _slug(name: str) -> str:
    """``Zoë O'Neil`` as ``zoe-o-neil``; a name without a Latin letter is ``student``."""
    plain = (
        unicodedata.normalize("NFKD", name[:200].lower().translate(_LETTERS)).encode("ascii", "ignore").decode("ascii")
    )
    return _PLAIN.sub("-", plain).strip("-")[:_SLUG].strip("-") or "student"


def _page(title: str, parts: Iterable[str | None]) -> str:
    return document(title, element("main", joined(part for part in parts if part)), style=web("class.css"))


def _title(book: Gradebook) -> str:
    return " ".join(book.title.split())[:200] or "Gradebook"


def _head(book: Gradebook) -> Html:
    waits = any(student.humans for student in book.students)
    name, word = ("undecided", "incomplete") if waits or book.errors else ("correct", "graded")
    mark = element(
        "span", element("span", "?" if word == "incomplete" else "✓", class_="sign", aria_hidden="true"), f" {word}",
        class_=f"verdict {name}",
    )  # fmt: skip
    said = element("span", f"{words.closing(book)}.")
    return element(
        "header",
        element("h1", _title(book)),
        element("p", f"{words.size(book)}.", class_="muted"),
        element("p", mark, said, class_=f"banner {name}"),
    )


# -- the class --------------------------------------------------------------------------------------------------------


def _class(book: Gradebook, entries: Sequence[Entry], links: dict[str, str]) -> Iterator[Html | None]:
    yield _marks(entries, links)
    yield _asked(book.problems)
    yield _mistakes(book.mistakes, links)
    yield _waiting(book, links)
    yield _troubles(book)


def _marks(entries: Sequence[Entry], links: dict[str, str]) -> Html | None:
    if not entries:
        return section("Marks", element("p", "Nobody has handed in anything."), id_="marks")
    rows = [
        (
            _link(student.name, links),
            words.points(student.mark),
            words.points(student.out_of),
            _bar(student),
            words.pending(student) or "–",
        )
        for student, _ in entries
    ]
    total = sum((student.mark for student, _ in entries), Fraction(0)) / len(entries)
    lead = f"{words.points(round(total, 2))} points on average"
    whole = table(
        ("student", "mark", "out of", "share", "for a human"), rows, label="Marks", numeric=(1, 2), class_="marks"
    )
    return section("Marks", whole, id_="marks", lead=lead)


def _bar(student: Student) -> Html:
    """The mark as a part of what could be had, and behind it what a human may still give."""
    most = float(student.out_of) or 1.0
    had = max(0.0, min(1.0, float(student.mark) / most))
    may = max(0.0, min(1.0 - had, float(student.pending) / most))
    return Html(
        '<svg class="bar" viewBox="0 0 100 8" width="100" height="8" aria-hidden="true" preserveAspectRatio="none">'
        '<rect class="all" width="100" height="8" rx="2"></rect>'
        f'<rect class="may" x="{100 * had:.1f}" width="{100 * may:.1f}" height="8"></rect>'
        f'<rect class="had" width="{100 * had:.1f}" height="8" rx="2"></rect></svg>'
    )


def _link(name: str, links: dict[str, str]) -> Html:
    shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]} …"
    return (
        element("a", shown or "(no name)", href=links[name], class_="name") if name in links else element("span", shown)
    )


def _asked(problems: Sequence[Asked]) -> Html | None:
    if not problems:
        return None
    kinds = [kind for kind in problems[0].counts if any(one.counts[kind] for one in problems)]
    rows = []
    before = ""
    for one in problems:
        same = one.problem == before
        before = one.problem
        name = joined([element("b", one.problem), f": {one.title}" if one.title and not same else None])
        rows.append((
            name,
            "" if same else function(one.f),
            derivative(one.of),
            words.points(one.points),
            *(str(one.counts[kind]) if one.counts[kind] else "–" for kind in kinds),
        ))  # fmt: skip
    titles = ("problem", "function", "derivative", "points", *(words.TITLES[kind] for kind in kinds))
    whole = table(titles, rows, label="Answers to each derivative", numeric=range(3, len(titles)), class_="asked")
    return section("The class", whole, id_="class", lead="answers to each derivative")


def _mistakes(mistakes: Sequence[SharedMistake], links: dict[str, str]) -> Html:
    if not mistakes:
        return section("Mistakes", element("p", "No mistake is shared or known by name."), id_="mistakes")
    items = [
        element(
            "li",
            element("p", element("b", words.count(one.count, "student")), "  ", words.named(one)),
            element("p", words.where(one), class_="muted"),
            element("p", "For example ", _people(one, links), ": ", one.message[:_LONGEST], "."),
        )
        for one in mistakes
    ]
    return section("Mistakes", element("ol", *items, class_="mistakes"), id_="mistakes", lead="most frequent first")


def _people(one: SharedMistake, links: dict[str, str]) -> Html:
    more = one.count - len(one.students)
    return joined([joined([_link(name, links) for name in one.students], ", "), f" and {more} more" if more else None])


def _waiting(book: Gradebook, links: dict[str, str]) -> Html | None:
    waiting = [row for row in book.rows if row.mark is None]
    if not waiting:
        return None
    rows = [
        (
            _link(row.student, links),
            joined([element("b", row.problem), " ", derivative(row.of)]),
            code(row.claim.strip()[:_LONGEST] or " "),
            element("span", row.feedback.removeprefix("For a human to mark: ")[:_LONGEST], class_="said"),
            str(row.line or "–"),
        )
        for row in waiting
    ]
    titles = ("student", "asked for", "answer", "why", "line")
    whole = table(titles, rows, label="Answers that a human must mark", numeric=(4,))
    return section("For a human", whole, id_="human", lead=f"{words.count(len(waiting), 'answer')} without a mark")


def _troubles(book: Gradebook) -> Html | None:
    found = [f"line {error.line}: {error.message}" for error in book.errors] + list(book.notes)
    if not found:
        return None
    return section("Rows to look at", element("ul", *(element("li", one) for one in found)), id_="rows")


# -- a student --------------------------------------------------------------------------------------------------------


def _student(entry: Entry, book: Gradebook, *, whole: bool) -> Html:
    """The feedback to one student: under ``h1`` on a page of its own, else a section of the class's page."""
    student = entry.student
    shown = student.name[:_LONGEST] or "(no name)"
    total = element(
        "p", element("b", f"{words.points(student.mark)} of {words.points(student.out_of)} points"),
        f" · {words.pending(student)}" if student.humans else None, class_="total",
    )  # fmt: skip
    titles = {asked.problem: asked for asked in book.problems}
    body = joined(
        _problem(
            problem,
            [row for row in student.rows if row.problem == problem],
            titles.get(problem),
            "h2" if whole else "h3",
        )
        for problem in dict.fromkeys(row.problem for row in student.rows)
    )
    if whole:
        header = element("header", element("h1", shown), element("p", _title(book), class_="muted"), total)
        return joined([header, body])
    heading = element("h2", shown, id=entry.slug)
    return element("section", heading, total, body, class_="student", aria_labelledby=entry.slug)


def _problem(problem: str, rows: Sequence[Row], asked: Asked | None, heading: str) -> Html:
    title = f"{problem}: {asked.title}" if asked is not None and asked.title else problem
    stated = element("p", function(asked.f), class_="stated") if asked is not None else None
    items = element("ul", *(_answer(row) for row in rows), class_="answers")
    return element("section", element(heading, title), stated, items, class_="problem")


def _answer(row: Row) -> Html:
    mark = "?" if row.mark is None else words.points(row.mark)
    stated = _stated(row)
    line = joined([verdict(row.verdict), " ", "" if stated is not None else derivative(row.of)])
    given = element("span", f"{mark} of {words.points(row.out_of)}", class_="mark")
    said = row.feedback[: 4 * _LONGEST] if row.feedback.strip() not in _BARE else ""
    return element(
        "li",
        element("p", line, given, class_="line"),
        stated,
        element("p", said, class_="said") if said else None,
        element("p", "Known mistake: ", row.misconception, class_="muted") if row.misconception else None,
        class_=row.verdict,
    )


def _stated(row: Row) -> Html | None:
    """What was answered: as a formula where it could be read, and as it was typed."""
    claim = row.claim.strip()
    if not claim:
        return None
    of = derivative(row.result.of if row.result is not None else row.of)
    read = formula(row.result.reading, fallback=False) if row.result is not None else None
    shown = element("p", of, " = ", read, class_="stated") if read else None
    typed = code(claim[:_LONGEST])
    return joined([shown, element("p", "as typed: ", typed, class_="muted") if shown else element("p", of, " ", typed)])


def verdict(name: VerdictName) -> Html:
    """The word of a verdict with its sign."""
    sign = element("span", _SIGNS[name], class_="sign", aria_hidden="true")
    return element("span", sign, f" {words.TITLES[name]}", class_=f"verdict {name}")


# -- formulas ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4_096)
def formula(text: str, *, fallback: bool = True) -> Html:
    """A text as a formula; what is none stays code (or nothing)."""
    short = text.strip()
    piece = Notation({}).formula(_DERIVATIVE.sub(r"∂\1\2/∂", short)) if len(short) <= _LONGEST else None
    if piece is None:
        return code(short[:_LONGEST]) if fallback else Html("")
    return inline(piece._replace(markup=piece.markup.replace(_UPSTREAM, "")))


def function(text: str) -> Html:
    """What a problem is about, with the name that it has without one of its own."""
    return formula(text) if "=" in text else joined([inline(mathml.name("f"), mathml.sign("=")), formula(text)])


@lru_cache(maxsize=4_096)
def derivative(of: str) -> Html:
    """``df/dx`` as a fraction."""
    return formula(of) if of.strip() else Html("")
