"""A graph as a list of its nodes, with a rail from each to the nodes that are computed from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from gradcheck.errors import display_width
from gradcheck.reports.drawing.canvas import EAST, NORTH, SOUTH, WEST, Canvas
from gradcheck.reports.drawing.scene import coloured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gradcheck.reports.drawing.scene import Edge, Node, Scene

_STEP: Final = 2
"""Columns from rail to rail."""
_LEAST: Final = 24
"""Columns that the text beside the rails needs."""


def rails(scene: Scene, width: int, styles: Mapping[str, str]) -> Iterator[Text]:
    """Two lines for each node: its value and adjoint, and its local derivatives."""
    tracks = _tracks(scene)
    most = max(map(max, (track.live for track in tracks if track.live)), default=0) if tracks else 0
    left = _STEP * (most + 1) + 1
    drawn = left + _LEAST <= width
    incoming = _incoming(scene)
    heads = [_head(node) for node in scene.nodes]
    room = width - (left if drawn else 0)
    column = min(max(map(display_width, heads), default=0), room // 2)
    for number, (node, track) in enumerate(zip(scene.nodes, tracks, strict=True)):
        rows = [
            _first(node, heads[number], column, room, styles),
            *_second(incoming.get(number, ()), room, styles),
        ]
        fronts = _fronts(track, len(rows)) if drawn else [Text("")] * len(rows)
        for front, row in zip(fronts, rows, strict=True):
            if drawn:
                front.pad_right(left - len(front))
            front = front + row  # noqa: PLW2901
            front.rstrip()
            yield front


class _Track:
    """The rails at one node: its own, those of its parents, and all that run there and below."""

    def __init__(self, own: int, joins: dict[int, bool], live: frozenset[int], below: frozenset[int]) -> None:
        self.own, self.joins, self.live, self.below = own, joins, live, below


def _tracks(scene: Scene) -> list[_Track]:
    """Where each node's rail runs: that of a parent that ends there, or the first that is free."""
    last = list(range(len(scene.nodes)))
    parents: list[list[int]] = [[] for _ in scene.nodes]
    for edge in scene.edges:
        last[edge.source] = max(last[edge.source], edge.target)
        parents[edge.target].append(edge.source)
    rail: dict[int, int] = {}
    found = []
    for number in range(len(scene.nodes)):
        above = frozenset(rail.values())
        mine = dict.fromkeys(parents[number])
        joins = {rail[parent]: last[parent] == number for parent in mine}
        for parent in mine:
            if last[parent] == number:
                del rail[parent]
        taken = set(rail.values())
        ending = [place for place, ends in joins.items() if ends]
        own = min(ending) if ending else next(place for place in range(len(taken) + 1) if place not in taken)
        if last[number] > number:
            rail[number] = own
        found.append(_Track(own, joins, above | {own}, frozenset(rail.values())))
    return found


def _fronts(track: _Track, rows: int) -> list[Text]:
    """The rails beside a node's lines."""
    canvas = Canvas()
    for place in track.live:
        if place != track.own:
            ends = track.joins.get(place, False)
            canvas.line(0, _STEP * place, NORTH | (0 if ends else SOUTH))
    for place in track.joins:
        if place != track.own:
            low, high = sorted((_STEP * place, _STEP * track.own))
            canvas.line(0, _STEP * place, EAST if place < track.own else WEST)
            for between in range(low + 1, high):
                crossed, apart = divmod(between, _STEP)
                if apart or crossed not in track.live or crossed in track.joins:  # a rail that is crossed runs in front
                    canvas.line(0, between, EAST | WEST)
    canvas.text(0, _STEP * track.own, [("●", "")])
    for row in range(1, rows):
        for place in track.below:
            canvas.line(row, _STEP * place, NORTH | SOUTH)
    lines = list(canvas.rows({}))
    return [*lines, *(Text("") for _ in range(rows - len(lines)))]


def _head(node: Node) -> str:
    return f"{node.name} = {node.formula}" if node.formula else node.name


def _first(node: Node, head: str, column: int, room: int, styles: Mapping[str, str]) -> Text:
    row = Text()
    bold = len(node.name) if head.startswith(node.name) else 0
    row.append(head[:bold], styles["name"])
    row.append(head[bold:])
    row.truncate(column, overflow="ellipsis", pad=True)
    row.append(f"  {'; '.join(node.value.splitlines())}")
    if node.adjoint:
        row.append("  ")
        row.append(node.adjoint, styles["adjoint"])
    if node.mark:
        row.append("  ")
        row.append(node.mark, styles[f"mark {node.state}"])
    row.truncate(room, overflow="ellipsis")
    return row


def _second(edges: Sequence[Edge], room: int, styles: Mapping[str, str]) -> Iterator[Text]:
    """The local derivatives of a node, as many to a line as fit."""
    row = Text()
    for edge in edges:
        if not edge.flows:
            continue
        said = _said(edge)
        if row and len(row) + 3 + display_width(said) > room:
            yield row
            row = Text()
        row.append("   " if row else "  ")
        row.append(edge.label, styles["local"])
        for part, role in coloured(said.removeprefix(edge.label)):
            row.append(part, styles[role])
        row.truncate(room, overflow="ellipsis")
    if row:
        yield row


def _said(edge: Edge) -> str:
    parts = [edge.label, *filter(None, (edge.formula, edge.value))]
    return " = ".join(parts)


def _incoming(scene: Scene) -> dict[int, list[Edge]]:
    found: dict[int, list[Edge]] = {}
    for edge in scene.edges:
        found.setdefault(edge.target, []).append(edge)
    return found
