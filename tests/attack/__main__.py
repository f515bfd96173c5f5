"""``python -m tests.attack``: fuzzing by default; a command for each other kind of attack."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import click

COMMANDS = {"fuzz": ("fuzz", "fuzz"), "work": ("fuzz", "work"), "differential": ("differential", "differential")}
"""The commands, each with its module and its name there."""


class _FuzzByDefault(click.Group):
    """A group in which ``--minutes 7`` means ``fuzz --minutes 7``."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if name != "work"]

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"attack.{module}"), name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in COMMANDS or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["fuzz", *args])


@click.group(cls=_FuzzByDefault)
def main() -> None:
    """Attack gradcheck: look for inputs that break it, and for numbers that are wrong."""


main(prog_name="python -m tests.attack")
