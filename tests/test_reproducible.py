"""The same input and seed give the same bytes, whatever the processes, locale, terminal and hash seed are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gradcheck.commands import NAMES
from gradcheck.reports import FORMATS
from gradcheck.reports.check import CHECK_FORMATS
from gradcheck.reports.gradebook import GRADEBOOK_FORMATS

ROOT = Path(__file__).parents[1]
TABLES = ("samples/lecture-notes.toml", "samples/claims.csv")
CLASS = ("samples/class-problems.toml", "ANSWERS")
EXPRESSION = "relu(x)*y + tanh(x*y)/max(x, y)"

COMMANDS: dict[str, list[list[str]]] = {
    "eval": [
        *(["eval", EXPRESSION, "--claim", "df/dx = y", "--seed", "3", "--format", name] for name in FORMATS),
        ["eval", "norm(A @ x)", "--var", "A: 2x3; x: 3", "--routes", "fd,reverse", "--format", "json"],
    ],
    "check": [["check", *TABLES, "-v", "--seed", "3", "--format", name] for name in CHECK_FORMATS],
    "grade": [["grade", *CLASS, "-v", "--format", name] for name in GRADEBOOK_FORMATS],
    "rules": [["rules", "--format", name] for name in ("table", "json", "markdown")] + [["rules", "tanh"]],
}
"""Command lines whose reports are compared byte by byte, by command and format."""

SETTINGS: tuple[dict[str, str], ...] = (
    {"LC_ALL": "C", "PYTHONHASHSEED": "0", "TERM": "dumb", "TZ": "UTC", "PYTHONUTF8": "1"},
    {"LC_ALL": "tr_TR.UTF-8", "LC_NUMERIC": "de_DE.UTF-8", "PYTHONHASHSEED": "12345", "TERM": "xterm-256color",
     "TZ": "Asia/Tokyo", "NO_COLOR": "1", "LINES": "7", "HOME": "/"},
)  # fmt: skip
"""Environments that differ in all that should not matter."""

RUNS = """
import sys
from gradcheck.cli import run
for line in sys.stdin.read().split("\\x1d"):
    print(f"\\n@@ {run(line.split(chr(30)))} {line!r}", flush=True)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """The first rows of the sample class: enough for every verdict, quickly marked."""
    path = tmp_path_factory.mktemp("answers") / "answers.csv"
    lines = (ROOT / "samples/class-submissions.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:40]), encoding="utf-8")
    return str(path)


def bytes_of(lines: list[list[str]], environment: dict[str, str], answers: str) -> bytes:
    """What a process in this environment writes for several command lines."""
    data = "\x1d".join("\x1e".join(line).replace("ANSWERS", answers) for line in lines)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", RUNS],
        input=data.encode(),
        cwd=ROOT,
        env={**kept, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        check=True,
        timeout=300,
    )
    assert done.stderr == b"", done.stderr.decode()[-2_000:]
    return done.stdout


def test_every_command_is_compared():
    """A new command that prints a report must be added above."""
    assert set(COMMANDS) >= set(NAMES) - {"draw", "taylor", "steps", "examples", "completion"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_environment_does_not_matter(command, answers):
    found = [bytes_of(COMMANDS[command], environment, answers) for environment in SETTINGS]
    assert found[0].count(b"@@ ") == len(COMMANDS[command])
    assert found[0] == found[1]


def test_the_number_of_processes_does_not_matter(answers):
    lines = [*COMMANDS["check"][:2], *COMMANDS["grade"][1:2]]
    one, three = ([[*line, "--jobs", jobs] for line in lines] for jobs in ("1", "3"))
    written = bytes_of(one, SETTINGS[0], answers), bytes_of(three, SETTINGS[1], answers)
    assert without_lines(written[0]) == without_lines(written[1])


def without_lines(written: bytes) -> list[bytes]:
    """The reports and exit codes, without the command lines that made them."""
    return [line[:5] if line.startswith(b"@@ ") else line for line in written.splitlines()]


def test_another_seed_is_another_point(answers):
    """The comparison above could not fail if nothing depended on anything."""
    lines = [["eval", EXPRESSION, "--routes", "reverse", "--format", "json", "--seed", seed] for seed in ("3", "4")]
    one, other = (bytes_of([line], SETTINGS[0], answers) for line in lines)
    assert one != other
