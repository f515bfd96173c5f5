"""Lagrange's remainder: an interval in which the error of a Taylor polynomial lies for certain."""

from __future__ import annotations

import functools
import heapq
from math import comb
from typing import TYPE_CHECKING, Final

from flint import arb, fmpq

from gradcheck.arithmetic.balls import ZERO, shared
from gradcheck.decimals import decimal_text
from gradcheck.shapes import size
from gradcheck.studies.results import Bound

if TYPE_CHECKING:
    from gradcheck.deadline import Deadline
    from gradcheck.studies.line import Line

_PIECES: Final = 8
"""Parts of the way, over each of which the derivative of the remainder is enclosed, to begin with."""
_BEYOND: Final = 3
"""Coefficients beyond the next one that help to enclose it."""
_TIGHT: Final = 0.25
"""The width of a bound, relative to its middle, that is narrow enough."""
_MOST_PIECES: Final = 48
_MOST_TRIES: Final = 400
_LEAST: Final = fmpq(1, 2**30)
"""The piece that shows where a bound fails."""
_PIECE_WORK: Final = 3_000_000


def lagrange(line: Line, order: int, precision: int, deadline: Deadline, variable: str = "") -> arb | Bound:
    """Lagrange's remainder: the next coefficient, enclosed over the whole way.

    The way is cut into pieces; the piece whose enclosure is widest is halved while that may pay.
    """
    graph = line.setting.graph
    work = (sum(map(size, graph.shapes)) or len(graph)) * (order + 1 + _BEYOND) ** 2
    budget = max(1, min(_MOST_PIECES, _PIECE_WORK // work))
    count = min(_PIECES, budget)
    waiting = [(fmpq(k, count), fmpq(k + 1, count)) for k in range(count)]
    found: list[tuple[float, int, fmpq, fmpq, arb]] = []
    tried = 0
    with shared(precision).working():
        while True:
            while waiting:
                low, high = waiting.pop()
                tried += 1
                piece = arb(low).union(arb(high))
                one = _over(line, order + 1, precision, piece)
                if one.is_finite():
                    heapq.heappush(found, (-float(one.rad()), tried, low, high, one))
                elif high - low > _LEAST and tried < _MOST_TRIES:
                    waiting += _halves(low, high)
                else:
                    return _unbounded(line, order + 1, precision, piece, variable)
                if deadline.left() < 0.4 * deadline.seconds:
                    return Bound(reason="the time for it was used up")
            hull = functools.reduce(arb.union, [one for *_, one in found])
            if tried >= budget or hull.rad() <= _TIGHT * abs(hull.mid()):
                return hull
            *_, low, high, _ = heapq.heappop(found)
            waiting += _halves(low, high)


def _over(line: Line, order: int, precision: int, piece: arb) -> arb:
    """The sharpest enclosure of the next coefficient over a piece of the way.

    As a function of the place it has derivatives too, the coefficients beyond it: c is enclosed directly, or by its
    own Taylor polynomial about the middle, with the last term taken over the whole piece.
    """
    wide = line.coefficients(precision, order + _BEYOND, piece)
    best = wide[order]
    if not best.is_finite():
        return best
    middle = piece.mid()
    exact = line.coefficients(precision, order + _BEYOND - 1, middle)
    offset, total, power = piece - middle, ZERO, arb(1)
    for j in range(_BEYOND):
        total = total + comb(order + j, j) * exact[order + j] * power
        power = power * offset
        mean = total + comb(order + j + 1, j + 1) * wide[order + j + 1] * power
        if mean.is_finite() and mean.rad() < best.rad():
            best = mean
    return best


def _unbounded(line: Line, order: int, precision: int, piece: arb, variable: str) -> Bound:
    """Why there is no bound over a piece of the way."""
    arithmetic = line.balls(precision)
    with arithmetic.working():
        values = line.values(arithmetic, piece)
        output = line.one(values)
    where = f"near {_place(line, piece.mid(), variable)}"
    if not output.is_finite():
        return Bound(reason=f"{line.setting.output} has no value {where}, or grows without bound", is_broken=True)
    broken = line.setting.break_at(values, precision)
    if broken:
        return Bound(reason=f"{broken} between point and target, {where}", is_broken=True)
    return Bound(reason=f"the derivative of order {order} grows without bound {where}", is_broken=True)


def _place(line: Line, t: arb, variable: str) -> str:
    """A point of the way in words."""
    if not variable:
        return f"{decimal_text(t, 3)} of the way"
    start = line.setting.point[variable].number(shared(64))
    step = line.direction[variable].number(shared(64))
    near = start + t * step
    return f"{variable} = {decimal_text(ZERO if abs(near) < abs(step) * 1e-6 else near, 4)}"


def _halves(low: fmpq, high: fmpq) -> list[tuple[fmpq, fmpq]]:
    middle = (low + high) / 2
    return [(low, middle), (middle, high)]
