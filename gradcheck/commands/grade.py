"""``gradcheck grade``: a class's answers against a problem file."""

from __future__ import annotations

import sys
from typing import Any

import click

from gradcheck.commands import complete
from gradcheck.commands import options as shared
from gradcheck.commands.output import is_folder, style, write, write_folder
from gradcheck.errors import UsageProblem


@click.command(name="grade", cls=shared.Command)
@click.argument("problems", metavar="PROBLEMS", shell_complete=complete.files(".toml"))
@click.argument("submissions", metavar="SUBMISSIONS", shell_complete=complete.files(".csv"))
@click.option("--encoding", default="utf-8", show_default=True, metavar="NAME", help="Encoding of the submissions.")
@shared.MANY
@shared.report(
    ("table", "csv", "json", "markdown", "html"),
    what="gradebook",
    quiet="Print less.",
    verbose="Print the feedback of every student.",
)
def command(problems: str, submissions: str, format_: str, output: str | None, **options: Any) -> int:
    """Mark SUBMISSIONS (CSV: student, problem, of, claim) against PROBLEMS (TOML); - reads them from standard input.

    With --format html, -o pages/ writes a page of the class and one for each student; -o class.html holds them all.

    \b
    gradcheck grade samples/class-problems.toml samples/class-submissions.csv
    gradcheck grade samples/class-problems.toml samples/class-submissions.csv \\
        --format html -o pages/
    gradcheck grade samples/class-problems.toml samples/class-submissions.csv \\
        --format csv -o gradebook.csv
    """
    import contextlib

    from gradcheck.files import open_file, read_text
    from gradcheck.files.submissions import read_submissions
    from gradcheck.grading import grade
    from gradcheck.reports.gradebook import GRADEBOOK_FORMATS

    _check_encoding(options["encoding"])
    text = read_text(problems)
    with contextlib.ExitStack() as stack:
        executor = None
        if options["executor"]:
            from gradcheck.cluster import open_executor

            executor = stack.enter_context(open_executor(options["executor"]))
        source = sys.stdin.buffer if submissions == "-" else stack.enter_context(open_file(submissions))
        book = grade(
            text,
            read_submissions(source, encoding=options["encoding"], origin=submissions),
            jobs=options["jobs"],
            timeout=options["timeout"],
            seed=options["seed"],
            file=problems,
            executor=executor,
            isolated=True,
        )
    how = style(output, verbose=options["verbose"], quiet=options["quiet"])
    if format_ == "html" and is_folder(output):
        from gradcheck.reports.class_page import class_pages

        write_folder(class_pages(book, how), str(output))
        return book.exit_code
    write(GRADEBOOK_FORMATS[format_](book, how), output)
    return book.exit_code


def _check_encoding(name: str) -> None:
    """Raise UsageProblem where no table of lines can be read by it."""
    try:
        "".encode(name)  # codecs.lookup() also knows those that are not about text, such as hex
    except (LookupError, ValueError):
        raise UsageProblem(f"there is no encoding called '{name}'", hint="as in cp1252") from None
    try:
        has_line_ends = b"\n".decode(name) == "\n"  # the bytes are cut into lines before they are decoded
    except UnicodeError:
        has_line_ends = False
    if not has_line_ends:
        raise UsageProblem(f"submissions in {name} cannot be read", hint='save them as "CSV UTF-8"')
