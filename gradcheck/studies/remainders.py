"""The Taylor test: R0 = |f(x + h·v) - f(x)| shrinks like h, and R1 = |f(x + h·v) - f(x) - h·g·v| like h².

R1 does so only if g is the gradient; with a wrong one it shrinks like h. Remainders are computed in balls whose
precision grows with the number of halvings, so that the asymptotic rates always show (P. E. Farrell and others,
"Automated derivation of the adjoint of high-level transient finite element programs", SIAM J. Sci. Comput. 35 (2013)).
What the rates should be follows from the Taylor coefficients: where f has no slope along v, R0 is of second order too.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from flint import arb

from gradcheck.arithmetic.balls import ZERO, shared
from gradcheck.claims.array_settings import DoesNotFitError, each
from gradcheck.claims.claim import read_claim
from gradcheck.decimals import from_ball
from gradcheck.errors import UsageProblem
from gradcheck.point import Value
from gradcheck.studies.line import is_something
from gradcheck.studies.results import Remainder, TaylorTest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from gradcheck.deadline import Deadline
    from gradcheck.studies.line import Line
    from gradcheck.studies.setting import Setting

_ORDERS: Final = 8
"""Coefficients among which the first that is not 0 is looked for."""
_FIRST: Final = 8
"""Halvings of a table that has settled by then."""
_STARTS: Final = (16, 32, 64, 128, 256, 512)
_TAIL: Final = 4
_BETWEEN: Final = 24
"""Rows up to which the steps between the first and the last ones are filled in."""
_NEAR: Final = 0.02
_DIGITS: Final = 20


def taylor_test(line: Line, claims: Sequence[str], seed: int, deadline: Deadline, notes: list[str]) -> TaylorTest:
    """The test of the gradient along a line, and of each claim in its place."""
    test = _Test(line, claims, seed, deadline, notes)
    rows = test.rows(range(_FIRST + 1))
    first = rows
    for start in _STARTS:
        if test.settled(rows) or deadline.passed():
            break
        rows = test.rows(range(start, start + _TAIL))
    if rows is not first:
        between = range(first[-1].halvings + 1, rows[0].halvings)
        stride = max(1, -(-len(between) // _BETWEEN))
        rows = [*first, *(row for k in between[::stride] for row in test.rows(range(k, k + 1))), *rows]
    return TaylorTest(
        tuple(rows), test.expected[0], test.expected[1], tuple(test.claimed_rates), settled=test.settled(rows)
    )


class _Test:
    def __init__(self, line: Line, claims: Sequence[str], seed: int, deadline: Deadline, notes: list[str]) -> None:
        self.line, self.setting, self.seed, self.deadline = line, line.setting, seed, deadline
        precision = 512
        with shared(precision).working():
            coefficients = line.coefficients(precision, _ORDERS, ZERO)
            self.expected = (_leading(coefficients, 1), _leading(coefficients, 2))
        self.claims = [_Stated(self.setting, text, deadline, notes) for text in claims]
        self.claimed_rates: list[int | None] = []
        for one in self.claims:
            gap = one.gap(line, precision)
            if gap is None:
                self.claimed_rates.append(None)
            else:
                self.claimed_rates.append(self.expected[1] if gap.contains(0) else 1)

    def rows(self, halvings: range) -> list[Remainder]:
        """One row for each halving; its rate is from half of them."""
        precision = 320 + 10 * halvings[-1]
        line = self.line
        arithmetic = shared(precision)
        gradient = self.setting.gradient(precision)
        with arithmetic.working():
            slope = _along(line, gradient, precision)
            gaps = [one.gap(line, precision) for one in self.claims]
            start = self.setting.value(precision)
            before: tuple[list[arb | None], int] | None = None
            found = []
            for k in range(max(0, halvings[0] - 1), halvings[-1] + 1):
                h = arb(2) ** -k
                after = line.at(precision, h)
                change = after - start
                rest = change - h * slope
                remainders: list[arb | None] = [change, rest]
                remainders += [None if gap is None else rest - h * gap for gap in gaps]
                sizes = [_size(one) for one in remainders]
                rates = (
                    [None] * len(sizes)
                    if before is None
                    else [_rate(*pair) for pair in zip(before[0], sizes, strict=True)]
                )
                before = sizes, k
                if k < halvings[0]:
                    continue
                found.append(
                    Remainder(
                        from_ball(h, _DIGITS), k, _shown(sizes[0]), rates[0], _shown(sizes[1]), rates[1],
                        tuple(None if one is None else _shown(one) for one in sizes[2:]), tuple(rates[2:]),
                    )
                )  # fmt: skip
        return found

    def settled(self, rows: Sequence[Remainder]) -> bool:
        """Whether the last two rates are what they should be."""
        wanted = [*self.expected, *self.claimed_rates]
        for row in rows[-2:]:
            rates = (row.first_rate, row.second_rate, *row.claimed_rates)
            for rate, order in zip(rates, wanted, strict=True):
                if order is not None and (rate is None or abs(rate - order) > _NEAR):
                    return False
        return True


class _Stated:
    """A claim whose derivative takes the place of the gradient's."""

    def __init__(self, setting: Setting, text: str, deadline: Deadline, notes: list[str]) -> None:
        self.setting, self.text, self.deadline = setting, text, deadline
        self.notes = notes

    def gap(self, line: Line, precision: int) -> arb | None:
        """(claimed - true derivative)·v; None where the claim has no number here."""
        if self.setting.has_arrays or read_claim(self.text, self.setting.graph).statement.has_arrays:
            return self._of_arrays(line, precision)
        return self._of_numbers(line, precision)

    def misplaced(self, shown: str) -> UsageProblem:
        """A claim about another derivative."""
        return UsageProblem(
            f"the Taylor test is about the gradient of {self.setting.output} by its variables, not about {shown}",
            hint="verify it with: gradcheck eval … --claim",
        )

    def _of_numbers(self, line: Line, precision: int) -> arb | None:
        from gradcheck.claims.equality import Verifier

        graph = self.setting.graph
        claim = read_claim(self.text, graph)
        if claim.target.of != graph.output or claim.target.wrt not in graph.inputs.values():
            raise self.misplaced(claim.shown)
        (name,) = [name for name, node in graph.inputs.items() if node == claim.target.wrt]
        moved = line.direction.get(name)
        arithmetic = shared(precision, hull=True)
        with arithmetic.working():
            values = self.setting.balls(precision)
            claimed = Verifier(graph, claim, deadline=self.deadline).claimed(arithmetic, values)
            if not claimed.is_finite():
                return None
            (actual,) = self.setting.gradient(precision)[name]
            return ZERO if moved is None else (claimed - actual) * moved.number(arithmetic)

    def _of_arrays(self, line: Line, precision: int) -> arb | None:
        from gradcheck.arithmetic.ball_grids import shared_grids
        from gradcheck.arrays.point import shapes_of
        from gradcheck.claims.array_claim import read_array_claim
        from gradcheck.claims.array_equality import ArrayVerifier
        from gradcheck.claims.array_settings import settings_of

        setting = self.setting
        graph, declared = setting.graph, setting.declared
        bound = frozenset((*setting.point, *declared))
        given = {name: one for name, one in setting.point.items() if isinstance(one, Value)}
        shapes, sizes = shapes_of(given, declared)
        claim = read_array_claim(self.text, graph, None, frozenset(sizes))
        target = claim.target
        if target.of.node != graph.output or target.wrt.node not in graph.inputs.values():
            raise self.misplaced(claim.shown)
        (name,) = [name for name, node in graph.inputs.items() if node == target.wrt.node]
        settings = settings_of(setting.program, graph, bound, shapes, sizes, declared)
        verifier = ArrayVerifier(claim, settings, declared=declared, deadline=self.deadline)
        grids = shared_grids(precision, hull=True)
        with grids.working():
            try:
                cells = verifier.cells(settings[0])
                verifier.fit(settings[0])
            except DoesNotFitError:
                return None
            scene = verifier.scene(settings[0], setting.point, grids)
            if scene is None:
                return None
            claimed = verifier.claimed(scene)
            moved = line.direction.get(name)
            if moved is None:
                return ZERO
            steps = moved.number(grids).entries
            actual = setting.gradient(precision)[name]
            total = ZERO
            for one, (_, position) in zip(claimed, each(cells), strict=True):
                if not one.is_finite():
                    return None
                total = total + (one - actual[position]) * steps[position]
            return total


def _along(line: Line, gradient: dict[str, list[arb]], precision: int) -> arb:
    """g·v."""
    arithmetic = line.balls(precision)
    total = ZERO
    for name, value in line.direction.items():
        number = value.number(arithmetic)
        steps = number.entries if line.setting.has_arrays else [number]
        for one, step in zip(gradient[name], steps, strict=True):
            total = total + one * step
    return total


def _leading(coefficients: Sequence[arb], first: int) -> int | None:
    """The order of the first coefficient that is not 0."""
    return next((k for k in range(first, len(coefficients)) if is_something(coefficients[k])), None)


def _size(remainder: arb | None) -> arb | None:
    return None if remainder is None else abs(remainder)


def _rate(before: arb | None, after: arb | None) -> float | None:
    """log2 of the quotient of two remainders, where both are something."""
    if before is None or after is None or before.contains(0) or after.contains(0):
        return None
    quotient = before / after
    return float(quotient.log().mid()) / math.log(2) if quotient > 0 and quotient.is_finite() else None


def _shown(remainder: arb | None) -> Decimal:
    assert remainder is not None
    return from_ball(remainder, _DIGITS)
