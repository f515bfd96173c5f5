"""Python floats: every primitive against mpmath, and the edges that IEEE 754 has."""

import itertools
import math
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reference import REFERENCE, exact

from gradcheck import rules
from gradcheck.arithmetic.balls import Balls
from gradcheck.arithmetic.floats import Floats
from gradcheck.primitives.scalar import PRIMITIVES

ROWS = PRIMITIVES.values()


def call(name, *arguments):
    """The primitive in floats, as the forward pass calls it: undefined is NaN."""
    arithmetic = Floats()
    try:
        return arithmetic.function(PRIMITIVES[name])(*arguments)
    except arithmetic.errors:
        return arithmetic.undefined


def reference(name, *arguments):
    """mpmath's value at the very floats, or None outside the domain."""
    with mpmath.workdps(50):
        value = REFERENCE[name](*(mpmath.mpf(argument) for argument in arguments))
        return None if value is None else float(value)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_primitive_at_its_samples(row):
    for sample in row.samples:
        with mpmath.workdps(50):
            wanted = float(REFERENCE[row.name](*map(exact, sample)))
        assert call(row.name, *(float(Fraction(text)) for text in sample)) == pytest.approx(wanted, rel=1e-12, abs=0)


SMALL = {
    "expm1",
    "log1p",
    "sinh",
    "tanh",
    "asinh",
    "atanh",
    "sin",
    "tan",
    "atan",
    "asin",
    "erf",
    "cbrt",
    "sqrt",
    "sinc",
}


@pytest.mark.parametrize("name", sorted(SMALL))
@pytest.mark.parametrize("argument", [1e-300, 1e-20, 1e-8])
def test_small_arguments_lose_no_digits(name, argument):
    assert call(name, argument) == pytest.approx(reference(name, argument), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("sigmoid", -40.0),
        ("sigmoid", -700.0),
        ("sigmoid", 40.0),
        ("softplus", -700.0),
        ("softplus", 700.0),
        ("softplus", -30.0),
        ("erfc", 20.0),
        ("tanh", 300.0),
        ("asinh", 1e200),
        ("acosh", 1e200),
        ("log1p", 1e300),
        ("swish", -40.0),
    ],
)
def test_large_arguments_neither_overflow_nor_cancel(name, argument):
    assert call(name, argument) == pytest.approx(reference(name, argument), rel=1e-12, abs=0)


@pytest.mark.parametrize(("u", "v"), [(1000.0, 999.0), (-1000.0, -1001.0), (1000.0, -1000.0), (0.0, 0.0), (1e10, 1e10)])
def test_logaddexp_neither_overflows_nor_cancels(u, v):
    assert call("logaddexp", u, v) == pytest.approx(reference("logaddexp", u, v), rel=1e-15)


FINITE = st.floats(-30, 30, allow_subnormal=False)


@given(st.sampled_from([row for row in ROWS if row.floats and not row.boolean]), st.data())
def test_random_arguments(row, data):
    """Within 1e-9 of mpmath, or of what a change of the last bit of an argument does."""
    arguments = [data.draw(FINITE) for _ in range(row.arity)]
    wanted = reference(row.name, *arguments)
    assume(wanted is not None and math.isfinite(wanted) and abs(wanted) > 1e-200)
    found = call(row.name, *arguments)
    moved = [reference(row.name, *(part * (1 + 2.0**-51) for part in arguments))]
    moved.append(reference(row.name, *(part * (1 - 2.0**-51) for part in arguments)))
    slack = max(abs(one - wanted) for one in moved if one is not None) if any(one is not None for one in moved) else 0.0
    assert abs(found - wanted) <= 1e-9 * abs(wanted) + 10 * slack + 1e-13


# -- powers --------------------------------------------------------------------------------------------------------

BASES = ("-3", "-1", "-1/2", "0", "1/2", "1", "3")
EXPONENTS = ("-3", "-2", "-1", "-1/2", "0", "1/2", "1", "5/3", "2", "3", "10")


@pytest.mark.parametrize("base", BASES)
def test_powers_of_every_sign_and_kind(base):
    for exponent in EXPONENTS:
        found = call("**", float(Fraction(base)), float(Fraction(exponent)))
        with mpmath.workdps(50):
            wanted = REFERENCE["**"](exact(base), exact(exponent))
        if wanted is None:
            assert not math.isfinite(found), exponent
        else:
            assert found == pytest.approx(float(wanted), rel=1e-14, abs=0), exponent


@pytest.mark.parametrize(
    ("base", "exponent", "value"),
    [
        (0.0, 0.0, 1.0),
        (0.0, 0.5, 0.0),
        (0.0, -1.0, math.inf),
        (-2.0, 0.5, math.nan),
        (-8.0, 1 / 3, math.nan),
        (-2.0, 3.0, -8.0),
        (1.0, 1e300, 1.0),
        (2.0, 1e4, math.nan),  # too large for a float
        (2.0, -1e4, 0.0),
        (-1.0, 1e15 + 1, -1.0),
    ],
)
def test_powers_at_the_edges(base, exponent, value):
    assert repr(call("**", base, exponent)) == repr(value)


@pytest.mark.parametrize(
    ("u", "degree", "value"),
    [
        (-8.0, 3.0, -2.0),
        (-8.0, -3.0, -0.5),
        (16.0, 4.0, 2.0),
        (16.0, -4.0, 0.5),
        (0.0, 3.0, 0.0),
        (0.0, -3.0, math.nan),
        (-16.0, 4.0, math.nan),
        (4.0, 0.0, math.nan),
        (4.0, 0.5, 16.0),
        (-4.0, 0.5, math.nan),
        (-4.0, 0.2, math.nan),
        (0.0, 0.5, 0.0),
    ],
)
def test_roots(u, degree, value):
    assert call("root", u, degree) == pytest.approx(value, rel=1e-15, nan_ok=True)


@pytest.mark.parametrize("u", [-27.0, -8.0, -1e-300, -0.001, 0.0, 1e-300, 27.0, 1e300])
def test_cube_roots_are_real(u):
    found = call("cbrt", u)
    assert found == pytest.approx(reference("cbrt", u), rel=1e-15)
    assert math.copysign(1.0, found) == math.copysign(1.0, u)


# -- where functions break -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("sign", (-2.0,), -1.0),
        ("sign", (0.0,), 0.0),
        ("sign", (5e-324,), 1.0),
        ("heaviside", (-1.0,), 0.0),
        ("heaviside", (0.0,), 0.5),
        ("heaviside", (1.0,), 1.0),
        ("abs", (-0.0,), 0.0),
        ("relu", (-1.0,), 0.0),
        ("relu", (0.0,), 0.0),
        ("leaky_relu", (-100.0,), -1.0),
        ("leaky_relu_slope", (-2.0, 0.25), -0.5),
        ("floor", (-0.5,), -1.0),
        ("floor", (2.0,), 2.0),
        ("ceil", (-0.5,), 0.0),
        ("ceil", (2.0,), 2.0),
        ("max", (2.0, 2.0), 2.0),
        ("max", (-1.0, -2.0), -1.0),
        ("min", (-1.0, -2.0), -2.0),
        ("where", (1.0, 2.0, 3.0), 2.0),
        ("where", (0.0, 2.0, 3.0), 3.0),
        ("sinc", (0.0,), 1.0),
        ("atan2", (0.0, -1.0), math.pi),
        ("atan2", (1.0, 0.0), math.pi / 2),
        ("atan2", (0.0, 0.0), math.nan),
        ("hypot", (0.0, 0.0), 0.0),
        ("hypot", (3e200, 4e200), 5e200),
        ("/", (1.0, 0.0), math.inf),
        ("/", (-1.0, 0.0), -math.inf),
        ("/", (0.0, 0.0), math.nan),
        ("log", (0.0,), math.nan),
        ("sqrt", (0.0,), 0.0),
        ("asin", (1.0,), math.pi / 2),
        ("acosh", (1.0,), 0.0),
        ("asech", (1.0,), 0.0),
        ("atanh", (1.0,), math.nan),
        ("<", (1.0, 2.0), 1.0),
        ("<=", (2.0, 2.0), 1.0),
        (">", (1.0, 2.0), 0.0),
        (">=", (1.0, 2.0), 0.0),
        ("==", (2.0, 2.0), 1.0),
        ("!=", (2.0, 2.0), 0.0),
    ],
)
def test_edges(name, arguments, value):
    assert call(name, *arguments) == pytest.approx(value, rel=1e-15, nan_ok=True)


@pytest.mark.parametrize("name", ["and", "or"])
@pytest.mark.parametrize(("u", "v"), [*itertools.product((0.0, 1.0), repeat=2)])
def test_connectives(name, u, v):
    assert bool(call(name, u, v)) == bool(REFERENCE[name](u, v))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if not row.boolean and row.name != "where"], ids=lambda row: row.name
)
def test_nan_spreads(row):
    for position in range(1 if row.name == "leaky_relu_slope" else row.arity):  # where may drop its slope
        arguments = [1.5] * row.arity
        arguments[position] = math.nan
        assert math.isnan(call(row.name, *arguments))


@pytest.mark.parametrize("name", ["max", "min"])
@pytest.mark.parametrize("value", [1e308, -1e308, 1.7e308, 5e-324])
def test_the_larger_of_two_equal_numbers_is_that_number(name, value):
    """BUG: u + v - v overflows: max(1e308, 1e308) is inf."""
    assert call(name, value, value) == value


GRID = [*(Fraction(twelfths, 12) for twelfths in range(-42, 43, 6)), Fraction(1, 3), Fraction(-1, 3), Fraction(-1, 7)]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if not row.boolean and row.name != "where"], ids=lambda row: row.name
)
def test_values_are_finite_inside_the_domain_and_nowhere_else(row):
    """The domain is the text in the row; it is decided in balls of the exact arguments."""
    domain, balls = rules.domain(row), Balls(200)
    for arguments in itertools.product(GRID, repeat=row.arity):
        with balls.working():
            numbers = [balls.number(argument) for argument in arguments]
            inside = domain is None or balls.bind(domain)(*numbers, None) == 1
        assert math.isfinite(call(row.name, *map(float, arguments))) == inside, arguments


# -- numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0, 0.0),
        (-3, -3.0),
        (Fraction(1, 10), 0.1),
        (Fraction(1, 3), 1 / 3),
        (2**53 + 1, 2.0**53),
        (Fraction(1, 10**400), 0.0),
        (Fraction(3 * 10**400 + 1, 10**400), 3.0),
        (10**308, 1e308),
    ],
)
def test_numbers_are_rounded_to_the_nearest(value, number):
    assert Floats().number(value) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (10**400, math.inf),
        (-(10**400), -math.inf),
        (Fraction(10**400, 3), math.inf),
        (Fraction(-(10**400), 3), -math.inf),
    ],
    ids=["large", "negative", "fraction", "negative fraction"],
)
def test_numbers_too_large_for_a_float_are_infinite(value, number):
    """And of the right sign, without another conversion to a float."""
    assert Floats().number(value) == number


def test_constants():
    assert Floats().constant("pi") == math.pi
    assert Floats().constant("e") == math.e
    with pytest.raises(KeyError):
        Floats().constant("tau")


def test_a_function_is_looked_up_once():
    arithmetic = Floats()
    for row in ROWS:
        assert arithmetic.function(row) is arithmetic.function(row)


def test_certainty_and_jumps():
    arithmetic = Floats()
    assert arithmetic.is_certain(0.0)
    assert arithmetic.choose(1.0, lambda: "one", lambda: 1 / 0) == "one"
    assert arithmetic.choose(0.0, lambda: 1 / 0, lambda: "other") == "other"
    assert not arithmetic.touches(0.0)


@pytest.mark.parametrize("name", ["<", "<=", ">", ">=", "==", "!="])
def test_what_has_no_value_is_not_compared(name):
    compare = Floats().function(PRIMITIVES[name])
    assert math.isnan(compare(math.nan, 1.0))
    assert math.isnan(compare(1.0, math.nan))
    assert math.isnan(Floats().function(PRIMITIVES["where"])(math.nan, 1.0, 2.0))
