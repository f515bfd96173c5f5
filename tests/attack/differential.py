"""``python -m tests.attack differential``: values and derivatives of every row against mpmath and autograd, in ulps.

At each point mpmath, at up to some thousand digits, says what the value is and what the slopes on both sides are.
Against that stand: the domain, value and derivatives in Arb balls (which must contain it, and say nothing where nothing
is), the same in float64 (whose error is measured), the same of autograd with SciPy (which shares no
rule with anybody here).
"""

from __future__ import annotations

import json
import math
import random
import warnings
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import click
import mpmath
from enclosed import from_mpmath
from mpmath import mpf
from reference import REFERENCE

from gradcheck import rules
from gradcheck.arithmetic.balls import shared
from gradcheck.arithmetic.floats import Floats
from gradcheck.primitives.scalar import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flint import arb

    from gradcheck.primitives import Primitive

Kind = Literal["smooth", "kink", "edge", "steep", "jump", "undefined"]
_PRECISIONS: Final = (320, 1_280, 5_120)
_ENOUGH: Final = 2.0**-60
"""The relative radius at which a ball is narrow enough."""

_LEAST: Final = 1e-300
"""What is smaller need not be told from 0."""

# -- points ------------------------------------------------------------------------------------------------------------

_TINY = (5e-324, 1e-310, 2.2250738585072014e-308, 1e-300, 1e-200, 1e-100, 1e-40, 1e-20, 1e-16, 1e-12, 1e-8, 1e-4)
_HUGE = (50.0, 100.0, 700.0, 709.8, 745.2, 1e4, 1e8, 2.0**53, 1e16, 1e20, 1e40, 1e100, 1e155, 1e200, 1e300, 1.7e308)
_PLACES = (
    0.0,
    0.5,
    1.0,
    2.0,
    3.0,
    1.5,
    math.pi / 2,
    math.pi,
    3 * math.pi / 2,
    2 * math.pi,
    11.0,
    1e5 * math.pi,
    math.e,
)
"""Where kinks, poles, edges and zeros of the rows are; 11.0 is as near to 7π/2 as an integer comes."""
SPECIAL: Final = tuple(
    sign * value
    for place in (*_PLACES, *_TINY, *_HUGE)
    for value in dict.fromkeys(
        (place, math.nextafter(place, 9e999), math.nextafter(place, -9e999), place * (1 + 1e-8), place * (1 - 1e-3))
    )
    for sign in (1.0, -1.0)
)
_FEW = (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, 1 / 3, 1e-300, -1e-300, 1e300, -1e300, 5e-324, 10.0, 1e8)


def points(row: Primitive, count: int, seed: int) -> list[tuple[float, ...]]:
    """Arguments of one row: special ones, the neighbourhood of every kink and pole, its samples, and random ones."""
    chance = random.Random(f"{seed} {row.name}")
    found: dict[tuple[str, ...], tuple[float, ...]] = {}

    def add(*arguments: float) -> None:
        key = tuple(f"{one!r}" for one in arguments)  # 0.0 and -0.0 are two
        found.setdefault(key, arguments)

    def anything() -> float:
        match chance.randrange(6):
            case 0:
                return chance.choice(SPECIAL)
            case 1:
                return float(chance.randint(-12, 12)) / chance.choice((1, 2, 3, 10))
            case 2:
                return chance.choice((-1, 1)) * 10.0 ** chance.uniform(-18, 18)
            case 3:
                return chance.choice((-1, 1)) * 10.0 ** chance.uniform(-300, 300)
            case 4:
                return chance.uniform(-1.2, 1.2)
            case _:
                return chance.uniform(-25, 25)

    with mpmath.workdps(30):
        for sample in row.samples:
            add(*(float(mpmath.mpf(text.partition("/")[0]) / mpf(text.partition("/")[2] or 1)) for text in sample))
    if row.arity == 1:
        for value in SPECIAL:
            add(value)
    else:
        pairs = [(one, other) for one in _FEW for other in _FEW]
        for pair in chance.sample(pairs, min(len(pairs), count // 3)):
            add(*pair, *(anything() for _ in range(row.arity - 2)))
        for _ in range(count // 8):  # on the diagonals, and a hair beside them
            one = anything()
            other = chance.choice((one, -one, math.nextafter(one, 9e999), -math.nextafter(one, -9e999)))
            add(one, other, *(anything() for _ in range(row.arity - 2)))
    if row.name == "where":
        for value in (0.0, -0.0, 1.0):
            add(value, anything(), anything())
    if row.name in {"and", "or"}:
        return [(one, other) for one in (0.0, 1.0) for other in (0.0, 1.0)]
    while len(found) < count:
        add(*(anything() for _ in range(row.arity)))
    return list(found.values())[: max(count, 0)]


# -- the truth ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Truth:
    """What mpmath says of one argument's slope: on the left and on the right, where they are."""

    kind: Kind
    left: mpf | None = None
    right: mpf | None = None
    slope: mpf | None = None
    """Where both are the same."""


def _span(arguments: Sequence[float]) -> int:
    """Digits between the largest and the smallest number that matter."""
    sizes = [abs(math.log10(abs(one))) for one in arguments if one]
    return int(max(sizes, default=0))


def value_at(row: Primitive, arguments: Sequence[mpf]) -> mpf | None:
    """The value in the working precision, or None outside the domain."""
    try:
        found = REFERENCE[row.name](*arguments)
    except (ZeroDivisionError, OverflowError):
        return None
    if found is None or isinstance(found, mpmath.mpc) or not mpmath.isfinite(found):
        return None
    return mpf(found)


def truth_at(row: Primitive, arguments: Sequence[float], position: int) -> Truth:
    """The slopes by one argument, from differences so small that only the number of digits limits them."""
    digits = _span(arguments)
    with mpmath.workdps(440 + 6 * digits):
        exact = [mpf(one) for one in arguments]
        here = value_at(row, exact)
        if here is None:
            return Truth("undefined")
        size = mpf(10) ** (-2 * digits)
        sides = [_limit(row, exact, position, here, sign * size) for sign in (-1, 1)]
        left, right = sides
        if left is None and right is None:
            return Truth("edge")
        if left is None or right is None:
            slope = left if right is None else right
            return Truth("edge" if slope.settled else "steep", left and left.slope, right and right.slope)
        if not (left.settled and right.settled):
            return Truth("jump" if _leaps(row, exact, position, size) else "steep", left.slope, right.slope)
        if _same(left.slope, right.slope):
            return Truth("smooth", left.slope, right.slope, (left.slope + right.slope) / 2)
        return Truth("kink", left.slope, right.slope)


@dataclass(frozen=True)
class _Side:
    slope: mpf
    settled: bool
    """Whether the slope does not depend on the step."""


def _limit(row: Primitive, exact: Sequence[mpf], position: int, here: mpf, size: mpf) -> _Side | None:
    """The slope on the side of ``size``'s sign; None where there is no value."""
    slopes: list[mpf] = []
    for exponent in (70, 74):
        moved = list(exact)
        step = size * mpf(10) ** -exponent
        moved[position] += step
        there = value_at(row, moved)
        if there is None:
            return None
        slopes.append((there - here) / step)
    coarse, fine = slopes
    if abs(fine) <= abs(coarse) / 20:  # it vanishes with the step
        return _Side(mpf(0), settled=True)
    return _Side(fine, _same(coarse, fine))


def _same(one: mpf, other: mpf) -> bool:
    return bool(abs(one - other) <= mpf(10) ** -25 * max(abs(one), abs(other)))


def _leaps(row: Primitive, exact: Sequence[mpf], position: int, size: mpf) -> bool:
    """Whether the value itself jumps: what it moves by does not shrink with the step."""
    here = value_at(row, exact)
    for sign in (-1, 1):
        moves: list[mpf] = []
        for exponent in (70, 90):
            moved = list(exact)
            moved[position] += sign * size * mpf(10) ** -exponent
            there = value_at(row, moved)
            if here is not None and there is not None:
                moves.append(abs(there - here))
        if len(moves) == 2 and moves[1] > moves[0] / 2:
            return True
    return False


# -- what is measured --------------------------------------------------------------------------------------------------


@dataclass
class Errors:
    """Errors in ulps of the true float64 over many points."""

    worst: float = 0.0
    at: tuple[float, ...] = ()
    lost: int = 0
    """Points at which the truth is an ordinary float64 and none was given."""
    all: list[float] = field(default_factory=list, repr=False)

    def add(self, found: float, truth: mpf, at: tuple[float, ...]) -> None:
        """One value against the truth; what lies beyond float64 must not be an ordinary number of another size."""
        nearest = float(truth)
        if not math.isfinite(nearest):
            return
        if not math.isfinite(found):
            self.lost += 1
            return
        with mpmath.workdps(40):
            error = float(abs(mpf(found) - truth) / math.ulp(nearest))
        self.all.append(error)
        if error > self.worst:
            self.worst, self.at = error, at

    @property
    def median(self) -> float:
        return sorted(self.all)[len(self.all) // 2] if self.all else 0.0

    @property
    def most(self) -> float:
        """What 99 of 100 points stay below."""
        return sorted(self.all)[len(self.all) * 99 // 100] if self.all else 0.0


@dataclass
class Report:
    """All that was found out about one row."""

    name: str
    points: int = 0
    undefined: int = 0
    kinks: int = 0
    value: Errors = field(default_factory=Errors)
    derivative: Errors = field(default_factory=Errors)
    peer_value: Errors = field(default_factory=Errors)
    peer_derivative: Errors = field(default_factory=Errors)
    silent: list[str] = field(default_factory=list)
    """Where mpmath has a value or a derivative, and balls have none: undecided to the user, and never wrong."""
    complaints: list[str] = field(default_factory=list)


def examine(row: Primitive, count: int, seed: int, *, peer: bool = True) -> Report:
    """One row at many points."""
    report = Report(row.name)
    where = points(row, count, seed)
    report.points = len(where)
    truths = [_Point(row, arguments) for arguments in where]
    for one in truths:
        one.judge(report)
    if peer and row.name in _peers():
        _compare_with_peer(row, truths, report)
    return report


class _Point:
    """One point of one row: the truth, and what the balls and floats make of it."""

    def __init__(self, row: Primitive, arguments: tuple[float, ...]) -> None:
        self.row, self.arguments = row, arguments
        with mpmath.workdps(60 + 2 * _span(arguments)):
            self.value = value_at(row, [mpf(one) for one in arguments])
        self.slopes = [Truth("undefined")] * row.arity
        if self.value is not None and not row.boolean:
            self.slopes = [truth_at(row, arguments, position) for position in range(row.arity)]

    def judge(self, report: Report) -> None:
        report.undefined += self.value is None
        report.kinks += any(one.kind != "smooth" for one in self.slopes) and self.value is not None
        self._complaints, self._silent = report.complaints, report.silent
        self._in_balls()
        self._in_floats(report)

    def complain(self, what: str) -> None:
        self._complaints.append(f"{self.row.name} at {', '.join(map(repr, self.arguments))}: {what}")

    # -- balls ---------------------------------------------------------------------------------------------------

    def _in_balls(self) -> None:
        inside = self._ball(
            lambda balls: rules.domain(self.row) and balls.bind(rules.domain(self.row)), "domain", output=False
        )
        if inside is not None and (inside == 1) != (self.value is not None):
            self.complain(f"the domain says {inside}, mpmath says {self.value}")
        found = self._ball(lambda balls: balls.function(self.row), "value", output=None)
        if self.value is None:
            if found is not None and found.is_finite() and inside is None:
                self.complain(f"there is no value, and balls have {found}")
            return
        self._enclosed(found, self.value, "value")
        for position, truth in enumerate(self.slopes):
            if self.row.boolean or (self.row.name == "where" and not position):
                continue  # of a truth value nobody asks the derivative
            rule = rules.local_derivative(self.row, position)
            slope = self._ball(lambda balls, rule=rule: balls.bind(rule), "derivative", hull=True)
            name = f"the derivative by {'uvw'[position]}"
            match truth.kind:
                case "smooth":
                    self._enclosed(slope, truth.slope, name)
                case "kink":
                    self._breaks(name)
                    for side in (truth.left, truth.right):
                        self._contained(slope, side, name)
                case "edge" if truth.left is not None or truth.right is not None:
                    self._contained(slope, truth.left if truth.left is not None else truth.right, name)
                case "jump":
                    self._breaks(name)
                case "steep":
                    told = slope is not None and slope.is_finite() and abs(slope.mid()) > _LEAST
                    if told and not self._is_broken():
                        self.complain(f"{name} does not exist, and balls have {slope.str(10)}")

    def _ball(
        self, bound: Callable[[Any], Any], what: str, *, hull: bool = False, output: bool | None = True
    ) -> arb | None:
        """What balls make of it, with growing precision until it is narrow."""
        found = None
        for precision in _PRECISIONS:
            balls = shared(precision, hull=hull)
            with balls.working():
                function = bound(balls)
                if function is None:
                    return None
                arguments = [from_mpmath(mpf(one)) for one in self.arguments]
                if output is None:
                    found = function(*arguments)
                elif output:
                    found = function(*arguments, balls.function(self.row)(*arguments))
                else:
                    found = function(*arguments, None)
                if found.is_finite() and (found.is_exact() or found.rad() <= _ENOUGH * abs(found.mid())):
                    break
        return found

    def _enclosed(self, ball: arb | None, truth: mpf, what: str) -> None:
        if ball is None or not ball.is_finite():
            self._silent.append(f"{self.row.name} at {', '.join(map(repr, self.arguments))}: {what}")
            return
        self._contained(ball, truth, what)
        width = ball.rad()
        if width > 1e-15 * abs(ball.mid()) and not (abs(truth) < _LEAST and width < _LEAST):
            self.complain(f"{what} is {mpmath.nstr(truth, 12)}, and balls know only {ball.str(10)}")

    def _contained(self, ball: arb | None, truth: mpf, what: str) -> None:
        if ball is None or not ball.is_finite():
            return
        with shared(_PRECISIONS[-1]).working():
            middle = from_mpmath(truth)
            slack = abs(middle) * 1e-20 + (1e-25 if abs(truth) > 1e-20 or truth == 0 else 0)
            apart = abs(middle - ball) > slack
        if apart:
            self.complain(f"{what} is {mpmath.nstr(truth, 17)}, and balls have {ball.str(25)}")

    def _is_broken(self) -> bool:
        """Whether the row says that a kink or a jump is here."""
        balls = shared(_PRECISIONS[-1], hull=True)
        with balls.working():
            arguments = [from_mpmath(mpf(one)) for one in self.arguments]
            return any(balls.touches(balls.bind(rule)(*arguments, None)) for _, rule in rules.breaks(self.row))

    def _breaks(self, name: str) -> None:
        if not self._is_broken() and self.row.name != "where":
            self.complain(f"{name} has a kink or a jump, and the row does not say so")

    # -- floats --------------------------------------------------------------------------------------------------

    def _in_floats(self, report: Report) -> None:
        floats = _floats()
        found = _called(floats, floats.function(self.row), self.arguments)
        if self.value is None:
            if math.isfinite(found):
                self.complain(f"there is no value, and float64 has {found!r}")
            return
        report.value.add(found, self.value, self.arguments)
        if self.row.boolean:
            return
        for position, truth in enumerate(self.slopes):
            if truth.kind == "smooth" and not (self.row.name == "where" and not position):
                rule = floats.bind(rules.local_derivative(self.row, position))
                report.derivative.add(_called(floats, rule, (*self.arguments, found)), truth.slope, self.arguments)


@cache
def _floats() -> Floats:
    return Floats()


def _called(floats: Floats, function: Callable[..., float], arguments: Sequence[float]) -> float:
    try:
        return float(function(*arguments))
    except floats.errors:
        return math.nan


# -- the other engine --------------------------------------------------------------------------------------------------


@cache
def _peers() -> dict[str, Callable[..., Any]]:
    """The rows in autograd's NumPy and SciPy; without autograd, none."""
    try:
        import autograd.numpy as np
    except ImportError:
        return {}
    found: dict[str, Callable[..., Any]] = {
        "+": lambda u, v: u + v,
        "-": lambda u, v: u - v,
        "*": lambda u, v: u * v,
        "/": lambda u, v: u / v,
        "**": np.power,
        "neg": lambda u: -u,
        "exp": np.exp,
        "expm1": np.expm1,
        "log": np.log,
        "log_base": lambda u, v: np.log(u) / np.log(v),
        "log10": np.log10,
        "log2": np.log2,
        "log1p": np.log1p,
        "logaddexp": np.logaddexp,
        "sqrt": np.sqrt,
        "cbrt": lambda u: np.sign(u) * np.abs(u) ** (1 / 3),
        "root": lambda u, v: np.sign(u) * np.abs(u) ** (1 / v),
        "hypot": lambda u, v: np.sqrt(u * u + v * v),
        "sin": np.sin,
        "cos": np.cos,
        "tan": np.tan,
        "sec": lambda u: 1 / np.cos(u),
        "csc": lambda u: 1 / np.sin(u),
        "cot": lambda u: 1 / np.tan(u),
        "asin": np.arcsin,
        "acos": np.arccos,
        "atan": np.arctan,
        "asec": lambda u: np.arccos(1 / u),
        "acsc": lambda u: np.arcsin(1 / u),
        "acot": lambda u: np.pi / 2 - np.arctan(u),
        "atan2": np.arctan2,
        "sinc": lambda u: np.sinc(u / np.pi),
        "sinh": np.sinh,
        "cosh": np.cosh,
        "tanh": np.tanh,
        "sech": lambda u: 1 / np.cosh(u),
        "csch": lambda u: 1 / np.sinh(u),
        "coth": lambda u: 1 / np.tanh(u),
        "asinh": np.arcsinh,
        "acosh": np.arccosh,
        "atanh": np.arctanh,
        "asech": lambda u: np.arccosh(1 / u),
        "acsch": lambda u: np.arcsinh(1 / u),
        "acoth": lambda u: np.arctanh(1 / u),
        "abs": np.abs,
        "sign": np.sign,
        "heaviside": lambda u: (1 + np.sign(u)) / 2,
        "floor": np.floor,
        "ceil": np.ceil,
        "max": np.maximum,
        "min": np.minimum,
        "where": lambda u, v, w: np.where(u != 0, v, w),
        "relu": lambda u: np.maximum(u, 0.0),
        "leaky_relu": lambda u: np.where(u > 0, u, u / 100),
        "leaky_relu_slope": lambda u, v: np.where(u > 0, u, v * u),
        "softplus": lambda u: np.logaddexp(0.0, u),
    }
    try:
        from autograd.scipy.special import erf, erfc, expit
    except ImportError:
        return found
    return found | {
        "sigmoid": expit,
        "swish": lambda u: u * expit(u),
        "gelu": lambda u: u * (1 + erf(u / np.sqrt(2.0))) / 2,
        "erf": erf,
        "erfc": erfc,
    }


_ONE_SIDED: Final = 1_000.0
"""Ulps in the median above which our truth and the other engine cannot be the same function."""


def _compare_with_peer(row: Primitive, truths: Sequence[_Point], report: Report) -> None:
    """The engine's errors against the same truth; in the median they are small, or the truth is another function."""
    import autograd
    import numpy as np

    usable = [one for one in truths if one.value is not None]
    if not usable:
        return
    columns = [np.array(column) for column in zip(*(one.arguments for one in usable), strict=True)]
    function = _peers()[row.name]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for one, found in zip(usable, function(*columns), strict=True):
            report.peer_value.add(float(found), one.value, one.arguments)
        for position in range(row.arity):
            smooth = [one.slopes[position].kind == "smooth" for one in usable]
            if row.boolean or not any(smooth):
                continue
            found = autograd.elementwise_grad(function, position)(*columns)
            for one, good, slope in zip(usable, smooth, found, strict=True):
                if good:
                    report.peer_derivative.add(float(slope), one.slopes[position].slope, one.arguments)
    for errors, what in ((report.peer_value, "value"), (report.peer_derivative, "derivative")):
        if errors.median > _ONE_SIDED:
            report.complaints.append(f"{row.name}: autograd's {what} is off by {errors.median:.3g} ulps in the median")


# -- the command -------------------------------------------------------------------------------------------------------


@click.command(name="differential")
@click.option("--points", "count", default=1_600, show_default=True, help="Of each row.")
@click.option("--seed", default=0, show_default=True)
@click.option("--row", "names", multiple=True, help="These rows only (repeatable).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def differential(count: int, seed: int, names: tuple[str, ...], as_json: bool) -> None:
    """Compare every row with mpmath and autograd; exit 1 if anything is wrong."""
    if not _peers():
        click.echo("autograd is not installed (pip install '.[test]'): the other engine is left out", err=True)
    reports = [examine(row, count, seed) for row in PRIMITIVES.values() if not names or row.name in names]
    if as_json:
        click.echo(json.dumps([_record(one) for one in reports], indent=1))
    else:
        _print(reports)
    raise SystemExit(1 if any(one.complaints for one in reports) else 0)


def _record(report: Report) -> dict[str, Any]:
    record = asdict(report)
    for name in ("value", "derivative", "peer_value", "peer_derivative"):
        errors = getattr(report, name)
        record[name] = {
            "worst": errors.worst,
            "at": errors.at,
            "most": errors.most,
            "median": errors.median,
            "lost": errors.lost,
        }
    return record


def _print(reports: Sequence[Report]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="errors in ulps: worst (99 of 100 points below)", title_justify="left")
    for heading in (
        "row",
        "points",
        "undefined",
        "rough",
        "silent",
        "value",
        "derivative",
        "autograd value",
        "autograd derivative",
    ):
        table.add_column(heading, justify="left" if heading == "row" else "right")
    for one in reports:
        table.add_row(
            one.name, str(one.points), str(one.undefined), str(one.kinks), str(len(one.silent)),
            *(_ulps(errors) for errors in (one.value, one.derivative, one.peer_value, one.peer_derivative)),
        )  # fmt: skip
    console = Console(width=150)
    console.print(table)
    complaints = [said for one in reports for said in one.complaints]
    for said in complaints[:60]:
        console.print(said, markup=False, highlight=False)
    total = sum(one.points for one in reports)
    console.print(
        f"{total:,} points of {len(reports)} rows, {len(complaints)} complaints; ×n: no value at n of them",
        markup=False,
    )


def _ulps(errors: Errors) -> str:
    if not errors.all and not errors.lost:
        return ""
    worst, most = (f"{one:.3g}" if one > 0.01 else "0" for one in (errors.worst, errors.most))
    return f"{worst} ({most})" + (f" ×{errors.lost}" if errors.lost else "")
