"""SymPy in a process of its own, asked about claim after claim: imported once, killed when it takes too long."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import select
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Final, Literal

from gradcheck import forked
from gradcheck.deadline import Deadline, TimeUpError

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = Literal["yes", "no", "time", "memory"]

MEMORY: Final = 2 << 30
"""Bytes that the process may take."""
_START: Final = 120.0
"""Seconds that importing SymPy may take; they are nobody's claim's."""
_GRACE: Final = 0.5
"""Seconds after its time limit at which the process is killed; until then it is asked to stop by itself."""
_CODE: Final = "import sys; sys.path[:] = sys.argv[1:]; from gradcheck.claims.assistant import serve; sys.exit(serve())"


class Assistant:
    """The process, started when it is first asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: tuple[Any, ...], seconds: float) -> Answer:
        """What difference.vanishes says, or why it says nothing."""
        try:
            process = self._started()
            forked.write_message(_number(process.stdin), pickle.dumps((question, seconds)))
            answer = self._received(process, seconds + _GRACE)
        except (OSError, forked.LostError):
            self.stop()
            return "memory"
        except BaseException:
            self.stop()
            raise
        if answer is None:
            self.stop()
            return "time"
        return answer  # type: ignore[no-any-return]  # what serve() wrote

    def stop(self) -> None:
        """Leave no process behind; the next question starts another one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]  # both are pipes
        process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        process = self._process
        if process is None or process.poll() is not None:
            self.stop()
            with forked.uninterrupted():
                process = self._process = subprocess.Popen(  # noqa: S603 - our own code, by our own interpreter
                    [sys.executable, "-c", _CODE, *sys.path],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    bufsize=0,
                )
            try:
                ready = self._received(process, _START)
            except BaseException:
                self.stop()
                raise
            if ready is None:  # it would come as the answer to the first question
                self.stop()
                raise forked.LostError
        return process

    @staticmethod
    def _received(process: subprocess.Popen[bytes], seconds: float) -> Any:
        """The next message, or None when the time is up."""
        pipe = _number(process.stdout)
        if not select.select([pipe], [], [], seconds)[0]:
            return None
        data = forked.read_message(pipe)
        if data is None:
            raise forked.LostError
        return pickle.loads(data)  # noqa: S301 - written by our own process


def _number(stream: Any) -> int:
    return int(stream.fileno())


# -- the process ------------------------------------------------------------------------------------------------------


def serve() -> int:
    """Answer questions from standard input until it ends, which it does with the process that asks."""
    replies = os.dup(1)
    os.dup2(2, 1)  # nothing that a library prints may come between the answers
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    forked.limit_memory(MEMORY)
    from gradcheck.claims.difference import vanishes

    questions: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    forked.write_message(replies, pickle.dumps("ready"))
    while True:
        question, seconds = pickle.loads(questions.get())  # noqa: S301 - written by our own process
        forked.write_message(replies, pickle.dumps(_answer(vanishes, question, seconds)))


def _listen(questions: queue.SimpleQueue[bytes]) -> None:
    """Read on while SymPy computes, so that the end of the asking process is noticed at once."""
    while (data := forked.read_message(0)) is not None:
        questions.put(data)
    os._exit(0)


def _answer(vanishes: Callable[..., bool], question: tuple[Any, ...], seconds: float) -> Answer:
    timer = getattr(signal, "ITIMER_VIRTUAL", None)
    if timer is not None:
        signal.setitimer(timer, 2 * seconds + 2)  # the system ends a process that no longer listens
    try:
        with Deadline(seconds).enforced():
            return "yes" if vanishes(*question) else "no"
    except TimeUpError:
        return "time"
    except MemoryError:
        return "memory"
    except Exception:  # noqa: BLE001 - SymPy raises what it likes: then it proves nothing
        return "no"
    finally:
        if timer is not None:
            signal.setitimer(timer, 0)
