"""The Wengert list itself: what depends on what, and where each node stands in the text."""

from gradcheck.build import build
from gradcheck.errors import Span
from gradcheck.graph import Spans, constant_graph, leaf_text
from gradcheck.syntax.plain import parse


def names_of(graph, nodes):
    return [graph.names.get(node, "") for node in nodes]


def test_affected_nodes():
    graph = build(parse("a = x + y; b = sin(x); c = a*b; d = exp(y); c + d"))
    assert names_of(graph, graph.affected(graph.by_name["x"])) == ["a", "b", "c", "f"]
    assert names_of(graph, graph.affected(graph.by_name["d"])) == ["f"]
    assert graph.affected(graph.output) == []


def test_needed_nodes():
    graph = build(parse("a = x + y; b = sin(x); c = a*b; d = exp(y); c + d"))
    assert names_of(graph, graph.needed(graph.by_name["c"])) == ["x", "y", "a", "b", "c"]
    assert graph.needed(graph.by_name["y"]) == [graph.by_name["y"]]
    assert graph.needed(graph.output) == list(range(len(graph)))
    assert names_of(graph, graph.needed(graph.by_name["b"], graph.by_name["d"])) == ["x", "y", "b", "d"]


def test_what_lies_between_a_node_and_the_output():
    graph = build(parse("a = x + y; b = sin(x); c = a*b; d = exp(y); c + a"))
    assert names_of(graph, graph.between(graph.by_name["b"])) == ["c", "f"]
    assert names_of(graph, graph.between(graph.by_name["x"])) == ["a", "b", "c", "f"]
    assert graph.between(graph.by_name["d"]) == []
    assert graph.between(graph.output) == []


def test_truth_values_and_what_a_complex_step_cannot_pass():
    graph = build(parse("t = x > 0; u = abs(x); v = sin(x); where(t, u, v)"))
    named = graph.by_name
    assert [graph.is_boolean(named[name]) for name in "xtuv"] == [False, True, False, False]
    assert [graph.is_analytic(named[name]) for name in "xuv"] == [True, False, True]


def test_a_leaf_as_text():
    graph = build(parse("pi*x + 1/3"))
    leaves = {leaf_text(graph, node)[0] for node in range(len(graph)) if graph.operations[node] is None}
    assert leaves == {"pi", "x", "1", "3", "1/3"}  # those of a folded quotient stay


def test_the_graph_of_a_number():
    graph = constant_graph(7, "7.0")
    assert (len(graph), graph.nodes(), dict(graph.numbers)) == (1, [], {0: 7})
    assert graph.text_of(graph.output) == "7.0"


def test_spans_are_a_sequence():
    spans = Spans([0, 2, 4], [1, 3, 9])
    assert list(spans) == [Span(0, 1), Span(2, 3), Span(4, 9)]
    assert spans[1:] == [Span(2, 3), Span(4, 9)]
    assert spans[-1] == Span(4, 9)
