"""JSON schemas of what ``--format json`` prints, written from the design and not from the code."""

from __future__ import annotations

import json

import jsonschema

NUMBER = {"type": ["number", "string"]}
"""A number that float64 cannot hold (and NaN, Infinity, an interval) is a text."""
MAYBE_NUMBER = {"type": ["number", "string", "null"]}
TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}
COUNT = {"type": "integer", "minimum": 0}
VERDICT = {"enum": ["agree", "disagree", "undecided", None]}


def _object(**fields):
    """An object that has all of these fields; others may be added."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def _or_null(schema):
    return {"anyOf": [schema, {"type": "null"}]}


_SLOPE = _or_null(_object(value=NUMBER, error=MAYBE_NUMBER))
_GRADIENT_SLOPE = _or_null(
    _object(
        value=NUMBER,
        error=MAYBE_NUMBER,
        method={"enum": ["central", "forward", "backward", "complex-step"]},
        step=NUMBER,
    )
)
_SYMBOLIC = _or_null(_object(value=MAYBE_NUMBER, expression=MAYBE_TEXT))
_REVERSE = _or_null(_object(value=NUMBER))

NODE = _object(
    name=TEXT,
    operation=TEXT,
    value=NUMBER,
    local={"type": "array", "items": _object(wrt=TEXT, expression=TEXT, value=NUMBER)},
    adjoint=MAYBE_NUMBER,
    finite_difference=_SLOPE,
    symbolic=_SYMBOLIC,
    reverse=_REVERSE,
    verdict=VERDICT,
)
GRADIENT = _object(
    wrt=TEXT,
    finite_difference=_GRADIENT_SLOPE,
    symbolic=_SYMBOLIC,
    reverse=_REVERSE,
    verdict=VERDICT,
    reason=TEXT,
)
CLAIM = _object(
    id=MAYBE_TEXT,
    file=MAYBE_TEXT,
    line={"type": ["integer", "null"]},
    expression=TEXT,
    of=TEXT,
    claim=TEXT,
    verdict={"enum": ["correct", "wrong", "undecided"]},
    evidence=_object(kind=TEXT),
    diagnosis=_or_null(_object(misconception=MAYBE_TEXT, node=MAYBE_TEXT, message=TEXT, correction=MAYBE_TEXT)),
    reason=MAYBE_TEXT,
)
EVAL = _object(
    schema={"const": "gradcheck.eval/1"},
    expression=TEXT,
    reading=TEXT,
    point={"type": "object", "additionalProperties": TEXT},
    seed={"type": "integer"},
    step=MAYBE_NUMBER,
    precision=COUNT,
    value=NUMBER,
    verdict=VERDICT,
    smooth=_object(
        kind={"enum": ["smooth", "kink", "jump", "vertical", "edge"]},
        differentiable={"type": ["boolean", "null"]},
        left=MAYBE_NUMBER,
        right=MAYBE_NUMBER,
    ),
    cost=_object(forward=COUNT, gradient=COUNT),
    nodes={"type": "array", "items": NODE},
    gradient={"type": "array", "items": GRADIENT},
    claims={"type": "array", "items": CLAIM},
    notes={"type": "array", "items": TEXT},
)
SHAPE = {"type": "array", "items": {"type": "integer", "minimum": 1}}
_ANY = {"$ref": "#/$defs/nested"}
_TEXTS = {"$ref": "#/$defs/texts"}
_ARRAY_ROUTES = {
    "finite_difference": _or_null(
        _object(
            value=_or_null(_ANY),
            error=_or_null(_ANY),
            method={"enum": ["central", "forward"]},
            step=NUMBER,
            directions=COUNT,
        )
    ),
    "symbolic": _or_null(_object(value=_or_null(_ANY), expression=_or_null(_TEXTS), matrix=MAYBE_TEXT, reason=TEXT)),
    "reverse": _or_null(_object(value=_ANY)),
    "verdict": VERDICT,
    "reason": TEXT,
}
ARRAY_NODE = _object(
    name=TEXT,
    operation=TEXT,
    shape=SHAPE,
    value=_ANY,
    pullbacks={"type": "array", "items": _object(wrt=TEXT, expression=TEXT, shape=SHAPE)},
    sources={"type": "array", "items": TEXT},
    adjoint=_or_null(_ANY),
    jacobian=_or_null(_ANY),
    norm=NUMBER,
    **_ARRAY_ROUTES,
)
ARRAY_EVAL = {
    **_object(
        schema={"const": "gradcheck.eval/1"},
        expression=TEXT,
        reading=TEXT,
        output=TEXT,
        shape=SHAPE,
        point={"type": "object", "additionalProperties": TEXT},
        shapes={"type": "object", "additionalProperties": SHAPE},
        declarations={"type": "object", "additionalProperties": TEXT},
        layout={"enum": ["denominator", "numerator"]},
        seed={"type": "integer"},
        step=MAYBE_NUMBER,
        precision=COUNT,
        value=_ANY,
        verdict=VERDICT,
        nodes={"type": "array", "items": ARRAY_NODE},
        gradient={"type": "array", "items": _object(wrt=TEXT, shape=SHAPE, value=_or_null(_ANY), **_ARRAY_ROUTES)},
        claims={"type": "array", "items": CLAIM},
        notes={"type": "array", "items": TEXT},
    ),
    "$defs": {
        "nested": {"anyOf": [MAYBE_NUMBER, {"type": "array", "items": {"$ref": "#/$defs/nested"}}]},
        "texts": {"anyOf": [TEXT, {"type": "array", "items": {"$ref": "#/$defs/texts"}}]},
    },
}
"""``gradcheck.eval/1`` of an expression with arrays."""
_SMOOTH = _object(
    kind={"enum": ["smooth", "kink", "jump", "vertical", "edge"]},
    differentiable={"type": ["boolean", "null"]},
    left=MAYBE_NUMBER,
    right=MAYBE_NUMBER,
)
_POINT = {"type": "object", "additionalProperties": TEXT}
_RATE = {"type": ["number", "null"]}
_ORDER = {"type": ["integer", "null"], "minimum": 1}
TAYLOR = _object(
    schema={"const": "gradcheck.taylor/1"},
    expression=TEXT,
    reading=TEXT,
    output=TEXT,
    about=_POINT,
    to=_or_null(_POINT),
    direction=_or_null(_POINT),
    drawn={"type": "array", "items": {"enum": ["point", "direction"]}},
    seed={"type": "integer"},
    order=COUNT,
    precision=COUNT,
    variable=MAYBE_TEXT,
    value_about=NUMBER,
    gradient={
        "type": "array",
        "items": _object(
            wrt=TEXT,
            shape=SHAPE,
            derivative={"anyOf": [NUMBER, {"type": "array", "items": NUMBER}]},
            step=_or_null({"type": "array", "items": NUMBER}),
            product=MAYBE_NUMBER,
        ),
    },
    terms={
        "type": "array",
        "items": _object(
            order=COUNT,
            derivative=NUMBER,
            coefficient=NUMBER,
            term=MAYBE_NUMBER,
            sum=MAYBE_NUMBER,
            error=MAYBE_NUMBER,
        ),
    },
    polynomial=MAYBE_NUMBER,
    value=MAYBE_NUMBER,
    error=MAYBE_NUMBER,
    bound=_or_null(_object(low=MAYBE_TEXT, high=MAYBE_TEXT, reason=TEXT)),
    smooth=_SMOOTH,
    verdict=VERDICT,
    reason=TEXT,
    exit_code={"enum": [0, 1, 3]},
    test=_or_null(
        _object(
            expected=_object(R0=_ORDER, R1=_ORDER, claims={"type": "array", "items": _ORDER}),
            settled={"type": "boolean"},
            rows={
                "type": "array",
                "items": _object(
                    h=NUMBER,
                    halvings=COUNT,
                    R0=NUMBER,
                    rate0=_RATE,
                    R1=NUMBER,
                    rate1=_RATE,
                    claims={"type": "array", "items": _object(R1=MAYBE_NUMBER, rate=_RATE)},
                ),
            },
        )
    ),
    claims={"type": "array", "items": CLAIM},
    notes={"type": "array", "items": TEXT},
)
STEPS = _object(
    schema={"const": "gradcheck.steps/1"},
    expression=TEXT,
    reading=TEXT,
    output=TEXT,
    point=_POINT,
    wrt=TEXT,
    direction=_or_null(_POINT),
    drawn={"type": "array", "items": {"enum": ["point", "direction"]}},
    seed={"type": "integer"},
    precision=COUNT,
    value=NUMBER,
    derivative=NUMBER,
    second_derivative=MAYBE_NUMBER,
    third_derivative=MAYBE_NUMBER,
    verdict=VERDICT,
    reason=TEXT,
    exit_code={"enum": [0, 1, 3]},
    smooth=_SMOOTH,
    curves={
        "type": "array",
        "items": _object(
            method={"enum": ["forward", "central", "complex-step"]},
            truncation=MAYBE_NUMBER,
            power=COUNT,
            round_off=MAYBE_NUMBER,
            textbook_step=MAYBE_NUMBER,
            best_step=MAYBE_NUMBER,
            least_error=MAYBE_NUMBER,
            reason=TEXT,
            slopes={"type": "array", "items": _object(step=NUMBER, value=MAYBE_NUMBER, error=MAYBE_NUMBER)},
        ),
    },
    chosen=_or_null(
        _object(
            method={"enum": ["central", "forward", "backward"]},
            step=NUMBER,
            value=NUMBER,
            bound=MAYBE_NUMBER,
            error=MAYBE_NUMBER,
        )
    ),
    notes={"type": "array", "items": TEXT},
)
ERROR = _object(
    schema={"const": "gradcheck.error/1"},
    error={
        **_object(
            message=TEXT,
            hint=MAYBE_TEXT,
            file=MAYBE_TEXT,
            line={"type": ["integer", "null"], "minimum": 1},
            column={"type": ["integer", "null"], "minimum": 1},
            length={"type": ["integer", "null"], "minimum": 1},
        ),
        "additionalProperties": False,
    },
)
_VALIDATORS = {
    "gradcheck.eval/1": jsonschema.Draft202012Validator(EVAL),
    "arrays": jsonschema.Draft202012Validator(ARRAY_EVAL),
    "gradcheck.error/1": jsonschema.Draft202012Validator(ERROR),
    "gradcheck.taylor/1": jsonschema.Draft202012Validator(TAYLOR),
    "gradcheck.steps/1": jsonschema.Draft202012Validator(STEPS),
}


def read_strictly(text: str):
    """Parse JSON that must hold no NaN, no Infinity and no key twice, and validate it by its own ``schema``."""

    def constant(name):
        raise AssertionError(f"{name} is no JSON")

    def pairs(items):
        assert len(dict(items)) == len(items), "a key stands twice"
        return dict(items)

    document = json.loads(text, parse_constant=constant, object_pairs_hook=pairs)
    kind = "arrays" if "shapes" in document else document["schema"]
    _VALIDATORS[kind].validate(document)
    return document
