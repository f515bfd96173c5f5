"""What a drawing shows, before anything has a place: nodes and edges with their texts, made from a result alone."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from gradcheck.errors import printable
from gradcheck.reports import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode, Tensor
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
    weight: float = 0.0
    """|adjoint|, or the norm of the Jacobian."""
    function: str = ""
    """The elementary function that it applies: ``sin``, ``+``."""
    rank: int = 0
    """Axes of its value."""
    count: int = 1
    """How many nodes it stands for."""
    marked: str = ""
    """Of a group: how many of its nodes are not in agreement; of a node: the mistake that a wrong claim made there."""
    members: tuple[int, ...] = ()
    """Of a group: the places of its nodes in those of the result."""

    @property
    def mark(self) -> str:
        """What is said of its verdict in words and a sign; empty where the routes agree."""
        return self.marked or {"disagree": "✗ routes disagree", "undecided": "? undecided"}.get(self.verdict or "", "")

    @property
    def state(self) -> str:
        """How the mark looks: ``disagree``, ``undecided`` or ``mistake``; empty without one."""
        if self.verdict in {"disagree", "undecided"}:
            return str(self.verdict)
        return "mistake" if self.marked else ""


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
    flows: bool = True
    """Whether a derivative flows along it; none does from a truth value or a constant."""


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
    verdict: str = ""
    """AGREE, DISAGREE, UNDECIDED or NOT COMPARED."""
    sentence: str = ""
    """The closing sentence of the reports, with the exit code."""


_UPSTREAM: Final = re.compile(r"(∂\w+(?:\[[^\]]*\])?/∂\w+)")


def coloured(label: str) -> list[tuple[str, str]]:
    """An edge's label in parts with their roles: within a pullback the upstream derivative is an adjoint.

    >>> coloured("Wᵀ @ ∂C/∂z")
    [('Wᵀ @ ', 'local'), ('∂C/∂z', 'adjoint')]
    """
    parts = _UPSTREAM.split(label)
    return [(part, "adjoint" if place % 2 else "local") for place, part in enumerate(parts) if part]


def rewritten(scene: Scene, write: Callable[[str], str]) -> Scene:
    """The scene with every text passed through ``write``: for a terminal that cannot show all characters."""
    nodes = tuple(
        replace(
            node, name=write(node.name), formula=write(node.formula), value=write(node.value),
            adjoint=write(node.adjoint), marked=write(node.mark),
        )
        for node in scene.nodes
    )  # fmt: skip
    edges = tuple(
        replace(edge, formula=write(edge.formula), value=write(edge.value), label=write(edge.label))
        for edge in scene.edges
    )
    return replace(
        scene, nodes=nodes, edges=edges, title=write(scene.title), left_out=write(scene.left_out),
        sentence=write(scene.sentence),
    )  # fmt: skip


def whole(result: Evaluation | ArrayEvaluation, digits: int = 6) -> Scene:
    """Every node that the result holds, and the edges between them.

    Of a very large graph a result holds the first and the last nodes; what lies between is one node, a group.
    """
    arrays = hasattr(result, "shapes")
    made: Any = _array_node if arrays else _node
    found: tuple[Any, ...] = result.nodes
    nodes: list[Node] = [made(result, node, position, digits) for position, node in enumerate(found)]
    places = {node.name: position for position, node in enumerate(found)}
    edges: list[Edge] = []
    from_the_middle: list[int] = []
    for position, node in enumerate(found):
        name = printable(node.name)
        passed = set()
        for wrt, formula, value in _array_locals(node) if arrays else _locals(node, digits):
            if wrt not in places:
                from_the_middle.append(position)
            elif nodes[places[wrt]].adjoint:
                label = f"∂{name}/∂{printable(wrt)}"
                edges.append(Edge(places[wrt], position, printable(formula), printable(value), label))
                passed.add(wrt)
        for argument in () if node.is_input else dict.fromkeys(_NAME.findall(node.operation)):
            if argument in places and argument not in passed and places[argument] < position:
                label = f"{printable(argument)} → {name}"
                edges.append(Edge(places[argument], position, "", "", label, flows=False))
    _mark_mistakes(result, nodes, places)
    if result.output not in places:
        if _left_out(result, nodes) != 0:
            from_the_middle.append(len(nodes))
        nodes.append(_output(result, len(nodes), digits))
    if from_the_middle:
        nodes, edges = _with_middle(result, nodes, edges, from_the_middle)
    name = (result.verdict.name or "not compared").upper()
    sentence = f"{wording.verdict(result)} (exit {result.exit_code})"
    return Scene(
        _title(result), _description(result), tuple(nodes), tuple(edges), verdict=name, sentence=printable(sentence)
    )


def _mark_mistakes(result: Any, nodes: list[Node], places: Mapping[str, int]) -> None:
    """Say at a node that a wrong claim made its mistake there."""
    for claim in result.claims:
        found = claim.diagnosis
        if found is not None and found.node in places:
            place = places[found.node]
            told = f"in the claim {claim.claim.strip()}: {found.message}"
            mark = f"✗ mistake: {found.misconception.replace('_', ' ').replace('-', ' ')}"
            nodes[place] = replace(nodes[place], marked=printable(mark), reason=printable(told))


def _output(result: Any, index: int, digits: int) -> Node:
    """The output of a result that holds no node for it."""
    name = printable(result.output)
    value = _entries(result.value, digits) if hasattr(result, "shapes") else wording.number(result.value, digits)
    return Node(index, name, "output", "", value, "")


def _left_out(result: Any, nodes: Sequence[Node]) -> int | None:
    """How many operations a result holds no node for; None where it does not tell."""
    operations = sum(node.kind != "input" for node in nodes)
    return max(result.cost.forward - operations, 0) if hasattr(result, "cost") else None


def _with_middle(
    result: Any, nodes: Sequence[Node], edges: Sequence[Edge], after: Sequence[int]
) -> tuple[list[Node], list[Edge]]:
    """With one node for those that the result leaves out, behind all that are not computed from it."""
    count = _left_out(result, nodes) or 0
    said = f"{count:,} nodes, not examined" if count else "not examined"
    middle = after[0]
    made = [
        *nodes[:middle],
        Node(len(nodes), HIDDEN, "group", "", said, "", function=HIDDEN, count=max(count, 1)),
        *nodes[middle:],
    ]
    used = {edge.source for edge in edges}
    names = {node.name for node in result.nodes}
    before = [
        Edge(position, middle, "", "", f"{nodes[position].name} → {HIDDEN}")
        for position, node in enumerate(result.nodes[:middle])
        if position not in used or any(path.child not in names for path in getattr(node, "paths", ()))
    ]
    behind = [Edge(middle, one + 1, "", "", f"{HIDDEN} → {nodes[one].name}") for one in dict.fromkeys(after)]
    moved = [
        replace(edge, source=edge.source + (edge.source >= middle), target=edge.target + (edge.target >= middle))
        for edge in edges
    ]
    return made, sorted([*moved, *before, *behind], key=lambda edge: edge.target)


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
        0.0 if node.adjoint is None or node.adjoint.value.is_nan() else abs(float(node.adjoint.value)),
        function_of(node.operation),
    )


_NAME: Final = re.compile(r"\b[^\W\d]\w*\b(?!\()")
_CALL: Final = re.compile(r"(\w+)\(")
_INFIX: Final = re.compile(r" ([-+@<>]|[<>=!]=) |(\*\*|\*|/)|(\.T)$|^(-)")


def function_of(operation: str) -> str:
    """The elementary function in the text of one operation, whose arguments are names and numbers.

    >>> [function_of(text) for text in ("sin(a)", "a + 2", "-3*x", "x**2", "-x", "W.T", "x")]
    ['sin', '+', '*', '**', '-', '.T', '']
    """
    call = _CALL.match(operation)
    if call and operation.endswith(")"):
        return call[1]
    signs = [next(filter(None, found.groups())) for found in _INFIX.finditer(operation)]
    return next((sign for sign in signs[1:]), signs[0]) if signs else ""


def _locals(node: NodeResult, digits: int) -> list[tuple[str, str, str]]:
    found = []
    for one in node.locals:
        value = wording.quantity(one.value, digits)
        found.append((one.wrt, one.pretty, "" if value == one.pretty else value))
    return found


HIDDEN: Final = "…"
"""The function of the node that stands for those which a result leaves out."""
MORE: Final = "inputs"
"""The function of a group of inputs."""
_ROOM: Final = 30
"""Characters of an array's entries; of a larger one its shape, and of an adjoint its norm."""


def _entries(tensor: Tensor, digits: int) -> str:
    """An array's shape and its entries, or of a larger one its norm."""
    from gradcheck.reports import array_wording as words
    from gradcheck.shapes import shape_text

    if not tensor.shape:
        return words.inline(tensor, digits, 10_000)
    few = min(digits, 4)
    whole = words.inline(tensor, few, 10_000) if len(tensor.entries) < 10 else ""
    known = whole if whole and len(whole) <= _ROOM else f"norm {words.magnitude(tensor, few)}"
    return f"{shape_text(tensor.shape)}{': ' if known == whole else ', '}{known}"


def _array_node(result: ArrayEvaluation, node: ArrayNode, position: int, digits: int) -> Node:
    from gradcheck.reports import array_wording as words
    from gradcheck.shapes import shape_text

    name = printable(node.name)
    few = min(digits, 4) if node.shape else digits
    value = _entries(node.value, digits)
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
        node.norm if node.jacobian is not None and math.isfinite(node.norm) else 0.0,
        function_of(node.operation),
        len(node.shape),
    )


def _array_locals(node: ArrayNode) -> list[tuple[str, str, str]]:
    return [(one.wrt, one.pretty, "") for one in node.pullbacks]
