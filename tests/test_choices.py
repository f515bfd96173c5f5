"""What an evaluation is asked for: read, and refused where it makes no sense."""

import pytest

from gradcheck.build import build
from gradcheck.choices import asked_nodes, check_step, checked_nodes, chosen_routes, shown_nodes
from gradcheck.errors import NameProblem, UsageProblem
from gradcheck.syntax.plain import parse

GRAPH = build(parse("a = x**2; b = where(x > 0, a, y); b + y"))


def names(nodes):
    return [GRAPH.names[node] for node in nodes]


def test_routes_come_in_their_own_order():
    assert chosen_routes(["reverse", "fd"]) == ("fd", "reverse")


@pytest.mark.parametrize(("routes", "hint"), [(["symbolc"], "did you mean symbolic?"), ([], "the routes are fd")])
def test_bad_routes(routes, hint):
    with pytest.raises(UsageProblem) as caught:
        chosen_routes(routes)
    assert hint in caught.value.hint


@pytest.mark.parametrize(("method", "step"), [("centrl", None), ("central", 0.0), ("central", float("nan"))])
def test_bad_methods_and_steps(method, step):
    with pytest.raises(UsageProblem):
        check_step(method, step)


def test_asked_nodes():
    assert names(asked_nodes(GRAPH, None)) == ["x", "y"]
    assert names(asked_nodes(GRAPH, ["b", "x", "b"])) == ["b", "x"]
    with pytest.raises(NameProblem):
        asked_nodes(GRAPH, ["z"])


def test_shown_nodes():
    assert names(shown_nodes(GRAPH, None, [])) == ["x", "y", "a", "c", "b", "f"]


def test_truth_values_are_not_checked():
    shown = shown_nodes(GRAPH, None, [])
    assert names(checked_nodes(GRAPH, shown, [])) == ["x", "y", "a", "b", "f"]


def test_of_a_large_graph_the_inputs_and_what_is_asked_for():
    graph = build(parse(" + ".join(f"sin({k}*x)" for k in range(1, 150))))
    assert [graph.names[node] for node in shown_nodes(graph, None, [])] == ["x"]
    assert len(shown_nodes(graph, 10, [])) == 11
    assert len(shown_nodes(graph, "all", [])) > 400
