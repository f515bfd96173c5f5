"""Taylor polynomials: the lecture notes' numbers, mpmath's, and bounds that hold."""

import time
from decimal import Decimal

import mpmath
import pytest
from hypothesis import given, settings
from reference import REFERENCE, exact
from strategies import SMOOTH, rationals, trees, write

import gradcheck
from gradcheck import deadline, limits, rules
from gradcheck.claims.judge import Judge
from gradcheck.errors import DomainProblem, GradcheckError, LimitExceeded, NameProblem, UsageProblem
from gradcheck.studies.taylor import taylor


def near(one, other, digits=15):
    return abs(Decimal(str(one)) - Decimal(str(other))) <= Decimal(10) ** -digits * (1 + abs(Decimal(str(other))))


def test_the_lecture_notes():
    """f(x) = (x-2)² + 3 about 1: the tangent gives 3.8 at 1.1, the function 3.81."""
    study = taylor("(x-2)**2+3", about="x=1", to="x=1.1")
    assert study.base == 4
    assert study.terms[-1].total == Decimal("3.8")
    assert study.value == Decimal("3.81")
    assert study.terms[-1].error == Decimal("0.01")
    assert (study.bound.low, study.bound.high) == (Decimal("0.01"), Decimal("0.01"))
    assert study.verdict.name == "agree"
    assert study.exit_code == 0


def test_of_order_2_it_is_the_function():
    study = taylor("(x-2)**2+3", about="x=1", to="x=1.1", order=2)
    assert study.terms[-1].error == 0
    assert study.bound.is_zero


@pytest.mark.parametrize(
    ("text", "function", "a", "b"),
    [
        ("exp(x)", mpmath.exp, "0", "1/2"),
        ("sin(x)/x", lambda x: mpmath.sin(x) / x, "1", "2"),
        ("log(x)", mpmath.log, "1", "3/2"),
        ("sqrt(x)*cos(x)", lambda x: mpmath.sqrt(x) * mpmath.cos(x), "2", "5/2"),
        ("x**x", lambda x: x**x, "2", "2.1"),
        ("1/(1+x**2)", lambda x: 1 / (1 + x**2), "-1", "-1.25"),
    ],
)
def test_coefficients_value_error_and_bound(text, function, a, b):
    order = 5
    study = taylor(text, about=f"x={a}", to=f"x={b}", order=order, digits=25)
    with mpmath.workdps(60):
        wanted = mpmath.taylor(function, exact(a), order)
        h = exact(b) - exact(a)
        value = function(exact(b))
        total = sum(one * h**k for k, one in enumerate(wanted))
        for term, one in zip(study.terms, wanted, strict=True):
            assert near(term.coefficient.value, mpmath.nstr(one, 40))
            assert near(term.derivative.value, mpmath.nstr(one * mpmath.factorial(term.order), 40))
        assert near(study.value, mpmath.nstr(value, 40))
        assert near(study.terms[-1].error, mpmath.nstr(value - total, 40), 25)
    assert study.bound.low <= study.terms[-1].error <= study.bound.high
    assert study.bound.high - study.bound.low < 5 * abs(study.terms[-1].error)
    assert study.verdict.name == "agree"


def test_several_variables_make_a_tangent_plane():
    study = taylor("x*y + sin(x)", about="x=1,y=2", to="x=1.1,y=2.2")
    dx, dy = study.partials
    with mpmath.workdps(40):
        slope = 2 + mpmath.cos(1)
        assert near(dx.derivative[0].value, mpmath.nstr(slope, 30))
        assert near(dx.product, mpmath.nstr(slope / 10, 30))
        assert dy.product == Decimal("0.2")
        assert near(study.terms[-1].total, mpmath.nstr(2 + mpmath.sin(1) + slope / 10 + mpmath.mpf("0.2"), 30))
    assert study.variable == ""
    assert study.bound.low <= study.terms[-1].error <= study.bound.high


def test_variables_that_the_target_does_not_name_stay():
    study = taylor("x*y", about="x=2,y=3", to="y=4")
    assert study.to == {"x": "2", "y": "4"}
    assert study.direction == {"y": "1"}
    assert study.terms[-1].total == 8
    assert study.bound.is_zero


def test_arrays_go_along_the_step():
    study = taylor("x.T @ A @ x", about=["A=[[1,2],[3,4]]", "x=[1,1]"], to="x=[1.1,1]", order=2)
    by_name = {one.wrt: one for one in study.partials}
    assert [int(one.value) for one in by_name["x"].derivative] == [7, 13]
    assert [int(one.value) for one in by_name["A"].derivative] == [1, 1, 1, 1]
    assert study.terms[1].value == Decimal("0.7")
    assert study.terms[2].value == Decimal("0.01")
    assert study.terms[-1].error == 0


def test_the_determinant_of_a_singular_matrix():
    study = taylor("det(A)", about="A=[[1,2],[2,4]]", to="A=[[1,2],[2,5]]")
    assert study.terms[1].value == 1
    assert study.verdict.name == "agree"


def test_inverse_to_fourth_order():
    """1/(6 - 1.5) to fourth order in the step that takes 5 to 4.5, times 3."""
    study = taylor("inv(A)[0,0]", about="A=[[2,1],[1,3]]", to="A=[[2,1],[1.5,3]]", order=4)
    r = Decimal("0.1")
    assert near(study.terms[-1].total, Decimal("0.6") * (1 + r + r**2 + r**3 + r**4), 20)


@pytest.mark.parametrize(
    ("text", "about", "to", "reason"),
    [
        ("abs(x)", "x=-1", "x=1", "kink at node f = |x| between point and target, near x = 0"),
        ("floor(x)*x", "x=1.5", "x=2.5", "jump at node a = floor(x) between point and target, near x = 2"),
        ("1/x", "x=-1", "x=1", "f has no value near x = 0, or grows without bound"),
        ("sqrt(x)", "x=1", "x=0", "f has no value near x = 0, or grows without bound"),
        ("max(x)", "x=[1,2]", "x=[3,2]", "kink at node f = max(x) between point and target, near 0.5 of the way"),
    ],
)
def test_what_breaks_on_the_way_is_said(text, about, to, reason):
    study = taylor(text, about=about, to=to)
    assert study.bound.reason == reason
    assert study.bound.is_broken
    assert study.verdict.name == "undecided"
    assert study.exit_code == 3
    assert study.terms[-1].error is not None


@pytest.mark.parametrize(
    ("text", "order", "reason"),
    [
        ("abs(x)", 1, "f is continuous at x = 0 but has a kink"),
        ("1e-100*abs(x)", 1, "kink"),
        ("floor(x)", 1, "f jumps at x = 0"),
        ("sqrt(x)", 1, "x = 0 is an edge of the domain of f"),
        ("cbrt(x)", 1, "vertical tangent"),
        ("relu(x) - relu(-x)", 1, "at x: kink at node a = relu(x)"),
        ("x*abs(x)", 2, "the second derivative at the point is not settled: kink at node a = |x|"),
    ],
)
def test_at_a_kink_or_an_edge_there_is_no_polynomial(text, order, reason):
    study = taylor(text, about="x=0", to="x=1", order=order, test=True)
    assert reason in study.verdict.reason
    assert study.exit_code == 3
    assert study.terms == ()
    assert study.test is None


def test_kinks_that_cancel_are_noted():
    study = taylor("relu(x) - relu(-x)", about="x=0")
    assert any("f is smooth at x = 0 (slope 1 on both sides)" in note for note in study.notes)


def test_a_kink_that_does_not_matter():
    study = taylor("x*abs(x)", about="x=0")
    assert study.terms[1].coefficient.value == 0
    assert study.verdict.name == "agree"


def test_a_polynomial_without_target():
    study = taylor("sin(x)", about="x=pi/6", order=3)
    assert study.to is None
    assert study.bound is None
    assert near(study.terms[0].coefficient.value, Decimal("0.5"))
    assert near(study.terms[2].coefficient.value, Decimal("-0.25"))
    assert study.terms[1].value is None


def test_what_is_not_given_is_drawn():
    one = taylor("sin(x*y)", test=True, seed=3)
    assert one.drawn == ("point", "direction")
    assert one == taylor("sin(x*y)", test=True, seed=3)
    assert one.about != taylor("sin(x*y)", test=True, seed=4).about


def test_a_wrong_rule_is_found_by_the_bound(monkeypatch):
    """The value at the target comes from the forward pass alone."""
    rule_of, wrong = rules.local_derivative, rules.make_rule("2*cos(u)", 1)
    monkeypatch.setattr(rules, "local_derivative", lambda row, *at: wrong if row.name == "sin" else rule_of(row, *at))
    study = taylor("sin(x)", about="x=1", to="x=1.1")
    assert study.verdict.name == "disagree"
    assert study.exit_code == 1


def test_a_wrong_rule_of_the_gradient_alone_is_found(monkeypatch):
    from gradcheck.routes import reverse

    rules_of = rules.rules_of
    wrong = rules.make_rule("cosh(u)", 1)

    def altered(graph, node):
        found = rules_of(graph, node)
        operation = graph.operations[node]
        return [wrong] if operation is not None and operation.name == "sin" else found

    monkeypatch.setattr(reverse.rules, "rules_of", altered)
    assert taylor("sin(x)", about="x=1").verdict.name == "disagree"


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ({"about": "x=1", "to": "y=2"}, NameProblem),
        ({"about": "x=1", "to": "x=1"}, UsageProblem),
        ({"about": "x=pi", "to": "x=pi"}, UsageProblem),
        ({"about": "y=1"}, NameProblem),
        ({"about": "x=1", "order": 101}, UsageProblem),
        ({"about": "x=1", "order": -1}, UsageProblem),
        ({"about": "x=-1", "to": "x=1"}, DomainProblem),
        ({"about": "x=1", "to": "x=-1"}, DomainProblem),
        ({"about": "x=1", "to": "x=[1,2]"}, UsageProblem),
        ({"about": "x=1", "claims": ["df/dy = 1"]}, UsageProblem),
        ({"about": "x=1", "claims": ["df/dx = 1 +"]}, GradcheckError),
        ({"about": "x=1/0"}, DomainProblem),
        ({"about": "x=1", "to": "x=log(-1)"}, DomainProblem),
    ],
)
def test_input_that_cannot_be_used(how, problem):
    with pytest.raises(problem):
        taylor("log(x)", **how)


@pytest.mark.parametrize("text", ["3", "A", "x*y"])
def test_expressions_that_cannot_be_used(text):
    with pytest.raises(UsageProblem):
        taylor(text, about={"A": "A=[[1,2],[3,4]]", "x*y": "x=1,y=2"}.get(text), order=3)


def test_errors_name_the_options_of_this_command():
    with pytest.raises(NameProblem) as problem:
        taylor("x*y", about="x=1")
    assert problem.value.hint == "add --about y=…"
    with pytest.raises(GradcheckError) as problem:
        taylor("x", about="x=1", to="x=1+")
    assert problem.value.origin == "--to"
    with pytest.raises(DomainProblem) as problem:
        taylor("log(x)", about="x=1", to="x=-1")
    assert problem.value.hint == "that is at the target, --to"


def test_limits():
    long = "+".join(f"sin({k}*x)" for k in range(4_000))
    with pytest.raises(LimitExceeded):
        taylor(long, about="x=1", order=limits.TAYLOR_ORDER)
    with pytest.raises(LimitExceeded, match=r"within 0\.001 seconds"):
        taylor(long, about="x=1", order=40, timeout=0.001)


def test_a_large_graph_of_low_order():
    study = taylor("+".join(f"sin({k}*x)" for k in range(1_000)), about="x=1", to="x=1.0001")
    assert study.verdict.name == "agree"


def test_many_digits():
    study = taylor("exp(x)", about="x=0", to="x=1", order=3, digits=100)
    with mpmath.workdps(120):
        assert near(study.value, mpmath.nstr(mpmath.e, 110), 95)


def test_public_names():
    assert gradcheck.taylor is taylor
    assert isinstance(taylor("x", about="x=1"), gradcheck.TaylorStudy)


def in_mpmath(tree, x):
    if not tree.operation:
        constants = {"e": mpmath.e, "pi": mpmath.pi, "π": mpmath.pi}
        return +constants[tree.leaf] if tree.leaf in constants else x if tree.leaf == "x" else exact(tree.leaf)
    return REFERENCE[tree.operation](*(in_mpmath(operand, x) for operand in tree.operands))


@settings(max_examples=25)
@given(trees(("x",), rows=SMOOTH, operations=5), rationals(-2, 2), rationals(-1, 1))
def test_the_error_lies_in_its_bound_for_random_expressions(tree, start, step):
    text = write(tree)
    if "x" not in text or not step:
        return
    try:
        study = taylor(text, about={"x": start}, to={"x": start + step}, order=3, digits=20)
    except UsageProblem:
        return  # x stands in a name only
    with mpmath.workdps(60):
        a, h = exact(start), exact(step)
        total = sum(one * h**k for k, one in enumerate(mpmath.taylor(lambda x: in_mpmath(tree, x), a, 3)))
        error = in_mpmath(tree, a + h) - total
        assert near(study.terms[-1].error, mpmath.nstr(error, 40), 12)
    assert study.verdict.name in {"agree", "undecided"}
    if study.bound.low is not None:
        slack = Decimal("1e-30") * (1 + abs(study.value))
        assert study.bound.low - slack <= study.terms[-1].error <= study.bound.high + slack


def test_a_tiny_error_is_not_called_0():
    study = taylor("exp(x)", about="x=0", to="x=1", order=100)
    with mpmath.workdps(250):
        rest = mpmath.e - sum(1 / mpmath.factorial(k) for k in range(101))
        assert abs(Decimal(mpmath.nstr(rest, 40)) / study.terms[-1].error - 1) < Decimal("1e-30")
    assert study.bound.low <= study.terms[-1].error <= study.bound.high


def test_of_several_variables_a_drawn_direction_has_higher_orders_too():
    study = taylor("x*y**2", about="x=1,y=2", test=True, order=3)
    assert study.to is None
    assert near(study.terms[1].coefficient.value, sum(one.product for one in study.partials))
    assert len(study.terms) == 4


def test_a_claim_that_is_built_of_arrays_about_a_function_of_numbers():
    study = taylor("x**2", about="x=1", claims=["df/dx = norm([2*x])"])
    assert study.claims[0].verdict == "wrong"
    assert study.test is not None
    assert study.test.claimed_rates == (2,)


def test_what_the_claims_take_is_not_the_polynomials_time(monkeypatch):
    verdicts, clock = Judge.verdicts, time.monotonic

    def late(self, *arguments, **options):
        found = verdicts(self, *arguments, **options)
        monkeypatch.setattr(deadline.time, "monotonic", lambda: clock() + 1_000)
        return found

    monkeypatch.setattr(Judge, "verdicts", late)
    assert taylor("x**2", about="x=1", claims=["df/dx = 2*x"], timeout=60).verdict.name == "agree"
