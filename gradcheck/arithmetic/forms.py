"""Exact forms: sums of products of powers of atoms with rational numbers, rewritten only in ways that are always true.

A form is what an expression of real numbers becomes when it is rewritten. Every rule keeps the value wherever the
expression has one, and may only widen the domain (u/u becomes 1, sqrt(u)*sqrt(u) becomes u, never sqrt(u**2) u).
So two expressions whose difference is found to be zero agree wherever both are defined, off their kinks and jumps.
The converse does not hold: forms that differ may be equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from flint import fmpq

if TYPE_CHECKING:
    from gradcheck.arithmetic.algebra import Algebra

Power = int | Fraction
Monomial = tuple[tuple[int, Power], ...]
"""Atoms by number, ascending, each with its exponent (never 0)."""
Terms = dict[Monomial, fmpq]
Key = frozenset[tuple[Monomial, fmpq]]

_MOST_DIGITS_TO_FACTOR: Final = 15
UNIT: Final[Monomial] = ()


class NoFormError(Exception):
    """There is no form: undefined (a division by zero), or beyond the limits."""


@dataclass(frozen=True, slots=True)
class Atom:
    """What a form is made of. ``base`` is the sum, the radicand or the argument that it stands for."""

    kind: str
    positive: bool
    """Whether it is positive wherever it exists, but for a set without interior."""
    base: Form | None = None
    exponent: Monomial = UNIT
    """Of an exponential or a power: of what."""
    is_polynomial: bool = False
    is_solid: bool = True
    """Whether it is analytic, so that it cannot vanish on an interval without vanishing altogether."""
    name: str = ""
    arguments: tuple[Form, ...] = ()
    """Of a function of which nothing is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A sum of products, in one algebra."""

    algebra: Algebra
    terms: Terms

    def __add__(self, other: Form) -> Form:
        if len(self.terms) < len(other.terms):
            self, other = other, self  # noqa: PLW0642 - the shorter one is added to the longer one
        terms = dict(self.terms)
        for monomial, number in other.terms.items():
            add_term(terms, monomial, number)
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
        return self.terms == ({UNIT: fmpq(other)} if other else {}) if isinstance(other, int) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # the key of a form is made where it is needed

    def key(self) -> Key:
        """What equal forms have in common."""
        return frozenset(self.terms.items())

    def rational(self) -> fmpq | None:
        """The number that the form is, if it is one."""
        if not self.terms:
            return fmpq(0)
        return self.terms.get(UNIT) if len(self.terms) == 1 else None


def add_term(terms: Terms, monomial: Monomial, number: fmpq) -> None:
    """Add to a sum in place."""
    total = terms.get(monomial, 0) + number
    if total:
        terms[monomial] = total
    else:
        terms.pop(monomial, None)


def as_power(value: Power) -> Power:
    """An exponent as it is kept: an integer where it is one."""
    return value.numerator if value.denominator == 1 else value


def as_fraction(value: fmpq) -> Fraction:
    """Flint's fraction as Python's."""
    return Fraction(int(value.p), int(value.q))


def order(monomial: Monomial) -> tuple[int, Monomial]:
    """By which the leading term of a sum is found."""
    return len(monomial), tuple((-atom, exponent) for atom, exponent in monomial)


def primes(number: fmpq) -> dict[int, int]:
    """The prime factors of a positive number, those of the denominator with negative counts."""
    if number == 1:
        return {}
    if len(str(number.p)) > _MOST_DIGITS_TO_FACTOR or len(str(number.q)) > _MOST_DIGITS_TO_FACTOR:
        raise NoFormError
    found = {int(prime): int(count) for prime, count in number.p.factor()}
    found.update((int(prime), -int(count)) for prime, count in number.q.factor())
    return found
