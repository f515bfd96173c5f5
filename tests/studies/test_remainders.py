"""The Taylor test: rates 1 and 2 for a right gradient, 1 for a wrong one, however odd the function."""

import math
import random

import pytest
from hypothesis import given, settings
from reference import random_graph
from strategies import SMOOTH, expressions, rationals

from gradcheck.errors import GradcheckError, UsageProblem
from gradcheck.studies.taylor import taylor


def last(study):
    return study.test.rows[-1]


def test_a_right_gradient_has_rates_1_and_2():
    study = taylor("exp(x)*sin(y)", about="x=1,y=2", test=True)
    assert (study.test.first_rate, study.test.second_rate) == (1, 2)
    assert study.test.settled
    assert last(study).first_rate == pytest.approx(1, abs=0.02)
    assert last(study).second_rate == pytest.approx(2, abs=0.02)
    assert [row.halvings for row in study.test.rows] == list(range(9))


def test_remainders_are_what_they_say():
    study = taylor("x**3", about="x=1", to="x=2", test=True)
    for row in study.test.rows:
        h = float(row.step)
        assert float(row.first) == pytest.approx((1 + h) ** 3 - 1, rel=1e-12)
        assert float(row.second) == pytest.approx(3 * h**2 + h**3, rel=1e-12)


def test_a_wrong_claim_has_rate_1_and_is_refuted():
    study = taylor("sin(x**2)", about="x=1", claims=["df/dx = cos(x**2)", "2x*cos(x**2)"])
    assert study.test.claimed_rates == (1, 2)
    assert last(study).claimed_rates == pytest.approx((1, 2), abs=0.02)
    assert [claim.verdict for claim in study.claims] == ["wrong", "correct"]
    assert study.exit_code == 1


def test_the_rate_is_only_a_picture_of_the_verdict():
    """Right at this point, wrong beside it: no rate can show that, the claim's own machinery does."""
    study = taylor("x**2", about="x=1", claims=["df/dx = 2"])
    assert study.test.claimed_rates == (2,)
    formula = taylor("x**3", about="x=1", claims=["df/dx = 3*x"])
    assert formula.test.claimed_rates == (2,)
    assert formula.claims[0].verdict == "wrong"


def test_a_tiny_mistake_shows_in_the_end():
    study = taylor("sin(x)", about="x=1", claims=["df/dx = cos(x) + 1e-20"])
    assert study.test.claimed_rates == (1,)
    assert last(study).claimed_rates[0] == pytest.approx(1, abs=0.02)
    assert study.test.rows[4].claimed_rates[0] == pytest.approx(2, abs=0.1)
    assert last(study).halvings > 60


def test_a_rounded_number_is_correct_and_bends_to_rate_1():
    study = taylor("sin(x)", about="x=1", claims=["df/dx = 0.54"])
    assert study.claims[0].verdict == "correct"
    assert study.test.claimed_rates == (1,)
    assert study.exit_code == 0


@pytest.mark.parametrize(
    ("text", "x", "rates"),
    [
        ("2*x + 1", "3", (1, None)),
        ("x**2", "0", (2, 2)),
        ("x**5", "0", (5, 5)),
        ("sin(x)", "0", (1, 3)),
        ("sin(x)", "pi", (1, 3)),
        ("cos(x)", "0", (2, 2)),
        ("x - x", "1", (None, None)),
    ],
)
def test_the_expected_rates_follow_from_the_function(text, x, rates):
    study = taylor(text, about=f"x={x}", test=True)
    assert (study.test.first_rate, study.test.second_rate) == rates
    assert study.test.settled
    assert study.verdict.name == "agree"


@pytest.mark.parametrize("text", ["sin(1000*x)", "exp(50*x)", "x + 1e-15*x**2", "x + 1e9*x**7 + x**2", "tanh(1e6*x)"])
def test_the_asymptotic_rates_always_show(text):
    study = taylor(text, about="x=0.1", test=True)
    assert study.test.settled
    assert last(study).second_rate == pytest.approx(study.test.second_rate, abs=0.02)


def test_steps_outside_the_domain_are_left_out():
    study = taylor("log(x)", about="x=1e-3", to="x=1e-2", test=True)
    assert study.test.settled
    backwards = taylor("log(x)", about="x=1e-3", test=True, seed=0)
    assert backwards.test is not None
    assert backwards.test.settled


def test_arrays():
    study = taylor(
        "x.T @ A @ x", about=["A=[[1,2],[3,4]]", "x=[1,1]"], claims=["df/dx = 2*A@x", "df/dx = (A + A.T) @ x"]
    )
    assert study.test.claimed_rates == (1, 2)
    assert last(study).claimed_rates == pytest.approx((1, 2), abs=0.02)
    assert [claim.verdict for claim in study.claims] == ["wrong", "correct"]


def test_a_claim_of_the_wrong_shape_has_no_remainder():
    study = taylor("norm(W)**2", about="W=[[1,2],[3,4]]", claims=["df/dW = 2*sum(W, 0)"])
    assert study.test.claimed_rates == (None,)
    assert study.claims[0].verdict == "wrong"
    assert all(row.claimed == (None,) for row in study.test.rows)


def test_a_claim_that_has_no_value_here():
    study = taylor("x**2", about="x=1", claims=["df/dx = 2*x + log(x - 1)"])
    assert study.test.claimed_rates == (None,)


@pytest.mark.parametrize("claim", ["da/dx = 2*x", "df/da = cos(a)"])
def test_only_gradients_are_tested(claim):
    with pytest.raises(UsageProblem, match="the Taylor test is about the gradient"):
        taylor("a = x**2; sin(a)", about="x=1", claims=[claim])


@settings(max_examples=25)
@given(expressions(("x", "y"), rows=SMOOTH, operations=6), rationals(-2, 2), rationals(-2, 2))
def test_rates_tend_to_1_and_2_for_random_expressions(text, x, y):
    try:
        given_names = {name: value for name, value in (("x", x), ("y", y)) if name in text}
        study = taylor(text, about=given_names or None, test=True)
    except GradcheckError:
        return  # no variable
    assert study.test.settled
    for rate, order in (
        (last(study).first_rate, study.test.first_rate),
        (last(study).second_rate, study.test.second_rate),
    ):
        assert (rate is None) == (order is None) or order is None
        assert order is None or math.isclose(rate, order, abs_tol=0.02)


@pytest.mark.parametrize("seed", range(25))
def test_rates_of_random_graphs_over_all_primitives(seed):
    made = random_graph(random.Random(seed), rough=False)
    try:
        study = taylor(made.text, about=made.at, test=True)
    except GradcheckError:
        return  # the point lies outside the domain, or nothing varies
    if study.test is not None:
        assert study.test.settled, made.text
        assert study.verdict.name == "agree"
