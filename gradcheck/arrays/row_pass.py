"""The pass over a table of training rows: float64 sums in blocks, and the rows that are to be looked at again."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Protocol

from gradcheck import domain, limits
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arrays import point as array_point
from gradcheck.arrays.binding import missing, unused
from gradcheck.arrays.compare import values_at
from gradcheck.arrays.evaluation import is_defined, why_undefined
from gradcheck.arrays.point import ArrayValue
from gradcheck.arrays.row_judge import work_of_a_row
from gradcheck.errors import GradcheckError, NameProblem, UsageProblem, did_you_mean, printable
from gradcheck.syntax.tree import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from flint import arb

    from gradcheck.arrays.binding import Columns
    from gradcheck.arrays.point import ArrayPoint
    from gradcheck.arrays.row_sweep import RowSweep
    from gradcheck.deadline import Deadline
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.point import Value
    from gradcheck.results import RouteName
    from gradcheck.syntax.tree import Exact, Program

FIRST: Final = 5
"""Rows that a report of an average may show."""
_SAMPLE: Final = 100
"""Rows at which the routes are compared where there are too many to compare all."""
_CLEARED: Final = 50
"""Rows with a doubtful node and a value all the same, after which only the output is looked at."""
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


@dataclass(slots=True)
class Kept:
    """A row that is looked at again: its place and the texts of its cells."""

    number: int
    line: int
    cells: list[str]


@dataclass(slots=True)
class Seen:
    """What the pass over the table found."""

    count: int = 0
    first: list[Kept] = field(default_factory=list)
    """The first rows, as many as could be judged if there are no others."""
    sample: list[tuple[float, Kept]] = field(default_factory=list)
    kinks: list[Kept] = field(default_factory=list)
    wild: list[Kept] = field(default_factory=list)
    """Rows with a value but without a finite gradient."""
    on_kinks: int = 0
    without_gradient: int = 0


class RowPass:
    """One evaluation over rows: its parameters, and the float64 pass over the table."""

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
        self.few = max(1, min(2_000, limits.ROW_WORK // work_of_a_row(graph, asked)))
        """Rows up to which all are judged."""
        self.seen = Seen()
        self.outputs: list[Any] = []
        self.gradients: list[Any] = []
        self.point: ArrayPoint = {}
        self.drawn = False
        self.cleared = 0
        self.trusted = False

    @property
    def name(self) -> str:
        """The name of the output."""
        return self.graph.names.get(self.graph.output, "f")

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
        array_point.check_declared(given, declared)
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
            self.graph, fixed, self.declared, self.seed, lambda candidate: is_defined(self.graph, candidate)
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
        for index in range(min(len(keys), max(self.few, FIRST) - len(seen.first))):
            seen.first.append(self.kept(block, index))
        size_ = min(_SAMPLE, self.few)
        limit = seen.sample[-1][0] if len(seen.sample) >= size_ else 2.0
        chosen = np.argpartition(keys, size_)[:size_] if len(keys) > size_ else np.arange(len(keys))
        fresh = [(float(keys[index]), self.kept(block, int(index))) for index in chosen if keys[index] < limit]
        seen.sample = sorted([*seen.sample, *fresh], key=lambda pair: pair[0])[:size_]

    @staticmethod
    def kept(block: Block, index: int) -> Kept:
        return Kept(block.first + index + 1, block.line(index), block.cells(index))

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
            if self.trusted and np.isfinite(output[index if output.ndim > 2 else ...]).all():
                continue
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


def _exact(cell: str) -> Exact:
    """A cell as an exact number, if it is of a sensible size."""
    mantissa, _, exponent = cell.lower().partition("e")
    if len(mantissa) > limits.NUMBER_DIGITS or abs(int(exponent or 0)) > limits.DECIMAL_EXPONENT:
        raise UsageProblem(
            f"the number {cell[:30]}… is too long to compute with"
            if len(mantissa) > limits.NUMBER_DIGITS
            else f"the exponent of {cell[:30]} is beyond {limits.DECIMAL_EXPONENT:,}"
        )
    value = Fraction(cell)
    return normalised(value.numerator, value.denominator)
