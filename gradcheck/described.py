"""Nodes as results: from values, sweeps and comparisons to the data that reports show."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gradcheck import rules
from gradcheck.decimals import WIDE, from_ball, interval
from gradcheck.results import Cost, FiniteDifference, Local, Path, Quantity, Symbolic
from gradcheck.syntax.printing import PLAIN, UNICODE, operation_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from flint import arb

    from gradcheck.compare import Comparison
    from gradcheck.graph import Graph
    from gradcheck.primitives import Primitive
    from gradcheck.routes import reverse
    from gradcheck.routes.found import SymbolicDerivative


def operation_of(graph: Graph, node: int, style: str) -> str:
    """What a node computes, in the names of its arguments; an input is itself."""
    operation = graph.operations[node]
    if operation is None:
        return rules.operand_text(graph, node, style)[0]
    operands = [rules.operand_text(graph, argument, style) for argument in graph.arguments[node]]
    return operation_text(operation.name, operands, style)[0]


def is_wide(value: arb) -> bool:
    """Whether a ball is no single number to the eye: a hull at a kink."""
    return bool(value.is_finite() and value.rad() > 1e-15 * (1 + abs(value)))


def quantity_of(value: arb, digits: int) -> Quantity:
    """A ball as a number for people, or as the interval that it is at a kink."""
    return Quantity(Decimal("NaN"), interval(value)) if is_wide(value) else Quantity(from_ball(value, digits))


def locals_of(graph: Graph, node: int, values: Sequence[Any], quantity: Callable[[Any], Quantity]) -> tuple[Local, ...]:
    """The local derivatives of a node by each distinct parent that depends on an input."""
    operation = graph.operations[node]
    if operation is None or operation.boolean:
        return ()
    found = []
    for position, rule in enumerate(rules.rules_of(graph, node)):
        argument = graph.operations[graph.arguments[node][position]]
        if rule is None or (operation.name == "where" and position == 0) or (argument and argument.boolean):
            continue
        value = values[position] if values else None
        found.append(
            Local(
                wrt=graph.names[graph.arguments[node][position]],
                expression=rules.written_at(graph, node, rule, PLAIN),
                pretty=rules.written_at(graph, node, rule, UNICODE),
                value=Quantity(Decimal("NaN")) if value is None else quantity(value),
                position=position,
            )
        )
    return tuple(found)


def uses_of(graph: Graph, nodes: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """For each of ``nodes`` its uses: the child, and the position of the argument."""
    found: dict[int, list[tuple[int, int]]] = {node: [] for node in nodes}
    for child, arguments in enumerate(graph.arguments):
        for position, argument in enumerate(arguments):
            if argument in found:
                found[argument].append((child, position))
    return found


def paths_of(
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


def symbolic_of(
    derivative: SymbolicDerivative | None, comparison: Comparison | None, quantity: Callable[[arb], Quantity]
) -> Symbolic | None:
    """What SymPy found at a node, with its value; or why there is nothing."""
    if derivative is None:
        return None
    if derivative.reason or comparison is None or comparison.symbolic is None:
        return Symbolic(None, "", derivative.reason)
    return Symbolic(quantity(comparison.symbolic), derivative.text)


def honest(found: FiniteDifference | None, comparison: Comparison | None, *, jumps: bool) -> FiniteDifference | None:
    """A slope where there is no derivative has no error bound: nothing bounds its distance from nothing."""
    if found is not None and jumps:
        return replace(found, error=None)
    if found is None or comparison is None or comparison.reverse is None:
        return found
    single = comparison.reverse.is_finite() and not is_wide(comparison.reverse)
    return found if single else replace(found, error=None)


def lost_digits(value: float, ball: arb) -> int | None:
    """Decimal digits that a float has lost, of about 16; None where it is not finite though the true value is."""
    if not math.isfinite(value):
        return None if ball.is_finite() else 0
    if not ball.is_finite() or is_wide(ball):
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
    varies, numbers = graph.varies, graph.numbers
    known: dict[object, int] = {}
    for node, (operation, arguments) in enumerate(zip(graph.operations, graph.arguments, strict=True)):
        if operation is None:
            continue
        forward += 1
        if operation.boolean or not varies[node]:
            continue
        exponent = numbers.get(arguments[1]) if operation.name == "**" else None
        kind = operation, *[varies[argument] for argument in arguments], exponent is not None and arguments[1]
        found = known.get(kind)
        if found is None:
            found = known[kind] = _cost_backward(graph, node, operation)
        backward += found
    return Cost(forward, forward + backward)


def _cost_backward(graph: Graph, node: int, operation: Primitive) -> int:
    return sum(
        1 + (not rule.is_free and not operation.selects)
        for position, rule in enumerate(rules.rules_of(graph, node))
        if rule is not None and not (operation.name == "where" and position == 0)
    )
