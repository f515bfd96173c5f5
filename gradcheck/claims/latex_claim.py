r"""A claim in LaTeX, ``$\frac{df}{dx} = 2x$``, as the plain claim that it is; also ``df/dx = $2x$`` and ``$2x$``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from gradcheck import reading, shapes
from gradcheck.claims.notation import OUTPUT_NAMES
from gradcheck.errors import GradcheckError, Span, SyntaxProblem
from gradcheck.syntax.latex import translate
from gradcheck.syntax.latex_names import Names
from gradcheck.syntax.latex_targets import target
from gradcheck.syntax.translation import Chunk, Translation, assembled, joined

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from gradcheck.claims.array_claim import ArrayClaim
    from gradcheck.claims.claim import Claim
    from gradcheck.graph import Graph
    from gradcheck.shapes import Shape

C = TypeVar("C", bound="Claim | ArrayClaim")


def read_in_latex(text: str, graph: Graph, read: Callable[[str], C], sizes: AbstractSet[str] = frozenset()) -> C:
    """Read a claim that holds LaTeX by the reader of plain claims; its places are those of the LaTeX.

    ``sizes`` are the names of dimensions. Raises GradcheckError with the span in the claim's text.
    """
    try:
        translation = plain_claim(text, graph, sizes)
    except GradcheckError as error:
        raise error.within(text, "the claim") from None
    try:
        claim = read(translation.text)
    except GradcheckError as error:
        if error.source is not None and len(error.source) == len(translation.text):
            error.source = translation.text  # the same places, with what reading masked
        error.origin = None
        raise translation.error_back(error).within(text, "the claim") from None
    notes = (*translation.notes, *map(translation.note_back, claim.notes))
    return replace(claim, text=text, notes=notes)


def plain_claim(text: str, graph: Graph, sizes: AbstractSet[str] = frozenset()) -> Translation:
    """The claim in plain notation."""
    bound = frozenset((*graph.inputs, *graph.by_name, *sizes))
    arrays = {name: graph.shape(node) for name, node in graph.by_name.items() if graph.shape(node)}
    pieces: list[tuple[str, int, int]] = []
    position = 0
    for found in reading.formulas(text):
        pieces += _outside(text, position, found.start())
        pieces += _halves(text, found, first=not text[: found.start()].strip())
        position = found.end()
    pieces += _outside(text, position, len(text))
    cut = next((number for number, (kind, _, _) in enumerate(pieces) if kind == "="), -1)
    right = [kind for kind, _, _ in pieces[cut + 1 :]]
    parts: list[Translation] = []
    for kind, start, stop in pieces:
        if kind == "target":
            if text[start:stop].strip():
                shown = target(Names(text, stop, bound, arrays), start, stop)
                parts.append(assembled(text, [Chunk(shown, start, start + len(text[start:stop].rstrip()))], stop))
        elif kind in {"=", "text"}:
            parts.append(assembled(text, [Chunk(text[start:stop], start, stop)], stop))
        else:
            body = _body(text, (start, stop), bound, arrays, graph)
            parts.append(body if len(right) == 1 else body.edited([(0, 0, "("), (len(body.text), len(body.text), ")")]))
    return joined(text, parts)


def _outside(text: str, start: int, stop: int) -> list[tuple[str, int, int]]:
    """What stands outside of the formulas: a sign, or plain text."""
    for sign, closing in (("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")):
        place = text.find(sign, start, stop)
        if place >= 0:
            span = Span(place, place + len(sign))
            raise SyntaxProblem(f"this '{sign}' is never closed", span=span, hint=f"add '{closing}'")
    if not text[start:stop].strip():
        return []
    if text[start:stop].strip() == "=":
        return [("=", start, stop)]
    cut = reading.equals_sign(text[start:stop])
    if cut < 0:
        return [("text", start, stop)]
    before = [("text", start, start + cut)] if text[start : start + cut].strip() else []
    after = [("text", start + cut + 1, stop)] if text[start + cut + 1 : stop].strip() else []
    return [*before, ("=", start + cut, start + cut + 1), *after]


def _halves(text: str, found: re.Match[str], *, first: bool) -> list[tuple[str, int, int]]:
    """A formula as target and statement, or as one of them."""
    start, stop = reading.inner(found)
    cut = reading.top_equals(text, start, stop)
    if cut >= 0 and first:
        end = cut - (text[cut - 1] == ":")
        return [("target", start, end), ("=", cut, cut + 1), ("body", cut + 1, stop)]
    rest = text[found.end() :].lstrip()
    is_target = first and rest.startswith("=") and not rest.startswith("==")
    return [("target" if is_target else "body", start, stop)]


def _body(
    text: str, part: tuple[int, int], bound: AbstractSet[str], arrays: Mapping[str, Shape], graph: Graph
) -> Translation:
    """The statement in plain notation, with the products of arrays settled."""
    if not text[part[0] : part[1]].strip():
        raise SyntaxProblem("nothing is claimed", span=Span(part[0], part[1]), hint="as in \\frac{df}{dx} = 2x")
    body = translate(text, bound, arrays, part, derivatives=True)
    if not graph.has_arrays:
        return body
    from gradcheck.claims.array_claim import masked

    known = dict(arrays)

    def mask(of: str, wrt: str, name: str) -> None:
        of_node = graph.by_name.get(of, graph.output if of in OUTPUT_NAMES else -1)
        if of_node < 0 or wrt not in graph.by_name:
            return
        known[name] = _shape(graph.shape(of_node), graph.shape(graph.by_name[wrt]), name)

    hidden = replace(body, text=masked(body.text, mask))
    hidden, _ = reading.parsed(hidden, bound | known.keys(), known)
    edited = hidden.text
    return replace(hidden, text=_shown(edited))


def _shown(text: str) -> str:
    from gradcheck.claims.array_claim import unmasked

    return unmasked(text)


def _shape(of: Shape, wrt: Shape, name: str) -> Shape:
    """The shape of a derivative, as far as products ask for it."""
    if "ǁ" in name:  # an entry
        return ()
    if not of:
        return wrt
    return of if not wrt else (shapes.size(of), shapes.size(wrt))
