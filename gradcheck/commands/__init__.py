"""The commands, a file each: its options, and where its report goes. Beside cli.py the only place that imports click.

A command is called like its file, and found there as ``command``.
"""

from typing import Final

NAMES: Final = ("check", "draw", "eval", "grade", "rules", "steps", "taylor")
"""In the order of ``gradcheck --help``; each is imported when it is called."""

OK, DISAGREE, UNUSABLE, UNDECIDED, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130
"""Exit codes."""
