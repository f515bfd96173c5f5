r"""LaTeX in files: a problem's ``f``, claims and derivations, tables, submissions."""

from gradcheck import batch
from gradcheck.files import read_items
from gradcheck.files.submissions import read_submissions
from gradcheck.grading import grade

PROBLEMS = r"""
vars = "x_1 > 0; n: integer"

[[problem]]
id = "chain"
f = '$\sqrt{x_1^2 + \exp(x_1^2)}$'
wrt = "x_1"
claims = ['$\frac{\partial f}{\partial x_1} = \frac{x_1 + x_1 e^{x_1^2}}{f}$', 'df/dx_1 = $x_1 (1 + e^{x_1^2})$']
steps = [
  '$\frac{df}{dx_1} = \frac{1}{2\sqrt{x_1^2 + e^{x_1^2}}}(2x_1 + 2x_1 e^{x_1^2})$',
  '$= \frac{x_1 + x_1 e^{x_1^2}}{\sqrt{x_1^2 + e^{x_1^2}}}$',
  '$\frac{x_1 + e^{x_1^2}}{\sqrt{x_1^2 + e^{x_1^2}}}$',
]

[[problem]]
id = "quadratic"
f = '$\frac{1}{2} x^\top A x$'
vars = "A: 3x3; x: 3"
claims = ['$\nabla_x f = \frac{1}{2}(A + A^\top)x$']
"""

TABLE = r"""id,expr,wrt,claim
1,$\ln(x)$,x,$\frac{1}{x}$
2,"$\max(x, y)$",x,"$\begin{cases} 1 & x > y \\ 0 & \text{otherwise} \end{cases}$"
3,$\sqrt{x$,x,$1$
"""

ASSIGNMENT = r"""
[[problem]]
id = "p"
f = '$\sin(x^2)$'
parts = [{of = '$\frac{df}{dx}$', points = 2}]
"""

ANSWERS = r"""student,problem,of,claim
Ada,p,df/dx,$2x\cos(x^2)$
Ben,p,$\frac{df}{dx}$,$\cos(x^2)$
Cem,p,,$f'(x) = 2x\cos(x^2)$
Dan,p,,$2x\cos(x^2$
Eva,p,df/dx,= $2x\cos x^2$
"""


def outcomes(path):
    return list(batch.run(read_items(str(path)), timeout=5))


def test_problem_files(tmp_path):
    path = tmp_path / "problems.toml"
    path.write_text(PROBLEMS, encoding="utf-8")
    found = outcomes(path)
    assert [one.verdict for one in found] == ["correct", "wrong", "wrong", "correct"]
    assert "line 2 is right, line 3 is not" in found[2].reason


def test_tables_of_claims(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text(TABLE, encoding="utf-8")
    first, second, third = outcomes(path)
    assert (first.verdict, second.verdict) == ("correct", "correct")
    assert "this '{' is never closed" in third.message
    assert third.line == 4


def test_submissions():
    graded = grade(ASSIGNMENT, read_submissions(ANSWERS))
    verdicts = {row.student: row.verdict for row in graded.rows}
    assert verdicts == {"Ada": "correct", "Ben": "wrong", "Cem": "correct", "Dan": "unreadable", "Eva": "correct"}
