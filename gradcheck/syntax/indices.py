"""What stands between the brackets of ``A[0, :]``: read from the tokens, without an item of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.errors import Span, SyntaxProblem
from gradcheck.syntax.messages import never_closed
from gradcheck.syntax.tokens import Token, exact_number
from gradcheck.syntax.tree import Slice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcheck.syntax.tree import Parameter, Size

_AXES: Final = 2
_HINT: Final = "as in x[0], A[i, :] or A[0:2, 1]"


def read_index(tokens: Sequence[Token], position: int) -> tuple[tuple[Parameter, ...], int]:
    """Read the axes behind the ``[`` at a position; return them and the position behind the ``]``."""
    opening = tokens[position]
    axes: list[Parameter] = []
    while True:
        axis, position = _axis(tokens, position + 1, opening)
        axes.append(axis)
        if tokens[position].text == "]":
            return tuple(axes), position + 1
        if len(axes) == _AXES:
            raise SyntaxProblem(
                f"an array has at most {_AXES} axes here",
                span=Span(opening.start, tokens[position].end),
                hint=_HINT,
            )


def _axis(tokens: Sequence[Token], position: int, opening: Token) -> tuple[Parameter, int]:
    """One axis, and the position of the ``,`` or ``]`` behind it."""
    position = _behind_newlines(tokens, position)
    first = tokens[position]
    start, position = _size(tokens, position)
    if tokens[position].text != ":":
        _check_end(tokens[position], first, opening)
        if start is None:
            raise SyntaxProblem(
                "an index is missing", span=Span(opening.start, tokens[position].end), hint="for all entries write ':'"
            )
        return start, position
    stop, position = _size(tokens, position + 1)
    if tokens[position].text == ":":
        raise SyntaxProblem(
            "a slice has no step", span=Span(first.start, tokens[position].end), hint="write the entries out"
        )
    _check_end(tokens[position], first, opening)
    return Slice(start, stop), position


def _size(tokens: Sequence[Token], position: int) -> tuple[Size | None, int]:
    """A signed integer, a name, or nothing; and the position behind it and behind newlines."""
    position = _behind_newlines(tokens, position)
    token = tokens[position]
    if token.kind == "name":
        return token.text, _behind_newlines(tokens, position + 1)
    signed = token.kind == "op" and token.text in {"-", "+"}
    number = tokens[position + signed] if token.kind != "end" else token
    if number.kind != "number" or not number.text.isdigit():
        return None, position
    value = int(exact_number(number.text, number.start))
    return -value if token.text == "-" else value, _behind_newlines(tokens, position + signed + 1)


def _check_end(token: Token, first: Token, opening: Token) -> None:
    if token.kind == "op" and token.text in {",", "]"}:
        return
    if token.kind == "end" or token.text == ";":
        raise never_closed("[", opening.start, token)
    raise SyntaxProblem(
        "an index is an integer, a name or a slice such as 0:2, not an expression",
        span=Span(first.start, token.end),
        hint=_HINT,
    )


def _behind_newlines(tokens: Sequence[Token], position: int) -> int:
    while tokens[position].kind == "newline":
        position += 1
    return position
