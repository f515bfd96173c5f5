"""Trees and graphs written out: plain (reads back as the same tree) or Unicode (for people). No recursion."""

from __future__ import annotations

import decimal
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.syntax.tree import Exact, Item, Kind, Program

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

PLAIN: Final = "plain"
UNICODE: Final = "unicode"

ATOM: Final = 8
_POWER, _NEG, _MUL, _ADD, _COMPARE, _AND, _OR = 7, 6, 5, 4, 3, 2, 1
_INFIX: Final = {
    "+": (" + ", _ADD, _ADD, _MUL), "-": (" - ", _ADD, _ADD, _MUL), "*": ("*", _MUL, _MUL, _POWER),
    "/": ("/", _MUL, _MUL, _POWER), "**": ("**", _POWER, ATOM, ATOM), "and": (" and ", _AND, _AND, _COMPARE),
    "or": (" or ", _OR, _OR, _AND),
    **{name: (f" {name} ", _COMPARE, _ADD, _ADD) for name in ("<", "<=", ">", ">=", "==", "!=")},
}  # fmt: skip
"""Operator: its text, its precedence, and the least precedence that its left and right operands need bare."""
_UNICODE_INFIX: Final = {"*": "·", "<=": " ≤ ", ">=": " ≥ ", "!=": " ≠ ", "==": " = "}
_UNICODE_CALL: Final = {"sqrt": "√", "cbrt": "∛"}
_UNICODE_NAME: Final = {"sigmoid": "σ", "pi": "π"}
_SUPERSCRIPTS: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LIKE_EXPONENT: Final = re.compile(r"[eE][0-9]")
_SHORT: Final = 10**15
"""Integers below are written digit by digit."""
_ROOM_FOR_DIGITS: Final = decimal.Context(prec=50_000, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)

_CALLED: Final = frozenset(row.written for row in PRIMITIVES.values() if not row.infix)
"""Names that a variable may hide."""

Piece = str | tuple[int, int, bool]
"""Text, or an operand: its position, the least precedence it needs bare, and whether a minus sign needs brackets."""


def number_text(value: Exact) -> tuple[str, int]:
    """An exact number, and the precedence of the way it is written; it reads back as the same number.

    >>> from fractions import Fraction
    >>> number_text(Fraction(1, 10)), number_text(Fraction(-2, 3)), number_text(10**30)
    (('0.1', 8), ('-2/3', 5), ('1e30', 8))
    """
    if isinstance(value, int):
        if -_SHORT < value < _SHORT:
            return str(value), ATOM if value >= 0 else _NEG
        digits, denominator = value, 1
    else:
        digits, denominator = value.numerator, value.denominator
    rest, twos, fives = denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        top, bottom = _decimal_text(abs(digits)), _decimal_text(denominator)
        return f"{'-' if digits < 0 else ''}{top}/{bottom}", _MUL
    places = max(twos, fives)
    text = _decimal_text(abs(digits) * 10**places // denominator, places)
    return (f"-{text}", _NEG) if digits < 0 else (text, ATOM)


def _decimal_text(digits: int, places: int = 0) -> str:
    """``digits`` / 10**``places``, positional where that is short, scientific elsewhere."""
    number = _ROOM_FOR_DIGITS.create_decimal(digits).scaleb(-places, _ROOM_FOR_DIGITS).normalize(_ROOM_FOR_DIGITS)
    _, figures, exponent = number.as_tuple()
    leading = len(figures) + int(exponent) - 1
    if -7 <= leading <= max(20, len(figures)):
        return format(number, "f")
    text = "".join(map(str, figures))
    mantissa = f"{text[0]}.{text[1:]}" if len(text) > 1 else text
    return f"{mantissa}e{leading}"


def pieces(
    name: str, operands: Sequence[str], style: str, taken: AbstractSet[str] = frozenset()
) -> tuple[Sequence[Piece], int]:
    """How a primitive is written around its operands, and the precedence of the result.

    ``taken`` are names of variables: a function of that name is written by another of its spellings. ``operands``
    tell, in Unicode, which operands may stand side by side: "number:…", "beside" or "".
    """
    if style == PLAIN and not taken:
        return _plain_pieces(name)
    return _pieces(name, operands, style, taken)


@cache
def _plain_pieces(name: str) -> tuple[Sequence[Piece], int]:
    return _pieces(name, (), PLAIN, frozenset())


def _pieces(name: str, operands: Sequence[str], style: str, taken: AbstractSet[str]) -> tuple[Sequence[Piece], int]:
    if name == "neg":
        return ["-", (0, _POWER, True)], _NEG
    row = PRIMITIVES[name]
    if row.infix:
        text, precedence, left, right = _INFIX[name]
        if style == UNICODE:
            if name == "**" and operands[1].startswith("number:"):
                exponent = operands[1][7:]
                if exponent.lstrip("-").isdigit() and len(exponent) <= 4:
                    return [(0, left, True), exponent.translate(_SUPERSCRIPTS)], precedence
            if name == "*" and operands[0].startswith("number:") and operands[1] == "beside":
                return [(0, left, False), (1, right, True)], precedence
            text = _UNICODE_INFIX.get(name, text)
        return [(0, left, False), text, (1, right, precedence > _COMPARE)], precedence
    if style == UNICODE:
        if name == "abs":
            return ["|", (0, 0, False), "|"], ATOM
        if name in _UNICODE_CALL:
            return [_UNICODE_CALL[name], (0, ATOM, True)], _POWER
    shown = _UNICODE_NAME.get(row.written, row.written) if style == UNICODE else row.written
    if shown in taken:
        if name == "abs":
            return ["|", (0, 0, False), "|"], ATOM
        if name == "sqrt":
            return ["√", (0, ATOM, True)], _POWER
        shown = next((alias for alias in row.aliases if alias not in taken), shown)
    found: list[Piece] = [f"{shown}("]
    for position in range(row.arity):
        if position:
            found.append(", ")
        found.append((position, 0, False))
    return [*found, ")"], ATOM


def operation_text(name: str, operands: Sequence[tuple[str, int]], style: str = PLAIN) -> tuple[str, int]:
    """A primitive applied to operands that are already text (with their precedences)."""
    found, precedence = pieces(name, [_sort_of(text, level) for text, level in operands], style)
    return (
        "".join(
            piece if isinstance(piece, str) else _bracketed(*operands[piece[0]], piece[1], minus=piece[2])
            for piece in found
        ),
        precedence,
    )


def _sort_of(text: str, precedence: int) -> str:
    """Whether an operand is a number, or may stand beside one: 2x, 2x², 2√c, but not 2·2**x, 2·e1 or 2·exp(x)."""
    if text.replace(".", "", 1).lstrip("-").isdigit() and text.isascii():
        return f"number:{text}"
    stands = text[0] in "√∛" or (text[0].isalpha() and "(" not in text and not _LIKE_EXPONENT.match(text))
    return "beside" if precedence >= _POWER and stands else ""


def _bracketed(text: str, precedence: int, least: int, *, minus: bool) -> str:
    return f"({text})" if precedence < least or (minus and precedence == _NEG) else text


def name_text(name: str, style: str) -> str:
    """A name as it is shown."""
    return _UNICODE_NAME.get(name, name) if style == UNICODE else name


def write_tree(
    items: Sequence[Item],
    root: int,
    *,
    full: bool = False,
    limit: int | None = None,
    taken: AbstractSet[str] = frozenset(),
) -> str:
    """One expression of a tree in plain notation, with no more brackets than needed or, if ``full``, with all.

    ``print`` after ``parse`` is the identity. ``limit`` stops a long text with an ellipsis.
    """
    clashes = taken & _CALLED
    out: list[str] = []
    length = 0
    stack: list[str | tuple[int, int, bool]] = [(root, 0, False)]
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            out.append(top)
            length += len(top)
            if limit is not None and length > limit:
                out.append(" …")
                break
            continue
        index, least, minus = top
        item = items[index]
        if item.kind is Kind.NUMBER:
            text, precedence = number_text(item.value)
            stack.append(_bracketed(text, precedence, least, minus=minus))
            continue
        if item.kind is Kind.NAME:
            stack.append(item.name)
            continue
        found, precedence = pieces(item.name, (), PLAIN, clashes)
        bare = precedence == ATOM if full and least else precedence >= least and not (minus and precedence == _NEG)
        if not bare:
            stack.append(")")
        for piece in reversed(found):
            if isinstance(piece, str):
                stack.append(piece)
            else:
                stack.append(
                    (item.arguments[piece[0]], max(piece[1], 1) if full and precedence < ATOM else piece[1], piece[2])
                )
        if not bare:
            stack.append("(")
    return "".join(out)


def write_program(program: Program, *, full: bool = False, limit: int | None = None) -> str:
    """A whole program on one line, statements separated by ``;``."""
    texts = []
    taken = {item.name for item in program.items if item.kind is Kind.NAME}
    taken.update(statement.name for statement in program.statements)
    for statement in program.statements:
        text = write_tree(program.items, statement.root, full=full, limit=limit, taken=taken)
        texts.append(f"{statement.name} = {text}" if statement.name else text)
        if limit is not None and sum(map(len, texts)) > limit:
            texts[-1] = texts[-1][:limit].removesuffix(" …") + " …"
            break
    return "; ".join(texts)


def write_graph(
    operations: Sequence[str], arguments: Sequence[tuple[int, ...]], leaf: Callable[[int], tuple[str, int]], style: str
) -> tuple[str, int]:
    """The last node of a (small) graph as one expression; ``leaf`` writes the nodes without operation."""
    texts: list[tuple[str, int]] = []
    for index, name in enumerate(operations):
        texts.append(operation_text(name, [texts[a] for a in arguments[index]], style) if name else leaf(index))
    return texts[-1]
