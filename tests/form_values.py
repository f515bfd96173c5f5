"""What an exact form is worth at a point, by mpmath: shared by the tests of the algebra."""

from __future__ import annotations

import mpmath
from flint import fmpq
from mpmath import mpf
from reference import apply


class UndefinedError(Exception):
    """The form has no value here: a branch that is not taken, which cancels, or rounding at the edge of a domain."""


class UnsettledError(Exception):
    """A rounding error could decide the value: a jump is too near."""


def value(form, point):
    """The value of a form at a point (a mapping of names to mpmath numbers).

    Truths and signs are put in first, so that what they multiply by 0 need not have a value.
    """
    algebra = form.algebra
    reduced = {}
    for monomial, number in form.terms.items():
        factor = number
        rest = []
        for atom, exponent in monomial:
            if algebra.atoms[atom].kind in {"truth", "sign"}:
                factor *= int(_atom(algebra, atom, point)) ** int(exponent)
            else:
                rest.append((atom, exponent))
        reduced[tuple(rest)] = reduced.get(tuple(rest), 0) + factor
    return mpmath.fsum(_product(algebra, monomial, number, point) for monomial, number in reduced.items() if number)


def _product(algebra, monomial, number, point):
    result = mpf(int(number.p)) / int(number.q)
    for atom, exponent in monomial:
        one = algebra.atoms[atom]
        if one.kind == "exp":
            result *= mpmath.exp(exponent_of(algebra, one, point) * _number(exponent))
        elif one.kind == "power":
            result *= power(value(one.base, point), exponent_of(algebra, one, point) * _number(exponent))
        else:
            result *= _rational_power(_atom(algebra, atom, point), exponent)
    return result


def exponent_of(algebra, one, point):
    return _product(algebra, one.exponent, fmpq(1), point)


def _number(exponent):
    return mpf(exponent.numerator) / exponent.denominator


def power(base, exponent):
    if base > 0:
        return base**exponent
    if exponent == mpmath.nint(exponent) and (base or exponent > 0):
        return base ** int(exponent)
    if not base and exponent > 0:
        return mpf(0)
    raise UndefinedError


def _rational_power(base, exponent):
    if exponent.denominator == 1:
        if not base and exponent < 0:
            raise UndefinedError
        return base ** int(exponent)
    if exponent.denominator % 2 and base < 0:
        return (-1) ** exponent.numerator * (-base) ** _number(exponent)
    return power(base, _number(exponent))


def _atom(algebra, atom, point):
    one = algebra.atoms[atom]
    match one.kind:
        case "pi":
            return +mpmath.pi
        case "variable":
            return point[one.name]
        case "prime" | "sum":
            return value(one.base, point)
        case "radical":
            return value(one.base, point)
        case "log":
            inside = value(one.base, point)
            if inside <= 0:
                raise UndefinedError
            return mpmath.log(inside)
        case "sin":
            return mpmath.sin(value(one.base, point))
        case "cos":
            return mpmath.cos(value(one.base, point))
        case "sign":
            found = _away_from_zero(value(one.base, point))
            if not found:  # a kink: off it the sign is 1 or -1
                raise UnsettledError
            return mpmath.sign(found)
        case "truth":
            return mpf(int(_away_from_zero(value(one.base, point)) > 0))
        case "function" if one.name == "==":
            return mpf(int(_away_from_zero(value(one.arguments[0], point)) == 0))
        case "function":
            arguments = [value(argument, point) for argument in one.arguments]
            if one.name == "floor":
                _away_from_zero(arguments[0] - mpmath.nint(arguments[0]))
            found = apply(one.name, arguments)
            if found is None:
                raise UndefinedError
            return found
    raise AssertionError(one.kind)


def _away_from_zero(found):
    if found and abs(found) < mpf(10) ** -30:
        raise UnsettledError
    return found
