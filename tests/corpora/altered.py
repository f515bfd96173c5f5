"""Wrong claims made from true ones: one coefficient, sign, exponent, operator or function of the parse tree is changed.

Whether an alteration is really wrong is decided by the referee (mpmath), never by gradcheck.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import mpmath
from corpora import referee
from mpmath import mp, mpf

from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import write_tree
from gradcheck.syntax.tree import Item, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXTBOOK = Path(__file__).with_name("textbook.jsonl")
_SWAPS = {
    "sin": "cos", "cos": "sin", "exp": "log", "log": "exp", "tan": "cot", "sinh": "cosh", "cosh": "sinh",
    "tanh": "tan", "sqrt": "exp", "sec": "csc", "csc": "sec", "atan": "tan", "asin": "acos", "abs": "sqrt",
    "sign": "heaviside", "heaviside": "sign", "sigmoid": "tanh", "max": "min", "min": "max", "relu": "abs",
    "+": "-", "-": "+", "*": "/", "/": "*",
}  # fmt: skip


@dataclass(frozen=True)
class Altered:
    """A wrong claim, how it was made, and at what share of the points it is wrong."""

    text: str
    how: str
    share: float


def alterations(claim: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """Every single change of the claim, as text, with its kind."""
    program = parse(claim, frozenset(names))
    items, root = program.items, program.statements[0].root
    needed = {root}
    for index in range(root, -1, -1):
        if index in needed:
            needed.update(items[index].arguments)
    exponents = {item.arguments[1] for i, item in enumerate(items) if i in needed and item.name == "**"}
    for index in sorted(needed):
        item = items[index]
        if item.kind is Kind.NUMBER:
            how = "exponent" if index in exponents else "coefficient"
            for value in (item.value + 1, item.value * 2, -item.value):
                yield _written(items, root, index, item._replace(value=value)), how
        elif item.kind is Kind.APPLY and item.name == "neg":
            yield _without(items, root, index), "sign"
        elif item.kind is Kind.APPLY and item.name in _SWAPS:
            how = "sign" if item.name in "+-" else "operator" if item.name in "*/" else "function"
            yield _written(items, root, index, item._replace(name=_SWAPS[item.name])), how
    yield f"-({claim})", "sign"
    yield f"2*({claim})", "coefficient"
    yield f"({claim}) + 1/1000", "coefficient"


def _written(items: list[Item], root: int, index: int, item: Item) -> str:
    return write_tree([*items[:index], item, *items[index + 1 :]], root)


def _without(items: list[Item], root: int, index: int) -> str:
    child = items[index].arguments[0]
    if index == root:
        return write_tree(items, child)
    changed = [
        item._replace(arguments=tuple(child if argument == index else argument for argument in item.arguments))
        for item in items
    ]
    return write_tree(changed, root)


def altered(row: Mapping[str, str], count: int, seed: int = 0, points: int = 60) -> list[Altered]:
    """``count`` wrong versions of a true claim (fewer where there are fewer), drawn with the seed."""
    mp.dps = 40
    names = referee.variables(row["expr"])
    if set(referee.variables(row["claim"])) - set(names):
        return []  # node names: the referee reads the claim alone
    candidates = [one for one in dict.fromkeys(alterations(row["claim"], names)) if one[0] != row["claim"]]
    random.Random(f"{seed}:{row['expr']}:{row['claim']}").shuffle(candidates)
    right, function = referee.compiled(row["claim"]), referee.compiled(row["expr"])
    at = []
    for point in referee.points(names, row["vars"], seed, points):
        wanted = referee.value(right, point)
        if not mpmath.isnan(wanted) and not mpmath.isnan(referee.value(function, point)):
            at.append((point, wanted))
    found: list[Altered] = []
    for text, how in candidates:
        if len(found) >= count:
            break
        wrong = referee.compiled(text)
        pairs = [(wanted, referee.value(wrong, point)) for point, wanted in at]
        usable = [(wanted, said) for wanted, said in pairs if not mpmath.isnan(said)]
        differing = sum(not referee.close(wanted, said, 15) for wanted, said in usable)
        if differing and mpf(differing) > 0:
            found.append(Altered(text, how, differing / len(at)))
    return found
