"""Where an expression with arrays has a value: the forward pass in balls, what is undefined, and the kinks there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck import limits, rules
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays.compare import values_at
from gradcheck.decimals import decimal_text
from gradcheck.errors import DomainProblem
from gradcheck.rules import operand_text
from gradcheck.shapes import grid
from gradcheck.syntax.printing import operation_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcheck.arithmetic.ball_grids import BallGrid
    from gradcheck.arrays.point import ArrayPoint
    from gradcheck.graph import Graph
    from gradcheck.shapes import Shape


def finite_values(graph: Graph, point: ArrayPoint, precision: int) -> list[BallGrid]:
    """The forward pass, with the precision raised until the output is finite.

    Raises DomainProblem with the sub-expression that has no value.
    """
    while True:
        arithmetic = shared_grids(precision)
        with arithmetic.working():
            values = values_at(graph, point, arithmetic)
            if all(entry.is_finite() for entry in values[graph.output].entries):
                return values
            if precision >= limits.LAST_PRECISION // 16:
                raise _undefined(graph, values)
        precision *= 4


def _undefined(graph: Graph, values: Sequence[BallGrid]) -> DomainProblem:
    node = next(index for index, value in enumerate(values) if not all(entry.is_finite() for entry in value.entries))
    operation = graph.operations[node]
    span = graph.spans[node]
    if operation is None:
        return DomainProblem("the value is not a finite number", span=span, source=graph.source)
    operands = [operand_text(graph, argument) for argument in graph.arguments[node]]
    written = operation_text(operation.name, operands, parameters=graph.written.get(node, ()))[0]
    rule = rules.domain(operation)
    if operation.name in {"inv", "solve", "logdet"}:
        return _singular(graph, node, values, written)
    if rule is None:
        return DomainProblem(f"{written} has no finite value here", span=span, source=graph.source)
    bad = next(k for k, entry in enumerate(values[node].entries) if not entry.is_finite())
    given = []
    for argument, (text, _) in zip(graph.arguments[node], operands, strict=True):
        entries = values[argument].entries
        at = entries[bad if len(entries) > 1 else 0]
        if argument not in graph.numbers:
            given.append(f"{_entry_name(text, graph.shape(argument), bad)} = {decimal_text(at)}")
    condition = rule.written(dict(zip(("u", "v", "w"), operands, strict=False)))[0]
    return DomainProblem(
        f"{written} has no value here: it needs {condition}, but {', '.join(dict.fromkeys(given))}",
        span=span,
        source=graph.source,
    )


def _singular(graph: Graph, node: int, values: Sequence[BallGrid], written: str) -> DomainProblem:
    import numpy as np

    argument = graph.arguments[node][0]
    name = operand_text(graph, argument)[0]
    matrix = np.array([float(entry.mid()) for entry in values[argument].entries]).reshape(grid(graph.shape(argument)))
    rank = int(np.linalg.matrix_rank(matrix)) if np.isfinite(matrix).all() else 0
    if graph.operations[node].name == "logdet" and rank == len(matrix):  # type: ignore[union-attr]  # an operation
        what = f"it needs det({name}) > 0, but det({name}) = {np.linalg.det(matrix):.6g}"
    else:
        condition = np.linalg.cond(matrix)
        shown = "infinite" if not np.isfinite(condition) or condition > 1e15 else f"{condition:.3g}"
        what = f"{name} is singular: its rank is {rank} of {len(matrix)}, its condition number is {shown}"
    return DomainProblem(f"{written} has no value here: {what}", span=graph.spans[node], source=graph.source)


def _entry_name(text: str, shape: Shape, position: int) -> str:
    if not shape:
        return text
    index = str(position) if len(shape) == 1 else f"{position // shape[1]}, {position % shape[1]}"
    return f"{text}[{index}]"


def breaks_at(graph: Graph, known: Sequence[BallGrid]) -> list[tuple[int, str, str]]:
    """Nodes at a kink or jump of their primitive: the node, which of the two, and at which entry.

    ``known`` are the values of all nodes.
    """
    arithmetic = shared_grids(limits.FIRST_PRECISION)
    found = []
    with arithmetic.working():
        for node, operation in enumerate(graph.operations):
            if operation is None or not graph.varies[node]:
                continue
            for kind, rule in rules.breaks(operation):
                function = arithmetic.bind(rule) if operation.shape else arithmetic.local(rule)
                place = function(*[known[argument] for argument in graph.arguments[node]], known[node])
                at = next((k for k, e in enumerate(place.entries) if not e.is_finite() or e.contains(0)), None)
                if at is not None:
                    shape = graph.shape(node) if len(place.entries) > 1 else ()
                    argument = graph.arguments[node][0]
                    where = f" (entry {_entry_name('', graph.shape(argument), at)})" if shape else ""
                    found.append((node, kind, where))
                    break
    return found
