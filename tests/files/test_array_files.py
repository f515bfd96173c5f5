"""Matrices in problem sets and tables: declarations, points with lists, derivations; and the samples."""

from pathlib import Path

import pytest

from gradcheck import batch
from gradcheck.files import RowError, read_items, value_text
from gradcheck.files.problems import read_problems, tasks
from gradcheck.files.table import read_csv, read_json_lines

SAMPLES = Path(__file__).parents[2] / "samples"


def verdicts(items):
    return [one if isinstance(one, RowError) else one.verdict for one in batch.run(items)]


def test_toml():
    text = """
[[problem]]
f = "x.T @ A @ x"
at = {A = [[1, 2], [3, 4]], x = ["1/2", 2.5]}
claims = ["df/dx = (A + A.T) @ x", "df/dx = [13.5, 22.5]", "df/dx = [13.51, 22.5]"]
[[problem]]
f = "x.T @ A @ x"
vars = ["A: nxn", "x: n"]
steps = ["df/dx = A @ x + A.T @ x", "= (A + A.T) @ x"]
"""
    assert verdicts(tasks(read_problems(text, "p.toml"))) == ["correct", "correct", "wrong", "correct"]


def test_a_wrong_line_of_a_derivation():
    text = '[[problem]]\nf = "x.T @ A @ x"\nvars = "A: nxn; x: n"\nsteps = ["(A + A.T) @ x", "2*A @ x"]\nwrt = "x"\n'
    (result,) = batch.run(tasks(read_problems(text, "p.toml")))
    assert result.reason.startswith("line 1 is right, line 2 is not: (A + A.T) @ x became 2*A @ x")


def test_tables():
    lines = [
        "expr,wrt,claim,vars,at\n",
        "x.T @ A @ x,x,(A + A.T) @ x,A: 3x3; x: 3,\n",
        'norm(x)**2,x,"[2, 4]",,"x=[1,2]"\n',
        "A @ x,x,A.T,A: 3x3; x: 3,\n",
    ]
    assert verdicts(read_csv(lines, "t.csv")) == ["correct", "correct", "wrong"]
    row = '{"expr": "x.T @ x", "claim": "[2, 5.0]", "at": {"x": [1, 2.5]}}'
    assert verdicts(read_json_lines([row], "t.jsonl")) == ["correct"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), ("pi/4", "pi/4"), ([1, "2.5"], "[1, 2.5]"), ([[1, 2], [3, 4]], "[[1, 2], [3, 4]]"), (True, None),
     ([[[1]]], None), ([1, None], None), ({}, None)],
)  # fmt: skip
def test_values_as_texts(value, text):
    assert value_text(value) == text


@pytest.mark.parametrize("name", ["matrix-identities.toml", "networks.toml"])
def test_the_samples_are_correct(name):
    found = list(batch.run(read_items(str(SAMPLES / name)), timeout=60))
    assert not [one for one in found if isinstance(one, RowError) or one.verdict != "correct"]
    assert len(found) > 20
