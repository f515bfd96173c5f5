"""Characters to tokens."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text, refusal, token_soup

from gradcheck import limits
from gradcheck.errors import LimitExceeded, SyntaxProblem
from gradcheck.syntax.tokens import exact_number, tokenize


def kinds(source):
    return [(token.kind, token.text) for token in tokenize(source)][:-1]


@pytest.mark.parametrize(
    ("source", "tokens"),
    [
        ("", []),
        (" \t\r\u00a0\u2009\u202f", []),
        ("x", [("name", "x")]),
        ("2x", [("number", "2"), ("name", "x")]),
        ("2e3", [("number", "2e3")]),
        ("2e", [("number", "2"), ("name", "e")]),
        ("2e-x", [("number", "2"), ("name", "e"), ("op", "-"), ("name", "x")]),
        ("1.5E+10", [("number", "1.5E+10")]),
        (".5", [("number", ".5")]),
        ("5.", [("number", "5.")]),
        ("1.2.3", [("number", "1.2"), ("number", ".3")]),
        ("x**2", [("name", "x"), ("op", "**"), ("number", "2")]),
        ("x^2", [("name", "x"), ("op", "**"), ("number", "2")]),
        ("x***y", [("name", "x"), ("op", "**"), ("op", "*"), ("name", "y")]),
        ("x²³y", [("name", "x"), ("super", "²³"), ("name", "y")]),
        ("x⁻¹", [("name", "x"), ("super", "⁻¹")]),
        ("x₁²", [("name", "x₁"), ("super", "²")]),
        ("x1_2", [("name", "x1_2")]),
        ("θ", [("name", "θ")]),
        ("−–×·⋅∙∗÷⁄∕", [("op", sign) for sign in "--*****///"]),
        ("≤≥≠", [("op", "<="), ("op", ">="), ("op", "!=")]),
        ("<= >= == != < > =", [("op", sign) for sign in ("<=", ">=", "==", "!=", "<", ">", "=")]),
        ("√|x|", [("op", "√"), ("op", "|"), ("name", "x"), ("op", "|")]),
        ("a\nb", [("name", "a"), ("newline", "\n"), ("name", "b")]),
        ("a # b $ \u202e\nc", [("name", "a"), ("newline", "\n"), ("name", "c")]),
        ("#", []),
        ("(,);", [("op", "("), ("op", ","), ("op", ")"), ("op", ";")]),
        ("[:]@‖∥", [("op", sign) for sign in "[:]@‖‖"]),
        ("A.T", [("name", "A"), ("op", ".T")]),
        ("A.T.T", [("name", "A"), ("op", ".T"), ("op", ".T")]),
        ("Aᵀx⊤", [("name", "A"), ("op", ".T"), ("name", "x"), ("op", ".T")]),
        ("ᵀ", [("op", ".T")]),
        ("A.T²ᵀ", [("name", "A"), ("op", ".T"), ("super", "²"), ("op", ".T")]),
        ("2.T", [("number", "2."), ("name", "T")]),
        ("x[0:2]", [("name", "x"), ("op", "["), ("number", "0"), ("op", ":"), ("number", "2"), ("op", "]")]),
    ],
)
def test_tokens(source, tokens):
    assert kinds(source) == tokens


def test_the_last_token_is_the_end_of_the_text():
    assert tokenize("x  ")[-1] == ("end", "", 3, 3)


@given(st.one_of(any_text(), token_soup()))
def test_tokens_stand_in_order_at_their_places(source):
    error = refusal(tokenize, source)
    if error is not None:
        assert 0 <= error.span.start < error.span.end <= len(source)
        return
    before = 0
    for token in tokenize(source)[:-1]:
        assert before <= token.start < token.end <= len(source)
        assert token.kind == "op" or source[token.start : token.end] == token.text
        before = token.end


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("x $", "'$' (U+0024 DOLLAR SIGN) is not part of the language", None),
        ("x.y", "there are no attributes", None),
        ("x.T2", "there are no attributes", None),
        ("x.Tθ", "there are no attributes", None),
        ("x.transpose()", "there are no attributes", "A.T"),
        ("x.dot(y)", "there are no attributes", "dot(…)"),
        ("x'", "a prime", "A.T, a derivative df/dx"),
        ("f′(x)", "a prime", "df/dx"),
        ("'x'", "quotes", None),
        ("x{2}", "braces", "parentheses"),
        ("x % 2", "remainder", "floor"),
        ("x!", "factorial", "!="),
        ("x: 2", "colon", "lambda"),
        ("٣", "digits must be 0-9; this is U+0663 ARABIC-INDIC DIGIT THREE", "write 3"),
        ("x٣", "digits must be 0-9", "write 3"),  # not a part of the name either
        ("३", "DEVANAGARI DIGIT THREE", "write 3"),
        ("３", "FULLWIDTH DIGIT THREE", "write 3"),
        ("x\0", "invisible character, U+0000", "delete it"),
        ("x\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE", "delete it"),
        ("x\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE", "delete it"),
        ("x\u200b", "U+200B ZERO WIDTH SPACE", "delete it"),
        ("\ufeffx", "U+FEFF", "delete it"),
        ("x\ud800", "U+D800", "delete it"),
        ("½", "U+00BD", None),
        ("∞", "U+221E INFINITY", None),
        ("x\u0301", "U+0301 COMBINING ACUTE ACCENT", None),
        ("😀", "U+1F600", None),
        ("⁻", "U+207B SUPERSCRIPT MINUS", None),
    ],
)
def test_foreign_characters_are_named(source, message, hint):
    with pytest.raises(SyntaxProblem) as caught:
        tokenize(source)
    assert message in caught.value.message
    assert caught.value.hint is None if hint is None else hint in caught.value.hint
    start, end = caught.value.span
    assert end == start + 1
    assert not source[start].isascii() or not source[start].isalnum()


# -- numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("007", 7),
        ("0.1", Fraction(1, 10)),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("2.50", Fraction(5, 2)),
        ("2.50e1", 25),
        ("1e-3", Fraction(1, 1000)),
        ("1E+3", 1000),
        ("0.000e5", 0),
        ("123456789.000000001", Fraction(123456789000000001, 10**9)),
    ],
)
def test_numbers_are_exact(text, value):
    found = exact_number(text, 0)
    assert found == value
    assert isinstance(found, int) == (Fraction(value).denominator == 1)


def test_numbers_may_be_large():
    assert exact_number("1e10000", 0) == 10**10000
    assert exact_number("1e-10000", 0) == Fraction(1, 10**10000)
    assert exact_number("9" * 4000, 0) == 10**4000 - 1


@given(st.from_regex(r"([0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?", fullmatch=True))
def test_numbers_are_those_of_the_standard_library(text):
    if text.isascii():
        assert exact_number(text, 0) == Fraction(text)


@pytest.mark.parametrize("text", ["1e0000000003", "1e-0000000003", "1e+00000"])
def test_zeros_before_an_exponent_do_not_make_it_large(text):
    """Its value counts, not its length."""
    assert exact_number(text, 0) == Fraction(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1" * 4001, "4,000 digits"),
        ("0." + "1" * 4000, "4,000 digits"),
        ("1" * 10**6, "4,000 digits"),
        ("1e10001", "exponent may be at most 10,000"),
        ("1e-10001", "exponent may be at most 10,000"),
        ("1e" + "9" * 5000, "exponent may be at most 10,000"),
        ("0e" + "9" * 5000, "exponent may be at most 10,000"),
    ],
    ids=["digits", "decimals", "million", "exponent", "negative", "long", "zero"],
)
def test_numbers_have_limits(text, message):
    with pytest.raises(LimitExceeded, match=message) as caught:
        exact_number(text, 7)
    assert caught.value.span == (7, 7 + len(text))


def test_a_text_has_a_limit(monkeypatch):
    monkeypatch.setattr(limits, "SOURCE_CHARACTERS", 10)
    assert tokenize("x" * 10)
    with pytest.raises(LimitExceeded, match="longer than 10 characters"):
        tokenize("x" * 11)
