"""``gradcheck eval --format html``: one page with the formula, the walk through the graph, routes and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.errors import GradcheckError
from gradcheck.reports import wording
from gradcheck.reports.drawing import scene_of
from gradcheck.reports.drawing.placing import place
from gradcheck.reports.drawing.svg import STYLE, svg
from gradcheck.reports.html import Html, document, element, joined, section, table, verdict, web
from gradcheck.reports.notation import Notation, code, inline, lines
from gradcheck.reports.walk import scalar_walk, walk_section
from gradcheck.syntax import mathml

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.arrays.rows_results import RowsEvaluation
    from gradcheck.reports import Style
    from gradcheck.results import Evaluation, NodeResult, Verdict
    from gradcheck.studies.results import StepStudy, TaylorStudy
    from gradcheck.verdicts import ClaimResult

    Result = Evaluation | ArrayEvaluation | RowsEvaluation

_HEADING: Final = 240
"""Characters of a reading above which the heading is its beginning."""
_GRADIENT: Final = 12
"""Derivatives that the head of a page lists."""
_COLUMN: Final = 832
_SHRUNK: Final = 1_350
"""A drawing between these widths shrinks with its column, down to the first; a wider one scrolls (``walk.css``)."""
_ROWS: Final = 300
_FORMULA: Final = 400
"""Characters of SymPy's derivative above which it is folded away."""


def evaluation_page(result: Evaluation, style: Style, studies: Sequence[TaylorStudy | StepStudy] = ()) -> str:
    """The page of an expression over scalars, with the plots of what was studied beside it."""
    notation = Notation(dict.fromkeys([*result.point, *(node.name for node in result.nodes)], ()))
    parts: list[Html | None] = [head(result, notation), banner(result, wording.verdict(result))]
    if not style.quiet:
        parts = [
            head(result, notation, in_full(result, style), _facts(result, notation, style)),
            banner(result, wording.verdict(result)),
            _walk(result, style),
            explained(result, notation, style),
            _routes(result, notation, style),
            claims(result.claims, notation),
            _plots(studies),
            notes([*result.notes, _smoothness(result)], f"Cost: {wording.cost(result.cost)}."),
        ]
    return page(result, parts)


def page(result: Result, parts: Iterable[str | None]) -> str:
    """A whole document."""
    body = element("main", joined(part for part in parts if part))
    name = result.verdict.name or "not compared"
    return document(f"{_title(result)} ({name})", body, style=STYLE + web("walk.css"), script=web("walk.js"))


def _title(result: Result) -> str:
    whole = " ".join(_whole(result).split())
    return whole if len(whole) <= 80 else f"{whole[:80]} …"


def head(result: Result, notation: Notation, *facts: str | None) -> Html:
    """The formula, where it is looked at, and what was noted when it was read."""
    reading = result.reading
    full = None
    found = notation.program(reading) if len(reading) <= _HEADING else None
    if found is None:
        whole = _whole(result)
        title = code(whole if len(whole) <= _HEADING else f"{whole[:_HEADING]} …")
        if len(whole) > _HEADING:
            summary = element("summary", f"The whole expression, {len(reading):,} characters")
            full = element("details", summary, code(reading))
    else:
        last = len(found) - 1
        names = [name or (result.output if at == last else "") for at, (name, _) in enumerate(found)]
        written = [_statement(name, piece) for name, (_, piece) in zip(names, found, strict=True)]
        closed = [
            element("span", one, ";" if at < last else None, class_="statement") for at, one in enumerate(written)
        ]
        title = joined(closed, " ")
    return element(
        "header",
        element("h1", title),
        full,
        *facts,
        *(element("p", "note: ", note.message, class_="note") for note in result.reading_notes),
    )


def in_full(result: Result, style: Style) -> Html | None:
    """The reading with all its brackets, where it is asked for (-v)."""
    return element("p", "in full: ", code(result.full_reading), class_="muted") if style.verbose else None


def _statement(name: str, piece: mathml.Piece) -> Html:
    return inline(mathml.name(name), mathml.sign("="), piece) if name else inline(piece)


def _whole(result: Result) -> str:
    return result.reading if "=" in result.reading else f"{result.output} = {result.reading}"


def banner(result: Result, sentence: str) -> Html:
    """The verdict on the routes in one sentence, and that on the claims."""
    name = result.verdict.name
    mark = verdict(name) if name else element("span", "not compared", class_="verdict none")
    said = sentence.partition("; claims:")[0]
    routes = element("p", mark, element("span", said), class_=f"banner {name or 'none'}")
    counts = [(one, sum(claim.verdict == one for claim in result.claims)) for one in ("wrong", "undecided", "correct")]
    found = [(one, count) for one, count in counts if count]
    if not found:
        return routes
    worst = found[0][0]
    listed = ", ".join(f"{count} {one}" for one, count in reversed(found))
    link = element("a", f"{len(result.claims)} claim{'s' * (len(result.claims) > 1)}", href="#claims")
    return joined(
        [routes, element("p", verdict(worst), element("span", link, f": {listed}"), class_=f"banner {worst}")]
    )


def _facts(result: Evaluation, notation: Notation, style: Style) -> Html:
    value = lines((mathml.name(result.output), [[mathml.number(wording.number(result.value, style.digits))]]))
    gradient = [node for node in result.gradient if node.adjoint is not None]
    shown = [
        (
            mathml.derivative(result.output, node.name, "upstream"),
            [[mathml.row(mathml.number(wording.quantity(node.adjoint, style.digits)), class_="upstream")]],
        )
        for node in gradient[:_GRADIENT]
    ]
    return joined(
        [
            where(result, notation),
            element("div", value, *(lines(one) for one in shown), class_="facts"),
            element("p", f"and {len(gradient) - _GRADIENT:,} more derivatives", class_="muted")
            if len(gradient) > _GRADIENT
            else None,
        ]
    )


def where(result: Result, notation: Notation) -> Html | None:
    """The point."""
    if not result.point:
        return None
    shown = []
    for name, value in list(result.point.items())[:_GRADIENT]:
        piece = notation.formula(value) if len(value) < _HEADING else None
        known = piece or mathml.Piece(mathml.words(value if len(value) <= _HEADING else f"{value[:_HEADING]} …"))
        shown.append(inline(mathml.name(name), mathml.sign("="), known, wide=False))
    more = f" and {len(result.point) - _GRADIENT:,} more variables" if len(result.point) > _GRADIENT else ""
    drawn = f" (drawn from seed {result.seed})" if result.drawn else ""
    return element("p", "at ", joined(shown, ", "), element("span", f"{more}{drawn}", class_="muted"), class_="point")


# -- parts ------------------------------------------------------------------------------------------------------------


def _walk(result: Evaluation, style: Style) -> Html:
    return walk_section(scalar_walk(result, style), drawing(result, style), lead="gradient = sum of upstream × local")


def explained(result: Evaluation | ArrayEvaluation, notation: Notation, style: Style) -> Html | None:
    """The derivation in words, where it is asked for."""
    if not style.explain:
        return None
    from gradcheck.reports.explained_page import explained_section
    from gradcheck.reports.explanation import explain

    return explained_section(explain(result, style), notation)


def drawing(result: Evaluation | ArrayEvaluation, style: Style) -> Html:
    """The graph, or why it cannot be drawn."""
    try:
        placed = place(scene_of(result, style.digits))
    except GradcheckError as problem:
        return element("figure", element("p", f"No drawing: {problem.message}.", class_="muted"), class_="drawing")
    shown = Html(svg(placed, style=False, paper=False))
    fits = " fitting" if _COLUMN < placed.width <= _SHRUNK else ""
    return element("figure", element("div", shown, class_=f"canvas{fits}"), class_="drawing")


def _routes(result: Evaluation, notation: Notation, style: Style) -> Html | None:
    ran = [node for node in result.nodes if node.finite_difference or node.symbolic or node.reverse]
    if not ran:
        return None
    title = {1: "One route", 2: "Two routes", 3: "Three routes"}[len(result.routes)]
    titles = ["by", *(wording.ROUTE_TITLES[route] for route in result.routes), "verdict"]
    shown = ran[:_ROWS]
    whole = table(
        titles,
        (_cells(node, result, style) for node in shown),
        label=title,
        numeric=range(1, len(result.routes) + 1),
    )
    more = f"and {len(ran) - _ROWS:,} more nodes" if len(ran) > _ROWS else ""
    return section(
        title,
        whole,
        element("p", more, class_="muted") if more else None,
        _formulas(shown, result, notation),
        id_="routes",
        lead=f"to ∂{result.output}/∂node",
    )


def _cells(node: NodeResult, result: Evaluation, style: Style) -> Sequence[str]:
    cells = {
        "fd": wording.slope(node.finite_difference, style.digits),
        "symbolic": wording.symbolic(node, style.digits),
        "reverse": wording.quantity(node.reverse, style.digits),
    }
    return inline(mathml.name(node.name)), *(cells[route] for route in result.routes), judged(node.verdict)


def judged(found: Verdict) -> Html:
    """A verdict, with its reason where the routes do not agree."""
    reason = found.reason if found.name in {"disagree", "undecided"} else ""
    return joined([verdict(found.name), element("div", reason, class_="reason muted") if reason else None])


def _formulas(nodes: Sequence[NodeResult], result: Evaluation, notation: Notation) -> Html | None:
    """SymPy's derivatives, long ones folded away."""
    rows = []
    for node in nodes:
        if node.symbolic is None or not (node.symbolic.expression or node.symbolic.reason):
            continue
        head = inline(mathml.derivative(result.output, node.name))
        expression = node.symbolic.expression
        shown: Html = element("span", f"SymPy {node.symbolic.reason}", class_="muted")
        if expression:
            shown = folded(expression, notation)
        rows.append(element("li", head, " ", shown))
    if not rows:
        return None
    return joined([element("h3", "SymPy’s derivatives"), element("ul", *rows, class_="formulas")])


def folded(expression: str, notation: Notation, most: int = _FORMULA) -> Html:
    """``= a formula``; one of SymPy's that is longer than ``most`` characters is folded away."""
    piece = notation.formula(expression)
    equals = mathml.sign("=")
    shown = joined([inline(equals), code(expression)]) if piece is None else inline(equals, piece)
    if len(expression) <= most:
        return shown
    return element("details", element("summary", f"{len(expression):,} characters"), shown)


def claims(found: Sequence[ClaimResult], notation: Notation) -> Html | None:
    """Each claim with its verdict, what it rests on, and the diagnosis."""
    if not found:
        return None
    return section("Claims", element("ul", *(_claim(one, notation) for one in found), class_="claims"), id_="claims")


def _claim(claim: ClaimResult, notation: Notation) -> Html:
    formula = notation.formula(claim.reading)
    shown = None
    if formula is not None:
        quotient = notation.formula(claim.of)
        left = [] if quotient is None else [quotient._replace(markup=quotient.markup.replace(' class="upstream"', ""))]
        shown = element("p", inline(*left, mathml.sign("="), formula), class_="stated")
    return element(
        "li",
        element("p", verdict(claim.verdict), " ", code(claim.claim.strip())),
        shown,
        element("p", wording.claim_evidence(claim)) if wording.claim_evidence(claim) else None,
        element("p", element("strong", "why"), " ", claim.diagnosis.message) if claim.diagnosis else None,
        *(element("p", note, class_="note") for note in claim.notes),
        class_=claim.verdict,
    )


def _plots(studies: Sequence[TaylorStudy | StepStudy]) -> Html | None:
    """The tangent, and the error of difference quotients against their step."""
    if not studies:
        return None
    from gradcheck.reports.plots import tangent_svg, v_curve_svg
    from gradcheck.studies.results import StepStudy

    plots = [
        v_curve_svg(one, f"plot-{number}") if isinstance(one, StepStudy) else tangent_svg(one, f"plot-{number}")
        for number, one in enumerate(studies)
    ]
    figures = [element("figure", Html(plot), class_="plot") for plot in plots]
    return section("Plots", element("div", *figures, class_="plots"), id_="plots")


def notes(found: Iterable[str], *paragraphs: str) -> Html | None:
    """What is left to say."""
    said = [*(element("p", one, class_="note") for one in found if one), *(element("p", one) for one in paragraphs)]
    return section("Notes", *said, id_="notes") if said else None


def _smoothness(result: Evaluation) -> str:
    return "" if result.smooth.message == result.verdict.reason else result.smooth.message
