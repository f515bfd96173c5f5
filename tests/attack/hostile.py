"""Hostile input by category, each with what the user sees. The README's section "What it withstands" sums it up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ESC = "\x1b"
BIDI = "\u202e"


@dataclass(frozen=True)
class Hostile:
    """One attack: the command line, the files that it finds, the exit code, and a part of what is shown."""

    category: str
    what: str
    arguments: tuple[str, ...]
    code: int
    sees: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    stdin: str = ""
    hides: str = ""
    """What must not be shown."""
    seconds: float = 20.0
    """Of processor time."""


def _eval(category: str, expression: str, code: int, sees: str, *more: str, **options: Any) -> Hostile:
    shown = expression if len(expression) < 60 else f"{expression[:25]}… ({len(expression):,} characters)"
    arguments = ("eval", "-", *(more or ("--at", "x=1")), "--routes", "fd,reverse")
    return Hostile(category, shown, arguments, code, sees, stdin=expression, **options)


def _claim(category: str, what: str, claim: str, code: int, sees: str, f: str = "x**2", **options: Any) -> Hostile:
    row = f'expr,wrt,claim\n"{f}",x,"{claim}"\n'
    return Hostile(category, what, ("check", "t.csv"), code, sees, {"t.csv": row}, **options)


CODE = "code injection"
NESTING = "exhaustion by nesting"
DIGITS = "exhaustion by digits and exponents"
NAMES = "exhaustion by names, terms and comparisons"
ARRAYS = "exhaustion by arrays"
BOMBS = "file bombs"
FORMULAS = "formulas in the gradebook"
PATHS = "paths"
TERMINAL = "terminal escapes and bidi"
MARKUP = "HTML, XML, LaTeX, GitHub and Markdown"
NUMBERS = "numbers at the edge"

_SYSTEM = '__import__("os").system("touch pwned")'
_PROBLEMS = '[[problem]]\nid = "p"\nf = "x**2"\nclaims = ["df/dx = 2*x"]\n'
_ANSWERS = "student,problem,of,claim\n"


def _class(
    category: str, what: str, answers: str, sees: str, format_: str = "csv", code: int = 0, **options: Any
) -> Hostile:
    files = {"p.toml": _PROBLEMS, "s.csv": _ANSWERS + answers}
    arguments = ("grade", "p.toml", "s.csv", "--format", format_, "-v")
    return Hostile(category, what, arguments, code, sees, files, **options)


def _problem(category: str, what: str, key: str, format_: str, sees: str, code: int = 1, **options: Any) -> Hostile:
    """A problem file with a hostile id, and a claim that is wrong, so that the id is shown."""
    text = f'[[problem]]\nid = "{key}"\nf = "x**2"\nclaims = ["3*x"]\n'
    arguments = ("check", "p.toml", "--format", format_)
    return Hostile(category, what, arguments, code, sees, {"p.toml": text}, **options)


HOSTILE: tuple[Hostile, ...] = (
    _eval(CODE, _SYSTEM, 2, "text in quotes is not part of the language"),
    _eval(CODE, "__import__(os)", 2, "there is no function called '__import__'"),
    _eval(CODE, "eval(x)", 2, "there is no function called 'eval'"),
    _eval(CODE, "x.__class__.__mro__[1].__subclasses__()", 2, "there are no attributes"),
    _eval(CODE, "lambda: x", 2, "a colon is not part of the language"),
    _eval(CODE, "[y for y in (1,)]", 2, "a word of Python"),
    _eval(CODE, "x; import os", 2, "a word of Python"),
    _eval(CODE, "f'{x}'", 2, "a prime is not part"),
    _eval(CODE, "`ls` $(ls)", 2, "text in quotes"),
    _claim(CODE, "a claim that calls Python", "exec(compile)", 2, "there is no function called 'exec'"),
    Hostile(CODE, "a point that calls Python", ("eval", "x", "--at", f"x={_SYSTEM}"), 2, "text in quotes"),
    Hostile(CODE, "a declaration that calls Python", ("eval", "x", "--var", f"x > {_SYSTEM}"), 2, "text in quotes"),
    _class(CODE, "an answer that calls Python", f'ann,p,df/dx,"{_SYSTEM.replace(chr(34), chr(34) * 2)}"\n', "unreadable"),
    Hostile(
        CODE, "a pickle for a table", ("check", "t.csv"), 2, "is not UTF-8",
        {"t.csv": b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94."},
    ),
    _eval(NESTING, "(" * 100_000 + "x" + ")" * 100_000, 0, "agree"),
    _eval(NESTING, "(" * 100_000, 2, "the text ends where a number"),
    _eval(NESTING, "-" * 3_000 + "x", 0, "agree"),
    _eval(NESTING, "[" * 50_000, 2, "the text ends"),
    _eval(NESTING, "|" * 9_999, 2, "the text ends where a number"),
    _eval(NESTING, "x" + "**x" * 3_000, 0, "agree"),
    _claim(NESTING, "a claim in 60,000 brackets", "(" * 60_000 + "2*x" + ")" * 60_000, 0, "1 correct"),
    Hostile(NESTING, "JSON 200,000 deep", ("check", "t.jsonl"), 2, "nested too deeply", {"t.jsonl": "[" * 200_000}),
    Hostile(NESTING, "TOML 100,000 deep", ("check", "t.toml"), 2, "nested too deeply", {"t.toml": "a = " + "[" * 100_000}),
    _eval(DIGITS, "1" * 1_000_000, 2, "a number may have at most 4,000 digits"),
    _eval(DIGITS, "0." + "3" * 1_000_000, 2, "a number may have at most 4,000 digits"),
    _eval(DIGITS, "1e999999999", 2, "exponent"),
    _eval(DIGITS, "9**9**9**9", 2, "exponent"),
    _eval(DIGITS, "x**(10**7)", 2, "exponent"),
    _eval(DIGITS, "exp(exp(exp(exp(exp(exp(x))))))", 2, "too large to compute with"),
    _eval(DIGITS, "sin(10**10000*x)", 3, "undecided"),
    _eval(DIGITS, "floor(10**4000*x)", 3, "jump at node"),
    _eval(DIGITS, "root(x, 10**20)", 0, "agree", "--at", "x=2"),
    _eval(DIGITS, "*".join(["10**4000"] * 400) + "*x", 0, "agree"),
    _claim(DIGITS, "a claim with a power tower", "2*x*(x**x**9999**9999)**0", 3, "undecided"),
    Hostile(
        DIGITS, "JSON with a number of 100,000 digits", ("check", "t.jsonl"), 2, "at most 4,000 digits",
        {"t.jsonl": '{"expr": "x", "wrt": "x", "claim": ' + "9" * 100_000 + "}"},
    ),
    _eval(NAMES, "y" * 100_000, 2, "has no value"),
    _eval(NAMES, "+".join(f"x{n}" for n in range(3_000)), 2, "no value", "--at", "x0=1"),
    _eval(NAMES, "+".join(["x"] * 5_000), 0, "agree"),
    _eval(NAMES, ";".join(f"a{n}=x" for n in range(5_000)), 0, "agree"),
    _eval(NAMES, "where(" + "<".join(["x"] * 2_000) + ",x,1)", 3, "undecided"),
    _eval(NAMES, "where(x>0," * 3_000 + "x" + ",1)" * 3_000, 0, "agree"),
    _eval(NAMES, "max(" + ",".join(["x"] * 2_000) + ")", 3, "kink"),
    _eval(NAMES, "mx" * 2_000 + "(x)", 2, "there is no function called"),
    _eval(ARRAYS, "sum(zeros(99999, 99999))*x", 2, "entries"),
    _eval(ARRAYS, "eye(999999999)", 2, "entries"),
    _eval(ARRAYS, "x[99999999999999999999]", 2, "", "--at", "x=[1,2]"),
    _eval(ARRAYS, "[" + ",".join(["x"] * 3_000) + "][0]", 0, "agree"),
    _eval(ARRAYS, "inv(zeros(3,3))*x", 2, "has no value"),
    _eval(ARRAYS, "A@A", 2, "entries", "--var", "A: 99999x99999"),
    _claim(ARRAYS, "a claim that builds a giant", "sum(zeros(99999,99999))", 2, "entries"),
    Hostile(BOMBS, "an endless line", ("check", "/dev/zero"), 2, "longer than 32,000,000 characters"),
    Hostile(BOMBS, "an endless problem file", ("grade", "/dev/zero", "s.csv"), 2, "longer than", {"s.csv": _ANSWERS}),
    Hostile(BOMBS, "endless answers", ("grade", "p.toml", "/dev/zero"), 2, "longer than", {"p.toml": _PROBLEMS}),
    Hostile(BOMBS, "an endless row", ("eval", "x", "--at", "x=1", "--data", "/dev/zero"), 2, "10,000,000 bytes"),
    Hostile(BOMBS, "a quote that never closes", ("check", "t.csv"), 2, "never closed",
            {"t.csv": 'expr,wrt,claim\n"' + "x\n" * 1_000}),
    Hostile(BOMBS, "a cell of 140,000 characters", ("check", "t.csv", "--timeout", "60"), 1, "is 70001, not 1",
            {"t.csv": 'expr,wrt,claim\n"' + "x+" * 70_000 + 'x",x,1\n'}),
    Hostile(BOMBS, "30,000 columns", ("check", "t.csv"), 2, "has no column claim", {"t.csv": "expr,wrt," + "c," * 30_000}),
    Hostile(BOMBS, "a name of 10,000 parts in TOML", ("check", "t.toml"), 2, "", {"t.toml": "a" + ".a" * 3_000 + " = 1"}),
    Hostile(BOMBS, "a billion laughs in TOML", ("check", "t.toml"), 2, "no TOML",
            {"t.toml": "a = &x [*x, *x]\nb: <<: *a\n"}),
    Hostile(BOMBS, "UTF-16 where UTF-8 should be", ("grade", "p.toml", "s.csv"), 2, "UTF-16",
            {"p.toml": _PROBLEMS, "s.csv": _ANSWERS.encode("utf-16")}),
    _class(FORMULAS, "=cmd|' /C calc'!A0 as a name", "\"=cmd|' /C calc'!A0\",p,df/dx,2*x\n", "'=cmd|' /C calc'!A0,p"),
    _class(FORMULAS, "=HYPERLINK(…) as an answer", 'ann,p,df/dx,"=HYPERLINK(""http://x"",""y"")"\n', "\"'=HYPERLINK("),
    _class(FORMULAS, "@SUM(1+1) as a name", "@SUM(1+1),p,df/dx,2*x\n", "'@SUM(1+1),p"),
    _class(FORMULAS, "+ and - as an answer", "ann,p,df/dx,-2*x\n", ",'-2*x,"),
    _class(FORMULAS, "a tab before the sign", '"\t=1+1",p,df/dx,2*x\n', "'=1+1,p"),
    _class(FORMULAS, "a pipe", "|calc,p,df/dx,2*x\n", "'|calc,p"),
    _class(FORMULAS, "a sign of full width", "＝1+1,p,df/dx,2*x\n", "'＝1+1,p"),
    Hostile(PATHS, "an id that climbs", ("check", "p.toml"), 1, "../../etc/passwd/1",
            {"p.toml": '[[problem]]\nid = "../../etc/passwd"\nf = "x"\nclaims = ["2"]\n'}),
    Hostile(PATHS, "a function that opens a file", ("check", "p.toml"), 2, "text in quotes",
            {"p.toml": "[[problem]]\nf = \"open('/etc/passwd')\"\nclaims = ['1']\n"}),
    Hostile(PATHS, "a file that is included", ("check", "p.toml"), 2, "no key 'include'",
            {"p.toml": 'include = "/etc/passwd"\n' + _PROBLEMS}, hides="root:"),
    Hostile(PATHS, "a point from a file", ("eval", "x", "--at", "x=@/etc/passwd"), 2, "gradcheck: --at", hides="root:"),
    Hostile(PATHS, "an expression from a file", ("eval", "@/etc/passwd"), 2, "gradcheck: ", hides="root:"),
    Hostile(PATHS, "a null character", ("check", "a\0b.csv"), 2, "is no file name"),
    Hostile(PATHS, "a directory", ("check", "."), 2, "is a directory"),
    Hostile(PATHS, "an output below a file", ("eval", "x", "--at", "x=1", "-o", "t.csv/x"), 2, "t.csv/x cannot be written",
            {"t.csv": ""}),
    *(
        Hostile(
            TERMINAL, f"bidi and escapes in a remark of LaTeX, for {one[0]}", (*one, "--format", "json"), 0, "\\u202e",
            stdin=f"$x^2 % {BIDI}abc {ESC}[2J\n$", hides=BIDI,
        )
        for one in (("eval", "-", "--at", "x=1"), ("steps", "-", "--at", "x=1"), ("taylor", "-", "--about", "x=1"))
    ),
    _eval(TERMINAL, f"x + {ESC}[2J1", 2, "invisible character, U+001B"),
    _eval(TERMINAL, f"x + {BIDI}1", 2, "U+202E RIGHT-TO-LEFT OVERRIDE"),
    _eval(TERMINAL, "x\u200b", 2, "U+200B"),
    _eval(TERMINAL, "x\0", 2, "U+0000"),
    _eval(TERMINAL, f"x # {ESC}]0;pwned\a {BIDI}", 0, "agree"),
    _eval(TERMINAL, f"x # {ESC}]0;pwned\a {BIDI}", 0, r"\u001b]0;pwned\u0007 \u202e", "--at", "x=1", "--format", "json"),
    _eval(TERMINAL, "х + x", 2, "no value"),
    _class(TERMINAL, "an escape in a name", f"a{ESC}[2Jb,p,df/dx,2*x\n", r"a\x1b[2Jb", "table"),
    _class(TERMINAL, "a bidi override in a name", f"{BIDI}ann,p,df/dx,2*x\n", r"\u202eann", "table"),
    _class(TERMINAL, "the same in the gradebook", f"{BIDI}ann,p,df/dx,2*x\n", r"\u202eann"),
    _class(TERMINAL, "an escape in an answer", f"ann,p,df/dx,2*x{ESC}[8m\n", r"2*x\x1b[8m", "table"),
    _problem(TERMINAL, "an escape in an id", r"a\u001b[31mb", "table", r"a\x1b[31mb/1"),
    _problem(TERMINAL, "an escape in an id, in a log of GitHub", r"a\u001b[31mb", "github", r"a\x1b[31mb/1"),
    _problem(TERMINAL, "a bidi override in an id, in JUnit", r"a\u202eb", "junit", r"a\u202eb/1"),
    _problem(TERMINAL, "a bidi override in an id, in JSON", r"a\u202eb", "json", r"a\u202eb/1"),
    Hostile(TERMINAL, "an escape in a file's name", ("check", f"no{ESC}[31mne.csv"), 2, r"no\x1b[31mne.csv cannot be read"),
    Hostile(TERMINAL, "an escape in an option", ("eval", "x", "--format", f"{ESC}[31m"), 2, r"'\x1b[31m' is not one of"),
    Hostile(TERMINAL, "an escape in a command", (f"{ESC}[31m",), 2, r"No such command '\x1b[31m'"),
    Hostile(TERMINAL, "an escape in a column", ("check", "t.csv"), 2, "has no column expr", {"t.csv": f"{ESC}[2Jexpr,wrt,claim\n"}),
    _class(MARKUP, "<script> as a name, in Markdown", "<script>alert(1)</script>,p,df/dx,2*x\n",
           r"\<script\>alert(1)\</script\>", "markdown", hides="<script>"),
    _class(MARKUP, "a link and an image as a name, in Markdown", "[a](javascript:b) ![c](d),p,df/dx,2*x\n",
           r"\[a\](javascript:b) \!\[c\](d)", "markdown"),
    _class(MARKUP, "a table's bars, in Markdown", '"a|b`c`",p,df/dx,2*x\n', r"a\|b\`c\`", "markdown"),
    _class(MARKUP, "@everyone as a name, in Markdown", "@everyone,p,df/dx,2*x\n", "&#64;everyone", "markdown"),
    _class(MARKUP, r"\input{/etc/passwd} as an answer", "ann,p,df/dx,\\input{/etc/passwd}\n", "unreadable", hides="root:"),
    _problem(MARKUP, "a quote and <script> in an id, in JUnit", 'a\\">&lt;<script>', "junit", "&lt;script&gt;", hides="<script>"),
    _problem(MARKUP, "]]> in an id, in JUnit", "a]]>b", "junit", "a]]&gt;b"),
    _problem(MARKUP, "a workflow command in an id, on GitHub", r"a\n::error::pwned", "github", "a%0A%3A%3Aerror%3A%3Apwned", hides="\n::error::pwned"),
    _problem(MARKUP, "%0A in an id, on GitHub", "a%0A::error::x", "github", "a%250A%3A%3Aerror"),
    _claim(MARKUP, "a claim with tags", "<b>x</b>", 2, "not '<'"),
    _eval(NUMBERS, "0**x", 3, "undecided"),
    _eval(NUMBERS, "x/0", 2, "it needs 0 != 0"),
    _eval(NUMBERS, "log(x-1)", 2, "has no value here"),
    _eval(NUMBERS, "x + nan", 2, "not a real number"),
    _eval(NUMBERS, "inf*x", 2, "not a real number"),
    _eval(NUMBERS, "٣*x", 2, "digits must be 0-9"),
    _eval(NUMBERS, "1e-9999*x", 0, "agree"),
    _eval(NUMBERS, "tan(x)", 0, "agree", "--at", "x=1.5707963267948966"),
)  # fmt: skip
"""The table. Whatever a row says, these hold too: no traceback, no exit 70, no invisible character, no file made."""

NASTY: tuple[str, ...] = tuple(
    dict.fromkeys(
        [
            *(one.stdin for one in HOSTILE if one.stdin and len(one.stdin) < 200),
            "a=1;a=2", "0/0", "0**0", "x**x**x", "where(x>0,1/0,1)", "eye(2)@eye(3)", "sum(x,5)", "1_000", "0x10", "1e400",
            "ｘ", "x̂", "\ud800", "floor(1e308)", "exp(1e6)", "log(1e-9999)", "root(x,0)", "max()", "$x$", "${HOME}", "%n%s",
            "<script>alert(1)</script>", r"\input{/etc/passwd}", "::error::x", "=cmd|' /C calc'!A0", "‖x‖", "x[1][1][1]",
        ]
    )
)  # fmt: skip
"""Short hostile texts: seeds and building blocks of the fuzzing."""
