"""The corpus of matrix identities: how many verdicts are right, how many mistakes are named, how long it takes."""

from __future__ import annotations

import time
from collections import Counter

import click
from corpora import matrix_identities
from rich.console import Console
from rich.table import Table

from gradcheck.claims.verify import Task, verify


@click.command()
@click.option("--timeout", default=30.0, show_default=True, help="Seconds for one claim.")
def identities(timeout: float) -> None:
    """Verify every identity of the corpus, true or false; exit 1 where a verdict is not what it should be."""
    counts: Counter[tuple[bool, str]] = Counter()
    named: Counter[str] = Counter()
    failures, falsely, slowest = [], 0, 0.0
    start = time.perf_counter()
    for f, declarations, claim, truth in matrix_identities.identities():
        began = time.perf_counter()
        try:
            result = verify(Task(f, claim, declarations=declarations), timeout=timeout)
        except Exception as problem:  # noqa: BLE001 - every kind counts
            counts[truth, "exception"] += 1
            failures.append(f"{claim} of {f} ({declarations}): {type(problem).__name__}: {problem}")
            continue
        slowest = max(slowest, time.perf_counter() - began)
        counts[truth, result.verdict] += 1
        if result.verdict != ("correct" if truth else "wrong"):
            failures.append(f"{claim} of {f} ({declarations}): {result.verdict}, {result.reason}")
        if result.diagnosis is not None:
            falsely += truth
            named[result.diagnosis.misconception] += 1
    seconds = time.perf_counter() - start
    table = Table("identities", "correct", "wrong", "undecided", "exceptions")
    for truth, name in ((True, "true"), (False, "false")):
        kinds = (counts[truth, kind] for kind in ("correct", "wrong", "undecided", "exception"))
        table.add_row(name, *map(str, kinds))
    console = Console()
    console.print(table)
    false = sum(count for (truth, _), count in counts.items() if not truth)
    console.print(f"mistakes named: {sum(named.values())} of {false}, falsely {falsely}")
    for name, count in named.most_common():
        console.print(f"  {count:3} {name}", markup=False)
    console.print(f"{seconds:.1f} s in all, the slowest {slowest:.2f} s")
    for failure in failures:
        console.print(failure, markup=False)
    raise SystemExit(bool(failures or falsely))
