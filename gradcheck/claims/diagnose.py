"""Why a claim is wrong: one rule on one node (or two) is replaced by a wrong one, and what follows is compared with it.

The misconceptions that reproduce the claim at every point explain it; the simplest one wins. Since product rules mix
both arguments' derivatives, the sweep that is mutated here is the tangent sweep: it is the same chain rule, and what it
says at the output is the derivative by the one variable of the claim.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final

from flint import arb, fmpq

from gradcheck import rules
from gradcheck.arithmetic.balls import ZERO, Balls, shared
from gradcheck.claims.points import spread
from gradcheck.decimals import from_ball, text
from gradcheck.domain import undefined_node
from gradcheck.primitives.misconceptions import MISCONCEPTIONS, VARIABLES, WHOLE, Misconception
from gradcheck.results import ClaimResult, Diagnosis
from gradcheck.rules import Rule, operand_text
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import UNICODE, number_text, operation_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gradcheck.claims.equality import Verifier
    from gradcheck.graph import Graph
    from gradcheck.syntax.tree import Exact

_POINTS: Final = 12
_PRECISION: Final = 256
_TRIES: Final = 120
_NEAR: Final = arb(10) ** -50
_NOTHING: Final = arb(10) ** -60
_LARGEST_GRAPH: Final = 80
_MUTANTS_FOR_PAIRS: Final = 60
_MOST_LIKELY: Final = "inner derivative missing"
"""What is named first where several misconceptions fit (a lost constant inside is a lost inner derivative too)."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """One point: node values, local derivatives, right tangents, and what is claimed."""

    values: Sequence[arb]
    locals: Sequence[Sequence[arb | None]]
    tangents: Sequence[arb]
    claimed: arb
    variable: arb
    point: Mapping[str, Exact]


@dataclass(frozen=True, slots=True)
class _Mutant:
    node: int
    row: Misconception
    rule: Rule


def diagnose(verifier: Verifier, result: ClaimResult) -> ClaimResult:
    """A wrong claim with the misconception behind it, where one reproduces it; any other claim unchanged."""
    target = verifier.claim.target
    view = verifier.views[target.of]
    if result.verdict != "wrong" or target.wrt is None or len(view) > _LARGEST_GRAPH:
        return result
    arithmetic = shared(_PRECISION, hull=True)
    with arithmetic.working():
        scenes = _scenes(verifier, arithmetic)
        enough = 1 if _only_at_the_point(verifier) or not view.inputs else _POINTS // 2
        if len(scenes) < enough or all(scene.claimed.is_zero() for scene in scenes):
            return result  # too few points, or a claim of 0, which too many mistakes lead to
        found = _explain(verifier, view, scenes, arithmetic)
    return result if found is None else replace(result, diagnosis=found)


def _only_at_the_point(verifier: Verifier) -> bool:
    return bool(verifier.claim.is_number and verifier.at)


# -- scenes ---------------------------------------------------------------------------------------------------------


def _scenes(verifier: Verifier, arithmetic: Balls) -> list[_Scene]:
    """Points at which claim and derivative exist, ready for mutation."""
    target = verifier.claim.target
    assert target.wrt is not None
    view = verifier.views[target.of]
    found: list[_Scene] = []
    if _only_at_the_point(verifier):
        candidates: Iterator[tuple[dict[str, Exact], dict[str, arb]]] = iter(
            [({}, {name: value.number(arithmetic) for name, value in verifier.at.items()})]
        )
    else:
        points = spread(verifier.graph, verifier.declarations, verifier.at, verifier.seed)
        first = [] if verifier.counterexample is None else [dict(verifier.counterexample)]
        candidates = (
            (point, {name: arithmetic.number(value) for name, value in point.items()})
            for point in itertools.chain(first, points)
        )
    for tries, (point, inputs) in enumerate(candidates):
        if len(found) >= _POINTS or tries >= _TRIES or verifier.deadline.passed():
            break
        actual, _, values = verifier.derivative(arithmetic, inputs)
        if actual is None or _is_large(values[view.output]) or _is_large(actual):
            continue
        claimed = verifier.claimed(arithmetic, values)
        if claimed.is_finite() and undefined_node(view, values) is None:
            locals_ = _locals(view, arithmetic, values, target.of)
            tangents = _tangents(view, locals_, target.wrt, target.of)
            found.append(_Scene(values, locals_, tangents, claimed, values[target.wrt], point))
    return found


def _is_large(value: arb) -> bool:
    """Too large for 256 bits to tell sums from their largest term."""
    return bool(abs(value) > arb(10) ** 30)


def _locals(view: Graph, arithmetic: Balls, values: Sequence[arb], last: int) -> list[list[arb | None]]:
    found: list[list[arb | None]] = []
    for node, operation in enumerate(view.operations[: last + 1]):
        tape = [values[argument] for argument in view.arguments[node]]
        found.append(
            []
            if operation is None or operation.boolean
            else [
                None if rule is None else arithmetic.bind(rule)(*tape, values[node])
                for rule in rules.rules_of(view, node)
            ]
        )
    return found


def _tangents(view: Graph, locals_: Sequence[Sequence[arb | None]], wrt: int, last: int) -> list[arb]:
    tangents = [ZERO] * (last + 1)
    for node in range(last + 1):
        tangents[node] = arb(1) if node == wrt else _tangent(view, locals_, tangents, node)
    return tangents


def _tangent(view: Graph, locals_: Sequence[Sequence[arb | None]], tangents: Sequence[arb], node: int) -> arb:
    total = ZERO
    for argument, local in zip(view.arguments[node], locals_[node], strict=False):
        if local is not None and not tangents[argument].is_zero():
            total = total + local * tangents[argument]
    return total


# -- the search -----------------------------------------------------------------------------------------------------


def _explain(verifier: Verifier, view: Graph, scenes: Sequence[_Scene], arithmetic: Balls) -> Diagnosis | None:
    mutants = sorted(_mutants(verifier, view), key=lambda mutant: mutant.row.name != _MOST_LIKELY)
    singles = [mutant for mutant in mutants if _reproduces(verifier, view, scenes, arithmetic, (mutant,))]
    if singles:
        return _told(verifier, view, singles)
    if _everywhere(scenes, lambda scene: scene.values[view.output], verifier):
        return Diagnosis("the function itself", _name(view, view.output), _said(WHOLE["the function itself"], verifier))
    whole = _whole(verifier, view, scenes, arithmetic)
    if whole is not None:
        return whole
    if len(scenes) > 1 and len(mutants) <= _MUTANTS_FOR_PAIRS:
        for position, first in enumerate(mutants):
            if verifier.deadline.passed():
                return None
            for second in mutants[position + 1 :]:
                if first.node != second.node and _reproduces(verifier, view, scenes, arithmetic, (first, second)):
                    one, two = _message(verifier, view, first), _message(verifier, view, second)
                    name = (
                        first.row.name if first.row.name == second.row.name else f"{first.row.name}; {second.row.name}"
                    )
                    return Diagnosis(name, _name(view, first.node), _said(f"{one}; and {two}", verifier))
    return None


def _mutants(verifier: Verifier, view: Graph) -> Iterator[_Mutant]:
    """Every misconception on every node between the variable and the output, specific rows first."""
    target = verifier.claim.target
    assert target.wrt is not None
    reached = {target.wrt, *view.affected(target.wrt)}
    needed = _needed(view, target.of)
    for generic in (False, True):
        for node in sorted(reached & needed):
            operation = view.operations[node]
            if operation is None or operation.boolean or node == target.wrt:
                continue
            varying = [argument in reached for argument in view.arguments[node]]
            unary = len(varying) == 1 or (operation.name in {"**", "root"} and not varying[1])
            for row in MISCONCEPTIONS:
                is_generic = row.primitives == ("unary",)
                if is_generic != generic or not (operation.name in row.primitives or (is_generic and unary)):
                    continue
                if _fits(row, varying, inner=view.arguments[node][0] != target.wrt):
                    yield _Mutant(node, row, _rule(row))


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


def _needed(view: Graph, output: int) -> set[int]:
    needed = {output}
    for node in range(output, -1, -1):
        if node in needed:
            needed.update(view.arguments[node])
    return needed


@cache
def _rule(row: Misconception) -> Rule:
    return rules.rule_of(parse(row.tangent, frozenset(VARIABLES)), VARIABLES)


def _reproduces(
    verifier: Verifier, view: Graph, scenes: Sequence[_Scene], arithmetic: Balls, mutants: Sequence[_Mutant]
) -> bool:
    by_node = {mutant.node: mutant.rule for mutant in mutants}
    first = min(by_node)
    output = verifier.claim.target.of
    wrt = verifier.claim.target.wrt

    def mutated(scene: _Scene) -> arb:
        tangents = list(scene.tangents)
        for node in range(first, output + 1):
            rule = by_node.get(node)
            if rule is not None:
                tangents[node] = _wrong_tangent(view, arithmetic, scene, tangents, node, rule)
            elif node != wrt and view.operations[node] is not None:
                tangents[node] = _tangent(view, scene.locals, tangents, node)
        return tangents[output]

    return _everywhere(scenes, mutated, verifier)


def _wrong_tangent(
    view: Graph, arithmetic: Balls, scene: _Scene, tangents: Sequence[arb], node: int, rule: Rule
) -> arb:
    arguments = view.arguments[node]
    first, last = arguments[0], arguments[-1]
    locals_ = scene.locals[node]
    return arithmetic.bind(rule)(
        scene.values[first],
        scene.values[last],
        scene.values[node],
        tangents[first],
        tangents[last],
        ZERO if locals_[0] is None else locals_[0],
        ZERO if locals_[-1] is None else locals_[-1],
        scene.variable,
    )


def _everywhere(scenes: Sequence[_Scene], says: object, verifier: Verifier) -> bool:
    """Whether what ``says`` of a scene is what was claimed, at every one of them."""
    assert callable(says)
    unit = verifier.claim.unit if _only_at_the_point(verifier) else None
    certain = 0
    for scene in scenes:
        value = says(scene)
        if not value.is_finite():
            return False
        gap = abs(value - scene.claimed)
        if unit is not None:
            if not gap <= arb(fmpq(unit.numerator, 2 * unit.denominator)):
                return False
        elif not value.overlaps(scene.claimed):
            return False
        elif value.union(scene.claimed).rad() <= _NEAR * (abs(value) + abs(scene.claimed)) or gap < _NOTHING:
            certain += 1
    return unit is not None or 2 * certain > len(scenes)


# -- the claim as a whole -------------------------------------------------------------------------------------------


def _whole(verifier: Verifier, view: Graph, scenes: Sequence[_Scene], arithmetic: Balls) -> Diagnosis | None:
    output = verifier.claim.target.of
    name = _name(view, output)
    if _everywhere(scenes, lambda scene: -scene.tangents[output], verifier):
        return Diagnosis("negated", name, _said(WHOLE["negated"], verifier))
    for other, node in view.inputs.items():
        if node != verifier.claim.target.wrt:
            tangents = {id(scene): _tangents(view, scene.locals, node, output)[output] for scene in scenes}
            if _everywhere(scenes, lambda scene, known=tangents: known[id(scene)], verifier):
                wrt = view.names.get(verifier.claim.target.wrt or 0, "")
                return Diagnosis(
                    "another variable", name, _said(WHOLE["another variable"].format(other=other, wrt=wrt), verifier)
                )
    if _only_at_the_point(verifier) or len(scenes) < _POINTS // 2:
        return None
    if _second_derivative(verifier, scenes, arithmetic):
        return Diagnosis("second derivative", name, _said(WHOLE["second derivative"], verifier))
    if _integrated(verifier, scenes, arithmetic):
        return Diagnosis("integrated", name, _said(WHOLE["integrated"], verifier))
    factor = _constant(
        [scene.claimed / scene.tangents[output] for scene in scenes if not scene.tangents[output].contains(0)]
    )
    if factor is not None and factor != "1":
        return Diagnosis("constant factor", name, _said(WHOLE["constant factor"].format(factor=factor), verifier))
    term = _constant([scene.claimed - scene.tangents[output] for scene in scenes])
    if term is not None and term != "0":
        return Diagnosis("constant term", name, _said(WHOLE["constant term"].format(term=term), verifier))
    return None


def _constant(values: Sequence[arb]) -> str | None:
    """The one number that all values are, as a fraction where it is a simple one."""
    if len(values) < _POINTS // 2 or not all(value.is_finite() for value in values):
        return None
    first = values[0]
    if not all(abs(value - first) <= _NEAR * abs(first) for value in values):
        return None
    simple = Fraction(from_ball(first, 30)).limit_denominator(1000)
    if abs(first - arb(fmpq(simple.numerator, simple.denominator))) <= _NEAR * abs(first):
        return number_text(simple if simple.denominator > 1 else simple.numerator)[0]
    return text(from_ball(first))


def _shifted(verifier: Verifier, scene: _Scene, arithmetic: Balls, sign: int) -> tuple[arb, arb] | None:
    """Derivative and claim at a point moved a little along the variable."""
    wrt = verifier.graph.names.get(verifier.claim.target.wrt or 0, "")
    if wrt not in scene.point:
        return None
    inputs = {name: arithmetic.number(value) for name, value in scene.point.items()}
    inputs[wrt] = inputs[wrt] + sign * _STEP
    actual, _, values = verifier.derivative(arithmetic, inputs)
    return None if actual is None else (actual, verifier.claimed(arithmetic, values))


_STEP: Final = arb(2) ** -80


def _second_derivative(verifier: Verifier, scenes: Sequence[_Scene], arithmetic: Balls) -> bool:
    return _matches_slope(verifier, scenes, arithmetic, of=0, says=lambda scene: scene.claimed)


def _integrated(verifier: Verifier, scenes: Sequence[_Scene], arithmetic: Balls) -> bool:
    output = verifier.claim.target.of
    return _matches_slope(verifier, scenes, arithmetic, of=1, says=lambda scene: scene.values[output])


def _matches_slope(verifier: Verifier, scenes: Sequence[_Scene], arithmetic: Balls, *, of: int, says: object) -> bool:
    """Whether the central slope of the derivative (0) or of the claim (1) is what ``says`` of each scene."""
    assert callable(says)
    if all(says(scene).is_zero() for scene in scenes):
        return False  # 0 is the slope of anything constant
    for scene in scenes:
        above, below = (_shifted(verifier, scene, arithmetic, sign) for sign in (1, -1))
        if above is None or below is None:
            return False
        slope = (above[of] - below[of]) / (2 * _STEP)
        expected = says(scene)
        size = abs(slope) + abs(expected) + arb(10) ** -10 * (abs(above[of]) + abs(below[of]))
        if not slope.is_finite() or not abs(slope - expected) <= arb(10) ** -30 * size:
            return False
    return True


# -- words ----------------------------------------------------------------------------------------------------------


def _told(verifier: Verifier, view: Graph, mutants: Sequence[_Mutant]) -> Diagnosis:
    """The first of the mutants that fit; where others fit as well, that is said."""
    first = mutants[0]
    others = []
    for other in mutants[1:]:
        label = f"{other.row.name} at node {_name(view, other.node)}"
        if (other.row.name, other.node) != (first.row.name, first.node) and label not in others:
            others.append(label)
    message = _said(_message(verifier, view, first), verifier)
    if others:
        message += f" (or: {'; '.join(others[:3])})"
    return Diagnosis(first.row.name, _name(view, first.node), message)


def _message(verifier: Verifier, view: Graph, mutant: _Mutant) -> str:
    node = mutant.node
    operation = view.operations[node]
    assert operation is not None
    operands = [operand_text(view, argument, UNICODE) for argument in view.arguments[node]]
    shown = f"{_name(view, node)} = {operation_text(operation.name, operands, UNICODE)[0]}"
    found = rules.rules_of(view, node)
    reached = {verifier.claim.target.wrt, *view.affected(verifier.claim.target.wrt or 0)}
    position = next((p for p, argument in enumerate(view.arguments[node]) if argument in reached), 0)
    rule = found[position]
    argument = view.arguments[node][position]
    right = ""
    if rule is not None:
        right = f"∂{_name(view, node)}/∂{_name(view, argument)} = {rules.written_at(view, node, rule, UNICODE)}"
    return mutant.row.sentence.format(node=shown, right=right, inner=_inner(verifier, view, argument))


def _inner(verifier: Verifier, view: Graph, argument: int) -> str:
    """The inner derivative as text, written out where it is one local derivative."""
    wrt = verifier.claim.target.wrt
    head = f"∂{_name(view, argument)}/∂{_name(view, wrt or 0)}"
    positions = [p for p, parent in enumerate(view.arguments[argument]) if parent == wrt]
    reached = {wrt, *view.affected(wrt or 0)}
    direct = len(positions) == 1 and sum(parent in reached for parent in view.arguments[argument]) == 1
    rule = rules.rules_of(view, argument)[positions[0]] if direct else None
    return head if rule is None else f"{head} = {rules.written_at(view, argument, rule, UNICODE)}"


def _name(view: Graph, node: int) -> str:
    return operand_text(view, node)[0]


def _said(message: str, verifier: Verifier) -> str:
    """A number at one point shows less than a formula: it can only be consistent with a mistake."""
    return f"consistent with this: {message}" if _only_at_the_point(verifier) else message
