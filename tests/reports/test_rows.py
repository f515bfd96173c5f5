"""The reports of training rows: what they hold, in every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradcheck.arrays.rows import evaluate_rows
from gradcheck.files.rows import RowsFile
from gradcheck.reports import FORMATS, Style

ROWS = Path(__file__).parents[2] / "samples" / "rows.csv"
NEURON = "C = (sigmoid(w*a0 + b) - y)**2"


def result(expression=NEURON, path=ROWS, **options):
    with RowsFile(str(path)) as table:
        return evaluate_rows(expression, table, timeout=60, **options)


def shown(format_, found, **style):
    return FORMATS[format_](found, Style(**style))


@pytest.fixture(scope="module")
def neuron():
    return result(at="w=2, b=-1")


def test_a_table_shows_the_average_and_every_route(neuron):
    text = shown("table", neuron)
    assert "mean(C) = 0.0601294" in text
    assert "∂mean(C)/∂w  = 0.0489228" in text
    assert "THREE ROUTES  to the gradient over all 8 rows" in text
    assert "where a = w·a0" in text
    assert "ROWS" not in text
    assert text.endswith("to 30\n  digits (exit 0)\n")


def test_verbose_shows_the_first_rows(neuron):
    lines = shown("table", neuron, verbose=True).splitlines()
    first = lines.index("ROWS  each row's value and gradient")
    assert lines[first + 1].split() == ["row", "a0", "y", "C", "∂C/∂w", "∂C/∂b"]
    assert [line.split()[0] for line in lines[first + 2 : first + 7]] == list("12345")


@pytest.mark.parametrize("format_", ["table", "markdown"])
def test_quiet_is_the_verdict_alone(neuron, format_):
    text = shown(format_, neuron, quiet=True, width=200)
    assert text.count("\n") == 1
    assert "the average over 8 rows" in text


def test_json_holds_the_rows(neuron):
    found = json.loads(shown("json", neuron), parse_constant=pytest.fail)
    assert found["schema"] == "gradcheck.eval/1"
    rows = found["rows"]
    assert (rows["count"], rows["reduce"], rows["sampled"], rows["judged"]) == (8, "mean", False, 8)
    assert rows["columns"] == {"a0": ["a0"], "y": ["y"]}
    assert [row["line"] for row in rows["shown"]] == [2, 3, 4, 5, 6]
    by_w, by_b = found["gradient"]
    assert by_w["value"] == pytest.approx(0.048922805)
    assert by_w["finite_difference"]["value"] == pytest.approx(by_w["value"], rel=1e-8)
    assert by_b["symbolic"]["value"] == by_b["reverse"]["value"] == by_b["value"]
    assert found["letters"] == {"a": "w·a0"}


def test_without_an_average_every_row_is_in_the_report():
    found = result(at="w=2, b=-1", reduce="none")
    document = json.loads(shown("json", found))
    assert document["value"] is None
    assert len(document["rows"]["shown"]) == 8
    assert "the gradient of each row of 8 rows" in shown("table", found, width=200)
    assert "compared at each of the 8 rows" in shown("table", found)


def test_many_rows_are_cut(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("x\n" + "".join(f"{k}\n" for k in range(50)))
    found = result("w*x", path, at="w=2", reduce="none")
    assert "… 30 more rows" in shown("table", found)
    assert "more rows" not in shown("table", found, verbose=True)


def test_markdown_has_tables_that_hold_any_text(neuron):
    text = shown("markdown", neuron, verbose=True)
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert tables[0] == "| by | value | finite difference | SymPy | reverse mode | verdict |"
    assert len({line.count("|") for line in tables[:4]}) == 1
    assert "### Rows" in text


def test_no_name_of_a_file_gets_out_of_its_code_in_markdown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("``<img src=x>``.csv")
    path.write_text("x,y\n1,2\n3,4\n", encoding="utf-8")
    assert "``` ``<img src=x>``.csv ```" in shown("markdown", result("w*x + y", path))


def test_arrays_are_listed_entry_by_entry(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("x1,x2,t\n1,2,1/2\n".replace("1/2", "0.5"))
    found = result("L = norm(W @ x - t)**2", path, at="W=[[1, 2], [3, 4]]", declarations="x: 2")
    text = shown("table", found)
    assert "x = [x1, x2], t" in " ".join(text.split())
    assert "∂mean(L)/∂W[1, 0]  = 21" in text
    document = json.loads(shown("json", found))
    assert document["gradient"][0]["value"] == [[9, 18], [21, 42]]
    jacobian = result("W @ x", path, at="W=[[1, 2], [3, 4]]", declarations="x: 2")
    assert "∂mean(f)/∂W[0, 1] (of entry [0])  = 2" in shown("table", jacobian)


def test_a_kink_is_an_interval_and_undecided(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("x\n1\n0.5\n")
    found = result("relu(w*x - 1)", path, at="w=2")
    assert "∂mean(f)/∂w  = [0.5, 0.75]" in shown("table", found)
    assert "(exit 3)" in shown("markdown", found)
    assert json.loads(shown("json", found))["gradient"][0]["value"] == "[0.5, 0.75]"


@pytest.mark.parametrize("width", [40, 80])
def test_a_table_of_rows_that_is_too_wide_is_a_paragraph_for_each(tmp_path, width):
    path = tmp_path / "wide.csv"
    names = [f"column_{k}" for k in range(8)]
    path.write_text(f"{','.join(names)}\n1,2,3,4,5,6,7,8\n2,3,4,5,6,7,8,9\n", encoding="utf-8")
    table = shown("table", result(f"w*({' + '.join(names)})", path, at="w=2", reduce="none"), width=width)
    assert all(len(line) <= width for line in table.splitlines())
    lines = [line.split() for line in table.splitlines()]
    assert lines.count(["f", "72"]) == 1
    assert lines.count(["column_7", "9"]) == 1
