"""The same true claims by others: SymPy's simplify, Maxima and math-verify; seconds of processor time and decisions."""

from __future__ import annotations

import contextlib
import io
import logging
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcheck.claims.verify import Task, verify
from gradcheck.errors import GradcheckError
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import number_text
from gradcheck.syntax.tree import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CAP = 20
"""Seconds that one claim may take."""
BATCH_CAP = 600
Row = dict[str, str]


@dataclass
class Score:
    """What one program made of some true claims."""

    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def decided(self) -> int:
        return self.outcomes["decided"]

    def told(self) -> str:
        others = {name: count for name, count in self.outcomes.items() if name != "decided"}
        total = sum(self.outcomes.values())
        return f"{self.decided} of {total} in {self.seconds:.2f} s" + (f" {others}" if others else "")


class _Late(Exception):
    pass


def _late(*_: Any) -> None:
    raise _Late


def _each(rows: Sequence[Row], decide: Callable[[Row], bool]) -> Score:
    score = Score()
    signal.signal(signal.SIGALRM, _late)
    for row in rows:
        start = time.process_time()
        signal.alarm(CAP)
        try:
            outcome = "decided" if decide(row) else "not decided"
        except _Late:
            outcome = f"over {CAP} s"
        except Exception:  # noqa: BLE001 - names and functions that a rival does not know
            outcome = "not read"
        finally:
            signal.alarm(0)
        score.outcomes[outcome] += 1
        score.seconds += time.process_time() - start
    return score


def by_gradcheck(rows: Sequence[Row]) -> Score:
    score = Score()
    start = time.process_time()
    for row in rows:
        try:
            found = verify(Task(row["expr"], row["claim"], wrt=row["wrt"], declarations=row["vars"])).verdict
        except GradcheckError:
            found = "error"
        score.outcomes["decided" if found == "correct" else found] += 1
    score.seconds = time.process_time() - start
    return score


def _in_sympy(row: Row) -> tuple[Any, Any]:
    """The true derivative and the claim."""
    import sympy
    from corpora.make_textbook import to_sympy

    positive = frozenset(part.split()[0] for part in row["vars"].split(";") if ">" in part)
    function, names = to_sympy(row["expr"], positive)
    claim, others = to_sympy(row["claim"].replace("heaviside", "Heaviside"), positive)
    claim = claim.subs({others[name]: names[name] for name in others if name in names})
    return sympy.diff(function, names[row["wrt"]]), claim


def by_sympy(rows: Sequence[Row]) -> Score:
    """``simplify(diff(f) - claim) == 0``."""
    import sympy

    def decide(row: Row) -> bool:
        true, claim = _in_sympy(row)
        return bool(sympy.simplify(true - claim) == 0)

    return _each(rows, decide)


def by_math_verify(rows: Sequence[Row]) -> Score | str:
    """math-verify compares LaTeX, so that both sides are written by SymPy first (which is not counted)."""
    try:
        import math_verify
    except ImportError:
        return "not installed"
    import sympy

    logging.disable(logging.WARNING)
    texts = {}
    for row in rows:
        with contextlib.suppress(Exception):
            texts[row["id"]] = [f"${sympy.latex(one)}$" for one in _in_sympy(row)]

    def decide(row: Row) -> bool:
        gold, answer = (math_verify.parse(text, parsing_timeout=None) for text in texts[row["id"]])
        return bool(math_verify.verify(gold, answer, timeout_seconds=None))

    return _each(rows, decide)


# -- Maxima ---------------------------------------------------------------------------------------------------------

_MAXIMA = {
    "+": "({}+{})", "-": "({}-{})", "*": "({}*{})", "/": "({}/{})", "**": "({}^{})", "neg": "(-{})",
    "cbrt": "({}^(1/3))", "sign": "signum({})", "log2": "(log({})/log(2))", "log10": "(log({})/log(10))",
    "expm1": "(exp({})-1)", "log1p": "log(1+{})", "sigmoid": "(1/(1+exp(-{})))", "softplus": "log(1+exp({}))",
    "heaviside": "((1+signum({}))/2)", "root": "({}^(1/{}))", "hypot": "sqrt({}^2+{}^2)",
}  # fmt: skip
_SAME = (
    "exp", "log", "sqrt", "abs", "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "atan2", "sinh",
    "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh", "erf", "erfc", "max", "min",
)  # fmt: skip


def to_maxima(text: str) -> str:
    """An expression in Maxima's language; KeyError where it has no such function."""
    program = parse(text)
    written: list[str] = []
    for item in program.items:
        if item.kind is Kind.NUMBER:
            written.append(f"({number_text(item.value)[0]})" if item.value.denominator == 1 else f"({item.value})")
        elif item.kind is Kind.NAME:
            written.append({"pi": "%pi", "e": "%e"}.get(item.name, f"v_{item.name}"))
        else:
            template = _MAXIMA.get(item.name)
            if template is None:
                if item.name not in _SAME:
                    raise KeyError(item.name)
                template = f"{item.name}({', '.join(['{}'] * len(item.arguments))})"
            written.append(template.format(*[written[argument] for argument in item.arguments]))
    (statement,) = program.statements
    return written[statement.root]


def by_maxima(rows: Sequence[Row]) -> Score | str:
    """One batch of ``is(equal(…))`` or ``ratsimp(…) = 0``; its start-up is measured apart and taken off."""
    if shutil.which("maxima") is None:
        return "not installed"
    score = Score()
    lines = []
    for number, row in enumerate(rows):
        try:
            function, claim = to_maxima(row["expr"]), to_maxima(row["claim"])
        except (KeyError, ValueError):
            score.outcomes["not read"] += 1
            continue
        facts = [part.strip() for part in row["vars"].split(";") if part.strip() and ":" not in part]
        assumed = "".join(f"assume(v_{fact}), " for fact in facts if fact.count("<") + fact.count(">") == 1)
        forgotten = "".join(f", forget(v_{fact})" for fact in facts if fact.count("<") + fact.count(">") == 1)
        true = f"diff({function}, v_{row['wrt']})"
        lines.append(
            f"block([r], {assumed}r: errcatch(is(equal({true}, {claim}))), "
            f"if r # [true] then r: errcatch(is(ratsimp({true}-({claim})) = 0)){forgotten}, "
            f'print("R", {number}, r))$'
        )
    empty, _ = _maxima([])
    seconds, output = _maxima(lines)
    answers = dict(line.split()[1:3] for line in output.splitlines() if line.startswith("R ") and len(line.split()) > 2)
    score.outcomes["decided"] = sum(answer == "[true]" for answer in answers.values())
    score.outcomes["not decided"] = len(lines) - score.decided
    score.seconds = max(0.0, seconds - empty)
    return score


def _maxima(lines: Sequence[str]) -> tuple[float, str]:
    with tempfile.TemporaryDirectory() as folder:
        batch = Path(folder) / "claims.mac"
        batch.write_text("\n".join(["linel: 10000$", *lines]) + "\n", encoding="ascii")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            done = subprocess.run(
                ["maxima", "--very-quiet", f'--batch-string=load("{batch}")$'],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=BATCH_CAP,
                check=False,
            )
            output = done.stdout
        except subprocess.TimeoutExpired as late:
            output = (late.stdout or b"").decode(errors="replace")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, output


ALL: dict[str, Callable[[Sequence[Row]], Score | str]] = {
    "gradcheck": by_gradcheck,
    "SymPy": by_sympy,
    "Maxima": by_maxima,
    "math-verify": by_math_verify,
}


def total(scores: Sequence[Score | str]) -> Score | str:
    """The scores of several samples in one."""
    found = [score for score in scores if isinstance(score, Score)]
    if not found:
        return scores[0]
    outcomes = sum((score.outcomes for score in found), Counter())
    return Score(sum(score.seconds for score in found), outcomes)


@contextlib.contextmanager
def quiet():
    """What rivals print does not belong into the table."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
