"""The forward and the backward pass as a walk: a step for each node, each written out in full.

A page shows one step at a time; without a script, or on paper, it lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gradcheck.reports import wording
from gradcheck.reports.html import Html, element, joined, section
from gradcheck.reports.json import json_number
from gradcheck.reports.notation import Notation, lines
from gradcheck.syntax import mathml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from gradcheck.reports import Style
    from gradcheck.results import Evaluation, NodeResult, Path
    from gradcheck.syntax.mathml import Piece

MOST: Final = 500
"""Nodes above which a page leaves out the middle of a walk, unless --nodes asks for more."""
MOST_EVER: Final = 3_000
_TERMS: Final = 12
"""Terms of a sum above which the middle is left out."""
_PACE: Final = 1_800
"""Milliseconds that a step is shown while the walk plays."""


@dataclass(frozen=True, slots=True)
class Step:
    """One node of one pass."""

    node: int
    """Its place in the nodes of the result, and in the drawing."""
    backward: bool
    told: str
    """What a screen reader says."""
    value: str
    """The number as JSON has it."""
    shown: Html


@dataclass(frozen=True, slots=True)
class Walk:
    """The steps in order, and how many nodes they leave out."""

    steps: tuple[Step, ...]
    hidden: int = 0


def scalar_walk(result: Evaluation, style: Style) -> Walk:
    """The steps through a graph of scalars."""
    chosen, hidden = selected(result.nodes, style)
    writer = _Writer(result, style.digits)
    forward = [writer.forward(place) for place in chosen]
    backward = [writer.backward(place) for place in reversed(chosen) if result.nodes[place].adjoint is not None]
    operations = sum(not node.is_input for node in result.nodes)
    return Walk((*forward, *backward), hidden + max(0, result.cost.forward - operations))


def selected(nodes: Sequence[Any], style: Style) -> tuple[list[int], int]:
    """The places of the nodes that a walk visits, inputs first, and how many are left out."""
    inputs = [place for place, node in enumerate(nodes) if node.is_input]
    operations = [place for place, node in enumerate(nodes) if not node.is_input]
    chosen = inputs if style.nodes == "inputs" else [*inputs, *operations]
    most = MOST
    if style.nodes == "all":
        most = MOST_EVER
    elif isinstance(style.nodes, int):
        most = min(len(inputs) + style.nodes, MOST_EVER)
    if len(chosen) > most:
        last = max(0, most - len(inputs)) // 2
        chosen = [*chosen[: most - last], *chosen[len(chosen) - last :]]
    return chosen, len(nodes) - len(chosen)


class _Writer:
    """Writes the steps through one graph of scalars."""

    def __init__(self, result: Evaluation, digits: int) -> None:
        self.result, self.digits = result, digits
        self.values = {node.name: wording.number(node.value, digits) for node in result.nodes}
        self.notation = Notation(dict.fromkeys(self.values, ()))
        self.has_paths = any(node.paths for node in result.nodes)

    def forward(self, place: int) -> Step:
        """A node's value, in names and in numbers, and its local derivatives."""
        node = self.result.nodes[place]
        value = self.values[node.name]
        sides, said = self.given(node) if node.is_input else self.computed(node)
        if said != value and (not sides or sides[-1].markup != mathml.number(value).markup):
            sides.append(mathml.number(value))
        told = f"{node.name} = {said}" + (f" = {value}" if said != value else "")
        written: list[tuple[Piece | None, list[list[Piece]]]] = [(mathml.name(node.name), [[side] for side in sides])]
        for one in node.locals:
            rule, value = self.formula(one.expression, one.pretty), wording.quantity(one.value, self.digits)
            if rule.number and value == "undefined":  # the sweep did not come here: no derivative flows through
                value = one.pretty
            total = mathml.number(value)
            head = mathml.derivative(node.name, one.wrt, "local")
            rules = [] if rule.markup == total.markup else [[rule]]
            written.append((head, [*rules, [mathml.row(total, class_="local")]]))
            told += f"; ∂{node.name}/∂{one.wrt} = {one.pretty}" + (f" = {value}" if value != one.pretty else "")
        return Step(place, False, told, _json(node.value, self.digits), lines(*written))

    def given(self, node: NodeResult) -> tuple[list[Piece], str]:
        """The value of an input, as it was given."""
        text = self.result.point.get(node.name, "")
        return ([self.formula(text, text)], text) if text else ([], "")

    def computed(self, node: NodeResult) -> tuple[list[Piece], str]:
        """What a node computes, in names and then in numbers."""
        numbers = {name: mathml.number(self.values[name]) for name in self.notation.names_in(node.operation)}
        found = self.notation.formula(node.operation, numbers)
        return [
            self.formula(node.operation, node.pretty),
            *([] if found is None else [mathml.side(found)]),
        ], node.pretty

    def formula(self, text: str, otherwise: str) -> Piece:
        """A side of an equation."""
        found = self.notation.formula(text)
        return mathml.Piece(mathml.words(otherwise)) if found is None else mathml.side(found)

    def backward(self, place: int) -> Step:
        """The adjoint of a node: the chain rule in symbols, then in numbers."""
        node, output = self.result.nodes[place], self.result.output
        assert node.adjoint is not None
        total = wording.quantity(node.adjoint, self.digits)
        value = node.adjoint.interval or _json(node.adjoint.value, self.digits)
        head = mathml.derivative(output, node.name, "upstream")
        colored = mathml.row(mathml.number(total), class_="upstream")
        told = f"∂{output}/∂{node.name} = "
        if not node.paths:
            why = self.without_paths(node)
            shown = joined([lines((head, [[colored]])), element("p", why, class_="muted") if why else None])
            return Step(place, True, f"{told}{total}" + (f", {why}" if why else ""), value, shown)
        symbols = self.sum(node, self.symbols)
        numbers = self.sum(node, self.numbers)
        said = " + ".join("·".join(wording.term_numbers(path, self.digits)) for path in node.paths[:_TERMS])
        more = f" + {len(node.paths) - _TERMS:,} more terms" if len(node.paths) > _TERMS else ""
        shown = lines((head, [symbols]), (None, [numbers, [colored]]))
        return Step(place, True, f"{told}{said}{more} = {total}", value, shown)

    def without_paths(self, node: NodeResult) -> str:
        """Why a node's adjoint is no sum."""
        if node.name == self.result.output:
            return "here the pass begins: the output changes as much as itself"
        if not self.has_paths:
            return "the terms of its sum are not kept on a graph as large as this"
        return f"{self.result.output} does not depend on {node.name} here"

    def sum(self, node: NodeResult, write: Callable[[NodeResult, Path], Piece]) -> list[Piece]:
        """The terms of the chain rule, the middle of very many left out."""
        if len(node.paths) <= _TERMS + 1:
            return [write(node, path) for path in node.paths]
        half = _TERMS // 2
        between = mathml.Piece(mathml.words(f"… {len(node.paths) - 2 * half:,} more terms …"))
        first, last = node.paths[:half], node.paths[-half:]
        return [*(write(node, path) for path in first), between, *(write(node, path) for path in last)]

    def symbols(self, node: NodeResult, path: Path) -> Piece:
        upstream = mathml.derivative(self.result.output, path.child, "upstream")
        return mathml.product([upstream, mathml.derivative(path.child, node.name, "local")])

    def numbers(self, _: NodeResult, path: Path) -> Piece:
        upstream, local = (mathml.number(wording.quantity(one, self.digits)) for one in (path.upstream, path.local))
        return mathml.row(
            mathml.row(mathml.bracketed(upstream, mathml.PRODUCT), class_="upstream"),
            mathml.sign("⋅"),
            mathml.row(mathml.bracketed(local, mathml.POWER), class_="local"),
        )


def _json(value: Decimal, digits: int) -> str:
    return str(json_number(value, digits))


# -- markup -----------------------------------------------------------------------------------------------------------

_ICONS: Final = {
    "first": "M5 4v16M19 5v14l-11-7z",
    "back": "M16 5v14l-11-7z",
    "play": "M7 4v16l13-8z",
    "pause": "M8 5v14M16 5v14",
    "next": "M8 5v14l11-7z",
    "last": "M19 4v16M5 5v14l11-7z",
}


def walk_section(found: Walk, drawing: Html, *, lead: str, left_out: str = "") -> Html:
    """The part of a page with the drawing, the buttons and all steps."""
    count = len(found.steps)
    forward = [element_of(step, number) for number, step in enumerate(found.steps, 1) if not step.backward]
    backward = [element_of(step, number) for number, step in enumerate(found.steps, 1) if step.backward]
    if found.hidden:
        left_out = f"{found.hidden:,} more nodes are not shown (--nodes N shows N, at most {MOST_EVER:,})."
    intro = element("p", "Step through the graph with the buttons or the arrow keys.", class_="intro muted")
    return section(
        "Forward and backward pass",
        element(
            "div",
            drawing,
            _controls(count),
            intro,
            element(
                "div",
                _pass("Forward pass", "each value, and its local derivatives", forward, 1),
                _pass("Backward pass", "upstream × local, summed over the paths", backward, len(forward) + 1),
                class_="passes",
            ),
            element("p", left_out, class_="muted") if left_out else None,
            element("p", class_="unseen told", aria_live="polite"),
            class_="walk",
            id="walk",
            data_pace=_PACE,
        ),
        id_="passes",
        lead=lead,
    )


def _pass(title: str, lead: str, steps: Sequence[Html], start: int) -> Html | None:
    if not steps:
        return None
    heading = element("h3", title, element("small", lead))
    return element("div", heading, element("ol", *steps, start=start), class_="pass")


def element_of(step: Step, number: int) -> Html:
    """A step as an item of its list."""
    return element(
        "li",
        step.shown,
        class_="step",
        id=f"step-{number}",
        data_index=step.node,
        data_pass="backward" if step.backward else "forward",
        data_value=step.value,
        data_told=step.told,
    )


def _controls(count: int) -> Html:
    def button(go: str, label: str, *icons: str) -> Html:
        drawn = [
            element("svg", element("path", d=_ICONS[one]), viewBox="0 0 24 24", aria_hidden="true") for one in icons
        ]
        return element("button", *drawn, type="button", data_go=go, aria_label=label, title=label)

    buttons = (
        button("first", "Whole graph", "first"),
        button("back", "Step back", "back"),
        button("play", "Play", "play", "pause"),
        button("next", "Next step", "next"),
        button("last", "Last step", "last"),
    )
    return element(
        "div",
        element("div", *buttons, class_="buttons"),
        element("input", type="range", min=0, max=count, value=0, aria_label="Step", autocomplete="off"),
        element("span", class_="where"),
        element("button", "All steps", type="button", data_go="all", aria_pressed="false"),
        class_="controls",
        role="group",
        aria_label="Walk through the passes",
        hidden=True,
    )
