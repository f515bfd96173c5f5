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

from gradcheck.claims.claim import Claim, Derivative, read_claim
from gradcheck.claims.verify import SECONDS, verify_claim
from gradcheck.deadline import Deadline, TimeUpError
from gradcheck.errors import GradcheckError, SyntaxProblem, did_you_mean, printable
from gradcheck.files.assignment import Assignment, Part, Problem, read_assignment, target_text
from gradcheck.files.submissions import BadRow, Submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gradcheck.results import ClaimResult

VerdictName = Literal["correct", "carried", "wrong", "undecided", "unreadable", "missing", "unknown"]
VERDICTS: Final[tuple[VerdictName, ...]] = (
    "correct", "carried", "wrong", "undecided", "unreadable", "missing", "unknown"
)  # fmt: skip
"""``carried``: follows from the student's own earlier value; ``unknown``: there is no such problem."""
_LONGEST_CLAIM: Final = 4_000
_MOST_STATEMENTS: Final = 24
"""Different derivatives that one student may state about one problem."""
_MOST_SOURCES: Final = 4
_EQUALS: Final = re.compile(r"(?<![=<>!])=(?!=)")
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
) -> Gradebook:
    """Mark every answer; the same input gives the same gradebook, whatever ``jobs`` is.

    Raises GradcheckError where the problem file cannot be used; nothing in the submissions raises.
    """
    assignment = read_assignment(problems_text, file)
    answers = _Answers(assignment)
    for entry in submissions_rows:
        answers.add(entry)
    marker = Marker(assignment, timeout, seed)
    if jobs > 1:
        from gradcheck.marking import prejudge

        prejudge(marker, problems_text, answers.sheets(marker), jobs)
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


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer, read against its problem."""

    text: str
    """The claim with its target."""
    shift: int
    """Characters that were put in front of what the student typed."""
    target: Derivative | None
    claim: Claim | None
    error: GradcheckError | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A student's last word on one derivative."""

    submission: Submission
    reading: Reading
    earlier: tuple[int, ...] = ()
    """The lines of the answers that it replaces."""

    @property
    def text(self) -> str:
        """The claim with its target."""
        return self.reading.text

    @property
    def is_usable(self) -> bool:
        """Whether it can be verified."""
        return self.reading.claim is not None and not self.submission.doubt


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is found out about one statement; it can be sent to another process."""

    result: ClaimResult | None
    trouble: str = ""
    """Why there is no result."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one statement of a sheet, in the light of the others."""

    verdict: VerdictName
    judgement: Judgement
    carried_from: tuple[str, ...] = ()
    rounded: bool = False
    """Whether the earlier values are right but rounded."""
    reason: str = ""


class Marker:
    """Verdicts on answers; equal answers to one problem are judged once."""

    def __init__(self, assignment: Assignment, timeout: float, seed: int) -> None:
        self.assignment = assignment
        self.timeout = timeout
        self.seed = seed
        self.readings: dict[tuple[int, str, str], Reading] = {}
        self.judgements: dict[tuple[int, str], Judgement] = {}
        self.followed: dict[tuple[int, str, tuple[str, ...], bool], bool] = {}
        self.outcomes: dict[tuple[int, tuple[str, ...]], dict[str, Outcome]] = {}

    # -- reading -----------------------------------------------------------------------------------------------------

    def last(
        self, number: int, submissions: Sequence[Submission]
    ) -> tuple[dict[Derivative | None, Answer], list[Answer]]:
        """The last answer to each derivative, and the answers of which it is unknown what they answer."""
        found: dict[Derivative | None, Answer] = {}
        lost: list[Answer] = []
        for submission in submissions:
            reading = self.read(number, submission.of, submission.claim)
            if not submission.claim.strip() and not submission.doubt:
                continue
            if reading.target is None:
                lost.append(Answer(submission, reading))
                continue
            before = found.get(reading.target)
            earlier = () if before is None else (*before.earlier, before.submission.line)
            found[reading.target] = Answer(submission, reading, earlier)
        return found, lost

    def read(self, number: int, of: str, claim: str) -> Reading:
        """A claim with its target, from the cells ``of`` and ``claim``."""
        key = (number, of, claim)
        found = self.readings.get(key)
        if found is None:
            found = self.readings[key] = self._read(self.assignment.problems[number], of.strip(), claim.strip())
        return found

    def _read(self, problem: Problem, of: str, claim: str) -> Reading:
        if len(claim) > _LONGEST_CLAIM or len(of) > _LONGEST_CLAIM:
            error = SyntaxProblem(f"the answer has {len(claim):,} characters; {_LONGEST_CLAIM:,} are read")
            return Reading("", 0, self._target(problem, of[:100]), None, error)
        bare = claim.removeprefix("=")
        wanted = self._target(problem, of) if of else None
        stated = _EQUALS.search(bare) is not None
        text, shift = bare, len(bare) - len(claim)
        if not stated and (of or len(problem.parts) == 1):
            head = f"{target_text(of, problem.graph) if of else problem.parts[0].of} = "
            text, shift = head + bare, shift + len(head)
            if not of:
                wanted = problem.parts[0].target
        if wanted is None and stated:
            wanted = self._target(problem, bare.partition("=")[0])
        try:
            found = read_claim(text, problem.graph)
        except GradcheckError as error:
            return Reading(text, shift, wanted, None, error)
        except Exception as bug:  # noqa: BLE001 - no answer may stop the marking of the others
            return Reading(text, shift, wanted, None, SyntaxProblem(f"gradcheck failed on it ({type(bug).__name__})"))
        said = ""
        if of and _EQUALS.search(of):
            said = "the column of says which derivative is meant and nothing else"
        elif wanted is not None and found.target != wanted:
            said = f"the column of says {of}, but the answer says {found.shown}"
        if said:
            return Reading(text, shift, wanted, None, SyntaxProblem(said))
        return Reading(text, shift, found.target, found)

    @staticmethod
    def _target(problem: Problem, of: str) -> Derivative | None:
        if not of.strip() or _EQUALS.search(of):
            return None
        try:
            return read_claim(f"{target_text(of, problem.graph)} = 0", problem.graph).target
        except GradcheckError:
            return None

    # -- judging -----------------------------------------------------------------------------------------------------

    def judge(self, number: int, text: str) -> Judgement:
        """The verdict on one statement by itself."""
        key = (number, text)
        found = self.judgements.get(key)
        if found is None:
            found = self.judgements[key] = self._judge(self.assignment.problems[number], text)
        return found

    def _judge(self, problem: Problem, text: str) -> Judgement:
        deadline = Deadline(self.timeout)
        try:
            with Deadline(2 * self.timeout + 1).enforced():
                return Judgement(
                    verify_claim(
                        problem.graph,
                        text,
                        at=problem.at,
                        declarations=dict(problem.declarations),
                        seed=self.seed,
                        rtol=problem.rtol,
                        deadline=deadline,
                    )
                )
        except TimeUpError:
            return Judgement(None, "the time limit was reached")
        except GradcheckError as error:
            return Judgement(None, error.message)
        except Exception as bug:  # noqa: BLE001 - no answer may stop the marking of the others
            return Judgement(None, f"gradcheck failed on it ({type(bug).__name__}); please report this")

    def sheet(self, number: int, answers: Mapping[Derivative | None, Answer]) -> dict[str, Outcome]:
        """The verdict on every usable statement of one student about one problem, by its text."""
        texts = tuple(one.text for one in answers.values() if one.is_usable)
        found = self.outcomes.get((number, texts))
        if found is None:
            found = self.outcomes[number, texts] = self._sheet(number, texts)
        return found

    def _sheet(self, number: int, texts: tuple[str, ...]) -> dict[str, Outcome]:
        problem = self.assignment.problems[number]
        claims: dict[Derivative, Claim] = {}
        for text in texts:
            claim = read_claim(text, problem.graph)
            claims[claim.target] = claim
        asked = {part.target for part in problem.parts}
        kept = [target for target in claims if target in asked]
        kept += [target for target in claims if target not in asked][: max(0, _MOST_STATEMENTS - len(kept))]
        claims = {target: claims[target] for target in kept}
        judged = {target: self.judge(number, claim.text) for target, claim in claims.items()}
        grounded = _grounded(claims)
        return {claim.text: self._outcome(number, target, claims, judged, grounded) for target, claim in claims.items()}

    def _outcome(
        self,
        number: int,
        target: Derivative,
        claims: Mapping[Derivative, Claim],
        judged: Mapping[Derivative, Judgement],
        grounded: set[Derivative],
    ) -> Outcome:
        judgement, claim = judged[target], claims[target]
        if judgement.result is None:
            return Outcome("undecided", judgement, reason=judgement.trouble)
        verdict = judgement.result.verdict
        used = set(claim.derivatives.values())
        if target not in grounded:
            unstated = [name for name, one in claim.derivatives.items() if one not in claims]
            if unstated:
                names = ", ".join(name.replace("ǀ", "/") for name in unstated)
                reason = f"it uses {names}, which no other answer states in readable form"
                return Outcome("wrong" if verdict == "wrong" else "undecided", judgement, reason=reason)
            return Outcome("wrong", judgement, reason="it states a derivative by itself, in a circle")
        if verdict == "undecided":
            return Outcome("undecided", judgement, reason=judgement.result.reason)
        if verdict == "correct" and _shows_nothing(claim, judgement.result):
            reason = f"{claim.reading} has no digit of {judgement.result.evidence.actual}"
            return Outcome("undecided", judgement, reason=reason)
        others = [one for one in claims if one != target and one in grounded]
        wrong = [one for one in others if (found := judged[one].result) is not None and found.verdict == "wrong"]
        needed = _reached(used, claims) & set(wrong)
        if verdict == "wrong" or needed:
            sources = self._sources(number, claim, claims, wrong, needed, rounded=False)
            if sources:
                return Outcome("carried", judgement, tuple(claims[one].text.strip() for one in sources))
        if verdict == "wrong" and claim.unit is not None:
            inexact = [one for one in others if claims[one].unit is not None and one not in wrong]
            sources = self._sources(number, claim, claims, inexact, set(), rounded=True)
            if sources:
                return Outcome("carried", judgement, tuple(claims[one].text.strip() for one in sources), rounded=True)
        return Outcome(verdict, judgement, reason=judgement.result.reason)

    def _sources(
        self,
        number: int,
        claim: Claim,
        claims: Mapping[Derivative, Claim],
        candidates: Sequence[Derivative],
        needed: set[Derivative],
        *,
        rounded: bool,
    ) -> tuple[Derivative, ...]:
        """The fewest of the student's statements from which the claim follows; none where it does not."""
        free = [one for one in candidates if one not in needed][:_MOST_SOURCES]
        for size in range(len(free) + 1):
            for chosen in itertools.combinations(free, size):
                sources = (*sorted(needed, key=candidates.index), *chosen)
                if sources and self._follows(number, claim, claims, sources, rounded=rounded):
                    return sources
        return ()

    def _follows(
        self,
        number: int,
        claim: Claim,
        claims: Mapping[Derivative, Claim],
        sources: Sequence[Derivative],
        *,
        rounded: bool,
    ) -> bool:
        key = (number, claim.text, tuple(claims[one].text for one in sources), rounded)
        found = self.followed.get(key)
        if found is None:
            own = {one: claims[one] for one in sources}
            found = self.followed[key] = self._follow(self.assignment.problems[number], claim, own, rounded=rounded)
        return found

    def _follow(self, problem: Problem, claim: Claim, own: Mapping[Derivative, Claim], *, rounded: bool) -> bool:
        from gradcheck.claims.carried import Follower

        at = problem.at if all(name in problem.at for name in problem.graph.inputs) else None
        rtol = None if problem.rtol is None else Fraction(problem.rtol)
        try:
            with Deadline(2 * self.timeout + 1).enforced():
                return Follower(
                    problem.graph,
                    claim,
                    own,
                    rounded=not rounded,
                    declarations=problem.declarations,
                    at=at,
                    seed=self.seed,
                    rtol=rtol,
                    deadline=Deadline(self.timeout),
                ).follows()
        except Exception:  # noqa: BLE001 - no credit is carried where it cannot be shown; the claim stays wrong
            return False


def _shows_nothing(claim: Claim, result: ClaimResult) -> bool:
    """Whether a rounded number is a zero for something that is not: 0.0e2 is right for everything up to 5."""
    value = claim.statement.numbers.get(claim.statement.output)
    return claim.unit is not None and value == 0 and result.evidence.actual not in {"", "0"}


def _grounded(claims: Mapping[Derivative, Claim]) -> set[Derivative]:
    """The statements that rest on no unstated derivative and on no circle."""
    found: set[Derivative] = set()
    while True:
        more = {
            target
            for target, claim in claims.items()
            if target not in found and all(one in found for one in claim.derivatives.values())
        }
        if not more:
            return found
        found |= more


def _reached(used: Iterable[Derivative], claims: Mapping[Derivative, Claim]) -> set[Derivative]:
    """All statements that some statements rest on."""
    found: set[Derivative] = set()
    waiting = list(used)
    while waiting:
        one = waiting.pop()
        if one not in found and one in claims:
            found.add(one)
            waiting += claims[one].derivatives.values()
    return found


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
    found: dict[Derivative | None, Answer],
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
    from gradcheck import feedback

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
            feedback=f"More than {_MOST_STATEMENTS} derivatives are stated." + after,
        )
    result = outcome.judgement.result
    diagnosis = (
        result.diagnosis if result is not None and outcome.verdict == "wrong" and result.verdict == "wrong" else None
    )
    assert reading.claim is not None
    if result is not None and _shows_nothing(reading.claim, result):
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
    counts: dict[tuple[str, str], Counter[VerdictName]] = defaultdict(Counter)
    for row in rows:
        if row.out_of or row.verdict == "missing":
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
