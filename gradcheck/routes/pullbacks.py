"""Reverse mode over arrays: one backward sweep, adjoints pulled back through whole arrays by the table's texts.

M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation" (2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from gradcheck import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gradcheck.graph import Graph
    from gradcheck.rules import Rule

A = TypeVar("A")


class ArrayArithmetic(Protocol[A]):
    """What the sweep needs of arrays of any kind."""

    undefined: A

    def bind(self, rule: Rule) -> Callable[..., A]:
        """A rule as a function of arrays."""

    def local(self, rule: Rule) -> Callable[..., A]:
        """A local derivative of a function of numbers, entry by entry."""

    def times(self, upstream: A, local: A, *, selects: bool) -> A:
        """Upstream times local, entry by entry; with ``selects``, a local 0 cuts the path whatever lies behind it."""

    def fit(self, flow: A, like: A) -> A:
        """What reaches an argument, in the argument's shape."""

    def touches(self, place: A) -> bool:
        """Whether an entry is, or may be, on a jump."""

    def doubt(self, truth: A) -> A | None:
        """0 where a truth value is known, undefined where it is not; None where all are known."""


@dataclass(frozen=True, slots=True)
class Step(Generic[A]):
    """What the sweep does at nodes of one kind: a pullback for each argument, or local derivatives times ``g``."""

    pullbacks: Sequence[Callable[..., A] | None]
    locals: Sequence[Callable[..., A] | None]
    jumps: Sequence[Callable[..., A]]


def needed(graph: Graph, outputs: Iterable[int], targets: Iterable[int] | None = None) -> bytearray:
    """Flags of the nodes on a path from one of ``targets`` (every input) to one of ``outputs``."""
    below = bytearray(len(graph))
    for output in outputs:
        below[output] = 1
    for node in range(len(graph) - 1, -1, -1):
        if below[node]:
            for argument in graph.arguments[node]:
                below[argument] = 1
    above = bytearray(len(graph))
    for node in graph.inputs.values() if targets is None else targets:
        above[node] = 1
    for node, arguments in enumerate(graph.arguments):
        if not above[node] and any(above[argument] for argument in arguments):
            above[node] = 1
    return bytearray(one & other for one, other in zip(below, above, strict=True))


def bind(graph: Graph, arithmetic: ArrayArithmetic[A], node: int) -> Step[A]:
    """The functions that the sweep calls at a node."""
    operation = graph.operations[node]
    assert operation is not None
    varies = [graph.varies[argument] for argument in graph.arguments[node]]
    if operation.shape:
        found = [
            arithmetic.bind(rules.pullback(operation, position)) if vary else None
            for position, vary in enumerate(varies)
        ]
        return Step(found, (), ())
    places = () if operation.boolean else rules.breaks(operation)
    return Step(
        (),
        [None if rule is None else arithmetic.local(rule) for rule in rules.rules_of(graph, node)],
        [arithmetic.local(rule) for kind, rule in places if kind == "jump"],
    )


def pull(
    graph: Graph,
    arithmetic: ArrayArithmetic[A],
    values: Sequence[A],
    seed: A,
    *,
    wanted: bytearray | None = None,
    steps: dict[int, Step[A]] | None = None,
    altered: Mapping[tuple[int, int], Callable[..., A]] | None = None,
) -> list[A | None]:
    """The adjoints of all nodes for ``seed``, that of the output; None where no derivative flows.

    ``wanted`` flags the nodes that count (see ``needed``); ``steps`` keeps what was bound for further sweeps.
    ``altered`` functions of (arguments…, output, adjoint, sizes) take the place of what single nodes pass back to
    single arguments.
    """
    adjoints: list[A | None] = [None] * len(graph)
    adjoints[graph.output] = seed
    steps = {} if steps is None else steps
    for node in range(graph.output, -1, -1):
        upstream, operation = adjoints[node], graph.operations[node]
        if upstream is None or operation is None or not graph.varies[node]:
            continue
        doubt = arithmetic.doubt(values[node]) if operation.boolean else None
        if operation.boolean and doubt is None:
            continue  # a known truth value stays what it is around the point
        step = steps.get(node)
        if step is None:
            step = steps[node] = bind(graph, arithmetic, node)
        parents = graph.arguments[node]
        tape = [values[parent] for parent in parents]
        mine = values[node]
        broken = any([arithmetic.touches(jump(*tape, mine)) for jump in step.jumps])
        for position, parent in enumerate(parents):
            if (wanted is not None and not wanted[parent]) or not graph.varies[parent]:
                continue
            flow: A | None
            if altered and (node, position) in altered:
                flow = altered[node, position](*tape, mine, upstream, graph.sizes.get(node, ()))
            elif doubt is not None:
                flow = arithmetic.times(upstream, doubt, selects=True)
            elif operation.shape:
                function = step.pullbacks[position]
                if function is None:
                    continue
                if operation.nary:
                    flow = function(mine, upstream, (position,))
                else:
                    flow = function(*tape, mine, upstream, graph.sizes.get(node, ()))
            else:
                local = step.locals[position]
                if local is None or (graph.is_boolean(parent) and arithmetic.doubt(values[parent]) is None):
                    continue
                found = arithmetic.undefined if broken else local(*tape, mine)
                flow = arithmetic.times(upstream, found, selects=operation.selects)
            flow = arithmetic.fit(flow, values[parent])
            before = adjoints[parent]
            adjoints[parent] = flow if before is None else before + flow  # type: ignore[operator]  # as above
    return adjoints
