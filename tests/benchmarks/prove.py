"""What share of the textbook's true claims is proved, by rewriting and by SymPy, and how fast the rewriting is.

Also: that none of their altered versions is ever found the same by rewriting, without any points.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import click

sys.path.append(str(Path(__file__).parents[1]))

from corpora.altered import TEXTBOOK, altered

from gradcheck.claims import prove as room
from gradcheck.claims.claim import Claim, read_claim
from gradcheck.claims.prove import REWRITTEN, SIMPLIFIED, is_same, prove_task
from gradcheck.claims.verify import Task, read_task, verify
from gradcheck.declarations import Declaration
from gradcheck.errors import GradcheckError
from gradcheck.graph import Graph

Read = tuple[Graph, Claim, dict[str, Declaration]]


def task(row: dict[str, str], claim: str | None = None) -> Task:
    return Task(row["expr"], claim or row["claim"], wrt=row["wrt"], declarations=row["vars"], id=row["id"])


def read(one: Task) -> Read:
    function, _, declarations = read_task(one)
    return function.graph, read_claim(one.claim, function.graph, one.wrt or None), declarations


@click.command()
@click.option("--altered", "count", type=int, default=3, show_default=True, help="Wrong versions of each claim.")
@click.option("--timeout", type=float, default=20.0, show_default=True, help="Seconds that SymPy has for a claim.")
@click.option("--limit", type=int, default=0, help="Only so many claims, drawn at random.")
@click.option("--list", "listed", is_flag=True, help="Name the claims that rewriting does not prove.")
def prove(count: int, timeout: float, limit: int, listed: bool) -> None:
    """Measure what --prove proves on tests/corpora/textbook.jsonl, and how fast."""
    rows = [json.loads(line) for line in TEXTBOOK.read_text(encoding="utf-8").splitlines()]
    rows = random.Random(0).sample(rows, limit) if limit else rows
    rewriting(rows)
    everything(rows, timeout, listed=listed)
    if count:
        soundness(rows, count)


def rewriting(rows: list[dict[str, str]]) -> None:
    """The speed of the exact argument alone, without reading and without points."""
    found = [read(task(row)) for row in rows]
    for first in found[:50]:
        is_same(*first)  # rules are compiled when they are first met
    start = time.perf_counter()
    proved = sum(is_same(*one) for one in found)
    spent = time.perf_counter() - start
    click.echo(
        f"rewriting: {proved} of {len(rows)} claims ({proved / len(rows):.1%}), {len(rows) / spent:,.0f} a second"
    )


def everything(rows: list[dict[str, str]], timeout: float, *, listed: bool) -> None:
    """Verdict and proof, as --prove gives them."""
    ways: Counter[str] = Counter()
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    points = proofs = 0.0
    start = time.perf_counter()
    for row in rows:
        one = task(row)
        begun = time.perf_counter()
        result = verify(one)
        points += time.perf_counter() - begun
        begun = time.perf_counter()
        result = prove_task(one, result, timeout)
        proofs += time.perf_counter() - begun
        how = result.evidence.how
        way = "rewriting" if how.startswith(REWRITTEN) else "SymPy" if how.startswith(SIMPLIFIED) else result.verdict
        way = f"correct, {result.notes[-1]}" if way == "correct" else way
        ways[way] += 1
        forms[row["form"]][way] += 1
        if listed and way != "rewriting":
            click.echo(f"  {way}: {row['expr']} | {row['claim']} | {row['vars']} | {result.reason}")
    room.close()
    spent = time.perf_counter() - start
    click.echo(
        f"all of {len(rows)} claims: {dict(ways)}; {points:.1f} s at points, {proofs:.1f} s for proofs, {spent:.1f} s"
    )
    for form, counts in forms.items():
        click.echo(f"  {form}: {dict(counts)}")


def soundness(rows: list[dict[str, str]], count: int) -> None:
    """Wrong claims, on which no points are tried: the exact argument must not prove a single one."""
    tried = 0
    wrong: list[str] = []
    for row in rows:
        for one in altered(row, count):
            try:
                reading = read(task(row, one.text))
            except GradcheckError:
                continue
            tried += 1
            if is_same(*reading):
                wrong.append(f"{row['expr']} | {one.text}")
    click.echo(f"altered claims: {tried} tried, {len(wrong)} found the same")
    for text in wrong:
        click.echo(f"  {text}")
    if wrong:
        raise SystemExit(1)
