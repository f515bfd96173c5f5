"""Another function that was meant: with one operation of the graph replaced by another, the claim is right."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from gradcheck.arithmetic.balls import NAN
from gradcheck.claims.edits import is_close
from gradcheck.claims.equality import Verifier
from gradcheck.claims.sweeps import shown
from gradcheck.deadline import Deadline
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.primitives.slips import OTHER_OPERATION
from gradcheck.verdicts import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flint import arb

    from gradcheck.claims.scenes import Scenes
    from gradcheck.graph import Graph

_OPERATIONS: Final = ("+", "-", "*", "/", "**")
_LARGEST_GRAPH: Final = 40
_LARGEST_EXPONENT: Final = 100


def other(scenes: Scenes) -> Diagnosis | None:
    """The claim as the right derivative of a function with one other operation; None where several fit."""
    verifier = scenes.verifier
    if scenes.at_one_point or len(scenes.view) > _LARGEST_GRAPH:
        return None
    found: list[tuple[int, Graph]] = []
    for node, graph in _variants(scenes):
        if verifier.deadline.passed():
            return None
        meant = Verifier(
            graph,
            verifier.claim,
            declarations=verifier.declarations,
            at=verifier.at,
            seed=verifier.seed,
            rtol=verifier.rtol,
            deadline=Deadline(verifier.deadline.left()),
        )
        if _is_near(scenes, meant) and meant.verify().verdict == "correct":
            found.append((node, graph))
    if len(found) != 1:
        return None
    node, graph = found[0]
    name, sentence = OTHER_OPERATION
    message = sentence.format(meant=shown(scenes, node, graph), node=shown(scenes, node))
    return Diagnosis(name, scenes.name(node), message)


def _variants(scenes: Scenes) -> Iterator[tuple[int, Graph]]:
    graph = scenes.verifier.graph
    for node in sorted(scenes.needed):
        operation = graph.operations[node]
        if operation is None or operation.name not in _OPERATIONS or not graph.varies[node]:
            continue
        for name in _OPERATIONS:
            exponent = Fraction(graph.numbers.get(graph.arguments[node][1], 0))
            if name != operation.name and not (name == "**" and abs(exponent) > _LARGEST_EXPONENT):
                operations = list(graph.operations)
                operations[node] = PRIMITIVES[name]
                yield node, replace(graph, operations=operations)


def _is_near(scenes: Scenes, meant: Verifier) -> bool:
    """Whether the claim is right at one generic point."""
    scene = scenes.telling
    inputs = {name: scenes.arithmetic.number(value) for name, value in scene.point.items()}
    actual, _, values = meant.derivative(scenes.arithmetic, inputs)
    claimed: arb = NAN if actual is None else meant.claimed(scenes.arithmetic, values)
    return actual is not None and is_close(claimed, actual)
