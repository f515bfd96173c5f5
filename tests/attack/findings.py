"""What the fuzzing found, mended since: every input runs again as a test."""

from __future__ import annotations

from attack.laws import FIELD

FINDINGS: tuple[tuple[str, str | bytes, str], ...] = (
    ("evaluate", FIELD.join(["root(x, 10**20)", "x=2"]), "a degree that is no machine word was a bug (exit 70)"),
    ("evaluate", FIELD.join(["root(x, n)", "x=-2,n=100000000000000000001"]), "the same for a negative number"),
    (
        "evaluate",
        FIELD.join(["floor(10**4000*x)", "x=3"]),
        "floor of what float64 holds as infinite was a bug (exit 70)",
    ),
    ("evaluate", FIELD.join(["ceil(10**4000*x) - x", "x=1/3"]), "the same for ceil"),
    (
        "evaluate",
        FIELD.join(["x**2", "x=1", "", "norm([2*x])"]),
        "an array in a claim about scalars was a bug (exit 70)",
    ),
    ("claim", FIELD.join(["x*n", "n*x**(n-2).T", "x", "", "x > 0"]), "a transpose in a claim about scalars was a bug"),
    ("claim", FIELD.join(["x**2", "sum([x, x])", "x"]), "the same for a list"),
    (
        "claim",
        FIELD.join(["where((((e + e) < 0) and ((e + e) < (e + e))), (e + e), (e + e))", "ceil(.25)", "a"]),
        "a local derivative of a node that does not vary was a bug",
    ),
    (
        "claim",
        FIELD.join(["where((((e + e) < x) and (e < (e + e))), (e + e), (e + e))", "x", "a"]),
        "the same where no derivative flows",
    ),
    (
        "claim",
        FIELD.join(["where((((x + x) < x) and ((x + x) < (x + x))), (x + x), (x + x))", "x", "x"]),
        "a path through a branch that is not taken was a bug of the diagnosis",
    ),
    ("evaluate", FIELD.join(["10 and -+x"]), "'and' in float64 was one of its arguments, and so a false disagreement"),
    ("evaluate", FIELD.join(["(0 or x + x)*x", "x=1"]), "the same for 'or'"),
    ("command", FIELD.join(["eval", "x" * 36]), "a name of 36 letters left no room for its value (exit 70)"),
    (
        "command",
        FIELD.join(["grade", "a.toml", "b.csv", "--encoding=hex", "--timeout", "1", "", "student,problem,of,claim\n"]),
        "an encoding that is not about text (exit 70)",
    ),
    (
        "problems",
        b'[[problem]]\nid = "p"\nf = "x**2"\nsteps = ["f\'(x)", "= ", "2*x"]\n',
        "a line that says nothing was a claim",
    ),
    ("problems", b'[[problem]]\nf = "x**2"\nclaims = "\\u2028"\n', "a separator beyond ASCII was a claim"),
    (
        "problems",
        b'[[problem]]\nid = "a\tb"\nf = "x**2"\nclaims = ["2*x"]\n' * 2,
        "the message on an id that is taken held a raw tab",
    ),
    ("rows", b"\r\x00\n,\n\x1c\x1c\x1c\x1c26\n", "a separator that float() does not take for a space was a bug"),
    (
        "rows",
        'x,y,a0,x1\n"0.\u2028",0.0,"1.988638",0.0\n'.encode(),
        "the same for a separator beyond ASCII",
    ),
    ("table", b'expr\twrt\tclaim\n"x**2"y\tx\t"2*x"\n', "the message held a raw tab"),
    (
        "assignment",
        "a" + ".a" * 400 + " = 1",
        "a key of many parts (100,000 of them kept TOML's reader busy for minutes)",
    ),
)
"""Target, input, and what was wrong."""
