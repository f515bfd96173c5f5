"""The forward pass: one loop over the Wengert list for every arithmetic, and the nudge that reruns a part of it.

A graph that is evaluated at many points is prepared once: its functions looked up, its numbers rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    for index in nodes:
        operation = operations[index]
        if operation is None:
            continue
        try:
            values[index] = functions[operation](*[values[argument] for argument in arguments[index]])
        except errors:
            values[index] = arithmetic.undefined


class Forward(Generic[N]):
    """The forward pass of one graph in one arithmetic, prepared for many points.

    Make it and run it at the arithmetic's own precision.
    """

    __slots__ = ("_inputs", "_leaves", "_others", "_steps", "_undefined", "errors")

    def __init__(self, graph: Graph, arithmetic: Arithmetic[N]) -> None:
        self._undefined = arithmetic.undefined
        self.errors = arithmetic.errors
        self._inputs = list(graph.inputs.items())
        leaves = [arithmetic.undefined] * len(graph)
        for index, number in graph.numbers.items():
            leaves[index] = arithmetic.number(number)
        for index, constant in graph.constants.items():
            leaves[index] = arithmetic.constant(constant)
        self._leaves = leaves
        self._steps: list[tuple[int, Callable[..., N], int, int]] = []
        """Node, function, first argument, second argument (-1: there is none, -2: see ``_others``)."""
        self._others: dict[int, tuple[int, ...]] = {}
        numbers = graph.numbers
        for index, (operation, arguments) in enumerate(zip(graph.operations, graph.arguments, strict=True)):
            if operation is None:
                continue
            function = arithmetic.applied(operation, numbers.get(arguments[-1]))
            if len(arguments) > 2:
                self._others[index] = arguments
                self._steps.append((index, function, arguments[0], -2))
            else:
                self._steps.append((index, function, arguments[0], arguments[1] if len(arguments) > 1 else -1))

    def run(self, inputs: Mapping[str, N]) -> list[N]:
        """The value of every node at one point."""
        values = self._leaves.copy()
        for name, index in self._inputs:
            values[index] = inputs[name]
        for index, function, first, second in self._steps:
            try:
                if second >= 0:
                    values[index] = function(values[first], values[second])
                elif second == -1:
                    values[index] = function(values[first])
                else:
                    values[index] = function(*[values[argument] for argument in self._others[index]])
            except self.errors:
                values[index] = self._undefined
        return values
