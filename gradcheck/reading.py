r"""A text in either dialect as a tree: LaTeX where it says so (``$…$``), the plain dialect elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gradcheck.errors import GradcheckError
from gradcheck.syntax.plain import parse
from gradcheck.syntax.translation import is_latex
from gradcheck.syntax.tree import Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from gradcheck.shapes import Shape
    from gradcheck.syntax.translation import Translation


_FORMULA: Final = re.compile(r"(?<!\\)(\$\$?)(.*?)(?<!\\)\1|\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)

_WORD: Final = re.compile(r"[^\W\d]\w*")


def holds_latex(text: str) -> bool:
    r"""Whether any part of a text is LaTeX: ``df/dx = $2x$``."""
    return "$" in text or "\\(" in text or "\\[" in text


def formulas(text: str) -> Iterator[re.Match[str]]:
    """The parts of a text that are LaTeX, signs included."""
    return _FORMULA.finditer(text)


def inner(formula: re.Match[str]) -> tuple[int, int]:
    """Where the LaTeX of a formula begins and ends, without the signs."""
    return next(formula.span(group) for group in (2, 3, 4) if formula[group] is not None)


def equals_sign(text: str) -> int:
    """The first ``=`` that is no part of a comparison, or -1."""
    for position, character in enumerate(text):
        if (
            character == "="
            and text[position + 1 : position + 2] != "="
            and text[position - 1 : position] not in {"=", "<", ">", "!"}
        ):
            return position
    return -1


def top_equals(text: str, start: int, stop: int) -> int:
    """The first ``=`` of a formula that stands in no braces, parentheses or environment, or -1."""
    depth, position = 0, start
    while position < stop:
        character = text[position]
        if character == "\\":
            depth += text.startswith("begin", position + 1) - text.startswith("end", position + 1)
            position += 1
        elif character in "{}()":
            depth += 1 if character in "{(" else -1
        elif character == "=" and not depth:
            return position
        position += 1
    return -1


def halves(text: str) -> tuple[str, str]:
    """The target of a claim (empty where it has none) and what it states, each as it is written.

    >>> halves("df/dx = 2*x"), halves("= 2*x"), halves("$\\frac{df}{dx} = 2x$"), halves("$2x$")
    (('df/dx', '2*x'), ('', '2*x'), ('$\\\\frac{df}{dx}$', '$2x$'), ('', '$2x$'))
    """
    formula = next(formulas(text), None) if holds_latex(text) else None
    cut = equals_sign(text)
    if formula is not None and not 0 <= cut < formula.start():
        start, stop = inner(formula)
        cut = -1 if text[: formula.start()].strip() else top_equals(text, start, stop)
        if cut >= 0:
            opening, closing = text[formula.start() : start], text[stop : formula.end()]
            target = text[start:cut].strip()
            rest = f"{opening}{text[cut + 1 : stop].strip()}{text[stop:].rstrip()}"
            return f"{opening}{target}{closing}" if target else "", rest
        cut = equals_sign(text[formula.end() :])
        cut = cut if cut < 0 else cut + formula.end()
    return ("", text.strip()) if cut < 0 else (text[:cut].strip(), text[cut + 1 :].strip())


def names_in(text: str) -> frozenset[str]:
    """The words of a text that may be names of variables: to tell which declarations concern it."""
    found = set(_WORD.findall(text))
    if is_latex(text):
        from gradcheck.syntax.latex import translate

        try:
            more = _WORD.findall(translate(text).text)
        except GradcheckError:  # told where the text is read
            more = []
        found.update(more, (name.replace("_", "") for name in more))
    return frozenset(found)


def read(
    source: str,
    bound: AbstractSet[str] = frozenset(),
    shapes: Mapping[str, Shape] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Program:
    """The program of a text; its places are those of the text as it is written.

    ``bound`` are the names that the point or a declaration binds, ``shapes`` those of the arrays among them, and
    ``sizes`` the values of named dimensions: in LaTeX, where two arrays meet in a product, it is the matrix product.
    Raises SyntaxProblem, NameProblem or LimitExceeded, each with its span.
    """
    return read_latex(source, bound, shapes, sizes) if is_latex(source) else parse(source, bound)


def read_latex(
    source: str,
    bound: AbstractSet[str] = frozenset(),
    shapes: Mapping[str, Shape] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Program:
    """The same for a text that is LaTeX, whether it says so or not."""
    from gradcheck.syntax.latex import translate

    try:
        translation = translate(source, bound, shapes)
    except GradcheckError as error:
        raise error.within(source) from None
    translation, program = parsed(translation, bound, shapes, sizes)
    back = translation.back
    items = [item._replace(start=place[0], end=place[1]) for item in program.items if (place := back(item[4:6]))]
    statements = [
        statement._replace(name_start=back((statement.name_start, statement.name_start + 1))[0])
        if statement.name
        else statement
        for statement in program.statements
    ]
    notes = (*translation.notes, *map(translation.note_back, program.notes))
    return Program(source, items, statements, notes)


def parsed(
    translation: Translation,
    bound: AbstractSet[str],
    shapes: Mapping[str, Shape] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> tuple[Translation, Program]:
    """A translation as a program of its plain text, in which the products of arrays are settled."""
    from gradcheck.products import has_arrays, settled

    bound = frozenset((*bound, *translation.variables))
    try:
        program = parse(translation.text, bound)
        if has_arrays(program, shapes or {}):
            translation = settled(translation, program, shapes or {}, sizes or {})
            program = parse(translation.text, bound)
    except GradcheckError as error:
        raise translation.error_back(error) from None
    return translation, program
