"""JSON: the fields that others may rely on (DESIGN, "JSON"). Never NaN or Infinity: they are strings."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from gradcheck.decimals import text

if TYPE_CHECKING:
    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.errors import GradcheckError
    from gradcheck.reports import Style
    from gradcheck.results import (
        Evaluation,
        FiniteDifference,
        Local,
        NodeResult,
        Quantity,
        Report,
        RoutesReport,
        Symbolic,
    )
    from gradcheck.verdicts import ClaimResult

_UNUSUAL: Final = re.compile(r"[^\x00-\x7e]")


def evaluation_json(result: Evaluation, style: Style) -> str:
    """``gradcheck.eval/1``."""
    digits = style.digits
    document = {
        "schema": "gradcheck.eval/1",
        **reading_fields(result),
        "point": result.point,
        **routes_fields(result),
        "value": json_number(result.value, digits),
        **verdict_fields(result),
        "smooth": {
            "kind": result.smooth.kind,
            "differentiable": result.smooth.differentiable,
            "left": json_number(result.smooth.left, digits),
            "right": json_number(result.smooth.right, digits),
            "wrt": result.smooth.wrt or None,
            "message": result.smooth.message,
        },
        "cost": {"forward": result.cost.forward, "gradient": result.cost.gradient},
        "nodes": [_node(node, digits) for node in result.nodes],
        "gradient": [_gradient(node, digits) for node in result.gradient],
        **closing_fields(result),
        **explained(result, style),
    }
    return written(document)


def reading_fields(result: Report) -> dict[str, Any]:
    """The first fields of every report: how the expression was read."""
    return {
        "expression": result.expression,
        "reading": result.reading,
        "full_reading": result.full_reading,
        "output": result.output,
    }


def routes_fields(result: RoutesReport) -> dict[str, Any]:
    """What the routes were asked."""
    return {
        "drawn": result.drawn,
        "seed": result.seed,
        "precision": result.precision,
        "routes": list(result.routes),
        "method": result.method,
        "step": result.step,
    }


def verdict_fields(result: Report) -> dict[str, Any]:
    """The verdict, and the exit code that follows from it and from the claims."""
    return {
        "verdict": result.verdict.name,
        "reason": result.verdict.reason,
        "exit_code": result.exit_code,
    }


def closing_fields(result: Report) -> dict[str, Any]:
    """The last fields of every report: claims and notes."""
    return {
        "claims": [claim_object(claim) for claim in result.claims],
        "notes": [*(note.message for note in result.reading_notes), *result.notes],
    }


def written(document: Any) -> str:
    """A document as the text of a report: indented, no NaN, nothing invisible."""
    return visible(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def visible(document: str) -> str:
    """The same JSON with invisible characters as escapes: no text in it can steer the terminal that shows it."""
    if document.isascii():
        return document
    return _UNUSUAL.sub(lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], document)


def explained(result: Evaluation | ArrayEvaluation, style: Style) -> dict[str, Any]:
    """The field ``explanation``, where it is asked for."""
    if not style.explain:
        return {}
    from gradcheck.reports.explained import explanation_objects
    from gradcheck.reports.explanation import explain

    return {"explanation": explanation_objects(explain(result, style))}


def claim_object(claim: ClaimResult) -> dict[str, Any]:
    """CLAIM of the design."""
    evidence, diagnosis = claim.evidence, claim.diagnosis
    return {
        "id": claim.id or None,
        "file": claim.file or None,
        "line": claim.line or None,
        "expression": claim.expression,
        "of": claim.of,
        "claim": claim.claim,
        "reading": claim.reading,
        "verdict": claim.verdict,
        "evidence": {
            "kind": evidence.kind,
            "points": evidence.points,
            "digits": evidence.digits,
            "at": evidence.at,
            "claimed": evidence.claimed or None,
            "actual": evidence.actual or None,
            "how": evidence.how or None,
        },
        "diagnosis": None
        if diagnosis is None
        else {
            "misconception": diagnosis.misconception,
            "node": diagnosis.node,
            "message": diagnosis.message,
            "correction": diagnosis.correction or None,
        },
        "reason": claim.reason,
        "notes": list(claim.notes),
    }


def error_json(error: GradcheckError) -> str:
    """``gradcheck.error/1``, for exit 2."""
    place = error.location()
    line, column, length = place or (None, None, None)
    document = {
        "schema": "gradcheck.error/1",
        "error": {
            "message": error.message,
            "hint": error.hint,
            "file": error.origin,
            "line": line,
            "column": column,
            "length": length,
        },
    }
    return written(document)


def json_number(value: Decimal | float | None, digits: int) -> float | int | str | None:
    """A JSON number where a float64 can hold the value (and the digits asked for), else its text."""
    if value is None:
        return None
    number = value if isinstance(value, Decimal) else Decimal(repr(value)) if math.isfinite(value) else Decimal(value)
    if number.is_nan():
        return "NaN"
    if number.is_infinite():
        return "Infinity" if number > 0 else "-Infinity"
    near = float(number)
    if math.isinf(near) or (near == 0) != (number == 0) or digits > 17:
        return text(number, max(digits, 17))
    return near


def _node(node: NodeResult, digits: int) -> dict[str, Any]:
    return {
        "name": node.name,
        "operation": node.operation,
        "value": json_number(node.value, digits),
        "local": [_local(local, digits) for local in node.locals],
        "adjoint": _quantity(node.adjoint, digits),
        "paths": [
            {"child": path.child, "upstream": _quantity(path.upstream, digits), "local": _quantity(path.local, digits)}
            for path in node.paths
        ],
        "finite_difference": _slope(node.finite_difference, digits),
        "symbolic": _symbolic(node.symbolic, digits),
        "reverse": _reverse(node.reverse, digits),
        "verdict": node.verdict.name,
        "reason": node.verdict.reason,
    }


def _local(local: Local, digits: int) -> dict[str, Any]:
    return {"wrt": local.wrt, "expression": local.expression, "value": _quantity(local.value, digits)}


def _gradient(node: NodeResult, digits: int) -> dict[str, Any]:
    return {
        "wrt": node.name,
        "finite_difference": _slope(node.finite_difference, digits),
        "symbolic": _symbolic(node.symbolic, digits),
        "reverse": _reverse(node.reverse, digits),
        "verdict": node.verdict.name,
        "reason": node.verdict.reason,
    }


def _slope(found: FiniteDifference | None, digits: int) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "value": json_number(found.value, digits),
        "error": json_number(found.error, digits),
        "method": found.method,
        "step": json_number(found.step, digits),
    }


def _symbolic(found: Symbolic | None, digits: int) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"value": _quantity(found.value, digits), "expression": found.expression or None, "reason": found.reason}


def _reverse(found: Quantity | None, digits: int) -> dict[str, Any] | None:
    return None if found is None else {"value": _quantity(found, digits)}


def _quantity(found: Quantity | None, digits: int) -> float | int | str | None:
    return None if found is None else found.interval or json_number(found.value, digits)
