"""What the readers say of a name or a token that cannot be used: data in, an error out."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING, Final

from gradcheck.errors import GradcheckError, NameProblem, Span, SyntaxProblem, did_you_mean
from gradcheck.primitives.table import CONSTANTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcheck.primitives import Primitive
    from gradcheck.syntax.tokens import Token

    Functions = Mapping[str, Mapping[int, Primitive]]
    """The rows that a text can call, by spelling and number of arguments."""

INFINITIES: Final = frozenset(("inf", "Infinity", "infinity", "oo"))
CLOSING: Final = {"(": ")", "call": ")", "[": "]", "|": "|", "‖": "‖"}
"""The brackets, by the kind of operator that they are."""
_GREEK: Final = frozenset((
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
))  # fmt: skip


def reads_as_variable(name: str) -> bool:
    """One letter, possibly with a subscript (x1, E_n), or the name of a Greek letter."""
    stem = name.split("_", maxsplit=1)[0].rstrip("0123456789₀₁₂₃₄₅₆₇₈₉")
    return len(stem) == 1 or stem.lower() in _GREEK


def glued(name: str, functions: Functions) -> tuple[str, str] | None:
    """Split ``sinx`` into a function and a short argument, or return None.

    A function of arrays is glued to a capital letter only: detA, but neither sums nor tree.
    """
    for length in (1, 2):
        function, argument = name[:-length], name[-length:]
        row = functions.get(function, {}).get(1)
        if row is None or len(function) < 2 or argument.startswith("_"):
            continue
        if argument[0].isdigit() and not argument[-1].isalpha():
            continue
        if row.is_matrix and not (length == 1 and argument.isupper()):
            continue
        return function, argument
    return None


def example(name: str, functions: Functions) -> str:
    """A call of the function with the arity it has: log(x), where(x > 0, x, -x), reshape(x, 2, 3)."""
    if name in {"where", "piecewise"}:
        return f"{name}(x > 0, x, -x)"
    rows = functions[name]
    row = rows[min((count for count in rows if not rows[count].is_matrix), default=min(rows))]
    sizes = ["2", "3"][-max(row.parameters) :] if row.parameters else []
    return f"{name}({', '.join([*'xyz'[: row.arity], *sizes])})"


def wrong_count(name: str, count: int, span: Span, functions: Functions) -> SyntaxProblem:
    """A function is given more or fewer arguments than it has."""
    rows = functions[name]
    wanted = " or ".join(f"{arity} or more" if rows[arity].variadic else str(arity) for arity in sorted(rows))
    plural = "s" if wanted != "1" else ""
    return SyntaxProblem(
        f"{name} takes {wanted} argument{plural}, not {count}",
        span=span,
        hint=f"as in {example(name, functions)}",
    )


def wrong_parameter(name: str, row: Primitive, span: Span, functions: Functions) -> SyntaxProblem:
    """What stands where a size, an axis or the order of a norm should."""
    if row.shape == "axis":
        return SyntaxProblem(f"the axis in {name}(…) must be an integer", span=span, hint=f"as in {name}(x, 0)")
    if row.name == "norm":
        return SyntaxProblem(
            f"the order of {name} must be 1, 2 or inf", span=span, hint="other norms are written out: sum(abs(x)**p)"
        )
    return SyntaxProblem(
        f"the size in {name}(…) must be an integer or the name of a dimension",
        span=span,
        hint=f"as in {example(name, functions)}",
    )


def free_name(name: str, span: Span, functions: Functions, *, called: bool) -> GradcheckError | None:
    """Object to names that are unknown functions, keywords, or a function glued to its argument."""
    if len(name) == 1 and name.isalpha():
        return None
    if called and name not in CONSTANTS and not reads_as_variable(name):
        return NameProblem(
            f"there is no function called '{name}'",
            span=span,
            hint=did_you_mean(name, functions) or "gradcheck rules lists the functions",
        )
    if name in {"and", "or"}:
        return SyntaxProblem(f"'{name}' needs an expression on its left", span=span)
    if keyword.iskeyword(name) or name in {"exec", "eval"}:
        return NameProblem(
            f"'{name}' is a word of Python, not of this language",
            span=span,
            hint=f"as a variable it needs a value: --at {name}=2",
        )
    if name in {"nan", "NaN"} or name in INFINITIES:
        return NameProblem(f"'{name}' is not a real number", span=span)
    parts = None if called else glued(name, functions)
    if parts is not None:
        function, argument = parts
        return NameProblem(
            f"'{name}' is one name here: is it {function}({argument}), or a variable?",
            span=span,
            hint=f"write {function}({argument}), or give the variable a value: --at {name}=2",
        )
    return None


def misplaced_comma(token: Token) -> SyntaxProblem:
    """A comma outside a call and a list."""
    return SyntaxProblem(
        "a comma separates the arguments of a function only",
        span=Span(token.start, token.end),
        hint="a decimal point is a dot; statements are separated by ';'; a vector is a list: [1, 2]",
    )


def misplaced_equals(token: Token, *, bracketed: bool, bindings: bool) -> SyntaxProblem:
    """An ``=`` that assigns nothing."""
    span = Span(token.start, token.end)
    if bracketed:
        return SyntaxProblem("'=' assigns and cannot stand here", span=span, hint="compare with ==")
    if bindings:
        return SyntaxProblem("a value is given as name=number", span=span, hint="as in x=1 or x=pi/4")
    return SyntaxProblem(
        "only a single name can be assigned to", span=span, hint="as in a = x**2; a + 1 (compare with ==)"
    )


def never_closed(kind: str, opening: int, token: Token) -> SyntaxProblem:
    """The text or the statement ends inside a bracket."""
    closing = CLOSING[kind]
    sign = "(" if kind == "call" else kind
    return SyntaxProblem(
        f"'{closing}' expected: the '{sign}' at character {opening + 1} is never closed",
        span=Span(token.start, token.end),
        hint=f"add '{closing}'",
    )


def not_closed_before(kind: str, opening: int, token: Token) -> SyntaxProblem:
    """A closing bracket meets another opening one than its own."""
    hint = {"|": "write abs(…)", "‖": "write norm(…)"}.get(kind, f"add '{CLOSING[kind]}'")
    sign = "(" if kind == "call" else kind
    return SyntaxProblem(f"'{sign}' is not closed before this '{token.text}'", span=Span(opening, token.end), hint=hint)


def unexpected_operand(
    token: Token, before: Token | None, call: tuple[str, int], functions: Functions
) -> SyntaxProblem:
    """What stands where an operand should; ``call`` is the innermost function that is open, and where it starts."""
    span = Span(token.start, token.end)
    after = f" after '{before.text}'" if before is not None and before.kind == "op" else ""
    if token.kind == "end":
        return SyntaxProblem(f"the text ends where a number, a name or '(' should follow{after}", span=span)
    if token.text == ")" and before is not None and before.text == "(":
        name, start = call
        if name:
            return SyntaxProblem(
                f"{name} needs an argument", span=Span(start, token.end), hint=f"as in {example(name, functions)}"
            )
        return SyntaxProblem("there is nothing between the parentheses", span=Span(before.start, token.end))
    if token.text == "]" and before is not None and before.text == "[":
        return SyntaxProblem(
            "a list needs an entry", span=Span(before.start, token.end), hint="as in [1, 2] or [[1, 2], [3, 4]]"
        )
    if token.text in {"*", "/"} and before is not None and before.text in {"*", "/", "**"}:
        hint = "division is a single /; for the integer part write floor(a/b)" if token.text == "/" else None
        return SyntaxProblem(f"'{token.text}' cannot follow '{before.text}'", span=span, hint=hint)
    return SyntaxProblem(f"a number, a name or '(' should stand here{after}, not '{token.text}'", span=span)
