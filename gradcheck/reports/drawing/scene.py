"""What a drawing shows, before anything has a place: nodes and edges with their texts, made from a result alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gradcheck.errors import printable
from gradcheck.reports import wording

if TYPE_CHECKING:
    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode
    from gradcheck.results import Evaluation, NodeResult, VerdictName


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the drawing; all texts are printable, none is escaped."""

    index: int
    """Its place in the nodes of the result; of a group, behind them all."""
    name: str
    kind: Literal["input", "operation", "output", "group"]
    formula: str
    """What it computes: ``a + b``; of a group, what it holds."""
    value: str
    adjoint: str
    """``∂f/∂a = 2``; empty where no derivative reaches it."""
    verdict: VerdictName | None = None
    reason: str = ""

    @property
    def mark(self) -> str:
        """What is said of its verdict in words and a sign; empty where the routes agree."""
        return {"disagree": "✗ routes disagree", "undecided": "? undecided"}.get(self.verdict or "", "")


@dataclass(frozen=True, slots=True)
class Edge:
    """From a parent to a child; where a child uses a parent twice there are two."""

    source: int
    target: int
    formula: str
    """The local derivative as a formula, or the pullback."""
    value: str
    """Its value, empty where the formula is one, or where it has none."""
    label: str
    """``∂child/∂parent``."""
    count: int = 1
    """Of a group: how many edges it stands for."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Nodes that belong together: a layer of a network."""

    title: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """A graph to draw. ``nodes`` and ``edges`` refer to each other by position in ``nodes``."""

    title: str
    description: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    layers: tuple[Layer, ...] = ()
    left_out: str = ""
    """What a summary does not show."""


def scene(result: Evaluation | ArrayEvaluation, digits: int = 6) -> Scene:
    """Every node that the result holds, and the edges between them."""
    arrays = hasattr(result, "shapes")
    made: Any = _array_node if arrays else _node
    nodes = tuple(made(result, node, position, digits) for position, node in enumerate(result.nodes))
    places = {node.name: position for position, node in enumerate(result.nodes)}
    edges: list[Edge] = []
    for position, node in enumerate(result.nodes):
        for one in _array_locals(node) if arrays else _locals(node, digits):  # type: ignore[arg-type]
            wrt, formula, value = one
            if wrt in places:
                label = f"∂{printable(node.name)}/∂{printable(wrt)}"
                edges.append(Edge(places[wrt], position, printable(formula), printable(value), label))
    return Scene(_title(result), _description(result), nodes, tuple(edges))


def _title(result: Any) -> str:
    reading = printable(result.reading.replace("\n", "; "))
    whole = reading if "=" in reading else f"{printable(result.output)} = {reading}"
    return whole if len(whole) <= 200 else f"{whole[:200]} …"


def _description(result: Any) -> str:
    point = ", ".join(f"{name} = {value}" for name, value in result.point.items())
    where = f" at {printable(point)}" if point and len(point) <= 200 else ""
    return (
        f"Computational graph{where}: inputs on the left, the output on the right; each node with its value and "
        "below it its adjoint, each edge with the local derivative."
    )


def _kind(result: Any, node: Any) -> Literal["input", "operation", "output"]:
    return "output" if node.name == result.output else "input" if node.is_input else "operation"


def _node(result: Evaluation, node: NodeResult, position: int, digits: int) -> Node:
    adjoint = "" if node.adjoint is None else wording.quantity(node.adjoint, digits)
    name = printable(node.name)
    return Node(
        position,
        name,
        _kind(result, node),
        "" if node.is_input else printable(node.pretty),
        wording.number(node.value, digits),
        adjoint and f"∂{printable(result.output)}/∂{name} = {adjoint}",
        node.verdict.name,
        printable(node.verdict.reason),
    )


def _locals(node: NodeResult, digits: int) -> list[tuple[str, str, str]]:
    found = []
    for one in node.locals:
        value = wording.quantity(one.value, digits)
        found.append((one.wrt, one.pretty, "" if value == one.pretty else value))
    return found


_ROOM = 28
"""Characters of an array's entries; of a larger one its shape, and of an adjoint its norm."""


def _array_node(result: ArrayEvaluation, node: ArrayNode, position: int, digits: int) -> Node:
    from gradcheck.reports import array_wording as words
    from gradcheck.shapes import shape_text

    name = printable(node.name)
    few = min(digits, 4) if node.shape else digits
    value = words.inline(node.value, few, 10_000 if len(node.value.entries) < 10 else 1)
    if node.shape:
        value = f"{shape_text(node.shape)}: {value}" if len(value) <= _ROOM and "…" not in value else (
            f"{shape_text(node.shape)}, norm {words.magnitude(node.value, few)}"
        )  # fmt: skip
    adjoint = ""
    if node.jacobian is not None:
        whole = words.inline(node.jacobian, few, 10_000) if len(node.jacobian.entries) < 10 else ""
        shown = bool(whole) and len(whole) <= _ROOM and not result.shape
        head = words.derivative(result, node) if not result.shape else f"∂{result.output}/∂{node.name}"
        norm = f"{shape_text(node.jacobian.shape)}, norm {words.magnitude(node.jacobian, few)}"
        adjoint = printable(f"{head} = {whole}" if shown else f"{head}: {norm}")
    return Node(
        position,
        name,
        _kind(result, node),
        "" if node.is_input else printable(node.pretty),
        value,
        adjoint,
        node.verdict.name,
        printable(node.verdict.reason),
    )


def _array_locals(node: ArrayNode) -> list[tuple[str, str, str]]:
    return [(one.wrt, one.pretty, "") for one in node.pullbacks]
