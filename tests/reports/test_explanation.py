"""The derivation in words: every sentence is said where it is true, and is true where it is said."""

from __future__ import annotations

import re
from decimal import Decimal

import mpmath
import pytest

import gradcheck
from gradcheck.primitives.explanations import HEADINGS, RULES, SENTENCES
from gradcheck.primitives.table import PRIMITIVES, SECTIONS
from gradcheck.reports import Style
from gradcheck.reports.explanation import explain
from gradcheck.reports.rules import example

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
LAYER = "norm(sigmoid(W @ x + b) - y)**2"
LAYER_VARS = "W: 2x3; x: 3; b: 2; y: 2"


def explained(text, at=None, style=None, **options):
    return explain(gradcheck.evaluate(text, at=at, **options), style or Style())


def pattern(key):
    """A sentence of the table as a pattern: what stands in braces may be anything."""
    parts = re.split(r"\{\w+\}", SENTENCES[key])
    return re.compile(".+".join(map(re.escape, parts)))


def said(explanation, key):
    return [step for step in explanation.steps if pattern(key).search(step.sentence)]


def slope(function, at):
    return mpmath.diff(function, at)


def node(result, name):
    return next(one for one in result.nodes if one.name == name)


def moves(result, step=1e-6):
    """Whether a nudge of x moves f by the slope times the nudge."""
    x = float(result.value), float(result.gradient[0].adjoint.value)
    moved = gradcheck.evaluate(result.expression, at={"x": Decimal(result.point["x"]) + Decimal(step)})
    return abs(float(moved.value) - x[0] - x[1] * step) < 1e-9


def one_sided(function, at, h=1e-7):
    return (function(at) - function(at - h)) / h, (function(at + h) - function(at)) / h


CASES = {
    "opening": ("x**2", "x=1", {}, lambda r: len(r.nodes) == 2),
    "nothing varies": ("3 + 4", None, {}, lambda r: not r.gradient),
    "is a variable": ("x", "x=2", {}, lambda r: r.gradient[0].adjoint.value == 1),
    "limit": ("+".join(f"sin({k}*x)" for k in range(1, 25)), "x=1", {}, lambda r: len(r.nodes) > 30),
    "sample": ("+".join(f"sin({k}*x)" for k in range(1, 150)), "x=1", {}, lambda r: r.cost.forward > len(r.nodes)),
    "named rule": ("x**3", "x=2", {}, lambda r: r.nodes[1].locals[0].value.value == 12),
    "rule for": ("sin(x)", "x=0", {}, lambda r: r.nodes[1].locals[0].value.value == 1),
    "matrix rule": ("A @ x", "A=[[1,2],[3,4]],x=[5,6]", {}, lambda r: r.nodes[2].primitive == "matmul"),
    "entry by entry": ("sum(sigmoid(x))", "x=[1,2]", {}, lambda r: r.nodes[1].shape == r.nodes[0].shape),
    "broadcast": (
        "sum(t*x)", "t=2,x=[1,2,4]", {}, lambda r: r.gradient[0].name == "t" and r.gradient[0].jacobian.entries == (7,)
    ),
    "again": ("x**2 + x**3", "x=2", {}, lambda r: r.nodes[1].primitive == r.nodes[2].primitive == "**"),
    "rule for again": ("sin(sin(x))", "x=1", {}, lambda r: r.nodes[1].primitive == r.nodes[2].primitive == "sin"),
    "constant": ("x + e**2", "x=1", {}, lambda r: not node(r, "a").locals),
    "truth value": ("where(x > 1, x, 2*x)", "x=3", {}, lambda r: PRIMITIVES[node(r, "a").primitive].boolean),
    "kink": ("relu(x)", "x=0", {}, lambda _: one_sided(lambda t: max(t, 0), 0) == (0, 1)),
    "interval": ("floor(x)*x", "x=2", {}, lambda _: True),
    "jump": ("floor(x)", "x=2", {}, lambda _: one_sided(lambda t: t // 1, 2)[0] > 1e6),
    "no value": ("sqrt(x)", "x=0", {}, lambda _: one_sided(lambda t: abs(t) ** 0.5, 0)[1] > 1e3),
    "closed": ("relu(x)", "x=-2", {}, lambda _: one_sided(lambda t: max(t, 0), -2) == (0, 0)),
    "used": ("x**2 + sin(x)", "x=1", {}, lambda r: sum(one.arguments.count("x") for one in r.nodes) == 2),
    "given": ("x**2", "x=1", {}, lambda r: r.nodes[0].is_input),
    "start": ("x**2", "x=1", {}, lambda r: r.nodes[1].adjoint.value == 1),
    "starts": ("A @ x", "A=[[1,2],[3,4]],x=[5,6]", {}, lambda r: node(r, "f").jacobian.entries == (1, 0, 0, 1)),
    "one path": ("sin(x)", "x=1", {}, lambda r: len(r.nodes[0].paths) == 1),
    "one path again": ("sin(cos(x))", "x=1", {}, lambda r: all(len(one.paths) == 1 for one in r.nodes[:2])),
    "one use": (LAYER, None, {"declarations": LAYER_VARS}, lambda r: len(node(r, "W").sources) == 1),
    "one use again": (LAYER, None, {"declarations": LAYER_VARS}, lambda r: len(node(r, "W").sources) == 1),
    "paths": (RUNNING, "x=1", {}, lambda r: len(node(r, "c").paths) == 2),
    "paths again": (RUNNING, "x=1", {}, lambda r: len(node(r, "a").paths) == 2),
    "no path": ("a = y**2; x + 1", "x=1,y=2", {}, lambda r: node(r, "y").adjoint.value == 0),
    "not listed": (
        "+".join(f"sin({k}*x)" for k in range(1, 150)), "x=1", {"routes": ["reverse"]}, lambda r: not r.nodes[0].paths
    ),
    "zero": ("cos(x)", "x=0", {}, lambda r: r.gradient[0].adjoint.value == 0 == slope(mpmath.cos, 0)),
    "interval sum": ("relu(x)", "x=0", {}, lambda r: r.gradient[0].adjoint.interval),
    "no sum": ("sqrt(x)", "x=0", {}, lambda r: not r.gradient[0].adjoint.value.is_finite()),
    "shape": (LAYER, None, {"declarations": LAYER_VARS}, lambda r: all(n.jacobian.shape == n.shape for n in r.nodes)),
    "nudge": ("x**2", "x=3", {}, moves),
    "level": ("cos(x)", "x=0", {}, moves),
    "nudge array": ("norm(x)**2", "x=[1,2]", {}, lambda r: r.gradient[0].jacobian.entries == (2, 4)),
    "agree": ("x**2", "x=3", {}, lambda r: r.gradient[0].verdict.name == "agree"),
    "route fd": ("x**2", "x=3", {}, lambda r: r.gradient[0].finite_difference.error is not None),
    "route symbolic": ("x**2", "x=3", {}, lambda r: r.gradient[0].symbolic.expression == "2*x"),
    "undecided": ("relu(x)", "x=0", {}, lambda r: r.verdict.name == "undecided"),
    "note": ("relu(x) - relu(-x)", "x=0", {}, lambda r: r.smooth.kind == "smooth"),
    "alone": ("x**2", "x=3", {"routes": ["reverse"]}, lambda r: r.gradient[0].verdict.name is None),
    "correct": ("x**2", "x=3", {"claims": ["2*x"]}, lambda r: r.claims[0].verdict == "correct"),
    "wrong": ("x**2", "x=3", {"claims": ["3*x"]}, lambda r: r.claims[0].verdict == "wrong"),
    "why": ("sin(x**2)", "x=1", {"claims": ["cos(x**2)"]}, lambda r: r.claims[0].diagnosis.misconception),
    "unexplained": ("x**2", "x=3", {"claims": ["17*x**9 - 4"]}, lambda r: r.claims[0].diagnosis is None),
    "open": ("abs(x)", "x=0", {"claims": ["df/dx = 0.5"]}, lambda r: r.claims[0].verdict == "undecided"),
}  # fmt: skip
"""For each sentence an expression that it is about, and what must hold there."""
ELSEWHERE = {"disagree"}
"""No expression makes the routes exclude each other: see below."""


def test_every_sentence_has_its_case():
    assert set(CASES) == set(SENTENCES) - ELSEWHERE


@pytest.mark.parametrize("key", CASES)
def test_a_sentence_is_said_where_it_is_true(key):
    text, at, options, holds = CASES[key]
    result = gradcheck.evaluate(text, at=at, **options)
    assert said(explain(result, Style()), key), [step.sentence for step in explain(result, Style()).steps]
    assert holds(result)


CALM = {
    "kink": ("relu(x)", "x=1"),
    "interval": ("floor(x)*x", "x=5/2"),
    "jump": ("floor(x)", "x=5/2"),
    "no value": ("sqrt(x)", "x=1"),
    "closed": ("relu(x)", "x=1"),
    "used": ("sin(x**2)", "x=1"),
    "no path": ("x + y", "x=1,y=2"),
    "zero": ("cos(x)", "x=1"),
    "nudge": ("relu(x)", "x=0"),
    "level": ("abs(x)", "x=0"),
    "agree": ("relu(x)", "x=0"),
    "undecided": ("relu(x)", "x=1"),
    "disagree": ("relu(x)", "x=0"),
    "limit": (RUNNING, "x=1"),
    "sample": (RUNNING, "x=1"),
    "constant": ("x**2", "x=1"),
    "paths": ("sin(x**2)", "x=1"),
}


@pytest.mark.parametrize("key", CALM)
def test_a_sentence_is_not_said_where_it_is_false(key):
    text, at = CALM[key]
    assert not said(explained(text, at), key)


def test_routes_that_exclude_each_other():
    """A wrong rule, as in the self-check: the tutor does not pass over it."""
    from dataclasses import replace

    result = gradcheck.evaluate("sin(x)", at="x=1")
    wrong = replace(result.gradient[0].verdict, name="disagree", reason="1 is not 2")
    broken = replace(
        result,
        gradient=(replace(result.gradient[0], verdict=wrong),),
        verdict=replace(wrong, reason="at x: 1 is not 2"),
    )
    found = said(explain(broken, Style()), "disagree")
    assert [step.sentence for step in found] == ["The routes exclude each other: 1 is not 2."]
    assert not said(explain(broken, Style()), "agree")


@pytest.mark.parametrize("name", [row.name for rows in SECTIONS.values() for row in rows])
def test_every_primitive_is_explained(name):
    row = PRIMITIVES[name]
    command = example(row)
    expression, at = re.fullmatch(r'gradcheck eval "(.+?)" --at "?(.+?)"?', command).groups()
    result = gradcheck.evaluate(expression, at=at)
    explanation = explain(result, Style())
    assert explanation.of("local")
    names = [one.primitive for one in result.nodes if not one.is_input]
    if name in names:
        step = next(
            step for step in explanation.of("local") if step.operation and node(result, step.node).primitive == name
        )
        used = RULES.get((name, "uv" if row.arity > 1 else "u"))
        wanted = (used.intuition if used else "") or row.intuition
        constant = not row.arity
        assert constant or wanted[1:] in step.sentence
    for step in explanation.steps:
        assert "{" not in step.sentence
        assert "nan" not in step.sentence.lower().split()


def test_the_rules_that_have_names_are_rows_of_the_table():
    for name, letters in RULES:
        assert set(letters) <= set("uvw"[: PRIMITIVES[name].arity])


@pytest.mark.parametrize(
    ("text", "rule", "derivative"),
    [
        ("3*x", "constant factor", lambda t: 3 * t),
        ("x*3 + 1", "constant factor", lambda t: 3 * t + 1),
        ("x/4", "constant factor", lambda t: t / 4),
        ("4/x", "reciprocal", lambda t: 4 / t),
        ("x**3", "power rule", lambda t: t**3),
        ("3**x", "exponential rule", lambda t: 3**t),
        ("x**x", "general power rule", lambda t: t**t),
        ("x*sin(x)", "product rule", lambda t: t * mpmath.sin(t)),
        ("x/sin(x)", "quotient rule", lambda t: t / mpmath.sin(t)),
        ("5 - x", "difference rule", lambda t: 5 - t),
        ("-x", "sign rule", lambda t: -t),
    ],
)
def test_rules_are_called_by_their_names_and_give_the_derivative(text, rule, derivative):
    result = gradcheck.evaluate(text, at="x=2")
    assert any(rule in step.sentence.lower() for step in explain(result, Style()).of("local"))
    assert abs(float(result.gradient[0].adjoint.value) - slope(derivative, 2)) < 1e-9


def test_the_parts_stand_in_order():
    explanation = explained(RUNNING, "x=1", claims=["2*x"])
    kinds = list(dict.fromkeys(step.kind for step in explanation.steps))
    assert kinds == ["opening", *HEADINGS]


def test_the_running_example_in_numbers():
    explanation = explained(RUNNING, "x=1")
    formulas = [formula for step in explanation.steps for formula in step.formulas]
    for formula in (
        "∂a/∂x = 2x = 2",
        "∂d/∂c = 1/(2√c) = 0.259298",
        "a = x² = 1",
        "∂f/∂c = ∂f/∂d·∂d/∂c + ∂f/∂e·∂e/∂c",
        "∂f/∂c = 1·0.259298 + 1·0.545252 = 0.804549",
        "∂f/∂x = 5.98308",
    ):
        assert formula in formulas


def test_numbers_are_those_of_the_result():
    result = gradcheck.evaluate("x**2*exp(y)", at="x=3,y=1/2")
    steps = {step.node: step for step in explain(result, Style(digits=12)).of("gradient")}
    for one in result.gradient:
        shown = steps[one.name].formulas[0].rpartition(" = ")[2]
        assert abs(Decimal(shown) - one.adjoint.value) <= abs(one.adjoint.value) * Decimal("1e-11")


def test_it_is_a_pure_function():
    result = gradcheck.evaluate(RUNNING, at="x=1")
    assert explain(result, Style()) == explain(result, Style())


def test_a_long_sum_leaves_out_its_middle():
    result = gradcheck.evaluate("+".join(f"sin({k}*x)" for k in range(1, 15)), at="x=1")
    short, long = explain(result, Style(nodes="all")), explain(result, Style(nodes="all", verbose=True))
    assert any("terms …" in formula for step in short.of("backward") for formula in step.formulas)
    assert not any("terms …" in formula for step in long.of("backward") for formula in step.formulas)
    assert len(SENTENCES) > 30
