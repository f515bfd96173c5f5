"""Tables of numbers, one row a training example: CSV with a header, read in blocks of float64.

A block of plain numbers is read by NumPy at once. What that cannot read (quotes, blank lines, columns of text) is read
cell by cell, which also finds the cell that is no number.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from gradcheck import limits
from gradcheck.errors import GradcheckError, Span, UsageProblem, printable
from gradcheck.files import STANDARD_INPUT, open_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DELIMITERS: Final = ",;\t"
_CHUNK: Final = 1 << 21
"""Bytes that are read together."""
_RECORDS: Final = 20_000
"""Rows that are read together where they are read cell by cell."""
_LONGEST: Final = 10_000_000
"""Characters of one line."""
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?", re.ASCII)
_SHOWN: Final = 40
_NOT_UTF8: Final = "save the table as UTF-8"

csv.field_size_limit(max(csv.field_size_limit(), limits.SOURCE_CHARACTERS))


class RowProblem(GradcheckError):
    """A row that cannot be used, with its place in the file."""

    def __init__(self, message: str, file: str, line: int, text: str, span: Span, hint: str | None = None) -> None:
        super().__init__(message, span=span, hint=hint, source=text, origin=file)
        self.line = line

    def location(self) -> tuple[int, int, int] | None:
        assert self.span is not None
        return self.line, self.span.start + 1, max(1, self.span.end - self.span.start)


@dataclass(slots=True)
class RowBlock:
    """Some rows of the file: the numbers of the wanted columns, and each row's text."""

    first: int
    """How many rows stand before."""
    numbers: Any
    """float64, one row a training example."""
    fraction: float
    """How much of the file has been read."""
    _table: RowsFile
    _wanted: Sequence[int]
    _lines: list[int] | None = None
    _records: Sequence[Sequence[str]] | None = None
    _raw: bytes = b""
    _first_line: int = 0
    _starts: Any = field(default=None, repr=False)

    def line(self, index: int) -> int:
        """The line of the file at which a row of the block begins."""
        return self._first_line + index if self._lines is None else self._lines[index]

    def cells(self, index: int) -> list[str]:
        """The texts of the wanted cells of a row."""
        if self._records is not None:
            record = self._records[index]
        else:
            import numpy as np

            if self._starts is None:
                ends = np.flatnonzero(np.frombuffer(self._raw, np.uint8) == ord("\n"))
                self._starts = np.concatenate(([0], ends + 1, [len(self._raw) + 1]))
            text = self._raw[self._starts[index] : self._starts[index + 1] - 1].decode()
            record = text.split(self._table.delimiter)
        return [record[position].strip() for position in self._wanted]

    def problem(self, index: int, message: str, hint: str | None = None) -> GradcheckError:
        """An error about a row of the block."""
        place = f"row {self.first + index + 1:,} (line {self.line(index):,})"
        text = self._table.delimiter.join(self.cells(index))
        return RowProblem(f"{place}: {message}", self._table.file, self.line(index), text, Span(0, len(text)), hint)


class RowsFile:
    """A CSV file of numbers with a header. Use it in a ``with`` block; ``-`` is standard input."""

    def __init__(self, name: str) -> None:
        self.file = "standard input" if name == STANDARD_INPUT else name
        self._source = sys.stdin.buffer if name == STANDARD_INPUT else open_file(name)
        self._size = 0
        if name != STANDARD_INPUT:
            self._size = Path(name).stat().st_size
        self._read = 0
        self._line = 1
        self._rest = b""
        self._plain = True
        self.delimiter = ","
        self._ended = False
        try:
            self.columns = self._header()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._source is not sys.stdin.buffer:
            self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the header -----------------------------------------------------------------------------------------------

    def _header(self) -> list[str]:
        start = self._more()
        if start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            raise UsageProblem(f"{printable(self.file)} is not UTF-8", hint=_NOT_UTF8)
        self._rest = start.removeprefix(codecs.BOM_UTF8)
        while True:
            line = self._one_line()
            if line is None:
                raise UsageProblem(
                    f"{printable(self.file)} is empty", hint="a table begins with its header, as in a0,y"
                )
            text = self._text(line, self._line)
            self._line += 1
            if text.strip():
                break
        self.delimiter = max(_DELIMITERS, key=text.count)
        try:
            names = next(csv.reader([text], delimiter=self.delimiter, skipinitialspace=True, strict=True))
        except csv.Error as problem:
            raise self._problem(f"the header cannot be read: {problem}", self._line - 1, text) from None
        names = [name.strip() for name in names]
        if all(_NUMBER.fullmatch(name) for name in names if name) and any(names):
            raise self._problem(
                "the first line holds numbers, not the names of columns",
                self._line - 1,
                text,
                hint="a table begins with its header, as in a0,y",
            )
        return names

    def _one_line(self) -> bytes | None:
        while b"\n" not in self._rest and not self._ended:
            self._rest += self._more()
            if len(self._rest) > _LONGEST:
                raise UsageProblem(f"{printable(self.file)} has a line of more than {_LONGEST:,} bytes")
        if not self._rest:
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    # -- rows -----------------------------------------------------------------------------------------------------

    def blocks(self, wanted: Sequence[int]) -> Iterator[RowBlock]:
        """The rows in blocks, with the numbers of the columns at the positions ``wanted``."""
        row = 0
        for raw in self._chunks():
            if b'"' in raw:
                found = self._quoted(raw, wanted, row)
            else:
                block = self._at_once(raw, wanted, row) if self._plain else None
                self._plain = block is not None
                found = self._cell_by_cell(raw, wanted, row) if block is None else iter([block])
            for block in found:
                row += len(block.numbers)
                yield block
        if not row:
            raise UsageProblem(
                f"{printable(self.file)} holds a header but no row", hint="write one training example a row below it"
            )

    def _chunks(self) -> Iterator[bytes]:
        """Whole lines, many at once, without the last line end."""
        while True:
            while b"\n" not in self._rest and not self._ended:
                self._rest += self._more()
                if len(self._rest) > _LONGEST:
                    raise UsageProblem(f"{printable(self.file)} has a line of more than {_LONGEST:,} bytes")
            cut = len(self._rest) if self._ended else self._rest.rindex(b"\n")
            raw, self._rest = self._rest[:cut], self._rest[cut + 1 :]
            if raw.strip():
                yield raw
            else:
                self._line += raw.count(b"\n") + 1
            if self._ended and not self._rest:
                return

    def _more(self) -> bytes:
        data = self._source.read(_CHUNK)
        self._read += len(data)
        self._ended = len(data) < _CHUNK
        if b"\r" in data:
            if data.endswith(b"\r") and not self._ended:
                data += self._source.read(1)
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return data

    def _fraction(self) -> float:
        return min(1.0, (self._read - len(self._rest)) / self._size) if self._size else 0.0

    def _at_once(self, raw: bytes, wanted: Sequence[int], row: int) -> RowBlock | None:
        """A chunk in which every cell is a number and every row complete; else None."""
        import numpy as np

        raw = raw.rstrip(b"\n") if self._ended and not self._rest else raw
        width = len(self.columns)
        characters = np.frombuffer(raw, np.uint8)
        ends = np.flatnonzero(characters == ord("\n"))
        count = len(ends) + 1
        if self.delimiter != "," and b"," in raw:
            return None
        if width > 1:
            delimiters = np.flatnonzero(characters == ord(self.delimiter))
            if len(delimiters) != count * (width - 1):
                return None
            by_row = delimiters.reshape(count, width - 1)
            if not ((by_row[1:, 0] > ends).all() and (by_row[:-1, -1] < ends).all()):
                return None
        commas = raw.replace(b"\n", b",")
        if self.delimiter != ",":
            commas = commas.replace(self.delimiter.encode(), b",")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", DeprecationWarning)
                numbers = np.fromstring(commas.decode("ascii"), dtype=float, sep=",")
        except (ValueError, DeprecationWarning):
            return None
        if len(numbers) != count * width:
            return None
        numbers = numbers.reshape(count, width)
        if len(wanted) != width:
            numbers = numbers[:, list(wanted)]
        if not np.isfinite(numbers).all():
            return None
        first_line = self._line
        self._line += count
        return RowBlock(row, numbers, self._fraction(), self, wanted, None, None, raw, first_line)

    def _cell_by_cell(self, raw: bytes, wanted: Sequence[int], row: int) -> Iterator[RowBlock]:
        text = self._text(raw, self._line)
        first = self._line
        self._line += text.count("\n") + 1
        yield from self._records(io.StringIO(text, newline=""), first, wanted, row)

    def _quoted(self, raw: bytes, wanted: Sequence[int], row: int) -> Iterator[RowBlock]:
        """The rest of the file: a quoted cell may go on in the next line."""

        def lines() -> Iterator[str]:
            for chunk in itertools.chain([raw], self._chunks()):
                yield from io.StringIO(self._text(chunk, self._line) + "\n", newline="")

        yield from self._records(lines(), self._line, wanted, row)

    def _records(self, lines: Any, first: int, wanted: Sequence[int], row: int) -> Iterator[RowBlock]:
        reader = csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True, strict=True)
        width = len(self.columns)
        records: list[list[str]] = []
        places: list[int] = []
        before = 0
        while True:
            try:
                for record in reader:
                    line, before = first + before, reader.line_num
                    if len(record) != width:
                        record = self._mended(record, row + len(records), line)  # noqa: PLW2901 - blank cells go
                        if not record:
                            continue
                    records.append(record)
                    places.append(line)
                    if len(records) >= _RECORDS:
                        break
                else:
                    break
            except csv.Error as problem:
                line = first + before
                raise self._problem(
                    f"row {row + len(records) + 1:,} (line {line:,}) cannot be read: {problem}",
                    line,
                    "",
                    hint='close every quote, and double one inside a cell: ""',
                ) from None
            yield self._block(records, places, wanted, row)
            row += len(records)
            records, places = [], []
        if records:
            yield self._block(records, places, wanted, row)

    def _mended(self, record: list[str], row: int, line: int) -> list[str]:
        """The record without blank cells at its end; empty for a blank line."""
        width = len(self.columns)
        if not any(cell.strip() for cell in record):
            return []
        if len(record) < width or any(cell.strip() for cell in record[width:]):
            text = self.delimiter.join(record)
            raise self._problem(
                f"row {row + 1:,} (line {line:,}) has {len(record)} cell{'s' if len(record) != 1 else ''}, "
                f"the header has {width}",
                line,
                text,
            )
        return record[:width]

    def _block(self, records: list[list[str]], lines: list[int], wanted: Sequence[int], row: int) -> RowBlock:
        import numpy as np

        numbers = np.empty((len(records), len(wanted)))
        for position, column in enumerate(wanted):
            cells = [record[column] for record in records]
            try:
                numbers[:, position] = [float(cell) for cell in cells]
            except ValueError:
                raise self._no_number(records, lines, column, row) from None
            joined = "".join(cells)
            if "_" in joined or not joined.isascii() or not np.isfinite(numbers[:, position]).all():
                raise self._no_number(records, lines, column, row)
        return RowBlock(row, numbers, self._fraction(), self, wanted, lines, records)

    def _no_number(self, records: list[list[str]], lines: list[int], column: int, row: int) -> GradcheckError:
        """The first cell of a column that is no number."""
        for index, record in enumerate(records):
            cell = record[column].strip(" \t")  # what float() takes for spaces, other than str.strip()
            if _NUMBER.fullmatch(cell) and abs(float(cell)) < float("inf"):
                continue
            name = printable(self.columns[column])
            place = f"row {row + index + 1:,} (line {lines[index]:,}), column {name}"
            shown = printable(cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…")
            hint = None
            if not cell:
                what = "the cell is empty"
                hint = "leave the row out, or fill it in"
            elif _NUMBER.fullmatch(cell):
                what = f"{shown} is too large for float64"
            elif cell.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
                what = f"'{shown}' is no finite number"
                hint = "leave the row out"
            else:
                what = f"'{shown}' is no number"
                if _NUMBER.fullmatch(cell.replace(",", ".")):
                    hint = f"with a decimal point: {cell.replace(',', '.')}"
            text = self.delimiter.join(record)
            start = len(self.delimiter.join(record[: column + 1])) - len(record[column])
            span = Span(start, start + len(record[column]))
            return RowProblem(f"{place}: {what}", self.file, lines[index], text, span, hint)
        raise AssertionError("every cell is a number")

    # -- errors ---------------------------------------------------------------------------------------------------

    def _text(self, raw: bytes, line: int) -> str:
        try:
            return raw.decode()
        except UnicodeDecodeError as problem:
            at = line + raw.count(b"\n", 0, problem.start)
            raise UsageProblem(f"{printable(self.file)}, line {at:,}: this is not UTF-8", hint=_NOT_UTF8) from None

    def _problem(self, message: str, line: int, text: str, hint: str | None = None) -> GradcheckError:
        return RowProblem(message, self.file, line, text, Span(0, len(text)), hint)
