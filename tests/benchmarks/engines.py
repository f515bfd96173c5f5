"""From text to gradient: gradcheck beside other engines, each run in a process of its own."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from tests.benchmarks._tapes import ENGINES

ROOT = Path(__file__).parents[2]
PATIENCE = 300
"""Seconds that one engine may take at one size."""


def measured(name: str, operations: int, runs: int) -> dict[str, Any]:
    """What the process says; why there is nothing where it does not."""
    command = [sys.executable, "-m", "tests.benchmarks._one_engine", name, str(operations), str(runs)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {"failed": f"over {PATIENCE} s"}
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        return {"failed": last[0][:60]}
    found: dict[str, Any] = json.loads(done.stdout)
    return {"failed": "not installed"} if "missing" in found else found


def differs(one: list[float], other: list[float]) -> bool:
    scale = max(map(abs, other))
    return not all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9 * scale) for a, b in zip(one, other, strict=True))


@click.command()
@click.option("--largest", type=click.IntRange(min=10), default=10_000, show_default=True, help="Operations at most.")
@click.option("--runs", type=click.IntRange(min=1), default=5, show_default=True, help="Runs of each (3 above 10⁴).")
@click.option("--only", multiple=True, help="These engines (repeatable).")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures to a file.")
def engines(largest: int, runs: int, only: tuple[str, ...], path: Path | None) -> None:
    """Text to gradient by gradcheck and its peers: time and memory an operation; exit 1 where a library is ahead."""
    table = Table(title="From text to the gradient by 10 variables: medians of processor time, imports not counted")
    for title in ("operations", "engine", "text to gradient", "µs an operation", "× gradcheck", "further gradient",
                  "ns an operation", "memory", "bytes an operation"):  # fmt: skip
        table.add_column(title, justify="left" if title == "engine" else "right")
    figures: list[dict[str, Any]] = []
    behind = False
    size = 10
    while size <= largest:
        ours: dict[str, Any] = {}
        for name, engine in ENGINES.items():
            if size > engine.most or (only and name not in only and name != "gradcheck"):
                continue
            found = measured(name, size, runs if size <= 10**4 else min(runs, 3))
            if "failed" in found:
                table.add_row(f"{size:,}", name, found["failed"])
                figures.append({"engine": name, "operations": size, **found})
                continue
            if name == "gradcheck":
                ours = found
            elif differs(found["gradient"], ours["gradient"]):
                raise click.ClickException(f"{name} finds another gradient of {size:,} operations")
            ratio = found["seconds"] / ours["seconds"]
            behind |= ratio < 1 and engine.is_library
            table.add_row(
                f"{size:,}", name, f"{found['seconds']:.3g} s", f"{found['seconds'] / size * 1e6:,.1f}",
                f"{ratio:.2f}", f"{found['gradient_seconds']:.3g} s", f"{found['gradient_seconds'] / size * 1e9:,.0f}",
                f"{found['megabytes']:.0f} MB", f"{found['megabytes'] * 1024**2 / size:,.0f}" if size >= 10**4 else "",
            )  # fmt: skip
            figures.append({key: value for key, value in found.items() if key != "gradient"})
        table.add_section()
        size *= 10
    Console(width=140).print(table)
    if path is not None:
        path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.exit(behind)
