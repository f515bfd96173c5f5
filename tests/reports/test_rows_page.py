"""The page of an average over training rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import read

from gradcheck.arrays.rows import evaluate_rows
from gradcheck.files.rows import RowsFile
from gradcheck.reports import FORMATS, Style

SAMPLE = Path(__file__).parents[2] / "samples" / "rows.csv"
COST = "C = (sigmoid(w*a0 + b) - y)**2"


def page(text=COST, file=SAMPLE, *, style=None, **options):
    with RowsFile(str(file)) as table:
        return read(FORMATS["html"](evaluate_rows(text, table, at="w=2,b=-1", **options), style or Style()))


def test_the_average_and_its_gradient():
    root = page()
    assert root.one(tag="h1").text == "C=(σ(w⋅a0+b)−y)2"
    assert "8 rows of" in root.one(tag="header").text
    assert root.one(class_="facts").text == "mean(C)=0.0601294"
    table = root.one(**{"aria-label": "Gradient"})
    rows = [[cell.text for cell in row.children] for row in table.one(tag="tbody").children]
    assert [(row[0], row[1], row[-1]) for row in rows] == [("w", "0.0489228", "✓ agree"), ("b", "0.0571625", "✓ agree")]
    assert root.one(class_="banner").text.startswith("✓ agreethe three routes agree on the gradient of the average")
    assert "where a=w⋅a0" in root.one(class_="formulas").text
    assert root.all(class_="step") == []


def test_rows_without_an_average():
    root = page(reduce="none")
    assert len(root.one(**{"aria-label": "Rows"}).one(tag="tbody").children) == 8
    assert root.one(**{"aria-label": "Routes"}).text.count("agree") == 2


def test_verbose_lists_the_first_rows():
    root = page(style=Style(verbose=True))
    assert "3 more rows" in root.text
    assert "3 more rows (-v" not in root.text
    assert page(style=Style(quiet=True)).all(tag="section") == []


@pytest.mark.parametrize("name", ["<img src=x onerror=y>", "a&b"])
def test_a_file_may_be_called_anything(name, tmp_path):
    path = tmp_path / f"{name}.csv"
    path.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    root = page(file=path)
    assert root.all(tag="img") == []
    assert name in root.one(tag="header").text


def test_a_long_vector_is_cut(tmp_path):
    path = tmp_path / "rows.csv"
    columns = [f"x{n}" for n in range(1, 81)]
    path.write_text("\n".join([",".join(columns), *[",".join("1" for _ in columns)] * 3]), encoding="utf-8")
    with RowsFile(str(path)) as table:
        result = evaluate_rows("sum(v*x)", table, at=None, declarations="v: 80", routes=["reverse"])
    root = read(FORMATS["html"](result, Style()))
    assert "20 more entries of v (-v)" in root.text
