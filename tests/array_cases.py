"""Every matrix row with arguments and sizes, for the three arithmetics and for mpmath."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import NamedTuple

import mpmath
from array_reference import DIGITS, MATRIX, Node, RandomProgram, applied
from reference import exact

from gradcheck.arrays.point import ArrayValue
from gradcheck.primitives.table import PRIMITIVES
from gradcheck.self_check.arrays import _SIZES, _array, _Row

ROWS = [row for row in PRIMITIVES.values() if row.is_matrix and not row.internal]
_INDEX = {
    (0, 1, 1, 2, 0): (0, 1), (1, 2, 0, 2, 2): (1, slice(0, 2)), (0, 2, 1, 2, 1): (slice(None), 1),
    (0, 2, 0, 1, 3): (slice(None), slice(0, 1)),
}  # fmt: skip


class Case(NamedTuple):
    """A row, its arguments, and the sizes as the arithmetics and as the reference take them."""

    name: str
    arguments: tuple[ArrayValue, ...]
    sizes: tuple[int, ...]

    @property
    def row(self):
        return PRIMITIVES[self.name]

    def graph(self):
        return _Row(self.row).graph(self.arguments, self.sizes)

    def value(self, arithmetic):
        """The value in one of the arithmetics of arrays."""
        function = arithmetic.function(self.row)
        given = [one.number(arithmetic) for one in self.arguments]
        return function(*given, self.sizes) if self.row.parameters else function(*given)

    def program(self):
        """The same for mpmath."""
        names = [f"x{k}" for k in range(len(self.arguments))]
        nodes = [Node("", (), one.shape, leaf=name) for name, one in zip(names, self.arguments, strict=True)]
        shape = self.graph().shapes[-1]
        sizes = tuple(_INDEX[self.sizes]) if self.name == "select" else self.sizes
        nodes.append(Node(self.name, tuple(range(len(names))), shape, sizes))
        return RandomProgram(self.name, {}, dict(zip(names, map(rows_of, self.arguments), strict=True)), nodes)

    def true_value(self):
        program = self.program()
        with mpmath.workdps(DIGITS):
            return applied(program.nodes[-1], [[[exact(x) for x in row] for row in u] for u in program.point.values()])

    def true_jacobians(self):
        """For each argument its entries' derivatives of all outputs."""
        program = self.program()
        return [program.derivatives(name) for name in program.point]


def rows_of(value):
    rows, columns = (*value.shape, 1, 1)[:2]
    return [[Fraction(x) for x in value.entries[i * columns : (i + 1) * columns]] for i in range(rows)]


def _cases():
    chance = random.Random(5)
    for row in ROWS:
        for sample in row.samples:
            arguments = tuple(map(_array, sample))
            other = tuple(_shaken(one, chance) for one in arguments)
            for sizes in _SIZES.get(row.name, ((),)):
                if row.name == "reshape" and mpmath.fprod(sizes) != len(arguments[0].entries):
                    continue
                yield Case(row.name, arguments, sizes)
                if row.name != "logdet" and arguments:
                    yield Case(row.name, other, sizes)


def _shaken(value, chance):
    """Other entries in the same shape, generic ones."""
    return ArrayValue(value.shape, tuple(Fraction(chance.randint(-300, 300), 97) for _ in value.entries))


CASES = list(_cases())


def case_id(case):
    return f"{case.name} {'; '.join('x'.join(map(str, one.shape)) or 's' for one in case.arguments)} {case.sizes or ''}"


assert {case.name for case in CASES} == set(MATRIX)
