r"""LaTeX reports: the derivation and the table of nodes, typeset by a real TeX, whatever the expression holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

from golden_files import matches
from tex import needs_tex, typeset

from gradcheck.evaluation import evaluate
from gradcheck.reading import read_latex
from gradcheck.reports import FORMATS, Style
from gradcheck.syntax.latex_printing import write_latex_program
from gradcheck.syntax.plain import parse

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
SAMPLES = Path(__file__).parents[2] / "samples"
CORPUS = Path(__file__).parents[1] / "corpora" / "textbook.jsonl"
EXPRESSIONS = [
    (RUNNING, "x=1"),
    ("|x| + max(x, y)", "x=-1,y=2"),
    ("relu(x) - relu(-x)", "x=0"),
    ("where(x > 0 or x < -1, x**2, abs(x))", "x=2"),
    ("e = a*b; d = c + e; L = d*f", "a=2,b=-3,c=10,f=-2"),
    ("alpha_1*W_in + y_hat*loss - x_/a__b", "alpha_1=2,W_in=1,y_hat=3,loss=pi,x_=1,a__b=2"),
    ("1e-9*x + x/3", "x=1e-12"),
    ("x", "x=1"),
    ("2 + 3", None),
    ("+".join(f"sin({n}*x)" for n in range(1, 60)), "x=1"),
]


def latex(text, at, claims=(), **style):
    return FORMATS["latex"](evaluate(text, at=at, claims=claims), Style(**style))


def test_golden():
    assert matches("running_example.tex", latex(RUNNING, "x=1"))


def test_the_derivation_of_the_notes():
    text = latex(RUNNING, "x=1")
    assert r"\gradlocal{\frac{\partial d}{\partial c}} &= \frac{1}{2 \sqrt{c}} = 0.259298" in text
    assert (
        r"\frac{\partial f}{\partial c} &= \gradupstream{\frac{\partial f}{\partial d}} \cdot"
        r" \gradlocal{\frac{\partial d}{\partial c}} + \gradupstream{\frac{\partial f}{\partial e}} \cdot"
        r" \gradlocal{\frac{\partial e}{\partial c}}"
    ) in text
    assert (
        r"&= \gradupstream{1} \cdot \gradlocal{0.259298} + \gradupstream{1} \cdot \gradlocal{0.545252} = 0.804549"
        in text
    )
    assert r"$b = \exp\left(a\right)$ & $2.71828$ &" in text


def test_the_function_is_read_back():
    text = latex(RUNNING, "x=1")
    function = re.search(r"\\displaystyle f = (.*?)\$", text)[1]
    assert write_latex_program(read_latex(function)) == write_latex_program(parse(RUNNING)) == function


def test_long_sums_are_elided():
    text = " + ".join(f"sin({k}*x)" for k in range(2, 40))
    short = latex(text, "x=1", nodes="inputs")
    assert short.count(r"\frac{\partial f}{\partial") == 14  # twelve terms, the left side and SymPy's
    assert short.count(r"\dots + ") == 2
    assert r"\dots" not in latex(text, "x=1", nodes="inputs", verbose=True)


def test_quiet_and_verbose():
    assert latex(RUNNING, "x=1", quiet=True).startswith(r"\noindent\textbf{agree}: the three routes agree")
    whole = latex(RUNNING, "x=1", verbose=True)
    assert whole.startswith(r"\documentclass{article}")
    assert whole.endswith("\\end{document}\n")


def test_claims_have_their_verdict_and_reason():
    text = latex("sin(x**2)", "x=1", claims=("df/dx = 2*x*cos(x**2)", "df/dx = $\\cos(x^2)$"))
    assert r"$\displaystyle \frac{\partial f}{\partial x} = 2 x \cos\left(x^{2}\right)$ & correct" in text
    assert r"= \cos\left(x^{2}\right)$ & wrong & " in text


HOSTILE = [
    r"x\input{/etc/passwd}", "%$&#_{}~^\\", r"\end{document}", "<script>", "x\u202ey", "ж_1", "100%", "a & b \\\\ c",
]  # fmt: skip


@needs_tex
def test_no_text_of_the_user_is_taken_for_latex(tmp_path):
    from gradcheck.reports.latex_text import Notation, code, prose

    notation = Notation(("x",), "f")
    texts = [text for text in HOSTILE if text != "ж_1"]
    body = "\n\n".join(one for text in texts for one in (prose(text), code(text), notation.inline(text)))
    assert r"\input" not in body
    typeset(body, tmp_path)


@needs_tex
def test_a_real_tex_typesets_every_report(tmp_path):
    claims = ("df/dx = 2*x", "df/dx = $\\frac{x}{2}$")
    bodies = [latex(text, at, claims=claims if at and "x=" in at else ()) for text, at in EXPRESSIONS]
    bodies += [latex(path.read_text(encoding="utf-8"), None, nodes="all") for path in sorted(SAMPLES.glob("*.txt"))]
    said = typeset("\n\\clearpage\n".join(bodies), tmp_path)
    assert "Undefined" not in said


@needs_tex
def test_a_real_tex_typesets_the_whole_document_in_colour(tmp_path):
    assert "color.sty" in typeset(latex(RUNNING, "x=1", verbose=True), tmp_path)


@needs_tex
def test_a_real_tex_typesets_the_textbook_corpus(tmp_path):
    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    texts = dict.fromkeys(row["expr"] for row in rows)
    formulas = (write_latex_program(parse(text)) for text in texts)
    said = typeset("\n\n".join(rf"$\displaystyle {one}$" for one in formulas), tmp_path)
    assert len(texts) > 500
    assert "Undefined" not in said
