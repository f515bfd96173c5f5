"""``gradcheck eval``: one expression, differentiated by three routes, and the claims about it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click

from gradcheck import limits
from gradcheck.commands import complete
from gradcheck.commands import options as shared
from gradcheck.commands.output import progress, read_standard_input, style, write
from gradcheck.errors import GradcheckError, Span, UsageProblem, printable
from gradcheck.reports import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.arrays.results import ArrayEvaluation
    from gradcheck.reports import Style
    from gradcheck.results import Evaluation


def _nodes(_context: click.Context, _option: click.Parameter, value: str | None) -> str | int | None:
    if value is None or value in {"all", "inputs"}:
        return value
    if value.isascii() and value.isdigit():
        return int(value)
    raise UsageProblem(f"--nodes takes all, inputs or a number, not '{printable(value)}'")


@click.command(name="eval", cls=shared.Command)
@click.argument("expression", metavar="EXPR")
@shared.AT
@shared.WRT
@shared.ROUTES
@shared.CLAIM
@click.option("--latex", is_flag=True, help=r"EXPR is LaTeX (as $…$ always is), and so is --claim.")
@shared.VAR
@shared.RTOL
@shared.PROVE
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
@click.option(
    "--nodes",
    callback=_nodes,
    metavar="all|inputs|N",
    shell_complete=complete.one_of("all", "inputs"),
    help="How many nodes the tables show.",
)
@shared.DIGITS
@click.option(
    "--layout",
    type=click.Choice(("denominator", "numerator")),
    default="denominator",
    show_default=True,
    help="Gradients by arrays: in their shape, or transposed.",
)
@click.option(
    "--slice", "slices", multiple=True, metavar='"K[0, :]"', help="Show these entries of a derivative (repeatable)."
)
@click.option(
    "--explain", is_flag=True, help="Tell the derivation in words, step by step, and what went wrong in a claim."
)
@click.option("--flat", is_flag=True, help="Show a Jacobian of matrices as one matrix.")
@click.option(
    "--data",
    metavar="FILE",
    shell_complete=complete.files(".csv"),
    help="Average over the rows of a CSV file, whose columns are bound to variables.",
)
@click.option("--bind", multiple=True, metavar='"x=[c1,c2]"', help="Bind columns of the file to a variable.")
@click.option(
    "--reduce",
    type=click.Choice(("mean", "sum", "none")),
    default="mean",
    show_default=True,
    help="How the rows of the file are put together.",
)
@shared.seed("Seed of the point that is drawn without --at.")
@shared.timeout(limits.SECONDS, "Seconds for the whole evaluation.")
@shared.report(tuple(FORMATS))
def command(
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
    from gradcheck.routes import worker

    text = read_standard_input() if expression == "-" else expression
    given = (text, *options["claims"])
    if options["latex"]:
        text, options["claims"] = in_latex(text), tuple(map(in_latex, options["claims"]))
    _check_data(expression, options)
    try:
        with worker.ready(wanted=not routes or "symbolic" in routes):
            if options["data"] is not None:
                return _over_rows(text, at, wrt, routes, format_, output, options)
            result = _at_a_point(text, at, wrt, routes, format_, options)
    except GradcheckError as error:
        raise _unmarked(error.within(text, "standard input" if expression == "-" else None), given) from None
    if options["slices"] and not hasattr(result, "shapes"):
        raise UsageProblem("--slice selects entries of arrays, and here are only scalars", hint="remove --slice")
    how = style(
        output,
        digits=options["digits"],
        verbose=options["verbose"],
        quiet=options["quiet"],
        nodes=options["nodes"],
        slices=options["slices"],
        flat=options["flat"],
        explain=options["explain"],
    )
    write(_page(result, how, options) if format_ == "html" else FORMATS[format_](result, how), output)
    return result.exit_code


def _page(result: Evaluation | ArrayEvaluation, how: Style, options: Mapping[str, Any]) -> str:
    """A page; that of a function of numbers with its tangent and the error of its difference quotients."""
    from gradcheck.reports.page import evaluation_page
    from gradcheck.results import Evaluation
    from gradcheck.studies.beside import studies

    if not isinstance(result, Evaluation) or how.quiet:
        return FORMATS["html"](result, how)
    return evaluation_page(result, how, studies(result, digits=how.digits, timeout=options["timeout"]))


def in_latex(text: str) -> str:
    """A text that ``--latex`` says is LaTeX, with the signs that say so."""
    from gradcheck.reading import holds_latex

    return text if holds_latex(text) else f"${text}$"


def _unmarked(error: GradcheckError, given: Sequence[str]) -> GradcheckError:
    """An error about a text as it was given, without the signs that ``--latex`` put around it."""
    source = error.source or ""
    if source[1:-1] in given and source not in given:
        error.source = source[1:-1]
        if error.span is not None:
            error.span = Span(*(max(0, min(place - 1, len(source) - 2)) for place in error.span))
    return error


def _at_a_point(
    text: str,
    at: tuple[str, ...],
    wrt: tuple[str, ...],
    routes: tuple[str, ...],
    format_: str,
    options: Mapping[str, Any],
) -> Evaluation | ArrayEvaluation:
    """``eval`` without ``--data``."""
    from gradcheck.evaluation import evaluate
    from gradcheck.reports import prepare
    from gradcheck.results import ROUTES

    return evaluate(
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
        prove=options["prove"],
        layout=options["layout"],
        isolated=True,
        meanwhile=functools.partial(prepare, format_),
    )


def _check_data(expression: str, options: Mapping[str, Any]) -> None:
    """The options that go with training rows, and those that do not."""
    if options["data"] is None:
        for name in ("bind", "reduce"):
            if options[name] not in {(), "mean"}:
                raise UsageProblem(f"--{name} is about the rows of a file", hint="give one: --data rows.csv")
    elif options["claims"]:
        raise UsageProblem(
            "a claim is about the function itself, not about its average", hint="verify it without --data"
        )
    elif options["layout"] != "denominator" or options["slices"] or options["flat"] or options["explain"]:
        raise UsageProblem(
            "--explain, --layout, --slice and --flat are for a single point", hint="leave them out, or --data"
        )
    elif expression == "-" == options["data"]:
        raise UsageProblem("standard input cannot be both the expression and the rows")


def _over_rows(
    text: str,
    at: tuple[str, ...],
    wrt: tuple[str, ...],
    routes: tuple[str, ...],
    format_: str,
    output: str | None,
    options: Mapping[str, Any],
) -> int:
    """``eval --data``: the average over training rows."""
    from gradcheck.arrays.rows import evaluate_rows
    from gradcheck.files.rows import RowsFile
    from gradcheck.results import ROUTES

    with RowsFile(options["data"]) as table, progress() as told:
        result = evaluate_rows(
            text,
            table,
            at=at or None,
            binds=options["bind"],
            reduce=options["reduce"],
            wrt=wrt or None,
            routes=routes or ROUTES,
            method=options["method"],
            step=options["step"],
            digits=options["digits"],
            seed=options["seed"],
            timeout=options["timeout"],
            declarations=options["declarations"],
            isolated=True,
            progress=told,
        )
    how = style(output, digits=options["digits"], verbose=options["verbose"], quiet=options["quiet"])
    write(FORMATS[format_](result, how), output)
    return result.exit_code
