"""One claim about arrays from text to verdict, with the assumption that would save it and the mistake behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradcheck.arrays.point import check_declared, shapes_of
from gradcheck.claims.array_claim import read_array_claim
from gradcheck.claims.array_diagnose import diagnose
from gradcheck.claims.array_equality import ArrayVerifier
from gradcheck.claims.array_settings import DoesNotFitError, settings_of, square_setting
from gradcheck.declarations import STRUCTURES, Declaration
from gradcheck.errors import Span, SyntaxProblem
from gradcheck.reading import equals_sign, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from gradcheck.claims.array_claim import ArrayClaim
    from gradcheck.claims.array_settings import Setting
    from gradcheck.deadline import Deadline
    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.verdicts import ClaimResult

_VARIABLES = 4
"""Square matrices up to which an assumption that would save a wrong claim is looked for, one by one."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What stays the same while declarations are narrowed."""

    claim: ArrayClaim
    settings: tuple[Setting, list[Setting], list[Setting]]
    declared: Mapping[str, Declaration]
    seed: int
    rtol: Fraction | None
    layout: str
    deadline: Deadline

    def verifier(self, declared: Mapping[str, Declaration], at: Point | None = None) -> ArrayVerifier:
        return ArrayVerifier(
            self.claim,
            self.settings,
            declared=declared,
            at=at,
            seed=self.seed,
            rtol=self.rtol,
            layout=self.layout,
            deadline=self.deadline,
        )


def verify_array_claim(
    graph: Graph,
    text: str,
    *,
    deadline: Deadline,
    wrt: str | None = None,
    at: Point | None = None,
    declarations: Mapping[str, Declaration] | None = None,
    seed: int = 0,
    rtol: Fraction | None = None,
    layout: str = "denominator",
) -> ClaimResult:
    """The verdict on one claim about a graph that was built with the shapes of its point and declarations."""
    at, declared = at or {}, declarations or {}
    check_declared(at, declared)
    bound = frozenset((*at, *declared))
    shapes, sizes = shapes_of(at, declared)
    program = read(graph.source, bound, shapes, sizes)
    claim = read_array_claim(text, graph, wrt, frozenset(sizes))
    settings = settings_of(program, graph, bound, shapes, sizes, declared)
    try:
        settings[0].cells(claim.target)
    except DoesNotFitError as problem:
        span = Span(0, max(1, equals_sign(text)))
        raise SyntaxProblem(problem.message, span=span, hint=problem.hint, source=text, origin="the claim") from None
    case = _Case(claim, settings, declared, seed, rtol, layout, deadline)
    verifier = case.verifier(declared, at)
    result = verifier.verify()
    if result.verdict != "wrong":
        return result
    if verifier.misfit is None and not (claim.is_number and verifier.is_complete):
        assumption = _assumption(case)
        if assumption:
            result = replace(result, reason=f"{result.reason}; it is correct {assumption}")
    return diagnose(verifier, result, square_setting(program, graph, bound, shapes, sizes, declared))


def _assumption(case: _Case) -> str:
    """What would have to be declared to make a wrong claim right, in words, or an empty text."""
    for narrowed in _narrowings(case.declared, case.settings[0]):
        if case.deadline.left() < 0.3 * case.deadline.seconds:
            return ""
        if _saves(case, narrowed):
            for name in list(narrowed):  # of several assumptions those that are needed
                fewer = {other: one for other, one in narrowed.items() if other != name}
                if fewer and _saves(case, fewer):
                    narrowed = fewer  # noqa: PLW2901 - it shrinks
            return _words(narrowed)
    return ""


def _saves(case: _Case, narrowed: Mapping[str, Declaration]) -> bool:
    return case.verifier({**case.declared, **narrowed}).verify().verdict == "correct"


def _words(narrowed: Mapping[str, Declaration]) -> str:
    *names, last = narrowed
    one = narrowed[last]
    if one.structure:
        return f"if {', '.join(names)} and {last} are {one.structure}" if names else f"if {last} is {one.structure}"
    return f"for {last} {'>' if one.low is not None else '<'} 0"


def _narrowings(declared: Mapping[str, Declaration], given: Setting) -> Iterator[dict[str, Declaration]]:
    """Structures of square matrices, each alone and then of all together; then the signs of a variable."""
    known = {name: declared.get(name, Declaration(shape=shape)) for name, shape in given.shapes.items()}
    square = [
        name
        for name, shape in given.shapes.items()
        if len(shape) == 2 and shape[0] == shape[1] > 1 and not known[name].structure
    ]
    for structure in STRUCTURES:
        if len(square) <= _VARIABLES:
            yield from ({name: replace(known[name], structure=structure)} for name in square)
        if len(square) > 1:
            yield {name: replace(known[name], structure=structure) for name in square}
    if len(given.graph.inputs) <= _VARIABLES:
        for name in given.graph.inputs:
            before = known.get(name) or declared.get(name, Declaration())
            if before.low is None and before.high is None and not before.structure:
                yield {name: replace(before, low=0)}
                yield {name: replace(before, high=0)}
