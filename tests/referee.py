"""What mpmath holds against an evaluation of a random graph: shared by the properties and the corpus run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mpmath
from mpmath import mpf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reference import RandomGraph

    from gradcheck.results import Evaluation, NodeResult

DIGITS = 12


def complaints(graph: RandomGraph, result: Evaluation) -> Iterator[str]:
    """One sentence for each statement of the result that is false."""
    with mpmath.workdps(60):
        for node in (*result.nodes, *result.gradient):
            if node.verdict.name == "disagree":
                yield f"false disagreement at {node.name}: {node.verdict.reason}"
            if node.verdict.name == "undecided" and not node.verdict.reason:
                yield f"undecided without a reason at {node.name}"
        if result.verdict.name == "disagree":
            yield f"false disagreement: {result.verdict.reason}"
        if graph.is_settled() and not math.isnan(result.value) and not _is_near(result.value, graph.value()):
            yield f"the value is given as {result.value}, and is {mpmath.nstr(graph.value(), 15)}"
        for node in result.gradient:
            yield from _complaints_at(graph, node)


def _complaints_at(graph: RandomGraph, node: NodeResult) -> Iterator[str]:
    truth = graph.derivative(node.name)
    if truth is None:
        if node.verdict.name == "agree" and not _meet_slowly(graph, node.name):
            yield f"agreement on a derivative by {node.name} that does not exist: slopes {graph.slopes(node.name)}"
        return
    true = mpmath.nstr(truth, 15)
    if node.verdict.name == "agree":
        stated = {"reverse mode": node.reverse, "SymPy": node.symbolic.value if node.symbolic is not None else None}
        for route, quantity in stated.items():
            if quantity is not None and not (quantity.interval or _is_near(quantity.value, truth)):
                yield f"{route} gives ∂/∂{node.name} as {quantity.value}, and it is {true}"
    slope = node.finite_difference
    if slope is not None and slope.error is not None and not math.isnan(slope.value):
        off = abs(mpf(slope.value) - truth)
        if off > mpf(slope.error) + abs(truth) * mpf(10) ** -15:
            yield f"the slope by {node.name} is {slope.value} ± {slope.error}, and the derivative is {true}"


def _is_near(shown: object, truth: mpf) -> bool:
    return bool(abs(mpf(str(shown)) - truth) <= mpf(10) ** -DIGITS * (abs(truth) + mpf(10) ** -6))


def _meet_slowly(graph: RandomGraph, name: str) -> bool:
    """Whether the one-sided slopes meet as those of x·√|x| at 0 do: in the limit only."""
    wide, narrow = graph.slopes(name, mpf(10) ** -20), graph.slopes(name, mpf(10) ** -40)
    return wide is not None and narrow is not None and abs(narrow[0] - narrow[1]) < abs(wide[0] - wide[1]) / 100
