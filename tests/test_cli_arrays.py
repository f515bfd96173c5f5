"""Arrays at the command line: options, and one clear message for every input that cannot be used."""

from __future__ import annotations

import contextlib
import io
import json
import time

import pytest

from gradcheck.cli import run

UNUSABLE = 2


def cli(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["eval", *arguments])
    return code, out.getvalue(), err.getvalue()


ERRORS = [
    # what is typed, the message, what is underlined, a part of the hint
    (["A @ B", "--at", "A=[[1,2],[3,4]],B=[1,2,3]"], "@ of a 2x2 matrix and a vector of 3", "@", "must have 2 rows"),
    (["A + x", "--at", "A=[[1,2],[3,4]],x=[1,2,3]"], "+ of a 2x2 matrix and a vector of 3", "+", "the same shape"),
    (["A * B", "--var", "A: 2x3; B: 3x2"], "* of a 2x3 matrix and a 3x2 matrix", "*", "transpose one of them"),
    (["A * B", "--var", "A: 2x3; B: 3x4"], "* of a 2x3 matrix and a 3x4 matrix", "*", "the matrix product is @"),
    (["A @ B", "--var", "A: 2x3; B: 2x4"], "@ of a 2x3 matrix and a 2x4 matrix", "@", "transposing the left one"),
    (["det(A)", "--var", "A: 2x3"], "a square matrix is needed here, not a 2x3 matrix", "det(A)", None),
    (["x.T @ A @ x"], "@ of a scalar and a scalar", "@", '--var "x: 3; A: 3x3"'),
    (["A @ x", "--var", "A: 3x2"], "@ of a 3x2 matrix and a scalar", "@", '--var "x: 2"'),
    (["det(A)"], "a square matrix is needed here, not a scalar", "det(A)", '--var "A: 3x3"'),
    (["x[0]", "--at", "x=1"], "a scalar has no entries to select", "x[0]", "x is a scalar unless declared"),
    (["x[5]", "--at", "x=[1,2]"], "there is no index 5 here", "x[5]", "from 0 to 1"),
    (["A[0,1,2]", "--at", "A=[[1,2],[3,4]]"], "an array has at most 2 axes here", "[0,1,", "A[i, :]"),
    (
        ["sum(A)", "--at", "A=[[1,2],[3]]"],
        "the rows of this list have 2 and 1 entries (row 2)",
        "[[1,2],[3]]",
        "same length",
    ),
    (["sum([[1,2],3])*x", "--at", "x=1"], "a list holds either numbers or rows, not both", "[[1,2],3]", None),
    (["sum(A)", "--at", "A=[1,nan]"], "'nan' is not a real number", "nan", None),
    (
        ["sum(inv(A))", "--at", "A=[[1,2],[2,4]]"],
        "its rank is 1 of 2, its condition number is infinite",
        "inv(A)",
        None,
    ),
    (["sum(solve(A, x))", "--at", "A=[[1,2],[2,4]],x=[1,1]"], "A is singular", "solve(A, x)", None),
    (["logdet(A)", "--at", "A=[[0,1],[1,0]]"], "it needs det(A) > 0, but det(A) = -1", "logdet(A)", None),
    (["sum(log(x))", "--at", "x=[1,-2]"], "it needs x > 0, but x[1] = -2", "log(x)", None),
    (
        ["sum(A)", "--at", "A=[[1,2],[3,4]]", "--var", "A: 3x3"],
        "A is declared as 3x3, but its value is a 2x2",
        None,
        "change",
    ),
    (
        ["sum(A)", "--at", "A=[[1,2],[3,4]]", "--var", "A: 2x2 symmetric"],
        "but A[0, 1] = 2 and A[1, 0] = 3",
        None,
        "change",
    ),
    (["sum(A)", "--at", "A=[[1,2],[3,4]]", "--var", "A: 2x2 diagonal"], "diagonal, but A[0, 1] = 2", None, "change"),
    (
        ["sum(A)", "--at", "A=[[1,2],[2,1]]", "--var", "A: 2x2 positive definite"],
        "that is not positive",
        None,
        "change",
    ),
    (
        ["x + y", "--at", "x=[1,2],y=[1,2,3]", "--var", "x: n; y: n"],
        "n is 2, but y (n) is given as a vector of 3",
        None,
        "change",
    ),
    (["sum(A)", "--var", "A: 2x3 symmetric"], "only a square matrix is symmetric", "A: 2x3 symmetric", "3x3 symmetric"),
    (["sum(eye(n))*x", "--at", "x=1"], "'n' is no known size or index", "eye(n)", "declared dimension"),
    (["x @ x", "--at", "x=[1,2]", "--slice", "Q[0]"], "--slice names 'Q'", None, "--slice"),
    (["x @ x", "--at", "x=[1,2]", "--slice", "2"], "there is no index 2 on axis 0 of ∂f/∂x", None, "from 0 to 1"),
    (["x**2", "--at", "x=1", "--slice", "0"], "here are only scalars", None, "remove --slice"),
    (
        ["x @ x", "--at", "x=[1,2]", "--method", "complex-step"],
        "the complex step is for scalar expressions",
        None,
        "central",
    ),
]


@pytest.mark.parametrize(("arguments", "message", "underlined", "hint"), ERRORS, ids=lambda one: str(one)[:40])
def test_one_clear_message(arguments, message, underlined, hint):
    code, out, err = cli(*arguments)
    assert (code, out) == (UNUSABLE, "")
    first, *rest = err.splitlines()
    assert message in first
    if underlined is not None:
        drawn, carets = rest[:2]
        start = carets.index("^")
        assert drawn[start : start + carets.count("^")] == underlined
    if hint is not None:
        assert rest[-1].startswith("hint: ")
        assert hint in rest[-1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["sum(eye(100000))*x", "--at", "x=1"],
        ["sum(ones(100000, 100000))*x", "--at", "x=1"],
        ["sum(A)", "--var", "A: 100000x100000"],
        ["sum(A)", "--var", "A: 1000000000"],
        ["sum(A) + sum(B)", "--var", "A: 2000x2000; B: 2000x2000"],
        ["sum(outer(x, x))", "--var", "x: 100000"],
        ["A @ A", "--var", "A: 100x100"],
    ],
    ids=lambda one: one[0],
)
def test_what_is_too_large_is_refused_before_memory_is_taken(arguments):
    begun = time.perf_counter()
    code, _, err = cli(*arguments)
    assert code == UNUSABLE
    assert "entries" in err
    assert "hint: " in err
    assert time.perf_counter() - begun < 5


def test_a_text_that_is_too_long(monkeypatch):
    monkeypatch.setattr("gradcheck.limits.SOURCE_CHARACTERS", 50)
    code, _, err = cli("sum([" + ", ".join(["x"] * 40) + "])", "--at", "x=1")
    assert code == UNUSABLE
    assert "50" in err


def test_errors_as_json():
    code, out, _ = cli("A @ x", "--at", "A=[[1,2],[3,4]],x=[1,2,3]", "--format", "json")
    assert code == UNUSABLE
    error = json.loads(out)["error"]
    assert (error["column"], error["length"]) == (3, 1)


def test_layout_slice_and_flat_reach_the_report():
    assert "[2  4]" in cli("x @ x", "--at", "x=[1,2]", "--layout", "numerator")[1]
    assert "∂f[0]/∂x = [2  0]" in cli("2*x", "--at", "x=[1,2]", "--slice", "0")[1]
    assert "K[1,1]" in cli("K = B.T @ B", "--var", "B: 2x2", "--flat")[1]


def test_a_terminal_without_mathematics(monkeypatch):
    class Ascii(io.StringIO):
        encoding = "ascii"

    out = Ascii()
    with contextlib.redirect_stdout(out):
        run(["eval", "sum(A*A) + norm(x)**2 + x.T @ A @ x", "--var", "A: 2x2; x: 2", "--routes", "fd,reverse"])
    assert "?" not in out.getvalue().replace("± ?", "")
    assert out.getvalue().isascii()


@pytest.mark.parametrize("name", ["hypot", "logaddexp", "hstack", "vstack"])
def test_a_function_of_several_is_not_applied_to_one(name):
    code, _, err = cli(f"{name}(x)", "--at", "x=-3")
    assert code == UNUSABLE
    assert f"{name} takes 2 or more arguments, not 1" in err


def test_numbers_too_long_to_print_are_no_failure_of_sympy():
    code, out, _ = cli("sum(x)**2*10^3000*10^3000", "--at", "x=[1,2]")
    assert code == 0
    assert "gave up" not in out


def test_the_step_told_is_the_one_whose_error_is_told():
    _, out, _ = cli("sum(x)", "--at", "x=[1,2]", "--format", "json")
    found = json.loads(out)["gradient"][0]["finite_difference"]
    # the noise of a central difference of 3 at this step: no error bound can be below it
    assert max(found["error"]) >= 3 * 2.0**-52 / found["step"]


def test_a_sum_of_cubes_is_not_told_that_a_factor_leads_to_a_line():
    _, out, _ = cli("sum(x**3)", "--at", "x=[1.5,2.5]", "--claim", "df/dx = x")
    assert "comes down as a factor" not in out
