"""What the studies return: frozen data that the reports turn into text and pictures. Nothing here computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gradcheck.results import Report

if TYPE_CHECKING:
    from decimal import Decimal

    from gradcheck.results import Quantity, Smoothness
    from gradcheck.shapes import Shape


@dataclass(frozen=True, slots=True)
class Partial:
    """What one variable contributes to the tangent: its derivative times its step, summed over its entries."""

    wrt: str
    shape: Shape
    derivative: tuple[Quantity, ...]
    """∂f/∂wrt, row by row."""
    step: tuple[Decimal, ...]
    """Of each entry; empty without a direction."""
    product: Decimal | None


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the polynomial in t, where t = 0 is the point and t = 1 the target (or, without one, x = a + t)."""

    order: int
    derivative: Quantity
    """dᵏf/dxᵏ of a function of one variable, else the k-th derivative by t."""
    coefficient: Quantity
    """The derivative over k!."""
    value: Decimal | None
    """The term at the target."""
    total: Decimal | None
    """The sum up to this term."""
    error: Decimal | None
    """The value of f at the target less that sum."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Lagrange's remainder: an interval that the error lies in for certain; or why none is known."""

    low: Decimal | None = None
    high: Decimal | None = None
    reason: str = ""
    is_broken: bool = False
    """Whether a kink, a jump or an edge of the domain between point and target is the reason."""

    @property
    def is_zero(self) -> bool:
        """Whether the function is its polynomial."""
        return self.reason == "" and self.low == 0 and self.high == 0


@dataclass(frozen=True, slots=True)
class Remainder:
    """One row of the Taylor test; a rate is log2 of the remainder at 2h over the one at h."""

    step: Decimal
    """h = 2⁻ᵏ."""
    halvings: int
    first: Decimal
    """R0 = |f(x + h·v) - f(x)|."""
    first_rate: float | None
    second: Decimal
    """R1 = |f(x + h·v) - f(x) - h·g·v|."""
    second_rate: float | None
    claimed: tuple[Decimal | None, ...] = ()
    """R1 with each claim's derivative in the gradient's place."""
    claimed_rates: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class TaylorTest:
    """Remainders for halving steps; expected rates are None where a remainder is 0, or a claim has no number here."""

    rows: tuple[Remainder, ...]
    """Where they settle late, some steps between the first and the last ones are left out."""
    first_rate: int | None
    second_rate: int | None
    claimed_rates: tuple[int | None, ...]
    settled: bool
    """Whether the last rates are within 0.02 of the expected ones."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A point of a curve over the variable, or of several over t; None where there is no value."""

    x: float
    y: float | None
    tangent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaylorStudy(Report):
    """Everything ``gradcheck taylor`` reports."""

    about: dict[str, str]
    to: dict[str, str] | None
    """The target; None where only the polynomial is asked for."""
    direction: dict[str, str] | None
    """From the point to the target; of a test without a target, drawn."""
    drawn: tuple[str, ...]
    """Which of ``point`` and ``direction`` were drawn from the seed."""
    order: int
    variable: str
    """The variable, where the function has only one and it is a number; the polynomial is then one in x - a."""
    base: Decimal
    """The value at the point."""
    partials: tuple[Partial, ...]
    terms: tuple[Term, ...]
    value: Decimal | None
    """The value at the target."""
    bound: Bound | None
    smooth: Smoothness
    test: TaylorTest | None
    curve: tuple[Sample, ...]
    """The function and its polynomial around point and target, from t = -1 to 2 (without a target, from -2 to 2)."""


# -- the error of difference quotients --------------------------------------------------------------------------------

MethodName = Literal["forward", "central", "complex-step"]


@dataclass(frozen=True, slots=True)
class Slope:
    """A difference quotient at one step; None where the function has no value there."""

    step: float
    value: float | None
    error: float | None
    """Its distance from the derivative."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One method: its error against the step, and the two laws that make its V."""

    method: MethodName
    slopes: tuple[Slope, ...]
    truncation: float | None
    """C of the law C·hᵖ, from the true higher derivative."""
    power: int
    round_off: float | None
    """C of the law C/h: the rounding of f near the point; 0 for the complex step, which subtracts nothing."""
    textbook: float | None
    """The step at which the sum of the two laws is least."""
    best: Slope | None
    """The sample with the least error."""
    reason: str = ""
    """Why there is no curve."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What gradcheck's own finite-difference route takes, and the error that it states and makes."""

    method: str
    step: float
    value: float
    bound: float | None
    error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStudy(Report):
    """Everything ``gradcheck steps`` reports.

    The verdict is ``disagree`` where the route's own error bound does not hold, ``undecided`` where no derivative is.
    """

    point: dict[str, str]
    wrt: str
    """A variable, an entry (``A[0,1]``), or the name of a direction."""
    direction: dict[str, str] | None
    drawn: tuple[str, ...]
    """Which of ``point`` and ``direction`` were drawn from the seed."""
    value: Decimal
    derivative: Decimal
    """The true one, from Arb."""
    second: Decimal | None
    third: Decimal | None
    curves: tuple[Curve, ...]
    chosen: Chosen | None
    smooth: Smoothness
