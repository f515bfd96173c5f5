"""Reverse mode: one backward sweep over the Wengert list, adjoints accumulated over all paths.

A. Griewank and A. Walther, "Evaluating Derivatives", 2nd ed. (SIAM 2008), section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from gradcheck import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcheck.arithmetic import Arithmetic
    from gradcheck.graph import Graph
    from gradcheck.primitives import Primitive
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


class Paths:
    """The paths from one node back to another, latest node first: what a prepared sweep in any arithmetic follows."""

    __slots__ = ("guarded", "of", "size", "steps", "wrt")

    def __init__(self, graph: Graph, of: int, wrt: int) -> None:
        self.guarded = False
        """Whether the sweep looks at the numbers of a point before it goes on: at a jump, at a branch."""
        self.of = of
        self.wrt = wrt
        self.size = max(of, wrt) + 1
        self.steps: list[_Step] = []
        operations, parents_of = graph.operations, graph.arguments
        leads = bytearray(self.size)
        leads[wrt] = 1
        for node in range(wrt + 1, of + 1):
            for parent in parents_of[node]:
                if leads[parent]:
                    leads[node] = 1
                    break
        live = bytearray(self.size)
        live[of] = leads[of]
        for node in range(of, wrt, -1):
            operation = operations[node]
            if not live[node] or operation is None:
                continue
            parents = parents_of[node]
            edges: list[_Edge] = []
            guarded = operation.boolean or operation.selects or bool(operation.jumps)
            for parent, rule in zip(parents, rules.rules_of(graph, node), strict=True):
                child = operations[parent]
                guarded = guarded or (child is not None and child.boolean)
                if rule is not None and leads[parent]:
                    live[parent] = 1
                    known, argument = _known(rule)
                    edges.append((parent, known if argument < 0 else (*parents, node)[argument], rule))
            guard = _guard(graph, node, operation) if guarded else None
            self.guarded = self.guarded or guarded
            self.steps.append((node, (*parents, node), edges, guard))


_ONE: Final = -1
_MINUS_ONE: Final = -2
_CALL: Final = -3
_Edge = tuple[int, int, "Rule"]
"""The parent, the node whose value the local derivative is (or _ONE, _MINUS_ONE, _CALL), and its rule."""


@dataclass(frozen=True, slots=True)
class _Guard:
    """A node to be looked at before derivatives flow through it: it jumps, selects, or depends on a truth value."""

    operation: Primitive
    truths: frozenset[int]


def _guard(graph: Graph, node: int, operation: Primitive) -> _Guard:
    children = [(parent, graph.operations[parent]) for parent in graph.arguments[node]]
    return _Guard(operation, frozenset(parent for parent, child in children if child is not None and child.boolean))


_Step = tuple[int, tuple[int, ...], list[_Edge], "_Guard | None"]
"""A node, what its rules are called with, its edges, and its guard."""


@lru_cache(maxsize=4_096)
def _known(rule: Rule) -> tuple[int, int]:
    """What is known of a rule before it is called: a number, or (second) the place of the argument that it is."""
    graph, output = rule.graph, rule.graph.output
    number = graph.numbers.get(output)
    if number in {1, -1}:
        return (_ONE if number == 1 else _MINUS_ONE), -1
    named = [name for name, node in graph.inputs.items() if node == output]
    return _CALL, rule.parameters.index(named[0]) if named else -1


class Backward(Generic[N]):
    """The sweep along some paths in one arithmetic, prepared for many points.

    Make it and run it at the arithmetic's own precision.
    """

    __slots__ = ("_arithmetic", "_one", "_paths", "_steps")

    def __init__(self, paths: Paths, arithmetic: Arithmetic[N]) -> None:
        self._paths = paths
        self._arithmetic = arithmetic
        self._one = arithmetic.number(1)
        bind = arithmetic.bind
        self._steps = [
            (
                node,
                tape,
                guard,
                [(parent, known, bind(rule) if known == _CALL else None) for parent, known, rule in edges],
            )
            for node, tape, edges, guard in paths.steps
        ]

    def run(self, values: Sequence[N], *, weighed: bool = True) -> tuple[N | None, N]:
        """The derivative and the sum over all paths of the absolute products; None where no path is taken.

        ``values`` are those of the forward pass at the point. Not ``weighed``, the sum is None.
        """
        adjoints: list[Any] = [None] * self._paths.size  # every arithmetic's numbers add and multiply
        magnitudes: list[Any] = [None] * self._paths.size
        adjoints[self._paths.of] = magnitudes[self._paths.of] = self._one
        arithmetic = self._arithmetic
        magnitude, errors, undefined = type(arithmetic).magnitude, arithmetic.errors, arithmetic.undefined
        for node, tape, guard, edges in self._steps:
            upstream, size = adjoints[node], magnitudes[node]
            if upstream is None:
                continue
            ways = edges if guard is None else self._open(guard, tape, edges, values)
            for parent, known, function in ways:
                if known == _ONE:
                    flow, weight = upstream, size
                elif known == _MINUS_ONE:
                    flow, weight = -upstream, size
                else:
                    try:
                        local: Any = values[known] if function is None else function(*[values[at] for at in tape])
                    except errors:
                        local = undefined
                    if guard is not None and guard.operation.selects and local == 0:
                        continue
                    flow, weight = upstream * local, size * magnitude(local) if weighed else None
                if adjoints[parent] is None:
                    adjoints[parent], magnitudes[parent] = flow, weight
                else:
                    adjoints[parent] = adjoints[parent] + flow
                    if weighed:
                        magnitudes[parent] = magnitudes[parent] + weight
        return adjoints[self._paths.wrt], magnitudes[self._paths.wrt]

    def _open(self, guard: _Guard, tape: Sequence[int], edges: Sequence[_Way[N]], values: Sequence[N]) -> list[_Way[N]]:
        """The edges along which something flows; at a jump what flows is undefined."""
        arithmetic, operation = self._arithmetic, guard.operation
        ways = [edge for edge in edges if edge[0] not in guard.truths or not arithmetic.is_certain(values[edge[0]])]
        arguments = [values[index] for index in tape]
        places = () if operation.boolean else rules.breaks(operation)
        if operation.boolean or any(
            [kind == "jump" and arithmetic.touches(arithmetic.bind(place)(*arguments)) for kind, place in places]
        ):
            return [(parent, _CALL, self._undefined) for parent, _, _ in ways]
        return ways

    def _undefined(self, *_: N) -> N:
        return self._arithmetic.undefined


_Way = tuple[int, int, "Callable[..., N] | None"]
"""An edge whose rule is bound."""
