"""Mistakes as students write them, each named rightly: the whole list that the project promises."""
# ruff: noqa: E501 - tables of cases read best in rows

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from gradcheck.claims.verify import Task, verify

sys.path.insert(0, str(Path(__file__).parent))

from true_statements import is_true

CASES = [
    # (function, claim, name, words of the message)
    ("sin(x**2)", "cos(x^2)", "inner derivative missing", "∂a/∂x = 2x"),
    ("exp(3*x)", "e^(3x)", "inner derivative missing", "= 3"),
    ("(x**2+1)**5", "5(x^2+1)^4", "inner derivative missing", "chain rule"),
    ("x**2 + exp(x**2)", "2x exp(x^2)", "term of a sum dropped", "the first term"),
    ("x**2 + sin(x)", "2x", "term of a sum dropped", "the second term"),
    ("sqrt(x**2 + exp(x**2))", "2x/(2 sqrt(x^2 + exp(x^2)))", "term of a sum dropped", "one path"),
    ("hypot(sin(x), cos(x**2))", "sin(x)*cos(x)/hypot(sin(x), cos(x**2))", "path dropped", "sum over all paths"),
    ("x**2*sin(x)", "2x cos(x)", "product rule as f'g'", "u'·v + u·v'"),
    ("x**2*sin(x)", "x^2*2x + sin(x)cos(x)", "product rule as ff' + gg'", "the other one"),
    ("x**2/sin(x)", "(x^2 cos(x) - 2x sin(x))/sin(x)^2", "quotient rule with the sign swapped", "swapped"),
    ("x**2/sin(x)", "2x/cos(x)", "quotient rule as f'/g'", "not the quotient"),
    ("x**2/sin(x)", "(2x sin(x) - x^2 cos(x))/sin(x)", "denominator not squared", "squared"),
    ("1/(x**2+1)", "-2x/(x^2+1)", "denominator not squared", "squared"),
    ("x**3", "x^2", "factor n of the power rule missing", "∂f/∂x = 3x²"),
    ("x**3", "3x^3", "exponent not lowered", "∂f/∂x = 3x²"),
    ("x**3", "3x", "exponent dropped", "it does not drop it"),
    ("x**3", "2x^2", "lowered exponent as the factor", "old exponent"),
    ("(x**2+1)**4", "4(x^2+1)*2x", "exponent dropped", "4b³"),
    ("exp(x)", "x e^(x-1)", "power rule applied to an exponential", "exp"),
    ("e**x", "x*e**(x-1)", "power rule applied to an exponential", "exponent"),
    ("2**x", "x*2^(x-1)", "power rule applied to an exponential", "exponent"),
    ("a**x", "x*a^(x-1)", "power rule applied to an exponential", "exponent"),
    ("a**x", "a^x", "ln a forgotten", "ln of the base"),
    ("2**x", "2^x", "ln a forgotten", "ln of the base"),
    ("cos(x)", "sin(x)", "sign of cos'", "-sin"),
    ("tan(x)", "-1/cos(x)^2", "sign of tan'", "positive"),
    ("1/x", "1/x^2", "sign of the derivative of 1/u", "minus is missing"),
    ("1/x", "ln(x)", "reciprocal differentiated as a logarithm", "antiderivative"),
    ("log(x**2+1)", "1/x", "(ln u)' as 1/x", "u'/u"),
    ("log(x**2+1)", "1/(2x)", "(ln u)' as 1/u'", "u'/u"),
    ("sqrt(x)", "1/sqrt(x)", "root: derivative 1/√u", "1/2"),
    ("sqrt(x)", "2/sqrt(x)", "root: derivative 2/√u", "denominator"),
    ("x**2 + 5", "2x + 5", "constant kept", "is 0"),
    ("x**2 + 5", "2x + 1", "constant differentiated to 1", "is 0, not 1"),
    ("3*x**2", "2x", "constant factor lost", "stays"),
    ("5*sin(x)", "25cos(x)", "constant factor squared", "not squared"),
    ("x**2", "x^3/3", "integrated instead of differentiated", "integrated"),
    ("x**2 + cos(x)", "x^3/3 + sin(x)", "integrated", "antiderivative"),
    ("x*cos(x)", "x cos(x)", "the function itself", "itself"),
    ("x**2*y", "x^2", "another variable", "by y, not by x"),
    ("x**4 + x", "12x^2", "second derivative", "second"),
    ("log(x)", "1/(x ln(10))", "logarithm taken to base 10", "natural"),
    ("sin(x)", "π/180 cos(x)", "degrees for radians", "radians"),
    ("sigmoid(x)", "sigmoid(x)(1 + sigmoid(x))", "sigmoid' as σ(1 + σ)", "minus"),
    ("sigmoid(x)", "sigmoid(x)*(1-sigmoid(x))*(1 - sigmoid(x)*(1-sigmoid(x)))", "sigmoid' as σ'(1 - σ')", "of σ itself"),
    ("relu(x)", "x", "relu' as u", "switch"),
    ("relu(x)", "1", "relu' as 1 everywhere", "inactive"),
    ("x**3 + x", "-3x^2 - 1", "negated", "opposite sign"),
    ("x**3 + x", "6x^2 + 2", "constant factor", "the constant factor 2"),
    ("x*log(x)", "ln(x) - 3", "constant term", "the constant term -4"),
    ("((x-1)**2 + (x-2)**2)/2", "2(x-1) + 2(x-2)", "constant divisor lost", "an average is not a sum"),
    ("(x + y + z)/3", "1", "constant divisor lost", "an average is not a sum"),
    # -- slips of the pen
    ("sqrt(x)", "1/2 sqrt(x)", "root: derivative √u/2", "misplaced bracket: with other brackets it is right: 1/(2*sqrt(x)), not 1/2*sqrt(x)"),
    ("sqrt(x) + x**2", "1/2*sqrt(x) + 2*x", "root: derivative √u/2", "1/(2*sqrt(x)) + 2*x"),
    ("sin(x**2)", "2x cos(x)^2", "misplaced bracket", "2*x*cos(x**2), not 2*x*cos(x)**2"),
    ("sin(2*x + 1)", "2*cos(2*x) + 1", "misplaced bracket", "2*cos(2*x + 1)"),
    ("exp(x**2 + x)", "(2x + 1)exp(x^2) + x", "misplaced bracket", "exp(x**2 + x)"),
    ("x/(x**2 + 1)", "1 - x^2/(x^2 + 1)^2", "misplaced bracket", "(1 - x**2)/(x**2 + 1)**2"),
    ("x**2 + x**2*x", "x*2 + 3*x", "misplaced bracket", "x*(2 + 3*x)"),
    ("atan(x)", "1/(1 + x^3)", "wrong exponent", "x**3 should be x**2"),
    ("x**2*y**3", "2*x*y**2", "wrong exponent", "y**2 should be y**3"),
    ("x**2*exp(x)", "(3x + x^2)exp(x)", "wrong number", "3*x should be 2*x"),
    ("sin(x)*cos(y)", "cos(x)sin(y)", "wrong function", "sin(y) should be cos(y)"),
    ("x**2*sin(y) + y", "2*y*sin(y)", "wrong variable", "2*y should be 2*x"),
    ("x**2*exp(x) + x", "2x exp(x) - x^2 exp(x) + 1", "product rule with a minus", "plus"),
    ("exp(-x)*(x + 1)", "exp(-x) + (x + 1)exp(-x)", "inner derivative missing", "∂a/∂x = -1"),
    ("x*cos(y) + 3*x**2", "cos(y) - 6x", "wrong sign", "cos(y) - 6*x should be cos(y) + 6*x"),
    ("x**3*cos(x)", "3x^2 cos(x) - x^3/sin(x)", "wrong operation", "x**3/sin(x) should be x**3*sin(x)"),
    ("x*exp(x)", "exp(x) + x exp(x) + 5", "constant term", "the term 5 does not belong there"),
    ("x*exp(x)", "exp(x) + x exp(x) + x", "term too many", "the term x does not belong there"),
    ("x*exp(x)", "x exp(x) + x exp(x)", "factor too many", "the factor x does not belong there"),
    ("x**2*exp(y)*sin(x)", "2x exp(y)sin(x) + x^2 cos(x)", "factor missing", "the factor exp(y) is missing"),
    ("x + y", "y", "another operation", "the claim is right for f = x·y, not for f = x + y"),
    ("sin(x + y)", "y*cos(x*y)", "another operation", "the claim is right for a = x·y, not for a = x + y"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "claim", "name", "words"), CASES)
def test_each_mistake_is_named(expression, claim, name, words):
    found = verify(Task(expression, claim, wrt="x"))
    assert found.verdict == "wrong"
    assert found.diagnosis is not None
    assert found.diagnosis.misconception == name
    assert words in found.diagnosis.message


def in_python(claim):
    """Homework notation as Python, for the referee."""
    found = claim.replace("^", "**").replace("π", "pi").replace("ln(", "log(")
    found = re.sub(r"(\d) ?(?=[a-z(])", r"\1*", found)
    found = re.sub(r"\) ?(?=[a-z(])", ")*", found)
    return re.sub(r"\b([xy]|pi/180)( (?=[a-z(])|(?=\())", r"\1*", found)


@pytest.mark.parametrize(("expression", "claim"), [case[:2] for case in CASES])
def test_what_is_said_is_true_by_mpmath(expression, claim):
    found = verify(Task(expression, claim, wrt="x"))
    beyond = {"hypot(sin(x), cos(x**2))"}  # the referee's trees have no functions of two arguments
    assert is_true(expression, in_python(claim), found.diagnosis) is (None if expression in beyond else True)
