r"""LaTeX as it is written, and the law that reading it gives the same tree: random ones and the textbook corpus."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from strategies import (
    ARRAY_SHAPES,
    array_trees,
    expressions,
    homework,
    meaning_of_program,
    refusal,
    shaped_trees,
    write,
)

from gradcheck import products
from gradcheck.primitives.table import CONSTANTS, PRIMITIVES
from gradcheck.reading import read_latex
from gradcheck.syntax.latex_printing import function_latex, name_latex, number_latex, write_latex, write_latex_program
from gradcheck.syntax.plain import parse
from gradcheck.syntax.tree import Kind

CORPUS = Path(__file__).parents[1] / "corpora" / "textbook.jsonl"

WRITTEN = [
    ("sqrt(x**2 + exp(x**2))", r"\sqrt{x^{2} + \exp\left(x^{2}\right)}"),
    ("1/2*x", r"\frac{1}{2} x"),
    ("2*x*y", "2 x y"),
    ("2*3", r"2 \cdot 3"),
    ("x*2", r"x \cdot 2"),
    ("x*(y + 1)", r"x \cdot \left(y + 1\right)"),
    ("(x + 1)*(y + 1)", r"\left(x + 1\right) \left(y + 1\right)"),
    ("-x*y", "-x y"),
    ("-(x*y)", r"-\left(x y\right)"),
    ("x - (y - z)", r"x - \left(y - z\right)"),
    ("(1/x)**2", r"\left(\frac{1}{x}\right)^{2}"),
    ("x_1**2", "x_{1}^{2}"),
    ("y_star**2", "{y^{*}}^{2}"),
    ("sin(x)**2", r"\sin^{2}\left(x\right)"),
    ("exp(x)**2", r"\exp\left(x\right)^{2}"),
    ("asin(x) + sigmoid(x)", r"\arcsin\left(x\right) + \sigma\left(x\right)"),
    ("relu(x) + log10(x)", r"\operatorname{relu}\left(x\right) + \log_{10}\left(x\right)"),
    ("log(x, b) + log(x, 10)", r"\log_{b}\left(x\right) + \operatorname{log}\left(x, 10\right)"),
    ("root(x, 5) + cbrt(x)", r"\sqrt[5]{x} + \sqrt[3]{x}"),
    ("abs(x) + floor(x)", r"\left|x\right| + \left\lfloor x\right\rfloor"),
    ("where(x > 0, x, where(x == 0, 1, -x))",
     r"\begin{cases} x & x > 0 \\ 1 & x = 0 \\ -x & \text{otherwise} \end{cases}"),
    ("where(x > 0, x, 0) + 1", r"\left(\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}\right) + 1"),
    ("[[1, 2], [3, 4]]", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"),
    ("[x, y]", r"\begin{bmatrix} x \\ y \end{bmatrix}"),
    ("norm(x) + norm(x, 1)", r"\left\lVert x\right\rVert + \left\lVert x\right\rVert_{1}"),
    ("x_1[0] + A.T", r"{x_{1}}_{[0]} + A^{\top}"),
    ("2.5e-30*x", r"2.5 \times 10^{-30} x"),
    ("a = x**2; a + 1", r"a = x^{2};\quad a + 1"),
    ("A @ x", r"A \mathbin{@} x"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "latex"), WRITTEN)
def test_what_is_written(text, latex):
    assert write_latex_program(parse(text)) == latex


NAMES = [
    ("x", "x"), ("x_1", "x_{1}"), ("x1", "x_{1}"), ("W_ij", "W_{ij}"), ("x_in", "x_{in}"),
    ("T_max", r"T_{\mathrm{max}}"),
    ("alpha", r"\alpha"), ("θ", r"\theta"), ("lambda", r"\lambda"), ("beta_2", r"\beta_{2}"), ("y_hat", r"\hat{y}"),
    ("y_hat_1", r"\hat{y}_{1}"), ("y_star", "y^{*}"), ("x_prime", "x'"), ("h_t_minus_1", "h_{t-1}"),
    ("a_1_2", "a_{1,2}"),
    ("loss", r"\mathrm{loss}"), ("loss_2", r"\mathrm{loss}_{2}"), ("a__b", r"\mathrm{a\_\_b}"), ("_a", r"\mathrm{\_a}"),
    ("x_", r"\mathrm{x\_}"), ("sin", r"\mathrm{sin}"), ("w_alpha", r"w_{\alpha }"), ("ж", r"\text{ж}"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "latex"), NAMES)
def test_names(name, latex):
    assert name_latex(name)[0] == latex
    items = read_latex(f"{latex} + 1", frozenset({name})).items
    assert items[0].name == name


def test_names_that_would_look_alike_are_told_apart():
    taken = frozenset({"x1", "x_1"})
    assert [name_latex(name, taken)[0] for name in ("x_1", "x1")] == ["x_{1}", r"\mathrm{x1}"]


def test_numbers():
    assert number_latex(-3)[0] == "-3"
    assert number_latex(10**30)[0] == r"1 \times 10^{30}"


@pytest.mark.parametrize("row", [row for row in PRIMITIVES.values() if not (row.infix or row.postfix or row.internal)])
def test_every_function_has_a_command_that_is_read(row):
    command = function_latex(row.name)
    if row.name in {"log10", "log2"}:
        command = command.removesuffix("}") + "}"
    arguments = ", ".join("xyz"[: row.arity] if row.arity else "")
    sizes = ", ".join(["2"] * max(row.parameters)) if row.parameters else ""
    text = rf"{command}\left({', '.join(part for part in (arguments, sizes) if part)}\right)"
    if row.name != "where":
        assert read_latex(text).items[-1].name == row.name


def names_of(program):
    """Every name that stands in a program, also as a size or an index."""
    found = {item.name for item in program.items if item.kind is Kind.NAME}
    found |= {statement.name for statement in program.statements if statement.name}
    sizes = [size for item in program.items for size in item.parameters]
    return found | {
        name for size in sizes for name in (size if isinstance(size, tuple) else (size,)) if isinstance(name, str)
    }


def same_meaning(one, other):
    """Whether two programs mean the same; π and pi are one constant."""
    return str(meaning_of_program(one)).replace("π", "pi") == str(meaning_of_program(other)).replace("π", "pi")


def check_law(text, bound=frozenset()):
    """Reading what is written gives the tree that was written."""
    program = parse(text, bound)
    latex = write_latex_program(program)
    again = read_latex(latex, frozenset(names_of(program) - CONSTANTS.keys()) | bound)
    assert same_meaning(program, again), latex


@given(expressions())
def test_trees_are_read_back(text):
    check_law(text)


@given(array_trees().map(write))
def test_trees_of_arrays_without_shapes_are_read_back(text):
    check_law(text)


@given(homework())
def test_homework_is_read_back(text):
    if refusal(parse, text) is None:
        check_law(text)


@settings(max_examples=300)
@given(shaped_trees().map(write))
def test_trees_of_arrays_with_shapes_are_read_back(text):
    shapes = dict(ARRAY_SHAPES)
    bound = frozenset((*shapes, "s", "t2"))
    program = parse(text, bound)
    latex = write_latex_program(program, known=products.shapes_of(program, shapes))
    assert same_meaning(program, read_latex(latex, bound, shapes)), latex


def test_the_textbook_corpus_is_read_back():
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    texts = dict.fromkeys(row[key] for row in rows for key in ("expr", "claim") if "=" not in row["claim"])
    checked = [text for text in texts if refusal(parse, text) is None]
    for text in checked:
        check_law(text)
    assert len(checked) > 1_500


def test_deep_trees_are_written_in_a_loop():
    program = parse("sin(" * 5_000 + "x" + ")" * 5_000)
    assert write_latex(program.items, len(program.items) - 1).count(r"\sin") == 5_000
    assert write_latex(program.items, len(program.items) - 1, limit=100).endswith(r"\dots")


def test_a_function_whose_name_is_a_variable_is_written_otherwise():
    program = parse("atan(x)*arctan", frozenset({"arctan"}))
    latex = write_latex_program(program)
    assert same_meaning(program, read_latex(latex, frozenset({"arctan", "x"}))), latex


def test_a_variable_called_log_is_no_function():
    program = parse("ln(x, 3)*log", frozenset({"log", "x"}))
    assert write_latex_program(program).startswith(r"\ln")
