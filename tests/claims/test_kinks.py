"""Kinks: which there are, which sides were seen, which are proved to have one side only, and the search for the other."""
# ruff: noqa: E501 - tables of cases read best in rows

from __future__ import annotations

import itertools

import pytest

from gradcheck.build import build
from gradcheck.claims.claim import read_claim
from gradcheck.claims.equality import Verifier
from gradcheck.claims.verify import Task, verify
from gradcheck.deadline import Deadline
from gradcheck.declarations import read_declarations
from gradcheck.syntax.plain import parse


def kinks(expression, claim="0*x", declared=""):
    graph = build(parse(expression))
    verifier = Verifier(
        graph, read_claim(claim, graph, "x"), declarations=read_declarations(declared), deadline=Deadline(5.0)
    )
    return verifier, verifier.kinks


@pytest.mark.parametrize(
    ("expression", "claim", "count"),
    [
        ("x**2", "2*x", 0), ("abs(x)", "1", 1), ("abs(x) + relu(x - 1)", "1", 2), ("abs(x)", "sign(x)", 2), ("where(x > 0, x, 0)", "1", 1),
        ("max(x, 3)", "1", 1), ("floor(x)*x", "floor(x)", 0), ("x", "1 + abs(3) - 3", 0), ("where(x > 0 and x < 1, x, 0)", "1", 2), ("leaky_relu(x)", "1", 1),
    ],
)  # fmt: skip
def test_the_kinks_of_function_and_claim_are_counted(expression, claim, count):
    assert len(kinks(expression, claim)[1].places) == count


@pytest.mark.parametrize(
    ("expression", "at", "signs"),
    [
        ("abs(x - 2)", 5, {1}),
        ("abs(x - 2)", -5, {-1}),
        ("relu(3 - x)", 5, {-1}),
        ("max(x, 10)", 11, {1}),
        ("max(x, 10)", 9, {-1}),
    ],
)
def test_a_point_shows_one_side(expression, at, signs):
    verifier, found = kinks(expression)
    found.see(verifier, {"x": at})
    assert found.seen == [signs]
    assert found.still_unseen() != ""
    found.clear()
    assert found.seen == [set()]


@pytest.mark.parametrize(
    ("expression", "beyond"),
    [
        ("relu(x - 5000)", 5000),
        ("abs(x - 123456789)", 123456789),
        ("max(x, 1e9)", 10**9),
        ("where(x > 3e6, x, 0)", 3 * 10**6),
    ],
)
def test_points_beyond_a_kink_are_found(expression, beyond):
    verifier, found = kinks(expression)
    found.see(verifier, {"x": 2})
    points = list(itertools.islice(found.near(verifier), 4))
    assert any(point["x"] > beyond for point in points)
    assert any(point["x"] < beyond for point in points)


@pytest.mark.parametrize(
    "expression",
    [
        "abs(exp(x))",
        "abs(x**2 + 1)",
        "relu(-x**2)",
        "max(x**2, -1)",
        "abs(sqrt(x))",
        "where(exp(x) > 0, x, 0)",
        "min(-exp(x), 0)",
    ],
)
def test_kinks_that_cannot_be_reached_are_proved_away(expression):
    verifier, found = kinks(expression)
    found.see(verifier, {"x": 3})
    assert found.still_unseen() == ""
    assert list(found.near(verifier)) == []


@pytest.mark.parametrize(
    ("expression", "declared"), [("abs(x)", "x > 0"), ("abs(x)", "x < 0"), ("relu(x)", "x >= 0"), ("abs(x)", "1 < x < 2"), ("where(x > 0, x, 0)", "x > 0"), ("max(x, 0)", "x > 0")]
)  # fmt: skip
def test_declarations_prove_kinks_away(expression, declared):
    verifier, found = kinks(expression, declared=declared)
    found.see(verifier, {"x": 1 if declared != "x < 0" else -1})
    assert found.still_unseen() == ""


@pytest.mark.parametrize(
    ("expression", "claim"),
    [
        ("relu(x - 5000)", "where(x > 5001, 1, 0)"), ("relu(x - 5000)", "where(x > 4999.9, 1, 0)"), ("abs(x - 1/3)", "sign(x - 0.333)"), ("max(x, 2)", "where(x > 2.01, 1, 0)"),
        ("relu(x - 5000)", "where(x > 5000, 1, where(x > 4999, 2, 0))"), ("abs(x)*x", "where(abs(x) < 1/10000, 5, 2*abs(x))"), ("relu(x)", "where(x > 1e-9, 1, 0)"),
        ("relu(x)", "where(x > -1e-9, 1, 0)"), ("abs(3*x + 1)", "3*sign(3*x - 1)"), ("relu(3*x + 1)", "3*heaviside(6*x + 1)"), ("min(x, 1 - x)", "heaviside(1 - 2*x) - heaviside(2*x + 1)"),
        ("relu(x**3 - 2*x)", "(3*x**2 - 2)*heaviside(x*(x**4 - 2))"), ("abs(x**3 - 2*x)", "(3*x**2 - 2)*sign(x**3 - 4*x)"), ("relu(x - 1e15)", "0"), ("abs(x + 1e13)", "1"),
    ],
)  # fmt: skip
def test_a_kink_in_the_wrong_place_is_never_correct(expression, claim):
    """Claim and function agree except between the two kinks."""
    assert verify(Task(expression, claim)).verdict in {"wrong", "undecided"}


@pytest.mark.parametrize(
    ("expression", "claim"),
    [
        ("relu(relu(x) - 100)", "where(x > 100, 1, 0)"), ("abs(abs(x) - 50)", "sign(abs(x) - 50)*sign(x)"), ("relu(x - y)", "where(x > y, 1, 0)"), ("max(x, y, z)", "where(x > max(y, z), 1, 0)"),
        ("where(x > 1000, where(x < 2000, x**2, 0), 0)", "where(x > 1000, where(x < 2000, 2*x, 0), 0)"), ("abs(sin(x))", "sign(sin(x))*cos(x)"), ("relu(log(x))", "where(x > 1, 1/x, 0)"),
        ("abs(x)*abs(y)", "sign(x)*abs(y)"), ("min(x, 1, x**2)", "where(x**2 < min(x, 1), 2*x, where(x < 1, 1, 0))"), ("relu(1 - abs(x))", "where(abs(x) < 1, -sign(x), 0)"),
    ],
)  # fmt: skip
def test_true_claims_about_kinks_are_never_wrong(expression, claim):
    found = verify(Task(expression, claim, wrt="x"))
    assert found.verdict != "wrong", found.reason
    assert found.verdict == "correct" or found.evidence.kind == "kink"


def test_the_time_limit_holds_in_the_search_too():
    """Many unreachable kinks cost many searches."""
    import time

    body = " + ".join(f"abs(x**4 - x + {n})" for n in range(1, 60))
    start = time.perf_counter()
    verify(Task(body, "+".join(["4*x**3 - 1"] * 59)), timeout=0.5)
    assert time.perf_counter() - start < 4


def judged(f, claim, declarations="", wrt="x"):
    return verify(Task(f, claim, wrt=wrt, declarations=declarations))


def test_a_step_of_the_claim_far_away_is_found():
    for step in ("floor(abs(x)/10000)", "ceil(x/10000) - ceil(x/10000 - 1/2)", "floor(x/1e7)"):
        assert judged("x**2", f"2*x + {step}").verdict == "wrong"


def test_steps_of_a_right_claim_are_no_hindrance():
    assert judged("x*floor(x)", "floor(x)").verdict == "correct"
    assert judged("x**2*floor(y)", "2*x*floor(y)").verdict == "correct"
    assert judged("x*ceil(x/3) + floor(x)", "ceil(x/3)").verdict == "correct"


def test_no_point_beside_a_kink_leaves_what_is_declared():
    assert judged("abs(n - 5.25)", "sign(n - 5.25)*cos(2*pi*n)", "n: integer", "n").verdict == "correct"
    found = judged(
        "abs(x - 0.875)", "sign(x - 0.875)*(2/pi)*(atan(1/(0.8755 - x)) + atan(0.8755 - x))", "0 < x < 0.8755"
    )
    assert found.verdict == "correct"


@pytest.mark.parametrize("f", ["sqrt((x - 5000)**2)", "((x - 5000)**2)**(1/2)", "sqrt((x - 5000)*(x - 5000))"])
def test_a_root_of_an_even_power_has_a_kink(f):
    assert judged(f, "-1").verdict == "wrong"
    assert judged(f, "sign(x - 5000)").verdict == "correct"


def test_a_window_between_two_roots_is_found():
    assert judged("sqrt((x - 2.5)**2) - sqrt((x - 2.6)**2)", "0").verdict == "wrong"


@pytest.mark.parametrize(
    ("f", "claim"),
    [
        ("sqrt(1 + (x**2 - 2*x + 5)**2)", "(x**2 - 2*x + 5)*(2*x - 2)/sqrt(1 + (x**2 - 2*x + 5)**2)"),
        ("(x**2)**(3/2)", "3*x*sqrt(x**2)"),
        ("sqrt((x**2 + 1)**2)", "2*x"),
        ("sqrt(exp(x)**2)", "exp(x)"),
        ("sqrt(x**2*y)", "x*y/sqrt(x**2*y)"),
    ],
)
def test_roots_that_are_right_on_both_sides(f, claim):
    assert judged(f, claim).verdict == "correct"


@pytest.mark.parametrize(
    "f", ["max(x**2, 25000000)", "max((x - 1)**2, 25000000)", "max(sin(x) + x, 5000)", "min(x**3, x - 1e12)"]
)
def test_a_kink_between_two_computed_values_is_found(f):
    assert judged(f, "0" if f.startswith("max") else "3*x**2").verdict == "wrong"
