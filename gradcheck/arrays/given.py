"""The shapes that a point and declarations give: the one look at arrays that a job of scalars pays for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.point import check_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.shapes import Shape


def variable_shapes(point: Point, declared: Mapping[str, Declaration]) -> tuple[Mapping[str, Shape], Mapping[str, int]]:
    """The shapes of array variables, and the sizes of named dimensions; nothing for a job of scalars."""
    if not any(value.graph.has_arrays for value in point.values()) and not any(one.shape for one in declared.values()):
        return {}, {}
    from gradcheck.arrays.point import shapes_of

    return shapes_of(point, declared)


def check_declared(point: Point, declared: Mapping[str, Declaration]) -> None:
    """Every given number and array keeps what is declared of it. Raises UsageProblem."""
    if point and declared:
        from gradcheck.arrays import point as array_point

        array_point.check_declared(point, declared)


def check_given(graph: Graph, point: Point, declared: Mapping[str, Declaration]) -> None:
    """The point of a claim is whole, and keeps what is declared. Raises GradcheckError."""
    if graph.has_arrays:
        from gradcheck.arrays import point as array_point

        array_point.check_whole(graph, point, declared, "at")
    elif point:
        check_names(graph, point, "at")
    check_declared(point, declared)
