"""Matrices in brackets."""

from __future__ import annotations

import pytest

from gradcheck.reports import boxes


def cells(rows, room=80, *, whole=False):
    return boxes.matrix(len(rows), len(rows[0]), lambda i, j: rows[i][j], room, whole=whole)


def test_columns_meet_at_the_decimal_point():
    (found,) = cells([["0.135", "-10"], ["-12.5", "0.25"]])
    assert boxes.box(found) == ["⎡  0.135  -10   ⎤", "⎣-12.5      0.25⎦"]


def test_numbers_with_exponents_end_together():
    (found,) = cells([["1e-07"], ["12.5"]])
    assert boxes.box(found) == ["⎡1e-07⎤", "⎣ 12.5⎦"]


def test_one_row_has_plain_brackets():
    assert boxes.box([["1", "2"]]) == ["[1  2]"]
    assert boxes.box([["1"], ["2"], ["3"]]) == ["⎡1⎤", "⎢2⎥", "⎣3⎦"]


def test_the_middle_of_a_large_matrix_is_left_out():
    (found,) = cells([[str(10 * i + j) for j in range(30)] for i in range(20)], 30)
    lines = boxes.box(found)
    assert len(lines) == 12
    assert max(map(len, lines)) <= 30
    assert "⋮" in lines[6]
    assert "⋱" in lines[6]
    assert lines[0].split()[-1] == "29⎤"
    assert lines[-1].split()[0] == "⎣190"


def test_a_whole_matrix_is_cut_into_parts():
    parts = cells([[str(j) for j in range(10)]] * 2, 12, whole=True)
    assert [len(part[0]) for part in parts] == [4, 4, 2]
    assert [one for part in parts for one in part[0]] == [str(j) for j in range(10)]


@pytest.mark.parametrize("room", [3, 10])
def test_there_is_always_a_column(room):
    assert all(part[0] for part in cells([["123456789", "2"]], room, whole=True))
    assert cells([["123456789", "2"]], room)[0][0]


def test_a_label_stands_at_the_middle_line():
    assert boxes.labelled("A", ["⎡1⎤", "⎢2⎥", "⎣3⎦"]) == ["    ⎡1⎤", "A = ⎢2⎥", "    ⎣3⎦"]
    assert boxes.labelled("A", ["⎡1⎤", "⎣3⎦"]) == ["A = ⎡1⎤", "    ⎣3⎦"]


def test_boxes_of_one_height_stand_side_by_side():
    two, one = ["⎡1⎤", "⎣2⎦"], ["[3]"]
    assert list(boxes.beside([two, two, one, two], 12, gap=2)) == [
        "⎡1⎤  ⎡1⎤", "⎣2⎦  ⎣2⎦", "", "[3]", "", "⎡1⎤", "⎣2⎦",
    ]  # fmt: skip
    assert list(boxes.beside([two, two], 5)) == ["⎡1⎤", "⎣2⎦", "", "⎡1⎤", "⎣2⎦"]
    assert list(boxes.beside([one, one], 3)) == ["[3]", "[3]"]
    assert list(boxes.beside([], 80)) == []
