"""The symbolic route: SymPy's own derivatives by a node as an independent symbol, and its polite ways of giving up."""

from __future__ import annotations

import dataclasses
import os
import random
import signal

import mpmath
import pytest
import sympy
from flint import arb
from mpmath import mpf

from gradcheck import limits
from gradcheck.arithmetic.balls import Balls
from gradcheck.build import build
from gradcheck.deadline import Deadline
from gradcheck.evaluation import evaluate
from gradcheck.forward import evaluate as run_forward
from gradcheck.point import numbers, read_point
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.routes import worker
from gradcheck.routes.symbolic import derivatives
from gradcheck.syntax.plain import parse

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"


def graph_of(text, *bound):
    return build(parse(text, frozenset(bound)), frozenset(bound))


def found(graph, *names, seconds=20.0):
    nodes = [graph.by_name[name] for name in names]
    answers = derivatives(graph, nodes, Deadline(seconds))
    return answers[nodes[0]] if len(names) == 1 else [answers[node] for node in nodes]


# -- the node is an independent symbol -----------------------------------------------------------------------------


def slope_at(c):
    """The derivative of √c + cos(c)."""
    return 1 / (2 * mpmath.sqrt(c)) - mpmath.sin(c)


FROM_NODES = [
    # by, the symbols that remain, the textbook derivative of √c + cos(c), c = a + b, b = exp(a) in them
    ("c", {"c"}, slope_at),
    ("b", {"a", "b"}, lambda a, b: slope_at(a + b)),
    ("a", {"a"}, lambda a: (1 + mpmath.exp(a)) * slope_at(a + mpmath.exp(a))),
    ("d", set(), lambda: 1),
    ("f", set(), lambda: 1),
]


@pytest.mark.parametrize(("by", "symbols", "textbook"), FROM_NODES, ids=[by for by, _, _ in FROM_NODES])
def test_each_node_is_a_symbol_of_its_own(by, symbols, textbook):
    """The derivative is a formula in the node and its frontier, right at values that no forward pass gave."""
    graph = graph_of(RUNNING)
    answer = found(graph, by)
    assert set(answer.symbols) == symbols
    chance = random.Random(1)
    arithmetic = Balls(256)
    with arithmetic.working(), mpmath.workdps(60):
        values = [arb(0)] * len(graph)
        point = {}
        for name in symbols:
            quarter = chance.randint(1, 12)
            values[graph.by_name[name]] = arb(quarter) / 4
            point[name] = mpf(quarter) / 4
        difference = answer.enclosure(values) - arb(mpmath.nstr(mpf(textbook(**point)), 55))
        assert abs(difference) < 1e-50


def test_an_interval_can_stand_for_the_node():
    """Over x in [1, 2] the derivative 2x of x² fills [2, 4]."""
    graph = graph_of("x**2")
    node = graph.inputs["x"]
    over = found(graph, "x").enclosure([arb(1)] * len(graph), node, arb(1).union(arb(2)))
    assert over.contains(2)
    assert over.contains(4)
    assert over.rad() < 1.01


def test_what_the_output_does_not_depend_on_has_slope_0():
    answer = found(graph_of("a = y**2; x + 1"), "y")
    assert answer.reason == ""
    assert answer.enclosure([]) == 0


def test_our_own_rules_are_not_used():
    """A wrong derivative in the table leaves SymPy's answer as it is."""
    graph = graph_of("sin(x)")
    wrong = dataclasses.replace(PRIMITIVES["sin"], derivatives=("17*u",))
    broken = dataclasses.replace(graph, operations=[None, wrong])
    assert found(broken, "x").formula == found(graph, "x").formula


def test_names_that_mean_something_to_sympy_are_only_names():
    text = "E*I + S*N + gamma*beta + Q*O + lambda"
    at = dict.fromkeys(("E", "I", "S", "N", "gamma", "beta", "Q", "O", "lambda"), 2)
    result = evaluate(text, at=at)
    assert result.verdict.name == "agree"
    assert [int(node.symbolic.value.value) for node in result.gradient] == [2] * 8 + [1]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("cbrt(x)", -8),
        ("root(x, 3)", -8),
        ("abs(x)**3", -2),
        ("sign(x)*x**2", -3),
        ("floor(x)*x", 2.5),
        ("ceil(x)*sin(x)", -2.5),
        ("acot(x)", -2),
        ("asec(x)", -2),
        ("max(x, x**2, 1)", 0.5),
        ("where(x > 0 and x < 2, x**2, -x)", 1),
        ("where(x < 0 or x > 2, x**2, -x)", 1),
        ("where(cbrt(x) <= x, x, cbrt(x))", -3.5),
        ("(x > 0)*x**2", 3),
        ("leaky_relu(x)", -3),
        ("leaky_relu(x**2 - 9, 1/4)", 2),
        ("heaviside(x)*x", 2),
        ("atan2(x, -1)", 2),
        ("log(x, 3) + log10(x) + log2(x)", 5),
        ("x**0", 0),
        ("(-2)**3*x", 1),
        ("erf(x) + erfc(x)*x", -1),
        ("softplus(x) + swish(x) + gelu(x) + logaddexp(x, 1)", 0.5),
    ],
)
def test_every_kind_of_primitive_is_translated_as_the_graph_means_it(text, at):
    """SymPy's number is the slope of the graph's own values (not of some complex branch)."""
    graph = graph_of(text)
    arithmetic = Balls(640)
    with arithmetic.working():
        point = numbers(read_point({"x": at}), arithmetic)
        step = arb(2) ** -200
        above, below, here = (run_forward(graph, arithmetic, {"x": point["x"] + sign * step}) for sign in (1, -1, 0))
        slope = (above[graph.output] - below[graph.output]) / (2 * step)
        answer = found(graph, "x")
        assert answer.reason == ""
        assert abs(answer.enclosure(here) - slope) < 1e-50


# -- the budget ----------------------------------------------------------------------------------------------------


def test_too_large():
    graph = graph_of("+".join(f"x**{power}" for power in range(2, 2000)))
    answer = found(graph, "x")
    assert answer.reason.startswith("gave up: ")
    assert f"{limits.SYMBOLIC_OPERATIONS:,}" in answer.reason
    assert answer.text == ""


def test_too_deep():
    answer = found(graph_of("sin(" * 200 + "x" + ")" * 200), "x")
    assert answer.reason.startswith("gave up: nested 200 deep")
    assert str(limits.SYMBOLIC_DEPTH) in answer.reason


def test_too_large_only_when_written_out():
    """Sixty squarings are sixty nodes, and 2^60 operations as a tree."""
    text = "a0 = x + 1; " + "; ".join(f"a{n + 1} = a{n}*a{n}" for n in range(60))
    answer = found(graph_of(text), "x")
    assert answer.reason.startswith("gave up: over 1")
    assert "operations written out" in answer.reason


def test_a_node_near_the_output_is_still_answered():
    graph = graph_of("+".join(f"sin({factor}*x)" for factor in range(1, 900)))
    x, child = graph.inputs["x"], graph.arguments[graph.output][0]
    answers = derivatives(graph, [x, child], Deadline(20))
    assert answers[x].reason.startswith("gave up")
    assert answers[child].reason == ""


def test_no_time_left():
    assert found(graph_of("x**2"), "x", seconds=0).reason == "gave up after 0 s"


def test_time_runs_out_inside_sympy(monkeypatch):
    def endless(*_):
        while True:
            pass

    monkeypatch.setattr(sympy, "diff", endless)
    one, other = found(graph_of("x**2*y"), "x", "y", seconds=0.05)
    assert one.reason == other.reason == "gave up after 0.05 s"


@pytest.mark.parametrize("problem", [ValueError("odd"), NotImplementedError(), TypeError(), RecursionError()])
def test_a_failure_of_sympy_is_a_reason(monkeypatch, problem):
    def fails(*_):
        raise problem

    monkeypatch.setattr(sympy, "diff", fails)
    assert found(graph_of("x**2"), "x").reason.startswith("gave up: ")


@pytest.mark.parametrize(
    "text",
    ["+".join(f"x**{power}" for power in range(2, 1700)), "sin(" * 300 + "x" + ")" * 300],
    ids=["large", "deep"],
)
def test_when_sympy_gives_up_the_others_still_answer(text):
    result = evaluate(text, at={"x": "1/2"}, nodes="inputs", wrt=["x"])
    (node,) = result.gradient
    assert node.verdict.name == "agree"
    assert node.symbolic.value is None
    assert node.symbolic.reason.startswith("gave up: ")
    assert node.reverse is not None
    assert node.finite_difference is not None
    assert any("SymPy gave up" in note and "the other routes answer" in note for note in result.notes)


# -- a process of its own ------------------------------------------------------------------------------------------


def test_the_process_finds_what_is_found_here():
    graph = graph_of("x**2*sin(y)")
    nodes = list(graph.inputs.values())
    job = worker._Process(graph, nodes, 20)
    try:
        assert job.result() == derivatives(graph, nodes, Deadline(20))
    finally:
        job.stop()


def test_a_process_that_dies_is_a_reason():
    graph = graph_of("x**2")
    job = worker._Process(graph, [graph.inputs["x"]], 20)
    os.kill(job.child.process, signal.SIGKILL)
    (answer,) = job.result().values()
    assert answer.reason == "gave up: SymPy's process died"


def test_stopping_leaves_no_process_behind_and_may_be_done_twice():
    graph = graph_of("x**2")
    job = worker._Process(graph, [graph.inputs["x"]], 20)
    job.stop()
    job.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(job.child.process, 0)
