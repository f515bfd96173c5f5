"""Every example of README.md and samples/README.md runs, and prints what the page shows.

GRADCHECK_UPDATE_GOLDEN=1 writes the present output into the pages.
"""

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from golden_files import without_errors

from gradcheck.cli import cli, run
from gradcheck.commands import NAMES

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "samples/README.md")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class _Input(io.TextIOWrapper):
    """Standard input from a file, with the buffer that the command line reads."""


def answer(command: str, monkeypatch) -> str:
    words = shlex.split(command)
    assert words[0] == "gradcheck"
    arguments = words[1:]
    if "<" in arguments:
        position = arguments.index("<")
        monkeypatch.setattr("sys.stdin", _Input(io.BytesIO((ROOT / arguments[position + 1]).read_bytes())))
        del arguments[position : position + 2]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        run(arguments)
    return out.getvalue() + err.getvalue()


def replayed(block: str, monkeypatch) -> str:
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{answer(command, monkeypatch)}" for command in commands)


@pytest.mark.parametrize("page", PAGES)
def test_examples_print_what_the_page_shows(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("COLUMNS", raising=False)
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    fresh = BLOCK.sub(lambda found: f"```console\n{replayed(found.group(1), monkeypatch)}```", text)
    if os.environ.get("GRADCHECK_UPDATE_GOLDEN"):
        path.write_text(fresh, encoding="utf-8")
    assert without_errors(fresh) == without_errors(text) or os.environ.get("GRADCHECK_UPDATE_GOLDEN")


def test_python_examples():
    failures, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tried
    assert not failures


def test_two_set_up_commands_each_on_one_line():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line for line in text.splitlines() if line.startswith("python3 -m venv .venv && ")]
    assert len(commands) == 2
    listed = subprocess.run(
        ["grep", "-c", "mapfile", str(ROOT / ".ci/run")], capture_output=True, text=True, check=True
    )
    assert listed.stdout.strip() == "1"


def test_the_readme_names_every_command_and_option_of_eval():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"gradcheck {name}" in text
        for option in cli.get_command(None, name).params:
            for spelling in option.opts:
                if name == "eval" and spelling.startswith("-") and spelling not in {"--quiet", "--verbose"}:
                    assert spelling in text, spelling
