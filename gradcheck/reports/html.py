"""Pages: one self-contained HTML document with nothing in it that was not put there, for every report.

Text enters a page through ``element`` and ``escape`` only, which escape whatever is no ``Html``; the policy of the
document names the hashes of its own style sheet and script, so that nothing else can run or be loaded.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gradcheck.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FOLDER: Final = Path(__file__).parent / "web"
_VOID: Final = frozenset(("br", "hr", "input", "meta"))
_STYLE: Final = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_WORDS: Final = {"agree": "✓", "correct": "✓", "proved": "✓", "disagree": "✗", "wrong": "✗", "undecided": "?"}
"""The sign that stands beside the word of a verdict, so that colour is never alone."""


class Html(str):
    """Markup. A text that is no ``Html`` is escaped where it enters a page."""

    __slots__ = ()


def escape(text: str) -> Html:
    """A text as markup that shows it; control and bidi characters, line ends excepted, become visible.

    >>> escape("a < b"), escape(Html("<b>"))
    ('a &lt; b', '<b>')
    """
    if isinstance(text, Html):
        return text
    return Html(html.escape("\n".join(map(printable, text.split("\n")))))


def joined(children: Iterable[str | None], between: str = "") -> Html:
    """Several pieces as one, each text among them escaped; None is nothing."""
    return Html(escape(between).join([escape(child) for child in children if child is not None]))


def element(tag: str, /, *children: str | None, **attributes: str | float | bool | None) -> Html:
    """An element. ``class_`` is ``class``, ``data_node`` is ``data-node``; False and None leave an attribute out.

    >>> element("p", "1 < 2", class_="note", hidden=True)
    '<p class="note" hidden>1 &lt; 2</p>'
    """
    written = [tag]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")  # noqa: PLW2901
        written.append(key if value is True else f'{key}="{escape(str(value))}"')
    opening = f"<{' '.join(written)}>"
    return Html(opening) if tag in _VOID else Html(f"{opening}{joined(children)}</{tag}>")


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    label: str,
    numeric: Iterable[int] = (),
    class_: str | None = None,
) -> Html:
    """A table whose first column heads its rows; a narrow window scrolls it sideways, by keyboard too.

    ``label`` tells a screen reader what it is, ``numeric`` are the columns whose numbers end below each other.
    """
    numbers = frozenset(numeric)

    def cell(position: int, content: str) -> Html:
        class_ = "number" if position in numbers else None
        return element("td", content, class_=class_) if position else element("th", content, scope="row")

    titles = [
        element("th", one, scope="col", class_="number" if at in numbers else None) for at, one in enumerate(headers)
    ]
    head = element("tr", *titles)
    body = joined(element("tr", *(cell(at, content) for at, content in enumerate(row))) for row in rows)
    whole = element("table", element("thead", head), element("tbody", body), class_=class_)
    return element("div", whole, class_="scroll", role="region", tabindex=0, aria_label=label)


def verdict(name: str | None) -> Html:
    """The word of a verdict with its sign, in its colour."""
    if name is None:
        return element("span", "–", class_="verdict none")
    sign = element("span", _WORDS.get(name, "•"), class_="sign", aria_hidden="true")
    return element("span", sign, f" {name}", class_=f"verdict {name}")


def section(title: str, *children: str | None, id_: str | None = None, lead: str = "") -> Html:
    """A part of a page under a heading of its own; ``lead`` is said behind the heading in a smaller voice."""
    heading = element("h2", title, element("small", lead) if lead else None, id=id_)
    return element("section", heading, *children, aria_labelledby=id_)


def document(title: str, *parts: str, script: str = "", style: str = "") -> str:
    """A whole page in ASCII, which any encoding on the way leaves as it is.

    ``script`` and ``style`` are the package's own texts, added to the style sheet that all pages share.
    """
    sheet = web("style.css") + style
    body = joined(parts)
    styles = [sheet, *(html.unescape(found) for found in _STYLE.findall(body))]
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src {_hashes(styles)}",
            f"script-src {_hashes([script] if script else [])}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    head = joined(
        [
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=policy),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", title),
            element("style", Html(sheet)),
        ],
        Html("\n"),
    )
    code = element("script", Html(script)) if script else None
    page = joined([element("head", head), element("body", body, code)], "\n")
    whole = f"<!DOCTYPE html>\n{element('html', page, lang='en')}\n"
    return whole.encode("ascii", "xmlcharrefreplace").decode("ascii")


@cache
def web(name: str) -> str:
    """A style sheet or script of the package, in ASCII: character references mean nothing inside of it."""
    return (FOLDER / name).read_text(encoding="ascii")


def _hashes(texts: Iterable[str]) -> str:
    found = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
    return " ".join(f"'sha256-{one}'" for one in dict.fromkeys(found)) or "'none'"
