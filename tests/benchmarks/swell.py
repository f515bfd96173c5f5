"""Expression swell: the derivative of a nested product, written out by SymPy and counted on our tape."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import click
import sympy
from rich.console import Console
from rich.table import Table

from gradcheck.evaluation import evaluate


def nested(depth: int) -> str:
    """Each factor holds the product of all before it: f1 = x, f2 = x*sin(f1), f3 = f1*f2*sin(f2), and so on."""
    lines = ["f1 = sin(x)", "f2 = x*sin(f1)"]
    lines += [f"f{place} = f{place - 1}*f{place - 2}*sin(f{place - 1})" for place in range(3, depth + 1)]
    return "; ".join(lines)


def by_sympy(depth: int, at: float) -> tuple[float, int, float]:
    """Seconds, operations of the derivative as it is written out, and its value."""
    x = sympy.Symbol("x")
    before, here = sympy.sin(x), x * sympy.sin(sympy.sin(x))
    for _ in range(3, depth + 1):
        before, here = here, here * before * sympy.sin(here)
    start = time.process_time()
    slope = sympy.diff(here, x)
    operations = int(sympy.count_ops(slope))
    return time.process_time() - start, operations, float(slope.subs(x, at))


@click.command()
@click.option("--depth", type=click.IntRange(min=3, max=18), default=12, show_default=True, help="Of the nesting.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures to a file.")
def swell(depth: int, path: Path | None) -> None:
    """Operations of the derivative of nested products: SymPy's expression and gradcheck's tape."""
    table = Table(title="Nested products: operations for the derivative")
    for title in ("depth", "function", "gradcheck: both passes", "ratio", "seconds", "SymPy: written out", "seconds"):
        table.add_column(title, justify="right")
    figures: list[dict[str, Any]] = []
    for level in sorted({*range(4, depth + 1, 2), depth}):
        source = nested(level)
        start = time.process_time()
        result = evaluate(source, at={"x": "0.9"}, routes=["reverse"])
        seconds = time.process_time() - start
        found = result.cost
        took, operations, value = by_sympy(level, 0.9)
        ours = float(result.gradient[0].adjoint.value)
        if abs(ours - value) > 1e-9 * max(abs(ours), 1e-300):
            raise click.ClickException(f"at depth {level} SymPy finds {value}, not {ours}")
        table.add_row(str(level), str(found.forward), str(found.gradient), f"{found.ratio:.2f}", f"{seconds:.4f}",
                      f"{operations:,}", f"{took:.3f}")  # fmt: skip
        figures.append({"depth": level, "function": found.forward, "gradcheck": found.gradient, "sympy": operations,
                        "seconds": seconds, "sympy_seconds": took})  # fmt: skip
    Console().print(table)
    if path is not None:
        path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
