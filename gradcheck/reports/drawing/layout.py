"""The layout program: Graphviz's dot, as a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any, Final

from gradcheck.errors import UsageProblem, printable

_SECONDS: Final = 20.0


def program() -> str:
    """The dot that comes with gradcheck, else one of the system."""
    name = "graphviz-pure"
    beside = Path(sysconfig.get_path("scripts")) / name
    found = shutil.which(str(beside)) or shutil.which(name) or shutil.which("dot")
    if found is None:
        raise UsageProblem("this drawing needs graphviz-pure, which is not installed", hint=f"pip install {name}")
    return found


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
