"""Tables of numbers: what is read, how fast paths and slow ones agree, and every kind of bad row."""

from __future__ import annotations

import csv
import io
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.errors import GradcheckError
from gradcheck.files import rows
from gradcheck.files.rows import RowsFile


@pytest.fixture
def table(tmp_path):
    """A file of these bytes."""

    def make(data):
        path = tmp_path / "rows.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return str(path)

    return make


def numbers(name, wanted=None):
    """All numbers of the wanted columns, and the line of each row."""
    with RowsFile(name) as file:
        wanted = range(len(file.columns)) if wanted is None else [file.columns.index(one) for one in wanted]
        blocks = list(file.blocks(list(wanted)))
    lines = [block.line(index) for block in blocks for index in range(len(block.numbers))]
    firsts = [block.first for block in blocks]
    assert firsts == list(np.cumsum([0, *(len(block.numbers) for block in blocks)])[:-1])
    for block in blocks:
        for index, row in enumerate(block.numbers):
            assert [float(cell) for cell in block.cells(index)] == row.tolist()
    return np.concatenate([block.numbers for block in blocks]).tolist(), lines


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n3,-4.5e1\n",
        "a;b\n1;2\n3;-4.5e1",
        "a\tb\n1\t2\n3\t-4.5e1\n\n",
        "\ufeffa,b\r\n1,2\r\n3,-4.5e1\r\n",
        "a,b\r1,2\r3,-4.5e1\r",
        "\n\na , b\n1, 2\n3,-4.5e1\n",
        'a,"b"\n"1",2\n3,"-4.5e1"\n',
        "a,b,\n1,2,\n3,-4.5e1,\n",
    ],
    ids=["comma", "semicolon", "tab", "BOM, CRLF", "CR", "spaces", "quotes", "trailing"],
)
def test_every_dialect_is_read(table, text):
    assert numbers(table(text), ["a", "b"])[0] == [[1, 2], [3, -45]]


def test_lines_are_those_of_the_file(table):
    assert numbers(table("a,b\n1,2\n\n3,4\n\n\n5,6\n"))[1] == [2, 4, 7]
    assert numbers(table('a,t\n1,"x\ny"\n2,z\n'), ["a"])[1] == [2, 4]
    assert numbers(table("a\n1\n2\n3\n"))[1] == [2, 3, 4]


def test_columns_of_text_do_not_matter_unless_they_are_wanted(table):
    name = table("name,a\nx y,1\nz,2\n")
    assert numbers(name, ["a"])[0] == [[1], [2]]
    with pytest.raises(GradcheckError, match=r"row 1 \(line 2\), column name: 'x y' is no number"):
        numbers(name, ["name"])


@given(
    st.lists(
        st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3), min_size=1, max_size=20
    ),
    st.sampled_from(",;\t"),
    st.integers(1, 60),
)
def test_blocks_of_any_size_hold_the_numbers_that_were_written(tmp_path_factory, found, delimiter, chunk):
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow("abc")
        writer.writerows(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_CHUNK", chunk)
        patch.setattr(rows, "_RECORDS", 3)
        read, lines = numbers(str(path))
    assert read == found
    assert lines == list(range(2, len(found) + 2))


@pytest.mark.parametrize("plain", [True, False])
def test_both_ways_of_reading_agree(table, plain, monkeypatch):
    generator = np.random.default_rng(3)
    written = generator.normal(size=(500, 2)) * 10.0 ** generator.integers(-200, 200, (500, 2))
    name = table("a,b\n" + "".join(f"{x!r},{y!r}\n" for x, y in written.tolist()))
    if not plain:
        monkeypatch.setattr(RowsFile, "_at_once", lambda *_: None)
    assert numbers(name)[0] == written.tolist()


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a,b\n1,2\n3,x\n", r"row 2 \(line 3\), column b: 'x' is no number", (3, 3, 1)),
        ("a,b\n1,2\n3,\n", r"row 2 \(line 3\), column b: the cell is empty", (3, 3, 1)),
        ("a,b\n1,nan\n", r"'nan' is no finite number", (2, 3, 3)),
        ("a,b\n-inf,1\n", r"column a: '-inf' is no finite number", (2, 1, 4)),
        ("a,b\n1,1e999\n", r"1e999 is too large for float64", (2, 3, 5)),
        ("a,b\n1,2\n3\n", r"row 2 \(line 3\) has 1 cell, the header has 2", (3, 1, 1)),
        ("a,b\n1,2\n3,4,5\n", r"row 2 \(line 3\) has 3 cells, the header has 2", (3, 1, 5)),
        ("a,b\n1,1_000\n", r"'1_000' is no number", (2, 3, 5)),
        ("a,b\n1,٣\n", r"'٣' is no number", (2, 3, 1)),
        ('a,b\n1,"2\n3,4\n', r"row 1 \(line 2\) cannot be read", (2, 1, 1)),
        ("a,b\n1 2,3\n", r"'1 2' is no number", (2, 1, 3)),
        ("a;b\n1;2,5\n", r"column b: '2,5' is no number", (2, 3, 3)),
        ("1,2\n3,4\n", "the first line holds numbers, not the names of columns", (1, 1, 3)),
    ],
)
def test_bad_rows_are_named(table, text, message, place):
    with pytest.raises(GradcheckError, match=message) as caught:
        numbers(table(text))
    assert caught.value.location() == place


def test_a_decimal_comma_is_mended(table):
    with pytest.raises(GradcheckError) as caught:
        numbers(table("a;b\n1;2,5\n"))
    assert caught.value.hint == "with a decimal point: 2.5"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"a,b\n", "holds a header but no row"),
        (b"a,b\n\n\n", "holds a header but no row"),
        (b"a,b\n1,\xff\n", "line 2: this is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "is not UTF-8"),
    ],
)
def test_files_that_hold_no_rows(table, data, message):
    with pytest.raises(GradcheckError, match=message):
        numbers(table(data))


def test_files_that_cannot_be_opened(tmp_path):
    for name, message in (
        (str(tmp_path), "is a directory"),
        (str(tmp_path / "no"), "cannot be read"),
        ("a\0", "no file"),
    ):
        with pytest.raises(GradcheckError, match=message):
            RowsFile(name)


def test_a_line_without_end_is_refused(table, monkeypatch):
    monkeypatch.setattr(rows, "_LONGEST", 100)
    monkeypatch.setattr(rows, "_CHUNK", 64)
    with pytest.raises(GradcheckError, match="a line of more than 100 bytes"):
        numbers(table("a\n" + "1" * 1000))


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a,b\n1,2\n")))
    assert numbers("-")[0] == [[1, 2]]


def test_a_long_column_of_text_is_harmless(table):
    long = "x" * 200_000
    assert numbers(table(f'a,t\n1,"{long}"\n2,{long}\n'), ["a"])[0] == [[1], [2]]


def test_a_block_draws_its_row(table):
    with RowsFile(table("a,b\n1,2\n3,4\n")) as file:
        (block,) = file.blocks([1, 0])
        problem = block.problem(1, "no value here", "leave it out")
    assert problem.message == "row 2 (line 3): no value here"
    assert (problem.source, problem.location()) == ("4,3", (3, 1, 3))
    assert block.fraction == 1.0
