r"""Which derivative LaTeX means: ``\frac{df}{dx}``, ``\frac{d}{dx} f(x)``, ``f'(x)``, ``\nabla_W L``, ``df/dx``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gradcheck.errors import Span, SyntaxProblem
from gradcheck.syntax.latex_words import FRACTIONS

if TYPE_CHECKING:
    from gradcheck.syntax.latex_names import Names

_D: Final = re.compile(
    r"\s*(?:d(?=[A-Za-z\\\s}/_{(]|$)|∂|\\partial(?![A-Za-z])"
    r"|\\(?:mathrm|text|operatorname)\s*\{\s*d\s*\}|\\(?:mathrm|text)\s*d(?![A-Za-z]))"
)
_ARGUMENTS: Final = re.compile(r"\s*(?:\\left\s*)?[(\[](?:\\?[A-Za-z0-9_{},;\s]|\\[,;])*?(?:\\right\s*)?[)\]]")
_PRIMES: Final = re.compile(r"\s*(?:['’′]|\^\s*\{?\s*\\prime\s*\}?)")
_LONGEST: Final = 100
"""Tokens of a differential: dL, or that of a function with its arguments."""
_HINT: Final = "as in \\frac{df}{dx} = 2x, \\frac{\\partial L}{\\partial W_1} = …, f'(x) = 2x"


def quotient(names: Names, position: int, *, inner: bool = False) -> tuple[str, int] | None:
    r"""What stands behind a ``\frac``, as ``df/dx``, and where it ends; None where it is no derivative.

    ``inner`` is a derivative inside a statement, which must say what it is of.
    """
    _, text, _, inside = names.token(position)
    if text == "{" and _D.match(names.source, inside, names.stop) is None:
        return None
    try:
        first, last, middle = names.group(position, "\\frac", most=_LONGEST)
        start, stop, end = names.group(middle, "\\frac", most=_LONGEST)
    except SyntaxProblem:
        return None
    of = _differential(names, first, last, empty=not inner)
    by = _differential(names, start, stop)
    return None if of is None or by is None else (f"d{of}/d{by}", end)


def _differential(names: Names, start: int, stop: int, *, empty: bool = False) -> str | None:
    """The name behind the d between two places; what it is a function of may follow."""
    found = _D.match(names.source, start, stop)
    if found is None:
        return None
    if not names.source[found.end() : stop].strip():
        return "" if empty else None
    name = _name(names, found.end(), stop)
    if name is None:
        return None
    text, end = name
    arguments = _ARGUMENTS.match(names.source, end, stop)
    end = arguments.end() if arguments is not None else end
    return text if not names.source[end:stop].strip() else None


def _name(names: Names, position: int, stop: int) -> tuple[str, int] | None:
    """A name that ends before a place: a run of letters that is bound as a whole, or the first letter."""
    kind, text, _, end = names.token(position)
    if kind == "end" or end > stop:
        return None
    if kind == "letters" and len(text) > 1:
        from gradcheck.syntax.latex_names import Stem

        name, after = names.finished(Stem(text, end))
        return (name, after) if name in names.bound or after >= stop else None
    found = names.name(position)
    return found if found is not None and found[1] <= stop else None


def target(names: Names, start: int, stop: int) -> str:
    """The target of a claim, in plain notation. Raises SyntaxProblem for anything else."""
    found = _fraction(names, start, stop) or _slash(names, start, stop) or _prime(names, start, stop)
    found = found or _gradient(names, start, stop)
    if found is None:
        text = names.source[start:stop].strip()
        lead = len(names.source[start:stop]) - len(names.source[start:stop].lstrip())
        raise SyntaxProblem(
            f"'{text}' does not say which derivative is meant",
            span=Span(start + lead, start + lead + max(1, len(text))),
            hint=_HINT,
        )
    return found


def _fraction(names: Names, start: int, stop: int) -> str | None:
    kind, text, _, end = names.token(start)
    if kind != "command" or text[1:] not in FRACTIONS:
        return None
    found = quotient(names, end)
    if found is None:
        return None
    text, end = found
    if not text.startswith("d/"):
        rest = _ARGUMENTS.match(names.source, end, stop)
        return text if not names.source[rest.end() if rest else end : stop].strip() else None
    return _late(names, text, end, stop)


def _late(names: Names, text: str, end: int, stop: int) -> str | None:
    r"""The f of ``\frac{d}{dx} f(x)``, where there is one."""
    if not names.source[end:stop].strip():
        return text
    name = _name(names, end, stop)
    if name is None:
        return None
    arguments = _ARGUMENTS.match(names.source, name[1], stop)
    end = arguments.end() if arguments is not None else name[1]
    return None if names.source[end:stop].strip() else f"d{name[0]}{text[1:]}"


def _slash(names: Names, start: int, stop: int) -> str | None:
    cut = names.source.find("/", start, stop)
    if cut < 0:
        return None
    of, by = _differential(names, start, cut, empty=True), _differential(names, cut + 1, stop)
    return None if of is None or by is None else f"d{of}/d{by}"


def _prime(names: Names, start: int, stop: int) -> str | None:
    stem = names.stem(start)
    if stem is None:
        return None
    script = names.script(stem.end)
    end = stem.end if script is None else script[1]
    prime = _PRIMES.match(names.source, end, stop)
    if prime is None:
        return None
    name = names.chosen(stem, "" if script is None else script[0])
    rest = names.source[prime.end() : stop].strip()
    if not rest:
        return f"{name}'"
    arguments = _ARGUMENTS.match(names.source, prime.end(), stop)
    if arguments is None or names.source[arguments.end() : stop].strip():
        return None
    inside = names.token(prime.end())
    inside = names.token(inside[3]) if inside[1] == "\\left" else inside
    by = _name(names, inside[3], stop)
    return None if by is None else f"{name}'({by[0]})"


def _gradient(names: Names, start: int, stop: int) -> str | None:
    r"""``\nabla_x f`` as df/dx; ``\nabla f`` as f', which holds for one variable."""
    kind, text, _, end = names.token(start)
    if kind != "command" or text != "\\nabla":
        return None
    script = names.script(end)
    by = ""
    if script is not None:
        first, last, after = names.group(names.token(end)[3], "_")
        found = _name(names, first, last)
        by, end = found[0] if found is not None else script[0], after
    name = _name(names, end, stop)
    if name is None:
        return None
    arguments = _ARGUMENTS.match(names.source, name[1], stop)
    end = arguments.end() if arguments is not None else name[1]
    if names.source[end:stop].strip():
        return None
    return f"d{name[0]}/d{by}" if by else f"{name[0]}'"
