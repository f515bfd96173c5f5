"""``python -m tests.benchmarks``: start-up; ``corpus``: random graphs by the thousand; ``identities``: of matrices."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import click

from tests.benchmarks import corpus, identities, startup


class _StartupByDefault(click.Group):
    """A group in which ``--runs 7`` means ``startup --runs 7``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["startup", *args])


@click.group(cls=_StartupByDefault)
def main() -> None:
    """Measure gradcheck; without a command, its start-up."""


main.add_command(startup.startup)
main.add_command(corpus.corpus)
main.add_command(identities.identities_command, "identities")
main(prog_name="python -m tests.benchmarks")
