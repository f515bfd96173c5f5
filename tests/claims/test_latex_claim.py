r"""Claims in LaTeX: every way to write the target, statements about scalars and arrays, places of errors."""

import pytest
from hypothesis import given, settings
from strategies import latex_soup, refusal

from gradcheck.build import build
from gradcheck.claims.latex_claim import plain_claim
from gradcheck.claims.stated import read_stated
from gradcheck.claims.verify import Task, verify
from gradcheck.syntax.plain import parse

SHAPES = {"A": (2, 2), "x": (2,), "W_1": (2, 2)}
SCALAR = build(parse("a = x**2; L = a*y_1 + loss"))
ONE = build(parse("f = sin(x**2)"))
ARRAYS = build(parse("L = x.T @ A @ W_1 @ x", frozenset(SHAPES)), frozenset(SHAPES), SHAPES)

TARGETS = [
    (r"\frac{dL}{dx}", "∂L/∂x"),
    (r"\frac{\partial L}{\partial y_1}", "∂L/∂y_1"),
    (r"\dfrac{\partial L}{\partial y_{1}}", "∂L/∂y_1"),
    (r"\frac{\mathrm{d}L}{\mathrm{d}a}", "∂L/∂a"),
    (r"\frac{d}{dx}", "∂L/∂x"),
    (r"\frac{d}{dx} L", "∂L/∂x"),
    (r"\frac{d}{d x} L(x)", "∂L/∂x"),
    (r"\frac{\partial L(x, y_1)}{\partial x}", "∂L/∂x"),
    (r"\frac{\partial}{\partial \mathrm{loss}} L", "∂L/∂loss"),
    (r"\frac{da}{dx}", "∂a/∂x"),
    (r"\partial L / \partial x", "∂L/∂x"),
    (r"dL/dx", "∂L/∂x"),
    (r"\nabla_x L", "∂L/∂x"),
    (r"\nabla_{y_1} L(x, y_1)", "∂L/∂y_1"),
    (r"L'(x)", "∂L/∂x"),
    (r"L'\left(x\right)", "∂L/∂x"),
]


@pytest.mark.parametrize(("target", "shown"), TARGETS)
def test_targets(target, shown):
    assert read_stated(f"${target} = 1$", SCALAR).shown == shown


@pytest.mark.parametrize("target", ["f'", "f'(x)", "y'", r"\nabla f", r"\frac{df}{dx}", ""])
def test_targets_of_one_variable(target):
    assert read_stated(f"${target} = 1$", ONE).shown == "∂f/∂x"


WAYS = [
    r"$\frac{dL}{dx} = 2xy_1$",
    r"\(\frac{dL}{dx} = 2xy_1\)",
    r"$$ \frac{dL}{dx} := 2 x y_1 $$",
    r"dL/dx = $2xy_1$",
    r"$\frac{dL}{dx}$ = $2xy_1$",
    r"$\frac{dL}{dx}$ = 2*x*y_1",
    r"$\frac{dL}{dx} = \frac{dL}{da} \cdot 2x$",
    r"$\frac{dL}{dx} = \frac{\partial L}{\partial a}\frac{\partial a}{\partial x}$",
    r"dL/dx = 2*($x y_1$)",
]


@pytest.mark.parametrize("text", WAYS)
def test_ways_to_mark_a_claim(text):
    claim = read_stated(text, SCALAR)
    assert claim.shown == "∂L/∂x"
    assert claim.text == text
    result = verify(Task("a = x**2; L = a*y_1 + loss", text))
    assert (result.verdict, result.claim) == ("correct", text)


def test_derivatives_inside_are_derivatives():
    claim = read_stated(r"$\frac{dL}{dx} = \frac{dL}{da}\left(2x\right)^1$", SCALAR)
    assert claim.reading == "dL/da*(2*x)**1"
    assert len(claim.derivatives) == 1


def test_a_decimal_states_its_digits():
    assert read_stated("$f'(x) = 1.08$", ONE).unit == read_stated("df/dx = 1.08", ONE).unit
    assert verify(Task("sin(x**2)", "$1.08$", wrt="x", at="x=1")).verdict == "correct"
    assert verify(Task("sin(x**2)", r"$1.0806 \times 10^{0}$", wrt="x", at="x=1")).verdict == "correct"


def test_a_function_in_latex():
    assert verify(Task(r"$\sin^2 x_1$", r"$2 \sin x_1 \cos x_1$", wrt="x_1")).verdict == "correct"
    assert verify(Task(r"$\sin^2 x_1$", r"$\sin 2x_1$", wrt="x1", at="x1=2")).verdict == "correct"
    wrong = verify(Task(r"$\sin(x^2)$", r"$\frac{df}{dx} = \cos(x^2)$"))
    assert wrong.verdict == "wrong"
    assert wrong.diagnosis is not None


ARRAY_CLAIMS = [
    (r"\frac{\partial f}{\partial x} = (A + A^T) x", "correct"),
    (r"\nabla_x f = 2 A x", "wrong"),
    (r"\frac{\partial f}{\partial A} = x x^\top", "correct"),
    (r"\frac{\partial f}{\partial x} = A x + A^{\top} x", "correct"),
    (r"\frac{\partial f}{\partial x_i} = \sum_j A_{ij} x_j", None),
    (r"\frac{\partial f}{\partial A_{ij}} = x_i x_j", "correct"),
]


@pytest.mark.parametrize(("claim", "verdict"), ARRAY_CLAIMS)
def test_claims_about_arrays(claim, verdict):
    task = Task(r"$x^\top A x$", f"${claim}$", declarations="A: 2x2; x: 2")
    if verdict is None:
        error = refusal(lambda text: verify(Task(task.expression, text, declarations=task.declarations)), task.claim)
        assert error.message == r"\sum is not part of the language"
    else:
        assert verify(task).verdict == verdict


def test_an_upstream_derivative_is_an_array():
    claim = read_stated(r"$\frac{\partial L}{\partial x} = W_1^\top \frac{\partial L}{\partial x} + A x$", ARRAYS)
    assert claim.reading == "W_1.T @ dL/dx + A @ x"


ERRORS = [
    (r"$\frac{df}{dx} = \sqrt{x$", "this '{' is never closed", "{"),
    (r"$\frac{df}{dx} = \coss x$", r"there is no command \coss here", r"\coss"),
    (r"$\frac{df}{dx} = 2z$", "'z' is neither a variable nor a node of the function", "z"),
    (r"$\frac{dg}{dx} = 2x$", "the graph has no node called 'g'", r"\frac{dg}{dx}"),
    (r"$\frac{f}{x} = 2x$", r"'\frac{f}{x}' does not say which derivative is meant", r"\frac{f}{x}"),
    (r"$\frac{df}{dx} = $", "nothing is claimed", " "),
    (r"df/dx = $2x", "this '$' is never closed", "$"),
    (r"df/dx = $2x^10$", "^ takes one character: ^10 shows as ^1 and then 0", "10"),
    (r"$f'(x) = 2x \cdot$", r"a number, a name or '(' should follow after '\cdot'", r"\cdot"),
    (r"$f'(x) = f'(x)$", "a prime cannot stand here", "'"),
]


@pytest.mark.parametrize(("text", "message", "place"), ERRORS)
def test_errors(text, message, place):
    error = refusal(lambda one: read_stated(one, ONE), text)
    assert error is not None
    assert error.message == message
    assert error.source == text
    assert text[error.span.start : error.span.end] == place


def test_the_plain_claim():
    assert plain_claim(r"$\frac{df}{dx} = 2x\cos(x^2)$", ONE).text.replace(" ", "") == "df/dx=2xcos(x^(2))"


@settings(max_examples=200)
@given(latex_soup())
def test_any_claim_is_read_or_refused(text):
    for claim in (f"${text}$", f"df/dx = ${text}$", f"$\\frac{{df}}{{dx}} = {text}$", f"${text}"):
        for graph in (ONE, ARRAYS):
            error = refusal(lambda one, graph=graph: read_stated(one, graph), claim)
            if error is not None and error.span is not None:
                assert error.source == claim
                assert 0 <= error.span.start <= error.span.end <= len(claim) + 1
