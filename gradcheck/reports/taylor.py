"""The reports of ``gradcheck taylor``: the polynomial, its error, the Taylor test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.decimals import text
from gradcheck.reports import boxes, wording
from gradcheck.reports.markdown import claim_cells, heading, reading_notes
from gradcheck.reports.markdown_text import code, plain, table
from gradcheck.reports.table import CLAIM_STYLES, VERDICT_STYLES, Page
from gradcheck.reports.taylor_json import taylor_json
from gradcheck.reports.taylor_wording import (
    R0,
    R1,
    bound_text,
    coordinates,
    drawn,
    expected,
    formula,
    mark,
    name_of,
    seen_rate,
    sentence,
    term_rows,
    test_rows,
    titled,
)
from gradcheck.shapes import grid, shape_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gradcheck.reports import Style
    from gradcheck.studies.results import Partial, TaylorStudy, TaylorTest


def taylor_table(study: TaylorStudy, style: Style) -> str:
    """The whole report."""
    page = Page(style)
    if not style.quiet:
        _head(page, study, style)
        _gradient(page, study, style)
        if study.terms:
            _polynomial(page, study, style)
        if study.test is not None:
            _test(page, study, study.test)
        if study.claims:
            _claims(page, study)
        for note in study.notes:
            page.line(("note  ", "yellow"), note, hang=6)
    name = study.verdict.name or "not compared"
    page.line(
        (name.upper(), VERDICT_STYLES[study.verdict.name]),
        f"  {sentence(study)} ",
        (f"(exit {study.exit_code})", "dim"),
        hang=2,
    )
    return page.text()


# -- the terminal -----------------------------------------------------------------------------------------------------


def _head(page: Page, study: TaylorStudy, style: Style) -> None:
    page.line((f"{study.output} = ", "bold") if "=" not in study.reading else "", study.reading[:4_000], hang=4)
    if style.verbose:
        page.line(("in full: ", "dim"), study.full_reading[:4_000], hang=4)
    for note in study.reading_notes:
        page.line(("note: ", "yellow"), note.message, hang=6)
    page.line(("about ", "bold"), coordinates(study.about), (f"  {drawn(study, 'point')}", "dim"), hang=6)
    if study.to is not None:
        page.line(("to    ", "bold"), coordinates(study.to), hang=6)
    elif study.direction is not None:
        page.line(("along ", "bold"), coordinates(study.direction), (f"  {drawn(study, 'direction')}", "dim"), hang=6)
    page.blank()


def _gradient(page: Page, study: TaylorStudy, style: Style) -> None:
    digits = style.digits
    page.line(("GRADIENT", "bold"), ("  times the step of each variable" if study.direction else "", "dim"))
    for one in study.partials:
        _partial(page, study, one, style)
    moving = [one for one in study.partials if one.product is not None]
    if len(moving) > 1 and len(study.terms) > 1:
        total = study.terms[1].value if study.to is not None else None
        if total is not None:
            page.line(f"together {text(total, digits)}", indent=2)
    page.blank()


def _partial(page: Page, study: TaylorStudy, one: Partial, style: Style) -> None:
    digits = style.digits
    name = f"∂{study.output}/∂{one.wrt}"
    if not one.shape:
        derivative = wording.quantity(one.derivative[0], digits)
        if one.step and one.product is not None:
            step = text(one.step[0], digits)
            step = f"({step})" if step.startswith("-") else step
            page.line(f"{name} = {derivative}   · {step} = {text(one.product, digits)}", indent=2)
        else:
            page.line(f"{name} = {derivative}", indent=2)
        return
    rows, columns = grid(one.shape)
    shown = [wording.quantity(entry, digits) for entry in one.derivative]
    room = page.width - len(name) - 6
    parts = boxes.matrix(rows, columns, lambda i, j: shown[i * columns + j], room, whole=False)
    for line in boxes.labelled(name, boxes.box(parts[0])):
        page.exact(line, indent=2)
    if one.product is not None:
        page.line(f"· its step = {text(one.product, digits)}", indent=4)


def _polynomial(page: Page, study: TaylorStudy, style: Style) -> None:
    digits = style.digits
    shown = formula(study, digits)
    if not shown and study.to is None:
        return
    what = ""
    if not study.variable and study.order != 1:
        end = "the target" if study.to is not None else "the end of the direction"
        what = f"  in t: t = 0 at the point, 1 at {end}"
    page.line((name_of(study.order) if study.order != 1 else titled(study).upper(), "bold"), (what, "dim"))
    if shown:
        page.line(shown, indent=2, hang=4)
    if study.to is not None and study.terms:
        page.blank()
        headers, rows = term_rows(study, style)
        page.columns(headers, rows, indent=2)
    page.blank()
    if study.value is not None and study.terms:
        last = study.terms[-1]
        assert last.total is not None
        assert last.error is not None
        page.line(("T = ", "bold"), text(last.total, digits), "  at the target", indent=2)
        page.line((f"{study.output} = ", "bold"), text(study.value, digits), "  there", indent=2)
        page.line(("error ", "bold"), f"{study.output} - T = {text(last.error, digits)}", indent=2)
        if study.bound is not None:
            page.line(("      ", "bold"), bound_text(study, study.bound, digits), indent=2, hang=6)
        page.blank()


def _test(page: Page, study: TaylorStudy, test: TaylorTest) -> None:
    page.line(("TAYLOR TEST", "bold"), ("  rate 1: half the step, half the remainder; rate 2: a quarter", "dim"))
    where = f"x the point, v the {'way to the target' if study.to is not None else 'direction'}, g the gradient"
    page.line(f"R0 = {R0}  {expected(test.first_rate)}", indent=2, hang=5)
    page.line(f"R1 = {R1}  {expected(test.second_rate)}", indent=2, hang=5)
    for position, claim in enumerate(study.claims):
        page.line(f"R1{mark(position, study)} = R1 with {claim.claim.strip()}", indent=2, hang=5)
    page.line((f"with {where}", "dim"), indent=2)
    page.blank()
    for headers, rows in test_tables(study, test, page.width - 2):
        page.columns(headers, rows, indent=2)
        page.blank()


def test_tables(
    study: TaylorStudy, test: TaylorTest, width: int
) -> Iterator[tuple[Sequence[str], list[Sequence[str]]]]:
    """The remainders in as many tables as it takes for their columns to fit."""
    headers, rows = test_rows(study, test)
    columns = list(zip(headers, *rows, strict=True))
    chosen = columns[:5]
    for first in range(5, len(columns), 2):
        pair = columns[first : first + 2]
        if sum(max(map(len, column)) + 2 for column in (*chosen, *pair)) - 2 > width:
            yield chosen_rows(chosen)
            chosen = columns[:1]
        chosen = [*chosen, *pair]
    yield chosen_rows(chosen)


def chosen_rows(columns: Sequence[Sequence[str]]) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Headers and rows of some columns."""
    headers, *rows = zip(*columns, strict=True)
    return headers, list(rows)


def _claims(page: Page, study: TaylorStudy) -> None:
    page.line(("CLAIMS", "bold"))
    for position, claim in enumerate(study.claims):
        page.line((claim.verdict.upper(), CLAIM_STYLES[claim.verdict]), f"  {claim.claim.strip()}", indent=2, hang=4)
        page.line(wording.claim_evidence(claim), indent=6, hang=2)
        seen = seen_rate(study, position, claim)
        if seen:
            page.line(("rate  ", "bold"), seen, indent=6, hang=6)
        if claim.diagnosis is not None:
            page.line(("why   ", "bold"), claim.diagnosis.message, indent=6, hang=6)
        for note in claim.notes:
            page.line(("note  ", "yellow"), note, indent=6, hang=6)
    page.blank()


# -- Markdown, SVG, HTML ----------------------------------------------------------------------------------------------


def taylor_markdown(study: TaylorStudy, style: Style) -> str:
    """The same in Markdown."""
    digits = style.digits
    closing = f"**{study.verdict.name or 'not compared'}**: {plain(sentence(study))} (exit {study.exit_code})\n"
    if style.quiet:
        return closing
    where = f"About {code(coordinates(study.about))}{drawn(study, 'point')}"
    if study.to is not None:
        where += f", to {code(coordinates(study.to))}"
    elif study.direction is not None:
        where += f", along {code(coordinates(study.direction))}{drawn(study, 'direction')}"
    lines = [*heading(study), where, "", *reading_notes(study), "### Gradient", ""]
    rows = []
    for one in study.partials:
        entries = [wording.quantity(entry, digits) for entry in one.derivative]
        derivative = entries[0] if not one.shape else f"{shape_text(one.shape)}: {', '.join(entries[:40])}"
        product = "–" if one.product is None else text(one.product, digits)
        rows.append((code(f"∂{study.output}/∂{one.wrt}"), code(derivative), product))
    lines += [*table(("derivative", "value", "times its step"), rows), ""]
    shown = formula(study, digits) if study.terms else ""
    if shown or (study.terms and study.to is not None):
        lines += [f"### {titled(study)}", ""]
    if shown:
        lines += [code(shown), ""]
    if study.to is not None and study.terms:
        headers, terms = term_rows(study, style)
        lines += [*table(headers, terms), ""]
        last = study.terms[-1]
        lines.append(
            f"Value {code(wording.number(study.value, digits))}, error {code(wording.number(last.error, digits))}"
        )
        if study.bound is not None:
            lines[-1] += f"; {plain(bound_text(study, study.bound, digits))}"
        lines.append("")
    if study.test is not None:
        lines += ["### Taylor test", "", f"R0 = {code(R0)}, R1 = {code(R1)}", ""]
        headers, tested = test_rows(study, study.test)
        lines += [*table(headers, tested), ""]
    if study.claims:
        lines += [
            "### Claims",
            "",
            *table(("claim", "verdict", "why"), map(claim_cells, study.claims)),
            "",
        ]
    lines += [f"- {plain(note)}" for note in study.notes]
    lines += [""] * bool(study.notes)
    lines.append(closing)
    return "\n".join(lines)


def taylor_svg(study: TaylorStudy, _style: Style) -> str:
    """The remainders of a test, else the function with its polynomial."""
    from gradcheck.reports.plots import remainders_svg, tangent_svg

    return remainders_svg(study) if study.test is not None else tangent_svg(study)


def taylor_html(study: TaylorStudy, style: Style) -> str:
    """A page of its own."""
    from gradcheck.reports.studies_page import taylor_page

    return taylor_page(study, style)


TAYLOR_FORMATS: Final[Mapping[str, Callable[[TaylorStudy, Style], str]]] = {
    "table": taylor_table,
    "json": taylor_json,
    "markdown": taylor_markdown,
    "svg": taylor_svg,
    "html": taylor_html,
}
