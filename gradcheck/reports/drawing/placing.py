"""Where everything stands: a scene laid out in layers by Graphviz's dot algorithm.

What dot is told are sizes and numbers, never a user's text. An edge's label is a node to dot, so that neither another
label nor another edge runs through it.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gradcheck.reports.drawing.layout import run
from gradcheck.reports.drawing.measure import fitted, width
from gradcheck.reports.drawing.scene import MORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gradcheck.reports.drawing.scene import Edge, Layer, Node, Scene

NAME_SIZE: Final = 15.0
VALUE_SIZE: Final = 13.0
LABEL_SIZE: Final = 12.0
"""Font sizes in pixels: a node's name and formula, its value, the labels of edges and adjoints."""
LINE: Final = 1.4
"""Height of a line of text, in font sizes."""
_PAD: Final = 12.0
_ROOM: Final = 300.0
"""Pixels that a text in a node may take."""
_LABEL_ROOM: Final = 150.0
"""Pixels above which a label is broken, and of each of its lines."""
_LABEL_LINES: Final = 3
_MANY: Final = 250
"""Nodes and edges above which dot stops looking for the best place after a while: seconds instead of minutes."""
_MARGIN: Final = 14.0
_CAPTION: Final = 400.0
"""Pixels that a drawing with a caption is wide at least."""
_OPERATOR: Final = re.compile(r" [-+@∘] | (?:if|else) |·")


FROM_THE_LEFT: Final = frozenset(("layer-title", "caption"))


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left upper corner, and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A line of text: where its middle is (of some roles its beginning), on the base line."""

    text: str
    x: float
    y: float
    size: float
    role: str
    bold: int = 0
    """How many of its first characters are bold."""

    @property
    def box(self) -> Box:
        """What it covers at most."""
        wide = text_width(self.text, self.size, self.bold)
        left = self.x if self.role in FROM_THE_LEFT else self.x - wide / 2
        return Box(left, self.y - self.size * 0.95, wide, self.size * 1.2)


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node's shape, and the lines of text in and under it."""

    node: Node
    box: Box
    texts: tuple[PlacedText, ...]


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """An edge: pieces of a curve (each a start and three points for every Bézier), the label's lines between."""

    edge: Edge
    curves: tuple[tuple[tuple[float, float], ...], ...]
    texts: tuple[PlacedText, ...]


@dataclass(frozen=True, slots=True)
class PlacedLayer:
    """The frame of a layer."""

    layer: Layer
    box: Box
    title: PlacedText


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawing, ready to be written: coordinates in pixels, y downwards."""

    scene: Scene
    width: float
    height: float
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]
    layers: tuple[PlacedLayer, ...] = ()
    caption: tuple[PlacedText, ...] = ()


def text_width(text: str, size: float, bold: int = 0) -> float:
    """Pixels of a text whose first characters are bold."""
    return width(text[:bold], size, bold=True) + width(text[bold:], size)


def place(scene: Scene) -> Placed:
    """Lay a scene out from left to right."""
    cards = [_card(node) for node in scene.nodes]
    labels = [_label(edge) for edge in scene.edges]
    return _Reading(scene, cards, labels, run("\n".join(_source(scene, cards, labels)))).placed()


# -- sizes ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Card:
    """The texts of a node and the size that they need: those within the shape, and those under it."""

    inner: tuple[tuple[str, float, str, int], ...]
    under: tuple[tuple[str, float, str, int], ...]

    @property
    def shape(self) -> tuple[float, float]:
        wide = max(text_width(text, size, bold) for text, size, _, bold in self.inner)
        return max(wide + 2 * _PAD, self.below[0] + 4, 44.0), sum(size * LINE for _, size, _, _ in self.inner) + 10

    @property
    def below(self) -> tuple[float, float]:
        if not self.under:
            return 0.0, 0.0
        wide = max(text_width(text, size, bold) for text, size, _, bold in self.under)
        return wide, sum(size * LINE for _, size, _, _ in self.under) + 4

    @property
    def size(self) -> tuple[float, float]:
        (wide, high), (_, more) = self.shape, self.below
        return wide, high + more


def _card(node: Node) -> _Card:
    head = f"{node.name} = {node.formula}" if node.formula else node.name
    head = fitted(head, _ROOM, NAME_SIZE, bold=True)
    bold = min(len(node.name), len(head)) if head.startswith(node.name) else len(head)
    inner = [(head, NAME_SIZE, "name", bold)]
    inner += [(fitted(line, _ROOM, VALUE_SIZE), VALUE_SIZE, "value", 0) for line in node.value.splitlines()]
    under = []
    if node.adjoint:
        under.append((fitted(node.adjoint, _ROOM, LABEL_SIZE), LABEL_SIZE, "adjoint", 0))
    if node.mark:
        under.append((node.mark, LABEL_SIZE, f"mark {node.state}", len(node.mark)))
    return _Card(tuple(inner), tuple(under))


def _label(edge: Edge) -> tuple[str, ...]:
    """The lines of an edge's label."""
    whole = f"{edge.formula} = {edge.value}" if edge.value else edge.formula
    if not whole:
        return ()
    if width(whole, LABEL_SIZE) <= _LABEL_ROOM:
        return (whole,)
    lines = _wrapped(edge.formula)
    if edge.value:
        lines.append(f"= {edge.value}")
    if len(lines) > _LABEL_LINES:
        lines = [*lines[: _LABEL_LINES - 2], "…", lines[-1]]
    return tuple(fitted(line, _LABEL_ROOM, LABEL_SIZE) for line in lines)


def _wrapped(formula: str) -> list[str]:
    """A formula in lines, broken before its operators, outside parentheses as long as that is enough."""
    lines = [formula]
    for deepest in (0, 1):
        if all(width(line, LABEL_SIZE) <= _LABEL_ROOM for line in lines):
            break
        lines = [""]
        for part in _parts(formula, deepest):
            if lines[-1] and width(lines[-1] + part, LABEL_SIZE) > _LABEL_ROOM:
                lines.append(part.lstrip())
            else:
                lines[-1] += part
    return lines


def _parts(formula: str, deepest: int) -> Iterator[str]:
    """The formula in pieces that begin with an operator, which stands in at most so many parentheses."""
    depth = start = 0
    for position, character in enumerate(formula):
        depth += (character in "([") - (character in ")]")
        if depth <= deepest and position > start and _OPERATOR.match(formula, position):
            yield formula[start:position]
            start = position
    yield formula[start:]


def _label_size(lines: Sequence[str]) -> tuple[float, float]:
    """An edge without a label has a bend instead, of next to no size."""
    wide = max((width(line, LABEL_SIZE) + 6 for line in lines), default=0.5)
    return wide, max(len(lines) * LABEL_SIZE * LINE, 0.5)


# -- dot --------------------------------------------------------------------------------------------------------------


def _source(scene: Scene, cards: Sequence[_Card], labels: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """The graph in dot's language, in sizes and numbers."""
    yield "digraph {"
    yield "rankdir=LR; newrank=true; nodesep=0.25; ranksep=0.36; node [shape=plain]; edge [arrowhead=none];"
    if len(cards) + len(labels) > _MANY:
        yield "nslimit=1; nslimit1=1; mclimit=0.3;"
    for position, card in enumerate(cards):
        rows = "".join(
            f'<TR><TD{port} FIXEDSIZE="TRUE" WIDTH="{w:.0f}" HEIGHT="{h:.0f}"></TD></TR>'
            for port, (w, h) in ((' PORT="p"', card.shape), ("", card.below))
            if h
        )
        yield f'n{position} [label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>>];'
    for position, lines in enumerate(labels):
        wide, high = _label_size(lines)
        yield (f'l{position} [shape=box, fixedsize=true, label="", width={wide / 72:.4f}, height={high / 72:.4f}];')
    inside = {member: number for number, layer in enumerate(scene.layers) for member in layer.members}
    for position, edge in enumerate(scene.edges):
        weight = 1 if scene.nodes[edge.source].kind == "input" else 4
        first = 4 * weight if inside.get(edge.source) != inside.get(edge.target) else weight
        yield (
            f"n{edge.source}:p:e -> l{position}:w [weight={first}]; "
            f"l{position}:e -> n{edge.target}:p:w [weight={weight}];"
        )
    inputs = [number for number, node in enumerate(scene.nodes) if node.kind == "input" or node.function == MORE]
    grouped = {member for layer in scene.layers for member in layer.members}
    for position, layer in enumerate(scene.layers):
        members = [f"n{member}" for member in layer.members]
        members += [f"l{number}" for number, edge in enumerate(scene.edges) if inside.get(edge.target) == position]
        wide = width(layer.title, LABEL_SIZE, bold=True) + 12
        title = (
            '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR><TD FIXEDSIZE="TRUE" '
            f'WIDTH="{wide:.0f}" HEIGHT="{LABEL_SIZE * LINE:.0f}"></TD></TR></TABLE>'
        )
        yield f"subgraph cluster{position} {{ margin=14; labeljust=l; label=<{title}>; {'; '.join(members)} }}"
    yield from _columns(scene)
    left = [f"n{position}" for position in inputs if position not in grouped]
    if left and not scene.layers:
        yield f"{{ rank=source; {'; '.join(left)} }}"
    yield "}"


def _columns(scene: Scene) -> Iterator[str]:
    """What a layer brings with it stands behind the layer before."""
    for before, layer in itertools.pairwise(scene.layers):
        inside = set(layer.members)
        for last in before.members:
            if any(edge.source == last and edge.target in inside for edge in scene.edges):
                for member in layer.members:
                    if scene.nodes[member].kind == "input":
                        yield f"n{last} -> n{member} [style=invis, weight=0];"


class _Reading:
    """dot's answer, read back."""

    def __init__(self, scene: Scene, cards: Sequence[_Card], labels: Sequence[tuple[str, ...]], drawn: Any) -> None:
        self.scene, self.cards, self.labels = scene, cards, labels
        self.objects = {one["name"]: one for one in drawn.get("objects", ())}
        names = {one["_gvid"]: one["name"] for one in drawn.get("objects", ())}
        edges = {
            (names[one["tail"]], names[one["head"]]): one["pos"]
            for one in drawn.get("edges", ())
            if one.get("style") != "invis"
        }
        corners = [*_corners(self.objects.values()), *(_pair(one) for text in edges.values() for one in _points(text))]
        self.left, self.top = min(x for x, _ in corners), max(y for _, y in corners)
        self.wide = max(x for x, _ in corners) - self.left
        self.high = self.top - min(y for _, y in corners)
        self.curves = {ends: self.points(text) for ends, text in edges.items()}

    def point(self, text: str) -> tuple[float, float]:
        x, y = _pair(text)
        return round(x - self.left + _MARGIN, 1), round(self.top - y + _MARGIN, 1)

    def points(self, text: str) -> tuple[tuple[float, float], ...]:
        return tuple(self.point(one) for one in _points(text))

    def placed(self) -> Placed:
        scene = self.scene
        wide = max(self.wide + 2 * _MARGIN, _CAPTION if scene.left_out else 0.0)
        caption = _caption(scene.left_out, wide - 2 * _MARGIN, self.high + 2 * _MARGIN + LABEL_SIZE / 2)
        return Placed(
            scene,
            round(wide, 1),
            round(self.high + 2 * _MARGIN + (len(caption) * LABEL_SIZE * LINE + LABEL_SIZE / 2 if caption else 0), 1),
            tuple(self.node(position) for position in range(len(scene.nodes))),
            tuple(self.edge(position) for position in range(len(scene.edges))),
            tuple(self.layer(position) for position in range(len(scene.layers))),
            caption,
        )

    def node(self, position: int) -> PlacedNode:
        card = self.cards[position]
        x, y = self.point(self.objects[f"n{position}"]["pos"])
        (wide, high), (_, total) = card.shape, card.size
        top = y - total / 2
        texts = [*_lines(card.inner, x, top + 5), *_lines(card.under, x, top + high + 4)]
        return PlacedNode(
            self.scene.nodes[position], Box(round(x - wide / 2, 1), round(top, 1), wide, high), tuple(texts)
        )

    def edge(self, position: int) -> PlacedEdge:
        edge, lines = self.scene.edges[position], self.labels[position]
        name = f"l{position}"
        x, y = self.point(self.objects[name]["pos"])
        top = y - len(lines) * LABEL_SIZE * LINE / 2
        texts = _lines([(line, LABEL_SIZE, "local", 0) for line in lines], x, top)
        curves = (self.curves[f"n{edge.source}", name], self.curves[name, f"n{edge.target}"])
        return PlacedEdge(edge, curves, tuple(texts))

    def layer(self, position: int) -> PlacedLayer:
        layer = self.scene.layers[position]
        left, low, right, high = map(float, self.objects[f"cluster{position}"]["bb"].split(","))
        x, y = self.point(f"{left},{high}")
        box = Box(x, y, round(right - left, 1), round(high - low, 1))
        return PlacedLayer(
            layer, box, PlacedText(layer.title, x + 8, y + 12, LABEL_SIZE, "layer-title", len(layer.title))
        )


def _pair(text: str) -> tuple[float, float]:
    x, y = text.split(",")[:2]
    return float(x), float(y)


def _points(text: str) -> list[str]:
    """The points of a spline, without the marks of its ends."""
    return [one for one in text.split() if one[0] not in "es"]


def _corners(objects: Iterable[Any]) -> Iterator[tuple[float, float]]:
    """The corners of nodes and clusters."""
    for one in objects:
        if "pos" in one:
            x, y = _pair(one["pos"])
            wide, high = 36 * float(one["width"]), 36 * float(one["height"])
            yield from ((x - wide, y - high), (x + wide, y + high))
        elif one["name"].startswith("cluster"):
            left, low, right, high = map(float, one["bb"].split(","))
            yield from ((left, low), (right, high))


def _caption(text: str, room: float, top: float) -> tuple[PlacedText, ...]:
    """What a summary leaves out, below it, from the left margin on."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", LABEL_SIZE) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(
        PlacedText(line, _MARGIN, round(top + number * LABEL_SIZE * LINE, 1), LABEL_SIZE, "caption")
        for number, line in enumerate(lines)
    )


def _lines(texts: Sequence[tuple[str, float, str, int]], x: float, top: float) -> Iterator[PlacedText]:
    for text, size, role, bold in texts:
        yield PlacedText(text, round(x, 1), round(top + size * 1.05, 1), size, role, bold)
        top += size * LINE
