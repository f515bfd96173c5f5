"""``evaluate_rows``: a function averaged over the rows of a table, and the gradient of the average by three routes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Protocol, get_args

from gradcheck import domain, limits
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays import point as array_point
from gradcheck.arrays import writing
from gradcheck.arrays.binding import Columns, bind_columns, missing, read_binds, unused
from gradcheck.arrays.compare import values_at, wrong_floats
from gradcheck.arrays.evaluation import shown_entry, why_undefined
from gradcheck.arrays.point import ArrayValue
from gradcheck.arrays.results import Tensor
from gradcheck.arrays.row_judge import JudgedRow, RowsJudged, judge_rows, work_of_a_row
from gradcheck.arrays.rows_results import Reduce, Row, RowsEvaluation, RowsGradient
from gradcheck.deadline import Deadline
from gradcheck.declarations import read_declarations
from gradcheck.errors import GradcheckError, NameProblem, UsageProblem, did_you_mean, printable
from gradcheck.evaluation import check_step, chosen_routes
from gradcheck.graph import build
from gradcheck.point import read_point
from gradcheck.results import ROUTES, Verdict
from gradcheck.routes import worker
from gradcheck.routes.found import SymbolicArray, SymbolicDerivative
from gradcheck.shapes import size
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import UNICODE, write_program
from gradcheck.syntax.tree import Kind, normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from flint import arb

    from gradcheck.arrays.point import ArrayPoint
    from gradcheck.arrays.row_sweep import RowSweep
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.point import Point, Value
    from gradcheck.results import RouteName
    from gradcheck.routes.worker import Found
    from gradcheck.shapes import Shape
    from gradcheck.syntax.tree import Exact, Program

_READING: Final = 20_000
_FIRST: Final = 5
"""Rows that a report of an average may show."""
_SAMPLE: Final = 100
"""Rows at which the routes are compared where there are too many to compare all."""
_CLEARED: Final = 50
"""Rows with a doubtful node and a value all the same, after which only the output is looked at."""
_NUDGED: Final = 200
"""Parameter entries up to which float64 slopes are shown."""
_EXPONENTS: Final = (-10, -13, -16, -19)
_LISTED: Final = 8


class Block(Protocol):
    """Some rows of a table."""

    first: int
    numbers: Any
    fraction: float

    def line(self, index: int) -> int:
        """The line of the file at which a row begins."""

    def cells(self, index: int) -> list[str]:
        """The texts of the wanted cells of a row."""

    def problem(self, index: int, message: str, hint: str | None = None) -> GradcheckError:
        """An error about a row."""


class RowTable(Protocol):
    """A table of numbers with named columns (gradcheck.files.rows reads one from a file)."""

    file: str
    columns: list[str]

    def blocks(self, wanted: Sequence[int]) -> Iterator[Block]:
        """The rows in blocks, with the numbers of the columns at these positions."""


def evaluate_rows(
    expression: str,
    table: RowTable,
    *,
    at: str | Iterable[str] | Mapping[str, Any] | None = None,
    binds: Iterable[str] = (),
    reduce: str = "mean",
    wrt: Iterable[str] | None = None,
    routes: Sequence[str] = ROUTES,
    method: str = "central",
    step: float | None = None,
    digits: int = 6,
    seed: int = 0,
    timeout: float = limits.SECONDS,
    declarations: str | Iterable[str] | None = None,
    isolated: bool = False,
    meanwhile: Callable[[], object] | None = None,
    progress: Callable[[int, float], object] | None = None,
) -> RowsEvaluation:
    """Average an expression over the rows of a table, and differentiate the average by the parameters.

    Columns named like a variable are bound to it, groups of columns (x1, x2, …) to a vector that is declared
    (``"x: 4"``); ``binds`` says it explicitly (``"x=[c1, c2]"``). The other variables are parameters, with values from
    ``at`` or drawn. ``reduce`` is ``mean``, ``sum`` or ``none`` (each row's own value and gradient). The other arguments
    are those of ``evaluate``. ``progress`` is told how many rows were read, and which part of the file.

    Raises GradcheckError for an input that cannot be used.
    """
    deadline = Deadline(timeout)
    chosen = chosen_routes(routes)
    check_step(method, step)
    if method == "complex-step":
        raise UsageProblem("with training rows the slopes are real", hint="--method central or forward")
    if reduce not in get_args(Reduce):
        raise UsageProblem(f"rows are not reduced by '{printable(reduce)}'", hint="mean, sum or none")
    point = read_point(at)
    declared = read_declarations(declarations)
    listed = read_binds(binds)
    names = frozenset(name for name in table.columns if name.isidentifier())
    bound = frozenset((*point, *declared, *listed)) | names
    program = parse(expression, bound)
    used = _used(program)
    columns = bind_columns(table.columns, used, listed, declared, table.file)
    _check_columns(columns, table, point, used)
    shapes, sizes = array_point.shapes_of(point, declared, {name: one.shape for name, one in columns.items()})
    graph = build(program, bound, shapes, sizes)
    asked = _asked(graph, wrt, columns, reduce)
    run = _Run(program, graph, table, columns, declared, asked, reduce, seed, chosen, deadline)
    run.give_point(point)
    job = None
    if "symbolic" in chosen and asked:
        job = worker.start(graph, asked, 0.6 * deadline.left(), isolated=isolated)
    try:
        run.read(progress)
        if meanwhile is not None:
            meanwhile()
        symbolic: Mapping[int, Found] = {} if job is None else job.result()
        return run.report(symbolic, method, step, digits)
    finally:
        if job is not None:
            job.stop()


def _used(program: Program) -> list[str]:
    """The names in an expression that it does not assign, in their order."""
    assigned = {statement.name for statement in program.statements}
    return list(
        dict.fromkeys(item.name for item in program.items if item.kind is Kind.NAME and item.name not in assigned)
    )


def _check_columns(columns: Mapping[str, Columns], table: RowTable, point: Point, used: Sequence[str]) -> None:
    file = printable(table.file)
    for name in columns:
        if name in point:
            taken = ", ".join(printable(table.columns[position]) for position in columns[name].positions)
            raise UsageProblem(
                f"{name} is given by --at and by {file} (column {taken})",
                hint=f"remove {name} from --at, or rename the column",
            )
    if not columns:
        near = [hint for name in used if (hint := did_you_mean(name, table.columns))]
        listed = ", ".join(printable(name) for name in table.columns[:_LISTED])
        raise UsageProblem(
            f"no column of {file} is a variable of the expression ({', '.join(used[:_LISTED]) or 'it has none'})",
            hint=near[0] if near else f"its columns are {listed}",
        )


def _asked(graph: Graph, wrt: Iterable[str] | None, columns: Mapping[str, Columns], reduce: str) -> list[int]:
    """The inputs by which the gradient is wanted: the parameters, or those of ``wrt``."""
    parameters = [name for name in graph.inputs if name not in columns]
    if wrt is None:
        names = parameters or (list(graph.inputs) if reduce == "none" else [])
        return [graph.inputs[name] for name in names]
    found = []
    for name in wrt:
        if name not in graph.inputs:
            raise NameProblem(
                f"there is no parameter '{name}' to differentiate by",
                hint=did_you_mean(name, parameters) or f"the parameters are {', '.join(parameters) or 'none'}",
            )
        if name in columns and reduce != "none":
            raise UsageProblem(
                f"{name} has another value in every row: the {'average' if reduce == 'mean' else 'sum'} "
                "has no one derivative by it",
                hint="--reduce none shows each row's own",
            )
        if graph.inputs[name] not in found:
            found.append(graph.inputs[name])
    return found


@dataclass(slots=True)
class _Kept:
    """A row that is looked at again: its place and the texts of its cells."""

    number: int
    line: int
    cells: list[str]


@dataclass(slots=True)
class _Seen:
    """What the pass over the table found."""

    count: int = 0
    first: list[_Kept] = field(default_factory=list)
    """The first rows, as many as could be judged if there are no others."""
    sample: list[tuple[float, _Kept]] = field(default_factory=list)
    kinks: list[_Kept] = field(default_factory=list)
    wild: list[_Kept] = field(default_factory=list)
    """Rows with a value but without a finite gradient."""
    on_kinks: int = 0
    without_gradient: int = 0


class _Run:
    def __init__(
        self,
        program: Program,
        graph: Graph,
        table: RowTable,
        columns: Mapping[str, Columns],
        declared: Mapping[str, Declaration],
        asked: Sequence[int],
        reduce: str,
        seed: int,
        routes: tuple[RouteName, ...],
        deadline: Deadline,
    ) -> None:
        self.program = program
        self.graph, self.table, self.columns, self.declared = graph, table, columns, declared
        self.asked, self.reduce, self.seed, self.routes, self.deadline = list(asked), reduce, seed, routes, deadline
        self.positions = [position for one in columns.values() for position in one.positions]
        self.slices: dict[str, tuple[int, int]] = {}
        start = 0
        for name, one in columns.items():
            self.slices[name] = start, start + len(one.positions)
            start += len(one.positions)
        self.notes: list[str] = []
        self.few = max(_FIRST, min(2_000, limits.ROW_WORK // work_of_a_row(graph, asked)))
        """Rows up to which all are judged."""
        self.seen = _Seen()
        self.outputs: list[Any] = []
        self.gradients: list[Any] = []
        self.point: ArrayPoint = {}
        self.drawn = False
        self.cleared = 0
        self.trusted = False

    # -- the parameters -------------------------------------------------------------------------------------------

    def give_point(self, given: Mapping[str, Value]) -> None:
        """The values of the parameters: those given, or drawn where the first rows have a value."""
        graph, declared = self.graph, self.declared
        for name in (*given, *declared):
            if name not in graph.inputs:
                raise NameProblem(
                    f"'{name}' is given or declared, but the expression does not use it",
                    hint=did_you_mean(name, graph.inputs) or f"it has {', '.join(graph.inputs) or 'no variable'}",
                )
        for name, node in graph.inputs.items():
            if given and name not in given and name not in self.columns and name not in declared:
                raise NameProblem(
                    f"'{name}' has no value, and {printable(self.table.file)} has no column {name}",
                    span=graph.spans[node],
                    hint=missing(name, self.table.columns, self.columns),
                    source=graph.source,
                )
        for name, value in given.items():
            if name in declared:
                array_point.check_declared(name, value, declared[name])
        free = [name for name in graph.inputs if name not in given and name not in self.columns]
        self.drawn = bool(free)
        left = unused(self.table.columns, self.columns)
        if left:
            listed = ", ".join(printable(name) or "(no name)" for name in left[:_LISTED])
            more = f" and {len(left) - _LISTED} more" if len(left) > _LISTED else ""
            plural = "s" if len(left) > 1 else ""
            near = next((name for name in free for other in left if other.lower().strip("_") == name.lower()), "")
            self.notes.append(f"column{plural} not used: {listed}{more}" + (f" (is it {near}?)" if near else ""))
        domain.check_point({name: value for name, value in given.items() if not value.graph.has_arrays})
        self.given = given
        if not free:
            self.point = dict(given)

    def draw(self, first: ArrayPoint) -> None:
        """Draw the parameters that are not given, so that the first row has a value."""
        fixed: Any = {**self.given, **first}
        found = array_point.draw(
            self.graph, fixed, self.declared, self.seed, lambda candidate: _defined(self.graph, candidate)
        )
        if found is None:
            raise UsageProblem(
                "no parameters were found at which the first row has a value", hint="give them: --at w=…"
            )
        self.point = {name: value for name, value in found.items() if name not in self.columns}

    # -- the pass over the table ----------------------------------------------------------------------------------

    def read(self, progress: Callable[[int, float], object] | None) -> None:
        """Values and gradients of all rows in float64, in blocks; what is to be looked at again is kept."""
        import numpy as np

        from gradcheck.arithmetic.arrays import Arrays
        from gradcheck.arrays.row_sweep import RowSweep, Total

        generator = np.random.default_rng(self.seed)
        arithmetic = Arrays()
        sweep: RowSweep | None = None
        self.total_output, self.total_gradients = Total(), [Total() for _ in self.asked]
        for block in self.table.blocks(self.positions):
            self.check_declared(block)
            if sweep is None:
                if self.drawn:
                    self.draw(self.exact(block.cells(0)))
                parameters = {name: value.number(arithmetic) for name, value in self.point.items()}
                sweep = self.sweep = RowSweep(self.graph, parameters, self.asked)
            self.keep(block, generator.random(len(block.numbers)))
            for start in range(0, len(block.numbers), sweep.rows):
                self.one(sweep, block, start, block.numbers[start : start + sweep.rows])
            self.seen.count += len(block.numbers)
            if progress is not None:
                progress(self.seen.count, block.fraction)

    def keep(self, block: Block, keys: Any) -> None:
        """The first rows, and a sample of all: the rows with the smallest of random keys."""
        import numpy as np

        seen = self.seen
        for index in range(min(len(keys), self.few - len(seen.first))):
            seen.first.append(self.kept(block, index))
        size_ = min(_SAMPLE, self.few)
        limit = seen.sample[-1][0] if len(seen.sample) >= size_ else 2.0
        chosen = np.argpartition(keys, size_)[:size_] if len(keys) > size_ else np.arange(len(keys))
        fresh = [(float(keys[index]), self.kept(block, int(index))) for index in chosen if keys[index] < limit]
        seen.sample = sorted([*seen.sample, *fresh], key=lambda pair: pair[0])[:size_]

    @staticmethod
    def kept(block: Block, index: int) -> _Kept:
        return _Kept(block.first + index + 1, block.line(index), block.cells(index))

    def inputs(self, numbers: Any) -> dict[str, Any]:
        """The columns of some rows, as arrays with the rows as their batch axis."""
        import numpy as np

        return {
            name: np.ascontiguousarray(numbers[:, first:last]).reshape(len(numbers), last - first, 1)
            for name, (first, last) in self.slices.items()
        }

    def one(self, sweep: RowSweep, block: Block, start: int, numbers: Any) -> None:
        """One block that fits the caches."""
        import numpy as np

        count = len(numbers)
        values = sweep.values(self.inputs(numbers))
        suspects = sweep.suspects(values, count, guarded=not self.trusted)
        if len(suspects):
            self.look(block, start, suspects, values[self.graph.output])
        if sweep.kinks:
            at = sweep.on_kinks(values)
            self.seen.on_kinks += len(at)
            if at and not self.seen.kinks:
                self.seen.kinks = [self.kept(block, start + at[0])]
        if self.reduce == "none":
            self.store(*sweep.each(values, count))
            return
        total, gradients = sweep.sums(values, count)
        if not all(np.isfinite(one).all() for one in gradients):
            self.without_gradient(sweep, block, start, values, count)
        self.total_output.add(total)
        for one, gradient in zip(self.total_gradients, gradients, strict=True):
            one.add(gradient)

    def store(self, output: Any, gradients: Sequence[Any]) -> None:
        """Each row's numbers, as long as they fit."""
        self.outputs.append(output)
        self.gradients.append(gradients)
        numbers = (self.seen.count + 1) * (output.shape[1] + sum(one.shape[1] for one in gradients))
        if numbers > limits.ROW_NUMBERS:
            raise UsageProblem(
                f"--reduce none would keep more than {limits.ROW_NUMBERS:,} numbers",
                hint="--reduce mean, or fewer rows",
            )

    def look(self, block: Block, start: int, suspects: Any, output: Any) -> None:
        """Rows at which floats find no value at some node: an error, unless balls find one at the output."""
        import numpy as np

        for index in suspects.tolist():
            exact = self.exact(block.cells(start + index))
            values = self.ball_row(exact)
            if values is None:
                raise self.undefined(block, start + index, exact)
            if not np.isfinite(output[index if output.ndim > 2 else ...]).all():
                found = values[0].str(6, radius=False)
                raise block.problem(start + index, f"{self.name} = {found} here, which float64 cannot compute")
            self.cleared += 1
            if self.cleared > _CLEARED:  # branches that are not taken, or overflow on the way
                self.trusted = True
                return

    def ball_row(self, exact: ArrayPoint) -> list[arb] | None:
        """The output in balls at one row, or None where it has none."""
        precision = limits.FIRST_PRECISION
        while precision <= 16 * limits.FIRST_PRECISION:
            arithmetic = shared_grids(precision)
            with arithmetic.working():
                values = values_at(self.graph, {**self.point, **exact}, arithmetic)
                entries = values[self.graph.output].entries
                if all(entry.is_finite() for entry in entries):
                    return list(entries)
            precision *= 4
        return None

    def undefined(self, block: Block, index: int, exact: ArrayPoint) -> GradcheckError:
        """Why the function has no value at a row."""
        problem = why_undefined(self.program, self.graph, {**self.point, **exact})
        message = problem.message if problem is not None else f"{self.name} has no finite value"
        return block.problem(index, message, None if problem is None else problem.hint)

    def without_gradient(self, sweep: RowSweep, block: Block, start: int, values: Sequence[Any], count: int) -> None:
        """Remember the rows whose gradient is not finite."""
        import numpy as np

        _, gradients = sweep.each(values, count)
        bad = np.flatnonzero(~np.isfinite(np.concatenate(gradients, axis=1)).all(axis=1))
        self.seen.without_gradient += len(bad)
        if len(bad) and not self.seen.wild:
            self.seen.wild = [self.kept(block, start + int(bad[0]))]

    def check_declared(self, block: Block) -> None:
        """Every value in the file keeps what is declared of its variable."""
        import numpy as np

        for name, (first, last) in self.slices.items():
            declaration = self.declared.get(name)
            if declaration is None:
                continue
            numbers = block.numbers[:, first:last]
            wrong = np.zeros(len(numbers), bool)
            if declaration.integer:
                wrong |= (numbers != np.floor(numbers)).any(axis=1)
            if declaration.low is not None:
                low = float(declaration.low)
                wrong |= ((numbers <= low) if declaration.low_open else (numbers < low)).any(axis=1)
            if declaration.high is not None:
                high = float(declaration.high)
                wrong |= ((numbers >= high) if declaration.high_open else (numbers > high)).any(axis=1)
            for index in np.flatnonzero(wrong).tolist():
                exact = self.exact(block.cells(index))[name]
                assert isinstance(exact, ArrayValue)
                if not all(declaration.allows(entry) for entry in exact.entries):
                    raise block.problem(index, f"{name} = {exact.text}, but it is declared: {declaration.text(name)}")

    def exact(self, cells: Sequence[str]) -> ArrayPoint:
        """The exact values of the columns in one row."""
        found: ArrayPoint = {}
        for name, (first, last) in self.slices.items():
            found[name] = ArrayValue(self.columns[name].shape, tuple(_exact(cell) for cell in cells[first:last]))
        return found

    # -- the report -----------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.graph.names.get(self.graph.output, "f")

    def judged_rows(self) -> list[_Kept]:
        """All rows, or the sample with a row of every kind that decides."""
        seen = self.seen
        if seen.count <= self.few:
            return seen.first
        rows = {kept.number: kept for _, kept in seen.sample}
        rows |= {kept.number: kept for kept in (*seen.kinks, *seen.wild)}
        return [rows[number] for number in sorted(rows)]

    def report(self, symbolic: Mapping[int, Found], method: str, step: float | None, digits: int) -> RowsEvaluation:
        program, graph, seen = self.program, self.graph, self.seen
        kept = self.judged_rows()
        for reason in dict.fromkeys(found.reason for found in symbolic.values() if found.reason):
            names = ", ".join(graph.names[node] for node, found in symbolic.items() if found.reason == reason)
            self.notes.append(f"SymPy {reason} (at {names}); the other routes answer")
        rows = [JudgedRow(one.number, self.exact(one.cells)) for one in kept]
        precision = max(limits.FIRST_PRECISION, 4 * digits + 128)
        together = self.reduce != "none"
        judged = judge_rows(
            graph, self.point, rows, self.asked, self.routes, symbolic, self.deadline, self.seed, precision,
            together=together,
        )  # fmt: skip
        self.note_rows(len(kept))
        wrong = self.wrong_floats(kept)
        with shared_grids(judged.precision).working():
            gradient = [self.gradient(node, judged, symbolic, kept, method, step, digits) for node in self.asked]
            value = self.value(judged, digits) if together else None
        return RowsEvaluation(
            expression=program.source,
            reading=write_program(program, limit=_READING),
            full_reading=write_program(program, full=True, limit=_READING),
            output=self.name,
            shape=graph.shape(graph.output),
            file=self.table.file,
            columns={
                name: tuple(self.table.columns[position] for position in one.positions)
                for name, one in self.columns.items()
            },
            reduce=self.reduce,  # type: ignore[arg-type]  # checked
            count=seen.count,
            judged=len(kept),
            point={name: value_.text for name, value_ in self.point.items()},
            shapes={name: graph.shape(node) for name, node in graph.inputs.items()},
            declared={name: one.text(name) for name, one in self.declared.items()},
            drawn=self.drawn,
            seed=self.seed,
            precision=judged.precision,
            routes=self.routes,
            method=method,
            step=step,
            value=value,
            verdict=Verdict("disagree", wrong) if wrong else self.verdict(gradient),
            gradient=tuple(gradient),
            rows=tuple(self.first_rows()),
            letters=self.letters(symbolic),
            notes=tuple(self.notes),
            reading_notes=program.notes,
        )

    def letters(self, symbolic: Mapping[int, Found]) -> dict[str, str]:
        """What the nodes that SymPy's formulas mention are."""
        graph = self.graph
        waiting: list[int] = []
        for one in symbolic.values():
            if isinstance(one, SymbolicArray):
                waiting += [node for node, _ in one.symbols.values()]
                waiting += one.matrix_symbols.values()
            else:
                waiting += one.symbols.values()
        found: dict[str, str] = {}
        while waiting:
            node = waiting.pop()
            if graph.operations[node] is not None and graph.names[node] not in found:
                found[graph.names[node]] = writing.operation(graph, node, UNICODE)
                waiting += graph.arguments[node]
        return {name: found[name] for name in sorted(found, key=graph.by_name.__getitem__)}

    def value(self, judged: RowsJudged, digits: int) -> Tensor:
        """The reduced output: in balls where they saw every row, else in float64."""
        shape = self.graph.shape(self.graph.output)
        if len(judged.values) == self.seen.count:
            whole = self.reduced(_columns_sum(judged.values))
            if all(entry.is_finite() for entry in whole):
                return self.tensor(shape, whole, digits)
        return self.float_tensor(shape, self.total_output.value)

    def wrong_floats(self, kept: Sequence[_Kept]) -> str:
        """A sentence for a float64 function that misses its true value at a row by more than rounding."""
        import numpy as np

        for one in kept[: _FIRST if "fd" in self.routes else 0]:
            inputs = {name: value[0] for name, value in self.inputs(np.array([[float(c) for c in one.cells]])).items()}
            found = wrong_floats(self.graph, self.sweep.values(inputs))
            if found:
                return f"{found} in row {one.number:,}"
        return ""

    def note_rows(self, judged: int) -> None:
        seen = self.seen
        if judged < seen.count:
            what = "each row's own value and gradient are" if self.reduce == "none" else "the average is"
            what = what.replace("average", "sum") if self.reduce == "sum" else what
            self.notes.append(
                f"{what} in float64 over all {seen.count:,} rows; the routes are compared in balls at "
                f"{judged:,} of them, drawn from seed {self.seed}"
            )
        if seen.on_kinks:
            self.notes.append(f"{seen.on_kinks:,} row{'s are' if seen.on_kinks > 1 else ' is'} at a kink")
        if seen.wild:
            one = seen.wild[0]
            self.notes.append(
                f"{seen.without_gradient:,} row{'s have' if seen.without_gradient > 1 else ' has'} no finite gradient, "
                f"first row {one.number:,} (line {one.line:,})"
            )

    def verdict(self, gradient: Sequence[RowsGradient]) -> Verdict:
        for name in ("disagree", "undecided"):
            for one in gradient:
                if one.verdict.name == name:
                    return Verdict(name, f"at {one.name}: {one.verdict.reason}")  # type: ignore[arg-type]  # one of them
        if any(one.verdict.name == "agree" for one in gradient):
            return Verdict("agree")
        if not gradient:
            return Verdict("agree", "every variable is a column: there is no parameter to differentiate by")
        return Verdict(None, "one route alone has nothing to be compared with")

    def gradient(
        self,
        node: int,
        judged: RowsJudged,
        symbolic: Mapping[int, Found],
        kept: Sequence[_Kept],
        method: str,
        step: float | None,
        digits: int,
    ) -> RowsGradient:
        graph, seen = self.graph, self.seen
        shape = (*graph.shape(graph.output), *graph.shape(node))
        place = self.asked.index(node)
        together = self.reduce != "none"
        complete = len(kept) == seen.count
        reverse, theirs = judged.reverse.get(node), judged.symbolic.get(node)
        value = None
        if together:
            value = (
                self.tensor(shape, self.reduced(reverse, len(kept)), digits)
                if complete and reverse is not None
                else self.float_tensor(shape, self.total_gradients[place].value)
            )
        slope, error = self.slopes(node, kept, judged, method, step) if together else (None, None)
        found = symbolic.get(node)
        texts: tuple[str, ...] = ()
        matrix = ""
        match found:
            case SymbolicArray():
                texts, matrix = found.texts, found.matrix
            case SymbolicDerivative(text=text) if text:
                texts = (text,)
        return RowsGradient(
            name=graph.names[node],
            shape=graph.shape(node),
            value=value,
            finite_difference=None if slope is None else Tensor(shape, slope),
            error=None if error is None else Tensor(shape, error),
            symbolic=self.tensor(shape, self.reduced(theirs, len(kept)), digits) if theirs and together else None,
            reverse=self.tensor(shape, self.reduced(reverse, len(kept)), digits) if reverse and together else None,
            formulas=texts,
            matrix=matrix,
            reason="" if found is None else found.reason,
            verdict=judged.verdicts[node],
        )

    def reduced(self, total: Sequence[arb], count: int | None = None) -> list[arb]:
        """A sum over rows as the average, where that is asked for."""
        divisor = (self.seen.count if count is None else count) if self.reduce == "mean" else 1
        return [entry / divisor for entry in total]

    def tensor(self, shape: Shape, entries: Sequence[arb], digits: int) -> Tensor:
        return Tensor(shape, tuple(shown_entry(entry, digits) for entry in entries))

    def float_tensor(self, shape: Shape, total: Any) -> Tensor:
        import numpy as np

        divisor = self.seen.count if self.reduce == "mean" else 1
        return Tensor(shape, tuple((np.asarray(total).reshape(-1) / divisor).tolist()))

    def slopes(
        self, node: int, kept: Sequence[_Kept], judged: RowsJudged, method: str, step: float | None
    ) -> tuple[tuple[float, ...] | None, tuple[float, ...] | None]:
        """The float64 slopes over the judged rows, entry by entry, and how far each may be off."""
        entries = size(self.graph.shape(node))
        if "fd" not in self.routes or entries * size(self.graph.shape(self.graph.output)) > _NUDGED:
            return None, None
        import numpy as np

        numbers = np.array([[float(cell) for cell in one.cells] for one in kept])
        inputs = self.inputs(numbers)
        name = self.graph.names[node]
        start = self.sweep.parameters[name]
        largest = float(np.max(np.abs(start), initial=0.0))
        scale = largest if 0 < largest < np.inf else 1.0
        steps = [scale * 2.0**exponent for exponent in _EXPONENTS] if step is None else [step, step / 2]
        divisor = len(kept) if self.reduce == "mean" else 1

        def at(moved: Any) -> Any:
            values = self.sweep.values({**inputs, name: moved})
            output = values[self.graph.output]
            shape = (len(kept), *output.shape[-2:])
            return np.broadcast_to(output, shape).sum(axis=0).reshape(-1) / divisor

        here = at(start)
        slopes, errors = [], []
        true = judged.slopes.get(node)
        for entry in range(entries):
            unit = np.zeros(start.size)
            unit[entry] = 1.0
            unit = unit.reshape(start.shape)
            found = []
            for one in steps:
                high = at(start + one * unit)
                low = at(start - one * unit) if method == "central" else here
                run = 2 * one if method == "central" else one
                found.append(((high - low) / run, 2.0**-49 * (np.abs(high) + np.abs(low)) / run))
            best, error = _best(found, fixed=step is not None)
            if true is not None:
                exact = [float(x.mid()) for x in self.reduced(true[entry::entries], len(kept))]
                error = np.maximum(error, np.abs(best - np.array(exact)))
            slopes.append(best)
            errors.append(error)
        return tuple(np.stack(slopes, axis=1).reshape(-1).tolist()), tuple(
            np.stack(errors, axis=1).reshape(-1).tolist()
        )

    def first_rows(self) -> Iterator[Row]:
        """The rows of the report: all of them without an average, else the first few."""
        import numpy as np

        graph = self.graph
        shapes = [(*graph.shape(graph.output), *graph.shape(node)) for node in self.asked]
        if self.reduce == "none":
            output = np.concatenate(self.outputs)
            gradients = [np.concatenate([one[place] for one in self.gradients]) for place in range(len(self.asked))]
        else:
            first = self.seen.first[:_FIRST]
            numbers = np.array([[float(cell) for cell in one.cells] for one in first])
            output, gradients = self.sweep.each(self.sweep.values(self.inputs(numbers)), len(first))
        texts = {one.number: one for one in self.seen.first}
        for index, entries in enumerate(output.tolist()):
            kept = texts.get(index + 1)
            inputs = {} if kept is None else {name: value.text for name, value in self.exact(kept.cells).items()}
            yield Row(
                index + 1,
                0 if kept is None else kept.line,
                inputs,
                Tensor(graph.shape(graph.output), tuple(entries)),
                tuple(Tensor(shape, tuple(one[index].tolist())) for shape, one in zip(shapes, gradients, strict=True)),
            )


def _best(found: Sequence[tuple[Any, Any]], *, fixed: bool) -> tuple[Any, Any]:
    """The slope with the smallest error bound, or that of the fixed step with what half of it tells."""
    import numpy as np

    if fixed:
        (wide, noise), (narrow, more) = found
        return wide, 3 * np.abs(wide - narrow) + noise + more
    value, error = found[0][0], np.full(found[0][0].shape, np.inf)
    for (wide, _), (narrow, noise) in zip(found, found[1:], strict=False):
        off = 2 * np.abs(wide - narrow) + noise + 2.0**-52 * np.abs(narrow)
        better = off < error
        value, error = np.where(better, narrow, value), np.where(better, off, error)
    return value, error


def _columns_sum(rows: Sequence[Sequence[arb]]) -> list[arb]:
    found = list(rows[0])
    for row in rows[1:]:
        found = [one + other for one, other in zip(found, row, strict=True)]
    return found


def _exact(cell: str) -> Exact:
    value = Fraction(cell)
    return normalised(value.numerator, value.denominator)


def _defined(graph: Graph, point: ArrayPoint) -> bool:
    arithmetic = shared_grids(limits.FIRST_PRECISION)
    with arithmetic.working():
        values = values_at(graph, point, arithmetic)
        return all(entry.is_finite() for entry in values[graph.output].entries)
