"""A claim about arrays: ``df/dx = (B + B.T) @ x``, ``dK[p,q]/dB[i,j] = …``, read against the graph it is about.

What stands in brackets behind a name of the target takes entries of it: a number takes one, a letter ranges over the
axis and may be used on the right side as an index and as a number, ``:`` takes the whole axis.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from gradcheck.claims.notation import NAME, OUTPUT_NAMES, PRIME
from gradcheck.errors import GradcheckError, NameProblem, Note, Span, SyntaxProblem, did_you_mean
from gradcheck.primitives.table import CONSTANTS, PRIMITIVES
from gradcheck.reading import equals_sign, holds_latex
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import write_program
from gradcheck.syntax.tree import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from gradcheck.graph import Graph
    from gradcheck.syntax.tree import Item, Program

_INDEX: Final = r"\[[^\[\]=]*\]"
_QUOTIENT: Final = re.compile(
    rf"[d∂](?P<of>{NAME})?\s*(?P<of_index>{_INDEX})?\s*/\s*[d∂](?P<wrt>{NAME})\s*(?P<wrt_index>{_INDEX})?"
    rf"(?:\s*(?P<late>{NAME})\s*(?P<late_index>{_INDEX})?)?"
)
_INNER: Final = re.compile(
    rf"(?<!\w)[d∂](?P<of>{NAME})(?P<of_index>{_INDEX})?/[d∂](?P<wrt>{NAME})(?P<wrt_index>{_INDEX})?"
)
_BY: Final = re.compile(rf"\s*(?P<wrt>{NAME})\s*(?P<wrt_index>{_INDEX})?\s*")
_MASK: Final = str.maketrans("/∂[], -:", "ǀdǁǂǃʻʼʽ")
"""Letters for the signs of a derivative inside an expression, one for one, so that spans stay what they are."""
_UNMASK: Final = str.maketrans("ǀǁǂǃʻʼʽ", "/[], -:")
_DECIMAL: Final = re.compile(r"[0-9]*\.[0-9]+(?:[eE][-+]?[0-9]+)?")
_HINT: Final = "as in df/dx = A @ x, dL/dW = …, dK[p,q]/dB[i,j] = …"

Axis = int | str | None
"""What is taken of an axis: one position, each in turn (a letter), or all of it (None)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A node, or entries of it; ``node`` is None for a name that the graph does not hold."""

    node: int | None
    name: str
    index: tuple[Axis, ...] = ()

    @property
    def text(self) -> str:
        """The name with its index, as it is written."""
        if not self.index:
            return self.name
        return f"{self.name}[{', '.join(':' if axis is None else str(axis) for axis in self.index)}]"


@dataclass(frozen=True, slots=True)
class Target:
    """∂of/∂wrt, whole or entry by entry."""

    of: Part
    wrt: Part

    @property
    def shown(self) -> str:
        """The derivative as it is shown."""
        return f"∂{self.of.text}/∂{self.wrt.text}"

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters that range over axes, each once."""
        return tuple(dict.fromkeys(axis for axis in (*self.of.index, *self.wrt.index) if isinstance(axis, str)))


@dataclass(frozen=True, slots=True)
class ArrayClaim:
    """A stated derivative; the statement becomes a graph once shapes are chosen."""

    text: str
    target: Target
    statement: Program
    bound: AbstractSet[str]
    nodes: Mapping[str, int]
    """Names of the statement that mean a node of the function's graph."""
    derivatives: Mapping[str, Target]
    """Names of the statement that mean a derivative."""
    reading: str
    notes: tuple[Note, ...]
    is_number: bool
    """Whether the statement is a number or a list of numbers, and not a formula."""
    units: tuple[Fraction | None, ...]
    """For the decimals among the entries of a list of numbers: one unit of the last digit."""

    @property
    def shown(self) -> str:
        """The target as it is shown."""
        return self.target.shown

    @property
    def unit(self) -> Fraction | None:
        """Of a single decimal: one unit of its last digit."""
        return self.units[0] if len(self.units) == 1 else None

    @property
    def is_zero(self) -> bool:
        """Whether the statement is the number 0, whatever the shape."""
        items = self.statement.items
        return len(items) == 1 and items[0].kind is Kind.NUMBER and items[0].value == 0


def read_array_claim(
    text: str, graph: Graph, wrt: str | None = None, sizes: AbstractSet[str] = frozenset()
) -> ArrayClaim:
    """Read a claim about a graph; ``wrt`` names the variable where the claim itself does not.

    ``sizes`` are the names of dimensions. Raises GradcheckError with the span in the claim's text.
    """
    if holds_latex(text):
        from gradcheck.claims.latex_claim import read_in_latex

        return read_in_latex(text, graph, lambda plain: read_array_claim(plain, graph, wrt, sizes), sizes)
    try:
        return _Reader(text, graph, wrt, sizes).read()
    except GradcheckError as error:
        if error.source is not None and len(error.source) == len(text):
            error.source = text  # the same places, with the target and the signs that reading masked
        raise error.within(text, "the claim") from None


def masked(text: str, told: Callable[[str, str, str], None]) -> str:
    """The derivatives in a text as names of the same length; each is told by its parts and that name."""

    def mask(found: re.Match[str]) -> str:
        name = found[0].translate(_MASK)
        told(found["of"], found["wrt"], name)
        return name

    return _INNER.sub(mask, text)


def unmasked(text: str) -> str:
    """The text again whose derivatives were masked."""
    return text.translate(_UNMASK)


class _Reader:
    def __init__(self, text: str, graph: Graph, wrt: str | None, sizes: AbstractSet[str]) -> None:
        self.text, self.graph, self.by, self.sizes = text, graph, wrt, sizes
        self.derivatives: dict[str, Target] = {}

    def read(self) -> ArrayClaim:
        text, graph = self.text, self.graph
        cut = equals_sign(text)
        target = self.target(text[: max(cut, 0)])
        self.check_letters(target)
        body = " " * (cut + 1) + text[cut + 1 :]
        if not body.strip():
            raise SyntaxProblem("nothing is claimed", span=Span(len(text), len(text)), hint=_HINT)
        masked = _INNER.sub(self.mask, body)
        known = {name for name in graph.by_name if name in graph.assigned or name not in CONSTANTS}
        bound = frozenset((*graph.inputs, *known, *self.derivatives, *target.letters, *self.sizes))
        program = parse(masked, bound)
        if len(program.statements) != 1 or program.statements[0].name:
            raise SyntaxProblem("a claim is one expression", span=Span(cut + 1, len(text)), hint=_HINT)
        self.check_indices(program, target.letters)
        return ArrayClaim(
            text=text,
            target=target,
            statement=program,
            bound=bound,
            nodes=self.nodes(program, bound, target.letters),
            derivatives=self.derivatives,
            reading=write_program(program).translate(_UNMASK),
            notes=program.notes,
            is_number=all(map(_is_number, program.items)),
            units=tuple(_units(program)),
        )

    def target(self, text: str) -> Target:
        span = Span(len(text) - len(text.lstrip()), max(len(text.rstrip()), 1))
        if not text.strip():
            return Target(self.output(), self.only_variable(span))
        quotient = _QUOTIENT.fullmatch(text.strip())
        if quotient is not None:
            name = quotient["of"] or quotient["late"]
            index = quotient["of_index"] or quotient["late_index"]
            of = self.part(self.of(name, span), name, index, span) if name else self.output()
            return Target(of, self.wrt(quotient["wrt"], quotient["wrt_index"], span))
        prime = PRIME.fullmatch(text.strip())
        if prime is not None:
            of = self.part(self.of(prime["of"], span), prime["of"], None, span)
            return Target(of, self.wrt(prime["wrt"], None, span) if prime["wrt"] else self.only_variable(span))
        raise SyntaxProblem(f"'{text.strip()}' does not say which derivative is meant", span=span, hint=_HINT)

    def output(self) -> Part:
        return Part(self.graph.output, self.graph.names.get(self.graph.output, "f"))

    def only_variable(self, span: Span) -> Part:
        if self.by:
            found = _BY.fullmatch(self.by)
            if found is None:
                raise SyntaxProblem(
                    f"'{self.by}' is not the name of one variable", hint="as in wrt = x, or state df/dx = …"
                )
            return self.wrt(found["wrt"], found["wrt_index"], span)
        names = list(self.graph.inputs)
        if len(names) == 1:
            return self.wrt(names[0], None, span)
        if not names:
            return Part(None, "x")
        raise SyntaxProblem(
            f"the claim does not say by which of {', '.join(names)} it differentiates",
            span=span,
            hint=f"as in d{self.output().name}/d{names[0]} = …",
        )

    def of(self, name: str, span: Span) -> int:
        if name in self.graph.by_name:
            return self.graph.by_name[name]
        if name in OUTPUT_NAMES:
            return self.graph.output
        hint = did_you_mean(name, self.graph.by_name) or self.known()
        raise NameProblem(f"the graph has no node called '{name}'", span=span, hint=hint)

    def known(self) -> str:
        return f"it has {', '.join(list(self.graph.by_name)[:12])}"

    def wrt(self, name: str, index: str | None, span: Span) -> Part:
        return self.part(self.graph.by_name.get(name), name, index, span)

    def part(self, node: int | None, name: str, index: str | None, span: Span) -> Part:
        if index is None:
            return Part(node, name)
        axes = [self.axis(axis.strip(), span) for axis in index[1:-1].split(",")]
        if node is None:
            return Part(None, name)
        rank = len(self.graph.shape(node))
        if len(axes) > rank:
            what = (
                f"{name} has {rank} ax{'i' if rank == 1 else 'e'}s, not {len(axes)}" if rank else f"{name} is a scalar"
            )
            raise SyntaxProblem(what, span=span, hint="one index for each axis: x[i], A[i, j]")
        return Part(node, name, (*axes, *[None] * (rank - len(axes))))

    @staticmethod
    def axis(text: str, span: Span) -> Axis:
        if text == ":":
            return None
        if re.fullmatch(r"-?\d+", text):
            return int(text)
        if re.fullmatch(NAME, text):
            return text
        raise SyntaxProblem(
            f"'{text}' takes no entry of a derivative",
            span=span,
            hint="a number, a letter or ':', as in dK[p,0]/dB[i,:]",
        )

    def check_letters(self, target: Target) -> None:
        for letter in target.letters:
            if letter in self.graph.inputs or letter in self.sizes:
                what = "variable" if letter in self.graph.inputs else "dimension"
                raise NameProblem(
                    f"'{letter}' is a {what} and cannot be an index", span=Span(0, 1), hint="take another letter"
                )

    def check_indices(self, program: Program, letters: tuple[str, ...]) -> None:
        """Every name of an index or a size is known, and the rows of a list have one length."""
        known = {*letters, *self.sizes}
        for item in program.items:
            names = [
                one
                for parameter in item.parameters
                for one in (parameter if isinstance(parameter, tuple) else (parameter,))
            ]
            for name in names:
                if isinstance(name, str) and name not in known:
                    raise NameProblem(
                        f"'{name}' is no known size or index",
                        span=Span(item.start, item.end),
                        hint="a letter of the target, an integer, or the name of a declared dimension",
                    )
            rows = [program.items[argument] for argument in item.arguments] if item.name == "stack" else []
            lengths = dict.fromkeys(len(row.arguments) if row.name == "stack" else 0 for row in rows)
            if len(lengths) > 1 and 0 not in lengths:
                raise SyntaxProblem(
                    f"the rows of this list have {' and '.join(map(str, lengths))} entries",
                    span=Span(item.start, item.end),
                    hint="all rows must have the same length",
                )
        for target in self.derivatives.values():
            for letter in target.letters:
                if letter not in letters:
                    raise NameProblem(
                        f"the index '{letter}' of {target.shown} is none of the claim's target",
                        span=Span(0, 1),
                        hint="as in df/dA[i,j] = dK[0,0]/dA[i,j]",
                    )

    def mask(self, found: re.Match[str]) -> str:
        """A derivative inside the statement as one name of the same length."""
        graph = self.graph
        of, wrt = found["of"], found["wrt"]
        if (
            (of not in graph.by_name and of not in OUTPUT_NAMES)
            or wrt not in graph.by_name
            or f"d{of}" in graph.by_name
        ):
            return found[0]
        node = graph.by_name.get(of, graph.output)
        span = Span(*found.span())
        try:
            target = Target(self.part(node, of, found["of_index"], span), self.wrt(wrt, found["wrt_index"], span))
            rest = ""
        except SyntaxProblem:  # a slice of the derivative: the index stays what it is
            if found["of_index"] or not found["wrt_index"]:
                raise
            target, rest = Target(Part(node, of), self.wrt(wrt, None, span)), found["wrt_index"]
        head = found[0].removesuffix(rest)
        name = head.translate(_MASK)
        self.derivatives[name] = target
        return name + rest

    def nodes(self, program: Program, bound: AbstractSet[str], letters: tuple[str, ...]) -> dict[str, int]:
        found: dict[str, int] = {}
        for item in program.items:
            name = item.name
            if item.kind is not Kind.NAME or name in letters or name in self.sizes or name in self.derivatives:
                continue
            if name in CONSTANTS and name not in bound:
                continue
            if name in self.graph.by_name:
                found[name] = self.graph.by_name[name]
            elif name in OUTPUT_NAMES:
                found[name] = self.graph.output
            else:
                raise NameProblem(
                    f"'{name}' is neither a variable nor a node of the function",
                    span=Span(item.start, item.end),
                    hint=did_you_mean(name, self.graph.by_name) or self.known(),
                )
        return found


def _is_number(item: Item) -> bool:
    if item.kind is Kind.APPLY:
        return item.name == "stack" or not PRIMITIVES[item.name].shape
    return item.kind is Kind.NUMBER or item.name in CONSTANTS


def _units(program: Program) -> Iterator[Fraction | None]:
    """One unit of the last digit shown for each entry of a list, row by row; None where it is no decimal."""
    waiting = [program.statements[0].root]
    while waiting:
        item = program.items[waiting.pop()]
        if item.name == "stack":
            waiting.extend(reversed(item.arguments))
            continue
        while item.name == "neg":
            item = program.items[item.arguments[0]]
        decimal = _DECIMAL.fullmatch(program.source[item.start : item.end].strip())
        exponent = None if decimal is None else Decimal(decimal[0]).as_tuple().exponent
        yield Fraction(10) ** exponent if isinstance(exponent, int) else None
