"""Points: what ``--at`` and mappings mean, what is wrong with them, and points that are drawn."""

import decimal
from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from strategies import rationals, refusal, token_soup

from gradcheck.arithmetic.balls import Balls
from gradcheck.arithmetic.floats import Floats
from gradcheck.build import build
from gradcheck.declarations import read_declarations
from gradcheck.domain import check_point, is_defined
from gradcheck.errors import DomainProblem, GradcheckError, NameProblem, SyntaxProblem, UsageProblem
from gradcheck.point import check_names, draw, exact_value, numbers, read_point
from gradcheck.point import texts as as_written
from gradcheck.syntax.plain import parse


def graph_of(text, bound=frozenset()):
    return build(parse(text, frozenset(bound)), frozenset(bound))


def exact_of(value):
    return value.graph.numbers[value.graph.output]


# -- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "values"),
    [
        (None, {}),
        ([], {}),
        ({}, {}),
        ("x=1", {"x": 1}),
        ("x=1,y=2", {"x": 1, "y": 2}),
        (" x = 1 , y = 2 , ", {"x": 1, "y": 2}),
        ("x=1;y=2\nz=3", {"x": 1, "y": 2, "z": 3}),
        (["x=1", "y=2,z=3"], {"x": 1, "y": 2, "z": 3}),
        (("x=1",), {"x": 1}),
        ("x=0.1", {"x": Fraction(1, 10)}),
        ("x=-2.5e-3", {"x": Fraction(-1, 400)}),
        ("x=1/3", {"x": Fraction(1, 3)}),
        ("x=−1", {"x": -1}),
        ("x=2^10", {"x": 1024}),
        ("x=(1+2)/4", {"x": Fraction(3, 4)}),
        ("e=2,pi=3,π=4", {"e": 2, "pi": 3, "π": 4}),
        ("sin=1,lambda=2,if=3,f=4", {"sin": 1, "lambda": 2, "if": 3, "f": 4}),
        ({"x": 1, "y": -2}, {"x": 1, "y": -2}),
        ({"x": 0.1}, {"x": Fraction(1, 10)}),  # what is written is meant, not what binary makes of it
        ({"x": -2.5e-7}, {"x": Fraction(-1, 4_000_000)}),
        ({"x": 1e300}, {"x": 10**300}),
        ({"x": Fraction(-1, 3)}, {"x": Fraction(-1, 3)}),
        ({"x": Fraction(6, 3)}, {"x": 2}),
        ({"x": "0.1", "y": "2/3"}, {"x": Fraction(1, 10), "y": Fraction(2, 3)}),
        ({"x": True}, {"x": 1}),
        ({"x": decimal.Decimal("0.1")}, {"x": Fraction(1, 10)}),
        ({"x": np.float32(0.5), "y": np.int64(-3)}, {"x": Fraction(1, 2), "y": -3}),
    ],
)
def test_points(at, values):
    point = read_point(at)
    assert {name: exact_of(value) for name, value in point.items()} == values
    assert list(point) == list(values)


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (np.float64(0.1), Fraction(1, 10)),  # NumPy 2 writes np.float64(0.1)
        (np.int64(2**53 + 1), 2**53 + 1),  # became a float on the way
        (decimal.Decimal("0.12345678901234567890123"), Fraction(12345678901234567890123, 10**23)),
    ],
)
def test_numbers_of_other_libraries_are_exact_too(value, exact):
    """float() would take digits away, and the repr of a NumPy float is no number."""
    assert exact_of(read_point({"x": value})["x"]) == exact


@pytest.mark.parametrize("value", [10**5000, -(10**5000), Fraction(10**5000, 3)], ids=["large", "negative", "fraction"])
def test_huge_numbers_are_read(value):
    """Although Python writes integers of up to 4300 digits only."""
    arithmetic = Balls(256)
    with arithmetic.working():
        found = read_point({"x": value})["x"].number(arithmetic)
        assert (found * value.denominator - arithmetic.number(value.numerator)).contains(0)


@given(st.dictionaries(st.sampled_from("xyzefg"), st.one_of(st.integers(), rationals(), st.floats(-1e9, 1e9))))
def test_any_mapping_of_numbers(values):
    point = read_point(values)
    for name, value in values.items():
        assert exact_of(point[name]) == Fraction(repr(value) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    ("at", "text", "digits"),
    [
        ("x=pi/4", "pi/4", "0.7853981633974483096156608458198757210493"),
        ("x=π/4", "π/4", "0.7853981633974483096156608458198757210493"),
        ("x=sqrt(2)", "sqrt(2)", "1.4142135623730950488016887242096980785697"),
        ("x=√2", "sqrt(2)", "1.4142135623730950488016887242096980785697"),
        ("x=e^2", "e**2", "7.3890560989306502272304274605750078131803"),
        ("x=max(1,2)", "max(1, 2)", "2"),
        ("x=2e", "2*e", "5.4365636569180904707205749427053249955145"),
    ],
)
def test_values_may_be_expressions_and_have_as_many_digits_as_are_asked_for(at, text, digits):
    value = read_point(at)["x"]
    assert value.text == text
    arithmetic = Balls(200)
    with arithmetic.working():
        assert value.number(arithmetic).overlaps(arb(digits, "1e-39"))
    assert value.number(Floats()) == pytest.approx(float(digits), rel=1e-15)


def test_the_text_of_a_value_is_its_reading():
    point = read_point("x=.10, y=|−2|, z=1/2")
    assert [value.text for value in point.values()] == ["0.1", "abs(-2)", "1/2"]


def test_a_point_in_one_arithmetic():
    point = read_point("x=1/4,y=pi")
    assert numbers(point, Floats()) == {"x": 0.25, "y": pytest.approx(3.141592653589793)}


def test_a_value_holds_nothing_of_the_others():
    """Else 4,000 variables would take a gigabyte."""
    point = read_point(",".join(f"x{number}={number}" for number in range(50)))
    assert len(point["x49"].graph) == 1
    assert len(read_point("x=sqrt(2),y=1/sin(3)")["y"].graph) == 4


# -- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "kind", "message", "marked"),
    [
        ("", SyntaxProblem, "there is no expression", ""),
        ("x", SyntaxProblem, "a value is given as name=number", "x"),
        ("1", SyntaxProblem, "a value is given as name=number", "1"),
        ("x==1", SyntaxProblem, "a value is given as name=number", "x==1"),
        ("x=1,2", SyntaxProblem, "a value is given as name=number", "2"),
        ("2x=1", SyntaxProblem, "a value is given as name=number", "="),
        ("x=", SyntaxProblem, "the text ends where", ""),
        ("x=,y=1", SyntaxProblem, "should stand here", ","),
        ("x=(1", SyntaxProblem, "never closed", ""),
        ("x=1)", SyntaxProblem, "closes nothing", ")"),
        ("x:1", SyntaxProblem, "colon", ":"),
        ('x="1"', SyntaxProblem, "quotes", '"'),
        ("x=1,x=2", NameProblem, "'x' is given two values", "x"),
        (["x=1", "x=2"], NameProblem, "'x' is given two values", "x"),
        ("x=y", NameProblem, "a value must be a number, but 'y' is not one", "y"),
        ("y=1,x=y", NameProblem, "a value must be a number, but 'y' is not one", "y"),
        ("x=2+3i", NameProblem, "'i' is not one", "i"),
        ("x=0x10", NameProblem, "'x10' is not one", "x10"),
        ("x=inf", NameProblem, "'inf' is not a real number", "inf"),
        ("x=-Infinity", NameProblem, "'Infinity' is not a real number", "Infinity"),
        ("x=NaN", NameProblem, "'NaN' is not a real number", "NaN"),
        ("x=sinx", NameProblem, "is it sin(x)", "sinx"),
        ("x=foo(1)", NameProblem, "no function called 'foo'", "foo"),
        ("x=1/0", DomainProblem, "division by zero", "1/0"),
    ],
)
def test_errors_in_a_point_say_where(at, kind, message, marked):
    with pytest.raises(GradcheckError) as caught:
        read_point(at)
    error = caught.value
    assert type(error) is kind
    assert message in error.message
    assert error.origin == "--at"
    assert error.source == (at if isinstance(at, str) else at[-1])
    assert error.source[error.span.start : error.span.end] == marked


@pytest.mark.parametrize("value", [None, [1], 1j, object, {}])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(UsageProblem, match="is no number") as caught:
        read_point({"x": value})
    assert "pi/4" in caught.value.hint


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (float("nan"), NameProblem),
        (float("inf"), NameProblem),
        (-float("inf"), NameProblem),
        ("y", NameProblem),
        ("1;2", UsageProblem),
        ("x=1", UsageProblem),
        ("", SyntaxProblem),
        ("1/0", DomainProblem),
    ],
)
def test_errors_in_a_mapping_say_whose_value(value, kind):
    with pytest.raises(GradcheckError) as caught:
        read_point({"x": value})
    assert type(caught.value) is kind
    assert caught.value.origin == "the value of x"


@given(token_soup())
def test_no_text_raises_anything_else(text):
    for at in (text, f"x={text}", {"x": text}):
        error = refusal(read_point, at)
        assert error is None or 0 <= error.span.start <= error.span.end <= len(error.source)


@pytest.mark.parametrize(
    ("at", "marked"),
    [("x=log(-1)", "log(-1)"), ("y=2, x=sqrt(3-pi)", "sqrt(3-pi)"), ("x=1/sin(0)", "1/sin(0)")],
)
def test_a_coordinate_without_a_value_is_found_in_its_text(at, marked):
    with pytest.raises(DomainProblem) as caught:
        check_point(read_point(at))
    error = caught.value
    assert error.origin == "--at"
    assert error.source[error.span.start : error.span.end] == marked


def test_a_good_point_passes():
    check_point(read_point("x=1,y=pi/4,z=sqrt(2)"))


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "message", "hint"),
    [
        ("x*y", "x=1", "'y' has no value", "add --at y=…"),
        ("xy", "x=1,y=2", "'xy' has no value", "for the product write x*y"),
        ("x*xy", "x=1,y=2", "'xy' has no value", "for the product write x*y"),
        ("alpha*x", "alpa=1,x=2", "'alpha' has no value", "did you mean alpa?"),
        ("x*y", "x=1,y=2,z=3", "--at gives z a value, but the expression does not use it", "the expression has x, y"),
        ("alpha", "alpha=1,alpa=2", "--at gives alpa a value", "did you mean alpha?"),
        ("2", "x=1", "--at gives x a value", "no variable"),
        ("a = 2x; a*x", "x=1,a=2", "'a' is computed by the expression", "remove a"),
        ("x", "", "'x' has no value", "add --at x=…"),
    ],
)
def test_names_that_do_not_fit(text, at, message, hint):
    with pytest.raises(NameProblem) as caught:
        check_names(graph_of(text), read_point(at or None))
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_missing_value_is_marked_in_the_expression():
    with pytest.raises(NameProblem) as caught:
        check_names(graph_of("x + 2*yy"), read_point("x=1"))
    error = caught.value
    assert error.source[error.span.start : error.span.end] == "yy"


def test_names_that_fit():
    check_names(graph_of("x*y + e"), read_point("y=1,x=2"))
    check_names(graph_of("x*y + e", {"e"}), read_point("y=1,x=2,e=3"))
    check_names(graph_of("2"), {})


# -- drawing -------------------------------------------------------------------------------------------------------


def drawn(text, seed):
    graph = graph_of(text)
    return draw(graph, seed, lambda point: is_defined(graph, point))


@pytest.mark.parametrize(
    "text",
    ["x", "x*y*z", "log(x)", "log(-x)", "sqrt(x - 8)", "asin(x)*acosh(y)", "1/(x*y - 1)", "log(x - y) + x**y", "2"],
)
def test_points_are_drawn_inside_the_domain(text):
    graph = graph_of(text)
    for seed in range(5):
        point = drawn(text, seed)
        assert point is not None
        assert set(point) == set(graph.inputs)
        assert is_defined(graph, point)
        for value in point.values():
            assert (10 * exact_of(value)) % 1 == 0  # short decimals
            assert read_point({"x": value.text})["x"].text == value.text


def test_a_seed_gives_the_same_point_again_and_another_seed_another():
    def texts(seed):
        return [value.text for value in drawn("x*y + log(z)", seed).values()]

    assert texts(1) == texts(1)
    assert len({tuple(texts(seed)) for seed in range(10)}) > 5


def test_no_point_is_drawn_where_there_is_none():
    assert drawn("log(-1 - x**2)", 1) is None
    asked = []
    assert draw(graph_of("x"), 1, asked.append, tries=7) is None
    assert len(asked) == 7


@given(rationals())
def test_an_exact_value(value):
    assert exact_of(exact_value(value.numerator if value.denominator == 1 else value)) == value


def test_a_declaration_that_leaves_nothing_out_changes_nothing():
    graph = graph_of("log(x)")
    declared = read_declarations("x: real")
    assert as_written(draw(graph, 0, lambda _: True, declared)) == as_written(draw(graph, 0, lambda _: True))
