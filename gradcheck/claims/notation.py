"""How a claim names a derivative, in both kinds of claims: names, primes, what the output is called."""

from __future__ import annotations

import re
from typing import Final

NAME: Final = r"[^\W\d]\w*"
PRIME: Final = re.compile(rf"(?P<of>{NAME})\s*['’′](?:\s*\(\s*(?P<wrt>{NAME})\s*\))?")
OUTPUT_NAMES: Final = frozenset(("f", "y"))
"""What everybody calls the function, whatever the program calls it."""
SLASH: Final = "ǀ"
"""Stands for the slash of a derivative inside an expression: a letter, so that spans stay what they are."""
