"""The signs of arrays: ``@``, ``.T``, ``A^T``, indices, lists, norms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.errors import Span, SyntaxProblem
from gradcheck.primitives.table import CONSTANTS, PRIMITIVES
from gradcheck.syntax import messages
from gradcheck.syntax.building import Operand, Operator
from gradcheck.syntax.indices import read_index
from gradcheck.syntax.traps import Traps
from gradcheck.syntax.tree import NAME, NUMBER

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from gradcheck.syntax.messages import Functions
    from gradcheck.syntax.tokens import Token, Tokens

_NORM_SUBSCRIPTS: Final = {"_1": "1", "_2": "2", "_F": "F", "₁": "1", "₂": "2", "_inf": "inf", "_oo": "inf"}


class ArraySigns(Traps):
    """A builder that reads them from the tokens."""

    def __init__(self, source: str, tokens: Tokens, bound: AbstractSet[str], functions: Functions) -> None:
        super().__init__(source, tokens, bound, functions)
        self.letter_is_free: bool | None = None  # whether T stands in exponents only; counted when first asked

    def is_transposed(self) -> bool:
        """Whether this power is ``A^T``: T is no variable, and the base is neither a number nor the constant e."""
        letter = self.tokens[self.position + 1]
        if letter.text not in {"T", ".T", "("}:
            return False
        inner = self.tokens[self.position + 2 : self.position + 4]
        if letter.text == "(" and [token.text for token in inner] == ["T", ")"]:
            letter = inner[0]
        if letter.text == ".T":
            return self.source[letter.start] != "."
        if letter.text != "T" or "T" in self.bound:
            return False
        base = self.items[self.operands[-1][0]]
        if base.kind is NUMBER or (base.kind is NAME and base.name in CONSTANTS and base.name not in self.bound):
            return False
        if self.letter_is_free is None:
            self.letter_is_free = not any(
                token.text == "T"
                and self.tokens[place - 1].text != "**"
                and [before.text for before in self.tokens[place - 2 : place]] != ["**", "("]
                for place, token in enumerate(self.tokens)
            )
        return self.letter_is_free

    def transpose_power(self) -> None:
        """Read ``A^T``, and tell of it."""
        power = self.tokens[self.position]
        bracketed = self.tokens[self.position + 1].text == "("
        self.position += 4 if bracketed else 2
        letter = self.tokens[self.position - 1]
        operand = Operand(*self.operands[-1])
        text = self.quote(operand.start, power.start)
        if letter.text != ".T":
            written = self.source[power.start : letter.end]
            self.note(f"{text}{written} is read as the transpose {text}.T", Span(operand.start, letter.end))
        self.transpose(letter.end)

    def index(self, token: Token) -> None:
        before = self.tokens[self.position - 1]
        if before.kind == "newline" and self.is_inside("["):
            raise SyntaxProblem(
                "a comma is missing between two rows", span=Span(token.start, token.end), hint="as in [[1, 2], [3, 4]]"
            )
        if self.is_plain(Operand(*self.operands[-1]), NUMBER):
            raise SyntaxProblem(
                "a number has no entries", span=Span(before.start, token.end), hint="write * for a product: 2*[1, 2]"
            )
        parameters, self.position = read_index(self.tokens, self.position)
        operand = self.postfix()
        self.apply("select", (operand.item,), operand.start, self.tokens[self.position - 1].end, parameters)

    def drop_last_separator(self) -> bool:
        """Take back the comma or semicolon before the ``]`` just read; return whether there was one, in a list."""
        position = self.position - 2
        while position > 0 and self.tokens[position].kind == "newline":
            position -= 1
        text = self.tokens[position].text
        if text not in {",", ";"} or not self.is_inside("["):
            return False
        self.counts[-1] -= 1
        return True

    def close_bar(self) -> None:
        token = self.tokens[self.position - 1]
        bracket, _ = self.close(token.text)
        inner, end = self.operands.pop()[0], token.end
        following = self.tokens[self.position]
        double = token.text == "|" and self.is_double(bracket) and (following.text, following.start) == ("|", end)
        if not double and token.text == "|":
            self.apply("abs", (inner,), bracket.start, end)
            return
        if double:
            self.position += 1
            bracket, _ = self.close("|")
            following, end = self.tokens[self.position], following.end
        order = "2"
        if following.kind == "name" and following.start == end and following.text[0] in "_₀₁₂₃₄₅₆₇₈₉":
            self.position += 1
            order, end = _NORM_SUBSCRIPTS.get(following.text, ""), following.end
        if not self.apply_norm(order, inner, bracket.start, end):
            span = Span(following.start, following.end)
            raise messages.wrong_parameter("norm", PRIMITIVES["norm"], span, self.functions)

    def is_double(self, bracket: Operator) -> bool:
        """Whether the bar just closed stands right behind another one that is open: ``||``."""
        return (
            self.is_inside("|")
            and self.brackets[-1] == len(self.operators) - 1
            and self.operators[-1].start == bracket.start - 1
        )
