"""A drawing in characters: boxes in ranks, edges along lines, labels within the lines.

The ranks go from left to right or from the top down; *along* is that direction, *across* the other one. An edge's label
is an item of the rank between its ends, and so is every bend of a long edge, so that edges lead from rank to rank only.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gradcheck.errors import display_width
from gradcheck.reports.drawing.canvas import EAST, NORTH, SOUTH, WEST
from gradcheck.reports.drawing.layout import run
from gradcheck.reports.drawing.scene import coloured

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from gradcheck.reports.drawing.canvas import Canvas, Styled
    from gradcheck.reports.drawing.scene import Node, Scene

_CELL: Final = 10.0
"""Points to dot for one character, in both directions."""
_WEIGHTS: Final = (1, 2, 8)
"""How straight an edge shall be, by how many of its ends are labels or bends: long edges before short ones."""
_MOST: Final = 300
"""Boxes, labels and bends above which nothing of that kind is readable: the layout is not even tried."""
_NARROW: Final = 36
_MARK: Final = 44
"""Columns that the lines of a box may take, and its mark."""


@dataclass(slots=True)
class _Item:
    """What stands in a rank: a box, a label, or a bend (without lines)."""

    rank: int
    lines: tuple[tuple[Styled, ...], ...] = ()
    node: int | None = None
    width: int = 1
    height: int = 1
    center: float = 0.0
    across: int = 0
    """The row (from the top down: the column) of its middle."""
    targets: list[int] = field(default_factory=list)


def boxes(scene: Scene, canvas: Canvas, width: int, height: int, *, down: bool) -> bool:
    """Draw onto the canvas; whether it fits and is unambiguous."""
    items = _items(scene, down=down)
    if len(items) > _MOST:
        return False
    ranks = _ranks(items)
    if not down and _least_width(items, ranks) > width:
        return False
    _arrange(items, ranks, down=down)
    channels = [_Channel(items, rank) for rank in ranks[:-1]]
    if not all(channel.routed for channel in channels):
        return False
    extent = max(item.across + _half(item, down=down) for item in items) + 1
    length = sum(max(_long(items[one], down=down) for one in rank) for rank in ranks)
    length += sum(channel.length(down=down) for channel in channels)
    if (extent if down else length) > width or (length if down else extent) > height:
        return False
    _paint(items, ranks, channels, canvas, down=down)
    return True


# -- items ------------------------------------------------------------------------------------------------------------


def _items(scene: Scene, *, down: bool) -> list[_Item]:
    levels = [0] * len(scene.nodes)
    for edge in scene.edges:
        levels[edge.target] = max(levels[edge.target], levels[edge.source] + 1)
    items = [_box(node, number, 2 * levels[number], down=down) for number, node in enumerate(scene.nodes)]
    for edge in scene.edges:
        said = f"{edge.formula} = {edge.value}" if edge.value else edge.formula
        text = f" {_cut(said, _NARROW)} " if said else ""
        last = edge.source
        for rank in range(items[edge.source].rank + 1, items[edge.target].rank):
            label = text if rank == items[edge.source].rank + 1 else ""
            item = _Item(rank)
            if label:
                item.lines = (tuple(coloured(label)),)
                item.width = _odd(display_width(label)) if down else display_width(label)
            items[last].targets.append(len(items))
            last = len(items)
            items.append(item)
        items[last].targets.append(edge.target)
    return items


def _box(node: Node, number: int, rank: int, *, down: bool) -> _Item:
    head = f"{node.name} = {node.formula}" if node.formula else node.name
    lines: list[tuple[Styled, ...]] = [((_cut(head, _NARROW), "name"),)]
    lines += [((_cut(line, _NARROW), ""),) for line in node.value.splitlines()]
    if node.adjoint:
        lines.append(((_cut(node.adjoint, _NARROW), "adjoint"),))
    if node.mark:
        lines.append(((_cut(node.mark, _MARK), f"mark {node.state}"),))
    wide = max(sum(display_width(text) for text, _ in line) for line in lines)
    high = len(lines) + 2
    return _Item(rank, tuple(lines), number, _odd(wide + 4), high if down else _odd(high))


def _odd(length: int) -> int:
    return length | 1


def _cut(text: str, room: int) -> str:
    """As much of a text as fits, its middle left out."""
    if display_width(text) <= room:
        return text
    front = back = ""
    while display_width(front) + display_width(back) + 1 < room:
        front, back = text[: len(front) + 1], text[len(text) - len(back) - 1 :]
    return f"{front.rstrip()}…{back[1:].lstrip()}"


def _long(item: _Item, *, down: bool) -> int:
    return item.height if down else item.width


def _wide(item: _Item, *, down: bool) -> int:
    return item.width if down else item.height


def _half(item: _Item, *, down: bool) -> int:
    return _wide(item, down=down) // 2


def _ranks(items: Sequence[_Item]) -> list[list[int]]:
    ranks: list[list[int]] = [[] for _ in range(max(item.rank for item in items) + 1)]
    for number, item in enumerate(items):
        ranks[item.rank].append(number)
    return ranks


def _least_width(items: Sequence[_Item], ranks: Sequence[Sequence[int]]) -> int:
    return sum(max(items[one].width for one in rank) for rank in ranks) + len(ranks) - 1


# -- arranging --------------------------------------------------------------------------------------------------------


def _arrange(items: list[_Item], ranks: list[list[int]], *, down: bool) -> None:
    """Order the ranks with few crossings, and give every item its row or column."""
    drawn = run("\n".join(_source(items, ranks, down=down)))
    height = float(drawn["bb"].split(",")[3])
    for one in drawn["objects"]:
        if one["name"].startswith("i"):
            x, y = map(float, one["pos"].split(",")[:2])
            items[int(one["name"][1:])].center = (x if down else height - y) / _CELL
    for rank in ranks:
        rank.sort(key=lambda one: items[one].center)
        edge = 0
        for one in rank:
            half = _half(items[one], down=down)
            items[one].across = max(round(items[one].center - 0.5), edge + half)
            edge = items[one].across + half + 1 + (2 if down else 0 if items[one].node is None else 1)
    least = min(item.across - _half(item, down=down) for item in items)
    for item in items:
        item.across -= least


def _source(items: Sequence[_Item], ranks: Sequence[Sequence[int]], *, down: bool) -> Iterator[str]:
    yield f"digraph {{ rankdir={'TB' if down else 'LR'}; nodesep={(2 if down else 1) * _CELL / 72:.4f}; splines=false;"
    yield 'node [shape=box, fixedsize=true, label=""];'
    for number, item in enumerate(items):
        yield f"i{number} [width={item.width * _CELL / 72:.4f}, height={item.height * _CELL / 72:.4f}];"
    for number, item in enumerate(items):
        for target in item.targets:
            inner = (item.node is None) + (items[target].node is None)
            yield f"i{number} -> i{target} [weight={_WEIGHTS[inner]}];"
    yield f"{{ rank=same; {'; '.join(f'i{one}' for one in ranks[0])} }}"
    yield "}"


class _Channel:
    """The room between two ranks: for every edge that turns, the track on which it runs across."""

    def __init__(self, items: Sequence[_Item], rank: Sequence[int]) -> None:
        self.edges = sorted((items[one].across, items[target].across) for one in rank for target in items[one].targets)
        self.tracks: dict[tuple[int, int], int] = {}
        self.routed = self._route()

    def length(self, *, down: bool) -> int:
        return max(self.tracks.values(), default=-1) + (2 if down else 3)

    def _route(self) -> bool:
        """Give tracks so that no two edges share a piece of line unless they share an end; whether that is possible."""
        turning = sorted({edge for edge in self.edges if edge[0] != edge[1]})
        before: dict[tuple[int, int], set[tuple[int, int]]] = {edge: set() for edge in turning}
        for one, other in itertools.permutations(turning, 2):
            if one[0] == other[1]:  # one leaves the row on which the other arrives: it must turn first
                before[other].add(one)
        waiting = list(turning)
        while waiting:
            ready = [edge for edge in waiting if not before[edge].intersection(waiting)]
            if not ready:
                return False
            edge = min(ready, key=lambda one: (abs(one[0] - one[1]), one))
            waiting.remove(edge)
            track = 1 + max((self.tracks[one] for one in before[edge]), default=-1)
            while not self._free(edge, track):
                track += 1
            self.tracks[edge] = track
        return True

    def _free(self, edge: tuple[int, int], track: int) -> bool:
        """Whether an edge touches none on a track but those with which it has an end in common, all the same one."""
        joined = {edge}
        others = [one for one, its in self.tracks.items() if its == track]
        while True:
            more = {one for one in others if one not in joined and any(_touch(one, other) for other in joined)}
            if not more:
                return len({one[0] for one in joined}) == 1 or len({one[1] for one in joined}) == 1
            joined |= more


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return min(one) <= max(other) and min(other) <= max(one)


# -- painting ---------------------------------------------------------------------------------------------------------


def _paint(
    items: Sequence[_Item], ranks: Sequence[Sequence[int]], channels: Sequence[_Channel], canvas: Canvas, *, down: bool
) -> None:
    start = 0
    for number, rank in enumerate(ranks):
        long = max(_long(items[one], down=down) for one in rank)
        for one in rank:
            _item(items[one], start, long, canvas, down=down)
        start += long
        if number < len(channels):
            arrows = {items[one].across for one in ranks[number + 1] if items[one].node is not None}
            _edges(channels[number], start, arrows, canvas, down=down)
            start += channels[number].length(down=down)


def _item(item: _Item, start: int, long: int, canvas: Canvas, *, down: bool) -> None:
    """A box, a label or a bend at the beginning of its rank, and the line from there to the rank's end."""
    own = _long(item, down=down) if item.lines else 0
    if item.targets:
        for along in range(start + own - (item.node is not None), start + long):
            back = 0 if along < start + own else _BACK[down]
            canvas.line(*_at(along, item.across, down=down), back | _FORTH[down])
    across = item.across - _half(item, down=down)
    top, left = (start, across) if down else (across, start)
    if item.node is not None:
        canvas.box(top, left, item.width, item.height, item.lines)
    elif item.lines:
        canvas.text(top, left, item.lines[0], item.width)


_BACK: Final = {False: WEST, True: NORTH}
_FORTH: Final = {False: EAST, True: SOUTH}
_LESS: Final = {False: NORTH, True: WEST}
_MORE: Final = {False: SOUTH, True: EAST}
"""Directions along and across, from left to right (False) and from the top down (True)."""


def _at(along: int, across: int, *, down: bool) -> tuple[int, int]:
    """Row and column."""
    return (along, across) if down else (across, along)


def _edges(channel: _Channel, start: int, arrows: AbstractSet[int], canvas: Canvas, *, down: bool) -> None:
    """The lines of a channel, with arrow heads at the rows of ``arrows``."""
    end = start + channel.length(down=down)
    back, forth, less, more = _BACK[down], _FORTH[down], _LESS[down], _MORE[down]
    for source, target in channel.edges:
        turn = start + channel.tracks.get((source, target), 0) + (0 if down else 1)
        for along in range(start, end):
            if source == target or along != turn:
                across = source if along < turn else target
                canvas.line(*_at(along, across, down=down), back | forth)
        if source != target:
            towards, away = (more, less) if target > source else (less, more)
            canvas.line(*_at(turn, source, down=down), back | towards)
            canvas.line(*_at(turn, target, down=down), forth | away)
            for across in range(min(source, target) + 1, max(source, target)):
                canvas.line(*_at(turn, across, down=down), less | more)
        if target in arrows:
            canvas.arrow(*_at(end - 1, target, down=down), "▼" if down else "▶")
