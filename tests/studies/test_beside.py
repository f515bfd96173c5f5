"""The studies beside a page: as many as can be looked at, and never an error."""

from __future__ import annotations

import pytest

from gradcheck.evaluation import evaluate
from gradcheck.studies.beside import studies
from gradcheck.studies.results import StepStudy, TaylorStudy


def kinds(text, at, **options):
    return [type(one) for one in studies(evaluate(text, at=at, **options), timeout=10)]


@pytest.mark.parametrize(
    ("text", "at", "options", "found"),
    [
        ("x**2", "x=1", {}, [TaylorStudy, StepStudy]),
        ("x**2", None, {}, [TaylorStudy, StepStudy]),
        ("x**2", "x=1", {"routes": ["symbolic", "reverse"]}, [TaylorStudy]),
        ("x*y", "x=1,y=2", {}, [StepStudy] * 2),
        ("x*y + z*w", "x=1,y=2,z=3,w=4", {}, [StepStudy] * 3),
        ("e*x", "e=2,x=3", {}, [StepStudy] * 2),
        ("2 + 3", None, {}, []),
        ("; ".join(["a1 = x", *(f"a{n} = sin(a{n - 1})" for n in range(2, 250))]), "x=1", {"routes": ["reverse"]}, []),
    ],
    ids=lambda value: str(value)[:20],
)
def test_studies(text, at, options, found):
    assert kinds(text, at, **options) == found


@pytest.mark.parametrize(
    ("text", "at"), [("relu(x)", "x=0"), ("sqrt(x)", "x=0"), ("floor(x)", "x=1"), ("abs(x)*x", "x=0")]
)
def test_a_kink_or_an_edge_is_no_error(text, at):
    assert isinstance(studies(evaluate(text, at=at), timeout=10), tuple)


def test_they_are_about_the_point_and_the_first_variables():
    result = evaluate("x*y", at="x=pi/4,y=2")
    assert [(study.wrt, study.point) for study in studies(result, timeout=10)] == [
        ("x", {"x": "pi/4", "y": "2"}), ("y", {"x": "pi/4", "y": "2"}),
    ]  # fmt: skip
