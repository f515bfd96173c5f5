"""Names in LaTeX, read alone: where they end, and what they may mean."""

import pytest

from gradcheck.errors import NameProblem, Span, SyntaxProblem
from gradcheck.syntax.latex_names import Names, unknown_command


@pytest.mark.parametrize(
    ("text", "bound", "name", "rest"),
    [
        ("x+1", (), "x", "+1"),
        ("xy", (), "x", "y"),
        (r"x_{12} y", (), "x_12", " y"),
        (r"x_{12}", ("x12",), "x12", ""),
        (r"x_{12}", ("x12", "x_12"), "x_12", ""),
        (r"\alpha_i^2", (), "alpha_i", "^2"),
        (r"\theta", ("θ",), "θ", ""),
        (r"\hat{y}_1^*", (), "y_hat_1_star", ""),
        (r"\mathrm{a\_b}'", (), "a_b_prime", ""),
        (r"x^{*}_1", (), "x_1_star", ""),
        (r"x^{2}", (), "x", "^{2}"),
        (r"x_{[0]}", (), "x", "_{[0]}"),
        (r"x_\text{in}(", (), "x_in", "("),
    ],
)
def test_names(text, bound, name, rest):
    found, end = Names(text, len(text), frozenset(bound), {}).name(0)
    assert (found, text[end:]) == (name, rest)


def test_indices_of_arrays():
    names = Names(r"A_{ij}", 6, frozenset({"A"}), {"A": (2, 2)})
    assert names.name(0) == ("A[i,j]", 6)


def test_unknown_commands():
    assert isinstance(unknown_command(r"\fracc", Span(0, 6)), NameProblem)
    assert isinstance(unknown_command(r"\int", Span(0, 4)), SyntaxProblem)
    assert unknown_command(r"\top", Span(0, 4)).message == r"\top cannot stand here"
