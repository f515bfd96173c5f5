"""The chain-rule table for a terminal: forward pass, backward pass, three routes, cost, verdict.

Upstream gradients are magenta and local derivatives blue, as in the lecture notes, in every output.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradcheck.errors import printable
from gradcheck.reports import wording
from gradcheck.reports.wording import LOCAL, UPSTREAM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.reports import Style
    from gradcheck.results import Evaluation, NodeResult, RouteName
    from gradcheck.verdicts import ClaimResult

CLAIM_STYLES: Final = {"correct": "green", "wrong": "bold red", "undecided": "yellow"}
_LEAST_ROOM: Final = 30
"""Columns that the local derivatives need beside the values; with fewer they go below."""
VERDICT_STYLES: Final[Mapping[str | None, str]] = {
    "agree": "green",
    "disagree": "bold red",
    "undecided": "yellow",
    None: "dim",
}


def evaluation_table(result: Evaluation, style: Style) -> str:
    """The whole report of ``gradcheck eval``."""
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
        _notes(page, result, style)
        page.line(("cost  ", "bold"), wording.cost(result.cost))
        if result.claims and not style.explain:
            page.blank()
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


def console(out: io.StringIO, width: int, *, color: bool) -> Console:
    """What lays out text of a width, with or without colours."""
    return Console(
        file=out,
        width=width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


class Page:
    """Lines of rich text, wrapped to a width with hanging indents."""

    def __init__(self, style: Style) -> None:
        self.width = max(40, style.width)
        self.out = io.StringIO()
        self.console = console(self.out, self.width, color=style.color)

    def line(self, *parts: str | tuple[str, str], indent: int = 0, hang: int = 0) -> None:
        """One paragraph: ``indent`` spaces in front, ``hang`` more on the lines after the first."""
        text = Text()
        for part in parts:
            if isinstance(part, str):
                text.append(printable(part))
            else:
                text.append(printable(part[0]), part[1])
        self._wrapped(text, indent, hang)

    def formula(self, text: str, styles: Mapping[str, str], *, indent: int = 0, hang: int = 0) -> None:
        """One paragraph in which what matches a pattern has its style."""
        line = Text(printable(text))
        for pattern, style in styles.items():
            line.highlight_regex(pattern, style)
        self._wrapped(line, indent, hang)

    def _wrapped(self, text: Text, indent: int, hang: int) -> None:
        hang = min(hang, self.width // 2)
        room = self.width - indent - hang
        first = text.wrap(self.console, self.width - indent, overflow="fold")[0] if len(text) else text
        rest = text[len(first.plain) :]
        rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
        first.rstrip()
        self._put(first, indent)
        if rest:
            for piece in rest.wrap(self.console, room, overflow="fold"):
                piece.rstrip()
                self._put(piece, indent + hang)

    def _put(self, text: Text, indent: int) -> None:
        self.console.print(Text(" " * indent) + text, no_wrap=True, overflow="ignore", crop=False)

    def exact(self, text: str, style: str = "", *, pattern: str = "", indent: int = 0) -> None:
        """One line as it is; what matches ``pattern`` has the style, or without one the whole line."""
        line = Text(printable(text), "" if pattern else style)
        if pattern:
            line.highlight_regex(pattern, style)
        self._put(line, indent)

    def marked(self, text: str, styles: Mapping[str, str], *, beyond: int = 0, indent: int = 0) -> None:
        """One line as it is; single characters of ``styles`` beyond a column have theirs."""
        line = Text(printable(text))
        for position, character in enumerate(text[beyond:], beyond):
            if character in styles:
                line.stylize(styles[character], position, position + 1)
        self._put(line, indent)

    def compared(self, titles: Sequence[str], rows: Sequence[Sequence[Text]], hidden: int) -> None:
        """What each route says of each node, where that fits in a line; else a paragraph a node."""
        widths = [max(len(title), *(len(row[column].plain) for row in rows)) for column, title in enumerate(titles)]
        if sum(widths) + 2 * len(widths) <= self.width:
            table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, pad_edge=False, header_style="dim")
            for title in titles:
                table.add_column(title, no_wrap=True)
            for row in rows:
                table.add_row(*row)
            self.console.print(table)
        else:
            for row in rows:
                self.line(row[0].plain, "  ", (row[-1].plain, str(row[-1].style)))
                for title, cell in zip(titles[1:-1], row[1:-1], strict=True):
                    self.line((title.ljust(18), "dim"), (cell.plain, str(cell.style)), indent=4, hang=18)
        if hidden:
            self.line((f"… and {hidden} more nodes (--nodes all)", "dim"), indent=2)

    def columns(self, headers: Sequence[str], rows: Sequence[Sequence[str]], *, indent: int = 0) -> None:
        """A table whose columns fit its texts; of one that is too wide a paragraph for each row."""
        widths = [max(len(header), *(len(row[at]) for row in rows)) for at, header in enumerate(headers)]
        if indent + sum(widths) + 2 * (len(widths) - 1) <= self.width:
            self._put(Text("  ".join(map(str.ljust, headers, widths)), "dim"), indent)
            for row in rows:
                self._put(Text(printable("  ".join(map(str.ljust, row, widths)))), indent)
            return
        label = max(map(len, headers[1:]))
        for row in rows:
            self.line(row[0], indent=indent)
            for header, cell in zip(headers[1:], row[1:], strict=True):
                self.line((header.ljust(label), "dim"), f"  {cell}", indent=indent + 2, hang=label + 2)

    def blank(self) -> None:
        self.console.print()

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.out.getvalue().splitlines()) + "\n"


def explained(page: Page, result: Evaluation | ArrayEvaluation, style: Style) -> None:
    """The derivation in words instead of tables."""
    from gradcheck.reports.explained import explanation_lines
    from gradcheck.reports.explanation import explain

    explanation_lines(page, explain(result, style))


def claims(page: Page, found: Sequence[ClaimResult]) -> None:
    """Each claim with its verdict, what it rests on, and the diagnosis."""
    page.line(("CLAIMS", "bold"))
    for claim in found:
        page.line((claim.verdict.upper(), CLAIM_STYLES[claim.verdict]), f"  {claim.claim.strip()}", indent=2, hang=4)
        page.line(wording.claim_evidence(claim), indent=6, hang=2)
        if claim.diagnosis is not None:
            page.line(("why  ", "bold"), claim.diagnosis.message, indent=6, hang=5)
        for note in claim.notes:
            page.line(("note  ", "yellow"), note, indent=6, hang=6)


def _head(page: Page, result: Evaluation, style: Style) -> None:
    page.line((f"{result.output} = ", "bold") if "=" not in result.reading else "", result.reading[:4_000], hang=4)
    if style.verbose:
        page.line(("in full: ", "dim"), result.full_reading[:4_000], hang=4)
    for note in result.reading_notes:
        page.line(("note: ", "yellow"), note.message, hang=6)
    where = wording.point(result)
    if where:
        drawn = f"   (drawn from seed {result.seed})" if result.drawn else ""
        page.line(("at ", "bold"), where, (drawn, "dim"), hang=3)
    page.line((f"{result.output} = ", "bold"), wording.number(result.value, style.digits))
    page.blank()


def _forward(page: Page, style: Style, shown: Sequence[NodeResult], gap: int, hidden: int) -> None:
    if not shown:
        return
    page.line(("FORWARD PASS", "bold"), ("  each node: its value and its ", "dim"), ("local derivatives", LOCAL))
    names = [node.name if node.is_input else f"{node.name} = {node.pretty}" for node in shown]
    values = [wording.number(node.value, style.digits) for node in shown]
    left = min(max(map(len, names)), page.width // 2 - 6)
    middle = max(map(len, values))
    beside = left + middle + 4
    if beside > page.width - _LEAST_ROOM:
        beside = 4
    for position, node in enumerate(shown):
        if position == gap:
            page.line((f"… {hidden} more nodes (--nodes all)", "dim"), indent=2)
        head = names[position].ljust(left)
        if len(names[position]) > left:
            page.line(names[position], indent=2, hang=4)
            head = " " * left
        first = f"{head}  {values[position].ljust(middle)}  "
        locals_ = _locals(node, style)
        if not locals_ or len(first) > beside:
            page.line(first, indent=2, hang=4)
            first = " " * beside
        for one in locals_:
            page.line(first, *one, indent=2, hang=beside + 2)
            first = " " * beside
    if gap == len(shown):
        page.line((f"… {hidden} nodes between (--nodes all)", "dim"), indent=2)
    page.blank()


def _locals(node: NodeResult, style: Style) -> list[list[str | tuple[str, str]]]:
    found: list[list[str | tuple[str, str]]] = []
    for one in node.locals:
        value = wording.quantity(one.value, style.digits)
        parts: list[str | tuple[str, str]] = [(f"∂{node.name}/∂{one.wrt}", LOCAL), f" = {one.pretty}"]
        if value != one.pretty:
            parts += [" = ", (value, LOCAL)]
        found.append(parts)
    return found


def _backward(page: Page, result: Evaluation, style: Style, shown: Sequence[NodeResult], hidden: int) -> None:
    reached = [node for node in reversed(shown) if node.adjoint is not None]
    if not reached or not any(node.paths or node.name == result.output for node in reached):
        return
    page.line(
        ("BACKWARD PASS", "bold"),
        ("  gradient = sum of ", "dim"),
        ("upstream", UPSTREAM),
        (" × ", "dim"),
        ("local", LOCAL),
    )
    output = result.output
    for node in reached:
        head = (f"∂{output}/∂{node.name}", UPSTREAM)
        total = wording.quantity(node.adjoint, style.digits)
        if not node.paths:
            page.line(head, " = ", (total, UPSTREAM), *_why_no_path(node, output), indent=2)
            continue
        symbols: list[str | tuple[str, str]] = []
        numbers: list[str | tuple[str, str]] = []
        for position, path in enumerate(wording.elided(node.paths, style)):
            plus = " + " if position else ""
            if path is None:
                symbols += [plus, (f"… {len(node.paths) - wording.TERMS} terms …", "dim")]
                numbers += [plus, ("…", "dim")]
                continue
            upstream, local = wording.term_numbers(path, style.digits)
            symbols += [plus, (f"∂{output}/∂{path.child}", UPSTREAM), "·", (f"∂{path.child}/∂{node.name}", LOCAL)]
            numbers += [plus, (upstream, UPSTREAM), "·", (local, LOCAL)]
        hang = len(head[0]) + 1
        plain = sum(len(part if isinstance(part, str) else part[0]) for part in (*symbols, *numbers))
        if plain + hang + len(total) + 10 <= page.width:
            page.line(head, " = ", *symbols, " = ", *numbers, " = ", (total, UPSTREAM), indent=2, hang=hang)
        else:
            page.line(head, " = ", *symbols, indent=2, hang=hang + 2)
            page.line(" " * hang, "= ", *numbers, " = ", (total, UPSTREAM), indent=2, hang=hang + 2)
    if hidden:
        page.line((f"… and {hidden} more nodes (--nodes all)", "dim"), indent=2)
    page.blank()


def _why_no_path(node: NodeResult, output: str) -> tuple[tuple[str, str], ...]:
    return () if node.name == output else ((f"   ({output} does not depend on {node.name} here)", "dim"),)


def _routes(page: Page, result: Evaluation, style: Style, shown: Sequence[NodeResult], hidden: int) -> None:
    ran = [node for node in shown if _has_route(node)]
    if not ran:
        return
    title = wording.ROUTES_TITLES[len(result.routes)]
    page.line((title, "bold"), (f"  to ∂{result.output}/∂node", "dim"))
    rows = [_cells(node, result, style) for node in ran]
    titles = ["  by", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict"]
    page.compared(titles, rows, hidden)
    expressions = [node for node in ran if node.symbolic is not None and node.symbolic.expression]
    if expressions:
        page.line(("SymPy's derivatives", "dim"))
        for node in expressions:
            assert node.symbolic is not None
            head = f"∂{result.output}/∂{node.name} = "
            page.line(head, _cut(node.symbolic.expression, 2_000 if style.verbose else 300), indent=2, hang=len(head))
    page.blank()


def _cells(node: NodeResult, result: Evaluation, style: Style) -> list[Text]:
    """One row of the comparison: the node, each route's number, the verdict."""
    cells: dict[RouteName, Text] = {
        "fd": Text(wording.slope(node.finite_difference, style.digits)),
        "symbolic": Text(wording.symbolic(node, style.digits)),
        "reverse": Text(wording.quantity(node.reverse, style.digits), UPSTREAM),
    }
    verdict = Text(node.verdict.name or "–", VERDICT_STYLES[node.verdict.name])
    return [Text(f"  {printable(node.name)}"), *(cells[route] for route in result.routes), verdict]


def _has_route(node: NodeResult) -> bool:
    return not (node.finite_difference is None and node.symbolic is None and node.reverse is None)


def _notes(page: Page, result: Evaluation, style: Style) -> None:
    for note in result.notes:
        page.line(("note  ", "yellow"), note, hang=6)
    message = result.smooth.message
    if message and message != result.verdict.reason and not style.explain:
        page.line(("note  ", "yellow"), message, hang=6)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]} … ({len(text):,} characters; -v shows more)"
