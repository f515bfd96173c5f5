"""The verdict of the routes over arrays: entry by entry where there are few, else along random directions.

As for scalars: enclosures that exclude each other disagree, those within 30 digits agree, precision grows in between; a
difference quotient takes part through the mean value theorem.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from gradcheck import limits, rules
from gradcheck.arithmetic.ball_grids import BallGrid, BallGrids, shared_grids
from gradcheck.arithmetic.grids import Grid
from gradcheck.compare import distinct
from gradcheck.forward import evaluate, nudge
from gradcheck.results import Verdict
from gradcheck.routes import array_slopes, pullbacks
from gradcheck.shapes import grid, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gradcheck.arrays.point import ArrayPoint
    from gradcheck.deadline import Deadline
    from gradcheck.graph import Graph
    from gradcheck.results import RouteName
    from gradcheck.routes.found import SymbolicArray

_AGREEMENT = arb(10) ** -limits.AGREEMENT_DIGITS
_DIRECTIONS = 6
_FEWER_DIRECTIONS = 3
_HOPELESS = 8 * limits.FIRST_PRECISION
_ROUNDING = arb(1e-6)
_SOLVING = ("inv", "solve", "logdet")
_ILL = 1e8
"""The condition number from which float64 is not expected to be right."""


@dataclass(frozen=True, slots=True)
class ArrayComparison:
    """The enclosures of all entries of ∂output/∂node by each route, and the verdict on them."""

    verdict: Verdict
    reverse: list[arb] | None
    symbolic: list[arb] | None
    slopes: list[arb] | None
    directions: int = 0
    """How many random directions stood for the entries; 0 where every entry was nudged."""


@dataclass(frozen=True, slots=True)
class ArraysCompared:
    """All comparisons, and the values and Jacobians at the highest precision that was needed."""

    comparisons: Mapping[int, ArrayComparison]
    values: Sequence[BallGrid]
    jacobians: Mapping[int, list[arb]]
    """Of the nodes that were enclosed: not of those whose Jacobian is large."""
    precision: int


def values_at(graph: Graph, point: ArrayPoint, arithmetic: BallGrids) -> list[BallGrid]:
    """The forward pass in balls."""
    return evaluate(graph, arithmetic, {name: value.number(arithmetic) for name, value in point.items()})


def jacobians(
    graph: Graph, arithmetic: BallGrids, values: Sequence[BallGrid], nodes: Iterable[int]
) -> dict[int, list[arb]]:
    """∂output/∂node for each node, output entries first: one sweep for each entry of the output."""
    wanted_nodes = list(nodes)
    rows, columns = grid(graph.shape(graph.output))
    wanted = pullbacks.needed(graph, [graph.output], wanted_nodes)
    found: dict[int, list[arb]] = {node: [] for node in wanted_nodes}
    steps: dict[int, pullbacks.Step[BallGrid]] = {}
    for position in range(rows * columns):
        seed = arithmetic.unit(rows, columns, position)
        adjoints = pullbacks.pull(graph, arithmetic, values, seed, wanted=wanted, steps=steps)
        for node in wanted_nodes:
            adjoint = adjoints[node]
            count = size(graph.shape(node))
            found[node] += [arb(0)] * count if adjoint is None else adjoint.entries
    return found


def compare_arrays(
    graph: Graph,
    point: ArrayPoint,
    nodes: Sequence[int],
    routes: Sequence[RouteName],
    symbolic: Mapping[int, SymbolicArray],
    broken: Mapping[int, str],
    deadline: Deadline,
    seed: int,
    precision: int = limits.FIRST_PRECISION,
) -> ArraysCompared:
    """Compare the routes at each of ``nodes``; ``broken`` tells which of them pass a kink or jump at the point."""
    waiting = list(nodes)
    settled: dict[int, ArrayComparison] = {}
    if (
        sum(map(size, graph.shapes)) > limits.ROUTES_IN_BALLS
    ):  # many small errors add up: 30 digits need more from the start
        precision *= 2
    while True:
        arithmetic = shared_grids(precision, hull=True)
        with arithmetic.working():
            judge = _Judge(graph, point, nodes, routes, symbolic, broken, arithmetic, deadline, seed)
            for node in waiting:
                if deadline.passed() and node in settled:
                    break
                settled[node] = judge.at(node)
        waiting = [node for node in waiting if settled[node].verdict.name == "undecided" and node not in broken]
        if precision >= _HOPELESS or not waiting or deadline.passed():
            return ArraysCompared(settled, judge.values, judge.jacobians, precision)
        precision *= 2


class _Judge:
    """One precision: values, Jacobians, and the judgement of each node."""

    def __init__(
        self,
        graph: Graph,
        point: ArrayPoint,
        nodes: Sequence[int],
        routes: Sequence[RouteName],
        symbolic: Mapping[int, SymbolicArray],
        broken: Mapping[int, str],
        arithmetic: BallGrids,
        deadline: Deadline,
        seed: int,
    ) -> None:
        self.graph, self.arithmetic, self.routes = graph, arithmetic, routes
        self.symbolic, self.broken, self.deadline, self.seed = symbolic, broken, deadline, seed
        self.values = values_at(graph, point, arithmetic)
        self.outputs = size(graph.shape(graph.output))
        whole = self.outputs == 1 or self.outputs * sum(size(graph.shape(k)) for k in nodes) <= limits.BALL_JACOBIANS
        enclosed = nodes if whole else [node for node in nodes if node in symbolic and not symbolic[node].reason]
        self.jacobians = jacobians(graph, arithmetic, self.values, enclosed) if enclosed else {}
        nudges = self.outputs * sum(size(graph.shape(node)) for node in nodes)
        entries = sum(map(size, graph.shapes))
        self.every_entry = nudges * entries <= limits.NUDGED_WORK
        self.directions = _DIRECTIONS if entries <= limits.ROUTES_IN_BALLS else _FEWER_DIRECTIONS

    def at(self, node: int) -> ArrayComparison:
        ours = self.jacobians.get(node)
        formulas = self.symbolic.get(node)
        theirs = None
        if formulas is not None and not formulas.reason:
            theirs = formulas.enclosures([value.entries for value in self.values])
        scale = self.scale(ours or ())
        findings: list[Verdict] = []
        if "reverse" in self.routes and theirs is not None and ours is not None:
            findings += [
                self.meet(position, node, one, other, scale, "reverse mode", "SymPy")
                for position, (one, other) in enumerate(zip(ours, theirs, strict=True))
            ]
        slopes: list[arb] | None = None
        directions = 0
        if "fd" in self.routes:
            if self.deadline.passed():
                findings.append(Verdict("undecided", "the time limit was reached before the slopes were refereed"))
            elif self.every_entry:
                slopes, more = self.entrywise(node, formulas if theirs is not None else None, scale)
                findings += more
            else:
                directions = self.directions
                findings += self.along_directions(node, formulas if theirs is not None else None)
        shown = ours if "reverse" in self.routes else None
        return ArrayComparison(self.conclude(node, findings), shown, theirs, slopes, directions)

    @staticmethod
    def scale(entries: Sequence[arb]) -> arb:
        """The size of the largest entry, against which digits are counted; a Jacobian of zeros has none."""
        largest = max((abs(entry).mid() for entry in entries if entry.is_finite()), default=arb(0), key=float)
        return largest if largest > arb(10) ** -300 else arb(1)

    # -- entry by entry -------------------------------------------------------------------------------------------

    def entrywise(
        self, node: int, formulas: SymbolicArray | None, scale: arb
    ) -> tuple[list[arb] | None, list[Verdict]]:
        """The refereed slope at every entry of a node against the other routes over the interval in between."""
        graph, values = self.graph, self.values
        affected = graph.affected(node)
        count = size(graph.shape(node))
        found: list[Verdict] = []
        slopes = [arb(0)] * (self.outputs * count)
        if node != graph.output and graph.output not in affected:
            return slopes, [Verdict("agree")]
        wanted = pullbacks.needed(graph, [graph.output], [node])
        steps: dict[int, pullbacks.Step[BallGrid]] = {}
        for entry in range(count):
            if self.deadline.passed():
                return None, [Verdict("undecided", "the time limit was reached before the slopes were refereed")]
            direction = [0] * count
            direction[entry] = 1
            secant = array_slopes.secant(graph, self.arithmetic, values, node, affected, direction)
            if secant is None:
                reason = f"the function does not exist on both sides of the point (entry {self.entry(node, entry)})"
                found.append(Verdict("undecided", reason))
                continue
            around = nudge(graph, self.arithmetic, values, node, secant.interval, affected)
            enclosures = self.over_interval(around, node, wanted, steps)
            theirs = (
                None
                if formulas is None
                else formulas.enclosures([value.entries for value in values], node, secant.interval.entries)
            )
            for output in range(self.outputs):
                position = output * count + entry
                slopes[position] = secant.slopes[output]
                if not enclosures[output][entry].is_finite():  # a jump may lie in between, which no formula shows
                    reason = f"no enclosure of the derivative around {self.entry(node, entry)} is finite"
                    found.append(Verdict("undecided", reason))
                    continue
                if "reverse" in self.routes:
                    found.append(
                        self.meet(position, node, secant.slopes[output], enclosures[output][entry], scale,
                                  "the difference quotient", "reverse mode")
                    )  # fmt: skip
                if theirs is not None:
                    found.append(
                        self.meet(position, node, secant.slopes[output], theirs[position], scale,
                                  "the difference quotient", "SymPy")
                    )  # fmt: skip
        return slopes, found

    def over_interval(
        self, around: Sequence[BallGrid], node: int, wanted: bytearray, steps: dict[int, pullbacks.Step[BallGrid]]
    ) -> list[list[arb]]:
        graph = self.graph
        rows, columns = grid(graph.shape(graph.output))
        count = size(graph.shape(node))
        found = []
        for position in range(rows * columns):
            seed = self.arithmetic.unit(rows, columns, position)
            adjoint = pullbacks.pull(graph, self.arithmetic, around, seed, wanted=wanted, steps=steps)[node]
            found.append([arb(0)] * count if adjoint is None else adjoint.entries)
        return found

    # -- directions -----------------------------------------------------------------------------------------------

    def along_directions(self, node: int, formulas: SymbolicArray | None) -> list[Verdict]:
        """Random combinations of outputs along random directions; where one disagrees, the entry behind it."""
        count = size(self.graph.shape(node))
        found = []
        inputs = array_slopes.rademacher(self.directions, count, self.seed + node)
        outputs = array_slopes.rademacher(self.directions, self.outputs, self.seed - 1 - node)
        for direction, weights in zip(inputs, outputs, strict=True):
            if self.deadline.passed():
                found.append(Verdict("undecided", "the time limit was reached before every direction was seen"))
                break
            verdict = self.along(node, direction, weights, formulas)
            if verdict is None:
                continue
            if verdict.name == "disagree":
                verdict = self.localised(node, direction, weights, formulas, verdict)
            found.append(verdict)
        return found

    def along(
        self, node: int, direction: Sequence[int], weights: Sequence[int], formulas: SymbolicArray | None
    ) -> Verdict | None:
        """The slope of a combination of the outputs along a direction against the other route over the interval."""
        graph, arithmetic = self.graph, self.arithmetic
        affected = graph.affected(node)
        if node != graph.output and graph.output not in affected:
            return Verdict("agree")
        secant = array_slopes.secant(graph, arithmetic, self.values, node, affected, direction)
        if secant is None:
            return Verdict("undecided", "the function does not exist on both sides of the point")
        slope = _combined(secant.slopes, weights)
        around = nudge(graph, arithmetic, self.values, node, secant.interval, affected)
        seed = Grid(*grid(graph.shape(graph.output)), [arb(weight) for weight in weights])
        wanted = pullbacks.needed(graph, [graph.output], [node])
        adjoint = pullbacks.pull(graph, arithmetic, around, seed, wanted=wanted)[node]
        ours = arb(0) if adjoint is None else _combined(adjoint.entries, direction)
        magnitude = (
            arb(1) if adjoint is None else _combined([abs(one) for one in adjoint.entries], [1] * len(direction))
        )
        if not ours.is_finite():
            return Verdict("undecided", "no enclosure of the derivative around the point is finite")
        other = "reverse mode"
        if "reverse" not in self.routes:
            if formulas is None:
                return None
            other = "SymPy"
            theirs = formulas.enclosures([value.entries for value in self.values], node, secant.interval.entries)
            count = len(direction)
            ours = _combined([_combined(theirs[entry::count], weights) for entry in range(count)], direction)
        return met(slope, ours, magnitude, "the difference quotient", other, "along a random direction")

    def localised(
        self,
        node: int,
        direction: Sequence[int],
        weights: Sequence[int],
        formulas: SymbolicArray | None,
        whole: Verdict,
    ) -> Verdict:
        """The single entry that disagrees, found by halving the direction."""
        entries = [index for index, sign in enumerate(direction) if sign]
        while len(entries) > 1 and not self.deadline.passed():
            half = entries[: len(entries) // 2]
            part = [sign if index in set(half) else 0 for index, sign in enumerate(direction)]
            verdict = self.along(node, part, weights, formulas)
            is_here = verdict is not None and verdict.name == "disagree"
            entries = half if is_here else entries[len(half) :]
            whole = verdict if verdict is not None and is_here else whole
        part = [sign if index in entries else 0 for index, sign in enumerate(direction)]
        verdict = self.along(node, part, weights, formulas)
        if verdict is None or verdict.name != "disagree":
            return whole
        return Verdict("disagree", f"by {self.entry(node, entries[0])}: {verdict.reason}")

    # -- verdicts -------------------------------------------------------------------------------------------------

    def meet(self, position: int, node: int, one: arb, other: arb, scale: arb, name: str, other_name: str) -> Verdict:
        found = met(one, other, scale, name, other_name, "")
        if found.name == "agree":
            return found
        count = size(self.graph.shape(node))
        where = self.entry(node, position % count)
        output = self.entry(self.graph.output, position // count)
        return Verdict(found.name, f"∂{output}/∂{where}: {found.reason}")

    def entry(self, node: int, position: int) -> str:
        """The name of one entry of a node."""
        name, shape = self.graph.names.get(node, "f"), self.graph.shape(node)
        match len(shape):
            case 0:
                return name
            case 1:
                return f"{name}[{position}]"
            case _:
                return f"{name}[{position // shape[1]}, {position % shape[1]}]"

    def conclude(self, node: int, findings: Sequence[Verdict]) -> Verdict:
        if not findings:
            return Verdict(None, "one route alone has nothing to be compared with")
        place = self.broken.get(node)
        disagreements = [one.reason for one in findings if one.name == "disagree"]
        if disagreements and place is None:
            return Verdict("disagree", "; ".join(disagreements[:3]))
        if place is not None and (disagreements or place.startswith("jump")):
            return Verdict("undecided", place)
        undecided = [one.reason for one in findings if one.name == "undecided"]
        if undecided:
            return Verdict("undecided", place or undecided[0])
        return Verdict("agree")


def _combined(entries: Sequence[arb], weights: Sequence[int]) -> arb:
    total = arb(0)
    for entry, weight in zip(entries, weights, strict=True):
        if weight:
            total = total + (entry if weight > 0 else -entry)
    return total


def met(one: arb, other: arb, scale: arb, name: str, other_name: str, where: str) -> Verdict:
    """Whether two enclosures exclude each other, agree, or leave it open; digits are counted against ``scale``."""
    if not (one.is_finite() and other.is_finite()):
        silent = name if not one.is_finite() else other_name
        return Verdict("undecided", f"{silent} has no finite value here")
    behind = f" {where}" if where else ""
    if not one.overlaps(other):
        shown, other_shown = distinct(one, other)
        return Verdict("disagree", f"{name} says {shown}, {other_name} says {other_shown}{behind}")
    if one.contains(0) or other.contains(0):  # a true 0 has no digits to count: its terms are not taken for tiny
        scale = scale.max(arb(2) ** (-ctx.prec // 8))
    if one.union(other).rad() <= _AGREEMENT * scale:
        return Verdict("agree")
    return Verdict("undecided", f"{name} and {other_name} are not settled to {limits.AGREEMENT_DIGITS} digits{behind}")


# -- float64 ------------------------------------------------------------------------------------------------------


def wrong_floats(graph: Graph, floats: Sequence[Any]) -> str:
    """A sentence for the first node whose float64 value misses the true one at its own arguments by more than rounding.

    The structure of arrays (what an index selects, how rows are stacked) is written once for balls and SymPy: NumPy is
    its referee. Of large graphs the nodes are passed over.
    """
    if sum(floats[node].size for node in graph.nodes()) > limits.NUDGED_ENTRIES:
        return ""
    arithmetic = shared_grids(2 * limits.FIRST_PRECISION // 5)
    with arithmetic.working():
        for node in graph.nodes():
            operation = graph.operations[node]
            assert operation is not None
            arguments = [_enclosed(floats[argument]) for argument in graph.arguments[node]]
            found = _enclosed(floats[node])
            finite = all(entry.is_finite() for one in (*arguments, found) for entry in one.entries)
            if not finite or (operation.name in _SOLVING and _condition(floats[graph.arguments[node][0]]) > _ILL):
                continue
            sizes = (graph.sizes[node],) if node in graph.sizes else ()
            true = arithmetic.function(operation)(*arguments, *sizes)
            bind = arithmetic.bind if operation.shape else arithmetic.local
            places = [bind(rule)(*arguments, true) for kind, rule in rules.breaks(operation) if kind == "jump"]
            if any(not entry.is_finite() or entry.contains(0) for place in places for entry in place.entries):
                continue  # on a jump, rounding decides the side
            if not _near(true, found, arguments, operation.name == "det"):
                name = graph.names[node]
                return f"float64 computes {name} as {_written(found)}, Arb as {_written(true)}"
    return ""


def _enclosed(array: Any) -> BallGrid:
    rows, columns = array.shape[-2:]
    return Grid(rows, columns, [arb(float(entry)) for entry in array.reshape(-1)])


def _condition(matrix: Any) -> float:
    import numpy as np

    return float(np.linalg.cond(matrix)) if np.isfinite(matrix).all() else math.inf


def _near(true: BallGrid, found: BallGrid, arguments: Sequence[BallGrid], is_determinant: bool) -> bool:
    """Whether two arrays are equal up to rounding, measured by the largest terms that may have met in them."""
    if (true.rows, true.columns) != (found.rows, found.columns):
        return False
    if not all(entry.is_finite() for entry in true.entries):
        return True
    largest = [max((abs(entry) for entry in one.entries), key=float) for one in arguments]
    terms = arb(1)
    for one, size_ in zip(largest, arguments, strict=True):
        terms *= (1 + one * len(size_.entries)) ** (size_.rows if is_determinant else 1)
    return all(
        abs(one - other) <= _ROUNDING * (1 + abs(one)) + _ROUNDING**2 * terms
        for one, other in zip(true.entries, found.entries, strict=True)
    )


def _written(found: BallGrid) -> str:
    texts = [entry.str(10, radius=False) for entry in found.entries[:4]]
    return texts[0] if found.is_single else f"[{', '.join(texts)}{', …' if len(found.entries) > 4 else ''}]"
