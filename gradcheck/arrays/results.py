"""What an evaluation over arrays returns: frozen data that the reports turn into text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

    from gradcheck.errors import Note
    from gradcheck.results import RouteName, Verdict
    from gradcheck.shapes import Shape
    from gradcheck.verdicts import ClaimResult

Entry = "float | Decimal | str"
"""A number, or (at a kink) the interval that it may be in."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Numbers in a shape of any rank, the last axis fastest."""

    shape: Shape
    entries: tuple[float | Decimal | str, ...]


@dataclass(frozen=True, slots=True)
class Pullback:
    """What a node passes back to one argument: the rule's text in the names of the graph."""

    wrt: str
    expression: str
    pretty: str
    shape: Shape
    position: int = 0
    """Which argument of the node it is about."""


@dataclass(frozen=True, slots=True)
class ArraySlopes:
    """Finite differences: every entry with an error bound, or, of large arrays, along random directions only."""

    value: Tensor | None
    error: Tensor | None
    method: str
    step: float
    directions: int = 0


@dataclass(frozen=True, slots=True)
class ArrayFormulas:
    """SymPy's derivatives: a formula for each entry, or why there is none; ``matrix`` is one for the whole array."""

    value: Tensor | None
    expressions: tuple[str, ...] = ()
    reason: str = ""
    matrix: str = ""


@dataclass(frozen=True, slots=True)
class ArrayNode:
    """One node, with what each route says of ∂output/∂node: the tensor J[i, j, k, l] = ∂output[i, j]/∂node[k, l]."""

    name: str
    operation: str
    pretty: str
    is_input: bool
    shape: Shape
    value: Tensor
    pullbacks: tuple[Pullback, ...]
    sources: tuple[str, ...]
    """The pullbacks that reach this node, one for each use by a child, with the adjoints' names written in."""
    jacobian: Tensor | None
    """None for a node that no derivative reaches."""
    norm: float
    """The Frobenius norm of the Jacobian (of a scalar's gradient: of the adjoint)."""
    finite_difference: ArraySlopes | None
    symbolic: ArrayFormulas | None
    reverse: Tensor | None
    verdict: Verdict
    primitive: str = ""
    """The row of the table that the node applies; empty for a variable."""
    arguments: tuple[str, ...] = ()
    """What it is applied to: names of nodes, and numbers as text."""


@dataclass(frozen=True, slots=True)
class ArrayEvaluation:
    """Everything ``gradcheck eval`` reports of an expression with arrays."""

    expression: str
    reading: str
    full_reading: str
    output: str
    shape: Shape
    point: dict[str, str]
    shapes: dict[str, Shape]
    declared: dict[str, str]
    drawn: bool
    seed: int
    precision: int
    routes: tuple[RouteName, ...]
    method: str
    step: float | None
    layout: Literal["denominator", "numerator"]
    value: Tensor
    verdict: Verdict
    nodes: tuple[ArrayNode, ...]
    gradient: tuple[ArrayNode, ...]
    claims: tuple[ClaimResult, ...]
    notes: tuple[str, ...]
    reading_notes: tuple[Note, ...]

    @property
    def exit_code(self) -> int:
        """1 where the routes disagree or a claim is wrong, 3 where one of them is undecided, else 0."""
        verdicts = {self.verdict.name, *(claim.verdict for claim in self.claims)}
        return 1 if verdicts & {"disagree", "wrong"} else 3 if "undecided" in verdicts else 0
