"""The Wengert list: nodes in topological order, each an elementary function of earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

from gradcheck.errors import Span
from gradcheck.syntax.printing import ATOM, number_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from gradcheck.primitives import Primitive
    from gradcheck.shapes import Shape, Sizes
    from gradcheck.syntax.tree import Exact, Parameter


class Spans(Sequence[Span]):
    """Where the nodes stand in the source, from the columns of their starts and ends."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, starts: Sequence[int], ends: Sequence[int]) -> None:
        self._starts = starts
        self._ends = ends

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> list[Span]: ...
    def __getitem__(self, index: int | slice) -> Span | list[Span]:
        if isinstance(index, slice):
            return [Span(*pair) for pair in zip(self._starts[index], self._ends[index], strict=True)]
        return Span(self._starts[index], self._ends[index])


@dataclass(frozen=True, slots=True)
class Graph:
    """A Wengert list. Node ``i`` applies ``operations[i]`` to the nodes ``arguments[i]``, all smaller than ``i``.

    A node without operation is a leaf: an input (a variable), an exact number, or a named constant.
    """

    source: str
    operations: Sequence[Primitive | None]
    arguments: Sequence[tuple[int, ...]]
    numbers: Mapping[int, Exact]
    constants: Mapping[int, str]
    inputs: Mapping[str, int]
    spans: Sequence[Span]
    output: int
    names: Mapping[int, str]
    """What each input and each operation is called in reports."""
    by_name: Mapping[str, int]
    """Every name that a node answers to: variables, assigned names, letters."""
    assigned: AbstractSet[str] = frozenset()
    """The names that the program itself gives."""
    varies: Sequence[bool] = field(default=())
    """Whether a node depends on an input."""
    shapes: Sequence[Shape] = field(default=())
    """The shape of every node; empty for a graph of scalars."""
    sizes: Mapping[int, Sizes] = field(default_factory=dict)
    """Resolved literal integers of the nodes that have such: what an index selects, an axis."""
    written: Mapping[int, tuple[Parameter, ...]] = field(default_factory=dict)
    """The same as they are written."""

    def __len__(self) -> int:
        return len(self.operations)

    @property
    def has_arrays(self) -> bool:
        """Whether any node is more than a scalar, or computed from such."""
        return bool(self.shapes)

    def shape(self, index: int) -> Shape:
        """The shape of a node."""
        return self.shapes[index] if self.shapes else ()

    def nodes(self) -> list[int]:
        """The nodes that apply an operation, in topological order."""
        return [index for index, operation in enumerate(self.operations) if operation is not None]

    def affected(self, index: int) -> list[int]:
        """The nodes that change when node ``index`` does, in topological order, without itself."""
        touched = bytearray(len(self.operations))
        touched[index] = 1
        found = []
        arguments = self.arguments
        for later in range(index + 1, len(touched)):
            for argument in arguments[later]:
                if touched[argument]:
                    touched[later] = 1
                    found.append(later)
                    break
        return found

    def between(self, index: int) -> list[int]:
        """The nodes on the paths from node ``index`` to the output, in topological order, without itself."""
        wanted = {self.output}
        affected = self.affected(index)
        among = set(affected)
        for node in reversed(affected):
            if node in wanted:
                wanted.update(argument for argument in self.arguments[node] if argument in among)
        return [node for node in affected if node in wanted]

    def is_boolean(self, index: int) -> bool:
        """Whether a node is a truth value, through which no derivative flows."""
        operation = self.operations[index]
        return operation is not None and operation.boolean

    def is_analytic(self, index: int) -> bool:
        """Whether a complex step may be taken through a node."""
        operation = self.operations[index]
        return operation is None or operation.analytic

    def needed(self, *indices: int) -> list[int]:
        """The nodes that some nodes depend on, in topological order, with themselves."""
        last = max(indices)
        needed = bytearray(last + 1)
        for index in indices:
            needed[index] = 1
        arguments = self.arguments
        for node in range(last, -1, -1):
            if needed[node]:
                for argument in arguments[node]:
                    needed[argument] = 1
        return [node for node in range(last + 1) if needed[node]]

    def text_of(self, index: int) -> str:
        """The source text of a node."""
        start, end = self.spans[index]
        return self.source[start:end]


def constant_graph(value: Exact, text: str) -> Graph:
    """The graph of one exact number."""
    return Graph(text, (None,), ((),), {0: value}, {}, {}, (Span(0, len(text)),), 0, {}, {}, frozenset(), (False,))


def leaf_text(graph: Graph, index: int) -> tuple[str, int]:
    """A leaf of a graph as text, with its precedence."""
    if index in graph.numbers:
        return number_text(graph.numbers[index])
    if index in graph.constants:
        return graph.constants[index], ATOM
    return graph.names[index], ATOM
