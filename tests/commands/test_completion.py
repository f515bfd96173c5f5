"""Completion: what click is told, and what real shells do with it."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradcheck.cli import cli, run
from gradcheck.commands import NAMES
from gradcheck.commands.shells import SHELLS, VARIABLE, Bash, Fish, Zsh

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CASES = [
    ("gradcheck ", "", NAMES),
    ("gradcheck ev", "ev", ("eval",)),
    ("gradcheck eval x --form", "--form", ("--format",)),
    ("gradcheck eval x --format ", "", ("table", "json", "markdown")),
    ("gradcheck eval x --format=js", "--format=js", ("json",)),
    ("gradcheck eval x --method ", "", ("central", "forward", "complex-step")),
    ("gradcheck eval x --routes ", "", ("fd", "symbolic", "reverse")),
    ("gradcheck eval x --routes fd,", "fd,", ("fd,symbolic", "fd,reverse")),
    ('gradcheck eval "x*y + sin(z)" --wrt ', "", ("x", "y", "z")),
    ('gradcheck eval "x*y" --wrt x,', "x,", ("x,y",)),
    ('gradcheck eval "x*y" --at ', "", ("x=", "y=")),
    ('gradcheck eval "x*y" --at x=1,', "x=1,", ("x=1,y=",)),
    ('gradcheck eval "-x^2" --nodes ', "", ("all", "inputs")),
    ("gradcheck eval x --data samples/", "samples/", ("samples/rows.csv", "samples/claims.csv")),
    ("gradcheck check samples/le", "samples/le", ("samples/lecture-notes.toml",)),
    ("gradcheck check samples/claims.csv samples/te", "samples/te", ("samples/textbook.toml",)),
    ("gradcheck grade ", "", ("samples/",)),
    ("gradcheck grade samples/class-p", "samples/class-p", ("samples/class-problems.toml",)),
    ("gradcheck grade samples/class-problems.toml samples/class", "samples/class", ("samples/class-submissions.csv",)),
    ("gradcheck rules sinh", "sinh", ("sinh",)),
    ("gradcheck rules ta", "ta", ("tan", "tanh")),
    ("gradcheck rules --ch", "--ch", ("--check",)),
    ("gradcheck examples two", "two", ("two-paths",)),
    ("gradcheck completion ", "", ("bash", "zsh", "fish")),
]
NOT = [
    ("gradcheck check samples/", "samples/", "samples/README.md"),
    ("gradcheck grade samples/", "samples/", "samples/claims.csv"),
    ('gradcheck eval "x*y" --wrt x,', "x,", "x,x"),
    ('gradcheck eval "x*" --wrt ', "", "x"),
]


def proposed(line, incomplete, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COMP_LINE", line)
    monkeypatch.setenv("COMP_WORD", incomplete)
    shell = Bash(cli, {}, "gradcheck", VARIABLE)
    return [item.value for item in shell.get_completions(*shell.get_completion_args())]


@pytest.mark.parametrize(("line", "incomplete", "wanted"), CASES)
def test_what_is_proposed(line, incomplete, wanted, monkeypatch):
    found = proposed(line, incomplete, monkeypatch)
    assert set(wanted) <= set(found)
    assert all(
        one.startswith(incomplete.rpartition("=")[2] if incomplete.startswith("--") else incomplete) for one in found
    )


@pytest.mark.parametrize(("line", "incomplete", "unwanted"), NOT)
def test_what_is_not_proposed(line, incomplete, unwanted, monkeypatch):
    assert unwanted not in proposed(line, incomplete, monkeypatch)


@pytest.mark.parametrize("name", NAMES)
def test_every_option_of_every_command_is_proposed(name, monkeypatch):
    found = proposed(f"gradcheck {name} --", "--", monkeypatch)
    options = {one for option in cli.get_command(None, name).params for one in option.opts if one.startswith("--")}
    assert options <= set(found)


@pytest.mark.parametrize(
    "line", ['gradcheck eval "x', "gradcheck eval x --at", "gradcheck nonsense ", "gradcheck eval a b c d ", ""]
)
def test_an_unfinished_line_is_no_error(line, monkeypatch):
    assert isinstance(proposed(line, line.rpartition(" ")[2], monkeypatch), list)


def test_a_directory_that_cannot_be_read_proposes_nothing(monkeypatch):
    assert not proposed("gradcheck check /no/such/", "/no/such/", monkeypatch)


@pytest.mark.parametrize(("known", "word"), [("x=1,", "1,"), ("x=", "")])
def test_bash_gets_what_it_replaces_only(known, word, monkeypatch):
    """Bash cuts a word at ``=``; the script is told which piece it asks for."""
    monkeypatch.setenv("COMP_LINE", f'gradcheck eval "x*y" --at {known}')
    monkeypatch.setenv("COMP_WORD", word)
    shell = Bash(cli, {}, "gradcheck", VARIABLE)
    items = shell.get_completions(*shell.get_completion_args())
    assert [shell.format_completion(item) for item in items] in (["plain,1,y="], [])


@pytest.mark.parametrize("shell", [Zsh, Fish])
def test_the_option_stays_before_its_value(shell, monkeypatch):
    """Zsh and fish replace or compare the whole word."""
    line = "gradcheck eval x --format=j"
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", "3" if shell is Zsh else "--format=j")
    found = shell(cli, {}, "gradcheck", VARIABLE)
    assert [item.value for item in found.get_completions(*found.get_completion_args())] == ["--format=json"]


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_the_script(shell, capsys):
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert VARIABLE in script
    assert "gradcheck" in script
    exe = shutil.which(shell)
    if exe:
        subprocess.run([exe, "-n"], input=script, text=True, check=True, timeout=20)


def test_the_script_goes_to_a_file(tmp_path):
    assert run(["completion", "fish", "-o", str(tmp_path / "gradcheck.fish")]) == 0
    assert "complete --no-files" in (tmp_path / "gradcheck.fish").read_text()


def test_an_unknown_shell_is_an_error(capsys):
    assert run(["completion", "tcsh"]) == 2
    assert "'bash', 'zsh', 'fish'" in capsys.readouterr().err


# -- real shells ------------------------------------------------------------------------------------------------------


class Terminal:
    """A shell at a terminal: what is typed, and what appears."""

    def __init__(self, *command, **environment):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.chdir(ROOT)
            env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "dumb", "PS1": "ready> ", **environment}
            os.execvpe(command[0], command, env)

    def type(self, text):
        os.write(self.fd, text.encode())

    def until(self, wanted, seconds=30):
        """All that appears up to ``wanted``; what is behind it is kept for the next call."""
        end = time.monotonic() + seconds
        while wanted not in self.seen:
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            assert ready, f"{wanted!r} did not appear in {self.seen!r}"
            self.seen += os.read(self.fd, 65_536).decode(errors="replace")
        found, _, self.seen = self.seen.partition(wanted)
        return found

    def close(self):
        os.close(self.fd)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)


def needs(shell):
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


LINES = [
    ("gradcheck ev", "gradcheck eval "),
    ("gradcheck eval x --form", "gradcheck eval x --format "),
    ("gradcheck eval x --format=js", "gradcheck eval x --format=json"),
    ("gradcheck eval x --routes fd,sy", "--routes fd,symbolic"),
    ("gradcheck eval 'x*abc' --wrt a", "--wrt abc"),
    ("gradcheck eval 'x*abc' --at x=1,a", "--at x=1,abc="),
    ("gradcheck rules soft", "gradcheck rules soft"),
    ("gradcheck check samples/lec", "gradcheck check samples/lecture-notes.toml"),
    ("gradcheck check sam", "gradcheck check samples/"),
    ("gradcheck examples two", "gradcheck examples two-paths"),
]


@pytest.fixture(scope="module")
def bash():
    terminal = Terminal("bash", "--norc", "--noprofile", "-i")
    terminal.until("ready> ")
    terminal.type('eval "$(gradcheck completion bash)"; echo in""stalled\n')
    terminal.until("\ninstalled")
    terminal.until("ready> ")
    yield terminal
    terminal.close()


@pytest.fixture(scope="module")
def zsh(tmp_path_factory):
    terminal = Terminal("zsh", "-f", "-i", ZDOTDIR=str(tmp_path_factory.mktemp("zsh")))
    terminal.until("ready> ")
    terminal.type('autoload -U compinit; compinit -u -D; eval "$(gradcheck completion zsh)"; echo in""stalled\n')
    terminal.until("\ninstalled")
    terminal.until("ready> ")
    yield terminal
    terminal.close()


@needs("bash")
@pytest.mark.parametrize(("typed", "wanted"), LINES)
def test_bash(bash, typed, wanted):
    check_typing(bash, typed, wanted)


@needs("zsh")
@pytest.mark.parametrize(("typed", "wanted"), LINES)
def test_zsh(zsh, typed, wanted):
    check_typing(zsh, typed, wanted)


def check_typing(terminal, typed, wanted):
    """The key TAB, then a word that shows where the cursor went; the line is thrown away."""
    terminal.type(f"{typed}\t")
    terminal.type("@")
    seen = terminal.until("@")
    terminal.type("\x15echo thrown\n")
    terminal.until("\nthrown")
    terminal.until("ready> ")
    assert wanted.replace("'", "") in seen.replace("\r", "").replace("'", "").replace("\x08", ""), seen


@needs("fish")
@pytest.mark.parametrize(("typed", "wanted"), LINES)
def test_fish(typed, wanted, tmp_path):
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        ["fish", "--no-config", "-c", "gradcheck completion fish | source; complete -C $argv[1]", typed],
        capture_output=True, text=True, cwd=ROOT, env=env, timeout=60, check=True,
    )  # fmt: skip
    found = [line.partition("\t")[0] for line in done.stdout.splitlines()]
    assert wanted.split()[-1] in found or any(one.startswith(wanted.split()[-1]) for one in found), done.stdout
