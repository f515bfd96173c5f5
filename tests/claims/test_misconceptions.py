"""Every row of the table of misconceptions over textbook functions: named rightly, never falsely.

The wrong claims come from ``wrong_rules``, which knows nothing of gradcheck; mpmath says whether a named mistake really
leads to what was claimed.
"""
# ruff: noqa: E501, T201 - tables of cases read best in rows

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from gradcheck.claims.verify import Task, verify
from gradcheck.primitives.misconceptions import MISCONCEPTIONS, WHOLE

sys.path.insert(0, str(Path(__file__).parent))

from true_statements import reproduced, same
from wrong_rules import MISTAKES, derive, fits, nodes, text

X = "x"
SQUARE, CUBE, LINE, EXP, SIN, LOG, ROOT = (
    ("**", X, 2),
    ("**", X, 3),
    ("+", ("*", 3, X), 1),
    ("exp", X),
    ("sin", X),
    ("log", X),
    ("sqrt", X),
)
SMALL = ("/", X, ("+", ("**", X, 2), 1))  # between -1/2 and 1/2, for asin
INNER = (X, SQUARE, LINE, ("+", ("**", X, 2), ("*", 5, X)), ("cos", X), ("exp", ("*", 2, X)), SMALL)
PARTS = (
    (SQUARE, SIN),
    (EXP, CUBE),
    (LOG, ("cos", X)),
    (("sin", ("*", 2, X)), ("+", ("**", X, 2), 1)),
    (("tanh", X), ("atan", ("*", 2, X))),
)
CONTEXTS = (
    lambda node: node,
    lambda node: ("+", node, ("**", X, 5)),
    lambda node: ("*", node, ("atan", X)),
    lambda node: ("sin", node),
    lambda node: ("*", 7, node),
)


def trees_for(operation, needs):
    """Textbook functions whose inner node is one at which the mistake can be made."""
    if operation == "unary":
        found = [
            (name, u)
            for name in ("sin", "exp", "log", "sqrt", "tanh", "atan", "sigmoid", "cos", "erf")
            for u in INNER[1:4]
        ]
        return found + [("**", u, n) for u in (*INNER[2:5], SIN) for n in (3, 4, -1)]
    if operation == "neg":
        return [("neg", u) for u in INNER[1:]]
    if operation == "**" and needs != "vv":
        return (
            [("**", u, n) for u in (*INNER[needs == "ic" : 5], LOG) for n in (3, 4, -2)]
            if needs in {"vc", "ic"}
            else [("**", a, u) for u in (*INNER[:4], SIN) for a in (2, 5)]
        )
    if needs == "vv":
        return [(operation, *pair) for pair in PARTS] + [(operation, v, u) for u, v in PARTS]
    if needs == "cv":
        return [(operation, c, u) for c in (5, 3) for u in (*INNER[1:5], LOG)]
    if needs == "vc":
        return [(operation, u, c) for c in (5, 3) for u in (*INNER[1:5], LOG)]
    inner = {"asin": (X, SMALL, ("/", X, 2), ("/", SIN, 2)), "acos": (X, SMALL, ("/", X, 2), ("/", SIN, 2))}.get(
        operation, INNER
    )
    return [(operation, u) for u in inner if needs != "i" or u != X]


def cases(each=1):
    """(function, claim, name of the mistake), each function with each mistake in several surroundings."""
    for name, mistakes in MISTAKES.items():
        for operation, needs, rule in mistakes:
            for number, node in list(enumerate(trees_for(operation, needs)))[::each]:
                context = CONTEXTS[number % len(CONTEXTS)]
                tree = context(node)
                path = next(place for place, one in nodes(tree) if one == node)
                assert fits(node, operation, needs)
                yield tree, derive(tree, {path: rule}), name


@cache
def outcomes(each=3):
    counts = Counter()
    functions, missed, false, by_name = set(), [], [], {name: Counter() for name in MISTAKES}
    for tree, claim, name in cases(each):
        expression = text(tree)
        if same(derive(tree, {}), claim):
            counts["no mistake"] += 1  # the wrong rule gives the right derivative here
            continue
        functions.add(expression)
        found = verify(Task(expression, claim))
        if found.verdict != "wrong":
            kind = f"{found.verdict}: {found.evidence.kind}"
            if found.verdict == "correct":
                false.append((expression, claim, name, "CORRECT"))
        elif found.diagnosis is None:
            kind = "not named"
        else:
            said, message = found.diagnosis.misconception, found.diagnosis.message
            _, _, others = message.partition(" (or: ")
            kind = (
                "named rightly"
                if name in {said, *(one.partition(" at node")[0] for one in others.rstrip(")").split("; "))}
                else "another that fits"
            )
            if not reproduced(tree, claim, said):
                kind = "named falsely"
                false.append((expression, claim, name, message))
        counts[kind] += 1
        by_name[name][kind] += 1
        if kind != "named rightly":
            missed.append((kind, expression, claim, name, found.diagnosis and found.diagnosis.misconception))
    return counts, functions, missed, false, by_name


BY_HAND = [
    ("x**x", "x*x**(x-1)", "power rule with the variable in the exponent too"),
    ("x**x", "x**x*log(x)", "exponential rule with the variable in the base too"),
    ("(x**2+1)**3", "3*(2*x)**2", "argument differentiated inside the function"),
    ("sqrt(x**2+1)", "1/(2*sqrt(2*x))", "argument differentiated inside the function"),
    ("sin(x)**2", "cos(x)**2", "derivative of a power as the power of the derivative"),
    ("log(x**2)", "1/(2*x)", "(ln u)' as 1/u'"),
    ("sinh(x)", "-cosh(x)", "sign of sinh'"),
    ("asin(x)", "1/cos(x)", "inverse function by the reciprocal"),
    ("asin(x)", "-cos(x)/sin(x)**2", "inverse function read as 1/sin"),
    ("x**2*sin(x)", "2*x + cos(x)", "sum instead of the product rule"),
    ("5 - x**2", "5 - 2*x", "constant kept"),
    ("5 - x**2", "1 - 2*x", "constant differentiated to 1"),
]


@pytest.mark.parametrize(("expression", "claim", "name"), BY_HAND)
def test_mistakes_written_by_hand(expression, claim, name):
    found = verify(Task(expression, claim))
    assert found.verdict == "wrong"
    assert found.diagnosis is not None
    assert found.diagnosis.misconception == name


def test_every_row_is_tried():
    assert {row.name for row in MISCONCEPTIONS} == {*MISTAKES, *(name for _, _, name in BY_HAND)}


def test_at_least_95_percent_are_named_rightly_over_100_functions():
    counts, functions, missed, _, _ = outcomes()
    tried = sum(counts.values()) - counts["no mistake"]
    assert len(functions) >= 100
    assert counts["named rightly"] >= 0.95 * tried, (dict(counts), missed[:40])


def test_none_is_named_falsely():
    _, _, _, false, _ = outcomes()
    assert false == []


def test_every_row_is_named_at_least_once():
    *_, by_name = outcomes()
    assert [name for name, kinds in by_name.items() if not kinds["named rightly"]] == []


@pytest.mark.parametrize(
    ("whole", "expression", "claim", "wrt"),
    [
        ("the function itself", "x**2*sin(x)", "x**2*sin(x)", "x"), ("the function itself", "log(x)*cos(3*x)", "cos(3*x)*log(x)", "x"),
        ("negated", "x**3*sin(x)", "-3*x**2*sin(x) - x**3*cos(x)", "x"), ("negated", "x*log(x) + x**2", "-log(x) - 1 - 2*x", "x"),
        ("another variable", "x**2*y**3", "3*x**2*y**2", "x"), ("another variable", "sin(x*y**2)", "2*x*y*cos(x*y**2)", "x"),
        ("second derivative", "x**4 + sin(x)", "12*x**2 - sin(x)", "x"), ("second derivative", "x*exp(x)", "(x + 2)*exp(x)", "x"),
        ("integrated", "x**2 + cos(x)", "x**3/3 + sin(x)", "x"), ("integrated", "x**2*cos(x)", "x**2*sin(x) + 2*x*cos(x) - 2*sin(x)", "x"),
        ("constant factor", "x**2*sin(x)", "3*(2*x*sin(x) + x**2*cos(x))", "x"), ("constant factor", "exp(x)*x", "(x + 1)*exp(x)*7/5", "x"),
        ("constant term", "x**2*sin(x)", "2*x*sin(x) + x**2*cos(x) + 11", "x"), ("constant term", "x*log(x)", "log(x) - 3", "x"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_claim_as_a_whole(whole, expression, claim, wrt):
    found = verify(Task(expression, claim, wrt=wrt))
    assert found.verdict == "wrong"
    assert found.diagnosis is not None
    assert found.diagnosis.misconception == whole


def test_every_whole_is_tried():
    assert set(WHOLE) == {
        "the function itself",
        "negated",
        "another variable",
        "second derivative",
        "integrated",
        "constant factor",
        "constant term",
    }


@pytest.mark.parametrize(
    ("expression", "claim", "fitting"),
    [
        ("relu(x - 5000)", "0", set()), ("x", "1 + 1e-40", {"constant term", "term too many"}), ("x**2", "2*x*(1 + 1e-60)", {"term too many"}), ("x**0 + 0*x", "1e-99", {"constant term"}),
        ("x**2", "2*x + where(x > 3000, 1, 0)", {"term too many"}), ("x", "1 + relu(x - 5000)", {"term too many"}), ("abs(x - 123456)", "-1", set()), ("max(x, 3000)", "0", set()),
        ("relu(x + 5000)", "1", {"relu' as 1 everywhere"}), ("where(x > 777777, x**2, 0)", "0", set()), ("x**2", "2*x + exp(-40 - x**2)*where(x > 0, 1, 1)", {"term too many"}),
        ("sin(x)", "cos(x) + where(x < -2000, x, 0)", {"term too many"}), ("0*x", "1e-45", {"constant term"}), ("x + 0*x", "1 + 1e-28", {"constant term", "term too many"}),
    ],
)  # fmt: skip
def test_a_claim_that_differs_far_away_or_by_little_is_not_explained_by_a_rule_that_agrees_nearby(
    expression, claim, fitting
):
    found = verify(Task(expression, claim))
    if found.diagnosis is not None:
        assert found.diagnosis.misconception in fitting


@pytest.mark.parametrize(
    ("expression", "claim", "at"),
    [("x**2", "4.0", "x=3"), ("x**3", "9", "x=3"), ("sin(x**2)", "0.28", "x=2"), ("exp(2*x)", "7.389", "x=1"), ("x*y", "3", "x=3,y=4")],
)  # fmt: skip
def test_a_number_is_only_consistent_with_a_mistake(expression, claim, at):
    found = verify(Task(expression, claim, at=at, wrt="x"))
    assert found.verdict == "wrong"
    if found.diagnosis is not None:
        assert found.diagnosis.message.startswith("consistent with")


def test_correct_claims_never_get_a_diagnosis():
    for tree, _, _ in cases(9):
        found = verify(Task(text(tree), derive(tree, {})))
        assert found.verdict != "wrong", (text(tree), derive(tree, {}))
        assert found.diagnosis is None


def main():
    counts, functions, missed, false, by_name = outcomes(1)
    print(dict(counts), len(functions), "functions")
    print("FALSE", *false, sep="\n  ")
    print("MISSED", *missed, sep="\n  ")
    print({name: dict(kinds) for name, kinds in by_name.items() if set(kinds) - {"named rightly"}})


if __name__ == "__main__":
    main()
