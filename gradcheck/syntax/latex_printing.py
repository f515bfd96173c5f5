r"""Trees in LaTeX, with no more brackets than needed: reading the text again gives the same tree. No recursion.

Sides of a product stand side by side, or with ``\cdot`` where that would read otherwise; of arrays that is the matrix
product, and the product of entries is ``\odot``.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from gradcheck.primitives.table import PRIMITIVES
from gradcheck.syntax.latex_names import Names
from gradcheck.syntax.latex_words import ACCENTS, GREEK, GREEK_LETTERS, STANDARD_FUNCTIONS
from gradcheck.syntax.printing import number_text, parameter_text
from gradcheck.syntax.tree import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gradcheck.shapes import Shape
    from gradcheck.syntax.tree import Exact, Item, Program

_ATOM, _SUBSCRIPTED, _SCRIPTED, _FRACTION, _POWER, _NEG, _MUL, _ADD, _COMPARE, _AND, _OR, _CASES = range(12, 0, -1)
"""Precedences: a thing without scripts, with a subscript, with a superscript of its own, then as in plain notation."""
_INFIX: Final = {
    "+": (" + ", _ADD, _ADD, _MUL), "-": (" - ", _ADD, _ADD, _MUL), "and": (r" \land ", _AND, _AND, _COMPARE),
    "or": (r" \lor ", _OR, _OR, _AND),
    **{
        name: (f" {sign} ", _COMPARE, _ADD, _ADD)
        for name, sign in (("<", "<"), ("<=", r"\le"), (">", ">"), (">=", r"\ge"), ("==", "="), ("!=", r"\ne"))
    },
}  # fmt: skip
"""Operator: its text, its precedence, and the least precedence that its left and right operands need bare."""
_AROUND: Final = {
    "abs": (r"\left|", r"\right|", _ATOM), "floor": (r"\left\lfloor ", r"\right\rfloor", _ATOM),
    "ceil": (r"\left\lceil ", r"\right\rceil", _ATOM), "norm": (r"\left\lVert ", r"\right\rVert", _ATOM),
    "norm1": (r"\left\lVert ", r"\right\rVert_{1}", _SUBSCRIPTED), "sqrt": (r"\sqrt{", "}", _ATOM),
    "cbrt": (r"\sqrt[3]{", "}", _ATOM),
}  # fmt: skip
"""Functions that LaTeX writes around their argument."""
_POWERS: Final = STANDARD_FUNCTIONS - {"exp", "max", "min", "det"}
"""Functions whose square is written \\sin^{2}."""
_OPEN, _CLOSE = r"\left(", r"\right)"
_ESCAPED: Final = str.maketrans({"_": r"\_"})
_STEM: Final = re.compile(r"(?P<stem>[^\W\d_]+?)(?P<digits>[0-9]+)?(?:_(?P<script>\w+))?")
_MARKS: Final = re.compile(r"(?P<name>.+?)(?P<marks>_star|(?:_prime)+)")


class _Product(NamedTuple):
    """Stands for the sign between two factors, until it is known what follows."""


class _Least(NamedTuple):
    """An item to write, and the least precedence it needs bare; ``sign`` tells whether a minus needs brackets."""

    item: int
    least: int
    sign: bool = False


class _Name(NamedTuple):
    """A name, which a bracket must not follow without a sign."""

    text: str


Piece = str | _Name | _Product | _Least


# -- names and numbers ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4_096)
def name_latex(name: str, taken: frozenset[str] = frozenset()) -> tuple[str, int]:
    r"""A name in LaTeX, and its precedence; ``taken`` are all names, among which it must be told from the others.

    >>> name_latex("x_1")[0], name_latex("W1")[0], name_latex("alpha")[0], name_latex("y_hat")[0], name_latex("loss")[0]
    ('x_{1}', 'W_{1}', '\\alpha', '\\hat{y}', '\\mathrm{loss}')
    """
    text, precedence = _composed(name)
    known = taken | {name}
    found = Names(text, len(text), known, {}).name(0) if text else None
    if found == (name, len(text)) and (name == "pi" or not text.startswith(r"\pi")):
        return text, precedence
    shown = name.translate(_ESCAPED)
    return (rf"\mathrm{{{shown}}}" if name.isascii() else rf"\text{{{shown}}}"), _ATOM


def _composed(name: str) -> tuple[str, int]:
    """A name taken apart: its beginning, subscript and marks; empty where it has no such form."""
    marked = _MARKS.fullmatch(name)
    marks = ""
    if marked is not None:
        name = marked["name"]
        marks = "^{*}" if marked["marks"] == "_star" else "'" * (len(marked["marks"]) // 6)
    found = _STEM.fullmatch(name)
    if found is None or "__" in name or name.endswith("_"):
        return "", _ATOM
    stem, digits, script = found["stem"], found["digits"] or "", found["script"] or ""
    if digits and (script or (len(stem) > 1 and stem not in GREEK)):
        stem, digits = stem + digits, ""
    accent, _, rest = script.partition("_")
    text = _stem(stem)
    if accent in ACCENTS:
        text, script = rf"\{accent}{{{text}}}", rest
    script = script or digits
    if script:
        text += f"_{{{_script(script)}}}"
    return text + marks, _SCRIPTED if marks == "^{*}" else _SUBSCRIPTED if script or marks else _ATOM


def _stem(stem: str) -> str:
    word = GREEK_LETTERS.get(stem, stem)
    if word in GREEK:
        return f"\\{word}"
    if len(stem) == 1 and stem.isascii():
        return stem
    return rf"\mathrm{{{stem}}}" if stem.isascii() else rf"\text{{{stem}}}"


def _script(script: str) -> str:
    shown = script.replace("_minus_", "-").replace("_plus_", "+").replace("_", ",")
    return re.sub(r"[A-Za-z]+", lambda found: _script_word(found[0]), shown)


def _script_word(word: str) -> str:
    if word in GREEK:
        return f"\\{word} "
    return word if len(word) < 3 else rf"\mathrm{{{word}}}"


def number_latex(value: Exact) -> tuple[str, int]:
    """An exact number, and the precedence of the way it is written."""
    text, _ = number_text(value)
    sign = "-" if text.startswith("-") else ""
    text = text.removeprefix("-")
    if "/" in text:
        above, _, below = text.partition("/")
        shown = rf"\frac{{{scientific(above)}}}{{{scientific(below)}}}"
        return f"{sign}{shown}", _NEG if sign else _FRACTION
    shown = scientific(text)
    return f"{sign}{shown}", _NEG if sign else _MUL if shown != text else _ATOM


def scientific(text: str) -> str:
    r"""A number as it is shown, 2.5e-3, in LaTeX: 2.5 \times 10^{-3}."""
    mantissa, cut, exponent = text.partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if cut and exponent.lstrip("+-").isdigit() else text


@lru_cache(maxsize=512)
def function_latex(name: str, taken: frozenset[str] = frozenset()) -> str:
    r"""The command of a primitive: ``\arcsin``, ``\operatorname{relu}``; never one that a variable has taken."""
    row = PRIMITIVES[name]
    spellings = [one for one in (row.written, *row.aliases) if one not in taken] or [row.written]
    if name == "sigmoid" and not {"sigma", "sigmoid"} & taken:
        return r"\sigma"
    if name in {"log10", "log2"} and name not in taken:
        return rf"\log_{{{name[3:]}}}"
    if name == "log_base":
        return r"\operatorname{log}" if "log" not in taken else r"\ln"
    for one in (*spellings[1:], *spellings[:1]):
        if one in STANDARD_FUNCTIONS:
            return f"\\{one}"
    shown = next((one for one in spellings if one.isascii()), spellings[0])
    return rf"\operatorname{{{shown.translate(_ESCAPED)}}}"


# -- operations -------------------------------------------------------------------------------------------------------


class _Writer:
    def __init__(
        self, items: Sequence[Item], taken: frozenset[str], known: Sequence[Shape | None], named: Mapping[str, str]
    ) -> None:
        self.items, self.taken, self.known, self.named = items, taken, known, named

    def is_wide(self, index: int) -> bool:
        """Whether an item is known to be more than a scalar."""
        shape = self.known[index] if self.known else None
        return bool(shape) and math.prod(shape or ()) > 1

    def pieces(self, index: int) -> tuple[list[Piece], int]:
        """How an item is written around its operands, and its precedence."""
        item = self.items[index]
        if item.kind is Kind.NUMBER:
            text, precedence = number_latex(item.value)
            return [text], precedence
        if item.kind is Kind.NAME:
            if item.name in self.named:
                return [_Name(self.named[item.name])], _FRACTION
            text, precedence = name_latex(item.name, self.taken)
            return [_Name(text)], precedence
        name, arguments = item.name, item.arguments
        if name in _INFIX:
            text, precedence, left, right = _INFIX[name]
            return [
                _Least(arguments[0], left),
                text,
                _Least(arguments[1], right, sign=precedence > _COMPARE),
            ], precedence
        match name:
            case "neg":
                return ["-", _Least(arguments[0], _POWER, sign=True)], _NEG
            case "/":
                return [r"\frac{", _Least(arguments[0], 0), "}{", _Least(arguments[1], 0), "}"], _FRACTION
            case "*" | "matmul" | "vecmat":
                return self.product(item), _MUL
            case "**":
                return self.power(item), _POWER
            case "where":
                return self.cases(index), _CASES
            case "stack":
                return self.matrix(item), _ATOM
            case "transpose":
                return [self.base(arguments[0], _SUBSCRIPTED), r"^{\top}"], _SCRIPTED
            case "select":
                index_text = ", ".join(map(parameter_text, item.parameters))
                return [self.base(arguments[0], _ATOM), f"_{{[{index_text}]}}"], _SUBSCRIPTED
            case "root" if self.is_plain_order(arguments[1]):
                return [r"\sqrt[", _Least(arguments[1], 0), "]{", _Least(arguments[0], 0), "}"], _ATOM
            case "log_base" if self.is_plain_base(arguments[1]) and "log" not in self.taken:
                shown = self.pieces(arguments[1])[0]
                return [r"\log_{", *shown, "}", _OPEN, _Least(arguments[0], 0), _CLOSE], _ATOM
            case "inv" if self.is_wide(arguments[0]):
                return [_Least(arguments[0], _SUBSCRIPTED), "^{-1}"], _SCRIPTED
        if name in _AROUND and PRIMITIVES[name].written not in self.taken:
            before, after, precedence = _AROUND[name]
            return [before, _Least(arguments[0], 0), after], precedence
        return [function_latex(name, self.taken), *self.call(item)], _ATOM

    def base(self, index: int, least: int) -> _Least:
        """What a transpose or an index stands behind: never a bare number."""
        return _Least(index, _ATOM + 1 if self.items[index].kind is Kind.NUMBER else least)

    def call(self, item: Item) -> list[Piece]:
        """The arguments of a function, in brackets."""
        found: list[Piece] = [_OPEN]
        for position, argument in enumerate(item.arguments):
            found += [", "] * (position > 0) + [_Least(argument, 0)]
        for position, parameter in enumerate(item.parameters, start=len(item.arguments)):
            shown = name_latex(parameter, self.taken)[0] if isinstance(parameter, str) else parameter_text(parameter)
            found.append(f", {shown}" if position else shown)
        return [*found, _CLOSE]

    def is_plain_order(self, index: int) -> bool:
        """Whether the order of a root stands in brackets without being another function."""
        item = self.items[index]
        return item.kind is Kind.NAME or (item.kind is Kind.NUMBER and item.value not in {2, 3})

    def is_plain_base(self, index: int) -> bool:
        """Whether the base of a logarithm can be its subscript: \\log_{b} and \\log_{3}, but not \\log_{10}."""
        item = self.items[index]
        if item.kind is Kind.NAME:
            return len(item.name) == 1 and item.name.isascii() and item.name != "e" and item.name not in self.named
        return item.kind is Kind.NUMBER and isinstance(item.value, int) and item.value not in {2, 10}

    def product(self, item: Item) -> list[Piece]:
        left, right = item.arguments
        sign: Piece = _Product()
        wide = self.is_wide(left) and self.is_wide(right)
        if item.name == "*" and wide:
            sign = r" \odot "
        elif item.name != "*" and not wide:
            sign = r" \mathbin{@} "
        return [_Least(left, _MUL), sign, _Least(right, _POWER, sign=True)]

    def power(self, item: Item) -> list[Piece]:
        base, exponent = item.arguments
        function, order = self.items[base], self.items[exponent]
        if self.is_wide(base) and len(self.known[base] or ()) == 2:  # A^{2} is the product A A
            return [_Least(base, _SUBSCRIPTED), r"^{\odot ", _Least(exponent, 0), "}"]
        if (
            function.kind is Kind.APPLY
            and len(function.arguments) == 1
            and order.kind is Kind.NUMBER
            and isinstance(order.value, int)
        ):
            command = function_latex(function.name, self.taken) if not PRIMITIVES[function.name].infix else ""
            if command[1:] in _POWERS:
                return [command, "^{", _Least(exponent, 0), "}", *self.call(function)]
        return [_Least(base, _SUBSCRIPTED), "^{", _Least(exponent, 0), "}"]

    def cases(self, index: int) -> list[Piece]:
        found: list[Piece] = [r"\begin{cases} "]
        item = self.items[index]
        while item.name == "where":
            condition, value, rest = item.arguments
            found += [_Least(value, _OR), " & ", _Least(condition, 0), r" \\ "]
            index, item = rest, self.items[rest]
        return [*found, _Least(index, _OR), r" & \text{otherwise} \end{cases}"]

    def matrix(self, item: Item) -> list[Piece]:
        """Rows of one length above one are a grid; anything else is a column of its entries."""
        rows = [self.items[argument] for argument in item.arguments]
        widths = {len(row.arguments) if row.name == "stack" else 0 for row in rows}
        entries = (argument for row in rows for argument in row.arguments)
        is_grid = len(widths) == 1 and min(widths) > 1 and not any(self.items[one].name == "stack" for one in entries)
        found: list[Piece] = [r"\begin{bmatrix} "]
        for number, row in enumerate(rows):
            found += [r" \\ "] * (number > 0)
            cells = row.arguments if is_grid else item.arguments[number : number + 1]
            for position, cell in enumerate(cells):
                found += [" & "] * (position > 0) + [_Least(cell, 0)]
        return [*found, r" \end{bmatrix}"]


def write_latex(
    items: Sequence[Item],
    root: int,
    *,
    taken: AbstractSet[str] = frozenset(),
    known: Sequence[Shape | None] = (),
    named: Mapping[str, str] | None = None,
    limit: int | None = None,
) -> str:
    r"""One expression of a tree in LaTeX (math mode, without the dollars).

    Reading it gives the same tree, if the names that occur are bound. ``taken`` are the names of variables, ``known``
    the shapes of the items where they are known, ``named`` names that stand for something written otherwise, such as a
    derivative. ``limit`` stops a long text with ``\dots``.
    """
    writer = _Writer(items, frozenset(taken), known, named or {})
    out: list[str] = []
    length = 0
    pending = False
    is_name = False
    equals = items[root].kind is Kind.APPLY and items[root].name in {"==", "and", "or"}
    stack: list[Piece] = [_CLOSE, _Least(root, 0), _OPEN] if equals else [_Least(root, 0)]
    while stack:
        top = stack.pop()
        if isinstance(top, _Product):
            pending = True
        elif isinstance(top, _Least):
            found, precedence = writer.pieces(top.item)
            if precedence < top.least or (top.sign and precedence == _NEG):
                braces = precedence in {_SUBSCRIPTED, _SCRIPTED}
                found = ["{" if braces else _OPEN, *found, "}" if braces else _CLOSE]
            stack.extend(reversed(found))
        else:
            text = top if isinstance(top, str) else top.text
            if pending:
                out.append(r" \cdot " if text[0] in ".0123456789" or (is_name and text == _OPEN) else " ")
            out.append(text)
            pending, is_name = False, isinstance(top, _Name)
            length += len(text)
            if limit is not None and length > limit:
                out.append(r" \dots")
                break
    return "".join(out)


def write_latex_program(
    program: Program, *, known: Sequence[Shape | None] = (), limit: int | None = None, separator: str = r";\quad "
) -> str:
    """A whole program on one line."""
    texts = []
    taken = {item.name for item in program.items if item.kind is Kind.NAME}
    taken.update(statement.name for statement in program.statements if statement.name)
    for statement in program.statements:
        text = write_latex(program.items, statement.root, taken=taken, known=known, limit=limit)
        texts.append(f"{name_latex(statement.name, frozenset(taken))[0]} = {text}" if statement.name else text)
        if limit is not None and sum(map(len, texts)) > limit:
            break
    return separator.join(texts)
