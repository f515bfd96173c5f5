"""Reverse mode: one backward sweep over the Wengert list, adjoints accumulated over all paths.

A. Griewank and A. Walther, "Evaluating Derivatives", 2nd ed. (SIAM 2008), section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

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


def sweep(  # noqa: PLR0915 - one loop, told in order
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
    operations, arguments, varies = graph.operations, graph.arguments, graph.varies
    adjoints: list[Any] = [None] * len(graph)  # every arithmetic's numbers add and multiply
    magnitudes: list[Any] = [] if magnitude is None else [None] * len(graph)
    found: list[tuple[N | None, ...]] = [()] * len(graph)
    one = arithmetic.number(1)
    adjoints[graph.output] = one
    if magnitude is not None:
        magnitudes[graph.output] = one
    is_certain, touches = arithmetic.is_certain, arithmetic.touches
    errors, undefined = arithmetic.errors, arithmetic.undefined
    known_locals = {_ONE: one, _MINUS_ONE: arithmetic.number(-1)}
    has_truths = any(operation is not None and operation.boolean for operation in set(operations))
    steps: dict[object, Step[N]] = {}
    for index in range(graph.output, until - 1, -1):
        upstream = adjoints[index]
        operation = operations[index]
        if upstream is None or operation is None or not varies[index]:
            continue
        parents = arguments[index]
        key = kind_of(graph, operation, parents)
        step = steps.get(key)
        if step is None:
            step = steps[key] = _bind(graph, arithmetic, index)
        edges, selects, jumps = step
        tape = [*[values[parent] for parent in parents], values[index]]
        broken = jumps is not None and (operation.boolean or any([touches(jump(*tape)) for jump in jumps]))
        row: list[N | None] = [None] * len(parents)
        for position, known, function in edges:
            parent = parents[position]
            if has_truths:
                child = operations[parent]
                if child is not None and child.boolean and is_certain(values[parent]):
                    continue
            local: Any
            if known >= 0:
                local = tape[known]
                flow = upstream * local
            elif function is None:
                local = known_locals[known]
                flow = upstream if known == _ONE else -upstream
            else:
                try:
                    local = undefined if broken else function(*tape)
                except errors:
                    local = undefined
                flow = upstream * local
            row[position] = local
            if selects and local == 0:
                continue
            before = adjoints[parent]
            adjoints[parent] = flow if before is None else before + flow
            if magnitude is not None:
                weight = magnitudes[index] * magnitude(local)
                before = magnitudes[parent]
                magnitudes[parent] = weight if before is None else before + weight
        found[index] = tuple(row)
    return Sweep(adjoints, magnitudes, found)


def kind_of(graph: Graph, operation: Primitive, parents: tuple[int, ...]) -> object:
    """Nodes of one kind have the same local derivatives, as functions of arguments and output."""
    varies = graph.varies
    if len(parents) == 2:
        first, second = parents
        return operation, varies[first], varies[second], second if operation.name == "**" else 0
    return (operation, *[varies[parent] for parent in parents]) if len(parents) > 1 else operation


class Step(NamedTuple, Generic[N]):
    """What the sweep does at nodes of one kind."""

    edges: Sequence[tuple[int, int, Callable[..., N] | None]]
    """For each argument that depends on an input its position, and the local derivative: the place of the argument (or
    of the output) that it is, _ONE or _MINUS_ONE, or a rule to call."""
    selects: bool
    jumps: Sequence[Callable[..., N]] | None
    """The places of jumps where derivatives may break; nothing flows through a truth value. None elsewhere."""


def _bind(graph: Graph, arithmetic: Arithmetic[N], node: int) -> Step[N]:
    operation = graph.operations[node]
    assert operation is not None
    places = () if operation.boolean else rules.breaks(operation)
    jumps = [arithmetic.bind(rule) for kind, rule in places if kind == "jump"]
    is_guarded = operation.boolean or bool(jumps)
    edges: list[tuple[int, int, Callable[..., N] | None]] = []
    for position, rule in enumerate(rules.rules_of(graph, node)):
        if rule is not None:
            known, argument = (_CALL, -1) if is_guarded else _known(rule)
            if argument >= 0:
                edges.append((position, argument, None))
            else:
                edges.append((position, known, arithmetic.bind(rule) if known == _CALL else None))
    return Step(edges, operation.selects, jumps if is_guarded else None)


class Gradient(Generic[N]):
    """The sweep from the output to every input in one arithmetic, prepared for many points.

    Make it and run it at the arithmetic's own precision.
    """

    __slots__ = ("_errors", "_moves", "_one", "_output", "_size", "_undefined")

    def __init__(self, graph: Graph, arithmetic: Arithmetic[N]) -> None:
        self._size = len(graph)
        self._output = graph.output
        self._one = arithmetic.number(1)
        self._errors, self._undefined = arithmetic.errors, arithmetic.undefined
        self._moves: list[_Move[N]] = []
        operations, arguments, varies = graph.operations, graph.arguments, graph.varies
        has_truths = any(operation is not None and operation.boolean for operation in set(operations))
        steps: dict[object, Step[N]] = {}
        for node in range(graph.output, -1, -1):
            operation = operations[node]
            if operation is None or not varies[node]:
                continue
            parents = arguments[node]
            kind = kind_of(graph, operation, parents)
            step = steps.get(kind)
            if step is None:
                step = steps[kind] = _bind(graph, arithmetic, node)
            tape = (*parents, node)
            for position, known, function in step.edges:
                parent = parents[position]
                child = operations[parent] if has_truths else None
                truth = child is not None and child.boolean
                if truth or step.selects or step.jumps is not None:
                    rule = _guarded(arithmetic, step, operation, position, known, function, truth=truth)
                    self._moves.append((node, parent, _CALL, rule, tape))
                elif function is None:
                    self._moves.append((node, parent, known if known < 0 else tape[known], None, ()))
                else:
                    self._moves.append((node, parent, _CALL, function, tape))

    def run(self, values: Sequence[N]) -> list[N | None]:
        """∂output/∂node for every node, None where nothing flows; ``values`` are those of the forward pass."""
        adjoints: list[Any] = [None] * self._size  # every arithmetic's numbers add and multiply
        adjoints[self._output] = self._one
        errors, undefined = self._errors, self._undefined
        for node, parent, source, function, tape in self._moves:
            upstream = adjoints[node]
            if upstream is None:
                continue
            if source >= 0:
                flow = upstream * values[source]
            elif function is None:
                flow = upstream if source == _ONE else -upstream
            else:
                try:
                    local = function(*[values[place] for place in tape])
                except errors:
                    local = undefined
                if local is None:
                    continue
                flow = upstream * local
            before = adjoints[parent]
            adjoints[parent] = flow if before is None else before + flow
        return adjoints


_Move = tuple[int, int, int, "Callable[..., N | None] | None", tuple[int, ...]]
"""From a node to a parent; the node whose value the local derivative is (or _ONE, _MINUS_ONE, _CALL), its rule, and
what that is called with."""


def _guarded(
    arithmetic: Arithmetic[N],
    step: Step[N],
    operation: Primitive,
    position: int,
    known: int,
    function: Callable[..., N] | None,
    *,
    truth: bool,
) -> Callable[..., N | None]:
    """A local derivative that is undefined at a jump, and None where nothing flows."""
    jumps = step.jumps or ()
    constant = arithmetic.number(1 if known == _ONE else -1)

    def local(*tape: N) -> N | None:
        if truth and arithmetic.is_certain(tape[position]):
            return None
        if operation.boolean or any([arithmetic.touches(jump(*tape)) for jump in jumps]):
            return arithmetic.undefined
        try:
            found = tape[known] if known >= 0 else constant if function is None else function(*tape)
        except arithmetic.errors:
            return arithmetic.undefined
        return None if step.selects and found == 0 else found

    return local


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
