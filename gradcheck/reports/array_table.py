"""The chain-rule table at matrix level: shapes, pullbacks, norms of the adjoints, and the derivatives as matrices."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from rich.text import Text

from gradcheck.errors import printable
from gradcheck.reports import array_wording as words
from gradcheck.reports import boxes, wording
from gradcheck.reports.table import VERDICT_STYLES, Page, claims, explained
from gradcheck.reports.wording import LOCAL, UPSTREAM
from gradcheck.shapes import shape_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode, Tensor
    from gradcheck.reports import Style
    from gradcheck.results import RouteName

_LABEL: Final = r"∂[^ ∂]*(?:\[[^\]]*\])?/∂\w+(?:\[[^\]]*\])?(?=,| =)"


def array_table(result: ArrayEvaluation, style: Style) -> str:
    """The whole report of ``gradcheck eval`` on an expression with arrays."""
    page = Page(style)
    if not style.quiet:
        _head(page, result, style)
        if style.explain:
            explained(page, result, style)
        else:
            shown, gap, hidden = wording.visible(result.nodes, style)
            _forward(page, style, shown, gap, hidden)
            _backward(page, result, style, shown, hidden)
            _routes(page, result, style, shown, hidden)
        _derivatives(page, result, style)
        for note in result.notes:
            page.line(("note  ", "yellow"), note, hang=6)
        if result.claims and not style.explain:
            claims(page, result.claims)
            page.blank()
    name = result.verdict.name or "not compared"
    sentence = wording.verdict(result)
    page.line(
        (name.upper(), VERDICT_STYLES[result.verdict.name]),
        f"  {sentence} ",
        (f"(exit {result.exit_code})", "dim"),
        hang=2,
    )
    return page.text()


def _head(page: Page, result: ArrayEvaluation, style: Style) -> None:
    page.line((f"{result.output} = ", "bold") if "=" not in result.reading else "", result.reading[:4_000], hang=4)
    if style.verbose:
        page.line(("in full: ", "dim"), result.full_reading[:4_000], hang=4)
    for note in result.reading_notes:
        page.line(("note: ", "yellow"), note.message, hang=6)
    if result.shapes:
        page.line(("shapes ", "bold"), words.declarations(result), hang=7)
    where = words.point(result)
    if where:
        drawn = f"   (drawn from seed {result.seed})" if result.drawn else ""
        lines = [", ".join(where)] if len(", ".join(where)) + len(drawn) + 3 <= page.width else where
        for position, line in enumerate(lines):
            fits = position == len(lines) - 1 and len(line) + len(drawn) + 3 <= page.width
            page.line(("   " if position else "at ", "bold"), line, (drawn if fits else "", "dim"), hang=5)
        if drawn and not fits:
            page.line((drawn.strip(), "dim"), indent=3)
    _value(page, result.output, result.value, style)
    page.blank()


def _value(page: Page, name: str, value: Tensor, style: Style, indent: int = 0) -> None:
    """A value on one line, or as a matrix."""
    block = words.Block(name, *_grid(value), value.entries)
    if len(value.shape) < 2:
        room = 10**9 if style.verbose else page.width - indent - len(name) - 3
        page.line((f"{name} = ", "bold"), words.inline(value, style.digits, room), indent=indent, hang=len(name) + 4)
        return
    for group in words.drawn(block, style, page.width - indent):
        for line in group:
            page.exact(line, "bold", pattern=rf"^{name}(?= =|,)", indent=indent)


def _grid(value: Tensor) -> tuple[int, int]:
    return (value.shape[0], value.shape[1]) if len(value.shape) > 1 else (1, len(value.entries))


def _forward(page: Page, style: Style, shown: Sequence[ArrayNode], gap: int, hidden: int) -> None:
    if not shown:
        return
    page.line(("FORWARD PASS", "bold"), ("  each node: its shape and its value", "dim"))
    names = [node.name if node.is_input else f"{node.name} = {node.pretty}" for node in shown]
    shapes = [shape_text(node.shape) for node in shown]
    left = min(max(map(len, names)), page.width // 2 - 6)
    middle = max(map(len, shapes))
    for position, node in enumerate(shown):
        if position == gap:
            page.line((f"… {hidden} more nodes (--nodes all)", "dim"), indent=2)
        head = names[position].ljust(left)
        if len(names[position]) > left:
            page.line(names[position], indent=2, hang=4)
            head = " " * left
        room = page.width - 2 - left - middle - 4
        value = words.inline(node.value, style.digits, max(room, 12))
        page.line(head, "  ", (shapes[position].ljust(middle), "dim"), "  ", value, indent=2, hang=4)
        if style.verbose and "…" in value:
            _value(page, node.name, node.value, style, indent=4)
    if gap == len(shown):
        page.line((f"… {hidden} nodes between (--nodes all)", "dim"), indent=2)
    page.blank()


def _backward(page: Page, result: ArrayEvaluation, style: Style, shown: Sequence[ArrayNode], hidden: int) -> None:
    reached = [node for node in reversed(shown) if node.jacobian is not None]
    if not reached or not any(node.sources or node.name == result.output for node in reached):
        return
    each = ", one sweep for each entry of the output" if result.shape else ""
    page.line(
        ("BACKWARD PASS", "bold"),
        (
            "  gradient = sum of what each use of a node passes back" if not each else "  gradient = sum over uses",
            "dim",
        ),
        (each, "dim"),
    )
    for node in reached:
        _adjoint(page, node, result, style)
    if hidden:
        page.line((f"… and {hidden} more nodes (--nodes all)", "dim"), indent=2)
    page.blank()


def _adjoint(page: Page, node: ArrayNode, result: ArrayEvaluation, style: Style) -> None:
    """∂f/∂a as the sum of the pullbacks that reach a, and what it comes to."""
    head = words.derivative(result, node)
    hang = len(head) + 1
    if not node.sources:
        what: list[str | tuple[str, str]] = ["0", (f"   ({result.output} does not depend on it)", "dim")]
        if node.name == result.output:
            at = head.partition("/")[0].removeprefix("∂")
            what = [("1", UPSTREAM), (f" at {at}, else 0" if result.shape else "", "dim")]
        page.line((head, UPSTREAM), " = ", *what, indent=2, hang=hang)
        return
    parts: list[str | tuple[str, str]] = [(head, UPSTREAM), " = "]
    for term in words.summed(node.sources, style):
        parts += _coloured(term, head.partition("/")[0])
    total = _total(node, result, style, page.width - 2 - hang)
    if 2 + _length(parts) + _length(total) <= page.width:
        page.line(*parts, *total, indent=2, hang=hang + 2)
    else:
        page.line(*parts, indent=2, hang=hang + 2)
        page.line(" " * hang, *(["= ", *total[1:]] if total[0] == " = " else total), indent=2, hang=hang + 2)
    if style.verbose and not result.shape and len(node.shape) > 1:
        for group in words.drawn(words.blocks(result, node, style).shown[0], style, page.width - 4):
            for line in group:
                page.exact(line, UPSTREAM, pattern=_LABEL, indent=4)


def _length(parts: Sequence[str | tuple[str, str]]) -> int:
    return sum(len(one if isinstance(one, str) else one[0]) for one in parts)


def _total(node: ArrayNode, result: ArrayEvaluation, style: Style, room: int) -> list[str | tuple[str, str]]:
    """The adjoint: a number, or its entries where they fit, its shape and its norm."""
    assert node.jacobian is not None
    norm = words.magnitude(node.jacobian, style.digits)
    if not node.jacobian.shape:
        return [" = ", (norm, UPSTREAM)]
    known = "" if words.has_intervals(node.jacobian) else f", norm {norm}"
    tail = f"  ({shape_text(node.jacobian.shape)}{known})"
    whole = words.inline(node.jacobian, style.digits, 10**6) if len(node.jacobian.entries) <= 100 else ""
    if not result.shape and whole and 3 + len(whole) + len(tail) <= room:
        return [" = ", (whole, UPSTREAM), (tail, "dim")]
    return [(tail, "dim")]


def _coloured(term: str, upstream: str) -> list[str | tuple[str, str]]:
    """A pullback with the upstream derivative in its colour and the local factor in the other."""
    found: list[str | tuple[str, str]] = []
    rest = term
    while rest:
        before, at, behind = rest.partition(f"{upstream}/∂")
        if before:
            plain = before if before.strip() in {"+", "-"} else ""
            found.append(plain or (before, LOCAL))
        if not at:
            break
        name = next((position for position, c in enumerate(behind) if not (c.isalnum() or c == "_")), len(behind))
        found.append((f"{at}{behind[:name]}", UPSTREAM))
        rest = behind[name:]
    return found


def _routes(page: Page, result: ArrayEvaluation, style: Style, shown: Sequence[ArrayNode], hidden: int) -> None:
    ran = [node for node in shown if any((node.finite_difference, node.symbolic, node.reverse))]
    if not ran:
        return
    title = wording.ROUTES_TITLES[len(result.routes)]
    arrays = any(len(node.jacobian.entries) > 1 for node in ran if node.jacobian is not None)
    said = "; of an array its norm ± its worst entry" if arrays else ""
    page.line((title, "bold"), (f"  to ∂{result.output}/∂node{said}", "dim"))
    rows = [_cells(node, result, style) for node in ran]
    titles = ["  by", "shape", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict"]
    page.compared(titles, rows, hidden)
    _formulas(page, result, style)
    page.blank()


def _formulas(page: Page, result: ArrayEvaluation, style: Style) -> None:
    found = list(words.formulas(result, style, page.width - 2))
    if not found:
        return
    page.line(("SymPy's derivatives", "dim"))
    for boxed, some in itertools.groupby(found, lambda one: isinstance(one, list)):
        if boxed:
            for line in boxes.beside([one for one in some if isinstance(one, list)], page.width - 2):
                page.exact(line, indent=2)
            continue
        for one in some:
            head = f"{one[0]} = "
            page.line(head, one[1], indent=2, hang=min(len(head), page.width // 2))


def _cells(node: ArrayNode, result: ArrayEvaluation, style: Style) -> list[Text]:
    cells: dict[RouteName, Text] = {
        "fd": Text(words.slope(node, style.digits)),
        "symbolic": Text(words.symbolic(node, style.digits)),
        "reverse": Text(words.magnitude(node.reverse, style.digits), UPSTREAM),
    }
    shape = Text(shape_text((*result.shape, *node.shape)), "dim")
    verdict = Text(node.verdict.name or "–", VERDICT_STYLES[node.verdict.name])
    return [Text(f"  {printable(node.name)}"), shape, *(cells[route] for route in result.routes), verdict]


def _derivatives(page: Page, result: ArrayEvaluation, style: Style) -> None:
    """The gradient, or the Jacobians, as matrices."""
    asked = [node for node in result.gradient if node.jacobian is not None]
    if not asked:
        return
    plural = "S" if len(asked) > 1 else ""
    title = f"JACOBIAN{plural}" if result.shape else "GRADIENT"
    said = words.layout(result)
    page.line((title, "bold"), (f"  {said}" if said else "", "dim"))
    groups = [group for node in asked for group in words.groups(result, node, style, page.width - 2)]
    for line in boxes.beside(groups, page.width - 2):
        page.exact(line, UPSTREAM, pattern=_LABEL, indent=2)
    page.blank()
