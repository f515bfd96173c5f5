"""Expressions as exact forms: what each primitive becomes, so that one loop computes function and derivative alike."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Final

from flint import fmpq

from gradcheck import rules
from gradcheck.arithmetic import Arithmetic
from gradcheck.arithmetic.algebra import Algebra
from gradcheck.arithmetic.forms import Form, NoFormError, as_fraction, as_power, primes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcheck.arithmetic.forms import Power
    from gradcheck.primitives import Primitive
    from gradcheck.syntax.tree import Exact


class Canonical(Arithmetic[Form]):
    """Arithmetic of forms; what has none raises NoFormError."""

    column: ClassVar[str] = "canonical"

    def __init__(self) -> None:
        super().__init__()
        self.algebra = Algebra()
        self.undefined = self.algebra.zero  # before a node is computed; what has no form raises

    def number(self, value: Exact) -> Form:
        return self.algebra.number(value)

    def constant(self, name: str) -> Form:
        return self.algebra.pi if name == "pi" else self.algebra.e

    def native(self, name: str) -> Callable[..., Form]:
        raise NotImplementedError(name)

    def is_certain(self, truth: Form) -> bool:
        """No derivative flows through a truth value: off its jumps it is constant."""
        return truth is not None

    def choose(self, truth: Form, one: Callable[[], Form], other: Callable[[], Form]) -> Form:
        number = truth.rational()
        if number is not None:
            return one() if number else other()
        return _where(self.algebra, truth, one(), other())

    def resolved(self, primitive: Primitive) -> Callable[..., Form]:
        algebra, found = self.algebra, _FUNCTIONS.get(primitive.name)
        if found is not None:
            return lambda *arguments: found(algebra, *arguments)
        if primitive.definition:
            body = self.bind(rules.definition(primitive))
            return lambda *arguments: body(*arguments, None)
        odd = primitive.name in _ODD
        return lambda *arguments: algebra.applied(primitive.name, arguments, odd=odd)


# -- logarithms, truths, angles ---------------------------------------------------------------------------------------


def log(algebra: Algebra, form: Form) -> Form:
    """A logarithm: that of a product is drawn apart only where a factor is positive wherever it exists."""
    if not form.terms:
        raise NoFormError
    number, monomial, rest = algebra.factored(form)
    found = algebra.zero
    for prime, count in primes(abs(number)).items():
        found = found + algebra.times(_logarithm(algebra, algebra.number(prime)), count)
    inside: list[tuple[int, Power]] = []
    factors = [*monomial, *([(algebra.sum_of(rest), 1)] if rest is not None else [])]
    for atom, power in factors:
        one = algebra.atoms[atom]
        if not one.positive:
            inside.append((atom, power))
        elif one.kind == "exp":
            found = found + algebra.times(Form(algebra, {one.exponent: fmpq(1)}), power)
        elif one.kind == "power":
            assert one.base is not None
            product = Form(algebra, {one.exponent: fmpq(1)}) * log(algebra, one.base)
            found = found + algebra.times(product, power)
        elif one.kind == "radical":
            assert one.base is not None
            found = found + algebra.times(log(algebra, one.base), power)
        else:
            found = found + algebra.times(_logarithm(algebra, algebra.meant(atom)), power)
    if not inside:
        if number < 0:
            raise NoFormError
        return found
    if len(inside) == 1 and number > 0 and algebra.atoms[inside[0][0]].kind != "power":
        atom, power = inside[0]
        base = algebra.meant(atom)
        if power.denominator % 2 and power.numerator % 2 == 0:
            base = algebra.absolute(base)
        return found + algebra.times(_logarithm(algebra, base), power)
    kept = Form(algebra, {tuple(item for item in monomial if not algebra.atoms[item[0]].positive): fmpq(1)})
    if rest is not None and not algebra.atoms[algebra.sum_of(rest)].positive:
        kept = kept * rest
    return found + _logarithm(algebra, kept if number > 0 else -kept)


def _logarithm(algebra: Algebra, base: Form) -> Form:
    return algebra.single(algebra.of("log", base))


def is_greater(algebra: Algebra, form: Form) -> Form:
    """Whether a form is positive, as 1 or 0."""
    number = form.rational()
    if number is not None:
        return algebra.one if number > 0 else algebra.zero
    if algebra.is_positive(form):
        return algebra.one
    if algebra.is_positive(-form):
        return algebra.zero
    if algebra.is_polynomial(form):
        return algebra.times(algebra.one + algebra.sign(form), Fraction(1, 2))
    content, monomial, rest = algebra.factored(form)
    base = Form(algebra, {monomial: fmpq(1 if content > 0 else -1)})
    return algebra.single(algebra.of("truth", base if rest is None else base * rest))


def sine(algebra: Algebra, form: Form) -> Form:
    """sin, with quarter turns taken out."""
    return _turned(algebra, form, 0)


def cosine(algebra: Algebra, form: Form) -> Form:
    """cos, which is sin a quarter turn further."""
    return _turned(algebra, form, 1)


def _turned(algebra: Algebra, form: Form, quarters: int) -> Form:
    """sin(u + quarters*pi/2)."""
    (monomial,) = algebra.pi.terms
    turn = 2 * as_fraction(form.terms[monomial]) if monomial in form.terms else Fraction(0)
    whole = math.floor(turn)
    quarters = (quarters + whole) % 4
    rest = dict(form.terms)
    if turn:
        rest.pop(monomial)
        if turn != whole:
            left = turn - whole
            if not rest and left in _SINES:
                found = algebra.power(algebra.number(_SINES[1 - left if quarters % 2 else left]), Fraction(1, 2))
                return -found if quarters >= 2 else found
            rest[monomial] = fmpq(left.numerator, 2 * left.denominator)
    angle = Form(algebra, rest)
    negated = bool(rest) and algebra.leading_sign(angle) < 0
    if negated:
        angle = -angle
    if quarters % 2:
        found = algebra.single(algebra.of("cos", angle)) if rest else algebra.one
    else:
        found = algebra.single(algebra.of("sin", angle)) if rest else algebra.zero
        if negated:
            found = -found
    return -found if quarters >= 2 else found


_SINES: Final[Mapping[Fraction, Exact]] = {
    Fraction(1, 3): Fraction(1, 4),
    Fraction(1, 2): Fraction(1, 2),
    Fraction(2, 3): Fraction(3, 4),
}
"""The squares of sines, by quarter turns."""


# -- the table --------------------------------------------------------------------------------------------------------


def _where(_algebra: Algebra, truth: Form, one: Form, other: Form) -> Form:
    """With a truth that is 1 or 0, what it is multiplied by counts only where it is 1, and exists there."""
    number = truth.rational()
    if number is not None:
        return one if number else other
    return truth * (one - other) + other


def _divide(algebra: Algebra, u: Form, v: Form) -> Form:
    return u * algebra.power(v, -1)


def _half_sum(algebra: Algebra, u: Form, v: Form, sign: int) -> Form:
    distance = algebra.absolute(u - v)
    total = u + v + (distance if sign > 0 else -distance)
    return algebra.product(total, algebra.number(Fraction(1, 2)))


def _sinh(algebra: Algebra, u: Form) -> Form:
    return algebra.product(algebra.exp(u) - algebra.exp(-u), algebra.number(Fraction(1, 2)))


def _cosh(algebra: Algebra, u: Form) -> Form:
    return algebra.product(algebra.exp(u) + algebra.exp(-u), algebra.number(Fraction(1, 2)))


def _tanh(algebra: Algebra, u: Form) -> Form:
    square = algebra.exp(u + u)
    return _divide(algebra, square - algebra.one, square + algebra.one)


def _root(algebra: Algebra, u: Form, v: Form) -> Form:
    degree = v.rational()
    if degree is None or not degree:
        return algebra.applied("root", (u, v))
    return algebra.power(u, as_power(1 / as_fraction(degree)))


def _is_true(_algebra: Algebra, u: Form) -> Form:
    """A form that can only be 1 or 0."""
    if u * u != u:
        raise NoFormError
    return u


def _equal(algebra: Algebra, u: Form, v: Form) -> Form:
    difference = u - v
    number = difference.rational()
    if number is not None:
        return algebra.zero if number else algebra.one
    _, monomial, rest = algebra.factored(difference)
    base = Form(algebra, {monomial: fmpq(1)})
    base = base if rest is None else base * rest
    return algebra.single(algebra.of("truth", algebra.applied("==", (base,))))


_FUNCTIONS: Final[Mapping[str, Callable[..., Form]]] = {
    "+": lambda _, u, v: u + v,
    "-": lambda _, u, v: u - v,
    "*": lambda _, u, v: u * v,
    "/": _divide,
    "neg": lambda _, u: -u,
    "**": lambda a, u, v: a.general_power(u, v),
    "exp": lambda a, u: a.exp(u),
    "expm1": lambda a, u: a.exp(u) - a.one,
    "log": log,
    "log1p": lambda a, u: log(a, a.one + u),
    "sqrt": lambda a, u: a.power(u, Fraction(1, 2)),
    "cbrt": lambda a, u: a.power(u, Fraction(1, 3)),
    "root": _root,
    "sin": sine,
    "cos": cosine,
    "tan": lambda a, u: _divide(a, sine(a, u), cosine(a, u)),
    "acos": lambda a, u: a.product(a.pi, a.number(Fraction(1, 2))) - a.applied("asin", (u,), odd=True),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "erfc": lambda a, u: a.one - a.applied("erf", (u,), odd=True),
    "abs": lambda a, u: a.absolute(u),
    "sign": lambda a, u: a.sign(u),
    "heaviside": lambda a, u: a.product(a.one + a.sign(u), a.number(Fraction(1, 2))),
    "ceil": lambda a, u: -a.applied("floor", (-u,)),
    "max": lambda a, u, v: _half_sum(a, u, v, 1),
    "min": lambda a, u, v: _half_sum(a, u, v, -1),
    "where": _where,
    ">": lambda a, u, v: is_greater(a, u - v),
    "<": lambda a, u, v: is_greater(a, v - u),
    "<=": lambda a, u, v: a.one - is_greater(a, u - v),
    ">=": lambda a, u, v: a.one - is_greater(a, v - u),
    "==": _equal,
    "!=": lambda a, u, v: a.one - _equal(a, u, v),
    "and": lambda a, u, v: _is_true(a, u) * _is_true(a, v),
    "or": lambda a, u, v: _is_true(a, u) + _is_true(a, v) - _is_true(a, u) * _is_true(a, v),
}
_ODD: Final = frozenset(("asin", "atan", "asinh", "atanh", "erf"))
