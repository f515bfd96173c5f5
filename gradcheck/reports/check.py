"""What ``gradcheck check`` found: table, JSON, Markdown, JUnit, annotations; each format yields its text in pieces."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gradcheck.errors import printable
from gradcheck.reports import Style, wording
from gradcheck.verdicts import ClaimResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gradcheck.files import RowError
    from gradcheck.reports.spool import Kind, Spool

FAILURES: Final[tuple[Kind, ...]] = ("error", "wrong", "undecided")
"""In the order in which reports for people show them."""
_COLORS: Final = {"error": "1;31", "wrong": "1;31", "undecided": "33", "correct": "32"}
_LABELS: Final = {"error": "UNREADABLE", "wrong": "WRONG", "undecided": "UNDECIDED", "correct": "CORRECT"}
_KIND_OF_EXIT: Final[Mapping[int, Kind]] = {0: "correct", 1: "wrong", 2: "error", 3: "undecided"}
_LONGEST: Final = 2_000
"""Characters of one text in a report for people."""


@dataclass(frozen=True, slots=True)
class CheckStyle(Style):
    """How a report of many claims is shown, and with what they were checked."""

    seed: int = 0
    timeout: float = 5.0


# -- words that several formats share -------------------------------------------------------------------------------


def place(outcome: ClaimResult | RowError) -> str:
    """``file:line``, as far as they are known."""
    return ":".join(part for part in (outcome.file, str(outcome.line) if outcome.line else "") if part)


def explanation(outcome: ClaimResult | RowError) -> str:
    """Why the outcome is what it is, in a sentence."""
    if not isinstance(outcome, ClaimResult):
        return outcome.message
    return wording.claim_evidence(outcome)


def details(outcome: ClaimResult | RowError) -> Iterator[tuple[str, str]]:
    """What else is known, with a word that says what it is."""
    if not isinstance(outcome, ClaimResult):
        if outcome.hint:
            yield "hint", outcome.hint
        return
    if outcome.diagnosis is not None:
        yield "why", outcome.diagnosis.message
    for note in outcome.notes:
        yield "note", note


def closing(spool: Spool) -> str:
    """How many claims there are of each kind, and the exit code."""
    counts = spool.counts()
    claims = len(spool) - counts["error"]
    parts = [f"{counts[kind]:,} {kind}" for kind in ("wrong", "undecided", "correct") if counts[kind]]
    if spool.proved:
        parts.append(f"{spool.proved:,} of them proved")
    if counts["error"]:
        parts.insert(0, f"{counts['error']:,} unreadable")
    return f"{claims:,} claim{'' if claims == 1 else 's'}: {', '.join(parts) or 'none'} (exit {spool.exit_code})"


def kind_of(spool: Spool) -> Kind:
    """What the claims together are, an unreadable one before all."""
    return _KIND_OF_EXIT[spool.exit_code]


# -- table ----------------------------------------------------------------------------------------------------------


def check_table(spool: Spool, style: CheckStyle) -> Iterator[str]:
    """Failures first, one line each; with ``verbose`` what is known of each, and the correct claims as well."""
    if not style.quiet:
        kinds = (*FAILURES, "correct") if style.verbose else FAILURES
        some = False
        for kind in kinds:
            for outcome in spool.of(kind):
                some = True
                yield _row(outcome, kind, style)
        if some:
            yield "\n"
    kind = kind_of(spool)
    yield f"{_colored(_LABELS[kind], _COLORS[kind], style)}  {closing(spool)}\n"


def _row(outcome: ClaimResult | RowError, kind: Kind, style: CheckStyle) -> str:
    label = _LABELS[kind]
    head = " ".join(part for part in (place(outcome), outcome.id) if part)
    said = f"  {_cut(_line(outcome.claim))}" if isinstance(outcome, ClaimResult) else ""
    first = f"{_colored(label, _COLORS[kind], style)}  {_line(_cut(head))}{said}"
    if not style.verbose:
        return f"{first}: {_line(_cut(_shortest(outcome)))}\n"
    rows = [first, *_wrapped(_line(_cut(explanation(outcome))), style, "    ", "      ")]
    for word, text in details(outcome):
        rows += _wrapped(f"{word}  {_line(_cut(text))}", style, "    ", "          ")
    if isinstance(outcome, ClaimResult):
        rows += _wrapped(f"of  {_line(_cut(outcome.expression))}", style, "    ", "          ")
    return "\n".join(rows) + "\n"


def _shortest(outcome: ClaimResult | RowError) -> str:
    """The one sentence that helps most: the mistake where it is known, else the reason."""
    if not isinstance(outcome, ClaimResult):
        return f"{outcome.message} ({outcome.hint})" if outcome.hint else outcome.message
    change = outcome.reason.partition("; ")[0] + "; " if outcome.reason.startswith("line ") else ""
    return change + outcome.diagnosis.message if outcome.diagnosis is not None else explanation(outcome)


def _wrapped(text: str, style: Style, first: str, later: str) -> list[str]:
    from textwrap import TextWrapper

    wrapper = TextWrapper(max(40, style.width), initial_indent=first, subsequent_indent=later, break_on_hyphens=False)
    return wrapper.wrap(text) or [first.rstrip()]


def _colored(text: str, code: str, style: Style) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if style.color else text


def _line(text: str) -> str:
    return printable("; ".join(part.strip() for part in text.splitlines() if part.strip()))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


# -- JSON -----------------------------------------------------------------------------------------------------------


def check_json(spool: Spool, style: CheckStyle) -> Iterator[str]:
    """``gradcheck.check/1``."""
    yield "{\n"
    for key, value in (
        ("schema", "gradcheck.check/1"),
        ("verdict", spool.verdict),
        ("exit_code", spool.exit_code),
        ("seed", style.seed),
        ("timeout", style.timeout),
        ("counts", spool.counts()),
    ):
        yield f"  {_dumped(key, '')}: {_dumped(value, '  ')},\n"
    from gradcheck.reports.json import claim_object

    claims = (claim_object(one) for one in spool.of("correct", "wrong", "undecided") if isinstance(one, ClaimResult))
    yield '  "claims": ['
    yield from _json_items(claims)
    yield '],\n  "errors": ['
    yield from _json_items(_error_object(one) for one in spool.of("error") if not isinstance(one, ClaimResult))
    yield "]\n}\n"


def _json_items(items: Iterator[dict[str, Any]]) -> Iterator[str]:
    separator = "\n    "
    for item in items:
        yield separator + _dumped(item, "    ")
        separator = ",\n    "
    if separator.startswith(","):
        yield "\n  "


def _dumped(value: object, indent: str) -> str:
    from gradcheck.reports.json import visible

    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    return visible(text).replace("\n", f"\n{indent}")


def _error_object(error: RowError) -> dict[str, Any]:
    return {
        "file": error.file or None,
        "line": error.line or None,
        "id": error.id or None,
        "message": error.message,
        "hint": error.hint,
    }


# -- Markdown -------------------------------------------------------------------------------------------------------


def check_markdown(spool: Spool, style: CheckStyle) -> Iterator[str]:
    """A table for a pull request: failures first; the correct claims with ``verbose``."""
    from gradcheck.reports.markdown_text import code, plain, row, table

    if not style.quiet:
        kinds = (*FAILURES, "correct") if style.verbose else FAILURES
        header = [*table(("verdict", "where", "claim", "why"), ())]
        for kind in kinds:
            for outcome in spool.of(kind):
                said = _line(_cut(outcome.claim if isinstance(outcome, ClaimResult) else outcome.id))
                claim = code(said) if isinstance(outcome, ClaimResult) else plain(said)
                texts = (explanation(outcome), *(one for _, one in details(outcome)))
                why = "<br>".join(plain(_line(_cut(text))) for text in texts)
                label = "unreadable" if kind == "error" else kind
                cells = (label, plain(_line(_cut(place(outcome)))), claim, why)
                yield "".join(f"{line}\n" for line in (*header, row(cells)))
                header = []
        if not header:
            yield "\n"
    yield f"**{_LABELS[kind_of(spool)].lower()}**: {closing(spool)}\n"


# -- JUnit ----------------------------------------------------------------------------------------------------------


def check_junit(spool: Spool, _style: CheckStyle) -> Iterator[str]:
    """One test case a claim: a wrong one is a failure, an unreadable one an error, an undecided one is skipped."""
    counts = spool.counts()
    totals = (
        f'tests="{len(spool)}" failures="{counts["wrong"]}" errors="{counts["error"]}" skipped="{counts["undecided"]}"'
    )
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {totals}>\n<testsuite name="gradcheck" {totals}>\n'
    for outcome in spool.of("correct", "wrong", "undecided", "error"):
        yield _case(outcome)
    yield "</testsuite>\n</testsuites>\n"


def _case(outcome: ClaimResult | RowError) -> str:
    claim = _line(outcome.claim) if isinstance(outcome, ClaimResult) else ""
    name = " ".join(part for part in (outcome.id, claim) if part) or place(outcome) or "claim"
    attributes = f"classname={_attribute(outcome.file or 'gradcheck')} name={_attribute(_cut(name))}"
    if outcome.file:
        attributes += f" file={_attribute(outcome.file)}"
    if outcome.line:
        attributes += f' line="{outcome.line}"'
    if isinstance(outcome, ClaimResult) and outcome.verdict == "correct":
        proof = _escaped(explanation(outcome)) if outcome.evidence.kind == "proved" else ""
        return f"<testcase {attributes}{f'><system-out>{proof}</system-out></testcase>' if proof else '/>'}\n"
    element = "error"
    if isinstance(outcome, ClaimResult):
        element = "failure" if outcome.verdict == "wrong" else "skipped"
    message = _attribute(_cut(explanation(outcome)))
    body = [f"{place(outcome)}: {explanation(outcome)}", *(f"{word}: {text}" for word, text in details(outcome))]
    if isinstance(outcome, ClaimResult):
        body.append(f"of: {outcome.expression}")
    text = _escaped("\n".join(body))
    return f"<testcase {attributes}><{element} message={message}>{text}</{element}></testcase>\n"


def _attribute(text: str) -> str:
    from xml.sax.saxutils import quoteattr  # brings urllib

    return quoteattr(_xml(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _escaped(text: str) -> str:
    return _xml(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@functools.cache
def _not_xml() -> re.Pattern[str]:
    """Compiled when it is first needed, for that takes 5 ms."""
    return re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    """The text without what XML cannot hold, and with nothing that turns a line around."""
    return "\n".join(printable(line) for line in _not_xml().sub("", text).split("\n"))


# -- GitHub ---------------------------------------------------------------------------------------------------------


def check_github(spool: Spool, _style: CheckStyle) -> Iterator[str]:
    """Workflow commands: an annotation at the line of every claim that is not correct, then the counts."""
    for kind in FAILURES:
        for outcome in spool.of(kind):
            yield _annotation(outcome, "warning" if kind == "undecided" else "error", _LABELS[kind].lower())
    yield f"{closing(spool)}\n"


def _annotation(outcome: ClaimResult | RowError, level: str, label: str) -> str:
    properties = []
    if outcome.file:
        properties.append(f"file={github_property(outcome.file)}")
    if outcome.line:
        properties.append(f"line={outcome.line}")
    title = f"gradcheck: {label} {outcome.id}".rstrip()
    properties.append(f"title={github_property(title)}")
    lines = [explanation(outcome), *(f"{word}: {text}" for word, text in details(outcome))]
    if isinstance(outcome, ClaimResult):
        lines.insert(0, _line(outcome.claim))
    message = "\n".join(_cut(line) for line in lines)
    return f"::{level} {','.join(properties)}::{github_data(message)}\n"


def github_data(text: str) -> str:
    """Text after the second ``::`` of a workflow command; the log that shows it is a terminal."""
    text = re.sub("[^\r\n]+", lambda found: printable(found[0]), text)
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """The value of a property of a workflow command."""
    return github_data(text).replace(":", "%3A").replace(",", "%2C")


def check_html(spool: Spool, style: CheckStyle) -> Iterator[str]:
    """A page, failures first."""
    from gradcheck.reports.check_page import check_page

    return check_page(spool, style)


CHECK_FORMATS: Final[Mapping[str, Callable[[Spool, CheckStyle], Iterator[str]]]] = {
    "table": check_table,
    "json": check_json,
    "markdown": check_markdown,
    "junit": check_junit,
    "github": check_github,
    "html": check_html,
}
"""The formats of ``gradcheck check``."""
