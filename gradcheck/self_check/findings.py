"""What the check of a row finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowCheck:
    """What was found of one row: how many samples were tried, and a sentence for each problem."""

    name: str
    samples: int
    problems: tuple[str, ...]
