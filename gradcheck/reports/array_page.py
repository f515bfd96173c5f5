"""``gradcheck eval --format html`` on arrays: shapes, pullbacks, small matrices in full, large ones by their norms."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from gradcheck.reports import array_wording as words
from gradcheck.reports import wording
from gradcheck.reports.array_json import nested
from gradcheck.reports.html import Html, element, joined, section, table
from gradcheck.reports.notation import Notation, inline, lines
from gradcheck.reports.page import banner, claims, drawing, explained, folded, head, in_full, judged, notes, page, where
from gradcheck.reports.walk import Step, Walk, selected, walk_section
from gradcheck.shapes import grid, shape_text
from gradcheck.syntax import mathml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode, Tensor
    from gradcheck.reports import Style
    from gradcheck.syntax.mathml import Piece

_SIDE: Final = 8
"""Rows or columns above which the middle of a matrix is left out."""
_SMALL: Final = 9
"""Entries up to which an array stands in the place of its name."""
_ALL: Final = 64
"""Entries up to which a step's numbers are kept as JSON has them."""
_FORMULAS: Final = 24
"""Entries of a derivative of which SymPy's formulas are listed."""
_FORMULA: Final = 180
"""Characters of one of them above which it is folded away."""
_DIGITS: Final = 4
"""Significant digits of an entry in a step, where arrays stand side by side."""
_COEFFICIENT: Final = re.compile(r"(?<![\w.\[])([0-9]+(?:\.[0-9]+)?)([^\W\d]\w*[²³]?)(?![\w(\[])")
"""A number in front of a name, which holds more tightly than any other product."""
_LABEL: Final = re.compile(r"∂(\w+)(\[[\w:,]*\])?/∂(\w+)(\[[\w:,]*\])?")


def array_page(result: ArrayEvaluation, style: Style) -> str:
    """The page of an expression over arrays."""
    notation = Notation({**result.shapes, **{node.name: node.shape for node in result.nodes}})
    verdict = banner(result, wording.verdict(result))
    if style.quiet:
        return page(result, [head(result, notation), verdict])
    each = "one sweep for each entry of the output" if result.shape else "gradient = sum of what each use passes back"
    return page(
        result,
        [
            head(result, notation, in_full(result, style), _facts(result, notation, style)),
            verdict,
            walk_section(_walk(result, notation, style), drawing(result, style), lead=each, left_out=_left_out(result)),
            explained(result, notation, style),
            _derivatives(result, style),
            _routes(result, notation, style),
            claims(result.claims, notation),
            notes(result.notes),
        ],
    )


def _facts(result: ArrayEvaluation, notation: Notation, style: Style) -> Html:
    value = matrix(result.value.entries, *grid(result.value.shape), style.digits)
    return joined(
        [
            element("p", "shapes ", element("span", words.declarations(result))) if result.shapes else None,
            where(result, notation),
            element("div", lines((mathml.name(result.output), [[value]])), class_="facts"),
        ]
    )


def matrix(entries: Sequence[float | Decimal | str], rows: int, columns: int, digits: int) -> Piece:
    """Numbers in brackets, the middle of a large matrix left out; a single one without."""
    if (rows, columns) == (1, 1):
        return mathml.number(words.entry(entries[0], digits))

    def cell(row: int, column: int) -> str:
        if row < 0 or column < 0:
            return mathml.sign("⋱" if row < 0 and column < 0 else "⋮" if row < 0 else "⋯")
        return mathml.number(words.entry(entries[row * columns + column], digits)).markup

    return mathml.matrix([[cell(row, column) for column in _ends(columns)] for row in _ends(rows)])


def _ends(count: int) -> list[int]:
    """The positions that are shown, with -1 for those that are not."""
    if count <= _SIDE:
        return list(range(count))
    return [*range(_SIDE // 2), -1, *range(count - _SIDE // 2 + 1, count)]


# -- the walk ---------------------------------------------------------------------------------------------------------


def _walk(result: ArrayEvaluation, notation: Notation, style: Style) -> Walk:
    chosen, hidden = selected(result.nodes, style)
    digits = min(style.digits, _DIGITS) if result.shapes and any(result.shapes.values()) else style.digits
    nodes = {node.name: node for node in result.nodes}
    forward = [_forward(place, result.nodes[place], nodes, notation, digits) for place in chosen]
    reached = [place for place in reversed(chosen) if result.nodes[place].jacobian is not None]
    return Walk((*forward, *(_backward(place, result, notation, style, digits) for place in reached)), hidden)


def _left_out(result: ArrayEvaluation) -> str:
    """What a result of a large graph does not hold."""
    held = any(node.name == result.output for node in result.nodes)
    return "" if held else "The nodes between are not shown (--nodes N)."


def _forward(place: int, node: ArrayNode, nodes: dict[str, ArrayNode], notation: Notation, digits: int) -> Step:
    """A node's value: the operation in names, in numbers where they are few, and what comes out."""
    sides: list[Piece] = []
    if not node.is_input:
        sides.append(_side(notation, node.operation, node.pretty))
        used = notation.names_in(node.operation)
        values = {name: nodes[name].value for name in used if name in nodes}
        if all(len(value.entries) <= _SMALL for value in values.values()):
            numbers = {
                name: matrix(value.entries, *grid(value.shape), digits)._replace(shape=value.shape)
                for name, value in values.items()
            }
            found = notation.formula(node.operation, numbers)
            sides += [] if found is None else [mathml.side(found)]
    sides.append(matrix(node.value.entries, *grid(node.value.shape), digits))
    shape = shape_text(node.shape)
    shown = joined(
        [
            lines((mathml.name(node.name), [[side] for side in sides])),
            element("p", f"shape {shape}", class_="muted") if node.shape else None,
        ]
    )
    told = f"{node.name}{'' if node.is_input else f' = {node.pretty}'}"
    what = f", shape {shape}" if node.shape else f" = {words.inline(node.value, digits, 100)}"
    return Step(place, False, told + what, _json(node.value), shown)


def _backward(place: int, result: ArrayEvaluation, notation: Notation, style: Style, digits: int) -> Step:
    """What reaches a node: the pullbacks of all its uses, and their sum."""
    node = result.nodes[place]
    jacobian = node.jacobian
    assert jacobian is not None
    label = words.derivative(result, node)
    shape = shape_text(jacobian.shape)
    norm = words.magnitude(jacobian, digits)
    norm = "" if words.has_intervals(jacobian) or not jacobian.shape else f", norm {norm}"
    terms = [
        mathml.Piece(mathml.words(f"… {len(node.sources) - wording.TERMS:,} more terms …"))
        if source is None
        else _side(notation, source.removeprefix("-"), source, minus=source.startswith("-"))
        for source in wording.elided(node.sources, style)
    ]
    total = None
    if not result.shape:
        colored = matrix(jacobian.entries, *grid(jacobian.shape), digits)
        total = mathml.row(colored, class_="upstream")
    why = ""
    if not node.sources:
        why = f"{result.output} does not depend on it"
        if node.name == result.output:
            why = (
                "here the pass begins: 1 where both are the same entry, else 0"
                if result.shape
                else "here the pass begins"
            )
    sides = [*([terms] if terms else []), *([[total]] if total is not None else [])]
    said = "".join(words.summed(node.sources, style)) or why
    shown = joined(
        [
            lines((_quotient(label), sides)),
            element("p", why, class_="muted") if why else None,
            element("p", f"shape {shape}{norm}", class_="muted") if jacobian.shape else None,
        ]
    )
    what = f", shape {shape}{norm}" if jacobian.shape else f" = {words.inline(jacobian, digits, 100)}"
    return Step(place, True, f"{label} = {said}{what}", _json(jacobian), shown)


def _side(notation: Notation, text: str, otherwise: str, *, minus: bool = False) -> Piece:
    """A side of an equation from a text as people read it: ∂L/∂d ∘ 2c, W @ xᵀ."""
    plain = _COEFFICIENT.sub(r"(\1*\2)", text.replace("∘²", "²").replace("∘", "*").replace("ᵀ", ".T"))
    found = notation.formula(plain)
    if found is None:
        return mathml.Piece(mathml.words(otherwise))
    return mathml.negative(found) if minus else mathml.side(found)


def _json(tensor: Tensor) -> str:
    return json.dumps(nested(tensor, 6)) if len(tensor.entries) <= _ALL else ""


# -- the derivatives --------------------------------------------------------------------------------------------------


def _derivatives(result: ArrayEvaluation, style: Style) -> Html | None:
    """The gradient, or the Jacobians, as matrices."""
    asked = [node for node in result.gradient if node.jacobian is not None]
    if not asked:
        return None
    title = ("Jacobians" if len(asked) > 1 else "Jacobian") if result.shape else "Gradient"
    parts: list[Html] = []
    for node in asked:
        if style.flat and result.shape:
            text = "\n".join(line for group in words.groups(result, node, style, 100) for line in group)
            parts.append(element("pre", text))
            continue
        found = words.blocks(result, node, style)
        for block in found.shown:
            piece = matrix(block.entries, block.rows, block.columns, style.digits)
            parts.append(lines((_quotient(block.label), [[mathml.row(piece, class_="upstream")]])))
        if found.zero:
            more = f" and {len(found.zero) - 12:,} more" if len(found.zero) > 12 else ""
            parts.append(element("p", f"zero by {node.name}: {', '.join(found.zero[:12])}{more}", class_="muted"))
        if found.more:
            parts.append(
                element("p", f"{found.more:,} more blocks by {node.name} (-v; --slice 0,1 shows one)", class_="muted")
            )
    return section(title, element("div", *parts, class_="matrices"), id_="derivatives", lead=words.layout(result))


def _quotient(label: str) -> Piece:
    """∂K[0,1]/∂B as it is labelled."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return mathml.Piece(mathml.words(label))
    of, of_at, by, by_at = found.groups()
    above, below = (
        mathml.name(name) if at is None else mathml.row(mathml.name(name), mathml.words(at))
        for name, at in ((of, of_at), (by, by_at))
    )
    return mathml.quotient(above, below, "upstream")


def _routes(result: ArrayEvaluation, notation: Notation, style: Style) -> Html | None:
    ran = [node for node in result.nodes if any((node.finite_difference, node.symbolic, node.reverse))]
    if not ran:
        return None
    title = {1: "One route", 2: "Two routes", 3: "Three routes"}[len(result.routes)]
    arrays = any(len(node.jacobian.entries) > 1 for node in ran if node.jacobian is not None)
    said = "; of an array its norm ± its worst entry" if arrays else ""
    titles = ["by", "shape", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict"]
    rows = (_cells(node, result, style) for node in ran)
    whole = table(titles, rows, label=title, numeric=range(2, len(titles) - 1))
    formulas = _formulas(result, notation)
    return section(title, whole, formulas, id_="routes", lead=f"to ∂{result.output}/∂node{said}")


def _cells(node: ArrayNode, result: ArrayEvaluation, style: Style) -> Sequence[str]:
    cells = {
        "fd": words.slope(node, style.digits),
        "symbolic": words.symbolic(node, style.digits),
        "reverse": words.magnitude(node.reverse, style.digits),
    }
    shape = shape_text((*result.shape, *node.shape))
    return inline(mathml.name(node.name)), shape, *(cells[route] for route in result.routes), judged(node.verdict)


def _formulas(result: ArrayEvaluation, notation: Notation) -> Html | None:
    """SymPy's derivatives by what is asked for: of a whole array, or entry by entry."""
    parts: list[Html] = []
    for node in result.gradient:
        found = node.symbolic
        if found is None or not (found.expressions or found.matrix):
            continue
        if found.matrix:
            label = _quotient(f"∂{result.output}/∂{node.name}")
            parts.append(element("ul", element("li", inline(label), folded(found.matrix, notation)), class_="formulas"))
            continue
        labels = words.entry_labels(result, node)
        written = [(label, one) for label, one in zip(labels, found.expressions, strict=True) if one != "0"]
        items = [
            element("li", inline(_quotient(label)), folded(one, notation, _FORMULA))
            for label, one in written[:_FORMULAS]
        ]
        if len(written) > _FORMULAS:
            items.append(element("li", f"and {len(written) - _FORMULAS:,} more by {node.name}", class_="muted"))
        elif len(written) < len(labels):
            zeros = len(labels) - len(written)
            where = f"{'the other ' if written else 'all '}{zeros:,} entr{'y' if zeros == 1 else 'ies'}"
            items.append(element("li", f"0 at {where} by {node.name}", class_="muted"))
        parts.append(element("ul", *items, class_="formulas entries"))
    return joined([element("h3", "SymPy’s derivatives"), *parts]) if parts else None
