"""Where claims are tried: friendly numbers first, then every sign and magnitude, then narrow domains."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from gradcheck.declarations import Declaration
from gradcheck.syntax.tree import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.syntax.tree import Exact

_FRIENDLY: Final[tuple[Exact, ...]] = (2, 3, -1, Fraction(1, 2), -2, 5, Fraction(1, 3), -3, Fraction(-1, 2), 7, 1, 4)
_TURNS: Final = 20_000
_STRIDES: Final = (1, 5, 7, 11)


def spread(graph: Graph, declarations: Mapping[str, Declaration], at: Point, seed: int) -> Iterator[dict[str, Exact]]:
    """Points for the inputs of a graph, very many: the given one first where it is rational, then friendly ones."""
    names = list(graph.inputs)
    given = _rational(at, names)
    if given is not None:
        yield given
    generator = random.Random(f"{seed}:{','.join(names)}")  # noqa: S311 - reproducible points, not secrets
    kinds = [declarations.get(name, Declaration()) for name in names]
    for turn in range(_TURNS):
        point = {
            name: _coordinate(turn, position, kind, generator)
            for position, (name, kind) in enumerate(zip(names, kinds, strict=True))
        }
        if all(kind.allows(point[name]) for name, kind in zip(names, kinds, strict=True)):
            yield point


def _rational(at: Point, names: list[str]) -> dict[str, Exact] | None:
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
