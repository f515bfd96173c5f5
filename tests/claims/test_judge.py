"""The claims about one graph: here and in a process that can be killed, with the same verdicts and the same errors."""

from __future__ import annotations

import pytest

from gradcheck import forked
from gradcheck.build import build
from gradcheck.claims import judge as room
from gradcheck.claims.judge import Judge
from gradcheck.errors import GradcheckError
from gradcheck.syntax.plain import parse

CLAIMS = ("df/dx = 2*x", "3*x", "x + x", "2*log(-1 - x**2)")


def judge(expression="x**2", **options):
    return Judge(build(parse(expression)), {}, {}, None, 0, 5.0, **options)


def test_the_same_here_and_beside():
    here, beside = judge().verdicts(CLAIMS), judge().verdicts(CLAIMS, isolated=True)
    assert here == beside
    assert [one.verdict for one in here] == ["correct", "wrong", "correct", "undecided"]


@pytest.mark.parametrize("isolated", [False, True])
def test_an_unreadable_claim_is_told_with_its_place(isolated):
    with pytest.raises(GradcheckError, match="sinn") as caught:
        judge().verdicts(("2*x", "df/dx = sinn(x)"), isolated=isolated)
    assert caught.value.source == "df/dx = sinn(x)"
    assert caught.value.span == (8, 12)


@pytest.mark.parametrize("isolated", [False, True])
def test_proofs(isolated):
    (found,) = judge(prove=True).verdicts(("2*x",), isolated=isolated)
    assert found.evidence.kind == "proved"


@pytest.mark.skipif(not forked.POSSIBLE, reason="fork of POSIX")
def test_a_claim_stuck_where_no_signal_is_heard_is_given_up(monkeypatch):
    real = room.verify_claim

    def stuck(graph, text, **options):
        return pow(3, 10**9) if text == "3*x" else real(graph, text, **options)

    monkeypatch.setattr(room, "verify_claim", stuck)
    monkeypatch.setattr(room, "_GRACE", 0.2)
    one = Judge(build(parse("x**2")), {}, {}, None, 0, 0.3)
    found = one.verdicts(("2*x", "3*x", "x + x"), isolated=True)
    assert [(result.verdict, result.evidence.kind) for result in found] == [
        ("correct", "points"),
        ("undecided", "timeout"),
        ("correct", "points"),
    ]
    assert found[1].of == "∂f/∂x"


@pytest.mark.skipif(not forked.POSSIBLE, reason="fork of POSIX")
def test_a_claim_that_wants_too_much_memory_is_given_up(monkeypatch):
    """BUG: its process had no limit, and a MemoryError of its own was raised in the one that asked."""
    real = room.verify_claim

    def greedy(graph, text, **options):
        return bytearray(forked.MEMORY) if text == "3*x" else real(graph, text, **options)

    monkeypatch.setattr(room, "verify_claim", greedy)
    found = judge().verdicts(("2*x", "3*x", "x + x"), isolated=True)
    assert [result.verdict for result in found] == ["correct", "undecided", "correct"]
    assert found[1].reason == "the time limit or the memory limit was reached"
