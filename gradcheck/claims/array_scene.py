"""Derivatives of arrays at one point, and how points, shapes and entries are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb

from gradcheck.claims.array_settings import each, fits
from gradcheck.point import texts
from gradcheck.routes import pullbacks
from gradcheck.shapes import grid, shape_text, size, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.arithmetic.ball_grids import BallGrid, BallGrids
    from gradcheck.arrays.point import ArrayValue
    from gradcheck.claims.array_claim import Target
    from gradcheck.claims.array_settings import Cells, Setting
    from gradcheck.point import Value

    Coordinates = Mapping[str, Value | ArrayValue]
    Altered = Mapping[tuple[int, int], Any]


@dataclass(slots=True)
class Scene:
    """The values of all nodes at one point, and the rows of Jacobians that were computed from them."""

    setting: Setting
    arithmetic: BallGrids
    values: list[BallGrid]
    rows: dict[tuple[int, int, int], list[arb]]

    def row(self, of: int, wrt: int, output: int, altered: Altered | None = None) -> list[arb]:
        """∂of[output]/∂wrt, all entries; ``altered`` pullbacks take the place of the right ones."""
        key = (of, wrt, output)
        if altered is None and key in self.rows:
            return self.rows[key]
        view = self.setting.view(of)
        wanted = pullbacks.needed(view, [of], [wrt])
        seed = self.arithmetic.unit(*grid(view.shape(of)), output)
        adjoint = pullbacks.pull(view, self.arithmetic, self.values, seed, wanted=wanted, altered=altered)[wrt]
        found = [arb(0)] * size(view.shape(wrt)) if adjoint is None else adjoint.entries
        if altered is None:
            self.rows[key] = found
        return found

    def entries(self, target: Target, cells: Sequence[Cells], altered: Altered | None = None) -> list[arb]:
        """The entries of a derivative in the order of the cells."""
        if target.of.node is None or target.wrt.node is None:
            return [arb(0) for _ in each(cells)]
        rows: dict[int, list[arb]] = {}
        found = []
        for output, variable in each(cells):
            if output not in rows:
                rows[output] = self.row(target.of.node, target.wrt.node, output, altered)
            found.append(rows[output][variable])
        return found


def magnitude_of(entries: Sequence[arb]) -> arb:
    """The size of the largest entry, against which digits are counted; a derivative of zeros has none."""
    largest = arb(0)
    for entry in entries:
        if entry.is_finite() and abs(entry).mid() > largest:
            largest = arb(abs(entry).mid())
    return largest if largest > arb(10) ** -300 else arb(1)


def is_sharp(entries: Sequence[arb], magnitude: arb) -> bool:
    """Whether every entry is one number, and not an interval of what it may be at a kink."""
    return all(entry.is_finite() and entry.rad() <= arb(10) ** -6 * magnitude for entry in entries)


def misfit_text(claimed: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[str, str | None]:
    """How the shapes of a claim and of its derivative differ, and what would mend it."""
    hint = None
    if size(claimed) == 1 < size(wanted) and len(wanted) <= 2:
        hint = f"for the same number in every entry write {call_text('ones', wanted)}"
    elif len(wanted) == 2 and fits(claimed, wanted[::-1]):
        hint = "its transpose would fit"
    elif len(wanted) > 2:
        hint = "state its entries by letters: dK[p,q]/dB[i,j] = …"
    return f"the derivative is {_shown(wanted)}, the claim {_shown(claimed)}", hint


def _shown(shape: tuple[int, ...]) -> str:
    return told(shape) if len(shape) < 2 else shape_text(shape)


def call_text(name: str, shape: tuple[int, ...]) -> str:
    """A call with sizes: ``ones(3, 2)``."""
    return f"{name}({', '.join(map(str, shape))})"


def where(point: Coordinates) -> str:
    """`` at A = [[1, 2], [3, 4]], x = [1, 2]``, or an empty text."""
    return f" at {', '.join(f'{name} = {text}' for name, text in texts(point).items())}" if point else ""
