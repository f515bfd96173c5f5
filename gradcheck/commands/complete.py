"""What completion proposes for a value that is no choice: files by suffix, lists, rules, variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    import click
    from click.shell_completion import CompletionItem

    Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem[Any]]]

_MOST: Final = 500
"""Files of one directory that are proposed."""
PATH: Final = "path"
"""The kind of a proposal that is a file or a directory: the shells quote it, and a directory goes on."""


def files(*suffixes: str) -> Completer:
    """Files with one of these suffixes (without any: all), and the directories on the way."""

    def complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        from pathlib import Path

        from click.shell_completion import CompletionItem

        head, slash, start = incomplete.rpartition("/")
        found = []
        try:
            for entry in sorted(Path(f"{head}{slash}" or ".").expanduser().iterdir()):
                if not entry.name.startswith(start) or (entry.name.startswith(".") and not start):
                    continue
                if entry.is_dir():
                    found.append(CompletionItem(f"{head}{slash}{entry.name}/", type=PATH))
                elif not suffixes or entry.suffix in suffixes:
                    found.append(CompletionItem(f"{head}{slash}{entry.name}", type=PATH))
        except OSError:
            return []
        return found[:_MOST]

    return complete


def several(*names: str) -> Completer:
    """A list with commas: ``fd,symbolic``; each name once."""

    def complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        return _listed(incomplete, names, "")

    return complete


def one_of(*words: str) -> Completer:
    """Words that are proposed where others are possible, too."""

    def complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in words if word.startswith(incomplete)]

    return complete


def rules(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Names of primitives, with what each is."""
    from click.shell_completion import CompletionItem

    from gradcheck.primitives.table import SECTIONS

    found = {
        name: section
        for section, rows in SECTIONS.items()
        for row in rows
        for name in (row.written, row.name, *row.aliases)
        if name.isascii() and name.isidentifier()
    }
    return [CompletionItem(name, help=found[name]) for name in sorted(found) if name.startswith(incomplete)]


def examples(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Names of the examples that come along."""
    from click.shell_completion import CompletionItem

    from gradcheck.examples import EXAMPLES

    return [CompletionItem(one.name, help=one.title) for one in EXAMPLES if one.name.startswith(incomplete)]


def variables(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Variables of the expression that stands before: ``--wrt x,y``."""
    return _listed(incomplete, _variables(context), "")


def values(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Variables of the expression, ready for a value: ``--at x=1,y=``."""
    return _listed(incomplete, _variables(context), "=")


def _listed(incomplete: str, names: tuple[str, ...], ending: str) -> list[CompletionItem[Any]]:
    from click.shell_completion import CompletionItem

    before, comma, start = incomplete.rpartition(",")
    used = {one.partition("=")[0].strip() for one in before.split(",")}
    return [
        CompletionItem(f"{before}{comma}{name}{ending}")
        for name in names
        if name.startswith(start) and name not in used
    ]


def _variables(context: click.Context) -> tuple[str, ...]:
    """The variables of the expression on the command line; of one that cannot be read yet, none."""
    from gradcheck.build import build
    from gradcheck.errors import GradcheckError
    from gradcheck.reading import read

    text = context.params.get("expression")
    if not isinstance(text, str) or text == "-" or len(text) > 10_000:
        return ()
    try:
        return tuple(build(read(text)).inputs)
    except GradcheckError:
        return ()
