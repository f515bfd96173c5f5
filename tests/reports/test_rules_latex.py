"""The table of primitives in LaTeX."""

from tex import needs_tex, typeset

from gradcheck.reports.rules import PRIMITIVES
from gradcheck.reports.rules_latex import checks_latex, rules_latex
from gradcheck.self_check import check_table


def test_one_row():
    text = rules_latex("sqrt")
    assert r"$\sqrt{u}$ & \rule[-2.2ex]{0pt}{6ex}$\displaystyle \frac{1}{2 y}$ & u $\ge$ 0 \\" in text
    assert "Circular" not in text


def test_a_row_of_arrays_says_what_it_passes_back():
    assert r"$u v$ & $g v^{\top}$, $u^{\top} g$ &" in rules_latex("matmul")


def test_every_row_is_there():
    text = rules_latex()
    assert text.count(r" \\") >= len(PRIMITIVES)


@needs_tex
def test_a_real_tex_typesets_the_table(tmp_path):
    typeset(rules_latex() + checks_latex(check_table([PRIMITIVES["sin"]])), tmp_path)
