"""Wrong rules of matrix calculus that people really use, one row each, in the language of the table of primitives.

A row replaces what one node passes back to one argument: ``u``, ``v`` are the arguments, ``y`` is the output, ``g`` the
adjoint of the output, as in the column ``pullbacks``, ``r`` what is right; a vector is a column. The sentence is said to the student;
``{node}`` is the node as the table shows it, ``{u}`` the argument, ``{right}`` what the node really passes back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gradcheck.primitives.misconceptions import MISCONCEPTIONS, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, eq=False)
class ArrayMisconception:
    """One wrong pullback: of which primitives, to which argument, and what the student should know instead."""

    name: str
    primitives: tuple[str, ...]
    """The primitives it is applied to; ``any`` for all, ``entrywise`` for functions of one number, entry by entry."""
    position: int
    pullback: str
    sentence: str


_TRANSPOSE: Final = "transpose forgotten"
_ORDER: Final = "factors in the wrong order"
_HADAMARD: Final = "product entry by entry for the matrix product"
_MATRIX: Final = "matrix product for the product entry by entry"
_REVERSED: Final = "outer product reversed"

_FORGOTTEN: Final = "at node {node} the other factor comes transposed: {right}"
_SIDE: Final = "at node {node} matrices do not commute, each factor stays on its side: {right}"
_ENTRIES: Final = "at node {node} the product is that of matrices, not of entries: {right}"
_NO_MATRICES: Final = "at node {node} the product is taken entry by entry, it is no matrix product: {right}"

_LINEAR: Final = re.compile(r"(?:(?P<before>.*\*)|-)?du(?P<after>/.*)?")
"""A tangent that is du times something, which is then also what flows back: du*y forwards, g*y backwards."""
_ONLY_OF_SCALARS: Final = re.compile(r"\b(?:dv|L|M|x)\b")


def _entrywise() -> Iterator[ArrayMisconception]:
    """The wrong rules for functions of one number, and for powers, where they are applied entry by entry."""
    for row in MISCONCEPTIONS:
        found = _LINEAR.fullmatch(row.tangent)
        of_one = row.needs == "" or (row.needs == "constant v" and row.primitives == ("**",))
        if found and of_one and row.primitives != ("neg",) and "{inner}" not in row.sentence:
            text = f"{found['before'] or ''}{found['after'] or ''}"
            if "du" not in text and not _ONLY_OF_SCALARS.search(text):
                pullback = re.sub(r"\bdu\b", "g", row.tangent)
                yield ArrayMisconception(row.name, row.primitives, 0, pullback, row.sentence)


ARRAY_MISCONCEPTIONS: Final = (
    *_entrywise(),
    # -- products
    ArrayMisconception(_TRANSPOSE, ("matmul",), 0, "g @ v", _FORGOTTEN),
    ArrayMisconception(_TRANSPOSE, ("matmul",), 1, "u @ g", _FORGOTTEN),
    ArrayMisconception(_TRANSPOSE, ("vecmat",), 0, "v.T @ g", _FORGOTTEN),
    ArrayMisconception(_REVERSED, ("vecmat",), 1, "g @ u.T", "at node {node} the outer product has its factors in the other order: {right}"),
    ArrayMisconception(_REVERSED, ("matmul",), 0, "v @ g.T", "at node {node} the outer product has its factors in the other order: {right}"),
    ArrayMisconception(_REVERSED, ("matmul",), 1, "g.T @ u", "at node {node} the outer product has its factors in the other order: {right}"),
    ArrayMisconception(_ORDER, ("matmul",), 0, "v.T @ g", _SIDE),
    ArrayMisconception(_ORDER, ("matmul",), 1, "g @ u.T", _SIDE),
    ArrayMisconception(f"{_TRANSPOSE}, {_ORDER}", ("matmul",), 0, "v @ g", "at node {node} the other factor comes transposed and stays on its side: {right}"),
    ArrayMisconception(f"{_TRANSPOSE}, {_ORDER}", ("matmul",), 1, "g @ u", "at node {node} the other factor comes transposed and stays on its side: {right}"),
    ArrayMisconception("adjoint transposed", ("matmul",), 0, "g.T @ v.T", "at node {node} the upstream gradient comes as it is, not transposed: {right}"),
    ArrayMisconception("adjoint transposed", ("matmul",), 1, "u.T @ g.T", "at node {node} the upstream gradient comes as it is, not transposed: {right}"),
    ArrayMisconception(_HADAMARD, ("matmul",), 0, "g*v", _ENTRIES),
    ArrayMisconception(_HADAMARD, ("matmul",), 1, "g*u", _ENTRIES),
    ArrayMisconception(_HADAMARD, ("matmul",), 0, "g*v.T", _ENTRIES),
    ArrayMisconception(_HADAMARD, ("matmul",), 1, "u.T*g", _ENTRIES),
    ArrayMisconception("factor lost", ("matmul", "vecmat", "*", "hadamard"), 0, "g", "at node {node} the other factor is lost: {right}"),
    ArrayMisconception("factor lost", ("matmul", "vecmat", "*", "hadamard"), 1, "g", "at node {node} the other factor is lost: {right}"),
    ArrayMisconception(_REVERSED, ("outer",), 0, "g.T @ v", "at node {node} each vector meets the gradient on its own side: {right}"),
    ArrayMisconception(_REVERSED, ("outer",), 1, "g @ u", "at node {node} each vector meets the gradient on its own side: {right}"),
    ArrayMisconception(_MATRIX, ("*", "hadamard"), 0, "g @ v.T", _NO_MATRICES),
    ArrayMisconception(_MATRIX, ("*", "hadamard"), 0, "g @ v", _NO_MATRICES),
    ArrayMisconception(_MATRIX, ("*", "hadamard"), 0, "v.T @ g", _NO_MATRICES),
    ArrayMisconception(_MATRIX, ("*", "hadamard"), 0, "v @ g", _NO_MATRICES),
    ArrayMisconception(_MATRIX, ("*", "hadamard"), 1, "u.T @ g", _NO_MATRICES),
    ArrayMisconception(_MATRIX, ("*", "hadamard"), 1, "u @ g", _NO_MATRICES),
    ArrayMisconception(_MATRIX, ("*", "hadamard"), 1, "g @ u.T", _NO_MATRICES),
    ArrayMisconception(_MATRIX, ("*", "hadamard"), 1, "g @ u", _NO_MATRICES),
    ArrayMisconception(_TRANSPOSE, ("*", "hadamard"), 0, "g*v.T", "at node {node} the factors of a product entry by entry are not transposed: {right}"),
    ArrayMisconception(_TRANSPOSE, ("*", "hadamard"), 1, "g*u.T", "at node {node} the factors of a product entry by entry are not transposed: {right}"),
    ArrayMisconception(_TRANSPOSE, ("transpose",), 0, "g", "at node {node} the transpose must be undone on the way back: {right}"),
    # -- sums and norms
    ArrayMisconception("sum over the other axis", ("sum_axis",), 0, "spread(g, u).T", "at node {node} the sum runs along the other axis: {right}"),
    ArrayMisconception("sum over the other axis", ("mean_axis",), 0, "spread(g, u).T/axis_size(u)", "at node {node} the mean runs along the other axis: {right}"),
    ArrayMisconception("mean taken for a sum", ("mean",), 0, "g*ones_like(u)", "at node {node} a mean divides by the number of entries: {right}"),
    ArrayMisconception("mean taken for a sum", ("mean_axis",), 0, "spread(g, u)", "at node {node} a mean divides by the number of entries: {right}"),
    ArrayMisconception("norm without the division", ("norm",), 0, "g*u", "at node {node} the gradient of a norm is the unit vector, divided by the norm: {right}"),
    ArrayMisconception("norm taken for its square", ("norm",), 0, "2*g*u", "at node {node} the norm is not squared: {right}"),
    ArrayMisconception("norm with a factor 2", ("norm",), 0, "2*g*u/y", "at node {node} the 2 of the square cancels the 1/2 of the root: {right}"),
    ArrayMisconception("norm with a factor 1/2", ("norm",), 0, "g*u/(2*y)", "at node {node} the 2 of the square cancels the 1/2 of the root: {right}"),
    ArrayMisconception("norm divided by its square", ("norm",), 0, "g*u/y**2", "at node {node} the gradient of a norm is divided by the norm once: {right}"),
    ArrayMisconception("factor 2 lost", ("norm_squared",), 0, "g*u", "at node {node} the 2 of the square is lost: {right}"),
    ArrayMisconception("norm differentiated as a number", ("norm_squared",), 0, "2*g*sqrt(y)*ones_like(u)", "at node {node} each entry has its own derivative, the inner one of the norm is missing: {right}"),
    ArrayMisconception("square taken for a norm", ("norm_squared",), 0, "g*u/sqrt(y)", "at node {node} the norm is squared, nothing is divided by it: {right}"),
    ArrayMisconception("square taken for a norm", ("norm_squared",), 0, "2*g*u/sqrt(y)", "at node {node} the norm is squared, nothing is divided by it: {right}"),
    ArrayMisconception("sign lost", ("norm1",), 0, "g*ones_like(u)", "at node {node} the derivative of |u| is -1 for negative u: {right}"),
    ArrayMisconception("1-norm taken for the square", ("norm1",), 0, "g*u", "at node {node} the 1-norm sums magnitudes: {right}"),
    ArrayMisconception("every entry counted", ("max_entry", "min_entry"), 0, "g*ones_like(u)", "at node {node} only the extreme entry has a derivative: {right}"),
    ArrayMisconception("sum lost", ("logsumexp",), 0, "g*exp(u)", "at node {node} the logarithm divides by the sum of all exponentials: {right}"),
    ArrayMisconception("sum lost", ("logsumexp",), 0, "g*ones_like(u)", "at node {node} the gradient of logsumexp is softmax: {right}"),
    ArrayMisconception("outer derivative only", ("logsumexp",), 0, "g*exp(-y)*ones_like(u)", "at node {node} the inner derivative exp({u}) is missing: {right}"),
    ArrayMisconception("softmax with the diagonal only", ("softmax",), 0, "y*(1 - y)*g", "at node {node} every output depends on every input, not on its own only: {right}"),
    ArrayMisconception("softmax without the sum", ("softmax",), 0, "y*g", "at node {node} the denominator depends on the inputs too: {right}"),
    ArrayMisconception("softmax with the sign swapped", ("softmax",), 0, "y*(sum(g*y) - g)", "at node {node} the sign is swapped: {right}"),
    # -- square matrices
    ArrayMisconception("trace with every entry", ("trace",), 0, "g*ones_like(u)", "at node {node} a trace sums the diagonal only: {right}"),
    ArrayMisconception("trace with the matrix itself", ("trace",), 0, "g*u", "at node {node} a trace is linear: {right}"),
    ArrayMisconception("determinant without the transpose", ("det",), 0, "g*cofactor(u).T", "at node {node} the inverse comes transposed, as det({u})*inv({u}).T: {right}"),
    ArrayMisconception("determinant taken for its logarithm", ("det",), 0, "g*inv(u).T", "at node {node} the factor det is missing, inv({u}).T belongs to logdet: {right}"),
    ArrayMisconception("determinant taken for its logarithm, without the transpose", ("det",), 0, "g*inv(u)", "at node {node} the factor det is missing and the inverse comes transposed: {right}"),
    ArrayMisconception("determinant without the inverse", ("det",), 0, "g*y*eye_like(u)", "at node {node} the inverse is missing, as in det({u})*inv({u}).T: {right}"),
    ArrayMisconception("determinant with the matrix for the inverse", ("det",), 0, "g*y*u.T", "at node {node} the inverse is missing, as in det({u})*inv({u}).T: {right}"),
    ArrayMisconception("logdet without the transpose", ("logdet",), 0, "g*inv(u)", "at node {node} the inverse comes transposed: {right}"),
    ArrayMisconception("logdet taken for the determinant", ("logdet",), 0, "g*cofactor(u)", "at node {node} the logarithm divides by the determinant: {right}"),
    ArrayMisconception("logdet as 1/det", ("logdet",), 0, "g/det(u)*eye_like(u)", "at node {node} the derivative of the determinant is missing: {right}"),
    ArrayMisconception("logdet as 1/det", ("logdet",), 0, "g/det(u)*ones_like(u)", "at node {node} the derivative of the determinant is missing: {right}"),
    ArrayMisconception("logdet with the matrix for the inverse", ("logdet",), 0, "g*u.T", "at node {node} the inverse stands, not the matrix: {right}"),
    ArrayMisconception("logdet with the matrix for the inverse", ("logdet",), 0, "g*u", "at node {node} the inverse stands, not the matrix: {right}"),
    ArrayMisconception("logdet entry by entry", ("logdet",), 0, "g/u", "at node {node} the inverse is that of the matrix, not of its entries: {right}"),
    ArrayMisconception("inverse without the minus", ("inv",), 0, "y.T @ g @ y.T", "at node {node} the derivative of an inverse has a minus: {right}"),
    ArrayMisconception("inverse without the transposes", ("inv",), 0, "-(y @ g @ y)", "at node {node} the inverses come transposed: {right}"),
    ArrayMisconception("inverse without minus and transposes", ("inv",), 0, "y @ g @ y", "at node {node} there is a minus, and the inverses come transposed: {right}"),
    ArrayMisconception("inverse as a power", ("inv",), 0, "-(y.T @ y.T @ g)", "at node {node} matrices do not commute, one inverse stands on each side: {right}"),
    ArrayMisconception("inverse as a power", ("inv",), 0, "-(g @ y.T @ y.T)", "at node {node} matrices do not commute, one inverse stands on each side: {right}"),
    ArrayMisconception("inverse as a power", ("inv",), 0, "-(y @ y @ g)", "at node {node} matrices do not commute, one inverse stands on each side: {right}"),
    ArrayMisconception("one factor of the inverse lost", ("inv",), 0, "-(y.T @ g)", "at node {node} an inverse stands on each side: {right}"),
    ArrayMisconception("one factor of the inverse lost", ("inv",), 0, "-(g @ y.T)", "at node {node} an inverse stands on each side: {right}"),
    ArrayMisconception("one transpose of the inverse forgotten", ("inv",), 0, "-(y @ g @ y.T)", "at node {node} both inverses come transposed: {right}"),
    ArrayMisconception("one transpose of the inverse forgotten", ("inv",), 0, "-(y.T @ g @ y)", "at node {node} both inverses come transposed: {right}"),
    ArrayMisconception("inverse not differentiated", ("inv",), 0, "g", "at node {node} the inverse must be differentiated: {right}"),
    ArrayMisconception("solve without the minus", ("solve",), 0, "solve(u.T, g) @ y.T", "at node {node} the derivative of an inverse has a minus: {right}"),
    ArrayMisconception("solve without the transpose", ("solve",), 0, "-(solve(u, g) @ y.T)", "at node {node} the matrix comes transposed: {right}"),
    ArrayMisconception("solve reversed", ("solve",), 0, "-(y @ solve(u.T, g).T)", "at node {node} the outer product has its factors in the other order: {right}"),
    ArrayMisconception("solve without the transpose", ("solve",), 1, "solve(u, g)", "at node {node} the matrix comes transposed: {right}"),
    ArrayMisconception("solve as a product", ("solve",), 1, "u.T @ g", "at node {node} the inverse is missing: {right}"),
    # -- entry by entry
    ArrayMisconception("sign lost", ("-",), 1, "g", "at node {node} the subtracted term keeps its minus: {right}"),
    ArrayMisconception("sign lost", ("neg",), 0, "g", "at node {node} the minus is lost: {right}"),
    ArrayMisconception("sigmoid' as σ", ("sigmoid",), 0, "g*y", "at node {node} the factor 1 - σ is missing: {right}"),
    ArrayMisconception("tanh' without the square", ("tanh",), 0, "g*(1 - y)", "at node {node} the tanh is squared: {right}"),
    ArrayMisconception("function not differentiated", ("entrywise",), 0, "g", "at node {node} the derivative of the function is missing: {right}"),
    ArrayMisconception("function kept instead of its derivative", ("entrywise",), 0, "g*y", "at node {node} stands the function itself instead of its derivative: {right}"),
    # -- paths
    ArrayMisconception("factor 2 too many", ("any",), 0, "2*r", "there is a factor 2 too many in what node {node} contributes: {right}"),
    ArrayMisconception("factor 2 too many", ("any",), 1, "2*r", "there is a factor 2 too many in what node {node} contributes: {right}"),
    ArrayMisconception("factor 2 lost", ("any",), 0, "r/2", "a factor 2 is lost in what node {node} contributes: {right}"),
    ArrayMisconception("factor 2 lost", ("any",), 1, "r/2", "a factor 2 is lost in what node {node} contributes: {right}"),
    ArrayMisconception("sign of one path", ("any",), 0, "-r", "what node {node} contributes has the opposite sign: {right}"),
    ArrayMisconception("sign of one path", ("any",), 1, "-r", "what node {node} contributes has the opposite sign: {right}"),
    ArrayMisconception("path dropped", ("any",), 0, "0", "the path through node {node} is dropped; it contributes {right}"),
    ArrayMisconception("path dropped", ("any",), 1, "0", "the path through node {node} is dropped; it contributes {right}"),
)  # fmt: skip

ARRAY_WHOLE: Final = {
    "numerator for denominator layout": "right up to layout: the claim is the transpose; {convention}",
    "another layout for numerator": "right up to layout: the claim is the transpose of what the numerator layout asks for",
    "zeros forgotten": "right where the derivative is not 0, but {entry} is: an entry of {of} depends on some entries of {wrt} only",
    **{key: WHOLE[key] for key in ("the function itself", "negated", "another variable", "constant factor")},
    "factor 2 lost": "a factor 2 is lost: the claim is half the derivative",
    "one path taken twice": "{name} reaches {of} by different paths, which are equal for symmetric matrices only; here one of them "
    "is taken twice and the one through node {node} is dropped; it contributes {right}",
}  # fmt: skip
"""What can be wrong with a claim as a whole, and how it is said."""
