"""What is attacked: for each reader its law, the grammar of its inputs, and files to begin with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attack import grammars, laws
from attack.hostile import NASTY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Target:
    """One reader. ``seconds`` of processor time is what one input of the size tried here may take."""

    law: Callable[[Any], None]
    grammar: Callable[[], st.SearchStrategy[Any]]
    seeds: Callable[[], Iterator[bytes]]
    seconds: float = 5.0
    binary: bool = False
    """Whether an input is bytes; else it is a text."""

    def decoded(self, data: bytes) -> Any:
        """The input that some bytes stand for."""
        if self.binary:
            return data
        try:
            return data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return data.decode("latin-1")


def encoded(value: str | bytes) -> bytes:
    """The bytes that stand for an input."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def _texts(*more: str) -> Callable[[], Iterator[bytes]]:
    def seeds() -> Iterator[bytes]:
        for text in (*more, *NASTY):
            yield encoded(text)

    return seeds


def _expressions() -> Iterator[bytes]:
    """Expressions of the samples and of the textbook corpus."""
    for file in sorted((ROOT / "samples").glob("*.txt")):
        yield file.read_bytes()
    for line in (ROOT / "tests" / "corpora" / "textbook.jsonl").read_text(encoding="utf-8").splitlines()[::20]:
        yield encoded(json.loads(line)["expr"])
    yield from _texts("norm(sigmoid(W @ x + b) - y)**2", "K = B.T @ B", "1/2x + sin^2 x", "tr(A) + |x|")()


def _joined(*rows: tuple[str, ...]) -> Callable[[], Iterator[bytes]]:
    return lambda: (encoded(laws.FIELD.join(row)) for row in rows)


def _files(*patterns: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (
        file.read_bytes()[:4_000] for pattern in patterns for file in sorted((ROOT / "samples").glob(pattern))
    )


_CLASS = (
    '[[problem]]\nid = "p"\nf = "x**2*y"\nclaims = ["df/dx = 2*x*y"]\npartial = true\n',
    "student,problem,of,claim\nann,p,df/dx,2*x*y\nbob,p,df/dx,x*y\n",
)
_CHECKED = 'expr,wrt,claim\nx**2,x,"2*x"\n'

TARGETS: dict[str, Target] = {
    "plain": Target(laws.plain, grammars.plain_texts, _expressions),
    "latex": Target(
        laws.latex,
        grammars.latex_texts,
        _texts(
            r"\sqrt{x^2+\exp(x^2)}+\cos(x^2)", r"\frac{1}{2}\sin^2 x", r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", "$2x$"
        ),
    ),
    "point": Target(laws.point, grammars.points, _texts("x=1, y=pi/4", "A=[[1, 2], [3, 4]]", "x=1e-3,y=sqrt(2)")),
    "declarations": Target(
        laws.declarations, grammars.declarations, _texts("n: integer; x > 0", "S: 3x3 positive definite", "0 < p < 1")
    ),
    "evaluate": Target(
        laws.evaluation,
        grammars.evaluations,
        _joined(
            ("x**2*y", "x=1,y=2", "", "df/dx = 2*x*y"), ("W @ x", "", "W: 2x3; x: 3", ""), ("relu(x)", "x=0", "", "1")
        ),
        seconds=20.0,
    ),
    "claim": Target(
        laws.claim,
        grammars.tasks,
        _joined(("x**n", "n*x**(n-1)", "x", "", "x > 0"), ("e = a*b; L = e*f", "dL/da = f*dL/de", "", "", "")),
        seconds=20.0,
    ),
    "problems": Target(laws.problems, grammars.problem_data, _files("*.toml"), binary=True),
    "table": Target(laws.table, grammars.table_data, _files("claims.csv", "rows.csv", "textbook.toml"), binary=True),
    "submissions": Target(laws.submissions, grammars.submission_data, _files("class-submissions.csv"), binary=True),
    "assignment": Target(laws.assignment, grammars.problem_files, _files("*.toml"), seconds=20.0),
    "rows": Target(laws.rows, grammars.row_data, _files("*.csv"), binary=True),
    "grade": Target(laws.marks, grammars.whole_classes, _joined(_CLASS), seconds=40.0),
    "command": Target(
        laws.command,
        grammars.command_lines,
        _joined(
            ("eval", "x**2", "--at", "x=1", "--routes", "fd,reverse", "", ""),
            ("check", "b.csv", "--format", "junit", "", _CHECKED),
            ("check", "-", "--format", "github", "x", _CHECKED),
            ("grade", "a.toml", "-", "--format", "csv", _CLASS[1], _CLASS[0]),
            ("rules", "tanh", "", ""),
        ),
        seconds=40.0,
    ),
}
