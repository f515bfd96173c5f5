"""The reports of ``gradcheck steps``: a plot in the terminal and a table of methods, JSON, Markdown, SVG."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from gradcheck.decimals import text
from gradcheck.reports.charts import Axis, Marks, chart
from gradcheck.reports.json import json_number, reading_fields, verdict_fields, written
from gradcheck.reports.markdown import heading, reading_notes
from gradcheck.reports.markdown_text import code, plain, table
from gradcheck.reports.scales import decades, laws
from gradcheck.reports.table import VERDICT_STYLES, Page
from gradcheck.reports.taylor_wording import coordinates, drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcheck.reports import Style
    from gradcheck.studies.results import Curve, StepStudy

LETTERS: Final = {"forward": "o", "central": "x", "complex-step": "*"}
_COLORS: Final = {"o": "yellow", "x": "cyan", "*": "green", "#": "bold magenta"}
_FLOOR: Final = -21.0
_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def steps_table(study: StepStudy, style: Style) -> str:
    """The plot, a row for each method, and what gradcheck itself takes."""
    page = Page(style)
    if not style.quiet:
        _head(page, study, style)
        curves = [curve for curve in study.curves if curve.slopes]
        if curves:
            _plot(page, study, curves)
            _methods(page, study.curves)
            if style.verbose:
                _every_step(page, curves)
        if study.chosen is not None:
            page.line(("gradcheck  ", "bold"), chosen_text(study, style.digits), hang=11)
        for note in study.notes:
            page.line(("note  ", "yellow"), note, hang=6)
    name = study.verdict.name or "not compared"
    page.line(
        (name.upper(), VERDICT_STYLES[study.verdict.name]),
        f"  {study.verdict.reason} ",
        (f"(exit {study.exit_code})", "dim"),
        hang=2,
    )
    return page.text()


def target(study: StepStudy) -> str:
    """The derivative that is meant: ∂f/∂x, or that along a direction."""
    return f"∂{study.output}/∂{study.wrt}" if study.direction is None else f"the derivative of {study.output}"


def _head(page: Page, study: StepStudy, style: Style) -> None:
    page.line((f"{study.output} = ", "bold") if "=" not in study.reading else "", study.reading[:4_000], hang=4)
    if style.verbose:
        page.line(("in full: ", "dim"), study.full_reading[:4_000], hang=4)
    for note in study.reading_notes:
        page.line(("note: ", "yellow"), note.message, hang=6)
    page.line(("at ", "bold"), coordinates(study.point), (f"  {drawn(study, 'point')}", "dim"), hang=3)
    if study.direction is not None:
        page.line(("along ", "bold"), coordinates(study.direction), (f"  {drawn(study, 'direction')}", "dim"), hang=6)
    if study.verdict.name != "undecided":
        page.line((f"{target(study)} = ", "bold"), text(study.derivative, style.digits), ("   (from Arb)", "dim"))
    page.blank()


def _plot(page: Page, study: StepStudy, curves: Sequence[Curve]) -> None:
    page.line(("ERROR OF THE SLOPE", "bold"), ("  against the step h", "dim"))
    points = {
        curve.method: [
            (math.log10(one.step), math.log10(one.error) if one.error else _FLOOR)
            for one in curve.slopes
            if one.error is not None
        ]
        for curve in curves
    }
    xs = [x for found in points.values() for x, _ in found]
    if not xs:
        page.line("float64 has no finite slope here", indent=2)
        page.blank()
        return
    ys = [y for found in points.values() for _, y in found if y > _FLOOR] or [-16.0]
    low, high = math.floor(min(ys) - 0.5), math.ceil(max(ys) + 0.5)
    height = max(12, min(26, page.width // 5))
    x = Axis(min(xs) - 0.2, max(xs) + 0.2, decades(min(xs), max(xs), max(4, page.width // 14)), _ten, "step h")
    y = Axis(low, high, decades(low, high, height // 2), _ten, "error")
    arms = [arm for one in curves for arm in laws(one.truncation, one.power, one.round_off, x.low, x.high)]
    marks = [
        Marks(LETTERS[method], [(across, max(up, low)) for across, up in found])
        for method, found in reversed(points.items())
    ]
    chosen = study.chosen
    if chosen is not None and chosen.error is not None and chosen.step > 0:
        up = math.log10(chosen.error) if chosen.error else low
        marks.append(Marks("#", [(math.log10(chosen.step), max(up, low))]))
    left = max(len(_ten(tick)) for tick in y.ticks)
    title, *plot, below = chart(x, y, marks, arms, page.width - 2, height)
    page.exact(title, indent=2)
    for line in plot:
        page.marked(line, _COLORS, beyond=left + 2, indent=2)
    page.exact(below, indent=2)
    legend: list[str | tuple[str, str]] = []
    for curve in curves:
        letter = LETTERS[curve.method]
        legend += [(letter, _COLORS[letter]), f" {curve.method}  "]
    if chosen is not None:
        legend += [("#", _COLORS["#"]), " gradcheck's step  "]
    legend.append(("lines: expected", "dim"))
    page.line(*legend, indent=2)
    if any(up == _FLOOR for found in points.values() for _, up in found):
        page.line(("marks at the foot: the error is 0", "dim"), indent=2)
    page.blank()


def _ten(exponent: float) -> str:
    whole = round(exponent)
    return "1" if whole == 0 else f"1e{whole}"


def rows(curves: Sequence[Curve]) -> list[tuple[str, ...]]:
    """A row for each method: its law, the step with the least error, that error, the textbook's step."""
    found: list[tuple[str, ...]] = []
    for curve in curves:
        if curve.best is None:
            found.append((curve.method, curve.reason or "no finite value", "–", "–", "–"))
            continue
        textbook = "–" if curve.textbook is None else short(curve.textbook)
        found.append((curve.method, law(curve), short(curve.best.step), short(curve.best.error or 0.0), textbook))
    return found


def short(value: float, digits: int = 2) -> str:
    """A step or an error: 1.5e-05."""
    return f"{value:.{digits}g}"


def law(curve: Curve) -> str:
    """The sum of truncation and round-off: 1.5·h + 7.5e-16/h."""
    parts = []
    if curve.power:
        size = "?" if curve.truncation is None else short(curve.truncation)
        parts.append(f"{size}·h{_RAISED[curve.power] if curve.power > 1 else ''}")
    if curve.round_off:
        parts.append(f"{short(curve.round_off)}/h")
    return " + ".join(parts) or "0"


HEADERS: Final = ("method", "truncation + round-off", "best h", "least error", "textbook h")


def _methods(page: Page, curves: Sequence[Curve]) -> None:
    page.columns(HEADERS, rows(curves), indent=2)
    page.blank()


def _every_step(page: Page, curves: Sequence[Curve]) -> None:
    page.line(("EVERY STEP", "bold"), ("  h, and the error of each method", "dim"))
    body = []
    for position, one in enumerate(curves[0].slopes):
        errors = [curve.slopes[position].error for curve in curves]
        body.append((short(one.step, 4), *("–" if error is None else short(error, 3) for error in errors)))
    page.columns(("h", *(curve.method for curve in curves)), body, indent=2)
    page.blank()


def chosen_text(study: StepStudy, digits: int) -> str:
    """What gradcheck's own route takes, states and makes."""
    chosen = study.chosen
    if chosen is None:
        return ""
    stated = "?" if chosen.bound is None else short(chosen.bound)
    truth = "" if chosen.error is None else f"; it is off by {short(chosen.error)}"
    return f"{chosen.method}, h = {short(chosen.step)}: {text(chosen.value, digits)} ± {stated}{truth}"


def steps_markdown(study: StepStudy, style: Style) -> str:
    """The same in Markdown, without the plot."""
    name = study.verdict.name or "not compared"
    closing = f"**{name}**: {plain(study.verdict.reason)} (exit {study.exit_code})\n"
    if style.quiet:
        return closing
    lines = [*heading(study), f"At {code(coordinates(study.point))}{drawn(study, 'point')}", ""]
    if study.direction is not None:
        lines += [f"Along {code(coordinates(study.direction))}{drawn(study, 'direction')}", ""]
    lines += reading_notes(study)
    if study.curves:
        lines += [f"{code(f'{target(study)} = {text(study.derivative, style.digits)}')}", ""]
        lines += table(HEADERS, [tuple(map(plain, row)) for row in rows(study.curves)])
        lines.append("")
    if study.chosen is not None:
        lines += [f"gradcheck: {plain(chosen_text(study, style.digits))}", ""]
    lines += [f"- {plain(note)}" for note in study.notes]
    lines += [""] * bool(study.notes)
    lines.append(closing)
    return "\n".join(lines)


def steps_json(study: StepStudy, style: Style) -> str:
    """``gradcheck.steps/1``."""
    digits = style.digits
    chosen = study.chosen
    document = {
        "schema": "gradcheck.steps/1",
        **reading_fields(study),
        "point": study.point,
        "wrt": study.wrt,
        "direction": study.direction,
        "drawn": list(study.drawn),
        "seed": study.seed,
        "precision": study.precision,
        "value": json_number(study.value, digits),
        "derivative": json_number(study.derivative, digits),
        "second_derivative": json_number(study.second, digits),
        "third_derivative": json_number(study.third, digits),
        **verdict_fields(study),
        "smooth": {
            "kind": study.smooth.kind,
            "differentiable": study.smooth.differentiable,
            "left": json_number(study.smooth.left, digits),
            "right": json_number(study.smooth.right, digits),
        },
        "curves": [
            {
                "method": curve.method,
                "truncation": json_number(curve.truncation, digits),
                "power": curve.power,
                "round_off": json_number(curve.round_off, digits),
                "textbook_step": json_number(curve.textbook, digits),
                "best_step": None if curve.best is None else json_number(curve.best.step, digits),
                "least_error": None if curve.best is None else json_number(curve.best.error, digits),
                "reason": curve.reason,
                "slopes": [
                    {
                        "step": json_number(one.step, digits),
                        "value": json_number(one.value, digits),
                        "error": json_number(one.error, digits),
                    }
                    for one in curve.slopes
                ],
            }
            for curve in study.curves
        ],
        "chosen": None
        if chosen is None
        else {
            "method": chosen.method,
            "step": json_number(chosen.step, digits),
            "value": json_number(chosen.value, digits),
            "bound": json_number(chosen.bound, digits),
            "error": json_number(chosen.error, digits),
        },
        "notes": [*(note.message for note in study.reading_notes), *study.notes],
    }
    return written(document)


def steps_svg(study: StepStudy, _style: Style) -> str:
    """The V alone."""
    from gradcheck.reports.plots import v_curve_svg

    return v_curve_svg(study)


def steps_html(study: StepStudy, style: Style) -> str:
    """A page of its own."""
    from gradcheck.reports.studies_page import steps_page

    return steps_page(study, style)


STEPS_FORMATS: Final[Mapping[str, Callable[[StepStudy, Style], str]]] = {
    "table": steps_table,
    "json": steps_json,
    "markdown": steps_markdown,
    "svg": steps_svg,
    "html": steps_html,
}
