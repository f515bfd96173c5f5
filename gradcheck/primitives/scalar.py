"""THE table of elementary functions of real numbers: one row holds all that is known of one function.

Derivatives are those of Abramowitz & Stegun (1964), 4.1-4.6 and 7.1, and of the lecture notes (part 6,
"Important functions"); every row is proved on its samples by three routes (``gradcheck rules --check``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gradcheck.primitives import Primitive, index_by_name, index_by_spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANYWHERE = (("-3",), ("-5/7",), ("1/4",), ("2",))
_PAIRS = (("2", "3"), ("-2", "5/3"), ("7/2", "-3/4"), ("-1/3", "-5/2"))
_INSIDE_ONE = (("-3/4",), ("-1/5",), ("1/3",), ("9/10",))
_OUTSIDE_ONE = (("-3",), ("-5/4",), ("8/7",), ("4",))
_POSITIVE = (("1/50",), ("2/3",), ("3",), ("40",))
_NONZERO = (("-7/2",), ("-1/3",), ("2/5",), ("3",))

_ARITHMETIC = (
    Primitive(name="+", infix=True, floats="add", balls="add", symbols="Add", derivatives=("1", "1"), samples=_PAIRS,
              intuition="a sum passes the upstream gradient on unchanged"),
    Primitive(name="-", infix=True, floats="sub", balls="sub", symbols="subtract", derivatives=("1", "-1"),
              samples=_PAIRS, intuition="the subtracted side receives the upstream gradient negated"),
    Primitive(name="*", infix=True, floats="mul", balls="mul", symbols="Mul", derivatives=("v", "u"), samples=_PAIRS,
              intuition="each factor receives the upstream gradient times the other factor (the hourly wage)"),
    Primitive(name="/", infix=True, floats="truediv", balls="truediv", symbols="divide",
              derivatives=("1/v", "-u/v**2"), domain="v != 0", samples=_PAIRS,
              intuition="the numerator receives the upstream gradient divided by the denominator, and the denominator that times the quotient, with a minus"),
    # u**v for real numbers: any base with an integer exponent, a base >= 0 with any other. For a literal exponent
    # only the first derivative is ever used, so that log of the base is not reached.
    Primitive(name="**", infix=True, floats="power", balls="power", symbols="Pow",
              derivatives=("v*u**(v - 1)", "y*log(u)"),
              domain="u > 0 or u == 0 and v >= 0 or u < 0 and floor(v) == v",
              samples=(("2", "3"), ("1/3", "-2"), ("5/2", "7/3"), ("9", "1/2"), ("4", "-3/2")),
              intuition="the exponent comes down in front; with an exponent above 1 the slope gets steeper the farther the base is from 0"),
    Primitive(name="neg", infix=True, floats="neg", balls="neg", symbols="negate", derivatives=("-1",),
              samples=_ANYWHERE,
              intuition="a minus sign turns the upstream gradient around"),
)  # fmt: skip

_LOGIC = tuple(
    Primitive(name=name, infix=True, floats=function, balls=f"ball_{function}", symbols=symbol,
              derivatives=("0", "0"), jumps=() if name in {"and", "or"} else ("u - v",), boolean=True, analytic=False,
              intuition="a truth value: it jumps or it does not change, so no gradient passes",
              samples=(("1", "0"), ("0", "1"), ("1", "1"), ("0", "0")))
    for name, function, symbol in (
        ("<", "lt", "Lt"), ("<=", "le", "Le"), (">", "gt", "Gt"), (">=", "ge", "Ge"), ("==", "eq", "Eq"),
        ("!=", "ne", "Ne"), ("and", "logical_and", "And"), ("or", "logical_or", "Or"),
    )
)  # fmt: skip

_EXPONENTIAL = (
    Primitive(name="exp", floats="exp", balls="exp", symbols="exp", derivatives=("y",), samples=_ANYWHERE,
              intuition="the exponential is its own slope"),
    Primitive(name="expm1", floats="expm1", balls="expm1", symbols="minus_one_exp", derivatives=("exp(u)",),
              samples=_ANYWHERE,
              intuition="subtracting 1 moves the curve, not its slope: it is that of exp"),
    Primitive(name="log", aliases=("ln",), floats="log", balls="log", symbols="log", derivatives=("1/u",),
              domain="u > 0", samples=_POSITIVE,
              intuition="the gradient gets huge for arguments near 0, forcing a model to learn quickly when wrong"),
    Primitive(name="log_base", spelling="log", aliases=("ln",), floats="log", definition="log(u)/log(v)",
              derivatives=("1/(u*log(v))", "-y/(v*log(v))"), domain="u > 0 and v > 0 and v != 1",
              samples=(("3", "2"), ("1/5", "10"), ("7", "1/3"), ("1/2", "2/3")),
              intuition="a logarithm to another base is the natural one divided by that of the base"),
    Primitive(name="log10", aliases=("lg",), floats="log10", definition="log(u)/log(10)",
              derivatives=("1/(u*log(10))",), domain="u > 0", samples=_POSITIVE,
              intuition="the natural logarithm divided by log(10), about 2.3: so is its slope"),
    Primitive(name="log2", aliases=("lb",), floats="log2", definition="log(u)/log(2)", derivatives=("1/(u*log(2))",),
              domain="u > 0", samples=_POSITIVE,
              intuition="the natural logarithm divided by log(2), about 0.69: so is its slope"),
    Primitive(name="log1p", floats="log1p", balls="log1p", symbols="log_one_plus", derivatives=("1/(1 + u)",),
              domain="u > -1", samples=(("-9/10",), ("-1/3",), ("1/4",), ("5",)),
              intuition="the slope of the logarithm, one step to the left: it is 1 at 0"),
    Primitive(name="logaddexp", variadic=True, floats="logaddexp", definition="log(exp(u) + exp(v))",
              derivatives=("exp(u - y)", "exp(v - y)"), samples=_PAIRS,
              intuition="the upstream gradient is shared out by softmax"),
)  # fmt: skip

_ROOTS = (
    Primitive(name="sqrt", floats="sqrt", balls="sqrt", symbols="sqrt", derivatives=("1/(2*y)",), domain="u >= 0",
              samples=_POSITIVE, intuition="the tangent is vertical at 0 and flattens from there"),
    Primitive(name="cbrt", floats="cbrt", balls="cbrt", symbols="cube_root", derivatives=("1/(3*y**2)",),
              samples=(("-8",), ("-1/5",), ("1/27",), ("11",)),
              intuition="the slope is never negative: vertical at 0, it flattens on both sides"),
    Primitive(name="root", floats="root", balls="root", symbols="nth_root",
              derivatives=("y/(v*u)", "-y*log(u)/v**2"),
              domain="v != 0 and (u > 0 or u == 0 and v > 0 or u < 0 and floor(v) == v and floor(v/2) != v/2)",
              samples=(("32", "5"), ("1/3", "2"), ("7", "-3"), ("5/2", "7/2")),
              intuition="a root is the power 1/v, so the power rule applies"),
    Primitive(name="hypot", variadic=True, floats="hypot", balls="ball_hypot", definition="sqrt(u**2 + v**2)",
              derivatives=("u/y", "v/y"), kinks=("abs(u) + abs(v)",), samples=_PAIRS,
              intuition="each leg receives its share of the hypotenuse, never more than the whole upstream gradient"),
)  # fmt: skip

_CIRCULAR = (
    Primitive(name="sin", floats="sin", balls="sin", symbols="sin", derivatives=("cos(u)",), samples=_ANYWHERE,
              intuition="sine is steepest (1) where it crosses 0 upwards, and level at its peaks: that is cosine"),
    Primitive(name="cos", floats="cos", balls="cos", symbols="cos", derivatives=("-sin(u)",), samples=_ANYWHERE,
              intuition="cosine is level at its peak and then falls: that is minus sine"),
    Primitive(name="tan", aliases=("tg",), floats="tan", balls="tan", symbols="tan", derivatives=("1 + y**2",),
              domain="cos(u) != 0", samples=_ANYWHERE,
              intuition="never less than 1, and it grows without bound towards the poles"),
    Primitive(name="sec", definition="1/cos(u)", symbols="sec", derivatives=("y*tan(u)",), domain="cos(u) != 0",
              samples=_ANYWHERE,
              intuition="one over cosine: level where cosine is 1 or -1, unbounded towards the poles"),
    Primitive(name="csc", aliases=("cosec",), definition="1/sin(u)", symbols="csc", derivatives=("-y*cot(u)",),
              domain="sin(u) != 0", samples=_ANYWHERE,
              intuition="one over sine: level where sine is 1 or -1, unbounded towards the poles"),
    Primitive(name="cot", aliases=("ctg",), definition="cos(u)/sin(u)", symbols="cot", derivatives=("-(1 + y**2)",),
              domain="sin(u) != 0", samples=_ANYWHERE,
              intuition="it always falls, with a slope of at most -1"),
    Primitive(name="asin", aliases=("arcsin",), floats="asin", balls="asin", symbols="asin",
              derivatives=("1/sqrt(1 - u**2)",), domain="-1 <= u <= 1", samples=_INSIDE_ONE,
              intuition="the slope is 1 at 0 and grows without bound towards -1 and 1"),
    Primitive(name="acos", aliases=("arccos",), floats="acos", balls="acos", symbols="acos",
              derivatives=("-1/sqrt(1 - u**2)",), domain="-1 <= u <= 1", samples=_INSIDE_ONE,
              intuition="the slope of asin with a minus, since the two always add up to pi/2"),
    Primitive(name="atan", aliases=("arctan", "arctg"), floats="atan", balls="atan", symbols="atan",
              derivatives=("1/(1 + u**2)",), samples=_ANYWHERE,
              intuition="the slope is highest (1) at 0 and vanishes at the extremes"),
    Primitive(name="asec", aliases=("arcsec",), definition="acos(1/u)", floats="asec", symbols="asec",
              derivatives=("1/(abs(u)*sqrt(u**2 - 1))",), domain="u <= -1 or u >= 1", samples=_OUTSIDE_ONE,
              intuition="it rises on both sides of its gap and flattens far out"),
    Primitive(name="acsc", aliases=("arccsc",), definition="asin(1/u)", floats="acsc", symbols="acsc",
              derivatives=("-1/(abs(u)*sqrt(u**2 - 1))",), domain="u <= -1 or u >= 1", samples=_OUTSIDE_ONE,
              intuition="it falls on both sides of its gap and flattens far out"),
    # The continuous branch, with values in (0, pi), as in calculus books; SymPy's acot is odd and jumps at 0.
    Primitive(name="acot", aliases=("arccot", "arcctg"), definition="pi/2 - atan(u)", floats="acot", derivatives=("-1/(1 + u**2)",),
              samples=_ANYWHERE,
              intuition="the slope of atan with a minus, since the two always add up to pi/2"),
    Primitive(name="atan2", aliases=("arctan2",), floats="atan2", balls="atan2", symbols="atan2",
              derivatives=("v/(u**2 + v**2)", "-u/(u**2 + v**2)"), domain="u != 0 or v != 0",
              jumps=("where(v > 0, 1, u)",), analytic=False, samples=_PAIRS,
              intuition="an angle: the farther the point is from the origin, the less a step turns it"),
    Primitive(name="sinc", floats="sinc", balls="sinc", symbols="sinc",
              derivatives=("where(u == 0, 0, (cos(u) - y)/u)",), samples=_NONZERO,
              intuition="level at its peak at 0, and the slopes of the waves beyond die away"),
)  # fmt: skip

_HYPERBOLIC = (
    Primitive(name="sinh", aliases=("sh",), floats="sinh", balls="sinh", symbols="sinh", derivatives=("cosh(u)",),
              samples=_ANYWHERE,
              intuition="the slope is at least 1 and grows like an exponential"),
    Primitive(name="cosh", aliases=("ch",), floats="cosh", balls="cosh", symbols="cosh", derivatives=("sinh(u)",),
              samples=_ANYWHERE,
              intuition="level at 0, it has the sign of the argument and grows like an exponential"),
    Primitive(name="tanh", aliases=("th",), floats="tanh", balls="tanh", symbols="tanh", derivatives=("1 - y**2",),
              samples=_ANYWHERE, intuition="the slope is 1 at 0 and vanishes at the extremes"),
    Primitive(name="sech", definition="1/cosh(u)", floats="sech", symbols="sech", derivatives=("-y*tanh(u)",), samples=_ANYWHERE,
              intuition="a bump: level at 0, and the slope vanishes at the extremes"),
    Primitive(name="csch", definition="1/sinh(u)", floats="csch", symbols="csch", derivatives=("-y*coth(u)",), domain="u != 0",
              samples=_NONZERO,
              intuition="it falls on both sides of its pole, less and less the farther from it"),
    Primitive(name="coth", definition="cosh(u)/sinh(u)", floats="coth", symbols="coth", derivatives=("1 - y**2",),
              domain="u != 0", samples=_NONZERO,
              intuition="it falls on both sides of its pole and levels off at -1 and 1"),
    Primitive(name="asinh", aliases=("arcsinh", "arsinh"), floats="asinh", balls="asinh", symbols="asinh",
              derivatives=("1/sqrt(u**2 + 1)",), samples=_ANYWHERE,
              intuition="the slope is 1 at 0 and shrinks like 1/|u| far out"),
    Primitive(name="acosh", aliases=("arccosh", "arcosh"), floats="acosh", balls="acosh", symbols="acosh",
              derivatives=("1/sqrt(u**2 - 1)",), domain="u >= 1", samples=(("8/7",), ("3",), ("20",)),
              intuition="the tangent is vertical at 1 and flattens from there"),
    Primitive(name="atanh", aliases=("arctanh", "artanh"), floats="atanh", balls="atanh", symbols="atanh",
              derivatives=("1/(1 - u**2)",), domain="-1 < u < 1", samples=_INSIDE_ONE,
              intuition="the slope is 1 at 0 and grows without bound towards -1 and 1"),
    Primitive(name="asech", aliases=("arcsech", "arsech"), definition="acosh(1/u)", floats="asech", symbols="asech",
              derivatives=("-1/(u*sqrt(1 - u**2))",), domain="0 < u <= 1", samples=(("1/10",), ("1/3",), ("9/10",)),
              intuition="it falls everywhere, ever more steeply towards both ends of (0, 1]"),
    Primitive(name="acsch", aliases=("arccsch", "arcsch"), definition="asinh(1/u)", floats="acsch", symbols="acsch",
              derivatives=("-1/(abs(u)*sqrt(1 + u**2))",), domain="u != 0", samples=_NONZERO,
              intuition="it falls on both sides of its pole, less and less the farther from it"),
    Primitive(name="acoth", aliases=("arccoth", "arcoth"), definition="atanh(1/u)", floats="acoth", symbols="acoth",
              derivatives=("1/(1 - u**2)",), domain="u < -1 or u > 1", samples=_OUTSIDE_ONE,
              intuition="it falls on both sides of its gap and flattens far out"),
)  # fmt: skip

_PIECEWISE = (
    Primitive(name="abs", aliases=("fabs",), floats="fabs", balls="ball_abs", symbols="absolute",
              derivatives=("sign(u)",), kinks=("u",), analytic=False, samples=_NONZERO,
              intuition="the upstream gradient passes on, with its sign turned where the argument is negative"),
    Primitive(name="sign", aliases=("sgn",), floats="sign", balls="sign", symbols="signum", derivatives=("0",),
              jumps=("u",), analytic=False, samples=_NONZERO,
              intuition="flat everywhere but at its jump: no gradient passes"),
    Primitive(name="heaviside", aliases=("step",), floats="heaviside", balls="heaviside", symbols="unit_step",
              derivatives=("0",), jumps=("u",), analytic=False, samples=_NONZERO,
              intuition="flat everywhere but at its jump: no gradient passes"),
    Primitive(name="floor", floats="floor", balls="floor", symbols="floor", derivatives=("0",),
              jumps=("u - floor(u)",), analytic=False, samples=(*_NONZERO[:3], ("19/4",)),
              intuition="flat steps: no gradient passes"),
    Primitive(name="ceil", aliases=("ceiling",), floats="ceil", balls="ceil", symbols="ceiling", derivatives=("0",),
              jumps=("ceil(u) - u",), analytic=False, samples=(*_NONZERO[:3], ("19/4",)),
              intuition="flat steps: no gradient passes"),
    Primitive(name="max", aliases=("maximum",), variadic=True, floats="maximum", balls="maximum", symbols="maximum",
              derivatives=("heaviside(u - v)", "heaviside(v - u)"), kinks=("u - v",), selects=True, analytic=False,
              samples=_PAIRS, intuition="the larger argument takes the whole upstream gradient"),
    Primitive(name="min", aliases=("minimum",), variadic=True, floats="minimum", balls="minimum", symbols="minimum",
              derivatives=("heaviside(v - u)", "heaviside(u - v)"), kinks=("u - v",), selects=True, analytic=False,
              samples=_PAIRS, intuition="the smaller argument takes the whole upstream gradient"),
    Primitive(name="where", aliases=("piecewise",), floats="where", balls="where", symbols="where",
              derivatives=("v - w", "where(u, 1, 0)", "where(u, 0, 1)"), selects=True, analytic=False,
              samples=(("1", "2", "-3"), ("0", "2/3", "5")),
              intuition="a switch: the branch that is taken receives the whole upstream gradient, the other one nothing"),
)  # fmt: skip

_NEURAL = (
    Primitive(name="relu", aliases=("ReLU",), definition="max(0, u)", floats="relu", derivatives=("where(u > 0, 1, 0)",),
              kinks=("u",), analytic=False, samples=_NONZERO,
              intuition="a switch: if active the gradient flows perfectly (1), if inactive it dies (0)"),
    Primitive(name="leaky_relu", aliases=("LeakyReLU",), definition="where(u > 0, u, u/100)",
              derivatives=("where(u > 0, 1, 1/100)",), kinks=("u",), analytic=False, samples=_NONZERO,
              intuition="a switch that leaks: an inactive unit still passes one hundredth of the gradient"),
    Primitive(name="leaky_relu_slope", spelling="leaky_relu", definition="where(u > 0, u, v*u)",
              derivatives=("where(u > 0, 1, v)", "where(u > 0, 0, u)"), kinks=("where(v == 1, 1, u)",), analytic=False,
              samples=(("-2", "1/5"), ("3", "1/5"), ("-1/3", "-2"), ("1/2", "3")),
              intuition="a switch that leaks: an inactive unit still passes the gradient times the second argument"),
    Primitive(name="sigmoid", aliases=("σ", "logistic", "expit"), definition="1/(1 + exp(-u))", floats="sigmoid",
              derivatives=("y*(1 - y)",), samples=_ANYWHERE,
              intuition="the gradient is highest (0.25) at 0 and vanishes to 0 at the extremes"),
    Primitive(name="softplus", definition="log(1 + exp(u))", floats="softplus", derivatives=("sigmoid(u)",),
              samples=_ANYWHERE, intuition="a smooth relu: its slope is the sigmoid"),
    Primitive(name="swish", aliases=("silu", "SiLU"), definition="u*sigmoid(u)",
              derivatives=("sigmoid(u) + y*(1 - sigmoid(u))",), samples=_ANYWHERE,
              intuition="a smooth relu: the slope is 1/2 at 0, about 0 far to the left, about 1 far to the right"),
    Primitive(name="gelu", aliases=("GELU",), definition="u*(1 + erf(u/sqrt(2)))/2", floats="gelu",
              derivatives=("(1 + erf(u/sqrt(2)))/2 + u*exp(-u**2/2)/sqrt(2*pi)",), samples=_ANYWHERE,
              intuition="a smooth relu: the slope is 1/2 at 0, about 0 far to the left, about 1 far to the right"),
    Primitive(name="erf", floats="erf", balls="erf", symbols="erf", derivatives=("2*exp(-u**2)/sqrt(pi)",),
              samples=_ANYWHERE,
              intuition="the slope is the bell curve: highest (2/sqrt(pi), about 1.13) at 0, and it vanishes at the extremes"),
    Primitive(name="erfc", floats="erfc", balls="erfc", symbols="erfc", derivatives=("-2*exp(-u**2)/sqrt(pi)",),
              samples=_ANYWHERE,
              intuition="the bell curve upside down, since erf and erfc always add up to 1"),
)  # fmt: skip

SECTIONS: Final[Mapping[str, tuple[Primitive, ...]]] = {
    "arithmetic": _ARITHMETIC,
    "exponential and logarithm": _EXPONENTIAL,
    "powers and roots": _ROOTS,
    "circular": _CIRCULAR,
    "hyperbolic": _HYPERBOLIC,
    "piecewise": _PIECEWISE,
    "neural": _NEURAL,
    "comparisons": _LOGIC,
}
"""The rows in the order in which ``gradcheck rules`` lists them."""

PRIMITIVES: Final = index_by_name(row for rows in SECTIONS.values() for row in rows)
SPELLINGS: Final = index_by_spelling(PRIMITIVES.values())
CONSTANTS: Final[Mapping[str, str]] = {"pi": "pi", "π": "pi", "e": "e"}
"""Names that mean a number unless the user binds them, with the number's name."""
