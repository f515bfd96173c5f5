"""LaTeX of evaluations with arrays: matrices in brackets, pullbacks as they are written in the notes."""

import pytest
from golden_files import matches
from tex import needs_tex, typeset

from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style

LAYER = ("sum((W @ x + b)**2)", "W=[[1,2],[3,4]], x=[1,2], b=[0,1]")
CASES = [
    LAYER,
    ("A @ x", "A=[[1,2],[3,4]], x=[1,2]"),
    ("A @ B", "A=[[1,2],[3,4]], B=[[1,0],[0,2]]"),
    ("x.T @ A @ x + det(A) + inv(A)[0, 1]", "A=[[1,2],[3,4]], x=[1,2]"),
    ("softmax(A @ x)[0] + norm(x) + max(x) + sum(where(x > 0, x, 0))", "A=[[1,2],[3,4]], x=[1,-2]"),
    ("abs(x)", "x=[0, 1]"),
    ("sum(A, 0) @ [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "A=" + str([[*range(10)] for _ in range(10)])),
    ("vstack(A, B) @ x", "A=[[1,2]], B=[[3,4]], x=[1,2]"),
]


def latex(text, at, **style):
    return FORMATS["latex"](evaluate(text, at=at), Style(**style))


def test_golden():
    assert matches("array_layer.tex", latex(*LAYER))


def test_the_pullbacks_are_those_of_the_notes():
    text = latex(*LAYER)
    assert r"a &= W x = \begin{bmatrix} 5 \\ 11 \end{bmatrix}" in text
    assert r"\frac{\partial f}{\partial x} &= W^{\top} \frac{\partial f}{\partial a} = " in text
    assert r"\frac{\partial f}{\partial W} &= \frac{\partial f}{\partial a} x^{\top} = " in text


def test_long_sums_are_elided():
    text = " + ".join(f"sin({k}*x) @ x" for k in range(2, 40))
    assert r" + \dots + " in latex(text, "x=[1,2]", nodes="inputs")
    assert r"\dots" not in latex(text, "x=[1,2]", nodes="inputs", verbose=True)


def test_large_matrices_are_cut():
    assert r"\cdots" in latex(*CASES[6])


@needs_tex
@pytest.mark.parametrize("verbose", [False, True])
def test_a_real_tex_typesets_every_report(tmp_path, verbose):
    for number, (text, at) in enumerate(CASES if not verbose else CASES[:1]):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert "Output written" in typeset(latex(text, at, verbose=verbose), folder)
