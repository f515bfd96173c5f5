"""Forward derivatives with one deliberate mistake, on little trees of text: written apart from gradcheck's table.

A tree is a number or ``"x"`` or ``(operation, tree, ...)``. ``derive`` writes the derivative as text; at one node the
right rule is replaced by the named mistake, as a teacher would write it down.
"""
# ruff: noqa: E501, N803 - tables of cases read best in rows

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Tree = Any

RIGHT: dict[str, Callable[..., str]] = {
    "exp": lambda u: f"exp({u})",
    "log": lambda u: f"1/({u})",
    "log10": lambda u: f"1/(({u})*log(10))",
    "log2": lambda u: f"1/(({u})*log(2))",
    "sqrt": lambda u: f"1/(2*sqrt({u}))",
    "sin": lambda u: f"cos({u})",
    "cos": lambda u: f"(-sin({u}))",
    "tan": lambda u: f"1/cos({u})**2",
    "sec": lambda u: f"sin({u})/cos({u})**2",
    "csc": lambda u: f"(-cos({u})/sin({u})**2)",
    "cot": lambda u: f"(-1/sin({u})**2)",
    "asin": lambda u: f"1/sqrt(1 - ({u})**2)",
    "acos": lambda u: f"(-1/sqrt(1 - ({u})**2))",
    "atan": lambda u: f"1/(1 + ({u})**2)",
    "sinh": lambda u: f"cosh({u})",
    "cosh": lambda u: f"sinh({u})",
    "tanh": lambda u: f"1/cosh({u})**2",
    "sigmoid": lambda u: f"exp(-({u}))/(1 + exp(-({u})))**2",
    "softplus": lambda u: f"1/(1 + exp(-({u})))",
    "relu": lambda u: f"where({u} > 0, 1, 0)",
    "abs": lambda u: f"where({u} > 0, 1, -1)",
    "erf": lambda u: f"2/sqrt(pi)*exp(-({u})**2)",
    "asinh": lambda u: f"1/sqrt(1 + ({u})**2)",
    "atanh": lambda u: f"1/(1 - ({u})**2)",
    "acosh": lambda u: f"1/sqrt(({u})**2 - 1)",
    "acot": lambda u: f"(-1/(1 + ({u})**2))",
    "sech": lambda u: f"(-sinh({u})/cosh({u})**2)",
    "csch": lambda u: f"(-cosh({u})/sinh({u})**2)",
    "coth": lambda u: f"(-1/sinh({u})**2)",
    "expm1": lambda u: f"exp({u})",
    "log1p": lambda u: f"1/(1 + ({u}))",
    "erfc": lambda u: f"(-2/sqrt(pi)*exp(-({u})**2))",
    "cbrt": lambda u: f"1/(3*cbrt({u})**2)",
}


def text(tree: Tree) -> str:
    """The tree as an expression."""
    if not isinstance(tree, tuple):
        return str(tree)
    operation, *arguments = tree
    parts = [text(one) for one in arguments]
    if operation == "neg":
        return f"(-{parts[0]})"
    if operation in {"+", "-", "*", "/", "**"}:
        return f"({parts[0]} {operation} {parts[1]})"
    return f"{operation}({', '.join(parts)})"


def supported(tree: Tree) -> bool:
    """Whether every function of the variable in a tree is known here."""
    if not isinstance(tree, tuple) or not varies(tree):
        return True
    return (tree[0] in RIGHT or tree[0] in {"+", "-", "*", "/", "**", "neg"}) and all(map(supported, tree[1:]))


def varies(tree: Tree) -> bool:
    return tree == "x" or (isinstance(tree, tuple) and any(varies(one) for one in tree[1:]))


def nodes(tree: Tree, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Tree]]:
    """Every operation on the variable, with its path from the root."""
    if isinstance(tree, tuple) and varies(tree):
        yield path, tree
        for position, one in enumerate(tree[1:]):
            yield from nodes(one, (*path, position))


def local(tree: Tree) -> str:
    """∂node/∂(first argument), right."""
    operation, *arguments = tree
    u = text(arguments[0])
    if operation == "**":
        n = text(arguments[1])
        return f"({n})*({u})**(({n}) - 1)"
    if operation == "neg":
        return "(-1)"
    return RIGHT[operation](u)


def derive(tree: Tree, wrong: dict[tuple[int, ...], Callable[..., str]], path: tuple[int, ...] = ()) -> str:
    """The derivative by x as text, with the mistakes at their places."""
    if tree == "x":
        return "1"
    if not isinstance(tree, tuple) or not varies(tree):
        return "0"
    operation, *arguments = tree
    u, du = text(arguments[0]), derive(arguments[0], wrong, (*path, 0))
    v, dv = (text(arguments[1]), derive(arguments[1], wrong, (*path, 1))) if len(arguments) > 1 else (u, du)
    if path in wrong:
        said = wrong[path](u=f"({u})", v=f"({v})", du=f"({du})", dv=f"({dv})", y=f"({text(tree)})", L=local_or(tree))
        return f"({said})"
    if operation == "+":
        return f"({du} + {dv})"
    if operation == "-":
        return f"({du} - {dv})"
    if operation == "*":
        return f"({du}*{v} + {u}*{dv})"
    if operation == "/":
        return f"(({du}*{v} - {u}*{dv})/({v})**2)"
    if operation == "**" and varies(arguments[1]):
        constant = not varies(arguments[0])
        inner = f"log({u})*({dv})" if constant else f"(log({u})*({dv}) + ({v})*({du})/({u}))"
        return f"(({text(tree)})*{inner})"
    return f"({local(tree)}*({du}))"


def local_or(tree: Tree) -> str:
    try:
        return f"({local(tree)})"
    except KeyError:
        return "(0)"


# name -> (operations, what must hold, the mistake); "unary" is any function of one argument
Mistake = tuple[str, str, "Callable[..., str]"]
MISTAKES: dict[str, list[Mistake]] = {
    "product rule as f'g'": [("*", "vv", lambda du, dv, **_: f"{du}*{dv}")],
    "product rule as ff' + gg'": [("*", "vv", lambda u, v, du, dv, **_: f"{u}*{du} + {v}*{dv}")],
    "product rule with a minus": [
        ("*", "vv", lambda u, v, du, dv, **_: f"{du}*{v} - {u}*{dv}"), ("*", "vv", lambda u, v, du, dv, **_: f"{u}*{dv} - {du}*{v}")],
    "second term of the product rule missing": [("*", "vv", lambda v, du, **_: f"{du}*{v}")],
    "first term of the product rule missing": [("*", "vv", lambda u, dv, **_: f"{u}*{dv}")],
    "quotient rule with the sign swapped": [("/", "vv", lambda u, v, du, dv, **_: f"({u}*{dv} - {du}*{v})/{v}**2")],
    "quotient rule as f'/g'": [("/", "vv", lambda du, dv, **_: f"{du}/{dv}")],
    "quotient rule with a plus": [("/", "vv", lambda u, v, du, dv, **_: f"({du}*{v} + {u}*{dv})/{v}**2")],
    "denominator not squared": [
        ("/", "vv", lambda u, v, du, dv, **_: f"({du}*{v} - {u}*{dv})/{v}"), ("/", "cv", lambda u, v, dv, **_: f"-{u}*{dv}/{v}")],
    "denominator of the quotient rule missing": [("/", "vv", lambda u, v, du, dv, **_: f"{du}*{v} - {u}*{dv}")],
    "second term of the quotient rule missing": [("/", "vv", lambda v, du, **_: f"{du}/{v}")],
    "sign of the derivative of 1/u": [("/", "cv", lambda u, v, dv, **_: f"{u}*{dv}/{v}**2")],
    "reciprocal differentiated as a logarithm": [("/", "cv", lambda u, v, dv, **_: f"{u}*log(abs{v})*{dv}")],
    "term of a sum dropped": [("+", "vv", lambda du, **_: du), ("+", "vv", lambda dv, **_: dv)],
    "term of a difference dropped": [("-", "vv", lambda du, **_: du), ("-", "vv", lambda dv, **_: f"-{dv}")],
    "sign of a difference lost": [("-", "vv", lambda du, dv, **_: f"{du} + {dv}")],
    "sign lost": [("-", "cv", lambda dv, **_: dv), ("neg", "v", lambda du, **_: du)],
    "constant kept": [
        ("+", "vc", lambda du, v, **_: f"{du} + {v}"), ("+", "cv", lambda u, dv, **_: f"{u} + {dv}"), ("-", "vc", lambda du, v, **_: f"{du} - {v}"), ("-", "cv", lambda u, dv, **_: f"{u} - {dv}")],
    "constant differentiated to 1": [
        ("+", "vc", lambda du, **_: f"{du} + 1"), ("+", "cv", lambda dv, **_: f"1 + {dv}"), ("-", "vc", lambda du, **_: f"{du} - 1"), ("-", "cv", lambda dv, **_: f"1 - {dv}")],
    "constant factor lost": [("*", "cv", lambda dv, **_: dv), ("*", "vc", lambda du, **_: du)],
    "constant divisor lost": [("/", "vc", lambda du, **_: du)],
    "constant factor squared": [("*", "cv", lambda u, dv, **_: f"{u}**2*{dv}"), ("*", "vc", lambda v, du, **_: f"{v}**2*{du}")],
    "factor n of the power rule missing": [("**", "vc", lambda u, v, du, **_: f"{u}**({v} - 1)*{du}")],
    "exponent not lowered": [("**", "vc", lambda u, v, du, **_: f"{v}*{u}**{v}*{du}")],
    "exponent dropped": [("**", "vc", lambda u, v, du, **_: f"{v}*{u}*{du}")],
    "exponent raised": [("**", "vc", lambda u, v, du, **_: f"{v}*{u}**({v} + 1)*{du}")],
    "lowered exponent as the factor": [("**", "vc", lambda u, v, du, **_: f"({v} - 1)*{u}**({v} - 1)*{du}")],
    "integrated instead of differentiated": [("**", "vc", lambda u, v, du, **_: f"{u}**({v} + 1)/({v} + 1)*{du}")],
    "power rule applied to an exponential": [
        ("**", "cv", lambda u, v, dv, **_: f"{v}*{u}**({v} - 1)*{dv}"), ("exp", "v", lambda u, du, **_: f"{u}*exp({u} - 1)*{du}")],
    "ln a forgotten": [("**", "cv", lambda u, v, dv, **_: f"{u}**{v}*{dv}")],
    "root: derivative 1/√u": [("sqrt", "v", lambda u, du, **_: f"{du}/sqrt{u}")],
    "root: derivative 2/√u": [("sqrt", "v", lambda u, du, **_: f"2*{du}/sqrt{u}")],
    "root: derivative √u/2": [("sqrt", "v", lambda u, du, **_: f"sqrt{u}/2*{du}")],
    "root differentiated as 1/(2u)": [("sqrt", "v", lambda u, du, **_: f"{du}/(2*{u})")],
    "(ln u)' as 1/x": [("log", "i", lambda **_: "1/x")],
    "logarithm taken to base 10": [("log", "v", lambda u, du, **_: f"{du}/({u}*log(10))")],
    "factor ln 10 missing": [("log10", "v", lambda u, du, **_: f"{du}/{u}")],
    "factor ln 2 missing": [("log2", "v", lambda u, du, **_: f"{du}/{u}")],
    "sign of sin'": [("sin", "v", lambda u, du, **_: f"-cos{u}*{du}")],
    "sign of cos'": [("cos", "v", lambda u, du, **_: f"sin{u}*{du}")],
    "cos' as -cos": [("cos", "v", lambda u, du, **_: f"-cos{u}*{du}")],
    "sign of tan'": [("tan", "v", lambda u, du, **_: f"-{du}/cos{u}**2")],
    "tan' as sec·tan": [("tan", "v", lambda u, du, **_: f"sec{u}*tan{u}*{du}")],
    "tan' as 1/cos": [("tan", "v", lambda u, du, **_: f"{du}/cos{u}")],
    "tan' as 1 - tan²": [("tan", "v", lambda u, du, **_: f"(1 - tan{u}**2)*{du}")],
    "tanh' as 1 + tanh²": [("tanh", "v", lambda u, du, **_: f"(1 + tanh{u}**2)*{du}")],
    "sign of cosh'": [("cosh", "v", lambda u, du, **_: f"-sinh{u}*{du}")],
    "sign of sec'": [("sec", "v", lambda u, du, **_: f"-sec{u}*tan{u}*{du}")],
    "sign of csc'": [("csc", "v", lambda u, du, **_: f"csc{u}*cot{u}*{du}")],
    "sign of cot'": [("cot", "v", lambda u, du, **_: f"csc{u}**2*{du}")],
    "sign of acos'": [("acos", "v", lambda u, du, **_: f"{du}/sqrt(1 - {u}**2)")],
    "root of asin' missing": [("asin", "v", lambda u, du, **_: f"{du}/(1 - {u}**2)")],
    "asin' with 1 + u²": [("asin", "v", lambda u, du, **_: f"{du}/sqrt(1 + {u}**2)")],
    "atan' with a root": [("atan", "v", lambda u, du, **_: f"{du}/sqrt(1 + {u}**2)")],
    "atan' with 1 - u²": [("atan", "v", lambda u, du, **_: f"{du}/(1 - {u}**2)")],
    "atan' as 1/tan'": [("atan", "v", lambda u, du, **_: f"{du}*cos{u}**2")],
    "degrees for radians": [
        ("sin", "v", lambda u, du, **_: f"pi/180*cos{u}*{du}"), ("cos", "v", lambda u, du, **_: f"-pi/180*sin{u}*{du}"), ("tan", "v", lambda u, du, **_: f"pi/180*{du}/cos{u}**2")],
    "argument differentiated inside the function": [
        ("sin", "i", lambda du, **_: f"cos{du}"), ("cos", "i", lambda du, **_: f"-sin{du}"), ("exp", "i", lambda du, **_: f"exp{du}"), ("**", "ic", lambda v, du, **_: f"{v}*{du}**({v} - 1)"), ("sqrt", "i", lambda du, **_: f"1/(2*sqrt{du})")],
    "sign of sinh'": [("sinh", "v", lambda u, du, **_: f"-cosh{u}*{du}")],
    "(ln u)' as 1/u'": [("log", "i", lambda du, **_: f"1/{du}")],
    "derivative of a power as the power of the derivative": [("**", "ic", lambda v, du, **_: f"{du}**{v}")],
    "inverse function by the reciprocal": [("asin", "v", lambda u, du, **_: f"{du}/cos{u}")],
    "inverse function read as 1/sin": [("asin", "v", lambda u, du, **_: f"-cos{u}/sin{u}**2*{du}")],
    "sum instead of the product rule": [("*", "vv", lambda du, dv, **_: f"{du} + {dv}")],
    "power rule with the variable in the exponent too": [("**", "vv", lambda u, v, du, **_: f"{v}*{u}**({v} - 1)*{du}")],
    "exponential rule with the variable in the base too": [("**", "vv", lambda u, v, y, dv, **_: f"{y}*log{u}*{dv}")],
    "sigmoid' as σ(1 + σ)": [("sigmoid", "v", lambda y, du, **_: f"{y}*(1 + {y})*{du}")],
    "sigmoid' as σ'(1 - σ')": [("sigmoid", "v", lambda L, du, **_: f"{L}*(1 - {L})*{du}")],
    "sigmoid' as 1 - σ": [("sigmoid", "v", lambda y, du, **_: f"(1 - {y})*{du}")],
    "relu' as relu": [("relu", "v", lambda y, du, **_: f"{y}*{du}")],
    "relu' as u": [("relu", "v", lambda u, du, **_: f"{u}*{du}")],
    "relu' as 1 everywhere": [("relu", "v", lambda du, **_: du)],
    "abs' as 1 everywhere": [("abs", "v", lambda du, **_: du)],
    "abs' as |u|": [("abs", "v", lambda y, du, **_: f"{y}*{du}")],
    "inner derivative missing": [("unary", "i", lambda L, **_: L)],
    "inner derivative added": [("unary", "i", lambda L, du, **_: f"{L} + {du}")],
    "only the inner derivative": [("unary", "i", lambda du, **_: du)],
    "inner derivative squared": [("unary", "i", lambda L, du, **_: f"{L}*{du}**2")],
    "outer function not differentiated": [("unary", "i", lambda y, du, **_: f"{y}*{du}")],
    "function kept instead of its derivative": [("unary", "i", lambda y, **_: y)],
}  # fmt: skip


def fits(tree: Tree, operation: str, needs: str) -> bool:
    """Whether a mistake can be made at a node."""
    name, *arguments = tree
    varying = "".join("v" if varies(one) else "c" for one in arguments)
    if operation == "unary":
        return (len(arguments) == 1 or (name == "**" and varying == "vc")) and name != "neg" and arguments[0] != "x"
    if operation != name:
        return False
    if needs.startswith("i"):
        return arguments[0] != "x" and varying == "v" + needs[1:]
    return varying == needs


def mistaken(tree: Tree, name: str) -> Iterator[tuple[tuple[int, ...], Callable[..., str]]]:
    """Every place where a mistake can be made, with the mistake."""
    for path, node in nodes(tree):
        for operation, needs, rule in MISTAKES.get(name, ()):
            if fits(node, operation, needs):
                yield path, rule
