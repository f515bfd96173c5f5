"""SVG plots: well-formed, escaped, one element with its own colours, nothing outside the paper."""

import re
import xml.etree.ElementTree as ET

import pytest

from gradcheck.reports.plots import HEIGHT, WIDTH, remainders_svg, tangent_svg, v_curve_svg
from gradcheck.studies.steps import step_study
from gradcheck.studies.taylor import taylor

SVG = "{http://www.w3.org/2000/svg}"
V = step_study("exp(x)*sin(x)", at="x=1")
TANGENT = taylor("(x-2)**2+3", about="x=1", to="x=1.1", claims=["df/dx = 2*x-4", "df/dx = x-4"])
PLOTS = {
    "v": v_curve_svg(V),
    "v of a line": v_curve_svg(step_study("2*x", at="x=3")),
    "v of nothing": v_curve_svg(step_study("abs(x)", at="x=0")),
    "v of infinity": v_curve_svg(step_study("exp(x)", at="x=710")),
    "v of arrays": v_curve_svg(step_study("sum(sigmoid(W@x))", declarations="W: 2x3; x: 3")),
    "tangent": tangent_svg(TANGENT),
    "pole": tangent_svg(taylor("1/x", about="x=-1", to="x=1", order=3)),
    "constant": tangent_svg(taylor("x - x", about="x=1", to="x=2")),
    "no target": tangent_svg(taylor("sin(x)", about="x=0", order=5)),
    "several variables": tangent_svg(taylor("x*y", about="x=1,y=1", to="x=2,y=3")),
    "kink": tangent_svg(taylor("abs(x)", about="x=0", to="x=1")),
    "remainders": remainders_svg(TANGENT),
    "remainders that are 0": remainders_svg(taylor("x - x", about="x=1", test=True)),
    "no test": remainders_svg(taylor("x", about="x=1")),
}


@pytest.mark.parametrize("name", PLOTS)
def test_each_is_one_element_that_stands_alone(name):
    root = ET.fromstring(PLOTS[name])
    assert root.tag == f"{SVG}svg"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert root.get("aria-labelledby").split() == [
        f"{root.find(f'{SVG}title').get('id')}",
        root.find(f"{SVG}desc").get("id"),
    ]
    assert root.find(f"{SVG}title").text
    assert root.find(f"{SVG}desc").text
    assert not list(root.iter(f"{SVG}script"))
    assert not [element for element in root.iter() if element.get("style")]
    assert "prefers-color-scheme:dark" in PLOTS[name]
    assert "nan" not in PLOTS[name]
    assert "inf" not in PLOTS[name].replace("infinity", "")


@pytest.mark.parametrize("name", PLOTS)
def test_marks_and_words_lie_on_the_paper(name):
    root = ET.fromstring(PLOTS[name])
    for element in root.iter():
        for x, y in (("x", "y"), ("cx", "cy")):
            if element.get(x) is not None and element.get(y) is not None:
                assert -5 <= float(element.get(x)) <= WIDTH + 5
                assert -5 <= float(element.get(y)) <= HEIGHT + 5


def test_the_v_marks_the_step_that_gradcheck_takes():
    assert "gradcheck's step 3.8e-06".replace("'", "&#x27;") in PLOTS["v"]
    assert PLOTS["v"].count('class="law ') >= 5
    assert "f is continuous at x = 0 but has a kink" in PLOTS["v of nothing"]
    assert "the slopes are exact at every step" in PLOTS["v of a line"]
    assert "float64 has no finite slope here" in PLOTS["v of infinity"]


def test_the_tangent_shows_the_error():
    assert ">error 0.01</text>" in PLOTS["tangent"]
    assert ">point x = 1</text>" in PLOTS["tangent"]
    assert "the polynomial 3.8" in PLOTS["tangent"]


def test_a_curve_breaks_where_there_is_no_value():
    (curve,) = re.findall(r'class="line ink" d="([^"]*)"', PLOTS["pole"])
    assert curve.count("M") >= 1


def test_prefixes_keep_ids_apart():
    assert 'id="one-title"' in v_curve_svg(V, "one")
    assert "url(#one-inside)" in v_curve_svg(V, "one")


def test_names_are_escaped():
    study = step_study("a = x*2; b = a**2", at="x=1")
    assert "<script" not in v_curve_svg(study)
    claim = "df/dx = 2*x < 3"
    assert "2*x &lt; 3" in remainders_svg(taylor("x**2", about="x=1", claims=[claim]))
