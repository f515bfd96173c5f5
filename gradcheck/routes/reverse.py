"""Reverse mode: one backward sweep over the Wengert list, adjoints accumulated over all paths.

A. Griewank and A. Walther, "Evaluating Derivatives", 2nd ed. (SIAM 2008), section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from gradcheck import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcheck.arithmetic import Arithmetic
    from gradcheck.graph import Graph

N = TypeVar("N")


@dataclass(frozen=True, slots=True)
class Sweep(Generic[N]):
    """What one backward sweep found, by node."""

    adjoints: Sequence[N | None]
    """∂output/∂node; None for a node that the output does not depend on (along a path that is taken)."""
    magnitudes: Sequence[N | None]
    """The sum over all paths of the absolute products, against which cancellation is measured."""
    locals: Sequence[tuple[N | None, ...]]
    """The local derivative by each argument; None where no derivative flows."""


def sweep(
    graph: Graph,
    arithmetic: Arithmetic[N],
    values: Sequence[N],
    *,
    until: int = 0,
    magnitude: Callable[[N], N] | None = None,
    steps: dict[int, Step[N]] | None = None,
) -> Sweep[N]:
    """Sweep from the output back to node ``until``.

    ``values`` are those of the forward pass in the same arithmetic. With ``magnitude`` (an absolute value) the
    magnitudes are accumulated too. ``steps`` keeps what was bound for further sweeps over the same graph.
    """
    operations, arguments = graph.operations, graph.arguments
    adjoints: list[N | None] = [None] * len(graph)
    magnitudes: list[N | None] = [None] * len(graph)
    found: list[tuple[N | None, ...]] = [()] * len(graph)
    one = arithmetic.number(1)
    adjoints[graph.output] = one
    magnitudes[graph.output] = one
    bound: dict[object, Step[N]] = {}
    for index in range(graph.output, until - 1, -1):
        upstream = adjoints[index]
        operation = operations[index]
        if upstream is None or operation is None or not graph.varies[index]:
            continue
        parents = arguments[index]
        step = None if steps is None else steps.get(index)
        if step is None:
            key = (operation, tuple([graph.varies[p] for p in parents]), parents[1] if operation.name == "**" else 0)
            step = bound.get(key)
            if step is None:
                step = bound[key] = _bind(graph, arithmetic, index)
            if steps is not None:
                steps[index] = step
        tape = [values[parent] for parent in parents]
        tape.append(values[index])
        broken = operation.boolean or any([arithmetic.touches(jump(*tape)) for jump in step.jumps])
        row: list[N | None] = []
        for parent, function in zip(parents, step.locals, strict=True):
            child = operations[parent]
            if function is None or (child is not None and child.boolean and arithmetic.is_certain(values[parent])):
                row.append(None)
                continue
            try:
                local = arithmetic.undefined if broken else function(*tape)
            except arithmetic.errors:
                local = arithmetic.undefined
            row.append(local)
            if operation.selects and local == 0:
                continue
            flow = upstream * local  # type: ignore[operator]  # every arithmetic's numbers multiply
            before = adjoints[parent]
            adjoints[parent] = flow if before is None else before + flow
            if magnitude is not None:
                weight = magnitudes[index] * magnitude(local)  # type: ignore[operator]  # as above
                before = magnitudes[parent]
                magnitudes[parent] = weight if before is None else before + weight
        found[index] = tuple(row)
    return Sweep(adjoints, magnitudes, found)


@dataclass(frozen=True, slots=True)
class Step(Generic[N]):
    """What the sweep does at nodes of one kind: local derivatives, and the places of jumps."""

    locals: Sequence[Callable[..., N] | None]
    jumps: Sequence[Callable[..., N]]


def _bind(graph: Graph, arithmetic: Arithmetic[N], node: int) -> Step[N]:
    operation = graph.operations[node]
    places = () if operation is None or operation.boolean else rules.breaks(operation)
    return Step(
        [None if rule is None else arithmetic.bind(rule) for rule in rules.rules_of(graph, node)],
        [arithmetic.bind(rule) for kind, rule in places if kind == "jump"],
    )
