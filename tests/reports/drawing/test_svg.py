"""SVG: well-formed, self-contained, with the hooks that a page relies on."""

import re
from xml.etree import ElementTree as ET

import pytest
from drawing_geometry import random_scene

from gradcheck.evaluation import evaluate
from gradcheck.reports.drawing import scene_of
from gradcheck.reports.drawing.placing import place
from gradcheck.reports.drawing.scene import Edge, Node, Scene
from gradcheck.reports.drawing.svg import STYLE, svg

NS = "{http://www.w3.org/2000/svg}"
RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"


@pytest.fixture(scope="module")
def running():
    return scene_of(evaluate(RUNNING, at="x=1", routes=["reverse"]))


def groups(text, kind):
    root = ET.fromstring(text)
    return [one for one in root.iter(f"{NS}g") if kind in one.get("class", "").split()]


def texts(group, role):
    return ["".join(one.itertext()) for one in group.iter(f"{NS}text") if role in one.get("class").split()]


def test_nodes_and_edges_carry_what_a_page_needs(running):
    nodes = groups(svg(running, prefix="p-"), "node")
    assert [node.get("data-node") for node in nodes] == list("xabcdef")
    assert [node.get("id") for node in nodes] == [f"p-node-{n}" for n in range(7)]
    assert [node.get("data-index") for node in nodes] == [str(n) for n in range(7)]
    assert [node.get("class") for node in nodes] == ["node input", *["node operation"] * 5, "node output"]
    assert texts(nodes[3], "name") == ["c = a + b"]
    assert texts(nodes[3], "value") == ["3.71828"]
    assert texts(nodes[3], "adjoint") == ["∂f/∂c = 0.804549"]
    edges = groups(svg(running), "edge")
    assert [(one.get("data-from"), one.get("data-to"), texts(one, "local")) for one in edges][:3] == [
        ("x", "a", ["2x = 2"]),
        ("a", "b", ["exp(a) = 2.71828"]),
        ("a", "c", ["1"]),
    ]


def test_it_is_accessible(running):
    root = ET.fromstring(svg(running))
    title, description = root.find(f"{NS}title"), root.find(f"{NS}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert title.text == "f = sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))"
    assert "at x = 1" in description.text


def test_it_needs_nothing_from_outside_and_runs_nothing(running):
    text = svg(running)
    assert "<script" not in text
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "prefers-color-scheme:dark" in text


def test_two_drawings_on_a_page_share_no_id(running):
    ids = [re.findall(r' id="([^"]+)"', svg(running, prefix=prefix)) for prefix in ("a-", "b-")]
    assert len(set(ids[0])) == len(ids[0])
    assert not set(ids[0]) & set(ids[1])


def test_a_page_may_bring_the_style(running):
    assert STYLE not in svg(running, style=False)
    assert "paper" not in svg(running, style=False, paper=False)


def test_a_placed_scene_is_not_laid_out_again(running):
    assert svg(place(running)) == svg(running)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><g onload="x', "a&amp;b", "x'y", "]]>", "\u202egnp.exe"]
)
def test_markup_in_texts_stays_text(name):
    shown = name if name.isprintable() else "no bidi"
    nodes = (Node(0, shown, "input", "", shown, shown), Node(1, "f", "output", shown, shown, shown, "undecided", shown))
    text = svg(Scene(shown, shown, nodes, (Edge(0, 1, shown, shown, shown),)), prefix=shown)
    assert groups(text, "node")[0].get("data-node") == shown
    assert "<script" not in text
    assert "\u202e" not in text


def test_marks_are_not_by_colour_alone():
    text = svg(scene_of(evaluate("relu(x) - relu(-x)", at="x=0")))
    marked = [one for one in groups(text, "node") if "undecided" in one.get("class")]
    assert [texts(one, "mark") for one in marked] == [["? undecided"]] * 2
    assert "kink at node" in marked[0].find(f"{NS}title").text


def test_every_colour_reads_on_its_ground():
    """A contrast of 4.5 at least, in light and in dark (WCAG 2.2, 1.4.3)."""
    light, dark = (dict(re.findall(r"--gc-(\w+):(#[0-9a-f]+)", one)) for one in STYLE.split("@media")[:2])
    for theme in (light, {**light, **dark}):
        for text in ("ink", "soft", "local", "adjoint", "disagree", "undecided"):
            for ground in ("paper", "card", "input", "output", "layer", "lit"):
                assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground)


def contrast(one, other):
    first, second = sorted((luminance(one), luminance(other)))
    return (second + 0.05) / (first + 0.05)


def luminance(color):
    digits = color[1:] if len(color) == 7 else "".join(2 * c for c in color[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_random_scenes_are_well_formed():
    for seed in range(5):
        assert len(groups(svg(random_scene(12, seed)), "node")) == 12


def test_the_upstream_derivative_of_a_pullback_has_its_colour():
    text = svg(scene_of(evaluate("f = norm(W @ x)**2", declarations="W: 2x2; x: 2", routes=["reverse"])))
    parts = [one.text for one in ET.fromstring(text).iter(f"{NS}tspan") if one.get("class") == "upstream"]
    assert parts == ["∂f/∂a", "∂f/∂a", "∂f/∂f"]
    assert "Wᵀ @ ∂f/∂a" in [texts(one, "local")[0] for one in groups(text, "edge")]
