"""Mistakes made over the textbook functions, and altered claims, each with what mpmath says of the diagnosis.

``python -m tests.benchmarks diagnosis`` counts all of them; the tests take a seeded part.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from typing import NamedTuple

from corpora import referee
from corpora.altered import TEXTBOOK, altered
from true_statements import inlined, is_true, renamed, same, tree_of
from wrong_rules import MISTAKES, derive, mistaken

from gradcheck.claims.verify import Task, verify


class Case(NamedTuple):
    """A wrong claim: about what, by which mistake or alteration."""

    expression: str
    claim: str
    declared: str
    made: str


class Outcome(NamedTuple):
    """What gradcheck said of it, and what that is worth."""

    kind: str
    case: Case
    said: str


RIGHTLY, AS_EXACT, FALSELY, NOT_NAMED, TOLD, UNJUDGED = (
    "rightly",
    "of equal effect",
    "falsely",
    "not named",
    "true by mpmath",
    "not judged",
)
"""Named rightly; named by another mistake that leads to exactly the same claim; named falsely; …"""


def rows():
    return [json.loads(line) for line in TEXTBOOK.read_text().splitlines()]


def functions():
    """Every textbook function of which all derivatives are known here: (expression in x, declarations)."""
    found = {}
    for row in rows():
        expression = renamed(inlined(row["expr"]), row["wrt"])
        if tree_of(expression) is not None and len(expression) < 200:
            found.setdefault(expression, renamed(row["vars"], row["wrt"]))
    return found


def mistakes(each, seed=0):
    """For every named mistake ``each`` wrong claims over different functions (fewer where there are fewer)."""
    places = defaultdict(list)
    for expression, declared in functions().items():
        for name in MISTAKES:
            found = list(mistaken(tree_of(expression), name))
            if found:
                places[name].append((expression, declared, found))
    for name, candidates in places.items():
        generator = random.Random(f"{seed}:{name}")
        made = 0
        for expression, declared, found in generator.sample(candidates, len(candidates)):
            path, rule = generator.choice(found)
            tree = tree_of(expression)
            claim = derive(tree, {path: rule})
            if same(derive(tree, {}), claim, declared) is False:  # the mistake is one here
                yield Case(expression, claim, declared, name)
                made += 1
            if made >= each:
                break


def alterations(count, each=1, seed=0):
    """``each`` altered versions of ``count`` true claims."""
    found = [row for row in rows() if not set(referee.variables(row["claim"])) - set(referee.variables(row["expr"]))]
    random.Random(f"{seed}:altered").shuffle(found)
    for row in found[:count]:
        for one in altered(row, each, seed):
            wrt = row["wrt"]
            expression = renamed(inlined(row["expr"]), wrt)
            yield Case(expression, renamed(one.text, wrt), renamed(row["vars"], wrt), one.how)


def diagnosed(case):
    """The diagnosis of a wrong claim."""
    result = verify(Task(case.expression, case.claim, wrt="x", declarations=case.declared))
    assert result.verdict != "correct", case
    return result


def all_names(diagnosis):
    """The mistake that is named, and those that are said to fit as well."""
    others = re.search(r" \(or: (.*)\)$", diagnosis.message)
    found = [diagnosis.misconception, *diagnosis.misconception.split("; ")]
    return found + ([re.split(" at node |: ", one)[0] for one in others[1].split("; ")] if others else [])


def outcome_of_mistake(case):
    result = diagnosed(case)
    if result.diagnosis is None:
        return Outcome(NOT_NAMED if result.verdict == "wrong" else result.verdict, case, result.reason)
    said = f"{result.diagnosis.misconception}: {result.diagnosis.message}"
    truth = is_true(case.expression, case.claim, result.diagnosis, case.declared)
    if not truth:
        return Outcome(FALSELY if truth is False else UNJUDGED, case, said)
    named = all_names(result.diagnosis)
    return Outcome(RIGHTLY if case.made in named else AS_EXACT, case, said)


def outcome_of_alteration(case):
    result = diagnosed(case)
    if result.diagnosis is None:
        return Outcome(NOT_NAMED if result.verdict == "wrong" else result.verdict, case, result.reason)
    said = f"{result.diagnosis.misconception}: {result.diagnosis.message}"
    truth = is_true(case.expression, case.claim, result.diagnosis, case.declared)
    return Outcome(TOLD if truth else UNJUDGED if truth is None else FALSELY, case, said)


def diagnosed_though_true(part, parts=8):
    """Of one part of the true claims of the corpus, those that get a diagnosis all the same."""
    return [
        row
        for row in rows()[part::parts]
        if verify(Task(row["expr"], row["claim"], wrt=row["wrt"], declarations=row["vars"])).diagnosis is not None
    ]
