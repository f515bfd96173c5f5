"""What must hold for any input whatever, reader by reader: a result, or an error that has its place in the text.

A law raises AssertionError where it is broken; any other exception that leaves it is a finding just as well.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import sys
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas import read_strictly
from strategies import meaning_of_program

from gradcheck import files
from gradcheck.build import build
from gradcheck.claims.derivation import Derivation
from gradcheck.claims.verify import Task, verify
from gradcheck.cli import run
from gradcheck.declarations import read_declarations
from gradcheck.errors import GradcheckError, display_width, draw_place, printable
from gradcheck.evaluation import evaluate
from gradcheck.files import RowError
from gradcheck.files.assignment import read_assignment
from gradcheck.files.rows import RowsFile
from gradcheck.files.submissions import BadRow, Submission, read_submissions
from gradcheck.grading import grade
from gradcheck.point import read_point
from gradcheck.reports import FORMATS, Style
from gradcheck.reports.gradebook import GRADEBOOK_FORMATS
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import write_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradcheck.syntax.tree import Program

FIELD = "\x1e"
"""Parts an input of several texts: expression, point, …."""
SECONDS = 1.0
"""The time limit under which evaluations run here."""


# -- errors ------------------------------------------------------------------------------------------------------------


def check_error(error: GradcheckError, text: str | None = None) -> None:
    """An error is a sentence that can be printed, and its place lies in the text that it is about."""
    said = printable(error.message)
    assert said.strip(), "an error without a message"
    assert "\n" not in said, said
    assert error.hint is None or error.hint.strip(), "an empty hint"
    source = error.source if error.source is not None else text
    if error.span is not None and source is not None:
        start, end = error.span
        assert 0 <= start <= end <= len(source) + 1, f"the span {start}-{end} lies outside of {len(source)} characters"
        for width in (20, 78):
            drawn = draw_place(source, error.span, width)
            assert is_plain(drawn), repr(drawn)
            assert max(map(display_width, drawn.splitlines())) <= width + 2, drawn
    error.location()


def is_plain(text: str) -> bool:
    """Whether a text can be shown: no character in it steers a terminal or turns a line around."""
    return all(one == "\n" or one.isprintable() or unicodedata.category(one) == "Zs" for one in text)


def outcome(read: Callable[[], Any], text: str | None = None) -> Any:
    """What a reader makes of a text, or None where it refuses it as it should."""
    try:
        return read()
    except GradcheckError as error:
        check_error(error, text)
        return None


# -- the language ------------------------------------------------------------------------------------------------------


def plain(text: str) -> None:
    """Reading, printing, building."""
    program = outcome(lambda: parse(text), text)
    if program is not None:
        _check_program(program, parse)


def has_latex() -> bool:
    """Whether the LaTeX dialect is part of this gradcheck."""
    return importlib.util.find_spec("gradcheck.reading") is not None


def latex(text: str) -> None:
    """The same for LaTeX."""
    reader = importlib.import_module("gradcheck.reading")
    program = outcome(lambda: reader.read_latex(text), text)
    if program is not None:
        _check_program(program, parse)


def _check_program(program: Program, read: Callable[[str], Program]) -> None:
    assert not [note for note in program.notes if not 0 <= note.span.start <= note.span.end <= len(program.source)]
    graph = outcome(lambda: build(program), program.source)
    if graph is None:
        return
    assert all(argument < node for node, arguments in enumerate(graph.arguments) for argument in arguments)
    meaning = meaning_of_program(program)
    for full in (False, True):
        written = write_program(program, full=full)
        assert meaning_of_program(read(written)) == meaning, f"printed as {written}, which means something else"


def point(text: str) -> None:
    """``--at``."""
    found = outcome(lambda: read_point(text), text)
    for name, value in (found or {}).items():
        assert is_plain(name + value.text), (name, value.text)
        assert not value.graph.inputs


def declarations(text: str) -> None:
    """``--var`` and ``vars``: what is printed is read as the same."""
    found = outcome(lambda: read_declarations(text), text)
    for name, declaration in (found or {}).items():
        written = declaration.text(name)
        assert not written or read_declarations(written)[name] == declaration, written


# -- evaluations and claims --------------------------------------------------------------------------------------------


def evaluation(text: str) -> None:
    """Expression, point, declarations, claim: every format of what comes out, and the same bytes a second time."""
    expression, at, declared, claim = parts(text, 4)

    def evaluated() -> Any:
        return evaluate(
            expression,
            at=at or None,
            declarations=declared or None,
            claims=[claim] if claim else (),
            routes=("fd", "reverse"),
            timeout=SECONDS,
        )

    result = outcome(evaluated)
    if result is None:
        return
    for width in (40, 80):
        for format_, write in FORMATS.items():
            shown = write(result, Style(width=width, verbose=width > 40))
            assert is_plain(shown), f"{format_}: {shown!r}"[:2_000]
    read_strictly(FORMATS["json"](result, Style()))
    assert result.verdict.name != "disagree", f"a false disagreement: {result.verdict.reason}"


def claim(text: str) -> None:
    """Expression, claim, by what, point, declarations: a verdict, and never that of a bug."""
    expression, claimed, wrt, at, declared = parts(text, 5)
    task = Task(expression, claimed, wrt, at, declared)
    result = outcome(lambda: verify(task, timeout=SECONDS))
    if result is not None:
        assert result.verdict in {"correct", "wrong", "undecided"}
        assert result.evidence.kind != "bug", result.reason
        assert result.verdict != "undecided" or result.reason


def parts(text: str, count: int) -> list[str]:
    """The texts of an input; those that are missing are empty."""
    found = text.split(FIELD, count - 1)
    return found + [""] * (count - len(found))


def _no_constant(name: str) -> None:
    raise AssertionError(f"JSON holds {name}")


# -- files -------------------------------------------------------------------------------------------------------------


def problems(data: bytes) -> None:
    """A problem set, as ``check`` reads it."""
    check_items(data, "t.toml")


def table(data: bytes) -> None:
    """A table of claims: by its content CSV, JSON lines or TOML."""
    check_items(data, "t")
    check_items(data, "t.csv")
    check_items(data, "t.jsonl")


def check_items(data: bytes, name: str) -> None:
    """Tasks and errors, each in a line of the file; an unreadable file is an error as well."""
    lines = data.count(b"\n") + data.count(b"\r") + 1
    count = 0
    for item in outcome(lambda: list(_items(data, name))) or ():
        count += 1
        for one in item.steps if isinstance(item, Derivation) else [item]:
            assert 0 <= one.line <= lines + 1, f"line {one.line} of {lines}"
            if isinstance(one, RowError):
                assert one.message.strip()
                assert is_plain(one.message), one.message
            else:
                assert one.expression.strip()
                assert one.claim.strip()
    assert count, "the file gives nothing at all, not even an error"


def _items(data: bytes, name: str) -> Iterator[Any]:
    kind = files._FORMATS.get(Path(name).suffix)
    return files._read(io.BytesIO(data), name, kind, 0, None)


def submissions(data: bytes) -> None:
    """A class's answers."""
    found = outcome(lambda: list(read_submissions(data))) or ()
    for entry in found:
        assert isinstance(entry, Submission | BadRow)
        assert entry.line > 0
        assert not isinstance(entry, BadRow) or entry.message.strip()


def assignment(text: str) -> None:
    """A problem file, as ``grade`` reads it."""
    outcome(lambda: read_assignment(text, "t.toml"), text)


def rows(data: bytes) -> None:
    """Training rows: every block, every cell of it."""
    with _file(data) as name:

        def read() -> None:
            with RowsFile(name) as source:
                assert source.columns
                for block in source.blocks(range(len(source.columns))):
                    assert block.numbers.shape[1] == len(source.columns)
                    for index in range(min(3, len(block.numbers))):
                        assert len(block.cells(index)) == len(source.columns)
                        check_error(block.problem(index, "said"))

        outcome(read)


def marks(text: str) -> None:
    """A whole ``grade``: problem file and answers, every format; an answer changes nothing but its own mark."""
    problem_text, answers = parts(text, 2)
    book = outcome(lambda: grade(problem_text, read_submissions(answers), timeout=SECONDS))
    if book is None:
        return
    for format_, write in GRADEBOOK_FORMATS.items():
        shown = write(book, Style(width=80, verbose=True))
        if format_ == "json":
            json.loads(shown, parse_constant=_no_constant)
        elif format_ != "csv":
            assert is_plain(shown), f"{format_}: {shown!r}"[:2_000]
    for student in book.students:
        assert 0 <= student.mark <= student.out_of
        assert all(row.result is None or row.result.evidence.kind != "bug" for row in student.rows)


@contextlib.contextmanager
def _file(data: bytes) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(data)
        file.flush()
        yield file.name


# -- the command line --------------------------------------------------------------------------------------------------

FILES = ("a.toml", "b.csv", "c.jsonl", "d.csv")
"""What the command line finds in its directory: the last field of the input, whatever the suffix."""


def command(text: str) -> None:
    """Arguments, standard input, a file's content: an exit code, a report or one error, and nothing left behind."""
    *arguments, data, content = text.split(FIELD) if text.count(FIELD) >= 2 else [*text.split(FIELD), "", ""]
    arguments = [one for one in arguments if _is_harmless(one)]
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for name in FILES:
                Path(name).write_text(content, encoding="utf-8", errors="surrogatepass", newline="")
            code, out, err = said(arguments, data)
            assert sorted(path.name for path in Path(folder).iterdir()) == sorted(FILES)
        finally:
            os.chdir(here)
    assert code in {0, 1, 2, 3}, f"exit code {code}: {err}"
    assert "Traceback" not in err, err
    assert "this is a bug" not in out + err, out + err
    assert is_plain(err), err
    assert out or err or code == 2, "neither a report nor an error"
    if out.lstrip()[:1] == "{":
        json.loads(out, parse_constant=_no_constant)
    elif "csv" not in arguments:
        assert is_plain(out), out


def _is_harmless(argument: str) -> bool:
    """No file is written or read outside, nobody on the network is called, and nothing takes long by design."""
    return not argument.startswith(("-o", "--executor", "/", "..")) and "/dev" not in argument and "\0" not in argument


def said(arguments: list[str], data: str) -> tuple[int, str, str]:
    """Run the command line in this process."""
    kept = sys.stdin, sys.stdout, sys.stderr
    stdin = io.TextIOWrapper(io.BytesIO(data.encode("utf-8", "surrogatepass")), encoding="utf-8")
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    sys.stdin, sys.stdout, sys.stderr = stdin, out, err
    try:
        code = run(arguments)
        for stream in (out, err):
            stream.flush()
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return code, texts[0], texts[1]
