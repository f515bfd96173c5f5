"""``gradcheck examples``: the examples that come along, listed, shown and run."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradcheck.commands import OK, complete
from gradcheck.commands import options as shared
from gradcheck.commands.output import encodable, width, write

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command(name="examples", cls=shared.Command)
@click.argument("name", metavar="[NAME]", required=False, shell_complete=complete.examples)
@click.option("--show", is_flag=True, help="Print the command without running it.")
@click.pass_context
def command(context: click.Context, name: str | None, show: bool) -> int:
    """List the examples that come along; with NAME show the command of one and run it.

    The exit code is that of the command.

    \b
    gradcheck examples
    gradcheck examples two-paths
    gradcheck examples class --show
    """
    from gradcheck.examples import EXAMPLES, command_line, example, located

    if name is None:
        write("".join(_listed([(one.name, one.title) for one in EXAMPLES])), None)
        return OK
    chosen = example(name)
    prompt = "" if show else "$ "
    sys.stdout.write(encodable(f"{prompt}{command_line(chosen)}\n", sys.stdout.encoding))
    if show:
        return OK
    words = [located(word) for word in chosen.words]
    with _standard_input(located(chosen.stdin) if chosen.stdin else None):
        code = context.find_root().command.main(args=words, prog_name="gradcheck", standalone_mode=False)
    return code if isinstance(code, int) else OK


@contextlib.contextmanager
def _standard_input(path: str | None) -> Iterator[None]:
    """Standard input from a file, where there is one."""
    if path is None:
        yield
        return
    before = sys.stdin
    with Path(path).open(encoding="utf-8") as file:
        sys.stdin = file
        try:
            yield
        finally:
            sys.stdin = before


def _listed(pairs: list[tuple[str, str]]) -> list[str]:
    import textwrap

    left = max(len(name) for name, _ in pairs) + 2
    lines = [
        textwrap.fill(title, width(), initial_indent=name.ljust(left), subsequent_indent=" " * left)
        for name, title in pairs
    ]
    return [*(f"{line}\n" for line in lines), "\ngradcheck examples NAME shows and runs one\n"]
