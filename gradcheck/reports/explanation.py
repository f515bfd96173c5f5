"""The derivation in words and formulas, step by step: what ``eval --explain`` says, as data for every format."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from gradcheck.primitives import VARIABLES
from gradcheck.primitives.explanations import RULES, SENTENCES
from gradcheck.primitives.table import PRIMITIVES
from gradcheck.reports import wording
from gradcheck.results import Evaluation, NodeResult
from gradcheck.rules import local_derivative
from gradcheck.syntax.printing import ATOM, UNICODE, operation_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gradcheck.arrays.results import ArrayEvaluation, ArrayNode
    from gradcheck.primitives import Primitive
    from gradcheck.reports import Style
    from gradcheck.results import Local
    from gradcheck.verdicts import ClaimResult

Kind = Literal["opening", "local", "graph", "backward", "gradient", "claim"]
_TERMS: Final = 12
"""Terms of a sum above which the middle is left out, unless -v."""
_FORMULA: Final = 300
"""Characters of one of SymPy's formulas above which it is not repeated."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: formulas in the signs of people (``∂a/∂x = 2x = 2``) and the sentence that goes with them.

    ``node`` is the name of the node it is about, ``operation`` what that computes; of a claim, ``node`` is empty and
    the one formula is the claim.
    """

    kind: Kind
    node: str
    formulas: tuple[str, ...]
    sentence: str
    operation: str = ""
    verdict: str = ""
    """Of a claim."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps in their order: local derivatives, graph, backward pass, gradient, claims."""

    steps: tuple[Step, ...]
    of_arrays: bool = False

    def of(self, kind: Kind) -> tuple[Step, ...]:
        """The steps of one part."""
        return tuple(step for step in self.steps if step.kind == kind)


def explain(result: Evaluation | ArrayEvaluation, style: Style) -> Explanation:
    """The derivation of an evaluation's gradient, with as many digits and nodes as the style shows."""
    if not isinstance(result, Evaluation):
        from gradcheck.reports.array_explanation import explain_arrays

        return explain_arrays(result, style)
    shown, _, hidden = wording.visible(result.nodes, style)
    return Explanation(
        (
            *opening(result.nodes, result.output, len(shown), hidden),
            *_locals(shown, style),
            *graph(shown, result, style),
            *_backward(shown, result, style),
            *_gradient(result, style),
            *claims(result.claims),
        )
    )


def say(key: str, **words: object) -> str:
    """A sentence of the table with the words of the case."""
    return SENTENCES[key].format(**words)


def opening(nodes: Sequence[NodeResult | ArrayNode], output: str, shown: int, hidden: int) -> Iterator[Step]:
    """What is going to happen."""
    key = "opening"
    if not any(node.is_input for node in nodes):
        key = "nothing varies"
    elif all(node.is_input for node in nodes):
        key = "is a variable" if output in {node.name for node in nodes} else "sample"
    said = [say(key)]
    if hidden:
        said.append(say("limit", shown=shown, total=shown + hidden))
    elif key == "opening" and not is_closed(nodes, output):
        said.append(say("sample"))
    yield Step("opening", "", (), " ".join(said))


def is_closed(nodes: Sequence[NodeResult | ArrayNode], output: str) -> bool:
    """Whether the nodes are all of the graph: those of a large one are not kept."""
    names = {node.name for node in nodes}
    used = {argument for node in nodes for argument in node.arguments if argument.isidentifier()}
    constants = {"pi", "π", "e"}
    return output in names and used - constants <= names


# -- local derivatives ------------------------------------------------------------------------------------------------


def _locals(shown: Sequence[NodeResult], style: Style) -> Iterator[Step]:
    known = {node.name: node.value for node in shown}
    told: dict[tuple[str, str], str] = {}
    for node in shown:
        if node.is_input:
            continue
        row = PRIMITIVES[node.primitive]
        formulas = [_local_formula(node, one, style) for one in node.locals]
        said = [rule_sentence(node, row, [one.position for one in node.locals], told)]
        certain = all(known[name] == known[name] for name in node.arguments if name in known)
        said += [say_ for one in node.locals for say_ in _remarks(node, row, one, certain=certain)]
        yield Step("local", node.name, tuple(dict.fromkeys(formulas)), " ".join(dict.fromkeys(said)), node.pretty)


def _local_formula(node: NodeResult, one: Local, style: Style) -> str:
    value = wording.quantity(one.value, style.digits)
    return f"∂{node.name}/∂{one.wrt} = {one.pretty}" + (f" = {value}" if value != one.pretty else "")


def rule_sentence(
    node: NodeResult | ArrayNode, row: Primitive, positions: Sequence[int], told: dict[tuple[str, str], str]
) -> str:
    """The rule of a node with its intuition; where it was told before, only where."""
    if row.boolean:
        return say("truth value", intuition=capital(row.intuition))
    if not positions:
        return say("constant", node=node.name)
    letters = "".join(VARIABLES[position] for position in sorted(set(positions)) if position < row.arity)
    key = (row.name, letters if row.arity > 1 else "u")
    named = RULES.get(key)
    name = row.written if row.written.isidentifier() else row.name
    before = told.setdefault(key, node.name)
    if before != node.name:
        if named is None:
            return say("rule for again", name=name, node=before)
        return say("again", rule=capital(named.name), node=before)
    intuition = capital((named.intuition if named is not None else "") or row.intuition)
    call, derivatives = rule_of(row, positions)
    words = {"call": call, "derivatives": derivatives, "intuition": intuition}
    if named is not None:
        return say("named rule", rule=capital(named.name), **words)
    return say("matrix rule" if row.is_matrix else "rule for", name=name, **words)


def rule_of(row: Primitive, positions: Sequence[int]) -> tuple[str, str]:
    """The call and the derivatives of a row as the table has them: sin(u), ∂y/∂u = cos(u)."""
    if row.is_matrix:
        from gradcheck.reports import matrix_rules

        passed = matrix_rules.pullbacks(row)
        if row.nary:
            return matrix_rules.call(row), f"{passed[0]} to each part"
        return matrix_rules.call(row), listed([f"{passed[k]} to {VARIABLES[k]}" for k in sorted(set(positions))])
    call = operation_text(row.name, [(name, ATOM) for name in VARIABLES[: row.arity]], UNICODE)[0]
    found = [
        f"∂y/∂{VARIABLES[position]} = {local_derivative(row, position).written({}, UNICODE)[0]}"
        for position in sorted(set(positions))
    ]
    return call, listed(found)


def _remarks(node: NodeResult, row: Primitive, one: Local, *, certain: bool) -> Iterator[str]:
    """What is special about a local derivative at the point; ``certain`` where the arguments are single numbers."""
    local = f"∂{node.name}/∂{one.wrt}"
    if one.value.interval:
        key = "kink" if row.kinks and certain else "interval"
        yield say(key, operation=node.pretty, local=local, interval=one.value.interval)
    elif not one.value.value.is_finite():
        yield say("jump" if row.jumps and certain else "no value", operation=node.pretty, local=local)
    elif not one.value.value and one.pretty != "0":
        yield say("closed", local=local)


# -- the graph --------------------------------------------------------------------------------------------------------


def graph(
    shown: Sequence[NodeResult | ArrayNode], result: Evaluation | ArrayEvaluation, style: Style
) -> Iterator[Step]:
    """Each node with its value, and who uses it."""
    closed = is_closed(result.nodes, result.output)
    uses: dict[str, list[str]] = {}
    for node in result.nodes:
        for argument in node.arguments:
            uses.setdefault(argument, []).append(node.name)
    for node in shown:
        value = value_text(node, style)
        formula = f"{node.name} = {value}" if node.is_input else f"{node.name} = {node.pretty} = {value}"
        several = closed and len(uses.get(node.name, ())) > 1
        said = say("used", node=node.name, uses=counted(uses[node.name])) if several else ""
        if node.is_input:
            said = " ".join(part for part in (say("given", node=node.name), said) if part)
        yield Step("graph", node.name, (formula,), said, node.pretty)


def value_text(node: NodeResult | ArrayNode, style: Style) -> str:
    """A node's value on one line."""
    if not isinstance(node, NodeResult):
        from gradcheck.reports import array_wording

        return array_wording.inline(node.value, style.digits, 60)
    return wording.number(node.value, style.digits)


# -- the backward pass ------------------------------------------------------------------------------------------------


def _backward(shown: Sequence[NodeResult], result: Evaluation, style: Style) -> Iterator[Step]:
    output = result.output
    told: set[str] = set()
    for node in reversed(shown):
        if node.adjoint is None:
            continue
        total = wording.quantity(node.adjoint, style.digits)
        head = f"∂{output}/∂{node.name}"
        if not node.paths:
            key = "start" if node.name == output else "not listed" if node.adjoint.value else "no path"
            yield Step("backward", node.name, (f"{head} = {total}",), say(key, node=node.name, output=output))
            continue
        symbols, numbers = _sum(node, output, style)
        said = [arrival("one path", [path.child for path in node.paths], told), *_about_sum(node, result)]
        yield Step("backward", node.name, (f"{head} = {symbols}", f"{head} = {numbers} = {total}"), " ".join(said))


def arrival(one: str, children: Sequence[str], told: set[str]) -> str:
    """Through which nodes the gradient arrives; in fewer words where it is not the first time."""
    key = one if len(children) == 1 else "paths"
    again = " again" if key in told else ""
    told.add(key)
    return say(f"{key}{again}", child=children[0], uses=counted(children))


def _sum(node: NodeResult, output: str, style: Style) -> tuple[str, str]:
    """The chain rule at a node in symbols and in numbers; the middle of a long sum is left out."""
    paths = node.paths
    symbols = [f"∂{output}/∂{path.child}·∂{path.child}/∂{node.name}" for path in paths]
    numbers = ["·".join(wording.term_numbers(path, style.digits)) for path in paths]
    if len(paths) > _TERMS + 1 and not style.verbose:
        half = _TERMS // 2
        symbols[half:-half] = [f"… {len(paths) - _TERMS} terms …"]
        numbers[half:-half] = ["…"]
    return " + ".join(symbols), " + ".join(numbers)


def _about_sum(node: NodeResult, result: Evaluation) -> Iterator[str]:
    assert node.adjoint is not None
    if node.adjoint.interval:
        yield say("interval sum")
    elif not node.adjoint.value.is_finite():
        yield say("no sum")
    elif not node.adjoint.value and result.smooth.differentiable is not False:
        yield say("zero", node=node.name, output=result.output)


# -- the gradient -----------------------------------------------------------------------------------------------------


def _gradient(result: Evaluation, style: Style) -> Iterator[Step]:
    for node in result.gradient:
        if node.adjoint is None:
            continue
        value = wording.quantity(node.adjoint, style.digits)
        said = []
        single = not node.adjoint.interval and node.adjoint.value.is_finite()
        if single and result.smooth.differentiable and node.verdict.name in {"agree", None}:
            key = "nudge" if node.adjoint.value else "level"
            move = {"1": "h", "-1": "-h"}.get(value, f"{value}·h")
            said.append(say(key, node=node.name, output=result.output, move=move))
        said += verdict(node, result, _routes(node, style))
        yield Step("gradient", node.name, (f"∂{result.output}/∂{node.name} = {value}",), " ".join(said))
    yield from closing(result, result.smooth.message)


def _routes(node: NodeResult, style: Style) -> list[str]:
    """What the routes other than the derivation above found."""
    found = []
    slope, symbolic = node.finite_difference, node.symbolic
    if slope is not None and slope.error is not None:
        found.append(say("route fd", value=wording.slope(slope, style.digits)))
    if symbolic is not None and symbolic.value is not None:
        formula = f"{symbolic.expression}, which is " if 0 < len(symbolic.expression) <= _FORMULA else ""
        value = wording.quantity(symbolic.value, style.digits)
        found.append(say("route symbolic", value=value if symbolic.expression == value else f"{formula}{value}"))
    return found


def verdict(node: NodeResult | ArrayNode, result: Evaluation | ArrayEvaluation, routes: Sequence[str]) -> Iterator[str]:
    """What the comparison of the routes says of one derivative."""
    match node.verdict.name:
        case "agree" if routes:
            yield say("agree", routes=listed(routes))
        case "disagree" | "undecided" as name:
            yield say(name, reason=node.verdict.reason)
        case None if len(result.routes) == 1:
            yield say("alone")


def closing(result: Evaluation | ArrayEvaluation, message: str = "") -> Iterator[Step]:
    """What holds of the function as a whole: a kink, an edge, routes that exclude each other."""
    said = []
    told = {node.verdict.reason for node in result.gradient}
    if result.verdict.name in {"disagree", "undecided"} and result.verdict.reason.split(": ", 1)[-1] not in told:
        said.append(say(result.verdict.name, reason=result.verdict.reason))
    if message and message != result.verdict.reason:
        said.append(say("note", reason=message))
    if said:
        yield Step("gradient", "", (), " ".join(said))


# -- claims -----------------------------------------------------------------------------------------------------------


def claims(found: Iterable[ClaimResult]) -> Iterator[Step]:
    """Each claim with what went wrong."""
    for one in found:
        match one.verdict:
            case "correct":
                said = [say("correct", evidence=wording.claim_evidence(one))]
            case "undecided":
                said = [say("open", reason=one.reason)]
            case _:
                said = [say("wrong", reason=one.reason)]
                if one.diagnosis is None:
                    said.append(say("unexplained"))
                else:
                    said.append(say("why", message=one.diagnosis.message))
        said += [say("note", reason=note) for note in one.notes]
        yield Step("claim", "", (one.claim.strip(),), " ".join(said), verdict=one.verdict)


# -- words ------------------------------------------------------------------------------------------------------------


def capital(text: str) -> str:
    """The text as the start of a sentence."""
    return text[:1].upper() + text[1:]


def listed(parts: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def counted(names: Sequence[str]) -> str:
    """Names in their order, each once: ``a (2 times) and b``; of many only how many there are."""
    found: Mapping[str, int] = Counter(names)
    parts = [name if count == 1 else f"{name} ({count} times)" for name, count in found.items()]
    return listed(parts if len(parts) <= _TERMS else [*parts[: _TERMS // 2], f"{len(parts) - _TERMS // 2} others"])
