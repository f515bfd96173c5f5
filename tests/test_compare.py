"""The verdict of the routes: what a wrong rule is told, what agreement takes, and what stays undecided."""

from __future__ import annotations

import dataclasses

import pytest
from flint import arb

from gradcheck import limits
from gradcheck.arithmetic.floats import Floats
from gradcheck.build import build
from gradcheck.compare import compare, wrong_floats
from gradcheck.deadline import Deadline
from gradcheck.evaluation import evaluate
from gradcheck.forward import evaluate as run_forward
from gradcheck.point import numbers, read_point
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.results import ROUTES
from gradcheck.routes import symbolic
from gradcheck.syntax.plain import parse


def graph_with(text, name="", **columns):
    """The graph of a text, in which the primitive ``name`` has some columns changed."""
    graph = build(parse(text))
    if not name:
        return graph
    changed = dataclasses.replace(PRIMITIVES[name], **columns)
    operations = [changed if operation is PRIMITIVES[name] else operation for operation in graph.operations]
    return dataclasses.replace(graph, operations=operations)


def compared(graph, at, routes=ROUTES, seconds=20.0, broken=None):
    """The comparison at every input, by name."""
    nodes = list(graph.inputs.values())
    deadline = Deadline(seconds)
    theirs = symbolic.derivatives(graph, nodes, Deadline(20)) if "symbolic" in routes else {}
    found = compare(graph, read_point(at), nodes, routes, theirs, broken or {}, deadline)
    return {name: found.comparisons[node] for name, node in graph.inputs.items()}


def verdict(graph, at, **options):
    (one,) = compared(graph, at, **options).values()
    return one.verdict


# -- right rules agree ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("routes", [ROUTES, ("fd", "reverse"), ("fd", "symbolic"), ("symbolic", "reverse")])
@pytest.mark.parametrize(("text", "x"), [("sin(x)", 1), ("x**3", -2), ("exp(100*x)", 7), ("x - x", 3), ("0*x + 7", 1)])
def test_right_rules_agree_by_any_two_routes(text, x, routes):
    assert verdict(graph_with(text), {"x": x}, routes=routes).name == "agree"


@pytest.mark.parametrize("route", ROUTES)
def test_one_route_alone_is_no_verdict(route):
    found = verdict(graph_with("sin(x)"), {"x": 1}, routes=(route,))
    assert found.name is None
    assert found.reason == "one route alone has nothing to be compared with"


def test_the_enclosures_of_an_agreement_are_at_most_1e_30_wide():
    (one,) = compared(graph_with("exp(sin(x))/x"), {"x": "1/3"}).values()
    assert one.verdict.name == "agree"
    for enclosure in (one.reverse, one.symbolic):
        assert enclosure.rad() < 1e-30
        assert one.slope.overlaps(enclosure) or abs(one.slope - enclosure) < 1e-25


# -- wrong rules disagree ------------------------------------------------------------------------------------------

WRONG = [
    # the row, the wrong local derivatives, a text and a point, what reverse mode and the others then say
    ("sin", ("-cos(u)",), "sin(x)", 1, "reverse mode says -0.540302", "SymPy says 0.540302"),
    ("cos", ("sin(u)",), "cos(x)", 1, "reverse mode says 0.841471", "SymPy says -0.841471"),
    ("tan", ("1 - y**2",), "tan(x)", 1, "reverse mode says -1.42552", "SymPy says 3.42552"),
    ("*", ("u", "u"), "x*(x + 3)", 2, "reverse mode says 4.00000", "SymPy says 7.00000"),
    ("/", ("1/v", "u/v**2"), "1/x", 2, "reverse mode says 0.250000", "SymPy says -0.250000"),
    ("**", ("v*u**v", "y*log(u)"), "x**3", 2, "reverse mode says 24.0000", "SymPy says 12.0000"),
    ("sqrt", ("1/y",), "sqrt(x)", 4, "reverse mode says 0.500000", "SymPy says 0.250000"),
    ("log", ("1/u**2",), "log(x)", 2, "reverse mode says 0.250000", "SymPy says 0.500000"),
    ("exp", ("u*exp(u - 1)",), "exp(x)", 2, "reverse mode says 5.43656", "SymPy says 7.38906"),
    ("sigmoid", ("y",), "sigmoid(x)", 0, "reverse mode says 0.500000", "SymPy says 0.250000"),
    ("cosh", ("-sinh(u)",), "cosh(x)", 1, "reverse mode says -1.17520", "SymPy says 1.17520"),
    ("abs", ("1",), "abs(x)", -2, "reverse mode says 1.00000", "SymPy says -1.00000"),
    ("max", ("1", "1"), "max(x, 2*x)", 1, "reverse mode says 3.00000", "SymPy says 2.00000"),
]


@pytest.mark.parametrize(("row", "derivatives", "text", "x", "ours", "theirs"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_rule_is_told_with_who_says_what(row, derivatives, text, x, ours, theirs):
    found = verdict(graph_with(text, row, derivatives=derivatives), {"x": x})
    assert found.name == "disagree"
    assert f"{ours}, {theirs}" in found.reason
    number = theirs.removeprefix("SymPy says ")
    assert f"the difference quotient says {number}, {ours}" in found.reason


@pytest.mark.parametrize(("row", "derivatives", "text", "x", "ours", "theirs"), WRONG, ids=[row[0] for row in WRONG])
def test_either_other_route_alone_catches_a_wrong_rule(row, derivatives, text, x, ours, theirs):
    graph = graph_with(text, row, derivatives=derivatives)
    assert verdict(graph, {"x": x}, routes=("fd", "reverse")).name == "disagree"
    assert verdict(graph, {"x": x}, routes=("symbolic", "reverse")).name == "disagree"
    assert verdict(graph, {"x": x}, routes=("fd", "symbolic")).name == "agree"


@pytest.mark.parametrize("off", ["1e-6", "1e-15", "1e-24"])
def test_a_rule_that_is_wrong_by_little_is_caught_by_the_slope(off):
    graph = graph_with("sin(x)", "sin", derivatives=(f"cos(u)*(1 + {off})",))
    assert verdict(graph, {"x": 1}, routes=("fd", "reverse")).name == "disagree"


@pytest.mark.parametrize("off", ["1e-20", "1e-40", "1e-60"])
def test_a_rule_that_is_wrong_by_very_little_is_caught_by_sympy(off):
    graph = graph_with("sin(x)", "sin", derivatives=(f"cos(u)*(1 + {off})",))
    found = verdict(graph, {"x": 1})
    assert found.name == "disagree"
    ours, theirs = found.reason.split(";")[0].removeprefix("reverse mode says ").split(", SymPy says ")
    assert ours != theirs


def test_a_rule_that_is_wrong_by_less_than_anyone_can_see_is_no_false_agreement_of_30_digits():
    """At 1e-200 the enclosures overlap: they agree to the 30 digits that are promised, and no more is said."""
    graph = graph_with("sin(x)", "sin", derivatives=("cos(u)*(1 + 1e-200)",))
    assert verdict(graph, {"x": 1}).name == "agree"


def test_a_wrong_rule_deep_inside_is_caught_at_the_input():
    text = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
    graph = graph_with(text, "cos", derivatives=("sin(u)",))
    assert verdict(graph, {"x": 1}).name == "disagree"


def test_a_wrong_symbolic_column_is_caught():
    found = verdict(graph_with("sin(x)", "sin", symbols="cos"), {"x": 1})
    assert found.name == "disagree"
    assert "reverse mode says 0.540302, SymPy says -0.841471" in found.reason
    assert "the difference quotient says 0.540302, SymPy says -0.841471" in found.reason


def test_a_wrong_ball_column_is_caught():
    found = verdict(graph_with("sin(x)", "sin", balls="cos"), {"x": 1})
    assert found.name == "disagree"
    assert "the difference quotient says -0.841471, reverse mode says 0.540302" in found.reason


def test_a_wrong_float_column_is_caught():
    graph = graph_with("sin(x)", "sin", floats="cos")
    floats = Floats()
    values = run_forward(graph, floats, numbers(read_point({"x": 1}), floats))
    (message,) = wrong_floats(graph, values).values()
    assert message == "the float64 function of f says 0.5403023059, Arb says 0.8414709848"


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("(x + 1e15) - 1e15", 0.1),
        ("(1 - cos(x))/x**2", 1e-8),
        ("log(1 + x)", 1e-18),
        ("sin(x)", 1e22),
        ("exp(exp(x))", 5),
        ("exp(-exp(x))", 5),
        ("x**1000", 2),
        ("tan(x)", 1.5707963267948966),
        ("gelu(x)", -40),
        ("floor(x)", 2.0000000000000004),
    ],
)
def test_rounding_is_no_wrong_float_column(text, x):
    graph = graph_with(text)
    floats = Floats()
    assert wrong_floats(graph, run_forward(graph, floats, {"x": float(x)})) == {}


# -- never a false disagreement ------------------------------------------------------------------------------------

HARD = [
    ("relu(x)", 0), ("relu(x) - relu(-x)", 0), ("abs(x)*x", 0), ("abs(x)**3", 0), ("sqrt(x)", 0), ("cbrt(x)", 0),
    ("x**1.5", 0), ("floor(x)", 2), ("ceil(x)", 2), ("sign(x)", 0), ("heaviside(x)", 0), ("x**x", -2), ("sinc(x)", 0),
    ("where(x > 0, x, -x)", 0), ("where(x == 0, 5, x)", 0), ("where(x <= 0, x**2, x)", 0), ("(x > 0)*(x + 1)", 0),
    ("max(x, x)", 3), ("max(x, -x)", 0), ("min(x, x**2)", 1), ("abs(sin(x))", "pi"), ("asin(x)", 1), ("acosh(x)", 1),
    ("atan2(x, -1)", 0), ("leaky_relu(x)", 0), ("abs(x - 1/3)", "1/3"), ("relu(3*x - 1)", "1/3"), ("hypot(x, x)", 0),
    ("floor(3*x)", "1/3"), ("where(3*x > 1, x, 2)", "1/3"), ("sqrt(x**2)", 0), ("cbrt(x**3)", 0), ("0**x", 1),
    ("exp(100*x)", 7), ("sin(1/x)", 0.01), ("-log(sigmoid(x))", 40), ("(1-cos(x))/x**2", 1e-8), ("x**1000", 2),
    ("sin(x)", 1e6), ("exp(exp(x))", 5), ("log(1 + x)", 1e-18), ("(x + 1e15) - 1e15", 0.1), ("x**10000", 1.5),
    ("exp(x) - exp(x)", 3), ("(sinc(x) - sinc(x))**2", 2), ("floor(x)", "1 + 1e-40"), ("relu(x)", 1e-50),
    ("abs(x)", "-1e-90"), ("where(x > 1, log(x), x)", -1), ("where(x > 0, log(x), x)", 0), ("log(abs(x))", -1e-30),
    ("max(sqrt(x), 5 + x)", 0), ("x*where(x > 0, 1, 1)", 0), ("x**2*sin(1/x)", 1e-9), ("root(x, 3)", 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x"), HARD, ids=[f"{text} at {x}" for text, x in HARD])
def test_no_right_rule_is_ever_called_wrong(text, x):
    result = evaluate(text, at={"x": x})
    assert result.verdict.name in {"agree", "undecided"}
    for node in result.nodes:
        assert node.verdict.name != "disagree"
        assert node.verdict.name != "undecided" or node.verdict.reason


# -- undecided -----------------------------------------------------------------------------------------------------


def test_no_time_for_the_slope():
    found = verdict(graph_with("sin(x)"), {"x": 1}, seconds=0)
    assert found.name == "undecided"
    assert found.reason == "the time limit was reached before the slope was refereed"


def test_no_value_on_one_side():
    found = verdict(graph_with("x**1.5"), {"x": 0})
    assert found.name == "undecided"
    assert found.reason == "the function does not exist on both sides of the point"


def test_no_finite_derivative():
    found = verdict(graph_with("cbrt(x)"), {"x": 0})
    assert found.name == "undecided"
    assert "no finite value" in found.reason


def test_a_kink_is_named():
    graph = graph_with("relu(x)")
    found = verdict(graph, {"x": 0}, broken={graph.inputs["x"]: "kink at node f = relu(x)"})
    assert found.name == "undecided"
    assert found.reason == "kink at node f = relu(x)"


def test_a_jump_is_undecided_whatever_the_routes_say():
    graph = graph_with("floor(x)")
    found = verdict(graph, {"x": "1/2"}, broken={graph.inputs["x"]: "jump at node f = floor(x)"})
    assert found.name == "undecided"


def test_a_kink_whose_hull_is_one_number_agrees():
    graph = graph_with("x*abs(x)")
    assert verdict(graph, {"x": 0}, broken={graph.inputs["x"]: "kink at node a = abs(x)"}).name == "agree"


def test_precision_grows_until_the_matter_is_settled():
    """1000 digits cancel: the first precision sees nothing of the derivative."""
    graph = graph_with("(x + 1e1000) - 1e1000 + x**2*1e-1000")
    nodes = list(graph.inputs.values())
    theirs = symbolic.derivatives(graph, nodes, Deadline(20))
    found = compare(graph, read_point({"x": 1}), nodes, ROUTES, theirs, {}, Deadline(20))
    assert found.comparisons[nodes[0]].verdict.name == "agree"


def test_the_enclosures_tell_what_happens_at_a_kink():
    (one,) = compared(graph_with("relu(x)"), {"x": 0}).values()
    assert one.reverse.contains(arb(0).union(arb(1)))
    assert one.symbolic.contains(arb(0).union(arb(1)))


def test_the_limit_of_agreement_is_what_the_reports_say():
    assert limits.AGREEMENT_DIGITS == 30


@pytest.mark.parametrize(
    ("text", "at"),
    [("atan2((z - z)*x, z)", "x=-7/3, z=-1/3"), ("floor(3*(x/3))", "x=7"), ("atan2(0*x, -y)", "x=-1, y=2")],
)
def test_the_sign_of_a_float_zero_or_its_rounding_on_a_jump_is_no_disagreement(text, at):
    assert evaluate(text, at=at).verdict.name != "disagree"
