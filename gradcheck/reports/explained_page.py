"""The derivation in words as a part of a page: each step's formulas typeset, and the sentence that goes with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gradcheck.reports.explained import parts
from gradcheck.reports.html import Html, element, joined, section
from gradcheck.reports.notation import inline
from gradcheck.syntax import mathml

if TYPE_CHECKING:
    from gradcheck.reports.explanation import Explanation, Kind, Step
    from gradcheck.reports.notation import Notation
    from gradcheck.syntax.mathml import Piece

_TERM: Final = re.compile(r"∂(\w+)/∂(\w+)·∂(\w+)/∂(\w+)")
_QUOTIENT: Final = re.compile(r"∂(\w+)/∂(\w+)")
_RECEIVES: Final = " receives "


def explained_section(explanation: Explanation, notation: Notation) -> Html:
    """All steps, part by part; the claims have a section of their own."""
    opening = [element("p", step.sentence) for step in explanation.of("opening")]
    body = [
        joined(
            [
                element("h3", heading, element("small", lead)),
                element("ol", *(_step(step, kind, notation) for step in steps), class_="steps"),
            ]
        )
        for kind, heading, lead, steps in parts(explanation)
        if kind != "claim"
    ]
    return section("The derivation, step by step", *opening, *body, id_="derivation")


def _step(step: Step, kind: Kind, notation: Notation) -> Html:
    shown = [_formula(text, kind, notation) for text in step.formulas]
    if kind == "local":
        shown.insert(0, _formula(f"{step.node} = {step.operation}", kind, notation))
    lines = [element("div", one, class_="formula") for one in shown]
    return element("li", *lines, element("p", step.sentence) if step.sentence else None)


def _formula(text: str, kind: Kind, notation: Notation) -> Html:
    """Equal sides, each typeset; what is no formula is shown as it is."""
    if _RECEIVES in text:
        receiver, _, passed = text.partition(_RECEIVES)
        return joined([inline(mathml.name(receiver)), _RECEIVES, _side(passed, "backward", notation)])
    sides = [_side(side, kind, notation) for side in text.split(" = ")]
    return joined(sides, joined([" ", inline(mathml.sign("=")), " "]))


def _side(text: str, kind: Kind, notation: Notation) -> Html:
    terms = text.split(" + ")
    if all(_TERM.fullmatch(term) for term in terms):
        return joined([inline(_term(term)) for term in terms], joined([" ", inline(mathml.sign("+")), " "]))
    lone = _QUOTIENT.fullmatch(text)
    if lone is not None:
        return inline(mathml.derivative(lone[1], lone[2], "local" if kind == "local" else "upstream"))
    piece = notation.formula(text.replace("∘", "*"))
    if piece is None:
        return element("span", text)
    return inline(piece)


def _term(text: str) -> Piece:
    """Upstream times local, each in its colour."""
    found = _TERM.fullmatch(text)
    assert found is not None
    upstream = mathml.derivative(found[1], found[2], "upstream")
    return mathml.row(upstream, mathml.sign("·"), mathml.derivative(found[3], found[4], "local"))
