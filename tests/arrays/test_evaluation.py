"""``evaluate`` over arrays: verdicts at kinks and beside jumps, and that nothing wrong is ever agreed on."""

from __future__ import annotations

import dataclasses
import math
import re

import pytest

from gradcheck import build as build_module
from gradcheck.arithmetic import arrays, grids
from gradcheck.errors import GradcheckError
from gradcheck.evaluation import evaluate
from gradcheck.primitives.table import PRIMITIVES

A = "[[2, -3], [1/2, 5]]"
B = "[[1, 2], [3, -4]]"
C = "[[3, 2, 1], [0, 4/3, -1], [2, 1, 7]]"
CALLS = {
    "matmul": "A @ B", "vecmat": "x @ A", "dot": "x @ y", "outer": "outer(x, y)", "hadamard": "hadamard(A, B)",
    "transpose": "(A.T)*B", "sum": "sum(A)", "sum_axis": "sum(A, 0)", "mean": "mean(A)", "mean_axis": "mean(A, 1)",
    "norm": "norm(A)", "norm_squared": "norm(x)**2", "norm1": "norm1(x)", "max_entry": "max(A)",
    "min_entry": "min(A)", "logsumexp": "logsumexp(x)", "softmax": "softmax(x)", "trace": "trace(A)",
    "det": "det(A)", "logdet": "logdet(C)", "inv": "inv(A)", "solve": "solve(A, x)", "diag": "diag(x)",
    "diagonal": "diag(A)", "select": "A[0, :]", "stack": "[x[0], y[1], x[1]]", "vstack": "vstack(A, B)",
    "hstack": "hstack(A, B)", "reshape": "reshape(A, 1, 4)", "vec": "vec(A)", "eye": "eye(2) @ x",
    "ones": "ones(2, 2) @ x", "zeros": "x + zeros(2)",
}  # fmt: skip
POINT = {"A": A, "B": B, "C": C, "x": "[2, -3]", "y": "[5/3, 1/2]"}


def outcome(text, at=None, **options):
    """The verdict on a text at the part of the point that it uses."""
    used = {name: value for name, value in POINT.items() if re.search(rf"\b{name}\b", text)}
    return evaluate(text, at=used if at is None else at, **options)


def test_every_row_has_a_call():
    assert set(CALLS) == {row.name for row in PRIMITIVES.values() if row.is_matrix and not row.internal}


@pytest.mark.parametrize("name", CALLS)
def test_a_right_row_is_agreed_on(name):
    result = outcome(CALLS[name])
    assert result.verdict.name == "agree", result.verdict
    assert name in {row.name for row in used_rows(CALLS[name])}


def used_rows(text):
    from gradcheck.point import read_point
    from gradcheck.syntax.plain import parse

    point = read_point(dict(POINT))
    shapes = {name: value.graph.shape(value.graph.output) for name, value in point.items()}
    return [row for row in build_module.build(parse(text), frozenset(point), shapes).operations if row is not None]


# -- a wrong row --------------------------------------------------------------------------------------------------


def install(monkeypatch, name, **change):
    """Put a changed row into the table, and into the graph's own names of rows."""
    right = PRIMITIVES[name]
    wrong = dataclasses.replace(right, **change)
    monkeypatch.setitem(PRIMITIVES, name, wrong)
    for attribute in ("_NORM", "_NORM_SQUARED", "_DIAGONAL", "_DIAG"):
        if getattr(build_module, attribute) is right:
            monkeypatch.setattr(build_module, attribute, wrong)


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("name", [name for name in CALLS if PRIMITIVES[name].pullbacks])
def test_a_wrong_pullback_is_never_agreed_on(name, monkeypatch):
    row = PRIMITIVES[name]
    for position, text in enumerate(row.pullbacks):
        for wrong in (f"2*({text})", f"-({text})"):
            pullbacks = (*row.pullbacks[:position], wrong, *row.pullbacks[position + 1 :])
            with monkeypatch.context() as patch:
                install(patch, name, pullbacks=pullbacks)
                result = outcome(CALLS[name])
                assert result.verdict.name == "disagree"
                assert "reverse mode says" in result.verdict.reason


def doubled(function):
    return lambda of, *arguments: grids._zip(lambda u, v: u * v, function(of, *arguments), of.number(2))


CELLS = [
    (name, column)
    for name in CALLS
    for column in ("floats", "balls", "symbols")
    if getattr(PRIMITIVES[name], column)
    and name != "zeros"  # twice nothing is nothing
    and not (name in {"eye", "ones"} and column == "symbols")  # no derivative flows through a constant: it is a symbol
]


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize(("name", "column"), CELLS)
def test_a_wrong_forward_column_is_never_agreed_on(name, column, monkeypatch):
    cell = getattr(PRIMITIVES[name], column)
    if column == "floats":
        right = arrays._FUNCTIONS[cell]
        monkeypatch.setitem(arrays._FUNCTIONS, "wrong", lambda *arguments: 2 * right(*arguments))
    else:
        monkeypatch.setitem(grids._FUNCTIONS, "wrong", doubled(grids._FUNCTIONS[cell]))
    install(monkeypatch, name, **{column: "wrong"})
    assert outcome(CALLS[name]).verdict.name == "disagree"


@pytest.mark.parametrize("name", [name for name in CALLS if PRIMITIVES[name].definition])
def test_a_wrong_definition_is_never_agreed_on(name, monkeypatch):
    install(monkeypatch, name, definition=f"2*({PRIMITIVES[name].definition})")
    assert outcome(CALLS[name]).verdict.name == "disagree"


def test_a_wrong_row_of_numbers_is_never_agreed_on_in_arrays(monkeypatch):
    for change in ({"derivatives": ("-cos(u)",)}, {"floats": "cos"}, {"balls": "cos"}, {"symbols": "cos"}):
        with monkeypatch.context() as patch:
            install(patch, "sin", **change)
            assert outcome("sum(sin(A) @ x)").verdict.name == "disagree", change


@pytest.mark.parametrize("routes", [("fd", "reverse"), ("fd", "symbolic"), ("symbolic", "reverse")])
def test_a_wrong_pullback_in_a_large_array_is_found_along_random_directions(routes, monkeypatch):
    install(monkeypatch, "transpose", pullbacks=("2*g.T",))
    result = evaluate("norm(A.T @ x)**2", declarations="A: 20x30; x: 20", routes=routes)
    assert (result.verdict.name == "disagree") == ("reverse" in routes)


def test_the_entry_behind_a_wrong_direction_is_named(monkeypatch):
    install(monkeypatch, "sin", derivatives=("where(u > 100, 2*cos(u), cos(u))",))
    at = {"x": "[" + ", ".join(["1/3"] * 700) + "]", "y": "101"}
    result = evaluate("sum(sin(vstack(x, y*ones(1))))", at=at, routes=["fd", "reverse"], wrt=["x", "y"])
    assert result.verdict.name == "disagree"


# -- kinks, jumps and edges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("norm(x)", "x=[0, 0]", "kink at node f = ‖x‖"),
        ("norm1(x)", "x=[0, 1]", "kink"),
        ("max(x)", "x=[1, 1]", "kink at node f = max(x)"),
        ("min(A)", "A=[[1, 2], [3, 1]]", "kink"),
        ("sum(relu(x))", "x=[0, 1]", "kink at node a = relu(x) (entry [0])"),
        ("floor(x)", "x=[1/2, 1]", "jump"),
        ("where(x > 1, x, 0)", "x=[1, 2]", "jump"),
        ("sum(x > 1)", "x=[1, 2]", "jump"),
        ("sum(sqrt(x))", "x=[0, 1]", "at x:"),
    ],
)
def test_what_is_not_differentiable_is_undecided(text, at, reason):
    result = evaluate(text, at=at)
    assert result.verdict.name == "undecided"
    assert reason in result.verdict.reason


@pytest.mark.parametrize(
    ("text", "at", "value", "gradient"),
    [
        ("norm(x)**2", "x=[0, 0]", 0, (0, 0)),
        ("max(x)", "x=[1, 3, 2]", 3, (0, 1, 0)),
        ("sqrt(x)[1]", "x=[0, 4]", 2, (0, 0.25)),
        ("sum(where(x > 1, x, 0))", "x=[1 + 1e-40, 3]", 4, (1, 1)),  # 1e-40 from the jump
        ("where(x > 1, x, 0)[0]", "x=[1 + 1e-40, 3]", 1, (1, 0)),
        ("sum(x > 1)", "x=[1 + 1e-40, 3]", 2, (0, 0)),
        ("sum(abs(x))", "x=[1e-40, -1e-40]", 2e-40, (1, -1)),
        ("max(x)", "x=[1, 1 + 1e-40]", 1, (0, 1)),
        ("norm(A @ x - y)**2", "A=[[0.1, 0.2], [0.3, 0.7]], x=[0.2, -0.1], y=[0, -0.01]", 0, (0, 0, 0, 0)),
        ("sum(sin(x)**2 + cos(x)**2)", "x=[0.2, 3]", 2, (0, 0)),
        ("sum(x)*0 + 3", "x=[1, 2]", 3, (0, 0)),
        ("logsumexp(x)", "x=[1e6, 1e6]", 1e6 + math.log(2), (0.5, 0.5)),
        ("det(A)", "A=[[1, 2], [2, 4]]", 0, (4, -2, -2, 1)),
        ("det(A)", "A=[[0, 0], [0, 0]]", 0, (0, 0, 0, 0)),
        ("det(A)", "A=[[7]]", 7, (1,)),
        ("inv(A)", "A=[[4]]", 0.25, (-0.0625,)),
        ("sum(A*x)", "A=[[2]], x=[1, 2]", 6, (3,)),
        ("x[-1]*x[0]", "x=[3, 5]", 15, (5, 3)),
        ("sum(A[-1, 0:2])", "A=[[1, 2, 3], [4, 5, 6]]", 9, (0, 0, 0, 1, 1, 0)),
        ("sum(s*x)", "s=2, x=[1, 4]", 10, (5,)),
    ],
)
def test_what_is_differentiable_is_agreed_on(text, at, value, gradient):
    result = evaluate(text, at=at)
    assert result.verdict.name == "agree", result.verdict
    assert [float(one) for one in result.value.entries] == pytest.approx([value])
    assert [float(one) for one in result.gradient[0].jacobian.entries] == pytest.approx(list(gradient))


def test_a_number_for_all_entries_receives_the_sum():
    result = evaluate("norm(x - s)**2", at="x=[1, 4], s=2")
    assert {one.name: [float(x) for x in one.reverse.entries] for one in result.gradient} == {"x": [-2, 4], "s": [-2]}


def test_entries_of_a_symmetric_variable_are_independent():
    result = evaluate("x @ S @ x", at="x=[1, 2]", declarations="S: 2x2 symmetric")
    assert [float(x) for one in result.gradient if one.name == "S" for x in one.reverse.entries] == [1, 2, 2, 4]


def test_an_output_that_does_not_hold_a_variable_has_a_zero_of_its_shape():
    result = evaluate("a = A @ x; b = 2*x; b", at={"A": A, "x": "[2, -3]"}, wrt=["A", "x"])
    assert result.verdict.name == "agree"
    jacobian = result.gradient[0].jacobian
    assert jacobian.shape == (2, 2, 2)
    assert set(jacobian.entries) == {0.0}


def test_constants_alone_are_agreed_on():
    result = evaluate("inv([[1, 2], [3, 4]])")
    assert result.verdict.name == "agree"
    assert [float(x) for x in result.value.entries] == [-2, 1, 1.5, -0.5]


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("inv(A)", "A=[[1, 2], [2, 4]]", "A is singular: its rank is 1 of 2, its condition number is infinite"),
        ("solve(A, x)", "A=[[1, 2], [2, 4]], x=[1, 1]", "singular"),
        ("logdet(A)", "A=[[0, 1], [1, 0]]", "it needs det(A) > 0, but det(A) = -1"),
        ("sum(log(x))", "x=[1, -2]", "log(x) has no value here: it needs x > 0, but x[1] = -2"),
    ],
)
def test_a_point_outside_the_domain_is_refused(text, at, message):
    with pytest.raises(GradcheckError) as caught:
        evaluate(text, at=at)
    assert message in str(caught.value)


def test_an_ill_conditioned_inverse_is_agreed_on_with_a_note():
    result = evaluate("inv(A)", at="A=[[1, 2], [2, 4.00000000000001]]")
    assert result.verdict.name == "agree"
    assert "nearly singular" in result.notes[0]


def test_one_route_alone_says_nothing():
    assert evaluate("A @ x", at={"A": A, "x": "[1, 2]"}, routes=["reverse"]).verdict.name is None
    assert evaluate("A @ x", at={"A": A, "x": "[1, 2]"}, routes=["fd"]).verdict.name is None


def test_jacobians_are_full_tensors():
    result = evaluate("A @ B", at={"A": A, "B": B})
    by_a = result.gradient[0].jacobian
    assert by_a.shape == (2, 2, 2, 2)
    b = [[1, 2], [3, -4]]
    wanted = [b[q][j] * (i == p) for i in range(2) for j in range(2) for p in range(2) for q in range(2)]
    assert [float(x) for x in by_a.entries] == wanted


def test_sympy_gives_a_formula_for_the_whole_array():
    result = evaluate("x.T @ A @ x", at={"A": A, "x": "[2, -3]"})
    assert {one.name: one.symbolic.matrix for one in result.gradient} == {"x": "A @ x + A.T @ x", "A": "x @ x.T"}


def test_where_entries_are_too_many_the_formula_for_the_whole_array_is_the_third_route():
    result = evaluate("trace(A @ A @ A)", declarations="A: 24x24", routes=["symbolic", "reverse"], nodes="inputs")
    assert result.gradient[0].verdict.name == "agree"
    assert result.gradient[0].symbolic.matrix == "3*(A.T @ A.T)"
    assert result.gradient[0].symbolic.expressions == ()
