"""``gradcheck eval --data``: exit codes, messages with a place, the progress bar."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from gradcheck.cli import run
from gradcheck.commands import output

NEURON = "(sigmoid(w*a0 + b) - y)**2"


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(text):
        (tmp_path / "rows.csv").write_text(text)

    return make


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("a0,y\n1,2\n3,x\n", ["--at", "w=1,b=1"], "rows.csv: row 2 (line 3), column y: 'x' is no number\n  3,x\n    ^"),
        ("a0,y\n1,2\n3\n", ["--at", "w=1,b=1"], "rows.csv: row 2 (line 3) has 1 cell, the header has 2"),
        ("", ["--at", "w=1,b=1"], "rows.csv is empty"),
        ("a0,y\n", ["--at", "w=1,b=1"], "rows.csv holds a header but no row"),
        ("a0,yy\n1,2\n", ["--at", "w=1,b=1"], "did you mean yy (--bind y=…)?"),
        ("a0,y\n1,nan\n", ["--at", "w=1,b=1"], "'nan' is no finite number"),
        ("a0,y\n1,2\n", ["--at", "w=1,b=1,y=2"], "y is given by --at and by rows.csv (column y)"),
        ("a0,y\n1,2\n", ["--bind", "y=z"], "rows.csv has no column z"),
        ("a0,y\n1,2\n", ["--claim", "df/dw = 1"], "a claim is about the function itself"),
        ("a0,y\n1,2\n", ["--flat"], "are for a single point"),
    ],
)
def test_bad_input_is_told_with_its_place(table, capsys, text, arguments, message):
    table(text)
    assert run(["eval", NEURON, "--data", "rows.csv", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_json_errors_have_file_line_and_column(table, capsys):
    table("a0,y\n1,2\n3,x\n")
    assert run(["eval", NEURON, "--data", "rows.csv", "--at", "w=1,b=1", "--format", "json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["file"], error["line"], error["column"], error["length"]) == ("rows.csv", 3, 3, 1)


@pytest.mark.parametrize("arguments", [["--bind", "x=a"], ["--reduce", "sum"]])
def test_options_of_rows_need_rows(capsys, arguments):
    assert run(["eval", "x", "--at", "x=1", *arguments]) == 2
    assert "--data rows.csv" in capsys.readouterr().err


def test_exit_codes(table, capsys):
    table("x\n1\n0.5\n")
    assert run(["eval", "relu(w*x)", "--data", "rows.csv", "--at", "w=2", "-q"]) == 0
    assert run(["eval", "relu(w*x - 1)", "--data", "rows.csv", "--at", "w=2", "-q"]) == 3
    assert capsys.readouterr().out.startswith("AGREE")


def test_one_standard_input_is_not_two_things(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"w*x")))
    assert run(["eval", "-", "--data", "-"]) == 2
    assert "cannot be both" in capsys.readouterr().err


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_a_bar_on_a_terminal(monkeypatch):
    terminal, clock = _Terminal(), iter(range(100))
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(output.time, "monotonic", lambda: float(next(clock)))
    with output.progress() as tell:
        tell(1000, 0.5)
        tell(2000, 0.0)
    shown = terminal.getvalue()
    assert "[############............]  50%  1,000 rows, 1,000/s" in shown
    assert "\x1b[K2,000 rows, 1,000/s" in shown
    assert shown.endswith("\r\x1b[K")


def test_no_progress_where_there_is_no_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with output.progress() as tell:
        assert tell is None


def test_a_scalar_job_without_rows_imports_no_numpy():
    code = (
        "import sys; from gradcheck.cli import run; "
        "run(['eval', 'x**2', '--at', 'x=1', '-q', '--routes', 'fd,reverse']); "
        "sys.exit('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
