"""Every primitive in mpmath, and random graphs over all of them: the referee that shares nothing with gradcheck.

Values, derivatives and one-sided slopes are mpmath's at 80 digits; what has no value is None.
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
STEPS = (mpf(10) ** -24, mpf(10) ** -28)
"""Central slopes over these are right to some 45 digits where the third derivative is moderate."""


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
    "gelu": lambda u: u * mpmath.ncdf(u) if u > -1e60 else mpmath.mpf(0),  # -exp(-1e120): mpmath overflows further on
    "erf": mpmath.erf,
    "erfc": lambda u: mpmath.erfc(u) if u < 1e60 else mpmath.mpf(0),  # as above
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
_SPELLING = {"log_base": "log", "leaky_relu_slope": "leaky_relu"}
_ARITY = dict.fromkeys(REFERENCE, 1) | dict.fromkeys(
    ("+", "-", "*", "/", "**", "log_base", "logaddexp", "root", "hypot", "atan2", "max", "min", "leaky_relu_slope"), 2
)
_ARITY |= dict.fromkeys((*_COMPARISONS, *_CONNECTIVES), 2) | {"where": 3}
_NAMES = tuple(name for name in REFERENCE if name not in (*_COMPARISONS, *_CONNECTIVES))
_LITERAL_EXPONENTS = (-3, -2, -1, 0, 1, 2, 3, 4, 7, Fraction(1, 2), Fraction(5, 3), Fraction(-3, 2))
_LITERAL_DEGREES = (-3, -2, 2, 3, 4, 5)
_LARGEST, _SMALLEST = mpf(10) ** 12, mpf(10) ** -20


@dataclass(frozen=True)
class Node:
    """A primitive applied to earlier nodes; a leaf has none, but an exact number or the name of a variable."""

    primitive: str = ""
    arguments: tuple[int, ...] = ()
    leaf: Fraction | str = ""


@dataclass(frozen=True)
class RandomGraph:
    """A program in gradcheck's language, a point, and the same graph for mpmath; the last node is the output."""

    text: str
    at: Mapping[str, str]
    nodes: Sequence[Node]

    def value(self, moved: str = "", by: mpf | int = 0, digits: int = DIGITS) -> mpf | None:
        """The output, with one variable moved; None outside the domain."""
        with mpmath.workdps(digits):
            values: list[mpf | None] = []
            for node in self.nodes:
                if node.primitive:
                    values.append(apply(node.primitive, [values[argument] for argument in node.arguments]))
                elif isinstance(node.leaf, Fraction):
                    values.append(exact(node.leaf))
                else:
                    values.append(exact(self.at[node.leaf]) + (by if node.leaf == moved else 0))
            return values[-1]

    def slopes(self, name: str, step: mpf = STEPS[0]) -> tuple[mpf, mpf] | None:
        """The slopes on the left and on the right; None where the function lacks a value on a side."""
        with mpmath.workdps(DIGITS):
            here, above, below = self.value(), self.value(name, step), self.value(name, -step)
            if here is None or above is None or below is None:
                return None
            return (here - below) / step, (above - here) / step

    def derivative(self, name: str) -> mpf | None:
        """The derivative by one variable, right to 15 digits; None where there is none or mpmath cannot tell."""
        with mpmath.workdps(DIGITS):
            coarse, fine = (self.slopes(name, step) for step in STEPS)
            if coarse is None or fine is None:
                return None
            slope = sum(fine) / 2
            settled = all(abs(one - slope) <= mpf(10) ** -15 * (abs(slope) + mpf(10) ** -3) for one in (*coarse, *fine))
            return slope if settled else None

    def is_settled(self) -> bool:
        """Whether the value is that of its neighbourhood, so that rounding cannot have moved it over a jump."""
        here = self.value(digits=60)
        around = [self.value(name, sign * STEPS[1]) for name in self.at for sign in (-1, 1)]
        return here is not None and all(
            one is not None and abs(one - here) <= mpf(10) ** -12 * (1 + abs(here)) for one in around
        )


def exact(value: Fraction | str) -> mpf:
    """A rational number in the working precision."""
    fraction = Fraction(value)
    return mpf(fraction.numerator) / fraction.denominator


def apply(primitive: str, arguments: Sequence[mpf | None]) -> mpf | None:
    """One primitive; None where it is undefined. Of ``where`` only the branch that is taken counts."""
    if primitive == "where" and arguments[0] is not None:
        return arguments[1] if arguments[0] else arguments[2]
    if any(argument is None for argument in arguments):
        return None
    try:
        value = REFERENCE[primitive](*arguments)
    except (ZeroDivisionError, OverflowError):
        return None
    return mpf(value) if value is not None and mpmath.isfinite(value) else None


# -- random graphs -------------------------------------------------------------------------------------------------


def random_graph(chance: random.Random, *, operations: int = 9, variables: int = 3, rough: bool = True) -> RandomGraph:
    """A random graph over all primitives, with shared sub-expressions, in which every node that counts has a value.

    With ``rough``, points may sit exactly on kinks, jumps and edges of domains.
    """
    with mpmath.workdps(40):
        return _Grower(chance, rough=rough).grown(chance.randint(1, operations), chance.randint(1, variables))


class _Grower:
    def __init__(self, chance: random.Random, *, rough: bool) -> None:
        self.chance = chance
        self.rough = rough
        self.at: dict[str, str] = {}
        self.nodes: list[Node] = []
        self.values: list[mpf | None] = []

    def grown(self, operations: int, variables: int) -> RandomGraph:
        for name in "xyz"[:variables]:
            self.at[name] = str(self.number())
            self.put(Node(leaf=name), exact(self.at[name]))
        for _ in range(10 * operations):
            self.grow()
            if sum(bool(node.primitive) for node in self.nodes) >= operations:
                break
        if not self.nodes[-1].primitive:
            self.put(Node("neg", (0,)), -self.values[0])
        return self.pruned()

    def put(self, node: Node, value: mpf | None) -> int:
        self.nodes.append(node)
        self.values.append(value)
        return len(self.nodes) - 1

    def number(self) -> Fraction:
        """A small rational number; whole numbers and halves are common, since kinks and edges sit there."""
        bottom = self.chance.choice((1, 1, 2, 3, 7, 10) if self.rough else (7, 11, 13))
        top = self.chance.randint(-4 * bottom, 4 * bottom)
        return Fraction(top if top or self.rough else 3, bottom)

    def grow(self) -> None:
        """One more primitive on earlier nodes, if it has a value there."""
        primitive = self.chance.choice(_NAMES)
        size = len(self.nodes)
        arguments = [self.operand(place) for place in range(_ARITY[primitive])]
        if primitive == "where":
            arguments[0] = self.condition()
            if self.chance.random() < 0.4:  # the branch that is not taken may have no value
                dead = 2 if self.values[arguments[0]] else 1
                arguments[dead] = self.apply(self.chance.choice(_NAMES[:-1]), None) or arguments[dead]
        elif primitive == "**" and self.chance.random() < 0.6:
            arguments[1] = self.literal(self.chance.choice(_LITERAL_EXPONENTS))
        elif primitive == "root" and self.chance.random() < 0.7:
            arguments[1] = self.literal(self.chance.choice(_LITERAL_DEGREES))
        if self.apply(primitive, arguments) is None:
            del self.nodes[size:], self.values[size:]

    def apply(self, primitive: str, arguments: list[int] | None) -> int | None:
        """Put a primitive on ``arguments``, or on any where its value does not matter."""
        matters = arguments is not None
        if arguments is None:
            if primitive == "where":
                return None
            arguments = [self.operand(place) for place in range(_ARITY[primitive])]
        value = apply(primitive, [self.values[argument] for argument in arguments])
        moderate = value is not None and (value == 0 or _SMALLEST < abs(value) < _LARGEST)
        if matters and not moderate:
            return None
        return self.put(Node(primitive, tuple(arguments)), value if moderate else None)

    def operand(self, place: int) -> int:
        """The newest node that nothing uses yet, any node with a value, a variable, or a new number."""
        draw = self.chance.random()
        known = [index for index, value in enumerate(self.values) if value is not None and not self.is_truth(index)]
        if draw < (0.3 if place else 0.85):
            used = {argument for node in self.nodes for argument in node.arguments}
            return next((index for index in reversed(known) if index not in used), known[-1])
        if draw < (0.6 if place else 0.9):
            return self.chance.choice(known)
        return self.chance.randrange(len(self.at)) if draw < 0.95 else self.literal(self.number())

    def is_truth(self, index: int) -> bool:
        return self.nodes[index].primitive in (*_COMPARISONS, *_CONNECTIVES) and self.chance.random() < 0.9

    def literal(self, value: Fraction | int) -> int:
        return self.put(Node(leaf=Fraction(value)), exact(Fraction(value)))

    def condition(self) -> int:
        """A comparison as a node of its own, or two of them joined."""

        def compared() -> int:
            return self.apply(self.chance.choice(_COMPARISONS), [self.operand(0), self.operand(1)]) or 0

        if self.chance.random() < 0.75:
            return compared()
        return self.apply(self.chance.choice(_CONNECTIVES), [compared(), compared()]) or 0

    def pruned(self) -> RandomGraph:
        """Only what the last node needs, and its text; about half of the shared steps get names."""
        wanted = {len(self.nodes) - 1}
        for index in range(len(self.nodes) - 1, -1, -1):
            if index in wanted:
                wanted.update(self.nodes[index].arguments)
        place = {old: new for new, old in enumerate(sorted(wanted))}
        nodes = [
            Node(self.nodes[old].primitive, tuple(place[a] for a in self.nodes[old].arguments), self.nodes[old].leaf)
            for old in place
        ]
        texts: list[str] = []
        statements = []
        for index, node in enumerate(nodes):
            if not node.primitive:
                texts.append(node.leaf if isinstance(node.leaf, str) else f"({node.leaf})")
                continue
            text = written(node.primitive, [texts[argument] for argument in node.arguments])
            named = index + 1 < len(nodes) and (len(text) > 60 or self.chance.random() < 0.3)
            if named:
                statements.append(f"t{index} = {text}")
            texts.append(f"t{index}" if named else f"({text})")
        final = texts[-1][1:-1]
        at = {str(node.leaf): self.at[node.leaf] for node in nodes if isinstance(node.leaf, str) and node.leaf}
        return RandomGraph("; ".join([*statements, final]), at, nodes)


def written(primitive: str, arguments: Sequence[str]) -> str:
    """A primitive in gradcheck's language; the arguments are names or in parentheses."""
    if primitive == "neg":
        return f"-{arguments[0]}"
    if not primitive[0].isalpha() or primitive in _CONNECTIVES:
        return f"{arguments[0]} {primitive} {arguments[1]}"
    return f"{_SPELLING.get(primitive, primitive)}({', '.join(arguments)})"
