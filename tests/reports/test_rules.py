"""``gradcheck rules``: the table of primitives for people and programs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gradcheck.errors import UsageProblem
from gradcheck.evaluation import evaluate
from gradcheck.primitives.table import SECTIONS
from gradcheck.reports import rules
from gradcheck.self_check import RowCheck

PRIMITIVES = rules.PRIMITIVES
GOLDEN = Path(__file__).parents[1] / "golden" / "rules.txt"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
BLUE = "\x1b[34m"
CHECKS = [RowCheck("tan", 4, ()), RowCheck("**", 7, ("row **, floats, at u = 2: 1 | 2 < 3",))]


def test_table_at_80_columns():
    """To renew: python -c "from gradcheck.reports.rules import rules_table as t; print(t(80), end='')"."""
    assert rules.rules_table(80) == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 50, 80, 132, 200])
def test_every_line_fits_and_every_row_is_there(width):
    lines = rules.rules_table(width).splitlines()
    assert max(map(len, lines)) <= width
    for section, rows in SECTIONS.items():
        assert section in lines
        for row in rows:
            assert (
                any(line.startswith(f"  {row.written}(") for line in lines)
                or row.infix
                or row.postfix
                or row.name == "norm_squared"
            )


def test_colour_changes_nothing_but_colour():
    plain, coloured = rules.rules_table(80), rules.rules_table(80, color=True)
    assert "\x1b" not in plain
    assert ANSI.sub("", coloured) == plain
    assert f"{BLUE}1 + y²\x1b[0m" in coloured
    page = rules.rule_page("tan", 80, color=True)
    assert ANSI.sub("", page) == rules.rule_page("tan", 80)
    assert f"{BLUE}∂y/∂u\x1b[0m = {BLUE}1 + y²\x1b[0m" in page


@pytest.mark.parametrize("variable", ["NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"])
def test_the_environment_has_no_say(monkeypatch, variable):
    before = rules.rules_table(80), rules.rules_table(80, color=True)
    monkeypatch.setenv(variable, {"COLUMNS": "33", "TERM": "dumb"}.get(variable, "1"))
    assert (rules.rules_table(80), rules.rules_table(80, color=True)) == before


def test_page_of_one_primitive():
    assert rules.rule_page("log1p", 80) == (
        "log1p(u)\n"
        "  arguments      u\n"
        "  derivative     ∂y/∂u = 1/(1 + u)\n"
        "  defined for    u > -1\n"
        "  kinks          none\n"
        "  jumps          none\n"
        "  intuition      the slope of the logarithm, one step to the left: it is 1 at 0\n"
        '  try            gradcheck eval "log1p(x)" --at x=1/4\n'
    )


def test_page_says_all_that_the_row_knows():
    page = rules.rule_page("relu", 100)
    for text in (
        "also written   ReLU",
        "definition     max(0, u)",
        "∂y/∂u = 1 if u > 0 else 0",
        "as text: where(u > 0, 1, 0)",
        "defined for    every number",
        "kinks          u = 0",
        "intuition      a switch: if active",
    ):
        assert text in page
    assert "u and more: max(u, v, w) is max(max(u, v), w)" in rules.rule_page("max").replace("u, v and", "u and")
    assert "jumps          u = 0 and v ≤ 0" in rules.rule_page("atan2")
    assert "none: it is a truth value" in rules.rule_page("<=")


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("tan", ["tan"]),
        ("tg", ["tan"]),
        ("log", ["log", "log_base"]),
        ("ln", ["log", "log_base"]),
        ("log_base", ["log_base"]),
        ("leaky_relu", ["leaky_relu", "leaky_relu_slope"]),
        ("σ", ["sigmoid"]),
        ("*", ["*"]),
        ("×", ["*"]),
        ("**", ["**"]),
        (" ^ ", ["**"]),
        ("-", ["-", "neg"]),
        ("√", ["sqrt"]),
        ("|", ["abs"]),
        ("≤", ["<="]),
        ("=", ["=="]),
        ("and", ["and"]),
        ("matmul", ["matmul", "vecmat"][:1]),
        ("@", ["matmul", "vecmat"]),
        (".T", ["transpose"]),
        ("tr", ["trace"]),
        ("sum", ["sum", "sum_axis"]),
        ("max", ["max", "max_entry"]),
        ("[]", ["select"]),
    ],
)
def test_lookup(name, rows):
    assert [row.name for row in rules.rows_called(name)] == rows
    assert rules.rule_page(name).count("  try  ") == len(rows)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("tann", "did you mean tan or tanh"),
        ("Tan", "did you mean tan"),
        ("sin(x)", "did you mean sin"),
        ("qqqq", "gradcheck rules lists all of them"),
        ("", "gradcheck rules lists all of them"),
        ("?", "gradcheck rules lists all of them"),
        ("x y", "gradcheck rules lists all of them"),
    ],
)
def test_unknown_names(name, hint):
    for render in (rules.rule_page, rules.rules_json, rules.rules_markdown):
        with pytest.raises(UsageProblem) as caught:
            render(name)
        assert caught.value.message == f"there is no primitive called '{name}'"
        assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize("row", PRIMITIVES.values(), ids=lambda row: row.name)
def test_every_example_runs_and_agrees(row):
    expression, at = re.fullmatch(r'gradcheck eval "(.*)" --at (\S+|".*")', rules.example(row)).groups()
    assert evaluate(expression, at=at.strip('"')).verdict.name == "agree"


def test_json():
    document = json.loads(rules.rules_json())
    assert document["schema"] == "gradcheck.rules/1"
    assert [one["name"] for one in document["primitives"]] == list(PRIMITIVES)
    (tan,) = json.loads(rules.rules_json("tan"))["primitives"]
    assert tan == {
        "name": "tan",
        "section": "circular",
        "spelling": "tan",
        "aliases": ["tg"],
        "arity": 1,
        "infix": False,
        "variadic": False,
        "boolean": False,
        "analytic": True,
        "definition": None,
        "derivatives": [{"wrt": "u", "expression": "1 + y**2", "pretty": "1 + y²"}],
        "pullbacks": [],
        "domain": "cos(u) != 0",
        "kinks": [],
        "jumps": [],
        "samples": [["-3"], ["-5/7"], ["1/4"], ["2"]],
        "intuition": "never less than 1, and it grows without bound towards the poles",
        "example": 'gradcheck eval "tan(x)" --at x=1/4',
    }


def test_pages_of_matrix_rows_show_their_pullbacks():
    page = rules.rule_page("matmul", 100)
    for text in (
        "u @ v\n",
        "pullbacks      ∂L/∂u = g @ vᵀ\n                 as text: g @ v.T",
        "∂L/∂v = uᵀ @ g",
        "defined for    every array that fits",
        'try            gradcheck eval "A @ x"',
    ):
        assert text in page
    assert "∂L/∂u = y ∘ (g - sum(g ∘ y))" in rules.rule_page("softmax")
    assert "∂L/∂u = g·(u = min(u))" in rules.rule_page("min_entry")
    assert "kinks          two largest entries are equal" in rules.rule_page("max_entry")
    assert "a vector u, taken as a row" in rules.rule_page("vecmat")
    assert "none: it depends on nothing" in rules.rule_page("eye")
    assert rules.rules_table(80).count("∂L/∂y") == 1


def test_matrix_rows_in_json_and_markdown():
    (inverse,) = json.loads(rules.rules_json("inv"))["primitives"]
    assert inverse["section"] == "square matrices"
    assert inverse["derivatives"] == []
    assert inverse["pullbacks"] == [{"wrt": "u", "expression": "-(y.T @ g @ y.T)", "pretty": "-(yᵀ @ g @ yᵀ)"}]
    text = rules.rules_markdown("inv")
    assert "| function | passes back | where |" in text
    assert "| `inv(u)` | `-(yᵀ @ g @ yᵀ)` | `det(u) ≠ 0` |" in text


def test_no_row_that_texts_cannot_call_is_listed():
    assert not any(row.internal for row in PRIMITIVES.values())
    for name in ("ones_like", "scatter", "gap"):
        with pytest.raises(UsageProblem):
            rules.rule_page(name)


def test_markdown_tables_have_as_many_cells_in_every_row():
    text = rules.rules_markdown()
    cells = [len(re.split(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")]
    assert set(cells) == {5}
    assert len(cells) == len(PRIMITIVES) + 2 * len(SECTIONS)
    assert "| `log(u)` | `1/u` | `u > 0` |" in text
    assert rules.rules_markdown("hypot").count("\n## ") == 1


def test_outcome_of_the_proof():
    assert rules.checks_table(CHECKS) == (
        "  tan  4 samples   proved\n"
        "  **   7 samples   wrong\n"
        "    row **, floats, at u = 2: 1 | 2 < 3\n"
        "\n"
        "2 rows, 1 wrong\n"
    )
    assert ANSI.sub("", rules.checks_table(CHECKS, color=True)) == rules.checks_table(CHECKS)
    assert rules.checks_table(CHECKS[:1]).endswith("1 row, all proved\n")
    assert rules.checks_markdown(CHECKS).splitlines()[2:] == [
        "| `tan` | 4 | proved |",
        "| `**` | 7 | row \\*\\*, floats, at u = 2: 1 \\| 2 \\< 3 |",
        "",
        "2 rows, 1 wrong.",
    ]
    document = json.loads(rules.checks_json(CHECKS))
    assert document["schema"] == "gradcheck.rules-check/1"
    assert document["verdict"] == "wrong"
    assert document["rows"][1] == {"name": "**", "samples": 7, "problems": list(CHECKS[1].problems)}
    assert json.loads(rules.checks_json(CHECKS[:1]))["verdict"] == "proved"


def test_no_mathematics_is_imported():
    code = (
        "import sys; from gradcheck.reports import rules as r; r.rules_table(); r.rule_page('log'); r.rules_json();"
        " r.rules_markdown(); print(sorted({'sympy', 'flint', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
