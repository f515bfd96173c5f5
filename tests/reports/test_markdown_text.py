"""Text in Markdown: no text gets out of its code span, its cell or its paragraph."""

import pytest

from gradcheck.reports.markdown_text import code, plain, table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x|y", "`x|y`"),
        ("a`b", "``a`b``"),
        ("``<img>``.csv", "``` ``<img>``.csv ```"),
        ("``` ``", "```` ``` `` ````"),
        ("", "` `"),
        (" x\ny ", "`x y`"),
    ],
)
def test_code(text, shown):
    assert code(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>*x* & y_1", "\\<b\\>\\*x\\* &amp; y\\_1"),
        ("[a](https://b) @c", "\\[a\\](https&#58;//b) &#64;c"),
        ("|x| at `x`", "|x| at \\`x\\`"),
        ("\\|", "\\\\|"),
    ],
)
def test_plain(text, shown):
    assert plain(text) == shown


def test_only_a_cell_has_its_bars_escaped():
    assert table(["a|b"], [[code("|x|")], [plain("\\|")]]) == ["| a\\|b |", "|---|", "| `\\|x\\|` |", "| \\\\\\| |"]
