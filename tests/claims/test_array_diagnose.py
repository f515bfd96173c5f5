"""Where a mistake is looked for: in the given shapes, then in square ones; never for a claim that is not wrong."""

from claims.array_cases import judged


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
