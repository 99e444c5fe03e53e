"""What the shapes of acts have in common."""

from typing import Any, Final

from marshmallow import fields, validate

from app.foundation.core.fields import InputSchema, WholeNumberField, WordsField

MAX_VERSION: Final = 2**31 - 1
MAX_CODE: Final = 400
"""A QR text is longer than any code it holds."""
MAX_REASON: Final = 400
MAX_RULES: Final = 50
DRAWING: Final = r"^(?:[ML][0-9]{1,3}(?:\.[0-9])? [0-9]{1,3}(?:\.[0-9])?)*"
"""Absolute moves and lines of an SVG path."""


class SeenSchema(InputSchema):
    """Acts on a versioned thing: the version the caller saw, here or in If-Match."""

    seen_version = WholeNumberField(
        1, MAX_VERSION, load_default=None, metadata={"description": "Instead of If-Match"}
    )


class SignerSchema(InputSchema):
    """How the signer is confirmed: read by the border itself, no part of the act's command."""

    factor_code = fields.String(
        load_default="",
        validate=validate.Regexp(r"^([0-9]{6})?\Z"),
        metadata={
            "description": "PIN or authenticator code of the signer; six digits",
            "pattern": "^([0-9]{6})?$",
        },
    )
    signer = WordsField(
        120,
        load_default="",
        metadata={"description": "E-mail or phone of another person who signs on the caller's device"},
    )
    drawing = fields.String(
        load_default="",
        validate=[validate.Length(max=8000), validate.Regexp(DRAWING + r"\Z")],
        metadata={
            "description": "Drawn signature: an SVG path of moves and lines in a box of 240 by 80",
            "pattern": DRAWING + "$",
            "maxLength": 8000,
        },
    )


SIGNATURE_FIELDS: Final = frozenset(SignerSchema().fields)


class OverridableSchema(SeenSchema):
    overrides = fields.Dict(
        keys=fields.String(validate=validate.Length(min=1, max=40)),
        values=WordsField(MAX_REASON, blank=False),
        load_default=dict,
        validate=validate.Length(max=MAX_RULES),
        metadata={"description": "Reason by rule id: warnings confirmed, stops overridden by who may"},
    )


class SigningSchema(OverridableSchema, SignerSchema):
    """An act that is a signature: the signer's own fields are checked with the rest and read by the border."""


def without_signature(data: dict[str, Any]) -> dict[str, Any]:
    """The act's own fields."""
    return {name: value for name, value in data.items() if name not in SIGNATURE_FIELDS}
