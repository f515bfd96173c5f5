"""A drawing in Mermaid's language, as Markdown pages show it in a block of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradcheck.reports.drawing.scene import Edge, Node, Scene

_PLAIN: Final = frozenset(" =+-/,.:()[]{}|∂·×√∛±…σ∞≤≥≠²³¹⁰⁴⁵⁶⁷⁸⁹⁻∘ᵀ‖→✗?'")
"""Characters that mean nothing to Mermaid within quotes, besides letters and digits."""
_ADJOINT: Final = "color:mediumvioletred"
"""By its name: Mermaid takes the semicolon from a character that is written by its number behind a # of a style."""
_SHAPES: Final = {"input": ("([", "])"), "output": ("[", "]"), "operation": ("(", ")"), "group": ("[", "]")}
_STYLES: Final = (
    "classDef output stroke-width:3px",
    "classDef disagree stroke:#d1242f,stroke-width:3px,stroke-dasharray:7 3",
    "classDef mistake stroke:#d1242f,stroke-width:3px",
    "classDef undecided stroke:#bf8700,stroke-width:3px,stroke-dasharray:3 3",
)


def mermaid(scene: Scene) -> str:
    """A flow chart: values and adjoints in the nodes, local derivatives at the edges."""
    return "\n".join(_lines(scene)) + "\n"


def _lines(scene: Scene) -> Iterator[str]:
    yield f"%% {scene.title}"
    if scene.left_out:
        yield f"%% {scene.left_out}"
    yield "flowchart LR"
    inside = {member: layer for layer in scene.layers for member in layer.members}
    for number, node in enumerate(scene.nodes):
        if number not in inside:
            yield f"  {_node(number, node)}"
    for place, layer in enumerate(scene.layers):
        yield f'  subgraph s{place}["{_quoted(layer.title)}"]'
        for member in layer.members:
            yield f"    {_node(member, scene.nodes[member])}"
        yield "  end"
    for edge in scene.edges:
        said = _quoted(_said(edge))
        label = f'|"{said}"|' if said else ""
        yield f"  n{edge.source} {'-->' if edge.flows else '-.->'}{label} n{edge.target}"
    used = {name for node in scene.nodes for name in _classes(node)}
    for style in _STYLES:
        if style.split()[1] in used:
            yield f"  {style}"
    if scene.edges:
        yield "  linkStyle default color:#2f81f7"


def _node(number: int, node: Node) -> str:
    head = f"<b>{_quoted(node.name)}</b>" + (f" = {_quoted(node.formula)}" if node.formula else "")
    lines = [head, *map(_quoted, node.value.splitlines())]
    if node.adjoint:
        lines.append(f"<span style='{_ADJOINT}'>{_quoted(node.adjoint)}</span>")
    if node.mark:
        lines.append(f"<b>{_quoted(node.mark)}</b>")
    opening, closing = _SHAPES[node.kind]
    classes = "".join(f":::{name}" for name in _classes(node)[-1:])
    return f'n{number}{opening}"{"<br>".join(lines)}"{closing}{classes}'


def _classes(node: Node) -> list[str]:
    """The class of a node: that of its mark goes before that of its kind."""
    found = ["output"] if node.kind == "output" else []
    return [*found, node.state] if node.mark else found


def _said(edge: Edge) -> str:
    return f"{edge.formula} = {edge.value}" if edge.value else edge.formula


def _quoted(text: str) -> str:
    """A text within quotes, in which only letters, digits and harmless signs stand as they are."""
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in text)
