"""Large Jacobians in float64: one sweep for many entries of the output, whose seeds are a batch.

Balls would take a sweep for each entry. They still decide: along random directions, and against these numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.arithmetic.arrays import Arrays, silent
from gradcheck.forward import evaluate
from gradcheck.routes import pullbacks
from gradcheck.shapes import grid, size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.arrays.point import ArrayPoint
    from gradcheck.graph import Graph

_NUMBERS = 1 << 23
"""Numbers of a batch at the widest node."""


def float_jacobians(graph: Graph, point: ArrayPoint, nodes: Sequence[int]) -> Mapping[int, Any]:
    """∂output/∂node for each node as a matrix, entries of the output by entries of the node."""
    arithmetic = Arrays()
    rows, columns = grid(graph.shape(graph.output))
    outputs = rows * columns
    widest = max(size(graph.shape(node)) for node in range(len(graph)))
    batch = max(1, min(outputs, _NUMBERS // widest))
    wanted = pullbacks.needed(graph, [graph.output], nodes)
    steps: dict[int, pullbacks.Step[Any]] = {}
    found = {node: np.zeros((outputs, size(graph.shape(node)))) for node in nodes}
    with silent():
        values = evaluate(graph, arithmetic, {name: value.number(arithmetic) for name, value in point.items()})
        for first in range(0, outputs, batch):
            seed = np.eye(outputs)[first : first + batch].reshape(-1, rows, columns)
            adjoints = pullbacks.pull(graph, arithmetic, values, seed, wanted=wanted, steps=steps)
            for node in nodes:
                adjoint = adjoints[node]
                if adjoint is not None:
                    found[node][first : first + batch] = adjoint.reshape(len(seed), -1)
    return found
