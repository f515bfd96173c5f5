"""Training rows: the average of values and gradients, the verdict, and rows that cannot be used."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck import limits
from gradcheck.arrays import rows as rows_module
from gradcheck.arrays.rows import evaluate_rows
from gradcheck.errors import GradcheckError, NameProblem
from gradcheck.evaluation import evaluate
from gradcheck.files.rows import RowsFile
from gradcheck.primitives.table import PRIMITIVES

NEURON = "C = (sigmoid(w*a0 + b) - y)**2"
LAYER = "h = sigmoid(W @ x + c); L = norm(h - t)**2"


@dataclass
class Table:
    """Rows in memory, in blocks of any size."""

    columns: list
    rows: list
    size: int = 3
    file: str = "rows.csv"

    def blocks(self, wanted):
        for first in range(0, len(self.rows), self.size):
            texts = [[str(row[position]) for position in wanted] for row in self.rows[first : first + self.size]]
            yield Block(first, np.array(texts, float).reshape(len(texts), len(wanted)), texts)


@dataclass
class Block:
    first: int
    numbers: object
    texts: list
    fraction: float = 0.5

    def line(self, index):
        return self.first + index + 2

    def cells(self, index):
        return self.texts[index]

    def problem(self, index, message, hint=None):
        return GradcheckError(f"row {self.first + index + 1}: {message}", hint=hint)


def table(header, *rows, size=3):
    return Table(header.split(), [list(row) for row in rows], size)


def average(expression, found, **options):
    return evaluate_rows(expression, found, timeout=60, **options)


def single(expression, point, name):
    """Value and derivative at one point."""
    found = evaluate(expression, at=point, wrt=[name], routes=["reverse"])
    value = found.value if not hasattr(found, "shape") else found.value.entries[0]
    (node,) = found.gradient
    return float(value), node


POINTS = st.lists(
    st.tuples(st.integers(-30, 30), st.integers(-30, 30)).map(lambda pair: [Fraction(one, 10) for one in pair]),
    min_size=1,
    max_size=7,
)


@settings(max_examples=25)
@given(POINTS, st.integers(-20, 20), st.integers(1, 4), st.sampled_from(["mean", "sum"]))
def test_the_average_is_that_of_single_evaluations(points, weight, size, reduce):
    w = Fraction(weight, 10)
    found = average(
        NEURON, table("a0 y", *[[float(x), float(y)] for x, y in points], size=size), at={"w": w, "b": "1/3"},
        reduce=reduce,
    )  # fmt: skip
    values, gradients = [], []
    for x, y in points:
        value, node = single(NEURON, {"w": w, "b": "1/3", "a0": x, "y": y}, "w")
        values.append(value)
        gradients.append(float(node.reverse.value))
    divisor = len(points) if reduce == "mean" else 1
    assert found.verdict.name == "agree"
    assert found.count == found.judged == len(points)
    assert float(found.value.entries[0]) == pytest.approx(math.fsum(values) / divisor, rel=1e-12, abs=1e-14)
    (by_w, _) = found.gradient
    assert float(by_w.value.entries[0]) == pytest.approx(math.fsum(gradients) / divisor, rel=1e-12, abs=1e-14)


@settings(max_examples=8)
@given(st.lists(st.tuples(*[st.integers(-9, 9)] * 3), min_size=1, max_size=4), st.integers(1, 3))
def test_averages_of_arrays_are_those_of_single_evaluations(points, size):
    at = {"W": "[[1, -1/2], [1/4, 2], [-1, 1]]", "c": "[1/2, -1/2, 1]"}
    found = average(LAYER, table("x1 x2 t", *points, size=size), at=at, declarations="x: 2")
    expected = np.zeros((3, 2))
    for x1, x2, t in points:
        _, node = single(LAYER, {**at, "x": f"[{x1}, {x2}]", "t": t}, "W")
        expected += np.array([float(entry) for entry in node.reverse.entries]).reshape(3, 2)
    entries = [float(entry) for entry in found.gradient[0].value.entries]
    assert found.verdict.name == "agree"
    assert np.allclose(np.reshape(entries, (3, 2)), expected / len(points), rtol=1e-11, atol=1e-13)


def test_each_row_s_own():
    found = average(NEURON, table("a0 y", [1, 0.5], [2, 0.25]), at="w=2, b=-1", reduce="none")
    assert (found.value, found.verdict.name, len(found.rows)) == (None, "agree", 2)
    for row, (a0, y) in zip(found.rows, [(1, "1/2"), (2, "1/4")], strict=True):
        value, node = single(NEURON, {"w": 2, "b": -1, "a0": a0, "y": y}, "b")
        assert row.value.entries[0] == pytest.approx(value, rel=1e-14)
        assert row.gradient[1].entries[0] == pytest.approx(float(node.reverse.value), rel=1e-14)
    assert found.rows[0].inputs == {"a0": "1", "y": "0.5"}


def test_without_an_average_a_column_has_a_derivative():
    found = average(NEURON, table("a0 y", [1, 0.5]), at="w=2, b=-1", reduce="none", wrt=["a0"])
    _, node = single(NEURON, {"w": 2, "b": -1, "a0": 1, "y": "1/2"}, "a0")
    assert found.rows[0].gradient[0].entries[0] == pytest.approx(float(node.reverse.value), rel=1e-14)
    assert found.verdict.name == "agree"


def test_an_output_with_entries_has_a_jacobian():
    found = average("W @ x", table("x1 x2", [1, 2], [3, 4]), at="W=[[1, 2], [3, 4]]", declarations="x: 2")
    assert found.gradient[0].value.shape == (2, 2, 2)
    assert [float(one) for one in found.gradient[0].value.entries] == [2, 3, 0, 0, 0, 0, 2, 3]


def test_a_large_table_is_sampled():
    rows = [[k % 7 - 3, k % 5] for k in range(6000)]
    found = average("(w*a0 + b - y)**2", table("a0 y", *rows, size=1000), at="w=1/2, b=1")
    assert (found.count, found.verdict.name) == (6000, "agree")
    assert found.sampled
    assert 50 <= found.judged < 6000
    assert any("at 100 of them, drawn from seed 0" in note for note in found.notes)
    residuals = [Fraction(a, 2) + 1 - y for a, y in rows]
    assert float(found.value.entries[0]) == pytest.approx(float(sum(r * r for r in residuals) / 6000), rel=1e-13)
    exact = sum(2 * r * a for r, (a, _) in zip(residuals, rows, strict=True)) / 6000
    assert float(found.gradient[0].value.entries[0]) == pytest.approx(float(exact), rel=1e-12)


def test_the_sample_does_not_depend_on_the_blocks():
    rows = [[k % 7 - 3, k % 5] for k in range(4000)]
    one, other, third = (
        average("(w*a0 - y)**2", table("a0 y", *rows, size=size), at="w=1/2", seed=seed)
        for size, seed in ((1000, 0), (37, 0), (1000, 1))
    )
    assert one.gradient[0].reverse == other.gradient[0].reverse
    assert one.gradient[0].reverse != third.gradient[0].reverse


def test_drawn_parameters_are_told_and_repeat():
    one, other = (average(NEURON, table("a0 y", [1, 0.5])) for _ in range(2))
    assert one.drawn
    assert one.point == other.point
    assert set(one.point) == {"w", "b"}
    assert average(NEURON, table("a0 y", [1, 0.5]), seed=1).point != one.point


def test_drawn_parameters_keep_what_is_declared():
    found = average("log(w*a0)", table("a0", [1], [2]), declarations="w > 0")
    assert Fraction(found.point["w"]) > 0


# -- the verdict ----------------------------------------------------------------------------------------------------


def test_a_row_at_a_kink_is_undecided():
    found = average("relu(w*x - 1)", table("x", [0.5], [2], [-1]), at="w=2")
    assert (found.verdict.name, found.exit_code) == ("undecided", 3)
    assert "kink" in found.verdict.reason
    assert "row 1" in found.verdict.reason


def test_a_row_at_a_kink_decides_wherever_it_stands():
    rows = [[1 + k % 3] for k in range(3000)]
    rows[2345] = [0.5]
    found = average("relu(w*x - 1)", table("x", *rows, size=500), at="w=2")
    assert found.verdict.name == "undecided"
    assert "row 2,346" in found.verdict.reason


def test_a_row_without_a_finite_gradient_is_undecided():
    found = average("sqrt(w*x)", table("x", [1], [0], [4]), at="w=1")
    assert found.verdict.name == "undecided"
    assert any("1 row has no finite gradient, first row 2 (line 3)" in note for note in found.notes)


def test_one_route_alone_is_not_compared():
    found = average(NEURON, table("a0 y", [1, 0.5]), at="w=2, b=-1", routes=["reverse"])
    assert found.verdict.name is None
    assert found.exit_code == 0


def test_no_parameter():
    found = average("(a0 - y)**2", table("a0 y", [1, 0.5], [2, 1]))
    assert found.verdict.name == "agree"
    assert not found.gradient
    assert float(found.value.entries[0]) == 0.625


@pytest.mark.parametrize(("column", "text"), [("derivatives", "y"), ("symbols", "cos"), ("floats", "cosh")])
def test_a_wrong_rule_is_caught(monkeypatch, column, text):
    """A wrong cell of the table is met by the other routes, over rows as at a point."""
    row = PRIMITIVES["sinh"]
    wrong = dataclasses.replace(row, name="wrong", **{column: (text,) if column == "derivatives" else text})
    monkeypatch.setitem(PRIMITIVES, "sinh", wrong)
    found = average("sinh(w*x)", table("x", [1], [2]), at="w=1/2")
    assert found.verdict.name == "disagree"
    assert found.exit_code == 1


def test_digits_and_slopes_are_honest():
    found = average(NEURON, table("a0 y", [1, 0.5], [2, 0.3]), at="w=2, b=-1", digits=30, step=0.1)
    for one in found.gradient:
        slope, error = one.finite_difference.entries[0], one.error.entries[0]
        assert abs(slope - float(one.reverse.entries[0])) <= error
    exact = average(NEURON, table("a0 y", [1, 0.5], [2, 0.3]), at="w=2, b=-1", digits=40)
    assert abs(exact.value.entries[0] - found.value.entries[0]) < Decimal("1e-30")


# -- input that cannot be used --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "rows", "options", "message"),
    [
        ("log(w*x)", [[1], [-1]], {"at": "w=1"}, r"row 2: log\(a\) has no value here: it needs a > 0, but a = -1"),
        ("w/x", [[1], [2], [3], [0]], {"at": "w=1"}, "row 4: w/x has no value here"),
        ("sigmoid(-log(w*x))", [[1], [0]], {"at": "w=1"}, r"row 2: log\(a\) has no value here"),
        ("exp(exp(w*x))", [[1], [9]], {"at": "w=1"}, "row 2: .* which float64 cannot compute"),
        (
            "w*x",
            [[1], [2.5]],
            {"at": "w=1", "declarations": "x: integer"},
            "row 2: x = 2.5, but it is declared: x: int",
        ),
        ("w*x", [[1], [0]], {"at": "w=1", "declarations": "x > 0"}, "row 2: x = 0, but it is declared: x > 0"),
        ("w*x", [[1]], {"at": "w=1, x=2"}, r"x is given by --at and by rows.csv \(column x\)"),
        ("w*x + q", [[1]], {"at": "w=1"}, "'q' has no value, and rows.csv has no column q"),
        ("w*z", [[1]], {}, "no column of rows.csv is a variable of the expression"),
        ("w*x", [[1]], {"at": "w=1, v=2"}, "'v' is given or declared, but the expression does not use it"),
        ("w*x", [[1]], {"reduce": "median"}, "rows are not reduced by 'median'"),
        ("w*x", [[1]], {"method": "complex-step"}, "the slopes are real"),
        ("w*x", [[1]], {"wrt": ["x"]}, "the average has no one derivative by it"),
        ("w*x", [[1]], {"wrt": ["v"]}, "there is no parameter 'v'"),
        ("log(-w**2*x**2)", [[1]], {}, "no parameters were found"),
    ],
)
def test_bad_input(expression, rows, options, message):
    with pytest.raises(GradcheckError, match=message):
        average(expression, table("x", *rows), **options)


def test_branches_that_are_not_taken_may_be_undefined():
    found = average("where(x > 0, log(w*x), w*x)", table("x", *[[k - 60] for k in range(121)]), at="w=1")
    expected = sum(math.log(k) if k > 0 else k for k in range(-60, 61)) / 121
    assert float(found.value.entries[0]) == pytest.approx(expected, rel=1e-12)


def test_unused_columns_are_told():
    found = average("w*x", table("x name W", [1, 2, 3]))
    assert found.notes[0] == "columns not used: name, W (is it w?)"


def test_each_row_s_own_numbers_have_a_limit(monkeypatch):
    monkeypatch.setattr(limits, "ROW_NUMBERS", 10)
    with pytest.raises(GradcheckError, match="would keep more than 10 numbers"):
        average("w*x", table("x", *[[k] for k in range(20)]), at="w=1", reduce="none")


def test_progress_is_told():
    told = []
    average("w*x", table("x", *[[k] for k in range(7)]), at="w=1", progress=lambda *told_: told.append(told_))
    assert told == [(3, 0.5), (6, 0.5), (7, 0.5)]


def test_time_is_limited():
    found = evaluate_rows(NEURON, table("a0 y", *[[1, 2]] * 50), at="w=1, b=1", timeout=1e-6)
    assert found.verdict.name == "undecided"
    assert "time limit" in found.verdict.reason
    assert rows_module.evaluate_rows is evaluate_rows


def test_a_misspelled_name_is_told(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("weight,y\n1,2\n")
    with RowsFile(str(path)) as table, pytest.raises(NameProblem) as caught:
        evaluate_rows("(wieght*v - y)**2", table, at="v=1")
    assert caught.value.hint.startswith("is it the column weight?")


def test_a_constant_is_no_column_unless_it_is_bound(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("e,y\n1,2\n")
    with RowsFile(str(path)) as table:
        free = evaluate_rows("e*v - y", table, at="v=1")
    with RowsFile(str(path)) as table:
        bound = evaluate_rows("e*v - y", table, at="v=1", binds=["e=e"])
    assert float(free.value.entries[0]) == pytest.approx(0.718281828)
    assert float(bound.value.entries[0]) == -1.0
    assert any("e" in note for note in free.notes)


def test_a_row_without_value_is_found_behind_many_doubtful_ones():
    rows = [("-1", "1")] * 100 + [("1", "-1")]
    with pytest.raises(GradcheckError, match=r"row 101.*sqrt\(y\) has no value here"):
        average("where(x > 0, log(x), 0) + w*x + sqrt(y)", table("x y", *rows, size=60), at="w=2")
