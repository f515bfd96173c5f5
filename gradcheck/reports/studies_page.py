"""The studies as pages: ``gradcheck taylor`` and ``gradcheck steps`` with ``--format html``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.decimals import text
from gradcheck.reports import html, steps, taylor_wording, wording
from gradcheck.reports.html import Html, element, section
from gradcheck.reports.plots import remainders_svg, tangent_svg, v_curve_svg
from gradcheck.reports.taylor_wording import coordinates, drawn
from gradcheck.shapes import grid

if TYPE_CHECKING:
    from gradcheck.reports import Style
    from gradcheck.studies.results import Partial, StepStudy, TaylorStudy

_STYLE = """
figure { margin: 1rem 0; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; }
figure .gc-plot { --gc-paper: var(--paper); --gc-ink: var(--ink); --gc-soft: var(--muted); --gc-grid: var(--line);
  --gc-axis: var(--edge); font-family: var(--sans); }
"""


def taylor_page(study: TaylorStudy, style: Style) -> str:
    """The gradient, the polynomial and its error, the test and the claims, with their plots."""
    parts: list[str | None] = [_heading(study.reading, study.output)]
    banner = _banner(study.verdict.name, taylor_wording.sentence(study), study.exit_code)
    if style.quiet:
        return _document(study, "Taylor polynomial", [*parts, banner])
    facts = f"about {coordinates(study.about)}{drawn(study, 'point')}"
    if study.to is not None:
        facts += f", to {coordinates(study.to)}"
    elif study.direction is not None:
        facts += f", along {coordinates(study.direction)}{drawn(study, 'direction')}"
    parts += [element("p", element("code", facts)), banner]
    parts += [_note(note.message) for note in study.reading_notes]
    parts.append(section("Gradient", _gradient(study, style), id_="gradient"))
    if study.terms:
        parts.append(_polynomial(study, style))
    if study.test is not None:
        parts.append(_test(study))
    if study.claims:
        rows = [(claim.claim.strip(), claim.verdict, position) for position, claim in enumerate(study.claims)]
        body = [
            (element("code", claim), html.verdict(verdict), _why(study, position)) for claim, verdict, position in rows
        ]
        parts.append(section("Claims", html.table(("claim", "verdict", "why"), body, label="Claims"), id_="claims"))
    parts += [_note(note) for note in study.notes]
    return _document(study, "Taylor polynomial", parts)


def steps_page(study: StepStudy, style: Style) -> str:
    """The V with the table of methods."""
    parts: list[str | None] = [_heading(study.reading, study.output)]
    banner = _banner(study.verdict.name, study.verdict.reason, study.exit_code)
    if style.quiet:
        return _document(study, "the error of difference quotients", [*parts, banner])
    facts = f"at {coordinates(study.point)}{drawn(study, 'point')}"
    if study.direction is not None:
        facts += f", along {coordinates(study.direction)}{drawn(study, 'direction')}"
    parts += [element("p", element("code", facts)), banner]
    parts += [_note(note.message) for note in study.reading_notes]
    if study.curves:
        derivative = f"{steps.target(study)} = {text(study.derivative, style.digits)}"
        body = [
            element("p", element("code", derivative), " (from Arb)"),
            _figure(v_curve_svg(study)),
            html.table(steps.HEADERS, steps.rows(study.curves), label="Methods"),
        ]
        if study.chosen is not None:
            body.append(element("p", f"gradcheck takes {steps.chosen_text(study, style.digits)}"))
        parts.append(section("The error of the slope", *body, id_="error"))
        curves = [curve for curve in study.curves if curve.slopes]
        rows = [
            (
                steps.short(one.step, 4),
                *(
                    "–" if error is None else steps.short(error, 3)
                    for error in (curve.slopes[position].error for curve in curves)
                ),
            )
            for position, one in enumerate(curves[0].slopes)
        ]
        every = html.table(
            ("h", *(curve.method for curve in curves)), rows, label="Every step", numeric=range(1, len(curves) + 1)
        )
        parts.append(element("details", element("summary", "The error at every step"), every))
    parts += [_note(note) for note in study.notes]
    return _document(study, "the error of difference quotients", parts)


def _document(study: TaylorStudy | StepStudy, title: str, parts: list[str | None]) -> str:
    return html.document(f"{study.output}: {title}", *_kept(parts), style=_STYLE)


def _kept(parts: list[str | None]) -> list[str]:
    return [part for part in parts if part is not None]


def _heading(reading: str, output: str) -> Html:
    return element("h1", element("code", (reading if "=" in reading else f"{output} = {reading}")[:4_000]))


def _banner(name: str | None, sentence: str, code: int) -> Html:
    return element("p", html.verdict(name), element("span", f"{sentence} (exit {code})"), class_=f"banner {name}")


def _note(message: str) -> Html:
    return element("p", message, class_="note")


def _figure(svg: str) -> Html:
    return element("figure", Html(svg))


def _gradient(study: TaylorStudy, style: Style) -> Html:
    def value(one: Partial) -> str:
        entries = [wording.quantity(entry, style.digits) for entry in one.derivative[:200]]
        if not one.shape:
            return entries[0]
        rows, columns = grid(one.shape)
        lines = [", ".join(entries[row * columns : (row + 1) * columns]) for row in range(rows)]
        return "\n".join(f"[{line}]" for line in lines if line)

    rows = [
        (
            element("code", f"∂{study.output}/∂{one.wrt}"),
            element("code", value(one)),
            wording.number(one.product, style.digits),
        )
        for one in study.partials
    ]
    return html.table(("derivative", "value", "times its step"), rows, label="Gradient", numeric=(2,))


def _polynomial(study: TaylorStudy, style: Style) -> Html | None:
    digits = style.digits
    formula = taylor_wording.formula(study, digits)
    body: list[str | None] = [element("p", element("code", formula))] if formula else []
    if study.curve:
        body.append(_figure(tangent_svg(study)))
    if study.to is not None:
        headers, rows = taylor_wording.term_rows(study, style)
        body.append(html.table(headers, rows, label="Terms", numeric=range(1, len(headers))))
        last = study.terms[-1]
        said = (
            f"At the target {study.output} = {wording.number(study.value, digits)},"
            f" T = {wording.number(last.total, digits)}, the error is {wording.number(last.error, digits)}"
        )
        if study.bound is not None:
            said += f": {taylor_wording.bound_text(study, study.bound, digits)}"
        body.append(element("p", f"{said}."))
    return section(taylor_wording.titled(study), *_kept(body), id_="polynomial") if body else None


def _test(study: TaylorStudy) -> Html:
    test = study.test
    assert test is not None
    headers, rows = taylor_wording.test_rows(study, test)
    body = [
        element("p", element("code", f"R0 = {taylor_wording.R0}"), f": {taylor_wording.expected(test.first_rate)}"),
        element("p", element("code", f"R1 = {taylor_wording.R1}"), f": {taylor_wording.expected(test.second_rate)}"),
        _figure(remainders_svg(study)),
        html.table(headers, rows, label="Remainders", numeric=range(1, len(headers))),
    ]
    return section("Taylor test", *body, id_="test", lead="rate 1: half the step, half the remainder; 2: a quarter")


def _why(study: TaylorStudy, position: int) -> str:
    claim = study.claims[position]
    said = [wording.claim_evidence(claim), taylor_wording.seen_rate(study, position, claim)]
    if claim.diagnosis is not None:
        said.append(claim.diagnosis.message)
    return "; ".join(part for part in (*said, *claim.notes) if part)
