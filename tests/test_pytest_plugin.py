"""The plugin, run in a pytest of its own, and the assertion for other people's tests."""

import subprocess
import sys

import pytest

import gradcheck

PROBLEMS = """\
[[problem]]
id = "square"
f = "x**2"
claims = ["df/dx = 2*x", "df/dx = x"]

[[problem]]
id = "root"
f = "sqrt(-1 - x**2)"
claims = ["0"]

[[problem]]
id = "unreadable"
f = "sinn(x)"
claims = ["cos(x)"]
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plugin")
    (folder / "notes.gradcheck.toml").write_text(PROBLEMS, encoding="utf-8")
    (folder / "other.toml").write_text("not = 'collected'", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", str(folder)]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, timeout=120)
    return found.stdout + found.stderr


def test_each_claim_is_a_test(report):
    assert "2 failed, 1 passed, 1 skipped" in report


def test_a_failure_is_the_reports_text_without_traceback(report):
    assert "∂f/∂x is 4, not 2 at x = 2" in report
    assert "there is no function called 'sinn'" in report
    assert "did you mean sin" in report
    assert "Traceback" not in report


def test_undecided_is_skipped_with_its_reason(report):
    assert "no point was found at which the derivative exists" in report


def test_a_right_derivative_is_asserted():
    gradcheck.assert_derivative("x**2", "2*x", wrt="x")
    gradcheck.assert_derivative("a*x**n", "df/dx = a*n*x**(n-1)", declarations="n: integer")
    gradcheck.assert_derivative("x**2", "df/dx = 6.0", at="x=3")


def test_a_wrong_derivative_says_where_and_why():
    with pytest.raises(AssertionError) as caught:
        gradcheck.assert_derivative("sin(x**2)", "cos(x**2)")
    assert "wrong: cos(x**2)" in str(caught.value)
    assert "inner derivative ∂a/∂x = 2x is missing" in str(caught.value)


def test_undecided_is_no_pass():
    with pytest.raises(AssertionError, match="undecided"):
        gradcheck.assert_derivative("sqrt(-1 - x**2)", "0")


def test_what_cannot_be_read_is_no_assertion():
    with pytest.raises(gradcheck.GradcheckError):
        gradcheck.assert_derivative("x**2", "2*q")


def test_a_proof_can_be_demanded(monkeypatch):
    from gradcheck.claims import prove

    class Silent:
        def ask(self, *_):
            return "no"

    monkeypatch.setattr(prove, "_assistant", Silent)
    gradcheck.assert_derivative("sin(x)**2", "sin(2*x)", prove=True)
    gradcheck.assert_derivative("asin(x)", "1/cos(asin(x))")
    with pytest.raises(AssertionError, match=r"(?s)not proved: 1/cos\(asin\(x\)\).*no proof was found"):
        gradcheck.assert_derivative("asin(x)", "1/cos(asin(x))", prove=True)
    with pytest.raises(AssertionError, match="wrong"):
        gradcheck.assert_derivative("x**2", "3*x", prove=True)
