"""``python -m tests.attack fuzz``: look for inputs that break a law, by grammar (hypothesis) and by coverage (atheris).

Each target and engine runs in a process of its own, with a memory limit; what it finds is made small and written down
as a file that ``--replay`` runs again. What was found once and mended stands in ``findings.py`` and is a test.
"""

from __future__ import annotations

import base64
import faulthandler
import hashlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

if TYPE_CHECKING:
    from attack.targets import Target

ROOT: Final = Path(__file__).parents[2]
ENGINES: Final = ("grammar", "coverage")
NAMES: Final = (
    "plain", "latex", "point", "declarations", "evaluate", "claim", "problems", "table", "submissions", "assignment",
    "rows", "grade", "command",
)  # fmt: skip
"""The targets, as in targets.py: that imports gradcheck, which atheris must instrument first."""
MEMORY: Final = 3 << 30
"""Bytes that one fuzzing process may take."""
HANG: Final = 120
"""Seconds of processor time after which an input that does not end ends its process, and is a finding."""


@click.command(name="fuzz")
@click.option("--minutes", type=float, default=10.0, show_default=True, help="In all; shared out evenly.")
@click.option("--target", "targets", multiple=True, type=click.Choice(NAMES), help="These readers only (repeatable).")
@click.option("--engine", "engines", multiple=True, type=click.Choice(ENGINES), help="One of them only.")
@click.option("--seed", type=int, default=None, help="Of the first round; without it, the time.")
@click.option("--folder", default=str(ROOT / ".attack"), show_default=False, help="Where corpus and findings are kept.")
@click.option("--replay", type=click.Path(exists=True), help="Run the input of one finding again, and nothing else.")
def fuzz(
    minutes: float,
    targets: tuple[str, ...],
    engines: tuple[str, ...],
    seed: int | None,
    folder: str,
    replay: str | None,
) -> None:
    """Attack the readers; exit 1 if a law was broken."""
    if replay is not None:
        _replay(Path(replay))
        return
    seed = int(time.time()) if seed is None else seed
    engines = engines or ENGINES
    if "coverage" in engines and importlib.util.find_spec("atheris") is None:
        click.echo("atheris is not installed (pip install '.[attack]'): coverage-guided runs are left out")
        engines = tuple(engine for engine in engines if engine != "coverage")
    names = [name for name in targets or NAMES if name != "latex" or importlib.util.find_spec("gradcheck.reading")]
    runs = [(name, engine) for name in names for engine in engines]
    found = 0
    for number, (name, engine) in enumerate(runs):
        seconds = 60 * minutes / len(runs)
        report = _one_process(name, engine, seconds, seed + number, Path(folder))
        found += len(report["findings"])
        effort = f"{report['inputs']:>9,} inputs in{report['seconds']:>7.0f} s of processor time"
        click.echo(
            f"{name:13}{engine:9}{effort}, slowest {report['slowest']:.2f} s, {len(report['findings'])} findings"
        )
        for path in report["findings"]:
            click.echo(f"  {path}")
    sys.exit(1 if found else 0)


def _one_process(name: str, engine: str, seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """Run one target in a process of its own, and again where an input ends the process."""
    folder.mkdir(exist_ok=True)
    end = time.monotonic() + seconds
    total: dict[str, Any] = {"inputs": 0, "seconds": 0.0, "slowest": 0.0, "findings": []}
    while (left := end - time.monotonic()) > 1 or not total["inputs"]:
        work = [sys.executable, "-m", "tests.attack", "work", name, engine, str(max(1.0, left)), str(seed), str(folder)]
        done = subprocess.run(
            work, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, env={**os.environ, "PYTHONHASHSEED": "0"},
        )  # fmt: skip
        state = Recorder.state(folder, name, engine)
        report = json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}
        total["inputs"] += report.get("inputs", 0)
        total["seconds"] += report.get("seconds", 0.0)
        total["slowest"] = max(total["slowest"], report.get("slowest", 0.0))
        total["findings"] += [one for one in report.get("findings", []) if one not in total["findings"]]
        if done.returncode:
            total["findings"].append(_ended(folder, name, engine, done))
            if not total["inputs"]:
                break
        seed += 1_000
    return total


def _ended(folder: Path, name: str, engine: str, done: subprocess.CompletedProcess[str]) -> str:
    """An input that ended the whole process: the last one that was begun."""
    current = Recorder.current(folder, name, engine)
    data = current.read_bytes() if current.exists() else b""
    said = f"the process ended with {done.returncode}\n{done.stderr[-4_000:]}"
    return str(write_finding(folder, name, data, said))


def write_finding(folder: Path, name: str, data: bytes, said: str) -> Path:
    """A finding as a file: target, input, and what happened."""
    path = folder / f"finding-{name}-{hashlib.sha256(data + said[-200:].encode()).hexdigest()[:12]}.json"
    found = {"target": name, "input": base64.b64encode(data).decode(), "shown": repr(data)[:2_000], "said": said}
    path.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return path


def _replay(path: Path) -> None:
    from attack.targets import TARGETS

    found = json.loads(path.read_text(encoding="utf-8"))
    target = TARGETS[found["target"]]
    value = target.decoded(base64.b64decode(found["input"]))
    click.echo(f"{found['target']}: {value!r}")
    start = time.process_time()
    target.law(value)
    click.echo(f"the law holds ({time.process_time() - start:.2f} s)")


# -- the process that does it ------------------------------------------------------------------------------------------


class TooSlowError(AssertionError):
    """An input took more processor time than its target grants."""


def _check_time(took: float, granted: float) -> None:
    if took > granted:
        raise TooSlowError(f"{took:.1f} s")


@dataclass
class Recorder:
    """Runs the law on inputs, counts them, and keeps the smallest input of every kind of failure."""

    name: str
    engine: str
    target: Target
    folder: Path
    inputs: int = 0
    slowest: float = 0.0
    smallest: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    """Kinds of failure that were made small already."""

    @staticmethod
    def state(folder: Path, name: str, engine: str) -> Path:
        """What a process has found so far."""
        return folder / f"state-{name}-{engine}.json"

    @staticmethod
    def current(folder: Path, name: str, engine: str) -> Path:
        """The input that is being tried."""
        return folder / f"current-{name}-{engine}"

    def attack(self, value: Any) -> None:
        """Try one input. Raises what the law raises, if it is of a kind that is new."""
        from attack.targets import encoded

        data = encoded(value)
        self.current(self.folder, self.name, self.engine).write_bytes(data)
        signal.setitimer(signal.ITIMER_PROF, HANG)
        start = time.process_time()
        try:
            self.target.law(value)
            took = time.process_time() - start
            self.slowest = max(self.slowest, took)
            _check_time(took, self.target.seconds)
        except Exception as problem:
            kind = _kind(problem)
            said = "".join(traceback.format_exception(problem))[-6_000:]
            if kind not in self.smallest or len(data) < len(self.smallest[kind][0]):
                self.smallest[kind] = (data, said)
            if kind not in self.settled:
                raise
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.inputs += 1
            if not self.inputs % 50:
                self.save()

    def save(self) -> None:
        """Write down what was found; the process may be ended at any time."""
        paths = [str(write_finding(self.folder, self.name, *found)) for found in self.smallest.values()]
        report = {
            "inputs": self.inputs,
            "seconds": time.process_time(),
            "slowest": self.slowest,
            "findings": paths,
        }
        self.state(self.folder, self.name, self.engine).write_text(json.dumps(report), encoding="utf-8")


def _kind(problem: BaseException) -> str:
    """What is the same failure: its type and the place in our code at which it came up."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(problem.__traceback__)]
    ours = [place for place in places if "/gradcheck/" in place or "/attack/laws" in place]
    return f"{type(problem).__name__} at {ours[-1] if ours else places[-1] if places else ''}"


@click.command(name="work", hidden=True)
@click.argument("name")
@click.argument("engine")
@click.argument("seconds", type=float)
@click.argument("seed", type=int)
@click.argument("folder")
def work(name: str, engine: str, seconds: float, seed: int, folder: str) -> None:
    """Attack one target with one engine (called by fuzz)."""
    import resource

    faulthandler.register(signal.SIGPROF, chain=True)  # say where it hangs, then die of it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if engine == "coverage":
        _by_coverage(name, seconds, seed, Path(folder))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _by_grammar(_recorder(name, engine, folder), seconds, seed)


def _recorder(name: str, engine: str, folder: str | Path) -> Recorder:
    from attack.targets import TARGETS

    Recorder.state(Path(folder), name, engine).unlink(missing_ok=True)
    return Recorder(name, engine, TARGETS[name], Path(folder))


class _TimeOver(KeyboardInterrupt):
    """Ends a run of hypothesis, which takes any other exception for a failure."""


def _by_grammar(recorder: Recorder, seconds: float, seed: int) -> None:
    """Inputs from the target's grammar; a failure is made small before the next one is looked for."""
    import hypothesis

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seed += 1

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=2_000,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
            report_multiple_bugs=False,
            derandomize=False,
        )
        @hypothesis.given(recorder.target.grammar())
        def attacked(value: Any) -> None:
            if time.monotonic() > end:
                raise _TimeOver
            recorder.attack(value)

        try:
            attacked()
        except _TimeOver:
            break
        except Exception as problem:  # noqa: BLE001 - any exception is a finding
            recorder.settled.update(recorder.smallest)
            recorder.settled.add(_kind(problem))
    recorder.save()


def _by_coverage(name: str, seconds: float, seed: int, folder: Path) -> NoReturn:
    """Inputs that atheris changes towards code that was not yet reached; it never returns."""
    import atheris

    with atheris.instrument_imports(include=["gradcheck"], enable_loader_override=False):
        recorder = _recorder(name, "coverage", folder)

    corpus = folder / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for data in recorder.target.seeds():
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    end = time.monotonic() + seconds

    def one(data: bytes) -> None:
        try:
            recorder.attack(recorder.target.decoded(data))
        except Exception as problem:  # noqa: BLE001 - any exception is a finding
            recorder.settled.add(_kind(problem))
        if time.monotonic() > end:
            recorder.save()
            os._exit(0)

    options = [
        f"-seed={seed}", f"-max_total_time={int(seconds) + 5}", "-max_len=1500", f"-rss_limit_mb={MEMORY >> 20}",
        "-timeout=36000", "-print_final_stats=0", "-verbosity=0", f"-artifact_prefix={folder}/",
    ]  # fmt: skip
    atheris.Setup(["attack", *options, str(corpus)], one)
    atheris.Fuzz()
    recorder.save()
    os._exit(0)
