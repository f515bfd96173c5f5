"""How the shells ask for completions: click's protocol, with paths that they quote and with values behind ``=``.

Imported only while a shell completes, and by ``gradcheck completion``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from click.shell_completion import BashComplete, FishComplete, ZshComplete, add_completion_class, split_arg_string

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

VARIABLE: Final = "_GRADCHECK_COMPLETE"
"""Set by the shells' functions; click looks for it under this name, and so does cli.py."""


class Bash(BashComplete):
    """Bash cuts words at ``=`` and ``:``; the whole line is sent instead, and what bash holds already is cut off."""

    source_template = """\
%(complete_func)s() {
    local IFS=$'\\n' response type value
    response=$(env COMP_LINE="${COMP_LINE:0:$COMP_POINT}" COMP_WORD="$2" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    COMPREPLY=()
    compopt +o nospace +o filenames 2>/dev/null
    while IFS=',' read -r type value; do
        case $type in
            path) compopt -o filenames 2>/dev/null; COMPREPLY+=("${value%%/}") ;;
            file) compopt -o default 2>/dev/null ;;
            dir) compopt -o dirnames 2>/dev/null ;;
            plain) COMPREPLY+=("$value"); [[ $value == *= ]] && compopt -o nospace 2>/dev/null ;;
        esac
    done <<< "$response"
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def source(self) -> str:
        return self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)
        incomplete = words.pop() if words and not line[-1:].isspace() else ""
        self.known = _known(incomplete, os.environ.get("COMP_WORD", ""))
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem[Any]) -> str:
        return f"{item.type},{item.value.removeprefix(self.known)}"


class Zsh(ZshComplete):
    """Zsh replaces the whole word, an option's name included."""

    source_template = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local -a described response
    local type key descr
    (( ! $+commands[%(prog_name)s] )) && return 1
    response=("${(@f)$(env COMP_WORDS="${(j: :)words[1,CURRENT]}" COMP_CWORD=$((CURRENT-1)) \\
        %(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null)}")
    for type key descr in ${response}; do
        case $type in
            path)
                if [[ $key == */ ]]; then compadd -U -f -S '' -- "$key"; else compadd -U -f -- "$key"; fi ;;
            file) _path_files -f ;;
            dir) _path_files -/ ;;
            plain)
                if [[ $key == *= ]]; then compadd -U -S '' -- "$key"
                elif [[ $descr == _ ]]; then compadd -U -- "$key"
                else described+=("$key:$descr"); fi ;;
        esac
    done
    (( $#described )) && _describe -V unsorted described -U
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        return _with_option(super().get_completions(args, incomplete), incomplete)


class Fish(FishComplete):
    """Fish compares a proposal with the whole word, an option's name included."""

    source_template = """\
function %(complete_func)s
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp | string collect) \\
        COMP_CWORD=(commandline -ct | string collect) %(prog_name)s 2>/dev/null)
    for completion in $response
        set -l parts (string split -m 1 "," -- $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain path
                echo $parts[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        words = split_arg_string(os.environ.get("COMP_WORDS", ""))
        word = os.environ.get("COMP_CWORD", "")
        incomplete = split_arg_string(word)[0] if word else ""
        if word and words:
            words.pop()
        return words[1:], incomplete

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        return _with_option(super().get_completions(args, incomplete), incomplete)


SHELLS: Final = {"bash": Bash, "zsh": Zsh, "fish": Fish}
for _name, _shell in SHELLS.items():
    add_completion_class(_shell, _name)


def script(shell: str, cli: click.Command) -> str:
    """The text that makes a shell complete ``gradcheck``."""
    return SHELLS[shell](cli, {}, "gradcheck", VARIABLE).source()


def _known(incomplete: str, word: str) -> str:
    """What of the incomplete word bash does not replace: ``x=`` of ``x=1``."""
    return incomplete.removesuffix(word) if word != incomplete and incomplete.endswith(word) else ""


def _with_option(items: list[CompletionItem[Any]], incomplete: str) -> list[CompletionItem[Any]]:
    name, equals, _ = incomplete.partition("=")
    if not equals or not name.startswith("--"):
        return items
    from click.shell_completion import CompletionItem

    return [CompletionItem(f"{name}={item.value}", type=item.type, help=item.help) for item in items]
