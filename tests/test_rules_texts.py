"""The tables' texts: parsed once, evaluated in every arithmetic, and written out."""

import itertools
import math
from fractions import Fraction

import pytest
from enclosed import slope_of, value_of
from flint import arb

from gradcheck import rules
from gradcheck.arithmetic.balls import Balls
from gradcheck.arithmetic.floats import Floats
from gradcheck.build import build
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.primitives.table import PRIMITIVES as TABLE
from gradcheck.rules import local_derivative, make_rule, rules_of, written_at
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import ATOM, PLAIN, UNICODE

ROWS = PRIMITIVES.values()


# -- the table's texts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_text_of_a_row_is_in_the_language(row):
    texts = [*row.derivatives, *row.kinks, *row.jumps, *filter(None, (row.definition, row.domain))]
    for text in texts:
        rule = make_rule(text, row.arity)
        assert set(rule.graph.inputs) <= {*"uvw"[: row.arity], "y"}
    assert len(row.derivatives) == row.arity


@pytest.mark.parametrize("row", [row for row in ROWS if not row.boolean], ids=lambda row: row.name)
def test_local_derivatives_are_those_of_mpmath(row):
    """Every argument of every row at every sample; no derivative flows through the truth value of ``where``."""
    arithmetic = Balls(300)
    for sample, position in itertools.product(row.samples, range(row.arity)):
        if (row.name, position) == ("where", 0):
            continue
        with arithmetic.working():
            wanted = slope_of(row.name, sample, position)
            numbers = [arithmetic.number(Fraction(text)) for text in sample]
            value = arithmetic.function(row)(*numbers)
            found = arithmetic.bind(local_derivative(row, position))(*numbers, value)
            assert found.is_finite(), sample
            assert found.overlaps(wanted), sample
            assert found.rad() < arb("1e-60") * (1 + abs(found)), sample


EXPONENTS = [0, 1, 2, 3, -1, -2, 10, Fraction(1, 2), Fraction(-1, 2), Fraction(7, 3), Fraction(5, 2), Fraction(-4, 3)]


@pytest.mark.parametrize("exponent", EXPONENTS)
def test_a_literal_exponent_has_a_rule_of_its_own(exponent):
    rule = local_derivative(PRIMITIVES["**"], 0, exponent)
    arithmetic = Floats()
    bound = arithmetic.bind(rule)
    bases = (0.3, 1.0, 2.5, 7.0) if Fraction(exponent).denominator > 1 else (-3.0, -0.5, 0.3, 1.0, 2.5)
    for base in bases:
        n = float(exponent)
        expected = n * math.pow(base, n - 1)
        assert bound(base, n, math.pow(base, n)) == pytest.approx(expected, rel=1e-14, abs=0)
    assert "log" not in rule.written({"u": ("x", ATOM), "v": ("n", ATOM), "y": ("p", ATOM)})[0]


def test_the_square_has_a_slope_at_zero():
    for exponent, slope in ((1, 1), (2, 0), (3, 0), (0, 0)):
        bound = Floats().bind(local_derivative(PRIMITIVES["**"], 0, exponent))
        assert bound(0.0, float(exponent), 0.0) == slope


@pytest.mark.parametrize("row", [row for row in ROWS if row.definition], ids=lambda row: row.name)
def test_a_definition_is_what_mpmath_computes(row):
    arithmetic = Balls(300)
    for sample in row.samples:
        with arithmetic.working():
            wanted = value_of(row.name, sample)
            numbers = [arithmetic.number(Fraction(text)) for text in sample]
            assert arithmetic.bind(rules.definition(row))(*numbers, None).overlaps(wanted)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_samples_lie_inside_the_domain_and_off_every_break(row):
    arithmetic = Balls(300)
    domain = rules.domain(row)
    with arithmetic.working():
        for sample in row.samples:
            numbers = [arithmetic.number(Fraction(text)) for text in sample]
            value = arithmetic.function(row)(*numbers)
            if domain is not None:
                assert arithmetic.bind(domain)(*numbers, value) == 1
            if not row.boolean:
                for _, rule in rules.breaks(row):
                    assert not arithmetic.bind(rule)(*numbers, value).contains(0)


def test_breaks_say_what_they_are():
    def kinds(name):
        return [kind for kind, _ in rules.breaks(PRIMITIVES[name])]

    assert kinds("abs") == ["kink"]
    assert kinds("sign") == ["jump"]
    assert kinds("sin") == []
    assert kinds("hypot") == ["kink"]


# -- rules ---------------------------------------------------------------------------------------------------------


def test_a_rule_knows_only_its_arguments_and_the_output():
    assert make_rule("u*v + y", 2).parameters == ("u", "v", "y")
    with pytest.raises(ValueError, match="uses v, z"):
        make_rule("u + v*z", 1)


@pytest.mark.parametrize(
    ("text", "arity", "arguments", "value"),
    [
        ("u + v", 2, (2.0, 3.0, None), 5.0),
        ("u - v*w", 3, (2.0, 3.0, 4.0, None), -10.0),
        ("-u**2", 1, (3.0, None), -9.0),
        ("y*(1 - y)", 1, (None, 0.25), 0.1875),
        ("(u + 1)*(u + 1) + (u + 1)", 1, (2.0, None), 12.0),  # a value used twice
        ("pi*e", 0, (None,), math.pi * math.e),
        ("1/3", 0, (None,), 1 / 3),
        ("where(u > 0, 1, -1)", 1, (2.0, None), 1.0),
        ("where(u > 0, 1, -1)", 1, (-2.0, None), -1.0),
        ("where(u == 0, 0, 1/u)", 1, (0.0, None), 0.0),
        ("where(u > 0, log(u), sqrt(-u))", 1, (-4.0, None), 2.0),  # log(-4) is never asked for
        ("u > 0 and v > 0", 2, (1.0, -1.0, None), 0.0),
        ("sinc(u)", 1, (0.0, None), 1.0),
    ],
)
def test_rules_in_floats(text, arity, arguments, value):
    assert Floats().bind(make_rule(text, arity))(*arguments) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "value"),
    [("where(u > 0, log(u)*log(u), u)", -1.0), ("where(u > 0, log(u), u) + where(u > 0, log(u), u)", -2.0)],
)
def test_a_branch_that_is_not_taken_is_not_computed(text, value):
    """Not even where it uses a value twice: log(-1) would raise."""
    assert Floats().bind(make_rule(text, 1))(-1.0, None) == value


def test_rules_in_balls_take_both_branches_where_the_condition_is_unknown():
    arithmetic = Balls(64)
    bound = arithmetic.bind(make_rule("where(u > 0, 1, -2)", 1))
    with arithmetic.working():
        found = bound(arb(0, 1), None)
        assert found.contains(1)
        assert found.contains(-2)
        assert bound(arb(2), None) == 1


@pytest.mark.parametrize(
    ("text", "free"),
    [("1", True), ("u", True), ("y", True), ("0", True), ("pi", True), ("-u", False), ("2*u", False), ("1*u", True)],
)
def test_a_rule_that_reads_the_tape_is_free(text, free):
    assert make_rule(text, 1).is_free == free


def test_rules_are_parsed_once():
    sine = PRIMITIVES["sin"]
    assert local_derivative(sine, 0) is local_derivative(sine, 0)
    arithmetic = Floats()
    assert arithmetic.bind(local_derivative(sine, 0)) is arithmetic.bind(local_derivative(sine, 0))


# -- what is written -----------------------------------------------------------------------------------------------


def local_texts(text, style, name="f"):
    graph = build(parse(text))
    node = graph.by_name[name]
    return [None if rule is None else written_at(graph, node, rule, style) for rule in rules_of(graph, node)]


@pytest.mark.parametrize(
    ("text", "name", "plain", "pretty"),
    [
        ("sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))", "a", ["2*x", None], ["2x", None]),
        ("sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))", "b", ["exp(a)"], ["exp(a)"]),
        ("sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))", "c", ["1", "1"], ["1", "1"]),
        ("sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))", "d", ["1/(2*sqrt(c))"], ["1/(2√c)"]),
        ("sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))", "e", ["-sin(c)"], ["-sin(c)"]),
        ("x*y", "f", ["y", "x"], ["y", "x"]),
        ("x*x", "f", ["x", "x"], ["x", "x"]),
        ("x/y", "f", ["1/y", "-x/y**2"], ["1/y", "-x/y²"]),
        ("y/u", "f", ["1/u", "-y/u**2"], ["1/u", "-y/u²"]),  # names of the user that rules use too
        ("v**u", "f", ["u*v**(u - 1)", "v**u*log(v)"], ["u·v**(u - 1)", "v**u·log(v)"]),
        ("x**3", "f", ["3*x**2", None], ["3x²", None]),
        ("x**-1", "f", ["-x**(-2)", None], ["-x⁻²", None]),
        ("2**x", "f", [None, "2**x*log(2)"], [None, "2**x·log(2)"]),
        ("(x + 1)**2", "f", ["2*a", None], ["2a", None]),
        ("sigmoid(x)", "f", ["sigmoid(x)*(1 - sigmoid(x))"], ["σ(x)·(1 - σ(x))"]),
        ("tan(x)", "f", ["1 + tan(x)**2"], ["1 + tan(x)²"]),
        ("relu(x)", "f", ["where(x > 0, 1, 0)"], ["1 if x > 0 else 0"]),
        ("pi*x", "f", [None, "pi"], [None, "π"]),
        ("-x", "f", ["-1"], ["-1"]),
    ],
)
def test_local_derivatives_are_written_in_the_names_of_the_graph(text, name, plain, pretty):
    assert local_texts(text, PLAIN, name) == plain
    assert local_texts(text, UNICODE, name) == pretty


@pytest.mark.parametrize(
    "row", [row for row in ROWS if not row.boolean and row.name != "where"], ids=lambda row: row.name
)
def test_what_is_written_computes_what_the_rule_computes(row):
    """The text in the table of nodes is a text of the language, and says the number beside it."""
    names = ["x1", "x2"][: row.arity]
    call = f"{row.written}({', '.join(names)})" if row.arity != 2 or not row.infix else row.name.join(names)
    graph = build(parse("-x1" if row.name == "neg" else call))
    arithmetic = Floats()
    for position, rule in enumerate(rules_of(graph, graph.output)):
        text = written_at(graph, graph.output, rule, PLAIN)
        if " if " in text:  # for people: the language says where(…)
            continue
        again = make_rule(text.replace("x1", "u").replace("x2", "v"), row.arity)
        for sample in row.samples:
            numbers = [float(Fraction(part)) for part in sample]
            value = arithmetic.function(row)(*numbers)
            expected = arithmetic.bind(local_derivative(row, position))(*numbers, value)
            assert arithmetic.bind(again)(*numbers, value) == pytest.approx(expected, rel=1e-12)


# -- pullbacks -----------------------------------------------------------------------------------------------------

MATRIX_ROWS = [row for row in TABLE.values() if row.is_matrix and not row.internal]


@pytest.mark.parametrize("row", MATRIX_ROWS, ids=lambda row: row.name)
def test_every_pullback_is_in_the_language_and_holds_the_adjoint(row):
    for position in range(row.arity):
        rule = rules.pullback(row, position)
        assert "g" in rule.graph.inputs
        assert set(rule.graph.inputs) <= {*"uvw"[: row.arity], "y", "g"}
        assert rule.parameters[-1] == rules.SIZES
    for text in (*row.kinks, *filter(None, (row.definition, row.domain))):
        assert set(make_rule(text, row.arity).graph.inputs) <= {*"uvw"[: row.arity], "y"}


@pytest.mark.parametrize(
    ("name", "position", "plain", "pretty"),
    [
        ("matmul", 0, "G @ B.T", "G @ Bᵀ"),
        ("matmul", 1, "A.T @ G", "Aᵀ @ G"),
        ("inv", 0, "-(Y.T @ G @ Y.T)", "-(Yᵀ @ G @ Yᵀ)"),
        ("trace", 0, "G*eye_like(A)", "G·eye_like(A)"),
        ("norm_squared", 0, "2*G*A", "2G·A"),
        ("dot", 1, "G*A", "G·A"),
    ],
)
def test_pullbacks_are_written_in_the_names_of_the_graph(name, position, plain, pretty):
    names = {"u": ("A", ATOM), "v": ("B", ATOM), "y": ("Y", ATOM), "g": ("G", ATOM)}
    rule = rules.pullback(TABLE[name], position)
    assert rule.written(names, PLAIN)[0] == plain
    assert rule.written(names, UNICODE)[0] == pretty


def test_a_pullback_shares_the_sizes_of_its_node():
    names = {"u": ("A", ATOM), "g": ("G", ATOM)}
    assert rules.pullback(TABLE["sum_axis"], 0).written(names, PLAIN, (1,))[0] == "spread(G, A, 1)"
    assert rules.pullback(TABLE["stack"], 5).written(names, PLAIN, (5,))[0] == "item(G, 5)"


def test_pullbacks_are_parsed_once():
    assert rules.pullback(TABLE["matmul"], 0) is rules.pullback(TABLE["matmul"], 0)
