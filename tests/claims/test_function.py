"""Functions kept for many claims: nothing of one claim shows in another, and little is kept."""

from __future__ import annotations

import json
import random

import pytest
from corpora.altered import TEXTBOOK

from gradcheck.build import build
from gradcheck.claims import verify as engine
from gradcheck.claims.claim import Derivative, read_claim
from gradcheck.claims.function import Function, Truth
from gradcheck.claims.verify import Task, verify
from gradcheck.syntax.plain import parse


def function_of(text):
    return Function(build(parse(text)))


def test_twins_are_the_nodes_that_a_statement_shares():
    function = function_of("exp(x**2)*sin(3*x)")
    claim = read_claim("2*x*exp(x**2)*sin(3*x) + 3*cos(3*x)*exp(x**2)", function.graph, "x")
    twins = function.twins(claim)
    statement = claim.statement
    for node, twin in twins.items():
        assert statement.operations[node] is function.graph.operations[twin]
    shared = {statement.operations[node].name for node in twins if statement.operations[node]}
    assert shared == {"exp", "sin", "**", "*"}
    assert not any(statement.operations[node] and statement.operations[node].name == "cos" for node in twins)


def test_node_names_are_twins_of_their_nodes():
    function = function_of("a = x**2; b = exp(a); a + b")
    claim = read_claim("2*x*(1 + b)", function.graph, "x")
    assert function.twins(claim)[claim.statement.inputs["b"]] == function.graph.by_name["b"]


def test_a_name_of_a_derivative_has_no_twin():
    function = function_of("a = x**2; b = exp(a); a + b")
    claim = read_claim("df/da*2*x", function.graph, "x")
    (name,) = claim.derivatives
    assert claim.statement.inputs[name] not in function.twins(claim)


def test_room_for_truths_is_bounded_by_values():
    small, large = function_of("x"), function_of("+".join(f"sin({n}*x)" for n in range(300)))
    for number in range(5_000):
        small.keep(number, Truth(None, None, []))
        large.keep(number, Truth(None, None, []))
    assert small.known(0) is not None
    assert small.known(4_999) is None
    assert large.known(5) is None


def test_views_share_their_graph():
    function = function_of("a = x**2; b = exp(a); a + b")
    node = function.graph.by_name["b"]
    assert function.view(node).output == node
    assert function.view(node) is function.view(node)
    assert function.view(function.graph.output) is function.graph


def test_derivatives_are_keys():
    assert {Derivative(3, 1): "one"}[Derivative(3, 1)] == "one"
    assert Derivative(3, None) != Derivative(3, 0)


def test_short_functions_are_kept_and_long_ones_are_not():
    assert engine._function("x**2", frozenset()) is engine._function("x**2", frozenset())
    assert engine._function("e**2", frozenset()) is not engine._function("e**2", frozenset("e"))
    long = "+".join(["x"] * 600)
    assert engine._function(long, frozenset()) is not engine._function(long, frozenset())


@pytest.mark.parametrize("seed", [0, 1])
def test_results_do_not_depend_on_what_came_before(seed):
    """Right and wrong claims, declared and not, in two orders and with nothing kept."""
    rows = random.Random(seed).sample([json.loads(line) for line in TEXTBOOK.read_text().splitlines()], 25)
    tasks = []
    for row in rows:
        base = {"wrt": row["wrt"], "declarations": row["vars"], "seed": seed}
        tasks += [Task(row["expr"], row["claim"], **base), Task(row["expr"], f"2*({row['claim']})", **base)]
    warm = {task: verify(task) for task in tasks}
    random.Random(seed).shuffle(tasks)
    assert all(verify(task) == warm[task] for task in tasks)
    for task in tasks:
        engine._kept.cache_clear()
        assert verify(task) == warm[task]


def test_seeds_and_declarations_do_not_mix():
    for seed in (0, 1):
        for declared in ("", "x > 0", "x < 0"):
            found = verify(Task("sqrt(x**2)", "1", wrt="x", declarations=declared, seed=seed))
            assert found.verdict == ("correct" if declared == "x > 0" else "wrong")
            if not declared:
                assert "it is correct for x > 0" in found.reason


def test_a_local_derivative_is_not_taken_for_the_total_one():
    text = "a = x**2; b = exp(a); c = a + b; d = sqrt(c)"
    for _ in range(2):
        assert "as the local derivative" in " ".join(verify(Task(text, "dc/da = 1")).notes)
        assert verify(Task(text, "dc/da = 1 + exp(a)")).notes == ()
        assert verify(Task(text, "dc/da = 2")).verdict == "wrong"


def test_a_difference_far_beyond_the_digits_is_still_found():
    assert verify(Task("x**2", "2*x + exp(-1000)", wrt="x")).verdict == "wrong"
    assert verify(Task("x**2", "2*x*tanh(300 + x**2)", wrt="x")).verdict == "wrong"
    assert verify(Task("x**2", "2*x + 2305843009213693951*exp(-1000)", wrt="x")).verdict == "wrong"
