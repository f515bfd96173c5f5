"""Golden files: whole reports as they should look. ``GRADCHECK_UPDATE_GOLDEN=1 pytest`` writes them anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"
_ERROR = re.compile(r"(?:±|\\pm) (?:[0-9.]+(?:e[-+][0-9]+| \\times 10\^\{-[0-9]+\})?|\?)")


def matches(name: str, text: str) -> bool:
    """Whether a report is the golden one, but for the digits of error bounds, which the libm decides."""
    path = FOLDER / name
    if os.environ.get("GRADCHECK_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    golden = path.read_text(encoding="utf-8")
    assert without_errors(text) == without_errors(golden)
    return True


def without_errors(text: str) -> str:
    """Every ``± 1.4e-09`` as ``±``, and every gap between columns, which is as wide as they are, as two spaces."""
    return re.sub(r" {2,}", "  ", _ERROR.sub("±  ", text))
