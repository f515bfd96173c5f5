"""A small sample of the fuzzing on every run, what it found before, and proof that the laws can be broken."""

from __future__ import annotations

import pytest
from attack import fuzz, laws
from attack.findings import FINDINGS
from attack.fuzz import NAMES, Recorder
from attack.targets import TARGETS, encoded
from hypothesis import HealthCheck, given, settings

from gradcheck.errors import Span, SyntaxProblem

EXAMPLES = {"evaluate": 6, "claim": 8, "grade": 5, "command": 8}
"""Inputs of a target's grammar; 25 where it is quick."""


def is_there(name):
    return name != "latex" or laws.has_latex()


@pytest.mark.parametrize("name", [name for name in NAMES if is_there(name)])
def test_inputs_of_the_grammar_keep_the_law(name):
    target = TARGETS[name]

    @settings(max_examples=EXAMPLES.get(name, 25), deadline=None, suppress_health_check=list(HealthCheck))
    @given(target.grammar())
    def attacked(value):
        target.law(value)

    attacked()


@pytest.mark.parametrize("name", [name for name in NAMES if is_there(name)])
def test_the_files_to_begin_with_keep_the_law(name):
    target = TARGETS[name]
    for data in [*target.seeds()][: 20 if name in EXAMPLES else 60]:
        target.law(target.decoded(data))


@pytest.mark.parametrize(("name", "value", "what"), FINDINGS, ids=[found[2][:50] for found in FINDINGS])
def test_what_was_found_stays_mended(name, value, what):
    TARGETS[name].law(value)


def test_every_target_has_a_name():
    assert tuple(TARGETS) == NAMES


@pytest.mark.parametrize("value", ["x + \ud800", b"\xff\x00", "", "a,b"])
def test_an_input_is_kept_as_bytes(value):
    target = TARGETS["table" if isinstance(value, bytes) else "plain"]
    assert target.decoded(encoded(value)) == value


# -- laws that can be broken -------------------------------------------------------------------------------------------


def raises(error):
    def read(*_args, **_options):
        raise error

    return read


@pytest.mark.parametrize(
    "problem",
    [
        ValueError("no GradcheckError"),
        RecursionError(),
        SyntaxProblem("", span=Span(0, 1), source="x"),
        SyntaxProblem("outside", span=Span(3, 9), source="x"),
        SyntaxProblem("backwards", span=Span(1, 0), source="x"),
        SyntaxProblem("a hint", span=Span(0, 1), source="x", hint=" "),
    ],
    ids=repr,
)
def test_a_reader_that_breaks_its_law(problem, monkeypatch):
    monkeypatch.setattr(laws, "parse", raises(problem))
    with pytest.raises((type(problem), AssertionError)) as caught:
        laws.plain("x")
    assert not isinstance(caught.value, SyntaxProblem)


def test_a_printer_that_changes_the_meaning(monkeypatch):
    monkeypatch.setattr(laws, "write_program", lambda program, full=False: "x + 2")
    with pytest.raises(AssertionError, match="means something else"):
        laws.plain("x + 1")


def test_a_command_that_shows_a_bug(monkeypatch):
    monkeypatch.setattr(laws, "run", lambda arguments: 70)
    with pytest.raises(AssertionError, match="exit code 70"):
        laws.command(laws.FIELD.join(["eval", "x", "", ""]))


def test_a_failure_is_written_down_and_can_be_run_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(laws, "parse", raises(ZeroDivisionError("found")))
    recorder = Recorder("plain", "grammar", TARGETS["plain"], tmp_path)
    with pytest.raises(ZeroDivisionError):
        recorder.attack("x + 1")
    with pytest.raises(ZeroDivisionError):
        recorder.attack("x")
    recorder.save()
    (path,) = tmp_path.glob("finding-plain-*.json")
    assert [found for found, _ in recorder.smallest.values()] == [b"x"], "the smallest input is kept"
    with pytest.raises(ZeroDivisionError):
        fuzz._replay(path)
    monkeypatch.undo()
    fuzz._replay(path)
    assert "the law holds" in capsys.readouterr().out


def test_an_input_that_takes_too_long(tmp_path):
    slow = fuzz.Recorder("plain", "grammar", TARGETS["plain"].__class__(lambda _: None, None, None, -1.0), tmp_path)
    with pytest.raises(fuzz.TooSlowError):
        slow.attack("x")
