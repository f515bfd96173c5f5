"""The forward pass: one loop over the Wengert list for every arithmetic, and the nudge that reruns a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.arithmetic import Arithmetic
    from gradcheck.graph import Graph

N = TypeVar("N")


def evaluate(
    graph: Graph, arithmetic: Arithmetic[N], inputs: Mapping[str, N], known: Mapping[int, N] | None = None
) -> list[N]:
    """The value of every node; where a function is undefined, the arithmetic's ``undefined``.

    ``known`` holds values of nodes that are not to be computed.
    """
    values = [arithmetic.undefined] * len(graph)
    for name, index in graph.inputs.items():
        values[index] = inputs[name]
    for index, number in graph.numbers.items():
        values[index] = arithmetic.number(number)
    for index, constant in graph.constants.items():
        values[index] = arithmetic.constant(constant)
    nodes: Sequence[int] = range(len(graph))
    if known:
        for index, value in known.items():
            values[index] = value
        nodes = [index for index in nodes if index not in known]
    _run(graph, arithmetic, values, nodes)
    return values


def nudge(
    graph: Graph, arithmetic: Arithmetic[N], values: Sequence[N], index: int, value: N, affected: Sequence[int]
) -> list[N]:
    """The values after node ``index`` alone was set to ``value``; only the ``affected`` nodes are run again."""
    changed = list(values)
    changed[index] = value
    _run(graph, arithmetic, changed, affected)
    return changed


def _run(graph: Graph, arithmetic: Arithmetic[N], values: list[N], nodes: Sequence[int]) -> None:
    operations, arguments = graph.operations, graph.arguments
    functions, errors = arithmetic.functions, arithmetic.errors
    sizes = graph.sizes
    for index in nodes:
        operation = operations[index]
        if operation is None:
            continue
        try:
            if sizes and index in sizes:
                values[index] = functions[operation](*[values[argument] for argument in arguments[index]], sizes[index])
            else:
                values[index] = functions[operation](*[values[argument] for argument in arguments[index]])
        except errors:
            values[index] = arithmetic.undefined
