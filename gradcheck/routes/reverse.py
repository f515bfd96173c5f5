"""Reverse mode: one backward sweep over the Wengert list, adjoints accumulated over all paths.

A. Griewank and A. Walther, "Evaluating Derivatives", 2nd ed. (SIAM 2008), section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from gradcheck import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gradcheck.arithmetic import Arithmetic
    from gradcheck.graph import Graph
    from gradcheck.rules import Rule

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
) -> Sweep[N]:
    """Sweep from the output back to node ``until``.

    ``values`` are those of the forward pass in the same arithmetic. With ``magnitude`` (an absolute value) the
    magnitudes are accumulated too.
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
        key = (operation, tuple([graph.varies[p] for p in parents]), parents[1] if operation.name == "**" else 0)
        step = bound.get(key)
        if step is None:
            step = bound[key] = _bind(graph, arithmetic, index)
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


class Backward(Generic[N]):
    """The sweep from one node back to another in one arithmetic, prepared for many points: the paths between them.

    Make it and run it at the arithmetic's own precision.
    """

    __slots__ = ("_arithmetic", "_magnitude", "_of", "_one", "_size", "_steps", "_wrt")

    def __init__(
        self, graph: Graph, arithmetic: Arithmetic[N], of: int, wrt: int, magnitude: Callable[[N], N]
    ) -> None:
        self._arithmetic = arithmetic
        self._magnitude = magnitude
        self._of = of
        self._wrt = wrt
        self._size = max(of, wrt) + 1
        self._one = arithmetic.number(1)
        self._steps: list[_Step[N]] = list(self._between(graph, arithmetic, of, wrt))

    def run(self, values: Sequence[N]) -> tuple[N | None, N | None]:
        """∂of/∂wrt and the sum over all paths of the absolute products; None where no path is taken.

        ``values`` are those of the forward pass at the point.
        """
        adjoints: list[Any] = [None] * self._size  # every arithmetic's numbers add and multiply
        magnitudes: list[Any] = [None] * self._size
        adjoints[self._of] = magnitudes[self._of] = self._one
        magnitude, errors, undefined = self._magnitude, self._arithmetic.errors, self._arithmetic.undefined
        for node, tape, guard, edges in self._steps:
            upstream, size = adjoints[node], magnitudes[node]
            if upstream is None:
                continue
            arguments = [values[index] for index in tape]
            ways: Sequence[_Edge[N]] = edges if guard is None else guard.open(edges, values, arguments)
            for parent, known, function in ways:
                if known == _ONE:
                    flow, weight = upstream, size
                elif known == _MINUS_ONE:
                    flow, weight = -upstream, size
                else:
                    try:
                        local: Any = values[known] if function is None else function(*arguments)
                    except errors:
                        local = undefined
                    if guard is not None and guard.selects and local == 0:
                        continue
                    flow, weight = upstream * local, size * magnitude(local)
                if adjoints[parent] is None:
                    adjoints[parent], magnitudes[parent] = flow, weight
                else:
                    adjoints[parent] = adjoints[parent] + flow
                    magnitudes[parent] = magnitudes[parent] + weight
        return adjoints[self._wrt], magnitudes[self._wrt]

    def _between(self, graph: Graph, arithmetic: Arithmetic[N], of: int, wrt: int) -> Iterator[_Step[N]]:
        """The nodes from which a path leads from ``of`` to ``wrt``, latest first."""
        leads = bytearray(self._size)
        leads[wrt] = 1
        for node in graph.affected(wrt):
            if node <= of:
                leads[node] = 1
        live = bytearray(self._size)
        live[of] = leads[of]
        for node in range(of, wrt, -1):
            operation = graph.operations[node]
            if not live[node] or operation is None:
                continue
            parents = graph.arguments[node]
            found = rules.rules_of(graph, node)
            tape = (*parents, node)
            edges: list[_Edge[N]] = []
            for parent, rule in zip(parents, found, strict=True):
                if rule is not None and parent >= wrt and leads[parent]:
                    live[parent] = 1
                    edges.append(_edge(arithmetic, parent, rule, tape))
            guard = _Guard.of(graph, arithmetic, node)
            calls = guard is not None or any(function is not None for _, _, function in edges)
            yield node, tape if calls else (), guard, edges


_ONE: Final = -1
_MINUS_ONE: Final = -2
_CALL: Final = -3
_Edge = tuple[int, int, "Callable[..., N] | None"]
"""The parent, the node whose value the local derivative is (or _ONE, _MINUS_ONE, _CALL), and the function to call."""


def _edge(arithmetic: Arithmetic[N], parent: int, rule: Rule, tape: Sequence[int]) -> _Edge[N]:
    graph, output = rule.graph, rule.graph.output
    number = graph.numbers.get(output)
    if number in {1, -1}:
        return parent, _ONE if number == 1 else _MINUS_ONE, None
    for name, node in graph.inputs.items():
        if node == output:
            return parent, tape[rule.parameters.index(name)], None
    return parent, _CALL, arithmetic.bind(rule)


@dataclass(frozen=True, slots=True)
class _Guard(Generic[N]):
    """What is to be looked at before derivatives flow through a node that jumps, selects, or depends on a truth."""

    arithmetic: Arithmetic[N]
    selects: bool
    boolean: bool
    jumps: Sequence[Callable[..., N]]
    truths: frozenset[int]

    @classmethod
    def of(cls, graph: Graph, arithmetic: Arithmetic[N], node: int) -> _Guard[N] | None:
        """None for a node that needs no look."""
        operation = graph.operations[node]
        assert operation is not None
        jumps = () if operation.boolean else [rule for kind, rule in rules.breaks(operation) if kind == "jump"]
        children = [(parent, graph.operations[parent]) for parent in graph.arguments[node]]
        truths = frozenset(parent for parent, child in children if child is not None and child.boolean)
        if not (operation.boolean or operation.selects or jumps or truths):
            return None
        bound = [arithmetic.bind(rule) for rule in jumps]
        return cls(arithmetic, operation.selects, operation.boolean, bound, truths)

    def open(self, edges: Sequence[_Edge[N]], values: Sequence[N], arguments: Sequence[N]) -> list[_Edge[N]]:
        """The edges along which something flows; at a jump what flows is undefined."""
        certain = self.arithmetic.is_certain
        ways = [edge for edge in edges if edge[0] not in self.truths or not certain(values[edge[0]])]
        if self.boolean or any([self.arithmetic.touches(jump(*arguments)) for jump in self.jumps]):
            return [(parent, _CALL, self._undefined) for parent, _, _ in ways]
        return ways

    def _undefined(self, *_: N) -> N:
        return self.arithmetic.undefined


_Step = tuple[int, tuple[int, ...], "_Guard[N] | None", "list[_Edge[N]]"]
"""A node, what its rules are called with, its guard, and its edges."""
