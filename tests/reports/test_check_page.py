"""The page of many claims: all of them, failures first, and nothing typed is markup."""

from __future__ import annotations

import html
import re

import pytest

from gradcheck.cli import run
from gradcheck.files import RowError
from gradcheck.reports.check import CHECK_FORMATS, CheckStyle
from gradcheck.reports.spool import Spool
from gradcheck.verdicts import ClaimResult, Diagnosis, Evidence


def claim(verdict, kind, **options):
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
    claim("correct", "points", id="a/1"),
    claim("undecided", "kink", id="a/2", reason="|x| was seen on one side of its kink only", line=8),
    RowError("table.csv", 3, "b", "there is no function called 'sinn'", "did you mean sin?"),
    claim(
        "wrong", "counterexample", id="<script>alert(1)</script>", line=9, claim="cos(x**2)</code>",
        reading="cos(x**2)", reason="∂f/∂x is 4, not 6 at x = 2", notes=("log is the natural logarithm",),
        diagnosis=Diagnosis("inner derivative missing", "f", "at node f the inner derivative is missing"),
    ),
]  # fmt: skip


def page(outcomes=OUTCOMES, **options):
    with Spool(outcomes) as spool:
        return "".join(CHECK_FORMATS["html"](spool, CheckStyle(**options)))


def text_of(page):
    return html.unescape(re.sub(r"<[^>]+>", "", page.partition("<body>")[2]))


def test_every_claim_with_all_that_is_known():
    text = text_of(page())
    for said in (
        "3 claims: 1 unreadable, 1 wrong, 1 undecided, 1 correct (exit 2)",
        "a/1 set.toml:7", "at 14 points, to 30 digits", "|x| was seen on one side of its kink only",
        "there is no function called 'sinn'", "did you mean sin?", "∂f/∂x is 4, not 6 at x = 2",
        "at node f the inner derivative is missing", "log is the natural logarithm", "✗ wrong", "✓ correct",
    ):  # fmt: skip
        assert said in text, said


def test_failures_come_first():
    whole = page()
    places = [whole.index(f'id="{kind}"') for kind in ("error", "wrong", "undecided", "correct")]
    assert places == sorted(places)


def test_nothing_typed_is_markup():
    whole = page()
    assert "<script" not in whole
    assert "<script>alert(1)</script>" in text_of(whole)
    assert whole.isascii()


def test_quiet_is_the_head():
    assert "set.toml" not in page(quiet=True)
    assert "(exit 2)" in page(quiet=True)


@pytest.mark.parametrize("outcomes", [[], OUTCOMES[:1], OUTCOMES[1:2]])
def test_the_banner_is_the_verdict(outcomes):
    with Spool(outcomes) as spool:
        kind = {0: "correct", 3: "undecided"}[spool.exit_code]
    assert f'class="banner {kind}"' in page(outcomes)


def test_a_page_of_very_many_claims_is_cut(monkeypatch):
    monkeypatch.setattr("gradcheck.reports.check_page._MOST", 3)
    text = text_of(page([OUTCOMES[0]] * 5))
    assert text.count("a/1 set.toml") == 3
    assert "and 2 more" in text


def test_the_command(tmp_path):
    (tmp_path / "claims.csv").write_text("expr,wrt,claim\nx**2,x,2*x\nx**2,x,3*x\n")
    assert run(["check", str(tmp_path / "claims.csv"), "--format", "html", "-o", str(tmp_path / "page.html")]) == 1
    assert "2 claims: 1 wrong, 1 correct" in (tmp_path / "page.html").read_text()
