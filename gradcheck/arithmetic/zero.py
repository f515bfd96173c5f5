"""Whether an exact form is zero: denominators cleared, sums multiplied out, relations between atoms used."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from flint import fmpq

from gradcheck.arithmetic.canonical import cosine, sine
from gradcheck.arithmetic.forms import UNIT, Form, as_fraction, as_power, order

if TYPE_CHECKING:
    from gradcheck.arithmetic.algebra import Algebra
    from gradcheck.arithmetic.forms import Key, Terms

_MOST_MULTIPLE: Final = 12
_MOST_ANGLES: Final = 4


def is_zero(algebra: Algebra, form: Form) -> bool:
    """Whether a form is found to be zero: denominators cleared, relations between atoms used."""
    if not form.terms:
        return True
    form = _pythagorean(algebra, _one_radical(algebra, _cleared(algebra, form)))
    if not form.terms:
        return True
    expanded = _angles_expanded(algebra, form)
    return expanded is not None and not _pythagorean(algebra, _cleared(algebra, expanded)).terms


def _cleared(algebra: Algebra, form: Form) -> Form:
    """The same times a common denominator, sums multiplied out: a zero stays a zero."""
    while True:
        sums = {
            atom
            for monomial in form.terms
            for atom, exponent in monomial
            if algebra.atoms[atom].kind == "sum" and (exponent < 0 or exponent >= 1)
        }
        if not sums:
            return form
        algebra.spend(len(form.terms))
        form = _without(algebra, form, max(sums))


def _without(algebra: Algebra, form: Form, atom: int) -> Form:
    base = algebra.atoms[atom].base
    assert base is not None
    least = min(dict(monomial).get(atom, 0) for monomial in form.terms)
    shift = -math.floor(least)
    by_power: dict[int, Terms] = {}
    for monomial, value in form.terms.items():
        exponents = dict(monomial)
        exponent = exponents.pop(atom, 0) + shift
        whole = math.floor(exponent)
        if exponent != whole:
            exponents[atom] = as_power(exponent - whole)
        by_power.setdefault(whole, {})[tuple(sorted(exponents.items()))] = value
    result = algebra.zero
    for whole in range(max(by_power), -1, -1):  # Horner's rule
        if result.terms:
            result = result * base
        if whole in by_power:
            result = result + algebra.normal(by_power[whole].items())
        if whole > _MOST_MULTIPLE * 4:
            algebra.spend(whole)
    return result


def _one_radical(algebra: Algebra, form: Form) -> Form:
    """sqrt(a)*sqrt(b) = sqrt(a*b), wherever the left side has a value."""
    found = algebra.zero
    half = Fraction(1, 2)
    changed = False
    for monomial, value in form.terms.items():
        roots = [(atom, e - half) for atom, e in monomial if e.denominator == 2 and _is_base(algebra, atom)]
        if len(roots) < 2:
            found = found + Form(algebra, {monomial: value})
            continue
        changed = True
        names = {atom for atom, _ in roots}
        rest = algebra.normal([(tuple(item for item in monomial if item[0] not in names), value)])
        radicand = algebra.one
        for atom, whole in roots:
            base = algebra.meant(atom)
            radicand = radicand * base
            rest = rest * algebra.power(base, as_power(whole))
        found = found + rest * algebra.power(radicand, half)
    return _cleared(algebra, found) if changed else form


def _is_base(algebra: Algebra, atom: int) -> bool:
    return algebra.atoms[atom].kind in {"variable", "sum", "radical", "log", "sin", "cos", "function"}


def _pythagorean(algebra: Algebra, form: Form) -> Form:
    """sin**2 = 1 - cos**2, after the sines have left the denominators."""
    sines = {atom for monomial in form.terms for atom, _ in monomial if algebra.atoms[atom].kind == "sin"}
    for atom in sorted(sines):
        least = min(dict(monomial).get(atom, 0) for monomial in form.terms)
        if least < 0:
            form = form * algebra.single(atom, as_power(Fraction(math.ceil(-least))))
        base = algebra.atoms[atom].base
        assert base is not None
        square = algebra.one - algebra.single(algebra.of("cos", base), 2)
        while any(exponent >= 2 for monomial in form.terms for one, exponent in monomial if one == atom):
            found = algebra.zero
            for monomial, value in form.terms.items():
                exponents = dict(monomial)
                if exponents.get(atom, 0) >= 2:
                    exponents[atom] = as_power(exponents[atom] - 2)
                    rest = tuple(sorted(item for item in exponents.items() if item[1]))
                    found = found + Form(algebra, {rest: value}) * square
                else:
                    found = found + Form(algebra, {monomial: value})
            form = found
        if not form.terms:
            break
    return form


def _angles_expanded(algebra: Algebra, form: Form) -> Form | None:
    """The same in sines and cosines of fewer angles; None where there are no two angles with something in common."""
    angles: dict[Key, Form] = {}
    for monomial in form.terms:
        for atom, exponent in monomial:
            one = algebra.atoms[atom]
            if one.kind in {"sin", "cos"} and one.base is not None:
                if not isinstance(exponent, int):
                    return None
                angles[one.base.key()] = one.base
    if len(angles) < 2:
        return None
    replaced = _replacements(algebra, list(angles.values()))
    if replaced is None:
        return None
    found = algebra.zero
    for monomial, value in form.terms.items():
        term = Form(algebra, {UNIT: value})
        for atom, exponent in monomial:
            one = algebra.atoms[atom]
            if one.kind in {"sin", "cos"} and one.base is not None:
                pair = replaced[one.base.key()]
                assert isinstance(exponent, int)
                term = term * _integer_power(algebra, pair[one.kind == "cos"], exponent)
            else:
                term = algebra.normal(Form(algebra, {((atom, exponent),): fmpq(1)}).terms.items()) * term
        found = found + term
    return found


def _integer_power(algebra: Algebra, form: Form, exponent: int) -> Form:
    return algebra.expanded(form, exponent) if 0 < exponent <= _MOST_MULTIPLE else algebra.power(form, exponent)


def _replacements(algebra: Algebra, angles: list[Form]) -> dict[Key, tuple[Form, Form]] | None:
    """Sine and cosine of every angle in those of common parts."""
    parts = [_proportional(algebra, angle) for angle in angles]
    if len({unit.key() for _, unit in parts}) == len(parts):  # no two are multiples of one
        parts = []
        monomials = {monomial for angle in angles for monomial in angle.terms}
        if len(monomials) > _MOST_ANGLES or all(len(angle.terms) == 1 for angle in angles):
            return None
        pieces = [
            [(value, Form(algebra, {monomial: fmpq(1)})) for monomial, value in angle.terms.items()] for angle in angles
        ]
    else:
        pieces = [[part] for part in parts]
    units: dict[Key, fmpq] = {}
    for piece in pieces:
        for ratio, unit in piece:
            known = units.get(unit.key())
            units[unit.key()] = abs(ratio) if known is None else _common(known, ratio)
    found: dict[Key, tuple[Form, Form]] = {}
    for angle, piece in zip(angles, pieces, strict=True):
        total = algebra.zero, algebra.one
        for ratio, unit in piece:
            step = units[unit.key()]
            multiple = ratio / step
            if abs(multiple) > _MOST_MULTIPLE:
                return None
            small = Form(algebra, {monomial: value * step for monomial, value in unit.terms.items()})
            total = _sum_of_angles(total, _multiple(algebra, small, int(multiple.p)))
        found[angle.key()] = total
    return found


def _proportional(algebra: Algebra, angle: Form) -> tuple[fmpq, Form]:
    """A number times an angle whose leading number is 1."""
    ratio = angle.terms[max(angle.terms, key=order)]
    return ratio, Form(algebra, {monomial: value / ratio for monomial, value in angle.terms.items()})


def _multiple(algebra: Algebra, angle: Form, count: int) -> tuple[Form, Form]:
    """Sine and cosine of a whole multiple of an angle."""
    once, total = (sine(algebra, angle), cosine(algebra, angle)), (algebra.zero, algebra.one)
    for _ in range(abs(count)):
        total = _sum_of_angles(total, once)
    return (total[0] if count >= 0 else -total[0]), total[1]


def _sum_of_angles(one: tuple[Form, Form], other: tuple[Form, Form]) -> tuple[Form, Form]:
    """Sine and cosine of a sum of two angles, from those of each."""
    return one[0] * other[1] + one[1] * other[0], one[1] * other[1] - one[0] * other[0]


def _common(one: fmpq, other: fmpq) -> fmpq:
    """The greatest number of which both are whole multiples."""
    first, second = as_fraction(one), abs(as_fraction(other))
    divisor = Fraction(
        math.gcd(first.numerator * second.denominator, second.numerator * first.denominator),
        first.denominator * second.denominator,
    )
    return fmpq(divisor.numerator, divisor.denominator)
