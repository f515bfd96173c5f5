"""Trees and graphs written out: plain (reads back as the same tree) or Unicode (for people). No recursion."""

from __future__ import annotations

import decimal
import functools
import re
from typing import TYPE_CHECKING, Final

from gradcheck.primitives.table import PRIMITIVES
from gradcheck.syntax.tree import NAME, NUMBER, Exact, Item, Program, Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from gradcheck.syntax.tree import Parameter

PLAIN: Final = "plain"
UNICODE: Final = "unicode"

ATOM: Final = 8
_POSTFIX = 9
"""What the operand of ``.T`` and ``[0]`` needs: an atom that is no number."""
_POWER, _NEG, _MUL, _ADD, _COMPARE, _AND, _OR = 7, 6, 5, 4, 3, 2, 1
_INFIX: Final = {
    "+": (" + ", _ADD, _ADD, _MUL), "-": (" - ", _ADD, _ADD, _MUL), "*": ("*", _MUL, _MUL, _POWER),
    "/": ("/", _MUL, _MUL, _POWER), "**": ("**", _POWER, ATOM, ATOM), "and": (" and ", _AND, _AND, _COMPARE),
    "or": (" or ", _OR, _OR, _AND),
    "matmul": (" @ ", _MUL, _MUL, _POWER), "vecmat": (" @ ", _MUL, _MUL, _POWER),
    **{name: (f" {name} ", _COMPARE, _ADD, _ADD) for name in ("<", "<=", ">", ">=", "==", "!=")},
}  # fmt: skip
"""Operator: its text, its precedence, and the least precedence that its left and right operands need bare."""
_UNICODE_INFIX: Final = {"*": "·", "<=": " ≤ ", ">=": " ≥ ", "!=": " ≠ ", "==": " = "}
_UNICODE_NAME: Final = {"sigmoid": "σ", "pi": "π"}
_SUPERSCRIPTS: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LIKE_EXPONENT: Final = re.compile(r"[eE][0-9]")
_SHORT: Final = 10**15
"""Integers below are written digit by digit."""
_ROOM_FOR_DIGITS: Final = decimal.Context(prec=50_000, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)

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
    name: str,
    operands: Sequence[str],
    style: str,
    taken: AbstractSet[str] = frozenset(),
    parameters: Sequence[Parameter] = (),
    *,
    entrywise: bool = False,
) -> tuple[list[Piece], int]:
    """How a primitive is written around its operands, and the precedence of the result.

    ``taken`` are names of variables: a function of that name is written by another of its spellings. ``operands``
    tell, in Unicode, which operands may stand side by side: "number:…", "beside", or "" (and "bars" for ``|x|``).
    ``entrywise`` marks a product of arrays, or a power of one: in Unicode, a ∘ b and a∘².
    """
    if name == "neg":
        return ["-", (0, _POWER, True)], _NEG
    row = PRIMITIVES[name]
    if row.infix:
        text, precedence, left, right = _INFIX[name]
        if style == UNICODE:
            if name == "**" and operands[1].startswith("number:"):
                exponent = operands[1][7:]
                if exponent.lstrip("-").isdigit() and len(exponent) <= 4:
                    ring = "∘" if entrywise else ""
                    return [(0, left, True), f"{ring}{exponent.translate(_SUPERSCRIPTS)}"], precedence
            if name == "*" and operands[0].startswith("number:") and operands[1] == "beside":
                return [(0, left, False), (1, right, True)], precedence
            text = " ∘ " if name == "*" and entrywise else _UNICODE_INFIX.get(name, text)
        return [(0, left, False), text, (1, right, precedence > _COMPARE)], precedence
    if row.postfix:
        return _postfix(name, len(operands), style, parameters), ATOM
    shown = _UNICODE_NAME.get(row.written, row.written) if style == UNICODE else row.written
    if name == "norm_squared" and style == PLAIN and "norm" not in taken:
        return ["norm(", (0, 0, False), ")**2"], _POWER
    if style == UNICODE or shown in taken or name == "norm_squared":
        found = _with_signs(name, operands, style)
        if found is not None:
            return found
    if shown in taken:
        shown = next((alias for alias in row.aliases if alias not in taken), shown)
    return [f"{shown}(", *_listed(len(operands), parameters), ")"], ATOM


def _postfix(name: str, count: int, style: str, parameters: Sequence[Parameter]) -> list[Piece]:
    """What is written behind or around its operands: ``A.T``, ``A[0, :]``, ``[x, y]``."""
    if name == "stack":
        return ["[", *_listed(count, ()), "]"]
    operand: Piece = (0, _POSTFIX, True)
    if name == "transpose":
        return [operand, "ᵀ" if style == UNICODE else ".T"]
    return [operand, f"[{', '.join(map(parameter_text, parameters))}]"]


def _with_signs(name: str, operands: Sequence[str], style: str) -> tuple[list[Piece], int] | None:
    """A function that has signs of its own: in Unicode, and where a variable has taken its name."""
    match name:
        case "abs" if operands[0] == "bars":  # ||x|| is the norm
            return ["|(", (0, 0, False), ")|"], ATOM
        case "abs":
            return ["|", (0, 0, False), "|"], ATOM
        case "norm" | "norm1":
            return ["‖", (0, 0, False), "‖" if name == "norm" else "‖₁"], ATOM
        case "norm_squared":
            return ["‖", (0, 0, False), "‖²" if style == UNICODE else "‖**2"], _POWER
        case "sqrt":
            return ["√", (0, ATOM, True)], _POWER
        case "cbrt" if style == UNICODE:
            return ["∛", (0, ATOM, True)], _POWER
    return None


def _listed(count: int, parameters: Sequence[Parameter]) -> list[Piece]:
    """Operands and then parameters, with commas between them."""
    found: list[Piece] = []
    for position in range(count):
        if position:
            found.append(", ")
        found.append((position, 0, False))
    for position, parameter in enumerate(parameters, start=count):
        found.append(f", {parameter_text(parameter)}" if position else parameter_text(parameter))
    return found


def parameter_text(parameter: Parameter) -> str:
    """A size, an axis, an index or a slice.

    >>> parameter_text(3), parameter_text("n"), parameter_text(Slice(1, None)), parameter_text(Slice(None, -1))
    ('3', 'n', '1:', ':-1')
    """
    if not isinstance(parameter, Slice):
        return str(parameter)
    start, stop = ("" if end is None else str(end) for end in parameter)
    return f"{start}:{stop}"


def operation_text(
    name: str,
    operands: Sequence[tuple[str, int]],
    style: str = PLAIN,
    parameters: Sequence[Parameter] = (),
    *,
    entrywise: bool = False,
) -> tuple[str, int]:
    """A primitive applied to operands that are already text (with their precedences)."""
    sorts = [_sort_of(text, level) for text, level in operands]
    found, precedence = pieces(name, sorts, style, parameters=parameters, entrywise=entrywise)
    return (
        "".join(
            piece if isinstance(piece, str) else _bracketed(*operands[piece[0]], piece[1], minus=piece[2])
            for piece in found
        ),
        precedence,
    )


def _sort_of(text: str, precedence: int) -> str:
    """Whether an operand is a number, or may stand beside one: 2x, 2x², 2√c, but not 2·2**x, 2·e1 or 2·exp(x)."""
    if precedence == ATOM and text[0] == "|" == text[-1]:
        return "bars"
    if text.replace(".", "", 1).lstrip("-").isdigit() and text.isascii():
        return f"number:{text}"
    stands = text[0] in "√∛" or (text[0].isalpha() and "(" not in text and not _LIKE_EXPONENT.match(text))
    return "beside" if precedence >= _POWER and stands else ""


def _bracketed(text: str, precedence: int, least: int, *, minus: bool) -> str:
    if least == _POSTFIX:
        return f"({text})" if precedence < ATOM or text[0] in ".0123456789" else text
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
    out: list[str] = []
    names = frozenset(taken)
    length = 0
    stack: list[str | tuple[int, int, bool]] = [(root, 0, False)]
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            out.append(top)
            if limit is not None:
                length += len(top)
                if length > limit:
                    out.append(" …")
                    break
            continue
        index, least, minus = top
        kind, value, name, arguments, _, _, parameters = items[index]
        if kind is NUMBER:
            text, precedence = number_text(value)
            stack.append(_bracketed(text, precedence, least, minus=minus))
            continue
        if kind is NAME:
            stack.append(name)
            continue
        bars = name == "abs" and items[arguments[0]].name == "abs"
        found, precedence = _plain_pieces(name, len(arguments), parameters, names, bars)
        if least == _POSTFIX or (full and least):
            bare = precedence == ATOM
        else:
            bare = precedence >= least and not (minus and precedence == _NEG)
        if not bare:
            stack.append(")")
        for piece in found:
            if isinstance(piece, str):
                stack.append(piece)
                continue
            place, needed, sign = piece
            operand = items[arguments[place]]
            if operand.kind is NAME:  # never in brackets
                stack.append(operand.name)
            else:
                stack.append((arguments[place], max(needed, 1) if full and precedence < ATOM else needed, sign))
        if not bare:
            stack.append("(")
    return "".join(out)


@functools.lru_cache(maxsize=1_024)
def _plain_pieces(
    name: str, count: int, parameters: tuple[Parameter, ...], taken: frozenset[str], bars: bool
) -> tuple[Sequence[Piece], int]:
    """The pieces of a primitive in plain notation, last one first, kept for the next text."""
    found, precedence = pieces(name, ("bars",) if bars else ("",) * count, PLAIN, taken, parameters)
    return found[::-1], precedence


def write_program(program: Program, *, full: bool = False, limit: int | None = None) -> str:
    """A whole program on one line, statements separated by ``;``."""
    texts = []
    taken = {item.name for item in program.items if item.kind is NAME}
    taken.update(statement.name for statement in program.statements)
    for statement in program.statements:
        text = write_tree(program.items, statement.root, full=full, limit=limit, taken=taken)
        texts.append(f"{statement.name} = {text}" if statement.name else text)
        if limit is not None and sum(map(len, texts)) > limit:
            texts[-1] = texts[-1][:limit].removesuffix(" …") + " …"
            break
    return "; ".join(texts)


def write_graph(
    operations: Sequence[str],
    arguments: Sequence[tuple[int, ...]],
    leaf: Callable[[int], tuple[str, int]],
    style: str,
    parameters: Sequence[Sequence[Parameter]] = (),
) -> tuple[str, int]:
    """The last node of a (small) graph as one expression; ``leaf`` writes the nodes without operation."""
    texts: list[tuple[str, int]] = []
    for index, name in enumerate(operations):
        if name:
            given = parameters[index] if parameters else ()
            texts.append(operation_text(name, [texts[a] for a in arguments[index]], style, given))
        else:
            texts.append(leaf(index))
    return texts[-1]
