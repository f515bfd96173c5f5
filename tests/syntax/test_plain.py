"""The plain dialect: how texts are read, what is noted, what is refused. The tables are the specification."""

import ast
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from strategies import (
    any_text,
    array_token_soup,
    array_trees,
    expressions,
    homework,
    is_same_graph,
    meaning,
    meaning_of_items,
    meaning_of_program,
    python_texts,
    refusal,
    token_soup,
    trees,
    write,
)

from gradcheck import limits
from gradcheck.build import build
from gradcheck.errors import DomainProblem, GradcheckError, LimitExceeded, NameProblem, SyntaxProblem, draw_place
from gradcheck.primitives.table import PRIMITIVES, RULE_SPELLINGS, SPELLINGS
from gradcheck.syntax.plain import parse, parse_bindings
from gradcheck.syntax.printing import write_program
from gradcheck.syntax.tree import Kind, Slice

# -- readings ------------------------------------------------------------------------------------------------------

READINGS = [
    # Python notation
    ("x + y*z - 2", "x + y*z - 2"),
    ("x - y - z", "x - y - z"),
    ("x - (y - z)", "x - (y - z)"),
    ("x - (y + z)", "x - (y + z)"),
    ("x/y/z", "x/y/z"),
    ("x/(y/z)", "x/(y/z)"),
    ("x/y*z", "x/y*z"),
    ("x/(y*z)", "x/(y*z)"),
    ("x*(y/z)", "x*(y/z)"),
    ("(x*y)/z", "x*y/z"),
    ("(x + y)*z", "(x + y)*z"),
    ("((x))", "x"),
    ("x**y**z", "x**(y**z)"),
    ("(x**y)**z", "(x**y)**z"),
    ("sin(cos(x))", "sin(cos(x))"),
    ("1.50", "1.5"),
    (".5 + 5. + 1e-3 + 1E3 + 007", "0.5 + 5 + 0.001 + 1000 + 7"),
    ("0.1 + 0.2", "0.1 + 0.2"),
    # powers and unary minus
    ("-x^2", "-x**2"),
    ("(-x)^2", "(-x)**2"),
    ("-x**-2", "-x**(-2)"),
    ("2**-x", "2**(-x)"),
    ("2^-x^2", "2**(-x**2)"),
    ("2^3^2", "2**(3**2)"),
    ("(2^3)^2", "(2**3)**2"),
    ("-2^2", "-2**2"),
    ("--x", "-(-x)"),
    ("- - x", "-(-x)"),
    ("+x", "x"),
    ("-+-x", "-(-x)"),
    ("x - -y", "x - (-y)"),
    ("x*-y", "x*(-y)"),
    ("-x*y", "-x*y"),
    ("-x/y", "-x/y"),
    ("-(x + y)", "-(x + y)"),
    ("x²", "x**2"),
    ("x¹⁰", "x**10"),
    ("x⁻¹", "x**(-1)"),
    ("x⁺²", "x**2"),
    ("(x+1)²", "(x + 1)**2"),
    ("2x²y", "2*x**2*y"),
    ("-x²", "-x**2"),
    ("x²^3", "x**(2**3)"),
    ("x₁²", "x₁**2"),
    # implicit products
    ("2x", "2*x"),
    ("2 x", "2*x"),
    ("x y", "x*y"),
    ("xy", "xy"),
    ("2(x+1)", "2*(x + 1)"),
    ("(x+1)(x-1)", "(x + 1)*(x - 1)"),
    ("(x+1) x", "(x + 1)*x"),
    ("x(x+1)", "x*(x + 1)"),
    ("x_1(y)", "x_1*y"),
    ("alpha(x)", "alpha*x"),
    ("2 sin(x)", "2*sin(x)"),
    ("x sin x", "x*sin(x)"),
    ("sin(x)cos(x)", "sin(x)*cos(x)"),
    ("sin(x)y", "sin(x)*y"),
    ("x e^x", "x*e**x"),
    ("2x^2", "2*x**2"),
    ("2x y^2 z", "2*x*y**2*z"),
    ("x 2", "x*2"),
    ("2 - 3x", "2 - 3*x"),
    ("2e3", "2000"),
    ("2e3x", "2000*x"),
    ("2e", "2*e"),
    ("3e-x", "3*e - x"),
    ("2^x y", "2**x*y"),
    ("1/x y", "1/x*y"),
    ("(1/3)x", "1/3*x"),
    # bars
    ("|x|", "abs(x)"),
    ("|-x|", "abs(-x)"),
    ("|x||y|", "abs(x)*abs(y)"),
    ("|x| |y|", "abs(x)*abs(y)"),
    ("||x|-1|", "abs(abs(x) - 1)"),
    ("|x+|y||", "abs(x + abs(y))"),
    ("||x|-|y||", "abs(abs(x) - abs(y))"),
    ("|x-1||x+1|", "abs(x - 1)*abs(x + 1)"),
    ("|x|+|y|", "abs(x) + abs(y)"),
    ("2|x|", "2*abs(x)"),
    ("|x|y|z|", "abs(x)*y*abs(z)"),
    ("|x|^2", "abs(x)**2"),
    ("|x|²", "abs(x)**2"),
    ("-|x|", "-abs(x)"),
    ("(|x|)", "abs(x)"),
    ("|(|x|)|", "abs(abs(x))"),
    ("|max(|x|, y)|", "abs(max(abs(x), y))"),
    ("sin|x|", "sin(abs(x))"),
    ("max x", "max(x)"),
    ("|sin x|", "abs(sin(x))"),
    ("|sin |x||", "abs(sin(abs(x)))"),
    ("where(|x| > 1, x, 0)", "where(abs(x) > 1, x, 0)"),
    # roots
    ("√x", "sqrt(x)"),
    ("√(x+1)", "sqrt(x + 1)"),
    ("√x²", "sqrt(x**2)"),
    ("(√x)²", "sqrt(x)**2"),
    ("√2x", "sqrt(2)*x"),
    ("2√x", "2*sqrt(x)"),
    ("√√x", "sqrt(sqrt(x))"),
    ("x√2", "x*sqrt(2)"),
    ("√|x|", "sqrt(abs(x))"),
    ("-√x", "-sqrt(x)"),
    ("√x/2", "sqrt(x)/2"),
    # functions without brackets, functions with a power
    ("sin x", "sin(x)"),
    ("sin 2x cos x", "sin(2*x)*cos(x)"),
    ("2 sin x cos y", "2*sin(x)*cos(y)"),
    ("sin(x) cos x", "sin(x)*cos(x)"),
    ("sin x + 1", "sin(x) + 1"),
    ("sin x^2", "sin(x**2)"),
    ("sin x y", "sin(x*y)"),
    ("sin cos x", "sin(cos(x))"),
    ("sin √x", "sin(sqrt(x))"),
    ("ln x^2", "log(x**2)"),
    ("sqrt 2x", "sqrt(2*x)"),
    ("sin^2(x)", "sin(x)**2"),
    ("sin**2(x)", "sin(x)**2"),
    ("sin²(x)", "sin(x)**2"),
    ("sin²x", "sin(x)**2"),
    ("sin^3 x", "sin(x)**3"),
    ("sin^(2)(x)", "sin(x)**2"),
    ("sin^-2(x)", "sin(x)**(-2)"),
    ("sin⁻²(x)", "sin(x)**(-2)"),
    ("sin^2 x cos^2 x", "sin(x)**2*cos(x)**2"),
    ("sin^2 2x", "sin(2*x)**2"),
    ("sin(x)^-1", "sin(x)**(-1)"),
    ("max^2(x, y)", "max(x, y)**2"),
    ("-sin^2(x)", "-sin(x)**2"),
    # names of functions
    ("ln(x)", "log(x)"),
    ("log(x, 2)", "log(x, 2)"),
    ("ln(x, 2)", "log(x, 2)"),
    ("arcsin(x) + tg(x) + sh(x)", "asin(x) + tan(x) + sinh(x)"),
    ("σ(x)", "sigmoid(x)"),
    ("ReLU(x)", "relu(x)"),
    ("leaky_relu(x)", "leaky_relu(x)"),
    ("leaky_relu(x, 0.1)", "leaky_relu(x, 0.1)"),
    ("max(x, y, z)", "max(max(x, y), z)"),
    ("min(x, y, z, w)", "min(min(min(x, y), z), w)"),
    ("hypot(x, y, z)", "hypot(hypot(x, y), z)"),
    ("max(x, (y), -z)", "max(max(x, y), -z)"),
    # constants
    ("e", "e"),
    ("pi r^2", "pi*r**2"),
    ("π", "π"),
    ("e(x)", "e*x"),
    ("e^(2x)", "e**(2*x)"),
    ("e = 2; e x", "e = 2; e*x"),
    # operators that people paste
    ("x × y · z ÷ w", "x*y*z/w"),
    ("x − y – z", "x - y - z"),
    ("x ⋅ y ∙ z ∗ w", "x*y*z*w"),
    ("x ⁄ y ∕ z", "x/y/z"),
    # programs
    ("e = a*b; d = c + e; L = d*f", "e = a*b; d = c + e; L = d*f"),
    ("a = 1\nb = a + x\nb", "a = 1; b = a + x; b"),
    ("x;;y;", "x; y"),
    ("\n\n;x\n;\n", "x"),
    ("x +\n y", "x + y"),
    ("(x\n+ y)", "x + y"),
    ("max(x,\n    y)", "max(x, y)"),
    ("x\r\ny\r\n", "x; y"),
    ("x # a comment; (with $ anything\n", "x"),
    ("# a\nx # b\n# c", "x"),
    ("a = x > 0; where(a, x, -x)", "a = x > 0; where(a, x, -x)"),
    # comparisons
    ("x > 0", "x > 0"),
    ("x ≤ y", "x <= y"),
    ("x ≥ y", "x >= y"),
    ("x ≠ y", "x != y"),
    ("where(x > 0, x, -x)", "where(x > 0, x, -x)"),
    ("piecewise(x > 0, x, -x)", "where(x > 0, x, -x)"),
    ("where(0 < x < 1, x, 0)", "where(0 < x and x < 1, x, 0)"),
    ("where(0 < x <= y < 1, x, 0)", "where(0 < x and x <= y and y < 1, x, 0)"),
    ("where(x == y == z, x, 0)", "where(x == y and y == z, x, 0)"),
    ("where(x < 0 or x > 1 and y > 0, x, 0)", "where(x < 0 or x > 1 and y > 0, x, 0)"),
    ("where((x < 0 or x > 1) and y > 0, x, 0)", "where((x < 0 or x > 1) and y > 0, x, 0)"),
    ("where(x + 1 < 2y, x, 0)", "where(x + 1 < 2*y, x, 0)"),
    ("(x < y) + 1", "(x < y) + 1"),
    ("(x < y) < z", "(x < y) < z"),
]  # fmt: skip


ARRAY_READINGS = [
    # products
    ("A@x", "A @ x"),
    ("A @ B @ x", "A @ B @ x"),
    ("A @ (B @ x)", "A @ (B @ x)"),
    ("A @ b * c", "A @ b*c"),
    ("A @ (b * c)", "A @ (b*c)"),
    ("a*b @ c", "a*b @ c"),
    ("a*(b @ c)", "a*(b @ c)"),
    ("a/b @ c/d", "a/b @ c/d"),
    ("2 A @ x + b", "2*A @ x + b"),
    ("-A @ -x", "-A @ (-x)"),
    ("(A + B) @ x", "(A + B) @ x"),
    ("A @ x**2", "A @ x**2"),
    ("sin(A @ x)", "sin(A @ x)"),
    ("x @\n y", "x @ y"),
    # the transpose
    ("A.T", "A.T"),
    ("A.T.T", "A.T.T"),
    ("Aᵀ", "A.T"),
    ("A⊤B", "A.T*B"),
    ("Aᵀ x", "A.T*x"),
    ("Aᵀ²", "A.T**2"),
    ("A²ᵀ", "(A**2).T"),
    ("A⁻¹ᵀ", "(A**(-1)).T"),
    ("A.T²", "A.T**2"),
    ("(A@x).T", "(A @ x).T"),
    ("(-x).T", "(-x).T"),
    ("-x.T", "-x.T"),
    ("sin(x).T", "sin(x).T"),
    ("sin x.T", "sin(x.T)"),
    ("sin²(x).T", "(sin(x)**2).T"),
    ("√x.T", "sqrt(x.T)"),
    ("(√x).T", "sqrt(x).T"),
    ("|x|.T", "abs(x).T"),
    ("x**A.T", "x**A.T"),
    ("A.T**2", "A.T**2"),
    ("x.T @ A @ x", "x.T @ A @ x"),
    ("2A.T", "2*A.T"),
    ("x[0].T", "x[0].T"),
    ("[1, 2].T", "[1, 2].T"),
    ("(2).T", "(2).T"),
    ("A^T", "A.T"),
    ("A**T @ x", "A.T @ x"),
    ("A^(T) x", "A.T*x"),
    ("A^T(A x - b)", "A.T*(A*x - b)"),
    ("A^ᵀ", "A.T"),
    ("(A@x)^T", "(A @ x).T"),
    ("-A^T^2", "-A.T**2"),
    # T is a variable
    ("2^T + e^T", "2**T + e**T"),
    ("T x^T", "T*x**T"),
    ("T = 2; x^T", "T = 2; x**T"),
    ("x*T", "x*T"),
    # lists
    ("[1,2,3]", "[1, 2, 3]"),
    ("[x]", "[x]"),
    ("[[1,2],[3,4]]", "[[1, 2], [3, 4]]"),
    ("[[[1]]]", "[[[1]]]"),
    ("[x + 1, sin y, -z, [x]]", "[x + 1, sin(y), -z, [x]]"),
    ("[1, 2,]", "[1, 2]"),
    ("[\n 1,\n 2,\n]", "[1, 2]"),
    ("[[1, 2],\n [3, 4]]", "[[1, 2], [3, 4]]"),
    ("[1,2; 3,4]", "[[1, 2], [3, 4]]"),
    ("[1; 2; 3]", "[[1], [2], [3]]"),
    ("[1,2;\n 3,4;\n]", "[[1, 2], [3, 4]]"),
    ("[1,2;]", "[[1, 2]]"),
    ("[[1,2]; [3,4]]", "[[1, 2], [3, 4]]"),
    ("a = [1; 2]; a", "a = [[1], [2]]; a"),
    ("[x, y] @ [1, 2]", "[x, y] @ [1, 2]"),
    ("2*[1, 2]", "2*[1, 2]"),
    ("norm [3, 4]", "norm([3, 4])"),
    ("stack(x, y, z)", "[x, y, z]"),
    ("stack(x)", "[x]"),
    ("[x > 0, y]", "[x > 0, y]"),
    # indices
    ("x[0]", "x[0]"),
    ("x [ 0 ]", "x[0]"),
    ("x[-1]", "x[-1]"),
    ("x[+1]", "x[1]"),
    ("x[i]", "x[i]"),
    ("A[i,j]", "A[i, j]"),
    ("A[i,:]", "A[i, :]"),
    ("A[:,-1]", "A[:, -1]"),
    ("A[0:2, 1]", "A[0:2, 1]"),
    ("x[1:]", "x[1:]"),
    ("x[:-1]", "x[:-1]"),
    ("x[:]", "x[:]"),
    ("x[i:n]", "x[i:n]"),
    ("x[sin]", "x[sin]"),
    ("A[\n0,\n:\n]", "A[0, :]"),
    ("x[0][1]", "x[0][1]"),
    ("x[0]²", "x[0]**2"),
    ("x²[0]", "(x**2)[0]"),
    ("-x[0]", "-x[0]"),
    ("x[0] x[1]", "x[0]*x[1]"),
    ("2x[0]", "2*x[0]"),
    ("(A @ x)[0]", "(A @ x)[0]"),
    ("A.T[0]", "A.T[0]"),
    ("sin(x)[0]", "sin(x)[0]"),
    ("[x, y][0]", "[x, y][0]"),
    ("(2)[0]", "(2)[0]"),
    ("where(x[0] > 0, x[0], 0)", "where(x[0] > 0, x[0], 0)"),
    # norms
    ("‖x‖", "norm(x)"),
    ("∥x∥", "norm(x)"),
    ("||x||", "norm(x)"),
    ("||x - y||", "norm(x - y)"),
    ("||x||^2", "norm(x)**2"),
    ("||x||²/2", "norm(x)**2/2"),
    ("‖x‖‖y‖", "norm(x)*norm(y)"),
    ("2‖x‖", "2*norm(x)"),
    ("‖‖x‖·y‖", "norm(norm(x)*y)"),
    ("||x|| + ||y||", "norm(x) + norm(y)"),
    ("|||x|||", "abs(norm(x))"),
    ("| |x| |", "abs(abs(x))"),
    ("||x| |", "abs(abs(x))"),
    ("||x|·2|", "abs(abs(x)*2)"),
    ("sin ||x||", "sin(norm(x))"),
    ("‖x‖₁ + ‖x‖_2² + ||A||_F", "norm1(x) + norm(x)**2 + norm(A)"),
    ("norm(x, 1)", "norm1(x)"),
    ("norm(x, 2)", "norm(x)"),
    ("norm(x, inf) + ‖x‖_inf", "max(abs(x)) + max(abs(x))"),
    # functions with sizes and axes
    ("eye(3)", "eye(3)"),
    ("eye(n) @ x", "eye(n) @ x"),
    ("eye 3", "eye(3)"),
    ("ones(2)", "ones(2)"),
    ("zeros(m, n)", "zeros(m, n)"),
    ("zeros(-1, (2))", "zeros(-1, 2)"),
    ("reshape(A, 2, 3)", "reshape(A, 2, 3)"),
    ("reshape(A + B, n)", "reshape(A + B, n)"),
    ("sum(A)", "sum(A)"),
    ("sum(A, 0)", "sum(A, 0)"),
    ("sum(A*2, -1)", "sum(A*2, -1)"),
    ("mean(A, 1)", "mean(A, 1)"),
    ("sum²(A, 1)", "sum(A, 1)**2"),
    # other functions of arrays
    ("tr(A) + trace(A)", "trace(A) + trace(A)"),
    ("det A", "det(A)"),
    ("max(x)", "max(x)"),
    ("max(x, y)", "max(x, y)"),
    ("maximum(x)", "max(x)"),
    ("vstack(A, B, C)", "vstack(vstack(A, B), C)"),
    ("concat(x, y)", "vstack(x, y)"),
    ("dot(x, y) + outer(x, y)", "dot(x, y) + outer(x, y)"),
    ("solve(A, b)", "solve(A, b)"),
    # names that are no functions here
    ("sum = x + 1; sum*2", "sum = x + 1; sum*2"),
    ("sums + tree + means + trip + max1", "sums + tree + means + trip + max1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reading"), READINGS + ARRAY_READINGS, ids=[text for text, _ in READINGS + ARRAY_READINGS]
)
def test_readings(text, reading):
    assert write_program(parse(text)) == reading


@pytest.mark.parametrize(("text", "_"), ARRAY_READINGS, ids=[text for text, _ in ARRAY_READINGS])
def test_readings_of_arrays_are_read_back(text, _):
    program = parse(text)
    for full in (False, True):
        assert meaning_of_program(parse(write_program(program, full=full))) == meaning_of_program(program)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("A[-1]", (-1,)),
        ("A[i, 0:2]", ("i", Slice(0, 2))),
        ("A[:n, k:]", (Slice(None, "n"), Slice("k", None))),
        ("eye(n)", ("n",)),
        ("reshape(sin(x) + 1, -2, n)", (-2, "n")),
        ("A.T", ()),
    ],
)
def test_parameters_are_no_operands(text, parameters):
    """Nothing else is left of them: no item, so that an index is no variable."""
    program = parse(text)
    item = program.items[-1]
    assert item.parameters == parameters
    assert {one.name for one in program.items if one.kind is Kind.NAME} <= {"A", "x"}
    used = {argument for one in program.items for argument in one.arguments}
    assert used | {len(program.items) - 1} == set(range(len(program.items)))


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("g*ones_like(u)", "g*ones_like(u)"),
        ("spread(g, u)/axis_size(u)", "spread(g, u)/axis_size(u)"),
        ("-(solve(u.T, g) @ y.T)", "-(solve(u.T, g) @ y.T)"),
        ("item(g)", "item(g)"),
    ],
)
def test_the_texts_of_the_tables_may_call_more(text, reading):
    assert write_program(parse(text, internal=True)) == reading


def test_every_text_of_the_tables_is_read():
    for row in PRIMITIVES.values():
        for text in (*row.derivatives, *row.pullbacks, row.definition, row.domain, *row.kinks, *row.jumps):
            if text:
                program = parse(text, internal=True)
                assert meaning_of_program(parse(write_program(program), internal=True)) == meaning_of_program(program)


def test_no_text_of_a_user_calls_the_insides():
    for name in set(RULE_SPELLINGS) - set(SPELLINGS):
        with pytest.raises(NameProblem, match=f"there is no function called '{name}'"):
            parse(f"{name}(x)")


@pytest.mark.parametrize(
    ("text", "reading"),
    [("2πr", "2*π*r"), ("cos 2πx", "cos(2*π*x)"), ("πr²", "π*r**2")],
)
def test_the_greek_pi_is_a_factor_of_its_own(text, reading):
    """Nobody calls a variable πr."""
    assert write_program(parse(text)) == reading


@pytest.mark.parametrize(
    ("text", "bound", "reading"),
    [
        ("sinx", {"sinx"}, "sinx"),
        ("sin x", {"sin"}, "sin*x"),
        ("max(x)", {"max"}, "max*x"),
        ("sum + norm", {"sum", "norm"}, "sum + norm"),
        ("stack x", {"stack"}, "stack*x"),
        ("detA", {"detA"}, "detA"),
        ("A^T", {"T"}, "A**T"),
        ("A^T", {"A", "x"}, "A.T"),
        ("e^T", {"e"}, "e.T"),
        ("inf[0]", {"inf"}, "inf[0]"),
        ("lambda + 1", {"lambda"}, "lambda + 1"),
        ("if + 1", {"if"}, "if + 1"),
        ("e x", {"e"}, "e*x"),
        ("sin = 2; sin x", set(), "sin = 2; sin*x"),
        ("cosx = 2; cosx", set(), "cosx = 2; cosx"),
    ],
)
def test_bound_names_win_over_functions_and_traps(text, bound, reading):
    program = parse(text, frozenset(bound))
    assert write_program(program) == reading
    assert write_program(parse(reading, frozenset(bound))) == reading


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("x + y*z", "x + (y*z)"),
        ("-x^2", "-(x**2)"),
        ("-x*y", "(-x)*y"),
        ("2x y", "(2*x)*y"),
        ("x + y - z", "(x + y) - z"),
        ("2^3^2", "2**(3**2)"),
        ("1/2x", "(1/2)*x"),
        ("sin(x + 1)", "sin(x + 1)"),
        ("sin x^2", "sin(x**2)"),
        ("a = x + y z; a", "a = x + (y*z); a"),
        ("where(0 < x < 1, x + 1, 0)", "where((0 < x) and (x < 1), x + 1, 0)"),
    ],
)
def test_readings_in_full_brackets(text, full):
    assert write_program(parse(text), full=True) == full


def test_every_function_of_the_table_is_read_by_every_name():
    for spelling, rows in SPELLINGS.items():
        for arity, row in rows.items():
            arguments = [*"xyz"[: row.arity], *["2"] * (arity - row.arity)]
            arguments = arguments if row.name != "where" else ["x > 0", "y", "z"]
            program = parse(f"{spelling}({', '.join(arguments)})")
            assert program.items[program.statements[0].root].name == row.name


# -- laws ----------------------------------------------------------------------------------------------------------


@given(trees())
def test_a_text_in_full_brackets_is_read_as_its_tree(tree):
    program = parse(write(tree))
    assert meaning_of_items(program.items, program.statements[0].root) == meaning(tree)


_OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.And: "and", ast.Or: "or", ast.MatMult: "matmul",
}  # fmt: skip


def python_meaning(node):
    """What Python's own parser makes of a text; chained comparisons and connectives nest to the left."""
    match node:
        case ast.Expression(body):
            return python_meaning(body)
        case ast.Name(name):
            return name
        case ast.Constant(value):
            return Fraction(value)
        case ast.UnaryOp(ast.UAdd(), operand):
            return python_meaning(operand)
        case ast.UnaryOp(ast.USub(), operand):
            return "neg", python_meaning(operand)
        case ast.BinOp(left, operator, right):
            return _OPERATORS[type(operator)], python_meaning(left), python_meaning(right)
        case ast.Call(ast.Name(name), arguments):
            return name, *map(python_meaning, arguments)
        case ast.Attribute(operand, "T"):
            return "transpose", python_meaning(operand)
        case ast.List(entries):
            return "stack", *map(python_meaning, entries)
        case ast.Subscript(operand, index):
            axes = index.elts if isinstance(index, ast.Tuple) else [index]
            return "select", python_meaning(operand), *map(python_parameter, axes)
        case ast.BoolOp(operator, values):
            return _nested(_OPERATORS[type(operator)], [python_meaning(value) for value in values])
        case ast.Compare(left, operators, others):
            sides = [python_meaning(side) for side in (left, *others)]
            pairs = [
                (_OPERATORS[type(operator)], *sides[position : position + 2])
                for position, operator in enumerate(operators)
            ]
            return _nested("and", pairs)
    raise AssertionError(ast.dump(node))


def python_parameter(node):
    match node:
        case None:
            return None
        case ast.Slice(start, stop):
            return Slice(python_parameter(start), python_parameter(stop))
        case ast.Name(name):
            return name
    return ast.literal_eval(node)


def _nested(name, parts):
    result = parts[0]
    for part in parts[1:]:
        result = (name, result, part)
    return result


@given(python_texts())
def test_python_texts_are_read_as_python_reads_them(text):
    program = parse(text)
    found = meaning_of_items(program.items, program.statements[0].root)
    assert found == python_meaning(ast.parse(text, mode="eval"))


def assert_reads_back(text):
    """A reading, plain or in full brackets, is a text with the same graph."""
    try:
        program = parse(text)
        graph = build(program)
    except GradcheckError:
        return
    for full in (False, True):
        assert is_same_graph(build(parse(write_program(program, full=full))), graph)


@given(homework())
def test_homework_is_read_back(text):
    assert_reads_back(text)


@given(expressions())
def test_expressions_are_read_back(text):
    assert_reads_back(text)


@given(token_soup())
def test_whatever_is_read_is_read_back(text):
    if "e-9999" not in text:  # see test_small_literals_are_read_back
        assert_reads_back(text)


@given(array_trees())
def test_arrays_in_full_brackets_are_read_as_their_tree(tree):
    program = parse(write(tree), frozenset({"T"}))
    assert meaning_of_items(program.items, program.statements[0].root) == meaning(tree)


@settings(max_examples=300)
@given(array_token_soup())
def test_whatever_is_read_of_arrays_is_read_back(text):
    if refusal(parse, text) is None:
        program = parse(text)
        for full in (False, True):
            assert meaning_of_program(parse(write_program(program, full=full))) == meaning_of_program(program)


@pytest.mark.parametrize(("text", "_"), READINGS, ids=[text for text, _ in READINGS])
def test_the_table_is_read_back(text, _):
    assert_reads_back(text)


@pytest.mark.parametrize("text", ["0.1e-10000", "0.001e-9999", "123e9999", "1" * 4000 + "e10000"])
def test_small_and_large_literals_are_read_back(text):
    """Or refused: 0.1e-10000 would be written 1e-10001, which is beyond the limit."""
    assert_reads_back(text)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("log = 2; ln(x)", set()),
        ("abs = 2; |x|", set()),
        ("sqrt = 2; √x", set()),
        ("abs = 2; | |x| |", set()),
        ("√x + sqrt", {"sqrt"}),
        ("norm = 2; ||x|| + ‖x‖_2^2", set()),
        ("norm1 = 2; ‖x‖_1", set()),
        ("max = 2; maximum(x)", set()),
        ("σ(x) + sigmoid", {"sigmoid"}),
    ],
)
def test_a_reading_is_not_captured_by_a_variable(text, bound):
    """ln(x) must not be written log(x), a product, where log is a variable."""
    program = parse(text, frozenset(bound))
    again = parse(write_program(program), frozenset(bound))
    assert is_same_graph(build(again, frozenset(bound)), build(program, frozenset(bound)))


@given(homework())
def test_spans_cover_what_they_stand_for(text):
    try:
        program = parse(text)
    except GradcheckError:
        return
    for item in program.items:
        assert 0 <= item.start < item.end <= len(text)
        if item.kind is Kind.NAME:
            assert text[item.start : item.end] == item.name
        for argument in item.arguments:
            inner = program.items[argument]
            assert inner.end <= item.end or item.name == "and"


def test_the_span_of_an_operation_is_its_text():
    text = "2(x+1) + sin 2x - |y|² √z"
    program = parse(text)
    spans = {(item.name, text[item.start : item.end]) for item in program.items if item.kind is Kind.APPLY}
    assert ("*", "2(x+1)") in spans
    assert ("sin", "sin 2x") in spans
    assert ("abs", "|y|") in spans
    assert ("**", "|y|²") in spans
    assert ("sqrt", "√z") in spans
    assert ("-", text) in spans


# -- notes ---------------------------------------------------------------------------------------------------------

NOTES = [
    ("1/2x", "1/2x is read as (1/2)*x; write 1/(2*x) for the other reading", "1/2x"),
    ("1 + 1/2x", "1/2x is read as (1/2)*x", "1/2x"),
    ("1/2 x", "is read as (1/2)*x", "1/2 x"),
    ("1/2(x+1)", "is read as (1/2)*(…); write 1/(2*(…))", "1/2("),
    ("1/(x)(y)", "is read as (1/(x))*(…)", "1/(x)("),
    ("-1/2x", "write -1/(2*x)", "-1/2x"),
    ("x/2y", "is read as (x/2)*y", "x/2y"),
    ("1/2π", "is read as (1/2)*π", "1/2π"),
    ("e^2x", "e^2x is read as (e^2)*x; write ^(2*x)", "e^2x"),
    ("1 + e^2x", "e^2x is read as (e^2)*x", "e^2x"),
    ("x^2y", "is read as (x^2)*y", "x^2y"),
    ("x^1/2", "x^1/2 is read as (x^1)/2; a fractional power needs parentheses", "x^1/2"),
    ("x**1/2", "is read as (x**1)/2", "x**1/2"),
    ("8^2/3", "is read as (8^2)/3", "8^2/3"),
    ("2x^1/2", "x^1/2 is read as (x^1)/2", "x^1/2"),
    ("sin x/2", "sin x/2 is read as (sin x)/2; write sin(…) to divide inside", "sin x/2"),
    ("1 + ln x/y", "ln x/y is read as (ln x)/y", "ln x/y"),
    ("sin^2 x/2", "is read as (sin^2 x)/2", "sin^2 x/2"),
    ("log(x)", "natural logarithm; log10(x) or log(x, 10) has base 10", "log"),
    ("2 log x", "natural logarithm", "log"),
    ("f(x)", "f(…) is read as a product", "f"),
    ("2g(x+1)", "g(…) is read as a product", "g"),
    ("h(2)", "h(…) is read as a product", "h"),
    ("A^T", "A^T is read as the transpose A.T", "A^T"),
    ("x + A**T", "A**T is read as the transpose A.T", "A**T"),
    ("(A@x)^(T)", "(A@x)^(T) is read as the transpose (A@x).T", "(A@x)^(T)"),
    ("tr A @ B", "tr A @ … is read as (tr A) @ …; write tr(…) to multiply inside", "tr A @"),
    ("tr 2A @ B", "tr 2A @ … is read as (tr 2A) @ …", "tr 2A @"),
]


@pytest.mark.parametrize(("text", "message", "marked"), NOTES, ids=[text for text, *_ in NOTES])
def test_traps_are_noted(text, message, marked):
    program = parse(text)
    assert len(program.notes) == 1
    note = program.notes[0]
    assert message in note.message
    assert text[note.span.start : note.span.end] == marked


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x^-1/2", "(x^-1)/2"),  # for x^(-1/2), as usual a trap as x^1/2
        ("e^-2x", "(e^-2)*x"),  # for e^(-2x), far more usual in homework than e^2x
        ("sin 2x/3", "(sin 2x)/3"),  # as sin x/2
    ],
)
def test_traps_with_one_more_sign_or_factor_are_noted_too(text, message):
    """As x^1/2, e^2x and sin x/2 are."""
    assert message in " ".join(note.message for note in parse(text).notes)


@pytest.mark.parametrize("text", ["x²y", "2x²y³", "x²/2"])
def test_a_superscript_is_no_trap(text):
    """It says itself where it ends."""
    assert parse(text).notes == ()


@pytest.mark.parametrize("text", ["1/2|x|", "1/2√x", "1/2 sin x", "1/2 max(x, y)", "sin x/cos x"])
def test_readings_in_a_note_are_whole(text):
    """Never half of a factor: "1/2| is read as (1/2)*|", "1/(2*sin)"."""
    for note in parse(text).notes:
        for cut in ("|;", "|)", "√;", "√)", "sin;", "sin)", "max;", "max)", "cos;", "/cos "):
            assert cut not in note.message


NO_NOTES = [
    "x/2 + y", "1/(2x)", "(1/2)x", "1/2*x", "1/x", "x/y z", "x^(1/2)", "e^(2x)", "e^x y", "e^x*y", "2^x",
    "sin(x)/2", "sin(x/2)", "ln(x)", "log(x, 10)", "log10(x)", "x(x+1)", "alpha(x)", "x1(2)", "f*(x)", "f x",
    "f = 2; f + 1", "√x/2", "|x|/2", "x/3", "-x/2", "2x/3", "A.T", "Aᵀ", "A^ᵀ", "2^T", "tr(A) @ B", "tr A", "A^2",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_NOTES)
def test_what_is_no_trap_gets_no_note(text):
    assert parse(text).notes == ()


def test_each_note_is_given_once():
    assert len(parse("log(x) + log(y) + f(x) + f(y) + 1/2x + 1/2x").notes) == 3


def test_notes_of_a_long_text_stay_short():
    """A note that quoted all that stands before it would make memory quadratic."""
    assert all(len(note.message) < 400 for note in parse("1/2x" * 300).notes)
    assert all(len(note.message) < 400 for note in parse("A" + "^T" * 300).notes)


# -- errors --------------------------------------------------------------------------------------------------------

ERRORS = [
    # nothing there
    ("", SyntaxProblem, "there is no expression", (0, 0), "x**2"),
    ("  \n ", SyntaxProblem, "there is no expression", (0, 0), "x**2"),
    ("# x", SyntaxProblem, "there is no expression", (0, 3), "x**2"),
    (";;", SyntaxProblem, "there is no expression", (0, 2), "x**2"),
    # brackets
    ("sqrt(x", SyntaxProblem, "')' expected: the '(' at character 5 is never closed", (6, 6), "add ')'"),
    ("(x", SyntaxProblem, "the '(' at character 1 is never closed", (2, 2), "add ')'"),
    ("(x; y)", SyntaxProblem, "the '(' at character 1 is never closed", (2, 3), "add ')'"),
    ("(", SyntaxProblem, "the text ends where a number, a name or '(' should follow", (1, 1), None),
    (")", SyntaxProblem, "not ')'", (0, 1), None),
    ("x)", SyntaxProblem, "this ')' closes nothing", (1, 2), "delete it"),
    ("()", SyntaxProblem, "nothing between the parentheses", (0, 2), None),
    ("x()", SyntaxProblem, "nothing between the parentheses", (1, 3), None),
    ("(" * 1000, SyntaxProblem, "the text ends where", (1000, 1000), None),
    ("|x", SyntaxProblem, "the '|' at character 1 is never closed", (2, 2), "add '|'"),
    ("|x+1| + |y", SyntaxProblem, "the '|' at character 9 is never closed", (10, 10), "add '|'"),
    ("|", SyntaxProblem, "the text ends where", (1, 1), None),
    ("(|x)", SyntaxProblem, "'|' is not closed before this ')'", (1, 4), "abs"),
    ("x|", SyntaxProblem, "the text ends where", (2, 2), None),
    ("|2|x|", SyntaxProblem, "the text ends where", (5, 5), None),
    # operators
    ("x +", SyntaxProblem, "should follow after '+'", (3, 3), None),
    ("x + * y", SyntaxProblem, "not '*'", (4, 5), None),
    ("* x", SyntaxProblem, "not '*'", (0, 1), None),
    ("x // y", SyntaxProblem, "'/' cannot follow '/'", (3, 4), "floor"),
    ("x *** y", SyntaxProblem, "'*' cannot follow '**'", (4, 5), None),
    ("x < < y", SyntaxProblem, "not '<'", (4, 5), None),
    ("2 3", SyntaxProblem, "two numbers stand side by side", (2, 3), "write *"),
    ("1.2.3", SyntaxProblem, "two numbers stand side by side", (3, 5), "write *"),
    ("x and", SyntaxProblem, "the text ends where", (5, 5), None),
    ("and x", SyntaxProblem, "'and' needs an expression on its left", (0, 3), None),
    ("²", SyntaxProblem, "not '²'", (0, 1), None),
    # assignments
    ("x = = 2", SyntaxProblem, "not '='", (4, 5), None),
    ("x =", SyntaxProblem, "should follow after '='", (3, 3), None),
    ("1 = 2", SyntaxProblem, "only a single name can be assigned to", (2, 3), "=="),
    ("f(x) = x^2", SyntaxProblem, "only a single name can be assigned to", (5, 6), "=="),
    ("(x = 2)", SyntaxProblem, "'=' assigns and cannot stand here", (3, 4), "=="),
    ("sin(x = 2)", SyntaxProblem, "'=' assigns and cannot stand here", (6, 7), "=="),
    # functions
    ("sinn(x)", NameProblem, "there is no function called 'sinn'", (0, 4), "did you mean sin"),
    ("2 sinn(x)", NameProblem, "there is no function called 'sinn'", (2, 6), "did you mean sin"),
    ("SIN(x)", NameProblem, "there is no function called 'SIN'", (0, 3), "did you mean sin?"),
    ("print(x)", NameProblem, "there is no function called 'print'", (0, 5), None),
    ("qqq(x)", NameProblem, "there is no function called 'qqq'", (0, 3), "gradcheck rules"),
    ("sin", SyntaxProblem, "sin is a function and needs its arguments in parentheses", (0, 3), "sin(x)"),
    ("2*sin + 1", SyntaxProblem, "sin is a function", (2, 5), "--at sin=2"),
    ("max + 1", SyntaxProblem, "max is a function", (0, 3), "max(x, y)"),
    ("dot x", SyntaxProblem, "dot is a function", (0, 3), "dot(x, y)"),
    ("max()", SyntaxProblem, "max needs an argument", (0, 5), "max(x, y)"),
    ("log()", SyntaxProblem, "log needs an argument", (0, 5), "log(x)"),
    ("where()", SyntaxProblem, "where needs an argument", (0, 7), "where(x > 0, x, -x)"),
    ("sin(x, y)", SyntaxProblem, "sin takes 1 argument, not 2", (0, 9), "sin(x)"),
    ("1 + atan2(x)", SyntaxProblem, "atan2 takes 2 arguments, not 1", (4, 12), "atan2(x, y)"),
    ("log(x, y, z)", SyntaxProblem, "log takes 1 or 2 arguments, not 3", (0, 12), "log(x)"),
    ("where(x > 0, 1)", SyntaxProblem, "where takes 3 arguments, not 2", (0, 15), "where(x > 0, x, -x)"),
    ("where(x, 1, 2)", SyntaxProblem, "must be a comparison", (6, 7), "where(x > 0, x, -x)"),
    ("max(x,)", SyntaxProblem, "after ',', not ')'", (6, 7), None),
    ("max(,x)", SyntaxProblem, "not ','", (4, 5), None),
    ("x,y", SyntaxProblem, "a comma separates the arguments of a function only", (1, 2), "dot"),
    ("(x,y)", SyntaxProblem, "a comma separates the arguments of a function only", (2, 3), "dot"),
    ("1,5x", SyntaxProblem, "a comma separates", (1, 2), "a decimal point is a dot"),
    # the traps that are errors
    ("sin^-1(x)", SyntaxProblem, "two things: the inverse function asin(x), or 1/sin(x)", (0, 6), "asin(x) or 1/sin"),
    ("sin⁻¹(x)", SyntaxProblem, "two things: the inverse function asin(x), or 1/sin(x)", (0, 5), "asin(x)"),
    ("tanh^(-1)(x)", SyntaxProblem, "the inverse function atanh(x), or 1/tanh(x)", (0, 9), "atanh(x) or 1"),
    ("ln^-1(x)", SyntaxProblem, "two things: 1/ln(x), or the inverse", (0, 5), "1/ln(x)"),
    ("sin^x(y)", SyntaxProblem, "the power of a function must be an integer", (0, 5), "(sin(x))^n"),
    ("sin^2.5(x)", SyntaxProblem, "the power of a function must be an integer", (0, 7), "(sin(x))^n"),
    ("sin^2", SyntaxProblem, "sin is a function", (0, 3), "sin(x)"),
    ("sin^", SyntaxProblem, "the power of a function", (0, 4), "(sin(x))^n"),
    ("sinx", NameProblem, "is it sin(x), or a variable?", (0, 4), "write sin(x), or give the variable a value"),
    ("2sinx", NameProblem, "is it sin(x)", (1, 5), "--at sinx=2"),
    ("cos2x", NameProblem, "is it cos(2x)", (0, 5), "write cos(2x)"),
    ("expx + 1", NameProblem, "is it exp(x)", (0, 4), "write exp(x)"),
    ("sinθ", NameProblem, "is it sin(θ)", (0, 4), "write sin(θ)"),
    # what looks like a program
    ('__import__("os")', SyntaxProblem, "text in quotes", (11, 12), None),
    ("__import__(os)", NameProblem, "there is no function called '__import__'", (0, 10), None),
    ("x.__class__", SyntaxProblem, "there are no attributes", (1, 2), None),
    ("lambda", NameProblem, "'lambda' is a word of Python", (0, 6), "--at lambda=2"),
    ("lambda x: x", SyntaxProblem, "a colon is not part of the language", (8, 9), "not lambda x: x**2"),
    ("lambda(x)", NameProblem, "'lambda' is a word of Python", (0, 6), "--at lambda=2"),
    ("import os", NameProblem, "'import' is a word of Python", (0, 6), None),
    ("x if y else z", NameProblem, "'if' is a word of Python", (2, 4), None),
    ("not x", NameProblem, "'not' is a word of Python", (0, 3), None),
    ("True", NameProblem, "'True' is a word of Python", (0, 4), None),
    ("eval", NameProblem, "'eval' is a word of Python", (0, 4), None),
    ("exec(x)", NameProblem, "there is no function called 'exec'", (0, 4), None),
    ("x := 2", SyntaxProblem, "a colon", (2, 3), None),
    ("inf", NameProblem, "'inf' is not a real number", (0, 3), None),
    ("2nan", NameProblem, "'nan' is not a real number", (1, 4), None),
    # characters
    ("x\0y", SyntaxProblem, "U+0000", (1, 2), "delete it"),
    ("x + ٣", SyntaxProblem, "U+0663 ARABIC-INDIC DIGIT THREE", (4, 5), "write 3"),
    ("x\u202ey", SyntaxProblem, "U+202E RIGHT-TO-LEFT OVERRIDE", (1, 2), "delete it"),
    ("x $ y", SyntaxProblem, "'$' (U+0024 DOLLAR SIGN)", (2, 3), None),
    # limits
    ("1" * 10**6, LimitExceeded, "at most 4,000 digits", (0, 10**6), None),
    ("x + 1e10001", LimitExceeded, "a decimal exponent may be at most 10,000", (4, 11), None),
    ("9**9**9**9", LimitExceeded, "an exponent may be at most 1,000,000", (6, 10), "exp(n*log(x))"),
    ("x**(9**9)", LimitExceeded, "an exponent may be at most 1,000,000", (4, 8), "exp(n*log(x))"),
    ("x**-1000001", LimitExceeded, "an exponent may be at most 1,000,000", (3, 11), "exp(n*log(x))"),
    ("x" + "⁹" * 8, LimitExceeded, "an exponent may be at most 1,000,000", (1, 9), "exp(n*log(x))"),
    # exact constants that have no value
    ("1/0", DomainProblem, "division by zero", (0, 3), "exactly 0"),
    ("x + 1/(2 - 2)", DomainProblem, "division by zero", (4, 13), "exactly 0"),
    ("0/0", DomainProblem, "division by zero", (0, 3), None),
    ("0**-1", DomainProblem, "0 has no negative power", (0, 5), "divides by zero"),
    # names in programs
    ("x = 1; x = 2", NameProblem, "'x' is assigned twice", (7, 8), "name of its own"),
    ("x + 1; x = 2", NameProblem, "'x' is used before it is assigned", (7, 8), "move the assignment up"),
    ("pi; pi = 3", NameProblem, "'pi' is used as the constant above", (4, 6), "move the assignment up"),
]  # fmt: skip


ARRAY_ERRORS = [
    # lists
    ("[]", SyntaxProblem, "a list needs an entry", (0, 2), "[1, 2]"),
    ("x + [ ]", SyntaxProblem, "a list needs an entry", (4, 7), "[1, 2]"),
    ("[1,,2]", SyntaxProblem, "after ',', not ','", (3, 4), None),
    ("[,1]", SyntaxProblem, "not ','", (1, 2), None),
    ("[1,;2]", SyntaxProblem, "after ',', not ';'", (3, 4), None),
    ("[1 2]", SyntaxProblem, "two numbers stand side by side", (3, 4), "write a comma between them"),
    ("[[1, 2]\n [3, 4]]", SyntaxProblem, "a comma is missing between two rows", (9, 10), "[[1, 2], [3, 4]]"),
    ("[1, 2", SyntaxProblem, "']' expected: the '[' at character 1 is never closed", (5, 5), "add ']'"),
    ("[1, 2; x", SyntaxProblem, "']' expected: the '[' at character 1 is never closed", (8, 8), "add ']'"),
    ("x]", SyntaxProblem, "this ']' closes nothing", (1, 2), "delete it"),
    ("]", SyntaxProblem, "not ']'", (0, 1), None),
    ("[1, (2]", SyntaxProblem, "'(' is not closed before this ']'", (4, 7), "add ')'"),
    ("[1, sin(2]", SyntaxProblem, "'(' is not closed before this ']'", (7, 10), "add ')'"),
    ("([1)", SyntaxProblem, "'[' is not closed before this ')'", (1, 4), "add ']'"),
    ("[|x]", SyntaxProblem, "'|' is not closed before this ']'", (1, 4), "abs"),
    ("(1, 2)", SyntaxProblem, "a comma separates the arguments", (2, 3), "[1, 2]"),
    ("[x = 1]", SyntaxProblem, "'=' assigns and cannot stand here", (3, 4), "=="),
    ("[1:2]", SyntaxProblem, "a colon is not part of the language", (2, 3), "x[0:2]"),
    ("[:]", SyntaxProblem, "a colon is not part of the language", (1, 2), "x[0:2]"),
    # indices
    ("x[]", SyntaxProblem, "an index is missing", (1, 3), "':'"),
    ("x[0,]", SyntaxProblem, "an index is missing", (1, 5), "':'"),
    ("x[,0]", SyntaxProblem, "an index is missing", (1, 3), "':'"),
    ("A[1, 2, 3]", SyntaxProblem, "at most 2 axes", (1, 7), "A[i, :]"),
    ("x[i+1]", SyntaxProblem, "an index is an integer, a name or a slice", (2, 4), "x[0]"),
    ("x[2i]", SyntaxProblem, "not an expression", (2, 4), "x[0]"),
    ("x[-i]", SyntaxProblem, "not an expression", (2, 3), "x[0]"),
    ("x[1.5]", SyntaxProblem, "an index is an integer", (2, 5), "x[0]"),
    ("x[y[0]]", SyntaxProblem, "not an expression", (2, 4), None),
    ("x[[0, 1]]", SyntaxProblem, "not an expression", (2, 3), None),
    ("x[sin(y)]", SyntaxProblem, "not an expression", (2, 6), None),
    ("x[1:2:3]", SyntaxProblem, "a slice has no step", (2, 6), "entries"),
    ("x[::2]", SyntaxProblem, "a slice has no step", (2, 4), "entries"),
    ("x[0", SyntaxProblem, "the '[' at character 2 is never closed", (3, 3), "add ']'"),
    ("x[", SyntaxProblem, "the '[' at character 2 is never closed", (2, 2), "add ']'"),
    ("x[-", SyntaxProblem, "not an expression", (2, 3), None),
    ("x[0; y", SyntaxProblem, "the '[' at character 2 is never closed", (3, 4), "add ']'"),
    ("x[0)", SyntaxProblem, "not an expression", (2, 4), None),
    ("2[0]", SyntaxProblem, "a number has no entries", (0, 2), "2*[1, 2]"),
    ("x['a']", SyntaxProblem, "text in quotes", (2, 3), None),
    ("x[" + "1" * 5000 + "]", LimitExceeded, "at most 4,000 digits", (2, 5002), None),
    # norms
    ("‖x", SyntaxProblem, "'‖' expected: the '‖' at character 1 is never closed", (2, 2), "add '‖'"),
    ("(‖x)", SyntaxProblem, "'‖' is not closed before this ')'", (1, 4), "norm"),
    ("|‖x|", SyntaxProblem, "the text ends where", (4, 4), None),
    ("||x|", SyntaxProblem, "the '|' at character 1 is never closed", (4, 4), "add '|'"),
    ("norm(x, 3)", SyntaxProblem, "the order of norm must be 1, 2 or inf", (8, 9), "sum(abs(x)**p)"),
    ("norm(x, p)", SyntaxProblem, "the order of norm must be 1, 2 or inf", (8, 9), "sum(abs(x)**p)"),
    ("norm(x, -inf)", SyntaxProblem, "the order of norm must be 1, 2 or inf", (8, 12), None),
    ("norm(x, 1, 2)", SyntaxProblem, "norm takes 1 or 2 arguments, not 3", (0, 13), "norm(x)"),
    ("‖x‖_p", SyntaxProblem, "the order of norm must be 1, 2 or inf", (3, 5), None),
    ("||x||₃", SyntaxProblem, "the order of norm must be 1, 2 or inf", (5, 6), None),
    ("norm(inf)", NameProblem, "'inf' is not a real number", (5, 8), None),
    ("norm(x, inf + 1)", NameProblem, "'inf' is not a real number", (8, 11), None),
    # sizes and axes
    ("eye(2.5)", SyntaxProblem, "the size in eye(…) must be an integer or the name of a dimension", (4, 7), "eye(3)"),
    ("eye(n + 1)", SyntaxProblem, "the size in eye(…) must be", (4, 9), "eye(3)"),
    ("eye(-n)", SyntaxProblem, "the size in eye(…) must be", (4, 6), "eye(3)"),
    ("zeros(2, x[0])", SyntaxProblem, "the size in zeros(…) must be", (9, 13), "zeros(2, 3)"),
    ("reshape(A, 2, [3])", SyntaxProblem, "the size in reshape(…) must be", (14, 17), "reshape(x, 2, 3)"),
    ("eye()", SyntaxProblem, "eye needs an argument", (0, 5), "eye(3)"),
    ("eye", SyntaxProblem, "eye is a function", (0, 3), "eye(3)"),
    ("eye(2, 3)", SyntaxProblem, "eye takes 1 argument, not 2", (0, 9), "eye(3)"),
    ("sum(x, y)", SyntaxProblem, "the axis in sum(…) must be an integer", (7, 8), "sum(x, 0)"),
    ("sum(x, y, z)", SyntaxProblem, "sum takes 1 or 2 arguments, not 3", (0, 12), "sum(x)"),
    ("reshape(A)", SyntaxProblem, "reshape takes 2 or 3 arguments, not 1", (0, 10), "reshape(x, 2, 3)"),
    # the transpose
    ("A'", SyntaxProblem, "a prime is not part of the language", (1, 2), "A.T"),
    ("(A x)’ y", SyntaxProblem, "a prime is not part of the language", (5, 6), "A.T"),
    ("A.t", SyntaxProblem, "there are no attributes", (1, 2), "A.T"),
    ("A.Tx", SyntaxProblem, "there are no attributes", (1, 2), None),
    (".T", SyntaxProblem, "not '.T'", (0, 2), None),
    ("A^T^", SyntaxProblem, "the text ends where", (4, 4), None),
    # the notation of NumPy
    ("A.sum()", SyntaxProblem, "there are no attributes", (1, 2), "sum(…)"),
    ("np.exp(x)", SyntaxProblem, "there are no attributes", (2, 3), "exp(…)"),
    ("np.linalg.inv(A)", SyntaxProblem, "there are no attributes", (2, 3), "inv(…)"),
    ("matmul(A, B)", NameProblem, "there is no function called 'matmul'", (0, 6), None),
    ("sofmax(x)", NameProblem, "there is no function called 'sofmax'", (0, 6), "did you mean softmax"),
    ("detA", NameProblem, "is it det(A), or a variable?", (0, 4), "write det(A)"),
    # products
    ("A @", SyntaxProblem, "should follow after '@'", (3, 3), None),
    ("@ x", SyntaxProblem, "not '@'", (0, 1), None),
    ("A @@ x", SyntaxProblem, "after '@', not '@'", (3, 4), None),
    ("A *@ x", SyntaxProblem, "after '*', not '@'", (3, 4), None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "message", "span", "hint"), ARRAY_ERRORS, ids=[ascii(text)[:40] for text, *_ in ARRAY_ERRORS]
)
def test_errors_in_arrays_say_what_where_and_how_to_mend(text, kind, message, span, hint):
    with pytest.raises(GradcheckError) as caught:
        parse(text)
    error = caught.value
    assert type(error) is kind
    assert message in error.message
    assert error.span == span
    assert error.source == text
    assert hint is None or hint in error.hint


@pytest.mark.parametrize(
    ("text", "kind", "message", "span", "hint"), ERRORS, ids=[ascii(text)[:40] for text, *_ in ERRORS]
)
def test_errors_say_what_where_and_how_to_mend(text, kind, message, span, hint):
    with pytest.raises(GradcheckError) as caught:
        build(parse(text))
    error = caught.value
    assert type(error) is kind
    assert message in error.message
    assert error.span == span
    assert error.source == text
    assert hint is None or hint in error.hint


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("abs**(", SyntaxProblem),
        ("x + sin^(", SyntaxProblem),
        ("cos^(-", SyntaxProblem),
        ("sin^(2", SyntaxProblem),
        ("x" + "²" * 5000, LimitExceeded),
        ("sin" + "²" * 5000 + "(x)", LimitExceeded),
    ],
    ids=["abs**(", "sin^(", "cos^(-", "sin^(2", "superscripts", "superscripts of a function"],
)
def test_errors_that_were_crashes(text, kind):
    """IndexError at the end of the text; ValueError (Python's limit of 4300 digits) for long superscripts."""
    with pytest.raises(GradcheckError) as caught:
        parse(text)
    assert type(caught.value) is kind


def test_a_million_parentheses_are_refused():
    text = "(" * 10**6
    with pytest.raises(SyntaxProblem) as caught:
        parse(text)
    assert caught.value.span == (10**6, 10**6)
    line, carets = draw_place(text, caught.value.span).split("\n")
    assert len(line) <= 80
    assert len(carets) <= 80


def test_the_number_of_operations_is_limited(monkeypatch):
    monkeypatch.setattr(limits, "NODES", 10)
    assert parse("x+x+x")
    with pytest.raises(LimitExceeded, match="more than 10 operations") as caught:
        parse("x+" * 10 + "x")
    assert 0 <= caught.value.span.start <= caught.value.span.end <= 21


def assert_only_our_errors(text):
    error = refusal(lambda source: build(parse(source)), text)
    if error is None:
        assert all(0 <= note.span.start < note.span.end <= len(text) for note in parse(text).notes)
        return
    assert error.source == text
    assert 0 <= error.span.start <= error.span.end <= len(text)
    assert error.message
    assert draw_place(text, error.span)


@given(any_text())
def test_no_text_raises_anything_else(text):
    assert_only_our_errors(text)


@given(token_soup())
def test_no_tokens_raise_anything_else(text):
    assert_only_our_errors(text)


@settings(max_examples=300)
@given(array_token_soup())
def test_no_tokens_of_arrays_raise_anything_else(text):
    for read in (parse, parse_bindings):
        error = refusal(read, text)
        if error is not None:
            assert 0 <= error.span.start <= error.span.end <= len(text)
            assert draw_place(text, error.span)
            continue
        program = read(text)
        assert all(0 <= note.span.start < note.span.end <= len(text) for note in program.notes)
        for item in program.items:
            assert 0 <= item.start < item.end <= len(text)


@given(homework())
def test_no_homework_raises_anything_else(text):
    assert_only_our_errors(text)


@given(token_soup())
def test_no_bindings_raise_anything_else(text):
    error = refusal(parse_bindings, text)
    assert error is None or 0 <= error.span.start <= error.span.end <= len(text)


# -- bindings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x=1", ["x"]),
        ("x=1,y=2", ["x", "y"]),
        (" x = 1 , y = 2 , ", ["x", "y"]),
        ("x=1;y=2\nz=3", ["x", "y", "z"]),
        ("x=max(1,2),y=3", ["x", "y"]),
        ("sin=1,e=2,lambda=3", ["sin", "e", "lambda"]),
        ("A=[[1,2],[3,4]], x=1", ["A", "x"]),
        ("A=[1,2;3,4].T,sum=[1,\n2],b=eye(2)", ["A", "sum", "b"]),
    ],
)
def test_bindings(text, names):
    assert [statement.name for statement in parse_bindings(text).statements] == names


@pytest.mark.parametrize(
    ("text", "span"),
    [("1", (0, 1)), ("x", (0, 1)), ("x==1", (0, 4)), ("x=1,2", (4, 5)), ("2x=1", (2, 3)), ("x+y=1", (3, 4))],
)
def test_bindings_are_names_with_values(text, span):
    with pytest.raises(SyntaxProblem, match="a value is given as name=number") as caught:
        parse_bindings(text)
    assert caught.value.span == span


# -- size ----------------------------------------------------------------------------------------------------------

SHAPES = {
    "sum": lambda n: "+".join(["x"] * n),
    "calls": lambda n: "sin(" * n + "x" + ")" * n,
    "parentheses": lambda n: "(" * n + "x" + ")" * n,
    "minus": lambda n: "-" * n + "x",
    "powers": lambda n: "x**" * n + "2",
    "roots": lambda n: "√" * n + "x",
    "applied": lambda n: "sin " * n + "x",
    "bars": lambda n: "|" * n + "x" + "|" * n,
    "max": lambda n: f"max({', '.join(['x', 'y'] * (n // 2))})",
    "comparisons": lambda n: "<".join(["x"] * n),
    "program": lambda n: ";".join(f"a{number}=x+{number}" for number in range(n)),
    "implicit": lambda n: "x " * n,
    "quotients": lambda n: "x/" * n + "2",
    "right sums": lambda n: "x+(" * n + "x" + ")" * n,
}
ARRAY_SHAPES = {
    "lists": lambda n: "[" * n + "x" + "]" * n,
    "entries": lambda n: f"[{', '.join(['x'] * n)}]",
    "rows": lambda n: f"[{'; '.join(['x, y'] * n)}]",
    "stack": lambda n: f"stack({', '.join(['x'] * n)})",
    "transposes": lambda n: "x" + ".T" * n,
    "powers of T": lambda n: "x" + "^T" * n,
    "indices": lambda n: "x" + "[0, :]" * n,
    "products": lambda n: "@".join(["x"] * n),
    "norms": lambda n: "‖" * n + "x" + "‖" * n,
    "double bars": lambda n: "||" * n + "x" + "||" * n,
    "sizes": lambda n: "+".join(["eye(3)"] * n),
    "newlines": lambda n: f"x[0{chr(10) * n}]",
    "open lists": lambda n: "[x, (" * n + "x" + ")]" * n,
}
"""Texts of any size in which nothing is bounded by Python's stack; test_graph has a hundred thousand of it."""


@pytest.mark.parametrize("shape", SHAPES)
def test_everything_may_be_deep(shape):
    program = parse(SHAPES[shape](3_000))
    graph = build(program)
    assert is_same_graph(build(parse(write_program(program))), graph)
    assert len(write_program(program, full=True)) >= len(write_program(program))


@pytest.mark.parametrize("shape", ARRAY_SHAPES)
def test_arrays_may_be_deep(shape):
    program = parse(ARRAY_SHAPES[shape](3_000))
    assert shape_of_items(parse(write_program(program))) == shape_of_items(program)
    assert len(write_program(program, full=True)) >= len(write_program(program))


def shape_of_items(program):
    """The items without their places: what is deep cannot be compared as nested tuples."""
    return [(item.name, item.value, item.arguments, item.parameters) for item in program.items]


@pytest.mark.parametrize("shape", [*SHAPES, *ARRAY_SHAPES])
def test_reading_takes_time_in_proportion(shape):
    def seconds(size):
        source = (SHAPES | ARRAY_SHAPES)[shape](size)
        best = []
        for _ in range(3):
            start = time.process_time()
            parse(source)
            best.append(time.process_time() - start)
        return min(best)

    assert seconds(2_000) < 12 * seconds(500) + 0.02
