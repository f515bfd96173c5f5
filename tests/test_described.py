"""Nodes as results: numbers with the digits they have, intervals at kinks, the cost."""

from decimal import Decimal

import pytest
from flint import arb

from gradcheck.build import build
from gradcheck.described import cost, is_wide, lost_digits, operation_of, quantity_of
from gradcheck.evaluation import evaluate
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import PLAIN, UNICODE


def test_a_hull_is_an_interval():
    hull = arb(0).union(arb(1))
    assert is_wide(hull)
    assert quantity_of(hull, 10).interval == "[0, 1]"
    assert quantity_of(arb(2), 10).value == Decimal(2)


@pytest.mark.parametrize(
    ("value", "ball", "digits"),
    [(1.0, arb(1), 0), (1.5, arb(1), 16), (1 + 1e-8, arb(1), 8), (float("inf"), arb(1), None), (0.0, arb(0), 0)],
)
def test_lost_digits(value, ball, digits):
    assert lost_digits(value, ball) == digits


def test_operations_are_written_in_the_names_of_the_graph():
    graph = build(parse("a = x**2; sqrt(a)"))
    assert operation_of(graph, graph.output, PLAIN) == "sqrt(a)"
    assert operation_of(graph, graph.output, UNICODE) == "√a"
    assert operation_of(graph, graph.inputs["x"], PLAIN) == "x"


@pytest.mark.parametrize("text", ["x*y", "sin(x)", "x/y", "x**y", "max(x, y)", "2*x + 3"])
def test_the_cost_of_a_gradient_is_bounded(text):
    found = cost(build(parse(text)))
    assert found.forward <= found.gradient <= found.BOUND * found.forward


def test_a_node_names_its_row_and_what_it_is_applied_to():
    nodes = {node.name: node for node in evaluate("relu(x)**2 + 3*sin(e)", at="x=2").nodes}
    assert (nodes["x"].primitive, nodes["x"].arguments) == ("", ())
    assert (nodes["a"].primitive, nodes["a"].arguments) == ("relu", ("x",))
    assert (nodes["b"].primitive, nodes["b"].arguments) == ("**", ("a", "2"))
    assert nodes["c"].arguments == ("e",)


def test_no_local_derivative_by_a_truth_value():
    """What it says of x > 1 once was "undefined"."""
    (local,) = next(node for node in evaluate("(x > 1)*x", at="x=2").nodes if node.primitive == "*").locals
    assert (local.wrt, local.position, float(local.value.value)) == ("x", 1, 1.0)
