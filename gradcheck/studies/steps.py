"""The error of difference quotients against their step: the V of truncation and round-off.

The slopes are float64's, the derivative that they miss is Arb's. Truncation follows from the true higher derivatives
(Taylor arithmetic), round-off from the measured rounding of f beside the point; their sum is least at the textbook
step (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed. (SIAM 2002), section 1.14).
"""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from flint import arb

from gradcheck import limits
from gradcheck.arithmetic.balls import ZERO, shared
from gradcheck.arithmetic.complex_floats import ComplexFloats
from gradcheck.arithmetic.floats import Floats
from gradcheck.deadline import Deadline, TimeUpError
from gradcheck.decimals import from_ball
from gradcheck.errors import LimitExceeded, NameProblem, UsageProblem, did_you_mean
from gradcheck.forward import evaluate
from gradcheck.point import exact_value, read_point, texts
from gradcheck.results import Verdict
from gradcheck.shapes import size, told
from gradcheck.studies.line import Line, drawn_direction, is_nothing, is_something
from gradcheck.studies.results import Chosen, Curve, MethodName, Slope, StepStudy
from gradcheck.studies.setting import is_settled, read_setting, unsettled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gradcheck.studies.setting import Coordinates, Setting

METHODS: Final[tuple[MethodName, ...]] = ("forward", "central", "complex-step")
_BELOW: Final = 60
"""Powers of two below the size of the point down to which steps go."""
_ORDERS: Final = 9
_NOISY: Final = 16
"""Samples on each side from which the rounding of f is measured."""
_ENTRY: Final = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*\[\s*(?P<row>\d+)\s*(?:,\s*(?P<column>\d+)\s*)?\]\s*")
_WORK: Final = 400_000
"""Entries of a graph above which a study would take minutes."""


def step_study(
    expression: str,
    *,
    at: str | Iterable[str] | Mapping[str, Any] | None = None,
    wrt: str | None = None,
    along: str | Iterable[str] | Mapping[str, Any] | None = None,
    declarations: str | Iterable[str] | None = None,
    digits: int = 6,
    seed: int = 0,
    timeout: float = limits.SECONDS,
) -> StepStudy:
    """Measure the error of forward, central and complex-step slopes over some 60 steps, powers of two.

    ``at`` gives the point (drawn from ``seed`` without it). ``wrt`` is the variable, or an entry of an array
    (``A[0,1]``); ``along`` a direction instead, as a point is written. Without either the study is about the first
    variable, or of arrays along a direction drawn from ``seed``.

    Raises GradcheckError for an input that cannot be used.
    """
    deadline = Deadline(timeout)
    ahead = read_point(along, "--along")
    setting = read_setting(expression, at, declarations, seed, also=ahead, also_option="--along")
    if sum(map(size, setting.graph.shapes)) > _WORK or len(setting.graph) > _WORK:
        raise LimitExceeded("the graph is too large for a study of steps")
    try:
        with deadline.enforced():
            return _Study(setting, wrt, ahead, seed, digits).report()
    except TimeUpError:
        raise LimitExceeded(f"the study took more than {timeout:g} seconds", hint="use a larger --timeout") from None


class _Study:
    def __init__(self, setting: Setting, wrt: str | None, along: Coordinates, seed: int, digits: int) -> None:
        self.setting, self.seed = setting, seed
        self.digits = max(40, digits + 5)
        self.precision = max(limits.FIRST_PRECISION, 4 * digits + 128)
        self.notes: list[str] = []
        self.drawn: list[str] = ["point"] if setting.drawn else []
        if wrt is not None and along:
            raise UsageProblem("--wrt and --along both say where to go", hint="keep one of them")
        self.node: int | None = None
        """The one variable that moves."""
        self.is_direction = bool(along)
        self.wrt = ""
        self.direction = self.find_direction(wrt, along)
        self.line = Line(setting, self.direction)

    # -- where to go -----------------------------------------------------------------------------------------------

    def find_direction(self, wrt: str | None, along: Coordinates) -> Coordinates:
        setting = self.setting
        graph = setting.graph
        if along:
            for name, value in along.items():
                mine, theirs = graph.shape(graph.inputs[name]), value.graph.shape(value.graph.output)  # type: ignore[union-attr]  # read from a text
                if mine != theirs:
                    raise UsageProblem(f"--along gives {told(theirs)} for {name}, which is {told(mine)}")
            if is_nothing(along):
                raise UsageProblem("the direction is 0", hint="change --along")
            self.wrt = "along " + ", ".join(f"{name} = {value.text}" for name, value in along.items())
            self.node = graph.inputs[next(iter(along))] if len(along) == 1 else None
            return along
        if wrt is None and (setting.has_arrays or len(graph.inputs) > 1):
            if setting.has_arrays:
                return self.drawn_along(list(graph.inputs))
            wrt, *others = graph.inputs
            self.notes.append(f"by {wrt}; of the other variables ask with --wrt {others[0]}")
        name = wrt if wrt is not None else next(iter(graph.inputs))
        entry = _ENTRY.fullmatch(name)
        if entry is not None:
            return self.unit(entry["name"], int(entry["row"]), entry["column"])
        self.check(name)
        if graph.shape(graph.inputs[name]):
            return self.drawn_along([name])
        self.wrt, self.node = name, graph.inputs[name]
        return {name: exact_value(1)}

    def check(self, name: str) -> None:
        inputs = self.setting.graph.inputs
        if name not in inputs:
            raise NameProblem(
                f"there is no variable called '{name}'",
                hint=did_you_mean(name, inputs) or f"the expression has {', '.join(list(inputs)[:12])}",
            )

    def drawn_along(self, names: Sequence[str]) -> Coordinates:
        self.drawn.append("direction")
        self.is_direction = True
        self.wrt = f"a direction of {', '.join(names)}"
        self.node = self.setting.graph.inputs[names[0]] if len(names) == 1 else None
        return drawn_direction(self.setting, names, self.seed)

    def unit(self, name: str, row: int, column: str | None) -> Coordinates:
        from gradcheck.arrays.point import ArrayValue

        self.check(name)
        graph = self.setting.graph
        shape = graph.shape(graph.inputs[name])
        index = (row,) if column is None else (row, int(column))
        if len(index) != len(shape) or any(k >= length for k, length in zip(index, shape, strict=True)):
            written = f"{name}[{', '.join(map(str, index))}]"
            raise UsageProblem(f"{name} is {told(shape)}: it has no entry {written}", hint="entries count from 0")
        position = row if len(index) == 1 else row * shape[1] + index[1]
        self.wrt, self.node = f"{name}[{','.join(map(str, index))}]", graph.inputs[name]
        return {name: ArrayValue(shape, tuple(int(k == position) for k in range(size(shape))))}

    # -- the study ---------------------------------------------------------------------------------------------------

    def report(self) -> StepStudy:
        setting = self.setting
        value = setting.value(self.precision)
        gradient = setting.gradient(self.precision)
        place = setting.break_at(precision=self.precision)
        with shared(self.precision).working():
            coefficients = self.line.coefficients(self.precision, _ORDERS, ZERO)
            slope = self.along(gradient)
        sharp = is_settled(slope, place)
        smooth = setting.smoothness([] if sharp and not place else list(self.direction), self.precision)
        curves: tuple[Curve, ...] = ()
        chosen = None
        if not sharp or not smooth.differentiable:
            verdict = Verdict("undecided", unsettled(smooth, list(self.direction), place, self.notes))
        else:
            curves = tuple(self.curve(method, slope, coefficients) for method in METHODS)
            chosen = self.chosen(slope)
            verdict = _verdict(chosen, curves)
        finite = [one if one.is_finite() else None for one in coefficients]
        return StepStudy(
            expression=setting.program.source,
            reading=setting.reading,
            full_reading=setting.full_reading,
            output=setting.output,
            point=texts(setting.point),
            wrt=self.wrt,
            direction=texts(self.direction) if self.is_direction else None,
            drawn=tuple(self.drawn),
            seed=self.seed,
            precision=self.precision,
            value=from_ball(value, self.digits),
            derivative=from_ball(slope, self.digits),
            second=None if finite[2] is None else from_ball(2 * finite[2], self.digits),
            third=None if finite[3] is None else from_ball(6 * finite[3], self.digits),
            curves=curves,
            chosen=chosen,
            verdict=verdict,
            smooth=smooth,
            notes=tuple(self.notes),
            reading_notes=setting.notes,
        )

    def along(self, gradient: Mapping[str, Sequence[arb]]) -> arb:
        """The derivative along the direction."""
        arithmetic = self.line.balls(self.precision)
        total = ZERO
        for name, moved in self.direction.items():
            number = moved.number(arithmetic)
            for one, step in zip(gradient[name], number.entries if self.setting.has_arrays else [number], strict=True):
                total = total + one * step
        return total

    def scale(self) -> int:
        """The power of two above the largest coordinate that moves."""
        largest = 0.0
        for name in self.direction:
            for one in self.entries(self.floats.inputs[name]):
                largest = max(largest, abs(one))
        return math.frexp(largest)[1] if largest and math.isfinite(largest) else 0

    @cached_property
    def floats(self) -> _FloatLine:
        """The function in float64."""
        return _FloatLine(self.line, Floats())

    @cached_property
    def complexes(self) -> _FloatLine:
        """The function in complex float64."""
        return _FloatLine(self.line, ComplexFloats())

    def entries(self, value: Any) -> Sequence[Any]:
        return value.entries if self.setting.has_arrays else [value]

    def steps(self) -> list[float]:
        scale = self.scale()
        return [2.0**k for k in range(max(0, scale), scale - _BELOW, -1) if -1000 < k < 1000]

    def curve(self, method: MethodName, slope: arb, coefficients: Sequence[arb]) -> Curve:
        """The errors of one method, with its two laws."""
        if method == "complex-step":
            bad = self.not_analytic()
            if bad:
                return Curve(method, (), None, 0, None, None, None, bad)
        quotient: Callable[[float], float] = {
            "forward": self.floats.forward, "central": self.floats.central, "complex-step": self.complex_step,
        }[method]  # fmt: skip
        found = []
        for h in self.steps():
            value = quotient(h)
            error = _finite(abs(arb(value) - slope)) if math.isfinite(value) else None
            found.append(Slope(h, value if error is not None else None, error))
        odd = method != "forward"
        order = next(
            (k for k in range(3 if odd else 2, _ORDERS + 1, 2 if odd else 1) if is_something(coefficients[k])), 0
        )
        truncation = _finite(abs(coefficients[order])) if order else None
        noise = 0.0 if method == "complex-step" else self.noise * (2 if method == "forward" else 1)
        textbook = None
        if truncation and noise:
            textbook = (noise / ((order - 1) * truncation)) ** (1 / order)
        measured = [one for one in found if one.error is not None]
        best = min(measured, key=lambda one: (one.error, -one.step), default=None)
        return Curve(method, tuple(found), truncation, max(0, order - 1), noise, textbook, best)

    @cached_property
    def noise(self) -> float:
        """How far float64's f is off, at most, at points beside the point."""
        worst = 0.0
        scale = self.scale()
        balls = self.line.balls(self.precision)
        with balls.working():
            for k in range(_NOISY):
                for sign in (1, -1):
                    inputs = self.floats.moved(sign * 2.0 ** (scale - 12 - k) * (1 + k / 32))
                    value = self.floats.run(inputs)
                    exact = self.line.one(evaluate(self.setting.graph, balls, _as_balls(inputs)))
                    if math.isfinite(value) and exact.is_finite():
                        worst = max(worst, _finite(abs(exact - arb(value))) or 0.0)
        return worst

    def not_analytic(self) -> str:
        graph = self.setting.graph
        moved = sorted({node for name in self.direction for node in graph.affected(graph.inputs[name])})
        for node in moved:
            if not graph.is_analytic(node):
                return f"{graph.names[node]} = {self.setting.pretty(node)} is not analytic"
        return ""

    def complex_step(self, h: float) -> float:
        line = self.complexes
        value = line.run(line.moved(complex(0.0, h)))
        return float(value.imag / h) if math.isfinite(value.real) else math.nan

    def chosen(self, slope: arb) -> Chosen | None:
        """What the finite-difference route takes at this variable."""
        if self.node is None:
            self.notes.append("the finite-difference route goes along one variable at a time: it is not shown")
            return None
        graph, node = self.setting.graph, self.node
        affected = graph.affected(node)
        if self.setting.has_arrays:
            return self.chosen_direction(slope, node, affected)
        from gradcheck.routes.finite_difference import Nudger

        inputs = self.floats.inputs
        doubles = shared(53)
        with doubles.working():
            point = self.setting.point
            nudger = Nudger(
                graph, inputs, {name: one.number(doubles) for name, one in point.items()},
                self.setting.balls(self.precision),
            )  # fmt: skip
        found = nudger.slope(node, affected)
        if not math.isfinite(found.value):
            return None
        with shared(self.precision).working():
            (moved,) = self.direction.values()
            exact = moved.number(shared(self.precision))
            factor = float(exact.mid())
            error = _finite(abs(arb(found.value) * exact - slope))
        bound = None if found.error is None else math.nextafter(found.error * abs(factor), math.inf)
        return Chosen(found.method, found.step, found.value * factor, bound, error)

    def chosen_direction(self, slope: arb, node: int, affected: Sequence[int]) -> Chosen | None:
        import numpy as np

        from gradcheck.arithmetic.arrays import Arrays
        from gradcheck.routes.array_slopes import FloatNudger

        arithmetic = Arrays()
        nudger: FloatNudger = FloatNudger(
            self.setting.graph, {name: one.number(arithmetic) for name, one in self.setting.point.items()}
        )
        (moved,) = self.direction.values()
        directions = np.asarray(moved.number(arithmetic), dtype=float)
        found = nudger.slopes(node, affected, directions.reshape(1, *directions.shape[-2:]))
        value, bound = float(found.values[0, 0]), float(found.errors[0, 0])
        if not math.isfinite(value):
            return None
        with shared(self.precision).working():
            error = _finite(abs(arb(value) - slope))
        return Chosen("central", found.step, value, bound if math.isfinite(bound) else None, error)


class _FloatLine:
    """The function along the line in float64, real or complex."""

    def __init__(self, line: Line, entry: Any) -> None:
        from gradcheck.arithmetic.elimination import EliminatedGrids

        self.line = line
        self.arrays = line.setting.has_arrays
        self.arithmetic: Any = EliminatedGrids(entry, abs) if self.arrays else entry
        point = line.setting.point
        self.inputs: dict[str, Any] = {name: one.number(self.arithmetic) for name, one in point.items()}
        self.direction = {name: one.number(self.arithmetic) for name, one in line.direction.items()}

    def moved(self, h: Any) -> dict[str, Any]:
        """The inputs at h·v."""
        found = dict(self.inputs)
        for name, step in self.direction.items():
            start = found[name]
            if self.arrays:
                found[name] = start.like([u + h * v for u, v in zip(start.entries, step.entries, strict=True)])
            else:
                found[name] = start + h * step
        return found

    def run(self, inputs: Mapping[str, Any]) -> Any:
        """The output."""
        return self.line.one(evaluate(self.line.setting.graph, self.arithmetic, inputs))

    def way(self, low: Mapping[str, Any], high: Mapping[str, Any], h: float) -> float:
        """The step that was really taken: of one coordinate, the difference of the rounded points."""
        moving = [
            (u, v, w)
            for name, step in self.direction.items()
            for u, v, w in zip(
                *((one.entries if self.arrays else [one]) for one in (low[name], high[name], step)), strict=True
            )
            if w
        ]
        if len(moving) == 1:
            ((u, v, w),) = moving
            return float((v - u) / w)
        return h if any(u != v for u, v, _ in moving) else 0.0

    def forward(self, h: float) -> float:
        """(f(x + h·v) - f(x))/h."""
        return self._quotient(0.0, h)

    def central(self, h: float) -> float:
        """(f(x + h·v) - f(x - h·v))/2h."""
        return self._quotient(-h, h)

    def _quotient(self, low: float, high: float) -> float:
        below, above = self.moved(low), self.moved(high)
        run = self.way(below, above, high - low)
        return float((self.run(above) - self.run(below)) / run) if run else math.nan


def _as_balls(inputs: Mapping[str, Any]) -> dict[str, Any]:
    from gradcheck.arithmetic.grids import Grid

    return {
        name: Grid(one.rows, one.columns, [arb(entry) for entry in one.entries]) if isinstance(one, Grid) else arb(one)
        for name, one in inputs.items()
    }


def _finite(value: arb) -> float | None:
    found = float(value.mid())
    return found if math.isfinite(found) else None


def _verdict(chosen: Chosen | None, curves: Sequence[Curve]) -> Verdict:
    if all(curve.best is None for curve in curves):
        return Verdict("undecided", "no slope was measured: float64 holds no value of the function here")
    if chosen is None or chosen.error is None or chosen.bound is None:
        return Verdict("agree", "the slopes were measured against the true derivative")
    if chosen.error <= chosen.bound:
        return Verdict("agree", "the error of the finite-difference route lies within its bound")
    return Verdict("disagree", "the error of the finite-difference route is larger than its bound")
