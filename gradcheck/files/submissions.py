"""A class's answers from a spreadsheet: CSV with ``student, problem, of, claim``, read row by row.

What spreadsheets do to a table is either read (with a note) or named; nothing is guessed silently, and no row stops
another.
"""

from __future__ import annotations

import io
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gradcheck import limits
from gradcheck.errors import UsageProblem, did_you_mean, printable
from gradcheck.reading import equals_sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

HEADERS: Final = {
    "student": ("student", "name", "pupil", "student name", "student id", "matriculation number", "schüler", "schueler",
                "schülerin", "studierende", "studierender", "studentin", "matrikelnummer", "teilnehmer"),
    "problem": ("problem", "problem id", "problem-id", "task", "exercise", "question",
                "aufgabe", "frage", "übung", "uebung"),
    "of": ("of", "derivative", "part", "target", "ableitung", "teil", "teilaufgabe", "gesucht"),
    "claim": ("claim", "answer", "solution", "result", "response",
              "antwort", "lösung", "loesung", "ergebnis", "behauptung"),
}  # fmt: skip
"""The columns, each with the headers that mean it; the first is the one to recommend."""
_REQUIRED: Final = ("student", "problem", "claim")
_DELIMITERS: Final = (",", ";", "\t")
_CHUNK: Final = 1 << 16
_LINE_BYTES: Final = 1 << 20
_GROUP: Final = 3
"""Digits of a group of thousands."""
_CELL_LINES: Final = 40
"""Lines that one quoted cell may span: an unclosed quote must not swallow the rest of the class."""
_COMMA_NUMBER: Final = re.compile(r"\s*[-+−–]?\s*(?P<whole>\d+),(?P<part>\d+)(?P<exponent>[eE][-+]?\d+)?\s*")
_GROUPED: Final = re.compile(r"\s*[-+−–]?\s*(\d{1,3}(\.\d{3})+,\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}([,.]\d{3}){2,})\s*")
_DAMAGED: Final = re.compile(r"#(NAME|VALUE|REF|NUM|WERT|BEZUG|ZAHL|DIV/0|N/A|NV|NULL|#+)[?!]?")
_DATE: Final = re.compile(
    r"\d{1,2}\.\d{1,2}\.\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}[-. ]+[A-Za-zäÄ]{3,9}\.?([- ]\d{2,4})?|[A-Za-zäÄ]{3,9}\.?[- ]\d{2,4}"
)
_FORMULA_TEXT: Final = re.compile(r'="(.*)"', re.DOTALL)
_MONTHS: Final = (
    "jan", "feb", "mar", "mär", "apr", "may", "mai", "jun", "jul", "aug", "sep", "oct", "okt", "nov", "dec", "dez"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submission:
    """One answer as it was handed in; ``doubt`` says why the spreadsheet's text cannot be trusted."""

    line: int
    student: str
    problem: str
    of: str
    claim: str
    notes: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that says neither whose answer it holds nor to which problem."""

    line: int
    message: str


Entry = Submission | BadRow
_Line = tuple[int, str | None, str]
"""The number of a line, its text (None where it cannot be read) and why it cannot."""


def read_submissions(source: IO[bytes] | bytes | str, *, encoding: str = "utf-8", origin: str = "") -> Iterator[Entry]:
    """The rows of a table of answers, one at a time; the header is read at once.

    Raises UsageProblem where the file as a whole cannot be used: no header, a header twice, UTF-16.
    """
    if isinstance(source, str):
        source, encoding = source.encode("utf-8", "surrogatepass"), "utf-8"
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    lines = _Lines(stream, encoding)
    try:
        delimiter, columns, width = _header(lines)
    except UsageProblem as problem:
        problem.origin = problem.origin or origin or None
        raise
    return _entries(lines, delimiter, columns, width)


# -- lines ----------------------------------------------------------------------------------------------------------


class _Lines:
    """The physical lines of a stream, whatever ends them; lines can be put back."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self.encoding = encoding
        self.waiting: deque[_Line] = deque()
        self.fresh = self._read(stream)

    def take(self) -> _Line | None:
        """The number of the next line, its text (None where it cannot be read) and why it cannot."""
        return self.waiting.popleft() if self.waiting else next(self.fresh, None)

    def put_back(self, lines: Sequence[_Line]) -> None:
        self.waiting.extendleft(reversed(lines))

    def _read(self, stream: IO[bytes]) -> Iterator[_Line]:
        rest, number, too_long, dropped = b"", 0, False, 0
        while chunk := stream.read(_CHUNK):
            if not number and not rest and chunk[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                raise UsageProblem("the file is UTF-16", hint='save it as "CSV UTF-8"')
            data = rest + chunk
            held = b"\r" if data.endswith(b"\r") else b""  # it may be half of CR LF
            pieces = data.removesuffix(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
            rest = pieces.pop() + held
            for piece in pieces:
                number += 1
                yield self._line(number, b"" if too_long else piece, too_long=too_long)
                too_long, dropped = False, 0
            if len(rest) > _LINE_BYTES:
                dropped += len(rest)
                rest, too_long = b"", True
                if dropped > limits.SOURCE_CHARACTERS:  # a device, a binary file: it may never end
                    said = f"the line is longer than {limits.SOURCE_CHARACTERS:,} bytes, and nothing below it is read"
                    yield number + 1, None, said
                    return
        if rest.rstrip(b"\r") or too_long:
            yield self._line(number + 1, rest.rstrip(b"\r"), too_long=too_long)

    def _line(self, number: int, data: bytes, *, too_long: bool) -> _Line:
        if too_long or len(data) > _LINE_BYTES:
            return number, None, f"the line is longer than {_LINE_BYTES:,} bytes"
        if number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        try:
            return number, data.decode(self.encoding), ""
        except UnicodeError as problem:
            place = str(problem)  # idna tells no byte
            if isinstance(problem, UnicodeDecodeError):
                place = f"byte {problem.start + 1} is 0x{data[problem.start]:02x}{_looks_like(data)}"
            message = f'the line is not {self.encoding.upper()}: {place}; save the file as "CSV UTF-8"'
            return number, None, message


def _looks_like(data: bytes) -> str:
    try:
        shown = data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    words = [word for word in re.split(r'[\s,;"]+', shown) if not word.isascii()]
    return f" (as Windows-1252 it would be {printable(words[0][:30])!r})" if words else ""


# -- records --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: Sequence[str]
    trouble: str = ""
    """Why the row is unreadable (``cells`` is empty then)."""
    doubt: str = ""
    last: int = 0


class _BadQuoteError(Exception):
    """A closing quote that no delimiter follows."""


def _records(lines: _Lines, delimiter: str) -> Iterator[_Record]:
    while (first := lines.take()) is not None:
        number, text, trouble = first
        if text is None:
            yield _Record(number, (), trouble)
            continue
        if '"' not in text:
            yield _Record(number, text.split(delimiter), last=number)
            continue
        yield _quoted(lines, number, text, delimiter)


def _quoted(lines: _Lines, number: int, text: str, delimiter: str) -> _Record:
    """A record with quotes, over as many lines as they take; where they do not match, its first line alone."""
    taken: list[_Line] = []
    cells: list[str] | None = None
    whole = text
    try:
        while (cells := _split(whole, delimiter)) is None and len(taken) < _CELL_LINES:
            following = lines.take()
            if following is None:
                break
            taken.append(following)
            if following[1] is None:
                break
            whole += "\n" + following[1]
    except _BadQuoteError:
        cells = None
    if cells is None:
        lines.put_back(taken)
        return _Record(number, text.split(delimiter), doubt="a quote in this row is not closed", last=number)
    return _Record(number, cells, last=number + len(taken))


def _split(text: str, delimiter: str) -> list[str] | None:
    """The cells of a record; None where a quote is still open at its end."""
    cells: list[str] = []
    position = 0
    while True:
        start = position
        while start < len(text) and text[start] == " ":
            start += 1
        if text[start : start + 1] != '"':
            stop = text.find(delimiter, position)
            if stop == -1:
                return [*cells, text[position:]]
            cells.append(text[position:stop])
            position = stop + 1
            continue
        parts: list[str] = []
        start += 1
        while True:
            stop = text.find('"', start)
            if stop == -1:
                return None
            parts.append(text[start:stop])
            if text[stop + 1 : stop + 2] != '"':
                break
            parts.append('"')
            start = stop + 2
        cells.append("".join(parts))
        position = stop + 1
        while position < len(text) and text[position] == " ":
            position += 1
        if position == len(text):
            return cells
        if text[position] != delimiter:
            raise _BadQuoteError
        position += 1


# -- the header -----------------------------------------------------------------------------------------------------


def _header(lines: _Lines) -> tuple[str, dict[str, int], int]:
    """The delimiter, the position of each column, and how many cells a row has."""
    delimiters: Sequence[str] = _DELIMITERS
    while (line := lines.take()) is not None:
        number, text, trouble = line
        if text is None:
            raise UsageProblem(f"line {number}: {trouble}")
        if text.strip().lower().startswith("sep=") and len(text.strip()) == len("sep=;"):
            delimiters = (text.strip()[-1],)
        elif text.strip(" \t,;"):
            break
    else:
        raise UsageProblem("the table of submissions is empty", hint="its first line is: student,problem,of,claim")
    best = max(delimiters, key=lambda delimiter: len(_columns(_names(text, delimiter))))
    names = _names(text, best)
    columns = _columns(names)
    found = ", ".join(printable(name) for name in names if name)[:200]
    for role, positions in columns.items():
        if len(positions) > 1:
            shown = " and ".join(f"{position + 1} ('{printable(names[position])}')" for position in positions)
            raise UsageProblem(
                f"line {number}: the column {role} is there {len(positions)} times: {shown}",
                hint="keep one of them, or rename the other",
            )
    missing = [role for role in _REQUIRED if role not in columns]
    if missing:
        near = next(
            (hint for name in names if (hint := did_you_mean(name, [HEADERS[role][0] for role in missing]))), None
        )
        raise UsageProblem(
            f"line {number}: there is no column {' or '.join(missing)} (found: {found})",
            hint=near or "the header is: student,problem,of,claim",
        )
    return best, {role: positions[0] for role, positions in columns.items()}, len(names)


def _names(text: str, delimiter: str) -> list[str]:
    try:
        cells = _split(text, delimiter)
    except _BadQuoteError:
        cells = None
    return [" ".join(cell.split()).casefold() for cell in (text.split(delimiter) if cells is None else cells)]


def _columns(names: Sequence[str]) -> dict[str, list[int]]:
    """Which columns mean what; the recommended header wins over its variants."""
    found: dict[str, list[int]] = {}
    for role, variants in HEADERS.items():
        exact = [position for position, name in enumerate(names) if name == variants[0]]
        positions = exact or [position for position, name in enumerate(names) if name in variants]
        if positions:
            found[role] = positions
    return found


# -- rows -----------------------------------------------------------------------------------------------------------


def _entries(lines: _Lines, delimiter: str, columns: dict[str, int], width: int) -> Iterator[Entry]:
    for record in _records(lines, delimiter):
        if record.trouble:
            yield BadRow(record.line, record.trouble)
        elif any(cell.strip() for cell in record.cells):
            yield _entry(record, delimiter, columns, width)


def _entry(record: _Record, delimiter: str, columns: dict[str, int], width: int) -> Entry:
    cells = list(record.cells)
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    doubt = record.doubt
    if len(cells) > width:
        at = columns["claim"]
        if at == width - 1:  # the claim comes last: everything before it is where it belongs
            cells[at:] = [delimiter.join(cells[at:])]
        doubt = doubt or (
            f"the row has more cells than the header; a claim that holds '{_shown(delimiter)}' needs quotes around it"
        )
    student, problem, of, claim = (
        cells[columns[role]] if role in columns and columns[role] < len(cells) else "" for role in HEADERS
    )
    student, problem = " ".join(student.split()), " ".join(problem.split())
    if not student or not problem:
        empty = "student" if not student else "problem"
        also = f" (its quoted cell ends in line {record.last})" if record.last > record.line else ""
        return BadRow(record.line, f"the cell {empty} is empty{also}")
    notes: list[str] = []
    if not doubt and record.last > record.line:
        notes.append(f"the answer takes lines {record.line} to {record.last} of the table; it is read as one line")
    if not doubt:
        claim, more, doubt = _claim(claim, delimiter)
        notes += more
    return Submission(record.line, student, problem, _untext(" ".join(of.split())), claim.strip(), tuple(notes), doubt)


def _claim(cell: str, delimiter: str) -> tuple[str, list[str], str]:
    """A claim as it is meant, the notes on how it was read, and the doubt whether it is what was typed."""
    notes: list[str] = []
    claim = " ".join(part.strip() for part in cell.strip().splitlines() if part.strip())
    quoted = _FORMULA_TEXT.fullmatch(claim)
    if quoted is not None:
        claim = quoted[1].replace('""', '"')
    claim = _untext(claim).strip()
    bare = claim.removeprefix("=").strip()
    cut = equals_sign(claim) + 1
    value = claim[cut:]
    doubt = _damage(bare) or _ambiguity(value.strip(), delimiter)
    if not doubt and _COMMA_NUMBER.fullmatch(value):
        read = value.replace(",", ".")
        notes.append(f"{value.strip()} is read as {read.strip()} (decimal comma)")
        claim = claim[:cut] + read
    return claim, notes, doubt


def _damage(claim: str) -> str:
    """What a spreadsheet has made of an answer that it did not take for text."""
    if _DAMAGED.fullmatch(claim):
        return f"the spreadsheet took the answer for a formula and left {claim} of it; format the column as text"
    is_date = _DATE.fullmatch(claim) and not claim.isalnum() and (not _letters(claim) or _has_month(claim))
    return "the spreadsheet may have turned the answer into a date; format the column as text" if is_date else ""


def _ambiguity(value: str, delimiter: str) -> str:
    """Why a number with commas or grouped digits can be read in two ways."""
    comma = _COMMA_NUMBER.fullmatch(value)
    if comma is not None and delimiter != ";":
        whole, part = comma["whole"], comma["part"]
        if len(part) == _GROUP and len(whole) <= _GROUP and not whole.startswith("0"):
            return f"is {value} {whole}.{part} or {whole}{part}? Write it with a decimal point"
    elif comma is None and _GROUPED.fullmatch(value):
        return f"{value} has grouped thousands; write the number with a decimal point only"
    return ""


def _untext(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from computing it."""
    return cell[1:] if cell.startswith(("'", "’")) and len(cell) > 1 else cell


def _letters(text: str) -> list[str]:
    return re.findall(r"[A-Za-zäÄ]{3,}", text)


def _has_month(text: str) -> bool:
    return any(word[:3].lower() in _MONTHS for word in _letters(text))


def _shown(delimiter: str) -> str:
    return "a tab" if delimiter == "\t" else delimiter
