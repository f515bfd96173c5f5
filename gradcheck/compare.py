"""The verdict of the routes, node by node: enclosures that exclude each other, that agree, or neither.

Precision grows until every verdict is reached or a limit is. A difference quotient takes part through the mean
value theorem: the slope over an interval lies in the derivative's enclosure over that interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import arb

from gradcheck import limits
from gradcheck.arithmetic.balls import ZERO, Balls, shared
from gradcheck.forward import evaluate, nudge
from gradcheck.point import numbers
from gradcheck.results import Verdict
from gradcheck.routes import finite_difference, reverse
from gradcheck.rules import breaks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gradcheck.deadline import Deadline
    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.results import RouteName
    from gradcheck.routes.found import SymbolicDerivative

_AGREEMENT = arb(10) ** -limits.AGREEMENT_DIGITS
_HOPELESS = 8 * limits.FIRST_PRECISION
"""The precision from which a value that is still not finite is not waited for."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The enclosures of ∂output/∂node by each route, and the verdict on them."""

    verdict: Verdict
    reverse: arb | None
    symbolic: arb | None
    slope: arb | None


@dataclass(frozen=True, slots=True)
class Compared:
    """All comparisons, and the ball values and the sweep at the highest precision that was needed."""

    comparisons: Mapping[int, Comparison]
    values: Sequence[arb]
    sweep: reverse.Sweep[arb]
    precision: int


def compare(
    graph: Graph,
    point: Point,
    nodes: Iterable[int],
    routes: Sequence[RouteName],
    symbolic: Mapping[int, SymbolicDerivative],
    broken: Mapping[int, str],
    deadline: Deadline,
    precision: int = limits.FIRST_PRECISION,
) -> Compared:
    """Compare the routes at each of ``nodes``.

    ``broken`` tells, for nodes whose derivative passes a kink or jump at the point, which; there is no derivative to
    disagree about, and agreement is reached only where the hull of the one-sided ones is a single number.
    """
    waiting = list(nodes)
    settled: dict[int, Comparison] = {}
    while True:
        arithmetic = shared(precision, hull=True)
        with arithmetic.working():
            judge = _Judge(graph, point, routes, symbolic, broken, arithmetic)
            for node in waiting:
                if deadline.passed() and node in settled:
                    break
                settled[node] = judge.at(node, late=deadline.passed())
        waiting = [node for node in waiting if settled[node].verdict.name == "undecided" and node not in broken]
        if precision >= _HOPELESS:
            waiting = [node for node in waiting if _is_finite(settled[node])]
        if not waiting or precision >= limits.LAST_PRECISION or deadline.passed():
            return Compared(settled, judge.values, judge.sweep, precision)
        precision *= 2


def _is_finite(comparison: Comparison) -> bool:
    return all(one is None or one.is_finite() for one in (comparison.reverse, comparison.symbolic, comparison.slope))


class _Judge:
    """One precision: the values, the sweep, and the judgement of each node."""

    def __init__(
        self,
        graph: Graph,
        point: Point,
        routes: Sequence[RouteName],
        symbolic: Mapping[int, SymbolicDerivative],
        broken: Mapping[int, str],
        arithmetic: Balls,
    ) -> None:
        self.graph = graph
        self.routes = routes
        self.symbolic = symbolic
        self.broken = broken
        self.arithmetic = arithmetic
        self.values = evaluate(graph, arithmetic, numbers(point, arithmetic))
        self.sweep = reverse.sweep(graph, arithmetic, self.values, magnitude=abs)

    def at(self, node: int, *, late: bool) -> Comparison:
        adjoint = self.sweep.adjoints[node]
        ours = None if "reverse" not in self.routes else ZERO if adjoint is None else adjoint
        derivative = self.symbolic.get(node)
        theirs = None if derivative is None or derivative.reason else derivative.enclosure(self.values)
        findings: list[Verdict] = []
        if ours is not None and theirs is not None:
            findings.append(self.meet(node, ours, theirs, "reverse mode", "SymPy"))
        slope = None
        if "fd" in self.routes:
            if late:
                findings.append(Verdict("undecided", "the time limit was reached before the slope was refereed"))
            else:
                slope, more = self.slopes(node, derivative if theirs is not None else None)
                findings.extend(more)
        return Comparison(self.conclude(node, findings), ours, theirs, slope)

    def slopes(self, node: int, derivative: SymbolicDerivative | None) -> tuple[arb | None, list[Verdict]]:
        """The refereed slope against each other route, over the interval in which it was taken."""
        graph, values = self.graph, self.values
        affected = graph.affected(node)
        if node != graph.output and graph.output not in affected:
            return ZERO, [self.meet(node, ZERO, ZERO, "", "")]
        secant = finite_difference.referee(graph, self.arithmetic, values, node, affected)
        if secant is None:
            return None, [Verdict("undecided", "the function does not exist on both sides of the point")]
        around = nudge(graph, self.arithmetic, values, node, secant.interval, affected)
        over = reverse.sweep(graph, self.arithmetic, around, until=node).adjoints[node]
        ours = ZERO if over is None else over
        if not ours.is_finite():
            return secant.slope, [Verdict("undecided", "no enclosure of the derivative around the point is finite")]
        found = []
        if "reverse" in self.routes:
            found.append(self.meet(node, secant.slope, ours, "the difference quotient", "reverse mode"))
        if derivative is not None:
            theirs = derivative.enclosure(around, node, secant.interval)
            found.append(self.meet(node, secant.slope, theirs, "the difference quotient", "SymPy"))
        return secant.slope, found

    def meet(self, node: int, one: arb, other: arb, name: str, other_name: str) -> Verdict:
        """Whether two enclosures exclude each other, agree, or leave it open."""
        if not (one.is_finite() and other.is_finite()):
            silent = name if not one.is_finite() else other_name
            return Verdict("undecided", f"{silent} has no finite value here")
        if not one.overlaps(other):
            shown, other_shown = distinct(one, other)
            return Verdict("disagree", f"{name} says {shown}, {other_name} says {other_shown}")
        weight = self.sweep.magnitudes[node]
        scale = weight if weight is not None and weight.is_finite() and not weight.is_zero() else arb(1)
        if one.union(other).rad() <= _AGREEMENT * scale.upper():
            return Verdict("agree")
        return Verdict("undecided", f"{name} and {other_name} are not settled to {limits.AGREEMENT_DIGITS} digits")

    def conclude(self, node: int, findings: Sequence[Verdict]) -> Verdict:
        if not findings:
            return Verdict(None, "one route alone has nothing to be compared with")
        place = self.broken.get(node)
        disagreements = [one.reason for one in findings if one.name == "disagree"]
        if disagreements and place is None:
            return Verdict("disagree", "; ".join(disagreements))
        if place is not None and (disagreements or place.startswith("jump")):
            return Verdict("undecided", place)
        undecided = [one.reason for one in findings if one.name == "undecided"]
        if undecided:
            return Verdict("undecided", place or undecided[0])
        return Verdict("agree")


def distinct(one: arb, other: arb) -> tuple[str, str]:
    """Two disjoint enclosures with as many digits as it takes to tell them apart."""
    for digits in (6, 10, 16, 30, 100):
        texts: tuple[str, str] = one.str(digits, radius=False), other.str(digits, radius=False)
        if texts[0] != texts[1]:
            return texts
    return str(one), str(other)


def wrong_floats(graph: Graph, floats: Sequence[float]) -> Mapping[int, str]:
    """Nodes whose float64 function misses the true value at its own float64 arguments by more than any library does."""
    arithmetic = shared(2 * limits.FIRST_PRECISION // 5)
    found = {}
    with arithmetic.working():
        for node in graph.nodes():
            operation = graph.operations[node]
            arguments = [arb(floats[argument]) for argument in graph.arguments[node]]
            if operation is None or not all(argument.is_finite() for argument in (*arguments, arb(floats[node]))):
                continue
            true = arithmetic.function(operation)(*arguments)
            places = [arithmetic.bind(rule)(*arguments, true) for kind, rule in breaks(operation) if kind == "jump"]
            if any(not place.is_finite() or place.contains(0) for place in places):
                continue  # on a jump, rounding decides the side
            if true.is_finite() and abs(true - arb(floats[node])) > arb(1e-6) * (1 + abs(true)):
                found[node] = (
                    f"the float64 function of {graph.names[node]} says {floats[node]:.10g},"
                    f" Arb says {true.str(10, radius=False)}"
                )
    return found
