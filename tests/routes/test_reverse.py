"""Reverse mode: adjoints over all paths, in one backward loop, in floats and in balls."""

from __future__ import annotations

import contextlib
import math
import random

import pytest
from flint import arb
from reference import random_graph

from gradcheck.arithmetic.balls import Balls
from gradcheck.arithmetic.floats import Floats
from gradcheck.build import build
from gradcheck.forward import evaluate
from gradcheck.point import numbers, read_point
from gradcheck.routes.reverse import Backward, Gradient, Paths, sweep
from gradcheck.syntax.plain import parse

HULL = Balls(128, hull=True)
FLOATS = Floats()


def swept(text, at, arithmetic=FLOATS, **options):
    graph = build(parse(text, frozenset(at)), frozenset(at))
    point = read_point(at)
    if isinstance(arithmetic, Balls):
        with arithmetic.working():
            values = evaluate(graph, arithmetic, numbers(point, arithmetic))
            return graph, sweep(graph, arithmetic, values, **options)
    return graph, sweep(graph, arithmetic, evaluate(graph, arithmetic, numbers(point, arithmetic)), **options)


def adjoints(text, at, arithmetic=FLOATS):
    graph, found = swept(text, at, arithmetic)
    return {name: found.adjoints[node] for name, node in graph.by_name.items()}


@pytest.mark.parametrize("arithmetic", [FLOATS, HULL], ids=["floats", "balls"])
@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        (
            "e = a*b; d = c + e; L = d*f",
            {"a": 2, "b": -3, "c": 10, "f": -2},
            {"a": 6, "b": -4, "c": -2, "d": -2, "e": -2, "f": 4, "L": 1},
        ),
        ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}, {"x": -4, "y": -4, "z": 3, "q": -4, "f": 1}),
        ("y1 = x**2; y2 = 3*x; z = y1*y2", {"x": 2}, {"x": 36, "y1": 6, "y2": 4, "z": 1}),
        ("x*x", {"x": 5}, {"x": 10, "f": 1}),
        ("x*x*x", {"x": 2}, {"x": 12, "a": 2, "f": 1}),
        ("(x*y + z)**2", {"x": 1, "y": 2, "z": 3}, {"x": 20, "y": 10, "z": 10, "a": 10, "b": 10, "f": 1}),
        ("x - x", {"x": 4}, {"x": 0, "f": 1}),
    ],
)
def test_adjoints_by_hand(arithmetic, text, at, expected):
    found = adjoints(text, at, arithmetic)
    assert {name: float(value) for name, value in found.items()} == expected


def test_sweeping_twice_does_not_double():
    graph, first = swept("x*y + x", {"x": 2, "y": 3})
    _, second = swept("x*y + x", {"x": 2, "y": 3})
    assert first.adjoints[graph.inputs["x"]] == second.adjoints[graph.inputs["x"]] == 4


def test_nothing_flows_to_numbers_and_constants():
    graph, found = swept("2*pi*x + 3", {"x": 1})
    for leaf in (*graph.numbers, *graph.constants):
        assert found.adjoints[leaf] is None
    assert found.adjoints[graph.inputs["x"]] == pytest.approx(2 * math.pi)


def test_a_node_that_the_output_does_not_use_has_none():
    graph, found = swept("a = y**2; x + 1", {"x": 1, "y": 2})
    assert found.adjoints[graph.inputs["y"]] is None
    assert found.adjoints[graph.by_name["a"]] is None


def test_a_literal_exponent_never_reaches_the_logarithm_of_a_negative_base():
    graph, found = swept("x**3", {"x": -2})
    assert found.locals[graph.output] == (12.0, None)
    assert found.adjoints[graph.inputs["x"]] == 12


def test_the_branch_that_is_not_taken_cannot_poison_the_sweep():
    assert adjoints("where(x > 0, log(x), 3*x)", {"x": -1})["x"] == 3
    assert float(adjoints("where(x > 0, log(x), 3*x)", {"x": -1}, HULL)["x"]) == 3


def test_the_losing_argument_of_max_cannot_poison_the_sweep():
    """√x has no slope at 0, but max(√x, 5 + x) is 5 + x around 0."""
    assert adjoints("max(sqrt(x), 5 + x)", {"x": 0})["x"] == 1
    assert float(adjoints("max(sqrt(x), 5 + x)", {"x": 0}, HULL)["x"]) == 1


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("relu(x)", 0, 1),
        ("abs(x)", -1, 1),
        ("leaky_relu(x)", 0.01, 1),
        ("max(x, 0)", 0, 1),
    ],
)
def test_at_a_kink_the_adjoint_is_the_hull_of_the_one_sided_ones(text, low, high):
    adjoint = adjoints(text, {"x": 0}, HULL)["x"]
    assert adjoint.contains(arb(low).union(arb(high)))
    assert abs(adjoint.lower() - low) < 1e-8
    assert abs(adjoint.upper() - high) < 1e-8


def test_a_product_with_zero_closes_the_hull():
    assert adjoints("x*abs(x)", {"x": 0}, HULL)["x"] == 0


@pytest.mark.parametrize("text", ["floor(x)", "ceil(x)", "sign(x)", "heaviside(x)"])
def test_at_a_jump_no_enclosure_is_finite(text):
    assert not adjoints(text, {"x": 0}, HULL)["x"].is_finite()
    assert adjoints(text, {"x": 0})["x"] == 0


def test_undefined_local_derivatives_are_not_finite_and_do_not_raise():
    assert not adjoints("sqrt(x)", {"x": 0}, HULL)["x"].is_finite()
    assert not math.isfinite(adjoints("sqrt(x)", {"x": 0})["x"])
    assert not math.isfinite(adjoints("hypot(x, y)", {"x": 0, "y": 0})["x"])


def test_until_stops_the_sweep_at_a_node():
    graph, whole = swept("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", {"x": 1})
    node = graph.by_name["c"]
    _, part = swept("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", {"x": 1}, until=node)
    assert part.adjoints[node:] == whole.adjoints[node:]
    assert part.adjoints[graph.inputs["x"]] is None


def test_magnitudes_add_what_adjoints_cancel():
    """∂(3x - 2x)/∂x = 3 - 2, of magnitude 3 + 2."""
    graph, found = swept("3*x - 2*x", {"x": 7}, magnitude=abs)
    assert found.adjoints[graph.inputs["x"]] == 1
    assert found.magnitudes[graph.inputs["x"]] == 5
    assert found.magnitudes[graph.output] == 1


def test_the_local_derivatives_are_kept_by_argument():
    graph, found = swept("x*y", {"x": 2, "y": 3})
    assert found.locals[graph.output] == (3.0, 2.0)


def test_an_overflowing_local_derivative_is_undefined_and_not_an_error():
    assert not math.isfinite(adjoints("exp(exp(x))", {"x": 100})["x"])


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("x" + " + x" * 20_000, {"x": 1}, 20_001),
        ("sin(" * 20_000 + "x" + ")" * 20_000, {"x": 0}, 1),
    ],
    ids=["wide", "deep"],
)
def test_no_recursion(text, at, expected):
    assert adjoints(text, at)["x"] == expected


# -- prepared ------------------------------------------------------------------------------------------------------


def prepared(graph, arithmetic, values, of, wrt):
    return Backward(Paths(graph, of, wrt), arithmetic).run(values)


def agree(one, other):
    if one is None or other is None:
        return one is other
    if isinstance(one, arb):
        return (one.is_finite() == other.is_finite()) and (not one.is_finite() or one.overlaps(other))
    return (
        math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-300)
        or (math.isnan(one) and math.isnan(other))
        or one == other
    )


@pytest.mark.parametrize("arithmetic", [FLOATS, HULL], ids=["floats", "balls"])
def test_a_prepared_sweep_is_the_sweep(arithmetic):
    """On random graphs with kinks, jumps and branches, by every node."""
    for index in range(60):
        made = random_graph(random.Random(index))
        graph = build(parse(made.text))
        with arithmetic.working() if arithmetic is HULL else contextlib.nullcontext():
            values = evaluate(graph, arithmetic, numbers(read_point(made.at), arithmetic))
            whole = sweep(graph, arithmetic, values, magnitude=abs)
            for wrt in (node for node in range(graph.output + 1) if graph.varies[node]):
                adjoint, magnitude = prepared(graph, arithmetic, values, graph.output, wrt)
                assert agree(adjoint, whole.adjoints[wrt]), (made.text, wrt)
                assert agree(magnitude, whole.magnitudes[wrt]), (made.text, wrt)


@pytest.mark.parametrize("arithmetic", [FLOATS, HULL], ids=["floats", "balls"])
def test_a_prepared_gradient_is_the_sweep(arithmetic):
    """On random graphs with kinks, jumps and branches, at every node."""
    for index in range(60):
        made = random_graph(random.Random(index))
        graph = build(parse(made.text))
        with arithmetic.working() if arithmetic is HULL else contextlib.nullcontext():
            values = evaluate(graph, arithmetic, numbers(read_point(made.at), arithmetic))
            whole = sweep(graph, arithmetic, values).adjoints
            found = Gradient(graph, arithmetic).run(values)
            for node in range(graph.output + 1):
                if graph.varies[node]:
                    assert agree(found[node], whole[node]), (made.text, node)


@pytest.mark.parametrize(
    ("text", "x", "slope"),
    [
        ("where(x > 0, x**2, log(x))", 3, 6),
        ("floor(x)*x", 2.5, 2),
        ("max(sqrt(x), 1)", 0, 0),  # the path through the vertical tangent is cut
        ("max(x, 2)*x", 1, 2),
        ("x - 2*x", 5, -1),
        ("3**x + x**x", 1, 3 * math.log(3) + 1),
        ("floor(x)", 2.5, 0),
        ("x*abs(x)", -2, 4),
    ],
)
def test_a_prepared_gradient_cuts_what_is_not_taken(text, x, slope):
    graph = build(parse(text))
    found = Gradient(graph, FLOATS).run(evaluate(graph, FLOATS, {"x": float(x)}))[graph.inputs["x"]]
    assert (found or 0.0) == pytest.approx(slope)


def test_a_prepared_gradient_is_undefined_at_a_jump():
    graph = build(parse("floor(x)*x"))
    values = evaluate(graph, HULL, {"x": arb(2)})
    assert not Gradient(graph, HULL).run(values)[graph.inputs["x"]].is_finite()


def test_between_two_nodes():
    graph = build(parse("a = x**2; b = exp(a); c = a + b; f = c*x"))
    values = evaluate(graph, FLOATS, {"x": 1.0})
    names = graph.by_name
    assert prepared(graph, FLOATS, values, names["c"], names["a"])[0] == pytest.approx(1 + math.e)
    assert prepared(graph, FLOATS, values, names["c"], names["c"]) == (1, 1)
    assert prepared(graph, FLOATS, values, names["a"], names["b"])[0] is None


def test_only_the_branch_that_is_taken_counts():
    graph = build(parse("where(x > 0, x**2, log(x))"))
    values = evaluate(graph, HULL, {"x": arb(3)})
    assert prepared(graph, HULL, values, graph.output, graph.by_name["x"])[0] == 6


def test_a_jump_has_no_derivative():
    graph = build(parse("floor(x)*x"))
    values = evaluate(graph, HULL, {"x": arb(2)})
    assert not prepared(graph, HULL, values, graph.output, graph.by_name["x"])[0].is_finite()
    values = evaluate(graph, HULL, {"x": arb(2.5)})
    assert prepared(graph, HULL, values, graph.output, graph.by_name["x"])[0] == 2
