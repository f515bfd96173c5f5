"""Problem files as grade reads them; what their marks make of them is in tests/test_grading.py."""

import re

import pytest

from gradcheck.errors import GradcheckError
from gradcheck.files.assignment import read_assignment


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ('f = "x**2"\nvars = "x > 0"\nat = "x=-1"', "x = -1 is not what is declared: x > 0"),
        ('f = "x*y"\nat = "x=1"', "'y' has no value"),
        ('f = "sum(x)*y"\nvars = "x: 2"\nat = "x=[1,2]"', "'y' has no value"),
    ],
)
def test_a_teachers_point_is_told_before_anybody_is_marked_by_it(problem, said):
    with pytest.raises(GradcheckError, match=re.escape(said)):
        read_assignment(f'[[problem]]\n{problem}\nclaims = ["df/dx = 1"]\n')
