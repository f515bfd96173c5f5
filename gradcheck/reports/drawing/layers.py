"""Which nodes make a layer of a network: what leads to an activation, from the activation before it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.reports.drawing.scene import Layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcheck.reports.drawing.scene import Edge, Node

ACTIVATIONS: Final = frozenset(
    ("sigmoid", "tanh", "relu", "leaky_relu", "softplus", "softmax", "gelu", "swish", "heaviside", "sign")
)
_PRODUCTS: Final = frozenset(("*", "@", "dot"))


def stages(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[int]:
    """For every node how many activations lie before it, on the way where they are most."""
    found = [0] * len(nodes)
    for edge in edges:  # in the order of their targets, which is topological
        passed = found[edge.source] + (nodes[edge.source].function in ACTIVATIONS)
        found[edge.target] = max(found[edge.target], passed)
    return found


def layers(nodes: Sequence[Node], edges: Sequence[Edge]) -> tuple[Layer, ...]:
    """The layers in their order; none where an activation follows something else than a weighted sum.

    A layer holds the activations of a stage and what leads to them: products, sums, and the weights and biases that
    are used there and nowhere else. Data that the first layer multiplies stands outside, and so does the loss.
    """
    stage = stages(nodes, edges)
    leads = [node.function in ACTIVATIONS for node in nodes]
    for edge in reversed(edges):
        if leads[edge.target] and stage[edge.source] == stage[edge.target]:
            leads[edge.source] = True
    parents: dict[int, int] = {}
    for edge in edges:
        parents[edge.target] = parents.get(edge.target, 0) + 1
    members: dict[int, list[int]] = {}
    weighted = set()
    for position, node in enumerate(nodes):
        if leads[position] and node.kind != "input":
            members.setdefault(stage[position], []).append(position)
            if node.function in _PRODUCTS and parents.get(position, 0) > 1:
                weighted.add(stage[position])
    for position, layer in _parameters(nodes, edges, stage, leads).items():
        if layer in members:
            members[layer].append(position)
    if set(members) != weighted:  # an activation of something else: no network
        return ()
    kept = [sorted(members[one]) for one in sorted(members)]
    return tuple(Layer(f"layer {number}", tuple(one)) for number, one in enumerate(kept, 1))


def _parameters(
    nodes: Sequence[Node], edges: Sequence[Edge], stage: Sequence[int], leads: Sequence[bool]
) -> dict[int, int]:
    """The inputs that belong to a layer, with its stage."""
    uses: dict[int, list[int]] = {}
    for edge in edges:
        if nodes[edge.source].kind == "input":
            uses.setdefault(edge.source, []).append(edge.target)
    found = {}
    for position, targets in uses.items():
        where = {stage[target] for target in targets}
        if len(where) > 1 or not all(leads[target] for target in targets):
            continue
        (layer,) = where
        functions = {nodes[target].function for target in targets}
        weight = nodes[position].rank > 1 and functions <= _PRODUCTS
        bias = functions <= {"+", "-"}
        if layer > 0 or weight or bias:
            found[position] = layer
    return found
