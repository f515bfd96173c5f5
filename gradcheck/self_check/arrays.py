"""Rows of whole arrays: every column against the others, on the row's samples and on arrays where something breaks.

Values are compared in three arithmetics; pullbacks, the whole Jacobian at a time, in floats and in balls with SymPy's
derivatives and with difference quotients; the shape with a signature; the domain with the arrays that have a value; the
kinks with the one-sided slopes that are seen.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from flint import arb

from gradcheck import limits, rules, shapes
from gradcheck.arithmetic.arrays import Arrays, silent
from gradcheck.arithmetic.ball_grids import BallGrid, BallGrids
from gradcheck.arithmetic.balls import Balls
from gradcheck.arithmetic.formula import enclose
from gradcheck.arithmetic.symbol_grids import SymbolGrids
from gradcheck.arithmetic.symbols import formula
from gradcheck.arrays.compare import compare_arrays
from gradcheck.arrays.point import ArrayValue, rational_entries
from gradcheck.deadline import Deadline
from gradcheck.errors import Span
from gradcheck.graph import Graph
from gradcheck.point import read_point
from gradcheck.primitives import VARIABLES, Primitive
from gradcheck.results import ROUTES
from gradcheck.routes import pullbacks, symbolic_arrays
from gradcheck.self_check.findings import RowCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from gradcheck.shapes import Shape, Sizes

Arguments = tuple[ArrayValue, ...]

_SIZES: Final[Mapping[str, tuple[Sizes, ...]]] = {
    "sum_axis": ((0,), (1,)),
    "mean_axis": ((0,), (1,)),
    "select": ((0, 1, 1, 2, 0), (1, 2, 0, 2, 2), (0, 2, 1, 2, 1), (0, 2, 0, 1, 3)),
    "reshape": ((2, 3), (3, 2), (6,), (1, 6), (2, 2), (4,), (1, 4)),
    "eye": ((1,), (3,)),
    "ones": ((2,), (2, 3)),
    "zeros": ((2,), (2, 3)),
}
"""The literal integers that a row with parameters is tried with; those that do not fit a sample are passed over."""
_SIGNATURES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("matmul", "vecmat"),
        "mxk @ kxn -> mxn; 1xk @ k -> scalar; mxk @ k -> m; m @ mxn -> n; m @ 1xn -> mxn; m @ m -> scalar",
    ),
    "dot": "n, n -> scalar",
    "outer": "m, n -> mxn",
    "hadamard": "entry by entry",
    "transpose": "scalar -> scalar; n -> 1xn; mxn -> nxm",
    **dict.fromkeys(
        ("sum", "mean", "norm", "norm_squared", "norm1", "max_entry", "min_entry", "logsumexp"),
        "scalar -> scalar; n -> scalar; mxn -> scalar",
    ),
    "sum_axis": "n by 0 -> scalar; mxn by 0 -> n; mxn by 1 -> m",
    "mean_axis": "n by 0 -> scalar; mxn by 0 -> n; mxn by 1 -> m",
    "softmax": "n -> n",
    **dict.fromkeys(("trace", "det", "logdet"), "nxn -> scalar"),
    "inv": "nxn -> nxn",
    "solve": "nxn, n -> n; nxn, nxm -> nxm",
    "diag": "n -> nxn",
    "diagonal": "nxn -> n",
    "select": "2x3 by 0 1 1 2 0 -> scalar; 2x3 by 1 2 0 2 2 -> 2; 2x3 by 0 2 1 2 1 -> 2; 2x3 by 0 2 0 1 3 -> 2x1",
    "stack": "scalar, scalar -> 2; n, n -> 2xn",
    "vstack": "by grids",
    "hstack": "by grids",
    "reshape": "as many entries",
    "vec": "scalar -> 1; n -> n; 2x3 -> 6; 3x2 -> 6; 2x2 -> 4; 1x1 -> 1; 3x3 -> 9; 1x3 -> 3; 3x1 -> 3",
    "eye": "by 1 -> 1x1; by 3 -> 3x3",
    "ones": "by 2 -> 2; by 2 3 -> 2x3",
    "zeros": "by 2 -> 2; by 2 3 -> 2x3",
}
"""Which shapes fit, and what comes of them; of two that fit the first counts. What is not listed is refused."""
_PROBED: Final[tuple[Shape, ...]] = ((), (1,), (2,), (3,), (6,), (1, 1), (2, 2), (3, 3), (2, 3), (3, 2), (1, 3), (3, 1))
_ANCHORS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "vecmat": (("[1, 2]", "[[3, 4], [5, 6]]"), "[13, 16]"),
    "dot": (("[1, 2]", "[3, 4]"), "11"),
    "outer": (("[1, 2]", "[3, 4]"), "[[3, 4], [6, 8]]"),
    "hadamard": (("[1, 2]", "[3, 4]"), "[3, 8]"),
    "mean": (("[1, 2, 6]",), "3"),
    "norm": (("[3, 4]",), "5"),
    "norm_squared": (("[3, 4]",), "25"),
    "norm1": (("[3, -4]",), "7"),
}
"""One known value of each row whose value rests on its definition alone; the pullbacks prove the rest."""
_BREAKING: Final = (
    "[0, 0]", "[2, 2]", "[-1, 3, 3]", "[1, 1, -2]", "[0, -2, 1]", "[[1, 2], [2, 4]]", "[[0, 0], [0, 0]]",
    "[[0, 1], [1, 0]]", "[[3, 3], [1, 1]]", "[[5]]", "[[0]]", "[[-2]]", "[[0, 1, 0], [1, 0, 0], [0, 0, -1]]",
)  # fmt: skip
"""Ties, zeros, singular matrices and negative determinants, to find domains and kinks."""
_FLOAT_RELATIVE, _FLOAT_ABSOLUTE = 1e-9, 1e-12
_SAME_SLOPE: Final = 1e-9
_STEP: Final = -100


def check_row(primitive: Primitive, *, stop_at_first: bool = False) -> RowCheck:
    """Check every column of a row against the others; with ``stop_at_first``, only until one is found wrong."""
    row = _Row(primitive)
    with contextlib.closing(row.problems()) as problems:
        found = tuple(itertools.islice(problems, 1) if stop_at_first else problems)
    return RowCheck(primitive.name, len(row.samples), found)


class _Row:
    """One row under examination; the generators yield a sentence for each problem."""

    def __init__(self, primitive: Primitive) -> None:
        self.primitive = primitive
        self.samples = [tuple(map(_array, sample)) for sample in primitive.samples]
        self.balls = BallGrids(Balls(limits.FIRST_PRECISION))
        self.hulls = BallGrids(Balls(limits.FIRST_PRECISION, hull=True))
        self.floats = Arrays()
        self.symbols = SymbolGrids()

    def problems(self) -> Generator[str]:
        yield from self.guarded(self.signature, (), ())
        with self.balls.working():
            for arguments, sizes in self.cases():
                for check in (self.shape_column, self.floats_column, self.symbols_column, self.definition_column):
                    yield from self.guarded(check, arguments, sizes)
            yield from self.guarded(self.anchor, (), ())
            for arguments in (*self.samples, *self.breaking()):
                for check in (self.domain_column, self.kinks_column):
                    yield from self.guarded(check, arguments, next(iter(self.sizes(arguments)), ()))
        for arguments, sizes in self.cases():
            if arguments:
                yield from self.guarded(self.pullbacks_by_routes, arguments, sizes)
                yield from self.guarded(self.pullbacks_in_floats, arguments, sizes)

    def cases(self) -> Iterator[tuple[Arguments, Sizes]]:
        """Every sample with every choice of sizes."""
        for arguments in self.samples:
            for sizes in self.sizes(arguments):
                yield arguments, sizes

    def sizes(self, arguments: Arguments = ()) -> list[Sizes]:
        """The literal integers to try; a reshaped array keeps its number of entries."""
        if not self.primitive.parameters:
            return [()]
        found = _SIZES[self.primitive.name]
        if self.primitive.name == "reshape" and arguments:
            return [sizes for sizes in found if math.prod(sizes) == len(arguments[0].entries)]
        return list(found)

    def breaking(self) -> Iterator[Arguments]:
        """The arrays on which a function of one array, or the first of solve, may break, where the shape fits."""
        if self.primitive.name == "solve" or (self.primitive.arity == 1 and not self.primitive.parameters):
            for one in map(_array, _BREAKING):
                if self.primitive.nary:
                    continue
                rest = [_array("[1, 2, 3]" if len(one.shape) < 1 or one.shape[0] == 3 else "[1, 2]")]
                arguments = (one, *(rest if self.primitive.arity == 2 else ()))
                with contextlib.suppress(shapes.ShapeProblem):
                    self.told_shape([each.shape for each in arguments], ())
                    yield arguments

    def guarded(
        self, check: Callable[[Arguments, Sizes], Iterator[str]], arguments: Arguments, sizes: Sizes
    ) -> Iterator[str]:
        """A cell that names no function, or that its arithmetic cannot compute, is a problem and not a crash."""
        try:
            yield from check(arguments, sizes)
        except Exception as problem:  # noqa: BLE001 - whatever a wrong row raises is told as a problem of that row
            step = check.__name__.replace("_", " ")
            yield self.sentence(step, arguments, f"{type(problem).__name__}: {problem}", sizes)

    def sentence(self, column: str, arguments: Arguments, finding: str, sizes: Sizes = ()) -> str:
        at = ", ".join(f"{name} = {one.text}" for name, one in zip(VARIABLES, arguments, strict=False))
        by = f" by {', '.join(map(str, sizes))}" if sizes else ""
        return f"row {self.primitive.name}, {column}{f', at {at}' if at else ''}{by}: {finding}"

    def value(self, arithmetic: Any, arguments: Sequence[Any], sizes: Sizes) -> Any:
        function = arithmetic.function(self.primitive)
        return function(*arguments, sizes) if self.primitive.parameters else function(*arguments)

    def enclosed(self, arguments: Arguments) -> list[BallGrid]:
        return [one.number(self.balls) for one in arguments]

    # -- shapes --------------------------------------------------------------------------------------------------

    def told_shape(self, known: Sequence[Shape], sizes: Sizes) -> Shape:
        return shapes.SHAPES[self.primitive.shape](known, sizes)

    def signature(self, _arguments: Arguments, _sizes: Sizes) -> Iterator[str]:
        """Every combination of small shapes gives what the signature says, or is refused."""
        for sizes in self.sizes():
            if self.primitive.name == "select":
                combinations: list[tuple[Shape, ...]] = [((2, 3),)]
            else:
                arity = 2 if self.primitive.nary else self.primitive.arity
                combinations = list(itertools.product(_PROBED, repeat=arity))
            for known in combinations:
                wanted = _signed(self.primitive.name, known, sizes)
                try:
                    found: Shape | None = self.told_shape(known, sizes)
                except (shapes.ShapeProblem, IndexError):
                    found = None
                if found != wanted:
                    of = ", ".join(map(shapes.told, known))
                    says = ["is refused" if one is None else f"is {shapes.told(one)}" for one in (found, wanted)]
                    yield self.sentence("shape", (), f"'{self.primitive.shape}' of {of} {says[0]}, it {says[1]}", sizes)
                    return

    def shape_column(self, arguments: Arguments, sizes: Sizes) -> Iterator[str]:
        told = shapes.grid(self.told_shape([one.shape for one in arguments], sizes))
        value = self.value(self.balls, self.enclosed(arguments), sizes)
        if (value.rows, value.columns) != told:
            finding = f"'{self.primitive.shape}' says {told[0]}x{told[1]}, the value is {value.rows}x{value.columns}"
            yield self.sentence("shape", arguments, finding, sizes)
        if not all(entry.is_finite() for entry in value.entries):
            yield self.sentence("samples", arguments, f"Arb says {_shown(value.entries)}", sizes)

    # -- values --------------------------------------------------------------------------------------------------

    def floats_column(self, arguments: Arguments, sizes: Sizes) -> Iterator[str]:
        """In float64, alone and as the second of a batch."""
        true = self.value(self.balls, self.enclosed(arguments), sizes)
        given = [one.number(self.floats) for one in arguments]
        with silent():
            alone = self.value(self.floats, given, sizes)
            batch = self.value(self.floats, [_batched(one) for one in given], sizes) if given else alone
        for found in (alone, batch if batch.ndim == 2 else batch[1]):
            near = found.shape == (true.rows, true.columns) and all(
                abs(entry - arb(float(one))) <= _FLOAT_RELATIVE * abs(entry) + _FLOAT_ABSOLUTE
                for one, entry in zip(found.reshape(-1), true.entries, strict=True)
            )
            if not near:
                finding = f"float64 says {found.tolist()}, Arb says {_shown(true.entries)}"
                yield self.sentence("floats", arguments, finding, sizes)
                return

    def symbols_column(self, arguments: Arguments, sizes: Sizes) -> Iterator[str]:
        true = self.value(self.balls, self.enclosed(arguments), sizes)
        found = self.value(self.symbols, [one.number(self.symbols) for one in arguments], sizes)
        entries = [enclose(formula(entry), {}) for entry in found.entries]
        same_size = (found.rows, found.columns) == (true.rows, true.columns)
        if not (same_size and _same(entries, true.entries)):
            finding = f"SymPy says {_shown(entries)}, Arb says {_shown(true.entries)}"
            yield self.sentence("symbols", arguments, finding, sizes)

    def definition_column(self, arguments: Arguments, sizes: Sizes) -> Iterator[str]:
        if self.primitive.definition:
            enclosed = self.enclosed(arguments)
            true = self.value(self.balls, enclosed, sizes)
            found = self.balls.bind(rules.definition(self.primitive))(*enclosed, None)
            if not _same(found.entries, true.entries):
                finding = f"the definition says {_shown(found.entries)}, Arb says {_shown(true.entries)}"
                yield self.sentence("definition", arguments, finding, sizes)

    def anchor(self, _arguments: Arguments, _sizes: Sizes) -> Iterator[str]:
        """Where every arithmetic computes the one definition, a constant too much shows in no derivative."""
        row = self.primitive
        if row.floats or row.balls or row.symbols:
            return
        if row.name not in _ANCHORS:
            yield self.sentence("definition", (), "nothing else tells its value: give one to self_check/arrays.py")
            return
        texts, wanted = _ANCHORS[row.name]
        arguments = tuple(map(_array, texts))
        found = self.value(self.balls, self.enclosed(arguments), ())
        if not _same(found.entries, _array(wanted).number(self.balls).entries):
            finding = f"the definition says {_shown(found.entries)}, and {wanted} is right"
            yield self.sentence("definition", arguments, finding)

    # -- domain and kinks ----------------------------------------------------------------------------------------

    def domain_column(self, arguments: Arguments, sizes: Sizes) -> Iterator[str]:
        enclosed = self.enclosed(arguments)
        value = self.value(self.balls, enclosed, sizes)
        rule = rules.domain(self.primitive)
        finite = all(entry.is_finite() for entry in value.entries)
        holds = rule is None or all(entry == 1 for entry in self.balls.bind(rule)(*enclosed, value).entries)
        if holds != finite:
            says = f"'{self.primitive.domain}' is {str(holds).lower()}" if rule else "it is defined everywhere"
            yield self.sentence("domain", arguments, f"{says}, but Arb says {_shown(value.entries)}", sizes)

    def kinks_column(self, arguments: Arguments, sizes: Sizes) -> Iterator[str]:
        """The texts of kinks are zero where one-sided slopes differ, and only there."""
        enclosed = self.enclosed(arguments)
        value = self.value(self.balls, enclosed, sizes)
        if not arguments or not all(entry.is_finite() for entry in value.entries):
            return
        told = {
            kind
            for kind, rule in rules.breaks(self.primitive)
            if any(entry.contains(0) for entry in self.balls.bind(rule)(*enclosed, value).entries)
        }
        step = arb(2) ** _STEP
        seen = set()
        for position, one in enumerate(enclosed):
            for entry in range(len(one.entries)):
                sides = []
                for sign in (1, -1):
                    moved = one.like([x + sign * step * (k == entry) for k, x in enumerate(one.entries)])
                    after = self.value(self.balls, [*enclosed[:position], moved, *enclosed[position + 1 :]], sizes)
                    sides.append([(a - b) / (sign * step) for a, b in zip(after.entries, value.entries, strict=True)])
                if any(not abs(a - b) <= _SAME_SLOPE * (1 + abs(a)) for a, b in zip(*sides, strict=True)):
                    seen.add("kink")
        if told != seen:
            says, sees = (" and ".join(sorted(one)) or "neither" for one in (told, seen))
            yield self.sentence(
                "kinks and jumps", arguments, f"the texts say {says}, the one-sided slopes say {sees}", sizes
            )

    # -- pullbacks -----------------------------------------------------------------------------------------------

    def pullbacks_by_routes(self, arguments: Arguments, sizes: Sizes) -> Iterator[str]:
        """The whole Jacobian by the three routes of an evaluation."""
        graph = self.graph(arguments, sizes)
        point = dict(zip(graph.inputs, arguments, strict=True))
        nodes = list(graph.inputs.values())
        deadline = Deadline(limits.SECONDS)
        theirs = symbolic_arrays.derivatives(graph, nodes, deadline)
        compared = compare_arrays(graph, point, nodes, ROUTES, theirs, {}, deadline, 0)  # type: ignore[arg-type]  # values
        for position, (name, node) in enumerate(graph.inputs.items()):
            text = self.primitive.pullbacks[0 if self.primitive.nary else position]
            verdict = compared.comparisons[node].verdict
            if theirs[node].reason:
                yield self.sentence("pullbacks", arguments, f"by {name}: SymPy {theirs[node].reason}", sizes)
            elif verdict.name != "agree":
                finding = f"the pullback '{text}' to {name} is wrong or unproved: {verdict.reason}"
                yield self.sentence("pullbacks", arguments, finding, sizes)

    def pullbacks_in_floats(self, arguments: Arguments, sizes: Sizes) -> Iterator[str]:
        """Every seed at once as a batch, in float64, against one sweep each in balls."""
        import numpy as np

        graph = self.graph(arguments, sizes)
        nodes = list(graph.inputs.values())
        count = shapes.size(graph.shapes[graph.output])
        rows, columns = shapes.grid(graph.shapes[graph.output])
        with silent():
            given = [one.number(self.floats) for one in arguments]
            values = [*given, self.value(self.floats, given, sizes)]
            seeds = np.eye(count).reshape(count, rows, columns)
            batch = pullbacks.pull(graph, self.floats, values, seeds)
        with self.hulls.working():
            tape = [one.number(self.hulls) for one in arguments]
            tape.append(self.value(self.hulls, tape, sizes))
            for position in range(count):
                exact = pullbacks.pull(graph, self.hulls, tape, self.hulls.unit(rows, columns, position))
                for node in nodes:
                    found, true = batch[node], exact[node]
                    assert found is not None
                    assert true is not None
                    wide = np.broadcast_to(found, (count, *found.shape[-2:]))[position]
                    near = wide.shape == (true.rows, true.columns) and all(
                        abs(entry - arb(float(one))) <= _FLOAT_RELATIVE * (1 + abs(entry))
                        for one, entry in zip(wide.reshape(-1), true.entries, strict=True)
                    )
                    if not near:
                        finding = f"in float64 {graph.names[node]} receives {wide.tolist()}, in Arb"
                        yield self.sentence("pullbacks", arguments, f"{finding} {_shown(true.entries)}", sizes)
                        return

    def graph(self, arguments: Arguments, sizes: Sizes) -> Graph:
        """The primitive applied to variables."""
        names = [VARIABLES[k] if k < len(VARIABLES) else f"u{k}" for k in range(len(arguments))]
        output = len(names)
        inputs = {name: node for node, name in enumerate(names)}
        known = [one.shape for one in arguments]
        called = {node: name for name, node in inputs.items()} | {output: "y"}
        return Graph(
            source="",
            operations=[*[None] * output, self.primitive],
            arguments=[*[()] * output, tuple(range(output))],
            numbers={},
            constants={},
            inputs=inputs,
            spans=[Span(0, 0)] * (output + 1),
            output=output,
            names=called,
            by_name={name: node for node, name in called.items()},
            varies=[True] * (output + 1),
            shapes=[*known, self.told_shape(known, sizes)],
            sizes={output: sizes} if self.primitive.parameters else {},
            written={output: sizes} if self.primitive.parameters else {},
        )


# -- arrays and signatures ----------------------------------------------------------------------------------------


@cache
def _array(text: str) -> ArrayValue:
    """An exact array of a sample's text."""
    value = read_point({"u": text})["u"]
    entries = rational_entries(value)
    assert entries is not None
    return ArrayValue(value.graph.shape(value.graph.output), tuple(entries))


def _batched(one: Any) -> Any:
    """An array as the second of a batch of two."""
    import numpy as np

    return np.stack([np.eye(*one.shape) + one / 2, one])


def _signed(name: str, known: Sequence[Shape], sizes: Sizes) -> Shape | None:
    """What the signature of a row says of some shapes; None where it lets none through."""
    grids = [shapes.grid(shape) for shape in known]
    match _SIGNATURES[name]:
        case "entry by entry":
            wide = [shape for shape in known if shapes.size(shape) > 1]
            if any(shapes.grid(shape) != shapes.grid(wide[0]) for shape in wide):
                return None
            return min(wide or [shape for shape in known if shape], key=len, default=())
        case "as many entries":
            return sizes if shapes.size(known[0]) == math.prod(sizes) else None
        case "by grids":
            (rows, columns), (more, wider) = grids
            if name == "hstack":
                return (rows, columns + wider) if rows == more else None
            if max(map(len, known)) < 2:
                return (rows + more,)
            return (rows + more, columns) if columns == wider else None
    by = f" by {' '.join(map(str, sizes))}" if sizes else ""
    for line in _SIGNATURES[name].split("; "):
        left, result = line.split(" -> ")
        taken, _, size_text = left.partition("by ")
        if (f" by {size_text.strip()}" if size_text else "") != by:
            continue
        patterns = [one.strip() for one in re.split("[,@]", taken) if one.strip()]
        bound = _unified(patterns, known)
        if bound is not None:
            return _shape(result, bound)
    return None


def _unified(patterns: Sequence[str], known: Sequence[Shape]) -> dict[str, int] | None:
    """What each letter of the patterns stands for, or None where shapes do not fit them."""
    bound: dict[str, int] = {}
    if len(patterns) != len(known):
        return None
    for pattern, shape in zip(patterns, known, strict=True):
        letters = [] if pattern == "scalar" else pattern.split("x")
        if len(letters) != len(shape):
            return None
        for letter, length in zip(letters, shape, strict=True):
            if (int(letter) if letter.isdigit() else bound.setdefault(letter, length)) != length:
                return None
    return bound


def _shape(pattern: str, bound: Mapping[str, int]) -> Shape:
    if pattern == "scalar":
        return ()
    return tuple(int(one) if one.isdigit() else bound[one] for one in pattern.split("x"))


def _same(found: Sequence[arb], true: Sequence[arb]) -> bool:
    return len(found) == len(true) and all(
        one.is_finite() and one.overlaps(other) for one, other in zip(found, true, strict=True)
    )


def _shown(entries: Sequence[arb]) -> str:
    texts = [entry.str(8, radius=False) if entry.is_finite() else "nothing finite" for entry in entries[:9]]
    return ", ".join(texts)
