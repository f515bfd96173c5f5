"""Claims about scalars and about arrays meet alike, whatever letters their indices have."""

import pytest

from gradcheck.arrays.given import variable_shapes
from gradcheck.build import build
from gradcheck.claims.stated import is_by_nothing, read_stated, what_is_stated
from gradcheck.declarations import read_declarations
from gradcheck.syntax.plain import parse


def graph_of(text, declarations=""):
    declared = read_declarations(declarations)
    return build(parse(text, frozenset(declared)), frozenset(declared), *variable_shapes({}, declared))


def stated(text, graph):
    return what_is_stated(read_stated(text, graph).target)


def test_letters_do_not_matter():
    graph = graph_of("K = B.T @ B", "B: 3x2")
    one = stated("dK[p,q]/dB[i,j] = 0", graph)
    assert one == stated("dK[a,b]/dB[k,l] = B[k,b]", graph)
    assert one != stated("dK[p,p]/dB[i,j] = 0", graph)
    assert one != stated("dK/dB = 0", graph)
    assert stated("dK[0,1]/dB[1,0] = 0", graph) != stated("dK[0,0]/dB[1,0] = 0", graph)


@pytest.mark.parametrize(("text", "declarations"), [("x**2", ""), ("x.T @ x", "x: 2")])
def test_a_derivative_by_nothing(text, declarations):
    graph = graph_of(text, declarations)
    assert is_by_nothing(stated("df/dz = 0", graph))
    assert not is_by_nothing(stated("df/dx = 0", graph))
