"""The layout: nothing covers anything, at 5, 20, 60 nodes, in networks and summaries."""

import pytest
from drawing_geometry import faults, random_scene

from gradcheck.evaluation import evaluate
from gradcheck.reports.drawing import scene_of
from gradcheck.reports.drawing.placing import place
from gradcheck.reports.drawing.scene import Edge, Node, Scene

NETWORK = """z1 = A0 @ x + b0; f1 = sigmoid(z1); z2 = A1 @ f1 + b1; f2 = sigmoid(z2); z3 = A2 @ f2 + b2
f3 = sigmoid(z3); L = norm(y - f3)**2"""
SHAPES = "A0: 3x2; A1: 4x3; A2: 2x4; b0: 3; b1: 4; b2: 2; x: 2; y: 2"
SUM = " + ".join(f"sin({n}*x)*y{n % 3}" for n in range(1, 100))
DENSE = """z10 = w100*x1 + w101*x2 + b10; a10 = tanh(z10); z11 = w110*x1 + w111*x2 + b11; a11 = tanh(z11)
z20 = w200*a10 + w201*a11 + b20; a20 = tanh(z20); z21 = w210*a10 + w211*a11 + b21; a21 = tanh(z21)
C = (a20 - y1)**2 + (a21 - y2)**2"""
INPUTS = " + ".join(f"sin({n}*x{n})" for n in range(1, 30)) + " + cos(cos(cos(cos(x1 + x30*x31))))"
SAMPLES = {
    "many inputs": (INPUTS, None, None),
    "running": ("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", "x=1", None),
    "neuron": ("z = w*a0 + b; a1 = sigmoid(z); C = (a1 - y)**2", "w=2,a0=1/2,b=-1,y=1", None),
    "kink": ("relu(x) - relu(-x)", "x=0", None),
    "truth values": ("where(x < y, x*y, 1) + (x < 2)*x + sqrt(2)", "x=1,y=2", None),
    "square": ("x*x + x*y*x", "x=1,y=2", None),
    "dense": (DENSE, None, None),
    "network": (NETWORK, None, SHAPES),
    "sum of 300": (SUM, None, None),
    "sum of 300 without its nodes": (SUM, None, None),
}


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request):
    text, at, shapes = SAMPLES[request.param]
    nodes = None if request.param.endswith("without its nodes") else "all"
    return scene_of(evaluate(text, at=at, declarations=shapes, routes=["reverse"], nodes=nodes))


def test_samples(sample):
    assert faults(place(sample)) == []


@pytest.mark.parametrize(("count", "seed"), [*((5, n) for n in range(10)), *((20, n) for n in range(4)), (60, 1)])
def test_random_graphs(count, seed):
    assert faults(place(random_scene(count, seed))) == []


def test_the_referee_sees_what_is_wrong(sample):
    """A drawing half as wide is full of faults."""
    from dataclasses import replace

    placed = place(sample)
    moved = [
        replace(one, box=replace(one.box, x=one.box.x / 4), texts=tuple(replace(t, x=t.x / 4) for t in one.texts))
        for one in placed.nodes
    ]
    assert faults(replace(placed, nodes=tuple(moved)))


def test_the_layout_is_the_same_every_time():
    scene = random_scene(20, 3)
    assert place(scene) == place(scene)


def test_inputs_stand_left_and_the_output_right(sample):
    placed = place(sample)
    output = next(one for one in placed.nodes if one.node.kind == "output")
    assert all(one.box.x <= output.box.x for one in placed.nodes)
    for one in placed.edges:
        source, target = placed.nodes[one.edge.source], placed.nodes[one.edge.target]
        assert source.box.x + source.box.width < target.box.x


def test_all_inputs_stand_in_the_first_column(sample):
    placed = place(sample)
    if not sample.layers:
        inputs = [one.box for one in placed.nodes if one.node.kind == "input" or one.node.function == "inputs"]
        behind = [one.box for one in placed.nodes if one.node.adjoint and one.node.kind in {"operation", "output"}]
        assert max(box.x + box.width for box in inputs) <= min((box.x for box in behind), default=1e9)


def test_layers_are_columns():
    placed = place(scene_of(evaluate(NETWORK, declarations=SHAPES, routes=["reverse"])))
    assert [one.layer.title for one in placed.layers] == ["layer 1", "layer 2", "layer 3"]
    for one, other in zip(placed.layers, placed.layers[1:], strict=False):
        assert one.box.x + one.box.width <= other.box.x


def test_a_single_node():
    scene = Scene("f = x", "a graph", (Node(0, "x", "output", "", "1", "∂x/∂x = 1"),), ())
    assert faults(place(scene)) == []


def test_huge_labels_are_cut():
    name = "n" * 5_000
    nodes = (Node(0, name, "input", "", "9" * 1000, f"∂f/∂{name} = 1"), Node(1, "f", "output", name, "1", ""))
    placed = place(Scene("f", "a graph", nodes, (Edge(0, 1, name, "1" * 1000, f"∂f/∂{name}"),)))
    assert faults(placed) == []
    assert placed.width < 2_000


def test_no_text_of_the_user_reaches_the_layout_program(monkeypatch):
    from gradcheck.reports.drawing import placing

    seen = []
    run = placing.run
    monkeypatch.setattr(placing, "run", lambda source: seen.append(source) or run(source))
    place(scene_of(evaluate("secret_name**2", at="secret_name=1", routes=["reverse"])))
    assert seen
    assert "secret" not in seen[0]


def test_as_many_nodes_as_may_be_asked_for():
    import itertools

    from drawing_geometry import overlap

    placed = place(random_scene(300, 1))
    assert not any(overlap(one.box, other.box) for one, other in itertools.combinations(placed.nodes, 2))
