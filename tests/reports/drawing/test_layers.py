"""The layers of networks."""

from pathlib import Path

import pytest
from drawing_geometry import faults

import gradcheck
from gradcheck.evaluation import evaluate
from gradcheck.files.problems import read_problems
from gradcheck.reports.drawing import scene_of
from gradcheck.reports.drawing.layers import layers
from gradcheck.reports.drawing.placing import place
from gradcheck.reports.drawing.scene import whole

TWO = "z1 = W1 @ x + b1; a1 = sigmoid(z1); z2 = W2 @ a1 + b2; a2 = sigmoid(z2); C = norm(a2 - y)**2"
SHAPES = "W1: 3x2; x: 2; b1: 3; W2: 2x3; b2: 2; y: 2"


def found(text, **options):
    scene = whole(evaluate(text, routes=["reverse"], **options))
    return [{scene.nodes[member].name for member in layer.members} for layer in layers(scene.nodes, scene.edges)]


def test_two_layers_in_matrix_form():
    assert found(TWO, declarations=SHAPES) == [
        {"W1", "b1", "a", "z1", "a1"},
        {"W2", "b2", "b", "z2", "a2"},
    ]


def test_a_neuron():
    assert found("z = w*a0 + b; a1 = sigmoid(z); C = (a1 - y)**2") == [{"b", "a", "z", "a1"}]


def test_written_out_layers():
    text = """a1 = alpha11*x1 + alpha12*x2; a2 = alpha21*x1 + alpha22*x2; z1 = sigmoid(a1); z2 = sigmoid(a2)
    b = beta1*z1 + beta2*z2; y = sigmoid(b); J = t*log(y) + (1 - t)*log(1 - y)"""
    first, second = found(text, declarations="0 < t < 1")
    assert {"a1", "a2", "z1", "z2"} <= first
    assert {"beta1", "beta2", "b", "y"} <= second
    assert not {"x1", "t", "J"} & (first | second)


def test_the_output_may_be_an_activation():
    assert found("tanh(w2*tanh(w1*x + b1) + b2)")[1] >= {"w2", "b2", "f"}


@pytest.mark.parametrize(
    "text",
    ["sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", "relu(x) - relu(-x)", "sigmoid(x)", "tanh(2x)", "x*sigmoid(x)", "x"],
)
def test_no_network_has_no_layers(text):
    assert found(text, at="x=1") == []


COUNTS = {
    "layer": 1, "layer-indexed": 1, "two-layers": 2, "two-layers-indexed": 2, "two-forms": 2, "three-layers": 3,
}  # fmt: skip
NETWORKS = Path(gradcheck.__file__).parent.parent / "samples" / "networks.toml"


@pytest.mark.parametrize(
    "problem", read_problems(NETWORKS.read_text(), "networks.toml").problems, ids=lambda one: one.id
)
def test_the_samples(problem):
    scene = scene_of(evaluate(problem.f, declarations=problem.declarations, routes=["reverse"]))
    assert len(scene.layers) == COUNTS[problem.id]
    assert faults(place(scene)) == []
