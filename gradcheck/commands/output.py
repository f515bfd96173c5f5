"""Text in and out: standard input, the terminal's width and colour, reports that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from gradcheck import limits
from gradcheck.errors import UsageProblem, printable
from gradcheck.reports import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PULSE: Final = 0.2
_BAR: Final = 24
_NAME: Final = 40
"""Characters of a file's name that the name of its unfinished copy begins with."""
_ASCII = str.maketrans(
    {
        "∂": "d", "·": "*", "×": "x", "√": "sqrt ", "∛": "cbrt ", "±": "+-", "…": "...", "σ": "sigmoid", "π": "pi",
        "∞": "inf", "≤": "<=", "≥": ">=", "≠": "!=", "–": "-", "²": "^2", "³": "^3", "¹": "^1", "⁰": "^0", "⁴": "^4",
        "⁵": "^5", "⁶": "^6", "⁷": "^7", "⁸": "^8", "⁹": "^9", "⁻": "^-",
        "∘": "*", "ᵀ": ".T", "‖": "||", "₁": "_1", "⋮": ":", "⋱": ":", **dict.fromkeys("⎡⎢⎣", "["),
        **dict.fromkeys("⎤⎥⎦", "]"), "─": "-", "│": "|", **dict.fromkeys("╭╮╰╯├┤┬┴┼└", "+"), "▶": ">", "▼": "v",
        "●": "o", "✗": "x", "→": "->",
        **dict.fromkeys(map(chr, range(0x2801, 0x2900)), "."),
    }
)  # fmt: skip
"""For terminals that cannot show more."""
_PAGE: Final = re.compile(r"index\.html|[0-9]+-[a-z0-9-]+\.html")
"""What write_folder may replace."""
_POWER = re.compile("∘(?=[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])")
"""A power entry by entry is written like any other there."""


def read_standard_input() -> str:
    """All of it, as far as a source may be long."""
    data = sys.stdin.buffer.read(limits.SOURCE_CHARACTERS * 4 + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise UsageProblem(
            f"standard input is not UTF-8 (byte {problem.start + 1})", hint="save the text as UTF-8"
        ) from None


def style(output: str | None, **options: Any) -> Style:
    """Width and colour of where the report goes."""
    return Style(width=width(), color=color(output), **options)


def color(output: str | None) -> bool:
    """Whether the report is coloured: on a terminal that did not ask for plain text."""
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return output is None and sys.stdout.isatty() and not plain


def width() -> int:
    """Columns of the terminal, within reason; 80 where there is none."""
    import shutil

    return (
        max(40, min(200, shutil.get_terminal_size((80, 24)).columns))
        if sys.stdout.isatty() or "COLUMNS" in os.environ
        else 80
    )


def flush() -> None:
    """Write what waits for standard output; where its reader has gone (``| head``), the rest of it is not wanted."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)


def silence(stream: Any) -> None:
    """Let a stream that can take no more go nowhere, so that the interpreter does not complain at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def complete_streams() -> None:
    """Put something in the place of standard streams that were closed, or a file opened later would take it.

    What is written to a closed standard output is an error, as it should be.
    """
    for name, mode, flags in (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8"))


def write(text: str | bytes | Iterable[str], output: str | None) -> None:
    """Print a report (in pieces, where it may be long), or replace a file by it: whole or not at all."""
    pieces: Iterable[Any] = [text] if isinstance(text, str | bytes) else text
    binary = isinstance(text, bytes)
    if output is None:
        try:
            for piece in pieces:
                if binary:
                    sys.stdout.buffer.write(piece)
                else:
                    sys.stdout.write(encodable(piece, sys.stdout.encoding))
        except BrokenPipeError:
            silence(sys.stdout)
        return
    try:
        _replace(pieces, output, {"mode": "wb"} if binary else {"mode": "w", "encoding": "utf-8"})
    except OSError as problem:
        raise UsageProblem(f"{output} cannot be written: {problem.strerror or problem}") from None


def _replace(pieces: Iterable[Any], output: str, opened: dict[str, Any]) -> None:
    """Write beside the file first, so that it is replaced as a whole."""
    import tempfile
    from pathlib import Path

    path = Path(output)
    if path.is_dir():
        raise UsageProblem(f"{output} is a directory", hint="name a file")
    if path.exists() and not path.is_file():  # /dev/stdout, a named pipe
        with path.open(**opened) as file:
            file.writelines(pieces)
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:_NAME]}.")
    except FileNotFoundError:
        raise UsageProblem(f"the directory {path.parent} does not exist", hint="create it first") from None
    try:
        with os.fdopen(handle, **opened) as file:
            file.writelines(pieces)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def is_folder(output: str | None) -> bool:
    """Whether ``-o`` names a directory: it ends in a slash, or is there."""
    from pathlib import Path

    return output is not None and (output.endswith(("/", os.sep)) or Path(output).is_dir())


def write_folder(files: Iterable[tuple[str, str]], output: str) -> None:
    """Write files into a directory of their own: all of them or none.

    A directory that is there is replaced where it holds nothing but pages of an earlier run; anything else in it is
    left alone, and the pages are not written.
    """
    import shutil
    import tempfile
    from pathlib import Path

    path = Path(output)
    if path.exists() and not path.is_dir():
        raise UsageProblem(f"{output} is a file", hint="name a directory, as in -o pages/")
    others = [one.name for one in path.iterdir() if not _PAGE.fullmatch(one.name)] if path.exists() else []
    if others:
        raise UsageProblem(
            f"{output} holds other files ({printable(min(others))[:80]})", hint="name a directory for the pages alone"
        )
    here = path.resolve()
    try:
        fresh = Path(tempfile.mkdtemp(dir=here.parent, prefix=f".{here.name}."))
    except FileNotFoundError:
        raise UsageProblem(f"the directory {path.parent} does not exist", hint="create it first") from None
    old = fresh.with_name(f"{fresh.name}.old")
    try:
        for name, text in files:
            (fresh / name).write_text(text, encoding="utf-8")
        mask = os.umask(0)
        os.umask(mask)
        fresh.chmod(0o777 & ~mask)
        if here.exists():
            here.rename(old)
        try:
            fresh.rename(here)
        except BaseException:
            if old.exists():
                old.rename(here)
            raise
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def progress() -> Iterator[Callable[[int, float], object] | None]:
    """A bar on a terminal's stderr, told of rows and of the part that is done; it goes away at the end."""
    if not sys.stderr.isatty():
        yield None
        return
    start = told = time.monotonic()

    def tell(rows: int, part: float) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told > _PULSE:
            told = now
            done = round(part * _BAR)
            bar = f"[{'#' * done}{'.' * (_BAR - done)}] {part:4.0%}  " if part else ""
            sys.stderr.write(f"\r\x1b[K{bar}{rows:,} rows, {rows / (now - start):,.0f}/s")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if told > start:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def encodable(text: str, encoding: str | None) -> str:
    """The text in characters that an encoding can write."""
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        text = _POWER.sub("", text).translate(_ASCII)
        return text.encode(encoding or "ascii", "replace").decode(encoding or "ascii")
    return text
