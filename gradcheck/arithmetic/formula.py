"""Formulas that SymPy found, as plain data, and their enclosure in Arb balls without SymPy.

Every function is named by SymPy's own class name and computed by Arb's, not by the table: a wrong cell of the
``symbols`` column shows. Signs, steps and relations of an argument that touches their jump are hulls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flint import arb, fmpq

from gradcheck.arithmetic.balls import NAN, ONE, UNIT, ZERO, power

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Term(NamedTuple):
    """One term: SymPy's name of the function, the positions of its arguments, and a leaf's own data."""

    head: str
    arguments: tuple[int, ...]
    data: Any = None


Formula = tuple[Term, ...]
"""Terms in order, arguments before their function; the last one is the whole."""


def as_terms(
    expression: Any, children: Callable[[Any], Sequence[Any]], term: Callable[[Any, tuple[int, ...]], Term]
) -> Formula:
    """A tree as a list of terms, operands before their operation, equal ones once; no recursion."""
    terms: list[Term] = []
    known: dict[Any, int] = {}
    stack = [expression]
    while stack:
        top = stack[-1]
        if top in known:
            stack.pop()
            continue
        operands = children(top)
        missing = [child for child in operands if child not in known]
        if missing:
            stack.extend(missing)
            continue
        known[top] = len(terms)
        terms.append(term(top, tuple(known[child] for child in operands)))
    return tuple(terms)


def enclose(formula: Formula, symbols: Mapping[str, arb]) -> arb:
    """An enclosure of a formula for enclosures of its symbols; NaN where it cannot be had."""
    values: list[arb] = []
    for term in formula:
        match term.head:
            case "rational":
                value = arb(fmpq(*term.data))
            case "symbol":
                value = symbols[term.data]
            case "relation":
                value = _relation(values[term.arguments[0]], values[term.arguments[1]], term.data)
            case "Piecewise":
                value = _piecewise([values[argument] for argument in term.arguments])
            case head if head in _CONSTANTS:
                value = _CONSTANTS[head]()
            case head:
                function = _FUNCTIONS.get(head)
                value = NAN if function is None else function(*[values[argument] for argument in term.arguments])
        values.append(value)
    return values[-1]


def _piecewise(parts: Sequence[arb]) -> arb:
    """The first branch whose condition is certain, or the hull of those that may apply."""
    result: arb | None = None
    for value, truth in zip(parts[::2], parts[1::2], strict=True):
        if truth.is_zero():
            continue
        result = value if result is None else result.union(value)
        if truth.is_exact():
            break
    return NAN if result is None else result


def _relation(u: arb, v: arb, operator: str) -> arb:
    match operator:
        case ">" | ">=":
            return ONE if u > v else ZERO if u < v else UNIT
        case "<" | "<=":
            return ONE if u < v else ZERO if u > v else UNIT
    same = bool(u.is_exact() and v.is_exact() and u == v)
    apart = bool(u < v or u > v)
    equal = ONE if same else ZERO if apart else UNIT
    return equal if operator == "==" else 1 - equal


def _step(u: arb, *_at_zero: arb) -> arb:
    return ONE if u > 0 else ZERO if u < 0 else UNIT if u.is_finite() else NAN


def _signum(u: arb) -> arb:
    return ONE if u > 0 else -ONE if u < 0 else (-ONE).union(ONE) if u.is_finite() else NAN


def _delta(u: arb, *_order: arb) -> arb:
    return ZERO if u > 0 or u < 0 else NAN


def _product(*factors: arb) -> arb:
    result = ONE
    for factor in factors:
        result = result * factor
    return result


def _total(*terms: arb) -> arb:
    result = ZERO
    for term in terms:
        result = result + term
    return result


def _conjunction(*values: arb) -> arb:
    if any(value.is_zero() for value in values):
        return ZERO
    return ONE if all(value.is_exact() for value in values) else UNIT


def _disjunction(*values: arb) -> arb:
    return 1 - _conjunction(*(1 - value for value in values))


def _fold(function: Callable[[arb, arb], arb]) -> Callable[..., arb]:
    def folded(first: arb, *others: arb) -> arb:
        for other in others:
            first = function(first, other)
        return first

    return folded


_CONSTANTS: Final[Mapping[str, Callable[[], arb]]] = {
    "Pi": arb.pi,
    "Exp1": arb.const_e,
    "BooleanTrue": lambda: ONE,
    "BooleanFalse": lambda: ZERO,
}
_SAME_NAME: Final = (
    "exp", "log", "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "atan2", "sinc", "sinh", "cosh",
    "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh", "erf", "erfc", "floor",
)  # fmt: skip
_FUNCTIONS: Final[Mapping[str, Callable[..., arb]]] = {
    **{name: getattr(arb, name) for name in _SAME_NAME},
    "Add": _total,
    "Mul": _product,
    "Pow": power,
    "asec": lambda u: (1 / u).acos(),
    "acsc": lambda u: (1 / u).asin(),
    "acot": lambda u: (1 / u).atan(),
    "asech": lambda u: (1 / u).acosh(),
    "acsch": lambda u: (1 / u).asinh(),
    "acoth": lambda u: (1 / u).atanh(),
    "ceiling": arb.ceil,
    "Abs": abs,
    "sign": _signum,
    "Heaviside": _step,
    "DiracDelta": _delta,
    "Max": _fold(arb.max),
    "Min": _fold(arb.min),
    "And": _conjunction,
    "Or": _disjunction,
    "Not": lambda u: 1 - u,
    "ITE": lambda condition, u, v: (v if condition.is_zero() else u) if condition.is_exact() else u.union(v),
}
