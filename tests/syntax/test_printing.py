"""Trees and graphs written out: what is written reads back as the same thing."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import CONSTANTS, array_trees, is_same_graph, meaning, meaning_of_items, trees, write

from gradcheck.build import build
from gradcheck.errors import GradcheckError
from gradcheck.graph import leaf_text
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import (
    ATOM,
    PLAIN,
    UNICODE,
    name_text,
    number_text,
    operation_text,
    write_graph,
    write_program,
    write_tree,
)
from gradcheck.syntax.tree import Kind, Slice

# -- numbers -------------------------------------------------------------------------------------------------------

NUMBERS = [
    (0, "0"),
    (7, "7"),
    (-7, "-7"),
    (1200, "1200"),
    (10**20, "100000000000000000000"),
    (10**21, "1e21"),
    (-(10**30), "-1e30"),
    (12345678901234567890123, "12345678901234567890123"),  # as many figures as it has
    (15 * 10**40, "1.5e41"),
    (Fraction(1, 10), "0.1"),
    (Fraction(5, 2), "2.5"),
    (Fraction(-5, 2), "-2.5"),
    (Fraction(123, 1000), "0.123"),
    (Fraction(1, 1024), "0.0009765625"),
    (Fraction(1, 10**7), "0.0000001"),
    (Fraction(1, 10**8), "1e-8"),
    (Fraction(-15, 10**9), "-1.5e-8"),
    (Fraction(1, 3), "1/3"),
    (Fraction(-2, 3), "-2/3"),
    (Fraction(10**25, 3), "1e25/3"),
    (Fraction(1, 7 * 10**25), "1/7e25"),
]


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_numbers(value, text):
    assert number_text(value)[0] == text


def number_read(text):
    graph = build(parse(text))
    return graph.numbers[graph.output]


@given(st.one_of(st.fractions(), st.integers(), st.fractions(-1, 1, max_denominator=10**6)))
def test_a_number_reads_back(value):
    value = value.numerator if value.denominator == 1 else value
    assert number_read(number_text(value)[0]) == value


@given(st.integers(-(10**9), 10**9), st.integers(-60, 60))
def test_a_decimal_reads_back(digits, exponent):
    value = digits * Fraction(10) ** exponent
    assert number_read(number_text(value.numerator if value.denominator == 1 else value)[0]) == value


@given(st.one_of(st.fractions(), st.integers()))
def test_the_precedence_of_a_number_protects_it(value):
    """-2 squared is written (-2)**2, and 1/3 squared (1/3)**2."""
    value = value.numerator if value.denominator == 1 else value
    text = operation_text("**", [number_text(value), ("3", ATOM)])[0]
    assert number_read(text) == value**3


def test_large_numbers_are_written():
    assert number_text(10**10000)[0] == "1e10000"
    assert number_text(Fraction(1, 10**10000))[0] == "1e-10000"
    assert len(number_text(10**5000 + 1)[0]) == 5001
    assert len(number_text(Fraction(1, 2**16384))[0]) < 12_000


# -- plain texts ---------------------------------------------------------------------------------------------------


@given(trees())
def test_a_tree_reads_back_as_the_same_tree(tree):
    """The very tree, not only the same graph: associativity is kept."""
    program = parse(write(tree))
    for full in (False, True):
        again = parse(write_tree(program.items, program.statements[0].root, full=full))
        assert meaning_of_items(again.items, again.statements[0].root) == meaning(tree)


@given(array_trees())
def test_a_tree_of_arrays_reads_back_as_the_same_tree(tree):
    bound = frozenset({"T"})
    program = parse(write(tree), bound)
    for full in (False, True):
        again = parse(write_tree(program.items, program.statements[0].root, full=full), bound)
        assert meaning_of_items(again.items, again.statements[0].root) == meaning(tree)


@pytest.mark.parametrize("style", [PLAIN, UNICODE])
@given(array_trees())
def test_operations_of_arrays_read_back_in_both_styles(style, tree):
    """Written from the leaves up, as a graph is; but for ∛x, and = for ==, which are for people only."""
    bound = frozenset({"T"})
    program = parse(write(tree), bound)
    texts = []
    for item in program.items[: program.statements[0].root + 1]:
        if item.kind is Kind.APPLY:
            texts.append(operation_text(item.name, [texts[one] for one in item.arguments], style, item.parameters))
        else:
            texts.append(number_text(item.value) if item.kind is Kind.NUMBER else (item.name, ATOM))
    if style == PLAIN or not {"cbrt", "=="} & {item.name for item in program.items}:
        again = parse(texts[-1][0], bound)
        assert meaning_of_items(again.items, again.statements[0].root) == meaning(tree)


@given(trees())
def test_a_plain_text_is_never_longer_than_one_in_full_brackets(tree):
    program = parse(write(tree))
    assert len(write_program(program)) <= len(write_program(program, full=True)) <= len(write(tree)) + 60


@pytest.mark.parametrize("text", ["x + y + z", "a = x; b = y; a + b"])
def test_a_text_within_its_limit_is_whole(text):
    assert write_program(parse(text), limit=100) == text


@pytest.mark.parametrize("text", ["+".join(["x"] * 1000), ";".join(f"a{number}=x" for number in range(1000))])
def test_a_cut_text_is_not_much_longer_than_its_limit(text):
    cut = write_program(parse(text), limit=60)
    assert cut.endswith(" …")
    assert 30 <= len(cut) <= 120


# -- operations in both styles -------------------------------------------------------------------------------------

X, Y, TWO = ("x", ATOM), ("y", ATOM), ("2", ATOM)
MINUS = ("-x", 6)
SUM = ("x + y", 4)


@pytest.mark.parametrize(
    ("name", "operands", "plain", "pretty"),
    [
        ("+", [X, Y], "x + y", "x + y"),
        ("-", [X, SUM], "x - (x + y)", "x - (x + y)"),
        ("-", [SUM, X], "x + y - x", "x + y - x"),
        ("-", [X, MINUS], "x - (-x)", "x - (-x)"),
        ("*", [X, Y], "x*y", "x·y"),
        ("*", [TWO, X], "2*x", "2x"),
        ("*", [TWO, ("x²", 7)], "2*x²", "2x²"),
        ("*", [X, TWO], "x*2", "x·2"),
        ("*", [SUM, X], "(x + y)*x", "(x + y)·x"),
        ("*", [TWO, SUM], "2*(x + y)", "2·(x + y)"),
        ("*", [TWO, ("sin(x)", ATOM)], "2*sin(x)", "2·sin(x)"),
        ("*", [TWO, ("3", ATOM)], "2*3", "2·3"),
        ("/", [X, ("x*y", 5)], "x/(x*y)", "x/(x*y)"),
        ("/", [("x*y", 5), X], "x*y/x", "x*y/x"),
        ("**", [X, TWO], "x**2", "x²"),
        ("**", [X, ("-12", 6)], "x**(-12)", "x⁻¹²"),
        ("**", [X, ("0.5", ATOM)], "x**0.5", "x**0.5"),
        ("**", [X, Y], "x**y", "x**y"),
        ("**", [SUM, TWO], "(x + y)**2", "(x + y)²"),
        ("**", [MINUS, TWO], "(-x)**2", "(-x)²"),
        ("**", [("x**y", 7), TWO], "(x**y)**2", "(x**y)²"),
        ("neg", [X], "-x", "-x"),
        ("neg", [SUM], "-(x + y)", "-(x + y)"),
        ("neg", [("x**y", 7)], "-x**y", "-x**y"),
        ("abs", [SUM], "abs(x + y)", "|x + y|"),
        ("sqrt", [X], "sqrt(x)", "√x"),
        ("sqrt", [SUM], "sqrt(x + y)", "√(x + y)"),
        ("cbrt", [X], "cbrt(x)", "∛x"),
        ("sigmoid", [X], "sigmoid(x)", "σ(x)"),
        ("log", [SUM], "log(x + y)", "log(x + y)"),
        ("log_base", [X, TWO], "log(x, 2)", "log(x, 2)"),
        ("leaky_relu_slope", [X, Y], "leaky_relu(x, y)", "leaky_relu(x, y)"),
        ("where", [("x > 0", 3), X, MINUS], "where(x > 0, x, -x)", "where(x > 0, x, -x)"),
        ("<=", [X, Y], "x <= y", "x ≤ y"),
        (">=", [X, Y], "x >= y", "x ≥ y"),
        ("!=", [X, Y], "x != y", "x ≠ y"),
        ("==", [X, Y], "x == y", "x = y"),
        ("<", [X, SUM], "x < x + y", "x < x + y"),
        ("and", [("x < y", 3), ("x > y", 3)], "x < y and x > y", "x < y and x > y"),
        ("and", [("x or y", 1), X], "(x or y) and x", "(x or y) and x"),
    ],
)
def test_operations_in_both_styles(name, operands, plain, pretty):
    assert operation_text(name, operands, PLAIN)[0] == plain
    assert operation_text(name, operands, UNICODE)[0] == pretty


@pytest.mark.parametrize(
    ("name", "operands", "parameters", "plain", "pretty"),
    [
        ("matmul", [X, Y], (), "x @ y", "x @ y"),
        ("vecmat", [X, SUM], (), "x @ (x + y)", "x @ (x + y)"),
        ("matmul", [("a*b", 5), ("c*d", 5)], (), "a*b @ (c*d)", "a*b @ (c*d)"),
        ("*", [("a @ b", 5), ("c @ d", 5)], (), "a @ b*(c @ d)", "a @ b·(c @ d)"),
        ("*", [TWO, ("A.T", ATOM)], (), "2*A.T", "2A.T"),
        ("*", [TWO, ("x[0]", ATOM)], (), "2*x[0]", "2x[0]"),
        ("*", [TWO, ("[1, 2]", ATOM)], (), "2*[1, 2]", "2·[1, 2]"),
        ("dot", [X, Y], (), "dot(x, y)", "dot(x, y)"),
        ("transpose", [X], (), "x.T", "xᵀ"),
        ("transpose", [SUM], (), "(x + y).T", "(x + y)ᵀ"),
        ("transpose", [MINUS], (), "(-x).T", "(-x)ᵀ"),
        ("transpose", [TWO], (), "(2).T", "(2)ᵀ"),
        ("transpose", [("x.T", ATOM)], (), "x.T.T", "x.Tᵀ"),
        ("transpose", [("x**2", 7)], (), "(x**2).T", "(x**2)ᵀ"),
        ("stack", [X, SUM, MINUS], (), "[x, x + y, -x]", "[x, x + y, -x]"),
        ("stack", [X], (), "[x]", "[x]"),
        ("select", [X], (0,), "x[0]", "x[0]"),
        ("select", [SUM], ("i", Slice(None, None)), "(x + y)[i, :]", "(x + y)[i, :]"),
        ("select", [X], (Slice(1, -1), -2), "x[1:-1, -2]", "x[1:-1, -2]"),
        ("norm", [SUM], (), "norm(x + y)", "‖x + y‖"),
        ("norm_squared", [SUM], (), "norm(x + y)**2", "‖x + y‖²"),
        ("norm1", [X], (), "norm1(x)", "‖x‖₁"),
        ("max_entry", [X], (), "max(x)", "max(x)"),
        ("sum_axis", [X], (0,), "sum(x, 0)", "sum(x, 0)"),
        ("reshape", [X], (2, "n"), "reshape(x, 2, n)", "reshape(x, 2, n)"),
        ("eye", [], (3,), "eye(3)", "eye(3)"),
        ("zeros", [], ("m", "n"), "zeros(m, n)", "zeros(m, n)"),
        ("ones_like", [X], (), "ones_like(x)", "ones_like(x)"),
        ("spread", [X, Y], (1,), "spread(x, y, 1)", "spread(x, y, 1)"),
        ("abs", [("|x|", ATOM)], (), "|(|x|)|", "|(|x|)|"),
    ],
)
def test_operations_of_arrays_in_both_styles(name, operands, parameters, plain, pretty):
    if name != "abs":
        assert operation_text(name, operands, PLAIN, parameters)[0] == plain
    assert operation_text(name, operands, UNICODE, parameters)[0] == pretty


def test_what_is_written_around_a_norm_squared():
    """It is a power: its transpose and its own power need brackets."""
    text, precedence = operation_text("norm_squared", [X])
    assert operation_text("**", [(text, precedence), TWO])[0] == "(norm(x)**2)**2"
    assert operation_text("transpose", [(text, precedence)])[0] == "(norm(x)**2).T"


def test_names_in_both_styles():
    assert name_text("pi", PLAIN) == "pi"
    assert name_text("pi", UNICODE) == "π"
    assert name_text("x1", UNICODE) == "x1"


def written_in(style, graph):
    def leaf(index):
        text, precedence = leaf_text(graph, index)
        return name_text(text, style), precedence

    operations = [operation.name if operation is not None else "" for operation in graph.operations]
    return write_graph(operations, graph.arguments, leaf, style)[0]


def graph_of(text):
    """None for a literal division by zero, and where a folded number has more digits than a literal may have."""
    try:
        graph = build(parse(text))
    except GradcheckError:
        return None
    return graph if all(len(number_text(value)[0]) < 2_000 for value in graph.numbers.values()) else None


@given(trees(constants=CONSTANTS[:2]))
def test_a_small_graph_reads_back(tree):
    graph = graph_of(write(tree))
    if graph is not None:
        assert is_same_graph(build(parse(written_in(PLAIN, graph))), pruned(graph))


READABLE = tuple(name for name in PRIMITIVES if name not in {"cbrt", "=="})
"""All but those whose Unicode is for people only: ∛x, and = for ==."""


@given(trees(rows=READABLE, constants=CONSTANTS[:2]))
def test_unicode_reads_back_too(tree):
    """The pretty text is in the language: what a student copies from the table means what the table means."""
    graph = graph_of(write(tree))
    if graph is not None:
        assert is_same_graph(build(parse(written_in(UNICODE, graph))), pruned(graph))


@settings(max_examples=200)
@given(trees(("x", "y", "e1"), rows=("*", "*", "**", "sqrt", "abs", "neg", "+", "-", "/"), constants=("e", "pi")))
def test_unicode_products_and_powers_read_back_too(tree):
    """The rows in which factors and powers may come to stand side by side."""
    graph = graph_of(write(tree))
    if graph is not None:
        assert is_same_graph(build(parse(written_in(UNICODE, graph))), pruned(graph))


def pruned(graph):
    """The graph of what the output needs: constants that were folded on the way leave leaves behind."""
    return build(parse(written_in(PLAIN, graph)))


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("2*2**x", "2*2**x"),  # written 22**x
        ("3*10**x", "3*10**x"),  # written 310**x
        ("sqrt(x)**2", "sqrt(x)**2"),  # written √x², which is √(x²)
        ("sqrt(x)**y", "sqrt(x)**y"),  # written √x**y, which is √(x**y)
        ("2*e1", "2*e1"),  # written 2e1, which is 20
        ("2*E2*x", "2*E2*x"),  # written 2E2·x, which is 200x
    ],
)
def test_unicode_does_not_mean_something_else(text, reading):
    """What stands side by side must not grow together: 2·2**x is not 22**x, and (√x)² is not √x²."""
    assert write_program(parse(written_in(UNICODE, build(parse(text))))) == reading
