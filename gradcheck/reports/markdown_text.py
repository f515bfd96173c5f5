"""What the Markdown reports are made of: tables, code, prose; nothing in a text becomes markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gradcheck.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#~!])")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table."""
    return [row(headers), f"|{'---|' * len(headers)}", *map(row, rows)]


def row(cells: Iterable[str]) -> str:
    """A line of a table; a bar in a cell is none between cells."""
    shown = " | ".join(cell.replace("|", "\\|") for cell in cells)
    return f"| {shown} |"


def code(text: str) -> str:
    """A code span that holds any text."""
    shown = printable(text.replace("\n", " ").strip()) or " "
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    room = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{room}{shown}{room}{fence}"


def plain(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no HTML, no links, no mentions."""
    shown = _SPECIAL.sub(r"\\\1", printable(text.replace("\n", " ")).replace("&", "&amp;"))
    return shown.replace("://", "&#58;//").replace("www.", "www&#46;").replace("@", "&#64;")
