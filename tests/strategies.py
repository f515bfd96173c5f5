"""Hypothesis strategies for the language: trees over every primitive, the texts that write them, and noise."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from gradcheck.primitives.scalar import PRIMITIVES, SPELLINGS
from gradcheck.syntax.tree import Kind

if TYPE_CHECKING:
    from gradcheck.graph import Graph
    from gradcheck.syntax.tree import Item

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
NUMBERS = ("0", "1", "2", "3", "10", "0.5", "0.1", ".25", "2.75", "12.", "1e-3", "1e3", "7e0", "123456789.000000001")
NAMES = ("x", "y", "z", "x1", "x_2", "alpha", "θ", "w")
CONSTANTS = ("e", "pi", "π")


class Tree(NamedTuple):
    """What a text means: a leaf (its text), or a primitive applied to operands."""

    operation: str
    leaf: str
    operands: tuple[Tree, ...]


def leaf(text: str) -> Tree:
    return Tree("", text, ())


def apply(operation: str, *operands: Tree) -> Tree:
    return Tree(operation, "", operands)


def write(tree: Tree) -> str:
    """The tree in full brackets: every dialect of Python would read it in one way only."""
    if not tree.operation:
        return tree.leaf
    row, operands = PRIMITIVES[tree.operation], [write(operand) for operand in tree.operands]
    if row.name == "neg":
        return f"(-{operands[0]})"
    if row.infix:
        return f"({operands[0]} {row.name} {operands[1]})"
    return f"{row.written}({', '.join(operands)})"


def meaning(tree: Tree) -> object:
    """Nested tuples in which numbers are exact: equal for two ways to write the same tree."""
    if tree.operation:
        return tree.operation, *(meaning(operand) for operand in tree.operands)
    return Fraction(tree.leaf) if tree.leaf[0] in ".0123456789" else tree.leaf


def meaning_of_items(items: list[Item], root: int) -> object:
    """The same nested tuples for what the reader made."""
    made: list[object] = []
    for item in items[: root + 1]:
        if item.kind is Kind.NUMBER:
            made.append(Fraction(item.value))
        elif item.kind is Kind.NAME:
            made.append(item.name)
        else:
            made.append((item.name, *(made[argument] for argument in item.arguments)))
    return made[root]


def essence(graph: Graph) -> object:
    """What a graph is, whatever order its leaves were met in: operations in order, inputs in order, the output."""
    leaves: dict[int, object] = {}
    leaves.update({index: ("number", value) for index, value in graph.numbers.items()})
    leaves.update({index: ("constant", value) for index, value in graph.constants.items()})
    leaves.update({index: ("input", value) for value, index in graph.inputs.items()})
    reference: dict[int, object] = dict(leaves)
    operations = []
    for index, operation in enumerate(graph.operations):
        if operation is not None:
            operations.append((operation.name, tuple(reference[argument] for argument in graph.arguments[index])))
            reference[index] = len(operations) - 1
    return operations, list(graph.inputs), reference[graph.output], {
        name: reference[index] for name, index in graph.by_name.items()
    }  # fmt: skip


# -- trees and the texts that write them ---------------------------------------------------------------------------


def leaves(names: tuple[str, ...] = NAMES, constants: tuple[str, ...] = CONSTANTS) -> st.SearchStrategy[Tree]:
    numbers = st.one_of(st.sampled_from(NUMBERS), st.integers(0, 10**12).map(str))
    return st.one_of(st.sampled_from(names), numbers, st.sampled_from(constants or names)).map(leaf)


def conditions(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Comparisons, possibly joined: what ``where`` wants as its first argument."""
    compared = st.builds(apply, st.sampled_from(COMPARISONS), inner, inner)
    return st.one_of(compared, st.builds(apply, st.sampled_from(("and", "or")), compared, compared))


def trees(
    names: tuple[str, ...] = NAMES,
    *,
    rows: tuple[str, ...] = tuple(PRIMITIVES),
    constants: tuple[str, ...] = CONSTANTS,
    max_leaves: int = 12,
) -> st.SearchStrategy[Tree]:
    """Trees over the given rows of the table (all of them, unless told)."""

    def extend(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        def applied(name: str) -> st.SearchStrategy[Tree]:
            operands = [inner] * PRIMITIVES[name].arity
            if name == "where":
                operands[0] = conditions(inner)
            return st.tuples(st.just(name), st.just(""), st.tuples(*operands)).map(lambda parts: Tree(*parts))

        return st.sampled_from(rows).flatmap(applied)

    return st.recursive(leaves(names, constants), extend, max_leaves=max_leaves)


def expressions(
    names: tuple[str, ...] = NAMES, *, rows: tuple[str, ...] = tuple(PRIMITIVES), max_leaves: int = 12
) -> st.SearchStrategy[str]:
    """Texts in full brackets, always legal (a division by a literal zero apart)."""
    return trees(names, rows=rows, max_leaves=max_leaves).map(write)


SMOOTH = ("+", "-", "*", "neg", "sin", "cos", "atan", "tanh", "sigmoid", "erf", "asinh", "gelu", "softplus")
"""Rows that are defined and smooth everywhere, and tame enough for floats."""

UNARY_NAMES = tuple(sorted(name for name, rows in SPELLINGS.items() if tuple(rows) == (1,)))


@st.composite
def homework(draw: st.DrawFn, depth: int = 3) -> str:
    """What people type: implicit products, ^, superscripts, bars, roots, functions without brackets."""

    def expression(level: int) -> str:
        text = draw(st.sampled_from(("", "", "", "-", "−"))) + term(level)
        for _ in range(draw(st.integers(0, 2))):
            text += draw(st.sampled_from((" + ", " - ", "+", "-", " − "))) + term(level)
        return text

    def term(level: int) -> str:
        text = power(level, number=True)
        for _ in range(draw(st.integers(0, 2))):
            glue = draw(st.sampled_from((" ", " ", "*", "/", "·", " / ", "×")))
            text += glue + power(level, number=glue != " ")
        return text

    def power(level: int, *, number: bool) -> str:
        kind = draw(st.sampled_from(("", "", "", "^", "**", "²", "⁻¹", "^-", "¹⁰")))
        base = factor(level, number=number)
        if kind in {"^", "**", "^-"}:
            return base + kind + factor(level - 1, number=True)
        return base + kind

    def factor(level: int, *, number: bool) -> str:
        plain = st.sampled_from(("x", "y", "z", "e", "pi", "x₁", "θ", *(("2", "3", "0.5", "10") if number else ())))
        if level <= 0:
            return draw(plain)
        function = st.sampled_from(("sin", "cos", "ln", "log", "exp", "sqrt", "tanh", "σ", "arctan", "sin^2", "cos²"))
        match draw(st.integers(0, 6)):
            case 0 | 1:
                return draw(plain)
            case 2:
                return f"({expression(level - 1)})"
            case 3:
                return f"|{expression(level - 1)}|"
            case 4:
                return f"√{factor(level - 1, number=True)}"
            case 5:
                return f"{draw(function)}({expression(level - 1)})"
            case _:
                return f"{draw(function)} {factor(0, number=True)}"

    return expression(depth)


@st.composite
def python_texts(draw: st.DrawFn, depth: int = 2) -> str:
    """Texts that Python's own parser reads too: operators in a row, so that precedence decides."""
    operators = st.sampled_from(("+", "-", "*", "/", "**", "**", "<", "<=", "==", "!=", ">", ">=", "and", "or"))

    def row(level: int) -> str:
        parts = [operand(level)]
        for _ in range(draw(st.integers(0, 4))):
            parts += [draw(operators), operand(level)]
        return " ".join(parts)

    def operand(level: int) -> str:
        signs = draw(st.sampled_from(("", "", "", "-", "- -", "+", "-+")))
        kind = draw(st.integers(0, 3 if level else 1))
        if kind == 2:
            return f"{signs}({row(level - 1)})"
        if kind == 3:
            return f"{signs}{draw(st.sampled_from(('sin', 'log', 'sqrt')))}({row(level - 1)})"
        return signs + draw(st.sampled_from(("x", "y", "z", "2", "10", "0.5")))

    return row(depth)


# -- noise ---------------------------------------------------------------------------------------------------------

TOKENS = (
    "+", "-", "*", "/", "**", "^", "(", ")", "|", ",", ";", "=", "==", "<", "<=", "!=", "\n", " ", "x", "y", "f", "e",
    "pi", "π", "2", "3", "0", "0.5", "1e3", "1e-9999", "²", "⁻¹", "√", "sin", "cos", "log", "ln", "max", "where", "and",
    "or", "sinx", "# c\n", "x1", "sin^2", "root", "σ", "α", ".", "x>0,", "f(", "(x)", "2x", "1/2", "|x|", "e^", "lambda",
    "[", "{", "'", ":", "_", "\u202e", "\0", "½", "₂", "\r", "\t", "a =", "sin^(", "log**", "relu⁻¹", "=",
)  # fmt: skip


def token_soup() -> st.SearchStrategy[str]:
    """Legal tokens in an order that is seldom legal."""
    pieces = st.one_of(st.sampled_from(TOKENS), st.sampled_from(TOKENS[:30]), st.sampled_from(tuple(SPELLINGS)))
    joined = st.lists(pieces, max_size=14)
    return st.one_of(joined.map("".join), joined.map(" ".join))


def any_text() -> st.SearchStrategy[str]:
    """Any characters at all, lone surrogates included."""
    return st.one_of(st.text(max_size=40), st.text(st.characters(), max_size=20), st.text("()|^*-x2 ,;=", max_size=40))


# -- numbers -------------------------------------------------------------------------------------------------------


def rationals(low: int = -50, high: int = 50, denominator: int = 64) -> st.SearchStrategy[Fraction]:
    return st.fractions(low, high, max_denominator=denominator)


def floats_close(one: float, other: float, scale: float = 1.0, tolerance: float = 1e-12) -> bool:
    """Equal up to round-off, or undefined both."""
    if not (math.isfinite(one) and math.isfinite(other)):
        return repr(one) == repr(other)
    return abs(one - other) <= tolerance * max(abs(one), abs(other), scale)
