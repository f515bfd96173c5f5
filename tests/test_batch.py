"""Many claims: order, bounded look-ahead, processes that die, limits, clusters."""

from __future__ import annotations

import concurrent.futures
import io
import multiprocessing
import os
import time

import pytest

from gradcheck import batch, forked
from gradcheck.batch import run
from gradcheck.claims import prove
from gradcheck.claims.derivation import Derivation
from gradcheck.claims.verify import Task
from gradcheck.cluster import open_executor
from gradcheck.errors import UsageProblem
from gradcheck.files import RowError
from gradcheck.reading import halves
from gradcheck.verdicts import ClaimResult, Evidence


class Bomb(str):
    """A text that ends the process which unpickles it."""

    __slots__ = ()

    def __reduce__(self):
        return os._exit, (9,)


def many(count):
    return [
        Task(f"x**{k}", f"{k}*x**{k - 1}" if k % 3 else f"{k}*x**{k}", id=str(k), line=k) for k in range(2, count + 2)
    ]


def fake(task, *, timeout):
    return ClaimResult(task.expression, "", task.claim, "", "correct", Evidence("points", 14, 30), id=task.id)


def words(outcomes):
    return [outcome.verdict if isinstance(outcome, ClaimResult) else "error" for outcome in outcomes]


def children():
    return [child for child in multiprocessing.active_children() if child.is_alive()]


def test_in_the_order_of_the_input_and_the_same_with_two_processes():
    tasks = many(100)
    one = list(run(tasks))
    two = list(run(tasks, jobs=2))
    assert [outcome.id for outcome in two] == [task.id for task in tasks]
    assert one == two
    assert words(one[:3]) == ["correct", "wrong", "correct"]
    assert not children()


@pytest.mark.parametrize("jobs", [1, 2])
def test_errors_are_outcomes_and_stop_nothing(jobs):
    given = RowError("t.csv", 3, "c", "unreadable")
    tasks = [Task("x**2", "2*x"), Task("sinn(x)", "1", file="t.csv", line=2, id="b"), given, Task("x**2", "3*x")]
    found = list(run(tasks, jobs=jobs))
    assert words(found) == ["correct", "error", "error", "wrong"]
    said = "there is no function called 'sinn' (the expression, column 1)"
    assert found[1] == RowError("t.csv", 2, "b", said, "did you mean sin or sinh or sinc?")
    assert found[2] is given or found[2] == given


def test_only_a_bounded_number_is_read_ahead():
    taken = 0

    def source():
        nonlocal taken
        for task in many(5_000):
            taken += 1
            yield task

    found = run(source(), verify=fake)
    next(found)
    assert taken == 1
    found = run(source(), jobs=2)
    taken = 0
    next(found)
    assert taken <= 2 * batch._AHEAD * batch.CHUNK
    found.close()
    assert not children()


def test_a_task_that_kills_its_process_loses_nothing_but_itself():
    tasks = many(70)
    tasks[40] = Task("x**2", Bomb("2*x"), id="bomb")
    found = list(run(tasks, jobs=2))
    assert [outcome.id for outcome in found] == [task.id for task in tasks]
    assert found[40].verdict == "undecided"
    assert found[40].evidence.kind == "timeout"
    assert "its process died" in found[40].reason
    del tasks[40], found[40]
    assert found == list(run(tasks))
    assert not children()


def test_a_bug_is_undecided_and_says_so():
    def buggy(task, *, timeout):
        if task.id == "3":
            raise ZeroDivisionError("oops")
        return fake(task, timeout=timeout)

    found = list(run(many(3), verify=buggy))
    assert words(found) == ["correct", "undecided", "correct"]
    assert found[1].evidence.kind == "bug"
    assert "ZeroDivisionError: oops" in found[1].reason


def test_no_memory_is_undecided():
    def greedy(task, *, timeout):
        raise MemoryError

    assert "memory limit" in next(run(many(1), verify=greedy)).reason


@pytest.mark.skipif(not forked.POSSIBLE, reason="fork of POSIX")
def test_the_memory_of_a_single_claim_is_limited():
    """What wants more than its process may take is undecided, and the next claim is judged."""

    def greedy(task, *, timeout):
        if task.id == "2":
            bytearray(forked.MEMORY)
        return fake(task, timeout=timeout)

    found = list(run(many(2), verify=greedy, isolated=True))
    assert words(found) == ["undecided", "correct"]
    assert found[0].reason == "the memory limit was reached"


def test_a_claim_that_does_not_stop_by_itself_is_interrupted():
    def endless(task, *, timeout):
        time.sleep(60)

    start = time.monotonic()
    found = next(run(many(1), verify=endless, timeout=0.1))
    assert found.evidence.kind == "timeout"
    assert time.monotonic() - start < 5


@pytest.mark.skipif(not forked.POSSIBLE, reason="fork of POSIX")
def test_a_single_job_in_a_process_of_its_own_is_the_same():
    tasks = [*many(70), RowError("t.csv", 3, "c", "unreadable"), Task("sinn(x)", "1", id="d"), derivation("2*x", "3*x")]
    assert list(run(tasks, isolated=True)) == list(run(tasks))


@pytest.mark.skipif(not forked.POSSIBLE, reason="fork of POSIX")
def test_a_claim_stuck_where_no_signal_is_heard_is_given_up_and_loses_nothing_but_itself(monkeypatch):
    def stuck(task, *, timeout):
        return pow(3, 10**9) if task.id == "5" else fake(task, timeout=timeout)

    monkeypatch.setattr(batch, "_LAST_GRACE", 0.1)
    found = list(run(many(40), verify=stuck, timeout=0.1, isolated=True))
    assert [outcome.id for outcome in found] == [task.id for task in many(40)]
    assert [outcome.id for outcome in found if outcome.verdict == "undecided"] == ["5"]
    assert found[3].evidence.kind == "timeout"


@pytest.mark.parametrize("options", [{}, {"isolated": True}, {"jobs": 2}], ids=["here", "beside", "two"])
def test_proofs_wherever_the_work_is_done(options):
    try:
        found = list(run([*many(6), Task("asin(x)", "1/cos(asin(x))", id="s")], prove=True, timeout=60.0, **options))
    finally:
        prove.close()
    assert [outcome.evidence.kind for outcome in found] == [
        *("proved", "counterexample", "proved", "proved", "counterexample", "proved"),
        "proved",
    ]
    assert found[-1].evidence.how == prove.SIMPLIFIED
    assert not children()


def test_a_derivation_is_proved_where_every_line_is(monkeypatch):
    class Silent:
        def ask(self, *_):
            return "no"

    monkeypatch.setattr(prove, "_assistant", Silent)
    (found,) = run([derivation("2*x", "x + x")], prove=True)
    assert found.evidence.kind == "proved"
    lines = ("1/sqrt(1 - x**2)", "1/cos(asin(x))", "1/sqrt(1 - x**2)")
    steps = tuple(Task("asin(x)", f"df/dx = {line}") for line in lines)
    (found,) = run([Derivation("d", steps, lines)], prove=True)
    assert (found.verdict, found.evidence.kind) == ("correct", "points")
    assert "no proof was found" in found.notes


def test_an_interrupt_leaves_no_process():
    def source():
        yield from many(200)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(run(source(), jobs=2))
    assert not children()


def test_any_executor_of_concurrent_futures():
    tasks = many(80)
    with concurrent.futures.ThreadPoolExecutor(2) as executor:
        assert list(run(tasks, executor=executor)) == list(run(tasks))


class Failing(concurrent.futures.Executor):
    """Loses every chunk that holds the id 5, as a cluster whose worker dies over it."""

    def submit(self, function, /, *args, **options):
        future = concurrent.futures.Future()
        if any(task.id == "5" for task in args[0]):
            future.set_exception(RuntimeError("KilledWorker"))
        else:
            future.set_result(function(*args, **options))
        return future


def test_a_cluster_that_loses_a_worker():
    found = list(run(many(40), executor=Failing()))
    assert [outcome.id for outcome in found] == [task.id for task in many(40)]
    assert [outcome.id for outcome in found if outcome.verdict == "undecided"] == ["5"]
    assert "KilledWorker" in found[3].reason


@pytest.mark.parametrize(
    "address", ["", "localhost:8786", "ray://x:1", "dask://", "dask://localhost", "dask://:1", "dask://x:y"]
)
def test_addresses_that_are_none(address):
    with pytest.raises(UsageProblem, match="no executor"), open_executor(address):
        pass


def test_without_dask_the_hint_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UsageProblem) as caught, open_executor("dask://localhost:8786"):
        pass
    assert caught.value.hint == "pip install 'gradcheck[dask]'"


def derivation(*lines):
    steps = [f"df/dx = {halves(line)[1]}" for line in lines]
    return Derivation("d", tuple(Task("x**2", step, id="d", line=n) for n, step in enumerate(steps, 1)), lines)


def test_a_derivation_blames_its_first_wrong_line_only():
    (found,) = run([derivation("2*x", "x + x", "2*x + 1", "7")])
    assert (found.verdict, found.line, found.claim) == ("wrong", 3, "2*x + 1")
    assert found.reason.startswith("line 2 is right, line 3 is not: x + x became 2*x + 1; ∂f/∂x is ")
    assert found.diagnosis is not None


def test_the_change_of_a_derivation_is_told_without_its_target():
    (found,) = run([derivation("df/dx = 2*x", "= 3*x")])
    assert found.reason.startswith("line 1 is right, line 2 is not: 2*x became 3*x; ")


@pytest.mark.parametrize(
    ("lines", "verdict", "line"),
    [
        (["2*x", "x + x"], "correct", 1),
        (["3*x", "2*x"], "wrong", 1),
        (["2*x", "log(-1-x**2)", "3*x"], "wrong", 3),
        (["2*x", "2*x + 0*log(-1-x**2)"], "undecided", 2),
        (["2*x", "2*q", "3*x"], "error", 2),
        (["3*x", "2*q"], "wrong", 1),
        (["[2*x]", "3*x"], "wrong", 2),
        (["sum([x, x])", "2*x"], "correct", 1),
    ],
)
def test_derivations(lines, verdict, line):
    (found,) = run([derivation(*lines)])
    assert (words([found])[0], found.line) == (verdict, line)


def test_progress_goes_away(monkeypatch):
    monkeypatch.setattr(batch, "_PULSE", -1.0)
    terminal = io.StringIO()
    found = list(batch.watched(run(many(3)), terminal))
    assert len(found) == 3
    assert "3 claims, 1 wrong" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
