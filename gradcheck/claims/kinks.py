"""Every kink of function and claim must be seen from both sides, or proved to lie on one: here they are counted.

The argument of every abs, relu, max, where … (and w of √(w²), which is |w|) is solved for: sign changes are sought (of
one variable at magnitudes up to 1e13, of several along random lines up to 1e6) and closed in by bisection, and claim
and derivative meet on both sides of each and between neighbours. Where an argument has one sign only, a sign analysis
may prove that it has no other. A floor or ceil in a claim must be seen at two of its values.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeVar

from gradcheck import rules
from gradcheck.arithmetic import Arithmetic
from gradcheck.arithmetic.balls import shared
from gradcheck.arithmetic.columns import Column, FloatColumns
from gradcheck.arithmetic.floats import Floats
from gradcheck.claims.signs import absolute_powers, signs
from gradcheck.declarations import allows
from gradcheck.forward import Forward
from gradcheck.rules import operand_text
from gradcheck.syntax.printing import operation_text
from gradcheck.syntax.tree import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.claims.claim import Claim
    from gradcheck.claims.equality import Verifier
    from gradcheck.claims.points import Spread
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.rules import Rule
    from gradcheck.syntax.tree import Exact

N = TypeVar("N")
_FLOATS: Final = Floats()
_SIDED: Final = frozenset(
    (
        "abs",
        "sign",
        "heaviside",
        "max",
        "min",
        "relu",
        "leaky_relu",
        "leaky_relu_slope",
        "<",
        "<=",
        ">",
        ">=",
        "==",
        "!=",
    )
)
"""Primitives that behave differently on the two sides of a zero."""
_BASE: Final = rules.make_rule("u", 2)
"""What changes its sign at the kink of a root of an even power."""
_STEPS: Final = frozenset(("floor", "ceil"))
"""Primitives whose value jumps though the derivative is the same on both sides: only of a claim does that matter."""


Crossing = tuple[dict[str, float], dict[str, float]]
"""A point right before a zero, and one right behind it."""


class Kinks:
    """The kinks of a function and of a claim about it, and the signs that their places have shown."""

    def __init__(
        self, view: Graph, claim: Claim, views: Mapping[int, Graph], declarations: Mapping[str, Declaration]
    ) -> None:
        self.assumed = {name: one.sign() for name, one in declarations.items() if one.sign()}
        self.view = view
        self.claim = claim
        of_function = [("function", node, rule) for node, rule in _places(view, view.output)]
        for graph in views.values():
            if graph is not view:
                of_function += [
                    ("function", node, rule)
                    for node, rule in _places(graph, graph.output)
                    if ("function", node, rule) not in of_function
                ]
        of_claim = [("claim", node, rule) for node, rule in _places(claim.statement, claim.statement.output)]
        self.places: list[tuple[str, int, Rule]] = [*of_function, *of_claim]
        self.seen: list[set[int]] = []
        self.steps = _steps(claim.statement)
        """The nodes of the claim that jump from whole number to whole number."""
        self.levels: list[set[int]] = []
        """The numbers that each of them has been seen to be."""
        self.clear()

    @property
    def is_none(self) -> bool:
        """Whether there is nothing to be watched."""
        return not (self.places or self.steps)

    def clear(self) -> None:
        """Forget what was seen."""
        self.seen = [set() for _ in self.places]
        self.levels = [set() for _ in self.steps]

    def see(self, verifier: Verifier, point: Mapping[str, Exact]) -> None:
        """Record the sign of every kink's place at a point where claim and derivative agree."""
        if all([len(found) > 1 for found in (*self.seen, *self.levels)]):
            return
        arithmetic = shared(256)
        with arithmetic.working():
            inputs = {name: arithmetic.number(value) for name, value in point.items()}
            values = verifier.function.forward(arithmetic).run(inputs)
            stated = verifier.stated(arithmetic, values)
            for position, (owner, node, rule) in enumerate(self.places):
                graph, known = (self.view, values) if owner == "function" else (self.claim.statement, stated)
                tape = [known[argument] for argument in graph.arguments[node]]
                place = arithmetic.bind(rule)(*tape, known[node])
                if place > 0:
                    self.seen[position].add(1)
                elif place < 0:
                    self.seen[position].add(-1)
            for node, levels in zip(self.steps, self.levels, strict=True):
                level = stated[node].unique_fmpz()
                if level is not None:
                    levels.add(int(level))

    def near(self, verifier: Verifier) -> Iterator[dict[str, Exact]]:
        """Points beside every kink that can be found, on both sides, and between neighbouring kinks.

        Where variables are declared, only such as the declarations allow.
        """
        yield from (point for point in self._near(verifier) if allows(verifier.declarations, point))

    def _near(self, verifier: Verifier) -> Iterator[dict[str, Exact]]:
        crossings: list[Crossing] = []
        known = set()
        for position, (owner, node, rule) in enumerate(self.places[:_MOST_PLACES]):
            if verifier.deadline.passed():
                return
            if len(self.seen[position]) > 1 or not self._proved(owner, node, rule):
                arguments = self._arguments(verifier, owner, node)
                if arguments is None:
                    place = _place_of_claim(self.claim, self.view, node, rule)
                    if place is not None:
                        crossings += _crossings(verifier, place, f"{verifier.seed}:{owner}:{node}")
                elif (key := (verifier.spread, rule.graph.source, arguments)) not in known:
                    known.add(key)
                    crossings += _crossings_of_function(verifier, self.view, key, rule)
        for node, levels in zip(self.steps, self.levels, strict=True):
            if len(levels) == 1 and not verifier.deadline.passed():
                for half in (Fraction(1, 2), Fraction(-1, 2)):
                    step = _step_of_claim(self.claim, self.view, node, next(iter(levels)) + half)
                    if step is not None:
                        crossings += _crossings(verifier, step, f"{verifier.seed}:step:{node}")
        for inside, outside in crossings:
            yield from _beside(inside, outside)
        if len(self.view.inputs) == 1:
            name = next(iter(self.view.inputs))
            places = sorted({inside[name] for inside, _ in crossings})
            for left, right in itertools.pairwise(places):
                yield _exactly({name: (left + right) / 2})

    def _arguments(self, verifier: Verifier, owner: str, node: int) -> tuple[int, ...] | None:
        """The nodes of the function whose values decide a place; None where the claim computes one of its own."""
        if owner == "function":
            return self.view.arguments[node]
        twins = verifier.twins
        found = tuple([twins[argument] for argument in self.claim.statement.arguments[node] if argument in twins])
        return found if len(found) == len(self.claim.statement.arguments[node]) else None

    def still_unseen(self) -> str:
        """The first kink that was seen on one side only and may have another, as text; empty where there is none."""
        for position, (owner, node, rule) in enumerate(self.places):
            if len(self.seen[position]) < 2 and not self._proved(owner, node, rule):
                graph = self.view if owner == "function" else self.claim.statement
                operation = graph.operations[node]
                assert operation is not None
                operands = [operand_text(graph, argument) for argument in graph.arguments[node]]
                return f"{operation_text(operation.name, operands)[0]} in the {owner}"
        for node, levels in zip(self.steps, self.levels, strict=True):
            if len(levels) < 2:
                return f"{operand_text(self.claim.statement, node)} in the claim"
        return ""

    def _proved(self, owner: str, node: int, rule: Rule) -> bool:
        """Whether the place of a kink cannot have the other sign, whatever the variables are."""
        graph = self.view if owner == "function" else self.claim.statement
        place = signs(graph, self._assumed(owner))
        arguments = [place[argument] for argument in graph.arguments[node]]
        if len(arguments) == 1 or rule.graph.operations[rule.graph.output] is None:
            return bool(arguments[0])
        if not graph.varies[graph.arguments[node][0]] and not graph.varies[graph.arguments[node][1]]:
            return True
        first, second = arguments[0], arguments[1]
        zero = [graph.numbers.get(argument) == 0 for argument in graph.arguments[node][:2]]
        if zero[1]:
            return bool(first)
        if zero[0]:
            return bool(second)
        return ("+" in first and "-" in second) or ("-" in first and "+" in second)

    def _assumed(self, owner: str) -> dict[str, str]:
        """The signs of variables that declarations give."""
        names = self.view.inputs if owner == "function" else self.claim.nodes
        return {name: self.assumed[name] for name in names if name in self.assumed}


def _places(graph: Graph, output: int) -> list[tuple[int, Rule]]:
    """The sided primitives that the output depends on, with the text that is zero at their kink."""
    found = [
        (node, rule)
        for node, operation in enumerate(graph.operations)
        if operation is not None and operation.name in _SIDED and graph.varies[node]
        for _, rule in rules.breaks(operation)
    ]
    found = sorted([*found, *((node, _BASE) for node in absolute_powers(graph))], key=operator.itemgetter(0))
    if not found:
        return found
    needed = set(graph.needed(output))
    return [(node, rule) for node, rule in reversed(found) if node in needed]


def _steps(statement: Graph) -> list[int]:
    """The nodes that jump from whole number to whole number and matter to the output."""
    found = [
        node
        for node, operation in enumerate(statement.operations)
        if operation is not None and operation.name in _STEPS and statement.varies[node]
    ]
    if not found:
        return found
    needed = set(statement.needed(statement.output))
    return [node for node in found if node in needed]


_Place = Callable[[Arithmetic[Any]], Callable[[Mapping[str, Any]], Any]]
"""What is zero at a kink: in an arithmetic, a function of the point; NaN where undefined."""


def _place(view: Graph, arguments: Sequence[int], rule: Rule) -> _Place:
    """The place of a kink that some nodes of a function decide."""

    def prepared(arithmetic: Arithmetic[Any]) -> Callable[[Mapping[str, Any]], Any]:
        place = arithmetic.bind(rule)
        forward = Forward(view, arithmetic, of=arguments)

        def value(point: Mapping[str, Any]) -> Any:
            values = forward.run(point)
            return _guarded(arithmetic, place, [values[index] for index in arguments])

        return value

    return prepared


def _place_of_claim(claim: Claim, view: Graph, node: int, rule: Rule) -> _Place | None:
    """The place of a kink of a claim, which may be about nodes of the function; None where it has derivatives."""
    if claim.derivatives:
        return None
    arguments = claim.statement.arguments[node]

    def prepared(arithmetic: Arithmetic[Any]) -> Callable[[Mapping[str, Any]], Any]:
        place = arithmetic.bind(rule)
        function, statement = Forward(view, arithmetic), Forward(claim.statement, arithmetic, of=[node])

        def value(point: Mapping[str, Any]) -> Any:
            values = function.run(point)
            stated = statement.run({name: values[index] for name, index in claim.nodes.items()})
            return _guarded(arithmetic, place, [stated[index] for index in arguments])

        return value

    return prepared


def _step_of_claim(claim: Claim, view: Graph, node: int, level: Fraction) -> _Place | None:
    """What changes its sign where a node of a claim passes a level; None where the claim has derivatives."""
    if claim.derivatives:
        return None

    def prepared(arithmetic: Arithmetic[Any]) -> Callable[[Mapping[str, Any]], Any]:
        function, statement = Forward(view, arithmetic), Forward(claim.statement, arithmetic, of=[node])
        middle = arithmetic.number(level)

        def value(point: Mapping[str, Any]) -> Any:
            values = function.run(point)
            return statement.run({name: values[index] for name, index in claim.nodes.items()})[node] - middle

        return value

    return prepared


def _guarded(arithmetic: Arithmetic[N], place: Callable[..., N], arguments: Sequence[N]) -> N:
    try:
        return place(*arguments, arithmetic.undefined)
    except arithmetic.errors:
        return arithmetic.undefined


def _crossings_of_function(
    verifier: Verifier, view: Graph, key: tuple[Spread, str, tuple[int, ...]], rule: Rule
) -> Sequence[Crossing]:
    """The crossings of a place that the function's nodes decide, kept for other claims about the function."""
    kept = verifier.function.crossings
    found = kept.get(key)
    if found is None:
        _, source, arguments = key
        found = _crossings(verifier, _place(view, arguments, rule), f"{verifier.seed}:{source}:{arguments}")
        if not verifier.deadline.passed():
            kept[key] = found
    return found


def _crossings(verifier: Verifier, place: _Place, seed: str) -> list[Crossing]:
    """Pairs of points right before and right behind a zero, found along lines and closed in by bisection."""
    found: list[Crossing] = []
    on_line, at_point = place(_float_columns()), place(_FLOATS)
    for line in _lines(verifier, seed):
        before: dict[str, float] | None = None
        sign = 0.0
        for point, value in _valued(
            line, on_line, _MOST_ENTRIES // (len(verifier.graph) + len(verifier.claim.statement))
        ):
            if math.isnan(value):
                before = None
                continue
            if before is not None and value * sign < 0:
                found.append(_closed_in(before, point, at_point))
                if len(found) >= _MOST_CROSSINGS:
                    return found
            before, sign = point, value or sign
        if found and len(verifier.graph.inputs) > 1:
            return found
        if verifier.deadline.passed():
            return found
    return found


def _valued(
    line: Sequence[dict[str, float]], on_line: Callable[[Mapping[str, Column[float]]], Column[float]], size: int
) -> Iterator[tuple[dict[str, float], float]]:
    """The points of a line with their values, which are computed for so many at once."""
    size = max(size, 1)
    for start in range(0, len(line), size):
        part = line[start : start + size]
        yield from zip(part, on_line({name: Column([point[name] for point in part]) for name in part[0]}), strict=False)


def _lines(verifier: Verifier, seed: str) -> Iterator[list[dict[str, float]]]:
    """Points in order: the whole axis for one variable, random lines through the domain for several."""
    names = list(verifier.graph.inputs)
    if len(names) == 1:
        yield [{names[0]: value} for value in _AXIS if _allowed(verifier, names[0], value)]
        return
    generator = random.Random(seed)  # noqa: S311 - reproducible points, not secrets
    for turn in range(_LINES):
        reach = 2 if turn < _LINES // 2 else 6
        start = {name: generator.choice((-1, 1)) * 10 ** generator.uniform(-1, reach) for name in names}
        end = {name: generator.choice((-1, 1)) * 10 ** generator.uniform(-1, reach) for name in names}
        steps = [step / 24 for step in range(25)]
        line = [{name: start[name] + (end[name] - start[name]) * step for name in names} for step in steps]
        yield [point for point in line if all(_allowed(verifier, name, value) for name, value in point.items())]


def _allowed(verifier: Verifier, name: str, value: float) -> bool:
    declared = verifier.declarations.get(name)
    return declared is None or declared.allows(Fraction(value))


def _closed_in(
    before: dict[str, float], behind: dict[str, float], value_at: Callable[[Mapping[str, float]], float]
) -> tuple[dict[str, float], dict[str, float]]:
    sign = value_at(before)
    for _ in range(110):
        middle = {name: _between(before[name], behind[name]) for name in before}
        if middle in (before, behind):
            break
        value = value_at(middle)
        if math.isnan(value):
            break
        if value * sign > 0:
            before = middle
        else:
            behind = middle
    return before, behind


def _between(low: float, high: float) -> float:
    """The middle; the geometric one where the magnitudes differ much, so that tiny zeros are found as well."""
    if low * high > 0 and not 0.1 < low / high < 10:
        return math.copysign(math.sqrt(abs(low)) * math.sqrt(abs(high)), low)
    return low / 2 + high / 2


def _beside(before: dict[str, float], behind: dict[str, float]) -> Iterator[dict[str, Exact]]:
    """Points at both sides of a crossing, close and very close, round where that is possible."""
    size = {name: max(abs(before[name]), abs(behind[name]), 1e-12) for name in before}
    gap = {name: behind[name] - before[name] for name in before}
    for distance in (1e-3, 1e-10):
        for start, sign in ((before, -1), (behind, 1)):
            moved = {
                name: value + sign * math.copysign(size[name] * distance, gap[name]) if gap[name] else value
                for name, value in start.items()
            }
            yield _tidy(moved, start, sign, gap)


def _tidy(point: dict[str, float], start: dict[str, float], sign: int, gap: dict[str, float]) -> dict[str, Exact]:
    """The same side of the crossing with fewer digits."""
    if len(point) == 1:
        name = next(iter(point))
        outward = sign * math.copysign(1.0, gap[name])
        for digits in range(1, 8):
            short = float(f"{point[name]:.{digits}g}")
            if (short - start[name]) * outward > 0 and abs(short - point[name]) <= abs(point[name] - start[name]):
                return _exactly({name: short})
    return _exactly(point)


def _exactly(point: Mapping[str, float]) -> dict[str, Exact]:
    exact = {name: Fraction(repr(value)) for name, value in point.items()}
    return {name: normalised(value.numerator, value.denominator) for name, value in exact.items()}


def _axis() -> list[float]:
    """From -1e13 to 1e13, dense where functions live."""
    far = [10 ** (power / 4) for power in range(-48, 53)]
    near = [step / 8 + 1e-7 for step in range(-48, 49)]
    return sorted({*far, *(-value for value in far), *near})


_AXIS: Final = _axis()
_LINES: Final = 40
_MOST_PLACES: Final = 24
_MOST_CROSSINGS: Final = 8
_MOST_ENTRIES: Final = 50_000
"""Values of nodes that are held at once while kinks are sought."""


@functools.cache
def _float_columns() -> FloatColumns:
    """Room for the points of any line."""
    return FloatColumns(len(_AXIS))
