"""``gradcheck grade``: a class's answers become marks, feedback, and the mistakes that the class shares.

An answer is data: it is read by gradcheck's own language, and whatever it is, it changes its own mark only.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from gradcheck import feedback
from gradcheck.claims.claim import Derivative
from gradcheck.claims.verify import SECONDS
from gradcheck.errors import did_you_mean, printable
from gradcheck.files.assignment import Assignment, Part, Problem, read_assignment
from gradcheck.files.submissions import BadRow, Submission
from gradcheck.marking import MOST_STATEMENTS, VERDICTS, Answer, Marker, Outcome, VerdictName, shows_nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from concurrent.futures import Executor

    from gradcheck.claims.array_claim import Target
    from gradcheck.verdicts import ClaimResult

_ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Row:
    """One student's mark for one derivative; ``mark`` is None where a human must decide."""

    student: str
    problem: str
    of: str
    claim: str
    line: int
    """Where it stands in the table of submissions; 0 for what was not answered."""
    mark: Fraction | None
    out_of: Fraction
    verdict: VerdictName
    misconception: str
    feedback: str
    result: ClaimResult | None = None


@dataclass(frozen=True, slots=True)
class Student:
    """One student's total; ``pending`` are points that a human still has to decide on."""

    name: str
    mark: Fraction
    pending: Fraction
    out_of: Fraction
    humans: int
    """Answers that wait for a human."""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SharedMistake:
    """A mistake that several answers show: a misconception, or one wrong answer that nothing explains."""

    kind: Literal["misconception", "answer"]
    name: str
    message: str
    """What is said to the first of the students."""
    count: int
    """Students who made it."""
    students: tuple[str, ...]
    """The first few of them."""
    where: tuple[tuple[str, str, int], ...]
    """Problem, derivative and how many students, most first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One derivative of the assignment, and how the class did."""

    problem: str
    title: str
    f: str
    of: str
    points: Fraction
    counts: Mapping[VerdictName, int]


@dataclass(frozen=True, slots=True)
class Gradebook:
    """Everything ``gradcheck grade`` reports."""

    title: str
    students: tuple[Student, ...]
    mistakes: tuple[SharedMistake, ...]
    problems: tuple[Asked, ...]
    errors: tuple[BadRow, ...]
    notes: tuple[str, ...]
    seed: int
    timeout: float

    @property
    def rows(self) -> Iterator[Row]:
        """All marks, student by student in the order of the table, problem by problem."""
        return itertools.chain.from_iterable(student.rows for student in self.students)

    @property
    def exit_code(self) -> int:
        """2 where a row belongs to nobody, 3 where a mark waits for a human, else 0."""
        return 2 if self.errors else 3 if any(student.humans for student in self.students) else 0


def grade(
    problems_text: str,
    submissions_rows: Iterable[Submission | BadRow],
    *,
    jobs: int = 1,
    timeout: float = SECONDS,
    seed: int = 0,
    file: str = "the problem file",
    executor: Executor | None = None,
    isolated: bool = False,
) -> Gradebook:
    """Mark every answer; the same input gives the same gradebook, whatever ``jobs``, ``executor``, ``isolated`` are.

    Raises GradcheckError where the problem file cannot be used; nothing in the submissions raises.
    """
    assignment = read_assignment(problems_text, file)
    answers = _Answers(assignment)
    for entry in submissions_rows:
        answers.add(entry)
    marker = Marker(assignment, timeout, seed)
    if jobs > 1 or executor is not None or isolated:
        marker.prejudge(answers.sheets(marker), jobs, executor, isolated=isolated)
    students = tuple(_student(name, answers, marker) for name in answers.by_student)
    rows = [row for student in students for row in student.rows]
    return Gradebook(
        title=assignment.title,
        students=students,
        mistakes=_mistakes(rows),
        problems=_asked(assignment, rows),
        errors=tuple(answers.errors),
        notes=tuple(_notes(answers.by_student)),
        seed=seed,
        timeout=timeout,
    )


# -- who answered what ----------------------------------------------------------------------------------------------


class _Answers:
    """The submissions by student and problem."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.by_student: dict[str, dict[int, list[Submission]]] = {}
        self.strangers: dict[str, list[Submission]] = defaultdict(list)
        self.errors: list[BadRow] = []
        self._numbers = {problem.id: number for number, problem in enumerate(assignment.problems)}
        self._folded = {id_.casefold(): number for id_, number in self._numbers.items()}

    def add(self, entry: Submission | BadRow) -> None:
        if isinstance(entry, BadRow):
            self.errors.append(entry)
            return
        sheet = self.by_student.setdefault(entry.student, {})
        number = self._problem(entry.problem)
        if number is None:
            self.strangers[entry.student].append(entry)
        else:
            sheet.setdefault(number, []).append(entry)

    def _problem(self, id_: str) -> int | None:
        """The problem of that id; capitals do not matter, nor does a spreadsheet's 1.0 for 1."""
        found = self._numbers.get(id_)
        return found if found is not None else self._folded.get(re.sub(r"^(\d+)[.,]0+$", r"\1", id_).casefold())

    def sheets(self, marker: Marker) -> list[tuple[int, tuple[str, ...]]]:
        """What each student states about each problem, without repetition."""
        found: dict[tuple[int, tuple[str, ...]], None] = {}
        for sheet in self.by_student.values():
            for number, submissions in sheet.items():
                texts = tuple(one.text for one in marker.last(number, submissions)[0].values() if one.is_usable)
                found[number, texts] = None
        return list(found)


# -- marks ----------------------------------------------------------------------------------------------------------


def _student(name: str, answers: _Answers, marker: Marker) -> Student:
    rows: list[Row] = []
    sheet = answers.by_student[name]
    for number, problem in enumerate(marker.assignment.problems):
        rows += _problem_rows(name, problem, *marker.last(number, sheet.get(number, ())), marker, number)
    ids = [problem.id for problem in marker.assignment.problems]
    for one in answers.strangers.get(name, ()):
        hint = did_you_mean(one.problem[:60], ids) or f"there are {', '.join(ids)[:200]}"
        feedback = f"There is no problem '{one.problem[:60]}' ({hint})."
        rows.append(Row(name, one.problem, one.of, one.claim, one.line, None, _ZERO, "unknown", "", feedback))
    waiting = [row for row in rows if row.mark is None]
    return Student(
        name,
        sum((row.mark for row in rows if row.mark is not None), _ZERO),
        sum((row.out_of for row in waiting), _ZERO),
        sum((row.out_of for row in rows), _ZERO),
        len(waiting),
        tuple(rows),
    )


def _problem_rows(
    name: str,
    problem: Problem,
    found: dict[Derivative | Target | None, Answer],
    lost: list[Answer],
    marker: Marker,
    number: int,
) -> Iterator[Row]:
    outcomes = marker.sheet(number, found)
    asked = {part.target for part in problem.parts}
    for part in problem.parts:
        answer = found.get(part.target)
        if answer is None and len(problem.parts) == 1 and lost:
            answer = replace(lost.pop(), earlier=tuple(one.submission.line for one in lost))
            lost.clear()
        if answer is None:
            yield Row(name, problem.id, part.of, "", 0, _ZERO, part.points, "missing", "", "Not answered.")
        else:
            yield _row(name, problem, part, answer, outcomes.get(answer.text))
    extra = [answer for target, answer in found.items() if target not in asked]
    for answer in sorted((*extra, *lost), key=lambda one: one.submission.line):
        of = answer.reading.claim.shown if answer.reading.claim is not None else answer.submission.of
        part = Part(of, Derivative(0, None), _ZERO)
        row = _row(name, problem, part, answer, outcomes.get(answer.text) if answer.is_usable else None)
        doubt = answer.submission.doubt
        head = (
            "It was not asked for, so it gives no points. " if answer.reading.target is not None and not doubt else ""
        )
        yield replace(row, feedback=head + row.feedback, mark=None if doubt else _ZERO)


def _row(name: str, problem: Problem, part: Part, answer: Answer, outcome: Outcome | None) -> Row:
    submission, reading = answer.submission, answer.reading
    points = part.points
    base = Row(name, problem.id, part.of, submission.claim, submission.line, None, points, "undecided", "", "")
    after = feedback.history(answer.earlier, submission.line, submission.notes)
    if submission.doubt:
        said = feedback.for_a_human(submission.doubt)
        return replace(base, feedback=said + after)
    if reading.error is not None:
        said = feedback.unreadable(reading.error, reading.text, reading.shift)
        return replace(base, mark=_ZERO, verdict="unreadable", feedback=said + after)
    if outcome is None:  # one of too many statements that nobody asked for
        return replace(
            base,
            mark=_ZERO,
            verdict="unreadable",
            feedback=f"More than {MOST_STATEMENTS} derivatives are stated." + after,
        )
    result = outcome.judgement.result
    diagnosis = (
        result.diagnosis if result is not None and outcome.verdict == "wrong" and result.verdict == "wrong" else None
    )
    assert reading.claim is not None
    if result is not None and shows_nothing(reading.claim, result):
        diagnosis = None  # a zero of so few digits is consistent with every mistake
        result = replace(result, diagnosis=None)
    share: Fraction | None
    match outcome.verdict:
        case "correct":
            share = Fraction(1)
        case "carried":
            share = problem.partial.carried
        case "wrong":
            share = problem.partial.undiagnosed if diagnosis is None else problem.partial.diagnosed
        case _:
            share = None
    said = feedback.said(outcome.verdict, result, outcome.reason, outcome.carried_from, rounded=outcome.rounded)
    if diagnosis is not None:
        said += feedback.legend(diagnosis.message, problem.graph)
    mark = None if share is None else points * share
    if mark is not None and outcome.verdict in {"wrong", "carried"} and mark:
        said += f" This gives {feedback.points(mark)} of {feedback.points(points)} point{'s' * (points != 1)}."
    return replace(
        base,
        mark=mark,
        verdict=outcome.verdict,
        misconception="" if diagnosis is None else diagnosis.misconception,
        feedback=said + after,
        result=result,
    )


# -- the class ------------------------------------------------------------------------------------------------------

_EXAMPLES: Final = 5


@dataclass(slots=True)
class _Tally:
    message: str
    students: dict[str, None] = field(default_factory=dict)
    where: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)


def _mistakes(rows: Iterable[Row]) -> tuple[SharedMistake, ...]:
    """Misconceptions, and wrong answers that several students gave; most frequent first."""
    tallies: dict[tuple[Literal["misconception", "answer"], str, str], _Tally] = {}
    for row in rows:
        if row.verdict != "wrong" or row.result is None:
            continue
        if row.misconception:
            assert row.result.diagnosis is not None
            message = row.result.diagnosis.message
            tally = tallies.setdefault(("misconception", row.misconception, ""), _Tally(message))
        else:
            name = f"{row.result.of} = {row.result.reading}"
            tally = tallies.setdefault(("answer", name, row.problem), _Tally(row.result.reason))
        tally.students[row.student] = None
        tally.where.setdefault((row.problem, row.of), {})[row.student] = None
    found = [
        SharedMistake(
            kind,
            name,
            tally.message,
            len(tally.students),
            tuple(itertools.islice(tally.students, _EXAMPLES)),
            tuple(
                (problem, of, len(who))
                for (problem, of), who in sorted(tally.where.items(), key=lambda item: -len(item[1]))
            ),
        )
        for (kind, name, _), tally in tallies.items()
        if kind == "misconception" or len(tally.students) > 1
    ]
    return tuple(sorted(found, key=lambda one: -one.count))


def _asked(assignment: Assignment, rows: Iterable[Row]) -> tuple[Asked, ...]:
    counts: dict[tuple[str, str], Counter[VerdictName]] = {
        (problem.id, part.of): Counter() for problem in assignment.problems for part in problem.parts
    }
    for row in rows:
        if (row.problem, row.of) in counts:
            counts[row.problem, row.of][row.verdict] += 1
    return tuple(
        Asked(
            problem.id,
            problem.title,
            problem.f,
            part.of,
            part.points,
            {verdict: counts[problem.id, part.of][verdict] for verdict in VERDICTS[:-1]},
        )
        for problem in assignment.problems
        for part in problem.parts
    )


def _notes(names: Iterable[str]) -> Iterator[str]:
    """Names that look alike: they are marked as different students, but a teacher should know."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        alike["".join(one for one in name.casefold() if one.isalnum())].append(name)
    for several in alike.values():
        if len(several) > 1:
            shown = ", ".join(f"'{printable(name)[:60]}'" for name in several[:5])
            yield f"these names look alike and are marked as {len(several)} students: {shown}"
