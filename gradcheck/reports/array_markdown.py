"""Markdown of an evaluation with arrays: the chain-rule table at matrix level for notes, issues and pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.errors import printable
from gradcheck.reports import array_wording as words
from gradcheck.reports import boxes, wording
from gradcheck.reports.markdown import claim_cells, explained, heading, reading_notes
from gradcheck.reports.markdown_text import code, plain, table
from gradcheck.shapes import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode
    from gradcheck.reports import Style

_ROOM = 60
"""Characters that an array may take in a cell."""


def array_markdown(result: ArrayEvaluation, style: Style) -> str:
    """The report of ``gradcheck eval``: three tables, the derivatives as matrices, the verdict."""
    closing = (
        f"**{result.verdict.name or 'not compared'}**: {plain(wording.verdict(result))} (exit {result.exit_code})\n"
    )
    if style.quiet:
        return closing
    return "\n".join([*_lines(result, style), closing])


def _lines(result: ArrayEvaluation, style: Style) -> Iterator[str]:
    yield from heading(result)
    if result.shapes:
        yield from (f"Shapes: {code(words.declarations(result))}", "")
    where = ", ".join(words.point(result))
    drawn = f" (drawn from seed {result.seed})" if result.drawn else ""
    if where:
        value = words.inline(result.value, style.digits, _ROOM)
        yield from (f"At {code(where)}{drawn}: {code(f'{result.output} = {value}')}", "")
    yield from reading_notes(result)
    yield from explained(result, style) if style.explain else _tables(result, style)
    yield from _derivatives(result, style)
    notes = [f"- {plain(note)}" for note in result.notes]
    yield from (*notes, *[""] * bool(notes))
    if result.claims and not style.explain:
        yield from ("### Claims", "")
        yield from table(("claim", "verdict", "why"), (claim_cells(one) for one in result.claims))
        yield ""


def _tables(result: ArrayEvaluation, style: Style) -> Iterator[str]:
    """Forward pass, backward pass, routes."""
    shown, _, hidden = wording.visible(result.nodes, style)
    yield from ("### Forward pass", "")
    yield from table(("node", "shape", "value"), (_forward(node, style) for node in shown))
    yield from ("", "### Backward pass", "")
    reached = [node for node in reversed(shown) if node.jacobian is not None]
    yield from table(
        ("gradient", "what each use passes back", "shape", "norm"), (_backward(node, result, style) for node in reached)
    )
    yield from ("", "### Routes", "")
    headers = ("by", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict")
    yield from table(headers, (_routes(node, result, style) for node in shown if node.verdict.name or node.reverse))
    yield ""
    formulas = list(words.formulas(result, style, style.width))
    if formulas:
        yield from ("SymPy's derivatives:", "", "```text")
        for one in formulas:
            yield from (one if isinstance(one, list) else [f"{one[0]} = {one[1]}"])
        yield from ("```", "")
    if hidden:
        yield from (f"{hidden} more nodes are not shown (`--nodes all`).", "")


def _forward(node: ArrayNode, style: Style) -> Sequence[str]:
    name = node.name if node.is_input else f"{node.name} = {node.pretty}"
    return code(name), shape_text(node.shape), code(words.inline(node.value, style.digits, _ROOM))


def _backward(node: ArrayNode, result: ArrayEvaluation, style: Style) -> Sequence[str]:
    assert node.jacobian is not None
    head = code(words.derivative(result, node))
    source = code("".join(words.summed(node.sources, style))) if node.sources else ""
    shape = shape_text(node.jacobian.shape)
    return head, source, shape, words.magnitude(node.jacobian, style.digits)


def _routes(node: ArrayNode, result: ArrayEvaluation, style: Style) -> Sequence[str]:
    cells = {
        "fd": words.slope(node, style.digits),
        "symbolic": words.symbolic(node, style.digits),
        "reverse": words.magnitude(node.reverse, style.digits),
    }
    return code(node.name), *(cells[route] for route in result.routes), node.verdict.name or "–"


def _derivatives(result: ArrayEvaluation, style: Style) -> Iterator[str]:
    """The matrices, in a block of code: Markdown has none."""
    asked = [node for node in result.gradient if node.jacobian is not None]
    if not asked:
        return
    said = words.layout(result)
    yield from (f"### {'Jacobians' if result.shape else 'Gradient'}{f' ({said})' if said else ''}", "", "```text")
    groups = [group for node in asked for group in words.groups(result, node, style, style.width)]
    yield from (printable(line) for line in boxes.beside(groups, style.width))
    yield from ("```", "")
