"""Tables of claims: CSV with a header, and JSON lines; read row by row, so that a million rows take no memory."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, Final

from gradcheck import limits
from gradcheck.claims.verify import Task
from gradcheck.errors import UsageProblem, nearest, printable
from gradcheck.files import LAYOUTS, RowError, has_bad_bytes, read_rtol, value_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

REQUIRED: Final = ("expr", "wrt", "claim")
OPTIONAL: Final = ("id", "at", "vars", "rtol", "layout")
COLUMNS: Final = (*REQUIRED, *OPTIONAL)
_DELIMITERS: Final = ",;\t"
_SHORTEST_SLIP: Final = 3
"""Letters of a name that can be a slip of another: t is not at."""
_LONGEST_RECORD: Final = 200
"""Lines of one row; a quote that is open for longer was never meant to be one."""

csv.field_size_limit(max(csv.field_size_limit(), limits.SOURCE_CHARACTERS))


def read_csv(lines: Iterable[str], file: str, *, seed: int = 0, rtol: float | None = None) -> Iterator[Task | RowError]:
    """The claims of a CSV table, with the line at which each row begins; an unreadable row is an error item."""
    records = _records(lines, file)
    header: list[str] | None = None
    empty = True
    for line, record, delimiter in records:
        if isinstance(record, RowError):
            empty = False
            yield record
            continue
        if header is None:
            header = [name.strip().lower() for name in record]
            problems = list(_header_problems(header, file, line))
            yield from problems
            if problems:
                return
            continue
        if not any(cell.strip() for cell in record):
            continue
        empty = False
        if any(cell.strip() for cell in record[len(header) :]):
            yield RowError(
                file,
                line,
                _id(dict(zip(header, record, strict=False)), line),
                f"the row has {len(record)} cells, the header has {len(header)}",
                f'put a cell that holds "{delimiter}" in double quotes'.replace("\t", "tab"),
            )
            continue
        yield _task(dict(zip(header, record, strict=False)), file, line, seed, rtol)
    if empty and header is None:
        yield RowError(file, 1, "", "the file is empty", f"a table begins with its header: {','.join(REQUIRED)}")
    elif empty:
        yield RowError(file, 1, "", "the table holds no claim", "write one claim a row below the header")


def read_json_lines(
    lines: Iterable[str], file: str, *, seed: int = 0, rtol: float | None = None
) -> Iterator[Task | RowError]:
    """The claims of a file with one JSON object a line."""
    empty = True
    for line, text in enumerate(lines, 1):
        if not text.strip():
            continue
        empty = False
        found = _json_object(text, file, line)
        yield found if isinstance(found, RowError) else _task(found, file, line, seed, rtol)
    if empty:
        yield RowError(file, 1, "", "the file is empty", 'as in {"expr": "x**2", "wrt": "x", "claim": "2*x"}')


# -- rows -----------------------------------------------------------------------------------------------------------


def _task(row: Mapping[str, str], file: str, line: int, seed: int, rtol: float | None) -> Task | RowError:
    for name in ("expr", "claim"):
        if not row.get(name, "").strip():
            return RowError(file, line, _id(row, line), f"the row has no {name}")
    own = row.get("rtol", "").strip()
    if own:
        try:
            rtol = read_rtol(own)
        except UsageProblem as problem:
            return RowError(file, line, _id(row, line), problem.message, problem.hint)
    layout = row.get("layout", "").strip().lower() or LAYOUTS[0]
    if layout not in LAYOUTS:
        said = f"there is no layout {printable(layout)[:60]}"
        return RowError(file, line, _id(row, line), said, f"it is {' or '.join(LAYOUTS)}")
    return Task(
        expression=row["expr"].strip(),
        claim=row["claim"].strip(),
        wrt=row.get("wrt", "").strip(),
        at=row.get("at", "").strip(),
        declarations=row.get("vars", "").strip(),
        id=_id(row, line),
        file=file,
        line=line,
        rtol=rtol,
        layout=layout,
        seed=seed,
    )


def _id(row: Mapping[str, str], line: int) -> str:
    return row.get("id", "").strip() or str(line)


def _header_problems(header: Sequence[str], file: str, line: int) -> Iterator[RowError]:
    for name in REQUIRED:
        if name not in header:
            others = [other for other in header if other and other not in COLUMNS]
            close = [other for other in others if other.startswith(name)] or nearest(name, others)
            hint = f"is it the column {printable(close[0])}?" if close else f"the columns are {', '.join(COLUMNS)}"
            yield RowError(file, line, "", f"the table has no column {name}", hint)
            return
    for position, name in enumerate(header):
        if name in header[:position] and name in COLUMNS:
            yield RowError(file, line, "", f"the table has two columns {name}", "keep one of them")
        elif meant := _slip(name, header, OPTIONAL):
            yield RowError(file, line, "", f"'{printable(name)}' is no column", f"did you mean {meant}?")


def _slip(name: str, given: Collection[str], known: Iterable[str]) -> str | None:
    """The column that is not given and that a name, which may be of any other use, is one letter away from."""
    if name in COLUMNS:
        return None
    return next((one for one in known if one not in given and _is_slip(name.lower(), one)), None)


def _is_slip(name: str, meant: str) -> bool:
    """Whether one letter is too many, missing or wrong."""
    if len(name) < _SHORTEST_SLIP:
        return name == meant
    start = next((at for at, (one, other) in enumerate(zip(name, meant, strict=False)) if one != other), len(meant))
    rest, wanted = name[start:], meant[start:]
    return wanted[1:] in {rest, rest[1:]} or rest[1:] == wanted


# -- CSV ------------------------------------------------------------------------------------------------------------


def _records(lines: Iterable[str], file: str) -> Iterator[tuple[int, list[str] | RowError, str]]:
    """Rows with the line at which they begin, and the delimiter; the first one decides on the delimiter."""
    source = iter(lines)
    waiting: list[str] = []
    line = 0
    delimiter = ""
    while True:
        first = waiting.pop() if waiting else next(source, None)
        if first is None:
            return
        line += 1
        if not first.strip():
            continue
        delimiter = delimiter or max(_DELIMITERS, key=first.count)
        parts = [first]
        is_open = _leaves_open(first, delimiter, is_open=False)
        while is_open and len(parts) < _LONGEST_RECORD:
            more = waiting.pop() if waiting else next(source, None)
            if more is None:
                break
            parts.append(more)
            is_open = _leaves_open(more, delimiter, is_open=True)
        if is_open:  # only the row with the quote is lost
            waiting.extend(reversed(parts[1:]))
            hint = 'close it, or double it inside a quoted cell: ""'
            yield line, RowError(file, line, str(line), "a quote opens here and is never closed", hint), delimiter
            continue
        yield line, _cells("".join(parts), delimiter, file, line), delimiter
        line += len(parts) - 1


def _leaves_open(line: str, delimiter: str, *, is_open: bool) -> bool:
    """Whether a quoted cell goes on in the next line."""
    if '"' not in line:
        return is_open
    position = 0
    while position < len(line):
        if is_open:
            position = line.find('"', position)
            if position < 0:
                return True
            if line[position + 1 : position + 2] == '"':
                position += 2
                continue
            is_open = False
        elif line[position] == " ":
            position += 1
            continue
        elif line[position] == '"':
            is_open = True
            position += 1
            continue
        position = line.find(delimiter, position) + 1
        if not position:
            return False
    return is_open


def _cells(text: str, delimiter: str, file: str, line: int) -> list[str] | RowError:
    if has_bad_bytes(text):
        return RowError(file, line, str(line), "the row is not UTF-8", "save the table as UTF-8")
    if len(text) > limits.SOURCE_CHARACTERS:
        said = f"the row is longer than {limits.SOURCE_CHARACTERS:,} characters"
        return RowError(file, line, str(line), said, "split the expression")
    try:
        return next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error as problem:
        said = str(problem).replace("'\t'", "a tab")
        return RowError(file, line, str(line), f"the row cannot be read: {said}", 'double a quote inside a cell: ""')


# -- JSON lines -----------------------------------------------------------------------------------------------------


def _json_object(text: str, file: str, line: int) -> dict[str, str] | RowError:
    if has_bad_bytes(text):
        return RowError(file, line, str(line), "the line is not UTF-8", "save the table as UTF-8")
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as problem:
        return RowError(file, line, str(line), f"the line is no JSON: {problem.msg}, column {problem.colno}")
    except RecursionError:
        return RowError(file, line, str(line), "the line is nested too deeply")
    if not isinstance(found, dict):
        return RowError(file, line, str(line), "the line is no JSON object", 'as in {"expr": "x**2", "claim": "2*x"}')
    row: dict[str, str] = {}
    for name, value in found.items():
        cell = _cell(name, value)
        if cell is None:
            return RowError(file, line, str(line), f"the value of {printable(name)} is no text")
        row[name] = cell
    missing = [name for name in REQUIRED if name != "wrt" and name not in row]
    for name in row:
        meant = _slip(name, row, COLUMNS) or (next(iter(nearest(name, missing)), None) if name not in COLUMNS else None)
        if meant:
            return RowError(file, line, _id(row, line), f"'{printable(name)}' is no column", f"did you mean {meant}?")
    if has_bad_bytes("".join(row.values())):
        return RowError(file, line, str(line), "the line holds half a character (a lone surrogate)")
    return row


def _cell(name: str, value: Any) -> str | None:
    """A JSON value as the text of a cell; the digits of numbers are kept."""
    match value:
        case str():
            return value
        case None:
            return ""
        case dict() if name == "at" and all(value_text(one) is not None for one in value.values()):
            return ", ".join(f"{key}={value_text(one)}" for key, one in value.items())
        case list() if name == "vars" and all(isinstance(one, str) for one in value):
            return "; ".join(value)
        case _:
            return None if name in COLUMNS else ""
