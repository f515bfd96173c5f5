"""A real TeX: documents are typeset by pdflatex where there is one (and there must be one in CI)."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

needs_tex = pytest.mark.skipif(
    shutil.which("pdflatex") is None and not os.environ.get("GRADCHECK_NEEDS_TEX"),
    reason="there is no pdflatex here (Debian: apt-get install texlive-latex-base); .ci/run has one",
)

HEAD = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage[margin=1cm]{geometry}
\usepackage{amsmath}
\begin{document}
"""


def typeset(document: str, folder: Path) -> str:
    """What TeX says of a document, or of a body of one; an error of TeX fails the test."""
    if not document.startswith(r"\documentclass"):
        document = HEAD + document + "\n\\end{document}\n"
    (folder / "document.tex").write_text(document, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "document.tex"],
        cwd=folder, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, said[-2_000:]
    assert (folder / "document.pdf").stat().st_size
    return said
