"""Plain text with the places of the original."""

from gradcheck.errors import Span, SyntaxProblem
from gradcheck.syntax.translation import Chunk, assembled, bundled, joined

SOURCE = r"\frac{a}{bc}"


def example():
    return assembled(
        SOURCE, [Chunk("(", 0, 6), Chunk("a", 6, 7), Chunk(")/(", 7, 9), Chunk("bc", 9, 11), Chunk(")", 11, 12)], 12
    )


def test_places_lead_back():
    found = example()
    assert found.text == "(a)/(bc)"
    assert found.back(Span(1, 2)) == Span(6, 7)
    assert found.back(Span(0, 8)) == Span(0, 12)
    assert found.back(Span(6, 7)) == Span(10, 11)
    assert found.back(Span(8, 8)) == Span(12, 12)
    assert found.back(Span(1, 1)) == Span(6, 6)


def test_words_are_kept_apart():
    assert assembled("ab", [Chunk("a", 0, 1), Chunk("b", 1, 2)], 2).text == "a b"
    assert assembled("a2", [Chunk("a", 0, 1), Chunk("²", 1, 2)], 2).text == "a²"
    assert assembled("a+", [Chunk("a", 0, 1), Chunk("+", 1, 2)], 2).text == "a+"


def test_edits_keep_the_places():
    found = example().edited([(0, 1, "["), (3, 4, " over "), (8, 8, "!")])
    assert found.text == "[a) over (bc)!"
    assert found.back(Span(10, 12)) == Span(9, 11)


def test_errors_lead_back():
    error = example().error_back(SyntaxProblem("no", span=Span(1, 2), source="(a)/(bc)"))
    assert (error.source, error.span) == (SOURCE, Span(6, 7))
    other = example().error_back(SyntaxProblem("no", span=Span(1, 2), source="other"))
    assert other.source == "other"


def test_joined():
    found = joined(SOURCE, [example(), example()])
    assert found.text == "(a)/(bc)(a)/(bc)"
    assert found.back(Span(9, 10)) == Span(6, 7)


def test_bundles_are_opened():
    many = [Chunk("+", place, place + 1) for place in range(40)]
    (one,) = bundled(many)
    assert assembled("+" * 40, [one], 40).text == "+" * 40
    assert bundled(many[:3]) == many[:3]
