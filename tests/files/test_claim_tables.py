"""Tables of claims: CSV with the quirks of spreadsheets, JSON lines, and standard input; streamed."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from gradcheck.batch import run
from gradcheck.claims.verify import Task
from gradcheck.files import RowError, read_items
from gradcheck.files.table import read_csv, read_json_lines
from gradcheck.verdicts import ClaimResult, Evidence

HEADER = "id,expr,wrt,claim,at,vars,rtol"


def csv_items(text, **options):
    return list(read_csv(io.StringIO(text, newline=""), "t.csv", **options))


def json_items(text, **options):
    return list(read_json_lines(io.StringIO(text, newline=""), "t.jsonl", **options))


def test_a_row():
    (found,) = csv_items(f'{HEADER}\nq,x*y,x,y,"x=1,y=2",x > 0; y: integer,1e-3\n', seed=4)
    assert found == Task("x*y", "y", "x", "x=1,y=2", "x > 0; y: integer", "q", "t.csv", 2, 1e-3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "expr,wrt,claim\nx**2,x,2*x\n",
        "expr;wrt;claim\r\nx**2;x;2*x\r\n",
        "expr\twrt\tclaim\nx**2\tx\t2*x",
        ' Claim , EXPR,wrt\n\n "2*x", "x**2", x\n,,\n',
        'expr,wrt,claim\n"x**2\n",x,"2*x"\n',
        "expr,wrt,claim\nx**2,x,2*x,,\n",
        "expr,wrt,claim,comment\nx**2,x,2*x,ignored\n",
    ],
)
def test_dialects(text):
    (found,) = csv_items(text)
    assert (found.expression, found.wrt, found.claim) == ("x**2", "x", "2*x")


def test_lines_of_rows_with_line_breaks_in_quotes():
    found = csv_items('expr,wrt,claim\n"a = x**2\na*2",x,4*x\n"x ""\n\n\n",,1\nx,x,1\n')
    assert [one.line for one in found] == [2, 4, 8]
    assert found[0].expression == "a = x**2\na*2"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("max(x,0),x,1,2,3,4,5,6", "the row has 9 cells, the header has 7"),
        ("a,,x,1", "the row has no expr"),
        ("a,x,x", "the row has no claim"),
        ('a,"x,x,1', "a quote opens here and is never closed"),
        ('a,"x"x,x,1', "the row cannot be read: "),
        ("a,x,x,1,,,much", "rtol is no number from 0 up: much"),
        ("a,x,x,1,,,-1", "rtol is no number from 0 up: -1"),
        ("a,x,x,1,,,nan", "rtol is no number from 0 up: nan"),
        ("a,\udcff,x,1", "the row is not UTF-8"),
    ],
)
def test_one_bad_row_is_told_and_stops_nothing(row, message):
    before, bad, *after = csv_items(f"{HEADER}\n1,x,x,1\n{row}\n2,x,x,1\n3,x,x,1\n")
    assert isinstance(bad, RowError)
    assert (bad.file, bad.line) == ("t.csv", 3)
    assert bad.message.startswith(message)
    assert [one.id for one in (before, *after)] == ["1", "2", "3"]
    assert [one.line for one in (before, *after)] == [2, 4, 5]


def test_a_long_cell_is_read_as_in_json():
    long = "+".join(["x"] * 100_000)
    (found,) = csv_items(f"expr,wrt,claim\n{long},x,1\n")
    (same,) = json_items(f'{{"expr": "{long}", "wrt": "x", "claim": "1"}}')
    assert found.expression == same.expression == long


def test_a_row_without_end_is_told(monkeypatch):
    monkeypatch.setattr("gradcheck.limits.SOURCE_CHARACTERS", 50)
    (bad,) = csv_items('expr,wrt,claim\n"' + "x\n" * 40 + '",x,1\n')
    assert (bad.line, bad.message) == (2, "the row is longer than 50 characters")


@pytest.mark.parametrize("text", ["expr,wrt,claim\na\udcff,x,1\n", 'expr,wrt,"claim\n'])
def test_a_table_whose_only_row_is_unreadable_is_not_empty(text):
    (bad,) = csv_items(text)
    assert bad.message in {"the row is not UTF-8", "a quote opens here and is never closed"}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "the file is empty", "a table begins with"),
        ("expr,wrt,claim\n", "the table holds no claim", "write one claim a row"),
        ("expr,wrt\nx,x\n", "the table has no column claim", "the columns are"),
        ("expression,wrt,claim\nx,x,1\n", "the table has no column expr", "is it the column expression?"),
        ("expr,wrt,claim,var\nx,x,1,\n", "'var' is no column", "did you mean vars?"),
        ("expr,wrt,claim,at,at\nx,x,1,,\n", "the table has two columns at", "keep one"),
    ],
)
def test_headers_that_cannot_be_used(text, message, hint):
    (found,) = csv_items(text)
    assert found.message == message
    assert found.hint.startswith(hint)


@pytest.mark.parametrize("name", ["part", "kind", "rate", "date", "t", "it", "tolerance"])
def test_columns_of_another_use_are_harmless(name):
    (found,) = csv_items(f"expr,wrt,claim,{name}\nx,x,1,7\n")
    assert found.claim == "1"
    (found,) = json_items(f'{{"expr": "x", "claim": "1", "{name}": "7"}}')
    assert found.claim == "1"


@pytest.mark.parametrize(
    ("name", "meant"),
    [("varss", "vars"), ("vas", "vars"), ("att", "at"), ("tol", "rtol"), ("rtok", "rtol"), ("layouts", "layout")],
)
def test_a_slip_in_the_name_of_a_column_is_told(name, meant):
    (bad,) = csv_items(f"expr,wrt,claim,{name}\nx,x,1,7\n")
    assert (bad.message, bad.hint) == (f"'{name}' is no column", f"did you mean {meant}?")
    (bad,) = json_items(f'{{"expr": "x", "claim": "1", "{name}": "7"}}')
    assert (bad.message, bad.hint) == (f"'{name}' is no column", f"did you mean {meant}?")


@pytest.mark.parametrize(("name", "meant"), [("exprr", "expr"), ("clam", "claim"), ("calim", "claim")])
def test_a_slip_in_the_name_of_a_needed_column_is_told(name, meant):
    (bad,) = csv_items(",".join(name if one == meant else one for one in ("expr", "wrt", "claim")) + "\nx,x,1\n")
    assert (bad.message, bad.hint) == (f"the table has no column {meant}", f"is it the column {name}?")
    other = "claim" if meant == "expr" else "expr"
    (bad,) = json_items(f'{{"{other}": "1", "{name}": "1"}}')
    assert (bad.message, bad.hint) == (f"'{name}' is no column", f"did you mean {meant}?")


def test_json_lines():
    first, second = json_items(
        '{"expr": "x**2", "wrt": "x", "claim": "2*x", "id": 7, "at": {"x": 0.1}, "vars": ["x > 0", "n: real"]}'
        '\r\n\n{"expr": "x**2", "claim": 6.00, "at": {"x": 3}, "note": [1]}'
    )
    assert (first.id, first.at, first.declarations, first.line) == ("7", "x=0.1", "x > 0; n: real", 1)
    assert (second.claim, second.at, second.id, second.line) == ("6.00", "x=3", "3", 3)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "the line is no JSON: "),
        ("[1]", "the line is no JSON object"),
        ('{"expr": ["x"], "claim": "1"}', "the value of expr is no text"),
        ('{"expr": "x", "claims": "1"}', "'claims' is no column"),
        ('{"expr": "x"}', "the row has no claim"),
        ("[" * 100_000, "the line is nested too deeply"),
        ('{"expr": "\\ud800", "claim": "1"}', "the line holds half a character"),
    ],
)
def test_one_bad_line_of_json_stops_nothing(line, message):
    good = '{"expr": "x", "claim": "1"}'
    before, bad, after = json_items(f"{good}\n{line}\n{good}\n")
    assert isinstance(bad, RowError)
    assert bad.line == 2
    assert bad.message.startswith(message)
    assert (before.line, after.line) == (1, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfexpr,wrt,claim\r\nx\xc2\xb2,x,2x\r\n",
        "\ufeffexpr\twrt\tclaim\r\nx²\tx\t2x\r\n".encode("utf-16-le"),
        b'\xef\xbb\xbf\n{"expr": "x\xc2\xb2", "wrt": "x", "claim": "2x"}',
        '# a set\n[[problem]]\nf = "x²"\nwrt = "x"\nclaims = "2x"'.encode(),
    ],
)
def test_standard_input_by_its_first_character(data, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    (found,) = read_items("-")
    assert (found.expression, found.wrt, found.claim, found.file) == ("x²", "x", "2x", "standard input")


def many_rows(count):
    yield "expr,wrt,claim\n"
    for number in range(count):
        yield f'"x + {number}",x,1\n'


def fake(task, *, timeout):
    return ClaimResult(task.expression, "", task.claim, "", "correct", Evidence("points", 14, 30), line=task.line)


def test_a_hundred_thousand_rows_are_streamed():
    """Rows and outcomes that were read are forgotten: neither takes memory that grows with the table."""
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_csv(many_rows(100_000), "t.csv")) == 100_000
        for outcome in run(read_csv(many_rows(10_000), "t.csv"), verify=fake):
            last = outcome.line
        assert last == 10_001
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()


def test_a_row_states_its_layout():
    text = "expr,wrt,claim,layout\nx @ x,x,2*x,\nx @ x,x,2*x.T,Numerator\nx @ x,x,2*x,rows\n"
    good, turned, bad = read_csv(text.splitlines(keepends=True), "t.csv")
    assert (good.layout, turned.layout) == ("denominator", "numerator")
    assert "no layout rows" in bad.message
