"""The label ``proved``: an exact argument for a claim that is correct at points.

First our own rewriting, which is exact and cheap; then SymPy, in a process that can be killed. An argument holds
wherever derivative and claim are defined, off kinks and jumps. What cannot be proved stays correct at points.
"""

from __future__ import annotations

import atexit
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from gradcheck.arithmetic.canonical import Canonical
from gradcheck.arithmetic.forms import Form, NoFormError
from gradcheck.arithmetic.zero import is_zero
from gradcheck.claims.assistant import Assistant
from gradcheck.claims.claim import read_claim
from gradcheck.claims.verify import read_task
from gradcheck.forward import evaluate
from gradcheck.routes import reverse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gradcheck.claims.claim import Claim, Derivative
    from gradcheck.claims.verify import Task
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.verdicts import ClaimResult

REWRITTEN = "derivative and claim are the same after exact rewriting"
SIMPLIFIED = "SymPy simplifies the difference between derivative and claim to 0"
ENCLOSED = "the enclosure of the derivative lies within what the claimed number stands for"


def prove_task(task: Task, result: ClaimResult, seconds: float) -> ClaimResult:
    """The same result with a proof, if there is one."""
    if result.verdict != "correct":
        return result
    function, point, declarations = read_task(task)
    return prove(
        function.graph,
        result,
        wrt=task.wrt or None,
        at=point,
        declarations=declarations,
        rtol=task.rtol,
        seconds=seconds,
    )


def prove(
    graph: Graph,
    result: ClaimResult,
    *,
    seconds: float,
    wrt: str | None = None,
    at: Point | None = None,
    declarations: Mapping[str, Declaration] | None = None,
    rtol: float | None = None,
) -> ClaimResult:
    """A correct claim with the argument that proves it, or with a note that none was found."""
    if result.verdict != "correct":
        return result
    if graph.has_arrays:
        return replace(result, notes=(*result.notes, "a claim about arrays is verified at points; no proof is sought"))
    claim = read_claim(result.claim, graph, wrt)
    declared = {name: one for name, one in (declarations or {}).items() if name in graph.inputs}
    point = at if at and claim.is_number and graph.inputs and all(name in at for name in graph.inputs) else None
    how, failure = "", "no proof was found"
    if point and (claim.unit is not None or rtol is not None):
        how = ENCLOSED
    elif is_same(graph, claim, declared, point):
        how = REWRITTEN
    else:
        numbers = None if point is None else {name: value.graph for name, value in point.items()}
        match _assistant().ask((graph, claim, declared, numbers), seconds):
            case "yes":
                how = SIMPLIFIED
            case "time":
                failure = f"no proof was found within {seconds:g} s"
            case "memory":
                failure = "no proof was found within the memory limit"
    if not how:
        return replace(result, notes=(*result.notes, failure))
    assumed = "; ".join(one.text(name) for name, one in declared.items() if one.text(name))
    how = f"{how}, given {assumed}" if assumed and not point else how
    return replace(result, evidence=replace(result.evidence, kind="proved", how=how))


def close() -> None:
    """End SymPy's process, if there is one."""
    if _assistant.cache_info().currsize:
        _assistant().stop()


@cache
def _assistant() -> Assistant:
    """One for the life of the process: SymPy is imported once."""
    atexit.register(close)
    return Assistant()


# -- our own rewriting ------------------------------------------------------------------------------------------------


@cache
def _canonical() -> Canonical:
    """One for the life of the process: the rules stay bound."""
    return Canonical()


def is_same(graph: Graph, claim: Claim, declarations: Mapping[str, Declaration], point: Point | None = None) -> bool:
    """Whether derivative and claim are one expression after exact rewriting."""
    arithmetic = _canonical()
    algebra = arithmetic.algebra
    algebra.start()
    try:
        inputs = {
            name: algebra.variable(name, declarations[name].sign() if name in declarations else "")
            if point is None
            else point[name].number(arithmetic)
            for name in graph.inputs
        }
        values = evaluate(graph, arithmetic, inputs)
        environment = {name: values[node] for name, node in claim.nodes.items()}
        for name, derivative in claim.derivatives.items():
            environment[name] = _derivative(graph, arithmetic, values, derivative)
        stated = evaluate(claim.statement, arithmetic, environment)[claim.statement.output]
        return any(is_zero(algebra, found - stated) for found in _readings(graph, arithmetic, values, claim.target))
    except (NoFormError, RecursionError):
        return False


def _readings(graph: Graph, arithmetic: Canonical, values: Sequence[Form], target: Derivative) -> Iterator[Form]:
    """The total derivative; and between a node and its argument the local one, which may be meant as well."""
    yield _derivative(graph, arithmetic, values, target)
    of, wrt = target.of, target.wrt
    if wrt is not None and wrt in graph.arguments[of] and graph.operations[wrt] is not None:
        row = reverse.sweep(replace(graph, output=of), arithmetic, values, until=of).locals[of]
        local = arithmetic.algebra.zero
        for parent, one in zip(graph.arguments[of], row, strict=False):  # none where nothing varies
            if parent == wrt and one is not None:
                local = local + one
        yield local


def _derivative(graph: Graph, arithmetic: Canonical, values: Sequence[Form], wanted: Derivative) -> Form:
    """The reverse sweep over the rules' texts, in forms."""
    if wanted.wrt is None:
        return arithmetic.algebra.zero
    view = replace(graph, output=wanted.of)
    found = reverse.sweep(view, arithmetic, values, until=wanted.wrt).adjoints[wanted.wrt]
    return arithmetic.algebra.zero if found is None else found
