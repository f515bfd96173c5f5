"""Declarations: what may be said of a variable, and which values it then may take."""
# ruff: noqa: E501 - tables of cases read best in rows

from __future__ import annotations

import random
import signal
from fractions import Fraction

import pytest

from gradcheck.declarations import Declaration, allows, read_declarations
from gradcheck.errors import GradcheckError

HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("n: integer", [-3, 0, 7], [HALF, Fraction(-7, 3)]), ("n: int", [2], [HALF]), ("n: real", [HALF, -3], []),
        ("n : positive", [HALF, 5], [0, -1]), ("n: negative", [-HALF], [0, 1]), ("n > 0", [HALF], [0, -1]), ("n >= 0", [0, 1], [-HALF]),
        ("n < 2", [1, -5], [2, 3]), ("n <= 2", [2], [3]), ("0 < n", [1], [0]), ("0 <= n", [0], [-1]), ("2 > n", [1], [2]),
        ("0 < n < 1", [HALF], [0, 1, 2]), ("0 <= n <= 1", [0, 1], [2, -1]), ("1 > n > 0", [HALF], [0, 1]), ("n ≥ 1/2", [HALF], [0]),
        ("n ≤ 0.5", [HALF], [1]), ("n > -3", [-2], [-3]), ("n: integer; n > 2", [3], [2, Fraction(5, 2)]),
        ("n > 0; n > 1", [2], [1, HALF]), ("n > 1; n > 0", [2], [1]), ("n >= 1; n > 1", [2], [1]), ("n <= 1; n < 1", [0], [1]),
        ("n < 1e3", [999], [1000]), ("  n  >  0  ;", [1], [0]),
    ],
)  # fmt: skip
def test_what_a_declaration_allows(text, inside, outside):
    found = read_declarations(text)["n"]
    assert [value for value in inside if not found.allows(value)] == []
    assert [value for value in outside if found.allows(value)] == []


def test_several_declarations_and_several_texts():
    assert set(read_declarations("x > 0; n: integer")) == {"x", "n"}
    assert set(read_declarations(["x > 0", "n: integer; m < 1"])) == {"x", "n", "m"}
    assert read_declarations(None) == {}
    assert read_declarations("") == {}
    assert read_declarations(["x > 0", "x < 1"])["x"] == Declaration(low=0, high=1)


def test_signs():
    assert read_declarations("x > 0")["x"].sign() == "+"
    assert read_declarations("x >= 0")["x"].sign() == "+"
    assert read_declarations("x > -1")["x"].sign() == ""
    assert read_declarations("x < 0")["x"].sign() == "-"
    assert read_declarations("x < 1")["x"].sign() == ""
    assert read_declarations("n: integer")["n"].sign() == ""


@pytest.mark.parametrize("text", ["n: integer", "x > 0", "x >= 1/3", "x > 0; x < 1", "x < -2"])
def test_text_reads_back(text):
    for name, one in read_declarations(text).items():
        assert read_declarations(one.text(name))[name] == one


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("x", "x"), ("x: matrixx", "x: matrixx"), ("x > 0; y ~ 1", "y ~ 1"), ("x > pi", "x > pi"), ("x > ", "x >"), ("3 < 4", "3 < 4"), ("0 < x < 1 < 2", "0 < x < 1 < 2"),
    ],
)  # fmt: skip
def test_errors_point_at_the_declaration(text, covered):
    with pytest.raises(GradcheckError) as found:
        read_declarations(text)
    assert found.value.span is not None
    assert covered.startswith(text[found.value.span.start : found.value.span.end])


@pytest.mark.parametrize("text", ["0 < x > 1", "0 < x < -1", "x > 1; x < 1", "x > 2; x < 1", "n: integer; 0 < n < 1"])
def test_a_declaration_that_no_value_meets_is_an_error_or_leads_to_no_verdict(text):
    """An empty set must not make a claim right or wrong, and must not run for ever."""
    from gradcheck.claims.verify import Task, verify

    name = "n" if "n" in text else "x"

    def too_late(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, 1.5)
    try:
        result = verify(Task(f"{name}**2", f"3*{name}", declarations=text), timeout=1)
    except GradcheckError:
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if text != "0 < x > 1":  # this one only says x > 1 twice
        assert result.verdict == "undecided"


def test_points_respect_declarations():
    found = read_declarations("0 < p < 1; n: integer")
    assert allows(found, {"p": HALF, "n": 3, "z": 99})
    assert not allows(found, {"p": 2, "n": 3})
    assert not allows(found, {"p": HALF, "n": HALF})


# -- arrays --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shape", "structure"),
    [
        ("A: 3x2", (3, 2), ""),
        ("A: 3 x 2", (3, 2), ""),
        ("A: 3×2", (3, 2), ""),
        ("A: 3*2", (3, 2), ""),
        ("x: 3", (3,), ""),
        ("c: 3x1", (3, 1), ""),
        ("A: mxn", ("m", "n"), ""),
        ("A: n x 2", ("n", 2), ""),
        ("s: scalar", (), ""),
        ("W: 3x3 symmetric", (3, 3), "symmetric"),
        ("W: 3x3, diagonal", (3, 3), "diagonal"),
        ("W: nxn positive definite", ("n", "n"), "positive definite"),
        ("W: 2x2; W: symmetric", (2, 2), "symmetric"),
    ],
)
def test_shapes_and_structures_are_read(text, shape, structure):
    (found,) = read_declarations(text).values()
    assert (found.shape, found.structure) == (shape, structure)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A: 0x2", "a size must be at least 1"),
        ("A: 2x3 symmetric", "only a square matrix is symmetric"),
        ("x: 3 diagonal", "only a square matrix is diagonal"),
        ("A: 2x2; A: 3x3", "'A' is declared with two shapes"),
        ("A: 2x2 hermitian", "'hermitian' is no kind of variable"),
        ("A: 2x2x2", ""),
    ],
)
def test_shapes_that_cannot_be(text, message):
    with pytest.raises(GradcheckError) as caught:
        read_declarations(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text", ["A: 3x2", "W: 3x3 symmetric", "x: 3; x > 0", "n: 3 integer", "W: nxn positive definite"]
)
def test_declarations_of_arrays_are_written_as_they_are_read(text):
    ((name, found),) = read_declarations(text).items()
    assert read_declarations(found.text(name)) == {name: found}


def test_bounds_hold_for_each_entry():
    found = read_declarations("x: 2; 0 < x < 1")["x"]
    assert found.allows_array(2, 1, [HALF, HALF])
    assert not found.allows_array(2, 1, [HALF, 2])


@pytest.mark.parametrize(
    "text",
    [
        "x > 1000",
        "0 < x < 1e-3",
        "x < -20",
        "x: integer",
        "x: integer; x < -20",
        "x: integer; 3 <= x <= 4",
        "x: integer; x > 1e6",
    ],
)
@pytest.mark.parametrize("reach", [1, 9])
def test_what_is_drawn_is_of_the_set(text, reach):
    declaration = read_declarations(text)["x"]
    generator = random.Random(0)
    assert all(declaration.allows(declaration.drawn(generator, reach)) for _ in range(200))
