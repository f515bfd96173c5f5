"""Faults of the world around: nothing lost, nothing half-written, the right exit code, no traceback.

The installed command runs in processes of its own; every test waits for a condition, none for a time.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GRADCHECK = str(Path(sys.executable).with_name("gradcheck"))
HEADER = "expr,wrt,claim\n"
RIGHT, WRONG = "x**2,x,2*x\n", "x**2,x,3*x\n"
PROBLEMS = '[[problem]]\nid = "p"\nf = "x**2"\nclaims = ["df/dx = 2*x"]\n'
ANSWERS = "student,problem,of,claim\n" + "".join(f"s{n},p,df/dx,{n % 3 + 1}*x\n" for n in range(6))
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Linux")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A directory with a table of claims, a problem file and answers to it."""
    monkeypatch.chdir(tmp_path)
    Path("right.csv").write_text(HEADER + RIGHT * 40, encoding="utf-8")
    rows = "".join(f"x**2,x,2*x,{n:0800}\n" for n in range(120))  # more than a pipe holds
    Path("wrong.csv").write_text(f"expr,wrt,claim,id\n{rows}x**2,x,3*x,wrong\n", encoding="utf-8")
    Path("p.toml").write_text(PROBLEMS, encoding="utf-8")
    Path("s.csv").write_text(ANSWERS, encoding="utf-8")
    return tmp_path


def shell(line, **options):
    """A line for bash in which ``gradcheck`` is the installed command: (exit code, stdout, stderr)."""
    text = f'gradcheck() {{ "{GRADCHECK}" "$@"; }}\n{line}'
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=False, timeout=120, **options)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "bug in gradcheck" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def started(*arguments, **options):
    return subprocess.Popen(
        [GRADCHECK, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **options,
    )


def members(group):
    """The processes of a group that live, by their parents."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found[int(stat.parent.name)] = int(fields[1])
    return found


def wait_until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        select.select([], [], [], 0.02)


def is_read(pipe):
    """Whether everything that was written to a pipe has been read from it."""
    return not int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, b"\0\0\0\0"), sys.byteorder)


# -- processes that die ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "count", "everyone"),
    [([], 2, False), (["--jobs", "2"], 5, False), (["--jobs", "2"], 5, True)],
    ids=["one", "two", "everyone"],
)
def test_a_worker_that_is_killed_in_mid_batch_loses_nothing(options, count, everyone, folder):
    """Half of the claims are read when a worker is killed, or all that the command started; the others come later."""
    with started("check", "-", "--format", "json", *options) as done:
        feed(done, HEADER + RIGHT * 200)
        wait_until(lambda: len(members(done.pid)) >= count and is_read(done.stdin))
        helpers = sorted(set(members(done.pid)) - {done.pid})
        for process in helpers[1:] if everyone else helpers[-1:]:  # after Python's tracker: the forkserver, the workers
            os.kill(process, signal.SIGKILL)
        feed(done, RIGHT * 200)
        out, err = done.communicate(timeout=120)
    assert not err
    document = json.loads(out)
    verdicts = [claim["verdict"] for claim in document["claims"]]
    assert len(verdicts) == 400
    assert [claim["line"] for claim in document["claims"]] == list(range(2, 402))
    assert verdicts.count("undecided") <= (2 if everyone else 1), "more than what was being judged is lost"
    assert done.returncode == (3 if "undecided" in verdicts else 0)


def feed(process, text):
    process.stdin.write(text.encode())
    process.stdin.flush()


def leaves(group):
    """The processes of a command that have no children: its workers."""
    found = members(group)
    return [process for process in sorted(found) if process not in found.values() and process != group]


def test_an_interpreter_that_imports_sympy_is_killed(folder):
    """``eval`` without its SymPy goes on by the other routes."""
    with started("eval", "x**2 + sin(x)", "--at", "x=2", "--format", "json") as done:
        wait_until(lambda: leaves(done.pid))  # it imports SymPy, which takes many times longer than to find it
        os.kill(leaves(done.pid)[-1], signal.SIGKILL)
        out, err = done.communicate(timeout=120)
    assert (done.returncode, err) == (0, b"")
    document = json.loads(out)
    assert document["verdict"] == "agree"
    assert any("SymPy" in note for note in document["notes"])


@pytest.mark.parametrize(
    "arguments",
    [["eval", "-", "--at", "x=1", "-o", "out"], ["check", "-", "-o", "out"], ["grade", "p.toml", "-", "-o", "out"]],
    ids=["eval", "check", "grade"],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_the_old_report(arguments, number, folder):
    Path("out").write_text("old", encoding="utf-8")
    names = set(Path().iterdir())
    with started(*arguments) as done:
        feed(done, "student,problem,of,claim\ns1,p,df/dx,2*x\n" if "grade" in arguments else HEADER)
        wait_until(lambda: is_read(done.stdin))
        os.kill(done.pid, number)
        _, err = done.communicate(timeout=60)
    assert done.returncode == (130 if number == signal.SIGINT else -signal.SIGTERM)
    assert err.strip() in {b"gradcheck: interrupted", b""}
    assert Path("out").read_text(encoding="utf-8") == "old"
    assert set(Path().iterdir()) == names
    wait_until(lambda: not members(done.pid))


# -- no room to write --------------------------------------------------------------------------------------------------

REPORTS = [
    "eval x --at x=1",
    "check wrong.csv --format json",
    "grade p.toml s.csv --format csv",
    "rules --format json",
]


@pytest.mark.parametrize("line", [*REPORTS, "--help", "eval 'x+' --format json"])
def test_a_full_disk_behind_standard_output(line, folder):
    code, _, err = shell(f"gradcheck {line} > /dev/full")
    assert (code, err) == (2, "gradcheck: No space left on device\n")


@pytest.mark.parametrize("line", REPORTS)
def test_a_full_disk_keeps_the_old_report(line, folder):
    """A limit on the size of files stands for the disk; what SIGXFSZ does to others is an error to us."""
    Path("out").write_text("old", encoding="utf-8")
    names = set(Path().iterdir())
    code, out, err = shell(
        f"gradcheck {line} -o out", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    )
    assert code == 2
    assert "out cannot be written: File too large" in (out if "json" in line else err)
    assert Path("out").read_text(encoding="utf-8") == "old"
    assert set(Path().iterdir()) == names


def test_a_full_disk_behind_a_device(folder):
    assert shell("gradcheck check wrong.csv -o /dev/full")[::2] == (
        2,
        "gradcheck: /dev/full cannot be written: No space left on device\n",
    )


@pytest.mark.parametrize("line", ["check wrong.csv", "eval 'x+'"])
def test_no_room_even_for_the_error(line, folder):
    assert shell(f"gradcheck {line} > /dev/full 2> /dev/full") == (2, "", "")


# -- streams that are closed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("check wrong.csv -v", 1),
        ("check wrong.csv --format json --jobs 2", 1),
        ("rules --format json", 0),
        ("eval 'relu(x)' --at x=0", 3),
        ("--help", 0),
    ],
)
@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_a_reader_that_has_gone_does_not_change_the_verdict(line, code, reader, folder):
    """Whatever the pipe still took, the exit code is that of the whole report."""
    done = shell(f"gradcheck {line} | {reader} > /dev/null; exit ${{PIPESTATUS[0]}}")
    assert done == (code, "", "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("gradcheck eval x --at x=1 >&-", 2),
        ("gradcheck eval x --at x=1 -o out >&-", 0),
        ("gradcheck eval - --at x=1 <&-", 2),
        ("gradcheck check right.csv <&- 2>&-", 0),
        ("gradcheck check right.csv -o out --jobs 2 <&- >&- 2>&-", 0),
        ("gradcheck evl <&- >&- 2>&-", 2),
    ],
)
def test_standard_streams_that_were_closed(line, code, folder):
    found, _, err = shell(line)
    assert found == code
    assert not err or err.startswith("gradcheck: ")
    if "-o out" in line:
        assert Path("out").read_text(encoding="utf-8").rstrip().endswith("(exit 0)")


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "No such file or directory"),
        (lambda path: path.mkdir(), "is a directory"),
        (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
    ],
    ids=["missing", "directory", "loop"],
)
@pytest.mark.parametrize("line", ["check right.csv bad.csv", "grade bad.csv s.csv", "grade p.toml bad.csv"])
def test_a_file_that_cannot_be_read(line, make, reason, folder):
    make(Path("bad.csv"))
    code, out, err = shell(f"gradcheck {line}")
    assert (code, out) == (2, "")
    assert err.startswith("gradcheck: bad.csv ")
    assert reason in err


def test_a_file_that_nobody_may_read(folder):
    Path("right.csv").chmod(0)
    if os.access("right.csv", os.R_OK):
        pytest.skip("root may read everything")
    assert shell("gradcheck check right.csv")[::2] == (2, "gradcheck: right.csv cannot be read: Permission denied\n")


def test_a_file_that_fails_in_the_middle(folder):
    """/proc/self/mem can be opened and not be read."""
    code, out, err = shell("gradcheck check right.csv /proc/self/mem")
    assert (code, out) == (2, "")
    assert "Input/output error" in err


def test_two_runs_that_write_the_same_file(folder):
    """Each writes a whole report; the last one stands, and nothing of the other."""
    whole = {shell(f"gradcheck check {name} -v")[1] for name in ("right.csv", "wrong.csv")}
    assert len(whole) == 2
    runs = [started("check", name, "-v", "-o", "out") for name in ("right.csv", "wrong.csv") * 2]
    codes = []
    for one in runs:
        with one:
            one.communicate(timeout=120)
            codes.append(one.returncode)
    assert codes == [0, 1] * 2
    assert Path("out").read_text(encoding="utf-8") in whole
    assert set(Path().iterdir()) == {Path(name) for name in ("right.csv", "wrong.csv", "p.toml", "s.csv", "out")}
