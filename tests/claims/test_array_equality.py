"""Verdicts on claims about arrays."""

import pytest
from claims.array_claim_cases import judged

from gradcheck.claims.array_equality import ENOUGH
from gradcheck.errors import GradcheckError
from gradcheck.evaluation import evaluate

QUADRATIC = ("x.T @ A @ x", "A: 3x3; x: 3")


@pytest.mark.parametrize(
    ("f", "claim", "declarations"),
    [
        ("x.T @ A @ x", "df/dx = (A + A.T) @ x", "A: nxn; x: n"),
        ("x.T @ A @ x", "df/dx = x.T @ (A + A.T)", "A: 3x3; x: 3"),  # a row for a vector
        ("a = W @ x; L = norm(a)**2/2", "dL/dW = dL/da @ x.T", "W: mxn; x: n"),
        ("a = W @ x; L = norm(a)**2/2", "da/dx = W", "W: mxn; x: n"),
        ("K = A @ B; f = tr(K)", "df/dA = dK[0,0]/dA + dK[1,1]/dA", "A: 2x3; B: 3x2"),
        ("K = A @ B; f = tr(K)", "df/dA[i,j] = dK[0,0]/dA[i,j] + dK[1,1]/dA[i,j]", "A: 2x3; B: 3x2"),
        ("A @ x", "df[i]/dA[j,k] = (i == j)*x[k]", "A: mxn; x: n"),
        ("t*x", "df/dt = x", "x: n"),
        ("n*x.T @ x", "df/dx = 2*n*x", "x: n"),
        ("mean(x)", "df/dx = ones(n)/n", "x: n"),
        ("sum(log(X)) + sum(sqrt(X))", "df/dX = 1/X + 1/(2*sqrt(X))", "X: 3x3"),
        ("sum(asin(x))", "df/dx = 1/sqrt(1 - x**2)", "x: 4"),
        ("max(x)", "df/dx = (x == max(x))", "x: 4"),
        ("sum(relu(x))", "df/dx = ones(n)", "x: n; x > 0"),
        ("x.T @ x", "df/dw = zeros(2)", "x: 3; w: 2"),
        ("x.T @ x", "df/dw = 0", "x: 3"),
        ("sum(x) - sum(x)", "df/dx = 0", "x: 3"),
        ("sum(x)", "df/dx = 1", "x: 1"),
    ],
)
def test_correct(f, claim, declarations):
    result = judged(f, claim, declarations)
    assert result.verdict == "correct", result.reason
    assert result.evidence.points >= ENOUGH
    assert result.diagnosis is None


@pytest.mark.parametrize(
    ("f", "claim", "declarations", "reason"),
    [
        (*QUADRATIC[:1], "df/dx = A @ x", QUADRATIC[1], "∂f/∂x[0] is "),
        ("A @ x", "df[i]/dx[j] = A[j,i]", "A: 3x3; x: 3", "∂f[0]/∂x[1] is "),
        ("sum(x)", "df/dx = 1", "x: 3", "write ones(3)"),
        ("A @ x", "df/dx = A.T", "A: mxn; x: n", "the derivative is 3x2, the claim 2x3"),
        ("a = W @ x; L = norm(a)**2", "dL/dx = W @ a", "W: 3x2; x: 2", "@ of a 3x2 matrix and a vector of 3"),
        ("K = A @ B", "dK/dA = B", "A: 3x3; B: 3x3", "by letters"),
        ("x.T @ x", "df/dx = 2*x + 1e-40", "x: 3", "6.00000000000000000000000000000000000000010"[:20]),
        ("x.T @ x", "df/dx = 2*x + x/10**60", "x: 3", "∂f/∂x[0] is 6, not 6.000"),
        ("x.T @ x", "df/dw = zeros(3)", "x: 3; w: 2", "the derivative is a vector of 2"),
        ("sum(x)", "df/dx = 0", "x: 3", "is 1, not 0"),
    ],
)
def test_wrong(f, claim, declarations, reason):
    result = judged(f, claim, declarations)
    assert result.verdict == "wrong"
    assert reason in result.reason
    assert result.evidence.kind in {"counterexample", "shape"}


def test_a_counterexample_names_the_entry_the_values_and_the_point():
    result = judged("x.T @ A @ x", "df/dx = 2*A @ x", "A: 3x3; x: 3")
    assert result.evidence.at.keys() == {"A", "x"}
    assert f"∂f/∂x[0] is {result.evidence.actual}, not {result.evidence.claimed} at x = [" in result.reason


def test_a_counterexample_in_large_shapes_is_told_in_small_ones():
    result = judged("x.T @ A @ x", "df/dx = 2*A @ x", "A: 30x30; x: 30")
    assert result.verdict == "wrong"
    assert len(result.reason) < 200


def test_what_holds_in_the_declared_shapes_only_is_said():
    result = judged("mean(x*x)", "df/dx = 2*x/3", "x: 3")
    assert result.verdict == "correct"
    assert result.notes[0].startswith("right in the declared shapes, but not in others")


def test_a_name_stands_for_every_size():
    assert judged("mean(x*x)", "df/dx = 2*x/3", "x: n").verdict == "wrong"


def test_literal_sizes_are_noted():
    assert "given shapes only" in judged("sum(x)", "df/dx = ones(3)", "x: 3").notes[0]


@pytest.mark.parametrize(
    ("f", "claim", "declarations", "at", "kind"),
    [
        ("inv(x @ x.T)", "df[i,j]/dx[k] = 1", "x: 3", "", "no-points"),
        ("sum(relu(x - 100))", "df/dx = (x > 100)", "x: 3", "", "kink"),
        ("x.T @ x", "df/dx = exp(log(2*x))", "x: 3", "", "subdomain"),
        ("sum(relu(x))", "df/dx = [0, 1]", "", "x=[0, 1]", "kink"),
        ("norm(A)", "df/dA = [[1, 0], [0, 0]]", "", "A=[[0, 0], [0, 0]]", "kink"),
    ],
)
def test_undecided(f, claim, declarations, at, kind):
    result = judged(f, claim, declarations, at)
    assert (result.verdict, result.evidence.kind) == ("undecided", kind)


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("df/dx = [0.447, 0.89]", "correct"),
        ("df/dx = [0.447, 0.90]", "wrong"),
        ("df/dx = [0.448, 0.894]", "wrong"),
        ("df/dx = [1/sqrt(5), 0.9]", "correct"),
        ("df/dx[1] = 0.894", "correct"),
        ("df/dx = [[0.447], [0.894]]", "correct"),
        ("df/dx = x/norm(x)", "correct"),
    ],
)
def test_numbers_at_the_point_claim_the_digits_that_they_show(claim, verdict):
    assert judged("norm(x)", claim, at="x=[1, 2]").verdict == verdict


def test_evidence_shows_the_whole_of_small_arrays():
    evidence = judged("x.T @ A @ x", "df/dx = [13.5, 22.5]", at="A=[[1,2],[3,4]], x=[1/2, 2.5]").evidence
    assert (evidence.claimed, evidence.actual) == ("[13.5, 22.5]", "[13.5, 22.5]")


def test_a_relative_tolerance():
    assert judged("x.T @ x", "df/dx = 2.0001*x", "x: 3", rtol=1e-3).verdict == "correct"
    assert judged("x.T @ x", "df/dx = 2.0001*x", "x: 3", rtol=1e-6).verdict == "wrong"


def test_the_numerator_layout_asks_for_the_transpose():
    options = {"declarations": "A: 3x2; B: 2x3", "routes": ("reverse",), "layout": "numerator"}
    right, wrong = evaluate("tr(A @ B)", claims=["df/dA = B", "df/dA = B.T"], **options).claims
    assert (right.verdict, wrong.verdict) == ("correct", "wrong")
    assert "numerator layout" in wrong.diagnosis.message


def test_an_entry_that_does_not_exist_is_an_error():
    with pytest.raises(GradcheckError, match="has no entry"):
        judged("x.T @ x", "df/dx[5] = 1", "x: 3")


def test_large_derivatives_in_time():
    result = judged("A @ B", "df[p,q]/dA[i,j] = (p == i)*B[j,q]", "A: 20x20; B: 20x20")
    assert result.verdict == "correct"
    assert "entries were compared" in result.notes[0]


@pytest.mark.parametrize(
    ("f", "claim", "declarations"),
    [
        ("abs(s - 50)*sum(x)", "df/dx = (50 - s)*ones(2)", "x: 2"),
        ("relu(s - 50)*sum(x) + sum(x*x)", "df/dx = 2*x", "x: 2"),
        ("where(s > 50, 1, 0)*sum(x)", "df/dx = zeros(2)", "x: 2"),
        ("sum(leaky_relu(x - 50, 2))", "df/dx = 2*ones(3)", "x: 3"),
        ("sum(sqrt((x - 50)**2))", "df/dx = -ones(3)", "x: 3"),
        ("sum(x**2)", "df/dx = 2*x + floor(sum(abs(x))/10000)", "x: 3"),
    ],
)
def test_a_kink_that_was_not_passed_leaves_it_open(f, claim, declarations):
    result = judged(f, claim, declarations)
    assert result.verdict == "undecided"
    assert "one side of its kink" in result.reason


def test_declared_integers_are_kept():
    result = judged("abs(n + 15)*sum(x)", "df/dx = -(n + 15)*ones(2)", "n: integer; n < -20; x: 2")
    assert result.verdict != "wrong"
