"""The same expression with one pair of brackets more, less, or elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.syntax.printing import PLAIN, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcheck.claims.forest import Forest

_MOST_TOKENS: Final = 90
_OPEN: Final = frozenset(("(", "call"))


@dataclass(frozen=True, slots=True)
class _Token:
    """``leaf`` (a node), ``call`` (a function and its opening bracket), ``neg``, ``op``, ``(``, ``)`` or ``,``."""

    kind: str
    name: str = ""
    leaf: int = -1

    @property
    def ends(self) -> bool:
        return self.kind in {"leaf", ")"}


def regroupings(forest: Forest, node: int) -> Iterator[int]:
    """Every other expression that one pair of brackets makes of this one, once each."""
    tokens = _written(forest, node)
    if len(tokens) > _MOST_TOKENS:
        return
    seen = {node}
    known = len(forest.items)
    for changed in _changed(tokens):
        found = _read(forest, changed)
        if found is not None and found not in seen:
            seen.add(found)
            if not _is_contrived(forest, found, known):
                yield found


def _is_contrived(forest: Forest, node: int, known: int) -> bool:
    """Whether brackets change what nobody means by them: a part becomes 0, or a minus is squared away."""
    stack = [node]
    while stack:
        one = stack.pop()
        if one < known:
            continue
        item = forest.items[one]
        if forest.values[one].contains(0) and forest.values[one].rad() < 1:
            return True
        if item.name == "**" and _is_negative(forest, item.arguments[0]) and forest.is_number(item.arguments[1]):
            return True
        stack += item.arguments
    return False


def _is_negative(forest: Forest, node: int) -> bool:
    while forest.items[node].name in {"*", "/"}:
        node = forest.items[node].arguments[0]
    return forest.items[node].name == "neg"


def _written(forest: Forest, node: int) -> list[_Token]:
    """The tokens of an expression, with no more brackets than it needs."""
    out: list[_Token] = []
    stack: list[_Token | tuple[int, int, bool]] = [(node, 0, False)]
    while stack and len(out) <= _MOST_TOKENS:
        top = stack.pop()
        if isinstance(top, _Token):
            out.append(top)
            continue
        index, least, minus = top
        item = forest.items[index]
        if not item.arguments:
            out.append(_Token("leaf", leaf=index))
            continue
        found, precedence = pieces(item.name, ("",) * len(item.arguments), PLAIN)
        infix = item.name == "neg" or PRIMITIVES[item.name].infix
        bare = not infix or (precedence >= least and not (minus and item.name == "neg"))
        parts: list[_Token | tuple[int, int, bool]] = [] if bare else [_Token("(")]
        for position, piece in enumerate(found):
            if not isinstance(piece, str):
                parts.append((item.arguments[piece[0]], piece[1], piece[2]))
            elif item.name == "neg":
                parts.append(_Token("neg"))
            elif infix:
                parts.append(_Token("op", item.name))
            else:
                parts.append(_Token("call", item.name) if position == 0 else _Token(")" if piece == ")" else ","))
        if not bare:
            parts.append(_Token(")"))
        stack.extend(reversed(parts))
    return out


def _changed(tokens: Sequence[_Token]) -> Iterator[list[_Token]]:
    pairs = _pairs(tokens)
    for start, end in pairs:
        bare = [*tokens[:end], *tokens[end + 1 :]]
        if tokens[start].kind == "(":
            rest = [*bare[:start], *bare[start + 1 :]]
            yield rest
            for first in _back(rest, end - 1):  # the opening one elsewhere
                yield [*rest[:first], tokens[start], *rest[first : end - 1], tokens[end], *rest[end - 1 :]]
        for last in _ahead(bare, start + 1):  # the closing one elsewhere
            yield [*bare[:last], tokens[end], *bare[last:]]
    opening, closing = _Token("("), _Token(")")
    for first, token in enumerate(tokens):
        if token.kind in {"op", ")", ","}:
            continue
        for last in _ahead(tokens, first):
            yield [*tokens[:first], opening, *tokens[first:last], closing, *tokens[last:]]


def _pairs(tokens: Sequence[_Token]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    stack: list[int] = []
    for position, token in enumerate(tokens):
        if token.kind in _OPEN:
            stack.append(position)
        elif token.kind == ")":
            found.append((stack.pop(), position))
    return found


def _ahead(tokens: Sequence[_Token], start: int) -> Iterator[int]:
    """The places after ``start`` at which a closing bracket can stand."""
    depth = 0
    for position in range(start, len(tokens)):
        kind = tokens[position].kind
        depth += kind in _OPEN
        depth -= kind == ")"
        if depth < 0:
            return
        if not depth and tokens[position].ends:
            yield position + 1


def _back(tokens: Sequence[_Token], end: int) -> Iterator[int]:
    """The places before ``end`` at which an opening bracket can stand."""
    depth = 0
    for position in range(end - 1, -1, -1):
        kind = tokens[position].kind
        depth += kind == ")"
        depth -= kind in _OPEN
        if depth < 0:
            return
        if not depth and kind not in {"op", ")", ","}:
            yield position


def _read(forest: Forest, tokens: Sequence[_Token]) -> int | None:
    """The expression that tokens make; None where they make none."""
    operands: list[int] = []
    waiting: list[tuple[int, _Token, int]] = []  # precedence (0 for a bracket), token, operands below it
    wanted = True
    for token in tokens:
        if wanted != (token.kind in {"leaf", "neg", "(", "call"}):
            return None
        match token.kind:
            case "leaf":
                operands.append(token.leaf)
                wanted = False
            case "(" | "call":
                waiting.append((0, token, len(operands)))
            case "neg":
                waiting.append((_precedence("neg"), token, 0))
            case "op":
                precedence = _precedence(token.name)
                _reduce(forest, operands, waiting, precedence + (token.name == "**"))
                waiting.append((precedence, token, 0))
                wanted = True
            case _:
                _reduce(forest, operands, waiting, 1)
                if not waiting:
                    return None
                if token.kind == ",":
                    wanted = True
                    continue
                _, opening, below = waiting.pop()
                given = operands[below:]
                arity = PRIMITIVES[opening.name].arity if opening.kind == "call" else 1
                if len(given) != arity:
                    return None
                if opening.kind == "call":
                    operands[below:] = [forest.apply(opening.name, *given)]
    if wanted:
        return None
    _reduce(forest, operands, waiting, 1)
    return operands[0] if len(operands) == 1 and not waiting else None


def _reduce(forest: Forest, operands: list[int], waiting: list[tuple[int, _Token, int]], least: int) -> None:
    while waiting and waiting[-1][0] >= least:
        token = waiting.pop()[1]
        right = operands.pop()
        if token.kind == "neg":
            operands.append(forest.apply("neg", right))
        else:
            operands.append(forest.apply(token.name, operands.pop(), right))


_PRECEDENCE: Final[dict[str, int]] = {}


def _precedence(name: str) -> int:
    found = _PRECEDENCE.get(name)
    if found is None:
        found = _PRECEDENCE[name] = pieces(name, ("", ""), PLAIN)[1]
    return found
