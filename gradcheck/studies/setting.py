"""What a study is about: a function of numbers or arrays with one value, and a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gradcheck import domain, limits
from gradcheck.arithmetic.balls import ZERO, shared
from gradcheck.arrays.given import check_declared, variable_shapes
from gradcheck.build import build
from gradcheck.declarations import read_declarations
from gradcheck.errors import NameProblem, UsageProblem, did_you_mean
from gradcheck.forward import evaluate
from gradcheck.point import check_names, draw, no_point, numbers, read_point
from gradcheck.reading import read
from gradcheck.results import Smoothness
from gradcheck.routes import reverse
from gradcheck.rules import operand_text
from gradcheck.shapes import size, told
from gradcheck.smoothness import breaks_at, describe
from gradcheck.syntax.printing import UNICODE, operation_text, write_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flint import arb

    from gradcheck.arrays.point import ArrayValue
    from gradcheck.declarations import Declaration
    from gradcheck.errors import Note
    from gradcheck.graph import Graph
    from gradcheck.point import Value
    from gradcheck.syntax.tree import Program

    Coordinates = Mapping[str, Value | ArrayValue]

_SHARP: Final = 2.0**-200
SMOOTH: Final = Smoothness("smooth", differentiable=True)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A function of numbers or arrays with one value, and a point at which it has one."""

    program: Program
    graph: Graph
    point: Coordinates
    declared: Mapping[str, Declaration]
    drawn: bool

    @property
    def has_arrays(self) -> bool:
        """Whether any node is an array."""
        return self.graph.has_arrays

    @property
    def output(self) -> str:
        """The name of the output."""
        return self.graph.names.get(self.graph.output, "") or ("y" if "f" in self.graph.inputs else "f")

    @property
    def reading(self) -> str:
        """How the expression was read."""
        return write_program(self.program, limit=limits.READING_CHARACTERS)

    @property
    def full_reading(self) -> str:
        """The same in full brackets."""
        return write_program(self.program, full=True, limit=limits.READING_CHARACTERS)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What should be known of how the text was read."""
        return self.program.notes

    def pretty(self, node: int) -> str:
        """What a node computes."""
        graph = self.graph
        operation = graph.operations[node]
        if operation is None:
            return graph.names.get(node, "")
        operands = [operand_text(graph, argument, UNICODE) for argument in graph.arguments[node]]
        return operation_text(operation.name, operands, UNICODE, parameters=graph.written.get(node, ()))[0]

    def balls(self, precision: int) -> list[arb]:
        """The forward pass at the point in balls, of numbers. Raises DomainProblem."""
        return domain.ball_values(self.graph, self.point, precision)  # type: ignore[arg-type]  # numbers only

    def value(self, precision: int, point: Coordinates | None = None) -> arb:
        """The output at a point. Raises DomainProblem where there is none."""
        point = self.point if point is None else point
        if not self.has_arrays:
            return domain.ball_values(self.graph, point, precision)[self.graph.output]  # type: ignore[arg-type]  # as above
        from gradcheck.arithmetic.ball_grids import shared_grids
        from gradcheck.arrays.evaluation import why_undefined

        arithmetic = shared_grids(precision)
        with arithmetic.working():
            inputs = {name: value.number(arithmetic) for name, value in point.items()}
            (found,) = evaluate(self.graph, arithmetic, inputs)[self.graph.output].entries
        if not found.is_finite():
            problem = why_undefined(self.program, self.graph, point)  # type: ignore[arg-type]  # a mapping is enough
            raise problem or UsageProblem(f"{self.output} has no value here")
        return found

    def gradient(self, precision: int) -> dict[str, list[arb]]:
        """∂f/∂variable by reverse mode, entry by entry; at a kink the hulls of the one-sided ones."""
        graph = self.graph
        if self.has_arrays:
            from gradcheck.arithmetic.ball_grids import shared_grids
            from gradcheck.arrays.compare import jacobians

            grids = shared_grids(precision, hull=True)
            with grids.working():
                values = evaluate(graph, grids, {name: one.number(grids) for name, one in self.point.items()})
                found = jacobians(graph, grids, values, graph.inputs.values())
                return {name: found[node] for name, node in graph.inputs.items()}
        arithmetic = shared(precision, hull=True)
        with arithmetic.working():
            balls = evaluate(graph, arithmetic, numbers(self.point, arithmetic))  # type: ignore[arg-type]  # numbers only
            swept = reverse.sweep(graph, arithmetic, balls)
            return {name: [_or_zero(swept.adjoints[node])] for name, node in graph.inputs.items()}

    def break_at(self, values: Sequence[Any] | None = None, precision: int = limits.FIRST_PRECISION) -> str:
        """The first kink or jump that the function passes at the point (or at values of balls), or an empty text."""
        graph = self.graph
        if self.has_arrays:
            return self._array_break(values, precision)
        arithmetic = shared(precision)
        with arithmetic.working():
            found = breaks_at(graph, arithmetic, self.balls(precision) if values is None else values)
        if not found:
            return ""
        worst = next((one for one in found if one.kind == "jump"), found[0])
        return f"{worst.kind} at node {graph.names[worst.node]} = {self.pretty(worst.node)}"

    def _array_break(self, values: Sequence[Any] | None, precision: int) -> str:
        from gradcheck import rules
        from gradcheck.arithmetic.ball_grids import shared_grids

        graph = self.graph
        grids = shared_grids(precision)
        with grids.working():
            if values is None:
                values = evaluate(graph, grids, {name: one.number(grids) for name, one in self.point.items()})
            for node, operation in enumerate(graph.operations):
                if operation is None or not graph.varies[node]:
                    continue
                tape = [values[argument] for argument in graph.arguments[node]]
                for kind, rule in rules.breaks(operation):
                    place = (grids.bind(rule) if operation.shape else grids.local(rule))(*tape, values[node])
                    if any(not entry.is_finite() or entry.contains(0) for entry in place.entries):
                        return f"{kind} at node {graph.names[node]} = {self.pretty(node)}"
        return ""

    def smoothness(self, doubtful: Sequence[str], precision: int) -> Smoothness:
        """What the function does along the worst of some variables; of arrays nothing is said."""
        if self.has_arrays or not doubtful:
            return SMOOTH
        from gradcheck.arithmetic.floats import Floats

        graph, floats = self.graph, Floats()
        arithmetic = shared(precision)
        with arithmetic.working():
            found = breaks_at(graph, arithmetic, self.balls(precision))
        values = evaluate(graph, floats, numbers(self.point, floats))  # type: ignore[arg-type]  # numbers only
        swept: reverse.Sweep[float] = reverse.sweep(graph, floats, values)
        library = {name: swept.adjoints[graph.inputs[name]] or 0.0 for name in doubtful}
        return describe(graph, self.point, doubtful, found, library)  # type: ignore[arg-type]  # as above


def is_settled(derivative: arb, place: str) -> bool:
    """Whether a derivative is one number; at a kink (``place`` names it) the hull of the one-sided ones may not be."""
    if not derivative.is_finite():
        return False
    return not place or bool(derivative.rad() <= abs(derivative.mid()) * _SHARP)


def unsettled(smooth: Smoothness, names: Sequence[str], place: str, notes: list[str]) -> str:
    """Why there is no derivative to work with; where the kinks cancel, a note says so."""
    if not smooth.differentiable and smooth.message:
        return smooth.message
    if smooth.message:
        notes.append(smooth.message)
    return f"at {', '.join(names)}: {place or 'the derivative is not finite'}"


def _or_zero(adjoint: arb | None) -> arb:
    return ZERO if adjoint is None else adjoint


def read_setting(
    expression: str,
    at: str | Iterable[str] | Mapping[str, Any] | None,
    declarations: str | Iterable[str] | None,
    seed: int,
    *,
    also: Mapping[str, Value] | None = None,
    option: str = "--at",
    also_option: str = "--to",
) -> Setting:
    """The function of a text and a point, which is drawn where none is given. Raises GradcheckError.

    ``also`` are further values that were read, whose names are variables; the options are what gave both.
    """
    point = read_point(at, option)
    declared = read_declarations(declarations)
    bound = frozenset((*point, *declared, *(also or {})))
    shapes, sizes = variable_shapes(point, declared)
    program = read(expression, bound, shapes, sizes)
    graph = build(program, bound, shapes, sizes)
    if not graph.inputs:
        raise UsageProblem("the expression has no variable, so that it has no derivative", source=expression)
    for name in also or {}:
        if name not in graph.inputs:
            raise NameProblem(
                f"{also_option} gives {name} a value, but the expression does not use it",
                hint=did_you_mean(name, graph.inputs) or f"the expression has {', '.join(list(graph.inputs)[:12])}",
            )
    setting = (_of_arrays if graph.has_arrays else _of_numbers)(program, graph, point, declared, seed, option)
    shape = graph.shape(graph.output)
    if size(shape) != 1:
        name = setting.output
        index = "0" if len(shape) == 1 else "0, 0"
        raise UsageProblem(
            f"{name} is {told(shape)}, and this is about one number",
            hint=f"ask for an entry or a sum: (…)[{index}], sum(…), norm(…)",
        )
    return setting


def _of_numbers(
    program: Program, graph: Graph, point: dict[str, Value], declared: dict[str, Declaration], seed: int, option: str
) -> Setting:
    drawn = not point
    if drawn:
        found = draw(graph, seed, lambda candidate: domain.is_defined(graph, candidate), declared)
        if found is None:
            raise no_point(option)
        point = found
    check_names(graph, point, option)
    check_declared(point, declared)
    domain.check_point(point, option)
    return Setting(program, graph, point, declared, drawn)


def _of_arrays(
    program: Program, graph: Graph, given: dict[str, Value], declared: dict[str, Declaration], seed: int, option: str
) -> Setting:
    from gradcheck.arrays import point as array_point
    from gradcheck.arrays.evaluation import is_defined

    array_point.check_names(graph, given, declared, option)
    array_point.check_declared(given, declared)
    point = array_point.draw(graph, given, declared, seed, lambda one: len(one) == len(given) or is_defined(graph, one))
    if point is None:
        raise no_point(option)
    return Setting(program, graph, point, declared, drawn=len(given) < len(graph.inputs))
