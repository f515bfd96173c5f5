"""The words and rows of a Taylor study that several formats share."""

from __future__ import annotations

import decimal
from typing import TYPE_CHECKING, Final

from gradcheck.decimals import WIDE, text
from gradcheck.reports import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from gradcheck.reports import Style
    from gradcheck.studies.results import Bound, StepStudy, TaylorStudy, TaylorTest
    from gradcheck.verdicts import ClaimResult

_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SHOWN: Final = 16
"""Terms and rows above which the middle is left out, unless -v."""
R0: Final = "|f(x + h·v) - f(x)|"
R1: Final = "|f(x + h·v) - f(x) - h·g·v|"


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


def shifted(name: str, at: str) -> str:
    """What a variable has moved from where it was: (x - 1), x, or (x + 2)."""
    if at == "0":
        return name
    bare = at.removeprefix("-")
    if set(bare) & set("+-"):
        return f"({name} - ({at}))"
    return f"({name} + {bare})" if at.startswith("-") else f"({name} - {at})"


def polynomial(study: TaylorStudy, digits: int) -> str:
    """4 - 2·(x - 1) + (x - 1)²."""
    base = shifted(study.variable, study.about[study.variable]) if study.variable else "t"
    powers = (base + (str(term.order).translate(_RAISED) if term.order > 1 else "") for term in study.terms)
    shown = (wording.quantity(term.coefficient, digits) for term in study.terms)
    return _summed(
        (size, power if term.order else "") for term, size, power in zip(study.terms, shown, powers, strict=True)
    )


def plane(study: TaylorStudy, digits: int) -> str:
    """The tangent plane of several numbers: 4 + 2·(x - 1) - 3·(y - 2)."""
    slopes = (
        (wording.quantity(one.derivative[0], digits), shifted(one.wrt, study.about[one.wrt])) for one in study.partials
    )
    return _summed([(text(study.base, digits), ""), *slopes])


def _summed(terms: Iterable[tuple[str, str]]) -> str:
    """Coefficients times powers, without those that are 0 and without a factor of 1."""
    parts: list[str] = []
    for shown, power in terms:
        if shown == "0":
            continue
        minus = shown.startswith("-")
        size = shown.removeprefix("-")
        body = size if not power else power if size == "1" else f"{size}·{power}"
        parts.append((" - " if minus else " + ") + body if parts else ("-" if minus else "") + body)
    return "".join(parts) or "0"


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


def drawn(study: TaylorStudy | StepStudy, what: str) -> str:
    """That the point or the direction was drawn, in brackets."""
    return f" (drawn from seed {study.seed})" if what in study.drawn else ""


def formula(study: TaylorStudy, digits: int) -> str:
    """The polynomial or the tangent plane, with its variables; empty for the plane of arrays."""
    if study.variable or study.order != 1:
        return f"T({study.variable or 't'}) = {polynomial(study, digits)}"
    if any(one.shape for one in study.partials):
        return ""
    return f"T({', '.join(study.about)}) = {plane(study, digits)}"


def titled(study: TaylorStudy) -> str:
    """What the polynomial is called over its part of a report."""
    if study.order != 1:
        return f"Taylor polynomial of order {study.order}"
    return "Tangent" if study.variable else "Tangent plane"


def name_of(order: int) -> str:
    """What a polynomial of this order is called."""
    return f"TAYLOR POLYNOMIAL of order {order}"


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


def expected(rate: int | None) -> str:
    """The rate that a remainder should have."""
    return "is 0" if rate is None else f"rate {rate} expected"


def mark(position: int, study: TaylorStudy) -> str:
    """What tells the remainder of a claim from the others."""
    return "'" if len(study.claims) == 1 else f"({position + 1})"


def test_rows(study: TaylorStudy, test: TaylorTest) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The remainders with their rates; a gap where steps were left out."""
    headers = ["h", "R0", "rate", "R1", "rate"]
    for position in range(len(study.claims)):
        headers += [f"R1{mark(position, study)}", "rate"]
    rows: list[Sequence[str]] = []
    shown = test.rows if len(test.rows) <= _SHOWN else (*test.rows[:5], None, *test.rows[-4:])
    for row in shown:
        if row is None:
            rows.append(["…"] + [""] * (len(headers) - 1))
            continue
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
