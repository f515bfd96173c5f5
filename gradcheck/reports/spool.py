"""Outcomes of many claims on disk: reports need totals, or failures first, of more claims than memory should hold."""

from __future__ import annotations

import io
import pickle
from array import array
from typing import IO, TYPE_CHECKING, Final, Literal, Self

from gradcheck.verdicts import ClaimResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from gradcheck.files import RowError

Kind = Literal["correct", "wrong", "undecided", "error"]
KINDS: Final[tuple[Kind, ...]] = ("correct", "wrong", "undecided", "error")
_IN_MEMORY: Final = 4 << 20


class Spool:
    """Outcomes in the order in which they came, and how many there are of each kind."""

    def __init__(self, outcomes: Iterable[ClaimResult | RowError] = ()) -> None:
        self._file: IO[bytes] = io.BytesIO()
        self._on_disk = False
        self._starts = array("Q")
        self._kinds = bytearray()
        self._end = 0
        self.proved = 0
        """Claims among the correct ones that are proved."""
        for outcome in outcomes:
            self.add(outcome)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._kinds)

    def add(self, outcome: ClaimResult | RowError) -> None:
        """Write one outcome down."""
        self.proved += isinstance(outcome, ClaimResult) and outcome.evidence.kind == "proved"
        data = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
        self._file.seek(self._end)
        self._file.write(data)
        self._starts.append(self._end)
        self._end += len(data)
        if self._end > _IN_MEMORY and not self._on_disk:
            self._move_to_disk()
        self._kinds.append(KINDS.index(outcome.verdict if isinstance(outcome, ClaimResult) else "error"))

    def _move_to_disk(self) -> None:
        import tempfile  # brings shutil and the libraries of every archive

        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the spool
        self._file.seek(0)
        file.write(self._file.read())
        self._file, self._on_disk = file, True

    def counts(self) -> dict[Kind, int]:
        """How many outcomes there are of each kind."""
        return {kind: self._kinds.count(number) for number, kind in enumerate(KINDS)}

    def of(self, *kinds: Kind) -> Iterator[ClaimResult | RowError]:
        """The outcomes of these kinds, in their order."""
        wanted = {KINDS.index(kind) for kind in kinds}
        for number, kind in enumerate(self._kinds):
            if kind in wanted:
                self._file.seek(self._starts[number])
                yield pickle.load(self._file)  # noqa: S301 - written by this object, nobody else can reach it

    @property
    def verdict(self) -> str:
        """What the claims together are."""
        counts = self.counts()
        if counts["wrong"]:
            return "wrong"
        return "undecided" if counts["undecided"] or not counts["correct"] else "correct"

    @property
    def exit_code(self) -> int:
        """2 where something was unreadable, else 1 where a claim is wrong, else 3 where one is undecided, else 0."""
        counts = self.counts()
        return 2 if counts["error"] else 1 if counts["wrong"] else 3 if counts["undecided"] else 0
