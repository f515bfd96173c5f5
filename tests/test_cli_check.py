"""``gradcheck check`` from the command line: exit codes, files, standard input, imports."""

from __future__ import annotations

import json
import os
import select
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


@pytest.mark.parametrize("options", [(), ("--jobs", "2"), ("--prove",), ("--prove", "--jobs", "2")], ids=" ".join)
def test_the_end_of_the_process_says_nothing(options, table):
    file = table(RIGHT + "".join(f"x**{n},x,{n}*x**{n - 1}\n" for n in range(3, 200)))
    command = [sys.executable, "-m", "gradcheck", "check", file, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("(exit 0)\n")


@pytest.mark.parametrize(
    "option", ["--rtol=nan", "--rtol=inf", "--timeout=nan", "--timeout=0", "--jobs=0", "--format=pdf"]
)
def test_options_that_make_no_sense(option, table, capsys):
    assert run(["check", table(RIGHT), option]) == 2
    assert option.partition("=")[0] in capsys.readouterr().err


def test_an_executor_that_is_none(table, capsys):
    assert run(["check", table(RIGHT), "--executor", "ray://here"]) == 2
    assert "is no executor" in capsys.readouterr().err


def loaded(arguments):
    """Which of the heavy libraries a command imports, and what it prints."""
    code = (
        f"import sys; from gradcheck.cli import run; code = run({arguments!r});"
        "print([name for name in ('sympy', 'numpy', 'distributed') if name in sys.modules], file=sys.stderr)"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)


@pytest.mark.parametrize("options", [[], ["--jobs", "2"], ["--prove"]], ids=["one", "two", "prove"])
def test_neither_sympy_nor_numpy_is_imported(options, table):
    """Not even to prove what our own rewriting proves: and then in a process of its own."""
    done = loaded(["check", table(RIGHT), *options])
    assert done.stderr == "[]\n"
    assert "1 correct" in done.stdout


HARD = "asin(x),x,1/cos(asin(x))\n"


@pytest.mark.parametrize("name", ["table", "json", "markdown", "junit"])
def test_every_format_says_what_is_proved(name, table, capsys):
    assert run(["check", table(RIGHT + WRONG), "--prove", "--format", name, "-v"]) == 1
    assert "the same after exact rewriting" in capsys.readouterr().out


def test_the_argument_of_a_proof_in_json(table, capsys):
    name = table(RIGHT + HARD)
    assert run(["check", name, "--prove", "--format", "json", "--timeout", "60"]) == 0
    evidence = [claim["evidence"] for claim in json.loads(capsys.readouterr().out)["claims"]]
    assert [one["kind"] for one in evidence] == ["proved", "proved"]
    assert [one["how"].split()[0] for one in evidence] == ["derivative", "SymPy"]
    assert run(["check", name, "--format", "json"]) == 0
    evidence = [claim["evidence"] for claim in json.loads(capsys.readouterr().out)["claims"]]
    assert [(one["kind"], one["how"]) for one in evidence] == [("points", None)] * 2


def test_eval_proves_its_claims(capsys):
    assert run(["eval", "x**2", "--at", "x=1", "--claim", "2*x", "--prove", "--routes", "reverse"]) == 0
    assert "proved: derivative and claim are the same after exact rewriting" in capsys.readouterr().out


# -- signals -----------------------------------------------------------------------------------------------------------


def members(group):
    """The processes of a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def becomes(condition, seconds=30.0):
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        select.select([], [], [], 0.02)
    return True


ENDLESS = "atan(x + asin(x)),x,1/((1 + (x + asin(x))**2)*cos(asin(x))) + 1/(1 + (x + asin(x))**2)\n"
"""Right at points; no rewriting proves it, and SymPy is kept busy by many of them."""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Linux")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("options", "processes"),
    [([], 2), (["--jobs", "2"], 4), (["--prove"], 3), (["--prove", "--jobs", "2"], 6)],
    ids=["one", "two", "prove", "prove two"],
)
def test_a_signal_ends_every_process(options, processes, number, table):
    """Claims from a pipe that stays open: the command is in the middle of its work."""
    table("")
    command = [sys.executable, "-m", "gradcheck", "check", "-", *options, "--timeout", "60"]
    done = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    with done.stdin, done.stdout, done.stderr:
        done.stdin.write((RIGHT + (ENDLESS if "--prove" in options else "x**2,x,2*x\n") * 400).encode())
        done.stdin.flush()
        assert becomes(lambda: len(members(done.pid)) >= processes), members(done.pid)
        os.kill(done.pid, number)
        assert done.wait(10) == (130 if number == signal.SIGINT else -signal.SIGTERM)
        assert b"Traceback" not in done.stderr.read()
    left = not becomes(lambda: not members(done.pid))
    if left:
        os.killpg(done.pid, signal.SIGKILL)
    assert not left


def test_what_names_no_variable_or_half_a_point_is_an_error(tmp_path, capsys):
    file = tmp_path / "claims.csv"
    file.write_text(
        'expr,wrt,claim,vars,at\nx**2*y,"x, y",2*x*y,,\nx**2*y,2x,0,,\nx*y,y,1,,x=1\nx**2,x,2*x,x > 0,x=-1\n'
        'sum(x)*y,"x, y",y,x: 2,\nsum(x)*y,y,3,x: 2,"x=[1,2]"\n'
    )
    assert run(["check", str(file), "--format", "json"]) == 2
    found = [error["message"] for error in json.loads(capsys.readouterr().out)["errors"]]
    assert found[0].startswith("'x, y' is not the name of one variable")
    assert found[1].startswith("'2x' is not the name of one variable")
    assert found[2].startswith("'y' has no value")
    assert found[3].startswith("x = -1 is not what is declared: x > 0")
    assert found[4].startswith("'x, y' is not the name of one variable")
    assert found[5].startswith("'y' has no value")
