"""Wrong rules that people really use, one row each, in the language of the table of primitives; mistakes of the whole.

A row replaces the tangent of one node. In its text ``u``, ``v`` are the arguments, ``y`` the output, ``du``, ``dv`` the
derivatives of the arguments by the variable ``x``; ``L``, ``M`` are the right local derivatives by ``u`` and ``v``.
The sentence is said to the student; ``{node}`` is the node as the table shows it, ``{right}`` the right local derivative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

VARIABLES: Final = ("u", "v", "y", "du", "dv", "L", "M", "x")


@dataclass(frozen=True, slots=True, eq=False)
class Misconception:
    """One wrong rule: where it is applied, what it computes, and what the student should know instead."""

    name: str
    primitives: tuple[str, ...]
    """The primitives it is applied to; ``unary`` for every function of one argument and powers with a constant exponent."""
    tangent: str
    sentence: str
    needs: str = ""
    """What must hold of the node: ``inner`` (the argument is not the variable itself), ``constant u``, ``constant v``,
    ``varying`` (both arguments depend on the variable)."""


_CHAIN = "at node {node} the inner derivative {inner} is missing (chain rule)"

MISCONCEPTIONS: Final = (
    # -- product and quotient
    Misconception("product rule as f'g'", ("*",), "du*dv", "at node {node} the derivative of a product is not the product of the derivatives: it is u'·v + u·v'", "varying"),
    Misconception("product rule as ff' + gg'", ("*",), "u*du + v*dv", "at node {node} each factor must be multiplied by the derivative of the other one: u'·v + u·v'", "varying"),
    Misconception("product rule with a minus", ("*",), "v*du - u*dv", "at node {node} the product rule has a plus: u'·v + u·v'", "varying"),
    Misconception("product rule with a minus", ("*",), "u*dv - v*du", "at node {node} the product rule has a plus: u'·v + u·v'", "varying"),
    Misconception("second term of the product rule missing", ("*",), "v*du", "at node {node} the product rule has two terms, u'·v + u·v'; the second one is missing", "varying"),
    Misconception("first term of the product rule missing", ("*",), "u*dv", "at node {node} the product rule has two terms, u'·v + u·v'; the first one is missing", "varying"),
    Misconception("quotient rule with the sign swapped", ("/",), "(u*dv - v*du)/v**2", "at node {node} the quotient rule is (u'·v - u·v')/v²; here the sign is swapped", "varying"),
    Misconception("quotient rule as f'/g'", ("/",), "du/dv", "at node {node} the derivative of a quotient is not the quotient of the derivatives: it is (u'·v - u·v')/v²", "varying"),
    Misconception("quotient rule with a plus", ("/",), "(v*du + u*dv)/v**2", "at node {node} the quotient rule has a minus: (u'·v - u·v')/v²", "varying"),
    Misconception("denominator not squared", ("/",), "(v*du - u*dv)/v", "at node {node} the denominator of the quotient rule is squared: (u'·v - u·v')/v²", "varying"),
    Misconception("denominator of the quotient rule missing", ("/",), "v*du - u*dv", "at node {node} the quotient rule divides by v²: (u'·v - u·v')/v²", "varying"),
    Misconception("second term of the quotient rule missing", ("/",), "du/v", "at node {node} the denominator depends on the variable too: (u'·v - u·v')/v²", "varying"),
    Misconception("sign of the derivative of 1/u", ("/",), "u*dv/v**2", "at node {node} the derivative of 1/v is -1/v²: the minus is missing", "constant u"),
    Misconception("denominator not squared", ("/",), "-u*dv/v", "at node {node} the derivative of 1/v is -1/v²: the denominator is squared", "constant u"),
    Misconception("reciprocal differentiated as a logarithm", ("/",), "u*log(abs(v))*dv", "at node {node} the logarithm is the antiderivative of 1/v; the derivative of 1/v is -1/v²", "constant u"),
    Misconception("sum instead of the product rule", ("*",), "du + dv", "at node {node} a product is not differentiated term by term: it is u'·v + u·v'", "varying"),
    # -- sums, constants
    Misconception("term of a sum dropped", ("+",), "du", "at node {node} the second term depends on the variable too: one path through the sum is dropped", "varying"),
    Misconception("term of a sum dropped", ("+",), "dv", "at node {node} the first term depends on the variable too: one path through the sum is dropped", "varying"),
    Misconception("term of a difference dropped", ("-",), "du", "at node {node} the subtracted term depends on the variable too: one path is dropped", "varying"),
    Misconception("term of a difference dropped", ("-",), "-dv", "at node {node} the first term depends on the variable too: one path is dropped", "varying"),
    Misconception("sign of a difference lost", ("-",), "du + dv", "at node {node} the subtracted term keeps its minus: u' - v'", "varying"),
    Misconception("sign lost", ("-",), "dv", "at node {node} the subtracted term keeps its minus: -v'", "constant u"),
    Misconception("sign lost", ("neg",), "du", "at node {node} the minus sign is lost"),
    Misconception("constant kept", ("+",), "du + v", "at node {node} the derivative of a constant is 0; here the constant is kept", "constant v"),
    Misconception("constant kept", ("+",), "u + dv", "at node {node} the derivative of a constant is 0; here the constant is kept", "constant u"),
    Misconception("constant kept", ("-",), "du - v", "at node {node} the derivative of a constant is 0; here the constant is kept", "constant v"),
    Misconception("constant differentiated to 1", ("+",), "du + 1", "at node {node} the derivative of a constant is 0, not 1", "constant v"),
    Misconception("constant differentiated to 1", ("+",), "1 + dv", "at node {node} the derivative of a constant is 0, not 1", "constant u"),
    Misconception("constant differentiated to 1", ("-",), "du - 1", "at node {node} the derivative of a constant is 0, not 1", "constant v"),
    Misconception("constant kept", ("-",), "u - dv", "at node {node} the derivative of a constant is 0; here the constant is kept", "constant u"),
    Misconception("constant differentiated to 1", ("-",), "1 - dv", "at node {node} the derivative of a constant is 0, not 1", "constant u"),
    Misconception("constant factor lost", ("*",), "dv", "at node {node} a constant factor stays: (c·u)' = c·u'", "constant u"),
    Misconception("constant factor lost", ("*",), "du", "at node {node} a constant factor stays: (c·u)' = c·u'", "constant v"),
    Misconception("constant divisor lost", ("/",), "du", "at node {node} a constant divisor stays: (u/c)' = u'/c (an average is not a sum)", "constant v"),
    Misconception("constant factor squared", ("*",), "u**2*dv", "at node {node} a constant factor stays as it is; it is not squared", "constant u"),
    Misconception("constant factor squared", ("*",), "v**2*du", "at node {node} a constant factor stays as it is; it is not squared", "constant v"),
    # -- powers
    Misconception("factor n of the power rule missing", ("**",), "u**(v - 1)*du", "at node {node} the power rule brings the exponent down as a factor: {right}", "constant v"),
    Misconception("exponent not lowered", ("**",), "v*u**v*du", "at node {node} the power rule lowers the exponent by one: {right}", "constant v"),
    Misconception("exponent dropped", ("**",), "v*u*du", "at node {node} the power rule lowers the exponent by one, it does not drop it: {right}", "constant v"),
    Misconception("exponent raised", ("**",), "v*u**(v + 1)*du", "at node {node} the power rule lowers the exponent by one: {right}", "constant v"),
    Misconception("lowered exponent as the factor", ("**",), "(v - 1)*u**(v - 1)*du", "at node {node} the factor is the old exponent, not the lowered one: {right}", "constant v"),
    Misconception("integrated instead of differentiated", ("**",), "u**(v + 1)/(v + 1)*du", "at node {node} the power is integrated, not differentiated: {right}", "constant v"),
    Misconception("power rule applied to an exponential", ("**",), "v*u**(v - 1)*dv", "at node {node} the variable is in the exponent, so the power rule does not apply: {right}", "constant u"),
    Misconception("ln a forgotten", ("**",), "y*dv", "at node {node} the factor ln of the base is missing: {right}", "constant u"),
    Misconception("power rule applied to an exponential", ("exp",), "u*exp(u - 1)*du", "at node {node} the power rule does not apply to exp: {right}"),
    Misconception("root: derivative 1/√u", ("sqrt",), "du/y", "at node {node} the factor 1/2 is missing: {right}"),
    Misconception("root: derivative 2/√u", ("sqrt",), "2*du/y", "at node {node} the 2 belongs in the denominator: {right}"),
    Misconception("root: derivative √u/2", ("sqrt",), "y*du/2", "at node {node} the root belongs in the denominator: {right}"),
    Misconception("root differentiated as 1/(2u)", ("sqrt",), "du/(2*u)", "at node {node} the root in the denominator is missing: {right}"),
    Misconception("power rule with the variable in the exponent too", ("**",), "v*u**(v - 1)*du", "at node {node} the exponent depends on the variable too: add u**v·ln(u)·v'", "varying"),
    Misconception("exponential rule with the variable in the base too", ("**",), "y*log(u)*dv", "at node {node} the base depends on the variable too: add v·u**(v - 1)·u'", "varying"),
    Misconception("argument differentiated inside the function", ("**",), "v*du**(v - 1)", "at node {node} the base stays as it is inside the power: {right} times the inner derivative", "inner"),
    Misconception("argument differentiated inside the function", ("sqrt",), "1/(2*sqrt(du))", "at node {node} the argument stays as it is inside the root: {right} times the inner derivative", "inner"),
    Misconception("derivative of a power as the power of the derivative", ("**",), "du**v", "at node {node} the derivative of a power is not the power of the derivative: {right} times the inner derivative", "inner"),
    # -- logarithms and exponentials
    Misconception("(ln u)' as 1/u'", ("log",), "1/du", "at node {node} the derivative of ln u is u'/u, not 1/u'", "inner"),
    Misconception("(ln u)' as 1/x", ("log",), "1/x", "at node {node} the derivative of ln u is u'/u, not 1/x: {right} times the inner derivative", "inner"),
    Misconception("logarithm taken to base 10", ("log",), "du/(u*log(10))", "at node {node} log is the natural logarithm, so there is no factor 1/ln 10: {right}"),
    Misconception("factor ln 10 missing", ("log10",), "du/u", "at node {node} the base 10 leaves a factor 1/ln 10: {right}"),
    Misconception("factor ln 2 missing", ("log2",), "du/u", "at node {node} the base 2 leaves a factor 1/ln 2: {right}"),
    # -- circular and hyperbolic functions
    Misconception("sign of sin'", ("sin",), "-cos(u)*du", "at node {node} the derivative of sin is +cos: {right}"),
    Misconception("sign of cos'", ("cos",), "sin(u)*du", "at node {node} the derivative of cos is -sin: {right}"),
    Misconception("cos' as -cos", ("cos",), "-cos(u)*du", "at node {node} the derivative of cos is -sin: {right}"),
    Misconception("sign of tan'", ("tan",), "-(1 + y**2)*du", "at node {node} the derivative of tan is positive: {right}"),
    Misconception("tan' as sec·tan", ("tan",), "tan(u)/cos(u)*du", "at node {node} sec·tan is the derivative of sec; for tan it is 1/cos²: {right}"),
    Misconception("tan' as 1/cos", ("tan",), "du/cos(u)", "at node {node} the cosine is squared: {right}"),
    Misconception("tan' as 1 - tan²", ("tan",), "(1 - y**2)*du", "at node {node} 1 - tanh² belongs to tanh; for tan it is a plus: {right}"),
    Misconception("tanh' as 1 + tanh²", ("tanh",), "(1 + y**2)*du", "at node {node} 1 + tan² belongs to tan; for tanh it is a minus: {right}"),
    Misconception("sign of cosh'", ("cosh",), "-sinh(u)*du", "at node {node} the derivative of cosh is +sinh: {right}"),
    Misconception("sign of sec'", ("sec",), "-y*tan(u)*du", "at node {node} the derivative of sec has no minus: {right}"),
    Misconception("sign of csc'", ("csc",), "y*cot(u)*du", "at node {node} the derivative of csc has a minus: {right}"),
    Misconception("sign of cot'", ("cot",), "(1 + y**2)*du", "at node {node} the derivative of cot has a minus: {right}"),
    Misconception("sign of acos'", ("acos",), "du/sqrt(1 - u**2)", "at node {node} the derivative of acos has a minus: {right}"),
    Misconception("root of asin' missing", ("asin",), "du/(1 - u**2)", "at node {node} the denominator is a square root: {right}"),
    Misconception("asin' with 1 + u²", ("asin",), "du/sqrt(1 + u**2)", "at node {node} under the root is 1 - u²: {right}"),
    Misconception("atan' with a root", ("atan",), "du/sqrt(1 + u**2)", "at node {node} there is no root in the derivative of atan: {right}"),
    Misconception("atan' with 1 - u²", ("atan",), "du/(1 - u**2)", "at node {node} the denominator is 1 + u²: {right}"),
    Misconception("atan' as 1/tan'", ("atan",), "cos(u)**2*du", "at node {node} the inverse function is not the reciprocal: {right}"),
    Misconception("sign of sinh'", ("sinh",), "-cosh(u)*du", "at node {node} the derivative of sinh is +cosh: {right}"),
    Misconception("inverse function by the reciprocal", ("asin",), "du/cos(u)", "at node {node} the derivative of asin is not 1/cos: {right}"),
    Misconception("inverse function read as 1/sin", ("asin",), "-cos(u)/sin(u)**2*du", "at node {node} asin is the inverse function, not 1/sin: {right}"),
    Misconception("degrees for radians", ("sin",), "pi/180*cos(u)*du", "at node {node} angles are in radians, so there is no factor π/180: {right}"),
    Misconception("degrees for radians", ("cos",), "-pi/180*sin(u)*du", "at node {node} angles are in radians, so there is no factor π/180: {right}"),
    Misconception("degrees for radians", ("tan",), "pi/180*(1 + y**2)*du", "at node {node} angles are in radians, so there is no factor π/180: {right}"),
    Misconception("argument differentiated inside the function", ("sin",), "cos(du)", "at node {node} the argument stays as it is inside cos: {right} times the inner derivative", "inner"),
    Misconception("argument differentiated inside the function", ("cos",), "-sin(du)", "at node {node} the argument stays as it is inside sin: {right} times the inner derivative", "inner"),
    Misconception("argument differentiated inside the function", ("exp",), "exp(du)", "at node {node} the argument stays as it is inside exp: {right} times the inner derivative", "inner"),
    # -- neural networks and kinks
    Misconception("sigmoid' as σ(1 + σ)", ("sigmoid",), "y*(1 + y)*du", "at node {node} the derivative of the sigmoid has a minus: {right}"),
    Misconception("sigmoid' as σ'(1 - σ')", ("sigmoid",), "L*(1 - L)*du", "at node {node} σ(1 - σ) is taken of σ itself, not of its derivative: {right}"),
    Misconception("sigmoid' as 1 - σ", ("sigmoid",), "(1 - y)*du", "at node {node} the factor σ is missing: {right}"),
    Misconception("relu' as relu", ("relu",), "y*du", "at node {node} the derivative of relu is a switch, 0 or 1: {right}"),
    Misconception("relu' as u", ("relu",), "u*du", "at node {node} the derivative of relu is a switch, 0 or 1: {right}"),
    Misconception("relu' as 1 everywhere", ("relu",), "du", "at node {node} an inactive relu passes nothing on: {right}"),
    Misconception("abs' as 1 everywhere", ("abs",), "du", "at node {node} the derivative of |u| is -1 for negative u: {right}"),
    Misconception("abs' as |u|", ("abs",), "y*du", "at node {node} the derivative of |u| is the sign of u: {right}"),
    # -- any function
    Misconception("inner derivative missing", ("unary",), "L", _CHAIN, "inner"),
    Misconception("inner derivative added", ("unary",), "L + du", "at node {node} the inner derivative {inner} is a factor, not a term (chain rule)", "inner"),
    Misconception("only the inner derivative", ("unary",), "du", "at node {node} the outer function is not differentiated; the factor {right} is missing", "inner"),
    Misconception("inner derivative squared", ("unary",), "L*du**2", "at node {node} the inner derivative {inner} is a factor once, not twice (chain rule)", "inner"),
    Misconception("outer function not differentiated", ("unary",), "y*du", "at node {node} the outer function must be differentiated too: {right}", "inner"),
    Misconception("function kept instead of its derivative", ("unary",), "y", "at node {node} stands the function itself instead of its derivative {right}", "inner"),
)  # fmt: skip

WHOLE: Final = {
    "the function itself": "the claim is the function itself, not its derivative",
    "negated": "the claim is the derivative with the opposite sign",
    "another variable": "the claim is the derivative by {other}, not by {wrt}",
    "second derivative": "the claim is the second derivative, not the first",
    "integrated": "the claim is an antiderivative: its derivative is the function itself",
    "constant factor": "the claim is off by the constant factor {factor}",
    "constant term": "the claim is off by the constant term {term}",
}
"""What can be wrong with a claim as a whole, and how it is said."""

PATHS: Final = {
    "path dropped": "the path {node} → {path} is dropped: {total} is the sum over all paths, {sum}",
    "one upstream derivative for all paths": "every path has its own upstream derivative, not {upstream} for all of them: {total} = {sum}",
    "sums multiplied": "it is the sum of the products along the paths, not the product of two sums: {total} = {sum}",
    "paths multiplied": "the paths are added, not multiplied: {total} = {sum}",
}
"""What can go wrong where several paths leave a node, and how it is said."""
