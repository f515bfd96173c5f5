"""What is said of a row of the matrix table: how it is typed, its pullbacks as people read them, an example to try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck import rules
from gradcheck.graph import leaf_text
from gradcheck.primitives import VARIABLES
from gradcheck.syntax.printing import ATOM, PLAIN, UNICODE, operation_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.primitives import Primitive

_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "sum_axis": ("axis",), "mean_axis": ("axis",), "select": ("i", "j"), "reshape": ("m", "n"), "eye": ("n",),
    "ones": ("m", "n"), "zeros": ("m", "n"),
}  # fmt: skip
"""What the literal integers of a row are called."""
_EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "sum_axis": ("0",), "mean_axis": ("0",), "select": ("0", ":"), "reshape": ("4", "1"), "eye": ("2",), "ones": ("2",),
    "zeros": ("2",),
}  # fmt: skip
_WORDS: Final[Mapping[str, str]] = {
    "ones_like": "ones", "eye_like": "I", "spread": "({0} at every entry along the axis)",
    "scatter": "({0} at [i, j], else 0)", "item": "g[its place]",
    "first_rows": "({0} at the rows of {1})", "last_rows": "({0} at the rows of {1})",
    "first_columns": "({0} at the columns of {1})", "last_columns": "({0} at the columns of {1})",
    "reshape_like": "({0} in the shape of {1})", "unvec": "({0} in the columns of {1})", "axis_size": "(its length)",
}  # fmt: skip
"""The pullbacks' own functions in words; where a graph is known, its sizes are written in instead."""
_SCALARS: Final = frozenset({"sum", "size", "axis_size", "dot", "trace", "det"})
"""What makes a number of an array, within a pullback."""
SUMS: Final = frozenset({"scalar", "of_square", "dot"})
"""The shapes of outputs that are numbers."""
_KINKS: Final = {"gap(u)": "two largest entries", "gap(-u)": "two smallest entries", "sum(abs(u))": "u = 0"}


def call(row: Primitive, names: Sequence[str] = VARIABLES, parameters: Sequence[str] | None = None) -> str:
    """The row as it is typed: ``sum(u, axis)``, ``u[i, j]``, ``[u, v, w]``."""
    given = _PARAMETERS.get(row.name, ()) if parameters is None else parameters
    shown = names if row.nary else names[: row.arity]
    if row.infix:  # a row on the left of a matrix is typed as any product
        return f"{shown[0]} @ {shown[1]}"
    return operation_text(row.name, [(name, ATOM) for name in shown], PLAIN, parameters=given)[0]


def pullbacks(row: Primitive) -> list[str]:
    """What the row passes back to each argument, with g as the upstream derivative; none for a constant."""
    return [_pullback(row, position) for position in range(row.arity)]


def kink(text: str) -> str:
    """Where a row has a kink, said as people say it; empty for what needs no other words."""
    said = _KINKS.get(text, "")
    return f"{said} are equal" if said.startswith("two") else said


def example(row: Primitive) -> tuple[str, str]:
    """An expression that shows the row, and a point for it."""
    if not row.arity:
        return f"{call(row, (), _EXAMPLES[row.name])} @ x", "x=[3, -1]"
    sample = min(row.samples, key=lambda texts: sum(map(len, texts)))
    vectors, matrices = iter("xyz"), iter("ABC")
    names = [next(matrices if text.startswith("[[") else vectors) for text in sample]
    parameters = _EXAMPLES.get(row.name, ())
    if row.name == "reshape":
        parameters = (str(sample[0].count(",") + 1),)
    return call(row, names, parameters), ",".join(f"{name}={text}" for name, text in zip(names, sample, strict=True))


def _pullback(row: Primitive, position: int) -> str:
    rule = rules.pullback(row, position)
    graph = rule.graph
    texts: list[tuple[str, int]] = []
    wide: list[bool] = []
    for index, operation in enumerate(graph.operations):
        if operation is None:
            text = leaf_text(graph, index)
            texts.append(text)
            wide.append(text[0] in VARIABLES or (text[0] in {"g", "y"} and row.shape not in SUMS))
            continue
        arguments = graph.arguments[index]
        operands = [texts[argument] for argument in arguments]
        arrays = [wide[argument] for argument in arguments]
        if operation.name == "peak":
            word = operands[0][0]
            largest, of = ("min", word[1:]) if word.startswith("-") else ("max", word)
            texts.append((f"({of} = {largest}({of}))", ATOM))
        elif operation.name in _WORDS:
            texts.append((_WORDS[operation.name].format(*(text for text, _ in operands)), ATOM))
        else:
            texts.append(operation_text(operation.name, operands, UNICODE, entrywise=all(arrays)))
        wide.append(operation.name not in _SCALARS and (bool(operation.shape) or any(arrays)))
    written, level = texts[graph.output]
    lone = level == ATOM and written.startswith("(") and written.find(")") == len(written) - 1
    return written[1:-1] if lone else written
