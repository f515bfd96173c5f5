"""The studies that go with the page of an evaluation: the tangent, and the error of difference quotients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.deadline import Deadline
from gradcheck.errors import GradcheckError
from gradcheck.studies.steps import step_study
from gradcheck.studies.taylor import taylor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradcheck.results import Evaluation
    from gradcheck.studies.results import StepStudy, TaylorStudy

_OPERATIONS: Final = 200
_VARIABLES: Final = 3
"""Variables by which the error is studied; of a function of more it is that by the first ones."""
_SHARE: Final = 0.2
"""Of the time that is left, what one study may take."""


def studies(result: Evaluation, *, digits: int = 6, timeout: float) -> tuple[TaylorStudy | StepStudy, ...]:
    """The studies of a function of numbers at the point of its evaluation; none of one without variables, or large.

    A study that is not possible (at the edge of the domain, or in the time) is left out. ``timeout`` is in seconds.
    """
    if not result.point or result.cost.forward > _OPERATIONS or result.reading.endswith(" …"):
        return ()
    return tuple(_studies(result, digits, Deadline(timeout)))


def _studies(result: Evaluation, digits: int, deadline: Deadline) -> Iterator[TaylorStudy | StepStudy]:
    text, point = result.reading, result.point
    if len(point) == 1:
        try:
            yield taylor(text, about=point, digits=digits, timeout=deadline.left() * _SHARE)
        except GradcheckError:
            return
    for name in list(point)[: _VARIABLES if "fd" in result.routes else 0]:
        try:
            yield step_study(text, at=point, wrt=name, digits=digits, timeout=deadline.left() * _SHARE)
        except GradcheckError:
            continue
