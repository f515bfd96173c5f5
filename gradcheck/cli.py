"""The command line: the group of commands, exit codes, and how errors are told."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from gradcheck import __version__
from gradcheck.commands import BUG, GROUPS, INTERRUPTED, NAMES, OK, UNUSABLE
from gradcheck.commands.output import complete_streams, encodable, flush, silence, width
from gradcheck.errors import GradcheckError, UsageProblem, draw_place, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code; no traceback reaches the user."""
    complete_streams()
    code = run(sys.argv[1:] if arguments is None else list(arguments))
    watched = sys.gettrace() is not None or sys.getprofile() is not None
    if arguments is None and not watched and not _ORDERLY & sys.modules.keys():
        atexit._run_exitfuncs()  # noqa: SLF001 - an orderly end but for the modules: 30 ms to take them apart
        os._exit(code)
    sys.exit(code)


_ORDERLY: Final = frozenset(("multiprocessing", "distributed"))
"""Where these were imported, threads and semaphores want an orderly end."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        code = _run(arguments)
    except OSError as problem:  # standard output takes not even the error that was to stand there
        with contextlib.suppress(OSError):
            sys.stderr.write(f"gradcheck: {problem.strerror}\n")
        code = UNUSABLE
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            silence(stream)
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        if VARIABLE in os.environ:
            importlib.import_module("gradcheck.commands.shells")
        code = cli.main(args=list(arguments), prog_name="gradcheck", standalone_mode=False)
        flush()
    except GradcheckError as error:
        return _tell(error, as_json=_wants_json(arguments))
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except SystemExit:  # click's way to say that the reader of a help text has gone, or that completions are told
        flush()
        silence(sys.stdout)
        return OK
    except click.Abort:
        return _abandon(INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as problem:
        sys.stderr.write(f"{problem.format_message()}\n")
        return UNUSABLE
    except click.ClickException as problem:
        usage = UsageProblem(problem.format_message(), hint=_help_hint(problem))
        return _tell(usage, as_json=_wants_json(arguments))
    except KeyboardInterrupt:
        return _abandon(INTERRUPTED)
    except OSError as problem:
        name = f": {problem.filename}" if problem.filename else ""
        return _tell(UsageProblem(f"{problem.strerror or problem}{name}"), as_json=_wants_json(arguments))
    except RecursionError:
        return _bug(arguments, "nested too deeply")
    except Exception as problem:  # noqa: BLE001 - the last resort: a bug is told as one
        return _bug(arguments, f"{type(problem).__name__}: {problem}")
    return code if isinstance(code, int) else OK


VARIABLE: Final = "_GRADCHECK_COMPLETE"
"""Set where a shell asks for completions."""


class _Commands(click.Group):
    """The commands, each imported when it is called; the help lists them in groups without importing any."""

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        longest = max(map(len, NAMES))
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(longest), said) for name, said in commands.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=said)
            for commands in GROUPS.values()
            for name, said in commands.items()
            if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def list_commands(self, _ctx: click.Context | None = None) -> list[str]:
        return list(NAMES)

    def get_command(self, _ctx: click.Context | None, cmd_name: str) -> click.Command | None:
        if cmd_name not in NAMES:
            return None
        command: click.Command = importlib.import_module(f"gradcheck.commands.{cmd_name}").command
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="gradcheck", message="%(prog)s %(version)s")
def cli() -> None:
    """Check derivatives by three independent routes, at every node of the graph.

    \b
    gradcheck eval "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))" --at x=1
    gradcheck eval "sin(x**2)" --at x=1 --claim "df/dx = cos(x**2)"
    gradcheck examples

    \b
    Exit codes: 0 everything agrees, 1 something disagrees, 2 the input cannot
    be used, 3 undecided (a kink, a domain edge, a time limit).
    """


# -- errors ---------------------------------------------------------------------------------------------------------


def _tell(error: GradcheckError, *, as_json: bool) -> int:
    """Say what is wrong, where, and how to mend it."""
    if as_json:
        from gradcheck.reports.json import error_json

        sys.stdout.write(error_json(error))
        return UNUSABLE
    lines = [f"gradcheck: {printable(error.message)}"]
    place = error.location()
    if place is not None and error.source is not None and error.span is not None:
        line, column, _ = place
        several = "\n" in error.source
        where = [error.origin] if error.origin else []
        where += [f"line {line}, column {column}"] if several else []
        lines[0] = f"gradcheck: {', '.join(where)}: {printable(error.message)}" if where else lines[0]
        if error.source.strip():
            drawn = draw_place(error.source, error.span, width() - 2)
            lines += [f"  {row}" for row in drawn.splitlines()]
    elif error.origin:
        lines[0] = f"gradcheck: {printable(error.origin)}: {printable(error.message)}"
    if error.hint:
        lines.append(f"hint: {printable(error.hint)}")
    sys.stderr.write(encodable("\n".join(lines) + "\n", sys.stderr.encoding))
    return UNUSABLE


def _help_hint(problem: click.ClickException) -> str | None:
    context = getattr(problem, "ctx", None)
    return f"{context.command_path} --help shows how" if context is not None else None


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether the command line asks for JSON, as far as it could be read."""
    for position, argument in enumerate(arguments):
        if argument == "--format=json" or (
            argument == "--format" and list(arguments[position + 1 : position + 2]) == ["json"]
        ):
            return True
    return False


def _abandon(code: int) -> int:
    sys.stderr.write("gradcheck: interrupted\n")
    return code


def _bug(arguments: Sequence[str], what: str) -> int:
    if os.environ.get("GRADCHECK_TRACEBACK"):
        raise  # noqa: PLE0704 - called from an except block, for the developers
    command = printable(" ".join(arguments))[:300]
    sys.stderr.write(
        f"gradcheck: this is a bug in gradcheck {__version__} ({printable(what)[:300]})\n"
        f"  please report it with this command: gradcheck {command}\n"
    )
    return BUG
