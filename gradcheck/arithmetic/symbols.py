"""SymPy expressions: built by constructors from the graph, and handed back as plain data that balls can enclose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sympy

from gradcheck.arithmetic import Arithmetic
from gradcheck.arithmetic.formula import Formula, Term, as_terms

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

    def is_certain(self, truth: Expr) -> bool:
        return bool(truth.is_number)

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
    if isinstance(u, sympy.Piecewise) and [part.expr for part in u.args] == [1, 0] and u.args[1].cond == sympy.true:
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


# -- SymPy expressions as plain data ------------------------------------------------------------------------------


def formula(expression: Expr) -> Formula:
    """A SymPy expression as a list of terms, operands before their operation, equal ones once."""
    return as_terms(expression, _children, _term)


def _children(expression: Expr) -> tuple[Expr, ...]:
    if isinstance(expression, sympy.Piecewise):
        return tuple(part for pair in expression.args for part in pair.args)
    return () if expression.is_Atom else tuple(expression.args)


def _term(expression: Expr, arguments: tuple[int, ...]) -> Term:
    if expression.is_Rational:
        return Term("rational", (), (int(expression.p), int(expression.q)))
    if expression.is_Symbol:
        return Term("symbol", (), expression.name)
    if expression.is_Relational:
        return Term("relation", arguments, expression.rel_op)
    return Term(type(expression).__name__, arguments)


def text_of(expression: Expr) -> str:
    """A formula as SymPy writes it."""
    try:
        return str(sympy.sstr(expression))
    except ValueError:  # an integer too long for Python to print
        return "(numbers too long to print)"


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
