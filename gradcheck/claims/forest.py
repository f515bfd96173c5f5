"""Expressions that share their parts, each with its value at one point: a change in one place costs one path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.arithmetic.balls import NAN
from gradcheck.primitives.scalar import CONSTANTS, PRIMITIVES
from gradcheck.syntax.printing import write_tree
from gradcheck.syntax.tree import Exact, Item, Kind, Program, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flint import arb

    from gradcheck.arithmetic.balls import Balls

_HUGE: Final = 10_000
"""Exponents beyond this are not tried."""


class Forest:
    """Interned expressions; node numbers grow from operands to operations."""

    def __init__(self, arithmetic: Balls, names: Mapping[str, arb]) -> None:
        self.arithmetic = arithmetic
        self.names = names
        self.items: list[Item] = []
        self.values: list[arb] = []
        self._known: dict[object, int] = {}

    def number(self, value: Exact) -> int:
        """A literal."""
        return self._node(value, Item(Kind.NUMBER, value, "", (), 0, 0))

    def name(self, name: str) -> int:
        """A variable, a node, a derivative or a constant."""
        return self._node(name, Item(Kind.NAME, 0, name, (), 0, 0))

    def apply(self, name: str, *arguments: int) -> int:
        """A primitive applied to nodes."""
        return self._node((name, arguments), Item(Kind.APPLY, 0, name, arguments, 0, 0))

    def _node(self, key: object, item: Item) -> int:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.items)
            self.items.append(item)
            self.values.append(self._value(item))
        return found

    def _value(self, item: Item) -> arb:
        arithmetic = self.arithmetic
        if item.kind is Kind.NUMBER:
            return arithmetic.number(item.value)
        if item.kind is Kind.NAME:
            known = self.names.get(item.name)
            return arithmetic.constant(CONSTANTS[item.name]) if known is None else known
        tape = [self.values[argument] for argument in item.arguments]
        if item.name == "**" and not abs(tape[1]) < _HUGE:
            return NAN
        try:
            value: arb = arithmetic.functions[PRIMITIVES[item.name]](*tape)
        except arithmetic.errors:
            return NAN
        return value

    def is_number(self, node: int) -> bool:
        """Whether a node is a literal."""
        return self.items[node].kind is Kind.NUMBER

    def plant(self, program: Program) -> Tree:
        """The last expression of a program, with the place of every part."""
        root = program.statements[-1].root
        needed = {root}
        for place in range(root, -1, -1):
            if place in needed:
                needed.update(program.items[place].arguments)
        nodes: dict[int, int] = {}
        for place in sorted(needed):
            item = program.items[place]
            if item.kind is Kind.NUMBER:
                nodes[place] = self.number(item.value)
            elif item.kind is Kind.NAME:
                nodes[place] = self.name(item.name)
            else:
                nodes[place] = self.apply(item.name, *[nodes[one] for one in item.arguments])
        return Tree(self, program.items, root, nodes)

    def text(self, node: int) -> str:
        """A node as an expression."""
        return write_tree(self.items, node)

    def program(self, node: int) -> Program:
        """A node as what a text is read as."""
        needed = {node}
        for one in range(node, -1, -1):
            if one in needed:
                needed.update(self.items[one].arguments)
        order = sorted(needed)
        position = {one: place for place, one in enumerate(order)}
        items = [
            self.items[one]._replace(arguments=tuple(position[argument] for argument in self.items[one].arguments))
            for one in order
        ]
        return Program(self.text(node), items, [Statement("", 0, len(items) - 1)])


class Tree:
    """One expression of a forest as it was written: equal parts at different places are different places."""

    def __init__(self, forest: Forest, items: Sequence[Item], root: int, nodes: Mapping[int, int]) -> None:
        self.forest = forest
        self.items = items
        self.root = root
        self.nodes = nodes
        """The node of each place."""
        self.parent = {argument: place for place in nodes for argument in items[place].arguments}
        self.places = [place for place in nodes if not self._in_condition(place)]
        """The places that may be changed: not what a case distinction asks."""

    def _in_condition(self, place: int) -> bool:
        while place in self.parent:
            item = self.items[place]
            if item.kind is Kind.APPLY and PRIMITIVES[item.name].boolean:
                return True
            place = self.parent[place]
        return False

    @property
    def node(self) -> int:
        """The whole tree as a node."""
        return self.nodes[self.root]

    def replaced(self, place: int, node: int) -> int:
        """The whole tree with another part at one place."""
        while place != self.root:
            above = self.parent[place]
            item = self.items[above]
            node = self.forest.apply(item.name, *[node if one == place else self.nodes[one] for one in item.arguments])
            place = above
        return node

    def above(self, place: int) -> tuple[str, int]:
        """The operation that a place is an operand of (empty for the root), and as which one."""
        above = self.parent.get(place)
        if above is None:
            return "", 0
        return self.items[above].name, self.items[above].arguments.index(place)
