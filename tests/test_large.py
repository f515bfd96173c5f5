"""Large tapes: one sweep in float64, nothing compared."""

import pytest

from gradcheck.build import build
from gradcheck.evaluation import evaluate
from gradcheck.large import sweep_large
from gradcheck.point import read_point
from gradcheck.syntax.plain import parse


def test_a_long_chain():
    text = "x" + " + x*x" * 400
    result = evaluate(text, at={"x": 3}, routes=["reverse"])
    assert float(result.gradient[0].adjoint.value) == 1 + 400 * 6
    assert result.verdict.name is None
    assert "float64 only" in result.notes[0]


@pytest.mark.parametrize("text", ["exp(exp(x))", "log(x - 9)"])
def test_what_has_no_finite_value_is_left_to_the_balls(text):
    assert sweep_large(build(parse(text)), read_point({"x": 9})) is None
