"""What a reader builds: operators wait on one stack, operands on another, until an item can be made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gradcheck.errors import Note, Span, SyntaxProblem
from gradcheck.syntax import messages
from gradcheck.syntax.tree import APPLY, NAME, NUMBER, Item

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from gradcheck.primitives import Primitive
    from gradcheck.syntax.messages import Functions
    from gradcheck.syntax.tokens import Tokens
    from gradcheck.syntax.tree import Exact, Kind, Parameter

QUOTED = 40
"""Characters of the source that a note quotes."""
SUPERSCRIPT_DIGITS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUPERSCRIPT: Final = SUPERSCRIPT_DIGITS + "⁺⁻"
_NORMS: Final = {"1": "norm1", "2": "norm", "F": "norm"}

new: Final = tuple.__new__
"""``new(Item, …)`` makes a named tuple in half the time of ``Item(…)``; it checks nothing."""


class Operator(NamedTuple):
    """An entry of the operator stack; brackets have power 0."""

    kind: str  # binary, compare, prefix, apply, (, |, ‖, [, call
    name: str
    power: int
    start: int
    other: int = -1  # compare: the shared operand; apply and call: the exponent of sin^2(x)
    implicit: bool = False


class Operand(NamedTuple):
    """An item and the text it takes, brackets included; the stack has plain tuples, which cost a third to make."""

    item: int
    start: int
    end: int


class Builder:
    """The items made so far, and what waits to become one."""

    def __init__(self, source: str, tokens: Tokens, bound: AbstractSet[str], functions: Functions) -> None:
        self.source = source
        self.tokens = tokens
        self.position = 0  # of the next token
        self.bound = set(bound)
        self.functions = functions
        self.items: list[Item] = []
        self.notes: dict[str, Note] = {}
        self.operators: list[Operator] = []
        self.operands: list[tuple[int, int, int]] = []
        self.brackets: list[int] = []  # positions in the operator stack
        self.counts: list[int] = []  # arguments (of a list: entries of the row) read so far, one entry a bracket
        self.rows: list[int] = []  # finished rows, one entry a list that is open

    def leaf(self, kind: Kind, value: Exact, name: str, start: int, end: int) -> None:
        """Push a number or a name."""
        self.operands.append((len(self.items), start, end))
        self.items.append(new(Item, (kind, value, name, (), start, end, ())))

    def push_call(self, name: str, arity: int, start: int, end: int) -> None:
        """Apply a primitive to the newest operands."""
        arguments = tuple([item for item, _, _ in self.operands[-arity:]])
        del self.operands[-arity:]
        self.apply(name, arguments, start, end)

    def reduce_above(self, power: int) -> None:
        """Apply the waiting operators that bind at least as tightly as what comes next."""
        operators, operands, items = self.operators, self.operands, self.items
        while operators and operators[-1].power >= power:
            if operators[-1].kind == "binary":
                name = operators.pop().name
                second, _, end = operands.pop()
                first, start, _ = operands[-1]
                operands[-1] = len(items), start, end
                items.append(new(Item, (APPLY, 0, name, (first, second), start, end, ())))
            else:
                self.reduce()

    def reduce(self) -> None:
        operator = self.operators.pop()
        kind, name = operator.kind, operator.name
        operands, items = self.operands, self.items
        right, _, end = operands.pop()
        if kind == "prefix":
            self.apply(name, (right,), operator.start, end)
        elif kind == "apply":
            self.apply_function(operator, [right], end)
        else:
            left, start, _ = operands.pop()
            if operator.other < 0:
                self.apply(name, (left, right), start, end)
            else:
                self.apply(name, (operator.other, right), items[operator.other].start, end)
                self.apply("and", (left, operands.pop()[0]), start, end)

    def apply(
        self, name: str, arguments: tuple[int, ...], start: int, end: int, parameters: tuple[Parameter, ...] = ()
    ) -> None:
        self.operands.append((len(self.items), start, end))
        self.items.append(new(Item, (APPLY, 0, name, arguments, start, end, parameters)))

    def apply_function(self, operator: Operator, arguments: list[int], end: int) -> None:
        name, start = operator.name, operator.start
        row = self.functions[name].get(len(arguments))
        if row is not None and row.arity == len(arguments):
            self.apply(row.name, tuple(arguments), start, end)
        elif row is not None and not row.internal:
            self.apply_parametric(row, name, arguments, start, end)
        else:
            self.apply_many(name, arguments, start, end)
        if name == "log" and len(arguments) == 1:
            self.note("log is the natural logarithm; log10(x) or log(x, 10) has base 10", Span(start, start + 3))
        if operator.other >= 0:
            base, _, _ = self.operands.pop()
            self.apply("**", (base, operator.other), start, end)

    def apply_many(self, name: str, arguments: list[int], start: int, end: int) -> None:
        """Apply a function of any number of arguments, at once or one after the other."""
        rows = self.functions[name]
        first = next(iter(rows.values()))
        row = rows.get(2)
        if first.nary or first.internal:
            self.apply(first.name, tuple(arguments), start, end)
        elif row is not None and row.variadic and len(arguments) > 1:
            root = arguments[0]
            for argument in arguments[1:]:
                self.items.append(Item(APPLY, 0, row.name, (root, argument), start, end))
                root = len(self.items) - 1
            self.operands.append((root, start, end))
        else:
            raise messages.wrong_count(name, len(arguments), Span(start, end), self.functions)

    def apply_parametric(self, row: Primitive, name: str, arguments: list[int], start: int, end: int) -> None:
        """Apply a function whose last arguments are literal integers or names of dimensions."""
        parameters: list[int | str] = []
        for argument in reversed(arguments[row.arity :]):
            item = self.items[argument]
            value = self.parameter(item)
            if value is None or (row.shape == "axis" and item.kind is NAME):
                raise messages.wrong_parameter(name, row, Span(item.start, item.end), self.functions)
            parameters.insert(0, value)
            del self.items[argument - (item.kind is APPLY) :]
        if row.name != "norm":
            self.apply(row.name, tuple(arguments[: row.arity]), start, end, tuple(parameters))
        elif not self.apply_norm(str(parameters[0]), arguments[0], start, end):
            raise messages.wrong_parameter(name, row, Span(item.start, item.end), self.functions)

    def parameter(self, item: Item) -> int | str | None:
        """The value of a parameter: an integer, possibly signed, or a name; None for anything else."""
        if item.kind is NAME:
            return item.name
        if item.kind is NUMBER:
            return item.value if isinstance(item.value, int) else None
        inner = self.items[item.arguments[0]] if item.name == "neg" else item
        return -inner.value if inner.kind is NUMBER and isinstance(inner.value, int) else None

    def apply_norm(self, order: str, argument: int, start: int, end: int) -> bool:
        """Apply the norm of an order; return whether there is one."""
        if order in messages.INFINITIES:
            self.items.append(Item(APPLY, 0, "abs", (argument,), start, end))
            self.apply("max_entry", (len(self.items) - 1,), start, end)
        elif order in _NORMS:
            self.apply(_NORMS[order], (argument,), start, end)
        else:
            return False
        return True

    def postfix(self) -> Operand:
        """The operand to which a postfix sign belongs: x² with its power, anything else alone."""
        if self.source[self.operands[-1][1]] in _SUPERSCRIPT:
            self.reduce()
        return Operand(*self.operands.pop())

    def transpose(self, end: int) -> None:
        operand = self.postfix()
        self.apply("transpose", (operand.item,), operand.start, end)

    def fold(self, count: int) -> None:
        """Make one row of the newest operands; a list that stands alone in its row is the row."""
        (_, start, _), (last, _, end) = self.operands[-count], self.operands[-1]
        if count == 1 and self.items[last].name == "stack":
            return
        arguments = tuple([item for item, _, _ in self.operands[-count:]])
        del self.operands[-count:]
        self.apply("stack", arguments, start, end)

    def finish_row(self) -> None:
        self.reduce_above(1)
        self.fold(self.counts[-1])
        self.counts[-1] = 1
        self.rows[-1] += 1

    def close_list(self) -> None:
        bracket, count = self.close("[")
        rows = self.rows.pop()
        if rows:
            if count:
                self.fold(count)
            count = rows + (count > 0)
        arguments = tuple([item for item, _, _ in self.operands[-count:]])
        del self.operands[-count:]
        self.apply("stack", arguments, bracket.start, self.tokens.ends[self.position - 1])

    def is_inside(self, kind: str) -> bool:
        """Whether the innermost bracket that is open is of a kind."""
        return bool(self.brackets) and self.operators[self.brackets[-1]].kind == kind

    def close(self, *kinds: str) -> tuple[Operator, int]:
        """Close the innermost bracket by the token just read; return it and the number of its arguments."""
        if not self.brackets:
            token = self.tokens[self.position - 1]
            span = Span(token.start, token.end)
            raise SyntaxProblem(f"this '{token.text}' closes nothing", span=span, hint="delete it")
        if self.operators[-1].power:
            self.reduce_above(1)
        self.brackets.pop()
        bracket = self.operators.pop()
        if bracket.kind not in kinds:
            raise messages.not_closed_before(bracket.kind, self.opening(bracket), self.tokens[self.position - 1])
        return bracket, self.counts.pop()

    def opening(self, bracket: Operator) -> int:
        """Where the bracket itself stands: behind its function's name for a call."""
        return bracket.start + len(bracket.name) if bracket.kind == "call" else bracket.start

    def close_parenthesis(self) -> None:
        bracket, count = self.close("(", "call")
        operands, end = self.operands, self.tokens.ends[self.position - 1]
        if bracket.kind == "(":
            operands[-1] = operands[-1][0], bracket.start, end
        elif count == 1:
            self.apply_function(bracket, [operands.pop()[0]], end)
        else:
            arguments = [item for item, _, _ in operands[-count:]]
            del operands[-count:]
            self.apply_function(bracket, arguments, end)

    def is_plain(self, operand: Operand, *kinds: Kind) -> bool:
        """Whether an operand is a bare number or name, and no superscript."""
        item = self.items[operand.item]
        bare = (item.start, item.end) == (operand.start, operand.end)
        return item.kind in kinds and bare and self.source[item.start] not in SUPERSCRIPT_DIGITS

    def quote(self, start: int, end: int) -> str:
        """A part of the source, short enough for a note."""
        cut = max(start, end - 3 * QUOTED)
        text = self.source[cut:end].strip()
        return text if cut == start and len(text) <= QUOTED else f"…{text[-QUOTED:]}"

    def note(self, message: str, span: Span) -> None:
        self.notes.setdefault(message, Note(message, span))
