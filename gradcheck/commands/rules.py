"""``gradcheck rules``: the table of primitives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gradcheck.commands import DISAGREE, OK, complete
from gradcheck.commands import options as shared
from gradcheck.commands.output import style, write
from gradcheck.reports import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcheck.reports import Style
    from gradcheck.self_check import RowCheck


@click.command(name="rules", cls=shared.Command)
@click.argument("name", metavar="[NAME]", required=False, shell_complete=complete.rules)
@click.option("--check", is_flag=True, help="Prove every row by the three routes on its own samples.")
@shared.report(tuple(FORMATS))
def command(name: str | None, check: bool, format_: str, output: str | None, quiet: bool, verbose: bool) -> int:
    """List the primitives: derivatives, domains, kinks; NAME shows one of them.

    \b
    gradcheck rules
    gradcheck rules tanh
    gradcheck rules --check
    """
    from gradcheck.reports import rules

    how = style(output, verbose=verbose, quiet=quiet)
    if check:
        from gradcheck.self_check import check_table

        rows = rules.rows_called(name) if name else None
        checks = check_table() if rows is None else check_table(rows)
        write(_checks(checks, format_, how), output)
        return DISAGREE if any(one.problems for one in checks) else OK
    write(_rules(name, format_, how), output)
    return OK


def _checks(checks: Sequence[RowCheck], format_: str, how: Style) -> str:
    """The outcome of the proof; a format is imported when it is used."""
    from gradcheck.reports import rules

    match format_:
        case "json":
            return rules.checks_json(checks)
        case "markdown":
            return rules.checks_markdown(checks)
        case "latex":
            from gradcheck.reports.rules_latex import checks_latex

            return checks_latex(checks)
        case "html":
            from gradcheck.reports.rules_page import checks_page

            return checks_page(checks)
        case _:
            return rules.checks_table(checks, how.width, color=how.color)


def _rules(name: str | None, format_: str, how: Style) -> str:
    """The table or a row of it."""
    from gradcheck.reports import rules

    match format_:
        case "json":
            return rules.rules_json(name)
        case "markdown":
            return rules.rules_markdown(name)
        case "latex":
            from gradcheck.reports.rules_latex import rules_latex

            return rules_latex(name)
        case "html":
            from gradcheck.reports.rules_page import rules_page

            return rules_page(name)
        case _ if name:
            return rules.rule_page(name, how.width, color=how.color)
        case _:
            return rules.rules_table(how.width, color=how.color)
