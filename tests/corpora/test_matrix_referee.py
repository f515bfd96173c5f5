"""The corpus of matrix identities is what it says, by NumPy and difference quotients alone."""

import pytest
from corpora.matrix_identities import identities
from corpora.matrix_referee import is_true

IDENTITIES = identities()


def test_the_corpus_is_large_and_has_no_statement_twice():
    assert len({row[:3] for row in IDENTITIES}) == len(IDENTITIES)
    assert sum(truth for *_, truth in IDENTITIES) >= 120
    assert sum(not truth for *_, truth in IDENTITIES) >= 120


@pytest.mark.parametrize("truth", [True, False])
def test_every_statement_is_what_the_corpus_says(truth):
    rows = [(f, declarations, claim) for f, declarations, claim, is_so in IDENTITIES if is_so is truth]
    assert not [row for row in rows if is_true(*row) is not truth]
