"""The page of an evaluation in a real browser: the walk, what it shows, what it must never do."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from selenium.webdriver.common.keys import Keys

from gradcheck.cli import run
from gradcheck.errors import Note, Span
from gradcheck.evaluation import evaluate
from gradcheck.reports import FORMATS, Style
from gradcheck.verdicts import ClaimResult, Diagnosis, Evidence

RUNNING = "sqrt(x**2+exp(x**2))+cos(x**2+exp(x**2))"
CLAIMS = ("df/dx = 2*x*cos(x**2)", "5.98308")


def chain(length):
    """A program of so many operations with fan-out: each node is used twice."""
    return "; ".join(
        ["a1 = x*y", "a2 = sin(a1) + x", *(f"a{n} = a{n - 1}*a{n - 2}/2 + y" for n in range(3, length // 3 + 2))]
    )


@pytest.fixture(scope="module")
def running():
    return evaluate(RUNNING, at="x=1", claims=CLAIMS)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """As the command line writes it, with its plots."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    claims = [argument for claim in CLAIMS for argument in ("--claim", claim)]
    assert run(["eval", RUNNING, "--at", "x=1", *claims, "--format", "html", "-o", str(path)]) == 1
    return path


def written(result, folder, **style):
    path = folder / "page.html"
    path.write_text(FORMATS["html"](result, Style(**style)), encoding="utf-8")
    return path


def now(browser):
    """The number of the step that is shown; 0 for the whole graph."""
    steps = browser.all(".step.now")
    return int(steps[0].get_attribute("id").removeprefix("step-")) if steps else 0


def test_it_shows_nothing_but_itself(browser, page):
    browser.open(page)
    assert browser.requests() == []
    assert browser.messages() == []
    assert browser.driver.title.startswith("f = sqrt(x**2 + exp(x**2))")
    assert browser.text("h1") == "f=x2+exp\u2061(x2)+cos\u2061(x2+exp\u2061(x2))"
    assert "✗ wrong" in browser.one(".claims").text
    assert browser.one("h1 msqrt").size["width"] > 50
    assert len(browser.visible(".plot svg")) == 2
    drawn = "return getComputedStyle(document.querySelector('.plot .line')).fill"
    assert browser.run(drawn) == "none", "the policy lets the style sheets of the plots pass"


def test_the_walk_by_click(browser, page):
    browser.open(page)
    assert now(browser) == 0
    assert browser.visible(".step") == []
    for step in range(1, 15):
        browser.one('[data-go="next"]').click()
        assert now(browser) == step
        (shown,) = browser.visible(".step")
        assert shown.get_attribute("id") == f"step-{step}"
        assert f"Step {step} of 14" in browser.one(".controls .where").text
    browser.one('[data-go="next"]').click()
    assert now(browser) == 14
    browser.one('[data-go="back"]').click()
    assert now(browser) == 13
    browser.one('[data-go="first"]').click()
    assert now(browser) == 0
    browser.one('[data-go="last"]').click()
    assert now(browser) == 14
    assert browser.messages() == []


def test_the_walk_by_keys(browser, page):
    browser.open(page)
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert now(browser) == 2
    slider = browser.one(".controls input")
    slider.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert now(browser) == 4
    assert slider.get_attribute("aria-valuetext") == "Step 4 of 14, forward pass"
    slider.send_keys(Keys.END)
    assert now(browser) == 14


def test_every_control_is_reached_by_tab_and_shows_its_focus(browser, page):
    browser.open(page)
    seen = []
    for _ in range(12):
        browser.press(Keys.TAB)
        active = browser.driver.switch_to.active_element
        if active.tag_name == "body":  # past the last one
            break
        seen.append(active.get_attribute("data-go") or active.tag_name)
        assert browser.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
        if active.get_attribute("data-go") == "next":
            browser.press(Keys.ENTER)
    assert [one for one in seen if one in {"first", "back", "play", "next", "last", "input", "all"}] == [
        "first", "back", "play", "next", "last", "input", "all",
    ]  # fmt: skip
    assert now(browser) == 1


def test_play_and_pause(browser, page):
    browser.open(page)
    browser.run("document.getElementById('walk').dataset.pace = '1'")
    play = browser.one('[data-go="play"]')
    play.click()
    browser.until(lambda: now(browser) == 14)
    browser.until(lambda: play.get_attribute("aria-label") == "Play")
    browser.run("document.getElementById('walk').dataset.pace = '100000'")
    play.click()
    assert now(browser) == 1
    assert play.get_attribute("aria-label") == "Pause"
    play.click()
    assert play.get_attribute("aria-label") == "Play"
    play.click()
    assert now(browser) == 2
    browser.press(Keys.ESCAPE)
    assert play.get_attribute("aria-label") == "Play"


def test_the_step_is_told_to_a_screen_reader(browser, page):
    browser.open(page)
    live = browser.one("[aria-live]")
    assert live.get_attribute("textContent") == ""
    for _ in range(11):
        browser.press(Keys.ARROW_RIGHT)
    assert live.get_attribute("textContent") == (
        "Step 11 of 14, backward pass: ∂f/∂c = 1·0.259298 + 1·0.545252 = 0.804549"
    )
    assert browser.one("[aria-current=step]").get_attribute("id") == "step-11"


def test_the_drawing_lights_up_and_shows_what_is_reached(browser, page, running):
    browser.open(page)
    nodes = {node.name: f'.node[data-index="{place}"]' for place, node in enumerate(running.nodes)}

    def seen(selector):
        style = browser.run("return getComputedStyle(document.querySelector(arguments[0])).visibility", selector)
        return style == "visible"

    def lit():
        return {element.get_attribute("data-node") for element in browser.all(".node.lit")}

    assert all(seen(f"{selector} .adjoint") for selector in nodes.values())
    for reached, node in enumerate(running.nodes, 1):
        browser.press(Keys.ARROW_RIGHT)
        assert lit() == {node.name}
        assert [seen(f"{selector} .value") for selector in nodes.values()] == [
            place < reached for place in range(len(nodes))
        ]
        assert not any(seen(f"{selector} .adjoint") for selector in nodes.values())
        parents = {edge.get_attribute("data-from") for edge in browser.all(".edge.lit")}
        assert parents == {one.wrt for one in node.locals}
    for left, node in zip(range(len(nodes) - 1, -1, -1), reversed(running.nodes), strict=True):
        browser.press(Keys.ARROW_RIGHT)
        assert lit() == {node.name}
        assert [seen(f"{selector} .adjoint") for selector in nodes.values()] == [
            place >= left for place in range(len(nodes))
        ]
        assert {edge.get_attribute("data-to") for edge in browser.all(".edge.lit")} == {
            path.child for path in node.paths
        }
    browser.press(Keys.ARROW_LEFT)
    assert not seen(f"{nodes['x']} .adjoint")
    browser.one('[data-go="first"]').click()
    assert all(seen(f"{selector} .adjoint") for selector in nodes.values())


def test_a_node_of_the_drawing_leads_to_its_step(browser, page):
    browser.open(page)
    browser.one('.node[data-node="c"]').click()
    assert browser.one(".step.now").get_attribute("data-told").startswith("c = a + b")
    browser.one('[data-go="last"]').click()
    browser.one('.node[data-node="c"]').click()
    assert browser.one(".step.now").get_attribute("data-told").startswith("∂f/∂c")


def test_the_numbers_are_those_of_the_json(browser, page, running):
    document = json.loads(FORMATS["json"](running, Style()))
    wanted = [("forward", node["value"]) for node in document["nodes"]]
    wanted += [("backward", node["adjoint"]) for node in reversed(document["nodes"])]
    browser.open(page)
    for step, (which, value) in zip(browser.all(".step"), wanted, strict=True):
        assert (step.get_attribute("data-pass"), step.get_attribute("data-value")) == (which, str(value))
        line = step.find_elements("css selector", ".sides")[0 if which == "forward" else -1]
        shown = line.find_elements("css selector", "math")[-1].get_attribute("textContent")
        assert float(shown.removeprefix("=").replace("−", "-")) == float(f"{value:.6g}")


def test_without_a_script_every_step_is_listed(browser, page):
    browser.open(page, script=False)
    assert len(browser.visible(".step")) == 14
    assert browser.visible(".controls") == []
    assert [heading.text.partition(" pass")[0] for heading in browser.visible(".pass h3")] == ["Forward", "Backward"]
    assert len(browser.visible(".node .adjoint")) == 7
    assert browser.messages() == []


def test_all_steps(browser, page):
    browser.open(page)
    browser.press(Keys.ARROW_RIGHT)
    button = browser.one('[data-go="all"]')
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert len(browser.visible(".step")) == 14
    button.click()
    assert len(browser.visible(".step")) == 1


@pytest.mark.parametrize("script", [True, False], ids=["after a walk", "without a script"])
def test_on_paper_every_step_is_listed_in_dark_ink(browser, page, script):
    browser.open(page, media="print", scheme="dark", script=script)
    if script:
        browser.run("document.querySelector('[data-go=next]').click()")
    assert len(browser.visible(".step")) == 14
    assert browser.visible(".controls") == []
    assert len(browser.visible(".node .adjoint")) == 7
    if script:
        assert browser.run("return getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert browser.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.printed().startswith(b"%PDF")


def test_light_and_dark(browser, page):
    grounds = set()
    for scheme in ("light", "dark"):
        browser.open(page, scheme=scheme)
        body, node = (
            browser.run("return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]", *which)
            for which in (("body", "backgroundColor"), (".node.output .shape", "fill"))
        )
        assert body == node
        grounds.add(body)
    assert grounds == {"rgb(255, 255, 255)", "rgb(21, 23, 27)"}


@pytest.mark.parametrize("width", [320, 400, 800, 1400])
def test_no_window_scrolls_sideways(browser, page, width):
    browser.open(page, width=width)
    browser.one('[data-go="last"]').click()
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_who_wants_no_motion_sees_none(browser, page):
    browser.open(page, motion="reduce")
    assert browser.run("return getComputedStyle(document.querySelector('.node')).transitionDuration") in {"0s", ""}


# -- hostile texts ----------------------------------------------------------------------------------------------------

EVIL = [
    "<script>window.hacked=1</script>", "</script><script>window.hacked=1</script>", '"><img src=x onerror=hacked=1>',
    "' onmouseover='window.hacked=1", "</style><style>*{display:none}", "</title></head><svg onload=hacked=1>",
    "<!-- ", "]]><script>window.hacked=1</script>", "\u202egnp.exe", "javascript:window.hacked=1",
]  # fmt: skip


@pytest.mark.parametrize("text", EVIL)
def test_a_hostile_text_is_shown_and_does_nothing(browser, running, text, tmp_path):
    """No name of the language can hold markup; a result made by hand can, wherever it holds text."""
    first, *rest = running.nodes
    local = replace(rest[0].locals[0], wrt=text, expression=text, pretty=text)
    node = replace(rest[0], name=text, operation=text, pretty=text, locals=(local,))
    claim = ClaimResult(text, text, text, text, "wrong", Evidence("point"), Diagnosis(text, text, text), text, (text,))
    hostile = replace(
        running,
        reading=text,
        point={text: text},
        nodes=(first, node, *rest[1:]),
        claims=(claim,),
        notes=(text,),
        reading_notes=(Note(text, Span(0, 1)),),
        verdict=replace(running.verdict, name="disagree", reason=text),
    )
    browser.open(written(hostile, tmp_path))
    for _ in range(15):
        browser.press(Keys.ARROW_RIGHT)
    assert browser.run("return window.hacked === undefined")
    assert browser.messages() == []
    assert browser.requests() == []
    assert browser.all("script:not(body > script), img, iframe, [onmouseover], [onload], [onerror]") == []
    assert browser.one(".claims code").is_displayed()


# -- size and speed ---------------------------------------------------------------------------------------------------


def test_the_page_of_the_running_example_is_small_and_quick(browser, page):
    assert page.stat().st_size < 300_000
    browser.open(page)
    assert browser.work() < 1


def test_three_hundred_nodes_step_smoothly(browser, tmp_path):
    result = evaluate(chain(300), at="x=1/2,y=1/3", routes=["fd", "reverse"], nodes="all")
    assert len(result.nodes) > 290
    path = written(result, tmp_path, nodes="all")
    assert path.stat().st_size < 3_000_000
    browser.open(path)
    before = browser.work()
    steps = """
        const button = document.querySelector('[data-go="next"]');
        for (let step = 0; step < 400; step++) {
          button.click();
          document.body.getBoundingClientRect();
        }
        """
    browser.run(steps)
    assert now(browser) == 400
    assert (browser.work() - before) / 400 < 0.016
