"""Mutated sweeps: one rule on one node (or two) is replaced by a wrong one, and the result is compared.

Since product rules mix both arguments' derivatives, the rules that are mutated are those of the tangent sweep: it is
the same chain rule. What a wrong tangent changes at its node reaches the output times the node's adjoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from gradcheck import rules
from gradcheck.arithmetic.balls import ZERO
from gradcheck.primitives.misconceptions import MISCONCEPTIONS, VARIABLES, Misconception
from gradcheck.rules import Rule, operand_text
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import UNICODE, operation_text
from gradcheck.verdicts import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flint import arb

    from gradcheck.claims.scenes import Scene, Scenes
    from gradcheck.graph import Graph

_FOR_PAIRS: Final = 60
"""Mutants up to which two of them are combined."""
_FIRST: Final = "inner derivative missing"
"""What is named first where several misconceptions fit (a lost constant inside is a lost inner derivative too)."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong rule on one node."""

    node: int
    row: Misconception
    rule: Rule


def mutants(scenes: Scenes) -> list[Mutant]:
    """Every misconception on every node between the variable and the output, the likely ones first."""
    found = _mutants(scenes)
    return sorted(found, key=lambda mutant: 0 if mutant.row.name == _FIRST else 2 if _is_far(scenes, mutant) else 1)


def fitting(scenes: Scenes, candidates: Sequence[Mutant]) -> list[Mutant]:
    """Those that alone reproduce the claim."""
    return [mutant for mutant in candidates if _alone(scenes, mutant)]


def pair(scenes: Scenes, candidates: Sequence[Mutant]) -> Diagnosis | None:
    """Two misconceptions on two nodes that reproduce the claim together."""
    if len(scenes.all) == 1 or len(candidates) > _FOR_PAIRS:
        return None
    for position, one in enumerate(candidates):
        if scenes.verifier.deadline.passed():
            return None
        for other in candidates[position + 1 :]:
            first, second = (one, other) if one.node < other.node else (other, one)
            if one.node != other.node and _together(scenes, first, second):
                names = dict.fromkeys((first.row.name, second.row.name))
                message = f"{_message(scenes, first)}; and {_message(scenes, second)}"
                return Diagnosis("; ".join(names), scenes.name(first.node), scenes.said(message))
    return None


def told(scenes: Scenes, found: Sequence[Mutant], also: Sequence[str] = ()) -> Diagnosis:
    """The first of the mutants that fit; where others fit ``also``, that is said."""
    first = found[0]
    others = []
    for other in found[1:]:
        label = f"{other.row.name} at node {scenes.name(other.node)}"
        if (other.row.name, other.node) != (first.row.name, first.node) and label not in others:
            others.append(label)
    message = scenes.said(_message(scenes, first))
    if others or also:
        message += f" (or: {'; '.join([*others[:3], *also])})"
    return Diagnosis(first.row.name, scenes.name(first.node), message)


# -- the search -----------------------------------------------------------------------------------------------------


def _mutants(scenes: Scenes) -> Iterator[Mutant]:
    view, reached = scenes.view, scenes.reached
    for generic in (False, True):
        for node in sorted(reached & scenes.needed):
            operation = view.operations[node]
            if operation is None or operation.boolean or node == scenes.wrt:
                continue
            varying = [argument in reached for argument in view.arguments[node]]
            unary = len(varying) == 1 or (operation.name in {"**", "root"} and not varying[1])
            for row in MISCONCEPTIONS:
                is_generic = row.primitives == ("unary",)
                if is_generic != generic or not (operation.name in row.primitives or (is_generic and unary)):
                    continue
                if _fits(row, varying, inner=view.arguments[node][0] != scenes.wrt):
                    yield Mutant(node, row, _rule(row))


def _fits(row: Misconception, varying: Sequence[bool], *, inner: bool) -> bool:
    match row.needs:
        case "inner":
            return inner and varying[0]
        case "varying":
            return all(varying[:2])
        case "constant u":
            return not varying[0] and varying[1]
        case "constant v":
            return varying[0] and not varying[1]
        case _:
            return varying[0]


def _is_far(scenes: Scenes, mutant: Mutant) -> bool:
    """Whether the constant that is said to be kept is another variable: few take that for a number."""
    if not mutant.row.name.startswith("constant ") or mutant.row.needs not in {"constant u", "constant v"}:
        return False
    position = 0 if mutant.row.needs == "constant u" else 1
    return bool(scenes.view.varies[scenes.view.arguments[mutant.node][position]])


@cache
def _rule(row: Misconception) -> Rule:
    return rules.rule_of(parse(row.tangent, frozenset(VARIABLES)), VARIABLES)


def _difference(scenes: Scenes, scene: Scene, mutant: Mutant, moved: Sequence[arb] | None = None) -> arb:
    """Wrong minus right tangent of the mutant's node, where the tangents of its arguments are ``moved`` or right."""
    arguments, locals_ = scenes.view.arguments[mutant.node], scene.locals[mutant.node]
    first, last = arguments[0], arguments[-1]
    tangents = [scene.tangents[one] for one in (first, last)]
    right = scene.tangents[mutant.node]
    if moved is not None:
        tangents = [one + moved[at] for one, at in zip(tangents, (first, last), strict=True)]
        right = right + moved[mutant.node]
    wrong: arb = scenes.arithmetic.bind(mutant.rule)(
        scene.values[first],
        scene.values[last],
        scene.values[mutant.node],
        *tangents,
        ZERO if locals_[0] is None else locals_[0],
        ZERO if locals_[-1] is None else locals_[-1],
        scene.values[scenes.wrt],
    )
    return wrong - right


def _alone(scenes: Scenes, mutant: Mutant) -> bool:
    """Whether one mutant leads to the claim: what it changes at its node is carried on by the chain rule."""
    return scenes.everywhere(
        lambda scene: scenes.derivative(scene) + scene.adjoints[mutant.node] * _difference(scenes, scene, mutant)
    )


def _together(scenes: Scenes, first: Mutant, second: Mutant) -> bool:
    """Whether two do, the second one (further on) with what the first one makes of its arguments."""

    def mutated(scene: Scene) -> arb:
        change = _difference(scenes, scene, first)
        found = scenes.derivative(scene) + scene.adjoints[first.node] * change
        behind = scenes.tangents(scene.locals, first.node)
        moved = [change * one for one in behind]
        return found + scene.adjoints[second.node] * _difference(scenes, scene, second, moved)

    return scenes.everywhere(mutated)


@dataclass(frozen=True, slots=True)
class Place:
    """One of several places where a node is used: it goes into ``child`` as the argument number ``position``."""

    node: int
    child: int
    position: int


def at_one_place(scenes: Scenes, candidates: Sequence[Mutant]) -> Diagnosis | None:
    """One wrong rule that was applied at one place only, where the node (or what is made of it) is used at several."""
    found = [
        (mutant, place)
        for place in _places(scenes)
        for mutant in candidates
        if mutant.node <= place.node and _here(scenes, mutant, place)
    ]
    if not found:
        return None
    mutant, place = found[0]
    where = f"{_message(scenes, mutant)} (only where {scenes.name(place.node)} is used in {shown(scenes, place.child)})"
    others = dict.fromkeys(
        f"{other.row.name} at node {scenes.name(other.node)}" for other, _ in found[1:] if other.row is not mutant.row
    )
    also = f" (or: {'; '.join(list(others)[:3])})" if others else ""
    return Diagnosis(mutant.row.name, scenes.name(mutant.node), scenes.said(where) + also)


def _places(scenes: Scenes) -> Iterator[Place]:
    for node in sorted(scenes.reached & scenes.needed):
        consumers = scenes.consumers(node)
        if node != scenes.wrt and len(consumers) > 1:
            for child, position in consumers:
                yield Place(node, child, position)


def _here(scenes: Scenes, mutant: Mutant, place: Place) -> bool:
    def mutated(scene: Scene) -> arb:
        change = _difference(scenes, scene, mutant)
        if mutant.node != place.node:
            change = change * scenes.tangents(scene.locals, mutant.node)[place.node]
        return (
            scenes.derivative(scene) + scene.adjoints[place.child] * scene.local(place.child, place.position) * change
        )

    return scenes.everywhere(mutated)


# -- words ----------------------------------------------------------------------------------------------------------


def shown(scenes: Scenes, node: int, graph: Graph | None = None) -> str:
    """A node with its operation (in another graph than the claim's, if one is given): f = sin(a)."""
    view = graph or scenes.view
    operation = view.operations[node]
    if operation is None:
        return scenes.name(node)
    operands = [operand_text(view, argument, UNICODE) for argument in view.arguments[node]]
    return f"{scenes.name(node)} = {operation_text(operation.name, operands, UNICODE)[0]}"


def _message(scenes: Scenes, mutant: Mutant) -> str:
    node, view = mutant.node, scenes.view
    arguments = view.arguments[node]
    position = next((p for p, argument in enumerate(arguments) if argument in scenes.reached), 0)
    rule = rules.rules_of(view, node)[position]
    argument = arguments[position]
    right = ""
    if rule is not None:
        right = f"∂{scenes.name(node)}/∂{scenes.name(argument)} = {rules.written_at(view, node, rule, UNICODE)}"
    return mutant.row.sentence.format(node=shown(scenes, node), right=right, inner=_inner(scenes, argument))


def _inner(scenes: Scenes, argument: int) -> str:
    """The inner derivative as text, written out where it is one local derivative."""
    view, wrt = scenes.view, scenes.wrt
    head = f"∂{scenes.name(argument)}/∂{scenes.name(wrt)}"
    positions = [p for p, parent in enumerate(view.arguments[argument]) if parent == wrt]
    direct = len(positions) == 1 and sum(parent in scenes.reached for parent in view.arguments[argument]) == 1
    rule = rules.rules_of(view, argument)[positions[0]] if direct else None
    return head if rule is None else f"{head} = {rules.written_at(view, argument, rule, UNICODE)}"
