"""The table is right, and a wrong cell of any row and column would be seen."""

from __future__ import annotations

import dataclasses
import re
from fractions import Fraction

import pytest
import sympy

from gradcheck.arithmetic import balls, floats, symbols
from gradcheck.primitives.scalar import PRIMITIVES
from gradcheck.self_check import RowCheck, check_row, check_table

ROWS = pytest.mark.parametrize("row", PRIMITIVES.values(), ids=lambda row: row.name)
SCALE = Fraction(1001, 1000)
FUNCTIONS = {
    "floats": (floats.Floats().native, floats._FUNCTIONS, float),
    "balls": (balls.Balls(320).native, balls._FUNCTIONS, balls.Balls(320).number),
    "symbols": (symbols.Symbols().native, symbols._CONSTRUCTORS, sympy.Rational),
}


@ROWS
def test_row_is_right(row):
    found = check_row(row)
    assert found.problems == ()
    assert found.samples >= len(row.samples)


def test_check_table_keeps_the_order():
    rows = [PRIMITIVES[name] for name in ("tan", "+", "sqrt")]
    assert check_table(rows) == [RowCheck("tan", 4, ()), RowCheck("+", 4, ()), RowCheck("sqrt", 4, ())]


def test_a_problem_names_row_column_sample_and_both_values():
    wrong = dataclasses.replace(PRIMITIVES["cosh"], derivatives=("sqrt(y**2 - 1)",))
    (problem, *_) = check_row(wrong).problems
    assert problem == (
        "row cosh, derivatives, at u = -3: ∂y/∂u = 'sqrt(y**2 - 1)' is wrong or unproved:"
        " reverse mode says 10.0179, SymPy says -10.0179;"
        " the difference quotient says -10.0179, reverse mode says 10.0179"
    )


def test_all_problems_are_told_unless_one_is_enough():
    wrong = dataclasses.replace(PRIMITIVES["sin"], derivatives=("-cos(u)",))
    assert len(check_row(wrong).problems) > 4
    assert len(check_row(wrong, stop_at_first=True).problems) == 1


@pytest.mark.parametrize(
    ("name", "column", "cell", "told"),
    [
        ("sin", "floats", "sine", "row sin, floats column, at u = -3: AttributeError"),
        ("sin", "derivatives", ("cos(t)",), "ValueError: the text 'cos(t)' uses t"),
        ("sin", "derivatives", ("cos(u",), "SyntaxProblem"),
        ("log", "samples", (("-1",),), "row log, samples, at u = -1: Arb says nothing finite"),
        (
            "sinc",
            "derivatives",
            ("where(u == 0, 1, (cos(u) - y)/u)",),
            "is 1.00000000000, the slope on both sides is 0",
        ),
        ("swish", "name", "swish_of_mine", "nothing else tells its value"),
        ("leaky_relu_slope", "kinks", ("where(v == 2, 1, u)",), "the texts say neither, the one-sided slopes say kink"),
    ],
)
def test_what_a_bad_cell_is_told(name, column, cell, told):
    problems = check_row(dataclasses.replace(PRIMITIVES[name], **{column: cell})).problems
    assert any(told in problem for problem in problems), problems


def text_mutants(row):
    """Every derivative and the definition: scaled, negated, shifted and dropped; the domain, kinks and jumps."""
    for position, text in enumerate(row.derivatives):
        if row.boolean:  # nothing flows through a truth value: its derivatives are never used
            continue
        changed = [f"({text}) + 1/1000"]
        if text != "0":  # of which each would be 0 again
            changed += [f"(1001/1000)*({text})", f"-({text})", "0"]
        for mutant in changed:
            yield {"derivatives": (*row.derivatives[:position], mutant, *row.derivatives[position + 1 :])}
    if row.definition:
        text = row.definition
        for mutant in (f"(1001/1000)*({text})", f"-({text})", f"({text}) + 1/1000"):
            yield {"definition": mutant}
    if row.domain:
        yield {"domain": ""}
        yield {"domain": f"where({row.domain}, 0, 1)"}
    yield {"domain": "u != 1 and u != 1/2"}
    for one, other in (("kinks", "jumps"), ("jumps", "kinks")):
        if getattr(row, one):
            yield {one: ()}
            yield {one: (), other: getattr(row, one)}
        else:
            yield {one: ("0",)}
    for flag in ("boolean", "selects"):
        yield {flag: not getattr(row, flag)}
    if not (row.analytic or row.boolean):
        yield {"analytic": True}
    if row.arity == 2 and not (row.variadic or row.infix):
        yield {"variadic": True}


def function_mutants(row, monkeypatch):
    """Every function that a column names: scaled, negated and shifted, for this row alone."""
    for column, (native, registry, number) in FUNCTIONS.items():
        if not getattr(row, column):
            continue
        right, scale, shift = native(getattr(row, column)), number(SCALE), number(SCALE - 1)
        for label, wrong in (
            ("scaled", lambda *u, right=right, by=scale: by * right(*u)),
            ("negated", lambda *u, right=right: -right(*u)),
            ("shifted", lambda *u, right=right, by=shift: by + right(*u)),
        ):
            monkeypatch.setitem(registry, f"{label} {column}", wrong)
            yield {column: f"{label} {column}"}


CAUGHT_BY = {
    "derivatives": {"derivatives"},
    "definition": {"definition", "floats", "symbols", "derivatives"},
    "floats": {"floats"},
    "balls": {"floats"},
    "symbols": {"symbols"},
    "domain": {"domain"},
    "kinks": {"kinks and jumps"},
    "jumps": {"kinks and jumps", "derivatives"},  # a derivative at a jump is undefined, so the routes do not agree
    "analytic": {"routes"},  # complex balls do not have the function
    "boolean": {"boolean"},
    "selects": {"selects"},
    "variadic": {"variadic"},
}


@ROWS
def test_every_mutant_is_caught(row, monkeypatch):
    for change in [*text_mutants(row), *function_mutants(row, monkeypatch)]:
        problems = check_row(dataclasses.replace(row, **change), stop_at_first=True).problems
        assert problems, f"{change} is not caught"
        column = re.split("[,:]", problems[0].removeprefix(f"row {row.name}, "))[0]
        assert column in CAUGHT_BY[next(iter(change))], problems
