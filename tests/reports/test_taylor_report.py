"""The reports of gradcheck taylor: golden tables, JSON by its schema, every format for every kind of study."""

import pytest
from golden_files import matches
from schemas import read_strictly

from gradcheck.reports import Style
from gradcheck.reports.taylor import TAYLOR_FORMATS, taylor_markdown, taylor_table
from gradcheck.reports.taylor_json import taylor_json
from gradcheck.reports.taylor_wording import plane, polynomial, shifted
from gradcheck.studies.taylor import taylor

STUDIES = {
    "notes": taylor("(x-2)**2+3", about="x=1", to="x=1.1"),
    "test": taylor("sin(x**2)", about="x=1", to="x=1.5", order=3, claims=["df/dx = cos(x**2)", "2x cos(x^2)"]),
    "plane": taylor("x*y + sin(x)", about="x=1,y=2", to="x=1.1,y=2.2", test=True),
    "way": taylor("x*y + sin(x)", about="x=1,y=2", to="x=1.1,y=2.2", order=4),
    "point": taylor("exp(x)*y", about="x=0,y=-2"),
    "arrays": taylor("x.T @ A @ x", about=["A=[[1,2],[3,4]]", "x=[1,1]"], to="x=[1.1,1]", claims=["df/dx = 2*A@x"]),
    "kink": taylor("abs(x)", about="x=0", to="x=1"),
    "between": taylor("abs(x)", about="x=-1", to="x=1"),
    "long": taylor("exp(x)", about="x=0", to="x=1", order=40),
    "drawn": taylor("sin(x)*y", test=True, claims=["df/dx = cos(x)*y + 1e-20"]),
    "line": taylor("2x+1", about="x=3", test=True),
}


@pytest.mark.parametrize("name", ["notes", "test", "plane", "arrays", "kink", "drawn"])
def test_golden_tables(name):
    assert matches(f"taylor_{name}.txt", taylor_table(STUDIES[name], Style()))


def test_golden_markdown():
    assert matches("taylor_test.md", taylor_markdown(STUDIES["test"], Style()))


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_too_wide(name, width):
    table = taylor_table(STUDIES[name], Style(width=width))
    assert all(len(line) <= width for line in table.splitlines())
    assert "nan" not in table


@pytest.mark.parametrize("name", STUDIES)
def test_json(name):
    document = read_strictly(taylor_json(STUDIES[name], Style()))
    assert document["exit_code"] == STUDIES[name].exit_code


def test_json_numbers():
    document = read_strictly(taylor_json(STUDIES["notes"], Style()))
    assert document["polynomial"] == 3.8
    assert document["value"] == 3.81
    assert document["error"] == 0.01
    assert document["bound"] == {"low": "0.01", "high": "0.01", "reason": ""}
    assert document["gradient"] == [{"wrt": "x", "shape": [], "derivative": -2.0, "step": [0.1], "product": -0.2}]


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("format_", TAYLOR_FORMATS)
@pytest.mark.parametrize("quiet", [False, True])
def test_every_format_of_every_study(name, format_, quiet):
    assert TAYLOR_FORMATS[format_](STUDIES[name], Style(quiet=quiet, verbose=True, color=True, digits=12)).endswith(
        "\n"
    )


@pytest.mark.parametrize(
    ("about", "written"),
    [
        ("1", "(x - 1)"),
        ("-1.5", "(x + 1.5)"),
        ("0", "x"),
        ("pi/4", "(x - pi/4)"),
        ("1 - pi", "(x - (1 - pi))"),
        ("--2", "(x - (--2))"),
    ],
)
def test_the_variable_of_the_polynomial(about, written):
    assert shifted("x", about) == written


@pytest.mark.parametrize(
    ("text", "about", "written"),
    [
        ("x*y", "x=1/2-1,y=0", "-0.5·y"),
        ("x*y", "x=1,y=-2", "-2 - 2·(x - 1) + (y + 2)"),
        ("x*y", "x=1/2-1,y=3", "-1.5 + 3·(x - (1/2 - 1)) - 0.5·(y - 3)"),
        ("x*y", "x=0,y=0", "0"),
    ],
)
def test_tangent_planes_as_people_write_them(text, about, written):
    assert plane(taylor(text, about=about), 6) == written


@pytest.mark.parametrize(
    ("text", "about", "order", "written"),
    [
        ("(x-2)**2+3", "1", 2, "4 - 2·(x - 1) + (x - 1)²"),
        ("sin(x)", "0", 5, "x - 0.166667·x³ + 0.00833333·x⁵"),
        ("-x**12", "0", 12, "-x¹²"),
        ("x - x", "1", 2, "0"),
        ("x*0 + 7", "1", 0, "7"),
    ],
)
def test_polynomials_as_people_write_them(text, about, order, written):
    assert polynomial(taylor(text, about={"x": about}, order=order), 6) == written


def test_long_polynomials_are_cut_in_the_middle():
    short = taylor_table(STUDIES["long"], Style())
    assert "…" in short
    assert len(taylor_table(STUDIES["long"], Style(verbose=True)).splitlines()) > len(short.splitlines()) + 20


def test_many_claims_take_several_tables():
    study = taylor("sin(x)", about="x=1", claims=["cos(x)", "-cos(x)", "cos(x)+1", "sin(x)", "2*cos(x)"])
    table = taylor_table(study, Style())
    assert table.count("\n  h ") == 3
    assert all(len(line) <= 80 for line in table.splitlines())


def test_markdown_says_all_that_the_table_says():
    text = taylor_markdown(STUDIES["drawn"], Style())
    assert "About `x = 2.8, y = 1.3` (drawn from seed 0), along `x = -0.08, y = -0.09` (drawn from seed 0)\n" in text
    assert "### Tangent plane\n\n`T(x, y) = 0.435485 - " in text
    noted = taylor_markdown(taylor("log(x)", about="x=1"), Style())
    assert "\n> note: " in noted
    assert "\n\n### Gradient" in noted


@pytest.mark.parametrize("format_", ["table", "markdown"])
def test_arrays_have_no_tangent_plane_to_be_printed(format_):
    assert "tangent" not in TAYLOR_FORMATS[format_](taylor("x.T @ x", about="x=[1,2]"), Style()).lower()
