"""The derivation in words as LaTeX: enumerated steps, each with its formulas and its sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gradcheck.reports.explained import parts
from gradcheck.reports.latex_text import heading, number, prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradcheck.reports.explanation import Explanation, Kind, Step
    from gradcheck.reports.latex_text import Notation

_TERM: Final = re.compile(r"∂(\w+)/∂(\w+)·∂(\w+)/∂(\w+)")
_QUOTIENT: Final = re.compile(r"∂(\w+)(\[[^\]]*\])?/∂(\w+)")
_RECEIVES: Final = " receives "
_PLAIN: Final = re.compile(r"[-0-9.e+ ·()\[\],∞±a-z–]+")
"""Numbers, intervals and words such as ``undefined``."""


def explanation_latex(explanation: Explanation, notation: Notation) -> Iterator[str]:
    """All steps but the claims, which have a table of their own."""
    yield from (rf"\par\noindent {prose(step.sentence)}" for step in explanation.of("opening"))
    for kind, title, lead, steps in parts(explanation):
        if kind == "claim":
            continue
        yield from heading(f"{title}: {prose(lead)}")
        yield r"\begin{enumerate}"
        for step in steps:
            yield from _step(step, kind, notation)
        yield r"\end{enumerate}"


def _step(step: Step, kind: Kind, notation: Notation) -> Iterator[str]:
    formulas = list(step.formulas)
    if kind == "local":
        formulas.insert(0, f"{step.node} = {step.operation}")
    shown = [_formula(formula, kind, notation) for formula in formulas]
    yield rf"  \item {shown[0]}" if shown else rf"  \item {prose(step.sentence)}"
    yield from (rf"    \par {one}" for one in shown[1:])
    if shown and step.sentence:
        yield rf"    \par {prose(step.sentence)}"


def _formula(text: str, kind: Kind, notation: Notation) -> str:
    receiver, receives, passed = text.partition(_RECEIVES)
    if receives:
        return rf"${notation.name(receiver)}$ receives {_side(passed, 'backward', notation)}"
    return " $=$ ".join(_side(side, kind, notation) for side in text.split(" = "))


def _side(text: str, kind: Kind, notation: Notation) -> str:
    """One side of an equation as mathematics, in which a line may break between the terms of a sum."""
    terms = text.split(" + ")
    if all(_TERM.fullmatch(term) for term in terms):
        return " $+$ ".join(_term(term, notation) for term in terms)
    lone = _QUOTIENT.fullmatch(text)
    if lone is not None:
        color = "local" if kind == "local" else "upstream"
        return rf"$\displaystyle\grad{color}{{{notation.partial(lone[1], lone[3], lone[2])}}}$"
    found = notation.math(text.replace("∘", "*"))
    if found is not None:
        return rf"$\displaystyle {found}$"
    return f"${number(text)}$".replace("·", r"\cdot ") if _PLAIN.fullmatch(text) else prose(text)


def _term(text: str, notation: Notation) -> str:
    found = _TERM.fullmatch(text)
    assert found is not None
    upstream, local = notation.partial(found[1], found[2]), notation.partial(found[3], found[4])
    return rf"$\displaystyle\gradupstream{{{upstream}}} \cdot \gradlocal{{{local}}}$"
