"""The plain dialect: Python notation and what people type in homework, read by a precedence ladder without recursion.

Loosest to tightest: ``or``, ``and``, comparisons, ``+ -``, ``* /`` and implicit products, a function applied without
parentheses (``sin 2x``), unary minus and ``√``, powers (from right to left). Functions come from the tables.
"""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING, Final, NamedTuple

from gradcheck import limits
from gradcheck.errors import (
    GradcheckError,
    LimitExceeded,
    NameProblem,
    Note,
    Span,
    SyntaxProblem,
    did_you_mean,
)
from gradcheck.primitives.table import CONSTANTS, SPELLINGS
from gradcheck.syntax.tokens import SUPERSCRIPTS, Token, exact_number, tokenize
from gradcheck.syntax.tree import Item, Kind, Program, Statement

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from gradcheck.primitives import Primitive

# (binding power against what comes next, binding power on arrival)
_LADDER: Final = {
    "or": (1, 1), "and": (2, 2), "<": (3, 3), "<=": (3, 3), ">": (3, 3), ">=": (3, 3), "==": (3, 3), "!=": (3, 3),
    "+": (4, 4), "-": (4, 4), "*": (6, 5), "/": (6, 5), "**": (8, 9),
}  # fmt: skip
_JUXTAPOSED = 6
_APPLY = 5
_PREFIX = 7
_QUOTED = 40
"""Characters of the source that a note quotes."""
_SUPERSCRIPT_DIGITS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_COMPARISONS: Final = frozenset(("<", "<=", ">", ">=", "==", "!="))
_GREEK: Final = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "omicron",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
    ]
)


class _Operator(NamedTuple):
    """An entry of the operator stack; brackets have power 0."""

    kind: str  # binary, compare, prefix, apply, (, |, call
    name: str
    power: int
    start: int
    other: int = -1  # compare: the shared operand; apply and call: the exponent of sin^2(x)
    implicit: bool = False


class _Operand(NamedTuple):
    """An entry of the operand stack: an item and the text it takes, brackets included."""

    item: int
    start: int
    end: int


def parse(source: str, bound: AbstractSet[str] = frozenset()) -> Program:
    """Read a program: assignments and expressions separated by ``;`` or newlines.

    ``bound`` are the names that the point or a declaration binds; they win over constants and functions.
    Raises SyntaxProblem, NameProblem or LimitExceeded, each with its span.
    """
    try:
        return _Reader(source, bound).read()
    except GradcheckError as error:
        raise error.within(source) from None


def parse_bindings(source: str) -> Program:
    """Read ``x=1, y=pi/4``: every statement is an assignment, none sees the others."""
    try:
        return _Reader(source, frozenset(), bindings=True).read()
    except GradcheckError as error:
        raise error.within(source) from None


class _Reader:
    def __init__(self, source: str, bound: AbstractSet[str], *, bindings: bool = False) -> None:
        self.source = source
        self.bound = set(bound)
        self.bindings = bindings
        self.tokens = tokenize(source)
        self.position = 0
        self.items: list[Item] = []
        self.statements: list[Statement] = []
        self.notes: dict[str, Note] = {}
        self.operators: list[_Operator] = []
        self.operands: list[_Operand] = []
        self.brackets: list[int] = []  # positions in the operator stack
        self.counts: list[int] = []  # arguments read so far, one entry a bracket
        self.target: Token | None = None
        self.begun = False  # the statement has a token

    # -- the loop ------------------------------------------------------------------------------------------------

    def read(self) -> Program:
        wants_operand = True
        while True:
            token = self.tokens[self.position]
            if wants_operand:
                if token.kind == "end" and not self.begun:
                    break
                wants_operand = self.operand(token)
            else:
                wants_operand = self.operator(token)
            if len(self.items) > limits.NODES:
                raise LimitExceeded(f"more than {limits.NODES:,} operations", span=Span(token.start, token.end))
        if not self.statements:
            span = Span(0, len(self.source.rstrip())) if self.source.strip() else Span(0, 0)
            raise SyntaxProblem("there is no expression", span=span, hint="give one, as in x**2")
        return Program(self.source, self.items, self.statements, tuple(self.notes.values()))

    def operand(self, token: Token) -> bool:
        """Read what may begin an operand; return whether an operand is still wanted."""
        kind, text, start, end = token
        self.position += 1
        if kind == "number":
            self.begun = True
            self.push(Item(Kind.NUMBER, exact_number(text, start), "", (), start, end))
            return False
        if kind == "name":
            return self.name(token)
        if kind == "newline" or (text == ";" and not self.begun):
            return True
        if kind == "op":
            if text == "(":
                self.open(_Operator("(", "", 0, start))
                return True
            if text == "|":
                self.open(_Operator("|", "", 0, start))
                return True
            if text in {"-", "+", "√"}:
                self.begun = True
                if text != "+":
                    self.operators.append(_Operator("prefix", "neg" if text == "-" else "sqrt", _PREFIX, start))
                return True
        raise self.unexpected_operand(token)

    def operator(self, token: Token) -> bool:
        """Read what may follow an operand; return whether an operand is wanted next."""
        kind, text, start, end = token
        if kind == "op":
            if text in _LADDER:
                self.position += 1
                self.binary(text, start)
                return True
            if text == ")":
                self.position += 1
                self.close_parenthesis(token)
                return False
            if text == "|" and self.brackets and self.operators[self.brackets[-1]].kind == "|":
                self.position += 1
                self.close_bar(end)
                return False
            if text == "," and not (self.bindings and not self.brackets):
                self.position += 1
                self.comma(token)
                return True
            if text in {"(", "√", "|"}:
                self.juxtapose(token)
                return True
            if text == "=":
                raise self.misplaced_equals(token)
        if kind == "super":
            self.position += 1
            self.binary("**", start)
            value = _superscript(token)
            self.push(Item(Kind.NUMBER, abs(value), "", (), start, end))
            if value < 0:
                self.push_call("neg", 1, start, end)
            return False
        if kind in {"name", "number"}:
            if text in {"and", "or"}:
                self.position += 1
                self.binary(text, start)
                return True
            if kind == "number" and self.items[self.operands[-1].item].kind is Kind.NUMBER:
                raise SyntaxProblem(
                    "two numbers stand side by side", span=Span(start, end), hint="write * between them"
                )
            self.juxtapose(token)
            return True
        if kind == "newline" and self.brackets:
            self.position += 1
            return False
        self.finish_statement(token)
        if kind != "end":
            self.position += 1
        return True

    # -- operands ------------------------------------------------------------------------------------------------

    def push(self, item: Item) -> None:
        self.items.append(item)
        self.operands.append(_Operand(len(self.items) - 1, item.start, item.end))

    def push_call(self, name: str, arity: int, start: int, end: int) -> None:
        """Apply a primitive to the newest operands."""
        arguments = tuple(operand.item for operand in self.operands[-arity:])
        del self.operands[-arity:]
        self.push(Item(Kind.APPLY, 0, name, arguments, start, end))

    def name(self, token: Token) -> bool:
        name, start, end = token.text, token.start, token.end
        following = self.tokens[self.position]
        if not self.begun and following.text == "=" and following.kind == "op":
            self.target = token
            self.begun = True
            self.position += 1
            return True
        self.begun = True
        if self.bindings or name not in self.bound:
            if name in SPELLINGS:
                return self.function(token)
            self.check_free_name(token, following)
        self.push(Item(Kind.NAME, 0, name, (), start, end))
        return False

    def check_free_name(self, token: Token, following: Token) -> None:
        """Object to names that are unknown functions, keywords, or a function glued to its argument."""
        name, span = token.text, Span(token.start, token.end)
        called = following.text == "(" and following.kind == "op"
        if called and name not in CONSTANTS:
            if not _reads_as_variable(name):
                raise NameProblem(
                    f"there is no function called '{name}'",
                    span=span,
                    hint=did_you_mean(name, SPELLINGS) or "gradcheck rules lists the functions",
                )
            if name in {"f", "g", "h"}:
                self.note(f"{name}(…) is read as a product, {name} times the parenthesis", span)
        if name in {"and", "or"}:
            raise SyntaxProblem(f"'{name}' needs an expression on its left", span=span)
        if keyword.iskeyword(name) or name in {"exec", "eval"}:
            raise NameProblem(
                f"'{name}' is a word of Python, not of this language",
                span=span,
                hint=f"as a variable it needs a value: --at {name}=2",
            )
        if name in {"nan", "NaN", "inf", "Infinity", "infinity", "oo"}:
            raise NameProblem(f"'{name}' is not a real number", span=span)
        if not called:
            glued = _glued(name)
            if glued is not None:
                function, argument = glued
                raise NameProblem(
                    f"'{name}' is one name here: is it {function}({argument}), or a variable?",
                    span=span,
                    hint=f"write {function}({argument}), or give the variable a value: --at {name}=2",
                )

    def function(self, token: Token) -> bool:
        name, start, end = token.text, token.start, token.end
        following = self.tokens[self.position]
        exponent = -1
        if following.text == "**" or following.kind == "super":
            exponent = self.function_exponent(token)
            following = self.tokens[self.position]
        if following.kind == "op" and following.text == "(":
            self.position += 1
            self.open(_Operator("call", name, 0, start, exponent))
            return True
        begins = following.kind in {"number", "name"} or following.text in {"√", "|"}
        if begins and 1 in SPELLINGS[name]:
            self.operators.append(_Operator("apply", name, _APPLY, start, exponent))
            return True
        raise SyntaxProblem(
            f"{name} is a function and needs its arguments in parentheses",
            span=Span(start, end),
            hint=f"write {_example(name)}; as a variable it needs a value: --at {name}=2",
        )

    def function_exponent(self, token: Token) -> int:
        """Read the exponent of ``sin^2(x)``; return its item."""
        name = token.text
        first = self.tokens[self.position]
        self.position += 1
        if first.kind == "super":
            value = _superscript(first)
            end = first.end
        else:
            value, end = self.plain_exponent(token)
        if value == -1:
            inverse = f"a{name}" if f"a{name}" in SPELLINGS else None
            readings = (
                f"the inverse function {inverse}(x), or 1/{name}(x)" if inverse else f"1/{name}(x), or the inverse"
            )
            raise SyntaxProblem(
                f"{name}^-1 can mean two things: {readings}",
                span=Span(token.start, end),
                hint=f"write {inverse}(x) or 1/{name}(x)" if inverse else f"write 1/{name}(x)",
            )
        self.items.append(Item(Kind.NUMBER, abs(value), "", (), first.start, end))
        if value < 0:
            self.items.append(Item(Kind.APPLY, 0, "neg", (len(self.items) - 1,), first.start, end))
        return len(self.items) - 1

    def plain_exponent(self, token: Token) -> tuple[int, int]:
        """An integer, possibly signed, possibly in parentheses."""
        position = self.position
        opened = self.tokens[position].text == "("
        position += opened
        negative = position < len(self.tokens) and self.tokens[position].text == "-"
        position += negative
        number = self.tokens[min(position, len(self.tokens) - 1)]
        closing = self.tokens[min(position + 1, len(self.tokens) - 1)] if opened else number
        if number.kind != "number" or not number.text.isdigit() or (opened and closing.text != ")"):
            raise SyntaxProblem(
                f"the power of a function must be an integer here, as in {token.text}^2(x)",
                span=Span(token.start, max(token.end, number.end)),
                hint=f"write ({_example(token.text)})^n",
            )
        self.position = position + 1 + opened
        value = int(exact_number(number.text, number.start))
        return (-value if negative else value), closing.end

    # -- operators -----------------------------------------------------------------------------------------------

    def binary(self, name: str, start: int) -> None:
        held, arriving = _LADDER[name]
        if name == "/":
            self.note_before_division(start)
        if name in _COMPARISONS:
            self.reduce_above(arriving + 1)
            top = self.operators[-1] if self.operators else None
            if top is not None and top.kind == "compare":
                shared = self.operands[-1]
                self.reduce()
                self.operators.append(_Operator("compare", name, held, start, shared.item))
            else:
                self.operators.append(_Operator("compare", name, held, start))
            return
        self.reduce_above(arriving)
        self.operators.append(_Operator("binary", name, held, start))

    def note_before_division(self, start: int) -> None:
        """Tell of ``x^1/2``, ``x^-1/2`` and of ``sin x/2``."""
        following = self.tokens[self.position]
        if following.kind not in {"number", "name"} or (
            following.text in SPELLINGS and following.text not in self.bound
        ):
            return
        power = self.open_power()
        if power is not None and following.kind == "number" and self.is_plain(self.operands[-1], Kind.NUMBER):
            self.note_reading(power.start, start, following, "a fractional power needs parentheses")
            return
        apply = next((one for one in reversed(self.operators[-2:]) if one.kind == "apply"), None)
        top = self.operators[-1] if self.operators else None
        if apply is not None and (top is apply or (top is not None and top.implicit)):
            self.note_reading(apply.start, start, following, f"write {apply.name}(…) to divide inside")

    def note_reading(self, start: int, end: int, following: Token, advice: str) -> None:
        text = self.quote(start, end)
        self.note(f"{text}/{following.text} is read as ({text})/{following.text}; {advice}", Span(start, following.end))

    def open_power(self) -> _Operand | None:
        """The base of the power whose exponent the newest operand is, behind a sign or not; else None."""
        waiting = self.operators[-2:]
        if waiting and waiting[-1].kind == "prefix" and waiting[-1].name == "neg":
            waiting.pop()
        return self.operands[-2] if waiting and waiting[-1].name == "**" and waiting[-1].kind == "binary" else None

    def is_plain(self, operand: _Operand, *kinds: Kind) -> bool:
        """Whether an operand is a bare number or name, and no superscript."""
        item = self.items[operand.item]
        bare = (item.start, item.end) == (operand.start, operand.end)
        return item.kind in kinds and bare and self.source[item.start] not in _SUPERSCRIPT_DIGITS

    def quote(self, start: int, end: int) -> str:
        """A part of the source, short enough for a note."""
        text = self.source[start:end].strip()
        return text if len(text) <= _QUOTED else f"…{text[-_QUOTED:]}"

    def note_product(self, token: Token) -> None:
        """Tell of ``1/2x`` and ``e^2x``."""
        left = self.operands[-1]
        joined = left.end == token.start
        rest = "(…)" if token.text == "(" else "…"
        if token.kind in {"name", "number"} and (token.text not in SPELLINGS or token.text in self.bound):
            rest = token.text
        top = self.operators[-1] if self.operators else None
        if top is not None and top.kind == "binary" and top.name == "/":
            if joined or self.items[left.item].kind is Kind.NUMBER:
                numerator = self.operands[-2]
                upper, lower = self.quote(numerator.start, numerator.end), self.quote(left.start, left.end)
                self.note(
                    f"{upper}/{lower}{rest} is read as ({upper}/{lower})*{rest}; "
                    f"write {upper}/({lower}*{rest}) for the other reading",
                    Span(numerator.start, token.end),
                )
            return
        power = self.open_power()
        if power is None or not joined or token.kind != "name" or not self.is_plain(left, Kind.NUMBER, Kind.NAME):
            return
        under = self.quote(power.start, left.end)
        sign = "-" if top is not None and top.kind == "prefix" else ""
        exponent = f"{sign}{self.quote(left.start, left.end)}*{rest}"
        self.note(
            f"{under}{rest} is read as ({under})*{rest}; write ^({exponent}) for the other",
            Span(power.start, token.end),
        )

    def juxtapose(self, token: Token) -> None:
        """Insert the product that ``2x`` and ``(x+1)(x-1)`` leave out."""
        ends_application = token.kind == "name" and token.text in SPELLINGS and token.text not in self.bound
        self.note_product(token)
        self.reduce_above(_APPLY if ends_application else _JUXTAPOSED)
        self.operators.append(_Operator("binary", "*", _LADDER["*"][0], token.start, implicit=True))

    def reduce_above(self, power: int) -> None:
        """Apply the waiting operators that bind at least as tightly as what comes next."""
        operators = self.operators
        while operators and operators[-1].power >= power:
            self.reduce()

    def reduce(self) -> None:
        operator = self.operators.pop()
        kind, name = operator.kind, operator.name
        operands = self.operands
        right = operands.pop()
        if kind == "binary":
            left = operands.pop()
            self.apply(name, (left.item, right.item), left.start, right.end)
        elif kind == "prefix":
            self.apply(name, (right.item,), operator.start, right.end)
        elif kind == "apply":
            self.apply_function(operator, [right.item], right.end)
        else:
            left = operands.pop()
            if operator.other < 0:
                self.apply(name, (left.item, right.item), left.start, right.end)
            else:
                self.apply(name, (operator.other, right.item), self.items[operator.other].start, right.end)
                both = (left.item, operands.pop().item)
                self.apply("and", both, left.start, right.end)

    def apply(self, name: str, arguments: tuple[int, ...], start: int, end: int) -> None:
        self.items.append(Item(Kind.APPLY, 0, name, arguments, start, end))
        self.operands.append(_Operand(len(self.items) - 1, start, end))

    def apply_function(self, operator: _Operator, arguments: list[int], end: int) -> None:
        name, start = operator.name, operator.start
        rows = SPELLINGS[name]
        row = rows.get(len(arguments))
        if row is not None:
            self.apply(row.name, tuple(arguments), start, end)
        else:
            row = self.variadic(name, len(arguments), Span(start, end))
            root = arguments[0]
            for argument in arguments[1:]:
                self.items.append(Item(Kind.APPLY, 0, row.name, (root, argument), start, end))
                root = len(self.items) - 1
            self.operands.append(_Operand(root, start, end))
        if name == "log" and len(arguments) == 1:
            self.note("log is the natural logarithm; log10(x) or log(x, 10) has base 10", Span(start, start + 3))
        if operator.other >= 0:
            base = self.operands.pop()
            self.apply("**", (base.item, operator.other), start, end)

    def variadic(self, name: str, count: int, span: Span) -> Primitive:
        rows = SPELLINGS[name]
        row = rows.get(2)
        if row is not None and row.variadic and count:
            return row
        wanted = " or ".join(str(arity) for arity in sorted(rows))
        plural = "s" if wanted != "1" else ""
        raise SyntaxProblem(
            f"{name} takes {wanted} argument{plural}, not {count}", span=span, hint=f"as in {_example(name)}"
        )

    # -- brackets ------------------------------------------------------------------------------------------------

    def open(self, operator: _Operator) -> None:
        self.begun = True
        self.brackets.append(len(self.operators))
        self.counts.append(1)
        self.operators.append(operator)

    def close_parenthesis(self, token: Token) -> None:
        if not self.brackets:
            raise SyntaxProblem("this ')' closes nothing", span=Span(token.start, token.end), hint="delete it")
        self.reduce_above(1)
        self.brackets.pop()
        count = self.counts.pop()
        bracket = self.operators.pop()
        if bracket.kind == "|":
            raise SyntaxProblem(
                "'|' is not closed before this ')'", span=Span(bracket.start, token.end), hint="write abs(…)"
            )
        if bracket.kind == "call":
            arguments = [operand.item for operand in self.operands[-count:]]
            del self.operands[-count:]
            self.apply_function(bracket, arguments, token.end)
        else:
            inner = self.operands.pop()
            self.operands.append(_Operand(inner.item, bracket.start, token.end))

    def close_bar(self, end: int) -> None:
        self.reduce_above(1)
        self.brackets.pop()
        self.counts.pop()
        bracket = self.operators.pop()
        inner = self.operands.pop()
        self.apply("abs", (inner.item,), bracket.start, end)

    def comma(self, token: Token) -> None:
        if not self.brackets or self.operators[self.brackets[-1]].kind != "call":
            raise SyntaxProblem(
                "a comma separates the arguments of a function only",
                span=Span(token.start, token.end),
                hint="a decimal point is a dot; statements are separated by ';'",
            )
        self.reduce_above(1)
        self.counts[-1] += 1

    # -- statements ----------------------------------------------------------------------------------------------

    def finish_statement(self, token: Token) -> None:
        if self.brackets:
            bracket = self.operators[self.brackets[-1]]
            sign, closing = ("|", "|") if bracket.kind == "|" else ("(", ")")
            raise SyntaxProblem(
                f"'{closing}' expected: the '{sign}' at character {self.opening(bracket) + 1} is never closed",
                span=Span(token.start, token.end),
                hint=f"add '{closing}'",
            )
        self.reduce_above(1)
        root = self.operands.pop().item
        target = self.target
        if target is None:
            if self.bindings:
                raise SyntaxProblem(
                    "a value is given as name=number",
                    span=Span(self.items[root].start, self.items[root].end),
                    hint="as in x=1 or x=pi/4",
                )
            self.statements.append(Statement("", -1, root))
        else:
            self.statements.append(Statement(target.text, target.start, root))
            if not self.bindings:
                self.bound.add(target.text)
        self.target = None
        self.begun = False

    def opening(self, bracket: _Operator) -> int:
        """Where the bracket itself stands: behind its function's name for a call."""
        return bracket.start + len(bracket.name) if bracket.kind == "call" else bracket.start

    def note(self, message: str, span: Span) -> None:
        self.notes.setdefault(message, Note(message, span))

    # -- errors --------------------------------------------------------------------------------------------------

    def misplaced_equals(self, token: Token) -> SyntaxProblem:
        span = Span(token.start, token.end)
        if self.brackets:
            return SyntaxProblem("'=' assigns and cannot stand here", span=span, hint="compare with ==")
        if self.bindings:
            return SyntaxProblem("a value is given as name=number", span=span, hint="as in x=1 or x=pi/4")
        return SyntaxProblem(
            "only a single name can be assigned to", span=span, hint="as in a = x**2; a + 1 (compare with ==)"
        )

    def unexpected_operand(self, token: Token) -> SyntaxProblem:
        span = Span(token.start, token.end)
        before = self.tokens[self.position - 2] if self.position > 1 else None
        after = f" after '{before.text}'" if before is not None and before.kind == "op" else ""
        if token.kind == "end":
            return SyntaxProblem(
                f"the text ends where a number, a name or '(' should follow{after}", span=Span(token.start, token.end)
            )
        if token.text == ")" and before is not None and before.text == "(":
            bracket = self.operators[-1]
            if bracket.kind == "call":
                return SyntaxProblem(
                    f"{bracket.name} needs an argument",
                    span=Span(bracket.start, token.end),
                    hint=f"as in {_example(bracket.name)}",
                )
            return SyntaxProblem("there is nothing between the parentheses", span=Span(before.start, token.end))
        if token.text in {"*", "/"} and before is not None and before.text in {"*", "/", "**"}:
            hint = "division is a single /; for the integer part write floor(a/b)" if token.text == "/" else None
            return SyntaxProblem(f"'{token.text}' cannot follow '{before.text}'", span=span, hint=hint)
        return SyntaxProblem(f"a number, a name or '(' should stand here{after}, not '{token.text}'", span=span)


def _superscript(token: Token) -> int:
    """The value of ⁻¹²."""
    digits = token.text.translate(SUPERSCRIPTS)
    value = int(exact_number(digits.lstrip("+-"), token.start))
    return -value if digits.startswith("-") else value


def _reads_as_variable(name: str) -> bool:
    """One letter, possibly with a subscript (x1, E_n), or the name of a Greek letter."""
    stem = name.split("_", maxsplit=1)[0].rstrip("0123456789₀₁₂₃₄₅₆₇₈₉")
    return len(stem) == 1 or stem.lower() in _GREEK


def _glued(name: str) -> tuple[str, str] | None:
    """Split ``sinx`` into a function and a short argument, or return None."""
    for length in (1, 2):
        function, argument = name[:-length], name[-length:]
        if len(function) > 1 and 1 in SPELLINGS.get(function, {}) and not argument.startswith("_"):
            if argument[0].isdigit() and not argument[-1].isalpha():
                continue
            return function, argument
    return None


def _example(name: str) -> str:
    """A call of the function with the arity it has: log(x), where(x > 0, x, -x)."""
    if name in {"where", "piecewise"}:
        return f"{name}(x > 0, x, -x)"
    arity = min(SPELLINGS[name])
    return f"{name}({', '.join('xyz'[:arity])})"
