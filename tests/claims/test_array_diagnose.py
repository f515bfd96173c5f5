"""Where a mistake is looked for: in the given shapes, then in square ones; never for a claim that is not wrong."""

import pytest
from claims.array_claim_cases import judged

from gradcheck.claims.verify import Task, verify


def test_a_claim_that_does_not_fit_is_explained_in_square_shapes():
    found = judged("norm(A @ x - b)**2", "df/dx = 2*A @ (A @ x - b)", "A: 4x2; x: 2; b: 4")
    assert found.evidence.kind == "shape"
    assert found.diagnosis.misconception == "transpose forgotten"


def test_what_the_given_shapes_forbid_is_looked_for_in_square_ones():
    found = judged("X.T", "df[p,q]/dX[i,j] = (p == i)*(q == j)", "X: mxn")
    assert found.evidence.kind == "counterexample"
    assert found.diagnosis.misconception == "transpose forgotten"


def test_only_wrong_claims_are_explained():
    assert judged("x.T @ x", "df/dx = 2*x", "x: n").diagnosis is None
    assert judged("sum(relu(x - 100))", "df/dx = zeros(3)", "x: 3").diagnosis is None


def test_a_claim_of_zero_is_not_explained():
    assert judged("sum(x)", "df/dx = 0", "x: 3").diagnosis is None


def test_a_derivative_by_nothing_is_not_explained():
    assert judged("sum(x)", "df/dz = 1", "x: 3").diagnosis is None


@pytest.mark.parametrize(
    ("f", "claim", "declarations", "named"),
    [
        ("sum(sigmoid(x))", "df/dx = sigmoid(x)*(1 + sigmoid(x))", "x: 3", "sigmoid' as σ(1 + σ)"),
        (
            "a = W @ x; L = sum(sigmoid(a))",
            "dL/dW = outer(sigmoid(a)*(1 + sigmoid(a)), x)",
            "W: 2x3; x: 3",
            "sigmoid' as σ(1 + σ)",
        ),
        ("sum(x**3)", "df/dx = x**2", "x: n", "factor n of the power rule missing"),
        ("sum(relu(x))", "df/dx = ones(3)", "x: 3", "relu' as 1 everywhere"),
        ("sum(sqrt(x))", "df/dx = 1/sqrt(x)", "x: 3; x > 0", "root: derivative 1/√u"),
        ("sum(cos(x))", "df/dx = sin(x)", "x: 3", "sign of cos'"),
        ("sum(tanh(A @ x))", "df/dx = A.T @ (1 + tanh(A @ x)**2)", "A: 2x3; x: 3", "tanh' as 1 + tanh²"),
    ],
)
def test_rules_for_numbers_are_misapplied_entry_by_entry(f, claim, declarations, named):
    result = verify(Task(f, claim, declarations=declarations))
    assert result.verdict == "wrong"
    assert result.diagnosis is not None
    assert result.diagnosis.misconception == named
