"""What the symbolic route found, as plain data: it crosses from SymPy's process and is enclosed without SymPy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flint import arb

    from gradcheck.arithmetic.formula import Formula


@dataclass(frozen=True, slots=True)
class SymbolicDerivative:
    """∂output/∂node as a formula in the node and its frontier; where there is none, the formula is empty."""

    formula: Formula
    text: str
    symbols: Mapping[str, int]
    """Each symbol's node."""
    reason: str = ""
    """Why the route gave up."""

    def enclosure(self, values: Sequence[arb], node: int | None = None, interval: arb | None = None) -> arb:
        """The derivative in balls; ``interval`` replaces the value of ``node``."""
        from gradcheck.arithmetic.formula import enclose

        environment = {name: values[index] for name, index in self.symbols.items()}
        if interval is not None:
            environment.update({name: interval for name, index in self.symbols.items() if index == node})
        return enclose(self.formula, environment)


@dataclass(frozen=True, slots=True)
class SymbolicArray:
    """∂output/∂node for arrays: a formula for each output entry by each entry of the node, in this order.

    Of a number's derivative by an array there may be one for the whole array; where the entries are too many, it alone.
    """

    formulas: tuple[Formula, ...] = ()
    texts: tuple[str, ...] = ()
    symbols: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Each symbol's node and entry."""
    reason: str = ""
    """Why the route gave up."""
    matrix: str = ""
    """The formula for the whole array in gradcheck's language."""
    matrix_formula: Formula = ()
    matrix_symbols: Mapping[str, int] = field(default_factory=dict)
    """Each matrix symbol's node."""

    def enclosures(
        self, values: Sequence[Sequence[arb]], node: int | None = None, moved: Sequence[arb] = ()
    ) -> list[arb]:
        """The derivatives in balls, from the entries of every node; ``moved`` replaces those of ``node``."""
        from gradcheck.arithmetic.formula import enclose

        if not self.formulas and self.matrix_formula:
            from gradcheck.arithmetic import matrix_formula

            arrays = {name: moved if index == node else values[index] for name, index in self.matrix_symbols.items()}
            return matrix_formula.enclose(self.matrix_formula, arrays)
        environment = {
            name: moved[entry] if index == node else values[index][entry]
            for name, (index, entry) in self.symbols.items()
        }
        return [enclose(formula, environment) for formula in self.formulas]
