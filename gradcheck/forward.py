"""The forward pass: one loop over the Wengert list for every arithmetic, and the nudge that reruns a part of it.

A graph that is evaluated at many points is prepared once: its functions looked up, its numbers rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from gradcheck.arithmetic import Arithmetic
    from gradcheck.graph import Graph
    from gradcheck.shapes import Sizes

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
        given = arguments[index]
        try:
            if sizes and index in sizes:
                values[index] = functions[operation](*[values[argument] for argument in given], sizes[index])
            elif len(given) == 2:
                first, second = given
                values[index] = functions[operation](values[first], values[second])
            else:
                values[index] = functions[operation](*[values[argument] for argument in given])
        except errors:
            values[index] = arithmetic.undefined


class Forward(Generic[N]):
    """The forward pass of one graph in one arithmetic, prepared for many points.

    ``of`` are the nodes that are wanted (all of them without it), ``known`` are nodes whose values will be given.
    Make it and run it at the arithmetic's own precision.
    """

    __slots__ = ("_arithmetic", "_inputs", "_leaves", "_others", "_steps")

    def __init__(
        self, graph: Graph, arithmetic: Arithmetic[N], *, of: Sequence[int] = (), known: Container[int] = ()
    ) -> None:
        self._arithmetic = arithmetic
        self._inputs = list(graph.inputs.items())
        self._leaves = [arithmetic.undefined] * len(graph)
        for index, number in graph.numbers.items():
            self._leaves[index] = arithmetic.number(number)
        for index, constant in graph.constants.items():
            self._leaves[index] = arithmetic.constant(constant)
        self._steps: list[tuple[int, Callable[..., N], int, int, int]] = []
        """Node, function, and arguments; -1 where there is no further one, or where ``_others`` has them."""
        self._others: dict[int, tuple[tuple[int, ...], Sizes | None]] = {}
        operations, arguments_of, functions = graph.operations, graph.arguments, arithmetic.functions
        numbers, sizes, add = graph.numbers, graph.sizes, self._steps.append
        for index in graph.needed(*of) if of else range(len(operations)):
            operation = operations[index]
            if operation is None or index in known:
                continue
            arguments = arguments_of[index]
            count = len(arguments)
            if (sizes and index in sizes) or not 0 < count < 4:
                self._others[index] = arguments, sizes.get(index)
                add((index, functions[operation], -1, -1, -1))
            elif count == 1:
                add((index, functions[operation], arguments[0], -1, -1))
            elif count == 2:
                first, second = arguments
                last = numbers.get(second)
                function = functions[operation] if last is None else arithmetic.applied(operation, last)
                add((index, function, first, second, -1))
            else:
                first, second, third = arguments
                add((index, functions[operation], first, second, third))

    def start(self) -> list[N]:
        """The values before a pass: only numbers and constants have theirs."""
        return self._leaves.copy()

    def finish(self, values: list[N]) -> list[N]:
        """Compute what is not known; ``values`` hold the inputs (and the known nodes) already."""
        for index, function, first, second, third in self._steps:
            try:
                if first < 0:
                    values[index] = self._other(index, function, values)
                elif second < 0:
                    values[index] = function(values[first])
                elif third < 0:
                    values[index] = function(values[first], values[second])
                else:
                    values[index] = function(values[first], values[second], values[third])
            except self._arithmetic.errors:
                values[index] = self._arithmetic.undefined
        return values

    def _other(self, index: int, function: Callable[..., N], values: Sequence[N]) -> N:
        """The value of a node with sizes, or with no argument or many."""
        arguments, sizes = self._others[index]
        found = [values[argument] for argument in arguments]
        return function(*found) if sizes is None else function(*found, sizes)

    def run(self, inputs: Mapping[str, N]) -> list[N]:
        """The value of every node at one point."""
        values = self._leaves.copy()
        for name, index in self._inputs:
            values[index] = inputs[name]
        return self.finish(values)
