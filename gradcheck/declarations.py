"""What is declared of a variable: ``n: integer``, ``x > 0``, ``0 < p < 1``; written the same way everywhere."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from gradcheck.errors import GradcheckError, Span, SyntaxProblem
from gradcheck.graph import build
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gradcheck.syntax.tree import Exact

_NAME: Final = r"[^\W\d]\w*"
_KIND: Final = re.compile(rf"\s*(?P<name>{_NAME})\s*:\s*(?P<kind>\w+)\s*")
_PARTS: Final = re.compile(r"(<=|>=|<|>|≤|≥)")
_KINDS: Final = ("real", "integer", "positive", "negative")
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Declaration:
    """The set of values that one variable may take."""

    integer: bool = False
    low: Exact | None = None
    high: Exact | None = None
    low_open: bool = True
    high_open: bool = True

    def allows(self, value: Exact) -> bool:
        """Whether a value belongs to the set."""
        if self.integer and Fraction(value).denominator != 1:
            return False
        if self.low is not None and (value < self.low or (self.low_open and value == self.low)):
            return False
        return self.high is None or not (value > self.high or (self.high_open and value == self.high))

    def is_empty(self) -> bool:
        """Whether no number belongs to the set."""
        if self.low is None or self.high is None:
            return False
        if self.integer:
            first = math.floor(self.low) + 1 if self.low_open else math.ceil(self.low)
            last = math.ceil(self.high) - 1 if self.high_open else math.floor(self.high)
            return first > last
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def sign(self) -> str:
        """``+`` for a set without negative numbers, ``-`` for one without positive ones, else empty."""
        if self.low is not None and self.low >= 0:
            return "+"
        return "-" if self.high is not None and self.high <= 0 else ""

    def text(self, name: str) -> str:
        """The declaration as it is written."""
        parts = [f"{name}: integer"] if self.integer else []
        if self.low is not None:
            parts.append(f"{name} {'>' if self.low_open else '>='} {number_text(self.low)[0]}")
        if self.high is not None:
            parts.append(f"{name} {'<' if self.high_open else '<='} {number_text(self.high)[0]}")
        return "; ".join(parts)


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
    before = found.get(name, Declaration())
    if kind in {"integer", "int"}:
        found[name] = replace(before, integer=True)
    elif kind == "positive":
        _bound(name, ">", 0, found)
    elif kind == "negative":
        _bound(name, "<", 0, found)
    elif kind in {"real", "scalar"}:
        found[name] = before
    else:
        raise SyntaxProblem(f"'{kind}' is no kind of variable", span=span, hint=f"one of {', '.join(_KINDS)}")


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
