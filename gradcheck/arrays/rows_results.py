"""What an evaluation over training rows returns: frozen data that the reports turn into text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gradcheck.arrays.results import ArraysReport

if TYPE_CHECKING:
    from gradcheck.arrays.results import Tensor
    from gradcheck.results import Verdict
    from gradcheck.shapes import Shape

Reduce = Literal["mean", "sum", "none"]


@dataclass(frozen=True, slots=True)
class RowsGradient:
    """The derivative of the average by one parameter.

    ``value`` is over all rows; what the routes say is over the rows that were judged, all of them or a sample. Without
    an average the values are those of each row (``Row``), and a verdict holds for every row that was judged.
    """

    name: str
    shape: Shape
    value: Tensor | None
    finite_difference: Tensor | None
    error: Tensor | None
    symbolic: Tensor | None
    reverse: Tensor | None
    formulas: tuple[str, ...]
    """SymPy's derivative for one row, entry by entry."""
    matrix: str
    """The same for the whole array, where there is such a formula."""
    reason: str
    """Why SymPy gave up."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One training example: its number (from 1), its line in the file, and the function there."""

    number: int
    line: int
    inputs: dict[str, str]
    value: Tensor
    gradient: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsEvaluation(ArraysReport):
    """Everything ``gradcheck eval --data`` reports."""

    file: str
    columns: dict[str, tuple[str, ...]]
    """The variables that the file gives, each with its columns."""
    reduce: Reduce
    count: int
    judged: int
    """Rows over which the routes were compared in balls: all of them, or a seeded sample."""
    value: Tensor | None
    gradient: tuple[RowsGradient, ...]
    rows: tuple[Row, ...]
    """All rows where there is no average, else the first few."""
    letters: dict[str, str]
    """What the letters in SymPy's formulas stand for, beyond variables: ``a`` is ``w*a0``."""

    @property
    def sampled(self) -> bool:
        """Whether the verdict rests on some of the rows."""
        return self.judged < self.count
