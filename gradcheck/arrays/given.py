"""The shapes that a point and declarations give: the one look at arrays that a job of scalars pays for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcheck.declarations import Declaration
    from gradcheck.point import Point
    from gradcheck.shapes import Shape


def variable_shapes(point: Point, declared: Mapping[str, Declaration]) -> tuple[Mapping[str, Shape], Mapping[str, int]]:
    """The shapes of array variables, and the sizes of named dimensions; nothing for a job of scalars."""
    if not any(value.graph.has_arrays for value in point.values()) and not any(one.shape for one in declared.values()):
        return {}, {}
    from gradcheck.arrays.point import shapes_of

    return shapes_of(point, declared)
