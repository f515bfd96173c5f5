"""From tree to Wengert list: equal sub-expressions one node, exact constants folded, names and shapes resolved."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gradcheck import limits, shapes
from gradcheck.errors import GradcheckError, LimitExceeded, NameProblem, Span, SyntaxProblem
from gradcheck.folding import folded
from gradcheck.graph import Graph, Spans
from gradcheck.naming import Answers, Names, output_name
from gradcheck.primitives.table import CONSTANTS, PRIMITIVES
from gradcheck.syntax.tree import NAME, NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gradcheck.primitives import Primitive
    from gradcheck.shapes import Shape, Sizes
    from gradcheck.syntax.tree import Exact, Item, Parameter, Program

_ADD, _SUB, _MUL, _DIV, _POW, _NEG = (PRIMITIVES[name] for name in ("+", "-", "*", "/", "**", "neg"))
_MATMUL, _NORM, _NORM_SQUARED, _DIAG, _DIAGONAL = (
    PRIMITIVES[name] for name in ("matmul", "norm", "norm_squared", "diag", "diagonal")
)
_WHERE = PRIMITIVES["where"]
_FOLDED = frozenset((_ADD, _SUB, _MUL, _DIV, _POW, _NEG))


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
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.varies: list[bool] = []
        self.numbers: dict[int, Exact] = {}
        self.constants: dict[int, str] = {}
        self.inputs: dict[str, int] = {}
        self.literal_nodes: dict[object, int] = {}
        self.constant_nodes: dict[str, int] = {}
        self.interned: defaultdict[Primitive, dict[tuple[int, ...], int]] = defaultdict(dict)
        self.interned_arrays: dict[object, int] = {}
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
        names = self.names(output)
        return Graph(
            source=program.source,
            operations=self.operations,
            arguments=self.arguments,
            numbers=self.numbers,
            constants=self.constants,
            inputs=self.inputs,
            spans=Spans(self.starts, self.ends),
            output=output,
            names=names,
            by_name=Answers({**self.inputs, **self.assigned}, names),
            assigned=frozenset(self.assigned),
            varies=self.varies,
            shapes=self.shapes or (),
            sizes=self.sizes,
            written=self.written,
        )

    def names(self, output: int) -> Names:
        """Inputs and assigned nodes have their names, the output is f (or y)."""
        given = {index: name for name, index in self.inputs.items()}
        for name, index in self.assigned.items():
            if self.operations[index] is not None:
                given.setdefault(index, name)
        taken = {*self.inputs, *self.assigned, *self.used_constants}
        if self.operations[output] is not None and output not in given:
            given[output] = output_name(taken)
            taken.add(given[output])
        return Names(given, self.operations, taken)

    def node(self, item: Item, nodes: Sequence[int]) -> int:
        kind, value, name, parts, start, end, _ = item
        if kind is NAME:
            return self.name(name, start, end)
        if kind is NUMBER:
            return self.number(value, start, end)
        primitive = PRIMITIVES[name]
        if len(parts) == 2:
            first, second = parts
            arguments: tuple[int, ...] = nodes[first], nodes[second]
        else:
            arguments = tuple([nodes[part] for part in parts])
        if self.shapes is None and not primitive.shape:
            return self.apply(primitive, arguments, start, end)
        if primitive is _NORM and self.is_squared(len(nodes)):
            self.squared.add(len(nodes))
            return arguments[0]
        return self.apply_to_arrays(primitive, arguments, item)

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

    def leaf(self, start: int, end: int, *, varies: bool) -> int:
        index = len(self.operations)
        self.operations.append(None)
        self.arguments.append(())
        self.starts.append(start)
        self.ends.append(end)
        self.varies.append(varies)
        if self.shapes is not None:
            self.shapes.append(())
        return index

    def number(self, value: Exact, start: int, end: int) -> int:
        key = value if isinstance(value, int) else (value.numerator, value.denominator)  # hashing a fraction is slow
        found = self.literal_nodes.get(key)
        if found is None:
            found = self.literal_nodes[key] = self.leaf(start, end, varies=False)
            self.numbers[found] = value
        return found

    def name(self, name: str, start: int, end: int) -> int:
        found = self.assigned.get(name)
        if found is None:
            found = self.inputs.get(name)
        if found is not None:
            return found
        if name in self.literals:
            return self.number(self.literals[name], start, end)
        if name in CONSTANTS and name not in self.bound:
            constant = CONSTANTS[name]
            self.used_constants[name] = Span(start, end)
            found = self.constant_nodes.get(constant)
            if found is None:
                found = self.constant_nodes[constant] = self.leaf(start, end, varies=False)
                self.constants[found] = constant
            return found
        found = self.inputs[name] = self.leaf(start, end, varies=True)
        if self.shapes is not None:
            self.shapes[found] = self.variables.get(name, ())
        return found

    # -- operations ----------------------------------------------------------------------------------------------

    def apply(self, primitive: Primitive, arguments: tuple[int, ...], start: int, end: int) -> int:
        alike = self.interned[primitive]
        found = alike.get(arguments)
        if found is not None:
            return found
        flags = self.varies
        varies = flags[arguments[0]] or flags[arguments[-1]] or any([flags[argument] for argument in arguments[1:-1]])
        if not varies and primitive in _FOLDED:
            value = self.folded(primitive, arguments, Span(start, end))
            if value is not None:
                return self.number(value, start, end)
        if primitive is _POW:
            self.check_exponent(arguments[1])
        elif primitive is _WHERE:
            self.check_condition(arguments[0])
        if self.simplify:
            simpler = self.simplified(primitive, arguments, start, end)
            if simpler is not None:
                return simpler
        index = alike[arguments] = len(self.operations)
        self.operations.append(primitive)
        self.arguments.append(arguments)
        self.starts.append(start)
        self.ends.append(end)
        flags.append(varies)
        if self.shapes is not None:
            self.shapes.append(())
        return index

    def folded(self, primitive: Primitive, arguments: tuple[int, ...], span: Span) -> Exact | None:
        """The exact value of rational arithmetic on literals, or None where it is not rational or too large."""
        first, second = self.numbers.get(arguments[0]), self.numbers.get(arguments[-1])
        if first is None or second is None:
            return None
        if primitive is _POW:
            self.check_exponent(arguments[1])
        return folded(primitive.name, first, second, span)

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
            return self.apply(primitive, arguments, item.start, item.end)
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
        elif primitive is _WHERE:
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
            return self.apply(primitive, arguments, *span)
        key = (primitive, arguments, sizes)
        found = self.interned_arrays.get(key)
        if found is not None:
            return found
        index = self.interned_arrays[key] = len(self.operations)
        self.operations.append(primitive)
        self.arguments.append(arguments)
        self.starts.append(span.start)
        self.ends.append(span.end)
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

    def check_exponent(self, node: int) -> None:
        value = self.numbers.get(node)
        if value is not None and not -limits.EXPONENT <= value <= limits.EXPONENT:
            raise LimitExceeded(
                f"an exponent may be at most {limits.EXPONENT:,}",
                span=Span(self.starts[node], self.ends[node]),
                hint="write exp(n*log(x))",
            )

    def check_condition(self, node: int) -> None:
        operation = self.operations[node]
        if not self.simplify and (operation is None or not operation.boolean):
            raise SyntaxProblem(
                "the first argument of where must be a comparison",
                span=Span(self.starts[node], self.ends[node]),
                hint="as in where(x > 0, x, -x)",
            )

    def simplified(self, primitive: Primitive, arguments: tuple[int, ...], start: int, end: int) -> int | None:
        """Neutral and absorbing numbers removed; None where nothing can be."""
        first, last = arguments[0], arguments[-1]
        left, right = self.numbers.get(first), self.numbers.get(last)
        match primitive.name:
            case "+":
                return last if left == 0 else first if right == 0 else None
            case "-":
                return first if right == 0 else self.apply(_NEG, (last,), start, end) if left == 0 else None
            case "*":
                return self.simplified_product(first, last, start, end)
            case "/":
                return self.number(0, start, end) if left == 0 else first if right == 1 else None
            case "**":
                return self.number(1, start, end) if right == 0 else first if right == 1 else None
            case "neg":
                return self.arguments[first][0] if self.operations[first] is _NEG else None
            case "where" if left is not None:
                return arguments[1] if left else arguments[2]
            case "==" if left is not None and right is not None:
                return self.number(int(left == right), start, end)
            case _:
                return None

    def simplified_product(self, first: int, last: int, start: int, end: int) -> int | None:
        left, right = self.numbers.get(first), self.numbers.get(last)
        if left == 0 or right == 0:
            return self.number(0, start, end)
        if left == 1 or right == 1:
            return last if left == 1 else first
        if left == -1 or right == -1:
            return self.apply(_NEG, (last if left == -1 else first,), start, end)
        return None
