"""``gradcheck completion``: the script with which a shell completes commands, options and their values."""

from __future__ import annotations

import click

from gradcheck.commands import OK
from gradcheck.commands import options as shared
from gradcheck.commands.output import write


@click.command(name="completion", cls=shared.Command)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.option("-o", "output", metavar="FILE", help="Write the script to a file instead of standard output.")
@click.pass_context
def command(context: click.Context, shell: str, output: str | None) -> int:
    """Print the script that makes a shell complete commands, options, choices, files, rules and variables.

    \b
    bash, in ~/.bashrc:   eval "$(gradcheck completion bash)"
    zsh, in ~/.zshrc:     eval "$(gradcheck completion zsh)"   (after compinit)
    fish, once:           gradcheck completion fish -o ~/.config/fish/completions/gradcheck.fish

    \b
    gradcheck completion bash
    gradcheck completion zsh
    """
    from gradcheck.commands.shells import script

    write(script(shell, context.find_root().command), output)
    return OK
