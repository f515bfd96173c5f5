"""Long expressions as text, and engines that turn one into a gradient: gradcheck and its peers."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Gradient = Callable[[], list[float]]
    """The derivatives by every variable at the point."""

VARIABLES = tuple(f"x{place}" for place in range(10))
POINT = {name: round(0.31 + 0.17 * place, 2) for place, name in enumerate(VARIABLES)}
_FUNCTIONS = ("sin", "exp", "tanh")


def terms(operations: int, seed: int = 0) -> list[str]:
    """Terms of a sum with about that many operations, hardly two of them alike."""
    chance = random.Random(seed)
    found = []
    for _ in range(max(1, (operations + 1) // 5)):  # five operations a term with its sum, of which one may be shared
        a, b, c = (chance.choice(VARIABLES) for _ in range(3))
        number = f"{chance.randrange(1, 10**6) / 10**5:g}"
        found.append(
            chance.choice((
                f"sin({a}*{number} + {c})*{b}",
                f"({a} - {number})**2/({b} + 1)",
                f"tanh({a}*{number} - {b})*{c}",
                f"{a}*exp({b}*{c} - {number})",
                f"({a} + {number})*({b} - {c})*{a}",
            ))
        )  # fmt: skip
    return found


def text(operations: int) -> str:
    return " + ".join(terms(operations))


class Engine(NamedTuple):
    """How to import a library, what to make of the terms once, and up to how many operations it is tried."""

    load: Callable[[], Any]
    build: Callable[[Any, Sequence[str]], Gradient]
    most: int
    is_library: bool = True


# -- gradcheck ------------------------------------------------------------------------------------------------------


def _load_gradcheck() -> Any:
    import gradcheck.evaluation
    import gradcheck.large

    return gradcheck


def _build_gradcheck(_library: Any, parts: Sequence[str]) -> Gradient:
    from gradcheck.build import build
    from gradcheck.forward import Forward
    from gradcheck.large import shared_floats, uncollected
    from gradcheck.routes.reverse import Gradient
    from gradcheck.syntax.plain import parse

    source = " + ".join(parts)
    with uncollected(source):
        graph = build(parse(source, frozenset(POINT)), frozenset(POINT))
    forward, backward = Forward(graph, shared_floats()), Gradient(graph, shared_floats())

    def gradient() -> list[float]:
        adjoints = backward.run(forward.run(POINT))
        return [adjoints[graph.inputs[name]] or 0.0 if name in graph.inputs else 0.0 for name in VARIABLES]

    return gradient


# -- peers that run Python code on values of their own ---------------------------------------------------------------


def _total(parts: Sequence[str], functions: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Any]:
    """The sum as Python code, term by term: one expression of all would be too deep for Python's own compiler."""
    codes = [compile(part, "<term>", "eval") for part in parts]

    def total(values: Mapping[str, Any]) -> Any:
        names = {**functions, **values}
        found = eval(codes[0], names)
        for code in codes[1:]:
            found = found + eval(code, names)
        return found

    return total


class Value:
    """A number on a tape in the manner of micrograd: parents and local derivatives kept as it is computed."""

    __slots__ = ("data", "grad", "locals", "parents")

    def __init__(self, data: float, parents: tuple[Value, ...] = (), locals_: tuple[float, ...] = ()) -> None:
        self.data, self.parents, self.locals, self.grad = data, parents, locals_, 0.0

    def __add__(self, other: Any) -> Value:
        if isinstance(other, Value):
            return Value(self.data + other.data, (self, other), (1.0, 1.0))
        return Value(self.data + other, (self,), (1.0,))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Value:
        if isinstance(other, Value):
            return Value(self.data - other.data, (self, other), (1.0, -1.0))
        return Value(self.data - other, (self,), (1.0,))

    def __mul__(self, other: Any) -> Value:
        if isinstance(other, Value):
            return Value(self.data * other.data, (self, other), (other.data, self.data))
        return Value(self.data * other, (self,), (other,))

    def __truediv__(self, other: Value) -> Value:
        quotient = self.data / other.data
        return Value(quotient, (self, other), (1 / other.data, -quotient / other.data))

    def __pow__(self, power: float) -> Value:
        return Value(self.data**power, (self,), (power * self.data ** (power - 1),))

    def backward(self) -> None:
        order: list[Value] = []
        seen: set[Value] = set()
        waiting = [(self, False)]
        while waiting:
            node, done = waiting.pop()
            if done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting.extend((parent, False) for parent in node.parents)
        self.grad = 1.0
        for node in reversed(order):
            for parent, local in zip(node.parents, node.locals, strict=True):
                parent.grad += local * node.grad


def _of_value(function: Callable[[float], float], slope: Callable[[float, float], float]) -> Callable[[Value], Value]:
    def apply(value: Value) -> Value:
        found = function(value.data)
        return Value(found, (value,), (slope(value.data, found),))

    return apply


def _build_micrograd(_library: Any, parts: Sequence[str]) -> Gradient:
    functions = {
        "sin": _of_value(math.sin, lambda u, _: math.cos(u)),
        "exp": _of_value(math.exp, lambda _, y: y),
        "tanh": _of_value(math.tanh, lambda _, y: 1 - y * y),
    }
    total = _total(parts, functions)

    def gradient() -> list[float]:
        values = {name: Value(number) for name, number in POINT.items()}
        total(values).backward()
        return [values[name].grad for name in VARIABLES]

    return gradient


def _load_autograd() -> Any:
    import autograd
    import autograd.numpy

    return autograd


def _build_autograd(autograd: Any, parts: Sequence[str]) -> Gradient:
    total = _total(parts, {name: getattr(autograd.numpy, name) for name in _FUNCTIONS})
    slopes = autograd.grad(lambda point: total(dict(zip(VARIABLES, point, strict=True))))
    point = list(POINT.values())
    return lambda: [float(one) for one in slopes(point)]


def _load_torch() -> Any:
    import torch

    return torch


def _build_torch(torch: Any, parts: Sequence[str]) -> Gradient:
    total = _total(parts, {name: getattr(torch, name) for name in _FUNCTIONS})

    def gradient() -> list[float]:
        values = {name: torch.tensor(number, dtype=torch.float64, requires_grad=True) for name, number in POINT.items()}
        found = torch.autograd.grad(total(values), list(values.values()), allow_unused=True)
        return [0.0 if one is None else float(one) for one in found]

    return gradient


def _load_jax() -> Any:
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax


def _build_jax(jax: Any, parts: Sequence[str]) -> Gradient:
    total = _total(parts, {name: getattr(jax.numpy, name) for name in _FUNCTIONS})
    slopes = jax.jit(jax.grad(lambda point: total(dict(zip(VARIABLES, point, strict=True)))))
    point = [float(number) for number in POINT.values()]
    return lambda: [float(one) for one in slopes(point)]


def _load_casadi() -> Any:
    import casadi

    return casadi


def _build_casadi(casadi: Any, parts: Sequence[str]) -> Gradient:
    symbols = {name: casadi.SX.sym(name) for name in VARIABLES}
    whole = _total(parts, {name: getattr(casadi, name) for name in _FUNCTIONS})(symbols)
    point = casadi.vertcat(*symbols.values())
    slopes = casadi.Function("slopes", [point], [casadi.gradient(whole, point)])
    numbers = list(POINT.values())
    return lambda: [float(one) for one in slopes(numbers).full().ravel()]


# -- SymPy ----------------------------------------------------------------------------------------------------------


def _load_sympy() -> Any:
    import sympy
    import sympy.parsing.sympy_parser

    return sympy


def _build_sympy(sympy: Any, parts: Sequence[str]) -> Gradient:
    symbols = sympy.symbols(VARIABLES)
    whole = sympy.parsing.sympy_parser.parse_expr(" + ".join(parts))
    slopes = sympy.lambdify(symbols, [sympy.diff(whole, symbol) for symbol in symbols], modules="math")
    return lambda: [float(one) for one in slopes(*POINT.values())]


ENGINES = {
    "gradcheck": Engine(_load_gradcheck, _build_gradcheck, 10**6),
    "micrograd-style": Engine(lambda: None, _build_micrograd, 10**6, is_library=False),
    "CasADi": Engine(_load_casadi, _build_casadi, 10**5),
    "torch": Engine(_load_torch, _build_torch, 10**5),
    "autograd": Engine(_load_autograd, _build_autograd, 10**4),
    "JAX": Engine(_load_jax, _build_jax, 10**3),
    "SymPy": Engine(_load_sympy, _build_sympy, 10**3),
}
"""The peers, each up to the size that it does in reasonable time.

All but gradcheck and SymPy have their terms read by Python's own compiler, in C; the micrograd-style tape below is only
that and the bare bookkeeping, which shows what reading in Python costs.
"""
