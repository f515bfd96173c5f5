"""Exact constants folded."""

from fractions import Fraction

import pytest

from gradcheck.errors import DomainProblem, Span
from gradcheck.folding import folded

HERE = Span(0, 1)


@pytest.mark.parametrize(
    ("operation", "first", "second", "value"),
    [
        ("+", 1, Fraction(1, 2), Fraction(3, 2)),
        ("-", Fraction(3, 2), Fraction(1, 2), 1),
        ("*", Fraction(2, 3), 3, 2),
        ("/", 1, 3, Fraction(1, 3)),
        ("/", 6, 3, 2),
        ("neg", 2, 2, -2),
        ("**", Fraction(2, 3), -2, Fraction(9, 4)),
        ("**", 2, Fraction(1, 2), None),
        ("**", 2, 100_000, None),
        ("*", 2**10_000, 2**10_000, None),
    ],
)
def test_rational_arithmetic(operation, first, second, value):
    found = folded(operation, first, second, HERE)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("operation", "first", "second"), [("/", 1, 0), ("**", 0, -1)])
def test_division_by_zero_is_told_at_its_place(operation, first, second):
    with pytest.raises(DomainProblem) as caught:
        folded(operation, first, second, HERE)
    assert caught.value.span == HERE
