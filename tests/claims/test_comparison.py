"""Claim and derivative side by side: blocks of points say what the points say, and hopeless points are given up."""

from __future__ import annotations

import json
import random

import pytest
from corpora.altered import TEXTBOOK

from gradcheck.build import build
from gradcheck.claims import comparison
from gradcheck.claims.claim import read_claim
from gradcheck.claims.comparison import AGREE, LAST_PRECISION, UNSETTLED, Comparison
from gradcheck.deadline import Deadline
from gradcheck.syntax.plain import parse


def comparison_of(expression, claim, wrt="x"):
    graph = build(parse(expression))
    return Comparison(graph, read_claim(claim, graph, wrt), deadline=Deadline(60))


SAMPLE = random.Random(3).sample([json.loads(line) for line in TEXTBOOK.read_text().splitlines()], 150)
ROWS = [row for row in SAMPLE if comparison_of(row["expr"], row["claim"], row["wrt"])._fits_blocks()]


def test_most_of_the_corpus_fits_blocks():
    assert len(ROWS) > 0.9 * len(SAMPLE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_block_says_what_its_points_say(row):
    one = comparison_of(row["expr"], row["claim"], row["wrt"])
    other = comparison_of(row["expr"], row["claim"], row["wrt"])
    for number, (meeting, point) in enumerate(zip(one.meetings(), other.spread, strict=False)):
        alone = other.meet(point, number)
        assert meeting.outcome == alone.outcome
        assert meeting.point == alone.point
        if number == 15:
            return


def test_branches_and_large_graphs_go_by_point():
    assert comparison_of("x**2", "2*x")._fits_blocks()
    assert not comparison_of("where(x > 0, x, 2*x)", "1")._fits_blocks()
    assert not comparison_of("2", "0")._fits_blocks()
    long = "+".join(f"sin({number}*x)" for number in range(300))
    assert not comparison_of(long, "2*x")._fits_blocks()


def spent(monkeypatch):
    """The precisions at which balls are computed."""
    seen = []
    kept = comparison._balls
    monkeypatch.setattr(comparison, "_balls", lambda precision: seen.append(precision) or kept(precision))
    return seen


def test_a_value_beyond_all_digits_is_given_up_at_once(monkeypatch):
    seen = spent(monkeypatch)
    one = comparison_of("cosh(x**3)", "3*x**2*sinh(x**3)")
    assert one.meet({"x": 10}).outcome == AGREE
    del seen[:]
    assert one.meet({"x": 1000}).outcome == UNSETTLED
    assert seen == [160]


def test_a_cancellation_that_grows_with_every_precision_is_given_up(monkeypatch):
    seen = spent(monkeypatch)
    one = comparison_of("tanh(x)", "1/cosh(x)**2")
    assert one.meet({"x": 500}).outcome == AGREE
    assert max(seen) < LAST_PRECISION
    del seen[:]
    assert one.meet({"x": 10**9}).outcome == UNSETTLED
    assert seen == [160, 640, 2560]
