"""The layout program: Graphviz's dot, as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from typing import Any, Final

from gradcheck.errors import UsageProblem, printable

_NAME: Final = "graphviz-pure"
_SECONDS: Final = 20.0


def program() -> str:
    """The dot that comes with gradcheck, else one of the system."""
    places = (sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user"), None)
    for name, place in (*((_NAME, place) for place in places), ("dot", None)):
        found = shutil.which(name, path=place)
        if found is not None:
            return found
    raise UsageProblem("this drawing needs graphviz-pure, which is not installed", hint=f"pip install {_NAME}")


def run(source: str) -> Any:
    """Lay out a graph in dot's language; the answer is JSON. Raises UsageProblem where that is impossible."""
    return json.loads(_call(source, "json0"))


def png(source: str) -> bytes:
    """The picture of a graph in dot's language."""
    return _call(source, "png", "-Gdpi=144")


def _call(source: str, format_: str, *options: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - a program of our own choice; the graph comes through its standard input
            [program(), f"-T{format_}", *options],
            input=source.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise UsageProblem("the graph is too large to be laid out", hint="draw fewer nodes: --nodes 60") from None
    except (OSError, subprocess.CalledProcessError) as problem:
        said = (getattr(problem, "stderr", None) or b"").decode(errors="replace").strip() or str(problem)
        raise UsageProblem(f"the layout program failed: {printable(said[:200])}") from None
    return done.stdout
