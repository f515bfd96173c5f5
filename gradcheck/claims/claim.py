"""A claim: ``df/dx = 2*x``, ``y' = …``, ``d/dx = …``, or an expression alone; read against the graph it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from gradcheck.build import build
from gradcheck.claims.notation import NAME, OUTPUT_NAMES, PRIME, SLASH
from gradcheck.errors import GradcheckError, NameProblem, Note, Span, SyntaxProblem, did_you_mean
from gradcheck.reading import equals_sign, holds_latex
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import write_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcheck.graph import Graph
    from gradcheck.syntax.tree import Program

_QUOTIENT: Final = re.compile(rf"[d∂](?P<of>{NAME})?\s*/\s*[d∂](?P<wrt>{NAME})(?:\s*(?P<late>{NAME})(?:\s*\(.*\))?)?")
_WORD: Final = re.compile(NAME)
_INNER: Final = re.compile(rf"(?<!\w)[d∂](?P<of>{NAME})/[d∂](?P<wrt>{NAME})")
_DECIMAL: Final = re.compile(r"\s*[-+−]?\s*(?P<digits>[0-9]*\.[0-9]+)(?P<exponent>[eE][-+]?[0-9]+)?\s*")


class Derivative(NamedTuple):
    """∂of/∂wrt between two nodes; ``wrt`` is None for a name that the graph does not hold (the derivative is 0)."""

    of: int
    wrt: int | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A stated derivative: what of what, and the statement as a graph over inputs, nodes and other derivatives."""

    text: str
    target: Derivative
    shown: str
    """The target as it is shown: ∂f/∂x."""
    statement: Graph
    program: Program
    """The statement as it is written: the graph has folded its constants and merged what is equal."""
    nodes: Mapping[str, int]
    """Names of the statement that mean a node of the function's graph."""
    derivatives: Mapping[str, Derivative]
    """Names of the statement that mean a derivative."""
    reading: str
    notes: tuple[Note, ...]
    unit: Fraction | None
    """For a decimal number: one unit of its last digit."""

    @property
    def is_number(self) -> bool:
        """Whether the statement is a number and not a formula."""
        return not self.statement.inputs


def read_claim(text: str, graph: Graph, wrt: str | None = None) -> Claim:
    """Read a claim about a graph; ``wrt`` names the variable where the claim itself does not.

    Raises GradcheckError with the span in the claim's text.
    """
    if holds_latex(text):
        from gradcheck.claims.latex_claim import read_in_latex

        return read_in_latex(text, graph, lambda plain: read_claim(plain, graph, wrt))
    try:
        return _read(text, graph, wrt)
    except GradcheckError as error:
        if error.source is not None and len(error.source) == len(text):
            error.source = text  # the same places, with the target and the slashes that reading masked
        raise error.within(text, "the claim") from None


def _read(text: str, graph: Graph, wrt: str | None) -> Claim:
    cut = equals_sign(text)
    target = _target(text[: max(cut, 0)], graph, wrt)
    body = " " * (cut + 1) + text[cut + 1 :]
    if not body.strip():
        raise SyntaxProblem("nothing is claimed", span=Span(len(text), len(text)), hint="as in df/dx = 2*x")
    derivatives: dict[str, Derivative] = {}
    masked = _INNER.sub(lambda found: _mask(found, graph, derivatives), body)
    letters = [name for name in _WORD.findall(masked) if name not in {"e", "pi"} and name in graph.by_name]
    bound = frozenset((*graph.inputs, *graph.assigned, *letters, *derivatives))
    program = parse(masked, bound)
    if len(program.statements) != 1 or program.statements[0].name:
        raise SyntaxProblem("a claim is one expression", span=Span(cut + 1, len(text)), hint="as in df/dx = 2*x")
    statement = build(program, bound)
    nodes = {name: _node(name, statement, graph) for name in statement.inputs if name not in derivatives}
    decimal = _DECIMAL.fullmatch(body)
    return Claim(
        text=text,
        target=target,
        shown=_shown(target, graph, wrt, text[: max(cut, 0)]),
        statement=statement,
        program=program,
        nodes=nodes,
        derivatives={name: one for name, one in derivatives.items() if name in statement.inputs},
        reading=write_program(program).replace(SLASH, "/"),
        notes=program.notes,
        unit=None if decimal is None else _unit(decimal),
    )


def _target(text: str, graph: Graph, wrt: str | None) -> Derivative:
    if not text.strip():
        return Derivative(graph.output, _only_variable(graph, wrt, Span(0, 0)))
    start = len(text) - len(text.lstrip())
    stripped = text.strip()
    quotient = _QUOTIENT.fullmatch(stripped)
    if quotient is not None:
        name = quotient["of"] or quotient["late"]
        of = graph.output if not name else _of(name, graph, Span(start, start + len(stripped)))
        return Derivative(of, _wrt(quotient["wrt"], graph))
    prime = PRIME.fullmatch(stripped)
    if prime is not None:
        of = _of(prime["of"], graph, Span(start, start + len(stripped)))
        by = prime["wrt"] or wrt
        return Derivative(
            of, _wrt(by, graph) if by else _only_variable(graph, None, Span(start, start + len(stripped)))
        )
    raise SyntaxProblem(
        f"'{stripped}' does not say which derivative is meant",
        span=Span(start, start + len(stripped)),
        hint="as in df/dx = 2*x, dL/dc = f, y' = 2*x",
    )


def _only_variable(graph: Graph, wrt: str | None, span: Span) -> int | None:
    if wrt is not None:
        if not re.fullmatch(NAME, wrt):
            raise SyntaxProblem(f"'{wrt}' is not the name of one variable", hint="as in wrt = x, or state df/dx = …")
        return _wrt(wrt, graph)
    if len(graph.inputs) == 1:
        return next(iter(graph.inputs.values()))
    if not graph.inputs:
        return None
    names = list(graph.inputs)
    output = graph.names.get(graph.output, "f")
    raise SyntaxProblem(
        f"the claim does not say by which of {', '.join(names)} it differentiates",
        span=span,
        hint=f"as in d{output}/d{names[0]} = …",
    )


def _of(name: str, graph: Graph, span: Span) -> int:
    if name in graph.by_name:
        return graph.by_name[name]
    if name in OUTPUT_NAMES:
        return graph.output
    raise NameProblem(
        f"the graph has no node called '{name}'", span=span, hint=did_you_mean(name, graph.by_name) or _known(graph)
    )


def _wrt(name: str, graph: Graph) -> int | None:
    return graph.by_name.get(name)


def _known(graph: Graph) -> str:
    return f"it has {', '.join(list(graph.by_name)[:12])}"


def _mask(found: re.Match[str], graph: Graph, derivatives: dict[str, Derivative]) -> str:
    of, wrt = found["of"], found["wrt"]
    if (of not in graph.by_name and of not in OUTPUT_NAMES) or wrt not in graph.by_name or f"d{of}" in graph.by_name:
        return found[0]
    name = found[0].replace("/", SLASH).replace("∂", "d")
    derivatives[name] = Derivative(graph.by_name.get(of, graph.output), graph.by_name[wrt])
    return name


def _node(name: str, statement: Graph, graph: Graph) -> int:
    if name in graph.by_name:
        return graph.by_name[name]
    if name in OUTPUT_NAMES:
        return graph.output
    raise NameProblem(
        f"'{name}' is neither a variable nor a node of the function",
        span=statement.spans[statement.inputs[name]],
        hint=did_you_mean(name, graph.by_name) or _known(graph),
    )


def _shown(target: Derivative, graph: Graph, wrt: str | None, text: str) -> str:
    of = graph.names.get(target.of, "f")
    if target.wrt is not None:
        return f"∂{of}/∂{graph.names.get(target.wrt, '?')}"
    quotient = _QUOTIENT.fullmatch(text.strip())
    return f"∂{of}/∂{quotient['wrt'] if quotient else wrt or 'x'}"


def _unit(decimal: re.Match[str]) -> Fraction:
    number = Decimal(decimal["digits"] + (decimal["exponent"] or ""))
    return Fraction(10) ** int(number.as_tuple().exponent)
