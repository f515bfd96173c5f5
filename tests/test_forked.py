"""A forked process that answers requests, and can be killed."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from gradcheck import forked
from gradcheck.deadline import TimeUpError
from gradcheck.forked import Child, LostError

pytestmark = pytest.mark.skipif(not forked.POSSIBLE, reason="fork of POSIX")


def squares(numbers):
    for number in numbers:
        yield number**2


@pytest.fixture
def started():
    children = []

    def start(answers):
        children.append(Child(answers))
        return children[-1]

    yield start
    for child in children:
        child.stop()


def test_answers_come_one_by_one_for_request_after_request(started):
    child = started(squares)
    for request in ([1, 2, 3], [4]):
        child.send(request)
        assert [child.receive(30) for _ in request] == [number**2 for number in request]


def test_the_function_need_not_be_one_that_can_be_sent(started):
    extra = object()
    child = started(lambda request: [request, extra is not None])
    child.send("a")
    assert (child.receive(30), child.receive(30)) == ("a", True)


def test_large_messages(started):
    child = started(lambda request: [request[::-1]])
    child.send(b"ab" * 2_000_000)
    assert child.receive(60) == b"ba" * 2_000_000


def test_a_process_that_dies_is_lost(started):
    child = started(lambda _: os._exit(3))
    child.send(None)
    with pytest.raises(LostError):
        child.receive(30)


def test_an_exception_is_a_death_without_a_traceback(started, capfd):
    child = started(lambda _: 1 / 0)
    child.send(None)
    with pytest.raises(LostError):
        child.receive(30)
    assert capfd.readouterr() == ("", "")


def test_what_takes_too_long(started):
    child = started(lambda _: signal.pause())
    child.send(None)
    with pytest.raises(TimeUpError):
        child.receive(0.01)


def test_stopping_leaves_no_process_even_one_that_does_not_listen(started):
    child = started(lambda _: pow(3, 10**9))  # hours inside one call that takes no signal
    child.send(None)
    child.stop()
    child.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(child.process, 0)


def test_a_process_ends_with_its_parent():
    """The parent (itself a child here) is killed; its own child closes the pipe that it holds by ending."""
    ours, theirs = os.pipe()

    def parent(_):
        child = Child(lambda _: signal.pause())
        child.send(None)
        yield child.process
        signal.pause()

    outer = Child(parent)
    try:
        outer.send(None)
        inner = outer.receive(30)
        os.close(theirs)
        os.kill(outer.process, signal.SIGKILL)
        rang = threading.Event()
        threading.Thread(target=lambda: (os.read(ours, 1), rang.set()), daemon=True).start()
        assert rang.wait(30), f"process {inner} is left"
    finally:
        outer.stop()
        os.close(ours)


def test_an_interrupt_comes_after_the_block():
    reached = []

    def interrupted():
        with forked.uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            reached.append(True)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert reached


def test_a_fork_that_fails_leaves_no_descriptor(monkeypatch):
    def refuse():
        raise BlockingIOError

    opened = Path("/proc/self/fd")
    if not opened.is_dir():
        pytest.skip("the system does not list descriptors")
    before = len(list(opened.iterdir()))
    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(BlockingIOError):
        Child(lambda request: [request])
    assert len(list(opened.iterdir())) == before
