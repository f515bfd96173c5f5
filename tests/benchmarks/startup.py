"""Start-up: gradcheck's commands against the imports that they cannot avoid, in interleaved runs."""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
HEAVY = (sys.executable, "-c", "import sympy, click, rich.console, rich.table")
LIGHT = (sys.executable, "-c", "import click, rich.console, rich.table")
BALLS = (sys.executable, "-c", "import click, rich.console, rich.table, flint")
BASELINES = {"import sympy, click, rich": HEAVY, "import click, rich": LIGHT, "import click, rich, flint": BALLS}
CLAIM = "expr,wrt,claim\nsin(x**2),x,2*x*cos(x**2)\n"


@dataclass(frozen=True)
class Job:
    """A command of gradcheck, what it is compared with, and how many times as long it may take."""

    arguments: tuple[str, ...]
    baseline: tuple[str, ...]
    limit: float


JOBS = (
    Job(("eval", RUNNING, "--at", "x=1"), HEAVY, 1.25),
    Job(("--help",), LIGHT, 2.0),
    Job(("--version",), LIGHT, 2.0),
    Job(("rules",), LIGHT, 2.0),
    Job(("check", "{claim}"), BALLS, 1.5),
)


def gradcheck() -> list[str]:
    """The installed command, or the module where there is none."""
    script = Path(sys.executable).with_name("gradcheck")
    return [str(script)] if script.exists() else [sys.executable, "-m", "gradcheck"]


def seconds(command: Sequence[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise click.ClickException(f"{' '.join(command)} failed: {done.stderr.decode()[-500:]}")
    return time.perf_counter() - start


@click.command()
@click.option("--runs", type=click.IntRange(min=7), default=11, show_default=True, help="Runs of each command.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures to a file.")
def startup(runs: int, path: Path | None) -> None:
    """Wall time of gradcheck's commands relative to their imports: medians of interleaved runs."""
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        claim = Path(folder) / "claim.csv"
        claim.write_text(CLAIM, encoding="utf-8")
        commands: dict[str, Sequence[str]] = dict(BASELINES)
        for job in JOBS:
            commands[job.arguments[0]] = [*gradcheck(), *(one.format(claim=claim) for one in job.arguments)]
        for run in range(runs + 1):  # the first round fills the caches and is not counted
            for name, command in commands.items():
                measured = seconds(command)
                if run:
                    times.setdefault(name, []).append(measured)
    medians = {name: statistics.median(found) for name, found in times.items()}
    table = Table(title=f"Start-up: medians of {runs} interleaved runs, Python {platform.python_version()}")
    for title in ("command", "seconds", "baseline", "seconds", "ratio", "limit", ""):
        table.add_column(title, justify="left" if title in {"command", "baseline"} else "right")
    figures = []
    for job in JOBS:
        name = job.arguments[0]
        imports = next(one for one, command in BASELINES.items() if command is job.baseline)
        baseline = medians[imports]
        ratio = medians[name] / baseline
        figures.append(
            {
                "command": " ".join(job.arguments),
                "seconds": medians[name],
                "baseline": job.baseline[-1],
                "baseline_seconds": baseline,
                "ratio": ratio,
                "limit": job.limit,
                "spread": [min(times[name]), max(times[name])],
            }
        )
        table.add_row(
            f"gradcheck {name}" + {"eval": " (running example)", "check": " (one claim)"}.get(name, ""),
            f"{medians[name]:.3f}",
            imports,
            f"{baseline:.3f}",
            f"{ratio:.2f}",
            f"{job.limit:.2f}",
            "ok" if ratio <= job.limit else "over",
        )
    Console().print(table)
    if path is not None:
        path.write_text(json.dumps({"runs": runs, "figures": figures}, indent=2) + "\n", encoding="utf-8")
