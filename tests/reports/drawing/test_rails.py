"""The list with rails."""

from gradcheck.evaluation import evaluate
from gradcheck.reports.drawing import scene_of
from gradcheck.reports.drawing.rails import rails
from gradcheck.reports.drawing.text import STYLES


def shown(text, at, width=80, **options):
    scene = scene_of(evaluate(text, at=at, routes=["reverse"]), **options)
    return [row.plain for row in rails(scene, width, STYLES)]


def test_the_running_example():
    assert shown("sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))", "x=1") == [
        "●    x           1  ∂f/∂x = 5.98308",
        "●    a = x²      1  ∂f/∂a = 2.99154",
        "│      ∂a/∂x = 2x = 2",
        "├─●  b = exp(a)  2.71828  ∂f/∂b = 0.804549",
        "│ │    ∂b/∂a = exp(a) = 2.71828",
        "●─╯  c = a + b   3.71828  ∂f/∂c = 0.804549",
        "│      ∂c/∂a = 1   ∂c/∂b = 1",
        "├─●  d = √c      1.92828  ∂f/∂d = 1",
        "│ │    ∂d/∂c = 1/(2√c) = 0.259298",
        "● │  e = cos(c)  -0.838272  ∂f/∂e = 1",
        "│ │    ∂e/∂c = -sin(c) = 0.545252",
        "●─╯  f = d + e   1.09001  ∂f/∂f = 1",
        "       ∂f/∂d = 1   ∂f/∂e = 1",
    ]


def test_a_rail_that_is_crossed_runs_in_front():
    rows = shown("a = x*z; b = y*2; c = a*b*x*z*y", "x=1,y=2,z=3")
    assert any("├─│─" in row or "─│─┤" in row or "●─│─" in row for row in rows)


def test_too_many_rails_are_left_away():
    text = "; ".join(f"a{n} = x*{n + 2}" for n in range(40)) + "; L = " + " + ".join(f"a{n}" for n in range(40))
    rows = shown(text, "x=1", width=60, most=1000)
    assert not any("│" in row or "●" in row for row in rows)
    assert all(len(row) <= 60 for row in rows)
