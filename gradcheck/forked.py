"""A forked process that answers requests: it costs some milliseconds, needs no imports, and can be killed."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import threading
from typing import TYPE_CHECKING, Any, NoReturn

from gradcheck.deadline import TimeUpError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

POSSIBLE = hasattr(os, "fork")
"""Elsewhere the same work is done in the process that asks for it."""
MEMORY = 4 << 30
"""Bytes of address space that a process beside this one may take: a claim that wants more is undecided."""
_HEADER = 8
_PIECE = 1 << 20


class LostError(Exception):
    """The process died before it had answered."""


class Child:
    """A copy of this process that calls ``answers`` for every request and sends back what that yields, one by one.

    It ignores Ctrl-C, which is its parent's business, and ends with its parent. ``first`` is called before it listens.
    """

    def __init__(self, answers: Callable[[Any], Iterable[Any]], first: Callable[[], object] | None = None) -> None:
        with uninterrupted():  # a process that is half started when Ctrl-C comes would be left alone
            requests, self._requests = os.pipe()
            self._answers, replies = os.pipe()
            lifeline, self._lifeline = os.pipe()
            self._ours = (self._requests, self._answers, self._lifeline)
            try:
                self.process = os.fork()
            except OSError:
                for descriptor in (requests, replies, lifeline, *self._ours):
                    os.close(descriptor)
                raise
            if self.process == 0:
                for descriptor in self._ours:
                    os.close(descriptor)
                _serve(answers, first, requests, replies, lifeline)
            for descriptor in (requests, replies, lifeline):
                os.close(descriptor)
        self._stopped = False

    def send(self, request: object) -> None:
        """Ask for answers; all those to the request before must have been received. Raises LostError."""
        data = pickle.dumps(request)
        try:
            write_message(self._requests, data)
        except OSError:
            raise LostError from None

    def receive(self, seconds: float | None = None) -> Any:
        """The next answer. Raises TimeUpError after ``seconds``, LostError if the process died."""
        if not select.select([self._answers], [], [], seconds)[0]:
            raise TimeUpError
        data = read_message(self._answers)
        if data is None:
            raise LostError
        return pickle.loads(data)  # noqa: S301 - written by our own process

    def stop(self) -> None:
        """Leave no process behind; may be called at any time, and twice."""
        if self._stopped:
            return
        self._stopped = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.process, 0)
        for descriptor in self._ours:
            os.close(descriptor)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Put Ctrl-C off until the end of the block."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def _serve(
    answers: Callable[[Any], Iterable[Any]],
    first: Callable[[], object] | None,
    requests: int,
    replies: int,
    lifeline: int,
) -> NoReturn:
    """The child: it never returns, and writes nothing but its answers."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        limit_memory(MEMORY)
        threading.Thread(target=_follow, args=(lifeline,), daemon=True).start()
        if first is not None:
            first()
        while (request := read_message(requests)) is not None:
            for answer in answers(pickle.loads(request)):  # noqa: S301 - written by our own process
                write_message(replies, pickle.dumps(answer))
    finally:
        os._exit(0)


def _follow(lifeline: int) -> None:
    """End with the parent, which holds the other end and never writes."""
    os.read(lifeline, 1)
    os._exit(1)


def limit_memory(most: int = MEMORY) -> None:
    """Let this process take so many bytes and no more, where the system can see to it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def write_message(descriptor: int, data: bytes) -> None:
    """One message into a pipe."""
    view = memoryview(len(data).to_bytes(_HEADER, "big") + data)
    while view:
        view = view[os.write(descriptor, view) :]


def read_message(descriptor: int) -> bytes | None:
    """The next message from a pipe, or None at its end."""
    header = _exactly(descriptor, _HEADER)
    return None if header is None else _exactly(descriptor, int.from_bytes(header, "big"))


def _exactly(descriptor: int, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = os.read(descriptor, min(_PIECE, count - len(data)))
        if not piece:
            return None
        data += piece
    return bytes(data)
