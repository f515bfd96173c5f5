"""The examples that come along: their files are there, and they end as the table says."""

from __future__ import annotations

import contextlib
import io
import shlex
from pathlib import Path

import pytest

from gradcheck import examples
from gradcheck.cli import run
from gradcheck.errors import UsageProblem
from gradcheck.examples import EXAMPLES, command_line, example, folder, located

ROOT = Path(__file__).parent.parent


def test_names_are_unique_and_easy_to_type():
    names = [one.name for one in EXAMPLES]
    assert len(names) == len(set(names))
    assert all(name.replace("-", "").isalnum() and name.islower() for name in names)


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.name)
def test_the_files_are_there(one):
    for word in (*one.words, *([one.stdin] if one.stdin else [])):
        if word.startswith("samples/"):
            assert Path(located(word)).is_file()


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.name)
def test_it_ends_as_the_table_says(one):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert run(["examples", one.name]) == one.code
    first, _, rest = out.getvalue().partition("\n")
    assert first == f"$ {command_line(one)}"
    assert rest


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.name)
def test_the_command_is_what_a_shell_reads(one):
    line, _, reads = command_line(one).partition(" < ")
    assert shlex.split(line) == ["gradcheck", *map(located, one.words)]
    assert shlex.split(reads) == ([located(one.stdin)] if one.stdin else [])


def test_every_sample_is_in_an_example():
    used = {word for one in EXAMPLES for word in (*one.words, one.stdin)}
    samples = (ROOT / "samples").iterdir()
    kept = {f"samples/{path.name}" for path in samples if path.suffix not in {".md", ".svg"}}
    assert kept <= used


def test_paths_are_relative_where_that_is_short(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    assert located("samples/chain.txt") == "samples/chain.txt"
    monkeypatch.chdir(tmp_path)
    assert located("samples/chain.txt") == str(ROOT / "samples" / "chain.txt")
    assert located("x") == "x"


def test_a_package_that_holds_them_is_preferred(monkeypatch, tmp_path):
    (tmp_path / "gradcheck" / "samples").mkdir(parents=True)
    monkeypatch.setattr(examples, "__file__", str(tmp_path / "gradcheck" / "examples.py"))
    assert folder() == tmp_path / "gradcheck" / "samples"


def test_an_unknown_name_is_told_the_nearest():
    with pytest.raises(UsageProblem) as caught:
        example("two-path")
    assert "two-paths" in caught.value.hint
