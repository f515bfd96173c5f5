"""Rows of functions of numbers: every column against the other columns, on the row's samples and on a grid.

A row is believed where its values agree in every arithmetic, its derivatives in all three routes, its domain with the
points that have a value, and its kinks and jumps with the one-sided slopes that are seen.
"""

from __future__ import annotations

import contextlib
import itertools
import math
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final

from flint import acb, arb

from gradcheck import limits, rules
from gradcheck.arithmetic.balls import Balls, ComplexBalls
from gradcheck.arithmetic.floats import Floats
from gradcheck.arithmetic.formula import enclose
from gradcheck.arithmetic.symbols import Symbols, formula
from gradcheck.compare import compare
from gradcheck.deadline import Deadline
from gradcheck.errors import Span
from gradcheck.forward import evaluate, nudge
from gradcheck.graph import Graph
from gradcheck.point import Point, Value, exact_value, numbers
from gradcheck.primitives import VARIABLES, Primitive
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.results import ROUTES
from gradcheck.routes import symbolic
from gradcheck.self_check.findings import RowCheck
from gradcheck.smoothness import Side, side
from gradcheck.syntax.printing import number_text
from gradcheck.syntax.tree import Exact, normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

Arguments = tuple[Exact, ...]

_PROBES: Final[Arguments] = tuple(normalised(halves, 2) for halves in (-6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6))
"""What every argument is set to, in all combinations, to find the domain, the kinks and the jumps."""
_TRUTHS: Final = {"and": (0, 1), "or": (0, 1), "where": (0,)}
"""Arguments that are truth values: they are 0 or 1 and nothing lies between."""
_SPECIALISED: Final[dict[str, tuple[Arguments, ...]]] = {
    "**": ((-2, 3), (Fraction(-3, 2), -2)),
    "root": ((-32, 5), (-8, 3)),
}
"""Rows for which a literal second argument is special: it may let the first be negative, and simplifies the rule."""
_ANCHORS: Final[dict[str, tuple[Arguments, str]]] = {
    "acot": ((1,), "pi/4"),
    "leaky_relu": ((1,), "1"),
    "leaky_relu_slope": ((1, 3), "1"),
    "swish": ((0,), "0"),
    "gelu": ((0,), "0"),
}
"""One known value of each row whose value rests on its definition alone; the derivative proves the rest."""
_THIRD: Final = Fraction(5, 3)
_FLOAT_RELATIVE, _FLOAT_ABSOLUTE = 1e-9, 1e-12
_SAME_SLOPE: Final = 1e-9
_COMPLEX_STEP: Final = -100


def check_row(primitive: Primitive, *, stop_at_first: bool = False) -> RowCheck:
    """Check every column of a row against the others; with ``stop_at_first``, only until one is found wrong."""
    row = _Row(primitive)
    with contextlib.closing(row.problems()) as problems:
        found = tuple(itertools.islice(problems, 1) if stop_at_first else problems)
    return RowCheck(primitive.name, len(row.samples) + len(row.specialised), found)


class _Row:
    """One row under examination; the generators yield a sentence for each problem."""

    def __init__(self, primitive: Primitive) -> None:
        self.primitive = primitive
        self.samples = [tuple(_exact(text) for text in sample) for sample in primitive.samples]
        self.specialised = _SPECIALISED.get(primitive.name, ())
        self.truths = _TRUTHS.get(primitive.name, ())
        self.balls = Balls(limits.FIRST_PRECISION)
        self.floats = Floats()
        self.symbols = Symbols()

    def problems(self) -> Generator[str]:
        values = (self.sample, self.floats_column, self.symbols_column, self.definition_column, self.variadic_column)
        with self.balls.working():
            for arguments in (*self.samples, *self.specialised):
                for check in values:
                    yield from self.guarded(check, arguments)
            yield from self.guarded(self.anchor, ())
            yield from self.guarded(self.irrational_pole, ())
            for arguments in self.grid():
                for check in (self.domain_column, self.floats_column, self.symbols_column):
                    yield from self.guarded(check, arguments)
            yield from self.guarded(self.flags, ())
        for arguments in self.samples:
            yield from self.guarded(self.routes, arguments)
            if self.primitive.name in _SPECIALISED:
                yield from self.guarded(self.routes_with_literal, arguments)
        for arguments in self.specialised:
            yield from self.guarded(self.routes_with_literal, arguments)
        for arguments in self.grid():
            yield from self.guarded(self.breaks_columns, arguments)

    def guarded(self, check: Callable[[Arguments], Iterator[str]], arguments: Arguments) -> Iterator[str]:
        """A cell that names no function, or that its arithmetic cannot compute, is a problem and not a crash."""
        try:
            yield from check(arguments)
        except Exception as problem:  # noqa: BLE001 - whatever a wrong row raises is told as a problem of that row
            step = check.__name__.replace("_", " ")
            yield self.sentence(step, arguments, f"{type(problem).__name__}: {problem}")

    def sentence(self, column: str, at: Arguments | str, finding: str) -> str:
        place = at if isinstance(at, str) else _written(at)
        return f"row {self.primitive.name}, {column}{f', at {place}' if place else ''}: {finding}"

    def grid(self) -> Iterator[Arguments]:
        choices = [(0, 1) if position in self.truths else _PROBES for position in range(self.primitive.arity)]
        return itertools.product(*choices)

    def value(self, arguments: Sequence[arb]) -> arb:
        return self.balls.function(self.primitive)(*arguments)

    def enclosed(self, arguments: Arguments) -> list[arb]:
        return [self.balls.number(argument) for argument in arguments]

    # -- values --------------------------------------------------------------------------------------------------

    def sample(self, arguments: Arguments) -> Iterator[str]:
        value = self.value(self.enclosed(arguments))
        if not value.is_finite():
            yield self.sentence("samples", arguments, f"Arb says {_shown(value)}")

    def floats_column(self, arguments: Arguments) -> Iterator[str]:
        """The float64 function against Arb at exactly the same float64 arguments."""
        rounded = [self.floats.number(argument) for argument in arguments]
        true = self.value([arb(argument) for argument in rounded])
        try:
            value = self.floats.function(self.primitive)(*rounded)
        except self.floats.errors:
            value = math.nan
        if not true.is_finite():
            right = not math.isfinite(value)
        else:
            right = math.isfinite(value) and abs(true - value) <= _FLOAT_RELATIVE * abs(true) + _FLOAT_ABSOLUTE
        if not right:
            yield self.sentence("floats", arguments, f"float64 says {value!r}, Arb says {_shown(true)}")

    def symbols_column(self, arguments: Arguments) -> Iterator[str]:
        """Inside the domain only: outside, SymPy's numbers are complex."""
        true = self.value(self.enclosed(arguments))
        if true.is_finite():
            expression = self.symbols.function(self.primitive)(*(self.symbols.number(one) for one in arguments))
            value = enclose(formula(expression), {})
            if not (value.is_finite() and value.overlaps(true)):
                yield self.sentence("symbols", arguments, f"SymPy says {_shown(value)}, Arb says {_shown(true)}")

    def definition_column(self, arguments: Arguments) -> Iterator[str]:
        if not self.primitive.definition:
            return
        enclosed = self.enclosed(arguments)
        true = self.value(enclosed)
        value = self.balls.bind(rules.definition(self.primitive))(*enclosed, None)
        if not (value.is_finite() and value.overlaps(true)):
            yield self.sentence(
                "definition", arguments, f"the definition says {_shown(value)}, Arb says {_shown(true)}"
            )

    def variadic_column(self, arguments: Arguments) -> Iterator[str]:
        """Of more arguments than two, the order must not matter."""
        if self.primitive.variadic:
            one, two = self.enclosed(arguments)
            three = self.balls.number(_THIRD)
            nested, other = self.value([self.value([one, two]), three]), self.value([self.value([three, two]), one])
            if not nested.overlaps(other):
                finding = f"with {number_text(_THIRD)[0]} as third argument it is {_shown(nested)} or {_shown(other)}"
                yield self.sentence("variadic", arguments, f"{finding}, depending on the order")

    def flags(self, _arguments: Arguments) -> Iterator[str]:
        """Whether the value is always a truth value, or else always one of the arguments."""
        boolean = selects = True
        for arguments in self.grid():
            enclosed = self.enclosed(arguments)
            value = self.value(enclosed)
            boolean = boolean and value.is_exact() and value in (0, 1)
            selects = selects and any(value == argument for argument in enclosed)
        if boolean != self.primitive.boolean:
            yield self.sentence("boolean", (), f"the values are {'' if boolean else 'not '}truth values everywhere")
        if (selects and not boolean) != self.primitive.selects:
            yield self.sentence("selects", (), f"the value is {'always' if selects else 'not always'} an argument")

    def anchor(self, _arguments: Arguments) -> Iterator[str]:
        """Where every arithmetic computes the one definition, a constant too much shows in no derivative."""
        row = self.primitive
        if row.floats or row.balls or row.symbols:
            return
        if row.name not in _ANCHORS:
            yield self.sentence("definition", (), "nothing else tells its value: give one to self_check/functions.py")
            return
        arguments, text = _ANCHORS[row.name]
        value = self.value(self.enclosed(arguments))
        true = self.balls.bind(rules.make_rule(text, 0))(None)
        if not (value.is_finite() and value.overlaps(true)):
            yield self.sentence("definition", arguments, f"the definition says {_shown(value)}, and {text} is right")

    # -- the domain ----------------------------------------------------------------------------------------------

    def domain_column(self, arguments: Arguments) -> Iterator[str]:
        yield from self.domain_at(self.enclosed(arguments), _written(arguments))

    def irrational_pole(self, _arguments: Arguments) -> Iterator[str]:
        """No number of the grid is a pole of tan; around pi/2 it has no value and its domain no certain truth."""
        pole = self.balls.constant("pi") / 2
        yield from self.domain_at([pole] * self.primitive.arity, "every argument = pi/2")

    def domain_at(self, enclosed: Sequence[arb], place: str) -> Iterator[str]:
        value = self.value(enclosed)
        rule = rules.domain(self.primitive)
        holds = arb(1) if rule is None else self.balls.bind(rule)(*enclosed, value)
        if (holds == 1) != value.is_finite():
            says = f"'{self.primitive.domain}' is {_truth(holds)}" if rule is not None else "it is defined everywhere"
            yield self.sentence("domain", place, f"{says}, but Arb says {_shown(value)}")

    # -- derivatives ---------------------------------------------------------------------------------------------

    def routes(self, arguments: Arguments) -> Iterator[str]:
        if not self.primitive.boolean:
            if self.primitive.name == "where":
                yield from self.switch(arguments)
            yield from self.compared(arguments, literals=())

    def routes_with_literal(self, arguments: Arguments) -> Iterator[str]:
        yield from self.compared(arguments, literals=(1,))

    def compared(self, arguments: Arguments, literals: Sequence[int]) -> Iterator[str]:
        """The three routes, and the complex step where the row says that it may be taken."""
        graph = _graph(self.primitive, arguments, self.truths, literals)
        point = _point(graph, arguments)
        nodes = list(graph.inputs.values())
        deadline = Deadline(limits.SECONDS)
        theirs = symbolic.derivatives(graph, nodes, deadline)
        compared = compare(graph, point, nodes, ROUTES, theirs, {}, deadline)
        column = "derivatives with a literal argument" if literals else "derivatives"
        for name, node in graph.inputs.items():
            verdict = compared.comparisons[node].verdict
            if theirs[node].reason:
                yield self.sentence(column, arguments, f"by {name}: SymPy {theirs[node].reason}")
            elif verdict.name != "agree":
                text = self.primitive.derivatives[VARIABLES.index(name)]
                yield self.sentence(column, arguments, f"∂y/∂{name} = '{text}' is wrong or unproved: {verdict.reason}")
            adjoint = compared.sweep.adjoints[node]
            if self.primitive.analytic and adjoint is not None:
                yield from self.complex_step(graph, point, arguments, name, adjoint)

    def complex_step(self, graph: Graph, point: Point, arguments: Arguments, name: str, true: arb) -> Iterator[str]:
        """f(u + ih) has the imaginary part h f'(u) where f is analytic; the balls are fine enough for a tiny h."""
        node, step = graph.inputs[name], arb(2) ** _COMPLEX_STEP
        with self.balls.working():
            values = [acb(value) for value in evaluate(graph, self.balls, numbers(point, self.balls))]
            moved = acb(values[node].real, step)
            after = nudge(graph, ComplexBalls(limits.FIRST_PRECISION), values, node, moved, [graph.output])
            slope = after[graph.output].imag / step
            if not abs(slope - true) <= _SAME_SLOPE * (1 + abs(true)):
                finding = f"the complex step by {name} says {_shown(slope)}, reverse mode says {_shown(true)}"
                yield self.sentence("analytic", arguments, finding)

    def switch(self, arguments: Arguments) -> Iterator[str]:
        """No slope exists by a condition: its local derivative is what switching it on changes."""
        with self.balls.working():
            enclosed = self.enclosed(arguments)
            on, off = self.value([arb(1), *enclosed[1:]]), self.value([arb(0), *enclosed[1:]])
            local = self.balls.bind(rules.local_derivative(self.primitive, 0))(*enclosed, self.value(enclosed))
            if not local.overlaps(on - off):
                yield self.sentence(
                    "derivatives", arguments, f"∂y/∂u is {_shown(local)}, switching u on adds {_shown(on - off)}"
                )

    # -- kinks and jumps -----------------------------------------------------------------------------------------

    def breaks_columns(self, arguments: Arguments) -> Iterator[str]:
        """Inside the domain, the texts of kinks and jumps are zero where the one-sided slopes say so, and only there.

        Where there is neither, a local derivative that has a value has that of the slopes.
        """
        graph = _graph(self.primitive, arguments, self.truths, ())
        point = _point(graph, arguments)
        with self.balls.working():
            values = evaluate(graph, self.balls, numbers(point, self.balls))
            tape = [values[node] for node in (*graph.arguments[graph.output], graph.output)]
            if not tape[-1].is_finite():
                return
            places = [(kind, self.balls.bind(rule)(*tape)) for kind, rule in rules.breaks(self.primitive)]
        told = {kind for kind, place in places if place.contains(0)}
        seen = set()
        for name in graph.inputs:
            left, right = side(graph, point, name, -1), side(graph, point, name, +1)
            if "outside" in (left.status, right.status):
                continue
            found = _break(left, right)
            if found == "unknown":
                yield self.sentence("kinks and jumps", arguments, f"the one-sided slopes by {name} do not settle")
                return
            if found:
                seen.add(found)
            elif not told and not self.primitive.boolean:
                yield from self.slope(arguments, tape, name, left)
        if told != ({"jump"} if "jump" in seen else seen):
            says = " and ".join(sorted(told)) or "neither"
            sees = " and ".join(sorted(seen)) or "neither"
            yield self.sentence("kinks and jumps", arguments, f"the texts say {says}, the one-sided slopes say {sees}")

    def slope(self, arguments: Arguments, tape: Sequence[arb], name: str, left: Side) -> Iterator[str]:
        """The local derivative, if it has a value, against a slope that is the same on both sides."""
        position = VARIABLES.index(name)
        exponent = arguments[1] if self.primitive.name == "**" and position == 0 else None
        with self.balls.working():
            local = self.balls.bind(rules.local_derivative(self.primitive, position, exponent))(*tape)
            if left.slope is None or not (local.is_finite() and left.slope.is_finite()):
                return
            true = arb(str(left.slope))
            if not abs(local - true) <= _SAME_SLOPE * (1 + abs(true)):
                text = self.primitive.derivatives[position]
                finding = f"∂y/∂{name} = '{text}' is {_shown(local)}, the slope on both sides is {_shown(true)}"
                yield self.sentence("derivatives", arguments, finding)


# -- small graphs ------------------------------------------------------------------------------------------------


def _graph(primitive: Primitive, arguments: Arguments, truths: Sequence[int], literals: Sequence[int]) -> Graph:
    """The primitive applied to u, v, w: variables, except numbers in ``literals`` and comparisons in ``truths``."""
    operations: list[Primitive | None] = []
    parents: list[tuple[int, ...]] = []
    numbers_: dict[int, Exact] = {}
    inputs: dict[str, int] = {}

    def add(operation: Primitive | None, *operands: int) -> int:
        operations.append(operation)
        parents.append(operands)
        return len(operations) - 1

    def number(value: Exact) -> int:
        node = add(None)
        numbers_[node] = value
        return node

    nodes = []
    for position, value in enumerate(arguments):
        if position in truths:
            node = add(PRIMITIVES["!="], number(0), number(value))
        elif position in literals:
            node = number(value)
        else:
            node = inputs[VARIABLES[position]] = add(None)
        nodes.append(node)
    output = add(primitive, *nodes)
    names = {node: name for name, node in inputs.items()}
    names.update((node, f"c{node}") for node in nodes if operations[node] is not None)
    names[output] = "y"
    return Graph(
        source="",
        operations=operations,
        arguments=parents,
        numbers=numbers_,
        constants={},
        inputs=inputs,
        spans=[Span(0, 0)] * len(operations),
        output=output,
        names=names,
        by_name={name: node for node, name in names.items()},
        varies=[node in inputs.values() or node == output for node in range(len(operations))],
    )


def _point(graph: Graph, arguments: Arguments) -> Point:
    return {name: _value(arguments[VARIABLES.index(name)]) for name in graph.inputs}


@cache
def _value(number: Exact) -> Value:
    return exact_value(number)


@cache
def _exact(text: str) -> Exact:
    value = Fraction(text)
    return normalised(value.numerator, value.denominator)


def _break(left: Side, right: Side) -> str:
    """Whether two sides make a kink, a jump, nothing (empty) or something unknown."""
    if "jump" in (left.status, right.status):
        return "jump"
    if left.slope is None or right.slope is None:
        return "unknown"
    if left.slope == right.slope:
        return ""
    if left.slope.is_infinite() or right.slope.is_infinite():
        return "kink"
    return "kink" if abs(left.slope - right.slope) > _SAME_SLOPE * (1 + abs(float(left.slope))) else ""


# -- words -------------------------------------------------------------------------------------------------------


def _written(arguments: Arguments) -> str:
    return ", ".join(f"{name} = {number_text(value)[0]}" for name, value in zip(VARIABLES, arguments, strict=False))


def _shown(value: arb) -> str:
    return str(value.str(12, radius=False)) if value.is_finite() else "nothing finite"


def _truth(value: arb) -> str:
    return "true" if value == 1 else "false" if value == 0 else f"{_shown(value)}, neither true nor false"
