"""The commands, a file each: its options, and where its report goes. Beside cli.py the only place that imports click.

A command is called like its file, and found there as ``command``.
"""

from typing import Final

GROUPS: Final[dict[str, dict[str, str]]] = {
    "Check": {
        "eval": "One expression: three routes to its gradient, node by node.",
        "check": "The claims of problem sets (.toml) and tables (.csv, .jsonl).",
        "grade": "A class: marks, feedback and shared mistakes.",
    },
    "Look": {
        "draw": "The graph as a picture: SVG, PNG, DOT, Mermaid, or text.",
        "taylor": "A Taylor polynomial and its error; a gradient's Taylor test.",
        "steps": "The error of difference quotients against the step.",
    },
    "Reference": {
        "rules": "The primitives with their derivatives, domains and kinks.",
        "examples": "The examples that come along: list, show and run them.",
        "completion": "Completion for bash, zsh and fish.",
    },
}
"""In the order of ``gradcheck --help``, with what it says of each; a command is imported when it is called."""

NAMES: Final = tuple(name for group in GROUPS.values() for name in group)

OK, DISAGREE, UNUSABLE, UNDECIDED, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130
"""Exit codes."""
