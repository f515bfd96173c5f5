"""The Wengert list: nodes in topological order, equal sub-expressions made one node, exact constants folded."""

from __future__ import annotations

import itertools
import string
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradcheck import limits, shapes
from gradcheck.errors import DomainProblem, GradcheckError, LimitExceeded, NameProblem, Span, SyntaxProblem
from gradcheck.primitives.table import CONSTANTS, PRIMITIVES
from gradcheck.syntax.printing import ATOM, number_text
from gradcheck.syntax.tree import Kind, normalised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gradcheck.primitives import Primitive
    from gradcheck.shapes import Shape, Sizes
    from gradcheck.syntax.tree import Exact, Item, Parameter, Program

_ADD, _SUB, _MUL, _DIV, _POW, _NEG = (PRIMITIVES[name] for name in ("+", "-", "*", "/", "**", "neg"))
_MATMUL, _NORM, _NORM_SQUARED, _DIAG, _DIAGONAL = (
    PRIMITIVES[name] for name in ("matmul", "norm", "norm_squared", "diag", "diagonal")
)
_FOLDED = frozenset((_ADD, _SUB, _MUL, _DIV, _POW, _NEG))


@dataclass(frozen=True, slots=True)
class Graph:
    """A Wengert list. Node ``i`` applies ``operations[i]`` to the nodes ``arguments[i]``, all smaller than ``i``.

    A node without operation is a leaf: an input (a variable), an exact number, or a named constant.
    """

    source: str
    operations: Sequence[Primitive | None]
    arguments: Sequence[tuple[int, ...]]
    numbers: Mapping[int, Exact]
    constants: Mapping[int, str]
    inputs: Mapping[str, int]
    spans: Sequence[Span]
    output: int
    names: Mapping[int, str]
    """What each input and each operation is called in reports."""
    by_name: Mapping[str, int]
    """Every name that a node answers to: variables, assigned names, letters."""
    assigned: AbstractSet[str] = frozenset()
    """The names that the program itself gives."""
    varies: Sequence[bool] = field(default=())
    """Whether a node depends on an input."""
    shapes: Sequence[Shape] = field(default=())
    """The shape of every node; empty for a graph of scalars."""
    sizes: Mapping[int, Sizes] = field(default_factory=dict)
    """Resolved literal integers of the nodes that have such: what an index selects, an axis."""
    written: Mapping[int, tuple[Parameter, ...]] = field(default_factory=dict)
    """The same as they are written."""

    def __len__(self) -> int:
        return len(self.operations)

    @property
    def has_arrays(self) -> bool:
        """Whether any node is more than a scalar, or computed from such."""
        return bool(self.shapes)

    def shape(self, index: int) -> Shape:
        """The shape of a node."""
        return self.shapes[index] if self.shapes else ()

    def nodes(self) -> list[int]:
        """The nodes that apply an operation, in topological order."""
        return [index for index, operation in enumerate(self.operations) if operation is not None]

    def affected(self, index: int) -> list[int]:
        """The nodes that change when node ``index`` does, in topological order, without itself."""
        touched = bytearray(len(self.operations))
        touched[index] = 1
        found = []
        arguments = self.arguments
        for later in range(index + 1, len(touched)):
            for argument in arguments[later]:
                if touched[argument]:
                    touched[later] = 1
                    found.append(later)
                    break
        return found

    def needed(self, index: int) -> list[int]:
        """The nodes that node ``index`` depends on, in topological order, with itself."""
        needed = bytearray(index + 1)
        needed[index] = 1
        arguments = self.arguments
        for node in range(index, -1, -1):
            if needed[node]:
                for argument in arguments[node]:
                    needed[argument] = 1
        return [node for node in range(index + 1) if needed[node]]

    def text_of(self, index: int) -> str:
        """The source text of a node."""
        start, end = self.spans[index]
        return self.source[start:end]


def build(
    program: Program,
    bound: AbstractSet[str] = frozenset(),
    variables: Mapping[str, Shape] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Graph:
    """The graph of a program whose last statement is the output.

    ``bound`` names are variables even where they would mean a constant (``e``, ``pi``). ``variables`` are the shapes of
    those that are arrays, ``sizes`` the values of names that are dimensions or indices.
    Raises NameProblem, SyntaxProblem, DomainProblem (``1/0``) or LimitExceeded, each with its span.
    """
    try:
        return _Builder(program, bound, literals=sizes, variables=variables).graph()
    except GradcheckError as error:
        raise error.within(program.source) from None


def constant_graph(value: Exact, text: str) -> Graph:
    """The graph of one exact number."""
    return Graph(text, (None,), ((),), {0: value}, {}, {}, (Span(0, len(text)),), 0, {}, {}, frozenset(), (False,))


def build_rule(program: Program, literals: Mapping[str, Exact], variables: AbstractSet[str]) -> Graph:
    """The graph of a table's text, simplified for arguments that are known numbers: v*u**(v-1) at v=2 is 2*u."""
    return _Builder(program, variables, literals=literals, simplify=True).graph()


class _Builder:
    def __init__(
        self,
        program: Program,
        bound: AbstractSet[str],
        *,
        literals: Mapping[str, Exact] | None = None,
        simplify: bool = False,
        variables: Mapping[str, Shape] | None = None,
    ) -> None:
        self.program = program
        self.bound = bound
        self.literals = literals or {}
        self.simplify = simplify
        self.operations: list[Primitive | None] = []
        self.arguments: list[tuple[int, ...]] = []
        self.spans: list[Span] = []
        self.varies: list[bool] = []
        self.numbers: dict[int, Exact] = {}
        self.constants: dict[int, str] = {}
        self.inputs: dict[str, int] = {}
        self.interned: dict[object, int] = {}
        self.assigned: dict[str, int] = {}
        self.used_constants: dict[str, Span] = {}
        self.variables = variables or {}
        self.shapes: list[Shape] | None = [] if any(self.variables.values()) else None
        self.squared: set[int] = set()
        self.sizes: dict[int, Sizes] = {}
        self.written: dict[int, tuple[Parameter, ...]] = {}

    def graph(self) -> Graph:
        program = self.program
        nodes: list[int] = []
        output = -1
        for statement in program.statements:
            for item in program.items[len(nodes) : statement.root + 1]:
                nodes.append(self.node(item, nodes))
            output = nodes[statement.root]
            if statement.name:
                self.assign(statement.name, statement.name_start, output)
        names = self.name_nodes(output)
        by_name = {name: index for index, name in names.items()}
        by_name.update(self.assigned)
        return Graph(
            source=program.source,
            operations=self.operations,
            arguments=self.arguments,
            numbers=self.numbers,
            constants=self.constants,
            inputs=self.inputs,
            spans=self.spans,
            output=output,
            names=names,
            by_name=by_name,
            assigned=frozenset(self.assigned),
            varies=self.varies,
            shapes=self.shapes or (),
            sizes=self.sizes,
            written=self.written,
        )

    def node(self, item: Item, nodes: Sequence[int]) -> int:
        if item.kind is Kind.APPLY:
            arguments = tuple([nodes[argument] for argument in item.arguments])
            primitive = PRIMITIVES[item.name]
            if primitive is _NORM and self.is_squared(len(nodes)):
                self.squared.add(len(nodes))
                return arguments[0]
            if self.shapes is None and not primitive.shape:
                return self.apply(primitive, arguments, Span(item.start, item.end))
            return self.apply_to_arrays(primitive, arguments, item)
        span = Span(item.start, item.end)
        if item.kind is Kind.NUMBER:
            return self.number(item.value, span)
        return self.name(item.name, span)

    def assign(self, name: str, start: int, node: int) -> None:
        span = Span(start, start + len(name))
        if name in self.assigned:
            raise NameProblem(f"'{name}' is assigned twice", span=span, hint="give the second one a name of its own")
        if name in self.inputs:
            raise NameProblem(
                f"'{name}' is used before it is assigned", span=span, hint="move the assignment up, or rename it"
            )
        if name in self.used_constants:
            raise NameProblem(
                f"'{name}' is used as the constant above, and assigned here", span=span, hint="move the assignment up"
            )
        self.assigned[name] = node

    # -- leaves --------------------------------------------------------------------------------------------------

    def leaf(self, key: object, span: Span, *, varies: bool) -> int:
        index = len(self.operations)
        self.interned[key] = index
        self.operations.append(None)
        self.arguments.append(())
        self.spans.append(span)
        self.varies.append(varies)
        if self.shapes is not None:
            self.shapes.append(())
        return index

    def number(self, value: Exact, span: Span) -> int:
        found = self.interned.get(value)
        if found is None:
            found = self.leaf(value, span, varies=False)
            self.numbers[found] = value
        return found

    def name(self, name: str, span: Span) -> int:
        if name in self.assigned:
            return self.assigned[name]
        if name in self.literals:
            return self.number(self.literals[name], span)
        if name in CONSTANTS and name not in self.bound:
            constant = CONSTANTS[name]
            self.used_constants[name] = span
            found = self.interned.get(("constant", constant))
            if found is None:
                found = self.leaf(("constant", constant), span, varies=False)
                self.constants[found] = constant
            return found
        found = self.interned.get(("input", name))
        if found is None:
            found = self.leaf(("input", name), span, varies=True)
            self.inputs[name] = found
            if self.shapes is not None:
                self.shapes[found] = self.variables.get(name, ())
        return found

    # -- operations ----------------------------------------------------------------------------------------------

    def apply(self, primitive: Primitive, arguments: tuple[int, ...], span: Span) -> int:
        key = (primitive, arguments)
        found = self.interned.get(key)
        if found is not None:
            return found
        if primitive in _FOLDED and not any(self.varies[argument] for argument in arguments):
            folded = self.folded(primitive, arguments, span)
            if folded is not None:
                return self.number(folded, span)
        if primitive is _POW:
            self.check_exponent(arguments[1])
        elif primitive.name == "where":
            self.check_condition(arguments[0])
        if self.simplify:
            simpler = self.simplified(primitive, arguments, span)
            if simpler is not None:
                return simpler
        index = len(self.operations)
        self.interned[key] = index
        self.operations.append(primitive)
        self.arguments.append(arguments)
        self.spans.append(span)
        self.varies.append(any([self.varies[argument] for argument in arguments]))
        if self.shapes is not None:
            self.shapes.append(())
        return index

    # -- arrays --------------------------------------------------------------------------------------------------

    def apply_to_arrays(self, primitive: Primitive, arguments: tuple[int, ...], item: Item) -> int:
        """Apply a primitive to arguments of which some may be arrays; the shapes decide on the row."""
        span = Span(item.start, item.end)
        if self.simplify:  # a table's text: its shapes are those of the values it meets
            return self.plain(primitive, arguments, span)
        if self.shapes is None:
            self.shapes = [()] * len(self.operations)
        known = [self.shapes[argument] for argument in arguments]
        if primitive is _POW and item.arguments[0] in self.squared:
            primitive, arguments, known = _NORM_SQUARED, arguments[:1], known[:1]
        if not primitive.shape and not any(known):
            return self.apply(primitive, arguments, span)
        sizes: Sizes = ()
        try:
            if primitive is _MATMUL:
                primitive = PRIMITIVES[shapes.product(*known)[0]]
            elif primitive is _DIAG and len(known[0]) == 2:
                primitive = _DIAGONAL
            sizes = self.resolved(primitive, known, item)
            rule = shapes.SHAPES.get(primitive.shape)
            shape = shapes.elementwise(primitive.written, known) if rule is None else rule(known, sizes)
        except shapes.ShapeProblem as problem:
            problem.span = self.operator_place(arguments, item)
            problem.hint = self.undeclared(known) or problem.hint
            raise
        if shapes.size(shape) > limits.ENTRIES:
            raise LimitExceeded(
                f"{shapes.told(shape)} has more than {limits.ENTRIES:,} entries", span=span, hint="use smaller sizes"
            )
        if primitive is _POW:
            self.check_exponent(arguments[1])
            self.check_matrix_power(known[0], arguments[1], span)
        elif primitive.name == "where":
            self.check_condition(arguments[0])
        return self.plain(primitive, arguments, span, shape, sizes, item.parameters)

    def plain(
        self,
        primitive: Primitive,
        arguments: tuple[int, ...],
        span: Span,
        shape: Shape = (),
        sizes: Sizes = (),
        written: tuple[Parameter, ...] = (),
    ) -> int:
        """Append a node, or find its equal."""
        if self.simplify and not primitive.shape:
            return self.apply(primitive, arguments, span)
        key = (primitive, arguments, sizes)
        found = self.interned.get(key)
        if found is not None:
            return found
        index = len(self.operations)
        self.interned[key] = index
        self.operations.append(primitive)
        self.arguments.append(arguments)
        self.spans.append(span)
        self.varies.append(any([self.varies[argument] for argument in arguments]))
        if self.shapes is not None:
            self.shapes.append(shape)
        if primitive.parameters and not self.simplify:
            self.sizes[index] = sizes
            self.written[index] = written
        return index

    def resolved(self, primitive: Primitive, known: Sequence[Shape], item: Item) -> Sizes:
        if not primitive.parameters:
            return ()
        names = {name: value for name, value in self.literals.items() if isinstance(value, int)}
        if primitive.name == "select":
            return shapes.selection(known[0], item.parameters, names)
        sizes = tuple(shapes.known_size(one, names) for one in item.parameters)
        if primitive.name not in {"sum_axis", "mean_axis"} and any(one < 1 for one in sizes):
            raise shapes.ShapeProblem(f"a size must be at least 1, not {min(sizes)}")
        return sizes

    def undeclared(self, known: Sequence[Shape]) -> str | None:
        """The mend where an operand is a scalar because nobody said otherwise."""
        scalars = [name for name in self.inputs if not self.variables.get(name)]
        if all(known) or not scalars:
            return None
        fitting = 3
        if len(known) == 2 and any(known):
            fitting = shapes.grid(known[0])[1] if known[0] else shapes.grid(known[1])[0]
        declared = "; ".join(
            f"{name}: {fitting}x{fitting}" if name[0].isupper() else f"{name}: {fitting}" for name in scalars[:4]
        )
        verb = "is a scalar" if len(scalars) == 1 else "are scalars"
        return f'{", ".join(scalars[:4])} {verb} unless declared: --var "{declared}", or given: --at "{scalars[0]}=[…]"'

    def is_squared(self, index: int) -> bool:
        """Whether an item is a norm whose square follows: one node, smooth at 0 and exact for exact entries."""
        following = self.program.items[index + 1 : index + 3]
        return len(following) == 2 and following[0].value == 2 and following[1][2:4] == ("**", (index, index + 1))

    def operator_place(self, arguments: Sequence[int], item: Item) -> Span:
        """Where the sign of an infix operator stands, between its operands; the whole item for anything else."""
        if len(arguments) == 2 and PRIMITIVES[item.name].infix:
            left, right = (self.program.items[argument] for argument in item.arguments)
            source = self.program.source
            for position in range(left.end, min(right.start, len(source))):
                if source[position] not in "() \t\n[]":
                    end = position + (2 if source[position : position + 2] == "**" else 1)
                    return Span(position, end)
        return Span(item.start, item.end)

    def check_matrix_power(self, base: Shape, exponent: int, span: Span) -> None:
        value = self.numbers.get(exponent)
        if len(base) == 2 and base[0] == base[1] and base[0] > 1 and value is not None and value < 0:
            raise SyntaxProblem(
                f"a negative power of {shapes.told(base)} would be taken entry by entry",
                span=span,
                hint="the inverse is inv(A); for the reciprocals of the entries write 1/A",
            )

    def folded(self, primitive: Primitive, arguments: tuple[int, ...], span: Span) -> Exact | None:
        """The exact value of rational arithmetic on literals, or None where it is not rational or too large."""
        values = [self.numbers.get(argument) for argument in arguments]
        first, second = values[0], values[-1]
        if first is None or second is None:
            return None
        if primitive is _NEG:
            return -first
        if primitive is _POW:
            return self.folded_power(first, second, arguments[1], span)
        if primitive is _DIV and second == 0:
            raise DomainProblem("division by zero", span=span, hint="the divisor is exactly 0")
        if _bits(first) + _bits(second) > limits.FOLDED_BITS:
            return None
        result: Exact
        match primitive.name:
            case "+":
                result = first + second
            case "-":
                result = first - second
            case "*":
                result = first * second
            case _:
                result = Fraction(first) / second
        return result if isinstance(result, int) else normalised(result.numerator, result.denominator)

    def folded_power(self, base: Exact, exponent: Exact, node: int, span: Span) -> Exact | None:
        self.check_exponent(node)
        if not base and exponent < 0:
            raise DomainProblem("0 has no negative power", span=span, hint="this divides by zero")
        if not isinstance(exponent, int) or _bits(base) * abs(exponent) > limits.FOLDED_BITS:
            return None
        power: Any = Fraction(base) ** exponent  # typeshed: a Fraction to an int may be a float or complex
        return normalised(power.numerator, power.denominator)

    def check_exponent(self, node: int) -> None:
        value = self.numbers.get(node)
        if value is not None and not -limits.EXPONENT <= value <= limits.EXPONENT:
            raise LimitExceeded(
                f"an exponent may be at most {limits.EXPONENT:,}", span=self.spans[node], hint="write exp(n*log(x))"
            )

    def check_condition(self, node: int) -> None:
        operation = self.operations[node]
        if not self.simplify and (operation is None or not operation.boolean):
            raise SyntaxProblem(
                "the first argument of where must be a comparison",
                span=self.spans[node],
                hint="as in where(x > 0, x, -x)",
            )

    def simplified(self, primitive: Primitive, arguments: tuple[int, ...], span: Span) -> int | None:
        """Neutral and absorbing numbers removed; None where nothing can be."""
        first, last = arguments[0], arguments[-1]
        left, right = self.numbers.get(first), self.numbers.get(last)
        match primitive.name:
            case "+":
                return last if left == 0 else first if right == 0 else None
            case "-":
                return first if right == 0 else self.apply(_NEG, (last,), span) if left == 0 else None
            case "*":
                return self.simplified_product(first, last, span)
            case "/":
                return self.number(0, span) if left == 0 else first if right == 1 else None
            case "**":
                return self.number(1, span) if right == 0 else first if right == 1 else None
            case "neg":
                return self.arguments[first][0] if self.operations[first] is _NEG else None
            case "where" if left is not None:
                return arguments[1] if left else arguments[2]
            case "==" if left is not None and right is not None:
                return self.number(int(left == right), span)
            case _:
                return None

    def simplified_product(self, first: int, last: int, span: Span) -> int | None:
        left, right = self.numbers.get(first), self.numbers.get(last)
        if left == 0 or right == 0:
            return self.number(0, span)
        if left == 1 or right == 1:
            return last if left == 1 else first
        if left == -1 or right == -1:
            return self.apply(_NEG, (last if left == -1 else first,), span)
        return None

    # -- names ---------------------------------------------------------------------------------------------------

    def name_nodes(self, output: int) -> dict[int, str]:
        """Call inputs and assigned nodes by their names, the output f (or y), the others a, b, c, and so on."""
        names = {index: name for name, index in self.inputs.items()}
        for name, index in self.assigned.items():
            if self.operations[index] is not None:
                names.setdefault(index, name)
        taken = {*self.inputs, *self.assigned, *self.used_constants}
        if self.operations[output] is not None and output not in names:
            names[output] = next(name for name in itertools.chain("fy", _further()) if name not in taken)
            taken.add(names[output])
        letters = (letter for letter in string.ascii_lowercase if letter != "f" and letter not in taken)
        further = (name for name in _further() if name not in taken)
        for index, operation in enumerate(self.operations):
            if operation is not None and index not in names:
                names[index] = next(letters, None) or next(further)
        return names


def _further() -> Iterator[str]:
    return (f"v{number}" for number in itertools.count(27))


def _bits(value: Exact) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def leaf_text(graph: Graph, index: int) -> tuple[str, int]:
    """A leaf of a graph as text, with its precedence."""
    if index in graph.numbers:
        return number_text(graph.numbers[index])
    if index in graph.constants:
        return graph.constants[index], ATOM
    return graph.names[index], ATOM
