"""A function that claims are about: prepared once in each precision, its derivatives kept for the claims to come.

Rows of a table and answers of a class ask much about the same function at the same points.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from gradcheck.forward import Forward
from gradcheck.routes.reverse import Backward, Paths

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from flint import arb, nmod

    from gradcheck.arithmetic import Arithmetic
    from gradcheck.arithmetic.columns import Column
    from gradcheck.arithmetic.residues import Residues
    from gradcheck.claims.claim import Claim, Derivative
    from gradcheck.graph import Graph
    from gradcheck.syntax.tree import Exact

N = TypeVar("N")
_MOST_VALUES: Final = 2_000
"""Values of nodes that one function keeps: some points of a large graph, all that are usual of a small one."""


class Truth(NamedTuple):
    """The true derivative at one point, in balls of one precision."""

    actual: arb | None
    """None outside the domain or at a kink."""
    scale: arb
    """The sum of the magnitudes of the terms, against which agreement is measured."""
    values: Sequence[arb]
    """The value of every node."""


class Block(NamedTuple):
    """The true derivative at those points of a block where it exists and one precision tells, a ball for each."""

    numbers: Sequence[int]
    points: Sequence[Mapping[str, Exact]]
    actuals: Sequence[arb]
    tolerances: Sequence[arb]
    """How far a claim may be from each, and perhaps farther."""
    values: Sequence[Column[arb]]
    """The value of every node; of one that does not vary, at more points perhaps."""
    outside: AbstractSet[int]
    """The numbers of the points outside the domain or at a kink."""

    def is_met(self, claims: Sequence[arb], finest: arb) -> bool:
        """Whether what is claimed at every point is nearer to what is true than both tolerances."""
        compared = zip(claims, self.actuals, self.tolerances, strict=False)
        return all([abs(claimed - actual) <= allowed < finest for claimed, actual, allowed in compared])


class Function:
    """A graph with its prepared passes and the truths that have been computed."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._views: dict[int, Graph] = {graph.output: graph}
        self._forward: dict[Arithmetic[Any], Forward[Any]] = {}
        self._paths: dict[Derivative, Paths] = {}
        self._backward: dict[tuple[Arithmetic[Any], Derivative], Backward[Any]] = {}
        self._room = _MOST_VALUES // len(graph)
        """Points that can still be kept."""
        self._nodes: dict[Hashable, int] = {}
        self._truths: dict[Hashable, Truth] = {}
        self._blocks: dict[Hashable, Block] = {}
        self._residues: dict[Hashable, tuple[Sequence[nmod], nmod]] = {}
        self.crossings: dict[Hashable, list[Any]] = {}
        """Where the function's own kinks were found: kept by those who look for them."""

    def view(self, of: int) -> Graph:
        """The same graph with another output."""
        found = self._views.get(of)
        if found is None:
            found = self._views[of] = replace(self.graph, output=of)
        return found

    def forward(self, arithmetic: Arithmetic[N]) -> Forward[N]:
        """The prepared forward pass in one arithmetic."""
        found = self._forward.get(arithmetic)
        if found is None:
            found = self._forward[arithmetic] = Forward(self.graph, arithmetic)
        return found

    def _paths_of(self, derivative: Derivative) -> Paths | None:
        """The paths of a derivative; None for one by a name that the graph does not hold."""
        found = self._paths.get(derivative)
        if found is None and derivative.wrt is not None:
            found = self._paths[derivative] = Paths(self.graph, derivative.of, derivative.wrt)
        return found

    def is_guarded(self, derivative: Derivative) -> bool:
        """Whether the sweep has to look at the numbers of a point, so that it cannot be made for many at once."""
        paths = self._paths_of(derivative)
        return paths is not None and paths.guarded

    def swept(self, arithmetic: Arithmetic[N], values: Sequence[N], derivative: Derivative) -> tuple[N, N]:
        """The derivative where the nodes have these values, and the magnitude of its terms."""
        return self._swept(arithmetic, values, derivative, weighed=True)

    def slope(self, arithmetic: Arithmetic[N], values: Sequence[N], derivative: Derivative) -> N:
        """The derivative alone."""
        return self._swept(arithmetic, values, derivative, weighed=False)[0]

    def _swept(
        self, arithmetic: Arithmetic[N], values: Sequence[N], derivative: Derivative, *, weighed: bool
    ) -> tuple[N, N]:
        key = arithmetic, derivative
        backward = self._backward.get(key)
        if backward is None:
            paths = self._paths_of(derivative)
            if paths is None:
                return arithmetic.number(0), arithmetic.number(0)
            backward = self._backward[key] = Backward(paths, arithmetic)
        adjoint, magnitude = backward.run(values, weighed=weighed)
        return (arithmetic.number(0), arithmetic.number(0)) if adjoint is None else (adjoint, magnitude)

    def in_residues(self, residues: Residues, derivative: Derivative) -> tuple[Sequence[nmod], nmod]:
        """The residue of every node and that of a derivative, kept. Raises NoResidueError, ZeroDivisionError."""
        key = residues.era, derivative
        found = self._residues.get(key)
        if found is None:
            values = self.forward(residues).run({name: residues.atom("variable", name) for name in self.graph.inputs})
            found = self._residues[key] = values, self.slope(residues, values, derivative)
        return found

    def twins(self, claim: Claim) -> dict[int, int]:
        """The nodes of a statement that are nodes of this graph as well."""
        if not self._nodes:
            self._nodes.update((number, node) for node, number in self.graph.numbers.items())
            self._nodes.update((name, node) for node, name in self.graph.constants.items())
            for node, operation in enumerate(self.graph.operations):
                if operation is not None:
                    self._nodes[operation, self.graph.sizes.get(node), *self.graph.arguments[node]] = node
        statement = claim.statement
        same = {statement.inputs[name]: node for name, node in claim.nodes.items()}
        leaves = {**statement.numbers, **statement.constants}
        for node, operation in enumerate(statement.operations):
            arguments = map(same.get, statement.arguments[node])
            key = leaves.get(node) if operation is None else (operation, statement.sizes.get(node), *arguments)
            twin = self._nodes.get(key)
            if twin is not None:
                same[node] = twin
        return same

    def known(self, key: Hashable) -> Truth | None:
        """A truth that was kept."""
        return self._truths.get(key)

    def keep(self, key: Hashable, truth: Truth) -> None:
        """Keep a truth for other claims, as long as there is room."""
        self._room -= 1
        if self._room >= 0:
            self._truths[key] = truth

    def known_block(self, key: Hashable) -> Block | None:
        """A block of truths that was kept."""
        return self._blocks.get(key)

    def keep_block(self, key: Hashable, block: Block) -> None:
        """Keep a block of truths for other claims, as long as there is room."""
        self._room -= len(block.actuals) + len(block.outside)
        if self._room >= 0:
            self._blocks[key] = block
