"""Residues: identities of rational functions show, nothing else is said to be one."""

from __future__ import annotations

import pytest

from gradcheck.arithmetic.residues import NoResidueError, Residues
from gradcheck.build import build
from gradcheck.forward import Forward
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.routes.reverse import Backward, Paths
from gradcheck.syntax.plain import parse


def value(residues, text):
    graph = build(parse(text))
    return Forward(graph, residues).run({name: residues.atom("variable", name) for name in graph.inputs})[graph.output]


def slope(residues, text):
    graph = build(parse(text))
    values = Forward(graph, residues).run({name: residues.atom("variable", name) for name in graph.inputs})
    return Backward(Paths(graph, graph.output, graph.inputs["x"]), residues).run(values)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(x + y)**2", "x**2 + 2*x*y + y**2"),
        ("x/(x*y)", "1/y"),
        ("0.1*x + x/5", "3*x/10"),
        ("sin(2*x)*exp(y) + exp(y)", "exp(y)*(sin(x + x) + 1)"),
        ("(x**3 - 1)/(x - 1)", "1 + x + x**2"),
        ("pi*e*x", "x*e*pi"),
        ("x**-3", "1/(x*x*x)"),
        ("-(x - y)", "y - x"),
    ],
)
def test_identities(one, other):
    residues = Residues()
    assert value(residues, one) == value(residues, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x", "x + 1e-300"),
        ("x", "x*(1 + exp(-1000))"),
        ("sin(x)", "cos(x)"),
        ("sin(x)**2 + cos(x)**2", "1"),
        ("x", "x + 2305843009213693951*exp(-1000)"),
        ("max(x, y)", "max(y, x)"),
        ("abs(x)", "x"),
        ("x**(1/2)", "x**(1/3)"),
    ],
)
def test_what_is_no_identity_of_rational_functions(one, other):
    residues = Residues()
    assert value(residues, one) != value(residues, other)


@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        ("x**5", "5*x**4"),
        ("sin(x)*exp(x)", "(cos(x) + sin(x))*exp(x)"),
        ("tanh(x)", "1 - tanh(x)**2"),
        ("x/(1 + x**2)", "(1 - x**2)/(1 + x**2)**2"),
        ("log(x)/x", "(1 - log(x))/x**2"),
        ("abs(x)*x", "sign(x)*x + abs(x)"),
    ],
)
def test_the_rules_of_the_table_hold_in_residues(function, derivative):
    residues = Residues()
    assert slope(residues, function) == value(residues, derivative)


@pytest.mark.parametrize("row", PRIMITIVES.values(), ids=lambda row: row.name)
def test_every_primitive_has_a_residue_or_says_that_it_branches(row):
    residues = Residues()
    arguments = [residues.atom("variable", name) for name in "uvw"[: row.arity]]
    try:
        found = residues.function(row)(*arguments)
    except NoResidueError:
        assert "where" in row.definition
    else:
        assert found == residues.function(row)(*arguments)


def test_a_division_by_zero_and_a_branch_are_told():
    residues = Residues()
    with pytest.raises(ZeroDivisionError):
        value(residues, "1/(x - x)")
    with pytest.raises(NoResidueError):
        slope(residues, "where(x > 0, x, -x)")


def test_primes_differ_and_room_is_made():
    one, other = Residues(), Residues()
    assert one._prime != other._prime
    one._atoms.update({("filler", number): one.number(number) for number in range(10_001)})
    one.forget()
    assert not one._atoms
