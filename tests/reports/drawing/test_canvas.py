"""The sheet of characters."""

from gradcheck.reports.drawing.canvas import EAST, NORTH, SOUTH, WEST, Canvas


def lines(canvas):
    return [row.plain for row in canvas.rows({})]


def test_lines_join():
    canvas = Canvas()
    canvas.line(0, 1, EAST | WEST)
    canvas.line(0, 1, SOUTH)
    canvas.line(1, 1, NORTH | EAST)
    assert lines(canvas) == [" ┬", " ╰"]


def test_a_box_around_wide_characters():
    canvas = Canvas()
    canvas.box(0, 0, 8, 3, [[("变量", "name")]])
    assert lines(canvas) == ["╭──────╮", "│ 变量 │", "╰──────╯"]


def test_combining_marks_take_no_cell():
    canvas = Canvas()
    canvas.text(0, 0, [("e\u0301x", "")])
    assert lines(canvas) == ["e\u0301x"]


def test_styles_are_those_of_the_roles():
    canvas = Canvas()
    canvas.text(0, 0, [("a", "name"), ("b", "")])
    (row,) = canvas.rows({"name": "bold"})
    assert [(span.start, span.end, span.style) for span in row.spans] == [(0, 1, "bold")]
