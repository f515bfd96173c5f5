"""The label ``proved``: by rewriting, by SymPy, or not; never for what is not correct."""
# ruff: noqa: E501 - tables of cases read best in rows

from __future__ import annotations

import json
import random
from functools import cache

import pytest
from corpora.altered import TEXTBOOK, altered

from gradcheck.claims import prove as room
from gradcheck.claims.claim import read_claim
from gradcheck.claims.prove import ENCLOSED, REWRITTEN, SIMPLIFIED, is_same, prove_task
from gradcheck.claims.verify import Task, read_task, verify


@pytest.fixture(scope="module", autouse=True)
def _no_process_is_left():
    yield
    room.close()


def proved(expression, claim, *, seconds=60, **options):
    task = Task(expression, claim, **options)
    return prove_task(task, verify(task), seconds)


class Silent:
    """An assistant that must not be needed."""

    def __init__(self, answer=None):
        self.answer = answer
        self.seconds = None

    def ask(self, _question, seconds):
        assert self.answer is not None, "SymPy is asked"
        self.seconds = seconds
        return self.answer


@pytest.fixture
def assistant(monkeypatch):
    def use(answer=None):
        found = Silent(answer)
        monkeypatch.setattr(room, "_assistant", lambda: found)
        return found

    return use


@pytest.mark.parametrize(
    ("expression", "claim", "options"),
    [
        ("x**2", "2*x", {}), ("sin(x)**2", "sin(2*x)", {}), ("log(x)/x", "(1 - log(x))/x**2", {}), ("x**n", "n*x**(n - 1)", {"wrt": "x"}),
        ("sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))", "2*x*(1 + b)*(1/(2*sqrt(c)) - sin(c))", {}), ("a = x**2; b = sin(a)", "db/dx = db/da*da/dx", {}),
        ("x*abs(x)", "2*abs(x)", {}), ("relu(x)", "where(x > 0, 1, 0)", {}), ("sqrt(a**2)*x", "a", {"wrt": "x", "declarations": "a > 0"}), ("x", "df/dq = 0", {}),
        ("a = x**2; b = exp(a); c = a + b; sqrt(c)", "dc/da = 1", {}), ("a = x**2; b = exp(a); c = a + b; sqrt(c)", "dc/da = 1 + exp(a)", {}),
        ("x**2", "4", {"at": "x=2"}), ("sin(x)", "sqrt(3)/2", {"at": "x=pi/6"}), ("x**2", "2*x", {"rtol": 0.1}),
    ],
)  # fmt: skip
def test_the_same_after_rewriting(expression, claim, options, assistant):
    assistant()
    found = proved(expression, claim, **options)
    assert (found.verdict, found.evidence.kind) == ("correct", "proved")
    assert found.evidence.how.startswith(REWRITTEN)
    assert not any("proof" in note for note in found.notes)


def test_declarations_that_a_proof_may_use_are_said(assistant):
    assistant()
    found = proved("sqrt(a**2)*x", "a", wrt="x", declarations="a > 0")
    assert found.evidence.how == f"{REWRITTEN}, given a > 0"


@pytest.mark.parametrize(("claim", "rtol"), [("6.0", None), ("5.98", None), ("6", 0.1)])
def test_a_rounded_number_is_proved_by_its_enclosure(claim, rtol, assistant):
    assistant()
    found = proved("x**2", claim, at="x=2.99", rtol=rtol)
    assert (found.evidence.kind, found.evidence.how) == ("proved", ENCLOSED)


def test_sympy_knows_more():
    found = proved("asin(x)", "1/cos(asin(x))")
    assert (found.evidence.kind, found.evidence.how) == ("proved", SIMPLIFIED)
    assert found.evidence.points >= 12


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        ("no", "no proof was found"),
        ("time", "no proof was found within 7 s"),
        ("memory", "no proof was found within the memory limit"),
    ],
)
def test_without_a_proof_a_claim_stays_correct_at_points(answer, note, assistant):
    asked = assistant(answer)
    found = proved("asin(x)", "1/cos(asin(x))", seconds=7)
    assert asked.seconds == 7
    assert (found.verdict, found.evidence.kind, found.notes[-1]) == ("correct", "points", note)


@pytest.mark.parametrize(
    ("expression", "claim", "verdict"),
    [("x**2", "3*x", "wrong"), ("x**2", "2*log(exp(x) - exp(x))", "undecided"), ("cbrt(x)", "x**(-2/3)/3", "undecided"), ("log(-1 - x**2)", "1", "undecided")],
)  # fmt: skip
def test_what_is_not_correct_is_not_even_tried(expression, claim, verdict, assistant):
    assistant()
    found = proved(expression, claim)
    assert found.verdict == verdict
    assert found.evidence.kind != "proved"
    assert found == verify(Task(expression, claim))


@cache
def rows():
    return [json.loads(line) for line in TEXTBOOK.read_text(encoding="utf-8").splitlines()]


def is_rewritten(row, claim):
    function, _, declarations = read_task(Task(row["expr"], claim, wrt=row["wrt"], declarations=row["vars"]))
    graph = function.graph
    return is_same(graph, read_claim(claim, graph, row["wrt"] or None), declarations)


def test_most_textbook_claims_are_the_same_after_rewriting():
    sample = random.Random(3).sample(rows(), 300)
    assert sum(is_rewritten(row, row["claim"]) for row in sample) >= 290


def test_no_altered_claim_is_ever_found_the_same():
    """Here without the points, which refute it first: the argument itself must be sound."""
    tried = 0
    for row in random.Random(4).sample(rows(), 150):
        for one in altered(row, 3):
            tried += 1
            assert not is_rewritten(row, one.text), (row, one.text)
    assert tried > 300
