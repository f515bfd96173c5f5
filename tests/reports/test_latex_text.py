"""The parts of LaTeX reports: expressions, numbers, prose, matrices."""

import pytest
from tex import needs_tex, typeset

from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style
from gradcheck.reports.latex_text import Notation, matrix, number, prose, sums, whole
from gradcheck.syntax.latex_words import GREEK_LETTERS


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("2.5", "2.5"),
        ("-1.4e-09", r"-1.4 \times 10^{-9}"),
        ("5.98 ± 1.4e-09", r"5.98 \pm 1.4 \times 10^{-9}"),
        ("[-1, 0]", "[-1, 0]"),
        ("1 ± ?", r"1 \pm ?"),
        ("undefined", r"\text{undefined}"),
        ("gave up", r"\text{gave up}"),
        ("inf", r"\infty"),
        ("–", r"\text{--}"),
    ],
)
def test_numbers(text, latex):
    assert number(text) == latex


def test_every_greek_letter_is_told_in_prose():
    assert prose("γ + Ω·ℓ₃") == r"$\gamma$ + $\Omega$$\cdot$$\ell$$_3$"
    assert prose("".join(GREEK_LETTERS)).isascii()


@needs_tex
def test_a_document_holds_any_letter(tmp_path):
    text = "ж_1*γ + ж_1*Þ + ð"
    found = FORMATS["latex"](evaluate(text, at="ж_1=1,γ=2,Þ=3,ð=1"), Style(verbose=True))
    typeset(found, tmp_path)
    assert r"\DeclareUnicodeCharacter{0436}{U+0436}" in found
    body = "".join(map(chr, (*range(0xA1, 0x180), *range(0x391, 0x3CA)))) + "«‐‑–—‘’“”„†‡•…⟨字"
    typeset(whole([prose(body)], Style(verbose=True)), tmp_path)


def test_prose_is_escaped():
    assert prose("50% of $x_1 & {y}") == r"50\% of \$x\_1 \& \{y\}"
    assert prose(r"\input{a}") == r"\textbackslash{}input\{a\}"


def test_expressions_are_written_in_the_names_of_the_result():
    notation = Notation(("x", "a", "x_1"), "f")
    assert notation.math("1/(2*sqrt(a))") == r"\frac{1}{2 \sqrt{a}}"
    assert notation.math("∂f/∂a*2*x_1") == r"\frac{\partial f}{\partial a} \cdot 2 x_{1}"
    assert notation.math("where(x > 0, 1, 0)") == r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}"
    assert notation.math("Heaviside(x)") == r"\operatorname{heaviside}\left(x\right)"
    assert notation.math("Subs(f, x)") is None
    assert notation.inline("Subs(f, x)") == r"\texttt{Subs(f, x)}"


def test_a_name_that_hides_a_function_is_never_read_as_one():
    assert Notation(("exp", "x"), "f").math("exp(x)") is None


def test_products_of_arrays():
    notation = Notation(("A", "x"), "f", {"A": (2, 2), "x": (2,)})
    assert notation.math("A @ x") == "A x"
    assert notation.math("A*A") == r"A \odot A"
    assert notation.math("∂f/∂x @ x.T") == r"\frac{\partial f}{\partial x} x^{\top}"


def test_matrices():
    assert matrix(1, 2, ["1", "[0, 1]"]) == r"\begin{bmatrix} 1 & {[0, 1]} \end{bmatrix}"
    cut = matrix(20, 20, ["0"] * 400)
    assert cut.count(r"\\") + 1 == 8
    assert cut.count("&") == 8 * 7
    assert cut.count(r"\ddots") == 1


def test_sums_break_into_lines():
    assert [*sums(["a", "b", "c", "d"])] == ["a + b + c", "d"]
