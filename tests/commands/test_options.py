"""How commands read their arguments; the shared options are the same wherever they stand."""

from __future__ import annotations

import math
from pathlib import Path

import click
import pytest

from gradcheck.cli import cli, run
from gradcheck.commands import NAMES, options
from gradcheck.errors import UsageProblem

SAMPLES = Path(__file__).parents[2] / "samples"


def option(command, name):
    found = [one for one in cli.get_command(None, command).params if name in one.opts]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        ("--jobs", {"check", "grade"}),
        ("--executor", {"check", "grade"}),
        ("--rtol", {"check", "eval", "taylor"}),
        ("--prove", {"check", "eval"}),
        ("--seed", {"check", "draw", "eval", "grade", "steps", "taylor"}),
        ("--timeout", {"check", "draw", "eval", "grade", "steps", "taylor"}),
        ("--format", {*NAMES} - {"completion", "examples"}),
        ("-o", {*NAMES} - {"examples"}),
        ("-q", {*NAMES} - {"completion", "draw", "examples"}),
        ("-v", {*NAMES} - {"completion", "draw", "examples"}),
    ],
)
def test_which_command_has_which_option(name, commands):
    assert {command for command in NAMES if option(command, name)} == commands
    types = {repr(option(command, name).type) for command in commands if name != "--format"}
    assert len(types) <= 1


@pytest.mark.parametrize("command", NAMES)
def test_every_option_says_what_it_is_for(command):
    for parameter in cli.get_command(None, command).params:
        if isinstance(parameter, click.Option):
            assert parameter.help
            assert parameter.help.endswith((".", "…"))


def test_what_is_no_command_is_none():
    assert cli.get_command(None, "output") is None
    assert cli.get_command(None, "__init__") is None


def test_lists_may_be_repeated_or_joined():
    assert options.split(None, None, ("x, y", "z", " ,")) == ("x", "y", "z")


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_numbers_are_finite(value):
    with pytest.raises(UsageProblem, match="--rtol is no finite number"):
        options.finite(None, option("check", "--rtol"), value)


def test_the_options_come_in_the_order_in_which_they_are_given():
    @click.command
    @options.together(click.option("--one"), click.option("--two"))
    def command(one, two):
        pass

    assert [parameter.name for parameter in command.params] == ["one", "two"]


EVAL = ["eval", "x**2", "--at", "x=1"]
CHECK = ["check", str(SAMPLES / "lecture-notes.toml")]
GRADE = ["grade", str(SAMPLES / "class-problems.toml"), str(SAMPLES / "class-submissions.csv")]


@pytest.mark.parametrize(
    ("command", "name", "start"),
    [
        (EVAL, "e.json", "{"),
        (EVAL, "e.MD", "## "),
        (EVAL, "e.tex", "% needs"),
        (EVAL, "e.html", "<!DOCTYPE"),
        (EVAL, "e.csv", "f = "),
        (EVAL, "e", "f = "),
        ([*EVAL, "--format", "json"], "e.html", "{"),
        ([*EVAL, "--format", "table"], "e.html", "f = "),
        (["rules", "tanh"], "e.markdown", "# Primitives"),
        (CHECK, "e.xml", "<?xml"),
        (CHECK, "e.json", "{"),
        (GRADE, "e.csv", "student,"),
        (GRADE, "e.htm", "<!DOCTYPE"),
        (GRADE, "e.xml", "Derivatives, exercise 3"),
    ],
)
def test_the_suffix_of_the_file_says_the_format(command, name, start, tmp_path):
    path = tmp_path / name
    run([*command, "-o", str(path)])
    assert path.read_text(encoding="utf-8-sig").startswith(start)


@pytest.mark.parametrize(("command", "hint"), [(EVAL, ".html"), (["steps", "x**2", "--at", "x=1"], ".svg")])
def test_a_picture_that_is_not_written_is_an_error(command, hint, tmp_path, capsys):
    assert run([*command, "-o", str(tmp_path / "e.png")]) == 2
    assert f"name a file that ends in {hint}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
