"""Mistakes over textbook functions: named rightly, never falsely. ``python -m tests.benchmarks diagnosis`` has more.

What is right is decided by ``true_statements`` (mpmath) and ``wrong_rules``, which know nothing of gradcheck.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from gradcheck.verdicts import Diagnosis

sys.path.insert(0, str(Path(__file__).parent))

from textbook_mistakes import (
    AS_EXACT,
    FALSELY,
    RIGHTLY,
    TOLD,
    alterations,
    diagnosed_though_true,
    functions,
    mistakes,
    outcome_of_alteration,
    outcome_of_mistake,
)
from true_statements import inlined, is_true, path_dropped, renamed, same, slopes, tree_of
from wrong_rules import MISTAKES


@cache
def made():
    return [outcome_of_mistake(case) for case in mistakes(each=2, seed=1)]


def test_there_are_many_functions():
    assert len(functions()) >= 700
    assert len({one.case.expression for one in made()}) >= 100
    assert {one.case.made for one in made()} >= set(MISTAKES) - {"inverse function read as 1/sin"}


def test_at_least_95_percent_are_named_rightly():
    counts = Counter(one.kind for one in made())
    assert counts[RIGHTLY] + counts[AS_EXACT] >= 0.95 * len(made())
    assert counts[RIGHTLY] >= 0.93 * len(made()), [one for one in made() if one.kind != RIGHTLY]


def test_none_is_named_falsely():
    assert [one for one in made() if one.kind == FALSELY] == []


def test_what_is_said_of_altered_claims_is_true():
    found = [outcome_of_alteration(case) for case in alterations(40, seed=2)]
    counts = Counter(one.kind for one in found)
    assert [one for one in found if one.kind == FALSELY] == []
    assert counts[TOLD] >= 0.85 * len(found), counts


@pytest.mark.parametrize("part", range(4))
def test_true_claims_get_no_diagnosis(part):
    assert diagnosed_though_true(part, 24) == []


# -- the referee itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "claim", "said", "correction", "truth"),
    [
        ("sin(x**2)", "cos(x**2)", "inner derivative missing", "", True),
        ("sin(x**2)", "cos(x**2)", "sign of sin'", "", False),
        ("sin(x**2)", "2*x*cos(x)**2", "misplaced bracket", "2*x*cos(x**2)", True),
        ("sin(x**2)", "2*x*cos(x)**2", "misplaced bracket", "x*cos(x**2)", False),
        ("sin(x**2)", "2*x*cos(x**2)", "misplaced bracket", "2*x*cos(x**2)", False),
        ("x + y", "y", "another operation", "", True),
        ("x + y", "y + 1", "another operation", "", False),
        ("x**2 + x", "4*x + 2", "constant factor", "", True),
        ("x**2 + x", "4*x + 1", "constant factor", "", False),
        ("relu(x)", "2*where(x > 0, 1, 0) + 1", "constant factor", "", False),
        ("x**2 + x", "2*x + 3", "constant term", "", True),
        ("gelu(x)", "x", "inner derivative missing", "", None),
    ],
)
def test_the_referee(expression, claim, said, correction, truth):
    assert is_true(expression, claim, Diagnosis(said, "f", "", correction)) is truth


def test_the_referee_reads_programs_and_other_variables():
    assert inlined("a = x**2; f = sin(a) + a") == "sin((x**2)) + (x**2)"
    assert renamed("x*t + t2", "t") == "x_other*x + t2"
    assert tree_of("-x**2 + 3") == ("+", ("neg", ("**", "x", 2)), 3)
    assert tree_of("gelu(x)") is None
    assert same("(x + 1)**2", "x**2 + 2*x + 1")
    assert same("x", "x + 1e-9") is False
    assert slopes("x**3", "3*x**2")
    assert slopes("x**3", "3*x") is False
    assert path_dropped("x*sin(x)", "sin(x)")
    assert not path_dropped("x*sin(x)", "cos(x)")
