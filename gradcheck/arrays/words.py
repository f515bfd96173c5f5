"""What a node of a graph with arrays passes back, in the names of the graph: ``∂L/∂y @ x.T``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck import rules
from gradcheck.rules import operand_text
from gradcheck.shapes import size
from gradcheck.syntax.printing import ATOM, operation_text

if TYPE_CHECKING:
    from gradcheck.graph import Graph


def flow_text(graph: Graph, node: int, position: int, style: str) -> str:
    """One pullback as text, for an argument that varies; a sum where the argument was broadcast."""
    operation = graph.operations[node]
    assert operation is not None
    arguments = graph.arguments[node]
    adjoint = (f"∂{graph.names.get(graph.output, 'f')}/∂{graph.names[node]}", ATOM)
    if operation.shape:
        names = {
            name: operand_text(graph, argument, style)
            for name, argument in zip(("u", "v", "w"), arguments, strict=False)
        }
        names |= {"y": (graph.names[node], ATOM), "g": adjoint}
        sizes = (position,) if operation.nary else graph.written.get(node, ())
        return rules.pullback(operation, position).written(names, style, sizes)[0]
    rule = rules.rules_of(graph, node)[position]
    assert rule is not None
    local = rules.text_at(graph, node, rule, style)
    text = {"1": adjoint[0], "-1": f"-{adjoint[0]}"}.get(local[0]) or operation_text("*", [adjoint, local], style)[0]
    if size(graph.shape(arguments[position])) == 1 < size(graph.shape(node)):
        return f"sum({text})"
    return text


def node_text(graph: Graph, node: int, style: str) -> str:
    """A node as the operation on its operands' names."""
    operation = graph.operations[node]
    if operation is None:
        return operand_text(graph, node, style)[0]
    operands = [operand_text(graph, argument, style) for argument in graph.arguments[node]]
    return operation_text(operation.name, operands, style, parameters=graph.written.get(node, ()))[0]
