"""Kinks, jumps, vertical tangents, domain edges: what a function does at a point where its derivative may fail.

One-sided slopes are taken over steps that shrink from 2**-48 to 2**-384 in matching precision, so that a limit, a jump
and a vertical tangent behave in ways that cannot be mistaken for one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb

from gradcheck import rules
from gradcheck.arithmetic.balls import Balls, shared
from gradcheck.decimals import from_ball, text
from gradcheck.domain import decided, live_nodes, rational_point, undefined_node
from gradcheck.forward import evaluate
from gradcheck.point import numbers
from gradcheck.results import Smoothness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.syntax.tree import Exact

_STEPS = (-48, -96, -192, -384)
_PRECISION = 1_600
_TINY = Decimal("1e-9")
_CONTINUOUS, _JUMP, _OUTSIDE, _UNKNOWN = "continuous", "jump", "outside", "unknown"


@dataclass(frozen=True, slots=True)
class Break:
    """A node whose primitive has a kink or a jump at its arguments."""

    node: int
    kind: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a point: how the function arrives, and its one-sided slope (±infinity for a vertical tangent)."""

    status: str
    slope: Decimal | None = None
    limit: arb | None = None


def breaks_at(graph: Graph, arithmetic: Balls, values: Sequence[arb]) -> list[Break]:
    """The live nodes at a kink or jump of their primitive, as far as the precision of ``values`` tells."""
    live = live_nodes(graph, values)
    found = []
    for index, operation in enumerate(graph.operations):
        if operation is None or not live[index] or not graph.varies[index]:
            continue
        for kind, rule in rules.breaks(operation):
            tape = [values[argument] for argument in graph.arguments[index]]
            where = arithmetic.bind(rule)(*tape, values[index])
            if not where.is_finite() or where.contains(0):
                found.append(Break(index, kind))
                break
    return found


def side(graph: Graph, point: Point, name: str, sign: int) -> Side:
    """How the function behaves on one side (+1 right, -1 left) of a point, along one variable."""
    arithmetic = shared(_PRECISION)
    with arithmetic.working():
        start = numbers(point, arithmetic)
        exact = rational_point(point)
        here = evaluate(graph, arithmetic, start, _known(graph, arithmetic, exact))[graph.output]
        changes: list[arb] = []
        for exponent in _STEPS:
            moved = dict(start)
            moved[name] = start[name] + sign * arb(2) ** exponent
            beside = dict(exact)
            here_exactly = exact[name]
            if here_exactly is not None:
                beside[name] = Fraction(here_exactly) + sign * Fraction(2) ** exponent
            values = evaluate(graph, arithmetic, moved, _known(graph, arithmetic, beside))
            if undefined_node(graph, values) is not None:
                return Side(_OUTSIDE)
            changes.append(values[graph.output])
        limit = changes[-1]
        if not here.is_finite():
            gap = changes[-1] - changes[-2]
            return Side(_CONTINUOUS, None, limit) if abs(gap) < arb(2) ** -20 * (1 + abs(limit)) else Side(_UNKNOWN)
        return _classify([change - here for change in changes], sign, limit)


def _known(graph: Graph, arithmetic: Balls, point: Mapping[str, Exact | None]) -> dict[int, arb]:
    return {node: arithmetic.number(value) for node, value in decided(graph, point).items()}


def _classify(changes: Sequence[arb], sign: int, limit: arb) -> Side:
    """From f(x±h) - f(x) over shrinking h."""
    last, before = changes[-1], changes[-2]
    if not (last.contains(0) or before.contains(0)) and abs(last / before - 1) < arb(2) ** -20:
        return Side(_JUMP, None, limit)
    slopes = [change / (sign * arb(2) ** exponent) for change, exponent in zip(changes, _STEPS, strict=True)]
    newest, older = slopes[-1], slopes[-2]
    if (newest.contains(0) and older.contains(0)) or abs(newest) < arb(2) ** -40 * abs(older):
        return Side(_CONTINUOUS, Decimal(0), limit)  # it vanishes with the steps
    if abs(newest - older) < arb(2) ** -40 * abs(newest):
        return Side(_CONTINUOUS, from_ball(newest, 25).normalize(), limit)
    if not older.contains(0) and newest / older > 1.5 and older / slopes[-3] > 1.5:
        return Side(_CONTINUOUS, Decimal("Infinity" if newest > 0 else "-Infinity"), limit)
    return Side(_UNKNOWN, None, limit)


def describe(
    graph: Graph, point: Point, names: Sequence[str], breaks: Sequence[Break], library: Mapping[str, float]
) -> Smoothness:
    """The smoothness along the worst of the variables; ``library`` is the gradient that autodiff libraries return."""
    worst: Smoothness | None = None
    order = ("smooth", "kink", "vertical", "edge", "jump")
    for name in names:
        found = _along(graph, point, name, breaks, library)
        if worst is None or order.index(found.kind) > order.index(worst.kind):
            worst = found
    return worst or Smoothness("smooth", differentiable=True)


def _along(graph: Graph, point: Point, name: str, breaks: Sequence[Break], library: Mapping[str, float]) -> Smoothness:
    left, right = side(graph, point, name, -1), side(graph, point, name, +1)
    f, at = graph.names[graph.output], f"{name} = {point[name].text}"
    returned = _returned(library.get(name))
    if _OUTSIDE in (left.status, right.status):
        return _edge(name, f, at, left, right)
    if _JUMP in (left.status, right.status):
        where = " and ".join(end for end, one in (("left", left), ("right", right)) if one.status == _JUMP)
        message = f"{f} jumps at {at} (seen from the {where}): it is not continuous, so it has no derivative there"
        return Smoothness("jump", False, left.slope, right.slope, name, f"{message}{returned}")
    if left.slope is None or right.slope is None:
        message = f"the one-sided slopes of {f} at {at} do not settle"
        return Smoothness("kink", None, left.slope, right.slope, name, message)
    if left.slope.is_infinite() or right.slope.is_infinite():
        tangent = "has a vertical tangent" if left.slope == right.slope else "has a cusp"
        message = (
            f"{f} is continuous at {at} but {tangent} (slope {_show(left.slope)} on the left, {_show(right.slope)}"
            f" on the right): there is no finite derivative{returned}"
        )
        return Smoothness("vertical", False, left.slope, right.slope, name, message)
    if abs(left.slope - right.slope) > max(abs(left.slope), abs(right.slope)) * _TINY:
        message = (
            f"{f} is continuous at {at} but has a kink: slope {_show(left.slope)} on the left, {_show(right.slope)}"
            f" on the right, so it is not differentiable there{returned}"
        )
        return Smoothness("kink", False, left.slope, right.slope, name, message)
    return Smoothness(
        "smooth", True, left.slope, right.slope, name, _smooth(graph, at, right.slope, breaks, library.get(name))
    )


def _edge(name: str, f: str, at: str, left: Side, right: Side) -> Smoothness:
    if left.status == right.status:
        message = f"{f} has a value at {at} but not near it, so it has no derivative there"
        return Smoothness("edge", False, None, None, name, message)
    inside, where = (right, "right") if left.status == _OUTSIDE else (left, "left")
    message = f"{at} is an edge of the domain of {f}: only the slope on the {where} exists"
    if inside.status == _JUMP:
        message = f"{at} is an edge of the domain of {f}, and {f} jumps there"
    elif inside.slope is not None:
        vertical = " (a vertical tangent)" if inside.slope.is_infinite() else ""
        message += f", and it is {_show(inside.slope)}{vertical}"
    return Smoothness("edge", False, left.slope, right.slope, name, message)


def _smooth(graph: Graph, at: str, slope: Decimal, breaks: Sequence[Break], returned: float | None) -> str:
    """Kinks that cancel: the function is smooth, and what a library returns may be wrong."""
    if not breaks:
        return ""
    nodes = ", ".join(graph.names[one.node] for one in breaks)
    f = graph.names[graph.output]
    lie = f"the kink at node {nodes} lies" if len(breaks) == 1 else f"the kinks at nodes {nodes} lie"
    message = f"{f} is smooth at {at} (slope {_show(slope)} on both sides) although {lie} there"
    if returned is not None and not abs(returned - float(slope)) <= 1e-9 * (1 + abs(returned)):
        message += f"; autodiff libraries return {text(returned)}, which is wrong"
    return message


def _returned(value: float | None) -> str:
    return "" if value is None else f"; autodiff libraries return {text(value)}"


def _show(slope: Decimal) -> str:
    return text(slope) if slope.is_finite() else ("+∞" if slope > 0 else "-∞")
