"""Scenes: every node and edge of a result, in words."""

import pytest

from gradcheck.evaluation import evaluate
from gradcheck.reports.drawing.scene import function_of, rewritten, whole


def edges(scene):
    return [(scene.nodes[one.source].name, scene.nodes[one.target].name, one.formula, one.value) for one in scene.edges]


def test_the_running_example():
    scene = whole(evaluate("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", at="x=1"))
    assert [(node.name, node.formula, node.value, node.adjoint) for node in scene.nodes] == [
        ("x", "", "1", "∂f/∂x = 5.98308"),
        ("a", "x²", "1", "∂f/∂a = 2.99154"),
        ("b", "exp(a)", "2.71828", "∂f/∂b = 0.804549"),
        ("c", "a + b", "3.71828", "∂f/∂c = 0.804549"),
        ("d", "√c", "1.92828", "∂f/∂d = 1"),
        ("e", "cos(c)", "-0.838272", "∂f/∂e = 1"),
        ("f", "d + e", "1.09001", "∂f/∂f = 1"),
    ]
    assert edges(scene) == [
        ("x", "a", "2x", "2"),
        ("a", "b", "exp(a)", "2.71828"),
        ("a", "c", "1", ""),
        ("b", "c", "1", ""),
        ("c", "d", "1/(2√c)", "0.259298"),
        ("c", "e", "-sin(c)", "0.545252"),
        ("d", "f", "1", ""),
        ("e", "f", "1", ""),
    ]
    assert [node.kind for node in scene.nodes] == ["input", *["operation"] * 5, "output"]
    assert not any(node.mark for node in scene.nodes)
    assert scene.verdict == "AGREE"
    assert scene.sentence.endswith("(exit 0)")


def test_a_product_with_itself_has_two_edges():
    scene = whole(evaluate("x*x + 1", at="x=3", routes=["reverse"]))
    assert edges(scene)[:2] == [("x", "a", "x", "3")] * 2


def test_undecided_nodes_are_marked():
    scene = whole(evaluate("relu(x) - relu(-x)", at="x=0"))
    assert {node.name: node.mark for node in scene.nodes if node.mark} == {"x": "? undecided", "b": "? undecided"}
    assert all("kink" in node.reason for node in scene.nodes if node.mark)


def test_disagreeing_nodes_are_marked():
    from dataclasses import replace

    from gradcheck.results import Verdict

    result = evaluate("sin(x)", at="x=1")
    wrong = replace(result.nodes[0], verdict=Verdict("disagree", "they exclude each other"))
    node = whole(replace(result, nodes=(wrong, *result.nodes[1:]))).nodes[0]
    assert (node.mark, node.state) == ("✗ routes disagree", "disagree")


def test_the_mistake_of_a_claim_is_marked():
    scene = whole(evaluate("sin(x**2)", at="x=1", claims=["cos(x**2)", "2x cos(x**2)"]))
    assert {node.name: node.mark for node in scene.nodes if node.mark} == {"f": "✗ mistake: inner derivative missing"}
    assert scene.nodes[-1].state == "mistake"
    assert scene.sentence.endswith("claims: 1 correct, 1 wrong (exit 1)")


def test_no_derivative_follows_truth_values_and_constants():
    scene = whole(evaluate("where(x < y, x*y, 1) + (x < 2)*x + sqrt(2)", at="x=1,y=2", routes=["reverse"]))
    still = {(scene.nodes[one.source].name, scene.nodes[one.target].name) for one in scene.edges if not one.flows}
    assert still == {("x", "a"), ("y", "a"), ("a", "c"), ("x", "d"), ("d", "e"), ("h", "f")}
    assert not any("undefined" in one.value for one in scene.edges)


def test_arrays_show_shapes_and_pullbacks():
    scene = whole(evaluate("z = W @ x; f = norm(z)**2", at="W=[[1, 2], [3, 4]], x=[1, 1]", routes=["reverse"]))
    assert [node.value for node in scene.nodes] == ["2x2: [[1, 2], [3, 4]]", "2: [1, 1]", "2: [3, 7]", "58"]
    assert scene.nodes[2].adjoint == "∂f/∂z = [6, 14]"
    assert edges(scene)[0] == ("W", "z", "∂f/∂z @ xᵀ", "")


def test_large_arrays_show_their_norm():
    scene = whole(evaluate("sum(A)", declarations="A: 20x30", routes=["reverse"]))
    assert scene.nodes[0].value.startswith("20x30, norm ")
    assert scene.nodes[0].adjoint == "∂f/∂A: 20x30, norm 24.49"


@pytest.mark.parametrize("nodes", [None, 10])
def test_nodes_that_the_result_leaves_out_are_one(nodes):
    text = " + ".join(f"sin({n}*x)" for n in range(1, 200))
    result = evaluate(text, at="x=1", routes=["reverse"], nodes=nodes)
    scene = whole(result)
    (middle,) = [number for number, node in enumerate(scene.nodes) if node.kind == "group"]
    shown = sum(node.kind in {"operation", "output"} for node in scene.nodes)
    assert scene.nodes[middle].value == f"{result.cost.forward - shown} nodes, not examined"
    assert any(edge.target == middle for edge in scene.edges)
    assert any(edge.source == middle for edge in scene.edges)
    assert all(edge.source < edge.target for edge in scene.edges)
    assert scene.nodes[-1].kind == "output"


@pytest.mark.parametrize(
    ("operation", "function"),
    [
        ("sin(a)", "sin"), ("a + 2", "+"), ("-3*x", "*"), ("x**2", "**"), ("x**-2", "**"), ("-x", "-"), ("W.T", ".T"),
        ("x", ""), ("a/b", "/"), ("W @ x", "@"), ("where(a, b, 1)", "where"), ("x < 2", "<"), ("norm(c)**2", "**"),
    ],
)  # fmt: skip
def test_functions(operation, function):
    assert function_of(operation) == function


def test_rewritten_passes_every_text():
    scene = rewritten(whole(evaluate("sqrt(x)", at="x=4")), lambda text: text.replace("∂", "d").replace("√", "sqrt "))
    assert "∂" not in repr(scene.nodes) + repr(scene.edges)
    assert scene.nodes[-1].formula == "sqrt x"


def test_a_constant_is_its_output_alone():
    scene = whole(evaluate("3", routes=["reverse"]))
    assert [(node.name, node.kind, node.value) for node in scene.nodes] == [("f", "output", "3")]


@pytest.mark.parametrize("text", ["1e400*x", "x**-400 + floor(x)", "x**x**x", "1/x"])
def test_weights_are_numbers(text):
    assert all(node.weight >= 0 for node in whole(evaluate(text, at="x=1e-300", routes=["reverse"])).nodes)
