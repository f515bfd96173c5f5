"""Arrays and training rows: gradcheck's float64 gradients against autograd (HIPS) and torch, in one run."""

from __future__ import annotations

import csv
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from gradcheck.arithmetic.arrays import Arrays, silent
from gradcheck.arrays.row_sweep import RowSweep
from gradcheck.build import build
from gradcheck.forward import evaluate
from gradcheck.routes import pullbacks
from gradcheck.syntax.plain import parse
from tests.benchmarks.startup import gradcheck

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NETWORK = "f1 = sigmoid(A1 @ x + b1); f2 = sigmoid(A2 @ f1 + b2); f3 = sigmoid(A3 @ f2 + b3); L = norm(y - f3)**2"
SIZES = (200, 256, 190, 10)
"""Of the layers; with the biases 102,196 parameters."""
NEURON = "(sigmoid(w*a0 + b) - y)**2"
SLOWEST = 3.0
"""How many times as long as torch (without it, autograd) gradcheck may take."""


def network() -> tuple[dict[str, Any], list[str]]:
    """The input, the target and the parameters of the network, and which are the parameters."""
    generator = np.random.default_rng(0)
    found = {"x": generator.normal(size=(SIZES[0], 1)), "y": generator.random((SIZES[-1], 1))}
    for layer, (before, after) in enumerate(pairwise(SIZES), 1):
        found[f"A{layer}"] = generator.normal(size=(after, before)) / np.sqrt(before)
        found[f"b{layer}"] = generator.normal(size=(after, 1))
    return found, [name for name in found if name[0] in "Ab"]


def ours_network(point: dict[str, Any], names: Sequence[str]) -> Callable[[], Sequence[Any]]:
    """Forward pass and sweep on a graph that was built before."""
    shapes = {name: (len(value),) if value.shape[1] == 1 else value.shape for name, value in point.items()}
    graph = build(parse(NETWORK, frozenset(point)), frozenset(point), shapes)
    arithmetic = Arrays()
    nodes = [graph.inputs[name] for name in names]
    wanted = pullbacks.needed(graph, [graph.output], nodes)
    steps: dict[int, Any] = {}
    one = np.ones((1, 1))

    def gradient() -> Sequence[Any]:
        with silent():
            values = evaluate(graph, arithmetic, point)
            adjoints = pullbacks.pull(graph, arithmetic, values, one, wanted=wanted, steps=steps)
        return [adjoints[node] for node in nodes]

    return gradient


def autograd_network(point: dict[str, Any], names: Sequence[str]) -> Callable[[], Sequence[Any]]:
    import autograd
    import autograd.numpy as anp

    def loss(parameters: Sequence[Any]) -> Any:
        a1, b1, a2, b2, a3, b3 = parameters
        flow = point["x"]
        for a, b in ((a1, b1), (a2, b2), (a3, b3)):
            flow = 1 / (1 + anp.exp(-(anp.dot(a, flow) + b)))
        return anp.sum((point["y"] - flow) ** 2)

    gradient = autograd.grad(loss)
    parameters = [point[name] for name in names]
    return lambda: gradient(parameters)


def torch_network(point: dict[str, Any], names: Sequence[str]) -> Callable[[], Sequence[Any]]:
    import torch

    parameters = [torch.tensor(point[name], requires_grad=True) for name in names]
    x, y = torch.tensor(point["x"]), torch.tensor(point["y"])

    def gradient() -> Sequence[Any]:
        flow = x
        for a, b in zip(parameters[::2], parameters[1::2], strict=True):
            flow = torch.sigmoid(a @ flow + b)
        loss = ((y - flow) ** 2).sum()
        return [one.numpy() for one in torch.autograd.grad(loss, parameters)]

    return gradient


def rows() -> dict[str, Any]:
    """A million training examples of the neuron, and its parameters."""
    generator = np.random.default_rng(1)
    return {"a0": generator.uniform(-2, 2, 10**6), "y": generator.random(10**6), "w": 2.0, "b": -1.0}


def ours_rows(point: dict[str, Any]) -> Callable[[], Sequence[Any]]:
    graph = build(parse(NEURON, frozenset(point)), frozenset(point))
    nodes = [graph.inputs["w"], graph.inputs["b"]]
    sweep = RowSweep(graph, {name: np.full((1, 1), point[name]) for name in "wb"}, nodes)
    columns = {name: point[name].reshape(-1, 1, 1) for name in ("a0", "y")}
    count = len(point["a0"])

    def gradient() -> Sequence[Any]:
        total = np.zeros(2)
        for start in range(0, count, sweep.rows):
            part = {name: column[start : start + sweep.rows] for name, column in columns.items()}
            size = len(part["y"])
            _, found = sweep.sums(sweep.values(part), size)
            total += [one[0, 0] for one in found]
        return list(total / count)

    return gradient


def numpy_rows(point: dict[str, Any]) -> Callable[[], Sequence[Any]]:
    """The chain rule by hand, in blocks that stay in the cache."""
    a0, y, w, b = (point[name] for name in ("a0", "y", "w", "b"))
    count, block = len(a0), 8_192

    def gradient() -> Sequence[Any]:
        by_w = by_b = 0.0
        for start in range(0, count, block):
            part = a0[start : start + block]
            flow = part * w
            flow += b
            np.negative(flow, out=flow)
            np.exp(flow, out=flow)
            flow += 1
            np.reciprocal(flow, out=flow)
            slope = flow - y[start : start + block]
            slope *= flow
            np.subtract(1, flow, out=flow)
            slope *= flow
            by_w += slope @ part
            by_b += slope.sum()
        return [2 * by_w / count, 2 * by_b / count]

    return gradient


def jax_rows(point: dict[str, Any]) -> Callable[[], Sequence[Any]]:
    import jax

    jax.config.update("jax_enable_x64", True)
    a0, y = jax.numpy.asarray(point["a0"]), jax.numpy.asarray(point["y"])
    slopes = jax.jit(jax.grad(lambda w, b: jax.numpy.mean((jax.nn.sigmoid(w * a0 + b) - y) ** 2), (0, 1)))
    return lambda: [float(one) for one in slopes(point["w"], point["b"])]


def autograd_rows(point: dict[str, Any]) -> Callable[[], Sequence[Any]]:
    import autograd
    import autograd.numpy as anp

    def loss(w: Any, b: Any) -> Any:
        return anp.mean((1 / (1 + anp.exp(-(w * point["a0"] + b))) - point["y"]) ** 2)

    gradient = autograd.grad(loss, (0, 1))
    return lambda: gradient(point["w"], point["b"])


def torch_rows(point: dict[str, Any]) -> Callable[[], Sequence[Any]]:
    import torch

    a0, y = torch.tensor(point["a0"]), torch.tensor(point["y"])
    w, b = (torch.tensor(point[name], dtype=torch.float64, requires_grad=True) for name in "wb")

    def gradient() -> Sequence[Any]:
        loss = ((torch.sigmoid(w * a0 + b) - y) ** 2).mean()
        return [float(one) for one in torch.autograd.grad(loss, (w, b))]

    return gradient


def interleaved(jobs: dict[str, Callable[[], Sequence[Any]]], seconds: float) -> dict[str, float]:
    """The median time of each job, run in turn."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        for _ in range(3):
            job()
    end = time.perf_counter() + seconds * len(jobs)
    while time.perf_counter() < end or len(next(iter(times.values()))) < 7:
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def check_equal(jobs: dict[str, Callable[[], Sequence[Any]]]) -> None:
    """All must find the same gradient."""
    reference = jobs["gradcheck"]()
    for name, job in jobs.items():
        for one, other in zip(job(), reference, strict=True):
            if not np.allclose(one, other, rtol=1e-9, atol=1e-13):
                raise click.ClickException(f"{name} finds another gradient")


def available(makers: dict[str, Callable[[], Callable[[], Sequence[Any]]]]) -> dict[str, Any]:
    found = {}
    for name, make in makers.items():
        try:
            found[name] = make()
        except ImportError:
            found[name] = None
    return found


def timed(arguments: Sequence[str]) -> tuple[float, int, str]:
    """Seconds, exit code and last lines of a gradcheck command."""
    start = time.perf_counter()
    done = subprocess.run([*gradcheck(), *arguments], capture_output=True, text=True, check=False)
    return time.perf_counter() - start, done.returncode, (done.stdout + done.stderr).strip()[-160:]


def commands(folder: Path) -> list[tuple[str, list[str], float | None]]:
    """Whole commands: what they do, and how long they may take."""
    point = rows()
    table = folder / "rows.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("a0", "y"))
        writer.writerows(zip(point["a0"].round(6).tolist(), point["y"].round(6).tolist(), strict=True))
    shapes = [f"A{k}: {after}x{before}" for k, (before, after) in enumerate(pairwise(SIZES), 1)]
    shapes += [f"b{k}: {after}" for k, after in enumerate(SIZES[1:], 1)]
    shapes += [f"x: {SIZES[0]}", f"y: {SIZES[-1]}"]
    declared = [word for shape in shapes for word in ("--var", shape)]
    return [
        ("10⁶ rows from a file", ["eval", NEURON, "--data", str(table), "--at", "w=2,b=-1", "-q"], None),
        ("20×20 by 20×20 Jacobian", ["eval", "sigmoid(A @ B)", "--var", "A: 20x20", "--var", "B: 20x20", "-q"], 2.0),
        ("network of 10⁵ parameters", ["eval", NETWORK, *declared, "-q"], None),
    ]


@click.command()
@click.option("--seconds", type=float, default=2.0, show_default=True, help="For each library and gradient.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures to a file.")
@click.option("--no-commands", is_flag=True, help="Leave the whole commands out.")
def arrays(seconds: float, path: Path | None, *, no_commands: bool) -> None:
    """Gradients of a network and of a million rows against its peers and NumPy by hand; whole commands."""
    point, names = network()
    table_rows = rows()
    jobs = {
        f"gradient of a network, {sum(point[name].size for name in names):,} parameters": {
            "gradcheck": lambda: ours_network(point, names),
            "autograd": lambda: autograd_network(point, names),
            "torch": lambda: torch_network(point, names),
        },
        "average of the neuron over 1,000,000 rows": {
            "gradcheck": lambda: ours_rows(table_rows),
            "autograd": lambda: autograd_rows(table_rows),
            "torch": lambda: torch_rows(table_rows),
            "NumPy by hand": lambda: numpy_rows(table_rows),
            "JAX": lambda: jax_rows(table_rows),
        },
    }
    table = Table(title=f"Gradients in float64, medians, Python {platform.python_version()}, NumPy {np.__version__}")
    columns = ("gradcheck", "autograd", "torch", "NumPy by hand", "JAX")
    for title in ("", *columns, "× torch", "limit", ""):
        table.add_column(title, justify="left" if not title else "right")
    figures: dict[str, Any] = {}
    slow = False
    for title, makers in jobs.items():
        found = available(makers)
        present = {name: job for name, job in found.items() if job is not None}
        check_equal(present)
        medians = interleaved(present, seconds)
        peer = medians.get("torch", medians.get("autograd"))
        ratio = medians["gradcheck"] / peer if peer else None
        slow |= ratio is not None and ratio > SLOWEST
        shown = [
            f"{medians[name] * 1e3:.3g} ms" if name in medians else "not installed" if name in makers else ""
            for name in columns
        ]
        table.add_row(title, *shown, "–" if ratio is None else f"{ratio:.2f}", f"{SLOWEST:g}",
                      "" if ratio is None else "ok" if ratio <= SLOWEST else "SLOW")  # fmt: skip
        figures[title] = {**medians, "ratio": ratio}
    Console(width=140).print(table)
    if not no_commands:
        whole = Table(title="Whole commands")
        for title in ("", "seconds", "limit", "exit", "verdict"):
            whole.add_column(title, justify="right" if title in {"seconds", "limit"} else "left")
        with tempfile.TemporaryDirectory() as folder:
            for title, arguments, limit in commands(Path(folder)):
                took, code, text = timed(arguments)
                slow |= limit is not None and took > limit
                whole.add_row(title, f"{took:.2f}", "" if limit is None else f"{limit:g}", str(code), text)
                figures[title] = {"seconds": took, "exit": code}
        Console(width=140).print(whole)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
        Console().print(f"largest peak of a command: {peak:,.0f} MB")
        figures["peak_megabytes"] = peak
    slowed = [name for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE") if name in os.environ]
    if slowed:
        Console().print(f"{' and '.join(slowed)} are set: they slow NumPy down", style="yellow")
    if path is not None:
        path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if slow else 0)
