"""What holds of every evaluation, on random graphs over all primitives: mpmath is the referee."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from referee import complaints
from reference import REFERENCE, random_graph
from schemas import read_strictly

from gradcheck.errors import GradcheckError
from gradcheck.evaluation import evaluate
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.reports import FORMATS, Style
from gradcheck.reports.json import error_json
from gradcheck.results import ROUTES

PAIRS = list(itertools.combinations(ROUTES, 2))


def graphs(**options):
    """Random graphs; a seed is told and repeats the graph."""
    return st.integers(0, 2**32).map(lambda seed: random_graph(random.Random(seed), **options))


def evaluated(graph, **options):
    """The evaluation, or None where the point cannot be used; every other exception is a crash."""
    try:
        return evaluate(graph.text, at=dict(graph.at), timeout=4, **options)
    except GradcheckError as problem:
        read_strictly(error_json(problem.within(graph.text)))
        return None


def test_the_reference_knows_every_primitive():
    assert set(REFERENCE) == set(PRIMITIVES)


def test_the_generator_reaches_every_primitive():
    seen = {node.primitive for seed in range(2000) for node in random_graph(random.Random(seed)).nodes}
    assert set(PRIMITIVES) <= seen


@settings(max_examples=80)
@given(graphs())
def test_three_routes_on_random_graphs(graph):
    result = evaluated(graph)
    if result is not None:
        assert list(complaints(graph, result)) == []
        the_chain_rule_adds_up(result)
        every_format_can_say_it(result)


@pytest.mark.parametrize("routes", PAIRS, ids=[" and ".join(pair) for pair in PAIRS])
@settings(max_examples=30)
@given(graph=graphs(operations=5))
def test_any_two_routes_agree_or_say_why_not(routes, graph):
    result = evaluated(graph, routes=routes)
    if result is not None:
        assert list(complaints(graph, result)) == []


@settings(max_examples=30)
@given(graphs(rough=False), st.sampled_from(["central", "forward", "complex-step"]))
def test_every_method_of_finite_differences(graph, method):
    result = evaluated(graph, method=method, routes=["fd", "reverse"])
    if result is not None:
        assert list(complaints(graph, result)) == []


@settings(max_examples=30)
@given(graphs(operations=15), st.integers(0, 1000))
def test_drawn_points(graph, seed):
    try:
        result = evaluate(graph.text, seed=seed, routes=["reverse"])
    except GradcheckError:
        return
    again = evaluate(graph.text, seed=seed, routes=["reverse"])
    assert result.point == again.point
    assert result.value == again.value or result.value != result.value


def the_chain_rule_adds_up(result):
    """At every node the adjoint is the sum of upstream times local."""
    for node in result.nodes:
        terms = [(path.upstream, path.local) for path in node.paths]
        single = all(not one.interval and one.value.is_finite() for pair in terms for one in pair)
        if terms and single and node.adjoint is not None and node.adjoint.value.is_finite():
            products = [upstream.value * local.value for upstream, local in terms]
            weight = sum(abs(product) for product in products)
            assert abs(sum(products) - node.adjoint.value) <= weight * Decimal("1e-20")


def every_format_can_say_it(result):
    for width in (40, 80, 200):
        lines = FORMATS["table"](result, Style(width=width)).splitlines()
        assert max(map(len, lines)) <= width
    assert FORMATS["markdown"](result, Style())
    document = read_strictly(FORMATS["json"](result, Style()))
    assert document["exit_code"] == result.exit_code
    assert document["verdict"] == result.verdict.name
    assert len(document["nodes"]) == len(result.nodes)
