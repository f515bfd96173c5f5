"""Problem sets in TOML: functions, what is claimed of their derivatives, and derivations line by line."""

from __future__ import annotations

import bisect
import re
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from gradcheck.claims.derivation import Derivation
from gradcheck.claims.verify import Task
from gradcheck.deadline import Deadline, TimeUpError
from gradcheck.errors import SyntaxProblem, UsageProblem, did_you_mean, printable
from gradcheck.files import LAYOUTS, RowError, read_rtol, value_text
from gradcheck.reading import halves, names_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

_TOP: Final = ("title", "vars", "problem", "points", "partial", "rtol", "layout")
_PROBLEM: Final = (
    "id", "title", "f", "vars", "at", "wrt", "claims", "steps", "points", "parts", "partial", "rtol",
    "layout",
)  # fmt: skip
_CLAIM: Final = ("claim", "points", "id")
_HEADER: Final = re.compile(r"^[ \t]*\[\[\s*problem\s*\]\]", re.MULTILINE)
_LONG_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)
_TOML_PLACE: Final = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_NAME: Final = re.compile(r"[^\W\d]\w*")
_SECONDS: Final = 5.0
_SPEED: Final = 50_000
"""Characters a second that TOML may take at the least, beyond the first seconds; a tenth of what it does."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim of a problem, or one line of its derivation, and where it is written."""

    id: str
    text: str
    line: int
    points: float | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One function and what is said of its derivatives."""

    id: str
    title: str
    line: int
    f: str
    declarations: str
    at: str
    wrt: str
    claims: tuple[Statement, ...]
    steps: tuple[Statement, ...]
    points: float | None = None
    rtol: float | None = None
    layout: str = LAYOUTS[0]


@dataclass(frozen=True, slots=True)
class ProblemSet:
    """A file of problems; one that cannot be read stands as an error in its place."""

    file: str
    title: str
    problems: tuple[Problem | RowError, ...]


class _Unusable(Exception):
    """A problem that cannot be read: the reason, the mend, and the text in the file that shows the place."""

    def __init__(self, message: str, hint: str | None = None, *, key: str = "") -> None:
        super().__init__(message)
        self.message, self.hint, self.key = message, hint, key


def read_problems(text: str, file: str) -> ProblemSet:
    """Read a problem set; what is wrong with the file as a whole is its only item."""
    try:
        return _read(text.replace("\r\n", "\n"), file)
    except SyntaxProblem as problem:
        place = problem.location() or (1, 1, 1)
        message = f"{problem.message} (column {place[1]})" if place[1] > 1 else problem.message
        return ProblemSet(file, "", (RowError(file, place[0], "", printable(message), problem.hint),))


def load_toml(text: str, file: str) -> dict[str, Any]:
    """TOML with the digits of its numbers kept. Raises SyntaxProblem with the place."""
    from gradcheck.errors import Span

    try:
        with Deadline(_SECONDS + len(text) / _SPEED).enforced():
            return tomllib.loads(text, parse_float=str)
    except TimeUpError:  # keys of a hundred thousand parts: the reader's time is quadratic in them
        raise SyntaxProblem("this TOML takes too long to read", hint="give it fewer and shorter keys") from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as problem:
        said = str(problem)
        found = _TOML_PLACE.search(said)
        offset = len(text)
        if found is not None and found["line"]:
            starts = [0, *(match.end() for match in re.finditer("\n", text))]
            offset = starts[min(int(found["line"]), len(starts)) - 1] + int(found["column"]) - 1
        elif found is None:
            offset = 0
        reason = _TOML_PLACE.sub("", said) if not isinstance(problem, RecursionError) else "nested too deeply"
        raise SyntaxProblem(
            f"this is no TOML: {reason}", span=Span(offset, offset + 1), source=text, origin=file,
            hint="texts need quotes; a backslash is plain in '…' and doubled in \"…\"",
        ) from None  # fmt: skip


def tasks(problems: ProblemSet, *, seed: int = 0, rtol: float | None = None) -> Iterator[Task | Derivation | RowError]:
    """Every claim as a task, every derivation as one claim; ``rtol`` is for problems that state none."""
    for problem in problems.problems:
        if isinstance(problem, RowError):
            yield problem
            continue
        base = Task(
            expression=problem.f,
            claim="",
            wrt=problem.wrt,
            at=problem.at,
            declarations=problem.declarations,
            file=problems.file,
            rtol=rtol if problem.rtol is None else problem.rtol,
            layout=problem.layout,
            seed=seed,
        )
        for one in problem.claims:
            yield replace(base, claim=one.text, id=f"{problem.id}/{one.id}", line=one.line)
        if problem.steps:
            yield _derivation(problem, base)


def _derivation(problem: Problem, base: Task) -> Derivation:
    """The lines as claims: a target that the first one names holds for all; ``= …`` goes on from the line above."""
    target = before = ""
    steps: list[Task] = []
    for one in problem.steps:
        named, statement = halves(one.text)
        target = named or target
        claim = f"{target} = {statement}" if target else statement
        steps.append(replace(base, claim=claim, id=f"{problem.id}/steps", line=one.line, before=before))
        before = claim
    return Derivation(f"{problem.id}/steps", tuple(steps), tuple(one.text for one in problem.steps))


# -- reading --------------------------------------------------------------------------------------------------------


def _read(text: str, file: str) -> ProblemSet:
    document = load_toml(text, file)
    try:
        title, shared, found = _top(document)
    except _Unusable as problem:
        return ProblemSet(file, "", (RowError(file, _key_line(text, problem.key), "", problem.message, problem.hint),))
    places = _Places(text, len(found))
    problems: list[Problem | RowError] = []
    taken: dict[str, int] = {}
    for number, table in enumerate(found, 1):
        line = places.enter(number - 1)
        id_ = (str(table["id"]) if isinstance(table.get("id"), str | int) else "") or str(number)
        try:
            _take(id_, line, taken)
            problems.append(_problem(table, id_, line, shared, places, document))
        except _Unusable as problem:
            at = places.key(problem.key) if problem.key else line
            problems.append(RowError(file, at, printable(id_), problem.message, problem.hint))
    return ProblemSet(file, title, tuple(problems))


def _top(document: Mapping[str, Any]) -> tuple[str, str, list[dict[str, Any]]]:
    """Title, declarations for every problem, and the problems' tables."""
    _known(document, _TOP, "the file")
    found = document.get("problem", [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _Unusable("problem is no list of tables", "each begins with [[problem]]", key="problem")
    if not found:
        raise _Unusable("the file holds no problem", "each begins with [[problem]]")
    return _text(document, "title"), _declarations(document), found


def _take(id_: str, line: int, taken: dict[str, int]) -> None:
    if id_ in taken:
        raise _Unusable(
            f"the id {printable(id_)} is taken by the problem at line {taken[id_]}", "give each its own", key="id"
        )
    taken[id_] = line


def _problem(
    table: Mapping[str, Any], id_: str, line: int, shared: str, places: _Places, document: Mapping[str, Any]
) -> Problem:
    _known(table, _PROBLEM, "a problem")
    f = _text(table, "f")
    if not f.strip():
        raise _Unusable("the problem has no f", 'the function, as in f = "x**2"')
    claims = _statements(table, "claims", places)
    steps = _statements(table, "steps", places)
    if not claims and not steps:
        raise _Unusable("the problem claims nothing", 'as in claims = ["df/dx = 2*x"]')
    if any(one.points is not None for one in steps):
        raise _Unusable("a line of a derivation has no points of its own", "give points to the problem", key="steps")
    names = {one.id for one in claims}
    if len(names) < len(claims):
        raise _Unusable("two claims of the problem have one id", "give each its own", key="claims")
    used = names_in(f)
    general = [part for part in shared.split(";") if used.intersection(_NAME.findall(part.partition(":")[0]))]
    return Problem(
        id=id_,
        title=_text(table, "title"),
        line=line,
        f=f.strip(),
        declarations="; ".join(part.strip() for part in (*general, _declarations(table)) if part.strip()),
        at=_point(table),
        wrt=_wrt(table),
        claims=claims,
        steps=steps,
        points=_points(table),
        rtol=_tolerance(table, document),
        layout=_layout(table, document),
    )


def wrt_names(value: object) -> list[str] | None:
    """The variables of ``wrt``, a text or a list of texts; None where it is neither."""
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, str) for row in rows):
        return None
    return [name.strip() for row in rows for name in str(row).split(",") if name.strip()]


def _wrt(table: Mapping[str, Any]) -> str:
    """The variable by which claims differentiate that do not say so; of several each claim must say it."""
    names = wrt_names(table.get("wrt", ""))
    if names is None:
        raise _Unusable("wrt is no name", 'as in wrt = "x" or wrt = ["x", "y"]', key="wrt")
    return names[0] if len(names) == 1 else ""


def _statements(table: Mapping[str, Any], key: str, places: _Places) -> tuple[Statement, ...]:
    given = table.get(key, [])
    rows = given if isinstance(given, list) else [given]
    found: list[Statement] = []
    places.seek(key)
    for number, row in enumerate(rows, 1):
        if isinstance(row, dict):
            _known(row, _CLAIM, "a claim", places)
            text = _text(row, "claim")
            id_, points = _text(row, "id") or str(number), _points(row)
        elif isinstance(row, str):
            text, id_, points = row, str(number), None
        else:
            raise _Unusable(f"{key} holds {printable(str(row))[:60]}, which is no text", "put it in quotes", key=key)
        if not text.strip().strip("=").strip():
            raise _Unusable(f"number {number} of the {key} is empty", 'as in "df/dx = 2*x"', key=key)
        found.append(Statement(id_, text.strip(), places.find(text), points))
    return tuple(found)


def _known(table: Mapping[str, Any], known: Collection[str], owner: str, places: _Places | None = None) -> None:
    for key in table:
        if key not in known:
            if places is not None:
                places.seek("")
            hint = did_you_mean(key, known) or f"{owner} has {', '.join(known)}"
            raise _Unusable(f"{owner} has no key '{printable(key)}'", hint, key=key)


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _Unusable(f"{key} is no text", "put it in quotes", key=key)


def _declarations(table: Mapping[str, Any]) -> str:
    value = table.get("vars", "")
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, str) for row in rows):
        raise _Unusable("vars is no text", 'as in vars = "n: integer; x > 0"', key="vars")
    return "; ".join(rows)


def _point(table: Mapping[str, Any]) -> str:
    value = table.get("at", "")
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        texts = {name: value_text(one) for name, one in value.items()}
        if None not in texts.values():
            return ", ".join(f"{name}={text}" for name, text in texts.items())
    raise _Unusable("at is no point", 'as in at = "x=1, y=pi/4" or at = {x = 1, y = "pi/4"}', key="at")


def _tolerance(table: Mapping[str, Any], document: Mapping[str, Any]) -> float | None:
    value = table.get("rtol", document.get("rtol"))
    if value is None:
        return None
    try:
        return read_rtol(value)
    except UsageProblem as problem:
        raise _Unusable(problem.message, problem.hint, key="rtol") from None


def _layout(table: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    value = table.get("layout", document.get("layout", LAYOUTS[0]))
    if value not in LAYOUTS:
        raise _Unusable(
            f"there is no layout {printable(str(value))[:60]}", f"it is {' or '.join(LAYOUTS)}", key="layout"
        )
    return str(value)


def _points(table: Mapping[str, Any]) -> float | None:
    value = table.get("points")
    if value is None:
        return None
    try:
        number = float(value) if isinstance(value, str | int) and not isinstance(value, bool) else -1.0
    except (ValueError, OverflowError):
        number = -1.0
    if not 0 <= number < float("inf"):
        raise _Unusable("points is no number from 0 up", "as in points = 2", key="points")
    return number


# -- lines ----------------------------------------------------------------------------------------------------------


def _key_line(text: str, key: str) -> int:
    found = (
        re.search(rf"^[ \t]*(?:\[\[?\s*)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]", text, re.MULTILINE) if key else None
    )
    return text.count("\n", 0, found.start()) + 1 if found is not None else 1


class _Places:
    """Where the texts of a file stand: TOML's reader does not tell, so they are searched after a problem's header."""

    def __init__(self, text: str, problems: int) -> None:
        self.text = text
        blank = _LONG_STRING.sub(_blanked, text)
        self.bare = blank
        """The text with strings and comments blanked: keys and headers are found in it."""
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        starts = [match.start() for match in _HEADER.finditer(blank)]
        self.starts = starts if len(starts) == problems else [0] * problems
        self.start = self.position = 0
        self.end = len(text)

    def enter(self, number: int) -> int:
        """Go to a problem; the line of its header."""
        self.start = self.position = self.starts[number]
        later = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        self.end = later if later > self.start else len(self.text)
        return self._line(self.start)

    def seek(self, key: str) -> None:
        """Search from a key of the problem on."""
        found = self._key(key)
        self.position = self.start if found is None else found

    def key(self, key: str) -> int:
        """The line of a key of the problem, or of its header."""
        found = self._key(key)
        return self._line(self.start if found is None else found)

    def find(self, text: str) -> int:
        """The line of a string, after the one that was found before it."""
        for written in _spellings(text):
            found = self.text.find(written, self.position, self.end)
            if found >= 0:
                self.position = found + len(written)
                lead = len(written) - len(written.lstrip("\"'\r\n \t"))
                return self._line(found + lead)
        return self._line(self.position)

    def _key(self, key: str) -> int | None:
        if not key:
            return None
        pattern: Callable[[str, int, int], re.Match[str] | None] = re.compile(
            rf"(?<![\w-]){re.escape(key)}\s*(?=[=\]])"
        ).search
        found = pattern(self.bare, self.start, self.end)
        return None if found is None else found.start()

    def _line(self, position: int) -> int:
        return bisect.bisect_left(self.breaks, position) + 1


def _blanked(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _spellings(text: str) -> Sequence[str]:
    """How a string may be written: in either quotes, with its backslashes and quotes escaped, over several lines."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    lines = [line for line in text.splitlines() if line.strip()]
    return (f'"{text}"', f"'{text}'", f'"{escaped}"', text, *lines[:1])
