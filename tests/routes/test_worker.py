"""SymPy in a process of its own: ready before its job, gone behind it."""

import subprocess
import sys

import pytest

from gradcheck import forked
from gradcheck.build import build
from gradcheck.routes import worker
from gradcheck.syntax.plain import parse

GRAPH = build(parse("x**2"))
NODES = list(GRAPH.inputs.values())


def test_here_and_beside_say_the_same():
    here = worker.start(GRAPH, NODES, 10.0, isolated=False)
    assert here.result()[NODES[0]].text == "2*x"
    here.stop()


def in_a_new_process(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.split()


@pytest.mark.skipif(not forked.POSSIBLE, reason="fork of POSIX")
def test_a_process_that_is_ready_takes_the_first_job():
    code = """
from gradcheck.build import build
from gradcheck.routes import worker
from gradcheck.syntax.plain import parse
import os, sys
graph = build(parse("x**2"))
nodes = list(graph.inputs.values())
with worker.ready():
    (waiting,) = worker._READY
    job = worker.start(graph, nodes, 10.0, isolated=True)
    assert job.child is waiting
    print(job.result()[nodes[0]].text)
    other = worker.start(graph, nodes, 10.0, isolated=True)
    assert other.child is not waiting
    print(other.result()[nodes[0]].text)
print("sympy" in sys.modules, worker._READY)
"""
    assert in_a_new_process(code) == ["2*x", "2*x", "False", "[]"]


@pytest.mark.skipif(not forked.POSSIBLE, reason="fork of POSIX")
def test_no_process_is_left_where_nothing_was_asked():
    code = """
import os
from gradcheck.routes import worker
with worker.ready():
    (waiting,) = worker._READY
    process = waiting.process
try:
    os.kill(process, 0)
    print("alive")
except ProcessLookupError:
    print("gone")
with worker.ready(wanted=False):
    print(worker._READY)
"""
    assert in_a_new_process(code) == ["gone", "[]"]


@pytest.mark.skipif(not forked.POSSIBLE, reason="fork of POSIX")
def test_where_no_process_can_be_started_it_is_done_here():
    code = """
from gradcheck.build import build
from gradcheck.routes import worker
from gradcheck.syntax.plain import parse
import os

def refuse():
    raise BlockingIOError

os.fork = refuse
graph = build(parse("x**2"))
with worker.ready():
    job = worker.start(graph, list(graph.inputs.values()), 30, isolated=True)
    print(job.result()[graph.inputs["x"]].text)
"""
    assert in_a_new_process(code) == ["2*x"]
