"""The skeleton of every page: what is text stays text, nothing else can run, and it can be read in every light."""

import base64
import hashlib
import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.reports import html as page
from gradcheck.reports.html import Html, element, escape, joined

HOSTILE = [
    "<script>alert(1)</script>", "</script><script>alert(1)", "</style>", "</title>", "<!--", "-->", "]]>",
    '" onload="alert(1)', "' onload='alert(1)", "&lt;b&gt;", "&#60;", "javascript:alert(1)", "\u202ecba", "\u2066x",
    "\x00", "\x1b[31m", "\ud800", "a\u0000b",
]  # fmt: skip


class Reader(HTMLParser):
    """Every tag, attribute and text of a page; fails on tags that are not closed in order."""

    VOID = ("meta", "br", "hr", "input")

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_can_never_be_markup(text):
    whole = page.document(text, element("p", text, title=text), page.table([text], [[text, text]], label=text))
    read = Reader(whole)
    assert read.tags.count("p") == 1
    assert "script" not in read.tags
    assert {name for name, _ in read.attributes if name.startswith("on")} == set()
    shown = html.unescape(escape(text))
    assert read.text.count(shown) >= 4
    assert ("title", shown) in read.attributes


@given(st.text(), st.text())
def test_what_is_escaped_reads_back_as_the_printable_text(text, value):
    read = Reader(element("p", text, title=value))
    assert read.tags == ["p"]
    assert read.text == html.unescape(escape(text))
    assert all(character.isprintable() for character in read.text.replace("\n", ""))


def test_markup_is_not_escaped_twice():
    assert element("p", element("b", "<")) == "<p><b>&lt;</b></p>"
    assert joined(["<", Html("<br>"), None], "&") == "&lt;&amp;<br>"


def test_attributes():
    assert element("input", type="range", min=0, disabled=True, value=None, hidden=False) == (
        '<input type="range" min="0" disabled>'
    )
    assert element("label", for_="a", data_node="x<") == '<label for="a" data-node="x&lt;"></label>'


def policy_of(whole):
    return re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', whole)[1].replace("&#x27;", "'")


def test_the_policy_lets_the_own_style_and_script_alone_pass():
    figure = Html("<svg><style>.a&gt;.b{}</style></svg>")
    policy = policy_of(whole := page.document("t", figure, script="run()", style=".b{}"))
    rules = dict(part.split(" ", 1) for part in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"

    def hash_of(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert rules["script-src"] == hash_of("run()")
    sheet = re.search(r"<style>(.*?)</style>", whole, re.DOTALL)[1]
    assert rules["style-src"].split() == [hash_of(sheet), hash_of(".a>.b{}")]
    assert "script-src 'none'" in policy_of(page.document("t"))


def test_a_page_is_ascii_and_names_nothing_outside_of_it():
    whole = page.document("∂f", element("p", "∂f/∂x = σ"))
    assert whole.isascii()
    assert Reader(whole).text.count("∂f/∂x = σ") == 1
    assert not re.search(r"https?:|url\(|@import|src=", whole)


@pytest.mark.parametrize("name", ["agree", "correct", "proved", "disagree", "wrong", "undecided"])
def test_a_verdict_is_told_by_a_sign_and_a_word(name):
    read = Reader(page.verdict(name))
    sign, word = read.text.split()
    assert word == name
    assert not sign.isalnum()
    assert {other for other in ("agree", "disagree", "undecided") if Reader(page.verdict(other)).text[0] == "✓"} == {
        "agree"
    }


def test_a_table_heads_its_rows_and_columns_and_can_be_reached_by_keyboard():
    read = Reader(page.table(["by", "value"], [["x", "1"], ["y", "2"]], label="routes", numeric=[1]))
    assert read.tags.count("th") == 4
    assert [value for name, value in read.attributes if name == "scope"] == ["col", "col", "row", "row"]
    assert {("tabindex", "0"), ("role", "region"), ("aria-label", "routes")} <= set(read.attributes)


# -- contrast ---------------------------------------------------------------------------------------------------------


def themes():
    """The colours of light, dark and print."""
    sheet = page.web("style.css")
    roots = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", root)) for root in roots]
    assert len(found) == 3
    assert all(set(theme) == set(found[0]) for theme in found)
    return dict(zip(("light", "dark", "print"), found, strict=True))


def luminance(color):
    """WCAG 2.2, relative luminance."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_text_has_the_contrast_of_wcag_aa(theme):
    colors = themes()[theme]
    for text in ("ink", "muted", "upstream", "local", "good", "bad", "doubt"):
        for ground in ("paper", "card", "lit", "good-tint", "bad-tint", "doubt-tint"):
            assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)
    for ground in ("paper", "card"):
        assert contrast(colors["edge"], colors[ground]) >= 3
