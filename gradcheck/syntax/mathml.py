"""Trees as MathML Core, which browsers typeset by themselves: fractions, powers, roots, subscripts, matrices.

Everything is made of pieces, the markup of a part with the precedence that brackets need; no recursion. What a text
holds is escaped. https://www.w3.org/TR/mathml-core/
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from gradcheck import shapes
from gradcheck.errors import GradcheckError, printable
from gradcheck.primitives.table import PRIMITIVES
from gradcheck.products import shapes_of
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import number_text, parameter_text
from gradcheck.syntax.tree import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gradcheck.primitives import Primitive
    from gradcheck.shapes import Shape
    from gradcheck.syntax.tree import Item, Parameter

ATOM, POWER, COEFFICIENT, PRODUCT, ENTRYWISE, NEGATIVE, SUM, COMPARISON, AND, OR = range(10, 0, -1)
"""How tightly a piece holds together; a minus in front ranks below a product here, for −xy is −(xy)."""
MOST_ITEMS: Final = 400
"""Items of a tree above which nobody reads it as a formula."""
_LONGEST: Final = 8_000
_MOST_CHARACTERS: Final = 60_000
_TALL: Final = 6
"""Entries of a vector above which it is written on one line."""

_SMALL: Final = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega"
)
_CAPITALS: Final = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
_GREEK: Final = dict(zip(f"{_SMALL} {_CAPITALS}".split(), "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", strict=True))
_INDEXED: Final = re.compile(r"([^\W\d_]+)_?([0-9]+)|([^\W_]+)_([^\W_]+)")
_SPECIAL: Final = {"inf": "<mi>∞</mi>", "-inf": "<mrow><mo>−</mo><mi>∞</mi></mrow>"}
_NUMBER: Final = re.compile(r"(-?)([0-9][0-9.]*)(?:e([-+]?)0*([0-9]+))?")
_CONDITIONAL: Final = re.compile(r" (if|else) ")
_SYMPY: Final = re.compile(r"\b(?:Max|Min|Abs|Heaviside)(?=\()")
_RENAMED: Final = {"Max": "max", "Min": "min", "Abs": "abs", "Heaviside": "heaviside"}
"""SymPy's names for what we call otherwise."""
_CIRCULAR: Final = ("sin", "cos", "tan", "sec", "csc", "cot")
_SHOWN: Final = {
    "sigmoid": "σ", "trace": "tr", **{f"a{one}": f"arc{one}" for one in _CIRCULAR},
    **{f"a{one}h": f"ar{one}h" for one in _CIRCULAR},
}  # fmt: skip
"""What a function is called in formulas, where it is not the name that a text uses."""
_SQUARED: Final = frozenset((*_CIRCULAR, *(f"{one}h" for one in _CIRCULAR)))
"""Functions whose powers are written sin²(x)."""
_SIGNS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_FENCES: Final = {"abs": "||", "norm": "‖‖", "floor": "⌊⌋", "ceil": "⌈⌉"}
_THIN: Final = '<mspace width="0.167em"></mspace>'
_GAP: Final = "\N{NO-BREAK SPACE}"
_TIMES: Final = "<mo>\N{INVISIBLE TIMES}</mo>"
_APPLIED: Final = "<mo>\N{FUNCTION APPLICATION}</mo>"


class Piece(NamedTuple):
    """A part of a formula: its markup (always one element), how tightly it holds together, what it begins with."""

    markup: str
    level: int = ATOM
    begins: str = "letter"
    """``digit``, ``letter``, ``word`` (the name of a function) or ``sign``: what may stand right behind a number."""
    number: bool = False
    """Whether it is a number, and nothing but a number."""
    shape: Shape = ()
    call: tuple[str, str] | None = None
    """The name and the bracketed arguments of a function between which a power may stand."""
    cells: tuple[str, ...] = ()
    """The entries of a list."""


# -- parts ------------------------------------------------------------------------------------------------------------


def math(*parts: Piece | str, wide: bool = False, label: str = "") -> str:
    """A whole formula; ``wide`` gives fractions their full size, ``label`` is its text for who cannot see it."""
    shown = f' alttext="{_text(label)}"' if label else ""
    size = ' displaystyle="true"' if wide else ""
    return f"<math{size}{shown}>{''.join(map(_markup, parts))}</math>"


def row(*parts: Piece | str, class_: str = "") -> Piece:
    """Parts side by side."""
    shown = f' class="{class_}"' if class_ else ""
    return Piece(f"<mrow{shown}>{''.join(map(_markup, parts))}</mrow>")


def sign(text: str) -> str:
    """An operator between two operands, of which one may stand in a formula before: = + ·."""
    return f'<mo form="infix">{_text(text)}</mo>'


def words(text: str) -> str:
    """Plain text inside of a formula."""
    return f"<mtext>{_text(text)}</mtext>"


def name(text: str) -> Piece:
    """A variable or a node: Greek letters by their names, digits behind a letter as its subscript, words upright.

    >>> name("theta").markup, name("x1").markup
    ('<mi>θ</mi>', '<msub><mi>x</mi><mn>1</mn></msub>')
    """
    found = _INDEXED.fullmatch(text)
    if found is None:
        return Piece(_identifier(text))
    letter, digits, base, below = found.groups()
    if letter:
        return Piece(f"<msub>{_identifier(letter)}<mn>{_text(digits)}</mn></msub>")
    return Piece(f"<msub>{_identifier(base)}{_identifier(below)}</msub>")


def _identifier(text: str) -> str:
    return f"<mi>{_text(_GREEK.get(text, text))}</mi>"


def number(text: str) -> Piece:
    """A number as the reports write it: 5.98, -1.2e-07, [0, 1] at a kink, undefined.

    >>> number("-1.2e-07").markup
    '<mrow><mo>−</mo><mn>1.2</mn><mo>×</mo><msup><mn>10</mn><mrow><mo>−</mo><mn>7</mn></mrow></msup></mrow>'
    """
    if text.startswith("[") and text.endswith("]"):
        ends = [number(end).markup for end in text[1:-1].split(", ")]
        return fenced("[", "]", *_listed(ends))._replace(number=True)
    found = _NUMBER.fullmatch(text)
    if found is None:
        return Piece(_SPECIAL.get(text) or words(text), begins="digit", number=True)
    minus, digits, below, exponent = found.groups()
    markup, level = f"<mn>{digits}</mn>", ATOM
    if exponent:
        power = f"<mrow><mo>−</mo><mn>{exponent}</mn></mrow>" if below == "-" else f"<mn>{exponent}</mn>"
        markup, level = f"{markup}<mo>×</mo><msup><mn>10</mn>{power}</msup>", PRODUCT
    if minus:
        return Piece(f"<mrow><mo>−</mo>{markup}</mrow>", NEGATIVE, "sign", number=True)
    return Piece(f"<mrow>{markup}</mrow>" if exponent else markup, level, "digit", number=True)


def fraction(top: Piece | str, bottom: Piece | str, class_: str = "") -> Piece:
    """One over the other; as a factor it needs no brackets, as the base of a power it does."""
    shown = f' class="{class_}"' if class_ else ""
    return Piece(f"<mfrac{shown}>{_markup(top)}{_markup(bottom)}</mfrac>", POWER, "digit")


def derivative(of: str, by: str, class_: str = "") -> Piece:
    """∂of/∂by."""
    return quotient(name(of), name(by), class_)


def quotient(of: Piece, by: Piece, class_: str = "") -> Piece:
    """The same of whatever is differentiated, by whatever."""
    return fraction(row("<mo>∂</mo>", of), row("<mo>∂</mo>", by), class_)


def fenced(left: str, right: str, *parts: Piece | str) -> Piece:
    """Parts between brackets or bars, which grow with what is tall.

    Elsewhere they are told not to: Chromium reserves the room of the largest bracket for one that might stretch.
    """
    inside = "".join(map(_markup, parts))
    mo = "mo" if "<mfrac" in inside or "<mtable" in inside else 'mo stretchy="false"'
    return Piece(f"<mrow><{mo}>{left}</mo>{inside}<{mo}>{right}</mo></mrow>", begins="sign")


def bracketed(piece: Piece, least: int) -> str:
    """The markup of an operand, in parentheses unless it holds together tightly enough."""
    return piece.markup if piece.level >= least else fenced("(", ")", piece).markup


def side(piece: Piece) -> Piece:
    """A piece as a side of an equation: a comparison stands in brackets there."""
    return piece._replace(markup=bracketed(piece, SUM)) if AND < piece.level <= COMPARISON else piece


def product(factors: Sequence[Piece]) -> Piece:
    """Factors with dots between them; a negative one behind another stands in brackets."""
    parts = [bracketed(one, PRODUCT if at else NEGATIVE) for at, one in enumerate(factors)]
    return Piece(f"<mrow>{'<mo>⋅</mo>'.join(parts)}</mrow>", min(factors[0].level, PRODUCT), factors[0].begins)


def matrix(rows: Sequence[Sequence[str]]) -> Piece:
    """Entries, which are markup, in square brackets."""
    lines = "".join(f"<mtr>{''.join(f'<mtd>{entry}</mtd>' for entry in line)}</mtr>" for line in rows)
    return Piece(f"<mrow><mo>[</mo><mtable>{lines}</mtable><mo>]</mo></mrow>", begins="sign")


# -- trees ------------------------------------------------------------------------------------------------------------


def formula(
    text: str,
    bound: AbstractSet[str] = frozenset(),
    leaves: Mapping[str, Piece] | None = None,
    variables: Mapping[str, Shape] | None = None,
) -> Piece | None:
    """One expression as a piece; None where it is no text of the language, or too long for a formula.

    ``bound`` are names that mean variables, ``leaves`` what stands for some of them (a number, ∂f/∂x), ``variables``
    the shapes of arrays. A text may hold ``a if c else b``, as rules do, and SymPy's names.
    """
    found = statements(text, bound, leaves, variables)
    return found[0][1] if found is not None and len(found) == 1 and not found[0][0] else None


def statements(
    text: str,
    bound: AbstractSet[str] = frozenset(),
    leaves: Mapping[str, Piece] | None = None,
    variables: Mapping[str, Shape] | None = None,
) -> list[tuple[str, Piece]] | None:
    """The statements of a program, each with the name that it gives (or none), in the same way."""
    if len(text) > _LONGEST:
        return None
    given = leaves or {}
    named = {**(variables or {}), **{name: piece.shape for name, piece in given.items()}}
    try:
        program = parse(_readable(text), frozenset((*bound, *named)))
    except GradcheckError:
        return None
    if len(program.items) > MOST_ITEMS:
        return None
    known = shapes_of(program, named)
    pieces: list[Piece] = []
    found: list[tuple[str, Piece]] = []
    for statement in program.statements:
        for item in program.items[len(pieces) : statement.root + 1]:
            pieces.append(_piece(item, pieces, given)._replace(shape=known[len(pieces)] or ()))
            if len(pieces[-1].markup) > _MOST_CHARACTERS:
                return None
        found.append((statement.name, pieces[statement.root]))
    return found


def _readable(text: str) -> str:
    """``a if c else b``, as a rule's text may say it, as a call of where; SymPy's names as ours."""
    text = _SYMPY.sub(lambda found: _RENAMED[found[0]], text)
    if " if " not in text:
        return text
    open_: list[list[str]] = [[]]
    for character in text:
        if character in "([":
            open_.append([])
        if character in ")]" and len(open_) > 1:
            inside = "".join(open_.pop())
            open_[-1].append(inside[0] + _conditional(inside[1:]))
        open_[-1].append(character)
    return "(".join(_conditional("".join(one)) for one in open_)


def _conditional(text: str) -> str:
    """The same where every bracket within is read already."""
    start, depth = 0, 0
    parts: list[tuple[str, str]] = []
    for position, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        found = None if depth else _CONDITIONAL.match(text, position)
        if found is not None:
            parts.append((text[start:position], found[1]))
            start = found.end()
    if [word for _, word in parts] != ["if", "else"]:
        return text
    return f"where({parts[1][0]}, {parts[0][0]}, {text[start:]})"


def _piece(item: Item, before: Sequence[Piece], leaves: Mapping[str, Piece]) -> Piece:
    if item.kind is Kind.NUMBER:
        top, _, bottom = number_text(item.value)[0].partition("/")
        return fraction(number(top), number(bottom)) if bottom else number(top)
    if item.kind is Kind.NAME:
        return leaves.get(item.name) or name(item.name)
    return applied(PRIMITIVES[item.name], [before[argument] for argument in item.arguments], item.parameters)


def applied(primitive: Primitive, operands: Sequence[Piece], parameters: Sequence[Parameter] = ()) -> Piece:
    """A primitive around its operands."""
    write = _WRITTEN.get(primitive.name)
    if write is not None:
        return write(operands, parameters)
    if primitive.name in _SIGNS:
        left, right = (bracketed(one, SUM) for one in operands)
        return Piece(
            f"<mrow>{left}<mo>{_text(_SIGNS[primitive.name])}</mo>{right}</mrow>", COMPARISON, operands[0].begins
        )
    if primitive.name in _FENCES:
        return fenced(*_FENCES[primitive.name], *operands)
    return called(_SHOWN.get(primitive.name, primitive.written), operands, parameters)


def called(function: str, arguments: Iterable[Piece], parameters: Sequence[Parameter] = (), below: str = "") -> Piece:
    """A function of some arguments, ``below`` a subscript of its name."""
    listed = [*(one.markup for one in arguments), *(words(parameter_text(one)) for one in parameters)]
    head = f"<mi>{_text(function)}</mi>"
    if below:
        head = f"<msub>{head}{below}</msub>"
    behind = f"{_APPLIED}{fenced('(', ')', *_listed(listed)).markup}"
    call = (head, behind) if function in _SQUARED else None
    return Piece(f"<mrow>{head}{behind}</mrow>", ATOM, "word" if len(function) > 1 else "letter", call=call)


def _sum(operands: Sequence[Piece], _: object, between: str = "+") -> Piece:
    left, right = operands
    return Piece(
        f"<mrow>{bracketed(left, SUM)}<mo>{between}</mo>{bracketed(right, ENTRYWISE)}</mrow>", SUM, left.begins
    )


def _times(operands: Sequence[Piece], _: object) -> Piece:
    left, right = operands
    if shapes.size(left.shape) != 1 != shapes.size(right.shape):
        return _product(left, "<mo>∘</mo>", right, ENTRYWISE)
    if left.number and left.level in {ATOM, NEGATIVE} and not right.number and _may_follow_a_number(right):
        gap = _THIN if right.begins == "word" and right.level >= POWER else ""
        return _product(left, _TIMES + gap, right, COEFFICIENT, least=POWER)
    return _product(left, "<mo>⋅</mo>", right, PRODUCT)


def _may_follow_a_number(piece: Piece) -> bool:
    return piece.begins != "digit" or piece.level < POWER


def _product(left: Piece, between: str, right: Piece, level: int, least: int = COEFFICIENT) -> Piece:
    bare = left.level >= NEGATIVE
    return Piece(
        f"<mrow>{bracketed(left, NEGATIVE)}{between}{bracketed(right, least)}</mrow>",
        min(left.level, level) if bare else level,
        left.begins if bare else "sign",
    )


def _matrix_product(operands: Sequence[Piece], _: object) -> Piece:
    """Side by side; two vectors with a dot, and one on the left of a matrix as the row that it is there."""
    left, right = operands
    try:
        row = shapes.product(left.shape, right.shape)[0]
    except shapes.ShapeProblem:  # a shape that is not known
        row = "matmul"
    if row == "dot":
        return _product(left, "<mo>⋅</mo>", right, PRODUCT)
    if row == "vecmat":
        left = _transposed(operands, ())
    if left.level == ENTRYWISE:
        left = fenced("(", ")", left)
    return _product(left, _TIMES + _THIN, right, PRODUCT, least=POWER)


def _power(operands: Sequence[Piece], _: object) -> Piece:
    base, exponent = operands
    if base.call is not None and exponent.number and exponent.level == ATOM:
        head, behind = base.call
        return Piece(f"<mrow><msup>{head}{exponent.markup}</msup>{behind}</mrow>", POWER, "word")
    above = exponent.markup
    if shapes.size(base.shape) != 1:
        above = f"<mrow><mo>∘</mo>{above}</mrow>"
    return Piece(f"<msup>{bracketed(base, ATOM)}{above}</msup>", POWER, base.begins if base.level == ATOM else "sign")


def negative(of: Piece) -> Piece:
    """Minus a piece."""
    return Piece(f"<mrow><mo>−</mo>{bracketed(of, ENTRYWISE)}</mrow>", NEGATIVE, "sign", number=of.number)


def _logic(word: str, level: int) -> Callable[[Sequence[Piece], object], Piece]:
    def write(operands: Sequence[Piece], _: object) -> Piece:
        left, right = bracketed(operands[0], level), bracketed(operands[1], level + 1)
        return Piece(f"<mrow>{left}{words(f'{_GAP}{word}{_GAP}')}{right}</mrow>", level)

    return write


def _cases(operands: Sequence[Piece], _: object) -> Piece:
    condition, one, other = operands
    lines = (
        f"<mtr><mtd>{one.markup}</mtd><mtd>{words(f'if{_GAP}')}{condition.markup}</mtd></mtr>"
        f"<mtr><mtd>{other.markup}</mtd><mtd>{words('otherwise')}</mtd></mtr>"
    )
    return Piece(f'<mrow><mo>{{</mo><mtable class="cases">{lines}</mtable></mrow>', OR, "sign")


def _superscript(mark: str) -> Callable[[Sequence[Piece], object], Piece]:
    def write(operands: Sequence[Piece], _: object) -> Piece:
        return Piece(f"<msup>{bracketed(operands[0], ATOM)}{mark}</msup>", POWER, operands[0].begins)

    return write


def _norm(below: str, above: str) -> Callable[[Sequence[Piece], object], Piece]:
    def write(operands: Sequence[Piece], _: object) -> Piece:
        bars = fenced("‖", "‖", *operands).markup
        return Piece(f"<msub>{bars}{below}</msub>" if below else f"<msup>{bars}{above}</msup>", POWER, "sign")

    return write


def _selected(operands: Sequence[Piece], parameters: Sequence[Parameter]) -> Piece:
    inside = [words(parameter_text(one)) for one in parameters]
    return Piece(f"<mrow>{bracketed(operands[0], ATOM)}{fenced('[', ']', *_listed(inside)).markup}</mrow>")


def _stacked(operands: Sequence[Piece], _: object) -> Piece:
    """A list of numbers as a column, of lists as the rows of a matrix; a long one on one line."""
    if len(operands) > _TALL:
        return fenced("[", "]", *_listed([one.markup for one in operands]))
    cells = tuple(one.markup for one in operands)
    lines = [one.cells or (one.markup,) for one in operands]
    return matrix(lines)._replace(cells=cells if not any(one.cells for one in operands) else ())


_transposed = _superscript('<mi mathvariant="normal">T</mi>')
_WRITTEN: Final[Mapping[str, Callable[[Sequence[Piece], Sequence[Parameter]], Piece]]] = {
    "+": _sum, "-": lambda operands, _: _sum(operands, _, "−"), "*": _times,
    "/": lambda operands, _: fraction(operands[0], operands[1]),
    "**": _power, "neg": lambda operands, _: negative(operands[0]), "hadamard": _times,
    "matmul": _matrix_product, "vecmat": _matrix_product, "and": _logic("and", AND), "or": _logic("or", OR),
    "sqrt": lambda operands, _: Piece(f"<msqrt>{operands[0].markup}</msqrt>", POWER, "sign"),
    "cbrt": lambda operands, _: Piece(f"<mroot>{operands[0].markup}<mn>3</mn></mroot>", POWER, "sign"),
    "root": lambda operands, _: Piece(f"<mroot>{operands[0].markup}{operands[1].markup}</mroot>", POWER, "sign"),
    "where": _cases,
    "transpose": _transposed,
    "inv": _superscript("<mrow><mo>−</mo><mn>1</mn></mrow>"),
    "norm1": _norm("<mn>1</mn>", ""), "norm_squared": _norm("", "<mn>2</mn>"),
    "log10": lambda operands, _: called("log", operands, below="<mn>10</mn>"),
    "log2": lambda operands, _: called("log", operands, below="<mn>2</mn>"),
    "log_base": lambda operands, _: called("log", operands[:1], below=operands[1].markup),
    "select": _selected, "stack": _stacked,
    "eye": lambda _, parameters: Piece(f"<msub><mi>I</mi>{words(parameter_text(parameters[0]))}</msub>"),
}  # fmt: skip


def _listed(parts: Sequence[str]) -> list[str]:
    comma = '<mo separator="true">,</mo>'
    return [piece for at, one in enumerate(parts) for piece in ([comma, one] if at else [one])]


def _markup(part: Piece | str) -> str:
    return part.markup if isinstance(part, Piece) else part


def _text(text: str) -> str:
    return escape(_GAP.join(map(printable, text.split(_GAP))))
