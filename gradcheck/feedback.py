"""What is said to a student about one answer: the verdict, the counterexample, the diagnosis. Text only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gradcheck.rules import operand_text
from gradcheck.syntax.printing import UNICODE, operation_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from gradcheck.errors import GradcheckError
    from gradcheck.graph import Graph
    from gradcheck.verdicts import ClaimResult

_EXCERPT: Final = 60
_LINES: Final = 6
_WORD: Final = re.compile(r"[^\W\d]\w*")
_CHARACTER: Final = re.compile(r"character (\d+)")
_NODE: Final = re.compile(r"node ([^\W\d]\w*) = ")


def said(
    verdict: str, result: ClaimResult | None, reason: str, carried_from: Sequence[str], *, rounded: bool = False
) -> str:
    """The sentences for an answer that could be read."""
    notes = "" if result is None else "".join(f" Note: {note}." for note in result.notes)
    match verdict:
        case "correct":
            return f"Correct.{notes}"
        case "carried":
            own = " and ".join(_cut(text) for text in carried_from)
            if rounded:
                return f"Not exact, but it follows from your rounded {own}: carry more digits.{_why(result)}"
            return f"It follows correctly from your own {own}, but that is wrong (error carried forward).{_why(result)}"
        case "wrong":
            circle = reason if result is None or reason != result.reason else ""
            why = f" {_sentence(circle)}" if circle else _why(result)
            if not circle and result is not None and result.diagnosis is not None:
                why += f" {_sentence(result.diagnosis.message)}"
            return f"Not correct.{why}{notes}"
        case _:
            return for_a_human(reason) + notes


def legend(message: str, graph: Graph) -> str:
    """What the letters of a diagnosis stand for: the student has named nothing, the graph has."""
    known = set(_NODE.findall(message))
    words = set(_WORD.findall(message)) - known
    parts: list[str] = []
    for node in reversed(graph.nodes()):
        name = graph.names.get(node, "")
        operation = graph.operations[node]
        if operation is None or name not in words | known or re.search(rf"\b{re.escape(name)}\s*=(?!=)", graph.source):
            continue
        operands = [operand_text(graph, argument, UNICODE) for argument in graph.arguments[node]]
        shown = operation_text(operation.name, operands, UNICODE)[0]
        words |= set(_WORD.findall(shown))
        if name not in known:
            parts.append(f"{name} = {shown}")
    return f" (Here {', '.join(reversed(parts))}.)" if parts and len(parts) <= _LINES else ""


def for_a_human(reason: str) -> str:
    """An answer that a human must mark."""
    return f"For a human to mark: {reason}."


def unreadable(error: GradcheckError, text: str, shift: int) -> str:
    """An answer that is not in the language, with the place."""
    place = ""
    in_text = error.source is not None and len(error.source) == len(text)  # its derivatives may be masked
    if error.span is not None and in_text:
        start, end = error.span
        here = text[start : max(end, start + 1)]
        if start >= len(text.rstrip()):
            place = "" if "ends" in error.message or "character" in error.message else " (at its end)"
        elif start >= shift:
            place = f" (at character {start - shift + 1}: {_cut(here)})"
    hint = f" {_sentence(error.hint)}" if error.hint else ""
    message = error.message
    if in_text:  # places count what was put in front
        message = _CHARACTER.sub(lambda found: f"character {max(1, int(found[1]) - shift)}", message)
    return f"It could not be read: {message}{place}.{hint}"


def history(earlier: Sequence[int], line: int, notes: Sequence[str]) -> str:
    """How the answer was read, and which answers it replaces."""
    found = "".join(f" Note: {note}." for note in notes)
    if earlier:
        lines = ", ".join(map(str, earlier[:_LINES])) + (", …" if len(earlier) > _LINES else "")
        plural = "s" if len(earlier) > 1 else ""
        found += f" Answered {len(earlier) + 1} times: the last one (line {line}) counts, not line{plural} {lines}."
    return found


def points(mark: Fraction) -> str:
    """Points as a short decimal: 2, 1.5, 0.333."""
    return f"{float(mark):.3f}".rstrip("0").rstrip(".")


def _why(result: ClaimResult | None) -> str:
    return "" if result is None or not result.reason or result.verdict == "correct" else f" {_sentence(result.reason)}"


def _sentence(text: str) -> str:
    """A reason or a diagnosis as a sentence."""
    word = text.partition(" ")[0]
    is_name = text.startswith(("df", "dL")) or (len(word) == 1 and word != "a")  # x is no X; a may be an article
    start = text[:1] if is_name else text[:1].upper()
    return f"{start}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")


def _cut(text: str) -> str:
    shown = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
    return shown.strip()
