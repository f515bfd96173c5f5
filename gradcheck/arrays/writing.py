"""Operations and pullbacks of a graph with arrays as text: the rows' texts with names and shapes of the graph.

Where a row says ``ones_like(u)``, people read ``ones(2, 3)``; a product of two arrays entry by entry is written ``∘``,
to tell it from the matrix product ``@`` and from a multiple ``·``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gradcheck import rules, shapes
from gradcheck.graph import leaf_text
from gradcheck.primitives import VARIABLES
from gradcheck.rules import operand_text
from gradcheck.syntax.printing import ATOM, UNICODE, name_text, operation_text, parameter_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcheck.graph import Graph
    from gradcheck.primitives import Primitive
    from gradcheck.rules import Rule
    from gradcheck.shapes import Shape

_QUOTIENT: Final = ATOM - 1
"""The precedence of ∂f/∂a: bare in a product, in brackets before .T and [0]."""
_PRODUCT: Final = 5
_LETTERS: Final = "ijkl"


class Piece(NamedTuple):
    """A part of a text: how it is written, its precedence, and the shape of what it stands for."""

    text: str
    precedence: int
    shape: Shape

    @property
    def is_wide(self) -> bool:
        """Whether it is more than a scalar."""
        return shapes.size(self.shape) != 1

    def bracketed(self) -> str:
        """The text, in brackets unless it is an atom."""
        return self.text if self.precedence >= ATOM else f"({self.text})"


def operation(graph: Graph, node: int, style: str) -> str:
    """What a node computes, in the names of its arguments."""
    return _operation(graph, node, style).text


def derivative(graph: Graph, node: int) -> str:
    """∂f/∂a; of an output with entries, that of each entry in turn: ∂K[i,j]/∂a."""
    rank = len(graph.shape(graph.output))
    index = f"[{','.join(_LETTERS[:rank])}]" if rank else ""
    return f"∂{graph.names.get(graph.output, 'f')}{index}/∂{graph.names[node]}"


def flow(graph: Graph, node: int, position: int, style: str) -> str:
    """What a node passes back to one of its arguments, ``∂f/∂a @ x.T``; a sum where the argument was broadcast."""
    operation_ = graph.operations[node]
    assert operation_ is not None
    arguments = graph.arguments[node]
    adjoint = Piece(derivative(graph, node), _QUOTIENT, graph.shape(node))
    names = {
        name: Piece(*operand_text(graph, argument, style), graph.shape(argument))
        for name, argument in zip(VARIABLES, arguments, strict=False)
    }
    if operation_.shape:
        names |= {"y": Piece(graph.names[node], ATOM, graph.shape(node)), "g": adjoint}
        return _Writer(graph, node, position, names, style).written(rules.pullback(operation_, position)).text
    rule = rules.rules_of(graph, node)[position]
    assert rule is not None
    names["y"] = _operation(graph, node, style)
    local = _Writer(graph, node, position, names, style).written(rule)
    text = _scaled(adjoint, local, style)
    broadcast = shapes.size(graph.shape(arguments[position])) == 1 and adjoint.is_wide
    return f"sum({text})" if broadcast else text


def _scaled(adjoint: Piece, local: Piece, style: str) -> str:
    """The upstream derivative times the local one, entry by entry."""
    if local.text in {"1", "-1"}:
        return f"{'-' if local.text == '-1' else ''}{adjoint.text}"
    if local.precedence == _PRODUCT and local.text.startswith("1/"):
        return f"({adjoint.text})/{local.text[2:]}"
    if local.precedence == _PRODUCT and not local.text.startswith("-"):
        local = local._replace(precedence=ATOM)  # a·(b·c) is a·b·c
    return _apply("*", [adjoint, local], style)[0]


def _apply(name: str, operands: Sequence[Piece], style: str, parameters: Sequence[object] = ()) -> tuple[str, int]:
    return operation_text(
        name,
        [(one.text, one.precedence) for one in operands],
        style,
        parameters=parameters,  # type: ignore[arg-type]  # as the graph holds them
        entrywise=all(one.is_wide for one in operands[: 1 if name == "**" else 2]),
    )


def _operation(graph: Graph, node: int, style: str) -> Piece:
    operation_ = graph.operations[node]
    if operation_ is None:
        return Piece(*operand_text(graph, node, style), graph.shape(node))
    operands = [Piece(*operand_text(graph, one, style), graph.shape(one)) for one in graph.arguments[node]]
    return Piece(*_apply(operation_.name, operands, style, graph.written.get(node, ())), graph.shape(node))


class _Writer:
    """Writes a rule at one node."""

    def __init__(self, graph: Graph, node: int, position: int, names: Mapping[str, Piece], style: str) -> None:
        self.graph, self.node, self.position, self.names, self.style = graph, node, position, names, style

    def written(self, rule: Rule) -> Piece:
        pieces: list[Piece] = []
        for index, operation_ in enumerate(rule.graph.operations):
            if operation_ is None:
                text, precedence = leaf_text(rule.graph, index)
                known = self.names.get(text)
                pieces.append(known or Piece(name_text(text, self.style), precedence, ()))
            else:
                pieces.append(self.applied(operation_, [pieces[one] for one in rule.graph.arguments[index]]))
        return pieces[rule.graph.output]

    def applied(self, row: Primitive, operands: Sequence[Piece]) -> Piece:
        special = _SPECIAL.get(row.name)
        if special is not None:
            return special(self, *operands)
        shape = _shape(row, operands)
        if row.name == "where" and self.style == UNICODE:
            condition, one, other = operands
            return Piece(f"{one.text} if {condition.text} else {other.text}", 0, shape)
        if row.name == "*" and operands[1].text == "1":
            return operands[0]
        parameters = self.graph.written.get(self.node, ()) if row.parameters else ()
        return Piece(*_apply(row.name, operands, self.style, parameters), shape)

    # -- the pullbacks' own functions, in the words of the language ------------------------------------------------

    def ones_like(self, like: Piece) -> Piece:
        if not like.shape:
            return Piece("1", ATOM, ())
        return Piece(f"ones({_sizes(like.shape)})", ATOM, like.shape)

    def eye_like(self, like: Piece) -> Piece:
        return Piece("I" if self.style == UNICODE else f"eye({like.shape[0]})", ATOM, like.shape)

    def size(self, of: Piece) -> Piece:
        return Piece(str(shapes.size(of.shape)), ATOM, ())

    def axis_size(self, of: Piece) -> Piece:
        return Piece(str(of.shape[self.axis()]), ATOM, ())

    def axis(self) -> int:
        return self.graph.sizes[self.node][0]

    def spread(self, upstream: Piece, like: Piece) -> Piece:
        """A sum over an axis gives its adjoint to every entry along the axis."""
        ones = Piece(f"ones({like.shape[self.axis()]})", ATOM, (like.shape[self.axis()],))
        if len(like.shape) == 1:
            return Piece(*_apply("*", [upstream, ones], self.style), like.shape)
        left, right = (ones, upstream) if self.axis() == 0 else (upstream, ones)
        row = Piece(*_apply("transpose", [right], self.style), (1, *right.shape))
        return Piece(*_apply("matmul", [left, row], self.style), like.shape)

    def peak(self, of: Piece) -> Piece:
        largest, text = ("min", of.text[1:]) if of.text.startswith("-") else ("max", of.text)
        equals = "=" if self.style == UNICODE else "=="
        return Piece(f"({text} {equals} {largest}({text}))", ATOM, of.shape)

    def scatter(self, upstream: Piece, like: Piece) -> Piece:
        index = ", ".join(map(parameter_text, self.graph.written[self.node]))
        return Piece(f"({upstream.text} at [{index}], else 0)", ATOM, like.shape)

    def item(self, upstream: Piece) -> Piece:
        more = ", :" if len(upstream.shape) > 1 else ""
        return Piece(f"{upstream.bracketed()}[{self.position}{more}]", ATOM, upstream.shape[1:])

    def rows(self, upstream: Piece, like: Piece, *, first: bool) -> Piece:
        count = shapes.grid(like.shape)[0]
        bounds = f":{count}" if first else f"{shapes.grid(upstream.shape)[0] - count}:"
        more = ", :" if len(upstream.shape) > 1 else ""
        return Piece(f"{upstream.bracketed()}[{bounds}{more}]", ATOM, like.shape)

    def columns(self, upstream: Piece, like: Piece, *, first: bool) -> Piece:
        count, last = shapes.grid(like.shape)[1], shapes.grid(upstream.shape)[1]
        bounds = f":{count}" if first else f"{last - count}:"
        if len(like.shape) < 2:
            bounds = "0" if first else str(last - 1)
        return Piece(f"{upstream.bracketed()}[:, {bounds}]", ATOM, like.shape)

    def reshape_like(self, upstream: Piece, like: Piece) -> Piece:
        return Piece(f"reshape({upstream.text}, {_sizes(like.shape)})", ATOM, like.shape)

    def unvec(self, upstream: Piece, like: Piece) -> Piece:
        if len(like.shape) < 2:
            return upstream
        flat = Piece(f"reshape({upstream.text}, {_sizes(like.shape[::-1])})", ATOM, like.shape[::-1])
        return Piece(*_apply("transpose", [flat], self.style), like.shape)


_SPECIAL: Final[Mapping[str, Callable[..., Piece]]] = {
    "ones_like": _Writer.ones_like, "eye_like": _Writer.eye_like, "size": _Writer.size, "axis_size": _Writer.axis_size,
    "spread": _Writer.spread, "peak": _Writer.peak, "scatter": _Writer.scatter, "item": _Writer.item,
    "first_rows": lambda writer, *operands: writer.rows(*operands, first=True),
    "last_rows": lambda writer, *operands: writer.rows(*operands, first=False),
    "first_columns": lambda writer, *operands: writer.columns(*operands, first=True),
    "last_columns": lambda writer, *operands: writer.columns(*operands, first=False),
    "reshape_like": _Writer.reshape_like, "unvec": _Writer.unvec,
}  # fmt: skip


def _shape(row: Primitive, operands: Sequence[Piece]) -> Shape:
    """The shape of what a rule's text stands for: it only decides on the signs."""
    known = [one.shape for one in operands]
    try:
        if row.name == "matmul":
            return shapes.product(*known)[1]
        rule = shapes.SHAPES.get(row.shape)
        if rule is not None:
            return rule(known, ())
        return known[0] if row.shape else shapes.elementwise(row.written, known)
    except (shapes.ShapeProblem, IndexError):  # a column that is meant as a row
        return max(known, key=shapes.size)


def _sizes(shape: Shape) -> str:
    return ", ".join(map(str, shape))
