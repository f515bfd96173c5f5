"""SymPy expressions: built by constructors from the graph, and enclosed in Arb balls by a reading of their own.

The reading of SymPy's functions (``enclose``) does not use the table: a wrong cell of the ``symbols`` column shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sympy
from flint import arb, fmpq

from gradcheck.arithmetic import Arithmetic
from gradcheck.arithmetic.balls import NAN, ONE, UNIT, ZERO, power

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcheck.syntax.tree import Exact

Expr = Any
"""SymPy's classes are not typed."""


class Symbols(Arithmetic[Expr]):
    """SymPy expressions in real symbols."""

    column = "symbols"
    undefined = sympy.nan

    def number(self, value: Exact) -> Expr:
        return sympy.Integer(value) if isinstance(value, int) else sympy.Rational(value.numerator, value.denominator)

    def constant(self, name: str) -> Expr:
        return sympy.pi if name == "pi" else sympy.E

    def native(self, name: str) -> Callable[..., Expr]:
        return _CONSTRUCTORS.get(name) or getattr(sympy, name)


def _is_real(*arguments: Expr) -> bool:
    return all(argument.is_extended_real for argument in arguments)


def _absolute(u: Expr) -> Expr:
    return sympy.Abs(u) if _is_real(u) else sympy.Piecewise((u, u >= 0), (-u, True))


def _signum(u: Expr) -> Expr:
    return sympy.sign(u) if _is_real(u) else sympy.Piecewise((1, u > 0), (-1, u < 0), (0, True))


def _cube_root(u: Expr) -> Expr:
    third = sympy.Rational(1, 3)
    return sympy.Piecewise((u**third, u >= 0), (-((-u) ** third), True))


def _nth_root(u: Expr, v: Expr) -> Expr:
    if v.is_Integer and v % 2 == 1:
        return sympy.Piecewise((u ** (1 / v), u >= 0), (-((-u) ** (1 / v)), True))
    return u ** (1 / v)


def _where(condition: Expr, v: Expr, w: Expr) -> Expr:
    if condition in (sympy.true, sympy.false):
        return v if condition == sympy.true else w
    return sympy.Piecewise((v, _truth(condition)), (w, True))


def _truth(u: Expr) -> Expr:
    """A truth value as SymPy's logic wants it."""
    if isinstance(u, sympy.Piecewise) and u.has(sympy.core.relational.Relational):
        return u.args[0].cond
    return u if getattr(u, "is_Boolean", False) or u.is_Relational else sympy.Ne(u, 0)


def _number_of(relation: Expr) -> Expr:
    """A truth value as a number, so that it can be added and multiplied."""
    return sympy.Piecewise((1, relation), (0, True))


def _relation(name: str) -> Callable[..., Expr]:
    def build(u: Expr, v: Expr) -> Expr:
        return _number_of(getattr(sympy, name)(u, v))

    return build


def _connective(name: str) -> Callable[..., Expr]:
    def build(u: Expr, v: Expr) -> Expr:
        return _number_of(getattr(sympy, name)(_truth(u), _truth(v)))

    return build


_CONSTRUCTORS: Final[Mapping[str, Callable[..., Expr]]] = {
    "subtract": lambda u, v: u - v,
    "divide": lambda u, v: u / v,
    "negate": lambda u: -u,
    "minus_one_exp": lambda u: sympy.exp(u) - 1,
    "log_one_plus": lambda u: sympy.log(1 + u),
    "cube_root": _cube_root,
    "nth_root": _nth_root,
    "absolute": _absolute,
    "signum": _signum,
    "unit_step": lambda u: sympy.Heaviside(u) if _is_real(u) else sympy.Piecewise((1, u > 0), (0, u < 0), (1, True)),
    "maximum": lambda u, v: sympy.Max(u, v) if _is_real(u, v) else sympy.Piecewise((u, u >= v), (v, True)),
    "minimum": lambda u, v: sympy.Min(u, v) if _is_real(u, v) else sympy.Piecewise((u, u <= v), (v, True)),
    "where": _where,
    **{name: _relation(name) for name in ("Lt", "Le", "Gt", "Ge", "Eq", "Ne")},
    **{name: _connective(name) for name in ("And", "Or")},
}


# -- SymPy expressions in balls ------------------------------------------------------------------------------------


def _step(u: arb) -> arb:
    return ONE if u > 0 else ZERO if u < 0 else UNIT if u.is_finite() else NAN


def _signum_ball(u: arb) -> arb:
    return ONE if u > 0 else -ONE if u < 0 else (-ONE).union(ONE) if u.is_finite() else NAN


def _delta(u: arb, *_order: arb) -> arb:
    return ZERO if u > 0 or u < 0 else NAN


def _relational(u: arb, v: arb, operator: str) -> arb:
    match operator:
        case ">" | ">=":
            return ONE if u > v else ZERO if u < v else UNIT
        case "<" | "<=":
            return ONE if u < v else ZERO if u > v else UNIT
    same = bool(u.is_exact() and v.is_exact() and u == v)
    apart = bool(u < v or u > v)
    equal = ONE if same else ZERO if apart else UNIT
    return equal if operator == "==" else 1 - equal


def _product(*factors: arb) -> arb:
    result = ONE
    for factor in factors:
        result = result * factor
    return result


def _total(*terms: arb) -> arb:
    result = ZERO
    for term in terms:
        result = result + term
    return result


def _conjunction(*values: arb) -> arb:
    if any(value.is_zero() for value in values):
        return ZERO
    return ONE if all(value.is_exact() for value in values) else UNIT


def _disjunction(*values: arb) -> arb:
    return 1 - _conjunction(*(1 - value for value in values))


_BALLS: Final[Mapping[Any, Callable[..., arb]]] = {
    sympy.Add: _total,
    sympy.Mul: _product,
    sympy.Pow: power,
    sympy.exp: arb.exp,
    sympy.log: arb.log,
    sympy.sin: arb.sin,
    sympy.cos: arb.cos,
    sympy.tan: arb.tan,
    sympy.cot: arb.cot,
    sympy.sec: arb.sec,
    sympy.csc: arb.csc,
    sympy.asin: arb.asin,
    sympy.acos: arb.acos,
    sympy.atan: arb.atan,
    sympy.asec: lambda u: (1 / u).acos(),
    sympy.acsc: lambda u: (1 / u).asin(),
    sympy.acot: lambda u: (1 / u).atan(),
    sympy.atan2: arb.atan2,
    sympy.sinc: arb.sinc,
    sympy.sinh: arb.sinh,
    sympy.cosh: arb.cosh,
    sympy.tanh: arb.tanh,
    sympy.coth: arb.coth,
    sympy.sech: arb.sech,
    sympy.csch: arb.csch,
    sympy.asinh: arb.asinh,
    sympy.acosh: arb.acosh,
    sympy.atanh: arb.atanh,
    sympy.asech: lambda u: (1 / u).acosh(),
    sympy.acsch: lambda u: (1 / u).asinh(),
    sympy.acoth: lambda u: (1 / u).atanh(),
    sympy.erf: arb.erf,
    sympy.erfc: arb.erfc,
    sympy.Abs: abs,
    sympy.sign: _signum_ball,
    sympy.Heaviside: lambda u, *_: _step(u),
    sympy.DiracDelta: _delta,
    sympy.floor: arb.floor,
    sympy.ceiling: arb.ceil,
    sympy.Max: lambda *values: _fold(arb.max, values),
    sympy.Min: lambda *values: _fold(arb.min, values),
    sympy.And: _conjunction,
    sympy.Or: _disjunction,
    sympy.Not: lambda u: 1 - u,
}


def _fold(function: Callable[[arb, arb], arb], values: tuple[arb, ...]) -> arb:
    result = values[0]
    for value in values[1:]:
        result = function(result, value)
    return result


def _leaf(expression: Expr) -> arb | None:
    if expression.is_Rational:
        return arb(fmpq(int(expression.p), int(expression.q)))
    if expression is sympy.pi:
        return arb.pi()
    if expression is sympy.E:
        return arb.const_e()
    if expression is sympy.true:
        return ONE
    if expression is sympy.false:
        return ZERO
    return NAN if expression.is_Atom else None


def _piecewise(expression: Expr, known: Mapping[Expr, arb]) -> arb:
    """The first branch whose condition is certain, or the hull of those that may apply."""
    result: arb | None = None
    for value, condition in expression.args:
        truth = known[condition]
        if truth.is_zero():
            continue
        result = known[value] if result is None else result.union(known[value])
        if truth.is_exact():
            break
    return NAN if result is None else result


def _apply(expression: Expr, known: Mapping[Expr, arb]) -> arb:
    if isinstance(expression, sympy.Piecewise):
        return _piecewise(expression, known)
    arguments = [known[argument] for argument in expression.args]
    if expression.is_Relational:
        return _relational(arguments[0], arguments[1], expression.rel_op)
    function = _BALLS.get(expression.func)
    return NAN if function is None else function(*arguments)


def enclose(expression: Expr, values: Mapping[Expr, arb]) -> arb:
    """An enclosure of a SymPy expression for enclosures of its symbols; NaN where it cannot be had.

    Discontinuous functions of an argument that touches their jump are hulls.
    """
    known: dict[Expr, arb] = dict(values)
    stack = [expression]
    while stack:
        top = stack[-1]
        if top in known:
            stack.pop()
            continue
        leaf = _leaf(top)
        if leaf is not None:
            known[top] = leaf
            continue
        children = [part for pair in top.args for part in pair.args] if isinstance(top, sympy.Piecewise) else top.args
        missing = [child for child in children if child not in known]
        if missing:
            stack.extend(missing)
        else:
            known[top] = _apply(top, known)
    return known[expression]


def without_steps(expression: Expr) -> Expr:
    """Replace the unevaluated derivatives of floor and ceiling by 0, which they are off the integers."""
    steps = (sympy.floor, sympy.ceiling)

    if not expression.has(sympy.Derivative):
        return expression
    zero = sympy.Integer(0)
    flat = expression.replace(
        lambda part: isinstance(part, sympy.Derivative) and isinstance(part.expr, steps), lambda _part: zero
    )
    return flat.replace(lambda part: isinstance(part, sympy.Subs) and part.expr == 0, lambda _part: zero)
