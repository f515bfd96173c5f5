"""Graphviz's language: as the golden file, and as dot itself reads it."""

import json

import pytest
from drawing_geometry import random_scene
from golden_files import matches

from gradcheck.evaluation import evaluate
from gradcheck.reports.drawing import scene_of
from gradcheck.reports.drawing.dot import dot
from gradcheck.reports.drawing.layout import run
from gradcheck.reports.drawing.scene import Node, Scene


def test_golden():
    scene = scene_of(evaluate("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", at="x=1", routes=["reverse"]))
    assert matches("drawing.dot", dot(scene))


@pytest.mark.parametrize("seed", range(3))
def test_dot_reads_every_node_and_edge(seed):
    scene = random_scene(15, seed)
    drawn = run(dot(scene))
    assert sum(one["name"].startswith("n") for one in drawn["objects"]) == 15
    assert len(drawn["edges"]) == len(scene.edges)


def test_markup_is_escaped():
    bad = '<B>&"</B>> ]; evil -> x'
    drawn = run(dot(Scene(bad, bad, (Node(0, bad, "output", bad, bad, bad, "disagree", bad),), ())))
    assert [one["name"] for one in drawn["objects"]] == ["n0"]
    assert "evil" in json.dumps(drawn)


def test_a_network_has_clusters():
    scene = scene_of(evaluate("z = w*a0 + b; a1 = sigmoid(z); C = (a1 - y)**2", routes=["reverse"]))
    assert any(one["name"] == "cluster0" for one in run(dot(scene))["objects"])
