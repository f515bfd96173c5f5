"""An explanation for the terminal, for Markdown and for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gradcheck.primitives.explanations import ARRAY_LEADS, HEADINGS, LEADS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradcheck.reports.explanation import Explanation, Kind, Step
    from gradcheck.reports.table import Page

_HEAD: Final = r"^∂[^ ]+(?= =)"
_UPSTREAM: Final = r"∂[^ ·()]+(?=·)"
_LOCAL: Final = r"(?<=·)∂[^ ·]+"


def parts(explanation: Explanation) -> Iterator[tuple[Kind, str, str, tuple[Step, ...]]]:
    """Each part that has steps: its kind, heading, lead and steps."""
    leads = ARRAY_LEADS if explanation.of_arrays else LEADS
    kinds: tuple[Kind, ...] = ("local", "graph", "backward", "gradient", "claim")
    for kind in kinds:
        steps = explanation.of(kind)
        if steps:
            yield kind, HEADINGS[kind], leads[kind], steps


def explanation_lines(page: Page, explanation: Explanation) -> None:
    """The explanation in a terminal: formulas stand out, the sentence is below them."""
    for step in explanation.of("opening"):
        page.line(step.sentence)
    page.blank()
    for number, (_, heading, lead, steps) in enumerate(parts(explanation), start=1):
        page.line((f"{number}  {heading.upper()}", "bold"), (f"  {lead}", "dim"), hang=3)
        for step in steps:
            _step(page, step)
        page.blank()


def _step(page: Page, step: Step) -> None:
    match step.kind:
        case "local":
            page.line((f"{step.node} = {step.operation}", "bold"), indent=2, hang=4)
            for formula in step.formulas:
                head, equals, rest = formula.partition(" = ")
                page.line((head, "blue"), equals, rest, indent=6, hang=len(head) + 1)
            page.line(step.sentence, indent=6)
            return
        case "graph":
            page.line(*step.formulas, indent=2, hang=4)
        case "backward":
            _sums(page, step)
        case "claim":
            from gradcheck.reports.table import CLAIM_STYLES

            page.line((step.verdict.upper(), CLAIM_STYLES[step.verdict]), f"  {step.formulas[0]}", indent=2, hang=4)
        case _:
            for formula in step.formulas:
                page.line((formula, "magenta"), indent=2, hang=4)
    if step.sentence:
        page.line(step.sentence, indent=6)


def _sums(page: Page, step: Step) -> None:
    """∂f/∂c = the sum, and below it the same in numbers."""
    head = step.formulas[0].partition(" = ")[0]
    for position, formula in enumerate(step.formulas):
        shown = formula if not position else " " * len(head) + formula.removeprefix(head)
        page.formula(shown, {_HEAD: "magenta", _UPSTREAM: "magenta", _LOCAL: "blue"}, indent=2, hang=len(head) + 1)


def explanation_markdown(explanation: Explanation) -> Iterator[str]:
    """The explanation as lines of Markdown."""
    from gradcheck.reports.markdown_text import code, plain

    for step in explanation.of("opening"):
        yield from (plain(step.sentence), "")
    for _, heading, lead, steps in parts(explanation):
        yield from (f"### {heading}", "", f"*{plain(lead)}*", "")
        for number, step in enumerate(steps, start=1):
            formulas = "<br>".join(map(code, step.formulas))
            if step.kind == "local":
                operation = code(f"{step.node} = {step.operation}")
                formulas = f"{operation}<br>{formulas}" if formulas else operation
            if step.verdict:
                formulas = f"{formulas}: **{step.verdict}**"
            said = plain(step.sentence)
            yield f"{number}. {formulas}<br>{said}" if formulas and said else f"{number}. {formulas or said}"
        yield ""


def explanation_objects(explanation: Explanation) -> list[dict[str, Any]]:
    """The steps for JSON."""
    return [
        {
            "kind": step.kind,
            "node": step.node or None,
            "operation": step.operation or None,
            "formulas": list(step.formulas),
            "sentence": step.sentence,
            "verdict": step.verdict or None,
        }
        for step in explanation.steps
    ]
