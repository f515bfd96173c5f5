"""The page of a scalar function: whole without a script, true to the result, safe against whatever a text holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pages import read

from gradcheck.errors import GradcheckError, Note, Span
from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style
from gradcheck.reports import page as module
from gradcheck.studies.beside import studies
from gradcheck.verdicts import ClaimResult, Diagnosis, Evidence

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
_LOOSE = re.compile(r"&#177; [0-9.e-]+|<style>.*?</style>|<svg .*?</svg>|<meta [^>]*>", re.DOTALL)
"""Error bounds, which the libm decides, and what has tests of its own: the style sheets, the drawing."""
CLAIMS = ("df/dx = cos(x**2)", "2x cos(x)^2", "2x cos(x^2)", "df/dx = 1.08", "df/dx = sin(x")


def page(text, at, *, claims=(), style=None, **options):
    return FORMATS["html"](evaluate(text, at=at, claims=claims, **options), style or Style())


@pytest.fixture(scope="module")
def running():
    return evaluate(RUNNING, at="x=1", claims=["2x cos(x)^2"])


def test_the_parts_of_the_running_example(running):
    root = read(FORMATS["html"](running, Style()))
    assert root.one(tag="head").one(tag="title").text == "f = sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2)) (agree)"
    assert root.one(tag="h1").text == "f=x2+exp(x2)+cos(x2+exp(x2))"
    assert root.one(tag="h1").one(tag="math")["displaystyle"] == "true"
    assert [heading.text for heading in root.all(tag="h2")] == [
        "Forward and backward passgradient = sum of upstream × local", "Three routesto ∂f/∂node", "Claims", "Notes",
    ]  # fmt: skip
    assert [banner["class"] for banner in root.all(class_="banner")] == ["banner agree", "banner wrong"]
    assert len(root.all(class_="node")) == 7
    assert len(root.all(class_="step")) == 14


def test_the_page_is_the_same_every_time_and_in_ascii(running):
    one, other = (FORMATS["html"](running, Style()) for _ in range(2))
    assert one == other
    assert one.isascii()


def test_the_table_of_the_routes(running):
    table = read(FORMATS["html"](running, Style())).one(**{"aria-label": "Three routes"})
    rows = [[cell.text for cell in row.children] for row in table.one(tag="tbody").children]
    assert [row[0] for row in rows] == ["x", "a", "b", "c", "d", "e", "f"]
    assert rows[0][1].startswith("5.98308 ± ")
    assert rows[0][2:] == ["5.98308", "5.98308", "✓ agree"]


def test_a_kink():
    root = read(page("relu(x) - relu(-x)", "x=0"))
    assert root.all(class_="banner")[0].text == "? undecidedat x: kink at node a = relu(x)"
    assert "kink at node a = relu(x)" in root.one(**{"aria-label": "Three routes"}).text
    assert "[0,2]" in root.one(class_="facts").text


def test_routes_that_did_not_run_have_no_column():
    root = read(page("x**2", "x=1", routes=["fd", "reverse"]))
    titles = [cell.text for cell in root.one(**{"aria-label": "Two routes"}).one(tag="thead").all(tag="th")]
    assert titles == ["by", "finite difference", "reverse mode", "verdict"]
    assert "SymPy" not in root.text


def test_claims():
    root = read(page("sin(x**2)", "x=1", claims=CLAIMS[:4]))
    items = root.one(class_="claims").all(tag="li")
    assert [item["class"] for item in items] == ["wrong", "wrong", "correct", "correct"]
    assert [item.one(tag="code").text for item in items] == list(CLAIMS[:4])
    assert "∂f∂x=cos(x2)" in items[0].text
    assert "why at node f = sin(a) the inner derivative ∂a/∂x = 2x is missing (chain rule)" in items[0].text
    assert "with other brackets it is right" in items[1].text
    assert root.all(class_="banner")[1].text == "✗ wrong4 claims: 2 correct, 2 wrong"


def test_a_claim_that_cannot_be_read_is_an_error_as_ever():
    with pytest.raises(GradcheckError):
        page("sin(x**2)", "x=1", claims=CLAIMS[4:])


def test_quiet():
    root = read(page("x**2", "x=1", style=Style(quiet=True)))
    assert root.one(tag="h1").text == "f=x2"
    assert root.one(class_="banner").text.startswith("✓ agree")
    assert root.all(tag="section") == []


def test_the_reading_in_full():
    said = [paragraph.text for paragraph in read(page("1/2*x", "x=1", style=Style(verbose=True))).all(tag="p")]
    assert "in full: (1/2)*x" in said


def test_a_program_and_a_drawn_point():
    root = read(page("e = a*b; d = c + e; L = d*f", None))
    assert root.one(tag="h1").text == "e=a⋅b; d=c+e; L=d⋅f"
    assert "(drawn from seed 0)" in root.one(class_="point").text
    assert root.one(tag="head").one(tag="title").text == "e = a*b; d = c + e; L = d*f (agree)"


def test_an_expression_too_long_for_a_heading():
    text = " + ".join(f"sin({n}*x)" for n in range(1, 60))
    root = read(page(text, "x=1", routes=["reverse"]))
    assert root.one(tag="h1").text.endswith(" …")
    assert root.one(tag="header").one(tag="details").one(tag="code").text == text
    assert "not compared" in root.one(class_="banner").text


def test_long_formulas_of_sympy_are_folded_away():
    text = "; ".join(["a1 = x", *(f"a{n} = sin(a{n - 1})*a{n - 1}" for n in range(2, 7)), "a6"])
    root = read(page(text, "x=1"))
    folded = root.one(class_="formulas").all(tag="details")
    assert folded
    assert "characters" in folded[0].text


def test_the_plots_of_what_was_studied_beside_it(running):
    root = read(module.evaluation_page(running, Style(), studies(running, timeout=10)))
    titles = [figure.all(tag="title")[0].text for figure in root.all(class_="plot")]
    assert titles == ["f and its tangent", "The error of difference quotients for ∂f/∂x"]
    assert read(FORMATS["html"](running, Style())).all(class_="plot") == []


def test_what_cannot_be_drawn_is_walked_all_the_same(running, monkeypatch):
    def fails(*_, **__):
        raise GradcheckError("this drawing needs graphviz-pure, which is not installed")

    monkeypatch.setattr(module, "place", fails)
    root = read(FORMATS["html"](running, Style()))
    assert "No drawing: this drawing needs graphviz-pure" in root.one(class_="drawing").text
    assert len(root.all(class_="step")) == 14


def test_a_constant_and_a_variable_alone():
    assert read(page("2 + 3", None)).one(tag="h1").text == "f=2+3"
    assert len(read(page("x", "x=3")).all(class_="step")) == 2


def test_above_sixty_nodes_the_drawing_is_a_summary_and_the_walk_is_whole():
    text = "; ".join(["a1 = x*y", *(f"a{n} = sin(a{n - 1}) + y" for n in range(2, 60))])
    root = read(page(text, "x=1,y=2", routes=["fd", "reverse"], nodes="all"))
    drawn = root.all(class_="node")
    assert len(drawn) < 20
    members = {place for node in drawn for place in (node.attributes.get("data-members") or node["data-index"]).split()}
    assert {step["data-index"] for step in root.all(class_="step")} <= members


def test_a_hostile_result_reads_as_text(running):
    """The names of the language hold no markup; whatever a result may hold, it is shown."""
    for evil in ("</script><script>x", "<img src=x onerror=y>", '" onclick="z', "\u202eabc", "a\x00b", "&lt;"):
        claim = ClaimResult(
            evil, evil, evil, evil, "wrong", Evidence("point"), Diagnosis(evil, evil, evil), evil, (evil,)
        )
        node = replace(running.nodes[1], name=evil, operation=evil, pretty=evil)
        hostile = replace(
            running, reading=evil, output=evil, point={evil: evil}, nodes=(node,), gradient=(node,), claims=(claim,),
            notes=(evil,), reading_notes=(Note(evil, Span(0, 0)),), verdict=replace(running.verdict, reason=evil),
        )  # fmt: skip
        root = read(FORMATS["html"](hostile, Style()))
        assert len(root.all(tag="script")) == 1
        assert root.all(tag="img") == []
        assert "\u202e" not in root.text


def test_a_value_that_is_cut_says_so():
    value = "+".join(["1"] * 3_000)
    text = read(page("x", {"x": value})).one(class_="point").text
    assert text.endswith("…")
    assert len(text) < len(value)


def test_writing_a_page_needs_no_sympy():
    code = (
        "import sys\n"
        "from gradcheck.evaluation import evaluate\n"
        "from gradcheck.reports import FORMATS, Style\n"
        "result = evaluate('sin(x)*x', at='x=1', routes=['fd', 'reverse'])\n"
        "assert FORMATS['html'](result, Style()).startswith('<!DOCTYPE html>')\n"
        "print(*(name for name in ('sympy', 'numpy', 'click', 'rich') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""


def test_the_sample_is_the_page_of_the_running_example(running):
    """It is written by the README, whose examples are replayed; here its text is compared."""
    sample = Path(__file__).parents[2] / "samples" / "running-example.html"
    fresh = module.evaluation_page(running, Style(), studies(running, timeout=10))
    if os.environ.get("GRADCHECK_UPDATE_GOLDEN"):
        sample.write_text(fresh, encoding="ascii")
    assert _LOOSE.sub("", sample.read_text(encoding="ascii")) == _LOOSE.sub("", fresh)
    assert len(fresh) < 300_000
