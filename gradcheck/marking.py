"""Marking in several processes: what each needs is the problem file's text and the students' statements."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from gradcheck.files.assignment import read_assignment
from gradcheck.grading import Judgement, Marker

if TYPE_CHECKING:
    from collections.abc import Sequence

_marker: Marker | None = None


def prejudge(marker: Marker, problems_text: str, sheets: Sequence[tuple[int, tuple[str, ...]]], jobs: int) -> None:
    """Fill a marker's judgements; a statement that kills its process is left for a human."""
    waiting = list(dict.fromkeys((number, text) for number, texts in sheets for text in texts))
    settings = (problems_text, marker.timeout, marker.seed)
    width = jobs
    while waiting:
        try:
            with _pool(width, settings) as pool:
                futures = [pool.submit(_judge, *one) for one in waiting]
                try:
                    for one, future in zip(waiting, futures, strict=True):
                        marker.judgements[one] = future.result()
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        except BrokenProcessPool:
            waiting = [one for one in waiting if one not in marker.judgements]
            if width == 1:  # alone in its process, so it is the culprit
                marker.judgements[waiting.pop(0)] = Judgement(None, "it took more memory than there is")
            width = 1
        else:
            return


def _pool(jobs: int, settings: tuple[str, float, int]) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=settings)


def _start(problems_text: str, timeout: float, seed: int) -> None:
    global _marker  # noqa: PLW0603 - one marker for the life of a worker process
    _marker = Marker(read_assignment(problems_text), timeout, seed)


def _judge(number: int, text: str) -> Judgement:
    assert _marker is not None
    return _marker.judge(number, text)
