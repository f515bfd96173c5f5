"""The finite-difference route: nudge one node, rerun what follows, divide. It sees only the forward pass.

The slope is that of float64 arithmetic; its round-off is bounded by Arb balls of the same precision, its
truncation by comparing steps (C. Rackauckas and others, FiniteDifferences.jl; W. Squire and G. Trapp, "Using
complex variables to estimate derivatives of real functions", SIAM Review 40 (1998), for the complex step).
``referee`` takes the same quotient in balls, for the verdict.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from flint import acb, arb

from gradcheck.arithmetic.balls import Balls, ComplexBalls, exponent_of, shared
from gradcheck.arithmetic.floats import Floats
from gradcheck.forward import evaluate, nudge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gradcheck.graph import Graph

_DOUBLE: Final = 53
_LARGEST: Final = -3
_SMALLEST: Final = -30
_LARGE: Final = 4_000
"""Affected nodes above which fewer steps are tried."""
_COMPLEX_STEP: Final = 2.0**-100
_COMPLEX_PRECISION: Final = 320
"""Bits in which the complex step is taken: Arb's asin and erf lose an imaginary part far below the rounding unit."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A difference quotient; ``error`` bounds its distance from the derivative, None where nothing can be said."""

    value: float
    error: float | None
    method: str
    step: float


class Nudger:
    """The float64 values of a graph at one point, ready to be nudged at any node."""

    def __init__(
        self, graph: Graph, floats: Mapping[str, float], balls: Mapping[str, arb], exact: Sequence[arb]
    ) -> None:
        """``balls`` are the inputs at 53 bits, ``exact`` all values at a higher precision (for the complex step)."""
        self.graph = graph
        self.exact = exact
        self.floats = Floats()
        self.balls = shared(_DOUBLE)
        self.values = evaluate(graph, self.floats, floats)
        with self.balls.working():
            self.enclosures = evaluate(graph, self.balls, balls)

    def slope(self, node: int, affected: Sequence[int], method: str = "central", step: float | None = None) -> Slope:
        """The slope of the output against one node, by ``method``; ``step`` fixes h, else it is chosen."""
        if node == self.graph.output:
            return Slope(1.0, 0.0, method, step or 2.0**-20)
        if method == "complex-step":
            found = self._complex_step(node, affected)
            if found is not None:
                return found
            method = "central"
        if not math.isfinite(self.values[node]):
            return Slope(math.nan, None, method, step or math.nan)
        with self.balls.working():
            probe = _Probe(self, node, affected)
            if step is not None:
                best: Slope | None = probe.fixed(method, step)
            else:
                best = probe.adaptive(method)
                if best is None and method == "central":
                    best = probe.adaptive("forward")
                best = best or probe.adaptive("backward")
        return self._checked(best, probe) if best else Slope(math.nan, None, method, math.nan)

    def _checked(self, found: Slope, probe: _Probe) -> Slope:
        """The slope with an error that covers its distance from the same quotient over a tiny step in balls.

        Where float64 was fooled at large steps, the step that comes nearest to that quotient is taken instead.
        """
        if found.error is None or not math.isfinite(found.value):
            return found
        arithmetic = shared(_COMPLEX_PRECISION)
        with arithmetic.working():
            secant = referee(self.graph, arithmetic, self.exact, probe.node, probe.affected)
            if secant is None:  # an edge of the domain: nothing bounds how slowly a one-sided slope settles
                return replace(found, error=None)
            gaps = [(float(abs(arb(one.value) - secant.slope).upper()), one) for one in (found, *probe.tried)]
        if gaps[0][0] <= found.error:
            return found
        gap, nearest = min(gaps, key=lambda pair: pair[0])
        return replace(nearest, error=max(gap, nearest.error or 0.0) if nearest is not found else gap)

    def analytic(self, affected: Sequence[int]) -> bool:
        """Whether a complex step may be taken through these nodes."""
        return all(map(self.graph.is_analytic, affected))

    def _complex_step(self, node: int, affected: Sequence[int]) -> Slope | None:
        if not self.analytic(affected):
            return None
        arithmetic = ComplexBalls(_COMPLEX_PRECISION)
        with shared(_COMPLEX_PRECISION).working():
            start = self.exact[node]
            step = _COMPLEX_STEP * (2.0 ** _exponent(self.values[node]) if self.values[node] else 1.0)
            values = [acb(value) for value in self.exact]
            after = nudge(self.graph, arithmetic, values, node, acb(start, arb(step)), affected)
            quotient = after[self.graph.output].imag / arb(step)
        value, error = float(quotient.mid()), float(quotient.rad())
        if not math.isfinite(value) or not math.isfinite(error):
            return None
        return Slope(value, error + abs(value) * 2.0**-_DOUBLE, "complex-step", step)


class _Probe:
    """One node under nudges: f(x+t) in float64 with a bound for its round-off, remembered by t."""

    def __init__(self, nudger: Nudger, node: int, affected: Sequence[int]) -> None:
        self.nudger = nudger
        self.node = node
        self.affected = affected
        self.start = nudger.values[node]
        self.seen: dict[float, tuple[float, float]] = {}
        self.tried: list[Slope] = []

    def at(self, shift: float) -> tuple[float, float]:
        """Value and round-off bound at the node's value plus ``shift``; NaN outside the domain."""
        if shift not in self.seen:
            nudger, node, output = self.nudger, self.node, self.nudger.graph.output
            moved = self.start + shift
            value = nudge(nudger.graph, nudger.floats, nudger.values, node, moved, self.affected)[output]
            ball = nudge(nudger.graph, nudger.balls, nudger.enclosures, node, arb(moved), self.affected)[output]
            noise = float(ball.rad()) + abs(value - float(ball.mid()))
            self.seen[shift] = (value, noise) if math.isfinite(value) and math.isfinite(noise) else (math.nan, math.inf)
        return self.seen[shift]

    def quotient(self, method: str, step: float) -> tuple[float, float]:
        """The difference quotient and the bound for its round-off."""
        low = 0.0 if method == "forward" else -step
        high = 0.0 if method == "backward" else step
        (above, noise), (below, other) = self.at(high), self.at(low)
        run = (self.start + high) - (self.start + low)
        if not run:
            return math.nan, math.inf
        return (above - below) / run, (noise + other) / abs(run)

    def adaptive(self, method: str) -> Slope | None:
        """The step at which truncation and round-off together are least, among powers of two.

        The truncation at h is bounded by the change from 4h (16h on large graphs) to h: at least 15 times (central)
        or 3 times what it is.
        """
        best: Slope | None = None
        before = math.nan
        for step in self.steps():
            value, noise = self.quotient(method, step)
            error = abs(value - before) + noise
            if math.isfinite(value):
                self.tried.append(Slope(value, noise, method, step))
            if math.isfinite(error) and (best is None or best.error is None or error < best.error):
                best = Slope(value, error + abs(value) * 2.0**-_DOUBLE, method, step)
            before = value
        return best

    def steps(self) -> Iterator[float]:
        largest = _LARGEST + max(0, _exponent(self.start))
        smallest = _SMALLEST + (_exponent(self.start) if self.start else -10)
        stride = 2
        if len(self.affected) > _LARGE:
            largest, smallest, stride = largest - 5, max(smallest, largest - 24), 4
        for exponent in range(largest, smallest, -stride):
            if exponent > -1000:
                yield 2.0**exponent

    def fixed(self, method: str, step: float) -> Slope:
        """The textbook slope with the step that the user gives; its error from halving that step."""
        value, noise = self.quotient(method, step)
        finer, finer_noise = self.quotient(method, step / 2)
        error = 3 * abs(value - finer) + noise + finer_noise
        return Slope(value, error if math.isfinite(error) else None, method, step)


@dataclass(frozen=True, slots=True)
class Secant:
    """A slope in balls, and the interval over which it was taken (mean value theorem)."""

    slope: arb
    interval: arb


def referee(
    graph: Graph, arithmetic: Balls, values: Sequence[arb], node: int, affected: Sequence[int]
) -> Secant | None:
    """The central slope over a tiny interval around a node's value, in balls of the working precision.

    None where the function does not exist on both sides.
    """
    if node == graph.output:
        return Secant(arb(1), values[node])
    if not values[node].is_finite():
        return None
    middle = values[node].mid()
    shift = -(arithmetic.precision // 3) + (exponent_of(middle) if not middle.is_zero() else 0)
    step = arb(2) ** shift
    high, low = middle + step, middle - step
    above = nudge(graph, arithmetic, values, node, high, affected)[graph.output]
    below = nudge(graph, arithmetic, values, node, low, affected)[graph.output]
    slope = (above - below) / (high - low)
    return Secant(slope, low.union(high).union(values[node])) if slope.is_finite() else None


def _exponent(value: float) -> int:
    return math.frexp(value)[1] if value and math.isfinite(value) else 0
