"""Every kink of function and claim must be seen from both sides, or proved to lie on one: here they are counted.

An argument of abs, relu, max, where … that has shown one sign only is solved for: points on the other side are sought
at magnitudes up to 1e12 and by bisection; failing that, a sign analysis may prove that none exists.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from gradcheck import rules
from gradcheck.arithmetic.balls import Balls
from gradcheck.arithmetic.floats import Floats
from gradcheck.claims.signs import signs
from gradcheck.forward import evaluate
from gradcheck.rules import operand_text
from gradcheck.syntax.printing import operation_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gradcheck.claims.claim import Claim
    from gradcheck.claims.equality import Verifier
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.rules import Rule
    from gradcheck.syntax.tree import Exact

_SIDED: Final = frozenset(
    (
        "abs",
        "sign",
        "heaviside",
        "max",
        "min",
        "relu",
        "leaky_relu",
        "leaky_relu_slope",
        "<",
        "<=",
        ">",
        ">=",
        "==",
        "!=",
    )
)
"""Primitives that behave differently on the two sides of a zero; floor and ceil have the same derivative on both."""
_SEARCHES: Final = 240


class Kinks:
    """The kinks of a function and of a claim about it, and the signs that their places have shown."""

    def __init__(
        self, view: Graph, claim: Claim, views: Mapping[int, Graph], declarations: Mapping[str, Declaration]
    ) -> None:
        self.assumed = {name: one.sign() for name, one in declarations.items() if one.sign()}
        self.view = view
        self.claim = claim
        of_function = [("function", node, rule) for node, rule in _places(view, view.output)]
        for graph in views.values():
            if graph is not view:
                of_function += [
                    ("function", node, rule)
                    for node, rule in _places(graph, graph.output)
                    if ("function", node, rule) not in of_function
                ]
        of_claim = [("claim", node, rule) for node, rule in _places(claim.statement, claim.statement.output)]
        self.places: list[tuple[str, int, Rule]] = [*of_function, *of_claim]
        self.seen: list[set[int]] = []
        self.clear()

    def clear(self) -> None:
        """Forget what was seen."""
        self.seen = [set() for _ in self.places]

    def see(self, verifier: Verifier, point: Mapping[str, Exact]) -> None:
        """Record the sign of every kink's place at a point where claim and derivative agree."""
        if not self.places:
            return
        arithmetic = Balls(256)
        with arithmetic.working():
            inputs = {name: arithmetic.number(value) for name, value in point.items()}
            values = evaluate(self.view, arithmetic, inputs)
            environment = {name: values[node] for name, node in self.claim.nodes.items()}
            for name, derivative in self.claim.derivatives.items():
                environment[name] = verifier._swept(arithmetic, values, derivative)[0]  # noqa: SLF001 - two halves of one search
            stated = evaluate(self.claim.statement, arithmetic, environment)
            for position, (owner, node, rule) in enumerate(self.places):
                graph, known = (self.view, values) if owner == "function" else (self.claim.statement, stated)
                tape = [known[argument] for argument in graph.arguments[node]]
                place = arithmetic.bind(rule)(*tape, known[node])
                if place > 0:
                    self.seen[position].add(1)
                elif place < 0:
                    self.seen[position].add(-1)

    def unseen(self, verifier: Verifier) -> Iterator[dict[str, Exact]]:
        """Points on the sides of kinks that have not been seen, as far as they can be found."""
        for position, (owner, node, rule) in enumerate(self.places):
            if len(self.seen[position]) == 1 and not self._proved(owner, node, rule):
                yield from _search(verifier, self.claim, self.view, owner, node, rule, next(iter(self.seen[position])))

    def still_unseen(self) -> str:
        """The first kink that was seen on one side only and may have another, as text; empty where there is none."""
        for position, (owner, node, rule) in enumerate(self.places):
            if len(self.seen[position]) < 2 and not self._proved(owner, node, rule):
                graph = self.view if owner == "function" else self.claim.statement
                operation = graph.operations[node]
                assert operation is not None
                operands = [operand_text(graph, argument) for argument in graph.arguments[node]]
                return f"{operation_text(operation.name, operands)[0]} in the {owner}"
        return ""

    def _proved(self, owner: str, node: int, rule: Rule) -> bool:
        """Whether the place of a kink cannot have the other sign, whatever the variables are."""
        graph = self.view if owner == "function" else self.claim.statement
        place = signs(graph, self._assumed(owner))
        arguments = [place[argument] for argument in graph.arguments[node]]
        if len(arguments) == 1 or rule.graph.operations[rule.graph.output] is None:
            return bool(arguments[0])
        if not graph.varies[graph.arguments[node][0]] and not graph.varies[graph.arguments[node][1]]:
            return True
        first, second = arguments[0], arguments[1]
        zero = [graph.numbers.get(argument) == 0 for argument in graph.arguments[node][:2]]
        if zero[1]:
            return bool(first)
        if zero[0]:
            return bool(second)
        return ("+" in first and "-" in second) or ("-" in first and "+" in second)

    def _assumed(self, owner: str) -> dict[str, str]:
        """The signs of variables that declarations give."""
        names = self.view.inputs if owner == "function" else self.claim.nodes
        return {name: self.assumed[name] for name in names if name in self.assumed}


def _places(graph: Graph, output: int) -> list[tuple[int, Rule]]:
    """The sided primitives that the output depends on, with the text that is zero at their kink."""
    needed = bytearray(len(graph))
    needed[output] = 1
    found = []
    for node in range(output, -1, -1):
        if not needed[node]:
            continue
        for argument in graph.arguments[node]:
            needed[argument] = 1
        operation = graph.operations[node]
        if operation is not None and operation.name in _SIDED and graph.varies[node]:
            found += [(node, rule) for _, rule in rules.breaks(operation)]
    return found


def _search(
    verifier: Verifier, claim: Claim, view: Graph, owner: str, node: int, rule: Rule, seen: int
) -> Iterator[dict[str, Exact]]:
    """Points at which the place of a kink has the sign that was not seen."""
    floats = Floats()
    place = floats.bind(rule)
    generator = random.Random(f"{verifier.seed}:{node}")  # noqa: S311 - reproducible points, not secrets

    def sign_at(point: Mapping[str, float]) -> float:
        values = evaluate(view, floats, point)
        graph, known = view, values
        if owner == "claim":
            if claim.derivatives:
                return math.nan
            known = evaluate(claim.statement, floats, {name: values[index] for name, index in claim.nodes.items()})
            graph = claim.statement
        tape = [known[argument] for argument in graph.arguments[node]]
        try:
            return float(place(*tape, known[node]))
        except floats.errors:
            return math.nan

    found = 0
    inside: dict[str, float] | None = None
    for turn in range(_SEARCHES):
        point = {}
        for name in verifier.graph.inputs:
            reach = 3 if turn < _SEARCHES // 3 else 12
            value = generator.choice((-1, 1)) * 10 ** generator.uniform(-reach, reach)
            point[name] = value
        value = sign_at(point)
        if value * seen > 0:
            inside = point
        if value * seen < 0:
            for shrunk in _towards(inside, point, sign_at, seen):
                exact: dict[str, Exact] = {name: Fraction(number) for name, number in shrunk.items()}
                if all(
                    name not in verifier.declarations or verifier.declarations[name].allows(number)
                    for name, number in exact.items()
                ):
                    found += 1
                    yield exact
            if found >= 4:
                return


def _towards(
    inside: dict[str, float] | None,
    outside: dict[str, float],
    sign_at: Callable[[Mapping[str, float]], float],
    seen: int,
) -> Iterator[dict[str, float]]:
    """A round point near the one found, and one close beyond the kink by bisection between the two sides."""
    for digits in (1, 2, 4):
        tidy = {name: float(f"{value:.{digits}g}") for name, value in outside.items()}
        if sign_at(tidy) * seen < 0:
            yield tidy
            break
    if inside is None:
        return
    near, far = dict(inside), dict(outside)
    for _ in range(60):
        middle = {name: (near[name] + far[name]) / 2 for name in near}
        if sign_at(middle) * seen > 0:
            near = middle
        else:
            far = middle
    beyond = {name: far[name] + (outside[name] - far[name]) * 1e-3 for name in far}
    if sign_at(beyond) * seen < 0:
        yield beyond
