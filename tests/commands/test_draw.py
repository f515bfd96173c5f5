"""``gradcheck draw``: files by their suffix, text in a terminal, and what is said of bad input."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import gradcheck
from gradcheck.cli import run

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
SAMPLES = Path(gradcheck.__file__).parent.parent / "samples"


def draw(*arguments):
    return run(["draw", *arguments])


def test_the_sample_is_what_the_command_writes(tmp_path):
    assert draw(RUNNING, "--at", "x=1", "-o", str(tmp_path / "graph.svg")) == 0
    assert (tmp_path / "graph.svg").read_text("utf-8") == (SAMPLES / "running-example.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [
        (".svg", b"<svg "), (".dot", b"digraph "), (".gv", b"digraph "), (".mmd", b"%% f = "), (".mermaid", b"%% f = "),
        (".png", b"\x89PNG"), (".txt", b"graph  f = "), (".SVG", b"<svg "),
    ],
)  # fmt: skip
def test_the_suffix_names_the_format(tmp_path, suffix, begins):
    path = tmp_path / f"graph{suffix}"
    assert draw("sin(x)", "--at", "x=1", "--routes", "reverse", "-o", str(path)) == 0
    assert path.read_bytes().startswith(begins)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_the_format_may_be_said(tmp_path, capsys):
    assert draw("sin(x)", "--at", "x=1", "--routes", "reverse", "--format", "dot", "-o", str(tmp_path / "graph")) == 0
    assert (tmp_path / "graph").read_text().startswith("digraph")
    assert draw("sin(x)", "--at", "x=1", "--routes", "reverse", "--format", "svg") == 0
    assert ET.fromstring(capsys.readouterr().out).tag.endswith("svg")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("graph.pdf", "the suffix .pdf names no format; known are .svg, .dot, .gv, .mmd, .mermaid, .png, .txt"),
        ("graph.svgg", "hint: did you mean .svg?"),
        ("graph", "a name without a suffix names no format"),
        ("missing/graph.svg", "does not exist\nhint: create it first"),
    ],
)
def test_files_that_cannot_be_written(tmp_path, capsys, name, said):
    assert draw("sin(x)", "--at", "x=1", "--routes", "reverse", "-o", str(tmp_path / name)) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "graph.svg"
    path.write_text("before")
    assert draw("sinn(x)", "-o", str(path)) == 2
    assert path.read_text() == "before"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("relu(x) - relu(-x)", "--at", "x=0"), 3),
        (("sin(x**2)", "--at", "x=1", "--claim", "cos(x**2)"), 1),
        (("log(x)", "--at", "x=-1"), 2),
        (("sin(x", "--at", "x=1"), 2),
        (("x*y", "--nodes", "1"), 2),
    ],
)
def test_exit_codes_are_those_of_eval(arguments, code, capsys):
    assert draw(*arguments, "--routes", "fd,reverse") == code
    assert "Traceback" not in "".join(capsys.readouterr())


def test_ascii_terminals_get_straight_boxes(monkeypatch, capsys):
    import io
    import sys

    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    assert draw("sqrt(x**2)*relu(x)", "--at", "x=2", "--routes", "reverse") == 0
    out.flush()
    lines = out.buffer.getvalue().decode("ascii").splitlines()
    assert "?" not in "".join(lines)
    heads = [number for number, line in enumerate(lines) if "x^2" in line]
    assert len(heads) == 1  # the box: a frame, the formula, value, adjoint, and the frame again
    top, bottom = lines[heads[0] - 1], lines[heads[0] + 3]
    left = top.index("+")
    right = top.index("+", left + 1)
    assert top[left : right + 1] == f"+{'-' * (right - left - 1)}+"
    assert bottom[left] == bottom[right] == "+"
    assert all(line[left] == line[right] == "|" for line in lines[heads[0] : heads[0] + 3])


def test_more_nodes_than_asked_for_are_summed_up(capsys):
    text = " + ".join(f"sin({n}*x)" for n in range(1, 60))
    assert draw(text, "--at", "x=1", "--routes", "reverse") == 0
    assert "a summary: " in capsys.readouterr().out
    assert draw(text, "--at", "x=1", "--routes", "reverse", "--nodes", "400") == 0
    assert "a summary: " not in capsys.readouterr().out
