"""The memory that a large table of claims takes: the peak of ``gradcheck check`` and of its workers."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import click

from tests.benchmarks.startup import gradcheck

TEXTBOOK = Path(__file__).parents[1] / "corpora" / "textbook.jsonl"
LIMIT = 150
"""Megabytes for a table of 100,000 claims."""


def write_table(path: Path, count: int) -> None:
    """A table of that many claims: those of the corpus, again and again."""
    found = [json.loads(line) for line in TEXTBOOK.read_text().splitlines()]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            row = found[number % len(found)]
            wanted = {name: row[name] for name in ("expr", "wrt", "claim", "vars")}
            file.write(json.dumps({"id": str(number), **wanted}) + "\n")


def peak(arguments: list[str]) -> tuple[int, float, float, str]:
    """Exit code, the process's own peak in megabytes, seconds, and the last line of its output."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen([*gradcheck(), *arguments], stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)  # of this process alone, its workers excluded
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        output.seek(0)
        lines = output.read().decode(errors="replace").strip().splitlines()
    return process.returncode, usage.ru_maxrss / 1024, seconds, lines[-1] if lines else ""


@click.command()
@click.option("--rows", type=click.IntRange(min=1), default=100_000, show_default=True, help="Claims of the table.")
@click.option("--jobs", type=int, multiple=True, default=(1, 2), show_default=True, help="Processes, one run each.")
@click.option("--format", "name", default="table", show_default=True, help="The report's format.")
@click.pass_context
def memory(context: click.Context, rows: int, jobs: tuple[int, ...], name: str) -> None:
    """Peak memory of a large table of claims; exit 1 where it is over the limit."""
    over = False
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "claims.jsonl"
        write_table(table, rows)
        for count in jobs:
            code, size, seconds, last = peak(["check", str(table), "--jobs", str(count), "--format", name])
            over = over or size >= LIMIT
            click.echo(f"{rows:,} rows, --jobs {count}: {size:.0f} MB, {seconds:.0f} s, exit {code}: {last[:120]}")
    context.exit(1 if over else 0)
