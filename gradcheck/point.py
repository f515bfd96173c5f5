"""Points: exact values for the variables, given by the user or drawn inside the domain."""

from __future__ import annotations

import numbers as numbers_
import random
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from gradcheck.build import build
from gradcheck.errors import GradcheckError, NameProblem, Span, UsageProblem, did_you_mean, nearest
from gradcheck.forward import evaluate
from gradcheck.graph import Graph, constant_graph
from gradcheck.syntax.plain import parse, parse_bindings
from gradcheck.syntax.printing import number_text, write_tree
from gradcheck.syntax.tree import Exact, Program, Statement, normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from gradcheck.arithmetic import Arithmetic
    from gradcheck.declarations import Declaration

N = TypeVar("N")


@dataclass(frozen=True, slots=True)
class Value:
    """One variable's value: a constant expression, kept exact (pi/4 has as many digits as are asked for)."""

    text: str
    graph: Graph

    def number(self, arithmetic: Arithmetic[N]) -> N:
        """The value in one arithmetic."""
        return evaluate(self.graph, arithmetic, {})[self.graph.output]


Point = dict[str, Value]


def numbers(point: Point, arithmetic: Arithmetic[N]) -> dict[str, N]:
    """The whole point in one arithmetic."""
    return {name: value.number(arithmetic) for name, value in point.items()}


def read_point(at: str | Iterable[str] | Mapping[str, Any] | None, option: str = "--at") -> Point:
    """Read ``x=1,y=pi/4`` (one text or several), or a mapping of names to numbers or texts.

    Raises GradcheckError with the place in the text of the ``option``.
    """
    if at is None:
        return {}
    if isinstance(at, str):
        at = [at]
    point: Point = {}
    bindings = at.items() if hasattr(at, "items") else None
    if bindings is not None:
        for name, value in bindings:
            point[str(name)] = _value(_as_text(value), str(name))
        return point
    for text in at:
        try:
            _read_bindings(str(text), point)
        except GradcheckError as error:
            raise error.within(str(text), option) from None
    return point


def _read_bindings(text: str, point: Point) -> None:
    program = parse_bindings(text)
    first = 0
    for statement in program.statements:
        span = Span(statement.name_start, statement.name_start + len(statement.name))
        if statement.name in point:
            raise NameProblem(f"'{statement.name}' is given two values", span=span, hint="keep one of them")
        items = [
            item._replace(arguments=tuple(argument - first for argument in item.arguments))
            for item in program.items[first : statement.root + 1]
        ]
        lone = Program(program.source, items, [Statement("", -1, len(items) - 1)], ())
        point[statement.name] = Value(write_tree(items, len(items) - 1), _constant(lone))
        first = statement.root + 1


def _value(text: str, name: str) -> Value:
    try:
        program = parse(text)
        if len(program.statements) != 1 or program.statements[0].name:
            raise UsageProblem("one number is expected", span=Span(0, len(text)))
        root = program.statements[0].root
        return Value(write_tree(program.items, root), _constant(program))
    except GradcheckError as error:
        raise error.within(text, f"the value of {name}") from None


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    try:
        if isinstance(value, numbers_.Integral):
            return number_text(int(value))[0]
        if isinstance(value, numbers_.Rational | Decimal):
            exact = Fraction(value)
            return number_text(normalised(exact.numerator, exact.denominator))[0]
        return float.__repr__(float(value))  # type: ignore[arg-type]  # NumPy scalars convert, anything else is told
    except (TypeError, ValueError, OverflowError):
        raise UsageProblem(
            f"{type(value).__name__} is no number", hint="give a number or a text such as 'pi/4'"
        ) from None


def _constant(program: Program) -> Graph:
    graph = build(program)
    for name, node in graph.inputs.items():
        span = graph.spans[node]
        if name.lower() in {"inf", "nan", "infinity", "oo"}:
            raise NameProblem(f"'{name}' is not a real number", span=span)
        raise NameProblem(
            f"a value must be a number, but '{name}' is not one", span=span, hint="constants: pi, e; as in x=pi/4"
        )
    return graph


class HasText(Protocol):
    """What is written in some way: a number, an array."""

    @property
    def text(self) -> str: ...


def texts(point: Mapping[str, HasText]) -> dict[str, str]:
    """The coordinates as they are written."""
    return {name: value.text for name, value in point.items()}


def check_names(graph: Graph, point: Point, option: str = "--at") -> None:
    """Every variable has a value and every value has a variable; else a NameProblem says which has not."""
    missing = [name for name in graph.inputs if name not in point]
    unused = [name for name in point if name not in graph.inputs]
    if missing:
        name = missing[0]
        raise NameProblem(
            f"'{name}' has no value",
            span=graph.spans[graph.inputs[name]],
            hint=_mend(name, unused, point, option),
            source=graph.source,
        )
    if unused:
        name = unused[0]
        if name in graph.by_name:
            raise NameProblem(
                f"'{name}' is computed by the expression and cannot be given a value",
                hint=f"remove {name} from {option}",
            )
        inputs = ", ".join(graph.inputs) or "no variable"
        raise NameProblem(
            f"{option} gives {name} a value, but the expression does not use it",
            hint=did_you_mean(name, graph.inputs) or f"the expression has {inputs}",
        )


def _mend(name: str, unused: list[str], point: Point, option: str) -> str:
    if len(name) > 1 and all(letter in point for letter in name):
        return f"{name} is one name; for the product write {'*'.join(name)}"
    close = nearest(name, unused)
    if close:
        return f"did you mean {close[0]}?"
    return f"add {option} {name}=…"


def no_point(option: str = "--at") -> UsageProblem:
    """That an expression has a value at no point that was tried."""
    return UsageProblem("no point was found at which the expression has a value", hint=f"give one: {option} x=…")


def draw(
    graph: Graph,
    seed: int,
    accepted: Callable[[Point], bool],
    declared: Mapping[str, Declaration] | None = None,
    tries: int = 400,
) -> Point | None:
    """A point with short coordinates, as ``declared``, at which ``accepted`` holds, or None after ``tries``."""
    generator = random.Random(seed)  # noqa: S311 - reproducible points, not secrets
    declared = declared or {}
    for spread in _spreads(tries):
        point = {}
        for name in graph.inputs:
            if name in declared and declared[name].narrows:
                point[name] = exact_value(declared[name].drawn(generator, reach=3 * spread))
                continue
            tenths = generator.randint(-10 * spread, 10 * spread) if spread > 1 else generator.randint(1, 29)
            point[name] = exact_value(normalised(tenths or 3, 10))
        if accepted(point):
            return point
    return None


def _spreads(tries: int) -> Iterator[int]:
    """Between 0 and 3 first, where most functions live; then wider."""
    for number in range(tries):
        yield (1, 1, 3, 10, 100)[number % 5]


def exact_value(value: Exact) -> Value:
    """An exact rational as a point's coordinate."""
    text = number_text(value)[0]
    return Value(text, constant_graph(value, text))
