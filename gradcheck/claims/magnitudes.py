"""Whether a claim could differ from the derivative by less than 30 digits show: where every number is moderate, not.

A difference as small as exp(-1000) comes from a number that is as small, from an argument at which a function such as
tanh is next to its limit, or from a constant of many digits. A point at which a formula has none of these shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcheck.graph import Graph

_LEAST: Final = 1e-12
_MOST: Final = 1e12
_DIGITS: Final = 10**12
_SATURATED: Final = 8.0
"""Arguments up to which no function is within 1e-29 of its limit: 1 - erf(8) is 1.1e-29."""
_ALGEBRAIC: Final = frozenset(("+", "-", "*", "/", "**", "neg", "abs", "sqrt", "cbrt"))


def is_moderate(graph: Graph, values: Sequence[float]) -> bool:
    """Whether no node of a graph is large, small or next to a limit where the nodes have these values in float64."""
    for number in graph.numbers.values():
        if max(abs(number.numerator), number.denominator) > _DIGITS:
            return False
    for node, operation in enumerate(graph.operations):
        if operation is None:
            continue
        if not _LEAST <= abs(values[node]) <= _MOST:
            return False
        if operation.name not in _ALGEBRAIC and any(abs(values[one]) > _SATURATED for one in graph.arguments[node]):
            return False
    return True
