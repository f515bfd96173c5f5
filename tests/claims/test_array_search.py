"""Mistakes in matrix calculus are named, and none where there is none."""

import pytest
from claims.array_claim_cases import judged

CASES = [
    ("a = W @ x; L = norm(a)**2/2", "dL/dx = W @ dL/da", "W: 3x2; x: 2", "transpose forgotten", "a"),
    ("a = W @ x; L = norm(a)**2/2", "dL/dW = x @ dL/da.T", "W: 3x2; x: 2", "numerator for denominator layout", "L"),
    ("tr(A @ B @ C)", "df/dB = C.T @ A.T", "A: 3x3; B: 3x3; C: 3x3", "factors in the wrong order", "a"),
    ("x.T @ A @ x", "df/dx = A @ x", "A: 3x3; x: 3", "path dropped", "f"),
    ("x.T @ A @ x", "df/dx = 2*A @ x", "A: 3x3; x: 3", "one path taken twice", "f"),
    ("x.T @ x", "df/dx = x", "x: n", "factor 2 lost", "f"),
    ("norm(x)**2", "df/dx = x", "x: n", "factor 2 lost", "f"),
    ("norm(x)", "df/dx = x", "x: n", "norm without the division", "f"),
    ("tr(A @ B)", "df/dA = B", "A: 3x3; B: 3x3", "numerator for denominator layout", "f"),
    ("det(A)", "df/dA = det(A)*inv(A)", "A: nxn", "numerator for denominator layout", "f"),
    ("det(A)*t", "df/dA = t*inv(A).T", "A: nxn", "determinant taken for its logarithm", "a"),
    ("sum(inv(A))", "df/dA = inv(A).T @ ones(n,n) @ inv(A).T", "A: nxn", "inverse without the minus", "a"),
    ("a.T @ inv(X) @ b", "df/dX = -inv(X) @ a @ b.T @ inv(X)", "X: nxn; a: n; b: n",
     "inverse without the transposes", "d"),
    ("b.T @ sum(X, 1)*t", "df/dX = t*ones(n) @ b.T", "X: nxn; b: n", "numerator for denominator layout", "f"),
    ("norm(sum(X, 0))**2", "df/dX = 2*sum(X, 0) @ ones(n).T", "X: nxn", "numerator for denominator layout", "f"),
    ("softmax(x)", "df/dx = diag(softmax(x)*(1 - softmax(x)))", "x: n", "softmax with the diagonal only", "f"),
    ("norm(A @ x)**2", "df/dx = 2*A*(A @ x)", "A: 3x3; x: 3", None, None),
    ("sum((A @ B)*C)", "df/dA = C*B", "A: 3x3; B: 3x3; C: 3x3", "product entry by entry for the matrix product", "a"),
    ("sum((A*B) @ C)", "df/dA = (ones(3,3) @ C.T) @ B.T", "A: 3x3; B: 3x3; C: 3x3",
     "matrix product for the product entry by entry", "a"),
    ("x.T @ y", "df/dx = x", "x: n; y: n", "another variable", "f"),
    ("x.T @ y", "df/dx = -y", "x: n; y: n", "negated", "f"),
    ("exp(x)", "df/dx = 3*diag(exp(x))", "x: n", "constant factor", "f"),
    ("W = A; f = A*t", "df/dt = f", "A: 3x3", "the function itself", "f"),
    ("norm(A @ x - b)**2", "df/db = 2*(A @ x - b)", "A: mxn; x: n; b: m", "sign lost", "c"),
    ("sum(sigmoid(W @ x))", "df/dW = sigmoid(W @ x) @ x.T", "W: mxn; x: n", "sigmoid' as σ", "b"),
    ("A @ x", "df[i]/dA[j,k] = x[k]", "A: mxn; x: n", "zeros forgotten", "f"),
    ("A.T @ x", "df[i]/dA[j,k] = (i == j)*x[k]", "A: mxn; x: m", "outer product reversed", "f"),  # square
    ("x.T @ B @ x", "df/dx = (B - B.T) @ x", "B: nxn; x: n", "sign of one path", "f"),
    ("norm(x - z)**2/2 + c/2*norm(x)**2", "df/dx = x - z + 2*c*x", "x: n; z: n", "factor 2 too many", "g"),
    ("tr(A @ X @ B)", "df/dX = A @ B", "A: 3x3; X: 3x3; B: 3x3", "transpose forgotten", "b"),  # twice
    ("A @ x", "df/dx = A.T", "A: nxn; x: n", "numerator for denominator layout", "f"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "claim", "declarations", "name", "node"), CASES)
def test_the_mistake_is_named(f, claim, declarations, name, node):
    result = judged(f, claim, declarations)
    assert result.verdict == "wrong"
    found = result.diagnosis
    assert (name, node) == ((None, None) if found is None else (found.misconception, found.node))


def test_the_sentence_holds_the_right_rule_in_the_names_of_the_graph():
    message = judged("a = W @ x; L = norm(a)**2", "dL/dx = W @ dL/da", "W: 3x3; x: 3").diagnosis.message
    assert message == "at node a = W @ x the other factor comes transposed: ∂L/∂x = Wᵀ @ ∂L/∂a"


def test_two_readings_of_a_transpose_are_both_told():
    message = judged("det(A)", "df/dA = det(A)*inv(A)", "A: nxn").diagnosis.message
    assert message.startswith("right up to layout: the claim is the transpose; the gradient has the shape of A")
    assert "determinant without the transpose at node f" in message


def test_numbers_are_only_consistent_with_a_mistake():
    result = judged("norm(x)**2", "df/dx = [1, 2.0]", at="x=[1, 2]")
    assert result.diagnosis.message.startswith("consistent with this: at node f")


def test_a_dimension_is_no_constant_factor():
    assert judged("mean(X)", "df/dX = ones(m,n)/m", "X: mxn").diagnosis is None


def test_a_difference_too_small_to_tell_is_not_explained():
    assert judged("x.T @ x", "df/dx = 2*x + x/10**60", "x: 3").diagnosis is None
