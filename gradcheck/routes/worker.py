"""SymPy in a process of its own: it is imported while the other routes compute, and it can be killed."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Final, Protocol

from gradcheck import forked
from gradcheck.deadline import Deadline, TimeUpError
from gradcheck.routes.found import SymbolicArray, SymbolicDerivative

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gradcheck.graph import Graph

Found = SymbolicDerivative | SymbolicArray

_ENTRIES = 0.7
"""The part of the budget in which arrays are differentiated entry by entry; the rest is for whole matrices."""
_GRACE = 1.0
"""Seconds beyond the budget after which the process is killed; within the budget it stops by itself."""


_READY: Final[list[forked.Child]] = []
"""A process that waits for its job, importing SymPy meanwhile."""


@contextlib.contextmanager
def ready(*, wanted: bool = True) -> Iterator[None]:
    """Let SymPy be imported beside all that the block does before its first job; nothing is left behind it."""
    if wanted and forked.POSSIBLE and "sympy" not in sys.modules and not _READY:
        with contextlib.suppress(OSError):  # the system has no room for another process
            _READY.append(forked.Child(_answers, _import_sympy))
    try:
        yield
    finally:
        while _READY:
            _READY.pop().stop()


def _import_sympy() -> None:
    import sympy  # noqa: F401 - what it is for


class Job(Protocol):
    """Derivatives that are being computed."""

    def result(self) -> Mapping[int, Found]:
        """Wait for the derivatives by node; where SymPy gave up, the reason."""

    def stop(self) -> None:
        """Leave no process behind; may be called at any time, and twice."""


def start(graph: Graph, nodes: Sequence[int], seconds: float, *, isolated: bool) -> Job:
    """Begin to differentiate; ``isolated`` asks for a process of its own, where SymPy is not yet imported."""
    if isolated and "sympy" not in sys.modules and forked.POSSIBLE:
        with contextlib.suppress(OSError):  # as above
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
    """The same job in a forked process."""

    def __init__(self, graph: Graph, nodes: Sequence[int], seconds: float) -> None:
        self._nodes = nodes
        self._arrays = graph.has_arrays
        self._seconds = seconds
        self._deadline = Deadline(seconds + _GRACE)
        self.child = _READY.pop() if _READY else forked.Child(_answers)
        with contextlib.suppress(forked.LostError):  # told when the result is asked for
            self.child.send((graph, nodes, seconds))

    def result(self) -> Mapping[int, Found]:
        try:
            found: Mapping[int, Found] = self.child.receive(self._deadline.left())
        except TimeUpError:
            return self._nothing(f"gave up after {self._seconds:.3g} s")
        except forked.LostError:
            return self._nothing("gave up: SymPy's process died")
        finally:
            self.stop()
        return found

    def stop(self) -> None:
        self.child.stop()

    def _nothing(self, reason: str) -> Mapping[int, Found]:
        late = SymbolicArray(reason=reason) if self._arrays else SymbolicDerivative((), "", {}, reason)
        return dict.fromkeys(self._nodes, late)


def _answers(request: tuple[Graph, Sequence[int], float]) -> Iterator[Mapping[int, Found]]:
    yield _derivatives(*request)
