"""Arrays over any arithmetic of numbers: rows, columns, and the entries row by row; a vector is a column.

Functions of numbers work entry by entry and broadcast 1x1 arrays; those of whole arrays are written here once, in terms
of the entries' own ``+``, ``-``, ``*``, and taken from a library where it has them (determinants, inverses).
"""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from gradcheck.arithmetic import Arithmetic
from gradcheck.primitives.table import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gradcheck.primitives import Primitive
    from gradcheck.rules import Rule
    from gradcheck.shapes import Shape, Sizes
    from gradcheck.syntax.tree import Exact

N = TypeVar("N")


@dataclass(slots=True, eq=False)
class Grid(Generic[N]):
    """A matrix of numbers of one kind; ``entries`` are row by row."""

    rows: int
    columns: int
    entries: list[N]
    matrix: Any = field(default=None, init=False, repr=False)
    """The same as a library's matrix, once that was made; entries are not changed after it."""
    turned: Any = field(default=None, init=False, repr=False)
    """Its transpose, once that was made."""

    def __add__(self, other: Grid[N]) -> Grid[N]:
        return _zip(operator.add, self, other)

    def __sub__(self, other: Grid[N]) -> Grid[N]:
        return _zip(operator.sub, self, other)

    def __mul__(self, other: Grid[N]) -> Grid[N]:
        return _zip(operator.mul, self, other)

    def __neg__(self) -> Grid[N]:
        return Grid(self.rows, self.columns, [-entry for entry in self.entries])  # type: ignore[operator]  # numbers

    @property
    def is_single(self) -> bool:
        """Whether it acts as a scalar."""
        return len(self.entries) == 1

    def row(self, index: int) -> list[N]:
        """The entries of one row."""
        return self.entries[index * self.columns : (index + 1) * self.columns]

    def like(self, entries: list[N]) -> Grid[N]:
        """Other entries in the same shape."""
        return Grid(self.rows, self.columns, entries)

    def transposed(self) -> Grid[N]:
        """Rows as columns."""
        if self.rows == 1 or self.columns == 1:
            return Grid(self.columns, self.rows, self.entries)
        if self.turned is None:
            entries = [entry for column in range(self.columns) for entry in self.entries[column :: self.columns]]
            self.turned = Grid(self.columns, self.rows, entries)
        turned: Grid[N] = self.turned
        return turned


def _zip(function: Callable[[Any, Any], Any], one: Grid[Any], other: Grid[Any]) -> Grid[Any]:
    if one.rows == other.rows and one.columns == other.columns:
        return one.like([function(u, v) for u, v in zip(one.entries, other.entries, strict=True)])
    if other.is_single:
        (v,) = other.entries
        return one.like([function(u, v) for u in one.entries])
    if one.is_single:
        (u,) = one.entries
        return other.like([function(u, v) for v in other.entries])
    raise ValueError(f"{one.rows}x{one.columns} meets {other.rows}x{other.columns}")  # shapes.py lets none through


class Grids(Arithmetic[Grid[N]]):
    """Arrays whose entries are numbers of one arithmetic."""

    def __init__(self, entry: Arithmetic[N]) -> None:
        super().__init__()
        self.entry = entry
        self.column = entry.column  # type: ignore[misc]  # an array's columns are those of its entries
        self.errors = ()  # type: ignore[misc]  # the entries' errors are met entry by entry
        self.undefined = Grid(1, 1, [entry.undefined])  # as many kinds of nothing as of numbers
        self._locals: dict[Rule, Callable[..., Grid[N]]] = {}
        self._zero = entry.number(0)

    def single(self, value: N) -> Grid[N]:
        """A number as an array."""
        return Grid(1, 1, [value])

    def number(self, value: Exact) -> Grid[N]:
        return Grid(1, 1, [self.entry.number(value)])

    def constant(self, name: str) -> Grid[N]:
        return Grid(1, 1, [self.entry.constant(name)])

    def is_certain(self, truth: Grid[N]) -> bool:
        return all(self.entry.is_certain(one) for one in truth.entries)

    def choose(self, truth: Grid[N], one: Callable[[], Grid[N]], other: Callable[[], Grid[N]]) -> Grid[N]:
        return self.function(PRIMITIVES["where"])(truth, one(), other())

    def touches(self, place: Grid[N]) -> bool:
        return any(self.entry.touches(one) for one in place.entries)

    def doubt(self, truth: Grid[N]) -> Grid[N] | None:
        """0 where a truth value is known, undefined where it is not; None where all are known."""
        if self.is_certain(truth):
            return None
        undefined = self.entry.undefined
        return truth.like([self._zero if self.entry.is_certain(one) else undefined for one in truth.entries])

    def native(self, name: str) -> Callable[..., Grid[N]]:
        return functools.partial(_FUNCTIONS[name], self)

    def resolved(self, primitive: Primitive) -> Callable[..., Grid[N]]:
        if primitive.shape:
            return super().resolved(primitive)
        return self.mapped(self.entry.function(primitive))

    def mapped(self, function: Callable[..., N]) -> Callable[..., Grid[N]]:
        """A function of numbers, entry by entry; where it has no value, the entry is undefined."""
        errors, undefined = self.entry.errors, self.entry.undefined

        def one_entry(*arguments: N) -> N:
            try:
                return function(*arguments)
            except errors:
                return undefined

        each = one_entry if errors else function

        def entrywise(*grids: Grid[N]) -> Grid[N]:
            first = grids[0]
            if len(grids) == 1:
                return first.like([each(u) for u in first.entries])
            wide = next((grid for grid in grids if not grid.is_single), first)
            count = len(wide.entries)
            columns = [grid.entries * count if grid.is_single else grid.entries for grid in grids]
            return wide.like([each(*row) for row in zip(*columns, strict=True)])

        return entrywise

    def local(self, rule: Rule) -> Callable[..., Grid[N]]:
        """A local derivative of a function of numbers, entry by entry."""
        found = self._locals.get(rule)
        if found is None:
            found = self._locals[rule] = self.mapped(self.entry.bind(rule))
        return found

    def times(self, upstream: Grid[N], local: Grid[N], *, selects: bool) -> Grid[N]:
        """Upstream times local, entry by entry; with ``selects``, a local 0 cuts the path whatever lies behind it.

        What was cut is this arithmetic's own zero, known by its identity: times an undefined number it stays 0.
        """
        cut = self._zero

        def product(u: Any, v: Any) -> Any:
            return cut if u is cut or (selects and v == 0) else u * v

        return _zip(product, upstream, local)

    def fit(self, flow: Grid[N], like: Grid[N]) -> Grid[N]:
        """What reaches an argument: summed where it was broadcast, spread out where it is one number for all."""
        if flow.rows == like.rows and flow.columns == like.columns:
            return flow
        if like.is_single:
            return self.single(_summed(flow.entries))
        if flow.is_single:
            return like.like(flow.entries * len(like.entries))
        raise ValueError(f"{flow.rows}x{flow.columns} flows into {like.rows}x{like.columns}")

    def filled(self, rows: int, columns: int, value: Exact) -> Grid[N]:
        """An array of one number."""
        return Grid(rows, columns, [self.entry.number(value)] * (rows * columns))

    def unit(self, rows: int, columns: int, position: int) -> Grid[N]:
        """1 at one entry, 0 elsewhere: the seed of a sweep."""
        found = self.nothing(rows, columns)
        found.entries[position] = self.entry.number(1)
        return found

    def nothing(self, rows: int, columns: int) -> Grid[N]:
        """What never flows: the zeros of a path that was cut, whatever lies behind it."""
        return Grid(rows, columns, [self._zero] * (rows * columns))

    def exact(self, shape: Shape, entries: Iterable[Exact]) -> Grid[N]:
        """An array of exact numbers."""
        return self.of_shape(shape, map(self.entry.number, entries))

    def of_shape(self, shape: Shape, entries: Iterable[N]) -> Grid[N]:
        """An array of a given shape."""
        from gradcheck.shapes import grid

        return Grid(*grid(shape), list(entries))

    # -- what a library does better; balls and symbols have their own ------------------------------------------------

    def matmul(self, u: Grid[N], v: Grid[N]) -> Grid[N]:
        """The matrix product."""
        columns = [v.entries[column :: v.columns] for column in range(v.columns)]
        entries = []
        for index in range(u.rows):
            row = u.row(index)
            entries += [_summed([a * b for a, b in zip(row, column, strict=True)]) for column in columns]  # type: ignore[operator]  # numbers
        return Grid(u.rows, v.columns, entries)

    def det(self, u: Grid[N]) -> N:
        """The determinant, by permutations of minors: for small matrices only."""
        if u.rows == 1:
            return u.entries[0]
        terms: list[Any] = []
        for column in range(u.columns):
            term: Any = u.entries[column] * self.det(_minor(u, 0, column))  # type: ignore[operator]  # numbers
            terms.append(-term if column % 2 else term)
        total: N = _summed(terms)
        return total

    def solve(self, u: Grid[N], v: Grid[N]) -> Grid[N]:
        """u⁻¹v by Cramer's rule; undefined where u is singular."""
        return self.function(PRIMITIVES["/"])(self.matmul(_cofactor(self, u).transposed(), v), self.single(self.det(u)))

    def inv(self, u: Grid[N]) -> Grid[N]:
        """The inverse; undefined where there is none."""
        return self.solve(u, _eye(self, (u.rows,)))

    def all_undefined(self, rows: int, columns: int) -> Grid[N]:
        """An array without a single value."""
        return Grid(rows, columns, [self.entry.undefined] * (rows * columns))


def _summed(entries: Sequence[Any]) -> Any:
    """The sum, in order."""
    total = entries[0]
    for entry in entries[1:]:
        total = total + entry
    return total


def _minor(u: Grid[Any], row: int, column: int) -> Grid[Any]:
    entries = [u.entries[i * u.columns + j] for i in range(u.rows) if i != row for j in range(u.columns) if j != column]
    return Grid(u.rows - 1, u.columns - 1, entries)


# -- functions of whole arrays ----------------------------------------------------------------------------------------

G = Grid[Any]
A = Grids[Any]


def _total(_: A, u: G) -> G:
    return Grid(1, 1, [_summed(u.entries)])


def _sum_axis(_: A, u: G, sizes: Sizes) -> G:
    if sizes[0] == 0:
        return Grid(u.columns, 1, [_summed(u.entries[column :: u.columns]) for column in range(u.columns)])
    return Grid(u.rows, 1, [_summed(u.row(row)) for row in range(u.rows)])


def _axis_size(of: A, u: G, sizes: Sizes) -> G:
    return of.number(u.columns if sizes[0] else u.rows)


def _mean_axis(of: A, u: G, sizes: Sizes) -> G:
    return of.function(PRIMITIVES["/"])(_sum_axis(of, u, sizes), _axis_size(of, u, sizes))


def _spread(_: A, g: G, u: G, sizes: Sizes) -> G:
    if sizes[0] == 0:
        return Grid(u.rows, u.columns, g.entries * u.rows)
    return Grid(u.rows, u.columns, [entry for entry in g.entries for _ in range(u.columns)])


def _pairwise(name: str, of: A, u: G) -> G:
    function = of.entry.function(PRIMITIVES[name])
    return Grid(1, 1, [functools.reduce(function, u.entries)])


def _trace(_: A, u: G) -> G:
    return Grid(1, 1, [_summed(u.entries[:: u.columns + 1])])


def _cofactor(of: A, u: G) -> G:
    if u.rows == 1:
        return of.number(1)
    entries = []
    for row in range(u.rows):
        for column in range(u.columns):
            minor = of.det(_minor(u, row, column))
            entries.append(-minor if (row + column) % 2 else minor)
    return u.like(entries)


def _diag(of: A, u: G) -> G:
    n = len(u.entries)
    found = of.nothing(n, n)
    found.entries[:: n + 1] = u.entries
    return found


def _diagonal(_: A, u: G) -> G:
    return Grid(u.rows, 1, u.entries[:: u.columns + 1])


def _select(_: A, u: G, sizes: Sizes) -> G:
    first, last, left, right, kept = sizes
    entries = [
        entry for row in range(first, last) for entry in u.entries[row * u.columns + left : row * u.columns + right]
    ]
    rows, columns = last - first, right - left
    return Grid(columns, rows, entries) if kept == 2 else Grid(rows, columns, entries)


def _scatter(of: A, g: G, u: G, sizes: Sizes) -> G:
    first, last, left, right, _ = sizes
    found = of.nothing(u.rows, u.columns)
    wide = right - left
    for offset, row in enumerate(range(first, last)):
        found.entries[row * u.columns + left : row * u.columns + right] = g.entries[offset * wide : (offset + 1) * wide]
    return found


def _stack(_: A, *parts: G) -> G:
    entries = [entry for part in parts for entry in part.entries]
    return Grid(len(parts), len(parts[0].entries), entries)


def _item(_: A, g: G, sizes: Sizes) -> G:
    return Grid(g.columns, 1, g.row(sizes[0]))


def _vstack(_: A, u: G, v: G) -> G:
    return Grid(u.rows + v.rows, u.columns, u.entries + v.entries)


def _first_rows(_: A, g: G, u: G) -> G:
    return u.like(g.entries[: len(u.entries)])


def _last_rows(_: A, g: G, v: G) -> G:
    return v.like(g.entries[len(g.entries) - len(v.entries) :])


def _hstack(_: A, u: G, v: G) -> G:
    return Grid(u.rows, u.columns + v.columns, [x for row in range(u.rows) for x in (*u.row(row), *v.row(row))])


def _first_columns(_: A, g: G, u: G) -> G:
    return u.like([x for row in range(g.rows) for x in g.row(row)[: u.columns]])


def _last_columns(_: A, g: G, v: G) -> G:
    return v.like([x for row in range(g.rows) for x in g.row(row)[g.columns - v.columns :]])


def _reshape(_: A, u: G, sizes: Sizes) -> G:
    return Grid(sizes[0], sizes[1] if len(sizes) > 1 else 1, u.entries)


def _vec(_: A, u: G) -> G:
    return Grid(len(u.entries), 1, u.transposed().entries)


def _unvec(_: A, g: G, u: G) -> G:
    return Grid(u.columns, u.rows, g.entries).transposed()


def _eye(of: A, sizes: Sizes) -> G:
    n = sizes[0]
    found = of.filled(n, n, 0)
    found.entries[:: n + 1] = [of.entry.number(1)] * n
    return found


def _constant(value: int, of: A, sizes: Sizes) -> G:
    return of.filled(sizes[0], sizes[1] if len(sizes) > 1 else 1, value)


def _peak(of: A, u: G) -> G:
    """1 at the largest entry, 0 elsewhere; at a tie, what the one-sided derivatives span."""
    step = of.entry.function(PRIMITIVES["heaviside"])
    entries = []
    for position, mine in enumerate(u.entries):
        above = of.entry.number(1)
        for other, theirs in enumerate(u.entries):
            if other != position:
                above = above * step(mine - theirs)
        entries.append(above)
    return u.like(entries)


def _gap(of: A, u: G) -> G:
    """How far the largest entry is above the next one: 0 at a tie."""
    if u.is_single:
        return of.number(1)
    larger = of.entry.function(PRIMITIVES["max"])
    smaller = of.entry.function(PRIMITIVES["min"])
    best, second = larger(*u.entries[:2]), smaller(*u.entries[:2])
    for entry in u.entries[2:]:
        second = larger(second, smaller(best, entry))
        best = larger(best, entry)
    return Grid(1, 1, [best - second])


_FUNCTIONS: Final[Mapping[str, Callable[..., G]]] = {
    "matmul": lambda of, u, v: of.matmul(u, v),
    "transpose": lambda _, u: u.transposed(),
    "total": _total,
    "sum_axis": _sum_axis,
    "mean_axis": _mean_axis,
    "largest": functools.partial(_pairwise, "max"),
    "smallest": functools.partial(_pairwise, "min"),
    "trace": _trace,
    "det": lambda of, u: of.single(of.det(u)),
    "inv": lambda of, u: of.inv(u),
    "solve": lambda of, u, v: of.solve(u, v),
    "diag": _diag,
    "diagonal": _diagonal,
    "select": _select,
    "stack": _stack,
    "vstack": _vstack,
    "hstack": _hstack,
    "reshape": _reshape,
    "vec": _vec,
    "eye": _eye,
    "ones": functools.partial(_constant, 1),
    "zeros": functools.partial(_constant, 0),
    "ones_like": lambda of, u: of.filled(u.rows, u.columns, 1),
    "eye_like": lambda of, u: _eye(of, (u.rows,)),
    "size": lambda of, u: of.number(len(u.entries)),
    "axis_size": _axis_size,
    "spread": _spread,
    "cofactor": _cofactor,
    "peak": _peak,
    "gap": _gap,
    "scatter": _scatter,
    "item": _item,
    "first_rows": _first_rows,
    "last_rows": _last_rows,
    "first_columns": _first_columns,
    "last_columns": _last_columns,
    "reshape_like": lambda _, g, u: Grid(u.rows, u.columns, g.entries),
    "unvec": _unvec,
}
