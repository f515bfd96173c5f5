"""Slips of the pen, which no rule explains: a sign, a bracket, a number; and what is written or taken for another thing."""

from __future__ import annotations

from typing import Final

SLIPS: Final = {
    "bracket": (
        "misplaced bracket",
        "with other brackets it is right: {new}, not {old}",
        "bracket moved",
        "a bracket moved: {old} became {new}",
    ),
    "sign": (
        "wrong sign",
        "one sign is wrong: {old} should be {new}",
        "sign changed",
        "a sign changed: {old} became {new}",
    ),
    "exponent": (
        "wrong exponent",
        "one exponent is wrong: {old} should be {new}",
        "exponent changed",
        "an exponent changed: {old} became {new}",
    ),
    "number": (
        "wrong number",
        "one number is wrong: {old} should be {new}",
        "number changed",
        "a number changed: {old} became {new}",
    ),
    "function": (
        "wrong function",
        "one function is wrong: {old} should be {new}",
        "function changed",
        "a function changed: {old} became {new}",
    ),
    "order": (
        "wrong order",
        "the order of two operands is wrong: {old} should be {new}",
        "order changed",
        "two operands changed places: {old} became {new}",
    ),
    "operation": (
        "wrong operation",
        "one operation is wrong: {old} should be {new}",
        "operation changed",
        "an operation changed: {old} became {new}",
    ),
    "name": (
        "wrong variable",
        "one variable is wrong: {old} should be {new}",
        "variable changed",
        "a variable changed: {old} became {new}",
    ),
    "term": ("term too many", "the term {old} does not belong there", "term dropped", "the term {old} was dropped"),
    "factor": (
        "factor too many",
        "the factor {old} does not belong there",
        "factor dropped",
        "the factor {old} was dropped",
    ),
    "missing factor": (
        "factor missing",
        "the factor {new} is missing in {old}",
        "factor added",
        "the factor {new} came into {old}",
    ),
    "missing term": ("term missing", "the term {old} is missing", "term added", "the term {old} was added"),
}
"""Slips of the pen by kind: name and sentence for a claim that one change makes right; name and sentence for a derivation, where
that change leads from one line to the next."""

OTHER_OPERATION: Final = ("another operation", "the claim is right for {meant}, not for {node}")
"""A claim about another function: one operation of the graph was taken for another one."""

CONFUSED: Final = (
    ("sin", "cos", "tan", "sec", "csc", "cot"), ("sinh", "cosh", "tanh", "sech", "csch", "coth"),
    ("asin", "acos", "atan", "asec", "acsc", "acot"), ("asinh", "acosh", "atanh", "asech", "acsch", "acoth"),
    ("sin", "sinh", "asin"), ("cos", "cosh", "acos"), ("tan", "tanh", "atan"), ("sec", "sech"), ("csc", "csch"), ("cot", "coth"),
    ("asin", "asinh"), ("acos", "acosh"), ("atan", "atanh"), ("exp", "log"), ("log", "log10", "log2"), ("sqrt", "cbrt"),
    ("abs", "sign"), ("relu", "heaviside"), ("sigmoid", "tanh"), ("erf", "erfc"), ("floor", "ceil"),
)  # fmt: skip
"""Functions that are written for each other."""
