"""What is found of a claim: frozen data that the reports turn into text. Nothing here computes or prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict on a claim rests on."""

    kind: Literal[
        "proved", "points", "point", "counterexample", "shape", "subdomain", "kink", "no-points", "timeout",
        "precision", "bug",
    ]  # fmt: skip
    points: int = 0
    digits: int = 0
    at: dict[str, str] | None = None
    """The decisive point, as exact texts."""
    claimed: str = ""
    actual: str = ""
    how: str = ""
    """The argument of a proof."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The misconception that reproduces a wrong claim, and where in the graph it was applied."""

    misconception: str
    node: str
    message: str
    correction: str = ""
    """For a slip of the pen: the claim with the one change that makes it right."""


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """The verdict on one claim."""

    expression: str
    of: str
    claim: str
    reading: str
    verdict: Literal["correct", "wrong", "undecided"]
    evidence: Evidence
    diagnosis: Diagnosis | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    id: str = ""
    file: str = ""
    line: int = 0
