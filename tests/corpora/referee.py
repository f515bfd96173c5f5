"""The referee of the corpora: expressions evaluated by Python and mpmath, sharing nothing with gradcheck.

The corpora's own texts are Python expressions; they are read by Python's ``ast`` and evaluated at 40 digits. What has
no real value is NaN.
"""

from __future__ import annotations

import ast
import random
import re
from typing import Any

import mpmath
from mpmath import mp, mpf

DIGITS = 100
NAN = mpf("nan")
_STEP = mpf(10) ** -25
_HUGE = mpf(10) ** 2000


def _real(function: Any) -> Any:
    def guarded(*arguments: Any) -> Any:
        if any(mpmath.isnan(argument) or abs(argument) > _HUGE for argument in arguments):
            return NAN
        try:
            value = function(*arguments)
        except (ZeroDivisionError, ValueError, OverflowError, MemoryError):
            return NAN
        return NAN if isinstance(value, mpmath.mpc) or mpmath.isinf(value) else value

    return guarded


def _power(u: mpf, v: mpf) -> mpf:
    if v == mpmath.floor(v):
        return NAN if (u == 0 and v < 0) or (u and abs(v * mpmath.log(abs(u))) > 10**6) else u ** int(v)
    if u < 0 or (u == 0 and v < 0) or (u > 0 and abs(v * mpmath.log(u)) > 10**6):
        return NAN
    return u**v


def _where(condition: Any, yes: Any, no: Any) -> Any:
    return yes if condition else no


def _sign(u: mpf) -> mpf:
    return mpf((u > 0) - (u < 0))


def _sigmoid(u: mpf) -> mpf:
    return 1 / (1 + mpmath.exp(-u))


def _bounded(function: Any) -> Any:
    return lambda u: NAN if abs(u) > 10**6 else function(u)


_FUNCTIONS: dict[str, Any] = {
    name: _real(getattr(mpmath, name))
    for name in [
        "exp",
        "expm1",
        "log1p",
        "sin",
        "cos",
        "tan",
        "sec",
        "csc",
        "cot",
        "asin",
        "acos",
        "atan",
        "asec",
        "acsc",
        "sinh",
        "cosh",
        "tanh",
        "sech",
        "csch",
        "coth",
        "asinh",
        "acosh",
        "atanh",
        "asech",
        "acsch",
        "acoth",
        "erf",
        "erfc",
        "hypot",
        "floor",
        "cbrt",
        "sqrt",
        "sign",
    ]
}
_FUNCTIONS |= {
    "log": _real(lambda u, b=None: mpmath.log(u) if b is None else mpmath.log(u) / mpmath.log(b)),
    "log10": _real(lambda u: mpmath.log(u) / mpmath.log(10)),
    "log2": _real(lambda u: mpmath.log(u) / mpmath.log(2)),
    "acot": _real(lambda u: mp.pi / 2 - mpmath.atan(u)),  # the continuous branch
    "atan2": _real(lambda u, v: NAN if u == 0 and v == 0 else mpmath.atan2(u, v)),
    "cbrt": _real(lambda u: _sign(u) * mpmath.cbrt(abs(u))),
    "abs": _real(abs),
    "sign": _real(_sign),
    "max": _real(max),
    "min": _real(min),
    "relu": _real(lambda u: max(u, mpf(0))),
    "heaviside": _real(lambda u: mpf(1) if u > 0 else mpf(0) if u < 0 else mpf(1) / 2),
    "sigmoid": _real(_sigmoid),
    "softplus": _real(lambda u: mpmath.log(1 + mpmath.exp(u))),
    "leaky_relu": _real(lambda u: u if u > 0 else u / 100),
    "swish": _real(lambda u: u * _sigmoid(u)),
    "gelu": _real(lambda u: u * (1 + mpmath.erf(u / mpmath.sqrt(2))) / 2),
    "sinc": _real(lambda u: mpmath.sin(u) / u if u else mpf(1)),
    "where": _where,
    "_power": _real(_power),
    "_quotient": _real(lambda u, v: u / v),
    "_number": mpf,
}
for _name in ("exp", "expm1", "sinh", "cosh", "tanh", "sech", "csch", "coth", "sigmoid", "softplus", "swish"):
    _FUNCTIONS[_name] = _bounded(_FUNCTIONS[_name])
_FUNCTIONS["ln"] = _FUNCTIONS["log"]


class _Exact(ast.NodeTransformer):
    """Numbers at full precision, powers and quotients of real numbers."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return _call("_number", ast.Constant(str(node.value)))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow):
            return _call("_power", left, right)
        if isinstance(node.op, ast.Div):
            return _call("_quotient", left, right)
        return ast.BinOp(left, node.op, right)


def _call(name: str, *arguments: Any) -> ast.AST:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def compiled(text: str) -> list[tuple[str, Any]]:
    """A program (assignments and an expression) as code, statement by statement."""
    found = []
    for statement in text.split(";"):
        name, sign, body = statement.partition(" = ")
        if not sign:
            name, body = "", statement
        tree = ast.fix_missing_locations(_Exact().visit(ast.parse(body.strip(), mode="eval")))
        found.append((name.strip(), compile(tree, "corpus", "eval")))
    return found


def value(code: list[tuple[str, Any]], point: dict[str, mpf]) -> mpf:
    """What a program says at a point; NaN where it has no real value."""
    names = {"e": mp.e, "pi": mp.pi, **point}
    last = NAN
    for name, one in code:
        try:
            last = eval(one, {"__builtins__": {}, **_FUNCTIONS}, names)  # the corpora's own texts
        except (ZeroDivisionError, ValueError, OverflowError, TypeError):
            last = NAN
        if isinstance(last, mpmath.mpc):
            last = NAN
        if name:
            names[name] = last
    return mpf(last)


def slope(code: list[tuple[str, Any]], point: dict[str, mpf], wrt: str) -> mpf:
    """The derivative by a symmetric quotient; NaN where the two sides differ (a kink, an edge)."""
    h = _STEP * max(1, abs(point[wrt]))
    at = [value(code, {**point, wrt: point[wrt] + k * h}) for k in (-1, 0, 1)]
    if any(mpmath.isnan(one) for one in at):
        return NAN
    left, right = (at[1] - at[0]) / h, (at[2] - at[1]) / h
    if abs(left - right) > mpf(10) ** -8 * (1 + abs(left) + abs(right)):
        return NAN
    return (left + right) / 2


def variables(*texts: str) -> list[str]:
    """The free names of programs, in order of appearance."""
    assigned: set[str] = set()
    found: list[str] = []
    for text in texts:
        for statement in text.split(";"):
            name, sign, body = statement.partition(" = ")
            body = body if sign else statement
            for word in re.findall(r"[A-Za-z_]\w*", body):
                if word not in _FUNCTIONS and word not in {"e", "pi", "and", "or"} | assigned and word not in found:
                    found.append(word)
            if sign:
                assigned.add(name.strip())
    return found


def points(names: list[str], declared: str, seed: int, count: int) -> list[dict[str, mpf]]:
    """Points of every size and sign that respect the declarations."""
    generator = random.Random(f"{seed}:{names}")
    found = []
    for turn in range(count):
        point = {}
        for name in names:
            low, high, whole = _bounds(name, declared)
            size = (1, 3, 0.3, 10, 40, 1)[turn % 6]
            number = generator.uniform(-size, size) if turn % 3 else generator.uniform(0, size)
            if turn % 11 == 10:
                number = generator.choice((-1, 1)) * 10 ** generator.uniform(-3, 3)
            if low is not None and high is not None:
                number = low + (high - low) * generator.random()
            elif low is not None:
                number = low + abs(number)
            point[name] = mpf(round(number)) if whole else mpf(number)
        found.append(point)
    return found


def _bounds(name: str, declared: str) -> tuple[float | None, float | None, bool]:
    low = high = None
    whole = False
    for part in declared.split(";"):
        one = part.strip()
        if one == f"{name}: integer":
            whole = True
        elif found := re.fullmatch(rf"{name} > (\S+)", one):
            low = float(found[1])
        elif found := re.fullmatch(rf"(\S+) < {name} < (\S+)", one):
            low, high = float(found[1]), float(found[2])
    return low, high, whole


def close(one: mpf, other: mpf, digits: int = 12) -> bool:
    """Equal to so many digits, relative to the larger or absolutely for small ones."""
    return abs(one - other) <= mpf(10) ** -digits * (abs(one) + abs(other)) + mpf(10) ** -(digits + 6)


def judge(expr: str, wrt: str, claim: str, declared: str = "", *, seed: int = 0, count: int = 120) -> tuple[str, int]:
    """``true``, ``false`` or ``narrower`` (true, but undefined somewhere), and at how many points that was seen."""
    mp.dps = DIGITS
    function, said = compiled(expr), compiled(claim)
    usable = missing = 0
    for point in points(variables(expr, claim), declared, seed, count):
        actual = slope(function, point, wrt)
        if mpmath.isnan(actual) or abs(actual) > mpf(10) ** 25:
            continue
        magnitude = abs(value(function, point))
        if magnitude > mpf(10) ** 12 * (1 + abs(actual)):
            continue  # the quotient has lost its digits
        stated = value(said, point)
        if mpmath.isnan(stated):
            missing += 1
            continue
        usable += 1
        if not close(actual, stated):
            return "false", usable
    return ("narrower" if missing else "true") if usable else "nowhere", usable
