"""The examples that come along: each a command over the files in samples/, which are installed with the package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gradcheck.errors import UsageProblem, did_you_mean, printable

_LAYER: Final = "norm(sigmoid(W @ x + b) - y)**2"


@dataclass(frozen=True, slots=True)
class Example:
    """A command; words that begin with ``samples/`` are files, ``stdin`` is the file that it reads from there."""

    name: str
    title: str
    words: tuple[str, ...]
    stdin: str = ""
    code: int = 0
    """The exit code that it ends with."""


EXAMPLES: Final = (
    Example("running-example", "the running example of the lecture notes, node by node", ("eval", "-", "--at", "x=1"), "samples/running-example.txt"),
    Example("explain", "the same derivation in words, with a claim that is wrong", ("eval", "sin(x**2)", "--at", "x=1", "--explain", "--claim", "df/dx = cos(x**2)"), code=1),
    Example("chain", "L = (c + a·b)·f and its six gradients", ("eval", "-", "--at", "a=2,b=-3,c=10,f=-2"), "samples/chain.txt"),
    Example("simple-graph", "f = (x + y)·z", ("eval", "-", "--at", "x=-2,y=5,z=-4"), "samples/simple-graph.txt"),
    Example("two-paths", "two paths lead from x to z, and their terms are added", ("eval", "-", "--at", "x=2"), "samples/two-paths.txt"),
    Example("full-chain", "c = (x·y + z)²", ("eval", "-", "--at", "x=1,y=2,z=1"), "samples/full-chain.txt"),
    Example("neuron", "one neuron per layer: C = (σ(w·a0 + b) - y)²", ("eval", "-", "--at", "w=2,a0=1/2,b=-1,y=1"), "samples/neuron.txt"),
    Example("training-rows", "the same neuron, averaged over rows of a CSV file", ("eval", "-", "--data", "samples/rows.csv", "--at", "w=2,b=-1"), "samples/neuron.txt"),
    Example("kink", "relu at 0: a kink is no derivative", ("eval", "relu(x)", "--at", "x=0"), code=3),
    Example("matrix-product", "∂(Ax)/∂A is a tensor", ("eval", "A @ x", "--at", "A=[[1, 2, 3], [4, 5, 6]], x=[7, 8, 9]")),
    Example("gram-matrix", "K = BᵀB, entry by entry", ("eval", "K = B.T @ B", "--at", "B=[[1, 2, 3], [4, 5, 6]]", "--slice", "K[0, :2]")),
    Example("layer", "a layer of a network by pullbacks", ("eval", _LAYER, "--var", "W: 2x3; x: 3; b: 2; y: 2", "--wrt", "W,b")),
    Example("claims", "right and wrong derivatives of sin(x²), and the mistakes behind", ("eval", "sin(x**2)", "--at", "x=1", "--nodes", "inputs", "--claim", "df/dx = cos(x**2)", "--claim", "2x cos(x)^2", "--claim", "2x cos(x^2)"), code=1),
    Example("claims-table", "a table of claims, proved where a proof is found", ("check", "samples/claims.csv", "--prove", "-v"), code=1),
    Example("lecture-notes", "the claims of the lecture notes, their own mistakes included", ("check", "samples/lecture-notes.toml"), code=1),
    Example("textbook", "a problem set that is right throughout", ("check", "samples/textbook.toml", "-v")),
    Example("networks", "gradients of layers and losses as claims about matrices", ("check", "samples/networks.toml", "-v")),
    Example("matrix-identities", "identities of matrix calculus", ("check", "samples/matrix-identities.toml", "-v")),
    Example("class", "36 students and their marks", ("grade", "samples/class-problems.toml", "samples/class-submissions.csv"), code=3),
    Example("drawing", "the running example as a graph", ("draw", "-", "--at", "x=1"), "samples/running-example.txt"),
    Example("tangent", "the tangent of (x - 2)² + 3 at 1, and its error at 1.1", ("taylor", "(x-2)**2+3", "--about", "x=1", "--to", "x=1.1")),
    Example("taylor-test", "the Taylor test shows that a gradient is wrong", ("taylor", "sin(x)*y", "--about", "x=1,y=2", "--claim", "df/dx = cos(x)"), code=1),
    Example("steps", "how a difference quotient errs with its step", ("steps", "exp(x)*sin(x)", "--at", "x=1")),
    Example("latex", "a formula in LaTeX, and the derivation in LaTeX", ("eval", "--latex", r"\sqrt{x^2+\exp(x^2)}+\cos(x^2+\exp(x^2))", "--at", "x=1", "--format", "latex")),
    Example("rule", "what is known of one primitive", ("rules", "tanh")),
)  # fmt: skip
"""In the order in which ``gradcheck examples`` lists them."""


def example(name: str) -> Example:
    """The example of that name; UsageProblem, with the nearest names, where there is none."""
    found = next((one for one in EXAMPLES if one.name == name), None)
    if found is None:
        hint = did_you_mean(name, [one.name for one in EXAMPLES]) or "gradcheck examples lists them"
        raise UsageProblem(f"there is no example called '{printable(name)}'", hint=hint)
    return found


def folder() -> Path:
    """Where the files are: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    return next((one for one in (package / "samples", package.parent / "samples") if one.is_dir()), package / "samples")


def located(word: str) -> str:
    """A word of a command with its file where it really is: ``samples/…`` in the folder that holds the samples."""
    if not word.startswith("samples/"):
        return word
    found = folder()
    return word if found.parent == Path.cwd() else str(found / word.removeprefix("samples/"))


def command_line(one: Example) -> str:
    """The command as it is typed into a shell."""
    import shlex

    words = [located(word) for word in one.words]
    written = " ".join(word if word == "-" else _quoted(word) for word in words)
    reads = f" < {shlex.quote(located(one.stdin))}" if one.stdin else ""
    return f"gradcheck {written}{reads}"


def _quoted(word: str) -> str:
    """Quoted where a shell needs it, in double quotes where they do."""
    import shlex

    quoted = shlex.quote(word)
    return f'"{word}"' if quoted != word and not set(word) & set('"$`\\!') else quoted
