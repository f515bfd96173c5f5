"""``gradcheck draw``: the computational graph of one expression, as a picture or as text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from gradcheck import limits
from gradcheck.commands import complete
from gradcheck.commands import options as shared
from gradcheck.commands.output import encodable, read_standard_input, style, write
from gradcheck.errors import GradcheckError, UsageProblem, did_you_mean, printable
from gradcheck.reports.drawing import FORMATS, MOST, SUFFIXES

if TYPE_CHECKING:
    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.results import Evaluation

_FULL: Final = 400
"""Nodes up to which a drawing may be asked to show each: laying them out takes seconds."""
_EXAMINED: Final = 2_000
"""Nodes of which a summary tells; of a larger graph it tells of so many at its ends."""


@click.command(name="draw", cls=shared.Command)
@click.argument("expression", metavar="EXPR")
@shared.AT
@shared.WRT
@shared.ROUTES
@shared.CLAIM
@shared.VAR
@click.option(
    "--nodes",
    type=click.IntRange(2, _FULL),
    default=MOST,
    show_default=True,
    metavar="N",
    help="How many nodes are drawn one by one; more are summed up.",
)
@shared.DIGITS
@shared.seed("Seed of the point that is drawn without --at.")
@shared.timeout(limits.SECONDS, "Seconds for the whole evaluation.")
@click.option(
    "--format", "format_", type=click.Choice(tuple(FORMATS)), help="The format (default: by the file's suffix)."
)
@click.option(
    "-o",
    "output",
    metavar="FILE",
    shell_complete=complete.files(*SUFFIXES),
    help=f"Write to a file: {', '.join(SUFFIXES)}.",
)
def command(expression: str, format_: str | None, output: str | None, **options: Any) -> int:
    """Draw the graph of EXPR: values in the nodes, local derivatives at the edges, adjoints under the nodes.

    EXPR is an expression or a program, as for gradcheck eval; - reads it from standard input. Without -o the graph is
    printed as text.

    \b
    gradcheck draw "sigmoid(w*a + b)" --at w=2,a=1,b=-1
    gradcheck draw "x^2 sin(x)" --at x=pi/4 -o graph.svg
    """
    from gradcheck.reports.drawing import scene_of
    from gradcheck.reports.drawing.scene import rewritten
    from gradcheck.routes import worker

    format_ = format_ or _by_suffix(output)
    if format_ == "png" and output is None and sys.stdout.isatty():
        raise UsageProblem("a PNG is no text for a terminal", hint="write it to a file: -o graph.png")
    text = read_standard_input() if expression == "-" else expression
    routes = options["routes"]
    try:
        with worker.ready(wanted=not routes or "symbolic" in routes):
            result = _evaluated(text, options)
    except GradcheckError as error:
        raise error.within(text, "standard input" if expression == "-" else None) from None
    scene = scene_of(result, options["digits"], options["nodes"])
    if format_ == "text" and output is None:
        scene = rewritten(scene, lambda text: encodable(text, sys.stdout.encoding))
    write(FORMATS[format_](scene, style(output, digits=options["digits"])), output)
    return result.exit_code


def _by_suffix(output: str | None) -> str:
    """The format that the name of a file asks for."""
    if output is None:
        return "text"
    suffix = Path(output).suffix.lower()
    if suffix not in SUFFIXES:
        what = f"the suffix {printable(suffix)}" if suffix else "a name without a suffix"
        near = did_you_mean(suffix, SUFFIXES) if suffix else None
        raise UsageProblem(
            f"{printable(output)}: {what} names no format; known are {', '.join(SUFFIXES)}",
            hint=near or f"or say it: --format {', '.join(FORMATS)}",
        )
    return SUFFIXES[suffix]


def _evaluated(text: str, options: dict[str, Any]) -> Evaluation | ArrayEvaluation:
    from gradcheck.evaluation import evaluate
    from gradcheck.results import ROUTES

    return evaluate(
        text,
        at=options["at"] or None,
        wrt=options["wrt"] or None,
        routes=options["routes"] or ROUTES,
        nodes=_EXAMINED,
        digits=options["digits"],
        seed=options["seed"],
        timeout=options["timeout"],
        claims=options["claims"],
        declarations=options["declarations"],
        isolated=True,
    )
