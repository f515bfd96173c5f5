"""Settings: one choice of every dimension, with the graph and the claim's statement in these shapes.

Equal declared numbers are one dimension, and so is a name. The given shapes come first; others show whether a claim
holds for them by accident.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from gradcheck.arrays.point import resolved
from gradcheck.build import build
from gradcheck.errors import GradcheckError, UsageProblem
from gradcheck.shapes import Shape, ShapeProblem, shape_text, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gradcheck.claims.array_claim import ArrayClaim, Part, Target
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.syntax.tree import Program

T = TypeVar("T")
_TRIED: Final = ((2, 3, 4, 5, 2, 3), (3, 2, 2, 4, 3, 1), (1, 1, 1, 1, 1, 1), (4, 2, 3, 1, 2, 2), (2, 2, 2, 2, 2, 2),
                 (1, 3, 2, 4, 1, 2), (3, 1, 4, 2, 2, 3))  # fmt: skip
"""Sizes of the dimensions, in the order in which they are declared: equal and different ones, and 1."""
_MOST_LETTERS: Final = 150
_MOST_ENTRIES: Final = 4_000
_MOST_OUTPUTS: Final = 60
_WORK: Final = 200_000
"""Entries of the variables times outputs: of larger Jacobians fewer rows are compared."""


class DoesNotFitError(Exception):
    """The claim has no meaning, or another shape than the derivative, in some setting."""

    def __init__(self, message: str, hint: str | None = None, claimed: Shape | None = None) -> None:
        super().__init__(message)
        self.message, self.hint, self.claimed = message, hint, claimed


@dataclass(frozen=True, slots=True)
class Cells:
    """Entries of a derivative under one choice of the index letters: pairs of an output entry and a variable's."""

    letters: Mapping[str, int]
    positions: tuple[tuple[int, int], ...]
    chosen: tuple[int, ...]
    """Which entries of the statement's value they are, row by row."""


@dataclass(slots=True, eq=False)
class Setting:
    """The graph in chosen shapes; ``given`` where they are the declared ones."""

    graph: Graph
    shapes: Mapping[str, Shape]
    sizes: Mapping[str, int]
    given: bool
    views: dict[int, Graph] = field(default_factory=dict)
    statements: dict[tuple[tuple[str, int], ...], Graph] = field(default_factory=dict)

    def view(self, of: int) -> Graph:
        """The graph with another output."""
        if of not in self.views:
            self.views[of] = replace(self.graph, output=of)
        return self.views[of]

    @property
    def entries(self) -> int:
        """How many numbers the variables have together."""
        return sum(size(self.graph.shape(node)) for node in self.graph.inputs.values())

    def statement(self, claim: ArrayClaim, letters: Mapping[str, int]) -> Graph:
        """The claim's right side as a graph. Raises DoesNotFitError."""
        key = tuple(letters.items())
        found = self.statements.get(key)
        if found is None:
            shapes: dict[str, Shape] = {name: self.graph.shape(node) for name, node in claim.nodes.items()}
            for name, target in claim.derivatives.items():
                self.cells(target)
                shapes[name] = self.stated_shape(target)
            try:
                found = build(claim.statement, claim.bound, shapes, {**self.sizes, **letters})
            except ShapeProblem as problem:
                message, hint = problem.message, problem.hint
                place = problem.location()
                where = "" if place is None else f" (in the claim, column {place[1]})"
                raise DoesNotFitError(f"the claim has no value in these shapes: {message}{where}", hint) from None
            self.statements[key] = found
        return found

    def axes(self, part: Part, declared: Mapping[str, Declaration] | None = None) -> Shape:
        """The shape of a node of a target; of a name that the graph does not hold, the declared one."""
        if part.node is not None:
            shape = self.graph.shape(part.node)
            return (*shape, *[1] * (len(part.index) - len(shape)))  # where a size of 1 left a scalar
        one = (declared or {}).get(part.name)
        return resolved(one.shape, self.sizes) if one is not None and one.shape else ()

    def stated_shape(self, target: Target) -> Shape:
        """The shape of a derivative that a statement uses; index letters take one entry each."""
        shape = (*_free(target.of, self.axes(target.of)), *_free(target.wrt, self.axes(target.wrt)))
        squeezed = shape if len(shape) <= 2 else tuple(length for length in shape if length != 1)
        if len(squeezed) > 2:
            raise UsageProblem(f"{target.shown} has {len(shape)} axes here", hint="write its entries: dK[p,q]/dB[i,j]")
        return squeezed

    def free_shape(self, target: Target, declared: Mapping[str, Declaration]) -> Shape:
        """The axes of the target that no index takes: what the statement's value must have."""
        return (*_free(target.of, self.axes(target.of)), *_free(target.wrt, self.axes(target.wrt, declared)))

    def cells(self, target: Target, *, transposed: bool = False) -> list[Cells]:
        """All entries of the target; of very many, evenly chosen ones."""
        of, wrt = self.axes(target.of), self.axes(target.wrt)
        lengths: dict[str, int] = {}
        for part, shape in ((target.of, of), (target.wrt, wrt)):
            for axis, length in zip(part.index, shape, strict=False):
                if isinstance(axis, str):
                    lengths[axis] = min(length, lengths.get(axis, length))
        choices = list(itertools.islice(itertools.product(*map(range, lengths.values())), 200_000))
        found = []
        most = min(_MOST_OUTPUTS, max(3, _WORK // self.entries)) if self.entries else _MOST_OUTPUTS
        for choice in _thinned(choices, min(_MOST_LETTERS, 4 * most)):
            letters = dict(zip(lengths, choice, strict=True))
            outputs = _positions(target.of, of, letters)
            variables = _positions(target.wrt, wrt, letters)
            if transposed:
                shape = _free(target.wrt, wrt)
                if len(shape) == 2:
                    variables = [variables[i * shape[1] + j] for j in range(shape[1]) for i in range(shape[0])]
            pairs = [
                (place * len(variables) + other, (output, variable))
                for place, output in _thinned(list(enumerate(outputs)), most)
                for other, variable in enumerate(variables)
            ]
            pairs = _thinned(pairs, _MOST_ENTRIES)
            found.append(Cells(letters, tuple(pair for _, pair in pairs), tuple(place for place, _ in pairs)))
        return found

    def told(self) -> str:
        """The shapes in words: ``A 3x3, x 3``."""
        return ", ".join(f"{name} {shape_text(shape)}" for name, shape in self.shapes.items() if shape)


def entry_name(part: Part, shape: Shape, position: int) -> str:
    """One entry of a node, as it is written: ``A[0, 1]``."""
    if not shape or part.node is None:
        return part.name
    places = []
    for length in reversed(shape):
        position, place = divmod(position, length)
        places.append(str(place))
    return f"{part.name}[{', '.join(reversed(places))}]"


def _thinned(items: list[T], most: int) -> list[T]:
    """A sample in the same order, always the same one."""
    if len(items) <= most:
        return items
    chosen = random.Random(len(items)).sample(range(len(items)), most)  # noqa: S311 - reproducible, not secret
    return [items[place] for place in sorted(chosen)]


def _free(part: Part, shape: Shape) -> Shape:
    if not part.index:
        return shape
    return tuple(length for axis, length in zip(part.index, shape, strict=True) if axis is None)


def _positions(part: Part, shape: Shape, letters: Mapping[str, int]) -> list[int]:
    """The entries of a node that a part of a target takes, counted row by row."""
    index = part.index or (None,) * len(shape)
    ranges = []
    for axis, length in zip(index, shape, strict=False):
        place = letters[axis] if isinstance(axis, str) else axis
        if place is not None and not -length <= place < length:
            raise DoesNotFitError(
                f"{part.name} has no entry {part.text}", f"indices run from 0 to {length - 1} on this axis"
            )
        ranges.append(range(length) if place is None else (place % length,))
    found = []
    for places in itertools.product(*ranges):
        position = 0
        for place, length in zip(places, shape, strict=False):
            position = position * length + place
        found.append(position)
    return found


# -- other shapes -----------------------------------------------------------------------------------------------------


def settings_of(
    program: Program,
    graph: Graph,
    bound: frozenset[str],
    shapes: Mapping[str, Shape],
    sizes: Mapping[str, int],
    declared: Mapping[str, Declaration],
) -> tuple[Setting, list[Setting], list[Setting]]:
    """The given setting; those in which only named dimensions differ; those in which declared numbers do, too."""
    used = {name: shape for name, shape in shapes.items() if name in graph.inputs}
    given = Setting(graph, used, sizes, given=True)
    named: list[Setting] = []
    others: list[Setting] = []
    written = {name: _written(name, shape, declared) for name, shape in used.items()}
    keys = dict.fromkeys(key for shape in written.values() for key in shape if key != 1)
    letters = [key for key in keys if isinstance(key, str)]
    seen = [used]
    for found, varied in ((named, letters), (others, list(keys) if len(letters) < len(keys) else [])):
        for lengths in _TRIED:
            chosen = dict(zip(varied, itertools.cycle(lengths), strict=False))
            setting = _setting(program, graph, bound, written, sizes, chosen)
            if setting is not None and setting.shapes not in seen:
                seen.append(dict(setting.shapes))
                found.append(setting)
    return given, named, others


def square_setting(
    program: Program,
    graph: Graph,
    bound: frozenset[str],
    shapes: Mapping[str, Shape],
    sizes: Mapping[str, int],
    declared: Mapping[str, Declaration],
) -> Setting | None:
    """Every dimension the same, so that mistakes which the shapes would forbid can be told from each other."""
    written = {name: _written(name, shape, declared) for name, shape in shapes.items() if name in graph.inputs}
    keys = dict.fromkeys(key for shape in written.values() for key in shape if key != 1)
    return _setting(program, graph, bound, written, sizes, dict.fromkeys(keys, 3))


def _written(name: str, shape: Shape, declared: Mapping[str, Declaration]) -> tuple[int | str, ...]:
    one = declared.get(name)
    return one.shape if one is not None and one.shape else shape


def _setting(
    program: Program,
    graph: Graph,
    bound: frozenset[str],
    written: Mapping[str, tuple[int | str, ...]],
    sizes: Mapping[str, int],
    chosen: Mapping[int | str, int],
) -> Setting | None:
    """The program in other shapes, if it has a meaning there and the same nodes."""
    known = {**sizes, **{key: length for key, length in chosen.items() if isinstance(key, str)}}
    shapes = {
        name: tuple(chosen.get(key, known.get(key, 1) if isinstance(key, str) else key) for key in shape)
        for name, shape in written.items()
    }
    try:
        found = build(program, bound, shapes, known)
    except GradcheckError:
        return None
    if len(found) != len(graph) or list(found.arguments) != list(graph.arguments) or not found.has_arrays:
        return None
    return Setting(found, shapes, known, given=False)


def fits(claimed: Shape, wanted: Shape) -> bool:
    """Whether a claim has the derivative's shape; axes of length one do not matter."""
    return squeezed(claimed) == squeezed(wanted)


def squeezed(shape: Shape) -> Shape:
    """A shape without its axes of length one."""
    return tuple(length for length in shape if length != 1)


def each(cells: Sequence[Cells]) -> Iterator[tuple[int, int]]:
    """All pairs of cells, in their order."""
    for one in cells:
        yield from one.positions
