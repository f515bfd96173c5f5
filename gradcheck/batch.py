"""Many claims: in processes or on a cluster, each with a time limit; the results come in the order of the input."""

from __future__ import annotations

import contextlib
import itertools
import signal
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Final, Literal

from gradcheck import forked
from gradcheck.claims.derivation import Derivation, conclude
from gradcheck.claims.verify import SECONDS, Task, verify
from gradcheck.deadline import Deadline, TimeUpError
from gradcheck.errors import GradcheckError, printable
from gradcheck.files import RowError, row_error
from gradcheck.verdicts import ClaimResult, Evidence

if TYPE_CHECKING:
    import concurrent.futures
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    Verify = Callable[..., ClaimResult]

CHUNK: Final = 32
"""Claims that travel to a process together."""
_AHEAD: Final = 3
"""Chunks in flight for each process."""
_CLUSTER_AHEAD: Final = 64
_GRACE: Final = 0.25
"""Seconds after its time limit at which a claim is interrupted, if it has not stopped by itself."""
_LAST_GRACE: Final = 2.0
"""Seconds of processor time, beyond twice the limit, after which the system ends a worker that does not listen."""
_PULSE: Final = 0.2
_MODULE: Final = "gradcheck.batch"
"""What a process that starts workers imports, so that they need not."""
_LOCK: Final = threading.Lock()
"""Flint's precision belongs to the process: threads of one (a cluster's worker) take turns."""

Item = Task | Derivation | RowError
Outcome = ClaimResult | RowError


def run(
    tasks: Iterable[Item],
    *,
    jobs: int = 1,
    timeout: float = SECONDS,
    executor: concurrent.futures.Executor | None = None,
    verify: Verify = verify,
    isolated: bool = False,
    prove: bool = False,
) -> Generator[Outcome]:
    """The outcome of every task, in the order of the tasks, with a bounded number of them read ahead.

    ``executor`` is anything with the interface of concurrent.futures, such as a Dask client's; it stays open. Without
    one, ``jobs`` above 1 are processes of this machine. ``isolated`` has even a single job done in a process of its
    own, so that a claim stuck in a library, where no signal is heard, can be given up. ``prove`` asks for a proof of
    every claim that is correct; it may take ``timeout`` seconds more.
    """
    worker = Worker(timeout, verify, prove=prove)
    if executor is not None:
        return _on_cluster(tasks, executor, worker)
    if jobs > 1:
        return _in_processes(tasks, jobs, worker)
    if isolated and forked.POSSIBLE:
        return _beside(tasks, worker)
    return (outcome for task in tasks for outcome in worker([task]))


@dataclass(frozen=True, slots=True)
class Worker:
    """What is done with a chunk of tasks, wherever it is done: it can be sent to another process."""

    timeout: float
    verify: Verify = verify
    prove: bool = False
    killable: bool = False
    """Whether this process may be ended by the system, since somebody will notice."""

    def __call__(self, chunk: Sequence[Item]) -> list[Outcome]:
        """Verify a chunk of tasks in this process."""
        with _LOCK:
            return [self._one(item) for item in chunk]

    def _one(self, item: Item) -> Outcome:
        match item:
            case RowError():
                return item
            case Task():
                return self._claim(item)
        lines: list[ClaimResult] = []
        for step in item.steps:
            found = self._claim(step)
            if isinstance(found, RowError):
                return found
            lines.append(found)
            if found.verdict == "wrong":
                break
        return conclude(item, lines)

    def _claim(self, item: Task) -> Outcome:
        limited = _last_resort(self.timeout) if self.killable else contextlib.nullcontext()
        try:
            with limited, Deadline(self.timeout + _GRACE).enforced():
                found = self.verify(item, timeout=self.timeout)
            return self._proved(item, found) if self.prove else found
        except GradcheckError as error:
            return row_error(error, item.file, item.line, item.id)
        except TimeUpError:
            return _undecided(item, "timeout", "the time limit was reached")
        except MemoryError:
            return _undecided(item, "timeout", "the memory limit was reached")
        except Exception as problem:  # noqa: BLE001 - a bug in one claim must not stop the others
            what = printable(f"{type(problem).__name__}: {problem}")[:200]
            return _undecided(item, "bug", f"this is a bug in gradcheck, please report it with the claim ({what})")

    def _proved(self, item: Task, found: ClaimResult) -> ClaimResult:
        from gradcheck.claims.prove import prove_task

        return prove_task(item, found, self.timeout)


def _undecided(item: Task | Derivation, kind: Literal["timeout", "bug"], reason: str) -> ClaimResult:
    task = item if isinstance(item, Task) else item.steps[0]
    return ClaimResult(
        expression=task.expression,
        of=f"∂f/∂{task.wrt}" if task.wrt else "",
        claim=task.claim,
        reading="",
        verdict="undecided",
        evidence=Evidence(kind),
        reason=reason,
        id=task.id,
        file=task.file,
        line=task.line,
    )


@contextlib.contextmanager
def _last_resort(timeout: float) -> Iterator[None]:
    """Let the system end this process when a claim computes on and on inside a library that takes no signal."""
    if not hasattr(signal, "ITIMER_VIRTUAL") or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.setitimer(signal.ITIMER_VIRTUAL, 2 * timeout + _LAST_GRACE)  # SIGVTALRM ends a process by default
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


# -- one process beside this one ------------------------------------------------------------------------------------


def _beside(tasks: Iterable[Item], worker: Worker) -> Generator[Outcome]:
    """In a forked process: it costs some milliseconds, and can be killed."""
    killable = replace(worker, killable=True)

    def answers(chunk: Sequence[Item]) -> Iterator[Outcome]:
        for item in chunk:
            yield from killable([item])

    child = forked.Child(answers)
    try:
        for chunk in _chunks(tasks):
            waiting = deque(chunk)
            while waiting:
                try:
                    child.send(list(waiting))
                    while waiting:
                        outcome = child.receive()
                        waiting.popleft()
                        yield outcome
                except forked.LostError:
                    child.stop()
                    child = forked.Child(answers)
                    yield _died(waiting.popleft())
    finally:
        child.stop()


# -- processes of this machine --------------------------------------------------------------------------------------


def _in_processes(tasks: Iterable[Item], jobs: int, worker: Worker) -> Generator[Outcome]:
    from gradcheck.pool import BrokenProcessPool, Pool

    worker = replace(worker, killable=True)
    chunks = _chunks(tasks)
    waiting: deque[tuple[list[Item], concurrent.futures.Future[list[Outcome]]]] = deque()
    pool = Pool(jobs, worker, _MODULE)
    try:
        while True:
            for chunk in itertools.islice(chunks, jobs * _AHEAD - len(waiting)):
                waiting.append((chunk, pool.submit(chunk)))
            if not waiting:
                return
            chunk, future = waiting.popleft()
            try:
                outcomes = future.result()
            except BrokenProcessPool:
                outcomes = None
            if outcomes is None:  # some process died: perhaps over this chunk, perhaps over another one
                pool.kill()
                yield from _carefully(chunk, worker)
                pool = Pool(jobs, worker, _MODULE)
                waiting = deque(
                    (chunk, future if _has_result(future) else pool.submit(chunk)) for chunk, future in waiting
                )
            else:
                yield from outcomes
    finally:
        pool.kill()


def _carefully(chunk: Sequence[Item], worker: Worker) -> Iterator[Outcome]:
    """One by one, so that a task which kills its process is found, and loses nothing but itself."""
    from gradcheck.pool import BrokenProcessPool, Pool

    pool = Pool(1, worker, _MODULE)
    try:
        for item in chunk:
            try:
                outcomes = pool.submit([item]).result()
            except BrokenProcessPool:
                outcomes = [_died(item)]
                pool.kill()
                pool = Pool(1, worker, _MODULE)
            yield from outcomes
    finally:
        pool.kill()


def _died(item: Item) -> Outcome:
    if isinstance(item, RowError):
        return item
    return _undecided(item, "timeout", "its process died (out of memory, or far beyond the time limit)")


def _has_result(future: concurrent.futures.Future[list[Outcome]]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


# -- a cluster ------------------------------------------------------------------------------------------------------


def _on_cluster(tasks: Iterable[Item], executor: concurrent.futures.Executor, worker: Worker) -> Generator[Outcome]:
    chunks = _chunks(tasks)
    waiting: deque[tuple[list[Item], concurrent.futures.Future[list[Outcome]]]] = deque()
    try:
        while True:
            for chunk in itertools.islice(chunks, _CLUSTER_AHEAD - len(waiting)):
                waiting.append((chunk, executor.submit(worker, chunk)))
            if not waiting:
                return
            chunk, future = waiting.popleft()
            try:
                outcomes = future.result()
            except Exception:  # noqa: BLE001 - every kind of executor has its own word for a lost worker
                outcomes = None
            if outcomes is None:
                for item in chunk:
                    yield _alone(item, executor, worker)
            else:
                yield from outcomes
    finally:
        for _, future in waiting:
            future.cancel()


def _alone(item: Item, executor: concurrent.futures.Executor, worker: Worker) -> Outcome:
    if isinstance(item, RowError):
        return item
    try:
        return executor.submit(worker, [item]).result()[0]
    except Exception as problem:  # noqa: BLE001 - see above
        what = printable(f"{type(problem).__name__}: {problem}")[:200]
        return _undecided(item, "timeout", f"its process died ({what})")


def _chunks(tasks: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(tasks)
    while chunk := list(itertools.islice(iterator, CHUNK)):
        yield chunk


# -- progress -------------------------------------------------------------------------------------------------------


def watched(outcomes: Iterable[Outcome], terminal: IO[str]) -> Iterator[Outcome]:
    """The same outcomes, with a line on a terminal that counts them and goes away at the end."""
    start = told = time.monotonic()
    wrong = 0
    try:
        for count, outcome in enumerate(outcomes, 1):
            wrong += isinstance(outcome, ClaimResult) and outcome.verdict == "wrong"
            now = time.monotonic()
            if now - told > _PULSE:
                told = now
                terminal.write(f"\r\x1b[K{count:,} claims, {wrong:,} wrong, {count / (now - start):,.0f}/s")
                terminal.flush()
            yield outcome
    finally:
        if told > start:
            terminal.write("\r\x1b[K")
            terminal.flush()
