"""One claim from text to verdict and diagnosis: what ``eval --claim``, ``check`` and ``grade`` call."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from gradcheck import limits
from gradcheck.arrays.given import check_given, variable_shapes
from gradcheck.build import build
from gradcheck.claims.claim import read_claim
from gradcheck.claims.equality import Verifier
from gradcheck.claims.function import Function
from gradcheck.deadline import Deadline
from gradcheck.declarations import allows, read_declarations
from gradcheck.domain import check_point
from gradcheck.errors import NameProblem, UsageProblem, did_you_mean
from gradcheck.point import read_point
from gradcheck.reading import read

if TYPE_CHECKING:
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.verdicts import ClaimResult

_SHORT = 1_000
"""Characters up to which a function is kept for the claims to come."""
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
    layout: str = "denominator"
    """That of gradients that are arrays: their variable's shape, or (``numerator``) its transpose."""
    before: str = ""
    """The line of a derivation that this one follows: where this one is wrong, what changed is told."""


def verify(task: Task, *, timeout: float = SECONDS) -> ClaimResult:
    """The verdict on one claim, with the misconception behind it where it is wrong and one reproduces it.

    Raises GradcheckError where the task cannot be read.
    """
    deadline = Deadline(timeout)
    function, point, declarations = read_task(task)
    result = verify_claim(
        function.graph,
        task.claim,
        wrt=task.wrt or None,
        at=point,
        declarations=declarations,
        seed=task.seed,
        rtol=task.rtol,
        before=task.before,
        layout=task.layout,
        deadline=deadline,
        function=function,
    )
    return replace(result, id=task.id, file=task.file, line=task.line)


def read_task(task: Task) -> tuple[Function, Point, dict[str, Declaration]]:
    """The function of a task with its point and what is declared. Raises GradcheckError."""
    point = read_point(task.at or None)
    declarations = read_declarations(task.declarations)
    bound = frozenset((*point, *declarations))
    shapes, sizes = variable_shapes(point, declarations)
    if shapes:
        function = Function(build(read(task.expression, bound, shapes, sizes), bound, shapes, sizes))
    else:
        function = _function(task.expression, bound)
    _check_bound(function.graph, point, declarations, task.claim)
    check_given(function.graph, point, declarations)
    check_point({name: value for name, value in point.items() if not value.graph.has_arrays})
    return function, point, declarations


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
    function: Function | None = None,
    before: str = "",
    layout: str = "denominator",
) -> ClaimResult:
    """The same for a graph that is already built; ``function`` is that graph with what earlier claims found.

    ``layout`` is that of the gradients that are matrices.
    """
    if rtol is not None and not (math.isfinite(rtol) and rtol >= 0):
        raise UsageProblem("the relative tolerance must be a number that is not negative", hint="as in --rtol 1e-6")
    exact = None if rtol is None else Fraction(rtol)
    claim = None if graph.has_arrays else read_claim(text, graph, wrt)
    if claim is None or claim.statement.has_arrays:  # of a function of scalars too: df/dx = norm([2*x])
        from gradcheck.claims.array_verify import verify_array_claim

        return verify_array_claim(
            graph, text, wrt=wrt, at=at, declarations=declarations, seed=seed, rtol=exact, layout=layout,
            deadline=deadline,
        )  # fmt: skip
    function = function or Function(graph)
    complete = at if at and all(name in at for name in graph.inputs) else None
    verifier = Verifier(
        graph,
        claim,
        declarations=declarations,
        at=complete,
        seed=seed,
        rtol=exact,
        deadline=deadline,
        function=function,
    )
    result = verifier.verify()
    if result.verdict != "wrong":
        return result
    from gradcheck.claims.diagnose import diagnose

    if not (claim.is_number and complete):
        assumption = _assumption(verifier)
        if assumption:
            result = replace(result, reason=f"{result.reason}; it is correct for {assumption}")
    line_before = read_claim(before, graph, wrt) if before else None
    if line_before is not None and line_before.statement.has_arrays:
        line_before = None  # what changed is told of two lines about scalars
    return diagnose(verifier, result, line_before)


def _assumption(verifier: Verifier) -> str:
    """A declaration of one variable that would make a wrong claim right, or an empty text."""
    graph = verifier.graph
    for name in graph.inputs:
        if name in verifier.declarations or len(graph.inputs) > _VARIABLES:
            continue
        for text in (f"{name} > 0", f"{name} < 0"):
            if verifier.counterexample and allows(_sign_of(text), verifier.counterexample):
                continue  # it is wrong there as well
            narrowed = Verifier(
                graph,
                verifier.claim,
                declarations={**verifier.declarations, **_sign_of(text)},
                seed=verifier.seed,
                rtol=verifier.rtol,
                deadline=verifier.deadline,
                function=verifier.function,
                hopeful=False,
            )
            if narrowed.verify().verdict == "correct":
                return text
    return ""


@lru_cache(maxsize=64)
def _sign_of(text: str) -> dict[str, Declaration]:
    return read_declarations(text)


def _function(expression: str, bound: frozenset[str]) -> Function:
    """The function of a text; a short one is kept, for the next rows and the other answers are often about it."""
    return _kept(expression, bound) if len(expression) <= _SHORT else _built(expression, bound)


@lru_cache(maxsize=32)
def _kept(expression: str, bound: frozenset[str]) -> Function:
    return _built(expression, bound)


def _built(expression: str, bound: frozenset[str]) -> Function:
    return Function(build(read(expression, bound), bound))


def _check_bound(graph: Graph, point: Point, declarations: dict[str, Declaration], claim: str) -> None:
    for name in (*point, *declarations):
        if name not in graph.inputs and not (
            name in declarations and re.search(rf"(?:[d∂]|\\partial|\\nabla_)[\s\\{{]*{re.escape(name)}\b", claim)
        ):
            raise NameProblem(
                f"'{name}' is given or declared, but the expression does not use it",
                hint=did_you_mean(name, graph.inputs) or f"it has {', '.join(graph.inputs) or 'no variable'}",
            )
