"""SymPy's argument for a claim: the difference between derivative and claim, built by constructors, simplifies to 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

from gradcheck.arithmetic.symbols import Symbols, without_steps
from gradcheck.forward import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gradcheck.claims.claim import Claim, Derivative
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph

Expr = Any


def vanishes(
    graph: Graph, claim: Claim, declarations: Mapping[str, Declaration], point: Mapping[str, Graph] | None = None
) -> bool:
    """Whether SymPy shows that the claim is the derivative, as a formula or (for a claimed number) at a point."""
    arithmetic = Symbols()
    inputs = {name: _symbol(name, declarations.get(name)) for name in graph.inputs}
    values = evaluate(graph, arithmetic, inputs)

    def derivative(wanted: Derivative) -> Expr:
        return _derivative(graph, arithmetic, inputs, values, wanted)

    environment = {name: values[node] for name, node in claim.nodes.items()}
    environment.update((name, derivative(wanted)) for name, wanted in claim.derivatives.items())
    stated = evaluate(claim.statement, arithmetic, environment)[claim.statement.output]
    difference = derivative(claim.target) - stated
    if point:
        exact = {inputs[name]: evaluate(one, arithmetic, {})[one.output] for name, one in point.items()}
        difference = difference.subs(exact, simultaneous=True)
    return any(form == 0 for form in _simplified(difference))


def _symbol(name: str, declaration: Declaration | None) -> Expr:
    assumptions = {"real": True}
    if declaration is not None:
        if declaration.integer:
            assumptions["integer"] = True
        if declaration.low is not None and declaration.low >= 0:
            assumptions["positive" if declaration.low > 0 or declaration.low_open else "nonnegative"] = True
        if declaration.high is not None and declaration.high <= 0:
            assumptions["negative" if declaration.high < 0 or declaration.high_open else "nonpositive"] = True
    return sympy.Symbol(name, **assumptions)


def _derivative(
    graph: Graph, arithmetic: Symbols, inputs: Mapping[str, Expr], values: list[Expr], wanted: Derivative
) -> Expr:
    """SymPy's own derivative; by a node within the graph, that node is a symbol until it has been differentiated."""
    if wanted.wrt is None:
        return sympy.Integer(0)
    if graph.operations[wanted.wrt] is None:
        return without_steps(sympy.diff(values[wanted.of], values[wanted.wrt]))
    node = sympy.Dummy(real=True)
    opened = evaluate(graph, arithmetic, inputs, {wanted.wrt: node})
    return without_steps(sympy.diff(opened[wanted.of], node)).subs(node, values[wanted.wrt])


def _simplified(difference: Expr) -> Iterator[Expr]:
    """The difference in ever more expensive forms; each is valid for all values of its real symbols."""
    yield difference
    steps: tuple[Callable[[Expr], Expr], ...] = (
        sympy.expand,
        lambda one: sympy.expand(sympy.numer(sympy.together(one))),
        sympy.simplify,
        lambda one: sympy.simplify(one.rewrite(sympy.exp)),
        lambda one: sympy.simplify(sympy.expand(one, trig=True)),
        lambda one: sympy.radsimp(sympy.simplify(one)),
    )
    for step in steps:
        yield step(difference)
