"""Claims about arrays from every surface, and the assumptions that would save wrong ones."""

import pytest
from claims.array_claim_cases import judged

from gradcheck.claims.assertion import assert_derivative
from gradcheck.evaluation import evaluate


@pytest.mark.parametrize(
    ("f", "claim", "declarations", "words"),
    [
        ("x.T @ W @ x", "df/dx = 2*W @ x", "W: 3x3; x: 3", "it is correct if W is symmetric"),
        ("x.T @ W @ x", "df/dx = 2*W @ x", "W: nxn; x: n", "it is correct if W is symmetric"),
        ("det(X)", "df/dX = det(X)*inv(X)", "X: nxn", "it is correct if X is symmetric"),
        ("tr(inv(X))", "df/dX = -inv(X)*inv(X)", "X: nxn", "it is correct if X is diagonal"),
        ("tr(A @ B @ X)", "df/dX = B @ A", "A: nxn; B: nxn; X: nxn", "it is correct if A and B are symmetric"),
        ("norm1(x)", "df/dx = ones(n)", "x: n", "it is correct for x > 0"),
    ],
)
def test_an_assumption_is_suggested(f, claim, declarations, words):
    result = judged(f, claim, declarations)
    assert result.verdict == "wrong"
    assert result.reason.endswith(words)


def test_with_the_declaration_it_is_correct():
    assert judged("x.T @ W @ x", "df/dx = 2*W @ x", "W: nxn symmetric; x: n").verdict == "correct"
    assert judged("x.T @ W @ x", "df/dx = 2*W @ x", "W: nxn positive definite; x: n").verdict == "correct"


def test_nothing_saves_a_claim_that_is_wrong_for_all():
    assert "correct" not in judged("x.T @ W @ x", "df/dx = W @ x", "W: 3x3; x: 3").reason


def test_evaluate_takes_claims():
    result = evaluate(
        "x.T @ A @ x", declarations="A: 3x3; x: 3", claims=["df/dx = (A + A.T) @ x", "df/dx = A @ x"],
        routes=("reverse",),
    )  # fmt: skip
    assert [claim.verdict for claim in result.claims] == ["correct", "wrong"]
    assert result.exit_code == 1


def test_assertions():
    assert_derivative("x.T @ A @ x", "(A + A.T) @ x", wrt="x", declarations="A: nxn; x: n")
    with pytest.raises(AssertionError, match="why: the path through node"):
        assert_derivative("x.T @ A @ x", "df/dx = A @ x", declarations="A: nxn; x: n")


def test_scalar_claims_about_programs_with_lists():
    assert judged("[a, b].T @ [a, b]", "df/da = 2*a").verdict == "correct"
    assert judged("[a, b].T @ [a, b]", "df/da = a").verdict == "wrong"
