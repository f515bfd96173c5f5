"""gradcheck taylor and gradcheck steps at the command line."""

import json

import pytest

from gradcheck.cli import run


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["taylor", "(x-2)**2+3", "--about", "x=1", "--to", "x=1.1"], 0),
        (["taylor", "x**2", "--about", "x=1", "--claim", "df/dx = x"], 1),
        (["taylor", "log(x)", "--about", "x=-1"], 2),
        (["taylor", "x**2", "--about", "x=1", "--to", "y=1"], 2),
        (["taylor", "x**2", "--about", "x=1", "--order", "1000000000"], 2),
        (["taylor", "abs(x)", "--about", "x=0"], 3),
        (["taylor", "-x**2", "--about", "x=-1", "--to", "x=-2", "-q"], 0),
        (["steps", "exp(x)*sin(x)", "--at", "x=1"], 0),
        (["steps", "relu(x)", "--at", "x=0"], 3),
        (["steps", "x*y", "--at", "x=1,y=2", "--wrt", "z"], 2),
    ],
)
def test_exit_codes(arguments, code, capsys):
    assert run(arguments) == code
    captured = capsys.readouterr()
    assert bool(captured.err) == (code == 2)
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    "command", [["taylor", "x**3", "--about", "x=1", "--to", "x=2"], ["steps", "x**3", "--at", "x=1"]]
)
@pytest.mark.parametrize(
    ("name", "start"), [("p.svg", "<svg"), ("p.json", "{"), ("p.md", "## "), ("p.html", "<!DOCTYPE"), ("p.txt", "f = ")]
)
def test_the_suffix_of_the_file_says_the_format(command, name, start, tmp_path, capsys):
    path = tmp_path / name
    assert run([*command, "-o", str(path)]) == 0
    assert path.read_text(encoding="utf-8").startswith(start)
    assert capsys.readouterr().out == ""


def test_a_format_that_is_named_wins(tmp_path):
    path = tmp_path / "p.svg"
    assert run(["steps", "x**3", "--at", "x=1", "--format", "json", "-o", str(path)]) == 0
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == "gradcheck.steps/1"


@pytest.mark.parametrize("name", ["p.png", "p.PDF", "missing/p.svg"])
def test_files_that_cannot_be_written(name, tmp_path, capsys):
    assert run(["taylor", "x**3", "--about", "x=1", "--to", "x=2", "-o", str(tmp_path / name)]) == 2
    assert "gradcheck: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_errors_as_json(capsys):
    assert run(["taylor", "log(x)", "--about", "x=-1", "--format", "json"]) == 2
    assert json.loads(capsys.readouterr().out)["schema"] == "gradcheck.error/1"


def test_standard_input(monkeypatch, capsys):
    import io

    class Stdin:
        buffer = io.BytesIO(b"x**2")

    monkeypatch.setattr("sys.stdin", Stdin)
    assert run(["taylor", "-", "--about", "x=1", "-q"]) == 0
    assert capsys.readouterr().out.startswith("AGREE")


@pytest.mark.parametrize(
    ("command", "plain"),
    [
        (["taylor", "{}", "--about", "x=1", "--to", "x=1.1"], "x**2/(1 + x)"),
        (["steps", "{}", "--at", "x=1"], "x**2/(1 + x)"),
    ],
)
def test_latex_says_what_the_plain_text_says(command, plain, capsys):
    assert run([part.format(r"$\frac{x^2}{1+x}$") for part in command]) == 0
    latex = capsys.readouterr().out
    assert run([part.format(plain) for part in command]) == 0
    assert capsys.readouterr().out == latex


def test_an_error_in_latex_has_its_place_there(capsys):
    assert run(["taylor", r"$\sinn x$", "--about", "x=1"]) == 2
    assert r"\sinn" in capsys.readouterr().err
