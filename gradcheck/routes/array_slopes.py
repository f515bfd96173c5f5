"""Finite differences over arrays: nudge entries, or go along random directions. It sees the forward pass only.

In float64 all nudged points of a node are one batch; ``secant`` takes the same quotient in balls, for the verdict.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb

from gradcheck.arithmetic.balls import exponent_of
from gradcheck.arithmetic.grids import Grid
from gradcheck.forward import evaluate, nudge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.arithmetic.ball_grids import BallGrid, BallGrids
    from gradcheck.graph import Graph

_EXPONENTS = (-10, -13, -16, -19)
"""Of the steps that are tried, relative to the largest entry."""
_BATCH = 2_000_000
"""Numbers that one batch of nudged points may hold at a node."""


@dataclass(frozen=True, slots=True)
class FloatSlopes:
    """Difference quotients in float64, by direction and output entry, and how far they may be off."""

    values: Any
    errors: Any
    step: float


class FloatNudger:
    """The float64 values of a graph at one point, ready to be nudged at any node."""

    def __init__(self, graph: Graph, inputs: Mapping[str, Any]) -> None:
        from gradcheck.arithmetic.arrays import Arrays, silent

        self.graph = graph
        self.arithmetic = Arrays()
        with silent():
            self.values = evaluate(graph, self.arithmetic, inputs)

    def slopes(
        self, node: int, affected: Sequence[int], directions: Any, method: str = "central", step: float | None = None
    ) -> FloatSlopes:
        """The slopes of the output along ``directions``, an array (directions, rows, columns)."""
        import numpy as np

        from gradcheck.arithmetic.arrays import silent

        start = self.values[node]
        largest = float(np.max(np.abs(start), initial=0.0))
        scale = largest if 0 < largest < np.inf else 1.0
        steps = [scale * 2.0**exponent for exponent in _EXPONENTS] if step is None else [step, step / 2]
        found = []
        with silent():
            for one in steps:
                high = self._at(node, affected, start + one * directions)
                low = self._at(node, affected, start - one * directions if method == "central" else start[None])
                run = 2 * one if method == "central" else one
                noise = 2.0**-50 * (np.abs(high) + np.abs(low)) / run
                found.append(((high - low) / run, noise))
            best_value, best_error = found[0][0], np.full(found[0][0].shape, np.inf)
            best_step = np.full(best_value.shape, steps[0])
            for one, ((wide, _), (narrow, noise)) in zip(steps[1:], itertools.pairwise(found), strict=True):
                error = 2 * np.abs(wide - narrow) + noise + 2.0**-52 * np.abs(narrow)
                better = error < best_error
                best_value, best_error = np.where(better, narrow, best_value), np.where(better, error, best_error)
                best_step = np.where(better, one, best_step)
            if step is not None:
                best_value = found[0][0]
                best_error = 3 * np.abs(found[0][0] - found[1][0]) + found[0][1] + found[1][1]
        worst = float(best_step.flat[np.argmax(best_error)]) if best_step.size else steps[0]
        return FloatSlopes(best_value, best_error, worst if step is None else step)

    def _at(self, node: int, affected: Sequence[int], moved: Any) -> Any:
        """The output, flat, for a batch of values of the node."""
        import numpy as np

        graph = self.graph
        widest = max([self.values[index].size for index in affected], default=1)
        chunk = max(1, _BATCH // max(1, widest))
        parts = []
        for first in range(0, len(moved), chunk):
            part = moved[first : first + chunk]
            value = nudge(graph, self.arithmetic, self.values, node, part, affected)[graph.output]
            parts.append(np.broadcast_to(value, (len(part), *value.shape[-2:])).reshape(len(part), -1))
        return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class ArraySecant:
    """The slopes of all output entries along one direction, and the values of the node in between."""

    slopes: list[arb]
    interval: BallGrid


def secant(
    graph: Graph,
    arithmetic: BallGrids,
    values: Sequence[BallGrid],
    node: int,
    affected: Sequence[int],
    direction: Sequence[int],
) -> ArraySecant | None:
    """The central slopes over a tiny interval around a node's value along ``direction`` (-1, 0 or 1 for each entry).

    None where the function does not exist on both sides.
    """
    here = values[node]
    middles = [entry.mid() for entry in here.entries]
    if not all(middle.is_finite() for middle in middles):
        return None
    nudged = [entry for entry, sign in zip(here.entries, direction, strict=True) if sign]
    size = max((0 if entry.contains(0) else exponent_of(entry.mid()) for entry in nudged), default=0)
    step = arb(2) ** (size - arithmetic.precision // 3)
    high = here.like([middle + sign * step for middle, sign in zip(middles, direction, strict=True)])
    low = here.like([middle - sign * step for middle, sign in zip(middles, direction, strict=True)])
    above = nudge(graph, arithmetic, values, node, high, affected)[graph.output]
    below = nudge(graph, arithmetic, values, node, low, affected)[graph.output]
    slopes = [(one - other) / (2 * step) for one, other in zip(above.entries, below.entries, strict=True)]
    if not all(slope.is_finite() for slope in slopes):
        return None
    between = [
        one.union(other).union(entry) for one, other, entry in zip(high.entries, low.entries, here.entries, strict=True)
    ]
    return ArraySecant(slopes, Grid(here.rows, here.columns, between))


def rademacher(count: int, length: int, seed: int) -> list[list[int]]:
    """Seeded directions of 1 and -1 (J. C. Spall, "Introduction to Stochastic Search and Optimization", 2003)."""
    generator = random.Random(f"directions {seed}")  # noqa: S311 - reproducible directions, not secrets
    bits = [generator.getrandbits(length) if length else 0 for _ in range(count)]
    return [[1 if digit == "1" else -1 for digit in format(one, f"0{length}b")][:length] for one in bits]
