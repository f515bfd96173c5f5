"""Words of arrays: a line shows what there is and no more."""

import pytest

from gradcheck.arrays.results import Tensor
from gradcheck.reports.array_wording import inline


@pytest.mark.parametrize(
    ("shape", "room", "shown"),
    [
        ((2, 2), 40, "[[1, 2], [3, 4]]"),
        ((3, 2), 20, "[[1, 2], …]"),
        ((3, 2), 8, "[[1, …], …]"),
        ((1, 9), 20, "[[1, 2, 3, 4, 5, …]]"),
        ((9, 1), 20, "[[1], …]"),
        ((9,), 20, "[1, 2, 3, 4, 5, …]"),
    ],
)
def test_an_array_on_one_line(shape, room, shown):
    count = shape[0] * (shape[1] if len(shape) > 1 else 1)
    assert inline(Tensor(shape, tuple(map(float, range(1, count + 1)))), 6, room) == shown
