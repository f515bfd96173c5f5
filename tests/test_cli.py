"""The command line: exit codes, where text goes, and every kind of bad input, without a traceback."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import mpmath
import pytest
from schemas import read_strictly

from gradcheck import evaluation
from gradcheck.cli import run
from gradcheck.evaluation import evaluate
from gradcheck.primitives.table import PRIMITIVES
from gradcheck.reports import FORMATS, Style

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
ESCAPE = "\x1b["
GRADCHECK = [sys.executable, "-m", "gradcheck"]


@pytest.fixture
def cli(capsys, monkeypatch):
    """Run the command line in this process: (exit code, stdout, stderr)."""

    def call(*arguments, stdin: str | bytes = b""):
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        code = run(arguments)
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, shown.out, shown.err

    return call


def child(*arguments, stdin=None, **environment):
    """Run the command line in a process of its own."""
    return subprocess.run(
        [*GRADCHECK, *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )


# -- exit codes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "arguments", "verdict"),
    [
        (0, ["x**2", "--at", "x=3"], "AGREE"),
        (0, ["2+3"], "AGREE"),
        (3, ["relu(x)", "--at", "x=0"], "UNDECIDED"),
        (3, ["sqrt(x)", "--at", "x=0"], "UNDECIDED"),
        (3, ["floor(x)", "--at", "x=2"], "UNDECIDED"),
        (0, ["x**2", "--at", "x=3", "--routes", "reverse"], "NOT COMPARED"),
    ],
)
def test_exit_codes_and_closing_lines(cli, code, arguments, verdict):
    found, out, err = cli("eval", *arguments)
    assert found == code
    assert err == ""
    closing = out[out.rindex(f"\n{verdict}  ") :]
    assert f"(exit {code})" in " ".join(closing.split())


@pytest.mark.usefixtures("forgotten")
def test_a_wrong_rule_is_exit_1(cli, monkeypatch):
    wrong = dataclasses.replace(PRIMITIVES["tanh"], derivatives=("1 + y**2",))
    monkeypatch.setitem(PRIMITIVES, "tanh", wrong)
    code, out, _ = cli("eval", "tanh(x)", "--at", "x=1")
    assert code == 1
    assert "DISAGREE  the routes exclude each other" in out
    assert "reverse mode says 1.58003" in out


@pytest.mark.parametrize(("text", "at"), [("log(x)", "x=-1"), ("1/x", "x=0"), ("x/x", "x=0"), ("asin(x)", "x=2")])
def test_a_point_outside_the_domain_is_exit_2(cli, text, at):
    code, out, err = cli("eval", text, "--at", at)
    assert (code, out) == (2, "")
    assert "has no value here" in err
    assert "^" in err


def test_a_bug_is_exit_70_and_asks_for_a_report(cli, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("float division by zero")

    monkeypatch.setattr(evaluation, "evaluate", broken)
    monkeypatch.delenv("GRADCHECK_TRACEBACK", raising=False)
    code, out, err = cli("eval", "x", "--at", "x=1")
    assert (code, out) == (70, "")
    assert "this is a bug in gradcheck" in err
    assert "ZeroDivisionError: float division by zero" in err
    assert "gradcheck eval x --at x=1" in err


def test_recursion_that_slips_through_is_a_bug(cli, monkeypatch):
    def broken(*_, **__):
        raise RecursionError

    monkeypatch.setattr(evaluation, "evaluate", broken)
    assert cli("eval", "x")[0] == 70


def test_an_interruption_is_exit_130(cli, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluation, "evaluate", interrupted)
    code, out, err = cli("eval", "x")
    assert (code, out, err.strip()) == (130, "", "gradcheck: interrupted")


# -- what is an expression, what an option -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (["-x^2", "--at", "x=3"], "-9"),
        (["--at", "x=3", "-x^2"], "-9"),
        (["-2*x + 1", "--at", "x=3"], "-5"),
        (["--x", "--at", "x=3"], "3"),
        (["-x", "--at=x=3"], "-3"),
        (["-1"], "-1"),
        (["-v2 + 1", "--at", "v2=3"], "-2"),
        (["-o1*2", "--at", "o1=3"], "-6"),
        (["--at", "q=5", "--", "-q"], "-5"),
    ],
)
def test_an_expression_may_begin_with_a_minus(cli, arguments, value):
    code, out, err = cli("eval", *arguments)
    assert (code, err) == (0, "")
    assert f"= {value}\n" in out


@pytest.mark.parametrize(
    "options",
    [
        ["--at", "x=1/2,y=pi/4"],
        ["--at", "x=1/2", "--at", "y=pi/4"],
        ["--at=x=0.5, y = pi/4"],
        ["--at", "y=pi/4", "--at", "x=sqrt(1/4)"],
    ],
)
def test_every_way_to_give_the_point(cli, options):
    code, out, _ = cli("eval", "x*sin(y)", *options)
    assert code == 0
    assert f"= {mpmath.nstr(mpmath.sqrt(2) / 4, 6)}" in out


def test_standard_input(cli):
    code, out, _ = cli("eval", "-", "--at", "x=3", stdin="a = x**2\n# a comment\n\ny = a + 1\n")
    assert code == 0
    assert "y = a + 1" in out
    assert "y = 10" in out


def test_standard_input_with_a_byte_order_mark_and_windows_lines(cli):
    code, out, _ = cli("eval", "-", "--at", "x=3", stdin=b"\xef\xbb\xbfa = x**2\r\ny = a + 1\r\n")
    assert code == 0
    assert "y = 10" in out


def test_standard_input_that_is_not_utf8(cli):
    code, out, err = cli("eval", "-", stdin=b"x + \xff")
    assert (code, out) == (2, "")
    assert "standard input is not UTF-8 (byte 5)" in err


def test_an_error_in_standard_input_says_the_line(cli):
    code, _, err = cli("eval", "-", "--at", "x=1", stdin="a = x**2\nb = a + sqr(x)\n")
    assert code == 2
    assert "standard input, line 2, column 9" in err
    assert "did you mean sqrt" in err


def test_an_error_in_at_says_so(cli):
    code, _, err = cli("eval", "x", "--at", "x=1/")
    assert code == 2
    assert "--at" in err
    assert "x=1/" in err


# -- what is shown -------------------------------------------------------------------------------------------------


def test_quiet_is_the_closing_line_only(cli):
    code, out, _ = cli("eval", RUNNING, "--at", "x=1", "-q")
    assert code == 0
    assert out == "AGREE  the three routes agree at all 7 nodes and variables to 30 digits (exit 0)\n"


def test_verbose_shows_the_reading_in_full(cli):
    code, out, _ = cli("eval", "-x^2/2 + 1", "--at", "x=1", "-v")
    assert code == 0
    assert "in full: ((-(x**2))/2) + 1" in out


def test_the_reading_is_always_echoed(cli):
    _, out, _ = cli("eval", "2x(x+1)^2", "--at", "x=1")
    assert out.startswith("f = 2*x*(x + 1)**2\n")


@pytest.mark.parametrize(("text", "note"), [("1/2x", "(1/2)*x"), ("x^1/2", "fractional power"), ("log(x)", "natural")])
def test_known_traps_are_told(cli, text, note):
    _, out, _ = cli("eval", text, "--at", "x=1")
    assert "note: " in out
    assert note in out


def chain(length):
    return "; ".join(["a0 = x + y", *(f"a{n} = sin(a{n - 1})" for n in range(1, length))])


@pytest.mark.parametrize(
    ("nodes", "shown", "hidden"),
    [("all", 50, None), ("inputs", 0, 50), ("6", 6, 44), ("0", 0, 50), ("50", 50, None), ("99", 50, None)],
)
def test_how_many_nodes_are_shown(cli, nodes, shown, hidden):
    code, out, _ = cli("eval", chain(50), "--at", "x=1,y=2", "--routes", "fd,reverse", "--nodes", nodes)
    assert code == 0
    assert shown_in(out, "FORWARD PASS") == (shown, hidden)


def test_a_long_table_is_elided(cli):
    _, out, _ = cli("eval", chain(50), "--at", "x=1,y=2", "--routes", "fd,reverse")
    shown, hidden = shown_in(out, "FORWARD PASS")
    assert 10 <= shown <= 25
    assert shown + hidden == 50
    assert "a0 = x + y" in out
    assert "a49 = sin(a48)" in out


@pytest.mark.parametrize("section", ["FORWARD PASS", "BACKWARD PASS", "TWO ROUTES"])
def test_every_section_tells_that_nodes_are_left_out(cli, section):
    _, out, _ = cli("eval", chain(50), "--at", "x=1,y=2", "--routes", "fd,reverse")
    assert shown_in(out, section)[1] is not None


def shown_in(report, section):
    """How many assigned nodes a section names in its lines, and how many it says are hidden (None: nothing is said)."""
    lines = report[report.index(section) :].split("\n\n")[0].splitlines()
    said = [match for line in lines if (match := re.search(r"… (?:and )?(\d+) (?:more )?nodes", line))]
    return sum(bool(re.match(r"  a\d+ = ", line)) for line in lines), int(said[0].group(1)) if said else None


def test_fifty_digits(cli):
    _, out, _ = cli("eval", "exp(x)", "--at", "x=1", "--digits", "50")
    with mpmath.workdps(80):
        assert mpmath.nstr(mpmath.e, 50) in out.replace("\n    ", "")


def test_fifty_digits_in_json(cli):
    _, out, _ = cli("eval", "exp(x)", "--at", "x=1", "--digits", "50", "--format", "json")
    document = read_strictly(out)
    with mpmath.workdps(80):
        assert document["value"] == mpmath.nstr(mpmath.e, 50)
        assert document["gradient"][0]["reverse"]["value"] == mpmath.nstr(mpmath.e, 50)


def test_json(cli):
    code, out, _ = cli("eval", RUNNING, "--at", "x=1", "--format", "json")
    document = read_strictly(out)
    assert (code, document["exit_code"]) == (0, 0)
    assert document["verdict"] == "agree"
    assert [node["name"] for node in document["nodes"]] == list("xabcdef")
    assert document["point"] == {"x": "1"}


def test_markdown(cli):
    code, out, _ = cli("eval", RUNNING, "--at", "x=1", "--format", "markdown")
    assert code == 0
    assert "| node | value | local derivatives |" in out
    assert out.rstrip().endswith("(exit 0)")


def test_json_of_huge_and_tiny_numbers(cli):
    _, out, _ = cli("eval", "x**10000", "--at", "x=3", "--format", "json")
    document = read_strictly(out)
    assert document["value"].startswith("1.6313501853426")
    assert document["value"].endswith("e+4771")


def test_the_point_is_drawn_and_the_seed_told(cli):
    _, first, _ = cli("eval", "x*y", "--seed", "3")
    _, again, _ = cli("eval", "x*y", "--seed", "3")
    _, other, _ = cli("eval", "x*y", "--seed", "4")
    assert first == again != other
    assert "(drawn from seed 3)" in first


def test_help_and_version(cli):
    for arguments in (["--help"], ["-h"], ["eval", "--help"], ["eval", "-h"]):
        code, out, err = cli(*arguments)
        assert (code, err) == (0, "")
        assert "Usage: gradcheck" in out
    code, out, _ = cli("--version")
    assert code == 0
    assert re.fullmatch(r"gradcheck \d+\.\d+\.\d+\n", out)


# -- colours -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result():
    return evaluate(RUNNING, at={"x": 1})


def colours(result, piece):
    """The colour codes right before each occurrence of a piece of text."""
    coloured = FORMATS["table"](result, Style(color=True))
    return {match.group(1) for match in re.finditer(r"\x1b\[([0-9;]*)m" + re.escape(piece), coloured)}


@pytest.mark.parametrize("piece", ["∂f/∂c", "∂f/∂x", "0.804549", "5.98308"])
def test_upstream_gradients_are_magenta(result, piece):
    assert colours(result, piece) == {"35"}


@pytest.mark.parametrize("piece", ["∂d/∂c", "∂e/∂c", "0.259298", "0.545252"])
def test_local_derivatives_are_blue(result, piece):
    assert colours(result, piece) == {"34"}


def test_colours_change_nothing_but_colours(result):
    coloured = FORMATS["table"](result, Style(color=True))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in plain.splitlines()] == FORMATS["table"](result, Style()).splitlines()


class Terminal(io.StringIO):
    """A standard output that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, None), ({"TERM": "dumb"}, False)],
)
def test_colours_in_a_terminal(monkeypatch, environment, coloured):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert run(["eval", "x**2", "--at", "x=3"]) == 0
    assert coloured is None or (ESCAPE in terminal.getvalue()) == coloured


@pytest.mark.parametrize("environment", [{}, {"TERM": "xterm-256color"}, {"FORCE_COLOR": "1"}])
def test_a_pipe_is_plain(cli, monkeypatch, environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _, out, _ = cli("eval", RUNNING, "--at", "x=1")
    assert ESCAPE not in out


def test_a_file_is_plain_even_from_a_terminal(monkeypatch, tmp_path):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", Terminal())
    path = tmp_path / "report.txt"
    assert run(["eval", "x**2", "--at", "x=3", "-o", str(path)]) == 0
    assert ESCAPE not in path.read_text(encoding="utf-8")


def test_text_of_the_user_cannot_steer_the_terminal(cli):
    _, out, err = cli("eval", "x\x1b[31m + 1")
    assert ESCAPE not in out + err
    _, out, err = cli("eval", "x + 1", "--nodes", "\x1b[31m")
    assert ESCAPE not in out + err


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(cli, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = cli("eval", RUNNING, "--at", "x=1", "--digits", "12")
    assert max(map(len, out.splitlines())) <= columns


# -- files ---------------------------------------------------------------------------------------------------------


def test_a_report_into_a_file(cli, tmp_path):
    path = tmp_path / "report.json"
    code, out, err = cli("eval", "relu(x)", "--at", "x=0", "--format", "json", "-o", str(path))
    assert (code, out, err) == (3, "", "")
    assert read_strictly(path.read_text(encoding="utf-8"))["verdict"] == "undecided"
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_replaces_a_file_and_keeps_its_mode(cli, tmp_path):
    path = tmp_path / "report.txt"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    assert cli("eval", "x", "--at", "x=1", "-o", str(path))[0] == 0
    assert "old" not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o640


def test_an_error_leaves_the_old_file(cli, tmp_path):
    path = tmp_path / "report.txt"
    path.write_text("old", encoding="utf-8")
    assert cli("eval", "sqrt(x", "-o", str(path))[0] == 2
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_half_written_is_left_when_writing_fails(cli, tmp_path, monkeypatch):
    path = tmp_path / "report.txt"
    path.write_text("old", encoding="utf-8")

    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fails)
    code, out, err = cli("eval", "x", "--at", "x=1", "-o", str(path))
    assert (code, out) == (2, "")
    assert "No space left on device" in err
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "message"),
    [("no/such/directory/report.txt", "does not exist"), (".", "is a directory"), ("/dev/full", "No space left")],
)
def test_a_file_that_cannot_be_written(cli, tmp_path, monkeypatch, name, message):
    monkeypatch.chdir(tmp_path)
    code, out, err = cli("eval", "x", "--at", "x=1", "-o", name)
    assert (code, out) == (2, "")
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_to_and_not_replaced():
    done = child("eval", "x", "--at", "x=1", "-q", "-o", "/dev/stdout")
    assert done.returncode == 0
    assert done.stdout.startswith(b"AGREE")
    assert Path("/dev/stdout").is_symlink()


# -- errors --------------------------------------------------------------------------------------------------------

BAD = [
    # the text, what the message holds
    ("", "there is no expression"),
    ("   \n ", "there is no expression"),
    ("# only a comment", "there is no expression"),
    ("sqrt(x", "')' expected"),
    ("x +", "the text ends where a number"),
    ("x)", "closes nothing"),
    ("sinn(x)", "there is no function called 'sinn'"),
    ("1/0", "division by zero"),
    ("x + 1/(2-2)", "division by zero"),
    ("0**-1", "0 has no negative power"),
    ("9**9**9**9", "exponent"),
    ("x**(10**7)", "exponent"),
    ("1" * 1_000_000, "a number may have at most"),
    ("0." + "3" * 1_000_000, "a number may have at most"),
    ("1e999999999", "exponent"),
    ("(" * 1_000_000, "the text ends"),
    ('__import__("os")', "text in quotes"),
    ('__import__("os").system("true")', "text in quotes"),
    ("__import__(os)", "there is no function called '__import__'"),
    ("x.__class__", "there are no attributes"),
    ("x.__class__.__mro__[1]", "there are no attributes"),
    ("lambda", "a word of Python"),
    ("lambda x: x", "a colon"),
    ("exec(x)", "exec"),
    ("eval(x)", "eval"),
    ("open(x)", "open"),
    ("[x for x in y]", "a word of Python"),
    ("x\x00 + 1", "U+0000"),
    ("٣*x", "digits must be 0-9"),
    ("१ + x", "digits must be 0-9"),
    ("x + ５", "digits must be 0-9"),
    ("x + 𝟓", "digits must be 0-9"),
    ("x\u200b + 1", "U+200B"),
    ("x\u202e + 1", "U+202E"),
    ("x if y else z", "a word of Python"),
    ("x = = 2", None),
    ("x == ", "the text ends"),
    ("f(x) = x**2", None),
    ("x!", "factorial"),
    ("x % 2", "remainder"),
    ("{x}", "braces"),
    ("'x'", "quotes"),
    ("max()", "max needs an argument"),
    ("sin()", "sin needs an argument"),
    ("sin(x, y)", "sin takes 1 argument, not 2"),
    ("sin", "needs its arguments in parentheses"),
    ("x,y", "comma"),
    ("2 3", "two numbers"),
    ("x ** ** 2", None),
    ("*x", None),
    ("nan", "not a real number"),
    ("inf*x", "not a real number"),
    ("where(x, 1, 2)", "must be a comparison"),
    ("a = x; a = 2", "assigned twice"),
    ("\ud800", None),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=[ascii(row[0][:30]) for row in BAD])
def test_bad_input_is_one_clear_message_and_exit_2(cli, text, message):
    code, out, err = cli("eval", text, "--at", "x=1")
    assert (code, out) == (2, "")
    assert err.startswith("gradcheck: ")
    lines = err.splitlines()
    assert len(lines) <= 4
    assert max(map(len, lines)) < 200
    assert message is None or message in lines[0]


SHORT = [row for row in BAD if len(row[0]) < 1000]


@pytest.mark.parametrize(("text", "message"), SHORT, ids=[ascii(row[0]) for row in SHORT])
def test_bad_input_through_standard_input_and_as_json(cli, text, message):
    data = text.encode("utf-8", "surrogatepass")
    code, out, err = cli("eval", "-", "--at", "x=1", "--format", "json", stdin=data)
    assert (code, err) == (2, "")
    error = read_strictly(out)["error"]
    assert message is None or message in error["message"]
    assert error["file"] in {"standard input", None}


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["x", "--wrt", "z", "--at", "x=1"], "nothing called 'z'", "the graph has x"),
        (["length", "--wrt", "lenght", "--at", "length=1"], "nothing called 'lenght'", "did you mean length"),
        (["x*y", "--at", "x=1"], "'y' has no value", "add --at y="),
        (["x", "--at", "x=1,y=2"], "gives y a value", None),
        (["xy", "--at", "x=1,y=2"], "'xy' has no value", "x*y"),
        (["x", "--at", "x=hello"], "not one", "constants: pi, e"),
        (["x", "--at", "x=1,x=2"], "two values", None),
        (["x", "--at", "5"], "name=number", "as in x=1"),
        (["x", "--at"], "--at needs a value", "x=1"),
        (["x", "--at", "x=1", "--routes", "fdd"], "no route called 'fdd'", "did you mean fd"),
        (["x", "--at", "x=1", "--routes", ""], None, None),
        (["x", "--at", "x=1", "--method", "centrall"], "centrall", None),
        (["x", "--at", "x=1", "--step", "-1"], "positive", None),
        (["x", "--at", "x=1", "--step", "nan"], "positive", None),
        (["x", "--at", "x=1", "--step", "small"], "small", None),
        (["x", "--at", "x=1", "--digits", "0"], "digits", None),
        (["x", "--at", "x=1", "--digits", "1000000"], "digits", None),
        (["x", "--at", "x=1", "--timeout", "0"], "timeout", None),
        (["x", "--at", "x=1", "--seed", "x"], "seed", None),
        (["x", "--at", "x=1", "--nodes", "two"], "--nodes takes all, inputs or a number", None),
        (["x", "--at", "x=1", "--format", "jsn"], "jsn", None),
        (["x", "--sed", "3"], "one argument too many: --sed", "did you mean --seed"),
        (["x", "--forat", "json"], "one argument too many: --forat", "did you mean --format"),
        (["x", "+", "1"], "one argument too many", "quotes"),
        ([], "EXPR", None),
    ],
)
def test_bad_options(cli, arguments, message, hint):
    code, out, err = cli("eval", *arguments)
    if message is None:  # either reading of an empty list is fine, as long as it is told or harmless
        assert code in {0, 2}
        return
    assert (code, out) == (2, "")
    assert err.startswith("gradcheck: ")
    assert message in err
    assert hint is None or hint in err.partition("hint: ")[2]


def test_an_unknown_command(cli):
    code, out, err = cli("evl", "x")
    assert (code, out) == (2, "")
    assert "evl" in err


def test_no_command_shows_the_help(cli):
    code, out, err = cli()
    assert code in {0, 2}
    assert "Usage: gradcheck" in out + err


def test_an_error_as_json(cli):
    code, out, err = cli("eval", "3 + log(x-2)", "--at", "x=1", "--format=json")
    assert (code, err) == (2, "")
    error = read_strictly(out)["error"]
    assert (error["line"], error["column"], error["length"]) == (1, 5, 8)
    assert "needs x-2 > 0" in error["message"] or "needs x - 2 > 0" in error["message"]


def test_an_error_without_a_place_as_json(cli):
    _, out, _ = cli("eval", "x", "--at", "x=1", "--wrt", "z", "--format", "json")
    assert read_strictly(out)["error"]["line"] is None


def test_the_place_is_drawn(cli):
    _, _, err = cli("eval", "3 + log(x-2)", "--at", "x=1")
    lines = err.splitlines()
    assert lines[1] == "  3 + log(x-2)"
    assert lines[2] == "      ^^^^^^^^"


# -- 100,000 -------------------------------------------------------------------------------------------------------

LARGE = {
    # the text, its value and slope at x = 1/2
    "a sum of 100,000 terms": ("+".join(["x"] * 100_000), "50000", "100000"),
    "a nest 100,000 deep": ("-(" * 100_000 + "x" + ")" * 100_000, "0.5", "1"),
    "100,000 parentheses": ("(" * 100_000 + "x" + ")" * 100_000, "0.5", "1"),
}


@pytest.mark.parametrize(("text", "value", "slope"), LARGE.values(), ids=LARGE)
def test_large_expressions_end_and_sympy_bows_out(cli, text, value, slope):
    code, out, err = cli("eval", "-", "--at", "x=1/2", "--timeout", "5", stdin=text)
    assert code in {0, 3}
    assert err == ""
    assert f" = {value}\n" in out
    assert slope in out
    if code == 3:
        assert "time limit" in out
    if "SymPy gave up" in out:
        assert "the other routes answer" in " ".join(out.split())
    assert len(out) < 100_000


def test_a_deep_nest_of_functions_by_reverse_mode_alone(cli):
    text = "sin(" * 100_000 + "x" + ")" * 100_000
    code, out, err = cli("eval", "-", "--at", "x=1/2", "--routes", "reverse", "-q", stdin=text)
    assert (code, err) == (0, "")
    assert out.startswith("NOT COMPARED")


# -- processes -----------------------------------------------------------------------------------------------------


def test_a_process_of_its_own():
    done = child("eval", RUNNING, "--at", "x=1", "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert read_strictly(done.stdout.decode())["verdict"] == "agree"


def test_a_broken_pipe_is_silent():
    command = f"'{sys.executable}' -m gradcheck eval '{chain(150)}' --at x=1,y=2 --nodes all --routes fd,reverse"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -1; exit ${{PIPESTATUS[0]}}"], capture_output=True, check=False, timeout=60
    )
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1
    assert done.returncode == 0


def test_a_locale_without_unicode_still_gets_a_report():
    done = child(
        "eval", RUNNING, "--at", "x=1", "--routes", "fd,reverse",
        LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode("ascii")
    assert "df/dc" in text
    assert "?" not in text


def test_an_error_in_a_locale_without_unicode():
    done = child("eval", "٣*x", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_a_null_byte_through_standard_input():
    done = child("eval", "-", stdin=b"x\x00+1")
    assert done.returncode == 2
    assert b"U+0000" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_scalar_job_imports_neither_numpy_nor_sympy():
    code = (
        "import sys; from gradcheck.cli import run;"
        "run(['eval', 'x**2', '--at', 'x=3', '--routes', 'fd,reverse', '-q']);"
        "print([name for name in ('numpy', 'sympy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def test_json_is_one_document(cli):
    _, out, _ = cli("eval", "x", "--at", "x=1", "--format", "json")
    assert out.endswith("}\n")
    json.loads(out)


@pytest.mark.parametrize("command", [[], ["eval"], ["check"], ["grade"], ["rules"]])
def test_help_keeps_its_examples_on_lines_of_their_own(cli, command):
    code, out, _ = cli(*command, "--help")
    assert code == 0
    assert "\\b" not in out
    assert any(line.startswith("  gradcheck ") for line in out.splitlines())


def test_no_command_shows_the_help_as_it_is(cli):
    code, out, err = cli()
    assert code == 2
    assert "Reference:" in out + err
    assert "\\x0a" not in out + err


@pytest.mark.parametrize("declared", ["0 < x < 1e-3", "x > 1000", "x: integer; x < -20"])
def test_a_point_is_drawn_within_narrow_or_far_bounds(cli, declared):
    code, out, _ = cli("eval", "x**2", "--var", declared)
    assert code == 0, out


def test_on_a_large_tape_a_comparison_without_value_is_no_branch(cli):
    sines = " + ".join(f"sin({number}*x)" for number in range(2, 150))
    code, _, err = cli("eval", f"{sines} + where(log(x) > 0, x, 5*x)", "--routes", "reverse", "--at", "x=-1")
    assert code == 2
    assert "log(x) has no value here" in err


def test_no_point_for_a_large_tape_is_an_input_that_cannot_be_used(cli):
    sines = " + ".join(f"sin({number}*x)" for number in range(2, 300))
    code, _, err = cli("eval", sines, "--routes", "reverse", "--var", "x > 1000")
    assert code == 0, err
    code, _, err = cli("eval", f"{sines} + log(-x^2)", "--routes", "reverse")
    assert code == 2
    assert "no point was found" in err


def test_steps_of_a_function_beyond_float64_say_that_nothing_was_measured(cli):
    code, out, err = cli("steps", "x+1e400", "--at", "x=1")
    assert code == 3, err
    assert "no slope was measured" in out


@pytest.mark.parametrize(
    "command", [("eval", "x**2", "--at"), ("taylor", "x**2", "--about"), ("steps", "x**2", "--at")]
)
def test_a_point_that_is_not_what_is_declared(cli, command):
    code, _, err = cli(*command, "x=-1", "--var", "x > 0")
    assert code == 2
    assert "x = -1 is not what is declared: x > 0" in err
