"""``gradcheck examples``, and the examples that --help shows."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest

from gradcheck.cli import cli, run
from gradcheck.commands import GROUPS, NAMES
from gradcheck.examples import EXAMPLES

ROOT = Path(__file__).parents[2]


def test_the_list(capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert run(["examples"]) == 0
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert [line.split()[0] for line in lines[:-1]] == [one.name for one in EXAMPLES]
    assert max(map(len, out.splitlines())) <= 80


def test_show_does_not_run(capsys):
    assert run(["examples", "lecture-notes", "--show"]) == 0
    assert capsys.readouterr().out == "gradcheck check samples/lecture-notes.toml\n" or Path.cwd() != ROOT


def test_an_unknown_example(capsys):
    assert run(["examples", "chan"]) == 2
    assert "did you mean" in capsys.readouterr().err


def test_standard_input_is_given_back(capsys):
    import sys

    before = sys.stdin
    assert run(["examples", "two-paths"]) == 0
    assert sys.stdin is before
    assert "∂z/∂x = ∂z/∂y1·∂y1/∂x + ∂z/∂y2·∂y2/∂x" in capsys.readouterr().out


# -- help -------------------------------------------------------------------------------------------------------------


def examples_of(command):
    """The command lines in a help text."""
    text = (command.help or "").replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.strip().startswith("gradcheck ")]


COMMANDS = {"": cli, **{name: cli.get_command(None, name) for name in NAMES}}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example(name):
    assert examples_of(COMMANDS[name])


@pytest.mark.parametrize("line", [line for command in COMMANDS.values() for line in examples_of(command)])
def test_every_example_of_a_help_text_runs(line, tmp_path, monkeypatch, capsys):
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    code = run(shlex.split(line)[1:])
    captured = capsys.readouterr()
    assert code in {0, 1, 3}, captured.err
    if " -o " in line:
        assert [path for path in tmp_path.iterdir() if path.name != "samples"]
    else:
        assert captured.out


def test_the_help_lists_every_command_in_its_group(capsys):
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    for title, commands in GROUPS.items():
        part = out.partition(f"\n{title}:\n")[2].partition("\n\n")[0]
        assert [line.split()[0] for line in part.splitlines()] == list(commands)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_of_a_command_fits_a_line(name):
    said = next(commands[name] for commands in GROUPS.values() if name in commands)
    assert said.endswith(".")
    assert len(said) <= 64
    assert isinstance(cli.get_command(None, name), click.Command)
