"""A function along a line: f(a + t·v), in any arithmetic, for numbers and for arrays."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradcheck import limits
from gradcheck.arithmetic.balls import ZERO, shared
from gradcheck.arithmetic.series import PowerSeries, Series
from gradcheck.build import build
from gradcheck.errors import UsageProblem
from gradcheck.forward import evaluate
from gradcheck.point import Value, exact_value
from gradcheck.shapes import size, told
from gradcheck.syntax.plain import parse
from gradcheck.syntax.tree import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flint import arb

    from gradcheck.arrays.point import ArrayValue
    from gradcheck.studies.setting import Coordinates, Setting
    from gradcheck.syntax.tree import Exact


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The function along a + t·v."""

    setting: Setting
    direction: Coordinates
    """v, for the variables that move."""

    def values(self, arithmetic: Any, t: Any) -> list[Any]:
        """The forward pass at a + t·v; ``arithmetic`` is one of arrays where the function has any.

        Make it at the arithmetic's own precision.
        """
        inputs = {}
        for name, value in self.setting.point.items():
            start = value.number(arithmetic)
            moved = self.direction.get(name)
            inputs[name] = start if moved is None else _shifted(start, moved.number(arithmetic), t)
        return evaluate(self.setting.graph, arithmetic, inputs)

    def at(self, precision: int, t: arb) -> arb:
        """f(a + t·v); NaN where it has no value."""
        arithmetic = self.balls(precision)
        with arithmetic.working():
            found: arb = self.one(self.values(arithmetic, t))
            return found

    def balls(self, precision: int) -> Any:
        """The arithmetic of balls, of numbers or arrays as the function needs."""
        if not self.setting.has_arrays:
            return shared(precision)
        from gradcheck.arithmetic.ball_grids import shared_grids

        return shared_grids(precision)

    def one(self, values: Sequence[Any]) -> Any:
        """The output's number."""
        found = values[self.setting.graph.output]
        return found.entries[0] if self.setting.has_arrays else found

    def coefficients(self, precision: int, order: int, t: arb) -> list[arb]:
        """The Taylor coefficients of f(a + t·v) at t, which may be a ball: dᵏ/dtᵏ over k!, to ``order``."""
        series = PowerSeries(precision)
        arithmetic: Any = series
        if self.setting.has_arrays:
            from gradcheck.arithmetic.elimination import EliminatedGrids

            arithmetic = EliminatedGrids(series, _certain_size)
        with series.working():
            graph = self.setting.graph
            balls = self.balls(precision)
            inputs = {}
            for name, value in self.setting.point.items():
                start, moved = value.number(balls), self.direction.get(name)
                if moved is None:
                    inputs[name] = _mapped(start, lambda one: series.variable(one, ZERO))
                else:
                    inputs[name] = _zipped(
                        _shifted(start, moved.number(balls), t), moved.number(balls), series.variable
                    )
            values = evaluate(graph, arithmetic, inputs)
            series.advance(order)
            found = self.one(values)
            return [found[k] for k in range(order + 1)]


def _certain_size(series: Series) -> float:
    """How far from 0 the first coefficient certainly is."""
    return float(series[0].abs_lower()) if series[0].is_finite() else math.nan


def _shifted(start: Any, step: Any, t: Any) -> Any:
    return _zipped(start, step, lambda one, other: one + other * t)


def _mapped(one: Any, function: Any) -> Any:
    return one.like([function(u) for u in one.entries]) if hasattr(one, "entries") else function(one)


def _zipped(one: Any, other: Any, function: Any) -> Any:
    if hasattr(one, "entries"):
        return one.like([function(u, v) for u, v in zip(one.entries, other.entries, strict=True)])
    return function(one, other)


def direction_to(setting: Setting, to: Mapping[str, Value]) -> Coordinates:
    """The way from the point to a target; variables that the target does not name stay where they are."""
    found: dict[str, Value | ArrayValue] = {}
    for name, target in to.items():
        start = setting.point[name]
        shape = setting.graph.shape(setting.graph.inputs[name])
        other = target.graph.shape(target.graph.output)
        if shape != other:
            raise UsageProblem(f"--to gives {told(other)} for {name}, which is {told(shape)}")
        found[name] = _difference(target, start)
    return found


def _difference(target: Value, start: Value | ArrayValue) -> Value | ArrayValue:
    one, other = _entries(target), _entries(start)
    if one is None or other is None:
        text = f"{target.text} - ({start.text})"
        return Value(text, build(parse(text)))
    steps = [Fraction(u) - Fraction(v) for u, v in zip(one, other, strict=True)]
    exact: list[Exact] = [normalised(step.numerator, step.denominator) for step in steps]
    shape = target.graph.shape(target.graph.output)
    if not shape:
        return exact_value(exact[0])
    from gradcheck.arrays.point import ArrayValue

    return ArrayValue(shape, tuple(exact))


def _entries(value: Value | ArrayValue) -> Sequence[Exact] | None:
    """The exact entries, where they are rational."""
    if not isinstance(value, Value):
        return value.entries
    number = value.graph.numbers.get(value.graph.output)
    if number is not None:
        return [number]
    if not value.graph.has_arrays:
        return None
    from gradcheck.arrays.point import rational_entries

    return rational_entries(value)


def drawn_direction(setting: Setting, names: Iterable[str], seed: int, unit: int = 10) -> Coordinates:
    """A direction without a 0 in it, drawn from a seed: up to 10 times 1/``unit``, with either sign."""
    generator = random.Random(f"direction {seed}")  # noqa: S311 - reproducible, not secret
    graph = setting.graph
    found: dict[str, Value | ArrayValue] = {}
    for name in names:
        shape = graph.shape(graph.inputs[name])
        entries = [normalised(generator.choice((-1, 1)) * generator.randint(2, 10), unit) for _ in range(size(shape))]
        if not shape:
            found[name] = exact_value(entries[0])
        else:
            from gradcheck.arrays.point import ArrayValue

            found[name] = ArrayValue(shape, tuple(entries))
    return found


def is_nothing(direction: Coordinates) -> bool:
    """Whether a direction goes nowhere, as far as a look in balls tells."""
    for value in direction.values():
        entries = _entries(value)
        if entries is None:
            from gradcheck.arithmetic.ball_grids import shared_grids

            grids = shared_grids(limits.FIRST_PRECISION)
            with grids.working():
                if not all(one.contains(0) for one in value.number(grids).entries):
                    return False
        elif any(entries):
            return False
    return True


def is_something(coefficient: arb) -> bool:
    """Whether a number is certainly not 0."""
    return bool(coefficient.is_finite() and not coefficient.contains(0))
