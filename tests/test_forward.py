"""The forward pass: one loop for every arithmetic, and the nudge that reruns a part of it."""

import contextlib
import math
import random

import mpmath
import pytest
import sympy
from enclosed import from_mpmath
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from reference import REFERENCE, exact, random_graph
from strategies import SMOOTH, expressions, floats_close, rationals, trees, write

from gradcheck.arithmetic.balls import Balls
from gradcheck.arithmetic.floats import Floats
from gradcheck.arithmetic.symbols import Symbols
from gradcheck.build import build
from gradcheck.forward import Forward, evaluate, nudge
from gradcheck.point import numbers, read_point
from gradcheck.syntax.plain import parse


def graph_of(text):
    return build(parse(text))


def values_of(text, inputs, arithmetic=None):
    graph = graph_of(text)
    values = evaluate(graph, arithmetic or Floats(), inputs)
    return {name: values[index] for name, index in graph.by_name.items()}


# -- values --------------------------------------------------------------------------------------------------------


def test_every_node_has_its_value():
    values = values_of("a = x*y; b = sin(a); c = b + e; c*pi", {"x": 2.0, "y": 3.0})
    assert values["a"] == 6.0
    assert values["b"] == math.sin(6.0)
    assert values["c"] == math.sin(6.0) + math.e
    assert values["f"] == (math.sin(6.0) + math.e) * math.pi
    assert values["x"] == 2.0


def test_the_running_example():
    text = "sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))"
    values = values_of(text, {"x": 1.0})
    c = 1 + math.e
    assert values == pytest.approx(
        {"x": 1.0, "a": 1.0, "b": math.e, "c": c, "d": math.sqrt(c), "e": math.cos(c), "f": math.sqrt(c) + math.cos(c)}
    )


def test_more_inputs_than_variables_do_no_harm():
    assert values_of("2x", {"x": 1.5, "y": 7.0})["f"] == 3.0


@pytest.mark.parametrize(
    ("text", "x", "value"),
    [
        ("log(x)", -1.0, math.nan),
        ("log(x)", 0.0, math.nan),
        ("sqrt(x)", -1.0, math.nan),
        ("exp(x)", 1000.0, math.nan),  # too large for a float
        ("0/x", 0.0, math.nan),
        ("x**0.5", -2.0, math.nan),
        ("1 + sqrt(x)", -1.0, math.nan),  # it spreads
        ("0*log(x)", -1.0, math.nan),
        ("max(1, log(x))", -1.0, math.nan),
        ("where(x > 0, log(x), 7)", -1.0, 7.0),  # unless it is not taken
        ("where(x > 0, 7, log(-x))", 1.0, 7.0),
        ("where(x > 0, where(x > 1, log(x - 1), 3), sqrt(x))", 0.5, 3.0),
    ],
)
def test_what_is_undefined_is_nan_and_not_an_exception(text, x, value):
    assert repr(values_of(text, {"x": x})["f"]) == repr(value)


@pytest.mark.parametrize("text", ["1e400*x", "x + 1e400", "x - 1e400", "x*1e400/3", "where(x > 0, x, 1e999)"])
def test_literals_too_large_for_a_float_are_not_an_exception(text):
    """They are infinite, and what follows from that is undefined or infinite."""
    assert values_of(text, {"x": 1.0})["f"] in {math.inf, -math.inf, 1.0}


def test_undefined_in_balls():
    arithmetic = Balls(64)
    with arithmetic.working():
        assert values_of("log(x)", {"x": arb(-1)}, arithmetic)["f"].is_nan()
        assert not values_of("1/x", {"x": arb(0)}, arithmetic)["f"].is_finite()
        assert values_of("where(x > 0, log(x), 7)", {"x": arb(-1)}, arithmetic)["f"] == 7


def test_symbols():
    x = sympy.Symbol("x", real=True)
    assert values_of("x^2 + sin(2x)/3 + pi + e + 0.1", {"x": x}, Symbols())["f"] == (
        x**2 + sympy.sin(2 * x) / 3 + sympy.pi + sympy.E + sympy.Rational(1, 10)
    )


points = st.fixed_dictionaries({name: rationals(-4, 4) for name in "xyz"})


def value_in_mpmath(tree, point):
    if not tree.operation:
        constants = {"e": mpmath.e, "pi": mpmath.pi, "π": mpmath.pi}
        return +constants[tree.leaf] if tree.leaf in constants else exact(point.get(tree.leaf, tree.leaf))
    return REFERENCE[tree.operation](*(value_in_mpmath(operand, point) for operand in tree.operands))


TAME = (*SMOOTH, "max", "min", "abs", "relu", "cbrt", "hypot", "sign", "where", "heaviside", "<", "or", "leaky_relu")


@given(trees(("x", "y", "z"), rows=TAME, operations=6), points)
def test_random_graphs_have_the_value_that_mpmath_gives_them(tree, point):
    """Balls enclose it, whatever the tree; comparisons that no precision decides leave a wide ball."""
    with mpmath.workdps(60):
        value = value_in_mpmath(tree, point)
    graph = graph_of(write(tree))
    arithmetic = Balls(256)
    with arithmetic.working():
        wanted = from_mpmath(value)
        found = evaluate(graph, arithmetic, {name: arithmetic.number(part) for name, part in point.items()})
        assert found[graph.output].overlaps(wanted + arb(0, abs(wanted) * arb("1e-50") + arb("1e-50")))


@given(expressions(("x", "y", "z"), rows=SMOOTH, operations=6), points)
def test_floats_are_the_middle_of_balls(text, point):
    graph = graph_of(text)
    floats = evaluate(graph, Floats(), {name: float(part) for name, part in point.items()})
    arithmetic = Balls(53)
    with arithmetic.working():
        balls = evaluate(graph, arithmetic, {name: arb(float(part)) for name, part in point.items()})
    for one, ball in zip(floats, balls, strict=True):
        if math.isfinite(one) and ball.is_finite() and abs(one) < 1e15:
            assert floats_close(one, float(ball.mid()), tolerance=1e-12 + 4 * float(ball.rad()))


# -- nudges --------------------------------------------------------------------------------------------------------


def test_a_nudge_reruns_what_follows():
    graph = graph_of("a = x*y; b = sin(x); a + b")
    floats = Floats()
    values = evaluate(graph, floats, {"x": 2.0, "y": 3.0})
    node = graph.by_name["a"]
    changed = nudge(graph, floats, values, node, 100.0, graph.affected(node))
    assert changed[graph.output] == 100.0 + math.sin(2.0)
    assert changed[graph.by_name["x"]] == 2.0
    assert changed[node] == 100.0
    assert values[node] == 6.0  # the old values are as they were


def test_only_the_affected_nodes_are_run():
    graph = graph_of("a = x*y; b = sin(x); a + b")
    values = evaluate(graph, Floats(), {"x": 2.0, "y": 3.0})
    changed = nudge(graph, Floats(), values, graph.by_name["x"], 5.0, [])
    assert changed[graph.output] == values[graph.output]
    assert changed[graph.by_name["x"]] == 5.0


@given(expressions(("x", "y", "z"), rows=SMOOTH, operations=6), points, rationals(-4, 4))
def test_a_nudge_of_an_input_is_a_new_evaluation(text, point, moved):
    graph = graph_of(text)
    floats = Floats()
    start = {name: float(part) for name, part in point.items()}
    values = evaluate(graph, floats, start)
    for name, node in graph.inputs.items():
        changed = nudge(graph, floats, values, node, float(moved), graph.affected(node))
        assert repr(changed) == repr(evaluate(graph, floats, {**start, name: float(moved)}))


def test_an_undefined_nudge_is_nan():
    graph = graph_of("log(x)")
    values = evaluate(graph, Floats(), {"x": 1.0})
    assert math.isnan(nudge(graph, Floats(), values, 0, -1.0, graph.affected(0))[graph.output])


def test_long_and_deep_graphs():
    for text in ("+".join(["x"] * 5_000), "cos(" * 5_000 + "x" + ")" * 5_000):
        graph = graph_of(text)
        values = evaluate(graph, Floats(), {"x": 1.0})
        assert len(values) == len(graph)
    assert values[graph.output] == pytest.approx(0.739085133215160641655, rel=1e-12)  # the fixed point of cos


# -- arrays --------------------------------------------------------------------------------------------------------


def test_one_loop_evaluates_arrays_too():
    import numpy as np

    from gradcheck.arithmetic.arrays import Arrays

    shapes = {"A": (2, 2), "x": (2,)}
    graph = build(parse("sum(A @ x, 0) + A[0, 1]", frozenset(shapes)), frozenset(shapes), shapes)
    arithmetic = Arrays()
    inputs = {"A": np.array([[1.0, 2], [3, 4]]), "x": np.array([[5.0], [6]])}
    values = evaluate(graph, arithmetic, inputs)
    assert values[graph.output].tolist() == [[58.0]]
    node = graph.inputs["x"]
    moved = nudge(graph, arithmetic, values, node, np.array([[[0.0], [0.0]], [[1.0], [0.0]]]), graph.affected(node))
    assert moved[graph.output].reshape(-1).tolist() == [2.0, 6.0]
    assert values[graph.output].tolist() == [[58.0]]


# -- prepared ------------------------------------------------------------------------------------------------------


def same(one, other):
    """The same numbers, NaN included."""
    return all(str(a) == str(b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("arithmetic", [Floats(), Balls(120), Balls(120, hull=True)], ids=["floats", "balls", "hull"])
def test_a_prepared_pass_is_the_pass(arithmetic):
    for index in range(60):
        made = random_graph(random.Random(index))
        graph = build(parse(made.text))
        with arithmetic.working() if isinstance(arithmetic, Balls) else contextlib.nullcontext():
            inputs = numbers(read_point(made.at), arithmetic)
            assert same(Forward(graph, arithmetic).run(inputs), evaluate(graph, arithmetic, inputs))


@pytest.mark.parametrize("text", ["x**3", "x**-2", "x**0", "x**(1/3)", "x**-0.5", "(x - x)**3", "x**2.0"])
@pytest.mark.parametrize("x", ["2", "-3/2", "0", "1/7"])
def test_a_literal_exponent_gives_the_same_power(text, x):
    arithmetic, graph = Balls(120), graph_of(text)
    with arithmetic.working():
        inputs = numbers(read_point({"x": x}), arithmetic)
        assert same(Forward(graph, arithmetic).run(inputs), evaluate(graph, arithmetic, inputs))


def test_powers_of_a_ball_around_0():
    arithmetic = Balls(120)
    with arithmetic.working():
        around = arb(0, 1)
        for exponent in (2, 3):
            power = Forward(graph_of(f"x**{exponent}"), arithmetic).run({"x": around})[-1]
            assert power.contains(0)
            assert power.contains(1)
            assert power.is_finite()
        assert not Forward(graph_of("x**-1"), arithmetic).run({"x": around})[-1].is_finite()


def test_only_what_one_node_needs():
    graph = graph_of("a = log(x); b = sin(y); c = b*2; c + a")
    node = graph.by_name["c"]
    values = Forward(graph, Floats(), of=[node]).run({"x": -1.0, "y": 0.5})
    assert values[node] == 2 * math.sin(0.5)
    assert math.isnan(values[graph.by_name["a"]])


def test_known_nodes_are_not_computed():
    graph = graph_of("a = x**2; b = exp(a); a + b")
    forward = Forward(graph, Floats(), known={graph.by_name["a"]})
    values = forward.start()
    values[graph.by_name["a"]] = 0.0
    assert forward.finish(values)[graph.output] == 1.0


def test_where_is_prepared_with_its_three_arguments():
    assert Forward(graph_of("where(x > 0, x, 7)"), Floats()).run({"x": -1.0})[-1] == 7.0
