"""The words of the LaTeX dialect: what each command stands for. Function names come from the tables, not from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.primitives.table import SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

GREEK: Final = frozenset((
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "pi", "rho", "varrho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi",
    "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell",
))  # fmt: skip
"""Commands that are names; only ``\\pi`` and ``\\sigma(`` mean something of their own."""
GREEK_LETTERS: Final[Mapping[str, str]] = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega", "ℓ": "ell",
}  # fmt: skip
"""The letters themselves, as a text may hold them."""
ACCENTS: Final = frozenset(("hat", "bar", "tilde", "dot", "ddot", "vec", "overline", "widehat", "widetilde"))
ACCENT_NAMES: Final[Mapping[str, str]] = {"overline": "bar", "widehat": "hat", "widetilde": "tilde"}
"""``\\hat{y}`` is the name y_hat; these are written like another one."""
FONTS: Final = frozenset((
    "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathcal", "mathbb", "mathfrak", "boldsymbol", "bm", "text",
    "textrm", "textit", "textbf", "operatorname", "mbox", "pmb", "mathscr", "mathnormal",
))  # fmt: skip
"""A name in another font is the same name; several letters in it are one name."""
UPRIGHT: Final = frozenset(("mathrm", "text", "textrm", "operatorname", "mbox"))
"""In these a function is a function: ``\\operatorname{relu}``, ``\\mathrm{d}``."""
FRACTIONS: Final = frozenset(("frac", "dfrac", "tfrac", "cfrac"))

OPERATORS: Final[Mapping[str, str]] = {
    "cdot": "·", "times": "×", "ast": "*", "div": "/", "odot": "∗", "circ": "∗", "le": "<=", "leq": "<=",
    "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "lt": "<", "gt": ">", "ne": "!=", "neq": "!=",
    "land": " and ", "wedge": " and ", "lor": " or ", "vee": " or ", "equiv": "==",
}  # fmt: skip
"""Commands that are an operator of the plain dialect."""
ENTRYWISE: Final = "∗"
"""What the product of entries is written as on the way: it is never a matrix product."""
CHARACTERS: Final[Mapping[str, str]] = {
    "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "/": "/", "=": "=", "<": "<", ">": ">", "@": "@", "·": "·",
    "×": "×", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "⋅": "·", "∗": "*", "⊙": "∗", "∘": "∗",
}  # fmt: skip
SPACES: Final = frozenset((
    ",", ";", ":", "!", " ", ">", "quad", "qquad", "thinspace", "medspace", "thickspace", "negthinspace", "enspace",
    "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag", "relax", "boldmath",
    "big", "Big", "bigg", "Bigg", "bigl", "Bigl", "biggl", "Biggl", "bigr", "Bigr", "biggr", "Biggr", "bigm",
    "mathopen", "mathclose", "mathord", "mathbin", "mathop", "mathrel", "/", "\n", "\t",
))  # fmt: skip
"""Commands that only change the looks."""
WITH_LENGTH: Final = frozenset(("hspace", "vspace", "label", "tag", "phantom", "hphantom", "vphantom"))
"""Commands that only change the looks, with an argument to skip."""

OPENING: Final[Mapping[str, str]] = {
    "(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "floor": "⌋", "ceil": "⌉", "lvert": "rvert", "lVert": "rVert",
}  # fmt: skip
"""The brackets of the dialect, by a name each, and what closes them."""
DELIMITERS: Final[Mapping[str, str]] = {
    "{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")",
    "lfloor": "floor", "rfloor": "⌋", "lceil": "ceil", "rceil": "⌉", "lvert": "lvert", "rvert": "rvert",
    "lVert": "lVert", "rVert": "rVert", "vert": "|", "mid": "|", "|": "‖", "Vert": "‖", "lgroup": "(", "rgroup": ")",
}  # fmt: skip
"""Commands that are a bracket."""
CLOSING_SHOWN: Final[Mapping[str, str]] = {
    "⌋": "\\rfloor", "⌉": "\\rceil", "rvert": "\\rvert", "rVert": "\\rVert", "‖": "\\|", "}": "\\}",
}  # fmt: skip

MATRICES: Final = frozenset(("matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "vmatrix", "array"))
ALIGNMENTS: Final = frozenset((
    "aligned", "align", "align*", "gather", "gather*", "gathered", "split", "equation", "equation*", "multline",
    "multline*", "eqnarray", "eqnarray*", "alignat", "alignat*", "displaymath", "math",
))  # fmt: skip
ENVIRONMENTS: Final = MATRICES | ALIGNMENTS | {"cases", "dcases"}

STANDARD_FUNCTIONS: Final = frozenset((
    "arccos", "arcsin", "arctan", "cos", "cosh", "cot", "coth", "csc", "det", "exp", "ln", "log", "max", "min", "sec",
    "sin", "sinh", "tan", "tanh",
))  # fmt: skip
"""Functions for which LaTeX itself has a command."""
NOT_PART: Final[Mapping[str, str]] = {
    "sum": "write the terms out, or sum(v) of a vector: \\operatorname{sum}(v)", "prod": "write the factors out",
    "int": "write the integral out", "lim": "write the limit out", "pm": "write both cases, one after the other",
    "mp": "write both cases, one after the other", "binom": "write the quotient of factorials out",
    "langle": "an inner product is x^\\top y", "rangle": "an inner product is x^\\top y",
    "nabla": "a gradient is claimed as \\nabla_x f = …, and its parts as \\frac{\\partial f}{\\partial x} = …",
    "partial": "a derivative is claimed as \\frac{\\partial f}{\\partial x} = …",
    "infty": "infinity is not a real number", "in": "conditions are written with <, \\le, =", "ldots": "write it out",
    "dots": "write it out", "cdots": "write it out", "vdots": "write it out", "to": "write one expression",
    "mapsto": "give the expression alone", "implies": "write one expression", "forall": "write one expression",
    "bmod": "write u - v\\lfloor u/v \\rfloor", "sup": "\\max(a, b) takes the larger of numbers",
    "inf": "\\min(a, b) takes the smaller of numbers", "arg": "\\operatorname{atan2}(y, x) is the angle",
    "gcd": "there is no such function", "Pr": "there is no such function", "over": "write \\frac{a}{b}",
    "def": "macros are not expanded", "newcommand": "macros are not expanded", "let": "macros are not expanded",
    "underbrace": "leave the remark out", "overbrace": "leave the remark out", "substack": "leave it out",
    "otimes": "the outer product is \\operatorname{outer}(x, y), or x y^\\top",
}  # fmt: skip
"""Commands of LaTeX that people use and this language does not have, each with what to write instead."""

FUNCTIONS: Final = frozenset(name for name in SPELLINGS if name.isascii())
KNOWN: Final = frozenset((
    *GREEK, *ACCENTS, *FONTS, *FRACTIONS, *OPERATORS, *(name for name in SPACES if name.isalpha()), *WITH_LENGTH,
    *(name for name in DELIMITERS if name.isalpha()), *(name for name in FUNCTIONS if "_" not in name), "sqrt",
    "left", "right", "top", "intercal", "begin", "end", "prime", "star",
))  # fmt: skip
"""Every command that is read: what is near to an unknown one."""
