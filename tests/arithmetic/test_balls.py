"""Arb balls: they enclose what mpmath computes, and what every point of an interval gives."""

import itertools
from fractions import Fraction

import pytest
from enclosed import between, slope_of, value_of
from flint import acb, arb, ctx
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import rationals

from gradcheck import rules
from gradcheck.arithmetic.balls import HALF, NAN, ONE, UNIT, ZERO, Balls, ComplexBalls, as_integer, power
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.syntax.tree import normalised

ROWS = PRIMITIVES.values()


@pytest.fixture(autouse=True)
def _precision():
    before = ctx.prec
    ctx.prec = 256
    yield
    ctx.prec = before


def call(name, *arguments, hull=False):
    return Balls(ctx.prec, hull=hull).function(PRIMITIVES[name])(*arguments)


# -- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_primitive_encloses_mpmath_at_its_samples(row):
    for sample, precision in itertools.product(row.samples, (53, 128, 320)):
        arithmetic = Balls(precision)
        with arithmetic.working():
            found = arithmetic.function(row)(*(arithmetic.number(Fraction(text)) for text in sample))
        wanted = value_of(row.name, sample)
        assert found.overlaps(wanted), sample
        assert found.rad() <= (abs(wanted) + 1) * arb(2) ** (16 - precision), sample  # and tightly


@given(st.sampled_from([row for row in ROWS if not row.boolean and row.name != "where"]), st.data())
def test_random_rational_arguments(row, data):
    arguments = [data.draw(rationals(-9, 9, 12)) for _ in range(row.arity)]
    wanted = value_of(row.name, arguments)
    arithmetic = Balls(256)
    with arithmetic.working():
        found = arithmetic.function(row)(
            *(arithmetic.number(normalised(*part.as_integer_ratio())) for part in arguments)
        )
    if wanted is None:
        assert not found.is_finite()
    else:
        assert found.overlaps(wanted)


ENCLOSED = [
    "+", "-", "*", "/", "**", "neg", "exp", "expm1", "log", "log1p", "sqrt", "cbrt", "root", "hypot", "sin", "cos",
    "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "abs", "max", "min", "relu",
    "leaky_relu", "sigmoid", "softplus", "swish", "gelu", "erf", "erfc", "logaddexp", "sinc", "sign", "heaviside",
    "floor", "ceil",
]  # fmt: skip


@given(st.sampled_from(ENCLOSED), st.booleans(), st.data())
def test_a_function_of_an_interval_encloses_the_function_of_every_point(name, hull, data):
    """The law that every verdict rests on; jumps included, with and without hulls."""
    row = PRIMITIVES[name]
    points = [data.draw(rationals(-4, 4, 4)) for _ in range(row.arity)]
    if name in {"**", "root"}:
        points[1] = Fraction(data.draw(st.integers(-4, 4)))
    radii = [data.draw(st.sampled_from((Fraction(0), Fraction(1, 100), Fraction(1), Fraction(3)))) for _ in points]
    if name in {"**", "root"} and data.draw(st.booleans()):
        radii[1] = Fraction(0)
    wanted = value_of(name, points)
    assume(wanted is not None)
    arithmetic = Balls(128, hull=hull)
    with arithmetic.working():
        intervals = []
        for point, radius in zip(points, radii, strict=True):
            shift = data.draw(st.fractions(-1, 1, max_denominator=5)) * radius
            middle = arithmetic.number(normalised(*(point + shift).as_integer_ratio()))
            intervals.append(middle + arb(0, arithmetic.number(normalised(*radius.as_integer_ratio()))))
        found = arithmetic.function(row)(*intervals)
    assert found.is_nan() or found.overlaps(wanted)


GRID = ["-7/2", "-3", "-2", "-1", "-1/2", "-1/3", "0", "1/3", "1/2", "2/3", "1", "3/2", "2", "3", "7/2", "-1/7", "5"]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if not row.boolean and row.name != "where"], ids=lambda row: row.name
)
def test_values_are_finite_inside_the_domain_and_nowhere_else(row):
    """The row's text, Arb and mpmath agree on where a function is defined."""
    domain, arithmetic = rules.domain(row), Balls(256)
    for sample in itertools.product(GRID, repeat=row.arity):
        numbers = [arithmetic.number(Fraction(text)) for text in sample]
        value = arithmetic.function(row)(*numbers)
        inside = domain is None or arithmetic.bind(domain)(*numbers, value) == 1
        assert value.is_finite() == inside, sample
        assert (value_of(row.name, sample) is not None) == inside, sample


# -- powers and roots ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "exponent", "low", "high"),
    [
        ((0, 0), 0, 1, 1),
        ((0, 0), 3, 0, 0),
        ((-2, -2), 3, -8, -8),
        ((-2, -2), -3, "-0.125", "-0.125"),
        ((-2, -2), 0, 1, 1),
        ((-1, 2), 2, 0, 4),
        ((-1, 2), 3, -1, 8),
        ((-3, 2), 2, 0, 9),
        ((-3, 2), 4, 0, 81),
        ((-3, 2), 5, -243, 32),
        ((-1, 2), 1, -1, 2),
        ((-1, 2), 0, 1, 1),
        ((0, 2), 2, 0, 4),
        ((-2, 0), 3, -8, 0),
        ((1, 2), -1, "0.5", 1),
        ((-2, -1), -2, "0.25", 1),
        ((1, 4), "0.5", 1, 2),
    ],
)
def test_powers_of_intervals(base, exponent, low, high):
    found = power(between(*base), arb(exponent))
    assert found.contains(arb(low))
    assert found.contains(arb(high))
    assert found.rad() <= (arb(high) - arb(low)) / 2 * arb("1.3") + arb("1e-60") or base[0] == 1


@pytest.mark.parametrize(
    ("base", "exponent"),
    [
        (arb(0), arb(-1)),
        (arb(0), arb("-0.5")),
        (arb(0), between(-1, 1)),
        (between(-1, 1), arb(-1)),
        (between(-1, 1), arb(-2)),
        (between(-1, 1), arb("0.5")),
        (arb(-2), arb("0.5")),
        (arb(-8), arb(1) / 3),
        (arb(-2), between(2, 3)),
        (arb("nan"), arb(2)),
        (arb("nan"), arb("0.5")),
        (arb(2), arb("nan")),
        (between(-1, 1), arb("nan")),
    ],
)
def test_powers_that_have_no_value(base, exponent):
    assert not power(base, exponent).is_finite()


def test_zero_to_positive_powers():
    assert power(ZERO, HALF).is_zero()
    assert power(ZERO, arb.pi()).is_zero()
    assert power(ZERO, between("0.1", 7)).is_zero()


@pytest.mark.parametrize("exponent", [1_000_000, -1_000_000])
def test_large_exponents(exponent):
    assert power(arb(-1), arb(exponent)) == 1
    assert power(arb(2), arb(exponent)).is_finite()


@pytest.mark.parametrize(
    ("u", "value"), [(arb(3), 3), (arb(-3), -3), (arb(0), 0), (arb("0.5"), None), (arb(3, "1e-9"), None), (NAN, None)]
)
def test_which_ball_is_an_integer(u, value):
    found = as_integer(u)
    assert found is None if value is None else found == value


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [(0, 0, (0, 0)), (0, 1, (0, 1)), (-1, 0, (-1, 0)), (-8, 27, (-2, 3)), (-27, -8, (-3, -2)), (8, 27, (2, 3))],
)
def test_cube_roots_of_intervals(low, high, ends):
    for found in (call("cbrt", between(low, high)), call("root", between(low, high), arb(3))):
        assert found.contains(arb(ends[0]))
        assert found.contains(arb(ends[1]))
        assert found.rad() < 4


@pytest.mark.parametrize(
    ("u", "degree", "value"),
    [(-8, 3, -2), (-8, -3, "-0.5"), (16, 4, 2), (16, -4, "0.5"), (0, 3, 0), (0, 2, 0), (4, "0.5", 16), (-32, 5, -2)],
)
def test_roots(u, degree, value):
    assert call("root", arb(u), arb(degree)).overlaps(arb(value))


@pytest.mark.parametrize(("u", "degree"), [(-4, 2), (4, 0), (0, -2), (0, -3), (-4, "0.5"), (-4, "0.3"), (0, 0)])
def test_roots_that_have_no_value(u, degree):
    assert not call("root", arb(u), arb(degree)).is_finite()


# -- where functions break -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "u", "plain", "hull"),
    [
        ("sign", (2, 2), (1, 1), (1, 1)),
        ("sign", (-2, -1), (-1, -1), (-1, -1)),
        ("sign", (0, 0), (0, 0), (-1, 1)),
        ("sign", (-1, 1), (-1, 1), (-1, 1)),
        ("sign", (0, 1), (0, 1), (-1, 1)),
        ("heaviside", (3, 3), (1, 1), (1, 1)),
        ("heaviside", (-3, -3), (0, 0), (0, 0)),
        ("heaviside", (0, 0), ("0.5", "0.5"), (0, 1)),
        ("heaviside", (-1, 1), (0, 1), (0, 1)),
        ("floor", ("2.5", "2.5"), (2, 2), (2, 2)),
        ("floor", (2, 2), (2, 2), (1, 2)),
        ("floor", ("1.5", "2.5"), (1, 2), (1, 2)),
        ("floor", ("-0.5", "-0.5"), (-1, -1), (-1, -1)),
        ("ceil", ("2.5", "2.5"), (3, 3), (3, 3)),
        ("ceil", (2, 2), (2, 2), (2, 3)),
        ("ceil", ("1.5", "2.5"), (2, 3), (2, 3)),
    ],
)
def test_jumps_with_and_without_hulls(name, u, plain, hull):
    for ends, with_hull in ((plain, False), (hull, True)):
        found = call(name, between(*u), hull=with_hull)
        assert found.contains(arb(ends[0]))
        assert found.contains(arb(ends[1]))
        if ends[0] == ends[1]:
            assert found == arb(ends[0])


def test_absolute_values_of_intervals():
    assert abs(call("abs", between(-3, 2))).upper() < arb("3.01")
    assert call("abs", between(-3, 2)).contains(0)
    assert call("abs", between(-3, 2)).contains(3)
    assert call("abs", between(-3, -2)) > arb("1.9")


def test_the_larger_and_the_smaller_of_intervals():
    assert call("max", between(-1, 1), between(2, 3)).overlaps(between(2, 3))
    found = call("max", between(0, 2), between(1, 3))
    for point in (1, 2, 3):
        assert found.contains(point)
    found = call("min", between(0, 2), between(1, 3))
    for point in (0, 1, 2):
        assert found.contains(point)
    assert call("max", NAN, arb(1)).is_nan()
    assert call("min", arb(1), NAN).is_nan()
    assert call("max", arb(2), arb(2)) == 2


@pytest.mark.parametrize(
    ("condition", "v", "w", "value"),
    [(ONE, arb(2), NAN, 2), (ZERO, NAN, arb(3), 3), (arb(5), arb(2), arb(3), 2)],
)
def test_a_certain_condition_selects(condition, v, w, value):
    assert call("where", condition, v, w) == value


def test_an_unknown_condition_gives_the_hull_of_the_branches():
    found = call("where", UNIT, arb(1), arb(2))
    assert found.contains(1)
    assert found.contains(2)
    assert call("where", UNIT, arb(1), NAN).is_nan()
    assert call("where", UNIT, arb(1), arb(1)) == 1
    found = call("where", NAN, arb(1), arb(2))
    assert found.contains(1)
    assert found.contains(2)


@pytest.mark.parametrize(
    ("name", "u", "v", "truth"),
    [
        ("<", arb(1), arb(2), ONE),
        ("<", arb(2), arb(1), ZERO),
        ("<", arb(2), arb(2), ZERO),
        ("<=", arb(2), arb(2), ONE),
        (">", arb(2), arb(2), ZERO),
        (">=", arb(2), arb(2), ONE),
        ("==", arb(2), arb(2), ONE),
        ("!=", arb(2), arb(2), ZERO),
        ("==", arb(2), arb(3), ZERO),
        ("!=", arb(2), arb(3), ONE),
        ("<", between(0, 2), between(1, 3), UNIT),
        ("==", between(0, 2), between(1, 3), UNIT),
        ("==", between(0, 2), between(0, 2), UNIT),  # the same ball is not the same number
        ("!=", between(0, 2), between(0, 2), UNIT),
        ("==", between(0, 1), between(2, 3), ZERO),
        ("<", between(0, 1), between(2, 3), ONE),
        ("<=", between(0, 1), between(1, 2), UNIT),
        ("<", NAN, arb(1), UNIT),
        ("==", NAN, arb(1), UNIT),
        ("and", ONE, ONE, ONE),
        ("and", ONE, ZERO, ZERO),
        ("and", ZERO, UNIT, ZERO),
        ("and", ONE, UNIT, UNIT),
        ("or", ZERO, ZERO, ZERO),
        ("or", ONE, UNIT, ONE),
        ("or", ZERO, UNIT, UNIT),
        ("or", UNIT, UNIT, UNIT),
    ],
)
def test_truth_values_are_known_or_unknown(name, u, v, truth):
    found = call(name, u, v)
    assert found.overlaps(truth)
    assert found.is_exact() == truth.is_exact()
    if truth.is_exact():
        assert found == truth


@pytest.mark.parametrize("name", ["<", "<=", ">", ">="])
def test_comparisons_of_equal_numbers_are_unknown_in_a_hull(name):
    """relu'(0) = [0, 1]: where(u > 0, 1, 0) at 0 may be either."""
    assert not call(name, arb(2), arb(2), hull=True).is_exact()
    assert call(name, arb(1), arb(2), hull=True).is_exact()


def test_an_angle():
    pi = arb.pi()
    assert call("atan2", arb(0), arb(-1)).overlaps(pi)
    assert call("atan2", arb(1), arb(0)).overlaps(pi / 2)
    assert call("atan2", arb(-1), arb(-1)).overlaps(-3 * pi / 4)
    assert call("atan2", arb(0), arb(0)).is_nan()
    around = call("atan2", between(-1, 1), arb(-1))
    assert around.contains(pi * 3 / 4)
    assert around.contains(-pi * 3 / 4)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if not row.boolean and row.name != "where"], ids=lambda row: row.name
)
def test_nan_spreads(row):
    """BUG: sinc(NaN) is [-1, 1] (Arb bounds it by 1 whatever the argument)."""
    for position in range(1 if row.name == "leaky_relu_slope" else row.arity):  # where may drop its slope
        arguments = [arb("1.5")] * row.arity
        arguments[position] = NAN
        for hull in (False, True):
            assert not call(row.name, *arguments, hull=hull).is_finite()


# -- the arithmetic ------------------------------------------------------------------------------------------------


def test_numbers_are_enclosed():
    third = Balls(256).number(Fraction(1, 3))
    assert third.overlaps(arb(1) / 3)
    assert (third * 3).contains(1)
    assert Balls(256).number(-7) == -7
    assert (Balls(53).number(10**400) - arb(10) ** 400).contains(0)
    assert Balls(256).constant("pi").overlaps(arb.pi())
    assert Balls(256).constant("e").overlaps(arb(1).exp())


def test_the_precision_holds_inside_the_block_only():
    before = ctx.prec
    arithmetic = Balls(777)
    with arithmetic.working():
        assert ctx.prec == 777
        with Balls(99).working():
            assert ctx.prec == 99
        assert ctx.prec == 777
    assert ctx.prec == before
    with pytest.raises(ZeroDivisionError), arithmetic.working():
        raise ZeroDivisionError
    assert ctx.prec == before


def test_certainty_and_jumps():
    plain, hull = Balls(64), Balls(64, hull=True)
    assert plain.is_certain(ONE)
    assert not plain.is_certain(UNIT)
    assert plain.choose(ONE, lambda: arb(1), lambda: 1 / 0) == 1
    assert plain.choose(ZERO, lambda: 1 / 0, lambda: arb(2)) == 2
    assert plain.choose(UNIT, lambda: arb(1), lambda: arb(2)).contains(2)
    assert not plain.touches(ZERO)
    assert hull.touches(ZERO)
    assert hull.touches(between(-1, 1))
    assert hull.touches(NAN)
    assert not hull.touches(ONE)


# -- complex balls -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [row for row in ROWS if row.analytic], ids=lambda row: row.name)
def test_a_complex_step_is_the_derivative(row):
    """f(x + ih) = f(x) + ih f'(x) up to h**2, for every analytic row, argument and sample."""
    arithmetic, step = ComplexBalls(256), arb(2) ** -100
    for sample, position in itertools.product(row.samples, range(row.arity)):
        numbers = [arithmetic.number(normalised(*Fraction(text).as_integer_ratio())) for text in sample]
        numbers[position] += acb(0, step)
        found = arithmetic.function(row)(*numbers)
        wanted = value_of(row.name, sample)
        slope = slope_of(row.name, sample, position)
        small = arb("1e-40") * (1 + abs(slope) + abs(wanted))
        assert abs(found.real - wanted) < small, sample
        assert abs(found.imag / step - slope) < small, sample


def test_complex_powers_and_roots_stay_on_the_real_branch():
    arithmetic = ComplexBalls(128)
    step = acb(0, "1e-20")

    def apply(name, *arguments):
        return arithmetic.function(PRIMITIVES[name])(*arguments)

    assert apply("**", acb(-2) + step, acb(3)).real.overlaps(arb(-8, "1e-30"))
    assert not apply("**", acb(-2) + step, acb("0.5")).is_finite()
    assert apply("cbrt", acb(-8) + step).real.overlaps(arb(-2, "1e-30"))
    assert apply("root", acb(-8) + step, acb(3)).real.overlaps(arb(-2, "1e-30"))
    assert not apply("root", acb(-8) + step, acb(2)).is_finite()
    assert arithmetic.constant("pi").real.overlaps(arb.pi())
    assert arithmetic.constant("e").real.overlaps(arb(1).exp())
    assert arithmetic.number(Fraction(1, 3)).real.overlaps(arb(1) / 3)
