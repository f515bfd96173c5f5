"""Every true claim of the corpus and its altered versions: verdicts, reasons, speed, and the ratio to SymPy.

python -m tests.benchmarks.claims [--altered 3] [--sympy 60] [--limit N]
"""
# ruff: noqa: T201, E402

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "corpora")]

from corpora.altered import TEXTBOOK, altered

from gradcheck.claims import verify as engine
from gradcheck.claims.verify import Task, verify
from gradcheck.errors import GradcheckError


def rows() -> list[dict[str, str]]:
    """The true claims."""
    return [json.loads(line) for line in TEXTBOOK.read_text().splitlines()]


def task(row: dict[str, str], claim: str | None = None) -> Task:
    return Task(row["expr"], claim or row["claim"], wrt=row["wrt"], declarations=row["vars"], id=row["id"])


def verdict(one: Task) -> tuple[str, Any]:
    try:
        result = verify(one)
    except GradcheckError as error:
        return "error", error
    return result.verdict, result


def _count(title: str, tasks: list[tuple[Task, str]], bad: str) -> None:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    named: Counter[str] = Counter()
    lines = []
    start = time.perf_counter()
    slow: list[tuple[float, str]] = []
    for one, domain in tasks:
        begun = time.perf_counter()
        name, result = verdict(one)
        slow.append((time.perf_counter() - begun, f"{one.expression} : {one.claim}"))
        key = f"{name} (narrower)" if domain == "narrower" else name
        counts[key] += 1
        if name == "wrong":
            named["named" if result.diagnosis else "not named"] += 1
        if name in {bad, "error"}:
            lines.append(f"  {name}: {one.expression} | {one.wrt} | {one.claim} | {getattr(result, 'reason', result)}")
        if name == "undecided":
            reasons[f"{result.evidence.kind} ({domain})"] += 1
            if domain != "narrower":
                lines.append(
                    f"  undecided: {one.expression} | {one.wrt} | {one.claim} | {one.declarations} | {result.reason}"
                )
    spent = time.perf_counter() - start
    print(
        f"{title}: {len(tasks)} claims, {len(tasks) / spent:.0f} a second; {dict(counts)}; undecided: {dict(reasons)}"
    )
    print(f"  diagnoses: {dict(named)}; slowest: {[(round(s, 2), text[:90]) for s, text in sorted(slow)[-3:]]}")
    print("\n".join(lines[:400]))


class _Late(Exception):
    pass


def _late(*_: Any) -> None:
    raise _Late


def against_sympy(found: list[dict[str, str]], count: int) -> None:
    """The same claims by ``simplify(diff(f) - claim) == 0``, at most 20 seconds each."""
    import sympy
    from make_textbook import to_sympy

    signal.signal(signal.SIGALRM, _late)
    generator = random.Random(1)
    simple = [row for row in found if row["form"] != "hand" and ";" not in row["expr"]]
    sample = generator.sample(simple, min(count, len(simple)))
    spent = 0.0
    outcomes: Counter[str] = Counter()
    for row in sample:
        start = time.perf_counter()
        signal.alarm(20)
        try:
            positive = frozenset(part.split()[0] for part in row["vars"].split(";") if ">" in part)
            function, names = to_sympy(row["expr"], positive)
            text = row["claim"]
            claim, others = to_sympy(text.replace("heaviside", "Heaviside").replace("sign", "sign"), positive)
            claim = claim.subs({others[name]: names[name] for name in others if name in names})
            zero = sympy.simplify(sympy.diff(function, names[row["wrt"]]) - claim) == 0
            outcomes["zero" if zero else "not shown"] += 1
        except _Late:
            outcomes["timeout"] += 1
        except Exception:  # noqa: BLE001 - names that SympPy's side of the corpus does not have
            outcomes["not read"] += 1
        finally:
            signal.alarm(0)
        spent += time.perf_counter() - start
    start = time.perf_counter()
    for row in sample:
        verdict(task(row))
    ours = time.perf_counter() - start
    print(
        f"SymPy on {len(sample)} claims: {spent:.1f} s, {dict(outcomes)}; gradcheck {ours:.3f} s: {spent / ours:.0f} x"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--altered", type=int, default=3)
    parser.add_argument("--sympy", type=int, default=60)
    parser.add_argument("--limit", type=int, default=0)
    options = parser.parse_args()
    found = rows()
    if options.limit:
        found = random.Random(0).sample(found, options.limit)
    _count("true claims", [(task(row), row["domain"]) for row in found], "wrong")
    wrong = [(task(row, one.text), one.how) for row in found for one in altered(row, options.altered)]
    _count("altered claims", wrong, "correct")
    kept, engine.diagnose = engine.diagnose, lambda _, result, *_rest: result  # the verdicts alone
    start = time.perf_counter()
    for one, _ in wrong:
        verdict(one)
    print(f"altered without diagnosis: {len(wrong) / (time.perf_counter() - start):.0f} a second")
    engine.diagnose = kept
    if options.sympy:
        against_sympy(found, options.sympy)


if __name__ == "__main__":
    main()
