"""The verdict of the routes over training rows: enclosures of the sums of all rows' derivatives, in Arb balls.

The mean value theorem holds for the average as for any function: its slope along a direction lies in the average of the
rows' enclosures over the interval in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import arb

from gradcheck import domain, limits, rules
from gradcheck.arithmetic.ball_grids import BallGrid, BallGrids, shared_grids
from gradcheck.arrays.compare import jacobians, met
from gradcheck.arrays.point import ArrayValue
from gradcheck.forward import evaluate, nudge
from gradcheck.results import Verdict
from gradcheck.routes import array_slopes, pullbacks
from gradcheck.routes.found import SymbolicArray, SymbolicDerivative
from gradcheck.shapes import grid, size
from gradcheck.syntax.printing import UNICODE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.arrays.point import ArrayPoint
    from gradcheck.deadline import Deadline
    from gradcheck.graph import Graph
    from gradcheck.results import RouteName
    from gradcheck.routes.worker import Found
    from gradcheck.syntax.tree import Exact

_DIRECTIONS = 3
_HOPELESS = 8 * limits.FIRST_PRECISION
_NODE = 50
"""Entries that cost as much as looking at a node."""
_FEW_ENTRIES = 24
"""Entries of a parameter up to which each is nudged; a larger one is moved along random directions."""


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row to judge: its number (from 1), and the exact values that the file gives."""

    number: int
    inputs: ArrayPoint


@dataclass(frozen=True, slots=True)
class RowsJudged:
    """By parameter: the reduced derivatives of each route, and the verdict; ``values`` are those of each row."""

    verdicts: Mapping[int, Verdict]
    reverse: Mapping[int, list[arb]]
    symbolic: Mapping[int, list[arb]]
    slopes: Mapping[int, list[arb]]
    values: Sequence[Sequence[arb]]
    gradients: Sequence[Mapping[int, list[arb]]]
    precision: int


def work_of_a_row(graph: Graph, nodes: Sequence[int]) -> int:
    """What one row costs, in entries of the graph; a node costs as much as many entries."""
    sizes = [size(graph.shape(node)) for node in nodes]
    directions = sum(one if one <= _FEW_ENTRIES else _DIRECTIONS for one in sizes)
    entries = sum(size(graph.shape(node)) for node in range(len(graph)))
    return (directions + 1) * (entries + _NODE * len(graph.nodes())) * size(graph.shape(graph.output))


def judge_rows(
    graph: Graph,
    point: ArrayPoint,
    rows: Sequence[JudgedRow],
    nodes: Sequence[int],
    routes: Sequence[RouteName],
    symbolic: Mapping[int, Found],
    deadline: Deadline,
    seed: int,
    precision: int,
    *,
    together: bool,
) -> RowsJudged:
    """Compare the routes at each parameter, over all ``rows`` ``together`` (their average) or row by row."""
    while True:
        arithmetic = shared_grids(precision, hull=True)
        with arithmetic.working():
            judge = _Judge(graph, point, rows, nodes, routes, symbolic, arithmetic, deadline, seed, together=together)
            verdicts = {node: judge.at(node) for node in nodes}
        open_ = [node for node in nodes if verdicts[node].name == "undecided" and not judge.broken.get(node)]
        if not open_ or precision >= _HOPELESS or deadline.passed():
            return RowsJudged(
                verdicts, judge.reverse, judge.symbolic, judge.slopes, judge.outputs, judge.rows, precision
            )
        precision *= 2


class _Judge:
    """One precision: every row's values and Jacobians, and the judgement of each parameter."""

    def __init__(
        self,
        graph: Graph,
        point: ArrayPoint,
        rows: Sequence[JudgedRow],
        nodes: Sequence[int],
        routes: Sequence[RouteName],
        symbolic: Mapping[int, Found],
        arithmetic: BallGrids,
        deadline: Deadline,
        seed: int,
        *,
        together: bool,
    ) -> None:
        self.graph, self.routes, self.deadline, self.seed = graph, routes, deadline, seed
        self.arithmetic, self.together, self.numbers = arithmetic, together, [row.number for row in rows]
        self.formulas = symbolic
        self.count = size(graph.shape(graph.output))
        fixed = {name: value.number(arithmetic) for name, value in point.items()}
        self.values: list[list[BallGrid]] = []
        self.rows: list[dict[int, list[arb]]] = []
        self.broken: dict[int, str] = {}
        for row in rows:
            given = {name: value.number(arithmetic) for name, value in row.inputs.items()}
            values = evaluate(graph, arithmetic, {**fixed, **given}, self.decided(row, nodes))
            self.values.append(values)
            self.rows.append(jacobians(graph, arithmetic, values, nodes))
            self.find_breaks(row.number, values, nodes)
        self.outputs = [values[graph.output].entries for values in self.values]
        self.reverse: dict[int, list[arb]] = {}
        self.symbolic: dict[int, list[arb]] = {}
        self.slopes: dict[int, list[arb]] = {}

    def decided(self, row: JudgedRow, nodes: Sequence[int]) -> dict[int, BallGrid]:
        """The truth values that the row alone decides: no parameter moves them, though a ball may not tell them."""
        graph = self.graph
        if graph.has_arrays:
            return {}
        exact: dict[str, Exact | None] = dict.fromkeys(graph.inputs)
        for name, value in row.inputs.items():
            assert isinstance(value, ArrayValue)
            (exact[name],) = value.entries
        moved = {child for node in nodes for child in (node, *graph.affected(node))}
        found = domain.decided(graph, exact)
        return {node: self.arithmetic.number(value) for node, value in found.items() if node not in moved}

    def find_breaks(self, number: int, values: Sequence[BallGrid], nodes: Sequence[int]) -> None:
        """Tell the first row at a kink or jump that a parameter's derivative passes."""
        graph, arithmetic = self.graph, self.arithmetic
        for child, operation in enumerate(graph.operations):
            if operation is None or not graph.varies[child]:
                continue
            for kind, rule in rules.breaks(operation):
                function = arithmetic.bind(rule) if operation.shape else arithmetic.local(rule)
                place = function(*[values[argument] for argument in graph.arguments[child]], values[child])
                if not any(not entry.is_finite() or entry.contains(0) for entry in place.entries):
                    continue
                for node in nodes:
                    before = self.broken.get(node, "")
                    if (not before or (kind == "jump" and before.startswith("kink"))) and child in graph.affected(node):
                        text = rules.operand_text(graph, child, UNICODE)[0]
                        self.broken[node] = f"{kind} at node {text} in row {number:,}"

    def at(self, node: int) -> Verdict:
        findings: list[Verdict] = []
        found = self.formulas.get(node)
        formulas = found if found is not None and not found.reason else None
        ours = [row[node] for row in self.rows]
        theirs = None if formulas is None else [_enclosures(formulas, values) for values in self.values]
        if "reverse" in self.routes:
            self.reverse[node] = total(ours)
        if theirs is not None:
            self.symbolic[node] = total(theirs)
        if "reverse" in self.routes and theirs is not None:
            findings += self.meet(node, ours, theirs, ours, "reverse mode", "SymPy")
        if "fd" in self.routes:
            findings += self.slopes_against(node, formulas, ours)
        return self.conclude(node, findings)

    # -- slopes ---------------------------------------------------------------------------------------------------

    def slopes_against(self, node: int, formulas: Found | None, ours: Sequence[Sequence[arb]]) -> list[Verdict]:
        """The slopes of the sum along each entry (or random directions) against the others over the interval."""
        graph, arithmetic = self.graph, self.arithmetic
        affected = graph.affected(node)
        entries = size(graph.shape(node))
        if graph.output != node and graph.output not in affected:
            self.slopes[node] = [arb(0)] * (self.count * entries)
            return [Verdict("agree")]
        every = entries <= _FEW_ENTRIES
        directions = (
            [[int(k == entry) for k in range(entries)] for entry in range(entries)]
            if every
            else array_slopes.rademacher(_DIRECTIONS, entries, self.seed + node)
        )
        wanted = pullbacks.needed(graph, [graph.output], [node])
        steps: dict[int, pullbacks.Step[BallGrid]] = {}
        findings: list[Verdict] = []
        columns: list[list[arb]] = []
        for position, direction in enumerate(directions):
            slopes, over, formula_over = [], [], []
            for values in self.values:
                if self.deadline.passed():
                    return [
                        *findings,
                        Verdict("undecided", "the time limit was reached before the slopes were refereed"),
                    ]
                secant = array_slopes.secant(graph, arithmetic, values, node, affected, direction)
                if secant is None:
                    return [Verdict("undecided", "the function does not exist on both sides of the point")]
                slopes.append(secant.slopes)
                around = nudge(graph, arithmetic, values, node, secant.interval, affected)
                over.append(self.along(self.sweeps(around, node, wanted, steps), direction))
                if formulas is not None:
                    enclosed = _enclosures(formulas, values, node, secant.interval)
                    formula_over.append(self.along(enclosed, direction))
            name = "the difference quotient" if every else "the slope along a random direction"
            scale = [self.along(row, direction, absolute=True) for row in ours]
            entry = position if every else None
            if not all(one.is_finite() for row in over for one in row):
                findings.append(Verdict("undecided", "no enclosure of the derivative around the point is finite"))
                continue
            if "reverse" in self.routes:
                findings += self.meet(node, slopes, over, scale, name, "reverse mode", entry)
            if formulas is not None:
                findings += self.meet(node, slopes, formula_over, scale, name, "SymPy", entry)
            columns.append(total(slopes))
        if every and len(columns) == entries:
            self.slopes[node] = [columns[entry][output] for output in range(self.count) for entry in range(entries)]
        return findings

    def sweeps(
        self, values: Sequence[BallGrid], node: int, wanted: bytearray, steps: dict[int, pullbacks.Step[BallGrid]]
    ) -> list[arb]:
        graph = self.graph
        rows, columns = grid(graph.shape(graph.output))
        entries = size(graph.shape(node))
        found: list[arb] = []
        for position in range(self.count):
            seed = self.arithmetic.unit(rows, columns, position)
            adjoint = pullbacks.pull(graph, self.arithmetic, values, seed, wanted=wanted, steps=steps)[node]
            found += [arb(0)] * entries if adjoint is None else adjoint.entries
        return found

    def along(self, entries: Sequence[arb], direction: Sequence[int], *, absolute: bool = False) -> list[arb]:
        """The derivative of each output entry along a direction."""
        width = len(direction)
        found = []
        for output in range(self.count):
            total = arb(0)
            for entry, sign in zip(entries[output * width : (output + 1) * width], direction, strict=True):
                if sign:
                    total = total + (abs(entry) if absolute else sign * entry)
            found.append(total)
        return found

    # -- verdicts -------------------------------------------------------------------------------------------------

    def meet(
        self,
        node: int,
        one: Sequence[Sequence[arb]],
        other: Sequence[Sequence[arb]],
        terms: Sequence[Sequence[arb]],
        name: str,
        other_name: str,
        entry: int | None = None,
    ) -> list[Verdict]:
        """The sums of two routes' rows against each other (or each row's); ``terms`` are what digits count against."""
        if self.together:
            pairs = [("", total(one), total(other), total([[abs(x) for x in row] for row in terms]))]
        else:
            pairs = [
                (f" in row {number:,}", list(first), list(second), [abs(x) for x in scale])
                for number, first, second, scale in zip(self.numbers, one, other, terms, strict=True)
            ]
        findings = []
        for where, first, second, scale in pairs:
            largest = max((x.mid() for x in scale if x.is_finite()), default=arb(0), key=float)
            largest = largest if largest > arb(10) ** -300 else arb(1)
            for position, (left, right) in enumerate(zip(first, second, strict=True)):
                found = met(left, right, largest, name, other_name, "")
                if found.name != "agree":
                    place = self.place(node, position if entry is None else None, entry)
                    found = Verdict(found.name, f"{place}{where}: {found.reason}")
                findings.append(found)
        return findings

    def place(self, node: int, position: int | None, entry: int | None) -> str:
        """What a finding is about: ∂C/∂W[0, 1]."""
        graph = self.graph
        shape = graph.shape(node)
        if position is not None and len(shape):
            entry = position % size(shape)
        name = graph.names[node]
        if entry is not None and len(shape) == 1:
            name = f"{name}[{entry}]"
        elif entry is not None and len(shape) == 2:
            name = f"{name}[{entry // shape[1]}, {entry % shape[1]}]"
        return f"∂{graph.names.get(graph.output, 'f')}/∂{name}"

    def conclude(self, node: int, findings: Sequence[Verdict]) -> Verdict:
        if not findings:
            return Verdict(None, "one route alone has nothing to be compared with")
        place = self.broken.get(node, "")
        disagreements = [one.reason for one in findings if one.name == "disagree"]
        if disagreements and not place:
            return Verdict("disagree", "; ".join(disagreements[:3]))
        if place and (disagreements or place.startswith("jump")):
            return Verdict("undecided", place)
        undecided = [one.reason for one in findings if one.name == "undecided"]
        if undecided:
            return Verdict("undecided", place or undecided[0])
        return Verdict("agree")


def _enclosures(
    found: Found, values: Sequence[BallGrid], node: int | None = None, interval: BallGrid | None = None
) -> list[arb]:
    """SymPy's derivatives in balls at one row; ``interval`` replaces the value of ``node``."""
    if isinstance(found, SymbolicDerivative):
        moved = None if interval is None else interval.entries[0]
        return [found.enclosure([value.entries[0] for value in values], node, moved)]
    assert isinstance(found, SymbolicArray)
    return found.enclosures([value.entries for value in values], node, () if interval is None else interval.entries)


def total(rows: Sequence[Sequence[arb]]) -> list[arb]:
    """The sum over the rows, entry by entry."""
    found = list(rows[0])
    for row in rows[1:]:
        found = [one + other for one, other in zip(found, row, strict=True)]
    return found
