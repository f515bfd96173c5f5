r"""Which texts are LaTeX, and the halves of a claim in either dialect."""

import pytest

from gradcheck import reading
from gradcheck.syntax.translation import is_latex


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("df/dx = 2*x", ("df/dx", "2*x")),
        ("= 2*x", ("", "2*x")),
        ("2*x", ("", "2*x")),
        ("where(x >= 0, 1, 0)", ("", "where(x >= 0, 1, 0)")),
        (r"$\frac{df}{dx} = 2x$", (r"$\frac{df}{dx}$", "$2x$")),
        (r"\(f'(x) = 2x\)", (r"\(f'(x)\)", r"\(2x\)")),
        ("$= 2x$", ("", "$2x$")),
        ("$2x$", ("", "$2x$")),
        ("df/dx = $2x$", ("df/dx", "$2x$")),
        (r"$\frac{df}{dx}$ = $2x$", (r"$\frac{df}{dx}$", "$2x$")),
        (r"$\frac{df}{dx}$ = 2*x", (r"$\frac{df}{dx}$", "2*x")),
        (r"$\begin{cases} 1 & x = 0 \end{cases}$", ("", r"$\begin{cases} 1 & x = 0 \end{cases}$")),
    ],
)
def test_halves(text, halves):
    assert reading.halves(text) == halves


def test_what_is_latex():
    assert is_latex(" $x$")
    assert is_latex(r"\(x\)")
    assert not is_latex("x**2")
    assert not is_latex(r"df/dx = $x$")
    assert reading.holds_latex(r"df/dx = $x$")


def test_names_that_a_declaration_may_be_about():
    assert {"x_1", "x1", "W"} <= reading.names_in(r"$\mathbf{W} x_{1}$")
    assert reading.names_in("a*sin(b)") == {"a", "sin", "b"}
    assert "x" in reading.names_in(r"$\sqrt{x$")
