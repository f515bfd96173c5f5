"""Hypothesis strategies for whole inputs: both dialects, files, command lines; valid, nearly valid, and not."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import strategies as language
from attack.hostile import NASTY
from attack.laws import FIELD, FILES
from hypothesis import strategies as st

from gradcheck.commands import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    Texts = st.SearchStrategy[str]

SPECIALS = ("\x1b[31m", "\u202e", "\u200b", "\0", "\ufeff", "\r", "\u2028", "\x85", "﷽", "𝒙", "=cmd|'/c'!A1")
"""Characters that files and texts should not hold, and do."""


@cache
def mutated(texts: Texts) -> Texts:
    """A text of which a piece is dropped, doubled, moved, or replaced by something else."""

    @st.composite
    def change(draw: st.DrawFn) -> str:
        text = draw(texts)
        for _ in range(draw(st.integers(0, 3))):
            one, two = sorted(draw(st.integers(0, len(text))) for _ in range(2))
            match draw(st.integers(0, 3)):
                case 0:
                    text = text[:one] + text[two:]
                case 1:
                    text = text[:two] + text[one:]
                case 2:
                    text = text[:one] + draw(st.sampled_from((*language.TOKENS, *SPECIALS))) + text[two:]
                case _:
                    text = text[:one] + text[one:two][::-1] + text[two:]
        return text

    return change()


@cache
def plain_texts() -> Texts:
    """The plain dialect: trees over all rows, homework, programs, Python, noise."""
    single = st.one_of(
        language.expressions(),
        language.array_trees().map(language.write),
        language.homework(),
        language.python_texts(),
        st.sampled_from(NASTY),
    )
    named = st.tuples(st.sampled_from(("a", "b", "e", "f", "x", "L", "v2")), single).map(" = ".join)
    program = st.tuples(st.lists(named, max_size=3), single).map(lambda found: "; ".join([*found[0], found[1]]))
    return st.one_of(
        single,
        program,
        mutated(single),
        mutated(program),
        language.token_soup(),
        language.array_token_soup(),
        language.any_text(),
    )


# -- LaTeX -------------------------------------------------------------------------------------------------------------

_LATEX_LEAVES = (
    "x", "y", "2", "0.5", r"\pi", "e", r"\theta", "x_1", "x_{12}", "v_{11}", r"\alpha_{i}", "A", r"\mathbf{x}", "y^*",
    r"\hat{y}", r"x^{(1)}", r"\mathrm{lr}", "10", "n",
)  # fmt: skip
_LATEX_FUNCTIONS = (
    r"\sin", r"\cos", r"\tan", r"\ln", r"\log", r"\exp", r"\sigma", r"\tanh", r"\arctan", r"\max", r"\operatorname{relu}",
    r"\mathrm{sigmoid}", r"\sinh", r"\text{softplus}", r"\min", r"\sin^2", r"\sin^{-1}", r"\log_2", r"\operatorname{tr}",
)  # fmt: skip
_LATEX_TOKENS = (
    r"\frac", "{", "}", "{", "}", "(", ")", r"\left(", r"\right)", r"\left|", r"\right|", "^", "_", "^{", "_{", "+", "-",
    r"\cdot", r"\times", r"\sqrt", r"\sqrt[3]", r"\begin{bmatrix}", r"\end{bmatrix}", "&", r"\\", r"\,", r"\quad", "$",
    "$$", r"\(", r"\)", r"\frac{d}{dx}", r"\frac{\partial f}{\partial x}", "=", r"\le", r"\partial", r"\foo", "%", "#", "~",
    r"\input{/etc/passwd}", r"\write18{ls}", r"\def\x{\x\x}", r"\catcode", r"\csname x\endcsname", r"\|", r"\lVert", "'",
    r"\sin", r"\cos^2", r"\top", "^T", r"\odot", r"\begin{cases}", r"\end{cases}", r"\dfrac12", r"\frac12", r"\ln",
)  # fmt: skip


@st.composite
def latex(draw: st.DrawFn, depth: int = 3) -> str:
    """What homework in LaTeX looks like."""

    def expression(level: int) -> str:
        text = draw(st.sampled_from(("", "", "-"))) + term(level)
        for _ in range(draw(st.integers(0, 1))):
            text += draw(st.sampled_from(("+", " - ", "-"))) + term(level)
        return text

    def term(level: int) -> str:
        text = factor(level)
        for _ in range(draw(st.integers(0, 2))):
            text += draw(st.sampled_from((" ", r" \cdot ", r"\times ", "", "/", r"\,"))) + factor(level)
        return text

    def factor(level: int) -> str:
        leaf = st.sampled_from(_LATEX_LEAVES)
        if level <= 0:
            return draw(leaf)
        inner = expression
        match draw(st.integers(0, 10)):
            case 0 | 1:
                return draw(leaf)
            case 2:
                return rf"\frac{{{inner(level - 1)}}}{{{inner(level - 1)}}}"
            case 3:
                return rf"\sqrt{{{inner(level - 1)}}}"
            case 4:
                return rf"\sqrt[{draw(st.sampled_from(('3', '4', 'n')))}]{{{inner(level - 1)}}}"
            case 5:
                return rf"{draw(st.sampled_from(_LATEX_FUNCTIONS))}\left({inner(level - 1)}\right)"
            case 6:
                return f"{draw(st.sampled_from(_LATEX_FUNCTIONS))} {draw(leaf)}"
            case 7:
                return f"({inner(level - 1)})^{{{inner(level - 1)}}}"
            case 8:
                return rf"\left|{inner(level - 1)}\right|"
            case 9:
                return f"e^{{{inner(level - 1)}}}"
            case _:
                rows = [" & ".join(draw(leaf) for _ in range(2)) for _ in range(draw(st.integers(1, 2)))]
                return r"\begin{bmatrix}" + r" \\ ".join(rows) + r"\end{bmatrix}"

    return expression(depth)


@cache
def latex_texts() -> Texts:
    """Homework in LaTeX, the same with a piece changed, tokens in any order, any characters."""
    soup = st.lists(st.sampled_from((*_LATEX_TOKENS, *_LATEX_LEAVES)), max_size=14)
    dollars = st.sampled_from(("$", "$$", ""))
    homework = st.tuples(dollars, latex()).map(lambda found: found[0] + found[1] + found[0])
    return st.one_of(
        homework, mutated(homework), soup.map("".join), soup.map(" ".join), st.text(r"\{}^_$&()x2 ", max_size=30)
    )


# -- texts beside the expression ---------------------------------------------------------------------------------------

_VALUES = (
    "1",
    "0",
    "-2",
    "1/2",
    "pi/4",
    "1e-300",
    "1e400",
    "0.1",
    "sqrt(2)",
    "[1, 2]",
    "[[1, 2], [3, 4]]",
    "inf",
    "",
    "x",
)


@cache
def points() -> Texts:
    """``--at``."""
    binding = st.tuples(st.sampled_from(language.NAMES), st.sampled_from(_VALUES)).map("=".join)
    return st.one_of(
        st.lists(binding, max_size=4).map(", ".join),
        mutated(st.lists(binding, max_size=4).map(",".join)),
        st.tuples(st.just("x="), plain_texts()).map("".join),
        language.token_soup(),
        language.any_text(),
    )


@cache
def declarations() -> Texts:
    """``--var``."""
    name = st.sampled_from(("x", "y", "A", "n", "θ", "x1", "2", ""))
    kind = st.sampled_from(
        (
            "integer",
            "3",
            "3x2",
            "n x n",
            "2x2 symmetric",
            "3x3 positive definite",
            "positive",
            "real",
            "diagonal",
            "0x1",
        )
    )
    bound = st.sampled_from(("0", "1", "-1/2", "1e9", "1/0", "pi", "", "x", "9**9**9"))
    sign = st.sampled_from(("<", "<=", ">", ">=", "≤", "=", "<>", "≥"))
    one = st.one_of(
        st.tuples(name, kind).map(": ".join),
        st.tuples(name, sign, bound).map(" ".join),
        st.tuples(bound, sign, name, sign, bound).map(" ".join),
    )
    several = st.lists(one, max_size=4).map("; ".join)
    return st.one_of(several, mutated(several), language.token_soup(), language.any_text())


@cache
def claims() -> Texts:
    """A statement of a derivative."""
    target = st.sampled_from(("df/dx = ", "∂f/∂x = ", "", "d/dx ", "df/dy =", "dL/da = ", "f'(x) = ", "da/dx = ", "= "))
    inner = st.sampled_from(("", "", "df/da * ", "dL/dd * ", "∂f/∂x - "))
    return mutated(st.tuples(target, inner, plain_texts()).map("".join))


@cache
def evaluations() -> Texts:
    """Expression, point, declarations, claim."""
    at = st.one_of(st.just("x=1/2,y=-2,z=3"), st.just("x=1"), st.just(""), points())
    declared = st.one_of(st.just(""), st.just(""), declarations())
    claim = st.one_of(st.just(""), st.just(""), claims())
    return st.tuples(plain_texts(), at, declared, claim).map(FIELD.join)


@cache
def tasks() -> Texts:
    """Expression, claim, by what, point, declarations."""
    wrt = st.sampled_from(("x", "", "y", "a", "df/dx", "x,y", "[", "x1"))
    at = st.one_of(st.just(""), st.just("x=1/2,y=-2,z=3"), points())
    declared = st.one_of(st.just(""), declarations())
    function = st.one_of(language.expressions(("x", "y"), operations=4), language.homework(), plain_texts())
    stated = st.one_of(claims(), language.expressions(("x", "y"), operations=4), language.homework())
    return st.tuples(function, stated, wrt, at, declared).map(FIELD.join)


# -- files -------------------------------------------------------------------------------------------------------------

_KEYS = (
    "id", "title", "f", "vars", "at", "wrt", "claims", "steps", "points", "parts", "partial", "rtol", "layout", "problem",
    "claim", "of", "expr", "F", "clams", "", "a.b", '"f"',
)  # fmt: skip


@cache
def cells() -> Texts:
    """One text of a file."""
    usual = st.sampled_from(
        ("x**2", "2*x", "df/dx = 2*x", "x", "1", "", "x=1", "n: integer", "1e-3", "denominator", "ann", "p1")
    )
    return st.one_of(usual, usual, usual, claims(), plain_texts(), st.sampled_from(NASTY), st.sampled_from(SPECIALS))


@cache
def toml_values() -> Texts:
    """A value in TOML, rightly written or not."""
    quoted = cells().map(json.dumps)
    literal = cells().map(lambda text: f"'{text}'")
    long = cells().map(lambda text: f'"""\n{text}"""')
    bare = st.sampled_from(
        ("1", "0.1", "true", "inf", "nan", "1979-05-27", "[]", "{}", "-3", "1e400", "9" * 30, "0x1F")
    )
    one = st.one_of(quoted, quoted, literal, long, bare)
    table = st.dictionaries(st.sampled_from(_KEYS[:16]), one, max_size=3).map(
        lambda found: "{" + ", ".join(f"{key} = {value}" for key, value in found.items() if key) + "}"
    )
    several = st.lists(st.one_of(one, table), max_size=3).map(lambda found: f"[{', '.join(found)}]")
    return st.one_of(one, several, table)


@st.composite
def problem_files(draw: st.DrawFn) -> str:
    """A problem set."""

    def entries(required: tuple[str, ...]) -> list[str]:
        found = {}
        for key in (*required, *draw(st.lists(st.sampled_from(_KEYS), max_size=3))):
            if draw(st.integers(0, 9)) or key not in required:
                found[key] = draw(toml_values())
        return [f"{key} = {value}" for key, value in found.items()]

    lines = entries(()) if draw(st.booleans()) else []
    for _ in range(draw(st.integers(0, 3))):
        header = draw(
            st.sampled_from(("[[problem]]", "[[problem]]", "[[problem]]", "[problem]", "[[ problem ]]", "[[problm]]"))
        )
        lines += [header, *entries(("f", "claims"))]
    return draw(st.sampled_from(("\n", "\n", "\r\n", "\n\n", "\n# c\n"))).join(lines) + draw(
        st.sampled_from(("\n", ""))
    )


@st.composite
def csv_files(draw: st.DrawFn, header: tuple[str, ...], cell: Texts) -> str:
    """A table with roughly this header, each cell quoted or not."""
    delimiter = draw(st.sampled_from((",", ",", ";", "\t")))
    end = draw(st.sampled_from(("\n", "\n", "\r\n", "\r")))

    def written(text: str) -> str:
        match draw(st.integers(0, 3)):
            case 0 | 1:
                return '"' + text.replace('"', '""') + '"'
            case 2:
                return text.replace(delimiter, " ").replace("\n", " ")
            case _:
                return text

    columns = list(draw(st.permutations(header))) if draw(st.booleans()) else list(header)
    if not draw(st.integers(0, 4)):
        columns = [*columns[1:], draw(st.sampled_from((*_KEYS, *SPECIALS)))]
    rows = [delimiter.join(columns)]
    for _ in range(draw(st.integers(0, 4))):
        count = len(columns) if draw(st.integers(0, 4)) else draw(st.integers(0, len(columns) + 2))
        rows.append(delimiter.join(written(draw(cell)) for _ in range(count)))
    return end.join(rows) + draw(st.sampled_from((end, "")))


@cache
def json_lines() -> Texts:
    """JSON lines of claims."""
    leaf = st.one_of(cells(), st.none(), st.booleans(), st.integers(), st.floats())
    value = st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_KEYS), inner, max_size=3)
        ),
        max_leaves=5,
    )
    known = st.fixed_dictionaries({"expr": cells(), "wrt": st.just("x"), "claim": cells()})
    other = st.dictionaries(st.sampled_from(_KEYS), value, max_size=4)
    row = st.tuples(known, other).map(lambda found: json.dumps({**found[0], **found[1]}))
    line = st.one_of(row, row, mutated(row), value.map(json.dumps), st.just("[" * 200_000))
    return st.lists(line, max_size=4).map("\n".join)


@cache
def encoded(texts: Texts) -> st.SearchStrategy[bytes]:
    """The bytes of a text: UTF-8 most often, with and without its mark, or what is not."""

    @st.composite
    def change(draw: st.DrawFn) -> bytes:
        text = draw(texts)
        match draw(st.integers(0, 9)):
            case 0:
                return b"\xef\xbb\xbf" + text.encode("utf-8", "surrogatepass")
            case 1:
                return text.encode("utf-16", "surrogatepass")
            case 2:
                return text.encode("latin-1", "replace")
            case 3:
                data = bytearray(text.encode("utf-8", "surrogatepass"))
                for _ in range(draw(st.integers(1, 4))):
                    data.insert(draw(st.integers(0, len(data))), draw(st.integers(0, 255)))
                return bytes(data)
            case _:
                return text.encode("utf-8", "surrogatepass")

    return change()


@cache
def problem_data() -> st.SearchStrategy[bytes]:
    """A problem set as bytes."""
    return encoded(st.one_of(problem_files(), mutated(problem_files())))


@cache
def table_data() -> st.SearchStrategy[bytes]:
    """A table of claims as bytes."""
    table = csv_files(("expr", "wrt", "claim", "id", "at", "vars"), cells())
    return encoded(st.one_of(table, mutated(table), json_lines(), problem_files()))


@cache
def answers() -> Texts:
    """A class's answers."""
    names = st.sampled_from(
        ("ann", "bob", "Zoë", "p1", "p2", "1", "2", "x", "df/dx", "2*x", "2,5", "3.000,5", "#NAME?", "1. Mai")
    )
    table = csv_files(("student", "problem", "of", "claim"), st.one_of(names, names, cells()))
    return st.one_of(table, mutated(table))


@cache
def submission_data() -> st.SearchStrategy[bytes]:
    """A class's answers as bytes."""
    return encoded(answers())


_ASSIGNMENT = """
[[problem]]
id = "p1"
f = "e = a*b; d = c + e; L = d*f"
claims = ["dL/da = b*f", "dL/dc = f"]
points = 2
partial = true

[[problem]]
id = "p2"
f = "sin(x**2)"
parts = ["df/dx"]
"""


@cache
def whole_classes() -> Texts:
    """A problem file and answers to it."""
    return st.tuples(st.one_of(st.just(_ASSIGNMENT), problem_files()), answers()).map(FIELD.join)


@cache
def row_data() -> st.SearchStrategy[bytes]:
    """Training rows as bytes."""
    number = st.one_of(
        st.floats(-5, 5).map(str),
        st.sampled_from(
            ("1", "1e999", "nan", "inf", "", " ", "1_000", "0x1", "1,5", "٣", "+1.", ".5e-3", "--1", '"2"', "1e")
        ),
    )
    table = csv_files(("x", "y", "a0", "x1"), number)
    return encoded(st.one_of(table, table, mutated(table)))


# -- command lines -----------------------------------------------------------------------------------------------------

_FLAGS = (
    "-q",
    "-v",
    "--flat",
    "--prove",
    "--check",
    "--help",
    "-h",
    "--version",
    "--quiet",
    "--verbose",
    "--",
    "-x",
    "--foo",
)
_PICTURES = {"draw": ("text", "svg", "dot", "mermaid"), "taylor": ("svg",), "steps": ("svg",)}
"""Formats that these commands alone have."""
_OPTIONS: tuple[tuple[str, Callable[[], Texts]], ...] = (
    ("--at", points),
    ("--wrt", lambda: st.sampled_from(("x", "a", "x,y", "", ",", "f", "sin", "\x1b[1m"))),
    ("--var", declarations),
    ("--claim", claims),
    ("--routes", lambda: st.sampled_from(("fd", "reverse", "fd,reverse", "", "fd,fd", "symbolic2", ","))),
    ("--method", lambda: st.sampled_from(("central", "forward", "complex-step", "x"))),
    ("--step", lambda: st.sampled_from(("1e-3", "0", "-1", "nan", "1e400", "1e-400", "x"))),
    ("--nodes", lambda: st.sampled_from(("all", "inputs", "3", "0", "-1", "9" * 30, "٣"))),
    ("--digits", lambda: st.sampled_from(("1", "6", "40", "1000", "0", "x"))),
    ("--seed", lambda: st.sampled_from(("0", "7", "-1", "9" * 40, "x"))),
    ("--timeout", lambda: st.sampled_from(("1", "0.1", "0", "nan", "-1", "1e-9"))),
    ("--format", lambda: st.sampled_from(("table", "json", "markdown", "junit", "github", "csv", "html", "latex", ""))),
    ("--rtol", lambda: st.sampled_from(("0", "1e-6", "1e400", "nan", "-1"))),
    ("--layout", lambda: st.sampled_from(("numerator", "denominator", "x"))),
    ("--slice", lambda: st.sampled_from(("K[0, :]", "0", "x[1]", "", "[", "0, 1", "x[9999999999]", ":::"))),
    ("--data", lambda: st.sampled_from((*FILES, "none.csv", "-", "."))),
    ("--bind", lambda: st.sampled_from(("x=[a0,x1]", "x=a0", "x", "", "=", "x=[[a0]]"))),
    ("--reduce", lambda: st.sampled_from(("mean", "sum", "none", "x"))),
    ("--encoding", lambda: st.sampled_from(("utf-8", "cp1252", "utf-16", "hex", "rot13", "idna", "x", ""))),
    ("--jobs", lambda: st.sampled_from(("1", "0", "x"))),
    ("--about", points),
    ("--to", points),
    ("--order", lambda: st.sampled_from(("1", "2", "0", "-1", "99", "x"))),
)  # fmt: skip


@st.composite
def command_lines(draw: st.DrawFn) -> str:
    """Arguments, standard input and the content of the files."""
    name = draw(st.sampled_from((*NAMES, *NAMES, "evl", "")))
    files = (*FILES, "-", "none", ".", "")
    table = csv_files(("expr", "wrt", "claim"), cells())
    content = draw(st.one_of(problem_files(), answers(), table, json_lines())) if name != "eval" else "a0,y\n1,2\n"
    match name:
        case "check":
            arguments = draw(st.lists(st.sampled_from(files), max_size=2))
        case "grade":
            arguments = [draw(st.sampled_from(("a.toml", *files))), draw(st.sampled_from(("b.csv", *files)))]
            content = content if draw(st.booleans()) else _ASSIGNMENT
        case "rules" | "examples":
            arguments = draw(st.lists(st.sampled_from(("tanh", "sinn", "**", "", "\x1b[1m", "matmul")), max_size=1))
        case _:
            arguments = [draw(st.one_of(plain_texts(), st.just("-")))]
    usual = ["--routes", draw(st.sampled_from(("fd,reverse", "reverse")))] if name in {"eval", "draw"} else []
    if name in _PICTURES and draw(st.booleans()):
        usual += ["--format", draw(st.sampled_from(_PICTURES[name]))]
    for _ in range(draw(st.integers(0, 3))):
        if draw(st.integers(0, 3)):
            option, values = draw(st.sampled_from(_OPTIONS))
            arguments += [option, draw(values())] if draw(st.booleans()) else [f"{option}={draw(values())}"]
        else:
            arguments.insert(draw(st.integers(0, len(arguments))), draw(st.sampled_from(_FLAGS)))
    arguments += usual if draw(st.integers(0, 9)) else []
    timeout = (
        ["--timeout", "1"] if name in {"eval", "check", "grade"} and "--timeout" not in " ".join(arguments) else []
    )
    data = draw(st.one_of(st.just(""), plain_texts()))
    return FIELD.join(one.replace(FIELD, " ") for one in (name, *arguments, *timeout, data, content))
