"""The points at which a wrong claim is explained: node values, right tangents and what is claimed, all in Arb balls.

An explanation counts when it reproduces the claim (or the derivative) at every one of them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flint import arb, fmpq

from gradcheck import rules
from gradcheck.arithmetic.balls import ZERO, Balls, shared
from gradcheck.claims.points import spread
from gradcheck.domain import undefined_node
from gradcheck.forward import evaluate
from gradcheck.rules import operand_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gradcheck.claims.equality import Verifier
    from gradcheck.graph import Graph
    from gradcheck.syntax.tree import Exact

POINTS: Final = 12
ENOUGH: Final = POINTS // 2
"""Points without which nothing is explained."""
NEAR: Final = arb(10) ** -50
_PRECISION: Final = 256
_TRIES: Final = 120
_NOTHING: Final = arb(10) ** -60
_LARGEST: Final = arb(10) ** 30
"""Beyond this 256 bits do not tell sums from their largest term."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One point: node values, the right derivatives, and what is claimed."""

    values: Sequence[arb]
    locals: Sequence[Sequence[arb | None]]
    tangents: Sequence[arb]
    """The derivative of every node by the variable."""
    adjoints: Sequence[arb]
    """The derivative of the output by every node."""
    claimed: arb
    names: Mapping[str, arb]
    """What each name of the claim is worth."""
    point: Mapping[str, Exact]

    def local(self, child: int, position: int) -> arb:
        """The derivative of a node by one of its arguments, 0 where none flows: in a branch that is not taken."""
        row = self.locals[child]
        found = row[position] if position < len(row) else None
        return ZERO if found is None else found


class Scenes:
    """All points for one claim, with the graph they belong to. Use it inside ``arithmetic.working()``."""

    def __init__(self, verifier: Verifier, wrt: int) -> None:
        self.verifier = verifier
        self.arithmetic: Balls = shared(_PRECISION, hull=True)
        self.of = verifier.claim.target.of
        self.wrt = wrt
        self.view: Graph = verifier.views[self.of]
        self.at_one_point = bool(verifier.claim.is_number and verifier.at)
        """A number claimed at a given point: it shows less than a formula."""
        self.reached = {wrt, *self.view.affected(wrt)}
        self.needed = _needed(self.view, self.of)
        self.all: list[Scene] = []

    def find(self) -> bool:
        """Fill in the points at which claim and derivative exist; False where they are too few to explain anything.

        Both sides of every kink are among them: what a rule explains here, it may not explain beyond.
        """
        for tries, (point, inputs) in enumerate(self._candidates()):
            if len(self.all) >= POINTS or tries >= _TRIES or self.verifier.deadline.passed():
                break
            scene = self._scene(point, inputs)
            if scene is not None:
                self.all.append(scene)
        if len(self.all) < (1 if self.at_one_point or not self.view.inputs else ENOUGH):
            return False
        if not self.verifier.kinks.is_none and not self.at_one_point:
            self._both_sides()
        return True

    def _both_sides(self) -> None:
        """Add the points beside every kink that can be found."""
        kinks = self.verifier.kinks
        kinks.clear()
        for scene in self.all:
            kinks.see(self.verifier, scene.point)
        for point in itertools.islice(kinks.near(self.verifier), _TRIES):
            beside = self._scene(point, {name: self.arithmetic.number(value) for name, value in point.items()})
            if beside is not None and _is_sharp(beside.claimed) and _is_sharp(self.derivative(beside)):
                self.all.append(beside)

    @property
    def telling(self) -> Scene:
        """A point that is nothing special, at which claim and derivative differ and are not 0."""
        for scene in reversed(self.all):
            right = self.derivative(scene)
            sharp = _is_sharp(scene.claimed) and _is_sharp(right)
            if sharp and not (scene.claimed.overlaps(right) or scene.claimed.contains(0) or right.contains(0)):
                return scene
        return next((one for one in self.all if not one.claimed.overlaps(self.derivative(one))), self.all[-1])

    def everywhere(self, says: Callable[[Scene], arb]) -> bool:
        """Whether what ``says`` of a scene is what was claimed, at every one of them."""
        unit = self.verifier.claim.unit if self.at_one_point else None
        if unit is None:
            return agree((says(scene), scene.claimed) for scene in self.all)
        half = arb(fmpq(unit.numerator, 2 * unit.denominator))
        return all(abs(says(scene) - scene.claimed) <= half for scene in self.all)

    def consumers(self, node: int) -> list[tuple[int, int]]:
        """The nodes on the way to the output that a node goes into, each with the place at which it does."""
        arguments = self.view.arguments
        return [
            (child, place)
            for child in sorted(self.reached & self.needed)
            for place, argument in enumerate(arguments[child])
            if argument == node
        ]

    def derivative(self, scene: Scene) -> arb:
        """The true one."""
        return scene.tangents[self.of]

    def tangents(self, locals_: Sequence[Sequence[arb | None]], wrt: int) -> list[arb]:
        """The derivative of every node by one."""
        found = [ZERO] * (self.of + 1)
        for node in range(self.of + 1):
            found[node] = arb(1) if node == wrt else tangent(self.view, locals_, found, node)
        return found

    def names(self, values: Sequence[arb]) -> dict[str, arb]:
        """What each name of the claim is worth."""
        return self.verifier.environment(self.arithmetic, values)

    def name(self, node: int) -> str:
        """A node as it is called in reports."""
        return operand_text(self.view, node)[0]

    def said(self, message: str) -> str:
        """A number at one point can only be consistent with a mistake."""
        return f"consistent with this: {message}" if self.at_one_point else message

    def _candidates(self) -> Iterator[tuple[dict[str, Exact], dict[str, arb]]]:
        verifier, arithmetic = self.verifier, self.arithmetic
        if self.at_one_point:
            yield {}, {name: value.number(arithmetic) for name, value in verifier.at.items()}
            return
        points = spread(verifier.graph, verifier.declarations, verifier.at, verifier.seed)
        first = [] if verifier.counterexample is None else [dict(verifier.counterexample)]
        for point in itertools.chain(first, points):
            yield point, {name: arithmetic.number(value) for name, value in point.items()}

    def _scene(self, point: Mapping[str, Exact], inputs: Mapping[str, arb]) -> Scene | None:
        verifier, view = self.verifier, self.view
        actual, _, values = verifier.derivative(self.arithmetic, inputs)
        if actual is None or abs(values[view.output]) > _LARGEST or abs(actual) > _LARGEST:
            return None
        names = self.names(values)
        statement = verifier.claim.statement
        found = evaluate(statement, self.arithmetic, names)
        claimed = found[statement.output]
        if undefined_node(statement, found) is not None or not claimed.is_finite():
            return None
        if undefined_node(view, values) is not None:
            return None
        locals_ = self._locals(values)
        tangents = self.tangents(locals_, self.wrt)
        return Scene(values, locals_, tangents, self._adjoints(locals_), claimed, names, point)

    def _adjoints(self, locals_: Sequence[Sequence[arb | None]]) -> list[arb]:
        found = [ZERO] * (self.of + 1)
        found[self.of] = arb(1)
        for node in range(self.of, self.wrt, -1):
            if not found[node].is_zero():
                for argument, local in zip(self.view.arguments[node], locals_[node], strict=False):
                    if local is not None:
                        found[argument] = found[argument] + found[node] * local
        return found

    def _locals(self, values: Sequence[arb]) -> list[list[arb | None]]:
        view = self.view
        found: list[list[arb | None]] = []
        for node, operation in enumerate(view.operations[: self.of + 1]):
            tape = [values[argument] for argument in view.arguments[node]]
            found.append(
                []
                if operation is None or operation.boolean
                else [
                    None if rule is None else self.arithmetic.bind(rule)(*tape, values[node])
                    for rule in rules.rules_of(view, node)
                ]
            )
        return found


def agree(pairs: Iterable[tuple[arb, arb]]) -> bool:
    """Whether two balls can be one number in every pair, and are for certain in most."""
    certain = count = 0
    for one, other in pairs:
        if not one.is_finite() or not one.overlaps(other):
            return False
        count += 1
        certain += same(one, other)
    return 2 * certain > count


def tangent(view: Graph, locals_: Sequence[Sequence[arb | None]], tangents: Sequence[arb], node: int) -> arb:
    """The chain rule at one node."""
    total = ZERO
    for argument, local in zip(view.arguments[node], locals_[node], strict=False):
        if local is not None and not tangents[argument].is_zero():
            total = total + local * tangents[argument]
    return total


def same(one: arb, other: arb) -> bool:
    """Whether two balls are one number, for certain to 50 digits."""
    return bool(one.union(other).rad() <= NEAR * (abs(one) + abs(other)) or abs(one - other) < _NOTHING)


def _is_sharp(value: arb) -> bool:
    """Whether a ball close to a kink has kept its digits."""
    return bool(value.rad() <= NEAR * abs(value))


def _needed(view: Graph, output: int) -> set[int]:
    needed = {output}
    for node in range(output, -1, -1):
        if node in needed:
            needed.update(view.arguments[node])
    return needed
