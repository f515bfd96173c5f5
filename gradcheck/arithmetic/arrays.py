"""NumPy arrays of float64, for display, for slopes and for large tapes. The only file that imports NumPy at its top.

Every value has its rows and columns as the last two axes; axes before them are a batch: training rows, nudged points,
or the seeds of many sweeps at once. Undefined results are NaN.
"""

from __future__ import annotations

import contextlib
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gradcheck.arithmetic import Arithmetic
from gradcheck.arithmetic.floats import rounded
from gradcheck.shapes import grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gradcheck.rules import Rule
    from gradcheck.shapes import Shape, Sizes
    from gradcheck.syntax.tree import Exact

Array = Any
"""numpy.ndarray of shape (batch…, rows, columns)."""


class Arrays(Arithmetic[Array]):
    """Arrays of floats."""

    column = "floats"
    undefined = np.full((1, 1), np.nan)

    def number(self, value: Exact) -> Array:
        return _single(rounded(value))

    def constant(self, name: str) -> Array:
        return _single({"pi": math.pi, "e": math.e}[name])

    def is_certain(self, truth: Array) -> bool:  # noqa: ARG002 - both branches are computed, and chosen entry by entry
        return False

    def choose(self, truth: Array, one: Callable[[], Array], other: Callable[[], Array]) -> Array:
        return np.where(truth != 0, one(), other())

    def touches(self, place: Array) -> bool:  # noqa: ARG002 - floats do not mind jumps
        return False

    def doubt(self, truth: Array) -> Array | None:  # noqa: ARG002 - a float is one or the other
        return None

    def native(self, name: str) -> Callable[..., Array]:
        return _FUNCTIONS.get(name) or getattr(np, name)

    def exact(self, shape: Shape, entries: Iterable[Exact]) -> Array:
        """An array of exact numbers, rounded."""
        return np.array([float(entry) for entry in entries]).reshape(grid(shape))

    def local(self, rule: Rule) -> Callable[..., Array]:
        """A local derivative, entry by entry."""
        return self.bind(rule)

    def times(self, upstream: Array, local: Array, *, selects: bool) -> Array:
        """Upstream times local, entry by entry; with ``selects``, a local 0 cuts the path whatever lies behind it."""
        return np.where(local == 0, 0.0, upstream * local) if selects else upstream * local

    def fit(self, flow: Array, like: Array) -> Array:
        """What reaches an argument: summed over rows or columns where it was broadcast, never over a batch."""
        for axis in (-1, -2):
            if like.shape[axis] == 1 and flow.shape[axis] != 1:
                flow = flow.sum(axis=axis, keepdims=True)
        if flow.shape[-2:] != like.shape[-2:]:
            flow = np.broadcast_to(flow, (*flow.shape[:-2], *like.shape[-2:]))
        return flow


_SMALL_POWERS: Final = frozenset((1.0, 2.0))
_OVERFLOWS: Final = 700.0
"""exp of more has no float64."""
_TINY: Final = 1e-300
"""The reciprocal of less may have none."""


def silent() -> Any:
    """A block in which NumPy does not warn of overflow and NaN: they are results here."""
    return np.errstate(all="ignore")


@lru_cache(maxsize=1_024)
def _single(number: float) -> Array:
    """One number as an array that nobody may change."""
    found = np.full((1, 1), number)
    found.flags.writeable = False
    return found


def _power(u: Array, v: Array) -> Array:
    if v.size == 1 and (exponent := v.item()) in _SMALL_POWERS:
        return u * u if exponent == 2.0 else u
    return np.where((u == 0) & (v < 0), np.inf, np.power(u, v))


def _matmul(u: Array, v: Array) -> Array:
    """The matrix product; where one factor is shared by a batch, as one product and not one for each."""
    if u.ndim == 2 < v.ndim and v.shape[-1] == 1:
        return np.matmul(v[..., 0], u.T)[..., None]
    if v.ndim == 2 < u.ndim:
        return np.matmul(u.reshape(-1, u.shape[-1]), v).reshape(*u.shape[:-1], v.shape[-1])
    return np.matmul(u, v)


def _sigmoid(u: Array) -> Array:
    if u.min(initial=0.0) > -_OVERFLOWS:
        return 1.0 / (1.0 + np.exp(-u))
    tail = np.exp(-np.abs(u))
    return np.where(u >= 0, 1.0, tail) / (1.0 + tail)


def _root(u: Array, v: Array) -> Array:
    size = np.power(np.abs(u), 1.0 / v)
    return np.where(u >= 0, size, np.where(v % 2 == 1, -size, np.nan))


def _atan2(u: Array, v: Array) -> Array:
    return np.where((u == 0) & (v == 0), np.nan, np.arctan2(u + 0.0, v + 0.0))


def _log(u: Array, base: Array | None = None) -> Array:
    return np.log(u) if base is None else np.log(u) / np.log(base)


def _divide(u: Array, v: Array) -> Array:
    return np.true_divide(u, v + 0.0)


def _beyond_one(u: Array) -> Array:
    """√(u² - 1) without cancellation."""
    return np.sqrt((np.abs(u) - 1.0) * (np.abs(u) + 1.0))


def _asec(u: Array) -> Array:
    angle = np.arctan(_beyond_one(u))
    return np.where(u < 0, np.pi - angle, angle)


def _acsc(u: Array) -> Array:
    return np.where(np.abs(u) > 2, np.arcsin(1.0 / u), np.copysign(np.arctan2(1.0, _beyond_one(u)), u))


def _asech(u: Array) -> Array:
    height = np.sqrt((1.0 - u) * (1.0 + u))
    return np.where(u < 0.5, np.log1p(height) - np.log(u), np.log1p((1.0 - u + height) / u))


def _acsch(u: Array) -> Array:
    tiny = (np.abs(u) < _TINY) & (u != 0)
    return np.where(tiny, np.copysign(math.log(2.0) - np.log(np.abs(u)), u), np.arcsinh(1.0 / u))


def _acoth(u: Array) -> Array:
    return np.copysign(0.5 * np.log1p(2.0 / np.where(np.abs(u) > 1, np.abs(u) - 1.0, np.nan)), u)


def _gelu(u: Array) -> Array:
    return 0.5 * u * _FUNCTIONS["erfc"](-u / math.sqrt(2.0))


def _sinc(u: Array) -> Array:
    return np.where(u == 0, 1.0, np.sin(u) / np.where(u == 0, 1.0, u))


def _swap(u: Array) -> Array:
    return np.swapaxes(u, -1, -2)


def _erf(name: str) -> Callable[[Array], Array]:
    return np.vectorize(getattr(math, name), otypes=[float])


def _truth(name: str) -> Callable[..., Array]:
    function = getattr(np, name)
    return lambda u, v: function(u, v).astype(float)


def _total(u: Array) -> Array:
    return u.sum(axis=(-2, -1), keepdims=True)


def _sum_axis(u: Array, sizes: Sizes) -> Array:
    return _swap(u.sum(axis=-2, keepdims=True)) if sizes[0] == 0 else u.sum(axis=-1, keepdims=True)


def _axis_size(u: Array, sizes: Sizes) -> Array:
    return np.full((1, 1), float(u.shape[-1] if sizes[0] else u.shape[-2]))


def _spread(g: Array, u: Array, sizes: Sizes) -> Array:
    wide = _swap(g) if sizes[0] == 0 else g
    return np.broadcast_to(wide, (*g.shape[:-2], *u.shape[-2:]))


def _extreme(which: str) -> Callable[[Array], Array]:
    return lambda u: getattr(u, which)(axis=(-2, -1), keepdims=True)


def _logsumexp(u: Array) -> Array:
    top = u.max(axis=(-2, -1), keepdims=True)
    return top + np.log(np.exp(u - top).sum(axis=(-2, -1), keepdims=True))


def _softmax(u: Array) -> Array:
    raised = np.exp(u - u.max(axis=(-2, -1), keepdims=True))
    return raised / raised.sum(axis=(-2, -1), keepdims=True)


def _trace(u: Array) -> Array:
    return np.trace(u, axis1=-2, axis2=-1)[..., None, None]


def _det(u: Array) -> Array:
    return np.asarray(np.linalg.det(u))[..., None, None]


def _logdet(u: Array) -> Array:
    sign, size = np.linalg.slogdet(u)
    return np.where(sign > 0, size, np.nan)[..., None, None]


def _inv(u: Array) -> Array:
    try:
        return np.linalg.inv(u)
    except np.linalg.LinAlgError:
        return _one_by_one(np.linalg.inv, u)


def _solve(u: Array, v: Array) -> Array:
    try:
        return np.linalg.solve(u, v)
    except np.linalg.LinAlgError:
        return _one_by_one(np.linalg.solve, u, v)


def _one_by_one(function: Callable[..., Array], *arrays: Array) -> Array:
    """Each member of a batch by itself: those that are singular have no value, and do not spoil the others."""
    batch = np.broadcast_shapes(*(array.shape[:-2] for array in arrays))
    wide = [np.broadcast_to(array, (*batch, *array.shape[-2:])) for array in arrays]
    found = np.full((*batch, *arrays[-1].shape[-2:]), np.nan)
    for place in np.ndindex(*batch):
        with contextlib.suppress(np.linalg.LinAlgError):
            found[place] = function(*[array[place] for array in wide])
    return found


def _cofactor(u: Array) -> Array:
    """By minors where the matrix is small, else det(u)·inv(u)ᵀ."""
    n = u.shape[-1]
    if n == 1:
        return np.ones_like(u)
    if n > 8:
        return _det(u) * _swap(_inv(u))
    found = np.empty_like(u)
    for row in range(n):
        for column in range(n):
            minor = np.delete(np.delete(u, row, axis=-2), column, axis=-1)
            found[..., row, column] = (-1) ** (row + column) * np.linalg.det(minor)
    return found


def _diag(u: Array) -> Array:
    return u * np.eye(u.shape[-2])


def _diagonal(u: Array) -> Array:
    return np.diagonal(u, axis1=-2, axis2=-1)[..., None]


def _select(u: Array, sizes: Sizes) -> Array:
    first, last, left, right, kept = sizes
    part = u[..., first:last, left:right]
    return _swap(part) if kept == 2 else part


def _scatter(g: Array, u: Array, sizes: Sizes) -> Array:
    first, last, left, right, kept = sizes
    found = np.zeros((*g.shape[:-2], *u.shape[-2:]))
    found[..., first:last, left:right] = _swap(g) if kept == 2 else g
    return found


def _stack(*parts: Array) -> Array:
    batch = np.broadcast_shapes(*(part.shape[:-2] for part in parts))
    rows = [np.broadcast_to(_swap(part), (*batch, 1, part.shape[-2])) for part in parts]
    return np.concatenate(rows, axis=-2)


def _item(g: Array, sizes: Sizes) -> Array:
    return _swap(g[..., sizes[0] : sizes[0] + 1, :])


def _joined(axis: int) -> Callable[[Array, Array], Array]:
    def joined(u: Array, v: Array) -> Array:
        batch = np.broadcast_shapes(u.shape[:-2], v.shape[:-2])
        parts = [np.broadcast_to(part, (*batch, *part.shape[-2:])) for part in (u, v)]
        return np.concatenate(parts, axis=axis)

    return joined


def _reshape(u: Array, sizes: Sizes) -> Array:
    return u.reshape(*u.shape[:-2], sizes[0], sizes[1] if len(sizes) > 1 else 1)


def _vec(u: Array) -> Array:
    return _swap(u).reshape(*u.shape[:-2], -1, 1)


def _unvec(g: Array, u: Array) -> Array:
    return _swap(g.reshape(*g.shape[:-2], u.shape[-1], u.shape[-2]))


def _peak(u: Array) -> Array:
    top = u == u.max(axis=(-2, -1), keepdims=True)
    return top / top.sum(axis=(-2, -1), keepdims=True)


def _gap(u: Array) -> Array:
    flat = np.sort(u.reshape(*u.shape[:-2], -1), axis=-1)
    gap = flat[..., -1] - flat[..., -2] if flat.shape[-1] > 1 else np.ones(flat.shape[:-1])
    return gap[..., None, None]


def _filled(value: float) -> Callable[[Sizes], Array]:
    return lambda sizes: np.full((sizes[0], sizes[1] if len(sizes) > 1 else 1), value)


_FUNCTIONS: Final[Mapping[str, Callable[..., Array]]] = {
    "log": _log,
    "sub": np.subtract,
    "mul": np.multiply,
    "neg": np.negative,
    "truediv": _divide,
    "power": _power,
    "fabs": np.abs,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "atan2": _atan2,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "coth": lambda u: 1.0 / np.tanh(u),
    "sinc": _sinc,
    "asec": _asec,
    "acsc": _acsc,
    "acot": lambda u: np.arctan2(1.0, u),
    "sech": lambda u: 1.0 / np.cosh(u),
    "csch": lambda u: 1.0 / np.sinh(u),
    "asech": _asech,
    "acsch": _acsch,
    "acoth": _acoth,
    "gelu": _gelu,
    "root": _root,
    "sign": np.sign,
    "heaviside": lambda u: np.heaviside(u, 0.5),
    "relu": lambda u: np.where(np.isnan(u), u, np.maximum(u, 0.0)),
    "sigmoid": _sigmoid,
    "softplus": lambda u: np.maximum(u, 0.0) + np.log1p(np.exp(-np.abs(u))),
    "erf": _erf("erf"),
    "erfc": _erf("erfc"),
    "where": lambda u, v, w: np.where(u != 0, v, w),
    "lt": _truth("less"),
    "le": _truth("less_equal"),
    "gt": _truth("greater"),
    "ge": _truth("greater_equal"),
    "eq": _truth("equal"),
    "ne": _truth("not_equal"),
    "logical_and": _truth("logical_and"),
    "logical_or": _truth("logical_or"),
    "matmul": _matmul,
    "transpose": _swap,
    "total": _total,
    "sum_axis": _sum_axis,
    "mean_axis": lambda u, sizes: _sum_axis(u, sizes) / _axis_size(u, sizes),
    "largest": _extreme("max"),
    "smallest": _extreme("min"),
    "logsumexp": _logsumexp,
    "softmax": _softmax,
    "trace": _trace,
    "det": _det,
    "logdet": _logdet,
    "inv": _inv,
    "solve": _solve,
    "diag": _diag,
    "diagonal": _diagonal,
    "select": _select,
    "stack": _stack,
    "vstack": _joined(-2),
    "hstack": _joined(-1),
    "reshape": _reshape,
    "vec": _vec,
    "eye": lambda sizes: np.eye(sizes[0]),
    "ones": _filled(1.0),
    "zeros": _filled(0.0),
    "ones_like": lambda u: np.ones(u.shape[-2:]),
    "eye_like": lambda u: np.eye(u.shape[-1]),
    "size": lambda u: np.full((1, 1), float(u.shape[-1] * u.shape[-2])),
    "axis_size": _axis_size,
    "spread": _spread,
    "cofactor": _cofactor,
    "peak": _peak,
    "gap": _gap,
    "scatter": _scatter,
    "item": _item,
    "first_rows": lambda g, u: g[..., : u.shape[-2], :],
    "last_rows": lambda g, v: g[..., g.shape[-2] - v.shape[-2] :, :],
    "first_columns": lambda g, u: g[..., : u.shape[-1]],
    "last_columns": lambda g, v: g[..., g.shape[-1] - v.shape[-1] :],
    "reshape_like": lambda g, u: g.reshape(*g.shape[:-2], *u.shape[-2:]),
    "unvec": _unvec,
}
