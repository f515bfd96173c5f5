"""Every true identity of the corpus is correct, every false one wrong; nothing that is said of a mistake is false."""

from collections import Counter

from corpora.matrix_identities import identities

from gradcheck.claims.verify import Task, verify


def test_every_identity_gets_its_verdict():
    counts = Counter()
    for f, declarations, claim, truth in identities():
        result = verify(Task(f, claim, declarations=declarations), timeout=60)
        expected = "correct" if truth else "wrong"
        assert result.verdict == expected, f"{claim} of {f} ({declarations}): {result.verdict}, {result.reason}"
        assert truth <= (result.diagnosis is None), f"{claim} of {f} is true, but {result.diagnosis}"
        counts[truth, result.diagnosis is not None] += 1
    assert counts[True, False] >= 120
    assert counts[False, True] + counts[False, False] >= 120
    assert counts[False, True] >= 0.65 * (counts[False, True] + counts[False, False]), counts
