r"""``gradcheck eval`` with LaTeX in and out: ``--latex``, ``$…$``, ``--format latex``, errors with a caret."""

import json

import pytest

from gradcheck.cli import main

RUNNING = r"\sqrt{x^2+\exp(x^2)}+\cos(x^2+\exp(x^2))"


@pytest.fixture
def run(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as done:
            main(["eval", *arguments])
        captured = capsys.readouterr()
        return done.value.code, captured.out, captured.err

    return call


@pytest.mark.parametrize("arguments", [("--latex", RUNNING), (f"${RUNNING}$",), (f"\\({RUNNING}\\)",)])
def test_the_running_example(run, arguments):
    code, out, _ = run(*arguments, "--at", "x=1", "--routes", "fd,reverse", "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert found["reading"] == "sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))"
    assert found["verdict"] == "agree"
    assert len(found["nodes"]) == 7


def test_claims_in_latex(run):
    code, out, _ = run(
        "--latex",
        r"\sin(x^2)",
        "--at",
        "x=1",
        "--claim",
        r"\frac{df}{dx} = 2x\cos(x^2)",
        "--claim",
        r"f'(x) = \cos x^2",
    )
    assert code == 1
    assert r"CORRECT  $\frac{df}{dx} = 2x\cos(x^2)$" in out
    assert r"WRONG  $f'(x) = \cos x^2$" in out


ERRORS = [
    (("--latex", r"\sqrt{x"), "this '{' is never closed\n  \\sqrt{x\n       ^\nhint: add '}'\n"),
    ((r"$\sqrt{x$",), "this '{' is never closed\n  $\\sqrt{x$\n        ^\nhint: add '}'\n"),
    (
        ("--latex", r"\fract{x}{2}"),
        "there is no command \\fract here\n  \\fract{x}{2}\n  ^^^^^^\nhint: did you mean \\frac",
    ),
    (("--latex", r"2\ln(x-2)", "--at", "x=1"), "but x-2 = -1\n  2\\ln(x-2)\n   ^^^^^^^^\n"),
    (
        ("--latex", "x", "--at", "x=1", "--claim", r"f'(x) = \coss x"),
        "\\coss here\n  f'(x) = \\coss x\n          ^^^^^\n",
    ),
    (("--latex", r"\frac{1}{0} x", "--at", "x=1"), "division by zero\n  \\frac{1}{0} x\n  ^^^^^^^^^^^\n"),
]


@pytest.mark.parametrize(("arguments", "said"), ERRORS)
def test_errors_have_a_caret_in_the_latex(run, arguments, said):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_latex_out(run):
    code, out, _ = run("x**2", "--at", "x=3", "--routes", "fd,reverse", "--format", "latex")
    assert code == 0
    assert r"\begin{align*}" in out
    assert r"\frac{\partial f}{\partial x} &= \gradupstream{\frac{\partial f}{\partial f}}" in out


def test_latex_out_is_latex_in(run):
    _, out, _ = run(f"${RUNNING}$", "--at", "x=1", "--routes", "reverse", "--format", "latex")
    formula = out.partition(r"\displaystyle f = ")[2].partition("$")[0]
    _, again, _ = run("--latex", formula, "--at", "x=1", "--routes", "reverse", "--format", "latex")
    assert again == out


def test_matrices(run):
    code, out, _ = run("--latex", "x^T A x", "--at", "A=[[1,2],[3,4]], x=[1,2]", "--claim", r"\nabla_x f = (A + A^T)x")
    assert code == 0
    assert "f = x.T @ A @ x" in out
