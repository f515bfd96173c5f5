"""What an evaluation over arrays returns: frozen data that the reports turn into text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gradcheck.results import NodeReport, RoutesReport

if TYPE_CHECKING:
    from decimal import Decimal

    from gradcheck.shapes import Shape

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayNode(NodeReport):
    """One node, with what each route says of ∂output/∂node: the tensor J[i, j, k, l] = ∂output[i, j]/∂node[k, l]."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ArraysReport(RoutesReport):
    """What is told of an expression with arrays, at a point or over training rows."""

    shape: Shape
    """That of the output."""
    shapes: dict[str, Shape]
    """Those of the variables."""
    declared: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayEvaluation(ArraysReport):
    """Everything ``gradcheck eval`` reports of an expression with arrays."""

    layout: Literal["denominator", "numerator"]
    value: Tensor
    nodes: tuple[ArrayNode, ...]
    gradient: tuple[ArrayNode, ...]
