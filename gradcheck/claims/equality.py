"""The verdict on a claim: refute first, in Arb balls, at seeded points spread over the function's own domain.

``wrong`` is only said on a counterexample (two enclosures that exclude each other). ``correct`` needs at least 12
points at which claim and derivative agree to 30 digits, with every kink seen from both sides or proved to be on one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Unpack

from flint import arb, fmpq

from gradcheck import limits
from gradcheck.arithmetic.balls import NAN, shared
from gradcheck.arithmetic.residues import NoResidueError, shared_residues
from gradcheck.claims.comparison import (
    AGREE,
    DIFFER,
    LAST_PRECISION,
    PRECISION,
    UNDEFINED,
    UNSETTLED,
    Comparison,
    Meeting,
    Options,
    tolerance,
    within_digits,
)
from gradcheck.claims.kinks import Kinks
from gradcheck.decimals import from_ball, text
from gradcheck.declarations import allows
from gradcheck.syntax.printing import number_text
from gradcheck.verdicts import ClaimResult, Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.claims.claim import Claim
    from gradcheck.graph import Graph
    from gradcheck.syntax.tree import Exact

WANTED: Final = 14
ENOUGH: Final = 12
_TRIES: Final = 400
_PATIENCE: Final = 60
"""Points after which a claim for which there is little hope is given up, where none agrees."""
_DEEP: Final = 4_096
"""Bits of a last look: a difference as small as exp(-2000) shows."""


class Verifier(Comparison):
    """One claim against one graph, at as many points as it takes."""

    def __init__(
        self,
        graph: Graph,
        claim: Claim,
        *,
        hopeful: bool = True,
        **options: Unpack[Options],
    ) -> None:
        """Where there is little hope that the claim is right (not ``hopeful``), fewer points are looked at.

        The rest is as for a comparison.
        """
        super().__init__(graph, claim, **options)
        self.patience = _TRIES if hopeful else _PATIENCE
        if not hopeful:
            self.first = 1
        self.agreeing: list[Meeting] = []
        self.counterexample: Mapping[str, Exact] | None = None
        self.kinks = Kinks(self.views[claim.target.of], claim, self.views, self.declarations)

    def verify(self) -> ClaimResult:
        """The verdict; where ∂of/∂wrt is also a local derivative, either reading may be meant."""
        if self.claim.is_number and self.at and self.graph.inputs:
            return self._at_the_point()
        found = self._everywhere()
        if found.verdict == "wrong" and self._has_another_path():
            self.local = True
            local = self._everywhere()
            self.local = False
            if local.verdict == "correct":
                note = f"as the local derivative; the total derivative {self.claim.shown} has more paths"
                return replace(local, notes=(*local.notes, note))
        return found

    # -- everywhere ----------------------------------------------------------------------------------------------

    def _everywhere(self) -> ClaimResult:
        self.agreeing = agreeing = []
        undefined: list[Meeting] = []
        unsettled: list[Meeting] = []
        self.kinks.clear()
        watched = not self.kinks.is_none
        for tries, meeting in enumerate(self.meetings(), 1):
            if meeting.outcome == DIFFER:
                return self._wrong(meeting)
            if meeting.outcome == AGREE:
                agreeing.append(meeting)
                if watched:
                    self.kinks.see(self, meeting.point)
            elif meeting.outcome == UNDEFINED:
                undefined.append(meeting)
            elif meeting.outcome == UNSETTLED:
                unsettled.append(meeting)
            if len(agreeing) >= WANTED or tries >= (_TRIES if agreeing else self.patience) or not self.graph.inputs:
                break
            if self.deadline.passed():
                return self._result("undecided", Evidence("timeout", len(agreeing)), "the time limit was reached")
        return self._conclude(agreeing, undefined, unsettled)

    def _conclude(
        self, agreeing: Sequence[Meeting], undefined: Sequence[Meeting], unsettled: Sequence[Meeting]
    ) -> ClaimResult:
        if undefined:
            found = self._subdomain(undefined, agreeing)
            if found is not None:
                return found
        if not agreeing:
            if unsettled:
                reason = "no precision within the limits settles it"
                return self._result("undecided", Evidence("precision", at=_texts(unsettled[0].point)), reason)
            reason = "no point was found at which the derivative exists"
            return self._result("undecided", Evidence("no-points"), reason)
        for point in self.kinks.near(self):
            meeting = self.meet(point)
            if meeting.outcome == DIFFER:
                return self._wrong(meeting)
            if meeting.outcome == AGREE:
                self.kinks.see(self, point)
        deep = self._deep_difference()
        if deep is not None:
            return self._wrong(deep)
        missing = self.kinks.still_unseen()
        count = len(self.agreeing)
        if missing:
            reason = f"{missing} was seen on one side of its kink only"
            return self._result("undecided", Evidence("kink", count), reason)
        if count < ENOUGH and self.graph.inputs:
            reason = f"only {count} point{'s were' if count > 1 else ' was'} found at which the derivative exists"
            return self._result("undecided", Evidence("points", count), reason)
        notes: tuple[str, ...] = ()
        if undefined:
            where = ", ".join(f"{name} = {value}" for name, value in _texts(undefined[0].point).items())
            notes = (f"the claim has no value at isolated points, such as {where}",)
        return self._result("correct", Evidence("points", count, limits.AGREEMENT_DIGITS), notes=notes)

    def _deep_difference(self) -> Meeting | None:
        """A difference far beyond 30 digits, at the agreeing point nearest to 0; None where there is none."""
        if self.rtol is not None or (self.claim.is_number and not self.claim.statement.nodes()):
            return None
        if self._is_identity():
            return None
        nearest = min(self.agreeing, key=_reach)
        arithmetic = shared(_DEEP, hull=True)
        with arithmetic.working():
            truth = self.truth(arithmetic, nearest.point, nearest.number)
            actual = truth.actual
            claimed = NAN if actual is None else self.claimed(arithmetic, truth.values)
            apart = actual is not None and claimed.is_finite() and not claimed.overlaps(actual)
        return Meeting(DIFFER, nearest.point, nearest.number, claimed, actual) if apart and actual is not None else None

    def _is_identity(self) -> bool:
        """Whether claim and derivative are one rational function of the same elementary functions."""
        if self.local or not self.plain:
            return False
        residues = shared_residues()
        residues.forget()
        try:
            values, actual = self.function.in_residues(residues, self.claim.target)
            return bool(self.stated(residues, values)[self.claim.statement.output] == actual)
        except (NoResidueError, ZeroDivisionError):
            return False

    def _subdomain(self, undefined: Sequence[Meeting], agreeing: Sequence[Meeting]) -> ClaimResult | None:
        """Whether the claim is undefined on a whole neighbourhood where the derivative exists."""
        for meeting in undefined[:3]:
            around = []
            for shift in (Fraction(1, 9973), Fraction(-1, 9967), Fraction(3, 99991)):
                moved = {name: value + shift * max(1, value, -value) for name, value in meeting.point.items()}
                if allows(self.declarations, moved):
                    around.append(self.meet(moved).outcome)
            if around.count(UNDEFINED) * 2 > len(around):
                at = _texts(meeting.point)
                where = ", ".join(f"{name} = {value}" for name, value in at.items())
                evidence = Evidence("subdomain", len(agreeing), at=at, actual=_show(meeting.actual))
                start = (
                    "the claim is right where it has a value, but it has none" if agreeing else "the claim has no value"
                )
                return self._result("undecided", evidence, f"{start} near {where}, where the derivative exists")
        return None

    def _wrong(self, meeting: Meeting) -> ClaimResult:
        self.counterexample = meeting.point
        claimed, actual = apart(meeting.claimed, meeting.actual)
        evidence = Evidence("counterexample", len(self.agreeing), 0, _texts(meeting.point), claimed, actual)
        reason = f"{self.claim.shown} is {actual}, not {claimed}{_where(meeting.point)}"
        return self._result("wrong", evidence, reason)

    def _has_another_path(self) -> bool:
        target = self.claim.target
        if target.wrt is None or target.wrt not in self.graph.arguments[target.of]:
            return False
        if target.wrt in self.graph.inputs.values():  # by a variable only the total derivative can be meant
            return False
        others = [parent for parent in self.graph.arguments[target.of] if parent != target.wrt]
        affected = {target.wrt, *self.graph.affected(target.wrt)}
        return any(parent in affected for parent in others)

    # -- numbers at the point ------------------------------------------------------------------------------------

    def _at_the_point(self) -> ClaimResult:
        """A number claimed of the derivative at the given point; a decimal claims as many digits as it shows."""
        precision = PRECISION
        while True:
            arithmetic = shared(precision, hull=True)
            with arithmetic.working():
                inputs = {name: value.number(arithmetic) for name, value in self.at.items()}
                actual, scale, values = self.derivative(arithmetic, inputs)
                at = {name: value.text for name, value in self.at.items()}
                if actual is None:
                    reason = "the derivative has no single value at the point"
                    return self._result("undecided", Evidence("kink", at=at), reason)
                claimed = self.claimed(arithmetic, values)
                outcome = self._judge_number(claimed, actual, scale)
            if outcome in {AGREE, DIFFER} or precision >= LAST_PRECISION or self.deadline.passed():
                break
            precision *= 4
        shown, true = apart(claimed, actual)
        if self.claim.unit is not None and self.claim.unit >= 1 and claimed.is_zero():
            reason = f"the claimed number has no digit of {true}"
            return self._result("undecided", Evidence("precision", 0, 0, at, self.claim.text.strip(), true), reason)
        if outcome == AGREE:
            digits = (
                limits.AGREEMENT_DIGITS
                if self.claim.unit is None and self.rtol is None
                else _digits(claimed, self.claim.unit)
            )
            return self._result("correct", Evidence("point", 1, digits, at, shown, true))
        if outcome == DIFFER:
            reason = f"{self.claim.shown} is {true}, not {shown}{_where(at)}"
            return self._result("wrong", Evidence("counterexample", 0, 0, at, shown, true), reason)
        return self._result(
            "undecided", Evidence("precision", 0, 0, at, shown, true), "no precision within the limits settles it"
        )

    def _judge_number(self, claimed: arb, actual: arb, scale: arb) -> str:
        if self.claim.unit is None or self.rtol is not None:
            return self.judge(claimed, actual, tolerance(scale))
        return within_digits(claimed, actual, self.claim.unit)

    # -- results -------------------------------------------------------------------------------------------------

    def _result(self, verdict: str, evidence: Evidence, reason: str = "", notes: tuple[str, ...] = ()) -> ClaimResult:
        return ClaimResult(
            expression=self.graph.source,
            of=self.claim.shown,
            claim=self.claim.text,
            reading=self.claim.reading,
            verdict=verdict,  # type: ignore[arg-type]  # one of the three literals
            evidence=evidence,
            reason=reason,
            notes=(*(note.message for note in self.claim.notes), *notes),
        )


def _reach(meeting: Meeting) -> float:
    """The largest coordinate in magnitude."""
    try:
        return max([abs(float(value)) for value in meeting.point.values()], default=0.0)
    except OverflowError:
        return math.inf


def _texts(point: Mapping[str, Exact]) -> dict[str, str]:
    return {name: number_text(value)[0] for name, value in point.items()}


def _where(point: Mapping[str, Exact | str]) -> str:
    if not point:
        return ""
    shown = [f"{name} = {value if isinstance(value, str) else number_text(value)[0]}" for name, value in point.items()]
    return f" at {', '.join(shown)}"


def _show(value: arb, digits: int = 6) -> str:
    return text(from_ball(value, digits + 2), digits) if value.is_finite() else "undefined"


def apart(one: arb, other: arb) -> tuple[str, str]:
    """Two values with as many digits as it takes to tell them apart."""
    for digits in (6, 10, 16, 30, 60, 120, 500):
        shown = _show(one, digits), _show(other, digits)
        if shown[0] != shown[1]:
            return shown
    return _show(one, 1200), _show(other, 1200)


def _digits(claimed: arb, unit: Fraction | None) -> int:
    if unit is None:
        return 0
    shown = abs(claimed.mid()) / arb(fmpq(unit.numerator, unit.denominator))
    return len(_show(shown.floor(), 30).split("e", maxsplit=1)[0].replace(".", ""))
