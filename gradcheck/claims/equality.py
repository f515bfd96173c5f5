"""The verdict on a claim: refute first, in Arb balls, at seeded points spread over the function's own domain.

``wrong`` is only said on a counterexample (two enclosures that exclude each other). ``correct`` needs at least 12
points at which claim and derivative agree to 30 digits, with every kink seen from both sides or proved to be on one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from flint import arb, fmpq

from gradcheck import limits
from gradcheck.arithmetic.balls import NAN, ZERO, Balls, shared
from gradcheck.claims.kinks import Kinks
from gradcheck.claims.points import spread
from gradcheck.decimals import from_ball, text
from gradcheck.domain import undefined_node
from gradcheck.forward import evaluate
from gradcheck.results import ClaimResult, Evidence
from gradcheck.routes import reverse
from gradcheck.syntax.printing import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gradcheck.claims.claim import Claim, Derivative
    from gradcheck.deadline import Deadline
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.syntax.tree import Exact

WANTED: Final = 14
ENOUGH: Final = 12
_TRIES: Final = 400
_PRECISION: Final = 160
_LAST_PRECISION: Final = 32_768
_DEEP: Final = 4_096
_AGREE, _DIFFER, _OUTSIDE, _UNDEFINED, _UNSETTLED = "agree", "differ", "outside", "undefined", "unsettled"

Coordinates = dict[str, "Exact"]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Claim and derivative at one point."""

    outcome: str
    point: Mapping[str, Exact]
    claimed: arb = NAN
    actual: arb = NAN


class Verifier:
    """One claim against one graph, at as many points as it takes."""

    def __init__(
        self,
        graph: Graph,
        claim: Claim,
        *,
        declarations: Mapping[str, Declaration] | None = None,
        at: Point | None = None,
        seed: int = 0,
        rtol: Fraction | None = None,
        deadline: Deadline,
    ) -> None:
        self.graph = graph
        self.claim = claim
        self.declarations = declarations or {}
        self.at = at or {}
        self.seed = seed
        self.rtol = rtol
        self.deadline = deadline
        self.local = False
        self.smallest = smallest_literal(claim.statement.numbers.values())
        self.views = {of: replace(graph, output=of) for of in self._outputs()}
        self.agreeing: list[Meeting] = []
        self.counterexample: Mapping[str, Exact] | None = None
        self.steps: dict[tuple[int, int], dict[int, reverse.Step[arb]]] = {}
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

    # -- one point -----------------------------------------------------------------------------------------------

    def meet(self, point: Mapping[str, Exact]) -> Meeting:
        """Compare claim and derivative at one point, with precision growing until they part or agree."""
        precision = _PRECISION
        while True:
            arithmetic = shared(precision, hull=True)
            with arithmetic.working():
                inputs = {name: arithmetic.number(value) for name, value in point.items()}
                actual, scale, values = self.derivative(arithmetic, inputs)
                if actual is None:
                    return Meeting(_OUTSIDE, point)
                claimed = self.claimed(arithmetic, values)
                outcome = self.judge(claimed, actual, scale)
            if outcome in {_AGREE, _DIFFER}:
                return Meeting(outcome, point, claimed, actual)
            if (
                precision >= _LAST_PRECISION
                or self.deadline.passed()
                or (outcome == _UNDEFINED and precision > _PRECISION)
            ):
                return Meeting(outcome, point, claimed, actual)
            precision *= 4

    def derivative(self, arithmetic: Balls, inputs: Mapping[str, arb]) -> tuple[arb | None, arb, Sequence[arb]]:
        """The true derivative (None outside the domain or at a kink), the magnitude of its terms, and all values."""
        target = self.claim.target
        view = self.views[target.of]
        values = evaluate(view, arithmetic, inputs)
        if undefined_node(view, values) is not None:
            return None, ZERO, values
        actual, scale = self._swept(arithmetic, values, target)
        wide = actual.rad() > arb(1e-6) * (scale + abs(actual)) and actual.rad() > arb(2) ** -(
            arithmetic.precision // 2
        )
        if not actual.is_finite() or wide:
            return None, scale, values
        return actual, scale, values

    def _swept(self, arithmetic: Balls, values: Sequence[arb], target: Derivative) -> tuple[arb, arb]:
        if target.wrt is None:
            return ZERO, ZERO
        view = self.views[target.of]
        steps = self.steps.setdefault((target.of, arithmetic.precision), {})
        sweep = reverse.sweep(view, arithmetic, values, until=target.wrt, magnitude=abs, steps=steps)
        if self.local and target is self.claim.target:
            found = [
                local
                for parent, local in zip(view.arguments[target.of], sweep.locals[target.of], strict=True)
                if parent == target.wrt and local is not None
            ]
            total = sum(found[1:], found[0])
            return total, sum((abs(one) for one in found), ZERO)
        adjoint, magnitude = sweep.adjoints[target.wrt], sweep.magnitudes[target.wrt]
        return (ZERO, ZERO) if adjoint is None or magnitude is None else (adjoint, magnitude)

    def claimed(self, arithmetic: Balls, values: Sequence[arb]) -> arb:
        """What the claim says at a point whose node values are given."""
        claim = self.claim
        environment = {name: values[node] for name, node in claim.nodes.items()}
        for name, derivative in claim.derivatives.items():
            environment[name] = self._swept(arithmetic, values, derivative)[0]
        found = evaluate(claim.statement, arithmetic, environment)
        return NAN if undefined_node(claim.statement, found) is not None else found[claim.statement.output]

    def judge(self, claimed: arb, actual: arb, scale: arb) -> str:
        if not claimed.is_finite():
            return _UNDEFINED
        if self.rtol is not None:
            gap = abs(claimed - actual) - arb(fmpq(self.rtol.numerator, self.rtol.denominator)) * abs(actual)
            return _AGREE if gap <= 0 else _DIFFER if gap > 0 else _UNSETTLED
        if not claimed.overlaps(actual):
            return _DIFFER
        weight = scale.upper() if not scale.is_zero() else arb(1)
        tolerance = arb(10) ** -limits.AGREEMENT_DIGITS * weight
        finest = self.smallest * arb(10) ** -6
        tolerance = finest if finest < tolerance else tolerance  # noqa: FURB136 - min() of balls need not be certain
        return _AGREE if claimed.union(actual).rad() <= tolerance else _UNSETTLED

    # -- everywhere ----------------------------------------------------------------------------------------------

    def _everywhere(self) -> ClaimResult:
        self.agreeing = agreeing = []
        undefined: list[Meeting] = []
        unsettled: list[Meeting] = []
        self.kinks.clear()
        for tries, point in enumerate(spread(self.graph, self.declarations, self.at, self.seed), 1):
            meeting = self.meet(point)
            if meeting.outcome == _DIFFER:
                return self._wrong(meeting)
            if meeting.outcome == _AGREE:
                agreeing.append(meeting)
                self.kinks.see(self, point)
            elif meeting.outcome == _UNDEFINED:
                undefined.append(meeting)
            elif meeting.outcome == _UNSETTLED:
                unsettled.append(meeting)
            if len(agreeing) >= WANTED or tries >= _TRIES or not self.graph.inputs:
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
            if meeting.outcome == _DIFFER:
                return self._wrong(meeting)
            if meeting.outcome == _AGREE:
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
        if self.claim.is_number and not self.claim.statement.nodes():
            return None
        point = min((one.point for one in self.agreeing), key=_reach)
        arithmetic = shared(_DEEP, hull=True)
        with arithmetic.working():
            inputs = {name: arithmetic.number(value) for name, value in point.items()}
            actual, _, values = self.derivative(arithmetic, inputs)
            claimed = NAN if actual is None else self.claimed(arithmetic, values)
            apart = actual is not None and claimed.is_finite() and not claimed.overlaps(actual)
        return Meeting(_DIFFER, point, claimed, actual) if apart and actual is not None and self.rtol is None else None

    def _subdomain(self, undefined: Sequence[Meeting], agreeing: Sequence[Meeting]) -> ClaimResult | None:
        """Whether the claim is undefined on a whole neighbourhood where the derivative exists."""
        for meeting in undefined[:3]:
            around = []
            for shift in (Fraction(1, 9973), Fraction(-1, 9967), Fraction(3, 99991)):
                moved = {name: value + shift * max(1, value, -value) for name, value in meeting.point.items()}
                around.append(self.meet(moved).outcome)
            if around.count(_UNDEFINED) * 2 > len(around):
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
        precision = _PRECISION
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
            if outcome in {_AGREE, _DIFFER} or precision >= _LAST_PRECISION or self.deadline.passed():
                break
            precision *= 4
        shown, true = apart(claimed, actual)
        if self.claim.unit is not None and self.claim.unit >= 1 and claimed.is_zero():
            reason = f"the claimed number has no digit of {true}"
            return self._result("undecided", Evidence("precision", 0, 0, at, self.claim.text.strip(), true), reason)
        if outcome == _AGREE:
            digits = (
                limits.AGREEMENT_DIGITS
                if self.claim.unit is None and self.rtol is None
                else _digits(claimed, self.claim.unit)
            )
            return self._result("correct", Evidence("point", 1, digits, at, shown, true))
        if outcome == _DIFFER:
            reason = f"{self.claim.shown} is {true}, not {shown}{_where(at)}"
            return self._result("wrong", Evidence("counterexample", 0, 0, at, shown, true), reason)
        return self._result(
            "undecided", Evidence("precision", 0, 0, at, shown, true), "no precision within the limits settles it"
        )

    def _judge_number(self, claimed: arb, actual: arb, scale: arb) -> str:
        if self.claim.unit is None or self.rtol is not None:
            return self.judge(claimed, actual, scale)
        half = arb(fmpq(self.claim.unit.numerator, 2 * self.claim.unit.denominator))
        gap = abs(claimed - actual)
        return _AGREE if gap <= half else _DIFFER if gap > half else _UNSETTLED

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

    def _outputs(self) -> set[int]:
        return {self.claim.target.of, *(one.of for one in self.claim.derivatives.values())}


def smallest_literal(numbers: Iterable[Exact]) -> arb:
    """The smallest magnitude among the numbers of a statement: agreement must be finer than that."""
    magnitudes = [abs(Fraction(value)) for value in numbers if value]
    least = min(magnitudes, default=Fraction(1))
    return arb(fmpq(least.numerator, least.denominator))


def _reach(point: Mapping[str, Exact]) -> Fraction:
    """The largest coordinate in magnitude."""
    return max((Fraction(max(value, -value)) for value in point.values()), default=Fraction(0))


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
