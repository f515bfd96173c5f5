"""Whether what a diagnosis says is true, decided by mpmath and Python's own ``ast``: nothing of gradcheck takes part.

A named mistake must lead to exactly what was claimed; a correction must be the derivative.
"""

from __future__ import annotations

import ast
import itertools
import re
import sys
from functools import lru_cache
from pathlib import Path

import mpmath
from mpmath import mp

sys.path.insert(0, str(Path(__file__).parent))

from corpora import referee
from wrong_rules import MISTAKES, derive, mistaken, supported, text

ENOUGH = 5
_LARGEST, _SMALLEST = mpmath.mpf(10) ** 20, mpmath.mpf(10) ** -30
"""Values beyond these may have lost their digits."""
_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}


# -- trees ------------------------------------------------------------------------------------------------------------


def inlined(expression):
    """A program as one expression: assigned names are written out."""
    known = {}
    last = ""
    for statement in expression.split(";"):
        name, sign, body = statement.partition(" = ")
        body = body if sign else statement
        last = re.sub(r"[A-Za-z_]\w*", lambda found: f"({known[found[0]]})" if found[0] in known else found[0], body)
        last = last.strip()
        if sign:
            known[name.strip()] = last
    return last


def renamed(text_, wrt):
    """The same text with ``wrt`` called x (and x called otherwise)."""
    if wrt == "x":
        return text_
    swap = {wrt: "x", "x": "x_other"}
    return re.sub(r"[A-Za-z_]\w*", lambda found: swap.get(found[0], found[0]), text_)


@lru_cache(maxsize=4_000)
def tree_of(expression):
    """An expression in x as a tree of ``wrong_rules``; None where they do not know all of its functions."""
    try:
        found = _tree(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, KeyError):
        return None
    return found if supported(found) else None


def _tree(node):
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return node.id
        case ast.UnaryOp(op=ast.USub()):
            inner = _tree(node.operand)
            return -inner if isinstance(inner, int) else ("neg", inner)
        case ast.BinOp():
            return (_OPERATORS[type(node.op)], _tree(node.left), _tree(node.right))
        case ast.Call() if len(node.args) == 1:
            return (node.func.id, _tree(node.args[0]))
    raise KeyError(type(node).__name__)


# -- values -----------------------------------------------------------------------------------------------------------


def _shared(declared, texts, wanted=60, digits=160):
    """Points at which all of some texts have a value, with the values; not so far out that all digits cancel."""
    mp.dps = digits
    codes = [referee.compiled(one) for one in texts]
    for point in referee.points(referee.variables(*texts) or ["x"], declared, 7, 3 * wanted):
        if any(abs(one) > 12 for one in point.values()):
            continue
        values = [referee.value(code, point) for code in codes]
        if not any(mpmath.isnan(one) or abs(one) > _LARGEST or 0 < abs(one) < _SMALLEST for one in values):
            yield point, values


@lru_cache(maxsize=50_000)
def same(one, other, declared="", wanted=20):
    """Whether two texts have the same value wherever both have one; None where that is at too few points."""
    seen = 0
    for _, (a, b) in _shared(declared, (one, other)):
        if not referee.close(a, b, 14):
            return False
        seen += 1
        if seen >= wanted:
            return True
    return None if seen < ENOUGH else True


def slopes(one, other, wrt="x", declared=""):
    """Whether the derivative of one text is the other one; None where too few points tell."""
    code = referee.compiled(one)
    seen = 0
    for point, (_, said) in _shared(declared, (one, other)):
        slope = referee.slope(code, {wrt: mpmath.mpf(1), **point}, wrt)
        if mpmath.isnan(slope) or abs(slope) > mpmath.mpf(10) ** 12:
            continue
        if not referee.close(slope, said, 12):
            return False
        seen += 1
        if seen >= 12:
            return True
    return None if seen < ENOUGH else True


def constant(truth, claim, declared="", *, quotient):
    """Whether claim and truth differ by a constant factor (or term)."""
    pairs = [values for _, values in itertools.islice(_shared(declared, (truth, claim)), 40)]
    if quotient and any(b and not a for a, b in pairs):
        return False
    found = [b / a if quotient else b - a for a, b in pairs if a or not quotient]
    return len(found) >= ENOUGH and all(referee.close(one, found[0], 14) for one in found)


# -- statements -------------------------------------------------------------------------------------------------------


def reproduced(tree, claim, said, declared=""):
    """Whether the named mistake (or pair of mistakes), made somewhere in the tree, leads to the claim."""
    if said == "the function itself":
        return same(text(tree), claim, declared)
    truth = derive(tree, {})
    if said == "negated":
        return same(f"-({truth})", claim, declared)
    if said == "second derivative":
        return slopes(truth, claim, declared=declared)
    if said == "integrated":
        return slopes(claim, text(tree), declared=declared)
    if said in {"constant factor", "constant term"}:
        return constant(truth, claim, declared, quotient=said == "constant factor")
    first, _, second = said.partition("; ")
    if first not in MISTAKES or (second and second not in MISTAKES):
        return None
    singles = list(mistaken(tree, first))
    if any(same(derive(tree, {path: rule}), claim, declared) for path, rule in singles):
        return True
    others = list(mistaken(tree, second or first))
    return any(
        path != place and same(derive(tree, {path: rule, place: other}), claim, declared)
        for (path, rule), (place, other) in itertools.product(singles, others)
    )


def another_variable(expression, claim, message, declared=""):
    other = re.search(r"is the derivative by (\w+),", message)[1]
    return slopes(expression, claim, other, declared)


def another_operation(expression, claim, declared=""):
    """Whether the claim is the derivative of the expression with one operation (in all its equal places) replaced."""
    root = ast.parse(expression, mode="eval")
    for node in ast.walk(root):
        if not isinstance(node, ast.BinOp):
            continue
        dumped = ast.dump(node)
        for operation in _OPERATORS:
            changed = ast.unparse(ast.fix_missing_locations(_Swapped(dumped, operation).visit(_copy(root))))
            if slopes(changed, claim, declared=declared):
                return True
    return False


class _Swapped(ast.NodeTransformer):
    def __init__(self, dumped, operation):
        self.dumped, self.operation = dumped, operation

    def visit_BinOp(self, node):
        if ast.dump(node) == self.dumped:
            return ast.BinOp(self.generic_visit(node).left, self.operation(), node.right)
        return self.generic_visit(node)


def _copy(root):
    return ast.parse(ast.unparse(root), mode="eval")


def path_dropped(expression, claim, declared=""):
    """Whether the claim is the derivative with some places of one sub-expression held fast."""
    tree = tree_of(expression)
    places = {}
    for path, node in _places(tree):
        places.setdefault(text(node), []).append(path)
    for shown, paths in places.items():
        for size in range(1, min(len(paths), 5)):
            for chosen in itertools.combinations(paths, size):
                held = _held(tree, chosen, shown)
                if same(derive(held, {}).replace("x_held", f"({shown})"), claim, declared):
                    return True
    return False


def _places(tree, path=()):
    if tree == "x" or isinstance(tree, tuple):
        yield path, tree
    if isinstance(tree, tuple):
        for position, one in enumerate(tree[1:]):
            yield from _places(one, (*path, position))


def _held(tree, paths, shown, path=()):
    if path in paths:
        return "x_held"
    if not isinstance(tree, tuple):
        return tree
    return (tree[0], *(_held(one, paths, shown, (*path, position)) for position, one in enumerate(tree[1:])))


def is_true(expression, claim, diagnosis, declared=""):
    """Whether a diagnosis of a claim about d(expression)/dx is true; None where this referee cannot tell."""
    said = diagnosis.misconception
    if diagnosis.correction and not slopes(expression, diagnosis.correction, declared=declared):
        return False
    if said == "another variable":
        return another_variable(expression, claim, diagnosis.message, declared)
    if said == "another operation":
        return another_operation(expression, claim, declared)
    if said == "path dropped":
        return path_dropped(expression, claim, declared) if tree_of(expression) is not None else None
    if diagnosis.correction and said not in {"constant factor", "constant term"}:
        return same(diagnosis.correction, claim, declared) is False
    tree = tree_of(expression)
    return None if tree is None else reproduced(tree, claim, said, declared)
