"""Every true claim of the corpus and its altered versions: verdicts, reasons, speed, and the ratio to other programs.

python -m tests.benchmarks claims [--altered 3] [--sympy 20] [--limit N]
"""
# ruff: noqa: E402

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "corpora")]

import click
from corpora.altered import TEXTBOOK, altered
from rich.console import Console
from rich.table import Table

from gradcheck.claims import diagnose as diagnosis
from gradcheck.claims import points
from gradcheck.claims import verify as engine
from gradcheck.claims.verify import Task, verify
from gradcheck.errors import GradcheckError
from tests.benchmarks import rivals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = dict[str, str]


def rows() -> list[Row]:
    """The true claims."""
    return [json.loads(line) for line in TEXTBOOK.read_text().splitlines()]


def task(row: Row, claim: str | None = None) -> Task:
    return Task(row["expr"], claim or row["claim"], wrt=row["wrt"], declarations=row["vars"], id=row["id"])


def verdict(one: Task) -> tuple[str, Any]:
    try:
        result = verify(one)
    except GradcheckError as error:
        return "error", error
    return result.verdict, result


def forget() -> None:
    """Make every cache cold that claims about one function or its variables share."""
    engine._kept.cache_clear()
    points._kept.cache_clear()


def rate(tasks: Sequence[Task], before: Callable[[], None] = lambda: None, runs: int = 2) -> float:
    """Claims a second of processor time, the best of some runs; the processes' first claims are not counted."""
    for one in tasks[:50]:
        verdict(one)
    best = float("inf")
    for _ in range(runs):
        spent = 0.0
        for one in tasks:
            before()
            start = time.process_time()
            verdict(one)
            spent += time.process_time() - start
        best = min(best, spent)
    return len(tasks) / best


def verdicts(title: str, tasks: list[tuple[Task, str]], bad: str, echo: Callable[[str], None]) -> dict[str, Any]:
    """Count the verdicts; every bad one and every undecided one is told."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    named = 0
    lines = []
    slow: list[tuple[float, str]] = []
    for one, domain in tasks:
        begun = time.process_time()
        name, result = verdict(one)
        slow.append((time.process_time() - begun, f"{one.expression} : {one.claim}"))
        counts[f"{name} (narrower)" if domain == "narrower" else name] += 1
        named += name == "wrong" and result.diagnosis is not None
        if name in {bad, "error"}:
            lines.append(f"  {name}: {one.expression} | {one.wrt} | {one.claim} | {getattr(result, 'reason', result)}")
        if name == "undecided":
            reasons[f"{result.evidence.kind} ({domain})"] += 1
            if domain != "narrower":
                lines.append(f"  undecided: {one.expression} | {one.wrt} | {one.claim} | {result.reason}")
    echo(f"{title}: {len(tasks):,} claims; {dict(counts)}; undecided: {dict(reasons)}; diagnosed: {named}")
    echo(f"  slowest: {[(round(seconds, 3), text[:80]) for seconds, text in sorted(slow)[-3:]]}")
    for line in lines[:400]:
        echo(line)
    return {"claims": len(tasks), "verdicts": dict(counts), "undecided": dict(reasons), "diagnosed": named}


def speeds(found: list[Row], wrong: list[Task], echo: Callable[[str], None]) -> dict[str, float]:
    """Claims a second in several circumstances."""
    ordered = [task(row) for row in found]
    shuffled = random.Random(0).sample(ordered, len(ordered))
    figures = {"true, in the order of the corpus": rate(ordered)}
    figures["true, shuffled"] = rate(shuffled)
    figures["true, shuffled, every cache cold"] = rate(shuffled, forget)
    if wrong:
        sample = random.Random(0).sample(wrong, min(len(wrong), 1_500))
        figures["wrong, with diagnosis"] = rate(sample, runs=1)
        kept, diagnosis.diagnose = diagnosis.diagnose, lambda _, result, *_rest: result
        figures["wrong, without diagnosis"] = rate(sample, runs=1)
        diagnosis.diagnose = kept
    for name, value in figures.items():
        echo(f"{name}: {value:,.0f} claims a second of processor time")
    return figures


def against_others(found: list[Row], each: int) -> tuple[Table, dict[str, Any]]:
    """The same claims by SymPy, Maxima and math-verify, by form; raw claims are SymPy's own output."""
    by_form: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        if row["form"] != "hand" and ";" not in row["expr"]:
            by_form[row["form"]].append(row)
    generator = random.Random(1)
    samples = {form: generator.sample(by_form[form], min(each, len(by_form[form]))) for form in sorted(by_form)}
    table = Table(title=f"True claims that were decided, and seconds of processor time (at most {rivals.CAP} a claim)")
    for title in ("form", "gradcheck", "SymPy simplify", "ratio", "Maxima", "ratio", "math-verify", "ratio"):
        table.add_column(title, justify="left" if title == "form" else "right")
    scores: dict[str, dict[str, rivals.Score | str]] = {}
    rivals.by_sympy(found[:1])  # imports are not counted
    rivals.by_math_verify(found[:1])
    for form, sample in samples.items():
        forget()
        with rivals.quiet():
            scores[form] = {name: run(sample) for name, run in rivals.ALL.items()}
    others = [by_name for form, by_name in scores.items() if form != "raw"]
    scores["all but raw"] = {name: rivals.total([by_name[name] for by_name in others]) for name in rivals.ALL}
    figures: dict[str, Any] = {}
    for form, by_name in scores.items():
        cells = [form]
        figures[form] = {}
        ours = by_name["gradcheck"]
        assert isinstance(ours, rivals.Score)
        for name, score in by_name.items():
            if isinstance(score, str):
                cells += [score, ""]
                continue
            ratio = score.seconds / ours.seconds
            cells += [score.told(), *([f"{ratio:.0f} x"] if score is not ours else [])]
            figures[form][name] = {"seconds": score.seconds, "ratio": ratio, **score.outcomes}
        table.add_row(*cells)
    return table, figures


@click.command()
@click.option("--altered", "changes", type=int, default=3, show_default=True, help="Wrong versions of each claim.")
@click.option("--sympy", "each", type=int, default=20, show_default=True, help="Claims of each form for the others.")
@click.option("--limit", type=int, default=0, help="A sample of the corpus only.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures to a file.")
def claims(changes: int, each: int, limit: int, path: Path | None) -> None:
    """Verdicts and speed on the textbook corpus, beside SymPy, Maxima and math-verify."""
    found = rows()
    if limit:
        found = random.Random(0).sample(found, limit)
    figures: dict[str, Any] = {}
    figures["true"] = verdicts("true claims", [(task(row), row["domain"]) for row in found], "wrong", click.echo)
    wrong = [(task(row, one.text), one.how) for row in found for one in altered(row, changes)] if changes else []
    if wrong:
        figures["altered"] = verdicts("altered claims", wrong, "correct", click.echo)
    figures["speed"] = speeds(found, [one for one, _ in wrong], click.echo)
    if each:
        table, figures["others"] = against_others(found, each)
        Console(width=200).print(table)
    if path is not None:
        path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    claims()
