"""What is declared of a variable: ``n: integer``, ``x > 0``, ``S: 3x3 symmetric``; written the same way everywhere."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from gradcheck.build import build
from gradcheck.errors import GradcheckError, Span, SyntaxProblem
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import number_text
from gradcheck.syntax.tree import normalised

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

    from gradcheck.syntax.tree import Exact, Size

_NAME: Final = r"[^\W\d]\w*"
_KIND: Final = re.compile(rf"\s*(?P<name>{_NAME})\s*:\s*(?P<kind>[^:]*\S)\s*")
_SIZES: Final = re.compile(
    r"(?:scalar\b|(?P<one>\d+|[A-Za-z]\d?)(?:\s*[x×*]\s*(?P<two>\d+|[A-Za-z]\d?))?(?=\s|,|$))[\s,]*(?P<rest>.*)"
)
_PARTS: Final = re.compile(r"(<=|>=|<|>|≤|≥)")
STRUCTURES: Final = ("symmetric", "diagonal", "positive definite")
"""What a square matrix can be declared to be."""
_KINDS: Final = ("real", "integer", "positive", "negative", *STRUCTURES)
_ELIMINATED: Final = 40
"""Rows of the largest matrix whose pivots are computed."""
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Declaration:
    """The set of values that one variable may take."""

    integer: bool = False
    low: Exact | None = None
    high: Exact | None = None
    low_open: bool = True
    high_open: bool = True
    shape: tuple[Size, ...] = ()
    """Of an array; a name stands for any size. Bounds then hold for each entry."""
    structure: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves any number out."""
        return self.integer or self.low is not None or self.high is not None

    def allows_array(self, rows: int, columns: int, entries: Sequence[Exact]) -> bool:
        """Whether an array belongs to the set, as far as its entries, its symmetry and its pivots tell."""
        if not all(self.allows(entry) for entry in entries):
            return False
        if self.structure == "diagonal":
            return not any(entries[i * columns + j] for i in range(rows) for j in range(columns) if i != j)
        if self.structure:
            symmetric = all(entries[i * columns + j] == entries[j * columns + i] for i in range(rows) for j in range(i))
            return symmetric and (self.structure == "symmetric" or _is_positive(rows, entries))
        return True

    def allows(self, value: Exact) -> bool:
        """Whether a value belongs to the set."""
        if self.integer and Fraction(value).denominator != 1:
            return False
        if self.low is not None and (value < self.low or (self.low_open and value == self.low)):
            return False
        return self.high is None or not (value > self.high or (self.high_open and value == self.high))

    def drawn(self, generator: random.Random, reach: int) -> Exact:
        """A short number of the set, as a rule within ``reach`` of 0 or of the only bound."""
        low, high = self.low, self.high
        if self.integer:
            first, last = self._integers()
            if first is None:
                first = -9 if last is None else last - 18
            return generator.randint(first, first + 18 if last is None else last)
        if low is None and high is None:
            tenths = generator.randint(-10 * reach, 10 * reach) or 7
            return normalised(tenths, 10)
        if low is not None and high is not None:
            value = Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(generator.randint(1, 99), 100)
        else:
            distance = Fraction(generator.randint(1, 10 * reach), 10)
            value = Fraction(low) + distance if low is not None else Fraction(high or 0) - distance
        return normalised(value.numerator, value.denominator)

    def _integers(self) -> tuple[int | None, int | None]:
        """The first and the last integer of the set."""
        first = last = None
        if self.low is not None:
            first = math.floor(self.low) + 1 if self.low_open else math.ceil(self.low)
        if self.high is not None:
            last = math.ceil(self.high) - 1 if self.high_open else math.floor(self.high)
        return first, last

    def is_empty(self) -> bool:
        """Whether no number belongs to the set."""
        if self.low is None or self.high is None:
            return False
        if self.integer:
            first, last = self._integers()
            return first is not None and last is not None and first > last
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def sign(self) -> str:
        """``+`` for a set without negative numbers, ``-`` for one without positive ones, else empty."""
        if self.low is not None and self.low >= 0:
            return "+"
        return "-" if self.high is not None and self.high <= 0 else ""

    def text(self, name: str) -> str:
        """The declaration as it is written."""
        words = " ".join(
            [*(["x".join(map(str, self.shape))] if self.shape else ()), *(["integer"] if self.integer else ())]
            + ([self.structure] if self.structure else [])
        )
        parts = [f"{name}: {words}"] if words else []
        if self.low is not None:
            parts.append(f"{name} {'>' if self.low_open else '>='} {number_text(self.low)[0]}")
        if self.high is not None:
            parts.append(f"{name} {'<' if self.high_open else '<='} {number_text(self.high)[0]}")
        return "; ".join(parts)


def _is_positive(rows: int, entries: Sequence[Exact]) -> bool:
    """Whether every pivot of a symmetric matrix is positive; a large one is believed."""
    if rows > _ELIMINATED:
        return True
    matrix = [[Fraction(entries[i * rows + j]) for j in range(rows)] for i in range(rows)]
    for k in range(rows):
        pivot = matrix[k][k]
        if pivot <= 0:
            return False
        for i in range(k + 1, rows):
            factor = matrix[i][k] / pivot
            for j in range(i, rows):
                matrix[i][j] -= factor * matrix[k][j]
                matrix[j][i] = matrix[i][j]
    return True


def read_declarations(texts: str | Iterable[str] | None) -> dict[str, Declaration]:
    """Read declarations, separated by ``;`` where several stand in one text; those of one name are joined.

    >>> read_declarations("n: integer; x > 0")["n"].integer
    True
    """
    found: dict[str, Declaration] = {}
    for text in [texts] if isinstance(texts, str) else texts or ():
        start = 0
        for part in text.split(";"):
            if part.strip():
                try:
                    _read(part, start, found)
                except GradcheckError as error:
                    raise error.within(text, "the declaration") from None
                if any(one.is_empty() for one in found.values()):
                    span = Span(start, start + len(part))
                    raise SyntaxProblem("no number meets this declaration", span=span).within(text, "the declaration")
            start += len(part) + 1
    return found


def _read(text: str, start: int, found: dict[str, Declaration]) -> None:
    span = Span(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
    kind = _KIND.fullmatch(text)
    if kind is not None:
        _declare_kind(kind["name"], kind["kind"].lower(), span, found)
        return
    parts = [part.strip() for part in _PARTS.split(text.replace("≤", "<=").replace("≥", ">="))]
    if len(parts) == 3:
        left, operator, right = parts
        if re.fullmatch(_NAME, left):
            _bound(left, operator, _number(right, span), found)
            return
        if re.fullmatch(_NAME, right):
            _bound(right, _MIRRORED[operator], _number(left, span), found)
            return
    if len(parts) == 5 and re.fullmatch(_NAME, parts[2]):
        _bound(parts[2], _MIRRORED[parts[1]], _number(parts[0], span), found)
        _bound(parts[2], parts[3], _number(parts[4], span), found)
        return
    raise SyntaxProblem(
        f"this declaration is not understood: {text.strip()}", span=span, hint="as in n: integer, x > 0 or 0 < p < 1"
    )


def _declare_kind(name: str, kind: str, span: Span, found: dict[str, Declaration]) -> None:
    rest = " ".join(kind.split())
    if rest.lower() not in _KINDS:
        sizes = _SIZES.fullmatch(rest)
        if sizes is not None:
            shape = tuple(int(one) if one.isdigit() else one for one in (sizes["one"], sizes["two"]) if one)
            if 0 in shape:
                raise SyntaxProblem("a size must be at least 1", span=span, hint=f"as in {name}: 3x2")
            before = found.get(name, Declaration())
            if before.shape and before.shape != shape:
                raise SyntaxProblem(f"'{name}' is declared with two shapes", span=span, hint="keep one of them")
            found[name] = replace(before, shape=shape)
            rest = sizes["rest"]
    for word in re.split(r"[\s,]+(?!definite)", rest):
        if word:
            _declare_word(name, " ".join(word.lower().split()), span, found)


def _declare_word(name: str, word: str, span: Span, found: dict[str, Declaration]) -> None:
    before = found.get(name, Declaration())
    if word in {"integer", "int"}:
        found[name] = replace(before, integer=True)
    elif word == "positive":
        _bound(name, ">", 0, found)
    elif word == "negative":
        _bound(name, "<", 0, found)
    elif word in {"real", "scalar"}:
        found[name] = before
    elif word in STRUCTURES:
        if len(before.shape) != 2 or before.shape[0] != before.shape[1]:
            raise SyntaxProblem(f"only a square matrix is {word}", span=span, hint=f"as in {name}: 3x3 {word}")
        found[name] = replace(before, structure=word)
    else:
        raise SyntaxProblem(
            f"'{word}' is no kind of variable", span=span, hint=f"one of {', '.join(_KINDS)}, or a shape, as in 3x2"
        )


def _bound(name: str, operator: str, value: Exact, found: dict[str, Declaration]) -> None:
    before = found.get(name, Declaration())
    is_open = len(operator) == 1
    if operator.startswith(">"):
        if before.low is None or (value, is_open) > (before.low, before.low_open):
            before = replace(before, low=value, low_open=is_open)
    elif before.high is None or (-value, is_open) > (-before.high, before.high_open):
        before = replace(before, high=value, high_open=is_open)
    found[name] = before


def _number(text: str, span: Span) -> Exact:
    graph = build(parse(text))
    value = graph.numbers.get(graph.output)
    if value is None:
        raise SyntaxProblem(f"a bound must be a rational number, not {text}", span=span, hint="as in 0 < p < 1/2")
    return value


def allows(declarations: Mapping[str, Declaration], point: Mapping[str, Exact]) -> bool:
    """Whether a point respects every declaration."""
    return all(name not in declarations or declarations[name].allows(value) for name, value in point.items())
