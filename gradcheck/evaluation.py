"""``evaluate``: from text to a verdict at every node. The one place that calls every part in turn."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from gradcheck import limits
from gradcheck.arithmetic.floats import Floats
from gradcheck.arrays.given import check_declared, variable_shapes
from gradcheck.build import build
from gradcheck.choices import asked_nodes, check_step, checked_nodes, chosen_routes, shown_nodes
from gradcheck.deadline import Deadline
from gradcheck.decimals import from_ball
from gradcheck.declarations import read_declarations
from gradcheck.described import (
    cost,
    honest,
    is_wide,
    locals_of,
    lost_digits,
    operation_of,
    paths_of,
    quantity_of,
    symbolic_of,
    uses_of,
)
from gradcheck.forward import evaluate as run_forward
from gradcheck.large import assemble_large, sweep_large, uncollected
from gradcheck.point import Point, check_names, draw, no_point, numbers, read_point
from gradcheck.reading import read
from gradcheck.results import ROUTES, Evaluation, FiniteDifference, NodeResult, Quantity, RouteName, Smoothness, Verdict
from gradcheck.routes import reverse, worker
from gradcheck.rules import arguments_of, primitive_of
from gradcheck.syntax.printing import PLAIN, UNICODE, write_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from flint import arb

    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.compare import Compared
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.routes.finite_difference import Nudger
    from gradcheck.routes.found import SymbolicDerivative
    from gradcheck.syntax.tree import Program
    from gradcheck.verdicts import ClaimResult

_MANY = 2_000_000
"""Nodes times inputs above which the surroundings of the point are not searched for an edge of the domain."""
_LOST_DIGITS = 4
"""Digits that float64 must lose before it is worth a note."""


def evaluate(
    expression: str,
    *,
    at: str | Iterable[str] | Mapping[str, Any] | None = None,
    wrt: Iterable[str] | None = None,
    routes: Sequence[str] = ROUTES,
    method: str = "central",
    step: float | None = None,
    nodes: str | int | None = None,
    digits: int = 6,
    seed: int = 0,
    timeout: float = limits.SECONDS,
    claims: Iterable[str] = (),
    declarations: str | Iterable[str] | None = None,
    rtol: float | None = None,
    layout: Literal["denominator", "numerator"] = "denominator",
    prove: bool = False,
    isolated: bool = False,
    meanwhile: Callable[[], object] | None = None,
) -> Evaluation | ArrayEvaluation:
    """Differentiate an expression or program by three routes and compare them at every node.

    ``expression`` and ``claims`` are in plain notation or, between dollars (``$…$``), in LaTeX. ``at`` gives each
    variable an exact value: a mapping (``{"x": 1, "t": "pi/4"}``) or text (``"x=1, t=pi/4"``);
    without it a point is drawn from ``seed``. ``wrt`` restricts the gradient to some variables or nodes. ``routes``
    is a subset of ``("fd", "symbolic", "reverse")``. ``method`` is ``central``, ``forward`` or ``complex-step``, with
    the fixed ``step`` if one is given. ``nodes`` (``all``, ``inputs`` or a number) chooses the nodes of a graph too
    large to examine whole. ``digits`` beyond 40 raise the precision. ``timeout`` is in seconds.

    ``claims`` are derivatives that somebody states (``"df/dx = 2*x"``); each is verified, and explained where it is
    wrong; ``prove`` asks for an exact proof of those that are correct. ``declarations`` say what the variables are
    (``"n: integer; x > 0"``), ``rtol`` loosens the comparison. ``isolated`` lets SymPy be imported and run in a process
    of its own, at the same time as the rest, and claims be judged in one that can be killed; it pays for a single
    evaluation. ``meanwhile`` is called once while SymPy computes.

    Raises GradcheckError for an input that cannot be used.
    """
    deadline = Deadline(timeout)
    chosen = chosen_routes(routes)
    check_step(method, step)
    point = read_point(at)
    declared = read_declarations(declarations)
    bound = frozenset((*point, *declared))
    stated = tuple(claims)
    with uncollected(expression):
        shapes, sizes = variable_shapes(point, declared)
        program = read(expression, bound, shapes, sizes)
        graph = build(program, bound, shapes, sizes)
        asked = asked_nodes(graph, wrt)
        drawn = not point and bool(graph.inputs)
        if not graph.has_arrays and not drawn:
            check_names(graph, point)
            check_declared(point, declared)
        if chosen == ("reverse",) and len(graph) > limits.ROUTES_AT_EVERY_NODE and not (stated or graph.has_arrays):
            large_point = _drawn(graph, seed, declared, lambda _: True) if drawn else point
            with_operations = any(graph.operations[node] is not None for node in shown_nodes(graph, nodes, asked))
            found = sweep_large(graph, large_point, shown=with_operations)
            if found is not None:
                return assemble_large(program, graph, large_point, asked, found, nodes, seed, drawn=drawn)

    def verdicts() -> tuple[ClaimResult, ...]:
        if not stated:
            return ()
        from gradcheck.claims.judge import Judge

        judge = Judge(graph, {} if drawn else point, declared, rtol, seed, timeout, prove, layout)
        return judge.verdicts(stated, isolated=isolated)

    if graph.has_arrays:
        from gradcheck.arrays.evaluation import Options, evaluate_arrays

        options = Options(chosen, method, step, nodes, digits, seed, layout, isolated)
        result = evaluate_arrays(program, graph, point, declared, asked, options, deadline, meanwhile)
        return replace(result, claims=verdicts())
    shown = shown_nodes(graph, nodes, asked)
    checked = checked_nodes(graph, shown, asked)
    job = None
    if "symbolic" in chosen and checked:
        job = worker.start(graph, checked, 0.6 * deadline.left(), isolated=isolated)
    try:
        run = _Run(program, graph, point, chosen, method, step, deadline, drawn, seed, digits, declared)
        verified = verdicts()
        return replace(run.report(asked, shown, checked, job, meanwhile), claims=verified)
    finally:
        if job is not None:
            job.stop()


def _drawn(graph: Graph, seed: int, declared: Mapping[str, Declaration], accepted: Callable[[Point], bool]) -> Point:
    """A point as declared that is accepted. Raises UsageProblem where none is found."""
    found = draw(graph, seed, accepted, declared)
    if found is None:
        raise no_point()
    return found


class _Run:
    """One evaluation in balls: the parts' results, gathered."""

    def __init__(
        self,
        program: Program,
        graph: Graph,
        point: Point,
        routes: tuple[RouteName, ...],
        method: str,
        step: float | None,
        deadline: Deadline,
        drawn: bool,
        seed: int,
        digits: int,
        declared: Mapping[str, Declaration],
    ) -> None:
        from gradcheck import domain

        self.program, self.graph, self.routes = program, graph, routes
        self.method, self.step, self.deadline = method, step, deadline
        self.drawn, self.seed = drawn, seed
        self.digits = max(40, digits + 5)
        self.precision = max(limits.FIRST_PRECISION, 4 * digits + 128)
        self.notes: list[str] = []
        if drawn:
            point = _drawn(graph, seed, declared, lambda candidate: domain.is_defined(graph, candidate))
        self.point = point
        domain.check_point(point)
        self.exact = domain.ball_values(graph, point, self.precision)
        self.floats = Floats()
        self.float_values = run_forward(graph, self.floats, numbers(point, self.floats))
        self.float_sweep = reverse.sweep(graph, self.floats, self.float_values)

    def report(
        self,
        asked: Sequence[int],
        shown: Sequence[int],
        checked: Sequence[int],
        job: worker.Job | None,
        meanwhile: Callable[[], object] | None,
    ) -> Evaluation:
        graph = self.graph
        slopes = self.slopes(checked)
        broken = self.broken(checked)
        if meanwhile is not None:
            meanwhile()
        symbolic = {} if job is None else self.finish_symbolic(job)
        compared = self.compare(checked, symbolic, broken)
        smooth = self.smoothness(compared, broken)
        uses = uses_of(graph, (*shown, *asked))
        results = {node: self.node_result(node, uses[node], compared, slopes, symbolic) for node in uses}
        verdict = self.verdict(results, smooth)
        self.note_lost_digits(compared)
        return Evaluation(
            expression=self.program.source,
            reading=write_program(self.program, limit=limits.READING_CHARACTERS),
            full_reading=write_program(self.program, full=True, limit=limits.READING_CHARACTERS),
            output=self.output_name(),
            point={name: value.text for name, value in self.point.items()},
            drawn=self.drawn,
            seed=self.seed,
            precision=compared.precision,
            routes=self.routes,
            method=self.method,
            step=self.step,
            value=self.known(graph.output),
            verdict=verdict,
            smooth=smooth,
            cost=cost(graph),
            nodes=tuple(results[node] for node in shown),
            gradient=tuple(results[node] for node in asked),
            notes=tuple(self.notes),
            reading_notes=self.program.notes,
        )

    # -- the routes ----------------------------------------------------------------------------------------------

    def slopes(self, nodes: Sequence[int]) -> Mapping[int, FiniteDifference]:
        if "fd" not in self.routes:
            return {}
        from gradcheck.arithmetic.balls import shared
        from gradcheck.routes.finite_difference import Nudger

        graph = self.graph
        doubles = shared(53)
        with doubles.working():
            nudger = Nudger(graph, numbers(self.point, self.floats), numbers(self.point, doubles), self.exact)
        found = {}
        budget = self.deadline.share(0.4)
        for count, node in enumerate(nodes):
            if budget.passed():
                self.notes.append(f"finite differences gave up after {count} of {len(nodes)} nodes (time limit)")
                break
            found[node] = self.slope(nudger, node)
        return found

    def slope(self, nudger: Nudger, node: int) -> FiniteDifference:
        affected = self.graph.affected(node)
        slope = nudger.slope(node, affected, self.method, self.step)
        if self.method == "complex-step" and slope.method != "complex-step":
            names = [self.graph.names[index] for index in affected if not self.graph.is_analytic(index)]
            reason = f"{names[0]} is not analytic" if names else "it has no finite value"
            note = f"no complex step at {self.graph.names[node]} ({reason}): the central difference is shown"
            self.notes.append(note)
        return FiniteDifference(slope.value, slope.error, slope.method, slope.step)

    def finish_symbolic(self, job: worker.Job) -> Mapping[int, SymbolicDerivative]:
        found: Mapping[int, SymbolicDerivative] = job.result()  # type: ignore[assignment]  # a graph of scalars
        reasons: dict[str, list[str]] = {}
        for node, derivative in found.items():
            if derivative.reason:
                reasons.setdefault(derivative.reason, []).append(self.graph.names[node])
        for reason, names in reasons.items():
            listed = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
            self.notes.append(f"SymPy {reason} (at {listed}); the other routes answer")
        return found

    def broken(self, nodes: Sequence[int]) -> Mapping[int, str]:
        """For each node, the first kink or jump that its derivative passes."""
        from gradcheck.arithmetic.balls import shared
        from gradcheck.smoothness import breaks_at

        arithmetic = shared(limits.FIRST_PRECISION)
        with arithmetic.working():
            self.breaks = breaks_at(self.graph, arithmetic, self.exact)
        self.jumps: set[int] = set()
        if not self.breaks:
            return {}
        found = {}
        for node in nodes:
            affected = {node, *self.graph.affected(node)}
            mine = [one for one in self.breaks if one.node in affected and one.node != node]
            if mine:
                worst = next((one for one in mine if one.kind == "jump"), mine[0])
                if worst.kind == "jump":
                    self.jumps.add(node)
                found[node] = f"{worst.kind} at node {self.graph.names[worst.node]} = {self.pretty(worst.node)}"
        return found

    def compare(
        self, nodes: Sequence[int], symbolic: Mapping[int, SymbolicDerivative], broken: Mapping[int, str]
    ) -> Compared:
        from gradcheck.compare import compare

        return compare(self.graph, self.point, nodes, self.routes, symbolic, broken, self.deadline, self.precision)

    def smoothness(self, compared: Compared, broken: Mapping[int, str]) -> Smoothness:
        from gradcheck import smoothness

        graph = self.graph
        doubtful = []
        for name, node in graph.inputs.items():
            comparison = compared.comparisons.get(node)
            adjoint = compared.sweep.adjoints[node]
            wild = adjoint is not None and not adjoint.is_finite()
            if node in broken or wild or (comparison is not None and self.one_sided(node)):
                doubtful.append(name)
        if not doubtful:
            only = compared.sweep.adjoints[next(iter(graph.inputs.values()))] if len(graph.inputs) == 1 else None
            slope = None if only is None else from_ball(only, 25)
            return Smoothness("smooth", True, slope, slope)
        library = {name: self.float_sweep.adjoints[graph.inputs[name]] or 0.0 for name in doubtful}
        return smoothness.describe(graph, self.point, doubtful, self.breaks, library)

    def one_sided(self, node: int) -> bool:
        """Whether the function fails to exist right beside the point, along one input."""
        graph = self.graph
        affected = graph.affected(node)
        bounded = any(
            operation is not None and operation.domain for operation in (graph.operations[k] for k in affected)
        )
        if not bounded or len(graph) * len(graph.inputs) > _MANY or self.deadline.passed():
            return False
        from gradcheck.arithmetic.balls import shared
        from gradcheck.domain import undefined_node
        from gradcheck.forward import nudge

        arithmetic = shared(limits.FIRST_PRECISION)
        with arithmetic.working():
            here = self.exact[node].mid()
            step = (arithmetic.number(2) ** -200 if here.is_zero() else abs(here)) * arithmetic.number(2) ** -100
            beside = (nudge(graph, arithmetic, self.exact, node, here + sign * step, affected) for sign in (1, -1))
            return any(undefined_node(graph, values) is not None for values in beside)

    # -- the verdict ---------------------------------------------------------------------------------------------

    def verdict(self, results: Mapping[int, NodeResult], smooth: Smoothness) -> Verdict:
        names = [result.verdict.name for result in results.values()]
        if "disagree" in names:
            worst = next(result for result in results.values() if result.verdict.name == "disagree")
            return Verdict("disagree", f"at {worst.name}: {worst.verdict.reason}")
        wrong = self.wrong_floats()
        if wrong:
            return Verdict("disagree", wrong)
        if smooth.differentiable is False:
            return Verdict("undecided", smooth.message)
        undecided = [result for result in results.values() if result.verdict.name == "undecided"]
        if undecided:
            worst = next((result for result in undecided if result.is_input), undecided[0])
            return Verdict("undecided", f"at {worst.name}: {worst.verdict.reason}")
        if "agree" in names:
            return Verdict("agree")
        if not self.graph.inputs:
            return Verdict("agree", "there is no variable: every derivative is 0")
        return Verdict(None, "one route alone has nothing to be compared with")

    def wrong_floats(self) -> str:
        if "fd" not in self.routes or len(self.graph) > 4 * limits.ROUTES_AT_EVERY_NODE:
            return ""
        from gradcheck.compare import wrong_floats

        return next(iter(wrong_floats(self.graph, self.float_values).values()), "")

    def note_lost_digits(self, compared: Compared) -> None:
        """Tell where float64 alone would mislead: the value or the gradient loses digits, or overflows."""
        graph = self.graph
        pairs = [(self.output_name(), self.float_values[graph.output], self.exact[graph.output])]
        for name, node in graph.inputs.items():
            adjoint, ours = compared.sweep.adjoints[node], self.float_sweep.adjoints[node]
            if adjoint is not None and ours is not None and adjoint.is_finite() and node in compared.comparisons:
                pairs.append((f"∂{self.output_name()}/∂{name}", ours, adjoint))
        for name, float_value, ball in pairs:
            lost = lost_digits(float_value, ball)
            if lost is None:
                self.notes.append(f"float64 has no finite value for {name} here")
            elif lost >= _LOST_DIGITS:
                self.notes.append(
                    f"float64 loses {'all' if lost >= 16 else f'about {lost} of its 16'} digits of {name} here"
                )

    # -- results -------------------------------------------------------------------------------------------------

    def known(self, node: int) -> Decimal:
        """A node's value; NaN where no precision tells (floor of what may or may not be an integer)."""
        value = self.exact[node]
        return Decimal("NaN") if is_wide(value) else from_ball(value, self.digits)

    def quantity(self, value: arb) -> Quantity:
        return quantity_of(value, self.digits)

    def output_name(self) -> str:
        return self.graph.names.get(self.graph.output, "f")

    def pretty(self, node: int) -> str:
        return operation_of(self.graph, node, UNICODE)

    def local_values(self, node: int, compared: Compared) -> Sequence[arb | None]:
        """The local derivatives of a node, also of one that no adjoint reaches: in a branch that is not taken."""
        found = compared.sweep.locals[node]
        if found or not self.graph.varies[node]:
            return found
        from gradcheck.arithmetic.balls import shared

        arithmetic = shared(compared.precision, hull=True)
        with arithmetic.working():
            alone = replace(self.graph, output=node)
            return reverse.sweep(alone, arithmetic, compared.values, until=node).locals[node]

    def node_result(
        self,
        node: int,
        uses: Sequence[tuple[int, int]],
        compared: Compared,
        slopes: Mapping[int, FiniteDifference],
        symbolic: Mapping[int, SymbolicDerivative],
    ) -> NodeResult:
        graph = self.graph
        comparison = compared.comparisons.get(node)
        adjoint = compared.sweep.adjoints[node]
        reached = graph.varies[node] and not graph.is_boolean(node)
        return NodeResult(
            name=graph.names[node],
            operation=operation_of(graph, node, PLAIN),
            pretty=operation_of(graph, node, UNICODE),
            is_input=graph.operations[node] is None,
            value=self.known(node),
            locals=locals_of(graph, node, self.local_values(node, compared), self.quantity),
            paths=paths_of(graph, uses, compared.sweep, self.quantity) if reached else (),
            adjoint=(Quantity(Decimal(0)) if adjoint is None else self.quantity(adjoint)) if reached else None,
            finite_difference=honest(slopes.get(node), comparison, jumps=node in self.jumps),
            symbolic=symbolic_of(symbolic.get(node), comparison, self.quantity),
            reverse=None if comparison is None or comparison.reverse is None else self.quantity(comparison.reverse),
            verdict=comparison.verdict if comparison is not None else Verdict(None),
            primitive=primitive_of(graph, node),
            arguments=arguments_of(graph, node),
        )
