"""Border shapes of corrections."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import ChoiceField, InputSchema, WholeNumberField, WordsField
from app.waste.consignments.models import Answer, RequestState, RevisionState
from app.waste.consignments.revisions import commands
from app.waste.consignments.workflow import Party

MAX_VERSION: Final = 2**31 - 1
MAX_CHANGES: Final = 50
MAX_PATH: Final = 80


class _SeenSchema(InputSchema):
    seen_version = WholeNumberField(
        1, MAX_VERSION, load_default=None, metadata={"description": "Of the consignment, instead of If-Match"}
    )


class RequestRevisionSchema(_SeenSchema):
    changes = fields.Dict(
        keys=fields.String(validate=validate.Length(min=1, max=MAX_PATH)),
        values=WordsField(400, blank=False),
        required=True,
        validate=validate.Length(min=1, max=MAX_CHANGES),
        metadata={
            "description": 'New value by path, such as {"planned_method": "R2", "lines.1.package": "桶", '
            '"containers.<code>.sent_mass": "186.400"}; masses in kilograms'
        },
    )
    reason = WordsField(400, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.RequestRevision:
        return commands.RequestRevision(**data)


class AnswerRevisionSchema(_SeenSchema):
    agreed = fields.Boolean(required=True, truthy={True, "true"}, falsy={False, "false"})
    reason = WordsField(400, load_default="", metadata={"description": "Required when refused"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.AnswerRevision:
        return commands.AnswerRevision(**data)


class WithdrawRevisionSchema(_SeenSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.WithdrawRevision:
        return commands.WithdrawRevision(**data)


class RequestCorrectionSchema(_SeenSchema):
    party = ChoiceField(Party, required=True)
    text = WordsField(400, blank=False, required=True)
    due_on = fields.Date(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.RequestCorrection:
        return commands.RequestCorrection(**data)


class WithdrawCorrectionRequestSchema(_SeenSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.WithdrawCorrectionRequest:
        return commands.WithdrawCorrectionRequest(**data)


class ConsentSchema(Schema):
    organisation_id = fields.UUID(required=True, attribute="consent.organisation_id")
    organisation_name = fields.String(required=True, attribute="name")
    answer = fields.Enum(Answer, by_value=True, required=True, attribute="consent.answer")
    person = fields.String(required=True, attribute="consent.name")
    reason = fields.String(required=True, attribute="consent.reason")
    answered_at = fields.AwareDateTime(required=True, allow_none=True, attribute="consent.answered_at")


class ChangeSchema(Schema):
    path = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class RevisionSchema(Schema):
    """A correction: what is to change, who answered, and the hashes of both versions of the document."""

    number = fields.Integer(required=True, attribute="revision.number")
    state = fields.Enum(RevisionState, by_value=True, required=True, attribute="revision.state")
    requested_by = fields.Enum(Party, by_value=True, required=True, attribute="revision.requested_by")
    organisation_name = fields.String(required=True, attribute="asked_by")
    reason = fields.String(required=True, attribute="revision.reason")
    changes = fields.List(fields.Nested(ChangeSchema), required=True)
    consents = fields.List(fields.Nested(ConsentSchema), required=True)
    before_hash = fields.String(required=True, attribute="revision.before_hash")
    after_hash = fields.String(required=True, allow_none=True, attribute="revision.after_hash")
    requested_at = fields.AwareDateTime(required=True, attribute="revision.requested_at")
    settled_at = fields.AwareDateTime(required=True, allow_none=True, attribute="revision.settled_at")
    consignment_version = fields.Integer(
        required=True, metadata={"description": "Version of the consignment now, for the next act"}
    )


class CorrectionRequestSchema(Schema):
    id = fields.UUID(required=True)
    party = fields.Enum(Party, by_value=True, required=True)
    text = fields.String(required=True)
    due_on = fields.Date(required=True)
    state = fields.Enum(RequestState, by_value=True, required=True)
    requested_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)


class VersionSchema(Schema):
    """The document as it stood; `hash` is the SHA-256 of the text of `document`."""

    number = fields.Integer(required=True)
    made_at = fields.AwareDateTime(required=True)
    document = fields.String(required=True, metadata={"description": "Canonical JSON, as signed"})
    hash = fields.String(required=True, attribute="document_hash")


class RevisionsSchema(Schema):
    items = fields.List(fields.Nested(RevisionSchema), required=True)
    requests = fields.List(fields.Nested(CorrectionRequestSchema), required=True)
    versions = fields.List(fields.Nested(VersionSchema), required=True)
