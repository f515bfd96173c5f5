"""LaTeX: the chain rule as it is written in lecture notes, for a document of one's own (amsmath) or, with -v, alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.reports import wording
from gradcheck.reports.latex_text import (
    Notation,
    align,
    cell,
    code,
    display,
    heading,
    number,
    prose,
    sums,
    table,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.reports import Style
    from gradcheck.results import Evaluation, NodeResult
    from gradcheck.verdicts import ClaimResult


def evaluation_latex(result: Evaluation, style: Style) -> str:
    """The report of ``gradcheck eval``: local derivatives, the backward pass, the table of nodes, the verdict."""
    closing = verdict(result)
    if style.quiet:
        return closing + "\n"
    notation = Notation((*(node.name for node in result.nodes), *result.point), result.output)
    return whole([*_lines(result, style, notation), "", closing], style)


def verdict(result: Evaluation | ArrayEvaluation) -> str:
    """The closing sentence."""
    name = result.verdict.name or "not compared"
    return rf"\noindent\textbf{{{name}}}: {prose(wording.verdict(result))} (exit {result.exit_code})"


def _lines(result: Evaluation, style: Style, notation: Notation) -> Iterator[str]:
    yield from function(notation, result.reading, result.output)
    where = [rf"${notation.name(name)} = {value(notation, text)}$" for name, text in result.point.items()]
    if where:
        drawn = f" (drawn from seed {result.seed})" if result.drawn else ""
        there = number(wording.number(result.value, style.digits))
        yield rf"At {', '.join(where)}{drawn}, ${notation.name(result.output)} = {there}$."
    yield from (rf"\par\noindent Note: {prose(note.message)}." for note in result.reading_notes)
    yield from explained(result, style, notation) if style.explain else _tables(result, style, notation)
    notes = [*result.notes]
    if result.smooth.message and result.smooth.message != result.verdict.reason and not style.explain:
        notes.append(result.smooth.message)
    yield from (rf"\par\noindent Note: {prose(note)}." for note in notes)
    yield rf"\par\noindent Cost: {prose(wording.cost(result.cost))}."
    yield from claims(result.claims, notation)


def _tables(result: Evaluation, style: Style, notation: Notation) -> Iterator[str]:
    """Local derivatives, backward pass, nodes and routes."""
    shown, _, hidden = wording.visible(result.nodes, style)
    operations = [node for node in shown if node.locals]
    if operations:
        yield from heading("Local derivatives")
        yield from align(line for node in operations for line in _local(node, notation, style))
    reached = [node for node in reversed(shown) if node.adjoint is not None]
    if reached:
        yield from heading("Backward pass: each gradient is the sum of upstream times local")
        yield from align(line for node in reached for line in _backward(node, result, notation, style))
    yield from heading("Nodes")
    headers = ("node", "value", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict")
    rows = (_node(node, result, notation, style) for node in shown)
    yield from table(f"ll{'l' * len(result.routes)}l", headers, rows)
    if hidden:
        yield rf"\noindent {hidden} more nodes are not shown (\texttt{{--nodes all}})."
    yield from _symbolic(shown, notation)


def explained(result: Evaluation | ArrayEvaluation, style: Style, notation: Notation) -> Iterator[str]:
    """The derivation in words instead."""
    from gradcheck.reports.explained_latex import explanation_latex
    from gradcheck.reports.explanation import explain

    return explanation_latex(explain(result, style), notation)


def function(notation: Notation, reading: str, output: str) -> Iterator[str]:
    """The function itself: a line for each statement of a program."""
    statements = notation.program(reading)
    yield from heading("Function")
    if not statements:
        yield code(reading[:1_000])
        return
    if len(statements) == 1 and "=" not in reading.replace("==", ""):
        statements = [f"{notation.name(output)} = {statements[0]}"]
    yield ", ".join(rf"$\displaystyle {one}$" for one in statements) + "."


def value(notation: Notation, text: str) -> str:
    """The value of a variable, as it was given."""
    return notation.math(text) or number(text)


def _local(node: NodeResult, notation: Notation, style: Style) -> Iterator[str]:
    for one in node.locals:
        head = notation.partial(node.name, one.wrt)
        shown = notation.math(one.expression) or rf"\text{{{code(one.expression)}}}"
        there = number(wording.quantity(one.value, style.digits))
        yield rf"\gradlocal{{{head}}} &= {shown}" + (f" = {there}" if there != shown else "")


def _backward(node: NodeResult, result: Evaluation, notation: Notation, style: Style) -> Iterator[str]:
    head = notation.partial(result.output, node.name)
    total = number(wording.quantity(node.adjoint, style.digits))
    if not node.paths:
        yield f"{head} &= {total}"
        return
    terms = []
    numbers = []
    for path in wording.elided(node.paths, style):
        if path is None:
            terms.append(r"\dots")
            numbers.append(r"\dots")
            continue
        upstream, local = notation.partial(result.output, path.child), notation.partial(path.child, node.name)
        terms.append(rf"\gradupstream{{{upstream}}} \cdot \gradlocal{{{local}}}")
        up, own = wording.term_numbers(path, style.digits)
        numbers.append(rf"\gradupstream{{{number(up)}}} \cdot \gradlocal{{{number(own)}}}")
    if len(terms) == 1:
        yield f"{head} &= {terms[0]} = {numbers[0]} = {total}"
        return
    first, *rest = sums(terms)
    yield f"{head} &= {first}"
    yield from (rf"&\quad + {one}" for one in rest)
    lines = [*sums(numbers)]
    lines[-1] += f" = {total}"
    first, *rest = lines
    yield f"&= {first}"
    yield from (rf"&\quad + {one}" for one in rest)


def _node(node: NodeResult, result: Evaluation, notation: Notation, style: Style) -> Sequence[str]:
    name = notation.name(node.name)
    shown = f"${name}$"
    if not node.is_input:
        operation = notation.math(node.operation)
        shown = f"${name} = {operation}$" if operation is not None else f"${name}$ = {code(node.operation)}"
    cells = {
        "fd": wording.slope(node.finite_difference, style.digits),
        "symbolic": wording.symbolic(node, style.digits),
        "reverse": wording.quantity(node.reverse, style.digits),
    }
    return (
        shown,
        cell(wording.number(node.value, style.digits)),
        *(cell(cells[route]) for route in result.routes),
        node.verdict.name or "--",
    )


def _symbolic(nodes: Iterable[NodeResult], notation: Notation) -> Iterator[str]:
    """SymPy's formulas, which break at their signs where they are long."""
    found = [
        (node, node.symbolic.expression) for node in nodes if node.symbolic is not None and node.symbolic.expression
    ]
    if not found:
        return
    yield from heading("SymPy's derivatives")
    for node, expression in found:
        head = notation.partial(notation.output, node.name)
        shown = notation.math(expression) if len(expression) <= 2_000 else None
        cut = expression if len(expression) <= 300 else f"{expression[:300]} …"
        yield rf"\par\noindent $\displaystyle {head} = {shown}$" if shown else rf"\par\noindent ${head} =$ {code(cut)}"


def claims(found: Sequence[ClaimResult], notation: Notation) -> Iterator[str]:
    """The claims with their verdicts, and why."""
    if not found:
        return
    yield from heading("Claims")
    rows = (_claim(one, notation) for one in found)
    yield from table(r"p{0.38\linewidth}lp{0.45\linewidth}", ("claim", "verdict", "why"), rows)


def _claim(one: ClaimResult, notation: Notation) -> Sequence[str]:
    statement = notation.math(one.reading) if one.reading else None
    shown = code(one.claim.strip())
    if statement is not None and one.of:
        shown = display(f"{notation.derivative(one.of)} = {statement}")
    why = [wording.claim_evidence(one)]
    if one.diagnosis is not None:
        why.append(one.diagnosis.message)
    return shown, one.verdict, "; ".join(prose(part) for part in (*why, *one.notes))
