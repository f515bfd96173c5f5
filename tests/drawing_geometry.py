"""Scenes at random, and what covers what in a drawing: the referee of its layout."""

import itertools
import random

from gradcheck.reports.drawing.scene import Edge, Node, Scene

FORMULAS = (
    "1",
    "2x = 2",
    "exp(a)",
    "σ(z)·(1 - σ(z))",
    "W2ᵀ @ ∂C/∂b",
    "1 if x > 0 else 0",
    "-(x·y·z + 17·alpha)/(beta²)",
)
NAMES = ("x", "a", "z12", "alpha_with_a_long_name", "W", "ж变量")
VALUES = ("1", "-0.838272", "1.23456789e-10", "3x2, norm 2.563", "3: [0.14, -0.86, 0.49]", "[0, 1]")


def random_scene(count, seed):
    """A graph of ``count`` nodes with texts of every length; a fifth of them are inputs."""
    draw = random.Random(seed)
    inputs = max(1, count // 5)
    edges = []
    for target in range(inputs, count):
        for source in draw.sample(range(max(0, target - 12), target), draw.choice((1, 2)) if target > 1 else 1):
            value = draw.choice(("", "0.259298", "[-1.5, 2]"))
            edges.append(Edge(source, target, draw.choice(FORMULAS), value, f"n{source} → n{target}"))
    used = {edge.source for edge in edges}
    edges += [Edge(one, count - 1, "1", "", f"n{one} → output") for one in range(count - 1) if one not in used]
    nodes = [
        Node(
            number, f"{draw.choice(NAMES)}{number}",
            "input" if number < inputs else "output" if number == count - 1 else "operation",
            "" if number < inputs else draw.choice(("a + b", "exp(x)", "where(alpha, beta, gamma_with_a_name)")),
            draw.choice(VALUES), draw.choice(("", f"∂f/∂x = {draw.choice(VALUES)}")),
            draw.choice((None, "agree", "undecided", "disagree")), "no reason",
        )
        for number in range(count)
    ]  # fmt: skip
    return Scene("f = a", "a graph", tuple(nodes), tuple(edges), verdict="AGREE", sentence="it is so (exit 0)")


def bezier(points):
    """Points along a curve: a start, and three more for every piece."""
    for start in range(0, len(points) - 3, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[start : start + 4]
        for step in range(33):
            t = step / 32
            s = 1 - t
            yield (
                s**3 * ax + 3 * s * s * t * bx + 3 * s * t * t * cx + t**3 * dx,
                s**3 * ay + 3 * s * s * t * by + 3 * s * t * t * cy + t**3 * dy,
            )


def overlap(one, other, slack=0.5):
    """Whether two boxes have more than an edge in common."""
    return (
        one.x + slack < other.x + other.width
        and other.x + slack < one.x + one.width
        and one.y + slack < other.y + other.height
        and other.y + slack < one.y + one.height
    )


def inside(point, box, slack=1.0):
    x, y = point
    return box.x + slack < x < box.x + box.width - slack and box.y + slack < y < box.y + box.height - slack


def passes(points, boxes):
    """Whether one of the points lies in one of the boxes."""
    return any(inside(point, box) for box in boxes for point in points)


def faults(placed):
    """Everything that is wrong with a drawing, in words."""
    found = []
    texts = [
        *((text, f"node {one.node.name}") for one in placed.nodes for text in one.texts),
        *((text, f"edge {one.edge.label}") for one in placed.edges for text in one.texts),
        *((one.title, one.layer.title) for one in placed.layers),
        *((text, "caption") for text in placed.caption),
    ]
    for (one, where), (other, there) in itertools.combinations(texts, 2):
        if overlap(one.box, other.box):
            found.append(f"{one.text!r} of {where} covers {other.text!r} of {there}")
    for one, other in itertools.combinations(placed.nodes, 2):
        if overlap(one.box, other.box):
            found.append(f"node {one.node.name} covers node {other.node.name}")
    for one in placed.nodes:
        for text, where in texts:
            if where != f"node {one.node.name}" and overlap(one.box, text.box):
                found.append(f"{text.text!r} of {where} lies on node {one.node.name}")
        inner = [text for text in one.texts if text.role in {"name", "value"}]
        found += [f"{text.text!r} leaves node {one.node.name}" for text in inner if not within(text.box, one.box)]
    for edge in placed.edges:
        ends = {edge.edge.source, edge.edge.target}
        points = [point for curve in edge.curves for point in bezier(curve)]
        for number, node in enumerate(placed.nodes):
            under = [text.box for text in node.texts if text.role not in {"name", "value"}]
            if passes(points, under if number in ends else [node.box, *under]):
                found.append(f"edge {edge.edge.label} runs through node {node.node.name}")
        found += [
            f"edge {edge.edge.label} runs through the label of {other.edge.label}"
            for other in placed.edges
            if passes(points, [text.box for text in other.texts])
        ]
    for number, node in enumerate(placed.nodes):
        for layer in placed.layers:
            if number not in layer.layer.members and overlap(node.box, layer.box):
                found.append(f"node {node.node.name} lies in {layer.layer.title}")
            if number in layer.layer.members and not within(node.box, layer.box):
                found.append(f"node {node.node.name} leaves {layer.layer.title}")
    for text, where in texts:
        box = text.box
        if box.x < 0 or box.y < 0 or box.x + box.width > placed.width or box.y + box.height > placed.height:
            found.append(f"{text.text!r} of {where} leaves the drawing")
    return found


def within(one, other):
    return (
        other.x <= one.x
        and other.y <= one.y
        and one.x + one.width <= other.x + other.width + 0.1
        and one.y + one.height <= other.y + other.height + 0.1
    )
