"""The table: whole reports, and how they fit a terminal."""

from __future__ import annotations

import pytest
from golden_files import matches

from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
FIFTY = "a0 = x**2; " + "; ".join(f"a{n} = a{n - 1}/2 + y" for n in range(1, 25)) + "; L = a24*x"
REPORTS = {
    "running_example.txt": (RUNNING, "x=1"),
    "relu_at_0.txt": ("relu(x)", "x=0"),
    "lecture_chain.txt": ("e = a*b; d = c + e; L = d*f", "a=2,b=-3,c=10,f=-2"),
    "fifty_nodes.txt": (FIFTY, "x=1,y=2"),
}


def table(result, **style):
    return FORMATS["table"](result, Style(**style))


@pytest.fixture(scope="module")
def running():
    return evaluate(RUNNING, at="x=1")


@pytest.mark.parametrize("name", REPORTS)
def test_golden(name):
    text, at = REPORTS[name]
    assert matches(name, table(evaluate(text, at=at)))


def test_the_fifty_node_example_has_fifty_nodes():
    assert len([node for node in evaluate(FIFTY, at="x=1,y=2", routes=["reverse"]).nodes if not node.is_input]) == 50


@pytest.mark.parametrize("width", [40, 41, 57, 79, 80, 100, 200])
@pytest.mark.parametrize("digits", [3, 6, 30])
def test_it_fits_the_width(running, width, digits):
    text = table(running, width=width, digits=digits)
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (
            "x_with_a_long_name_indeed*another_rather_long_name",
            "x_with_a_long_name_indeed=1,another_rather_long_name=2",
        ),
        ("+".join(f"sin({n}*x)" for n in range(40)), "x=1"),
        ("x**10000", "x=1.5"),
        ("max(a, b, c, d, g)*a*b*c*d*g", "a=1,b=2,c=3,d=4,g=5"),
    ],
)
@pytest.mark.parametrize("width", [40, 80])
def test_long_names_long_sums_and_large_numbers_fit(text, at, width):
    result = evaluate(text, at=at, routes=["fd", "reverse"])
    assert max(map(len, table(result, width=width, digits=20).splitlines())) <= width


def test_no_line_ends_in_spaces_and_the_last_one_ends(running):
    text = table(running)
    assert text.endswith(")\n")
    assert all(line == line.rstrip() for line in text.splitlines())


def test_the_parts_stand_in_order(running):
    text = table(running)
    parts = ["f = sqrt(", "at x = 1", "f = 1.09001", "FORWARD PASS", "BACKWARD PASS", "THREE ROUTES", "cost  ", "AGREE"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_the_sum_over_children_is_written_out(running):
    line = "∂f/∂c = ∂f/∂d·∂d/∂c + ∂f/∂e·∂e/∂c = 1·0.259298 + 1·0.545252 = 0.804549"
    assert line in table(running)


def test_negative_factors_are_in_parentheses():
    assert "(-2)·2 = -4" in table(evaluate("e = a*b; d = c + e; L = d*f", at="a=2,b=-3,c=10,f=-2"))


def test_two_routes_have_two_columns():
    text = table(evaluate("x**2", at="x=3", routes=["fd", "reverse"]))
    assert "TWO ROUTES" in text
    assert "SymPy" not in text


def test_one_route_is_not_compared():
    text = table(evaluate("x**2", at="x=3", routes=["reverse"]))
    assert "ONE ROUTE" in text
    assert "NOT COMPARED" in text


def test_quiet_is_the_closing_line(running):
    assert table(running, quiet=True).count("\n") == 1


def test_an_expression_of_sympy_that_is_too_long_is_cut():
    result = evaluate("*".join(f"sin({n}*x)" for n in range(1, 12)), at="x=1")
    assert "characters; -v shows more)" in table(result)
    assert "characters; -v shows more)" not in table(result, verbose=True)


def test_a_node_that_does_not_count_says_so():
    text = table(evaluate("a = y**2; x + 1", at="x=1,y=2"))
    assert "f does not depend on y here" in " ".join(text.split())


def test_digits():
    result = evaluate("x/7", at="x=1", routes=["fd", "reverse"])
    assert "f = 0.14\n" in table(result, digits=2)
    assert "f = 0.142857142857\n" in table(result, digits=12)


def test_rendering_is_pure(running):
    assert table(running) == table(running)
