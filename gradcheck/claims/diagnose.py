"""Why a claim is wrong: the simplest explanation that reproduces it everywhere, or nothing.

First the rules that people get wrong (``sweeps``), then the claim as a whole (``wholes``), last two wrong rules.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gradcheck.claims import sweeps, wholes
from gradcheck.claims.scenes import Scenes

if TYPE_CHECKING:
    from gradcheck.claims.equality import Verifier
    from gradcheck.results import ClaimResult, Diagnosis

_LARGEST_GRAPH: Final = 80


def diagnose(verifier: Verifier, result: ClaimResult) -> ClaimResult:
    """A wrong claim with the misconception behind it, where one reproduces it; any other claim unchanged."""
    target = verifier.claim.target
    if result.verdict != "wrong" or target.wrt is None or len(verifier.views[target.of]) > _LARGEST_GRAPH:
        return result
    scenes = Scenes(verifier, target.wrt)
    with scenes.arithmetic.working():
        found = _explained(scenes) if scenes.find() else None
    return result if found is None else replace(result, diagnosis=found)


def _explained(scenes: Scenes) -> Diagnosis | None:
    if all(scene.claimed.is_zero() for scene in scenes.all):
        return None  # a claim of 0, which too many mistakes lead to
    candidates = sweeps.mutants(scenes)
    singles = sweeps.fitting(scenes, candidates)
    if singles:
        return sweeps.told(scenes, singles)
    return (
        wholes.the_function(scenes)
        or wholes.another_derivative(scenes)
        or wholes.constant(scenes)
        or sweeps.pair(scenes, candidates)
    )
