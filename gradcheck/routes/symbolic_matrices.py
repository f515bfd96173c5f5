"""The symbolic route over whole matrices: SymPy's matrix calculus, where its own derivatives of entries confirm it.

It applies to numbers made of products, transposes, traces and inverses. SymPy's matrix derivatives are wrong at times
(that of log(det(X)) is 0): every formula is compared with SymPy's derivatives of the entries, on the same graph with
small sizes, and dropped where it contradicts them.
"""

from __future__ import annotations

import contextlib
import random
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy

from gradcheck import limits
from gradcheck.arithmetic import matrix_formula
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.arithmetic.balls import shared
from gradcheck.arithmetic.formula import Formula, Term, as_terms
from gradcheck.deadline import TimeUpError
from gradcheck.forward import evaluate
from gradcheck.routes import symbolic_arrays
from gradcheck.shapes import grid, size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcheck.deadline import Deadline
    from gradcheck.graph import Graph
    from gradcheck.routes.found import SymbolicArray

Expr = Any
_NODES = 60


class _DoesNotApplyError(Exception):
    """The graph holds what SymPy's matrices cannot express."""


def with_matrices(graph: Graph, found: Mapping[int, SymbolicArray], deadline: Deadline) -> dict[int, SymbolicArray]:
    """The derivatives by entries, with a formula for the whole array by each input and where entries were too many."""
    result = dict(found)
    if graph.shape(graph.output) or len(graph.nodes()) > _NODES:
        return result
    inputs = set(graph.inputs.values())
    for node, entries in found.items():
        if not graph.shape(node) or not (node in inputs or entries.reason):
            continue
        try:
            with deadline.enforced(), warnings.catch_warnings():
                warnings.simplefilter("error")  # what SymPy is unsure of does not apply, and is not told on stderr
                small = _shrunk(graph)
                if not _is_confirmed(small, node, deadline):
                    continue
                formula = _derivative(graph, node)
        except TimeUpError:
            break
        except Exception:  # noqa: BLE001, S112 - a formula is a gift: SymPy's failures are silent here
            continue
        names = {graph.names.get(index, f"c{index}"): index for index in range(len(graph))}
        used = {term.data if term.head == "symbol" else term.data[0] for term in formula if _is_leaf(term)}
        result[node] = replace(
            entries,
            reason="",
            matrix=matrix_formula.text(formula),
            matrix_formula=formula,
            matrix_symbols={name: names[name] for name in used},
        )
    return result


def _is_leaf(term: Term) -> bool:
    return term.head in {"symbol", "MatrixSymbol"}


# -- from the graph to SymPy, and back ----------------------------------------------------------------------------


def _derivative(graph: Graph, node: int) -> Formula:
    affected = {node, *graph.affected(node)}
    built: dict[int, Expr] = {}
    for index in range(graph.output + 1):
        arguments = [built[argument] for argument in graph.arguments[index]]
        if index in affected and index != node:
            built[index] = _applied(graph, index, arguments)
            continue
        built[index] = _leaf(graph, index)
        if arguments and index != node:
            with contextlib.suppress(_DoesNotApplyError):  # written out where SymPy can express it
                built[index] = _applied(graph, index, arguments)
    output = built[graph.output]
    nothing = sympy.ZeroMatrix(*grid(graph.shape(node)))
    terms = output.args if output.is_Add else (output,)  # of a sum of traces SymPy says 0
    parts = [term.diff(built[node]) for term in terms if term.has(built[node])]
    derivative = sympy.MatAdd(*parts).doit() if len(parts) > 1 else parts[0] if parts else nothing
    formula = _plain(derivative)
    if tuple(map(int, derivative.shape)) != grid(graph.shape(node)):
        raise _DoesNotApplyError
    return formula


def _leaf(graph: Graph, index: int) -> Expr:
    if index in graph.numbers:
        value = graph.numbers[index]
        return sympy.Rational(value.numerator, value.denominator)
    if index in graph.constants:
        return sympy.pi if graph.constants[index] == "pi" else sympy.E
    operation, rows_columns = graph.operations[index], grid(graph.shape(index))
    match "" if operation is None else operation.name:
        case "eye":
            return sympy.Identity(rows_columns[0])
        case "ones":
            return sympy.OneMatrix(*rows_columns)
        case "zeros":
            return sympy.ZeroMatrix(*rows_columns)
    name = graph.names.get(index, f"c{index}")
    if not graph.shape(index):
        return sympy.Symbol(name, real=True)
    return sympy.MatrixSymbol(name, *rows_columns)


def _applied(graph: Graph, index: int, arguments: list[Expr]) -> Expr:
    operation = graph.operations[index]
    assert operation is not None
    shapes_ = [graph.shape(argument) for argument in graph.arguments[index]]
    if any(shape and size(shape) == 1 for shape in (*shapes_, graph.shape(index))):
        raise _DoesNotApplyError  # a 1x1 matrix acts as a scalar here, and not in SymPy
    u = arguments[0]
    v = arguments[-1]
    is_number = not graph.shape(index)
    match operation.name:
        case "matmul":
            return sympy.Trace(u * v) if is_number else u * v
        case "vecmat":
            return v.T * u
        case "dot":
            return sympy.Trace(u.T * v)
        case "outer":
            return u * v.T
        case "transpose":
            return u.T if shapes_[0] else u
        case "trace":
            return sympy.Trace(u)
        case "inv":
            return sympy.Inverse(u)
        case "solve":
            return sympy.Inverse(u) * v
        case "det":
            return sympy.Determinant(u)
        case "norm_squared":
            return sympy.Trace(u.T * u) if shapes_[0] else u**2
        case "sum" if shapes_[0]:
            rows, columns = grid(shapes_[0])
            return sympy.Trace(sympy.OneMatrix(1, rows) * u * sympy.OneMatrix(columns, 1))
        case "neg":
            return -u
        case "+" | "-" if all(bool(shape) == (not is_number) for shape in shapes_):
            return u + v if operation.name == "+" else u - v
        case "*" if not all(shapes_):
            return u * v
        case "/" if not shapes_[1]:
            return u / v
        case "**" if is_number:
            return u**v
    raise _DoesNotApplyError


def _plain(expression: Expr) -> Formula:
    """The expression as terms; raises where SymPy left something unevaluated."""
    return as_terms(expression, _children, _term)


def _children(expression: Expr) -> tuple[Expr, ...]:
    if expression.is_Atom or type(expression).__name__ in {"MatrixSymbol", "Identity", "OneMatrix", "ZeroMatrix"}:
        return ()
    if type(expression).__name__ in {"MatPow", "Inverse"}:
        return (expression.args[0],)
    return tuple(expression.args)


def _term(expression: Expr, arguments: tuple[int, ...]) -> Term:
    head = type(expression).__name__
    if getattr(expression, "is_Rational", False):
        return Term("rational", (), (int(expression.p), int(expression.q)))
    if getattr(expression, "is_Symbol", False) and head != "MatrixSymbol":
        return Term("symbol", (), expression.name)
    if head not in matrix_formula.HEADS:
        raise _DoesNotApplyError(head)
    if head == "MatrixSymbol":
        return Term(head, (), (expression.name, *map(int, expression.shape)))
    if head in {"Identity", "OneMatrix", "ZeroMatrix"}:
        return Term(head, (), tuple(map(int, expression.shape)))
    if head == "MatPow":
        return Term(head, arguments, int(expression.exp))
    return Term(head, arguments)


# -- SymPy against SymPy ------------------------------------------------------------------------------------------


def _shrunk(graph: Graph) -> Graph:
    """The same graph with small sizes: equal ones stay equal, different ones different, and 1 stays 1.

    What is inverted becomes smallest: entries of large inverses are long.
    """
    squares = {
        graph.shape(graph.arguments[node][0])[0]
        for node in graph.nodes()
        if graph.operations[node].name in {"inv", "solve", "det"}  # type: ignore[union-attr]  # nodes have operations
    }
    lengths = {length for shape in graph.shapes for length in shape if length > 1}
    ordered = sorted(lengths, key=lambda length: (length not in squares, length))
    small = {1: 1, **{length: 2 + rank for rank, length in enumerate(ordered)}}
    return replace(
        graph,
        shapes=[tuple(small[length] for length in shape) for shape in graph.shapes],
        sizes={index: tuple(small.get(one, one) for one in sizes) for index, sizes in graph.sizes.items()},
    )


def _is_confirmed(graph: Graph, node: int, deadline: Deadline) -> bool:
    """Whether the formula and the derivatives of the entries agree at a random point."""
    formula = _derivative(graph, node)
    entries = symbolic_arrays.derivatives(graph, [node], deadline)[node]
    if entries.reason:
        return False
    generator = random.Random(node)  # noqa: S311 - a point, not a secret
    with shared(limits.FIRST_PRECISION).working():
        grids = shared_grids(limits.FIRST_PRECISION)
        point = {
            name: grids.exact(graph.shape(index), [generator.randint(-99, 99) for _ in range(size(graph.shape(index)))])
            for name, index in graph.inputs.items()
        }
        values = [value.entries for value in evaluate(graph, grids, point)]
        names = {graph.names.get(index, f"c{index}"): value for index, value in enumerate(values)}
        whole = matrix_formula.enclose(formula, names)
        single = entries.enclosures(values)
        return len(whole) == len(single) and all(
            one.is_finite() and one.overlaps(other) for one, other in zip(whole, single, strict=True)
        )
