"""``gradcheck check --format html``: the claims of problem sets and tables as a page, failures first."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from gradcheck.reports import check as words
from gradcheck.reports.class_page import derivative, formula, function
from gradcheck.reports.html import Html, document, element, joined, section, verdict, web
from gradcheck.reports.notation import code
from gradcheck.verdicts import ClaimResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradcheck.files import RowError
    from gradcheck.reports.check import CheckStyle
    from gradcheck.reports.spool import Kind, Spool

_MOST: Final = 2_000
"""Claims of one kind that a page lists."""
_LONGEST: Final = 600
_TITLES: Final[dict[Kind, str]] = {
    "error": "Unreadable", "wrong": "Wrong", "undecided": "Undecided", "correct": "Correct",
}  # fmt: skip


def check_page(spool: Spool, style: CheckStyle) -> Iterator[str]:
    """The counts, then unreadable, wrong, undecided and correct claims; with ``quiet`` the counts alone."""
    kind = words.kind_of(spool)
    name = "wrong" if kind == "error" else kind
    said = element("span", words.closing(spool))
    shown = verdict(name) if kind != "error" else element("span", "✗ unreadable", class_="verdict wrong")
    head = element("header", element("h1", "Claims"), element("p", shown, said, class_=f"banner {name}"))
    kinds: tuple[Kind, ...] = () if style.quiet else (*words.FAILURES, "correct")
    body = element("main", head, *(_section(spool, kind) for kind in kinds))
    yield document(f"Claims: {words.closing(spool)}", body, style=web("walk.css") + web("class.css"))


def _section(spool: Spool, kind: Kind) -> Html | None:
    count = spool.counts()[kind]
    if not count:
        return None
    items = [_item(one, kind) for one in itertools.islice(spool.of(kind), _MOST)]
    more = element("p", f"and {count - _MOST:,} more", class_="muted") if count > _MOST else None
    return section(_TITLES[kind], element("ul", *items, class_="claims"), more, id_=kind, lead=f"{count:,}")


def _item(one: ClaimResult | RowError, kind: Kind) -> Html:
    place = element("p", element("b", one.id) if one.id else None, f" {words.place(one)}", class_="muted")
    more = [element("p", element("strong", word), " ", text[:_LONGEST]) for word, text in words.details(one)]
    if not isinstance(one, ClaimResult):
        return element("li", place, element("p", one.message[:_LONGEST]), *more, class_="wrong")
    read = formula(one.reading, fallback=False)
    stated = element("p", derivative(one.of), " = ", read, class_="stated") if read else None
    about = element("p", "of ", function(one.expression), class_="stated") if one.expression else None
    typed = element("p", verdict(one.verdict), " ", code(one.claim.strip()[:_LONGEST]))
    because = element("p", words.explanation(one)[:_LONGEST])
    return element("li", place, typed, stated, about, because, joined(more), class_=kind)
