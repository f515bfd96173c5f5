"""Plots as SVG: the V of difference quotients, a function with its tangent, the remainders of a Taylor test.

Each is one ``<svg>`` element that stands alone as a file, and in a page as well: its colours are custom properties of
the class ``gc-plot`` for light, dark and print, its ids carry a prefix, and it needs no script. What tells lines apart
is never colour alone.
"""

from __future__ import annotations

import html
import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gradcheck.decimals import text
from gradcheck.errors import printable
from gradcheck.reports.scales import decades, laws, nice_ticks, power_of_ten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal

    from gradcheck.studies.results import StepStudy, TaylorStudy

WIDTH: Final = 760
HEIGHT: Final = 460
_FLOOR: Final = 1e-22
"""Errors below this are drawn at the foot of the plot, as 0 is."""
_CSS: Final = """\
.gc-plot{--gc-paper:#ffffff;--gc-ink:#1b1f24;--gc-soft:#59636e;--gc-grid:#e3e7ec;--gc-axis:#8c959f;\
--gc-one:#a04100;--gc-two:#0550ae;--gc-three:#11632b;--gc-mark:#a2197c;\
font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif}
@media (prefers-color-scheme:dark){.gc-plot{--gc-paper:#0d1117;--gc-ink:#e6edf3;--gc-soft:#9aa4af;--gc-grid:#262c34;\
--gc-axis:#6e7681;--gc-one:#f4a261;--gc-two:#79b8ff;--gc-three:#7ee29a;--gc-mark:#f58fd2}}
@media print{.gc-plot{--gc-paper:#ffffff;--gc-ink:#000000;--gc-soft:#333333;--gc-grid:#dddddd;--gc-axis:#555555;\
--gc-one:#a04100;--gc-two:#0550ae;--gc-three:#11632b;--gc-mark:#a2197c}}
.gc-plot text{fill:var(--gc-ink)}
.gc-plot .paper{fill:var(--gc-paper)}
.gc-plot .grid{stroke:var(--gc-grid);stroke-width:1}
.gc-plot .axis{stroke:var(--gc-axis);stroke-width:1}
.gc-plot .tick,.gc-plot .soft{fill:var(--gc-soft);font-size:12px}
.gc-plot .heading{font-size:14px;font-weight:600}
.gc-plot .line{fill:none;stroke-width:1.8;stroke-linejoin:round}
.gc-plot .law{fill:none;stroke-width:1.2;stroke-dasharray:6 4;opacity:.8}
.gc-plot .thin{stroke-width:1}
.gc-plot .dashed{stroke-dasharray:7 4}
.gc-plot .ink{stroke:var(--gc-ink)}.gc-plot .one{stroke:var(--gc-one)}.gc-plot .two{stroke:var(--gc-two)}
.gc-plot .three{stroke:var(--gc-three)}.gc-plot .mark{stroke:var(--gc-mark)}
.gc-plot .dot{stroke-width:1.2;fill:var(--gc-paper)}.gc-plot .full.one{fill:var(--gc-one)}
.gc-plot .full.two{fill:var(--gc-two)}.gc-plot .full.three{fill:var(--gc-three)}.gc-plot .full.mark{fill:var(--gc-mark)}
.gc-plot .full.ink{fill:var(--gc-ink)}
.gc-plot text.mark{fill:var(--gc-mark);stroke:none}
.gc-plot text.halo{paint-order:stroke;stroke:var(--gc-paper);stroke-width:4px;stroke-linejoin:round}
"""
_SHAPES: Final = {"one": "circle", "two": "square", "three": "diamond", "ink": "circle", "mark": "diamond"}


def v_curve_svg(study: StepStudy, prefix: str = "v") -> str:
    """The error of each method against its step, on logarithmic axes, with its laws and gradcheck's own step."""
    curves = [curve for curve in study.curves if curve.slopes]
    errors = [one.error for curve in curves for one in curve.slopes if one.error and one.error > _FLOOR]
    steps = [one.step for curve in curves for one in curve.slopes]
    title = f"The error of difference quotients for ∂{study.output}/∂{study.wrt}" if study.direction is None else (
        f"The error of difference quotients for {study.output}, {study.wrt}"
    )  # fmt: skip
    if not errors:
        measured = any(one.error is not None for curve in curves for one in curve.slopes)
        why = "the slopes are exact at every step" if measured else "float64 has no finite slope here"
        if not curves:
            why = study.verdict.reason
        return _nothing(title, why, prefix)
    low, high = math.log10(min(errors)), math.log10(max(errors))
    frame = _Frame(
        x=_padded(math.log10(min(steps)), math.log10(max(steps)), 0.3), y=_padded(low, high, 0.8), prefix=prefix
    )
    names = {"forward": "one", "central": "two", "complex-step": "three"}
    drawn = _Drawn()
    for curve in curves:
        kind = names[curve.method]
        points = [
            None if one.error is None else (math.log10(one.step), math.log10(max(one.error, _FLOOR)))
            for one in curve.slopes
        ]
        for arm in laws(curve.truncation, curve.power, curve.round_off, *frame.x):
            drawn.lines.append(frame.path(arm, f"law {kind}"))
        drawn.lines.append(frame.path(points, f"line thin {kind}"))
        drawn.dots += [frame.dot(point, kind) for point in points if point is not None]
    forward = curves[0]
    for words, coefficient, power, part in (
        ("truncation", forward.truncation, forward.power, 0.78),
        ("round-off", forward.round_off, -1, 0.16),
    ):
        if coefficient:
            x = frame.x[0] + part * (frame.x[1] - frame.x[0])
            y = math.log10(coefficient) + power * x
            if frame.y[0] < y < frame.y[1]:
                drawn.texts.append(frame.text(x, y, words, "soft", end=words == "truncation"))
    chosen = study.chosen
    if chosen is not None and chosen.step > 0:
        x = math.log10(chosen.step)
        drawn.lines.append(frame.upright(x, "axis mark dashed"))
        if chosen.error is not None:
            drawn.dots.append(frame.dot((x, math.log10(max(chosen.error, _FLOOR))), "mark", size=6))
        drawn.texts.append(frame.label(x, f"gradcheck's step {_brief(chosen.step)}", "mark"))
    axes = frame.axes(decades(*frame.x), decades(*frame.y), "step h", "error of the slope", power_of_ten, power_of_ten)
    legend = [(_with_power(curve.method, curve.power), names[curve.method], False) for curve in curves]
    legend.append(("dashed: truncation and round-off, from the true derivatives and the rounding of f", "ink", True))
    description = "; ".join(_told(study))
    return _svg(title, description, axes, drawn, legend, prefix)


def tangent_svg(study: TaylorStudy, prefix: str = "t") -> str:
    """The function and its Taylor polynomial around the point and the target, with the error between them."""
    name = {0: "its value", 1: "its tangent"}.get(study.order, f"its Taylor polynomial of order {study.order}")
    title = f"{study.output} and {name}"
    seen = [one for one in study.curve if one.y is not None]
    if not seen:
        return _nothing(title, study.verdict.reason, prefix)
    count = len(study.curve) - 1
    inner = study.curve if study.to is None else study.curve[count // 3 : 2 * count // 3 + 1]
    heights = sorted(y for one in inner for y in (one.y, one.tangent) if y is not None)
    if study.to is None:  # a pole, or a polynomial of high order, should not flatten the rest
        heights = heights[len(heights) // 25 : len(heights) - len(heights) // 25]
    first, last = study.curve[0].x, study.curve[-1].x
    frame = _Frame(x=(min(first, last), max(first, last)), y=_padded(min(heights), max(heights), None), prefix=prefix)
    drawn = _Drawn()
    drawn.lines.append(frame.path([None if one.y is None else (one.x, one.y) for one in study.curve], "line ink"))
    drawn.lines.append(
        frame.path([None if one.tangent is None else (one.x, one.tangent) for one in study.curve], "line two dashed")
    )
    middle = study.curve[(len(study.curve) - 1) // (2 if study.to is None else 3)]
    start = middle.x
    drawn.dots.append(frame.dot((start, float(study.base)), "ink", size=4.5))
    before, after = study.curve[0], study.curve[-1]
    rises = ((after.tangent or 0.0) - (before.tangent or 0.0)) * (after.x - before.x) >= 0
    drawn.texts.append(frame.text(start, float(study.base), f"point {_place(study, start)}", "soft", below=rises))
    if study.value is not None and study.terms:
        end = study.curve[2 * (len(study.curve) - 1) // 3].x
        total, value = float(study.terms[-1].total or 0), float(study.value)
        drawn.lines.append(frame.path([(end, total), (end, value)], "line mark"))
        drawn.dots += [frame.dot((end, value), "ink", size=4.5), frame.dot((end, total), "two", size=4.5)]
        error = study.terms[-1].error
        drawn.texts.append(
            frame.text(
                end,
                min(total, value) if rises else max(total, value),
                f"error {text(error or 0.0, 3)}",
                "mark",
                below=rises,
            )
        )
    across = study.variable or "t (0 is the point, 1 the target)"
    ticks = nice_ticks(*frame.x), nice_ticks(*frame.y)
    axes = frame.axes(*ticks, across, study.output, _short, _short)
    legend = [(study.output, "ink", False), (name, "two", True)]
    told = [f"{study.output} is {text(study.base)} at the point"]
    if study.value is not None and study.terms:
        told.append(f"at the target it is {text(study.value)} and the polynomial {text(study.terms[-1].total or 0.0)}")
    return _svg(title, "; ".join(told), axes, drawn, legend, prefix)


def remainders_svg(study: TaylorStudy, prefix: str = "r") -> str:
    """The remainders of a Taylor test against the step, on logarithmic axes: slope 1 and slope 2."""
    title = "The Taylor test: remainders for halving steps"
    test = study.test
    if test is None or not any(row.first or row.second for row in test.rows):
        return _nothing(title, study.verdict.reason or "the remainders are 0", prefix)
    kinds = ("one", "two", "mark", "three")
    lines: list[tuple[str, list[tuple[float, float] | None]]] = []

    def add(name: str, values: Iterable[Decimal | None]) -> None:
        points = [
            None if not value else (math.log10(float(row.step)), float(value.log10()))
            for row, value in zip(test.rows, values, strict=True)
        ]
        if any(points):
            lines.append((name, points))

    add("R0 = |f(x + h·v) - f(x)|", [row.first for row in test.rows])
    add("R1 = |f(x + h·v) - f(x) - h·g·v|", [row.second for row in test.rows])
    for position, claim in enumerate(study.claims):
        add(f"R1 with {_cut(claim.claim.strip(), 30)}", [row.claimed[position] for row in test.rows])
    ys = [point[1] for _, points in lines for point in points if point]
    xs = [point[0] for _, points in lines for point in points if point]
    frame = _Frame(x=_padded(min(xs), max(xs), 0.1), y=_padded(min(ys), max(ys), 0.5), prefix=prefix)
    drawn = _Drawn()
    legend = []
    for (name, points), kind in zip(lines, itertools.cycle(kinds)):
        drawn.lines.append(frame.path(points, f"line thin {kind}"))
        drawn.dots += [frame.dot(point, kind) for point in points if point]
        legend.append((name, kind, False))
    axes = frame.axes(decades(*frame.x), decades(*frame.y), "step h", "remainder", power_of_ten, power_of_ten)
    expected = f"rates {test.first_rate} and {test.second_rate} are expected"
    return _svg(title, expected, axes, drawn, legend, prefix)


# -- parts ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Drawn:
    lines: list[str] = field(default_factory=list)
    dots: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A rectangle of the paper and the ranges that it shows."""

    x: tuple[float, float]
    y: tuple[float, float]
    prefix: str
    left: float = 78
    right: float = 24
    top: float = 84
    bottom: float = 56

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point lies on the paper."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        bounded = min(max(up, -1.0), 2.0)
        return (
            self.left + across * (WIDTH - self.left - self.right),
            HEIGHT - self.bottom - bounded * (HEIGHT - self.top - self.bottom),
        )

    def path(self, points: Iterable[tuple[float, float] | None], kind: str) -> str:
        """A line through points, broken where there is none, and where it would cross the whole height (a pole)."""
        pieces, fresh, side = [], True, 0
        for point in points:
            if point is not None:
                x, y = self.at(*point)
                now = (point[1] > self.y[1]) - (point[1] < self.y[0])
                pieces.append(f"{'M' if fresh or side * now < 0 else 'L'}{x:.1f} {y:.1f}")
                side = now
            fresh = point is None
        return f'<path class="{kind}" d="{"".join(pieces)}"/>'

    def dot(self, point: tuple[float, float], kind: str, size: float = 2.6) -> str:
        """A mark, of a shape that belongs to its colour; hollow at the foot, where it stands for 0."""
        x, y = self.at(point[0], min(max(point[1], self.y[0]), self.y[1]))
        full = " full" if self.y[0] <= point[1] else ""
        return _shape(x, y, size, f"dot{full} {kind}", _SHAPES[kind])

    def upright(self, x: float, kind: str) -> str:
        """A line from the foot to the top."""
        across, _ = self.at(x, self.y[0])
        return f'<path class="{kind}" d="M{across:.1f} {self.top:.1f}V{HEIGHT - self.bottom:.1f}"/>'

    def label(self, x: float, words: str, kind: str) -> str:
        """Words at the top of an upright line."""
        across, _ = self.at(x, self.y[0])
        end = across > WIDTH * 0.6
        return _words(across + (-8 if end else 8), self.top + 16, words, kind, end=end)

    def text(self, x: float, y: float, words: str, kind: str, *, below: bool = False, end: bool | None = None) -> str:
        """Words beside a point; ``end`` sets them before it."""
        across, up = self.at(x, y)
        end = across > WIDTH * 0.7 if end is None else end
        return _words(across + (-9 if end else 9), up + (18 if below else -9), words, kind, end=end)

    def axes(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        across: str,
        up: str,
        x_text: Callable[[float], str],
        y_text: Callable[[float], str],
    ) -> list[str]:
        """Grid, ticks and titles, and the clip for what is drawn inside."""
        foot, head = HEIGHT - self.bottom, self.top
        inside = f'x="{self.left}" y="{head}" width="{WIDTH - self.left - self.right}" height="{foot - head}"'
        found = [f'<clipPath id="{self.prefix}-inside"><rect {inside}/></clipPath>']
        for x in xs:
            at, _ = self.at(x, self.y[0])
            found.append(f'<path class="grid" d="M{at:.1f} {head}V{foot}"/>')
            found.append(
                f'<text class="tick" x="{at:.1f}" y="{foot + 18}" text-anchor="middle">{_escape(x_text(x))}</text>'
            )
        for y in ys:
            _, at = self.at(self.x[0], y)
            found.append(f'<path class="grid" d="M{self.left} {at:.1f}H{WIDTH - self.right}"/>')
            found.append(f'<text class="tick" x="{self.left - 8}" y="{at + 4:.1f}"{_END}>{_escape(y_text(y))}</text>')
        found.append(f'<path class="axis" fill="none" d="M{self.left} {head}V{foot}H{WIDTH - self.right}"/>')
        middle = (self.left + WIDTH - self.right) / 2
        found.append(f'<text x="{middle:.1f}" y="{HEIGHT - 14}" text-anchor="middle">{_escape(across)}</text>')
        height = (head + foot) / 2
        turned = f'transform="translate(20 {height:.1f}) rotate(-90)" text-anchor="middle"'
        found.append(f"<text {turned}>{_escape(_cut(up, 40))}</text>")
        return found


_END: Final = ' text-anchor="end"'


def _words(x: float, y: float, words: str, kind: str, *, end: bool) -> str:
    return f'<text class="{kind} halo" x="{x:.1f}" y="{y:.1f}"{_END if end else ""}>{_escape(words)}</text>'


def _shape(x: float, y: float, r: float, kind: str, form: str) -> str:
    match form:
        case "circle":
            return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{r}"/>'
        case "square":
            return f'<rect class="{kind}" x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r}" height="{2 * r}"/>'
        case _:
            d = 1.35 * r
            return (
                f'<path class="{kind}" d="M{x:.1f} {y - d:.1f}l{d:.2f} {d:.2f}l{-d:.2f} {d:.2f}l{-d:.2f} {-d:.2f}z"/>'
            )


def _svg(
    title: str,
    description: str,
    axes: Sequence[str],
    drawn: _Drawn,
    legend: Sequence[tuple[str, str, bool]],
    prefix: str,
) -> str:
    """The whole element; a legend of names with their lines above the plot."""
    parts = [*_opening(title, description, prefix), *axes]
    parts.append(f'<g clip-path="url(#{prefix}-inside)">{"".join(drawn.lines)}</g>')
    parts += [*drawn.dots, *drawn.texts]
    x, y = 78.0, 46.0
    for name, kind, dashed in legend:
        width = 40 + 6.6 * len(name)
        if x + width > WIDTH - 10 and x > 78:
            x, y = 78.0, y + 19
        stroke = "law" if kind == "ink" and dashed else f"line {'dashed' if dashed else 'thin'}"
        parts.append(f'<path class="{stroke} {kind}" d="M{x:.0f} {y:.0f}h26"/>')
        if not dashed and kind != "ink":
            parts.append(_shape(x + 13, y, 3.2, f"dot full {kind}", _SHAPES[kind]))
        parts.append(f'<text class="soft" x="{x + 32:.0f}" y="{y + 4:.0f}">{_escape(name)}</text>')
        x += width + 14
    return "".join([*parts, "</svg>\n"])


def _opening(title: str, description: str, prefix: str) -> list[str]:
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    named = f'role="img" aria-labelledby="{prefix}-title {prefix}-desc"'
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gc-plot" {size} {named}>',
        f'<title id="{prefix}-title">{_escape(title)}</title><desc id="{prefix}-desc">{_escape(description)}</desc>',
        f"<style>{_CSS}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        f'<text class="heading" x="24" y="26">{_escape(_cut(title, 90))}</text>',
    ]


def _nothing(title: str, why: str, prefix: str) -> str:
    """A plot without a curve says why."""
    lines = _wrapped(why or "there is nothing to draw", 95)
    words = [
        f'<text class="soft" x="{WIDTH / 2}" y="{HEIGHT / 2 + 19 * k}" text-anchor="middle">{_escape(line)}</text>'
        for k, line in enumerate(lines[:6])
    ]
    return "".join([*_opening(title, why, prefix), *words, "</svg>\n"])


def _told(study: StepStudy) -> list[str]:
    told = [
        f"{curve.method}: least error {_brief(curve.best.error or 0.0)} at h = {_brief(curve.best.step)}"
        for curve in study.curves
        if curve.best is not None
    ]
    if study.chosen is not None:
        told.append(f"gradcheck takes h = {_brief(study.chosen.step)}")
    return told


def _with_power(method: str, power: int) -> str:
    return (
        f"{method} (truncation ∝ h{'' if power == 1 else '⁰¹²³⁴⁵⁶⁷⁸⁹'[power]})"
        if power
        else f"{method} (no truncation)"
    )


def _place(study: TaylorStudy, x: float) -> str:
    return f"{study.variable} = {_short(x)}" if study.variable else "t = 0"


def _brief(value: float) -> str:
    return f"{value:.2g}"


def _short(value: float) -> str:
    return text(0.0 if abs(value) < 1e-300 else value, 5)


def _padded(low: float, high: float, by: float | None) -> tuple[float, float]:
    if by is None:
        by = 0.35 * (high - low)
    return (low - by, high + by) if high + by > low - by else (low - 1, high + 1)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _wrapped(words: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(words, width)


def _escape(words: str) -> str:
    return html.escape(printable(words))
