"""The words of LaTeX against the table of functions: every function that a text can call has a command."""

import pytest

from gradcheck.primitives.table import SPELLINGS
from gradcheck.reading import read_latex
from gradcheck.syntax import latex_words


@pytest.mark.parametrize("name", sorted(name for name in SPELLINGS if name.isalpha() and name.isascii()))
def test_every_function_of_one_argument_has_a_command(name):
    if 1 in SPELLINGS[name]:
        if name not in {"sqrt", "vec"}:  # these take braces: \\sqrt{x}, \\vec{x}
            assert read_latex(rf"\{name}(x)").items[-1].name == SPELLINGS[name][1].name
        assert read_latex(rf"\operatorname{{{name}}}(x)").items[-1].name == SPELLINGS[name][1].name
    assert name in latex_words.KNOWN


def test_no_word_has_two_meanings():
    groups = [
        latex_words.GREEK, latex_words.FONTS, latex_words.ACCENTS, latex_words.FRACTIONS, latex_words.OPERATORS.keys(),
        latex_words.SPACES, latex_words.WITH_LENGTH, latex_words.DELIMITERS.keys(),
    ]  # fmt: skip
    words = [word for group in groups for word in group]
    assert len(words) == len(set(words))
    assert not set(words) & (latex_words.FUNCTIONS - {"vec", "dot"} | latex_words.NOT_PART.keys())


def test_what_is_not_part_has_a_way_out():
    assert all(latex_words.NOT_PART.values())
