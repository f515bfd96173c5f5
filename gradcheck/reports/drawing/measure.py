"""How wide a text is at most, without a font at hand: as wide as in DejaVu Sans, the widest common sans-serif."""

from __future__ import annotations

import unicodedata
from typing import Final

_FIRST: Final = 32
_REGULAR: Final = bytes(
    (
        32, 40, 46, 84, 64, 95, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34,
        84, 84, 84, 54, 100, 69, 69, 70, 77, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64, 62, 74, 69, 99,
        69, 62, 69, 40, 34, 40, 84, 50, 50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53,
        40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
    )
)  # fmt: skip
_BOLD: Final = bytes(
    (
        35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40,
        84, 84, 84, 58, 100, 78, 77, 74, 83, 69, 69, 82, 84, 38, 38, 78, 64, 100, 84, 85, 74, 85, 77, 72, 69, 82, 78,
        111, 78, 73, 73, 46, 37, 46, 84, 50, 50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69, 72, 72,
        50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72, 84,
    )
)  # fmt: skip
"""Hundredths of the font size, from the space on, rounded up."""
_NARROW: Final = frozenset("·⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ᵀ–‖")


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a text takes at most at a font size.

    >>> width("x = 1", 10) < width("x = 1", 10, bold=True) < 50
    True
    """
    return sum(map(_bold if bold else _regular, text)) * size / 100


def _regular(character: str) -> int:
    place = ord(character) - _FIRST
    return _REGULAR[place] if 0 <= place < len(_REGULAR) else _other(character)


def _bold(character: str) -> int:
    place = ord(character) - _FIRST
    return _BOLD[place] if 0 <= place < len(_BOLD) else _other(character)


def _other(character: str) -> int:
    if character in _NARROW:
        return 55
    if unicodedata.combining(character):
        return 0
    return 105 if unicodedata.east_asian_width(character) in "WF" else 100


def fitted(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, its middle left out where it is wider than ``room``.

    >>> fitted("abcdefghij", 45, 10)
    'abc…hij'
    """
    if width(text, size, bold=bold) <= room:
        return text
    room -= width("…", size, bold=bold)
    first, last = 0, len(text)
    while True:  # a character from the front, one from the back, as long as they fit
        for front in (True, False):
            one = width(text[first] if front else text[last - 1], size, bold=bold)
            if one > room or first >= last:
                return f"{text[:first].rstrip()}…{text[last:].lstrip()}"
            room -= one
            first, last = (first + 1, last) if front else (first, last - 1)
