"""Taylor arithmetic: coefficients by the table's own derivatives are those that mpmath finds."""

import mpmath
import pytest
from enclosed import from_mpmath
from flint import arb, arb_series, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import REFERENCE, exact
from strategies import SMOOTH, rationals, trees, write

from gradcheck import rules
from gradcheck.arithmetic.balls import shared
from gradcheck.arithmetic.series import PowerSeries
from gradcheck.build import build
from gradcheck.forward import evaluate
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.syntax.plain import parse

ORDER = 6


def series_of(text, order=ORDER, precision=256, **points):
    """The Taylor coefficients along (1, 1, …) at a point of numbers or balls."""
    graph = build(parse(text))
    arithmetic = PowerSeries(precision)
    with arithmetic.working():
        inputs = {name: arithmetic.variable(arb(value), arb(1)) for name, value in points.items()}
        values = evaluate(graph, arithmetic, inputs)
        arithmetic.advance(order)
        found = values[graph.output]
        return [found[k] for k in range(order + 1)]


def is_near(ball, value, digits=25):
    with shared(320).working():
        wanted = from_mpmath(value)
        return ball.is_finite() and abs(ball - wanted) < arb(10) ** -digits * (1 + abs(wanted))


ROWS = [row for row in PRIMITIVES.values() if not row.boolean and row.name != "where"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_primitive_has_the_coefficients_that_mpmath_finds(row):
    """At its own samples, all arguments moving at speeds of their own."""
    speeds = (1, mpmath.mpf("-0.5"), 2)
    for sample in row.samples:
        start = [exact(text) for text in sample]

        def along(t, start=start):
            return REFERENCE[row.name](*(u + t * v for u, v in zip(start, speeds, strict=False)))

        if row.name in {"**", "root"} and start[0] < 0:
            continue  # real for integer second arguments only: see the literal ones below
        with mpmath.workdps(60):
            wanted = mpmath.taylor(along, 0, ORDER)
        arithmetic = PowerSeries(256)
        with arithmetic.working():
            arguments = [
                arithmetic.variable(from_mpmath(u), from_mpmath(mpmath.mpf(v)))
                for u, v in zip(start, speeds, strict=False)
            ]
            found = arithmetic.function(row)(*arguments)
            arithmetic.advance(ORDER)
            assert all(is_near(found[k], wanted[k], 15) for k in range(ORDER + 1)), sample


@pytest.mark.parametrize("exponent", ["2", "7", "-1", "-3", "1/2", "5/3", "-3/2"])
@pytest.mark.parametrize("x", ["2", "1/7", "-3"])
def test_literal_powers(exponent, x):
    if "/" in exponent and x.startswith("-"):
        return
    with mpmath.workdps(60):
        power = exact(exponent)
        wanted = mpmath.taylor(lambda u: u ** (int(power) if power == int(power) else power), exact(x), ORDER)
        with shared(320).working():
            start = from_mpmath(exact(x))
    found = series_of(f"x**({exponent})", x=start)
    assert all(is_near(one, other, 20) for one, other in zip(found, wanted, strict=True))


def test_powers_at_0_end():
    assert [float(one) for one in series_of("x**3 + x**2*3 + x**0", x=0)] == [1, 0, 3, 1, 0, 0, 0]


def in_mpmath(tree, point):
    if not tree.operation:
        constants = {"e": mpmath.e, "pi": mpmath.pi, "π": mpmath.pi}
        return +constants[tree.leaf] if tree.leaf in constants else exact(point.get(tree.leaf, tree.leaf))
    operands = [in_mpmath(operand, point) for operand in tree.operands]
    if any(abs(operand) > 1e6 for operand in operands):
        raise OverflowError("mpmath takes minutes for exp of what exp returned")
    return REFERENCE[tree.operation](*operands)


@settings(max_examples=40)
@given(
    trees(("x", "y"), rows=(*SMOOTH, "exp", "sinh", "swish", "sqrt", "log1p"), operations=5),
    st.fixed_dictionaries({"x": rationals(0, 2), "y": rationals(0, 2)}),
)
def test_random_expressions_have_the_coefficients_that_mpmath_finds(tree, point):
    graph = build(parse(write(tree)))
    try:
        with mpmath.workdps(80):
            start = {name: exact(value) for name, value in point.items()}
            wanted = mpmath.taylor(lambda t: in_mpmath(tree, {name: v + t for name, v in start.items()}), 0, 4)
            values = {name: from_mpmath(value) for name, value in start.items()}
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return  # outside the domain
    if any(isinstance(one, mpmath.mpc) or abs(one) > 1e12 for one in wanted):
        return
    arithmetic = PowerSeries(320)
    with arithmetic.working():
        inputs = {name: arithmetic.variable(values[name], arb(1)) for name in graph.inputs}
        found = evaluate(graph, arithmetic, inputs)[graph.output]
        arithmetic.advance(4)
        for k in range(5):
            assert not found[k].is_finite() or is_near(found[k], wanted[k], 12)


FLINT = {
    "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "atan": "atan", "asin": "asin", "log": "log",
    "sqrt": "sqrt", "erf": "erf", "erfc": "erfc",
}  # fmt: skip


@pytest.mark.parametrize("name", FLINT)
def test_flint_finds_the_same_series(name):
    """A second implementation, by other algorithms, to order 40."""
    before = ctx.cap, ctx.prec
    ctx.cap, ctx.prec = 41, 256
    try:
        found = series_of(f"{name}(x)", 40, x=arb(1) / 3)
        wanted = getattr(arb_series([arb(1) / 3, 1]), FLINT[name])()
        assert all(abs(one - wanted[k]) < arb(10) ** -40 for k, one in enumerate(found))
    finally:
        ctx.cap, ctx.prec = before


def test_a_wide_first_coefficient_encloses_all_in_between():
    wide = series_of("sqrt(x**2 + exp(x))*sin(x)/x", x=arb(1.5, 0.125))
    for x in (1.375, 1.4, 1.5, 1.625):
        inside = series_of("sqrt(x**2 + exp(x))*sin(x)/x", x=x)
        assert all(one.contains(other) for one, other in zip(wide, inside, strict=True))


def test_sinc_has_a_series_at_0_where_its_rule_divides_by_0():
    found = series_of("sinc(x)", 8, x=0)
    wanted = [1, 0, -1 / 6, 0, 1 / 120, 0, -1 / 5040, 0, 1 / 362880]
    assert [float(one.mid()) for one in found] == pytest.approx(wanted)
    around = series_of("sinc(x)", 8, x=arb(0, 0.25))
    assert all(one.contains(other) for one, other in zip(around, found, strict=True))


def texts(found):
    return [one.str(5, radius=False) if one.is_finite() and one.rad() < 1e-9 else str(one.is_finite()) for one in found]


@pytest.mark.parametrize(
    ("text", "x", "wanted"),
    [
        ("abs(x)", 2, ["2.0000", "1.0000", "0"]),
        ("abs(x)", 0, ["0", "True", "False"]),  # the hull of both slopes, then nothing
        ("x*abs(x)", 0, ["0", "0", "True"]),
        ("relu(x)", 0, ["0", "True", "False"]),
        ("sign(x)", -3, ["-1.0000", "0", "0"]),
        ("sign(x)", 0, ["True", "False", "False"]),
        ("floor(x)*x", 1.5, ["1.5000", "1.0000", "0"]),
        ("floor(x)*x", 2, ["True", "False", "False"]),
        ("max(x**2, x)", 3, ["9.0000", "6.0000", "1.0000"]),
        ("max(1, sqrt(x))", 0, ["1.0000", "0", "0"]),  # what is not selected does not matter
        ("where(x > 0, x**2, log(-x))", 1, ["1.0000", "2.0000", "1.0000"]),
        ("where(x > 1, x**2, x)", 1, ["1.0000", "False", "False"]),
        ("where(x > 1 and x < 3, x**2, x)", 2, ["4.0000", "4.0000", "1.0000"]),
        ("sqrt(x**2)", 0, ["0", "False", "False"]),  # 0 times an infinite slope is not 0
        ("sqrt(x)", 0, ["0", "False", "False"]),
        ("hypot(x, 2*x)", 0, ["0", "False", "False"]),
        ("leaky_relu(x, 1/5)", -1, ["-0.20000", "0.20000", "0"]),
        ("pi*e", 1, ["8.5397", "0", "0"]),
    ],
)
def test_kinks_jumps_and_branches(text, x, wanted):
    assert texts(series_of(text, 2, x=x)) == wanted


def test_deep_and_long_graphs_need_no_recursion():
    deep = series_of("sin(" * 3_000 + "x" + ")" * 3_000, 3, 128, x=1)
    assert all(one.is_finite() for one in deep)
    long = series_of("+".join(f"{k}*x**2" for k in range(1_500)), 3, 128, x=1)
    assert float(long[2]) == sum(range(1_500))


def test_high_orders_of_nested_powers():
    assert all(one.is_finite() for one in series_of("x**x * x**pi * sinc(x)", 100, x=1))


def test_a_wrong_derivative_shows(monkeypatch):
    """The coefficients follow from the table's text: with another text they are others."""
    right = series_of("tan(x)", 3, x=1)
    rule_of, wrong = rules.local_derivative, rules.make_rule("1 - y**2", 1)
    monkeypatch.setattr(rules, "local_derivative", lambda row, *at: wrong if row.name == "tan" else rule_of(row, *at))
    assert not series_of("tan(x)", 3, x=1)[1].overlaps(right[1])
