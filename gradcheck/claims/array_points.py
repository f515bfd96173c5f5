"""Where claims about arrays are tried: small integers first, then every sign and magnitude; declarations are kept."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from gradcheck.arrays.point import ArrayValue, random_value
from gradcheck.shapes import grid
from gradcheck.syntax.tree import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gradcheck.claims.array_settings import Setting
    from gradcheck.declarations import Declaration
    from gradcheck.shapes import Shape
    from gradcheck.syntax.tree import Exact

_TURNS: Final = 4_000
_FRIENDLY: Final[tuple[Exact, ...]] = (1, 2, -1, 3, -2, -3)


def spread(setting: Setting, declared: Mapping[str, Declaration], seed: int) -> Iterator[dict[str, ArrayValue]]:
    """Points for the inputs of a setting, very many."""
    generator = random.Random(f"{seed}:{setting.told()}")  # noqa: S311 - reproducible points, not secrets
    for turn in range(_TURNS):
        yield {
            name: _value(setting.graph.shape(node), declared.get(name), generator, turn)
            for name, node in setting.graph.inputs.items()
        }


def _value(shape: Shape, declaration: Declaration | None, generator: random.Random, turn: int) -> ArrayValue:
    if declaration is not None and (declaration.narrows or declaration.structure == "positive definite"):
        return random_value(shape, declaration, generator, turn)
    rows, columns = grid(shape)
    entries = [_number(generator, turn) for _ in range(rows * columns)]
    structure = "" if declaration is None else declaration.structure
    if structure == "symmetric":
        entries = [entries[max(i, j) * columns + min(i, j)] for i in range(rows) for j in range(columns)]
    elif structure == "diagonal":
        entries = [entries[i * columns + j] if i == j else 0 for i in range(rows) for j in range(columns)]
    return ArrayValue(shape, tuple(entries))


def _number(generator: random.Random, turn: int) -> Exact:
    match turn % 7:
        case 0:
            return generator.choice(_FRIENDLY)
        case 1:
            return generator.randint(1, 5)
        case 2:
            value = Fraction(generator.randint(-40, 40) or 7, 10)
        case 3:
            value = Fraction(generator.randint(1, 99), 100)
        case 4:
            value = Fraction(generator.randint(-999, 999) or 5, 1000)
        case 5:
            value = Fraction(generator.randint(1, 400), 100)
        case _:
            value = Fraction(generator.randint(-300, 300) or 30, 10)
    return normalised(value.numerator, value.denominator)
