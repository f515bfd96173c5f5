"""JSON: the fields of the design, strict numbers, and the golden document."""

from __future__ import annotations

import json
import os

import mpmath
import pytest
from golden_files import FOLDER
from schemas import read_strictly

from gradcheck.errors import GradcheckError
from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style
from gradcheck.reports.json import error_json

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"


def document(text, digits=6, **options):
    return read_strictly(FORMATS["json"](evaluate(text, **options), Style(digits=digits)))


def test_golden():
    text = FORMATS["json"](evaluate(RUNNING, at="x=1"), Style())
    path = FOLDER / "running_example.json"
    if os.environ.get("GRADCHECK_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    golden = json.loads(path.read_text(encoding="utf-8"))
    assert rounded(read_strictly(text)) == rounded(golden)


def rounded(value):
    """Floats to six digits; error bounds and the steps that they choose (which the libm decides) not at all."""
    match value:
        case float():
            return float(f"{value:.6g}")
        case list():
            return [rounded(one) for one in value]
        case dict():
            return {name: None if name in {"error", "step"} else rounded(one) for name, one in value.items()}
        case _:
            return value


def test_the_fields_of_the_design():
    found = document(RUNNING, at="x=1")
    assert found["schema"] == "gradcheck.eval/1"
    assert found["expression"] == RUNNING
    assert found["reading"] == "sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))"
    assert found["point"] == {"x": "1"}
    assert found["cost"] == {"forward": 6, "gradient": 17}
    assert found["smooth"]["kind"] == "smooth"
    assert found["smooth"]["differentiable"] is True
    assert found["claims"] == []
    (c,) = [node for node in found["nodes"] if node["name"] == "c"]
    assert c["operation"] == "a + b"
    assert c["value"] == pytest.approx(3.718281828459045, rel=1e-15)
    c_plus = 1 + mpmath.e
    at_c = 1 / (2 * mpmath.sqrt(c_plus)) - mpmath.sin(c_plus)
    assert c["adjoint"] == pytest.approx(float(at_c), rel=1e-14)
    assert [(one["wrt"], one["expression"], one["value"]) for one in c["local"]] == [("a", "1", 1), ("b", "1", 1)]
    (x,) = found["gradient"]
    assert x["wrt"] == "x"
    assert x["reverse"]["value"] == pytest.approx(float(2 * c_plus * at_c), rel=1e-14)
    assert x["symbolic"]["value"] == x["reverse"]["value"]
    assert x["finite_difference"]["value"] == pytest.approx(float(2 * c_plus * at_c), rel=1e-7)
    assert x["finite_difference"]["step"] > 0
    assert (x["verdict"], x["reason"]) == ("agree", "")


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("relu(x)", "x=0", "kink"),
        ("floor(x)", "x=2", "jump"),
        ("cbrt(x)", "x=0", "vertical"),
        ("sqrt(x)", "x=0", "edge"),
        ("x**x", "x=-2", "edge"),
        ("(x > 0)*(x + 1)", "x=0", "jump"),
        ("where(x == 0, 5, x)", "x=0", "jump"),
    ],
)
def test_where_there_is_no_derivative_the_json_is_still_json(text, at, kind):
    found = document(text, at=at)
    assert found["smooth"]["kind"] == kind
    assert found["verdict"] == "undecided"
    assert found["reason"]
    assert found["exit_code"] == 3


def test_infinite_slopes_are_strings():
    smooth = document("cbrt(x)", at="x=0")["smooth"]
    assert (smooth["left"], smooth["right"]) == ("Infinity", "Infinity")
    smooth = document("sqrt(abs(x))", at="x=0")["smooth"]
    assert (smooth["left"], smooth["right"]) == ("-Infinity", "Infinity")


def test_a_kink_is_an_interval():
    found = document("relu(x)", at="x=0")
    assert found["gradient"][0]["reverse"]["value"] == "[0, 1]"
    assert (found["smooth"]["left"], found["smooth"]["right"]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "value"), [("x**2000", "1.1481306952742545e+602"), ("x**-2000", "8.7098098162172168e-603")]
)
def test_numbers_beyond_float64_are_texts(text, value):
    found = document(text, at="x=2")["value"]
    assert isinstance(found, str)
    mantissa, exponent = value.split("e")
    assert found.startswith(mantissa[:15])
    assert found.endswith(f"e{exponent}")


def test_many_digits_are_texts():
    found = document("1/x", at="x=7", digits=30)
    assert found["value"] == "0.142857142857142857142857142857"


def test_a_route_that_was_not_run_is_null():
    found = document("x**2", at="x=3", routes=["reverse"])
    for node in (*found["nodes"], *found["gradient"]):
        assert node["finite_difference"] is None
        assert node["symbolic"] is None
    assert found["gradient"][0]["reverse"] == {"value": 6}
    assert found["verdict"] is None


def test_a_route_that_gave_up_says_why():
    found = document("sin(" * 300 + "x" + ")" * 300, at="x=1/2")
    assert found["gradient"][0]["symbolic"]["value"] is None
    assert "gave up" in found["gradient"][0]["symbolic"]["reason"]
    assert found["gradient"][0]["verdict"] == "agree"


def test_beyond_200_nodes_only_inputs_and_asked_for_nodes():
    text = "; ".join(["a0 = x", *(f"a{n} = a{n - 1} + x" for n in range(1, 300))])
    found = document(text, at="x=1", routes=["fd", "reverse"], wrt=["x", "a100"])
    assert [node["name"] for node in found["nodes"]] == ["x", "a100"]
    assert [node["wrt"] for node in found["gradient"]] == ["x", "a100"]


def test_a_drawn_point_keeps_its_seed():
    found = document("x*y", seed=11)
    assert (found["seed"], found["drawn"]) == (11, True)
    assert set(found["point"]) == {"x", "y"}
    assert document("x*y", at=found["point"])["value"] == found["value"]


@pytest.mark.parametrize(
    ("text", "at", "place"),
    [
        ("sqrt(x", None, (1, 7, 1)),
        ("3 + log(x-2)", "x=1", (1, 5, 8)),
        ("a = x\nb = sinn(a)", "x=1", (2, 5, 4)),
        ("", None, (1, 1, 1)),
    ],
)
def test_errors(text, at, place):
    with pytest.raises(GradcheckError) as caught:
        evaluate(text, at=at)
    error = read_strictly(error_json(caught.value.within(text)))["error"]
    assert (error["line"], error["column"], error["length"]) == place
    assert error["message"]


def test_unicode_stays_readable():
    text = FORMATS["json"](evaluate("θ**2", at={"θ": 3}), Style())
    assert "θ" in text
    assert read_strictly(text)["point"] == {"θ": "3"}


def test_it_is_one_document_that_ends_in_a_newline():
    text = FORMATS["json"](evaluate("x", at="x=1"), Style())
    assert text.endswith("}\n")
    assert text.count("\n}\n") == 1
