"""A drawing for a terminal: boxes from left to right or from the top down where they fit, else a list with rails."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from rich.text import Text

from gradcheck.errors import UsageProblem
from gradcheck.reports.drawing.boxes import boxes
from gradcheck.reports.drawing.canvas import Canvas
from gradcheck.reports.drawing.rails import rails
from gradcheck.reports.table import VERDICT_STYLES, Page
from gradcheck.reports.wording import LOCAL, UPSTREAM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradcheck.reports import Style
    from gradcheck.reports.drawing.scene import Scene

STYLES: Final = {
    "name": "bold",
    "local": LOCAL,
    "adjoint": UPSTREAM,
    "mark disagree": "bold red",
    "mark mistake": "bold red",
    "mark undecided": "yellow",
    "dim": "dim",
}
_WIDE: Final = 60
"""Lines that a drawing from left to right, or from the top down, may have."""
_HIGH: Final = 64


def text(scene: Scene, style: Style) -> str:
    """The graph in characters, as wide as the terminal at most."""
    page = Page(style)
    page.line(("graph  ", "bold"), scene.title, hang=7)
    page.line(("node: name, value, ", "dim"), ("adjoint", UPSTREAM), ("; edge: ", "dim"), ("local derivative", LOCAL))
    page.blank()
    for row in _rows(scene, page.width):
        page.console.print(row or Text(""), no_wrap=True, overflow="ignore", crop=False)
    if scene.layers:
        page.blank()
        for layer in scene.layers:
            names = ", ".join(scene.nodes[member].name for member in layer.members)
            page.line((f"{layer.title}  ", "bold"), names, hang=len(layer.title) + 2)
    if scene.left_out:
        page.blank()
        page.line((scene.left_out, "dim"))
    page.blank()
    page.line(
        (scene.verdict, VERDICT_STYLES[scene.verdict.lower().replace("not compared", "") or None]),
        f"  {scene.sentence}",
        hang=2,
    )
    return page.text()


def _rows(scene: Scene, width: int) -> Iterable[Text]:
    for down, high in ((False, _WIDE), (True, _HIGH)):
        canvas = Canvas()
        with contextlib.suppress(UsageProblem):  # without a layout program the list needs none
            if boxes(scene, canvas, width, high, down=down):
                return canvas.rows(STYLES)
    return rails(scene, width, STYLES)
