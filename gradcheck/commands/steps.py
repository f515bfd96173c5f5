"""``gradcheck steps``: how the error of a difference quotient depends on its step."""

from __future__ import annotations

from typing import Any, Final

import click

from gradcheck import limits
from gradcheck.commands import complete
from gradcheck.commands import options as shared
from gradcheck.commands.output import read_standard_input, style, write
from gradcheck.errors import GradcheckError

FORMATS: Final = ("table", "json", "markdown", "svg", "html")
"""The names of reports.steps.STEPS_FORMATS, which is imported when it is used."""


@click.command(name="steps", cls=shared.Command)
@click.argument("expression", metavar="EXPR")
@shared.AT
@click.option(
    "--wrt",
    metavar="NAME",
    shell_complete=complete.variables,
    help="The variable, or an entry such as A[0,1] (default: the first variable).",
)
@click.option("--along", multiple=True, metavar="x=1[,y=2]", help="A direction instead of a variable.")
@click.option(
    "--var", "declarations", multiple=True, metavar='"A: 3x2"', help="Declare a variable: n: integer, x > 0, A: 3x2."
)
@shared.DIGITS
@shared.seed("Seed of what is drawn: the point without --at, the direction in arrays without --wrt.")
@shared.timeout(limits.SECONDS, "Seconds for the whole study.")
@shared.report(FORMATS, verbose="Print more: the error at every step.")
def command(
    expression: str, format_: str, output: str | None, at: tuple[str, ...], along: tuple[str, ...], **options: Any
) -> int:
    """Plot the error of finite differences against their step.

    Large steps suffer from truncation, small ones from round-off: the error of forward and central differences is a
    V, that of the complex step is not. The true derivative is Arb's; gradcheck's own step is marked.
    (The steps of a derivation in a problem file are something else: see gradcheck check.)

    \b
    gradcheck steps "exp(x)*sin(x)" --at x=1
    gradcheck steps "log(det(A))" --at "A=[[2,1],[1,3]]" --wrt "A[0,1]" -o steps.svg
    """
    from gradcheck.reports.steps import STEPS_FORMATS
    from gradcheck.studies.steps import step_study

    text = read_standard_input() if expression == "-" else expression
    try:
        study = step_study(
            text,
            at=at or None,
            wrt=options["wrt"],
            along=along or None,
            declarations=options["declarations"],
            digits=options["digits"],
            seed=options["seed"],
            timeout=options["timeout"],
        )
    except GradcheckError as error:
        raise error.within(text, "standard input" if expression == "-" else None) from None
    how = style(output, digits=options["digits"], verbose=options["verbose"], quiet=options["quiet"])
    write(STEPS_FORMATS[format_](study, how), output)
    return study.exit_code
