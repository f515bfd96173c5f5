"""A Dask cluster as an executor. Imported where one is asked for."""

from __future__ import annotations

import contextlib
import importlib
import logging
import socket
from typing import TYPE_CHECKING, Final

from gradcheck.errors import UsageProblem, printable

if TYPE_CHECKING:
    import concurrent.futures
    from collections.abc import Iterator

_ANSWER: Final = 10
"""Seconds in which a scheduler must answer."""


@contextlib.contextmanager
def open_executor(address: str) -> Iterator[concurrent.futures.Executor]:
    """The executor of a Dask cluster, as ``dask://HOST:PORT``; it is closed with the block.

    Raises UsageProblem where the address is none, Dask is not installed, or nobody answers.
    """
    scheme, _, place = address.partition("://")
    host, _, port = place.rpartition(":")
    if scheme != "dask" or not host or not port.isdecimal():
        raise UsageProblem(f"{printable(address)} is no executor", hint="as in dask://localhost:8786")
    try:
        distributed = importlib.import_module("distributed")
    except ImportError:
        raise UsageProblem("Dask is not installed", hint="pip install 'gradcheck[dask]'") from None
    try:
        socket.create_connection(
            (host.strip("[]"), int(port)), timeout=_ANSWER
        ).close()  # Dask would try again and again
        client = distributed.Client(f"tcp://{place}", timeout=_ANSWER)
    except (OSError, ValueError, OverflowError, TimeoutError) as problem:
        raise UsageProblem(f"no Dask scheduler answers at {printable(place)}: {problem}") from None
    # That a lost worker's chunk is computed again is no news: no claim is lost, and what cannot be had is undecided.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with client:
        yield client.get_executor()
