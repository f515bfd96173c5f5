"""Complex float64: the complex step loses no digit, however small the step."""

import math

import mpmath
import pytest
from reference import REFERENCE, exact

from gradcheck.arithmetic.complex_floats import ComplexFloats
from gradcheck.build import build
from gradcheck.forward import evaluate
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.syntax.plain import parse

ANALYTIC = [row for row in PRIMITIVES.values() if row.analytic and row.arity == 1 and row.name != "neg"]


@pytest.mark.parametrize("row", ANALYTIC, ids=lambda row: row.name)
def test_the_complex_step_is_exact_to_rounding(row):
    arithmetic = ComplexFloats()
    for (sample,) in row.samples:
        u = float(exact(sample))
        if row.name in {"asin", "acos", "atanh"} and abs(u) >= 1:
            continue
        value = arithmetic.function(row)(complex(u, 1e-30))
        with mpmath.workdps(60):
            slope = mpmath.diff(REFERENCE[row.name], mpmath.mpf(u))
        assert value.imag / 1e-30 == pytest.approx(float(slope), rel=1e-12), sample


def test_undefined_is_nan():
    graph = build(parse("1/x + log(y)"))
    values = evaluate(graph, ComplexFloats(), {"x": 0j, "y": complex(math.inf)})
    assert math.isnan(values[graph.output].real)
