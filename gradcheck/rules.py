"""The tables' texts, parsed once: ready to evaluate in any arithmetic and to print.

A text becomes straight-line Python whose operators and functions are those of the arithmetic it is bound to.
Only texts of the package's own tables come here, never the user's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from gradcheck.build import build_rule
from gradcheck.graph import Graph, leaf_text
from gradcheck.primitives import VARIABLES, Primitive
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import ATOM, PLAIN, name_text, operation_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import CodeType

    from gradcheck.arithmetic import Arithmetic
    from gradcheck.syntax.tree import Exact, Parameter, Program

SIZES = "sizes"
"""The last parameter of a pullback: the node's literal integers, which its parametric functions share."""
_NATIVE = {"+": "{} + {}", "-": "{} - {}", "*": "{}*{}", "neg": "-{}"}


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One text of a table: its graph over ``u``, ``v``, ``w`` (arguments) and ``y`` (output)."""

    graph: Graph
    parameters: tuple[str, ...]

    def bind(self, arithmetic: Arithmetic[Any]) -> Callable[..., Any]:
        """The rule as a function of (arguments…, output) in one arithmetic."""
        graph = self.graph
        namespace: dict[str, Any] = {f"k{index}": arithmetic.number(value) for index, value in graph.numbers.items()}
        namespace.update((f"k{index}", arithmetic.constant(name)) for index, name in graph.constants.items())
        for index, operation in enumerate(graph.operations):
            if operation is not None and operation.name not in _NATIVE:
                lazy = operation.name == "where"
                last = graph.numbers.get(graph.arguments[index][-1]) if operation.arity == 2 else None
                namespace[f"f{index}"] = arithmetic.choose if lazy else arithmetic.applied(operation, last)
        exec(_code(self), namespace)  # noqa: S102 - the package's own table text, compiled by _code
        bound: Callable[..., Any] = namespace["rule"]
        return bound

    @property
    def is_free(self) -> bool:
        """Whether the value is a number or already on the tape, so that it costs no operation."""
        return not any(operation is not None for operation in self.graph.operations)

    def written(
        self, names: Mapping[str, tuple[str, int]], style: str = PLAIN, sizes: Sequence[Parameter] = ()
    ) -> tuple[str, int]:
        """The rule as text for given names of ``u``, ``v``, ``w``, ``y`` (each with its precedence).

        ``sizes`` are the node's literal integers, which the parametric functions of a pullback share.
        """
        graph = self.graph
        texts: list[tuple[str, int]] = []
        for index, operation in enumerate(graph.operations):
            if operation is None:
                text, precedence = leaf_text(graph, index)
                texts.append(names.get(text, (name_text(text, style), precedence)))
            elif operation.name == "where" and style != PLAIN:
                condition, one, other = (texts[argument][0] for argument in graph.arguments[index])
                texts.append((f"{one} if {condition} else {other}", 0))
            else:
                parameters = sizes if operation.parameters else ()
                operands = [texts[a] for a in graph.arguments[index]]
                texts.append(operation_text(operation.name, operands, style, parameters=parameters))
        return texts[graph.output]


@cache
def _parsed(text: str, parameters: tuple[str, ...]) -> Program:
    return parse(text, frozenset(parameters), internal=True)


def make_rule(text: str, arity: int, literals: Mapping[str, Exact] | None = None) -> Rule:
    """Parse a table's text into a rule, simplified for arguments that are known numbers."""
    parameters = (*VARIABLES[:arity], "y")
    graph = build_rule(_parsed(text, parameters), literals or {}, frozenset(parameters))
    unknown = [name for name in graph.inputs if name not in parameters]
    if unknown:
        raise ValueError(f"the text {text!r} uses {', '.join(unknown)}")
    return Rule(graph, parameters)


def rule_of(program: Program, parameters: tuple[str, ...]) -> Rule:
    """A table's text over parameters of its own (the misconceptions') as a rule."""
    graph = build_rule(program, {}, frozenset(parameters))
    return Rule(graph, parameters)


@lru_cache(maxsize=4_096)
def local_derivative(primitive: Primitive, position: int, exponent: Exact | None = None) -> Rule:
    """The rule for the local derivative by one argument; a literal exponent of ``**`` simplifies it."""
    literals = {} if exponent is None else {"v": exponent}
    return make_rule(primitive.derivatives[position], primitive.arity, literals)


@lru_cache(maxsize=1_024)
def pullback(primitive: Primitive, position: int) -> Rule:
    """The rule for the adjoint of one argument of a matrix primitive, from ``g``, that of its output."""
    text = primitive.pullbacks[0 if primitive.nary else position]
    return flow_rule(text, 0 if primitive.nary else primitive.arity)


@lru_cache(maxsize=1_024)
def flow_rule(text: str, arity: int, *, right: bool = False) -> Rule:
    """A pullback's text as a rule over (arguments…, output, adjoint, sizes), and what is right (``r``) where wanted."""
    parameters = (*VARIABLES[:arity], "y", "g", SIZES, *(["r"] if right else []))
    return rule_of(_parsed(text, parameters), parameters)


@cache
def definition(primitive: Primitive) -> Rule:
    """The rule for the value of a primitive that is defined by others."""
    return make_rule(primitive.definition, primitive.arity)


@cache
def domain(primitive: Primitive) -> Rule | None:
    """The condition under which the primitive is defined, or None for everywhere."""
    return make_rule(primitive.domain, primitive.arity) if primitive.domain else None


@cache
def breaks(primitive: Primitive) -> tuple[tuple[str, Rule], ...]:
    """The texts that are zero where the primitive has a kink or a jump, each with which of the two."""
    kinks = [("kink", make_rule(text, primitive.arity)) for text in primitive.kinks]
    return (*kinks, *(("jump", make_rule(text, primitive.arity)) for text in primitive.jumps))


def rules_of(graph: Graph, node: int) -> list[Rule | None]:
    """The local derivative by each argument of a node; None for an argument that depends on no input."""
    operation = graph.operations[node]
    if operation is None or operation.shape:
        return []
    arguments = graph.arguments[node]
    exponent = graph.numbers.get(arguments[1]) if operation.name == "**" else None
    return [
        local_derivative(operation, position, exponent) if graph.varies[argument] else None
        for position, argument in enumerate(arguments)
    ]


def written_at(graph: Graph, node: int, rule: Rule, style: str = PLAIN) -> str:
    """The local derivative of a node as text in the names of the graph: 2x, 1/(2√c)."""
    return text_at(graph, node, rule, style)[0]


def text_at(graph: Graph, node: int, rule: Rule, style: str = PLAIN) -> tuple[str, int]:
    """The same with the precedence of the text."""
    operation = graph.operations[node]
    assert operation is not None
    operands = [operand_text(graph, argument, style) for argument in graph.arguments[node]]
    names = dict(zip(VARIABLES, operands, strict=False))
    names["y"] = operation_text(operation.name, operands, style)
    return rule.written(names, style)


def operand_text(graph: Graph, node: int, style: str = PLAIN) -> tuple[str, int]:
    """A node as its name (or its number), with the precedence of that text."""
    if graph.operations[node] is None:
        text, precedence = leaf_text(graph, node)
        return name_text(text, style), precedence
    return graph.names[node], ATOM


def primitive_of(graph: Graph, node: int) -> str:
    """The row of the table that a node applies; empty for a variable."""
    operation = graph.operations[node]
    return "" if operation is None else operation.name


def arguments_of(graph: Graph, node: int) -> tuple[str, ...]:
    """What a node is applied to: names of nodes, and numbers as text."""
    if graph.operations[node] is None:
        return ()
    return tuple(operand_text(graph, argument, PLAIN)[0] for argument in graph.arguments[node])


@lru_cache(maxsize=4_096)
def _code(rule: Rule) -> CodeType:
    """The rule as Python, compiled when it is first bound: listing the table evaluates nothing.

    Nested where a value is used once, a temporary elsewhere.
    """
    graph, parameters = rule.graph, rule.parameters
    uses = Counter(argument for arguments in graph.arguments for argument in arguments)
    branches = any(operation is not None and operation.name == "where" for operation in graph.operations)
    lines = []
    texts: list[str] = []
    names = {index: name for name, index in graph.inputs.items()}
    for index, operation in enumerate(graph.operations):
        if operation is None:
            texts.append(names.get(index, f"k{index}"))
            continue
        operands = [texts[argument] for argument in graph.arguments[index]]
        template = _NATIVE.get(operation.name)
        if operation.name == "where":  # only the branch that is taken may be computed: the other may be undefined
            operands = [operands[0], *(f"lambda: {operand}" for operand in operands[1:])]
        if operation.parameters:
            operands = [*operands, SIZES]
        text = f"({template.format(*operands)})" if template else f"f{index}({', '.join(operands)})"
        if uses[index] > 1 and not branches:  # what a branch needs is not computed outside of it
            lines.append(f"    t{index} = {text}\n")
            text = f"t{index}"
        texts.append(text)
    source = f"def rule({', '.join(parameters)}):\n{''.join(lines)}    return {texts[graph.output]}\n"
    return compile(source, "<gradcheck table>", "exec")
