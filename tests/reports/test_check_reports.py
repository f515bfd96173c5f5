"""The formats of ``gradcheck check``; GRADCHECK_UPDATE_GOLDEN=1 writes the present output into tests/golden."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from gradcheck.commands import check
from gradcheck.files import RowError
from gradcheck.reports.check import CHECK_FORMATS, CheckStyle, github_data, github_property
from gradcheck.reports.spool import Spool
from gradcheck.verdicts import ClaimResult, Diagnosis, Evidence

GOLDEN = Path(__file__).parents[1] / "golden"


def result(verdict, kind, **options):
    fields = {
        "expression": "x**2",
        "of": "∂f/∂x",
        "claim": "df/dx = 2*x",
        "reading": "2*x",
        "file": "set.toml",
        "line": 7,
    }
    return ClaimResult(verdict=verdict, evidence=Evidence(kind, 14, 30), **{**fields, **options})


OUTCOMES = [
    result("correct", "points", id="a/1"),
    result("undecided", "kink", id="a/2", reason="|x| was seen on one side of its kink only", line=8),
    RowError("table.csv", 3, "b", "there is no function called 'sinn'", "did you mean sin?"),
    result(
        "wrong",
        "counterexample",
        id="c: 50%, <&>",
        line=9,
        claim="cos(x**2)\n  + `|`",
        reason="∂f/∂x is 4, not 6 at x = 2",
        diagnosis=Diagnosis("inner derivative missing", "f", "at node f the inner derivative is missing"),
        notes=("log is the natural logarithm",),
    ),
]


def written(name, outcomes=OUTCOMES, **options):
    with Spool(outcomes) as spool:
        return "".join(CHECK_FORMATS[name](spool, CheckStyle(**options)))


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("name", [name for name in CHECK_FORMATS if name != "html"])
def test_golden(name, verbose):
    path = GOLDEN / f"check_{name}{'_verbose' if verbose else ''}.txt"
    text = written(name, verbose=verbose)
    if os.environ.get("GRADCHECK_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_command_line_offers_every_format():
    assert tuple(CHECK_FORMATS) == check.FORMATS


def test_quiet_is_one_line():
    for name in ("table", "markdown"):
        assert written(name, quiet=True).count("\n") == 1


def test_without_verbose_a_failure_takes_one_line_and_comes_first():
    lines = written("table").splitlines()
    assert [line.split()[0] for line in lines if line] == ["UNREADABLE", "WRONG", "UNDECIDED", "UNREADABLE"]


def test_colour_changes_nothing_but_colour():
    import re

    assert "\x1b[" in written("table", color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", written("table", color=True)) == written("table")


@pytest.mark.parametrize(
    ("outcomes", "verdict", "code"),
    [
        ([0], "correct", 0),
        ([0, 1], "undecided", 3),
        ([0, 1, 3], "wrong", 1),
        ([0, 1, 2, 3], "wrong", 2),
        ([2], "undecided", 2),
        ([], "undecided", 0),
    ],
)
def test_verdict_and_exit_code(outcomes, verdict, code):
    with Spool(OUTCOMES[index] for index in outcomes) as spool:
        assert (spool.verdict, spool.exit_code) == (verdict, code)


def test_json_is_in_the_order_of_the_input():
    document = json.loads(written("json", seed=3, timeout=2.5))
    assert document["schema"] == "gradcheck.check/1"
    assert document["counts"] == {"correct": 1, "wrong": 1, "undecided": 1, "error": 1}
    assert [claim["id"] for claim in document["claims"]] == ["a/1", "a/2", "c: 50%, <&>"]
    assert document["errors"][0]["line"] == 3
    assert (document["seed"], document["timeout"]) == (3, 2.5)
    assert json.loads(written("json", []))["claims"] == []


EVIL = "".join(map(chr, range(32))) + "]]></failure><&\"'\x7f\ufffe\uffff\U0001f600é | ` % ::error::"


def test_junit_is_xml_whatever_the_text():
    evil = [
        result(verdict, "points", id=EVIL, claim=EVIL, reason=EVIL, file=EVIL, notes=(EVIL,), expression=EVIL)
        for verdict in ("correct", "wrong", "undecided")
    ]
    root = ET.fromstring(written("junit", [*evil, RowError(EVIL, 1, EVIL, EVIL, EVIL)]).encode())
    suite = root[0]
    assert [suite.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["4", "1", "1", "1"]
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["skipped"], ["error"]]
    assert "]]></failure><&\"'" in suite[1][0].text


@pytest.mark.parametrize(
    ("text", "data", "value"),
    [
        ("plain", "plain", "plain"),
        ("50%", "50%25", "50%25"),
        ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
        ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
        ("%0A", "%250A", "%250A"),
    ],
)
def test_escaping_of_workflow_commands(text, data, value):
    assert github_data(text) == data
    assert github_property(text) == value


def test_no_text_makes_a_workflow_command_of_its_own():
    evil = [result("wrong", "points", id=EVIL, claim=EVIL, reason=EVIL, file=EVIL), RowError(EVIL, 1, EVIL, EVIL, EVIL)]
    lines = written("github", evil).splitlines()
    assert len([line for line in lines if line.startswith("::")]) == 2
