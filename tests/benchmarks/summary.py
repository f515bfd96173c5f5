"""Every benchmark at a size that takes a few minutes in all, each in a process of its own."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parents[2]
PARTS = (
    ("startup", "--runs", "7"),
    ("tape",),
    ("engines", "--largest", "1000"),
    ("swell", "--depth", "10"),
    ("arrays", "--no-commands", "--seconds", "1"),
    ("claims", "--limit", "150", "--altered", "1", "--sympy", "3"),
    ("prove", "--limit", "100"),
)
"""The commands and their options; larger sizes are asked for by name."""


@click.command()
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures to a file.")
def summary(path: Path | None) -> None:
    """All benchmarks, small: start-up, tapes, peers, swell, arrays, claims. Exit 1 where one misses its target."""
    figures: dict[str, Any] = {"python": platform.python_version(), "machine": platform.machine()}
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        for name, *options in PARTS:
            found = Path(folder) / f"{name}.json"
            click.echo(f"\n== {' '.join([name, *options])}")
            start = time.monotonic()
            command = [sys.executable, "-m", "tests.benchmarks", name, *options, "--json", str(found)]
            done = subprocess.run(command, cwd=ROOT, check=False)
            if done.returncode:
                missed.append(name)
            figures[name] = json.loads(found.read_text(encoding="utf-8")) if found.exists() else None
            click.echo(f"({time.monotonic() - start:.0f} s, exit {done.returncode})")
    click.echo(f"targets missed in: {', '.join(missed)}" if missed else "every target is met")
    if path is not None:
        path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.exit(bool(missed))
