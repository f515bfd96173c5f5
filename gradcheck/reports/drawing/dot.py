"""A drawing in Graphviz's language, to be laid out and styled elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradcheck.reports.drawing.scene import Edge, Node, Scene

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_LOCAL: Final = "#0550ae"
_ADJOINT: Final = "#a2197c"
_MARKS: Final = {"disagree": "#b3131e", "mistake": "#b3131e", "undecided": "#8a5300"}


def dot(scene: Scene) -> str:
    """A digraph: values and adjoints in the labels of the nodes, local derivatives at the edges."""
    return "\n".join(_lines(scene)) + "\n"


def _lines(scene: Scene) -> Iterator[str]:
    yield "digraph gradcheck {"
    title = scene.title if not scene.left_out else f"{scene.title}\n{scene.left_out}"
    yield f"  graph [rankdir=LR, newrank=true, fontname=Helvetica, label=<{_html(title)}>];"
    yield "  node [shape=box, style=rounded, fontname=Helvetica];"
    yield f'  edge [fontname=Helvetica, fontsize=11, fontcolor="{_LOCAL}", color="#6e7781", arrowsize=0.7];'
    for number, node in enumerate(scene.nodes):
        yield f"  n{number} [{_node(node)}];"
    for edge in scene.edges:
        style = "" if edge.flows else ", style=dashed"
        yield f"  n{edge.source} -> n{edge.target} [label=<{_html(_said(edge))}>{style}];"
    for number, layer in enumerate(scene.layers):
        members = "; ".join(f"n{member}" for member in layer.members)
        yield f'  subgraph cluster{number} {{ label=<{_html(layer.title)}>; color="#8c959f"; {members} }}'
    inputs = [f"n{number}" for number, node in enumerate(scene.nodes) if node.kind == "input"]
    if inputs and not scene.layers:
        yield f"  {{ rank=source; {'; '.join(inputs)} }}"
    yield "}"


def _node(node: Node) -> str:
    head = f"<B>{_html(node.name)}</B>" + (f" = {_html(node.formula)}" if node.formula else "")
    lines = [head, *map(_html, node.value.splitlines())]
    if node.adjoint:
        lines.append(f'<FONT COLOR="{_ADJOINT}">{_html(node.adjoint)}</FONT>')
    attributes = {"input": ", shape=ellipse", "output": ", penwidth=2"}.get(node.kind, "")
    if node.mark:
        color = _MARKS[node.state]
        lines.append(f'<FONT COLOR="{color}"><B>{_html(node.mark)}</B></FONT>')
        attributes += f', style="rounded,dashed", color="{color}", penwidth=2'
    return f"label=<{'<BR/>'.join(lines)}>{attributes}"


def _said(edge: Edge) -> str:
    return f"{edge.formula} = {edge.value}" if edge.value else edge.formula


def _html(text: str) -> str:
    return text.translate(_ESCAPES).replace("\n", "<BR/>") or " "
