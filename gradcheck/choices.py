"""What an evaluation is asked for: which routes, which finite difference, which nodes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcheck import limits
from gradcheck.errors import NameProblem, UsageProblem, did_you_mean
from gradcheck.results import ROUTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcheck.graph import Graph
    from gradcheck.results import RouteName


def chosen_routes(routes: Sequence[str]) -> tuple[RouteName, ...]:
    """The routes of these names in their own order; an unknown one is a UsageProblem."""
    unknown = [route for route in routes if route not in ROUTES]
    if unknown:
        raise UsageProblem(
            f"there is no route called '{unknown[0]}'",
            hint=did_you_mean(unknown[0], ROUTES) or f"the routes are {', '.join(ROUTES)}",
        )
    if not routes:
        raise UsageProblem("no route is given", hint=f"the routes are {', '.join(ROUTES)}")
    return tuple(route for route in ROUTES if route in routes)


def check_step(method: str, step: float | None) -> None:
    """The finite difference has a known name and a positive step; else a UsageProblem."""
    methods = ("central", "forward", "complex-step")
    if method not in methods:
        raise UsageProblem(
            f"there is no method called '{method}'",
            hint=did_you_mean(method, methods) or f"the methods are {', '.join(methods)}",
        )
    if step is not None and not (math.isfinite(step) and step > 0):
        raise UsageProblem("the step must be a positive number", hint="as in --step 1e-6")


def asked_nodes(graph: Graph, wrt: Iterable[str] | None) -> list[int]:
    """The nodes by which the gradient is wanted: the inputs, or those of ``wrt``."""
    if wrt is None:
        return list(graph.inputs.values())
    found = []
    for name in wrt:
        if name not in graph.by_name:
            known = ", ".join(list(graph.by_name)[:12])
            raise NameProblem(
                f"there is nothing called '{name}' to differentiate by",
                hint=did_you_mean(name, graph.by_name) or f"the graph has {known}",
            )
        if graph.by_name[name] not in found:
            found.append(graph.by_name[name])
    return found


def shown_nodes(graph: Graph, nodes: str | int | None, asked: Sequence[int]) -> list[int]:
    """The nodes to report: all of a small graph; of a large one the inputs and those asked for."""
    operations = graph.nodes()
    inputs = list(graph.inputs.values())
    if nodes == "all" or len(operations) <= limits.ROUTES_AT_EVERY_NODE:
        chosen = operations
    elif isinstance(nodes, int):
        half = nodes // 2
        chosen = operations if nodes >= len(operations) else [*operations[: nodes - half], *operations[-half:][:half]]
    else:
        chosen = []
    return [*inputs, *sorted({*chosen, *asked}.difference(inputs))]


def checked_nodes(graph: Graph, shown: Sequence[int], asked: Sequence[int]) -> list[int]:
    """The nodes at which the routes run: every node of a small graph, inputs and asked-for nodes of a large one."""
    everywhere = len(graph.nodes()) <= limits.ROUTES_AT_EVERY_NODE
    wanted = dict.fromkeys([*shown, *asked] if everywhere else [*graph.inputs.values(), *asked])
    return [node for node in wanted if graph.varies[node] and not graph.is_boolean(node)]
