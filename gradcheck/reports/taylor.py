"""The reports of ``gradcheck taylor``: the polynomial, its error, the Taylor test."""

from __future__ import annotations

import decimal
import json
from typing import TYPE_CHECKING, Final

from gradcheck.decimals import WIDE, text
from gradcheck.reports import boxes, markdown, wording
from gradcheck.reports.json import claim_object, json_number
from gradcheck.reports.table import CLAIM_STYLES, VERDICT_STYLES, Page
from gradcheck.shapes import grid, shape_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from gradcheck.reports import Style
    from gradcheck.results import ClaimResult, Quantity
    from gradcheck.studies.results import Bound, Partial, TaylorStudy, TaylorTest

_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SHOWN: Final = 16
"""Terms and rows above which the middle is left out, unless -v."""
R0: Final = "|f(x + h·v) - f(x)|"
R1: Final = "|f(x + h·v) - f(x) - h·g·v|"


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


# -- words that every format uses -------------------------------------------------------------------------------------


def sentence(study: TaylorStudy) -> str:
    """What the verdict says, in one line."""
    said = study.verdict.reason
    test = study.test
    if test is not None and study.verdict.name == "agree":
        said += f"; {rates_text(test)}"
    if study.claims:
        counts = [
            f"{count} {name}"
            for name in ("correct", "wrong", "undecided")
            if (count := sum(claim.verdict == name for claim in study.claims))
        ]
        said += f"; claims: {', '.join(counts)}"
    return said


def rates_text(test: TaylorTest) -> str:
    """Which rates the remainders have."""
    known = [(name, rate) for name, rate in (("R0", test.first_rate), ("R1", test.second_rate))]
    words = [f"{name} has rate {rate}" if rate is not None else f"{name} is 0" for name, rate in known]
    return ", ".join(words)


def shifted(study: TaylorStudy) -> str:
    """The variable of the polynomial: (x - 1), x, or t."""
    if not study.variable:
        return "t"
    at = study.about[study.variable]
    if at == "0":
        return study.variable
    bare = at.lstrip("-")
    if at.startswith("-") and not set(bare) & set("+-"):
        return f"({study.variable} + {bare})"
    return f"({study.variable} - {at})" if not set(bare) & set("+-") else f"({study.variable} - ({at}))"


def polynomial(study: TaylorStudy, digits: int) -> str:
    """4 - 2·(x - 1) + (x - 1)²."""
    base = shifted(study)
    parts: list[str] = []
    for term in study.terms:
        shown = wording.quantity(term.coefficient, digits)
        if shown == "0" and (term.order or len(study.terms) > 1):
            continue
        minus = shown.startswith("-")
        size = shown.removeprefix("-")
        power = "" if term.order == 0 else base + (str(term.order).translate(_RAISED) if term.order > 1 else "")
        body = size if not power else power if size == "1" else f"{size}·{power}"
        parts.append((" - " if minus else " + ") + body if parts else ("-" if minus else "") + body)
    return "".join(parts) or "0"


def plane(study: TaylorStudy, digits: int) -> str:
    """The tangent plane of several numbers: 4 + 2·(x - 1) - 3·(y - 2)."""
    found = text(study.base, digits)
    for one in study.partials:
        shown = wording.quantity(one.derivative[0], digits)
        minus = shown.startswith("-")
        found += f" {'-' if minus else '+'} {shown.removeprefix('-')}·({one.wrt} - {study.about[one.wrt]})"
    return found


def bound_text(study: TaylorStudy, bound: Bound, digits: int) -> str:
    """What Lagrange's remainder says of the error."""
    if bound.reason:
        return f"no bound: {bound.reason}"
    order = study.order + 1
    if bound.is_zero:
        return f"0 for certain: the derivative of order {order} is 0 all the way"
    assert bound.low is not None
    assert bound.high is not None
    if bound.low == bound.high:
        return f"exactly {text(bound.low, digits)} by Lagrange's remainder, whose derivative is constant on the way"
    low, high = outward(bound.low, bound.high, digits)
    return f"between {low} and {high} for certain (Lagrange's remainder of order {order})"


def outward(low: Decimal, high: Decimal, digits: int) -> tuple[str, str]:
    """The ends of an interval, rounded away from each other."""
    return tuple(  # type: ignore[return-value]  # two of them
        text(
            WIDE.create_decimal(end).quantize(
                decimal.Decimal((0, (1,), end.adjusted() - digits + 1)), rounding=how, context=WIDE
            )
            if end
            else end,
            digits,
        )
        for end, how in ((low, decimal.ROUND_FLOOR), (high, decimal.ROUND_CEILING))
    )


def coordinates(point: Mapping[str, str]) -> str:
    """``x = 1, y = 2``."""
    return ", ".join(f"{name} = {value}" for name, value in point.items())


def name_of(order: int) -> str:
    """What a polynomial of this order is called."""
    return f"TAYLOR POLYNOMIAL of order {order}"


# -- the terminal -----------------------------------------------------------------------------------------------------


def _head(page: Page, study: TaylorStudy, style: Style) -> None:
    page.line((f"{study.output} = ", "bold") if "=" not in study.reading else "", study.reading[:4_000], hang=4)
    if style.verbose:
        page.line(("in full: ", "dim"), study.full_reading[:4_000], hang=4)
    for note in study.reading_notes:
        page.line(("note: ", "yellow"), note.message, hang=6)
    drawn = f"   (drawn from seed {study.seed})" if "point" in study.drawn else ""
    page.line(("about ", "bold"), coordinates(study.about), (drawn, "dim"), hang=6)
    if study.to is not None:
        page.line(("to    ", "bold"), coordinates(study.to), hang=6)
    elif study.direction is not None:
        drawn = f"   (drawn from seed {study.seed})" if "direction" in study.drawn else ""
        page.line(("along ", "bold"), coordinates(study.direction), (drawn, "dim"), hang=6)
    page.blank()


def _gradient(page: Page, study: TaylorStudy, style: Style) -> None:
    digits = style.digits
    single = not any(one.shape for one in study.partials)
    if single and study.direction is None:
        page.line(("GRADIENT", "bold"))
        for one in study.partials:
            page.line(f"∂{study.output}/∂{one.wrt} = {wording.quantity(one.derivative[0], digits)}", indent=2)
    else:
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
    several = not study.variable
    if several and study.order == 1:
        title, what = "TANGENT PLANE", ""
    elif study.order == 1:
        title, what = "TANGENT", ""
    else:
        title = name_of(study.order)
        what = "  in t: t = 0 at the point, 1 at the target" if several else ""
    page.line((title, "bold"), (what, "dim"))
    numbers = not any(one.shape for one in study.partials)
    if several and study.order == 1 and numbers:
        page.line(f"T({', '.join(study.about)}) = {plane(study, digits)}", indent=2, hang=4)
    elif not several or (study.to is not None and study.order != 1):
        variable = study.variable or "t"
        page.line(f"T({variable}) = {polynomial(study, digits)}", indent=2, hang=4)
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


def term_rows(study: TaylorStudy, style: Style) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The terms with their sums and what is left."""
    digits = style.digits
    one_variable = bool(study.variable)
    headers = ["k", "kth derivative", "over k!", "term", "sum", f"{study.output} - sum"]
    rows: list[Sequence[str]] = []
    for term in study.terms:
        row = [
            str(term.order),
            wording.quantity(term.derivative, digits),
            wording.quantity(term.coefficient, digits),
            wording.number(term.value, digits),
            wording.number(term.total, digits),
            wording.number(term.error, digits),
        ]
        rows.append(row)
    if not one_variable:
        headers = [*headers[:1], *headers[3:]]
        rows = [[*row[:1], *row[3:]] for row in rows]
    if len(rows) > _SHOWN and not style.verbose:
        gap = ["…"] + [""] * (len(headers) - 1)
        rows = [*rows[: _SHOWN // 2], gap, *rows[-_SHOWN // 2 :]]
    return headers, rows


def _test(page: Page, study: TaylorStudy, test: TaylorTest) -> None:
    page.line(("TAYLOR TEST", "bold"), ("  rate 1: half the step, half the remainder; rate 2: a quarter", "dim"))
    where = f"x the point, v the {'way to the target' if study.to is not None else 'direction'}, g the gradient"
    page.line(f"R0 = {R0}  {expected(test.first_rate)}", indent=2, hang=5)
    page.line(f"R1 = {R1}  {expected(test.second_rate)}", indent=2, hang=5)
    for position, claim in enumerate(study.claims):
        page.line(f"R1{_mark(position, study)} = R1 with {claim.claim.strip()}", indent=2, hang=5)
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


def expected(rate: int | None) -> str:
    """The rate that a remainder should have."""
    return "is 0" if rate is None else f"rate {rate} expected"


def _mark(position: int, study: TaylorStudy) -> str:
    return "'" if len(study.claims) == 1 else f"({position + 1})"


def test_rows(study: TaylorStudy, test: TaylorTest) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The remainders with their rates; a gap where steps were left out."""
    headers = ["h", "R0", "rate", "R1", "rate"]
    for position in range(len(study.claims)):
        headers += [f"R1{_mark(position, study)}", "rate"]
    rows: list[Sequence[str]] = []
    before = -1
    for row in test.rows:
        if row.halvings > before + 1:
            rows.append(["…"] + [""] * (len(headers) - 1))
        before = row.halvings
        cells = [
            text(row.step, 6),
            text(row.first, 4),
            _rate(row.first_rate),
            text(row.second, 4),
            _rate(row.second_rate),
        ]
        for value, rate in zip(row.claimed, row.claimed_rates, strict=True):
            cells += [wording.number(value, 4), _rate(rate)]
        rows.append(cells)
    return headers, rows


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.3f}"


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


def seen_rate(study: TaylorStudy, position: int, claim: ClaimResult) -> str:
    """How the remainder with a claim shrinks, beside how it would with the gradient."""
    test = study.test
    if test is None or not test.rows or position >= len(test.claimed_rates):
        return ""
    rate, right = test.claimed_rates[position], test.second_rate
    if rate is None:
        return "" if test.rows[-1].claimed[position] is None else "with it R1 is 0, as with the gradient"
    if rate == 1 and claim.verdict == "correct":
        return "its rounding shows: R1 shrinks at rate 1 for small steps"
    if rate == right:
        also = (
            " here, as with the gradient: in this direction the mistake does not show"
            if claim.verdict == "wrong"
            else ""
        )
        return f"R1 shrinks at rate {rate}{also or ', as with the gradient'}"
    return (
        f"R1 shrinks at rate {rate} only, with the gradient at rate {right}"
        if right
        else f"R1 shrinks at rate {rate}, not to 0 at once"
    )


# -- Markdown, JSON, SVG ----------------------------------------------------------------------------------------------


def taylor_markdown(study: TaylorStudy, style: Style) -> str:
    """The same in Markdown."""
    digits = style.digits
    closing = f"**{study.verdict.name}**: {markdown.plain(sentence(study))} (exit {study.exit_code})\n"
    if style.quiet:
        return closing
    code = markdown.code
    reading = study.reading[:4_000]
    lines = [f"## {code(reading if '=' in reading else f'{study.output} = {reading}')}", ""]
    lines.append(
        f"About {code(coordinates(study.about))}" + (f", to {code(coordinates(study.to))}" if study.to else "")
    )
    lines += ["", "### Gradient", ""]
    rows = []
    for one in study.partials:
        entries = [wording.quantity(entry, digits) for entry in one.derivative]
        derivative = entries[0] if not one.shape else f"{shape_text(one.shape)}: {', '.join(entries[:40])}"
        product = "–" if one.product is None else text(one.product, digits)
        rows.append((code(f"∂{study.output}/∂{one.wrt}"), code(derivative), product))
    lines += [*markdown.table(("derivative", "value", "times its step"), rows), ""]
    if study.terms:
        lines += [f"### Taylor polynomial of order {study.order}", ""]
        if study.variable or study.to is not None:
            lines += [code(f"T = {polynomial(study, digits)}"), ""]
    if study.to is not None and study.terms:
        headers, terms = term_rows(study, style)
        lines += [*markdown.table(headers, terms), ""]
        last = study.terms[-1]
        lines.append(
            f"Value {code(wording.number(study.value, digits))}, error {code(wording.number(last.error, digits))}"
        )
        if study.bound is not None:
            lines[-1] += f"; {markdown.plain(bound_text(study, study.bound, digits))}"
        lines.append("")
    if study.test is not None:
        lines += ["### Taylor test", "", f"R0 = {code(R0)}, R1 = {code(R1)}", ""]
        headers, tested = test_rows(study, study.test)
        lines += [*markdown.table(headers, tested), ""]
    if study.claims:
        lines += [
            "### Claims",
            "",
            *markdown.table(("claim", "verdict", "why"), map(markdown.claim_cells, study.claims)),
            "",
        ]
    lines += [f"- {markdown.plain(note)}" for note in study.notes]
    lines += [""] * bool(study.notes)
    lines.append(closing)
    return "\n".join(lines)


def taylor_json(study: TaylorStudy, style: Style) -> str:
    """``gradcheck.taylor/1``."""
    digits = style.digits

    def number(value: Decimal | float | None) -> object:
        return json_number(value, digits)

    def quantity(found: Quantity) -> object:
        return found.interval or json_number(found.value, digits)

    bound, test = study.bound, study.test
    document = {
        "schema": "gradcheck.taylor/1",
        "expression": study.expression,
        "reading": study.reading,
        "full_reading": study.full_reading,
        "output": study.output,
        "about": study.about,
        "to": study.to,
        "direction": study.direction,
        "drawn": list(study.drawn),
        "seed": study.seed,
        "order": study.order,
        "precision": study.precision,
        "variable": study.variable or None,
        "value_about": number(study.base),
        "gradient": [
            {
                "wrt": one.wrt,
                "shape": list(one.shape),
                "derivative": [quantity(entry) for entry in one.derivative]
                if one.shape
                else quantity(one.derivative[0]),
                "step": [number(step) for step in one.step] or None,
                "product": number(one.product),
            }
            for one in study.partials
        ],
        "terms": [
            {
                "order": term.order,
                "derivative": quantity(term.derivative),
                "coefficient": quantity(term.coefficient),
                "term": number(term.value),
                "sum": number(term.total),
                "error": number(term.error),
            }
            for term in study.terms
        ],
        "polynomial": number(study.terms[-1].total) if study.terms else None,
        "value": number(study.value),
        "error": number(study.terms[-1].error) if study.terms else None,
        "bound": None
        if bound is None
        else {
            "low": None if bound.low is None else float_text(bound.low),
            "high": None if bound.high is None else float_text(bound.high),
            "reason": bound.reason,
        },
        "smooth": {
            "kind": study.smooth.kind,
            "differentiable": study.smooth.differentiable,
            "left": number(study.smooth.left),
            "right": number(study.smooth.right),
        },
        "verdict": study.verdict.name,
        "reason": study.verdict.reason,
        "exit_code": study.exit_code,
        "test": None
        if test is None
        else {
            "expected": {"R0": test.first_rate, "R1": test.second_rate, "claims": list(test.claimed_rates)},
            "settled": test.settled,
            "rows": [
                {
                    "h": number(row.step),
                    "halvings": row.halvings,
                    "R0": number(row.first),
                    "rate0": row.first_rate,
                    "R1": number(row.second),
                    "rate1": row.second_rate,
                    "claims": [
                        {"R1": number(value), "rate": rate}
                        for value, rate in zip(row.claimed, row.claimed_rates, strict=True)
                    ],
                }
                for row in test.rows
            ],
        },
        "claims": [claim_object(claim) for claim in study.claims],
        "notes": [*(note.message for note in study.reading_notes), *study.notes],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def float_text(end: Decimal) -> str:
    """An end of a bound with all its digits: a float64 might lie on the wrong side."""
    return str(end.normalize(WIDE)) if end else "0"


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
