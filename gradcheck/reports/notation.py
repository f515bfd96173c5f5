"""The texts of a result as formulas of a page; what is no formula stays the text it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gradcheck.reports.html import Html, element, joined
from gradcheck.syntax import mathml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.shapes import Shape
    from gradcheck.syntax.mathml import Piece

_NAME: Final = re.compile(r"[^\W\d]\w*")
_ASSIGNED: Final = re.compile(r"(?:^|;)\s*(\w+)\s*=(?!=)")
_QUOTIENT: Final = re.compile(r"∂(?P<of>\w+)(?P<at>\[[\w, ]*\])?/∂(?P<by>\w+)")
_STAND_IN: Final = "gradcheck_derivative_{}"
_CHARACTERS: Final = 2_000
"""Of a text that is shown as it is."""


class Notation:
    """Writes formulas in the names of one graph, each with its shape."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.shapes = shapes

    def names_in(self, text: str) -> list[str]:
        """The names of the graph that a text holds."""
        return [found for found in dict.fromkeys(_NAME.findall(text)) if found in self.shapes]

    def formula(self, text: str, values: Mapping[str, Piece] | None = None) -> Piece | None:
        """A text as a formula, with ``values`` in the place of names; None where it is none.

        ``∂f/∂a`` in it is an upstream derivative.
        """
        leaves = dict(values or {})

        def stand_in(found: re.Match[str]) -> str:
            named = _STAND_IN.format(len(leaves))
            of = mathml.name(found["of"])
            if found["at"]:
                of = mathml.row(of, mathml.words(found["at"]))
            piece = mathml.quotient(of, mathml.name(found["by"]), "upstream")
            leaves[named] = piece._replace(shape=self.shapes.get(found["by"], ()))
            return named

        text = _QUOTIENT.sub(stand_in, text)
        shapes = {name: self.shapes[name] for name in self.names_in(text) if name not in leaves}
        return mathml.formula(text, leaves=leaves, variables=shapes)

    def program(self, text: str) -> list[tuple[str, Piece]] | None:
        """The statements of a program, each with the name that it gives; None where they are no formulas."""
        shapes = {name: self.shapes[name] for name in self.names_in(text)}
        assigned = set(_ASSIGNED.findall(text))
        return mathml.statements(text, variables={name: shapes[name] for name in shapes if name not in assigned})


def lines(*written: tuple[Piece | None, Sequence[Sequence[Piece]]]) -> Html:
    """Equations below each other: what is on the left (None as on the line above), and each side of its ``=``.

    A side is the terms of a sum. Each term is a formula of its own, so that a line can break between them.
    """
    return element("div", *(_line(head, sides) for head, sides in written), class_="equations")


def _line(head: Piece | None, sides: Sequence[Sequence[Piece]]) -> Html:
    signed = [(mathml.sign("+" if position else "="), term) for side in sides for position, term in enumerate(side)]
    left = "" if head is None else inline(head)
    right = joined([inline(*one) for one in signed], " ")
    return joined([element("div", left, class_="left"), element("div", right, class_="sides")])


def code(text: str) -> Html:
    """A text as it is, cut where nobody would read on."""
    return element("code", text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]} … ({len(text):,} characters)")


def inline(*pieces: Piece | str, wide: bool = True) -> Html:
    """A formula in a line of text."""
    return Html(mathml.math(*pieces, wide=wide))
