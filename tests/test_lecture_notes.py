"""The lecture notes' mistakes: gradcheck refutes each of them, with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.batch import run
from gradcheck.files.problems import read_problems, tasks

NOTES = Path(__file__).parents[1] / "samples" / "lecture-notes.toml"


@pytest.fixture(scope="module")
def results():
    text = NOTES.read_text(encoding="utf-8")
    return list(run(tasks(read_problems(text, str(NOTES)))))


@pytest.mark.parametrize(
    ("claim", "name", "words"),
    [
        (
            "df/dc = 1*(1/(2*sqrt(c)) + 1)*(-sin(c))",
            "misplaced bracket",
            "with other brackets it is right: 1*1/(2*sqrt(c)) + 1*(-sin(c)), not 1*(1/(2*sqrt(c)) + 1)*(-sin(c))",
        ),
        ("df/dc = df/dc * 2*x", "factor too many", "the factor 2*x does not belong there"),
        ("= 1*(1/(2*sqrt(c)) + 1)*(-sin(c))", "bracket moved", "from line 1 to line 2 a bracket moved"),
        ("de/da = b", "another operation", "the claim is right for e = a·b, not for e = a + b"),
        ("dL/da = b*dL/de", "factor too many", "the claim is right for e = a·b, not for e = a + b"),
        (
            "dJ/dx1 = dJ/da1 * (v11 + v21)",
            "one upstream derivative for all paths",
            "∂J/∂x1 = ∂J/∂a1·∂a1/∂x1 + ∂J/∂a2·∂a2/∂x1",
        ),
    ],
)
def test_each_mistake_has_its_reason(results, claim, name, words):
    (found,) = (one for one in results if one.claim.strip() == claim and one.verdict == "wrong")
    assert found.diagnosis.misconception == name
    assert words in found.diagnosis.message


def test_everything_else_is_right(results):
    assert sum(one.verdict == "wrong" for one in results) == 6
    assert all(one.verdict == "correct" and one.diagnosis is None for one in results if one.verdict != "wrong")
