"""``evaluate_rows``: a function averaged over the rows of a table, and the gradient of the average by three routes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, get_args

from gradcheck import limits
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays import point as array_point
from gradcheck.arrays import writing
from gradcheck.arrays.binding import Columns, bind_columns, misspelled, read_binds
from gradcheck.arrays.compare import wrong_floats
from gradcheck.arrays.evaluation import shown_entry
from gradcheck.arrays.results import Tensor
from gradcheck.arrays.row_judge import JudgedRow, RowsJudged, judge_rows, total
from gradcheck.arrays.row_pass import FIRST, Kept, RowPass, RowTable
from gradcheck.arrays.rows_results import Reduce, Row, RowsEvaluation, RowsGradient
from gradcheck.build import build
from gradcheck.choices import check_step, chosen_routes
from gradcheck.deadline import Deadline
from gradcheck.declarations import read_declarations
from gradcheck.errors import NameProblem, Span, UsageProblem, did_you_mean, printable
from gradcheck.point import read_point
from gradcheck.primitives.table import CONSTANTS
from gradcheck.reading import read
from gradcheck.results import ROUTES, Verdict
from gradcheck.routes import worker
from gradcheck.routes.found import SymbolicArray, SymbolicDerivative
from gradcheck.shapes import size
from gradcheck.syntax.printing import UNICODE, write_program
from gradcheck.syntax.translation import is_latex
from gradcheck.syntax.tree import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from flint import arb

    from gradcheck.graph import Graph
    from gradcheck.point import Point
    from gradcheck.routes.worker import Found
    from gradcheck.shapes import Shape
    from gradcheck.syntax.tree import Program

_READING: Final = 20_000
_NUDGED: Final = 200
"""Parameter entries up to which float64 slopes are shown."""
_EXPONENTS: Final = (-10, -13, -16, -19)
_LISTED: Final = 8


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
    progress: Callable[[int, float], object] | None = None,
) -> RowsEvaluation:
    """Average an expression over the rows of a table, and differentiate the average by the parameters.

    Columns named like a variable are bound to it, groups of columns (x1, x2, …) to a vector that is declared
    (``"x: 4"``); ``binds`` says it explicitly (``"x=[c1, c2]"``). The other variables are parameters, with values
    from ``at`` or drawn. ``reduce`` is ``mean``, ``sum`` or ``none`` (each row's own value and gradient). The other
    arguments are those of ``evaluate``; ``timeout`` begins when the file is read. ``progress`` is told how many rows
    were read, and which part of the file.

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
    names = frozenset(name for name in table.columns if name.isidentifier() and name not in CONSTANTS)
    bound = frozenset((*point, *declared, *listed)) | names
    program = read(expression, bound)
    used = _used(program)
    used = [name for name in used if name in bound or name not in CONSTANTS]
    columns = bind_columns(table.columns, used, listed, declared, table.file, point)
    _check_columns(columns, table, point, used)
    slip = misspelled(used, table.columns, columns, frozenset((*point, *declared)))
    if slip is not None:
        raise NameProblem(
            f"'{slip[0]}' has neither a value nor a column",
            span=next(Span(item.start, item.end) for item in program.items if item.name == slip[0]),
            hint=f"is it the column {printable(slip[1])}? Else give it a value: --at {slip[0]}=…",
            source=expression,
        )
    shapes, sizes = array_point.shapes_of(point, declared, {name: one.shape for name, one in columns.items()})
    if is_latex(expression):  # now that shapes are known, products of arrays are matrix products
        program = read(expression, bound, shapes, sizes)
    graph = build(program, bound, shapes, sizes)
    asked = _asked(graph, wrt, columns, reduce)
    run = _Run(program, graph, table, columns, declared, asked, reduce, seed, chosen, deadline)
    run.give_point(point)
    job = None
    if "symbolic" in chosen and asked:
        job = worker.start(graph, asked, 0.6 * deadline.left(), isolated=isolated)
    try:
        run.read(progress)
        run.deadline = Deadline(timeout)  # reading takes as long as the file is; the verdict may take this long
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


class _Run(RowPass):
    """The pass, the verdict and the report."""

    def judged_rows(self) -> list[Kept]:
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
            whole = self.reduced(total(judged.values))
            if all(entry.is_finite() for entry in whole):
                return self.tensor(shape, whole, digits)
        return self.float_tensor(shape, self.total_output.value)

    def wrong_floats(self, kept: Sequence[Kept]) -> str:
        """A sentence for a float64 function that misses its true value at a row by more than rounding."""
        import numpy as np

        for one in kept[: FIRST if "fd" in self.routes else 0]:
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
                    return Verdict(name, f"at {one.name}: {one.verdict.reason}")
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
        kept: Sequence[Kept],
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
        self, node: int, kept: Sequence[Kept], judged: RowsJudged, method: str, step: float | None
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
            first = self.seen.first[:FIRST]
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
    for (wide, _), (narrow, noise) in pairwise(found):
        off = 2 * np.abs(wide - narrow) + noise + 2.0**-52 * np.abs(narrow)
        better = off < error
        value, error = np.where(better, narrow, value), np.where(better, off, error)
    return value, error
