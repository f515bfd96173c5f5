"""Taylor polynomials along a line, with a remainder bound that holds for certain, and the Taylor test.

The gradient is reverse mode's, the coefficients are those of Taylor arithmetic, the value at the target is the forward
pass alone; each is an enclosure, so that the study also checks them against each other.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, Any, Final

from flint import arb

from gradcheck import limits
from gradcheck.arithmetic.balls import ZERO, shared
from gradcheck.deadline import Deadline, TimeUpError
from gradcheck.decimals import from_ball, interval
from gradcheck.domain import check_point
from gradcheck.errors import GradcheckError, LimitExceeded, NameProblem, UsageProblem
from gradcheck.point import exact_value, read_point, texts
from gradcheck.results import Quantity, Verdict
from gradcheck.shapes import size
from gradcheck.studies.bounds import lagrange
from gradcheck.studies.line import Line, direction_to, drawn_direction, is_nothing
from gradcheck.studies.results import Bound, Partial, Sample, TaylorStudy, Term
from gradcheck.studies.setting import Setting, is_settled, read_setting, unsettled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gradcheck.results import Smoothness
    from gradcheck.studies.setting import Coordinates
    from gradcheck.verdicts import ClaimResult

_CONSTANT: Final = 2.0**-100
"""The relative width of an enclosure below which the derivative is constant."""
_APART: Final = 5_120
"""Bits up to which the error is looked for where it is very small."""
_SHORT: Final = 100
"""Drawn directions are hundredths: the function should not change its ways before the target."""
_SAMPLES: Final = 151
"""Points of the curve that is drawn, with the point and the target among them."""
_CURVE_WORK: Final = 2_000
"""Nodes up to which a curve is drawn."""


def taylor(
    expression: str,
    *,
    about: str | Iterable[str] | Mapping[str, Any] | None = None,
    to: str | Iterable[str] | Mapping[str, Any] | None = None,
    order: int = 1,
    test: bool = False,
    claims: Iterable[str] = (),
    declarations: str | Iterable[str] | None = None,
    digits: int = 6,
    seed: int = 0,
    timeout: float = limits.SECONDS,
    rtol: float | None = None,
    isolated: bool = False,
) -> TaylorStudy:
    """Expand an expression about a point, and measure the polynomial at a target.

    ``about`` and ``to`` are exact values, as ``at`` of ``evaluate``; variables that ``to`` does not name stay where
    they are. Without ``about`` a point is drawn from ``seed``. ``order`` is that of the polynomial. ``test`` adds the
    Taylor test of the gradient, along the way to the target, or else along a direction drawn from ``seed``. ``claims``
    are derivatives of the expression by its variables (``"df/dx = 2*x"``); each is verified as ``evaluate`` does, and
    takes the gradient's place in the test.

    Raises GradcheckError for an input that cannot be used.
    """
    stated = tuple(claims)
    deadline = Deadline(timeout)
    _check_order(order)
    target = read_point(to, "--to")
    check_point({name: value for name, value in target.items() if not value.graph.has_arrays}, "--to")
    setting = read_setting(expression, about, declarations, seed, also=target, option="--about")
    test = test or bool(stated)
    study = _Study(setting, order, digits, seed, deadline)
    study.aim(target, to, needed=test)
    verified: tuple[ClaimResult, ...] = ()
    if stated:
        from gradcheck.claims.judge import Judge

        point = {} if setting.drawn else setting.point
        judge = Judge(setting.graph, point, dict(setting.declared), rtol, seed, timeout)  # type: ignore[arg-type]  # a mapping is enough
        verified = judge.verdicts(stated, isolated=isolated)
        deadline = study.deadline = Deadline(timeout)  # the claims had their own time
    try:
        with deadline.enforced():
            return study.report(stated if test else None, verified)
    except TimeUpError:
        raise LimitExceeded(
            f"the polynomial was not found within {timeout:g} seconds", hint="use a smaller --order or --timeout"
        ) from None


def _check_order(order: int) -> None:
    if not 0 <= order <= limits.TAYLOR_ORDER:
        raise UsageProblem(
            f"the order is a number from 0 to {limits.TAYLOR_ORDER}, not {order}", hint="as in --order 3"
        )


class _Study:
    """One expansion, gathered part by part."""

    def __init__(self, setting: Setting, order: int, digits: int, seed: int, deadline: Deadline) -> None:
        self.setting, self.order, self.seed, self.deadline = setting, order, seed, deadline
        self.digits = max(40, digits + 5)
        self.precision = max(limits.FIRST_PRECISION, 4 * digits + 128)
        self.notes: list[str] = []
        self.kink = ""
        self.target: Coordinates | None = None
        self.direction: Coordinates | None = None
        self.drawn: list[str] = ["point"] if setting.drawn else []
        inputs = setting.graph.inputs
        (only,) = inputs if len(inputs) == 1 else ("",)
        self.variable = only if only and not setting.has_arrays else ""
        work = (sum(map(size, setting.graph.shapes)) or len(setting.graph)) * (order + 1) ** 2
        if work > limits.TAYLOR_WORK:
            raise LimitExceeded("the graph is too large for this order", hint="use a smaller --order")

    def aim(self, target: Mapping[str, Any], to: object, *, needed: bool) -> None:
        """Find the direction: to the target, or a drawn one where a test needs it."""
        setting = self.setting
        if to is not None and target:
            for name in target:
                if name not in setting.point:
                    raise NameProblem(f"--to gives {name} a value, but --about does not", hint=f"add --about {name}=…")
            self.direction = direction_to(setting, target)
            if is_nothing(self.direction):
                raise UsageProblem("point and target are the same: there is no way to go", hint="change --to")
            self.target = {**setting.point, **target}
        elif needed:
            self.direction = drawn_direction(setting, setting.graph.inputs, self.seed, _SHORT)
            self.drawn.append("direction")
        elif self.order > 1 and not self.variable:
            raise UsageProblem(
                "of several variables a polynomial of higher order is one along a direction",
                hint=f"name a target: --to {next(iter(setting.graph.inputs))}=…",
            )

    def report(self, stated: Sequence[str] | None, verified: tuple[ClaimResult, ...]) -> TaylorStudy:
        setting = self.setting
        base = setting.value(self.precision)
        gradient = setting.gradient(self.precision)
        place = self.kink = setting.break_at(precision=self.precision)
        line = Line(setting, self.line_direction())
        coefficients, precision = self.coefficients(line)
        doubtful = [
            name for name, entries in gradient.items() if not all(is_settled(entry, place) for entry in entries)
        ]
        smooth = setting.smoothness(doubtful or (list(gradient) if place else []), self.precision)
        verdict = self.first_verdict(coefficients, place, smooth, doubtful)
        known = verdict.name is None
        value = bound = None
        if self.target is not None:
            bound = lagrange(line, self.order, precision, self.deadline, self.variable) if known else None
            coefficients, value, precision = self.compared(line, coefficients, precision, bound)
        with shared(precision).working():
            total = sum(coefficients[: self.order + 1], ZERO)
            if verdict.name is None:
                verdict = self.verdict(gradient, coefficients, value, total, bound)
            test = None
            if stated is not None and self.direction is not None and known:
                from gradcheck.studies.remainders import taylor_test

                test = taylor_test(Line(setting, self.direction), stated, self.seed, self.deadline, self.notes)
                if not test.settled:
                    verdict = Verdict("undecided", "the rates have not settled at the smallest step that was tried")
            return TaylorStudy(
                expression=setting.program.source,
                reading=setting.reading,
                full_reading=setting.full_reading,
                output=setting.output,
                about=texts(setting.point),
                to=None if self.target is None else texts(self.target),
                direction=None if self.direction is None else texts(self.direction),
                drawn=tuple(self.drawn),
                seed=self.seed,
                order=self.order,
                precision=precision,
                variable=self.variable,
                base=from_ball(base, self.digits),
                partials=self.partials(gradient),
                terms=self.terms(coefficients, value) if known else (),
                value=None if value is None else from_ball(value, self.digits),
                bound=None if bound is None else self.told(bound),
                smooth=smooth,
                verdict=verdict,
                test=test,
                claims=verified,
                curve=self.curve(line, coefficients) if known else (),
                notes=tuple(self.notes),
                reading_notes=setting.notes,
            )

    def aimed(self, precision: int) -> arb:
        """The value at the target. Raises DomainProblem where there is none."""
        try:
            return self.setting.value(precision, self.target)
        except GradcheckError as problem:
            problem.hint = problem.hint or "that is at the target, --to"
            raise

    def line_direction(self) -> Coordinates:
        """The direction of the polynomial; of one variable without a target, 1."""
        if self.variable and self.target is None:
            return {self.variable: exact_value(1)}
        return self.direction or drawn_direction(self.setting, self.setting.graph.inputs, self.seed)

    def coefficients(self, line: Line) -> tuple[list[arb], int]:
        """Those of the polynomial, at the precision that shows the digits asked for."""
        precision = self.precision
        while True:
            with shared(precision).working():
                found = line.coefficients(precision, self.order, ZERO)
                rough = [one for one in found if one.is_finite() and not _is_precise(one, self.digits)]
            if not rough or precision >= limits.LAST_PRECISION // 16 or self.deadline.passed():
                return found, precision
            precision *= 2

    def compared(
        self, line: Line, coefficients: list[arb], precision: int, bound: arb | Bound | None
    ) -> tuple[list[arb], arb, int]:
        """Coefficients and the value at the target, at the precision that shows how far they are apart."""
        while True:
            value = self.aimed(precision)
            with shared(precision).working():
                rest = value - sum(coefficients, ZERO)
            is_zero = isinstance(bound, arb) and bound.is_zero()
            if (
                is_zero
                or bound is None
                or precision >= _APART
                or _is_shown(rest, self.digits)
                or self.deadline.passed()
            ):
                return coefficients, value, precision
            precision *= 2
            coefficients = line.coefficients(precision, self.order, ZERO)

    def first_verdict(
        self, coefficients: Sequence[arb], place: str, smooth: Smoothness, doubtful: Sequence[str]
    ) -> Verdict:
        """Undecided where derivatives of the wanted order do not exist at the point."""
        if doubtful:
            return Verdict("undecided", unsettled(smooth, doubtful, place, self.notes))
        bad = next((k for k, one in enumerate(coefficients) if k and not is_settled(one, place)), None)
        if bad is None:
            return Verdict(None)
        which = {1: "first", 2: "second", 3: "third"}.get(bad, f"{bad}th")
        return Verdict(
            "undecided", f"the {which} derivative at the point is not settled: {place or 'it is not finite'}"
        )

    def verdict(
        self, gradient: Mapping[str, Sequence[arb]], coefficients: Sequence[arb], value: arb | None, total: arb,
        bound: arb | Bound | None,
    ) -> Verdict:  # fmt: skip
        """Whether gradient, coefficients and value are consistent; disagreement is rigorous."""
        if self.order:
            slope = self.slope(gradient)
            if not slope.overlaps(coefficients[1]):
                return Verdict("disagree", "gradient·step and the first Taylor coefficient exclude each other")
        if value is None or bound is None:
            return Verdict("agree", "gradient and Taylor coefficients agree")
        if isinstance(bound, Bound):
            if bound.is_broken:
                return Verdict("undecided", f"there is no bound for the error: {bound.reason}")
            return Verdict("agree", "gradient and Taylor coefficients agree")
        if not (value - total).overlaps(bound):
            return Verdict("disagree", "the error lies outside Lagrange's bound")
        return Verdict("agree", "the error lies within Lagrange's bound")

    def slope(self, gradient: Mapping[str, Sequence[arb]]) -> arb:
        """The gradient times the direction."""
        total = ZERO
        arithmetic = shared(self.precision)
        with arithmetic.working():
            for name, value in self.line_direction().items():
                steps = _numbers(value, self.precision, self.setting)
                for one, step in zip(gradient[name], steps, strict=True):
                    total = total + one * step
        return total

    def told(self, bound: arb | Bound) -> Bound:
        if isinstance(bound, Bound):
            return bound
        if bound.rad() <= abs(bound.mid()) * _CONSTANT:
            exact = from_ball(bound, self.digits)
            return Bound(exact, exact)
        return Bound(from_ball(bound.lower(), 20), from_ball(bound.upper(), 20))

    def partials(self, gradient: Mapping[str, Sequence[arb]]) -> tuple[Partial, ...]:
        """∂f/∂x and the step of every variable."""
        graph, found = self.setting.graph, []
        for name, entries in gradient.items():
            steps: Sequence[arb] = ()
            if self.direction is not None:
                moved = self.direction.get(name)
                steps = [ZERO] * len(entries) if moved is None else _numbers(moved, self.precision, self.setting)
            known = all(is_settled(entry, self.kink) for entry in entries)
            product = sum((u * v for u, v in zip(entries, steps, strict=True)), ZERO) if steps and known else None
            found.append(
                Partial(
                    name,
                    graph.shape(graph.inputs[name]),
                    tuple(self.quantity(entry) for entry in entries),
                    tuple(from_ball(step, self.digits) for step in steps),
                    None if product is None else from_ball(product, self.digits),
                )
            )
        return tuple(found)

    def quantity(self, value: arb) -> Quantity:
        if value.is_finite() and not is_settled(value, self.kink):
            return Quantity(from_ball(value, self.digits), interval(value))
        return Quantity(from_ball(value, self.digits))

    def terms(self, coefficients: Sequence[arb], value: arb | None) -> tuple[Term, ...]:
        """The terms with their sums; of a function of one variable the coefficients are those of (x - a)ᵏ."""
        found = []
        total = ZERO
        step = arb(1)
        if self.variable and self.target is not None and self.direction is not None:
            (step,) = _numbers(self.direction[self.variable], self.precision, self.setting)
        for k, one in enumerate(coefficients):
            total = total + one
            own = one / step**k
            aimed = value is not None
            found.append(
                Term(
                    k,
                    self.quantity(own * factorial(k)),
                    self.quantity(own),
                    from_ball(one, self.digits) if aimed else None,
                    from_ball(total, self.digits) if aimed else None,
                    from_ball(value - total, self.digits) if value is not None else None,
                )
            )
        return tuple(found)

    def curve(self, line: Line, coefficients: Sequence[arb]) -> tuple[Sample, ...]:
        """The function and its polynomial from a little before the point to as much beyond the target."""
        moving = self.variable or self.target is not None
        if not moving or len(self.setting.graph) > _CURVE_WORK:
            return ()
        start, step = ZERO, arb(1)
        if self.variable:
            (step,) = _numbers(line.direction[self.variable], 64, self.setting)
            (start,) = _numbers(self.setting.point[self.variable], 64, self.setting)
        found = []
        first, last = (-1.0, 2.0) if self.target is not None else (-2.0, 2.0)
        for k in range(_SAMPLES):
            t = arb(first + (last - first) * k / (_SAMPLES - 1))
            total = ZERO
            for one in reversed(coefficients):
                total = total * t + one
            found.append(Sample(float((start + t * step).mid()), _float(line.at(64, t)), _float(total)))
        return tuple(found)


def _float(value: arb) -> float | None:
    if not value.is_finite() or value.rad() > 1e-6 * (1 + abs(value.mid())):
        return None
    return float(value.mid())


def _numbers(value: Any, precision: int, setting: Setting) -> list[arb]:
    """The entries of a coordinate in balls."""
    if not setting.has_arrays:
        arithmetic = shared(precision)
        with arithmetic.working():
            return [value.number(arithmetic)]
    from gradcheck.arithmetic.ball_grids import shared_grids

    grids = shared_grids(precision)
    with grids.working():
        entries: list[arb] = value.number(grids).entries
        return entries


def _is_shown(value: arb, digits: int) -> bool:
    return bool(value.is_exact() or value.rad() <= abs(value.mid()) * arb(10) ** -digits or not value.is_finite())


def _is_precise(value: arb, digits: int) -> bool:
    if value.contains(0):
        return bool(value.rad() < arb(10) ** -(digits + 30))
    return bool(value.rad() <= abs(value.mid()) * arb(10) ** -digits)
