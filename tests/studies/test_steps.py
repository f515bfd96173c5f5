"""The error of difference quotients: its laws hold, and so does the bound that gradcheck states."""

import math
from itertools import pairwise

import pytest

import gradcheck
from gradcheck.errors import DomainProblem, LimitExceeded, NameProblem, UsageProblem
from gradcheck.studies.steps import METHODS, step_study


def curve(study, method):
    (found,) = [one for one in study.curves if one.method == method]
    return found


EXAMPLE = step_study("exp(x)*sin(x)", at="x=1")


def test_the_true_derivatives():
    assert float(EXAMPLE.derivative) == pytest.approx(math.e * (math.sin(1) + math.cos(1)), rel=1e-15)
    assert float(EXAMPLE.second) == pytest.approx(2 * math.e * math.cos(1), rel=1e-15)
    assert float(EXAMPLE.third) == pytest.approx(2 * math.e * (math.cos(1) - math.sin(1)), rel=1e-15)


def test_slopes_are_the_textbooks():
    for one in curve(EXAMPLE, "forward").slopes:
        if one.step <= 0.5 and one.value is not None:
            x, h = 1.0, one.step
            naive = (math.exp(x + h) * math.sin(x + h) - math.exp(x) * math.sin(x)) / h
            assert one.value == naive
            assert one.error == pytest.approx(abs(naive - float(EXAMPLE.derivative)), rel=1e-3, abs=1e-15)


@pytest.mark.parametrize(("method", "power"), [("forward", 1), ("central", 2), ("complex-step", 2)])
def test_truncation_is_a_law_of_its_power(method, power):
    found = curve(EXAMPLE, method)
    assert found.power == power
    steps = [one for one in found.slopes if 1e-3 < one.step < 0.05]
    for one in steps:
        assert one.error == pytest.approx(found.truncation * one.step**power, rel=0.1)
    for wide, narrow in pairwise(steps):
        assert wide.error / narrow.error == pytest.approx(2**power, rel=0.1)


@pytest.mark.parametrize("method", ["forward", "central"])
def test_round_off_bounds_the_left_arm(method):
    found = curve(EXAMPLE, method)
    for one in found.slopes:
        if one.error is not None and one.step < 0.05:
            assert one.error <= 1.1 * (found.truncation * one.step**found.power + found.round_off / one.step) + 1e-15
    assert found.best.step == pytest.approx(found.textbook, rel=4)


def test_the_complex_step_has_no_left_arm():
    found = curve(EXAMPLE, "complex-step")
    assert found.round_off == 0
    assert found.textbook is None
    assert all(one.error < 1e-15 for one in found.slopes if one.step < 1e-9)
    assert min(one.step for one in found.slopes) < 1e-17


def test_gradchecks_own_step_and_bound():
    chosen = EXAMPLE.chosen
    assert chosen.method == "central"
    assert chosen.error <= chosen.bound
    assert chosen.error < 100 * curve(EXAMPLE, "central").best.error
    assert EXAMPLE.verdict.name == "agree"


def test_what_is_not_analytic_has_no_complex_step():
    found = curve(step_study("x*abs(x)", at="x=2"), "complex-step")
    assert found.slopes == ()
    assert found.reason == "a = |x| is not analytic"


def test_a_parabola_has_no_central_truncation():
    study = step_study("x**2", at="x=3")
    assert curve(study, "central").truncation is None
    assert curve(study, "central").power == 0
    assert curve(study, "forward").truncation == 1


def test_a_line_is_exact():
    study = step_study("2*x", at="x=3")
    assert all(one.error == 0 for found in study.curves for one in found.slopes if one.error is not None)


def test_cancellation_shows():
    study = step_study("(1-cos(x))/x**2", at="x=1e-8")
    assert curve(study, "forward").best.error > 1e-10
    assert curve(study, "central").best.error < 1e-11


@pytest.mark.parametrize(
    ("text", "at"), [("relu(x)", "x=0"), ("sqrt(x)", "x=0"), ("floor(x)", "x=1"), ("cbrt(x)", "x=0")]
)
def test_without_a_derivative_nothing_is_measured(text, at):
    study = step_study(text, at=at)
    assert study.curves == ()
    assert study.exit_code == 3
    assert study.verdict.reason


@pytest.mark.parametrize(
    ("text", "at"),
    [("exp(x)", "x=710"), ("x**(1/3)", "x=1e-200"), ("x", "x=1e308"), ("exp(-x**2)", "x=30"), ("x**2", "x=0")],
)
def test_the_ends_of_float64(text, at):
    study = step_study(text, at=at)
    for found in study.curves:
        for number in (found.truncation, found.round_off, found.textbook, *(one.error for one in found.slopes)):
            assert number is None or math.isfinite(number)


def test_of_several_variables_the_first_unless_another_is_named():
    first = step_study("sin(x*y)", at="x=1,y=2")
    assert first.wrt == "x"
    assert first.notes == ("by x; of the other variables ask with --wrt y",)
    second = step_study("sin(x*y)", at="x=1,y=2", wrt="y")
    assert float(second.derivative) == pytest.approx(math.cos(2))
    along = step_study("sin(x*y)", at="x=1,y=2", along="x=1,y=-1")
    assert float(along.derivative) == pytest.approx(math.cos(2))
    assert along.chosen is None


def test_a_multiple_of_one_variable_has_a_chosen_step():
    study = step_study("sin(x)", at="x=1", along="x=3")
    assert float(study.derivative) == pytest.approx(3 * math.cos(1))
    assert study.chosen.value == pytest.approx(3 * math.cos(1))
    assert study.chosen.error <= study.chosen.bound


def test_an_entry_of_an_array():
    study = step_study("log(det(A))", at="A=[[2,1],[1,3]]", wrt="A[0, 1]")
    assert study.wrt == "A[0,1]"
    assert float(study.derivative) == pytest.approx(-0.2)
    assert study.chosen.error <= study.chosen.bound
    assert curve(study, "complex-step").best.error < 1e-16
    vector = step_study("norm(x)**2", at="x=[1,2,3]", wrt="x[2]")
    assert vector.derivative == 6


def test_a_direction_of_arrays_is_drawn():
    study = step_study("sum(sigmoid(W@x))", declarations="W: 2x3; x: 3", seed=5)
    assert study.drawn == ("point", "direction")
    assert study == step_study("sum(sigmoid(W@x))", declarations="W: 2x3; x: 3", seed=5)
    assert all(found.best.error < 1e-6 for found in study.curves)
    one = step_study("sum(sigmoid(W@x))", declarations="W: 2x3; x: 3", wrt="W")
    assert set(one.direction) == {"W"}
    assert one.chosen.error <= one.chosen.bound


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ({"wrt": "z"}, NameProblem),
        ({"wrt": "x[0]"}, UsageProblem),
        ({"along": "z=1"}, NameProblem),
        ({"along": "x=0"}, UsageProblem),
        ({"along": "x=[1,2]"}, UsageProblem),
        ({"along": "x=1", "wrt": "x"}, UsageProblem),
        ({"at": "x=-1,y=1"}, DomainProblem),
        ({"at": "x=1"}, NameProblem),
        ({"timeout": 1e-9}, LimitExceeded),
    ],
)
def test_input_that_cannot_be_used(how, problem):
    with pytest.raises(problem):
        step_study("log(x) + y", **{"at": "x=1,y=1", **how})


def test_public_names():
    assert gradcheck.step_study is step_study
    assert isinstance(EXAMPLE, gradcheck.StepStudy)
    assert [one.method for one in EXAMPLE.curves] == list(METHODS)


@pytest.mark.parametrize("along", ["x=0.1", "x=1/3", "x=pi", "x=7/3"])
def test_a_direction_that_float64_rounds_is_no_mistake_of_the_route(along):
    assert step_study("x", at="x=1", along=along).verdict.name == "agree"
