"""Pages of the studies: the shared skeleton, the plots inside, nothing that could run."""

from gradcheck.reports import Style
from gradcheck.reports.studies_page import steps_page, taylor_page
from gradcheck.studies.steps import step_study
from gradcheck.studies.taylor import taylor


def test_a_page_of_a_polynomial_with_its_test():
    page = taylor_page(taylor("(x-2)**2+3", about="x=1", to="x=1.1", claims=["df/dx = x-4"]), Style())
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("<svg") == 2
    for part in ("3.81", "3.8", "exactly 0.01", "Remainders", "wrong", "R1 shrinks at rate 1 only"):
        assert part in page
    assert "<script" not in page
    assert page.isascii()


def test_a_page_of_steps():
    page = steps_page(step_study("exp(x)*sin(x)", at="x=1"), Style())
    assert page.count("<svg") == 1
    assert "complex-step" in page
    assert "<script" not in page


def test_pages_of_what_has_no_derivative():
    assert "kink" in taylor_page(taylor("abs(x)", about="x=0", to="x=1"), Style())
    assert "kink" in steps_page(step_study("abs(x)", at="x=0"), Style())


def test_markup_in_a_claim_stays_text():
    page = taylor_page(taylor("x**2", about="x=1", claims=["df/dx = 2*x < 3"]), Style())
    assert "2*x &lt; 3" in page
