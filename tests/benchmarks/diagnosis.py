"""Mistakes over textbook functions and altered claims: how many are named rightly, and that none is named falsely."""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "claims"))

import click
from rich.console import Console
from rich.table import Table
from textbook_mistakes import (
    AS_EXACT,
    FALSELY,
    NOT_NAMED,
    RIGHTLY,
    UNJUDGED,
    alterations,
    diagnosed_though_true,
    mistakes,
    outcome_of_alteration,
    outcome_of_mistake,
)


@click.command()
@click.option("--each", type=click.IntRange(min=1), default=25, show_default=True, help="Functions for each mistake.")
@click.option("--altered", type=click.IntRange(min=0), default=1000, show_default=True, help="True claims to alter.")
@click.option("--seed", type=int, default=0, show_default=True, help="Which functions.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@click.option("--show", type=int, default=10, show_default=True, help="Cases that are told of each bad kind.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures to a file.")
@click.pass_context
def diagnosis(
    context: click.Context, each: int, altered: int, seed: int, jobs: int, show: int, path: Path | None
) -> None:
    """Count how mistakes are named; exit 1 where one is named falsely, or fewer than 95 % rightly.

    The mistakes are made by rules written apart from gradcheck. "Named rightly": the mistake that was made is named,
    first or among those that are said to fit as well. "Of equal effect": what is named
    was not what was made, but mpmath finds it to give the same expression, so that nobody can tell the two apart.
    """
    console = Console()
    start = time.perf_counter()
    with ProcessPoolExecutor(jobs) as pool:
        made = list(pool.map(outcome_of_mistake, list(mistakes(each, seed)), chunksize=8))
        changed = list(pool.map(outcome_of_alteration, list(alterations(altered, seed=seed)), chunksize=8))
        true = list(itertools.chain.from_iterable(pool.map(diagnosed_though_true, range(8))))
    took = time.perf_counter() - start
    by_row = defaultdict(Counter)
    for one in made:
        by_row[one.case.made][one.kind] += 1
    kinds = Counter(one.kind for one in made)
    functions = len({one.case.expression for one in made})
    title = f"{len(made):,} mistakes of {len(by_row)} kinds over {functions} textbook functions, seed {seed}"
    table = Table(title=title)
    table.add_column("mistake", no_wrap=True)
    columns = (RIGHTLY, AS_EXACT, NOT_NAMED, UNJUDGED, FALSELY)
    for column in columns:
        table.add_column(column, justify="right")
    for name, counts in sorted(by_row.items(), key=lambda item: item[1][RIGHTLY] / item[1].total()):
        if counts[RIGHTLY] < counts.total():
            table.add_row(name, *(str(counts[column]) for column in columns))
    table.add_row("the other kinds", *(str(_rest(by_row, column)) for column in columns))
    table.add_row("all", *(f"{kinds[column]} ({kinds[column] / len(made):.1%})" for column in columns), style="bold")
    console.print(table)
    told = Counter(one.kind for one in changed)
    console.print(f"{len(changed):,} altered claims: {dict(told)}")
    console.print(f"true claims of the whole corpus with a diagnosis: {len(true)}")
    console.print(f"{took:.0f} s")
    good = kinds[RIGHTLY] + kinds[AS_EXACT]
    bad = [one for one in (*made, *changed) if one.kind == FALSELY]
    for kind in (FALSELY, NOT_NAMED, UNJUDGED, "undecided"):
        for one in [one for one in (*made, *changed) if one.kind == kind][:show]:
            case = one.case
            line = f"{kind} ({case.made}): {case.expression} : {case.claim} : {one.said}"
            console.print(line, markup=False, soft_wrap=True)
    if path is not None:
        document = {
            "each": each, "seed": seed, "functions": functions, "mistakes": dict(kinds), "altered": dict(told),
            "true_with_diagnosis": len(true), "seconds": took,
        }  # fmt: skip
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    context.exit(1 if bad or true or good < 0.95 * len(made) else 0)


def _rest(by_row: dict[str, Counter[str]], column: str) -> int:
    return sum(counts[column] for counts in by_row.values() if counts[RIGHTLY] == counts.total())
