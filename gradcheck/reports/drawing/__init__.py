"""Drawings of the computational graph: a scene from a result, a place for everything, a writer for each format."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.reports import Style
    from gradcheck.reports.drawing.scene import Scene
    from gradcheck.results import Evaluation

MOST: Final = 60
"""Nodes that are drawn one by one, unless told otherwise; of more a summary is drawn."""


def scene_of(result: Evaluation | ArrayEvaluation, digits: int = 6, most: int = MOST) -> Scene:
    """What is drawn of a result: every node, the layers of a network framed, or a summary of a large graph."""
    from gradcheck.reports.drawing.layers import layers
    from gradcheck.reports.drawing.scene import whole
    from gradcheck.reports.drawing.summary import summary

    scene = whole(result, digits)
    if len(scene.nodes) > most:
        return summary(scene)
    return replace(scene, layers=layers(scene.nodes, scene.edges))


def _text(scene: Scene, style: Style) -> str:
    from gradcheck.reports.drawing.text import text

    return text(scene, style)


def _svg(scene: Scene, _style: Style) -> str:
    from gradcheck.reports.drawing.svg import svg

    return svg(scene)


def _dot(scene: Scene, _style: Style) -> str:
    from gradcheck.reports.drawing.dot import dot

    return dot(scene)


def _mermaid(scene: Scene, _style: Style) -> str:
    from gradcheck.reports.drawing.mermaid import mermaid

    return mermaid(scene)


def _png(scene: Scene, _style: Style) -> bytes:
    from gradcheck.reports.drawing.dot import dot
    from gradcheck.reports.drawing.layout import png

    return png(dot(scene))


FORMATS: Final[Mapping[str, Callable[[Scene, Style], str | bytes]]] = {
    "text": _text,
    "svg": _svg,
    "dot": _dot,
    "mermaid": _mermaid,
    "png": _png,
}
"""The formats of ``gradcheck draw``; each is imported when it is used."""
SUFFIXES: Final[Mapping[str, str]] = {
    ".svg": "svg",
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".png": "png",
    ".txt": "text",
}
"""The format of a file by the end of its name."""
