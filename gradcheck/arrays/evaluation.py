"""``evaluate`` for expressions with arrays: from a graph with shapes to a verdict at every node."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gradcheck import limits
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays import point as array_point
from gradcheck.arrays import writing
from gradcheck.arrays.compare import ArraysCompared, compare_arrays, values_at, wrong_floats
from gradcheck.arrays.defined import breaks_at, finite_values
from gradcheck.arrays.results import (
    ArrayEvaluation,
    ArrayFormulas,
    ArrayNode,
    ArraySlopes,
    Pullback,
    Tensor,
)
from gradcheck.deadline import Deadline
from gradcheck.decimals import from_ball, interval
from gradcheck.errors import DomainProblem, LimitExceeded, UsageProblem
from gradcheck.point import no_point
from gradcheck.results import Verdict
from gradcheck.routes import worker
from gradcheck.rules import arguments_of, operand_text, primitive_of
from gradcheck.shapes import Shape, grid, size
from gradcheck.syntax.printing import PLAIN, UNICODE, write_program

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from flint import arb

    from gradcheck.arrays.point import ArrayPoint
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.point import Value
    from gradcheck.results import RouteName
    from gradcheck.routes.array_slopes import FloatNudger, FloatSlopes
    from gradcheck.routes.found import SymbolicArray
    from gradcheck.syntax.tree import Program

Layout = Literal["denominator", "numerator"]
_FLOAT_DIGITS = 15
_SLOPE_DIRECTIONS = 6
_NUDGED = 1_000
"""Entries of a node up to which each is nudged in float64: all nudged points are one array."""
_ILL_CONDITIONED = 1e12
_LOST = 1e-9
"""The relative error from which float64 is said to lose digits."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an evaluation is to be done; the names are those of ``evaluate``."""

    routes: tuple[RouteName, ...]
    method: str
    step: float | None
    nodes: str | int | None
    digits: int
    seed: int
    layout: Layout
    isolated: bool


def evaluate_arrays(
    program: Program,
    graph: Graph,
    given: Mapping[str, Value],
    declared: Mapping[str, Declaration],
    asked: Sequence[int],
    options: Options,
    deadline: Deadline,
    meanwhile: Callable[[], object] | None = None,
) -> ArrayEvaluation:
    """Differentiate a graph with arrays by three routes and compare them at every node."""
    if options.method == "complex-step":
        raise UsageProblem("the complex step is for scalar expressions", hint="--method central or forward")
    array_point.check_names(graph, given, declared)
    array_point.check_declared(given, declared)
    point = array_point.draw(
        graph,
        given,
        declared,
        options.seed,
        lambda candidate: len(candidate) == len(given) or is_defined(graph, candidate),
    )
    if point is None:
        raise no_point()
    run = _Run(program, graph, point, options, deadline)
    shown, checked = run.chosen(asked)
    _check_derivatives(graph, checked)
    job = None
    if "symbolic" in options.routes and checked:
        large = sum(map(size, graph.shapes)) > limits.ROUTES_IN_BALLS
        job = worker.start(graph, checked, (0.25 if large else 0.6) * deadline.left(), isolated=options.isolated)
    try:
        slopes = run.slopes(checked)
        if meanwhile is not None:
            meanwhile()
        symbolic: Mapping[int, SymbolicArray] = {} if job is None else job.result()  # type: ignore[assignment]  # of arrays
        return run.report(asked, shown, checked, slopes, symbolic, declared, drawn=len(given) < len(graph.inputs))
    finally:
        if job is not None:
            job.stop()


def _check_derivatives(graph: Graph, nodes: Sequence[int]) -> None:
    """Before any memory is taken: no derivative is too large to hold."""
    outputs = size(graph.shape(graph.output))
    for node in nodes:
        count = outputs * size(graph.shape(node))
        if outputs > 1 and count > limits.DERIVATIVES:
            name = graph.names.get(graph.output, "f")
            index = "0" if len(graph.shape(graph.output)) == 1 else "0, 0"
            raise LimitExceeded(
                f"∂{name}/∂{graph.names[node]} has {count:,} entries, more than {limits.DERIVATIVES:,}",
                hint=f"differentiate a part of {name}, such as {name}[{index}] or sum({name})",
            )


def is_defined(graph: Graph, point: ArrayPoint) -> bool:
    """Whether the output has a value at a point, as far as a first look tells."""
    arithmetic = shared_grids(limits.FIRST_PRECISION)
    with arithmetic.working():
        values = values_at(graph, point, arithmetic)
        return all(entry.is_finite() for entry in values[graph.output].entries)


def why_undefined(program: Program, graph: Graph, point: ArrayPoint) -> DomainProblem | None:
    """Why an expression has no value at a point; None where it has one."""
    options = Options(("reverse",), "central", None, None, 6, 0, "denominator", isolated=False)
    try:
        _Run(program, graph, point, options, Deadline(1.0))
    except DomainProblem as problem:
        return problem
    return None


class _Run:
    def __init__(self, program: Program, graph: Graph, point: ArrayPoint, options: Options, deadline: Deadline) -> None:
        self.program, self.graph, self.point, self.options, self.deadline = program, graph, point, options, deadline
        self.precision = max(limits.FIRST_PRECISION, 4 * options.digits + 128)
        self.notes: list[str] = []
        self.wrong_float = ""
        self.values = finite_values(graph, point, self.precision)
        self.broken_at = breaks_at(graph, self.values)

    def broken(self, nodes: Sequence[int]) -> dict[int, str]:
        found = {}
        for node in nodes:
            affected = set(self.graph.affected(node))
            mine = [one for one in self.broken_at if one[0] in affected]
            if mine:
                at, kind, where = next((one for one in mine if one[1] == "jump"), mine[0])
                found[node] = f"{kind} at node {self.graph.names[at]} = {self.pretty(at)}{where}"
        return found

    # -- the routes -----------------------------------------------------------------------------------------------

    def chosen(self, asked: Sequence[int]) -> tuple[list[int], list[int]]:
        """The nodes to show, and those at which the routes run."""
        graph = self.graph
        operations = graph.nodes()
        inputs = list(graph.inputs.values())
        small = len(operations) <= limits.ROUTES_AT_EVERY_NODE
        entries = size(graph.shape(graph.output)) * sum(size(graph.shape(node)) for node in operations)
        small = small and entries <= limits.NUDGED_ENTRIES
        shown = [*inputs, *sorted({*(operations if small or self.options.nodes == "all" else []), *asked} - {*inputs})]
        checked = dict.fromkeys(shown if small else [*inputs, *asked])
        return shown, [node for node in checked if graph.varies[node] and not graph.is_boolean(node)]

    def slopes(self, nodes: Sequence[int]) -> Mapping[int, tuple[FloatSlopes, int]]:
        """The float64 slopes of each node, and the number of directions where not every entry was nudged (else 0)."""
        if "fd" not in self.options.routes:
            return {}
        import numpy as np

        from gradcheck.arithmetic.arrays import Arrays
        from gradcheck.routes.array_slopes import FloatNudger, rademacher

        arithmetic = Arrays()
        nudger: FloatNudger = FloatNudger(
            self.graph, {name: value.number(arithmetic) for name, value in self.point.items()}
        )
        self.note_conditions(nudger)
        self.wrong_float = wrong_floats(self.graph, nudger.values)
        found = {}
        for node in nodes:
            if self.deadline.passed():
                break
            count = size(self.graph.shape(node))
            rows, columns = grid(self.graph.shape(node))
            every = count <= _NUDGED and count * size(self.graph.shape(self.graph.output)) <= limits.NUDGED_ENTRIES
            directions = (
                np.eye(count).reshape(count, rows, columns)
                if every
                else np.array(rademacher(_SLOPE_DIRECTIONS, count, self.options.seed + node), float).reshape(
                    -1, rows, columns
                )
            )
            method = self.options.method
            affected = self.graph.affected(node)
            found[node] = (
                nudger.slopes(node, affected, directions, method, self.options.step),
                0 if every else _SLOPE_DIRECTIONS,
            )
        return found

    def note_conditions(self, nudger: FloatNudger) -> None:
        import numpy as np

        for node, operation in enumerate(self.graph.operations):
            if operation is not None and operation.name in {"inv", "solve", "logdet"}:
                argument = self.graph.arguments[node][0]
                condition = float(np.linalg.cond(nudger.values[argument]))
                if condition > _ILL_CONDITIONED:
                    name = operand_text(self.graph, argument)[0]
                    self.notes.append(
                        f"{name} is nearly singular (condition number {condition:.2g}): float64 loses digits"
                    )

    # -- results --------------------------------------------------------------------------------------------------

    def report(
        self,
        asked: Sequence[int],
        shown: Sequence[int],
        checked: Sequence[int],
        slopes: Mapping[int, tuple[FloatSlopes, int]],
        symbolic: Mapping[int, SymbolicArray],
        declared: Mapping[str, Declaration],
        *,
        drawn: bool,
    ) -> ArrayEvaluation:
        graph, options = self.graph, self.options
        for reason, names in _grouped(symbolic, graph).items():
            listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
            self.notes.append(f"SymPy {reason} (at {listed}); the other routes answer")
        compared = compare_arrays(
            graph, self.point, checked, options.routes, symbolic, self.broken(checked), self.deadline, options.seed,
            self.precision,
        )  # fmt: skip
        floats = self.large_jacobians([node for node in checked if node not in compared.jacobians])
        results = {
            node: self.node_result(node, compared, floats, slopes.get(node), symbolic.get(node))
            for node in dict.fromkeys([*shown, *asked])
        }
        return ArrayEvaluation(
            expression=self.program.source,
            reading=write_program(self.program, limit=limits.READING_CHARACTERS),
            full_reading=write_program(self.program, full=True, limit=limits.READING_CHARACTERS),
            output=graph.names.get(graph.output, "f"),
            shape=graph.shape(graph.output),
            point={name: value.text for name, value in self.point.items()},
            shapes={name: graph.shape(node) for name, node in graph.inputs.items()},
            declared={name: one.text(name) for name, one in declared.items()},
            drawn=drawn,
            seed=options.seed,
            precision=compared.precision,
            routes=options.routes,
            method=options.method,
            step=options.step,
            layout=options.layout,
            value=self.tensor(graph.shape(graph.output), self.values[graph.output].entries),
            verdict=self.verdict(results),
            nodes=tuple(results[node] for node in shown),
            gradient=tuple(results[node] for node in asked),
            notes=tuple(self.notes),
            reading_notes=self.program.notes,
        )

    def node_result(
        self,
        node: int,
        compared: ArraysCompared,
        floats: Mapping[int, Any],
        slopes: tuple[FloatSlopes, int] | None,
        symbolic: SymbolicArray | None,
    ) -> ArrayNode:
        graph = self.graph
        comparison = compared.comparisons.get(node)
        entries = compared.jacobians.get(node)
        shape = self.jacobian_shape(node)
        jacobian, norm = None, 0.0
        if node in floats:
            jacobian = Tensor(shape, tuple(floats[node].reshape(-1).tolist()))
            norm = math.sqrt(math.fsum(entry * entry for entry in jacobian.entries))  # type: ignore[misc, operator]  # floats
        elif entries is not None:
            jacobian = self.tensor(shape, entries)
            norm = math.sqrt(sum(float(entry.mid()) ** 2 for entry in entries))
        enclosed = None if comparison is None else comparison.reverse
        reverse = None
        if node in floats or (enclosed is not None and enclosed is entries):
            reverse = jacobian if "reverse" in self.options.routes else None
        elif enclosed is not None:
            reverse = self.tensor(shape, enclosed)
        return ArrayNode(
            name=graph.names[node],
            operation=writing.operation(graph, node, PLAIN),
            pretty=self.pretty(node),
            is_input=graph.operations[node] is None,
            shape=graph.shape(node),
            value=self.tensor(graph.shape(node), self.values[node].entries),
            pullbacks=self.pullbacks(node),
            sources=self.sources(node),
            jacobian=jacobian,
            norm=norm,
            finite_difference=self.finite_difference(node, slopes, comparison, entries),
            symbolic=self.formulas(shape, symbolic, None if comparison is None else comparison.symbolic),
            reverse=reverse,
            verdict=Verdict(None) if comparison is None else comparison.verdict,
            primitive=primitive_of(graph, node),
            arguments=arguments_of(graph, node),
        )

    def large_jacobians(self, nodes: Sequence[int]) -> Mapping[int, Any]:
        """Those that were not enclosed, in float64; balls tell whether they are right for one sum of the outputs."""
        if not nodes:
            return {}
        import numpy as np

        from gradcheck.arrays.float_jacobians import float_jacobians
        from gradcheck.routes import pullbacks

        graph = self.graph
        found = float_jacobians(graph, self.point, nodes)
        names = [graph.names[node] for node in nodes]
        listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        self.notes.append(
            f"the large Jacobians (by {listed}) are shown in float64; the routes are compared along random directions"
        )
        arithmetic = shared_grids(limits.FIRST_PRECISION, hull=True)
        with arithmetic.working():
            seed = arithmetic.filled(*grid(graph.shape(graph.output)), 1)
            adjoints = pullbacks.pull(graph, arithmetic, values_at(graph, self.point, arithmetic), seed)
            for node, name in zip(nodes, names, strict=True):
                adjoint = adjoints[node]
                if adjoint is None:
                    continue
                true = np.array([float(entry.mid()) if entry.is_finite() else math.nan for entry in adjoint.entries])
                off = np.abs(found[node].sum(axis=0) - true) / (1e-300 + np.abs(found[node]).sum(axis=0))
                if np.nanmax(off, initial=0.0) > _LOST:
                    self.notes.append(f"float64 loses digits of the Jacobian by {name} here")
        return found

    def jacobian_shape(self, node: int) -> Shape:
        return (*self.graph.shape(self.graph.output), *self.graph.shape(node))

    def finite_difference(
        self, node: int, slopes: tuple[FloatSlopes, int] | None, comparison: Any, ours: Sequence[arb] | None
    ) -> ArraySlopes | None:
        if slopes is None:
            return None
        found, directions = slopes
        method = self.options.method
        if directions:
            return ArraySlopes(None, None, method, found.step, directions)
        shape = self.jacobian_shape(node)
        values = [float(x) for x in found.values.T.reshape(-1)]
        errors = [float(x) for x in found.errors.T.reshape(-1)]
        true = None if comparison is None else comparison.slopes
        if true is not None:
            errors = [
                max(error, abs(value - float(exact.mid()))) if exact.is_finite() else math.nan
                for value, error, exact in zip(values, errors, true, strict=True)
            ]
        if ours is not None:  # at a kink the slope is between the one-sided ones, and says nothing
            errors = [math.nan if _is_hull(one) else error for error, one in zip(errors, ours, strict=True)]
        return ArraySlopes(Tensor(shape, tuple(values)), Tensor(shape, tuple(errors)), method, found.step)

    def formulas(
        self, shape: Shape, found: SymbolicArray | None, enclosures: Sequence[arb] | None
    ) -> ArrayFormulas | None:
        if found is None:
            return None
        if found.reason or enclosures is None:
            return ArrayFormulas(None, (), found.reason)
        return ArrayFormulas(self.tensor(shape, enclosures), found.texts, matrix=found.matrix)

    def tensor(self, shape: Shape, entries: Sequence[arb]) -> Tensor:
        return Tensor(shape, tuple(shown_entry(entry, self.options.digits) for entry in entries))

    def pretty(self, node: int) -> str:
        return writing.operation(self.graph, node, UNICODE)

    def pullbacks(self, node: int) -> tuple[Pullback, ...]:
        """What the node passes back to each argument: the rule in the names of the graph."""
        graph = self.graph
        operation = graph.operations[node]
        if operation is None or operation.boolean:
            return ()
        found = []
        for position, argument in enumerate(graph.arguments[node]):
            if (
                graph.varies[argument]
                and not graph.is_boolean(argument)
                and not (operation.name == "where" and position == 0)
            ):
                plain, pretty = (writing.flow(graph, node, position, style) for style in (PLAIN, UNICODE))
                found.append(Pullback(graph.names[argument], plain, pretty, graph.shape(argument), position))
        return tuple(found)

    def sources(self, node: int) -> tuple[str, ...]:
        graph = self.graph
        found = []
        for child, arguments in enumerate(graph.arguments):
            operation = graph.operations[child]
            if operation is None or operation.boolean:
                continue
            for position, argument in enumerate(arguments):
                if argument == node and graph.varies[node] and not (operation.name == "where" and position == 0):
                    found.append(writing.flow(graph, child, position, UNICODE))
        return tuple(found)

    def verdict(self, results: Mapping[int, ArrayNode]) -> Verdict:
        names = [result.verdict.name for result in results.values()]
        for name in ("disagree", "undecided"):
            if name == "undecided" and self.wrong_float:
                return Verdict("disagree", self.wrong_float)
            if name in names:
                worst = [result for result in results.values() if result.verdict.name == name]
                chosen = next((result for result in worst if result.is_input), worst[0])
                return Verdict(name, f"at {chosen.name}: {chosen.verdict.reason}")
        if "agree" in names:
            return Verdict("agree")
        if not self.graph.inputs:
            return Verdict("agree", "there is no variable: every derivative is 0")
        return Verdict(None, "one route alone has nothing to be compared with")


def _grouped(symbolic: Mapping[int, SymbolicArray], graph: Graph) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for node, found in symbolic.items():
        if found.reason:
            reasons.setdefault(found.reason, []).append(graph.names[node])
    return reasons


def _is_hull(value: arb) -> bool:
    return value.is_finite() and bool(value.rad() > 1e-15 * (1 + abs(value)))


def shown_entry(value: arb, digits: int) -> float | Decimal | str:
    """A ball as a number to show; the interval where it is a hull at a kink."""
    if not value.is_finite():
        return math.nan
    if _is_hull(value):
        return interval(value)
    if value.contains(0):
        return 0.0
    if digits <= _FLOAT_DIGITS:
        number = float(value.mid())
        if math.isfinite(number) and (number or value.mid().is_zero()):
            return number
    return from_ball(value, max(40, digits + 5))
