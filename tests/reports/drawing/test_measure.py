"""Widths of texts."""

import pytest

from gradcheck.reports.drawing.measure import fitted, width


def test_bold_is_wider_and_signs_count():
    assert width("abc", 10) < width("abc", 10, bold=True)
    assert width("∂f/∂x", 10) > width("f/x", 10)
    assert width("变", 10) >= 10
    assert width("e\u0301", 10) == width("e", 10)


@pytest.mark.parametrize("room", [10, 30, 45.5, 80, 1000])
@pytest.mark.parametrize("text", ["", "x", "1.23456789e-10", "W" * 40, "变量" * 20])
def test_a_fitted_text_fits(text, room):
    assert width(fitted(text, room, 10), 10) <= max(room, width("…", 10))


def test_both_ends_of_a_number_stay():
    shown = fitted("1.2345678901234567890e-10", 100, 10)
    assert shown.startswith("1.23")
    assert shown.endswith("e-10")
