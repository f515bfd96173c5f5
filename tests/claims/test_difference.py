"""SymPy's argument: what it shows, and what it must not."""
# ruff: noqa: E501 - tables of cases read best in rows

from __future__ import annotations

import pytest

from gradcheck.build import build
from gradcheck.claims.claim import read_claim
from gradcheck.claims.difference import vanishes
from gradcheck.declarations import read_declarations
from gradcheck.point import read_point
from gradcheck.syntax.plain import parse


def shown(expression, claim, declared="", at=None, wrt=None):
    declarations = read_declarations(declared)
    bound = frozenset(declarations)
    graph = build(parse(expression, bound), bound)
    point = None if at is None else {name: value.graph for name, value in read_point(at).items()}
    return vanishes(graph, read_claim(claim, graph, wrt), declarations, point)


@pytest.mark.parametrize(
    ("expression", "claim"),
    [
        ("x**2", "2*x"), ("asin(x)", "1/cos(asin(x))"), ("asec(x)", "1/(x**2*sqrt(1 - 1/x**2))"), ("a = x**2; b = sin(a)", "db/dx = db/da*da/dx"),
        ("a = x**2; b = exp(a); c = a + b; sqrt(c)", "dc/da = 1 + b"), ("sin(x)**2", "sin(2*x)"), ("x", "df/dq = 0"), ("abs(x)**2", "2*x"),
    ],
)  # fmt: skip
def test_true_claims(expression, claim):
    assert shown(expression, claim)


@pytest.mark.parametrize(
    ("expression", "claim"),
    [("x**2", "3*x"), ("sqrt(x**2)", "1"), ("abs(x)", "1"), ("log(x**2)", "1/x"), ("x**2", "2*abs(x)"), ("x - x", "1/10**40"), ("asin(sin(x))", "1"), ("acosh(cosh(x))", "1")],
)  # fmt: skip
def test_false_claims(expression, claim):
    assert not shown(expression, claim)


@pytest.mark.parametrize(
    ("expression", "claim", "declared"),
    [
        ("sqrt(a**2)*x", "a", "a > 0"), ("sqrt(a**2)*x", "a", "a >= 0"), ("sqrt(a**2)*x", "-a", "a < 0"), ("sqrt(a**2)*x", "-a", "a <= 0"),
        ("cos(pi*n)*x", "(-1)**n", "n: integer"), ("x*abs(p)", "p", "0 < p < 1"),
    ],
)  # fmt: skip
def test_declarations_are_assumptions(expression, claim, declared):
    assert shown(expression, claim, declared, wrt="x")
    assert not shown(expression, claim, wrt="x")


def test_numbers_at_a_point():
    assert shown("sin(x)**2", "sqrt(3)/2", at="x=pi/6")
    assert not shown("sin(x)**2", "1/2", at="x=pi/6")
