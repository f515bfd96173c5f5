"""Summaries of large graphs: groups, with what they hold and what they leave out."""

import pytest

from gradcheck.evaluation import evaluate
from gradcheck.reports.drawing import MOST, scene_of
from gradcheck.reports.drawing.scene import whole
from gradcheck.reports.drawing.summary import GROUPS, INPUTS, summary

SUM = " + ".join(f"sin({n}*x)*y{n % 3}" for n in range(1, 100))


@pytest.fixture(scope="module")
def full():
    return whole(evaluate(SUM, routes=["reverse"], nodes="all", at="x=1,y0=2,y1=3,y2=4"))


@pytest.fixture(scope="module")
def drawn(full):
    return summary(full)


def test_every_operation_is_in_one_group(full, drawn):
    counts = [int(node.value.split()[0].replace(",", "")) for node in drawn.nodes if node.kind == "group"]
    assert sum(counts) == sum(node.kind == "operation" for node in full.nodes)
    assert 1 < len(counts) <= GROUPS + 1
    assert "395 operations" in drawn.left_out


def test_every_edge_is_drawn_or_counted_or_within_a_group(full, drawn):
    assert all(edge.source < edge.target for edge in drawn.edges)
    said = sum(int(edge.formula.split()[0]) for edge in drawn.edges if "edge" in edge.formula)
    assert 0 < said <= len(full.edges)


def test_groups_tell_functions_and_the_largest_adjoint(full, drawn):
    group = next(node for node in drawn.nodes if node.name == "level 2")
    assert group.value == "99 nodes\n99 sin"
    largest = max(node.weight for node in full.nodes if node.function == "sin")
    assert largest == 4
    assert group.adjoint.endswith("= 4")


def test_few_inputs_stay_the_heaviest():
    text = " + ".join(f"{n}*x{n}" for n in range(1, 101))
    drawn = scene_of(evaluate(text, routes=["reverse"], nodes="all"))
    inputs = [node.name for node in drawn.nodes if node.kind == "input"]
    assert inputs == [f"x{n}" for n in range(101 - INPUTS, 101)]
    assert any(node.name == "92 more inputs" for node in drawn.nodes)
    assert "the 8 inputs with the largest derivatives of 100" in drawn.left_out


def test_a_deep_network_is_summed_up_by_layers():
    layers = "; ".join(f"z{n} = W{n} @ a{n - 1} + b{n}; a{n} = tanh(z{n})" for n in range(1, 9))
    shapes = "a0: 2; " + "; ".join(f"W{n}: 2x2; b{n}: 2" for n in range(1, 9))
    scene = whole(evaluate(f"{layers}; L = norm(a8)**2", declarations=shapes, routes=["reverse"]))
    drawn = summary(scene)
    assert [node.name for node in drawn.nodes] == ["a0", *(f"layer {n}" for n in range(1, 9)), "L"]
    assert drawn.nodes[1].value == "3 nodes\n1 matrix product, 1 sum\n1 tanh\nwith W1, b1"


def test_many_layers_share_groups():
    layers = "; ".join(f"z{n} = W{n} @ a{n - 1} + b{n}; a{n} = tanh(z{n})" for n in range(1, 21))
    shapes = "a0: 2; y: 2; " + "; ".join(f"W{n}: 2x2; b{n}: 2" for n in range(1, 21))
    drawn = summary(whole(evaluate(f"{layers}; L = norm(a20 - y)**2", declarations=shapes, routes=["reverse"])))
    names = [node.name for node in drawn.nodes]
    assert names == ["a0", "y", *(f"layers {n} to {min(n + 2, 20)}" for n in range(1, 21, 3)), "after the layers", "L"]


def test_undecided_nodes_are_counted():
    text = " + ".join(f"relu(x - {n})" for n in range(40))
    drawn = scene_of(evaluate(text, at="x=7", routes=["fd", "reverse"], timeout=30))
    (marked,) = [node for node in drawn.nodes if node.kind == "group" and node.mark]
    assert marked.mark.startswith("? 1 undecided: ")
    assert marked.state == "undecided"


@pytest.mark.parametrize("most", [4, 10, 1000])
def test_up_to_how_many_nodes_are_drawn_one_by_one(most):
    result = evaluate("sin(sin(sin(sin(x)))) + x", at="x=1", routes=["reverse"])
    drawn = scene_of(result, most=most)
    assert bool(drawn.left_out) == (len(result.nodes) > most)


def test_a_chain_of_a_hundred_thousand():
    """Made by hand: its evaluation is not what is tested."""
    from gradcheck.reports.drawing.placing import place
    from gradcheck.reports.drawing.scene import Edge, Node, Scene

    count = 100_000
    nodes = [
        Node(n, f"v{n}", "operation" if n else "input", "sin(x)", "1", "∂f/∂v = 1", function="sin")
        for n in range(count)
    ]
    nodes.append(Node(count, "f", "output", "sin(x)", "1", ""))
    edges = tuple(Edge(n, n + 1, "cos(x)", "1", "") for n in range(count))
    drawn = summary(Scene("f", "", tuple(nodes), edges))
    assert len(drawn.nodes) <= GROUPS + 3 < MOST
    assert place(drawn).nodes


def test_of_a_very_large_graph_the_ends_are_told():
    text = " + ".join(f"sin({n}*x)" for n in range(1, 200))
    result = evaluate(text, at="x=1", routes=["reverse"], nodes=100)
    drawn = scene_of(result)
    names = [node.name for node in drawn.nodes]
    behind = names.index("…")
    assert all(name.startswith("level") for name in names[1:behind])
    assert all(name.startswith("the next ") for name in names[behind + 1 : -1])
    assert f"a summary: {result.cost.forward} operations" in drawn.left_out
