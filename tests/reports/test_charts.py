"""Plots in a terminal: every mark where it belongs, no line wider than asked for."""

import pytest

from gradcheck.reports.charts import Axis, Marks, chart


def axis(low, high, ticks, title=""):
    return Axis(low, high, ticks, lambda value: f"{value:g}", title)


def drawn(width=40, height=10, marks=(), lines=()):
    return chart(axis(0, 10, [0, 5, 10], "step"), axis(0, 4, [0, 2, 4], "error"), marks, lines, width, height)


@pytest.mark.parametrize("width", [30, 40, 80, 200])
def test_widths(width):
    rows = drawn(width, marks=[Marks("o", [(0, 0), (10, 4), (5, 2)])], lines=[[(0, 0), (10, 4)]])
    assert all(len(row) <= width for row in rows)
    assert len(rows) == 10 + 4


def test_marks_and_ticks_meet():
    rows = drawn(marks=[Marks("o", [(5, 2)]), Marks("x", [(0, 4), (10, 0)])])
    body = rows[1:11]
    (row,) = [row for row in body if "o" in row]
    assert row.startswith("2 ┤")
    rule, labels = rows[11], rows[12]
    assert rule[row.index("o")] == "┬"
    assert labels[row.index("o")] == "5"
    assert body[0].index("x") == 3
    assert "x" in body[-1]


def test_later_marks_lie_above_and_outside_ones_are_left_out():
    rows = drawn(marks=[Marks("o", [(5, 2)]), Marks("x", [(5, 2), (11, 2), (5, 9)])])
    assert "".join(rows).count("o") == 1  # in "error"
    assert "".join(rows[1:11]).count("x") == 1


def test_lines_are_cut_off_where_they_leave():
    rows = drawn(lines=[[(0, -4), (10, 8)]])
    assert any(cell > "\u2800" for cell in "".join(rows[1:11]))
    assert not any(cell > "\u2800" for cell in "".join(drawn(lines=[[(0, 5), (10, 9)]])[1:11]))
    assert "\u2800" not in "".join(rows)


def test_labels_do_not_run_into_each_other():
    crowded = chart(axis(0, 10, list(range(11)), ""), axis(0, 1, [0, 1], ""), [], [], 24, 5)
    assert "  " not in crowded[-2].strip().replace("   ", " ") or crowded[-2].split() == sorted(
        crowded[-2].split(), key=int
    )
