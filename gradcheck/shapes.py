"""Shapes: that of each primitive's output from those of its arguments, and the words for a pair that does not fit.

A shape is () for a scalar, (n,) for a vector, (m, n) for a matrix. A vector is stored as a column; axes of length one
do not matter where arrays meet entry by entry, and a 1x1 matrix acts as a scalar.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from gradcheck.errors import SyntaxProblem
from gradcheck.syntax.tree import Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcheck.syntax.tree import Parameter

Shape = tuple[int, ...]
Sizes = tuple[int, ...]
"""A node's resolved parameters, as the arithmetics take them."""


class ShapeProblem(SyntaxProblem):
    """Arrays that do not fit together."""


def shape_text(shape: Shape) -> str:
    """A shape as it is declared: ``scalar``, ``3``, ``3x2``.

    >>> shape_text(()), shape_text((3,)), shape_text((3, 2))
    ('scalar', '3', '3x2')
    """
    return "x".join(map(str, shape)) or "scalar"


def told(shape: Shape) -> str:
    """A shape in words: ``a scalar``, ``a vector of 3``, ``a 3x2 matrix``."""
    match len(shape):
        case 0:
            return "a scalar"
        case 1:
            return f"a vector of {shape[0]}"
        case _:
            return f"a {shape_text(shape)} matrix"


def grid(shape: Shape) -> tuple[int, int]:
    """Rows and columns of the stored array: a vector is a column."""
    match shape:
        case ():
            return 1, 1
        case (n,):
            return n, 1
        case _:
            return shape[0], shape[1]


def size(shape: Shape) -> int:
    """How many entries there are."""
    return math.prod(shape)


def same(one: Shape, other: Shape) -> bool:
    """Whether two arrays meet entry by entry: axes of length one at the end do not matter."""
    return grid(one) == grid(other)


def elementwise(name: str, shapes: Sequence[Shape]) -> Shape:
    """The shape of a function that works entry by entry: scalars broadcast, other shapes must be equal."""
    wide = [shape for shape in shapes if size(shape) != 1]
    if not wide:  # [2]*3 is still a list of one
        return min((shape for shape in shapes if shape), key=len, default=())
    for shape in wide[1:]:
        if not same(shape, wide[0]):
            raise ShapeProblem(f"{name} of {told(wide[0])} and {told(shape)}", hint=_fitting(name, wide[0], shape))
    return min(wide, key=len)


def _fitting(name: str, one: Shape, other: Shape) -> str:
    if grid(one) == grid(other)[::-1]:
        return "transpose one of them with .T"
    if name == "*" and grid(one)[1] == grid(other)[0]:
        return "* works entry by entry; the matrix product is @"
    return "entry by entry, both must have the same shape, or one be a scalar"


# -- products ---------------------------------------------------------------------------------------------------------


def product(left: Shape, right: Shape) -> tuple[str, Shape]:
    """The row that computes ``left @ right`` (matmul, vecmat or dot), and the shape of the result.

    Two vectors make a scalar, a vector on the left of a matrix is a row, unless the matrix is one: then they make the
    outer product.
    """
    if not left or not right:
        raise ShapeProblem(f"@ of {told(left)} and {told(right)}", hint="@ multiplies matrices; with a scalar write *")
    if len(left) == 1 and len(right) == 1:
        if left != right:
            raise _no_product(left, right)
        return "dot", ()
    if len(left) == 1 and left[0] == right[0]:
        return "vecmat", (right[1],)
    (rows, inner), (height, columns) = grid(left), grid(right)
    if inner != height:
        raise _no_product(left, right)
    if len(right) == 1:
        return "matmul", () if rows == 1 else (rows,)
    return "matmul", (rows, columns)


def _no_product(left: Shape, right: Shape) -> ShapeProblem:
    (rows, inner), (height, columns) = grid(left), grid(right)
    hints = []
    if rows == height and len(left) == 2:
        hints.append(f"transposing the left one would fit: {inner}x{rows} @ {shape_text(right)}")
    if columns == inner and len(right) == 2:
        hints.append(f"transposing the right one would fit: {shape_text(left)} @ {columns}x{height}")
    if len(left) == 1 and len(right) == 1:
        return ShapeProblem(f"@ of {told(left)} and {told(right)}", hint="the outer product is outer(x, y)")
    needs = f"the right side must have {inner} rows"
    return ShapeProblem(f"@ of {told(left)} and {told(right)}", hint="; ".join(hints) or needs)


# -- shape rules by name ----------------------------------------------------------------------------------------------


def _scalar(_shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    return ()


def _matmul(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    return product(*shapes)[1]


def _dot(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    left, right = shapes
    if len(left) != 1 or left != right:
        raise ShapeProblem(f"dot of {told(left)} and {told(right)}", hint="dot takes two vectors of one length")
    return ()


def _outer(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    left, right = shapes
    if len(left) != 1 or len(right) != 1:
        raise ShapeProblem(f"outer of {told(left)} and {told(right)}", hint="outer takes two vectors")
    return left[0], right[0]


def _hadamard(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    return elementwise("hadamard", shapes)


def _transpose(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    shape = shapes[0]
    return () if not shape else (1, shape[0]) if len(shape) == 1 else shape[::-1]


def _axis(shapes: Sequence[Shape], sizes: Sizes) -> Shape:
    shape, axis = shapes[0], sizes[0]
    if not 0 <= axis < len(shape):
        raise ShapeProblem(f"{told(shape)} has no axis {axis}", hint="axis 0 runs down a column, axis 1 along a row")
    return shape[:axis] + shape[axis + 1 :]


def _vector(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    if len(shapes[0]) != 1:
        raise ShapeProblem(f"softmax takes a vector, not {told(shapes[0])}")
    return shapes[0]


def _of_square(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    _square(shapes, ())
    return ()


def _square(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    shape = shapes[0]
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ShapeProblem(f"a square matrix is needed here, not {told(shape)}")
    return shape


def _solve(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    _square(shapes, ())
    left, right = shapes
    if not right or right[0] != left[0]:
        raise ShapeProblem(f"solve of {told(left)} and {told(right)}", hint=f"the right side must have {left[0]} rows")
    return right


def _diag(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    shape = shapes[0]
    if len(shape) != 1:
        raise ShapeProblem(f"diag takes a vector or a square matrix, not {told(shape)}")
    return shape[0], shape[0]


def _diagonal(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    return (_square(shapes, ())[0],)


def _select(shapes: Sequence[Shape], sizes: Sizes) -> Shape:
    first, last, left, right, kept = sizes
    shape = shapes[0]
    if len(shape) == 1:
        return (last - first,) if kept else ()
    found = []
    if kept & 1:
        found.append(last - first)
    if kept & 2:
        found.append(right - left)
    return tuple(found)


def _stack(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    first = shapes[0]
    for position, shape in enumerate(shapes):
        if len(shape) > 1:
            raise ShapeProblem("a list holds numbers or rows of numbers", hint="join matrices by vstack and hstack")
        if shape != first:
            if not first or not shape:
                raise ShapeProblem("a list holds either numbers or rows, not both")
            raise ShapeProblem(
                f"the rows of this list have {first[0]} and {shape[0]} entries (row {position + 1})",
                hint="all rows must have the same length",
            )
    return (len(shapes), *first)


def _vstack(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    one, other = shapes
    if len(one) < 2 and len(other) < 2:
        return (size(one) + size(other),)
    (rows, columns), (more, wide) = grid(one), grid(other)
    if columns != wide:
        raise ShapeProblem(f"vstack of {told(one)} and {told(other)}", hint="both need the same number of columns")
    return rows + more, columns


def _hstack(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    one, other = shapes
    (rows, columns), (height, more) = grid(one), grid(other)
    if rows != height:
        raise ShapeProblem(f"hstack of {told(one)} and {told(other)}", hint="both need the same number of rows")
    return rows, columns + more


def _reshape(shapes: Sequence[Shape], sizes: Sizes) -> Shape:
    if size(shapes[0]) != math.prod(sizes):
        raise ShapeProblem(
            f"{told(shapes[0])} has {size(shapes[0])} entries, {shape_text(sizes)} has {math.prod(sizes)}"
        )
    return tuple(sizes)


def _vec(shapes: Sequence[Shape], _sizes: Sizes) -> Shape:
    return (size(shapes[0]),)


def _eye(_shapes: Sequence[Shape], sizes: Sizes) -> Shape:
    return sizes[0], sizes[0]


def _sizes(_shapes: Sequence[Shape], sizes: Sizes) -> Shape:
    return tuple(sizes)


SHAPES: Final[Mapping[str, Callable[[Sequence[Shape], Sizes], Shape]]] = {
    "matmul": _matmul, "vecmat": _matmul, "dot": _dot, "outer": _outer, "same": _hadamard, "transpose": _transpose,
    "scalar": _scalar, "axis": _axis, "vector": _vector, "of_square": _of_square, "square": _square, "solve": _solve,
    "diag": _diag, "diagonal": _diagonal, "select": _select, "stack": _stack, "vstack": _vstack, "hstack": _hstack,
    "reshape": _reshape, "vec": _vec, "eye": _eye, "sizes": _sizes,
}  # fmt: skip
"""What the column ``shape`` of the table names."""


# -- indices ----------------------------------------------------------------------------------------------------------


def selection(shape: Shape, index: Sequence[Parameter], known: Mapping[str, int]) -> Sizes:
    """The rows and columns that an index selects, and which axes are kept (1: rows, 2: columns).

    Indices count from 0, negative ones from the end, as in Python.
    """
    if not shape:
        raise ShapeProblem("a scalar has no entries to select")
    if len(index) > len(shape):
        raise ShapeProblem(f"{told(shape)} has {len(shape)} ax{'e' if len(shape) > 1 else 'i'}s, not {len(index)}")
    rows, columns = grid(shape)
    bounds = []
    kept = 0
    for axis, length in enumerate((rows, columns)):
        if axis >= len(shape):
            bounds += [0, length]
            continue
        one = index[axis] if axis < len(index) else Slice(None, None)
        if isinstance(one, Slice):
            kept |= 1 << axis
            start = 0 if one.start is None else _position(known_size(one.start, known), length)
            stop = length if one.stop is None else _position(known_size(one.stop, known), length)
            start, stop = min(max(start, 0), length), min(max(stop, 0), length)
            if stop <= start:
                raise ShapeProblem(f"the range {start}:{stop} is empty")
            bounds += [start, stop]
        else:
            at = known_size(one, known)
            position = _position(at, length)
            if not 0 <= position < length:
                raise ShapeProblem(f"there is no index {at} here", hint=f"indices run from 0 to {length - 1}")
            bounds += [position, position + 1]
    return (*bounds, kept)


def known_size(size_: Parameter, known: Mapping[str, int]) -> int:
    """A size or index as a number."""
    if isinstance(size_, int):
        return size_
    assert isinstance(size_, str)
    if size_ not in known:
        raise ShapeProblem(
            f"'{size_}' is no known size or index", hint="write an integer, or the name of a declared dimension"
        )
    return known[size_]


def _position(index: int, length: int) -> int:
    return index + length if index < 0 else index
