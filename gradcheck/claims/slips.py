"""A slip of the pen: one change makes the wrong claim right, or leads from a right line to a wrong one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gradcheck.arithmetic.balls import NAN
from gradcheck.build import build
from gradcheck.claims.edits import Edit, bracketed, edits, hits
from gradcheck.claims.equality import Verifier
from gradcheck.claims.forest import Forest, Tree
from gradcheck.claims.notation import SLASH
from gradcheck.deadline import Deadline
from gradcheck.errors import GradcheckError
from gradcheck.forward import evaluate
from gradcheck.primitives.slips import SLIPS
from gradcheck.verdicts import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flint import arb

    from gradcheck.claims.scenes import Scene, Scenes
    from gradcheck.graph import Graph

LARGEST: Final = 400
"""Items of a claim beyond which no slip is sought."""
_MOST_LOOKED_AT: Final = 60
_MOST_CHECKED: Final = 8
_MOST_TOLD: Final = 3
_LONG: Final = 100
"""Characters beyond which a formula is cut in a message."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A change of the claim after which it is right, and the whole claim then."""

    kind: str
    old: str
    new: str
    right: str

    @property
    def name(self) -> str:
        return SLIPS[self.kind][0]

    def sentence(self) -> str:
        """What is said of the claim."""
        return SLIPS[self.kind][1].format(old=cut(self.old), new=cut(self.new))


def brackets(scenes: Scenes) -> Slip | None:
    """The claim with one pair of brackets more, less or elsewhere, where that makes it right; the shortest of them."""
    tree, target = _planted(scenes)
    if tree is None:
        return None
    found = sorted(hits(bracketed(tree), tree.forest, target), key=lambda one: len(tree.forest.text(one.node)))
    return next((_slip(tree, one) for one in _right(scenes, tree, found)), None)


def others(scenes: Scenes) -> list[Slip]:
    """Every other single change of the claim that makes it right, likely ones first; none where they are too many."""
    tree, target = _planted(scenes)
    if tree is None:
        return []
    found = list(hits(edits(tree, target), tree.forest, target))
    right = list(_right(scenes, tree, [one for one in found if not one.rare]))
    right = right or list(_right(scenes, tree, [one for one in found if one.rare]))
    distinct: dict[str, Slip] = {}
    for slip in (_slip(tree, one) for one in right):
        distinct.setdefault(slip.sentence(), slip)
    return list(distinct.values()) if len(distinct) <= _MOST_TOLD else []


def told(scenes: Scenes, slip: Slip, also: Sequence[str] = ()) -> Diagnosis:
    """A slip as a diagnosis."""
    message = slip.sentence()
    if slip.right not in {slip.new, slip.old} and len(slip.right) <= _LONG:
        message += f"; right is {slip.right}"
    if also:
        message += f" (or: {'; '.join(also)})"
    return Diagnosis(slip.name, scenes.name(scenes.of), message, slip.right)


# -- claims ---------------------------------------------------------------------------------------------------------


def _planted(scenes: Scenes) -> tuple[Tree | None, arb]:
    """The claim's own tree at a generic point, and what it should be worth there."""
    program = scenes.verifier.claim.program
    if scenes.at_one_point or scenes.verifier.rtol is not None or len(program.items) > LARGEST:
        return None, NAN
    scene = scenes.telling
    forest = Forest(scenes.arithmetic, known(scenes, scene, scene.names))
    return forest.plant(program), scenes.derivative(scene)


def known(scenes: Scenes, scene: Scene, names: Mapping[str, arb]) -> dict[str, arb]:
    """What the names of a claim are worth, and the function's variables."""
    return {**{name: scene.values[node] for name, node in scenes.view.inputs.items()}, **names}


def _right(scenes: Scenes, tree: Tree, found: Sequence[Edit]) -> Iterator[Edit]:
    """The changes that make the claim right: everywhere by a look at the points, then by a verdict like any other."""
    near = (one for one in found[:_MOST_LOOKED_AT] if _leads(scenes, tree.forest, one.node))
    return (one for one in itertools.islice(near, _MOST_CHECKED) if _is_right(scenes, tree, one))


def _leads(scenes: Scenes, forest: Forest, node: int) -> bool:
    statement = as_graph(forest, node)
    if statement is None:
        return False
    for scene in scenes.all:
        found = evaluate(statement, scenes.arithmetic, known(scenes, scene, scene.names))
        value, right = found[statement.output], scenes.derivative(scene)
        if value.is_finite() and not value.overlaps(right):
            return False
    return True


def _is_right(scenes: Scenes, tree: Tree, change: Edit) -> bool:
    """Whether the changed claim is correct, by the same verdict as any claim."""
    verifier = scenes.verifier
    if verifier.deadline.passed():
        return False
    claim = verifier.claim
    statement = as_graph(tree.forest, change.node)
    if statement is None:
        return False
    nodes = {**scenes.view.inputs, **claim.nodes}
    changed = replace(
        claim,
        statement=statement,
        nodes={name: nodes[name] for name in statement.inputs if name not in claim.derivatives},
        derivatives={name: one for name, one in claim.derivatives.items() if name in statement.inputs},
        unit=None,
    )
    again = Verifier(
        verifier.graph,
        changed,
        declarations=verifier.declarations,
        at=verifier.at,
        seed=verifier.seed,
        deadline=Deadline(verifier.deadline.left()),
    )
    return again.verify().verdict == "correct"


def as_graph(forest: Forest, node: int) -> Graph | None:
    """A node as a graph of its own; None where it breaks a rule of the language."""
    try:
        return build(forest.program(node), frozenset(forest.names))
    except GradcheckError:
        return None


def _slip(tree: Tree, change: Edit) -> Slip:
    old, new, right = (shown(tree.forest, node) for node in (change.old, change.new, change.node))
    return Slip(change.kind, old, new, right)


def shown(forest: Forest, node: int) -> str:
    """A node as its author would write it."""
    return forest.text(node).replace(SLASH, "/")


def cut(text: str) -> str:
    """A formula that is not too long for a sentence."""
    return text if len(text) <= _LONG else f"{text[:_LONG]} …"
