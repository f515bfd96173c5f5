"""Where claims are tried: friendly numbers first, then every sign and magnitude, then narrow domains."""

from __future__ import annotations

import functools
import random
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from gradcheck.arithmetic.columns import Column
from gradcheck.declarations import Declaration
from gradcheck.syntax.tree import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flint import arb

    from gradcheck.arithmetic.balls import Balls
    from gradcheck.arithmetic.columns import Columns
    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.syntax.tree import Exact

_FRIENDLY: Final[tuple[Exact, ...]] = (2, 3, -1, Fraction(1, 2), -2, 5, Fraction(1, 3), -3, Fraction(-1, 2), 7, 1, 4)
_REAL: Final = Declaration()
_TURNS: Final = 20_000
_STRIDES: Final = (1, 5, 7, 11)


class Spread:
    """The points for some variables, found as they are asked for and kept for every claim about the same variables."""

    def __init__(self, names: Sequence[str], kinds: Sequence[Declaration], seed: int) -> None:
        self.names = names
        self._kinds = kinds
        self._start = f"{seed}:{','.join(names)}"
        self._found: list[dict[str, Exact]] = []
        self._numbers: dict[tuple[int, int], dict[str, arb]] = {}
        self._columns: dict[tuple[int, int, Columns], dict[str, Column[arb]]] = {}
        self._source = self._points()

    def __iter__(self) -> Iterator[dict[str, Exact]]:
        number = 0
        while (point := self.point(number)) is not None:
            yield point
            number += 1

    def point(self, number: int) -> dict[str, Exact] | None:
        """One of the points by its number, or None beyond the last one. It must not be changed."""
        found = self._found
        try:
            while len(found) <= number:
                point = next(self._source, None)
                if point is None:
                    return None
                found.append(point)
        except BaseException:  # a time limit may strike inside the generator, which then is spent
            self._found = []
            self._numbers = {}
            self._columns = {}
            self._source = self._points()
            raise
        return found[number]

    def numbers(self, number: int, arithmetic: Balls) -> dict[str, arb]:
        """The same point, which must have been found, in balls; it must not be changed."""
        key = number, arithmetic.precision
        numbers = self._numbers.get(key)
        if numbers is None:
            numbers = {name: arithmetic.number(value) for name, value in self._found[number].items()}
            self._numbers[key] = numbers
        return numbers

    def points(self, start: int, size: int) -> list[dict[str, Exact]]:
        """Points from a number on, all of which must have been found; they must not be changed."""
        return self._found[start : start + size]

    def columns(self, start: int, size: int, columns: Columns) -> dict[str, Column[arb]]:
        """The same points as columns; they must not be changed."""
        key = start, size, columns
        found = self._columns.get(key)
        if found is None:
            points = [self.numbers(number, columns.balls) for number in range(start, start + size)]
            found = {name: Column([point[name] for point in points]) for name in self.names}
            self._columns[key] = found
        return found

    def _points(self) -> Iterator[dict[str, Exact]]:
        generator = random.Random(self._start)  # noqa: S311 - reproducible points, not secrets
        kinds = list(zip(self.names, self._kinds, strict=True))
        for turn in range(_TURNS):
            point = {name: _coordinate(turn, position, kind, generator) for position, (name, kind) in enumerate(kinds)}
            if all([kind.allows(point[name]) for name, kind in kinds]):
                yield point


@functools.lru_cache(maxsize=64)
def _kept(names: tuple[str, ...], kinds: tuple[Declaration, ...], seed: int) -> Spread:
    return Spread(names, kinds, seed)


def shared_spread(graph: Graph, declarations: Mapping[str, Declaration], seed: int) -> Spread:
    """The points for the inputs of a graph, the same for all claims about variables of these names."""
    names = tuple(graph.inputs)
    return _kept(names, tuple([declarations.get(name, _REAL) for name in names]), seed)


def spread(graph: Graph, declarations: Mapping[str, Declaration], at: Point, seed: int) -> Iterator[dict[str, Exact]]:
    """Points for the inputs of a graph, very many: the given one first where it is rational, then friendly ones."""
    first = rational(graph, at)
    if first is not None:
        yield first
    yield from shared_spread(graph, declarations, seed)


def rational(graph: Graph, at: Point) -> dict[str, Exact] | None:
    """The given point where it is complete and rational."""
    names = list(graph.inputs)
    point: dict[str, Exact] = {}
    for name in names:
        value = at.get(name)
        number = None if value is None else value.graph.numbers.get(value.graph.output)
        if number is None:
            return None
        point[name] = number
    return point if names else None


def _coordinate(turn: int, position: int, kind: Declaration, generator: random.Random) -> Exact:
    if kind.low is not None or kind.high is not None:
        return _within(turn, kind, generator)
    if kind.integer:
        return generator.randint(-9, 9) if turn % 4 else generator.randint(-40, 40)
    if turn == 6:
        return Fraction(1, 1000) if position % 2 == 0 else Fraction(1, 50)
    if turn < 6:
        return _FRIENDLY[(turn * _STRIDES[position % 4] + 2 * position) % len(_FRIENDLY)]
    sign = generator.choice((1, 1, -1)) if turn % 2 else 1
    match turn % 6:
        case 0 | 3:
            return _dyadic(sign * 10 ** generator.uniform(-3, 3))
        case 1:
            return _dyadic(generator.uniform(-1, 1))
        case 2:
            return _dyadic(sign * generator.uniform(0.05, 4))
        case 4:
            return _dyadic(generator.uniform(0, 1))
        case _:
            return sign * _FRIENDLY[generator.randrange(len(_FRIENDLY))]


def _within(turn: int, kind: Declaration, generator: random.Random) -> Exact:
    """Between declared bounds, or beyond the only one at every distance."""
    low, high = kind.low, kind.high
    if low is not None and high is not None:
        value = Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(generator.uniform(0, 1))
        tidy = Fraction(round(value * 8), 8) if turn < 4 else value
    else:
        far = 10 ** generator.uniform(-3, 3) if turn % 2 else generator.uniform(0, 5)
        distance = Fraction(round(4 * far) + 1, 4) if turn < 4 else Fraction(far)
        tidy = Fraction(low) + distance if low is not None else Fraction(high or 0) - distance
    if kind.integer:
        tidy = Fraction(round(tidy))
    return normalised(tidy.numerator, tidy.denominator)


def _dyadic(value: float) -> Exact:
    exact = Fraction(value)
    return normalised(exact.numerator, exact.denominator)
