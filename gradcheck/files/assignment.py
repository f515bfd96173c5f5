"""What a problem set asks of a class: which derivatives, for how many points, and what partial credit there is.

The keys beside those of every problem set: ``points`` and ``partial`` (of the file or of a problem), ``parts`` (what is
asked; without it the targets of ``claims``, else a derivative by each of ``wrt``, else by each variable) ``rtol`` and
``layout``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from gradcheck.arrays.given import check_given, variable_shapes
from gradcheck.build import build
from gradcheck.claims.stated import is_by_nothing, read_stated, what_is_stated
from gradcheck.declarations import read_declarations
from gradcheck.domain import check_point
from gradcheck.errors import GradcheckError, UsageProblem, did_you_mean, printable
from gradcheck.files import LAYOUTS, read_rtol, value_text
from gradcheck.files.problems import load_toml, wrt_names
from gradcheck.point import read_point
from gradcheck.reading import halves, names_in, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from gradcheck.claims.array_claim import Target
    from gradcheck.claims.claim import Derivative
    from gradcheck.declarations import Declaration
    from gradcheck.graph import Graph
    from gradcheck.point import Point

_TOP: Final = ("title", "vars", "points", "partial", "rtol", "layout", "problem")
_PROBLEM: Final = (
    "id", "title", "f", "vars", "at", "wrt", "claims", "steps", "parts", "points", "partial", "rtol",
    "layout",
)  # fmt: skip
_PART: Final = ("of", "points", "claim", "id")
_MOST_POINTS: Final = 1_000_000
_DIGITS: Final = 30
_WORD: Final = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Partial:
    """The share of the points for an answer that is not correct; a file that states no ``partial`` gives none."""

    undiagnosed: Fraction = Fraction(0)
    """Wrong, and no known mistake explains it."""
    diagnosed: Fraction = Fraction(1, 2)
    """Wrong by one known mistake."""
    carried: Fraction = Fraction(3, 4)
    """Follows correctly from the student's own earlier value."""


NO_CREDIT: Final = Partial(Fraction(0), Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class Part:
    """One derivative that is asked for."""

    of: str
    target: Derivative | Target
    points: Fraction


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One function of the assignment, ready to verify claims about it."""

    id: str
    title: str
    f: str
    graph: Graph
    at: Point
    at_text: str
    declared: str
    """``at`` and the declarations as text."""
    declarations: Mapping[str, Declaration]
    rtol: float | None
    partial: Partial
    parts: tuple[Part, ...]
    sizes: AbstractSet[str] = frozenset()
    """The names of dimensions."""
    layout: str = LAYOUTS[0]

    @property
    def points(self) -> Fraction:
        """What the whole problem is worth."""
        return sum((part.points for part in self.parts), Fraction(0))


@dataclass(frozen=True, slots=True)
class Assignment:
    """A file of problems."""

    title: str
    problems: tuple[Problem, ...]


def read_assignment(text: str, file: str = "the problem file") -> Assignment:
    """Read a problem set for marking.

    Raises GradcheckError: a teacher's mistake must show before anybody is marked by it.
    """
    document = load_toml(text, file)
    try:
        _known(document, _TOP, "the file")
        tables = document.get("problem", [])
        if not isinstance(tables, list) or not tables or not all(isinstance(one, dict) for one in tables):
            raise UsageProblem("the file holds no problem", hint="each begins with [[problem]]")
        problems: list[Problem] = []
        for number, table in enumerate(tables, 1):
            id_ = " ".join(_text(table, "id").split()) or str(number)
            if id_.casefold() in {one.id.casefold() for one in problems}:
                raise UsageProblem(f"two problems have the id {printable(id_)}", hint="give each its own")
            try:
                problems.append(_problem(id_, table, document))
            except GradcheckError as error:
                error.message = f"problem {printable(id_)}: {error.message}"
                error.args = (error.message,)
                raise
    except GradcheckError as error:
        raise error.within("", file) if error.source is None else error from None
    return Assignment(_text(document, "title"), tuple(problems))


def _problem(id_: str, table: Mapping[str, Any], document: Mapping[str, Any]) -> Problem:
    _known(table, _PROBLEM, "a problem")
    f = _text(table, "f").strip()
    if not f:
        raise UsageProblem("there is no f", hint='the function, as in f = "x**2"')
    used = names_in(f)
    shared = [one for one in _declarations(document) if used.intersection(_WORD.findall(one.partition(":")[0]))]
    declared = "; ".join((*shared, *_declarations(table)))
    declarations = read_declarations(declared)
    at = _point(table)
    point = read_point(at or None)
    bound = frozenset((*point, *declarations))
    shapes, sizes = variable_shapes(point, declarations)
    graph = build(read(f, bound, shapes, sizes), bound, shapes, sizes)
    for name in bound - graph.inputs.keys():
        hint = did_you_mean(name, graph.inputs)
        raise UsageProblem(f"'{printable(name)}' is given or declared, but f does not use it", hint=hint)
    check_given(graph, point, declarations)
    check_point({name: value for name, value in point.items() if not value.graph.has_arrays})
    credit = table.get("partial", document.get("partial"))
    rtol = table.get("rtol", document.get("rtol"))
    return Problem(
        id_, _text(table, "title"), f, graph, point, at, declared, declarations,
        None if rtol is None else read_rtol(rtol), _partial(credit),
        _parts(table, document, graph, frozenset(sizes)), frozenset(sizes), _layout(table, document),
    )  # fmt: skip


# -- what is asked --------------------------------------------------------------------------------------------------


def _parts(
    table: Mapping[str, Any], document: Mapping[str, Any], graph: Graph, sizes: AbstractSet[str]
) -> tuple[Part, ...]:
    by = _names(table.get("wrt", ""))
    only = by[0] if len(by) == 1 else None
    found: dict[Derivative | Target, tuple[str, Fraction | None]] = {}
    key = "parts" if "parts" in table else "claims"
    rows = table.get(key, [])
    for row in rows if isinstance(rows, list) else [rows]:
        if isinstance(row, dict):
            _known(row, _PART, "a part")
            text, points = _text(row, "of" if key == "parts" else "claim"), _points(row)
        else:
            text, points = _text({key: row}, key), None
        claim = read_stated(f"{target_text(text, graph)} = 0" if key == "parts" else text, graph, only, sizes)
        of = halves(claim.text)[0] or claim.shown.replace("∂", "d")
        target = what_is_stated(claim.target)
        if target in found and points is not None:
            raise UsageProblem(
                f"{printable(of)} is asked twice, and the second row has points of its own",
                hint="give all its points to the first row",
            )
        found.setdefault(target, (of, points))
    if not found:
        for name in by or graph.inputs:
            claim = read_stated(f"{target_text(name, graph)} = 0", graph)
            found[what_is_stated(claim.target)] = (claim.text.partition("=")[0].strip(), None)
    if not found:
        raise UsageProblem("nothing is asked", hint='as in parts = [{of = "df/dx", points = 2}]')
    for target, (of, _) in found.items():
        if is_by_nothing(target):
            raise UsageProblem(f"{printable(of)} is asked, but f does not use that variable")
    total = _points(table)
    each = _points(document)
    given = sum((points for _, points in found.values() if points is not None), Fraction(0))
    open_ = sum(points is None for _, points in found.values())
    if total is not None and (given > total or (not open_ and given != total)):
        raise UsageProblem(f"the points of its parts sum to {float(given):g}, not to {float(total):g}")
    share = (total - given) / open_ if total is not None and open_ else Fraction(1) if each is None else each
    return tuple(Part(of, target, share if points is None else points) for target, (of, points) in found.items())


def target_text(text: str, graph: Graph) -> str:
    """``x`` as ``df/dx``; anything else as it is."""
    name = text.strip()
    if not _WORD.fullmatch(name):
        return name
    return f"d{graph.names.get(graph.output, 'f')}/d{name}"


# -- values ---------------------------------------------------------------------------------------------------------


def _known(table: Mapping[str, Any], known: Sequence[str], owner: str) -> None:
    for key in table:
        if key not in known:
            hint = did_you_mean(key, known) or f"{owner} has {', '.join(known)}"
            raise UsageProblem(f"{owner} has no key '{printable(key)}'", hint=hint)


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UsageProblem(f"{key} is no text", hint="put it in quotes")


def _names(value: object) -> list[str]:
    names = wrt_names(value)
    if names is None:
        raise UsageProblem("wrt is no name", hint='as in wrt = "x" or wrt = ["x", "y"]')
    return names


def _declarations(table: Mapping[str, Any]) -> list[str]:
    value = table.get("vars", "")
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, str) for row in rows):
        raise UsageProblem("vars is no text", hint='as in vars = "n: integer; x > 0"')
    return [part.strip() for row in rows for part in row.split(";") if part.strip()]


def _point(table: Mapping[str, Any]) -> str:
    value = table.get("at", "")
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        texts = {name: value_text(one) for name, one in value.items()}
        if None not in texts.values():
            return ", ".join(f"{name}={text}" for name, text in texts.items())
    raise UsageProblem("at is no point", hint='as in at = "x=1, y=pi/4" or at = {x = 1, y = "pi/4"}')


def _points(table: Mapping[str, Any]) -> Fraction | None:
    return _number(table["points"], "points", _MOST_POINTS) if "points" in table else None


def _partial(value: object) -> Partial:
    if value is None or value is False:
        return NO_CREDIT
    if value is True:
        return Partial()
    if not isinstance(value, dict):
        raise UsageProblem("partial is no table", hint="as in partial = {diagnosed = 0.5, carried = 0.75}")
    _known(value, Partial.__slots__, "partial")
    return replace(Partial(), **{key: _share(one, f"partial.{key}") for key, one in value.items()})


def _layout(table: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    value = table.get("layout", document.get("layout", LAYOUTS[0]))
    if value not in LAYOUTS:
        raise UsageProblem(f"there is no layout {printable(str(value))[:60]}", hint=f"it is {' or '.join(LAYOUTS)}")
    return str(value)


def _share(value: object, name: str) -> Fraction:
    return _number(value, name, 1)


def _number(value: object, name: str, most: int) -> Fraction:
    """A number with the digits it is written with (TOML's floats come as text)."""
    try:
        read = Decimal(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        number = None if read is None or (read and not -_DIGITS < read.adjusted() < _DIGITS) else Fraction(read)
    except (ArithmeticError, ValueError):
        number = None
    if number is None or not 0 <= number <= most:
        raise UsageProblem(f"{name} is no number from 0 to {most}", hint=f"as in {name} = {min(most, 2) / 2:g}")
    return number
