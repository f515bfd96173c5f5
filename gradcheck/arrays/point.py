"""Points whose coordinates may be arrays: their shapes, the sizes that names stand for, and exact random arrays."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from gradcheck import limits
from gradcheck.declarations import Declaration
from gradcheck.errors import LimitExceeded, NameProblem, UsageProblem, did_you_mean
from gradcheck.shapes import Shape, grid, same, shape_text, size, told
from gradcheck.syntax.printing import number_text
from gradcheck.syntax.tree import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gradcheck.graph import Graph
    from gradcheck.point import Value
    from gradcheck.syntax.tree import Exact

_SIZES: Final = (3, 2, 4, 5, 1, 6)
"""What named dimensions are where nothing else says: different ones, so that mixed-up axes show."""
_SHOWN: Final = 40
"""Entries that the text of an array writes out."""


@dataclass(frozen=True, slots=True)
class ArrayValue:
    """One variable's exact value: a scalar, a vector or a matrix of rational numbers, row by row."""

    shape: Shape
    entries: tuple[Exact, ...]

    @property
    def text(self) -> str:
        """The value as it is written; the middle of a long one is left out."""
        return array_text(
            self.shape, [number_text(entry)[0] for entry in self.entries[: _SHOWN + 1]], len(self.entries)
        )

    def number(self, arithmetic: Any) -> Any:
        """The value in the arithmetic of arrays."""
        return arithmetic.exact(self.shape, self.entries)


ArrayPoint = dict[str, "Value | ArrayValue"]


def array_text(shape: Shape, entries: Sequence[str], count: int) -> str:
    """Entries in brackets, as in a program; of a long array only how large it is."""
    if not shape:
        return entries[0]
    if count > _SHOWN:
        return f"({shape_text(shape)}, {count:,} entries)"
    if len(shape) == 1:
        return f"[{', '.join(entries)}]"
    columns = shape[1]
    rows = [", ".join(entries[row * columns : (row + 1) * columns]) for row in range(shape[0])]
    return f"[{', '.join(f'[{row}]' for row in rows)}]"


# -- shapes -----------------------------------------------------------------------------------------------------------


def shapes_of(
    point: Mapping[str, Value], declared: Mapping[str, Declaration], columns: Mapping[str, Shape] | None = None
) -> tuple[dict[str, Shape], dict[str, int]]:
    """The shape of every variable that is given or declared, and the sizes that named dimensions have.

    ``columns`` are the shapes of variables whose values come from a file, row by row.

    Raises UsageProblem where a value has another shape than is declared.
    """
    sizes: dict[str, int] = {}
    shapes = {name: value.graph.shape(value.graph.output) for name, value in point.items()} | dict(columns or {})
    for name, declaration in declared.items():
        if name in shapes:
            _bind(name, declaration, shapes[name], sizes)
    fresh = iter(_SIZES * 8)
    for name, declaration in declared.items():
        if name not in shapes:
            for one in declaration.shape:
                if isinstance(one, str) and one not in sizes:
                    sizes[one] = next(length for length in fresh if length not in sizes.values() or length == 1)
            shapes[name] = resolved(declaration.shape, sizes)
    _check_entries(shapes)
    return shapes, sizes


def _check_entries(shapes: Mapping[str, Shape]) -> None:
    """Before any memory is taken: the variables are not too large to hold."""
    total = 0
    for name, shape in shapes.items():
        total += size(shape)
        if total > limits.ENTRIES:
            raise LimitExceeded(
                f"{name} is {told(shape)}: with it the variables have {total:,} entries, more than {limits.ENTRIES:,}",
                hint="use smaller sizes",
            )


def resolved(shape: Sequence[int | str], sizes: Mapping[str, int]) -> Shape:
    """A declared shape with its names replaced."""
    return tuple(sizes[one] if isinstance(one, str) else one for one in shape)


def _bind(name: str, declaration: Declaration, shape: Shape, sizes: dict[str, int]) -> None:
    wanted = declaration.shape
    if not wanted:
        return
    if len(wanted) == len(shape):
        for one, length in zip(wanted, shape, strict=True):
            if isinstance(one, str) and sizes.setdefault(one, length) != length:
                raise UsageProblem(
                    f"{one} is {sizes[one]}, but {name} ({shape_text(tuple(wanted))}) is given as {told(shape)}",  # type: ignore[arg-type]  # names are shown as they are
                    hint="change the value or the declaration",
                )
    if len(wanted) != len(shape) or not same(resolved(wanted, {**dict.fromkeys(map(str, wanted), 0), **sizes}), shape):
        raise UsageProblem(
            f"{name} is declared as {shape_text(tuple(wanted))}, but its value is {told(shape)}",  # type: ignore[arg-type]  # names are shown as they are
            hint="change the value or the declaration",
        )


# -- values -----------------------------------------------------------------------------------------------------------


def check_names(
    graph: Graph, point: Mapping[str, object], declared: Mapping[str, Declaration], option: str = "--at"
) -> None:
    """Every given or declared name is a variable, and where values are given, every undeclared variable has one.

    Raises NameProblem.
    """
    for name in (*point, *declared):
        if name not in graph.inputs:
            raise NameProblem(
                f"'{name}' is given or declared, but the expression does not use it",
                hint=did_you_mean(name, graph.inputs) or f"it has {', '.join(graph.inputs) or 'no variable'}",
            )
    check_whole(graph, point, declared, option)


def check_whole(
    graph: Graph, point: Mapping[str, object], declared: Mapping[str, Declaration], option: str = "--at"
) -> None:
    """Where values are given, every variable that is not declared has one. Raises NameProblem."""
    for name, node in graph.inputs.items():
        if point and name not in point and name not in declared:
            raise NameProblem(
                f"'{name}' has no value", span=graph.spans[node], hint=f"add {option} {name}=…", source=graph.source
            )


def exact_point(point: Mapping[str, Value]) -> dict[str, ArrayValue] | None:
    """The given values as rational arrays, or None where one is not rational."""
    found = {}
    for name, value in point.items():
        entries = rational_entries(value)
        if entries is None:
            return None
        found[name] = ArrayValue(value.graph.shape(value.graph.output), tuple(entries))
    return found


def rational_entries(value: Value) -> list[Exact] | None:
    """The entries of a value where they are literal numbers."""
    graph = value.graph
    stack = [graph.output]
    entries: list[Exact] = []
    while stack:
        node = stack.pop()
        operation = graph.operations[node]
        if node in graph.numbers:
            entries.append(graph.numbers[node])
        elif operation is not None and operation.nary:
            stack.extend(reversed(graph.arguments[node]))
        else:
            return None
    return entries


def check_declared(point: Mapping[str, Value], declared: Mapping[str, Declaration]) -> None:
    """Every given number and array keeps what is declared of it. Raises UsageProblem."""
    for name, value in point.items():
        if name in declared:
            _check_declared(name, value, declared[name])


def _check_declared(name: str, value: Value, declaration: Declaration) -> None:
    entries = rational_entries(value)
    shape = value.graph.shape(value.graph.output)
    rows, columns = grid(shape)
    if entries is None or declaration.allows_array(rows, columns, entries):
        return
    hint = "change the value or the declaration"
    bad = next((position for position, entry in enumerate(entries) if not declaration.allows(entry)), None)
    if bad is not None:
        at = _entry(name, shape, bad)
        raise UsageProblem(
            f"{at} = {number_text(entries[bad])[0]} is not what is declared: {declaration.text(name)}", hint=hint
        )
    pairs = ((i, j) for i in range(rows) for j in range(i))
    if declaration.structure == "diagonal":
        outside = ((i, j) for i in range(rows) for j in range(columns) if i != j and entries[i * columns + j])
        i, j = next(outside)
        why = f"{name}[{i}, {j}] = {number_text(entries[i * columns + j])[0]}"
    else:
        found = next(((i, j) for i, j in pairs if entries[i * columns + j] != entries[j * columns + i]), None)
        why = "it has an eigenvalue that is not positive"
        if found is not None:
            (i, j), (one, other) = (
                found,
                (entries[found[1] * columns + found[0]], entries[found[0] * columns + found[1]]),
            )
            why = f"{name}[{j}, {i}] = {number_text(one)[0]} and {name}[{i}, {j}] = {number_text(other)[0]}"
    raise UsageProblem(f"{name} is declared {declaration.structure}, but {why}", hint=hint)


def _entry(name: str, shape: Shape, position: int) -> str:
    match shape:
        case ():
            return name
        case (_,):
            return f"{name}[{position}]"
        case _:
            return f"{name}[{position // shape[1]}, {position % shape[1]}]"


def draw(
    graph: Graph,
    given: Mapping[str, Value],
    declared: Mapping[str, Declaration],
    seed: int,
    accepted: Callable[[ArrayPoint], bool],
    tries: int = 200,
) -> ArrayPoint | None:
    """A point with short coordinates for the variables that are not given, at which ``accepted`` holds."""
    generator = random.Random(seed)  # noqa: S311 - reproducible points, not secrets
    for turn in range(tries):
        point: ArrayPoint = dict(given)
        for name, node in graph.inputs.items():
            if name not in given:
                point[name] = random_value(graph.shape(node), declared.get(name), generator, turn)
        if accepted(point):
            return point
    return None


def random_value(shape: Shape, declaration: Declaration | None, generator: random.Random, turn: int) -> ArrayValue:
    """An exact array that keeps what is declared of it."""
    rows, columns = grid(shape)
    count = rows * columns
    structure = "" if declaration is None else declaration.structure
    if structure == "positive definite":
        return ArrayValue(shape, tuple(_positive_definite(rows, generator)))
    kind = declaration or Declaration()
    entries = [kind.drawn(generator, (2, 3, 1, 9)[turn % 4]) for _ in range(count)]
    if structure == "symmetric":
        entries = [entries[max(i, j) * columns + min(i, j)] for i in range(rows) for j in range(columns)]
    elif structure == "diagonal":
        entries = [entries[i * columns + j] if i == j else 0 for i in range(rows) for j in range(columns)]
    return ArrayValue(shape, tuple(entries))


def _positive_definite(n: int, generator: random.Random) -> Iterable[Exact]:
    """M·Mᵀ + 1 with short entries."""
    m = [[Fraction(generator.randint(-10, 10), 10) for _ in range(n)] for _ in range(n)]
    for i in range(n):
        for j in range(n):
            value = sum((m[i][k] * m[j][k] for k in range(n)), Fraction(int(i == j)))
            yield normalised(value.numerator, value.denominator)
