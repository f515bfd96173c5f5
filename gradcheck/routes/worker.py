"""SymPy in a process of its own: it is imported while the other routes compute, and it can be killed."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import sys
from typing import TYPE_CHECKING, Any, Protocol

from gradcheck.deadline import Deadline
from gradcheck.routes.found import SymbolicArray, SymbolicDerivative

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.graph import Graph

Found = SymbolicDerivative | SymbolicArray

_ENTRIES = 0.7
"""The part of the budget in which arrays are differentiated entry by entry; the rest is for whole matrices."""
_GRACE = 1.0
"""Seconds beyond the budget after which the process is killed; within the budget it stops by itself."""


class Job(Protocol):
    """Derivatives that are being computed."""

    def result(self) -> Mapping[int, Found]:
        """Wait for the derivatives by node; where SymPy gave up, the reason."""

    def stop(self) -> None:
        """Leave no process behind; may be called at any time, and twice."""


def start(graph: Graph, nodes: Sequence[int], seconds: float, *, isolated: bool) -> Job:
    """Begin to differentiate; ``isolated`` asks for a process of its own, where SymPy is not yet imported."""
    if isolated and "sympy" not in sys.modules and hasattr(os, "fork"):
        return _Process(graph, nodes, seconds)
    return _Here(graph, nodes, seconds)


def _derivatives(graph: Graph, nodes: Sequence[int], seconds: float) -> Mapping[int, Found]:
    """SymPy is imported here, with the module that asks it."""
    if graph.has_arrays:
        from gradcheck.routes import symbolic_arrays, symbolic_matrices

        deadline = Deadline(seconds)
        found = symbolic_arrays.derivatives(graph, nodes, deadline.share(_ENTRIES))
        return symbolic_matrices.with_matrices(graph, found, deadline)
    from gradcheck.routes import symbolic

    return symbolic.derivatives(graph, nodes, Deadline(seconds))


class _Here:
    """The same job in this process, done when it is asked for."""

    def __init__(self, graph: Graph, nodes: Sequence[int], seconds: float) -> None:
        self._arguments = (graph, nodes)
        self._seconds = seconds

    def result(self) -> Mapping[int, Found]:
        return _derivatives(*self._arguments, self._seconds)

    def stop(self) -> None:
        pass


class _Process:
    """A forked process that writes its pickled result into a pipe."""

    def __init__(self, graph: Graph, nodes: Sequence[int], seconds: float) -> None:
        self._nodes = nodes
        self._arrays = graph.has_arrays
        self._deadline = Deadline(seconds + _GRACE)
        self._seconds = seconds
        self._stopped = False
        self._pipe, write = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._pipe)
            _work(graph, nodes, seconds, write)
        os.close(write)

    def result(self) -> Mapping[int, Found]:
        data = bytearray()
        reason = "gave up: SymPy's process died"
        try:
            while True:
                if not select.select([self._pipe], [], [], self._deadline.left())[0]:
                    reason = f"gave up after {self._seconds:.3g} s"
                    break
                piece = os.read(self._pipe, 1 << 20)
                if not piece:
                    break
                data += piece
        finally:
            self.stop()
        found: Mapping[int, Found] | None = None
        with contextlib.suppress(EOFError, pickle.UnpicklingError):
            found = pickle.loads(data)  # noqa: S301 - written by our own process
        late = SymbolicArray(reason=reason) if self._arrays else SymbolicDerivative((), "", {}, reason)
        return found or dict.fromkeys(self._nodes, late)

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._child, 0)
        os.close(self._pipe)


def _work(graph: Graph, nodes: Sequence[int], seconds: float, write: int) -> Any:
    """The child: it never returns, and writes nothing but its result."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        found = _derivatives(graph, nodes, seconds)
        with os.fdopen(write, "wb") as pipe:
            pipe.write(pickle.dumps(found))
        code = 0
    finally:
        os._exit(code)
