"""Why a claim about arrays is wrong: one pullback of the sweep (or two) is replaced by a wrong one, and compared.

What reproduces every entry of the claim at several points explains it. Where the claim does not fit the given shapes,
the search takes place in square ones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.claims.array_search import MOST_ENTRIES, POINTS, Search, shots_of
from gradcheck.claims.array_settings import DoesNotFitError

if TYPE_CHECKING:
    from gradcheck.claims.array_equality import ArrayVerifier
    from gradcheck.claims.array_settings import Setting
    from gradcheck.verdicts import ClaimResult, Diagnosis

_PRECISION: Final = 256
_LARGEST_GRAPH: Final = 80


def diagnose(verifier: ArrayVerifier, result: ClaimResult, square: Setting | None) -> ClaimResult:
    """A wrong claim with the misconception behind it, where one reproduces it; any other claim unchanged."""
    target = verifier.claim.target
    if result.verdict != "wrong" or target.of.node is None or target.wrt.node is None:
        return result
    settings = [square] if verifier.misfit is not None else [verifier.given, square]
    for setting in dict.fromkeys(settings):
        if setting is not None and len(setting.graph) <= _LARGEST_GRAPH and setting.entries <= MOST_ENTRIES:
            found = _explained(verifier, setting)
            if found is not None:
                return replace(result, diagnosis=found)
    return result


def _explained(verifier: ArrayVerifier, setting: Setting) -> Diagnosis | None:
    """What reproduces the claim in one setting; in the given one, numbers are compared at the given point only."""
    at_point = verifier.claim.is_number and verifier.is_complete
    if at_point and setting is not verifier.given:
        return None
    try:
        verifier.fit(setting)
    except DoesNotFitError:
        return None
    arithmetic = shared_grids(_PRECISION, hull=True)
    with arithmetic.working():
        shots = list(shots_of(verifier, setting, arithmetic, at_point=at_point))
        if len(shots) < (1 if at_point or not setting.graph.inputs else POINTS):
            return None
        if all(entry.is_zero() for shot in shots for entry in shot.claimed):
            return None  # too many mistakes lead to 0
        found = Search(verifier, setting, shots, arithmetic, at_point=at_point).explain()
    if found is None or not at_point:
        return found
    return replace(found, message=f"consistent with this: {found.message}")
