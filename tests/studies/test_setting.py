"""What a study is about: reading, gradient, kinks."""

import pytest

from gradcheck.errors import NameProblem, UsageProblem
from gradcheck.point import read_point
from gradcheck.studies.setting import read_setting


def test_gradients_are_reverse_modes():
    found = read_setting("x*y + exp(x)", "x=0,y=2", None, 0).gradient(128)
    assert [float(found[name][0]) for name in ("x", "y")] == [3, 0]
    arrays = read_setting("norm(x)**2", "x=[1,2]", None, 0).gradient(128)
    assert [float(one) for one in arrays["x"]] == [2, 4]


@pytest.mark.parametrize(
    ("text", "at", "place"),
    [
        ("abs(x)", "x=0", "kink at node f = |x|"),
        ("abs(x)", "x=1", ""),
        ("floor(x) + abs(x - 1)", "x=1", "jump at node a = floor(x)"),
        ("norm(x)", "x=[0,0]", "kink at node f = ‖x‖"),
        ("sum(relu(x))", "x=[1,0]", "kink at node a = relu(x)"),
        ("sum(relu(x))", "x=[1,2]", ""),
    ],
)
def test_kinks_are_named(text, at, place):
    assert read_setting(text, at, None, 0).break_at() == place


def test_names_and_shapes():
    with pytest.raises(UsageProblem, match="about one number"):
        read_setting("A @ A", "A=[[1,2],[3,4]]", None, 0)
    with pytest.raises(NameProblem, match="--along gives z a value"):
        read_setting("x", "x=1", None, 0, also=read_point("z=1"), also_option="--along")
    assert read_setting("e*x", "x=1", None, 0, also=read_point("x=1")).graph.inputs.keys() == {"x"}
    assert read_setting("e*x", "e=1,x=1", None, 0).graph.inputs.keys() == {"e", "x"}


def test_drawn_points_respect_declarations():
    found = read_setting("log(x)*n", None, "x > 0; n: integer", 7)
    assert found.drawn
    assert float(found.point["x"].text) > 0
    assert "." not in found.point["n"].text
