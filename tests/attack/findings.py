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
    ("table", b'expr\twrt\tclaim\n"x**2"y\tx\t"2*x"\n', "the message held a raw tab"),
    (
        "assignment",
        "a" + ".a" * 400 + " = 1",
        "a key of many parts (100,000 of them kept TOML's reader busy for minutes)",
    ),
)
"""Target, input, and what was wrong."""
