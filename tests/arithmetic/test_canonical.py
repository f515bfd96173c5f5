"""Exact forms: every rewriting keeps the value wherever there is one, and what must stay apart stays apart."""
# ruff: noqa: E501 - tables of cases read best in rows

from __future__ import annotations

import contextlib
import random

import mpmath
import pytest
from form_values import UndefinedError, UnsettledError, value
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf
from reference import exact, random_graph

from gradcheck.arithmetic.canonical import Canonical
from gradcheck.arithmetic.forms import NoFormError
from gradcheck.arithmetic.zero import is_zero
from gradcheck.build import build
from gradcheck.errors import GradcheckError
from gradcheck.forward import evaluate
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.routes import reverse
from gradcheck.syntax.plain import parse

CANONICAL = Canonical()


def form(text, signs=None):
    """The form of an expression, among the atoms of those before it."""
    graph = build(parse(text))
    inputs = {name: CANONICAL.algebra.variable(name, (signs or {}).get(name, "")) for name in graph.inputs}
    return evaluate(graph, CANONICAL, inputs)[graph.output]


def same(one, other, signs=None):
    CANONICAL.algebra.start()
    return is_zero(CANONICAL.algebra, form(one, signs) - form(other, signs))


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_a_form_is_worth_what_its_expression_is(seed):
    graph = random_graph(random.Random(seed), rough=False, operations=6)
    if not graph.is_settled():
        return
    CANONICAL.algebra.start()
    try:
        found = form(graph.text)
    except (NoFormError, GradcheckError):
        return
    with mpmath.workdps(80):
        wanted = graph.value(digits=80)
        try:
            said = value(found, {name: exact(text) for name, text in graph.at.items()})
        except (UnsettledError, UndefinedError):
            return
        assert abs(said - wanted) <= mpf(10) ** -25 * (1 + abs(wanted)), graph.text


def test_nearly_every_random_graph_has_a_form_with_a_value():
    """The properties above are not empty."""
    found = 0
    for seed in range(200):
        graph = random_graph(random.Random(seed), rough=False, operations=6)
        CANONICAL.algebra.start()
        with mpmath.workdps(80), contextlib.suppress(NoFormError, GradcheckError, UndefinedError, UnsettledError):
            value(form(graph.text), {name: exact(text) for name, text in graph.at.items()})
            found += 1
    assert found > 190


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_the_sweep_in_forms_is_worth_what_the_derivative_is(seed):
    graph = random_graph(random.Random(seed), rough=False, operations=5)
    if not graph.is_settled():
        return
    CANONICAL.algebra.start()
    try:
        bound = frozenset(graph.at)
        built = build(parse(graph.text, bound), bound)
        values = evaluate(built, CANONICAL, {name: CANONICAL.algebra.variable(name) for name in built.inputs})
        adjoints = reverse.sweep(built, CANONICAL, values).adjoints
    except (NoFormError, GradcheckError):
        return
    for name, node in built.inputs.items():
        wanted, found = graph.derivative(name), adjoints[node]
        if wanted is None or found is None:
            assert not wanted
            continue
        with mpmath.workdps(80):
            try:
                said = value(found, {name: exact(text) for name, text in graph.at.items()})
            except (UnsettledError, UndefinedError):
                continue
            assert abs(said - wanted) <= mpf(10) ** -10 * (1 + abs(wanted)), graph.text


@settings(max_examples=80)
@given(st.integers(0, 2**32), st.sampled_from(["{0} + 1/1000", "-({0})", "2*({0})", "({0})*cos(x)", "sin({0})"]))
def test_forms_that_are_equal_have_equal_values(seed, other):
    """Whenever two expressions are found to be the same, mpmath finds them equal."""
    graph = random_graph(random.Random(seed), rough=False, operations=4)
    changed = other.format("q")
    text = f"{graph.text.rpartition(';')[0]}; q = {graph.text.rpartition(';')[2]}; {changed}".lstrip("; ")
    try:
        equal = same(graph.text, text)
    except (NoFormError, GradcheckError):
        return
    value_here = graph.value()
    if not equal or value_here is None or not graph.is_settled():
        return
    x = exact(graph.at.get("x", "0"))
    moved = {
        "{0} + 1/1000": value_here + mpf("0.001"),
        "-({0})": -value_here,
        "2*({0})": 2 * value_here,
        "({0})*cos(x)": value_here * mpmath.cos(x),
        "sin({0})": mpmath.sin(value_here),
    }[other]
    assert mpmath.almosteq(moved, value_here, rel_eps=mpf("1e-12"), abs_eps=mpf("1e-12")), graph.text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x/x", "1"), ("(x + 1)**2", "x**2 + 2*x + 1"), ("(x**2 - 1)/(x - 1)", "x + 1"), ("1/(1 + 1/x)", "x/(1 + x)"),
        ("1/(x - 1) - 1/(x + 1)", "2/(x**2 - 1)"), ("x**2*x**3", "x**5"), ("x**0", "1"), ("sqrt(x*y)", "sqrt(x)*sqrt(y)"), ("(x + y)**20/(x + y)**19", "x + y"),
        ("sqrt(x)*sqrt(x)", "x"), ("x/sqrt(x)", "sqrt(x)"), ("x**(3/2)", "x*sqrt(x)"), ("sqrt(4*x)", "2*sqrt(x)"), ("sqrt(8)", "2*sqrt(2)"),
        ("sqrt(x)*sqrt(x - 1)", "sqrt(x**2 - x)"), ("sqrt(x**2)", "abs(x)"), ("sqrt(x**4)", "x**2"), ("sqrt(x**2 + 2*x*y + y**2)", "sqrt((x + y)**2)"),
        ("1/(sqrt(x + 1) + sqrt(x))*(sqrt(x + 1) + sqrt(x))", "1"), ("cbrt(x)**3", "x"), ("cbrt(x*y)", "cbrt(x)*cbrt(y)"), ("root(x, 5)**5", "x"),
        ("cbrt(8*x)", "2*cbrt(x)"), ("exp(x)*exp(y)", "exp(x + y)"), ("exp(2*x)", "exp(x)**2"), ("exp(x/2)**2", "exp(x)"), ("e**x", "exp(x)"),
        ("exp(log(x))", "x"), ("exp(2*log(x))", "x**2"), ("exp(n*log(x))", "x**n"), ("x**n*x", "x**(n + 1)"), ("x**(2*n)", "(x**n)**2"),
        ("2**x*3**x", "6**x"), ("4**x", "2**(2*x)"), ("log(exp(x))", "x"), ("log(4)", "2*log(2)"), ("log(2*x)", "log(2) + log(x)"), ("log(x**3)", "3*log(x)"),
        ("log(x**2)", "2*log(abs(x))"), ("log(1/x)", "-log(x)"), ("log(sqrt(x))", "log(x)/2"), ("log(x*exp(x))", "log(x) + x"), ("1/(log10(x)*log(10))", "1/log(x)"), ("log10(x)", "log(x)/log(10)"),
        ("sin(x)**2 + cos(x)**2", "1"), ("tan(x)", "sin(x)/cos(x)"), ("1 + tan(x)**2", "sec(x)**2"), ("csc(x)**2 - cot(x)**2", "1"), ("sin(-x)", "-sin(x)"),
        ("cos(-x)", "cos(x)"), ("sin(2*x)", "2*sin(x)*cos(x)"), ("cos(3*x)", "4*cos(x)**3 - 3*cos(x)"), ("sin(x + y)", "sin(x)*cos(y) + cos(x)*sin(y)"),
        ("cos(x/2)**2", "(1 + cos(x))/2"), ("sin(x + pi/2)", "cos(x)"), ("sin(x - pi)", "-sin(x)"), ("cos(pi/3)", "1/2"), ("sin(pi/4)", "sqrt(2)/2"), ("cos(pi)", "-1"),
        ("sin(x)**4", "1 - 2*cos(x)**2 + cos(x)**4"), ("sqrt(1 - sin(x)**2)", "abs(cos(x))"), ("cosh(x)**2 - sinh(x)**2", "1"), ("tanh(x)", "sinh(x)/cosh(x)"),
        ("1 - tanh(x)**2", "sech(x)**2"), ("coth(x)*tanh(x)", "1"), ("sigmoid(x)", "exp(x)/(1 + exp(x))"), ("sigmoid(x)", "(1 + tanh(x/2))/2"), ("sigmoid(-x)", "1 - sigmoid(x)"),
        ("softplus(x) - softplus(-x)", "x"), ("acos(x)", "pi/2 - asin(x)"), ("acot(x) + atan(x)", "pi/2"), ("erf(-x)", "-erf(x)"), ("erfc(x)", "1 - erf(x)"),
        ("abs(x*y)", "abs(x)*abs(y)"), ("abs(-x)", "abs(x)"), ("abs(x)**2", "x**2"), ("x/abs(x)", "sign(x)"), ("max(x, y) + min(x, y)", "x + y"), ("relu(x) - relu(-x)", "x"),
        ("where(x > 0, x, -x)", "abs(x)"), ("where(sin(x) > 0, 1, 0) + where(sin(x) <= 0, 1, 0)", "1"), ("heaviside(x)", "where(x > 0, 1, 0)"), ("ceil(-x)", "-floor(x)"),
        ("hypot(x, y)**2", "x**2 + y**2"), ("abs(exp(x))", "exp(x)"), ("sqrt((x**2 + 1)*y)", "sqrt(x**2 + 1)*sqrt(y)"),
    ],
)  # fmt: skip
def test_identities_that_are_found(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sqrt(x**2)", "x"), ("sqrt(x*y)", "sqrt(x)*sqrt(y) + 1"), ("log(x**2)", "2*log(x) + 1"), ("cbrt(x**2)", "cbrt(x)"), ("(x**2)**(1/4)", "cbrt(x)"),
        ("abs(x)", "x"), ("sign(x)", "1"), ("atan(tan(x))", "x"), ("asin(sin(x))", "x"), ("acos(cos(x))", "x"), ("log(exp(x) + 1)", "x"), ("floor(x)", "ceil(x) - 1"),
        ("x**n", "x**m"), ("2**x", "3**x"), ("sqrt(x**(2*n))", "x**n"), ("sqrt((x**n)**2)", "x**n"), ("sin(x)", "cos(x)"), ("exp(x)", "exp(-x)"), ("where(sin(x) > 0, 1, 0)", "1"),
        ("sign(relu(x))**2", "1"), ("hypot(heaviside(x), heaviside(x))/hypot(heaviside(x), heaviside(x))*sign(hypot(heaviside(x), heaviside(x)))", "1"),
        ("abs(x**3)", "x**3"), ("sqrt(x - 1)*sqrt(x - 1)", "1 - x"), ("(-1)**n", "1"), ("where(x == 77, 1, 0)", "0"), ("max(x, y)", "x"), ("log(x*y)", "log(x)"),
        ("sqrt(sin(x)**2)", "sin(x)"), ("sqrt(1 - sin(x)**2)", "cos(x)"), ("abs(x - 1)", "1 - x"), ("where(relu(x) > 0, 1, 0)", "heaviside(relu(x))"),
    ],
)  # fmt: skip
def test_what_differs_somewhere_is_never_found_the_same(one, other):
    assert not same(one, other)


@pytest.mark.parametrize(
    ("one", "other", "signs"),
    [
        ("sqrt(x**2)", "x", {"x": "+"}), ("sqrt(x**2)", "-x", {"x": "-"}), ("abs(x)", "-x", {"x": "-"}),
        ("log(x*y)", "log(x) + log(y)", {"x": "+"}), ("sign(x)", "1", {"x": "+"}), ("(x*y)**n", "x**n*y**n", {"x": "+", "y": "+"}), ("relu(x)", "0", {"x": "-"}),
        ("sqrt(x**(2*n))", "x**n", {"x": "+"}), ("where(x > 0, 1, y)", "1", {"x": "+"}),
    ],
)  # fmt: skip
def test_declared_signs_are_used(one, other, signs):
    assert same(one, other, signs)
    assert not same(one, other)


@pytest.mark.parametrize(
    "text", ["1/(x - x)", "log(x - x)", "log(-2)", "sqrt(-1 - 1)", "(x - x)**(-1)", "cos(x - x)/sin(x - x)"]
)
def test_what_is_nowhere_defined_has_no_form(text):
    with pytest.raises(NoFormError):
        form(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" + " + ".join(f"x{i}" for i in range(60)) + ")*(" + " + ".join(f"y{i}" for i in range(60)) + ")",
        "2**100000*x/3**100000*sqrt(2**100001)",
        "sqrt(123456789012345678901234567890*x)",
    ],
)
def test_what_would_cost_too_much_is_given_up_soon(text):
    with pytest.raises(NoFormError):
        form(text)


def test_high_powers_are_not_multiplied_out_unless_they_must():
    assert same("(x + y)**500*(x + y)", "(x + y)**501")


def test_every_primitive_has_a_form():
    for row in PRIMITIVES.values():
        CANONICAL.algebra.start()
        arguments = [CANONICAL.algebra.variable(name) for name in "xyz"[: row.arity]]
        if row.name in {"and", "or", "where"}:
            truth = form("sin(t) > 0")
            arguments = [truth, truth] if row.arity == 2 else [truth, *arguments[1:]]
        assert CANONICAL.function(row)(*arguments).terms
