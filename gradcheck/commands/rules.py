"""``gradcheck rules``: the table of primitives."""

from __future__ import annotations

import click

from gradcheck.commands import DISAGREE, OK, complete
from gradcheck.commands import options as shared
from gradcheck.commands.output import style, write
from gradcheck.reports import FORMATS


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
    from gradcheck.reports import rules, rules_latex, rules_page

    how = style(output, verbose=verbose, quiet=quiet)
    if check:
        from gradcheck.self_check import check_table

        rows = rules.rows_called(name) if name else None
        checks = check_table() if rows is None else check_table(rows)
        text = {
            "table": lambda: rules.checks_table(checks, how.width, color=how.color),
            "json": lambda: rules.checks_json(checks),
            "markdown": lambda: rules.checks_markdown(checks),
            "latex": lambda: rules_latex.checks_latex(checks),
            "html": lambda: rules_page.checks_page(checks),
        }[format_]()
        write(text, output)
        return DISAGREE if any(one.problems for one in checks) else OK
    text = {
        "table": lambda: (
            rules.rule_page(name, how.width, color=how.color) if name else rules.rules_table(how.width, color=how.color)
        ),
        "json": lambda: rules.rules_json(name),
        "markdown": lambda: rules.rules_markdown(name),
        "latex": lambda: rules_latex.rules_latex(name),
        "html": lambda: rules_page.rules_page(name),
    }[format_]()
    write(text, output)
    return OK
