"""Verdicts on a student's answers: each by itself, and in the light of what the same student states elsewhere.

Equal answers are judged once, in this process or in several.
"""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from gradcheck import batch
from gradcheck.claims.carried import Follower
from gradcheck.claims.claim import Claim
from gradcheck.claims.stated import read_stated, what_is_stated
from gradcheck.claims.verify import Task
from gradcheck.deadline import Deadline
from gradcheck.errors import GradcheckError, SyntaxProblem
from gradcheck.files import RowError
from gradcheck.files.assignment import Assignment, Problem, target_text
from gradcheck.reading import equals_sign, halves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from concurrent.futures import Executor

    from gradcheck.claims.array_claim import ArrayClaim, Target
    from gradcheck.claims.claim import Derivative
    from gradcheck.files.submissions import Submission
    from gradcheck.verdicts import ClaimResult

VerdictName = Literal["correct", "carried", "wrong", "undecided", "unreadable", "missing", "unknown"]
VERDICTS: Final[tuple[VerdictName, ...]] = (
    "correct", "carried", "wrong", "undecided", "unreadable", "missing", "unknown"
)  # fmt: skip
"""``carried``: follows from the student's own earlier value; ``unknown``: there is no such problem."""
_LONGEST_CLAIM: Final = 4_000
MOST_STATEMENTS: Final = 24
"""Different derivatives that one student may state about one problem."""
_MOST_SOURCES: Final = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer, read against its problem."""

    text: str
    """The claim with its target."""
    shift: int
    """Characters that were put in front of what the student typed."""
    target: Derivative | Target | None
    claim: Claim | ArrayClaim | None
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
    ) -> tuple[dict[Derivative | Target | None, Answer], list[Answer]]:
        """The last answer to each derivative, and the answers of which it is unknown what they answer."""
        found: dict[Derivative | Target | None, Answer] = {}
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
        stated = equals_sign(bare) >= 0
        text, shift = bare, len(bare) - len(claim)
        if not stated and (of or len(problem.parts) == 1):
            head = f"{target_text(of, problem.graph) if of else problem.parts[0].of} = "
            text, shift = head + bare, shift + len(head)
            if not of:
                wanted = problem.parts[0].target
        if wanted is None and stated:
            wanted = self._target(problem, halves(bare)[0])
        try:
            found = read_stated(text, problem.graph, sizes=problem.sizes)
        except GradcheckError as error:
            return Reading(text, shift, wanted, None, error)
        except Exception as bug:  # noqa: BLE001 - no answer may stop the marking of the others
            return Reading(text, shift, wanted, None, SyntaxProblem(f"gradcheck failed on it ({type(bug).__name__})"))
        said = ""
        if of and equals_sign(of) >= 0:
            said = "the column of says which derivative is meant and nothing else"
        elif wanted is not None and what_is_stated(found.target) != wanted:
            said = f"the column of says {of}, but the answer says {found.shown}"
        if said:
            return Reading(text, shift, wanted, None, SyntaxProblem(said))
        return Reading(text, shift, what_is_stated(found.target), found)

    @staticmethod
    def _target(problem: Problem, of: str) -> Derivative | Target | None:
        if not of.strip() or equals_sign(of) >= 0:
            return None
        try:
            text = f"{target_text(of, problem.graph)} = 0"
            return what_is_stated(read_stated(text, problem.graph, sizes=problem.sizes).target)
        except GradcheckError:
            return None

    # -- judging -----------------------------------------------------------------------------------------------------

    def judge(self, number: int, text: str) -> Judgement:
        """The verdict on one statement by itself."""
        key = (number, text)
        found = self.judgements.get(key)
        if found is None:
            (outcome,) = batch.Worker(self.timeout)([self._task(number, text)])
            found = self.judgements[key] = _judgement(outcome)
        return found

    def prejudge(
        self,
        sheets: Iterable[tuple[int, tuple[str, ...]]],
        jobs: int,
        executor: Executor | None = None,
        *,
        isolated: bool = False,
    ) -> None:
        """Judge all statements of some sheets in other processes, each statement once."""
        waiting = list(dict.fromkeys((number, text) for number, texts in sheets for text in texts))
        tasks = (self._task(number, text) for number, text in waiting)
        outcomes = batch.run(tasks, jobs=jobs, timeout=self.timeout, executor=executor, isolated=isolated)
        with contextlib.closing(outcomes):
            for key, outcome in zip(waiting, outcomes, strict=True):
                self.judgements[key] = _judgement(outcome)

    def _task(self, number: int, text: str) -> Task:
        problem = self.assignment.problems[number]
        return Task(
            expression=problem.f,
            claim=text,
            at=problem.at_text,
            declarations=problem.declared,
            rtol=problem.rtol,
            layout=problem.layout,
            seed=self.seed,
        )

    def sheet(self, number: int, answers: Mapping[Derivative | Target | None, Answer]) -> dict[str, Outcome]:
        """The verdict on every usable statement of one student about one problem, by its text."""
        texts = tuple(one.text for one in answers.values() if one.is_usable)
        found = self.outcomes.get((number, texts))
        if found is None:
            found = self.outcomes[number, texts] = self._sheet(number, texts)
        return found

    def _sheet(self, number: int, texts: tuple[str, ...]) -> dict[str, Outcome]:
        problem = self.assignment.problems[number]
        claims: dict[Derivative | Target, Claim | ArrayClaim] = {}
        for text in texts:
            claim = read_stated(text, problem.graph, sizes=problem.sizes)
            claims[what_is_stated(claim.target)] = claim
        asked = {part.target for part in problem.parts}
        kept = [target for target in claims if target in asked]
        kept += [target for target in claims if target not in asked][: max(0, MOST_STATEMENTS - len(kept))]
        claims = {target: claims[target] for target in kept}
        judged = {target: self.judge(number, claim.text) for target, claim in claims.items()}
        grounded = _grounded(claims)
        return {claim.text: self._outcome(number, target, claims, judged, grounded) for target, claim in claims.items()}

    def _outcome(
        self,
        number: int,
        target: Derivative | Target,
        claims: Mapping[Derivative | Target, Claim | ArrayClaim],
        judged: Mapping[Derivative | Target, Judgement],
        grounded: set[Derivative | Target],
    ) -> Outcome:
        judgement, claim = judged[target], claims[target]
        if judgement.result is None:
            return Outcome("undecided", judgement, reason=judgement.trouble)
        verdict = judgement.result.verdict
        used = _used(claim)
        if target not in grounded:
            unstated = [name for name, one in claim.derivatives.items() if what_is_stated(one) not in claims]
            if unstated:
                names = ", ".join(name.replace("ǀ", "/") for name in unstated)
                reason = f"it uses {names}, which no other answer states in readable form"
                return Outcome("wrong" if verdict == "wrong" else "undecided", judgement, reason=reason)
            return Outcome("wrong", judgement, reason="it states a derivative by itself, in a circle")
        if verdict == "undecided":
            return Outcome("undecided", judgement, reason=judgement.result.reason)
        if verdict == "correct" and shows_nothing(claim, judgement.result):
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
        claim: Claim | ArrayClaim,
        claims: Mapping[Derivative | Target, Claim | ArrayClaim],
        candidates: Sequence[Derivative | Target],
        needed: set[Derivative | Target],
        *,
        rounded: bool,
    ) -> tuple[Derivative | Target, ...]:
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
        claim: Claim | ArrayClaim,
        claims: Mapping[Derivative | Target, Claim | ArrayClaim],
        sources: Sequence[Derivative | Target],
        *,
        rounded: bool,
    ) -> bool:
        key = (number, claim.text, tuple(claims[one].text for one in sources), rounded)
        found = self.followed.get(key)
        if found is None:
            own = {one: claims[one] for one in sources}
            found = self.followed[key] = self._follow(self.assignment.problems[number], claim, own, rounded=rounded)
        return found

    def _follow(
        self,
        problem: Problem,
        claim: Claim | ArrayClaim,
        own: Mapping[Derivative | Target, Claim | ArrayClaim],
        *,
        rounded: bool,
    ) -> bool:
        if not isinstance(claim, Claim):
            return self._follows_by_name(problem, claim, own)
        at = problem.at if all(name in problem.at for name in problem.graph.inputs) else None
        rtol = None if problem.rtol is None else Fraction(problem.rtol)
        try:
            with Deadline(2 * self.timeout + 1).enforced():
                return Follower(
                    problem.graph,
                    claim,
                    {one.target: one for one in own.values() if isinstance(one, Claim)},
                    widened=not rounded,
                    declarations=problem.declarations,
                    at=at,
                    seed=self.seed,
                    rtol=rtol,
                    deadline=Deadline(self.timeout),
                ).follows()
        except Exception:  # noqa: BLE001 - no credit is carried where it cannot be shown; the claim stays wrong
            return False

    def _follows_by_name(
        self, problem: Problem, claim: ArrayClaim, own: Mapping[Derivative | Target, Claim | ArrayClaim]
    ) -> bool:
        """Whether a claim about arrays is the chain rule in the names of its author's statements: dL/da @ x.T."""
        number = self.assignment.problems.index(problem)
        result = self.judge(number, claim.text).result
        return result is not None and result.verdict == "correct" and set(own) <= _used(claim)


def shows_nothing(claim: Claim | ArrayClaim, result: ClaimResult) -> bool:
    """Whether a rounded number is a zero for something that is not: 0.0e2 is right for everything up to 5."""
    if not isinstance(claim, Claim):
        return False
    value = claim.statement.numbers.get(claim.statement.output)
    return claim.unit is not None and value == 0 and result.evidence.actual not in {"", "0"}


def _judgement(outcome: ClaimResult | RowError) -> Judgement:
    return Judgement(None, outcome.message) if isinstance(outcome, RowError) else Judgement(outcome)


def _used(claim: Claim | ArrayClaim) -> set[Derivative | Target]:
    """The stated derivatives that a claim rests on."""
    return {what_is_stated(one) for one in claim.derivatives.values()}


def _grounded(claims: Mapping[Derivative | Target, Claim | ArrayClaim]) -> set[Derivative | Target]:
    """The statements that rest on no unstated derivative and on no circle."""
    found: set[Derivative | Target] = set()
    while True:
        more = {
            target
            for target, claim in claims.items()
            if target not in found and all(one in found for one in _used(claim))
        }
        if not more:
            return found
        found |= more


def _reached(
    used: Iterable[Derivative | Target], claims: Mapping[Derivative | Target, Claim | ArrayClaim]
) -> set[Derivative | Target]:
    """All statements that some statements rest on."""
    found: set[Derivative | Target] = set()
    waiting = list(used)
    while waiting:
        one = waiting.pop()
        if one not in found and one in claims:
            found.add(one)
            waiting += _used(claims[one])
    return found
