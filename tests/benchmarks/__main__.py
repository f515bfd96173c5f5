"""``python -m tests.benchmarks``: start-up times; with ``corpus``, random graphs by the thousand."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import click

from tests.benchmarks import corpus, startup


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Measure gradcheck; without a command, its start-up."""
    if context.invoked_subcommand is None:
        context.invoke(startup.startup)


main.add_command(startup.startup)
main.add_command(corpus.corpus)
main(prog_name="python -m tests.benchmarks")
