"""The table of primitives for people and programs: ``gradcheck rules [NAME]`` and the outcome of its proof."""

from __future__ import annotations

import io
import re
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from gradcheck import rules
from gradcheck.errors import SyntaxProblem, UsageProblem, did_you_mean, display_width, printable
from gradcheck.primitives import VARIABLES, Primitive
from gradcheck.primitives.table import SECTIONS
from gradcheck.reports import matrix_rules
from gradcheck.reports.markdown_text import code, plain, table
from gradcheck.reports.table import console
from gradcheck.reports.wording import LOCAL
from gradcheck.syntax.printing import ATOM, PLAIN, UNICODE, operation_text
from gradcheck.syntax.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gradcheck.rules import Rule
    from gradcheck.self_check import RowCheck

PRIMITIVES: Final = {row.name: row for rows in SECTIONS.values() for row in rows}
"""The rows that a text can call, in the order of the table."""
_USER_VARIABLES: Final = ("x", "y", "z")
_SIGNS: Final = {"√": "sqrt", "|": "abs", "=": "=="}
"""What is no name, and the row that it is looked up as; other signs are read by the tokens."""
_RELATIONS: Final = (("<=", "≤"), (">=", "≥"), ("!=", "≠"), ("==", "="))
_RELATION: Final = re.compile(" ([<>≤≥=≠]) ")
_TRAILING: Final = re.compile(r" +(\x1b\[0m)?$")
_GLUE: Final = "\N{NO-BREAK SPACE}"
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_LEGEND: Final = (
    "y is the value; u, v, w are the arguments. The local derivatives are ∂y/∂u, ∂y/∂v, ∂y/∂w in that order;"
    " no condition means: defined everywhere, without kinks or jumps. Of functions of arrays it lists what they pass"
    " back to u, v: g is the upstream derivative ∂L/∂y, ∘ the product entry by entry, @ that of matrices."
)
_INDENT, _GAP, _LABEL = 2, 2, 13


def rules_table(width: int = 80, *, color: bool = False) -> str:
    """All rows, section by section: function, local derivatives, and where it is defined, has kinks or jumps."""
    page = _Page(width, color=color)
    page.paragraph(Text(_LEGEND, "dim"))
    cells = {row: (call(row), pretty_derivatives(row), conditions(row)) for row in PRIMITIVES.values()}
    first = max(len(call) for call, _, _ in cells.values())
    room = page.width - _INDENT - first - 2 * _GAP
    middle = _fairest(room, [(locals_, conditions) for _, locals_, conditions in cells.values()])
    for section, rows in SECTIONS.items():
        page.paragraph(Text(f"\n{section}", "bold"))
        page.columns(
            (first, middle, room - middle),
            (
                [Text(call), _lines(locals_, ",", middle, LOCAL), _lines(where, ";", room - middle)]
                for call, locals_, where in (cells[row] for row in rows)
            ),
        )
    return page.text()


def _fairest(room: int, pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> int:
    """The width of the first of two columns with which the table has the fewest lines."""

    def lines(width: int) -> int:
        return sum(max(len(_wrapped(one, ",", width)), len(_wrapped(other, ";", room - width))) for one, other in pairs)

    widths = range(room // 3, 2 * room // 3 + 1)
    narrow = room - widths[-1]
    pairs = [  # what fits on one line at every width does not count
        pair for pair in pairs if len(", ".join(pair[0])) > widths[0] or len("; ".join(pair[1])) > narrow
    ]
    return min(widths, key=lines)


def _lines(parts: Sequence[str], mark: str, width: int, style: str = "") -> Text:
    return Text("\n").join(_styled(line, style) for line in _wrapped(parts, mark, width))


def _styled(text: str, style: str) -> Text:
    """A style for the text but not for the spaces that a column adds."""
    return Text.assemble((text, style))


def _wrapped(parts: Sequence[str], mark: str, width: int) -> list[str]:
    """Parts on one line where they fit, else each on lines of its own, which do not break inside ``u ≥ 0``."""
    whole = f"{mark} ".join(parts)
    if len(whole) <= width:
        return [whole]
    marked = [*(part + mark for part in parts[:-1]), parts[-1]]
    return [line.replace(_GLUE, " ") for part in marked for line in textwrap.wrap(_glued(part, width), width)]


def _glued(text: str, width: int) -> str:
    found = _RELATION.sub(rf"{_GLUE}\1{_GLUE}", text)
    return found if max(map(len, found.split(" "))) <= width else text


def rule_page(name: str, width: int = 80, *, color: bool = False) -> str:
    """Everything that is known of one primitive, or of each that shares the name.

    Raises UsageProblem, with the nearest names, where there is none.
    """
    page = _Page(width, color=color)
    for position, row in enumerate(rows_called(name)):
        if position:
            page.paragraph(Text())
        page.paragraph(Text(call(row), "bold"))
        page.columns(
            (_LABEL, page.width - _INDENT - _GAP - _LABEL),
            (
                [_styled(label, "dim"), text]
                for label, texts in _facts(row).items()
                for label, text in _labelled(label, texts)
            ),
        )
    return page.text()


def rules_json(name: str | None = None) -> str:
    """``gradcheck.rules/1``: all rows, or those that share a name."""
    chosen = PRIMITIVES.values() if name is None else rows_called(name)
    return _dump({"schema": "gradcheck.rules/1", "primitives": [_document(row) for row in chosen]})


def rules_markdown(name: str | None = None) -> str:
    """One table for each section; with a name, the sections and rows that it is found in."""
    chosen = set(PRIMITIVES.values() if name is None else rows_called(name))
    lines = ["# Primitives and their derivatives", "", _LEGEND]
    for section, rows in SECTIONS.items():
        found = [row for row in rows if row in chosen]
        if found:
            lines += ["", f"## {section.capitalize()}", ""]
            second = "passes back" if found[0].is_matrix else "local derivatives"
            lines += table(("function", second, "where"), (_markdown_row(row) for row in found))
    return "\n".join(lines) + "\n"


def checks_table(checks: Sequence[RowCheck], width: int = 80, *, color: bool = False) -> str:
    """The proof of the table: one line a row, with the problems of the rows that are wrong."""
    page = _Page(width, color=color)
    first = max((len(check.name) for check in checks), default=0)
    for check in checks:
        verdict = _styled("wrong", "bold red") if check.problems else _styled("proved", "green")
        page.columns((first, 10, 6), [[Text(check.name), Text(_count(check.samples, "sample")), verdict]])
        for problem in check.problems:
            page.paragraph(Text(printable(problem)), indent=2 * _INDENT)
    page.paragraph(Text(f"\n{summary(checks)}", "bold"))
    return page.text()


def checks_json(checks: Sequence[RowCheck]) -> str:
    """``gradcheck.rules-check/1``."""
    rows = [{"name": one.name, "samples": one.samples, "problems": list(one.problems)} for one in checks]
    verdict = "wrong" if any(one.problems for one in checks) else "proved"
    return _dump({"schema": "gradcheck.rules-check/1", "verdict": verdict, "rows": rows})


def checks_markdown(checks: Sequence[RowCheck]) -> str:
    """The proof of the table as a Markdown table."""
    rows = (
        (
            code(one.name),
            str(one.samples),
            "<br>".join(map(plain, one.problems)) or "proved",
        )
        for one in checks
    )
    return "\n".join([*table(("row", "samples", "finding"), rows), "", f"{summary(checks)}.", ""])


def rows_called(name: str) -> list[Primitive]:
    """The rows that a name, an alias or an operator means, in the order of the table.

    Raises UsageProblem, with the nearest names, where there is none.
    """
    wanted = _lookup(name)
    found = [row for row in PRIMITIVES.values() if wanted in (row.name, row.written, *row.aliases)]
    if wanted == "-":
        found.append(PRIMITIVES["neg"])
    if not found:
        known = {one for row in PRIMITIVES.values() for one in (row.name, row.written, *row.aliases)}
        hint = did_you_mean(wanted, known) or "gradcheck rules lists all of them"
        raise UsageProblem(f"there is no primitive called '{printable(name)}'", hint=hint)
    return found


def _lookup(name: str) -> str:
    """What a name is looked up as: ``^`` as ``**``, ``√`` as ``sqrt``."""
    try:
        first, *rest = tokenize(name.strip())
    except SyntaxProblem:
        return name
    return _SIGNS.get(first.text, first.text) if len(rest) == 1 else name.strip()


# -- what is said of a row -----------------------------------------------------------------------------------------


def call(row: Primitive, names: Sequence[str] = VARIABLES) -> str:
    """The row as it is typed."""
    if row.is_matrix:
        return matrix_rules.call(row, names)
    return operation_text(row.name, [(name, ATOM) for name in names[: row.arity]], PLAIN)[0]


def pretty_derivatives(row: Primitive) -> list[str]:
    """The local derivatives, or what is passed back, as people write them."""
    if row.is_matrix:
        return matrix_rules.pullbacks(row)
    return [rules.local_derivative(row, position).written({}, UNICODE)[0] for position in range(row.arity)]


def _pretty_domain(row: Primitive) -> str:
    text = row.domain
    for typed, sign in _RELATIONS:
        text = text.replace(typed, sign)
    return text


def conditions(row: Primitive) -> list[str]:
    """Where it is defined, and where it breaks."""
    breaks = [f"{kind}: {text}" for kind, text in _breaks(row)]
    if row.name == "vecmat":
        return ["u is a vector, taken as a row"]
    return [_pretty_domain(row), *breaks] if row.domain else breaks


def _breaks(row: Primitive) -> list[tuple[str, str]]:
    texts = (*row.kinks, *row.jumps)
    return [
        (kind, matrix_rules.kink(text) or _zero(rule))
        for text, (kind, rule) in zip(texts, rules.breaks(row), strict=True)
    ]


def _zero(rule: Rule) -> str:
    """Where a text is zero, said as people say it: u - v as u = v; where(v > 0, 1, u) as u = 0 and v ≤ 0."""
    graph = rule.graph
    operation, arguments = graph.operations[graph.output], graph.arguments[graph.output]
    parts = [replace(rule, graph=replace(graph, output=argument)) for argument in arguments]
    if operation is not None and operation.name == "-":
        return " = ".join(part.written({}, UNICODE)[0] for part in parts)
    if operation is not None and operation.name == "where":
        condition, one, other = parts
        relation = graph.operations[condition.graph.output]
        if relation is not None and relation.name in _OPPOSITE and graph.numbers.get(one.graph.output):
            compared = graph.arguments[condition.graph.output]
            sides = [replace(rule, graph=replace(graph, output=side)).written({}, UNICODE) for side in compared]
            return f"{_zero(other)} and {operation_text(_OPPOSITE[relation.name], sides, UNICODE)[0]}"
    return f"{rule.written({}, UNICODE)[0]} = 0"


def _facts(row: Primitive) -> Mapping[str, Sequence[Text]]:
    """The lines of a row's own page, by label; a label without lines is left out."""
    kinds = {kind: [Text(text) for found, text in _breaks(row) if found == kind] for kind in ("kink", "jump")}
    found: dict[str, Sequence[Text]] = {
        "also written": [Text(", ".join(row.aliases))] if row.aliases else [],
        "arguments": [Text(_arguments(row))],
        "definition": [Text(rules.definition(row).written({}, UNICODE)[0])] if row.definition else [],
        _label(row): _derivatives(row),
        "defined for": [Text(_where(row))] if row.arity else [],
        "kinks": kinds["kink"] or [Text("none")] * bool(row.arity),
        "jumps": kinds["jump"] or [Text("none")] * bool(row.arity),
        "intuition": [Text(row.intuition)] if row.intuition else [],
        "try": [Text(example(row))],
    }
    return {label: texts for label, texts in found.items() if texts}


def _where(row: Primitive) -> str:
    if row.name == "vecmat":
        return "a vector u, taken as a row, and a matrix v"
    return _pretty_domain(row) or ("every array that fits" if row.is_matrix else "every number")


def _label(row: Primitive) -> str:
    plural = "" if row.arity == 1 else "s"
    return f"pullback{plural}" if row.is_matrix else f"derivative{plural}"


def _arguments(row: Primitive) -> str:
    if not row.arity:
        return "none: it is constant"
    if row.nary:
        return "u, v, w and more, or rows of them"
    names = ", ".join(VARIABLES[: row.arity])
    if row.variadic:
        names += f" and more: {row.written}(u, v, w) is {row.written}({row.written}(u, v), w)"
    return names


def _derivatives(row: Primitive) -> list[Text]:
    """Each local derivative as people write it and, where that differs, as it is typed."""
    if row.boolean:
        return [Text("none: it is a truth value")]
    if not row.arity:
        return [Text("none: it depends on nothing")]
    found = []
    of, texts = ("L", row.pullbacks) if row.is_matrix else ("y", row.derivatives)
    for name, pretty, typed in zip(VARIABLES, pretty_derivatives(row), texts, strict=False):
        found.append(Text.assemble((f"∂{of}/∂{name}", LOCAL), " = ", (pretty, LOCAL)))
        if pretty != typed:
            found.append(_styled(f"as text: {typed}", "dim"))
    return found


def _labelled(label: str, texts: Sequence[Text]) -> Iterable[tuple[str, Text]]:
    return zip((label, *[""] * (len(texts) - 1)), texts, strict=True)


def example(row: Primitive) -> str:
    """A command that shows the primitive at a sample where it is smooth, positive if there is one."""
    if row.is_matrix:
        expression, at = matrix_rules.example(row)
        return f'gradcheck eval "{expression}" --at "{at}"'
    names = _USER_VARIABLES[: row.arity]
    avoided = "0" if row.name in {"and", "or", "where"} else "-"
    sample = next((one for one in row.samples if not any(text.startswith(avoided) for text in one)), row.samples[0])
    typed = call(row, names)
    if row.boolean:
        if row.name in {"and", "or"}:
            typed = f"{names[0]} > 0 {row.name} {names[1]} > 0"
        typed = f"where({typed}, {names[0]}, {names[1]})"
    elif row.name == "where":
        typed = call(row, ("x > 0", *names[1:]))
    at = ",".join(f"{name}={text}" for name, text in zip(names, sample, strict=True))
    return f'gradcheck eval "{typed}" --at {at}'


def _document(row: Primitive) -> dict[str, Any]:
    texts = zip(VARIABLES, row.pullbacks or row.derivatives, pretty_derivatives(row), strict=False)
    derivatives = [{"wrt": wrt, "expression": typed, "pretty": pretty} for wrt, typed, pretty in texts]
    return {
        "name": row.name,
        "section": next(section for section, rows in SECTIONS.items() if row in rows),
        "spelling": row.written,
        "aliases": list(row.aliases),
        "arity": row.arity,
        "infix": row.infix,
        "variadic": row.variadic,
        "boolean": row.boolean,
        "analytic": row.analytic,
        "definition": row.definition or None,
        "derivatives": [] if row.is_matrix else derivatives,
        "pullbacks": derivatives if row.is_matrix else [],
        "domain": row.domain or None,
        "kinks": list(row.kinks),
        "jumps": list(row.jumps),
        "samples": [list(sample) for sample in row.samples],
        "intuition": row.intuition or None,
        "example": example(row),
    }


def _dump(document: Mapping[str, Any]) -> str:
    from gradcheck.reports.json import written

    return written(document)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def summary(checks: Sequence[RowCheck]) -> str:
    """How many rows were proved."""
    wrong = sum(bool(check.problems) for check in checks)
    return f"{_count(len(checks), 'row')}, {f'{wrong} wrong' if wrong else 'all proved'}"


# -- Markdown ------------------------------------------------------------------------------------------------------


def _markdown_row(row: Primitive) -> tuple[str, ...]:
    where = "; ".join(conditions(row))
    return (
        code(call(row)),
        ", ".join(map(code, pretty_derivatives(row))),
        code(where) if where else "",
    )


# -- the terminal --------------------------------------------------------------------------------------------------


class _Page:
    """Paragraphs and columns of a fixed width, as text with or without colours."""

    def __init__(self, width: int, *, color: bool) -> None:
        self.width = max(40, width)
        self.color = color
        self.out = io.StringIO()
        self.console = console(self.out, self.width, color=color)

    def paragraph(self, text: Text, indent: int = 0) -> None:
        if not indent:
            self.console.print(text)
            return
        from rich.table import Table

        grid = Table.grid(padding=0)
        grid.add_column(width=indent)
        grid.add_column(overflow="fold")
        grid.add_row("", text)
        self.console.print(grid)

    def columns(self, widths: Sequence[int], rows: Iterable[Sequence[Text]]) -> None:
        """Cells that wrap within their columns; without colours there is nothing that rich must lay out."""
        if not self.color:
            self.out.writelines(self._plain(widths, row) for row in rows)
            return
        from rich.table import Table

        grid = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
        grid.add_column(width=_INDENT - _GAP)
        for width in widths:
            grid.add_column(width=width, overflow="fold")
        for row in rows:
            grid.add_row("", *row)
        self.console.print(grid)

    def _plain(self, widths: Sequence[int], row: Sequence[Text]) -> str:
        cells = [self._folded(cell, width) for cell, width in zip(row, widths, strict=True)]
        lines = []
        for number in range(max(map(len, cells))):
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            padded = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
            lines.append(" " * _INDENT + (" " * _GAP).join(padded).rstrip() + "\n")
        return "".join(lines)

    def _folded(self, cell: Text, width: int) -> list[str]:
        lines = cell.plain.split("\n")
        if all(len(line) <= width and line.isascii() for line in lines):
            return lines
        if all(display_width(line) <= width for line in lines):
            return lines
        return [line.plain.rstrip() for line in cell.wrap(self.console, width, overflow="fold")]

    def text(self) -> str:
        return "\n".join(_TRAILING.sub(r"\1", line) for line in self.out.getvalue().splitlines()) + "\n"
