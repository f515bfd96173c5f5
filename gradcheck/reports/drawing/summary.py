"""A graph too large to be drawn node by node: inputs and output, and between them groups with what they hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gradcheck.decimals import text
from gradcheck.reports.drawing.layers import layers, stages
from gradcheck.reports.drawing.scene import HIDDEN, MORE, Edge, Node, Scene

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GROUPS: Final = 9
INPUTS: Final = 8
"""How many groups, and how many inputs one by one, a summary has."""
_SHARE: Final = 10
"""An edge between groups is drawn if it is one of the first in ten of those that reach its target."""
_FUNCTIONS: Final = 4
_WEIGHTS: Final = 4
_WORDS: Final = {"+": "sum", "-": "difference", "*": "product", "/": "quotient", "**": "power", "@": "matrix product"}


def summary(scene: Scene) -> Scene:
    """The scene with its operations in groups: the layers of a network, or levels of the graph."""
    nodes, edges = scene.nodes, scene.edges
    output = next((position for position, node in enumerate(nodes) if node.kind == "output"), len(nodes) - 1)
    operations = [position for position, node in enumerate(nodes) if node.kind in {"operation", "group"}]
    titles, bands = _layered(nodes, edges, operations) or _levels(nodes, edges, operations)
    grouped = {position for band in bands for position in band}
    inputs = [position for position, node in enumerate(nodes) if node.kind == "input" and position not in grouped]
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
        within = [nodes[position] for position in members]
        group = _group(title, within, len(nodes) + number)
        made.append(replace(group, members=tuple(node.index for node in within)))
    places[output] = len(made)
    made.append(nodes[output])
    drawn, dropped = _edges(made, edges, places)
    total = sum(nodes[one].count for one in operations) + 1
    left_out = _left_out(total, len(bands), len(inputs), len(shown), dropped)
    return replace(scene, nodes=tuple(made), edges=tuple(drawn), layers=(), left_out=left_out)


def _layered(
    nodes: Sequence[Node], edges: Sequence[Edge], operations: Sequence[int]
) -> tuple[list[str], list[list[int]]] | None:
    """The layers of a network with their weights, several in a group where they are many, and what follows them.

    None where the graph is no network for the most part.
    """
    found = layers(nodes, edges)
    held = sum(nodes[member].kind == "operation" for layer in found for member in layer.members)
    if len(found) < 2 or 4 * held < 3 * len(operations):
        return None
    stage = stages(nodes, edges)
    each = -(-len(found) // (GROUPS - 1))
    bands: dict[int, list[int]] = {number: [] for number in range(0, len(found), each)}
    for number, layer in enumerate(found):
        bands[number - number % each] += [member for member in layer.members if nodes[member].kind == "input"]
    behind: list[int] = []
    for position in operations:
        number = stage[position]
        (bands[number - number % each] if number < len(found) else behind).append(position)
    titles = [_numbered("layer", number + 1, min(number + each, len(found))) for number in bands]
    if behind:
        titles.append("after the layers")
    return titles, [*bands.values(), *([behind] if behind else [])]


def _numbered(what: str, first: int, last: int) -> str:
    return f"{what} {first}" if first == last else f"{what}s {first} to {last}"


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
            yield _numbered("level", first, last)


def _group(title: str, members: Sequence[Node], index: int) -> Node:
    """One node that stands for many."""
    if members[0].function == HIDDEN:
        return replace(members[0], index=index)
    inputs = [node.name for node in members if node.kind == "input"]
    if len(inputs) == len(members):
        said, function = _listed(inputs, 6), MORE
    else:
        applied = [node for node in members if node.kind != "input"]
        weights = f"\nwith {_listed(inputs, _WEIGHTS)}" if inputs else ""
        said, function = f"{_counted(len(applied), 'node')}\n{_functions(applied)}{weights}", ""
    heaviest = max(members, key=lambda node: node.weight)
    head = heaviest.adjoint.partition(" = ")[0].partition(":")[0]
    adjoint = f"largest |{head}| = {text(heaviest.weight, 4)}" if head else ""
    for verdict, sign, words in (("disagree", "✗", "disagree"), ("undecided", "?", "undecided")):
        found = [node for node in members if node.verdict == verdict]
        if found:
            mark = f"{sign} {len(found):,} {words}: {_listed([node.name for node in found], 3)}"
            return Node(
                index,
                title,
                "group",
                "",
                said,
                adjoint,
                found[0].verdict,
                found[0].reason,
                function=function,
                marked=mark,
            )
    return Node(index, title, "group", "", said, adjoint, function=function)


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
        of_input = made[source].kind == "input" or made[source].function == MORE
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
