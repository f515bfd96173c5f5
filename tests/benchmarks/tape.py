"""A large expression: reading, building, values, gradient, each by itself and against its target."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from gradcheck.arithmetic.floats import Floats
from gradcheck.build import build
from gradcheck.forward import Forward
from gradcheck.large import uncollected
from gradcheck.routes.reverse import Gradient
from gradcheck.syntax.plain import parse
from gradcheck.syntax.tokens import tokenize
from tests.benchmarks._tapes import POINT, text
from tests.benchmarks.startup import gradcheck

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTBOOK = Path(__file__).parents[1] / "corpora" / "textbook.jsonl"
WHOLE = {100_000: (1.5, 200.0), 1_000_000: (15.0, 1_200.0)}
"""Operations: seconds and megabytes that a whole command may take."""


def alternating(jobs: dict[str, Callable[[], Any]], runs: int) -> dict[str, float]:
    """The median processor time of each job, run in turn."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for run in range(runs + 1):  # the first round fills the caches and is not counted
        for name, job in jobs.items():
            start = time.process_time()
            job()
            if run:
                times[name].append(time.process_time() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def stages(operations: int, runs: int) -> dict[str, float]:
    """Seconds of each stage, and what they are counted by."""
    source = text(operations)
    names = frozenset(POINT)
    floats = Floats()
    with uncollected(source):
        program = parse(source, names)
        graph = build(program, names)
        forward, backward = Forward(graph, floats), Gradient(graph, floats)
        values = forward.run(POINT)
        found = alternating(
            {
                "parse": lambda: parse(source, names),
                "build": lambda: build(program, names),
                "prepare": lambda: (Forward(graph, floats), Gradient(graph, floats)),
                "values": lambda: forward.run(POINT),
                "sweep": lambda: backward.run(values),
            },
            runs,
        )
    return {**found, "tokens": len(tokenize(source)) - 1, "operations": len(graph.nodes())}


def textbook(runs: int) -> float:
    """Seconds for a token of the short texts that people write."""
    rows = [json.loads(line) for line in TEXTBOOK.read_text(encoding="utf-8").splitlines()]
    texts = [row[column] for row in rows for column in ("expr", "claim")]
    tokens = sum(len(tokenize(one)) - 1 for one in texts)
    return alternating({"": lambda: [parse(one) for one in texts]}, runs)[""] / tokens


def whole(operations: int) -> tuple[float, float]:
    """Seconds of processor time and peak megabytes of the command, start-up and report included."""
    at = ",".join(f"{name}={value}" for name, value in POINT.items())
    with tempfile.NamedTemporaryFile("w+", suffix=".txt") as file:
        file.write(text(operations))
        file.seek(0)
        command = [*gradcheck(), "eval", "-", "--at", at, "--routes", "reverse"]
        process = subprocess.Popen(command, stdin=file, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise click.ClickException(f"gradcheck eval ended with exit {process.returncode}")
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit


@click.command()
@click.option("--largest", type=click.Choice(["100000", "1000000"]), default="100000", show_default=True)
@click.option("--runs", type=click.IntRange(min=5), default=5, show_default=True, help="Runs of each.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures to a file.")
def tape(largest: str, runs: int, path: Path | None) -> None:
    """Reading, building, values and gradient of long expressions; exit 1 where a target is missed."""
    table = Table(title=f"Long expressions: medians of {runs} interleaved runs, processor time")
    for title in ("", "10⁴ operations", "10⁵ operations", "target", ""):
        table.add_column(title, justify="left" if not title else "right")
    commands = {  # first of all: a new process takes over the peak memory of the one that starts it
        size: [whole(size) for _ in range(runs if size <= 10**5 else 1)] for size in WHOLE if size <= int(largest)
    }
    small, large = stages(10_000, runs), stages(100_000, runs)
    short = textbook(runs)

    def per(name: str, count: str, unit: float) -> tuple[float, float]:
        return small[name] / small[count] * unit, large[name] / large[count] * unit

    def gradient(found: dict[str, float]) -> float:
        return found["values"] + found["sweep"]

    def all_stages(found: dict[str, float]) -> float:
        return found["parse"] + found["build"] + found["prepare"] + gradient(found)

    growth = all_stages(large) / large["operations"] * small["operations"] / all_stages(small) * 10
    rows: list[tuple[str, float | None, float, float | None, str]] = [
        ("parse, textbook claims", None, short * 1e6, 2.0, "µs a token"),
        ("parse", *per("parse", "tokens", 1e6), 2.0, "µs a token"),
        ("build", *per("build", "operations", 1e6), None, "µs an operation"),
        ("prepare", *per("prepare", "operations", 1e6), None, "µs an operation"),
        ("values", *per("values", "operations", 1e9), None, "ns an operation"),
        ("gradient: values and sweep", *(gradient(one) / one["operations"] * 1e9 for one in (small, large)), 800.0,
         "ns an operation"),
        ("gradient / function", *(gradient(one) / one["values"] for one in (small, large)), 3.5, ""),
        ("ten times the work", None, growth, 11.0, "times as long"),
    ]  # fmt: skip
    figures: dict[str, Any] = {"small": small, "large": large}
    for operations, times in commands.items():
        seconds, megabytes = WHOLE[operations]
        spent, peak = statistics.median(one for one, _ in times), max(one for _, one in times)
        rows.append((f"whole command, {operations:,} operations", None, spent, seconds, "s"))
        rows.append((f"its peak memory, {operations:,} operations", None, peak, megabytes, "MB"))
    missed = False
    for name, one, other, target, unit in rows:
        late = target is not None and other > target
        missed |= late
        table.add_row(
            name, "" if one is None else f"{one:.3g}", f"{other:.3g} {unit}", "" if target is None else f"{target:g}",
            "" if target is None else "over" if late else "ok",
        )  # fmt: skip
        figures[name] = {"small": one, "large": other, "target": target, "unit": unit}
    Console(width=110).print(table)
    if path is not None:
        path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.exit(missed)
