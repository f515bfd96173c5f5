"""Characters to tokens of the plain dialect, each with its place."""

from __future__ import annotations

import itertools
import operator
import re
import string
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple, overload

from gradcheck import limits
from gradcheck.errors import LimitExceeded, Span, SyntaxProblem
from gradcheck.primitives.table import SPELLINGS
from gradcheck.syntax.tree import Exact, normalised

_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
SUPERSCRIPTS: Final = str.maketrans(f"{_RAISED}⁺⁻", "0123456789+-")
_SUBSCRIPTS: Final = "₀₁₂₃₄₅₆₇₈₉"
_SPELLINGS: Final = {
    "^": "**", "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*", "÷": "/", "≤": "<=", "≥": ">=",
    "≠": "!=", "⁄": "/", "∕": "/", "ᵀ": ".T", "⊤": ".T", "∥": "‖", **{sign: sign for sign in ("√", "‖", "!=", ".T")},
}  # fmt: skip
"""What people type or paste, and the operator that it means."""
_SPACES: Final = " \t\r\u00a0\u2009\u202f"
_KINDS: Final = {
    **dict.fromkeys("+-*/()|,;=<>@[]", "op"),
    **dict.fromkeys(string.ascii_letters + "_", "name"),
    **dict.fromkeys(string.digits, "number"),
    **dict.fromkeys(" \t\r#", "space"),
    "\n": "newline",
}
"""The kind of a piece of the source by its first character, where that tells."""

_ASCII_PIECE: Final = re.compile(
    r"""[-+/^()|,;\n@\[\]:]
    |[A-Za-z_]\w*
    |\*\*?|[<>=!]=?
    |(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?
    |[ \t\r]+|\#[^\n]*
    |\.T(?!\w)
    |.""",
    re.VERBOSE | re.DOTALL,
)
"""Every character of a source in ASCII belongs to one piece."""


@cache
def _any_piece() -> re.Pattern[str]:
    """The same for any source; compiled when it is first needed, for that takes 2 ms."""
    return re.compile(
        rf"""[-+/^()|,;\n@\[\]:]
        |[A-Za-z_][A-Za-z_0-9]*+(?![^\x00-\x7f])
        |\*\*?|[<>=!]=?
        |(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?
        |[{_SPACES}]+|\#[^\n]*
        |\.T(?!(?![⁰¹²³⁴-⁹ᵀ])\w)
        |π|(?![⁰¹²³⁴-⁹ᵀ])[^\W\d](?:(?![⁰¹²³⁴-⁹πᵀ])\w)*
        |[⁺⁻]?[⁰¹²³⁴-⁹]+
        |.""",
        re.VERBOSE | re.DOTALL,
    )


_ATTRIBUTES: Final = re.compile(r"(?:\.[^\W\d]\w*)+")


class Token(NamedTuple):
    """One token; ``kind`` is number, name, super (a superscript power), op, newline or end."""

    kind: str
    text: str
    start: int
    end: int


_FIRST: Final = operator.itemgetter(0)


class Tokens(Sequence[Token]):
    """The tokens of a text, kept column by column: a large text has millions."""

    __slots__ = ("ends", "kinds", "starts", "texts")

    def __init__(self, kinds: list[str], texts: list[str], starts: list[int], ends: list[int]) -> None:
        self.kinds = kinds
        self.texts = texts
        self.starts = starts
        self.ends = ends

    def __len__(self) -> int:
        return len(self.kinds)

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> list[Token]: ...
    def __getitem__(self, index: int | slice) -> Token | list[Token]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        return Token(self.kinds[index], self.texts[index], self.starts[index], self.ends[index])


def tokenize(source: str) -> Tokens:
    """Cut a text into tokens; the last one is ``end``.

    Raises SyntaxProblem at a character that the language does not have.
    """
    if len(source) > limits.SOURCE_CHARACTERS:
        raise LimitExceeded(f"the text is longer than {limits.SOURCE_CHARACTERS:,} characters")
    is_ascii = source.isascii()
    texts = (_ASCII_PIECE if is_ascii else _any_piece()).findall(source)
    kinds = list(map(_KINDS.get, map(_FIRST, texts), itertools.repeat("rare")))
    ends = list(itertools.accumulate(map(len, texts)))
    starts = [0, *ends[:-1]]
    found = set(kinds)
    if "rare" in found or not is_ascii:
        for place, piece in enumerate(texts):
            if kinds[place] == "rare" or not piece.isascii():
                kinds[place], texts[place] = _rare(source, piece, starts[place])
        found = set(kinds)
    if "space" in found:
        wanted = [kind != "space" for kind in kinds]
        kinds = list(itertools.compress(kinds, wanted))
        texts = list(itertools.compress(texts, wanted))
        starts = list(itertools.compress(starts, wanted))
        ends = list(itertools.compress(ends, wanted))
    kinds.append("end")
    texts.append("")
    starts.append(len(source))
    ends.append(len(source))
    return Tokens(kinds, texts, starts, ends)


def _rare(source: str, piece: str, start: int) -> tuple[str, str]:
    """The kind and the text of a piece of which its first character tells too little.

    Raises SyntaxProblem where it is none that the language has.
    """
    first = piece[0]
    if piece in _SPELLINGS:
        return "op", _SPELLINGS[piece]
    if first == "#" or first in _SPACES:
        return "space", piece
    if piece == ":" and "[" in source[:start]:
        return "op", piece
    if first == "." and len(piece) > 1:
        return "number", piece
    if piece[-1] in _RAISED:
        return "super", piece
    if first == "_" or (first.isalnum() and not first.isdecimal()):
        _check_name(piece, start)
        return "name", piece
    raise foreign(source, start)


def exact_number(text: str, start: int) -> Exact:
    """The exact value of a decimal literal.

    >>> exact_number("0.1", 0), exact_number("2.50e3", 0)
    (Fraction(1, 10), 2500)
    """
    if text.isdigit() and len(text) <= limits.NUMBER_DIGITS:
        return int(text)
    span = Span(start, start + len(text))
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    if len(whole) + len(decimals) > limits.NUMBER_DIGITS:
        raise LimitExceeded(f"a number may have at most {limits.NUMBER_DIGITS:,} digits", span=span)
    size = exponent.lstrip("+-").lstrip("0")
    power = 0 if not size else limits.DECIMAL_EXPONENT + 1 if len(size) > 6 else int(size)
    power = -power if exponent.startswith("-") else power
    digits = int(whole + decimals)
    leading = power + len(str(digits)) - 1 - len(decimals)
    if abs(leading if digits else power) > limits.DECIMAL_EXPONENT:
        raise LimitExceeded(f"a decimal exponent may be at most {limits.DECIMAL_EXPONENT:,}", span=span)
    shift = power - len(decimals) if digits else 0
    return digits * 10**shift if shift >= 0 else normalised(digits, 10**-shift)


def _check_name(text: str, start: int) -> None:
    for offset, character in enumerate(text):
        if character.isascii() or character in _SUBSCRIPTS or character.isalpha():
            continue
        raise _foreign_character(character, start + offset)


def foreign(source: str, start: int) -> SyntaxProblem:
    """What to say of a character that has no meaning where it stands."""
    character = source[start]
    span = Span(start, start + 1)
    before = source[start - 1] if start else " "
    if character in "'’′" and (before.isalnum() or before in ")]_"):
        return SyntaxProblem(
            "a prime is not part of the language", span=span, hint="the transpose is written A.T, a derivative df/dx"
        )
    if character in "\"'`":
        return SyntaxProblem("text in quotes is not part of the language", span=span)
    if character == ".":
        return SyntaxProblem(
            "a dot belongs into a number (0.5); there are no attributes", span=span, hint=_attribute(source, start)
        )
    if character in "{}":
        return SyntaxProblem("braces do not group here", span=span, hint="use parentheses: x**(2*y)")
    if character == "%":
        return SyntaxProblem("there is no remainder operator", span=span, hint="write u - v*floor(u/v)")
    if character == "!":
        return SyntaxProblem("there is no factorial", span=span, hint="write the product out; 'not equal' is !=")
    if character == ":":
        return SyntaxProblem(
            "a colon is not part of the language",
            span=span,
            hint="a slice stands behind a name, as in x[0:2]"
            if "[" in source[:start]
            else "give the expression only, as in x**2, not lambda x: x**2",
        )
    return _foreign_character(character, start)


def _attribute(source: str, start: int) -> str | None:
    """What to write instead of ``A.t``, ``A.sum()``, ``np.exp(x)`` and ``np.linalg.inv(A)``."""
    found = _ATTRIBUTES.match(source, start)
    name = found.group().rpartition(".")[2] if found else ""
    if name in {"t", "mT", "transpose"}:
        return "the transpose is written A.T"
    return f"functions stand before their arguments: {name}(…)" if name in SPELLINGS else None


def _foreign_character(character: str, start: int) -> SyntaxProblem:
    span = Span(start, start + 1)
    name = unicodedata.name(character, "")
    label = f"U+{ord(character):04X}" + (f" {name}" if name else "")
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return SyntaxProblem(f"digits must be 0-9; this is {label}", span=span, hint=f"write {digit}")
    if not character.isprintable():
        return SyntaxProblem(f"the text holds an invisible character, {label}", span=span, hint="delete it")
    return SyntaxProblem(f"'{character}' ({label}) is not part of the language", span=span)
