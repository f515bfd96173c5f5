"""What nodes are called: inputs and assigned nodes by their names, the others by letters, looked for when asked."""

from __future__ import annotations

import itertools
import string
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from gradcheck.primitives import Primitive


class Names(Mapping[int, str]):
    """The name of each input and each operation.

    ``given`` are those of the text and of the output. The other operations are called a, b, c, and so on without f
    and without what is ``taken``, in their order; of a large graph hardly anybody asks for these.
    """

    __slots__ = ("_all", "_given", "_operations", "_taken")

    def __init__(self, given: dict[int, str], operations: Sequence[Primitive | None], taken: AbstractSet[str]) -> None:
        self._given = given
        self._operations = operations
        self._taken = taken
        self._all: dict[int, str] | None = None

    def __getitem__(self, index: int) -> str:
        return self._given.get(index) or self.all()[index]

    def __iter__(self) -> Iterator[int]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self.all())

    def all(self) -> dict[int, str]:
        """Every name."""
        if self._all is None:
            names = self._all = dict(self._given)
            others = (name for name in _letters() if name not in self._taken)
            for index, operation in enumerate(self._operations):
                if operation is not None and index not in names:
                    names[index] = next(others)
        return self._all


class Answers(Mapping[str, int]):
    """The node that answers to a name: what the text names at once, letters when they are asked for."""

    __slots__ = ("_all", "_names", "_stated")

    def __init__(self, stated: Mapping[str, int], names: Names) -> None:
        self._stated = stated
        self._names = names
        self._all: dict[str, int] | None = None

    def __getitem__(self, name: str) -> int:
        found = self._stated.get(name)
        return self._everything()[name] if found is None else found

    def __contains__(self, name: object) -> bool:
        if name in self._stated:
            return True
        return isinstance(name, str) and _may_be_letter(name) and name in self._everything()

    def __iter__(self) -> Iterator[str]:
        return iter(self._everything())

    def __len__(self) -> int:
        return len(self._everything())

    def _everything(self) -> dict[str, int]:
        if self._all is None:
            self._all = {name: index for index, name in self._names.all().items()}
            self._all.update(self._stated)
        return self._all


def output_name(taken: AbstractSet[str]) -> str:
    """F for the output, y where that is taken."""
    return next(name for name in itertools.chain("fy", _numbered()) if name not in taken)


def _may_be_letter(name: str) -> bool:
    """Whether a name has the form of those that are given to unnamed nodes; cheaper than naming them."""
    return len(name) == 1 or name[:1] == "v"


def _letters() -> Iterator[str]:
    return itertools.chain(string.ascii_lowercase.replace("f", ""), _numbered())


def _numbered() -> Iterator[str]:
    return (f"v{number}" for number in itertools.count(27))
