"""How commands read their arguments, and the options that several of them share, each declared once."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any, Final

import click

from gradcheck import limits
from gradcheck.commands import complete
from gradcheck.errors import UsageProblem, did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Command(click.Command):
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
                    if not rest and ctx.resilient_parsing:  # a shell completes it
                        options.pop()
                        continue
                    if not rest:
                        raise UsageProblem(f"{argument} needs a value", hint=f"as in {argument} {_sample(argument)}")
                    options.append(rest.pop(0))
            elif argument.startswith("--") and argument.partition("=")[0] in takes_value and "=" in argument:
                options.append(argument)
            else:
                positional.append(argument)
        if ctx.resilient_parsing:
            count = len([one for one in self.get_params(ctx) if isinstance(one, click.Argument)])
            positional = positional[:count]
        else:
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


def split(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """``--wrt x,y --wrt z`` as (x, y, z)."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def finite(_context: click.Context, option: click.Parameter, value: float | None) -> float | None:
    """A number that is neither NaN nor infinite."""
    if value is not None and not math.isfinite(value):
        raise UsageProblem(f"{option.opts[0]} is no finite number: {value}")
    return value


def together(*options: Decorator) -> Decorator:
    """Several options as one decorator, in the order in which the help lists them."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def by_suffix(context: click.Context, option: click.Parameter, given: str) -> str:
    """The format that is asked for, or else that of the file's suffix; other suffixes leave it as it is.

    A suffix of pictures that are not written is an error. What is given is read before what is not, ``-o`` before
    a ``--format`` that is missing.
    """
    output = context.params.get("output")
    if output is None or context.get_parameter_source("format_") is not click.core.ParameterSource.DEFAULT:
        return given
    assert isinstance(option.type, click.Choice)
    formats = option.type.choices
    suffix = os.path.splitext(output)[1].lower()  # noqa: PTH122 - pathlib need not be imported for it
    if suffix in _PICTURES:
        raise UsageProblem(
            f"reports are not written as {suffix}",
            hint=f"name a file that ends in {'.svg' if 'svg' in formats else '.html'}",
        )
    found = SUFFIXES.get(suffix, given)
    return found if found in formats else given


SUFFIXES: Final = {
    ".json": "json", ".md": "markdown", ".markdown": "markdown", ".tex": "latex", ".html": "html", ".htm": "html",
    ".svg": "svg", ".csv": "csv", ".xml": "junit",
}  # fmt: skip
"""The format of a report by the end of its file's name."""
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".eps", ".ps")


# -- options ----------------------------------------------------------------------------------------------------------


def seed(what: str) -> Decorator:
    """``--seed``."""
    return click.option("--seed", type=int, default=0, show_default=True, metavar="N", help=what)


def timeout(default: float, what: str) -> Decorator:
    """``--timeout``: at most a day."""
    return click.option(
        "--timeout", type=click.FloatRange(min=0, min_open=True, max=86_400), default=default, show_default=True,
        callback=finite, metavar="S", help=what,
    )  # fmt: skip


def report(
    formats: Sequence[str],
    *,
    what: str = "report",
    quiet: str = "Print the verdict only.",
    verbose: str = "Print more: the reading in full, whole expressions.",
) -> Decorator:
    """The options of every command that prints a report."""
    suffixes = ", ".join(suffix for suffix, format_ in SUFFIXES.items() if format_ in formats)
    return together(
        click.option(
            "--format", "format_", type=click.Choice(tuple(formats)), default="table", show_default=True,
            callback=by_suffix, help=f"How the {what} is written; without it the suffix of -o says so.",
        ),
        click.option(
            "-o", "output", metavar="FILE", shell_complete=complete.files(),
            help=f"Write the {what} to a file instead of standard output: {suffixes}.",
        ),
        click.option("-q", "--quiet", is_flag=True, help=quiet),
        click.option("-v", "--verbose", is_flag=True, help=verbose),
    )  # fmt: skip


AT: Final = click.option(
    "--at", multiple=True, metavar="x=1[,y=pi/4]", shell_complete=complete.values,
    help="Exact values of the variables; without it a point is drawn.",
)  # fmt: skip
WRT: Final = click.option(
    "--wrt", multiple=True, callback=split, metavar="NAME", shell_complete=complete.variables,
    help="Differentiate by these variables or nodes only.",
)  # fmt: skip
ROUTES: Final = click.option(
    "--routes", multiple=True, callback=split, metavar="LIST",
    shell_complete=complete.several("fd", "symbolic", "reverse"), help="Some of fd,symbolic,reverse (default: all).",
)  # fmt: skip
CLAIM: Final = click.option(
    "--claim", "claims", multiple=True, metavar='"df/dx = …"', help="Verify a stated derivative (repeatable)."
)
VAR: Final = click.option(
    "--var", "declarations", multiple=True, metavar='"n: integer"',
    help="Declare a variable: n: integer, x > 0, A: 3x2, S: 3x3 symmetric.",
)  # fmt: skip
DIGITS: Final = click.option(
    "--digits", type=click.IntRange(1, 1000), default=6, show_default=True, metavar="N",
    help="Significant digits shown.",
)  # fmt: skip
RTOL: Final = click.option(
    "--rtol", type=click.FloatRange(min=0), callback=finite, metavar="R", help="Relative tolerance of claimed numbers."
)
PROVE: Final = click.option(
    "--prove", is_flag=True, help="Look for an exact proof of every claim that is correct (may import SymPy)."
)
MANY: Final = together(
    click.option("--jobs", type=click.IntRange(1, 1024), default=1, show_default=True, metavar="N", help="Processes."),
    timeout(limits.CLAIM_SECONDS, "Seconds for one claim."),
    seed("Seed of the points that are tried."),
    click.option("--executor", metavar="dask://HOST:PORT", help="Compute on a Dask cluster."),
)
"""The options of a command that verifies many claims."""
