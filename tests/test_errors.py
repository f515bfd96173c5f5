"""Errors: where they are, how the place is drawn, and what is suggested."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import any_text

from gradcheck.errors import (
    GradcheckError,
    Span,
    SyntaxProblem,
    did_you_mean,
    display_width,
    draw_place,
    line_and_column,
    nearest,
    printable,
)
from gradcheck.syntax.plain import parse

# -- the exception -------------------------------------------------------------------------------------------------


def test_the_innermost_source_wins():
    error = SyntaxProblem("no", span=Span(1, 2)).within("inner", "--at").within("outer", "file")
    assert (error.source, error.origin) == ("inner", "--at")
    assert str(error) == error.message == "no"


def test_a_location_needs_a_span_and_a_source():
    assert SyntaxProblem("no").location() is None
    assert SyntaxProblem("no", span=Span(0, 1)).location() is None
    assert SyntaxProblem("no", source="x").location() is None
    assert SyntaxProblem("no", span=Span(6, 9), source="a = 1\nb+c").location() == (2, 1, 3)


def test_the_length_of_a_gap_is_one():
    assert SyntaxProblem("no", span=Span(3, 3), source="x +").location() == (1, 4, 1)


@pytest.mark.parametrize(
    ("source", "offset", "place"),
    [
        ("", 0, (1, 1)),
        ("abc", 2, (1, 3)),
        ("abc", 3, (1, 4)),
        ("a\nbc", 0, (1, 1)),
        ("a\nbc", 1, (1, 2)),
        ("a\nbc", 2, (2, 1)),
        ("a\nbc", 3, (2, 2)),
        ("a\n", 2, (2, 1)),
        ("\n\n\nx", 3, (4, 1)),
        ("a\r\nb", 3, (2, 1)),
    ],
)
def test_lines_and_columns_count_from_one(source, offset, place):
    assert line_and_column(source, offset) == place


@given(st.text("ab\n", max_size=40), st.data())
def test_a_line_and_a_column_lead_back_to_the_offset(source, data):
    offset = data.draw(st.integers(0, len(source)))
    line, column = line_and_column(source, offset)
    assert sum(len(text) + 1 for text in source.split("\n")[: line - 1]) + column - 1 == offset


# -- the drawing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "span", "drawing"),
    [
        ("sqrt(x", (6, 6), "sqrt(x\n      ^"),
        ("sinn(x)", (0, 4), "sinn(x)\n^^^^"),
        ("", (0, 0), "\n^"),
        ("a = 1\nb = a + sinn(a)\nc", (14, 18), "b = a + sinn(a)\n        ^^^^"),
        ("x +\ny", (0, 5), "x +\n^^^"),  # a span over two lines is drawn on the first
        ("x +\ny", (3, 4), "x +\n   ^"),  # the line end itself
        ("\tx $", (3, 4), " x $\n   ^"),  # a tab is one blank in both lines
        ("x\ty\t$", (4, 5), "x y $\n    ^"),
        ("x $\r\ny", (2, 3), "x $ \n  ^"),
        ("中文 + $", (5, 6), "中文 + $\n       ^"),  # wide characters take two columns
        ("中文", (0, 2), "中文\n^^^^"),
        ("e\u0301 $", (3, 4), "e\u0301 $\n  ^"),  # a combining accent takes none
        ("x\x1b[31m", (1, 2), "x\\x1b[31m\n ^^^^"),  # nothing steers the terminal
        ("x\u202e + $", (5, 6), "x\\u202e + $\n          ^"),  # nothing reorders the line
        ("x\0", (1, 2), "x\\x00\n ^^^^"),
    ],
)
def test_a_place_is_drawn_with_carets_under_it(source, span, drawing):
    assert draw_place(source, Span(*span)) == drawing


LONG = "+".join(f"x{number}" for number in range(100))


def test_a_long_line_is_cut_around_the_place():
    start = LONG.index("x50")
    line, carets = draw_place(LONG, Span(start, start + 3), width=80).split("\n")
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) <= 80
    assert line[carets.index("^") : len(carets)] == "x50"


def test_a_long_line_is_not_cut_where_it_need_not_be():
    line, carets = draw_place(LONG, Span(0, 2)).split("\n")
    assert line.startswith("x0+x1")
    assert line.endswith("…")
    assert carets == "^^"
    line, carets = draw_place(LONG, Span(len(LONG), len(LONG))).split("\n")
    assert line.startswith("…")
    assert line.endswith("+x99")
    assert len(carets) == len(line) + 1


def test_a_span_longer_than_the_room_is_cut_with_the_line():
    line, carets = draw_place(LONG, Span(3, 380), width=60).split("\n")
    assert len(line) <= 60
    assert carets.count("^") == len(line) - 1 - 3


@given(st.text("x+ yz()\t", max_size=300), st.data(), st.integers(28, 120))
def test_a_drawing_fits_its_width(source, data, width):
    start = data.draw(st.integers(0, len(source)))
    span = Span(start, data.draw(st.integers(start, len(source))))
    line, carets = draw_place(source, span, width).split("\n")
    assert len(line) <= width
    assert len(carets) <= width
    assert set(carets.lstrip(" ")) == {"^"}


@pytest.mark.parametrize("character", ["中", "\x01", "\u202e"])
def test_a_drawing_of_wide_characters_fits_its_width(character):
    """Columns count, as they are drawn, not characters."""
    source = character * 200
    line, carets = draw_place(source, Span(100, 101), width=80).split("\n")
    assert display_width(line) <= 80
    assert len(carets) <= 80


@given(any_text(), st.data())
def test_any_drawing_is_two_clean_lines(source, data):
    start = data.draw(st.integers(0, len(source)))
    span = Span(start, data.draw(st.integers(start, len(source))))
    drawing = draw_place(source, span)
    line, carets = drawing.split("\n")
    assert line.isprintable()
    assert not any(unicodedata.bidirectional(character) in {"RLO", "LRO", "RLE", "LRE", "PDF"} for character in line)
    assert carets.strip(" ").strip("^") == ""
    assert carets.endswith("^")


@pytest.mark.parametrize("source", ["sqrt(x\n", "x +\n", "a = 2\nsqrt(a\n\n"])
def test_the_end_of_input_is_drawn_on_the_last_line_that_says_something(source):
    """Texts from a file or from stdin end with a newline; carets under an empty line would say nothing."""
    with pytest.raises(GradcheckError) as caught:
        parse(source)
    line, _ = draw_place(source, caught.value.span).split("\n")
    assert line == source.rstrip().split("\n")[-1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("θ²", "θ²"),
        ("a\tb\r", "a b "),
        ("\x07", "\\x07"),
        ("\x85", "\\x85"),
        ("\u200b\u2028", "\\u200b\\u2028"),
    ],
)
def test_unprintable_characters_are_spelled_out(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize(("text", "columns"), [("", 0), ("abc", 3), ("√θ", 2), ("中", 2), ("ｘ", 2), ("e\u0301", 1)])
def test_display_width(text, columns):
    assert display_width(text) == columns


# -- suggestions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("sinn", ["sin", "cos", "sinh"], ["sin", "sinh"]),
        ("SIN", ["sin", "cos"], ["sin"]),
        ("Relu", ["ReLU", "relu"], ["ReLU", "relu"]),
        ("zzz", ["sin", "cos"], []),
        ("x", [], []),
    ],
)
def test_the_nearest_names(name, known, found):
    assert nearest(name, known) == found


def test_at_most_three_names_are_near():
    assert len(nearest("aaaa", ["aaab", "aaac", "aaad", "aaae"])) == 3


def test_did_you_mean():
    assert did_you_mean("sinn", ["sin", "sinh"]) == "did you mean sin or sinh?"
    assert did_you_mean("zzz", ["sin"]) is None


@example("a", ["A", "a"])
@given(st.text("abAB", max_size=5), st.lists(st.text("abAB", min_size=1, max_size=5), max_size=8))
def test_near_names_are_known_and_said_once(name, known):
    found = nearest(name, known)
    assert set(found) <= set(known)
    assert len(found) == len(set(found)) <= 3


@pytest.mark.parametrize("size", [10, 599, 600, 601, 100_000])
def test_a_message_can_be_read_whatever_it_quotes(size):
    """BUG: the name of a function that does not exist was quoted whole, 100,000 characters of it."""
    error = GradcheckError(f"there is no '{'x' * size}'", hint="y" * size)
    assert error.message.startswith("there is no 'xxx")
    assert error.message.endswith("x'")
    assert len(error.message) <= 601
    assert len(error.hint) <= 601
    assert ("…" in error.message) == (size + 14 > 600)
