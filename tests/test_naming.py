"""Letters for nodes, looked for when they are asked for."""

import pickle

from gradcheck.build import build
from gradcheck.naming import Names, output_name
from gradcheck.syntax.plain import parse


def test_letters_go_in_order_without_f_and_without_names_of_the_text():
    graph = build(parse("a = x + 1; sin(a)*cos(a) + exp(c)"))
    assert dict(graph.names) == {0: "x", 2: "a", 3: "b", 4: "d", 5: "e", 6: "c", 7: "g", 8: "f"}
    assert list(graph.by_name) == ["x", "c", "a", "f", "b", "d", "e", "g"]
    assert len(graph.names) == len(graph.by_name) == 8


def test_behind_the_letters_come_numbers():
    graph = build(parse(" + ".join(f"sin({number}*x)" for number in range(2, 40))))
    assert {"z", "v27", "v28"} <= set(graph.by_name)
    assert all(graph.by_name[name] == node for node, name in graph.names.items())


def test_given_names_are_known_without_looking_for_the_others():
    names = Names({3: "f"}, [], frozenset())
    assert names[3] == "f"
    assert names.get(4, "?") == "?"


def test_the_output_is_f_or_y_or_numbered():
    assert [output_name(taken) for taken in (set(), {"f"}, {"f", "y"})] == ["f", "y", "v27"]


def test_names_survive_a_journey():
    graph = build(parse("sin(x)*exp(x)"))
    there = pickle.loads(pickle.dumps(graph))
    assert dict(there.names) == dict(graph.names)
    assert there.spans[there.output] == graph.spans[graph.output]
