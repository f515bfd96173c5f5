"""``assert_derivative``: a claim as an assertion, for one's own tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcheck.verdicts import ClaimResult


def assert_derivative(
    expression: str,
    claim: str,
    *,
    wrt: str = "",
    at: str = "",
    declarations: str = "",
    rtol: float | None = None,
    timeout: float = 5.0,
    prove: bool = False,
) -> None:
    """Assert that a stated derivative is right: ``assert_derivative("x**2", "2*x", wrt="x")``.

    ``claim`` is ``df/dx = …`` or the expression alone; ``declarations`` such as ``"n: integer; x > 0"`` restrict the
    variables. Raises AssertionError with the counterexample and the diagnosis where it is wrong, and also where it is
    undecided, or (with ``prove``) right at every point that was tried and yet not proved; GradcheckError where a text
    cannot be read.
    """
    from gradcheck.claims.verify import Task, verify

    task = Task(expression, claim, wrt=wrt, at=at, declarations=declarations, rtol=rtol)
    result = verify(task, timeout=timeout)
    if result.verdict != "correct":
        raise AssertionError(told(result))
    if prove:
        from gradcheck.claims.prove import prove_task

        result = prove_task(task, result, timeout)
        if result.evidence.kind != "proved":
            raise AssertionError(f"not proved: {claim.strip()}   (of {expression.strip()})\n  {result.notes[-1]}")


def told(result: ClaimResult) -> str:
    """The verdict on a claim with its reason and diagnosis, for a test report."""
    lines = [f"{result.verdict}: {result.claim.strip()}   (of {result.expression.strip()})", f"  {result.reason}"]
    if result.diagnosis is not None:
        lines.append(f"  why: {result.diagnosis.message}")
    return "\n".join(lines)
