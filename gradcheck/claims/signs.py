"""A sign analysis of a graph: which nodes can never be negative or never be positive, whatever the variables are."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.graph import Graph

_POSITIVE: Final = frozenset(("exp", "cosh", "sech", "sigmoid", "softplus", "erfc"))
_NOT_NEGATIVE: Final = frozenset((
    "abs", "sqrt", "relu", "hypot", "acos", "acosh", "heaviside", "norm", "norm_squared", "norm1", "softmax",
))  # fmt: skip
_ODD: Final = frozenset(
    ("sinh", "tanh", "atan", "asinh", "erf", "cbrt", "neg", "expm1", "swish", "gelu", "asin", "atanh")
)
_PASSED_ON: Final = frozenset((
    "transpose", "sum", "sum_axis", "mean", "mean_axis", "trace", "select", "reshape", "vec", "diag", "diagonal",
    "max_entry", "min_entry",
))  # fmt: skip
"""Of arrays, functions whose entries are entries of the argument, or sums of them, or 0."""
_PRODUCTS: Final = frozenset(("*", "matmul", "vecmat", "dot", "outer", "hadamard"))


def signs(graph: Graph, assumed: Mapping[str, str]) -> list[str]:
    """For each node ``+`` (never negative), ``-`` (never positive), or an empty text where either may be.

    ``assumed`` holds the signs of variables that are declared.
    """
    found: list[str] = []
    inputs = {node: assumed.get(name, "") for name, node in graph.inputs.items()}
    for node, operation in enumerate(graph.operations):
        if operation is None:
            number = graph.numbers.get(node)
            positive = node in graph.constants or (number is not None and number >= 0)
            found.append("+" if positive else "-" if number is not None else inputs.get(node, ""))
        else:
            found.append(_sign(graph, operation.name, graph.arguments[node], found))
    return found


def _sign(graph: Graph, name: str, arguments: Sequence[int], known: Sequence[str]) -> str:
    if not arguments:  # eye, ones, zeros
        return "+"
    first, last = known[arguments[0]], known[arguments[-1]]
    if name in _PASSED_ON:
        return first
    if name in _PRODUCTS and name != "*":
        name = "*" if name in {"dot", "hadamard"} or arguments[0] != arguments[1] else ""
    if name in _POSITIVE or name in _NOT_NEGATIVE:
        return "+"
    if name == "neg":
        return {"+": "-", "-": "+"}.get(first, "")
    if name in _ODD:
        return first
    match name:
        case "+":
            return first if first == last else ""
        case "-":
            return first if first and last and first != last else ""
        case "*" if arguments[0] == arguments[1]:
            return "+"
        case "*" | "/":
            return ("+" if first == last else "-") if first and last else ""
        case "**":
            exponent = graph.numbers.get(arguments[1])
            even = isinstance(exponent, int) and exponent % 2 == 0
            fractional = exponent is not None and exponent.denominator % 2 == 0
            return "+" if even or fractional or first == "+" else ""
        case "max":
            return "+" if "+" in (first, last) else first if first == last else ""
        case "min":
            return "-" if "-" in (first, last) else first if first == last else ""
        case "where":
            return known[arguments[1]] if known[arguments[1]] == last else ""
        case _:
            return ""


def absolute_powers(graph: Graph) -> list[int]:
    """The even powers of which a root is taken, as in √(w²) = |w|: they have a kink where their base is 0."""
    found: set[int] = set()
    waiting = [graph.arguments[node][0] for node in range(len(graph)) if _is_root(graph, node)]
    while waiting:
        node = waiting.pop()
        operation, arguments = graph.operations[node], graph.arguments[node]
        if operation is None or node in found:
            continue
        if operation.name == "**":
            exponent = graph.numbers.get(arguments[1])
            if graph.varies[node] and isinstance(exponent, int) and exponent % 2 == 0:
                found.add(node)
        elif operation.name == "*" and arguments[0] == arguments[1]:
            found.add(node)
        elif operation.name in {"*", "/"}:
            waiting.extend(arguments)
    return sorted(found)


def _is_root(graph: Graph, node: int) -> bool:
    operation = graph.operations[node]
    if operation is None or operation.name != "**":
        return operation is not None and operation.name in {"sqrt", "cbrt", "root"}
    return isinstance(graph.numbers.get(graph.arguments[node][1]), Fraction)
