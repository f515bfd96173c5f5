"""The plain dialect: Python notation and what people type in homework, read by a precedence ladder without recursion.

Loosest to tightest: ``or``, ``and``, comparisons, ``+ -``, ``* / @`` and implicit products, a function applied without
parentheses (``sin 2x``), unary minus and ``√``, powers (from right to left), the postfix ``.T`` and ``[0]``. Functions
come from the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck import limits
from gradcheck.errors import GradcheckError, LimitExceeded, Span, SyntaxProblem
from gradcheck.primitives.table import PRIMITIVES, RULE_SPELLINGS, SPELLINGS
from gradcheck.syntax import messages
from gradcheck.syntax.array_signs import ArraySigns
from gradcheck.syntax.building import Operator, new
from gradcheck.syntax.tokens import SUPERSCRIPTS, Token, exact_number, foreign, tokenize
from gradcheck.syntax.tree import APPLY, NAME, NUMBER, Item, Program, Statement

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from gradcheck.syntax.messages import Functions

# (binding power against what comes next, binding power on arrival)
_LADDER: Final = {
    "or": (1, 1), "and": (2, 2), "<": (3, 3), "<=": (3, 3), ">": (3, 3), ">=": (3, 3), "==": (3, 3), "!=": (3, 3),
    "+": (4, 4), "-": (4, 4), "*": (6, 5), "/": (6, 5), "matmul": (6, 5), "**": (8, 9),
}  # fmt: skip
_ARITHMETIC: Final = frozenset(("+", "-", "*", "/", "**"))
_RAISED_LETTERS: Final = frozenset(("T", ".T", "("))
"""What may make a power a transpose."""
_JUXTAPOSED = 6
_APPLY = 5
_PREFIX = 7
_COMPARISONS: Final = frozenset(("<", "<=", ">", ">=", "==", "!="))
_ARRAY_SIGNS: Final = frozenset(("@", ".T", "[", "]", "‖", ":"))
_SPELT_OUT: Final[Functions] = {
    "stack": {1: PRIMITIVES["stack"]},
    "norm": dict.fromkeys((1, 2), PRIMITIVES["norm"]),
}
"""What is written with signs of its own, and can be called all the same; and the norm with its order."""
_FUNCTIONS: Final[Functions] = {**SPELLINGS, **_SPELT_OUT}
_RULE_FUNCTIONS: Final[Functions] = {**RULE_SPELLINGS, **_SPELT_OUT}


def parse(source: str, bound: AbstractSet[str] = frozenset(), *, internal: bool = False) -> Program:
    """Read a program: assignments and expressions separated by ``;`` or newlines.

    ``bound`` are the names that the point or a declaration binds; they win over constants and functions. ``internal``
    texts, those of the tables, may call what only they can.
    Raises SyntaxProblem, NameProblem or LimitExceeded, each with its span.
    """
    try:
        return _Reader(source, bound, _RULE_FUNCTIONS if internal else _FUNCTIONS).read()
    except GradcheckError as error:
        raise error.within(source) from None


def parse_bindings(source: str) -> Program:
    """Read ``x=1, y=pi/4``: every statement is an assignment, none sees the others."""
    try:
        return _Reader(source, frozenset(), _FUNCTIONS, bindings=True).read()
    except GradcheckError as error:
        raise error.within(source) from None


class _Reader(ArraySigns):
    def __init__(self, source: str, bound: AbstractSet[str], functions: Functions, *, bindings: bool = False) -> None:
        super().__init__(source, tokenize(source), bound, functions)
        self.bindings = bindings
        self.statements: list[Statement] = []
        self.names: set[str] = set()  # those met so far that may be variables
        self.target: tuple[str, int] | None = None  # the name that the statement assigns, and where it stands
        self.begun = False  # the statement has a token

    # -- the loop ------------------------------------------------------------------------------------------------

    def read(self) -> Program:
        """Read every token: the common ones here, the others by the methods below."""
        items, operands, operators, names = self.items, self.operands, self.operators, self.names
        kinds, texts, starts, ends = self.tokens.kinds, self.tokens.texts, self.tokens.starts, self.tokens.ends
        most = limits.NODES
        is_long = 2 * len(texts) > most  # no token makes more than two items
        wants_operand = True
        while True:
            position = self.position
            text = texts[position]
            if wants_operand:
                kind = kinds[position]
                if kind == "number" or (kind == "name" and text in names and self.begun and texts[position + 1] != "("):
                    self.position += 1
                    self.begun = True
                    start, end = starts[position], ends[position]
                    operands.append((len(items), start, end))
                    if kind == "name":
                        items.append(new(Item, (NAME, 0, text, (), start, end, ())))
                    else:
                        items.append(new(Item, (NUMBER, exact_number(text, start), "", (), start, end, ())))
                    wants_operand = False
                elif kind == "name":
                    wants_operand = self.name(text, starts[position])
                elif self.begun or kind != "end":
                    wants_operand = self.operand(kind, text)
                else:
                    break
            elif text in _ARITHMETIC and (text != "**" or texts[position + 1] not in _RAISED_LETTERS):
                self.position += 1
                held, arriving = _LADDER[text]
                start = starts[position]
                if operators and operators[-1].power >= arriving:
                    if text == "/":
                        self.note_before_division(start)
                    self.reduce_above(arriving)
                operators.append(new(Operator, ("binary", text, held, start, -1, False)))
                wants_operand = True
            else:
                wants_operand = self.operator(kinds[position], text)
            if is_long and len(items) > most:
                raise LimitExceeded(f"more than {most:,} operations", span=Span(starts[position], ends[position]))
        if not self.statements:
            span = Span(0, len(self.source.rstrip())) if self.source.strip() else Span(0, 0)
            raise SyntaxProblem("there is no expression", span=span, hint="give one, as in x**2")
        return Program(self.source, self.items, self.statements, tuple(self.notes.values()))

    def operand(self, kind: str, text: str) -> bool:
        """Read what may begin an operand; return whether an operand is still wanted."""
        start = self.tokens.starts[self.position]
        self.position += 1
        if kind == "newline" or (text == ";" and not self.begun):
            return True
        if kind == "op":
            if text == "(":
                self.open(Operator("(", "", 0, start))
                return True
            if text in {"|", "‖"}:
                self.open(Operator(text, "", 0, start))
                return True
            if text == "[":
                self.rows.append(0)
                self.open(Operator("[", "", 0, start))
                return True
            if text == "]" and self.drop_last_separator():
                self.close_list()
                return False
            if text in {"-", "+", "√"}:
                self.begun = True
                if text != "+":
                    self.operators.append(Operator("prefix", "neg" if text == "-" else "sqrt", _PREFIX, start))
                return True
        raise self.unexpected_operand(self.tokens[self.position - 1])

    def operator(self, kind: str, text: str) -> bool:
        """Read what may follow an operand; return whether an operand is wanted next."""
        if kind == "op":
            if text == ")":
                self.position += 1
                self.close_parenthesis()
                return False
            if text in _LADDER:
                if text == "**" and self.is_transposed():
                    self.transpose_power()
                    return False
                self.position += 1
                self.binary(text, self.tokens.starts[self.position - 1])
                return True
            if text in {"|", "‖"} and self.is_inside(text):
                self.position += 1
                self.close_bar()
                return False
        if kind == "end" or (kind == "newline" and not self.brackets):
            self.finish_statement()
            self.position += kind != "end"
            return True
        return self.rare_operator(self.tokens[self.position])

    def rare_operator(self, token: Token) -> bool:
        """Read what seldom follows an operand."""
        kind, text, start, end = token
        if kind == "op":
            if text == "," and not (self.bindings and not self.brackets):
                self.position += 1
                self.comma(token)
                return True
            if text in {"(", "√", "|"}:
                self.juxtapose(token)
                return True
            if text in _ARRAY_SIGNS:
                return self.array_sign(token)
            if text == ";" and self.is_inside("["):
                self.position += 1
                self.finish_row()
                return True
            if text == "=":
                raise messages.misplaced_equals(token, bracketed=bool(self.brackets), bindings=self.bindings)
        if kind == "super":
            self.position += 1
            self.binary("**", start)
            value = _superscript(token)
            self.leaf(NUMBER, abs(value), "", start, end)
            if value < 0:
                self.push_call("neg", 1, start, end)
            return False
        if kind in {"name", "number"}:
            if text in {"and", "or"}:
                self.position += 1
                self.binary(text, start)
                return True
            if kind == "number" and self.items[self.operands[-1][0]].kind is NUMBER:
                between = "a comma" if self.is_inside("[") else "*"
                raise SyntaxProblem(
                    "two numbers stand side by side", span=Span(start, end), hint=f"write {between} between them"
                )
            self.juxtapose(token)
            return True
        if kind == "newline":
            self.position += 1
            return False
        self.finish_statement()
        self.position += 1
        return True

    # -- operands ------------------------------------------------------------------------------------------------

    def name(self, name: str, start: int) -> bool:
        """Read a name that begins an operand, or an assignment; return whether an operand is still wanted."""
        self.position += 1
        following = self.tokens.texts[self.position]
        if following == "=" and not self.begun:
            self.begun = True
            self.target = name, start
            self.position += 1
            return True
        self.begun = True
        if name in self.bound:
            self.names.add(name)
        elif name in self.functions:
            return self.function(name, start)
        elif name not in self.names or following == "(":
            self.check_free_name(name, start, following)
        self.leaf(NAME, 0, name, start, start + len(name))
        return False

    def check_free_name(self, name: str, start: int, following: str) -> None:
        """Object to names that are unknown functions, keywords, or a function glued to its argument."""
        if name in messages.INFINITIES and self.is_order_of_norm(following):
            return
        span = Span(start, start + len(name))
        called = following == "("
        problem = messages.free_name(name, span, self.functions, called=called)
        if problem is not None:
            raise problem
        self.names.add(name)
        if called and name in {"f", "g", "h"}:
            self.note(f"{name}(…) is read as a product, {name} times the parenthesis", span)

    def function(self, name: str, start: int) -> bool:
        following = self.tokens.texts[self.position]
        if following == "(":
            self.position += 1
            self.open(new(Operator, ("call", name, 0, start, -1, False)))
            return True
        exponent = -1
        if following == "**" or self.tokens.kinds[self.position] == "super":
            exponent = self.function_exponent(self.tokens[self.position - 1])
            following = self.tokens.texts[self.position]
            if following == "(":
                self.position += 1
                self.open(Operator("call", name, 0, start, exponent))
                return True
        begins = self.tokens.kinds[self.position] in {"number", "name"} or following in {"√", "|", "‖", "["}
        if begins and 1 in self.functions[name]:
            self.operators.append(Operator("apply", name, _APPLY, start, exponent))
            return True
        raise SyntaxProblem(
            f"{name} is a function and needs its arguments in parentheses",
            span=Span(start, start + len(name)),
            hint=f"write {messages.example(name, self.functions)}; as a variable it needs a value: --at {name}=2",
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
            inverse = f"a{name}" if f"a{name}" in self.functions else None
            readings = (
                f"the inverse function {inverse}(x), or 1/{name}(x)" if inverse else f"1/{name}(x), or the inverse"
            )
            raise SyntaxProblem(
                f"{name}^-1 can mean two things: {readings}",
                span=Span(token.start, end),
                hint=f"write {inverse}(x) or 1/{name}(x)" if inverse else f"write 1/{name}(x)",
            )
        self.items.append(Item(NUMBER, abs(value), "", (), first.start, end))
        if value < 0:
            self.items.append(Item(APPLY, 0, "neg", (len(self.items) - 1,), first.start, end))
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
                hint=f"write ({messages.example(token.text, self.functions)})^n",
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
                shared, _, _ = self.operands[-1]
                self.reduce()
                self.operators.append(Operator("compare", name, held, start, shared))
            else:
                self.operators.append(Operator("compare", name, held, start))
            return
        self.reduce_above(arriving)
        self.operators.append(new(Operator, ("binary", name, held, start, -1, False)))

    def juxtapose(self, token: Token) -> None:
        """Insert the product that ``2x`` and ``(x+1)(x-1)`` leave out."""
        ends_application = token.kind == "name" and token.text in self.functions and token.text not in self.bound
        self.note_product(token)
        self.reduce_above(_APPLY if ends_application else _JUXTAPOSED)
        self.operators.append(Operator("binary", "*", _LADDER["*"][0], token.start, implicit=True))

    def array_sign(self, token: Token) -> bool:
        """Read ``@``, ``.T``, an index, or what closes a list; return whether an operand is wanted next."""
        text = token.text
        if text == "[":
            self.index(token)
            return False
        self.position += 1
        if text == "@":
            self.note_before_product(token.start)
            self.binary("matmul", token.start)
            return True
        if text == ".T":
            self.transpose(token.end)
            return False
        if text == "]":
            self.close_list()
            return False
        if text == "‖":
            self.position -= 1
            self.juxtapose(token)
            return True
        raise foreign(self.source, token.start)

    # -- brackets ------------------------------------------------------------------------------------------------

    def open(self, operator: Operator) -> None:
        self.begun = True
        self.brackets.append(len(self.operators))
        self.counts.append(1)
        self.operators.append(operator)

    def is_order_of_norm(self, following: str) -> bool:
        """Whether the name before this token is the last argument of ``norm(x, inf)``."""
        return (
            self.is_inside("call")
            and self.operators[self.brackets[-1]].name == "norm"
            and self.counts[-1] > 1
            and following == ")"
        )

    def comma(self, token: Token) -> None:
        if not self.is_inside("call") and not self.is_inside("["):
            raise messages.misplaced_comma(token)
        self.reduce_above(1)
        self.counts[-1] += 1

    # -- statements ----------------------------------------------------------------------------------------------

    def finish_statement(self) -> None:
        if self.brackets:
            bracket = self.operators[self.brackets[-1]]
            raise messages.never_closed(bracket.kind, self.opening(bracket), self.tokens[self.position])
        self.reduce_above(1)
        root, _, _ = self.operands.pop()
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
            self.statements.append(Statement(*target, root))
            if not self.bindings:
                self.bound.add(target[0])
        self.target = None
        self.begun = False

    def unexpected_operand(self, token: Token) -> SyntaxProblem:
        if token.text == ":" and token.kind == "op":
            return foreign(self.source, token.start)
        before = self.tokens[self.position - 2] if self.position > 1 else None
        bracket = self.operators[self.brackets[-1]] if self.is_inside("call") else Operator("", "", 0, 0)
        return messages.unexpected_operand(token, before, (bracket.name, bracket.start), self.functions)


def _superscript(token: Token) -> int:
    """The value of ⁻¹²."""
    digits = token.text.translate(SUPERSCRIPTS)
    value = int(exact_number(digits.lstrip("+-"), token.start))
    return -value if digits.startswith("-") else value
