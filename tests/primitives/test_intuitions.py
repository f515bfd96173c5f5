"""Every row says in plain words what it does to a gradient, and what it says is true: checked by mpmath and NumPy."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from reference import REFERENCE

from gradcheck.primitives.table import SECTIONS

ROWS = {row.name: row for rows in SECTIONS.values() for row in rows}
LINE = [mpf(k) / 7 for k in range(-60, 61) if k]
"""Points on both sides of 0, none of them a kink or a pole of anything."""
FAR = [mpf(30), mpf(300)]


def slope(name, *at, by=0):
    """A central slope, 60 digits."""
    with mpmath.workdps(60):
        function, h = REFERENCE[name], mpf(10) ** -18

        def moved(step):
            return function(*[mpf(one) + (step if position == by else 0) for position, one in enumerate(at)])

        return (moved(h) - moved(-h)) / (2 * h)


def near(one, other, within=1e-9):
    return abs(one - other) <= within * (1 + abs(other))


def falls(values):
    return all(one > other for one, other in itertools.pairwise(values))


def steepness(name, points):
    return [abs(slope(name, u)) for u in points]


def inside(name):
    """The points of the line where the function has a value on both sides."""
    found = []
    for u in LINE:
        values = [REFERENCE[name](u + step) for step in (-(mpf(10) ** -9), 0, mpf(10) ** -9)]
        if None not in values:
            found.append(u)
    return found


def always(name, condition):
    return all(condition(u, slope(name, u)) for u in inside(name))


PAIRS = [(mpf(2), mpf(3)), (mpf(-2), mpf(5) / 3), (mpf(7) / 2, mpf(-3) / 4), (mpf(-1) / 3, mpf(-5) / 2)]
TRUE = [
    ("+", "unchanged", lambda: all(near(slope("+", *p, by=k), 1) for p in PAIRS for k in (0, 1))),
    ("-", "negated", lambda: all(near(slope("-", *p, by=1), -1) for p in PAIRS)),
    ("*", "times the other factor", lambda: all(near(slope("*", *p, by=k), p[1 - k]) for p in PAIRS for k in (0, 1))),
    ("/", "divided by the denominator", lambda: all(near(slope("/", *p), 1 / p[1]) for p in PAIRS)),
    ("/", "that times the quotient, with a minus", lambda: all(
        near(slope("/", u, v, by=1), -(u / v) / v) for u, v in PAIRS)),
    ("**", "comes down in front", lambda: near(slope("**", 3, 5), 5 * 3**4)),
    ("**", "with an exponent above 1 the slope gets steeper the farther the base is from 0", lambda: all(
        abs(slope("**", sign * near_, v)) < abs(slope("**", sign * (near_ + 1), v))
        for near_ in (mpf(1) / 2, 2, 9) for v, sign in ((2, -1), (3, -1), (mpf("1.5"), 1), (mpf("1.01"), 1)))),
    ("neg", "turns", lambda: near(slope("neg", 5), -1)),
    ("exp", "its own slope", lambda: always("exp", lambda u, s: near(s, mpmath.exp(u)))),
    ("expm1", "that of exp", lambda: always("expm1", lambda u, s: near(s, mpmath.exp(u)))),
    ("log", "huge for arguments near 0", lambda: slope("log", mpf(10) ** -9) > 10**8),
    ("log_base", "divided by that of the base", lambda: near(
        REFERENCE["log_base"](mpf(7), mpf(3)), mpmath.log(7) / mpmath.log(3))),
    ("log10", "about 2.3", lambda: near(slope("log10", 4), mpf(1) / 4 / mpmath.log(10)) and near(mpmath.log(10), 2.3, 0.01)),
    ("log2", "about 0.69", lambda: near(slope("log2", 4), mpf(1) / 4 / mpmath.log(2)) and near(mpmath.log(2), 0.69, 0.01)),
    ("log1p", "one step to the left: it is 1 at 0", lambda: near(slope("log1p", 3), slope("log", 4)) and near(slope("log1p", 0), 1)),
    ("logaddexp", "softmax", lambda: near(
        slope("logaddexp", 1, 2), mpmath.exp(1) / (mpmath.exp(1) + mpmath.exp(2)))),
    ("sqrt", "vertical at 0 and flattens", lambda: slope("sqrt", mpf(10) ** -12) > 10**5 and falls(steepness("sqrt", [1, 2, 9, *FAR]))),
    ("cbrt", "never negative: vertical at 0", lambda: always("cbrt", lambda _, s: s > 0) and slope("cbrt", mpf(10) ** -12) > 10**7),
    ("cbrt", "flattens on both sides", lambda: falls(steepness("cbrt", [1, 2, 9])) and falls(steepness("cbrt", [-1, -2, -9]))),
    ("root", "the power 1/v", lambda: near(REFERENCE["root"](mpf(7), mpf(3)), mpf(7) ** (mpf(1) / 3))),
    ("hypot", "never more than the whole", lambda: all(abs(slope("hypot", *p, by=k)) <= 1 for p in PAIRS for k in (0, 1))),
    ("sin", "steepest (1) where it crosses 0 upwards", lambda: near(slope("sin", 0), 1) and always("sin", lambda _, s: s <= 1)),
    ("sin", "level at its peaks", lambda: near(slope("sin", mpmath.pi / 2), 0)),
    ("cos", "level at its peak and then falls", lambda: near(slope("cos", 0), 0) and slope("cos", mpf(1) / 10) < 0),
    ("tan", "never less than 1", lambda: always("tan", lambda _, s: s >= 1) and slope("tan", mpmath.pi / 2 - mpf(10) ** -5) > 10**9),
    ("sec", "level where cosine is 1 or -1", lambda: near(slope("sec", 0), 0) and near(slope("sec", +mpmath.pi), 0, 1e-8)),
    ("sec", "unbounded towards the poles", lambda: slope("sec", mpmath.pi / 2 - mpf(10) ** -5) > 10**9),
    ("csc", "level where sine is 1 or -1", lambda: near(slope("csc", mpmath.pi / 2), 0, 1e-8) and near(slope("csc", -mpmath.pi / 2), 0, 1e-8)),
    ("csc", "unbounded towards the poles", lambda: slope("csc", mpf(10) ** -5) < -(10**9)),
    ("cot", "a slope of at most -1", lambda: always("cot", lambda _, s: s <= -1)),
    ("asin", "1 at 0 and grows without bound", lambda: near(slope("asin", 0), 1) and slope("asin", 1 - mpf(10) ** -12) > 10**5),
    ("acos", "always add up to pi/2", lambda: all(near(REFERENCE["asin"](u) + REFERENCE["acos"](u), mpmath.pi / 2) for u in inside("asin"))),
    ("atan", "highest (1) at 0 and vanishes", lambda: near(slope("atan", 0), 1) and always("atan", lambda _, s: s < 1) and slope("atan", 300) < 1e-4),
    ("asec", "rises on both sides of its gap and flattens", lambda: always("asec", lambda _, s: s > 0) and falls(steepness("asec", [2, *FAR])) and falls(steepness("asec", [-2, -30]))),
    ("acsc", "falls on both sides of its gap and flattens", lambda: always("acsc", lambda _, s: s < 0) and falls(steepness("acsc", [2, *FAR]))),
    ("acot", "always add up to pi/2", lambda: all(near(REFERENCE["atan"](u) + REFERENCE["acot"](u), mpmath.pi / 2) for u in LINE)),
    ("atan2", "the farther the point is from the origin, the less", lambda: all(
        near(mpmath.hypot(slope("atan2", u, v), slope("atan2", u, v, by=1)), 1 / mpmath.hypot(u, v)) for u, v in PAIRS)),
    ("sinc", "level at its peak at 0", lambda: near(slope("sinc", mpf(10) ** -12), 0) and all(REFERENCE["sinc"](u) < 1 for u in LINE)),
    ("sinc", "die away", lambda: all(abs(slope("sinc", u)) < 2 / u for u in (*FAR, 1000, 10_001))),
    ("sinh", "at least 1", lambda: always("sinh", lambda _, s: s >= 1) and slope("sinh", 30) > 10**12),
    ("cosh", "the sign of the argument", lambda: near(slope("cosh", 0), 0) and always("cosh", lambda u, s: s * u > 0)),
    ("sech", "a bump: level at 0", lambda: near(slope("sech", 0), 0) and always("sech", lambda u, s: s * u < 0) and abs(slope("sech", 30)) < 1e-9),
    ("csch", "falls on both sides", lambda: always("csch", lambda _, s: s < 0) and falls(steepness("csch", [1, 2, 3])) and falls(steepness("csch", [-1, -2, -3]))),
    ("coth", "levels off at -1 and 1", lambda: always("coth", lambda _, s: s < 0) and near(REFERENCE["coth"](mpf(30)), 1) and near(REFERENCE["coth"](mpf(-30)), -1)),
    ("tanh", "1 at 0 and vanishes", lambda: near(slope("tanh", 0), 1) and slope("tanh", 30) < 1e-9),
    ("asinh", "1 at 0 and shrinks like 1/|u|", lambda: near(slope("asinh", 0), 1) and near(slope("asinh", -3000) * 3000, 1, 1e-6)),
    ("acosh", "vertical at 1 and flattens", lambda: slope("acosh", 1 + mpf(10) ** -12) > 10**5 and falls(steepness("acosh", [2, 3, *FAR]))),
    ("atanh", "1 at 0 and grows without bound", lambda: near(slope("atanh", 0), 1) and slope("atanh", mpf(10) ** -9 - 1) > 10**8),
    ("asech", "ever more steeply towards both ends", lambda: slope("asech", mpf(10) ** -9) < -(10**8) and slope("asech", 1 - mpf(10) ** -12) < -(10**5)),
    ("acsch", "falls on both sides", lambda: always("acsch", lambda _, s: s < 0) and falls(steepness("acsch", [1, 2, 3])) and falls(steepness("acsch", [-1, -2, -3]))),
    ("acoth", "falls on both sides of its gap and flattens", lambda: always("acoth", lambda _, s: s < 0) and falls(steepness("acoth", [2, 3, *FAR]))),
    ("abs", "sign turned where the argument is negative", lambda: near(slope("abs", -2), -1) and near(slope("abs", 2), 1)),
    ("sign", "flat", lambda: always("sign", lambda _, s: s == 0)),
    ("heaviside", "flat", lambda: always("heaviside", lambda _, s: s == 0)),
    ("floor", "flat steps", lambda: all(slope("floor", u + mpf(1) / 30) == 0 for u in LINE)),
    ("ceil", "flat steps", lambda: all(slope("ceil", u + mpf(1) / 30) == 0 for u in LINE)),
    ("max", "the larger argument takes the whole", lambda: near(slope("max", 2, 3), 0) and near(slope("max", 2, 3, by=1), 1)),
    ("min", "the smaller argument takes the whole", lambda: near(slope("min", 2, 3), 1) and near(slope("min", 2, 3, by=1), 0)),
    ("where", "the branch that is taken receives the whole", lambda: near(slope("where", 1, 2, 3, by=1), 1) and near(slope("where", 1, 2, 3, by=2), 0)),
    ("relu", "if active the gradient flows perfectly (1), if inactive it dies (0)", lambda: always("relu", lambda u, s: near(s, u > 0))),
    ("leaky_relu", "one hundredth", lambda: always("leaky_relu", lambda u, s: near(s, 1 if u > 0 else mpf(1) / 100))),
    ("leaky_relu_slope", "times the second argument", lambda: near(slope("leaky_relu_slope", -2, mpf(3)), 3)),
    ("sigmoid", "highest (0.25) at 0 and vanishes to 0", lambda: near(slope("sigmoid", 0), 0.25) and always("sigmoid", lambda _, s: s < 0.25) and slope("sigmoid", -30) < 1e-9),
    ("softplus", "its slope is the sigmoid", lambda: always("softplus", lambda u, s: near(s, 1 / (1 + mpmath.exp(-u))))),
    ("swish", "1/2 at 0, about 0 far to the left, about 1 far to the right", lambda: near(slope("swish", 0), 0.5) and near(slope("swish", -30), 0, 1e-6) and near(slope("swish", 30), 1, 1e-6)),
    ("gelu", "1/2 at 0, about 0 far to the left, about 1 far to the right", lambda: near(slope("gelu", 0), 0.5) and near(slope("gelu", -30), 0, 1e-6) and near(slope("gelu", 30), 1, 1e-6)),
    ("erf", "highest (2/sqrt(pi), about 1.13) at 0", lambda: near(slope("erf", 0), 2 / mpmath.sqrt(mpmath.pi)) and near(slope("erf", 0), 1.13, 0.01) and always("erf", lambda _, s: s < 1.1284)),
    ("erfc", "always add up to 1", lambda: all(near(mpmath.erf(u) + mpmath.erfc(u), 1) for u in LINE)),
]  # fmt: skip


def passed(function, *arrays, by=0, seed=0):
    """g and the gradient of sum(g*f(…)) by one argument: the pullback, by central slopes."""
    arrays = [np.array(one, float) for one in arrays]
    value = np.asarray(function(*arrays))
    g = np.random.default_rng(seed).normal(size=value.shape)
    found = np.zeros_like(arrays[by])
    for index in np.ndindex(*found.shape):
        ends = []
        for step in (1e-5, -1e-5):
            moved = [one.copy() for one in arrays]
            moved[by][index] += step
            ends.append(np.sum(g * function(*moved)))
        found[index] = (ends[0] - ends[1]) / 2e-5
    return g, found


A = [[2, -3], [0.5, 5]]
B = [[1, -2, 3], [4, 1.5, -6]]
X, Y = [2.0, -3.0], [5.0, 0.5]


def same(one, other):
    return np.allclose(one, other, rtol=1e-5, atol=1e-6)


def pulls(function, *arrays, by=0, back):
    """Whether what comes back to an argument is ``back(g)``."""
    g, found = passed(function, *arrays, by=by)
    return same(found, back(g))


def softmax(u):
    return np.exp(u) / np.sum(np.exp(u))


TRUE_OF_ARRAYS = [
    ("matmul", "times the other factor transposed, on its own side", lambda: pulls(np.matmul, A, B, back=lambda g: g @ np.transpose(B)) and pulls(np.matmul, A, B, by=1, back=lambda g: np.transpose(A) @ g)),
    ("vecmat", "times the other factor, on its own side", lambda: pulls(np.matmul, X, B, back=lambda g: B @ g) and pulls(np.matmul, X, B, by=1, back=lambda g: np.outer(X, g))),
    ("dot", "each vector receives the other one", lambda: pulls(np.dot, X, Y, back=lambda g: g * np.array(Y))),
    ("outer", "the upstream matrix applied to the other one", lambda: pulls(np.outer, X, Y, back=lambda g: g @ Y)),
    ("hadamard", "times the other factor", lambda: pulls(np.multiply, A, A, back=lambda g: g * np.array(A))),
    ("transpose", "changes them back", lambda: pulls(np.transpose, B, back=lambda g: g.T)),
    ("sum", "on to every entry", lambda: pulls(np.sum, B, back=lambda g: np.full((2, 3), g))),
    ("sum_axis", "every entry that it adds up", lambda: pulls(lambda u: u.sum(0), B, back=lambda g: np.array([g, g]))),
    ("mean", "equal shares", lambda: pulls(np.mean, B, back=lambda g: np.full((2, 3), g / 6))),
    ("mean_axis", "equal shares", lambda: pulls(lambda u: u.mean(0), B, back=lambda g: np.array([g, g]) / 2)),
    ("norm", "the unit vector", lambda: pulls(np.linalg.norm, X, back=lambda g: g * np.array(X) / np.linalg.norm(X))),
    ("norm_squared", "d(x²)/dx = 2x", lambda: pulls(lambda u: np.sum(u * u), X, back=lambda g: 2 * g * np.array(X))),
    ("norm1", "with its own sign, however large", lambda: pulls(lambda u: np.sum(abs(u)), X, back=lambda g: g * np.sign(X))),
    ("max_entry", "the largest entry takes the whole", lambda: pulls(np.max, B, back=lambda g: g * (np.array(B) == 4))),
    ("min_entry", "the smallest entry takes the whole", lambda: pulls(np.min, B, back=lambda g: g * (np.array(B) == -6))),
    ("logsumexp", "softmax", lambda: pulls(lambda u: np.log(np.sum(np.exp(u))), X, back=lambda g: g * softmax(np.array(X)))),
    ("softmax", "always add up to 1", lambda: same(softmax(np.array(X)).sum(), 1) and pulls(softmax, X, back=lambda g: softmax(np.array(X)) * (g - g @ softmax(np.array(X))))),
    ("trace", "each entry of the diagonal", lambda: pulls(np.trace, A, back=lambda g: g * np.eye(2))),
    ("det", "det(u)*inv(u).T", lambda: pulls(np.linalg.det, A, back=lambda g: g * np.linalg.det(A) * np.linalg.inv(A).T)),
    ("det", "exists where u has no inverse", lambda: pulls(np.linalg.det, [[1, 2], [2, 4]], back=lambda g: g * np.array([[4, -2], [-2, 1]]))),
    ("logdet", "the inverse, transposed", lambda: pulls(lambda u: np.log(np.linalg.det(u)), A, back=lambda g: g * np.linalg.inv(A).T)),
    ("inv", "one inverse on each side", lambda: pulls(np.linalg.inv, A, back=lambda g: -np.linalg.inv(A).T @ g @ np.linalg.inv(A).T)),
    ("solve", "solved with the transposed matrix", lambda: pulls(np.linalg.solve, A, X, by=1, back=lambda g: np.linalg.solve(np.transpose(A), g))),
    ("diag", "the diagonal is read back", lambda: pulls(np.diag, X, back=np.diag)),
    ("diagonal", "goes back to the diagonal", lambda: pulls(np.diag, A, back=np.diag)),
    ("select", "receives nothing", lambda: pulls(lambda u: u[0, 1], B, back=lambda g: np.array([[0, g, 0], [0, 0, 0]], float))),
    ("stack", "its own piece", lambda: pulls(lambda u, v: np.stack([u, v]), X, Y, by=1, back=lambda g: g[1])),
    ("vstack", "its own rows", lambda: pulls(lambda u, v: np.vstack([u, v]), A, A, by=1, back=lambda g: g[2:])),
    ("hstack", "its own columns", lambda: pulls(lambda u, v: np.hstack([u, v]), A, A, by=1, back=lambda g: g[:, 2:])),
    ("reshape", "row by row, as in NumPy", lambda: pulls(lambda u: u.reshape(3, 2), B, back=lambda g: g.reshape(2, 3))),
    ("reshape", "vec counts them column by column", lambda: pulls(lambda u: u.reshape(-1, order="F"), B, back=lambda g: g.reshape(2, 3, order="F"))),
    ("vec", "column by column", lambda: pulls(lambda u: u.reshape(-1, order="F"), B, back=lambda g: g.reshape(2, 3, order="F"))),
]  # fmt: skip

EASY = {
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "and", "or"), "no gradient passes"),
    **dict.fromkeys(("eye", "ones", "zeros"), "a constant"),
}
"""What is so by what the row is: a truth value, a row without arguments."""


@pytest.mark.parametrize(
    ("name", "said", "holds"), [*TRUE, *TRUE_OF_ARRAYS], ids=lambda one: one if isinstance(one, str) else ""
)
def test_what_a_row_says_is_true(name, said, holds):
    assert said in ROWS[name].intuition
    assert holds()


def test_every_row_has_an_intuition_and_it_is_checked():
    checked = {name for name, _, _ in (*TRUE, *TRUE_OF_ARRAYS)} | set(EASY)
    assert {name for name, row in ROWS.items() if row.intuition} == set(ROWS)
    assert checked == set(ROWS)


@pytest.mark.parametrize("name", EASY)
def test_what_no_gradient_flows_through_says_so(name):
    row = ROWS[name]
    assert EASY[name] in row.intuition
    assert row.boolean or not row.arity


@pytest.mark.parametrize("name", ROWS)
def test_an_intuition_reads_well_as_a_sentence(name):
    text = ROWS[name].intuition
    assert text == text.strip()
    assert not text.endswith(".")
    assert not text[0].isupper()
    assert 15 < len(text) < 150
