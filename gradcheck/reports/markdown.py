"""Markdown: the chain-rule table for notes, issues and pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.reports import wording
from gradcheck.reports.markdown_text import code, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.reports import Style
    from gradcheck.results import Evaluation, NodeResult, Report
    from gradcheck.verdicts import ClaimResult


def evaluation_markdown(result: Evaluation, style: Style) -> str:
    """The report of ``gradcheck eval``: three tables and the verdict."""
    closing = (
        f"**{result.verdict.name or 'not compared'}**: {plain(wording.verdict(result))} (exit {result.exit_code})\n"
    )
    if style.quiet:
        return closing
    where = wording.point(result)
    drawn = f" (drawn from seed {result.seed})" if result.drawn else ""
    lines = heading(result)
    if where:
        lines += [
            f"At {code(where)}{drawn}: {code(f'{result.output} = {wording.number(result.value, style.digits)}')}",
            "",
        ]
    lines += reading_notes(result)
    lines += explained(result, style) if style.explain else _tables(result, style)
    notes = [*result.notes]
    if result.smooth.message and result.smooth.message != result.verdict.reason and not style.explain:
        notes.append(result.smooth.message)
    lines += [f"- {plain(note)}" for note in notes]
    lines += [""] * bool(notes)
    lines += [f"Cost: {wording.cost(result.cost)}.", ""]
    if result.claims and not style.explain:
        lines += ["### Claims", ""]
        lines += table(("claim", "verdict", "why"), (claim_cells(one) for one in result.claims))
        lines.append("")
    lines.append(closing)
    return "\n".join(lines)


def heading(result: Report) -> list[str]:
    """The function that is looked at."""
    reading = result.reading[:4_000]
    return [f"## {code(reading if '=' in reading else f'{result.output} = {reading}')}", ""]


def reading_notes(result: Report) -> list[str]:
    """What was noted when the text was read, a paragraph each."""
    return [line for note in result.reading_notes for line in (f"> note: {plain(note.message)}", "")]


def _tables(result: Evaluation, style: Style) -> list[str]:
    """Forward pass, backward pass, routes."""
    shown, _, hidden = wording.visible(result.nodes, style)
    lines = ["### Forward pass", ""]
    lines += table(("node", "value", "local derivatives"), (_forward(node, style) for node in shown))
    lines += ["", "### Backward pass", ""]
    reached = [node for node in reversed(shown) if node.adjoint is not None]
    lines += table(
        ("gradient", "sum of upstream × local", "value"), (_backward(node, result, style) for node in reached)
    )
    lines += ["", "### Routes", ""]
    headers = ("by", *(wording.ROUTE_TITLES[route] for route in result.routes), "SymPy's derivative", "verdict")
    lines += table(headers, (_routes(node, result, style) for node in shown if node.verdict.name or node.reverse))
    lines.append("")
    if hidden:
        lines += [f"{hidden} more nodes are not shown (`--nodes all`).", ""]
    return lines


def explained(result: Evaluation | ArrayEvaluation, style: Style) -> Iterable[str]:
    """The derivation in words instead of tables."""
    from gradcheck.reports.explained import explanation_markdown
    from gradcheck.reports.explanation import explain

    return explanation_markdown(explain(result, style))


def _forward(node: NodeResult, style: Style) -> Sequence[str]:
    name = node.name if node.is_input else f"{node.name} = {node.pretty}"
    locals_ = []
    for one in node.locals:
        value = wording.quantity(one.value, style.digits)
        locals_.append(code(f"∂{node.name}/∂{one.wrt} = {one.pretty}" + (f" = {value}" if value != one.pretty else "")))
    return code(name), wording.number(node.value, style.digits), "<br>".join(locals_)


def _backward(node: NodeResult, result: Evaluation, style: Style) -> Sequence[str]:
    numbers = " + ".join(
        "…" if path is None else "·".join(wording.term_numbers(path, style.digits))
        for path in wording.elided(node.paths, style)
    )
    total = wording.quantity(node.adjoint, style.digits)
    middle = f"{code(wording.terms(node, result.output, style))}<br>= {numbers}" if node.paths else ""
    return code(f"∂{result.output}/∂{node.name}"), middle, total


def _routes(node: NodeResult, result: Evaluation, style: Style) -> Sequence[str]:
    cells = {
        "fd": wording.slope(node.finite_difference, style.digits),
        "symbolic": wording.symbolic(node, style.digits),
        "reverse": wording.quantity(node.reverse, style.digits),
    }
    expression = node.symbolic.expression if node.symbolic is not None else ""
    return (
        code(node.name),
        *(cells[route] for route in result.routes),
        code(expression[:300]) if expression else "–",
        node.verdict.name or "–",
    )


def claim_cells(claim: ClaimResult) -> Sequence[str]:
    """The row of a claim: the claim, its verdict, why."""
    why = [wording.claim_evidence(claim)]
    if claim.diagnosis is not None:
        why.append(claim.diagnosis.message)
    return code(claim.claim.strip()), claim.verdict, "<br>".join(plain(part) for part in (*why, *claim.notes))
