"""Border shapes of links and consents to sign, and of signing many at once."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import ChoiceField, IdField, InputSchema, WholeNumberField, WordsField
from app.waste.consignments.operations.consenting import EndConsent, GiveConsent
from app.waste.consignments.operations.link_signing import MAX_NAME, IssueSigningLink
from app.waste.consignments.schemas.base import MAX_VERSION, SeenSchema, SignerSchema
from app.waste.consignments.workflow import ConsignmentState, Party

MAX_AT_ONCE = 50


class IssueSigningLinkSchema(SeenSchema):
    """Whose signature, and the name of who will give it; the code goes to the phone on record."""

    party = ChoiceField(Party, required=True)
    name = WordsField(MAX_NAME, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> IssueSigningLink:
        return IssueSigningLink(**data)


class SigningLinkSchema(Schema):
    url = fields.String(required=True, metadata={"description": "Shown this once"})
    expires_at = fields.AwareDateTime(required=True)
    needs_code = fields.Boolean(required=True)


class GiveConsentSchema(InputSchema):
    partner_id = IdField(required=True, metadata={"description": "The carrier"})
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> GiveConsent:
        return GiveConsent(**data)


class EndConsentSchema(InputSchema):
    seen_version = WholeNumberField(1, MAX_VERSION, load_default=None)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> EndConsent:
        return EndConsent(**data)


class StandingConsentSchema(Schema):
    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True)
    party = fields.Enum(Party, by_value=True, required=True)
    name = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class StandingConsentsSchema(Schema):
    items = fields.List(fields.Nested(StandingConsentSchema), required=True)


class SignManyItemSchema(InputSchema):
    id = IdField(required=True)
    seen_version = WholeNumberField(1, MAX_VERSION, required=True)


class SignManySchema(SignerSchema):
    """One confirmation for several consignments whose signature of the caller is due."""

    items = fields.List(
        fields.Nested(SignManyItemSchema), required=True, validate=validate.Length(min=1, max=MAX_AT_ONCE)
    )


class SignedSchema(Schema):
    id = fields.UUID(required=True)
    is_signed = fields.Boolean(required=True)
    state = fields.Enum(ConsignmentState, by_value=True, required=True, allow_none=True)
    problem = fields.String(required=True, metadata={"description": "Why not; empty when signed"})


class SignedManySchema(Schema):
    items = fields.List(fields.Nested(SignedSchema), required=True)
