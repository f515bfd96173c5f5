"""Claim and true derivative side by side, in Arb balls: at one point, the precision growing, or at many at once."""

from __future__ import annotations

import functools
import itertools
import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Required, TypedDict

from flint import arb, fmpq

from gradcheck import limits
from gradcheck.arithmetic.balls import NAN, ONE, ZERO, Balls, shared
from gradcheck.arithmetic.columns import Column, Columns, shared_columns
from gradcheck.claims.function import Block, Function, Truth
from gradcheck.claims.points import rational, shared_spread
from gradcheck.domain import undefined_node
from gradcheck.forward import Forward
from gradcheck.routes import reverse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from fractions import Fraction

    from gradcheck.arithmetic import Arithmetic
    from gradcheck.claims.claim import Claim, Derivative
    from gradcheck.deadline import Deadline
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.syntax.tree import Exact

AGREE: Final = "agree"
DIFFER: Final = "differ"
OUTSIDE: Final = "outside"
UNDEFINED: Final = "undefined"
UNSETTLED: Final = "unsettled"
PRECISION: Final = 160
LAST_PRECISION: Final = 32_768
_BLOCK: Final = 14
"""Points that are looked at together first: enough where the function exists everywhere."""
_NEXT: Final = 7
"""Points of the blocks that follow."""
_PATIENCE: Final = 2
"""Precisions after which a cancellation that grows with every one of them is given up."""
_MOST_NODES: Final = 200
"""Nodes above which a block of points would take too long between two looks at the clock."""
_AGREEMENT: Final = arb(10) ** -limits.AGREEMENT_DIGITS
_FINER: Final = arb(10) ** -6


class Options(TypedDict, total=False):
    """What a comparison is told beside graph and claim."""

    declarations: Mapping[str, Declaration] | None
    at: Point | None
    seed: int
    rtol: Fraction | None
    deadline: Required[Deadline]
    function: Function | None


class Meeting(NamedTuple):
    """Claim and derivative at one point."""

    outcome: str
    point: Mapping[str, Exact]
    number: int | None = None
    """Its place in the spread."""
    claimed: arb = NAN
    actual: arb = NAN


class Comparison:
    """One claim beside the derivative of one graph, at any point."""

    plain = True
    """Whether what is compared with is the derivative and nothing else."""
    first = _BLOCK
    """Points that are looked at together first."""

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
        function: Function | None = None,
    ) -> None:
        """``function`` is the graph with what other claims about it have found; never for a subclass's own truths."""
        self.graph = graph
        self.function = function or Function(graph)
        self.claim = claim
        self.declarations = declarations or {}
        self.at = at or {}
        self.seed = seed
        self.rtol = rtol
        self.deadline = deadline
        self.local = False
        """Whether the target is the local derivative, where it could be the total one as well."""
        self.finest = smallest_literal(claim.statement.numbers.values()) * _FINER
        self.views = {of: self.function.view(of) for of in self._outputs()}
        self.given = rational(graph, self.at)
        self.spread = shared_spread(graph, self.declarations, seed)
        self.twins = self.function.twins(claim)
        self.statements: dict[Arithmetic[Any], Forward[Any]] = {}
        self.unshared = [node for node in range(len(claim.statement)) if node not in self.twins]
        """The nodes of the statement that the function does not have."""

    # -- many points -----------------------------------------------------------------------------------------------

    def meetings(self) -> Iterator[Meeting]:
        """Claim and derivative at the given point first, then at those of the spread in their order."""
        if self.given is not None:
            yield self.meet(self.given)
        if not self._fits_blocks():
            for number, point in enumerate(self.spread):
                yield self.meet(point, number)
            return
        columns = shared_columns(PRECISION, _BLOCK)
        start, size = 0, self.first
        while self.spread.point(start + size - 1) is not None:
            yield from self._met(start, size, columns)
            start += size
            size = _NEXT
        while (left := self.spread.point(start)) is not None:
            yield self.meet(left, start)
            start += 1

    def _fits_blocks(self) -> bool:
        """Whether many points can be looked at in one pass: no branch is taken that depends on the point."""
        return (
            self.plain
            and not self.local
            and bool(self.graph.inputs)
            and len(self.graph) + len(self.claim.statement) <= _MOST_NODES
            and not any(map(self.function.is_guarded, (self.claim.target, *self.claim.derivatives.values())))
        )

    def _met(self, start: int, size: int, columns: Columns) -> Iterator[Meeting]:
        """The meetings at a block of numbered points; what the first precision leaves open is met by itself."""
        with columns.balls.working():
            block = self._block(start, size, columns)
            found: dict[int, Meeting | None] = dict(zip(block.numbers, self._compared(block, columns), strict=True))
        for number, point in enumerate(self.spread.points(start, size), start):
            if number in block.outside:
                yield Meeting(OUTSIDE, point)
            else:
                yield found.get(number) or self.meet(point, number)

    def _compared(self, block: Block, columns: Columns) -> Iterable[Meeting | None]:
        """Claim and derivative at every point of a block; None where one precision leaves it open."""
        statement = self.claim.statement
        stated = self.stated(columns, block.values)
        claims = stated[statement.output]
        is_whole = all([all(map(arb.is_finite, stated[node])) for node in self.unshared])
        if is_whole and self.rtol is None and block.is_met(claims, self.finest):
            agreeing = zip(itertools.repeat(AGREE), block.points, block.numbers, claims, block.actuals, strict=False)
            return map(Meeting._make, agreeing)
        found: list[Meeting | None] = []
        compared = zip(block.points, block.numbers, claims, block.actuals, block.tolerances, strict=False)
        for place, (point, number, claimed, actual, allowed) in enumerate(compared):
            if not is_whole and undefined_node(statement, [column[place] for column in stated]) is not None:
                found.append(None)
                continue
            outcome = self.judge(claimed, actual, allowed)
            settled = outcome in {AGREE, DIFFER}
            found.append(Meeting(outcome, point, number, claimed, actual) if settled else None)
        return found

    def _block(self, start: int, size: int, columns: Columns) -> Block:
        """The true derivatives at a block of points, kept for other claims about the function."""
        key = columns, self.claim.target, self.spread, start, size
        block = self.function.known_block(key)
        if block is not None:
            return block
        target = self.claim.target
        values = self.function.forward(columns).run(self.spread.columns(start, size, columns))
        slopes = self.function.slope(columns, values, target)
        is_whole = all([all(map(arb.is_finite, column)) for column in values])
        width = _finest_width(PRECISION)
        usable: list[int] = []
        outside: set[int] = set()
        for place, slope in enumerate(slopes[:size]):
            exists = is_whole or undefined_node(self.views[target.of], [column[place] for column in values]) is None
            if not exists or not slope.is_finite():
                outside.add(start + place)
            elif slope.rad() <= width:  # else one precision does not tell a kink
                usable.append(place)
        if len(usable) < size:
            values = [Column([column[place] for place in usable]) for column in values]
        points = self.spread.points(start, size)
        actuals = [slopes[place] for place in usable]
        # the magnitude of the terms, which is not known here, is no less than that of their sum
        tolerances = [_AGREEMENT * abs(actual) for actual in actuals]
        block = Block(
            numbers=[start + place for place in usable],
            points=[points[place] for place in usable],
            actuals=actuals,
            tolerances=tolerances,
            values=values,
            outside=outside,
        )
        self.function.keep_block(key, block)
        return block

    # -- one point -----------------------------------------------------------------------------------------------

    def meet(self, point: Mapping[str, Exact], number: int | None = None) -> Meeting:
        """Compare claim and derivative at one point (``number`` of the spread), the precision growing as needed.

        It is given up where digits are lacking that no precision within the limits brings.
        """
        precision = PRECISION
        lacking: list[float] = []
        while True:
            arithmetic = _balls(precision)
            with arithmetic.working():
                truth = self.truth(arithmetic, point, number)
                if truth.actual is None:
                    return Meeting(OUTSIDE, point)
                claimed = self.claimed(arithmetic, truth.values)
                radius = tolerance(truth.scale)
                outcome = self.judge(claimed, truth.actual, radius)
                if outcome == UNSETTLED:
                    lacking.append(self._lacking(claimed, truth.actual, radius))
            if (
                outcome in {AGREE, DIFFER}
                or precision >= LAST_PRECISION
                or self.deadline.passed()
                or (outcome == UNDEFINED and precision > PRECISION)
                or (outcome == UNSETTLED and _is_hopeless(lacking, precision))
            ):
                return Meeting(outcome, point, number, claimed, truth.actual)
            precision *= 4

    def _lacking(self, claimed: arb, actual: arb, tolerance: arb) -> float:
        """The bits by which two enclosures are too wide to agree."""
        if self.rtol is not None:
            return 0.0
        finest = self.finest if self.finest < tolerance else tolerance  # noqa: FURB136 - as in judge
        return _exponent(claimed.union(actual).rad()) - _exponent(finest)

    def truth(self, arithmetic: Balls, point: Mapping[str, Exact], number: int | None) -> Truth:
        """The true derivative at a point; of a numbered one it is kept for other claims about the function."""
        if number is None:
            inputs = {name: arithmetic.number(value) for name, value in point.items()}
            return Truth(*self.derivative(arithmetic, inputs))
        key = arithmetic, self.claim.target, self.local, self.spread, number
        truth = self.function.known(key)
        if truth is None:
            truth = Truth(*self.derivative(arithmetic, self.spread.numbers(number, arithmetic)))
            self.function.keep(key, truth)
        return truth

    def derivative(self, arithmetic: Balls, inputs: Mapping[str, arb]) -> tuple[arb | None, arb, Sequence[arb]]:
        """The true derivative (None outside the domain or at a kink), the magnitude of its terms, and all values."""
        target = self.claim.target
        view = self.views[target.of]
        values = self.function.forward(arithmetic).run(inputs)
        if undefined_node(view, values) is not None:
            return None, ZERO, values
        actual, scale = self._swept(arithmetic, values, target)
        if not actual.is_finite() or _is_wide(actual, scale, arithmetic.precision):
            return None, scale, values
        return actual, scale, values

    def _swept(self, arithmetic: Balls, values: Sequence[arb], target: Derivative) -> tuple[arb, arb]:
        if self.local and target is self.claim.target:
            found = self._locals(arithmetic, values) or [ZERO]  # where nothing varies, nothing flows
            return sum(found[1:], found[0]), sum((abs(one) for one in found), ZERO)
        return self.function.swept(arithmetic, values, target)

    def _locals(self, arithmetic: Balls, values: Sequence[arb]) -> list[arb]:
        """The target's local derivatives, one for each place at which its second node is an argument of its first."""
        target = self.claim.target
        view = self.views[target.of]
        locals_ = reverse.sweep(view, arithmetic, values, until=target.of).locals[target.of]
        return [
            local
            for parent, local in zip(view.arguments[target.of], locals_, strict=False)  # none where nothing varies
            if parent == target.wrt and local is not None
        ]

    def claimed(self, arithmetic: Balls, values: Sequence[arb]) -> arb:
        """What the claim says at a point whose node values are given."""
        statement = self.claim.statement
        found = self.stated(arithmetic, values)
        return NAN if undefined_node(statement, found) is not None else found[statement.output]

    def stated(self, arithmetic: Any, values: Sequence[Any]) -> list[Any]:
        """The value of every node of the statement; what it shares with the function is not computed again."""
        forward = self.statements.get(arithmetic)
        if forward is None:
            forward = self.statements[arithmetic] = Forward(self.claim.statement, arithmetic, known=self.twins)
        found = forward.start()
        for node, twin in self.twins.items():
            found[node] = values[twin]
        for name, derivative in self.claim.derivatives.items():
            found[self.claim.statement.inputs[name]] = self._swept(arithmetic, values, derivative)[0]
        return forward.finish(found)

    def environment(self, arithmetic: Balls, values: Sequence[arb]) -> dict[str, arb]:
        """What each name of the claim is worth at such a point."""
        found = {name: values[node] for name, node in self.claim.nodes.items()}
        for name, derivative in self.claim.derivatives.items():
            found[name] = self._swept(arithmetic, values, derivative)[0]
        return found

    def judge(self, claimed: arb, actual: arb, tolerance: arb) -> str:
        """The outcome for two enclosures at one point."""
        return judged(claimed, actual, tolerance, self.finest, self.rtol)

    def _outputs(self) -> set[int]:
        return {self.claim.target.of, *(one.of for one in self.claim.derivatives.values())}


def judged(claimed: arb, actual: arb, tolerance: arb, finest: arb, rtol: Fraction | None) -> str:
    """The outcome for two enclosures; agreement must be as close as both ``tolerance`` and ``finest``."""
    if not claimed.is_finite():
        return UNDEFINED
    if rtol is not None:
        gap = abs(claimed - actual) - arb(fmpq(rtol.numerator, rtol.denominator)) * abs(actual)
        return AGREE if gap <= 0 else DIFFER if gap > 0 else UNSETTLED
    if not claimed.overlaps(actual):
        return DIFFER
    tolerance = finest if finest < tolerance else tolerance  # noqa: FURB136 - min() of balls need not be certain
    if abs(claimed - actual) <= tolerance:  # no less than the radius of the union, and sooner had
        return AGREE
    return AGREE if claimed.union(actual).rad() <= tolerance else UNSETTLED


def within_digits(claimed: arb, actual: arb, unit: Fraction) -> str:
    """The outcome for a decimal number, which claims as many digits as it shows: its last one counts ``unit``."""
    half = arb(fmpq(unit.numerator, 2 * unit.denominator))
    gap = abs(claimed - actual)
    return AGREE if gap <= half else DIFFER if gap > half else UNSETTLED


def smallest_literal(numbers: Iterable[Exact]) -> arb:
    """The smallest magnitude among the numbers of a statement: agreement must be finer than that."""
    least: Exact = min([max(value, -value) for value in numbers if value], default=1)
    return arb(fmpq(least.numerator, least.denominator))


def tolerance(scale: arb) -> arb:
    """The radius of what counts as agreement, for a derivative whose terms have this magnitude in sum."""
    return _AGREEMENT * (scale.upper() if not scale.is_zero() else ONE)


def _is_wide(actual: arb, scale: arb, precision: int) -> bool:
    """Whether an enclosure tells nothing of its value."""
    radius = actual.rad()
    return bool(radius > _finest_width(precision) and radius > arb(1e-6) * (scale + abs(actual)))


def _exponent(value: arb) -> float:
    """The binary logarithm of a magnitude, to the nearest whole number or so."""
    mantissa, exponent = value.mid().man_exp()
    return float(int(exponent) + int(mantissa).bit_length()) if value.is_finite() else math.inf


def _is_hopeless(lacking: Sequence[float], precision: int) -> bool:
    """Whether more precision than there is would be needed: by far, or (a cancellation) it does not help at all."""
    stuck = len(lacking) > _PATIENCE and min(lacking[:-1]) <= lacking[-1]
    return stuck or lacking[-1] > LAST_PRECISION - precision


@functools.cache
def _balls(precision: int) -> Balls:
    return shared(precision, hull=True)


@functools.cache
def _finest_width(precision: int) -> arb:
    return arb(2) ** -(precision // 2)
