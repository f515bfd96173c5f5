"""Formulas for whole arrays that SymPy found, as plain data: their enclosure in Arb balls, and their text.

Terms are those of ``formula.py``; a matrix is an ``arb_mat``, a number an ``arb``. The text is in gradcheck's language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flint import arb, arb_mat

from gradcheck.arithmetic import formula as numbers
from gradcheck.arithmetic.balls import NAN
from gradcheck.syntax.printing import ATOM, number_text, operation_text
from gradcheck.syntax.tree import normalised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.arithmetic.formula import Formula

HEADS = frozenset(
    ("MatrixSymbol", "MatAdd", "MatMul", "MatPow", "Transpose", "Inverse", "Trace", "Determinant", "Identity",
     "OneMatrix", "ZeroMatrix", "rational", "symbol", "Add", "Mul", "Pow", "Pi", "Exp1")
)  # fmt: skip
"""What a formula for a whole array may hold; SymPy's unevaluated derivatives are not among them."""


def enclose(formula: Formula, symbols: Mapping[str, Sequence[arb]]) -> list[arb]:
    """An enclosure of every entry, row by row, for enclosures of the symbols' entries."""
    values: list[Any] = []
    for term in formula:
        value: Any
        arguments = [values[argument] for argument in term.arguments]
        match term.head:
            case "MatrixSymbol":
                name, rows, columns = term.data
                value = arb_mat(rows, columns, list(symbols[name]))
            case "symbol":
                (value,) = symbols[term.data]
            case "Identity" | "OneMatrix" | "ZeroMatrix":
                rows, columns = term.data
                on, off = {"Identity": (1, 0), "OneMatrix": (1, 1), "ZeroMatrix": (0, 0)}[term.head]
                value = arb_mat(rows, columns, [on if i == j else off for i in range(rows) for j in range(columns)])
            case "MatAdd":
                value = arguments[0]
                for other in arguments[1:]:
                    value = value + other
            case "MatMul":
                value = _product(arguments)
            case "MatPow":
                value = _power(arguments[0], term.data)
            case "Inverse":
                value = _power(arguments[0], -1)
            case "Transpose":
                value = arguments[0].transpose()
            case "Trace":
                value = sum((arguments[0][i, i] for i in range(arguments[0].nrows())), arb(0))
            case "Determinant":
                value = arguments[0].det()
            case _:
                known = {f"v{k}": argument for k, argument in enumerate(arguments)}
                leaves = [numbers.Term("symbol", (), name) for name in known]
                whole = numbers.Term(term.head, tuple(range(len(leaves))), term.data)
                value = numbers.enclose((*leaves, whole), known)
        values.append(value)
    whole = values[-1]
    return [whole] if isinstance(whole, arb) else list(whole.entries())


def _product(factors: Sequence[Any]) -> Any:
    scale, product = arb(1), None
    for factor in factors:
        if isinstance(factor, arb):
            scale = scale * factor
        else:
            product = factor if product is None else product * factor
    return scale if product is None else product * scale


def _power(matrix: Any, exponent: int) -> Any:
    if exponent < 0:
        try:
            matrix = matrix.inv()
        except ZeroDivisionError:
            return arb_mat(matrix.nrows(), matrix.ncols(), [NAN] * (matrix.nrows() * matrix.ncols()))
    result = matrix
    for _ in range(abs(exponent) - 1):
        result = result * matrix
    return result


def text(formula: Formula) -> str:
    """The formula in gradcheck's language: ``A @ x + A.T @ x``."""
    texts: list[tuple[str, int]] = []
    positive: list[tuple[str, int] | None] = []
    shapes: list[tuple[int, int]] = []
    for term in formula:
        operands = [texts[argument] for argument in term.arguments]
        sizes = [shapes[argument] for argument in term.arguments]
        without = None
        if term.head in {"MatAdd", "Add"}:
            found = _sum(operands, [positive[argument] for argument in term.arguments])
        elif term.head in {"MatMul", "Mul"}:
            found, negative = _product_text(operands, sizes)
            if negative:
                found, without = operation_text("neg", [found]), found
        else:
            found = _term_text(term, operands, sizes)
        texts.append(found)
        positive.append(without)
        shapes.append(_shape(term, sizes))
    return texts[-1][0]


def _shape(term: numbers.Term, sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    match term.head:
        case "MatrixSymbol":
            return term.data[1:]  # type: ignore[no-any-return]  # rows and columns
        case "Identity" | "OneMatrix" | "ZeroMatrix":
            return term.data  # type: ignore[no-any-return]  # as above
        case "MatAdd" | "MatPow" | "Inverse":
            return sizes[0]
        case "Transpose":
            return sizes[0][::-1]
        case "MatMul":
            matrices = [size for size in sizes if size != (0, 0)]
            return (matrices[0][0], matrices[-1][1]) if matrices else (0, 0)
        case _:
            return 0, 0  # a number, which no 1x1 matrix is


def _term_text(
    term: numbers.Term, operands: Sequence[tuple[str, int]], sizes: Sequence[tuple[int, int]]
) -> tuple[str, int]:
    match term.head:
        case "MatrixSymbol":
            return term.data[0], ATOM
        case "symbol":
            return term.data, ATOM
        case "rational":
            return number_text(normalised(*term.data))
        case "Pi" | "Exp1":
            return ("pi" if term.head == "Pi" else "e"), ATOM
        case "Identity":
            return f"eye({term.data[0]})", ATOM
        case "OneMatrix" | "ZeroMatrix":
            rows, columns = term.data
            name = "ones" if term.head == "OneMatrix" else "zeros"
            return (f"{name}({rows})" if columns == 1 else f"{name}({rows}, {columns})"), ATOM
        case "Transpose":
            return operation_text("transpose", operands)
        case "Inverse":
            return operation_text("inv", operands)
        case "MatPow":
            base = operation_text("inv", operands) if term.data < 0 else operands[0]
            return _chain("matmul", [base] * abs(term.data))
        case "Trace":
            return operands[0] if sizes[0] == (1, 1) else operation_text("trace", operands)
        case "Determinant":
            return operation_text("det", operands)
        case "Pow":
            return operation_text("**", operands)
    raise ValueError(term.head)


def _product_text(
    operands: Sequence[tuple[str, int]], sizes: Sequence[tuple[int, int]]
) -> tuple[tuple[str, int], bool]:
    """Numbers times the product of matrices, without its sign, and whether that is a minus."""
    factors = [one for one, size in zip(operands, sizes, strict=True) if size == (0, 0)]
    matrices = [one for one, size in zip(operands, sizes, strict=True) if size != (0, 0)]
    minus = [one for one in factors if re.fullmatch("-[0-9./]+", one[0])]
    signless = [(one[0][1:], one[1]) if one in minus else one for one in factors]
    factors = [one for one in signless if one[0] != "1"]
    negative = len(minus) % 2 == 1
    if not matrices:
        return (_chain("*", factors) if factors else ("1", ATOM)), negative
    first = _chain("*", [*factors, matrices[0]])
    return _chain("matmul", [first, *matrices[1:]]), negative


def _chain(name: str, operands: Sequence[tuple[str, int]]) -> tuple[str, int]:
    found = operands[0]
    for operand in operands[1:]:
        found = operation_text(name, [found, operand])
    return found


def _sum(operands: Sequence[tuple[str, int]], positive: Sequence[tuple[str, int] | None]) -> tuple[str, int]:
    """Terms with a minus come last and are subtracted."""
    ordered = sorted(zip(operands, positive, strict=True), key=lambda pair: pair[1] is not None)
    found = ordered[0][0]
    for operand, without in ordered[1:]:
        found = operation_text("+", [found, operand]) if without is None else operation_text("-", [found, without])
    return found
