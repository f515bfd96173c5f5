"""A real Dask scheduler with two workers on this machine: ``check`` and ``grade`` give what they give without it."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from gradcheck.batch import run
from gradcheck.claims.verify import Task
from gradcheck.cluster import open_executor

pytest.importorskip("distributed")
ROOT = Path(__file__).parents[1]
CLUSTER = """
import sys

import distributed

if __name__ == "__main__":
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the scheduler listens; it runs in processes of its own, until its standard input ends."""
    folder = tmp_path_factory.mktemp("cluster")
    script = folder / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    with (folder / "log").open("w+") as log:
        cluster = subprocess.Popen(
            [sys.executable, str(script)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        with cluster.stdin, cluster.stdout:
            try:
                ready = select.select([cluster.stdout], [], [], 120)[0]
                place = cluster.stdout.readline().strip() if ready else ""
                assert place.startswith("tcp://127.0.0.1:"), Path(log.name).read_text()
                yield place.replace("tcp://", "dask://")
                cluster.stdin.close()
                cluster.wait(60)
            finally:
                if cluster.poll() is None:
                    os.killpg(cluster.pid, 9)
                    cluster.wait()


def said(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "gradcheck", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "samples/lecture-notes.toml", "samples/claims.csv", "-v"],
        ["check", "samples/textbook.toml", "--prove", "-v", "--timeout", "60"],
        ["grade", "samples/class-problems.toml", "samples/class-submissions.csv", "--format", "csv"],
    ],
    ids=["check", "prove", "grade"],
)
def test_the_command_line_says_the_same_on_a_cluster(arguments, address):
    alone = said(arguments)
    assert said([*arguments, "--executor", address]) == alone
    assert alone[0] != 70
    assert alone[1]


@pytest.mark.filterwarnings("ignore")
def test_an_executor_from_python(address):
    tasks = [Task(f"x**{k}", f"{k}*x**{k - 1}" if k % 3 else f"{k}*x", id=str(k)) for k in range(2, 102)]
    with open_executor(address) as executor:
        assert list(run(tasks, executor=executor)) == list(run(tasks))


@pytest.mark.filterwarnings("ignore")
def test_a_worker_of_the_cluster_that_is_lost(address):
    """Half of the claims have been read when one of the two workers is killed; the other half come after that."""
    import distributed

    with distributed.Client(address.replace("dask://", "tcp://")) as client:
        workers = list(client.run(os.getpid).values())
    command = [sys.executable, "-m", "gradcheck", "check", "-", "--executor", address, "--format", "json"]
    rows = b"x**2,x,2*x\n" * 400
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as done:
        done.stdin.write(b"expr,wrt,claim\n" + rows)
        done.stdin.flush()
        end = time.monotonic() + 60
        while int.from_bytes(fcntl.ioctl(done.stdin, termios.FIONREAD, b"\0\0\0\0"), sys.byteorder):
            assert time.monotonic() < end
            select.select([], [], [], 0.02)
        os.kill(workers[0], signal.SIGKILL)
        out, err = done.communicate(rows, timeout=120)
    verdicts = [claim["verdict"] for claim in json.loads(out)["claims"]]
    assert (done.returncode, verdicts, err) == (0, ["correct"] * 800, b"")


def test_that_a_chunk_is_computed_again_is_not_told(address):
    """BUG: a lost worker sometimes showed "distributed.client - WARNING - Couldn't gather 1 keys, rescheduling"."""
    with open_executor(address):
        assert not logging.getLogger("distributed.client").isEnabledFor(logging.WARNING)


def test_a_scheduler_that_does_not_answer(free_port):
    code, out, err = said(["check", "samples/claims.csv", "--executor", f"dask://127.0.0.1:{free_port}"])
    assert (code, out) == (2, "")
    assert err.startswith(f"gradcheck: no Dask scheduler answers at 127.0.0.1:{free_port}")
    assert "Traceback" not in err


@pytest.fixture
def free_port():
    """A port on which nobody listens."""
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield one.getsockname()[1]
