"""A page read as a person or a program would read it, without a browser."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset(("meta", "input", "br", "hr"))
UNSEEN = str.maketrans("", "", "\u2061\u2062")


class Element:
    def __init__(self, tag, attributes):
        self.tag, self.attributes, self.children = tag, attributes, []

    def all(self, **wanted):
        """The elements below with a tag, a class, or other attributes, in their order."""
        found = []
        stack = [self]
        while stack:
            element = stack.pop()
            children = [child for child in element.children if isinstance(child, Element)]
            stack += reversed(children)
            if element is not self and all(element.has(key, value) for key, value in wanted.items()):
                found.append(element)
        return found

    def one(self, **wanted):
        (found,) = self.all(**wanted)
        return found

    def has(self, key, value):
        if key == "tag":
            return self.tag == value
        if key == "class_":
            return value in (self.attributes.get("class") or "").split()
        return self.attributes.get(key) == value

    def __getitem__(self, name):
        return self.attributes[name]

    @property
    def text(self):
        """What it says, the signs that nobody sees left out."""
        parts = [child.text if isinstance(child, Element) else child for child in self.children]
        return "".join(parts).translate(UNSEEN)


class Page(HTMLParser):
    """Every element of a page; fails on what is not closed in order."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.stack = [self.root]
        self.feed(source)
        self.close()
        assert self.stack == [self.root]

    def handle_starttag(self, tag, attributes):
        element = Element(tag, dict(attributes))
        self.stack[-1].children.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag, attributes):
        self.stack[-1].children.append(Element(tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.stack.pop().tag == tag

    def handle_data(self, data):
        self.stack[-1].children.append(data)


def read(source):
    """The root of a page, after the checks that every page passes: it is whole, and its ids are unique and known."""
    root = Page(source).root
    ids = [element["id"] for element in root.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in root.all():
        for reference in (element.attributes.get("aria-labelledby") or "").split():
            assert reference in ids
        href = element.attributes.get("href")
        assert href is None or href.removeprefix("#") in ids
        assert not any(name.startswith("on") or name == "style" for name in element.attributes)
    return root
