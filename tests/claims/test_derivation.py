"""Derivations: the first wrong line, and the one change that made it wrong."""
# ruff: noqa: E501 - tables of cases read best in rows

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from corpora.altered import altered

from gradcheck.batch import Worker
from gradcheck.claims.derivation import Derivation
from gradcheck.claims.verify import Task, verify
from gradcheck.files.problems import read_problems, tasks
from gradcheck.primitives.slips import SLIPS

sys.path.insert(0, str(Path(__file__).parent))

from textbook_mistakes import rows


def concluded(function, *lines, wrt="x"):
    steps, before = [], ""
    for line in lines:
        steps.append(Task(function, line, wrt=wrt, before=before))
        before = line
    (found,) = Worker(5.0)([Derivation("d", tuple(steps), lines)])
    return found


@pytest.mark.parametrize(
    ("function", "lines", "name", "message"),
    [
        ("x*(x+1)**2", ["(x+1)**2 + 2*x*(x+1)", "(x+1)*(x+1+2*x)", "(x+1)*x+1+2*x"], "bracket moved", "from line 2 to line 3 a bracket moved"),
        ("cos(x)*x", ["-sin(x)*x + cos(x)", "cos(x) + x*sin(x)"], "sign changed", "from line 1 to line 2 a sign changed: -sin(x) became sin(x)"),
        ("x**2*sin(x) + x", ["2*x*sin(x) + x**2*cos(x) + 1", "x*(2*sin(x) + x*cos(x))"], "term dropped", "from line 1 to line 2 the term 1 was dropped"),
        ("(x**2+1)**3", ["3*(x**2+1)**2*2*x", "3*(x**2+1)**2*x"], "factor dropped", "from line 1 to line 2 the factor 2 was dropped"),
        ("(x**2+1)**3", ["3*(x**2+1)**2*2*x", "3*(x**2+1)**2"], "factor dropped", "from line 1 to line 2 the factor 2*x was dropped"),
        ("x*(x+1)**2", ["(x+1)**2 + 2*x*(x+1)", "(x+1)**3 + 2*x*(x+1)"], "exponent changed", "from line 1 to line 2 an exponent changed: (x + 1)**2 became (x + 1)**3"),
        ("x**3*exp(x)", ["3*x**2*exp(x) + x**3*exp(x)", "(4*x**2 + x**3)*exp(x)"], "number changed", "from line 1 to line 2 a number changed: 3*x**2 became 4*x**2"),
        ("sin(x)**2", ["2*sin(x)*cos(x)", "2*sin(x)*sin(x)"], "function changed", "from line 1 to line 2 a function changed: cos(x) became sin(x)"),
        ("sin(x)**2", ["2*sin(x)*cos(x)", "2*x*sin(x)*cos(x)"], "factor added", "from line 1 to line 2 the factor x came into 2*sin(x)*cos(x)"),
        ("sin(x)**2", ["2*sin(x)*cos(x)", "2*sin(x)*cos(x) + x**5"], "term added", "from line 1 to line 2 the term x**5 was added"),
        ("x**2/y", ["2*x/y", "y/(2*x)"], "order changed", "from line 1 to line 2 two operands changed places"),
        ("x**2*y", ["2*x*y", "2*y*y"], "variable changed", "from line 1 to line 2 a variable changed: 2*x became 2*y"),
        ("x**2*y", ["2*x*y", "2*x + y"], "operation changed", "from line 1 to line 2 an operation changed"),
    ],
)  # fmt: skip
def test_the_change_between_two_lines_is_named(function, lines, name, message):
    found = concluded(function, *lines)
    assert found.verdict == "wrong"
    assert found.claim == lines[-1]
    assert found.diagnosis.misconception == name
    assert found.diagnosis.message.split(" (or: ")[0] == message


def test_every_change_is_tried():
    tried = {mark.args[1][i][2] for mark in test_the_change_between_two_lines_is_named.pytestmark for i in range(13)}
    assert tried == {change for _, _, change, _ in SLIPS.values()}


def test_a_wrong_first_line_is_diagnosed_by_itself():
    found = concluded("sin(x**2)", "cos(x**2)", "cos(x)")
    assert found.diagnosis.message.startswith("in line 1: at node f = sin(a) the inner derivative")


def test_a_line_that_has_nothing_to_do_with_the_one_before_is_diagnosed_by_itself():
    found = concluded("sin(x**2)", "2*x*cos(x**2)", "cos(x**2)*x**2")
    assert found.diagnosis is None or not found.diagnosis.message.startswith("from line")


def test_right_derivations_say_nothing():
    found = concluded("x*(x+1)**2", "(x+1)**2 + 2*x*(x+1)", "(x+1)*(3*x+1)", "3*x**2 + 4*x + 1")
    assert found.verdict == "correct"
    assert found.diagnosis is None


def test_node_names_and_stated_derivatives_take_part():
    function = "a = x**2; b = exp(a); f = a + b"
    found = concluded(function, "df/dx = df/da*2*x", "df/dx = df/da*2")
    assert found.diagnosis.message == "from line 1 to line 2 the factor x was dropped"


def test_problem_files_hand_on_the_line_before():
    text = '[[problem]]\nf = "x**2"\nsteps = ["df/dx = 2*x**1", "= 2*x", "= x"]\n'
    (derivation,) = tasks(read_problems(text, "p.toml"))
    assert [step.before for step in derivation.steps] == ["", "df/dx = 2*x**1", "df/dx = 2*x"]
    (found,) = Worker(5.0)([derivation])
    assert found.diagnosis.message == "from line 2 to line 3 the factor 2 was dropped"


def test_an_unreadable_line_before_is_an_error_of_its_own():
    good = Task("x**2", "x", before="2*x")
    (found,) = Worker(5.0)([replace(good, before="2*x +")])
    assert found.message


EXPECTED = {
    "exponent": {"exponent changed"},
    "coefficient": {"number changed", "factor added", "factor dropped", "term added", "sign changed"},
    "sign": {"sign changed", "factor added"},
    "function": {"function changed"},
    "operator": {"operation changed", "factor dropped", "term dropped", "sign changed"},
}


def test_altered_lines_are_told_as_what_was_altered():
    """Textbook derivatives, then the same with one number, sign, exponent, operator or function changed."""
    found = []
    lines = [row for row in rows() if ";" not in row["expr"] and len(row["claim"]) < 120]
    for row in random.Random(4).sample(lines, 60):
        for one in altered(row, 1, seed=4):
            task = Task(row["expr"], one.text, wrt=row["wrt"], declarations=row["vars"], before=row["claim"])
            result = verify(task)
            if result.verdict == "wrong":
                found.append((one.how, result.diagnosis and result.diagnosis.misconception, task))
    assert len(found) >= 50
    assert [case for case in found if case[1] is None] == []
    others = [case for case in found if case[1] not in EXPECTED[case[0]]]
    assert len(others) <= 0.04 * len(found), others
