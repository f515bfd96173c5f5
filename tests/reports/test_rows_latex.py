"""LaTeX of evaluations over training rows."""

import io

import pytest
from tex import needs_tex, typeset

from gradcheck.arrays.rows import evaluate_rows
from gradcheck.files.rows import RowsFile
from gradcheck.reports import FORMATS, Style


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "ro_ws.csv"
    path.write_text("x,t\n1,2\n2,3\n3,5\n", encoding="utf-8")

    def latex(text, reduce="mean", **style):
        with RowsFile(str(path)) as table:
            return FORMATS["latex"](evaluate_rows(text, table, at="w=1,b=0", reduce=reduce), Style(**style))

    return latex


def test_the_gradient_of_the_average(rows):
    text = rows("(w*x + b - t)**2")
    assert r"$\displaystyle f = \left(w x + b - t\right)^{2}$" in text
    assert r"The average of $f$ is $2$." in text
    assert "$w$ & $-6$ & $-6 \\pm " in text
    assert text.rstrip().endswith("(exit 0)")


def test_latex_over_rows_is_read_with_the_shapes_of_the_columns(rows):
    assert r"\left(w x + b - t\right)^{2}" in rows("$(wx + b - t)^2$")


@needs_tex
@pytest.mark.parametrize("reduce", ["mean", "sum", "none"])
def test_a_real_tex_typesets_it(rows, tmp_path, reduce):
    assert "Output written" in typeset(rows("(w*x + b - t)**2", reduce, verbose=True), tmp_path)


def test_quiet(rows):
    assert len(io.StringIO(rows("w*x + b", quiet=True)).readlines()) == 1
