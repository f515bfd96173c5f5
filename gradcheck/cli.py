"""The command line: options, exit codes, and where text goes. The only file that imports click."""

from __future__ import annotations

import functools
import math
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gradcheck import __version__, limits
from gradcheck.errors import GradcheckError, UsageProblem, did_you_mean, draw_place, printable
from gradcheck.reports import FORMATS, Style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

OK, DISAGREE, UNUSABLE, UNDECIDED, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130
_ASCII = str.maketrans(
    {
        "∂": "d", "·": "*", "×": "x", "√": "sqrt ", "∛": "cbrt ", "±": "+-", "…": "...", "σ": "sigmoid", "π": "pi",
        "∞": "inf", "≤": "<=", "≥": ">=", "≠": "!=", "–": "-", "²": "^2", "³": "^3", "¹": "^1", "⁰": "^0", "⁴": "^4",
        "⁵": "^5", "⁶": "^6", "⁷": "^7", "⁸": "^8", "⁹": "^9", "⁻": "^-",
    }
)  # fmt: skip
"""For terminals that cannot show more."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code; no traceback reaches the user."""
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        code = cli.main(args=list(arguments), prog_name="gradcheck", standalone_mode=False)
        sys.stdout.flush()
    except GradcheckError as error:
        return _tell(error, as_json=_wants_json(arguments))
    except click.exceptions.Exit as stop:
        return stop.exit_code
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
    except BrokenPipeError:
        _silence(sys.stdout)
        return OK
    except OSError as problem:
        name = f": {problem.filename}" if problem.filename else ""
        return _tell(UsageProblem(f"{problem.strerror or problem}{name}"), as_json=_wants_json(arguments))
    except RecursionError:
        return _bug(arguments, "nested too deeply")
    except Exception as problem:  # noqa: BLE001 - the last resort: a bug is told as one
        return _bug(arguments, f"{type(problem).__name__}: {problem}")
    return code if isinstance(code, int) else OK


# -- what every command shares --------------------------------------------------------------------------------------


class _Command(click.Command):
    """A command whose arguments may begin with a minus: what is not exactly an option is an argument."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options: list[str] = []
        positional: list[str] = []
        takes_value = {name: _takes_value(option) for option in self.get_params(ctx) for name in option.opts}
        rest = list(args)
        while rest:
            argument = rest.pop(0)
            if argument == "--":
                positional += rest
                break
            if argument in takes_value and argument.startswith("-"):
                options.append(argument)
                if takes_value[argument]:
                    if not rest:
                        raise UsageProblem(f"{argument} needs a value", hint=f"as in {argument} {_sample(argument)}")
                    options.append(rest.pop(0))
            elif argument.startswith("--") and argument.partition("=")[0] in takes_value and "=" in argument:
                options.append(argument)
            else:
                positional.append(argument)
        self._check_count(ctx, positional, list(takes_value))
        return super().parse_args(ctx, [*options, "--", *positional])

    def _check_count(self, ctx: click.Context, positional: list[str], options: list[str]) -> None:
        wanted = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Argument)]
        if any(parameter.nargs < 0 for parameter in wanted) or len(positional) <= len(wanted):
            return
        stray = next((text for text in positional if text.startswith("-")), positional[len(wanted)])
        hint = did_you_mean(stray.partition("=")[0], [name for name in options if name.startswith("--")])
        raise UsageProblem(
            f"there is one argument too many: {printable(stray)}",
            hint=hint or "an expression with spaces needs quotes",
        )


def _takes_value(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and not parameter.is_flag and not parameter.count


def _sample(option: str) -> str:
    return {"--at": "x=1", "--wrt": "x", "-o": "report.txt", "--routes": "fd,reverse", "--claim": '"df/dx = 2*x"'}.get(
        option, "…"
    )


def _split(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """``--wrt x,y --wrt z`` as (x, y, z)."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _nodes(_context: click.Context, _option: click.Parameter, value: str | None) -> str | int | None:
    if value is None or value in {"all", "inputs"}:
        return value
    if value.isascii() and value.isdigit():
        return int(value)
    raise UsageProblem(f"--nodes takes all, inputs or a number, not '{printable(value)}'")


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that prints a report."""
    options = (
        click.option(
            "--format", "format_", type=click.Choice(tuple(FORMATS)), default="table", show_default=True,
            help="How the report is written.",
        ),
        click.option("-o", "output", metavar="FILE", help="Write the report to a file instead of standard output."),
        click.option("-q", "--quiet", is_flag=True, help="Print the verdict only."),
        click.option("-v", "--verbose", is_flag=True, help="Print more: the reading in full, whole expressions."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="gradcheck", message="%(prog)s %(version)s")
def cli() -> None:
    """Check derivatives by three independent routes, at every node of the graph.

    \b
    gradcheck eval "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))" --at x=1
    gradcheck check samples/lecture-notes.toml
    gradcheck rules tanh

    \b
    Exit codes: 0 everything agrees, 1 something disagrees, 2 the input cannot
    be used, 3 undecided (a kink, a domain edge, a time limit).
    """


# -- eval -----------------------------------------------------------------------------------------------------------


@cli.command(name="eval", cls=_Command)
@click.argument("expression", metavar="EXPR")
@click.option(
    "--at", multiple=True, metavar="x=1[,y=pi/4]", help="Exact values of the variables; without it a point is drawn."
)
@click.option(
    "--wrt", multiple=True, callback=_split, metavar="NAME", help="Differentiate by these variables or nodes only."
)
@click.option(
    "--routes", multiple=True, callback=_split, metavar="LIST", help="Some of fd,symbolic,reverse (default: all)."
)
@click.option(
    "--claim", "claims", multiple=True, metavar='"df/dx = …"', help="Verify a stated derivative (repeatable)."
)
@click.option(
    "--var", "declarations", multiple=True, metavar='"n: integer"', help="Declare a variable: n: integer, x > 0."
)
@click.option("--rtol", type=click.FloatRange(min=0), metavar="R", help="Relative tolerance of claimed numbers.")
@click.option(
    "--method",
    type=click.Choice(("central", "forward", "complex-step")),
    default="central",
    show_default=True,
    help="The finite difference.",
)
@click.option(
    "--step", type=float, metavar="H", help="Fix the step of the finite difference, as in the textbook slope."
)
@click.option("--nodes", callback=_nodes, metavar="all|inputs|N", help="How many nodes the tables show.")
@click.option(
    "--digits",
    type=click.IntRange(1, 1000),
    default=6,
    show_default=True,
    metavar="N",
    help="Significant digits shown.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, metavar="N", help="Seed of the point that is drawn without --at."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=limits.SECONDS,
    show_default=True,
    metavar="S",
    help="Seconds for the whole evaluation.",
)
@_shared
def eval_(
    expression: str,
    at: tuple[str, ...],
    wrt: tuple[str, ...],
    routes: tuple[str, ...],
    format_: str,
    output: str | None,
    **options: Any,
) -> int:
    """Differentiate EXPR by three routes and compare them at every node.

    EXPR is an expression or a program such as "e = a*b; d = c + e; L = d*f"; - reads it from standard input.

    \b
    gradcheck eval "sigmoid(w*a + b)" --at w=2,a=1,b=-1
    gradcheck eval "x^2 sin(x)" --at x=pi/4 --format markdown
    """
    from gradcheck.evaluation import evaluate
    from gradcheck.reports import prepare
    from gradcheck.results import ROUTES

    text = _read_standard_input() if expression == "-" else expression
    try:
        result = evaluate(
            text,
            at=at or None,
            wrt=wrt or None,
            routes=routes or ROUTES,
            method=options["method"],
            step=options["step"],
            nodes=options["nodes"],
            digits=options["digits"],
            seed=options["seed"],
            timeout=options["timeout"],
            claims=options["claims"],
            declarations=options["declarations"],
            rtol=options["rtol"],
            isolated=True,
            meanwhile=functools.partial(prepare, format_),
        )
    except GradcheckError as error:
        raise error.within(text, "standard input" if expression == "-" else None) from None
    style = _style(
        output,
        digits=options["digits"],
        verbose=options["verbose"],
        quiet=options["quiet"],
        nodes=options["nodes"],
    )
    _write(FORMATS[format_](result, style), output)
    return result.exit_code


# -- check ----------------------------------------------------------------------------------------------------------


_CHECK_FORMATS = ("table", "json", "markdown", "junit", "github")
"""The names of reports.check.CHECK_FORMATS, which is imported when it is used."""


@cli.command(name="check", cls=_Command)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--jobs", type=click.IntRange(1, 1024), default=1, show_default=True, metavar="N", help="Processes.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=86_400),
    default=5.0,
    show_default=True,
    metavar="S",
    help="Seconds for one claim.",
)
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Seed of the points that are tried.")
@click.option("--rtol", type=click.FloatRange(min=0), metavar="R", help="Relative tolerance of claimed numbers.")
@click.option("--executor", metavar="dask://HOST:PORT", help="Compute on a Dask cluster.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(_CHECK_FORMATS),
    default="table",
    show_default=True,
    help="How the report is written.",
)
@click.option("-o", "output", metavar="FILE", help="Write the report to a file instead of standard output.")
@click.option("-q", "--quiet", is_flag=True, help="Print the counts only.")
@click.option("-v", "--verbose", is_flag=True, help="Print more: the correct claims too, and what each is about.")
def check_(files: tuple[str, ...], format_: str, output: str | None, **options: Any) -> int:
    """Verify the claims of problem sets (.toml) and tables (.csv, .jsonl); - is standard input.

    \b
    gradcheck check samples/lecture-notes.toml
    gradcheck check claims.csv --jobs 4 --format junit -o report.xml
    """
    import contextlib

    from gradcheck import batch
    from gradcheck.files import check_files, read_items
    from gradcheck.reports.check import CHECK_FORMATS, CheckStyle
    from gradcheck.reports.spool import Spool

    for name in ("rtol", "timeout"):
        if options[name] is not None and not math.isfinite(options[name]):
            raise UsageProblem(f"--{name} is no finite number: {options[name]}")
    check_files(files)
    tasks = (item for name in files for item in read_items(name, seed=options["seed"], rtol=options["rtol"]))
    with contextlib.ExitStack() as stack:
        executor = stack.enter_context(batch.open_executor(options["executor"])) if options["executor"] else None
        found = batch.run(tasks, jobs=options["jobs"], timeout=options["timeout"], executor=executor)
        stack.enter_context(contextlib.closing(found))
        spool = stack.enter_context(Spool())
        for outcome in batch.watched(found, sys.stderr) if sys.stderr.isatty() else found:
            spool.add(outcome)
        style = CheckStyle(
            width=_width(),
            color=_color(output),
            verbose=options["verbose"],
            quiet=options["quiet"],
            seed=options["seed"],
            timeout=options["timeout"],
        )
        _write(CHECK_FORMATS[format_](spool, style), output)
        return spool.exit_code


# -- grade ----------------------------------------------------------------------------------------------------------


@cli.command(name="grade", cls=_Command)
@click.argument("problems", metavar="PROBLEMS")
@click.argument("submissions", metavar="SUBMISSIONS")
@click.option("--encoding", default="utf-8", show_default=True, metavar="NAME", help="Encoding of the submissions.")
@click.option("--jobs", type=click.IntRange(1, 1024), default=1, show_default=True, metavar="N", help="Processes.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=86_400),
    default=5.0,
    show_default=True,
    metavar="S",
    help="Seconds for one claim.",
)
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Seed of the points that are tried.")
@click.option("--executor", metavar="dask://HOST:PORT", help="Compute on a Dask cluster.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "csv", "json", "markdown")),
    default="table",
    show_default=True,
    help="How the gradebook is written.",
)
@click.option("-o", "output", metavar="FILE", help="Write the gradebook to a file instead of standard output.")
@click.option("-q", "--quiet", is_flag=True, help="Print less.")
@click.option("-v", "--verbose", is_flag=True, help="Print the feedback of every student.")
def grade_(problems: str, submissions: str, format_: str, output: str | None, **options: Any) -> int:
    """Mark SUBMISSIONS (CSV: student, problem, of, claim) against PROBLEMS (TOML); - reads them from standard input.

    \b
    gradcheck grade samples/class-problems.toml samples/class-submissions.csv
    gradcheck grade problems.toml answers.csv --format csv -o gradebook.csv
    """
    import codecs
    import contextlib
    from pathlib import Path

    from gradcheck import batch
    from gradcheck.files.submissions import read_submissions
    from gradcheck.grading import grade
    from gradcheck.reports.gradebook import GRADEBOOK_FORMATS

    try:
        codecs.lookup(options["encoding"])
    except LookupError:
        raise UsageProblem(f"there is no encoding called '{options['encoding']}'", hint="as in cp1252") from None
    try:
        text = Path(problems).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise UsageProblem(f"{problems} is not UTF-8 (byte {problem.start + 1})", hint="save it as UTF-8") from None
    with contextlib.ExitStack() as stack:
        executor = stack.enter_context(batch.open_executor(options["executor"])) if options["executor"] else None
        source = sys.stdin.buffer if submissions == "-" else stack.enter_context(Path(submissions).open("rb"))
        book = grade(
            text,
            read_submissions(source, encoding=options["encoding"], origin=submissions),
            jobs=options["jobs"],
            timeout=options["timeout"],
            seed=options["seed"],
            file=problems,
            executor=executor,
        )
    style = _style(output, verbose=options["verbose"], quiet=options["quiet"])
    _write(GRADEBOOK_FORMATS[format_](book, style), output)
    return book.exit_code


# -- rules ----------------------------------------------------------------------------------------------------------


@cli.command(name="rules", cls=_Command)
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--check", is_flag=True, help="Prove every row by the three routes on its own samples.")
@_shared
def rules_(name: str | None, check: bool, format_: str, output: str | None, quiet: bool, verbose: bool) -> int:
    """List the primitives: derivatives, domains, kinks; NAME shows one of them.

    \b
    gradcheck rules
    gradcheck rules tanh
    gradcheck rules --check
    """
    from gradcheck.reports import rules

    style = _style(output, verbose=verbose, quiet=quiet)
    if check:
        from gradcheck.self_check import check_table

        rows = rules.rows_called(name) if name else None
        checks = check_table() if rows is None else check_table(rows)
        text = {
            "table": lambda: rules.checks_table(checks, style.width, color=style.color),
            "json": lambda: rules.checks_json(checks),
            "markdown": lambda: rules.checks_markdown(checks),
        }[format_]()
        _write(text, output)
        return DISAGREE if any(one.problems for one in checks) else OK
    text = {
        "table": lambda: (
            rules.rule_page(name, style.width, color=style.color)
            if name
            else rules.rules_table(style.width, color=style.color)
        ),
        "json": lambda: rules.rules_json(name),
        "markdown": lambda: rules.rules_markdown(name),
    }[format_]()
    _write(text, output)
    return OK


# -- text in and out ------------------------------------------------------------------------------------------------


def _read_standard_input() -> str:
    data = sys.stdin.buffer.read(limits.SOURCE_CHARACTERS * 4 + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise UsageProblem(
            f"standard input is not UTF-8 (byte {problem.start + 1})", hint="save the text as UTF-8"
        ) from None


def _style(output: str | None, **options: Any) -> Style:
    """Width and colour of where the report goes."""
    return Style(width=_width(), color=_color(output), **options)


def _color(output: str | None) -> bool:
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return output is None and sys.stdout.isatty() and not plain


def _width() -> int:
    import shutil

    return (
        max(40, min(200, shutil.get_terminal_size((80, 24)).columns))
        if sys.stdout.isatty() or "COLUMNS" in os.environ
        else 80
    )


def _write(text: str | Iterable[str], output: str | None) -> None:
    """Print a report (in pieces, where it may be long), or replace a file by it: whole or not at all."""
    pieces = [text] if isinstance(text, str) else text
    if output is None:
        for piece in pieces:
            sys.stdout.write(_encodable(piece, sys.stdout.encoding))
        return
    import tempfile
    from pathlib import Path

    path = Path(output)
    if path.is_dir():
        raise UsageProblem(f"{output} is a directory", hint="name a file")
    if path.exists() and not path.is_file():  # /dev/stdout, a named pipe
        with path.open("w", encoding="utf-8") as file:
            file.writelines(pieces)
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except FileNotFoundError:
        raise UsageProblem(f"the directory {path.parent} does not exist", hint="create it first") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(pieces)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _encodable(text: str, encoding: str | None) -> str:
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        text = text.translate(_ASCII)
        return text.encode(encoding or "ascii", "replace").decode(encoding or "ascii")
    return text


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
            drawn = draw_place(error.source, error.span, _width() - 2)
            lines += [f"  {row}" for row in drawn.splitlines()]
    elif error.origin:
        lines[0] = f"gradcheck: {printable(error.origin)}: {printable(error.message)}"
    if error.hint:
        lines.append(f"hint: {printable(error.hint)}")
    sys.stderr.write(_encodable("\n".join(lines) + "\n", sys.stderr.encoding))
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


def _silence(stream: Any) -> None:
    """Keep the interpreter from complaining about a closed pipe when it flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _bug(arguments: Sequence[str], what: str) -> int:
    if os.environ.get("GRADCHECK_TRACEBACK"):
        raise  # noqa: PLE0704 - called from an except block, for the developers
    command = printable(" ".join(arguments))[:300]
    sys.stderr.write(
        f"gradcheck: this is a bug in gradcheck {__version__} ({printable(what)[:300]})\n"
        f"  please report it with this command: gradcheck {command}\n"
    )
    return BUG
