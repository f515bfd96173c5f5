"""The claims about one graph, one after the other: what ``eval --claim`` calls."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gradcheck import forked
from gradcheck.claims.claim import read_claim
from gradcheck.claims.verify import verify_claim
from gradcheck.deadline import Deadline, TimeUpError
from gradcheck.verdicts import ClaimResult, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.point import Point

_GRACE: Final = 1.0
"""Seconds beyond its limit after which a claim is given up, if it has not stopped by itself."""
_PROOF_GRACE: Final = 120.0
"""The same for a proof: SymPy may still have to be imported, and has its own limit from then on."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What all the claims share."""

    graph: Graph
    point: Point
    declared: dict[str, Declaration]
    rtol: float | None
    seed: int
    timeout: float
    prove: bool = False
    layout: str = "denominator"

    def verdicts(self, stated: Sequence[str], *, isolated: bool = False) -> tuple[ClaimResult, ...]:
        """The verdicts in the order of the claims; ``isolated`` asks for a process that can be killed.

        Raises GradcheckError where a claim cannot be read.
        """
        return tuple(self._beside(stated) if isolated and forked.POSSIBLE else map(self._verdict, stated))

    def _verdict(self, text: str) -> ClaimResult:
        found = verify_claim(
            self.graph,
            text,
            at=self.point,
            declarations=self.declared,
            seed=self.seed,
            rtol=self.rtol,
            layout=self.layout,
            deadline=Deadline(self.timeout),
        )
        if not self.prove:
            return found
        from gradcheck.claims.prove import prove

        return prove(self.graph, found, at=self.point, declarations=self.declared, rtol=self.rtol, seconds=self.timeout)

    def _answers(self, texts: Iterable[str]) -> Iterator[ClaimResult | Exception]:
        for text in texts:
            try:
                yield self._verdict(text)
            except MemoryError:
                yield self._given_up(text)
            except Exception as problem:  # noqa: BLE001 - raised again by the process that asked
                yield problem

    def _beside(self, stated: Sequence[str]) -> Iterator[ClaimResult]:
        patience = self.timeout + _GRACE + (self.timeout + _PROOF_GRACE if self.prove else 0)
        waiting = deque(stated)
        child: forked.Child | None = None
        try:
            while waiting:
                try:
                    if child is None:
                        child = forked.Child(self._answers)
                        child.send(tuple(waiting))
                    found = child.receive(patience)
                except (TimeUpError, forked.LostError):
                    if child is not None:
                        child.stop()
                    child = None
                    yield self._given_up(waiting.popleft())
                    continue
                if isinstance(found, Exception):
                    raise found
                waiting.popleft()
                yield found
        finally:
            if child is not None:
                child.stop()

    def _given_up(self, text: str) -> ClaimResult:
        claim = None if self.graph.has_arrays else read_claim(text, self.graph)
        return ClaimResult(
            expression=self.graph.source,
            of="" if claim is None else claim.shown,
            claim=text,
            reading="" if claim is None else claim.reading,
            verdict="undecided",
            evidence=Evidence("timeout"),
            reason="the time limit or the memory limit was reached",
        )
