"""Large tapes by reverse mode alone, in float64."""

from __future__ import annotations

import contextlib
import gc
import math
from functools import cache
from typing import TYPE_CHECKING

from gradcheck import limits
from gradcheck.arithmetic.floats import Floats
from gradcheck.choices import shown_nodes
from gradcheck.decimals import from_float
from gradcheck.described import cost, locals_of, operation_of
from gradcheck.forward import evaluate as run_forward
from gradcheck.point import numbers
from gradcheck.results import Evaluation, NodeResult, Quantity, Smoothness, Verdict
from gradcheck.routes import reverse
from gradcheck.rules import arguments_of, primitive_of
from gradcheck.syntax.printing import PLAIN, UNICODE, write_program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.syntax.tree import Program


_LONG = 20_000
"""Characters of a text from which on it pays."""


@cache
def shared_floats() -> Floats:
    """One arithmetic for all tapes: the rules of one are ready for the next."""
    return Floats()


@contextlib.contextmanager
def uncollected(source: str) -> Iterator[None]:
    """Read and build a long text without the collector of cycles.

    A tape has none, and looking for them takes a quarter of the time.
    """
    if len(source) < _LONG or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def sweep_large(
    graph: Graph, point: Point, *, shown: bool = True
) -> tuple[Sequence[float], reverse.Sweep[float]] | None:
    """Values and sweep in float64, or None where that has no finite value and the balls must tell why.

    Local derivatives are kept only where any operation will be ``shown``: of a million nodes they fill 100 MB.
    """
    floats = shared_floats()
    values = run_forward(graph, floats, numbers(point, floats))
    if not math.isfinite(values[graph.output]):
        return None
    if shown:
        found = reverse.sweep(graph, floats, values)
    else:
        found = reverse.Sweep(reverse.Gradient(graph, floats).run(values), (), ())
    adjoints = (found.adjoints[node] for node in graph.inputs.values())
    return (values, found) if all(adjoint is None or math.isfinite(adjoint) for adjoint in adjoints) else None


def assemble_large(
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
    """The result of one sweep in float64: nothing is compared."""
    values, swept = found
    verdict = Verdict(None, "one route alone has nothing to be compared with")

    def result(node: int) -> NodeResult:
        adjoint = Quantity(from_float(swept.adjoints[node] or 0.0))
        return NodeResult(
            name=graph.names[node],
            operation=operation_of(graph, node, PLAIN),
            pretty=operation_of(graph, node, UNICODE),
            is_input=graph.operations[node] is None,
            value=from_float(values[node]),
            locals=locals_of(graph, node, swept.locals[node], lambda value: Quantity(from_float(value)))
            if graph.operations[node] is not None
            else (),
            paths=(),
            adjoint=adjoint,
            finite_difference=None,
            symbolic=None,
            reverse=adjoint,
            verdict=verdict,
            primitive=primitive_of(graph, node),
            arguments=arguments_of(graph, node),
        )

    shown = shown_nodes(graph, nodes, asked)
    results = {node: result(node) for node in dict.fromkeys([*shown, *asked])}
    return Evaluation(
        expression=program.source,
        reading=write_program(program, limit=limits.READING_CHARACTERS),
        full_reading=write_program(program, full=True, limit=limits.READING_CHARACTERS),
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
        notes=("float64 only: one route on a large graph",),
        reading_notes=program.notes,
    )
