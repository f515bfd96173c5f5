"""From tree to Wengert list: order, sharing, folding, names, shapes."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SMOOTH, expressions, floats_close, homework, rationals, trees, write

from gradcheck.arithmetic.floats import Floats
from gradcheck.build import build, build_rule
from gradcheck.errors import GradcheckError, NameProblem
from gradcheck.forward import evaluate
from gradcheck.graph import leaf_text
from gradcheck.routes.reverse import sweep
from gradcheck.syntax.plain import parse
from gradcheck.syntax.printing import write_program


def graph_of(text, bound=frozenset()):
    return build(parse(text, frozenset(bound)), frozenset(bound))


def listed(graph):
    """The named nodes in short: a = "** x 2"."""

    def shown(index):
        return leaf_text(graph, index)[0] if graph.operations[index] is None else graph.names[index]

    return {
        graph.names[index]: " ".join([graph.operations[index].name, *map(shown, graph.arguments[index])])
        for index in graph.nodes()
    }


# -- the running example of the lecture notes ----------------------------------------------------------------------

RUNNING = "sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))"


def test_the_running_example_has_the_nodes_of_the_notes():
    graph = graph_of(RUNNING)
    assert listed(graph) == {
        "a": "** x 2", "b": "exp a", "c": "+ a b", "d": "sqrt c", "e": "cos c", "f": "+ d e",
    }  # fmt: skip
    assert graph.names[graph.output] == "f"
    assert list(graph.inputs) == ["x"]


def test_a_program_gives_its_own_names_to_the_same_nodes():
    program = "p = x^2; q = e^p; s = p + exp(p); t = √s; w = cos s; t + w"
    graph = graph_of(program)
    assert listed(graph)["s"] == "+ p a"  # exp(p) and e^p are different functions
    assert listed(graph)["f"] == "+ t w"


# -- sharing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("x + x", 2),
        ("x*x + x*x", 3),
        ("sin(x + y)*sin(x + y)", 5),
        ("x + y - (y + x)", 5),  # no commutativity: the user's operations stay
        ("2x + 2.0x", 4),  # equal numbers are one leaf
        ("x*0.5 + x*(1/2)", 6),  # 1 and 2 were met on the way to 1/2
        ("pi + π", 2),
        ("a = x*y; b = x*y; a + b", 4),
        ("max(x, y, z) + max(x, y)", 6),
        ("|x| + abs(x)", 3),
        ("√x + sqrt(x)", 3),
        ("0 < x < 1", 6),
    ],
)
def test_equal_sub_expressions_are_one_node(text, nodes):
    assert len(graph_of(text)) == nodes


@given(st.one_of(expressions(), homework()))
def test_no_two_nodes_are_equal_and_arguments_come_first(text):
    try:
        graph = graph_of(text)
    except GradcheckError:
        return
    seen = set()
    for index, operation in enumerate(graph.operations):
        arguments = graph.arguments[index]
        assert all(argument < index for argument in arguments)
        if operation is None:
            assert arguments == ()
            kinds = [index in graph.numbers, index in graph.constants, index in graph.inputs.values()]
            assert sum(kinds) == 1
            assert graph.varies[index] == kinds[2]
        else:
            assert len(arguments) == operation.arity
            assert (operation, arguments) not in seen
            seen.add((operation, arguments))
            assert graph.varies[index] == any(graph.varies[argument] for argument in arguments)
    assert len(set(graph.numbers.values())) == len(graph.numbers)
    assert graph.nodes() == [index for index, operation in enumerate(graph.operations) if operation is not None]


@given(expressions())
def test_the_span_of_a_node_is_in_the_source(text):
    try:
        graph = graph_of(text)
    except GradcheckError:
        return
    for index, span in enumerate(graph.spans):
        assert 0 <= span.start < span.end <= len(text)
        assert graph.text_of(index) == text[span.start : span.end]


# -- folding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1/3 + 1/6", Fraction(1, 2)),
        ("2*3 - 7", -1),
        ("-(-2)", 2),
        ("2^10", 1024),
        ("2^-2", Fraction(1, 4)),
        ("(-2)^3", -8),
        ("-2^2", -4),
        ("2^3^2", 512),
        ("(2/3)^2", Fraction(4, 9)),
        ("0^0", 1),
        ("0^5", 0),
        ("6/3", 2),
        ("1e400/1e399", 10),
        ("1/2/2", Fraction(1, 4)),
    ],
)
def test_rational_arithmetic_on_literals_is_exact(text, value):
    graph = graph_of(text)
    assert graph.numbers[graph.output] == value
    assert isinstance(graph.numbers[graph.output], int) == (Fraction(value).denominator == 1)


@pytest.mark.parametrize(
    "text",
    ["2**(1/2)", "sqrt(4)", "2**20000", "(10**300)**1000", "pi + 1", "max(1, 2)", "1 < 2", "(-8)**(1/3)", "x*0", "x/x"],
)
def test_what_is_not_rational_or_too_large_stays_an_operation(text):
    graph = graph_of(text)
    assert graph.operations[graph.output] is not None


@given(trees(("1", "3"), rows=("+", "-", "*", "/", "neg"), constants=()))
def test_folding_is_what_fractions_do(tree):
    def value(node):
        operands = [value(operand) for operand in node.operands]
        if None in operands:
            return None
        match node.operation:
            case "":
                return Fraction(node.leaf)
            case "neg":
                return -operands[0]
            case "+":
                return operands[0] + operands[1]
            case "-":
                return operands[0] - operands[1]
            case "*":
                return operands[0] * operands[1]
        return operands[0] / operands[1] if operands[1] else None

    expected = value(tree)
    try:
        graph = graph_of(write(tree))
    except GradcheckError:
        assert expected is None
    else:
        assert expected is None or graph.numbers[graph.output] == expected


def test_an_exponent_of_ten_thousand_is_legal():
    assert len(graph_of("x^10000 + x^-10000 + x^1000000")) > 0


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x + 1", ["f"]),
        ("sin(x) + 1", ["a", "f"]),
        ("f + 1", ["y"]),  # a variable f makes the output y
        ("f + y", ["v27"]),
        ("f + sin(y)", ["a", "v27"]),
        ("f + y + v27", ["a", "v28"]),
        ("a + sin(b)", ["c", "f"]),  # never clashing with a variable
        ("sin(x)*sin(a)*sin(b)", ["c", "d", "e", "g", "f"]),  # no node but the output is called f
        ("e^x + sin(x)", ["a", "b", "f"]),
        ("e*sin(x)*sin(2x)*sin(3x)*sin(4x)", list("abcdghijklf")),  # e is the constant here
        ("L = x*y", ["L"]),
        ("L = x*y + z", ["a", "L"]),
        ("a = x*y; a + z", ["a", "f"]),
        ("b = x*y; b*sin(b)", ["b", "a", "f"]),
        ("f = x*y; g = f + sin(x)", ["f", "a", "g"]),
        ("f = x*z; f + 1", ["f", "y"]),
        ("f = x*y; f + 1", ["f", "v27"]),
        ("f = x*y; f", ["f"]),
        ("p = x; p + 1", ["f"]),
        ("p = x*y; q = x*y; p + q", ["p", "f"]),
        ("x", []),
        ("a = x*y; x", ["a"]),
        ("x > 0", ["f"]),
    ],
)
def test_names_of_nodes(text, names):
    graph = graph_of(text)
    assert [graph.names[index] for index in graph.nodes()] == names


def test_after_the_alphabet_come_numbers():
    graph = graph_of("+".join(f"sin({number}x)" for number in range(2, 32)))
    names = [graph.names[index] for index in graph.nodes()]
    letters = list("abcdeghijklmnopqrstuvwyz")  # neither f nor the variable x
    assert names[: len(letters)] == letters
    assert names[len(letters) : -1] == [f"v{number}" for number in range(27, 27 + len(names) - 1 - len(letters))]
    assert names[-1] == "f"


def test_numbered_names_do_not_clash_either():
    graph = graph_of("v27*v29 + " + "+".join(f"sin({number}x)" for number in range(2, 32)))
    names = [graph.names[index] for index in graph.nodes()]
    assert "v28" in names
    assert "v30" in names
    assert not {"v27", "v29"} & set(names)


@given(expressions(("a", "b", "f", "y", "e1", "v27", "v28")))
def test_names_are_unique_and_lead_to_their_nodes(text):
    try:
        graph = graph_of(text)
    except GradcheckError:
        return
    assert len(set(graph.names.values())) == len(graph.names)
    assert set(graph.names) == {*graph.nodes(), *graph.inputs.values()}
    for index, name in graph.names.items():
        assert graph.by_name[name] == index
    for name, index in graph.inputs.items():
        assert graph.names[index] == name


def test_every_assigned_name_leads_to_its_node():
    graph = graph_of("p = x; q = x*y; r = q; s = 3; r + s")
    assert graph.by_name["p"] == graph.inputs["x"]
    assert graph.by_name["q"] == graph.by_name["r"]
    assert graph.numbers[graph.by_name["s"]] == 3


@pytest.mark.parametrize(
    ("text", "bound", "inputs", "constants"),
    [
        ("e*x", (), ["x"], ["e"]),
        ("e*x", ("e",), ["e", "x"], []),
        ("pi*x", ("pi", "x"), ["pi", "x"], []),
        ("π + pi", (), [], ["pi"]),
        ("π + pi", ("pi",), ["pi"], ["pi"]),
        ("e = 2x; e*x", (), ["x"], []),
        ("lambda*x", ("lambda",), ["lambda", "x"], []),
        ("sin*x", ("sin",), ["sin", "x"], []),
    ],
)
def test_constants_are_variables_where_they_are_bound(text, bound, inputs, constants):
    graph = graph_of(text, bound)
    assert list(graph.inputs) == inputs
    assert list(graph.constants.values()) == constants


@pytest.mark.parametrize(
    ("text", "message", "span"),
    [
        ("a = 1; a = 2; a", "assigned twice", (7, 8)),
        ("b = a + 1; a = 2; b", "used before it is assigned", (11, 12)),
        ("a = a + 1", "used before it is assigned", (0, 1)),
        ("x*e; e = 2", "used as the constant above", (5, 6)),
    ],
)
def test_a_name_means_one_thing(text, message, span):
    with pytest.raises(NameProblem, match=message) as caught:
        graph_of(text)
    assert caught.value.span == span


# -- order does not matter -----------------------------------------------------------------------------------------


def gradient(text, point):
    """Value, gradient, and the magnitudes of what was summed for it, in floats."""
    graph = graph_of(text, set(point))
    arithmetic = Floats()
    values = evaluate(graph, arithmetic, point)
    swept = sweep(graph, arithmetic, values, magnitude=abs)
    found = {name: swept.adjoints[index] for name, index in graph.inputs.items()}
    sizes = {name: swept.magnitudes[index] for name, index in graph.inputs.items()}
    return values[graph.output], found, sizes


def assert_same(one, other):
    (value, slopes, sizes), (other_value, other_slopes, _) = one, other
    assert repr(value) == repr(other_value)  # the same operations: to the last bit
    assert slopes.keys() == other_slopes.keys()
    for name, slope in slopes.items():
        if slope is None:
            assert other_slopes[name] is None
        else:
            assert floats_close(slope, other_slopes[name], sizes[name] if math.isfinite(sizes[name]) else 1.0)


points = st.fixed_dictionaries({name: rationals(-3, 3).map(float) for name in "xyz"})
smooth = expressions(("x", "y", "z"), rows=SMOOTH, operations=4)


@given(st.lists(smooth, min_size=2, max_size=4), st.randoms(use_true_random=False), points)
def test_independent_statements_may_be_permuted(parts, chance, point):
    names = [f"p{number}" for number in range(len(parts))]
    statements = [f"{name} = {part}" for name, part in zip(names, parts, strict=True)]
    last = " + ".join(f"sin({name})" for name in names) + " + 0*(x + y + z)"
    shuffled = chance.sample(statements, len(statements))
    assert_same(gradient("; ".join([*statements, last]), point), gradient("\n".join([*shuffled, last]), point))


@given(smooth, points, st.permutations(["x", "y", "z"]))
def test_names_may_be_permuted(text, point, names):
    renamed = text.translate(str.maketrans("xyz", "XYZ"))
    for old, new in zip("XYZ", names, strict=True):
        renamed = renamed.replace(old, f"{new}_")
    value, slopes, _ = gradient(text + " + 0*(x + y + z)", point)
    moved = {f"{new}_": point[old] for old, new in zip("xyz", names, strict=True)}
    other, other_slopes, _ = gradient(renamed + " + 0*(x_ + y_ + z_)", moved)
    assert repr(value) == repr(other)
    for old, new in zip("xyz", names, strict=True):
        assert floats_close(slopes[old], other_slopes[f"{new}_"])


@given(smooth, points)
def test_the_order_of_the_point_does_not_matter(text, point):
    backwards = dict(reversed(point.items()))
    assert_same(gradient(text, point), gradient(text, backwards))


@given(smooth, points)
def test_naming_a_sub_expression_changes_nothing(text, point):
    whole = gradient(f"sin({text})*cos({text}) + 0*(x + y + z)", point)
    assert_same(whole, gradient(f"part = {text}; sin(part)*cos(part) + 0*(x + y + z)", point))


# -- rules are simplified ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "literals", "simple"),
    [
        ("v*u**(v - 1)", {"v": 2}, {"f": "* 2 u"}),
        ("v*u**(v - 1)", {"v": 1}, {}),
        ("v*u**(v - 1)", {"v": 0}, {}),
        ("v*u**(v - 1)", {"v": -1}, {"a": "** u -2", "f": "neg a"}),
        ("v*u**(v - 1)", {"v": Fraction(1, 2)}, {"a": "** u -0.5", "f": "* 0.5 a"}),
        ("0 + u", {}, {}),
        ("u - 0", {}, {}),
        ("0 - u", {}, {"f": "neg u"}),
        ("1*u*1", {}, {}),
        ("-1*u", {}, {"f": "neg u"}),
        ("u/1", {}, {}),
        ("0/u", {}, {}),
        ("--u", {}, {}),
        ("u**1", {}, {}),
        ("where(v, u, 2*u)", {"v": 1}, {}),
    ],
)
def test_rules_lose_neutral_and_absorbing_numbers(text, literals, simple):
    names = frozenset(("u", "v", "y"))
    graph = build_rule(parse(text, names), literals, names)
    rows = listed(graph)
    live = {graph.output}
    for index in reversed(range(len(graph))):
        if index in live:
            live.update(graph.arguments[index])
    rows = {name: row for name, row in rows.items() if graph.by_name[name] in live}
    if not simple:
        assert rows == {}
    else:
        assert sorted(rows.values()) == sorted(simple.values())


def test_the_users_graph_is_never_simplified():
    """x/x has no value at 0, and x*0 none where x has none."""
    assert listed(graph_of("x*1 + 0 + x/x")) == {"a": "* x 1", "b": "+ a 0", "c": "/ x x", "f": "+ b c"}


# -- size ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "slopes"),
    [
        ("+".join(["x*y"] + ["x"] * 99_999), 6 + 2 * 99_999, {"x": 3 + 99_999, "y": 2}),
        ("abs(" * 100_000 + "x*y" + ")" * 100_000, 6, {"x": 3, "y": 2}),
    ],
    ids=["terms", "nested calls"],
)
def test_a_hundred_thousand_of_anything_are_read_written_and_differentiated(text, value, slopes):
    program = parse(text)
    assert len(write_program(program)) >= len(text)
    graph = build(program)
    values = evaluate(graph, Floats(), {"x": 2.0, "y": 3.0})
    swept = sweep(graph, Floats(), values)
    assert values[graph.output] == value
    assert {name: swept.adjoints[index] for name, index in graph.inputs.items()} == slopes


# -- arrays --------------------------------------------------------------------------------------------------------

ARRAYS = {"A": (2, 3), "B": (2, 3), "S": (3, 3), "x": (3,), "y": (3,)}


def array_graph(text, sizes=None):
    return build(parse(text, frozenset(ARRAYS)), frozenset(ARRAYS), ARRAYS, sizes)


def rows_of(graph):
    return [operation.name for operation in graph.operations if operation is not None]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("A @ x", ["matmul"]),
        ("x @ S", ["vecmat"]),
        ("x @ y", ["dot"]),
        ("norm(x)**2", ["norm_squared"]),
        ("norm(x)^2", ["norm_squared"]),
        ("norm(x)", ["norm"]),
        ("n = norm(x); n**2", ["norm", "**"]),
        ("diag(x)", ["diag"]),
        ("diag(S)", ["diagonal"]),
        ("max(x)", ["max_entry"]),
        ("max(x, y)", ["max"]),
        ("sum(A, 0)", ["sum_axis"]),
        ("A[0, :]", ["select"]),
        ("A + 0*A", ["*", "+"]),
    ],
)
def test_shapes_decide_on_the_row(text, rows):
    assert rows_of(array_graph(text)) == rows


def test_equal_sub_expressions_of_arrays_are_one_node():
    assert len(array_graph("sum(A @ x) + sum(A @ x)").nodes()) == 3
    assert len(array_graph("x[0] + x[0] + x[-3]").nodes()) == 3  # of three entries, -3 is 0
    assert len(array_graph("x[0] + x[1]").nodes()) == 3
    assert len(array_graph("sum(A, 0) @ sum(A, 0) + sum(A, 1) @ sum(A, 1)").nodes()) == 5
    assert rows_of(array_graph("reshape(A, 3, 2) @ A + reshape(A, 3, 2) @ B")).count("reshape") == 1


def test_what_a_node_selects_is_kept_as_it_is_written_and_as_numbers():
    graph = array_graph("A[k, -1]", {"k": 1})
    (node,) = graph.nodes()
    assert graph.sizes[node] == (1, 2, 2, 3, 0)
    assert graph.written[node] == ("k", -1)


def test_only_a_graph_with_arrays_has_shapes():
    assert not build(parse("x + 1")).has_arrays
    assert build(parse("x + 1")).shape(0) == ()
    assert build(parse("sum([x, 2*x])")).has_arrays
    assert array_graph("x @ x").has_arrays


def test_what_depends_on_no_input_does_not_vary():
    graph = array_graph("eye(3) @ x + ones(3)")
    varying = {row.name for node, row in enumerate(graph.operations) if row is not None and graph.varies[node]}
    assert varying == {"matmul", "+"}


def test_the_condition_of_an_array_must_be_a_comparison():
    with pytest.raises(GradcheckError, match="must be a comparison"):
        array_graph("where(x, x, y)")


def test_an_array_too_large_is_refused():
    with pytest.raises(GradcheckError, match="has more than 4,000,000 entries"):
        array_graph("sum(ones(100000, 100000))")
