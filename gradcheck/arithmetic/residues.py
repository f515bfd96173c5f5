"""Residues modulo a random prime: whether two formulas are one rational function of the same elementary functions.

Variables, constants and the values of all other functions are random residues, the same for the same arguments. Where
two formulas come out the same, they are identical but for a chance of about 1 in 10**15 (J. T. Schwartz, "Fast
probabilistic algorithms for verification of polynomial identities", J. ACM 27, 1980). That they come out different
tells nothing: the residues know no sin(x)**2 + cos(x)**2 = 1.
"""

from __future__ import annotations

import functools
import operator
import random
from typing import TYPE_CHECKING, Final

from flint import fmpz, nmod

from gradcheck.arithmetic import Arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcheck.primitives import Primitive
    from gradcheck.syntax.tree import Exact

_BITS: Final = 62
_MOST_ATOMS: Final = 10_000
_SYSTEM: Final = random.SystemRandom()
"""Numbers that nobody can foresee: as from ``secrets``, which brings hashlib."""


class NoResidueError(Exception):
    """The formula takes a decision, which a residue cannot."""


class Residues(Arithmetic[nmod]):
    """Numbers modulo one prime, drawn with the object: no text can be written so as to vanish by it.

    A division by zero raises ZeroDivisionError, a branch NoResidueError; neither says anything about the formulas.
    """

    column = "balls"
    magnitude = operator.pos  # there is none, and none is asked for

    def __init__(self) -> None:
        super().__init__()
        self._prime = _random_prime()
        self._atoms: dict[object, nmod] = {}
        self.undefined = nmod(0, self._prime)
        self.era = 0
        """What was found in an earlier one does not fit what is found now."""

    def forget(self) -> None:
        """Make room, between two comparisons."""
        if len(self._atoms) > _MOST_ATOMS:
            self._atoms.clear()
            self.era += 1

    def number(self, value: Exact) -> nmod:
        whole = nmod(value.numerator, self._prime)
        return whole if value.denominator == 1 else whole / nmod(value.denominator, self._prime)

    def constant(self, name: str) -> nmod:
        return self.atom("constant", name)

    def atom(self, name: str, *arguments: object) -> nmod:
        """A random residue, the same one for the same function of the same arguments."""
        key = name, *arguments
        found = self._atoms.get(key)
        if found is None:
            found = self._atoms[key] = nmod(_SYSTEM.randrange(self._prime), self._prime)
        return found

    def is_certain(self, truth: nmod) -> bool:  # noqa: ARG002
        raise NoResidueError

    def touches(self, place: nmod) -> bool:  # noqa: ARG002
        raise NoResidueError

    def applied(self, primitive: Primitive, last: Exact | None) -> Callable[..., nmod]:
        if isinstance(last, int) and primitive.balls == "power":
            return lambda base, _: base**last
        return self.functions[primitive]

    def native(self, name: str) -> Callable[..., nmod]:
        return _FIELD.get(name) or (lambda *arguments: self.atom(name, *map(int, arguments)))


@functools.cache
def shared_residues() -> Residues:
    """The residues of this process, so that the tables' rules are bound to them once."""
    return Residues()


def _random_prime() -> int:
    while True:
        candidate = _SYSTEM.getrandbits(_BITS - 1) | (1 << (_BITS - 1)) | 1
        if fmpz(candidate).is_prime():
            return candidate


_FIELD: Final = {name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "neg")}
