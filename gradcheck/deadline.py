"""A budget of seconds: asked politely between steps, enforced by a signal where a library does not ask."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


_AGAIN = 0.1
"""Seconds after which the alarm rings again: what a callback of the interpreter swallowed is not lost."""


class TimeUpError(Exception):
    """The budget is used up."""


class Deadline:
    """A moment after which work should stop; ``seconds`` from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())

    def passed(self) -> bool:
        """Whether the moment has come."""
        return time.monotonic() >= self._end

    def share(self, fraction: float) -> Deadline:
        """A deadline after a part of what is left."""
        return Deadline(self.left() * fraction)

    @contextlib.contextmanager
    def enforced(self) -> Iterator[None]:
        """Raise TimeUpError inside the block when the moment comes, even within a library's loop.

        Works in the main thread of a POSIX process; elsewhere the block is only checked before it starts.
        """
        left = self.left()
        if left == 0:
            raise TimeUpError
        if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
            yield
            return

        inside = True
        began = time.monotonic()
        outer, _ = signal.getitimer(signal.ITIMER_REAL)

        def ring(_signum: int, _frame: FrameType | None) -> None:
            if inside:
                raise TimeUpError

        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, min(left, outer or left), _AGAIN)
        try:
            yield
        finally:
            inside = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            if outer:  # the alarm of a block around this one
                signal.setitimer(signal.ITIMER_REAL, max(_AGAIN, outer - (time.monotonic() - began)), _AGAIN)
