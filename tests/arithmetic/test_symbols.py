"""SymPy expressions: constructors that mean what the table means, and their enclosures in balls."""

import itertools
from fractions import Fraction

import mpmath
import pytest
import sympy
from enclosed import between, from_mpmath, slope_of, value_of
from flint import arb, ctx
from hypothesis import assume, given
from hypothesis import strategies as st
from reference import REFERENCE, exact
from strategies import rationals, trees, write

from gradcheck.arithmetic.balls import Balls
from gradcheck.arithmetic.formula import enclose
from gradcheck.arithmetic.symbols import Symbols, formula, without_steps
from gradcheck.build import build
from gradcheck.forward import evaluate
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.syntax.plain import parse

ROWS = PRIMITIVES.values()
X, Y, Z = (sympy.Symbol(name, real=True) for name in "xyz")


@pytest.fixture(autouse=True)
def _precision():
    before = ctx.prec
    ctx.prec = 256
    yield
    ctx.prec = before


def ball(text):
    return Balls(256).number(Fraction(text))


def construct(name, *arguments):
    return Symbols().function(PRIMITIVES[name])(*arguments)


def enclosed(expression, **values):
    return enclose(formula(expression), values)


def expression_of(text):
    graph = build(parse(text))
    inputs = {name: sympy.Symbol(name, real=True) for name in graph.inputs}
    return evaluate(graph, Symbols(), inputs)[graph.output]


# -- constructors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_constructor_means_what_mpmath_computes(row):
    """In SymPy's own numerics, and in the balls that enclose the formula."""
    symbols = (X, Y, Z)[: row.arity]
    expression = construct(row.name, *symbols)
    terms = formula(expression)
    for sample in row.samples:
        wanted = value_of(row.name, sample)
        found = enclose(terms, {symbol.name: ball(text) for symbol, text in zip(symbols, sample, strict=True)})
        assert found.overlaps(wanted), sample
        if not (row.boolean and sample[0] == sample[1]):  # a comparison that touches is a hull here
            assert found.rad() < arb("1e-60") * (1 + abs(wanted)), sample
        point = {symbol: sympy.Rational(text) for symbol, text in zip(symbols, sample, strict=True)}
        number = sympy.N(expression.subs(point), 40)
        assert abs(arb(str(number)) - wanted) < arb("1e-35") * (1 + abs(wanted)), sample


@pytest.mark.parametrize("row", [row for row in ROWS if not row.boolean], ids=lambda row: row.name)
def test_derivatives_of_constructors_are_enclosed_too(row):
    """SymPy's diff of the constructor against a slope in mpmath: the whole symbolic column of the row."""
    symbols = (X, Y, Z)[: row.arity]
    for position, symbol in enumerate(symbols):
        if (row.name, position) == ("where", 0):
            continue
        terms = formula(without_steps(sympy.diff(construct(row.name, *symbols), symbol)))
        for sample in row.samples:
            found = enclose(terms, {other.name: ball(text) for other, text in zip(symbols, sample, strict=True)})
            slope = slope_of(row.name, sample, position)
            assert abs(found - slope) < arb("1e-40") * (1 + abs(slope)), sample


@pytest.mark.parametrize("name", ["abs", "sign", "heaviside", "max", "min", "relu", "cbrt"])
@pytest.mark.parametrize("value", ["0.5", "2"])
def test_functions_of_what_sympy_cannot_call_real(name, value):
    """log(x) may be complex to SymPy: then no Abs, sign or Max, whose derivatives SymPy leaves unevaluated."""
    row = PRIMITIVES[name]
    inner = [sympy.log(X), *[sympy.Rational(1, 3)] * (row.arity - 1)]
    expression = construct(name, *inner)
    with mpmath.workdps(50):
        arguments = [mpmath.log(exact(value)), *[exact("1/3")] * (row.arity - 1)]
        wanted = from_mpmath(REFERENCE[name](*arguments)) + arb(0, "1e-45")
    assert enclosed(expression, x=ball(value)).overlaps(wanted)
    derivative = sympy.diff(expression, X)
    assert not derivative.has(sympy.Derivative, sympy.Subs)
    assert enclosed(derivative, x=ball(value)).is_finite()


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("x + y - 2", X + Y - 2),
        ("0.1*x", X / 10),
        ("x/y", X / Y),
        ("-x^2", -(X**2)),
        ("e^x", sympy.exp(X)),
        ("pi*x", sympy.pi * X),
        ("expm1(x)", sympy.exp(X) - 1),
        ("log(x, 10)", sympy.log(X) / sympy.log(10)),
        ("sigmoid(x)", 1 / (1 + sympy.exp(-X))),
        ("acot(x)", sympy.pi / 2 - sympy.atan(X)),
        ("|x|", sympy.Abs(X)),
        ("where(x > 0, x, -x)", sympy.Piecewise((X, X > 0), (-X, True))),
        ("where(1 > 0, x, y)", X),
        ("where(1 < 0, x, y)", Y),
        ("max(x, y, z)", sympy.Max(X, Y, Z)),
    ],
)
def test_expressions(text, expression):
    assert sympy.simplify(expression_of(text) - expression) == 0


@given(
    trees(
        ("x", "y"), rows=("+", "-", "*", "neg", "sin", "exp", "abs", "max", "min", "<", "where", "cbrt"), operations=5
    ),
    rationals(-3, 3, 7),
    rationals(-3, 3, 7),
)
def test_random_expressions_enclose_what_balls_compute(tree, x, y):
    """The formula's enclosure meets the forward pass in balls, at points off every break."""
    graph = build(parse(write(tree)))
    point = {"x": x, "y": y}
    arithmetic, symbols = Balls(256), {name: sympy.Symbol(name, real=True) for name in "xy"}
    values = {name: arithmetic.number(number) for name, number in point.items()}
    direct = evaluate(graph, arithmetic, values)[graph.output]
    expression = evaluate(graph, Symbols(), symbols)[graph.output]
    assume(direct.is_finite() and expression is not sympy.nan)
    assert enclose(formula(sympy.sympify(expression)), values).overlaps(direct)


BOOLEAN_OPERANDS = [
    "x > 0",
    "y < 0",
    "where(x > 0, 0, 5)",
    "where(x > 0, 2, 0)",
    "abs(log(x + 3) - 1/2)",
    "x",
    "0",
    "1",
]


@pytest.mark.parametrize("one", BOOLEAN_OPERANDS)
@pytest.mark.parametrize("connective", ["and", "or"])
def test_connectives_of_any_numbers(one, connective):
    """BUG: the truth of where(x > 0, 0, 5) is taken to be x > 0, and that of a piecewise |u| to be u >= 0."""
    arithmetic = Balls(256)
    for other in ("x > 0", "y < 0", "1"):
        text = f"where(({one}) {connective} ({other}), 1, 2)"
        graph = build(parse(text))
        expression = formula(sympy.sympify(expression_of(text)))
        for x, y in itertools.product((Fraction(-3, 2), Fraction(1, 2), Fraction(2)), repeat=2):
            values = {"x": arithmetic.number(x), "y": arithmetic.number(y)}
            direct = evaluate(graph, arithmetic, values)[graph.output]
            assert enclose(expression, values).overlaps(direct), (text, x, y)


# -- enclosures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "x", "low", "high"),
    [
        (sympy.sign(X), (0, 0), -1, 1),
        (sympy.sign(X), (1, 2), 1, 1),
        (sympy.Heaviside(X), (0, 0), 0, 1),
        (sympy.Heaviside(X), (-2, -1), 0, 0),
        (sympy.Piecewise((1, X > 0), (2, True)), (1, 1), 1, 1),
        (sympy.Piecewise((1, X > 0), (2, True)), (-1, -1), 2, 2),
        (sympy.Piecewise((1, X > 0), (2, True)), (0, 0), 1, 2),
        (sympy.Piecewise((1, X > 1), (2, X > 0), (3, True)), ("0.5", "0.5"), 2, 2),
        (sympy.Piecewise((1, X > 1), (2, X > 0), (3, True)), (0, 2), 1, 3),
        (sympy.Piecewise((1, sympy.And(X > 0, X < 1)), (2, True)), ("0.5", "0.5"), 1, 1),
        (sympy.Piecewise((1, sympy.Or(X < 0, X > 1)), (2, True)), ("0.5", "0.5"), 2, 2),
        (sympy.Piecewise((1, sympy.Ne(X, 0)), (2, True)), (3, 3), 1, 1),
        (sympy.Abs(X), (-2, 1), 0, 2),
        (sympy.Max(X, 1), (0, 2), 1, 2),
        (sympy.Min(X, 1), (0, 2), 0, 1),
        (X**2, (-1, 2), 0, 4),
        (X**3, (-1, 2), -1, 8),
        (sympy.sqrt(X), (1, 4), 1, 2),
        (sympy.floor(X), ("0.5", "1.5"), 0, 1),
        (sympy.ceiling(X), ("0.5", "1.5"), 1, 2),
    ],
)
def test_enclosures_are_hulls(expression, x, low, high):
    found = enclosed(expression, x=between(*x))
    assert found.contains(arb(low))
    assert found.contains(arb(high))
    assert found.rad() <= (arb(high) - arb(low)) * arb("1.3") + arb("1e-60")


@pytest.mark.parametrize(
    "expression",
    [
        sympy.nan,
        sympy.zoo,
        sympy.oo,
        sympy.I * X,
        sympy.gamma(X),
        sympy.Derivative(sympy.floor(X), X),
        sympy.DiracDelta(X),
        sympy.Integral(X, X),
    ],
)
def test_what_cannot_be_enclosed_is_nan(expression):
    assert not enclosed(expression, x=arb(0)).is_finite()


def test_the_delta_is_zero_off_its_place():
    assert enclosed(sympy.DiracDelta(X), x=arb(1)) == 0


@pytest.mark.parametrize("expression", [sympy.acot(X), sympy.asec(X), sympy.acsc(X), sympy.acoth(X), sympy.acsch(X)])
@pytest.mark.parametrize("value", ["-3", "-5/4", "7/3"])
def test_sympys_own_branches(expression, value):
    """SymPy's acot is odd, unlike the table's; a formula says what SymPy means."""
    wanted = arb(str(sympy.N(expression.subs(X, sympy.Rational(value)), 60)))
    assert abs(enclosed(expression, x=ball(value)) - wanted) < arb("1e-50")


def test_formulas_are_plain_data_with_equal_terms_once():
    found = formula(sympy.sin(X) * sympy.exp(sympy.sin(X)) + sympy.Rational(1, 3))
    assert len([term for term in found if term.head == "sin"]) == 1
    for position, term in enumerate(found):
        assert all(argument < position for argument in term.arguments)
        assert isinstance(term.head, str)


def test_a_deep_expression_is_no_problem():
    expression = X
    for _ in range(300):
        expression = sympy.sin(expression, evaluate=False) + 1
    assert enclosed(expression, x=arb(1)).is_finite()


# -- steps ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "derivative"),
    [
        (sympy.floor(X), 0),
        (X * sympy.ceiling(X), sympy.ceiling(X)),
        (sympy.floor(X**2), 0),
        (sympy.sin(X + sympy.floor(2 * X)), sympy.cos(X + sympy.floor(2 * X))),
        (sympy.exp(X), sympy.exp(X)),
    ],
)
def test_steps_have_no_slope(expression, derivative):
    assert sympy.simplify(without_steps(sympy.diff(expression, X)) - derivative) == 0


# -- numbers -------------------------------------------------------------------------------------------------------


@given(st.fractions())
def test_numbers_are_exact(value):
    found = Symbols().number(value.numerator if value.denominator == 1 else value)
    assert found == sympy.Rational(value.numerator, value.denominator)
    assert enclosed(found).contains(arb(value.numerator) / value.denominator)


def test_constants():
    assert Symbols().constant("pi") is sympy.pi
    assert Symbols().constant("e") is sympy.E
    assert enclosed(sympy.pi).overlaps(arb.pi())
    assert enclosed(sympy.E).overlaps(arb(1).exp())
