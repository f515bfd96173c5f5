"""JSON of an evaluation with arrays: ``gradcheck.eval/1`` with shapes, pullbacks, and derivatives as nested lists.

A derivative is the whole tensor J[i, j, k, l] = ∂output[i, j]/∂node[k, l], the axes of the output first; of a scalar it
is the adjoint, in the node's shape. Never NaN or Infinity: they are strings.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gradcheck.arrays.results import Tensor
from gradcheck.reports.json import (
    closing_fields,
    explained,
    json_number,
    reading_fields,
    routes_fields,
    verdict_fields,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal

    from gradcheck.arrays.results import ArrayEvaluation, ArrayFormulas, ArrayNode, ArraySlopes, ArraysReport, Pullback
    from gradcheck.reports import Style
    from gradcheck.shapes import Shape

_WIDTH = 100
_FEW = 8


def array_json(result: ArrayEvaluation, style: Style) -> str:
    """``gradcheck.eval/1``."""
    digits = style.digits
    document = {
        "schema": "gradcheck.eval/1",
        **reading_fields(result),
        **shapes_fields(result),
        "layout": result.layout,
        **routes_fields(result),
        "value": nested(result.value, digits),
        **verdict_fields(result),
        "nodes": [_node(node, result, digits) for node in result.nodes],
        "gradient": [_gradient(node, result, digits) for node in result.gradient],
        **closing_fields(result),
        **explained(result, style),
    }
    return "".join(_written(document, 0)) + "\n"


def shapes_fields(result: ArraysReport) -> dict[str, Any]:
    """The shapes of output and variables, with the point."""
    return {
        "shape": list(result.shape),
        "point": result.point,
        "shapes": {name: list(shape) for name, shape in result.shapes.items()},
        "declarations": result.declared,
    }


def _node(node: ArrayNode, result: ArrayEvaluation, digits: int) -> dict[str, Any]:
    derivative = None if node.jacobian is None else nested(node.jacobian, digits)
    return {
        "name": node.name,
        "operation": node.operation,
        "shape": list(node.shape),
        "value": nested(node.value, digits),
        "pullbacks": [_pullback(one) for one in node.pullbacks],
        "sources": list(node.sources),
        "adjoint": None if result.shape else derivative,
        "jacobian": derivative if result.shape else None,
        "norm": json_number(node.norm, digits),
        **_routes(node, digits),
    }


def _gradient(node: ArrayNode, result: ArrayEvaluation, digits: int) -> dict[str, Any]:
    derivative = node.jacobian
    if derivative is not None and result.layout == "numerator" and not result.shape and node.shape:
        derivative = _transposed(derivative)
    return {
        "wrt": node.name,
        "shape": list(() if derivative is None else derivative.shape),
        "value": None if derivative is None else nested(derivative, digits),
        **_routes(node, digits),
    }


def _routes(node: ArrayNode, digits: int) -> dict[str, Any]:
    return {
        "finite_difference": _slopes(node.finite_difference, digits),
        "symbolic": _formulas(node.symbolic, digits),
        "reverse": None if node.reverse is None else {"value": nested(node.reverse, digits)},
        "verdict": node.verdict.name,
        "reason": node.verdict.reason,
    }


def _pullback(one: Pullback) -> dict[str, Any]:
    return {"wrt": one.wrt, "expression": one.expression, "shape": list(one.shape)}


def _slopes(found: ArraySlopes | None, digits: int) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "value": None if found.value is None else nested(found.value, digits),
        "error": None if found.error is None else nested(found.error, digits, unknown=None),
        "method": found.method,
        "step": json_number(found.step, digits),
        "directions": found.directions,
    }


def _formulas(found: ArrayFormulas | None, digits: int) -> dict[str, Any] | None:
    if found is None:
        return None
    value = found.value
    return {
        "value": None if value is None else nested(value, digits),
        "expression": _lists(value.shape, found.expressions, str) if value is not None and found.expressions else None,
        "matrix": found.matrix or None,
        "reason": found.reason,
    }


def _transposed(tensor: Tensor) -> Tensor:
    if len(tensor.shape) == 1:
        return Tensor((1, *tensor.shape), tensor.entries)
    rows, columns = tensor.shape
    return Tensor(
        (columns, rows),
        tuple(tensor.entries[row * columns + column] for column in range(columns) for row in range(rows)),
    )


def nested(tensor: Tensor, digits: int, unknown: str | None = "NaN") -> Any:
    """A tensor as nested lists of JSON numbers."""

    def number(value: float | Decimal | str) -> float | int | str | None:
        shown = value if isinstance(value, str) else json_number(value, digits)
        return unknown if shown == "NaN" else shown

    return _lists(tensor.shape, tensor.entries, number)


def _lists(shape: Shape, entries: Sequence[Any], one: Callable[[Any], Any]) -> Any:
    """Entries in lists of lists, as the shape says."""
    level: list[Any] = [one(entry) for entry in entries]
    for length in reversed(shape):
        level = [level[first : first + length] for first in range(0, len(level), length)]
    return level[0]


def _written(value: Any, indent: int) -> Iterator[str]:
    """JSON with what fits on one line: a row of a matrix is one line, not one for each number."""
    inner = " " * (indent + 2)
    match value:
        case dict() if value:
            yield "{\n"
            for position, (key, one) in enumerate(value.items()):
                yield ",\n" if position else ""
                yield f"{inner}{_plain(key)}: "
                yield from _written(one, indent + 2)
            yield f"\n{' ' * indent}}}"
        case list() if value and not _is_short(value):
            yield "[\n"
            for position, one in enumerate(value):
                yield ",\n" if position else ""
                yield inner
                yield from _written(one, indent + 2)
            yield f"\n{' ' * indent}]"
        case _:
            yield _plain(value)


def _is_short(value: list[Any]) -> bool:
    """Whether a list of numbers or texts, or of short lists of them, may stand on one line."""
    if any(isinstance(one, dict | list) for one in value):
        few = len(value) <= _FEW and all(isinstance(one, list) and len(one) <= _FEW for one in value)
        return few and not any(isinstance(deep, dict | list) for one in value for deep in one) and _fits(value)
    return not isinstance(value[0], str) or _fits(value)


def _fits(value: list[Any]) -> bool:
    return len(_plain(value)) < _WIDTH


def _plain(value: Any) -> str:
    return visible(json.dumps(value, ensure_ascii=False, allow_nan=False))
