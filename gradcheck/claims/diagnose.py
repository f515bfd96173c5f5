"""Why a claim is wrong: the simplest explanation that reproduces it everywhere, or nothing.

In this order: a rule that people get wrong (``sweeps``), the claim as a whole (``wholes``), a slip of the pen in the
claim (``slips``), paths that were dropped or muddled (``paths``), another function that was meant (``operations``), two
wrong rules at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gradcheck.claims import changes, operations, paths, slips, sweeps, wholes
from gradcheck.claims.scenes import Scenes

if TYPE_CHECKING:
    from gradcheck.claims.claim import Claim
    from gradcheck.claims.equality import Verifier
    from gradcheck.verdicts import ClaimResult, Diagnosis

_LARGEST_GRAPH: Final = 80


def diagnose(verifier: Verifier, result: ClaimResult, before: Claim | None = None) -> ClaimResult:
    """A wrong claim with the explanation that reproduces it, where there is one; any other claim unchanged.

    ``before`` is the line of a derivation that the claim follows: what changed since then comes first.
    """
    target = verifier.claim.target
    if result.verdict != "wrong" or target.wrt is None or len(verifier.views[target.of]) > _LARGEST_GRAPH:
        return result
    scenes = Scenes(verifier, target.wrt)
    with scenes.arithmetic.working():
        found = None
        if scenes.find():
            found = (None if before is None else changes.change(scenes, before)) or _explained(scenes)
    return result if found is None else replace(result, diagnosis=found)


def _explained(scenes: Scenes) -> Diagnosis | None:
    if all(scene.claimed.is_zero() for scene in scenes.all):
        return None  # a claim of 0, which too many mistakes lead to
    candidates = sweeps.mutants(scenes)
    singles = sweeps.fitting(scenes, candidates)
    bracket = slips.brackets(scenes)
    if singles:
        also = [] if bracket is None else [f"{bracket.name}: {bracket.sentence()}"]
        return sweeps.told(scenes, singles, also)
    whole = wholes.the_function(scenes)
    if whole is not None:
        return whole
    if bracket is not None:
        return slips.told(scenes, bracket)
    return (
        wholes.another_derivative(scenes)
        or sweeps.at_one_place(scenes, candidates)
        or paths.dropped(scenes)
        or _slip(scenes)
        or paths.muddled(scenes)
        or operations.other(scenes)
        or sweeps.pair(scenes, candidates)
    )


def _slip(scenes: Scenes) -> Diagnosis | None:
    """A constant factor or term that is wrong, or a single slip; of the constant it is said which slip it is."""
    constant = wholes.constant(scenes)
    found = slips.others(scenes)
    if constant is not None:
        if len(found) != 1 or found[0].kind == "missing factor":
            return constant
        return replace(constant, message=f"{constant.message} ({found[0].sentence()})", correction=found[0].right)
    if not found:
        return None
    also = [slip.sentence() for slip in found[1:]]
    meant = operations.other(scenes) if found[0].kind in {"factor", "term"} else None
    return slips.told(scenes, found[0], also if meant is None else [*also, meant.message])
