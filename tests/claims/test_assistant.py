"""SymPy's process: kept for many questions, killed when it takes too long, never left behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

import pytest

from gradcheck.build import build
from gradcheck.claims import assistant as assistant_module
from gradcheck.claims.assistant import Assistant
from gradcheck.claims.claim import read_claim
from gradcheck.syntax.plain import parse


def question(expression, claim):
    graph = build(parse(expression))
    return graph, read_claim(claim, graph), {}, None


@pytest.fixture(scope="module")
def shared():
    found = Assistant()
    yield found
    found.stop()


@pytest.fixture
def own():
    found = Assistant()
    yield found
    found.stop()


def test_it_answers_question_after_question_in_one_process(shared):
    assert shared.ask(question("x**2", "2*x"), 60) == "yes"
    process = shared._process.pid
    assert shared.ask(question("x**2", "3*x"), 60) == "no"
    assert shared.ask(question("asin(x)", "1/cos(asin(x))"), 60) == "yes"
    assert shared._process.pid == process


def test_what_sympy_cannot_do_is_a_no(shared):
    body = "x"
    for _ in range(3_000):
        body = f"sin({body})"
    assert shared.ask(question(body, "1"), 60) in {"no", "time"}  # nested too deeply


ENDLESS = "sinh(x)**30*cosh(x)**31*tanh(exp(x))**12 + sin(x)**40*cos(x + exp(sin(x)))**30"


def test_it_stops_by_itself_and_stays(shared):
    assert shared.ask(question("x**2", "2*x"), 60) == "yes"
    process = shared._process.pid
    assert shared.ask(question(ENDLESS, "1"), 0.05) == "time"
    assert shared.ask(question("x**2", "2*x"), 60) == "yes"
    assert shared._process.pid == process


def test_one_that_does_not_listen_is_killed_and_replaced(own):
    assert own.ask(question("x**2", "2*x"), 60) == "yes"
    process = own._process.pid
    os.kill(process, signal.SIGSTOP)
    assert own.ask(question("x**2", "2*x"), 0.1) == "time"
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert own.ask(question("x**2", "2*x"), 60) == "yes"


def test_one_that_dies_is_replaced(own):
    assert own.ask(question("x**2", "2*x"), 60) == "yes"
    os.kill(own._process.pid, signal.SIGKILL)
    assert own.ask(question("x**2", "2*x"), 60) in {"memory", "yes"}
    assert own.ask(question("x**2", "2*x"), 60) == "yes"


def test_stopping_may_be_done_at_any_time_and_twice(own):
    own.stop()
    assert own.ask(question("x**2", "2*x"), 60) == "yes"
    process = own._process.pid
    own.stop()
    own.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Linux")
def test_it_ends_with_the_process_that_asks():
    code = (
        "import os, signal, sys\n"
        "from gradcheck.claims.assistant import Assistant\n"
        "found = Assistant()\n"
        "found._started()\n"
        "print(found._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=False, timeout=120)
    process = int(done.stdout)
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return
    assert select.select([descriptor], [], [], 30)[0], "a process is left"
    os.close(descriptor)


def test_one_that_does_not_get_ready_answers_nothing(own, monkeypatch):
    monkeypatch.setattr(assistant_module, "_START", 0.0)
    assert own.ask(question("x**2", "2*x"), 5) == "memory"
    assert own.ask(question("x**2", "3*x"), 5) == "memory"
