"""The table of matrix primitives: one row holds all that gradcheck knows of one of them.

A vector is a column in the texts: ``u @ v.T`` of two vectors is their outer product. ``g`` is the adjoint of the output,
of the output's shape. Sources: K. B. Petersen and M. S. Pedersen, "The Matrix Cookbook" (2012); M. B. Giles, "Collected
matrix derivative results for forward and reverse mode algorithmic differentiation" (2008). Every row is proved on its
samples by three routes (``gradcheck rules --check``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.primitives import Primitive

if TYPE_CHECKING:
    from collections.abc import Mapping

_VECTORS = (("[2, -3]", "[5/3, 1/2]"), ("[-1, 2/3, 4]", "[2, 3, -7/2]"))
_VECTOR = (("[2, -3]",), ("[1/3, -5/2, 4]",))
_MATRIX = (("[[2, -3], [1/2, 5]]",), ("[[1, -2, 3], [4/3, 5, -6]]",))
_SQUARE = (("[[2, -3], [1/2, 5]]",), ("[[1, -2, 3], [0, 4/3, -1], [2, 5, -7]]",))
_POSITIVE_DETERMINANT = (("[[2, -3], [1/2, 5]]",), ("[[3, -2, 1], [0, 4/3, -1], [2, 1, 7]]",))

_PRODUCTS = (
    Primitive(name="matmul", spelling="@", infix=True, floats="matmul", balls="matmul", symbols="matmul",
              pullbacks=("g @ v.T", "u.T @ g"), shape="matmul",
              samples=(("[[1, 2, -3], [4, 0, 1/2]]", "[[2, 1], [-1, 3], [5, 2/3]]"), ("[[1, 2], [3, -4]]", "[5, -1/2]")),
              intuition="each factor receives the upstream gradient times the other factor transposed, on its own side"),
    Primitive(name="vecmat", spelling="@", infix=True, definition="v.T @ u", pullbacks=("v @ g", "u @ g.T"),
              shape="vecmat", samples=(("[5, -1/2]", "[[1, 2, 4], [3, -4, 7]]"),),
              intuition="each factor receives the upstream gradient times the other factor, on its own side"),
    Primitive(name="dot", definition="sum(u*v)", pullbacks=("g*v", "g*u"), shape="dot", samples=_VECTORS,
              intuition="each vector receives the other one, times the upstream gradient"),
    Primitive(name="outer", definition="u @ v.T", pullbacks=("g @ v", "g.T @ u"), shape="outer",
              samples=(("[2, -3]", "[5/3, 1/2, 4]"),),
              intuition="each vector receives the upstream matrix applied to the other one"),
    Primitive(name="hadamard", definition="u*v", pullbacks=("g*v", "g*u"), shape="same",
              samples=(("[[1, 2], [3, -4]]", "[[5, -1/2], [1/3, 7]]"),),
              intuition="entry by entry, each factor receives the upstream gradient times the other factor"),
    Primitive(name="transpose", spelling=".T", postfix=True, floats="transpose", balls="transpose", symbols="transpose",
              pullbacks=("g.T",), shape="transpose", samples=(*_MATRIX, _VECTOR[0]),
              intuition="entries only change places, and the gradient changes them back"),
)  # fmt: skip

_REDUCTIONS = (
    Primitive(name="sum", floats="total", balls="total", symbols="total", pullbacks=("g*ones_like(u)",), shape="scalar",
              samples=(*_MATRIX, _VECTOR[0]), intuition="a sum passes the upstream gradient on to every entry"),
    Primitive(name="sum_axis", spelling="sum", parameters=(1,), floats="sum_axis", balls="sum_axis", symbols="sum_axis",
              pullbacks=("spread(g, u)",), shape="axis", samples=_MATRIX,
              intuition="each sum passes its upstream gradient on to every entry that it adds up"),
    Primitive(name="mean", definition="sum(u)/size(u)", pullbacks=("g*ones_like(u)/size(u)",), shape="scalar",
              samples=(*_MATRIX, _VECTOR[0]), intuition="a mean passes the upstream gradient on in equal shares"),
    Primitive(name="mean_axis", spelling="mean", parameters=(1,), floats="mean_axis", balls="mean_axis",
              symbols="mean_axis", pullbacks=("spread(g, u)/axis_size(u)",), shape="axis", samples=_MATRIX,
              intuition="each mean passes its upstream gradient on in equal shares to the entries that it averages"),
    Primitive(name="norm", definition="sqrt(sum(u*u))", pullbacks=("g*u/y",), shape="scalar", kinks=("sum(abs(u))",),
              samples=(*_VECTOR, _MATRIX[0]), intuition="the gradient of a norm is the unit vector"),
    Primitive(name="norm_squared", definition="sum(u*u)", pullbacks=("2*g*u",), shape="scalar",
              samples=(*_VECTOR, _MATRIX[0]), intuition="just the vector version of d(x²)/dx = 2x"),
    Primitive(name="norm1", definition="sum(abs(u))", pullbacks=("g*sign(u)",), shape="scalar", kinks=("u",),
              samples=(*_VECTOR, _MATRIX[0]),
              intuition="every entry receives the upstream gradient with its own sign, however large it is"),
    Primitive(name="max_entry", spelling="max", aliases=("maximum",), floats="largest", balls="largest",
              symbols="largest", pullbacks=("g*peak(u)",), shape="scalar", kinks=("gap(u)",),
              samples=(*_VECTOR, _MATRIX[0]), intuition="the largest entry takes the whole upstream gradient"),
    Primitive(name="min_entry", spelling="min", aliases=("minimum",), floats="smallest", balls="smallest",
              symbols="smallest", pullbacks=("g*peak(-u)",), shape="scalar", kinks=("gap(-u)",),
              samples=(*_VECTOR, _MATRIX[0]),
              intuition="the smallest entry takes the whole upstream gradient"),
    Primitive(name="logsumexp", floats="logsumexp", definition="log(sum(exp(u)))", pullbacks=("g*exp(u - y)",),
              shape="scalar", samples=(*_VECTOR, _MATRIX[0]), intuition="the gradient of logsumexp is softmax"),
    Primitive(name="softmax", floats="softmax", definition="exp(u)/sum(exp(u))", pullbacks=("y*(g - sum(g*y))",),
              shape="vector", samples=_VECTOR,
              intuition="the shares always add up to 1: what one entry gains, the others lose"),
)  # fmt: skip

_SQUARES = (
    Primitive(name="trace", aliases=("tr",), floats="trace", balls="trace", symbols="trace", pullbacks=("g*eye_like(u)",),
              shape="of_square", samples=_SQUARE,
              intuition="each entry of the diagonal receives the upstream gradient, the others nothing"),
    Primitive(name="det", floats="det", balls="det", symbols="det", pullbacks=("g*cofactor(u)",), shape="of_square",
              samples=(*_SQUARE, ("[[1, 2], [2, 4]]",)),
              intuition="the gradient by an entry is its cofactor: det(u)*inv(u).T, which exists where u has no inverse, too"),
    Primitive(name="logdet", floats="logdet", definition="log(det(u))", pullbacks=("g*inv(u).T",), shape="of_square",
              domain="det(u) > 0", samples=_POSITIVE_DETERMINANT,
              intuition="the matrix version of d(log x)/dx = 1/x: the inverse, transposed"),
    Primitive(name="inv", floats="inv", balls="inv", symbols="inv", pullbacks=("-(y.T @ g @ y.T)",), shape="square",
              domain="det(u) != 0", samples=_SQUARE,
              intuition="the matrix version of d(1/x)/dx = -1/x²: one inverse on each side"),
    Primitive(name="solve", floats="solve", balls="solve", symbols="solve",
              pullbacks=("-(solve(u.T, g) @ y.T)", "solve(u.T, g)"), shape="solve", domain="det(u) != 0",
              samples=(("[[2, -3], [1/2, 5]]", "[1, 4]"), ("[[2, -3], [1/2, 5]]", "[[1, 4, -2], [3, 0, 1/3]]")),
              intuition="the upstream gradient is solved with the transposed matrix"),
    Primitive(name="diag", floats="diag", balls="diag", symbols="diag", pullbacks=("diagonal(g)",), shape="diag",
              samples=_VECTOR,
              intuition="the diagonal is read back: the zeros beside it receive nothing"),
    Primitive(name="diagonal", floats="diagonal", balls="diagonal", symbols="diagonal", pullbacks=("diag(g)",),
              shape="diagonal", samples=_SQUARE,
              intuition="the gradient goes back to the diagonal, and the other entries receive nothing"),
)  # fmt: skip

_PARTS = (
    Primitive(name="select", postfix=True, spelling="[]", parameters=(1, 2), floats="select", balls="select",
              symbols="select", pullbacks=("scatter(g, u)",), shape="select", samples=_MATRIX,
              intuition="what is not selected receives nothing"),
    Primitive(name="stack", postfix=True, spelling="[,]", nary=True, floats="stack", balls="stack", symbols="stack",
              pullbacks=("item(g)",), shape="stack", samples=(("2", "-1/3", "5"), ("[1, 2]", "[3, -4]")),
              intuition="each part receives its own piece of the upstream gradient"),
    Primitive(name="vstack", variadic=True, aliases=("concat",), floats="vstack", balls="vstack", symbols="vstack",
              pullbacks=("first_rows(g, u)", "last_rows(g, v)"), shape="vstack",
              samples=(("[[1, 2], [3, 4]]", "[[5, -6]]"), ("[1, 2]", "[3, 4, 5]")),
              intuition="each block receives its own rows of the upstream gradient"),
    Primitive(name="hstack", variadic=True, floats="hstack", balls="hstack", symbols="hstack",
              pullbacks=("first_columns(g, u)", "last_columns(g, v)"), shape="hstack",
              samples=(("[[1, 2], [3, 4]]", "[[5], [-6]]"),),
              intuition="each block receives its own columns of the upstream gradient"),
    Primitive(name="reshape", parameters=(1, 2), floats="reshape", balls="reshape", symbols="reshape",
              pullbacks=("reshape_like(g, u)",), shape="reshape", samples=_MATRIX,
              intuition="entries are counted row by row, as in NumPy; vec counts them column by column"),
    Primitive(name="vec", floats="vec", balls="vec", symbols="vec", pullbacks=("unvec(g, u)",), shape="vec",
              samples=_MATRIX,
              intuition="entries only change places, column by column, and the gradient changes them back"),
)  # fmt: skip

_CONSTANT_ARRAYS = (
    Primitive(name="eye", parameters=(1,), floats="eye", balls="eye", symbols="eye", shape="eye", samples=((),),
              intuition="a constant: nothing flows into it"),
    Primitive(name="ones", parameters=(1, 2), floats="ones", balls="ones", symbols="ones", shape="sizes", samples=((),),
              intuition="a constant: nothing flows into it"),
    Primitive(name="zeros", parameters=(1, 2), floats="zeros", balls="zeros", symbols="zeros", shape="sizes", samples=((),),
              intuition="a constant: nothing flows into it"),
)  # fmt: skip

_INTERNAL = tuple(
    Primitive(name=name, internal=True, floats=name, balls=name, symbols=name, shape="internal", samples=(),
              parameters=(1,) if parametric else ())
    for name, parametric in (
        ("ones_like", False), ("eye_like", False), ("size", False), ("axis_size", True), ("spread", True),
        ("cofactor", False), ("peak", False), ("gap", False), ("scatter", True), ("item", True), ("first_rows", False),
        ("last_rows", False), ("first_columns", False), ("last_columns", False), ("reshape_like", False),
        ("unvec", False),
    )
)  # fmt: skip

SECTIONS: Final[Mapping[str, tuple[Primitive, ...]]] = {
    "products of arrays": _PRODUCTS,
    "sums, norms and extremes of arrays": _REDUCTIONS,
    "square matrices": _SQUARES,
    "parts of arrays": _PARTS,
    "constant arrays": _CONSTANT_ARRAYS,
}
INTERNAL: Final = _INTERNAL
