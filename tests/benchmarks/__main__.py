"""``python -m tests.benchmarks``: a summary in a few minutes; a command for each thing that is measured."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import click

import tests.benchmarks


class _SummaryByDefault(click.Group):
    """A group in which ``--json FILE`` means ``summary --json FILE``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["summary", *args])


@click.group(cls=_SummaryByDefault)
def main() -> None:
    """Measure gradcheck; without a command, a summary of everything."""


for found in pkgutil.iter_modules(tests.benchmarks.__path__):
    if not found.name.startswith("_"):
        command = getattr(importlib.import_module(f"tests.benchmarks.{found.name}"), found.name, None)
        if isinstance(command, click.Command):
            main.add_command(command)

main(prog_name="python -m tests.benchmarks")
