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


def test_quiet_pages_are_the_heading_and_the_verdict():
    for page in (
        taylor_page(taylor("x**2", about="x=1", test=True), Style(quiet=True)),
        steps_page(step_study("x**2", at="x=1"), Style(quiet=True)),
    ):
        assert "<h1>" in page
        assert "(exit 0)" in page
        assert not any(part in page for part in ("<table", "<section", "<details", "<svg"))


def test_pages_say_what_was_drawn():
    assert taylor_page(taylor("sin(x)", test=True), Style()).count("(drawn from seed 0)") == 2
    assert steps_page(step_study("sin(x)"), Style()).count("(drawn from seed 0)") == 1


def test_the_plane_of_arrays_has_no_empty_section():
    assert "Tangent" not in taylor_page(taylor("x.T @ x", about="x=[1,2]"), Style())
