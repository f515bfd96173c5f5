"""What the tests of claims about arrays share."""

from gradcheck.arrays.given import variable_shapes
from gradcheck.build import build
from gradcheck.claims.array_claim import read_array_claim
from gradcheck.claims.array_settings import settings_of
from gradcheck.claims.verify import Task, verify
from gradcheck.declarations import read_declarations
from gradcheck.syntax.plain import parse


def judged(f, claim, declarations="", at="", **options):
    return verify(Task(f, claim, declarations=declarations, at=at, **options), timeout=30)


def built(f, declarations):
    """Program, graph, bound names, shapes, sizes and declarations."""
    declared = read_declarations(declarations)
    bound = frozenset(declared)
    program = parse(f, bound)
    shapes, sizes = variable_shapes({}, declared)
    return program, build(program, bound, shapes, sizes), bound, shapes, sizes, declared


def read(f, declarations, claim, wrt=None):
    _, graph, _, _, sizes, _ = built(f, declarations)
    return read_array_claim(claim, graph, wrt, frozenset(sizes))


def settings(f, declarations):
    return settings_of(*built(f, declarations))
