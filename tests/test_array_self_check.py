"""The table of matrices is right, and a wrong cell of any row and column would be seen."""

from __future__ import annotations

import dataclasses
import re

import pytest

from gradcheck import shapes
from gradcheck.arithmetic import arrays, grids
from gradcheck.arithmetic.ball_grids import shared_grids
from gradcheck.primitives.table import PRIMITIVES
from gradcheck.self_check import check_row, check_table

ROWS = [row for row in PRIMITIVES.values() if row.is_matrix and not row.internal]
EACH = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@EACH
def test_row_is_right(row):
    found = check_row(row)
    assert found.problems == ()
    assert found.samples == len(row.samples)


def test_check_table_checks_every_table():
    names = [one.name for one in check_table([PRIMITIVES["sin"], PRIMITIVES["matmul"], PRIMITIVES["det"]])]
    assert names == ["sin", "matmul", "det"]


def test_a_problem_names_row_column_sample_and_both_values():
    wrong = dataclasses.replace(PRIMITIVES["matmul"], pullbacks=("g @ v.T", "u.T @ g/2"))
    (problem, *_) = check_row(wrong).problems
    assert problem.startswith(
        "row matmul, pullbacks, at u = [[1, 2, -3], [4, 0, 0.5]], v = [[2, 1], [-1, 3], [5, 2/3]]:"
        " the pullback 'u.T @ g/2' to v is wrong or unproved: ∂y[0, 0]/∂v[0, 0]: reverse mode says"
    )


def test_a_forgotten_transposition_shows_on_square_samples_too():
    square = (("[[1, 2], [3, -4]]", "[[5, -1/2], [1/3, 7]]"),)
    for pullbacks in (("g @ v", "u.T @ g"), ("g @ v.T", "u @ g"), ("v.T @ g", "u.T @ g"), ("g @ v.T", "g @ u.T")):
        wrong = dataclasses.replace(PRIMITIVES["matmul"], pullbacks=pullbacks, samples=square)
        assert "pullbacks" in check_row(wrong, stop_at_first=True).problems[0]


# -- mutants -------------------------------------------------------------------------------------------------------

SAME = {("diagonal", "(diag(g)).T"), ("trace", "(g*eye_like(u)).T"), ("vec", "unvec(g.T, u)")}
"""Mutants that are no mutants: a diagonal matrix is its own transpose."""


def swapped(text):
    return re.sub(r"\b([uv])\b", lambda found: "v" if found[0] == "u" else "u", text)


def pullback_mutants(row):
    for position, text in enumerate(row.pullbacks):
        changed = {f"(1001/1000)*({text})", f"-({text})", f"0*({text})", f"({text}).T", f"({text}) + 1/1000"}
        changed |= {text[: one.start()] + text[one.end() :] for one in re.finditer(r"\.T", text)}
        if row.arity == 2:
            changed.add(swapped(text))
        for mutant in sorted(changed - {text}):
            if (row.name, mutant) not in SAME:
                yield {"pullbacks": (*row.pullbacks[:position], mutant, *row.pullbacks[position + 1 :])}
    if row.arity == 2:
        yield {"pullbacks": row.pullbacks[::-1]}


def text_mutants(row):
    yield from pullback_mutants(row)
    if row.definition:
        text = row.definition
        for mutant in (f"(1001/1000)*({text})", f"-({text})", f"({text}) + 1/1000"):
            yield {"definition": mutant}
    yield {"domain": ""} if row.domain else {"domain": "0 > 1"}
    if row.domain:
        yield {"domain": f"where({row.domain}, 0, 1)"}
        yield {"domain": "det(u) < 0"}
    if row.pullbacks:  # an array of constants has nothing to bend
        yield {"kinks": () if row.kinks else ("0",)}
    if row.kinks:
        yield {"kinks": (), "jumps": row.kinks}
        yield {"kinks": ("u - 1",)}
    for name, rule in shapes.SHAPES.items():
        same = rule is shapes.SHAPES[row.shape] or (row.shape, name) == ("scalar", "sizes")  # of no sizes
        if not same:
            yield {"shape": name}


def changed_grid(change):
    """A function of grids, its result changed."""

    def wrong(function):
        return lambda of, *arguments: change(function(of, *arguments), of.entry.number)

    return wrong


def scaled(grid, number):
    return grid.like([entry * number(2) for entry in grid.entries])


def negated(grid, _number):
    return grid.like([-entry for entry in grid.entries])


def shifted(grid, number):
    return grid.like([entry + number(1) for entry in grid.entries])


def turned(grid, _number):
    return grid.transposed()


CHANGES = (scaled, negated, shifted, turned)


def is_no_change(name, change):
    """Whether the changed function is the same one: 0 scaled, a scalar transposed."""
    if name == "zeros" and change in {scaled, negated}:
        return True
    scalars = {"total", "largest", "smallest", "trace", "det", "logdet", "logsumexp", "size", "axis_size", "gap"}
    return change is turned and name in {*scalars, "diag", "eye", "eye_like"}


FLOAT_CHANGES = {
    scaled: lambda value: value * 1.001,
    negated: lambda value: -value,
    shifted: lambda value: value + 0.001,
    turned: lambda value: value.swapaxes(-1, -2),
}


def function_mutants(row, monkeypatch):
    """Every function that a column names: scaled, negated, shifted and transposed, for this row alone."""
    for column in ("balls", "symbols"):
        if name := getattr(row, column):
            for change in CHANGES:
                if not is_no_change(name, change):
                    cell = f"{change.__name__} {name}"
                    monkeypatch.setitem(grids._FUNCTIONS, cell, changed_grid(change)(grids._FUNCTIONS[name]))
                    yield {column: cell}
    if row.floats:
        for change, wrong in FLOAT_CHANGES.items():
            if not is_no_change(row.floats, change):
                right, cell = arrays._FUNCTIONS[row.floats], f"{change.__name__} {row.floats}"
                monkeypatch.setitem(arrays._FUNCTIONS, cell, lambda *u, right=right, wrong=wrong: wrong(right(*u)))
                yield {"floats": cell}


CAUGHT_BY = {
    "pullbacks": {"pullbacks"},
    "definition": {"definition", "floats", "symbols", "pullbacks"},
    "floats": {"floats"},
    "balls": {"floats", "shape", "shape column"},
    "symbols": {"symbols"},
    "domain": {"domain", "domain column"},
    "kinks": {"kinks and jumps", "kinks column"},
    "shape": {"shape", "shape column", "signature"},
}


@EACH
def test_every_mutant_is_caught(row, monkeypatch):
    for change in [*text_mutants(row), *function_mutants(row, monkeypatch)]:
        problems = check_row(dataclasses.replace(row, **change), stop_at_first=True).problems
        assert problems, f"{change} is not caught"
        column = re.split("[,:]", problems[0].removeprefix(f"row {row.name}, "))[0].split(" by ")[0]
        assert column.removesuffix("_by_routes") in {*CAUGHT_BY[next(iter(change))], "pullbacks by routes"}, problems


INTERNAL = [row.name for row in PRIMITIVES.values() if row.internal]
REGISTRIES = {"balls": grids._FUNCTIONS, "floats": arrays._FUNCTIONS}


def users(name):
    """The rows in whose texts a function of the pullbacks' language stands."""
    for row in ROWS:
        texts = (*row.pullbacks, *row.kinks, row.definition)
        if any(re.search(rf"\b{name}\(", text) for text in texts):
            yield row


@pytest.mark.parametrize("column", REGISTRIES)
@pytest.mark.parametrize("name", INTERNAL)
def test_a_wrong_function_of_the_pullbacks_language_is_caught(name, column, monkeypatch):
    rows = list(users(name))
    assert rows, f"no row uses {name}"
    registry = REGISTRIES[column]
    right = registry[name]
    for change, wrong in FLOAT_CHANGES.items():
        if is_no_change(name, change) or (name, column) == ("gap", "floats"):  # breaks are looked for in balls only
            continue
        if column == "balls":
            if (name, change) in {("gap", scaled), ("gap", negated)}:  # zero at the same places
                continue
            monkeypatch.setitem(registry, name, changed_grid(change)(right))
        else:
            monkeypatch.setitem(registry, name, lambda *u, wrong=wrong: wrong(right(*u)))
        shared_grids.cache_clear()
        caught = any(check_row(row, stop_at_first=True).problems for row in rows)
        monkeypatch.setitem(registry, name, right)
        shared_grids.cache_clear()
        assert caught, f"{name} {change.__name__} is not caught"
