"""Drawings of the computational graph: a scene from a result, a place for everything, a writer for each format."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gradcheck.arrays.results import ArrayEvaluation
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
