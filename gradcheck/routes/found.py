"""What the symbolic route found, as plain data: it crosses from SymPy's process and is enclosed without SymPy."""

from __future__ import annotations

from dataclasses import dataclass
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
