"""``gradcheck taylor``: a Taylor polynomial measured at a target, and the Taylor test of a gradient."""

from __future__ import annotations

from typing import Any, Final

import click

from gradcheck import limits
from gradcheck.commands import complete
from gradcheck.commands import options as shared
from gradcheck.commands.output import read_standard_input, style, write
from gradcheck.errors import GradcheckError

FORMATS: Final = ("table", "json", "markdown", "svg", "html")
"""The names of reports.taylor.TAYLOR_FORMATS, which is imported when it is used."""


@click.command(name="taylor", cls=shared.Command)
@click.argument("expression", metavar="EXPR")
@click.option(
    "--about",
    multiple=True,
    metavar="x=1[,y=pi/4]",
    shell_complete=complete.values,
    help="The point, in exact values; without it one is drawn.",
)
@click.option(
    "--to",
    multiple=True,
    metavar="x=1.1",
    shell_complete=complete.values,
    help="The target; variables that it does not name stay.",
)
@click.option(
    "--order",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="The order of the polynomial; 1 is the tangent.",
)
@click.option("--test", is_flag=True, help="Test the gradient: remainders for halving steps, and their rates.")
@click.option(
    "--claim", "claims", multiple=True, metavar='"df/dx = …"', help="Verify a derivative, and test it (repeatable)."
)
@click.option(
    "--var", "declarations", multiple=True, metavar='"A: 3x2"', help="Declare a variable: n: integer, x > 0, A: 3x2."
)
@shared.RTOL
@shared.DIGITS
@shared.seed("Seed of what is drawn: the point without --about, the direction of a test without --to.")
@shared.timeout(limits.SECONDS, "Seconds for the whole study.")
@shared.report(FORMATS)
def command(
    expression: str, format_: str, output: str | None, about: tuple[str, ...], to: tuple[str, ...], **options: Any
) -> int:
    """Show a Taylor polynomial of EXPR and its error; test a gradient.

    The error is exact, and so is its bound (Lagrange's remainder); -o FILE.svg draws the function and its tangent.
    --test shows that remainders shrink at rate 1 and 2, as they do for a right gradient only.

    \b
    gradcheck taylor "(x-2)**2+3" --about x=1 --to x=1.1
    gradcheck taylor "sin(x)*y" --about x=1,y=2 --claim "df/dx = cos(x)"
    """
    from gradcheck.reports.taylor import TAYLOR_FORMATS
    from gradcheck.studies.taylor import taylor

    text = read_standard_input() if expression == "-" else expression
    try:
        study = taylor(
            text,
            about=about or None,
            to=to or None,
            order=options["order"],
            test=options["test"],
            claims=options["claims"],
            declarations=options["declarations"],
            digits=options["digits"],
            seed=options["seed"],
            timeout=options["timeout"],
            rtol=options["rtol"],
            isolated=True,
        )
    except GradcheckError as error:
        raise error.within(text, "standard input" if expression == "-" else None) from None
    how = style(output, digits=options["digits"], verbose=options["verbose"], quiet=options["quiet"])
    write(TAYLOR_FORMATS[format_](study, how), output)
    return study.exit_code
