"""Dropped and muddled paths, a rule that is wrong at one place only, and another operation that was meant."""
# ruff: noqa: E501 - claims and messages read best whole

from __future__ import annotations

import pytest

from gradcheck.claims.verify import Task, verify

LAYERS = """
a1 = v11*x1 + v12*x2; a2 = v21*x1 + v22*x2
z1 = tanh(a1); z2 = tanh(a2)
J = (w1*z1 + w2*z2 - t)**2
"""


def diagnosis(expression, claim, **options):
    found = verify(Task(expression, claim, **options))
    assert found.verdict == "wrong"
    return found.diagnosis


def test_one_upstream_for_all_paths_as_the_lecture_notes_print_it():
    found = diagnosis(LAYERS, "dJ/dx1 = dJ/da1*(v11 + v21)")
    assert found.misconception == "one upstream derivative for all paths"
    assert found.node == "x1"
    assert found.message == (
        "every path has its own upstream derivative, not ∂J/∂a1 for all of them: "
        "∂J/∂x1 = ∂J/∂a1·∂a1/∂x1 + ∂J/∂a2·∂a2/∂x1"
    )
    assert verify(Task(LAYERS, "dJ/dx1 = dJ/da1*v11 + dJ/da2*v21")).verdict == "correct"


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("dJ/dx1 = dJ/da1*v11", "term of a sum dropped"),
        ("dJ/dx1 = (dJ/da1 + dJ/da2)*(v11 + v21)", "sums multiplied"),
        ("dJ/dx1 = dJ/da1*v11*dJ/da2*v21", "paths multiplied"),
        ("dJ/dx1 = dJ/da2*(v11 + v21)", "one upstream derivative for all paths"),
    ],
)
def test_paths_of_a_network(claim, name):
    assert diagnosis(LAYERS, claim).misconception == name


def test_a_path_that_meets_in_no_sum():
    found = diagnosis("u = x**2; w = sin(x); f = hypot(u, w)", "df/dx = u/f*2*x")
    assert found.misconception == "path dropped"
    assert found.message == "the path x → w is dropped: ∂f/∂x is the sum over all paths, ∂f/∂u·∂u/∂x + ∂f/∂w·∂w/∂x"


def test_a_number_is_consistent_with_a_dropped_path():
    found = diagnosis("u = x**2; w = 3*x; f = atan2(u, w)", "df/dx = 24/52", at="x=2")
    assert found.message.startswith("consistent with this: ")


def test_a_rule_that_is_wrong_at_one_place_only():
    found = diagnosis("sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))", "(2*x + 2*x*exp(x**2))/(2*sqrt(x**2 + exp(x**2))) - sin(x**2 + exp(x**2))*(2*x + exp(x**2))")  # fmt: skip
    assert found.misconception == "inner derivative missing"
    assert found.message.startswith(
        "at node b = exp(a) the inner derivative ∂a/∂x = 2x is missing (chain rule) (only where c is used in e = cos(c))"
    )


@pytest.mark.parametrize(
    ("program", "claim", "message"),
    [
        ("e = a + b; d = c + e; L = d*f", "de/da = b", "the claim is right for e = a·b, not for e = a + b"),
        ("f = x**y", "df/dx = y", "the claim is right for f = x·y, not for f = x**y"),
        ("f = sin(x/y)", "df/dx = y*cos(x*y)", "the claim is right for a = x·y, not for a = x/y"),
    ],
)
def test_another_operation_was_meant(program, claim, message):
    found = diagnosis(program, claim)
    assert found.misconception == "another operation"
    assert found.message == message
    meant = message.partition("right for ")[2].partition(", not")[0].split(" = ")
    node, operation = meant[0], meant[1].replace("·", "*")
    old = message.partition("not for ")[2].split(" = ")[1]
    changed = program.replace(f"{node} = {old}", f"{node} = {operation}").replace(f"({old})", f"({operation})")
    assert changed != program
    assert verify(Task(changed, claim)).verdict == "correct"  # what is said is true


def test_the_notes_sum_says_both_explanations():
    found = diagnosis("e = a + b; d = c + e; L = d*f", "dL/da = b*dL/de")
    assert found.message == (
        "the factor b does not belong there (or: the claim is right for e = a·b, not for e = a + b)"
    )
