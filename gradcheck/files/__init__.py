"""Files that hold claims: what a reader yields, and which reader a file gets."""

from __future__ import annotations

import codecs
import io
import itertools
import math
import os
import re
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from gradcheck import limits
from gradcheck.errors import UsageProblem, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gradcheck.claims.derivation import Derivation
    from gradcheck.claims.verify import Task
    from gradcheck.errors import GradcheckError

STANDARD_INPUT: Final = "-"
LAYOUTS: Final = ("denominator", "numerator")
"""How the gradients that are arrays are written: in their variable's shape, or transposed."""
_TOML_START: Final = re.compile(r"\s*(#|\[|(title|vars)\s*=)")
_TOML, _CSV, _JSON = "toml", "csv", "jsonl"
_FORMATS: Final = {
    ".toml": _TOML, ".csv": _CSV, ".tsv": _CSV, ".jsonl": _JSON, ".ndjson": _JSON,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowError:
    """A row, a problem or a file that cannot be read; the others still are."""

    file: str
    line: int
    id: str
    message: str
    hint: str | None = None


def read_items(name: str, *, seed: int = 0, rtol: float | None = None) -> Iterator[Task | Derivation | RowError]:
    """What a file holds, in its order; ``-`` is standard input. A file that holds nothing is an error item."""
    if name == STANDARD_INPUT:
        source: IO[bytes] = sys.stdin.buffer
        yield from _read(source, "standard input", None, seed, rtol)
        return
    with open_file(name) as source:
        yield from _read(source, name, _FORMATS.get(os.path.splitext(name)[1].lower()), seed, rtol)


def check_files(names: Iterable[str]) -> None:
    """Say at once which file is missing: before anything is computed."""
    for name in names:
        if name != STANDARD_INPUT:
            open_file(name).close()


def read_text(name: str) -> str:
    """A file that is read whole. Raises UsageProblem where it is no text, or too long to be one."""
    with open_file(name) as source:
        data = source.read(limits.SOURCE_CHARACTERS + 1)
    if len(data) > limits.SOURCE_CHARACTERS:
        raise UsageProblem(f"{printable(name)} is longer than {limits.SOURCE_CHARACTERS:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        reason = f"{printable(name)} is not UTF-8 (byte {problem.start + 1})"
        raise UsageProblem(reason, hint="save it as UTF-8") from None


def row_error(error: GradcheckError, file: str, line: int, id_: str = "") -> RowError:
    """An unreadable text as an item of the report, with the place inside the text in words."""
    message = error.message
    place = error.location()
    if place is not None and error.source is not None and error.source.strip():
        origin = (error.origin or "the expression").replace("--at", "the point")
        row, column, _ = place
        where = f"line {row}, column {column}" if "\n" in error.source else f"column {column}"
        message = f"{message} ({origin}, {where})"
    return RowError(file, line, id_, printable(message), error.hint)


def open_file(name: str) -> IO[bytes]:
    """A file to read from. Raises UsageProblem where that cannot be."""
    if os.path.isdir(name):
        raise UsageProblem(f"{printable(name)} is a directory", hint="name its files, as in specs/*.toml")
    try:
        return open(name, "rb")
    except OSError as problem:
        raise UsageProblem(f"{printable(name)} cannot be read: {problem.strerror or problem}") from None
    except ValueError as problem:  # a null character in the name
        raise UsageProblem(f"{printable(name)} is no file name: {problem}") from None


def _read(
    source: IO[bytes], file: str, kind: str | None, seed: int, rtol: float | None
) -> Iterator[Task | Derivation | RowError]:
    try:
        yield from _items(_lines(source), file, kind, seed, rtol)
    except _EndlessLineError as problem:
        yield RowError(file, problem.line, "", f"this line is longer than {limits.SOURCE_CHARACTERS:,} characters")


def _items(
    lines: Iterator[str], file: str, kind: str | None, seed: int, rtol: float | None
) -> Iterator[Task | Derivation | RowError]:
    if kind is None:
        kind, lines = _sniffed(lines)
    if kind == _TOML:
        from gradcheck.files.problems import read_problems, tasks

        text = _whole(lines, file)
        yield from [text] if isinstance(text, RowError) else tasks(read_problems(text, file), seed=seed, rtol=rtol)
        return
    from gradcheck.files import table

    reader = table.read_json_lines if kind == _JSON else table.read_csv
    yield from reader(lines, file, seed=seed, rtol=rtol)


def _lines(source: IO[bytes]) -> Iterator[str]:
    """The lines with their ends; bytes that are no UTF-8 come as lone surrogates, which the readers tell."""
    start = source.read(3)
    wide = start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    joined = _Joined(b"" if start == codecs.BOM_UTF8 else start, source)
    encoding = "utf-16" if wide else "utf-8"
    text = io.TextIOWrapper(io.BufferedReader(joined), encoding, "replace" if wide else "surrogateescape", newline="")
    return _bounded(text)


class _EndlessLineError(Exception):
    """A line that no table and no problem set has: a device, a binary file."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _bounded(text: IO[str]) -> Iterator[str]:
    """The lines, none of which may fill the memory."""
    number = 0
    while line := text.readline(limits.SOURCE_CHARACTERS + 1):
        number += 1
        if len(line) > limits.SOURCE_CHARACTERS:
            raise _EndlessLineError(number)
        yield line


class _Joined(io.RawIOBase):
    """A few bytes that were read already, and the rest of their stream; the stream stays open."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self._start = start
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        read = getattr(self._rest, "read1", self._rest.read)
        found, self._start = (self._start, b"") if self._start else (read(len(buffer)), b"")
        buffer[: len(found)] = found
        return len(found)


def _sniffed(lines: Iterator[str]) -> tuple[str, Iterator[str]]:
    first: list[str] = []
    for line in lines:
        first.append(line)
        if line.strip():
            break
    start = first[-1] if first else ""
    kind = _JSON if start.lstrip().startswith("{") else _TOML if _TOML_START.match(start) else _CSV
    return kind, itertools.chain(first, lines)


def _whole(lines: Iterable[str], file: str) -> str | RowError:
    parts: list[str] = []
    size = 0
    for number, line in enumerate(lines, 1):
        if has_bad_bytes(line):
            return RowError(file, number, "", "this line is not UTF-8", "save the file as UTF-8")
        size += len(line)
        if size > limits.SOURCE_CHARACTERS:
            return RowError(file, number, "", f"the file is longer than {limits.SOURCE_CHARACTERS:,} characters")
        parts.append(line)
    return "".join(parts)


def value_text(value: object, rows: int = 2) -> str | None:
    """A value of a point as a program writes it: a number, a text, a list of such or of rows; None for the rest."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, list) or not rows:
        return None
    texts = [value_text(one, rows - 1) for one in value]
    return f"[{', '.join(text for text in texts if text is not None)}]" if None not in texts else None


def read_rtol(value: object) -> float:
    """A relative tolerance as a file states it. Raises UsageProblem where it is none."""
    try:
        number = float(value) if isinstance(value, str | int) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise UsageProblem(f"rtol is no number from 0 up: {printable(str(value))[:60]}", hint="as in 1e-6")
    return number


def has_bad_bytes(text: str) -> bool:
    """Whether a text that was read here held bytes that are no UTF-8."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
