"""``gradcheck.taylor/1``: a Taylor study as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.decimals import WIDE
from gradcheck.reports.json import closing_fields, json_number, reading_fields, verdict_fields, written

if TYPE_CHECKING:
    from decimal import Decimal

    from gradcheck.reports import Style
    from gradcheck.results import Quantity
    from gradcheck.studies.results import TaylorStudy


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
        **reading_fields(study),
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
            "low": None if bound.low is None else _end(bound.low),
            "high": None if bound.high is None else _end(bound.high),
            "reason": bound.reason,
        },
        "smooth": {
            "kind": study.smooth.kind,
            "differentiable": study.smooth.differentiable,
            "left": number(study.smooth.left),
            "right": number(study.smooth.right),
        },
        **verdict_fields(study),
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
        **closing_fields(study),
    }
    return written(document)


def _end(end: Decimal) -> str:
    """An end of a bound with all its digits: a float64 might lie on the wrong side."""
    return str(end.normalize(WIDE)) if end else "0"
