"""A drawing as SVG: styled by classes and custom properties, light and dark, no script, nothing from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.reports.drawing.placing import Placed, place
from gradcheck.reports.drawing.scene import Scene, coloured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gradcheck.reports.drawing.placing import PlacedEdge, PlacedLayer, PlacedNode, PlacedText

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})

STYLE: Final = """\
.gc-graph{--gc-paper:#fff;--gc-ink:#1b1f24;--gc-soft:#59636e;--gc-line:#8c959f;--gc-card:#f6f8fa;--gc-input:#fff;
--gc-output:#fff;--gc-edge:#8c959f;--gc-local:#0550ae;--gc-adjoint:#a2197c;--gc-disagree:#b3131e;--gc-undecided:#8a5300;
--gc-layer:#f1f4f9;--gc-lit:#fff3c4;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif;
font-variant-numeric:tabular-nums;color-scheme:light dark}
@media (prefers-color-scheme:dark){.gc-graph{--gc-paper:#0d1117;--gc-ink:#e6edf3;--gc-soft:#9aa4af;--gc-line:#6e7681;
--gc-card:#161b22;--gc-input:#0d1117;--gc-output:#0d1117;--gc-edge:#6e7681;--gc-local:#79b8ff;--gc-adjoint:#f58fd2;
--gc-disagree:#ff8a84;--gc-undecided:#e3b341;--gc-layer:#12171f;--gc-lit:#3d3305}}
.gc-graph text{text-anchor:middle;fill:var(--gc-ink);white-space:pre}
.gc-graph .paper{fill:var(--gc-paper)}
.gc-graph .node .shape{fill:var(--gc-card);stroke:var(--gc-line);stroke-width:1.2}
.gc-graph .node.input .shape{fill:var(--gc-input)}
.gc-graph .node.output .shape{fill:var(--gc-output);stroke:var(--gc-ink);stroke-width:2}
.gc-graph .node.group .shape{stroke-dasharray:none}
.gc-graph .node.disagree .shape{stroke:var(--gc-disagree);stroke-width:2.4;stroke-dasharray:7 3}
.gc-graph .node.mistake .shape{stroke:var(--gc-disagree);stroke-width:2.4}
.gc-graph .node.undecided .shape{stroke:var(--gc-undecided);stroke-width:2;stroke-dasharray:2.5 3}
.gc-graph .name tspan{font-weight:700}
.gc-graph .value{fill:var(--gc-soft)}
.gc-graph .adjoint,.gc-graph .upstream{fill:var(--gc-adjoint)}
.gc-graph .local{fill:var(--gc-local)}
.gc-graph .mark{font-weight:700}
.gc-graph .mark.disagree,.gc-graph .mark.mistake{fill:var(--gc-disagree)}
.gc-graph .mark.undecided{fill:var(--gc-undecided)}
.gc-graph .edge path{fill:none;stroke:var(--gc-edge);stroke-width:1.3}
.gc-graph .edge.still path{stroke-dasharray:3 3}
.gc-graph marker path{fill:var(--gc-edge)}
.gc-graph .layer rect{fill:var(--gc-layer);stroke:var(--gc-line);stroke-width:1;stroke-opacity:.5}
.gc-graph .layer-title,.gc-graph .caption{fill:var(--gc-soft);text-anchor:start}
.gc-graph .layer-title{font-weight:600}
.gc-graph .node.lit .shape{fill:var(--gc-lit)}
.gc-graph .edge.lit path{stroke:var(--gc-local);stroke-width:2.4}
@media print{.gc-graph{--gc-paper:#fff;--gc-ink:#000;--gc-soft:#333;--gc-line:#555;--gc-card:#fff;--gc-input:#fff;
--gc-output:#fff;--gc-edge:#555;--gc-local:#0550ae;--gc-adjoint:#a2197c;--gc-disagree:#b3131e;--gc-undecided:#8a5300;
--gc-layer:#fff}}
"""
"""For a page that holds several drawings: once is enough, with ``style=False`` at each."""


def svg(drawing: Scene | Placed, *, prefix: str = "", style: bool = True, paper: bool = True) -> str:
    """The drawing as one ``<svg>`` element, a file of its own or inlined in HTML.

    Every node is ``<g class="node KIND VERDICT" id="{prefix}node-{index}" data-node=… data-index=…>`` with
    ``.shape``, ``.name``, ``.value`` and ``.adjoint``, a group with the places of its nodes in ``data-members``; every
    edge ``<g class="edge" data-from=… data-to=…>`` with its paths and ``.local``. ``index`` is the place in the nodes
    of the result. ``prefix`` keeps the ids of several
    drawings on a page apart; without ``style`` the page brings STYLE; ``paper`` is the background.
    """
    placed = place(drawing) if isinstance(drawing, Scene) else drawing
    return "".join(_pieces(placed, prefix, style=style, paper=paper))


def escaped(text: str) -> str:
    """A text as it stands in XML, in an element or an attribute."""
    return text.translate(_ESCAPES)


def number(value: float) -> str:
    """A coordinate, as short as it may be."""
    return f"{value:.1f}".removesuffix(".0")


def _pieces(placed: Placed, prefix: str, *, style: bool, paper: bool) -> Iterator[str]:
    scene = placed.scene
    wide, high = number(placed.width), number(placed.height)
    ids = f"{escaped(prefix)}graph"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gc-graph" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" role="img" aria-labelledby="{ids}-title {ids}-desc">\n'
        f'<title id="{ids}-title">{escaped(scene.title)}</title>\n'
        f'<desc id="{ids}-desc">{escaped(scene.description)}</desc>\n'
    )
    if style:
        yield f"<style>\n{STYLE}</style>\n"
    yield (
        f'<defs><marker id="{ids}-arrow" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="8" markerHeight="8" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0,1L10,5L0,9Z"/></marker></defs>\n'
    )
    if paper:
        yield f'<rect class="paper" width="{wide}" height="{high}"/>\n'
    yield from map(_layer, placed.layers)
    for edge in placed.edges:
        yield _edge(edge, scene, f"{ids}-arrow")
    for node in placed.nodes:
        yield from _node(node, prefix)
    yield _texts(placed.caption)
    yield "</svg>\n"


def _layer(placed: PlacedLayer) -> str:
    return f'<g class="layer">{_rect(placed, "", 10)}{_text(placed.title)}</g>\n'


def _edge(placed: PlacedEdge, scene: Scene, arrow: str) -> str:
    edge = placed.edge
    source, target = scene.nodes[edge.source], scene.nodes[edge.target]
    last = len(placed.curves) - 1
    paths = "".join(
        f'<path d="{_curve(points)}"{f""" marker-end="url(#{arrow})" """.rstrip() if position == last else ""}/>'
        for position, points in enumerate(placed.curves)
    )
    whole = " = ".join(filter(None, (edge.label, edge.formula, edge.value)))
    kind = "edge" if edge.flows else "edge still"
    return (
        f'<g class="{kind}" data-from="{escaped(source.name)}" data-to="{escaped(target.name)}">'
        f"<title>{escaped(whole)}</title>{paths}{_texts(placed.texts)}</g>\n"
    )


def _curve(points: Iterable[tuple[float, float]]) -> str:
    first, *rest = [f"{number(x)},{number(y)}" for x, y in points]
    return f"M{first}C{' '.join(rest)}"


def _node(placed: PlacedNode, prefix: str) -> Iterator[str]:
    node = placed.node
    classes = " ".join(("node", node.kind, *([node.state] if node.mark else [])))
    head = f"{node.name} = {node.formula}" if node.formula else node.name
    told = "\n".join(
        filter(None, (head, f"value {node.value}", node.adjoint, node.mark and f"{node.mark}; {node.reason}"))
    )
    members = f' data-members="{" ".join(map(str, node.members))}"' if node.members else ""
    yield (
        f'<g class="{classes}" id="{escaped(prefix)}node-{node.index}" data-node="{escaped(node.name)}" '
        f'data-index="{node.index}"{members}><title>{escaped(told)}</title>'
    )
    yield _rect(placed, ' class="shape"', placed.box.height / 2 if node.kind == "input" else 6)
    yield f"{_texts(placed.texts)}</g>\n"


def _rect(placed: PlacedNode | PlacedLayer, attributes: str, radius: float) -> str:
    box = placed.box
    return (
        f'<rect{attributes} x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" '
        f'height="{number(box.height)}" rx="{number(radius)}"/>'
    )


def _texts(texts: Iterable[PlacedText]) -> str:
    return "".join(map(_text, texts))


def _text(placed: PlacedText) -> str:
    text, bold = placed.text, placed.bold
    said = escaped(text)
    if placed.role == "name":
        said = f"<tspan>{escaped(text[:bold])}</tspan>{escaped(text[bold:])}"
    elif placed.role == "local":
        said = "".join(
            f'<tspan class="upstream">{escaped(part)}</tspan>' if role == "adjoint" else escaped(part)
            for part, role in coloured(text)
        )
    return (
        f'<text class="{placed.role}" x="{number(placed.x)}" y="{number(placed.y)}" '
        f'font-size="{number(placed.size)}">{said}</text>'
    )
