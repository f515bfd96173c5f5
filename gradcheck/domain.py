"""Where a graph is defined: the nodes that count, and the first sub-expression that has no value at a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck import limits, rules
from gradcheck.arithmetic.balls import Balls, shared
from gradcheck.arithmetic.rationals import Rationals
from gradcheck.decimals import decimal_text
from gradcheck.errors import DomainProblem, GradcheckError, LimitExceeded
from gradcheck.forward import evaluate
from gradcheck.point import numbers
from gradcheck.primitives import VARIABLES
from gradcheck.rules import operand_text
from gradcheck.syntax.printing import ATOM, operation_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flint import arb

    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.syntax.tree import Exact

_OF_EQUALS = {"<": 0, "<=": 1, ">": 0, ">=": 1, "==": 1, "!=": 0}
"""What a comparison says of a node and itself."""
_ACCURACY = 140
"""Bits of a value that must be certain before it is shown."""
_SHARPEST = 5_000
"""Precision up to which a value that may be 0 is looked at for its first digit."""
_SHORT = 30
"""Characters up to which an argument is quoted from the source."""


def live_nodes(graph: Graph, values: Sequence[arb]) -> bytearray:
    """Flags of the nodes that the output depends on: of where(c, a, b) only the branch that c selects."""
    live = bytearray(len(graph))
    live[graph.output] = 1
    for index in range(graph.output, -1, -1):
        if not live[index]:
            continue
        operation, arguments = graph.operations[index], graph.arguments[index]
        if operation is not None and operation.name == "where":
            condition, one, other = arguments
            live[condition] = 1
            truth = values[condition]
            if truth.is_exact():
                live[other if truth.is_zero() else one] = 1
                continue
        for argument in arguments:
            live[argument] = 1
    return live


def undefined_node(graph: Graph, values: Sequence[arb]) -> int | None:
    """The first live node without a finite value, or None."""
    if all([value.is_finite() for value in values]):
        return None
    live = live_nodes(graph, values)
    for index, value in enumerate(values):
        if live[index] and not value.is_finite():
            return index
    return None


def decided(graph: Graph, point: Mapping[str, Exact | None]) -> dict[int, Exact]:
    """The exact values of comparisons, floor and their kin whose arguments are rational at a point."""
    if not any(operation is not None and (operation.jumps or operation.boolean) for operation in graph.operations):
        return {}
    values = evaluate(graph, Rationals(), point)
    found: dict[int, Exact] = {}
    for index, (operation, value) in enumerate(zip(graph.operations, values, strict=True)):
        if operation is None or not (operation.jumps or operation.boolean):
            continue
        if operation.name in _OF_EQUALS and graph.arguments[index][0] == graph.arguments[index][1]:
            found[index] = _OF_EQUALS[operation.name]
        elif value is not None:
            found[index] = value
    return found


def rational_point(point: Point) -> dict[str, Exact | None]:
    """The coordinates that are rational; None for the others."""
    return {name: value.graph.numbers.get(value.graph.output) for name, value in point.items()}


def _is_rough(value: arb) -> bool:
    """Whether a ball shows too few digits of its value, and may show more at a higher precision."""
    return bool(not value.is_exact() and value.rel_accuracy_bits() < _ACCURACY)


def ball_values(graph: Graph, point: Point, precision: int = limits.FIRST_PRECISION) -> list[arb]:
    """The forward pass in balls, with the precision raised until every live node has a finite value.

    Raises DomainProblem with the sub-expression that has none (or of which no precision tells).
    """
    exact = decided(graph, rational_point(point))
    while True:
        arithmetic = shared(precision)
        with arithmetic.working():
            known = {index: arithmetic.number(value) for index, value in exact.items()}
            values = evaluate(graph, arithmetic, numbers(point, arithmetic), known)
            node = undefined_node(graph, values)
            if node is None:
                shown = values if len(values) <= limits.ROUTES_AT_EVERY_NODE else [values[graph.output]]
                if precision >= _SHARPEST or not any(_is_rough(value) for value in shown if value.is_finite()):
                    return values
                precision *= 4
                continue
            if precision >= limits.LAST_PRECISION // 8 or _certain(graph, node, values, arithmetic):
                raise _problem(graph, node, values)
        precision *= 4


def is_defined(graph: Graph, point: Point) -> bool:
    """Whether the output has a value at a point, as far as a first look tells."""
    arithmetic = shared(limits.FIRST_PRECISION)
    with arithmetic.working():
        values = evaluate(graph, arithmetic, numbers(point, arithmetic))
        return undefined_node(graph, values) is None


def check_point(point: Point, option: str = "--at") -> None:
    """Every coordinate is a real number; else a DomainProblem in the text that gave it."""
    for value in point.values():
        if value.graph.output not in value.graph.numbers:
            try:
                ball_values(value.graph, {})
            except GradcheckError as problem:
                raise problem.within(value.graph.source, option) from None


def _holds(graph: Graph, node: int, values: Sequence[arb], arithmetic: Balls) -> arb | None:
    """Whether the domain's condition holds: a truth value in balls, or None where there is no condition."""
    operation = graph.operations[node]
    rule = None if operation is None else rules.domain(operation)
    if rule is None:
        return None
    arguments = [values[argument] for argument in graph.arguments[node]]
    return arithmetic.bind(rule)(*arguments, values[node])


def _certain(graph: Graph, node: int, values: Sequence[arb], arithmetic: Balls) -> bool:
    holds = _holds(graph, node, values, arithmetic)
    return holds is not None and bool(holds.is_zero())


def _problem(graph: Graph, node: int, values: Sequence[arb]) -> DomainProblem | LimitExceeded:
    operation = graph.operations[node]
    span = graph.spans[node]
    if operation is None:
        return DomainProblem("the value is not a finite number", span=span, source=graph.source)
    arguments = graph.arguments[node]
    texts = [_operand(graph, argument) for argument in arguments]
    written = operation_text(operation.name, texts)[0]
    rule = rules.domain(operation)
    if rule is None:
        return LimitExceeded(f"the value of {written} is too large to compute with", span=span, source=graph.source)
    if operation.name == "**":
        condition = _power_condition(texts, values[arguments[0]])
    else:
        condition = rule.written(dict(zip(VARIABLES, texts, strict=False)))[0]
    given = ", ".join(
        f"{texts[position][0]} = {decimal_text(values[argument])}"
        for position, argument in enumerate(arguments)
        if argument not in graph.numbers and argument not in arguments[:position]
    )
    arithmetic = shared(limits.FIRST_PRECISION)
    with arithmetic.working():
        certain = _certain(graph, node, values, arithmetic)
    if certain or all(values[argument].is_exact() for argument in arguments):
        message = f"{written} has no value here: it needs {condition}" + (f", but {given}" if given else "")
    else:
        message = f"{written} needs {condition}, and no precision tells whether that holds" + (
            f" ({given})" if given else ""
        )
    return DomainProblem(message, span=span, source=graph.source, hint=_mend(graph, texts, node, values))


def _operand(graph: Graph, node: int) -> tuple[str, int]:
    """The source text of an argument where it is short, else its letter."""
    text = graph.text_of(node)
    if graph.operations[node] is None or len(text) > _SHORT or "\n" in text:
        return operand_text(graph, node)
    operation = graph.operations[node]
    assert operation is not None
    return text, operation_text(operation.name, [("x", ATOM)] * operation.arity)[1]


def _power_condition(texts: Sequence[tuple[str, int]], base: arb) -> str:
    (under, _), (exponent, _) = texts
    if base.is_zero():
        return f"{under} != 0 for the negative exponent {exponent}"
    return f"{under} >= 0, because the exponent {exponent} is not an integer"


def _mend(graph: Graph, texts: Sequence[tuple[str, int]], node: int, values: Sequence[arb]) -> str | None:
    operation = graph.operations[node]
    if operation is None or operation.name != "**":
        return None
    base, exponent = graph.arguments[node]
    power = graph.numbers.get(exponent)
    if power is None or power.denominator % 2 == 0 or not values[base] < 0:
        return None
    if power.denominator == 3:
        root = f"cbrt({texts[0][0]})"
        return (
            f"the real cube root is {root}" if power.numerator == 1 else f"as a real number: {root}**{power.numerator}"
        )
    root = f"root({texts[0][0]}, {power.denominator})"
    return f"the real root is {root}" if power.numerator == 1 else f"as a real number: {root}**{power.numerator}"
