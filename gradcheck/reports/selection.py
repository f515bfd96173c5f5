"""``--slice``: which entries of a derivative J[i, j, k, l] = ∂output[i, j]/∂node[k, l] are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gradcheck.errors import NameProblem, UsageProblem, did_you_mean, printable
from gradcheck.shapes import shape_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode

_SLICE: Final = re.compile(r"\s*(?:(?P<name>[^\W\d]\w*)?\s*\[(?P<inside>[^\[\]]*)\]|(?P<bare>[^\[\]]*))\s*")
_AXIS: Final = re.compile(r"\s*(?:(?P<index>[-+]?\d{1,9})|(?P<start>[-+]?\d{1,9})?\s*:\s*(?P<stop>[-+]?\d{1,9})?)\s*")
_HINT: Final = 'as in --slice 0,1 or --slice "K[0, :]"'


@dataclass(frozen=True, slots=True)
class Axis:
    """What is shown of one axis."""

    positions: Sequence[int]
    text: str
    """As it is written in a label: 0, :, 1:3."""
    kept: bool
    """Whether the axis is still there: an index takes it away."""


def axes(result: ArrayEvaluation, node: ArrayNode, texts: Sequence[str]) -> list[Axis]:
    """The axes of ∂output/∂node, those of the output first, as the ``--slice`` texts select them.

    ``K[0, :]`` selects entries of the output or a node by its name, ``0, 1`` axes of the derivative from the first on.
    Raises UsageProblem or NameProblem for what is no slice, or of nothing.
    """
    lengths = (*result.shape, *node.shape)
    chosen = [Axis(range(length), ":", kept=True) for length in lengths]
    of = f"∂{result.output}/∂{node.name}"
    for text in texts:
        name, parts = _read(text)
        first, last, whole = 0, len(lengths), of
        if name == result.output and result.shape:
            last, whole = len(result.shape), name
        elif name == node.name:
            first, whole = len(result.shape), name
        elif name:
            _check_name(result, name)
            continue
        if len(parts) > last - first:
            shape = shape_text(lengths[first:last])
            raise UsageProblem(f"{whole} ({shape}) has {last - first} axes, not {len(parts)}", hint=_HINT)
        for position, part in enumerate(parts, start=first):
            chosen[position] = _axis(part, lengths[position], text, whole, position - first)
    return chosen


def _read(text: str) -> tuple[str, list[str]]:
    found = _SLICE.fullmatch(text)
    if found is None or not (found["inside"] or found["bare"] or "").strip():
        raise UsageProblem(f"'{printable(text)}' is no slice", hint=_HINT)
    inside = found["bare"] if found["inside"] is None else found["inside"]
    return found["name"] or "", inside.split(",")


def _check_name(result: ArrayEvaluation, name: str) -> None:
    known = [result.output, *(node.name for node in result.gradient)]
    if name not in known or (name == result.output and not result.shape):
        raise NameProblem(
            f"--slice names '{name}', but the derivatives are of {result.output} by {', '.join(known[1:])}"
            if name != result.output
            else f"{name} is a scalar: it has no entries to select",
            hint=did_you_mean(name, known) or _HINT,
        )


def _axis(part: str, length: int, text: str, of: str, number: int) -> Axis:
    found = _AXIS.fullmatch(part)
    if found is None:
        raise UsageProblem(f"'{printable(part.strip())}' in the slice {printable(text)} is no index", hint=_HINT)
    if found["index"] is not None:
        at = int(found["index"])
        position = at + length if at < 0 else at
        if not 0 <= position < length:
            raise UsageProblem(
                f"there is no index {at} on axis {number} of {of}", hint=f"indices run from 0 to {length - 1}"
            )
        return Axis([position], str(position), kept=False)
    start, stop, _ = slice(*(int(end) if end else None for end in (found["start"], found["stop"]))).indices(length)
    if stop <= start:
        raise UsageProblem(f"the range {part.strip()} on axis {number} of {of} is empty", hint=_HINT)
    return Axis(range(start, stop), ":" if stop - start == length else f"{start}:{stop}", kept=True)
