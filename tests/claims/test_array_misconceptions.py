"""The table of wrong rules for matrices: every row can be read, names its primitives, and is not the right rule."""

import pytest

from gradcheck import rules
from gradcheck.primitives.array_misconceptions import ARRAY_MISCONCEPTIONS, ARRAY_WHOLE
from gradcheck.primitives.table import PRIMITIVES

ROWS = [(row, name) for row in ARRAY_MISCONCEPTIONS for name in row.primitives if name not in {"any", "entrywise"}]


@pytest.mark.parametrize(("row", "name"), ROWS, ids=lambda value: value if isinstance(value, str) else value.pullback)
def test_a_row_is_wrong_for_its_primitive(row, name):
    primitive = PRIMITIVES[name]
    assert row.position < primitive.arity
    rules.flow_rule(row.pullback, primitive.arity, right=True)
    if primitive.pullbacks:
        assert row.pullback != primitive.pullbacks[row.position]


def test_no_row_stands_twice():
    keys = [(row.position, row.pullback, name) for row, name in ROWS]
    assert len(set(keys)) == len(keys)


def test_sentences_can_be_filled_in():
    for row in ARRAY_MISCONCEPTIONS:
        assert "{" not in row.sentence.format(node="N", right="R", u="A")
    for sentence in ARRAY_WHOLE.values():
        filled = sentence.format(
            convention="", other="", wrt="", factor="", entry="", name="", of="", node="", right=""
        )
        assert "{" not in filled
