"""A seeded sample of ``python -m tests.attack differential``, and proof that the comparison can fail."""

from __future__ import annotations

import dataclasses

import pytest
from attack import differential
from attack.differential import examine, points

from gradcheck.arithmetic.floats import Floats
from gradcheck.primitives.scalar import PRIMITIVES

POINTS = 24
VALUE = {"root": 300.0, "gelu": 300.0, "**": 4.0}
"""Ulps of a value in float64 where 3 do not do: a degree or an argument that is rounded first."""
SILENT = {"**": 8, "root": 8}
"""Points where nothing is said though there is a derivative: by v of 0**v, where the rule has log(0)."""
WRONG = 1e9
"""Ulps of a row whose value is simply not that number."""


@pytest.mark.parametrize("name", PRIMITIVES)
def test_every_row_against_mpmath(name):
    report = examine(PRIMITIVES[name], POINTS, seed=1, peer=False)
    assert not report.complaints
    assert report.value.worst <= VALUE.get(name, 3.0), report.value.at
    assert not report.value.lost, "float64 gives no value where there is an ordinary one"
    assert len(report.silent) <= SILENT.get(name, 0), report.silent


@pytest.mark.parametrize("name", ["acot", "asec", "acoth", "asech", "sech"])
def test_values_near_the_edges(name):
    """BUG: acosh(1/u) near 1 was off by 10**15 ulps, acot of large numbers by 10**5, sech of 800 was undefined."""
    report = examine(PRIMITIVES[name], 150, seed=0, peer=False)
    assert report.value.worst <= VALUE.get(name, 3.0), report.value.at
    assert not report.value.lost


def test_the_other_engine_computes_the_same_functions():
    for name in ("sin", "sigmoid", "/"):
        report = examine(PRIMITIVES[name], 30, seed=2)
        assert not report.complaints
        assert report.peer_value.all
        assert report.peer_derivative.all


def test_points_hold_what_is_special():
    found = points(PRIMITIVES["log"], 400, 0)
    assert {(0.0,), (1.0,), (5e-324,), (1.7e308,), (float("1e-300"),)} <= set(found)
    assert any(repr(one) == "-0.0" for (one,) in found)
    assert len(found) == 400


# -- what is wrong is found --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("tanh", {"derivatives": ("1 - y**2 + 1e-18",)}, "the derivative by u is"),
        ("atan", {"derivatives": ("1/(1 + u**2)/2",)}, "the derivative by u is"),
        ("abs", {"kinks": ()}, "the row does not say so"),
        ("floor", {"jumps": ()}, "the row does not say so"),
        ("relu", {"derivatives": ("1",)}, "the derivative by u is"),
        ("log", {"domain": "u > -1"}, "the domain says"),
        ("sqrt", {"domain": ""}, "there is no value"),
        ("cosh", {"balls": "sinh"}, "value is"),
        ("exp", {"balls": "expm1"}, "value is"),
    ],
)
def test_a_wrong_row_is_found(name, change, complaint, monkeypatch):
    row = dataclasses.replace(PRIMITIVES[name], **change)
    if name == "sqrt":  # without a domain it is the floats that give a value where there is none
        monkeypatch.setitem(differential._floats().functions, row, lambda u: abs(u) ** 0.5)
    report = examine(row, 40, seed=0, peer=False)
    assert any(complaint in said for said in report.complaints), report.complaints[:3]


def test_a_float_that_is_off_is_measured(monkeypatch):
    arithmetic = Floats()
    row = PRIMITIVES["sin"]
    exact = arithmetic.function(row)
    monkeypatch.setitem(arithmetic.functions, row, lambda u: exact(u) * (1 + 1e-9))
    monkeypatch.setattr(differential, "_floats", lambda: arithmetic)
    assert 1e6 < examine(row, 40, seed=0, peer=False).value.worst < WRONG
