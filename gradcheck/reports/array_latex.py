"""LaTeX of an evaluation with arrays: the chain rule at matrix level, with the values as matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.reports import array_wording as words
from gradcheck.reports import wording
from gradcheck.reports.latex import claims, explained, function, verdict
from gradcheck.reports.latex_text import Notation, align, cell, code, heading, matrix, number, prose, table, whole
from gradcheck.shapes import grid, shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode, Tensor
    from gradcheck.reports import Style

_CHARACTERS: Final = 160
"""Of a derivation's right side, above which the value gets a line of its own."""


def array_latex(result: ArrayEvaluation, style: Style) -> str:
    """The report of ``gradcheck eval``: forward pass, backward pass, routes, derivatives, verdict."""
    closing = verdict(result)
    if style.quiet:
        return closing + "\n"
    shapes = {**result.shapes, **{node.name: node.shape for node in result.nodes}}
    notation = Notation((*shapes, *result.point), result.output, shapes)
    return whole([*_lines(result, style, notation), "", closing], style)


def _lines(result: ArrayEvaluation, style: Style, notation: Notation) -> Iterator[str]:
    yield from function(notation, result.reading, result.output)
    if result.shapes:
        yield f"Shapes: {prose(words.declarations(result))}."
    if result.drawn:
        yield f"The point is drawn from seed {result.seed}."
    yield from (rf"\par\noindent Note: {prose(note.message)}." for note in result.reading_notes)
    yield from explained(result, style, notation) if style.explain else _tables(result, style, notation)
    yield from _derivatives(result, notation, style)
    yield from (rf"\par\noindent Note: {prose(note)}." for note in result.notes)
    yield from claims(result.claims, notation)


def _tables(result: ArrayEvaluation, style: Style, notation: Notation) -> Iterator[str]:
    """Forward pass, backward pass, routes."""
    shown, _, hidden = wording.visible(result.nodes, style)
    yield from heading("Forward pass")
    yield from align(_forward(node, notation, style) for node in shown)
    reached = [node for node in reversed(shown) if node.jacobian is not None]
    if reached:
        yield from heading("Backward pass: each gradient is the sum of what the uses of a node pass back")
        yield from align(line for node in reached for line in _backward(node, result, notation, style))
    yield from heading("Routes")
    headers = ("by", "shape", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict")
    compared = (node for node in shown if node.verdict.name or node.reverse)
    rows = (_routes(node, result, notation, style) for node in compared)
    yield from table(f"ll{'l' * len(result.routes)}l", headers, rows)
    if hidden:
        yield rf"\noindent {hidden} more nodes are not shown (\texttt{{--nodes all}})."


def _forward(node: ArrayNode, notation: Notation, style: Style) -> str:
    there = tensor(node.value, style.digits)
    if node.is_input:
        return f"{notation.name(node.name)} &= {there}"
    shown = notation.math(node.operation) or rf"\text{{{code(node.operation)}}}"
    return f"{notation.name(node.name)} &= {shown} = {there}"


def tensor(found: Tensor, digits: int) -> str:
    """A number, a column or a matrix; of more axes the shape and the norm."""
    if len(found.shape) > 2:
        return rf"\text{{{shape_text(found.shape)}, norm }} {number(words.magnitude(found, digits))}"
    entries = [words.entry(one, digits) for one in found.entries]
    return matrix(*grid(found.shape), entries) if found.shape else number(entries[0])


def _backward(node: ArrayNode, result: ArrayEvaluation, notation: Notation, style: Style) -> Iterator[str]:
    assert node.jacobian is not None
    head = notation.derivative(words.derivative(result, node))
    there = tensor(node.jacobian, style.digits)
    passed = [
        one.expression
        for child in result.nodes
        for one in child.pullbacks
        if one.wrt == node.name and child.jacobian is not None
    ]
    if len(passed) != len(node.sources):  # a child is not shown
        passed = list(node.sources)
    if not passed:
        yield f"{head} &= {there}"
        return
    terms = [
        r"\dots" if one is None else notation.math(one) or rf"\text{{{code(one)}}}"
        for one in wording.elided(passed, style)
    ]
    line = "".join(words.summed(terms))
    if len(line) + len(there) > _CHARACTERS:
        yield f"{head} &= {line}"
        yield f"&= {there}"
    else:
        yield f"{head} &= {line} = {there}"


def _routes(node: ArrayNode, result: ArrayEvaluation, notation: Notation, style: Style) -> Sequence[str]:
    cells = {
        "fd": words.slope(node, style.digits),
        "symbolic": words.symbolic(node, style.digits),
        "reverse": words.magnitude(node.reverse, style.digits),
    }
    name = f"${notation.name(node.name)}$"
    return name, shape_text(node.shape), *(cell(cells[route]) for route in result.routes), node.verdict.name or "--"


def _derivatives(result: ArrayEvaluation, notation: Notation, style: Style) -> Iterator[str]:
    """The derivatives that are asked for, in blocks where they have more than two axes."""
    asked = [node for node in result.gradient if node.jacobian is not None]
    if not asked:
        return
    said = words.layout(result)
    title = "Jacobians" if result.shape else "Gradient"
    yield from heading(f"{title} ({prose(said)})" if said else title)
    lines = []
    rest = []
    for node in asked:
        found = words.blocks(result, node, style)
        for block in found.shown:
            shown = [words.entry(one, style.digits) for one in block.entries]
            one = number(shown[0]) if len(shown) == 1 else matrix(block.rows, block.columns, shown)
            lines.append(f"{notation.derivative(block.label)} &= {one}")
        if found.zero:
            rest.append(f"zero by {node.name}: {', '.join(found.zero)}")
        if found.more:
            rest.append(f"{found.more:,} more blocks by {node.name} (-v)")
    yield from align(lines)
    yield from (rf"\par\noindent {prose(one)}." for one in rest)
    formulas = [
        (node.name, node.symbolic.matrix) for node in asked if node.symbolic is not None and node.symbolic.matrix
    ]
    if formulas:
        yield from heading("SymPy's derivatives")
    for name, formula in formulas:
        head = notation.partial(result.output, name)
        yield rf"\par\noindent ${head} =$ {notation.inline(formula)}"
