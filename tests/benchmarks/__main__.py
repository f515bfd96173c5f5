"""``python -m tests.benchmarks``: start-up times; a command for each other thing that is measured."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import click

from tests.benchmarks import claims, corpus, diagnosis, identities, matrix_corpus, memory, prove, startup


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
main.add_command(matrix_corpus.matrix_corpus)
main.add_command(claims.claims)
main.add_command(memory.memory)
main.add_command(diagnosis.diagnosis)
main.add_command(prove.prove)
main(prog_name="python -m tests.benchmarks")
