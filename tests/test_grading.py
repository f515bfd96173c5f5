"""``grade``: the marks of a class, checked one by one; carried-forward errors; hostile answers."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest

from gradcheck.errors import GradcheckError
from gradcheck.files.submissions import Submission, read_submissions
from gradcheck.grading import grade
from gradcheck.reports import Style
from gradcheck.reports.gradebook import GRADEBOOK_FORMATS

SAMPLES = Path(__file__).parents[1] / "samples"
PROBLEMS = """
partial = true
[[problem]]
id = "p"
f = "a = x**2; L = sin(a)*y"
parts = ["dL/da", {of = "dL/dx", points = 2}]
[[problem]]
id = "n"
f = "a = x**2; L = a**2"
at = "x=1.1"
parts = ["dL/da", "dL/dx"]
[[problem]]
id = 1
f = "x**2"
"""


def graded(*rows, problems=PROBLEMS, **options):
    return grade(problems, read_submissions("student,problem,of,claim\n" + "\n".join(rows)), **options)


def marks(book, *, missing=False):
    return [
        (row.student, row.of, None if row.mark is None else float(row.mark), row.verdict)
        for row in book.rows
        if missing or row.verdict != "missing"
    ]


def only(*rows, **options):
    """The one mark that was given."""
    (row,) = [row for row in graded(*rows, **options).rows if row.verdict != "missing"]
    return row


# -- the sample class -----------------------------------------------------------------------------------------------

ANSWERS = {
    ("chain", "2*x*cos(x**2)"): (2, ""),
    ("chain", "df/dx = cos(x^2)*2x"): (2, ""),
    ("chain", "2x*cos(x^2)"): (2, ""),
    ("chain", "cos(x^2)"): (1, "inner derivative missing"),
    ("chain", "-2x cos(x^2)"): (1, "sign of sin'"),
    ("chain", "cos(2x)"): (1, "argument differentiated inside the function"),
    ("chain", "x^2 cos(x)"): (0, ""),
    ("chain", "2*x*cos(x)^2"): (1, "misplaced bracket"),
    ("chain", "2*x*cos(x^2)"): (2, ""),
    ("product", "2*x*exp(3*x) + 3*x^2*exp(3*x)"): (4, ""),
    ("product", "2*x*exp(3*x) + 3*x^3*exp(3*x)"): (2, "wrong exponent"),
    ("quotient", "1 - x^2/(x^2+1)^2"): (2, "misplaced bracket"),
    ("quotient", "(1 - x^2)/(x^2+1)^2"): (4, ""),
    ("dL/dx", "3*x*a**2"): (1, "factor n of the power rule missing"),
    ("chain", "2x cos(x^2"): (0, "unreadable"),
    ("product", "2*x*exp(3*x) + 3*x**2*exp(3*x)"): (4, ""),
    ("product", "x*exp(3x)*(2+3x)"): (4, ""),
    ("product", "2x*3exp(3x)"): (2, "product rule as f'g'"),
    ("product", "2*x*exp(3*x) + x**2*exp(3*x)"): (2, "inner derivative missing"),
    ("product", "2x*exp(3x)"): (2, "second term of the product rule missing"),
    ("product", "2x*exp(3x) - 3x^2*exp(3x)"): (2, "product rule with a minus"),
    ("product", "2x e^(3x) + + * x"): (0, "unreadable"),
    ("quotient", "(1 - x**2)/(x**2 + 1)**2"): (4, ""),
    ("quotient", "1/(x^2+1) - 2x^2/(x^2+1)^2"): (4, ""),
    ("quotient", "(2x^2 - (x^2+1))/(x^2+1)^2"): (2, "quotient rule with the sign swapped"),
    ("quotient", "1/(2x)"): (2, "quotient rule as f'/g'"),
    ("quotient", "(1 - x^2)/(x^2+1)"): (2, "denominator not squared"),
    ("quotient", "(x^2+1 + 2x^2)/(x^2+1)^2"): (2, "quotient rule with a plus"),
    ("quotient", "(1-x²)/(x²+1)² = fertig"): (0, "unreadable"),
    ("quotient", "#NAME?"): (None, "human"),
    ("dL/da", "3*a**2"): (1, ""),
    ("dL/da", "dL/da = 3a^2"): (1, ""),
    ("dL/da", "3a^2"): (1, ""),
    ("dL/da", "3a²"): (1, ""),
    ("dL/da", "3*a"): (0.5, "exponent dropped"),
    ("dL/da", "dL/da = a^2"): (0.5, "factor n of the power rule missing"),
    ("dL/da", "2*a**2"): (0.5, "lowered exponent as the factor"),
    ("dL/dx", "6*x*a**2"): (2, ""),
    ("dL/dx", "dL/dx = dL/da * 2x"): (2, ""),
    ("dL/dx", "6*x*(x^2+y)^2"): (2, ""),
    ("dL/dx", "6x*a^2"): (2, ""),
    ("dL/dx", "6x a²"): (2, ""),
    ("dL/dx", "3*(x^2+y)^2"): (1, "inner derivative missing"),
    ("dL/dx", "3*a*2*x"): (1.5, "carried"),
    ("dL/dx", "6*x*a"): (1.5, "carried"),
    ("dL/dx", "dL/dx = dL/da*2x"): (1.5, "carried"),
    ("dL/dx", "4*x*a**2"): (1.5, "carried"),
    ("dL/dy", "3*a**2"): (2, ""),
    ("dL/dy", "dL/dy = dL/da"): (2, ""),
    ("dL/dy", "3*(x^2+y)^2"): (2, ""),
    ("dL/dy", "3*a^2"): (2, ""),
    ("dL/dy", "3 a^"): (0, "unreadable"),
    ("dL/dy", "3*a"): (1.5, "carried"),
    ("dL/dy", "dL/dy = dL/da * 1"): (1.5, "carried"),
    ("dL/dy", "2*a**2"): (1.5, "carried"),
    ("number", "0.89"): (2, ""),
    ("number", "0.894"): (2, ""),
    ("number", "2/sqrt(5)"): (2, ""),
    ("number", "=2/√5"): (2, ""),
    ("number", "0.88"): (0, ""),
    ("number", "1"): (0, ""),
    ("number", "0.22"): (1, "inner derivative missing"),
    ("number", "0.45"): (1, "factor n of the power rule missing"),
    ("number", "0.4"): (1, "factor n of the power rule missing"),
}
"""Every different answer of the sample class with its mark and mistake, worked out by hand."""

TOTALS = {
    "Anna Adler": 17, "Ben Brandt": 9.5, "Cem Çelik": 17, "Dana Dietz": 13, "Emil Ernst": 11, "Fatima Farouk": 15,
    "Greta Groß": 12.5, "Hannes Huber": 8, "Ines Ivanova": 15.5, "Jonas Jung": 13, "Karla König": 14, "Liam Lenz": 12,
    "Mia Maier": 15, "Noah Neumann": 6, "Olga Orlova": 17, "Paul Peters": 8.5, "Quirin Quast": 13,
    "Rosa Richter": 11, "Samir Said": 17, "Tina Thiel": 8, "Uwe Ulrich": 0, "Vera Vogel": 13.5, "Willi Wagner": 14,
    "Xenia Xu": 17, "Yusuf Yılmaz": 11.5, "Zoë Zimmermann": 15, "Alina Arndt": 8, "Boris Bauer": 13,
    "Clara Conrad": 13, "David Dorn": 11.5, "Elif Erdem": 17, "Finn Fischer": 8, "Gina Graf": 16, "Hugo Haas": 9,
    "Ida Ilg": 14, "Jan Jaeger": 14,
}  # fmt: skip


@pytest.fixture(scope="module")
def sample():
    problems = (SAMPLES / "class-problems.toml").read_text(encoding="utf-8")
    with (SAMPLES / "class-submissions.csv").open("rb") as file:
        return grade(problems, read_submissions(file))


def test_every_mark_of_the_sample_class(sample):
    seen = set()
    for row in sample.rows:
        if row.verdict in {"missing", "unknown"}:
            assert row.mark == (0 if row.verdict == "missing" else None)
            continue
        key = (row.of if row.problem == "graph" else row.problem, row.claim)
        seen.add(key)
        mark, why = ANSWERS[key]
        assert row.mark == (None if mark is None else Fraction(mark)), row
        special = {"unreadable": "unreadable", "human": "undecided", "carried": "carried"}
        full = {"chain": 2, "dL/da": 1, "dL/dx": 2, "dL/dy": 2, "number": 2}.get(key[0], 4)
        expected = special.get(why) or ("correct" if mark == full else "wrong")
        assert row.verdict == expected, row
        assert row.misconception == ("" if why in special else why), row
    assert seen == set(ANSWERS)


def test_the_totals_of_the_sample_class(sample):
    assert {student.name: float(student.mark) for student in sample.students} == TOTALS
    assert all(student.out_of == 17 for student in sample.students)
    assert len(sample.students) >= 30
    assert [row.student for row in sample.rows if row.verdict == "unknown"] == ["Uwe Ulrich"]
    assert sample.exit_code == 3


def test_what_the_sample_class_shares(sample):
    counts = [one.count for one in sample.mistakes]
    assert counts == sorted(counts, reverse=True)
    first = sample.mistakes[0]
    assert (first.name, first.count) == ("inner derivative missing", 13)
    assert first.where[0] == ("chain", "df/dx", 9)
    assert ("misconception", "exponent dropped", 6) in [(one.kind, one.name, one.count) for one in sample.mistakes]
    assert "Answered 2 times: the last one (line 152) counts, not line 145." in next(
        row.feedback for row in sample.rows if row.student == "Willi Wagner"
    )


def test_two_processes_give_the_same_gradebook(sample):
    problems = (SAMPLES / "class-problems.toml").read_text(encoding="utf-8")
    with (SAMPLES / "class-submissions.csv").open("rb") as file:
        assert grade(problems, read_submissions(file), jobs=2) == sample


# -- carried forward ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"dL/da": "cos(a)*y", "dL/dx": "dL/da*2x"}, ["correct", "correct"]),
        ({"dL/da": "cos(a)", "dL/dx": "dL/da*2x"}, ["wrong", "carried"]),
        ({"dL/da": "cos(a)", "dL/dx": "cos(x^2)*2x"}, ["wrong", "carried"]),
        ({"dL/da": "cos(a)", "dL/dx": "cos(a)*x"}, ["wrong", "wrong"]),
        ({"dL/da": "cos(a)", "dL/dx": "cos(a)*y*2x"}, ["wrong", "correct"]),
        ({"da/dx": "x", "dL/dx": "cos(a)*y*x"}, ["missing", "carried", "wrong"]),
        ({"dL/da": "sin(a)*y", "da/dx": "x", "dL/dx": "dL/da*da/dx"}, ["wrong", "carried", "wrong"]),
        ({"dL/da": "sin(a)*y", "da/dx": "x", "dL/dx": "sin(a)*y*x"}, ["wrong", "carried", "wrong"]),
        ({"dL/dx": "dL/dx"}, ["missing", "wrong"]),
        ({"dL/dx": "dL/da*2x"}, ["missing", "undecided"]),
        ({"dL/da": "dL/dx/(2x)", "dL/dx": "dL/da*2x"}, ["wrong", "wrong"]),
        ({"dL/da": "3 +", "dL/dx": "dL/da*2x"}, ["unreadable", "undecided"]),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_formulas_are_carried_forward(stated, expected, order):
    """The order of the rows does not matter: spreadsheets get sorted."""
    rows = [f"A,p,{of},{claim}" for of, claim in stated.items()][::order]
    found = [row.verdict for row in graded(*rows).rows if row.problem == "p"]
    assert found == expected


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("2.42", "5.32", "correct"),
        ("2.0", "4.4", "carried"),
        ("1.21", "2.66", "carried"),
        ("1.21", "2.7", "carried"),
        ("1.21", "3.66", "wrong"),
        ("2.4", "5.28", "carried"),  # the earlier value is right, but rounded
        ("2.4", "5.3", "correct"),
        ("2", "22/5", "carried"),
        ("a", "2.66", "carried"),  # a formula, then a number
    ],
)
def test_numbers_are_carried_forward(first, second, verdict):
    rows = graded(f"A,n,dL/da,{first}", f"A,n,dL/dx,{second}").rows
    row = next(row for row in rows if (row.problem, row.of) == ("n", "dL/dx"))
    assert row.verdict == verdict
    assert ("your own" in row.feedback or "your rounded" in row.feedback) == (verdict == "carried")


def test_somebody_elses_mistake_is_not_carried():
    found = marks(graded("A,p,dL/da,cos(a)", "B,p,dL/dx,2x cos(a)"))
    assert [verdict for *_, verdict in found] == ["wrong", "wrong"]


# -- points ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("partial", "expected"),
    [
        ("", [0, 0]),
        ("partial = false", [0, 0]),
        ("partial = true", [2, 3]),
        ("partial = {diagnosed = 0.3}", [1.2, 3]),
        ("partial = {carried = 1, undiagnosed = 0.25}", [2, 4]),
    ],
)
def test_partial_credit_is_what_the_file_states(partial, expected):
    problems = f'{partial}\n[[problem]]\nf = "a = x**2; L = a**3"\npoints = 8\nparts = ["dL/da", "dL/dx"]\n'
    found = graded("A,1,dL/da,a**2", "A,1,dL/dx,2x a^2", problems=problems)
    assert [float(row.mark) for row in found.rows] == expected
    assert [row.verdict for row in found.rows] == ["wrong", "carried"]


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        ('f = "x*y"', [("df/dx", 1), ("df/dy", 1)]),
        ('f = "x*y"\nwrt = "y"', [("df/dy", 1)]),
        ('f = "x*y"\nwrt = ["y", "x"]\npoints = 3', [("df/dy", 1.5), ("df/dx", 1.5)]),
        ('f = "x*y"\nparts = [{of = "df/dx", points = 2}, "y"]\npoints = 3', [("df/dx", 2), ("df/dy", 1)]),
        ('f = "x**2"\nclaims = ["2*x"]\npoints = 2', [("df/dx", 2)]),
        ('f = "x*y"\nclaims = [{claim = "df/dy = x", points = 0.1}]', [("df/dy", 0.1)]),
        ('f = "x*y"\nat = {x = 1, y = "pi/4"}\nwrt = "x"\nvars = ["x > 0", "y > 0"]', [("df/dx", 1)]),
        ('f = "L = x**2"\nvars = "x > 0"', [("dL/dx", 1)]),
        ('f = "x**2"\nclaims = [{claim = "df/dx = 2*x", points = 2}, "df/dx = x + x"]', [("df/dx", 2)]),
    ],
)
def test_what_is_asked(problem, expected):
    book = graded(problems=f"[[problem]]\n{problem}\n")
    assert [(one.of, float(one.points)) for one in book.problems] == expected


def test_a_point_is_read_as_check_reads_it():
    problem = '[[problem]]\nf = "sum(x*x)*c"\nat = {x = [1.5, 2.5], c = 2}\nwrt = "x"\n'
    assert only('A,1,,"[6, 10]"', problems=problem).verdict == "correct"


def test_what_is_asked_for_no_points_is_counted():
    problem = '[[problem]]\nf = "x*y"\nparts = [{of = "df/dx", points = 0}, "df/dy"]\n'
    book = graded("A,1,df/dx,y", "A,1,df/dy,x", "A,1,df/dz,0", problems=problem)
    assert [(one.of, one.counts["correct"], sum(one.counts.values())) for one in book.problems] == [
        ("df/dx", 1, 1), ("df/dy", 1, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("problems", "message"),
    [
        ("", "the file holds no problem"),
        ("x = ", "this is no TOML"),
        ("[[problem]]\n", "problem 1: there is no f"),
        ('[[problem]]\nf = "x+"', "problem 1: "),
        ('[[problem]]\nf = "x"\npionts = 2', "a problem has no key 'pionts'"),
        ('[[problem]]\nf = "x"\nid = 1\n[[problem]]\nf = "x"\nid = "1"', "two problems have the id 1"),
        ('[[problem]]\nf = "x"\nparts = ["df/dz"]', "df/dz is asked"),
        ('[[problem]]\nf = "x*y"\npoints = 3\nparts = [{of="x", points=1}, {of="y", points=1}]', "sum to 2, not to 3"),
        ('[[problem]]\nf = "x"\npoints = -1', "points is no number"),
        ('[[problem]]\nf = "x"\npoints = 1e999999999', "points is no number"),
        ('[[problem]]\nf = "x"\npartial = {diagnosed = 2}', "partial.diagnosed is no number from 0 to 1"),
        ('[[problem]]\nf = "x"\nat = "z=1"', "'z' is given or declared"),
        ('[[problem]]\nf = "x"\nat = {x = true}', "at is no point"),
        (
            '[[problem]]\nf = "x**2"\nclaims = [{claim="df/dx = 2*x", points=1}, {claim="df/dx = x+x", points=3}]',
            "df/dx is asked twice, and the second row has points of its own",
        ),
        ('[[problem]]\nf = "x*y"\nparts = ["x", {of = "df/dx", points = 1}]', "df/dx is asked twice"),
        ('[[problem]]\nf = "x"\nrtol = -1', "problem 1: rtol is no number from 0 up: -1"),
        ('[[problem]]\nf = "3"', "nothing is asked"),
    ],
)
def test_a_teachers_mistake_stops_everything(problems, message):
    with pytest.raises(GradcheckError) as caught:
        graded("A,1,,1", problems=problems, file="exam.toml")
    assert message in caught.value.message


def test_the_teachers_own_answers_are_right():
    text = (SAMPLES / "class-problems.toml").read_text(encoding="utf-8")
    rows = [
        "T,chain,,df/dx = 2*x*cos(x**2)", "T,product,,2*x*exp(3*x) + 3*x**2*exp(3*x)",
        "T,quotient,,(1 - x**2)/(x**2 + 1)**2", "T,graph,,dL/da = 3*a**2", "T,graph,,dL/dx = 6*x*a**2",
        "T,graph,,dL/dy = 3*a**2", "T,number,,0.89",
    ]  # fmt: skip
    (teacher,) = graded(*rows, problems=text).students
    assert teacher.mark == teacher.out_of == 17


# -- whatever is typed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "verdict", "said"),
    [
        ("A,1,,2*x", "correct", "Correct."),
        ("A,1.0,,2*x", "correct", "Correct."),
        ("A,1,x,2*x", "correct", "Correct."),
        ("A,1,f',2*x", "correct", "Correct."),
        ("A,1,df/dx,'=2*x", "correct", "Correct."),
        ("A,1,,2−x+3x−2", "correct", "Correct."),
        ("A,1,df/dx,df/dy = 2", "unreadable", "the column of says df/dx, but the answer says ∂f/∂y"),
        ("A,1,df/dx = 2*x,2*x", "unreadable", "It could not be read"),
        ("A,1,,2*(x", "unreadable", "the '(' at character 3 is never closed"),
        ("A,1,,2*x+", "unreadable", "It could not be read: the text ends"),
        ("A,1,,2*xx", "unreadable", "(at character 3: xx)"),
        ("A,1,,__import__('os').system('true')", "unreadable", "It could not be read"),
        ("A,1,," + "x+" * 9999 + "x", "unreadable", "4,000 are read"),
        ("A,1,," + "(" * 1500 + "x" + ")" * 1500, "wrong", "Not correct."),
        ("A,1,,9**9**9**9", "unreadable", "exponent"),
        ("A,1,,log(-1)", "undecided", "For a human to mark"),
        ('A,1,,"1,234"', "undecided", "is 1,234 1.234 or 1234?"),
        ("A,1,,5,98", "undecided", "more cells than the header"),
        ("A,2,,2*x", "unknown", "There is no problem '2'"),
        ("A,N,dL/da,0.0e2", "undecided", "has no digit of 2.42"),
        ("A,n,dL/da,0.0e0", "wrong", "Not correct."),
        ("A,1,df/dz,2", "wrong", "It was not asked for"),
    ],
)
def test_one_answer(row, verdict, said):
    found = only(row)
    assert found.verdict == verdict
    assert said in found.feedback
    assert (found.mark is None) == (verdict in {"undecided", "unknown"})


def test_a_slow_answer_is_left_for_a_human(monkeypatch):
    row = only("A,1,,2*x", timeout=1e-9)
    assert row.verdict in {"undecided", "correct"}
    monkeypatch.setattr("gradcheck.claims.verify.verify_claim", lambda *_, **__: 1 // 0)
    row = only("A,1,,2*x")
    assert (row.mark, row.verdict) == (None, "undecided")
    assert "ZeroDivisionError" in row.feedback


HOSTILE = [
    "=cmd|' /C calc'!A1,1,,2*x",
    "+1+1,1,,-2*x",
    "@SUM(A1),1,,@x",
    '"A\nB",1,,"2*\n\n\nx"',
    "\x1b[31mred\x07,1,,\x1b]0;title\x07",
    "abc\u202edcba,1,,2x\u202e",
    "[x](http://evil.example) <script>,1,,``|` <b>",
    'unclosed,1,,"2*x',
    "\x00,1,,\x00",
    "A" * 5000 + ",1,," + "9" * 3900,
    "Anna,\u202e1,," + "1/" * 1500,
    "Anna,=1,x,2x",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nobody_changes_the_marks_of_others(hostile):
    honest = ["Zoe,1,,2*x", "Zoe,p,dL/da,cos(a)", "Zoe,p,dL/dx,dL/da*2x"]
    alone = graded(*honest).students[0]
    for rows in ([hostile, *honest], [*honest, hostile]):
        book = graded(*rows)
        zoe = next(student for student in book.students if student.name == "Zoe")
        assert [(row.mark, row.verdict, row.feedback) for row in zoe.rows] == [
            (row.mark, row.verdict, row.feedback) for row in alone.rows
        ]
        for write in GRADEBOOK_FORMATS.values():
            text = write(book, Style(verbose=True))
            assert "\x1b" not in text
            assert "\u202e" not in text
            assert "\x07" not in text


def test_the_last_answer_counts_and_an_empty_one_does_not():
    row = only("A,1,,3x", "A,1,,(", "A,1,df/dx,2x", "A,1,,")
    assert (row.mark, row.line) == (1, 4)
    assert "Answered 3 times: the last one (line 4) counts, not lines 2, 3." in row.feedback


def test_results_come_in_the_order_of_the_table_and_names_that_look_alike_are_told():
    book = graded("B,1,,2x", "A,1,,2x", "b,1,,3x", "B,n,dL/da,2.42")
    assert [student.name for student in book.students] == ["B", "A", "b"]
    assert book.notes == ("these names look alike and are marked as 2 students: 'B', 'b'",)
    assert [row.problem for row in book.students[0].rows] == ["p", "p", "n", "n", "1"]


def test_an_unreadable_row_is_reported_and_exits_2():
    book = graded("A,1,,2x", ",1,,2x")
    assert [(error.line, error.message) for error in book.errors] == [(3, "the cell student is empty")]
    assert book.exit_code == 2
    assert graded("A,1,,(").exit_code == 0


def test_many_statements_of_one_student_are_bounded():
    f = "; ".join(f"v{i} = x**{i + 2}" for i in range(60)) + "; L = v1 + x"
    rows = [f"A,1,dv{i}/dx,{i + 1}*x" for i in range(60)]
    book = graded(*rows, "A,1,dL/dx,3*x**2 + 1", problems=f'[[problem]]\nf = "{f}"\n')
    assert book.students[0].mark == 1
    assert sum("More than 24" in row.feedback for row in book.rows) == 60 - 23


def test_ten_thousand_rows_are_fast():
    answers = ["2*x", "x", "2*x+", "2"]
    rows = [f"S{i % 2500},1,,{answers[i % 4]}" for i in range(10_000)]
    start = time.perf_counter()
    book = graded(*rows, problems='[[problem]]\nf = "x**2"\n')
    assert time.perf_counter() - start < 5
    assert len(book.students) == 2500
    assert sum(student.mark for student in book.students) == 625


# -- arrays ----------------------------------------------------------------------------------------------------------

MATRICES = """
[[problem]]
id = "quad"
f = "x.T @ A @ x"
vars = "A: 3x3; x: 3"
parts = ["df/dx"]
[[problem]]
id = "net"
f = "a = W @ x; L = sum(sigmoid(a))"
vars = "W: 2x3; x: 3"
parts = ["dL/da", "dL/dW"]
[[problem]]
id = "K"
f = "K = B.T @ B"
vars = "B: 3x2"
parts = ["dK[p,q]/dB[i,j]"]
"""

ANSWERS_ABOUT_MATRICES = [
    ("quad", "df/dx", "(A + A.T) @ x", "correct"),
    ("quad", "df/dx", "2*A @ x", "wrong"),
    ("quad", "df/dx", "[1, 2]", "wrong"),
    ("quad", "df/dx", "A @", "unreadable"),
    ("K", "dK[a,b]/dB[i,j]", "B[i,b]*(j == a) + B[i,a]*(j == b)", "correct"),
    ("K", "dK[p,q]/dB[i,j]", "B[i,q]*(j == p)", "wrong"),
    ("net", "dL/dW", "outer(dL/da, x)", "undecided"),
]


def array_submission(line, student, problem, of, claim):
    return Submission(line, student, problem, of, claim, (), "")


@pytest.mark.parametrize(("problem", "of", "claim", "verdict"), ANSWERS_ABOUT_MATRICES)
def test_answers_about_matrices(problem, of, claim, verdict):
    book = grade(MATRICES, [array_submission(2, "Ann", problem, of, claim)])
    rows = [row for student in book.students for row in student.rows if row.claim]
    assert [row.verdict for row in rows] == [verdict]


def test_an_answer_about_matrices_is_carried_forward_by_name():
    book = grade(
        MATRICES,
        [
            array_submission(2, "Bob", "net", "dL/da", "sigmoid(a)*(1 + sigmoid(a))"),
            array_submission(3, "Bob", "net", "dL/dW", "outer(dL/da, x)"),
        ],
    )
    verdicts = {row.of: row.verdict for row in book.students[0].rows if row.claim}
    assert verdicts == {"dL/da": "wrong", "dL/dW": "carried"}


def test_a_sentence_that_begins_with_a_variable_keeps_its_letter():
    """It once said that X reaches f."""
    from gradcheck.feedback import _sentence

    assert _sentence("x reaches f by different paths") == "x reaches f by different paths."
    assert _sentence("a bracket moved") == "A bracket moved."
    assert _sentence("at node f it is wrong") == "At node f it is wrong."
