"""Every primitive in mpmath, and random graphs over all of them: the referee that shares nothing with gradcheck.

Values, derivatives and one-sided slopes are mpmath's at 80 digits; a value outside the domain is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
from mpmath import mp, mpf

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence

DIGITS = 80
STEP = mpf(10) ** -26
"""Central slopes over 2·STEP are right to about 50 digits where third derivatives are moderate."""


def _when(condition: Callable[..., bool], function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` where the condition holds, else None."""
    return lambda *arguments: function(*arguments) if condition(*arguments) else None


def _whole(u: mpf) -> bool:
    return u == mpmath.floor(u)


def _power(u: mpf, v: mpf) -> mpf | None:
    if _whole(v):
        return None if u == 0 and v < 0 else u ** int(v)
    return None if u < 0 or (u == 0 and v < 0) else u**v


def _root(u: mpf, n: mpf) -> mpf | None:
    if n == 0:
        return None
    if u < 0:
        return -((-u) ** (1 / n)) if _whole(n) and not _whole(n / 2) else None
    return _power(u, 1 / n)


def _sign(u: mpf) -> int:
    return (u > 0) - (u < 0)


def _sigmoid(u: mpf) -> mpf:
    return 1 / (1 + mpmath.exp(-u))


def _outside_one(u: mpf) -> bool:
    return abs(u) >= 1


REFERENCE: Mapping[str, Callable[..., Any]] = {
    "+": lambda u, v: u + v,
    "-": lambda u, v: u - v,
    "*": lambda u, v: u * v,
    "/": _when(lambda _, v: v != 0, lambda u, v: u / v),
    "**": _power,
    "neg": lambda u: -u,
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "log": _when(lambda u: u > 0, mpmath.log),
    "log_base": _when(lambda u, v: u > 0 and v > 0 and v != 1, lambda u, v: mpmath.log(u) / mpmath.log(v)),
    "log10": _when(lambda u: u > 0, mpmath.log10),
    "log2": _when(lambda u: u > 0, lambda u: mpmath.log(u, 2)),
    "log1p": _when(lambda u: u > -1, mpmath.log1p),
    "logaddexp": lambda u, v: max(u, v) + mpmath.log1p(mpmath.exp(-abs(u - v))),
    "sqrt": _when(lambda u: u >= 0, mpmath.sqrt),
    "cbrt": lambda u: _sign(u) * mpmath.cbrt(abs(u)),
    "root": _root,
    "hypot": mpmath.hypot,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "sec": mpmath.sec,
    "csc": _when(lambda u: u != 0, mpmath.csc),
    "cot": _when(lambda u: u != 0, mpmath.cot),
    "asin": _when(lambda u: abs(u) <= 1, mpmath.asin),
    "acos": _when(lambda u: abs(u) <= 1, mpmath.acos),
    "atan": mpmath.atan,
    "asec": _when(_outside_one, lambda u: mpmath.acos(1 / u)),
    "acsc": _when(_outside_one, lambda u: mpmath.asin(1 / u)),
    "acot": lambda u: mp.pi / 2 - mpmath.atan(u),
    "atan2": _when(lambda u, v: u != 0 or v != 0, mpmath.atan2),
    "sinc": lambda u: mpmath.sin(u) / u if u else mpf(1),
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "sech": mpmath.sech,
    "csch": _when(lambda u: u != 0, mpmath.csch),
    "coth": _when(lambda u: u != 0, mpmath.coth),
    "asinh": mpmath.asinh,
    "acosh": _when(lambda u: u >= 1, mpmath.acosh),
    "atanh": _when(lambda u: abs(u) < 1, mpmath.atanh),
    "asech": _when(lambda u: 0 < u <= 1, lambda u: mpmath.acosh(1 / u)),
    "acsch": _when(lambda u: u != 0, lambda u: mpmath.asinh(1 / u)),
    "acoth": _when(lambda u: abs(u) > 1, lambda u: mpmath.atanh(1 / u)),
    "abs": abs,
    "sign": lambda u: mpf(_sign(u)),
    "heaviside": lambda u: (1 + mpf(_sign(u))) / 2,
    "floor": mpmath.floor,
    "ceil": mpmath.ceil,
    "max": max,
    "min": min,
    "where": lambda c, v, w: v if c else w,
    "relu": lambda u: max(u, mpf(0)),
    "leaky_relu": lambda u: u if u > 0 else u / 100,
    "leaky_relu_slope": lambda u, v: u if u > 0 else v * u,
    "sigmoid": _sigmoid,
    "softplus": lambda u: mpmath.log1p(mpmath.exp(u)),
    "swish": lambda u: u * _sigmoid(u),
    "gelu": lambda u: u * mpmath.ncdf(u),
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
    "<": lambda u, v: mpf(u < v),
    "<=": lambda u, v: mpf(u <= v),
    ">": lambda u, v: mpf(u > v),
    ">=": lambda u, v: mpf(u >= v),
    "==": lambda u, v: mpf(u == v),
    "!=": lambda u, v: mpf(u != v),
    "and": lambda u, v: mpf(bool(u) and bool(v)),
    "or": lambda u, v: mpf(bool(u) or bool(v)),
}
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_CONNECTIVES = ("and", "or")
_CALLED = {"log_base": "log", "leaky_relu_slope": "leaky_relu"}
_LARGEST, _SMALLEST = mpf(10) ** 12, mpf(10) ** -30


@dataclass(frozen=True)
class Step:
    """``name = primitive(arguments…)``; an argument is the position of an earlier value."""

    primitive: str
    arguments: tuple[int, ...]


@dataclass(frozen=True)
class RandomGraph:
    """A program, the point, and the same graph as a list of steps that mpmath can take."""

    text: str
    at: dict[str, str]
    leaves: tuple[Fraction | str, ...]
    """An exact number, or the name of a variable."""
    steps: tuple[Step, ...]
    arities: tuple[int, ...]

    def value(self, nudge: Mapping[str, mpf] | None = None) -> mpf | None:
        """The output, with some variables moved; None outside the domain of a node that counts."""
        with mpmath.workdps(DIGITS):
            point = {name: _exact(value) for name, value in self.at.items()}
            for name, by in (nudge or {}).items():
                point[name] += by
            leaves = [point[leaf] if isinstance(leaf, str) else _exact(leaf) for leaf in self.leaves]
            return run(leaves, self.steps)

    def slopes(self, name: str, step: mpf = STEP) -> tuple[mpf, mpf] | None:
        """The slopes to the left and to the right; None where one side is outside the domain."""
        with mpmath.workdps(DIGITS):
            here, above, below = self.value(), self.value({name: step}), self.value({name: -step})
            if here is None or above is None or below is None:
                return None
            return (here - below) / step, (above - here) / step

    def derivative(self, name: str) -> mpf | None:
        """The derivative by one variable, right to about 20 digits; None where the function is not smooth."""
        with mpmath.workdps(DIGITS):
            both = self.slopes(name)
            finer = self.slopes(name, STEP / 1000)
            if both is None or finer is None:
                return None
            central = sum(finer) / 2
            weight = 1 + abs(central)
            smooth = abs(finer[0] - finer[1]) < mpf(10) ** -20 * weight and abs(sum(both) / 2 - central) < mpf(10) ** -25 * weight
            return central if smooth else None


def _exact(value: Fraction | str) -> mpf:
    fraction = Fraction(value)
    return mpf(fraction.numerator) / fraction.denominator


def run(values: Sequence[mpf], steps: Sequence[Step]) -> mpf | None:
    """The last step's value. A branch of ``where`` that is not taken may be None."""
    found: list[mpf | None] = list(values)
    for step in steps:
        arguments = [found[argument] for argument in step.arguments]
        found.append(apply(step.primitive, arguments))
    return found[-1]


def apply(primitive: str, arguments: Sequence[mpf | None]) -> mpf | None:
    """One primitive; None where it is undefined."""
    if primitive == "where" and arguments[0] is not None:
        return arguments[1] if arguments[0] else arguments[2]
    if any(argument is None for argument in arguments):
        return None
    value = REFERENCE[primitive](*arguments)
    return None if value is None or not mpmath.isfinite(value) else mpf(value)


# -- random graphs -------------------------------------------------------------------------------------------------


def random_graph(chance: random.Random, *, operations: int = 8, variables: int = 3, rough: bool = True) -> RandomGraph:
    """A random graph over all primitives, shared sub-expressions included, whose every node has a moderate value.

    With ``rough``, points may sit exactly on kinks, jumps and edges.
    """
    with mpmath.workdps(30):
        builder = _Grower(chance, rough=rough)
        for name in "xyz"[: chance.randint(1, variables)]:
            builder.variable(name)
        wanted = chance.randint(1, operations)
        for _ in range(20 * wanted):
            builder.grow()
            if len(builder.steps) >= wanted:
                break
        return builder.graph()


class _Grower:
    """Adds one primitive at a time where it has a value."""

    def __init__(self, chance: random.Random, *, rough: bool) -> None:
        self.chance = chance
        self.rough = rough
        self.at: dict[str, str] = {}
        self.leaves: list[Fraction | str] = []
        self.leaf_values: list[mpf] = []
        self.steps: list[tuple[str, list[tuple[str, int]]]] = []
        self.values: list[mpf] = []

    def variable(self, name: str) -> None:
        value = self.number()
        self.at[name] = str(value)
        self.leaves.append(name)
        self.leaf_values.append(_exact(value))

    def number(self) -> Fraction:
        """A small rational; whole numbers and halves are common, since kinks and edges sit there."""
        chance = self.chance
        bottom = chance.choice((1, 1, 2, 3, 7, 10)) if self.rough else chance.choice((7, 11, 13))
        return Fraction(chance.randint(-4 * bottom, 4 * bottom) or 3, bottom)

    def grow(self) -> None:
        chance = self.chance
        primitive = chance.choice(_NAMES)
        arguments = [self.operand() for _ in range(_ARITY[primitive])]
        if primitive == "where":
            arguments[0] = self.condition()
        elif primitive in _CONNECTIVES:
            arguments = [self.condition(), self.condition()]
        elif primitive == "**" and chance.random() < 0.6:
            arguments[1] = self.literal(Fraction(chance.choice((-3, -2, -1, 0, 1, 2, 3, 4, 7, Fraction(1, 2), Fraction(5, 3)))))
        elif primitive == "root" and chance.random() < 0.7:
            arguments[1] = self.literal(Fraction(chance.choice((-3, -2, 2, 3, 4, 5))))
        self.add(primitive, arguments)

    def add(self, primitive: str, arguments: list[tuple[str, int]]) -> bool:
        value = apply(primitive, [self.value_of(argument) for argument in arguments])
        if value is None or abs(value) > _LARGEST or 0 < abs(value) < _SMALLEST:
            return False
        self.steps.append((primitive, arguments))
        self.values.append(value)
        return True

    def value_of(self, argument: tuple[str, int]) -> mpf:
        return (self.leaf_values if argument[0] == "leaf" else self.values)[argument[1]]

    def operand(self) -> tuple[str, int]:
        """An earlier node (the newest are likelier), a variable or a new number."""
        draw = self.chance.random()
        if self.steps and draw < 0.6:
            return "step", max(self.chance.randrange(len(self.steps)), self.chance.randrange(len(self.steps)))
        if draw < 0.9:
            return "leaf", self.chance.randrange(len(self.at))
        return self.literal(self.number())

    def literal(self, value: Fraction) -> tuple[str, int]:
        self.leaves.append(value)
        self.leaf_values.append(_exact(value))
        return "leaf", len(self.leaves) - 1

    def condition(self) -> tuple[str, int]:
        """A new comparison as a node of its own."""
        if self.add(self.chance.choice(_COMPARISONS), [self.operand(), self.operand()]):
            return "step", len(self.steps) - 1
        raise AssertionError("a comparison always has a value")

    def graph(self) -> RandomGraph:
        """The program text of the steps that the last one needs; some intermediate results are named."""
        if not self.steps:
            self.add("neg", [("leaf", 0)])
        needed = self.needed()
        names = {index: f"t{index}" for index in needed if self.chance.random() < 0.5}
        texts: dict[int, str] = {}
        statements = []
        for index in needed:
            primitive, arguments = self.steps[index]
            text = _written(primitive, [self.text_of(argument, names, texts) for argument in arguments])
            if index in names and index != needed[-1]:
                statements.append(f"{names[index]} = {text}")
            texts[index] = text
        statements.append(texts[needed[-1]])
        used = {leaf for index in needed for kind, leaf in self.steps[index][1] if kind == "leaf"}
        return RandomGraph(
            text="; ".join(statements),
            at={name: value for position, (name, value) in enumerate(self.at.items()) if position in used},
            leaves=tuple(leaf if not isinstance(leaf, str) or position in used else Fraction(0) for position, leaf in enumerate(self.leaves)),
            steps=tuple(
                Step(primitive, tuple(index if kind == "leaf" else len(self.leaves) + index for kind, index in arguments))
                for primitive, arguments in self.steps[: needed[-1] + 1]
            ),
            arities=tuple(len(arguments) for _, arguments in self.steps),
        )

    def needed(self) -> list[int]:
        wanted = {len(self.steps) - 1}
        for index in range(len(self.steps) - 1, -1, -1):
            if index in wanted:
                wanted.update(argument for kind, argument in self.steps[index][1] if kind == "step")
        return sorted(wanted)

    def text_of(self, argument: tuple[str, int], names: Mapping[int, str], texts: Mapping[int, str]) -> str:
        kind, index = argument
        if kind == "step":
            return names[index] if index in names else f"({texts[index]})"
        leaf = self.leaves[index]
        return leaf if isinstance(leaf, str) else f"({leaf})"
