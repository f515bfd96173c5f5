"""Every matrix primitive in mpmath, and random matrix programs: the referee that shares nothing with gradcheck.

An array is its rows; a vector is a column. Derivatives are central slopes at 80 digits, entry by entry.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
import reference
from mpmath import mpf
from reference import STEPS, exact

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence

Rows = list[list[Any]]
"""An entry without a value is None."""
Shape = tuple[int, ...]
DIGITS = 80
LARGEST, SMALLEST = mpf(10) ** 9, mpf(10) ** -12


# -- values --------------------------------------------------------------------------------------------------------


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of whole arrays, of which one entry without a value leaves nothing."""

    @functools.wraps(function)
    def whole(*arrays: Rows, **options: Any) -> Rows | None:
        if any(entry is None for array in arrays for row in array for entry in row):
            return None
        try:
            return function(*arrays, **options)
        except (ZeroDivisionError, ValueError, OverflowError):
            return None

    return whole


def entries(u: Rows) -> list[Any]:
    return [entry for row in u for entry in row]


def matmul(u: Rows, v: Rows) -> Rows:
    return [[sum(u[i][k] * v[k][j] for k in range(len(v))) for j in range(len(v[0]))] for i in range(len(u))]


def transpose(u: Rows) -> Rows:
    return [list(column) for column in zip(*u, strict=True)]


def det(u: Rows) -> mpf:
    """Leibniz: the sum over permutations by expansion of the first column."""
    if len(u) == 1:
        return u[0][0]
    return sum((-1) ** i * u[i][0] * det([row[1:] for k, row in enumerate(u) if k != i]) for i in range(len(u)))


def inv(u: Rows) -> Rows:
    whole = det(u)
    if abs(whole) < mpf(10) ** -30:
        raise ZeroDivisionError
    n = len(u)
    if n == 1:
        return [[1 / whole]]
    minor = [[det([row[:j] + row[j + 1 :] for k, row in enumerate(u) if k != i]) for j in range(n)] for i in range(n)]
    return [[(-1) ** (i + j) * minor[j][i] / whole for j in range(n)] for i in range(n)]


def _column(values: Sequence[Any]) -> Rows:
    return [[value] for value in values]


def _norm(u: Rows) -> Rows:
    return [[mpmath.sqrt(sum(x * x for x in entries(u)))]]


def _logdet(u: Rows) -> Rows:
    whole = det(u)
    if whole <= 0:
        raise ValueError
    return [[mpmath.log(whole)]]


def _diag(u: Rows) -> Rows:
    return [[row[0] if i == j else mpf(0) for j in range(len(u))] for i, row in enumerate(u)]


def _select(u: Rows, sizes: Sequence[Any]) -> Rows:
    """By Python's own indexing: an integer drops its axis, a slice keeps it."""
    is_vector = len(u[0]) == 1 and len(sizes) == 1
    rows = u[sizes[0]]
    if is_vector:
        return rows if isinstance(sizes[0], slice) else [rows]
    if len(sizes) == 1:
        return rows if isinstance(sizes[0], slice) else _column(rows)
    if isinstance(sizes[0], slice):
        return [row[sizes[1]] for row in rows] if isinstance(sizes[1], slice) else _column([r[sizes[1]] for r in rows])
    return _column(rows[sizes[1]]) if isinstance(sizes[1], slice) else [[rows[sizes[1]]]]


def _reshape(u: Rows, sizes: Sequence[int]) -> Rows:
    flat = entries(u)
    width = sizes[1] if len(sizes) > 1 else 1
    return [flat[i * width : (i + 1) * width] for i in range(sizes[0])]


def _loose(function: Callable[..., Rows]) -> Callable[..., Rows]:
    """A function that only moves entries about, with a value or without."""
    return function


MATRIX: Mapping[str, Callable[..., Any]] = {
    "matmul": strict(matmul),
    "vecmat": strict(lambda u, v: matmul(transpose(v), u)),
    "dot": strict(lambda u, v: [[sum(a[0] * b[0] for a, b in zip(u, v, strict=True))]]),
    "outer": strict(lambda u, v: [[a[0] * b[0] for b in v] for a in u]),
    "hadamard": strict(lambda u, v: [[a * b for a, b in zip(r, s, strict=True)] for r, s in zip(u, v, strict=True)]),
    "transpose": _loose(transpose),
    "sum": strict(lambda u: [[sum(entries(u))]]),
    "sum_axis": strict(lambda u, sizes: _column([sum(row) for row in (u if sizes[0] else transpose(u))])),
    "mean": strict(lambda u: [[sum(entries(u)) / len(entries(u))]]),
    "mean_axis": strict(lambda u, sizes: _column([sum(r) / len(r) for r in (u if sizes[0] else transpose(u))])),
    "norm": strict(_norm),
    "norm_squared": strict(lambda u: [[sum(x * x for x in entries(u))]]),
    "norm1": strict(lambda u: [[sum(abs(x) for x in entries(u))]]),
    "max_entry": strict(lambda u: [[max(entries(u))]]),
    "min_entry": strict(lambda u: [[min(entries(u))]]),
    "logsumexp": strict(lambda u: [[mpmath.log(sum(mpmath.exp(x) for x in entries(u)))]]),
    "softmax": strict(lambda u: _column([1 / sum(mpmath.exp(x - y) for x in entries(u)) for y in entries(u)])),
    "trace": strict(lambda u: [[sum(u[i][i] for i in range(len(u)))]]),
    "det": strict(lambda u: [[det(u)]]),
    "logdet": strict(_logdet),
    "inv": strict(inv),
    "solve": strict(lambda u, v: matmul(inv(u), v)),
    "diag": strict(_diag),
    "diagonal": _loose(lambda u: _column([u[i][i] for i in range(len(u))])),
    "select": _loose(_select),
    "stack": _loose(lambda *parts: [[row[0] for row in part] for part in parts]),
    "vstack": _loose(lambda u, v: u + v),
    "hstack": _loose(lambda u, v: [r + s for r, s in zip(u, v, strict=True)]),
    "reshape": _loose(_reshape),
    "vec": _loose(lambda u: _column(entries(transpose(u)))),
    "eye": lambda sizes: [[mpf(i == j) for j in range(sizes[0])] for i in range(sizes[0])],
    "ones": lambda sizes: [[mpf(1)] * (sizes[1] if len(sizes) > 1 else 1) for _ in range(sizes[0])],
    "zeros": lambda sizes: [[mpf(0)] * (sizes[1] if len(sizes) > 1 else 1) for _ in range(sizes[0])],
}
"""Each row of the table of matrices, by its name."""
ENTRYWISE = (
    "+", "-", "*", "/", "**", "neg", "exp", "sin", "cos", "tanh", "sigmoid", "softplus", "sqrt", "log", "abs", "relu",
    "max", "min", "sign", "floor", "where", "atan", "erf", "hypot",
)  # fmt: skip
_COMPARISONS = ("<", "<=", ">", ">=")


def entrywise(name: str, arrays: Sequence[Rows]) -> Rows:
    """A function of numbers on arrays of one size, or on 1x1 arrays that stand for every entry."""
    wide = next((u for u in arrays if len(u) * len(u[0]) > 1), arrays[0])

    def at(u: Rows, i: int, j: int) -> Any:
        return u[0][0] if len(u) * len(u[0]) == 1 else u[i][j]

    return [
        [reference.apply(name, [at(u, i, j) for u in arrays]) for j in range(len(wide[0]))] for i in range(len(wide))
    ]


# -- programs ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Node:
    """A primitive applied to earlier nodes; a leaf is an exact number or the name of a variable."""

    primitive: str
    arguments: tuple[int, ...]
    shape: Shape
    sizes: tuple[Any, ...] = ()
    leaf: Fraction | str = ""


@dataclass(frozen=True)
class RandomProgram:
    """A program in gradcheck's language, a point, and the same program for mpmath; the last node is the output."""

    text: str
    at: Mapping[str, str]
    point: Mapping[str, list[list[Fraction]]]
    nodes: Sequence[Node]

    def value(self, name: str = "", entry: tuple[int, int] = (0, 0), by: mpf | int = 0) -> list[Any] | None:
        """The output's entries, with one entry of a variable moved; None outside the domain."""
        with mpmath.workdps(DIGITS):
            values: list[Rows | None] = []
            for node in self.nodes:
                if node.primitive:
                    values.append(applied(node, [values[argument] for argument in node.arguments]))
                elif isinstance(node.leaf, Fraction):
                    values.append([[exact(node.leaf)]])
                else:
                    rows = [[exact(x) for x in row] for row in self.point[node.leaf]]
                    if node.leaf == name:
                        rows[entry[0]][entry[1]] += by
                    values.append(rows)
            found = values[-1]
            return None if found is None or any(x is None for x in entries(found)) else entries(found)

    def derivatives(self, name: str) -> list[list[mpf | None]]:
        """∂output/∂variable: for each entry of the variable those of the output; None where mpmath cannot tell."""
        rows = self.point[name]
        places = [(i, j) for i in range(len(rows)) for j in range(len(rows[0]))]
        with mpmath.workdps(DIGITS):
            here = self.value()
            return [self.column(name, place, here) for place in places]

    def column(self, name: str, place: tuple[int, int], here: list[Any] | None) -> list[mpf | None]:
        slopes = []
        for step in STEPS:
            above, below = self.value(name, place, step), self.value(name, place, -step)
            if here is None or above is None or below is None:
                return [None] * (1 if here is None else len(here))
            slopes += [
                [(a - h) / step for a, h in zip(above, here, strict=True)],
                [(h - b) / step for b, h in zip(below, here, strict=True)],
            ]
        found: list[mpf | None] = []
        for left, right, finer_left, finer_right in zip(*slopes, strict=True):
            slope = (finer_left + finer_right) / 2
            near = mpf(10) ** -15 * (abs(slope) + mpf(10) ** -3)
            settled = all(abs(one - slope) <= near for one in (left, right, finer_left, finer_right))
            found.append(slope if settled else None)
        return found


def applied(node: Node, arrays: Sequence[Rows | None]) -> Rows | None:
    """One node's value; None where a whole array has none."""
    rows, columns = (*node.shape, 1, 1)[:2]
    known = [u if u is not None else None for u in arrays]
    if node.primitive in MATRIX:
        if any(u is None for u in known):
            return None
        return MATRIX[node.primitive](*known, **({"sizes": node.sizes} if node.sizes else {}))
    return entrywise(node.primitive, [[[None] * columns] * rows if u is None else u for u in known])


def random_program(chance: random.Random, *, operations: int = 7, rough: bool = True) -> RandomProgram:
    """A random well-shaped program over all matrix rows and functions of numbers, defined at its point.

    With ``rough``, entries may be zeros and ties, so that points sit on kinks, jumps and edges of domains.
    """
    with mpmath.workdps(40):
        return _Grower(chance, rough=rough).grown(chance.randint(1, operations))


_VARIABLES = ("A", "B", "x", "y", "s", "M", "c")


class _Grower:
    def __init__(self, chance: random.Random, *, rough: bool) -> None:
        self.chance, self.rough = chance, rough
        self.m, self.n = chance.randint(1, 3), chance.randint(1, 3)
        self.nodes: list[Node] = []
        self.values: list[Rows | None] = []
        self.point: dict[str, list[list[Fraction]]] = {}
        self.unused: list[int] = []

    def shape_of(self, name: str) -> Shape:
        return {"A": (self.m, self.n), "B": (self.n, self.n), "M": (self.n, self.m), "x": (self.n,), "y": (self.n,),
                "c": (self.n, 1), "s": ()}[name]  # fmt: skip

    def grown(self, operations: int) -> RandomProgram:
        for name in self.chance.sample(_VARIABLES, self.chance.randint(1, 3)):
            shape = self.shape_of(name)
            rows, columns = (*shape, 1, 1)[:2]
            self.point[name] = [[self.number() for _ in range(columns)] for _ in range(rows)]
            self.put(Node("", (), shape, leaf=name), [[exact(x) for x in row] for row in self.point[name]])
        count = 0
        for _ in range(30 * operations):
            count += self.grow()
            if count >= operations:
                break
        if not self.nodes[-1].primitive:
            self.apply("neg", (0,), self.nodes[0].shape)
        return self.pruned()

    def number(self) -> Fraction:
        bottom = self.chance.choice((1, 1, 2, 3, 10) if self.rough else (7, 11, 13))
        top = self.chance.randint(-3 * bottom, 3 * bottom)
        return Fraction(top if top or self.rough else 3, bottom)

    def put(self, node: Node, value: Rows | None) -> int:
        self.nodes.append(node)
        self.values.append(value)
        return len(self.nodes) - 1

    def operand(self, fits: Callable[[Shape], bool], fresh: float = 0.7) -> int | None:
        """An earlier node of a fitting shape: the newest that nothing uses, or any."""
        known = [k for k, node in enumerate(self.nodes) if fits(node.shape) and node.primitive not in _COMPARISONS]
        if not known:
            return None
        used = {argument for node in self.nodes for argument in node.arguments}
        newest = [k for k in known if k not in used]
        return newest[-1] if newest and self.chance.random() < fresh else self.chance.choice(known)

    def grow(self) -> bool:
        """One more primitive on earlier nodes, if shapes fit and every entry has a moderate value."""
        before = len(self.nodes)
        name = self.chance.choice((*MATRIX, *MATRIX, *ENTRYWISE))
        plan = self.entrywise_plan(name) if name in ENTRYWISE else self.matrix_plan(name)
        if plan is not None and self.apply(name, *plan):
            return True
        del self.nodes[before:], self.values[before:]
        return False

    def apply(self, name: str, arguments: tuple[int, ...], shape: Shape, sizes: tuple[Any, ...] = ()) -> bool:
        if (shape and max(shape) > 6) or any(size < 1 for size in shape):
            return False
        node = Node(name, arguments, shape, sizes)
        value = applied(node, [self.values[argument] for argument in arguments])
        if value is None or any(x is None or not (x == 0 or SMALLEST < abs(x) < LARGEST) for x in entries(value)):
            return False
        self.put(node, value)
        return True

    def literal(self, value: Fraction) -> int:
        return self.put(Node("", (), (), leaf=value), [[exact(value)]])

    def entrywise_plan(self, name: str) -> tuple[tuple[int, ...], Shape] | None:
        arity = 3 if name == "where" else 2 if name in {"+", "-", "*", "/", "**", "max", "min", "hypot"} else 1
        first = self.operand(lambda _shape: True)
        assert first is not None
        shape = self.nodes[first].shape
        arguments = [first]
        if name == "**":
            return (first, self.literal(Fraction(self.chance.choice((-2, -1, 0, 1, 2, 3))))), shape
        for _ in range(arity - 1):
            if self.chance.random() < 0.25:
                other: int | None = self.literal(self.number())
            else:
                other = self.operand(functools.partial(_meets, shape), 0)
            assert other is not None
            arguments.append(other)
            shape = _wider(self.nodes[other].shape, shape)
        if name == "where":
            condition = [arguments[0], arguments[1]]
            grid = _wider(*(self.nodes[k].shape for k in condition))
            if not self.apply(self.chance.choice(_COMPARISONS), tuple(condition), grid):
                return None
            arguments[0] = len(self.nodes) - 1
        if self.chance.random() < 0.5 and name in {"+", "-", "*", "max", "min"}:
            arguments.reverse()
        return tuple(arguments), shape

    def matrix_plan(self, name: str) -> tuple[tuple[int, ...], Shape] | tuple[tuple[int, ...], Shape, tuple] | None:
        chance, n = self.chance, self.n
        if name in {"eye", "ones", "zeros"}:
            sizes = (chance.choice((self.m, n)),) if name == "eye" or chance.random() < 0.5 else (self.m, n)
            return (), (sizes * 2 if name == "eye" else sizes), sizes
        square = {"trace", "det", "logdet", "inv", "solve", "diagonal"}
        vector = {"dot", "outer", "softmax", "diag"}
        if name in square:
            first = self.operand(lambda s: len(s) == 2 and s[0] == s[1])
        elif name in vector:
            first = self.operand(lambda s: len(s) == 1)
        elif name in {"matmul", "vecmat"}:
            first = self.operand(lambda s: len(s) == (1 if name == "vecmat" else 2))
        elif name == "stack":
            first = self.operand(lambda s: len(s) <= 1)
        else:
            first = self.operand(bool)
        if first is None:
            return None
        shape = self.nodes[first].shape
        other: int | None = None
        match name:
            case "matmul":
                other = self.operand(lambda s: bool(s) and s[0] == shape[1], 0)
            case "vecmat":
                other = self.operand(lambda s: len(s) == 2 and s[0] == shape[0], 0)
            case "dot" | "hadamard":
                other = self.operand(lambda s: s == shape, 0)
            case "outer":
                other = self.operand(lambda s: len(s) == 1, 0)
            case "solve":
                other = self.operand(lambda s: bool(s) and s[0] == shape[0], 0)
            case "stack":
                others = [self.operand(lambda s: s == shape, 0) for _ in range(chance.randint(0, 2))]
                arguments = (first, *(one for one in others if one is not None))
                return arguments, (len(arguments), *shape)
            case "vstack":
                other = self.operand(lambda s: bool(s) and (*s, 1)[1] == (*shape, 1)[1], 0)
            case "hstack":
                other = self.operand(lambda s: bool(s) and s[0] == shape[0], 0)
        if other is not None:
            return self.paired(name, first, other)
        if name in {"matmul", "vecmat", "dot", "hadamard", "outer", "solve", "vstack", "hstack"}:
            return None
        return self.single(name, first)

    def paired(self, name: str, one: int, other: int) -> tuple[tuple[int, ...], Shape]:
        left, right = self.nodes[one].shape, self.nodes[other].shape
        match name:
            case "matmul":
                shape = () if len(right) == 1 and left[0] == 1 else (left[0], *right[1:])
            case "vecmat":
                shape = right[1:]
            case "dot":
                shape = ()
            case "outer":
                shape = (left[0], right[0])
            case "vstack":
                tall = left[0] + right[0]
                shape = (tall,) if len(left) == len(right) == 1 else (tall, (*left, 1)[1])
            case "hstack":
                shape = (left[0], (*left, 1)[1] + (*right, 1)[1])
            case "solve":
                shape = right
            case _:
                shape = left
        return (one, other), shape

    def single(self, name: str, first: int) -> tuple[tuple[int, ...], Shape] | tuple[tuple[int, ...], Shape, tuple]:
        chance, shape = self.chance, self.nodes[first].shape
        match name:
            case "transpose":
                return (first,), (1, shape[0]) if len(shape) == 1 else shape[::-1]
            case "sum_axis" | "mean_axis":
                axis = chance.randrange(len(shape))
                return (first,), shape[:axis] + shape[axis + 1 :], (axis,)
            case "softmax" | "inv":
                return (first,), shape
            case "diag":
                return (first,), shape * 2
            case "diagonal":
                return (first,), shape[:1]
            case "vec":
                return (first,), (shape[0] * (*shape, 1)[1],)
            case "reshape":
                count = shape[0] * (*shape, 1)[1]
                rows = chance.choice([k for k in range(1, count + 1) if count % k == 0])
                sizes = (count,) if chance.random() < 0.3 else (rows, count // rows)
                return (first,), sizes, sizes
            case "select":
                return self.selected(first, shape)
            case _:
                return (first,), ()

    def selected(self, first: int, shape: Shape) -> tuple[tuple[int, ...], Shape, tuple]:
        chance, found, index = self.chance, [], []
        for length in shape[: chance.randint(1, len(shape))]:
            if chance.random() < 0.5:
                index.append(chance.randrange(-length, length))
            else:
                start = chance.randrange(length)
                stop = chance.randint(start + 1, length)
                index.append(
                    slice(*chance.choice(((start, stop), (None, stop), (start, None), (start - length, None))))
                )
                found.append(len(range(length)[index[-1]]))
        return (first,), (*found, *shape[len(index) :]), tuple(index)

    def pruned(self) -> RandomProgram:
        """Only what the last node needs, and its text; about a third of the steps get names."""
        wanted = {len(self.nodes) - 1}
        for index in range(len(self.nodes) - 1, -1, -1):
            if index in wanted:
                wanted.update(self.nodes[index].arguments)
        place = {old: new for new, old in enumerate(sorted(wanted))}
        nodes = []
        for old in place:
            node = self.nodes[old]
            nodes.append(
                Node(node.primitive, tuple(place[a] for a in node.arguments), node.shape, node.sizes, node.leaf)
            )
        texts: list[str] = []
        statements = []
        for index, node in enumerate(nodes):
            if not node.primitive:
                texts.append(node.leaf if isinstance(node.leaf, str) else f"({node.leaf})")
                continue
            text = written(node, [texts[argument] for argument in node.arguments])
            named = index + 1 < len(nodes) and not node.primitive.startswith(("<", ">"))
            named = named and (len(text) > 60 or self.chance.random() < 0.3)
            if named:
                statements.append(f"t{index} = {text}")
            texts.append(f"t{index}" if named else f"({text})")
        names = [str(node.leaf) for node in nodes if isinstance(node.leaf, str) and node.leaf]
        at = {name: self.literal_text(name) for name in names}
        return RandomProgram(
            "; ".join([*statements, texts[-1][1:-1]]), at, {name: self.point[name] for name in names}, nodes
        )

    def literal_text(self, name: str) -> str:
        rows, shape = self.point[name], self.shape_of(name)
        if not shape:
            return str(rows[0][0])
        if len(shape) == 1:
            return f"[{', '.join(str(row[0]) for row in rows)}]"
        listed = [", ".join(map(str, row)) for row in rows]
        return f"[{', '.join(f'[{row}]' for row in listed)}]"


def _meets(one: Shape, other: Shape) -> bool:
    """Whether two shapes meet entry by entry: axes of length one do not matter at the end, nor does a single entry."""
    grids = [(*shape, 1, 1)[:2] for shape in (one, other)]
    return grids[0] == grids[1] or (1, 1) in grids


def _wider(one: Shape, other: Shape) -> Shape:
    sizes = [(*shape, 1, 1)[0] * (*shape, 1, 1)[1] for shape in (one, other)]
    if sizes[0] == sizes[1]:
        return min(filter(None, (one, other)), key=len, default=())
    return one if sizes[0] > sizes[1] else other


_CALLS = {
    "sum_axis": "sum", "mean_axis": "mean", "max_entry": "max", "min_entry": "min",
}  # fmt: skip


def written(node: Node, arguments: Sequence[str]) -> str:
    """A primitive in gradcheck's language; the arguments are names or in parentheses."""
    match node.primitive:
        case "matmul" | "vecmat":
            return f"{arguments[0]} @ {arguments[1]}"
        case "transpose":
            return f"{arguments[0]}.T"
        case "norm_squared":
            return f"norm({arguments[0]})**2"
        case "diagonal":
            return f"diag({arguments[0]})"
        case "select":
            return f"{arguments[0]}[{', '.join(map(_index_text, node.sizes))}]"
        case "stack":
            return f"[{', '.join(arguments)}]"
        case name if name in MATRIX:
            return f"{_CALLS.get(name, name)}({', '.join([*arguments, *map(str, node.sizes)])})"
        case name:
            return reference.written(name, arguments)


def _index_text(index: int | slice) -> str:
    if isinstance(index, int):
        return str(index)
    return ":".join("" if end is None else str(end) for end in (index.start, index.stop))


# -- what is held against an evaluation ----------------------------------------------------------------------------


def complaints(program: RandomProgram, result: Any) -> list[str]:
    """One sentence for each statement of the evaluation that is false."""
    found = [
        f"{node.verdict.name} at {node.name}: {node.verdict.reason}"
        for node in (*result.nodes, *result.gradient)
        if node.verdict.name == "disagree" or (node.verdict.name == "undecided" and not node.verdict.reason)
    ]
    found += [note for note in result.notes if "SymPy failed" in note]
    with mpmath.workdps(60):
        here = program.value()
        if result.shape != program.nodes[-1].shape:
            found.append(f"the output's shape is told as {result.shape}, and is {program.nodes[-1].shape}")
        if here is not None and not all(map(is_near, result.value.entries, here)):
            found.append(f"the value is told as {result.value.entries}, and is {[mpmath.nstr(x, 8) for x in here]}")
        for node in result.gradient:
            found += complaints_at(program, node)
    return found


def complaints_at(program: RandomProgram, node: Any) -> list[str]:
    truth = program.derivatives(node.name)
    count = len(truth)
    found = []
    routes = {"reverse mode": node.reverse, "SymPy": None if node.symbolic is None else node.symbolic.value}
    for route, tensor in routes.items():
        if tensor is None:
            continue
        for position, told in enumerate(tensor.entries):
            true = truth[position % count][position // count]
            if true is None:
                if node.verdict.name == "agree" and not isinstance(told, str):
                    found.append(f"agreement on ∂/∂{node.name}[{position % count}], which does not exist")
            elif isinstance(told, str) or told != told:  # noqa: PLR0124 - NaN: an interval, or nothing, is no number
                if node.verdict.name == "agree":
                    found.append(f"agreement on {told} by {route}")
            elif not is_near(told, true):
                found.append(f"{route} says ∂/∂{node.name}[{position}] = {told}, and it is {mpmath.nstr(true, 15)}")
    slopes = node.finite_difference
    if slopes is not None and slopes.value is not None:
        for position, (told, error) in enumerate(zip(slopes.value.entries, slopes.error.entries, strict=True)):
            true = truth[position % count][position // count]
            if true is not None and error == error and told == told:  # noqa: PLR0124 - NaN
                off = abs(mpf(told) - true)
                if off > mpf(error) + abs(true) * mpf(10) ** -14 + mpf(10) ** -40:
                    found.append(f"the slope by {node.name}[{position}] is {told} ± {error}, and it is {true}")
    return found


def is_near(told: object, true: mpf) -> bool:
    if isinstance(told, str):
        return True
    return bool(abs(mpf(str(told)) - true) <= mpf(10) ** -10 * (abs(true) + mpf(10) ** -6))
