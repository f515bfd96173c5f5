"""The derivation of an expression with arrays, step by step: pullbacks and shapes instead of local derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.primitives.table import PRIMITIVES
from gradcheck.reports import array_wording as words
from gradcheck.reports import wording
from gradcheck.reports.explanation import (
    Explanation,
    Step,
    arrival,
    claims,
    closing,
    graph,
    opening,
    rule_sentence,
    say,
    verdict,
)
from gradcheck.shapes import shape_text, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode
    from gradcheck.primitives import Primitive
    from gradcheck.reports import Style

_ROOM = 60
"""Characters that an array may take in a formula."""
_TERMS = 12


def explain_arrays(result: ArrayEvaluation, style: Style) -> Explanation:
    """The derivation of an evaluation with arrays."""
    shown, _, hidden = wording.visible(result.nodes, style)
    return Explanation(
        (
            *opening(result.nodes, result.output, len(shown), hidden),
            *_pullbacks(shown),
            *graph(shown, result, style),
            *_backward(shown, result, style),
            *_gradient(result, style),
            *claims(result.claims),
        ),
        of_arrays=True,
    )


def _pullbacks(shown: Sequence[ArrayNode]) -> Iterator[Step]:
    """What each node passes back to its arguments."""
    told: dict[tuple[str, str], str] = {}
    entrywise = False
    for node in shown:
        if node.is_input:
            continue
        row = PRIMITIVES[node.primitive]
        formulas = [f"{one.wrt} receives {one.pretty}" for one in node.pullbacks]
        said = [rule_sentence(node, row, [one.position for one in node.pullbacks], told)]
        if _is_entrywise(node, row):
            said += [] if entrywise else [say("entry by entry")]
            entrywise = True
            said += [
                say("broadcast", node=one.wrt) for one in node.pullbacks if size(one.shape) == 1 < size(node.shape)
            ]
        yield Step("local", node.name, tuple(dict.fromkeys(formulas)), " ".join(dict.fromkeys(said)), node.pretty)


def _is_entrywise(node: ArrayNode, row: Primitive) -> bool:
    return not row.is_matrix and bool(node.pullbacks) and size(node.shape) > 1


def _backward(shown: Sequence[ArrayNode], result: ArrayEvaluation, style: Style) -> Iterator[Step]:
    told: set[str] = set()
    for node in reversed(shown):
        if node.jacobian is None:
            continue
        head = words.derivative(result, node)
        if not node.sources:
            if node.name == result.output:
                at = head.partition("/")[0].removeprefix("∂")
                total = f"1 at {at}, else 0" if result.shape else "1"
                said = say("starts" if result.shape else "start", output=result.output)
            else:
                total, said = "0", say("no path", node=node.name, output=result.output)
            yield Step("backward", node.name, (f"{head} = {total}",), said)
            continue
        yield Step(
            "backward",
            node.name,
            (f"{head} = {_sum(node, style)}", _total(node, result, style)),
            _about(node, result, told),
        )


def _sum(node: ArrayNode, style: Style) -> str:
    terms = words.summed(node.sources)
    if len(terms) > _TERMS + 1 and not style.verbose:
        half = _TERMS // 2
        terms[half:-half] = [f" + … {len(terms) - _TERMS} terms …"]
    return "".join(terms)


def _total(node: ArrayNode, result: ArrayEvaluation, style: Style) -> str:
    """The adjoint in numbers where it fits; of a larger one its shape and norm."""
    assert node.jacobian is not None
    head = words.derivative(result, node)
    if not result.shape:
        whole = words.inline(node.jacobian, style.digits, _ROOM)
        if "…" not in whole:
            return f"{head} = {whole}"
    norm = words.magnitude(node.jacobian, style.digits)
    return f"{head} = ({shape_text(node.jacobian.shape)}, norm {norm})"


def _about(node: ArrayNode, result: ArrayEvaluation, told: set[str]) -> str:
    assert node.jacobian is not None
    children = [child.name for child in result.nodes for one in child.pullbacks if one.wrt == node.name]
    said = [arrival("one use", children, told)] if len(children) == len(node.sources) else []
    if node.shape and not result.shape and "shape" not in told:
        told.add("shape")
        said.append(say("shape", shape=shape_text(node.shape)))
    if words.has_intervals(node.jacobian):
        said.append(say("interval sum"))
    return " ".join(said)


def _gradient(result: ArrayEvaluation, style: Style) -> Iterator[Step]:
    for node in result.gradient:
        if node.jacobian is None:
            continue
        label = f"∂{result.output}/∂{node.name}"
        said = []
        if not result.shape and result.layout == "denominator" and node.verdict.name == "agree" and node.shape:
            said.append(say("nudge array", node=node.name, output=result.output, derivative=label))
        said += verdict(node, result, _routes(node, style))
        value = words.inline(node.jacobian, style.digits, _ROOM) if not result.shape else ""
        shape = shape_text(node.jacobian.shape)
        formula = f"{label} = {value}" if value and "…" not in value else f"{label}: {shape}"
        yield Step("gradient", node.name, (formula,), " ".join(said))
    yield from closing(result)


def _routes(node: ArrayNode, style: Style) -> list[str]:
    """What the other routes found: a number, or how long the array is."""
    found = []
    slope, symbolic = node.finite_difference, node.symbolic
    norm = "" if node.jacobian is None or not node.jacobian.shape else "the norm "
    if slope is not None and slope.value is not None:
        found.append(say("route fd", value=norm + words.slope(node, style.digits)))
    if symbolic is not None and symbolic.value is not None:
        found.append(say("route symbolic", value=norm + words.magnitude(symbolic.value, style.digits)))
    return found
