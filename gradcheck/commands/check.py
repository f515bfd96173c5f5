"""``gradcheck check``: the claims of problem sets and tables."""

from __future__ import annotations

import sys
from typing import Any, Final

import click

from gradcheck.commands import complete
from gradcheck.commands import options as shared
from gradcheck.commands.output import color, width, write

FORMATS: Final = ("table", "json", "markdown", "junit", "github", "html")
"""The names of reports.check.CHECK_FORMATS, which is imported when it is used."""


@click.command(name="check", cls=shared.Command)
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    shell_complete=complete.files(".toml", ".csv", ".jsonl"),
)
@shared.MANY
@shared.RTOL
@shared.PROVE
@shared.report(
    FORMATS,
    quiet="Print the counts only.",
    verbose="Print more: the correct claims too, and what each is about.",
)
def command(files: tuple[str, ...], format_: str, output: str | None, **options: Any) -> int:
    """Verify the claims of problem sets (.toml) and tables (.csv, .jsonl); - is standard input.

    The rtol that a problem or a row states goes before --rtol.

    \b
    gradcheck check samples/lecture-notes.toml
    gradcheck check samples/claims.csv --jobs 4 --format junit -o report.xml
    """
    import contextlib

    from gradcheck import batch
    from gradcheck.files import check_files, read_items
    from gradcheck.reports.check import CHECK_FORMATS, CheckStyle
    from gradcheck.reports.spool import Spool

    check_files(files)
    tasks = (item for name in files for item in read_items(name, seed=options["seed"], rtol=options["rtol"]))
    with contextlib.ExitStack() as stack:
        executor = None
        if options["executor"]:
            from gradcheck.cluster import open_executor

            executor = stack.enter_context(open_executor(options["executor"]))
        found = batch.run(
            tasks,
            jobs=options["jobs"],
            timeout=options["timeout"],
            executor=executor,
            isolated=True,
            prove=options["prove"],
        )
        stack.enter_context(contextlib.closing(found))
        spool = stack.enter_context(Spool())
        for outcome in batch.watched(found, sys.stderr) if sys.stderr.isatty() else found:
            spool.add(outcome)
        how = CheckStyle(
            width=width(),
            color=color(output),
            verbose=options["verbose"],
            quiet=options["quiet"],
            seed=options["seed"],
            timeout=options["timeout"],
        )
        write(CHECK_FORMATS[format_](spool, how), output)
        return spool.exit_code
