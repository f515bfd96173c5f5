"""Problem sets in TOML: what they hold, at which line, and what is said of those that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.batch import run
from gradcheck.claims.derivation import Derivation
from gradcheck.claims.verify import Task
from gradcheck.errors import UsageProblem
from gradcheck.files import RowError, check_files, read_items
from gradcheck.files.problems import read_problems, tasks

SAMPLES = Path(__file__).parents[2] / "samples"

SET = '''\
title = "A set"
vars = "n: integer; x > 0"

# [[problem]] in a comment is none, nor is 2*x
[[problem]]
id = "first"
f = """
a = x**2
a*2*x
"""
claims = [
  "6*x**2",
  'df/da = 2*x',
  "6*x**2",
  {claim = "df/dx = 3*f/x", points = 2.5, id = "named"},
]

[[problem]]
f = "x**n"
wrt = "x"
at = {x = 0.10, n = 3}
vars = ["n > 0"]
claims = "n*x**(n-1)"

[[problem]]
f = "\\"[[problem]]\\" is no function"
claims = ["1"]

[[problem]]
id = "steps"
f = 'x**2'
steps = [
  "df/dx = x + x",
  "= 2*x",
  "df/dx = 2*x*1"
]
[[problem.claims]]
claim = "2*x"
points = 1
[[problem.claims]]
claim = """
x +
x"""
'''


def items(text, **options):
    return list(tasks(read_problems(text, "s.toml"), **options))


def test_what_a_set_holds():
    first, da, again, named, second, third, two_x, wide, steps = items(SET, seed=7, rtol=0.5)
    assert first == Task(
        "a = x**2\na*2*x", "6*x**2", declarations="x > 0", id="first/1", file="s.toml", line=12, rtol=0.5, seed=7
    )
    assert [(one.id, one.line) for one in (da, again, named)] == [("first/2", 13), ("first/3", 14), ("first/named", 15)]
    assert (second.at, second.declarations) == ("x=0.10, n=3", "n: integer; x > 0; n > 0")
    assert (second.wrt, second.id, second.line) == ("x", "2/1", 23)
    assert (third.expression, third.line) == ('"[[problem]]" is no function', 27)
    assert (two_x.claim, two_x.line, wide.claim, wide.line) == ("2*x", 38, "x +\nx", 42)
    assert isinstance(steps, Derivation)
    assert [step.claim for step in steps.steps] == ["df/dx = x + x", "df/dx = 2*x", "df/dx = 2*x*1"]
    assert [step.line for step in steps.steps] == [33, 34, 35]
    assert read_problems(SET, "s.toml").problems[0].claims[3].points == 2.5


def test_crlf_changes_nothing():
    assert items(SET) == items(SET.replace("\n", "\r\n"))


PROBLEM = '[[problem]]\nf = "x**2"\nclaims = "2*x"\n'


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("", 1, "the file holds no problem", "each begins with [[problem]]"),
        ('titel = "t"\n' + PROBLEM, 1, "the file has no key 'titel'", "did you mean title?"),
        ("[problem]\nf = 1\n", 1, "problem is no list of tables", "each begins with [[problem]]"),
        (PROBLEM + 'claim = "2*x"\n', 4, "a problem has no key 'claim'", "did you mean claims?"),
        (PROBLEM + "zzz = 1\n", 4, "a problem has no key 'zzz'", "a problem has id, title, f,"),
        ('[[problem]]\nclaims = "2*x"\n', 1, "the problem has no f", "the function, as in"),
        ('[[problem]]\nf = "x"\n', 1, "the problem claims nothing", "as in claims ="),
        ('[[problem]]\nf = "x"\nclaims = ["1", 2]\n', 3, "claims holds 2, which is no text", "put it in quotes"),
        (
            '[[problem]]\nf = "x"\nclaims = [{claim = "1", point = 1}]\n',
            3,
            "a claim has no key 'point'",
            "did you mean",
        ),
        ('[[problem]]\nf = "x"\nclaims = ["1", ""]\n', 3, "number 2 of the claims is empty", "as in"),
        (PROBLEM + "at = [1]\n", 4, "at is no point", "as in at ="),
        (PROBLEM + "at = {x = true}\n", 4, "at is no point", "as in at ="),
        (PROBLEM + "vars = [1]\n", 4, "vars is no text", "as in vars ="),
        (PROBLEM + "points = -1\n", 4, "points is no number from 0 up", "as in points"),
        (PROBLEM + "points = nan\n", 4, "points is no number from 0 up", "as in points"),
        ('[[problem]]\nf = "x"\nclaims = [\n"1"\n"2"]\n', 5, "this is no TOML: Unclosed array", "texts need"),
        ('title = "t\n', 1, "this is no TOML: ", "texts need quotes"),
        ("x = [" + "[" * 100_000, 1, "this is no TOML: ", "texts need quotes"),
    ],
)
def test_what_cannot_be_read(text, line, message, hint):
    (found,) = items(text)
    assert isinstance(found, RowError)
    assert (found.file, found.line) == ("s.toml", line)
    assert found.message.startswith(message)
    assert found.hint.startswith(hint)


def test_one_bad_problem_does_not_stop_the_others():
    found = items('[[problem]]\nf = [1]\nclaims = "1"\n' + PROBLEM + '[[problem]]\nid = "2"\nf="x"\nclaims="1"\n')
    assert [type(one) for one in found] == [RowError, Task, RowError]
    assert found[2].message == "the id 2 is taken by the problem at line 4"
    assert found[2].line == 8


@pytest.mark.parametrize(("name", "wrong"), [("lecture-notes.toml", 6), ("textbook.toml", 0)])
def test_samples(name, wrong, monkeypatch):
    monkeypatch.chdir(SAMPLES)
    found = list(run(read_items(name)))
    verdicts = [one.verdict for one in found]
    assert verdicts.count("wrong") == wrong
    assert verdicts.count("correct") == len(found) - wrong
    lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    assert all(one.claim in lines[one.line - 1] for one in found)


def test_files_that_are_none(tmp_path):
    names = ((tmp_path, "is a directory"), (tmp_path / "none.toml", "cannot be read"), ("a\0b", "no file name"))
    for name, said in names:
        with pytest.raises(UsageProblem, match=said):
            check_files([str(name)])


def test_bytes_that_are_no_utf8(tmp_path):
    path = tmp_path / "s.toml"
    path.write_bytes(PROBLEM.encode() + b'title = "\xff"\n')
    (found,) = read_items(str(path))
    assert (found.line, found.message) == (4, "this line is not UTF-8")


# -- tolerance and layout ---------------------------------------------------------------------------------------------


def verdicts(text, **options):
    from gradcheck.claims.verify import verify

    return [verify(task).verdict for task in tasks(read_problems(text, "p.toml"), **options)]


def test_a_problem_states_its_tolerance():
    text = '[[problem]]\nf = "x**2"\nat = "x=3"\nclaims = ["df/dx = 6.01"]\n'
    assert verdicts(text) == ["wrong"]
    assert verdicts(f"rtol = 0.01\n{text}") == ["correct"]
    assert verdicts(f"{text}rtol = 0.01\n") == ["correct"]
    assert verdicts(text, rtol=0.01) == ["correct"]
    assert verdicts(f"{text}rtol = 0.01\n", rtol=0.0) == ["correct"]
    assert verdicts(f"{text}rtol = 0\n", rtol=0.01) == ["wrong"]


def test_a_tolerance_means_the_same_in_every_format():
    """The row's own goes before the option's; what is no tolerance in one format is none in the others."""
    from gradcheck.files.assignment import read_assignment
    from gradcheck.files.table import read_csv, read_json_lines

    for own in ("5", "0", "1e-3"):
        problem = f'[[problem]]\nf = "x"\nclaims = ["1"]\nrtol = {own}\n'
        rows = [
            *tasks(read_problems(problem, "p.toml"), rtol=0.5),
            *read_csv(["expr,wrt,claim,rtol\n", f"x,x,1,{own}\n"], "t.csv", rtol=0.5),
            *read_json_lines([f'{{"expr": "x", "claim": "1", "rtol": {own}}}'], "t.jsonl", rtol=0.5),
            *read_assignment(problem).problems,
        ]
        assert [one.rtol for one in rows] == [float(own)] * 4


def test_a_problem_states_its_layout():
    text = '[[problem]]\nf = "sum(A @ x)"\nvars = "A: 2x3; x: 3"\nclaims = ["df/dA = outer(x, ones(2))"]\n'
    assert verdicts(text) == ["wrong"]
    assert verdicts(f"{text}layout = 'numerator'\n") == ["correct"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("rtol = -1", "rtol is no number from 0 up: -1"),
        ("rtol = inf", "rtol is no number from 0 up: inf"),
        ("rtol = true", "rtol is no number from 0 up: True"),
        ("rtol = 1" + "0" * 400, "rtol is no number from 0 up: 1000"),
        ("layout = 'rows'", "no layout rows"),
    ],
)
def test_a_bad_tolerance_or_layout_is_told(key, said):
    (found,) = tasks(read_problems(f'[[problem]]\nf = "x**2"\nclaims = ["2*x"]\n{key}\n', "p.toml"))
    assert isinstance(found, RowError)
    assert said in found.message
    assert found.line == 4


def test_wrt_is_read_as_grade_reads_it():
    one = '[[problem]]\nf = "x**2*y"\nclaims = ["2*x*y"]\nwrt = '
    assert verdicts(one + '"x"') == ["correct"]
    assert verdicts(one + '["x"]') == ["correct"]
    several = '[[problem]]\nf = "x**2*y"\nclaims = ["df/dx = 2*x*y", "df/dy = x**2"]\nwrt = '
    assert verdicts(several + '["x", "y"]') == ["correct", "correct"]
    assert verdicts(several + '"x, y"') == ["correct", "correct"]
    (problem,) = read_problems(one + "3\n", "p.toml").problems
    assert problem.message == "wrt is no name"


def test_an_empty_id_is_the_number():
    (problem,) = read_problems('[[problem]]\nid = ""\nf = "x**2"\nclaims = ["2*x"]\n', "p.toml").problems
    assert problem.id == "1"
