"""Drawings for a terminal: golden pictures, widths, colours, what every terminal can show."""

import re

import pytest
from drawing_geometry import random_scene
from golden_files import matches

from gradcheck.errors import UsageProblem, display_width
from gradcheck.evaluation import evaluate
from gradcheck.reports import Style
from gradcheck.reports.drawing import boxes, scene_of
from gradcheck.reports.drawing.text import text

NETWORK = "z1 = W1 @ x + b1; a1 = sigmoid(z1); z2 = W2 @ a1 + b2; a2 = sigmoid(z2); C = norm(a2 - y)**2"
CASES = {
    "running": ("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", "x=1", None),
    "kink": ("relu(x) - relu(-x)", "x=0", None),
    "truth": ("where(x < y, x*y, 1) + (x < 2)*x", "x=1,y=2", None),
    "network": (NETWORK, None, "W1: 3x2; x: 2; b1: 3; W2: 2x3; b2: 2; y: 2"),
    "sum": (" + ".join(f"sin({n}*x)*y{n % 3}" for n in range(1, 100)), "x=1,y0=1,y1=2,y2=3", None),
}


@pytest.fixture(scope="module")
def scenes():
    return {
        name: scene_of(evaluate(text, at=at, declarations=shapes, routes=["fd", "reverse"], nodes="all"))
        for name, (text, at, shapes) in CASES.items()
    }


@pytest.mark.parametrize(
    ("name", "width"), [("running", 80), ("running", 200), ("kink", 80), ("network", 80), ("sum", 80), ("truth", 80)]
)
def test_golden(scenes, name, width):
    assert matches(f"drawing_{name}_{width}.txt", text(scenes[name], Style(width=width)))


@pytest.mark.parametrize("width", [40, 57, 80, 120, 200])
@pytest.mark.parametrize("name", CASES)
def test_no_line_is_wider_than_the_terminal(scenes, name, width):
    for line in text(scenes[name], Style(width=width)).splitlines():
        assert display_width(line) <= width


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize(("count", "seed"), [(5, 1), (5, 2), (20, 3), (60, 4)])
def test_random_graphs_name_every_node(count, seed, width):
    scene = random_scene(count, seed)
    shown = text(scene, Style(width=width))
    assert all(display_width(line) <= width for line in shown.splitlines())
    for node in scene.nodes:
        assert node.name[:6] in shown


def test_colours_are_those_of_the_notes(scenes):
    shown = text(scenes["running"], Style(color=True))
    assert re.search(r"\x1b\[34m[^\x1b]*2x = 2", shown)
    assert re.search(r"\x1b\[35m[^\x1b]*∂f/∂x = 5.98308", shown)
    assert "\x1b" not in text(scenes["running"], Style())


def test_without_a_layout_program_the_list_is_printed(scenes, monkeypatch):
    def missing(_source):
        raise UsageProblem("not installed")

    monkeypatch.setattr(boxes, "run", missing)
    shown = text(scenes["running"], Style(width=80))
    assert "●" in shown
    assert "∂c/∂a = 1   ∂c/∂b = 1" in shown


def test_the_layers_are_named(scenes):
    assert "layer 2  W2, b2, b, z2, a2" in text(scenes["network"], Style())


def test_the_verdict_comes_last(scenes):
    assert text(scenes["kink"], Style()).rstrip().splitlines()[-1].startswith("UNDECIDED  at x: kink")
