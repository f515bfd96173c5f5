"""Exact forms: sums of products of powers of atoms with rational numbers, rewritten only in ways that are always true.

A form is what an expression of real numbers becomes when it is rewritten. Every rule keeps the value wherever the
expression has one, and may only widen the domain (u/u becomes 1, sqrt(u)*sqrt(u) becomes u, never sqrt(u**2) u).
So two expressions whose difference is found to be zero agree wherever both are defined, off their kinks and jumps.
The converse does not hold: forms that differ may be equal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Final

from flint import fmpq, fmpz

from gradcheck import rules
from gradcheck.arithmetic import Arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gradcheck.primitives import Primitive
    from gradcheck.syntax.tree import Exact

Power = int | Fraction
Monomial = tuple[tuple[int, Power], ...]
"""Atoms by number, ascending, each with its exponent (never 0)."""
Terms = dict[Monomial, fmpq]
Key = frozenset[tuple[Monomial, fmpq]]

MOST_TERMS: Final = 2_000
MOST_WORK: Final = 100_000
"""Products of two terms that one claim may cost."""
_MOST_BITS: Final = 4_096
_MOST_DIGITS_TO_FACTOR: Final = 15
_MOST_EXPONENT: Final = 10**6
_EXPANDED: Final = 4
"""The power up to which a sum is multiplied out when it is met; higher ones only if they must."""
_MOST_MULTIPLE: Final = 12
_MOST_ANGLES: Final = 4
_ONE: Final[Monomial] = ()


class NoFormError(Exception):
    """There is no form: undefined (a division by zero), or beyond the limits."""


@dataclass(frozen=True, slots=True)
class Atom:
    """What a form is made of. ``base`` is the sum, the radicand or the argument that it stands for."""

    kind: str
    positive: bool
    base: Form | None = None
    exponent: Monomial = _ONE
    is_polynomial: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A sum of products, in one algebra."""

    algebra: Canonical
    terms: Terms

    def __add__(self, other: Form) -> Form:
        if len(self.terms) < len(other.terms):
            self, other = other, self  # noqa: PLW0642 - the shorter one is added to the longer one
        terms = dict(self.terms)
        for monomial, number in other.terms.items():
            _add(terms, monomial, number)
        return Form(self.algebra, terms)

    def __sub__(self, other: Form) -> Form:
        return self + -other

    def __neg__(self) -> Form:
        return Form(self.algebra, {monomial: -number for monomial, number in self.terms.items()})

    def __mul__(self, other: Form) -> Form:
        return self.algebra.product(self, other)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Form):
            return self.terms == other.terms
        return self.terms == ({_ONE: fmpq(other)} if other else {}) if isinstance(other, int) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # the key of a form is made where it is needed

    def key(self) -> Key:
        """What equal forms have in common."""
        return frozenset(self.terms.items())

    def rational(self) -> fmpq | None:
        """The number that the form is, if it is one."""
        if not self.terms:
            return fmpq(0)
        return self.terms.get(_ONE) if len(self.terms) == 1 else None


def _add(terms: Terms, monomial: Monomial, number: fmpq) -> None:
    total = terms.get(monomial, 0) + number
    if total:
        terms[monomial] = total
    else:
        terms.pop(monomial, None)


def _power(value: Power | Fraction) -> Power:
    return value.numerator if value.denominator == 1 else value


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


class Canonical(Arithmetic[Form]):
    """Arithmetic of forms. ``declared`` tells which variables are never negative (``+``), never positive (``-``)."""

    column: ClassVar[str] = "canonical"

    def __init__(self) -> None:
        super().__init__()
        self.atoms: list[Atom] = []
        self._ids: dict[object, int] = {}
        self._work = 0
        self.zero = Form(self, {})
        self.one = Form(self, {_ONE: fmpq(1)})
        self.undefined = self.zero  # never met: what has no form raises NoFormError
        self._half = fmpq(1, 2)
        self.pi = self._atom("pi", positive=True)
        self._atom("exp", positive=True, exponent=_ONE)
        self._fixed = len(self.atoms)

    def start(self) -> None:
        """Forget the atoms of the last claim, and its work."""
        del self.atoms[self._fixed :]
        self._ids = {key: number for key, number in self._ids.items() if number < self._fixed}
        self._work = 0

    def variable(self, name: str, sign: str = "") -> Form:
        """A variable; with the sign ``-`` it is minus an atom that is not negative."""
        form = self.single(self._atom("variable", name, positive=bool(sign)))
        return -form if sign == "-" else form

    # -- the protocol of an arithmetic -------------------------------------------------------------------------------

    def number(self, value: Exact) -> Form:
        return Form(self, {_ONE: fmpq(value.numerator, value.denominator)} if value else {})

    def constant(self, name: str) -> Form:
        return self.single(self.pi if name == "pi" else self._atom("exp", positive=True, exponent=_ONE))

    def native(self, name: str) -> Callable[..., Form]:
        raise NotImplementedError(name)

    def is_certain(self, truth: Form) -> bool:
        """No derivative flows through a truth value: off its jumps it is constant."""
        return truth is not None

    def choose(self, truth: Form, one: Callable[[], Form], other: Callable[[], Form]) -> Form:
        number = truth.rational()
        if number is not None:
            return one() if number else other()
        return _where(self, truth, one(), other())

    def resolved(self, primitive: Primitive) -> Callable[..., Form]:
        found = _FUNCTIONS.get(primitive.name)
        if found is not None:
            return lambda *arguments: found(self, *arguments)
        if primitive.definition:
            body = self.bind(rules.definition(primitive))
            return lambda *arguments: body(*arguments, None)
        odd = primitive.name in _ODD
        return lambda *arguments: self.applied(primitive.name, arguments, odd=odd)

    # -- atoms -------------------------------------------------------------------------------------------------------

    def _atom(
        self,
        kind: str,
        *rest: object,
        positive: bool = False,
        base: Form | None = None,
        exponent: Monomial = _ONE,
        is_polynomial: bool = False,
    ) -> int:
        key = (kind, *rest, exponent)
        found = self._ids.get(key)
        if found is None:
            found = self._ids[key] = len(self.atoms)
            self.atoms.append(Atom(kind, positive, base, exponent, is_polynomial))
        return found

    def single(self, atom: int, exponent: Power = 1) -> Form:
        return Form(self, {((atom, exponent),): fmpq(1)} if exponent else {_ONE: fmpq(1)})

    def of(self, kind: str, base: Form, *, positive: bool = False) -> int:
        """The atom of one kind that stands for a form."""
        return self._atom(kind, base.key(), positive=positive, base=base, is_polynomial=self._is_polynomial(base))

    def applied(self, name: str, arguments: Iterable[Form], *, odd: bool = False) -> Form:
        """A function of which nothing is known but, perhaps, that f(-u) = -f(u)."""
        keys = list(arguments)
        sign = -1 if odd and self._leading_sign(keys[0]) < 0 else 1
        if odd and not keys[0].terms:
            return self.zero
        first = -keys[0] if sign < 0 else keys[0]
        found = self.single(self._atom("function", name, first.key(), *(one.key() for one in keys[1:])))
        return -found if sign < 0 else found

    # -- products ----------------------------------------------------------------------------------------------------

    def product(self, one: Form, other: Form) -> Form:
        """All terms times all terms."""
        self._spend(len(one.terms) * len(other.terms))
        terms: Terms = {}
        for left, first in one.terms.items():
            for right, second in other.terms.items():
                self._put(terms, self._joined(left, right), first * second)
        if len(terms) > MOST_TERMS:
            raise NoFormError
        return Form(self, terms)

    def _spend(self, amount: int) -> None:
        self._work += amount
        if self._work > MOST_WORK:
            raise NoFormError

    @staticmethod
    def _joined(left: Monomial, right: Monomial) -> Monomial:
        if not left or not right:
            return left or right
        exponents = dict(left)
        for atom, exponent in right:
            exponents[atom] = _power(exponents.get(atom, 0) + exponent)
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
                        _add(terms, found, value)
                    return
        _add(terms, monomial, number)

    def _normal(self, terms: Iterable[tuple[Monomial, fmpq]]) -> Form:
        found: Terms = {}
        for monomial, number in terms:
            self._put(found, monomial, number)
        return Form(self, found)

    # -- powers ------------------------------------------------------------------------------------------------------

    def power(self, form: Form, exponent: Power) -> Form:
        """A form to a rational power: an odd root of a negative number is negative, an even one undefined."""
        if abs(exponent) > _MOST_EXPONENT:
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
            return self._expanded(form, exponent)
        number, monomial, rest = self.factored(form)
        if exponent.denominator % 2:
            factors = [(atom, _power(power * exponent)) for atom, power in monomial]
            if rest is not None:
                factors.append((self._sum(rest), exponent))
            return self._normal([(tuple(sorted(factors)), fmpq(1))]) * self._root(number, exponent)
        return self._even_root(number, monomial, rest, exponent)

    def _expanded(self, form: Form, exponent: int) -> Form:
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
        for monomial in form.terms:
            for atom, exponent in monomial:
                lowest[atom] = min(lowest.get(atom, exponent), exponent)
                counts[atom] = counts.get(atom, 0) + 1
        common = {
            atom: exponent if counts[atom] == len(form.terms) else min(exponent, 0)
            for atom, exponent in lowest.items()
            if self.atoms[atom].kind in _MULTIPLICATIVE
        }
        shared = tuple(sorted(item for item in common.items() if item[1]))
        divisor = tuple((atom, _power(-exponent)) for atom, exponent in shared)
        top, bottom = fmpz(0), fmpz(1)
        for value in form.terms.values():
            top, bottom = fmpz(math.gcd(int(top), int(value.p))), fmpz(math.lcm(int(bottom), int(value.q)))
        content = fmpq(top, bottom) * self._leading_sign(form)
        terms = {self._joined(monomial, divisor): value / content for monomial, value in form.terms.items()}
        return content, shared, Form(self, terms)

    @staticmethod
    def _leading_sign(form: Form) -> int:
        """The sign of the number that stands before the first monomial, in an order that negation does not change."""
        return 1 if form.terms and form.terms[max(form.terms, key=_order)] > 0 else -1

    def _sum(self, rest: Form) -> int:
        return self.of("sum", rest, positive=self.is_positive(rest))

    def _root(self, number: fmpq, exponent: Power) -> Form:
        """A number to a rational power; roots of primes stay."""
        if number < 0:
            odd = exponent.numerator % 2
            return -self._root(-number, exponent) if odd else self._root(-number, exponent)
        if isinstance(exponent, int):
            if (number.p.bit_length() + number.q.bit_length()) * abs(exponent) > _MOST_BITS:
                raise NoFormError
            return Form(self, {_ONE: number**exponent})
        if number == 1:
            return self.one
        return self._normal(
            [
                (
                    tuple(
                        sorted(
                            (self._prime(prime), _power(count * exponent)) for prime, count in _primes(number).items()
                        )
                    ),
                    fmpq(1),
                )
            ]
        )

    def _meant(self, atom: int) -> Form:
        """The form that an atom stands for: itself, unless it is another form's name."""
        one = self.atoms[atom]
        return one.base if one.kind in {"prime", "sum", "radical"} and one.base is not None else self.single(atom)

    def _prime(self, prime: int) -> int:
        return self._atom("prime", prime, positive=True, base=self.number(prime))

    def _even_root(self, number: fmpq, monomial: Monomial, rest: Form | None, exponent: Fraction | Power) -> Form:
        """A root of what must not be negative: only what never is may be drawn out of it."""
        outside = self._root(abs(number), exponent)
        inside: list[tuple[int, Power]] = []
        for atom, power in monomial:
            if self.atoms[atom].positive:
                outside = outside * self._normal([(((atom, _power(power * exponent)),), fmpq(1))])
            else:
                inside.append((atom, power))
        if rest is not None:
            inside.append((self._sum(rest), 1))
            if self.atoms[inside[-1][0]].positive:
                outside = outside * self.single(inside.pop()[0], _power(exponent))
        if not inside:
            if number < 0:
                raise NoFormError
            return outside
        if len(inside) == 1 and number > 0 and self.atoms[inside[0][0]].kind not in {"power", "sum", "truth", "sign"}:
            atom, power = inside[0]
            found = self._root_of_atom(atom, power, _power(power * exponent))
            if found is not None:
                return outside * found
        sign = fmpq(1 if number > 0 else -1)
        radicand = Form(self, {tuple(item for item in monomial if not self.atoms[item[0]].positive): sign})
        if rest is not None and not self.atoms[self._sum(rest)].positive:
            radicand = radicand * rest
        whole = math.floor(exponent)
        radical = self.single(self.of("radical", radicand, positive=True), _power(exponent - whole))
        return outside * self.power(radicand, whole) * radical

    def _root_of_atom(self, atom: int, power: Power, exponent: Power) -> Form | None:
        """(atom**power)**r with an even root, where power*r is the exponent."""
        if power.denominator % 2 == 0 or power.numerator % 2:  # then the atom itself must not be negative
            return self._normal([(((atom, exponent),), fmpq(1))])
        if exponent.denominator % 2 == 0:
            return None
        found = self.single(atom, exponent)
        return found * self.sign(self.single(atom)) if exponent.numerator % 2 else found

    def general_power(self, form: Form, exponent: Form) -> Form:
        """A form to the power of a form."""
        number = exponent.rational()
        if number is not None:
            return self.power(form, _power(_fraction(number)))
        content, monomial, rest = self.factored(form) if form.terms else (fmpq(0), _ONE, None)
        if content <= 0:
            return self.applied("**", (form, exponent))
        found = self.one
        for prime, count in _primes(content).items():
            found = found * self._scaled(self.number(prime), self._times(exponent, count), positive=True)
        unknown: list[tuple[int, Power]] = []
        for atom, power in monomial:
            if self.atoms[atom].kind == "exp":
                scaled = self._times(exponent, power) * Form(self, {self.atoms[atom].exponent: fmpq(1)})
                found = found * self.exp(scaled)
            elif self.atoms[atom].positive and self.atoms[atom].kind != "power":
                scaled = self._times(exponent, power)
                found = found * self._scaled(self._meant(atom), scaled, positive=self.atoms[atom].kind != "radical")
            else:
                unknown.append((atom, power))
        if unknown or rest is not None:
            base = Form(self, {tuple(unknown): fmpq(1)})
            base = base if rest is None else base * rest
            positive = not unknown and rest is not None and self.is_positive(rest)
            found = found * self._scaled(base, exponent, positive=positive)
        return found

    def _times(self, form: Form, number: Power) -> Form:
        factor = fmpq(number.numerator, number.denominator)
        return Form(self, {monomial: value * factor for monomial, value in form.terms.items()})

    def _scaled(self, base: Form, exponent: Form, *, positive: bool) -> Form:
        """base**exponent, the exponent being a sum: a product of powers."""
        found = self.one
        for monomial, value in exponent.terms.items():
            if monomial == _ONE:
                found = found * self.power(base, _power(_fraction(value)))
            else:
                atom = self._atom("power", base.key(), positive=positive, base=base, exponent=monomial)
                found = found * self.single(atom, _power(_fraction(value)))
        return found

    # -- functions ---------------------------------------------------------------------------------------------------

    def exp(self, form: Form) -> Form:
        """exp(a + b) = exp(a)*exp(b), exp(n*log(u)) = u**n."""
        found = self.one
        for monomial, value in form.terms.items():
            logarithms = [item for item in monomial if self.atoms[item[0]].kind == "log" and item[1] == 1]
            if len(logarithms) == 1:
                base = self.atoms[logarithms[0][0]].base
                assert base is not None
                rest = tuple(item for item in monomial if item != logarithms[0])
                found = found * self.general_power(base, Form(self, {rest: value}))
            else:
                atom = self._atom("exp", positive=True, exponent=monomial)
                found = found * self.single(atom, _power(_fraction(value)))
        return found

    def log(self, form: Form) -> Form:
        """log(a*b) = log(a) + log(b) only for an a that is positive wherever it exists."""
        if not form.terms:
            raise NoFormError
        number, monomial, rest = self.factored(form)
        found = self.zero
        for prime, count in _primes(abs(number)).items():
            found = found + self._times(self._logarithm(self.number(prime)), count)
        inside: list[tuple[int, Power]] = []
        factors = [*monomial, *([(self._sum(rest), 1)] if rest is not None else [])]
        for atom, power in factors:
            one = self.atoms[atom]
            if not one.positive:
                inside.append((atom, power))
            elif one.kind == "exp":
                found = found + self._times(Form(self, {one.exponent: fmpq(1)}), power)
            elif one.kind == "power":
                assert one.base is not None
                product = Form(self, {one.exponent: fmpq(1)}) * self.log(one.base)
                found = found + self._times(product, power)
            elif one.kind == "radical":
                assert one.base is not None
                found = found + self._times(self.log(one.base), power)
            else:
                found = found + self._times(self._logarithm(self._meant(atom)), power)
        if not inside:
            if number < 0:
                raise NoFormError
            return found
        if len(inside) == 1 and number > 0 and self.atoms[inside[0][0]].kind != "power":
            atom, power = inside[0]
            base = self._meant(atom)
            if power.denominator % 2 and power.numerator % 2 == 0:
                base = self.absolute(base)
            return found + self._times(self._logarithm(base), power)
        kept = Form(self, {tuple(item for item in monomial if not self.atoms[item[0]].positive): fmpq(1)})
        if rest is not None and not self.atoms[self._sum(rest)].positive:
            kept = kept * rest
        return found + self._logarithm(kept if number > 0 else -kept)

    def _logarithm(self, base: Form) -> Form:
        return self.single(self.of("log", base))

    def sign(self, form: Form) -> Form:
        """Multiplicative; 1 or -1 off the zeros."""
        if not form.terms:
            return self.zero
        number, monomial, rest = self.factored(form)
        found = self.number(1 if number > 0 else -1)
        for atom, power in monomial:
            if not self.atoms[atom].positive and power.denominator % 2:
                found = found * self._sign_of(self.single(atom), odd=bool(power.numerator % 2))
        if rest is not None and not self.atoms[self._sum(rest)].positive:
            found = found * self._sign_of(rest, odd=True)
        return found

    def _sign_of(self, base: Form, *, odd: bool) -> Form:
        return self._normal([(((self.of("sign", base), 1 if odd else 2),), fmpq(1))])

    def absolute(self, form: Form) -> Form:
        """u times its sign."""
        return form * self.sign(form)

    def is_greater(self, form: Form) -> Form:
        """Whether a form is positive, as 1 or 0."""
        number = form.rational()
        if number is not None:
            return self.one if number > 0 else self.zero
        if self.is_positive(form):
            return self.one
        if self.is_positive(-form):
            return self.zero
        if self._is_polynomial(form):
            return self._times(self.one + self.sign(form), Fraction(1, 2))
        content, monomial, rest = self.factored(form)
        base = Form(self, {monomial: fmpq(1 if content > 0 else -1)})
        return self.single(self.of("truth", base if rest is None else base * rest))

    def is_positive(self, form: Form) -> bool:
        """Whether every term is a positive number times what is never negative, and not the whole is 0."""
        return bool(form.terms) and all(
            [
                value > 0 and all([self._is_nonnegative(atom, exponent) for atom, exponent in monomial])
                for monomial, value in form.terms.items()
            ]
        )

    def _is_nonnegative(self, atom: int, exponent: Power) -> bool:
        if self.atoms[atom].positive or exponent.denominator % 2 == 0:
            return True
        return self.atoms[atom].kind in {"truth", "radical"} or exponent.numerator % 2 == 0

    def _is_polynomial(self, form: Form) -> bool:
        """Whether a form is a polynomial in the variables (perhaps divided by a monomial), and no number."""
        return form.rational() is None and all(
            [
                self.atoms[atom].kind == "variable" and isinstance(exponent, int)
                for monomial in form.terms
                for atom, exponent in monomial
            ]
        )

    # -- angles ------------------------------------------------------------------------------------------------------

    def sine(self, form: Form) -> Form:
        """sin, with quarter turns taken out."""
        return self._turned(form, 0)

    def cosine(self, form: Form) -> Form:
        """cos, which is sin a quarter turn further."""
        return self._turned(form, 1)

    def _turned(self, form: Form, quarters: int) -> Form:
        """sin(u + quarters*pi/2)."""
        monomial: Monomial = ((self.pi, 1),)
        turn = 2 * _fraction(form.terms[monomial]) if monomial in form.terms else Fraction(0)
        whole = math.floor(turn)
        quarters = (quarters + whole) % 4
        rest = dict(form.terms)
        if turn:
            rest.pop(monomial)
            if turn != whole:
                left = turn - whole
                if not rest and left in _SINES:
                    found = self.power(self.number(_SINES[1 - left if quarters % 2 else left]), Fraction(1, 2))
                    return -found if quarters >= 2 else found
                rest[monomial] = fmpq(left.numerator, 2 * left.denominator)
        angle = Form(self, rest)
        negated = bool(rest) and self._leading_sign(angle) < 0
        if negated:
            angle = -angle
        if quarters % 2:
            found = self.single(self.of("cos", angle)) if rest else self.one
        else:
            found = self.single(self.of("sin", angle)) if rest else self.zero
            if negated:
                found = -found
        return -found if quarters >= 2 else found

    # -- zero --------------------------------------------------------------------------------------------------------

    def is_zero(self, form: Form) -> bool:
        """Whether a form is found to be zero: denominators cleared, relations between atoms used."""
        if not form.terms:
            return True
        form = self._pythagorean(self._one_radical(self._cleared(form)))
        if not form.terms:
            return True
        expanded = self._angles_expanded(form)
        return expanded is not None and not self._pythagorean(self._cleared(expanded)).terms

    def _cleared(self, form: Form) -> Form:
        """The same times a common denominator, sums multiplied out: a zero stays a zero."""
        while True:
            sums = {
                atom
                for monomial in form.terms
                for atom, exponent in monomial
                if self.atoms[atom].kind == "sum" and (exponent < 0 or exponent >= 1)
            }
            if not sums:
                return form
            self._spend(len(form.terms))
            form = self._without(form, max(sums))

    def _without(self, form: Form, atom: int) -> Form:
        base = self.atoms[atom].base
        assert base is not None
        least = min(dict(monomial).get(atom, 0) for monomial in form.terms)
        shift = math.ceil(-least) if least < 0 else 0
        by_power: dict[int, Terms] = {}
        for monomial, value in form.terms.items():
            exponents = dict(monomial)
            exponent = exponents.pop(atom, 0) + shift
            whole = math.floor(exponent)
            if exponent != whole:
                exponents[atom] = _power(exponent - whole)
            by_power.setdefault(whole, {})[tuple(sorted(exponents.items()))] = value
        result = self.zero
        for whole in range(max(by_power), -1, -1):  # Horner's rule
            if result.terms:
                result = result * base
            if whole in by_power:
                result = result + self._normal(by_power[whole].items())
            if whole > _MOST_MULTIPLE * 4:
                self._spend(whole)
        return result

    def _one_radical(self, form: Form) -> Form:
        """sqrt(a)*sqrt(b) = sqrt(a*b), wherever the left side has a value."""
        found = self.zero
        half = Fraction(1, 2)
        changed = False
        for monomial, value in form.terms.items():
            roots = [(atom, e - half) for atom, e in monomial if e.denominator == 2 and self._is_base(atom)]
            if len(roots) < 2:
                found = found + Form(self, {monomial: value})
                continue
            changed = True
            names = {atom for atom, _ in roots}
            rest = self._normal([(tuple(item for item in monomial if item[0] not in names), value)])
            radicand = self.one
            for atom, whole in roots:
                base = self._meant(atom)
                radicand = radicand * base
                rest = rest * self.power(base, _power(whole))
            found = found + rest * self.power(radicand, half)
        return self._cleared(found) if changed else form

    def _is_base(self, atom: int) -> bool:
        return self.atoms[atom].kind in {"variable", "sum", "radical", "log", "sin", "cos", "function"}

    def _pythagorean(self, form: Form) -> Form:
        """sin**2 = 1 - cos**2, after the sines have left the denominators."""
        sines = {atom for monomial in form.terms for atom, _ in monomial if self.atoms[atom].kind == "sin"}
        for atom in sorted(sines):
            least = min(dict(monomial).get(atom, 0) for monomial in form.terms)
            if least < 0:
                form = form * self.single(atom, _power(Fraction(math.ceil(-least))))
            base = self.atoms[atom].base
            assert base is not None
            square = self.one - self.single(self.of("cos", base), 2)
            while any(exponent >= 2 for monomial in form.terms for one, exponent in monomial if one == atom):
                found = self.zero
                for monomial, value in form.terms.items():
                    exponents = dict(monomial)
                    if exponents.get(atom, 0) >= 2:
                        exponents[atom] = _power(exponents[atom] - 2)
                        rest = tuple(sorted(item for item in exponents.items() if item[1]))
                        found = found + Form(self, {rest: value}) * square
                    else:
                        found = found + Form(self, {monomial: value})
                form = found
            if not form.terms:
                break
        return form

    def _angles_expanded(self, form: Form) -> Form | None:
        """The same in sines and cosines of fewer angles; None where there are no two angles with something in common."""
        angles: dict[Key, Form] = {}
        for monomial in form.terms:
            for atom, exponent in monomial:
                one = self.atoms[atom]
                if one.kind in {"sin", "cos"} and one.base is not None:
                    if not isinstance(exponent, int):
                        return None
                    angles[one.base.key()] = one.base
        if len(angles) < 2:
            return None
        replaced = self._replacements(list(angles.values()))
        if replaced is None:
            return None
        found = self.zero
        for monomial, value in form.terms.items():
            term = Form(self, {_ONE: value})
            for atom, exponent in monomial:
                one = self.atoms[atom]
                if one.kind in {"sin", "cos"} and one.base is not None:
                    pair = replaced[one.base.key()]
                    assert isinstance(exponent, int)
                    term = term * self._integer_power(pair[one.kind == "cos"], exponent)
                else:
                    term = self._normal(Form(self, {((atom, exponent),): fmpq(1)}).terms.items()) * term
            found = found + term
        return found

    def _integer_power(self, form: Form, exponent: int) -> Form:
        return self._expanded(form, exponent) if 0 < exponent <= _MOST_MULTIPLE else self.power(form, exponent)

    def _replacements(self, angles: list[Form]) -> dict[Key, tuple[Form, Form]] | None:
        """Sine and cosine of every angle in those of common parts."""
        parts = [self._proportional(angle) for angle in angles]
        if len({unit.key() for _, unit in parts}) == len(parts):  # no two are multiples of one
            parts = []
            monomials = {monomial for angle in angles for monomial in angle.terms}
            if len(monomials) > _MOST_ANGLES or all(len(angle.terms) == 1 for angle in angles):
                return None
            pieces = [
                [(value, Form(self, {monomial: fmpq(1)})) for monomial, value in angle.terms.items()]
                for angle in angles
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
            sine, cosine = self.zero, self.one
            for ratio, unit in piece:
                step = units[unit.key()]
                multiple = ratio / step
                if abs(multiple) > _MOST_MULTIPLE:
                    return None
                small = Form(self, {monomial: value * step for monomial, value in unit.terms.items()})
                one, other = self._multiple(small, int(multiple.p))
                sine, cosine = sine * other + cosine * one, cosine * other - sine * one
            found[angle.key()] = (sine, cosine)
        return found

    def _proportional(self, angle: Form) -> tuple[fmpq, Form]:
        """A number times an angle whose leading number is 1."""
        ratio = angle.terms[max(angle.terms, key=_order)]
        return ratio, Form(self, {monomial: value / ratio for monomial, value in angle.terms.items()})

    def _multiple(self, angle: Form, count: int) -> tuple[Form, Form]:
        """sin(count*angle) and cos(count*angle)."""
        sine, cosine = self.sine(angle), self.cosine(angle)
        one, other = self.zero, self.one
        for _ in range(abs(count)):
            one, other = one * cosine + other * sine, other * cosine - one * sine
        return (one if count >= 0 else -one), other


def _order(monomial: Monomial) -> tuple[int, Monomial]:
    return len(monomial), tuple((-atom, exponent) for atom, exponent in monomial)


def _common(one: fmpq, other: fmpq) -> fmpq:
    """The greatest number of which both are whole multiples."""
    first, second = _fraction(one), abs(_fraction(other))
    divisor = Fraction(
        math.gcd(first.numerator * second.denominator, second.numerator * first.denominator),
        first.denominator * second.denominator,
    )
    return fmpq(divisor.numerator, divisor.denominator)


def _primes(number: fmpq) -> dict[int, int]:
    """The prime factors of a positive number, those of the denominator with negative counts."""
    if number == 1:
        return {}
    if len(str(number.p)) > _MOST_DIGITS_TO_FACTOR or len(str(number.q)) > _MOST_DIGITS_TO_FACTOR:
        raise NoFormError
    found = {int(prime): int(count) for prime, count in number.p.factor()}
    found.update((int(prime), -int(count)) for prime, count in number.q.factor())
    return found


# -- powers of atoms that are other forms -------------------------------------------------------------------------------


def _prime_power(algebra: Canonical, atom: int, exponent: Power) -> Form | None:
    whole = math.floor(exponent)
    if not whole:
        return None
    base = algebra.atoms[atom].base
    assert base is not None
    return algebra.power(base, whole) * algebra.single(atom, _power(exponent - whole))


def _radical_power(algebra: Canonical, atom: int, exponent: Power) -> Form | None:
    whole = math.floor(exponent)
    if not whole:
        return None
    base = algebra.atoms[atom].base
    assert base is not None
    root = algebra.single(atom, _power(exponent - whole))
    return root * algebra.power(base, whole)


def _truth_power(algebra: Canonical, atom: int, exponent: Power) -> Form | None:
    return None if exponent == 1 else algebra.single(atom)


def _sign_power(algebra: Canonical, atom: int, exponent: Power) -> Form | None:
    if exponent == 1:
        return None
    if not isinstance(exponent, int):
        raise NoFormError
    if exponent % 2:
        return algebra.single(atom)
    if algebra.atoms[atom].is_polynomial:  # its zeros are isolated: off them the square is 1
        return algebra.one
    return None if exponent == 2 else algebra.single(atom, 2)


def _sine_power(algebra: Canonical, atom: int, exponent: Power) -> Form | None:
    if exponent not in {2, 3}:
        return None
    base = algebra.atoms[atom].base
    assert base is not None
    cosine = algebra.of("cos", base)
    square = algebra.one - algebra.single(cosine, 2)
    return square if exponent == 2 else square * algebra.single(atom)


_REWRITTEN: Final[Mapping[str, Callable[[Canonical, int, Power], Form | None]]] = {
    "prime": _prime_power,
    "radical": _radical_power,
    "truth": _truth_power,
    "sign": _sign_power,
    "sin": _sine_power,
}
_MULTIPLICATIVE: Final = frozenset(("variable", "pi", "exp", "power", "log", "sin", "cos", "function", "sum"))
"""Kinds of atoms that may be drawn out of a sum."""
_SINES: Final[Mapping[Fraction, Exact]] = {
    Fraction(1, 3): Fraction(1, 4),
    Fraction(1, 2): Fraction(1, 2),
    Fraction(2, 3): Fraction(3, 4),
}
"""The squares of sines, by quarter turns."""


# -- the primitives -----------------------------------------------------------------------------------------------------


def _where(algebra: Canonical, truth: Form, one: Form, other: Form) -> Form:
    """With a truth that is 1 or 0, what it is multiplied by counts only where it is 1, and exists there."""
    number = truth.rational()
    if number is not None:
        return one if number else other
    return algebra.product(truth, one - other) + other


def _divide(algebra: Canonical, u: Form, v: Form) -> Form:
    return u * algebra.power(v, -1)


def _half_sum(algebra: Canonical, u: Form, v: Form, sign: int) -> Form:
    distance = algebra.absolute(u - v)
    total = u + v + (distance if sign > 0 else -distance)
    return algebra.product(total, algebra.number(Fraction(1, 2)))


def _sinh(algebra: Canonical, u: Form) -> Form:
    return algebra.product(algebra.exp(u) - algebra.exp(-u), algebra.number(Fraction(1, 2)))


def _cosh(algebra: Canonical, u: Form) -> Form:
    return algebra.product(algebra.exp(u) + algebra.exp(-u), algebra.number(Fraction(1, 2)))


def _tanh(algebra: Canonical, u: Form) -> Form:
    square = algebra.exp(u + u)
    return _divide(algebra, square - algebra.one, square + algebra.one)


def _root(algebra: Canonical, u: Form, v: Form) -> Form:
    degree = v.rational()
    if degree is None or not degree:
        return algebra.applied("root", (u, v))
    return algebra.power(u, _power(1 / _fraction(degree)))


def _is_true(algebra: Canonical, u: Form) -> Form:
    """A form that can only be 1 or 0."""
    if u * u != u:
        raise NoFormError
    return u


def _equal(algebra: Canonical, u: Form, v: Form) -> Form:
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
    "log": lambda a, u: a.log(u),
    "log1p": lambda a, u: a.log(a.one + u),
    "sqrt": lambda a, u: a.power(u, Fraction(1, 2)),
    "cbrt": lambda a, u: a.power(u, Fraction(1, 3)),
    "root": _root,
    "sin": lambda a, u: a.sine(u),
    "cos": lambda a, u: a.cosine(u),
    "tan": lambda a, u: _divide(a, a.sine(u), a.cosine(u)),
    "acos": lambda a, u: a.product(a.constant("pi"), a.number(Fraction(1, 2))) - a.applied("asin", (u,), odd=True),
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
    ">": lambda a, u, v: a.is_greater(u - v),
    "<": lambda a, u, v: a.is_greater(v - u),
    "<=": lambda a, u, v: a.one - a.is_greater(u - v),
    ">=": lambda a, u, v: a.one - a.is_greater(v - u),
    "==": _equal,
    "!=": lambda a, u, v: a.one - _equal(a, u, v),
    "and": lambda a, u, v: _is_true(a, u) * _is_true(a, v),
    "or": lambda a, u, v: _is_true(a, u) + _is_true(a, v) - _is_true(a, u) * _is_true(a, v),
}
_ODD: Final = frozenset(("asin", "atan", "asinh", "atanh", "erf"))
