"""One engine at one size in a process of its own, which prints JSON: ``_one_engine NAME OPERATIONS RUNS``."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time

from tests.benchmarks._tapes import ENGINES, terms

MEGABYTE = 1024 if sys.platform != "darwin" else 1024 * 1024


def peak() -> float:
    """Megabytes that the process has taken at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def spent(job) -> tuple[float, object]:
    start = time.process_time()
    found = job()
    return time.process_time() - start, found


def measure(name: str, operations: int, runs: int) -> dict[str, object]:
    """Seconds of processor time: for the import, from text to gradient, and for each further gradient."""
    load, build, *_ = ENGINES[name]
    parts = terms(operations)
    loading, library = spent(load)
    before = peak()
    first, further = [], []
    sys.setrecursionlimit(10**6)  # for the peers that recurse
    for _ in range(runs):
        building, gradient = spent(lambda: build(library, parts))
        once, found = spent(gradient)
        first.append(building + once)
        further.append(spent(gradient)[0])
        del gradient
    return {
        "engine": name,
        "operations": operations,
        "import_seconds": loading,
        "seconds": statistics.median(first),
        "gradient_seconds": statistics.median(further),
        "megabytes": peak() - before,
        "gradient": found,
    }


if __name__ == "__main__":
    try:
        json.dump(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
    except ImportError:
        json.dump({"missing": True}, sys.stdout)
