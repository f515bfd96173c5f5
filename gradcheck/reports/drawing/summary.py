"""A graph too large to be drawn node by node: inputs and output, and between them groups with what they hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gradcheck.decimals import text
from gradcheck.reports.drawing.layers import layers, stages
from gradcheck.reports.drawing.scene import HIDDEN, Edge, Node, Scene

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GROUPS: Final = 9
INPUTS: Final = 8
"""How many groups, and how many inputs one by one, a summary has."""
_SHARE: Final = 10
"""An edge between groups is drawn if it is one of the first in ten of those that reach its target."""
_FUNCTIONS: Final = 4
_WORDS: Final = {"+": "sum", "-": "difference", "*": "product", "/": "quotient", "**": "power", "@": "matrix product"}


def summary(scene: Scene) -> Scene:
    """The scene with its operations in groups: the layers of a network, or levels of the graph."""
    nodes, edges = scene.nodes, scene.edges
    output = next((position for position, node in enumerate(nodes) if node.kind == "output"), len(nodes) - 1)
    inputs = [position for position, node in enumerate(nodes) if node.kind == "input"]
    operations = [position for position, node in enumerate(nodes) if node.kind in {"operation", "group"}]
    titles, bands = _bands(nodes, edges, operations)
    shown = sorted(sorted(inputs, key=lambda one: -nodes[one].weight)[:INPUTS]) if len(inputs) > INPUTS + 1 else inputs
    places: dict[int, int] = {}
    made: list[Node] = []
    for position in shown:
        places[position] = len(made)
        made.append(nodes[position])
    rest = [position for position in inputs if position not in places]
    groups = [(f"{len(rest):,} more inputs", rest)] if rest else []
    groups += zip(titles, bands, strict=True)
    for number, (title, members) in enumerate(groups):
        for position in members:
            places[position] = len(made)
        made.append(_group(title, [nodes[position] for position in members], len(nodes) + number))
    places[output] = len(made)
    made.append(nodes[output])
    drawn, dropped = _edges(made, edges, places)
    total = sum(nodes[one].count for one in operations) + 1
    left_out = _left_out(total, len(bands), len(inputs), len(shown), dropped)
    return replace(scene, nodes=tuple(made), edges=tuple(drawn), layers=(), left_out=left_out)


def _bands(
    nodes: Sequence[Node], edges: Sequence[Edge], operations: Sequence[int]
) -> tuple[list[str], list[list[int]]]:
    """The operations in groups, such that edges lead forward only, and what the groups are called."""
    return _layered(nodes, edges, operations) or _levels(nodes, edges, operations)


def _layered(
    nodes: Sequence[Node], edges: Sequence[Edge], operations: Sequence[int]
) -> tuple[list[str], list[list[int]]] | None:
    """The layers of a network and what follows them; None where the graph is none for the most part."""
    found = layers(nodes, edges)
    stage = stages(nodes, edges)
    names = {stage[layer.members[-1]]: layer.title for layer in found}
    bands: dict[int, list[int]] = {number: [] for number in sorted({stage[one] for one in operations})}
    for position in operations:
        bands[stage[position]].append(position)
    held = sum(len(layer.members) for layer in found)
    if len(found) < 2 or len(bands) > GROUPS + 1 or len(found) < len(bands) - 1 or 4 * held < 3 * len(operations):
        return None
    return [names.get(number, "after the layers") for number in bands], list(bands.values())


def _levels(
    nodes: Sequence[Node], edges: Sequence[Edge], operations: Sequence[int]
) -> tuple[list[str], list[list[int]]]:
    """Groups of about the same size, cut between levels; the level of a node is one above the highest before it.

    The node that stands for those left out is a group of its own, before the others of its level.
    """
    levels = [0] * len(nodes)
    for edge in edges:
        levels[edge.target] = max(levels[edge.target], levels[edge.source] + 1)
    keys = {position: (levels[position], nodes[position].function != HIDDEN) for position in operations}
    sizes = Counter(keys.values())
    room = -(-len(operations) // GROUPS)
    bands: list[list[tuple[int, bool]]] = []
    filled = 0
    for key in sorted(sizes):
        alone = not key[1] or (bands and not bands[-1][-1][1])
        if not bands or alone or filled + sizes[key] / 2 > room:
            bands.append([])
            filled = 0
        bands[-1].append(key)
        filled += sizes[key]
    where = {key: number for number, band in enumerate(bands) for key in band}
    members: list[list[int]] = [[] for _ in bands]
    for position in operations:
        members[where[keys[position]]].append(position)
    return list(_titles(bands)), members


def _titles(bands: Sequence[Sequence[tuple[int, bool]]]) -> Iterator[str]:
    """The levels of each group; behind nodes left out, which may have any number of levels, how many they are."""
    behind = False
    for band in bands:
        (first, told), (last, _) = band[0], band[-1]
        behind |= not told
        if not told:
            yield HIDDEN
        elif behind:
            yield f"the next {_counted(last - first + 1, 'level')}"
        else:
            yield f"level {first}" if first == last else f"levels {first} to {last}"


def _group(title: str, members: Sequence[Node], index: int) -> Node:
    """One node that stands for many."""
    if members[0].function == HIDDEN:
        return replace(members[0], index=index)
    if all(node.kind == "input" for node in members):
        said = _listed([node.name for node in members], 6)
    else:
        said = f"{_counted(len(members), 'node')}\n{_functions(members)}"
    within = tuple(node.index for node in members)
    heaviest = max(members, key=lambda node: node.weight)
    head = heaviest.adjoint.partition(" = ")[0].partition(":")[0]
    adjoint = f"largest |{head}| = {text(heaviest.weight, 4)}" if head else ""
    for verdict, sign, words in (("disagree", "✗", "disagree"), ("undecided", "?", "undecided")):
        found = [node for node in members if node.verdict == verdict]
        if found:
            mark = f"{sign} {len(found):,} {words}: {_listed([node.name for node in found], 3)}"
            first = found[0]
            return Node(
                index, title, "group", "", said, adjoint, first.verdict, first.reason, marked=mark, members=within
            )
    return Node(index, title, "group", "", said, adjoint, members=within)


def _functions(members: Sequence[Node]) -> str:
    """What the nodes apply, the most frequent first, two to a line."""
    counts = Counter(node.function for node in members).most_common()
    parts = [
        _counted(count, _WORDS[name]) if name in _WORDS else f"{count:,} {name}" for name, count in counts[:_FUNCTIONS]
    ]
    more = len(counts) - _FUNCTIONS
    if more > 0:
        parts.append(_counted(more, "other function"))
    return "\n".join(", ".join(parts[start : start + 2]) for start in range(0, len(parts), 2))


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _listed(names: Sequence[str], most: int) -> str:
    return f"{', '.join(names[:most])}{' …' if len(names) > most else ''}"


def _edges(made: Sequence[Node], edges: Sequence[Edge], places: dict[int, int]) -> tuple[list[Edge], int]:
    """The edges between groups with how many they stand for, and how many are left out for clarity."""
    counts: Counter[tuple[int, int]] = Counter()
    single: dict[tuple[int, int], Edge] = {}
    for edge in edges:
        pair = places[edge.source], places[edge.target]
        if pair[0] != pair[1]:
            counts[pair] += 1
            single[pair] = edge
    incoming: Counter[int] = Counter()
    first: dict[int, tuple[int, int]] = {}
    for (source, target), count in counts.items():
        incoming[target] += count
        here = first.get(source)
        first[source] = min(here, (target, -count)) if here else (target, -count)
    drawn = []
    dropped = 0
    for (source, target), count in sorted(counts.items()):
        of_input = made[source].kind == "input" or made[source].name.endswith("more inputs")
        heavy = not of_input and count * _SHARE >= incoming[target]
        if first[source][0] != target and not heavy:
            dropped += count
            continue
        edge = single[source, target]
        exact = count == 1 and "group" not in {made[source].kind, made[target].kind}
        said = edge.formula if exact else _counted(count, "edge")
        drawn.append(
            Edge(source, target, said, edge.value if exact else "", f"{made[source].name} → {made[target].name}")
        )
    return drawn, dropped


def _left_out(operations: int, groups: int, inputs: int, shown: int, dropped: int) -> str:
    parts = [f"a summary: {operations:,} operations in {groups} groups"]
    if shown < inputs:
        parts.append(f"the {shown} inputs with the largest derivatives of {inputs:,}")
    if dropped:
        parts.append(f"{_counted(dropped, 'more edge')} {'is' if dropped == 1 else 'are'} not drawn")
    return "; ".join(parts)
