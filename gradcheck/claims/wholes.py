"""What can be wrong with a claim as a whole: negated, by another variable, once too often, off by a constant."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from flint import arb, fmpq

from gradcheck.claims.scenes import ENOUGH, NEAR
from gradcheck.decimals import from_ball, text
from gradcheck.primitives.misconceptions import WHOLE
from gradcheck.syntax.printing import number_text
from gradcheck.verdicts import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcheck.claims.scenes import Scene, Scenes

_STEP: Final = arb(2) ** -80


def the_function(scenes: Scenes) -> Diagnosis | None:
    """The function itself."""
    found = scenes.everywhere(lambda scene: scene.values[scenes.view.output])
    return _diagnosis(scenes, "the function itself") if found else None


def another_derivative(scenes: Scenes) -> Diagnosis | None:
    """The derivative with the wrong sign, by another variable, once too often, or taken backwards."""
    if scenes.everywhere(lambda scene: -scenes.derivative(scene)):
        return _diagnosis(scenes, "negated")
    for other, node in scenes.view.inputs.items():
        if node != scenes.wrt and scenes.everywhere(
            lambda scene, node=node: scenes.tangents(scene.locals, node)[scenes.of]  # type: ignore[misc]
        ):
            return _diagnosis(scenes, "another variable", other=other, wrt=scenes.view.names.get(scenes.wrt, ""))
    if scenes.at_one_point or len(scenes.all) < ENOUGH:
        return None
    if _matches_slope(scenes, of=0, says=lambda scene: scene.claimed):
        return _diagnosis(scenes, "second derivative")
    if _matches_slope(scenes, of=1, says=lambda scene: scene.values[scenes.of]):
        return _diagnosis(scenes, "integrated")
    return None


def constant(scenes: Scenes) -> Diagnosis | None:
    """Off by a constant factor or by a constant term."""
    if scenes.at_one_point or len(scenes.all) < ENOUGH:
        return None
    pairs = [(scene.claimed, scenes.derivative(scene)) for scene in scenes.all]
    factor = _constant([claimed / right for claimed, right in pairs if not right.contains(0)])
    zeros = all(claimed.contains(0) for claimed, right in pairs if right.contains(0))
    if factor is not None and factor != "1" and zeros:
        return _diagnosis(scenes, "constant factor", factor=factor)
    term = _constant([claimed - right for claimed, right in pairs])
    if term is not None and term != "0":
        return _diagnosis(scenes, "constant term", term=term)
    return None


def _diagnosis(scenes: Scenes, name: str, **words: str) -> Diagnosis:
    return Diagnosis(name, scenes.name(scenes.of), scenes.said(WHOLE[name].format(**words)))


def _constant(values: Sequence[arb]) -> str | None:
    """The one number that all values are, as a fraction where it is a simple one."""
    if len(values) < ENOUGH or not all(value.is_finite() for value in values):
        return None
    first = values[0]
    if not all(abs(value - first) <= NEAR * abs(first) for value in values):
        return None
    simple = Fraction(from_ball(first, 30)).limit_denominator(1000)
    if abs(first - arb(fmpq(simple.numerator, simple.denominator))) <= NEAR * abs(first):
        return number_text(simple if simple.denominator > 1 else simple.numerator)[0]
    return text(from_ball(first))


def _matches_slope(scenes: Scenes, *, of: int, says: Callable[[Scene], arb]) -> bool:
    """Whether the central slope of the derivative (0) or of the claim (1) is what ``says`` of each scene."""
    if all(says(scene).is_zero() for scene in scenes.all):
        return False  # 0 is the slope of anything constant
    for scene in scenes.all:
        above, below = (_shifted(scenes, scene, sign) for sign in (1, -1))
        if above is None or below is None:
            return False
        slope = (above[of] - below[of]) / (2 * _STEP)
        expected = says(scene)
        size = abs(slope) + abs(expected) + arb(10) ** -10 * (abs(above[of]) + abs(below[of]))
        if not slope.is_finite() or not abs(slope - expected) <= arb(10) ** -30 * size:
            return False
    return True


def _shifted(scenes: Scenes, scene: Scene, sign: int) -> tuple[arb, arb] | None:
    """Derivative and claim at a point moved a little along the variable."""
    wrt = scenes.view.names.get(scenes.wrt, "")
    if wrt not in scene.point:
        return None
    inputs = {name: scenes.arithmetic.number(value) for name, value in scene.point.items()}
    inputs[wrt] = inputs[wrt] + sign * _STEP
    actual, _, values = scenes.verifier.derivative(scenes.arithmetic, inputs)
    return None if actual is None else (actual, scenes.verifier.claimed(scenes.arithmetic, values))
