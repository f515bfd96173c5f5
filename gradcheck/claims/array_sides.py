"""Which sides of the kinks and jumps in a graph of arrays were seen: by some entry, at some point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck import rules
from gradcheck.claims.signs import absolute_powers, signs
from gradcheck.routes.pullbacks import needed
from gradcheck.shapes import size
from gradcheck.syntax.printing import UNICODE, operation_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.arithmetic.ball_grids import BallGrid, BallGrids
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph

_CROSSED: Final = frozenset((
    "abs", "relu", "leaky_relu", "leaky_relu_slope", "max", "min", "norm1", "sign", "heaviside",
    "<", "<=", ">", ">=", "==", "!=",
))  # fmt: skip
"""Rows whose text of a kink or jump changes its sign there; what cannot be crossed need not be."""
_EQUAL: Final = frozenset(("==", "!="))
"""Rows for which 0 itself is a side: of the entries of x == max(x) none is above."""
_EXTREMES: Final = {"max_entry": 1, "min_entry": -1}
_STEPS: Final = frozenset(("floor", "ceil"))
"""Rows whose value jumps though the derivative is the same on both sides: a claim that holds one is another beyond."""


class Sides:
    """The sides that points have shown, by the source text of the node."""

    def __init__(self, declared: Mapping[str, Declaration]) -> None:
        self.assumed = {name: one.sign() for name, one in declared.items()}
        self.seen: dict[str, set[str]] = {}
        self.watched: dict[int, tuple[Graph, list[tuple[int, str]]]] = {}

    def clear(self) -> None:
        """Forget what was seen."""
        self.seen.clear()

    def see(self, graph: Graph, arithmetic: BallGrids, values: Sequence[BallGrid], *, is_claim: bool = False) -> None:
        """Note the sides on which the values are, of a claim also the steps."""
        known = self.watched.get(id(graph))
        if known is None:
            known = self.watched[id(graph)] = (graph, self._watch(graph, is_claim=is_claim))
        for node, key in known[1]:
            operation = graph.operations[node]
            assert operation is not None
            tape = [values[argument] for argument in graph.arguments[node]]
            sides = self.seen.setdefault(key, set())
            if operation.name in _EXTREMES:
                entries = [entry.mid() * _EXTREMES[operation.name] for entry in tape[0].entries]
                sides.add(str(max(range(len(entries)), key=lambda place: entries[place])))
                continue
            if operation.name in _STEPS:
                sides.update(entry.str(radius=False) for entry in values[node].entries if entry.is_exact())
                continue
            if operation.name in {"*", "**"}:
                sides.update("+" if entry > 0 else "-" for entry in tape[0].entries if entry > 0 or entry < 0)
            for _, rule in rules.breaks(operation):
                function = arithmetic.bind(rule) if operation.shape else arithmetic.local(rule)
                place = function(*tape, values[node])
                sides.update("+" if entry > 0 else "-" for entry in place.entries if entry > 0 or entry < 0)
                if operation.name in _EQUAL and any(entry.is_zero() for entry in place.entries):
                    sides.add("0")

    def _watch(self, graph: Graph, *, is_claim: bool) -> list[tuple[int, str]]:
        wanted = needed(graph, [graph.output])
        known = signs(graph, self.assumed)
        found = [
            (node, self._text(graph, node))
            for node in absolute_powers(graph)
            if wanted[node] and not known[graph.arguments[node][0]]
        ]
        for node, operation in enumerate(graph.operations):
            if operation is None or not wanted[node]:
                continue
            arguments = graph.arguments[node]
            if operation.name in _EXTREMES and size(graph.shape(arguments[0])) > 1:
                found.append((node, self._text(graph, node)))
            if is_claim and operation.name in _STEPS and graph.varies[node]:
                found.append((node, self._text(graph, node)))
            if operation.name in _CROSSED and not _is_one_sided(graph, arguments, known):
                found.append((node, self._text(graph, node)))
        return found

    @staticmethod
    def _text(graph: Graph, node: int) -> str:
        operation = graph.operations[node]
        assert operation is not None
        operands = [rules.operand_text(graph, argument, UNICODE) for argument in graph.arguments[node]]
        return operation_text(operation.name, operands, UNICODE, parameters=graph.written.get(node, ()))[0]

    def unseen(self) -> str:
        """A kink of which only one side was seen, or an empty text."""
        return next((key for key, sides in self.seen.items() if len(sides) < 2), "")


def _is_one_sided(graph: Graph, arguments: Sequence[int], known: Sequence[str]) -> bool:
    """Whether the signs prove that the kink is never crossed: of one argument, or of one against a number."""
    if len(arguments) == 1:
        return bool(known[arguments[0]])
    sign, number = known[arguments[0]], graph.numbers.get(arguments[1])
    if number is None:
        sign, number = known[arguments[1]], graph.numbers.get(arguments[0])
    return number is not None and ((sign == "+" and number <= 0) or (sign == "-" and number >= 0))
