"""The corpus of textbook derivatives: no true claim is wrong, no altered claim is correct.

A seeded subset of every form runs here; ``python -m tests.benchmarks.claims`` runs the whole.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict

import pytest
from corpora import referee
from corpora.altered import TEXTBOOK, altered

from gradcheck.claims.verify import Task, verify

EACH = 60
UNDECIDED_AT_MOST = 0.005


def rows():
    return [json.loads(line) for line in TEXTBOOK.read_text().splitlines()]


def sample(each=EACH):
    by_form = defaultdict(list)
    for row in rows():
        by_form[row["form"]].append(row)
    generator = random.Random(20)
    return [row for form in sorted(by_form) for row in generator.sample(by_form[form], min(each, len(by_form[form])))]


def task(row, claim=None):
    return Task(row["expr"], claim or row["claim"], wrt=row["wrt"], declarations=row["vars"])


def test_the_corpus_is_large():
    found = rows()
    assert len({row["expr"] for row in found if row["form"] != "antiderivative"}) >= 400
    assert sum(row["form"] == "antiderivative" for row in found) >= 150
    assert {row["form"] for row in found} >= {"raw", "simplified", "factored", "expanded", "together", "hand"}


def test_the_referee_confirms_the_corpus():
    """A few stored claims are checked again, so that the file cannot drift from its script."""
    for row in random.Random(3).sample([row for row in rows() if row["form"] != "hand"], 12):
        assert referee.judge(row["expr"], row["wrt"], row["claim"], row["vars"], count=40)[0] in {"true", "narrower"}, (
            row
        )


def test_true_claims():
    verdicts = Counter()
    wrong, undecided = [], []
    for row in sample():
        found = verify(task(row))
        verdicts[found.verdict] += 1
        assert found.verdict == "wrong" or found.diagnosis is None
        if found.verdict == "wrong":
            wrong.append((row, found.reason))
        if found.verdict == "undecided" and row["domain"] == "true":
            undecided.append((row, found.reason))
    assert wrong == []
    assert len(undecided) <= UNDECIDED_AT_MOST * verdicts.total() + 1, undecided


def test_altered_claims():
    correct = []
    verdicts = Counter()
    for row in sample(24):
        for one in altered(row, 1, points=36):
            found = verify(task(row, one.text))
            verdicts[found.verdict] += 1
            if found.verdict == "correct":
                correct.append((row["expr"], row["wrt"], one))
    assert correct == []
    assert verdicts["wrong"] >= 0.95 * verdicts.total()


@pytest.mark.parametrize("seed", [1, 2])
def test_verdicts_hold_for_other_seeds(seed):
    for row in random.Random(seed).sample(rows(), 60):
        found = verify(Task(row["expr"], row["claim"], wrt=row["wrt"], declarations=row["vars"], seed=seed))
        assert found.verdict != "wrong", (row, found.reason)
