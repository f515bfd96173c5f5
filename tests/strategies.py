"""Hypothesis strategies for the language: trees over every primitive, the texts that write them, and noise."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from gradcheck.errors import GradcheckError
from gradcheck.primitives import table
from gradcheck.primitives.scalar import PRIMITIVES, SPELLINGS
from gradcheck.syntax import latex_words
from gradcheck.syntax.printing import parameter_text
from gradcheck.syntax.tree import Kind, Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcheck.graph import Graph
    from gradcheck.syntax.tree import Item, Parameter, Program

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
NUMBERS = ("0", "1", "2", "3", "10", "0.5", "0.1", ".25", "2.75", "12.", "1e-3", "1e3", "7e0", "123456789.000000001")
NAMES = ("x", "y", "z", "x1", "x_2", "alpha", "θ", "w")
CONSTANTS = ("e", "pi", "π")


class Tree(NamedTuple):
    """What a text means: a leaf (its text), or a primitive applied to operands."""

    operation: str
    leaf: str
    operands: tuple[Tree, ...]
    parameters: tuple[Parameter, ...] = ()


def leaf(text: str) -> Tree:
    return Tree("", text, ())


def apply(operation: str, *operands: Tree, parameters: tuple[Parameter, ...] = ()) -> Tree:
    return Tree(operation, "", operands, parameters)


def write(tree: Tree) -> str:
    """The tree in full brackets: every dialect of Python would read it in one way only."""
    if not tree.operation:
        return tree.leaf
    row, operands = table.PRIMITIVES[tree.operation], [write(operand) for operand in tree.operands]
    parameters = [parameter_text(parameter) for parameter in tree.parameters]
    if row.name == "neg":
        return f"(-{operands[0]})"
    if row.infix:
        return f"({operands[0]} {row.written} {operands[1]})"
    if row.name == "transpose":
        return f"({operands[0]}).T"
    if row.name == "select":
        return f"({operands[0]})[{', '.join(parameters)}]"
    if row.name == "stack":
        return f"[{', '.join(operands)}]"
    return f"{row.written}({', '.join(operands + parameters)})"


def meaning(tree: Tree) -> object:
    """Nested tuples in which numbers are exact: equal for two ways to write the same tree."""
    if tree.operation:
        return tree.operation, *(meaning(operand) for operand in tree.operands), *tree.parameters
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
            made.append((item.name, *(made[argument] for argument in item.arguments), *item.parameters))
    return made[root]


def meaning_of_program(program: Program) -> list[tuple[str, object]]:
    """What each statement is called and means."""
    return [(statement.name, meaning_of_items(program.items, statement.root)) for statement in program.statements]


def is_same_graph(one: Graph, other: Graph) -> bool:
    """Whether two graphs hold the same nodes, output and user's names, whatever order they were met in."""
    interned: dict[object, int] = {}

    def numbered(graph: Graph) -> list[int]:
        leaves: dict[int, object] = {index: ("number", value) for index, value in graph.numbers.items()}
        leaves.update((index, ("constant", name)) for index, name in graph.constants.items())
        leaves.update((index, ("input", name)) for name, index in graph.inputs.items())
        found: list[int] = []
        for index, operation in enumerate(graph.operations):
            arguments = tuple(found[argument] for argument in graph.arguments[index])
            key = leaves[index] if operation is None else (operation.name, arguments)
            found.append(interned.setdefault(key, len(interned)))
        return found

    ones, others = numbered(one), numbered(other)
    named = [name for name in one.by_name if name in other.by_name and len(name) > 1]
    return (
        len(one) == len(other)
        and set(ones) == set(others)
        and ones[one.output] == others[other.output]
        and list(one.inputs) == list(other.inputs)
        and all(ones[one.by_name[name]] == others[other.by_name[name]] for name in named if not name.startswith("v"))
    )


# -- trees and the texts that write them ---------------------------------------------------------------------------


def leaves(names: tuple[str, ...] = NAMES, constants: tuple[str, ...] = CONSTANTS) -> st.SearchStrategy[Tree]:
    numbers = st.one_of(st.sampled_from(NUMBERS), st.integers(0, 10**12).map(str))
    return st.one_of(st.sampled_from(names), numbers, st.sampled_from(constants or names)).map(leaf)


@st.composite
def trees(
    draw: st.DrawFn,
    names: tuple[str, ...] = NAMES,
    *,
    rows: tuple[str, ...] = tuple(PRIMITIVES),
    constants: tuple[str, ...] = CONSTANTS,
    operations: int = 7,
) -> Tree:
    """Trees over the given rows of the table (all of them, unless told), with repeated sub-expressions."""
    pool = [draw(leaves(names, constants))]

    def operand() -> Tree:
        """The newest tree, an older one, or a new leaf."""
        match draw(st.integers(0, 3)):
            case 0 | 1:
                return pool[-1]
            case 2:
                return draw(leaves(names, constants))
            case _:
                return pool[draw(st.integers(0, len(pool) - 1))]

    def condition() -> Tree:
        """What ``where`` wants as its first argument."""
        comparisons = [name for name in COMPARISONS if name in rows] or COMPARISONS
        found = apply(draw(st.sampled_from(comparisons)), operand(), operand())
        if draw(st.booleans()):
            return found
        return apply(draw(st.sampled_from(("and", "or"))), found, apply("<", operand(), operand()))

    for _ in range(draw(st.integers(0, operations))):
        name = draw(st.sampled_from(rows))
        operands = [operand() for _ in range(PRIMITIVES[name].arity)]
        if name == "where":
            operands[0] = condition()
        pool.append(apply(name, *operands))
    return pool[-1]


def expressions(
    names: tuple[str, ...] = NAMES, *, rows: tuple[str, ...] = tuple(PRIMITIVES), operations: int = 7
) -> st.SearchStrategy[str]:
    """Texts in full brackets, always legal (a division by a literal zero apart)."""
    return trees(names, rows=rows, operations=operations).map(write)


ARRAY_ROWS = tuple(
    row.name
    for row in table.PRIMITIVES.values()
    if row.is_matrix and not row.internal and row.name not in {"vecmat", "norm_squared"}
)
"""The rows of arrays that a text can name; the others are what the graph makes of @ and of a norm's square."""

ARRAY_NAMES = ("x", "A", "B", "W1", "β", "T")


@st.composite
def array_trees(draw: st.DrawFn, operations: int = 7) -> Tree:
    """Trees over all rows, those of arrays most of all; of no particular shapes, so that few of them have a value."""
    pool = [draw(leaves(ARRAY_NAMES))]
    sizes = st.one_of(st.integers(-3, 12), st.sampled_from(("n", "i", "x", "θ")))
    ends = st.one_of(st.none(), sizes)
    indices = st.one_of(sizes, st.builds(Slice, ends, ends))

    def operand() -> Tree:
        older = draw(st.integers(0, 2))
        return draw(leaves(ARRAY_NAMES)) if older == 2 else pool[-1] if older else draw(st.sampled_from(pool))

    for _ in range(draw(st.integers(0, operations))):
        name = draw(st.one_of(st.sampled_from(ARRAY_ROWS), st.sampled_from(tuple(PRIMITIVES))))
        row = table.PRIMITIVES[name]
        count = draw(st.integers(1, 4)) if row.nary else row.arity
        wanted = draw(st.sampled_from(row.parameters)) if row.parameters else 0
        kinds = indices if name == "select" else st.integers(-2, 2) if row.shape == "axis" else sizes
        parameters = tuple(draw(kinds) for _ in range(wanted))
        pool.append(apply(name, *(operand() for _ in range(count)), parameters=parameters))
    return pool[-1]


SMOOTH = ("+", "-", "*", "neg", "sin", "cos", "atan", "tanh", "sigmoid", "erf", "asinh", "gelu", "softplus")
"""Rows that are defined and smooth everywhere, and tame enough for floats."""

UNARY_NAMES = tuple(sorted(name for name, rows in SPELLINGS.items() if tuple(rows) == (1,)))


@st.composite
def homework(draw: st.DrawFn, depth: int = 2) -> str:
    """What people type: implicit products, ^, superscripts, bars, roots, functions without brackets."""

    def expression(level: int) -> str:
        text = draw(st.sampled_from(("", "", "", "-", "−"))) + term(level)
        for _ in range(draw(st.integers(0, 1))):
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
    operators = st.sampled_from(("+", "-", "*", "/", "@", "**", "**", "<", "<=", "==", "!=", ">", ">=", "and", "or"))
    postfix = st.sampled_from(("", "", "", "", ".T", "[0]", "[-1, 2]", "[:, n]", "[1:].T", "[0][1]"))

    def row(level: int) -> str:
        parts = [operand(level)]
        for _ in range(draw(st.integers(0, 4))):
            parts += [draw(operators), operand(level)]
        return " ".join(parts)

    def operand(level: int) -> str:
        signs = draw(st.sampled_from(("", "", "", "-", "- -", "+", "-+")))
        kind = draw(st.integers(0, 4 if level else 1))
        if kind == 2:
            return f"{signs}({row(level - 1)}){draw(postfix)}"
        if kind == 4:
            return f"{signs}[{', '.join(row(level - 1) for _ in range(draw(st.integers(1, 2))))}]{draw(postfix)}"
        if kind == 3:
            return f"{signs}{draw(st.sampled_from(('sin', 'log', 'sqrt')))}({row(level - 1)}){draw(postfix)}"
        leaf = draw(st.sampled_from(("x", "y", "z", "2", "10", "0.5")))
        return signs + leaf + (draw(postfix) if leaf.isalpha() else "")

    return row(depth)


# -- noise ---------------------------------------------------------------------------------------------------------

TOKENS = (
    "+", "-", "*", "/", "**", "^", "(", ")", "|", ",", ";", "=", "==", "<", "<=", "!=", "\n", " ", "x", "y", "f", "e",
    "pi", "π", "2", "3", "0", "0.5", "1e3", "1e-9999", "²", "⁻¹", "√", "sin", "cos", "log", "ln", "max", "where", "and",
    "or", "sinx", "# c\n", "x1", "sin^2", "root", "σ", "α", ".", "x>0,", "f(", "(x)", "2x", "1/2", "|x|", "e^",
    "lambda", "[", "{", "'", ":", "_", "\u202e", "\0", "½", "₂", "\r", "\t", "a =", "sin^(", "log**", "relu⁻¹", "=",
)  # fmt: skip


def token_soup() -> st.SearchStrategy[str]:
    """Legal tokens in an order that is seldom legal."""
    pieces = st.one_of(st.sampled_from(TOKENS), st.sampled_from(TOKENS[:30]), st.sampled_from(tuple(SPELLINGS)))
    joined = st.lists(pieces, max_size=14)
    return st.one_of(joined.map("".join), joined.map(" ".join))


ARRAY_TOKENS = (
    "@", ".T", "ᵀ", "⊤", "^T", "T", "[", "]", "[", "]", "[0]", "[i,", ":", "[:", "‖", "∥", "||", "‖₁", "_2", "[]", "n",
    "eye(", "sum(", "norm(", "inf", "stack(", ", 0)", ",1]", ";", "\n", "-1", "A", "B", "x", "2", "(", ")", ",", "²",
    "|", "reshape(", "vstack(", "tr", "det ", "+", "*", "^",
)  # fmt: skip


def array_token_soup() -> st.SearchStrategy[str]:
    """Tokens of arrays, and others, in an order that is seldom legal."""
    pieces = st.one_of(st.sampled_from(ARRAY_TOKENS), st.sampled_from(ARRAY_TOKENS), st.sampled_from(TOKENS[:30]))
    joined = st.lists(pieces, max_size=12)
    return st.one_of(joined.map("".join), joined.map(" ".join))


LATEX_TOKENS = (
    "{", "}", "{", "}", "^", "_", "(", ")", "[", "]", "|", "\\|", "\\left(", "\\right)", "\\left|", "\\right|", "\\{",
    "\\}", "x", "y", "A", "T", "e", "d", "f", "2", "10", "0.5", "+", "-", "*", "/", "=", "<", "&", "\\\\", ";", ",",
    "'", "$", "%", "\n", " ", "\\frac", "\\sqrt", "\\sqrt[3]", "\\log_", "\\mathrm{", "\\text{",
    "\\operatorname{relu}", "^{-1}", "^\\top", "^{T}", "_{1}", "_{[0]}", "_{ij}", "\\begin{bmatrix}",
    "\\end{bmatrix}", "\\begin{cases}", "\\end{cases}", "\\text{otherwise}", "\\hat", "²", "π", "σ", "∂",
    "\\frac{df}{dx}", "~", "\\,", "sin", "xy", "@", "#", "\\", "\0", "\u202e", "≤", "‖", "√", "ᵀ", "1e3",
    "\\times 10^{3}", "{,}", "!", ":", "\\(", "\\)",
)  # fmt: skip


def latex_soup() -> st.SearchStrategy[str]:
    """Words of LaTeX in an order that is seldom legal."""
    commands = sorted(f"\\{word}" for word in (*latex_words.KNOWN, *latex_words.NOT_PART, *latex_words.ENVIRONMENTS))
    pieces = st.one_of(st.sampled_from(LATEX_TOKENS), st.sampled_from(LATEX_TOKENS), st.sampled_from(commands))
    joined = st.lists(pieces, max_size=14)
    return st.one_of(joined.map("".join), joined.map(" ".join))


ARRAY_SHAPES: Mapping[str, tuple[int, ...]] = {"A": (2, 2), "B": (2, 2), "x": (2,), "y_1": (2,), "beta": (2,)}
"""What ``shaped_trees`` are over, beside the scalars s and t2."""


@st.composite
def shaped_trees(draw: st.DrawFn, depth: int = 3) -> Tree:
    """Trees over arrays that fit together."""

    def made(kind: str, level: int) -> Tree:
        if level <= 0:
            names = {"matrix": ("A", "B"), "vector": ("x", "y_1", "beta"), "scalar": ("s", "t2", "2", "0.5")}[kind]
            return leaf(draw(st.sampled_from(names)))
        name, *kinds = draw(st.sampled_from(_SHAPED[kind]))
        parameters = {"row": (0, Slice(None, None)), "entry": (1, 0), "first": (0,)}.get(name, ())
        operands = [made(one, level - 1) for one in kinds]
        if name in {"row", "entry", "first"}:
            return apply("select", *operands, parameters=parameters)
        return apply(name, *operands)

    return made(draw(st.sampled_from(("matrix", "vector", "scalar"))), draw(st.integers(0, depth)))


_SHAPED = {
    "matrix": [
        ("matmul", "matrix", "matrix"), ("+", "matrix", "matrix"), ("*", "matrix", "matrix"), ("transpose", "matrix"),
        ("inv", "matrix"), ("*", "scalar", "matrix"), ("sin", "matrix"), ("outer", "vector", "vector"),
        ("/", "matrix", "scalar"), ("neg", "matrix"), ("**", "matrix", "scalar"), ("stack", "vector", "vector"),
    ],
    "vector": [
        ("matmul", "matrix", "vector"), ("-", "vector", "vector"), ("*", "vector", "vector"), ("*", "vector", "scalar"),
        ("exp", "vector"), ("row", "matrix"), ("softmax", "vector"), ("stack", "scalar", "scalar"), ("neg", "vector"),
        ("**", "vector", "scalar"), ("diagonal", "matrix"),
    ],
    "scalar": [
        ("matmul", "vector", "vector"), ("sum", "vector"), ("det", "matrix"), ("trace", "matrix"), ("norm", "vector"),
        ("first", "vector"), ("entry", "matrix"), ("**", "scalar", "scalar"), ("*", "scalar", "scalar"),
        ("max_entry", "vector"), ("dot", "vector", "vector"), ("/", "scalar", "scalar"),
    ],
}  # fmt: skip


def any_text() -> st.SearchStrategy[str]:
    """Any characters at all, lone surrogates included."""
    return st.one_of(
        st.text(max_size=40), st.text(st.characters(), max_size=20), st.text("()|^*-x2 ,;=[]:.T@‖", max_size=40)
    )


def refusal(read: Callable[[str], object], text: str) -> GradcheckError | None:
    """The error with which a text is refused, or None; what is no GradcheckError is not caught."""
    try:
        read(text)
    except GradcheckError as error:
        return error
    return None


# -- numbers -------------------------------------------------------------------------------------------------------


def rationals(low: int = -50, high: int = 50, denominator: int = 64) -> st.SearchStrategy[Fraction]:
    return st.fractions(low, high, max_denominator=denominator)


def floats_close(one: float, other: float, scale: float = 1.0, tolerance: float = 1e-12) -> bool:
    """Equal up to round-off, or undefined both."""
    if not (math.isfinite(one) and math.isfinite(other)):
        return repr(one) == repr(other)
    return abs(one - other) <= tolerance * max(abs(one), abs(other), scale)
