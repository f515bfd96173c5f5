"""Single changes of an expression: a sign, a number, a function, an operation, a name, a term or a factor."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from flint import arb, fmpq

from gradcheck.claims.brackets import regroupings
from gradcheck.decimals import from_ball
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.primitives.slips import CONFUSED
from gradcheck.syntax.tree import Exact, Kind, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.claims.forest import Forest, Tree

_OPERATIONS: Final = ("+", "-", "*", "/", "**")
_FUNCTIONS: Final = tuple(
    name for name, row in PRIMITIVES.items() if row.arity == 1 and not row.infix and not row.boolean
)
_LARGEST_TREE: Final = 120
_MOST_FACTORS: Final = 5
_SIMPLE: Final = 1_000
"""The largest numerator and denominator that a number can be corrected to."""
_CLOSE: Final = arb(10) ** -40


@dataclass(frozen=True, slots=True)
class Edit:
    """One change; ``node`` is the whole expression after it, ``old`` and ``new`` are the part that is changed."""

    kind: str
    node: int
    old: int
    new: int
    rare: bool = False
    """Few make it: it is believed only where no other change fits."""


def edits(tree: Tree, target: arb) -> Iterator[Edit]:
    """Every change of a tree after which it may be worth ``target``; numbers are solved for. Brackets are apart."""
    if len(tree.nodes) > _LARGEST_TREE:
        return
    yield from _signs(tree)
    yield from _numbers(tree, target)
    yield from _operations(tree)
    yield from _functions(tree)
    yield from _names(tree)
    yield from terms_dropped(tree)
    yield from factors_dropped(tree)
    yield from _negated_exponents(tree)
    yield from _missing_factors(tree, target)


def bracketed(tree: Tree) -> Iterator[Edit]:
    """Every expression that one pair of brackets more, less or elsewhere makes of it."""
    for node in regroupings(tree.forest, tree.node):
        yield Edit("bracket", node, tree.node, node)


def hits(changes: Iterator[Edit], forest: Forest, target: arb) -> Iterator[Edit]:
    """The changes after which an expression is worth ``target``, each resulting expression once."""
    seen: set[int] = set()
    for change in changes:
        if change.node not in seen and is_close(forest.values[change.node], target):
            seen.add(change.node)
            yield change


def is_close(value: arb, target: arb) -> bool:
    """Whether two balls can be one number, known to 40 digits."""
    return bool(value.is_finite() and abs(value - target) <= _CLOSE * (abs(value) + abs(target)))


# -- kinds ----------------------------------------------------------------------------------------------------------


def _signs(tree: Tree) -> Iterator[Edit]:
    forest = tree.forest
    for place in tree.places:
        node = tree.nodes[place]
        item = tree.items[place]
        operation, position = tree.above(place)
        if item.name in {"+", "-"} and item.kind is Kind.APPLY:
            first, second = (tree.nodes[one] for one in item.arguments)
            if not _has_sign(tree, item.arguments[1]):
                new = forest.apply("-" if item.name == "+" else "+", first, second)
                yield Edit("sign", tree.replaced(place, new), node, new)
        if item.name == "neg" and item.kind is Kind.APPLY:
            new = tree.nodes[item.arguments[0]]
            yield Edit("sign", tree.replaced(place, new), node, new)
        elif (
            item.kind is not Kind.NUMBER
            and not _has_sign(tree, place)
            and operation not in {"neg", "*", "/"}
            and (operation not in {"+", "-", "**"} or (operation == "**") == bool(position))
        ):
            new = forest.apply("neg", node)
            yield Edit("sign", tree.replaced(place, new), node, new, rare=operation not in {"", "+", "-", "**"})


def _numbers(tree: Tree, target: arb) -> Iterator[Edit]:
    forest = tree.forest
    for place in tree.places:
        item = tree.items[place]
        if item.kind is not Kind.NUMBER:
            continue
        operation, position = tree.above(place)
        exponent = operation == "**" and position == 1
        for value in _candidates(tree, place, item.value, target):
            if value in {0, item.value, -item.value}:
                continue  # then a term is too many, or a sign is wrong
            if value == 1 and operation in {"*", "/"}:
                continue  # a factor is too many
            new = _literal(forest, value)
            old, changed = _context(tree, place, new)
            yield Edit("exponent" if exponent else "number", tree.replaced(place, new), old, changed)


def _negated_exponents(tree: Tree) -> Iterator[Edit]:
    for place in tree.places:
        node = tree.nodes[place]
        if tree.items[place].kind is Kind.NUMBER and tree.above(place) == ("**", 1):
            new = tree.forest.apply("neg", node)
            old, changed = _context(tree, place, new)
            yield Edit("exponent", tree.replaced(place, new), old, changed)


def _candidates(tree: Tree, place: int, value: Exact, target: arb) -> list[Exact]:
    """What the number could have to be: the solution where the expression is linear in it, and its neighbours."""
    found: list[Exact] = [value + 1, value - 1, value + 2, value - 2, 2 * value]
    found += [normalised(value.numerator, 2 * value.denominator)]
    if value > 0:
        found.append(normalised(value.denominator, value.numerator))
    forest = tree.forest
    here = forest.values[tree.node]
    step = forest.values[tree.replaced(place, _literal(forest, value + 1))] - here
    if step.is_finite() and not step.contains(0):
        solution = _simple(forest.arithmetic.number(value) + (target - here) / step)
        if solution is not None:
            found.insert(0, solution)
    return list(dict.fromkeys(found))


def _functions(tree: Tree) -> Iterator[Edit]:
    forest = tree.forest
    for place in tree.places:
        node = tree.nodes[place]
        item = tree.items[place]
        if item.kind is not Kind.APPLY or item.name not in _FUNCTIONS:
            continue
        inner = tree.nodes[item.arguments[0]]
        for name in _FUNCTIONS:
            if name != item.name:
                new = forest.apply(name, inner)
                rare = not any(name in family and item.name in family for family in CONFUSED)
                yield Edit("function", tree.replaced(place, new), node, new, rare=rare or _is_trivial(forest, new))
        yield Edit("function", tree.replaced(place, inner), node, inner)


def _operations(tree: Tree) -> Iterator[Edit]:
    forest = tree.forest
    for place in tree.places:
        node = tree.nodes[place]
        item = tree.items[place]
        if item.kind is not Kind.APPLY or item.name not in _OPERATIONS:
            continue
        first, second = (tree.nodes[one] for one in item.arguments)
        for name in _OPERATIONS:
            neutral = name not in {"+", "-"} and forest.items[second].value == 1
            if name != item.name and {name, item.name} != {"+", "-"} and not neutral:
                new = forest.apply(name, first, second)
                yield Edit("operation", tree.replaced(place, new), node, new, rare=_is_trivial(forest, new))
        if item.name in {"-", "/", "**"} and place != tree.root:
            new = forest.apply(item.name, second, first)
            yield Edit("order", tree.replaced(place, new), node, new)
        elif item.name in {"/", "**"}:
            new = forest.apply(item.name, second, first)
            yield Edit("order", new, node, new)


def _names(tree: Tree) -> Iterator[Edit]:
    forest = tree.forest
    for place in tree.places:
        node = tree.nodes[place]
        item = tree.items[place]
        if item.kind is not Kind.NAME:
            continue
        for other in forest.names:
            if other != item.name:
                new = forest.name(other)
                old, changed = _context(tree, place, new)
                yield Edit("name", tree.replaced(place, new), old, changed)
        if tree.above(place)[0] != "**":
            for power in (2, 3):
                new = forest.apply("**", node, forest.number(power))
                old, changed = _context(tree, place, new)
                yield Edit("exponent", tree.replaced(place, new), old, changed)


def terms_dropped(tree: Tree) -> Iterator[Edit]:
    """A sum without one of its terms."""
    forest = tree.forest
    for place in tree.places:
        item = tree.items[place]
        if item.kind is not Kind.APPLY or item.name not in {"+", "-"}:
            continue
        first, second = (tree.nodes[one] for one in item.arguments)
        yield Edit("term", tree.replaced(place, first), second, first)
        rest = second if item.name == "+" else forest.apply("neg", second)
        if tree.items[item.arguments[0]].name not in {"+", "-"}:  # a sum on the left loses its terms one by one
            yield Edit("term", tree.replaced(place, rest), first, rest)


def factors_dropped(tree: Tree) -> Iterator[Edit]:
    """A product without some of its factors."""
    for place in tree.places:
        if not _begins_product(tree, place):
            continue
        factors = _product(tree, place)
        count = len(factors)
        sizes = range(1, count) if count <= _MOST_FACTORS else (1,)
        for size in sizes:
            for dropped in itertools.combinations(range(count), size):
                rest = _multiplied(tree.forest, [one for i, one in enumerate(factors) if i not in dropped])
                gone = _multiplied(tree.forest, [factors[i] for i in dropped])
                yield Edit("factor", tree.replaced(place, rest), gone, rest)


def _missing_factors(tree: Tree, target: arb) -> Iterator[Edit]:
    """A term times what it lacks: a number, or something that the expression or the function knows."""
    forest = tree.forest
    here = forest.values[tree.node]
    known = [forest.name(name) for name in forest.names] + list(dict.fromkeys(tree.nodes.values()))
    for place in tree.places:
        node = tree.nodes[place]
        operation, _ = tree.above(place)
        item = tree.items[place]
        if operation not in {"", "+", "-"} or item.name in {"+", "-"} or item.kind is Kind.NUMBER:
            continue
        step = forest.values[tree.replaced(place, forest.apply("*", forest.number(2), node))] - here
        if not step.is_finite() or step.contains(0):
            continue
        ratio = 1 + (target - here) / step
        number = _simple(ratio)
        found = [] if number in {None, 0, 1, -1} or number is None else [_literal(forest, number)]
        found += [one for one in known if not forest.is_number(one) and is_close(forest.values[one], ratio)]
        for factor in found:
            new = tree.replaced(place, forest.apply("*", factor, node))
            yield Edit("missing factor", new, node, factor, rare=True)


# -- help -----------------------------------------------------------------------------------------------------------


def _context(tree: Tree, place: int, new: int) -> tuple[int, int]:
    """The operation around a place before and after its change; the place itself where it stands alone."""
    above = tree.parent.get(place)
    if above is None:
        return tree.nodes[place], new
    item = tree.items[above]
    changed = [new if one == place else tree.nodes[one] for one in item.arguments]
    return tree.nodes[above], tree.forest.apply(item.name, *changed)


def _literal(forest: Forest, value: Exact) -> int:
    """A number as it is written: 2/3 is a quotient, -2 a negated 2."""
    if value < 0:
        return forest.apply("neg", _literal(forest, -value))
    if isinstance(value, Fraction):
        return forest.apply("/", forest.number(value.numerator), forest.number(value.denominator))
    return forest.number(value)


def _simple(value: arb) -> Exact | None:
    """The simple fraction that a ball is; None where it is none."""
    if not value.is_finite() or not abs(value) < _SIMPLE:
        return None
    found = Fraction(from_ball(value, 30)).limit_denominator(_SIMPLE)
    exact = arb(fmpq(found.numerator, found.denominator))
    return normalised(found.numerator, found.denominator) if abs(value - exact) <= _CLOSE * (1 + abs(exact)) else None


def _is_trivial(forest: Forest, node: int) -> bool:
    """Whether an expression is worth 0 or 1 here: what it is put in the place of is then simply too many."""
    value = forest.values[node]
    return bool(value.is_finite() and (value.contains(0) or value.contains(1)))


def _has_sign(tree: Tree, place: int) -> bool:
    """Whether a product begins with a minus."""
    while tree.items[place].name in {"*", "/"}:
        place = tree.items[place].arguments[0]
    return tree.items[place].name == "neg"


def _begins_product(tree: Tree, place: int) -> bool:
    item = tree.items[place]
    return item.kind is Kind.APPLY and item.name in {"*", "/"} and tree.above(place)[0] not in {"*", "/"}


def _product(tree: Tree, place: int) -> list[tuple[int, bool]]:
    """The factors of a product from left to right, each with whether it divides."""
    found: list[tuple[int, bool]] = []
    stack = [(place, False)]
    while stack:
        one, divides = stack.pop()
        item = tree.items[one]
        if item.kind is Kind.APPLY and item.name in {"*", "/"}:
            first, second = item.arguments
            stack += [(second, divides ^ (item.name == "/")), (first, divides)]
        else:
            found.append((tree.nodes[one], divides))
    return found


def _multiplied(forest: Forest, factors: Sequence[tuple[int, bool]]) -> int:
    found = -1
    for node, divides in factors:
        if found < 0:
            found = forest.apply("/", forest.number(1), node) if divides else node
        else:
            found = forest.apply("/" if divides else "*", found, node)
    return found
