"""``evaluate``, whole: the lecture-note examples, hard but legal input, points, nodes, digits, and the API's errors."""

from __future__ import annotations

import dataclasses
import random
from decimal import Decimal
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mpf
from reference import random_graph

import gradcheck
from gradcheck.errors import DomainProblem, GradcheckError, NameProblem, UsageProblem
from gradcheck.results import ROUTES

evaluate = gradcheck.evaluate
RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"


def near(shown, truth, digits=12):
    with mpmath.workdps(60):
        return abs(mpf(str(shown)) - truth) <= abs(truth) * mpf(10) ** -digits


def gradient(result):
    return {node.name: node.reverse.value for node in result.gradient}


# -- the lecture-note examples --------------------------------------------------------------------------------------


def sigmoid(z):
    return 1 / (1 + mpmath.exp(-z))


NEURON = {"w": "0.5", "a0": "1.5", "b": "-0.25", "y": "1"}
A1 = sigmoid(mpf("0.5"))  # z = 0.5·1.5 - 0.25

LECTURES = [
    # the text, the point, the value, the gradient
    (
        "e = a*b; d = c + e; L = d*f",
        {"a": 2, "b": -3, "c": 10, "f": -2},
        -8,
        {"a": 6, "b": -4, "c": -2, "d": -2, "e": -2, "f": 4},
    ),
    ("(x+y)*z", {"x": -2, "y": 5, "z": -4}, -12, {"x": -4, "y": -4, "z": 3}),
    ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}, -12, {"x": -4, "y": -4, "z": 3, "q": -4}),
    ("y1 = x**2; y2 = 3*x; z = y1*y2", {"x": 2}, 24, {"x": 36, "y1": 6, "y2": 4}),
    ("a = x*y; b = a + z; c = b**2", {"x": 1, "y": 2, "z": 3}, 25, {"x": 20, "y": 10, "z": 10, "a": 10, "b": 10}),
    ("(x*y+z)**2", {"x": -1, "y": 0.5, "z": 4}, mpf("12.25"), {"x": mpf("3.5"), "y": -7, "z": 7}),
    ("3*x", {"x": 5}, 15, {"x": 3}),
    ("5*(2*x)", {"x": 4}, 40, {"x": 10}),
    ("b**2", {"b": 3}, 9, {"b": 6}),
    ("sigmoid(x)", {"x": 0}, mpf("0.5"), {"x": mpf("0.25")}),
    ("log(x)", {"x": "0.001"}, mpmath.log(mpf("0.001")), {"x": 1000}),
    ("log(x)", {"x": "1e-9"}, mpmath.log(mpf("1e-9")), {"x": mpf(10) ** 9}),
    ("relu(x)", {"x": 3}, 3, {"x": 1}),
    ("relu(x)", {"x": -3}, 0, {"x": 0}),
    (
        "z = w*a0 + b; a1 = sigmoid(z); C = (a1 - y)**2",
        NEURON,
        (A1 - 1) ** 2,
        {
            "w": 2 * (A1 - 1) * A1 * (1 - A1) * mpf("1.5"),
            "b": 2 * (A1 - 1) * A1 * (1 - A1),
            "a0": 2 * (A1 - 1) * A1 * (1 - A1) * mpf("0.5"),
            "y": -2 * (A1 - 1),
        },
    ),
    ("(x-2)**2+3", {"x": 5}, 12, {"x": 6}),
    ("(x-2)**2+3", {"x": 2}, 3, {"x": 0}),
]


@pytest.mark.parametrize(("text", "at", "value", "slopes"), LECTURES, ids=[f"{row[0]} at {row[1]}" for row in LECTURES])
def test_lecture_note_examples(text, at, value, slopes):
    """Each by slope and by calculus."""
    result = evaluate(text, at=at, wrt=list(slopes))
    assert result.verdict.name == "agree"
    assert result.exit_code == 0
    assert near(result.value, mpf(value))
    for node in result.gradient:
        truth = mpf(slopes[node.name])
        assert node.verdict.name == "agree"
        assert near(node.reverse.value, truth)
        assert near(node.symbolic.value.value, truth)
        slope = node.finite_difference
        assert abs(slope.value - truth) <= slope.error <= 1e-5 * (1 + abs(truth))


@pytest.mark.parametrize("x", ["1", "-1", "0", "0.5", "1.3", "-2", "pi/4", "3"])
def test_the_running_example(x):
    def f(t):
        c = t**2 + mpmath.exp(t**2)
        return mpmath.sqrt(c) + mpmath.cos(c)

    result = evaluate(RUNNING, at={"x": x})
    with mpmath.workdps(50):
        t = mpmath.pi / 4 if x == "pi/4" else mpf(x)
        assert result.verdict.name == "agree"
        assert near(result.value, f(t), 30)
        (node,) = result.gradient
        assert abs(mpf(str(node.reverse.value)) - mpmath.diff(f, t)) <= mpf(10) ** -20 * (1 + abs(mpmath.diff(f, t)))


def test_the_running_example_has_the_nodes_of_the_notes():
    result = evaluate(RUNNING, at={"x": 1})
    assert [(node.name, node.operation) for node in result.nodes] == [
        ("x", "x"),
        ("a", "x**2"),
        ("b", "exp(a)"),
        ("c", "a + b"),
        ("d", "sqrt(c)"),
        ("e", "cos(c)"),
        ("f", "d + e"),
    ]
    assert (result.cost.forward, result.cost.gradient) == (6, 17)


def test_the_running_example_node_by_node():
    """The numbers of the notes at x = 1, where c = 1 + e."""
    c = 1 + mpmath.e
    at_c = 1 / (2 * mpmath.sqrt(c)) - mpmath.sin(c)
    expected = {
        # value, adjoint
        "x": (1, 2 * (1 + mpmath.e) * at_c),
        "a": (1, (1 + mpmath.e) * at_c),
        "b": (mpmath.e, at_c),
        "c": (c, at_c),
        "d": (mpmath.sqrt(c), 1),
        "e": (mpmath.cos(c), 1),
        "f": (mpmath.sqrt(c) + mpmath.cos(c), 1),
    }
    for node in evaluate(RUNNING, at={"x": 1}).nodes:
        value, adjoint = expected[node.name]
        assert near(node.value, value)
        assert near(node.adjoint.value, adjoint)
        assert near(node.reverse.value, adjoint)
        assert near(node.symbolic.value.value, adjoint)
        assert node.verdict.name == "agree"


def test_the_chain_rule_is_written_out_at_each_node():
    nodes = {node.name: node for node in evaluate(RUNNING, at={"x": 1}).nodes}
    assert [path.child for path in nodes["c"].paths] == ["d", "e"]
    assert [path.child for path in nodes["a"].paths] == ["b", "c"]
    assert [(local.wrt, local.expression) for local in nodes["d"].locals] == [("c", "1/(2*sqrt(c))")]
    assert [(local.wrt, local.pretty) for local in nodes["a"].locals] == [("x", "2x")]
    for node in nodes.values():
        if node.paths:
            total = sum(path.upstream.value * path.local.value for path in node.paths)
            assert abs(total - node.adjoint.value) < Decimal("1e-25")


def test_relu_at_0():
    result = evaluate("relu(x)", at={"x": 0})
    assert result.value == 0
    assert result.verdict.name == "undecided"
    assert result.exit_code == 3
    assert result.gradient[0].reverse.interval == "[0, 1]"


# -- hard but legal ------------------------------------------------------------------------------------------------


def e_power(x):
    return mpmath.exp(100 * x)


HARD = [
    # the text, x, the value, the derivative
    ("exp(100*x)", "7", e_power, lambda x: 100 * e_power(x)),
    ("sin(1/x)", "0.01", lambda x: mpmath.sin(1 / x), lambda x: -mpmath.cos(1 / x) / x**2),
    ("-log(sigmoid(x))", "40", lambda x: mpmath.log1p(mpmath.exp(-x)), lambda x: -1 / (1 + mpmath.exp(x))),
    (
        "(1-cos(x))/x**2",
        "1e-8",
        lambda x: (1 - mpmath.cos(x)) / x**2,
        lambda x: (x * mpmath.sin(x) - 2 + 2 * mpmath.cos(x)) / x**3,
    ),
    ("x**1000", "2", lambda x: x**1000, lambda x: 1000 * x**999),
    ("x**1000", "-1/3", lambda x: x**1000, lambda x: 1000 * x**999),
    ("x**10000", "1.5", lambda x: x**10000, lambda x: 10000 * x**9999),
    ("sin(x)", "1e6", mpmath.sin, mpmath.cos),
    ("sin(x)", "1e22", mpmath.sin, mpmath.cos),
    ("exp(exp(x))", "5", lambda x: mpmath.exp(mpmath.exp(x)), lambda x: mpmath.exp(x + mpmath.exp(x))),
    ("exp(-exp(x))", "5", lambda x: mpmath.exp(-mpmath.exp(x)), lambda x: -mpmath.exp(x - mpmath.exp(x))),
    ("exp(-exp(x))", "20", lambda x: mpmath.exp(-mpmath.exp(x)), lambda x: -mpmath.exp(x - mpmath.exp(x))),
    ("exp(-(x**2))", "1e5", lambda x: mpmath.exp(-(x**2)), lambda x: -2 * x * mpmath.exp(-(x**2))),
    ("exp(exp(x))", "30", lambda x: mpmath.exp(mpmath.exp(x)), lambda x: mpmath.exp(x + mpmath.exp(x))),
    ("log(1+x)", "1e-18", mpmath.log1p, lambda x: 1 / (1 + x)),
    ("(x + 1e15) - 1e15", "0.1", lambda x: x, lambda x: 1),
    ("(x + 1e300) - 1e300", "1/7", lambda x: x, lambda x: 1),
    ("exp(x) - 1 - x - x**2/2", "1e-7", lambda x: mpmath.expm1(x) - x - x**2 / 2, lambda x: mpmath.expm1(x) - x),
    ("sqrt(x**2 + 1) - x", "1e9", lambda x: mpmath.sqrt(x**2 + 1) - x, lambda x: x / mpmath.sqrt(x**2 + 1) - 1),
    ("x - sin(x)", "1e-6", lambda x: x - mpmath.sin(x), lambda x: 1 - mpmath.cos(x)),
    ("tanh(x) - 1", "50", lambda x: mpmath.tanh(x) - 1, lambda x: mpmath.sech(x) ** 2),
    ("erfc(x)", "30", mpmath.erfc, lambda x: -2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(x**2))),
    ("gelu(x)", "-40", lambda x: x * mpmath.ncdf(x), lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x)),
    ("softplus(x)", "-800", lambda x: mpmath.log1p(mpmath.exp(x)), lambda x: 1 / (1 + mpmath.exp(-x))),
    ("log(x)", "1e-300", mpmath.log, lambda x: 1 / x),
    ("1/x", "1e-200", lambda x: 1 / x, lambda x: -1 / x**2),
    ("tan(x)", "pi/2 - 1e-12", mpmath.tan, lambda x: 1 + mpmath.tan(x) ** 2),
]


@pytest.mark.parametrize(("text", "x", "value", "slope"), HARD, ids=[f"{row[0]} at {row[1]}" for row in HARD])
def test_hard_but_legal_input_gets_the_right_verdict_and_numbers(text, x, value, slope):
    result = evaluate(text, at={"x": x})
    with mpmath.workdps(400):
        if x.startswith("pi"):
            point = mpmath.pi / 2 - mpf(10) ** -12
        else:
            top, _, bottom = x.partition("/")
            point = mpf(top) / mpf(bottom or 1)
        assert result.verdict.name == "agree"
        assert near(result.value, mpf(value(point)))
        (node,) = result.gradient
        assert near(node.reverse.value, mpf(slope(point)))
        assert near(node.symbolic.value.value, mpf(slope(point)))


@pytest.mark.parametrize(
    ("text", "x"),
    [("(1-cos(x))/x**2", "1e-8"), ("(x + 1e15) - 1e15", "0.1"), ("-log(sigmoid(x))", "40"), ("exp(exp(x))", "7")],
)
def test_what_float64_loses_is_told(text, x):
    result = evaluate(text, at={"x": x})
    assert result.verdict.name == "agree"
    assert any(note.startswith("float64 ") for note in result.notes)


@pytest.mark.parametrize(("text", "x"), [("x**2", "3"), (RUNNING, "1"), ("x - x", "1/3"), ("sin(x)", "1e6")])
def test_nothing_is_said_where_float64_is_good(text, x):
    assert evaluate(text, at={"x": x}).notes == ()


# -- cost ----------------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**32))
def test_the_gradient_costs_at_most_five_times_the_function(seed):
    graph = random_graph(random.Random(seed), operations=20)
    try:
        cost = evaluate(graph.text, at=dict(graph.at), routes=["reverse"]).cost
    except GradcheckError:
        return
    assert 0 <= cost.forward <= cost.gradient <= 5 * cost.forward
    assert cost.ratio <= 5


@pytest.mark.parametrize(
    ("text", "forward", "gradient"),
    [
        ("x + y", 1, 3),  # two edges, whose local derivatives are the number 1
        ("x*y", 1, 3),  # two edges, whose local derivatives are on the tape
        ("x/y", 1, 5),  # both local derivatives must be computed
        ("sin(x)", 1, 3),
        ("exp(x)", 1, 2),  # its own derivative
        ("2*x", 1, 2),  # nothing flows to the number
        ("2 + 3", 0, 0),
    ],
)
def test_operations_are_counted_as_stated(text, forward, gradient):
    at = {name: 2 for name in "xy" if name in text.replace("exp", "")}
    cost = evaluate(text, at=at, routes=["reverse"]).cost
    assert (cost.forward, cost.gradient) == (forward, gradient)


# -- points --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["x*y + z", "log(x - 2)", "sqrt(1 - x**2)*y", "acosh(x)/y", "atanh(x)", "log(-x)"])
def test_drawn_points_are_inside_the_domain_and_reproducible(text):
    first, again = evaluate(text, seed=7), evaluate(text, seed=7)
    assert first.drawn
    assert first.point == again.point
    assert first.value == again.value
    assert first.seed == 7
    assert first.verdict.name == "agree"
    repeated = evaluate(text, at=first.point)
    assert repeated.value == first.value
    assert not repeated.drawn


def test_other_seeds_draw_other_points():
    assert len({tuple(evaluate("x*y", seed=seed, routes=["reverse"]).point.values()) for seed in range(10)}) > 5


def test_no_point_can_be_drawn():
    with pytest.raises(UsageProblem, match="no point was found"):
        evaluate("log(-1 - x**2)")


def test_a_given_point_is_not_drawn():
    assert not evaluate("x", at={"x": 1}).drawn
    assert not evaluate("2 + 3").drawn


@pytest.mark.parametrize(
    "at",
    [
        "x=1/2, y=3",
        "x = 0.5,y=3",
        ["x=1/2", "y=3"],
        ("x=0.5,y=3",),
        {"x": "1/2", "y": 3},
        {"x": 0.5, "y": 3.0},
        {"x": Fraction(1, 2), "y": Decimal(3)},
        {"x": "sqrt(1/4)", "y": "9/3"},
    ],
)
def test_every_way_to_give_a_point(at):
    result = evaluate("x*y", at=at)
    assert result.value == Decimal("1.5")
    assert [float(value) for value in gradient(result).values()] == [3, 0.5]


def test_numpy_numbers_are_numbers():
    numpy = pytest.importorskip("numpy")
    assert evaluate("x**2", at={"x": numpy.float64(1.5)}).value == Decimal("2.25")
    assert evaluate("x**2", at={"x": numpy.int32(3)}).value == 9


def test_decimal_literals_are_exact():
    assert evaluate("x - 1/10", at={"x": 0.1}).value == 0
    assert evaluate("x - 0.3", at="x=0.1+0.2").value == 0
    assert evaluate("x", at="x=1e-400").value == Decimal("1e-400")


def test_constants_are_as_exact_as_is_asked_for():
    with mpmath.workdps(200):
        value = evaluate("x", at="x=pi/4", digits=150).value
        assert abs(mpf(str(value)) - mpmath.pi / 4) < mpf(10) ** -150


def test_names_of_the_point_win_over_constants_and_functions():
    result = evaluate("e*pi + gamma*beta", at={"e": 2, "pi": 3, "gamma": 5, "beta": 7})
    assert result.value == 41
    assert gradient(result) == {"e": 3, "pi": 2, "gamma": 7, "beta": 5}
    assert near(evaluate("e*x", at={"x": 1}).value, mpmath.e)


# -- nodes and digits ----------------------------------------------------------------------------------------------


def test_wrt_takes_variables_and_nodes_in_the_order_asked():
    result = evaluate(RUNNING, at={"x": 1}, wrt=["c", "x", "a", "c"])
    assert [node.name for node in result.gradient] == ["c", "x", "a"]
    assert all(node.verdict.name == "agree" for node in result.gradient)


def test_wrt_takes_assigned_names_of_inputs_and_of_the_output():
    result = evaluate("q = x; L = q*y", at={"x": 2, "y": 3}, wrt=["q", "L"])
    assert [int(node.reverse.value) for node in result.gradient] == [3, 1]


def test_a_large_graph_runs_the_routes_at_inputs_and_asked_for_nodes_only():
    text = "; ".join(["a0 = x + y", *(f"a{n} = sin(a{n - 1})" for n in range(1, 250))])
    result = evaluate(text, at={"x": "1/4", "y": "1/2"}, wrt=["x", "a200"], routes=["fd", "reverse"])
    ran = [node.name for node in result.nodes if node.finite_difference is not None]
    assert ran == ["x", "y", "a200"]
    assert result.verdict.name == "agree"
    everywhere = evaluate(text, at={"x": "1/4", "y": "1/2"}, nodes="all", routes=["reverse"])
    assert len(everywhere.nodes) == 252
    some = evaluate(text, at={"x": "1/4", "y": "1/2"}, nodes=10, routes=["reverse"])
    assert [node.name for node in some.nodes] == [
        "x", "y", "a0", "a1", "a2", "a3", "a4", "a245", "a246", "a247", "a248", "a249",
    ]  # fmt: skip


@pytest.mark.parametrize("digits", [1, 17, 50, 300])
def test_as_many_digits_as_are_asked_for_are_right(digits):
    result = evaluate(RUNNING, at={"x": "1/3"}, digits=digits)
    with mpmath.workdps(digits + 30):
        t = mpf(1) / 3
        c = t**2 + mpmath.exp(t**2)
        value = mpmath.sqrt(c) + mpmath.cos(c)
        slope = 2 * t * (1 + mpmath.exp(t**2)) * (1 / (2 * mpmath.sqrt(c)) - mpmath.sin(c))
        for shown, truth in ((result.value, value), (result.gradient[0].reverse.value, slope)):
            assert abs(mpf(str(shown)) - truth) < abs(truth) * mpf(10) ** -digits


def test_an_expression_without_variables():
    result = evaluate("2 + 3*pi")
    assert near(result.value, 2 + 3 * mpmath.pi)
    assert result.gradient == ()
    assert result.verdict.name == "agree"
    assert "no variable" in result.verdict.reason


def test_one_route_alone():
    for route in ROUTES:
        result = evaluate("x**2", at={"x": 3}, routes=[route])
        assert result.routes == (route,)
        assert result.verdict.name is None
        assert result.exit_code == 0


def test_results_are_frozen():
    result = evaluate("x**2", at={"x": 3})
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.value = 0


@pytest.mark.parametrize(("method", "step"), [("central", None), ("forward", 0.25), ("complex-step", None)])
def test_the_method_and_the_step_are_kept(method, step):
    result = evaluate("x**2", at={"x": 3}, method=method, step=step)
    assert (result.method, result.step) == (method, step)
    slope = result.gradient[0].finite_difference
    assert slope.method == method
    assert step is None or (slope.step, slope.value) == (step, 6 + step)
    assert result.verdict.name == "agree"


def test_a_method_that_cannot_be_used_is_told():
    result = evaluate("x*abs(x)", at={"x": 2}, method="complex-step")
    assert result.gradient[0].finite_difference.method == "central"
    assert any("no complex step" in note and "not analytic" in note for note in result.notes)
    assert result.verdict.name == "agree"


# -- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "problem", "message", "hint"),
    [
        ({"expression": "x*y", "at": {"x": 1}}, NameProblem, "'y' has no value", "y="),
        (
            {"expression": "alpha*x", "at": {"alpa": 1, "x": 1}},
            NameProblem,
            "'alpha' has no value",
            "did you mean alpa",
        ),
        ({"expression": "x", "at": {"x": 1, "q": 2}}, NameProblem, "q a value, but", "the expression has x"),
        ({"expression": "a = x; a + 1", "at": {"x": 1, "a": 2}}, NameProblem, "computed by the expression", "remove a"),
        ({"expression": "x", "at": "x=1,x=2"}, NameProblem, "two values", "one of them"),
        ({"expression": "x", "at": "x"}, GradcheckError, "name=number", "x=1"),
        ({"expression": "x", "at": "x=y"}, NameProblem, "'y' is not one", "pi"),
        ({"expression": "x", "at": "x=nan"}, NameProblem, "not a real number", None),
        ({"expression": "x", "at": {"x": float("inf")}}, NameProblem, "not a real number", None),
        ({"expression": "x", "at": {"x": object()}}, UsageProblem, "is no number", "a number"),
        ({"expression": "x", "at": "x=1/0"}, DomainProblem, "division by zero", None),
        ({"expression": "x", "at": "x=log(-1)"}, GradcheckError, "log(-1) has no value", None),
        ({"expression": "x", "wrt": ["z"]}, NameProblem, "nothing called 'z'", "the graph has x"),
        ({"expression": "length*2", "wrt": ["lenght"]}, NameProblem, "nothing called 'lenght'", "did you mean length"),
        (
            {"expression": "x", "routes": ["reversed"]},
            UsageProblem,
            "no route called 'reversed'",
            "did you mean reverse",
        ),
        ({"expression": "x", "routes": []}, UsageProblem, "no route is given", "fd, symbolic, reverse"),
        ({"expression": "x", "method": "centra"}, UsageProblem, "no method called 'centra'", "did you mean central"),
        ({"expression": "x", "step": 0.0}, UsageProblem, "positive", None),
        ({"expression": "x", "step": -1.0}, UsageProblem, "positive", None),
        ({"expression": "x", "step": float("nan")}, UsageProblem, "positive", None),
        ({"expression": "sqrt(x"}, GradcheckError, "')' expected", "add ')'"),
        ({"expression": ""}, GradcheckError, "there is no expression", "x**2"),
    ],
)
def test_errors_say_what_is_wrong_and_how_to_mend_it(arguments, problem, message, hint):
    with pytest.raises(problem) as caught:
        evaluate(**arguments)
    assert message in caught.value.message
    assert hint is None or hint in (caught.value.hint or "")


def test_a_domain_error_says_where():
    with pytest.raises(DomainProblem) as caught:
        evaluate("3 + log(x-2)", at={"x": 1})
    assert caught.value.location() == (1, 5, 8)


def test_a_branch_that_is_not_taken_has_its_local_derivatives():
    result = gradcheck.evaluate("where(x > 0, x, -x)", at="x=2")
    (branch,) = [node for node in result.nodes if node.operation == "-x"]
    assert [(local.wrt, local.value.value) for local in branch.locals] == [("x", -1)]
    assert branch.adjoint.value == 0
