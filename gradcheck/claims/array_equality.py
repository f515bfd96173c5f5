"""The verdict on a claim about arrays: refute first, entry by entry in balls, at exact points and in several shapes.

``wrong`` is only said on a counterexample: an entry of which the two enclosures exclude each other, in the declared
shapes or, for named dimensions, in any. ``correct`` needs at least 12 points at which all entries agree to 30 digits.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flint import arb

from gradcheck import limits
from gradcheck.arithmetic.ball_grids import BallGrid, BallGrids, shared_grids
from gradcheck.arithmetic.balls import NAN
from gradcheck.arrays.compare import values_at
from gradcheck.arrays.point import array_text
from gradcheck.claims.array_points import spread
from gradcheck.claims.array_scene import Scene, call_text, is_sharp, magnitude_of, misfit_text, where
from gradcheck.claims.array_settings import Cells, DoesNotFitError, Setting, each, entry_name, fits
from gradcheck.claims.array_sides import Sides
from gradcheck.claims.comparison import (
    AGREE,
    DIFFER,
    OUTSIDE,
    UNDEFINED,
    UNSETTLED,
    judged,
    smallest_literal,
    within_digits,
)
from gradcheck.claims.equality import apart
from gradcheck.forward import evaluate
from gradcheck.point import texts
from gradcheck.routes import pullbacks
from gradcheck.shapes import shape_text, size
from gradcheck.verdicts import ClaimResult, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from gradcheck.claims.array_claim import ArrayClaim, Target
    from gradcheck.claims.array_scene import Coordinates
    from gradcheck.deadline import Deadline
    from gradcheck.declarations import Declaration
    from gradcheck.point import Value

WANTED: Final = 14
ENOUGH: Final = 12
_AT_GIVEN: Final = 6
_TRIES: Final = 320
_PRECISION: Final = 192
_LAST_PRECISION: Final = 12_288
_DEEP: Final = 3_072
_LARGE: Final = 30
"""Entries of all variables together above which a counterexample in smaller shapes is looked for."""
_SLOW: Final = 20_000
"""Entries of all variables times compared rows above which one point in these shapes must do."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Claim and derivative at one point; where they differ, in which entry."""

    outcome: str
    setting: Setting
    point: Coordinates
    entry: str = ""
    claimed: arb = NAN
    actual: arb = NAN


class ArrayVerifier:
    """One claim about a graph with arrays, in as many shapes and at as many points as it takes."""

    def __init__(
        self,
        claim: ArrayClaim,
        settings: tuple[Setting, list[Setting], list[Setting]],
        *,
        declared: Mapping[str, Declaration],
        at: Mapping[str, Value] | None = None,
        seed: int = 0,
        rtol: Fraction | None = None,
        layout: str = "denominator",
        deadline: Deadline,
    ) -> None:
        self.claim, self.declared, self.at = claim, declared, at or {}
        self.given, self.named, self.others = settings
        self.seed, self.rtol, self.deadline = seed, rtol, deadline
        self.sides = Sides(declared)
        of = claim.target.of.node
        is_gradient = of is not None and not self.given.graph.shape(of) and not claim.target.letters
        self.transposed = layout == "numerator" and is_gradient
        self._cells: dict[int, list[Cells]] = {}
        self.counterexample: Meeting | None = None
        self.misfit: DoesNotFitError | None = None
        self.agreeing = 0

    # -- one point ------------------------------------------------------------------------------------------------

    def cells(self, setting: Setting) -> list[Cells]:
        """The entries that are compared in a setting."""
        found = self._cells.get(id(setting))
        if found is None:
            found = self._cells[id(setting)] = setting.cells(self.claim.target, transposed=self.transposed)
        return found

    def scene(self, setting: Setting, point: Coordinates, arithmetic: BallGrids) -> Scene | None:
        """The forward pass at a point; None where the function has no value."""
        values = values_at(setting.graph, point, arithmetic)  # type: ignore[arg-type]  # a mapping is enough
        of = self.claim.target.of.node
        targets = [of, *(one.of.node for one in self.claim.derivatives.values())]
        below = pullbacks.needed(setting.graph, [one for one in targets if one is not None])
        for node, value in enumerate(values):
            if (below[node] or node == of) and not all(entry.is_finite() for entry in value.entries):
                return None
        return Scene(setting, arithmetic, values, {})

    def claimed(self, scene: Scene, *, see: bool = False) -> list[arb]:
        """What the claim says of each cell."""
        found: list[arb] = []
        claim, setting = self.claim, scene.setting
        if claim.is_zero:
            return [arb(0) for _ in each(self.cells(setting))]
        for one in self.cells(setting):
            statement = setting.statement(claim, one.letters)
            environment = {name: scene.values[node] for name, node in claim.nodes.items() if name in statement.inputs}
            for name, target in claim.derivatives.items():
                if name in statement.inputs:
                    environment[name] = self.stated(scene, target, one.letters)
            values = evaluate(statement, scene.arithmetic, environment)
            if see:
                self.sides.see(statement, scene.arithmetic, values, is_claim=True)
            entries = values[statement.output].entries
            found += [entries[place] for place in one.chosen]
        return found

    @staticmethod
    def stated(scene: Scene, target: Target, letters: Mapping[str, int]) -> BallGrid:
        """A derivative that the statement uses, as an array."""
        cells = [one for one in scene.setting.cells(target) if all(letters[k] == v for k, v in one.letters.items())]
        return scene.arithmetic.of_shape(scene.setting.stated_shape(target), scene.entries(target, cells))

    def fit(self, setting: Setting) -> None:
        """Raise DoesNotFitError where the claim has no meaning or another shape in a setting."""
        claim = self.claim
        cells = self.cells(setting)
        if claim.is_zero:
            return
        wanted = setting.free_shape(claim.target, self.declared)
        if self.transposed:
            wanted = (1, *wanted) if len(wanted) == 1 else wanted[::-1]
        for one in cells:
            statement = setting.statement(claim, one.letters)
            shape = statement.shape(statement.output)
            if claim.target.wrt.node is None:
                count = size(shape)
                self._cells[id(setting)] = [Cells({}, ((0, 0),) * count, tuple(range(count)))]
                if claim.target.wrt.name not in self.declared:  # a zero of any shape
                    return
            if not fits(shape, wanted):
                raise DoesNotFitError(*misfit_text(shape, wanted), claimed=shape)

    def meet(self, setting: Setting, point: Coordinates, *, first: int = _PRECISION) -> Meeting:
        """Compare claim and derivative at one point, with precision growing until they part or agree."""
        precision = first
        while True:
            arithmetic = shared_grids(precision, hull=True)
            with arithmetic.working():
                meeting = self._meet(setting, point, arithmetic)
            settled = meeting.outcome in {AGREE, DIFFER}
            if settled or precision >= _LAST_PRECISION or self.deadline.passed():
                return meeting
            if meeting.outcome in {OUTSIDE, UNDEFINED} and precision > first:
                return meeting
            precision *= 4

    def _meet(self, setting: Setting, point: Coordinates, arithmetic: BallGrids) -> Meeting:
        scene = self.scene(setting, point, arithmetic)
        if scene is None:
            return Meeting(OUTSIDE, setting, point)
        actual = scene.entries(self.claim.target, self.cells(setting))
        magnitude = magnitude_of(actual)
        if not is_sharp(actual, magnitude):
            return Meeting(OUTSIDE, setting, point)
        claimed = self.claimed(scene)
        outcome = AGREE
        for place, (one, other) in enumerate(zip(claimed, actual, strict=True)):
            found = self.judge(one, other, magnitude)
            if found == DIFFER:
                return Meeting(DIFFER, setting, point, self.entry(setting, place), one, other)
            if found != AGREE and outcome != UNDEFINED:
                outcome = found
        if outcome == AGREE:
            target = self.claim.target
            if target.of.node is not None:
                self.sides.see(setting.view(target.of.node), arithmetic, scene.values)
            self.claimed(scene, see=True)
        return Meeting(outcome, setting, point)

    def judge(self, claimed: arb, actual: arb, magnitude: arb) -> str:
        tolerance = arb(10) ** -limits.AGREEMENT_DIGITS * magnitude
        return judged(claimed, actual, tolerance, self.smallest() * arb(10) ** -6, self.rtol)

    def smallest(self) -> arb:
        """The smallest magnitude among the numbers of the statement: agreement must be finer than that."""
        return smallest_literal(item.value for item in self.claim.statement.items)

    def entry(self, setting: Setting, place: int) -> str:
        """The name of a cell: ``∂K[0, 1]/∂B[2, 0]``."""
        output, variable = next(itertools.islice(each(self.cells(setting)), place, None))
        target = self.claim.target
        of = entry_name(target.of, setting.axes(target.of), output)
        return f"∂{of}/∂{entry_name(target.wrt, setting.axes(target.wrt), variable)}"

    # -- everywhere -----------------------------------------------------------------------------------------------

    def verify(self) -> ClaimResult:
        """The verdict, with the shapes and points that it rests on."""
        try:
            self.fit(self.given)
        except DoesNotFitError as misfit:
            self.misfit = misfit
            reason = misfit.message if misfit.hint is None else f"{misfit.message} ({misfit.hint})"
            claimed = "" if misfit.claimed is None else shape_text(misfit.claimed)
            actual = shape_text(self.given.free_shape(self.claim.target, self.declared))
            return self.result("wrong", Evidence("shape", claimed=claimed, actual=actual), reason)
        if self.claim.is_number and self.is_complete:
            return self.at_the_point()
        return self.everywhere()

    @property
    def is_complete(self) -> bool:
        """Whether the point gives every variable."""
        return bool(self.at) and all(name in self.at for name in self.given.graph.inputs)

    def everywhere(self) -> ClaimResult:
        self.agreeing = 0
        self.sides.clear()
        undefined: list[Meeting] = []
        unsettled: list[Meeting] = []
        special = ""
        tried: list[Setting] = []
        for tries, (setting, point) in enumerate(self.schedule(tried), 1):
            if special and setting in self.others:
                continue
            meeting = self.meet(setting, point)
            if meeting.outcome == DIFFER:
                if setting in self.others:
                    special = f"right in the declared shapes, but not in others ({setting.told()})"
                    continue
                return self.wrong(meeting)
            if meeting.outcome == AGREE:
                self.agreeing += 1
                if setting is self.given and self.agreeing == 1:
                    deep = self.meet(setting, point, first=_DEEP) if not self.is_slow else meeting
                    if deep.outcome == DIFFER:
                        return self.wrong(deep)
            elif meeting.outcome == UNDEFINED:
                undefined.append(meeting)
            elif meeting.outcome == UNSETTLED:
                unsettled.append(meeting)
            if self.is_enough(tries):
                break
            if self.deadline.passed():
                return self.result("undecided", Evidence("timeout", self.agreeing), "the time limit was reached")
        return self.conclude(undefined, unsettled, special, others=len(tried) > 1)

    @property
    def is_slow(self) -> bool:
        """Whether one point in the given shapes takes long."""
        rows = {output for output, _ in each(self.cells(self.given))}
        return self.given.entries * len(rows) > _SLOW

    def is_thinned(self) -> bool:
        """Whether the given shapes have so many entries that a sample of them is compared."""
        target, cells = self.claim.target, self.cells(self.given)
        free = size(self.given.free_shape(target, self.declared))
        choices = 1
        for letter in target.letters:
            choices *= min(
                length
                for part in (target.of, target.wrt)
                for axis, length in zip(part.index, self.given.axes(part), strict=False)
                if axis == letter
            )
        return sum(len(one.positions) for one in cells) < free * choices

    def is_enough(self, tries: int) -> bool:
        if not self.given.graph.inputs:
            return True
        return self.agreeing >= WANTED and (not self.sides.unseen() or tries > 4 * WANTED)

    def schedule(self, tried: list[Setting]) -> Iterator[tuple[Setting, Coordinates]]:
        """Points in the given shapes first, then in turn in all settings that the claim fits."""
        tried.append(self.given)
        if self.is_complete:
            yield self.given, self.at
        mine = spread(self.given, self.declared, self.seed)
        yield from ((self.given, point) for point in itertools.islice(mine, 1 if self.is_slow else _AT_GIVEN))
        streams = []
        for setting in (*self.named, *self.others):
            try:
                self.fit(setting)
            except DoesNotFitError:
                continue
            tried.append(setting)
            streams.append((setting, spread(setting, self.declared, self.seed)))
        if not self.is_slow or not streams:
            streams.append((self.given, mine))
        yield from itertools.islice(_in_turn(streams), _TRIES)

    def conclude(
        self, undefined: Sequence[Meeting], unsettled: Sequence[Meeting], special: str, *, others: bool
    ) -> ClaimResult:
        count = self.agreeing
        if len(undefined) > max(2, count // 4) or (undefined and not count):
            meeting = undefined[0]
            start = "the claim is right where it has a value, but it has none" if count else "the claim has no value"
            evidence = Evidence("subdomain", count, at=texts(meeting.point))
            reason = f"{start}{where(meeting.point)}, where the derivative exists"
            return self.result("undecided", evidence, reason)
        if not count:
            if unsettled:
                evidence = Evidence("precision", at=texts(unsettled[0].point))
                return self.result("undecided", evidence, "no precision within the limits settles it")
            return self.result("undecided", Evidence("no-points"), "no point was found at which the derivative exists")
        unseen = self.sides.unseen()
        if unseen:
            return self.result("undecided", Evidence("kink", count), f"{unseen} was seen on one side of its kink only")
        if count < ENOUGH and self.given.graph.inputs:
            reason = f"only {count} point{'s were' if count > 1 else ' was'} found at which the derivative exists"
            return self.result("undecided", Evidence("points", count), reason)
        notes = []
        compared = len({pair for one in self.cells(self.given) for pair in one.positions})
        if self.is_thinned():
            notes.append(f"of the derivative in the given shapes, {compared:,} entries were compared")
            if special:
                reason = f"{special}, and in the declared ones not every entry was compared"
                return self.result("undecided", Evidence("points", count), reason)
        if special:
            notes.append(special)
        elif not others and any(size(shape) > 1 for shape in self.given.shapes.values()):
            notes.append("compared in the given shapes only: a literal size or index allows no other")
        if undefined:
            notes.append(f"the claim has no value at isolated points, such as{where(undefined[0].point)[3:]}")
        if self.claim.is_zero and size(self.given.free_shape(self.claim.target, self.declared)) > 1:
            shape = self.given.free_shape(self.claim.target, self.declared)
            notes.append(f"0 is read as {call_text('zeros', shape)}")
        return self.result("correct", Evidence("points", count, limits.AGREEMENT_DIGITS), notes=tuple(notes))

    def wrong(self, meeting: Meeting) -> ClaimResult:
        meeting = self.shortest(meeting)
        self.counterexample = meeting
        claimed, actual = apart(meeting.claimed, meeting.actual)
        evidence = Evidence("counterexample", self.agreeing, 0, texts(meeting.point), claimed, actual)
        reason = f"{meeting.entry} is {actual}, not {claimed}{where(meeting.point)}"
        return self.result("wrong", evidence, reason)

    def shortest(self, meeting: Meeting) -> Meeting:
        """A counterexample in small shapes instead of one in large ones, where there is one."""
        smaller = sorted((*self.named, *self.others), key=lambda setting: setting.entries)
        for setting in smaller:
            if meeting.setting.entries <= _LARGE or setting.entries <= 2 or setting.entries >= meeting.setting.entries:
                continue
            try:
                self.fit(setting)
            except DoesNotFitError:
                continue
            for point in itertools.islice(spread(setting, self.declared, self.seed), 2):
                found = self.meet(setting, point)
                if found.outcome == DIFFER:
                    return found
        return meeting

    # -- numbers at the point -------------------------------------------------------------------------------------

    def at_the_point(self) -> ClaimResult:
        """Numbers claimed at the given point; a decimal claims as many digits as it shows, each entry its own."""
        precision = _PRECISION
        at = texts(self.at)
        while True:
            arithmetic = shared_grids(precision, hull=True)
            with arithmetic.working():
                scene = self.scene(self.given, self.at, arithmetic)
                actual = [] if scene is None else scene.entries(self.claim.target, self.cells(self.given))
                magnitude = magnitude_of(actual)
                if scene is None or not is_sharp(actual, magnitude):
                    reason = "the derivative has no single value at the point"
                    return self.result("undecided", Evidence("kink", at=at), reason)
                claimed = self.claimed(scene)
                units = self.claim.units if len(self.claim.units) == len(claimed) else (None,) * len(claimed)
                outcomes = [
                    self.judge_number(one, other, magnitude, unit)
                    for one, other, unit in zip(claimed, actual, units, strict=True)
                ]
            if UNSETTLED not in outcomes or precision >= _LAST_PRECISION or self.deadline.passed():
                break
            precision *= 4
        bad = next((place for place, outcome in enumerate(outcomes) if outcome == DIFFER), None)
        if bad is None and UNSETTLED in outcomes:
            return self.result("undecided", Evidence("precision", at=at), "no precision within the limits settles it")
        shown, true = apart(claimed[bad or 0], actual[bad or 0])
        if bad is not None:
            self.counterexample = Meeting(DIFFER, self.given, self.at)
            reason = f"{self.entry(self.given, bad)} is {true}, not {shown}{where(self.at)}"
            return self.result("wrong", Evidence("counterexample", 0, 0, at, shown, true), reason)
        exact = self.rtol is None and not any(units)
        if 1 < len(claimed) <= _LARGE:
            shape = self.given.free_shape(self.claim.target, self.declared)
            pairs = [apart(one, other) for one, other in zip(claimed, actual, strict=True)]
            if len(shape) <= 2:
                shown, true = (array_text(shape, column, len(pairs)) for column in zip(*pairs, strict=True))
        return self.result("correct", Evidence("point", 1, limits.AGREEMENT_DIGITS if exact else 0, at, shown, true))

    def judge_number(self, claimed: arb, actual: arb, magnitude: arb, unit: Fraction | None) -> str:
        if unit is None or self.rtol is not None:
            return self.judge(claimed, actual, magnitude)
        return within_digits(claimed, actual, unit)

    # -- results --------------------------------------------------------------------------------------------------

    def result(self, verdict: str, evidence: Evidence, reason: str = "", notes: tuple[str, ...] = ()) -> ClaimResult:
        """The verdict on this claim as every report takes it."""
        return ClaimResult(
            expression=self.given.graph.source,
            of=self.claim.shown,
            claim=self.claim.text,
            reading=self.claim.reading,
            verdict=verdict,  # type: ignore[arg-type]  # one of the three literals
            evidence=evidence,
            reason=reason,
            notes=(*(note.message for note in self.claim.notes), *notes),
        )


def _in_turn(streams: Sequence[tuple[Setting, Iterator[Any]]]) -> Iterator[tuple[Setting, Any]]:
    while True:
        for setting, points in streams:
            point = next(points, None)
            if point is None:
                return
            yield setting, point
