"""A referee for identities of matrix calculus that shares nothing with gradcheck: NumPy and difference quotients.

A vector is a column; a claim is computed as Python, and compared with central differences entry by entry.
"""

from __future__ import annotations

import itertools
import re

import numpy as np

_SIZES = {"m": 3, "n": 2, "k": 4, "l": 5}
_TARGET = re.compile(r"d(?P<of>\w+?)(?:\[(?P<of_index>[^\]]*)\])?/d(?P<wrt>\w+?)(?:\[(?P<wrt_index>[^\]]*)\])?")
_STEP = 1e-6


class Array(np.ndarray):
    """A matrix of which an index takes a number, or a row or column as a column."""

    def __getitem__(self, key):
        plain = np.asarray(self)
        if not isinstance(key, tuple):
            return plain[key, 0] if plain.shape[1] == 1 else plain[key].reshape(-1, 1).view(Array)
        found = plain[key]
        return found.reshape(-1, 1).view(Array) if np.ndim(found) == 1 else found


def _column(values):
    return np.asarray(values).reshape(-1, 1).view(Array)


def _diag(u):
    plain = np.asarray(u)
    return np.diag(plain[:, 0]).view(Array) if plain.shape[1] == 1 else _column(np.diag(plain))


def _softmax(u):
    raised = np.exp(u - np.max(u))
    return raised / np.sum(raised)


def _sum(u, axis=None):
    return np.sum(np.asarray(u)) if axis is None else _column(np.asarray(u).sum(axis=axis))


_FUNCTIONS = {
    "dot": lambda u, v: float(np.vdot(u, v)),
    "outer": lambda u, v: (np.asarray(u) @ np.asarray(v).T).view(Array),
    "tr": np.trace,
    "det": np.linalg.det,
    "logdet": lambda u: np.linalg.slogdet(u)[1],
    "inv": lambda u: np.linalg.inv(u).view(Array),
    "solve": lambda u, v: np.linalg.solve(u, v).view(Array),
    "diag": _diag,
    "diagonal": _diag,
    "norm": lambda u: np.sqrt(np.sum(np.asarray(u) ** 2)),
    "norm1": lambda u: np.sum(np.abs(np.asarray(u))),
    "sum": _sum,
    "mean": lambda u: np.mean(np.asarray(u)),
    "softmax": _softmax,
    "logsumexp": lambda u: np.log(np.sum(np.exp(np.asarray(u)))),
    "sigmoid": lambda u: 1 / (1 + np.exp(-u)),
    "tanh": np.tanh,
    "relu": lambda u: np.maximum(u, 0),
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "abs": np.abs,
    "sign": np.sign,
    "eye": lambda n: np.eye(n).view(Array),
    "ones": lambda m, n=1: np.ones((m, n)).view(Array),
    "zeros": lambda m, n=1: np.zeros((m, n)).view(Array),
}


class Identity:
    """One statement in fixed shapes, at random points."""

    def __init__(self, f, declarations, claim, sizes=_SIZES):
        self.sizes = sizes
        head, _, self.right = claim.partition(" = ")
        self.target = _TARGET.fullmatch(head)
        name, separator, rest = f.partition(" = ")
        self.f = rest if separator and name.isidentifier() else f
        self.shapes, self.structures = {}, {}
        for part in declarations.split(";"):
            name, separator, rest = (one.strip() for one in part.partition(":"))
            if not separator:
                self.structures[name.split()[0]] = "positive"
                self.shapes.setdefault(name.split()[0], (1, 1))
                continue
            words = rest.split(maxsplit=1)
            axes = [] if words[0] == "scalar" else words[0].split("x")
            lengths = [sizes[axis] if axis in sizes else int(axis) for axis in axes]
            self.shapes[name] = (*lengths, 1, 1)[:2]
            if len(words) > 1:
                self.structures[name] = words[1]

    def draw(self, generator):
        point = {}
        for name, shape in self.shapes.items():
            value = generator.uniform(-2, 2, shape)
            match self.structures.get(name):
                case "symmetric":
                    value = value + value.T
                case "positive":
                    value = np.abs(value) + 0.1
                case "positive definite":
                    value = value @ value.T + np.eye(shape[0])
            point[name] = value.view(Array)
        return point

    def computed(self, text, point, letters=()):
        names = {**_FUNCTIONS, **self.sizes, **point, **dict(letters)}
        with np.errstate(all="ignore"):
            return np.atleast_2d(np.asarray(eval(text, {"__builtins__": {}}, names), dtype=float))  # the corpus's own

    def jacobian(self, point):
        """J[output entry, variable's entry], by central differences."""
        wrt = self.target["wrt"]
        columns = []
        for place in np.ndindex(self.shapes[wrt]):
            ends = []
            for step in (_STEP, -_STEP):
                moved = np.array(point[wrt])
                moved[place] += step
                ends.append(self.computed(self.f, {**point, wrt: moved.view(Array)}).reshape(-1))
            columns.append((ends[0] - ends[1]) / (2 * _STEP))
        return np.array(columns).T

    def gap(self, generator):
        """How far claim and derivative are apart at a random point, relative to their size; inf where shapes differ."""
        point = self.draw(generator)
        jacobian = self.jacobian(point)
        of = [length for length in self.computed(self.f, point).shape if length != 1]
        wrt = [length for length in self.shapes[self.target["wrt"]] if length != 1]
        tensor = jacobian.reshape((*of, *wrt))
        scale = 1 + np.max(np.abs(tensor), initial=0)
        indices = [*self.index("of_index", len(of)), *self.index("wrt_index", len(wrt))]
        letters = {axis: tensor.shape[place] for place, axis in enumerate(indices) if isinstance(axis, str)}
        worst = 0.0
        for choice in itertools.product(*map(range, letters.values())):
            bound = dict(zip(letters, choice, strict=True))
            true = tensor[tuple(bound.get(axis, axis) if isinstance(axis, str) else axis for axis in indices)]
            try:
                claimed = self.computed(self.right, point, bound.items())
            except (ValueError, IndexError):
                return np.inf
            if self.squeezed(claimed.shape) != self.squeezed(np.shape(true)) and self.right.strip() != "0":
                return np.inf
            worst = max(worst, np.max(np.abs(claimed.reshape(-1) - np.reshape(true, -1)) / scale))
        return worst

    def index(self, which, axes):
        text = self.target[which]
        if text is None:
            return [slice(None)] * axes
        found = [slice(None) if one.strip() == ":" else one.strip() for one in text.split(",")]
        return [int(one) if isinstance(one, str) and one.isdigit() else one for one in found]

    @staticmethod
    def squeezed(shape):
        return [length for length in shape if length != 1]


def is_true(f, declarations, claim):
    """Whether the claim holds at three random points, in two choices of the shapes; None where that is in doubt."""
    generator = np.random.default_rng(7)
    worst = 0.0
    for sizes in (_SIZES, {"m": 2, "n": 3, "k": 2, "l": 3}):
        identity = Identity(f, declarations, claim, sizes)
        worst = max(worst, *(identity.gap(generator) for _ in range(3)))
    return True if worst < 1e-5 else False if worst > 1e-3 else None
