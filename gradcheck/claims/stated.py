"""Claims about scalars and claims about arrays, read and compared alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradcheck.claims.array_claim import Part, Target, read_array_claim
from gradcheck.claims.claim import Claim, Derivative, read_claim

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from gradcheck.claims.array_claim import ArrayClaim
    from gradcheck.graph import Graph


def read_stated(
    text: str, graph: Graph, wrt: str | None = None, sizes: AbstractSet[str] = frozenset()
) -> Claim | ArrayClaim:
    """A claim read against a graph of scalars or of arrays; ``sizes`` are the names of dimensions.

    Raises GradcheckError with the span in the claim's text.
    """
    if graph.has_arrays:
        return read_array_claim(text, graph, wrt, sizes)
    return read_claim(text, graph, wrt)


def what_is_stated(target: Derivative | Target) -> Derivative | Target:
    """The derivative that a claim is about, whatever letters its indices have: dK[p]/dx[i] is dK[a]/dx[b]."""
    if isinstance(target, Derivative):
        return target
    names = {letter: f"#{position}" for position, letter in enumerate(target.letters)}

    def renamed(part: Part) -> Part:
        return replace(
            part, index=tuple(names.get(axis, axis) if isinstance(axis, str) else axis for axis in part.index)
        )

    return Target(renamed(target.of), renamed(target.wrt))


def is_by_nothing(target: Derivative | Target) -> bool:
    """Whether the graph does not hold what is differentiated by."""
    return (target.wrt if isinstance(target, Derivative) else target.wrt.node) is None
