"""The label ``proved``: an exact argument for a claim that is correct at points."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from gradcheck.arithmetic.canonical import Canonical, Form, NoFormError
from gradcheck.forward import evaluate
from gradcheck.routes import reverse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.claims.claim import Claim, Derivative
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph


@cache
def _canonical() -> Canonical:
    """One for the life of the process: the rules stay bound."""
    return Canonical()


def is_same(graph: Graph, claim: Claim, declarations: Mapping[str, Declaration]) -> bool:
    """Whether derivative and claim are one expression after exact rewriting."""
    algebra = _canonical()
    algebra.start()
    try:
        inputs = {
            name: algebra.variable(name, declarations[name].sign() if name in declarations else "")
            for name in graph.inputs
        }
        values = evaluate(graph, algebra, inputs)
        environment = {name: values[node] for name, node in claim.nodes.items()}
        for name, derivative in claim.derivatives.items():
            environment[name] = _derivative(graph, algebra, values, derivative)
        stated = evaluate(claim.statement, algebra, environment)[claim.statement.output]
        found = _derivative(graph, algebra, values, claim.target)
        return algebra.is_zero(found - stated)
    except (NoFormError, RecursionError):
        return False


def _derivative(graph: Graph, algebra: Canonical, values: Sequence[Form], derivative: Derivative) -> Form:
    if derivative.wrt is None:
        return algebra.zero
    view = replace(graph, output=derivative.of)
    found = reverse.sweep(view, algebra, values, until=derivative.wrt).adjoints[derivative.wrt]
    return algebra.zero if found is None else found
