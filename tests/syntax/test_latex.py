r"""The LaTeX dialect: what is read, noted, asked about and refused. The tables are the specification."""

import pytest
from hypothesis import given, settings
from strategies import any_text, latex_soup, refusal

from gradcheck.errors import LimitExceeded, draw_place
from gradcheck.reading import read, read_latex
from gradcheck.syntax.latex import inside, translate
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import write_program

RUNNING_EXAMPLE = r"\sqrt{x^2+\exp(x^2)}+\cos(x^2+\exp(x^2))"

READINGS = [
    (RUNNING_EXAMPLE, "sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))"),
    # fractions and roots
    (r"\frac{1}{2}x", "1/2*x"),
    (r"\frac12 x", "1/2*x"),
    (r"\frac1{10}", "1/10"),
    (r"\frac\pi2", "pi/2"),
    (r"\dfrac{x+1}{x-1} \tfrac{a}{b}", "(x + 1)/(x - 1)*(a/b)"),
    (r"\frac{\frac{a}{b}}{c}", "a/b/c"),
    (r"x^\frac12", "x**(1/2)"),
    (r"\sqrt2 \sqrt{x}", "sqrt(2)*sqrt(x)"),
    (r"\sqrt[3]{x} + \sqrt[5]{x} + \sqrt[2]{x} + \sqrt[n]{x+1}", "cbrt(x) + root(x, 5) + sqrt(x) + root(x + 1, n)"),
    # powers and subscripts
    (r"x^2 y", "x**2*y"),
    (r"x^{2}y^{-1}", "x**2*y**(-1)"),
    (r"-x^2", "-x**2"),
    (r"2^{3^2}", "2**(3**2)"),
    (r"e^{-x^2/2}", "e**(-x**2/2)"),
    (r"e^2x", "e**2*x"),
    (r"x_1 x_{12} W_{ij} x_{\text{in}} T_\max", "x_1*x_12*W_ij*x_in*T_max"),
    (r"x_1^2 + x^*_1 + h_{t-1} + a_{1,2}", "x_1**2 + x_1_star + h_t_minus_1 + a_1_2"),
    (r"y^* \hat{y} \bar x x' x''", "y_star*y_hat*x_bar*x_prime*x_prime_prime"),
    (r"x² + √x + π", "x**2 + sqrt(x) + π"),
    # functions
    (r"\sin x^2", "sin(x**2)"),
    (r"\sin(x)^2", "sin(x)**2"),
    (r"\sin^2 x", "sin(x)**2"),
    (r"\sin^{2}x \cos^2(x)", "sin(x)**2*cos(x)**2"),
    (r"\sin 2x", "sin(2*x)"),
    (r"\sin{2x} y", "sin(2*x)*y"),
    (r"\sin x \cos x", "sin(x)*cos(x)"),
    (r"\ln x y", "log(x*y)"),
    (r"\ln\left|x\right|", "log(abs(x))"),
    (r"\cos(u)(v)", "cos(u)*v"),
    (r"\sin\frac{x}{2}\cos\frac{x}{2}", "sin(x/2)*cos(x/2)"),
    (r"\arctan x + \sinh x + \operatorname{relu}(x)", "atan(x) + sinh(x) + relu(x)"),
    (r"\operatorname{leaky\_relu}(x) + \mathrm{erf}(x)", "leaky_relu(x) + erf(x)"),
    (r"\log_{10} x + \log_2(x) + \log_b(x)", "log10(x) + log2(x) + log(x, b)"),
    (r"\max(a, b) + \min\{a, b, c\} + \exp[x]", "max(a, b) + min(min(a, b), c) + exp(x)"),
    (r"\sigma(wx + b) + \sigma^2 + \sigma\sqrt{2\pi}", "sigmoid(w*x + b) + sigma**2 + sigma*sqrt(2*pi)"),
    # brackets
    (r"2x\left(\frac{1}{x}\right)", "2*x*(1/x)"),
    (r"x(x+1)", "x*(x + 1)"),
    (r"[x + (y + 1)](x - 1)", "(x + (y + 1))*(x - 1)"),
    (r"|x| + \left|x - 1\right| \lvert y \rvert + \bigl|x\bigr|", "abs(x) + abs(x - 1)*abs(y) + abs(x)"),
    (r"\|x\| + \left\lVert x \right\rVert_1 + \|x\|_2^2", "norm(x) + norm1(x) + norm(x)**2"),
    (r"\lfloor x \rfloor + \left\lceil x \right\rceil", "floor(x) + ceil(x)"),
    (r"{x} + {y}^2 {+} z", "x + y**2 + z"),
    # products, signs, spaces
    (r"2 \cdot x \times y \div z * w", "2*x*y/z*w"),
    (r"x \, y \; z \! a \quad b ~ c \displaystyle d", "x*y*z*a*b*c*d"),
    ("x + % a remark\n y", "x + y"),
    (r"\alpha \lambda \theta_1 \Phi \varepsilon", "alpha*lambda*theta_1*Phi*varepsilon"),
    (r"\mathbf{x} \vec{v} \mathcal{L} \mathrm{loss}", "x*v*L*loss"),
    (r"2.5 \times 10^{-3} x + 6\times 10^4", "0.0025*x + 60000"),
    ("x + 2.", "x + 2"),
    # conditions
    (r"\begin{cases} x & x > 0 \\ -x & \text{otherwise} \end{cases}", "where(x > 0, x, -x)"),
    (r"\begin{cases} 1, & \text{if } x \ge 1, \\ x^2, & 0 \le x < 1, \\ 0 & \text{else} \end{cases}",
     "where(x >= 1, 1, where(0 <= x and x < 1, x**2, 0))"),
    (r"\begin{cases} 0 & x = 1 \\ 1 & x \ne 1 \end{cases}", "where(x == 1, 0, 1)"),
    # matrices
    (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "[[1, 2], [3, 4]]"),
    (r"\begin{pmatrix} x \\ y \\ \end{pmatrix}", "[x, y]"),
    (r"\left[\begin{array}{cc} 1 & 2 \end{array}\right]", "[[1, 2]]"),
    (r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}", "det([[a, b], [c, d]])"),
    (r"[1, 2]^\top x", "[1, 2].T*x"),
    (r"x_{[0]} + A_{[0, :]}", "x[0] + A[0, :]"),
    # programs
    (r"a = x^2 \\ b = \exp(a); c = a + b", "a = x**2; b = exp(a); c = a + b"),
    ("a = x^2\nb = a\n + 1", "a = x**2; b = a + 1"),
    (r"\begin{aligned} a &= x^2 \\ b &= a \\ & + 1 \end{aligned}", "a = x**2; b = a + 1"),
    (r"f(x) = x^2 + 1", "f = x**2 + 1"),
    (r"g(x, y) := x y", "g = x*y"),
    (r"\mathrm{loss} = x^2; loss + 1", "loss = x**2; loss + 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reading"), READINGS)
def test_readings(text, reading):
    program = read_latex(text)
    assert write_program(program) == reading


@pytest.mark.parametrize(
    ("opening", "closing"), [("$", "$"), ("$$", "$$"), (r"\(", r"\)"), (r"\[", r"\]"), (" $ ", " $ ")]
)
def test_what_marks_latex(opening, closing):
    text = f"{opening}\\frac{{x}}{{2}}{closing}"
    program = read(text)
    assert write_program(program) == "x/2"
    start, stop = inside(text)
    assert text[start:stop].strip() == r"\frac{x}{2}"
    assert text[program.items[-1].start : program.items[-1].end] == r"\frac{x}{2}"


def test_plain_text_is_no_latex():
    assert write_program(read("x**2")) == "x**2"


NOTES = [
    (r"\log x", "log is the natural logarithm; log10(x) or log(x, 10) has base 10", r"\log"),
    (r"2 + 1/2x", "1/2x is read as (1/2)*x; write 1/(2*x) for the other reading", "1/2x"),
    (r"sin(x)", r"sin is read as the function \sin", "sin"),
    (r"a + xyz", r"xyz is read as the product x y z; one name is written \mathrm{xyz}", "xyz"),
    (r"x^T y", "x^T is read as the transpose x.T", "x^T"),
    (r"f(x+1)", "f(…) is read as a product, f times the parenthesis", "f"),
    (r"\sin\frac12 x", r"\sin\frac12 x… is read as (\sin\frac12)·x…; write \sin(…) to take more", r"\frac12"),
    (r"\begin{cases} 0 & x<0 \\ x & x \ge 0 \end{cases}",
     "the last line of the cases is taken for all that no other line covers",
     r"\begin{cases} 0 & x<0 \\ x & x \ge 0 \end{cases}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "place"), NOTES)
def test_notes(text, message, place):
    (note,) = read_latex(text).notes
    assert (note.message, text[note.span.start : note.span.end]) == (message, place)


@pytest.mark.parametrize(
    "text", [r"\frac{1}{2}x", r"e^{-x^2/2}", r"\cos(u)(v)", "xy", r"\frac12 x", r"e^2x", r"x^{1/2}"]
)
def test_what_latex_shows_without_doubt_needs_no_note(text):
    assert not read_latex(text).notes


ERRORS = [
    # what is not closed, or closes nothing
    (r"\sqrt{x", "this '{' is never closed", "{", "add '}'"),
    (r"{x} + {y", "this '{' is never closed", "{", "add '}'"),
    (r"(x + 1", "this '(' is never closed", "(", "add ')'"),
    (r"\left(x + 1", r"this '\left(' is never closed", r"\left(", r"add '\right)'"),
    (r"\left(x\right]", r"'\left(' is not closed before this '\right]'", r"\left(x\right]", r"add '\right)'"),
    (r"\left(x)", r"'\left(' is closed by \right)", r"\left(x)", r"add '\right)'"),
    (r"\frac{x)}{2}", "'{' is not closed before this ')'", "{x)", "add '}'"),
    ("x}", "this '}' closes nothing", "}", "delete it"),
    (r"\right)", r"this '\right)' closes nothing", r"\right)", "delete it"),
    (r"\frac{|x}{2}", "this '|' is not closed before }", "|", r"write \left| … \right|"),
    (r"\begin{bmatrix} 1 & 2", r"this '\begin{bmatrix}' is never closed", r"\begin{bmatrix}", r"add '\end{bmatrix}'"),
    (r"x \end{cases}", r"\end{cases} closes nothing", r"\end{cases}", "delete it"),
    (r"\begin{matrx} 1 \end{matrx}", "there is no environment matrx here", r"\begin{matrx}",
     "did you mean matrix or vmatrix or pmatrix?"),
    # unknown words
    (r"\fract{1}{2}", r"there is no command \fract here", r"\fract", r"did you mean \frac or \tfrac or \dfrac?"),
    (r"\sinn x", r"there is no command \sinn here", r"\sinn", r"did you mean \sin or \sinh or \sinc?"),
    (r"\loss", r"there is no command \loss here", r"\loss", r"a name is written \mathrm{loss}"),
    (r"\int x", r"\int is not part of the language", r"\int", "write the integral out"),
    (r"\sum_i x_i", r"\sum is not part of the language", r"\sum",
     r"write the terms out, or sum(v) of a vector: \operatorname{sum}(v)"),
    # arguments
    (r"\frac{a}", r"\frac needs two arguments in braces", r"\frac{a}", r"as in \frac{a}{b}"),
    (r"\frac{}{2}", r"\frac needs an argument", r"\frac{}", "the braces are empty"),
    (r"\sqrt", r"\sqrt needs an argument in braces", r"\sqrt", r"as in \sqrt{x}"),
    (r"x^", "^ needs an argument in braces", "^", "as in x^{2}"),
    (r"x^-1", "what ^ takes needs braces here", "-", "as in ^{-1}"),
    (r"\frac{1+}{2}", "a number, a name or '(' should follow after '+'", "+}", None),
    (r"2 \cdot", r"a number, a name or '(' should follow after '\cdot'", r"\cdot", None),
    (r"\cos", r"a number, a name or '(' should follow after '\cos'", r"\cos", None),
    (r"^2", "an exponent needs a base", "^", "as in x^{2}"),
    (r"(x+1)_2", "a subscript belongs to a name", "_", "as in x_{1}; an entry of an array is x_{[0]}"),
    # what can mean two things
    (r"\sin^{-1} x", r"\sin^{-1} can mean two things: the inverse function \arcsin(x), or 1/\sin(x)", r"\sin^{-1}",
     r"write \arcsin(x) or \frac{1}{\sin(x)}"),
    (r"x^10", "^ takes one character: ^10 shows as ^1 and then 0", "10", "write ^{10}"),
    (r"x_10", "a subscript takes one character: _10 shows as _1 and then 0", "10", "write _{10}"),
    (r"x^2^3", "two exponents stand on each other", "^", r"write (x^{2})^{3} or x^{2^{3}}"),
    (r"2 sinx", r"'sinx' is a product of letters in LaTeX: is it \sin x?", "sinx", r"write \sin x"),
    (r"1e-3", "1e-3 can mean two things: a power of ten, or a product with e", "1e-3",
     r"write 2 \times 10^{-3}, or 2 \cdot e - 3"),
    (r"x[0]", "[0] can mean two things here: an entry, or a product", "[0]",
     "write _{[0]} for the entry, or parentheses for the product"),
    (r"0{,}5", "a decimal comma is not part of the language", "0{,}", "write 0.5"),
    (r"A^{-\top}", "an inverse and a transpose are two exponents", r"^{-\top}", r"write (A^{-1})^{\top}"),
    (r"f'(x)", "a prime cannot stand here", "'", r"a derivative inside a claim is written \frac{df}{dx}"),
    (r"2 \frac{dx}{dt}", "a derivative cannot stand in the function itself", r"\frac{dx}{dt}",
     "give the function alone; a derivative is claimed. As a variable d needs a value: --at d=2"),
    # what the plain reader says
    (r"\frac{x}{2!}", "there is no factorial", "!", "write the product out; 'not equal' is !="),
    (r"2 3", "two numbers stand side by side", "3", "write * between them"),
    (r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", "row 2 of the matrix has 1 cells, the first has 2",
     r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", "all rows must have the same length"),
    (r"\begin{cases} x \end{cases}", "cases need two lines", r"\begin{cases} x \end{cases}",
     r"as in \begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}"),
    ("$x", "this '$' is never closed", "$", "add '$'"),
    ("", "there is no expression", "", "give one, as in x**2"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "place", "hint"), ERRORS)
def test_errors(text, message, place, hint):
    error = refusal(read_latex, text)
    assert error is not None
    assert (error.message, error.hint) == (message, hint)
    assert error.span is not None
    assert error.source == text
    assert text[error.span.start : error.span.end] == place


def test_the_caret_stands_under_the_latex():
    error = refusal(read, r"$1 + \sqrt{\frac{x}{2}$")
    assert draw_place(error.source, error.span) == "$1 + \\sqrt{\\frac{x}{2}$\n          ^"


def test_places_of_items_are_those_of_the_source():
    text = r"\frac{a}{b} + \sin\left(x_{1}\right)^{2}"
    found = {(item.name or item.value): text[item.start : item.end] for item in read_latex(text).items}
    assert found == {
        "a": "a", "b": "b", "/": r"\frac{a}{b}", "x_1": "x_{1}", "sin": r"\sin\left(x_{1}\right)", 2: "2",
        "**": r"\sin\left(x_{1}\right)^{2}", "+": text,
    }  # fmt: skip


def test_bound_names_are_looked_up_first():
    assert write_program(read_latex(r"x_1 + loss + \theta", frozenset({"x1", "loss", "θ"}))) == "x1 + loss + θ"
    assert write_program(read_latex(r"\sigma(x)", frozenset({"sigma"}))) == "sigma*x"
    assert write_program(read_latex(r"\frac{dx}{dt}", frozenset("d"))) == "d*x/(d*t)"
    assert write_program(read_latex(r"\sin x", frozenset(("s", "i", "n")))) == "sin(x)"
    assert write_program(read_latex(r"sin", frozenset(("s", "i", "n")))) == "s*i*n"


ARRAYS = {"A": (2, 2), "B": (2, 2), "x": (2,), "y": (2,), "W_1": (3, 2), "b": (3,)}

ARRAY_READINGS = [
    (r"x^Tx", "x.T @ x"),
    (r"x^{\top} A x", "x.T @ A @ x"),
    (r"A^{-1} x + B^{-1}A^{-1}y", "inv(A) @ x + inv(B) @ inv(A) @ y"),
    (r"A^2 + A^3", "A @ A + A @ A @ A"),
    (r"2Ax + \frac{1}{2} x", "2*A @ x + 1/2*x"),
    (r"\operatorname{tr} A B + \det A", "trace(A @ B) + det(A)"),
    (r"A \odot B + x \cdot y + x y^\top", "A*B + x @ y + x @ y.T"),
    (r"\sigma(W_1 x + b)", "sigmoid(W_1 @ x + b)"),
    (r"\|Ax - y\|^2", "norm(A @ x - y)**2"),
    (r"(Ax - y)^\top (Ax - y)", "(A @ x - y).T @ (A @ x - y)"),
    (r"A\begin{bmatrix} 1 \\ 2 \end{bmatrix}", "A @ [1, 2]"),
    (r"x^2 + \exp(x) y^{\odot 2} + A^{\circ 2} x", "x**2 + exp(x) @ y**2 + A**2 @ x"),
    (r"(AB)^{-1}", "inv(A @ B)"),
    (r"z = A x; z^\top z", "z = A @ x; z.T @ z"),
]


@pytest.mark.parametrize(("text", "reading"), ARRAY_READINGS)
def test_products_of_arrays_are_matrix_products(text, reading):
    assert write_program(read_latex(text, frozenset(ARRAYS), ARRAYS)) == reading


def test_a_power_of_a_matrix_that_is_not_read_is_told():
    error = refusal(lambda text: read_latex(text, frozenset(ARRAYS), ARRAYS), "1 + A^{x}")
    assert error.message == "this power of a 2x2 matrix is not read"
    assert "1 + A^{x}"[error.span.start : error.span.end] == "A^{x}"


def test_deep_nesting_is_read_in_a_loop():
    depth = 20_000
    program = read_latex(r"\sin\left(" * depth + "x" + r"\right)" * depth)
    assert len(program.items) == depth + 1
    assert len(read_latex(r"\sqrt{" * depth + "x" + "}" * depth).items) == depth + 1
    assert refusal(read_latex, r"\frac{" * depth) is not None
    assert refusal(read_latex, r"\frac{d" * 2_000) is not None
    assert len(read_latex(r"\frac{1}{1+" * 2_000 + "x" + "}" * 2_000).items) == 8_001
    assert len(read_latex(r"x^{" * 500 + "x" + "}" * 500).items) == 1_001


@pytest.mark.parametrize("text", ["1" * 5_000, r"2 \times 10^{99999}"])
def test_limits_hold(text):
    error = refusal(read_latex, text)
    assert isinstance(error, LimitExceeded)
    assert text[error.span.start : error.span.end] == text


def test_long_texts_take_no_longer_for_each_character():
    assert len(read_latex("x" * 20_000).items) == 2 * 20_000 - 1
    assert len(read_latex("x + " * 20_000 + "x").items) == 2 * 20_000 + 1


def check_places(text, bound=frozenset(), shapes=None):
    """A text is read, or refused with a GradcheckError, and every place lies in it; no other error is caught."""
    error = refusal(lambda one: read_latex(one, bound, shapes), text)
    if error is not None:
        assert error.span is None or 0 <= error.span.start <= error.span.end <= len(error.source) + 1
        return
    program = read_latex(text, bound, shapes)
    assert all(0 <= item.start <= item.end <= len(text) for item in program.items)
    assert all(0 <= note.span.start <= note.span.end <= len(text) for note in program.notes)


@settings(max_examples=600)
@given(latex_soup())
def test_any_latex_is_read_or_refused(text):
    check_places(text)
    check_places(text, frozenset(ARRAYS), ARRAYS)
    refusal(read, f"${text}$")


@settings(max_examples=300)
@given(any_text())
def test_any_text_is_read_or_refused(text):
    check_places(text)


@pytest.mark.parametrize(("text", "_"), READINGS)
def test_what_is_cut_off_is_read_or_refused(text, _):
    for length in range(len(text)):
        check_places(text[:length])
        check_places(text[length:])


def test_the_translation_is_plain_text():
    translation = translate(RUNNING_EXAMPLE)
    assert write_program(parse(translation.text)) == READINGS[0][1]
    assert len(translation.text) == len(translation.starts) == len(translation.ends)


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"\operatorname{norm}_2(x)", "norm(x)"),
        (r"\operatorname{norm}_1(x)", "norm1(x)"),
        (r"\log_2(x)", "log2(x)"),
        (r"\log_{10}(x)", "log10(x)"),
        (r"\log_e(x)", "log(x)"),
        (r"\log_3(x)", "log(x, 3)"),
    ],
)
def test_a_subscript_is_the_base_of_a_logarithm_or_the_order_of_a_norm(latex, plain):
    assert write_program(read_latex(latex, frozenset("x"), {"x": (3,)} if "norm" in latex else {})) == plain


def test_a_norm_of_an_order_needs_parentheses():
    assert "norm of an order" in refusal(read_latex, r"\operatorname{norm}_1 x").message
