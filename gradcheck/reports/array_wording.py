"""The parts of a report on arrays that every format says in the same words: entries, arrays on one line, blocks."""

from __future__ import annotations

import itertools
import math
import re
import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gradcheck.arrays.results import Tensor
from gradcheck.decimals import text
from gradcheck.reports import boxes, selection, wording
from gradcheck.shapes import grid, shape_text, size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode
    from gradcheck.reports import Style
    from gradcheck.shapes import Shape

_INDEX: Final = re.compile(r"\[(\d+), (\d+)\]")
_BLOCKS: Final = 12
"""Blocks of a tensor above which the rest is left out, unless -v; fewer where they are high."""
_LINES: Final = 48
_ZEROS: Final = 12
"""Names of blocks of zeros that are listed."""
_POINT: Final = 240
"""Characters of one variable's value in the head."""
_FORMULAS: Final = 700
"""Characters of SymPy's formulas for one variable that are worth reading."""


def entry(value: float | Decimal | str, digits: int) -> str:
    """A number, or the interval that it may be in."""
    return value if isinstance(value, str) else text(value, digits).replace("nan", "undefined")


def inline(tensor: Tensor, digits: int, room: int) -> str:
    """An array on one line, with as many entries as fit."""
    if not tensor.shape:
        return entry(tensor.entries[0], digits)
    rows, columns = (1, tensor.shape[0]) if len(tensor.shape) == 1 else (tensor.shape[0], size(tensor.shape[1:]))
    few = tensor.entries[: max(room, 1)]
    texts = [entry(one, digits) for one in few]
    if len(texts) == len(tensor.entries):
        lists = [f"[{', '.join(texts[row * columns : (row + 1) * columns])}]" for row in range(rows)]
        whole = lists[0] if len(tensor.shape) == 1 else f"[{', '.join(lists)}]"
        if len(whole) <= room:
            return whole
    flat = len(tensor.shape) == 1
    opening, rest = ("[", "]") if flat else ("[[", "]]" if rows == 1 else "], …]")
    shown = texts[:columns]
    closing = rest if len(shown) == columns and not flat else f", …{rest}"
    while len(shown) > 1 and len(opening) + len(", ".join(shown)) + len(closing) > room:
        shown.pop()
        closing = f", …{rest}"
    return f"{opening}{', '.join(shown)}{closing}"


def norm(tensor: Tensor) -> float:
    """The Frobenius norm."""
    numbers = [float(one) for one in tensor.entries if not isinstance(one, str)]
    if len(numbers) < len(tensor.entries):
        return math.nan
    return math.hypot(*numbers)


def point(result: ArrayEvaluation) -> list[str]:
    """``A = [[1, 2], [3, 4]]``, ``t = 2``; of a long array only its shape."""
    return [f"{name} = {_value(result, name, value)}" for name, value in result.point.items()]


def _value(result: ArrayEvaluation, name: str, value: str) -> str:
    shape = result.shapes[name]
    return f"({shape_text(shape)}, {size(shape):,} entries)" if shape and len(value) > _POINT else value


def declarations(result: ArrayEvaluation) -> str:
    """Every variable with its shape, as it is declared: ``W: 2x3, S: 3x3 symmetric, b: scalar``."""
    found = []
    for name, shape in result.shapes.items():
        declared, actual = result.declared.get(name, ""), f"{name}: {shape_text(shape)}"
        if not declared or declared.startswith(actual):
            found.append(declared or actual)
        elif declared.startswith(f"{name}:") and shape:
            found.append(f"{declared} ({shape_text(shape)})")
        else:
            found.append(f"{actual}; {declared}" if shape else declared)
    return ", ".join(found)


def derivative(result: ArrayEvaluation, node: ArrayNode) -> str:
    """∂f/∂a as the pullbacks write it: of an output with entries, that of each entry in turn."""
    index = f"[{','.join('ij'[: len(result.shape)])}]" if result.shape else ""
    return f"∂{result.output}{index}/∂{node.name}"


def summed(sources: Sequence[str], style: Style | None = None) -> list[str]:
    """Terms with the signs between them; in a style, of very many the first and the last."""
    return [
        source if not position else f" - {source[1:]}" if source.startswith("-") else f" + {source}"
        for position, source in enumerate(
            f"… {len(sources) - wording.TERMS} terms …" if source is None else source
            for source in (sources if style is None else wording.elided(sources, style))
        )
    ]


def layout(result: ArrayEvaluation) -> str:
    """How the derivatives are laid out; empty where there is nothing to tell."""
    if not result.shape:
        return "numerator layout: transposed" if result.layout == "numerator" else ""
    ranks = {len(result.shape) + len(node.shape) for node in result.gradient}
    parts = [
        *(["a row"] if 2 in ranks and len(result.shape) == 1 else []),
        *(["a block"] if max(ranks) > 2 else []),
    ]
    return f"{' or '.join(parts)} for each entry of {result.output}" if parts else ""


# -- the routes -------------------------------------------------------------------------------------------------------


def magnitude(tensor: Tensor | None, digits: int) -> str:
    """A number, or the norm of an array."""
    if tensor is None:
        return "–"
    if len(tensor.entries) == 1:
        return entry(tensor.entries[0], digits)
    if has_intervals(tensor):
        return "intervals"
    return text(norm(tensor), digits).replace("nan", "undefined")


def has_intervals(tensor: Tensor) -> bool:
    """Whether an entry is an interval, as at a kink."""
    return any(isinstance(one, str) for one in tensor.entries)


def slope(node: ArrayNode, digits: int) -> str:
    """Finite differences: the number or norm ± the worst entry, or along how many directions."""
    found = node.finite_difference
    if found is None:
        return "–"
    if found.value is None or found.error is None:
        return f"{found.directions} directions"
    errors = [float(one) for one in found.error.entries if not isinstance(one, str)]
    trusted = all(math.isfinite(one) for one in errors)
    return f"{magnitude(found.value, digits)} ± {text(max(errors, default=0.0), 2) if trusted else '?'}"


def symbolic(node: ArrayNode, digits: int) -> str:
    """SymPy's number or norm, or that it gave up."""
    if node.symbolic is None:
        return "–"
    return "gave up" if node.symbolic.value is None else magnitude(node.symbolic.value, digits)


def formulas(result: ArrayEvaluation, style: Style, width: int) -> Iterator[tuple[str, str] | list[str]]:
    """SymPy's formulas for what is asked for, one for a whole matrix where it knows one.

    Those of entries stand in matrices where they fit, else one by one; of long ones only how many there are.
    """
    for node in result.gradient:
        found = node.symbolic
        if found is None or not (found.expressions or found.matrix):
            continue
        label = f"∂{result.output}/∂{node.name}"
        if found.matrix:
            turned = result.layout == "numerator" and not result.shape and node.shape
            yield f"({label})ᵀ" if turned else label, _cut(found.matrix, style)
            if not style.verbose or not found.expressions:
                continue
        if len(found.expressions) == 1:
            yield label, _cut(found.expressions[0], style)
            continue
        lengths = sum(len(expression) for expression in found.expressions if expression != "0")
        if lengths > _FORMULAS and not style.verbose:
            yield label, f"{len(found.expressions)} formulas (-v shows them)"
            continue
        parts = blocks(result, replace(node, jacobian=_written(result, node, found.expressions)), style)
        drawings = [_drawn_whole(block, width) for block in parts.shown]
        if parts.more or None in drawings:
            yield from _one_by_one(result, node, found.expressions, style)
            continue
        yield from (one for one in drawings if one is not None)
        if parts.zero:
            yield label, f"0 for {', '.join(parts.zero[:6])}{' …' if len(parts.zero) > 6 else ''}"


def _compact(expression: str) -> str:
    """Indices without spaces, at which no line may break: W[0,2]."""
    return _INDEX.sub(r"[\1,\2]", expression)


def _written(result: ArrayEvaluation, node: ArrayNode, expressions: Sequence[str]) -> Tensor:
    return Tensor((*result.shape, *node.shape), tuple(0.0 if one == "0" else one for one in expressions))


def _drawn_whole(block: Block, width: int) -> list[str] | None:
    """A block of formulas as labelled lines, or None where it is too wide or too high."""
    texts = [_compact(one) if isinstance(one, str) else "0" for one in block.entries]
    if len(texts) == 1:
        lines = [texts[0]]
    else:
        found = boxes.matrix(block.rows, block.columns, lambda i, j: texts[i * block.columns + j], 10**9, whole=True)
        lines = boxes.box(found[0])
    drawing = boxes.labelled(block.label, lines)
    return drawing if max(map(len, drawing)) <= width and len(drawing) <= 2 * _BLOCKS else None


def _one_by_one(
    result: ArrayEvaluation, node: ArrayNode, expressions: Sequence[str], style: Style
) -> Iterator[tuple[str, str]]:
    labels = entry_labels(result, node)
    written = [(name, one) for name, one in zip(labels, expressions, strict=True) if one != "0"]
    yield from ((name, _cut(expression, style)) for name, expression in written)
    zeros = len(expressions) - len(written)
    if zeros:
        where = f"{'the other ' if written else 'all '}{zeros} entr{'y' if zeros == 1 else 'ies'}"
        yield f"∂{result.output}/∂{node.name}", f"0 at {where}"


def _cut(expression: str, style: Style) -> str:
    expression = _compact(expression)
    most = 2_000 if style.verbose else 300
    return expression if len(expression) <= most else f"{expression[:most]} … ({len(expression):,} characters)"


def entry_labels(result: ArrayEvaluation, node: ArrayNode) -> list[str]:
    """∂K[0,1]/∂B[2,0] for every entry of a derivative."""
    outputs, inputs = names(result.output, result.shape), names(node.name, node.shape)
    return [f"∂{one}/∂{other}" for one in outputs for other in inputs]


def names(name: str, shape: Shape) -> list[str]:
    """What the entries of an array are called."""
    if not shape:
        return [name]
    return [f"{name}[{','.join(map(str, index))}]" for index in itertools.product(*map(range, shape))]


# -- blocks -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A matrix of a derivative, ready to print: the gradient, or what one entry of the output has to say."""

    label: str
    rows: int
    columns: int
    entries: Sequence[float | Decimal | str]

    @property
    def is_zero(self) -> bool:
        """Whether every entry is exactly 0."""
        return not any(self.entries)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The parts of one derivative: those with something in them, the names of those without, how many are left out."""

    shown: Sequence[Block]
    zero: Sequence[str]
    more: int = 0


def blocks(result: ArrayEvaluation, node: ArrayNode, style: Style) -> Blocks:
    """∂output/∂node in matrices: one, or one for each entry of the output where there are more than two axes."""
    assert node.jacobian is not None
    chosen = selection.axes(result, node, style.slices)
    lengths = node.jacobian.shape
    rank = len(result.shape)
    outer, inner = chosen[:rank], chosen[rank:]
    whole = [one for one in chosen if one.kept]
    by = _named(node.name, inner)
    if len(whole) <= 2:
        entries = _entries(node.jacobian, lengths, chosen)
        rows, columns = grid(tuple(len(one.positions) for one in whole))
        if not any(one.kept for one in outer) and result.layout == "numerator" and not rank:
            rows, columns, entries = (
                columns,
                rows,
                [entries[i * columns + j] for j in range(columns) for i in range(rows)],
            )
        elif len(whole) == 1 and rank and inner and whole[0] in inner:
            rows, columns = columns, rows  # a row of the Jacobian
        return Blocks([Block(f"∂{_named(result.output, outer)}/∂{by}", rows, columns, entries)], ())
    shown: list[Block] = []
    zero: list[str] = []
    more = 0
    for index in itertools.product(*(one.positions for one in outer)):
        name = f"{result.output}[{','.join(map(str, index))}]"
        fixed = [selection.Axis([position], str(position), kept=False) for position in index]
        rows, columns = grid(tuple(len(one.positions) for one in inner if one.kept))
        if sum(one.kept for one in inner) == 1:
            rows, columns = columns, rows
        block = Block(f"∂{name}/∂{by}", rows, columns, _entries(node.jacobian, lengths, [*fixed, *inner]))
        if block.is_zero:
            zero.append(name)
        elif style.verbose or len(shown) < min(_BLOCKS, max(2, _LINES // min(rows + 1, 12))):
            shown.append(block)
        else:
            more += 1
    return Blocks(shown, zero, more)


def _named(name: str, axes: Sequence[selection.Axis]) -> str:
    return name if all(one.text == ":" for one in axes) else f"{name}[{','.join(one.text for one in axes)}]"


def _entries(tensor: Tensor, lengths: Shape, axes: Sequence[selection.Axis]) -> list[float | Decimal | str]:
    strides = [math.prod(lengths[position + 1 :]) for position in range(len(lengths))]
    return [
        tensor.entries[sum(at * stride for at, stride in zip(index, strides, strict=True))]
        for index in itertools.product(*(one.positions for one in axes))
    ]


def groups(result: ArrayEvaluation, node: ArrayNode, style: Style, width: int) -> Iterator[list[str]]:
    """Everything that is shown of one derivative, as groups of lines that may stand beside each other."""
    if style.flat and result.shape:
        yield from flat(result, node, style, width)
        return
    found = blocks(result, node, style)
    for block in found.shown:
        yield from drawn(block, style, width)
    if found.zero:
        more = f" and {len(found.zero) - _ZEROS:,} more" if len(found.zero) > _ZEROS else ""
        yield textwrap.wrap(f"zero by {node.name}: {', '.join(found.zero[:_ZEROS])}{more}", width)
    if found.more:
        yield [f"… {found.more:,} more blocks by {node.name} (-v; --slice 0,1 shows one)"]


def drawn(block: Block, style: Style, width: int) -> Iterator[list[str]]:
    """A block as labelled lines; more than one such group where it is cut into parts to fit."""
    beside = width - len(block.label) - 3
    room = beside if beside >= min(30, width // 2) else width - 2
    if (block.rows, block.columns) == (1, 1):
        yield [f"{block.label} = {entry(block.entries[0], style.digits)}"]
        return

    def cell(row: int, column: int) -> str:
        return entry(block.entries[row * block.columns + column], style.digits)

    parts = boxes.matrix(block.rows, block.columns, cell, room, whole=style.verbose)
    first = 0
    for part in parts:
        label = block.label
        if len(parts) > 1:
            last = first + len(part[0]) - 1
            yield [f"{block.label}, columns {first} to {last}", *(f"  {line}" for line in boxes.box(part))]
            first = last + 1
        elif room == beside:
            yield boxes.labelled(label, boxes.box(part))
        else:
            yield [f"{label} =", *(f"  {line}" for line in boxes.box(part))]


def flat(result: ArrayEvaluation, node: ArrayNode, style: Style, width: int) -> Iterator[list[str]]:
    """A derivative as a matrix with a name beside every row and above every column, entries row by row."""
    assert node.jacobian is not None
    chosen = selection.axes(result, node, style.slices)
    rank = len(result.shape)
    entries = _entries(node.jacobian, node.jacobian.shape, chosen)
    left = _labels(result.output, chosen[:rank])
    above = _labels(node.name, chosen[rank:])
    side = max(map(len, left))
    count = len(above)

    def cell(row: int, column: int) -> str:
        return above[column] if not row else entry(entries[(row - 1) * count + column], style.digits)

    first = 0
    for part in boxes.matrix(len(left) + 1, count, cell, width - side, whole=True):
        head = f"∂{result.output}/∂{node.name}"
        if len(part[0]) < count:
            head += f", columns {first} to {first + len(part[0]) - 1}"
        first += len(part[0])
        yield [
            f"{head} =",
            *(f"{name.ljust(side)}  {'  '.join(row)}" for name, row in zip(["", *left], part, strict=True)),
        ]


def _labels(name: str, axes: Sequence[selection.Axis]) -> list[str]:
    if not axes:
        return [name]
    return [f"{name}[{','.join(map(str, index))}]" for index in itertools.product(*(one.positions for one in axes))]
