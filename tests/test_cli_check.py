"""``gradcheck check`` from the command line: exit codes, files, standard input, imports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradcheck.cli import run

ROOT = Path(__file__).parents[1]
RIGHT = "expr,wrt,claim\nx**2,x,2*x\n"
WRONG = "x**2,x,3*x\n"
KINK = "log(-1-x**2),x,1\n"
BAD = "sinn(x),x,1\n"


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(text, name="t.csv"):
        Path(name).write_text(text, encoding="utf-8")
        return name

    return write


@pytest.mark.parametrize(
    ("rows", "code"),
    [("", 0), (WRONG, 1), (KINK, 3), (WRONG + KINK, 1), (BAD, 2), (BAD + WRONG + KINK, 2), ("a,b,c,d\n", 2)],
)
def test_exit_codes(rows, code, table, capsys):
    assert run(["check", table(RIGHT + rows)]) == code
    out, err = capsys.readouterr()
    assert out.endswith(f"(exit {code})\n")
    assert not err


def test_several_files_and_one_that_is_broken(table, capsys):
    names = [table(RIGHT + WRONG), table("x = [", "b.toml"), table('{"expr": "x", "claim": "1"}', "c.jsonl")]
    assert run(["check", *names, "--format", "json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert [(claim["file"], claim["line"], claim["verdict"]) for claim in document["claims"]] == [
        ("t.csv", 2, "correct"),
        ("t.csv", 3, "wrong"),
        ("c.jsonl", 1, "correct"),
    ]
    assert [(error["file"], error["line"]) for error in document["errors"]] == [("b.toml", 1)]


def test_a_missing_file_is_told_before_anything_runs(table, capsys):
    assert run(["check", table(RIGHT), "none.csv"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err == "gradcheck: none.csv cannot be read: No such file or directory\n"


@pytest.mark.parametrize("name", ["table", "json", "markdown", "junit", "github"])
def test_one_and_two_processes_write_the_same_bytes(name, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    said = []
    for jobs in ("1", "2"):
        code = run(
            ["check", "samples/lecture-notes.toml", "samples/claims.csv", "--format", name, "--jobs", jobs, "-v"]
        )
        said.append((code, capsys.readouterr()))
    assert said[0] == said[1]
    assert said[0][0] == 1
    assert said[0][1].out


def test_options_reach_the_claims(table, capsys):
    name = table("expr,wrt,claim,at\nx**2,x,6.1,x=3\n")
    assert run(["check", name]) == 1
    assert run(["check", name, "--rtol", "0.1"]) == 0
    capsys.readouterr()
    assert run(["check", name, "--format", "json", "--seed", "5", "--timeout", "1"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["seed"], document["timeout"]) == (5, 1.0)


def test_output_goes_to_a_file(table, capsys):
    assert run(["check", table(RIGHT), "--format", "junit", "-o", "report.xml"]) == 0
    assert not capsys.readouterr().out
    assert Path("report.xml").read_text(encoding="utf-8").startswith("<?xml")


@pytest.mark.parametrize(
    "option", ["--rtol=nan", "--rtol=inf", "--timeout=nan", "--timeout=0", "--jobs=0", "--format=html"]
)
def test_options_that_make_no_sense(option, table, capsys):
    assert run(["check", table(RIGHT), option]) == 2
    assert option.partition("=")[0] in capsys.readouterr().err


def test_an_executor_that_is_none(table, capsys):
    assert run(["check", table(RIGHT), "--executor", "ray://here"]) == 2
    assert "is no executor" in capsys.readouterr().err


def test_neither_sympy_nor_numpy_is_imported(table):
    code = (
        "import sys; from gradcheck.cli import run; code = run(['check', 't.csv', '--jobs', '2']);"
        "print([name for name in ('sympy', 'numpy', 'distributed') if name in sys.modules], file=sys.stderr)"
    )
    table(RIGHT)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
    assert "1 correct" in done.stdout


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_process(table, number):
    """Claims from a pipe that stays open: the command is in the middle of its work."""
    table("")
    command = [sys.executable, "-m", "gradcheck", "check", "-", "--jobs", "2"]
    done = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    done.stdin.write((RIGHT + "x**2,x,2*x\n" * 2_000).encode())
    done.stdin.flush()
    time.sleep(1.5)
    os.kill(done.pid, number)
    assert done.wait(5) == (130 if number == signal.SIGINT else -signal.SIGTERM)
    with done.stdin, done.stdout, done.stderr:
        assert b"Traceback" not in done.stderr.read()
    for _ in range(50):
        try:
            os.killpg(done.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(done.pid, signal.SIGKILL)
    pytest.fail("a process is left")
