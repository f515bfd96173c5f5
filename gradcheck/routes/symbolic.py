"""The symbolic route: SymPy's own ``diff``, with each node in turn as an independent symbol, within a budget.

Nodes that do not depend on the one in question stay symbols, so that the expressions stay as short as a student's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

from gradcheck import limits
from gradcheck.arithmetic.symbols import Symbols, formula, text_of, without_steps
from gradcheck.deadline import Deadline, TimeUpError
from gradcheck.routes.found import SymbolicDerivative
from gradcheck.syntax.printing import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gradcheck.graph import Graph

Expr = Any


def derivatives(graph: Graph, nodes: Iterable[int], deadline: Deadline) -> dict[int, SymbolicDerivative]:
    """SymPy's ∂output/∂node for each node asked for; a route that gives up says why."""
    arithmetic = Symbols()
    found: dict[int, SymbolicDerivative] = {}
    for node in nodes:
        if deadline.passed():
            found[node] = SymbolicDerivative((), "", {}, _out_of_time(deadline))
            continue
        try:
            with deadline.enforced():
                found[node] = _derivative(graph, node, arithmetic)
        except TimeUpError:
            found[node] = SymbolicDerivative((), "", {}, _out_of_time(deadline))
        except RecursionError:
            found[node] = SymbolicDerivative((), "", {}, "gave up: nested too deeply for SymPy")
        except Exception as problem:  # noqa: BLE001 - SymPy raises what it likes; the other routes still answer
            found[node] = SymbolicDerivative((), "", {}, f"gave up: SymPy failed ({type(problem).__name__})")
    return found


def _out_of_time(deadline: Deadline) -> str:
    return f"gave up after {deadline.seconds:.3g} s"


def _derivative(graph: Graph, node: int, arithmetic: Symbols) -> SymbolicDerivative:
    if node == graph.output:
        return _found(sympy.Integer(1), {})
    needed = graph.between(node)
    if not needed:
        return _found(sympy.Integer(0), {})
    reason = _too_large(graph, needed)
    if reason:
        return SymbolicDerivative((), "", {}, reason)
    symbols: dict[Expr, int] = {}
    built: dict[int, Expr] = {}

    def expression_of(index: int) -> Expr:
        if index not in built:
            if index in graph.numbers:
                built[index] = arithmetic.number(graph.numbers[index])
            elif index in graph.constants:
                built[index] = arithmetic.constant(graph.constants[index])
            else:
                built[index] = sympy.Symbol(graph.names[index], real=True)
                symbols[built[index]] = index
        return built[index]

    target = expression_of(node)
    for index in needed:
        operation = graph.operations[index]
        arguments = [expression_of(argument) for argument in graph.arguments[index]]
        built[index] = arithmetic.function(operation)(*arguments)  # type: ignore[arg-type]  # affected: an operation
    derivative = without_steps(sympy.diff(built[graph.output], target))
    return _found(derivative, {symbol.name: index for symbol, index in symbols.items() if derivative.has(symbol)})


def _found(derivative: Expr, symbols: Mapping[str, int]) -> SymbolicDerivative:
    return SymbolicDerivative(formula(derivative), text_of(derivative), symbols)


def _too_large(graph: Graph, nodes: Sequence[int]) -> str:
    """Whether the expression, written out as a tree, is beyond the budget."""
    size: dict[int, int] = {}
    depth: dict[int, int] = {}
    for index in nodes:
        arguments = graph.arguments[index]
        size[index] = 1 + sum(size.get(argument, 0) for argument in arguments)
        depth[index] = 1 + max(depth.get(argument, 0) for argument in arguments)
    total, nesting = size[nodes[-1]], depth[nodes[-1]]
    if total > limits.SYMBOLIC_OPERATIONS:
        return f"gave up: {_count(total)} operations written out, more than its {limits.SYMBOLIC_OPERATIONS:,}"
    if nesting > limits.SYMBOLIC_DEPTH:
        return f"gave up: nested {_count(nesting)} deep, more than its {limits.SYMBOLIC_DEPTH}"
    return ""


def _count(number: int) -> str:
    return f"{number:,}" if number < 10**9 else "over " + number_text(10 ** (number.bit_length() * 3 // 10))[0]
