"""What people type that can be read in two ways: the reading that is taken, and the note that tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.errors import Span
from gradcheck.syntax.building import Builder, Operand, Operator
from gradcheck.syntax.tree import NAME, NUMBER

if TYPE_CHECKING:
    from gradcheck.syntax.tokens import Token


class Traps(Builder):
    """A builder that looks around and notes what may mislead."""

    def note_before_division(self, start: int) -> None:
        """Tell of ``x^1/2``, ``x^-1/2`` and of ``sin x/2``."""
        following = self.tokens[self.position]
        if following.kind not in {"number", "name"} or (
            following.text in self.functions and following.text not in self.bound
        ):
            return
        power = self.open_power()
        if power is not None and following.kind == "number" and self.is_plain(Operand(*self.operands[-1]), NUMBER):
            self.note_reading(power.start, start, following, "a fractional power needs parentheses")
            return
        function = self.open_application()
        if function is not None:
            self.note_reading(function.start, start, following, f"write {function.name}(…) to divide inside")

    def note_before_product(self, start: int) -> None:
        """Tell of ``tr A @ B``."""
        function = self.open_application()
        if function is not None:
            text = self.quote(function.start, start)
            message = f"{text} @ … is read as ({text}) @ …; write {function.name}(…) to multiply inside"
            self.note(message, Span(function.start, start + 1))

    def open_application(self) -> Operator | None:
        """The function without parentheses that an operator would end: that of ``sin x`` and of ``sin 2x``."""
        function = next((one for one in reversed(self.operators[-2:]) if one.kind == "apply"), None)
        top = self.operators[-1] if self.operators else None
        return function if function is not None and top is not None and (top is function or top.implicit) else None

    def note_reading(self, start: int, end: int, following: Token, advice: str) -> None:
        text = self.quote(start, end)
        self.note(f"{text}/{following.text} is read as ({text})/{following.text}; {advice}", Span(start, following.end))

    def open_power(self) -> Operand | None:
        """The base of the power whose exponent the newest operand is, behind a sign or not; else None."""
        waiting = self.operators[-2:]
        if waiting and waiting[-1].kind == "prefix" and waiting[-1].name == "neg":
            waiting.pop()
        if not waiting or waiting[-1].name != "**" or waiting[-1].kind != "binary":
            return None
        return Operand(*self.operands[-2])

    def note_product(self, token: Token) -> None:
        """Tell of ``1/2x`` and ``e^2x``."""
        left = Operand(*self.operands[-1])
        joined = left.end == token.start
        rest = "(…)" if token.text == "(" else "…"
        if token.kind in {"name", "number"} and (token.text not in self.functions or token.text in self.bound):
            rest = token.text
        top = self.operators[-1] if self.operators else None
        if top is not None and top.kind == "binary" and top.name == "/":
            if joined or self.items[left.item].kind is NUMBER:
                numerator = Operand(*self.operands[-2])
                upper, lower = self.quote(numerator.start, numerator.end), self.quote(left.start, left.end)
                self.note(
                    f"{upper}/{lower}{rest} is read as ({upper}/{lower})*{rest}; "
                    f"write {upper}/({lower}*{rest}) for the other reading",
                    Span(numerator.start, token.end),
                )
            return
        power = self.open_power()
        if power is None or not joined or token.kind != "name" or not self.is_plain(left, NUMBER, NAME):
            return
        under = self.quote(power.start, left.end)
        sign = "-" if top is not None and top.kind == "prefix" else ""
        exponent = f"{sign}{self.quote(left.start, left.end)}*{rest}"
        self.note(
            f"{under}{rest} is read as ({under})*{rest}; write ^({exponent}) for the other",
            Span(power.start, token.end),
        )
