"""The parts of a report that every format says in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from gradcheck import limits
from gradcheck.decimals import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode
    from gradcheck.reports import Style
    from gradcheck.results import Cost, Evaluation, FiniteDifference, NodeResult, Path, Quantity
    from gradcheck.verdicts import ClaimResult

    Result = Evaluation | ArrayEvaluation

N = TypeVar("N", bound="NodeResult | ArrayNode")
T = TypeVar("T")
UPSTREAM: Final = "magenta"
LOCAL: Final = "blue"
"""The colours of the lecture notes, in every output."""
ROUTES_TITLES: Final = {1: "ONE ROUTE", 2: "TWO ROUTES", 3: "THREE ROUTES"}
ROUTE_TITLES = {"fd": "finite difference", "symbolic": "SymPy", "reverse": "reverse mode"}
ELIDE_ABOVE = 30
"""Nodes above which a table shows the first and the last only, unless told otherwise."""
SHOWN_WHEN_ELIDED = 20
TERMS = 12
"""Terms of a sum that are shown, where there are more than one beyond (and no -v)."""


def number(value: Decimal | float | None, digits: int) -> str:
    """A number, or a dash where there is none."""
    return "–" if value is None else text(value, digits).replace("nan", "undefined")


def quantity(found: Quantity | None, digits: int) -> str:
    """A number, or the interval that it may be in."""
    if found is None:
        return "–"
    return found.interval or text(found.value, digits).replace("nan", "undefined")


def slope(found: FiniteDifference | None, digits: int) -> str:
    """A finite difference with its error bound."""
    if found is None:
        return "–"
    if found.value != found.value:
        return "none"
    shown = number(found.value, digits)
    return f"{shown} ± {text(found.error, 2)}" if found.error is not None else f"{shown} ± ?"


def symbolic(node: NodeResult, digits: int) -> str:
    """SymPy's number, or that it gave up."""
    if node.symbolic is None:
        return "–"
    return "gave up" if node.symbolic.value is None else quantity(node.symbolic.value, digits)


def elided(terms: Sequence[T], style: Style) -> Sequence[T | None]:
    """The terms of a sum, with None for the middle of one that is too long to read."""
    if style.verbose or len(terms) <= TERMS + 1:
        return terms
    half = TERMS // 2
    return [*terms[:half], None, *terms[-half:]]


def terms(node: NodeResult, output: str, style: Style) -> str:
    """The chain rule at a node in symbols: ∂f/∂d·∂d/∂c + ∂f/∂e·∂e/∂c."""
    hidden = f"… {len(node.paths) - TERMS} terms …"
    return " + ".join(
        hidden if path is None else f"∂{output}/∂{path.child}·∂{path.child}/∂{node.name}"
        for path in elided(node.paths, style)
    )


def term_numbers(path: Path, digits: int) -> tuple[str, str]:
    """Upstream and local of one term; negative numbers in parentheses where they follow a dot or a plus."""
    upstream, local = quantity(path.upstream, digits), quantity(path.local, digits)
    return (f"({upstream})" if upstream.startswith("-") else upstream), (
        f"({local})" if local.startswith("-") else local
    )


def visible(nodes: Sequence[N], style: Style) -> tuple[Sequence[N], int, int]:
    """The nodes that a table shows, the position of a gap among them (or -1), and how many the gap hides."""
    inputs = [node for node in nodes if node.is_input]
    operations = [node for node in nodes if not node.is_input]
    if style.nodes == "inputs":
        return inputs, len(inputs), len(operations)
    everything = [*inputs, *operations]
    most = SHOWN_WHEN_ELIDED if len(everything) > ELIDE_ABOVE else len(everything)
    if isinstance(style.nodes, int):
        most = len(inputs) + style.nodes
    if style.nodes == "all" or most >= len(everything):
        return everything, -1, 0
    last = min(most // 2, len(operations)) if isinstance(style.nodes, str | None) else style.nodes // 2
    first = most - last
    return [*everything[:first], *everything[len(everything) - last :]], first, len(everything) - most


def point(result: Result) -> str:
    """``x = 1, y = pi/4``, with the seed where it was drawn."""
    return ", ".join(f"{name} = {value}" for name, value in result.point.items())


def cost(found: Cost) -> str:
    """The cost line."""
    plural = "" if found.forward == 1 else "s"
    return (
        f"{found.forward:,} operation{plural} forward, {found.gradient:,} forward + backward: "
        f"{found.ratio:.2g} × (never above 5 ×)"
    )


def verdict(result: Result) -> str:
    """The closing sentence, without the exit code: the routes, then the claims."""
    return f"{_routes(result)}{_claims(result)}"


def _claims(result: Result) -> str:
    counts = [
        (name, sum(claim.verdict == name for claim in result.claims)) for name in ("correct", "wrong", "undecided")
    ]
    found = ", ".join(f"{count} {name}" for name, count in counts if count)
    return f"; claims: {found}" if found else ""


def _routes(result: Result) -> str:
    compared = [node for node in result.nodes if node.verdict.name is not None]
    match result.verdict.name:
        case "agree" if not compared:
            return result.verdict.reason or "nothing to compare"
        case "agree":
            gave_up = any(node.symbolic is not None and node.symbolic.value is None for node in compared)
            names = {1: "", 2: "both routes", 3: "the three routes"}[len(result.routes)]
            if gave_up:
                names = "the routes that answered"
            where = "the variable" if len(compared) == 1 else f"{len(compared)} variables"
            if any(not node.is_input for node in compared):
                where = f"all {len(compared)} nodes and variables"
            return f"{names} agree at {where} to {limits.AGREEMENT_DIGITS} digits"
        case "disagree":
            return f"the routes exclude each other: {result.verdict.reason}"
        case "undecided" | None:
            return result.verdict.reason


def claim_evidence(claim: ClaimResult) -> str:
    """What the verdict on a claim rests on, in a few words."""
    evidence = claim.evidence
    if claim.verdict != "correct":
        return claim.reason
    match evidence.kind:
        case "proved":
            return f"proved: {evidence.how}"
        case "point":
            return f"it is {evidence.actual} at this point"
        case _:
            return f"at {evidence.points} points, to {evidence.digits} digits"
