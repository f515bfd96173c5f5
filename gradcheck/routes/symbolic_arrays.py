"""The symbolic route over arrays: SymPy's own ``diff`` on explicit entries, within a budget.

Each node in turn is an array of independent symbols; nodes that do not depend on it stay symbols, entry by entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy

from gradcheck import limits
from gradcheck.arithmetic.grids import Grid
from gradcheck.arithmetic.symbol_grids import SymbolGrids
from gradcheck.arithmetic.symbols import formula, text_of, without_steps
from gradcheck.deadline import Deadline, TimeUpError
from gradcheck.routes.found import SymbolicArray
from gradcheck.shapes import Shape, grid, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcheck.graph import Graph

Expr = Any


def derivatives(graph: Graph, nodes: Iterable[int], deadline: Deadline) -> dict[int, SymbolicArray]:
    """SymPy's ∂output/∂node for each node, every entry by every entry; a route that gives up says why."""
    arithmetic = SymbolGrids()
    found: dict[int, SymbolicArray] = {}
    for node in nodes:
        late = SymbolicArray(reason=f"gave up after {deadline.seconds:.3g} s")
        if deadline.passed():
            found[node] = late
            continue
        try:
            with deadline.enforced():
                found[node] = _derivative(graph, node, arithmetic)
        except TimeUpError:
            found[node] = late
        except RecursionError:
            found[node] = SymbolicArray(reason="gave up: nested too deeply for SymPy")
        except Exception as problem:  # noqa: BLE001 - SymPy raises what it likes; the other routes still answer
            found[node] = SymbolicArray(reason=f"gave up: SymPy failed ({type(problem).__name__})")
    return found


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A symbol's node and entry."""

    node: int
    entry: int


def _derivative(graph: Graph, node: int, arithmetic: SymbolGrids) -> SymbolicArray:
    outputs, entries = size(graph.shape(graph.output)), size(graph.shape(node))
    if outputs * entries > limits.SYMBOLIC_ENTRIES:
        return SymbolicArray(
            reason=f"gave up: {outputs * entries:,} derivatives, more than its {limits.SYMBOLIC_ENTRIES:,}"
        )
    wanted = [node, *graph.between(node)]
    if wanted[-1] != graph.output:
        return _found([sympy.Integer(0)] * (outputs * entries), {})
    leaves: dict[Expr, _Leaf] = {}
    built: dict[int, Grid[Expr]] = {}

    def value_of(index: int) -> Grid[Expr]:
        if index not in built:
            if index in graph.numbers:
                built[index] = arithmetic.number(graph.numbers[index])
            elif index in graph.constants:
                built[index] = arithmetic.constant(graph.constants[index])
            elif (operation := graph.operations[index]) is not None and not graph.arguments[index]:
                built[index] = arithmetic.function(operation)(graph.sizes[index])
            else:
                shape = graph.shape(index)
                symbols = [sympy.Symbol(name, real=True) for name in entry_names(graph.names[index], shape)]
                leaves.update((symbol, _Leaf(index, entry)) for entry, symbol in enumerate(symbols))
                built[index] = Grid(*grid(shape), symbols)
        return built[index]

    budget = sum(size(graph.shape(index)) for index in wanted)
    if budget > limits.SYMBOLIC_OPERATIONS:
        return SymbolicArray(
            reason=f"gave up: {budget:,} entries to write out, more than its {limits.SYMBOLIC_OPERATIONS:,}"
        )
    products = sum(_products(graph, index) for index in wanted)
    if products > limits.SYMBOLIC_PRODUCTS:
        return SymbolicArray(
            reason=f"gave up: {products:,} products to write out, more than its {limits.SYMBOLIC_PRODUCTS:,}"
        )
    source = value_of(node)
    for index in wanted[1:]:
        operation = graph.operations[index]
        assert operation is not None
        arguments: list[Any] = [value_of(argument) for argument in graph.arguments[index]]
        if index in graph.sizes:
            arguments.append(graph.sizes[index])
        built[index] = arithmetic.function(operation)(*arguments)
    target = built[graph.output]
    derivatives_ = [without_steps(sympy.diff(one, by)) for one in target.entries for by in source.entries]
    return _found(derivatives_, leaves)


def _products(graph: Graph, index: int) -> int:
    """How many products of entries a product of arrays writes out."""
    operation, arguments = graph.operations[index], graph.arguments[index]
    if operation is None or operation.name not in {"matmul", "vecmat"}:
        return 0
    left = graph.shape(arguments[0])
    return size(graph.shape(index)) * (size(left) if operation.name == "vecmat" else grid(left)[1])


def _found(derivatives_: Sequence[Expr], leaves: dict[Expr, _Leaf]) -> SymbolicArray:
    used = set().union(*(one.free_symbols for one in derivatives_))
    return SymbolicArray(
        formulas=tuple(formula(one) for one in derivatives_),
        texts=tuple(text_of(one) for one in derivatives_),
        symbols={symbol.name: (leaf.node, leaf.entry) for symbol, leaf in leaves.items() if symbol in used},
    )


def entry_names(name: str, shape: Shape) -> list[str]:
    """What the entries of an array are called: x[0], A[0, 1]; a scalar keeps its name."""
    match shape:
        case ():
            return [name]
        case (n,):
            return [f"{name}[{i}]" for i in range(n)]
        case _:
            return [f"{name}[{i}, {j}]" for i in range(shape[0]) for j in range(shape[1])]
