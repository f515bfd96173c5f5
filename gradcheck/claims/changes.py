"""From one line of a derivation to the next: the one change that makes a wrong line of a right one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from gradcheck.arithmetic.balls import NAN
from gradcheck.claims.edits import Edit, bracketed, edits, factors_dropped, hits, is_close, terms_dropped
from gradcheck.claims.equality import Verifier
from gradcheck.claims.forest import Forest
from gradcheck.claims.scenes import agree
from gradcheck.claims.slips import LARGEST, as_graph, cut, known, shown
from gradcheck.domain import undefined_node
from gradcheck.forward import evaluate
from gradcheck.primitives.slips import SLIPS
from gradcheck.verdicts import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flint import arb

    from gradcheck.claims.claim import Claim
    from gradcheck.claims.forest import Tree
    from gradcheck.claims.scenes import Scene, Scenes

_MOST_CHECKED = 8
_MOST_TOLD = 2
_LIKELY = {kind: place for place, kind in enumerate(("sign", "term", "factor", "exponent", "number", "function"))}
"""Where the next line is written differently, what is thought of first."""


def change(scenes: Scenes, before: Claim) -> Diagnosis | None:
    """What changed between a line and the claim that follows it, if it is one thing; the written change wins."""
    verifier = scenes.verifier
    if scenes.at_one_point or max(len(before.program.items), len(verifier.claim.program.items)) > LARGEST:
        return None
    earlier = Verifier(verifier.graph, before, declarations=verifier.declarations, deadline=verifier.deadline)

    def names(scene: Scene) -> dict[str, arb]:
        return known(scenes, scene, {**scene.names, **earlier.environment(scenes.arithmetic, scene.values)})

    scene = scenes.telling
    forest = Forest(scenes.arithmetic, names(scene))
    old, new = forest.plant(before.program), forest.plant(verifier.claim.program)
    if is_close(forest.values[old.node], scene.claimed):
        return None  # nothing changed
    found = list(hits(_forward(old, scene.claimed), forest, scene.claimed))
    written = [one for one in found if one.node == new.node]
    found = written or sorted(found, key=lambda one: (one.rare, _LIKELY.get(one.kind, len(_LIKELY))))
    everywhere = [names(one) for one in scenes.all]

    def leads(one: Edit, values: Sequence[arb]) -> bool:
        found = [_worth(scenes, forest, one.node, given) for given in everywhere]
        return agree(zip(found, values, strict=True))

    claimed = [scene.claimed for scene in scenes.all]
    fitting = [one for one in found[:_MOST_CHECKED] if leads(one, claimed)]
    if not fitting:
        added = hits(_backward(new), forest, forest.values[old.node])
        right = [_worth(scenes, forest, old.node, given) for given in everywhere]
        fitting = [_reversed(one) for one in itertools.islice(added, _MOST_CHECKED) if leads(one, right)]
    return _told(scenes, forest, fitting, (old.node, new.node)) if fitting else None


def _forward(old: Tree, target: arb) -> Iterator[Edit]:
    yield from bracketed(old)
    yield from edits(old, target)


def _backward(new: Tree) -> Iterator[Edit]:
    yield from terms_dropped(new)
    yield from factors_dropped(new)


def _reversed(one: Edit) -> Edit:
    """What was dropped going back was added going forward."""
    if one.kind == "term":
        return Edit("missing term", one.node, one.old, one.new)
    return Edit("missing factor", one.node, one.new, one.old)


def _worth(scenes: Scenes, forest: Forest, node: int, given: Mapping[str, arb]) -> arb:
    graph = as_graph(forest, node)
    if graph is None:
        return NAN
    found = evaluate(graph, scenes.arithmetic, given)
    return NAN if undefined_node(graph, found) is not None else found[graph.output]


def _told(scenes: Scenes, forest: Forest, fitting: Sequence[Edit], lines: tuple[int, int]) -> Diagnosis:
    sentences = list(dict.fromkeys(_sentence(forest, one, lines) for one in fitting))
    others = f" (or: {'; '.join(sentences[1:_MOST_TOLD])})" if len(sentences) > 1 else ""
    return Diagnosis(SLIPS[fitting[0].kind][2], scenes.name(scenes.of), f"{sentences[0]}{others}")


def _sentence(forest: Forest, one: Edit, lines: tuple[int, int]) -> str:
    template = SLIPS[one.kind][3]
    if (one.old, one.new) == lines:  # the lines are quoted beside it
        return template.partition(":")[0]
    return template.format(old=cut(shown(forest, one.old)), new=cut(shown(forest, one.new)))
