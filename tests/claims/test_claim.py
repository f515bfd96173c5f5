"""Claims as people write them: which derivative is meant, what is stated, and errors with their place."""
# ruff: noqa: E501 - tables of cases read best in rows

from __future__ import annotations

from fractions import Fraction

import pytest

from gradcheck.build import build
from gradcheck.claims.claim import read_claim
from gradcheck.claims.verify import Task, verify
from gradcheck.errors import GradcheckError
from gradcheck.syntax.plain import parse

RUNNING = "a = x**2; b = exp(a); c = a + b; d = sqrt(c); e = cos(c); f = d + e"
CELL = "e = a*b; d = c + e; L = d*f"


def read(expression, claim, wrt=None, bound=()):
    names = frozenset(bound)
    return read_claim(claim, build(parse(expression, names), names), wrt)


def verdict(expression, claim, **rest):
    return verify(Task(expression, claim, **rest)).verdict


@pytest.mark.parametrize(
    "claim",
    [
        "df/dx = 2*x", "df / dx = 2*x", "∂f/∂x = 2*x", "dy/dx = 2*x", "y' = 2*x", "y’ = 2*x", "f'(x) = 2*x", "f' = 2*x",
        "d/dx = 2*x", "d/dx f = 2*x", "d/dx f(x) = 2*x", "2*x", "2x", " 2*x ", "df/dx=x+x", "y'(x) = 2*x", "df/dx = 2·x",
    ],
)  # fmt: skip
def test_every_way_to_name_the_derivative_of_a_function_of_one_variable(claim):
    found = read("x**2", claim)
    assert found.target.wrt == 0
    assert found.shown == "∂f/∂x"
    assert verdict("x**2", claim) == "correct"
    assert (
        verdict("x**2", claim.replace("2*x", "3*x").replace("2x", "3x").replace("x+x", "x+2*x").replace("2·", "3·"))
        == "wrong"
    )


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("dL/dd = f", "correct"), ("dL/dc = f", "correct"), ("dL/de = f", "correct"), ("dL/da = b*f", "correct"),
        ("dL/db = a*f", "correct"), ("dL/df = d", "correct"), ("dL/df = c + a*b", "correct"), ("dL/da = a*f", "wrong"),
        ("dd/dc = 1", "correct"), ("dd/de = 1", "correct"), ("de/da = b", "correct"), ("dd/da = b", "correct"),
        ("dL/da = dL/de * de/da", "correct"), ("dL/da = dL/dd*dd/de*b", "correct"), ("dL/da = dL/de * a", "wrong"),
        ("dL/dL = 1", "correct"), ("dc/da = 0", "correct"), ("de/dc = 0", "correct"), ("de/dc = 1", "wrong"),
    ],
)  # fmt: skip
def test_adjoints_and_local_derivatives_of_named_nodes(claim, outcome):
    assert verdict(CELL, claim) == outcome


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("df/dc = 1/(2*sqrt(c)) - sin(c)", "correct"), ("df/dc = 1*(1/(2*sqrt(c)) + 1)*(-sin(c))", "wrong"),
        ("df/db = 1/(2*d) - sin(c)", "correct"), ("dc/da = 1", "correct"), ("dc/da = 1 + exp(a)", "correct"),
        ("dc/da = 1 + b", "correct"), ("dc/da = b", "wrong"), ("dc/da = 2", "wrong"), ("db/da = b", "correct"),
        ("df/dx = df/da * 2*x", "correct"), ("df/dx = df/da * da/dx", "correct"), ("df/dx = df/da * x", "wrong"),
        ("df/da = df/dc * dc/da", "correct"), ("df/dx = df/dc*dc/da*da/dx", "correct"), ("dc/dx = 2*x*(1+b)", "correct"),
        ("df/dd = 1", "correct"), ("df/de = 1", "correct"), ("de/dc = -sin(c)", "correct"), ("da/dx = 2x", "correct"),
    ],
)  # fmt: skip
def test_the_running_example_of_the_lecture_notes(claim, outcome):
    assert verdict(RUNNING, claim) == outcome


def test_either_reading_of_a_local_derivative_is_named():
    local = verify(Task(RUNNING, "dc/da = 1"))
    assert local.verdict == "correct"
    assert any("local" in note for note in local.notes)
    assert verify(Task(RUNNING, "dc/da = 1 + b")).notes == ()


def test_unnamed_nodes_have_letters_and_e_and_pi_stay_constants():
    # x**2 is a, exp(a) is b in the graph that the lecture notes draw
    assert verdict("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", "2*x*(1+b)*(1/(2*sqrt(c)) - sin(c))") == "correct"
    assert verdict("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", "df/dc = 1/(2*sqrt(c)) - sin(c)") == "correct"
    assert verdict("e**x", "e**x") == "correct"
    assert verdict("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2)) + 0*sin(x)", "df/da = 1 - 1 + df/da") == "correct"
    assert verdict("exp(x)*sin(x)*cos(x)*x + log(x)", "df/dx = df/dx + e - exp(1)") == "correct"
    assert verdict("pi*x", "pi") == "correct"
    assert verdict("x*e", "e") == "correct"


def test_a_programs_own_e_is_its_node():
    assert verdict("e = x**2; 3*e", "df/dx = 6*x") == "correct"
    assert verdict("e = x**2; e*x", "df/dx = 3*e") == "correct"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("df/dx = 6.0", Fraction(1, 10)), ("6.00", Fraction(1, 100)), ("df/dx = -0.125", Fraction(1, 1000)), (".5", Fraction(1, 10)),
        ("1.5e3", Fraction(100)), ("1.50e-3", Fraction(1, 100000)), ("6", None), ("3/2", None), ("6.0*x", None), ("2*3.0", None),
    ],
)  # fmt: skip
def test_a_decimal_number_claims_as_many_digits_as_it_shows(text, unit):
    assert read("x**2", text).unit == unit


def test_functions_of_several_variables_need_the_variable():
    assert verdict("x*y", "df/dx = y") == "correct"
    assert verdict("x*y", "df/dy = x") == "correct"
    assert verdict("x*y", "y", wrt="x") == "correct"
    assert verdict("x*y", "df/dz = 0") == "correct"
    assert verdict("x*y", "df/dz = 1") == "wrong"
    with pytest.raises(GradcheckError, match="x, y") as found:
        verdict("x*y", "y")
    assert "df/dx" in (found.value.hint or "")


@pytest.mark.parametrize(
    ("expression", "claim", "covered"),
    [
        ("x**2", "df/dx = 2*z", "z"), ("x**2", "df/dx = 2*sinn(x)", "sinn"), ("x**2", "dg/dx = 2*x", "dg/dx"),
        ("x**2", "wrong = 2*x", "wrong"), ("a = x**2; b = a + x; b", "db/da = q", "q"),
    ],
)  # fmt: skip
def test_errors_point_at_the_claim(expression, claim, covered):
    with pytest.raises(GradcheckError) as found:
        verdict(expression, claim)
    span = found.value.span
    assert span is not None
    assert claim[span.start : span.end] == covered


@pytest.mark.parametrize(
    "claim", ["", "   ", "df/dx =", "df/dx = ", "df/dx = 2*", "df/dx = (x", "df/dx = 2; 3", "a = 2; a"]
)
def test_what_is_no_claim_is_an_error(claim):
    with pytest.raises(GradcheckError):
        verdict("x**2", claim)


def test_comparisons_are_no_target():
    assert verdict("relu(x)", "where(x >= 0, 1, 0)") == "correct"
    assert verdict("relu(x)", "where(x == 0, 5, where(x > 0, 1, 0))") == "correct"
    assert verdict("relu(x)", "df/dx = where(x <= 0, 0, 1)") == "correct"


def test_the_reading_is_echoed():
    assert verify(Task("x**2", "2x")).reading == "2*x"
    assert verify(Task(RUNNING, "df/dx = df/da * 2x")).reading == "df/da*2*x"


def test_a_variable_that_is_called_d_is_no_derivative():
    assert verdict("d*x", "df/dx = d") == "correct"
    assert verdict("d*x", "df/dd = x") == "correct"
    assert verdict("d*a/(d*b)", "df/da = 1/b") == "correct"


def test_names_given_twice_or_not_used_are_errors():
    with pytest.raises(GradcheckError):
        verdict("x**2", "2*x", at="z=1")
    with pytest.raises(GradcheckError):
        verdict("x**2", "2*x", declarations="z > 0")
