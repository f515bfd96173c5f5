"""The layout program as a process."""

import subprocess

import pytest

from gradcheck.errors import UsageProblem
from gradcheck.reports.drawing import layout


def test_it_answers():
    assert {one["name"] for one in layout.run("digraph { a -> b }")["objects"]} == {"a", "b"}
    assert layout.png("digraph { a -> b }").startswith(b"\x89PNG")


def test_without_it_a_message_says_what_would_do(monkeypatch):
    monkeypatch.setattr(layout.shutil, "which", lambda _name, path=None: None)
    with pytest.raises(UsageProblem, match="graphviz-pure, which is not installed") as found:
        layout.run("digraph { a }")
    assert found.value.hint == "pip install graphviz-pure"


def test_a_dot_of_the_system_will_do(monkeypatch):
    monkeypatch.setattr(layout.shutil, "which", lambda name, path=None: "/usr/bin/dot" if name == "dot" else None)
    assert layout.program() == "/usr/bin/dot"


def test_what_it_cannot_read_is_told():
    with pytest.raises(UsageProblem, match="the layout program failed"):
        layout.run("digraph {")


def test_it_cannot_run_for_ever(monkeypatch):
    def forever(*_args, **_options):
        raise subprocess.TimeoutExpired("dot", 1)

    monkeypatch.setattr(layout.subprocess, "run", forever)
    with pytest.raises(UsageProblem, match="too large to be laid out"):
        layout.run("digraph { a }")
