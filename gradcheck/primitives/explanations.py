"""What the tutor says: one row for each thing there is to say in ``gradcheck eval --explain``. Data only.

Words in braces are names, numbers and formulas of the expression at hand. What a primitive does in plain words is in its
own row (``intuition``); here are the names of rules, and what they come to where an argument is a constant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class NamedRule(NamedTuple):
    """How people call a rule, and its intuition where the primitive's own one does not fit."""

    name: str
    intuition: str = ""


RULES: Final[Mapping[tuple[str, str], NamedRule]] = {
    ("+", "uv"): NamedRule("sum rule"),
    ("+", "u"): NamedRule("sum rule", "a constant that is added does not change the slope"),
    ("+", "v"): NamedRule("sum rule", "a constant that is added does not change the slope"),
    ("-", "uv"): NamedRule("difference rule"),
    ("-", "u"): NamedRule("difference rule", "a constant that is subtracted does not change the slope"),
    ("-", "v"): NamedRule("difference rule"),
    ("neg", "u"): NamedRule("sign rule"),
    ("*", "uv"): NamedRule("product rule"),
    ("*", "u"): NamedRule("constant factor rule", "a constant factor multiplies the slope"),
    ("*", "v"): NamedRule("constant factor rule", "a constant factor multiplies the slope"),
    ("/", "uv"): NamedRule("quotient rule"),
    ("/", "u"): NamedRule("constant factor rule", "dividing by a constant divides the slope by it"),
    ("/", "v"): NamedRule("reciprocal rule", "the square comes into the denominator, with a minus in front"),
    ("**", "u"): NamedRule("power rule"),
    ("**", "v"): NamedRule("exponential rule", "the power itself comes back, times the logarithm of its base"),
    ("**", "uv"): NamedRule("general power rule", "the power rule for the base, the exponential rule for the exponent"),
}
"""By primitive and the arguments that depend on a variable; any other is "the rule for sin"."""

HEADINGS: Final[Mapping[str, str]] = {
    "local": "Local derivatives",
    "graph": "The graph",
    "backward": "The backward pass",
    "gradient": "The gradient",
    "claim": "What was claimed",
}
"""The parts of an explanation, in their order."""

LEADS: Final[Mapping[str, str]] = {
    "local": "how each node answers a nudge of its arguments",
    "graph": "every node is computed from earlier ones",
    "backward": "gradient = sum of upstream × local",
    "gradient": "what has reached the variables",
    "claim": "what is right, and what went wrong",
}

ARRAY_LEADS: Final[Mapping[str, str]] = {
    **LEADS,
    "local": "what each node passes back to its arguments (its pullback)",
    "backward": "gradient = sum of what each use of a node passes back",
}

SENTENCES: Final[Mapping[str, str]] = {
    # -- before all
    "opening": "The expression is cut into elementary functions, a node each. Their derivatives are known; the chain rule puts them together, from the output back to the variables.",
    "nothing varies": "There is no variable here, so there is nothing to differentiate: every derivative is 0.",
    "is a variable": "The expression is a variable itself: there is nothing to cut up, and its slope is 1.",
    "limit": "{shown} of {total} nodes are explained; --nodes all explains the others, too.",
    "sample": "The graph is large: of its nodes the variables and what was asked for are explained.",
    # -- local derivatives
    "named rule": "{rule}: y = {call} has {derivatives}. {intuition}.",
    "rule for": "Rule for {name}: y = {call} has {derivatives}. {intuition}.",
    "matrix rule": "Rule for {name}: y = {call} passes back {derivatives}, where g is what arrives at y. {intuition}.",
    "entry by entry": "It works entry by entry, and so does its rule.",
    "broadcast": "The same {node} goes into every entry, so its gradient is the sum over all of them.",
    "again": "{rule} again, as at node {node}.",
    "rule for again": "Rule for {name} again, as at node {node}.",
    "constant": "No variable in it: {node} is a constant, and its derivative is 0.",
    "truth value": "{intuition}.",
    "kink": "The point is at a kink of {operation}: its slopes on the two sides differ, so {local} is only known to lie in {interval}.",
    "interval": "{local} is no single number here: it lies in {interval}.",
    "jump": "{operation} jumps at this point, so {local} does not exist.",
    "no value": "{local} has no finite value at this point.",
    "closed": "{local} is 0 here: on this way nothing passes.",
    # -- the graph
    "used": "{node} is used in {uses}: the graph forks here.",
    "given": "{node} is a variable.",
    # -- the backward pass
    "start": "The output comes first: {output} moves exactly as much as itself.",
    "starts": "The output comes first: each of its entries moves exactly as much as itself, and does not move the others. There is a sweep for each.",
    "one path": "The gradient arrives through {child} only: upstream times local.",
    "one path again": "Through {child} only.",
    "paths again": "Through {uses}, term by term.",
    "paths": "The gradient arrives through {uses}: each use gives a term, and the terms are added.",
    "one use again": "Through {child} only.",
    "one use": "The gradient arrives through {child} only, by its pullback.",
    "no path": "{output} does not depend on {node} here, so no gradient arrives.",
    "not listed": "The graph is too large to list the terms.",
    "zero": "In sum 0: to first order, a nudge of {node} does not move {output}.",
    "interval sum": "A factor is only known to lie in an interval, and so is the result.",
    "no sum": "A factor has no value, and so the result has none.",
    "shape": "A gradient has the shape of its node, here {shape}.",
    # -- the gradient
    "nudge": "A small nudge h of {node} moves {output} by about {move}.",
    "level": "A small nudge of {node} does not move {output}, to first order.",
    "nudge array": "A small nudge H of {node} moves {output} by about the sum of {derivative} ∘ H.",
    "agree": "The routes that do not know these rules find the same: {routes}.",
    "route fd": "the finite difference gives {value}",
    "route symbolic": "SymPy derives {value}",
    "disagree": "The routes exclude each other: {reason}.",
    "undecided": "Undecided: {reason}.",
    "note": "Note: {reason}.",
    "alone": "Only one route was run, so nothing else confirms it.",
    # -- claims
    "correct": "This is correct: {evidence}.",
    "wrong": "This is wrong: {reason}.",
    "why": "What went wrong: {message}.",
    "unexplained": "No single known mistake explains it; compare it with the steps above.",
    "open": "This could not be decided: {reason}.",
}
"""Every sentence by its key; each is tested on the case that it is about."""
