"""One claim from text to verdict and diagnosis: what ``eval --claim``, ``check`` and ``grade`` call."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from gradcheck import limits
from gradcheck.claims.claim import read_claim
from gradcheck.claims.diagnose import diagnose
from gradcheck.claims.equality import Verifier
from gradcheck.deadline import Deadline
from gradcheck.declarations import read_declarations
from gradcheck.domain import check_point
from gradcheck.errors import NameProblem, UsageProblem, did_you_mean
from gradcheck.graph import Graph, build
from gradcheck.point import read_point
from gradcheck.syntax.plain import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcheck.claims.claim import Claim
    from gradcheck.declarations import Declaration
    from gradcheck.point import Point
    from gradcheck.results import ClaimResult

_VARIABLES = 4
"""Variables up to which an assumption that would save a wrong claim is looked for."""
SECONDS = limits.CLAIM_SECONDS


@dataclass(frozen=True, slots=True)
class Task:
    """One claim to verify, as text, with where it came from; it can be sent to another process."""

    expression: str
    claim: str
    wrt: str = ""
    at: str = ""
    declarations: str = ""
    id: str = ""
    file: str = ""
    line: int = 0
    rtol: float | None = None
    seed: int = 0


def verify(task: Task, *, timeout: float = SECONDS) -> ClaimResult:
    """The verdict on one claim, with the misconception behind it where it is wrong and one reproduces it.

    Raises GradcheckError where the task cannot be read.
    """
    deadline = Deadline(timeout)
    graph, point, declarations = read_task(task)
    result = verify_claim(
        graph,
        task.claim,
        wrt=task.wrt or None,
        at=point,
        declarations=declarations,
        seed=task.seed,
        rtol=task.rtol,
        deadline=deadline,
    )
    return replace(result, id=task.id, file=task.file, line=task.line)


def read_task(task: Task) -> tuple[Graph, Point, dict[str, Declaration]]:
    """The function of a task with its point and what is declared. Raises GradcheckError."""
    point = read_point(task.at or None)
    declarations = read_declarations(task.declarations)
    bound = frozenset((*point, *declarations))
    graph = build(parse(task.expression, bound), bound)
    _check_bound(graph, point, declarations)
    check_point(point)
    return graph, point, declarations


def verify_claim(
    graph: Graph,
    text: str,
    *,
    deadline: Deadline,
    wrt: str | None = None,
    at: Point | None = None,
    declarations: dict[str, Declaration] | None = None,
    seed: int = 0,
    rtol: float | None = None,
) -> ClaimResult:
    """The same for a graph that is already built."""
    claim = read_claim(text, graph, wrt)
    if rtol is not None and not (math.isfinite(rtol) and rtol >= 0):
        raise UsageProblem("the relative tolerance must be a number that is not negative", hint="as in --rtol 1e-6")
    exact = None if rtol is None else Fraction(rtol)
    complete = at if at and all(name in at for name in graph.inputs) else None
    verifier = Verifier(graph, claim, declarations=declarations, at=complete, seed=seed, rtol=exact, deadline=deadline)
    result = verifier.verify()
    if result.verdict == "wrong" and not (claim.is_number and complete):
        assumption = _assumption(graph, claim, declarations or {}, seed, exact, deadline)
        if assumption:
            result = replace(result, reason=f"{result.reason}; it is correct for {assumption}")
    return diagnose(verifier, result)


def _assumption(
    graph: Graph,
    claim: Claim,
    declarations: Mapping[str, Declaration],
    seed: int,
    rtol: Fraction | None,
    deadline: Deadline,
) -> str:
    """A declaration of one variable that would make a wrong claim right, or an empty text."""
    for name in graph.inputs:
        if name in declarations or len(graph.inputs) > _VARIABLES:
            continue
        for text in (f"{name} > 0", f"{name} < 0"):
            narrowed = {**declarations, **read_declarations(text)}
            verifier = Verifier(graph, claim, declarations=narrowed, seed=seed, rtol=rtol, deadline=deadline)
            if verifier.verify().verdict == "correct":
                return text
    return ""


def _check_bound(graph: Graph, point: Point, declarations: dict[str, Declaration]) -> None:
    for name in (*point, *declarations):
        if name not in graph.inputs:
            raise NameProblem(
                f"'{name}' is given or declared, but the expression does not use it",
                hint=did_you_mean(name, graph.inputs) or f"it has {', '.join(graph.inputs) or 'no variable'}",
            )
