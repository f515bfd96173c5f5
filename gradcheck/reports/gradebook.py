"""The gradebook for a terminal, a spreadsheet, a program, and as a page of feedback; nothing typed steers it."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final

from gradcheck.errors import display_width, printable
from gradcheck.reports.json import claim_object, written
from gradcheck.reports.markdown_text import code, plain, table
from gradcheck.reports.table import CLAIM_STYLES, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

    from gradcheck.grading import Gradebook, Row, SharedMistake, Student
    from gradcheck.marking import VerdictName
    from gradcheck.reports import Style

COLUMNS: Final = ("student", "problem", "of", "claim", "mark", "out_of", "verdict", "misconception", "feedback")
TITLES: Final[Mapping[VerdictName, str]] = {
    "correct": "correct",
    "carried": "carried forward",
    "wrong": "wrong",
    "undecided": "for a human",
    "unreadable": "unreadable",
    "missing": "not answered",
    "unknown": "no such problem",
}
"""What people read for a verdict."""
_STYLES: Final = {**CLAIM_STYLES, "carried": "cyan", "unreadable": "bold red", "missing": "dim", "unknown": "yellow"}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠", "−")
_NUMBER: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")
_LONGEST: Final = 4_000
_NAME_WIDTH: Final = 30


# -- the terminal ---------------------------------------------------------------------------------------------------


def gradebook_table(book: Gradebook, style: Style) -> str:
    """Marks, how the class did, shared mistakes, what waits for a human; with ``verbose`` all feedback."""
    page = Page(style)
    if not style.quiet:
        if book.title:
            page.line((book.title, "bold"))
        page.line(size(book))
        _marks(page, book)
        _class(page, book)
        _mistakes(page, book)
        if style.verbose:
            _feedback(page, book)
        _waiting(page, book)
        for error in book.errors:
            page.line(("row  ", "bold red"), f"line {error.line}: {error.message}", hang=5)
        for note in book.notes:
            page.line(("note  ", "yellow"), note, hang=6)
        if book.errors or book.notes:
            page.blank()
    color = "green" if not book.exit_code else "bold red" if book.errors else "yellow"
    page.line((_outcome(book).upper(), color), f"  {closing(book)} ", (f"(exit {book.exit_code})", "dim"), hang=2)
    return page.text()


def _outcome(book: Gradebook) -> str:
    return "incomplete" if book.exit_code else "graded"


def size(book: Gradebook) -> str:
    """How many students, problems, derivatives and points."""
    total = sum(asked.points for asked in book.problems)
    problems = len({asked.problem for asked in book.problems})
    return (
        f"{count(len(book.students), 'student')}, {count(problems, 'problem')}, "
        f"{count(len(book.problems), 'derivative')}, {points(total)} points"
    )


def closing(book: Gradebook) -> str:
    """How many marks there are, and how many are not."""
    rows = list(book.rows)
    humans = sum(row.mark is None for row in rows)
    parts = [f"{count(len(rows) - humans, 'mark')} given"]
    if humans:
        parts.append(f"{humans} wait{'s' * (humans == 1)} for a human")
    if book.errors:
        parts.append(f"{count(len(book.errors), 'row')} could not be read")
    return ", ".join(parts)


def _marks(page: Page, book: Gradebook) -> None:
    if not book.students:
        return
    page.blank()
    page.line(("MARKS", "bold"))
    names = [_short(student.name, min(_NAME_WIDTH, page.width // 2)) for student in book.students]
    marks = [f"{points(student.mark)} of {points(student.out_of)}" for student in book.students]
    left, middle = max(map(display_width, names)), max(map(len, marks))
    for student, name, mark in zip(book.students, names, marks, strict=True):
        page.line(_padded(name, left), "  ", mark.rjust(middle), (pending(student), "yellow"), indent=2, hang=left + 2)


def pending(student: Student) -> str:
    """What waits for a human, of one student; empty where nothing does."""
    if not student.humans:
        return ""
    most = f" (up to {points(student.pending)} more)" if student.pending else ""
    return f"  {student.humans} for a human{most}"


def _class(page: Page, book: Gradebook) -> None:
    page.blank()
    page.line(("CLASS", "bold"), ("  answers to each derivative", "dim"))
    heads = [f"{asked.problem}  {asked.of}" for asked in book.problems]
    heads = [_short(head, page.width // 2) for head in heads]
    left = max(map(display_width, heads), default=0)
    for asked, head in zip(book.problems, heads, strict=True):
        found: list[str | tuple[str, str]] = []
        for verdict, number in asked.counts.items():
            if number:
                found += [", " if found else "", (f"{number} {TITLES[verdict]}", _STYLES[verdict])]
        page.line(_padded(head, left), "  ", *found, indent=2, hang=left + 2)


def _mistakes(page: Page, book: Gradebook) -> None:
    if not book.mistakes:
        return
    page.blank()
    page.line(("MISTAKES", "bold"), ("  most frequent first", "dim"))
    for one in book.mistakes:
        page.line((count(one.count, "student"), "bold"), f"  {named(one)}", indent=2, hang=4)
        page.line(where(one), indent=6, hang=2)
        page.line((f"for example {_people(one)}: {one.message}", "dim"), indent=6, hang=2)


def named(one: SharedMistake) -> str:
    """What a shared mistake is called."""
    return one.name if one.kind == "misconception" else f"the same unexplained answer: {one.name[:200]}"


def where(one: SharedMistake) -> str:
    """Problems and derivatives in which it was made, with how many students."""
    return ", ".join(f"{problem} {of} ({number})" for problem, of, number in one.where)


def _people(one: SharedMistake) -> str:
    more = one.count - len(one.students)
    return ", ".join(one.students) + (f" and {more} more" if more else "")


def _feedback(page: Page, book: Gradebook) -> None:
    for student in book.students:
        page.blank()
        page.line((student.name, "bold"), f"  {points(student.mark)} of {points(student.out_of)}")
        for row in student.rows:
            _row(page, row)


def _row(page: Page, row: Row) -> None:
    mark = "?" if row.mark is None else points(row.mark)
    page.line(
        (TITLES[row.verdict], _STYLES[row.verdict]),
        f"  {row.problem} {row.of}  {mark}/{points(row.out_of)}  {row.claim[:300]}",
        indent=2,
        hang=4,
    )
    page.line(row.feedback[:_LONGEST], indent=6, hang=2)


def _waiting(page: Page, book: Gradebook) -> None:
    waiting = [row for row in book.rows if row.mark is None]
    page.blank()
    if not waiting:
        return
    page.line(("FOR A HUMAN", "bold"))
    for row in waiting:
        page.line(
            (f"line {row.line}", "dim"), f"  {row.student}, {row.problem} {row.of}: {row.claim[:300]}", indent=2, hang=4
        )
        page.line(row.feedback[:_LONGEST].removeprefix("For a human to mark: "), indent=6, hang=2)
    page.blank()


# -- the spreadsheet ------------------------------------------------------------------------------------------------


def gradebook_csv(book: Gradebook) -> str:
    """One row for each student and derivative; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in book.rows:
        mark = "" if row.mark is None else points(row.mark)
        texts = (row.student, row.problem, row.of, row.claim[:_LONGEST])
        after = (row.verdict, row.misconception, row.feedback[:_LONGEST])
        writer.writerow((*map(_cell, texts), mark, points(row.out_of), *map(_cell, after)))
    return out.getvalue()


def _cell(text: str) -> str:
    """A text that no spreadsheet computes; numbers stay numbers."""
    shown = printable(text)
    if _NUMBER.fullmatch(shown):
        return shown
    return f"'{shown}" if text.lstrip(" ").startswith(_FORMULA) or shown.lstrip(" ").startswith(_FORMULA) else shown


# -- programs -------------------------------------------------------------------------------------------------------


def gradebook_json(book: Gradebook) -> str:
    """``gradcheck.grade/1``; a mark that a human must give is null."""
    document = {
        "schema": "gradcheck.grade/1",
        "title": book.title,
        "seed": book.seed,
        "timeout": book.timeout,
        "exit_code": book.exit_code,
        "students": [
            {
                "student": student.name,
                "mark": _number(student.mark),
                "pending": _number(student.pending),
                "out_of": _number(student.out_of),
                "rows": [_row_object(row) for row in student.rows],
            }
            for student in book.students
        ],
        "mistakes": [
            {
                "kind": one.kind,
                "name": one.name,
                "message": one.message,
                "count": one.count,
                "students": list(one.students),
                "where": [{"problem": problem, "of": of, "count": number} for problem, of, number in one.where],
            }
            for one in book.mistakes
        ],
        "problems": [
            {
                "id": asked.problem,
                "title": asked.title,
                "f": asked.f,
                "of": asked.of,
                "points": _number(asked.points),
                "counts": dict(asked.counts),
            }
            for asked in book.problems
        ],
        "errors": [{"line": error.line, "message": error.message} for error in book.errors],
        "notes": list(book.notes),
    }
    return written(document)


def _row_object(row: Row) -> dict[str, Any]:
    return {
        "problem": row.problem,
        "of": row.of,
        "claim": row.claim,
        "line": row.line or None,
        "mark": None if row.mark is None else _number(row.mark),
        "out_of": _number(row.out_of),
        "verdict": row.verdict,
        "misconception": row.misconception or None,
        "feedback": row.feedback,
        "result": None if row.result is None else claim_object(row.result),
    }


# -- a page of feedback ---------------------------------------------------------------------------------------------


def gradebook_markdown(book: Gradebook, style: Style) -> str:
    """For the teacher: totals, the class, shared mistakes; then the feedback to send to each student."""
    if style.quiet:
        return f"**{_outcome(book)}**: {closing(book)} (exit {book.exit_code})\n"
    lines = [f"# {plain(book.title) or 'Gradebook'}", "", f"{size(book)}; {closing(book)}.", "", "## Marks", ""]
    lines += table(
        ("student", "mark", "out of", "for a human"),
        ((plain(one.name), points(one.mark), points(one.out_of), pending(one).strip() or "–") for one in book.students),
    )
    lines += ["", "## The class", ""]
    lines += table(
        ("problem", "derivative", "points", *(TITLES[verdict] for verdict in book.problems[0].counts)),
        (
            (plain(one.problem), code(one.of), points(one.points), *map(str, one.counts.values()))
            for one in book.problems
        ),
    )
    lines += ["", "## Mistakes, most frequent first", ""]
    for one in book.mistakes:
        lines += [
            f"- **{count(one.count, 'student')}**: {plain(named(one))}, in {plain(where(one))}.",
            f"  For example {plain(_people(one))}: {plain(one.message)}.",
        ]
    lines += [] if book.mistakes else ["None."]
    troubles = [f"line {error.line}: {error.message}" for error in book.errors] + list(book.notes)
    if troubles:
        lines += ["", "## Rows to look at", "", *(f"- {plain(one)}" for one in troubles)]
    lines += ["", "## Feedback", ""]
    for student in book.students:
        lines += [f"### {plain(student.name)}: {points(student.mark)} of {points(student.out_of)}", ""]
        lines += [_item(row) for row in student.rows]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _item(row: Row) -> str:
    mark = "?" if row.mark is None else points(row.mark)
    answer = f" {code(row.claim[:300])}" if row.claim.strip() else ""
    head = f"- **{plain(row.problem)}** {code(row.of)}" if row.of else f"- **{plain(row.problem)}**"
    return f"{head} ({mark} of {points(row.out_of)}):{answer} {plain(row.feedback[:_LONGEST])}"


# -- words ----------------------------------------------------------------------------------------------------------


def points(value: Fraction | int) -> str:
    """2, 1.5, 0.333333; exact where a short decimal is."""
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def count(number: int, noun: str) -> str:
    """1 student, 2,000 students."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _short(text: str, width: int) -> str:
    shown = printable(text)
    if display_width(shown) <= width:
        return shown
    while display_width(shown) >= width:
        shown = shown[: -max(1, (display_width(shown) - width) // 2)]
    return f"{shown}…"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def gradebook_page(book: Gradebook, style: Style) -> str:
    """One page: the class, and a section for each student."""
    from gradcheck.reports.class_page import class_page

    return class_page(book, style)


GRADEBOOK_FORMATS: Final[Mapping[str, Callable[[Gradebook, Style], str]]] = {
    "table": gradebook_table,
    "csv": lambda book, _style: gradebook_csv(book),
    "json": lambda book, _style: gradebook_json(book),
    "markdown": gradebook_markdown,
    "html": gradebook_page,
}
"""The formats of ``gradcheck grade``."""
