"""The search for wrong pullbacks, or a mistake with the claim as a whole, that reproduce a claim about arrays."""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from flint import arb, fmpq

from gradcheck import rules
from gradcheck.arrays import writing
from gradcheck.claims.array_claim import Part, Target
from gradcheck.claims.array_points import spread
from gradcheck.claims.array_settings import DoesNotFitError, squeezed
from gradcheck.decimals import from_ball
from gradcheck.primitives.array_misconceptions import ARRAY_MISCONCEPTIONS, ARRAY_WHOLE
from gradcheck.routes.pullbacks import bind, needed
from gradcheck.syntax.printing import UNICODE, number_text
from gradcheck.verdicts import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gradcheck.arithmetic.ball_grids import BallGrid, BallGrids
    from gradcheck.claims.array_equality import ArrayVerifier
    from gradcheck.claims.array_scene import Scene
    from gradcheck.claims.array_settings import Setting
    from gradcheck.graph import Graph
    from gradcheck.primitives import Primitive
    from gradcheck.primitives.array_misconceptions import ArrayMisconception

POINTS: Final = 3
_TRIES: Final = 40
_NEAR: Final = arb(10) ** -50
MOST_ENTRIES: Final = 400
"""Entries of all variables together up to which a mistake is looked for."""
_FOR_PAIRS: Final = 40
_FACTORS: Final = (Fraction(1), Fraction(-1), Fraction(2), Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Shot:
    """One point: the scene, what is claimed of each cell, and what is true."""

    scene: Scene
    claimed: Sequence[arb]
    actual: Sequence[arb]


@dataclass(frozen=True, slots=True)
class _Mutant:
    node: int
    position: int
    row: ArrayMisconception

    @property
    def key(self) -> tuple[int, int]:
        return self.node, self.position


def shots_of(verifier: ArrayVerifier, setting: Setting, arithmetic: BallGrids, *, at_point: bool) -> Iterator[Shot]:
    """The first points of a setting at which claim and derivative have sharp values, a counterexample first."""
    found = verifier.counterexample
    first = [] if found is None or found.setting is not setting else [found.point]
    points = [verifier.at] if at_point else itertools.chain(first, spread(setting, verifier.declared, verifier.seed))
    count = 0
    for point in itertools.islice(points, _TRIES):
        scene = verifier.scene(setting, point, arithmetic)
        if scene is None or verifier.deadline.passed():
            continue
        claimed = verifier.claimed(scene)
        actual = scene.entries(verifier.claim.target, verifier.cells(setting))
        if all(entry.is_finite() and entry.rad() < _NEAR for entry in (*claimed, *actual)):
            yield Shot(scene, claimed, actual)
            count += 1
            if count == POINTS or not setting.graph.inputs:
                return


class Search:
    """One claim in one setting, and all that could have led to it."""

    def __init__(
        self,
        verifier: ArrayVerifier,
        setting: Setting,
        shots: Sequence[Shot],
        arithmetic: BallGrids,
        *,
        at_point: bool,
    ) -> None:
        self.verifier, self.setting, self.shots, self.arithmetic = verifier, setting, shots, arithmetic
        self.target = verifier.claim.target
        self.at_point = at_point
        assert self.target.of.node is not None
        assert self.target.wrt.node is not None
        self.of, self.wrt = self.target.of.node, self.target.wrt.node
        self.view: Graph = setting.view(self.of)
        self.cells = verifier.cells(setting)
        units = verifier.claim.units
        self.units = units if at_point and len(units) == len(shots[0].claimed) else None

    def explain(self) -> Diagnosis | None:
        """The likeliest mistake that reproduces the claim: a wrong pullback, the claim as a whole, then two at once."""
        if self.everywhere(lambda shot: shot.actual):  # apart by less than can be told here
            return None
        mutants = list(self.mutants())
        scaled = [mutant for mutant in mutants if mutant.row.primitives == ("any",) and mutant.row.pullback != "0"]
        mutants = [mutant for mutant in mutants if mutant not in scaled]
        whole, single = self.layout(), self.single(mutants, Fraction(1))
        if whole is not None and single is not None:  # which of the two was meant, nobody can tell
            return replace(whole, message=f"{whole.message} (or: {single.misconception} at node {single.node})")
        if whole is not None or single is not None:
            return whole or single
        whole = self.as_whole()
        if whole is not None:
            return whole
        single = self.single(scaled, Fraction(1)) if self.setting is self.verifier.given else None
        if single is not None:
            return single
        for factor in _FACTORS[1:]:
            single = self.single(mutants, factor)
            if single is not None:
                return single
        first = self.setting is self.verifier.given or self.verifier.misfit is not None
        return self.pair(mutants) if first and not self.at_point else None

    @functools.cached_property
    def other(self) -> Search | None:
        """The same search in other shapes: what holds in one choice of the sizes only explains nothing."""
        if self.at_point:
            return None
        for setting in (*self.verifier.named, *self.verifier.others):
            if setting is self.setting or setting.entries > MOST_ENTRIES:
                continue
            try:
                self.verifier.fit(setting)
            except DoesNotFitError:
                continue
            shots = list(itertools.islice(shots_of(self.verifier, setting, self.arithmetic, at_point=False), 1))
            if shots:
                return Search(self.verifier, setting, shots, self.arithmetic, at_point=False)
        return None

    def reproduce(self, mutants: Sequence[_Mutant], factor: Fraction = Fraction(1)) -> bool:
        """Whether wrong pullbacks, and a factor, make the claim: here and in other shapes."""

        def says(search: Search) -> Callable[[Shot], list[arb]]:
            return lambda shot: [_times(factor, entry) for entry in search.mutated(shot, mutants)]

        if not self.everywhere(says(self)):
            return False
        other = self.other
        return other is None or other.everywhere(says(other), unfit=True)

    # -- comparing ------------------------------------------------------------------------------------------------

    def everywhere(self, says: Callable[[Shot], Sequence[arb] | None], *, unfit: bool = False) -> bool:
        """Whether what ``says`` of a shot is what was claimed, entry by entry, at every one of them.

        ``unfit`` is the answer where it has no meaning in these shapes.
        """
        for shot in self.shots:
            if self.verifier.deadline.passed():
                return False
            try:
                said = says(shot)
            except (ValueError, IndexError, ZeroDivisionError):  # shapes that do not fit, a singular matrix
                return unfit
            if said is None or len(said) != len(shot.claimed) or not self.equal(said, shot.claimed):
                return False
        return True

    def equal(self, said: Sequence[arb], claimed: Sequence[arb]) -> bool:
        for place, (one, other) in enumerate(zip(said, claimed, strict=True)):
            gap = abs(one - other)
            unit = self.units[place] if self.units is not None else None
            if unit is not None:
                if not gap <= arb(fmpq(unit.numerator, 2 * unit.denominator)):
                    return False
            elif not gap <= _NEAR * (1 + abs(one) + abs(other)):
                return False
        return True

    # -- the claim as a whole -------------------------------------------------------------------------------------

    def layout(self) -> Diagnosis | None:
        """Right but for a transpose: of a gradient, or of the two axes of a Jacobian."""
        target, setting = self.target, self.setting
        if target.letters:
            return None
        shape = setting.free_shape(target, {})
        if len(shape) != 2 or 1 in shape or len(self.cells) != 1:
            return None
        rows, columns = shape[::-1] if self.verifier.transposed else shape
        if len(self.cells[0].positions) != rows * columns:
            return None
        order = [i * columns + j for j in range(columns) for i in range(rows)]
        if self.verifier.misfit is None and rows != columns:
            return None

        def transposed(shot: Shot) -> list[arb]:
            return [shot.actual[place] for place in order]

        if not self.everywhere(transposed):
            return None
        name = "another layout for numerator" if self.verifier.transposed else "numerator for denominator layout"
        of, wrt = target.of.text, target.wrt.text
        rank = len(setting.axes(target.wrt))
        convention = (
            f"the gradient has the shape of {wrt}" if rank == 2 and not target.wrt.index
            else f"∂{of}[i]/∂{wrt}[j] stands in row i and column j"
        )  # fmt: skip
        return Diagnosis(name, self.name(self.of), ARRAY_WHOLE[name].format(convention=convention))

    def as_whole(self) -> Diagnosis | None:
        output = self.name(self.of)
        if self.everywhere(lambda shot: [-entry for entry in shot.actual]):
            return Diagnosis("negated", output, ARRAY_WHOLE["negated"])
        filled = self.zeros_forgotten()
        if filled is not None:
            return filled
        if self.everywhere(lambda shot: shot.scene.values[self.of].entries):
            return Diagnosis("the function itself", output, ARRAY_WHOLE["the function itself"])
        if not self.target.letters and not self.target.wrt.index:
            shape = squeezed(self.setting.axes(self.target.wrt))
            for other, node in self.setting.graph.inputs.items():
                if node != self.wrt and squeezed(self.setting.graph.shape(node)) == shape:
                    target = Target(self.target.of, Part(node, other))
                    if self.everywhere(lambda shot, target=target: shot.scene.entries(target, self.cells)):  # type: ignore[misc]  # bound now
                        message = ARRAY_WHOLE["another variable"].format(other=other, wrt=self.target.wrt.name)
                        return Diagnosis("another variable", output, message)
        return None if self.at_point else self.factor()

    def zeros_forgotten(self) -> Diagnosis | None:
        """Right wherever the derivative is not 0: a factor such as (i == j) is missing."""
        count = len(self.shots[0].actual)
        zero = [all(shot.actual[place].is_zero() for shot in self.shots) for place in range(count)]
        filled = [place for place in range(count) if zero[place] and not self.shots[0].claimed[place].contains(0)]
        if all(zero) or not filled or self.at_point:
            return None

        def mended(shot: Shot) -> list[arb]:
            return [shot.claimed[k] if zero[k] else true for k, true in enumerate(shot.actual)]

        if not self.everywhere(mended):
            return None
        message = ARRAY_WHOLE["zeros forgotten"].format(
            entry=self.verifier.entry(self.setting, filled[0]), of=self.target.of.name, wrt=self.target.wrt.name
        )
        return Diagnosis("zeros forgotten", self.name(self.of), message)

    def factor(self) -> Diagnosis | None:
        """One number by which every entry is off."""
        pairs = [
            (one, true)
            for shot in self.shots
            for one, true in zip(shot.claimed, shot.actual, strict=True)
            if not true.contains(0)
        ]
        if len(pairs) < POINTS:
            return None
        ratio = Fraction(from_ball(pairs[0][0] / pairs[0][1], 30)).limit_denominator(1000)
        if ratio in {0, 1} or self.setting is not self.verifier.given or not self.is_factor(ratio):
            return None
        name = "factor 2 lost" if ratio == Fraction(1, 2) else "constant factor"
        text = number_text(ratio if ratio.denominator > 1 else ratio.numerator)[0]
        return Diagnosis(name, self.name(self.of), ARRAY_WHOLE[name].format(factor=text))

    def is_factor(self, ratio: Fraction) -> bool:
        """Whether every entry is off by a number, in other shapes as well: a factor n is none."""
        if not self.everywhere(lambda shot: [_times(ratio, entry) for entry in shot.actual]):
            return False
        other = self.other
        return other is None or other.everywhere(lambda shot: [_times(ratio, entry) for entry in shot.actual])

    # -- wrong pullbacks ------------------------------------------------------------------------------------------

    def mutants(self) -> Iterator[_Mutant]:
        """Every misconception at every node on a path from the variable to the output."""
        view = self.view
        wanted = needed(view, [self.of], [self.wrt])
        for row in ARRAY_MISCONCEPTIONS:
            for node in range(self.of, -1, -1):
                operation = view.operations[node]
                if operation is None or operation.boolean or not wanted[node] or node == self.wrt:
                    continue
                if not _applies(row, operation):
                    continue
                arguments = view.arguments[node]
                many = operation.nary and row.primitives == ("any",)
                positions = range(len(arguments)) if many and row.position == 0 else (row.position,)
                for position in positions:
                    if position < len(arguments) and wanted[arguments[position]]:
                        if "entrywise" in row.primitives and arguments[position] in self.view.numbers:
                            continue
                        yield _Mutant(node, position, row)

    def mutated(self, shot: Shot, mutants: Sequence[_Mutant]) -> list[arb]:
        altered: dict[tuple[int, int], Any] = {}
        for mutant in mutants:
            operation = self.view.operations[mutant.node]
            assert operation is not None
            if operation.nary:  # only the dropped path
                altered[mutant.key] = lambda *_: self.arithmetic.number(0)
                continue
            wrong = self.arithmetic.bind(rules.flow_rule(mutant.row.pullback, operation.arity, right=True))
            altered[mutant.key] = self.with_right(wrong, mutant)
        return shot.scene.entries(self.target, self.cells, altered)

    def with_right(self, wrong: Callable[..., BallGrid], mutant: _Mutant) -> Callable[..., BallGrid]:
        """A wrong pullback, given the right one's result as its last argument where it uses it."""
        if "r" not in re.findall(r"\w+", mutant.row.pullback):
            return lambda *given: wrong(*given, self.arithmetic.undefined)
        operation = self.view.operations[mutant.node]
        assert operation is not None
        step = bind(self.view, self.arithmetic, mutant.node)
        whole = step.pullbacks[mutant.position] if operation.shape else None
        local = None if operation.shape else step.locals[mutant.position]

        def altered(*given: Any) -> BallGrid:
            if whole is not None:
                return wrong(*given, whole(*given))
            assert local is not None
            *tape, upstream, _ = given
            return wrong(*given, self.arithmetic.times(upstream, local(*tape), selects=operation.selects))

        return altered

    def single(self, mutants: Sequence[_Mutant], factor: Fraction) -> Diagnosis | None:
        found = [mutant for mutant in mutants if self.reproduce([mutant], factor)]
        if not found:
            return None
        first = found[0]
        if first.row.name == "path dropped" and factor == 1 and not self.at_point and self.is_factor(Fraction(1, 2)):
            return Diagnosis("factor 2 lost", self.name(self.of), ARRAY_WHOLE["factor 2 lost"])
        message, name = self.message(first), first.row.name
        if factor == 2 and name == "path dropped":
            name = "one path taken twice"
            message = ARRAY_WHOLE[name].format(
                name=self.target.wrt.name, of=self.target.of.name, node=self.shown(first.node), right=self.right(first)
            )
        elif factor == -1:
            name, message = f"{name}; negated", f"{message}; and the sign is the opposite one"
        elif factor != 1:
            text = number_text(factor if factor.denominator > 1 else factor.numerator)[0]
            name, message = f"{name}; constant factor", f"{message}; and the claim is off by the factor {text}"
        others = dict.fromkeys(
            f"{mutant.row.name} at node {self.name(mutant.node)}"
            for mutant in found[1:]
            if (mutant.row.name, mutant.node) != (first.row.name, first.node)
        )
        if others and factor == 1:
            message += f" (or: {'; '.join(itertools.islice(others, 3))})"
        return Diagnosis(name, self.name(first.node), message)

    def pair(self, mutants: Sequence[_Mutant]) -> Diagnosis | None:
        fitting = [mutant for mutant in mutants if self.fits(mutant)]
        if len(fitting) > _FOR_PAIRS:
            return None
        for one, other in itertools.combinations(fitting, 2):
            if self.verifier.deadline.passed():
                return None
            if one.key != other.key and self.reproduce((one, other)):
                names = dict.fromkeys((one.row.name, other.row.name))
                message = f"{self.message(one)}; and {self.message(other)}"
                return Diagnosis("; ".join(names), self.name(one.node), message)
        return None

    def fits(self, mutant: _Mutant) -> bool:
        """Whether the wrong pullback has a meaning here; one that depends on a second to fit is not looked for."""
        try:
            self.mutated(self.shots[0], [mutant])
        except (ValueError, IndexError, ZeroDivisionError):
            return False
        return True

    # -- words ----------------------------------------------------------------------------------------------------

    def message(self, mutant: _Mutant) -> str:
        argument = self.name(self.view.arguments[mutant.node][mutant.position])
        return mutant.row.sentence.format(node=self.shown(mutant.node), right=self.right(mutant), u=argument)

    def shown(self, node: int) -> str:
        return f"{self.name(node)} = {writing.operation(self.view, node, UNICODE)}"

    def right(self, mutant: _Mutant) -> str:
        """What the node really passes back: ``∂f/∂A = ∂f/∂y @ x.T``, as a term of it where there are more paths."""
        argument = self.view.arguments[mutant.node][mutant.position]
        uses = sum(arguments.count(argument) for arguments in self.view.arguments)
        flow = writing.flow(self.view, mutant.node, mutant.position, UNICODE)
        if uses > 1:
            return f"{flow} to ∂{self.name(self.of)}/∂{self.name(argument)}"
        return f"∂{self.name(self.of)}/∂{self.name(argument)} = {flow}"

    def name(self, node: int) -> str:
        return rules.operand_text(self.view, node)[0]


def _applies(row: ArrayMisconception, operation: Primitive) -> bool:
    if row.primitives == ("any",):
        return operation.nary or row.position < operation.arity
    if row.primitives == ("entrywise",):
        return not operation.shape and operation.arity == 1 and operation.name != "neg"
    return operation.name in row.primitives


def _times(factor: Fraction, entry: arb) -> arb:
    return entry if factor == 1 else entry * arb(fmpq(factor.numerator, factor.denominator))
