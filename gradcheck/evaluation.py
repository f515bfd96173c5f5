"""``evaluate``: from text to a verdict at every node. The one place that calls every part in turn."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from gradcheck import limits, rules
from gradcheck.arithmetic.floats import Floats
from gradcheck.arrays.given import variable_shapes
from gradcheck.deadline import Deadline
from gradcheck.decimals import WIDE, from_ball, from_float, interval
from gradcheck.declarations import allows, read_declarations
from gradcheck.errors import NameProblem, UsageProblem, did_you_mean
from gradcheck.forward import evaluate as run_forward
from gradcheck.graph import Graph, build
from gradcheck.point import Point, check_names, draw, numbers, read_point
from gradcheck.results import (
    ROUTES,
    Cost,
    Evaluation,
    FiniteDifference,
    Local,
    NodeResult,
    Path,
    Quantity,
    RouteName,
    Smoothness,
    Symbolic,
    Verdict,
)
from gradcheck.routes import reverse, worker
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import PLAIN, UNICODE, operation_text, write_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from flint import arb

    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.compare import Compared, Comparison
    from gradcheck.declarations import Declaration
    from gradcheck.results import ClaimResult
    from gradcheck.routes.finite_difference import Nudger
    from gradcheck.routes.found import SymbolicDerivative
    from gradcheck.syntax.tree import Program

_MANY = 2_000_000
"""Nodes times inputs above which the surroundings of the point are not searched for an edge of the domain."""
_READING = 20_000
"""Characters of the reading that a report keeps."""
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

    ``at`` gives each variable an exact value: a mapping (``{"x": 1, "t": "pi/4"}``) or text (``"x=1, t=pi/4"``);
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
    chosen = _routes(routes)
    _check_step(method, step)
    point = read_point(at)
    declared = read_declarations(declarations)
    bound = frozenset((*point, *declared))
    program = parse(expression, bound)
    shapes, sizes = variable_shapes(point, declared)
    graph = build(program, bound, shapes, sizes)
    asked = _asked(graph, wrt)
    stated = tuple(claims)
    drawn = not point and bool(graph.inputs)

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
    if not drawn:
        check_names(graph, point)
    if chosen == ("reverse",) and len(graph) > limits.ROUTES_AT_EVERY_NODE and not stated:
        large_point = point or draw(graph, seed, lambda candidate: _is_declared(candidate, declared)) or point
        found = _large(graph, large_point)
        if found is not None:
            return _assemble_large(program, graph, large_point, asked, found, nodes, seed, drawn=drawn)
    shown = _shown(graph, nodes, asked)
    checked = _checked(graph, shown, asked)
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


def _is_declared(point: Point, declared: Mapping[str, Declaration]) -> bool:
    """Whether a drawn point respects the declarations."""
    return allows(declared, {name: value.graph.numbers[value.graph.output] for name, value in point.items()})


def _routes(routes: Sequence[str]) -> tuple[RouteName, ...]:
    unknown = [route for route in routes if route not in ROUTES]
    if unknown:
        raise UsageProblem(
            f"there is no route called '{unknown[0]}'",
            hint=did_you_mean(unknown[0], ROUTES) or f"the routes are {', '.join(ROUTES)}",
        )
    if not routes:
        raise UsageProblem("no route is given", hint=f"the routes are {', '.join(ROUTES)}")
    return tuple(route for route in ROUTES if route in routes)


def _check_step(method: str, step: float | None) -> None:
    methods = ("central", "forward", "complex-step")
    if method not in methods:
        raise UsageProblem(
            f"there is no method called '{method}'",
            hint=did_you_mean(method, methods) or f"the methods are {', '.join(methods)}",
        )
    if step is not None and not (math.isfinite(step) and step > 0):
        raise UsageProblem("the step must be a positive number", hint="as in --step 1e-6")


def _asked(graph: Graph, wrt: Iterable[str] | None) -> list[int]:
    """The nodes by which the gradient is wanted: the inputs, or those of ``wrt``."""
    if wrt is None:
        return list(graph.inputs.values())
    found = []
    for name in wrt:
        if name not in graph.by_name:
            known = ", ".join(list(graph.by_name)[:12])
            raise NameProblem(
                f"there is nothing called '{name}' to differentiate by",
                hint=did_you_mean(name, graph.by_name) or f"the graph has {known}",
            )
        if graph.by_name[name] not in found:
            found.append(graph.by_name[name])
    return found


def _shown(graph: Graph, nodes: str | int | None, asked: Sequence[int]) -> list[int]:
    """The nodes to report: all of a small graph; of a large one the inputs and those asked for."""
    operations = graph.nodes()
    inputs = list(graph.inputs.values())
    if nodes == "all" or len(operations) <= limits.ROUTES_AT_EVERY_NODE:
        chosen = operations
    elif isinstance(nodes, int):
        half = nodes // 2
        chosen = operations if nodes >= len(operations) else [*operations[: nodes - half], *operations[-half:][:half]]
    else:
        chosen = []
    return [*inputs, *sorted({*chosen, *asked}.difference(inputs))]


def _checked(graph: Graph, shown: Sequence[int], asked: Sequence[int]) -> list[int]:
    """The nodes at which the routes run: every node of a small graph, inputs and asked-for nodes of a large one."""
    everywhere = len(graph.nodes()) <= limits.ROUTES_AT_EVERY_NODE
    wanted = dict.fromkeys([*shown, *asked] if everywhere else [*graph.inputs.values(), *asked])
    return [node for node in wanted if graph.varies[node] and not _is_boolean(graph, node)]


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
            found = draw(
                graph, seed, lambda candidate: _is_declared(candidate, declared) and domain.is_defined(graph, candidate)
            )
            if found is None:
                raise UsageProblem("no point was found at which the expression has a value", hint="give one: --at x=…")
            point = found
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
        uses = _uses(graph, (*shown, *asked))
        results = {node: self.node_result(node, uses[node], compared, slopes, symbolic) for node in uses}
        verdict = self.verdict(results, smooth)
        self.note_lost_digits(compared)
        return Evaluation(
            expression=self.program.source,
            reading=write_program(self.program, limit=_READING),
            full_reading=write_program(self.program, full=True, limit=_READING),
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
            claims=(),
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
            names = [self.graph.names[index] for index in affected if not _analytic(self.graph, index)]
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
            lost = _lost_digits(float_value, ball)
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
        return Decimal("NaN") if _is_wide(value) else from_ball(value, self.digits)

    def quantity(self, value: arb) -> Quantity:
        return _quantity(value, self.digits)

    def output_name(self) -> str:
        return self.graph.names.get(self.graph.output, "f")

    def pretty(self, node: int) -> str:
        return _operation(self.graph, node, UNICODE)

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
        reached = graph.varies[node] and not _is_boolean(graph, node)
        return NodeResult(
            name=graph.names[node],
            operation=_operation(graph, node, PLAIN),
            pretty=_operation(graph, node, UNICODE),
            is_input=graph.operations[node] is None,
            value=self.known(node),
            locals=_locals(graph, node, compared.sweep.locals[node], self.quantity),
            paths=_paths(graph, uses, compared.sweep, self.quantity) if reached else (),
            adjoint=(Quantity(Decimal(0)) if adjoint is None else self.quantity(adjoint)) if reached else None,
            finite_difference=_honest(slopes.get(node), comparison, jumps=node in self.jumps),
            symbolic=_symbolic(symbolic.get(node), comparison, self.quantity),
            reverse=None if comparison is None or comparison.reverse is None else self.quantity(comparison.reverse),
            verdict=comparison.verdict if comparison is not None else Verdict(None),
        )


def _is_boolean(graph: Graph, node: int) -> bool:
    operation = graph.operations[node]
    return operation is not None and operation.boolean


def _analytic(graph: Graph, node: int) -> bool:
    operation = graph.operations[node]
    return operation is None or operation.analytic


def _operation(graph: Graph, node: int, style: str) -> str:
    """What a node computes, in the names of its arguments; an input is itself."""
    operation = graph.operations[node]
    if operation is None:
        return rules.operand_text(graph, node, style)[0]
    operands = [rules.operand_text(graph, argument, style) for argument in graph.arguments[node]]
    return operation_text(operation.name, operands, style)[0]


def _is_wide(value: arb) -> bool:
    """Whether a ball is no single number to the eye: a hull at a kink."""
    return bool(value.is_finite() and value.rad() > 1e-15 * (1 + abs(value)))


def _quantity(value: arb, digits: int) -> Quantity:
    return Quantity(Decimal("NaN"), interval(value)) if _is_wide(value) else Quantity(from_ball(value, digits))


def _locals(graph: Graph, node: int, values: Sequence[Any], quantity: Callable[[Any], Quantity]) -> tuple[Local, ...]:
    """The local derivatives of a node by each distinct parent that depends on an input."""
    operation = graph.operations[node]
    if operation is None or operation.boolean:
        return ()
    found = []
    for position, rule in enumerate(rules.rules_of(graph, node)):
        if rule is None or (operation.name == "where" and position == 0):
            continue
        value = values[position] if values else None
        found.append(
            Local(
                wrt=graph.names[graph.arguments[node][position]],
                expression=rules.written_at(graph, node, rule, PLAIN),
                pretty=rules.written_at(graph, node, rule, UNICODE),
                value=Quantity(Decimal("NaN")) if value is None else quantity(value),
            )
        )
    return tuple(found)


def _uses(graph: Graph, nodes: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """For each of ``nodes`` its uses: the child, and the position of the argument."""
    found: dict[int, list[tuple[int, int]]] = {node: [] for node in nodes}
    for child, arguments in enumerate(graph.arguments):
        for position, argument in enumerate(arguments):
            if argument in found:
                found[argument].append((child, position))
    return found


def _paths(
    graph: Graph, uses: Sequence[tuple[int, int]], sweep: reverse.Sweep[arb], quantity: Callable[[arb], Quantity]
) -> tuple[Path, ...]:
    """The chain rule at a node: one term for each use by a child that the sweep came through."""
    found = []
    for child, position in uses:
        row, upstream = sweep.locals[child], sweep.adjoints[child]
        local = row[position] if row else None
        if local is not None and upstream is not None:
            found.append(Path(graph.names[child], quantity(upstream), quantity(local)))
    return tuple(found)


def _symbolic(
    derivative: SymbolicDerivative | None, comparison: Comparison | None, quantity: Callable[[arb], Quantity]
) -> Symbolic | None:
    if derivative is None:
        return None
    if derivative.reason or comparison is None or comparison.symbolic is None:
        return Symbolic(None, "", derivative.reason)
    return Symbolic(quantity(comparison.symbolic), derivative.text)


def _honest(found: FiniteDifference | None, comparison: Comparison | None, *, jumps: bool) -> FiniteDifference | None:
    """A slope where there is no derivative has no error bound: nothing bounds its distance from nothing."""
    if found is not None and jumps:
        return replace(found, error=None)
    if found is None or comparison is None or comparison.reverse is None:
        return found
    single = comparison.reverse.is_finite() and not _is_wide(comparison.reverse)
    return found if single else replace(found, error=None)


def _lost_digits(value: float, ball: arb) -> int | None:
    """Decimal digits that a float has lost, of about 16; None where it is not finite though the true value is."""
    if not math.isfinite(value):
        return None if ball.is_finite() else 0
    if not ball.is_finite() or _is_wide(ball):
        return 0
    true = from_ball(ball)
    if not true:
        return 0 if abs(value) < 1e-12 else 16  # a true zero has no relative digits
    off = abs(WIDE.divide(WIDE.subtract(Decimal(value), true), true))
    return max(0, min(16, round(16 + float(off.log10())))) if off > Decimal("1e-16") else 0


def cost(graph: Graph) -> Cost:
    """Count the operations of the forward pass and of both passes together.

    Forward one a node; backward, each edge costs a multiply-and-add, and the evaluation of the local derivative unless
    it is a number or already on the tape. Binary operations thus cost at most 1 + 2·2.
    """
    forward = backward = 0
    for node, operation in enumerate(graph.operations):
        if operation is None:
            continue
        forward += 1
        if operation.boolean or not graph.varies[node]:
            continue
        for position, rule in enumerate(rules.rules_of(graph, node)):
            if rule is not None and not (operation.name == "where" and position == 0):
                backward += 1 + (not rule.is_free and not operation.selects)
    return Cost(forward, forward + backward)


# -- large tapes ---------------------------------------------------------------------------------------------------


def _large(graph: Graph, point: Point) -> tuple[Sequence[float], reverse.Sweep[float]] | None:
    """Values and sweep in float64, or None where that has no finite value and the balls must tell why."""
    floats = Floats()
    values = run_forward(graph, floats, numbers(point, floats))
    if not math.isfinite(values[graph.output]):
        return None
    found = reverse.sweep(graph, floats, values)
    adjoints = (found.adjoints[node] for node in graph.inputs.values())
    return (values, found) if all(adjoint is None or math.isfinite(adjoint) for adjoint in adjoints) else None


def _assemble_large(
    program: Program,
    graph: Graph,
    point: Point,
    asked: Sequence[int],
    found: tuple[Sequence[float], reverse.Sweep[float]],
    nodes: str | int | None,
    seed: int,
    *,
    drawn: bool,
) -> Evaluation:
    values, swept = found
    verdict = Verdict(None, "one route alone has nothing to be compared with")

    def result(node: int) -> NodeResult:
        adjoint = Quantity(from_float(swept.adjoints[node] or 0.0))
        return NodeResult(
            name=graph.names[node],
            operation=_operation(graph, node, PLAIN),
            pretty=_operation(graph, node, UNICODE),
            is_input=graph.operations[node] is None,
            value=from_float(values[node]),
            locals=_locals(graph, node, swept.locals[node], lambda value: Quantity(from_float(value))),
            paths=(),
            adjoint=adjoint,
            finite_difference=None,
            symbolic=None,
            reverse=adjoint,
            verdict=verdict,
        )

    shown = _shown(graph, nodes, asked)
    results = {node: result(node) for node in dict.fromkeys([*shown, *asked])}
    return Evaluation(
        expression=program.source,
        reading=write_program(program, limit=_READING),
        full_reading=write_program(program, full=True, limit=_READING),
        output=graph.names.get(graph.output, "f"),
        point={name: value.text for name, value in point.items()},
        drawn=drawn,
        seed=seed,
        precision=53,
        routes=("reverse",),
        method="central",
        step=None,
        value=from_float(values[graph.output]),
        verdict=verdict,
        smooth=Smoothness("smooth", None, message="not examined: reverse mode in float64 alone"),
        cost=cost(graph),
        nodes=tuple(results[node] for node in shown),
        gradient=tuple(results[node] for node in asked),
        claims=(),
        notes=("float64 only: one route on a large graph",),
        reading_notes=program.notes,
    )
