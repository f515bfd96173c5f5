"""Processes of this machine that can be ended at once. Imported where there is more than one job."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import signal
import threading
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from gradcheck import forked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["BrokenProcessPool", "Pool"]

I = TypeVar("I")  # noqa: E741 - what goes in
O = TypeVar("O")  # noqa: E741 - what comes out


class Pool(Generic[I, O]):
    """Worker processes that can be ended at once."""

    def __init__(self, jobs: int, work: Callable[[Sequence[I]], list[O]], module: str) -> None:
        """``work`` is done with each chunk; ``module`` is imported once, before the processes are forked."""
        self._work = work
        name = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        context: Any = multiprocessing.get_context(name)
        if name == "forkserver":
            context.set_forkserver_preload([module])
        self._executor = concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context, initializer=_prepare)

    def submit(self, chunk: Sequence[I]) -> concurrent.futures.Future[list[O]]:
        """The outcome of a chunk, to come; BrokenProcessPool where a process died."""
        try:
            with forked.uninterrupted():  # a process that is half started when Ctrl-C comes would be left alone
                return self._executor.submit(self._work, chunk)
        except (BrokenProcessPool, EOFError, OSError) as problem:  # a process died, or the one that forks them
            future: concurrent.futures.Future[list[O]] = concurrent.futures.Future()
            future.set_exception(BrokenProcessPool(str(problem)))
            return future

    def kill(self) -> None:
        """End the processes without waiting for what they do."""
        processes = list((getattr(self._executor, "_processes", None) or {}).values())
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        for process in processes:
            process.join()


def _prepare() -> None:
    """Make a process a worker: Ctrl-C is its parent's business, its memory is limited, and it ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    forked.limit_memory()
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
