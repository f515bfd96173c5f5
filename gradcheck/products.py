r"""Products that notation leaves open: in LaTeX ``A x`` and ``A \cdot x`` multiply matrices where both are arrays.

The plain dialect tells ``A @ x`` from ``a*x``; here the shapes decide, and the plain text is made to say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.errors import Span, SyntaxProblem
from gradcheck.primitives.table import PRIMITIVES, SPELLINGS
from gradcheck.shapes import SHAPES, ShapeProblem, elementwise, known_size, selection, size, told
from gradcheck.syntax.latex_words import ENTRYWISE
from gradcheck.syntax.tree import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.shapes import Shape
    from gradcheck.syntax.translation import Translation
    from gradcheck.syntax.tree import Item, Program

    Known = Shape | None
    Edit = tuple[int, int, tuple[int, int], str]
    """Start, end, the rank among edits at one place (what closes, operators, what opens), and the text."""

_MOST_FACTORS: Final = 8
"""Up to this power that of a matrix is written out."""


def has_arrays(program: Program, shapes: Mapping[str, Shape]) -> bool:
    """Whether anything in a program may be an array."""
    if any(shapes.values()):
        return True
    return any(item.kind is Kind.APPLY and PRIMITIVES[item.name].is_matrix for item in program.items)


def shapes_of(program: Program, shapes: Mapping[str, Shape], sizes: Mapping[str, int] | None = None) -> list[Known]:
    """The shape of every item of a program, None where it cannot be told."""
    known: list[Known] = []
    named = dict(shapes)
    ends = {statement.root: statement.name for statement in program.statements}
    for index, item in enumerate(program.items):
        if item.kind is Kind.APPLY:
            known.append(_shape(item.name, [known[argument] for argument in item.arguments], item, sizes or {}))
        else:
            known.append(named.get(item.name, ()) if item.kind is Kind.NAME else ())
        if ends.get(index):
            named[ends[index]] = known[index] or ()
    return known


def settled(
    translation: Translation, program: Program, shapes: Mapping[str, Shape], sizes: Mapping[str, int]
) -> Translation:
    """The plain text with ``@`` where two arrays meet, and ``inv`` for the power -1 of a matrix."""
    edits: list[Edit] = []
    known: list[Known] = []
    named = dict(shapes)
    ends = {statement.root: statement.name for statement in program.statements}
    for index, item in enumerate(program.items):
        known.append(_settle(index, item, program, known, named, sizes, edits))
        if ends.get(index):
            named[ends[index]] = known[index] or ()
    ordered = [(start, end, text) for start, end, _, text in sorted(edits)]
    return translation.edited(ordered)


def _settle(
    index: int,
    item: Item,
    program: Program,
    known: Sequence[Known],
    named: Mapping[str, Shape],
    sizes: Mapping[str, int],
    edits: list[Edit],
) -> Known:
    """The shape of an item, where it can be told, and what has to be written otherwise."""
    if item.kind is not Kind.APPLY:
        return named.get(item.name, ()) if item.kind is Kind.NAME else ()
    operands = [known[argument] for argument in item.arguments]
    row = PRIMITIVES[item.name]
    if item.name == "*" and all(operand is not None and size(operand) > 1 for operand in operands):
        left, right = (program.items[argument] for argument in item.arguments)
        between = program.source[left.end : right.start]
        if ENTRYWISE not in between:
            edits.append(_product(between, left.end, index))
            return _shape("matmul", operands, item, sizes)
    elif item.name == "**":
        return _power(index, item, program, operands, sizes, edits)
    elif len(item.arguments) == 1 and not row.infix and not row.postfix:
        _bracket(index, item, program, edits)
    return _shape(item.name, operands, item, sizes)


def _product(between: str, start: int, index: int) -> Edit:
    """Where the operator stands between two operands, or would stand."""
    for position, character in enumerate(between):
        if character in "*·×":
            return start + position, start + position + 1, (1, index), " @ "
    position = len(between) - len(between.lstrip(") \t\n"))
    return start + position, start + position, (1, index), " @ "


def _power(
    index: int,
    item: Item,
    program: Program,
    operands: Sequence[Known],
    sizes: Mapping[str, int],
    edits: list[Edit],
) -> Known:
    """``A^{-1}`` is the inverse, ``A^2`` is ``A A``."""
    base = operands[0]
    if base is None or len(base) != 2 or base[0] != base[1] or base[0] == 1:
        return _shape("**", operands, item, sizes)
    exponent = program.items[item.arguments[1]]
    under = program.items[item.arguments[0]]
    value = exponent.value if exponent.kind is Kind.NUMBER else None
    if exponent.name == "neg" and program.items[exponent.arguments[0]].value == 1:
        value = -1
    sign = program.source.find("^", under.end, exponent.start)
    if sign < 0:
        return base
    if value == -1:
        edits += [(item.start, item.start, (2, -index), "inv("), (sign, item.end, (0, index), ")")]
    elif isinstance(value, int) and 2 <= value <= _MOST_FACTORS and under.kind is Kind.NAME:
        more = f" @ {under.name}" * (value - 1)
        edits += [(item.start, item.start, (2, -index), "("), (sign, item.end, (0, index), f"{more})")]
    else:
        raise SyntaxProblem(
            f"this power of {told(base)} is not read", span=Span(item.start, item.end), source=program.source,
            hint="write the product out, A A",
        )  # fmt: skip
    return base


def _bracket(index: int, item: Item, program: Program, edits: list[Edit]) -> None:
    r"""A function without brackets, ``\operatorname{tr} A B``, takes a matrix product as it takes an implicit one."""
    argument = program.items[item.arguments[0]]
    head = program.source[item.start : argument.start]
    name = head.rstrip("( ")
    if name in SPELLINGS and "(" not in head:
        edits += [(argument.start, argument.start, (2, -index), "("), (item.end, item.end, (0, index), ")")]


def _shape(name: str, operands: Sequence[Known], item: Item, sizes: Mapping[str, int]) -> Known:
    """The shape of a primitive's output, or None where it cannot be told (yet)."""
    found = [operand for operand in operands if operand is not None]
    if len(found) < len(operands):
        return None
    if name == "diag" and len(found[0]) == 2:
        name = "diagonal"
    row = PRIMITIVES[name]
    try:
        if name == "select":
            return SHAPES["select"](found, selection(found[0], item.parameters, sizes))
        rule = SHAPES.get(row.shape)
        if rule is None:
            return elementwise(row.written, found)
        return rule(found, tuple(known_size(one, sizes) for one in item.parameters))
    except (ShapeProblem, IndexError, ValueError):
        return None
