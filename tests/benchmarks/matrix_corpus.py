"""Random matrix programs by the thousand: no disagreement, no crash, no false number."""

from __future__ import annotations

import json
import random
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click
from array_reference import RandomProgram, complaints, random_program
from rich.console import Console
from rich.table import Table

from gradcheck.errors import GradcheckError
from gradcheck.evaluation import evaluate
from tests.benchmarks.corpus import FAILURES, REASONS, Outcome


def program_of(seed: int, index: int) -> RandomProgram:
    """The program of one number of the corpus; every third sits at a generic point."""
    return random_program(random.Random(f"matrices {seed}/{index}"), rough=index % 3 != 0)


def outcome(seed: int, index: int, timeout: float) -> Outcome:
    """Evaluate one program and let mpmath judge."""
    program = program_of(seed, index)
    where = f"{program.text}   at {', '.join(f'{name}={value}' for name, value in program.at.items())}"
    start = time.perf_counter()
    try:
        result = evaluate(program.text, at=dict(program.at), timeout=timeout)
    except GradcheckError as problem:
        took = time.perf_counter() - start
        return Outcome("unusable", str(problem)[:70], took, index, f"{where}: {problem}")
    except Exception as problem:  # noqa: BLE001 - a crash is what is looked for
        place = traceback.extract_tb(problem.__traceback__)[-1]
        what = f"{type(problem).__name__} in {Path(place.filename).name}:{place.lineno}"
        return Outcome("crash", what, time.perf_counter() - start, index, f"{where}: {problem}")
    took = time.perf_counter() - start
    if result.verdict.name == "disagree":
        return Outcome("disagree", "", took, index, f"{where}: {result.verdict.reason}")
    if not hasattr(result, "shape"):
        return Outcome("scalar", "", took, index)
    false = complaints(program, result)
    if false:
        return Outcome("false statement", " ".join(false[0].split()[:2]), took, index, f"{where}: {'; '.join(false)}")
    said = result.verdict.reason
    reason = next((kind for words, kind in REASONS.items() if words in said), said[:60])
    return Outcome(str(result.verdict.name), reason if result.verdict.name == "undecided" else "", took, index, where)


def _outcomes(arguments: tuple[int, range, float]) -> list[Outcome]:
    seed, indices, timeout = arguments
    return [outcome(seed, index, timeout) for index in indices]


@click.command("matrix-corpus")
@click.option("--count", type=click.IntRange(min=1), default=2_000, show_default=True, help="How many programs.")
@click.option("--seed", type=int, default=0, show_default=True, help="Which corpus.")
@click.option("--first", type=click.IntRange(min=0), default=0, show_default=True, help="The first program.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@click.option("--timeout", type=float, default=5.0, show_default=True, help="Seconds for one program.")
@click.option("--show", type=int, default=10, show_default=True, help="Failures that are told.")
@click.option("--undecided", is_flag=True, help="Tell the programs that were left undecided, too.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures to a file.")
@click.pass_context
def matrix_corpus(
    context: click.Context,
    count: int,
    seed: int,
    first: int,
    jobs: int,
    timeout: float,
    show: int,
    undecided: bool,
    path: Path | None,
) -> None:
    """Evaluate many random matrix programs; exit 1 where any disagrees, crashes or is told something false."""
    start = time.perf_counter()
    size = 20
    chunks = [
        (seed, range(begin, min(begin + size, first + count)), timeout) for begin in range(first, first + count, size)
    ]
    found: list[Outcome] = []
    with ProcessPoolExecutor(jobs) as pool:
        for number, batch in enumerate(pool.map(_outcomes, chunks), 1):
            found += batch
            if number % 10 == 0:
                failed = sum(one.kind in FAILURES for one in found)
                click.echo(f"{len(found):,} of {count:,}, {failed} failures", err=True)
    took = time.perf_counter() - start
    kinds = Counter(one.kind for one in found)
    reasons = Counter((one.kind, one.reason) for one in found if one.reason)
    console = Console()
    console.print(f"{count:,} random matrix programs, seed {seed}: {took:.0f} s, {1000 * took / count:.0f} ms each")
    table = Table()
    table.add_column("outcome")
    table.add_column("programs", justify="right")
    for kind in ("agree", "undecided", "unusable", "scalar", *FAILURES):
        table.add_row(kind, f"{kinds[kind]:,}", style="bold red" if kind in FAILURES and kinds[kind] else None)
        for (owner, reason), number in reasons.most_common():
            if owner == kind:
                table.add_row(f"  {reason}", f"{number:,}", style="dim")
    console.print(table)
    failures = [one for one in found if one.kind in FAILURES]
    for one in failures[:show]:
        console.print(f"{one.kind} (seed {seed}, program {one.index}): {one.details}", markup=False, soft_wrap=True)
    if undecided:
        for one in found:
            if one.kind in {"undecided", "unusable"}:
                console.print(f"{one.index}, {one.reason}: {one.details}", markup=False, soft_wrap=True)
    if path is not None:
        document = {
            "count": count,
            "seed": seed,
            "seconds": took,
            "slowest": max(one.seconds for one in found),
            "outcomes": dict(kinds),
            "reasons": {f"{kind}: {reason}": number for (kind, reason), number in reasons.items()},
            "failures": [one._asdict() for one in failures],
        }
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    context.exit(1 if failures else 0)
