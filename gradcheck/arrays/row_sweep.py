"""Forward pass and sweep over blocks of training rows in float64: sums of values and gradients, or each row's own.

Parameters have no batch axis, what depends on a row has one; a flow that reaches a parameter is summed over it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck import rules
from gradcheck.arithmetic.arrays import Arrays, silent
from gradcheck.forward import evaluate
from gradcheck.routes import pullbacks
from gradcheck.shapes import grid, size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcheck.graph import Graph
    from gradcheck.rules import Rule

_NUMBERS = 1 << 17
"""Numbers of a block at all nodes together up to which a block grows: what caches hold."""
_LEAST, _MOST = 64, 1 << 14


class _Product:
    """A product of two arrays of which only the sum over the rows may be wanted: that is one product."""

    __slots__ = ("left", "right")

    def __init__(self, left: Any, right: Any) -> None:
        self.left, self.right = left, right

    def over_rows(self) -> Any:
        left, right = self.left, self.right
        if left.ndim == 2:
            return left @ right.sum(axis=0)
        if right.ndim == 2:
            return left.sum(axis=0) @ right
        rows, inner = left.shape[-2:]
        return left.transpose(1, 0, 2).reshape(rows, -1) @ right.reshape(len(right) * inner, -1)


class _SummedArrays(Arrays):
    """Arrays whose flows into what all rows share are summed over the rows at once."""

    def bind(self, rule: Rule) -> Callable[..., Any]:
        root = rule.graph.operations[rule.graph.output]
        if rules.SIZES not in rule.parameters or root is None or root.name != "matmul":
            return super().bind(rule)
        parts = [
            super(_SummedArrays, self).bind(rules.Rule(replace(rule.graph, output=argument), rule.parameters))
            for argument in rule.graph.arguments[rule.graph.output]
        ]
        return lambda *arguments: _Product(*(part(*arguments) for part in parts))

    def fit(self, flow: Any, like: Any) -> Any:
        if isinstance(flow, _Product):
            if like.ndim == 2 < max(flow.left.ndim, flow.right.ndim):
                return flow.over_rows()
            flow = self.product(flow.left, flow.right)
        return _over_rows(super().fit(flow, like), like)

    def product(self, left: Any, right: Any) -> Any:
        """The matrix product, row by row."""
        return self.native("matmul")(left, right)


class RowSweep:
    """The graph at fixed parameters, ready for blocks of rows."""

    def __init__(self, graph: Graph, parameters: Mapping[str, Any], nodes: Sequence[int]) -> None:
        self.graph, self.nodes, self.parameters = graph, list(nodes), parameters
        self.arithmetic = Arrays()
        self.kinds: dict[bool, tuple[Arrays, dict[int, pullbacks.Step[Any]]]] = {
            True: (_SummedArrays(), {}),
            False: (self.arithmetic, {}),
        }
        self.wanted = pullbacks.needed(graph, [graph.output], nodes)
        widest = max(size(graph.shape(node)) for node in range(len(graph)))
        self.rows = max(_LEAST, min(_MOST, _NUMBERS // widest))
        """How many rows a block should have."""
        self.guarded = [node for node in graph.nodes() if node != graph.output and self._has_domain(node)]
        kinks = [
            (node, rule)
            for node, operation in enumerate(graph.operations)
            if operation is not None and graph.varies[node]
            for _, rule in rules.breaks(operation)
        ]
        self.kinks = [
            (node, self.arithmetic.bind(rule) if graph.operations[node].shape else self.arithmetic.local(rule))  # type: ignore[union-attr]  # an operation
            for node, rule in kinks
        ]

    def _has_domain(self, node: int) -> bool:
        operation = self.graph.operations[node]
        if operation is None or rules.domain(operation) is None or not self.graph.varies[node]:
            return False
        exponent = self.graph.numbers.get(self.graph.arguments[node][1]) if operation.name == "**" else None
        return exponent is None or exponent.denominator != 1 or exponent < 0

    def values(self, inputs: Mapping[str, Any]) -> list[Any]:
        """The forward pass."""
        with silent():
            return evaluate(self.graph, self.arithmetic, {**self.parameters, **inputs})

    def suspects(self, values: Sequence[Any], count: int, *, guarded: bool = True) -> Any:
        """The rows at which a node may have no value, as far as floats tell."""
        bad = np.zeros(count, bool)
        with silent():
            for node in (*(self.guarded if guarded else ()), self.graph.output):
                value = values[node]
                if math.isfinite(float(value.sum())):
                    continue
                wrong = ~np.isfinite(value).all(axis=(-2, -1))
                bad |= wrong
        return np.flatnonzero(bad)

    def on_kinks(self, values: Sequence[Any]) -> Any:
        """The rows exactly at a kink or jump."""
        found: set[int] = set()
        with silent():
            for node, place in self.kinks:
                at = place(*[values[argument] for argument in self.graph.arguments[node]], values[node])
                if at.ndim > 2:
                    found.update(np.flatnonzero((at == 0).any(axis=(-2, -1))).tolist())
        return sorted(found)

    def sums(self, values: Sequence[Any], count: int) -> tuple[Any, list[Any]]:
        """The output and its Jacobians by the nodes, both summed over the block's rows."""
        graph = self.graph
        rows, columns = grid(graph.shape(graph.output))
        output = values[graph.output]
        with silent():
            total = output.sum(axis=0) if output.ndim > 2 else output * count
            found: list[list[Any]] = [[] for _ in self.nodes]
            for position in range(rows * columns):
                adjoints = self._pull(values, count, position, summed=True)
                for place, node in enumerate(self.nodes):
                    adjoint = adjoints[node]
                    found[place].append(np.zeros(grid(graph.shape(node))) if adjoint is None else adjoint)
        return total, [one[0] if len(one) == 1 else np.stack(one) for one in found]

    def each(self, values: Sequence[Any], count: int) -> tuple[Any, list[Any]]:
        """The output and its Jacobians by the nodes, flat, one row of numbers a training row."""
        graph = self.graph
        rows, columns = grid(graph.shape(graph.output))
        output = np.broadcast_to(values[graph.output], (count, rows, columns)).reshape(count, -1)
        found = []
        with silent():
            swept = [self._pull(values, count, position, summed=False) for position in range(rows * columns)]
            for node in self.nodes:
                shape = (count, *grid(graph.shape(node)))
                parts = [
                    np.zeros(shape) if adjoints[node] is None else np.broadcast_to(adjoints[node], shape)
                    for adjoints in swept
                ]
                found.append(np.stack(parts, axis=1).reshape(count, -1))
        return output, found

    def _pull(self, values: Sequence[Any], count: int, position: int, *, summed: bool) -> list[Any]:
        rows, columns = grid(self.graph.shape(self.graph.output))
        seed = np.zeros((count, rows, columns))
        seed[:, position // columns, position % columns] = 1.0
        if summed and values[self.graph.output].ndim == 2:
            seed = seed.sum(axis=0)
        arithmetic, steps = self.kinds[summed]
        return pullbacks.pull(self.graph, arithmetic, values, seed, wanted=self.wanted, steps=steps)


def _over_rows(flow: Any, like: Any) -> Any:
    """What reaches a value that all rows share: the sum over the rows."""
    return flow.sum(axis=0) if flow.ndim > like.ndim else flow


class Total:
    """A sum of arrays with the rounding errors carried along (A. Neumaier, 1974)."""

    def __init__(self) -> None:
        self._sum: Any = 0.0
        self._lost: Any = 0.0

    def add(self, value: Any) -> None:
        """Add one array."""
        with silent():
            total = self._sum + value
            big = np.abs(self._sum) >= np.abs(value)
            self._lost = self._lost + np.where(big, (self._sum - total) + value, (value - total) + self._sum)
            self._sum = total

    @property
    def value(self) -> Any:
        """The sum so far."""
        return self._sum + self._lost
