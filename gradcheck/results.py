"""What the core returns: frozen data that the reports turn into text. Nothing here computes or prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

    from gradcheck.errors import Note
    from gradcheck.verdicts import ClaimResult

RouteName = Literal["fd", "symbolic", "reverse"]
ROUTES: tuple[RouteName, ...] = ("fd", "symbolic", "reverse")
VerdictName = Literal["agree", "disagree", "undecided"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number known to as many digits as its decimal shows, or (at a kink) the interval of what it may be."""

    value: Decimal
    interval: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the routes agree at one node; ``name`` is None where nothing was compared."""

    name: VerdictName | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FiniteDifference:
    """The slope in float64; ``error`` is None where it cannot be trusted, ``value`` NaN where there is none."""

    value: float
    error: float | None
    method: str
    step: float


@dataclass(frozen=True, slots=True)
class Symbolic:
    """SymPy's derivative; ``value`` is None and ``reason`` is set where the route gave up."""

    value: Quantity | None
    expression: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Local:
    """A local derivative ∂node/∂parent: the rule in the names of the graph, and its value."""

    wrt: str
    expression: str
    pretty: str
    value: Quantity
    position: int = 0
    """Which argument of the node the parent is."""


@dataclass(frozen=True, slots=True)
class Path:
    """One term of the chain rule at a node: the adjoint of a child times the child's local derivative."""

    child: str
    upstream: Quantity
    local: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeReport:
    """What is told of any node, be it a number or an array."""

    name: str
    operation: str
    pretty: str
    is_input: bool
    primitive: str = ""
    """The row of the table that the node applies; empty for a variable."""
    arguments: tuple[str, ...] = ()
    """What it is applied to: names of nodes, and numbers as text."""
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeResult(NodeReport):
    """One node of the graph, with what each route says of ∂output/∂node."""

    value: Decimal
    locals: tuple[Local, ...]
    paths: tuple[Path, ...]
    adjoint: Quantity | None
    """None for a node that no derivative reaches: a constant, a truth value."""
    finite_difference: FiniteDifference | None
    symbolic: Symbolic | None
    reverse: Quantity | None


@dataclass(frozen=True, slots=True)
class Smoothness:
    """What the function does at the point, along the variable where it is worst."""

    kind: Literal["smooth", "kink", "jump", "vertical", "edge"]
    differentiable: bool | None
    left: Decimal | None = None
    right: Decimal | None = None
    wrt: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """Operations of the forward pass, and of forward and backward pass together."""

    forward: int
    gradient: int

    BOUND = 5

    @property
    def ratio(self) -> float:
        """Gradient over function; never above 5 (A. Griewank, "On automatic differentiation", 1989)."""
        return self.gradient / self.forward if self.forward else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What every command that studies one expression reports: how it was read, and the verdict."""

    expression: str
    reading: str
    full_reading: str
    output: str
    seed: int
    precision: int
    verdict: Verdict
    claims: tuple[ClaimResult, ...] = ()
    notes: tuple[str, ...]
    reading_notes: tuple[Note, ...]

    @property
    def exit_code(self) -> int:
        """1 where the routes disagree or a claim is wrong, 3 where one of them is undecided, else 0."""
        verdicts = {self.verdict.name, *(claim.verdict for claim in self.claims)}
        return 1 if verdicts & {"disagree", "wrong"} else 3 if "undecided" in verdicts else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesReport(Report):
    """The same of the commands that run the routes at a point."""

    point: dict[str, str]
    drawn: bool
    """Whether the point was drawn from the seed."""
    routes: tuple[RouteName, ...]
    method: str
    step: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation(RoutesReport):
    """Everything ``gradcheck eval`` reports."""

    value: Decimal
    smooth: Smoothness
    cost: Cost
    nodes: tuple[NodeResult, ...]
    gradient: tuple[NodeResult, ...]
