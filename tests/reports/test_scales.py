"""Ticks."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.reports import scales


def test_examples():
    assert doctest.testmod(scales).failed == 0


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12))
def test_nice_ticks_lie_inside_and_are_few(low, span):
    high = low + span
    if not high > low:
        return
    found = scales.nice_ticks(low, high)
    assert len(found) <= 10
    slack = 1e-6 * span + 1e-12 * abs(low)
    assert all(low - slack <= one <= high + slack for one in found)


@given(st.floats(-400, 400), st.floats(0.1, 400))
def test_decades_are_whole_and_few(low, span):
    found = scales.decades(low, low + span)
    assert len(found) <= 10
    assert all(one == int(one) and low <= one <= low + span for one in found)


def test_a_range_of_nothing_has_one_tick():
    assert scales.nice_ticks(2.0, 2.0) == [2.0]


@pytest.mark.parametrize(
    ("truncation", "round_off", "count"), [(1.0, 1e-16, 2), (1.0, None, 1), (None, 1e-16, 1), (None, None, 0)]
)
def test_the_two_arms_of_a_v(truncation, round_off, count):
    arms = scales.laws(truncation, 1, round_off, -16.0, 0.0)
    assert len(arms) == count
    if count == 2:
        (left, turn), (same, right) = arms
        assert left == (-16.0, 0.0)
        assert turn == pytest.approx((-8.0, -8.0))
        assert turn == pytest.approx(same)
        assert right == (0.0, 0.0)


def test_a_v_whose_turn_lies_outside():
    assert len(scales.laws(1e-30, 1, 1.0, -16.0, 0.0)) == 1
    assert len(scales.laws(1e30, 1, 1e-16, -16.0, 0.0)) == 1
