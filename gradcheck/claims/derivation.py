"""A derivation: lines that should all be one derivative. The first wrong one is found; those after it are not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradcheck.reading import halves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcheck.claims.verify import Task
    from gradcheck.verdicts import ClaimResult, Diagnosis


@dataclass(frozen=True, slots=True)
class Derivation:
    """The lines as tasks, in their order, and as they are written; it is one claim with one verdict."""

    id: str
    steps: tuple[Task, ...]
    shown: tuple[str, ...]


def _placed(diagnosis: Diagnosis | None, wrong: int) -> Diagnosis | None:
    """A diagnosis that says at which line, or between which lines, it holds."""
    if diagnosis is None:
        return None
    from gradcheck.primitives.slips import SLIPS

    between = diagnosis.misconception in {change for _, _, change, _ in SLIPS.values()}
    place = f"from line {wrong} to line {wrong + 1} " if between else f"in line {wrong + 1}: "
    return replace(diagnosis, message=f"{place}{diagnosis.message}")


def conclude(derivation: Derivation, results: Sequence[ClaimResult]) -> ClaimResult:
    """The verdict on a derivation from those on its lines, up to the first wrong one."""
    verdicts = [result.verdict for result in results]
    if "wrong" in verdicts:
        wrong = verdicts.index("wrong")
        found = results[wrong]
        reason = f"line {wrong + 1} is not right: {found.reason}"
        if wrong and verdicts[wrong - 1] == "correct":
            before, after = derivation.shown[wrong - 1], derivation.shown[wrong]
            change = f"{halves(before)[1]} became {halves(after)[1]}"
            reason = f"line {wrong} is right, line {wrong + 1} is not: {change}; {found.reason}"
        return replace(found, claim=derivation.shown[wrong], reason=reason, diagnosis=_placed(found.diagnosis, wrong))
    if "undecided" in verdicts:
        open_ = verdicts.index("undecided")
        found = results[open_]
        return replace(found, claim=derivation.shown[open_], reason=f"line {open_ + 1}: {found.reason}")
    notes = dict.fromkeys(note for result in results for note in result.notes)
    count = len(results)
    weakest = next((one for one in results if one.evidence.kind != "proved"), results[0])
    return replace(
        results[0],
        evidence=weakest.evidence,
        claim=derivation.shown[0],
        notes=(*notes, f"all {count} lines of the derivation are right" if count > 1 else "a derivation of one line"),
    )
