"""The algebra of exact forms: how their sums, products, powers, exponentials and signs are rewritten."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from flint import fmpq, fmpz

from gradcheck.arithmetic.forms import (
    UNIT,
    Atom,
    Form,
    Monomial,
    NoFormError,
    Power,
    Terms,
    add_term,
    as_fraction,
    as_power,
    order,
    primes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from fractions import Fraction

    from gradcheck.syntax.tree import Exact

MOST_TERMS: Final = 2_000
MOST_WORK: Final = 100_000
"""Products of two terms that one claim may cost."""
_MOST_BITS: Final = 4_096
_MOST_EXPONENT: Final = 10**6
_EXPANDED: Final = 4
"""The power up to which a sum is multiplied out when it is met; higher ones only if they must."""


class Algebra:
    """The atoms of one claim, and the rules by which their sums, products and powers are rewritten."""

    def __init__(self) -> None:
        self.atoms: list[Atom] = []
        self._ids: dict[object, int] = {}
        self._work = 0
        self.zero = Form(self, {})
        self.one = Form(self, {UNIT: fmpq(1)})
        self.pi = self.single(self.atom("pi", positive=True))
        self.e = self.single(self.atom("exp", positive=True, exponent=UNIT))
        self._fixed = len(self.atoms)

    def start(self) -> None:
        """Forget the atoms of the last claim, and its work."""
        del self.atoms[self._fixed :]
        self._ids = {key: number for key, number in self._ids.items() if number < self._fixed}
        self._work = 0

    def number(self, value: Exact) -> Form:
        """An exact number."""
        return Form(self, {UNIT: fmpq(value.numerator, value.denominator)} if value else {})

    def variable(self, name: str, sign: str = "") -> Form:
        """A variable; one that is never positive (``-``) is minus an atom that is never negative (``+``)."""
        form = self.single(self.atom("variable", name, positive=bool(sign)))
        return -form if sign == "-" else form

    def atom(
        self,
        kind: str,
        *rest: object,
        positive: bool = False,
        base: Form | None = None,
        exponent: Monomial = UNIT,
        is_polynomial: bool = False,
    ) -> int:
        key = (kind, *rest, exponent)
        found = self._ids.get(key)
        if found is None:
            found = self._ids[key] = len(self.atoms)
            name = str(rest[0]) if kind == "variable" else ""
            solid = kind not in {"truth", "sign"} and (base is None or self._is_solid(base))
            solid = solid and all(self.atoms[one].is_solid for one, _ in exponent)
            self.atoms.append(Atom(kind, positive, base, exponent, is_polynomial, solid, name))
        return found

    def single(self, atom: int, exponent: Power = 1) -> Form:
        return Form(self, {((atom, exponent),): fmpq(1)} if exponent else {UNIT: fmpq(1)})

    def of(self, kind: str, base: Form, *, positive: bool = False) -> int:
        """The atom of one kind that stands for a form."""
        return self.atom(kind, base.key(), positive=positive, base=base, is_polynomial=self.is_polynomial(base))

    def applied(self, name: str, arguments: Iterable[Form], *, odd: bool = False) -> Form:
        """A function of which nothing is known but, perhaps, that f(-u) = -f(u)."""
        keys = list(arguments)
        sign = -1 if odd and self.leading_sign(keys[0]) < 0 else 1
        if odd and not keys[0].terms:
            return self.zero
        first = -keys[0] if sign < 0 else keys[0]
        forms = (first, *keys[1:])
        atom = self.atom("function", name, *(one.key() for one in forms))
        solid = name in ANALYTIC and all(self._is_solid(one) for one in forms)
        self.atoms[atom] = Atom("function", positive=False, is_solid=solid, name=name, arguments=forms)
        found = self.single(atom)
        return -found if sign < 0 else found

    def product(self, one: Form, other: Form) -> Form:
        """All terms times all terms."""
        self.spend(len(one.terms) * len(other.terms))
        terms: Terms = {}
        for left, first in one.terms.items():
            for right, second in other.terms.items():
                self._put(terms, self._joined(left, right), first * second)
        if len(terms) > MOST_TERMS:
            raise NoFormError
        return Form(self, terms)

    def spend(self, amount: int) -> None:
        self._work += amount
        if self._work > MOST_WORK:
            raise NoFormError

    @staticmethod
    def _joined(left: Monomial, right: Monomial) -> Monomial:
        if not left or not right:
            return left or right
        exponents = dict(left)
        for atom, exponent in right:
            exponents[atom] = as_power(exponents.get(atom, 0) + exponent)
        return tuple(sorted(item for item in exponents.items() if item[1]))

    def _put(self, terms: Terms, monomial: Monomial, number: fmpq) -> None:
        """Add a term; atoms whose powers are other forms are replaced by those."""
        atoms = self.atoms
        for atom, exponent in monomial:
            rewrite = _REWRITTEN.get(atoms[atom].kind)
            if rewrite is not None:
                form = rewrite(self, atom, exponent)
                if form is not None:
                    rest = Form(self, {tuple(item for item in monomial if item[0] != atom): number})
                    for found, value in self.product(rest, form).terms.items():
                        add_term(terms, found, value)
                    return
        add_term(terms, monomial, number)

    def normal(self, terms: Iterable[tuple[Monomial, fmpq]]) -> Form:
        """The sum of some terms, rewritten."""
        found: Terms = {}
        for monomial, number in terms:
            self._put(found, monomial, number)
        return Form(self, found)

    def power(self, form: Form, exponent: Power) -> Form:
        """A form to a rational power: an odd root of a negative number is negative, an even one undefined."""
        if not -_MOST_EXPONENT <= exponent <= _MOST_EXPONENT:
            raise NoFormError
        if exponent == 0:
            return self.one
        if exponent == 1:
            return form
        if not form.terms:
            if exponent < 0:
                raise NoFormError
            return form
        if len(form.terms) > 1 and isinstance(exponent, int) and 1 < exponent <= _EXPANDED and len(form.terms) <= 6:
            return self.expanded(form, exponent)
        number, monomial, rest = self.factored(form)
        if exponent.denominator % 2:
            factors = [(atom, as_power(power * exponent)) for atom, power in monomial]
            if rest is not None:
                factors.append((self.sum_of(rest), exponent))
            return self.normal([(tuple(sorted(factors)), fmpq(1))]) * self._root(number, exponent)
        return self._even_root(number, monomial, rest, exponent)

    def expanded(self, form: Form, exponent: int) -> Form:
        """A form times itself."""
        result = self.one
        for _ in range(exponent):
            result = result * form
        return result

    def factored(self, form: Form) -> tuple[fmpq, Monomial, Form | None]:
        """A number times a monomial times a sum without common factors whose leading number is positive, or None."""
        if len(form.terms) == 1:
            ((monomial, number),) = form.terms.items()
            return number, monomial, None
        lowest: dict[int, Power] = {}
        counts: dict[int, int] = {}
        atom: int
        for monomial in form.terms:
            for atom, exponent in monomial:
                lowest[atom] = min(exponent, lowest[atom]) if atom in lowest else exponent
                counts[atom] = counts.get(atom, 0) + 1
        common = {
            atom: exponent if counts[atom] == len(form.terms) else min(exponent, 0)
            for atom, exponent in lowest.items()
            if self.atoms[atom].kind in _MULTIPLICATIVE
        }
        shared = tuple(sorted(item for item in common.items() if item[1]))
        divisor = tuple((atom, as_power(-exponent)) for atom, exponent in shared)
        top, bottom = fmpz(0), fmpz(1)
        for value in form.terms.values():
            top, bottom = fmpz(math.gcd(int(top), int(value.p))), fmpz(math.lcm(int(bottom), int(value.q)))
        content = fmpq(top, bottom) * self.leading_sign(form)
        terms = {self._joined(monomial, divisor): value / content for monomial, value in form.terms.items()}
        rest = Form(self, terms)
        known = self._ids.get(("sum", rest.key(), UNIT))
        if known is not None and known in dict(shared):  # (a + b)/(a + b), with the denominator drawn out just now
            return content, self._joined(shared, ((known, 1),)), None
        return content, shared, rest

    @staticmethod
    def leading_sign(form: Form) -> int:
        """The sign of the number that stands before the first monomial, in an order that negation does not change."""
        return 1 if form.terms and form.terms[max(form.terms, key=order)] > 0 else -1

    def sum_of(self, rest: Form) -> int:
        return self.of("sum", rest, positive=self.is_positive(rest))

    def _root(self, number: fmpq, exponent: Power) -> Form:
        """A number to a rational power; roots of primes stay."""
        if number < 0:
            odd = exponent.numerator % 2
            return -self._root(-number, exponent) if odd else self._root(-number, exponent)
        if isinstance(exponent, int):
            if (number.p.bit_length() + number.q.bit_length()) * abs(exponent) > _MOST_BITS:
                raise NoFormError
            return Form(self, {UNIT: number**exponent})
        if number == 1:
            return self.one
        return self.normal(
            [
                (
                    tuple(
                        sorted(
                            (self._prime(prime), as_power(count * exponent)) for prime, count in primes(number).items()
                        )
                    ),
                    fmpq(1),
                )
            ]
        )

    def meant(self, atom: int) -> Form:
        """The form that an atom stands for: itself, unless it is another form's name."""
        one = self.atoms[atom]
        return one.base if one.kind in {"prime", "sum", "radical"} and one.base is not None else self.single(atom)

    def _prime(self, prime: int) -> int:
        return self.atom("prime", prime, positive=True, base=self.number(prime))

    def _even_root(self, number: fmpq, monomial: Monomial, rest: Form | None, exponent: Fraction | Power) -> Form:
        """A root of what must not be negative: only what never is may be drawn out of it."""
        outside = self._root(abs(number), exponent)
        inside: list[tuple[int, Power]] = []
        for atom, power in monomial:
            if self.atoms[atom].positive:
                outside = outside * self.normal([(((atom, as_power(power * exponent)),), fmpq(1))])
            else:
                inside.append((atom, power))
        if rest is not None:
            inside.append((self.sum_of(rest), 1))
            if self.atoms[inside[-1][0]].positive:
                outside = outside * self.single(inside.pop()[0], as_power(exponent))
        if not inside:
            if number < 0:
                raise NoFormError
            return outside
        if len(inside) == 1 and number > 0 and self.atoms[inside[0][0]].kind not in {"power", "sum", "truth", "sign"}:
            atom, power = inside[0]
            found = self._root_of_atom(atom, power, as_power(power * exponent))
            if found is not None:
                return outside * found
        sign = fmpq(1 if number > 0 else -1)
        radicand = Form(self, {tuple(item for item in monomial if not self.atoms[item[0]].positive): sign})
        if rest is not None and not self.atoms[self.sum_of(rest)].positive:
            radicand = radicand * rest
        whole = math.floor(exponent)
        radical = self.single(
            self.of("radical", radicand, positive=self._is_solid(radicand)), as_power(exponent - whole)
        )
        return outside * self.power(radicand, whole) * radical

    def _root_of_atom(self, atom: int, power: Power, exponent: Power) -> Form | None:
        """(atom**power)**r with an even root, where power*r is the exponent."""
        if power.denominator % 2 == 0 or power.numerator % 2:  # then the atom itself must not be negative
            return self.normal([(((atom, exponent),), fmpq(1))])
        if exponent.denominator % 2 == 0:
            return None
        found = self.single(atom, exponent)
        return found * self.sign(self.single(atom)) if exponent.numerator % 2 else found

    def general_power(self, form: Form, exponent: Form) -> Form:
        """A form to the power of a form."""
        number = exponent.rational()
        if number is not None:
            return self.power(form, as_power(as_fraction(number)))
        content, monomial, rest = self.factored(form) if form.terms else (fmpq(0), UNIT, None)
        if content <= 0:
            return self.applied("**", (form, exponent))
        found = self.one
        for prime, count in primes(content).items():
            found = found * self._scaled(self.number(prime), self.times(exponent, count), positive=True)
        unknown: list[tuple[int, Power]] = []
        for atom, power in monomial:
            if self.atoms[atom].kind == "exp":
                scaled = self.times(exponent, power) * Form(self, {self.atoms[atom].exponent: fmpq(1)})
                found = found * self.exp(scaled)
            elif self.atoms[atom].positive and self.atoms[atom].kind != "power":
                scaled = self.times(exponent, power)
                found = found * self._scaled(self.meant(atom), scaled, positive=self.atoms[atom].kind != "radical")
            else:
                unknown.append((atom, power))
        if unknown or rest is not None:
            base = Form(self, {tuple(unknown): fmpq(1)})
            base = base if rest is None else base * rest
            positive = not unknown and rest is not None and self.is_positive(rest)
            found = found * self._scaled(base, exponent, positive=positive)
        return found

    def times(self, form: Form, number: Power) -> Form:
        factor = fmpq(number.numerator, number.denominator)
        return Form(self, {monomial: value * factor for monomial, value in form.terms.items()})

    def _scaled(self, base: Form, exponent: Form, *, positive: bool) -> Form:
        """base**exponent, the exponent being a sum: a product of powers."""
        found = self.one
        for monomial, value in exponent.terms.items():
            if monomial == UNIT:
                found = found * self.power(base, as_power(as_fraction(value)))
            else:
                atom = self.atom("power", base.key(), positive=positive, base=base, exponent=monomial)
                found = found * self.single(atom, as_power(as_fraction(value)))
        return found

    def exp(self, form: Form) -> Form:
        """A product of the exponentials of the terms; that of n*log(u) is u**n."""
        found = self.one
        for monomial, value in form.terms.items():
            logarithms = [item for item in monomial if self.atoms[item[0]].kind == "log" and item[1] == 1]
            if len(logarithms) == 1:
                base = self.atoms[logarithms[0][0]].base
                assert base is not None
                rest = tuple(item for item in monomial if item != logarithms[0])
                found = found * self.general_power(base, Form(self, {rest: value}))
            else:
                atom = self.atom("exp", positive=True, exponent=monomial)
                found = found * self.single(atom, as_power(as_fraction(value)))
        return found

    def sign(self, form: Form) -> Form:
        """Multiplicative; 1 or -1 off the zeros."""
        if not form.terms:
            return self.zero
        number, monomial, rest = self.factored(form)
        found = self.number(1 if number > 0 else -1)
        for atom, power in monomial:
            one = self.atoms[atom]
            if not (one.positive or (power.denominator % 2 == 0 and one.is_solid)):
                odd = bool(power.denominator % 2 and power.numerator % 2)
                found = found * self._sign_of(self.meant(atom), odd=odd)
        if rest is not None and not self.atoms[self.sum_of(rest)].positive:
            found = found * self._sign_of(rest, odd=True)
        return found

    def _sign_of(self, base: Form, *, odd: bool) -> Form:
        return self.normal([(((self.of("sign", base), 1 if odd else 2),), fmpq(1))])

    def absolute(self, form: Form) -> Form:
        """A form times its sign."""
        return form * self.sign(form)

    def is_positive(self, form: Form) -> bool:
        """Whether every term is a positive number times what is never negative, and the whole is not 0 for long."""
        return (
            bool(form.terms)
            and all(
                [
                    value > 0 and all([self._is_nonnegative(atom, exponent) for atom, exponent in monomial])
                    for monomial, value in form.terms.items()
                ]
            )
            and self._is_solid_somewhere(form)
        )

    def _is_solid(self, form: Form) -> bool:
        return all([self.atoms[atom].is_solid for monomial in form.terms for atom, _ in monomial])

    def _is_solid_somewhere(self, form: Form) -> bool:
        """Whether a term does not vanish on an interval; no other one can cancel it where all have one sign."""
        return any([all([self.atoms[atom].is_solid for atom, _ in monomial]) for monomial in form.terms])

    def _is_nonnegative(self, atom: int, exponent: Power) -> bool:
        if self.atoms[atom].positive or exponent.denominator % 2 == 0:
            return True
        return self.atoms[atom].kind in {"truth", "radical"} or exponent.numerator % 2 == 0

    def is_polynomial(self, form: Form) -> bool:
        """Whether a form is a polynomial in the variables (perhaps divided by a monomial), and no number."""
        return form.rational() is None and all(
            [
                self.atoms[atom].kind == "variable" and isinstance(exponent, int)
                for monomial in form.terms
                for atom, exponent in monomial
            ]
        )


# -- powers of atoms that are other forms ------------------------------------------------------------------------------


def _whole_power(algebra: Algebra, atom: int, exponent: Power) -> Form | None:
    whole = math.floor(exponent)
    if not whole:
        return None
    base = algebra.atoms[atom].base
    assert base is not None
    root = algebra.single(atom, as_power(exponent - whole))
    return root * algebra.power(base, whole)


def _truth_power(algebra: Algebra, atom: int, exponent: Power) -> Form | None:
    return None if exponent == 1 else algebra.single(atom)


def _sign_power(algebra: Algebra, atom: int, exponent: Power) -> Form | None:
    if exponent == 1:
        return None
    if not isinstance(exponent, int):
        raise NoFormError
    if exponent % 2:
        return algebra.single(atom)
    if algebra.atoms[atom].is_polynomial:  # its zeros are isolated: off them the square is 1
        return algebra.one
    return None if exponent == 2 else algebra.single(atom, 2)


def _sine_power(algebra: Algebra, atom: int, exponent: Power) -> Form | None:
    if exponent not in {2, 3}:
        return None
    base = algebra.atoms[atom].base
    assert base is not None
    cosine = algebra.of("cos", base)
    square = algebra.one - algebra.single(cosine, 2)
    return square if exponent == 2 else square * algebra.single(atom)


ANALYTIC: Final = frozenset(("asin", "atan", "asinh", "acosh", "atanh", "erf"))
"""Functions of which nothing more is known than that."""
_REWRITTEN: Final[Mapping[str, Callable[[Algebra, int, Power], Form | None]]] = {
    "prime": _whole_power,
    "radical": _whole_power,
    "truth": _truth_power,
    "sign": _sign_power,
    "sin": _sine_power,
}
_MULTIPLICATIVE: Final = frozenset(("variable", "pi", "exp", "power", "log", "sin", "cos", "function", "sum"))
"""Kinds of atoms that may be drawn out of a sum."""
