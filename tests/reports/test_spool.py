"""Outcomes come back in their order, from memory or from the disk."""

import io
from dataclasses import replace

import pytest

from gradcheck.claims.verify import Task, verify
from gradcheck.files import RowError
from gradcheck.reports import spool as module
from gradcheck.reports.spool import KINDS, Spool

RIGHT = verify(Task("x**2", "2*x"))
WRONG = verify(Task("x**2", "3*x"))
ERROR = RowError("a.csv", 3, "", "no claim")


@pytest.mark.parametrize("limit", [10, 1_000, 4 << 20])
def test_outcomes_come_back_wherever_they_are_kept(limit, monkeypatch):
    monkeypatch.setattr(module, "_IN_MEMORY", limit)
    outcomes = [replace(RIGHT, id=str(number)) if number % 3 else WRONG for number in range(30)]
    with Spool([*outcomes, ERROR]) as spool:
        assert isinstance(spool._file, io.BytesIO) == (limit > 100_000)
        assert list(spool.of(*KINDS)) == [*outcomes, ERROR]
        assert list(spool.of("wrong")) == [WRONG] * 10
        spool.add(WRONG)
        assert list(spool.of("wrong")) == [WRONG] * 11
        assert spool.counts() == {"correct": 20, "wrong": 11, "undecided": 0, "error": 1}
        assert spool.exit_code == 2
