"""What a node passes back, in the names of the graph."""

import pytest

from gradcheck.arrays.given import variable_shapes
from gradcheck.arrays.words import flow_text, node_text
from gradcheck.declarations import read_declarations
from gradcheck.graph import build
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import PLAIN, UNICODE


def graph_of(f, declarations):
    shapes, sizes = variable_shapes({}, read_declarations(declarations))
    return build(parse(f), frozenset(), shapes, sizes)


@pytest.mark.parametrize(
    ("f", "position", "style", "expected"),
    [
        ("a = W @ x; L = norm(a)**2", 0, PLAIN, "2*∂L/∂L*a"),
        ("W @ x", 0, UNICODE, "∂f/∂f @ xᵀ"),
        ("W @ x", 1, PLAIN, "W.T @ ∂f/∂f"),
        ("exp(x)", 0, PLAIN, "∂f/∂f*exp(x)"),
        ("x + t", 0, PLAIN, "∂f/∂f"),
        ("x + t", 1, PLAIN, "sum(∂f/∂f)"),
        ("x - x*t", 1, PLAIN, "-∂f/∂f"),
        ("sum(W, 0)", 0, PLAIN, "spread(∂f/∂f, W, 0)"),
    ],
)
def test_flows(f, position, style, expected):
    graph = graph_of(f, "W: 3x2; x: 2")
    assert flow_text(graph, graph.output, position, style) == expected


def test_nodes():
    graph = graph_of("W[0, :] @ x", "W: 3x2; x: 2")
    assert [node_text(graph, node, PLAIN) for node in graph.nodes()] == ["W[0, :]", "dot(a, x)"]
    assert node_text(graph, graph.inputs["x"], PLAIN) == "x"
